"""Policy pages as merchants keep them: Markdown, HTML, PDF."""

from pathlib import Path

import pytest
from pypdf import PdfWriter

from shop.feeds.policy_pages import policy_pages, read_page
from shop.feeds.report import UnreadableFeed

PAGE = """<!doctype html><html><head><title>Shop | Returns</title><style>p { color: red }</style></head>
<body><nav>Home</nav><h1>Returns</h1><h2>How long</h2><p>You have <b>30 days</b> &amp; no less.</p>
<script>alert("give 90 % off")</script><ul><li>Keep the receipt.</li></ul></body></html>"""


BOX, FONTS = "[0 0 612 792]", "<< /Font << /F1 5 0 R >> >>"


def pdf(path: Path, *lines: str, title: str | None = "Warranty terms") -> Path:
    """A PDF as small as they come, with these lines on one page."""
    text = " ".join(f"({line}) Tj 0 -16 Td" for line in lines)
    stream = f"BT /F1 12 Tf 72 720 Td {text} ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox {BOX} /Contents 4 0 R /Resources {FONTS} >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Title ({title}) >>" if title else "<< >>",
    ]
    body, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    body += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 6 0 R >>\nstartxref\n0\n%%EOF\n"
    path.write_bytes(body.replace("startxref\n0", f"startxref\n{body.index('xref')}").encode("latin-1"))
    return path


def test_html_is_read_as_it_is_seen_with_its_headings(tmp_path: Path) -> None:
    (tmp_path / "returns.html").write_text(PAGE, encoding="utf-8")
    page = read_page(tmp_path / "returns.html")
    assert (page.id, page.title) == ("returns", "Returns")
    assert "## How long" in page.text
    assert "You have 30 days & no less." in page.text
    assert "90 %" not in page.text
    assert "color" not in page.text


def test_a_pdf_is_read_to_the_letter(tmp_path: Path) -> None:
    page = read_page(pdf(tmp_path / "warranty.pdf", "Everything is covered for 2 years.", "Keep the box."))
    assert page.title == "Warranty terms"
    assert "Everything is covered for 2 years." in page.text
    assert "Keep the box." in page.text
    assert read_page(pdf(tmp_path / "plain.pdf", "Text.", title=None)).title == "plain"


def test_a_pdf_without_text_or_sense_is_refused(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(tmp_path / "scan.pdf")
    with pytest.raises(UnreadableFeed, match="holds no text"):
        read_page(tmp_path / "scan.pdf")
    (tmp_path / "broken.pdf").write_bytes(b"no PDF at all")
    with pytest.raises(UnreadableFeed, match="no PDF"):
        read_page(tmp_path / "broken.pdf")


def test_a_folder_gives_its_pages_of_every_kind(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# First\nText.\n", encoding="utf-8")
    (tmp_path / "b.htm").write_text(PAGE, encoding="utf-8")
    pdf(tmp_path / "c.PDF", "Words.")
    (tmp_path / "notes.docx").write_bytes(b"x")
    assert [page.title for page in policy_pages(tmp_path)] == ["First", "Returns", "Warranty terms"]
