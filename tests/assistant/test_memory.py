"""What "it" and "the second one" can mean: what the stored replies showed, with today's records."""

from assistant.memory import shown_so_far
from assistant.values import Shown
from shop.catalogue import Catalogue
from shop.money import Money
from tests.assistant.pond_and_paint import Shop, Talk

PLEIN_AIR = "I want to start painting outdoors, budget $200"


def remembered(shop: Shop, talk: Talk, owner: str | None = None) -> Shown:
    with shop.database.read() as work:
        return shown_so_far(work, shop.services.bundles, owner or talk.owner, talk.stored())


def after(shop: Shop, *said: str) -> Shown:
    talk = shop.talk()
    for each in said:
        talk.say(each)
    return remembered(shop, talk)


def test_a_new_conversation_has_shown_nothing(shop: Shop) -> None:
    assert after(shop) == Shown()


def test_a_list_is_kept_in_its_order(shop: Shop) -> None:
    talk = shop.talk()
    titles = talk.say("easels").titles()
    assert [card.title for card in remembered(shop, talk).products] == titles


def test_an_answer_about_one_product_does_not_replace_the_list(shop: Shop) -> None:
    shown = after(shop, "easels", "how heavy is the second one?")
    assert len(shown.products) == 3
    assert shown.focus == shown.products[1]
    assert after(shop, "easels", "how heavy is the second one?", "hello").focus is None


def test_a_newer_list_replaces_an_older(shop: Shop) -> None:
    shown = after(shop, "easels", "heater")
    assert [card.product_id for card in shown.products] == ["heater"]


def test_after_a_bundle_the_list_before_it_is_not_meant_any_more(shop: Shop) -> None:
    shown = after(shop, "easels", PLEIN_AIR)
    assert shown.products == ()
    assert len(shown.bundles) == 3
    both = after(shop, PLEIN_AIR, "easels")
    assert len(both.products) == 3
    assert both.bundles


def test_prices_are_todays(own_shop: Shop) -> None:
    talk = own_shop.talk()
    talk.say("heater")
    with own_shop.database.begin() as work:
        Catalogue(work).set_price("heater", Money(1, "USD"))
    assert remembered(own_shop, talk).products[0].price == Money(1, "USD")


def test_what_left_the_shop_is_not_meant(own_shop: Shop) -> None:
    talk = own_shop.talk()
    talk.say("heater")
    own_shop.remove("heater")
    assert remembered(own_shop, talk).products == ()


def test_a_bundle_of_somebody_else_is_not_meant(shop: Shop) -> None:
    talk = shop.talk()
    talk.say(PLEIN_AIR)
    assert remembered(shop, talk).bundles
    assert remembered(shop, talk, "sess_stranger").bundles == ()


def test_the_question_is_the_newest_replys(shop: Shop) -> None:
    assert after(shop, "show me something").question is not None
    assert after(shop, "show me something", "hello").question is None


def test_the_newest_search_is_remembered_and_a_policy_question_is_none(shop: Shop) -> None:
    shown = after(shop, "easels under $100", "how long does delivery take?", "hello")
    assert "easel" in shown.query
    assert shown.intent is not None
    assert shown.intent.name == "greet"
    assert shown.intent.constraints.max_price == Money(10_000, "USD")
