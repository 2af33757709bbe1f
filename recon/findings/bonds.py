"""Why a payer pays for a school: its own commune, its EPCI, another commune of its RPI, a syndicat; and C06, C09 of those."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from recon.findings.finding import Finding, Place
from recon.identifiers import is_siren
from recon.references import Former
from recon.texts import Text, counted, same

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from recon.conventions import Convention, Register
    from recon.references import References, School

OWN, EPCI, RPI, LISTED, GROUP = "own", "epci", "rpi", "listed", "group"
# Bodies of which every school lies in another commune than theirs: said once a convention.
OF_SEVERAL = {EPCI, LISTED, GROUP}
COMMUNE, COMMUNES = Text("commune", "commune"), Text("communes", "communes")
SCHOOL, SCHOOLS = Text("école", "school"), Text("écoles", "schools")


class Bond(NamedTuple):
    """What ties a payer to a school, and the words for it."""

    kind: str
    why: Text


@dataclass(frozen=True, slots=True)
class Bonds:
    """What is known of payers and schools: the reference tables, and in how many communes each payer's schools lie."""

    known: References
    register: Register
    _lies: dict[tuple[str, str], str] = field(default_factory=dict)
    _reach: dict[str, set[str]] = field(default_factory=dict)

    def insee(self, school_year: str, uai: str) -> str:
        """Return the INSEE code of today's commune of a school: the directory's, else the enrolments', else ""."""
        key = (school_year, uai)
        if key not in self._lies:
            school, enrolment = self.known.current(uai), self.register.enrolments.get(key)
            code = school.insee if school else enrolment.insee if enrolment else ""
            self._lies[key] = self.known.insee_now(code)
        return self._lies[key]

    def reach(self, payer: str) -> set[str]:
        """Return the INSEE codes of the communes whose schools a payer's conventions list."""
        if not self._reach:
            for convention in self.register.conventions.values():
                for uai in convention.listed:
                    if insee := self.insee(convention.school_year, uai):
                        self._reach.setdefault(convention.payer_siren, set()).add(insee)
        return self._reach.get(payer, set())

    def of(self, payer: str, insee: str, uai: str) -> Bond | None:
        """Return what ties a payer to a school of this commune, None if nothing known does."""
        commune, school = self.known.communes.get(insee), self.known.current(uai)
        if commune is None:
            return None
        if payer == commune.siren:
            return Bond(OWN, Text("la commune de l’école", "the school's commune"))
        if payer == commune.epci_siren:
            why = Text(
                "{epci}, intercommunalité de la commune de l’école",
                "{epci}, intercommunal body of the school's commune",
            )
            return Bond(EPCI, why.with_(epci=commune.epci_name or f"SIREN {payer}"))
        if school is None:
            return self._group(payer)
        return self._rpi(payer, school) or self._of_directory(payer, school) or self._group(payer)

    def _rpi(self, payer: str, school: School) -> Bond | None:
        """Another commune of the same dispersed RPI pays: each may have its own convention."""
        communes = [
            self.known.communes[code]
            for code in sorted(self.known.rpis.get(school.rpi, ()))
            if code in self.known.communes
        ]
        if payer not in {commune.siren for commune in communes}:
            return None
        why = Text(
            "regroupement pédagogique (RPI) dispersé {code} des communes {communes}",
            "dispersed grouping of schools (RPI) {code} of the communes {communes}",
        )
        return Bond(RPI, why.with_(code=school.rpi, communes=", ".join(commune.name for commune in communes)))

    def _of_directory(self, payer: str, school: School) -> Bond | None:
        if payer != school.siren or payer in self.known.payers:
            return None
        why = Text(
            "l’annuaire rattache l’école à ce SIREN ({siren})", "the directory ties the school to this SIREN ({siren})"
        )
        return Bond(LISTED, why.with_(siren=payer))

    def _group(self, payer: str) -> Bond | None:
        """A body that is no commune and no EPCI, and whose conventions list schools of several communes."""
        reach = self.reach(payer)
        if self.known.known_payer(payer) or payer in self.known.usual or len(reach) < 2:
            return None
        why = Text(
            "groupement (SIREN {siren}) dont les conventions listent des écoles de {communes}",
            "a grouping (SIREN {siren}) whose conventions list schools of {communes}",
        )
        return Bond(GROUP, why.with_(siren=payer, communes=counted(len(reach), COMMUNE, COMMUNES)))


# C06 -----------------------------------------------------------------------------------------------------------------


def elsewhere(bonds: Bonds, told: Collection[tuple[str, str]], questioned: Collection[str]) -> Iterable[Finding]:
    """Return the schools that lie in another commune than their convention's payer's, and why (C06).

    `told` are the schools (year, UAI) whose payer another finding questions, `questioned` the payers whose number has
    its finding already: nothing more is said of them.
    """
    for convention in bonds.register.conventions.values():
        if convention.terminated or convention.payer_siren in questioned:
            continue
        tied = {
            uai: (insee, bonds.of(convention.payer_siren, insee, uai))
            for uai, school in sorted(convention.listed.items())
            if not school.removed and (insee := bonds.insee(convention.school_year, uai)) in bonds.known.communes
        }
        several = {uai: insee for uai, (insee, bond) in tied.items() if bond is not None and bond.kind in OF_SEVERAL}
        if several:
            first = tied[min(several)][1]
            yield _group(bonds, convention, several, first.why if first else same(""))
        for uai, (insee, bond) in tied.items():
            if uai not in several and (bond is None or bond.kind != OWN) and (convention.school_year, uai) not in told:
                yield _school(bonds, convention, uai, insee, bond)


