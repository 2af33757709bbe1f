"""What one payer owes, school year by school year, as a sum that can be done again by hand; and nothing of any other payer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.reports.books import Books
from recon.reports.owed import owed
from recon.reports.statement_said import asked, notices
from recon.story import facts, statement_lines
from recon.story.answers import answers
from recon.story.brief import brief
from recon.story.discretion import Others, discreet
from recon.story.parts import GOOD, Line, Section, Story, section
from recon.story.titre import sums as sums_in_words
from recon.story.unkept import not_taken_in
from recon.tables import BEYOND, PAID, PROPOSED
from recon.tables import COMING as COMING_SOON
from recon.texts import Text, day, same

if TYPE_CHECKING:
    from recon.reports.owed import Owed
    from recon.tables import Month

TITLE = Text("État des sommes dues · {name}", "Statement of sums due · {name}")
BRIEF = Text("En bref", "In brief")
CONFIRM = Text("à confirmer", "to be confirmed")
YEAR = Text("Année scolaire {year} · le calcul", "School year {year} · the arithmetic")
NO_YEAR = Text("Sans année scolaire · le calcul", "Without a school year · the arithmetic")
TO_CHECK = Text("Points à vérifier", "To be checked")
TO_KNOW = Text("À savoir", "To know")
NOT_THE_TITRE = Text(
    "Document d’information : il ne remplace pas le titre de perception.",
    "For information: it does not replace the titre de perception.",
)
BEFORE_THE_TITRE = Text(
    "Rien n’est demandé avant l’émission du titre de perception.", "Nothing is asked for before the titre is issued."
)
COUNTED_AS_PAID = Text(
    "Le registre ne dit ni la date de paiement ni l’état : chaque mandat y compte comme payé, à la date du mandat.",
    "The ledger tells neither day nor state of payment: each mandat counts as paid, on the mandat's day.",
)
# Told by the arithmetic itself.
TOLD = {"P01", "P02", "P03", "T01"}
SUMS = ("expected", "billed", "paid", "outstanding", "under_way", "remaining", "to_confirm", "beyond", "credit")


@dataclass(frozen=True, slots=True)
class Year:
    """A school year's account in cents, its arithmetic line by line, and whether a titre of it is known.

    `sums` has expected, billed, paid, outstanding, under_way, remaining, to_confirm, beyond and credit; without a titre,
    `paid` and the following are held against what is planned, nothing is claimed, `to_confirm` is taken off nothing (with one, it is within what is under way), and
    `beyond` is what was paid once all that is planned was covered.
    """

    school_year: str
    communicated: bool
    sums: dict[str, int]
    lines: tuple[Line, ...]
    late: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A payer's statement: its years, what is asked for now in all (cents, None if no titre is communicated), its story,
    and whether a ledger tells what it paid."""

    siren: str
    years: tuple[Year, ...]
    to_pay: int | None
    story: Story
    payments_known: bool


def statement(month: Month, siren: str, school_year: str = "") -> Statement:
    """Return the statement of the payer `siren`, of one school year if one is named."""
    account = owed(Books.of(month), siren)
    others = Others(month, siren)
    years = tuple(year for year in _years(month, account, others) if school_year in {"", year.school_year})
    claimed = [year.sums["remaining"] for year in years if year.communicated]
    to_pay = sum(claimed) if claimed or account.titres_given else None
    sections = [
        Section(Text("La collectivité", "The payer"), tuple(_payer(month, account))),
        Section(BRIEF, tuple(brief(month, account, years, to_pay))),
        *(Section(YEAR.with_(year=year.school_year) if year.school_year else NO_YEAR, year.lines) for year in years),
        *statement_lines.elsewhere(month, account, others),
        *not_taken_in(account.unkept),
        *answers(month, siren),
        *section(TO_CHECK, _to_confirm(month, account, others, school_year)),
        Section(TO_KNOW, tuple(_to_know(month, account))),
    ]
    known = statement_lines.without_ledger(month, account) is None
    return Statement(siren, years, to_pay, Story(TITLE.with_(name=account.contact.name), tuple(sections)), known)


def school_years(month: Month, siren: str) -> list[str]:
    """Return the school years of which the payer has a convention or a titre."""
    found = {row["school_year"] for row in facts.rows(month.conventions, payer_siren=siren)}
    found |= {row["school_year"] for row in facts.rows(month.titres, payer_siren=siren)}
    return sorted(found - {""})


def _years(month: Month, account: Owed, others: Others) -> list[Year]:
    billed = {titre.school_year for titre in account.titres}
    known = sorted({*billed, *(row["school_year"] for row in account.conventions)}, key=lambda year: (year == "", year))
    return [
        _billed(month, account, year, others) if year in billed else _planned(month, account, year) for year in known
    ]


