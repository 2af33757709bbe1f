"""A file's own totals, held against the lines above them: since the table's start, or since another total."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Total:
    """A total of the file: its row and column (row from 1), what it says, and the lines' sum that it should be (cents)."""

    row: int
    column: int
    announced: int
    read: int

    @property
    def holds(self) -> bool:
        """Whether the total is the sum of its lines."""
        return self.announced == self.read


@dataclass(frozen=True, slots=True)
class Announced:
    """Every total of a table, and the sum of all its lines as its totals give it, None if they do not."""

    totals: tuple[Total, ...] = ()
    whole: int | None = None


class Figure(NamedTuple):
    """A total as it stands: row from 1, column from 0, cents, and whether it calls itself the whole table's."""

    row: int
    column: int
    cents: int
    whole: bool = False


def announced(lines: Sequence[tuple[int, int]], said: Sequence[Figure]) -> Announced:
    """Return the totals `said` held against the `lines` (row, cents) above each of them."""
    rows = [row for row, _ in lines]
    sums = list(accumulate((cents for _, cents in lines), initial=0))
    totals: list[Total] = []
    starts = [0]
    wholes: dict[int, int] = {0: 0}
    for row, column, cents, whole in said:
        end = bisect_left(rows, row)
        found = next((start for start in starts if sums[end] - sums[start] == cents), None)
        # What a wrong total should have been: what stands since the last one, or all if nothing does.
        start = found if found is not None else (starts[-1] if starts[-1] < end and not whole else 0)
        totals.append(Total(row, column, cents, sums[end] - sums[start]))
        if start in wholes:
            wholes[end] = wholes[start] + cents
        starts.append(end)
    return Announced(tuple(totals), wholes.get(len(lines)) if totals else None)


def sums_up(lines: Sequence[tuple[int, int]], starts: Sequence[int], figure: Figure) -> bool:
    """Say whether a figure without a word is a sum: of two lines or more, since the start or since another total (rows)."""
    above = [cents for row, cents in lines if row < figure.row]
    since = [[cents for row, cents in lines if start < row < figure.row] for start in starts]
    return any(len(part) > 1 and sum(part) == figure.cents for part in (above, *since))
