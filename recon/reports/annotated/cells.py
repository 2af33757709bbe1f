"""The marks on a faulty sheet: red cells with a note each, and a last column that says so in words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.dimensions import ColumnDimension

from recon.corrected import COLUMN
from recon.diagnostics import heading_above, heading_rows
from recon.readers.cells import column_letters
from recon.reports import style
from recon.reports.annotated import words
from recon.texts import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from recon.diagnostics import Diagnostic
    from recon.readers.cells import Sheet

AUTHOR = "recon"
MOST_COLUMNS = 16_384
WIDTH = 70


def colour(rgb: str) -> str:
    """Return a colour of the palette as openpyxl writes it, opaque."""
    return f"FF{rgb.removeprefix('#')}"


@dataclass(frozen=True, slots=True)
class Look:
    """How a severity looks: ink, ground and frame."""

    font: Font
    fill: PatternFill
    border: Border


def _look(ink: str, ground: str, frame: str) -> Look:
    side = Side(style="thin", color=colour(frame))
    return Look(
        Font(name=style.FONT, size=9, bold=True, color=colour(ink)),
        PatternFill("solid", fgColor=colour(ground)),
        Border(left=side, right=side, top=side, bottom=side),
    )


_REMARK = _look(style.YELLOW_INK, style.YELLOW_FILL, style.YELLOW)
LOOKS = {
    "blocking": _look(style.RED, style.RED_FILL, style.RED),
    "review": _look(style.AMBER, style.AMBER_FILL, style.AMBER),
    "follow-up": _REMARK,
    "info": _REMARK,
}
_GROUNDS = {look.fill.fgColor.rgb for look in LOOKS.values()}


def write(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Write `text` as text, whatever it begins with; characters that no workbook may hold are shown by their code."""
    cell = sheet.cell(row, column)
    cell.value = legal(text)
    cell.data_type = "s"
    return cell


def legal(text: str) -> str:
    """Return `text` as a cell may hold it: without control characters and lone surrogates, never too long."""
    shown = str(ILLEGAL_CHARACTERS_RE.sub(lambda found: visible(found[0]), text))
    shown = shown.encode("utf-8", "backslashreplace").decode()
    return shown if len(shown) <= style.LONGEST else shown[: style.LONGEST - 1] + "…"


def mark(sheet: Worksheet, read: Sheet, found: Sequence[Diagnostic]) -> None:
    """Mark every cell of `found`, which is about this sheet, and say so beside its row."""
    placed = sorted((one for one in found if one.row is not None), key=lambda one: (one.row or 0, one.column or 0))
    for (row, column), of_cell in groupby(placed, key=lambda one: (one.row, one.column)):
        if row is not None and column is not None:
            _mark_cell(sheet, row, column, list(of_cell))
    _say_beside(sheet, read, placed)
    _show(sheet, placed)


def _mark_cell(sheet: Worksheet, row: int, column: int, found: Sequence[Diagnostic]) -> None:
    cell = sheet.cell(row + 1, column + 1)
    gravest = min(found, key=lambda one: list(LOOKS).index(one.severity))
    look = LOOKS[gravest.severity]
    cell.fill, cell.border = look.fill, look.border
    ink = cell.font.__copy__()
    ink.color, ink.bold = look.font.color, True
    cell.font = ink
    if isinstance(cell, MergedCell):
        return
    said = [words.comment(one) for one in found]
    if cell.comment is not None:
        said.append(str(cell.comment.text))
    cell.comment = Comment("\n\n".join(said), AUTHOR, height=110, width=330)


def _say_beside(sheet: Worksheet, read: Sheet, placed: Sequence[Diagnostic]) -> None:
    column = 1 + max((len(cells) for cells in read.rows), default=0)
    if not placed or column > MOST_COLUMNS:
        return
    headings = heading_rows(read)
    titles = {heading_above(headings, one.row or 0) for one in placed}
    rows = {row for row in titles if row is not None} or {max((placed[0].row or 0) - 1, 0)}
    for row, of_row in groupby(placed, key=lambda one: one.row or 0):
        if row not in rows:
            _beside(sheet, row, column, " ; ".join(words.beside(one) for one in of_row))
    for row in rows:
        _beside(sheet, row, column, COLUMN)
    _widen(sheet, column)


def _widen(sheet: Worksheet, column: int) -> None:
    """Give a column its width; where it is one of several described together, they are described apart."""
    together = _described(sheet, column)
    if together is not None and together.max > column:
        after = column_letters(column)
        rest = ColumnDimension(sheet, after, together.width, hidden=together.hidden, min=column + 1, max=together.max)
        sheet.column_dimensions[after] = rest
        together.max = column
    if together is not None and together.min < column:
        together.max = column - 1
    sheet.column_dimensions[column_letters(column - 1)].width = WIDTH


def _described(sheet: Worksheet, column: int) -> ColumnDimension | None:
    described = (one for one in sheet.column_dimensions.values() if one.min and one.max)
    return next((one for one in described if one.min <= column <= one.max), None)


def _beside(sheet: Worksheet, row: int, column: int, text: str) -> None:
    if not isinstance(sheet.cell(row + 1, column), MergedCell):
        cell = write(sheet, row + 1, column, text)
        cell.font = Font(name=style.FONT, size=9, bold=text == COLUMN, color=colour(style.RED))


def _show(sheet: Worksheet, placed: Sequence[Diagnostic]) -> None:
    """What is to be corrected must be seen: its sheet, rows and columns are no longer hidden."""
    if placed:
        sheet.sheet_state = "visible"
    for one in placed:
        sheet.row_dimensions[(one.row or 0) + 1].hidden = False
        described = _described(sheet, one.column + 1) if one.column is not None else None
        if described is not None:
            described.hidden = False


def unmark(sheet: Worksheet, columns: set[int]) -> None:
    """Take our own marks of an earlier copy away: the `columns` (from 0), our notes, and the colours of the cells noted."""
    # iter_rows would make every cell between those that are there: one may stand in the last corner of the grid.
    for cell in sheet._cells.values():  # noqa: SLF001
        if cell.column - 1 in columns and not isinstance(cell, MergedCell):
            cell.value = None
        if cell.comment is not None and cell.comment.author == AUTHOR:
            cell.comment = None
            if cell.fill.fgColor.rgb in _GROUNDS:
                cell.fill, cell.border = PatternFill(), Border()
                ink = cell.font.__copy__()
                ink.color, ink.bold = None, False
                cell.font = ink
