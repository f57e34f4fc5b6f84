"""The paragraph of a model that was trained to tell, sentence by sentence as it is written.

Every sentence is checked before it is yielded. At the first one that claims what no fact holds the writing is
stopped, and while there is time the model is asked once more, in another tone: other words, from the same
facts. Where the first sentence cannot be had, the template's stands in for it, so that what was found comes
first. At the end the template adds what must not be left out and was not said: the answer itself, a total,
a wish that was given up, that no record knows whether parts fit, a refused change, a customer's words.

A model that is slow, dead or talks nonsense leaves the rest to the template; nothing is half said.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from assistant.claims.known import Known, folded, is_plain, known
from assistant.grounding import check, subjects_named
from assistant.llm import ChatModel, Message, ModelError
from assistant.sentences import is_whole, sentences, substance
from assistant.service_claims import service_violations
from assistant.telling import Tone, telling_messages
from assistant.telling_shopping import given_up, short_name
from assistant.templates import Sentence, Source, is_of_fit
from assistant.values import Evidence

MOST_SENTENCES = 4
#: How long a silent model is waited for, how long one that writes, and until when it is asked once more.
TIMEOUT_S = 4.0
WRITING_S = 2.0
REPAIR_WITHIN_S = 0.9
MOST_TOKENS = 60
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
_OTHER_TONE: dict[Tone, Tone] = {"plain": "expert", "warm": "plain", "expert": "plain"}


@dataclass
class Told:
    """One explanation while it is told; `asked` is its request in `tone`, `refused` is called for each of
    its sentences that claims what no fact holds."""

    model: ChatModel
    evidence: Evidence
    tone: Tone
    asked: Sequence[Message]
    template: Sequence[Sentence]
    clock: Callable[[], float]
    refused: Callable[[], None]
    said: list[Sentence] = field(default_factory=list)

    def sentences(self) -> Iterator[Sentence]:
        held = known(self.evidence)
        began = self.clock()
        try:
            false = yield from self._written(self.asked, "model", held, began)
            if false and self.clock() - began <= REPAIR_WITHIN_S:
                again = telling_messages(self.evidence, _OTHER_TONE[self.tone])
                yield from self._written(again or self.asked, "repaired", held, began)
        except ModelError:
            pass
        if not self.said:
            yield from self.template
            return
        yield from self._missing()

    def _written(
        self, asked: Sequence[Message], source: Source, held: Known, began: float
    ) -> Generator[Sentence, None, bool]:
        """True sentences that say something new; whether it ended at a false one."""
        titles = [title for each in held.subjects.values() for title in each.titles]
        with closing(self._stream(asked, began)) as pieces:
            for text in sentences(pieces, titles):
                if len(self.said) >= MOST_SENTENCES:
                    return False
                if not self._is_true(text, held):
                    self.refused()
                    return True
                if is_whole(text, lists=self._of_service) and self._is_new(text, held):
                    self.said.append(Sentence(text, source))
                    yield self.said[-1]
        return False

    def _stream(self, asked: Sequence[Message], began: float) -> Generator[str, None, None]:
        for piece in self.model.stream(asked, max_tokens=MOST_TOKENS, timeout_s=TIMEOUT_S):
            yield piece
            if self.clock() - began > WRITING_S:
                return

    @property
    def _of_service(self) -> bool:
        return self.evidence.situation in SERVICE

    def _is_true(self, text: str, held: Known) -> bool:
        if self._of_service:
            return not service_violations(text, self.evidence)
        texts = [each.text for each in reversed(self.said)]
        about = next((named for one in texts if (named := subjects_named(one, held))), ())
        return not check(text, held, about)

    def _is_new(self, text: str, held: Known) -> bool:
        """What tells a fact must tell a new one; a friendly word has none."""
        texts = [each.text for each in self.said]
        told = {each for one in texts for each in substance(one, held)}
        tells = substance(text, held)
        return text not in texts and (not tells or bool(tells - told) or not texts)

    # What must not be left out ------------------------------------------------------------------------

    def _missing(self) -> Iterator[Sentence]:
        """The template's sentences for what was not said."""
        text = " ".join(each.text for each in self.said)
        adding: list[Sentence] = []
        if not self._says_the_point(text):
            adding.append(self.template[0])
        values: dict[str, Any] = dict(self.evidence.values)
        refused = values.get("refused")
        if (refused and refused["reason"].lower() not in text.lower()) or values.get("quotes"):
            adding.append(self.template[-1])
        of_fit = [each for each in self.template if is_of_fit(each.text)]
        if self.evidence.situation in ("bundles", "bundle_edited") and of_fit and not is_of_fit(text):
            adding.append(of_fit[0])
        for sentence in dict.fromkeys(adding):
            self.said.append(sentence)
            yield sentence

    def _says_the_point(self, text: str) -> bool:
        """Whether what the turn is about stands in the text."""
        values: dict[str, Any] = dict(self.evidence.values)
        if self._of_service:
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


def _words(text: str) -> set[str]:
    return {each for each in folded(text) if not is_plain(each)}
