"""Slots of a need for which nobody named any."""

from assistant.intent import Slot
from assistant.slots import from_occasion, given, match_occasion, unique_name
from shop.values import Occasion, OccasionSlot
from tests.assistant.bundling.corner_shop import CAMPING

PICNIC = Occasion("picnic", ("picnic", "picnic in the park"), (OccasionSlot("rug", "picnic rug"),))
PARK = Occasion("park run", ("park",), (OccasionSlot("shoes", "running shoes"),))


def test_the_longest_phrase_in_the_need_names_the_occasion() -> None:
    assert match_occasion("A picnic in the Park, for four", [PARK, PICNIC]) is PICNIC
    assert match_occasion("a run in the park", [PICNIC, PARK]) is PARK


def test_an_occasion_is_matched_by_whole_words() -> None:
    assert match_occasion("parking sensors", [PARK]) is None
    assert match_occasion("", [PARK]) is None


def test_an_occasion_in_a_script_without_spaces_is_found_inside() -> None:
    trip = Occasion("露营", ("露营", "野营"), ())
    assert match_occasion("周末带两个孩子去露营", [trip]) is trip


def test_what_each_person_needs_is_counted() -> None:
    slots = {each.slot.name: each.slot for each in from_occasion(CAMPING, {"kids": 2, "adults": 1})}
    assert (slots["tent"].quantity, slots["sleeping_bag"].quantity, slots["mug"].quantity) == (1, 3, 2)
    assert not slots["lantern"].required


def test_what_is_for_somebody_who_does_not_come_is_left_out() -> None:
    slots = {each.slot.name: each.slot for each in from_occasion(CAMPING, {"adults": 2})}
    assert "mug" not in slots
    assert slots["sleeping_bag"].quantity == 2


def test_where_nobody_said_who_comes_it_is_one_adult() -> None:
    part = OccasionSlot("bag", "bag", per_person=True, recipient="adults")
    assert [each.slot.quantity for each in from_occasion(Occasion("x", (), (part,)), {})] == [1]


def test_slot_names_are_unique() -> None:
    assert unique_name("Sleeping bag", ()) == "sleeping_bag"
    assert unique_name("Sleeping bag", ("sleeping_bag", "sleeping_bag_2")) == "sleeping_bag_3"
    assert unique_name("...", ()) == "item"
    named = given([Slot("Tent!", "a"), Slot("Tent!", "b"), Slot("lamp", "c")])
    assert [each.slot.name for each in named] == ["Tent!", "tent", "lamp"]
