from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from assistant.bundling.values import PairFact
from assistant.values import (
    BundleItemView,
    BundleView,
    CardAvailability,
    CardRating,
    CartLineView,
    CartView,
    Citation,
    Comparison,
    ComparisonRow,
    DiscountView,
    Handoff,
    ProductCard,
    Question,
)
from shop.money import Money
from shop.values import Availability, Product, Variant
from tests.web.pages.scripted import BAD, HOSTILE
from web.pages.rendering import (
    Pick,
    Renderer,
    link_url,
    one_decimal,
    picture_url,
)
from web.pages.talk import Case, Confirmation, Failure, QueueEntry, Turn

RENDERER = Renderer("A shop", "en_US")
THEN = datetime(2026, 5, 31, 9, 30, tzinfo=UTC)


def usd(cents: int) -> Money:
    return Money(cents, "USD")


TENT = ProductCard(
    "tent",
    "tent-v",
    "Family tent",
    usd(14_900),
    CardAvailability(True, "in_stock"),
    brand="Northfell",
    list_price=usd(19_900),
    rating=CardRating(4.59, 12),
    url="https://shop.example/tent",
    image_url="/media/tent.svg",
    options={"Colour": "green"},
    reasons=("sleeps four",),
)
STOVE = ProductCard("stove", "stove-v", "Gas stove", usd(4_900), CardAvailability(False, "out_of_stock"))
SET = BundleView(
    "bundle_1",
    1,
    "A night out",
    (
        BundleItemView("tent", 1, True, TENT, ("small-tent",), "sleeps four"),
        BundleItemView("gas_stove_2", 2, False, STOVE, ()),
    ),
    usd(24_700),
    usd(29_700),
    usd(5_000),
    0.8,
    True,
    "compatible",
    (PairFact("tent", "stove", "compatible", "both have gas_thread EN417"),),
    "All of it is in stock.",
    THEN,
    usd(30_000),
)


