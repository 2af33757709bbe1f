"""What a payer owes, why, and how to pay it: the one workbook that a commune's treasurer receives."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from recon.fingerprints import HOME, code_version
from recon.reports import statement_words as words
from recon.reports.alike import Book, looks_of
from recon.reports.books import Books
from recon.reports.owed import owed
from recon.reports.pen import Pen
from recon.reports.statement_detail import answer_sheet, detail_sheet
from recon.reports.statement_parts import FEW, answers, how_to_pay, payments, questions, schools, titres, unbilled
from recon.reports.statement_sum import amount_block
from recon.reports.statement_unkept import unkept_lines
from recon.reports.style import GREY, NAVY, RED, RED_FILL, page
from recon.texts import joined, long_day, same

if TYPE_CHECKING:
    from recon.reports.layout import Layout
    from recon.reports.owed import Owed
    from recon.tables import Contact, Month, Settings
    from recon.texts import Lang, Text

WIDTHS = (21, 10, 10.5, 10.5, 13, 13, 12, 13)
# What still reads well when it is shrunk to one page, in points.
ONE_PAGE = 1000


def statement(month: Month, siren: str, lang: Lang = "fr", *, books: Books | None = None) -> bytes:
    """Return the workbook of the payer `siren`; it holds nothing of any other payer.

    `books` are those of the month, to be made once by who wants many statements.
    """
    return written(owed(books or Books.of(month), siren), month.settings, lang)


def statement_key(account: Owed, settings: Settings, lang: Lang) -> str:
    """Return a digest of all that a statement is made of, recon's own code and what it draws with included."""
    made_by = code_version((HOME,), ("xlsxwriter", "fpdf2"))
    return hashlib.sha256(repr((made_by, account, _said_of(settings), lang)).encode()).hexdigest()


def _said_of(settings: Settings) -> tuple[object, ...]:
    return settings.as_of, settings.issuer, settings.contact, settings.address


def written(account: Owed, settings: Settings, lang: Lang = "fr") -> bytes:
    """Return the workbook that says what is owed on the month's day."""
    as_of = settings.as_of
    workbook = Book(f"{words.TITLE(lang)} – {account.contact.name}", as_of)
    looks = looks_of(lang)
    sheets = [workbook.add_worksheet(name(lang)) for name in words.SHEETS]
    pen = Pen(workbook, sheets[0], looks, lang, WIDTHS)
    state(pen, account, settings)
    page(pen.sheet, words.FOOTER(lang), lang, landscape=False)
    if pen.length <= ONE_PAGE:
        pen.sheet.fit_to_pages(1, 1)
    pen.sheet.print_area(0, 0, pen.row - 1, pen.last)
    detail_sheet(sheets[1], looks, lang, account)
    answer_sheet(sheets[2], looks, lang, account)
    return workbook.close()


def state(pen: Layout, account: Owed, settings: Settings) -> None:
    """Lay the first page out: what to pay, why and how, titres, payments, schools, what to confirm."""
    as_of = settings.as_of
    if not account.controls_hold:
        pen.text(words.NOT_TO_SEND, 0, pen.last, bold=True, font_color=RED, bg_color=RED_FILL)
        pen.next(2)
    _head(pen, account.contact, settings)
    block = amount_block(pen, account, as_of)
    if account.to_pay:
        how_to_pay(pen, account)
    block.complete(pen, titres(pen, account))
    if account.unbilled or account.to_bill:
        unbilled(pen, account)
    payments(pen, account, as_of)
    unkept_lines(pen, account.unkept)
    if account.to_pay:
        schools(pen, account)
    answers(pen, account, as_of)
    if account.questions:
        questions(pen, account)
    _end(pen, account)


def _head(pen: Layout, contact: Contact, settings: Settings) -> None:
    as_of = settings.as_of
    pen.text(settings.issuer, 0, 3, bold=True, font_size=11, font_color=NAVY)
    pen.text(words.AS_OF.with_(day=long_day(as_of)), 5, 7, align="right", font_color=GREY)
    pen.next()
    reference = f"EDS-{as_of:%Y-%m}-{contact.insee or contact.siren}"
    pen.text(words.SERVICE, 0, 3, font_color=GREY)
    pen.text(words.REFERENCE.with_(reference=reference), 5, 7, align="right", font_color=GREY)
    pen.next()
    _service(pen, settings)
    pen.next()
    _address(pen, contact)
    pen.text(words.TITLE, 0, pen.last, bold=True, font_size=20, font_color=NAVY)
    pen.next()
    pen.text(words.SUBJECT, 0, pen.last, font_size=10, font_color=GREY, bottom=2, bottom_color=NAVY)
    pen.next()


def _service(pen: Layout, settings: Settings) -> None:
    """Write where the payer may answer, as far as the settings tell."""
    said = [same(part) for part in filter(None, (part.strip() for part in settings.address.split(",")))]
    said += [words.ANSWER_TO.with_(contact=settings.contact)] if settings.contact else []
    for text in said:
        pen.text(text, 0, 3, font_color=GREY)
        pen.next()


def _end(pen: Layout, account: Owed) -> None:
    """Close the page: where the schools are, then a blank row, for LibreOffice now and then drops the last of a page it shrinks."""
    if len(account.schools) > FEW:
        pen.text(words.SCHOOLS_LISTED.with_(sheet=words.SHEETS[1]), 0, pen.last, font_size=8, font_color=GREY)
        pen.next()
    pen.text(" ")
    pen.next()


def _address(pen: Layout, contact: Contact) -> None:
    pen.text(contact.name, 4, 7, bold=True, font_size=11)
    pen.next()
    for part in filter(None, (part.strip() for part in contact.address.split(","))):
        pen.text(part, 4, 7)
        pen.next()
    pen.text(_number(contact), 4, 7, font_size=8, font_color=GREY)
    pen.next(2)


def _number(contact: Contact) -> Text:
    """Return the payer's number where it is sound, else which one is to be confirmed."""
    if contact.unsure == "siren":
        return words.CONFIRM_SIREN
    number = contact.siret or contact.siren
    grouped = " ".join((number[:3], number[3:6], number[6:9], number[9:])).strip()
    said = same(f"{'SIRET' if contact.siret else 'SIREN'} {grouped}")
    return joined((said, words.CONFIRM_SIRET), " · ") if contact.unsure else said