def _billed(month: Month, account: Owed, year: str, others: Others) -> Year:
    titres = [titre for titre in account.titres if titre.school_year == year]
    rows = {row["titre"]: row for row in facts.rows(month.titres, payer_siren=account.contact.siren, school_year=year)}
    sums = dict.fromkeys(SUMS, 0) | {
        "expected": sum(row["expected"] for row in account.conventions if row["school_year"] == year),
        "billed": sum(titre.billed for titre in titres),
        "paid": sum(titre.paid for titre in titres),
        "under_way": sum(titre.under_way for titre in titres),
        "to_confirm": sum(titre.unproved for titre in titres),
        "remaining": sum(titre.to_pay for titre in titres),
        "credit": sum(row["credit"] for row in rows.values()),
    }
    sums["outstanding"] = sums["billed"] - sums["paid"]
    lines = (
        *statement_lines.conventions(month, account, year, with_sum=False),
        *statement_lines.difference(sums),
        *(line for number in rows for line in statement_lines.titre(month, rows[number])),
        *statement_lines.paid(month, account, rows, others),
        Line(statement_lines.LEFT, statement_lines.BILLED_LESS_PAID, sums["outstanding"], look=_look(sums)),
        *statement_lines.under_way(month, account, rows, sums["under_way"], others),
        *statement_lines.to_pay(sums),
        *_credit(sums),
    )
    return Year(year, communicated=True, sums=sums, lines=lines, late=any(t.late and t.to_pay for t in titres))


def _planned(month: Month, account: Owed, year: str) -> Year:
    numbers = {row["convention"] for row in account.conventions if row["school_year"] == year}
    found = statement_lines.Found(month, account, numbers)
    expected = sum(statement_lines.planned_sum(row) for row in account.conventions if row["convention"] in numbers)
    sums = dict.fromkeys(SUMS, 0) | {
        "expected": expected,
        "paid": found.sum(PAID),
        "outstanding": expected - found.sum(PAID),
        "under_way": found.sum(COMING_SOON),
        "remaining": expected - found.sum(PAID, COMING_SOON),
        "to_confirm": found.sum(PROPOSED),
        "beyond": found.sum(BEYOND),
    }
    lines = (
        *statement_lines.conventions(month, account, year, with_sum=True),
        *statement_lines.no_titre(),
        *found.lines(PAID),
        Line(statement_lines.LEFT, statement_lines.PLANNED_LESS_PAID, sums["outstanding"], look=_look(sums)),
        *found.lines(COMING_SOON),
        *statement_lines.remaining(sums),
        *found.lines(PROPOSED),
        *statement_lines.if_confirmed(sums),
    )
    return Year(year, communicated=False, sums=sums, lines=lines)


def _look(sums: dict[str, int]) -> str:
    return GOOD if not sums["outstanding"] and (sums["billed"] or sums["expected"]) else ""


def _credit(sums: dict[str, int]) -> list[Line]:
    """Credit stands beside the debt: it is taken off no sum."""
    return sums_in_words(sums, ("credit",)) if sums["credit"] else []


def _payer(month: Month, account: Owed) -> list[Line]:
    contact = account.contact
    reach = max((row["ledger"] for row in facts.rows(month.payers, payer_siren=contact.siren) if row["ledger"]), default=None)  # fmt: skip
    until = Text("jusqu’au {on}", "up to {on}")
    none = Text("aucun registre daté n’a été lu", "no dated ledger was read")
    lines = (
        Line(Text("SIREN", "SIREN"), CONFIRM if contact.unsure == "siren" else same(contact.siren)),
        Line(Text("SIRET", "SIRET"), same(contact.siret)) if contact.siret else None,
        Line(Text("SIRET", "SIRET"), CONFIRM) if contact.unsure == "siret" else None,
        Line(Text("INSEE", "INSEE"), same(contact.insee)) if contact.insee else None,
        Line(Text("Registre", "Ledger"), until.with_(on=day(reach)) if reach else none),
    )
    return [line for line in lines if line is not None]


# What only the payer can tell, and what must be known ----------------------------------------------------------------


def _to_confirm(month: Month, account: Owed, others: Others, school_year: str) -> list[Line]:
    """Return the questions about the payer's payments, and its findings, in words that name nobody else."""
    held = month.planned
    questions = [
        Line(
            same("·"),
            asked(question),
            notes=facts.place(month, "payment", question.payment.row["payment_id"]),
        )
        for question in account.questions
        if question.payment.row["payment_id"] not in held
    ]
    told = {question.payment.row["payment_id"] for question in account.questions} | held.keys()
    rows = [
        row
        for row in facts.rows(month.findings, payer_siren=account.contact.siren)
        if row["code"] not in TOLD
        and row["severity"] != "info"
        and row["payment_id"] not in told
        and school_year in {"", row["school_year"] or school_year}
    ]
    return questions + [discreet(month, row, others) for row in rows]


def _to_know(month: Month, account: Owed) -> list[Line]:
    before = [] if account.titres else [BEFORE_THE_TITRE]
    said = [*notices(account), *_silent(month, account), NOT_THE_TITRE, *before]
    return [Line(same("·"), text) for text in said]


def _silent(month: Month, account: Owed) -> list[Text]:
    own = {payment.row["payment_id"] for payment in account.payments if payment.row["status"] != "later"}
    told = [row for row in month.details.iter_rows(named=True) if row["payment_id"] in own]
    return [COUNTED_AS_PAID] if told and not any(row["paid_on"] or row["state"] for row in told) else []
