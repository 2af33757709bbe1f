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
GROUND = {"validation": ("keep",), "matching": ("vocabulary",), "balances": ("register", "billing")}
STEPS = {
    "validation": ("keep_payments",),
    "matching": ("ledger", "match", "allocate"),
    "balances": ("balances",),
    "tables": ("_month",),
}
NAMES = ("reading", "layout", *STEPS, "findings", "workbook", "statements", "plain tables")


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

    def rest(self, step: str, do: Callable[..., Any]) -> Callable[..., Any]:
        """Return `do`, what of its time no step within it has taken added to a step."""

        def timed(*given: Any, **named: Any) -> Any:
            before = sum(self.seconds.values())
            start = used()
            try:
                return do(*given, **named)
            finally:
                self.seconds[step] += used() - start - (sum(self.seconds.values()) - before)

        return timed


def run(folder: Path, *, statements: bool) -> dict[str, Any]:
    """Run the month of a dossier, its reports kept in memory, and return the seconds of each step."""
    from benchmarks.accounts import AS_OF
    from recon.dossier import FOLDERS, each_file, options

    clock, wall, before = Clock(), time.perf_counter(), used()
    others = [name for name in FOLDERS if name != "paiements"]
    read = clock.timed("reading", list)(each_file(folder, others))
    from recon import ground, outputs, pipeline
    from recon.reports.data import data_files
    from recon.reports.workbook import monthly_workbook
    from recon.spool import Spool
    from recon.understanding import understood

    for module, steps in ((ground, GROUND), (pipeline, STEPS)):
        for step, names in steps.items():
            for name in names:
                setattr(module, name, clock.timed(step, getattr(module, name)))
    settings = options(folder).settings(AS_OF)
    known = clock.timed("layout", understood)(read, ())
    of_ground = clock.rest("layout", ground.ground)(known, settings)
    read = clock.timed("reading", list)(each_file(folder, ["paiements"]))
    # Whose each ledger is and which of its lines may be in scope is told with its layout.
    known += clock.timed("layout", understood)(read, (), of_ground.knowledge)
    del read
    month: Month = clock.rest("findings", pipeline.reconcile)(known, settings, known=of_ground)
    clock.timed("workbook", monthly_workbook)(month)
    clock.timed("plain tables", lambda: [len(data) for _, data in data_files(month)])()
    if statements:
        clock.timed("statements", outputs.statements_of)(month, outputs.Form(), lambda _path, _key: None, Spool())
    return {
        "steps": clock.seconds,
        "processor": used() - before,
        "wall": time.perf_counter() - wall,
        "paid": dict(month.titres.select("titre", "paid").iter_rows()),
    }


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), statements="--no-statements" not in sys.argv)))  # noqa: T201
