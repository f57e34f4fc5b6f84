"""Bundles through their tools: anchors, edits that only partly work, and whose bundle it is."""

from typing import Any, cast

import pytest

from assistant.intent import Constraints, Edit, Intent, Reference, Slot
from assistant.templates import template_sentences
from assistant.tools.bundles import complete_bundle, compose_bundle, edit_bundle
from assistant.tools.context import Found
from assistant.values import BundleView, Shown
from shop.money import Money
from tests.assistant.pond_and_paint import Shop, Talk

PAINTING = (Slot("easel", "easel"), Slot("paints", "paints"))


@pytest.fixture
def talk(shop: Shop) -> Talk:
    return shop.talk()


def first(found: Found) -> BundleView:
    assert found.bundles
    return found.bundles[0]


def held(found: Found) -> dict[str, str]:
    return {item.slot: item.product.product_id for item in first(found).items}


def changes(found: Found) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", found.evidence.values["changes"])


def painting(talk: Talk) -> BundleView:
    return first(compose_bundle(talk.context(), Intent("find_bundle", slots=PAINTING)))


def edit(talk: Talk, view: BundleView, *edits: Edit, text: str = "please") -> Found:
    return edit_bundle(talk.context(Shown(bundles=(view,)), text=text), Intent("edit_bundle", edits=edits))


def test_what_was_named_is_completed(talk: Talk) -> None:
    found = complete_bundle(talk.context(), Intent("complete_bundle", query="canister filter"))
    assert found.call.arguments["anchor_product_ids"] == ["filter-outer"]
    assert "hose-wide" in held(found).values()


def test_what_is_pointed_at_in_words_alone_is_completed_too(talk: Talk) -> None:
    pointed = Intent("complete_bundle", references=(Reference("canister filter"),))
    assert complete_bundle(talk.context(), pointed).call.arguments["anchor_product_ids"] == ["filter-outer"]


def test_of_things_whose_records_ask_for_nothing_no_fit_is_spoken_of(talk: Talk) -> None:
    painting = compose_bundle(talk.context(), Intent("find_bundle", slots=PAINTING))
    assert cast("dict[str, Any]", painting.evidence.values["first"])["compatibility"] is None
    filtering = complete_bundle(talk.context(), Intent("complete_bundle", query="canister filter"))
    assert cast("dict[str, Any]", filtering.evidence.values["first"])["compatibility"] == "compatible"


def test_what_is_in_the_cart_is_completed_where_nothing_is_named(talk: Talk) -> None:
    talk.put_into_cart("filter-outer", "filter-outer")
    found = complete_bundle(talk.context(), Intent("complete_bundle"))
    assert {"filter-outer", "hose-wide"} <= set(held(found).values())


def test_a_budget_below_the_cheapest_is_said_with_the_cheapest(talk: Talk) -> None:
    constraints = Constraints(budget=Money(3_000, "USD"))
    found = compose_bundle(talk.context(), Intent("find_bundle", slots=PAINTING, constraints=constraints))
    assert not found.call.ok
    assert found.evidence.situation == "infeasible"
    assert found.evidence.values["budget"] == "$30.00"
    assert found.evidence.values["cheapest_total"] == "$66.60"


def test_a_named_part_that_the_shop_lacks_is_said_and_the_rest_is_put_together(talk: Talk) -> None:
    slots = (*PAINTING, Slot("trombone", "slide trombone"))
    found = compose_bundle(talk.context(), Intent("find_bundle", slots=slots))
    assert set(held(found)) == {"easel", "paints"}
    assert found.evidence.missing == ("slide trombone",)
    assert "Left out: trombone." in first(found).explanation
    assert template_sentences(found.evidence)[-1].text == 'I found nothing here for "slide trombone".'


def test_of_two_named_parts_the_one_that_is_there_is_shown_by_itself(talk: Talk) -> None:
    slots = (PAINTING[0], Slot("trombone", "slide trombone"))
    found = compose_bundle(talk.context(), Intent("find_bundle", slots=slots))
    assert not found.bundles
    assert found.products
    assert "easel" in found.products[0].title.lower()
    assert found.evidence.missing == ("slide trombone",)


def test_where_the_rest_is_too_dear_both_are_said(talk: Talk) -> None:
    slots = (*PAINTING, Slot("trombone", "slide trombone"))
    constraints = Constraints(budget=Money(3_000, "USD"))
    found = compose_bundle(talk.context(), Intent("find_bundle", slots=slots, constraints=constraints))
    assert found.evidence.situation == "infeasible"
    assert found.evidence.values["cheapest_total"] == "$66.60"
    assert found.evidence.missing == ("slide trombone",)


