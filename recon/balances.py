"""Balances: what each titre, school, payer and year expects, is billed, has paid and owes. All in cents; sums close.

A school's figures are shares of its titre's: equal parts by the largest remainder, so that the schools of a titre add
up to the titre, the titres and what is still to bill to the payer, and the payers to the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recon.allocation import split_cents
from recon.matching.account import PROPOSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recon.allocation import Allocation, Allocations
    from recon.billed import Titre
    from recon.conventions import Convention, Register
    from recon.tables import Settings

NAMED, WHOLE, SHARED = "named", "whole", "shared"


@dataclass(slots=True)
class TitreBalance:
    """A titre's account on the day, in cents."""

    titre: Titre
    paid: int
    pending: int
    credit: int

    @property
    def outstanding(self) -> int:
        """What is billed and not yet paid."""
        return self.titre.net - self.paid


@dataclass(slots=True)
class SchoolBalance:
    """A school in a year under a payer; an empty `uai` bears what no school does."""

    school_year: str
    uai: str
    payer_siren: str
    convention: str = ""
    titres: list[str] = field(default_factory=list)
    expected: int = 0
    billed: int = 0
    paid: int = 0
    to_bill: int = 0
    over_billed: int = 0
    attribution: str = ""
    late: bool = False

    @property
    def outstanding(self) -> int:
        """What is billed and not yet paid."""
        return self.billed - self.paid


SchoolKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Balances:
    """The accounts per titre, per debtor, and per (school_year, payer, uai)."""

    titres: dict[str, TitreBalance]
    of_debtor: dict[str, list[TitreBalance]]
    schools: dict[SchoolKey, SchoolBalance]


def balances(register: Register, titres: Mapping[str, Titre], allocations: Allocations, settings: Settings) -> Balances:
    """Return the accounts that the conventions, the titres and the allocations give."""
    by_titre = _by_titre(allocations.rows)
    accounts = {
        number: _titre_balance(titre, by_titre.get(number, []), allocations.credit.get(number, 0))
        for number, titre in titres.items()
    }
    schools: dict[SchoolKey, SchoolBalance] = {}
    _expect(schools, register, accounts.values())
    for account in accounts.values():
        late = account.titre.days_late(settings.as_of) > 0
        _bill(schools, account, by_titre.get(account.titre.titre, []), late=late)
    _to_bill(schools)
    of_debtor: dict[str, list[TitreBalance]] = {}
    for account in accounts.values():
        of_debtor.setdefault(account.titre.payer_siren, []).append(account)
    return Balances(accounts, of_debtor, dict(sorted(schools.items())))


def _by_titre(rows: Iterable[Allocation]) -> dict[str, list[Allocation]]:
    found: dict[str, list[Allocation]] = {}
    for row in rows:
        found.setdefault(row.titre, []).append(row)
    return found


def _titre_balance(titre: Titre, rows: list[Allocation], credit: int) -> TitreBalance:
    paid = sum(row.cents for row in rows if row.confidence != PROPOSED)
    proposed = sum(row.cents for row in rows if row.confidence == PROPOSED)
    return TitreBalance(titre, paid, min(proposed, titre.net - paid), credit)


def _school(schools: dict[SchoolKey, SchoolBalance], year: str, payer: str, uai: str) -> SchoolBalance:
    return schools.setdefault((year, payer, uai), SchoolBalance(year, uai, payer))


def _expect(schools: dict[SchoolKey, SchoolBalance], register: Register, titres: Iterable[TitreBalance]) -> None:
    billed_in_time = {
        account.titre.convention
        for account in titres
        if account.titre.net > 0 and _before_the_end(register.conventions.get(account.titre.convention), account)
    }
    for convention in register.conventions.values():
        due = convention.in_force or (convention.terminated and convention.convention in billed_in_time)
        for uai in convention.counted if due else ():
            school = _school(schools, convention.school_year, convention.payer_siren, uai)
            school.convention, school.expected = convention.convention, convention.rate
    for convention in register.conventions.values():
        for uai in convention.listed:
            if (convention.school_year, uai) not in register.owner and not convention.in_force:
                school = _school(schools, convention.school_year, convention.payer_siren, uai)
                school.convention = school.convention or convention.convention
    _uncovered(schools, register)


