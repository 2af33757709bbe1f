"""The second and third sheets of a statement: its schools one by one, and where the payer answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.reports import statement_words as words
from recon.reports.decisions import (
    DATE_HEADING,
    DETAILS_HEADING,
    FREE,
    KEY_HEADING,
    MANDAT_HEADING,
    PAYMENT,
    POSITION_HEADING,
    POSITIONS,
    REFERENCE_HEADING,
    SCHOOL,
    TITRE,
    claim_key,
)
from recon.reports.statement_parts import FEW, mandat
from recon.reports.statement_said import unnamed
from recon.reports.style import (
    AMBER,
    AMBER_FILL,
    DAY,
    EUROS,
    GREEN,
    GREEN_FILL,
    GREY,
    INK,
    LINE,
    NAVY,
    PALE,
    RED,
    RED_FILL,
    WHITE,
    YELLOW,
    YELLOW_FILL,
    YELLOW_INK,
    euros,
    page,
    put,
)
from recon.texts import Text, day, same

if TYPE_CHECKING:
    from recon.reports.alike import Sheet
    from recon.reports.owed import Owed, School
    from recon.reports.style import Formats
    from recon.texts import Lang

HEADINGS = (
    (Text("UAI", "UAI"), 11),
    (Text("École", "School"), 40),
    (Text("Année", "Year"), 10),
    (Text("Dû", "Due"), 12),
    (Text("Payé", "Paid"), 12),
    (Text("En cours", "Under way"), 12),
    (Text("À payer", "To pay"), 12),
    (Text("Payé le", "Paid on"), 11),
    (Text("Votre mandat", "Your mandat"), 14),
    (Text("Situation", "Status"), 18),
)
SUBTITLE = Text(
    "{name} · dû : la part de chaque école dans les titres émis. Un paiement qui ne nomme aucune école est réparti.",
    "{name} · due: each school’s share of the titres issued. A payment that names no school is shared out.",
)
# Without any titre: what is paid names a convention, not always a school, and stands on the first sheet.
PLANNED_HEADINGS = (*HEADINGS[:3], (Text("Prévu", "Planned"), 12))
PLANNED_SUBTITLE = Text(
    "{name} · prévu : la part de chaque école dans la convention ; titre non communiqué. Ce qui est payé est sur la feuille « {sheet} ».",
    "{name} · planned: each school’s share of the convention; titre not communicated. What is paid is on sheet “{sheet}”.",
)
SHOWN = Text("Total affiché", "Total shown")
SITUATIONS = {
    "paid": (Text("Soldée", "Paid"), GREEN, GREEN_FILL),
    "late": (Text("À payer", "To pay"), RED, RED_FILL),
    "to_pay": (Text("À payer", "To pay"), NAVY, PALE),
    "under_way": (Text("En cours", "Under way"), AMBER, AMBER_FILL),
    "planned": (Text("Titre à venir", "Titre to come"), GREY, WHITE),
    "taken_off": (Text("Déduite", "Taken off"), GREY, WHITE),
    "uncovered": (Text("Sans convention", "No convention"), GREY, WHITE),
}
ANSWER_HEADINGS = (
    (REFERENCE_HEADING, 24),
    (Text("École, titre ou paiement", "School, titre or payment"), 48),
    (Text("Montant", "Amount"), 13),
)
YELLOW_HEADINGS = ((POSITION_HEADING, 22), (MANDAT_HEADING, 15), (DATE_HEADING, 12), (DETAILS_HEADING, 40))
HOW_TO_ANSWER = Text(
    "Remplissez les cellules jaunes et renvoyez ce classeur. Sans désaccord ni information nouvelle, rien à faire ici.",
    "Fill in the yellow cells and send this workbook back. If you agree and have nothing to add, there is nothing to do here.",
)
PAYMENT_OF = Text("Paiement du {day}, mandat {mandat}", "Payment of {day}, mandat {mandat}")
TITRE_OF = Text("Titre de perception {year}", "Titre de perception {year}")
FREE_ROWS = 3


def detail_sheet(sheet: Sheet, looks: Formats, lang: Lang, account: Owed) -> None:
    """Write the schools, their sums above the headings so that filters move them."""
    planned = not account.titres_given and not account.titres
    headings, subtitle = (PLANNED_HEADINGS, PLANNED_SUBTITLE) if planned else (HEADINGS, SUBTITLE)
    for column, (_, width) in enumerate(headings):
        sheet.set_column(column, column, width)
    said = subtitle.with_(name=same(account.contact.name), sheet=words.SHEETS[0])
    _title(sheet, looks, words.SHEETS[1](lang), said(lang))
    _back(sheet, looks, lang, len(headings) - 1)
    _sums(sheet, looks, lang, account.schools, planned=planned)
    _dark_headings(sheet, looks, lang, headings, 3, right=range(3, min(len(headings), 7)))
    late_years = account.late_years
    for row, school in enumerate(account.schools, 4):
        if planned:
            _planned_school(sheet, looks, lang, row, school)
        else:
            _school(sheet, looks, lang, row, school, late=school.school_year in late_years)
    sheet.freeze_panes(4, 2)
    if account.schools:
        sheet.autofilter(3, 0, 3 + len(account.schools), len(headings) - 1)
    page(sheet, words.FOOTER(lang), lang, landscape=False, repeat=(3, 3))


def _title(sheet: Sheet, looks: Formats, title: str, subtitle: str) -> None:
    put(sheet, 0, 0, title, looks(bold=True, font_size=14, font_color=NAVY))
    sheet.set_row(0, 24)
    put(sheet, 1, 0, subtitle, looks(font_size=8, font_color=GREY))


def _back(sheet: Sheet, looks: Formats, lang: Lang, column: int) -> None:
    name = words.SHEETS[0](lang)
    look = looks(font_color=NAVY, underline=1, align="right")
    sheet.write_url(0, column, f"internal:'{name}'!A1", look, f"← {name}")


def _sums(sheet: Sheet, looks: Formats, lang: Lang, schools: list[School], *, planned: bool) -> None:
    put(sheet, 2, 2, SHOWN(lang), looks(bold=True, font_color=GREY, align="right"))
    last = 4 + max(len(schools), 1)
    sums: tuple[int, ...] = (
        sum(school.billed for school in schools),
        sum(school.paid for school in schools),
        sum(school.under_way for school in schools),
        sum(school.to_pay for school in schools),
    )
    if planned:
        sums = (sum(school.expected for school in schools),)
    look = looks(bold=True, num_format=EUROS, top=1, top_color=NAVY)
    for column, cents in enumerate(sums, 3):
        letter = "ABCDEFGH"[column]
        sheet.write_formula(2, column, f"=SUBTOTAL(109,{letter}5:{letter}{last})", look, euros(cents))


def _dark_headings(
    sheet: Sheet, looks: Formats, lang: Lang, headings: tuple[tuple[Text, int], ...], row: int, right: range
) -> None:
    for column, (name, _) in enumerate(headings):
        align = {"align": "right"} if column in right else {"align": "left", "indent": int(column > max(right))}
        put(sheet, row, column, name(lang), looks(bold=True, font_color=WHITE, bg_color=NAVY, **align))
    sheet.set_row(row, 20)


def _planned_school(sheet: Sheet, looks: Formats, lang: Lang, row: int, school: School) -> None:
    _named(sheet, looks, lang, row, school)
    look = looks(bold=True, num_format=EUROS, bottom=1, bottom_color=LINE)
    sheet.write_number(row, 3, euros(school.expected), look)


def _named(sheet: Sheet, looks: Formats, lang: Lang, row: int, school: School) -> None:
    line = {"bottom": 1, "bottom_color": LINE}
    name = same(school.name) if school.uai else unnamed(school)
    put(sheet, row, 0, school.uai or "–", looks(bold=True, **line))
    put(sheet, row, 1, name(lang), looks(**line))
    put(sheet, row, 2, school.school_year or "–", looks(**line))


def _school(sheet: Sheet, looks: Formats, lang: Lang, row: int, school: School, *, late: bool) -> None:
    line = {"bottom": 1, "bottom_color": LINE}
    _named(sheet, looks, lang, row, school)
    sheet.write_number(row, 3, euros(school.billed), looks(num_format=EUROS, **line))
    sheet.write_number(row, 4, euros(school.paid), looks(num_format=EUROS, **line))
    sheet.write_number(row, 5, euros(school.under_way), looks(num_format=EUROS, **line))
    cells = f"=ROUND(D{row + 1}-E{row + 1}-F{row + 1},2)"
    sheet.write_formula(row, 6, cells, looks(bold=True, num_format=EUROS, **line), euros(school.to_pay))
    said, colour, fill = SITUATIONS[situation(school, late=late)]
    when, mandats = looks(align="center", **line), looks(indent=1, text_wrap=True, **line)
    put(sheet, row, 7, day(school.paid_on)(lang) if school.paid_on else "", when)
    put(sheet, row, 8, school.mandats, mandats)
    put(sheet, row, 9, said(lang), looks(bold=True, font_color=colour, bg_color=fill, indent=1, **line))


def situation(school: School, *, late: bool) -> str:
    """Return where a school stands, a key of `SITUATIONS`; `late` says that something due is asked for its year."""
    if school.taken_off:
        return "taken_off"
    if school.to_pay > 0:
        return "late" if late else "to_pay"
    if school.under_way:
        return "under_way"
    if school.billed:
        return "paid"
    return "planned" if school.expected else "uncovered"


def answer_sheet(sheet: Sheet, looks: Formats, lang: Lang, account: Owed) -> None:
    """Write what the payer may answer to: what is to pay, and its payments to confirm; some rows stay free."""
    headings = ANSWER_HEADINGS + YELLOW_HEADINGS
    for column, (_, width) in enumerate(headings):
        sheet.set_column(column, column, width)
    _title(sheet, looks, words.SHEETS[2](lang), HOW_TO_ANSWER(lang))
    _back(sheet, looks, lang, len(headings) - 1)
    _dark_headings(sheet, looks, lang, ANSWER_HEADINGS, 3, right=range(2, 3))
    for column, (name, _) in enumerate(YELLOW_HEADINGS, len(ANSWER_HEADINGS)):
        put(sheet, 3, column, name(lang), looks(bold=True, font_color=YELLOW_INK, bg_color=YELLOW, indent=1))
    lines = answer_lines(account, lang)
    key_column = len(headings)
    sheet.set_column(key_column, key_column, 12, None, {"hidden": True})
    put(sheet, 3, key_column, KEY_HEADING(lang), looks())
    for row, line in enumerate(lines, 4):
        _answer(sheet, looks, row, line)
        put(sheet, row, key_column, line.key, looks())
    _choices(sheet, lang, 4, 3 + len(lines))
    sheet.freeze_panes(4, 0)
    page(sheet, words.FOOTER(lang), lang, repeat=(3, 3))
    sheet.print_area(0, 0, 3 + len(lines), key_column - 1)


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A row that the payer may answer: what it is about, its amount in cents, and the key by which it is read back."""

    reference: str
    what: str
    cents: int
    key: str


