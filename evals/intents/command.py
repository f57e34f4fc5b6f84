"""The command: reads the case files, runs the systems that this machine has, writes what they reach."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typer
from rich.console import Console

import prompts
from assistant.adapters import SERVED, AdapterRefused
from assistant.embedded import ModelMissing, installed_model
from chat_models import open_adapter
from evals.intents.cases import BadCase, Case, read_cases
from evals.intents.linear import fitted
from evals.intents.reporting import SetRow, chart, of_set, show, write_worst
from evals.intents.running import FILE, Predictions, answers, remembering, sampled
from evals.intents.scoring import Scored, differences, rows, scored
from evals.intents.systems import Interrupted, Model, NoModel, Rules, System, base_chat, shipped_chat
from evals.intents.training import examples, unseen
from evals.intents.vocabularies import of_expectations, of_products, shop_currency
from evals.results import write
from retrieval.values import Vocabulary
from settings import LlmSettings, Settings
from shop.feeds import FeedError

SYSTEMS = ("model_off", "linear", "base", "tuned")
SERVERS = ("base", "tuned")
ALL = "all"


@dataclass(frozen=True, slots=True)
class Run:
    """What one run is asked for.

    `limit`: cases of each file, `base_limit` of them for the untuned model; `products`: the catalogue of all
    cases; `threads`: of the model's server, which is asked `parallel` messages at once.
    """

    files: Sequence[Path]
    out: Path
    seed: int
    systems: Sequence[str] = SYSTEMS
    limit: int | None = None
    base_limit: int | None = None
    products: Path | None = None
    threads: int = 2
    parallel: int = 1


def run_command(run: Run) -> None:
    """`measure`, with errors as one line and the exit status 2."""
    try:
        measure(run)
    except (BadCase, NoModel, Interrupted, FeedError, ValueError) as error:
        Console(stderr=True).print(f"[red]{error}[/red]", highlight=False)
        raise typer.Exit(2) from error


def measure(run: Run) -> list[SetRow]:
    """Runs, prints and writes. A model that this machine does not have is left out and said.

    Raises `BadCase`, `Interrupted`, `shop.feeds.FeedError`, and `NoModel` where nothing is left.
    """
    cases = _cases(run)
    catalogues = Catalogues(cases, run.products)
    predictions = Predictions(run.out / FILE)
    results: dict[str, list[Scored]] = {}
    for name in run.systems:
        asked = sampled(cases, run.base_limit, run.seed) if name == "base" else cases
        try:
            with opened(name, run, catalogues, predictions) as system:
                # Only a server answers several at once; what runs here would only wait for itself.
                given = answers(name, system, asked, run.parallel if name in SERVERS else 1)
        except (NoModel, ModelMissing, AdapterRefused) as missing:
            Console().print(f"[yellow]{name} is left out: {missing}[/yellow]", highlight=False)
            continue
        results[name] = [scored(case, answer) for case, answer in zip(asked, given, strict=True)]
    if not results:
        raise NoModel("there is no system to measure")
    figures = list(_figures(results, run.seed))
    show(figures)
    _write(run, figures, results)
    return figures


def _cases(run: Run) -> list[Case]:
    """The cases that the training data does not hold, at most so many of each file."""
    listed = [case for path in run.files for case in read_cases(path)]
    try:
        kept = unseen(listed)
    except NoModel as missing:
        Console().print(f"[yellow]{missing}: what trained is not left out[/yellow]", highlight=False)
        kept = listed
    if len(kept) < len(listed):
        Console().print(f"{len(listed) - len(kept)} of {len(listed)} cases are training examples: left out")
    if not kept:
        raise BadCase("every case is a training example: nothing is left to measure")
    return sampled(kept, run.limit, run.seed)


class Catalogues:
    """With which catalogue each case is read: its own, else the run's, else none."""

    def __init__(self, cases: Sequence[Case], products: Path | None) -> None:
        self._products = products
        groups: defaultdict[str, list[Case]] = defaultdict(list)
        for case in cases:
            groups[case.group].append(case)
        self.currency = {group: shop_currency(listed) for group, listed in groups.items()}
        self._sold = {
            group: of_expectations(listed, self.currency[group]) for group, listed in groups.items()
        }

    def given(self, case: Case) -> Vocabulary | None:
        path = case.catalogue or self._products
        return of_products(path) if path else None

    def selling(self, case: Case) -> Vocabulary:
        """The given one, else one that sells what the file's right answers name."""
        return self.given(case) or self._sold[case.group]


@contextmanager
def opened(name: str, run: Run, catalogues: Catalogues, predictions: Predictions) -> Iterator[System]:
    """A system by its name."""
    if name == "model_off":
        yield Rules(catalogues.selling)
    elif name == "linear":
        yield _linear(run.seed)
    elif name == "base":
        with base_chat(run.threads) as chat:
            model = Model(chat, catalogues.given, catalogues.currency)
            yield remembering(name, model, predictions, _digest(installed_model()))
    elif name == "tuned":
        settings = Settings().llm.model_copy(update={"threads": run.threads})
        with shipped_chat(settings) as (chat, calibration, opinion):
            model = Model(chat, catalogues.given, catalogues.currency, calibration, opinion)
            yield remembering(name, model, predictions, _shipped_digest(settings))
    else:
        raise ValueError(f"{name!a} is no system; there are {', '.join(SYSTEMS)}")


@cache
def _linear(seed: int) -> System:
    return fitted(examples(), seed)


def _shipped_digest(settings: LlmSettings) -> str:
    """Of what is served; of a server elsewhere its address and the model's name are all there is."""
    if settings.base_url:
        return _digest(said=f"{settings.base_url} {settings.model}")
    base = settings.embedded_model_path or installed_model()
    adapter = open_adapter(settings, base)
    return _digest(base, said=f"{adapter.digest} {SERVED}" if adapter else "")


def _digest(*files: Path, said: str = "") -> str:
    """Of what makes a model, and of the prompts that it is asked with."""
    found = hashlib.sha256(f"{prompts.digest()} {said}".encode())
    for path in files:
        with path.open("rb") as file:
            found.update(hashlib.file_digest(file, "sha256").digest())
    return found.hexdigest()[:24]


def _figures(results: Mapping[str, Sequence[Scored]], seed: int) -> Iterator[SetRow]:
    """Of each file, then of all together where there are several."""
    groups = list(dict.fromkeys(each.case.group for listed in results.values() for each in listed))
    for group in [*groups, ALL] if len(groups) > 1 else groups:
        of_group = {
            name: [each for each in listed if group in (ALL, each.case.group)]
            for name, listed in results.items()
        }
        for name, listed in of_group.items():
            yield from (of_set(row, group) for row in rows(name, listed, seed))
        for one, other in _pairs(of_group):
            compared = differences(f"{one} - {other}", of_group[one], of_group[other], seed)
            yield from (of_set(row, group) for row in compared)


def _pairs(results: Mapping[str, object]) -> list[tuple[str, str]]:
    ours = "tuned" if "tuned" in results else "base"
    return [(ours, other) for other in results if ours in results and other != ours]


def _write(run: Run, figures: Sequence[SetRow], results: Mapping[str, Sequence[Scored]]) -> None:
    write(run.out, "intents", run.seed, run.files, figures)
    chart(run.out / "intents.png", figures)
    title = ", ".join(path.name for path in run.files)
    *_, (name, listed) = results.items()
    write_worst(run.out / "worst.md", title, name, listed)
    Console().print(f"{run.out}: results.json, intents.png, worst.md")
