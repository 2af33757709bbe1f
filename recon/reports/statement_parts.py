"""The tables of a statement's first sheet: how to pay, titres, payments, schools to pay for, what to confirm."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from recon.reports import statement_words as words
from recon.reports.declared import is_declared
from recon.reports.statement_said import asked, outcome, unnamed
from recon.reports.statement_sum import WITH_ZERO, TitreRows
from recon.reports.style import AMBER, AMBER_FILL, GREY, NAVY, PALE, RED
from recon.tables import COMING, PAID
from recon.texts import Text, counted, day, joined, money, same

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from recon.reports.layout import Layout
    from recon.reports.owed import Owed, Payment, Row, Titre

FEW = 12


def how_to_pay(pen: Layout, account: Owed) -> None:
    """Write what the mandat must bear; never a bank account."""
    asked = [titre for titre in account.titres if titre.to_pay]
    said = {
        "amount": money(account.to_pay),
        "reference": same(", ".join(titre.number for titre in asked)),
        "payee": words.PAYEE,
        "account": words.ACCOUNT,
        "papers": _papers(account, asked),
    }
    pen.section(words.HOW_TO_PAY)
    for name, text in said.items():
        strong = {"bold": True, "font_size": 10} if name in {"amount", "reference"} else {}
        pen.text(words.HOW[name], 0, 1, **pen.rule(font_color=GREY))
        pen.text(text, 2, pen.last, **pen.rule(**strong))
        pen.next()


def _papers(account: Owed, asked: list[Titre]) -> Text:
    numbers = {titre.convention for titre in asked}
    rows = [row for row in account.conventions if row["convention"] in numbers]
    parts = [words.PAPERS]
    for row in rows[:3]:
        parts += [words.DATED.with_(day=day(row["dated_on"]))] if row["dated_on"] else []
        parts += _vote(account.votes.get(row["convention"], ""), row["council_on"])
    return joined(parts, ", ")


def _vote(number: str, on: date | None) -> list[Text]:
    if number:
        said = words.VOTED_AS_ON if on else words.VOTED_AS
        return [said.with_(number=number, day=day(on))]
    return [words.VOTED.with_(day=day(on))] if on else []


def titres(pen: Layout, account: Owed) -> TitreRows | None:
    """Write every titre of the payer, all school years, and their sums; return their rows."""
    pen.section(words.YOUR_TITRE if len(account.titres) == 1 else words.YOUR_TITRES)
    if not account.titres:
        pen.text(words.NO_TITRE if account.titres_given else words.NO_TITRE_GIVEN, 0, pen.last)
        pen.next()
        return None
    _headings(pen, words.TITRE_HEADINGS, (0, 1, 2, 3, 4, 5, 6, 7), 4)
    first = pen.row
    for titre in account.titres:
        _titre(pen, titre, strong=account.is_late)
    last = pen.row - 1
    if len(account.titres) == 1:
        return TitreRows(first, last, last)
    # SUBTOTAL leaves out the other SUBTOTALs of its cells: the net amounts.
    add = "SUBTOTAL(9," if any(titre.taken_off for titre in account.titres) else "SUM("
    pen.text(words.TOTAL, 0, 3, bold=True)
    sums = (
        sum(t.billed for t in account.titres),
        sum(t.paid for t in account.titres),
        account.under_way,
        account.to_pay,
    )
    for column, cents in enumerate(sums, 4):
        letter = "ABCDEFGH"[column]
        pen.money(cents, column, f"={add}{letter}{first + 1}:{letter}{last + 1})", bold=True)
    pen.next()
    return TitreRows(first, last, last + 1)


def _titre(pen: Layout, titre: Titre, *, strong: bool) -> None:
    first = pen.row + 1
    pen.text(titre.number, 0, **pen.rule(bold=True))
    pen.text(titre.school_year or "–", 1, **pen.rule(align="center"))
    pen.text(day(titre.issued_on), 2, **pen.rule(align="center"))
    late = {"font_color": RED, "bold": True} if strong and titre.late and titre.to_pay else {}
    pen.text(day(titre.due_on), 3, **pen.rule(align="center", **late))
    pen.money(titre.issued, 4, **pen.rule())
    if titre.taken_off:
        pen.text("", 5, pen.last, **pen.rule())
        _taken_off(pen, titre)
        pen.text(words.NET, 0, 3, **pen.rule(bold=True))
        pen.money(titre.billed, 4, f"=SUBTOTAL(9,E{first}:E{pen.row})", **pen.rule(bold=True))
    row = pen.row + 1
    pen.money(titre.paid, 5, **pen.rule())
    pen.money(titre.under_way, 6, **pen.rule())
    pen.money(titre.to_pay, 7, f"=MAX(ROUND(E{row}-F{row}-G{row},2),0)", **pen.rule(bold=True))
    pen.next()


def _taken_off(pen: Layout, titre: Titre) -> None:
    """Write what lessens a titre, with its number and day; the school year stands there for the sums by year."""
    pen.next()
    for part in titre.taken_off:
        pen.text(words.TAKEN_OFF.with_(nature=part.nature, titre=part.titre), 0, **pen.rule(font_color=GREY))
        pen.text(titre.school_year or "–", 1, **pen.rule(align="center", font_color=GREY))
        pen.text(day(part.on), 2, **pen.rule(align="center"))
        pen.text("", 3, **pen.rule())
        pen.money(-part.cents, 4, **pen.rule())
        pen.text("", 5, pen.last, **pen.rule())
        pen.next()


def _headings(pen: Layout, names: tuple[Text, ...], columns: tuple[int, ...], right_from: int) -> None:
    for index, (name, column) in enumerate(zip(names, columns, strict=True)):
        until = columns[index + 1] - 1 if index + 1 < len(columns) else pen.last
        align = "right" if right_from <= column == until else "center" if 1 <= column < 4 == right_from else "left"
        pen.text(
            name,
            column,
            until,
            bold=True,
            font_color=NAVY,
            bg_color=PALE,
            align=align,
            indent=int(align == "left" and column > right_from),
        )
    pen.next()


def unbilled(pen: Layout, account: Owed) -> None:
    """Write the conventions whose year has no titre, what the ledger holds for them, and what other years leave to bill."""
    pen.section(words.PLANNED)
    for row in account.unbilled:
        schools = counted(row["expected"] // row["rate"], words.SCHOOL, words.SCHOOLS)
        said = words.YEAR_SCHOOLS.with_(year=row["school_year"], schools=schools, rate=money(row["rate"]))
        pen.text(said if row["expected"] % row["rate"] == 0 else same(row["school_year"]), 0, 2, **pen.rule())
        pen.text(words.NOT_BILLED, 3, 6, **pen.rule(font_color=GREY))
        pen.money(row["expected"], 7, **pen.rule())
        pen.next()
        _held(pen, account, row)
    for year, cents in account.to_bill:
        pen.text(year, 0, 2, **pen.rule())
        pen.text(words.LEFT_TO_BILL.with_(amount=money(cents)), 3, 6, **pen.rule(font_color=GREY))
        pen.money(cents, 7, **pen.rule())
        pen.next()
    pen.text(words.NO_CLAIM, 0, pen.last, font_size=8, font_color=GREY)
    pen.next()


def _held(pen: Layout, account: Owed, row: Row) -> None:
    """Write what the payer's ledger holds for a planned contribution, and what will be left of it."""
    first = pen.row
    sums = (
        (words.PLANNED_PAID, account.planned(row["convention"], PAID)),
        (words.PLANNED_COMING, account.planned(row["convention"], COMING)),
    )
    if not any(cents for _, cents in sums):
        return
    for said, cents in sums:
        if cents:
            pen.text(said, 3, 6, **pen.rule())
            pen.money(-cents, 7, **pen.rule())
            pen.next()
    pen.text(words.PLANNED_LEFT, 3, 6, bold=True)
    left = row["expected"] - sum(cents for _, cents in sums)
    pen.money(left, 7, f"=ROUND(SUM(H{first}:H{pen.row}),2)", bold=True, num_format=WITH_ZERO)
    pen.next()


