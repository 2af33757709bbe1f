"""What a file must have corrected: each finding that speaks of its cells, with the column's own title, in the file's order."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.findings.catalogue import CATALOGUE, SEVERITIES
from recon.readers.cells import column_letters, position
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recon.readers.cells import Book, Sheet
    from recon.tables import Month

OF_A_FILE = "D"
TOTAL_DIFFERS = "D09"
SUM_OF_ROWS = Text("{sum}, somme des lignes lues", "{sum}, the sum of the rows read")
# A few official numbers have a wrong key: it is said in a copy, and is no reason to make one.
NO_REASON = "D11"

# A cell, a row, or a line of a document.
_CELL = re.compile(r"(?:([A-Z]*)|l\. )([0-9]+)")
_FIGURE = re.compile(r"[^\w]*[0-9]")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing wrong in a file: where, the title of the column, what was found and expected, and what to do.

    `row` and `column` count from 0; None where the finding speaks of the sheet or the file as a whole.
    """

    code: str
    severity: str
    sheet: str
    row: int | None
    column: int | None
    title: str
    found: Text
    expected: Text
    advice: Text

    @property
    def cell(self) -> str:
        """The address: `F12`, `12` for a whole row, "" for a sheet or file."""
        letters = "" if self.column is None else column_letters(self.column)
        return "" if self.row is None else f"{letters}{self.row + 1}"

    @property
    def is_error(self) -> bool:
        """Whether something was left out because of it."""
        return self.severity == "blocking"

    @property
    def advises(self) -> bool:
        """Whether the advice is this finding's own, not its code's."""
        return self.advice != CATALOGUE[self.code].advice


def diagnostics(month: Month, books: Mapping[str, Book | None]) -> dict[str, list[Diagnostic]]:
    """Return what is to be said of each file of `books`, the gravest first, then by code and from top to bottom."""
    rows = month.findings.filter(pl.col("code").str.starts_with(OF_A_FILE) & pl.col("file").is_in(list(books)))
    found: dict[str, list[Diagnostic]] = {name: [] for name in books}
    sheets = {name: _Titles(book) for name, book in books.items() if book is not None}
    for row in rows.iter_rows(named=True):
        found[row["file"]].append(_diagnostic(row, month, sheets.get(row["file"])))
    return {name: _in_order(of_file, books[name]) for name, of_file in found.items()}


def to_send_back(found: Iterable[Diagnostic]) -> bool:
    """Whether the file's author has something to correct or to check."""
    return any(one.is_error or (one.severity == "review" and one.code != NO_REASON) for one in found)


def faulty_files(month: Month) -> set[str]:
    """Return the files of which something is to be sent back."""
    asks = (pl.col("severity") == "review") & (pl.col("code") != NO_REASON)
    of_files = month.findings.filter(pl.col("code").str.starts_with(OF_A_FILE))
    return set(of_files.filter((pl.col("severity") == "blocking") | asks)["file"])


def _diagnostic(row: dict[str, Any], month: Month, titles: _Titles | None) -> Diagnostic:
    wording = month.wordings[row["finding_id"]]
    at, column = _place(row["cell"])
    title = titles.title(row["sheet"], at, column) if titles and at is not None and column is not None else ""
    found, expected = wording.found, wording.expected
    if row["code"] == TOTAL_DIFFERS:
        # The finding holds the rows against the total; its cell is the total.
        found, expected = wording.expected, SUM_OF_ROWS.with_(sum=wording.found)
    return Diagnostic(row["code"], row["severity"], row["sheet"], at, column, title, found, expected, wording.advice)


def _place(cell: str) -> tuple[int | None, int | None]:
    found = _CELL.fullmatch(cell)
    if not found:
        return None, None
    return (*position(cell),) if found[1] else (int(found[2]) - 1, None)


def _in_order(found: list[Diagnostic], book: Book | None) -> list[Diagnostic]:
    sheets = {sheet.name: number for number, sheet in enumerate(book.sheets)} if book else {}
    rank = {severity: number for number, severity in enumerate(SEVERITIES)}

    def place(one: Diagnostic) -> tuple[int, str, int, int, int]:
        row, column = (-1 if one.row is None else one.row), (-1 if one.column is None else one.column)
        return rank[one.severity], one.code, sheets.get(one.sheet, -1), row, column

    return sorted(found, key=place)


# Titles of columns ---------------------------------------------------------------------------------------------------


class _Titles:
    """The rows of titles of a book's sheets, looked for once per sheet."""

    def __init__(self, book: Book) -> None:
        self._sheets = {sheet.name: sheet for sheet in book.sheets}
        self._rows: dict[str, list[int]] = {}

    def title(self, name: str, row: int, column: int) -> str:
        """Return what the nearest row of titles above says of the column; "" if there is none."""
        sheet = self._sheets.get(name)
        if sheet is None:
            return ""
        if name not in self._rows:
            self._rows[name] = heading_rows(sheet)
        heading = heading_above(self._rows[name], row)
        cells = sheet.rows[heading] if heading is not None and heading < row else []
        return " ".join((cells[column] or "").split()) if column < len(cells) else ""


def heading_rows(sheet: Sheet) -> list[int]:
    """Return the rows that read like titles: two texts at least, none of which begins with a figure."""
    return [
        number for number, cells in enumerate(sheet.rows) if cells and _are_titles([cell for cell in cells if cell])
    ]


def heading_above(headings: list[int], row: int) -> int | None:
    """Return the nearest of `headings` at or above `row`."""
    at = bisect_right(headings, row)
    return headings[at - 1] if at else None


def _are_titles(words: list[str]) -> bool:
    return len(words) >= 2 and not any(map(_FIGURE.match, words))
