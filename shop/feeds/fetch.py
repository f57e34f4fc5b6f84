"""Fetches a feed by its address: http and https, bounded in size, time and redirects.

A merchant's address may be changed by somebody else, so it must not lead into the shop's own network: a
connection is made only to a public address, and to the very one that was looked up and checked, so that a
name which answers differently the second time gains nothing. What the server said of its version (ETag,
Last-Modified) is sent with the next request, and an unchanged feed is not fetched again.

Errors: `UnreachableFeed`.
"""

import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpcore

from shop.feeds.report import UnreachableFeed

MOST_BYTES = 2 * 1024**3
MOST_SECONDS = 900.0
MOST_REDIRECTS = 5
#: For connecting, and for the next bytes to come.
PATIENCE_S = 30.0
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_SUFFIXES = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/rss+xml": ".xml",
    "application/atom+xml": ".xml",
    "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "application/json": ".json",
    "application/ld+json": ".json",
    "text/html": ".html",
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a feed may take. `private`: addresses of the shop's own network are allowed."""

    most_bytes: int = MOST_BYTES
    most_seconds: float = MOST_SECONDS
    private: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """What a server says of the version that it sent."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A feed on disk, and its version to be kept once it has been imported."""

    path: Path
    version: Version


def is_address(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


class FeedFetcher:
    """Fetches feeds into one folder, where it also keeps their versions."""

    def __init__(self, folder: Path, bounds: Bounds = Bounds()) -> None:
        self._folder = folder
        self._bounds = bounds

    def fetch(self, url: str) -> Fetched | None:
        """The feed as it is now; None where it is the version that was imported last."""
        deadline = time.monotonic() + self._bounds.most_seconds
        before = self._version(url)
        backend = _CheckedBackend(private=self._bounds.private)
        with (
            _translated(url),
            httpcore.ConnectionPool(ssl.create_default_context(), network_backend=backend) as pool,
        ):
            for here in self._hops(url):
                with pool.stream("GET", here.url, headers=_headers(before), extensions=_TIMEOUTS) as response:
                    if response.status in _REDIRECTS:
                        here.goes_to(_header(response, "location"))
                    elif response.status == 304 and before != Version():
                        return None
                    elif response.status != 200:
                        raise UnreachableFeed(url, f"answers {response.status}")
                    else:
                        return self._store(url, response, deadline)
        raise UnreachableFeed(url, f"redirects more than {MOST_REDIRECTS} times")

    def imported(self, url: str, fetched: Fetched) -> None:
        """Keeps the version: the next fetch of it is None."""
        self._note(url).write_text(json.dumps(asdict(fetched.version)), encoding="utf-8")

    def _hops(self, url: str) -> "Iterator[_Hop]":
        hop = _Hop(url)
        for _ in range(MOST_REDIRECTS + 1):
            yield hop

    def _store(self, url: str, response: httpcore.Response, deadline: float) -> Fetched:
        path = self._folder / (_digest(url) + _suffix(url, _header(response, "content-type")))
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.part")
        received = 0
        with partial.open("wb") as file:
            for chunk in response.iter_stream():
                received += len(chunk)
                if received > self._bounds.most_bytes:
                    raise UnreachableFeed(url, f"sends more than {self._bounds.most_bytes} bytes")
                if time.monotonic() > deadline:
                    raise UnreachableFeed(url, f"takes longer than {self._bounds.most_seconds:g} s")
                file.write(chunk)
        partial.replace(path)
        return Fetched(path, Version(_header(response, "etag"), _header(response, "last-modified")))

    def _version(self, url: str) -> Version:
        try:
            return Version(**json.loads(self._note(url).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return Version()

    def _note(self, url: str) -> Path:
        return self._folder / f"{_digest(url)}.version"


class _Hop:
    """Where a request goes, from one redirect to the next."""

    def __init__(self, url: str) -> None:
        self._first = url
        self.url = self._checked(url)

    def goes_to(self, location: str | None) -> None:
        if location is None:
            raise UnreachableFeed(self._first, "redirects to nowhere")
        target = urljoin(self.url, location)
        if self.url.startswith("https:") and not target.startswith("https:"):
            raise UnreachableFeed(self._first, "redirects from https to http")
        self.url = self._checked(target)

    def _checked(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UnreachableFeed(self._first, "is no http or https address")
        if parts.username or parts.password:
            raise UnreachableFeed(self._first, "holds a password: addresses with one are printed and logged")
        return urlunsplit(parts._replace(fragment=""))


class _CheckedBackend(httpcore.NetworkBackend):
    """Connects to addresses that were checked, never to a name."""

    def __init__(self, *, private: bool) -> None:
        self._inner = httpcore.SyncBackend()
        self._private = private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        refused = [address for address in addresses if not (self._private or is_public(address))]
        if refused:
            raise OSError(
                f"{host} is at {refused[0]}, which is no public address; allow it by --allow-private"
            )
        failure: Exception | None = None
        for address in addresses:
            try:
                return self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.NetworkError as error:
                failure = error
        raise failure or OSError(f"{host} has no address")


def is_public(address: str) -> bool:
    """Whether an IP address is of the public internet, whatever form it is written in."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        # Forms of IPv6 that carry an IPv4 address are judged by it, or refused.
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.sixtofour is not None or found.teredo is not None or found in _NAT64:
            return False
    return found.is_global and not found.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_TIMEOUTS = {"timeout": {"connect": PATIENCE_S, "read": PATIENCE_S, "write": PATIENCE_S, "pool": PATIENCE_S}}


def _headers(before: Version) -> list[tuple[bytes | str, bytes | str]]:
    sent = {
        "Accept": "*/*",
        "Accept-Encoding": "gzip",
        "User-Agent": "Pairwell",
        "If-None-Match": before.etag,
        "If-Modified-Since": before.last_modified,
    }
    return [(name, value) for name, value in sent.items() if value]


def _header(response: httpcore.Response, name: str) -> str | None:
    wanted = name.encode()
    return next((value.decode("latin-1") for key, value in response.headers if key.lower() == wanted), None)


def _suffix(url: str, content_type: str | None) -> str:
    """The ending by which the packing is told: the address's own, else by the type."""
    suffixes = [each for each in PurePosixPath(urlsplit(url).path).suffixes if each[1:].isalnum()]
    return "".join(suffixes[-2:]) or _SUFFIXES.get((content_type or "").partition(";")[0].strip().lower(), "")


def _digest(url: str) -> str:
    return sha256(url.encode()).hexdigest()[:32]


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """What the network raises, as `UnreachableFeed`."""
    try:
        yield
    except (
        httpcore.NetworkError,
        httpcore.TimeoutException,
        httpcore.ProtocolError,
        httpcore.UnsupportedProtocol,
        OSError,
        ValueError,
    ) as error:
        raise UnreachableFeed(url, f"cannot be fetched: {str(error) or type(error).__name__}") from error
