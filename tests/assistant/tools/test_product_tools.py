"""Products through their tools: searching, comparing, and answering from the record."""

from dataclasses import replace

import pytest

from assistant.grounding import violations
from assistant.intent import Constraints, Excluded, Intent, Reference
from assistant.templates import template_sentences
from assistant.tools.bundles import complete_bundle
from assistant.tools.context import Found
from assistant.tools.products import compare_products, get_product, search_products
from assistant.values import Shown
from shop.money import Money
from tests.assistant.pond_and_paint import Shop


def ids(found: Found) -> list[str]:
    return [card.product_id for card in found.products or ()]


def ask(shop: Shop, question: str, product_id: str = "easel-field", **attributes: str) -> Found:
    """A question about one product that was shown."""
    intent = Intent(
        "product_question",
        references=(Reference("it", product_id=product_id),),
        constraints=Constraints(attributes=attributes),
    )
    return get_product(shop.talk().context(shop.shown(product_id), question), intent)


def answered(found: Found) -> tuple[object, object]:
    return found.evidence.values["field"], found.evidence.values["value"]


def test_facts_are_filters_and_the_call_says_which(shop: Shop) -> None:
    constraints = Constraints(
        category="Painting > Easels",
        max_price=Money(10_000, "USD"),
        exclude=(Excluded("finish", "walnut"),),
    )
    found = search_products(shop.talk().context(), Intent("find_product", constraints=constraints))
    assert set(ids(found)) == {"easel-field", "easel-table"}
    assert found.call.arguments == {
        "categories": ["Painting > Easels"],
        "max_price": {"amount": 10_000, "currency": "USD"},
        "exclude": [{"field": "finish", "value": "walnut"}],
    }


def test_only_a_limit_in_the_shoppers_own_figures_is_told_as_theirs(shop: Shop) -> None:
    under = Constraints(category="Painting > Easels", max_price=Money(30_000, "USD"))
    about = replace(under, min_price=Money(1_000, "USD"))
    named, loose = (
        search_products(shop.talk().context(), Intent("find_product", constraints=each)).evidence
        for each in (under, about)
    )
    assert named.values["limit"] == "$300.00"
    assert loose.values["limit"] is None
    assert not [fact for fact in loose.facts if fact.kind == "budget"]


def test_the_variant_that_meets_the_wish_is_the_one_shown(shop: Shop) -> None:
    constraints = Constraints(category="Painting > Brushes", attributes={"size": "large"})
    found = search_products(shop.talk().context(), Intent("find_product", constraints=constraints))
    assert found.products is not None
    assert [(card.variant_id, card.price.amount) for card in found.products][:1] == [
        ("brush-set-large", 1_800)
    ]


@pytest.mark.parametrize(
    ("intent", "wish"),
    [
        (
            Intent("find_product", query="field", constraints=Constraints(category="Painting > Easels")),
            "field easels",
        ),
        (
            Intent("find_product", query="an easel", constraints=Constraints(category="Painting > Easels")),
            "an easel",
        ),
        (
            Intent(
                "find_product", constraints=Constraints("Painting > Brushes", attributes={"size": "large"})
            ),
            "large brushes",
        ),
        (Intent("find_product", query="easel"), "easel"),
    ],
)
def test_a_wish_is_told_in_its_words_and_with_its_kind_once(shop: Shop, intent: Intent, wish: str) -> None:
    assert search_products(shop.talk().context(), intent).evidence.values["wish"] == wish


def like_it_but_cheaper(product_id: str) -> Intent:
    return Intent("refine", sort="cheaper", references=(Reference("this one", product_id=product_id),))


def test_like_this_one_but_cheaper(shop: Shop) -> None:
    context = shop.talk().context(shop.shown("easel-field"))
    found = search_products(context, like_it_but_cheaper("easel-field"))
    assert ids(found)[0] == "easel-table"
    assert found.products is not None
    assert all(card.price.amount < 15_900 for card in found.products)
    assert found.call.arguments["like"] == "easel-field"


def test_cheaper_than_the_cheapest_is_given_up_by_the_price_that_it_means(shop: Shop) -> None:
    shown = shop.shown("easel-table")
    price = shown.products[0].price
    easels = Constraints(category="Painting > Easels")
    cheaper = replace(like_it_but_cheaper("easel-table"), constraints=easels)
    found = search_products(shop.talk().context(shown), cheaper)
    assert found.evidence.values["relaxed"] == [f"nothing under {price}"]


