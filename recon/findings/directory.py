"""The dossier against the directory of schools: gone or unknown (E03), another commune, département or payer (E04)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from recon.findings.bonds import OWN
from recon.findings.finding import Finding, Place
from recon.identifiers import department_of_uai
from recon.likeness import alike, neighbours, same_commune, same_school
from recon.references import CLOSED, OPEN, TO_OPEN, named_alike
from recon.tables import InDirectory
from recon.texts import Text, day, joined, same

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from datetime import date

    from recon.conventions import Convention, Enrolment, ListedSchool, Register
    from recon.findings.bonds import Bonds
    from recon.layouts import Table
    from recon.references import References, School

MOST_PROPOSED = 3
AN_OPEN_SCHOOL = Text("une école ouverte de l’annuaire{on}", "an open school of the directory{on}")
ABSENT = Text("absente de l’annuaire{on}", "not in the directory{on}")
STATES = {
    CLOSED: Text("fermée dans l’annuaire{on}", "closed in the directory{on}"),
    TO_OPEN: Text("pas encore ouverte dans l’annuaire{on}", "not yet open in the directory{on}"),
}
BORE = Text("{found} ; un annuaire antérieur la nomme {name}", "{found}; an older directory names it {name}")
HAS_NAME = Text(
    "{uai} n’y est plus ouverte ; {other} ({name}, {commune}) porte maintenant son nom",
    "{uai} is no longer open there; {other} ({name}, {commune}) now bears its name",
)
DIGIT = Text(
    "{other} ({name}, {commune}) n’en diffère que par un chiffre, ou par deux chiffres échangés",
    "{other} ({name}, {commune}) differs by one digit only, or by two exchanged",
)
NEAR = Text("{other} ({name}, {commune}) porte un nom voisin", "{other} ({name}, {commune}) bears a similar name")
ONE = Text(
    "Proposé, rien n’est changé : {what}. Vérifier, puis corriger l’UAI ou demander la liste à jour.",
    "Proposed, nothing is changed: {what}. Check, then correct the UAI or ask for an updated list.",
)
SOME = Text(
    "Plusieurs écoles possibles, aucune n’est retenue : {what}. Vérifier, puis corriger l’UAI.",
    "Several schools possible, none is chosen: {what}. Check, then correct the UAI.",
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A school that the dossier enrols or lists, in its latest school year."""

    school_year: str
    uai: str
    enrolment: Enrolment | None
    convention: Convention | None
    listed: ListedSchool | None

    @property
    def name(self) -> str:
        """The name that a source gives, "" if none does."""
        return (self.enrolment.school_name if self.enrolment else "") or (
            self.listed.school_name if self.listed else ""
        )

    @property
    def communes(self) -> tuple[str, ...]:
        """The names of communes that a source gives."""
        if self.enrolment:
            return self.enrolment.communes
        return (self.listed.commune,) if self.listed and self.listed.commune else ()

    @property
    def place(self) -> Place | None:
        """Where the school stands: in the enrolments, else in the convention's list."""
        held = self.enrolment or self.listed
        return held.place if held else None

    @property
    def payers(self) -> tuple[str, ...]:
        """The SIRENs of those who pay: the enrolment's and the convention's."""
        own = (self.convention.payer_siren,) if self.convention else ()
        return tuple(dict.fromkeys((*(self.enrolment.payers if self.enrolment else ()), *own)))


def subjects(register: Register) -> list[Subject]:
    """Return the schools enrolled, or listed by a convention that is not terminated, each in its latest year."""
    found: dict[str, Subject] = {}
    keys = dict.fromkeys(key for key, enrolment in register.enrolments.items() if enrolment.enrolled)
    listing: dict[tuple[str, str], Convention] = {}
    for convention in register.conventions.values():
        for uai, school in convention.listed.items():
            key = (convention.school_year, uai)
            if not (school.removed or convention.terminated) and (key in keys or key not in register.enrolments):
                listing.setdefault(key, convention)
    for year, uai in sorted({**keys, **listing}):
        convention_of = register.owner.get((year, uai)) or listing.get((year, uai))
        listed = convention_of.listed.get(uai) if convention_of else None
        found[uai] = Subject(year, uai, register.enrolments.get((year, uai)), convention_of, listed)
    return list(found.values())


def _on(updated: date | None) -> Text:
    return Text(" du {on}", " of {on}").with_(on=day(updated)) if updated else same("")


# E03 -----------------------------------------------------------------------------------------------------------------


