"""XlsxWriter's sheet, its cells written faster: the same bytes for texts, numbers, days, formulas and empty cells.

Our cells are named by row and column, our formulas use no function newer than Excel 2007, and every text was made
fit for a cell before (`recon.reports.style.put`): what XlsxWriter looks for in each of them is not there.
"""

from __future__ import annotations

from functools import cache
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
    from datetime import date

    from xlsxwriter.format import Format

# How many rows one span is told for.
_BLOCK = 16
_letters = cache(column_letters)


class QuickSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter tells no types of its own.
    """A sheet of XlsxWriter's; -1 is returned for what is beyond a sheet's size, as it does."""

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

    def _calculate_spans(self) -> None:
        ends: dict[int, list[int]] = {}
        for row, cells in self.table.items():
            if cells:
                ends.setdefault(row // _BLOCK, []).extend((min(cells), max(cells)))
        self.row_spans = {block: f"{min(of) + 1}:{max(of) + 1}" for block, of in ends.items()}

    def _write_rows(self) -> None:
        self._calculate_spans()
        looks: dict[Any, str] = {}
        for row in sorted(self.row_info.keys() | {row for row, cells in self.table.items() if cells}):
            cells = self.table.get(row)
            span, about = self.row_spans.get(row // _BLOCK), self.row_info.get(row)
            if not cells:
                self._write_empty_row(row, span, about)
                continue
            self._write_row(row, span, about)
            for column, cell in sorted(cells.items()):
                self._write_one(row, column, cell, looks)
            self._xml_end_tag("row")

    def _write_one(self, row: int, column: int, cell: Any, looks: dict[Any, str]) -> None:
        look = looks.get(cell.format)
        if look is None:
            if cell.format is None:
                self._write_cell(row, column, cell)
                return
            look = looks[cell.format] = f'" s="{cell.format._get_xf_index()}"'  # noqa: SLF001
        kind = type(cell)
        if kind is CellStringTuple:
            self.fh.write(f'<c r="{_letters(column)}{row + 1}{look} t="s"><v>{cell.string}</v></c>')
        elif kind is CellNumberTuple:
            self.fh.write(f'<c r="{_letters(column)}{row + 1}{look}><v>{cell.number:.16G}</v></c>')
        elif kind is CellBlankTuple:
            self.fh.write(f'<c r="{_letters(column)}{row + 1}{look}/>')
        else:
            self._write_cell(row, column, cell)
