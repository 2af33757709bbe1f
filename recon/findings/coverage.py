"""Enrolments against conventions: E01, E02, E05, C01 to C05, C07, C08, C10, and lists that name no convention (D05)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from recon.conventions import before_the_year, root
from recon.findings.finding import Finding, Place, Unsure
from recon.identifiers import school_year_start
from recon.texts import Text, counted, day, money, same

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recon.conventions import Convention, Enrolment, Register
    from recon.tables import Settings

SCHOOL, SCHOOLS = Text("école", "school"), Text("écoles", "schools")
UNKNOWN_DAY = Text("date inconnue", "unknown day")


def coverage(register: Register, settings: Settings, unsure: Unsure) -> Iterable[Finding]:
    """Return what does not agree between enrolments and conventions.

    Nothing is said of what a refused row is about: that row has its finding.
    """
    yield from _enrolled_twice(register)
    yield from _withdrawn(register)
    yield from _taken_out_late(register)
    yield from _uncovered(register, settings, unsure)
    years = {enrolment.school_year for enrolment in register.enrolments.values()}
    for convention in register.conventions.values():
        yield from _convention(convention, settings)
        if convention.in_force and convention.school_year in years:
            yield from _not_enrolled(convention, register, unsure)
    yield from _overlaps(register)
    yield from _orphans(register, unsure)


def _enrolled_twice(register: Register) -> Iterable[Finding]:
    for enrolment in register.enrolments.values():
        if len(enrolment.payers) > 1 or len(enrolment.communes) > 1:
            both = enrolment.payers if len(enrolment.payers) > 1 else enrolment.communes
            yield _of_enrolment("E02", enrolment, Text("une seule inscription", "one enrolment"), same(", ".join(both)))


def _withdrawn(register: Register) -> Iterable[Finding]:
    for (year, uai), enrolment in register.enrolments.items():
        convention = register.owner.get((year, uai))
        if enrolment.withdrawn and enrolment.enrolled and convention is not None:
            on = day(enrolment.withdrawn_on) if enrolment.withdrawn_on else UNKNOWN_DAY
            limit = Text("un retrait avant le {on}", "a withdrawal before {on}")
            expected = limit.with_(on=day(school_year_start(year)))
            yield _of_enrolment("E05", enrolment, expected, on, convention.rate)


def _taken_out_late(register: Register) -> Iterable[Finding]:
    """An avenant of the year itself takes a school out: it stays due, even if the enrolments do not tell it."""
    for convention in register.conventions.values():
        if not (convention.in_force and convention.amends) or before_the_year(convention):
            continue
        first = root(convention, register.conventions)
        for school in convention.listed.values():
            key = (convention.school_year, school.uai)
            owner, enrolment = register.owner.get(key), register.enrolments.get(key)
            told = enrolment is not None and enrolment.withdrawn
            if school.removed and owner is not None and root(owner, register.conventions) == first and not told:
                limit = Text("un retrait avant le {on}", "a withdrawal before {on}")
                expected = limit.with_(on=day(school_year_start(convention.school_year)))
                on = convention.signed_on or convention.council_on
                found = day(on) if on else UNKNOWN_DAY
                yield _of_school("E05", convention, school.uai, school.place, expected, found, owner.rate)


def _uncovered(register: Register, settings: Settings, unsure: Unsure) -> Iterable[Finding]:
    unsigned = {
        (convention.school_year, uai)
        for convention in register.conventions.values()
        if not convention.in_force
        for uai in convention.listed
    }
    listed = {row["uai"] for row in register.orphans if row["convention"] in unsure.conventions}
    for (year, uai), enrolment in register.enrolments.items():
        if not enrolment.enrolled or (year, uai) in register.owner or (year, uai) in unsigned or uai in listed:
            continue
        expected = Text("dans la liste d’une convention signée {year}", "in the list of a signed {year} convention")
        found = Text("aucune convention ne liste l’école", "no convention lists the school")
        yield _of_enrolment("E01", enrolment, expected.with_(year=year), found, settings.rates.get(year))


def _of_enrolment(code: str, enrolment: Enrolment, expected: Text, found: Text, amount: int | None = None) -> Finding:
    return Finding(
        code=code,
        key=(enrolment.school_year, enrolment.uai),
        expected=expected,
        found=found,
        amount=amount,
        place=enrolment.place,
        school_year=enrolment.school_year,
        payer_siren=enrolment.payers[0] if enrolment.payers else "",
        uai=enrolment.uai,
    )


def _of_convention(
    code: str,
    convention: Convention,
    expected: Text,
    found: Text,
    amount: int | None = None,
    field: str = "",
    part: str = "",
) -> Finding:
    return Finding(
        code=code,
        key=(convention.convention, convention.payer_siren, part),
        expected=expected,
        found=found,
        amount=amount,
        place=convention.place._replace(field=field or convention.place.field),
        school_year=convention.school_year,
        payer_siren=convention.payer_siren,
        convention=convention.convention,
    )


def _convention(convention: Convention, settings: Settings) -> Iterable[Finding]:
    if convention.terminated:
        ended = day(convention.terminated_on) if convention.terminated_on else UNKNOWN_DAY
        yield _of_convention(
            "C10", convention, Text("une convention en vigueur", "a convention in force"), ended, field="terminated_on"
        )
        return
    if not convention.in_force:
        found = Text("non signée", "not signed")
        yield _of_convention(
            "C07",
            convention,
            Text("une convention signée", "a signed convention"),
            found,
            convention.potential,
            "signed_on",
        )
        return
    if convention.council_on is None:
        found = Text("aucune délibération indiquée", "no council vote given")
        yield _of_convention("C07", convention, Text("une délibération", "a council vote"), found, field="council_on")
    yield from _article_9(convention)
    yield from _rate(convention, settings)
    yield from _end(convention)


def _article_9(convention: Convention) -> Iterable[Finding]:
    """C02, and C03 only where the amount is wrong for a reason of its own."""
    if convention.amends:
        return
    listed, announced = len(convention.listed), convention.school_count
    if announced is not None and announced != listed:
        at_stake = abs(announced - listed) * convention.rate
        yield _of_convention(
            "C02",
            convention,
            counted(listed, SCHOOL, SCHOOLS),
            counted(announced, SCHOOL, SCHOOLS),
            at_stake,
            "school_count",
        )
    schools = listed if announced is None else announced
    if convention.amount is not None and convention.amount not in {schools * convention.rate, listed * convention.rate}:
        product = Text("{count} × {rate} = {amount}", "{count} × {rate} = {amount}")
        right = product.with_(count=listed, rate=money(convention.rate), amount=money(listed * convention.rate))
        difference = listed * convention.rate - convention.amount
        yield _of_convention("C03", convention, right, money(convention.amount), difference, "amount")


def _rate(convention: Convention, settings: Settings) -> Iterable[Finding]:
    rate = settings.rates.get(convention.school_year)
    if rate is not None and convention.rate != rate:
        at_stake = (rate - convention.rate) * len(convention.counted)
        yield _of_convention("C04", convention, money(rate), money(convention.rate), at_stake, "rate")


def _end(convention: Convention) -> Iterable[Finding]:
    year = school_year_start(convention.school_year).year + 1
    first, last = date(year, 7, 1), date(year, 9, 30)
    if convention.ends_on is None or not first <= convention.ends_on <= last:
        expected = Text("une date du {first} au {last}", "a date from {first} to {last}").with_(
            first=day(first), last=day(last)
        )
        found = day(convention.ends_on) if convention.ends_on else Text("aucune date de fin", "no end date")
        yield _of_convention("C08", convention, expected, found, field="ends_on")


def _not_enrolled(convention: Convention, register: Register, unsure: Unsure) -> Iterable[Finding]:
    for uai in convention.counted:
        if (convention.school_year, uai) in register.enrolments or uai[:7] in unsure.uais:
            continue
        listed = convention.listed[uai]
        expected = Text("inscrite en {year}", "enrolled in {year}").with_(year=convention.school_year)
        found = Text("absente des inscriptions", "not among the enrolments")
        yield _of_school("C01", convention, uai, listed.place, expected, found, convention.rate)


def _overlaps(register: Register) -> Iterable[Finding]:
    for overlap in register.overlaps:
        other, first = overlap.also_in, overlap.counted_by
        expected = Text("une seule convention", "a single convention")
        found = Text("déjà dans {number}", "already in {number}").with_(number=first.convention)
        yield _of_school("C05", other, overlap.uai, other.listed[overlap.uai].place, expected, found, other.rate)


def _of_school(
    code: str, convention: Convention, uai: str, place: Place, expected: Text, found: Text, amount: int
) -> Finding:
    return Finding(
        code=code,
        key=(convention.convention, uai),
        expected=expected,
        found=found,
        amount=amount,
        place=place,
        school_year=convention.school_year,
        payer_siren=convention.payer_siren,
        uai=uai,
        convention=convention.convention,
    )


def _orphans(register: Register, unsure: Unsure) -> Iterable[Finding]:
    for row in register.orphans:
        if row["convention"] in unsure.conventions:
            continue
        yield Finding(
            code="D05",
            key=("convention_schools", row["convention"], row["uai"], row["change"] or ""),
            expected=Text("une convention du registre", "a convention of the register"),
            found=same(row["convention"]),
            place=Place(row["source"], row["row"], "convention"),
            uai=row["uai"],
            convention=row["convention"],
        )
