"""A sheet of few cells far apart: packed for a reader that sets the whole rectangle aside, and spread out again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING, TypeVar

from recon.readers import refusals
from recon.readers.cells import Refused, position
from recon.readers.grid import MAX_CELLS, check_cells
from recon.texts import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from recon.readers.cells import Position

Cell = TypeVar("Cell")

MAX_PLACES = 500_000

_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*\?>")
_CELL = re.compile(rb'<c r="([A-Z]{1,3}[1-9][0-9]{0,6})"([^>]*)>')


@dataclass(frozen=True, slots=True)
class Packed:
    """A sheet of the cells of another, one below the other in column A, and their true `places` in order.

    `cells` is how many the rows hold once spread out, each as long as its last cell, and one for each row.
    """

    xml: bytes
    places: Sequence[Position]
    cells: int


def packed(xml: bytes, places: Sequence[Position]) -> Packed:
    """Return the sheet packed; Refused if its cells are too many, or are not written plainly and in order.

    `places` are those of its cells as a parser told them: every one must be found again.
    """
    found = list(islice(_cells(xml), MAX_PLACES + 1))
    in_order = all(one < following for one, following in pairwise(places))
    if len(found) > MAX_PLACES or not in_order or [place for place, _ in found] != places:
        raise Refused(refusals.TOO_MANY_CELLS.with_(limit=number(MAX_CELLS)))
    last = dict(places)
    cells = max(last) + 1 + sum(last.values())
    check_cells(cells)
    rows = b"".join(b'<row r="%d"><c r="A%d"%s</row>' % (at, at, rest) for at, (_, rest) in enumerate(found, 1))
    return Packed(_prolog(xml) + b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>", places, cells)


def _cells(xml: bytes) -> Iterator[tuple[Position, bytes]]:
    """Yield the place of each cell with a content, and what follows its address; none if they cannot be told for sure."""
    # Comments and the like may hold what looks like a cell.
    if b"<!" in xml or xml.find(b"<?", len(_prolog(xml))) >= 0:
        return
    end = 0
    for found in _CELL.finditer(xml):
        if found.start() < end or found[2].endswith(b"/") or xml.startswith(b"</c>", found.end()):
            continue
        end = xml.find(b"</c>", found.end()) + len(b"</c>")
        yield position(found[1].decode()), xml[found.start(2) : end]


def _prolog(xml: bytes) -> bytes:
    found = _PROLOG.match(xml)
    return found[0] if found else b""


def spread(rows: Iterable[list[Cell]], places: Iterable[Position], empty: Cell) -> list[list[Cell]]:
    """Return the cells of a packed sheet where they stood; rows without any are one empty list, never to be changed."""
    filled: dict[int, list[Cell]] = {}
    for (row, column), (cell,) in zip(places, rows, strict=False):
        if cell != empty:
            line = filled.setdefault(row, [])
            line += [empty] * (column - len(line))
            line.append(cell)
    nothing: list[Cell] = []
    return [filled.get(row, nothing) for row in range(max(filled, default=-1) + 1)]