class Seen(HTMLParser):
    """The tags, the attributes and the text of a piece of HTML, as a browser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def buttons(self, act: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag == "button" and attrs.get("data-act") == act]

    def all(self, wanted: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag == wanted]


def said(turn: Turn, *, last: bool = True, editable: bool = True) -> Seen:
    return Seen(RENDERER.turn(turn, last=last, editable=editable))


def test_a_card_shows_what_a_shopper_chooses_by() -> None:
    seen = said(Turn("t", products=(TENT,)))
    for words in (
        "Family tent",
        "Northfell",
        "$149.00",
        "$199.00",
        "−25%",
        "In stock",
        "green",
        "Sleeps four",
    ):
        assert words in seen.text
    assert seen.all("img")[0]["alt"] == "Family tent"
    assert seen.all("a")[0]["href"] == "https://shop.example/tent"


def test_a_rating_is_never_rounded_up() -> None:
    assert one_decimal(4.59) == "4.5"
    assert one_decimal(5.0) == "5.0"


def test_what_is_sold_out_cannot_be_put_into_the_cart() -> None:
    seen = said(Turn("t", products=(TENT, STOVE)))
    assert "Sold out" in seen.text
    assert ["disabled" in button for button in seen.buttons("add")] == [False, True]


def test_a_missing_picture_leaves_the_initial() -> None:
    seen = said(Turn("t", products=(STOVE,)))
    assert seen.all("img") == []
    assert any(attrs.get("data-initial") == "G" for attrs in seen.all("div"))


def pages_with(words: str) -> list[str]:
    """Every part of the pages, with `words` wherever a feed, a shopper or a model can write."""
    card = replace(BAD, title=words, brand=words, options={words: words}, reasons=(words,))
    bundle = replace(
        SET, title=words, items=(BundleItemView(words, 1, False, card, (), words),), explanation=words,
        facts=(PairFact(words, "bad", "compatible", words), PairFact("bad", words, "unknown")),
    )  # fmt: skip
    cart = CartView(
        (CartLineView(words, 1, card, usd(1), words),), usd(1), usd(1), (DiscountView(words, words, usd(1)),)
    )
    citation = Citation(words, words, words, "javascript:alert(1)")
    comparison = Comparison((words, "bad"), (ComparisonRow(words, (words, None)),))
    turn = Turn(
        words, asked=words, said=words, message_id=words, products=(card,), bundles=(bundle,),
        comparison=comparison, citations=(citation,), question=Question(words, (words,)),
        confirmation=Confirmation(words, words), failure=Failure(words),
    )  # fmt: skip
    entry = QueueEntry(words, words, words, "pending", THEN, 1, words, words)
    return [
        RENDERER.turn(turn),
        RENDERER.turn(replace(turn, handoff=Handoff("pending", words, 1)), editable=False),
        RENDERER.cart(cart),
        RENDERER.dock((Pick(words, words),), words),
        RENDERER.welcome((words,)),
        RENDERER.bundle(bundle, open_=True, at_desk=True),
        RENDERER.queue((entry,), None),
        RENDERER.desk_reply("open", words, words),
        RENDERER.composing("USD", words),
        Renderer(words, "en_US").head(1),
        Renderer(words, "en_US").desk_head(),
    ]


def structure(html: str) -> list[tuple[str, list[str]]]:
    return [(tag, sorted(attrs)) for tag, attrs in Seen(html).tags]


@pytest.mark.parametrize("place", range(11))
def test_what_others_wrote_is_text_and_never_markup(place: int) -> None:
    hostile = pages_with(HOSTILE)[place]
    assert structure(hostile) == structure(pages_with("Plain words")[place])
    assert not any("javascript:" in (attrs.get("href") or "") for _, attrs in Seen(hostile).tags)


def test_what_others_wrote_is_shown_to_the_letter() -> None:
    assert HOSTILE in said(Turn("t", said=HOSTILE)).text


def test_markdown_stays_as_it_was_written() -> None:
    assert "**bold**" in said(Turn("t", products=(BAD,))).text


@pytest.mark.parametrize(
    ("url", "link", "picture"),
    [
        ("https://cdn.example/a.png", True, True),
        ("http://cdn.example/a.png", True, False),
        ("/media/a.png", True, True),
        ("//evil.example/a.png", False, False),
        ("/\\evil.example/a.png", False, False),
        ("javascript:alert(1)", False, False),
        ("JaVaScRiPt:alert(1)", False, False),
        (" javascript:alert(1)", False, False),
        ("java\tscript:alert(1)", False, False),
        ("data:text/html,x", False, False),
        ("https://", False, False),
        ("http://[broken", False, False),
        ("media/a.png", False, False),
        ("", False, False),
        (None, False, False),
    ],
)
def test_only_addresses_that_a_browser_may_follow_are_links_or_pictures(
    url: str | None, link: bool, picture: bool
) -> None:
    assert (link_url(url) is not None, picture_url(url) is not None) == (link, picture)


def test_a_bundle_shows_its_sum_its_savings_and_what_is_left() -> None:
    seen = said(Turn("t", bundles=(SET,)))
    for words in (
        "A night out",
        "$247.00",
        "you save $50.00",
        "$247.00 of $300.00",
        "$53.00 left",
        "$297.00",
    ):
        assert words in seen.text
    assert seen.all("progress")[0] == {"max": "30000", "value": "24700", "aria-label": "Share of the budget"}


def test_a_bundle_over_its_budget_says_so() -> None:
    assert "$47.00 over" in said(Turn("t", bundles=(replace(SET, budget=usd(20_000)),))).text


def test_a_bundle_without_a_budget_shows_no_bar() -> None:
    seen = said(Turn("t", bundles=(replace(SET, budget=None),)))
    assert seen.all("progress") == []
    assert seen.all("input")[0]["value"] == "247.00"


def test_an_item_shows_slot_quantity_and_the_price_of_all_of_it() -> None:
    text = said(Turn("t", bundles=(SET,))).text
    assert "Gas stove 2" in text
    assert "× 2" in text
    assert "$98.00" in text
    assert "$49.00 each" in text


def test_compatibility_is_told_with_its_fact_and_unknown_is_told_too() -> None:
    known = said(Turn("t", bundles=(SET,))).text
    assert "These fit together" in known
    assert "Both have gas thread EN417" in known
    pair = (PairFact("tent", "stove", "unknown"),)
    unknown = said(Turn("t", bundles=(replace(SET, compatibility="unknown", facts=pair),))).text
    assert "Not every fit is confirmed" in unknown
    assert "no record" in unknown


def test_bundle_buttons_carry_the_revision_and_say_what_is_kept() -> None:
    buttons = said(Turn("t", bundles=(replace(SET, revision=7),))).buttons("edit")
    assert {button["data-revision"] for button in buttons} == {"7"}
    assert [button["data-op"] for button in buttons] == [
        "unlock", "swap", "remove", "lock", "swap", "remove", "undo", "redo",
    ]  # fmt: skip
    assert buttons[0]["aria-pressed"] == "true"


def test_a_bundle_that_nobody_edited_has_nothing_to_undo() -> None:
    assert all(button["data-op"] != "undo" for button in said(Turn("t", bundles=(SET,))).buttons("edit"))


def test_only_the_first_bundle_of_a_turn_is_open() -> None:
    boxes = said(Turn("t", bundles=(SET, replace(SET, id="bundle_2")))).all("details")
    opened = [box["data-key"] for box in boxes if "open" in box]
    assert opened == ["bundle-bundle_1"]


def test_a_comparison_puts_the_products_at_the_head_of_its_columns() -> None:
    rows = (ComparisonRow("pack_weight", ("9.6 kg", None)),)
    turn = Turn("t", products=(TENT, STOVE), comparison=Comparison(("tent", "stove"), rows))
    seen = said(turn)
    for words in ("Family tent", "$149.00", "Gas stove", "Sold out", "Pack weight", "9.6 kg", "—"):
        assert words in seen.text
    assert len(seen.all("th")) == 3
    assert seen.all("article") == []


def test_other_options_are_offered_where_there_are_some() -> None:
    assert said(Turn("t", products=(TENT, STOVE))).buttons("options") == [
        {"type": "button", "class": "link", "data-act": "options", "data-product": "tent"}
    ]
    red = Variant("tent-red", "R", usd(15_900), Availability("out_of_stock"), options={"Colour": "red"})
    green = Variant("tent-v", "G", usd(14_900), Availability("in_stock"), options={"Colour": "green"})
    product = Product("tent", "tent", "Family tent", "", (), (green, red))
    seen = Seen(RENDERER.turn(Turn("t", products=(TENT,)), choices={"tent": product}))
    offered = seen.buttons("choose")
    assert [each["data-variant"] for each in offered] == ["tent-v", "tent-red"]
    assert [each["aria-pressed"] for each in offered] == ["true", "false"]
    assert ["disabled" in each for each in offered] == [False, True]
    assert "$159.00" in seen.text


def test_only_the_last_turn_asks_and_is_read_out() -> None:
    turn = Turn("t", said="Well", question=Question("Which one?", ("This", "That")))
    assert [button["data-words"] for button in said(turn).buttons("say")] == ["This", "That"]
    earlier = said(turn, last=False)
    assert earlier.buttons("say") == []
    assert any(attrs.get("aria-live") == "off" for attrs in earlier.all("div"))
    assert any(attrs.get("aria-live") == "polite" for attrs in said(turn).all("div"))


def test_a_turn_on_its_way_says_what_happens() -> None:
    assert "Reading your message" in said(Turn("t", asked="hello", phase="reading")).text
    assert "Looking through the shop" in said(Turn("t", asked="hello", phase="working")).text


def test_a_failed_turn_can_be_sent_again_unless_that_is_useless() -> None:
    failed = Turn("t", asked="hello", phase="failed", failure=Failure("It broke off."))
    assert said(failed).buttons("again")[0]["data-turn"] == "t"
    assert said(replace(failed, failure=Failure("Too long.", again=False))).buttons("again") == []


def test_thumbs_show_the_one_that_was_given() -> None:
    thumbs = said(Turn("t", said="Well", message_id="msg_1", thumb=-1)).buttons("thumb")
    assert [thumb["aria-pressed"] for thumb in thumbs] == ["false", "true"]


def test_at_the_desk_a_conversation_has_no_buttons() -> None:
    turn = Turn("t", asked="hello", said="Well", message_id="msg_1", products=(TENT,), bundles=(SET,))
    assert said(turn, editable=False, last=False).all("button") == []


def test_the_cart_shows_lines_discounts_and_total() -> None:
    cart = CartView(
        (CartLineView("line_1", 2, TENT, usd(29_800)),),
        usd(29_800),
        usd(26_800),
        (DiscountView("p", "Spring", usd(3_000)),),
    )
    seen = Seen(RENDERER.cart(cart))
    for words in ("Family tent", "Subtotal", "$298.00", "Spring", "−$30.00", "Total", "$268.00"):
        assert words in seen.text
    assert [button["data-quantity"] for button in seen.buttons("quantity")] == ["1", "3"]


def test_an_empty_cart_says_so() -> None:
    assert "Nothing here yet" in RENDERER.cart(None)


def test_comparing_needs_two() -> None:
    one = Seen(RENDERER.dock((Pick("a", "A"),), "")).buttons("compare_now")[0]
    two = Seen(RENDERER.dock((Pick("a", "A"), Pick("b", "B")), "")).buttons("compare_now")[0]
    assert ("disabled" in one, "disabled" in two) == (True, False)


def test_whoever_talks_with_a_person_is_told_so() -> None:
    alone, accompanied = (RENDERER.dock((), "", with_person=each) for each in (False, True))
    assert "a person reads what you write" in Seen(accompanied).text
    assert "person" not in Seen(alone).text
    assert 'data-hint="Write to our team"' in accompanied


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("contact_human_agent", "Asked for a person"),
        ("payment_issue", "Trouble with a payment"),
        ("asked for one", "Asked for one"),
    ],
)
def test_the_queue_says_in_words_why_a_person_is_wanted(reason: str, words: str) -> None:
    entry = QueueEntry("conv_1", reason, "“help”", "pending", THEN, 1)
    text = Seen(RENDERER.queue((entry,), None)).text
    assert words in text
    assert "Waits for a person" in text


def test_what_the_assistant_did_is_told_in_words() -> None:
    entry = QueueEntry("c", "complaint", "“help”", "pending", THEN, 1, tried=("track_order", "new_tool"))
    case = Case(CartView((), usd(0), usd(0)), handoff=entry)
    text = Seen(RENDERER.desk_case(case)).text
    assert "The assistant looked up where an order is, new tool." in text
    assert "Cart: empty" in text
