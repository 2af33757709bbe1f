"""A payer's statement as a PDF: the pages of the workbook, the same content and figures, nothing to compute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.reports import statement_detail as detail
from recon.reports import statement_words as words
from recon.reports.books import Books
from recon.reports.owed import owed
from recon.reports.paper import Document, Paper, printable
from recon.reports.statement import ONE_PAGE, WIDTHS, state
from recon.reports.statement_said import unnamed
from recon.reports.style import GREY, NAVY, WHITE, YELLOW, YELLOW_FILL, YELLOW_INK
from recon.texts import Text, day, same

if TYPE_CHECKING:
    from recon.reports.owed import Owed, School
    from recon.tables import Month, Settings
    from recon.texts import Lang

# The detail of Perpignan's 57 schools still reads well on one page, in points.
ALL_SCHOOLS = 1080
HOW_TO_ANSWER = Text(
    "Remplissez les cases jaunes et renvoyez cette page, ou la feuille du même nom du classeur. Sans désaccord ni information nouvelle, rien à faire ici.",
    "Fill in the yellow boxes and send this page back, or the sheet of the same name in the workbook. If you agree and have nothing to add, there is nothing to do here.",
)


def statement_pdf(month: Month, siren: str, lang: Lang = "fr") -> bytes:
    """Return the statement of the payer `siren` as a PDF; it holds nothing of any other payer."""
    return printed(owed(Books.of(month), siren), month.settings, lang)


def printed(account: Owed, settings: Settings, lang: Lang = "fr") -> bytes:
    """Return the pages that say what is owed on the month's day."""
    as_of = settings.as_of
    name = printable(f"{words.TITLE(lang)} – {account.contact.name}")
    document = Document(name, words.FOOTER, as_of, lang)
    first = Paper(lang, WIDTHS)
    state(first, account, settings)
    document.add(first, words.SHEETS[0], longest=ONE_PAGE)
    document.add(_schools(account, lang), words.SHEETS[1], longest=ALL_SCHOOLS)
    document.add(_answer(account, lang), words.SHEETS[2], landscape=True)
    return document.bytes()


def _headed(lang: Lang, headings: tuple[tuple[Text, int], ...], title: Text, subtitle: Text) -> Paper:
    paper = Paper(lang, [width for _, width in headings])
    paper.text(title, 0, paper.last, bold=True, font_size=14, font_color=NAVY)
    paper.height(24)
    paper.next()
    paper.text(subtitle, 0, paper.last, font_size=8, font_color=GREY)
    paper.next()
    return paper


def _schools(account: Owed, lang: Lang) -> Paper:
    name = same(account.contact.name)
    paper = _headed(lang, detail.HEADINGS, words.SHEETS[1], detail.SUBTITLE.with_(name=name))
    paper.text(words.TOTAL, 2, align="right", bold=True, font_color=GREY)
    rule: dict[str, Any] = {"top": 1, "top_color": NAVY}
    for column, field in enumerate(("billed", "paid", "under_way", "to_pay"), 3):
        paper.money(sum(getattr(school, field) for school in account.schools), column, bold=True, **rule)
    paper.next()
    for column, (heading, _) in enumerate(detail.HEADINGS):
        align = "right" if 3 <= column <= 6 else "left"
        paper.text(heading, column, bold=True, font_color=WHITE, bg_color=NAVY, align=align, indent=int(column > 6))
    paper.height(20)
    paper.repeated = paper.row
    late_years = account.late_years
    for school in account.schools:
        paper.next()
        _school(paper, school, late=school.school_year in late_years)
    return paper


def _school(paper: Paper, school: School, *, late: bool) -> None:
    paper.text(school.uai or "–", 0, **paper.rule(bold=True))
    paper.text(same(school.name) if school.uai else unnamed(school), 1, **paper.rule())
    paper.text(school.school_year or "–", 2, **paper.rule())
    for column, cents in enumerate((school.billed, school.paid, school.under_way, school.to_pay), 3):
        paper.money(cents, column, **paper.rule(bold=column == 6))
    said, colour, fill = detail.SITUATIONS[detail.situation(school, late=late)]
    paper.text(day(school.paid_on) if school.paid_on else "", 7, **paper.rule(align="center"))
    paper.text(school.mandats, 8, **paper.rule(indent=1))
    paper.text(said, 9, **paper.rule(bold=True, font_color=colour, bg_color=fill, indent=1))


def _answer(account: Owed, lang: Lang) -> Paper:
    paper = _headed(lang, detail.ANSWER_HEADINGS + detail.YELLOW_HEADINGS, words.SHEETS[2], HOW_TO_ANSWER)
    paper.next()
    known = len(detail.ANSWER_HEADINGS)
    for column, (heading, _) in enumerate(detail.ANSWER_HEADINGS):
        align = "right" if column == known - 1 else "left"
        paper.text(heading, column, bold=True, font_color=WHITE, bg_color=NAVY, align=align)
    for column, (heading, _) in enumerate(detail.YELLOW_HEADINGS, known):
        paper.text(heading, column, bold=True, font_color=YELLOW_INK, bg_color=YELLOW, indent=1)
    paper.height(20)
    for line in detail.answer_lines(account, lang):
        paper.next()
        paper.height(22)
        paper.text(line.reference, 0, **paper.rule(bold=True))
        paper.text(line.what, 1, **paper.rule())
        if line.cents:
            paper.money(line.cents, 2, **paper.rule())
        else:
            paper.text("", 2, **paper.rule())
        for column in range(known, paper.last + 1):
            paper.text("", column, **paper.rule(bg_color=YELLOW_FILL))
    return paper
