"""How figures are shown: one table on the console, bars with their intervals as a picture."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from rich.console import Console
from rich.table import Table

from evals.results import Row


def table(rows: Sequence[Row], metrics: Sequence[str]) -> None:
    """One line a system and domain (or size), one column a metric, with intervals."""
    shown = Table("system", "", *metrics, "n")
    for (system, group), held in grouped(rows).items():
        cells = [_cell(held.get(metric)) for metric in metrics]
        shown.add_row(system, group, *cells, str(max(row.n for row in held.values())))
    Console(width=180).print(shown)


def listed(rows: Sequence[Row], digits: str = ".3f") -> None:
    """One line a row, with its interval; `digits` is how its figures are written."""
    shown = Table("system", "metric", "value", "95 % interval", "n")
    for row in rows:
        between = f"{row.low:{digits}} to {row.high:{digits}}"
        shown.add_row(row.system, row.metric, f"{row.value:{digits}}", between, str(row.n))
    Console(width=140).print(shown)


def bars(path: Path, rows: Sequence[Row], metrics: Sequence[str], title: str) -> None:
    """One panel a metric; a bar for each system and domain (or size)."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    lines = grouped(rows)
    names = [" ".join(filter(None, key)) for key in lines]
    figure, panels = plt.subplots(
        1, len(metrics), figsize=(4 * len(metrics) + 2, 0.32 * len(lines) + 1.6), sharey=True, squeeze=False
    )
    for panel, metric in zip(panels[0], metrics, strict=True):
        held = [line.get(metric) for line in lines.values()]
        values = np.array([row.value if row else np.nan for row in held])
        ends = np.array([(row.value - row.low, row.high - row.value) if row else (0, 0) for row in held])
        panel.barh(names, values, xerr=np.maximum(ends.T, 0), color="#4878a8", ecolor="#333333", capsize=2)
        panel.invert_yaxis()
        panel.set_title(metric)
        panel.set_xlim(left=0)
    figure.suptitle(title)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def grouped(rows: Sequence[Row]) -> dict[tuple[str, str], dict[str, Row]]:
    """(system, domain or size) -> metric -> row, in the order of the rows."""
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        found.setdefault((row.system, row.domain or row.size or ""), {})[row.metric] = row
    return found


def _cell(row: Row | None) -> str:
    return "" if row is None else f"{row.value:.3f} [{row.low:.3f}, {row.high:.3f}]"


def share_bars(path: Path, rows: Sequence[Row], metrics: Sequence[str], says: str) -> None:
    """One bar a system for each of `metrics`, from 0 to 1; `says` names what the shares are of."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    systems = list(dict.fromkeys(row.system for row in rows))
    figure, axes = plt.subplots(figsize=(8, 0.7 + 0.75 * len(metrics)))
    height = 0.8 / len(systems)
    for number, system in enumerate(systems):
        found = {row.metric: row for row in rows if row.system == system}
        places = [place + number * height for place, metric in enumerate(metrics) if metric in found]
        shares = [found[metric] for metric in metrics if metric in found]
        errors = [
            [max(row.value - row.low, 0.0) for row in shares],
            [max(row.high - row.value, 0.0) for row in shares],
        ]
        axes.barh(places, [row.value for row in shares], height * 0.9, xerr=errors, label=system)
    axes.set_yticks([place + 0.4 - height / 2 for place in range(len(metrics))], metrics)
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel(f"{says}, with its 95 % interval")
    axes.legend(loc="best", fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
