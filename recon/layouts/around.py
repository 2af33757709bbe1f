"""What is said around a table: cells above it and between its lines, the sheet's name, the file's name."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal, NamedTuple

from recon.identifiers import school_years_in
from recon.readers.cells import address
from recon.values import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from recon.readers import Sheet

Where = Literal["above", "top", "sheet", "file"]
MOST_SAID = 60
_EXERCISE = re.compile(r"\b(?:exercice|budget|exer)\w*(?: \w+){0,2} (20[0-9]{2})\b")


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


def school_year(around: Iterable[Said]) -> Said | None:
    """Return the school year that the nearest place says, None if none does or one says two."""
    return _nearest(around, lambda said: set(school_years_in(said.text.replace("_", " "))))


def exercise(around: Iterable[Said]) -> Said | None:
    """Return the budget year that the cells around say, "Exercice 2026"; a bare year is none."""
    return _nearest(around, lambda said: set(_EXERCISE.findall(folded(said.text))))


def _nearest(around: Iterable[Said], named: _Named) -> Said | None:
    by_place: dict[str, dict[str, Said]] = {}
    for said in around:
        for name in named(said):
            by_place.setdefault(said.where, {}).setdefault(name, said)
    for found in by_place.values():
        if len(found) != 1:
            return None
        name, said = found.popitem()
        return said._replace(text=name)
    return None


if TYPE_CHECKING:
    from collections.abc import Callable

    _Named = Callable[[Said], set[str]]
