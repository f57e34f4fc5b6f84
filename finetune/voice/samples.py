"""One example of the voice data, and what it is drawn from.

A `draw` function of a kind takes chance and a shop and gives a `Sample`, or raises `CannotDraw` where the
shop holds nothing for it. What it writes comes from `ShopFacts.written`, so that a wording is on one side of
the split only.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from random import Random
from typing import Literal

from assistant.llm import Message
from assistant.values import Evidence
from shop.values import Policy, Product

Side = Literal["train", "valid"]
Source = Literal["things", "demo", "retail_demo_store", "zava_diy"]

#: One family of goods in so many, and one wording in so many, is held out for validation.
FAMILIES_HELD_OUT, WORDINGS_HELD_OUT = 9, 12


class CannotDraw(LookupError):
    """This shop holds nothing that the kind needs: another draw may."""


@dataclass(frozen=True, slots=True)
class Sample:
    """`messages` as serving sends them, `answer` the right text. `realisation` names the wordings that the
    answer is made of, `family` the goods, `source` the catalogue. `evidence` (not written to the file) is
    what every sentence of the answer is held against; None where a kind has checks of its own."""

    task: str
    messages: tuple[Message, ...]
    answer: str
    kind: str
    realisation: str
    family: str
    source: str
    trap: str | None = None
    evidence: Evidence | None = None

    def line(self) -> str:
        """One line of the file."""
        row = {name: getattr(self, name) for name in ("task", "answer", "kind", "realisation", "family")}
        row |= {"source": self.source, "trap": self.trap}
        messages = [{name: asdict(each)[name] for name in ("role", "content")} for each in self.messages]
        return json.dumps({"task": row.pop("task"), "messages": messages, **row}, ensure_ascii=False)


@dataclass(frozen=True)
class ShopFacts:
    """What a shop has of one side's families."""

    name: Source
    side: Side
    products: tuple[Product, ...]
    policies: tuple[Policy, ...] = ()

    @cached_property
    def shelves(self) -> Mapping[str, tuple[Product, ...]]:
        """Whole category path -> its products, two or more."""
        return _grouped(self.products, lambda product: product.categories[0])

    @cached_property
    def departments(self) -> Mapping[str, tuple[Product, ...]]:
        """First category of the path -> its products, two or more."""
        return _grouped(self.products, lambda product: product.categories[0].split(" > ")[0])

    def written(self, wordings: Sequence[str], chance: Random) -> str:
        """One of the wordings of this side; of all of them where this side has none."""
        mine = [each for each in wordings if held_out(each, WORDINGS_HELD_OUT) == (self.side == "valid")]
        return chance.choice(mine or list(wordings))


Draw = Callable[[Random, ShopFacts], Sample]


@dataclass(frozen=True, slots=True)
class Kind:
    """`train`: how many samples the training side has; validation has a share of that."""

    draw: Draw
    train: int


def held_out(name: str, one_in: int) -> bool:
    """Decided by the name alone, so that it stays so as others come."""
    return hashlib.sha256(name.encode()).digest()[0] % one_in == 0


def short_id(*wordings: str) -> str:
    """What names a realisation: the first digits of the hash over its wordings."""
    return hashlib.sha256("\n".join(wordings).encode()).hexdigest()[:10]


def tokens(text: str) -> int:
    """About how many tokens a text has for SmolLM2: each digit and mark one, names more than plain words."""
    words = re.findall(r"[^\W\d_]+", text)
    marks = sum(each.isdigit() or not (each.isalnum() or each.isspace()) for each in text)
    return marks + sum(-(-len(each) // (5 if each[0].isupper() else 9)) for each in words)


def _grouped(products: Sequence[Product], key: Callable[[Product], str]) -> Mapping[str, tuple[Product, ...]]:
    groups: defaultdict[str, list[Product]] = defaultdict(list)
    for product in products:
        groups[key(product)].append(product)
    return {name: tuple(group) for name, group in sorted(groups.items()) if len(group) > 1}
