"""Guard growth, not seconds: twice the dossier costs at most 2.3 times the reading, layout, accounts and reporting.

Both sizes are measured in turn, in processes of their own, in seconds of processors: what else the machine does is not
counted, and the best of several runs is what the work costs. Matching is the least of a month's work, and would hide in
the rest: it is measured by itself on more titres, on the wall. `.ci/run` does it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks import ours
from benchmarks.data import made_up
from benchmarks.dossiers import make, sized
from benchmarks.month import Ran, once

# So many that what is paid once, however large the dossier, hides no growth.
PAYERS = 650
MOST_TIME, MOST_MEMORY = 2.3, 1.6
RUNS = 5
PARTS = {
    "reading": ("reading",),
    "layout": ("layout", "validation"),
    "accounts": ("matching", "balances", "tables", "findings"),
    "reporting": ("workbook", "statements", "plain tables"),
}
TITRES = 20_000
LIMITS = {**dict.fromkeys((*PARTS, "matching alone"), MOST_TIME), "memory": MOST_MEMORY}


def parts(ran: Ran, titres: int) -> dict[str, float]:
    """Return the seconds of each part of a month and of matching so many titres, and the peak in MB."""
    steps = ran.answer["steps"]
    seconds = {name: sum(steps[step] for step in own) for name, own in PARTS.items()}
    return {**seconds, "matching alone": ours.run(made_up(titres), 1).total, "memory": ran.megabytes}


def best(before: dict[str, float], found: dict[str, float]) -> dict[str, float]:
    """Return the least that each part took by now."""
    return {name: min(value, before.get(name, value)) for name, value in found.items()}


def main() -> int:
    """Make both dossiers, measure them in turn until the growth is within its limits, or five times."""
    single: dict[str, float] = {}
    double: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="recon_growth_") as place:
        folders = Path(place, "single"), Path(place, "double")
        for number, folder in enumerate(folders, 1):
            make(folder, sized(PAYERS * number), 66)
        for _ in range(RUNS):
            single = best(single, parts(once(folders[0]), TITRES))
            double = best(double, parts(once(folders[1]), 2 * TITRES))
            growth = {name: double[name] / single[name] for name in LIMITS}
            if all(growth[name] <= limit for name, limit in LIMITS.items()):
                break
    for name, limit in LIMITS.items():
        unit = "MB" if name == "memory" else "s"
        print(f"{name}: {single[name]:.2f} {unit}, twice the dossier {double[name]:.2f}, {growth[name]:.2f} x (at most {limit})")  # noqa: T201  # fmt: skip
    return 0 if all(growth[name] <= limit for name, limit in LIMITS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
