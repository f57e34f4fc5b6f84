"""What a shopper does on the page, over the real API."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from assistant.conversation_tables import feedback
from shop.catalogue import Catalogue
from shop.events import Events
from shop.money import Money
from shop.values import Availability, Variant
from tests.web.pages.conftest import Shop
from tests.web.pages.scripted import BAD
from tests.web.world import PRODUCTS
from web.config import Limits, Rate
from web.pages import deeds
from web.pages.buttons import Press, UnknownButton
from web.pages.client import Caller
from web.pages.deeds import DEEDS, MOST_COMPARED
from web.pages.shopper import Shopper
from web.pages.talk import Turn
from web.pages.visits import Visit, Visits
from web.tables import sessions

pytestmark = pytest.mark.anyio

RED = Variant(
    "tent-red", "SKU-RED", Money(15_900, "USD"), Availability("in_stock", 3), options={"Colour": "red"}
)


@pytest.fixture
def shopper(stranger: Caller) -> Shopper:
    visits = Visits()
    return Shopper(visits.find(visits.new_id()), visits, stranger)


async def settled(visit: Visit) -> None:
    async for _ in visit.follow():
        pass


async def said(shopper: Shopper, words: str) -> Turn:
    assert shopper.say(words)
    await settled(shopper.visit)
    return shopper.visit.turns[-1]


async def pressed(shopper: Shopper, name: str, **fields: str) -> str:
    await deeds.do(shopper, Press(name, fields))
    await settled(shopper.visit)
    return shopper.visit.notice


async def test_a_message_is_answered_with_words_and_cards(shopper: Shopper) -> None:
    turn = await said(shopper, "something for the garden")
    assert (turn.phase, turn.said) == ("done", "These come closest. One is sold out.")
    assert len(turn.products) == 6
    assert turn.message_id is not None


async def test_the_cards_are_there_before_the_answer_is_whole(shopper: Shopper, shop: Shop) -> None:
    shop.assistant.gate.clear()
    shopper.say("something for the garden")
    phases = []
    async for _ in shopper.visit.follow():
        phases.append(shopper.visit.turns[-1].phase)
        if phases[-1] == "working":
            shop.assistant.gate.set()
    assert phases[0] == "reading"
    assert "working" in phases
    assert phases[-1] == "done"


async def test_a_visitor_gets_a_session_only_when_one_is_needed(shopper: Shopper) -> None:
    assert shopper.visit.token is None
    await shopper.load_cart()
    assert shopper.visit.token is None
    await said(shopper, "hello")
    assert (shopper.visit.token or "").startswith("pw_sess_")
    assert shopper.visits.find(shopper.visit.id) is shopper.visit


async def test_an_empty_message_is_no_message(shopper: Shopper) -> None:
    assert not shopper.say("  \n ")
    assert shopper.visit.turns == ()


@pytest.mark.parametrize("words", ["x" * 4001, "a\x00b"])
async def test_a_message_that_the_shop_refuses_is_told_and_kept(shopper: Shopper, words: str) -> None:
    turn = await said(shopper, words)
    assert turn.asked == words
    assert turn.failure is not None
    assert not turn.failure.again


async def test_half_a_character_is_replaced(shopper: Shopper, shop: Shop) -> None:
    await said(shopper, "a \ud800 b")
    assert shop.assistant.heard == ["a ? b"]


async def test_one_message_at_a_time(shopper: Shopper, shop: Shop) -> None:
    shop.assistant.gate.clear()
    shopper.say("first")
    assert not shopper.say("second")
    assert "still coming" in shopper.visit.notice
    shop.assistant.gate.set()
    await settled(shopper.visit)
    assert [turn.asked for turn in shopper.visit.turns] == ["first"]


async def test_an_answer_is_heard_to_its_end_when_nobody_looks(shopper: Shopper) -> None:
    shopper.say("something for the garden")
    async for _ in shopper.visit.follow():
        break
    assert shopper.visit.answering is not None
    await shopper.visit.answering
    assert shopper.visit.turns[-1].phase == "done"


async def test_a_turn_that_failed_is_sent_again_under_its_key_and_answered_once(
    shopper: Shopper, shop: Shop
) -> None:
    shop.assistant.fail = RuntimeError("the model is gone")
    turn = await said(shopper, "hello")
    assert turn.phase == "failed"
    assert turn.failure is not None
    assert turn.failure.again
    await pressed(shopper, "again", turn=turn.key)
    assert [(each.key, each.phase) for each in shopper.visit.turns] == [(turn.key, "done")]
    stored = await shopper.stranger.with_token(shopper.visit.token).get(
        f"/v1/conversations/{shopper.visit.conversation_id}"
    )
    assert [message["role"] for message in stored["messages"]] == ["user", "assistant"]


async def test_a_session_that_has_ended_is_replaced_by_a_new_one(shopper: Shopper, shop: Shop) -> None:
    await said(shopper, "first")
    old = shopper.visit.token
    with shop.database.begin() as work:
        work.connection.execute(sessions.delete())
    turn = await said(shopper, "second")
    assert turn.phase == "done"
    assert shopper.visit.token != old
    assert [each.asked for each in shopper.visit.turns] == ["second"]
    assert "new conversation" in shopper.visit.notice


async def test_a_conversation_that_is_gone_costs_no_session(shopper: Shopper) -> None:
    await said(shopper, "first")
    token = shopper.visit.token
    await shopper.stranger.with_token(token).send(
        "DELETE", f"/v1/conversations/{shopper.visit.conversation_id}"
    )
    assert (await said(shopper, "second")).phase == "done"
    assert shopper.visit.token == token


class TestWhereLittleIsAllowed:
    @pytest.fixture
    def limits(self) -> Limits:
        return replace(Limits(), sessions_per_address=Rate(1, 1))

    async def test_too_many_visitors_are_told_to_wait(self, shopper: Shopper) -> None:
        await said(shopper, "hello")
        other = Shopper(Visit("other"), shopper.visits, shopper.stranger)
        turn = await said(other, "hello")
        assert turn.failure is not None
        assert "try again in" in turn.failure.message

    async def test_visitors_are_counted_by_their_own_address(self, shopper: Shopper) -> None:
        await said(shopper, "hello")
        elsewhere = replace(shopper.stranger, origin=replace(shopper.stranger.origin, address="198.51.100.9"))
        assert (await said(Shopper(Visit("other"), shopper.visits, elsewhere), "hello")).phase == "done"


async def test_products_and_whole_bundles_go_into_the_cart(shopper: Shopper) -> None:
    assert await pressed(shopper, "add", product="canister", variant="canister-v") == "It is in your cart."
    turn = await said(shopper, "a set, please")
    assert await pressed(shopper, "add_bundle", bundle=turn.bundles[0].id) == "All of it is in your cart."
    assert shopper.visit.cart is not None
    assert {line.product.product_id for line in shopper.visit.cart.lines} == {
        item.product.product_id for item in turn.bundles[0].items
    } | {"canister"}


async def test_what_cannot_be_bought_is_said_and_the_cart_stays(shopper: Shopper) -> None:
    notice = await pressed(shopper, "add", product="lantern", variant="lantern-v")
    assert notice
    assert "cart." not in notice
    assert shopper.visit.cart is None


async def test_quantities_change_and_none_is_left_at_zero(shopper: Shopper) -> None:
    await pressed(shopper, "add", product="stove", variant="stove-v")
    assert shopper.visit.cart is not None
    line = shopper.visit.cart.lines[0].id
    await pressed(shopper, "quantity", line=line, quantity="3")
    assert shopper.visit.cart.lines[0].quantity == 3
    await pressed(shopper, "quantity", line=line, quantity="0")
    assert shopper.visit.cart.lines == ()


async def test_a_bundle_is_edited_undone_and_edited_again(shopper: Shopper) -> None:
    bundle = (await said(shopper, "a set, please")).bundles[0]
    await pressed(shopper, "edit", op="lock", slot="stove", bundle=bundle.id, revision=str(bundle.revision))
    locked = shopper.visit.turns[-1].bundles[0]
    assert next(item for item in locked.items if item.slot == "stove").locked
    await pressed(shopper, "edit", op="remove", slot="gas", bundle=bundle.id, revision=str(locked.revision))
    smaller = shopper.visit.turns[-1].bundles[0]
    assert {item.slot for item in smaller.items} == {"tent", "stove"}
    await pressed(shopper, "edit", op="undo", bundle=bundle.id, revision=str(smaller.revision))
    assert {item.slot for item in shopper.visit.turns[-1].bundles[0].items} == {"tent", "stove", "gas"}


async def test_an_edit_of_an_old_revision_shows_the_bundle_as_it_is(shopper: Shopper) -> None:
    bundle = (await said(shopper, "a set, please")).bundles[0]
    old = str(bundle.revision)
    await pressed(shopper, "edit", op="lock", slot="stove", bundle=bundle.id, revision=old)
    notice = await pressed(shopper, "edit", op="remove", slot="gas", bundle=bundle.id, revision=old)
    assert "changed meanwhile" in notice
    assert len(shopper.visit.turns[-1].bundles[0].items) == 3


async def test_a_budget_is_set_and_one_that_is_too_small_says_why(shopper: Shopper) -> None:
    bundle = (await said(shopper, "a set, please")).bundles[0]
    where = {"bundle": bundle.id, "currency": "USD"}
    await pressed(shopper, "budget", amount="$220", revision=str(bundle.revision), **where)
    changed = shopper.visit.turns[-1].bundles[0]
    assert changed.budget is not None
    assert changed.budget.amount == 22_000
    assert await pressed(shopper, "budget", amount="1", revision=str(changed.revision), **where)
    assert shopper.visit.turns[-1].bundles[0].budget == changed.budget
    assert "number" in await pressed(shopper, "budget", amount="lots", revision="1", **where)


async def test_somebody_else_s_bundle_is_not_to_be_had(shopper: Shopper) -> None:
    bundle = (await said(shopper, "a set, please")).bundles[0]
    thief = Shopper(Visit("thief"), shopper.visits, shopper.stranger)
    await said(thief, "hello")
    notice = await pressed(thief, "edit", op="lock", slot="stove", bundle=bundle.id, revision="1")
    assert notice
    assert thief.visit.turns[-1].bundles == ()
    with pytest.raises(UnknownButton):
        await pressed(thief, "add_bundle", bundle=bundle.id)


async def test_picked_products_are_compared_in_words_of_the_shopper(shopper: Shopper, shop: Shop) -> None:
    await pressed(shopper, "compare", product="tent", title="Family tent")
    await pressed(shopper, "compare", product="small-tent", title="Trekking tent")
    await pressed(shopper, "compare_now")
    assert shop.assistant.heard == ["Compare Family tent and Trekking tent"]
    assert shopper.visit.turns[-1].comparison is not None
    assert shopper.visit.comparing == ()


async def test_another_option_is_chosen_on_the_card_and_bought(shopper: Shopper, shop: Shop) -> None:
    with shop.database.begin() as work:
        tent = replace(PRODUCTS[0], variants=(*PRODUCTS[0].variants, RED))
        Catalogue(work).put([tent])
    await said(shopper, "something for the garden")
    await pressed(shopper, "options", product="tent")
    assert [variant.id for variant in shopper.visit.choices["tent"].variants] == ["tent-v", "tent-red"]
    await pressed(shopper, "choose", product="tent", variant="tent-red")
    card = shopper.visit.turns[-1].products[0]
    assert (card.variant_id, card.options, card.price) == ("tent-red", {"Colour": "red"}, RED.price)
    assert card.reasons == ("title fits",)
    await pressed(shopper, "add", product="tent", variant=card.variant_id)
    assert shopper.visit.cart is not None
    assert shopper.visit.cart.total == RED.price
    with pytest.raises(UnknownButton):
        await pressed(shopper, "choose", product="tent", variant="stove-v")


async def test_what_was_bought_of_what_was_shown_is_reported(shopper: Shopper, shop: Shop) -> None:
    turn = await said(shopper, "a set, please")
    assert turn.ranking_id is not None
    await pressed(shopper, "add_bundle", bundle=turn.bundles[0].id, ranking=turn.ranking_id)
    with shop.database.read() as work:
        told = Events(work).of_ranking(turn.ranking_id)
    assert {(each.action, each.product_id) for each in told} == {
        ("add_to_cart", item.product.product_id) for item in turn.bundles[0].items
    }


async def test_a_report_that_is_refused_costs_the_shopper_nothing(shopper: Shopper) -> None:
    notice = await pressed(shopper, "add", product="stove", variant="stove-v", ranking="rank_of_somebody")
    assert notice == "It is in your cart."


async def test_a_picked_product_is_put_back_and_four_are_the_most(shopper: Shopper) -> None:
    for each in range(MOST_COMPARED + 1):
        notice = await pressed(shopper, "compare", product=str(each), title=str(each))
    assert "at once" in notice
    await pressed(shopper, "compare", product="0", title="0")
    assert [pick.id for pick in shopper.visit.comparing] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("say", {"words": "A week"}, "A week"),
        ("similar", {"title": "Family tent"}, "Show me more like Family tent"),
        ("person", {}, "I would like to talk to a person"),
    ],
)
async def test_buttons_that_speak(
    shopper: Shopper, shop: Shop, name: str, fields: dict[str, str], words: str
) -> None:
    await pressed(shopper, name, **fields)
    assert shop.assistant.heard == [words]


async def test_a_thumb_is_kept_and_can_be_changed(shopper: Shopper, shop: Shop) -> None:
    turn = await said(shopper, "hello")
    for value in ("1", "-1"):
        await pressed(shopper, "thumb", message=turn.message_id or "", turn=turn.key, value=value)
    assert shopper.visit.turns[-1].thumb == -1
    with shop.database.read() as work:
        assert work.connection.scalars(sa.select(feedback.c.value)).all() == [-1]


async def test_a_new_conversation_keeps_the_cart(shopper: Shopper) -> None:
    await pressed(shopper, "add", product="stove", variant="stove-v")
    await said(shopper, "hello")
    first = shopper.visit.conversation_id
    await pressed(shopper, "new")
    assert shopper.visit.turns == ()
    assert shopper.visit.cart is not None
    await said(shopper, "hello again")
    assert shopper.visit.conversation_id not in (None, first)


async def test_a_person_s_words_come_in_and_the_assistant_stays_silent(shopper: Shopper, shop: Shop) -> None:
    await pressed(shopper, "person")
    assert shopper.visit.waits_for_person
    desk = shopper.stranger.with_token(shop.support_key)
    path = f"/v1/support/conversations/{shopper.visit.conversation_id}"
    await desk.post(f"{path}/take", {})
    await desk.post(f"{path}/messages", {"content": "Hello, this is Kim."})
    await shopper.refresh()
    assert [(turn.role, turn.said) for turn in shopper.visit.turns[1:]] == [("agent", "Hello, this is Kim.")]
    await shopper.refresh()
    assert len(shopper.visit.turns) == 2
    silent = await said(shopper, "Hello Kim")
    assert (silent.phase, silent.said) == ("done", "")
    await desk.post(f"{path}/resolve", {})
    await shopper.refresh()
    assert not shopper.visit.waits_for_person


async def test_hostile_words_travel_as_they_are(shopper: Shopper) -> None:
    turn = await said(shopper, "hostile")
    assert turn.said == BAD.title
    assert turn.products[0].title == BAD.title


async def test_a_button_that_the_page_does_not_have_is_refused(shopper: Shopper) -> None:
    with pytest.raises(UnknownButton):
        await pressed(shopper, "delete_everything")


@pytest.mark.parametrize("name", sorted(DEEDS.keys() - {"new"}))
async def test_a_button_that_carries_nothing_changes_nothing(shopper: Shopper, name: str) -> None:
    with pytest.raises(UnknownButton):
        await pressed(shopper, name)
    assert shopper.visit.turns == ()


async def test_ids_cannot_leave_their_place_in_a_path(shopper: Shopper, shop: Shop) -> None:
    await said(shopper, "hello")
    notice = await pressed(shopper, "quantity", line="../../conversations", quantity="0")
    assert notice
    assert shopper.visit.turns[-1].phase == "done"
