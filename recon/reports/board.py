"""What both pages of the Synthèse are drawn with: two halves of six columns, section titles, small ruled tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_rowcol_to_cell

from recon.reports import style
from recon.reports.style import put
from recon.texts import Text, same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

    from recon.reports.listing import Context, Listing
    from recon.reports.reminders import Case

LEFT, RIGHT, LAST = 0, 7, 12
HALF = 6
# A section's heading stands beside ordinary rows of the other half: hardly higher than they are.
SECTION = 15.75

PAYERS = (Text("collectivité", "payer"), Text("collectivités", "payers"))
SCHOOLS = (Text("école", "school"), Text("écoles", "schools"))
TITRES = (Text("titre", "titre"), Text("titres", "titres"))

CELL: dict[str, Any] = {"bottom": 1, "bottom_color": style.LINE}
SUM: dict[str, Any] = {"top": 2, "top_color": style.NAVY, "bold": True}


@dataclass(frozen=True, slots=True)
class Board:
    """The Synthèse's sheet, the context, the reminders, and the listings that its formulas point at."""

    sheet: Worksheet
    context: Context
    cases: Sequence[Case]
    schools: Listing
    payers: Listing
    outstanding: Listing
    titres: Listing
    findings: Listing
    unallocated: Listing
    reminders: Listing
    rejects: Listing
    answers: Listing
    provenance: Listing

    def text(self, row: int, column: int, said: Text | str, **look: object) -> None:
        """Write a text."""
        words = said if isinstance(said, str) else said(self.context.lang)
        put(self.sheet, row, column, words, self.context.formats(**look))

    def merged(self, row: int, first: int, last: int, said: Text | str, **look: object) -> None:
        """Write a text over several columns."""
        self.sheet.merge_range(row, first, row, last, "", self.context.formats(**look))
        self.text(row, first, said, **look)

    def formula(self, row: int, column: int, formula: str, result: float | str, **look: object) -> None:
        """Write a formula with its result."""
        self.sheet.write_formula(row, column, formula, self.context.formats(**look), result)

    def euros(self, row: int, column: int, cents: int, formula: str = "", **look: object) -> None:
        """Write an amount, as a formula if there is one."""
        look = {"num_format": style.EUROS, **look}
        if formula:
            self.formula(row, column, formula, style.euros(cents), **look)
        else:
            self.sheet.write_number(row, column, style.euros(cents), self.context.formats(**look))

    def count(self, row: int, column: int, count: int, formula: str = "", **look: object) -> None:
        """Write a count, as a formula if there is one."""
        look = {"num_format": style.COUNT, **look}
        if formula:
            self.formula(row, column, formula, count, **look)
        else:
            self.sheet.write_number(row, column, count, self.context.formats(**look))

    def share(self, row: int, column: int, over: str, under: str, part: int, whole: int, **look: object) -> None:
        """Write a rate: the cell `over` divided by the cell `under`, a dash where there is nothing to divide by."""
        result: float | str = part / whole if whole else "–"
        look = {"align": "right", "num_format": style.PERCENT, **look}
        self.formula(row, column, f'=IF({under}=0,"–",{over}/{under})', result, **look)

    def section(self, row: int, column: int, title: Text, width: int = HALF) -> None:
        """Write a section's title with a rule below."""
        rule: dict[str, Any] = {"bottom": 2, "bottom_color": style.NAVY}
        self.sheet.set_row(row, SECTION)
        self.rule(row, column, width, **rule)
        self.text(row, column, title, bold=True, font_size=11, font_color=style.NAVY, **rule)

    def headings(self, row: int, column: int, *titles: tuple[int, Text]) -> None:
        """Write a small table's headings; each stands at its offset, numbers to the right."""
        named, look = dict(titles), {"bold": True, "font_color": style.NAVY, "bg_color": style.PALE}
        for offset in range(HALF):
            align = "right" if offset else "left"
            self.text(row, column + offset, named.get(offset, same("")), **look, align=align)

    def rule(self, row: int, column: int, width: int = HALF, **look: object) -> None:
        """Draw a row's rule across a half."""
        for offset in range(width):
            self.text(row, column + offset, "", **(look or CELL))


def cell(row: int, column: int) -> str:
    """Return a cell's name: `C8`."""
    return str(xl_rowcol_to_cell(row, column))


def column_sum(first: int, last: int, column: int) -> str:
    """Return the formula that adds up the cells of a column; of no cells it is 0, for upside down they hold the sum itself."""
    return "=0" if last < first else f"=SUM({cell(first, column)}:{cell(last, column)})"
