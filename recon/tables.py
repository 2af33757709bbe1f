"""The tables that a run writes, column by column: the contract of the reports, of `donnees/` and of the checks.

Amounts are integer cents here; `exported` turns them into decimals with two places where files are written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from recon.texts import Text, same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

Cents = pl.Int64
_T, _D, _N, _B = pl.String, pl.Date, pl.Int64, pl.Boolean

SCHEMAS: dict[str, dict[str, type[pl.DataType]]] = {
    "schools": {
        "school_year": _T, "uai": _T, "school_name": _T, "commune": _T, "department": _T, "payer_siren": _T,
        "enrolled": _B, "convention": _T, "titre": _T, "expected": Cents, "billed": Cents, "paid": Cents,
        "outstanding": Cents, "to_bill": Cents, "over_billed": Cents, "attribution": _T, "status": _T,
    },
    "payers": {
        "school_year": _T, "payer_siren": _T, "payer_name": _T, "department": _T, "schools": _N, "expected": Cents,
        "billed": Cents, "paid": Cents, "outstanding": Cents, "overdue": Cents, "pending": Cents, "to_bill": Cents,
        "over_billed": Cents, "credit": Cents, "unallocated": Cents, "ledger": _D,
    },
    "conventions": {
        "convention": _T, "school_year": _T, "payer_siren": _T, "payer_name": _T, "rate": Cents, "school_count": _N,
        "listed": _N, "amount": Cents, "dated_on": _D, "council_on": _D, "signed_on": _D, "ends_on": _D, "status": _T,
        "in_force": _B, "expected": Cents, "potential": Cents, "file": _T,
    },
    "titres": {
        "titre": _T, "school_year": _T, "payer_siren": _T, "convention": _T, "billed": Cents, "paid": Cents,
        "outstanding": Cents, "pending": Cents, "credit": Cents, "issued_on": _D, "due_on": _D, "days_late": _N,
        "ageing": _T, "status": _T, "lettering": _T,
    },
    "payments": {
        "payment_id": _T, "payer_siren": _T, "exercise": _N, "bordereau": _T, "mandat": _T, "line": _T, "on": _D,
        "amount": Cents, "allocated": Cents, "credit": Cents, "unallocated": Cents, "status": _T, "lettering": _T,
        "file": _T, "sheet": _T, "row": _N,
    },
    "allocations": {
        "payment_id": _T, "titre": _T, "uai": _T, "amount": Cents, "pass": _T, "confidence": _T, "evidence": _T,
    },
    "findings": {
        "finding_id": _T, "code": _T, "severity": _T, "school_year": _T, "payer_siren": _T, "uai": _T,
        "convention": _T, "titre": _T, "payment_id": _T, "expected": _T, "found": _T, "amount": Cents, "file": _T,
        "sheet": _T, "cell": _T, "advice": _T, "since": _T, "state": _T, "decision": _T, "comment": _T,
    },
    "controls": {"control": _T, "left": Cents, "right": Cents, "difference": Cents, "holds": _B},
    "sources": {
        "file": _T, "kind": _T, "sha256": _T, "profile": _T, "read": _N, "kept": _N, "rejected": _N,
        "out_of_scope": _N, "duplicates": _N, "total_announced": Cents, "total_read": Cents,
    },
}  # fmt: skip
# Kept by each run beside its tables: what an earlier one counted on a titre, `counted_on` its day, and no ledger has.
VANISHED: dict[str, type[pl.DataType]] = {
    "payment_id": _T, "payer_siren": _T, "exercise": _N, "mandat": _T, "line": _T, "on": _D, "amount": Cents, "file": _T,
    "titre": _T, "counted_on": _D,
}  # fmt: skip

MONEY = {
    "expected", "billed", "paid", "outstanding", "overdue", "pending", "to_bill", "over_billed", "credit",
    "unallocated", "rate", "amount", "potential", "allocated", "left", "right", "difference", "total_announced",
    "total_read",
}  # fmt: skip

CONTROLS = {
    "cash": Text("Sommes payées = affecté + trop-perçu + non affecté", "Sums paid = allocated + credit + unallocated"),
    "billed": Text("Titré net = payé + reste à recouvrer", "Net billed = paid + outstanding"),
    "ageing": Text("Reste à recouvrer = somme des tranches d’ancienneté", "Outstanding = sum of the ageing buckets"),
    "expected": Text("Attendu + titré en trop = titré + à titrer", "Expected + over-billed = billed + to bill"),
    "rows": Text("Lignes lues = retenues + rejetées + hors périmètre + doublons", "Rows read = kept + rejected + out of scope + duplicates"),
    "placed_titres": Text("Payé d’un titre = somme de ses affectations", "Paid on a titre = sum of its allocations"),
    "placed_payments": Text("Affecté d’un paiement = somme de ses affectations", "Allocated of a payment = sum of its allocations"),
    "placed_credit": Text("Trop-perçu des paiements = trop-perçu des titres", "Credit of the payments = credit of the titres"),
    "placed_unallocated": Text("Non affecté : somme par paiement = somme par collectivité", "Unallocated: sum per payment = sum per payer"),
    **{
        f"schools_{name}": Text(f"{fr} : somme par école = somme par collectivité", f"{en}: sum per school = sum per payer")
        for name, fr, en in (
            ("expected", "Attendu", "Expected"), ("billed", "Titré", "Billed"), ("paid", "Payé", "Paid"),
            ("outstanding", "Reste à recouvrer", "Outstanding"), ("to_bill", "À titrer", "To bill"),
            ("over_billed", "Titré en trop", "Over-billed"),
        )
    },
    **{
        f"titres_{name}": Text(f"{fr} : somme par titre = somme par collectivité", f"{en}: sum per titre = sum per payer")
        for name, fr, en in (
            ("billed", "Titré", "Billed"), ("paid", "Payé", "Paid"), ("outstanding", "Reste à recouvrer", "Outstanding"),
            ("overdue", "Échu", "Overdue"), ("credit", "Trop-perçu", "Credit"),
        )
    },
    "titres_pending": Text("En cours : titres et mandats sans titre = somme par collectivité", "Pending: titres and mandats without titre = sum per payer"),
}  # fmt: skip

AGEING = ("not_due", "1-30", "31-60", "61-90", "over_90", "contested", "unknown")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the officer chose for the month: `recon.toml` and the command line. Rates and threshold are in cents.

    `contact` is the e-mail and `address` the postal address (parts between commas) of the service that answers, "" for none.
    `payer` is the SIREN of the one whose ledgers all are, where that was said; "" where each ledger says whose it is.
    """

    as_of: date
    rates: dict[str, int]
    due_days: int | None = None
    threshold: int = 0
    issuer: str = "Région académique Occitanie"
    payer: str = ""
    contact: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a statement is addressed to, as the latest convention names it.

    `siret` is "" unless its key holds; `unsure` names the number that the payer has to confirm ("siren", "siret"), "" if none.
    """

    siren: str
    siret: str
    name: str
    address: str
    email: str
    insee: str
    unsure: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a finding says, in both languages; the tables hold the French."""

    expected: Text
    found: Text
    advice: Text