def _before_the_end(convention: Convention | None, account: TitreBalance) -> bool:
    """What a terminated convention's titre claims stays due if it was issued before the end."""
    if convention is None or not convention.terminated:
        return False
    return convention.terminated_on is None or account.titre.issued_on < convention.terminated_on


def _uncovered(schools: dict[SchoolKey, SchoolBalance], register: Register) -> None:
    held = {(year, uai) for year, _, uai in schools}
    for key, enrolment in register.enrolments.items():
        if key not in held and enrolment.enrolled:
            _school(schools, enrolment.school_year, enrolment.payers[0] if enrolment.payers else "", enrolment.uai)


def _bill(
    schools: dict[SchoolKey, SchoolBalance], account: TitreBalance, rows: list[Allocation], *, late: bool
) -> None:
    """Share a titre and its payments out over its schools."""
    titre = account.titre
    uais = sorted(titre.schools) or [""]
    shares = dict(zip(uais, split_cents(titre.net, [1] * len(uais)), strict=True))
    lines = [(row.uai, row.cents) for row in rows if row.uai and row.confidence != PROPOSED]
    paid, sharing = paid_shares(shares, account.paid, lines)
    named = {uai for uai, _ in lines}
    for uai in uais:
        school = _school(schools, titre.school_year, titre.payer_siren, uai)
        school.convention = school.convention or titre.convention
        school.titres.append(titre.titre)
        school.billed += shares[uai]
        school.paid += paid[uai]
        school.late = school.late or (late and paid[uai] < shares[uai])
        school.attribution = _attribution(uai, named, school.attribution, shared=uai in sharing)


def paid_shares(
    shares: dict[str, int], total: int, named: Iterable[tuple[str, int]]
) -> tuple[dict[str, int], set[str]]:
    """Return what each school has paid of its share: those that a line names first, the rest pro rata to what they still owe.

    `total` is what is paid in all, `named` the schools that lines name and their cents. The second value holds the
    schools that share such a rest: they cannot be told apart in it.
    """
    if total == sum(shares.values()):
        return dict(shares), set()
    paid = dict.fromkeys(shares, 0)
    for uai, cents in named:
        if uai in paid:
            paid[uai] = min(shares[uai], paid[uai] + cents)
    rest = total - sum(paid.values())
    if rest <= 0:
        return paid, set()
    owed = {uai: shares[uai] - paid[uai] for uai in shares}
    for uai, cents in zip(owed, split_cents(rest, list(owed.values())), strict=True):
        paid[uai] += cents
    return paid, {uai for uai, cents in owed.items() if cents}


def _attribution(uai: str, named: set[str], before: str, *, shared: bool) -> str:
    if shared or before == SHARED:
        return SHARED
    return NAMED if uai in named else WHOLE


def _to_bill(schools: dict[SchoolKey, SchoolBalance]) -> None:
    """Per payer and year, expected - billed is to bill, or over-billed; its schools bear it by what each lacks."""
    groups: dict[tuple[str, str], list[SchoolBalance]] = {}
    for (year, payer, _), school in sorted(schools.items()):
        groups.setdefault((year, payer), []).append(school)
    for members in groups.values():
        difference = sum(school.expected - school.billed for school in members)
        if difference > 0:
            lacks = [max(0, school.expected - school.billed) for school in members]
            for school, cents in zip(members, split_cents(difference, lacks), strict=True):
                school.to_bill = cents
        elif difference < 0:
            excess = [max(0, school.billed - school.expected) for school in members]
            for school, cents in zip(members, split_cents(-difference, excess), strict=True):
                school.over_billed = cents
