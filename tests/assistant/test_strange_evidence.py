"""Records as careless merchants write them: the words of a turn stay true, short and whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant import evidence
from assistant.explain import MOST_SENTENCES, explain
from assistant.grounding import violations
from assistant.telling import TONES, telling_messages
from assistant.values import BundleItemView, BundleView, Comparison, ComparisonRow, Evidence
from shop.money import CurrencyMismatch, Money
from shop.values import Product
from tests.evidences import BAG, HARBOUR, KESTREL, STOVE, card, product
from tests.scripted import ScriptedModel

#: Characters of a sentence that a shopper still reads, and of all that a model is given: about 150 tokens
#: of Latin script, and the instruction.
LONGEST_SENTENCE, LONGEST_EVIDENCE = 700, 1_400

HTML = product(
    "html",
    "<b>Sable</b> liner <script>alert(1)</script>",
    1_200,
    attributes={"weight": "<i>12 g</i>", "length": "180 mm", "handle": "<img src=x onerror=alert(1)>"},
    description="<p>For fine lines.</p><style>p{}</style>",
)
ENDLESS = product("endless", "really " * 499 + "long", 2_500, attributes={"weight": "2 kg", "width": "30 cm"})
FREE = product("free", "Sample Pouch", 0, attributes={"weight": "5 g", "volume": "10 ml"}, list_cents=0)
CHINESE = product("chinese", "轻便 双人 帐篷 三季", 19_900, attributes={"重量": "1.9 kg", "容量": "2 person"})
ARABIC = product("arabic", "خيمة عائلية \u202eمقاومة للماء", 25_900, attributes={"الوزن": "4 kg"})
EMOJI = product("emoji", "🏕️🔥 Zelt — Größe L, 2‑Personen 😀", 9_900, attributes={"Gewicht": "3,2 kg"})
NO_WORDS = product("dots", "...", 500, attributes={})
STRANGE = (HTML, ENDLESS, FREE, CHINESE, ARABIC, EMOJI, NO_WORDS)


def found(*records: Product) -> Evidence:
    return evidence.products([(each, card(each)) for each in records], wish="something <b>light</b>")


def answer(record: Product) -> Evidence:
    return evidence.product_answer((record, card(record)), "weight", record.attributes.get("weight"))


def compared(record: Product) -> Evidence:
    table = Comparison((record.id, KESTREL.id), (ComparisonRow("weight", ("?", "1.7 kg")),))
    return evidence.comparison([(record, card(record)), (KESTREL, card(KESTREL))], table)


def bundled(records: Sequence[Product]) -> Evidence:
    items = tuple(
        BundleItemView(f"part_{place}", 1, False, card(each), ()) for place, each in enumerate(records)
    )
    total = Money(sum(item.product.price.amount for item in items), "USD")
    view = BundleView(
        id="bundle-1",
        revision=1,
        title="Everything",
        items=items,
        total=total,
        list_total=total,
        savings=Money(0, "USD"),
        score=0.5,
        optimal=False,
        compatibility="unknown",
        facts=(),
        explanation="",
        expires_at=datetime(2030, 1, 1, tzinfo=UTC),
    )
    return evidence.bundles([view], {each.id: each for each in records}, need="everything")


KINDS: Mapping[str, Callable[[Product], Evidence]] = {
    "found": found,
    "answer": answer,
    "compared": compared,
    "bundled": lambda record: bundled([record, BAG, STOVE]),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("record", STRANGE, ids=lambda record: record.id)
def test_any_record_is_spoken_of_shortly_and_truly(record: Product, kind: str) -> None:
    held = KINDS[kind](record)
    lie = f"The {record.title[:40]} costs $999.99 and weighs 77 kg."
    for model in (None, ScriptedModel([lie, lie])):
        told = list(explain(model, held))
        assert told
        assert len(told) <= MOST_SENTENCES
        assert all(0 < len(sentence.text) <= LONGEST_SENTENCE for sentence in told)
        assert not any("999.99" in sentence.text or "77 kg" in sentence.text for sentence in told)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("record", STRANGE, ids=lambda record: record.id)
def test_a_model_is_given_little_of_any_record(record: Product, kind: str) -> None:
    for tone in TONES:
        asked = telling_messages(KINDS[kind](record), tone)
        assert asked is None or sum(len(message.content) for message in asked) <= LONGEST_EVIDENCE


def test_markup_is_told_as_the_text_it_is() -> None:
    assert HTML.title in explain_text(found(HTML))


def explain_text(held: Evidence) -> str:
    return " ".join(sentence.text for sentence in explain(None, held))


def test_a_price_of_zero_is_said_and_no_other() -> None:
    assert "$0.00" in explain_text(found(FREE))
    assert violations("The Sample Pouch costs $0.10.", found(FREE))
    assert not violations("The Sample Pouch costs $0.00.", found(FREE))


def test_nothing_is_saved_on_what_is_free() -> None:
    assert "save" not in explain_text(bundled([FREE, FREE])).lower()


def test_forty_items_are_told_in_few_words() -> None:
    records = [replace(STOVE, id=f"stove-{number}", title=f"Ember Stove {number}") for number in range(40)]
    many = bundled(records)
    assert all(len(sentence.text) <= LONGEST_SENTENCE for sentence in explain(None, many))
    asked = telling_messages(many, "warm")
    assert asked is not None
    assert sum(len(message.content) for message in asked) <= LONGEST_EVIDENCE
    assert "$1560.00" in explain_text(many).replace(",", "")


def in_euros(record: Product) -> Product:
    variants = (
        replace(each, price=Money(each.price.amount, "EUR"), list_price=None) for each in record.variants
    )
    return replace(record, variants=tuple(variants))


def test_prices_of_two_currencies_are_never_set_against_each_other() -> None:
    euros = in_euros(HARBOUR)
    table = Comparison((KESTREL.id, euros.id), (ComparisonRow("weight", ("1.7 kg", "9.6 kg")),))
    with pytest.raises(CurrencyMismatch):
        evidence.comparison([(KESTREL, card(KESTREL)), (euros, card(euros))], table)


def test_an_amount_in_another_currency_is_another_amount() -> None:
    held = found(KESTREL, in_euros(HARBOUR))
    assert violations("The Harbour 4 Family Tent costs $189.00.", held)
    assert not violations("The Harbour 4 Family Tent costs €189.00.", held)


def test_a_long_title_is_cut_between_words_or_where_there_are_none() -> None:
    assert "really really…" in explain_text(found(ENDLESS))
    unbroken = replace(CHINESE, title="轻便双人帐篷" * 60)
    assert "轻便双人帐篷…" in explain_text(found(unbroken)).replace(" ", "")
