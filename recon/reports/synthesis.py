"""Synthèse: what a director reads first. Every figure is a formula on a listing, with the month's result stored in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
from xlsxwriter.utility import xl_rowcol_to_cell

from recon.findings.catalogue import CATALOGUE, SEVERITIES
from recon.reports import charts, figures, style, words
from recon.reports.listing import SUMMARY_SHEET, Context, Listing
from recon.reports.sheets import SEVERITY_LOOK
from recon.reports.style import put
from recon.tables import CONTROLS
from recon.texts import Text, counted, long_day, money, rate, same

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

# Two halves of six columns with a gap between them.
LEFT, RIGHT, LAST = 0, 7, 12
PAGE_2 = 40

PAYERS = (Text("collectivité", "payer"), Text("collectivités", "payers"))
SCHOOLS = (Text("école", "school"), Text("écoles", "schools"))
TITRE_WORDS = (Text("titre", "titre"), Text("titres", "titres"))


@dataclass(frozen=True, slots=True)
class Pen:
    """The Synthèse's sheet, the context, and the listings that its formulas point at."""

    sheet: Worksheet
    context: Context
    schools: Listing
    outstanding: Listing
    titres: Listing
    findings: Listing
    unallocated: Listing

    def text(self, row: int, column: int, said: Text | str, **look: object) -> None:
        """Write a text."""
        put(
            self.sheet,
            row,
            column,
            said if isinstance(said, str) else said(self.context.lang),
            self.context.formats(**look),
        )

    def formula(self, row: int, column: int, formula: str, result: float | str, **look: object) -> None:
        """Write a formula with its result."""
        self.sheet.write_formula(row, column, formula, self.context.formats(**look), result)

    def merged(self, row: int, first: int, last: int, said: str, **look: object) -> None:
        """Write a text over several columns."""
        self.sheet.merge_range(row, first, row, last, "", self.context.formats(**look))
        put(self.sheet, row, first, said, self.context.formats(**look))


def synthesis(context: Context, **listings: Listing) -> None:
    """Write both pages of the Synthèse."""
    sheet = context.workbook.get_worksheet_by_name(SUMMARY_SHEET)
    pen = Pen(sheet, context, **listings)
    for column in range(LAST + 1):
        sheet.set_column(column, column, 2 if column == RIGHT - 1 else 22 if column in {LEFT, RIGHT} else 13.5)
    _title(pen)
    _verdict(pen)
    _tiles(pen)
    departments = _departments(pen, PAGE_2 + 1)
    buckets = _ageing(pen, PAGE_2 + 1 + 5 + figures.MOST_DEPARTMENTS)
    _heading(pen, 10, LEFT, Text("Taux de recouvrement par département", "Recovery by département"))
    _heading(pen, 10, RIGHT, Text("Ancienneté des restes à recouvrer", "Age of what is outstanding"))
    charts.recovery(pen.context, pen.sheet, 11, LEFT, departments)
    charts.ageing(pen.context, pen.sheet, 11, RIGHT, buckets)
    _steps(pen, 26)
    _controls(pen, 26)
    _to_do(pen, PAGE_2 - 3)
    _codes(pen, PAGE_2 + 1)
    _years(pen, PAGE_2 + 1 + 5 + figures.MOST_DEPARTMENTS + len(words.AGEING) + 4)
    _largest(pen, PAGE_2 + 1 + 5 + figures.MOST_DEPARTMENTS + 6)
    _unchecked(pen, PAGE_2 + 1 + 5 + figures.MOST_DEPARTMENTS + 19)
    style.page(sheet, context.footer, context.lang)
    sheet.fit_to_pages(1, 2)
    sheet.set_h_pagebreaks([PAGE_2])
    sheet.activate()