def test_like_one_that_is_gone_is_a_search_all_the_same(shop: Shop) -> None:
    context = shop.talk().context(shop.shown("easel-field"))
    assert ids(search_products(context, like_it_but_cheaper("gone")))


@pytest.mark.parametrize("words", ["qwoeiruty asdlkj", "zxcv", "trombone"])
def test_words_that_find_nothing_show_nothing(shop: Shop, words: str) -> None:
    found = search_products(shop.talk().context(), Intent("find_product", query=words))
    assert found.products is None
    assert found.evidence.situation == "nothing_found"


def test_a_wish_that_nothing_meets_is_given_up_aloud(shop: Shop) -> None:
    constraints = Constraints(category="Painting > Easels", max_price=Money(1_000, "USD"))
    found = search_products(shop.talk().context(), Intent("find_product", constraints=constraints))
    assert found.evidence.situation == "products_relaxed"
    assert found.evidence.values["relaxed"] == ["nothing under $10.00"]


def test_better_means_better_rated(shop: Shop) -> None:
    constraints = Constraints(category="Painting > Easels")
    intent = Intent("refine", query="easel", constraints=constraints, sort="better")
    assert ids(search_products(shop.talk().context(), intent))[0] == "easel-studio"


@pytest.mark.parametrize(
    ("question", "field", "value"),
    [
        ("how much is it?", "price", "$89.00 to $99.00"),
        ("is it in stock?", "availability", "in stock, but not walnut"),
        ("how heavy is it?", "weight", "3.2 kg"),
        ("what finish does it come in?", "finish", "beech, walnut (sold out)"),
        ("what brand is it?", "brand", "Larch"),
    ],
)
def test_a_question_is_answered_from_the_record(shop: Shop, question: str, field: str, value: str) -> None:
    assert answered(ask(shop, question)) == (field, value)


def test_a_variant_asked_for_is_the_one_shown(shop: Shop) -> None:
    found = ask(shop, "the first one in walnut", finish="walnut")
    assert answered(found) == ("finish", "walnut, out of stock")
    assert [card.variant_id for card in found.products or ()] == ["easel-field-walnut"]


def test_an_option_it_does_not_come_in_is_said(shop: Shop) -> None:
    assert answered(ask(shop, "in bamboo?", finish="bamboo")) == (
        "finish",
        "beech, walnut (sold out); not bamboo",
    )


def test_what_the_record_does_not_say_is_not_guessed(shop: Shop) -> None:
    field, value = answered(ask(shop, "is it waterproof?"))
    assert (field, value) == ("waterproof", None)


def test_opinions_are_the_rating_and_what_customers_wrote(shop: Shop) -> None:
    found = ask(shop, "what do people say about it?")
    assert answered(found) == ("rating", "4.6 of 5, given by 31")
    assert found.evidence.values["quotes"] == ["It stood firm in the wind."]
    assert ask(shop, "what do people say about it?", "hose-wide").evidence.values["value"] is None


def test_tell_me_more_is_its_description(shop: Shop) -> None:
    assert answered(ask(shop, "tell me more")) == (
        None,
        "A folding easel for painting outdoors. It stands on three legs",
    )


def test_what_one_needs_and_another_gives_can_be_asked(shop: Shop) -> None:
    assert answered(ask(shop, "which hose does it need?", "filter-outer")) == ("needs hose", "12 mm")


def test_a_product_that_left_the_shop_is_not_described(own_shop: Shop) -> None:
    shown = own_shop.shown("heater")
    own_shop.remove("heater")
    intent = Intent("product_question", references=(Reference("the heater", product_id="heater"),))
    found = get_product(own_shop.talk().context(shown, "how much is it?"), intent)
    assert found.evidence.situation == "unknown_reference"
    assert found.products is None


def test_two_are_compared_fact_by_fact(shop: Shop) -> None:
    context = shop.talk().context(shop.shown("easel-table", "easel-studio"))
    found = compare_products(context, Intent("compare"))
    assert found.comparison is not None
    rows = {row.field: row.values for row in found.comparison.rows}
    assert rows["weight"] == ("1.1 kg", "9 kg")
    assert rows["brand"] == ("Larch", "Ember & Oak")
    assert rows["price"] == ("$45.00", "$159.00")
    assert found.evidence.values["cheaper"] == "Nook table easel"


