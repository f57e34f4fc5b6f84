"""What a shopper says next: pointing at what was shown, and changing it."""

import pytest

from tests.assistant.pond_and_paint import Answered, Shop, Talk

PLACES = ("first", "second", "third")
PLEIN_AIR = "I want to start painting outdoors, budget $200"


@pytest.fixture
def talk(shop: Shop) -> Talk:
    return shop.talk()


def total(answered: Answered) -> int:
    amount: int = answered.bundle()["total"]["amount"]
    return amount


def test_the_second_one_is_the_second_of_the_list(talk: Talk) -> None:
    second = talk.say("easels").titles()[1]
    answered = talk.say("the second one")
    assert answered.tool == "get_product"
    assert answered.titles() == [second]
    assert second in answered.content


def test_the_ninth_of_three_is_asked_about_and_not_guessed(talk: Talk) -> None:
    talk.say("easels")
    answered = talk.say("the ninth one")
    assert 'which one you mean by "the ninth one"' in answered.content
    assert "products" not in answered.reply


def test_it_is_what_was_talked_about_last(talk: Talk) -> None:
    second = talk.say("easels").titles()[1]
    talk.say("the second one")
    assert talk.say("how heavy is it?").titles() == [second]
    assert talk.say("add it to my cart").reply["cart"]["lines"][0]["product"]["title"] == second


def test_cheaper_is_below_what_was_shown_first(talk: Talk) -> None:
    assert talk.say("brush for fine lines").titles()
    talk.say("acrylic paints")
    first = talk.say("oil paints").reply["products"][0]
    assert first["product_id"] == "oil-set"
    cheaper = talk.say("cheaper").reply["products"]
    assert [card["product_id"] for card in cheaper] == ["acrylic-set"]


def test_nothing_cheaper_is_said_where_there_is_nothing_cheaper(talk: Talk) -> None:
    cards = talk.say("easels").reply["products"]
    cheapest = min(range(len(cards)), key=lambda place: cards[place]["price"]["amount"])
    talk.say(f"the {PLACES[cheapest]} one")
    assert "nothing under $45.00" in talk.say("cheaper").content


def test_cheaper_is_below_what_was_talked_about(talk: Talk) -> None:
    cards = talk.say("easels").reply["products"]
    dearest = max(range(len(cards)), key=lambda place: cards[place]["price"]["amount"])
    talk.say(f"the {PLACES[dearest]} one")
    answered = talk.say("cheaper")
    prices = {card["product_id"]: card["price"]["amount"] for card in answered.reply["products"]}
    assert {"easel-table", "easel-field"} <= prices.keys()
    assert max(prices.values()) < cards[dearest]["price"]["amount"]


def test_a_bundle_is_within_budget_in_stock_and_adds_up(talk: Talk) -> None:
    answered = talk.say(PLEIN_AIR)
    assert len(answered.reply["bundles"]) == 3
    for bundle in answered.reply["bundles"]:
        assert bundle["total"]["amount"] <= 20_000
        assert all(item["product"]["availability"]["available"] for item in bundle["items"])
        slots = [item["slot"] for item in bundle["items"]]
        assert {"easel", "paints"} <= set(slots)
        assert len(set(slots)) == len(slots)


def test_a_hose_that_does_not_fit_is_never_in_a_bundle(talk: Talk) -> None:
    answered = talk.say("my first aquarium")
    for bundle in answered.reply["bundles"]:
        held = {item["product"]["product_id"] for item in bundle["items"]}
        assert "hose-wide" in held
        assert "hose-narrow" not in held
        assert bundle["compatibility"] == "compatible"
    assert "both have hose 12 mm" in answered.content


def test_swapping_for_something_cheaper_changes_that_part_alone(talk: Talk) -> None:
    before = talk.say(PLEIN_AIR)
    after = talk.say("swap the paints for something cheaper")
    assert after.tool == "edit_bundle"
    assert after.slots() == {**before.slots(), "paints": "acrylic-set"}
    assert after.bundle()["revision"] == before.bundle()["revision"] + 1
    assert total(after) < total(before)
    assert "I swapped the Twelve oil paints for the Ten acrylic paints." in after.content


