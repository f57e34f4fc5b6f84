"""False claims are found, true ones are not: on records whose every fact is known."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.chat.claims import Facts, Item, false_claims, item, total_of
from evals.chat.sentences import amounts, names, sentences


def record(key: str, title: str, cents: int, before: int | None = None, **more: Any) -> dict[str, Any]:
    variant: dict[str, Any] = {
        "id": f"{key}-v",
        "price": {"amount": cents, "currency": "USD"},
        "availability": {"status": more.pop("status", "in_stock"), "quantity": more.pop("quantity", 8)},
        "options": {"Colour": "red"},
    }
    if before:
        variant["list_price"] = {"amount": before, "currency": "USD"}
    return {
        "id": key,
        "title": title,
        "brand": "Aerolo",
        "categories": ["Kites"],
        "variants": [variant],
        **more,
    }


DELTA = record("k1", "Stormy Delta Kite", 2500, rating={"value": 4.4, "count": 9})
BOX = record("k2", "Box Kite", 4000, before=5000)
REEL = record("k3", "Winding Reel", 999, status="out_of_stock", quantity=0)
ITEMS = [Item(each, each["variants"][0]) for each in (DELTA, BOX, REEL)]


def card(each: dict[str, Any]) -> dict[str, Any]:
    return {"product_id": each["id"], "variant_id": f"{each['id']}-v", "title": each["title"]}


BUNDLE = {
    "title": "Kite day",
    "items": [
        {"quantity": 2, "product": card(DELTA)},
        {"quantity": 1, "product": card(REEL)},
    ],
    "total": {"amount": 5999, "currency": "USD"},
    "list_total": {"amount": 5999, "currency": "USD"},
    "savings": {"amount": 0, "currency": "USD"},
}


def kinds(text: str, shown: list[Item] | None = None, said: tuple[str, ...] = (), **reply: Any) -> list[str]:
    facts = Facts(ITEMS[:2] if shown is None else shown, ITEMS, reply, said)
    return [claim.kind for claim in false_claims(text, facts)]


@pytest.mark.parametrize(
    "text",
    [
        "The Stormy Delta Kite costs $25.00.",
        "The Box Kite is $40, down from $50.00.",
        "It is 20% off.",
        "The Box Kite is on sale.",
        "I found three for you: the first is 25 dollars.",
        "Both are in stock.",
        "The Winding Reel is sold out.",
        "The Winding Reel is not in stock.",
        "Only 8 left.",
        "The Stormy Delta Kite is rated 4.4.",
        "The Stormy Delta Kite has 4.4 stars.",
        "Is it in stock? I can check.",
        "The Box Kite is $15.00 more than the Stormy Delta Kite.",
        "Here is the Stormy Delta Kite by Aerolo.",
        "Here are the Stormy Delta Kite and Box Kite from Aerolo.",
        "",
    ],
)
def test_what_the_records_hold_is_no_false_claim(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The Stormy Delta Kite costs $26.00.", "price"),
        ("The Stormy Delta Kite costs $40.00.", "price"),
        ("One of them is only $3.", "price"),
        ("It is 30% off.", "discount"),
        ("The Stormy Delta Kite is on sale.", "discount"),
        ("The Winding Reel is in stock.", "stock"),
        ("Sadly both are sold out.", "stock"),
        ("Only 3 left.", "stock"),
        ("The Stormy Delta Kite is rated 4.9.", "rating"),
        ("I would take the Meadow Sky Glider instead.", "name"),
        ("I would take the Stormy Box Kite instead.", "name"),
        ("I would take the Box Kite and the Meadow Glider.", "name"),
    ],
)
def test_what_no_record_holds_is_a_false_claim_of_its_kind(text: str, kind: str) -> None:
    assert kinds(text) == [kind]


def test_a_total_is_a_sum_and_no_items_price() -> None:
    assert kinds("In total it comes to $59.99.", bundles=[BUNDLE]) == []
    assert kinds("In total it comes to $25.00.", bundles=[BUNDLE]) == ["total"]
    assert kinds("The two Stormy Delta Kite come to $50.00 within the set.", bundles=[BUNDLE]) != []


def test_a_reported_total_above_the_records_is_not_believed() -> None:
    dear = {**BUNDLE, "total": {"amount": 9999, "currency": "USD"}}
    assert total_of(dear, ITEMS) == 5999
    assert kinds("The total is $99.99.", bundles=[dear]) == ["total"]


def test_what_the_shopper_said_may_be_said_back() -> None:
    assert kinds("All of it stays under your $120 budget.", said=("kites, 120 at most",)) == []
    assert kinds("That leaves $60.01 of it.", said=("120 at most",), bundles=[BUNDLE]) == []
    assert kinds("All of it stays under your $90 budget.", said=("kites, 120 at most",)) == ["price"]


def test_the_least_that_something_not_shown_would_cost_cannot_be_checked() -> None:
    text = "The cheapest that works costs $302.20."
    assert kinds(text, shown=[]) == []
    assert kinds(text) == ["price"]


def test_a_quote_is_the_shops_own_words() -> None:
    quote = "Orders of $35.00 or more ship free with Blue Heron Post."
    citation = {"title": "Shipping", "quote": quote, "source": "shipping.md"}
    assert kinds(quote, citations=[citation]) == []
    assert kinds("Shipping is free from $35.00.", citations=[citation]) == []
    assert kinds("Shipping is free from $45.00.", citations=[citation]) == ["price"]


def test_the_cart_has_sums_of_its_own() -> None:
    cart = {
        "lines": [{"id": "1", "quantity": 3, "product": card(DELTA)}],
        "subtotal": {"amount": 7500, "currency": "USD"},
        "total": {"amount": 7000, "currency": "USD"},
        "discounts": [{"title": "Spring", "amount": {"amount": 500, "currency": "USD"}}],
    }
    assert (
        kinds("Three Stormy Delta Kite make $75.00, and your cart is on sale: $70.00 in all.", cart=cart)
        == []
    )
    assert kinds("Your cart comes to $80.00.", cart=cart) == ["total"]


def test_a_card_without_a_record_is_no_item() -> None:
    assert item({"product_id": "gone", "variant_id": "v"}, {}) is None


@given(st.integers(1, 10**7))
def test_any_other_price_of_a_named_product_is_false(cents: int) -> None:
    false = kinds(f"The Stormy Delta Kite costs ${cents / 100:,.2f}.")
    assert false == ([] if cents == 2500 else ["price"])


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("$1,299.50 or € 20", [129950, 2000]),
        ("20 dollars, USD 5 and 7.5 EUR", [2000, 500, 750]),
        ("a 2 person tent of 3 kg for 2026", []),
    ],
)
def test_amounts_carry_a_currency(text: str, minor: list[int]) -> None:
    assert amounts(text) == minor


def test_a_decimal_point_ends_no_sentence() -> None:
    assert sentences("It costs $4.50. The reel is 2.5 cm.\nGood!") == [
        "It costs $4.50.",
        "The reel is 2.5 cm.",
        "Good!",
    ]


def test_a_name_is_a_run_of_large_words() -> None:
    assert list(names("Take the Box Kite of Delft or a reel.")) == [(("box", "kite", "of", "delft"), False)]
    assert list(names("Box Kite, then Reel.")) == [(("box", "kite"), True)]
    assert list(names("With the Box Kite I would choose a reel.")) == [(("box", "kite"), False)]
    assert list(names("The Mark I is a kite.")) == [(("the", "mark", "i"), True)]