def answer_lines(account: Owed, lang: Lang) -> list[AnswerLine]:
    """Return the rows of the answer: schools, if they are few, and titres asked or in doubt, payments to confirm, free rows."""
    lines, siren = [], account.contact.siren
    schools = account.to_pay_by_school
    if len(schools) <= FEW:
        lines += [
            AnswerLine(s.uai, s.name, s.to_pay, claim_key(siren, SCHOOL, s.uai, s.school_year))
            for s in schools
            if s.uai
        ]
    lines += [
        AnswerLine(
            t.number,
            (TITRE_OF.with_(year=t.school_year) if t.school_year else words.PAPERS)(lang),
            t.to_pay or t.unproved,
            claim_key(siren, TITRE, t.number, t.school_year),
        )
        for t in account.titres
        if t.to_pay or t.unproved or t.contested
    ]
    for question in account.questions:
        row = question.payment.row
        said = PAYMENT_OF.with_(day=day(row["on"]), mandat=mandat(row))(lang)
        key = claim_key(siren, PAYMENT, row["payment_id"])
        lines.append(AnswerLine(question.titre or question.uai, said, row["amount"], key))
    return [*lines, *(AnswerLine("", "", 0, claim_key(siren, FREE, str(n))) for n in range(1, FREE_ROWS + 1))]


def _answer(sheet: Sheet, looks: Formats, row: int, answer: AnswerLine) -> None:
    line = {"bottom": 1, "bottom_color": LINE, "text_wrap": True}
    put(sheet, row, 0, answer.reference, looks(bold=True, num_format="@", **line))
    put(sheet, row, 1, answer.what, looks(**line))
    if answer.cents:
        sheet.write_number(row, 2, euros(answer.cents), looks(num_format=EUROS, **line))
    else:
        sheet.write_blank(row, 2, None, looks(num_format=EUROS, **line))
    yellow = {"bg_color": YELLOW_FILL, "font_color": INK, **line}
    for column, number in ((3, "@"), (4, "@"), (5, DAY), (6, "@")):
        sheet.write_blank(row, column, None, looks(num_format=number, indent=1, **yellow))
    sheet.set_row(row, 30 if len(answer.reference) > 24 else 22)


def _choices(sheet: Sheet, lang: Lang, first: int, last: int) -> None:
    choices = [position(lang) for position in POSITIONS.values()]
    sheet.data_validation(first, 3, last, 3, {"validate": "list", "source": choices})
