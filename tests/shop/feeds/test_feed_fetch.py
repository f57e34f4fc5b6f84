"""Feeds by their address, from a server on this machine."""

import gzip
import http.server
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shop.feeds import Bounds, FeedFetcher, UnreachableFeed, fetch, import_feed
from shop.feeds.fetch import is_public
from shop.values import Product
from storage import Database

Records = Callable[[], dict[str, Product]]
Answer = Callable[[http.server.BaseHTTPRequestHandler], None]

TABLE = b"id,title,price,availability,link\nm1,Mug,9.00 USD,in stock,https://a/b\n"


class Site:
    """A web site whose pages a test writes."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, dict(self.headers.items())))
                site.pages[self.path.partition("?")[0]](self)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def gives(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        def answer(request: http.server.BaseHTTPRequestHandler) -> None:
            etag = headers.get("ETag")
            unchanged = etag is not None and request.headers.get("If-None-Match") == etag
            request.send_response(304 if unchanged else status)
            for name, value in headers.items():
                request.send_header(name.replace("_", "-"), value)
            request.send_header("Content-Length", str(0 if unchanged else len(body)))
            request.end_headers()
            if not unchanged:
                request.wfile.write(body)

        self.pages[path] = answer
        return self.url + path


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    threading.Thread(target=made.server.serve_forever, daemon=True).start()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def fetcher(tmp_path: Path) -> FeedFetcher:
    return FeedFetcher(tmp_path / "feeds", Bounds(private=True))


def test_a_feed_is_fetched_and_imported(
    site: Site, fetcher: FeedFetcher, database: Database, records: Records
) -> None:
    fetched = fetcher.fetch(site.gives("/export", TABLE, Content_Type="text/csv; charset=utf-8"))

    assert fetched is not None
    assert fetched.path.suffix == ".csv"
    import_feed(database, fetched.path)
    assert set(records()) == {"m1"}


def test_a_version_that_was_imported_is_not_fetched_again(site: Site, fetcher: FeedFetcher) -> None:
    url = site.gives("/feed.csv", TABLE, ETag='"v1"')
    first = fetcher.fetch(url)
    assert first is not None
    assert fetcher.fetch(url) is not None  # it was fetched, but never imported

    fetcher.imported(url, first)
    assert fetcher.fetch(url) is None
    assert site.asked[-1][1]["If-None-Match"] == '"v1"'

    site.gives("/feed.csv", TABLE, ETag='"v2"')
    assert fetcher.fetch(url) is not None


def test_a_packed_answer_is_read(
    site: Site, fetcher: FeedFetcher, database: Database, records: Records
) -> None:
    fetched = fetcher.fetch(site.gives("/feed.csv", gzip.compress(TABLE), Content_Encoding="gzip"))

    assert fetched is not None
    import_feed(database, fetched.path)
    assert set(records()) == {"m1"}


def test_redirects_are_followed_so_far(site: Site, fetcher: FeedFetcher) -> None:
    site.gives("/feed.csv", TABLE)
    assert fetcher.fetch(site.gives("/old", b"", 302, Location="/feed.csv")) is not None
    site.gives("/round", b"", 301, Location="/round")

    with pytest.raises(UnreachableFeed, match="redirects more than 5 times"):
        fetcher.fetch(f"{site.url}/round")
    assert len(site.asked) == 2 + 6


@pytest.mark.parametrize(
    ("status", "location", "said"),
    [
        (404, None, "answers 404"),
        (500, None, "answers 500"),
        (302, "ftp://elsewhere/feed", "is no http or https address"),
        (302, None, "redirects to nowhere"),
        (302, "http://user:secret@elsewhere/feed", "holds a password"),
        (304, None, "answers 304"),
    ],
)
def test_an_answer_that_is_no_feed_says_so(
    site: Site, fetcher: FeedFetcher, status: int, location: str | None, said: str
) -> None:
    url = site.gives("/feed.csv", b"", status, **({"Location": location} if location else {}))

    with pytest.raises(UnreachableFeed, match=said):
        fetcher.fetch(url)


def test_a_feed_that_is_too_large_or_too_slow_is_left(site: Site, tmp_path: Path) -> None:
    url = site.gives("/feed.csv", b"x" * 100_000)
    with pytest.raises(UnreachableFeed, match="sends more than 1000 bytes"):
        FeedFetcher(tmp_path, Bounds(most_bytes=1_000, private=True)).fetch(url)

    def drips(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "100000")
        request.end_headers()
        for _ in range(50):
            request.wfile.write(b"x" * 10)
            request.wfile.flush()
            time.sleep(0.02)

    site.pages["/slow.csv"] = drips
    with pytest.raises(UnreachableFeed, match=r"takes longer than 0\.1 s"):
        FeedFetcher(tmp_path, Bounds(most_seconds=0.1, private=True)).fetch(f"{site.url}/slow.csv")
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".csv"] == []


def test_an_answer_that_breaks_off_is_no_feed(site: Site, fetcher: FeedFetcher, tmp_path: Path) -> None:
    def breaks(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "100000")
        request.end_headers()
        request.wfile.write(TABLE)

    site.pages["/feed.csv"] = breaks
    with pytest.raises(UnreachableFeed, match="cannot be fetched"):
        fetcher.fetch(f"{site.url}/feed.csv")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_an_address_of_this_network_is_not_asked(site: Site, tmp_path: Path, host: str) -> None:
    site.gives("/feed.csv", TABLE)
    url = site.url.replace("127.0.0.1", host)

    with pytest.raises(UnreachableFeed, match="cannot be fetched"):
        FeedFetcher(tmp_path).fetch(f"{url}/feed.csv")
    assert site.asked == []


def test_a_redirect_into_this_network_is_not_followed(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "is_public", lambda address: address == "127.0.0.1")
    inside = site.url.replace("127.0.0.1", "127.0.0.2") + "/feed.csv"
    url = site.gives("/feed.csv", b"", 302, Location=inside)

    with pytest.raises(UnreachableFeed, match=r"is at 127\.0\.0\.2, which is no public address"):
        FeedFetcher(tmp_path).fetch(url)


def test_a_name_is_looked_up_once_and_that_address_is_asked(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers with a public address first, and with an inner one after (DNS rebinding)."""
    monkeypatch.setattr(fetch, "is_public", lambda address: address == "127.0.0.1")
    looked_up: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, *arguments: Any, **options: Any) -> Any:
        if host != "feeds.example":
            return real(host, *arguments, **options)
        looked_up.append(host)
        return real("127.0.0.1" if len(looked_up) == 1 else "127.0.0.2", *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    site.gives("/feed.csv", TABLE)

    assert (
        FeedFetcher(tmp_path).fetch(site.url.replace("127.0.0.1", "feeds.example") + "/feed.csv") is not None
    )
    assert looked_up == ["feeds.example"]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:0a00:0001::", False),
        ("64:ff9b::a00:1", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
    ],
)
def test_what_is_a_public_address(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_an_error_tells_neither_query_nor_password(tmp_path: Path) -> None:
    with pytest.raises(UnreachableFeed) as failed:
        FeedFetcher(tmp_path).fetch("http://127.0.0.1:9/feed.csv?key=secret")

    assert "secret" not in str(failed.value)
    assert "127.0.0.1" in str(failed.value)