def payments(pen: Layout, account: Owed, as_of: date) -> None:
    """Write every payment in scope and what became of it; many lines are summed by mandat and outcome."""
    pen.section(words.YOUR_PAYMENTS)
    if not account.payments:
        heard = account.has_ledger or account.rejected
        none = words.LEDGER_GONE_SHORT if account.ledger_gone else words.NO_LEDGER_SHORT
        pen.text(words.NO_PAYMENT if heard else none, 0, pen.last)
        pen.next()
        return
    _headings(pen, words.PAYMENT_HEADINGS, (0, 1, 3, 4, 5), 3)
    first = pen.row
    for lines in _grouped(account.payments, as_of):
        _payment(pen, lines, as_of)
    # A total of lines of which some have no effect would be no sum that anybody paid.
    if pen.row - first < 2 or any(payment.row["status"] in {"void", "later"} for payment in account.payments):
        return
    pen.text(words.TOTAL, 0, 2, bold=True)
    pen.count(len(account.payments), 3, bold=True)
    total = sum(payment.row["amount"] for payment in account.payments)
    pen.money(total, 4, f"=SUM(E{first + 1}:E{pen.row})", bold=True)
    pen.next()


def _grouped(payments: list[Payment], as_of: date) -> Iterator[list[Payment]]:
    if len(payments) <= FEW:
        return ([payment] for payment in payments)

    def key(payment: Payment) -> tuple[str, int, str, str, str]:
        row = payment.row
        return (
            str(row["on"] or ""),
            len(row["mandat"]),
            row["mandat"],
            row["bordereau"],
            outcome(payment, as_of)[0].fr,
        )

    return (list(lines) for _, lines in groupby(sorted(payments, key=key), key))