def _group(bonds: Bonds, convention: Convention, several: dict[str, str], why: Text) -> Finding:
    communes = sorted({bonds.known.communes[insee].name for insee in several.values()})
    found = Text("{schools} de {communes} : {why}", "{schools} of {communes}: {why}").with_(
        schools=counted(len(several), SCHOOL, SCHOOLS), communes=", ".join(communes), why=why
    )
    return Finding(
        "C06", (convention.convention,), Text("un payeur et la commune de l’école", "a payer and the school's commune"), found,
        place=convention.place._replace(field="payer_siret"), school_year=convention.school_year,
        payer_siren=convention.payer_siren, convention=convention.convention,
    )  # fmt: skip


def _school(bonds: Bonds, convention: Convention, uai: str, insee: str, bond: Bond | None) -> Finding:
    unknown = Text("raison non connue des tables de référence", "reason not known to the reference tables")
    payer = bonds.known.payers.get(convention.payer_siren)
    found = Text("école de {commune} : {why}", "school of {commune}: {why}")
    expected = Text("une école de {payer}", "a school of {payer}")
    return Finding(
        "C06", (convention.convention, uai),
        expected.with_(payer=payer.name if payer else convention.payer_name),
        found.with_(commune=bonds.known.communes[insee].name, why=bond.why if bond else unknown),
        place=convention.listed[uai].place, school_year=convention.school_year, payer_siren=convention.payer_siren,
        uai=uai, convention=convention.convention,
    )  # fmt: skip


# C09, proposed -------------------------------------------------------------------------------------------------------

PROPOSED = Text(
    "Proposé, rien n’est changé : {former} aurait été le SIREN de {old}, aujourd’hui {now} ({siren}). Le vérifier ; s’il est juste, le mettre dans la colonne « Ancien SIREN » de la table des communes, ou corriger le fichier.",
    "Proposed, nothing is changed: {former} would have been the SIREN of {old}, today {now} ({siren}). Check it; if it is right, put it in the column “Ancien SIREN” of the table of communes, or correct the file.",
)
ELSEWHERE = Text(
    "Proposé, rien n’est changé : ce SIREN n’est celui d’aucune commune d’aujourd’hui, et {old} est aujourd’hui {now} ({siren}). Le vérifier, puis corriger le fichier ou la table des communes.",
    "Proposed, nothing is changed: this SIREN is no commune's of today, and {old} is today {now} ({siren}). Check it, then correct the file or the table of communes.",
)


THERE = Text(
    "Proposé, rien n’est changé : ce SIREN n’est celui d’aucune commune d’aujourd’hui, et ses écoles se trouvent à {now} ({siren}). Le vérifier, puis corriger le fichier ou la table des communes.",
    "Proposed, nothing is changed: this SIREN is no commune's of today, and its schools lie in {now} ({siren}). Check it, then correct the file or the table of communes.",
)
OF_A_COMMUNE = "21"


def former_payers(bonds: Bonds) -> dict[str, Finding]:
    """Return, by SIREN, the payers that may be former communes: by the usual rule, or by where their schools lie (C09)."""
    payers: dict[str, list[Paying]] = {}
    for paying in sorted(_payers(bonds)):
        if not bonds.known.known_payer(paying.siren):
            payers.setdefault(paying.siren, []).append(paying)
    guessed = {siren: _guess(bonds.known, siren, all_of) for siren, all_of in payers.items()}
    return {
        siren: _proposed(siren, *guess, payers[siren][0].place) for siren, guess in guessed.items() if guess is not None
    }


def wrong_payers(register: Register) -> set[str]:
    """Return the payers whose number has a wrong key: it has its finding (D11), and nothing more is concluded from it."""
    enrolled = {payer for enrolment in register.enrolments.values() for payer in enrolment.payers}
    signed = {convention.payer_siren for convention in register.conventions.values()}
    return {siren for siren in enrolled | signed if not is_siren(siren)}


def _guess(known: References, siren: str, payings: list[Paying]) -> tuple[Former, Text] | None:
    """Return the former commune that a SIREN may be, and how it is known."""
    if siren in known.usual:
        return known.usual[siren], PROPOSED
    told = {code[:2] for code in known.communes}
    if not siren.startswith(OF_A_COMMUNE) or siren[2:4] not in told or not is_siren(siren):
        return None
    merged = [known.former[paying.insee] for paying in payings if paying.insee in known.former.keys() - known.communes]
    if merged:
        return merged[0], ELSEWHERE
    lies = {paying.lies for paying in payings if paying.lies in known.communes}
    return (Former("", "", known.communes[min(lies)]), THERE) if len(lies) == 1 else None


class Paying(NamedTuple):
    """A payer's SIREN where it stands, the INSEE code beside it, and that of today's commune of the school."""

    siren: str
    place: Place
    insee: str
    lies: str


def _payers(bonds: Bonds) -> Iterable[Paying]:
    for (year, uai), enrolment in bonds.register.enrolments.items():
        place = enrolment.place._replace(field="payer_siren")
        for payer in enrolment.payers:
            yield Paying(payer, place, enrolment.insee, bonds.insee(year, uai))
    for convention in bonds.register.conventions.values():
        place = convention.place._replace(field="payer_siret")
        for uai in convention.listed or ("",):
            yield Paying(convention.payer_siren, place, "", bonds.insee(convention.school_year, uai))


def _proposed(siren: str, former: Former, advice: Text, place: Place) -> Finding:
    now = former.now
    expected = Text("{siren} ({name}), à vérifier", "{siren} ({name}), to be checked")
    words = {"former": siren, "old": former.name or former.insee, "now": now.name, "siren": now.siren}
    return Finding(
        "C09", (siren,), expected.with_(siren=now.siren, name=now.name), same(siren),
        place=place, payer_siren=siren, advice=advice.with_(**words),
    )  # fmt: skip
