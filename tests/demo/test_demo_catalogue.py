"""What is on the shelves: things that fit each other, and enough of them."""

import tomllib
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from demo.facts import fits, met
from shop.values import FactValue, Product
from tests.demo.conftest import Shop

FACT = st.one_of(st.text(min_size=1), st.floats(allow_nan=False), st.lists(st.text(min_size=1), min_size=1))


def _texts(fact: FactValue) -> set[str]:
    return {fact} if isinstance(fact, str) else set(fact) if isinstance(fact, tuple) else set()


def _enough(needed: FactValue, brought: FactValue) -> bool:
    if isinstance(needed, int | float) and isinstance(brought, int | float):
        return brought >= needed
    return bool(_texts(needed) & _texts(brought))


def _unmet(products: tuple[Product, ...]) -> Iterator[tuple[str, str]]:
    for product in products:
        others = [other for other in products if other.id != product.id]
        for fact, needed in product.requires.items():
            if not any(fact in o.provides and _enough(needed, o.provides[fact]) for o in others):
                yield product.id, fact


def test_every_requirement_is_met_by_some_other_product(shop: Shop) -> None:
    assert sum(bool(product.requires) for product in shop.products) > 50
    assert list(_unmet(shop.products)) == []


def test_the_other_product_can_be_bought(shop: Shop) -> None:
    in_stock = tuple(p for p in shop.products if any(v.availability.available for v in p.variants))
    assert list(_unmet(in_stock)) == []


def test_something_is_sold_out_something_on_backorder_and_no_product_is_gone(shop: Shop) -> None:
    statuses = [variant.availability for product in shop.products for variant in product.variants]
    assert sum(availability.status == "out_of_stock" for availability in statuses) > 20
    assert sum(availability.status == "backorder" for availability in statuses) > 10
    assert sum(availability.status == "in_stock" for availability in statuses) > 700
    gone = [p.id for p in shop.products if not any(v.availability.available for v in p.variants)]
    assert len(gone) <= 3


def test_a_stock_level_says_what_its_status_says(shop: Shop) -> None:
    for product in shop.products:
        for variant in product.variants:
            status, quantity = variant.availability.status, variant.availability.quantity
            known = {"in_stock": bool(quantity), "out_of_stock": quantity == 0, "backorder": quantity is None}
            assert known[status], variant.id


def test_a_crossed_out_price_is_above_the_price(shop: Shop) -> None:
    crossed_out = [v for p in shop.products for v in p.variants if v.list_price is not None]
    assert len(crossed_out) > 50
    assert all(variant.list_price > variant.price for variant in crossed_out if variant.list_price)


def test_every_variant_has_a_value_for_each_option_and_no_two_are_the_same(shop: Shop) -> None:
    for product in shop.products:
        choices = [tuple(variant.options[name] for name in product.options) for variant in product.variants]
        assert len(set(choices)) == len(choices), product.id


def test_a_description_says_two_to_four_sentences_of_its_own(shop: Shop) -> None:
    assert len({product.description for product in shop.products}) == len(shop.products)
    assert all(80 < len(product.description) < 700 for product in shop.products)


def test_a_parent_and_two_kids_can_go_camping_for_less_than_300_dollars(shop: Shop) -> None:
    def cheapest(shelf: str) -> int:
        on_shelf = [p for p in shop.products if p.is_in(shelf)]
        return min(v.price.amount for p in on_shelf for v in p.variants if v.availability.available)

    total = (
        cheapest("Camping > Tents")
        + cheapest("Camping > Sleeping bags")
        + 2 * cheapest("Camping > Kids' sleeping bags")
        + cheapest("Camping > Stoves")
        + cheapest("Camping > Gas")
        + cheapest("Camping > Lanterns")
    )
    assert total < 300_00


def test_an_occasion_names_its_slots_once_and_asks_for_few_of_each(shop: Shop) -> None:
    for occasion in tomllib.loads((shop.folder / "occasions.toml").read_text())["occasion"]:
        names = [slot["name"] for slot in occasion["slot"]]
        assert len(set(names)) == len(names)
        assert sum(slot.get("required", True) for slot in occasion["slot"]) >= 2, occasion["name"]
        assert all(1 <= slot.get("quantity", 1) <= 4 for slot in occasion["slot"])


def test_promotions_show_every_kind_with_and_without_a_code(shop: Shop) -> None:
    assert {promotion.kind for promotion in shop.promotions} == {"percentage", "fixed", "set"}
    assert any(promotion.code and promotion.minimum and promotion.ends_at for promotion in shop.promotions)
    for promotion in shop.promotions:
        for name in (*promotion.categories, *promotion.set_of):
            assert any(p.id == name or p.is_in(name) for p in shop.products), promotion.id


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_a_required_number_means_at_least(needed: float, brought: float) -> None:
    assert met(needed, brought) == (brought >= needed)


@given(st.lists(st.text(min_size=1), min_size=1), st.lists(st.text(min_size=1), min_size=1))
def test_of_several_texts_one_must_be_the_same(needed: list[str], brought: list[str]) -> None:
    assert met(tuple(needed), tuple(brought)) == bool(set(needed) & set(brought))


def test_a_product_that_speaks_of_other_facts_is_neither_fit_nor_misfit() -> None:
    assert fits({"gas_thread": "EN417"}, {"gas_thread": ("EN417", "bayonet")}) is True
    assert fits({"gas_thread": "EN417"}, {"gas_thread": "bayonet"}) is False
    assert fits({"gas_thread": "EN417"}, {"hob": "gas"}) is None
    assert fits({"watts": 60}, {"watts": "60 W"}) is False
