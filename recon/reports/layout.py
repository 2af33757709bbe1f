"""A cursor on a page laid out as a letter: rows from top to bottom, cells joined across columns, wrapped heights.

A statement is laid out once; what draws it is a sheet (`pen`) or a page of a PDF (`paper`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recon.reports.arial import INDENT, MARGINS, lines
from recon.reports.style import COUNT, EUROS, LINE, NAVY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.texts import Lang, Text

HEIGHT = 16.5
BLANK = 15.0


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar, in cents: its name, its colour, and the cell (row, column from 0) that holds its sum."""

    name: Text
    cents: int
    colour: str
    cell: tuple[int, int]


class Layout(ABC):
    """Where the next row goes; `widths` are the columns' widths in characters, `heights` the rows' in points."""

    def __init__(self, lang: Lang, widths: Sequence[float]) -> None:
        self.lang, self.widths, self.row = lang, widths, 0
        self.heights: dict[int, float] = {}

    @property
    def last(self) -> int:
        """The last column."""
        return len(self.widths) - 1

    def text(self, text: Text | str, first: int = 0, last: int | None = None, **look: object) -> None:
        """Write `text` from column `first` to `last` of this row, wrapped; the row grows to hold it."""
        said = text if isinstance(text, str) else text(self.lang)
        last = first if last is None else last
        self.write(said, first, last, {"text_wrap": True, **look})
        size = look.get("font_size", 9)
        room = sum(self.widths[first : last + 1]) - (INDENT if look.get("indent") else 0)
        self._grow(said, room, size if isinstance(size, int) else 9, bold=bool(look.get("bold")))

    def _grow(self, said: str, room: float, size: int, *, bold: bool) -> None:
        count = lines(said, room * 9 / size, bold=bold, padding=MARGINS)
        self.height(max(HEIGHT, count * size * 1.32 + 4))

    def height(self, points: float) -> None:
        """Make this row at least so high."""
        if points > self.heights.get(self.row, 0):
            self.heights[self.row] = points

    def money(self, cents: int, first: int, formula: str = "", last: int | None = None, **look: object) -> None:
        """Write an amount: a number, or a live formula with its value."""
        self.amount(
            cents, first, first if last is None else last, formula, {"num_format": EUROS, "align": "right", **look}
        )

    def count(self, count: int, column: int, **look: object) -> None:
        """Write a count."""
        self.number(count, column, {"num_format": COUNT, "align": "right", **look})

    @abstractmethod
    def write(self, said: str, first: int, last: int, look: dict[str, Any]) -> None:
        """Put a text into the cells `first` to `last` of this row."""

    @abstractmethod
    def amount(self, cents: int, first: int, last: int, formula: str, look: dict[str, Any]) -> None:
        """Put an amount into the cells `first` to `last` of this row."""

    @abstractmethod
    def number(self, count: int, column: int, look: dict[str, Any]) -> None:
        """Put a count into a cell of this row."""

    @abstractmethod
    def bar(self, parts: Sequence[Part], whole: int, said: Text) -> None:
        """Draw the parts of a whole (cents) over this row; `said` tells them in words."""

    def next(self, rows: int = 1) -> None:
        """Go down."""
        self.row += rows

    def gap(self) -> None:
        """Leave a narrow blank row."""
        self.height(9)
        self.next()

    @property
    def length(self) -> float:
        """How long the page is down to here, in points."""
        return sum(self.heights.get(row, BLANK) for row in range(self.row))

    def section(self, title: Text) -> None:
        """Write a heading over the whole width, a rule under it, after a narrow blank row."""
        self.gap()
        self.text(title, 0, self.last, bold=True, font_size=11, font_color=NAVY, bottom=2, bottom_color=NAVY)
        self.height(20)
        self.next()

    def rule(self, **look: object) -> dict[str, Any]:
        """Return a row's look: a fine line below."""
        return {"bottom": 1, "bottom_color": LINE, **look}
