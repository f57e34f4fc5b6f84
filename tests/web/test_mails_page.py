"""The demo's mailbox: what would have been sent, for whoever sits at this machine, and for nobody else."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from assistant.outbox import Outbox
from tests.web.world import LOOPBACK, World
from web.api import create_api
from web.config import Limits, WebConfig

KEY = "pw_key_of_this_very_start"


@pytest.fixture
def config(limits: Limits) -> WebConfig:
    return WebConfig(limits=limits, demo_key=KEY)


def mail(world: World, subject: str, text: str, to: str = "ada@moss.example") -> None:
    with world.database.begin() as work:
        Outbox(work, world.clock()).mail(to, subject, text)


def test_a_code_that_was_sent_is_read_on_the_page(world: World) -> None:
    mail(world, "Your code", "Your code is 123 456.")

    page = world.client.get("/mails")

    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for part in ("Your code", "ada@moss.example", "Your code is 123 456."):
        assert part in page.text


def test_without_a_mail_it_says_so(world: World) -> None:
    assert "None so far." in world.client.get("/mails").text


def test_the_newest_mail_is_first(world: World) -> None:
    mail(world, "The first", "one")
    world.clock.pass_by(timedelta(minutes=1))
    mail(world, "The second", "two")

    page = world.client.get("/mails").text

    assert page.index("The second") < page.index("The first")


def test_what_stands_in_a_mail_is_text_and_nothing_runs(world: World) -> None:
    mail(world, "<script>1</script>", "<img src=x onerror=alert(1)>", to='"<b>"@moss.example')

    page = world.client.get("/mails")

    for tag in ("<script>", "<img", "<b>"):
        assert tag not in page.text
    assert "&lt;img src=x" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "headers"), [("203.0.113.5", {}), (LOOPBACK[0], {"X-Forwarded-For": "::1"})]
)
def test_from_another_machine_there_is_no_such_page(
    world: World, address: str, headers: dict[str, str]
) -> None:
    mail(world, "Your code", "123 456")
    client = TestClient(world.app, base_url="http://localhost", client=(address, 4_000))

    answer = client.get("/mails", headers=headers)

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "unknown_path"


def test_a_shop_that_is_no_demo_has_no_such_page(world: World, limits: Limits) -> None:
    mail(world, "Your code", "123 456")
    client = TestClient(
        create_api(world.services, WebConfig(limits=limits)), base_url="http://localhost", client=LOOPBACK
    )

    assert client.get("/mails").status_code == 404
