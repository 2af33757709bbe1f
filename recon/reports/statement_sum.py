"""The sum to pay now, beside the arithmetic that gives it, and its bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.reports import statement_words as words
from recon.reports.layout import Part
from recon.reports.statement_said import announced, notices
from recon.reports.style import (
    AMBER,
    AMBER_FILL,
    EUROS,
    GREEN,
    GREY,
    INK,
    LINE,
    NAVY,
    PALE,
    RED,
)
from recon.texts import counted, day, joined, money, number

if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    from recon.reports.layout import Layout
    from recon.reports.owed import Owed
    from recon.texts import Text

GREEN_BAR, AMBER_BAR = "#2E9158", "#E9A23B"
WITH_ZERO = EUROS.replace('"–"', '0.00\u00a0"€"')
BAR_HEIGHT = 54


@dataclass(frozen=True, slots=True)
class TitreRows:
    """Where the titres stand in the sheet (rows from 0), so that the sum is a live formula over them."""

    first: int
    last: int
    sums: int


@dataclass(frozen=True, slots=True)
class Block:
    """The block's place: it is written last, for its formulas refer to the titres below it."""

    row: int
    bar: int
    account: Owed

    def complete(self, pen: Layout, rows: TitreRows | None) -> None:
        """Write the arithmetic and the bar, now that the titres' rows are known."""
        if rows is None:
            return
        below, pen.row = pen.row, self.row
        _arithmetic(pen, self.account, rows)
        if any(titre.billed for titre in self.account.titres):
            pen.row = self.bar
            _bar(pen, self.account, rows)
        pen.row = below


def amount_block(pen: Layout, account: Owed, as_of: date) -> Block:
    """Write the sum and what must be known beside it; keep room for the arithmetic and the bar."""
    pen.next()
    start = pen.row
    _sum(pen, account, as_of)
    while account.titres and pen.row < start + len(year_lines(account)) + 3 + bool(account.declared) + bool(
        account.credit
    ):
        pen.text("", 0, 3, **_side(account))
        pen.next()
    for notice in (*notices(account), *announced(account)):
        pen.text(notice, 0, pen.last, bg_color=AMBER_FILL, font_color=INK, left=5, left_color=AMBER, indent=1)
        pen.next()
    bar = pen.row
    if any(titre.billed for titre in account.titres):
        pen.height(BAR_HEIGHT)
        pen.next()
    return Block(start, bar, account)


def _sum(pen: Layout, account: Owed, as_of: date) -> None:
    colour, side = _colour(account), _side(account)
    last = 3 if account.titres else pen.last
    planned = bool(account.unbilled) and not account.titres_given
    pen.text(words.STILL_PLANNED if planned else words.TO_PAY_NOW, 0, last, font_size=10, font_color=GREY, **side)
    pen.next()
    look = {**side, "num_format": WITH_ZERO, "align": "left"}
    sum_asked = account.still_planned if planned else account.to_pay
    pen.money(sum_asked, 0, last=last, bold=True, font_size=24, font_color=colour, **look)
    pen.height(36)
    pen.next()
    pen.text(words.NO_TITRE_GIVEN if planned else _message(account), 0, last, bold=True, font_color=colour, **side)
    pen.next()
    since = words.SINCE.with_(day=day(as_of)) if sum_asked else ""
    pen.text(since, 0, last, font_size=8, font_color=GREY, **side)
    pen.next()


def _colour(account: Owed) -> str:
    """Red is for what is late and not in hand; what is not yet due is merely to pay."""
    if not account.titres_given and account.still_planned:
        return NAVY
    if not account.to_pay:
        return AMBER if account.unproved else GREEN
    if account.is_late:
        return RED
    return AMBER if any(titre.late and titre.to_pay for titre in account.titres) else NAVY


def _side(account: Owed) -> dict[str, Any]:
    return {"left": 5, "left_color": _colour(account), "bg_color": PALE, "indent": 1}