def gone(register: Register, known: References) -> Iterator[Finding]:
    """Return the schools that the directory does not know or says closed, where it covers their département (E03)."""
    concerned = subjects(register)
    taken = {subject.uai for subject in concerned}
    for subject in concerned:
        department = department_of_uai(subject.uai)
        if department not in known.updated:
            continue
        school = known.current(subject.uai)
        if school is not None and school.state == OPEN:
            continue
        on = _on(known.updated[department])
        past = known.schools.get(subject.uai)
        found = (STATES[school.state] if school else ABSENT).with_(on=on)
        if school is None and past is not None and past.name:
            found = BORE.with_(found=found, name=past.name)
        yield Finding(
            "E03", (subject.school_year, subject.uai), AN_OPEN_SCHOOL.with_(on=on), found,
            place=subject.place, school_year=subject.school_year, payer_siren=next(iter(subject.payers), ""),
            uai=subject.uai, convention=subject.convention.convention if subject.convention else "",
            advice=_advice(_candidates(subject, past, known, taken), subject.uai),
        )  # fmt: skip


def _candidates(
    subject: Subject, past: School | None, known: References, taken: Collection[str]
) -> list[tuple[Text, School]]:
    """Return the open schools of the same commune or payer that nobody enrols: its name, one digit away, a similar name."""
    around = [school for school in _around(subject, past, known) if school.uai not in taken]
    name = subject.name or (past.name if past else "")
    near = set(neighbours(subject.uai))
    ways: tuple[tuple[Text, Callable[[School], bool]], ...] = (
        (HAS_NAME, lambda school: same_school(name, school.name)),
        (DIGIT, lambda school: school.uai in near),
        (NEAR, lambda school: alike(name, school.name)),
    )
    found: dict[str, tuple[Text, School]] = {}
    for words, fits in ways:
        for school in around:
            if fits(school):
                found.setdefault(school.uai, (words, school))
    best = [pair for pair in found.values() if pair[0] is HAS_NAME]
    return best or list(found.values())


def _around(subject: Subject, past: School | None, known: References) -> Iterable[School]:
    """Return the open schools of the commune that a source names, by INSEE code or else by name, and of the payers'."""
    insees = {subject.enrolment.insee if subject.enrolment else "", past.insee if past else ""} - {""}
    if not insees:
        department = department_of_uai(subject.uai)
        insees = {code for name in subject.communes for code in known.named(department, name)}
    insees |= {known.payers[payer].insee for payer in subject.payers if payer in known.payers}
    around = {school.uai: school for code in insees for school in known.by_commune.get(known.insee_now(code), ())}
    around |= {school.uai: school for payer in subject.payers for school in known.by_siren.get(payer, ())}
    return [around[uai] for uai in sorted(around)]


def _advice(candidates: list[tuple[Text, School]], uai: str) -> Text | None:
    if not candidates:
        return None
    said = [
        words.with_(uai=uai, other=school.uai, name=school.name, commune=school.commune)
        for words, school in candidates[:MOST_PROPOSED]
    ]
    more = same("…") if len(candidates) > MOST_PROPOSED else same("")
    return (ONE if len(candidates) == 1 else SOME).with_(what=joined([joined(said, " · "), more], ""))


# E04 -----------------------------------------------------------------------------------------------------------------


def differing(bonds: Bonds, questioned: Collection[str]) -> Iterator[tuple[Finding, bool]]:
    """Return the schools whose commune, département or payer is not the directory's (E04), and whether the payer is.

    `questioned` are payers whose number has its finding already: a former commune's (C09), a wrong key (D11).
    """
    for subject in subjects(bonds.register):
        school = bonds.known.current(subject.uai)
        if school is None or school.state == CLOSED:
            continue
        where = _place(subject, school, bonds.known)
        payer = _payer(subject, school, bonds, questioned)
        told = [difference for difference in (where, payer) if difference is not None]
        if told:
            expected = joined((difference.expected for difference in told), " · ")
            found = joined((difference.found for difference in told), " · ")
            yield _e04(subject, told[0].field, expected, found), payer is not None


class Difference(NamedTuple):
    """A field of the enrolment that differs, what the directory has, and what was found."""

    field: str
    expected: Text
    found: Text


def _e04(subject: Subject, field: str, expected: Text, found: Text) -> Finding:
    place = subject.place
    return Finding(
        "E04", (subject.school_year, subject.uai), expected, found,
        place=place._replace(field=field) if place and subject.enrolment else place, school_year=subject.school_year, payer_siren=next(iter(subject.payers), ""),
        uai=subject.uai, convention=subject.convention.convention if subject.convention else "",
    )  # fmt: skip