def test_the_same_set_again_is_said_to_be_the_same(talk: Talk) -> None:
    before = talk.say(PLEIN_AIR)
    again = talk.say("more options")
    assert again.slots() == before.slots()
    assert again.content.startswith("I found no other set")


def test_the_number_of_what_was_put_into_the_cart_is_changed_and_taken_back(talk: Talk) -> None:
    talk.say("easels")
    talk.say("add the first one to my cart")
    [(variant, _)] = talk.say("make it two").cart().items()
    assert talk.say("make that three").cart() == {variant: 3}
    assert talk.say("remove it").cart() == {}


def test_the_variant_that_was_shown_is_the_one_that_is_talked_about_and_added(talk: Talk) -> None:
    listed = talk.say("paints").reply["products"]
    for place, card in enumerate(listed[:3]):
        about = talk.say(f"the {PLACES[place]} one").reply["products"][0]
        assert about["variant_id"] == card["variant_id"]


def test_two_of_a_bundle_are_twice_its_parts(talk: Talk) -> None:
    talk.say(PLEIN_AIR)
    assert set(talk.say("add two of them to my cart").cart().values()) == {2}


def test_without_a_part_the_others_stay(talk: Talk) -> None:
    before = talk.say(PLEIN_AIR).slots()
    after = talk.say("without the brushes")
    assert after.slots() == {slot: held for slot, held in before.items() if slot != "brushes"}


def test_another_budget_is_kept_to(talk: Talk) -> None:
    talk.say(PLEIN_AIR)
    after = talk.say("make it $75")
    assert after.bundle()["budget"]["amount"] == 7_500
    assert total(after) <= 7_500
    assert "I set the budget to $75.00" in after.content


def test_a_budget_that_cannot_be_met_changes_nothing_and_names_what_can(talk: Talk) -> None:
    before = talk.say(PLEIN_AIR)
    after = talk.say("make it $20")
    assert after.slots() == before.slots()
    assert after.bundle()["revision"] == before.bundle()["revision"]
    assert after.reply["tool_calls"][0]["ok"] is False
    assert "I cannot put that together for $20.00; the cheapest that works costs $" in after.content


def test_undo_takes_back_the_last_change(talk: Talk) -> None:
    before = talk.say(PLEIN_AIR).slots()
    talk.say("without the brushes")
    assert talk.say("undo").slots() == before
    assert "brushes" not in talk.say("redo").slots()


def test_nothing_to_undo_is_said(talk: Talk) -> None:
    talk.say(PLEIN_AIR)
    answered = talk.say("undo")
    assert "there is nothing to undo" in answered.content
    assert answered.bundle()["revision"] == 1


def test_what_can_be_done_of_several_is_done_and_nothing_else_is_said(talk: Talk) -> None:
    before = talk.say(PLEIN_AIR)
    assert before.slots()["easel"] == "easel-table"
    answered = talk.say("swap the easel for something cheaper and swap the paints for something cheaper")
    assert answered.slots() == {**before.slots(), "paints": "acrylic-set"}
    assert "Ten acrylic paints" in answered.content
    assert "Nook table easel instead" not in answered.content


def test_the_whole_bundle_goes_into_the_cart_with_its_promotion(talk: Talk) -> None:
    bundle = talk.say(PLEIN_AIR).bundle()
    answered = talk.say("add it to my cart")
    assert answered.cart() == {item["product"]["variant_id"]: item["quantity"] for item in bundle["items"]}
    assert answered.reply["cart"]["total"] == bundle["total"]
    assert {line["bundle_id"] for line in answered.reply["cart"]["lines"]} == {bundle["id"]}
    assert [each["promotion_id"] for each in answered.reply["cart"]["discounts"]] == ["paint-week"]


