"""The reference tables (directory of schools, communes): what they know, and their faults told once a file, never blocking."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from recon.findings.catalogue import CATALOGUE
from recon.findings.finding import Finding, Place
from recon.identifiers import siren_of, uai_department, usual_siren
from recon.likeness import commune_key
from recon.texts import Text
from recon.values import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from recon.layouts import Table
    from recon_schemas import Source

OPEN, CLOSED, TO_OPEN = "open", "closed", "to_open"
GRAVE = {"blocking", "review"}
# A wrong key in an official list, a row told twice: nothing of the dossier hangs on it.
HARMLESS = {"D11", "D06", "D07"}
LEFT_OUT = Text(
    "Table de référence : ces lignes ne servent pas, le reste du dossier est compté. Reprendre le fichier tel que publié.",
    "Reference table: these rows are not used, the rest of the dossier counts. Take the file again as published.",
)
KEPT = Text(
    "Rien à faire : ces lignes servent, et l’anomalie est celle du fichier publié.",
    "Nothing to do: these rows are used, and the anomaly is the published file's own.",
)
CELLS = Text("{count} lignes ; la première : « {first} »", "{count} rows; the first: “{first}”")


# Their faults --------------------------------------------------------------------------------------------------------


def once_a_file(source: Source, findings: Iterable[Finding], tables: Mapping[int, Table]) -> list[Finding]:
    """Return one finding for each file, field and code, at its first place, with the number of rows."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        if finding.place is not None:
            key = (finding.code, tables[finding.place.table].file, finding.place.field)
            groups.setdefault(key, []).append(finding)
    return [_all_of(source, key, sorted(group, key=_where)) for key, group in sorted(groups.items())]


def _where(finding: Finding) -> Place:
    return finding.place or Place(0, 0)


def _all_of(source: Source, key: tuple[str, str, str], group: list[Finding]) -> Finding:
    first, code = group[0], key[0]
    grave = code not in HARMLESS and CATALOGUE[code].severity in GRAVE
    return replace(
        first,
        key=(source.name, *key),
        found=CELLS.with_(count=len(group), first=first.found) if len(group) > 1 else first.found,
        advice=LEFT_OUT if grave else KEPT,
        severity="review" if grave else "info",
        uai="",
        payer_siren="",
    )


class Editions(NamedTuple):
    """The directory's rows, each UAI once, with `current`: whether its file is the latest for its département."""

    rows: pl.DataFrame
    again: pl.DataFrame


def editions(rows: pl.DataFrame) -> Editions:
    """Return each school as the latest directory of its département has it, and the rows that tell it again.

    What only an older directory has stays, not current: it tells the name of a school that is gone.
    """
    written = pl.col("department").str.to_uppercase()
    code = pl.when(written.str.contains("^[0-9]{0,2}[0-9AB]$")).then(written.str.strip_prefix("0").str.zfill(2))
    edition = pl.col("updated_on").max().over("source").fill_null(pl.date(1, 1, 1))
    dated = rows.with_columns(
        department=pl.coalesce(code, uai_department(pl.col("uai")).str.zfill(2)), _edition=edition
    ).with_columns(current=pl.col("_edition") == pl.col("_edition").max().over("department"))
    content = [name for name in rows.columns if name not in {"source", "row", "uai", "updated_on"}]
    order = ["uai", "current", "_edition", "updated_on", *content, "source", "row"]
    last_first = [name in {"current", "_edition", "updated_on"} for name in order]
    dated = dated.sort(order, descending=last_first, nulls_last=True)
    first = dated.select(pl.col("uai").is_first_distinct()).to_series()
    return Editions(dated.filter(first).drop("_edition"), dated.filter(~first))


