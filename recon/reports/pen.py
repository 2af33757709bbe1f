"""A cursor on a sheet laid out as a letter: rows from top to bottom, cells joined across columns, wrapped heights."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from recon.reports.style import EUROS, LINE, NAVY, euros, put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

    from recon.reports.style import Formats
    from recon.texts import Lang, Text

HEIGHT = 16.5
BLANK = 15.0


@dataclass(slots=True)
class Pen:
    """Where the next row goes; `widths` are the columns' widths in characters."""

    sheet: Worksheet
    look: Formats
    lang: Lang
    widths: Sequence[float]
    row: int = 0
    _heights: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for column, width in enumerate(self.widths):
            self.sheet.set_column(column, column, width)

    @property
    def last(self) -> int:
        """The last column."""
        return len(self.widths) - 1

    def text(self, text: Text | str, first: int = 0, last: int | None = None, **look: object) -> None:
        """Write `text` from column `first` to `last` of this row, wrapped; the row grows to hold it."""
        said = text if isinstance(text, str) else text(self.lang)
        last = first if last is None else last
        made = self.look(text_wrap=True, **look)
        if last > first:
            self.sheet.merge_range(self.row, first, self.row, last, "", made)
        put(self.sheet, self.row, first, said, made)
        size = look.get("font_size", 9)
        self._grow(said, first, last, size if isinstance(size, int) else 9, bold=bool(look.get("bold")))

    def _grow(self, said: str, first: int, last: int, size: int, *, bold: bool) -> None:
        # A unit of width is one digit; running text in Arial is narrower, bold text hardly.
        room = sum(self.widths[first : last + 1]) * 9 / size
        lines = max(1, math.ceil(len(said) * (0.98 if bold else 0.9) / room))
        self.height(max(HEIGHT, lines * size * 1.32 + 4))

    def height(self, points: float) -> None:
        """Make this row at least so high."""
        if points > self._heights.get(self.row, 0):
            self._heights[self.row] = points
            self.sheet.set_row(self.row, points)

    def money(self, cents: int, column: int, formula: str = "", **look: object) -> None:
        """Write an amount: a number, or a live formula with its value."""
        made = self.look(**{"num_format": EUROS, "align": "right", **look})
        if formula:
            self.sheet.write_formula(self.row, column, formula, made, euros(cents))
        else:
            self.sheet.write_number(self.row, column, euros(cents), made)

    def next(self, rows: int = 1) -> None:
        """Go down."""
        self.row += rows

    def gap(self) -> None:
        """Leave a narrow blank row."""
        self.height(9)
        self.next()

    @property
    def length(self) -> float:
        """How long the sheet is down to here, in points."""
        return sum(self._heights.get(row, BLANK) for row in range(self.row))

    def section(self, title: Text) -> None:
        """Write a heading over the whole width, a rule under it, after a narrow blank row."""
        self.gap()
        self.text(title, 0, self.last, bold=True, font_size=11, font_color=NAVY, bottom=2, bottom_color=NAVY)
        self.height(20)
        self.next()

    def rule(self, **look: object) -> dict[str, Any]:
        """Return a row's look: a fine line below."""
        return {"bottom": 1, "bottom_color": LINE, **look}
