"""Synthèse: what a director reads first. Every figure is a formula on a listing, with the month's result stored in it.

Two pages at one scale: rows have fixed heights and every table a greatest length, so that no month makes a third.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.findings.catalogue import SEVERITIES
from recon.reports import charts, declared, figures, style, words
from recon.reports.board import CELL, LAST, LEFT, PAYERS, RIGHT, SCHOOLS, TITRES, Board, cell
from recon.reports.heard import OPEN, all_heard
from recon.reports.listing import SUMMARY_SHEET
from recon.reports.synthesis_detail import LAST_ROW, PAGE_2, second_page
from recon.reports.synthesis_steps import steps
from recon.tables import CONTROLS
from recon.texts import Text, counted, day, long_day, money, rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from recon.reports.listing import Context, Listing
    from recon.reports.reminders import Case
    from recon.tables import Month

SCALE = 80
# A blank row below the steps, and room for each line of what waits before the page ends.
TO_DO_ROW = 33
HEIGHT = 14.25
MOST_CONTROLS = 9
PAID_COLUMN = 4

PAID = Text("Payé d’après les registres", "Paid according to the ledgers")
PAID_IN_ALL = Text("Payé (registres et déclarés)", "Paid (ledgers and declared)")


def synthesis(context: Context, cases: Sequence[Case], **listings: Listing) -> None:
    """Write both pages of the Synthèse."""
    sheet = context.sheet(SUMMARY_SHEET)
    board = Board(sheet, context, cases, **listings)
    for column in range(LAST + 1):
        sheet.set_column(column, column, 2 if column == RIGHT - 1 else 22 if column in {LEFT, RIGHT} else 13.5)
    for row in range(LAST_ROW + 1):
        sheet.set_row(row, HEIGHT)
    departments, buckets = second_page(board)
    _title(board)
    _verdict(board)
    board.section(10, LEFT, Text("Taux de recouvrement par département", "Recovery by département"))
    board.section(10, RIGHT, Text("Ancienneté des restes à recouvrer", "Age of what is outstanding"))
    _tiles(board)
    charts.recovery(context, sheet, 11, LEFT, departments)
    charts.ageing(context, sheet, 11, RIGHT, buckets)
    steps(board, 26)
    _controls(board, 26)
    _to_do(board, TO_DO_ROW, _tasks(board))
    style.page(sheet, context.footer, context.lang)
    # Excel heeds a page break only where the scale is set: fitted to two pages, it would cut where it likes.
    sheet.set_print_scale(SCALE)
    sheet.set_h_pagebreaks([PAGE_2])
    sheet.print_area(0, 0, LAST_ROW, LAST)
    sheet.activate()


def _title(board: Board) -> None:
    month = board.context.month
    board.sheet.set_row(0, 30)
    title = Text("ENT-École  ·  Rapport de rapprochement", "ENT-École  ·  Reconciliation report")
    board.text(0, 0, title, bold=True, font_size=20, font_color=style.NAVY)
    as_of = Text("Arrêté au {on}", "As of {on}").with_(on=long_day(month.settings.as_of))
    board.text(0, LAST, as_of, bold=True, font_size=13, font_color=style.NAVY, align="right")
    rule: dict[str, Any] = {"bottom": 5, "bottom_color": style.NAVY}
    board.rule(1, 0, LAST + 1, **rule)
    board.text(1, 0, _scope(month), font_color=style.GREY, **rule)


def _scope(month: Month) -> Text:
    years = [year for year, *_ in figures.years(month) if year]
    said = Text("{issuer}  ·  {years}  ·  {payers}, {schools}", "{issuer}  ·  {years}  ·  {payers}, {schools}")
    one, several = Text("année scolaire", "school year"), Text("années scolaires", "school years")
    named = Text("{noun} {years}", "{noun} {years}").with_(
        noun=several if len(years) > 1 else one, years=", ".join(years) or "–"
    )
    payers = counted(month.payers["payer_siren"].n_unique(), *PAYERS)
    schools = counted(month.schools.filter(pl.col("uai") != "")["uai"].n_unique(), *SCHOOLS)
    return said.with_(issuer=month.settings.issuer, years=named, payers=payers, schools=schools)


def _verdict(board: Board) -> None:
    month = board.context.month
    failed = month.controls.filter(~pl.col("holds"))["control"].to_list()
    colour, fill = (style.RED, style.RED_FILL) if failed else (style.NAVY, style.PALE)
    look: dict[str, Any] = {"bg_color": fill, "left": 5, "left_color": colour, "indent": 1, "text_wrap": True}
    board.sheet.set_row(2, 6)
    board.sheet.set_row(3, 32 if len(failed) > 1 else 19)
    board.sheet.set_row(4, 17)
    said = _failure(failed) if failed else _success(month)
    board.merged(3, 0, LAST, said, bold=True, font_size=11, font_color=colour, **look)
    board.merged(4, 0, LAST, _left_to_recover(board), **look)


def _failure(failed: list[str]) -> Text:
    """Name the first two controls that fail, and count the others."""
    names = Text(
        " ; ".join(CONTROLS[name].fr for name in failed[:2]), "; ".join(CONTROLS[name].en for name in failed[:2])
    )
    more = len(failed) - 2
    others = (
        Text(" ; et {n} autres", "; and {n} more").with_(n=more)
        if more > 1
        else Text(" ; et un autre", "; and one more")
    )
    said = Text(
        "Contrôle faux : {names}{others}. Ne diffusez pas ce rapport.",
        "A control does not hold: {names}{others}. Do not circulate this report.",
    )
    return said.with_(names=names, others=others if more > 0 else "")


def _success(month: Month) -> Text:
    billed, paid = figures.total(month.titres, "billed"), figures.total(month.titres, "paid")
    if not billed:
        return Text(
            "Aucun titre n’est connu : rien n’est réclamé. Tous les contrôles de bouclage sont justes.",
            "No titre is known: nothing is claimed. All controls hold.",
        )
    said = Text(
        "{rate} du montant titré est payé d’après les registres, et tous les contrôles de bouclage sont justes.",
        "{rate} of what is billed is paid according to the ledgers, and all controls hold.",
    )
    if declared.total(month):
        said = Text(
            "{rate} du montant titré est payé, encaissements déclarés compris, et tous les contrôles de bouclage sont justes.",
            "{rate} of what is billed is paid, declared receipts included, and all controls hold.",
        )
    return said.with_(rate=rate(paid / billed))


def _left_to_recover(board: Board) -> Text:
    month = board.context.month
    owing = month.titres.filter(pl.col("outstanding") > 0)
    if owing.is_empty():
        return Text("Il ne reste rien à recouvrer.", "Nothing is outstanding.")
    payers, overdue = counted(owing["payer_siren"].n_unique(), *PAYERS), figures.late_total(month)
    said = Text(
        "Il reste {left} à recouvrer auprès de {payers}, dont {late} échus ; à relancer : {sent}, pour {asked}.",
        "{left} is outstanding from {payers}, of which {late} is overdue; to remind: {sent}, for {asked}.",
    )
    to_send = [case.asked for case in board.cases if case.why is None]
    if not to_send:
        said = Text(
            "Il reste {left} à recouvrer auprès de {payers}, dont {late} échus ; aucune collectivité n’est à relancer.",
            "{left} is outstanding from {payers}, of which {late} is overdue; no payer is to be reminded.",
        )
    if not overdue:
        said = Text(
            "Il reste {left} à recouvrer auprès de {payers} ; rien n’est échu.",
            "{left} is outstanding from {payers}; nothing is overdue.",
        )
    sent, asked = counted(len(to_send), *PAYERS), money(sum(to_send))
    left = money(figures.total(owing, "outstanding"))
    return said.with_(left=left, payers=payers, late=money(overdue), sent=sent, asked=asked)


def _tiles(board: Board) -> None:
    """Six tiles: label, figure, one line of explanation; each figure a formula on a listing."""
    month = board.context.month
    owing = month.titres.filter(pl.col("outstanding") > 0)
    late = owing.filter(pl.col("days_late") > 0)
    billed, paid = figures.total(month.titres, "billed"), figures.total(month.titres, "paid")
    covered = counted(month.schools.filter(pl.col("expected") > 0).height, *SCHOOLS)
    titres = counted(month.titres.filter(pl.col("billed") > 0).height, *TITRES)
    debts, days = board.outstanding.range("outstanding"), board.outstanding.range("days_late")
    tiles = (
        (0, Text("Attendu (conventions)", "Expected (conventions)"), f"=SUM({board.schools.range('expected')})", figures.total(month.schools, "expected"), covered, style.NAVY),
        (2, Text("Titré", "Billed"), f"=SUM({board.titres.range('billed')})", billed, Text("net, sur {titres}", "net, over {titres}").with_(titres=titres), style.NAVY),
        (PAID_COLUMN, PAID_IN_ALL if declared.total(month) else PAID, f"=SUM({board.titres.range('paid')})", paid, _paid_since(month, paid), style.GREEN),
        (7, Text("Reste à recouvrer", "Outstanding"), f"=SUM({debts})", figures.total(owing, "outstanding"), counted(owing["payer_siren"].n_unique(), *PAYERS), style.AMBER),
        (9, Text("dont échu", "of which overdue"), f'=SUMIFS({debts},{days},">0")', figures.late_total(month), counted(late.height, *TITRES), style.RED),
    )  # fmt: skip
    for column, label, formula, cents, note, colour in tiles:
        board.euros(7, column, cents, formula, **_tile(board, column, label, note, colour), num_format=style.EUROS)
    _declared(board, {**{column: colour for column, *_, colour in tiles}, 11: style.GREEN})
    look = _tile(
        board, 11, Text("Taux de recouvrement", "Recovery rate"), _rate_since(month, paid, billed), style.GREEN
    )
    board.share(7, 11, cell(7, 4), cell(7, 2), paid, billed, **look, num_format=style.PERCENT)


def _declared(board: Board, colours: Mapping[int, str]) -> None:
    """Below what is paid, what of it no ledger shows and an officer declared; nothing where nothing was."""
    cents = declared.total(board.context.month)
    if not cents:
        return
    board.sheet.set_row(10, 24)
    for column, colour in colours.items():
        if column != PAID_COLUMN:
            board.merged(9, column, column + 1, "", **_ground(colour))
    said = Text("dont hors registre", "of which in no ledger")(board.context.lang)
    look: dict[str, Any] = {**_ground(style.GREEN), "font_size": 8, "font_color": style.GREY, "align": "left"}
    look["num_format"] = style.EUROS.split(";", maxsplit=1)[0].replace("#", f'"{said} "#', 1)
    board.sheet.merge_range(9, PAID_COLUMN, 9, PAID_COLUMN + 1, "", board.context.formats(**look))
    board.euros(9, PAID_COLUMN, cents, f"=SUM({board.titres.range('declared')})", **look)


def _paid_since(month: Month, paid: int) -> Text:
    """Say by how much the paid rose since the month before; what it is, where none is known."""
    if month.before is None:
        return Text("affecté à un titre", "allocated to a titre")
    change = paid - month.before.paid
    said = Text("{sign}{change} depuis le {on}", "{sign}{change} since {on}")
    sign = Text("+ ", "+") if change > 0 else ""
    return said.with_(sign=sign, change=money(change), on=day(month.before.on))


def _rate_since(month: Month, paid: int, billed: int) -> Text:
    """Say by how many points the rate moved since the month before; how it is made, where none is known."""
    if month.before is None or not month.before.billed or not billed:
        return Text("payé ÷ titré", "paid ÷ billed")
    tenths = round(1000 * (Fraction(paid, billed) - Fraction(month.before.paid, month.before.billed)))
    if not tenths:
        return Text("inchangé depuis le {on}", "unchanged since {on}").with_(on=day(month.before.on))
    said = Text("{arrow} {points} depuis le {on}", "{arrow} {points} since {on}")
    one, several = (Text("{n} point", "{n} point"), Text("{n} points", "{n} points"))
    number = f"{abs(tenths) / 10:.1f}"
    points = Text((one if abs(tenths) < 20 else several).fr, (one if abs(tenths) == 10 else several).en)
    return said.with_(
        arrow="▲" if tenths > 0 else "▼",
        points=points.with_(n=Text(number.replace(".", ","), number)),
        on=day(month.before.on),
    )


def _tile(board: Board, column: int, label: Text, note: Text, colour: str) -> dict[str, Any]:
    """Draw a tile but for its figure; return the figure's look."""
    base = _ground(colour)
    board.sheet.set_row(5, 8)
    board.sheet.set_row(7, 28)
    board.merged(6, column, column + 1, label, **base, font_color=style.GREY)
    board.merged(8, column, column + 1, note, **base, font_size=8, font_color=style.GREY)
    look = {**base, "bold": True, "font_size": 17, "font_color": colour, "align": "left"}
    board.sheet.merge_range(7, column, 7, column + 1, "", board.context.formats(**look))
    return look


