"""What is said around a table: cells above it and between its lines, the sheet's name, the file's name."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from string import ascii_uppercase
from typing import TYPE_CHECKING, Literal, NamedTuple

from recon.identifiers import school_years_in
from recon.readers.cells import address
from recon.values import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from recon.readers import Sheet

Where = Literal["above", "top", "sheet", "file"]
MOST_SAID = 60
LONGEST_TITLE = 2
_EXERCISE = re.compile(r"\b(?:exercices?|budget)(?: (?:comptable|budgetaire))?((?:(?: (?:et|a|au|ou))? 20[0-9]{2}\b)+)")
_BACK_TO_SCHOOL = re.compile(r"\brentree(?: scolaire)?(?: de)?(?: septembre)? (20[0-9]{2})\b")


class Said(NamedTuple):
    """A text that stands around a table, the cell where it stands ("" for a name), and how near that is."""

    text: str
    cell: str
    where: Where


def said_around(sheet: Sheet, above: Sequence[int], top: Sequence[int], file: str) -> tuple[Said, ...]:
    """Return what the rows just above a table, those at the sheet's top, and both names say, the nearest first."""
    return (
        *_cells(sheet, above, "above"),
        *_cells(sheet, [row for row in top if row not in above], "top"),
        Said(sheet.name, "", "sheet"),
        *(Said(part, "", "file") for part in reversed(_parts(file))),
    )


def said_in(sheet: Sheet, row: int) -> tuple[Said, ...]:
    """Return what the cells of one row say."""
    return tuple(_cells(sheet, [row], "above"))


def _cells(sheet: Sheet, rows: Iterable[int], where: Where) -> list[Said]:
    said = [
        Said(cell, address(row, column), where)
        for row in rows
        for column, cell in enumerate(sheet.rows[row])
        if cell and not cell.isspace()
    ]
    return said[:MOST_SAID]


def _parts(file: str) -> list[str]:
    """Return a file's name without its ending, after those of its folders below its kind's in a dossier."""
    from recon_schemas import SOURCES

    path = PurePosixPath(file)
    within = path.parts[0] in {source.folder for source in SOURCES}
    return [*(path.parts[1:-1] if within else ()), path.stem]


def beside(around: Iterable[Said]) -> Iterator[tuple[Said, str]]:
    """Yield each text with the one at its left in the same row, "" if there is none."""
    row, left = "", ""
    for said in around:
        own = said.cell.lstrip(ascii_uppercase)
        yield said, left if own and own == row else ""
        row, left = own, said.text


def school_year(around: Sequence[Said]) -> Said | None:
    """Return the school year that the nearest place says, "rentrée 2026" if no place says more; None if one says two."""
    return _nearest((said, _school_years(said)) for said in around) or _back_to_school(around)


def _school_years(said: Said) -> set[str]:
    return set(school_years_in(said.text.replace("_", " ")))


def _back_to_school(around: Sequence[Said]) -> Said | None:
    if any(map(_school_years, around)):
        return None
    years = ((said, _BACK_TO_SCHOOL.findall(folded(said.text))) for said in around)
    return _nearest((said, {f"{year}-{int(year) + 1}" for year in found}) for said, found in years)


def exercise(around: Iterable[Said]) -> Said | None:
    """Return the budget year that the cells around say, "Exercice 2026"; a bare year is none."""
    return _nearest(
        (said, _exercises(said.text) or _exercises_beside(said.text, left)) for said, left in beside(around)
    )


def _exercises(text: str) -> set[str]:
    return {year for years in _EXERCISE.findall(folded(text)) for year in re.findall("20[0-9]{2}", years)}


def _exercises_beside(text: str, left: str) -> set[str]:
    """Return the year that is all a cell holds, beside a cell that is all "Exercice :"."""
    return (
        _exercises(f"{left} {text}") if text.strip().isdigit() and len(folded(left).split()) <= LONGEST_TITLE else set()
    )


def _nearest(around: Iterable[tuple[Said, set[str]]]) -> Said | None:
    """Return what the nearest place that names something names, None if it names two things."""
    by_place: dict[str, dict[str, Said]] = {}
    for said, names in around:
        for name in names:
            by_place.setdefault(said.where, {}).setdefault(name, said)
    for found in by_place.values():
        if len(found) != 1:
            return None
        name, said = found.popitem()
        return said._replace(text=name)
    return None
