"""A correction proposed for each wrong identifier, never applied: the nearest school of the payer, the payer's known number."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from recon.findings.catalogue import CATALOGUE
from recon.identifiers import clean_digits, department_of_insee, expected_uai, is_siren, is_siret, siren_of
from recon.likeness import commune_key, keystrokes, neighbours
from recon.texts import Text, joined

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import polars as pl

    from recon.conventions import Register
    from recon.findings.finding import Finding
    from recon.layouts import Table
    from recon.references import References

WRONG_UAI, WRONG_KEY, NOT_ENROLLED = "D10", "D11", "C01"
UNPLACED = ("P06", "P07", "P12")
MOST_PROPOSED = 3
SIREN_WIDTH = 9
OR_A_DIGIT = Text(
    "{advice} Ou {schools}, si c’est un chiffre qui est faux.", "{advice} Or {schools}, if a digit is wrong."
)
PERHAPS = Text(
    "{advice} Peut-être {schools}, à un chiffre près : vérifier l’UAI.",
    "{advice} Perhaps {schools}, one digit away: check the UAI.",
)
NUMBER = Text("{advice} Numéro connu par ailleurs : {numbers}.", "{advice} Number known elsewhere: {numbers}.")
NAMED = Text("{uai}, {name}", "{uai}, {name}")


class Known(NamedTuple):
    """A payer's number as a source gives it, with its name and département, "" where not told."""

    number: str
    name: str
    department: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """The known numbers of one width whose keys are right: all, by their SIREN, and by their payer's name."""

    all: set[str] = field(default_factory=set)
    of_siren: dict[str, set[str]] = field(default_factory=dict)
    of_name: dict[tuple[str, ...], list[Known]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a correction is looked for in: the register, the reference tables, the payers' numbers, the tables read.

    `cited` are the UAIs that each payment names.
    """

    register: Register
    known: References
    rows: Mapping[str, pl.DataFrame]
    tables: Mapping[int, Table]
    cited: Mapping[str, Collection[str]]
    _schools: dict[str, dict[str, str]] = field(default_factory=dict)
    _everyone: set[str] = field(default_factory=set)
    _numbers: dict[int, Numbers] = field(default_factory=dict)

    def proposed(self, found: Iterable[Finding]) -> list[Finding]:
        """Return the findings, those of wrong identifiers with what may be meant in their advice; no key changes."""
        ways = {WRONG_UAI: self._uai, WRONG_KEY: self._number, NOT_ENROLLED: self._not_enrolled}
        ways |= dict.fromkeys(UNPLACED, self._unknown)
        return [ways[finding.code](finding) if finding.code in ways else finding for finding in found]

    # Schools ---------------------------------------------------------------------------------------------------------

    def _uai(self, finding: Finding) -> Finding:
        """The letter may be right and a digit wrong: another school of the payer whose UAI bears this letter."""
        wrong = finding.uai or finding.found.fr
        if expected_uai(wrong) in {None, wrong}:
            return finding
        own = self._of_payer(self._payer(finding))
        near = [uai for uai in neighbours(wrong) if uai in own and uai[7] == wrong[7].upper()]
        return _advised(finding, OR_A_DIGIT, [_named(uai, own[uai]) for uai in near], "schools")

    def _not_enrolled(self, finding: Finding) -> Finding:
        """A school that a convention lists and nobody enrols: one that its payer enrols and does not list."""
        own = self._of_payer(finding.payer_siren)
        listed = self.register.conventions[finding.convention].listed
        near = [
            uai
            for uai in neighbours(finding.uai)
            if uai in own and uai not in listed and (finding.school_year, uai) in self.register.enrolments
        ]
        return _advised(finding, PERHAPS, [_named(uai, own[uai]) for uai in near], "schools")

    def _unknown(self, finding: Finding) -> Finding:
        """A payment that settles nothing and names a school that nobody enrols or lists: one of its payer's."""
        own = self._of_payer(finding.payer_siren)
        strange = sorted(set(self.cited.get(finding.payment_id, ())) - self._everyone)
        near = {near: own[near] for uai in strange for near in neighbours(uai) if near in own}
        return _advised(finding, PERHAPS, [_named(uai, name) for uai, name in sorted(near.items())], "schools")

    def _payer(self, finding: Finding) -> str:
        """Return the payer of a row: its own, or its convention's."""
        number = self._text(finding, "convention")
        convention = self.register.conventions.get(number)
        return finding.payer_siren or (convention.payer_siren if convention else "")

    def _of_payer(self, payer: str) -> dict[str, str]:
        """Return the UAIs and names of the schools that are enrolled or listed for a payer."""
        if not self._schools:
            for (_, uai), enrolment in self.register.enrolments.items():
                for siren in enrolment.payers:
                    self._schools.setdefault(siren, {})[uai] = enrolment.school_name
            for convention in self.register.conventions.values():
                own = self._schools.setdefault(convention.payer_siren, {})
                for uai, school in convention.listed.items():
                    own.setdefault(uai, school.school_name or self._name(uai))
            self._everyone.update(*self._schools.values())
        return self._schools.get(payer, {}) if payer else {}

    def _name(self, uai: str) -> str:
        school = self.known.current(uai)
        return school.name if school else ""

    # Payers ----------------------------------------------------------------------------------------------------------

    def _number(self, finding: Finding) -> Finding:
        """A SIREN or SIRET whose key is wrong: one known with the same SIREN, the same name, or one keystroke away."""
        if finding.place is None or self.tables[finding.place.table].source.folder == "referentiels":
            return finding
        wrong = clean_digits(finding.found.fr)
        name = self._text(finding, "payer_name") or self._text(finding, "debtor_name")
        department = self._text(finding, "department")
        near = self._near(wrong, name, department)
        return _advised(finding, NUMBER, sorted(near), "numbers")

    def _near(self, wrong: str, name: str, department: str) -> set[str]:
        """Return the known numbers that may be meant: one keystroke away, with the same sound SIREN, else the same name."""
        numbers = self._numbers_of(len(wrong))
        near = {number for number in keystrokes(wrong) if number in numbers.all}
        if is_siren(siren_of(wrong)):
            return near | numbers.of_siren.get(siren_of(wrong), set()) if len(wrong) > SIREN_WIDTH else near
        named = numbers.of_name.get(commune_key(name), ()) if name else ()
        return near | {known.number for known in named if _same_department(department, known.department)}

    def _numbers_of(self, width: int) -> Numbers:
        """Return the sound numbers of this many digits, worked out once."""
        if width not in self._numbers:
            found = self._numbers[width] = Numbers()
            sound = is_siren if width == SIREN_WIDTH else is_siret
            for known in sorted(set(self._sources())):
                if len(known.number) == width and (known.number in found.all or sound(known.number)):
                    found.all.add(known.number)
                    found.of_siren.setdefault(siren_of(known.number), set()).add(known.number)
                    found.of_name.setdefault(commune_key(known.name), []).append(known)
        return self._numbers[width]

    def _sources(self) -> Iterable[Known]:
        for kind, number, name in (("conventions", "payer_siret", "payer_name"), ("titres", "debtor_siret", "debtor_name"), ("payments", "payer_siret", "payer_name")):  # fmt: skip
            for siret, called in self.rows[kind].select(number, name).unique().iter_rows():
                yield from (Known(one, called or "", "") for one in (siret, siren_of(siret)))
        for enrolment in self.register.enrolments.values():
            yield from (Known(siren, enrolment.commune, enrolment.department) for siren in enrolment.payers)
        for commune in self.known.communes.values():
            yield Known(commune.siren, commune.name, department_of_insee(commune.insee))

    def _text(self, finding: Finding, field: str) -> str:
        """Return what stands in another field of the row that a finding is about, "" if nothing does."""
        if finding.place is None:
            return ""
        table = self.tables[finding.place.table]
        if field not in table.texts or finding.place.row not in table.numbers:
            return ""
        return (table.texts[field][table.numbers.index(finding.place.row)] or "").strip()


def _same_department(one: str, other: str) -> bool:
    return not one or not other or one.zfill(2) == other


def _named(uai: str, name: str) -> Text:
    return NAMED.with_(uai=uai, name=name) if name else Text(uai, uai)


def _advised(finding: Finding, words: Text, near: Sequence[Text | str], name: str) -> Finding:
    """Return the finding with what is near in its advice; more than three are none."""
    if not 0 < len(near) <= MOST_PROPOSED:
        return finding
    advice = finding.advice or CATALOGUE[finding.code].advice
    said = joined((part if isinstance(part, Text) else Text(part, part) for part in near), " / ")
    return replace(finding, advice=words.with_(advice=advice, **{name: said}))
