"""The chat model in a turn: it understands and explains, and what it gets wrong is never shown."""

import json
from collections.abc import Mapping, Sequence

import pytest

from assistant.agent import Assistant
from assistant.llm import Message, ModelNonsense, ModelUnavailable
from shop.serialise import Json
from tests.assistant.pond_and_paint import Answered, ScriptedModel, Shop, Talk

GONE = ModelUnavailable("nobody there")


def call(name: str, **arguments: object) -> str:
    return json.dumps({"name": name, "arguments": arguments})


def model(*calls: str | Exception, talks: tuple[tuple[str | Exception, ...], ...] = ()) -> ScriptedModel:
    return ScriptedModel(calls, talks, otherwise=GONE)


def said_by(answered: Answered) -> dict[str, int]:
    counts: dict[str, int] = answered.reply["sources"]["text"]
    return counts


def test_the_models_call_is_the_intent(shop: Shop) -> None:
    asked = model(call("find_product", category="Easels", max_price=100))
    answered = shop.talk(asked, model_understands=True).say("easels to put my canvas on, 100 at most")
    assert answered.reply["sources"]["intent"] == "model"
    assert answered.reply["intent"]["constraints"]["max_price"] == {"amount": 10_000, "currency": "USD"}
    assert {card["product_id"] for card in answered.reply["products"]} == {"easel-field", "easel-table"}


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "I would love to help!",
        '{"name": "sell_everything", "arguments": {}}',
        "[" * 3_000,
        ModelNonsense("?"),
    ],
)
def test_where_the_model_talks_nonsense_rules_read_the_message(shop: Shop, nonsense: str | Exception) -> None:
    answered = shop.talk(model(nonsense), model_understands=True).say("easels")
    assert answered.reply["sources"]["intent"] == "rules"
    assert answered.reply["degraded"] is True
    assert len(answered.titles()) == 3


def test_where_the_model_is_away_the_turn_is_still_right(shop: Shop) -> None:
    with_model = shop.talk(model(), model_understands=True).say("easels under $100")
    without = shop.talk().say("easels under $100")
    assert with_model.titles() == without.titles()
    assert with_model.content == without.content
    assert with_model.reply["degraded"] is True
    assert said_by(with_model)["model"] == 0


def test_a_model_that_is_still_starting_is_not_waited_for(shop: Shop) -> None:
    starting = model(call("find_bundle"))
    assistant = Assistant(shop.services, starting, model_understands=True, ready=lambda: False)
    answered = Talk(shop, assistant, "sess_early").say("easels under $100")
    assert starting.heard == []
    assert answered.titles() == shop.talk().say("easels under $100").titles()
    assert answered.reply["degraded"] is True


def test_a_message_is_read_as_long_as_the_operator_allows(shop: Shop) -> None:
    class Patient(ScriptedModel):
        allowed_s = 0.0

        def complete(
            self,
            messages: Sequence[Message],
            *,
            schema: Mapping[str, Json] | None = None,
            max_tokens: int,
            timeout_s: float,
        ) -> str:
            self.allowed_s = timeout_s
            return super().complete(messages, schema=schema, max_tokens=max_tokens, timeout_s=timeout_s)

    slow = Patient([call("find_product", category="Easels")], otherwise=GONE)
    assistant = Assistant(shop.services, slow, model_understands=True, understand_timeout_s=45.0)
    Talk(shop, assistant, "sess_patient").say("easels")
    assert slow.allowed_s == 45.0


def test_a_model_that_does_not_understand_is_not_asked_to(shop: Shop) -> None:
    asked = model(call("cart", cart="clear"))
    answered = shop.talk(asked, model_understands=False).say("easels")
    assert answered.reply["intent"]["name"] == "find_product"
    assert answered.reply["sources"]["intent"] == "rules"


def test_a_category_that_the_shop_does_not_have_is_only_a_word(shop: Shop) -> None:
    asked = model(call("find_product", category="Spaceships", query="easel"))
    answered = shop.talk(asked, model_understands=True).say("an easel for my spaceship")
    assert "category" not in answered.reply["intent"].get("constraints", {})
    assert answered.tool == "search_products"


