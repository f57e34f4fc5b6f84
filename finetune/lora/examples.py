"""Lines of JSON -> token numbers -> batches.

An example is a prompt as serving renders it and the answer to learn. What all prompts of a task begin with
(the instruction) is its prefix: the trainer computes it once a batch. Batches hold one task and like lengths;
their order is drawn from the seed and the epoch alone, so that a resumed training sees the rest of the same
order.
"""

import hashlib
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import prompts
from assistant.understanding import understanding_messages
from finetune.lora.recipe import BadData

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

#: Batches are cut from stretches of this many batches, sorted by length.
STRETCH = 25
IGNORED = -100


@dataclass(frozen=True, slots=True)
class Example:
    """One line of the data."""

    task: str
    messages: tuple[Mapping[str, str], ...]
    answer: str


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token numbers: the prompt up to where the answer begins, and the answer with its end."""

    task: str
    prompt: tuple[int, ...]
    answer: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.prompt) + len(self.answer)


def read_examples(path: Path) -> list[Example]:
    """Raises `BadData` with the line."""
    if not path.is_file():
        raise BadData(f"there are no examples at {path}: python -m finetune dataset --out {path.parent}")
    examples = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                examples.append(_example(line, f"{path}:{number}"))
    if not examples:
        raise BadData(f"{path} is empty: python -m finetune dataset --out {path.parent}")
    return examples


def _example(line: str, place: str) -> Example:
    try:
        row = json.loads(line)
        messages = tuple({"role": str(m["role"]), "content": str(m["content"])} for m in row["messages"])
        example = Example(str(row["task"]), messages, str(row["answer"]))
    except (ValueError, KeyError, TypeError) as error:
        raise BadData(f"{place} is no example: {type(error).__name__} {error}") from error
    if not example.messages or not example.answer:
        raise BadData(f"{place} has no messages or no answer")
    return example


def encode(
    examples: Sequence[Example], tokenizer: "PreTrainedTokenizerBase", most_tokens: int
) -> list[Encoded]:
    """The prompt by the house's chat template; the answer ends with the template's end of turn."""
    template = prompts.chat_template()
    texts = [
        tokenizer.apply_chat_template(
            [dict(each) for each in example.messages],
            chat_template=template,
            tokenize=False,
            add_generation_prompt=True,
        )
        for example in examples
    ]
    asked = tokenizer(texts, add_special_tokens=False)["input_ids"]
    answers = tokenizer([f"{each.answer}<|im_end|>" for each in examples], add_special_tokens=False)[
        "input_ids"
    ]
    found = [
        Encoded(example.task, tuple(prompt), tuple(answer))
        for example, prompt, answer in zip(examples, asked, answers, strict=True)
    ]
    longest = max(found, key=len)
    if len(longest) > most_tokens:
        raise BadData(f"an example has {len(longest)} tokens, more than most_tokens = {most_tokens}")
    return found


def prefixes(examples: Sequence[Encoded]) -> dict[str, tuple[int, ...]]:
    """What all prompts of a task begin with, at least one token short of the shortest."""
    shared: dict[str, tuple[int, ...]] = {}
    for example in examples:
        known = shared.setdefault(example.task, example.prompt[:-1])
        same = 0
        for ours, theirs in zip(known, example.prompt[:-1], strict=False):
            if ours != theirs:
                break
            same += 1
        shared[example.task] = known[:same]
    return shared


class Batches:
    """Indices of examples, batch by batch; a torch batch sampler. `set_epoch` draws another order."""

    def __init__(self, examples: Sequence[Encoded], size: int, seed: int) -> None:
        self._lengths = [len(example) for example in examples]
        self._tasks = [example.task for example in examples]
        self._size = size
        self._seed = seed
        self._epoch = 0
        counts = {task: self._tasks.count(task) for task in set(self._tasks)}
        self._count = sum(-(-count // size) for count in counts.values())

    def set_epoch(self, epoch: int) -> None:
        self._epoch = epoch

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[list[int]]:
        chance = random.Random(f"{self._seed} {self._epoch}")  # noqa: S311 -- an order to learn in, no secret
        batches: list[list[int]] = []
        for task in sorted(set(self._tasks)):
            order = [index for index, each in enumerate(self._tasks) if each == task]
            chance.shuffle(order)
            for start in range(0, len(order), STRETCH * self._size):
                stretch = sorted(order[start : start + STRETCH * self._size], key=self._lengths.__getitem__)
                batches += [stretch[at : at + self._size] for at in range(0, len(stretch), self._size)]
        chance.shuffle(batches)
        yield from batches


def of_task(examples: Sequence[Example], task: str) -> list[int]:
    """Where the examples of a task stand."""
    return [index for index, each in enumerate(examples) if each.task == task]


def digest(*paths: Path) -> str:
    """SHA-256 over the files: which data a run learnt from."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()


def prompt_digests(examples: Sequence[Example]) -> dict[str, str]:
    """Of each task, SHA-256 over the chat template and all that stands before the last message: instructions
    and worked examples. What an adapter of several tasks learnt."""
    before: dict[str, set[str]] = {}
    for each in examples:
        fixed = json.dumps([dict(message) for message in each.messages[:-1]], ensure_ascii=False)
        before.setdefault(each.task, set()).add(fixed)
    template = prompts.chat_template()
    return {
        task: hashlib.sha256("\n".join([template, *sorted(texts)]).encode()).hexdigest()
        for task, texts in sorted(before.items())
    }


def prompt_digest() -> str:
    """SHA-256 over what every prompt of understanding is made of: an adapter knows only the one it learnt."""
    total = hashlib.sha256(prompts.chat_template().encode())
    for message in understanding_messages("text", "history"):
        total.update(message.content.encode())
    return total.hexdigest()