def _title(pen: Pen) -> None:
    month = pen.context.month
    pen.sheet.set_row(0, 30)
    pen.text(
        0,
        0,
        Text("ENT-École  ·  Rapport de rapprochement", "ENT-École  ·  Reconciliation report"),
        bold=True,
        font_size=20,
        font_color=style.NAVY,
    )
    as_of = Text("Arrêté au {on}", "As of {on}").with_(on=long_day(month.settings.as_of))
    pen.text(0, LAST, as_of, bold=True, font_size=13, font_color=style.NAVY, align="right")
    years = ", ".join(year for year, *_ in figures.years(month) if year)
    payers = counted(month.payers["payer_siren"].n_unique(), *PAYERS)
    schools = counted(month.schools.filter(pl.col("uai") != "").height, *SCHOOLS)
    scope = Text(
        "{issuer}  ·  années scolaires {years}  ·  {payers}, {schools}",
        "{issuer}  ·  school years {years}  ·  {payers}, {schools}",
    )
    said = scope.with_(issuer=month.settings.issuer, years=years or "–", payers=payers, schools=schools)
    for column in range(LAST + 1):
        pen.text(1, column, "", bottom=5, bottom_color=style.NAVY)
    pen.text(1, 0, said, font_color=style.GREY, bottom=5, bottom_color=style.NAVY)


def _verdict(pen: Pen) -> None:
    month, lang = pen.context.month, pen.context.lang
    failed = month.controls.filter(~pl.col("holds"))["control"].to_list()
    billed, paid = figures.total(month.titres, "billed"), figures.total(month.titres, "paid")
    if failed:
        said = Text(
            "Contrôle faux : {names}. Ne diffusez pas ce rapport.",
            "A control does not hold: {names}. Do not circulate this report.",
        )
        first = said.with_(names=same(" ; ".join(CONTROLS[name](lang) for name in failed)))
    elif billed:
        said = Text(
            "{rate} du montant titré est payé d’après les registres, et tous les contrôles de bouclage sont justes.",
            "{rate} of what is billed is paid according to the ledgers, and all controls hold.",
        )
        first = said.with_(rate=rate(paid / billed))
    else:
        first = Text(
            "Aucun titre n’est connu : rien n’est réclamé. Tous les contrôles de bouclage sont justes.",
            "No titre is known: nothing is claimed. All controls hold.",
        )
    colour, fill = (style.RED, style.RED_FILL) if failed else (style.NAVY, style.PALE)
    base = {"bg_color": fill, "left": 5, "left_color": colour, "indent": 1}
    pen.sheet.set_row(2, 6)
    pen.sheet.set_row(3, 19)
    pen.sheet.set_row(4, 17)
    pen.merged(3, 0, LAST, first(lang), bold=True, font_size=11, font_color=colour, **base)
    pen.merged(4, 0, LAST, _left_to_recover(month)(lang), **base)


def _left_to_recover(month: Any) -> Text:
    owing = month.titres.filter(pl.col("outstanding") > 0)
    if owing.is_empty():
        return Text("Il ne reste rien à recouvrer.", "Nothing is outstanding.")
    said = Text(
        "Il reste {left} à recouvrer auprès de {payers}, dont {late} échus.",
        "{left} is outstanding from {payers}, of which {late} is overdue.",
    )
    payers = counted(owing["payer_siren"].n_unique(), *PAYERS)
    return said.with_(
        left=money(figures.total(owing, "outstanding")), payers=payers, late=money(figures.late_total(month))
    )


