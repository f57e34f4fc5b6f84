"""The templates and the check hold each other: what is said from facts is borne out by these facts."""

import re
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import evidence
from assistant.bundling.values import Infeasible, PairFact
from assistant.evidence import Change
from assistant.grounding import violations
from assistant.templates import template_sentences
from assistant.values import (
    BundleItemView,
    BundleView,
    CartLineView,
    CartView,
    Citation,
    Comparison,
    ComparisonRow,
    DiscountView,
    Evidence,
    Handoff,
)
from shop.money import Money
from shop.values import Product
from tests.evidences import card, product, usd

NAMES = (
    "Moss Lamp",
    "Heron 4 Chair",
    "Tarn Steel Mug",
    "Pebble Table, 120 cm",
    "Wren 12V Fan",
    "Oat Rug with Fringe",
)
ATTRIBUTES: tuple[dict[str, str], ...] = (
    {"weight": "4.2 kg", "material": "oak"},
    {"capacity": "4 people", "colour": "moss green"},
    {"size": "30 x 40 cm", "washable": "no"},
    {"thread": "E27", "power": "60 W"},
    {},
)
WISHES = ("something nice under $50", "a present", "two things for 3 kids", "red ones")
CENTS = st.integers(min_value=100, max_value=99_999)


@st.composite
def products(draw: st.DrawFn, most: int = 3) -> list[Product]:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=most, unique=True))
    return [
        product(
            f"p{place}",
            name,
            draw(CENTS),
            brand=draw(st.sampled_from((None, "Skerrow", "Northfell"))),
            category=draw(st.sampled_from(("Home > Light", "Home", "Yard > Seats"))),
            attributes=draw(st.sampled_from(ATTRIBUTES)),
            list_cents=draw(st.sampled_from((None, 120_000))),
            rating=draw(st.sampled_from((None, (4.6, 87), (3.9, 1)))),
            status=draw(st.sampled_from(("in_stock", "backorder", "out_of_stock"))),
            left=draw(st.sampled_from((None, 3))),
        )
        for place, name in enumerate(names)
    ]


@st.composite
def bundles(draw: st.DrawFn) -> tuple[BundleView, dict[str, Product]]:
    parts = draw(products())
    quantities = [draw(st.integers(min_value=1, max_value=3)) for _ in parts]
    items = tuple(
        BundleItemView(f"slot_{place}", quantity, False, card(part), ())
        for place, (part, quantity) in enumerate(zip(parts, quantities, strict=True))
    )
    total = sum((item.product.price * item.quantity for item in items), Money.zero("USD"))
    saved = draw(st.sampled_from((Money.zero("USD"), usd(500))))
    fits = draw(st.booleans()) and len(parts) > 1
    view = BundleView(
        id="bdl",
        revision=1,
        title=draw(st.sampled_from(("Reading corner", "everything for 2"))),
        items=items,
        total=total,
        list_total=total + saved,
        savings=saved,
        score=0.5,
        optimal=True,
        compatibility="compatible" if fits else "unknown",
        facts=(PairFact("p0", "p1", "compatible", "both have gas thread EN417"),) if fits else (),
        explanation="",
        expires_at=datetime(2030, 1, 1, tzinfo=UTC),
        budget=draw(st.sampled_from((None, total + usd(1000)))),
    )
    return view, {part.id: part for part in parts}


@st.composite
def found(draw: st.DrawFn) -> Evidence:
    items = [(each, card(each)) for each in draw(products(most=5))]
    relaxed = draw(
        st.sampled_from(((), ("nothing under $20.00; these are closest",), ("nothing in Chairs fits",)))
    )
    return evidence.products(items, draw(st.sampled_from(WISHES)), relaxed, close=draw(st.booleans()))


@st.composite
def composed(draw: st.DrawFn) -> Evidence:
    view, records = draw(bundles())
    return evidence.bundles(
        [view] * draw(st.integers(1, 3)),
        records,
        draw(st.sampled_from(WISHES)),
        anchors=draw(st.sampled_from(((), ("p0",)))),
        again=draw(st.booleans()),
    )


@st.composite
def edited(draw: st.DrawFn) -> Evidence:
    view, records = draw(bundles())
    title = view.items[0].product.title
    changes = (
        Change("swap", "slot_0", title, ("gone", "Moss Lamp")),
        Change("count", "slot_0", title, quantity=view.items[0].quantity),
        Change("remove", "shelf", was=("gone", "Moss Lamp")),
        *(Change(op, "slot_0", title) for op in ("add", "lock", "unlock")),
        *(Change(op) for op in ("set_budget", "undo", "redo")),
    )
    return evidence.bundle_edited(
        view,
        records,
        draw(st.lists(st.sampled_from(changes), max_size=6)),
        saved=draw(st.sampled_from((None, usd(700)))),
        refused=draw(st.sampled_from((None, ("slot_0", "nothing cheaper fits"), (None, "it is locked")))),
    )


