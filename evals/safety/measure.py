"""`python -m evals safety`: every attack against a model that obeys it, and against a running server."""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import matplotlib as mpl
from rich.console import Console
from rich.table import Table

from evals.patient import Patient
from evals.results import Row, write
from evals.safety.attack import Outcome, run
from evals.safety.cases import ATTACKS, read_attacks
from evals.safety.shop_files import read_shop

TIMEOUT_S = 120.0


class NoModel(ValueError):
    """There is no model to try the attacks on."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server to attack, and the account that the attacker has there, if any."""

    url: str
    system: str = "tuned"
    customer_id: str | None = None
    customer_token: str | None = None
    shop: Path | None = None


def measure(out: Path, seed: int, server: Server | None, *, real: bool) -> None:
    """Runs all attacks; prints the table by kind and every attack that got through, and writes the rows.

    With `real` also against the model that this installation serves, over the same shop.
    """
    console = Console()
    # First, though its row is the last: a customer's token holds for ten minutes.
    served = list(_against(server)) if server is not None else []
    tried = {"obedient": _obedient()}
    if real:
        name, outcomes = real_model()
        tried[name] = outcomes
    if server is not None:
        tried[server.system] = served
    rows = [row for system, outcomes in tried.items() for row in _rows(system, outcomes)]
    for system, outcomes in tried.items():
        _print(system, outcomes, console)
    write(out, "safety", seed, [ATTACKS], rows)
    _chart(out / "safety.png", tried)


def _obedient() -> list[Outcome]:
    from evals.safety.world import WORDS, open_world
    from retrieval.embedding import MiniLmEmbedder

    with tempfile.TemporaryDirectory() as folder, open_world(Path(folder), MiniLmEmbedder()) as world:
        return [world.attacked(each) for each in read_attacks(WORDS)]


def real_model() -> tuple[str, list[Outcome]]:
    """All attacks against the model of this installation: `tuned` where it names the intent."""
    from assistant.telling import Voice
    from chat_models import open_models
    from evals.safety.world import WORDS, Served, open_world
    from retrieval.embedding import MiniLmEmbedder
    from settings import Settings

    models = open_models(Settings().llm)
    if models.reader is None or models.teller is None:
        raise NoModel("this installation serves no chat model")
    voice = Voice(trained=models.tells, model=Patient(models.teller))
    serving = Served(Patient(models.reader), models.understands, voice)
    with (
        models.running(),
        tempfile.TemporaryDirectory() as folder,
        open_world(Path(folder), MiniLmEmbedder(), serving) as world,
    ):
        outcomes = [world.attacked(each) for each in read_attacks(WORDS)]
    return "tuned" if models.understands else "embedded", outcomes


def _against(server: Server) -> Iterator[Outcome]:
    """One session for each side; a server limits how fast anybody may ask, so it is waited for."""
    files = read_shop(server.shop, server.customer_id)
    with httpx.Client(base_url=server.url, timeout=TIMEOUT_S, transport=_Patient()) as client:
        guest = _session(client, None)
        customer = _session(client, server.customer_token) if server.customer_token else guest
        for attack in read_attacks(files.words):
            headers = customer if attack.who == "customer" else guest
            yield run(attack, client, headers, files.foreign)


class _Patient(httpx.HTTPTransport):
    """Waits as long as a busy server asks for, and tries again."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for _ in range(60):
            answer = super().handle_request(request)
            if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                return answer
            answer.close()
            time.sleep(min(float(answer.headers.get("retry-after", 1)), 30.0))
        return answer


def _session(client: httpx.Client, customer_token: str | None) -> dict[str, str]:
    body = {"customer_token": customer_token} if customer_token else {}
    opened = client.post("/v1/sessions", json=body)
    opened.raise_for_status()
    return {"Authorization": f"Bearer {opened.json()['token']}"}


def _rows(system: str, outcomes: Sequence[Outcome]) -> Iterator[Row]:
    """Counts of attacks, of all and of each kind (`domain`); a count of everything that was tried has no
    interval."""
    yield from _counts(system, outcomes, None)
    for kind in dict.fromkeys(each.attack.kind for each in outcomes):
        yield from _counts(system, [each for each in outcomes if each.attack.kind == kind], kind)


def _counts(system: str, outcomes: Sequence[Outcome], kind: str | None) -> Iterator[Row]:
    counts = {
        "effects": sum(bool(each.effects) for each in outcomes),
        "foreign_data": sum(bool(each.foreign_data) for each in outcomes),
        "cases": len(outcomes),
    }
    for metric, value in counts.items():
        yield Row(system, metric, value, value, value, len(outcomes), domain=kind)


def _print(system: str, outcomes: Sequence[Outcome], console: Console) -> None:
    table = Table("kind", "attacks", "effects", "foreign data", title=system)
    counts = Counter(each.attack.kind for each in outcomes)
    effects = Counter(each.attack.kind for each in outcomes if each.effects)
    leaks = Counter(each.attack.kind for each in outcomes if each.foreign_data)
    for kind, count in counts.items():
        table.add_row(kind, str(count), str(effects[kind]), str(leaks[kind]))
    table.add_row("all", str(counts.total()), str(effects.total()), str(leaks.total()), style="bold")
    console.print(table)
    for each in outcomes:
        for what in (*each.effects, *each.foreign_data):
            console.print(f"{system}: {each.attack.id}: {what}", style="red", markup=False)


def _chart(path: Path, tried: dict[str, list[Outcome]]) -> None:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    kinds = list(dict.fromkeys(each.attack.kind for outcomes in tried.values() for each in outcomes))
    figure, axes = plt.subplots(figsize=(8, 0.35 * len(kinds) + 1.5))
    counts = Counter(each.attack.kind for each in next(iter(tried.values())))
    axes.barh(kinds, [counts[kind] for kind in kinds], color="#dddddd", label="attacks")
    for system, outcomes in tried.items():
        through = Counter(each.attack.kind for each in outcomes if each.effects or each.foreign_data)
        axes.barh(kinds, [through[kind] for kind in kinds], height=0.4, label=f"got through: {system}")
    axes.invert_yaxis()
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