def _ground(colour: str) -> dict[str, Any]:
    return {"bg_color": "#F6F7FB", "left": 5, "left_color": colour, "indent": 1}


def _controls(board: Board, row: int) -> None:
    """The controls, a failing one first; those that hold over schools and over titres stand in one line each."""
    board.section(row, RIGHT, Text("Contrôles de bouclage", "Controls"))
    titles = (
        Text("Égalité vérifiée", "Equality checked"),
        Text("Différence", "Difference"),
        Text("Résultat", "Result"),
    )
    board.headings(row + 1, RIGHT, *zip((0, 4, 5), titles, strict=True))
    lines = figures.control_lines(board.context.month)
    for at, line in enumerate(lines[:MOST_CONTROLS], start=row + 2):
        board.rule(at, RIGHT)
        board.text(at, RIGHT, line.said, **CELL)
        if line.rows:
            board.count(at, RIGHT + 4, line.difference // 100, **CELL, num_format="0")
        else:
            board.euros(at, RIGHT + 4, line.difference, **CELL, num_format=style.DIFFERENCE)
        said = Text("✔ juste", "✔ holds") if line.holds else Text("✘ FAUX", "✘ FAILS")
        colour = style.GREEN if line.holds else style.RED
        board.text(at, RIGHT + 5, said, **CELL, bold=True, align="right", font_color=colour)
    if len(lines) > MOST_CONTROLS:
        more = words.MORE_CONTROLS.with_(count=counted(len(lines) - MOST_CONTROLS, *words.OTHER_CONTROLS))
        board.text(row + 2 + MOST_CONTROLS, RIGHT, more, font_color=style.GREY)


def _to_do(board: Board, row: int, tasks: Sequence[_Task]) -> None:
    """What waits for somebody: how many, for how much, each linked to the sheet where it is done."""
    board.section(row, LEFT, Text("À traiter", "To do"))
    titles = (Text("Quoi", "What"), Text("Nombre", "Number"), Text("Montant", "Amount"))
    board.headings(row + 1, LEFT, *zip((0, 4, 5), titles, strict=True))
    for at, task in enumerate(tasks, start=row + 2):
        look = {**CELL, "font_color": task.colour if task.count else style.GREY}
        board.rule(at, LEFT)
        board.sheet.merge_range(at, LEFT, at, LEFT + 3, "", board.context.formats(**look))
        link = board.context.formats(**look, bold=bool(task.count), underline=1)
        style.link(board.sheet, at, LEFT, f"internal:'{task.sheet}'!A1", task.said(board.context.lang), link)
        board.count(at, LEFT + 4, task.count, f"={task.counted}", **look, bold=True)
        if task.summed:
            # What a ledger takes back stands in the same column, and lessens nothing that waits to be allocated.
            board.euros(at, LEFT + 5, task.cents, f'=SUMIFS({task.summed},{task.summed},">0")', **look)


@dataclass(frozen=True, slots=True)
class _Task:
    """A line of what is to be done: the formula that counts it, and the cells that, above zero, add up to its amount, if any."""

    said: Text
    sheet: str
    colour: str
    count: int
    counted: str
    cents: int = 0
    summed: str = ""


def _tasks(board: Board) -> tuple[_Task, ...]:
    month, findings, lang = board.context.month, board.findings, board.context.lang
    waiting = month.payments.filter(pl.col("unallocated") > 0)
    sent = [case.asked for case in board.cases if case.why is None]

    def severe(severity: str, said: Text, colour: str) -> _Task:
        word, count = SEVERITIES[severity](lang), month.findings.filter(pl.col("severity") == severity).height
        return _Task(said, findings.name, colour, count, f'COUNTIFS({findings.range("gravity")},"{word}")')

    def summed(said: Text, listing: Listing, colour: str, key: str, count: int, cents: int) -> _Task:
        cells = listing.range(key)
        return _Task(said, listing.name, colour, count, f'COUNTIFS({cells},">0")', cents, cells)

    rejected = figures.total(month.sources, "rejected")
    return (
        severe("blocking", Text("Écarts bloquants", "Blocking findings"), style.RED),
        severe("review", Text("Écarts à vérifier", "Findings to review"), style.AMBER),
        summed(Text("Paiements à affecter", "Payments to allocate"), board.unallocated, style.AMBER, "unallocated", waiting.height, figures.total(waiting, "unallocated")),
        _Task(Text("Lignes rejetées à faire corriger", "Rows rejected, to be corrected"), board.rejects.name, style.NAVY, rejected, f"SUM({board.provenance.range('rejected')})"),
        summed(Text("Rappels amiables prêts à envoyer", "Friendly reminders ready to send"), board.reminders, style.NAVY, "asked", len(sent), sum(sent)),
        *_answers(board),
    )  # fmt: skip


def _answers(board: Board) -> Iterator[_Task]:
    """The payers' answers that wait for somebody, where there are answers."""
    if board.context.month.answers:
        waiting = sum(one.state in OPEN for one in all_heard(board.context.month))
        said = Text("Réponses de collectivités à examiner", "Payers’ answers to be examined")
        open_rows = f'COUNTIFS({board.answers.range("waits")},"{words.YES(board.context.lang)}")'
        yield _Task(said, board.answers.name, style.AMBER, waiting, open_rows)
