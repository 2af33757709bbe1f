"""How long reading takes, beside a bare python-calamine loop over the same files: `python -m benchmarks.reading`.

Both read the same files in turn, several times, and the best time of each counts: what else the machine does at the
time would otherwise be measured too. recon's time is all of it: starting its processes, the files' bytes through the
checks and the reader, every cell as text with its address, what is hidden, merged or at fault, back through a pipe and
held by the caller. The bare loop opens each workbook and makes lists of values, with none of that.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Iterator

TITLES = (
    "SIRET payeur", "Exercice", "Mandat", "Date mandat", "Payé le", "Objet", "Référence", "UAI", "Montant", "État",
    "Bordereau", "Imputation",
)  # fmt: skip
MOST_ROWS = 200
LARGE_ROWS = 60_000
TIMES = 3
SMALL_RATIO, LARGE_RATIO, LARGE_MEGABYTES = 1.5, 2.0, 400

BARE = """
import sys
from python_calamine import load_workbook

for name in open(sys.argv[1], encoding="utf-8").read().splitlines():
    book = load_workbook(name)
    rows = [list(book.get_sheet_by_name(sheet).iter_rows()) for sheet in book.sheet_names]
"""
OURS = """
import sys
from pathlib import Path
from recon.readers import Refused
from recon.readers.apart import read_books

if __name__ == "__main__":
    books = list(read_books(Path(name) for name in open(sys.argv[1], encoding="utf-8").read().splitlines()))
    assert not any(isinstance(book, Refused) for book in books)
"""


@dataclass(frozen=True, slots=True)
class Run:
    """The seconds that a program took, those of processors in all its processes, and the most MB that these held."""

    seconds: float
    of_processors: float
    megabytes: float


def write_ledger(path: Path, rows: int, seed: int) -> None:
    """Write a ledger as an accounting program exports it: titles, dates, amounts, a total as a formula."""
    chance = random.Random(seed)  # noqa: S311  Nothing is secret.
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Mandats")
        day, money = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "# ##0.00"})
        sheet.write_row(0, 0, TITLES)
        for row in range(1, rows + 1):
            on = date(2026, 1, 1) + timedelta(chance.randrange(330))
            amount = chance.randrange(100, 300_000) / 100
            sheet.write_row(row, 0, ["21660049400019", 2026, row])
            sheet.write_datetime(row, 3, on, day)
            sheet.write_datetime(row, 4, on + timedelta(9), day)
            label = chance.choice(("ENT-École", "Fournitures", "Transport", "Cantine")) + f" {chance.randrange(400)}"
            sheet.write_row(
                row, 5, [label, f"TP-2026-{chance.randrange(10**5):05d}", f"066{chance.randrange(10**4):04d}A"]
            )
            sheet.write_number(row, 8, amount, money)
            sheet.write_row(row, 9, ["payé", chance.randrange(1, 60), "6558"])
        sheet.write_formula(rows + 1, 8, f"=SUM(I2:I{rows + 1})", money, 1234.5)


def run(program: str, names: Path) -> Run:
    """Run a program on the files whose names a file lists."""
    start, used = time.perf_counter(), _used()
    # An installed program is compiled once, not at every start.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen([sys.executable, "-c", program, str(names)], env=environment)
    most: list[float] = [0.0]
    watcher = threading.Thread(target=watch, args=(process, most), daemon=True)
    watcher.start()
    code = process.wait()
    seconds = time.perf_counter() - start
    watcher.join()
    if code:
        raise SystemExit(f"a program ended with {code}")
    return Run(seconds, _used() - used, most[0])


def _used() -> float:
    """Return the seconds of processors that ended processes have taken."""
    times = os.times()
    return times.children_user + times.children_system


def watch(process: subprocess.Popen[bytes], most: list[float]) -> None:
    """Note the most megabytes that a process and those it starts hold, until it ends."""
    while process.poll() is None:
        most[0] = max(most[0], held(process.pid))
        time.sleep(0.02)


def _tree(pid: int) -> Iterator[int]:
    """Yield a process and those it has started; nothing where the system has no /proc.

    One that is being started and has not yet got its own program shares its parent's memory: it is not counted twice.
    """
    yield pid
    own = _command(pid)
    for listed in Path("/proc", str(pid), "task").glob("*/children"):
        try:
            children = listed.read_text(encoding="ascii").split()
        except OSError:
            continue
        for child in children:
            if _command(int(child)) != own:
                yield from _tree(int(child))


def _command(pid: int) -> bytes:
    try:
        return Path("/proc", str(pid), "cmdline").read_bytes()
    except OSError:
        return b""


def held(pid: int) -> float:
    """Return the megabytes that a process and those it started hold together."""
    return sum(resident(one) for one in _tree(pid))


def resident(pid: int) -> float:
    """Return the megabytes that a process holds, 0 where the system does not say."""
    try:
        pages = int(Path("/proc", str(pid), "statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * 4096 / 1e6


def compare(what: str, names: Path, times: int) -> tuple[float, float]:
    """Print the best times of both and their ratio; return it, and the most memory that recon held."""
    pairs = [(run(BARE, names), run(OURS, names)) for _ in range(times)]
    bare, ours = (min(one.seconds for one in column) for column in zip(*pairs, strict=True))
    memory = max(one.megabytes for _, one in pairs)
    work = [min(one.of_processors for one in column) for column in zip(*pairs, strict=True)]
    print(f"{what}: bare calamine {bare:.2f} s, recon {ours:.2f} s, ratio {ours / bare:.2f}; {memory:.0f} MB in all")  # noqa: T201
    print(f"  of processors {work[0]:.2f} s and {work[1]:.2f} s: on a machine that is busy, two processes gain nothing")  # noqa: T201
    return ours / bare, memory


def main() -> int:
    """Write the files, compare, and say whether the targets are met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--files", type=int, default=2000)
    options.add_argument("--rows", type=int, default=LARGE_ROWS)
    options.add_argument("--times", type=int, default=TIMES)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="recon_bench_") as place:
        folder = Path(place)
        chance = random.Random(2026)  # noqa: S311
        ledgers = [folder / f"{number:04d}.xlsx" for number in range(asked.files)]
        for number, path in enumerate(ledgers):
            write_ledger(path, chance.randint(2, MOST_ROWS), number)
        large = folder / "grand_livre.xlsx"
        write_ledger(large, asked.rows, 0)
        small_ratio, _ = compare(f"{asked.files} ledgers of {MOST_ROWS} rows or fewer", _listed(ledgers), asked.times)
        large_ratio, memory = compare(f"a workbook of {asked.rows} x {len(TITLES)}", _listed([large]), asked.times)
    met = small_ratio <= SMALL_RATIO and large_ratio <= LARGE_RATIO and memory < LARGE_MEGABYTES
    print(f"targets: {SMALL_RATIO}, {LARGE_RATIO}, {LARGE_MEGABYTES} MB: {'met' if met else 'not met'}")  # noqa: T201
    return 0 if met else 1


def _listed(paths: list[Path]) -> Path:
    listed = paths[0].with_suffix(".txt")
    listed.write_text("\n".join(map(str, paths)), encoding="utf-8")
    return listed


if __name__ == "__main__":
    sys.exit(main())