@st.composite
def suggested(draw: st.DrawFn) -> Evidence:
    return evidence.suggestions([(each, card(each)) for each in draw(products())])


@st.composite
def compared(draw: st.DrawFn) -> Evidence:
    parts = draw(products().filter(lambda parts: len(parts) > 1))
    names = sorted({name for part in parts for name in part.attributes})
    ratings = tuple(f"{part.rating.value:g} ({part.rating.count})" if part.rating else None for part in parts)
    rows = (
        ComparisonRow("rating", ratings),
        *(ComparisonRow(name, tuple(part.attributes.get(name) for part in parts)) for name in names),
    )
    table = Comparison(tuple(part.id for part in parts), rows)
    return evidence.comparison([(part, card(part)) for part in parts], table)


@st.composite
def answered(draw: st.DrawFn) -> Evidence:
    part = draw(products(most=1))[0]
    name = draw(st.sampled_from((None, *part.attributes)))
    quotes = draw(st.sampled_from(((), ("Came on Friday, 5 stars, 20% cheaper than elsewhere!",))))
    return evidence.product_answer((part, card(part)), name, part.attributes.get(name or ""), quotes)


@st.composite
def carts(draw: st.DrawFn) -> Evidence:
    lines = tuple(
        CartLineView(f"l{place}", quantity, card(part), card(part).price * quantity)
        for place, part in enumerate(draw(products()))
        for quantity in [draw(st.integers(1, 4))]
    )
    subtotal = sum((line.total for line in lines), Money.zero("USD"))
    discounts = draw(st.sampled_from(((), (DiscountView("promo", "Spring 10", usd(50)),))))
    cart = CartView(lines, subtotal, subtotal - usd(50) if discounts else subtotal, discounts)
    titles = [lines[0].product.title]
    said = (
        evidence.cart(cart),
        evidence.cart_added(cart, titles),
        evidence.cart_removed(cart, titles),
        evidence.checkout(cart),
    )
    return draw(st.sampled_from(said))


FIXED = (
    evidence.nothing_found("red shoes", ("under $20.00", "colour red")),
    evidence.nothing_found("", ()),
    evidence.infeasible(Infeasible("too dear", None, usd(20_000)), usd(10_000)),
    evidence.infeasible(Infeasible("nothing in stock", "lamp")),
    evidence.edit_impossible("it is the last one in stock", "lamp"),
    evidence.edit_impossible("the shop has nothing that fits", "lamp", "add"),
    evidence.policy(
        [Citation("returns", "Returns in 30 days", "Send it back within 30 days, free of charge.")]
    ),
    evidence.handoff(Handoff("pending", "asked", 3)),
    evidence.handoff(Handoff("pending", "asked", 2), waiting=True),
    evidence.greeting("The Corner Shop"),
    evidence.unknown_reference("the fifth one"),
)
ANYTHING = st.one_of(
    found(), suggested(), composed(), edited(), compared(), answered(), carts(), st.sampled_from(FIXED)
)
unhurried = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


@unhurried
@given(ANYTHING)
def test_whatever_a_template_says_is_borne_out_by_its_evidence(held: Evidence) -> None:
    for sentence in template_sentences(held):
        assert violations(sentence.text, held) == (), sentence.text


def _numbers(held: Evidence) -> set[str]:
    """Every number that stands anywhere in the evidence."""
    texts = [fact.text for fact in held.facts] + [fact.value for fact in held.facts] + [repr(held.values)]
    return {number for text in texts for number in re.findall(r"\d+", text)}


@unhurried
@given(ANYTHING, st.integers(min_value=11, max_value=9_999), st.data())
def test_a_number_that_stands_nowhere_in_the_evidence_is_caught(
    held: Evidence, other: int, data: st.DataObject
) -> None:
    written = str(other)
    places = [
        (sentence.text, match.span())
        for sentence in template_sentences(held)
        for match in re.finditer(
            r"\d+", re.sub(r'"[^"]*"', lambda quoted: " " * len(quoted[0]), sentence.text)
        )
    ]
    if not places or written in _numbers(held):
        return
    text, (start, end) = data.draw(st.sampled_from(places))
    changed = text[:start] + written + text[end:]
    assert violations(changed, held), changed
