"""The rectorate's own lists, as its services keep them: one set of schools, titres and conventions in many layouts.

`SCHOOLS`, `TITRES` and `CONVENTIONS` are the truth; `LAYOUTS` holds, by kind of list and name, functions that write one
of them as somebody keeps it. The fields that a layout tells are those that a reader must find.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from tests.dossiers import CERET
from tests.dossiers import SCHOOLS as OF_CERET
from tests.sheets import Page, delimited, xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tests.sheets import Cell, Rows

AUCAMVILLE = "21310022500019"
YEAR = "2026-2027"


class School(NamedTuple):
    """An enrolment."""

    uai: str
    school_name: str
    commune: str
    department: str
    insee: str
    payer_siren: str
    status: str = "inscrite"
    withdrawn_on: date | None = None
    school_year: str = YEAR


class Titre(NamedTuple):
    """A titre de perception; `amount` in cents."""

    titre: str
    debtor_siret: str
    debtor_name: str
    convention: str
    amount: int
    issued_on: date
    due_on: date
    school_year: str = YEAR


class Convention(NamedTuple):
    """A convention; `rate` and `amount` in cents."""

    convention: str
    payer_siret: str
    payer_name: str
    council_on: date
    signed_on: date
    school_count: int
    amount: int
    rate: int = 4100
    school_year: str = YEAR


_NAMES = ("Ecole maternelle Picasso", "Ecole élémentaire Marc Chagall", "Ecole primaire", "Ecole primaire")
SCHOOLS = (
    *(School(uai, name, "CERET", "66", "66049", CERET[:9]) for uai, name in zip(OF_CERET, _NAMES, strict=True)),
    School("0310201A", "Ecole maternelle", "AUCAMVILLE", "31", "31022", AUCAMVILLE[:9]),
    School("0310202B", "Ecole élémentaire", "AUCAMVILLE", "31", "31022", AUCAMVILLE[:9], "retirée", date(2026, 8, 20)),
)
TITRES = (
    Titre("031000 006 053 031 485571 2026 0037579", CERET, "COMMUNE DE CERET", "ENT-2026-066049", 16400, date(2026, 9, 15), date(2026, 11, 14)),
    Titre("031000 006 053 031 485571 2026 0037580", AUCAMVILLE, "COMMUNE D'AUCAMVILLE", "ENT-2026-031022", 8200, date(2026, 10, 1), date(2026, 11, 30)),
)  # fmt: skip
CONVENTIONS = (
    Convention("ENT-2026-066049", CERET, "COMMUNE DE CERET", date(2026, 6, 1), date(2026, 6, 15), 4, 16400),
    Convention("ENT-2026-031022", AUCAMVILLE, "COMMUNE D'AUCAMVILLE", date(2026, 6, 4), date(2026, 6, 20), 2, 8200),
)
Thing = School | Titre | Convention


@dataclass(frozen=True, slots=True)
class List:
    """A file of the rectorate: its folder and name, its bytes, and the fields that it tells of `things`."""

    folder: str
    name: str
    data: bytes
    things: tuple[Thing, ...]
    carries: frozenset[str]
    repaired: bool = False


LAYOUTS: dict[str, Callable[[], List]] = {}


def layout(build: Callable[[], List]) -> Callable[[], List]:
    """Register a layout under its function's name."""
    LAYOUTS[build.__name__] = build
    return build


MONEY = {"amount", "rate"}
UNKNOWN: Mapping[str, Cell] = {
    "code_postal": 66400,
    "pupils": 112,
    "teacher": "M. Martin",
    "nature": "ECOLE",
    "remark": None,
}


def cell(thing: Thing, field: str) -> Cell:
    """Return the cell of a field, in euros where it is money; that of an unknown column is the same for all."""
    if field in UNKNOWN:
        return UNKNOWN[field]
    value = getattr(thing, field)
    return Decimal(value) / 100 if field in MONEY else value


def rows(fields: Iterable[str], things: Iterable[Thing]) -> Rows:
    """Return a row per thing."""
    names = list(fields)
    return [[cell(thing, name) for name in names] for thing in things]


def table(headings: Mapping[str, str], things: Iterable[Thing]) -> Rows:
    """Return the headings, by field, and a row per thing."""
    return [list(headings.values()), *rows(headings, things)]


