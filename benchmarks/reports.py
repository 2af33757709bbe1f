"""A region's reports, beside the same tables written plainly: `python -m benchmarks.reports --size region`.

Each is written in a process of its own: the month's workbook and reminders, all statements, and the month's tables by
openpyxl, a sheet each, without a format, a formula or a total. Seconds on the wall and of processors, drawing processes
included, and the most memory that its processes held while they wrote; the month itself, computed before, is in that
memory and not in the seconds, and what computing it took at its highest stands beside.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from contextlib import contextmanager
from io import BytesIO
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from benchmarks.month import Ran, dossier, run
from benchmarks.month_once import used

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from recon.tables import Month

# Seconds on the wall and MB; a region has 4,104 schools and 2,388 payers, on two processors.
TARGETS = {"workbook": (3.0, 400), "statements": (20.0, 400)}


def main() -> None:
    """Time each report of a made-up dossier, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="region", help="a size of benchmarks.dossiers, or a number of payers")
    parser.add_argument("--once", choices=WRITERS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    folder = dossier(asked.size)
    if asked.once:
        print(json.dumps(_once(folder, asked.once)))  # noqa: T201
        return
    command = [sys.executable, "-m", "benchmarks.reports", "--size", asked.size, "--once"]
    _print(asked.size, {name: run([*command, name]) for name in WRITERS})


def _print(size: str, found: dict[str, Ran]) -> None:
    from rich.console import Console
    from rich.table import Table

    plain = found["openpyxl"].answer
    title = f"Reports of a {size}, {os.cpu_count()} processors"
    table = Table(
        "what",
        "files",
        "seconds",
        "of processors",
        "peak MB",
        "of which month",
        "peak of the month",
        "target",
        "x openpyxl",
        title=title,
    )
    for name, ran in found.items():
        answer, target = ran.answer, TARGETS.get(name) if size == "region" else None
        table.add_row(
            WORDS[name], str(answer["files"]), f"{answer['wall']:.2f}", f"{answer['processor']:.2f}",
            f"{answer['most']:.0f}", f"{answer['before']:.0f}", f"{ran.megabytes:.0f}",
            f"{target[0]:.0f} s, {target[1]} MB" if target else "",
            f"{answer['processor'] / plain['processor']:.2f}",
        )  # fmt: skip
    table.caption = f"openpyxl writes {plain['rows']} rows, {plain['cells']} cells"
    Console(width=140).print(table)


def _once(folder: Path, name: str) -> dict[str, Any]:
    """Return what one writer took, once the month is there."""
    from benchmarks.accounts import AS_OF
    from benchmarks.reading import resident
    from recon.dossier import options
    from recon.monthly import looked_at, opened, read_files

    with opened(folder, options(folder), to_write=False) as of:
        month = looked_at(of, read_files(of, AS_OF), AS_OF)
    before, wall, start = resident(os.getpid()), time.perf_counter(), used()
    with watched() as most:
        told = WRITERS[name](month)
    taken = {"wall": time.perf_counter() - wall, "processor": used() - start}
    return {**told, **taken, "before": before, "most": max(most)}


@contextmanager
def watched() -> Iterator[list[float]]:
    """Yield a list to which the MB held by this process and those it starts are added, until the end."""
    from benchmarks.reading import held

    most, done = [held(os.getpid())], Event()

    def watch() -> None:
        while not done.wait(0.02):
            most.append(held(os.getpid()))

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield most
    finally:
        done.set()
        watcher.join()


def _workbook(month: Month) -> dict[str, int]:
    from recon.reports.reminder_sheets import reminder_list
    from recon.reports.reminders import cases
    from recon.reports.workbook import monthly_workbook

    return {"files": len((monthly_workbook(month), reminder_list(month, cases(month))))}


def _statements(month: Month) -> dict[str, int]:
    from recon.outputs import Form, statements_of
    from recon.spool import Spool

    return {"files": len(statements_of(month, Form(), lambda _path, _key: None, Spool()))}


def _plain(month: Month) -> dict[str, int]:
    """Write the month's tables as anybody would: openpyxl, a row at a time."""
    import openpyxl

    from recon.tables import SCHEMAS, exported

    book, rows, cells = openpyxl.Workbook(), 0, 0
    for name in SCHEMAS:
        frame = exported(name, month.table(name))
        sheet = book.create_sheet(name)
        sheet.append(frame.columns)
        for row in frame.iter_rows():
            sheet.append(row)
        rows, cells = rows + frame.height, cells + frame.height * frame.width
    book.save(BytesIO())
    return {"files": 1, "rows": rows, "cells": cells}


WRITERS: dict[str, Callable[[Month], dict[str, int]]] = {
    "workbook": _workbook,
    "statements": _statements,
    "openpyxl": _plain,
}
WORDS = {
    "workbook": "recon: the month’s workbook and relances.xlsx",
    "statements": "recon: a statement for each payer",
    "openpyxl": "openpyxl: the same tables, nothing but values",
}

if __name__ == "__main__":
    main()
