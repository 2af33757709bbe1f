"""What one payer owes, drawn from the month's books: every figure and fact of its statement, and nobody else's."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from recon.reports.declared import is_declared
from recon.reports.figures import settled_by
from recon.reports.unshared import unshared
from recon.tables import COMING, PAID

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from recon.reports.books import Books, Rejected
    from recon.reports.heard import Heard
    from recon.reports.unshared import Unshared
    from recon.tables import Contact, Planned, Taken, Unkept
    from recon.texts import Text

Row = dict[str, Any]

ASKED = ("P04", "P05", "P06", "P07", "P12", "D10")
MISCITED = "P12"
ON_ITS_WAY = ("pending", "proposed")


@dataclass(frozen=True, slots=True)
class Titre:
    """A titre as its debtor sees it, in cents; what is under way never exceeds what is open.

    `unproved` is the part of `under_way` that a payment may settle and nothing proves; `billed` is what it was issued
    for less what was `taken_off`.
    """

    number: str
    school_year: str
    convention: str
    billed: int
    paid: int
    under_way: int
    issued_on: date
    due_on: date | None
    late: bool
    contested: bool
    unproved: int = 0
    taken_off: tuple[Taken, ...] = ()

    @property
    def issued(self) -> int:
        """What it was issued for, before its reductions and cancellations."""
        return self.billed + sum(part.cents for part in self.taken_off)

    @property
    def to_pay(self) -> int:
        """What is asked for now."""
        return self.billed - self.paid - self.under_way


@dataclass(frozen=True, slots=True)
class School:
    """A school's share of the titres, and by which of the payer's mandats it was paid; no `uai`: what names no school.

    `taken_off` is the reduction that a row without school stands for: its amounts are below zero.
    """

    uai: str
    name: str
    school_year: str
    billed: int
    paid: int
    under_way: int
    status: str
    expected: int = 0
    paid_on: date | None = None
    mandats: str = ""
    taken_off: Taken | None = None

    @property
    def to_pay(self) -> int:
        """What is asked for now."""
        return self.billed - self.paid - self.under_way


@dataclass(frozen=True, slots=True)
class Payment:
    """A line of the payer's ledger; `titres` are its own titres, `elsewhere` says that money went to another's.

    `planned` is what its own words say that it settles of conventions whose titre is not communicated.
    """

    row: Row
    state: str
    titres: tuple[str, ...]
    elsewhere: bool
    proposed: int
    planned: tuple[Planned, ...] = ()

    @property
    def tied(self) -> int:
        """What is held against what is planned, in cents."""
        return sum(part.cents for part in self.planned)


@dataclass(frozen=True, slots=True)
class Question:
    """What only the payer can tell about one of its payments.

    `miscited` is the number of nobody's that it cites, `near` the payer's own titre, still open, of the nearest amount.
    """

    code: str
    payment: Payment
    titre: str
    uai: str
    expected: str
    amount: int
    miscited: str = ""
    near: Titre | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """One payer's statement before it is laid out; `to_bill` is what a year's titres leave to bill, in cents.

    `withdrawn` are the titres of which a payment counted before is in no ledger now, each with that payment.
    """

    contact: Contact
    titres: list[Titre]
    schools: list[School]
    payments: list[Payment]
    questions: list[Question]
    unbilled: list[Row]
    conventions: list[Row]
    paid_by_others: int
    proposed_by_others: int
    rejected: tuple[Rejected, ...]
    controls_hold: bool
    has_ledger: bool
    unread: bool
    unexplained: int
    ledger_gone: bool = False
    titres_given: bool = True
    unkept: Unkept | None = None
    unsaid: tuple[str, ...] = ()
    heard: tuple[Heard, ...] = ()
    votes: Mapping[str, str] = field(default_factory=dict)
    withdrawn: tuple[tuple[str, Text], ...] = ()
    to_bill: tuple[tuple[str, int], ...] = ()

    @property
    def still_planned(self) -> int:
        """What is planned and not found paid or under way, over the conventions without titre."""
        held = sum(self.planned(row["convention"], PAID, COMING) for row in self.unbilled)
        return sum(int(row["expected"]) for row in self.unbilled) - held

    @property
    def to_pay(self) -> int:
        """What is asked for now, over all titres."""
        return sum(titre.to_pay for titre in self.titres)

    @property
    def is_late(self) -> bool:
        """Whether something due is asked for, beyond what the payer paid and nobody could place yet or that vanished."""
        asked_first = {titre for titre, _ in self.withdrawn}
        due = sum(titre.to_pay for titre in self.titres if titre.late and titre.number not in asked_first)
        return due > max(self.unclear, 0)

    @property
    def late_years(self) -> frozenset[str]:
        """The school years of which something due is asked for; none if what nobody could place yet is as much."""
        late = (titre.school_year for titre in self.titres if titre.late and titre.to_pay)
        return frozenset(late) if self.is_late else frozenset()

    @property
    def under_way(self) -> int:
        """What is being paid, over all titres."""
        return sum(titre.under_way for titre in self.titres)

    @property
    def credit(self) -> int:
        """What was paid in excess: it stands beside the debt and is never taken off it."""
        return sum(payment.row["credit"] for payment in self.payments)

    @property
    def declared(self) -> int:
        """What the rectorate says was received, of the payer's own titres, though no ledger shows it."""
        return sum(int(payment.row["allocated"]) for payment in self.payments if is_declared(payment.row))

    @property
    def unclear(self) -> int:
        """What was paid and settles nothing yet, but for what is proposed for the payer's own titres or planned."""
        paid = [payment for payment in self.payments if payment.row["unallocated"] > 0]
        return sum(int(payment.row["unallocated"]) - payment.tied for payment in paid) - self.proposed

    @property
    def taken_back(self) -> int:
        """What the ledger takes back of a payment that nobody can tell: it is netted against nothing."""
        return -sum(min(int(payment.row["unallocated"]), 0) for payment in self.payments)

    @property
    def unproved(self) -> int:
        """What is under way only because a payment may settle a titre, its own or another payer's."""
        return sum(titre.unproved for titre in self.titres)

    @property
    def proposed(self) -> int:
        """What was paid and is proposed for the payer's own titres: it is taken off what is asked for."""
        return sum(payment.proposed for payment in self.payments)

    def planned(self, convention: str, *kinds: str) -> int:
        """Return what payments of these kinds would settle of a convention whose titre is not communicated, in cents."""
        held = [part for payment in self.payments for part in payment.planned if part.convention == convention]
        return sum(part.cents for part in held if part.kind in kinds)

    @property
    def to_pay_by_school(self) -> list[School]:
        """The schools that something is asked for, in the order of the detail."""
        return [school for school in self.schools if school.to_pay]


