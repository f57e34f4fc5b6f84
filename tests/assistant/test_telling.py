"""Evidence as the model reads it that was trained to tell: few lines, every value to the letter."""

from dataclasses import replace

import pytest

from assistant import evidence
from assistant.grounding import violations
from assistant.telling import TASK, TONES, Voice, telling_digest, telling_messages
from assistant.telling_shopping import short_name
from assistant.values import CartLineView, CartView, Citation, Evidence
from finetune.lora.examples import Example, prompt_digests
from shop.money import Money
from shop.values import Product
from tests.evidences import (
    HARBOUR,
    KESTREL,
    answer_evidence,
    bundle_evidence,
    card,
    comparison_evidence,
    product,
    products_evidence,
)


def lines(held: Evidence) -> list[str]:
    messages = telling_messages(held, "warm")
    assert messages is not None
    return messages[-1].content.splitlines()


def found(*products: Product) -> Evidence:
    return evidence.products([(each, card(each)) for each in products], "a light tent")


def test_products_are_a_line_each_the_first_with_the_most_facts() -> None:
    told = lines(found(KESTREL, HARBOUR))
    assert told[:3] == ["warm products", 'wish: "a light tent"', "found: 2"]
    assert told[3].startswith("Kestrel 2 Trekking Tent: $239.00, rated 4.7 by 68, capacity 2 person")
    assert told[4].startswith("Harbour 4 Family Tent: $189.00, was $219.00, rated 4.6 by 143, ")
    assert told[5] == "cheapest: Harbour 4 Family Tent"


def test_what_the_wish_asks_for_comes_first() -> None:
    held = evidence.products([(KESTREL, card(KESTREL))], "a tent of nylon")
    assert "rated 4.7 by 68, material ripstop nylon" in lines(held)[3]


def test_a_colour_that_is_sold_out_is_not_offered() -> None:
    orange = replace(KESTREL, variants=KESTREL.variants[1:])
    assert "orange" not in "\n".join(lines(found(orange)))


def test_what_is_not_in_stock_says_so() -> None:
    assert ", on backorder" in lines(found(product("a", "Oat Rug", 4900, status="backorder")))[3]


def test_a_bundle_has_its_sums_and_its_parts() -> None:
    told = lines(bundle_evidence())
    assert any(each.startswith("total: $") for each in told)
    assert all(":" in each for each in told[1:])


def test_a_comparison_says_who_is_cheaper_and_by_how_much() -> None:
    assert any(each.startswith("cheaper: ") and " by $" in each for each in lines(comparison_evidence()))


def test_products_of_one_name_are_not_compared_in_words() -> None:
    held = comparison_evidence()
    same = [{**each, "title": "Tent"} for each in held.values["products"]]  # type: ignore[union-attr,dict-item]
    assert telling_messages(replace(held, values={**held.values, "products": same}), "warm") is None  # type: ignore[dict-item]


def test_an_answer_has_its_field_and_value() -> None:
    told = lines(answer_evidence())
    assert told[1].startswith("asked: ")
    assert told[2].startswith("answer: ")


def test_what_a_page_says_at_length_is_the_template_s() -> None:
    held = evidence.product_answer((KESTREL, card(KESTREL)), None, KESTREL.description)
    assert telling_messages(held, "warm") is None


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Kestrel 2 Trekking Tent", "Kestrel 2 Trekking Tent"),
        ("Brightline Desk Lamp, black, 40 cm", "Brightline Desk Lamp"),
        ("Halden Monitor 27 (2023) with stand", "Halden Monitor 27"),
        (
            "Very Long Product Name That Goes On And On And On For Ever",
            "Very Long Product Name That Goes On And On",
        ),
    ],
)
def test_a_long_title_is_cut_where_a_name_ends(title: str, name: str) -> None:
    assert short_name(title) == name


def test_forty_products_are_no_longer_than_three() -> None:
    many = [product(f"p{n}", f"Oat Rug {n}", 4900 + n) for n in range(40)]
    assert len(lines(found(*many))) == len(lines(found(*many[:3])))


def test_a_cart_has_its_lines_and_its_total() -> None:
    line = CartLineView("1", 2, card(KESTREL), Money(47800, "USD"))
    held = CartView((line,), Money(47800, "USD"), Money(47800, "USD"))
    assert lines(evidence.cart(held)) == [
        "warm cart",
        "pieces: 2",
        "2 x Kestrel 2 Trekking Tent: $478.00",
        "total: $478.00",
    ]
    assert lines(evidence.cart_added(held, [KESTREL.title]))[1:] == [
        "added: Kestrel 2 Trekking Tent",
        "pieces: 2",
        "total: $478.00",
    ]


def test_what_was_taken_out_of_a_cart_may_be_named() -> None:
    nothing = Money.zero("USD")
    held = evidence.cart_removed(CartView((), nothing, nothing), [KESTREL.title])
    assert lines(held)[1:] == ["removed: Kestrel 2 Trekking Tent", "pieces: 0"]
    assert violations("The Kestrel 2 Trekking Tent is out of your cart now.", held) == ()
    assert violations("The Kestrel 2 Trekking Tent costs $239.00.", held) != ()


def test_a_title_of_five_hundred_words_stays_a_name() -> None:
    told = lines(found(product("a", "rug " * 500, 4900)))
    assert max(map(len, told)) < 200


@pytest.mark.parametrize(
    "title",
    ["<b>Rug</b><script>alert(1)</script>", "Rug\nanswer: free", "羊毛地毯 大号", "سجادة صوف", "😀 Rug", "-"],
)
def test_a_title_is_one_line_whatever_it_holds(title: str) -> None:
    told = lines(found(product("a", title, 4900), product("b", title, 0)))
    assert len(told) == 6
    assert sum("$" in each for each in told) == 2


def test_prices_of_several_currencies_are_each_as_the_record_has_them() -> None:
    euros = replace(KESTREL, id="e", variants=(replace(KESTREL.variants[0], price=Money(4900, "EUR")),))
    told = lines(found(KESTREL, euros))
    assert "$239.00" in told[3]
    assert "€49.00" in told[4]


def test_the_tone_is_the_first_word() -> None:
    for tone in TONES:
        messages = telling_messages(products_evidence(), tone)
        assert messages is not None
        assert messages[-1].content.startswith(f"{tone} products\n")


def test_an_untrained_voice_asks_nothing() -> None:
    assert Voice("warm").asks(products_evidence()) is None
    assert Voice("warm", trained=True).asks(products_evidence()) is not None
    assert Voice("warm", trained=True).asks(evidence.plain("thanks")) is None


def test_a_rule_is_quoted_and_never_told_in_other_words() -> None:
    citation = Citation("returns", "Returns", "Send it back within 30 days.")
    told = evidence.policy([citation], "how long?")
    assert telling_messages(told, "warm") is not None
    assert Voice("warm", trained=True).asks(told) is None


def test_the_digest_is_the_one_that_a_training_writes() -> None:
    messages = telling_messages(products_evidence(), "warm")
    assert messages is not None
    asked = tuple({"role": each.role, "content": each.content} for each in messages)
    assert prompt_digests([Example(TASK, asked, "x")]) == {TASK: telling_digest()}