class Taken(NamedTuple):
    """A reduction or cancellation of a titre: its nature, number, day, cents and cell."""

    nature: Text
    titre: str
    on: date
    cents: int
    place: str


class Miscited(NamedTuple):
    """A number that a payment cites and no titre bears; the nearest of the payer's own titres then open, or ""."""

    number: str
    near: str = ""


class Refused(NamedTuple):
    """What makes a line of a ledger refused: its mandat, the title of the column, and what stands there, "" for nothing."""

    mandat: str
    column: str
    value: str


class InDirectory(NamedTuple):
    """A school as the directory has it: name, commune, what is said of it, the cell, and why each of its payers pays."""

    name: str
    commune: str
    said: Text
    place: str
    why: tuple[tuple[str, Text], ...] = ()


# Where the tables say that a payment stands which an officer declared, and no ledger.
DECLARED = "décision"

PAID, COMING, PROPOSED, BEYOND = "paid", "coming", "proposed", "beyond"


class Planned(NamedTuple):
    """What a payment would settle of a convention whose titre is not communicated, in cents, and why.

    `kind` is paid, coming (a mandat issued, not yet paid), proposed (to be confirmed) or beyond (what is planned is
    covered, and nothing else is against it); nothing, and an empty convention, where `why` says why the payment bears on none.
    """

    convention: str
    cents: int
    kind: str
    why: Text