# What they know ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class School:
    """A school of the directory; `siren` is what its own SIRET begins with, `current` whether the latest lists it."""

    uai: str
    name: str
    commune: str
    insee: str
    department: str
    siren: str
    state: str
    rpi: str
    primary: bool
    current: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of today with its EPCI, "" where not told."""

    insee: str
    name: str
    siren: str
    epci_siren: str
    epci_name: str


@dataclass(frozen=True, slots=True)
class Former:
    """A former commune: its INSEE code and name, and the commune that it is today."""

    insee: str
    name: str
    now: Commune


@dataclass(frozen=True, slots=True)
class References:
    """What the directory and the communes' table know; empty where the dossier has none.

    `usual` are the SIRENs that former communes would have by the usual rule: a guess, to be proposed only. `rpis` are
    the INSEE codes of each dispersed grouping, `updated` the directory's day for each département that it covers.
    """

    schools: dict[str, School] = field(default_factory=dict)
    by_commune: dict[str, list[School]] = field(default_factory=dict)
    by_siren: dict[str, list[School]] = field(default_factory=dict)
    rpis: dict[str, frozenset[str]] = field(default_factory=dict)
    updated: dict[str, date | None] = field(default_factory=dict)
    communes: dict[str, Commune] = field(default_factory=dict)
    payers: dict[str, Commune] = field(default_factory=dict)
    epcis: dict[str, str] = field(default_factory=dict)
    former: dict[str, Former] = field(default_factory=dict)
    usual: dict[str, Former] = field(default_factory=dict)
    _named: dict[tuple[str, tuple[str, ...]], set[str]] = field(default_factory=dict)

    def current(self, uai: str) -> School | None:
        """Return the school as the latest directory of its département lists it, None if it does not."""
        school = self.schools.get(uai)
        return school if school is not None and school.current else None

    def insee_now(self, insee: str) -> str:
        """Return the INSEE code of the commune that a former one is today, or its own."""
        return self.former[insee].now.insee if insee in self.former and insee not in self.communes else insee

    def commune(self, insee: str) -> Commune | None:
        """Return the commune of today of an INSEE code, former or not."""
        return self.communes.get(self.insee_now(insee))

    def names(self, insee: str) -> list[str]:
        """Return the names that a commune bears, and that its former communes bore."""
        now = self.commune(insee)
        former = [other.name for other in self.former.values() if now is not None and other.now == now]
        return [*([now.name] if now else []), *former]

    def named(self, department: str, name: str) -> set[str]:
        """Return the INSEE codes of the communes of a département whose schools the directory places under this name."""
        if not self._named:
            for insee, schools in self.by_commune.items():
                for school in schools:
                    self._named.setdefault((school.department, commune_key(school.commune)), set()).add(insee)
        return self._named.get((department, commune_key(name)), set())

    def known_payer(self, siren: str) -> bool:
        """Whether a SIREN is that of a commune of today or of an EPCI."""
        return siren in self.payers or siren in self.epcis


def references(rows: Mapping[str, pl.DataFrame]) -> References:
    """Return what the accepted rows of both reference tables say."""
    communes = _communes(rows["communes"])
    former = _former(rows["communes"], communes)
    schools = {school.uai: school for school in _schools(rows["directory"])}
    known = [school for school in schools.values() if school.current and school.primary and school.state == OPEN]
    found = References(
        schools=schools,
        updated=_updated(rows["directory"]),
        communes=communes,
        payers={commune.siren: commune for commune in communes.values()},
        epcis={commune.epci_siren: commune.epci_name for commune in communes.values() if commune.epci_siren},
        former=former,
    )
    rpis: dict[str, set[str]] = {}
    for school in known:
        found.by_commune.setdefault(found.insee_now(school.insee), []).append(school)
        found.by_siren.setdefault(school.siren, []).append(school)
        if school.rpi:
            rpis.setdefault(school.rpi, set()).add(found.insee_now(school.insee))
    found.rpis.update({code: frozenset(insees) for code, insees in rpis.items()})
    found.usual.update(_usual(found))
    return found


def _schools(rows: pl.DataFrame) -> Iterable[School]:
    names = ("uai", "school_name", "commune", "insee", "department", "siret", "state", "rpi", "nature", "sector",
             "current", "source", "row")  # fmt: skip
    for uai, name, commune, insee, department, siret, state, rpi, nature, sector, current, source, row in rows.select(
        names
    ).iter_rows():
        yield School(
            uai=uai,
            name=name or "",
            commune=commune or "",
            insee=insee or "",
            department=department,
            siren=siren_of(siret or ""),
            state=_state(state or ""),
            rpi=rpi or "",
            primary=nature.startswith("1") and not (sector or "").casefold().startswith("priv"),
            current=current,
            place=Place(source, row, "uai"),
        )


def _state(text: str) -> str:
    word = text.casefold()
    if word.startswith("ferm"):
        return CLOSED
    return TO_OPEN if folded(word) == "a ouvrir" else OPEN


def _updated(rows: pl.DataFrame) -> dict[str, date | None]:
    latest = rows.filter("current").group_by("department").agg(pl.col("updated_on").max())
    return dict(latest.sort("department").iter_rows())


def _communes(rows: pl.DataFrame) -> dict[str, Commune]:
    """Return the communes of today by INSEE code; a row that tells more of one than another completes it."""
    found: dict[str, Commune] = {}
    names = ("insee", "name", "siren", "epci_siren", "epci_name")
    fullest = rows.select(names).sort(pl.col("epci_siren").is_null(), *names, nulls_last=True)
    for insee, name, siren, epci, epci_name in fullest.iter_rows():
        if insee and insee not in found:
            found[insee] = Commune(insee, name or "", siren, siren_of(epci or ""), epci_name or "")
    return found


def _former(rows: pl.DataFrame, communes: Mapping[str, Commune]) -> dict[str, Former]:
    """Return the former communes by INSEE code; one that two rows give to two communes is none."""
    given: dict[str, set[Former]] = {}
    for insee, name, now in rows.select("former_insee", "former_name", "insee").iter_rows():
        if insee and now in communes:
            given.setdefault(insee, set()).add(Former(insee, name or "", communes[now]))
    last = {insee: max(found, key=lambda one: one.name) for insee, found in given.items() if _one_commune(found)}
    return dict(sorted(last.items()))


def _one_commune(found: set[Former]) -> bool:
    return len({former.now for former in found}) == 1


def _usual(known: References) -> dict[str, Former]:
    """Return the former communes by the SIREN that they would have had, where no commune of today has it."""
    guessed = {usual_siren(former.insee): former for former in known.former.values()}
    return {siren: former for siren, former in guessed.items() if siren and not known.known_payer(siren)}


def named_alike(known: References, insee: str, name: str) -> bool:
    """Whether a name is one of those that a commune, or a former one of it, bears."""
    return commune_key(name) in {commune_key(other) for other in known.names(insee)}