def told(headings: Iterable[str]) -> frozenset[str]:
    """Return the fields that headings tell."""
    return frozenset(headings) - set(UNKNOWN)


def enrolments(name: str, pages: Sequence[Page], fields: Iterable[str], *, year: bool = True) -> List:
    """Return an xlsx of enrolments; `year` says that the school year is told, if not by a column."""
    return List("inscriptions", name, xlsx(pages), SCHOOLS, told(fields) | ({"school_year"} if year else set()))


FULL = {
    "school_year": "Année scolaire",
    "uai": "UAI",
    "school_name": "École",
    "commune": "Commune",
    "department": "Département",
    "insee": "Code INSEE",
    "payer_siren": "SIREN collectivité",
    "status": "Statut",
    "withdrawn_on": "Retirée le",
}
NO_YEAR = {field: title for field, title in FULL.items() if field != "school_year"}


def plain(made: List) -> List:
    """Return the template filled in with what a list of enrolments tells."""
    headings = {field: title for field, title in FULL.items() if field in made.carries}
    data = delimited(Page("", table(headings, made.things)))
    return List("inscriptions", "modele.csv", data, made.things, frozenset(headings))


# Enrolments ----------------------------------------------------------------------------------------------------------


@layout
def year_in_the_title_row() -> List:
    """The school year stands once, in the title above the table."""
    above: Rows = [["Espace numérique de travail - ENT-École"], ["Écoles inscrites - année scolaire 2026-2027"], []]
    return enrolments("inscrites.xlsx", [Page("Liste", [*above, *table(NO_YEAR, SCHOOLS)])], NO_YEAR)


@layout
def year_in_a_cell_beside_its_title() -> List:
    """The school year stands above the table, in the cell beside "Année scolaire", written 2026/2027."""
    above: Rows = [["Année scolaire :", "2026/2027"], ["Édité le", date(2026, 9, 20)], []]
    return enrolments("inscrites.xlsx", [Page("Liste", [*above, *table(NO_YEAR, SCHOOLS)])], NO_YEAR)


@layout
def year_in_the_sheet_name() -> List:
    """A sheet per school year, named by it: the schools of 2026-2027, and one that took part in 2023-2024 already."""
    before = SCHOOLS[0]._replace(school_year="2023-2024")
    pages = [Page("2023-2024", table(NO_YEAR, [before])), Page("2026-2027", table(NO_YEAR, SCHOOLS))]
    return replace(enrolments("inscriptions.xlsx", pages, NO_YEAR), things=(before, *SCHOOLS))


@layout
def one_sheet_per_departement() -> List:
    """A sheet per département behind a cover sheet; the year stands above each table."""
    headings = {field: title for field, title in NO_YEAR.items() if field != "department"}
    cover: Rows = [["DRANE Occitanie"], ["Inscriptions 2026-2027"], ["Académies de Montpellier et de Toulouse"]]
    pages = [Page("Sommaire", cover)]
    for code, name in (("66", "Pyrénées-Orientales"), ("31", "Haute-Garonne")):
        schools = [school for school in SCHOOLS if school.department == code]
        pages.append(Page(f"{code} - {name}", [[f"{name} - 2026-2027"], *table(headings, schools)]))
    return enrolments("par_departement.xlsx", pages, headings)


@layout
def stacked_headings() -> List:
    """Headings of two rows: "École" merged over UAI and name, "Collectivité" over SIREN and INSEE code."""
    fields = ("school_year", "uai", "school_name", "commune", "payer_siren", "insee", "status")
    above: list[Cell] = ["Année scolaire", "École", None, None, "Collectivité", None, "Statut"]
    below: list[Cell] = [None, "UAI", "Nom", "Commune", "SIREN", "Code INSEE", None]
    merged = [(0, 0, 1, 0), (0, 1, 0, 3), (0, 4, 0, 5), (0, 6, 1, 6)]
    return enrolments("ecoles.xlsx", [Page("Écoles", [above, below, *rows(fields, SCHOOLS)], merged=merged)], fields)


@layout
def uais_in_lower_case_with_spaces() -> List:
    """UAIs typed by hand: lower case, spaces within and around. Each is repaired, and said."""
    schools = [
        school._replace(uai=f" {school.uai[:3]} {school.uai[3:7]} {school.uai[7].lower()} ") for school in SCHOOLS
    ]
    return replace(enrolments("saisie.xlsx", [Page("Feuil1", table(FULL, schools))], FULL), repaired=True)


