"""The whole month at each size, beside what else could do part of it: `python -m benchmarks.month --sizes demo,region`.

Beside recon, over the same files in the same run: the bare reading loop; a straightforward pandas and openpyxl script
(`peer_month.py`) that does the core of the job; datacompy on the key comparison. Dossiers are made once under
build/bench. Seconds are of processors, in all processes: what else the machine does is not in them. Medians of runs.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
import venv
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from .dossiers import SIZES, make, sized, truth
from .figures import Figures
from .month_once import NAMES
from .reading import watch

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

HERE = Path(__file__).parent
BENCH = HERE.parent / "build" / "bench"
SEED = 66
REGION = "region"
BARE = """
import pathlib, sys
from python_calamine import load_workbook

for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.*")):
    if path.suffix in {".csv", ".txt", ".toml"}:
        path.read_bytes()
    else:
        book = load_workbook(path)
        rows = [list(book.get_sheet_by_name(sheet).iter_rows()) for sheet in book.sheet_names]
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program took: seconds on the wall and of processors, the most MB that its processes held; its answer."""

    wall: float
    processor: float
    megabytes: float
    answer: dict[str, Any]


@click.command()
@click.option("--sizes", default="demo,region", show_default=True, help="Sizes by name, or numbers of payers.")
@click.option("--times", default=3, show_default=True, help="Runs of each, of which the median counts.")
@click.option("--peers/--no-peers", default=True, help="Whether to run what it is compared with.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the tables to a file as well.")
def main(sizes: str, times: int, output: Path | None, *, peers: bool) -> None:
    """Time the month at each size."""
    console = Console(record=True, width=140)
    console.print(f"Python {platform.python_version()}, {os.cpu_count()} processors; seconds of processors")
    folders = {size: dossier(size) for size in sizes.split(",")}
    months = {size: several(lambda at=folder: once(at), times) for size, folder in folders.items()}  # type: ignore[misc]
    console.print(steps(months).shown())
    if peers:
        python = environment()
        for size, folder in folders.items():
            console.print(side_by_side(size, folder, months[size], python, times).shown())
    if output is not None:
        output.write_text(console.export_text(), encoding="utf-8")


def dossier(size: str) -> Path:
    """Return a made-up dossier of a size, made if it is not there."""
    folder = BENCH / "dossiers" / size
    if not folder.with_name(f"{size}-truth.csv").exists():
        make(folder, SIZES.get(size) or sized(int(size)), SEED)
    return folder


def once(folder: Path, *options: str) -> Ran:
    """Run recon's month of a dossier."""
    return run([sys.executable, "-m", "benchmarks.month_once", str(folder), *options])


def run(command: Sequence[str], codes: Collection[int] = (0,), *, answers: bool = True) -> Ran:
    """Run a program that ends with one of the codes and, if it `answers`, prints JSON, or nothing."""
    start, before = time.perf_counter(), _used()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=HERE.parent)
    most = [0.0]
    watcher = threading.Thread(target=watch, args=(process, most), daemon=True)
    watcher.start()
    said, _ = process.communicate()
    watcher.join()
    if process.returncode not in codes:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return Ran(time.perf_counter() - start, _used() - before, most[0], json.loads(said if said and answers else "{}"))


def _used() -> float:
    times = os.times()
    return times.children_user + times.children_system


def several(do: Callable[[], Ran], times: int) -> list[Ran]:
    """Return several runs."""
    return [do() for _ in range(times)]


