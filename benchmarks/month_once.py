"""One month, from a dossier's files to its reports, timed step by step: JSON on standard output.

`python -m benchmarks.month_once FOLDER [--no-statements]`; seconds are of processors, the reading processes' included.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from recon.tables import Month

# The pipeline's functions by the step that they belong to; what is left of it makes the findings.
STEPS = {
    "layout": ("laid_out",),
    "validation": ("keep", "keep_payments"),
    "matching": ("vocabulary", "ledger", "match", "allocate"),
    "balances": ("register", "billing", "balances"),
    "tables": ("_month",),
}
NAMES = ("reading", *STEPS, "findings", "workbook", "statements", "plain tables")


def used() -> float:
    """Return the seconds that this process and those it has ended took of processors."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


class Clock:
    """Seconds of processors by step."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.seconds = dict.fromkeys(NAMES, 0.0)

    def timed(self, step: str, do: Callable[..., Any]) -> Callable[..., Any]:
        """Return `do`, its time added to a step."""

        def timed(*given: Any, **named: Any) -> Any:
            start = used()
            try:
                return do(*given, **named)
            finally:
                self.seconds[step] += used() - start

        return timed


def run(folder: Path, *, statements: bool) -> dict[str, Any]:
    """Run the month of a dossier, its reports kept in memory, and return the seconds of each step."""
    from benchmarks.accounts import AS_OF
    from recon.dossier import files, options

    clock, wall, before = Clock(), time.perf_counter(), used()
    read = clock.timed("reading", files)(folder)
    from recon import outputs, pipeline
    from recon.reports.data import data_files
    from recon.reports.workbook import monthly_workbook
    from recon.understanding import understood

    for step, names in STEPS.items():
        for name in names:
            setattr(pipeline, name, clock.timed(step, getattr(pipeline, name)))
    known = clock.timed("layout", understood)(read, ()).files
    del read
    before_month = dict(clock.seconds)
    month: Month = clock.timed("findings", pipeline.reconcile)(known, options(folder).settings(AS_OF))
    clock.seconds["findings"] -= sum(clock.seconds[step] - before_month[step] for step in STEPS)
    clock.timed("workbook", monthly_workbook)(month)
    clock.timed("plain tables", lambda: [len(data) for _, data in data_files(month)])()
    if statements:
        clock.timed("statements", outputs.statements_of)(month, outputs.Form(), lambda _path, _key: None)
    return {
        "steps": clock.seconds,
        "processor": used() - before,
        "wall": time.perf_counter() - wall,
        "paid": dict(month.titres.select("titre", "paid").iter_rows()),
    }


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), statements="--no-statements" not in sys.argv)))  # noqa: T201
