"""The journal: one entry for each thing done, chained by digests, that proves every row recorded under it."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from . import holder
from .schema import JOURNAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy import Connection, Table

    Row = dict[str, Any]

FIRST = "0" * 64
AN_HOUR = timedelta(hours=1)
MANY = 5_000
# What an entry says of the earlier ones whose rows, of how files were understood, were deleted under it.
LET_GO = "let_go"


def canonical(value: object) -> str:
    """Return JSON that is the same for the same content."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=repr)


def sha256(text: str | bytes) -> str:
    """Return the digest of a text or of bytes."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def row_digest(row: Mapping[str, object]) -> str:
    """Return the digest of a recorded row: all its columns but the digest itself."""
    return sha256(canonical({name: value for name, value in row.items() if name != "digest"}))


def entry_digest(entry: Mapping[str, object]) -> str:
    """Return the digest of a journal entry, its predecessor's included."""
    return sha256(canonical([entry[name] for name in ("seq", "at", "who", "event", "said", "previous")]))


@dataclass(slots=True)
class Entry:
    """An entry being written: its number, who and when, and the digests of the rows recorded under it."""

    connection: Connection
    seq: int
    previous: str
    who: str
    at: str
    said: Row = field(default_factory=dict)
    _sums: dict[str, Any] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def next_id(self, table: Table) -> int:
        """Return the number of the next row of a table."""
        return int(self.connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()) + 1

    def record(self, table: Table, rows: Iterable[Row]) -> None:
        """Write rows that bear their `id`, with this entry's number and their digest."""
        sums = self._sums.setdefault(table.name, hashlib.sha256())
        batch: list[Row] = []
        for row in rows:
            row["entry"] = self.seq
            row["digest"] = row_digest(row)
            sums.update(row["digest"].encode())
            self._counts[table.name] = self._counts.get(table.name, 0) + 1
            batch.append(row)
            if len(batch) == MANY:
                self.connection.execute(table.insert(), batch)
                batch = []
        if batch:
            self.connection.execute(table.insert(), batch)

    def proofs(self) -> dict[str, list[object]]:
        """Return for each table how many rows were recorded and the digest over theirs."""
        return {name: [self._counts[name], self._sums[name].hexdigest()] for name in self._counts}


def ahead_of(connection: Connection, moment: str) -> str | None:
    """Return when the last entry was written if that is more than an hour after `moment`: a clock was set back."""
    last: str | None = connection.execute(select(JOURNAL.c.at).order_by(JOURNAL.c.seq.desc()).limit(1)).scalar()
    with suppress(ValueError):
        if last and datetime.fromisoformat(last) - datetime.fromisoformat(moment) > AN_HOUR:
            return last
    return None


@contextmanager
def entry(connection: Connection, event: str) -> Iterator[Entry]:
    """Give the entry under which rows are recorded; it is written when they are."""
    last = connection.execute(select(JOURNAL.c.seq, JOURNAL.c.digest).order_by(JOURNAL.c.seq.desc()).limit(1)).first()
    seq, previous = (last.seq + 1, last.digest) if last else (1, FIRST)
    writing = Entry(connection, seq, previous, holder.who(), holder.now())
    yield writing
    said = canonical({**writing.said, "recorded": writing.proofs()})
    row = {"seq": seq, "at": writing.at, "who": writing.who, "event": event, "said": said, "previous": previous}
    connection.execute(JOURNAL.insert(), [row | {"digest": entry_digest(row)}])
