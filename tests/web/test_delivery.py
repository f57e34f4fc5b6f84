"""The outbox on its way: signed, tried again, and never to an address that is nobody's business."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from assistant.outbox import FIRST_WAIT, KEPT, MOST_TRIES, Outbox
from tests.web.world import World
from web.delivery import Deliverer, Hooks, Undelivered, is_public

SECRET = "a-secret-of-more-than-thirty-two-bytes"
URL = "https://hooks.shop.example/pairwell?x=1"
PUBLIC = ["93.184.215.14"]


class Listener:
    """What the webhook's server hears, and what it answers."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.heard: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        return httpx.Response(self.status, headers={"Location": "http://127.0.0.1/"})


def deliverer(world: World, listener: Listener, **more: object) -> Deliverer:
    options: dict[str, object] = {
        "hooks": Hooks((URL,), SECRET),
        "resolve": lambda _host, _port: PUBLIC,
        "transport": httpx.MockTransport(listener),
    } | more
    make: Callable[..., Deliverer] = Deliverer
    return make(world.database, world.clock, **options)


def tell(world: World) -> None:
    with world.database.begin() as work:
        Outbox(work, world.clock()).tell("order.changed", {"order_id": "A-1"})


def rounds(world: World, at: Deliverer, count: int = 2) -> None:
    for _ in range(count):
        at.round()


def waiting(world: World) -> list[tuple[str, int, str | None]]:
    with world.database.read() as work:
        entries = Outbox(work, world.clock()).newest("webhook")
    return [(each.target, each.tries, each.problem) for each in entries if each.delivered_at is None]


def test_an_event_arrives_once_with_a_signature_that_can_be_checked(world: World) -> None:
    listener = Listener()
    tell(world)
    rounds(world, deliverer(world, listener), 4)
    [request] = listener.heard
    fields = dict(each.split("=") for each in request.headers["X-Pairwell-Signature"].split(","))
    signed = hmac.new(SECRET.encode(), f"{fields['t']}.".encode() + request.content, hashlib.sha256)
    assert hmac.compare_digest(fields["v1"], signed.hexdigest())
    told = json.loads(request.content)
    assert (told["event"], told["data"]) == ("order.changed", {"order_id": "A-1"})
    assert request.headers["X-Pairwell-Delivery"] == told["id"]
    assert waiting(world) == []


def test_it_goes_to_the_very_address_that_was_checked_under_its_own_name(world: World) -> None:
    listener = Listener()
    tell(world)
    rounds(world, deliverer(world, listener))
    [request] = listener.heard
    assert str(request.url) == "https://93.184.215.14/pairwell?x=1"
    assert request.headers["Host"] == "hooks.shop.example"
    assert request.extensions["sni_hostname"] == "hooks.shop.example"


def test_every_listener_gets_its_own(world: World) -> None:
    listener = Listener()
    tell(world)
    hooks = Hooks((URL, "https://other.example/"), SECRET)
    rounds(world, deliverer(world, listener, hooks=hooks))
    assert sorted(request.headers["Host"] for request in listener.heard) == [
        "hooks.shop.example",
        "other.example",
    ]


@pytest.mark.parametrize("status", [301, 404, 500])
def test_what_fails_waits_longer_each_time_and_is_kept(world: World, status: int) -> None:
    listener = Listener(status)
    tell(world)
    at = deliverer(world, listener)
    rounds(world, at, 3)
    assert waiting(world) == [(URL, 1, f"hooks.shop.example answered {status}")]
    world.clock.pass_by(FIRST_WAIT)
    rounds(world, at)
    world.clock.pass_by(FIRST_WAIT)
    rounds(world, at)
    assert len(listener.heard) == 2
    listener.status = 200
    world.clock.pass_by(FIRST_WAIT)
    rounds(world, at)
    assert (len(listener.heard), waiting(world)) == (3, [])


def test_after_the_last_try_it_stays_to_be_looked_at(world: World) -> None:
    listener = Listener(500)
    tell(world)
    at = deliverer(world, listener)
    for _ in range(MOST_TRIES + 5):
        rounds(world, at)
        world.clock.pass_by(timedelta(hours=7))
    assert len(listener.heard) == MOST_TRIES
    assert [each[1] for each in waiting(world)] == [MOST_TRIES]


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1"),
        *("::1", "fd00::1", "::ffff:10.0.0.1", "2002:7f00:1::"),
    ],
)
def test_a_private_address_is_not_called_whatever_its_name(world: World, address: str) -> None:
    assert not is_public(address)
    listener = Listener()
    tell(world)
    rounds(world, deliverer(world, listener, resolve=lambda _host, _port: [*PUBLIC, address]))
    assert listener.heard == []
    assert "private address" in str(waiting(world)[0][2])


def test_a_private_address_is_called_where_the_settings_allow_it(world: World) -> None:
    listener = Listener()
    tell(world)
    hooks = Hooks((URL,), SECRET, allow_private=True)
    rounds(world, deliverer(world, listener, hooks=hooks, resolve=lambda _host, _port: ["10.0.0.7"]))
    assert len(listener.heard) == 1


def test_a_name_that_leads_nowhere_is_tried_again(world: World) -> None:
    def nowhere(_host: str, _port: int) -> list[str]:
        raise OSError("no such host")

    tell(world)
    rounds(world, deliverer(world, Listener(), resolve=nowhere))
    assert "leads nowhere" in str(waiting(world)[0][2])


class Mailbox:
    def __init__(self) -> None:
        self.full = True
        self.letters: list[tuple[str, str, str]] = []

    def send(self, to: str, subject: str, text: str) -> None:
        if self.full:
            raise Undelivered("full")
        self.letters.append((to, subject, text))


def test_mails_wait_for_a_mail_server_and_go_out_once(world: World) -> None:
    with world.database.begin() as work:
        Outbox(work, world.clock()).mail("a@b.example", "Code", "123")
    assert deliverer(world, Listener()).round() == 0
    box = Mailbox()
    at = deliverer(world, Listener(), post=box)
    assert at.round() == 0
    box.full = False
    world.clock.pass_by(FIRST_WAIT)
    rounds(world, at)
    assert box.letters == [("a@b.example", "Code", "123")]


def test_what_was_delivered_is_forgotten_after_a_while(world: World) -> None:
    tell(world)
    rounds(world, deliverer(world, Listener()))
    world.clock.pass_by(KEPT)
    with world.database.begin() as work:
        assert Outbox(work, world.clock()).purge() == 2