@layout
def code_rne_among_other_columns() -> List:
    """An extract of the schools' directory: Code RNE, and columns that are no business of recon's, a person's among them."""
    headings = {
        "nature": "Nature",
        "code_postal": "Code postal",
        "commune": "Localité",
        "uai": "Code RNE",
        "teacher": "Directeur",
        "school_name": "Dénomination",
        "pupils": "Effectif",
        "payer_siren": "SIREN de la collectivité",
        "remark": "Observations",
        "school_year": "Année",
    }
    return enrolments("annuaire_inscrits.xlsx", [Page("Export", table(headings, SCHOOLS))], headings)


@layout
def totals_and_repeated_headings() -> List:
    """Schools grouped by commune, headings repeated for print, a count after each commune and a TOTAL."""
    body: Rows = []
    for commune in ("CERET", "AUCAMVILLE"):
        schools = [school for school in SCHOOLS if school.commune == commune]
        body += [*table(FULL, schools), [f"Sous-total {commune}", len(schools)], []]
    body.append(["TOTAL", f"{len(SCHOOLS)} écoles"])
    return enrolments("imprimable.xlsx", [Page("Écoles", body)], FULL)


@layout
def csv_of_the_workspace() -> List:
    """An export of the workspace itself: CSV with commas, the year written 2026-27, titles in capitals."""
    headings = {"uai": "UAI", "school_name": "NOM ETABLISSEMENT", "commune": "VILLE", "insee": "CODE INSEE", "school_year": "ANNEE SCOLAIRE"}  # fmt: skip
    schools = [school._replace(school_year="2026-27") for school in SCHOOLS]
    data = delimited(Page("", table(headings, schools)), ",", "utf-8-sig")
    return List("inscriptions", "export.csv", data, SCHOOLS, told(headings))


# Titres and conventions ----------------------------------------------------------------------------------------------


def _titres(name: str, pages: Sequence[Page], fields: Iterable[str]) -> List:
    return List("titres", name, xlsx(pages), TITRES, told(fields))


@layout
def titres_with_a_total() -> List:
    """The titres of a year under a title, in the accountant's words, with a TOTAL."""
    headings = {
        "titre": "Titre de perception",
        "remark": "Observations",
        "debtor_siret": "SIRET tiers",
        "debtor_name": "Redevable",
        "issued_on": "Date d'émission",
        "due_on": "Date limite de paiement",
        "convention": "N° convention",
        "amount": "Montant du titre",
    }
    above: Rows = [["Titres de perception émis"], ["Année scolaire 2026-2027"], []]
    last: Rows = [["TOTAL", None, None, None, None, None, None, Decimal(246)]]
    return _titres("titres.xlsx", [Page("Titres", [*above, *table(headings, TITRES), *last])], headings)


@layout
def titres_under_stacked_headings() -> List:
    """Headings of two rows: "Débiteur" over SIRET and name, "Dates" over issue and due date."""
    fields = ("titre", "debtor_siret", "debtor_name", "issued_on", "due_on", "convention", "amount")
    above: list[Cell] = ["N° de titre", "Débiteur", None, "Dates", None, "Convention", "Montant"]
    below: list[Cell] = [None, "SIRET", "Nom", "Émission", "Échéance", None, None]
    page = Page("Titres", [above, below, *rows(fields, TITRES)], merged=[(0, 1, 0, 2), (0, 3, 0, 4)])
    return _titres("suivi_titres.xlsx", [page], fields)


@layout
def conventions_with_the_year_in_the_sheet_name() -> List:
    """A register of conventions, a sheet per school year, with a count and a TOTAL below."""
    headings = {
        "convention": "N° de convention",
        "payer_name": "Nom de la collectivité",
        "payer_siret": "N° SIRET",
        "school_count": "Nb écoles",
        "rate": "Tarif",
        "amount": "Montant total",
        "council_on": "Date de délibération",
        "signed_on": "Date de signature",
    }
    body: Rows = [
        ["Conventions ENT-École"],
        *table(headings, CONVENTIONS),
        ["TOTAL", None, None, 6, None, Decimal(246)],
    ]
    return List(
        "conventions", "registre.xlsx", xlsx([Page("2026-2027", body)]), CONVENTIONS, told(headings) | {"school_year"}
    )
