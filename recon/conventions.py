"""What the conventions give: which are in force, which schools each counts, and what is expected of whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from recon.findings.finding import Place
from recon.identifiers import department_of_uai, is_department, school_year_start, siren_of
from recon.values import folded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import polars as pl

PROPOSED, SIGNED, TERMINATED = "proposée", "signée", "résiliée"
REMOVED, WITHDRAWN = "retrait", "retirée"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A school in a school year, as the enrolments say; `payers` has two or more when it is enrolled twice (E02)."""

    school_year: str
    uai: str
    school_name: str
    commune: str
    department: str
    insee: str
    payers: tuple[str, ...]
    communes: tuple[str, ...]
    withdrawn: bool
    withdrawn_on: date | None
    place: Place

    @property
    def enrolled(self) -> bool:
        """Whether the school takes part: one withdrawn before the year began does not, one withdrawn later does."""
        begins = school_year_start(self.school_year)
        return not (self.withdrawn and self.withdrawn_on is not None and self.withdrawn_on < begins)


@dataclass(slots=True)
class Convention:
    """A convention with the schools it lists and those it counts; amounts in cents."""

    convention: str
    school_year: str
    payer_siren: str
    payer_siret: str
    payer_name: str
    address: str
    email: str
    rate: int
    school_count: int | None
    amount: int | None
    dated_on: date | None
    council_on: date | None
    signed_on: date | None
    ends_on: date | None
    status: str
    terminated_on: date | None
    amends: str
    in_force: bool
    terminated: bool
    place: Place
    council_ref: str = ""
    listed: dict[str, ListedSchool] = field(default_factory=dict)
    counted: list[str] = field(default_factory=list)

    @property
    def since(self) -> tuple[bool, str, str]:
        """Order of precedence: originals before avenants, then the earlier signed."""
        on = self.signed_on or self.council_on or self.dated_on
        return bool(self.amends), on.isoformat() if on else "9999", self.convention

    @property
    def potential(self) -> int:
        """What a convention that is not in force would bring, in cents."""
        return 0 if self.in_force or self.terminated else self.rate * len(self.listed)


@dataclass(frozen=True, slots=True)
class ListedSchool:
    """A school in a convention's list, with the place that says so."""

    uai: str
    school_name: str
    commune: str
    removed: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Overlap:
    """A school that two conventions of one year list (C05): the one that counts it, and the other."""

    uai: str
    counted_by: Convention
    also_in: Convention


@dataclass(frozen=True, slots=True)
class Register:
    """All conventions and enrolments of the dossier, and which convention counts each school of each year."""

    conventions: dict[str, Convention]
    enrolments: dict[tuple[str, str], Enrolment]
    owner: dict[tuple[str, str], Convention]
    overlaps: list[Overlap]
    orphans: list[dict[str, Any]]
    by_payer: dict[tuple[str, str], list[Convention]]

    def of(self, payer: str, school_year: str) -> list[Convention]:
        """Return the payer's conventions of a year, in order of precedence."""
        return self.by_payer.get((payer, school_year), [])


def register(conventions: pl.DataFrame, schools: pl.DataFrame, enrolments: pl.DataFrame, as_of: date) -> Register:
    """Return the register of the accepted rows, as known on `as_of`; what is dated later is left out."""
    enrolled = _enrolments(enrolments, as_of)
    known = _conventions(conventions, as_of)
    orphans = _list_schools(known, schools)
    claims = _claims(known, enrolled)
    owner = {key: claimants[0] for key, claimants in claims.items()}
    for (_, uai), convention in owner.items():
        convention.counted.append(uai)
    overlaps = [
        Overlap(uai, claimants[0], other) for (_, uai), claimants in claims.items() for other in claimants[1:]
    ]  # fmt: skip
    by_payer: dict[tuple[str, str], list[Convention]] = {}
    for convention in sorted(known.values(), key=lambda convention: convention.since):
        by_payer.setdefault((convention.payer_siren, convention.school_year), []).append(convention)
    return Register(known, enrolled, owner, overlaps, orphans, by_payer)


def _enrolments(rows: pl.DataFrame, as_of: date) -> dict[tuple[str, str], Enrolment]:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        if row["enrolled_on"] is None or row["enrolled_on"] <= as_of:
            groups.setdefault((row["school_year"], row["uai"]), []).append(row)
    return {key: _enrolment(twins, as_of) for key, twins in sorted(groups.items())}


def _department(row: dict[str, Any]) -> str:
    """Return the number written in the row; where there are words, or nothing, that of the UAI: sums are told by number."""
    return row["department"] if is_department(row["department"] or "") else department_of_uai(row["uai"])


def _enrolment(twins: list[dict[str, Any]], as_of: date) -> Enrolment:
    """A school that left one payer before the year began and is enrolled by another is the other's."""
    living = [row for row in twins if not _left_before(row)] or twins
    row = living[0]
    withdrawn = [_withdrawn(row, as_of) for row in living]
    return Enrolment(
        school_year=row["school_year"],
        uai=row["uai"],
        school_name=row["school_name"],
        commune=row["commune"],
        department=_department(row),
        insee=row["insee"] or "",
        payers=tuple(sorted({row["payer_siren"] for row in living if row["payer_siren"]})),
        communes=tuple({folded(row["commune"]): row["commune"] for row in living}.values()),
        withdrawn=all(withdrawn),
        withdrawn_on=row["withdrawn_on"] if all(withdrawn) else None,
        place=Place(row["source"], row["row"], "uai"),
    )