class UnkeptLine(NamedTuple):
    """A line of a ledger that is not in scope and that somebody should look at: its day, words, cents (None if unread), cell."""

    on: date | None
    mandat: str
    said: str
    payee: str
    state: str
    cents: int | None
    place: str


class Unkept(NamedTuple):
    """The lines of one payer's ledgers that are not in scope: how many, cents paid and taken back, amounts unread."""

    lines: int
    paid: int
    taken_back: int
    unread: int
    to_check: tuple[UnkeptLine, ...]


class FromRow(NamedTuple):
    """A row of a file: its sheet and row (from 1), "accepted" or "rejected", and field -> (address, text)."""

    sheet: str
    row: int
    state: str
    cells: dict[str, tuple[str, str]]


class FromFile(NamedTuple):
    """What was taken from a file for one kind; `fingerprint` is the same as long as the same rows are."""

    file: str
    kind: str
    fingerprint: str
    rows: Callable[[], Iterable[FromRow]]


class Singled(NamedTuple):
    """What told a payment from the others when it was decided on.

    `key` is the digest of what its ledger says of it. Of the payments of its payer, exercise, mandat, line and amount
    there were `alike`, itself included; `keyed` of these had its key, `equals` of these its days, and by content it
    was the one at `place`, from 1 on. The days are ISO 8601, empty where the ledger had none.
    """

    key: str
    alike: int
    keyed: int
    equals: int
    place: int
    mandat_on: str
    paid_on: str


class Outside(NamedTuple):
    """A payment that an officer's decision leaves out of scope: the decision's number, the payment told, its cell."""

    decision: int
    payment_id: str
    payer_siren: str
    payer_name: str
    exercise: int | None
    mandat: str
    amount: int
    place: str


class InForce(NamedTuple):
    """A decision in force: its number, day and officer, what was chosen on what, cents, reason, effect, the payment's cell."""

    number: int
    on: date | None
    who: str
    choice: Text
    about: Text
    amount: int | None
    reason: str
    effect: Text
    place: str


class Before(NamedTuple):
    """The month before as its last run recorded it: its day, and what was billed and paid then, in cents."""

    on: date
    billed: int
    paid: int


class Answered(NamedTuple):
    """What a payer answered on a statement of ours: a claim to accept, which changes no figure.

    `kind` is school, titre, payment or free, and `identity` its UAI, number or payment_id; both are empty where the answer
    could not be understood, and `why` says why. A statement that no program reads is of kind document. `said` is `about`,
    `position` and `comment` in one. `drawn_up` is the statement's month ("2026-11"), "" if it does not say it.
    """

    payer_siren: str
    kind: str
    identity: str
    school_year: str
    said: Text
    drawn_up: str
    file: str
    sheet: str
    cell: str
    why: Text | None = None
    about: Text = same("")
    position: Text = same("")
    comment: Text = same("")

    @property
    def place(self) -> str:
        """Where it is written: `reponses/09220_orlu.xlsx › Votre réponse › D5`."""
        return " › ".join(part for part in (self.file, self.sheet, self.cell) if part)


