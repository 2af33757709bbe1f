"""What a sheet says beside its values: how far it reaches, what it hides and merges, and the cells without a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from recon.readers.grid import MAX_CELLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from recon.readers.cells import Area, Fault, Position
    from recon.readers.sparse import Packed

Span: TypeAlias = tuple[int, int]
"""First and last of some rows or columns, counted from 0."""


@dataclass(slots=True)
class Marks:
    """One sheet as its format tells it; nothing here is cut at the used area yet.

    `booleans`: it may hold some. `formulas`: the cells whose value a formula gives. `packed`: what is to be read in its place, where its cells lie too far apart.
    """

    name: str
    hidden: bool = False
    rows: int = 0
    columns: int = 0
    booleans: bool = True
    faults: dict[Position, Fault] = field(default_factory=dict)
    formulas: list[str] = field(default_factory=list)
    hidden_rows: list[Span] = field(default_factory=list)
    hidden_columns: list[Span] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    packed: Packed | None = None

    def reaches(self, row: int, column: int) -> None:
        """Count the cell in the used area."""
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)


def within(spans: Iterable[Span], length: int) -> frozenset[int]:
    """Return the numbers below `length` that the spans hold."""
    found: set[int] = set()
    for first, last in spans:
        found.update(range(max(first, 0), min(last + 1, length)))
        # Spans that overlap say nothing new once everything is held.
        if len(found) == length:
            break
    return frozenset(found)


def merged_within(areas: Iterable[Area], rows: int, columns: int) -> tuple[Area, ...]:
    """Return the merged areas, cut at the used one, of more than one cell; together they hold no more than it does.

    Nor do they hold more than `MAX_CELLS`: whoever goes through them is done in reasonable time.
    """
    return tuple(_fitting(areas, rows, columns))


def _fitting(areas: Iterable[Area], rows: int, columns: int) -> Iterator[Area]:
    left = min(rows * columns, MAX_CELLS)
    for top, start, bottom, end in areas:
        bottom, end = min(bottom, rows - 1), min(end, columns - 1)  # noqa: PLW2901  Cut at the used area.
        cells = (bottom - top + 1) * (end - start + 1)
        if 0 <= top <= bottom and 0 <= start <= end and 1 < cells <= left:
            left -= cells
            yield top, start, bottom, end
