"""Noise, checks, things, histories and the public data's halves."""

import json
import re
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding import Call
from assistant.understanding.call import FUNCTIONS
from finetune.dataset import checks, histories, markup, noise, service, things
from finetune.dataset.build import DATA, side_of
from finetune.dataset.draw import CannotFill, Filler, Supply
from finetune.dataset.phrasings import fragments, kits, phrasings

needs_data = pytest.mark.skipif(not DATA.exists(), reason="the public data is not at ../shared/data")


@given(st.text(alphabet="abcdefgh ',.?$0123456789", max_size=80), st.integers(0, 10_000))
def test_noise_never_touches_a_number(text: str, seed: int) -> None:
    assert re.findall(r"\d", noise.spoil(text, Random(seed))) == re.findall(r"\d", text)


def test_noise_is_the_seeds_alone() -> None:
    text = "could you please find a waterproof jacket for hiking?"
    assert noise.spoil(text, Random(4)) == noise.spoil(text, Random(4))


def test_a_value_that_nobody_said_is_found() -> None:
    call = Call.model_validate({"name": "find_product", "arguments": {"category": "mug", "query": "red"}})
    assert checks.unsaid("two mugs please", "", call) == [checks._words("red")[0]]
    assert checks.unsaid("two red mugs please", "", call) == []


@pytest.mark.parametrize(
    ("written", "many", "counted"),
    [
        ("knife/knives", "knives", True),
        ("mouse", "mice", True),
        ("running shoes", "running shoes", False),
        ("coffee~", "coffee", False),
        ("nail polish~", "nail polish", False),
        ("box", "boxes", True),
        ("baby", "babies", True),
    ],
)
def test_plurals(written: str, many: str, *, counted: bool) -> None:
    kind = things.kind(written)
    assert (kind.many, kind.counted) == (many, counted)


def test_hundreds_of_kinds_have_prices_and_words() -> None:
    families = things.written_families()
    assert sum(len(family.kinds) for family in families) > 1400
    assert all(family.price[0] < family.price[1] and family.brands and family.facts for family in families)


def test_a_history_reads_as_in_serving() -> None:
    family = things.written_families()[0]
    name, kit = kits()[0]
    history = histories.history(("bundle", "shown"), family, kit, name, Random(2))
    lines = history.text.splitlines()
    assert [line.split(":")[0] for line in lines] == ["before", "bundle", "shown"]
    assert history.words["slot1"] in lines[1]
    assert history.words["brand1"].lower() in lines[2].lower()


def test_a_nickname_tells_one_title_from_the_others() -> None:
    words: dict[str, str] = {}
    histories._nicknames(
        ["Orsa Fern Bench Vice", "Orsa Reed Bench Vice", "Orsa Bench Vice"], words, Random(0)
    )
    assert (words["nick1"], words["nick2"]) == ("fern", "reed")
    assert "nick3" not in words


def test_no_fragment_has_the_name_of_a_word_that_the_filler_draws_itself() -> None:
    family = things.written_families()[0]
    supply = Supply([family], kits(), fragments())
    own = Filler(supply, family, kits()[0][1], {}, Random(0))._known
    assert not set(own) & set(fragments())


def filled(phrasing: str, kit: tuple[str, tuple[str, ...]], seed: int) -> Call:
    name, parts = kit
    supply = Supply(things.written_families(), [kit], fragments())
    filler = Filler(supply, supply.families[0], parts, {"kit": name}, Random(seed))
    return markup.read("find_bundle", filler.fill(phrasing)).call


def test_a_task_keeps_what_is_done_and_a_dish_is_what_is_made() -> None:
    paint, sushi = ("paint living room", ("roller", "tray")), ("make sushi", ("rice", "nori"))
    for seed in range(9):
        assert filled("i want to {todo}", paint, seed).arguments.occasion == "paint living room"
        assert filled("i want to {todo}", sushi, seed).arguments.occasion == "sushi"
    with pytest.raises(CannotFill):
        filled("{event}", paint, 0)
    with pytest.raises(CannotFill):
        filled("{todo}", ("camping", ("tent",)), 0)


def test_parts_without_commas_are_slots_of_their_own() -> None:
    for seed in range(9):
        slots = filled("{bare}", ("camping", ("tent", "camping stove", "lantern")), seed).arguments.slots
        assert set(slots[:3]) == {"tent", "camping stove", "lantern"}


def test_after_a_service_turn_its_name_stands_first() -> None:
    family = things.written_families()[0]
    name, kit = kits()[0]
    told = [
        histories.history(("after_track_order",), family, kit, name, Random(seed)).text.splitlines()
        for seed in range(40)
    ]
    assert all(lines[0].startswith("before: track_order") for lines in told)
    assert {tuple(line.split(":")[0] for line in lines) for lines in told} == {
        ("before",),
        ("before", "shown"),
    }


def test_a_history_after_a_service_turn_names_an_intent() -> None:
    after = {
        tag.removeprefix(histories.AFTER) for each in phrasings() for tag in each.tags if "after_" in tag
    }
    assert after
    assert after <= set(FUNCTIONS)


def test_every_intent_has_twenty_phrasings_or_more() -> None:
    number = Counter(each.name for each in phrasings())
    assert len(number) == 38
    assert min(number.values()) >= 20


def test_no_phrasing_is_written_twice() -> None:
    written = [(each.name, each.tags, each.text) for each in phrasings()]
    assert len(written) == len(set(written))


def test_a_phrasing_without_slots_can_be_read() -> None:
    for each in phrasings():
        if not each.open and not each.tags:
            markup.read(each.name, each.text)


def test_a_side_is_the_names_alone() -> None:
    assert side_of("camping", 9) == side_of("camping", 9)
    assert {side_of(str(number), 9) for number in range(100)} == {"train", "valid"}


@needs_data
def test_what_is_kept_for_evaluation_is_not_trained_on() -> None:
    lines = (DATA / "service" / "out_of_scope.jsonl").read_text(encoding="utf-8").splitlines()
    kept = {text for text in (json.loads(line)["utterance"] for line in lines) if service.half(text) == 1}
    trained = {row.text for row in service.out_of_scope(DATA / "service" / "out_of_scope.jsonl")}
    assert kept
    assert not kept & trained
    assert all(service.thirds(row.text) == 0 for row in service.shopping_bench(DATA / "shopping"))


@needs_data
def test_the_number_in_a_bitext_message_is_the_entity() -> None:
    for row in service.bitext(DATA / "service" / "bitext_train.jsonl", Random(1), per_intent=40):
        said = row.text.casefold()
        assert all(value.casefold() in said for value in row.call.arguments.entities.values())
