"""Guard growth, not seconds: twice the dossier costs at most 2.3 times the reading, the matching and the reporting.

Both sizes are measured in turn, in processes of their own, in seconds of processors: what else the machine does is not
counted, and the best of several runs is what the work costs. `.ci/run` does it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.dossiers import make, sized
from benchmarks.month import Ran, once

# So many that what is paid once, however large the dossier, hides no growth.
PAYERS = 650
MOST_TIME, MOST_MEMORY = 2.3, 1.6
RUNS = 5
REPORTING = ("workbook", "statements", "plain tables")


def parts(ran: Ran) -> dict[str, float]:
    """Return the seconds of reading, of matching (from layout to tables) and of reporting, and the peak in MB."""
    steps = ran.answer["steps"]
    reporting = sum(steps[name] for name in REPORTING)
    matching = sum(steps.values()) - steps["reading"] - reporting
    return {"reading": steps["reading"], "matching": matching, "reporting": reporting, "memory": ran.megabytes}


def best(before: dict[str, float], ran: Ran) -> dict[str, float]:
    """Return the least that each part took by now."""
    return {name: min(value, before.get(name, value)) for name, value in parts(ran).items()}


def main() -> int:
    """Make both dossiers, measure them in turn until the growth is within its limits, or five times."""
    limits = {"reading": MOST_TIME, "matching": MOST_TIME, "reporting": MOST_TIME, "memory": MOST_MEMORY}
    single: dict[str, float] = {}
    double: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="recon_growth_") as place:
        folders = Path(place, "single"), Path(place, "double")
        for number, folder in enumerate(folders, 1):
            make(folder, sized(PAYERS * number), 66)
        for _ in range(RUNS):
            single, double = best(single, once(folders[0])), best(double, once(folders[1]))
            growth = {name: double[name] / single[name] for name in limits}
            if all(growth[name] <= limit for name, limit in limits.items()):
                break
    for name, limit in limits.items():
        unit = "MB" if name == "memory" else "s"
        print(f"{name}: {single[name]:.2f} {unit}, twice the dossier {double[name]:.2f}, {growth[name]:.2f} x (at most {limit})")  # noqa: T201  # fmt: skip
    return 0 if all(growth[name] <= limit for name, limit in limits.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