@dataclass(frozen=True, slots=True)
class Month:
    """Everything that a month's reports show, computed: one frame per table of `SCHEMAS` and what stands beside them.

    `details` holds, per payment_id, what the ledger says and no table repeats: payer_name, label, reference, payee,
    mandat_on, paid_on, state. `unchecked` says in sentences what could not be checked and why,
    `wordings` what each finding says, by finding_id, in both languages, `hidden` by file which hidden parts of it are
    read. For the stories: `evidences` says by
    payment_id why it settles what it does, or nothing, `issued` what each titre was issued for (cents), `taken_off` its
    reductions and cancellations, `replaces` the titre it names, `places` the
    cell ("file › sheet › cell") of a ("titre", number), ("convention", number), ("rate", number), ("payment", payment_id),
    ("enrolment", year, uai) or ("listed", convention, uai). `directory` is what the directory says of the dossier's
    schools, by UAI, `filled` the columns of `schools` that were taken from it, by (year, payer, uai). `planned` says by
    payment_id what payments that settle no titre would settle of the conventions whose titre is not communicated. `moot`
    says by its number why an officer's decision has no effect, `singled` what tells its payment from its equals,
    `changed` are those whose payment is no longer as it was, `outside` which payments one leaves out of scope; `late` are the payments and `late_titres` the titres that came after their month was closed,
    `vanished` (as `VANISHED` has it) the payments that a run counted and no ledger has now, `withdrawn` which of them hold
    the reminder for a titre that is open again; `taken` are the rows that were accepted and rejected, file by file.
    Where the ledgers are all said to be one payer's, `unkept` are the lines out of scope, and `unsaid` the ledgers of
    which nothing says whose they are. `answers` are what payers answered on the statements that lie in the dossier,
    `answered_since` by titre, or by SIREN where no ledger came, the files of those that came after it was decided to remind,
    `unread_titres` the cells of refused rows of titres by the payer whom they concern, `unread_ledgers` the payers that a ledger points at which could not be read,
    `before` what the store knows of the month before, `decided` the officers' decisions in force. `miscited` says by
    payment_id which number it cites that no titre bears, `refused` by finding_id what a ledger's refused line says,
    `votes` the number of the council's vote on each convention that has one.
    """

    settings: Settings
    schools: pl.DataFrame
    payers: pl.DataFrame
    conventions: pl.DataFrame
    titres: pl.DataFrame
    payments: pl.DataFrame
    allocations: pl.DataFrame
    findings: pl.DataFrame
    controls: pl.DataFrame
    sources: pl.DataFrame
    details: pl.DataFrame
    contacts: dict[str, Contact]
    unchecked: tuple[Text, ...] = ()
    wordings: dict[str, Wording] = field(default_factory=dict)
    evidences: dict[str, Text] = field(default_factory=dict)
    issued: dict[str, int] = field(default_factory=dict)
    taken_off: dict[str, tuple[Taken, ...]] = field(default_factory=dict)
    replaces: dict[str, str] = field(default_factory=dict)
    places: dict[tuple[str, ...], str] = field(default_factory=dict)
    hidden: dict[str, Text] = field(default_factory=dict)
    directory: dict[str, InDirectory] = field(default_factory=dict)
    filled: dict[tuple[str, str, str], tuple[str, ...]] = field(default_factory=dict)
    planned: dict[str, tuple[Planned, ...]] = field(default_factory=dict)
    unkept: Unkept | None = None
    unsaid: tuple[str, ...] = ()
    moot: dict[int, Text] = field(default_factory=dict)
    singled: dict[int, Singled] = field(default_factory=dict)
    changed: frozenset[int] = frozenset()
    outside: tuple[Outside, ...] = ()
    late: frozenset[str] = frozenset()
    late_titres: frozenset[str] = frozenset()
    vanished: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=VANISHED))
    withdrawn: dict[str, Text] = field(default_factory=dict)
    taken: tuple[FromFile, ...] = ()
    answers: tuple[Answered, ...] = ()
    answered_since: dict[str, frozenset[str]] = field(default_factory=dict)
    unread_titres: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unread_ledgers: frozenset[str] = frozenset()
    before: Before | None = None
    decided: tuple[InForce, ...] = ()
    miscited: dict[str, Miscited] = field(default_factory=dict)
    refused: dict[str, Refused] = field(default_factory=dict)
    votes: dict[str, str] = field(default_factory=dict)

    def table(self, name: str) -> pl.DataFrame:
        """Return the table `name` of DOMAIN.md section 7, amounts in cents."""
        frame: pl.DataFrame = getattr(self, name)
        return frame


def exported(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return `frame` as it is written to CSV and Parquet: amounts in euros, decimals with two places."""
    money = [column for column, dtype in SCHEMAS[name].items() if column in MONEY and dtype is Cents]
    return frame.select(SCHEMAS[name].keys()).with_columns(
        (pl.col(column).cast(pl.Decimal(38, 2)) / 100).cast(pl.Decimal(18, 2)) for column in money
    )
