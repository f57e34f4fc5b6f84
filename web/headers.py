"""Security headers by what is served: data, pictures, the API's own page, or somebody else's pages."""

from collections.abc import Mapping

ALWAYS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}

#: Answers are data: a browser that opens one runs and loads nothing.
DATA = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}

#: A picture may be an SVG file, which is a document that could carry a script.
MEDIA = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, max-age=3600",
}

DOCS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
}

HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}

_BY_PREFIX: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("/v1/", DATA),
    ("/media/", MEDIA),
    ("/docs", DOCS),
    ("/openapi.json", DATA),
    ("/healthz", DATA),
    ("/readyz", DATA),
    ("/metrics", DATA),
    ("/mails", DATA),
)


def security_headers(path: str, *, production: bool) -> dict[str, str]:
    """What a response carries; the pages mounted beside the API add a policy of their own."""
    chosen = next((headers for prefix, headers in _BY_PREFIX if path.startswith(prefix)), {})
    return {**ALWAYS, **chosen, **(HTTPS_ONLY if production else {})}
