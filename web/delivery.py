"""Delivers the outbox: mails by SMTP, events to webhooks that are signed.

A webhook gets the event as JSON with `X-Pairwell-Signature: t=<seconds>,v1=<hex>`, the HMAC-SHA256 of
"<seconds>.<body>" by the shared secret. An address that is private, or a name that leads to one, is not
called unless the settings allow it; the connection goes to the very address that was checked. Redirects are
not followed. Whatever fails is tried again later (`assistant.outbox`).
"""

import asyncio
import hashlib
import hmac
import ipaddress
import json
import logging
import smtplib
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import Protocol

import httpx

from assistant.outbox import EVERY_HOOK, Entry, Kind, Outbox
from shop.serialise import to_json
from storage import Database, StorageUnavailable

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
TIMEOUT_S = 10.0

Resolve = Callable[[str, int], list[str]]


class Undelivered(Exception):
    """It could not be delivered now; the message says why."""


class Post(Protocol):
    """Sends one mail. Raises `Undelivered`."""

    def send(self, to: str, subject: str, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server. With `username` it signs in; `starttls` keeps the way there secret."""

    host: str
    sender: str
    port: int = 587
    username: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = True

    def send(self, to: str, subject: str, text: str) -> None:
        message = EmailMessage()
        try:
            message["From"], message["To"] = self.sender, to
            message["Subject"] = " ".join(subject.split())
            message.set_content(text)
        except ValueError as error:
            raise Undelivered(f"this cannot be a mail: {error}") from error
        try:
            with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S) as server:
                if self.starttls:
                    server.starttls()
                if self.username:
                    server.login(self.username, self.password)
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise Undelivered(f"{self.host}: {error}") from error


@dataclass(frozen=True, slots=True)
class Hooks:
    """Where events go, and the secret that signs them."""

    urls: tuple[str, ...] = ()
    secret: str = field(default="", repr=False)
    allow_private: bool = False


def addresses_of(host: str, port: int) -> list[str]:
    """What a name leads to. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class Deliverer:
    """One round after another; each is blocking, in a thread."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        *,
        post: Post | None = None,
        hooks: Hooks = Hooks(),
        resolve: Resolve = addresses_of,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._post = post
        self._hooks = hooks
        self._resolve = resolve
        self._transport = transport

    def round(self) -> int:
        """Tries whatever is due, once each; returns how many were delivered. Without a mail server, mails
        wait."""
        kinds: list[Kind] = ["webhook", "mail"] if self._post else ["webhook"]
        with self._database.begin() as work:
            due = Outbox(work, self._clock()).due(kinds)
        return sum(self._tried(entry) for entry in due)

    def _tried(self, entry: Entry) -> bool:
        try:
            self._send(entry)
        except Undelivered as error:
            logger.warning("%s %s is not delivered: %s", entry.kind, entry.id, error)
            with self._database.begin() as work:
                Outbox(work, self._clock()).failed(entry, str(error))
            return False
        with self._database.begin() as work:
            box = Outbox(work, self._clock())
            if entry.target == EVERY_HOOK:
                for url in self._hooks.urls:
                    box.address(entry, url)
            box.delivered(entry)
        return True

    def _send(self, entry: Entry) -> None:
        if entry.kind == "mail" and self._post is not None:
            self._post.send(entry.target, entry.topic, str(entry.body))
        elif entry.target != EVERY_HOOK:
            self._call(entry)

    def _call(self, entry: Entry) -> None:
        url = httpx.URL(entry.target)
        port = url.port or (443 if url.scheme == "https" else 80)
        address = self._checked(url.host, port)
        told = {"id": entry.id, "event": entry.topic, "at": to_json(entry.created_at), "data": entry.body}
        body = json.dumps(told, sort_keys=True).encode()
        seconds = str(int(self._clock().timestamp()))
        headers = {
            "Host": url.netloc.decode(),
            "Content-Type": "application/json",
            "X-Pairwell-Event": entry.topic,
            "X-Pairwell-Delivery": entry.id,
            "X-Pairwell-Signature": f"t={seconds},v1={signature(self._hooks.secret, seconds, body)}",
        }
        try:
            with httpx.Client(transport=self._transport, trust_env=False, timeout=TIMEOUT_S) as client:
                request = client.build_request(
                    "POST",
                    url.copy_with(host=address),
                    content=body,
                    headers=headers,
                    extensions={"sni_hostname": url.host},
                )
                answer = client.send(request)
        except httpx.HTTPError as error:
            raise Undelivered(f"{url.host}: {error}") from error
        if not answer.is_success:
            raise Undelivered(f"{url.host} answered {answer.status_code}")

    def _checked(self, host: str, port: int) -> str:
        """The address to connect to. Raises `Undelivered` where any that the name leads to is private."""
        try:
            addresses = self._resolve(host, port)
        except OSError as error:
            raise Undelivered(f"{host} leads nowhere: {error}") from error
        if not addresses:
            raise Undelivered(f"{host} leads nowhere")
        if not self._hooks.allow_private and not all(map(is_public, addresses)):
            raise Undelivered(f"{host} leads to a private address, which the settings do not allow")
        return addresses[0]


def is_public(address: str) -> bool:
    """Whether an address is of the public internet; one that maps or embeds another is as that one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner: Sequence[ipaddress.IPv4Address | None] = (
            found.ipv4_mapped,
            found.sixtofour,
            *(found.teredo or ()),
        )
        if any(each is not None and not each.is_global for each in inner):
            return False
    return found.is_global and not found.is_multicast


def signature(secret: str, seconds: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()


async def deliver(deliverer: Deliverer) -> None:
    """Round after round, until it is cancelled."""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            await asyncio.to_thread(deliverer.round)
        except StorageUnavailable:
            logger.warning("the store cannot be reached; what is to be sent waits")
        except Exception:
            # One round that breaks must not be the last: the entry's lease ends, and it is tried again.
            logger.exception("a round of deliveries broke off")