def _payment(pen: Layout, lines: list[Payment], as_of: date) -> None:
    row = lines[0].row
    said, colour = outcome(lines[0], as_of)
    pen.text(day(row["on"]), 0, **pen.rule())
    pen.text(mandat(row), 1, 2, **pen.rule())
    pen.count(len(lines), 3, **pen.rule())
    pen.money(sum(line.row["amount"] for line in lines), 4, **pen.rule())
    pen.text(said, 5, pen.last, **pen.rule(font_color=colour, indent=1, bold=colour == AMBER))
    pen.next()


def mandat(row: Row) -> Text:
    """Return the mandat and its bordereau, as the ledger numbers them; a declared receipt has none."""
    if is_declared(row):
        return words.DECLARED
    if not row["mandat"]:
        return words.NO_MANDAT
    if not row["bordereau"]:
        return same(row["mandat"])
    return words.MANDAT.with_(mandat=row["mandat"], bordereau=row["bordereau"])


def schools(pen: Layout, account: Owed) -> None:
    """Write the schools that something is asked for, or where to find them if they are many."""
    rows = account.to_pay_by_school
    if not rows:
        return
    pen.section(words.SCHOOLS_TO_PAY)
    if len(rows) > FEW:
        some = counted(sum(1 for row in rows if row.uai), words.SCHOOL, words.SCHOOLS)
        pen.text(words.SCHOOLS_BELOW.with_(schools=some, sheet=words.SHEETS[1]), 0, pen.last)
        pen.next()
        return
    for row in rows:
        pen.text(row.uai or "–", 0, **pen.rule(bold=True))
        pen.text(row.name if row.uai else unnamed(row), 1, 5, **pen.rule())
        pen.text(row.school_year, 6, **pen.rule(align="center", font_color=GREY))
        pen.money(row.to_pay, 7, **pen.rule(bold=True))
        pen.next()


def answers(pen: Layout, account: Owed, as_of: date) -> None:
    """Write what the payer answered on an earlier statement, in which file, and what became of it."""
    told = [one for one in account.heard if one.is_recent(as_of)]
    if not told:
        return
    pen.gap()
    box: dict[str, Any] = {"bg_color": PALE, "left": 5, "left_color": NAVY, "indent": 1}
    pen.text(
        words.YOUR_ANSWER if len(told) == 1 else words.YOUR_ANSWERS, 0, pen.last, bold=True, font_color=NAVY, **box
    )
    pen.next()
    for one in told[:FEW]:
        file = one.answer.file.rpartition("/")[2]
        said = words.RECEIVED.with_(file=file, said=one.answer.said)
        pen.text(joined((said, one.to_payer), " "), 0, pen.last, **box)
        pen.next()
    if len(told) > FEW:
        pen.text(words.MORE_ANSWERS.with_(count=len(told) - FEW), 0, pen.last, **box)
        pen.next()


def questions(pen: Layout, account: Owed) -> None:
    """Write what only the payer can tell about its payments."""
    pen.gap()
    box: dict[str, Any] = {"bg_color": AMBER_FILL, "left": 5, "left_color": AMBER, "indent": 1}
    pen.text(words.TO_CONFIRM, 0, pen.last, bold=True, font_color=AMBER, **box)
    pen.next()
    for question in account.questions[:FEW]:
        pen.text(asked(question), 0, pen.last, **box)
        pen.next()
    pen.text(words.ANSWER.with_(sheet=words.SHEETS[2]), 0, pen.last, **box)
    pen.next()