def _tiles(pen: Pen) -> None:
    """Six tiles: label, figure, one line of explanation; each figure a formula on a listing."""
    month, lang = pen.context.month, pen.context.lang
    late_titres = month.titres.filter((pl.col("days_late") > 0) & (pl.col("outstanding") > 0))
    billed, paid = figures.total(month.titres, "billed"), figures.total(month.titres, "paid")
    owing = month.titres.filter(pl.col("outstanding") > 0)
    covered = counted(month.schools.filter(pl.col("expected") > 0).height, *SCHOOLS)
    titres = counted(month.titres.filter(pl.col("billed") > 0).height, *TITRE_WORDS)
    on = Text("sur {titres} nets", "on {titres}, net").with_(titres=titres)
    tiles = (
        (Text("Attendu (conventions)", "Expected (conventions)"), f"=SUM({pen.schools.range('expected')})", figures.total(month.schools, "expected"), covered, style.NAVY),
        (Text("Titré", "Billed"), f"=SUM({pen.titres.range('billed')})", billed, on, style.NAVY),
        (Text("Payé d’après les registres", "Paid, by the ledgers"), f"=SUM({pen.titres.range('paid')})", paid, Text("affecté à un titre", "allocated to a titre"), style.GREEN),
        (Text("Reste à recouvrer", "Outstanding"), f"=SUM({pen.outstanding.range('outstanding')})", figures.total(owing, "outstanding"), counted(owing["payer_siren"].n_unique(), *PAYERS), style.AMBER),
        (Text("dont échu", "of which overdue"), f'=SUMIFS({pen.outstanding.range("outstanding")},{pen.outstanding.range("days_late")},">0")', figures.late_total(month), counted(late_titres.height, *TITRE_WORDS), style.RED),
    )  # fmt: skip
    starts = (0, 2, 4, 7, 9)
    for (label, formula, cents, note, colour), column in zip(tiles, starts, strict=True):
        _tile(pen, column, label, note(lang), colour)
        look = _tile_look(colour) | {"bold": True, "font_size": 17, "font_color": colour, "num_format": style.EUROS}
        pen.sheet.merge_range(7, column, 7, column + 1, "", pen.context.formats(**look, align="left"))
        pen.formula(7, column, formula, style.euros(cents), **look, align="left")
    _tile(
        pen, 11, Text("Taux de recouvrement", "Recovery rate"), Text("payé ÷ titré", "paid ÷ billed")(lang), style.GREEN
    )
    look = _tile_look(style.GREEN) | {
        "bold": True,
        "font_size": 17,
        "font_color": style.GREEN,
        "num_format": style.PERCENT,
    }
    pen.sheet.merge_range(7, 11, 7, 12, "", pen.context.formats(**look, align="left"))
    pen.formula(7, 11, '=IF(C8=0,"–",E8/C8)', paid / billed if billed else "–", **look, align="left")


def _tile_look(colour: str) -> dict[str, object]:
    return {"bg_color": "#F6F7FB", "left": 5, "left_color": colour, "indent": 1}


def _tile(pen: Pen, column: int, label: Text, note: str, colour: str) -> None:
    pen.sheet.set_row(5, 8)
    pen.sheet.set_row(7, 28)
    pen.merged(6, column, column + 1, label(pen.context.lang), **_tile_look(colour), font_color=style.GREY)
    pen.merged(8, column, column + 1, note, **_tile_look(colour), font_size=8, font_color=style.GREY)


def _heading(pen: Pen, row: int, column: int, title: Text, width: int = 6) -> None:
    pen.sheet.set_row(row, 18)
    for offset in range(width):
        pen.text(row, column + offset, "", bottom=2, bottom_color=style.NAVY)
    pen.text(row, column, title, bold=True, font_size=11, font_color=style.NAVY, bottom=2, bottom_color=style.NAVY)


def _columns(pen: Pen, row: int, column: int, titles: tuple[tuple[int, Text], ...], width: int = 6) -> None:
    """Write a small table's headings; each title stands at its offset, numbers to the right."""
    named = dict(titles)
    for offset in range(width):
        align = "left" if offset == 0 else "right"
        pen.text(
            row,
            column + offset,
            named.get(offset, same("")),
            bold=True,
            font_color=style.NAVY,
            bg_color=style.PALE,
            align=align,
        )


def _line(pen: Pen, row: int, column: int, width: int = 6) -> None:
    for offset in range(width):
        pen.text(row, column + offset, "", bottom=1, bottom_color=style.LINE)


CELL: dict[str, object] = {"bottom": 1, "bottom_color": style.LINE}
SUM: dict[str, object] = {"top": 2, "top_color": style.NAVY, "bold": True}


