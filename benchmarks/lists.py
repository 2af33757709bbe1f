"""The rectorate's own lists in a made-up dossier, as in `tests.rectorate`: enrolments, conventions, titres."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.sheets import Page, delimited

from .accounts import rate
from .programs import euros
from .quick_xlsx import xlsx

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tests.sheets import Cell, Rows

    from .accounts import Convention, Titre
    from .people import Place, School

File = tuple[str, bytes]

_ENROLMENT: dict[str, Callable[[School, Place, str], Cell]] = {
    "Année scolaire": lambda _school, _place, year: year,
    "UAI": lambda school, _place, _year: school.uai,
    "École": lambda school, _place, _year: school.name,
    "Commune": lambda school, _place, _year: school.commune.name.upper(),
    "Département": lambda school, _place, _year: school.commune.department,
    "Code INSEE": lambda school, _place, _year: school.commune.insee,
    "SIREN collectivité": lambda _school, place, _year: place.commune.siren,
    "Statut": lambda _school, _place, _year: "inscrite",
}
_OTHER_TITLES = {
    "UAI": "Code RNE",
    "École": "Dénomination",
    "Commune": "Localité",
    "SIREN collectivité": "SIREN de la collectivité",
}


def enrolments(department: str, places: Sequence[Place], year: str, chance: random.Random) -> Iterator[File]:
    """Yield the files of a département's enrolled schools of a year: two, each in a layout of its own."""
    rows = [(school, place) for place in places for school in place.schools]
    half = len(rows) // 2
    for number, part in enumerate((rows[:half], rows[half:]), 1):
        if part:
            suffix, data = chance.choice(_ENROLMENTS)(part, year)
            yield f"inscriptions/{department}/{year}_{number}{suffix}", data


def whole_list(places: Iterable[Place], year: str) -> bytes:
    """Return the workbook of all enrolled schools of a year."""
    titles = list(_ENROLMENT)
    part = [(school, place) for place in places for school in place.schools]
    return xlsx([Page("Liste", [list(titles), *_cells(part, year, titles)])])


def _cells(part: Sequence[tuple[School, Place]], year: str, titles: Iterable[str]) -> Rows:
    writers = [_ENROLMENT[title] for title in titles]
    return [[write(school, place, year) for write in writers] for school, place in part]


def _without_year() -> list[str]:
    return [title for title in _ENROLMENT if title != "Année scolaire"]


def _year_in_the_title(part: Sequence[tuple[School, Place]], year: str) -> File:
    titles = _without_year()
    above: Rows = [["Espace numérique de travail - ENT-École"], [f"Écoles inscrites - année scolaire {year}"], []]
    return ".xlsx", xlsx([Page("Liste", [*above, list(titles), *_cells(part, year, titles)])])


def _year_beside_its_title(part: Sequence[tuple[School, Place]], year: str) -> File:
    titles = _without_year()
    above: Rows = [["Année scolaire :", year.replace("-", "/")], ["Édité le", date(int(year[:4]), 9, 20)], []]
    return ".xlsx", xlsx([Page("Liste", [*above, list(titles), *_cells(part, year, titles)])])


def _year_in_the_sheet_name(part: Sequence[tuple[School, Place]], year: str) -> File:
    titles = _without_year()
    return ".xlsx", xlsx([Page(year, [list(titles), *_cells(part, year, titles)])])


def _among_other_columns(part: Sequence[tuple[School, Place]], year: str) -> File:
    titles = list(_ENROLMENT)
    rows = [["ECOLE", *cells, 112, None] for cells in _cells(part, year, titles)]
    headings: list[Cell] = [
        "Nature",
        *(_OTHER_TITLES.get(title, title) for title in titles),
        "Effectif",
        "Observations",
    ]
    return ".xlsx", xlsx([Page("Export", [headings, *rows])])


def _typed_by_hand(part: Sequence[tuple[School, Place]], year: str) -> File:
    titles = list(_ENROLMENT)
    rows = _cells(part, year, titles)
    for cells in rows[::5]:
        cells[1] = f" {str(cells[1])[:3]} {str(cells[1])[3:].lower()}"
    return ".xlsx", xlsx([Page("Feuil1", [list(titles), *rows])])


def _grouped_by_commune(part: Sequence[tuple[School, Place]], year: str) -> File:
    """Schools under their commune with a count, headings repeated, and a TOTAL."""
    titles = list(_ENROLMENT)
    body: Rows = []
    for start in range(0, len(part), 40):
        rows = _cells(part[start : start + 40], year, titles)
        body += [list(titles), *rows, ["Sous-total", len(rows)], []]
    return ".xlsx", xlsx([Page("Écoles", [*body, ["TOTAL", f"{len(part)} écoles"]])])


def _csv_of_the_workspace(part: Sequence[tuple[School, Place]], year: str) -> File:
    titles = list(_ENROLMENT)
    rows = _cells(part, f"{year[:5]}{year[7:]}", titles)
    return ".csv", delimited(Page("", [list(titles), *rows]), ",", "utf-8-sig")


_ENROLMENTS = (
    _year_in_the_title, _year_beside_its_title, _year_in_the_sheet_name, _among_other_columns, _typed_by_hand,
    _grouped_by_commune, _csv_of_the_workspace,
)  # fmt: skip


