"""A server for each shop of the cases, where no address is given: started, talked with, stopped.

Its data stay in a folder of its own, so that a large index is built once. The model is chosen as ever, by the
environment; the row `model_off` has rules and templates.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evals.chat.cases import BadCase
from evals.chat.client import Access
from evals.server import demo_server

DEMO = "demo"
#: Where public catalogues lie below the data folder, by their name and its ending.
PLACES = ("catalogues/{}.jsonl", "search/{}.jsonl.gz")


@dataclass(frozen=True, slots=True)
class Shops:
    """`data` holds the public catalogues, `folder` gets a folder a shop; `model`: whether one is used."""

    data: Path
    folder: Path
    model: bool = True

    @contextmanager
    def serving(self, catalogue: str) -> Iterator[Access]:
        """A server of this catalogue until the block ends; each conversation has a session of its own.

        Raises `BadCase` where there is no such catalogue, `ServerFailed` where it does not start.
        """
        feed = [] if catalogue == DEMO else ["--catalogue", str(self.feed(catalogue))]
        chosen = {} if self.model else {"PAIRWELL_LLM__EMBEDDED": "false"}
        with demo_server(self.folder / catalogue, chosen, *feed) as server:
            yield Access(server.url, server.key or None)

    def feed(self, catalogue: str) -> Path:
        paths = [self.data / place.format(catalogue) for place in PLACES]
        found = next((path for path in paths if path.is_file()), None)
        if found is None:
            raise BadCase(f"there is no catalogue {catalogue!a}: neither {' nor '.join(map(str, paths))}")
        return found
