"""The first sheet of an annotated copy: what to correct, cell by cell, and which file the copy corrects."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.hyperlink import Hyperlink

from recon.corrected import DIGEST, ORIGIN, SHEET
from recon.reports import style
from recon.reports.annotated import words
from recon.reports.annotated.cells import LOOKS, colour, write
from recon.texts import counted, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from recon.diagnostics import Diagnostic
    from recon.reports.annotated.subject import Subject
    from recon.texts import Text

WIDTHS = (4, 11, 14, 8, 17, 20, 22, 36, 6)
LAST = len(WIDTHS)
FOUND = 6
SIZE, LINE = 10, 13.5

_RULE = Border(bottom=Side(style="thin", color=colour(style.LINE)))


def front(workbook: Workbook, subject: Subject, found: Sequence[Diagnostic], notes: Iterable[str]) -> None:
    """Put the sheet before all others, and open the workbook on it."""
    sheet = workbook.create_sheet(SHEET, 0)
    _page(sheet)
    row = _introduction(sheet, subject, found, notes)
    _headings(sheet, row)
    for number, diagnostic in enumerate(found, start=1):
        _line(sheet, row + number, number, diagnostic)
    _origin(sheet, row + len(found) + 2, subject)
    _open_here(workbook, sheet)


def _page(sheet: Worksheet) -> None:
    for column, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = width
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = colour(style.RED)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left, margins.right, margins.top, margins.bottom = 0.4, 0.4, 0.45, 0.6


def _introduction(sheet: Worksheet, subject: Subject, found: Sequence[Diagnostic], notes: Iterable[str]) -> int:
    """Write the verdict, how to go about it, and what the copy lacks; return the row of the headings."""
    title = words.TITLE.with_(what=_verdict(found), name=subject.name)
    _sentence(sheet, 1, title(), size=16, bold=True, ink=style.NAVY)
    said = [words.HOW(), words.COLOURS(), *notes]
    if subject.rejected:
        left_out = words.LEFT_OUT if subject.rejected == 1 else words.LEFT_OUTS
        said.insert(1, left_out.with_(left_out=subject.rejected, read=subject.read)())
    for row, sentence in enumerate(said, start=2):
        _sentence(sheet, row, sentence, ink=style.GREY)
    return len(said) + 3


def _verdict(found: Sequence[Diagnostic]) -> Text:
    """Return how much there is to do: "2 corrections à faire, 1 point à vérifier"."""
    errors = sum(diagnostic.is_error for diagnostic in found)
    checks = sum(diagnostic.severity == "review" for diagnostic in found)
    corrections = counted(errors, words.CORRECTION, words.CORRECTIONS)
    to_check = counted(checks, words.CHECK, words.CHECKS)
    return joined([text for count, text in ((errors, corrections), (checks, to_check)) if count], ", ")


def _sentence(sheet: Worksheet, row: int, text: str, *, ink: str, size: int = SIZE, bold: bool = False) -> None:
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=LAST)
    cell = write(sheet, row, 1, text)
    cell.font = Font(name=style.FONT, size=size, bold=bold, color=colour(ink))
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    sheet.row_dimensions[row].height = max(1.7 * size, _lines(text, sum(WIDTHS) * SIZE / size) * 1.4 * size)


def _headings(sheet: Worksheet, row: int) -> None:
    for column, heading in enumerate(words.HEADINGS, start=1):
        cell = write(sheet, row, column, heading())
        cell.font = Font(name=style.FONT, size=SIZE, bold=True, color=colour(style.WHITE))
        cell.fill = PatternFill("solid", fgColor=colour(style.NAVY))
        cell.alignment = Alignment(vertical="center")
    sheet.row_dimensions[row].height = 20
    sheet.freeze_panes = sheet.cell(row + 1, 1)
    sheet.print_title_rows = f"{row}:{row}"


def _line(sheet: Worksheet, row: int, number: int, diagnostic: Diagnostic) -> None:
    cells = (
        str(number), words.SEVERITIES[diagnostic.severity](), diagnostic.sheet, diagnostic.cell, diagnostic.title,
        words.found(diagnostic), words.expected(diagnostic), words.how(diagnostic), diagnostic.code,
    )  # fmt: skip
    for column, text in enumerate(cells, start=1):
        cell = write(sheet, row, column, text)
        cell.font = Font(name=style.FONT, size=SIZE, color=colour(style.INK))
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        cell.border = _RULE
    look = LOOKS[diagnostic.severity]
    for column in (2, FOUND):
        sheet.cell(row, column).font = Font(name=style.FONT, size=SIZE, bold=True, color=look.font.color)
        sheet.cell(row, column).fill = look.fill
    _link(sheet, row, diagnostic)
    lines = max(_lines(text, width) for text, width in zip(cells, WIDTHS, strict=True))
    sheet.row_dimensions[row].height = max(20, lines * LINE + 5)


def _link(sheet: Worksheet, row: int, diagnostic: Diagnostic) -> None:
    """Make the address lead to its cell."""
    if diagnostic.row is None:
        return
    address = diagnostic.cell if diagnostic.column is not None else f"A{diagnostic.cell}"
    quoted = diagnostic.sheet.replace("'", "''")
    cell = sheet.cell(row, 4)
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{address}")
    cell.font = Font(name=style.FONT, size=SIZE, bold=True, underline="single", color=colour(style.BLUE))


def _origin(sheet: Worksheet, row: int, subject: Subject) -> None:
    """Write which file is corrected, in cells that `recon.corrected` reads back."""
    _sentence(sheet, row, words.ABOUT(), ink=style.GREY)
    lines = [(ORIGIN, subject.name), *((DIGEST, digest) for digest in subject.digests)]
    for at, (label, value) in enumerate(lines, start=row + 1):
        for column, text in ((1, label), (4, value)):
            cell = write(sheet, at, column, text)
            cell.font = Font(name=style.FONT, size=8, color=colour(style.GREY))


def _open_here(workbook: Workbook, sheet: Worksheet) -> None:
    # Two sheets selected would be edited together.
    for other in workbook.worksheets:
        other.sheet_view.tabSelected = other is sheet
    workbook.active = 0


def _lines(text: str, width: float) -> int:
    return sum(max(1, math.ceil(len(part) * 0.95 / width)) for part in text.split("\n"))
