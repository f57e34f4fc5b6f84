"""Both pages in a real browser, from the first look to the last button."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.web.live import served
from tests.web.pages.browsing import NARROW, Visitor, visiting
from tests.web.pages.conftest import LOGIN, PASSWORD, Shop, open_pages, wait_for_page
from tests.web.pages.scripted import HOSTILE

pytestmark = pytest.mark.slow

#: What one side writes the other sees within two seconds; a busy machine gets more.
PATIENCE_MS = 15_000

LAST = ".turn:last-child"


@pytest.fixture(scope="module")
def shop(shop_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = open_pages(tmp_path_factory.mktemp("browser"), shop_file)
    yield shop
    shop.database.dispose()


@pytest.fixture(scope="module")
def home(shop: Shop) -> Iterator[str]:
    with served(shop.app) as url, httpx.Client(base_url=url) as client:
        wait_for_page(client, "/")
        wait_for_page(client, "/support/")
        yield url


@pytest.fixture
def shopper(browser: Browser, home: str) -> Iterator[Visitor]:
    with visiting(browser, home) as visitor:
        visitor.open_shop()
        yield visitor
        assert visitor.troubles == []


def test_a_shopper_finds_edits_compares_and_buys(shopper: Visitor) -> None:
    page = shopper.page
    expect(page.locator(".welcome")).to_be_visible()
    page.click(".example >> nth=0")
    shopper.wait_for_turn(0)
    bundle = page.locator(f"{LAST} .bundle").first
    expect(bundle.locator(".item")).to_have_count(3)
    expect(bundle.locator("progress")).to_have_attribute("max", "25000")
    expect(bundle).to_contain_text("These fit together")

    bundle.locator("button[data-op=lock]").first.click()
    expect(bundle.locator(".item.locked")).to_have_count(1)
    bundle.locator("button[data-op=remove]").last.click()
    expect(bundle.locator(".item")).to_have_count(2)
    bundle.locator("button[data-op=undo]").click()
    expect(bundle.locator(".item")).to_have_count(3)
    bundle.get_by_text("Change budget").click()
    bundle.locator("input[name=amount]").fill("$240")
    bundle.locator("form button").click()
    expect(bundle.locator("progress")).to_have_attribute("max", "24000")
    bundle.get_by_role("button", name="Add all to cart").click()
    expect(page.locator(".cart .line")).to_have_count(3)

    page.get_by_role("button", name="A week").click()
    shopper.wait_for_turn(1)
    expect(page.locator(".asked").last).to_contain_text("A week")
    expect(page.get_by_role("button", name="One night")).to_have_count(0)

    cards = page.locator(f"{LAST} .card")
    cards.nth(0).get_by_role("button", name="Change").click()
    expect(cards.nth(0).get_by_role("button", name="green")).to_have_attribute("aria-pressed", "true")
    cards.nth(4).get_by_role("button", name="Add to cart").click()
    expect(page.locator(".cart .line")).to_have_count(4)
    for nth in (0, 1):
        cards.nth(nth).get_by_role("button", name="Compare").click()
    page.get_by_role("button", name="Compare 2").click()
    shopper.wait_for_turn(2)
    expect(page.locator(f"{LAST} table")).to_contain_text("Pack weight")

    page.locator(".cart button[aria-label='One more']").last.click()
    expect(page.locator(".cart output").last).to_have_text("2")
    page.locator(".cart button[aria-label='Remove']").first.click()
    expect(page.locator(".cart .line")).to_have_count(3)
    page.locator(f"{LAST} button[aria-label='Good answer']").click()
    expect(page.locator(f"{LAST} button[aria-label='Good answer']")).to_have_attribute("aria-pressed", "true")


def test_a_policy_is_quoted_with_its_source(shopper: Visitor) -> None:
    shopper.say("What can I send back?")
    figure = shopper.page.locator(f"{LAST} figure")
    expect(figure).to_contain_text("Within 30 days, <b>unused</b>.")
    expect(figure.locator("a")).to_have_count(0)


def test_a_reload_keeps_the_conversation_and_a_new_one_begins_anew(shopper: Visitor) -> None:
    page = shopper.page
    shopper.say("A set, please")
    page.locator(".bundle").first.get_by_role("button", name="Add all to cart").click()
    expect(page.locator(".cart .line")).to_have_count(3)
    page.reload()
    expect(page.locator(".turn .bundle")).not_to_have_count(0)
    expect(page.locator(".cart .line")).to_have_count(3)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator(".cart .line")).to_have_count(3)


def test_an_answer_comes_bit_by_bit_and_survives_a_reload(shopper: Visitor, shop: Shop) -> None:
    page = shopper.page
    shop.assistant.gate.clear()
    page.fill("#pw-words textarea", "Something for the garden")
    page.keyboard.press("Enter")
    expect(page.locator(".thinking")).to_contain_text("Looking through the shop")
    expect(page.locator("#pw-words textarea")).to_have_value("")
    page.fill("#pw-words textarea", "my next mess")
    page.reload()
    expect(page.locator(".thinking")).to_be_visible()
    shop.assistant.gate.set()
    expect(page.locator(f"{LAST} .card")).to_have_count(6)
    # The reload cut Gradio's own stream off, which it says in the console.
    shopper.troubles.clear()


def test_what_is_being_written_is_not_lost_when_the_answer_comes(shopper: Visitor, shop: Shop) -> None:
    page = shopper.page
    shop.assistant.gate.clear()
    page.fill("#pw-words textarea", "Something for the garden")
    page.keyboard.press("Enter")
    expect(page.locator("#pw-words textarea")).to_have_value("")
    page.fill("#pw-words textarea", "and then")
    shop.assistant.gate.set()
    expect(page.locator(".turn.done")).to_have_count(1)
    expect(page.locator("#pw-words textarea")).to_have_value("and then")


def test_a_failed_answer_is_told_and_tried_again(shopper: Visitor, shop: Shop) -> None:
    page = shopper.page
    shop.assistant.fail = RuntimeError("the model is gone")
    shopper.say("Something for the garden")
    expect(page.get_by_role("alert")).to_contain_text("Your message is kept")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".turn.done .card")).to_have_count(6)
    expect(page.locator(".asked")).to_have_count(1)


def test_html_and_markdown_in_titles_are_text_everywhere(shopper: Visitor) -> None:
    page = shopper.page
    shopper.say("hostile")
    expect(page.locator(f"{LAST} .card h3")).to_have_text(re.sub(r"\s+", " ", HOSTILE))
    page.locator(f"{LAST} button[data-act=compare]").click()
    expect(page.locator(".pick")).to_contain_text("**bold**")
    page.locator(f"{LAST} button[data-act=similar]").click()
    shopper.wait_for_turn(1)
    expect(page.locator(".asked").last).to_contain_text("<img src=x onerror=")
    assert page.evaluate("window.pwned") is None
    assert page.locator("#pw-thread img[src=x]").count() == 0
    assert page.locator("#pw-thread a").count() == 0


def test_a_missing_picture_leaves_a_calm_place(shopper: Visitor) -> None:
    shopper.say("Something for the garden")
    pictures = shopper.page.locator(f"{LAST} .card .picture")
    expect(pictures.nth(0).locator("img")).to_be_hidden()
    expect(pictures.nth(1).locator("img")).to_be_visible()
    expect(pictures.nth(1).locator("img")).to_have_attribute("alt", "Trekking tent")


def test_the_page_is_used_with_the_keyboard_alone(shopper: Visitor) -> None:
    page = shopper.page
    expect(page.locator("#pw-words textarea")).to_be_focused()
    assert page.get_by_label("Your message").count() == 1
    page.keyboard.type("A set, please")
    page.keyboard.press("Enter")
    shopper.wait_for_turn(0)
    lock = page.locator(".bundle button[data-op=lock]").first
    lock.focus()
    page.keyboard.press("Enter")
    kept = page.locator(".bundle .item.locked button[data-op=unlock]")
    expect(kept).to_be_focused()
    second = page.locator(".bundle > summary").nth(1)
    second.focus()
    page.keyboard.press("Space")
    expect(page.locator(".bundle").nth(1)).to_have_attribute("open", "")
    kept.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".bundle .item.locked")).to_have_count(0)
    expect(page.locator(".bundle").nth(1)).to_have_attribute("open", "")


def test_on_a_phone_all_is_one_column_and_the_cart_is_behind_its_button(browser: Browser, home: str) -> None:
    with visiting(browser, home, NARROW) as visitor:
        page = visitor.page
        visitor.open_shop()
        assert not visitor.is_too_wide()
        for words in ("A set, please", "Something for the garden", "Compare them", "hostile"):
            visitor.say(words)
            assert not visitor.is_too_wide(), words
        expect(page.locator(".cart")).to_be_hidden()
        page.locator(".bundle").first.get_by_role("button", name="Add all to cart").click()
        expect(page.locator(".cart-button .count")).to_contain_text("4")
        page.click(".cart-button")
        expect(page.locator(".cart .line")).to_have_count(3)
        expect(page.locator(".cart-close")).to_be_focused()
        assert not visitor.is_too_wide()
        page.keyboard.press("Escape")
        expect(page.locator(".cart")).to_be_hidden()
        expect(page.locator(".cart-button")).to_be_focused()
        assert visitor.troubles == []


def test_dark_is_dark_and_light_is_light(browser: Browser, home: str) -> None:
    shades = {}
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        with visiting(browser, home, scheme=scheme) as visitor:
            visitor.open_shop()
            paper, ink = (
                visitor.page.evaluate(f"getComputedStyle(document.querySelector('{where}')).{what}")
                for where, what in (("body", "backgroundColor"), (".part", "color"))
            )
            shades[scheme] = (_light(paper), _light(ink))
    assert shades["light"][0] > 200 > 80 > shades["light"][1]
    assert shades["dark"][0] < 80 < 200 < shades["dark"][1]


def _light(colour: str) -> float:
    """How light a colour is, 0 to 255."""
    return sum(float(part) for part in re.findall(r"[\d.]+", colour)[:3]) / 3


def test_a_page_whose_visit_is_forgotten_begins_anew(shopper: Visitor) -> None:
    page = shopper.page
    shopper.say("A set, please")
    page.context.add_cookies([{"name": "pairwell_visit", "value": "old.visit", "url": shopper.home}])
    page.fill("#pw-words textarea", "and now?")
    page.keyboard.press("Enter")
    expect(page.locator(".welcome")).to_be_visible()
    shopper.troubles.clear()


def test_a_link_from_another_site_leads_back_into_the_conversation(shopper: Visitor) -> None:
    page = shopper.page
    shopper.say("A set, please")
    page.goto(f"data:text/html,<a href='{shopper.home}/'>to the shop</a>")
    page.wait_for_timeout(200)
    # Whoever leaves cuts off what the page was still asking for.
    shopper.troubles.clear()
    page.click("a")
    expect(page.locator(".turn .bundle")).not_to_have_count(0)


def test_a_person_takes_over_answers_with_a_bundle_and_hands_back(
    browser: Browser, home: str, shopper: Visitor, shop: Shop
) -> None:
    page = shopper.page
    page.get_by_role("button", name="Talk to a person").click()
    shopper.wait_for_turn(0)
    expect(page.locator(".handoff")).to_contain_text("A person will read this")
    with visiting(browser, home) as agent:
        desk = agent.page
        agent.sign_in(LOGIN, PASSWORD)
        entry = desk.locator(".entry", has_text="asked for one").last
        expect(entry).to_contain_text("**bold**")
        entry.click()
        expect(desk.locator("#pw-desk-thread .asked").first).to_contain_text("talk to a person")
        desk.get_by_role("button", name="Take over").click()
        expect(desk.locator("#pw-reply")).to_be_visible()

        desk.get_by_label("what goes with these products").fill("stove")
        desk.get_by_label("Budget in USD").fill("300")
        desk.get_by_role("button", name="Compose").click()
        expect(desk.locator("#pw-desk-bundles .bundle")).not_to_have_count(0)
        desk.locator("#pw-desk-bundles .bundle").first.get_by_role(
            "button", name="Put into the message"
        ).click()
        expect(desk.locator("#pw-reply")).to_have_value(re.compile("Gas stove, .*Together", re.DOTALL))
        desk.locator("form.reply button").click()
        expect(desk.locator("#pw-reply")).to_have_value("")
        expect(desk.locator("#pw-desk-thread .turn.agent")).to_contain_text("Gas stove")

        expect(page.locator(".turn.agent")).to_contain_text("Gas stove", timeout=PATIENCE_MS)
        page.fill("#pw-words textarea", "Thank you, Kim")
        page.keyboard.press("Enter")
        expect(page.locator(".sent")).to_contain_text("Sent to our team")
        expect(desk.locator("#pw-desk-thread")).to_contain_text("Thank you, Kim", timeout=PATIENCE_MS)

        desk.get_by_role("button", name="Hand back to the assistant").click()
        expect(desk.get_by_role("button", name="Take over")).to_be_visible()
        assert desk.evaluate("window.pwned") is None
        desk.get_by_role("button", name="Sign out").click()
        expect(desk.locator("#login")).to_be_visible()
        assert agent.troubles == []
    shopper.say("Something for the garden")
    expect(page.locator(f"{LAST} .card")).to_have_count(6)


def test_the_desk_fits_on_a_phone(browser: Browser, home: str, shop: Shop) -> None:
    with visiting(browser, home, NARROW) as agent:
        agent.sign_in(LOGIN, PASSWORD)
        assert not agent.is_too_wide()
        assert agent.troubles == []
