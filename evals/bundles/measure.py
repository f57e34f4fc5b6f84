"""`python -m evals bundles`: baselines, what ships, and a generator fitted to some sessions, on others.

Sessions of --train fit, those of them whose split is `valid` tune the baselines' thresholds, and a file given
to --test is test whole. Without --test the `valid` sessions are the test, and the thresholds come from the
training sessions. `fitted` tunes nothing; it learns from all domains of --train, `fitted_elsewhere` from all
but the one that it is tested on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console

from evals.bundles import baselines
from evals.bundles.features import Titles
from evals.bundles.grouping import Generator, Shipped
from evals.bundles.metrics import ORDER, mark, rows
from evals.bundles.sessions import Group, Session, by_domain, read
from evals.charts import bars, table
from evals.results import Row, write
from retrieval.embedding import Embedder, MiniLmEmbedder
from retrieval.relations.pair_model import load_pair_model

Groups = Callable[[Session], list[Group]]

#: The three figures that have to be good at once.
SHOWN = ORDER[:3]


@dataclass(frozen=True, slots=True)
class Parts:
    """`tune` is empty where nothing is left to tune on."""

    train: list[Session]
    tune: list[Session]
    test: list[Session]


def measure(train: Sequence[Path], test: Sequence[Path], out: Path, seed: int) -> None:
    parts = split(train, test)
    say = Console(stderr=True).print
    say(f"{len(parts.train)} sessions fit, {len(parts.tune)} tune, {len(parts.test)} test; reading titles")
    embedder = MiniLmEmbedder()
    everything = [*parts.train, *parts.tune, *parts.test]
    titles = Titles((title for session in everything for title in session.titles), embedder)
    systems = plain(parts, embedder, seed)
    systems["shipped"] = Shipped(titles, load_pair_model(embedder.digest)).groups
    say("fitting on all domains of --train")
    systems["fitted"] = Generator(titles, parts.train, seed).groups
    found: list[Row] = []
    for domain, sessions in by_domain(parts.test).items():
        say(f"{domain}: fitting on all others")
        here = {**systems, **_elsewhere(parts, domain, titles, seed)}
        for system, groups in here.items():
            marks = [mark(groups(session), session.bundles) for session in sessions]
            found += rows(system, domain, marks, seed)
            say(f"{domain}: {system} is marked")
    table(found, ORDER)
    write(out, "bundles", seed, [*train, *test], found)
    bars(out / "bundles.png", found, SHOWN, "bundles seen in held-out sessions")


def split(train: Sequence[Path], test: Sequence[Path]) -> Parts:
    """Raises `ValueError` where a file is to train and to test, or where nothing is left to test on."""
    both = {path.resolve() for path in train} & {path.resolve() for path in test}
    if both:
        names = ", ".join(sorted(path.name for path in both))
        raise ValueError(
            f"{names}: a file trains or tests, not both; leave it out of --test to test its valid split"
        )
    given = read(train)
    fit = [session for session in given if session.split == "train"]
    valid = [session for session in given if session.split != "train"]
    parts = Parts(fit, valid, read(test)) if test else Parts(fit, [], valid)
    if not parts.train or not parts.test:
        raise ValueError(
            "no session to fit on, or none to test on: --train needs sessions of the split `train`"
        )
    return parts


def plain(parts: Parts, embedder: Embedder, seed: int) -> dict[str, Groups]:
    """The baselines."""
    draw = np.random.default_rng(seed)
    tuned = parts.tune or parts.train
    systems: dict[str, Groups] = {
        "whole_session": baselines.whole,
        "random_pair": lambda session: baselines.random_pair(session, draw),
        "all_pairs": baselines.every_pair,
    }
    likenesses = {"tfidf": baselines.by_words, "embedding": baselines.by_meaning(embedder)}
    for name, likeness in likenesses.items():
        threshold = baselines.best_threshold(baselines.components, likeness(tuned), tuned)
        alike = dict(zip(map(id, parts.test), likeness(parts.test), strict=True))
        systems |= _alike(name, alike, threshold)
    return systems


def _alike(name: str, alike: dict[int, baselines.Likeness], threshold: float) -> dict[str, Groups]:
    return {
        f"{name}_pair": lambda session: baselines.top_pair(alike[id(session)]),
        f"{name}_components": lambda session: baselines.components(alike[id(session)], threshold),
    }


def _elsewhere(parts: Parts, domain: str, titles: Titles, seed: int) -> dict[str, Groups]:
    """The generator of all other domains, where there are any."""
    train = [session for session in parts.train if session.domain != domain]
    return {"fitted_elsewhere": Generator(titles, train, seed).groups} if train else {}