def _place(subject: Subject, school: School, known: References) -> Difference | None:
    """Return the commune or département expected and found, None if they agree or nothing says them."""
    commune = Text("commune {name} ({insee})", "commune {name} ({insee})")
    expected = commune.with_(name=school.commune, insee=school.insee)
    insee = subject.enrolment.insee if subject.enrolment else ""
    if insee and school.insee:
        if known.insee_now(insee) != known.insee_now(school.insee):
            return Difference("insee", expected, commune.with_(name=", ".join(subject.communes), insee=insee))
        return None
    now = known.insee_now(school.insee)
    strange = [
        name for name in subject.communes if not (same_commune(name, school.commune) or named_alike(known, now, name))
    ]
    if strange and school.commune:
        return Difference("commune", expected, Text("commune {name}", "commune {name}").with_(name=", ".join(strange)))
    department = subject.enrolment.department if subject.enrolment else ""
    if department and department.zfill(2) != school.department:
        said = Text("département {code}", "département {code}")
        return Difference("department", said.with_(code=school.department), said.with_(code=department))
    return None


def _payer(subject: Subject, school: School, bonds: Bonds, questioned: Collection[str]) -> Difference | None:
    """Return the payer expected and the one found where nothing known ties it to the school."""
    insee = bonds.known.insee_now(school.insee)
    commune = bonds.known.communes.get(insee)
    if commune is None:
        return None
    strangers = [
        payer for payer in subject.payers if payer not in questioned and bonds.of(payer, insee, subject.uai) is None
    ]
    if not strangers:
        return None
    expected = Text("collectivité {siren} ({name})", "payer {siren} ({name})")
    named = [_named(payer, subject, bonds.known) for payer in strangers]
    return Difference("payer_siren", expected.with_(siren=commune.siren, name=commune.name), joined(named, ", "))


def _named(payer: str, subject: Subject, known: References) -> Text:
    of_convention = (
        subject.convention.payer_name if subject.convention and subject.convention.payer_siren == payer else ""
    )
    name = known.payers[payer].name if payer in known.payers else known.epcis.get(payer) or of_convention
    said = Text("collectivité {siren} ({name})", "payer {siren} ({name})")
    alone = Text("collectivité {siren}", "payer {siren}")
    return (said if name else alone).with_(siren=payer, name=name)


# What the directory says of the dossier's schools --------------------------------------------------------------------

SAID = {
    OPEN: Text(
        "{name}, {commune} ({insee}), ouverte, annuaire{on}", "{name}, {commune} ({insee}), open, directory{on}"
    ),
    CLOSED: Text(
        "{name}, {commune} ({insee}), fermée, annuaire{on}", "{name}, {commune} ({insee}), closed, directory{on}"
    ),
    TO_OPEN: Text(
        "{name}, {commune} ({insee}), pas encore ouverte, annuaire{on}",
        "{name}, {commune} ({insee}), not yet open, directory{on}",
    ),
}
PAST = Text(
    "{name}, {commune} ({insee}) : dans un annuaire antérieur, plus dans celui{on}",
    "{name}, {commune} ({insee}): in an older directory, no longer in that{on}",
)


def in_directory(bonds: Bonds, uais: Iterable[str], tables: Mapping[int, Table]) -> dict[str, InDirectory]:
    """Return what the directory says of each of these schools that it knows, where, and why its payers pay."""
    payers = {subject.uai: subject.payers for subject in subjects(bonds.register)}
    found: dict[str, InDirectory] = {}
    for uai in sorted(set(uais)):
        school = bonds.known.schools.get(uai)
        if school is None:
            continue
        said = (SAID[school.state] if school.current else PAST).with_(
            name=school.name,
            commune=school.commune,
            insee=school.insee,
            on=_on(bonds.known.updated.get(school.department)),
        )
        table = tables[school.place.table]
        cell = table.cell(school.place.row, school.place.field)
        where = " › ".join(part for part in (table.file, table.sheet, cell) if part)
        insee = bonds.known.insee_now(school.insee)
        tied = ((payer, bonds.of(payer, insee, uai)) for payer in payers.get(uai, ()))
        why = tuple((payer, bond.why) for payer, bond in tied if bond is not None and bond.kind != OWN)
        found[uai] = InDirectory(school.name, school.commune, said, where, why)
    return found
