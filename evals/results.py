"""What every measurement writes: `OUT/results.json`, and the machine and data that it was made on."""

import json
import os
import platform
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Row:
    """One figure with its 95 % bootstrap interval over `n` observations."""

    system: str
    metric: str
    value: float
    low: float
    high: float
    n: int


def interval(
    system: str,
    metric: str,
    observations: Sequence[float],
    statistic: Callable[[np.ndarray], float],
    seed: int,
) -> Row:
    """`statistic` of the observations, with a percentile bootstrap interval. Raises `ValueError` for none."""
    values = np.asarray(observations, dtype=float)
    if not len(values):
        raise ValueError(f"no observations of {metric} with {system}")
    draws = np.random.default_rng(seed).choice(values, size=(RESAMPLES, len(values)))
    low, high = np.percentile([statistic(draw) for draw in draws], [2.5, 97.5])
    return Row(system, metric, float(statistic(values)), float(low), float(high), len(values))


def machine() -> dict[str, str | int | None]:
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def write(out: Path, command: str, seed: int, data: Sequence[Path], rows: Sequence[Row]) -> None:
    """Writes `out/results.json` in the one form that every command has."""
    out.mkdir(parents=True, exist_ok=True)
    result = {
        "command": command,
        "commit": _commit(),
        "seed": seed,
        "machine": machine(),
        "data_sha256": {path.name: sha256(path.read_bytes()).hexdigest() for path in data},
        "rows": [asdict(row) for row in rows],
    }
    (out / "results.json").write_text(json.dumps(result, indent=2, sort_keys=True) + "\n")


def _commit() -> str | None:
    run = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)  # noqa: S607 - git, wherever it is
    return run.stdout.strip() or None


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
