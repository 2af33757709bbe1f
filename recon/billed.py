"""What is billed: each titre net of its reductions and cancellations, and the convention and year it belongs to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from recon.conventions import root
from recon.findings.finding import Place
from recon.identifiers import siren_of, titre_key

if TYPE_CHECKING:
    import polars as pl

    from recon.conventions import Convention, Register

ISSUE, CANCELLATION = "émission", "annulation"


class TakenOff(NamedTuple):
    """A reduction or cancellation that was counted: its day, cents, nature and number, and where it stands."""

    on: date
    cents: int
    nature: str
    titre: str
    place: Place


@dataclass(slots=True)
class Titre:
    """A titre de perception: what was issued and what remains of it, in cents; whose, for what, and where it stands.

    `taken_off` holds its reductions and cancellations: a payment is held against the amount of its day.
    """

    titre: str
    payer_siren: str
    debtor_name: str
    debtor_siret: str
    convention: str
    school_year: str
    issued: int
    net: int
    issued_on: date
    due_on: date | None
    contested: bool
    replaces: str
    explained: bool
    place: Place
    rate: int = 0
    schools: tuple[str, ...] = ()
    taken_off: list[TakenOff] = field(default_factory=list)

    @property
    def cancelled(self) -> bool:
        """Whether nothing remains of it."""
        return self.net == 0 and self.issued > 0

    def days_late(self, as_of: date) -> int:
        """Return the days since the due date, 0 if it has not passed, is not known, or the titre is contested."""
        if self.due_on is None or self.contested:
            return 0
        return max(0, (as_of - self.due_on).days)


@dataclass(frozen=True, slots=True)
class Amendment:
    """A reduction or cancellation that aims at nothing, or at less than its amount (T08)."""

    titre: str
    nature: str
    aims_at: str
    amount: int
    open_amount: int | None
    place: Place
    payer_siren: str


@dataclass(frozen=True, slots=True)
class Billing:
    """All titres known on the day, by number, the amendments that could not be counted, the conventions billed."""

    titres: dict[str, Titre]
    impossible: list[Amendment]
    billed: frozenset[str]


def billing(rows: pl.DataFrame, register: Register, as_of: date, due_days: int | None) -> Billing:
    """Return the titres of the accepted rows, dated on or before `as_of`, net and tied to their conventions."""
    events = [row for row in rows.iter_rows(named=True) if row["issued_on"] <= as_of]
    issues = [row for row in events if row["nature"] in {None, ISSUE}]
    titres = {row["titre"]: _issued(row, due_days) for row in sorted(issues, key=lambda row: str(row["titre"]))}
    impossible = _amend(titres, [row for row in events if row["nature"] not in {None, ISSUE}])
    by_debtor: dict[str, list[Convention]] = {}
    for convention in register.conventions.values():
        by_debtor.setdefault(convention.payer_siren, []).append(convention)
    for titre in titres.values():
        _tie(titre, register, by_debtor.get(titre.payer_siren, []))
    _guess_years(titres, by_debtor)
    _with_avenants(titres, register)
    known = register.conventions
    tied = (known[titre.convention] for titre in titres.values() if titre.net > 0 and titre.convention in known)
    return Billing(titres, impossible, frozenset(root(convention, known) for convention in tied))


def _issued(row: dict[str, Any], due_days: int | None) -> Titre:
    due_on = row["due_on"]
    if due_on is None and due_days is not None:
        due_on = row["issued_on"] + timedelta(days=due_days)
    return Titre(
        titre=row["titre"],
        payer_siren=siren_of(row["debtor_siret"]),
        debtor_name=row["debtor_name"] or "",
        debtor_siret=row["debtor_siret"],
        convention=row["convention"] or "",
        school_year=row["school_year"] or "",
        issued=row["amount"],
        net=row["amount"],
        issued_on=row["issued_on"],
        due_on=due_on,
        contested=row["status"] == "contesté",
        replaces=row["amends"] or "",
        explained=False,
        place=Place(row["source"], row["row"], "titre"),
    )


def _amend(titres: dict[str, Titre], events: list[dict[str, Any]]) -> list[Amendment]:
    """Take each reduction and cancellation off its titre, by date; return those that cannot be."""
    by_key = {titre_key(number): titre for number, titre in titres.items()}
    impossible = []
    for row in sorted(events, key=lambda row: (row["issued_on"], row["titre"], row["nature"])):
        target = by_key.get(titre_key(row["amends"] or row["titre"]))
        whole = (
            target is not None and target.net > 0 and row["nature"] == CANCELLATION and row["amount"] == target.issued
        )
        if (
            target is None
            or not (whole or row["amount"] <= target.net)
            or target.payer_siren != siren_of(row["debtor_siret"])
        ):
            impossible.append(
                Amendment(
                    titre=row["titre"],
                    nature=row["nature"],
                    aims_at=row["amends"] or row["titre"],
                    amount=row["amount"],
                    open_amount=target.net if target and target.payer_siren == siren_of(row["debtor_siret"]) else None,
                    place=Place(row["source"], row["row"], "amount"),
                    payer_siren=siren_of(row["debtor_siret"]),
                )
            )
        else:
            # A cancellation of the whole takes what reductions have left.
            cents = target.net if whole else row["amount"]
            target.net -= cents
            place = Place(row["source"], row["row"], "amount")
            target.taken_off.append(TakenOff(row["issued_on"], cents, row["nature"], row["titre"], place))
    return impossible


def _tie(titre: Titre, register: Register, conventions: list[Convention]) -> None:
    """Tie a titre to its convention: the one it names, else the debtor's only one of its year."""
    named = register.conventions.get(titre.convention)
    if named is not None:
        _belongs(titre, named)
    elif titre.school_year:
        of_year = [c for c in conventions if c.school_year == titre.school_year and not c.amends]
        if len(of_year) == 1:
            _belongs(titre, of_year[0])
        elif of_year:
            titre.explained = any(c.in_force for c in of_year)
            titre.schools = tuple(sorted(uai for c in of_year for uai in c.counted))
            titre.rate = of_year[0].rate