def test_a_reference_to_nothing_shown_changes_no_cart(shop: Shop) -> None:
    asked = model(call("cart", cart="add", references=["the second one"]))
    talk = shop.talk(asked, model_understands=True)
    answered = talk.say("add the second one")
    assert answered.reply["tool_calls"][0]["ok"] is False
    assert talk.cart().lines == ()


def test_an_empty_call_asks_once(shop: Shop) -> None:
    asked = model(call("find_product"), call("find_bundle"))
    talk = shop.talk(asked, model_understands=True)
    assert "question" in talk.say("hm, well").reply
    assert "question" not in talk.say("well, hm").reply


def test_true_sentences_of_the_model_are_shown_as_its_own(shop: Shop) -> None:
    asked = model(talks=(("The Nook table easel has a", " weight of 1.1 kg."),))
    answered = shop.talk(asked).say("easels")
    assert answered.content.endswith("The Nook table easel has a weight of 1.1 kg.")
    assert said_by(answered)["model"] == 1
    assert answered.reply["degraded"] is True
    both = model(
        call("find_product", category="Easels", query="table easel"),
        talks=(("The Nook table easel has a", " weight of 1.1 kg."),),
    )
    understood = shop.talk(both, model_understands=True).say("easels")
    assert understood.reply["sources"]["intent"] == "model"
    assert understood.reply["degraded"] is False


@pytest.mark.parametrize(
    "lie",
    [
        "The Nook table easel has a weight of 11 kg.",
        "Nook table easel costs $9.99.",
        "Nook table easel is waterproof.",
        "You save 50 % on Nook table easel.",
        "Only 3 of Nook table easel are left.",
        "Nook table easel arrives tomorrow.",
        "Nook table easel comes with a lifetime warranty.",
        "The Golden Deluxe easel is our best one.",
    ],
)
def test_a_lie_is_never_shown(shop: Shop, lie: str) -> None:
    # Told twice, since a wrong sentence may be put right once.
    asked = ScriptedModel((lie,), ((lie,), (lie,)), otherwise=GONE)
    answered = shop.talk(asked).say("easels")
    assert asked.heard
    assert lie not in answered.content
    assert "$45.00" in answered.content
    assert said_by(answered)["model"] == 0
    assert answered.reply["degraded"] is True


def test_a_model_that_stops_in_mid_sentence_leaves_no_half_sentence(shop: Shop) -> None:
    whole = "The Nook table easel has a weight of 1.1 kg."
    asked = model(talks=((f"{whole} Its height is ", GONE),))
    answered = shop.talk(asked).say("easels")
    assert answered.content.endswith(whole)
    assert said_by(answered)["model"] == 1


def test_a_model_that_goes_away_before_it_spoke_leaves_the_template(shop: Shop) -> None:
    asked = model(talks=(("The Nook table", GONE),))
    assert shop.talk(asked).say("easels").content == shop.talk().say("easels").content


def test_a_wrong_sentence_may_be_put_right_once(shop: Shop) -> None:
    right = "The Nook table easel has a weight of 1.1 kg."
    asked = model(right, talks=(("The Nook table easel has a weight of 11 kg.",),))
    answered = shop.talk(asked).say("easels")
    assert right in answered.content
    assert "11 kg" not in answered.content
    assert said_by(answered)["repaired"] == 1


def test_a_model_that_says_nothing_leaves_the_words_to_the_template(shop: Shop) -> None:
    answered = shop.talk(model(talks=((),))).say("easels")
    assert answered.content == shop.talk().say("easels").content


def test_what_a_shopper_claims_is_no_evidence(shop: Shop) -> None:
    claim = "Nook table easel is half price today."
    asked = ScriptedModel((claim,), ((claim,), (claim,)), otherwise=GONE)
    answered = shop.talk(asked).say("easels - you just said that the Nook table easel is half price today")
    assert "half price" not in answered.content.split('"')[-1]
    assert said_by(answered)["model"] == 0
