"""What merchants and agents are given: pages, summaries of handovers, replies, each a draft to accept.

The model writes where it was trained to (`tasks`); every part that it writes is held against the records or
the conversation by itself, and a part that says more is left out. What is missing then, and everything where
there is no such model, comes from the records by template. Nothing here is sent to a shopper.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import prompts
from assistant.cards import product_card
from assistant.claims.known import Known, known
from assistant.copywriting import (
    LONGEST_TITLE,
    MOST_BULLETS,
    Copy,
    bundle_lines,
    bundle_template,
    copy_messages,
    parse_copy,
    product_lines,
    product_template,
)
from assistant.facts import bundle_facts, product_facts
from assistant.grounding import check, subjects_named
from assistant.handing_over import LONGEST_SUMMARY, Said, figures, is_of_conversation, summary_messages
from assistant.llm import ChatModel, Message, ModelError
from assistant.replying import is_of_evidence, reply_messages
from assistant.sentences import sentences
from assistant.telling import Tone
from assistant.values import BundleView, Evidence
from shop.values import Product

Task = Literal["copy", "summary", "reply"]

TIMEOUT_S: Mapping[Task, float] = {"copy": 10.0, "summary": 3.0, "reply": 4.0}
MOST_TOKENS: Mapping[Task, int] = {"copy": 200, "summary": 60, "reply": 90}
MOST_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class WrittenCopy:
    """A page, and how many of its parts (the title, each bullet, the description) who wrote."""

    copy: Copy
    model: int
    template: int


@dataclass(frozen=True, slots=True)
class Writer:
    """`tasks` are those that the model was trained for; without them its templates write."""

    model: ChatModel | None = None
    tasks: frozenset[str] = frozenset()
    #: Whether the model is up: one that still starts is not waited for.
    ready: Callable[[], bool] = lambda: True

    def product_copy(self, product: Product, tone: Tone) -> WrittenCopy:
        """A page for a product, from its record alone."""
        evidence = Evidence("copy", product_facts(product, product_card(product)), (product.id,))
        lines = product_lines(product)
        return self._copy(lines, tone, known(evidence), product_template(product))

    def bundle_copy(self, view: BundleView, records: Mapping[str, Product], tone: Tone) -> WrittenCopy:
        """A page for a set, from the records of its parts."""
        lead = (view.id, *(item.product.product_id for item in view.items))
        held = known(Evidence("copy", bundle_facts(view, records), lead))
        return self._copy(bundle_lines(view), tone, held, bundle_template(view))

    def summary(self, said: Sequence[Said], tried: Sequence[str]) -> str | None:
        """What the customer wants, in one sentence; None where the model has no right one."""
        written = self._written("summary", summary_messages(said, tried))
        first = next(sentences([written or ""]), "")
        return first if first and is_of_conversation(first, said) and len(first) < LONGEST_SUMMARY else None

    def reply(self, said: Sequence[Said], name: str | None, evidence: Evidence | None) -> str | None:
        """What a person may answer; None where the model has nothing that the evidence holds."""
        asked = reply_messages(said, name, evidence)
        written = " ".join((self._written("reply", asked) or "").split())
        right = written and is_of_evidence(written, asked[-1].content, evidence)
        return written if right else None

    def _copy(self, lines: Sequence[str], tone: Tone, held: Known, plain: Copy) -> WrittenCopy:
        drafted = parse_copy(self._written("copy", copy_messages(lines, tone)) or "")
        given = figures(" ".join(lines))

        def holds(text: str) -> bool:
            return bool(text) and figures(text) <= given and not check(text, held)

        title = drafted.title if _is_title(drafted.title, held) and holds(f"{drafted.title}.") else ""
        bullets = [each for each in drafted.bullets if holds(f"{each.rstrip('.')}.")][:MOST_BULLETS]
        bullets = list(dict.fromkeys(bullets))
        told = list(sentences([drafted.description]))[:MOST_SENTENCES]
        whole = len(told) > 1 and all(map(holds, told)) and any(subjects_named(each, held) for each in told)
        spare = [each for each in plain.bullets if each not in bullets]
        filled = [*bullets, *spare][: max(len(bullets), min(len(plain.bullets), MOST_BULLETS))]
        by_model = bool(title) + len(bullets) + whole
        page = Copy(title or plain.title, tuple(filled), " ".join(told) if whole else plain.description)
        return WrittenCopy(page, by_model, 2 + len(filled) - by_model)

    def _written(self, task: Task, messages: Sequence[Message]) -> str | None:
        """The model's text; None where it was not trained for the task, or does not answer."""
        if self.model is None or task not in self.tasks or not self.ready():
            return None
        try:
            return self.model.complete(messages, max_tokens=MOST_TOKENS[task], timeout_s=TIMEOUT_S[task])
        except ModelError:
            return None


def written_tasks(task_prompts: Mapping[str, str]) -> frozenset[str]:
    """Of an adapter's manifest (task -> digest of its prompt), the tasks that it learnt by the prompts that
    serve here."""
    return frozenset(task for task in MOST_TOKENS if task_prompts.get(task) == _prompt_digest(task))


def _prompt_digest(task: Task) -> str:
    """SHA-256 over the chat template and the task's instruction, as `finetune.lora` takes it."""
    fixed = json.dumps([{"role": "system", "content": prompts.render(task)}], ensure_ascii=False)
    return hashlib.sha256("\n".join([prompts.chat_template(), fixed]).encode()).hexdigest()


def _is_title(title: str, held: Known) -> bool:
    return 0 < len(title) <= LONGEST_TITLE and bool(subjects_named(title, held))