def _belongs(titre: Titre, convention: Convention) -> None:
    titre.convention = convention.convention
    titre.school_year = convention.school_year
    titre.rate = convention.rate
    titre.schools = tuple(convention.counted or sorted(convention.listed))
    titre.explained = True


def _with_avenants(titres: dict[str, Titre], register: Register) -> None:
    """A titre of the original convention covers the schools of its avenants that no titre of their own bills."""
    billed = {titre.convention for titre in titres.values()}
    added: dict[str, list[str]] = {}
    for convention in register.conventions.values():
        if convention.amends and convention.in_force and convention.convention not in billed:
            added.setdefault(root(convention, register.conventions), []).extend(convention.counted)
    for titre in titres.values():
        if titre.convention in added:
            titre.schools = tuple(sorted({*titre.schools, *added[titre.convention]}))


def _guess_years(titres: dict[str, Titre], by_debtor: dict[str, list[Convention]]) -> None:
    """A titre that names neither convention nor year: the debtor's only signed, unbilled convention of equal amount."""
    billed = {titre.convention for titre in titres.values() if titre.convention}
    nameless = [titre for titre in titres.values() if not titre.convention and not titre.school_year]
    alike = Counter((titre.payer_siren, titre.issued) for titre in nameless)
    for titre in nameless:
        fits = [c for c in by_debtor.get(titre.payer_siren, []) if _fits(titre, c) and c.convention not in billed]
        if len(fits) == 1 and alike[titre.payer_siren, titre.issued] == 1:
            _belongs(titre, fits[0])


def _fits(titre: Titre, convention: Convention) -> bool:
    on = convention.signed_on or convention.council_on or convention.dated_on
    expected = convention.rate * len(convention.counted)
    return convention.in_force and expected == titre.issued and (on is None or on <= titre.issued_on)
