"""A faulty cell on screen: its row and the one above, under the columns' letters, the cell itself underlined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text as Line

from recon.readers.cells import column_letters
from recon.texts import Text, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.readers.cells import Sheet
    from recon.texts import Lang

WIDEST_CELL, WIDEST_FAULT, GAP = 24, 36, 2
EMPTY = Text("(vide)", "(empty)")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Two rows of a sheet and the columns of them that there is room for; rows and columns count from 0."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    widths: dict[int, int]
    texts: dict[tuple[int, int], str]
    fault: tuple[int, int | None]

    @property
    def gutter(self) -> int:
        """How many characters the numbers of the rows take."""
        return max(len(str(row + 1)) for row in self.rows)

    def before(self, column: int) -> int:
        """Return how many characters stand before a column, from the rule on."""
        return sum(self.widths[one] + GAP for one in self.columns if one < column)


def excerpt(sheet: Sheet, row: int, column: int | None, room: int, lang: Lang) -> Excerpt | None:
    """Return what to show around a cell, or around a row, in `room` characters; None if the sheet has no such row."""
    if row >= len(sheet.rows):
        return None
    rows = _rows(sheet, row)
    texts = {(at, one): shown(cell) for at in rows for one, cell in enumerate(sheet.rows[at]) if cell}
    if column is not None:
        texts.setdefault((row, column), EMPTY(lang))
    widths: dict[int, int] = {}
    for (_, one), text in texts.items():
        widest = WIDEST_FAULT if one == column else WIDEST_CELL
        widths[one] = max(widths.get(one, len(column_letters(one))), min(cell_len(text), widest))
    columns = _columns(widths, column, room)
    return Excerpt(rows, columns, widths, texts, (row, column))


def shown(text: str) -> str:
    """Return a cell's text on one line, harmless."""
    return visible(" ".join(text.split()) or text)


def _rows(sheet: Sheet, row: int) -> tuple[int, ...]:
    """Return the row, after the nearest one above that holds something, else before the nearest below."""
    above = next((at for at in range(row - 1, -1, -1) if any(sheet.rows[at])), None)
    if above is not None:
        return above, row
    below = next((at for at in range(row + 1, len(sheet.rows)) if any(sheet.rows[at])), None)
    return (row,) if below is None else (row, below)


def _columns(widths: dict[int, int], column: int | None, room: int) -> tuple[int, ...]:
    """Return the faulty column and, by turns, its neighbours on both sides, as many as there is room for."""
    used = sorted(widths)
    start = used.index(column) if column is not None else 0
    nearest = sorted(range(len(used)), key=lambda at: (abs(at - start), at))
    chosen: list[int] = []
    for at in nearest:
        room -= widths[used[at]] + GAP
        if room < 0 and chosen:
            break
        chosen.append(used[at])
    return tuple(sorted(chosen))


def drawn(of: Excerpt, colour: str) -> Iterator[Line]:
    """Yield the lines of an excerpt: letters, rows, and the marks under the faulty cell."""
    yield _ruled(of, "", "".join(set_cell_size(column_letters(one), of.widths[one] + GAP) for one in of.columns))
    for row in of.rows:
        line = _ruled(of, str(row + 1), "")
        for one in of.columns:
            text = of.texts.get((row, one), "")
            style = f"bold {colour}" if (row, one) == of.fault else ""
            line.append(_fitted(text, of.widths[one]), style).append(" " * GAP)
        yield line
        if row == of.fault[0] and of.fault[1] is not None:
            yield _ruled(of, "", " " * of.before(of.fault[1])).append(_marks(of), f"bold {colour}")


def _ruled(of: Excerpt, number: str, text: str) -> Line:
    return Line(no_wrap=True).append(f"  {number:>{of.gutter}} │ ", "blue").append(text)


def _fitted(text: str, width: int) -> str:
    return set_cell_size(text, width) if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def _marks(of: Excerpt) -> str:
    row, column = of.fault
    return "^" * min(cell_len(of.texts[row, column or 0]), of.widths[column or 0])
