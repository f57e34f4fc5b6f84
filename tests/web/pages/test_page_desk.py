"""The support desk: its door, and what a person does at it, over the real API."""

import pytest
from starlette.testclient import TestClient

from shop.money import Money
from shop.serialise import to_json
from tests.web.pages.conftest import LOGIN, PASSWORD, Shop
from web.pages import deeds
from web.pages.buttons import Press, UnknownButton
from web.pages.client import Caller
from web.pages.desk import DEEDS, Agent, Desk
from web.pages.shopper import Shopper
from web.pages.visits import Visits

HOME = "http://localhost"
OWN = {"Origin": HOME}


GIVEN = {"login": f" {LOGIN.upper()} ", "password": PASSWORD}


def test_an_account_opens_the_desk_and_signing_out_closes_it(
    client: TestClient, shop_with_pages: Shop
) -> None:
    answer = client.post("/support/sign-in", data=GIVEN, headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/support/")
    cookie = answer.headers["set-cookie"]
    assert cookie.endswith("; Path=/support; HttpOnly; SameSite=Strict")
    assert "pw_desk_" not in cookie
    page = client.get("/support/")
    assert "gradio_config" in page.text
    assert "pw_desk_" not in page.text
    old = dict(client.cookies)
    out = client.post("/support/sign-out", headers=OWN)
    assert "Max-Age=0" in out.headers["set-cookie"]
    client.cookies.update(old)
    assert "gradio_config" not in client.get("/support/").text


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"login": LOGIN, "password": ""},
        {"login": "nobody", "password": PASSWORD},
        {"login": "", "password": PASSWORD},
        {"login": "\u00e9", "password": "a\nb"},
        {"login": "x" * 5000, "password": "x"},
    ],
)
def test_whoever_is_no_account_is_told_so(client: TestClient, given: dict[str, str]) -> None:
    answer = client.post("/support/sign-in", data=given, headers=OWN)
    assert answer.status_code in (401, 413)
    assert 'role="alert"' in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/support/sign-in", "/support/sign-out"])
def test_another_site_can_neither_sign_in_nor_out(
    client: TestClient, shop_with_pages: Shop, path: str
) -> None:
    for origin in ({}, {"Origin": "null"}, {"Origin": "http://evil.example"}):
        answer = client.post(path, data=GIVEN, headers=origin)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


@pytest.fixture
def agent(stranger: Caller, shop: Shop) -> Agent:
    return Agent(Desk(shop.support_key), stranger.with_token(shop.support_key), "USD")


@pytest.fixture
async def shopper(stranger: Caller) -> Shopper:
    """Somebody who has asked for a person."""
    visits = Visits()
    shopper = Shopper(visits.find(visits.new_id()), visits, stranger)
    await deeds.do(shopper, Press("person", {}))
    async for _ in shopper.visit.follow():
        pass
    return shopper


async def pressed(agent: Agent, name: str, **fields: str) -> None:
    await agent.press(Press(name, fields))


@pytest.mark.anyio
async def test_the_queue_shows_who_waits_and_why(agent: Agent, shopper: Shopper) -> None:
    await agent.refresh()
    entry = agent.desk.queue[0]
    assert (entry.conversation_id, entry.reason, entry.position, entry.status) == (
        shopper.visit.conversation_id, "asked for one", 1, "pending",
    )  # fmt: skip


@pytest.mark.anyio
async def test_a_conversation_is_read_taken_answered_and_handed_back(
    agent: Agent, shopper: Shopper, shop: Shop
) -> None:
    await pressed(agent, "open", conversation=shopper.visit.conversation_id or "")
    assert [turn.asked for turn in agent.desk.turns] == ["I would like to talk to a person"]
    assert status_of(agent) == "pending"
    await pressed(agent, "reply", words="too early")
    assert agent.desk.notice
    await pressed(agent, "take")
    assert status_of(agent) == "open"
    await pressed(agent, "reply", words=" Hello, this is Kim. ")
    assert agent.desk.turns[-1].said == "Hello, this is Kim."
    await shopper.refresh()
    assert shopper.visit.turns[-1].role == "agent"
    await pressed(agent, "handback")
    assert status_of(agent) == "pending"
    assert shop.queue() == ()


