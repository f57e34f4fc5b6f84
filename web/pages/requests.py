"""What the pages ask of every request, and put on every answer: cookies, origin, body, headers."""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from web.errors import ApiError

#: `same-origin`, and not `no-referrer`: under that, a browser says of a form only that its origin is "null".
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def is_same_origin(headers: Headers) -> bool:
    """Whether a page of this very host sent the request. Without an `Origin`, nobody knows."""
    return bool(headers.get("host")) and urlsplit(headers.get("origin", "")).netloc == headers["host"]


def cookie_of(headers: Headers, name: str) -> str:
    """The cookie's value; the empty text where there is none."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def cookie_header(name: str, value: str, path: str, scope: Scope) -> str:
    """A cookie that scripts cannot read and other sites cannot send."""
    secure = "; Secure" if scope["scheme"] == "https" else ""
    return f"{name}={value}; Path={path}; HttpOnly; SameSite=Strict{secure}"


async def read_body(receive: Receive, most_bytes: int) -> bytes:
    """The whole body. Raises `ApiError` 413 where it is larger than `most_bytes`."""
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most_bytes:
            raise ApiError(413, "body_too_large", f"This may have {most_bytes} bytes.")
    return body


def sealed(send: Send, cache: str = "no-store") -> Send:
    """Puts the headers on whatever is answered."""

    async def send_sealed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers["Cache-Control"] = cache
        await send(message)

    return send_sealed


def replayed(body: bytes, receive: Receive) -> Receive:
    """A body that was read, for whoever reads it next."""
    unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return unread.pop() if unread else await receive()

    return receive_again
