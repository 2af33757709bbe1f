"""The command itself, month after month: `python -m benchmarks.again --sizes demo,region`.

Each dossier is run as its officer does, reports and all statements written: cold, with no store; warm, where nothing
changed; and with one ledger changed. Seconds on the wall, by the best and the median of the runs, with the seconds of
processors and the peak of memory of all processes.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import click
import openpyxl
from rich.console import Console

from recon.dossier import FOLDERS

from .accounts import AS_OF
from .figures import Figures
from .month import dossier, run

if TYPE_CHECKING:
    from .month import Ran

COLD, WARM, CHANGED = "cold", "warm: nothing changed", "one ledger changed"


def again(size: str, times: int) -> dict[str, list[Ran]]:
    """Run a dossier of a size in a folder of its own: cold, warm, then with one line gone from a ledger, in turn."""
    found: dict[str, list[Ran]] = {COLD: [], WARM: [], CHANGED: []}
    with tempfile.TemporaryDirectory(prefix="recon_again_") as place:
        folder = Path(place) / "dossier"
        made = dossier(size)
        folder.mkdir()
        for name in (*FOLDERS, "recon.toml"):
            if (made / name).is_dir():
                shutil.copytree(made / name, folder / name)
            elif (made / name).exists():
                shutil.copy(made / name, folder / name)
        ledger = max((folder / "paiements").rglob("*.xlsx"), key=lambda path: path.stat().st_size)
        for _ in range(times):
            shutil.rmtree(folder / "rapports", ignore_errors=True)
            (folder / "recon.db").unlink(missing_ok=True)
            found[COLD].append(_run(folder))
            found[WARM].append(_run(folder))
            _without_last_line(ledger)
            found[CHANGED].append(_run(folder))
    return found


def _run(folder: Path) -> Ran:
    # 1 says that rows were refused: the made-up dossiers hold some.
    return run(
        [sys.executable, "-m", "recon", "run", str(folder), "--as-of", AS_OF.isoformat(), "-q"], {0, 1}, answers=False
    )


def _without_last_line(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet.delete_rows(sheet.max_row)
    book.save(path)


def figures(found: dict[str, list[Ran]], size: str) -> Figures:
    """Return what each state took, and its share of the cold run."""
    cold = median(ran.wall for ran in found[COLD])
    rows = []
    for name, runs in found.items():
        wall = median(ran.wall for ran in runs)
        least, processor = min(ran.wall for ran in runs), median(ran.processor for ran in runs)
        most = max(ran.megabytes for ran in runs)
        rows.append((name, f"{least:.1f}", f"{wall:.1f}", f"{processor:.1f}", f"{wall / cold:.2f}", f"{most:.0f}"))
    titles = ("run", "best, s", "median, s", "of processors, s", "of the cold one", "MB")
    times = len(found[COLD])
    often = "one run each" if times == 1 else f"medians of {times} runs"
    return Figures(f"recon run, reports and all statements: {size}, {often}", titles, rows)


@click.command()
@click.option("--sizes", default="demo,region", show_default=True, help="Sizes by name, or numbers of payers.")
@click.option("--times", default=3, show_default=True, help="Runs of each, of which the median counts.")
def main(sizes: str, times: int) -> None:
    """Time the month again and again."""
    for size in sizes.split(","):
        Console(width=120).print(figures(again(size, times), size).shown())


if __name__ == "__main__":
    main()