def steps(months: dict[str, list[Ran]]) -> Figures:
    """Return recon's seconds per step and its memory at each size, and how many times those of a region they are."""
    rows = [
        (name, *(f"{median(ran.answer['steps'][name] for ran in runs):.2f}" for runs in months.values()))
        for name in NAMES
    ]
    totals = {size: median(ran.processor for ran in runs) for size, runs in months.items()}
    walls = [median(ran.wall for ran in runs) for runs in months.values()]
    memory = [max(ran.megabytes for ran in runs) for runs in months.values()]
    rows += [
        ("together, of processors", *(f"{total:.2f}" for total in totals.values())),
        ("together, on the wall", *(f"{wall:.2f}" for wall in walls)),
        ("peak of all processes, MB", *(f"{most:.0f}" for most in memory)),
        ("runs", *(str(len(runs)) for runs in months.values())),
    ]
    if REGION in totals:
        growth = (f"{total / totals[REGION]:.1f} x" for total in totals.values())
        rows.append(("seconds of processors, of a region's", *growth))
    title = "recon: the whole month, nothing kept of an earlier one, seconds of processors"
    return Figures(title, ("step", *months), rows)


def environment() -> Path:
    """Return the Python of the environment of what recon is compared with, made if it is not there."""
    home = BENCH / "month"
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not (home / "installed").exists():
        venv.create(home, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(HERE / "peers_month.txt")], check=True)
        (home / "installed").touch()
    return python


def side_by_side(size: str, folder: Path, months: Sequence[Ran], python: Path, times: int) -> Figures:
    """Return what each took and how many titres it has to the cent."""
    less = several(lambda: once(folder, "--no-statements"), times)
    bare = several(lambda: run([str(python), "-c", BARE, str(folder)]), times)
    scripted = several(lambda: _scripted(python, folder), times)
    with_calamine = [_without_keys(ran) for ran in several(lambda: _scripted(python, folder, "calamine"), times)]
    core = [_without_keys(ran) for ran in scripted]
    keys = [ran.answer["datacompy"] for ran in scripted]
    rows = [
        _row("recon, reports in memory, nothing recorded", months, _right(folder, months[0].answer["paid"])),
        _row("recon, the same without statements", less, _right(folder, less[0].answer["paid"])),
        ("recon, reading alone", "", f"{median(ran.answer['steps']['reading'] for ran in months):.2f}", "", ""),
        _row("bare calamine loop, reading alone", bare),
        _row("pandas + openpyxl, the core", core, _right(folder, core[0].answer["paid"])),
        _row("pandas + calamine, the core", with_calamine, _right(folder, with_calamine[0].answer["paid"])),
        ("datacompy, the key comparison alone", "", f"{median(keys):.2f}", "", ""),
    ]

    def times_ours(scripts: Sequence[Ran], name: str) -> str:
        return f"{median(getattr(ran, name) for ran in scripts) / median(getattr(ran, name) for ran in less):.1f} x"

    return Figures(
        f"Side by side: {size}",
        ("what", "on the wall, s", "of processors, s", "MB", "titres paid to the cent"),
        rows,
        f"Of recon without statements, pandas + openpyxl takes {times_ours(core, 'wall')} the time on the wall and "
        f"{times_ours(core, 'processor')} the seconds of processors; pandas + calamine "
        f"{times_ours(with_calamine, 'wall')} and {times_ours(with_calamine, 'processor')}.",
    )


def _scripted(python: Path, folder: Path, *engine: str) -> Ran:
    with tempfile.TemporaryDirectory() as place:
        script = [str(python), "-W", "ignore", str(HERE / "peer_month.py"), str(folder), f"{place}/month.xlsx"]
        return run([*script, *engine])


def _without_keys(ran: Ran) -> Ran:
    """Return a run of the script without the comparison of keys, timed within it: one thread, hardly waiting."""
    key = ran.answer["datacompy"]
    return replace(ran, wall=ran.wall - key, processor=ran.processor - key)


def _row(name: str, runs: Sequence[Ran], right: str = "") -> tuple[str, ...]:
    wall, processor = median(ran.wall for ran in runs), median(ran.processor for ran in runs)
    return name, f"{wall:.2f}", f"{processor:.2f}", f"{max(ran.megabytes for ran in runs):.0f}", right


def _right(folder: Path, paid: dict[str, int]) -> str:
    true = list(truth(folder))
    right = sum(paid.get(row["titre"]) == int(row["paid"]) for row in true)
    return f"{right} of {len(true)}"


if __name__ == "__main__":
    main()
