"""What a text about a turn must not leave out: the template's sentences and a few more for what was not said.

The answer itself, a total, a wish that was given up, that no record knows whether parts fit, a refused
change, a customer's words; and what helps to choose: the limit or the budget that was named and what is left
of it, how the first product is rated, what is saved. What was said already is not said again.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.bundling.infeasibility import NO_CANDIDATES
from assistant.claims.known import Known, folded, is_plain
from assistant.claims.wordlists import phrase
from assistant.grounding import subjects_named
from assistant.sentences import substance
from assistant.telling_shopping import given_up, short_name
from assistant.templates import Sentence, is_of_fit, missing_sentences, template_lines
from assistant.values import Evidence, Fact

#: Situations whose values are held by `assistant.service_claims`, not as facts, and of each the values that
#: its words must have.
SERVICE: Mapping[str, tuple[str, ...]] = {
    "order_status": ("order_id",),
    "orders_listed": (),
    "refund_status": ("order_id", "amount"),
    "invoice": ("order_id", "total"),
    "account": ("email",),
    "change_done": ("order_id", "detail"),
    "policy_unknown": ("topic",),
}
#: Situations whose answer stands beside cards that show each price and what is in stock.
OF_CARDS = ("products", "products_relaxed", "suggestions", "bundles", "bundle_edited")


def repeats_a_card(text: str, evidence: Evidence, held: Known) -> bool:
    """Whether a sentence tells nothing but that things are in stock, or a price once more: the cards do."""
    if evidence.situation not in OF_CARDS:
        return False
    tells = substance(text, held)
    if not tells:
        in_stock = all(held.subject(each).statuses <= {"in_stock"} for each in held.products)
        return in_stock and phrase("stock").search(text.lower()) is not None
    prices = {each for fact in evidence.facts if fact.kind == "price" for each in _figures(fact, held)}
    return tells <= prices and "total" not in text


def _figures(fact: Fact, held: Known) -> frozenset[str]:
    return substance(f"{fact.text}.", held)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the sentences `said` leave out of the evidence; `held` is the evidence as it is known."""

    evidence: Evidence
    template: Sequence[Sentence]
    said: Sequence[Sentence]
    held: Known

    def sentences(self) -> list[Sentence]:
        """What is to follow, each once."""
        unsaid = tuple(each for each in self.evidence.missing if not self._names(each))
        missing = missing_sentences(replace(self.evidence, missing=unsaid))
        return list(dict.fromkeys([*self._musts(), *self._helps(), *missing]))

    @property
    def _text(self) -> str:
        return " ".join(each.text for each in self.said)

    @property
    def _values(self) -> Mapping[str, Any]:
        return dict(self.evidence.values)

    def _musts(self) -> Iterator[Sentence]:
        if not self._says_the_point():
            # Of an edit the total is the second sentence; what was done may be told already.
            yield self.template[1 if self.evidence.situation == "bundle_edited" else 0]
        values = self._values
        if self.evidence.situation == "infeasible" and self._leaves_out_what_is_missing():
            yield from template_lines("add_missing", slot=values["slot"])
        # What else was asked stands right after the answer, each in a line.
        for place, other in enumerate(values.get("also", ())):
            if not other["value"] or not _words(other["value"]) <= set(folded(self._text)):
                yield self.template[1 + place]
        refused = values.get("refused")
        if (refused and refused["reason"].lower() not in self._text.lower()) or values.get("quotes"):
            yield self.template[-1]
        if values.get("dearer_only"):
            yield self.template[-2 if refused else -1]
        of_fit = [each for each in self.template if is_of_fit(each.text)]
        if self.evidence.situation in ("bundles", "bundle_edited") and of_fit and not is_of_fit(self._text):
            yield of_fit[0]

    def _says_the_point(self) -> bool:
        """Whether what the turn is about stands in the text."""
        values, text = self._values, self._text
        if self.evidence.situation in SERVICE:
            return all(str(values[each]) in text for each in SERVICE[self.evidence.situation] if values[each])
        match self.evidence.situation:
            case "product_answer":
                return not values["value"] or _words(values["value"]) <= set(folded(text))
            case "products_relaxed":
                return any(given_up(each).lower() in text.lower() for each in values["relaxed"])
            case "bundles" | "bundle_edited":
                return values["first"]["total"] in text
            case "products" | "suggestions":
                return short_name(values["products"][0]["title"]).lower() in text.lower()
            case "cart" | "cart_added" | "cart_removed":
                return values["total"] in text or not values["count"]
            case "infeasible":
                return not values["cheapest_total"] or values["cheapest_total"] in text
        return True

    def _leaves_out_what_is_missing(self) -> bool:
        values = self._values
        slot = str(values["slot"] or "") if NO_CANDIDATES.startswith(values["reason"]) else ""
        return bool(slot) and not self._names(slot)

    def _names(self, thing: str) -> bool:
        return _words(thing) <= set(folded(self._text))

    # What helps to choose -----------------------------------------------------------------------------

    def _helps(self) -> Iterator[Sentence]:
        text = self._text
        match self.evidence.situation:
            case "products" | "products_relaxed" | "suggestions":
                first = self._values["products"][0]
                limit = self._values.get("limit")
                yield from template_lines(
                    "add_products",
                    title=None if self._is_of(self.evidence.lead[0]) else first["title"],
                    limit=limit if limit and limit not in text else None,
                    rating=None if self._rates(first) else first["rating"],
                    rating_count=first["rating_count"],
                )
            case "comparison":
                rows = self._values["differences"]
                told = (each.split(" (")[0] in text for row in rows for each in row["values"] if each)
                # The first row in which they differ is the template's second sentence.
                yield from self.template[1:2] if rows and not any(told) else ()
            case "bundles":
                first = self._values["first"]
                budget, spare = first["budget"], first["spare"]
                spoken_of = any(each in text for each in (budget, spare) if each)
                fits = is_of_fit(text) or any(is_of_fit(each.text) for each in self.template)
                savings = first["savings"] if not fits else None
                yield from template_lines(
                    "add_bundle",
                    budget=budget if budget and not spoken_of else None,
                    spare=spare,
                    savings=savings if savings and savings not in text else None,
                )

    def _is_of(self, subject: str) -> bool:
        """Whether "it" can only be this product: the last one that was named."""
        named = next((found for each in reversed(self.said) if (found := self._named(each))), ())
        return named == (subject,)

    def _named(self, sentence: Sentence) -> tuple[str, ...]:
        return subjects_named(sentence.text, self.held)

    def _rates(self, product: Mapping[str, Any]) -> bool:
        """Whether its rating is told, or there is none."""
        rating = product["rating"]
        if rating is None or not self._values.get("close", True):
            return True
        return (
            re.search(
                rf"(?:\b(?:at|it)|rated) {re.escape(rating)}(?![\d.]*\d)|\b{re.escape(rating)} of 5",
                self._text,
            )
            is not None
        )


def _words(text: str) -> set[str]:
    return {each for each in folded(text) if not is_plain(each)}
