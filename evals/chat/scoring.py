"""Conversations as figures: what was right, what was said that is not so, and how long it took."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evals.chat.cases import Case
from evals.chat.checks import Check, Seen, checks
from evals.chat.claims import Claim, Facts, Item, false_claims, item
from evals.chat.client import cards
from evals.chat.sentences import sentences
from evals.results import Row, interval

TIMES = ("first_item", "first_sentence", "total")


@dataclass(frozen=True, slots=True)
class ScoredTurn:
    """One turn, its checks, and the false claims in its text."""

    say: str
    seen: Seen
    checks: Sequence[Check]
    false: Sequence[Claim]

    @property
    def sources(self) -> Mapping[str, int]:
        """How many sentences the model made, were repaired, came from a template."""
        found: Mapping[str, int] = (self.seen.reply.get("sources") or {}).get("text") or {}
        return found

    @property
    def spoken_by_model(self) -> bool:
        return self.sources.get("model", 0) + self.sources.get("repaired", 0) > 0


@dataclass(frozen=True, slots=True)
class ScoredCase:
    case: Case
    turns: Sequence[ScoredTurn]

    @property
    def checks(self) -> list[Check]:
        return [check for turn in self.turns for check in turn.checks]

    @property
    def held(self) -> bool:
        """Every check holds and nothing false was said."""
        return all(check.held for check in self.checks) and not any(turn.false for turn in self.turns)


def scored(case: Case, seen: Sequence[Seen]) -> ScoredCase:
    """The turns of a case as they were seen, judged."""
    turns = []
    known: dict[tuple[str, str], Item] = {}
    for place, each in enumerate(seen):
        shown = [found for card in cards(each.reply) if (found := item(card, each.records))]
        known |= {(found.record["id"], str(found.variant.get("id"))): found for found in shown}
        said = [turn.say for turn in case.turns[: place + 1]]
        facts = Facts(shown, list(known.values()), each.reply, said)
        turn = case.turns[place]
        turns.append(ScoredTurn(turn.say, each, checks(turn.expect, each), false_claims(each.text, facts)))
    return ScoredCase(case, turns)


def rows(system: str, cases: Sequence[ScoredCase], seed: int) -> Iterator[Row]:
    """Every figure that these conversations allow; the bootstrap draws cases, turns or sentences."""
    turns = [turn for case in cases for turn in case.turns if turn.seen.text]
    yield _mean(system, "case_success", [case.held for case in cases], seed)
    yield _mean(system, "check_success", [check.held for case in cases for check in case.checks], seed)
    if not turns:
        raise ValueError(f"{system} said nothing in {len(cases)} conversations")
    yield _mean(system, "false_claims_shown", _false_sentences(turns), seed)
    flags = [flag for turn in turns for flag in rejected(turn)]
    if flags:
        yield _mean(system, "false_sentences_before", flags, seed)
    yield _mean(system, "template_turns", [not turn.spoken_by_model for turn in turns], seed)
    for name in TIMES:
        times = [timings[name] for turn in turns if (timings := _timings(turn)).get(name) is not None]
        if times:
            yield interval(system, f"{name}_p50_ms", times, lambda values: float(np.median(values)), seed)


def _mean(system: str, metric: str, flags: Sequence[bool], seed: int) -> Row:
    return interval(
        system, metric, [float(flag) for flag in flags], lambda values: float(values.mean()), seed
    )


def _false_sentences(turns: Sequence[ScoredTurn]) -> list[bool]:
    """Of each sentence shown, whether it claims what no record holds."""
    flags: list[bool] = []
    for turn in turns:
        false = len({claim.sentence for claim in turn.false})
        count = max(len(sentences(turn.seen.text)), false)
        flags += [True] * false + [False] * (count - false)
    return flags


def rejected(turn: ScoredTurn) -> list[bool]:
    """Of each sentence that the model wrote, whether it was refused. Where the server does not say, what was
    repaired or stands beside the model's words counts: more than were refused."""
    sources = turn.sources
    own = [False] * sources.get("model", 0)
    if turn.seen.refused is not None:
        return [True] * turn.seen.refused + [False] * sources.get("repaired", 0) + own
    spoken = sources.get("template", 0) if turn.spoken_by_model else 0
    return [True] * (sources.get("repaired", 0) + spoken) + own


def _timings(turn: ScoredTurn) -> Mapping[str, Any]:
    found: Mapping[str, Any] = turn.seen.reply.get("timings_ms") or {}
    return found
