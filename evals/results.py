"""What every measurement writes: `OUT/results.json`, and the machine and data that it was made on."""

import json
import os
import platform
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Row:
    """One figure with its 95 % bootstrap interval over `n` observations.

    `domain` and `size` say of which data or of how large a problem, where a command tells them apart.
    """

    system: str
    metric: str
    value: float
    low: float
    high: float
    n: int
    domain: str | None = field(default=None, kw_only=True)
    size: str | None = field(default=None, kw_only=True)


def interval(
    system: str,
    metric: str,
    observations: npt.ArrayLike,
    statistic: Callable[[np.ndarray], float],
    seed: int,
    *,
    domain: str | None = None,
    size: str | None = None,
) -> Row:
    """`statistic` of the observations, with a percentile bootstrap interval. An observation is one number, or
    a row of them (a session's sum and count). Raises `ValueError` for none."""
    values = np.asarray(observations, dtype=float)
    if not len(values):
        raise ValueError(f"no observations of {metric} with {system}")
    draws = np.random.default_rng(seed).choice(values, size=(RESAMPLES, len(values)))
    low, high = np.percentile([statistic(draw) for draw in draws], [2.5, 97.5])
    value = float(statistic(values))
    return Row(system, metric, value, float(low), float(high), len(values), domain=domain, size=size)


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
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "data_sha256": {path.name: sha256(path.read_bytes()).hexdigest() for path in data},
        "rows": [{key: value for key, value in asdict(row).items() if value is not None} for row in rows],
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