def _steps(pen: Pen, row: int) -> None:
    """From enrolment to payment, step by step, with what is lost at each."""
    _heading(pen, row, LEFT, Text("De l’inscription au paiement", "From enrolment to payment"))
    _columns(
        pen,
        row + 1,
        LEFT,
        (
            (0, Text("Étape", "Step")),
            (3, Text("Écoles", "Schools")),
            (4, Text("Montant", "Amount")),
            (5, Text("Écart", "Change")),
        ),
    )
    found = figures.steps(pen.context.month)
    labels = {
        "enrolled": Text("Écoles inscrites (au tarif de l’année)", "Schools enrolled (at the year's rate)"),
        "covered": Text("Couvertes par une convention", "Covered by a convention"),
        "billed": Text("Titrées", "Billed"),
        "paid": Text("Payées", "Paid"),
    }
    ranges = {"covered": "expected", "billed": "billed", "paid": "paid"}
    for offset, (key, step) in enumerate(found.items()):
        at = row + 2 + offset
        _line(pen, at, LEFT)
        pen.text(at, LEFT, labels[key], **CELL)
        pen.sheet.write_number(at, LEFT + 3, step.schools, pen.context.formats(**CELL, num_format=style.COUNT))
        if step.amount is None:
            pen.text(at, LEFT + 4, words.NONE, **CELL, align="right")
            continue
        look = {**CELL, "bold": True, "num_format": style.EUROS}
        if key in ranges:
            pen.formula(at, LEFT + 4, f"=SUM({pen.schools.range(ranges[key])})", style.euros(step.amount), **look)
        else:
            pen.sheet.write_number(at, LEFT + 4, style.euros(step.amount), pen.context.formats(**look))
        before = list(found.values())[offset - 1].amount if offset else None
        if before is not None:
            here, above = xl_rowcol_to_cell(at, LEFT + 4), xl_rowcol_to_cell(at - 1, LEFT + 4)
            pen.formula(
                at, LEFT + 5, f"={here}-{above}", style.euros(step.amount - before), **CELL, num_format=style.EUROS
            )


def _controls(pen: Pen, row: int) -> None:
    """The controls, those that sum over schools and titres in one line each; a control that fails is never folded."""
    lang, controls = pen.context.lang, pen.context.month.controls
    _heading(pen, row, RIGHT, Text("Contrôles de bouclage", "Controls"))
    _columns(
        pen,
        row + 1,
        RIGHT,
        (
            (0, Text("Égalité vérifiée", "Equality checked")),
            (4, Text("Différence", "Difference")),
            (5, Text("Résultat", "Result")),
        ),
    )
    folded = {
        "schools": Text("Somme par école = somme par collectivité", "Sum per school = sum per payer"),
        "titres": Text("Somme par titre = somme par collectivité", "Sum per titre = sum per payer"),
    }
    groups: dict[str, list[dict[str, Any]]] = {}
    for control in controls.iter_rows(named=True):
        name = control["control"].split("_")[0]
        groups.setdefault(name if name in folded and control["holds"] else control["control"], []).append(control)
    for offset, (name, members) in enumerate(groups.items()):
        at = row + 2 + offset
        _line(pen, at, RIGHT)
        difference, holds = sum(member["difference"] for member in members), all(member["holds"] for member in members)
        pen.text(at, RIGHT, (folded.get(name) or CONTROLS[name])(lang), **CELL)
        form = pen.context.formats(**CELL, num_format=style.DIFFERENCE)
        pen.sheet.write_number(at, RIGHT + 4, style.euros(difference), form)
        said = Text("✔ juste", "✔ holds") if holds else Text("✘ FAUX", "✘ FAILS")
        pen.text(at, RIGHT + 5, said, **CELL, bold=True, align="right", font_color=style.GREEN if holds else style.RED)


