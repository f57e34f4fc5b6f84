"""The 27 service intents, on messages that people wrote: each ends at a tool, a policy passage, or a person.

The messages are the Bitext training split's; the reader is scripted to name the intent and the entity that
their annotators named, so that this shows what is done with a reading, not how well messages are read.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from assistant.intent import SERVICE_INTENTS
from retrieval.embedding import MiniLmEmbedder
from retrieval.policies import PolicyIndex
from shop.policies import Policies
from shop.values import Policy
from tests.assistant.after_sale import ORDERS, Client, with_orders
from tests.assistant.pond_and_paint import Shop
from tests.assistant.pond_goods import stock
from tests.scripted import ScriptedModel

BITEXT = Path(__file__).parents[3] / "shared" / "data" / "service" / "bitext_train.jsonl"
PAGES = Path(__file__).parents[2] / "demo" / "policies"
#: Messages of each intent, taken at even steps through the file.
MESSAGES = 2

PERSON = "transfer_to_human_agents"
POLICY = "search_policies"


@dataclass(frozen=True, slots=True)
class Ends:
    """Where an intent ends: the tools for a customer who is signed in, those for a guest, and the policy
    pages that may be quoted; none where the shop's pages do not say it and a person is offered."""

    customer: tuple[str, ...]
    guest: tuple[str, ...]
    pages: tuple[str, ...] = ()


def order(*tools: str) -> Ends:
    """An order's matter: a guest shows first that the order is theirs."""
    return Ends(tools, ("verify_order",))


def same(tool: str, *pages: str) -> Ends:
    return Ends((tool,), (tool,), pages)


ENDS = {
    "cancel_order": order("cancel_order"),
    "change_order": order("get_order", "exchange_items"),
    "change_shipping_address": order("change_shipping_address"),
    "check_cancellation_fee": same(POLICY, "orders"),
    "check_invoice": order("get_invoice"),
    "check_payment_methods": same(POLICY, "payment"),
    "check_refund_policy": same(POLICY, "returns"),
    "complaint": same(PERSON),
    "contact_customer_service": same(PERSON),
    "contact_human_agent": same(PERSON),
    "create_account": same(POLICY, "orders"),
    "delete_account": same(POLICY, "orders"),
    "delivery_options": same(POLICY, "shipping"),
    "delivery_period": same(POLICY, "shipping"),
    "edit_account": same("update_account"),
    "get_invoice": order("get_invoice"),
    "get_refund": order("return_items"),
    "newsletter_subscription": same(POLICY),
    "payment_issue": same(PERSON),
    "place_order": same("show_cart"),
    "recover_password": same(POLICY, "orders"),
    "registration_problems": same(POLICY),
    "review": same(POLICY),
    "set_up_shipping_address": same("update_account"),
    "switch_account": same(POLICY),
    "track_order": order("track_order"),
    "track_refund": order("refund_status"),
}


@cache
def messages(intent: str) -> tuple[tuple[str, str], ...]:
    """(what was written, the call that a right reader makes of it)."""
    by_intent = defaultdict(list)
    for line in BITEXT.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        by_intent[row["intent"]].append(row)
    rows = by_intent[intent]
    chosen = rows[:: len(rows) // MESSAGES][:MESSAGES]
    return tuple((row["utterance"], json.dumps(call(intent, row))) for row in chosen)


def call(intent: str, row: dict[str, str]) -> dict[str, object]:
    entities = {row["entity_type"]: row["entity_value"]} if row.get("entity_type") else {}
    return {"name": intent, "arguments": {"entities": entities} if entities else {}}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The demo shop's policy pages beside goods of another shop's."""
    folder = tmp_path_factory.mktemp("ends")
    stock(folder)
    shop = with_orders(Shop(folder))
    pages = [Policy(page.stem, page.stem, page.read_text(encoding="utf-8")) for page in PAGES.glob("*.md")]
    with shop.database.begin() as work:
        Policies(work).remove([each.id for each in Policies(work).all()])
        Policies(work).put(pages)
    shop.policies.close()
    shop.policies = PolicyIndex(shop.database, folder / "policies", MiniLmEmbedder())
    shop.services = replace(shop.services, policies=shop.policies)
    yield shop
    shop.close()


@pytest.mark.skipif(not BITEXT.is_file(), reason=f"the public messages are not at {BITEXT}")
@pytest.mark.parametrize("customer", ["ada", None], ids=["customer", "guest"])
@pytest.mark.parametrize("intent", ENDS)
def test_every_service_matter_that_people_wrote_ends_somewhere(
    shop: Shop, intent: str, customer: str | None
) -> None:
    ends = ENDS[intent]
    for text, read in messages(intent):
        client = Client(shop, customer, model=ScriptedModel([read]), model_understands=True)
        said = client.say(text)
        assert said.tool in (ends.customer if customer else ends.guest), text
        assert bool(said.reply.get("handoff")) == (said.tool == PERSON), text
        if said.tool == POLICY and ends.pages:
            assert {each["source"] for each in said.reply["citations"][:1]} <= set(ends.pages), text
        elif said.tool == POLICY:
            assert "pass your question on to a person" in said.content, text
        for each in said.reply.get("citations", ()):
            assert each["quote"] in (PAGES / f"{each['source']}.md").read_text(encoding="utf-8")
        assert all(client.order(each.id) == each for each in ORDERS)


def test_there_are_twenty_seven() -> None:
    assert ENDS.keys() == {*SERVICE_INTENTS, "place_order"}
    assert len(ENDS) == 27


def test_words_that_ask_for_something_in_particular_are_answered_in_particular(shop: Shop) -> None:
    asked = {
        "can I return opened coffee?": ("check_refund_policy", "opened coffee"),
        "how much is shipping?": ("delivery_options", "$5.95"),
        "can I pay in installments": ("check_payment_methods", "4 equal parts"),
        "my item is on backorder, how long do I wait": ("delivery_period", "backorder"),
    }
    for text, (intent, words) in asked.items():
        model = ScriptedModel([json.dumps({"name": intent, "arguments": {}})])
        said = Client(shop, None, model=model, model_understands=True).say(text)
        assert words in said.reply["citations"][0]["quote"], text


def test_an_amount_of_money_is_no_order_number(shop: Shop) -> None:
    for text in ("i expect a reimbursement of 1200 dollars", "rebating $1200", "refund me 1200 USD please"):
        model = ScriptedModel([json.dumps({"name": "track_refund", "arguments": {}})])
        said = Client(shop, "ada", model=model, model_understands=True).say(text)
        assert "1200" not in said.content, text
