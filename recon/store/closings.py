"""Closings: a month locked with its reports kept whole, and opened again for a reason that stays on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from .blobs import keep
from .schema import CLOSINGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, RowMapping

    from .journal import Entry

CLOSED, OPEN = "closed", "open"


def record_closing(entry: Entry, month: str, run: int, reports: Iterable[bytes]) -> None:
    """Lock a month as its `run` has it; its reports are kept to be printed again."""
    keep(entry.connection, reports)
    _record(entry, month, run, CLOSED, "")


def record_reopening(entry: Entry, month: str, run: int, reason: str) -> None:
    """Open a month again."""
    _record(entry, month, run, OPEN, reason)


def _record(entry: Entry, month: str, run: int, state: str, reason: str) -> None:
    row = {"month": month, "run": run, "state": state, "reason": reason, "who": entry.who, "at": entry.at}
    entry.record(CLOSINGS, [{"id": entry.next_id(CLOSINGS), **row}])
    entry.said["month"] = month


def closings(connection: Connection) -> list[RowMapping]:
    """Return every closing and reopening, the first one first."""
    return list(connection.execute(select(CLOSINGS).order_by(CLOSINGS.c.id)).mappings())


def closed_months(connection: Connection) -> dict[str, RowMapping]:
    """Return the closing of each month that is closed now."""
    last = {row["month"]: row for row in closings(connection)}
    return {month: row for month, row in last.items() if row["state"] == CLOSED}