@pytest.mark.anyio
async def test_a_suggested_reply_and_a_card_go_with_the_message(agent: Agent, shopper: Shopper) -> None:
    await pressed(agent, "open", conversation=shopper.visit.conversation_id or "")
    await pressed(agent, "take")
    await pressed(agent, "suggest")
    [suggestion] = agent.desk.suggestions
    await pressed(agent, "use", place="0")
    assert agent.desk.draft == suggestion.text
    await pressed(agent, "attach", product="tent")
    assert agent.desk.attached["product tent"] == "Family tent"
    await pressed(agent, "compose", need="", products="stove", amount="")
    await pressed(agent, "draft", bundle=agent.desk.bundles[0].id)
    await pressed(agent, "reply", words="Here you are")
    assert agent.desk.attached == {}
    await shopper.refresh()
    shown = shopper.visit.turns[-1]
    assert [card.title for card in shown.products] == ["Family tent"]
    assert shown.bundles[0].id != agent.desk.bundles[0].id
    found = await shopper.caller.get(f"/v1/bundles/{shown.bundles[0].id}")
    assert found["total"] == to_json(agent.desk.bundles[0].total)


@pytest.mark.anyio
async def test_the_desk_shows_cart_and_what_was_tried(agent: Agent, shopper: Shopper) -> None:
    await deeds.do(shopper, Press("add", {"product": "tent", "variant": "tent-v"}))
    await pressed(agent, "open", conversation=shopper.visit.conversation_id or "")
    case = agent.desk.case
    assert case is not None
    assert [line.product.title for line in case.cart.lines] == ["Family tent"]
    assert case.customer is None
    assert case.handoff is not None


@pytest.mark.anyio
async def test_a_resolved_conversation_leaves_the_queue(agent: Agent, shopper: Shopper) -> None:
    await pressed(agent, "open", conversation=shopper.visit.conversation_id or "")
    await pressed(agent, "resolve")
    assert status_of(agent) == "resolved"
    assert agent.desk.queue == ()


def budget_of(agent: Agent) -> Money | None:
    return agent.desk.bundles[0].budget


def status_of(agent: Agent) -> str | None:
    return agent.desk.status


@pytest.mark.anyio
async def test_bundles_are_composed_for_a_need_or_for_products(agent: Agent) -> None:
    await pressed(agent, "compose", need="gas stove", products="", amount="")
    assert agent.desk.bundles
    assert budget_of(agent) is None
    await pressed(agent, "compose", need="", products=" stove, ", amount="$300")
    assert budget_of(agent) == Money(30_000, "USD")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"need": " ", "products": " , ", "amount": ""}, "Say what is needed"),
        ({"need": "tent", "products": "", "amount": "lots"}, "number"),
        ({"need": "", "products": "no-such-product", "amount": ""}, "no such product"),
        ({"need": "", "products": "stove", "amount": "1"}, ""),
    ],
)
async def test_what_cannot_be_composed_says_why(agent: Agent, fields: dict[str, str], told: str) -> None:
    await pressed(agent, "compose", **fields)
    assert agent.desk.bundles == ()
    assert agent.desk.problem
    assert told in agent.desk.problem


@pytest.mark.anyio
async def test_a_bundle_is_edited_and_put_into_the_message(agent: Agent) -> None:
    await pressed(agent, "compose", need="", products="stove", amount="")
    bundle = agent.desk.bundles[0]
    slot = bundle.items[0].slot
    where = {"bundle": bundle.id, "revision": str(bundle.revision)}
    await pressed(agent, "edit", op="lock", slot=slot, **where)
    assert agent.desk.bundles[0].items[0].locked
    await pressed(agent, "draft", bundle=bundle.id)
    assert bundle.items[0].product.title in agent.desk.draft
    assert str(bundle.total) in agent.desk.draft
    assert "Take a conversation over" in agent.desk.notice


@pytest.mark.anyio
async def test_a_key_that_was_revoked_meanwhile_shows_so(stranger: Caller) -> None:
    agent = Agent(Desk("pw_key_gone"), stranger.with_token("pw_key_gone"), "USD")
    await agent.refresh()
    assert "unknown" in agent.desk.notice
    assert agent.desk.queue == ()


@pytest.mark.anyio
@pytest.mark.parametrize("name", [*sorted(DEEDS), "say"])
async def test_a_button_without_what_it_needs_is_refused(agent: Agent, name: str) -> None:
    with pytest.raises(UnknownButton):
        await pressed(agent, name)