# Conventions ---------------------------------------------------------------------------------------------------------

_REGISTER = (
    "Convention", "Année scolaire", "SIRET collectivité", "Collectivité", "Adresse", "Courriel", "Délibération du",
    "Signée le", "Fin", "Participation par école", "Nombre d'écoles", "Montant", "Statut",
)  # fmt: skip
_LIST = ("Convention", "UAI", "École", "Commune")


def conventions(department: str, signed: Sequence[Convention], year: str, chance: random.Random) -> Iterator[File]:
    """Yield the register of a département's conventions of a year and the schools they list: one file, or several."""
    name = f"conventions/registre_{department}_{year}"
    register: Rows = [list(_REGISTER), *(_convention(one) for one in signed)]
    listed: Rows = [list(_LIST)]
    listed += [[one.number, school.uai, school.name, school.commune.name] for one in signed for school in one.schools]
    way = chance.randrange(3)
    if way == 0:
        yield f"{name}.xlsx", xlsx([Page("Conventions", register), Page("Écoles", listed)])
        return
    if way == 1:
        titles: list[Cell] = [title for title in _REGISTER if title != "Année scolaire"]
        rows = [[cell for at, cell in enumerate(row) if at != 1] for row in register[1:]]
        yield f"{name}.xlsx", xlsx([Page(year, [["Conventions ENT-École"], titles, *rows])])
    else:
        yield f"{name}.csv", delimited(Page("", register))
    yield f"conventions/ecoles_{department}_{year}.csv", delimited(Page("", listed))


def _convention(one: Convention) -> list[Cell]:
    start, payer = int(one.year[:4]), one.payer
    return [
        one.number, one.year, payer.siret, f"COMMUNE DE {payer.name.upper()}",
        f"1 place de la Mairie, {payer.insee} {payer.name.upper()}", f"finances@mairie{payer.insee}.exemple.fr",
        date(start, 6, 1), date(start, 6, 15), date(start + 1, 8, 31), euros(rate(one.year)), len(one.schools),
        euros(one.cents), "signée",
    ]  # fmt: skip


# Titres --------------------------------------------------------------------------------------------------------------

_TITRES = (
    "N° de titre", "Nature", "Titre modifié", "SIRET débiteur", "Débiteur", "Convention", "Année scolaire", "Montant",
    "Émis le", "Échéance", "Statut",
)  # fmt: skip
_PLAIN = ("N° de titre", "SIRET débiteur", "Débiteur", "Convention", "Montant", "Émis le", "Échéance")
_ACCOUNTANTS = (
    "Titre de perception", "SIRET tiers", "Redevable", "N° convention", "Montant du titre", "Date d'émission",
    "Date limite de paiement",
)  # fmt: skip


def titres(department: str, issued: Sequence[Titre], year: str, chance: random.Random) -> Iterator[File]:
    """Yield the titres of a département's payers for a year; what changes titres, and contested ones, apart."""
    plain = [titre for titre in issued if not (titre.nature or titre.amends or titre.contested)]
    others = [titre for titre in issued if titre.nature or titre.amends or titre.contested]
    if plain:
        yield (
            f"titres/{department}_{year}.xlsx",
            xlsx([chance.choice(_TITRE_PAGES)(plain, year)]),
        )
    if others:
        yield f"titres/mouvements_{department}_{year}.xlsx", xlsx([_template(others, year)])


def _titre(titre: Titre) -> dict[str, Cell]:
    numbers = (titre.number, titre.nature or None, titre.amends or None, titre.debtor.siret)
    of = titre.convention if not titre.nature else None
    named = (f"COMMUNE DE {titre.debtor.name.upper()}", of.number if of else None, of.year if of else None)
    told = (euros(titre.amount), titre.issued_on, titre.due_on, "contesté" if titre.contested else None)
    return dict(zip(_TITRES, (*numbers, *named, *told), strict=True))


def _rows(issued: Iterable[Titre], titles: Sequence[str]) -> Rows:
    return [[cells[title] for title in titles] for cells in map(_titre, issued)]


def _template(issued: Sequence[Titre], year: str) -> Page:
    return Page(f"Titres {year}", [list(_TITRES), *_rows(issued, _TITRES)])


def _with_a_total(issued: Sequence[Titre], year: str) -> Page:
    above: Rows = [["Titres de perception émis"], [f"Année scolaire {year}"], []]
    total: Rows = [["TOTAL", None, None, None, euros(sum(titre.amount for titre in issued))]]
    return Page("Titres", [*above, list(_ACCOUNTANTS), *_rows(issued, _PLAIN), *total])


def _stacked(issued: Sequence[Titre], _year: str) -> Page:
    """Headings of two rows: "Débiteur" over SIRET and name, "Dates" over issue and due date."""
    above: list[Cell] = ["N° de titre", "Débiteur", None, "Convention", "Montant", "Dates", None]
    below: list[Cell] = [None, "SIRET", "Nom", None, None, "Émission", "Échéance"]
    return Page("Titres", [above, below, *_rows(issued, _PLAIN)], merged=[(0, 1, 0, 2), (0, 5, 0, 6)])


_TITRE_PAGES = (_with_a_total, _stacked, _template)