def test_of_parts_that_are_all_missing_one_is_named_as_the_reason(talk: Talk) -> None:
    slots = (Slot("trombone", "slide trombone"), Slot("tuba", "brass tuba"))
    found = compose_bundle(talk.context(), Intent("find_bundle", slots=slots))
    assert found.evidence.situation == "infeasible"
    assert found.evidence.values["slot"] == "trombone"


def test_an_edit_is_tried_at_once_and_stored_with_the_turn(shop: Shop, talk: Talk) -> None:
    view = painting(talk)
    context = talk.context(Shown(bundles=(view,)))
    intent = Intent("edit_bundle", edits=(Edit("swap", slot="paints", cheaper=True),))
    found = edit_bundle(context, intent)
    assert held(found)["paints"] == "acrylic-set"
    assert shop.services.bundles.view(talk.owner, view.id) == view
    talk.store(context)
    assert shop.services.bundles.view(talk.owner, view.id).revision == view.revision + 1


def test_of_several_edits_what_can_be_done_is_done(talk: Talk) -> None:
    view = painting(talk)
    both = (Edit("swap", slot="paints", cheaper=True), Edit("remove", slot="xylophone"))
    found = edit(talk, view, *both, text="cheaper paints and drop the xylophone")
    assert found.call.ok
    assert held(found)["paints"] == "acrylic-set"
    assert [(each["op"], each["slot"]) for each in changes(found)] == [("swap", "paints")]
    assert "xylophone" in str(found.evidence.values["refused"])


def test_the_rest_for_cheaper_swaps_all_that_can_be_and_says_each(talk: Talk) -> None:
    slots = (*PAINTING, Slot("brushes", "brush set"))
    view = first(compose_bundle(talk.context(), Intent("find_bundle", slots=slots)))
    found = edit(talk, view, Edit("lock", slot="easel"), Edit("swap", cheaper=True))
    swapped = {item.slot for item in view.items if held(found)[item.slot] != item.product.product_id}
    assert len(swapped) > 1
    assert {each["slot"] for each in changes(found) if each["op"] == "swap"} == swapped
    assert {each["slot"] for each in changes(found) if each["op"] == "lock"} == {"easel"}
    assert found.evidence.values["saved"] is not None


def test_what_a_budget_took_is_said_with_it(talk: Talk) -> None:
    view = painting(talk)
    found = edit(talk, view, Edit("set_budget", budget=Money(7_500, "USD")))
    assert {each["op"] for each in changes(found)} > {"set_budget"}


def test_a_part_that_is_not_there_is_said_with_what_is(talk: Talk) -> None:
    view = painting(talk)
    context = talk.context(Shown(bundles=(view,)))
    found = edit_bundle(context, Intent("edit_bundle", references=(Reference("the xylophone"),)))
    assert (found.call.ok, found.bundles) == (False, (view,))
    assert "there is no xylophone in it; it has easel, paints" in str(found.evidence.values["reason"])


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        (Edit("remove", slot="xylophone"), "there is none in it; it has easel, paints"),
        (Edit("undo"), "there is nothing to undo"),
        (Edit("set_budget", budget=Money(5_000, "EUR")), "give the budget in USD"),
    ],
)
def test_an_edit_that_makes_no_sense_changes_nothing_and_says_why(
    talk: Talk, refused: Edit, reason: str
) -> None:
    view = painting(talk)
    found = edit(talk, view, refused, text="no xylophone please")
    assert not found.call.ok
    assert reason in str(found.evidence.values["reason"])
    assert found.bundles == (view,)


def test_a_part_that_was_misread_is_not_repeated(talk: Talk) -> None:
    found = edit(talk, painting(talk), Edit("remove", slot="tweaker"), text="no kettle please")
    assert found.evidence.values["slot"] is None
    assert "I cannot tell which part you mean; it has easel, paints" in str(found.evidence.values["reason"])


def test_a_locked_part_is_not_swapped(talk: Talk) -> None:
    view = painting(talk)
    found = edit(talk, view, Edit("lock", slot="paints"), Edit("swap", slot="paints", cheaper=True))
    assert held(found)["paints"] == next(i.product.product_id for i in view.items if i.slot == "paints")
    assert [each["op"] for each in changes(found)] == ["lock"]


def test_a_bundle_that_is_named_is_the_one_that_is_edited(talk: Talk) -> None:
    composed = compose_bundle(talk.context(), Intent("find_bundle", slots=PAINTING))
    assert composed.bundles is not None
    second = composed.bundles[1]
    found = edit_bundle(
        talk.context(Shown(bundles=composed.bundles)),
        Intent(
            "edit_bundle",
            references=(Reference("the second", bundle_id=second.id),),
            edits=(Edit("remove", slot="paints"),),
        ),
    )
    assert first(found).id == second.id