def owed(books: Books, siren: str) -> Owed:
    """Return what the payer `siren` owes on the month's day, and why."""
    titres = _titres(books, books.titres.get(siren, []))
    own = {titre.number for titre in titres}
    payments = _payments(books, siren, own)
    conventions = books.conventions.get(siren, [])
    billed_years = {titre.school_year for titre in titres}
    billed_conventions = {titre.convention for titre in titres}
    return Owed(
        contact=books.contacts[siren],
        titres=titres,
        schools=_schools(books, siren, titres),
        payments=payments,
        questions=_questions(books, siren, payments, titres),
        unbilled=[
            row
            for row in conventions
            if row["expected"] > 0
            and row["school_year"] not in billed_years
            and row["convention"] not in billed_conventions
        ],
        conventions=conventions,
        paid_by_others=_paid_by_others(books, siren, own),
        proposed_by_others=_proposed_by_others(books, siren, own),
        rejected=books.rejected.get(siren, ()),
        controls_hold=books.controls_hold,
        has_ledger=any(row["ledger"] for row in books.payers.get(siren, [])),
        unread=siren in books.unread,
        ledger_gone=siren in books.vanished,
        unexplained=sum(titre.to_pay for titre in titres if titre.number in books.unexplained),
        titres_given=books.titres_given,
        unkept=books.unkept,
        unsaid=books.unsaid,
        heard=books.heard.get(siren, ()),
        withdrawn=tuple((one.number, books.withdrawn[one.number]) for one in titres if one.number in books.withdrawn),
        to_bill=_to_bill(books.payers.get(siren, []), billed_years),
        votes={row["convention"]: books.votes.get(row["convention"], "") for row in conventions},
    )


def _to_bill(years: list[Row], billed: set[str]) -> tuple[tuple[str, int], ...]:
    """Return what is planned beyond the titres of each year that has some; without any, its convention says it."""
    return tuple(
        (row["school_year"], row["to_bill"]) for row in years if row["to_bill"] > 0 and row["school_year"] in billed
    )


def _titres(books: Books, rows: list[Row]) -> list[Titre]:
    return [
        Titre(
            number=row["titre"],
            school_year=row["school_year"],
            convention=row["convention"],
            billed=row["billed"],
            paid=row["paid"],
            under_way=min(row["pending"], row["outstanding"]),
            issued_on=row["issued_on"],
            due_on=row["due_on"],
            late=row["days_late"] > 0 and row["status"] != "contested",
            contested=row["status"] == "contested",
            unproved=min(row["pending"], row["outstanding"], _unproved(books, row)),
            taken_off=books.taken_off.get(row["titre"], ()),
        )
        for row in sorted(rows, key=lambda row: (row["school_year"] == "", row["school_year"], row["titre"]))
    ]


def _unproved(books: Books, titre: Row) -> int:
    """Return what is proposed for a titre; the debtor's own mandat not yet paid is no doubt, but under way."""
    parts = [part for part in books.of_titre.get(titre["titre"], []) if part["confidence"] == "proposed"]
    own = {"payer_siren": titre["payer_siren"], "status": "pending"}
    return sum(part["amount"] for part in parts if not own.items() <= books.payment[part["payment_id"]].items())


def _payments(books: Books, siren: str, own: set[str]) -> list[Payment]:
    return [_payment(books, row, own) for row in books.payments.get(siren, [])]


