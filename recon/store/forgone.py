"""What a dossier's store holds and a backup does not: what would no longer count once the backup is put back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from .closings import closings
from .decisions import decisions
from .runs import runs
from .schema import CLOSINGS, DECISIONS, JOURNAL, RUNS, SOURCES, WITHDRAWALS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, RowMapping, Table

    from .decisions import Recorded


class Forgone(NamedTuple):
    """Decisions made, and those taken back that the backup has in force; closings and reopenings; runs by month; files."""

    made: Sequence[Recorded]
    back: Sequence[Recorded]
    closings: Sequence[RowMapping]
    runs: Mapping[str, int]
    files: int


def forgone(present: Connection, backup: Connection) -> Forgone:
    """Return what `present` has recorded since its journal and that of `backup` went apart; all of it if they never met."""
    since = _shared(present, backup)
    made, back, closed, run = (_after(present, table, since) for table in (DECISIONS, WITHDRAWALS, CLOSINGS, RUNS))
    known = decisions(present)
    had = set(backup.execute(select(SOURCES.c.sha256)).scalars())
    met = set(present.execute(select(SOURCES.c.sha256).where(SOURCES.c.entry > since)).scalars())
    return Forgone(
        [one for one in known if one.id in made],
        [one for one in known if one.id in back - made],
        [row for row in closings(present) if row["id"] in closed],
        Counter(one.month for one in runs(present) if one.id in run),
        len(met - had),
    )


def _shared(one: Connection, other: Connection) -> int:
    """Return the number of the last entry that two journals have in common, 0 if there is none."""
    chains = (connection.execute(select(JOURNAL.c.seq, JOURNAL.c.digest).order_by(JOURNAL.c.seq)) for connection in (one, other))  # fmt: skip
    since = 0
    for mine, theirs in zip(*chains, strict=False):
        if mine != theirs:
            break
        since = mine.seq
    return since


def _after(connection: Connection, table: Table, entry: int) -> set[int]:
    return set(connection.execute(select(table.c.id).where(table.c.entry > entry)).scalars())