def test_one_product_alone_is_not_compared(shop: Shop) -> None:
    context = shop.talk().context(shop.shown("easel-table"))
    found = compare_products(context, Intent("compare", query="easel"))
    assert found.comparison is None
    assert found.call.name == "search_products"


def test_of_a_kind_that_is_named_alone_the_words_of_the_message_say_which_comes_first(shop: Shop) -> None:
    intent = Intent("find_product", constraints=Constraints(category="Painting > Easels"))
    firsts = {
        text: ids(search_products(shop.talk().context(text=text), intent))
        for text in ("an easel for the table", "an easel for the studio")
    }
    assert [each[0] for each in firsts.values()] == ["easel-table", "easel-studio"]
    assert len({frozenset(each) for each in firsts.values()}) == 1


def test_words_that_narrow_a_kind_never_empty_it(shop: Shop) -> None:
    intent = Intent("find_product", query="qwoeiruty", constraints=Constraints(category="Painting > Easels"))
    assert {each.split("-")[0] for each in ids(search_products(shop.talk().context(), intent))} == {"easel"}


def test_where_a_models_words_find_nothing_the_messages_own_are_looked_for(shop: Shop) -> None:
    intent = Intent("find_product", query="essl zxcv")
    found = search_products(shop.talk().context(text="a field easel"), intent)
    assert ids(found)[0] == "easel-field"
    assert found.call.arguments["query"] == "field easel"


def ask_of_set(shop: Shop, question: str, *pointed: str) -> Found:
    """A question after a set was shown, about the products pointed at."""
    talk = shop.talk()
    made = complete_bundle(talk.context(), Intent("complete_bundle", query="canister filter"))
    references = tuple(Reference("it", product_id=each) for each in pointed)
    shown = Shown(bundles=made.bundles or ())
    return get_product(talk.context(shown, question), Intent("product_question", references=references))


def test_why_a_part_fits_is_the_fact_that_both_records_share(shop: Shop) -> None:
    found = ask_of_set(shop, "why does the hose fit?", "hose-wide")
    assert found.evidence.situation == "fit"
    told = template_sentences(found.evidence)[0].text
    assert "fit together: both have" in told
    assert violations(told, found.evidence) == ()


def test_of_a_part_whose_record_shares_nothing_that_is_said(shop: Shop) -> None:
    found = ask_of_set(shop, "do these go together?", "easel-field", "brush-set")
    told = [each.text for each in template_sentences(found.evidence)]
    assert told[0].startswith("The records name nothing")
    assert all(violations(each, found.evidence) == () for each in told)


def test_a_question_about_fit_of_a_lone_product_is_answered_from_its_record(shop: Shop) -> None:
    assert ask(shop, "does it fit in a car?").evidence.situation == "product_answer"


@pytest.mark.parametrize(
    ("said", "read", "wish"),
    [
        ("do you have a folding easel?", "", "folding easel"),
        ("an easel for painting outdoors, under $200", "painting outdoors", "easel for painting outdoors"),
        ("show me what you have", "for painting outdoors", "easels for painting outdoors"),
    ],
)
def test_a_wish_is_repeated_in_the_shopper_s_own_words(shop: Shop, said: str, read: str, wish: str) -> None:
    intent = Intent("find_product", query=read, constraints=Constraints(category="Painting > Easels"))
    found = search_products(shop.talk().context(text=said), intent)
    assert found.evidence.values["wish"] == wish


@pytest.mark.parametrize("question", ["price?", "how much is it?", "is it in stock?"])
def test_a_question_that_names_none_of_several_is_about_the_first(shop: Shop, question: str) -> None:
    found = get_product(
        shop.talk().context(shop.shown("easel-table", "easel-studio"), question),
        Intent("product_question", query="price"),
    )
    assert found.call.arguments == {"product_id": "easel-table"}


def test_a_question_that_names_another_thing_is_about_that(shop: Shop) -> None:
    shown = shop.shown("easel-table", "easel-studio")
    found = get_product(
        shop.talk().context(shown, "price of a hose?"), Intent("product_question", query="hose")
    )
    assert found.call.name == "search_products"


def test_no_limit_is_given_up_for_another_kind_of_thing(shop: Shop) -> None:
    limit = Constraints(max_price=Money(100, "USD"))
    intent = Intent("find_product", query="paint roller", constraints=limit)
    found = search_products(shop.talk().context(text="a paint roller under $1"), intent)
    assert found.evidence.situation == "nothing_found"
    assert not found.products
