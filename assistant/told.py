"""The paragraph of a model that was trained to tell, sentence by sentence as it is written.

Every sentence is checked before it is yielded. At the first one that claims what no fact holds the writing is
stopped, and while there is time the model is asked once more, in another tone: other words, from the same
facts. Where the first sentence cannot be had, the template's stands in for it, so that what was found comes
first. At the end what must not be left out and was not said is added (`assistant.completing`). What a card
beside the text shows anyway, that a thing is in stock or its price once more, is not told.

A model that is slow, dead or talks nonsense leaves the rest to the template; nothing is half said.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from assistant.claims.known import Known, known
from assistant.completing import SERVICE, LeftOut, repeats_a_card
from assistant.grounding import check, subjects_named
from assistant.llm import ChatModel, Message, ModelError
from assistant.sentences import is_whole, sentences, substance
from assistant.service_claims import service_violations
from assistant.telling import Tone, telling_messages
from assistant.templates import Sentence, Source
from assistant.values import Evidence

MOST_SENTENCES = 4
#: How long a silent model is waited for, how long one that writes, and until when it is asked once more.
TIMEOUT_S = 4.0
WRITING_S = 2.0
REPAIR_WITHIN_S = 0.9
MOST_TOKENS = 60
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
        yield from LeftOut(self.evidence, self.template, self.said, held).sentences()

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
        """What tells a fact must tell a new one, and none that a card shows; a friendly word has
        none, and names nothing again."""
        if repeats_a_card(text, self.evidence, held) and (self.said or not substance(text, held)):
            return False
        texts = [each.text for each in self.said]
        if texts and not substance(text, held) and subjects_named(text, held) and not self._of_service:
            return False
        told = {each for one in texts for each in substance(one, held)}
        tells = substance(text, held)
        return text not in texts and (not tells or bool(tells - told) or not texts)