def _to_do(pen: Pen, row: int) -> None:
    """One line: what is to be done, by number."""
    month, lang = pen.context.month, pen.context.lang
    counts = dict(month.findings.group_by("severity").len().iter_rows())
    waiting = month.payments.filter(pl.col("status").is_in(["unallocated", "ambiguous", "proposed"]))
    rejected = figures.total(month.sources, "rejected")
    blocking = counted(
        counts.get("blocking", 0),
        Text("écart bloquant", "blocking finding"),
        Text("écarts bloquants", "blocking findings"),
    )
    review = counted(
        counts.get("review", 0),
        Text("écart à vérifier", "finding to review"),
        Text("écarts à vérifier", "findings to review"),
    )
    place = Text("{count} à affecter ({amount})", "{count} to allocate ({amount})").with_(
        count=counted(waiting.height, Text("paiement", "payment"), Text("paiements", "payments")),
        amount=money(figures.total(waiting, "unallocated")),
    )
    refused = counted(
        rejected,
        Text("ligne rejetée à faire corriger", "row rejected, to be corrected"),
        Text("lignes rejetées à faire corriger", "rows rejected, to be corrected"),
    )
    parts = ((blocking, style.RED), (review, style.AMBER), (place, style.AMBER), (refused, style.NAVY))
    rich: list[Any] = [pen.context.formats(font_color=style.GREY), Text("À traiter :   ", "To do:   ")(lang)]
    for index, (said, colour) in enumerate(parts):
        rich += [pen.context.formats(font_color=style.GREY), "   ·   "] if index else []
        rich += [pen.context.formats(bold=True, font_color=colour), said(lang)]
    pen.sheet.merge_range(row, 0, row, LAST, "", pen.context.formats())
    pen.sheet.write_rich_string(row, 0, *rich, pen.context.formats())


def _departments(pen: Pen, row: int) -> charts.Range:
    """By département, the lowest rate first; beyond fourteen, the rest in one line. Return the chart's cells."""
    _heading(pen, row, LEFT, Text("Par département", "By département"))
    titles = (
        Text("Département", "Département"),
        Text("Écoles", "Schools"),
        Text("Titré", "Billed"),
        Text("Payé", "Paid"),
        Text("Reste", "Outstanding"),
        Text("Taux", "Rate"),
    )
    _columns(pen, row + 1, LEFT, tuple(enumerate(titles)))
    rows = figures.departments(pen.context.month)
    shown = rows[: figures.MOST_DEPARTMENTS - (len(rows) > figures.MOST_DEPARTMENTS)]
    first = row + 2
    for offset, department in enumerate(shown):
        _department(pen, first + offset, department)
    last = first + len(shown) - 1
    if len(shown) < len(rows):
        _others(pen, last + 1, rows[len(shown) :], pen.schools)
        last += 1
    _department_total(pen, first, last, rows)
    billed = [department for department in shown if department.billed and department.code != words.NONE]
    return charts.Range(first, first + len(billed) - 1, LEFT, LEFT + 5, tuple(d.rate or 0 for d in billed))


def _department(pen: Pen, at: int, department: figures.Department) -> None:
    _line(pen, at, LEFT)
    pen.text(at, LEFT, words.department(department.code), **CELL)
    pen.sheet.write_number(at, LEFT + 1, department.schools, pen.context.formats(**CELL, num_format=style.COUNT))
    codes = pen.schools.range("department")
    for offset, name in enumerate(("billed", "paid", "outstanding"), start=2):
        formula = f'=SUMIFS({pen.schools.range(name)},{codes},"{department.code}")'
        pen.formula(at, LEFT + offset, formula, style.euros(getattr(department, name)), **CELL, num_format=style.EUROS)
    _rate(pen, at, department.billed, department.paid, CELL)


def _rate(pen: Pen, at: int, billed: int, paid: int, look: dict[str, object]) -> None:
    over, under = xl_rowcol_to_cell(at, LEFT + 3), xl_rowcol_to_cell(at, LEFT + 2)
    result: float | str = paid / billed if billed else "–"
    bold = {**look, "bold": True, "align": "right", "num_format": style.PERCENT}
    pen.formula(at, LEFT + 5, f'=IF({under}=0,"–",{over}/{under})', result, **bold)


def _others(pen: Pen, at: int, rest: list[figures.Department], schools: Listing) -> None:
    """The départements that have no line of their own: the whole less the lines above."""
    _line(pen, at, LEFT)
    pen.text(at, LEFT, Text("Autres", "Others"), **CELL)
    pen.sheet.write_number(
        at, LEFT + 1, sum(d.schools for d in rest), pen.context.formats(**CELL, num_format=style.COUNT)
    )
    for offset, name in enumerate(("billed", "paid", "outstanding"), start=2):
        above = f"{xl_rowcol_to_cell(at - figures.MOST_DEPARTMENTS + 1, LEFT + offset)}:{xl_rowcol_to_cell(at - 1, LEFT + offset)}"
        cents = sum(getattr(department, name) for department in rest)
        pen.formula(
            at,
            LEFT + offset,
            f"=SUM({schools.range(name)})-SUM({above})",
            style.euros(cents),
            **CELL,
            num_format=style.EUROS,
        )
    _rate(pen, at, sum(d.billed for d in rest), sum(d.paid for d in rest), CELL)