def _withdrawn(row: dict[str, Any], as_of: date) -> bool:
    left = row["withdrawn_on"]
    return (row["status"] == WITHDRAWN or left is not None) and not (left is not None and left > as_of)


def _left_before(row: dict[str, Any]) -> bool:
    left = row["withdrawn_on"]
    return left is not None and left < school_year_start(row["school_year"])


def _conventions(rows: pl.DataFrame, as_of: date) -> dict[str, Convention]:
    known: dict[str, Convention] = {}
    for row in rows.iter_rows(named=True):
        number = row["convention"] or _numbered(row, known)
        known[number] = _convention(row, number, as_of)
    return dict(sorted(known.items()))


def _numbered(row: dict[str, Any], known: dict[str, Convention]) -> str:
    base = f"{siren_of(row['payer_siret'])}-{row['school_year']}"
    number, rank = base, 1
    while number in known:
        rank += 1
        number = f"{base}-{rank}"
    return number


def _convention(row: dict[str, Any], number: str, as_of: date) -> Convention:
    signed = row["signed_on"] if row["signed_on"] is None or row["signed_on"] <= as_of else None
    return Convention(
        convention=number,
        school_year=row["school_year"],
        payer_siren=siren_of(row["payer_siret"]),
        payer_siret=row["payer_siret"],
        payer_name=row["payer_name"],
        address=row["payer_address"] or "",
        email=row["payer_email"] or "",
        rate=row["rate"],
        school_count=row["school_count"],
        amount=row["amount"],
        dated_on=row["dated_on"],
        council_on=row["council_on"],
        signed_on=row["signed_on"],
        ends_on=row["ends_on"],
        status=row["status"] or "",
        terminated_on=row["terminated_on"],
        amends=row["amends"] or "",
        in_force=_in_force(row, signed, as_of) and not _terminated(row, as_of),
        terminated=_terminated(row, as_of),
        place=Place(row["source"], row["row"], "convention"),
        council_ref=row["council_ref"] or "",
    )


def _in_force(row: dict[str, Any], signed: date | None, as_of: date) -> bool:
    if row["status"] == PROPOSED:
        return False
    if row["signed_on"] is not None:
        return signed is not None
    return row["status"] in {SIGNED, TERMINATED} or (row["council_on"] is not None and row["council_on"] <= as_of)


def _terminated(row: dict[str, Any], as_of: date) -> bool:
    """Whether the convention has ended before its term: a day yet to come ends nothing."""
    ended = row["terminated_on"]
    return (row["status"] == TERMINATED or ended is not None) and not (ended is not None and ended > as_of)


def _list_schools(known: dict[str, Convention], schools: pl.DataFrame) -> list[dict[str, Any]]:
    """Give each convention its list; return the rows that name no known convention."""
    orphans = []
    for row in schools.iter_rows(named=True):
        convention = known.get(row["convention"])
        if convention is None:
            orphans.append(row)
            continue
        place = Place(row["source"], row["row"], "uai")
        removed = row["change"] == REMOVED
        convention.listed[row["uai"]] = ListedSchool(
            row["uai"], row["school_name"] or "", row["commune"] or "", removed, place
        )
    return orphans


def _claims(
    conventions: Mapping[str, Convention], enrolled: dict[tuple[str, str], Enrolment]
) -> dict[tuple[str, str], list[Convention]]:
    """Return, for each school of each year, the unrelated conventions that list it; the first counts it.

    An avenant withdraws a school from its own convention only. A terminated one counts what no other does.
    """
    claims: dict[tuple[str, str], list[Convention]] = {}
    for convention in sorted(conventions.values(), key=lambda convention: convention.since):
        if not (convention.in_force or convention.terminated):
            continue
        for school in convention.listed.values():
            key = (convention.school_year, school.uai)
            claimants = claims.setdefault(key, [])
            related = [other for other in claimants if root(other, conventions) == root(convention, conventions)]
            if school.removed:
                if before_the_year(convention):
                    claims[key] = [other for other in claimants if other not in related]
            elif not related and (key not in enrolled or enrolled[key].enrolled):
                claimants.append(convention)
    ranked = {key: _ranked(claimants, enrolled.get(key)) for key, claimants in sorted(claims.items())}
    return {key: claimants for key, claimants in ranked.items() if claimants}


def root(convention: Convention, conventions: Mapping[str, Convention]) -> str:
    """Return the number of the convention that a chain of avenants amends; an original is its own."""
    seen = {convention.convention}
    while convention.amends in conventions and convention.amends not in seen:
        convention = conventions[convention.amends]
        seen.add(convention.convention)
    return convention.amends or convention.convention


def before_the_year(convention: Convention) -> bool:
    """Whether a convention was signed, voted or dated before its school year began."""
    on = convention.signed_on or convention.council_on or convention.dated_on
    return on is not None and on < school_year_start(convention.school_year)


def _ranked(claimants: list[Convention], enrolment: Enrolment | None) -> list[Convention]:
    named = enrolment.payers if enrolment else ()
    living = [convention for convention in claimants if convention.in_force] or claimants
    return sorted(living, key=lambda convention: (convention.payer_siren not in named, convention.since))
