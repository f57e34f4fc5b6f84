"""A policy page as the merchant keeps it: Markdown, HTML or PDF, read as the text that a reader sees.

Headings of HTML become Markdown's, so that a page is split where its author divided it. Everything else stays
to the letter: what is quoted stands in the page.

Errors: `UnreadableFeed` with the file's name.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from shop.feeds.plain_text import PageReader
from shop.feeds.report import UnreadableFeed
from shop.values import Policy

MOST_BYTES = 20_000_000
MOST_PDF_PAGES = 500


def policy_pages(folder: Path) -> Iterator[Policy]:
    """Every page of a folder, by name; of two with one name the later ending counts."""
    for path in page_files(folder):
        yield read_page(path)


def page_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.suffix.lower() in _READERS and path.is_file())


def read_page(path: Path) -> Policy:
    """The page with its title: its first heading, else its file's name."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableFeed(path, f"is larger than {MOST_BYTES // 1_000_000} MB")
        text = _READERS[path.suffix.lower()](path)
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFeed(path, f"cannot be read: {error}") from error
    heading = next((line for line in text.splitlines() if line.startswith("# ")), path.stem)
    return Policy(path.stem, heading.removeprefix("# ").strip(), text)


def _markdown(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _html(path: Path) -> str:
    reader = PageReader()
    reader.feed(re.sub(r"\s+", " ", path.read_text(encoding="utf-8")))
    reader.close()
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _pdf(path: Path) -> str:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(path)
        texts = [page.extract_text() for page in reader.pages[:MOST_PDF_PAGES]]
        title = reader.metadata.title if reader.metadata else None
    except (PyPdfError, ValueError, KeyError) as error:
        raise UnreadableFeed(path, f"is no PDF that can be read: {error}") from error
    text = "\n\n".join(texts).strip()
    if not text:
        raise UnreadableFeed(path, "holds no text: a scanned page must be recognised first")
    return f"# {title.strip()}\n\n{text}\n" if title and title.strip() else f"{text}\n"


_READERS: Mapping[str, Callable[[Path], str]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _markdown,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
}