def _department_total(pen: Pen, first: int, last: int, rows: list[figures.Department]) -> None:
    at = last + 1
    pen.text(at, LEFT, Text("Total", "Total"), **SUM)
    pen.formula(at, LEFT + 1, _sum(first, last, LEFT + 1), sum(d.schools for d in rows), **SUM, num_format=style.COUNT)
    for offset, name in enumerate(("billed", "paid", "outstanding"), start=2):
        cents = sum(getattr(department, name) for department in rows)
        pen.formula(
            at, LEFT + offset, _sum(first, last, LEFT + offset), style.euros(cents), **SUM, num_format=style.EUROS
        )
    _rate(pen, at, sum(d.billed for d in rows), sum(d.paid for d in rows), SUM)


def _sum(first: int, last: int, column: int) -> str:
    return f"=SUM({xl_rowcol_to_cell(first, column)}:{xl_rowcol_to_cell(last, column)})"


def _ageing(pen: Pen, row: int) -> charts.Range:
    """The buckets of age, each the sum of its column in the listing. Return the chart's cells."""
    _heading(pen, row, LEFT, Text("Balance âgée", "Ageing"))
    _columns(
        pen,
        row + 1,
        LEFT,
        (
            (0, Text("Tranche de retard", "Age")),
            (3, Text("Titres", "Titres")),
            (4, Text("Reste dû", "Outstanding")),
            (5, Text("Part", "Share")),
        ),
    )
    buckets = figures.ageing(pen.context.month)
    whole = sum(cents for _, _, cents in buckets)
    first, last = row + 2, row + 1 + len(buckets)
    total = xl_rowcol_to_cell(last + 1, LEFT + 4, row_abs=True)
    for at, (bucket, count, cents) in enumerate(buckets, start=first):
        _line(pen, at, LEFT)
        pen.text(at, LEFT, words.AGEING[bucket], **CELL)
        pen.sheet.write_number(at, LEFT + 3, count, pen.context.formats(**CELL, num_format=style.COUNT))
        pen.formula(
            at, LEFT + 4, f"=SUM({pen.outstanding.range(bucket)})", style.euros(cents), **CELL, num_format=style.EUROS
        )
        here = xl_rowcol_to_cell(at, LEFT + 4)
        share: float | str = cents / whole if whole else "–"
        pen.formula(
            at, LEFT + 5, f'=IF({total}=0,"–",{here}/{total})', share, **CELL, align="right", num_format=style.PERCENT
        )
    for offset in range(6):
        pen.text(last + 1, LEFT + offset, "", **SUM)
    pen.text(last + 1, LEFT, Text("Total", "Total"), **SUM)
    pen.formula(
        last + 1,
        LEFT + 3,
        _sum(first, last, LEFT + 3),
        sum(count for _, count, _ in buckets),
        **SUM,
        num_format=style.COUNT,
    )
    pen.formula(last + 1, LEFT + 4, _sum(first, last, LEFT + 4), style.euros(whole), **SUM, num_format=style.EUROS)
    return charts.Range(first, last, LEFT, LEFT + 4, tuple(style.euros(cents) for _, _, cents in buckets))


MOST_CODES = 22


