"""Many cells in few words: those of one column, one below the other, as `Écoles › B59:B62`, lines as `page 4 › l. 3-8`."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_CELL = re.compile(r"([A-Z]+|l\. )([0-9]+)")
MOST_RUNS = 4


def cells(places: Iterable[str]) -> list[str]:
    """Return the places ("file › sheet › cell") with the cells of each sheet together, runs of rows as one."""
    by_sheet: dict[str, list[tuple[str, int]]] = {}
    others = []
    for place in dict.fromkeys(places):
        where, _, cell = place.rpartition(" › ")
        match = _CELL.fullmatch(cell)
        if match is None:
            others.append(place)
        else:
            by_sheet.setdefault(where, []).append((match[1], int(match[2])))
    return [f"{where} › {_runs(sorted(found))}" for where, found in by_sheet.items()] + others


def _runs(found: list[tuple[str, int]]) -> str:
    runs = []
    for _, group in groupby(enumerate(found), lambda one: (one[1][0], one[1][1] - one[0])):
        members = [f"{column}{row}" for _, (column, row) in group]
        last = members[-1].replace("l. ", "-") if members[-1].startswith("l. ") else f":{members[-1]}"
        runs.append(members[0] if len(members) == 1 else f"{members[0]}{last}")
    return ", ".join(runs if len(runs) <= MOST_RUNS else [*runs[:MOST_RUNS], "…"])