def test_a_bundle_shown_is_the_one_meant_after_other_talk(talk: Talk) -> None:
    before = talk.say(PLEIN_AIR)
    talk.say("how long does delivery take?")
    assert talk.say("without the brushes").bundle()["id"] == before.bundle()["id"]


def test_a_comparison_holds_what_the_records_say(talk: Talk) -> None:
    talk.say("easels")
    answered = talk.say("compare the first two")
    table = answered.reply["comparison"]
    cards = answered.reply["products"]
    assert table["product_ids"] == [card["product_id"] for card in cards]
    rows = {row["field"]: row["values"] for row in table["rows"]}
    assert rows["price"] == [f"${card['price']['amount'] / 100:.2f}" for card in cards]
    assert set(rows["weight"]) <= {"1.1 kg", "3.2 kg", "9 kg"}
    assert "is the cheaper one, by $" in answered.content


def test_a_question_is_asked_where_nothing_is_said_and_not_a_second_in_a_row(talk: Talk) -> None:
    first = talk.say("show me something")
    assert first.reply["question"]["choices"] == ["Aquariums", "Painting"]
    assert "What are you looking for?" in first.content
    second = talk.say("show me something")
    assert "question" not in second.reply
    assert "?" not in second.content
    assert second.titles()


def test_a_first_answer_is_shown_together_with_the_question_about_money(talk: Talk) -> None:
    first = talk.say("my first aquarium")
    assert first.reply["question"]["text"] == "What would you like to spend in all?"
    assert first.reply["bundles"]
    second = talk.say("I want to start painting outdoors")
    assert second.reply["bundles"]
    assert "question" not in second.reply


def test_what_goes_with_it_fits_it(talk: Talk) -> None:
    talk.say("canister filter")
    answered = talk.say("what goes with it?")
    assert answered.tool == "complete_bundle"
    held = set(answered.slots().values())
    assert {"filter-outer", "hose-wide"} <= held
    assert "hose-narrow" not in held


def test_a_narrower_search_keeps_what_was_asked_whatever_was_said_since(talk: Talk) -> None:
    talk.say("easels under $100")
    talk.say("how long does delivery take?")
    talk.say("how heavy is the first one?")
    answered = talk.say("not from Larch")
    arguments = answered.reply["tool_calls"][0]["arguments"]
    assert "easel" in arguments["query"]
    assert arguments["max_price"]["amount"] == 10_000
    assert arguments["exclude"] == [{"field": "brand", "value": "Larch"}]


def test_references_reach_only_into_this_conversation(shop: Shop, talk: Talk) -> None:
    talk.say("easels")
    other = shop.talk(owner=talk.owner)
    answered = other.say("add the second one to my cart")
    assert other.cart().lines == ()
    assert answered.reply["tool_calls"][0]["ok"] is False


def test_thanks_are_answered_as_thanks(talk: Talk) -> None:
    assert talk.say("thanks a lot!").content.startswith("You are welcome.")


def test_the_cheapest_of_what_was_shown_is_told_plainly(talk: Talk) -> None:
    cards = talk.say("easels").reply["products"]
    cheapest = min(cards, key=lambda card: card["price"]["amount"])
    answered = talk.say("which of these is the cheapest?")
    assert answered.content.startswith(f"The {cheapest['title']} is the cheapest of these, at $")
    assert answered.titles() == [cheapest["title"]]
    added = talk.say("add it to my cart").reply["cart"]["lines"][0]["product"]
    assert added["title"] == cheapest["title"]


def test_what_no_record_measures_is_not_guessed(talk: Talk) -> None:
    talk.say("easels")
    answered = talk.say("which is the loudest?")
    assert "do not say anything about noise" in answered.content
    assert "products" not in answered.reply


def test_the_rest_for_cheaper_tells_what_has_nothing_cheaper(talk: Talk) -> None:
    before = talk.say(PLEIN_AIR)
    talk.say("keep the easel, swap the rest for cheaper")
    again = talk.say("keep the easel, swap the rest for cheaper")
    assert "There is nothing cheaper that fits for the " in again.content
    assert "still costs" in again.content
    assert total(again) <= total(before)
