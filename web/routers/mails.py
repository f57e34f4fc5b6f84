"""The demo's mailbox: what would have been sent, on a page of this machine. No other server has it."""

from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from assistant.outbox import Entry, Outbox
from web.auth import from_loopback
from web.context import web_of
from web.errors import not_found

router = APIRouter(include_in_schema=False)

SHOWN = 30


@router.get("/mails")
async def mails(request: Request) -> HTMLResponse:
    """The newest mails, for whoever sits at the demo."""
    web = web_of(request)
    if web.config.demo_key is None or not from_loopback(request):
        raise not_found("unknown_path", "There is nothing at this path. The API is described at /docs.")

    def newest() -> tuple[Entry, ...]:
        with web.database.read() as work:
            return Outbox(work, web.now()).newest("mail", SHOWN)

    return HTMLResponse(_page(await web.run(newest)))


def _page(entries: tuple[Entry, ...]) -> str:
    letters = "".join(
        f"<article><h2>{escape(each.topic)}</h2><p>To {escape(each.target)}, {each.created_at:%H:%M} UTC</p>"
        f"<pre>{escape(str(each.body))}</pre></article>"
        for each in entries
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mails of the demo</title>'
        '<meta http-equiv="refresh" content="5"></head>'
        f"<body><h1>Mails of the demo</h1>{letters or '<p>None so far.</p>'}</body></html>"
    )
