"""Facts into words: at most three sentences about what the tools found, each checked before it is yielded.

The template leads: what a shopper must read first (what was found, what it costs, what was given up, what
was changed) is never left to the model, and stands there before the model is asked. The model may add what
the template does not say. A sentence of its own that claims what no fact holds is repaired once while there
is time; else the template's next sentence stands in for it. What is true but empty, clumsy or said already
is dropped. Whether parts fit together, or that no record knows, is always said, and so is what is missing.

A model that is slow, dead or talks nonsense leaves the rest to the template; nothing is half said.

That is how a model is led that was not trained to tell. One that was (`assistant.telling.Voice`) writes the
whole paragraph: `assistant.told`.
"""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import prompts
from assistant.claims.known import Known, known
from assistant.claims.swaps import wrong_swaps
from assistant.drafting import draft_request, repair_request
from assistant.evidence import title_said
from assistant.grounding import check, subjects_named
from assistant.llm import ChatModel, Message, ModelError
from assistant.sentences import reads_well, sentences, tells_something_new
from assistant.telling import UNTRAINED, Voice
from assistant.telling_shopping import short_name
from assistant.templates import Sentence, is_of_fit, missing_sentences, template_sentences
from assistant.told import Told
from assistant.values import Evidence, Violation

MOST_SENTENCES = 3
#: How long a silent model is waited for, how long one that writes, and when one sentence is enough.
TIMEOUT_S = 4.0
WRITING_S = 2.0
ENOUGH_S = 1.2
REPAIR_WITHIN_S = 0.6
MOST_TOKENS = 60
REPAIR_TOKENS = 40

#: Situations that the model may add to, and how many of the template's sentences lead there.
LEADING = {
    "products": 1,
    "products_relaxed": 2,
    "bundles": 1,
    "bundle_edited": 2,
    "comparison": 1,
    "product_answer": 1,
}


def explain(
    model: ChatModel | None,
    evidence: Evidence,
    *,
    language: str = "en",
    voice: Voice = UNTRAINED,
    clock: Callable[[], float] = time.monotonic,
    refused: Callable[[], None] = lambda: None,
) -> Iterator[Sentence]:
    """Sentences about the evidence; without a model, or where it has nothing to add, the template's.

    A model that was trained to tell says all of it; any other adds to the template. `refused` is called for
    each of its sentences that claims what no fact holds.
    """
    template = template_sentences(evidence, language)
    if model is not None and prompts.speaks("tell", language):
        asked = voice.asks(evidence)
        if asked is not None:
            yield from Told(model, evidence, voice.tone, asked, template, clock, refused).sentences()
            return
    leading = LEADING.get(evidence.situation, 0)
    if model is None or not leading or not prompts.speaks("explain", language):
        yield from template
        return
    yield from _Telling(model, evidence, voice.tone, clock, template, refused).sentences(leading)


@dataclass
class _Telling:
    """One explanation while it is told."""

    model: ChatModel
    evidence: Evidence
    tone: str
    clock: Callable[[], float]
    template: list[Sentence]
    refused: Callable[[], None]
    said: list[str] = field(default_factory=list)
    repaired: bool = False

    def sentences(self, leading: int) -> Iterator[Sentence]:
        for sentence in self.template[:leading]:
            yield self._say(sentence)
        held = known(self.evidence)
        missing = missing_sentences(self.evidence)
        musts = [each for each in self.template[leading:] if is_of_fit(each.text) or each in missing]
        spare = [each for each in self.template[leading:] if each not in musts]
        for sentence in self._drafted(held, spare):
            if len(self.said) < MOST_SENTENCES - len(musts):
                yield self._say(sentence)
        for sentence in [*([] if self._model_spoke else spare), *musts]:
            if sentence.text not in self.said and len(self.said) < MOST_SENTENCES:
                yield self._say(sentence)

    @property
    def _model_spoke(self) -> bool:
        return any(text not in {each.text for each in self.template} for text in self.said)

    def _say(self, sentence: Sentence) -> Sentence:
        self.said.append(sentence.text)
        return sentence

    def _drafted(self, held: Known, spare: Sequence[Sentence]) -> Iterator[Sentence]:
        """The model's sentences that may be shown, and the template's in place of false ones."""
        asked = draft_request(self.evidence, self.said, self.tone)
        if asked is None:
            return
        began = self.clock()
        standing_in = iter(spare)
        titles = [title for each in held.subjects.values() for title in each.titles]
        try:
            with closing(self._stream(asked, began)) as pieces:
                for text in sentences(pieces, titles):
                    sentence = self._checked(text, asked, held, began) or next(standing_in, None)
                    if sentence is not None:
                        yield sentence
                    if len(self.said) >= MOST_SENTENCES or self.clock() - began > ENOUGH_S:
                        return
        except ModelError:
            return

    def _stream(self, asked: Sequence[Message], began: float) -> Generator[str, None, None]:
        """The model's pieces. One that writes slowly has not failed; it is just not waited for."""
        for piece in self.model.stream(asked, max_tokens=MOST_TOKENS, timeout_s=TIMEOUT_S):
            yield piece
            if self.clock() - began > WRITING_S:
                return

    def _checked(self, text: str, asked: Sequence[Message], held: Known, began: float) -> Sentence | None:
        """The sentence if it is true and worth saying, else its repair, else None."""
        wrong = self._violations(text, held)
        if not wrong:
            return Sentence(text, "model") if self._worth_saying(text, held) else None
        self.refused()
        if self.repaired or self.clock() - began > REPAIR_WITHIN_S:
            return None
        self.repaired = True
        again = repair_request(asked, text, wrong)
        answer = self.model.complete(again, max_tokens=REPAIR_TOKENS, timeout_s=ENOUGH_S)
        better = next(sentences([answer]), "")
        good = better and self._worth_saying(better, held) and not self._violations(better, held)
        return Sentence(better, "repaired") if good else None

    def _violations(self, text: str, held: Known) -> tuple[Violation, ...]:
        about = next((named for one in reversed(self.said) if (named := subjects_named(one, held))), ())
        titles = {title for each in held.subjects.values() for title in each.titles}
        names = {title_said(title): short_name(title_said(title)) for title in titles}
        return (*check(text, held, about), *wrong_swaps(text, self.evidence, names))

    def _worth_saying(self, text: str, held: Known) -> bool:
        names_one = bool(subjects_named(text, held))
        return names_one and reads_well(text) and tells_something_new(text, self.said, held)
