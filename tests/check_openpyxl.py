"""Hold every cell that recon reads against openpyxl, on the shared corpus; a difference that is not explained ends with 1.

What is explained is listed in docs/reading.md, in the order of `EXPLAINED`.
"""

from __future__ import annotations

import math
import re
import sys
import warnings
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
from openpyxl.cell.cell import MergedCell

sys.path.insert(0, str(Path(__file__).parent.parent))

from recon.readers import Book, Refused, address
from recon.readers.apart import read_books
from recon.readers.cells import written
from tests.check_corpus import shared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_BYTES = 300_000
MOST_CELLS = 300_000
SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm")

Cell = tuple[str | None, object]
COVERED = object()
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def _is_number(ours: str | None, theirs: object) -> bool:
    """The same number: openpyxl keeps 17 digits, recon the 15 that a spreadsheet shows."""
    try:
        return math.isclose(float(ours or "x"), float(str(theirs)), rel_tol=1e-14, abs_tol=1e-300)
    except ValueError:
        return False


def _is_date(ours: str | None, theirs: object) -> bool:
    """One of both takes the number for a date or a duration: they know different number formats."""
    # openpyxl's word for a date beyond its calendar.
    dated = theirs == "#VALUE!" or isinstance(theirs, (date, time, timedelta))
    return dated != (ours is not None and ("-" in ours[1:] or ":" in ours))


def _is_moment(ours: str | None, theirs: object) -> bool:
    """Both take it for a moment: they round its seconds, or name a day without its midnight, differently."""
    return isinstance(theirs, (date, time, timedelta)) and ours is not None and ("-" in ours[1:] or ":" in ours)


def _is_white_space(ours: str | None, theirs: object) -> bool:
    """Line ends and escapes (`_x000D_`) that only one of both undoes."""
    return isinstance(theirs, str) and _plain(ours or "") == _plain(theirs)


def _plain(text: str) -> str:
    return "".join(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text).split())


def _is_formula(ours: str | None, theirs: object) -> bool:
    """A formula without a stored value, which openpyxl leaves empty and recon shows."""
    return theirs is None and ours is not None and ours.startswith("=")


def _is_error(ours: str | None, theirs: object) -> bool:
    """An error that openpyxl does not tell."""
    return theirs is None and ours is not None and ours.startswith("#")


def _is_link(ours: str | None, theirs: object) -> bool:
    """A hyperlink that openpyxl makes the value of a cell without one."""
    return (ours is None or ours.startswith("=")) and isinstance(theirs, str)


def _is_covered(ours: str | None, theirs: object) -> bool:
    """A value under a merged area, which openpyxl drops."""
    return ours is not None and theirs is COVERED


EXPLAINED: tuple[Callable[[str | None, object], bool], ...] = (
    _is_number, _is_moment, _is_date, _is_white_space, _is_formula, _is_error, _is_link, _is_covered,
)  # fmt: skip


def cells(book: Book, theirs: openpyxl.Workbook) -> Iterator[tuple[str, Cell]]:
    """Yield every cell of both books that is not the same in both, with its address."""
    for sheet in book.sheets:
        if sheet.name not in theirs.sheetnames or not hasattr(theirs[sheet.name], "_cells"):
            continue
        ours = {
            (row, column): text
            for row, texts in enumerate(sheet.rows)
            for column, text in enumerate(texts)
            if text is not None
        }
        others = {
            (row - 1, column - 1): COVERED
            if isinstance(cell, MergedCell) and (row - 1, column - 1) in ours
            else cell.value
            for (row, column), cell in theirs[sheet.name]._cells.items()
        }
        for place in sorted(ours.keys() | others.keys()):
            mine, value = ours.get(place), others.get(place)
            if mine != _text(value):
                yield f"{sheet.name}!{address(*place)}", (mine, value)


def _text(value: object) -> str | None:
    if value is None or value == "":
        return None
    return written(value) if isinstance(value, (int, float, date, datetime, time, timedelta)) else str(value)


def main() -> int:
    """Compare, and print how many cells differ for which reason."""
    folder = shared()
    if folder is None:
        print("check_openpyxl: skipped, there is no folder of tools and corpus (RECON_CORPUS_TOOLS)")  # noqa: T201
        return 0
    warnings.simplefilter("ignore")
    paths = [path for path in sorted((folder / "corpus").rglob("*")) if _is_small_workbook(path)]
    counts: Counter[str] = Counter()
    strange: list[str] = []
    for path, book in zip(paths, read_books(paths), strict=True):
        theirs = None if isinstance(book, Refused) or _size(book) > MOST_CELLS else _opened(path)
        if isinstance(book, Refused) or theirs is None:
            counts["not read by both"] += 1
            continue
        counts["read by both"] += 1
        for place, (ours, value) in cells(book, theirs):
            why = next((explain.__name__ for explain in EXPLAINED if explain(ours, value)), "")
            counts[why or "unexplained"] += 1
            if not why:
                strange.append(f"{path.name} {place}: {ours!r}, openpyxl {value!r}")
    print(*(f"{name}: {count}" for name, count in counts.most_common()), sep="\n")  # noqa: T201
    print(*strange[:40], sep="\n")  # noqa: T201
    return 1 if strange else 0


def _size(book: Book) -> int:
    return max((len(sheet.rows) * max(map(len, sheet.rows), default=0) for sheet in book.sheets), default=0)


def _is_small_workbook(path: Path) -> bool:
    return path.suffix in SUFFIXES and path.is_file() and path.stat().st_size <= MOST_BYTES


def _opened(path: Path) -> openpyxl.Workbook | None:
    try:
        return openpyxl.load_workbook(path, data_only=True, keep_links=False)
    except Exception:  # noqa: BLE001  What openpyxl cannot read is not compared.
        return None


if __name__ == "__main__":
    sys.exit(main())
