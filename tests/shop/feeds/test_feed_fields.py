"""Cells of feeds: what is read, and what is refused with which words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.deserialise import BadValue
from shop.feeds import fields
from shop.feeds.plain_text import plain_text, slug
from shop.money import Money
from shop.serialise import Json
from shop.values import Availability


@pytest.mark.parametrize(
    ("cell", "price"),
    [
        ("29.99", Money(2999, "USD")),
        ("29.99 USD", Money(2999, "USD")),
        ("29.99 EUR", Money(2999, "EUR")),
        ("EUR 29.99", Money(2999, "EUR")),
        ("$1,299.50", Money(129950, "USD")),
        ("3000 jpy", Money(3000, "JPY")),
        ("1.299,00 €", Money(129900, "EUR")),
        ("1 299,00\u00a0€", Money(129900, "EUR")),
        ("29,99", Money(2999, "USD")),
        ("CHF 1'299.-", Money(129900, "CHF")),
        ("1,29,999.50 INR", Money(12999950, "INR")),
        ("1.299.000 VND", Money(1299000, "VND")),
        ("£5", Money(500, "GBP")),
        ("12,50 zł", Money(1250, "PLN")),
        ("$12.50 USD", Money(1250, "USD")),
        ("US$12.50", Money(1250, "USD")),
        ("1.250 KWD", Money(1250, "KWD")),
        (129.99, Money(12999, "USD")),
        (1.5, Money(150, "USD")),
        (28, Money(2800, "USD")),
        ("", None),
        (None, None),
    ],
)
def test_a_price_is_read_as_merchants_write_it(cell: Json, price: Money | None) -> None:
    assert fields.price({"price": cell}, "price", "USD") == price


def test_a_price_in_minor_units_is_taken_as_it_is() -> None:
    assert fields.price({"price": 4995}, "price", "USD", "minor") == Money(4995, "USD")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("1.299", "could mean two prices: '1.299'; write it as 1299.00"),
        ("12,34,5", "is no price"),
        ("1.2.3", "is no price"),
        ("1,299,00.5", "is no price"),
        ("€5 USD", "names two currencies"),
        ("¥3,000", "is in '.xa5', the feed's prices are in USD"),
        ("5 ©", "no currency that is known"),
        ("cheap", "is no price"),
        ("1e5", "is no price"),
        ("9" * 30, "is no price"),
        ("5 XQQ", "not an amount of money"),
        ({"amount": 5}, "must be a text or a number"),
        (1e300, "is too large"),
    ],
)
def test_a_price_that_could_mean_something_else_is_refused(cell: Json, said: str) -> None:
    with pytest.raises(BadValue, match=said):
        fields.price({"price": cell}, "price", "USD")


@pytest.mark.parametrize(
    ("words", "currency", "price"),
    [
        ("¥3,000", "JPY", Money(3000, "JPY")),
        ("¥3,000", "CNY", Money(300000, "CNY")),
        ("$12", "CAD", Money(1200, "CAD")),
        ("149 kr", "SEK", Money(14900, "SEK")),
    ],
)
def test_a_sign_that_currencies_share_is_the_feeds(words: str, currency: str, price: Money) -> None:
    assert fields.price({"price": words}, "price", currency) == price


def test_a_mapping_may_say_what_stands_before_the_cents() -> None:
    cells: dict[str, Json] = {"price": "1.299"}

    assert fields.price(cells, "price", "EUR", decimals=",") == Money(129900, "EUR")
    assert fields.price(cells, "price", "KWD", decimals=".") == Money(1299, "KWD")


def test_a_price_without_a_currency_says_how_to_give_one() -> None:
    with pytest.raises(BadValue, match=r"write '29\.99 USD', or name the currency of the feed"):
        fields.price({"price": "29.99"}, "price", None)


@pytest.mark.parametrize(("cell", "count"), [("15", 15), ("15.0", 15), (15, 15), ("0", 0), ("", None)])
def test_a_stock_level_is_a_whole_number(cell: Json, count: int | None) -> None:
    assert fields.stock({"stock": cell}, "stock") == count


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("-3", "is a negative stock: -3"),
        ("1.5", "no whole number"),
        ("many", "no whole number"),
        ("9999999999", "too large"),
    ],
)
def test_a_stock_level_that_is_none_is_refused(cell: Json, said: str) -> None:
    with pytest.raises(BadValue, match=said):
        fields.stock({"stock": cell}, "stock")


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("in stock", "in_stock"),
        ("In-Stock", "in_stock"),
        ("out of stock", "out_of_stock"),
        ("preorder", "preorder"),
    ],
)
def test_a_status_is_read_however_it_is_spelt(cell: str, status: str) -> None:
    assert fields.status({"status": cell}, "status") == status


def test_an_unknown_status_says_which_there_are() -> None:
    with pytest.raises(BadValue, match="'soonish', not one of in_stock, backorder"):
        fields.status({"status": "soonish"}, "status")


def test_none_left_is_out_of_stock_whatever_the_feed_says() -> None:
    assert fields.availability("in_stock", 0) == Availability("out_of_stock", 0)
    assert fields.availability(None, 0) == Availability("out_of_stock", 0)
    assert fields.availability("backorder", 0) == Availability("backorder", 0)
    assert fields.availability(None, 3) == Availability("in_stock", 3)
    assert fields.availability(None, None) == Availability("in_stock")


def test_lists_are_cut_tidied_and_said_once() -> None:
    assert fields.texts({"tags": " a, b ,,a"}, "tags", ",") == ("a", "b")
    assert fields.texts({"tags": ["a", "b", "a", ""]}, "tags", ",") == ("a", "b")
    assert fields.texts({}, "tags", ",") == ()


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Warm &amp; soft.</p><p>Washable.</p>", "Warm & soft.\nWashable."),
        ("One<br>two<br/>three", "One\ntwo\nthree"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("<style>p { color: red }</style>Seen<script>alert(1)</script>", "Seen"),
        ("Fits 3 < 4 and 5 > 2", "Fits 3 < 4 and 5 > 2"),
        ("R&D, AT&T", "R&D, AT&T"),
        ("5&nbsp;kg &#8211; light", "5 kg – light"),
        ("  plain \n\n text  ", "plain\ntext"),
        ("<b>unclosed", "unclosed"),
    ],
)
def test_html_is_read_as_a_reader_would_see_it(html: str, text: str) -> None:
    assert plain_text(html) == text


@given(st.text())
def test_any_text_becomes_tidy_text(text: str) -> None:
    for line in plain_text(text).split("\n"):
        assert line == line.strip()


@given(st.text())
def test_an_address_holds_only_letters_digits_and_hyphens(text: str) -> None:
    made = slug(text)

    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug(made) == made


def test_accents_go_and_words_stay() -> None:
    assert slug("Crème Brûlée, 2 pcs") == "creme-brulee-2-pcs"


@given(st.integers(1, 10**9), st.sampled_from(("USD", "JPY", "KWD")), st.booleans())
def test_a_price_that_is_written_out_is_read_back(amount: int, currency: str, grouped: bool) -> None:
    money = Money(amount, currency)
    number = f"{money.major:,}" if grouped else str(money.major)

    assert fields.price({"price": f"{number} {currency}"}, "price", None) == money
