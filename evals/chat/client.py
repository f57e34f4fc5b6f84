"""One conversation at a time over the public API, as a shopper's browser or another program would hold it.

Raises `Unreachable` where the server does not answer or refuses who calls; what it answers to a message is
part of the measurement, whatever it is.
"""

import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt

from evals.chat.cases import Case
from evals.chat.checks import Seen

Json = Mapping[str, Any]

TIMEOUT_S = 120.0
#: A refused call is made again when the server says so, so many times.
ATTEMPTS = 8
LONGEST_WAIT_S = 30.0
REFUSED = re.compile(r'^pairwell_sentences\{source="refused"\} (\S+)$', re.MULTILINE)
TOKEN_LIFE = timedelta(minutes=9)


class Unreachable(RuntimeError):
    """The server cannot be talked with; says what it said."""


@dataclass(frozen=True, slots=True)
class Access:
    """How to come in: with an API key, else with a session a case. `secret` signs customer tokens."""

    url: str
    key: str | None = None
    secret: str | None = None


def talk(access: Access, case: Case) -> list[Seen]:
    """All turns of a case, in one new conversation, each with the records of what was shown so far."""
    with httpx.Client(base_url=access.url, timeout=TIMEOUT_S) as client:
        client.headers.update(_credentials(client, access, case.customer))
        _empty_cart(client)
        conversation = _asked(client, "POST", "/v1/conversations", json={})["id"]
        records: dict[str, Json] = {}
        seen: list[Seen] = []
        before = _refused(client)
        for turn in case.turns:
            path = f"/v1/conversations/{conversation}/messages"
            answer = _call(client, "POST", path, json={"content": turn.say})
            body = answer.json() if answer.is_success else {}
            reply = body if isinstance(body, dict) and "content" in body else {}
            records |= _records(client, reply, records)
            status = _asked(client, "GET", f"/v1/conversations/{conversation}")["status"]
            error = "" if answer.is_success else answer.text[:200]
            after = _refused(client)
            refused = None if before is None or after is None else after - before
            before = after
            seen.append(Seen(answer.status_code, reply, dict(records), status, error, refused))
        return seen


def _refused(client: httpx.Client) -> int | None:
    """The model's sentences that the server refused so far; None where it does not say. Nobody else may talk
    with it meanwhile."""
    answer = _call(client, "GET", "/metrics", headers={"Authorization": ""})
    found = REFUSED.search(answer.text) if answer.is_success else None
    return round(float(found[1])) if found else None


def customer_token(customer: str, secret: str) -> str:
    """What the shop signs for a customer who is logged in with it."""
    now = datetime.now(UTC)
    claims = {"sub": customer, "aud": "pairwell", "iat": now, "exp": now + TOKEN_LIFE}
    return jwt.encode({**claims, "jti": secrets.token_urlsafe(16)}, secret, algorithm="HS256")


def _credentials(client: httpx.Client, access: Access, customer: str | None) -> dict[str, str]:
    token = customer_token(customer, access.secret) if customer and access.secret else None
    if access.key:
        headers = {"Authorization": f"Bearer {access.key}"}
        return headers | ({"X-Pairwell-Customer": token} if token else {})
    opened = _asked(client, "POST", "/v1/sessions", json={"customer_token": token} if token else {})
    return {"Authorization": f"Bearer {opened['token']}"}


def _empty_cart(client: httpx.Client) -> None:
    """A key's cart outlives its conversations."""
    for line in _asked(client, "GET", "/v1/cart").get("lines", ()):
        _call(client, "DELETE", f"/v1/cart/items/{line['id']}")


def _records(client: httpx.Client, reply: Json, known: Mapping[str, Json]) -> dict[str, Json]:
    """The records of the products that a reply shows; those that left the shop are not there."""
    found: dict[str, Json] = {}
    for product_id in dict.fromkeys(card["product_id"] for card in cards(reply)):
        if product_id not in known:
            answer = _call(client, "GET", f"/v1/products/{product_id}")
            if answer.is_success:
                found[product_id] = answer.json()
    return found


def cards(reply: Json) -> list[Json]:
    """Every card in a reply: products, parts of bundles, lines of the cart."""
    found: list[Json] = list(reply.get("products") or ())
    for bundle in reply.get("bundles") or ():
        found += [part["product"] for part in bundle["items"]]
    lines: Sequence[Json] = (reply.get("cart") or {}).get("lines") or ()
    return found + [line["product"] for line in lines]


def _asked(client: httpx.Client, method: str, path: str, **arguments: Any) -> dict[str, Any]:
    """What a call must give for the measurement to go on."""
    answer = _call(client, method, path, **arguments)
    if not answer.is_success:
        raise Unreachable(f"{method} {path} answered {answer.status_code}: {answer.text[:200]}")
    body: dict[str, Any] = answer.json()
    return body


def _call(client: httpx.Client, method: str, path: str, **arguments: Any) -> httpx.Response:
    """One call, made again where the server is busy or asks for patience."""
    for attempt in range(ATTEMPTS):
        try:
            answer = client.request(method, path, **arguments)
        except httpx.TransportError as error:
            raise Unreachable(f"{client.base_url} does not answer: {error}") from error
        if answer.status_code not in (429, 503) or attempt == ATTEMPTS - 1:
            return answer
        time.sleep(min(_patience_s(answer), LONGEST_WAIT_S))
    raise AssertionError("the last attempt returns")


def _patience_s(answer: httpx.Response) -> float:
    try:
        return float(answer.headers.get("Retry-After", "1"))
    except ValueError:
        return 1.0
