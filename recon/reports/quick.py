"""XlsxWriter's sheet, its cells written faster: the same bytes for texts, numbers, days, formulas and empty cells.

Our cells are named by row and column, our formulas use no function newer than Excel 2007, and every text was made
fit for a cell before (`recon.reports.style.put`): what XlsxWriter looks for in each of them is not there.
"""

from __future__ import annotations

import re
import sys
import zlib
from functools import cache
from io import StringIO
from typing import TYPE_CHECKING, Any

from xlsxwriter.worksheet import (
    CellBlankTuple,
    CellDatetimeTuple,
    CellFormulaTuple,
    CellNumberTuple,
    CellStringTuple,
    Worksheet,
)

from recon.readers.cells import column_letters

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from xlsxwriter.format import Format

    Cells = dict[int, dict[int, Any]]

# How many rows one span is told for.
_BLOCK = 16
_letters = cache(column_letters)


# A format whose number is not known yet, within rows that are settled: numbers follow the order of the sheets.
_LOOK = re.compile("\0(\\d+)\0")


class _Later:
    """Stands for a format until its number is known."""

    def __init__(self, nth: int) -> None:
        self._nth = nth

    def _get_xf_index(self) -> str:
        return f"\0{self._nth}\0"


class QuickSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter tells no types of its own.
    """A sheet of XlsxWriter's; -1 is returned for what is beyond a sheet's size, as it does."""

    fh: Any

    def __init__(self) -> None:
        super().__init__()
        self._settled, self._rows_settled = list[bytes](), (0, 0)
        self._later: dict[Any, _Later] = {}

    def settle(self, before: int) -> None:
        """Write the complete blocks of rows before row `before` out, but the first; nothing can be added to them."""
        first, end = self._rows_settled[1] or _BLOCK, before // _BLOCK * _BLOCK
        if end <= first:
            return
        cells = {row: self.table.pop(row) for row in range(first, end) if row in self.table}
        about = {row: self.row_info.pop(row) for row in range(first, end) if row in self.row_info}
        kept, self.fh = self.fh, StringIO()
        self._write_them(cells, about, self._numbered_later)
        self._settled.append(zlib.compress(self.fh.getvalue().encode(), 1))
        self.fh, self._rows_settled = kept, (_BLOCK, end)

    def write_string(self, row: int, col: int, string: str, cell_format: Format | None = None) -> int:
        """Write a text that a cell can hold."""
        if self._is_beyond(row, col):
            return -1
        self.table[row][col] = CellStringTuple(self.str_table._get_shared_string_index(string), cell_format)  # noqa: SLF001
        return 0

    def write_number(self, row: int, col: int, number: float, cell_format: Format | None = None) -> int:
        """Write a finite number."""
        if self._is_beyond(row, col):
            return -1
        self.table[row][col] = CellNumberTuple(number, cell_format)
        return 0

    def write_datetime(self, row: int, col: int, date: date, cell_format: Format | None = None) -> int:
        """Write a day."""
        if self._is_beyond(row, col):
            return -1
        self.table[row][col] = CellDatetimeTuple(self._convert_date_time(date), cell_format)
        return 0

    def write_blank(self, row: int, col: int, blank: None, cell_format: Format | None = None) -> int:  # noqa: ARG002
        """Give an empty cell its look."""
        if cell_format is None:
            return 0
        if self._is_beyond(row, col):
            return -1
        self.table[row][col] = CellBlankTuple(cell_format)
        return 0

    def write_formula(
        self, row: int, col: int, formula: str, cell_format: Format | None = None, value: float | str = 0
    ) -> int:
        """Write a formula that begins with `=`, and its result."""
        if self._is_beyond(row, col):
            return -1
        self.table[row][col] = CellFormulaTuple(formula.removeprefix("="), cell_format, value)
        return 0

    def _is_beyond(self, row: int, col: int) -> bool:
        known = self.dim_rowmin is not None and self.dim_colmin is not None
        if known and self.dim_rowmin <= row <= self.dim_rowmax and self.dim_colmin <= col <= self.dim_colmax:
            return False
        return bool(self._check_dimensions(row, col))

    def _write_rows(self) -> None:
        first, end = self._rows_settled
        if any(first <= row < end for row in (*self.table, *self.row_info)):
            raise RuntimeError(f"{self.name}: a row was written to after it was settled")
        self._write_between(0, first)
        self._write_settled()
        self._write_between(end, sys.maxsize)

    def _write_between(self, first: int, end: int) -> None:
        cells, about = (
            {row: one for row, one in of.items() if first <= row < end} for of in (self.table, self.row_info)
        )
        self._write_them(cells, about, lambda form: form)

    def _write_settled(self) -> None:
        numbers: dict[str, str] = {}
        formats = list(self._later)

        def number(found: re.Match[str]) -> str:
            nth = found[1]
            if nth not in numbers:
                numbers[nth] = str(formats[int(nth)]._get_xf_index())  # noqa: SLF001
            return numbers[nth]

        for data in self._settled:
            self.fh.write(_LOOK.sub(number, zlib.decompress(data).decode()))

    def _write_them(self, rows: Cells, about: dict[int, Any], numbered: Callable[[Any], Any]) -> None:
        spans = _spans(rows)
        looks: dict[Any, str] = {}
        for row in sorted(about.keys() | {row for row, cells in rows.items() if cells}):
            cells, span, info = rows.get(row), spans.get(row // _BLOCK), about.get(row)
            if not cells:
                self._write_empty_row(row, span, info)
                continue
            self._write_row(row, span, info)
            for column, cell in sorted(cells.items()):
                self._write_one(row, column, cell, looks, numbered)
            self._xml_end_tag("row")

    def _numbered_later(self, form: Any) -> Any:
        return self._later.setdefault(form, _Later(len(self._later)))

    def _write_one(
        self, row: int, column: int, cell: Any, looks: dict[Any, str], numbered: Callable[[Any], Any]
    ) -> None:
        look = looks.get(cell.format)
        if look is None:
            if cell.format is None:
                self._write_cell(row, column, cell)
                return
            look = looks[cell.format] = f'" s="{numbered(cell.format)._get_xf_index()}"'  # noqa: SLF001
        kind = type(cell)
        if kind is CellStringTuple:
            self.fh.write(f'<c r="{_letters(column)}{row + 1}{look} t="s"><v>{cell.string}</v></c>')
        elif kind is CellNumberTuple:
            self.fh.write(f'<c r="{_letters(column)}{row + 1}{look}><v>{cell.number:.16G}</v></c>')
        elif kind is CellBlankTuple:
            self.fh.write(f'<c r="{_letters(column)}{row + 1}{look}/>')
        else:
            self._write_cell(row, column, cell._replace(format=numbered(cell.format)))


def _spans(rows: Cells) -> dict[int, str]:
    ends: dict[int, list[int]] = {}
    for row, cells in rows.items():
        if cells:
            ends.setdefault(row // _BLOCK, []).extend((min(cells), max(cells)))
    return {block: f"{min(of) + 1}:{max(of) + 1}" for block, of in ends.items()}