def _payment(books: Books, row: Row, own: set[str]) -> Payment:
    parts = books.of_payment.get(row["payment_id"], [])
    goes = dict.fromkeys(part["titre"] for part in parts)
    proposed = sum(part["amount"] for part in parts if part["confidence"] == "proposed" and part["titre"] in own)
    return Payment(
        row,
        books.states.get(row["payment_id"], ""),
        tuple(titre for titre in goes if titre in own),
        any(titre not in own for titre in goes),
        proposed if row["status"] == "proposed" else 0,
        tuple(part for part in books.planned.get(row["payment_id"], ()) if part.kind in {PAID, COMING}),
    )


def _schools(books: Books, siren: str, titres: list[Titre]) -> list[School]:
    """Return the schools, what is open first; where a payment under way names none, a row of its own bears it."""
    whole = {titre.number for titre in titres if titre.under_way and not titre.to_pay}
    named = _named_under_way(books, {titre.number for titre in titres} - whole)
    lines = {row["payment_id"]: row for row in books.payments.get(siren, [])}
    rows, reductions = unshared(titres, books.schools.get(siren, []), books.of_titre)
    schools = [
        _school(row, whole, named, settled_by(row, books.of_titre, lines))
        for row in rows
        if row["uai"] or row["billed"]
    ]
    schools += [_reduction(one, whole) for one in reductions]
    schools += _not_named(titres, schools)
    return sorted(schools, key=lambda school: (school.school_year, -school.to_pay, school.uai == "", school.uai))


def _named_under_way(books: Books, titres: set[str]) -> Counter[tuple[str, str]]:
    """Return what payments under way bear for each titre and school that they name."""
    sums: Counter[tuple[str, str]] = Counter()
    for titre in titres:
        for part in books.of_titre.get(titre, []):
            coming = books.payment[part["payment_id"]]["status"] in ON_ITS_WAY
            if part["uai"] and (coming or part["confidence"] == "proposed"):
                sums[titre, part["uai"]] += part["amount"]
    return sums


def _school(row: Row, whole: set[str], named: Counter[tuple[str, str]], settled: Row) -> School:
    titres = row["titre"].split(", ") if row["titre"] else []
    if titres and whole.issuperset(titres):
        under_way = row["outstanding"]
    else:
        under_way = min(sum(named[titre, row["uai"]] for titre in titres), row["outstanding"])
    return School(
        row["uai"],
        row["school_name"],
        row["school_year"],
        row["billed"],
        row["paid"],
        under_way,
        row["status"],
        row["expected"],
        settled["paid_on"],
        settled["mandat"],
    )


def _reduction(one: Unshared, whole: set[str]) -> School:
    """Return the row that takes a reduction off what the schools show; it is used up with its titre."""
    paid, under_way = (one.cents if one.used else 0), (one.cents if one.titre.number in whole else 0)
    return School("", "", one.titre.school_year, -one.cents, -paid, -under_way, "reduced", taken_off=one.part)


def _not_named(titres: list[Titre], schools: list[School]) -> list[School]:
    missing: Counter[str] = Counter()
    for titre in titres:
        missing[titre.school_year] += titre.under_way
    for school in schools:
        missing[school.school_year] -= school.under_way
    return [School("", "", year, 0, 0, cents, "under_way") for year, cents in missing.items() if cents]


def _questions(books: Books, siren: str, payments: list[Payment], titres: list[Titre]) -> list[Question]:
    own = {titre.number for titre in titres}
    still_open = {titre.number: titre for titre in titres if titre.billed > titre.paid}
    known = {payment.row["payment_id"]: payment for payment in payments}
    return [
        Question(
            row["code"],
            known[row["payment_id"]],
            row["titre"] if row["titre"] in own else "",
            row["uai"],
            row["expected"],
            abs(row["amount"] or known[row["payment_id"]].row["amount"]),
            *_miscited(books, row, still_open),
        )
        for row in books.findings.get(siren, [])
        if row["code"] in ASKED and row["payment_id"] in known and not known[row["payment_id"]].planned
    ]


def _miscited(books: Books, finding: Row, still_open: Mapping[str, Titre]) -> tuple[str, Titre | None]:
    one = books.miscited.get(finding["payment_id"]) if finding["code"] == MISCITED else None
    return (one.number, still_open.get(one.near)) if one else ("", None)


def _proposed_by_others(books: Books, siren: str, own: set[str]) -> int:
    """Return what other payers' lines may settle of this payer's titres, without proof."""
    return sum(part["amount"] for part, _ in _of_others(books, siren, own) if part["confidence"] == "proposed")


def _paid_by_others(books: Books, siren: str, own: set[str]) -> int:
    """Return what other payers' lines settle of this payer's titres, automatic or decided."""
    return sum(
        part["amount"]
        for part, payment in _of_others(books, siren, own)
        if part["confidence"] != "proposed" and payment["allocated"] > 0
    )


def _of_others(books: Books, siren: str, own: set[str]) -> Iterator[tuple[Row, Row]]:
    for titre in own:
        for part in books.of_titre.get(titre, []):
            payment = books.payment[part["payment_id"]]
            if payment["payer_siren"] != siren:
                yield part, payment