def _codes(pen: Pen, row: int) -> None:
    """The findings by code, the gravest first; beyond what the page holds, the rest is in the listing."""
    _heading(pen, row, RIGHT, Text("Écarts par nature", "Findings by code"))
    _columns(
        pen,
        row + 1,
        RIGHT,
        ((0, Text("Écart", "Finding")), (4, Text("Nombre", "Number")), (5, Text("Enjeu", "At stake"))),
    )
    found = [row for row in figures.codes(pen.context.month) if row[0] != "info"][:MOST_CODES]
    codes, amounts = pen.findings.range("code"), pen.findings.range("amount")
    gravity = pen.findings.range("gravity")
    for at, (severity, code, count, cents) in enumerate(found, start=row + 2):
        _line(pen, at, RIGHT)
        colour = SEVERITY_LOOK[severity]["font_color"]
        pen.text(
            at, RIGHT, same(f"{code}  {CATALOGUE[code].title(pen.context.lang)}"), **CELL, bold=True, font_color=colour
        )
        word = SEVERITIES[severity](pen.context.lang)
        pen.formula(
            at, RIGHT + 4, f'=COUNTIFS({codes},"{code}",{gravity},"{word}")', count, **CELL, num_format=style.COUNT
        )
        pen.formula(
            at,
            RIGHT + 5,
            f'=SUMIFS({amounts},{codes},"{code}",{gravity},"{word}")',
            style.euros(cents),
            **CELL,
            num_format=style.EUROS,
        )


def _years(pen: Pen, row: int) -> None:
    """One line a school year; what has no year stands last."""
    _heading(pen, row, LEFT, Text("Par année scolaire", "By school year"))
    titles = (
        Text("Année", "Year"),
        Text("Attendu", "Expected"),
        Text("Titré", "Billed"),
        Text("Payé", "Paid"),
        Text("Reste", "Outstanding"),
        Text("Taux", "Rate"),
    )
    _columns(pen, row + 1, LEFT, tuple(enumerate(titles)))
    for at, (year, expected, billed, paid, left) in enumerate(figures.years(pen.context.month)[-6:], start=row + 2):
        _line(pen, at, LEFT)
        pen.text(at, LEFT, year or Text("Sans année", "No year")(pen.context.lang), **CELL)
        for offset, cents in enumerate((expected, billed, paid, left), start=1):
            pen.sheet.write_number(
                at, LEFT + offset, style.euros(cents), pen.context.formats(**CELL, num_format=style.EUROS)
            )
        pen.text(at, LEFT + 5, rate(paid / billed if billed else None), **CELL, bold=True, align="right")


def _largest(pen: Pen, row: int) -> None:
    """The ten titres that owe most, each linked to its line."""
    month = pen.context.month
    _heading(pen, row, RIGHT, Text("Dix premiers restes dus", "Ten largest amounts outstanding"))
    _columns(
        pen,
        row + 1,
        RIGHT,
        (
            (0, Text("Collectivité", "Payer")),
            (3, Text("Titre", "Titre")),
            (4, Text("Retard (j)", "Days late")),
            (5, Text("Reste dû", "Outstanding")),
        ),
    )
    ordered = month.titres.filter(pl.col("outstanding") > 0).sort(
        ["days_late", "outstanding", "titre"], descending=[True, True, False]
    )
    index = {titre: place for place, titre in enumerate(ordered["titre"])}
    for at, titre in enumerate(figures.largest(month).iter_rows(named=True), start=row + 2):
        _line(pen, at, RIGHT)
        name = month.contacts[titre["payer_siren"]].name
        link = pen.context.formats(**CELL, font_color=style.NAVY, underline=1)
        place = index[titre["titre"]]
        pen.sheet.write_url(at, RIGHT, pen.outstanding.cell("payer", place), link, name)
        pen.text(at, RIGHT + 3, titre["titre"], **CELL, align="right")
        days = pen.context.formats(**CELL, num_format=style.COUNT)
        pen.sheet.write_number(at, RIGHT + 4, titre["days_late"], days)
        cell = pen.outstanding.cell("outstanding", place).removeprefix("internal:")
        look = {**CELL, "bold": True, "num_format": style.EUROS}
        pen.formula(at, RIGHT + 5, f"={cell}", style.euros(titre["outstanding"]), **look)


def _unchecked(pen: Pen, row: int) -> None:
    """What could not be checked, and why."""
    if not pen.context.month.unchecked:
        return
    _heading(pen, row, RIGHT, Text("Non vérifié", "Not checked"))
    for at, said in enumerate(pen.context.month.unchecked[:5], start=row + 1):
        pen.sheet.set_row(at, 26)
        pen.merged(at, RIGHT, LAST, said(pen.context.lang), text_wrap=True, font_color=style.GREY, font_size=8)
