"""What both pages are made of in Gradio 6: parts of HTML whose buttons come back as one event.

Gradio renders such a part by comparing it with what stands in the browser and changing only what differs,
so that the focus, loaded pictures and the reader's place survive each update. Values are never part of the
template that Gradio evaluates.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from web.pages.buttons import UnknownButton

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent
SCRIPT = (HERE / "static" / "pages.js").read_text(encoding="utf-8")

#: Every event of a page is for its own browser, and shows no progress bar of its own.
PRIVATE: dict[str, Any] = {
    "api_visibility": "private",
    "show_progress": "hidden",
    "trigger_mode": "multiple",
    "concurrency_limit": None,
}

#: Events that may be at work at once: each follows an answer until it is there.
MOST_AT_WORK = 400
MOST_IN_LINE = 2000


def part(name: str, value: Sequence[str], role: str = "") -> gr.HTML:
    """A part of the page: pieces of HTML, one below the other, that are updated one by one."""
    return gr.HTML(
        list(value),
        html_template=f"<div class=\"part\"{role}>${{value.join('')}}</div>",
        js_on_load=SCRIPT,
        apply_default_css=False,
        elem_id=name,
    )


def blocks(title: str) -> gr.Blocks:
    """An empty page that reports nothing to anybody and lets only its own events in."""
    page = gr.Blocks(title=title, analytics_enabled=False, fill_width=True)
    page.max_threads = MOST_AT_WORK
    page.queue(api_open=False, max_size=MOST_IN_LINE, default_concurrency_limit=None)
    return page


def refused(unknown: UnknownButton) -> gr.Error:
    """What Gradio answers to a press that no button of ours makes: an error, and no traceback in the log."""
    logger.warning("a page was sent what it has no button for: %s", unknown)
    return gr.Error("This page has no such button.", print_exception=False)


def theme() -> gr.themes.Base:
    """System fonts only: no font, and nothing else, is fetched from anywhere."""
    sans = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
    return gr.themes.Base(font=sans, font_mono=("ui-monospace", "monospace"))
