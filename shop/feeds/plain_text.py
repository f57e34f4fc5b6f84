"""HTML as the text that a reader would see, and names for addresses."""

import re
import unicodedata
from html.parser import HTMLParser

#: A tag or a character reference: without one, a text is plain already.
_MARKUP = re.compile(r"</?[a-zA-Z][^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]\w+);")

_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "div", "figure", "footer", "form", "header", "main"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "nav", "p", "pre", "section", "br", "hr"),
        *("dd", "dl", "dt", "li", "ol", "ul", "table", "td", "th", "tr"),
    )
)
_HEADING = re.compile("h[1-6]")
_UNSEEN = frozenset(("script", "style", "template", "noscript", "iframe"))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)


class PageReader(_Reader):
    """Keeps headings, as Markdown writes them."""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attributes)
        if _HEADING.fullmatch(tag):
            self.parts.append(f"\n{'#' * int(tag[1])} ")
        elif tag == "title":
            self._unseen += 1

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        if tag == "title":
            self._unseen = max(0, self._unseen - 1)


def plain_text(text: str) -> str:
    """`text` without markup, blocks on lines of their own, white space tidied."""
    if _MARKUP.search(text):
        reader = _Reader()
        reader.feed(re.sub(r"\s+", " ", text))
        reader.close()
        text = "".join(reader.parts)
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def slug(text: str) -> str:
    """Lower-case letters, digits and hyphens: `"Crème Brûlée, 2 pcs"` is `creme-brulee-2-pcs`."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")
