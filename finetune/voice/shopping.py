"""What is told while shopping: the right words about products, bundles, comparisons and answers.

Each kind draws its evidence from a shop, renders it as serving does, and says it in sentences of `texts/`.
A trap is evidence that a careless reader gets wrong: a price close to another, a sold-out choice, parts of
which no record says that they fit, a fact that only one of two has.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from random import Random
from typing import Any

from assistant.telling import TONES, Tone, telling_messages
from assistant.telling_shopping import MOST_ROWS, sayable_rows, why
from assistant.values import Evidence
from finetune.voice import scenes, slots
from finetune.voice.samples import CannotDraw, Draw, Kind, Sample, ShopFacts
from finetune.voice.shops import family
from finetune.voice.wordings import Paragraph, paragraph

Scene = Callable[[ShopFacts, Random], Evidence]
#: Writes the paragraph of one situation.
Telling = Callable[[Evidence, Tone, ShopFacts, Random], Paragraph]
#: A price is close to another where they are less apart than this share of it.
CLOSE = 0.05
#: What it takes to say that no record knows whether all parts fit.
UNKNOWN_TOKENS = 12


def kind_of(name: str, scene: Scene, telling: Telling) -> Draw:
    """Draws samples of one kind."""

    def draw(chance: Random, shop: ShopFacts) -> Sample:
        evidence = scene(shop, chance)
        tone = chance.choice(TONES)
        messages = telling_messages(evidence, tone)
        if messages is None:
            raise CannotDraw(name)
        told = telling(evidence, tone, shop, chance)
        return Sample(
            task="explain",
            messages=tuple(messages),
            answer=told.text,
            kind=name,
            realisation=told.realisation,
            family=_family(evidence, shop),
            source=shop.name,
            trap=_trap(evidence),
            evidence=evidence,
        )

    return draw


def _family(evidence: Evidence, shop: ShopFacts) -> str:
    found = {each.id: each for each in shop.products}
    return next((family(shop.name, found[each]) for each in evidence.lead if each in found), shop.name)


def _trap(evidence: Evidence) -> str | None:
    values: Mapping[str, Any] = evidence.values
    rows = values.get("differences", ())
    if any(None in row["values"] for row in rows[:MOST_ROWS]):
        return "one has it"
    kinds = {fact.kind for fact in evidence.facts}
    if evidence.situation == "product_answer" and "sold_out" in kinds:
        return "sold-out choice"
    prices = sorted(int(fact.value.split()[0]) for fact in evidence.facts if fact.kind == "price")
    pairs = pairwise(prices)
    if any(0 < high - low <= low * CLOSE for low, high in pairs):
        return "close price"
    return "unknown fit" if ("compatibility" in kinds and _is_unknown(evidence)) else None


def _is_unknown(evidence: Evidence) -> bool:
    return any(fact.kind == "compatibility" and fact.value == "unknown" for fact in evidence.facts)


def _products(evidence: Evidence, tone: Tone, shop: ShopFacts, chance: Random) -> Paragraph:
    told = paragraph("products", tone, shop, slots.products(evidence, chance), chance)
    if evidence.situation == "products_relaxed":
        told.must("open_relaxed")
    else:
        told.must("open" if evidence.values["close"] else "open_far")
    told.add("detail", share=0.85)
    told.add("other", share=0.6)
    if len(told.texts) < 3:
        told.add("close", share=0.15)
    return told


def _suggestions(evidence: Evidence, tone: Tone, shop: ShopFacts, chance: Random) -> Paragraph:
    told = paragraph("products", tone, shop, slots.products(evidence, chance), chance)
    told.must("suggest")
    if not any("second" in each.slots for each in told.used):
        told.add("detail", share=0.45)
    told.must("suggest_close")
    return told


def _comparison(evidence: Evidence, tone: Tone, shop: ShopFacts, chance: Random) -> Paragraph:
    values = slots.comparison(evidence)
    rows = sayable_rows(evidence)
    names = [str(values["a"]), str(values["b"])]
    if "c" not in values and rows:
        values |= slots.row(chance.choice(rows), names, chance)
    told = paragraph("comparison", tone, shop, values, chance)
    told.must("open_three" if "c" in values else "open" if values.get("gap") else "open_same")
    if "c" in values:
        told.add("close", share=0.5)
        return told
    told.add("row_known" if "known" in values else "row", share=0.95)
    if len(told.texts) < 2 or chance.random() < 0.3:
        told.add("rating", share=0.8)
    if len(told.texts) < 2:
        told.add("close", share=0.7)
    return told


def _answer(evidence: Evidence, tone: Tone, shop: ShopFacts, chance: Random) -> Paragraph:
    values = slots.answer(evidence, chance)
    told = paragraph("answer", tone, shop, values, chance)
    told.must(_answer_part(values))
    told.add("extra", share=0.45)
    return told


def _answer_part(values: slots.Values) -> str:
    if "choice_not" in values:
        return "option_not"
    if "choice_out" in values:
        return "option_out"
    if "choice" in values:
        return "option_so"
    if "stock" in values:
        return "stock_but" if values["gone"] else "stock"
    if "options_gone" in values:
        return "options_gone"
    if "options" in values:
        return "options"
    return values.get("truth") or ("known" if "value" in values else "unknown")


def _bundle(evidence: Evidence, tone: Tone, shop: ShopFacts, chance: Random) -> Paragraph:
    values = slots.bundle(evidence, chance)
    told = paragraph("bundles", tone, shop, values, chance)
    if evidence.values["again"]:
        told.must("open_again")
    else:
        told.must("open_with" if values["anchor"] else "open")
    spare = UNKNOWN_TOKENS if "unknown" in values else 0
    if not told.add("fit", "fit_enough", share=0.9 if "fit_a" in values else 0):
        told.add("detail", "content", share=0.6, spare=spare)
        told.add("reason", share=0.4, spare=spare)
    if len(told.texts) < 3:
        told.add("detail", "content", "money", share=0.75 if len(told.texts) < 2 else 0.4, spare=spare)
    if "unknown" in values:
        told.must("unknown")
    elif len(told.texts) < 3:
        told.add("close", share=0.15)
    return told


def _edited(evidence: Evidence, tone: Tone, shop: ShopFacts, chance: Random) -> Paragraph:
    values = slots.edited(evidence, chance)
    told = paragraph("edited", tone, shop, values, chance)
    if "out" in values and "was" in values:
        told.must("done_two")
    else:
        told.must("done")
    told.must("total")
    if "slot" in values:
        told.must("refused")
    else:
        told.add("new", share=0.45, spare=UNKNOWN_TOKENS if "unknown" in values else 0)
    if "unknown" in values:
        unknown = paragraph("bundles", tone, shop, values, chance)
        unknown.must("unknown")
        told.texts += unknown.texts
        told.used += unknown.used
    return told


def _nothing(evidence: Evidence, tone: Tone, shop: ShopFacts, chance: Random) -> Paragraph:
    wish, limits = evidence.values["wish"], evidence.values["limits"]
    limits = limits if isinstance(limits, list) else []
    values = {"wish": str(wish) if wish else None, "limits": " and ".join(map(str, limits)) or None}
    told = paragraph("nothing", tone, shop, values, chance)
    if wish:
        told.must("open_limits" if limits else "open")
    else:
        told.must("open_only_limits" if limits else "open_bare")
    told.must("close_limits" if limits else "close")
    return told


def _infeasible(evidence: Evidence, tone: Tone, shop: ShopFacts, chance: Random) -> Paragraph:
    told: Mapping[str, Any] = evidence.values
    slot = told["slot"]
    values = {"budget": told["budget"], "cheapest": told["cheapest_total"], "slot": slot and f"the {slot}"}
    text = paragraph("infeasible", tone, shop, {**values, "why": why(told["reason"])}, chance)
    part = "budget" if values["budget"] and values["cheapest"] else "slot" if slot else "reason"
    text.must(part)
    text.must(f"{part}_close")
    return text


KINDS: Mapping[str, Kind] = {
    "products": Kind(kind_of("products", scenes.products, _products), 1700),
    "products relaxed": Kind(kind_of("products relaxed", scenes.relaxed, _products), 700),
    "bundle": Kind(kind_of("bundle", scenes.bundles, _bundle), 1600),
    "completed bundle": Kind(kind_of("completed bundle", scenes.completed, _bundle), 400),
    "edited bundle": Kind(kind_of("edited bundle", scenes.edited, _edited), 650),
    "comparison": Kind(kind_of("comparison", scenes.comparison, _comparison), 1000),
    "answer": Kind(kind_of("answer", scenes.product_answer, _answer), 1100),
    "nothing found": Kind(kind_of("nothing found", scenes.nothing, _nothing), 300),
    "infeasible": Kind(kind_of("infeasible", scenes.infeasible, _infeasible), 300),
    "suggestions": Kind(kind_of("suggestions", scenes.suggestions, _suggestions), 250),
}