def _message(account: Owed) -> Text:
    if not account.to_pay:
        return words.NOTHING_ASKED.with_(amount=money(account.unproved)) if account.unproved else words.NOTHING
    parts = []
    all_schools = sum(1 for school in account.schools if school.uai and school.billed)
    if some := sum(1 for school in account.to_pay_by_school if school.uai):
        spoken = counted(some, words.SCHOOL, words.SCHOOLS)
        parts.append(words.SCHOOLS_OF.with_(some=spoken, all=number(all_schools)))
    dues = [(t.due_on, t.late) for t in account.titres if t.to_pay and t.due_on and not t.contested]
    if dues:
        due_on, late = min(dues)
        parts.append((words.LATE if late else words.DUE).with_(day=day(due_on)))
    return joined(parts, " · ")


def year_lines(account: Owed) -> list[tuple[str, Text, int]]:
    """Return each school year, its words (`57 écoles × 45,00 €` if that is the sum), and what is billed."""
    years = dict.fromkeys(titre.school_year for titre in account.titres)
    return [(year, _year_words(account, year), _billed(account, year)) for year in years]


def _billed(account: Owed, year: str) -> int:
    return sum(titre.billed for titre in account.titres if titre.school_year == year)


def _year_words(account: Owed, year: str) -> Text:
    if not year:
        return words.NO_YEAR_TITRES
    rates = {row["rate"] for row in account.conventions if row["school_year"] == year and row["in_force"]}
    billed_schools = sum(1 for school in account.schools if school.uai and school.school_year == year and school.billed)
    if len(rates) == 1 and billed_schools * min(rates) == _billed(account, year):
        schools = counted(billed_schools, words.SCHOOL, words.SCHOOLS)
        return words.YEAR_SCHOOLS.with_(year=year, schools=schools, rate=money(min(rates)))
    return words.YEAR_TITRES.with_(year=year)


def _arithmetic(pen: Layout, account: Owed, rows: TitreRows) -> None:
    first, last, start = rows.first + 1, rows.last + 1, pen.row + 1
    for year, said, cents in year_lines(account):
        criterion = year.replace('"', '""')
        formula = f'=SUMIFS(E{first}:E{last},B{first}:B{last},"{criterion or "–"}")'
        _line(pen, said, cents, formula, INK)
    _paid(pen, account, f"=-SUM(F{first}:F{last})")
    _line(pen, words.UNDER_WAY, -account.under_way, f"=-SUM(G{first}:G{last})", AMBER)
    total: dict[str, Any] = {"bold": True, "top": 1, "top_color": NAVY, "bg_color": PALE}
    pen.text(words.LEFT, 4, 6, indent=1, **total)
    formula = f"=ROUND(SUM(H{start}:H{pen.row}),2)"
    pen.money(account.to_pay, 7, formula, font_color=_colour(account), num_format=WITH_ZERO, **total)


def _paid(pen: Layout, account: Owed, formula: str) -> None:
    """Write all that the ledgers paid, then apart what no ledger shows and what is in excess, which is not taken off."""
    paid, declared, credit = sum(titre.paid for titre in account.titres), account.declared, account.credit
    apart = [(words.DECLARED, -declared, GREEN), (words.IN_EXCESS, credit, AMBER)]
    below = [line for line in apart if line[1]]
    cells = "".join(f"-H{pen.row + 2 + index}" for index in range(len(below)))
    _line(pen, words.PAID, declared - paid - credit, formula + cells, GREEN)
    for said, cents, colour in below:
        _line(pen, said, cents, "", colour)


def _line(pen: Layout, said: Text, cents: int, formula: str, colour: str) -> None:
    look: dict[str, Any] = {"bg_color": PALE, "bottom": 1, "bottom_color": LINE}
    pen.text(said, 4, 6, indent=1, **look)
    pen.money(cents, 7, formula, num_format=EUROS.replace("[Red]", ""), font_color=colour, **look)
    pen.next()


def _bar(pen: Layout, account: Owed, rows: TitreRows) -> None:
    paid = sum(titre.paid for titre in account.titres)
    asked = RED if account.is_late else NAVY
    sums = ((paid, 5, GREEN_BAR), (account.under_way, 6, AMBER_BAR), (account.to_pay, 7, asked))
    parts = [
        Part(words.TITRE_HEADINGS[column], cents, colour, (rows.sums, column))
        for cents, column, colour in sums
        if cents
    ]
    billed = sum(titre.billed for titre in account.titres)
    values = {"billed": billed, "paid": paid, "under_way": account.under_way, "to_pay": account.to_pay}
    said = words.CHART.with_(**{key: money(value) for key, value in values.items()})
    pen.bar(parts, billed, said)
