"""Runs: each month's tables as they were computed, what was written of them, and the run that holds for a month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from recon.tables import SCHEMAS

from .blobs import keep, kept, packed, unpacked
from .journal import sha256
from .schema import META, OUTPUTS, RUN_TABLES, RUNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from sqlalchemy import Connection

    from .journal import Entry

PLACED = "placed:"


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the store: its number, month (`2026-11`), the day drawn up for, and who ran it when."""

    id: int
    month: str
    as_of: str
    version: str
    settings: str
    who: str
    at: str


def record_run(
    entry: Entry, tables: Mapping[str, pl.DataFrame], outputs: Mapping[str, tuple[int, str]], **told: str
) -> int:
    """Record a run, its tables by name, and its reports' sizes in bytes and SHA-256 by path; return its number.

    `told` are the columns month, as_of, version and settings.
    """
    number = entry.next_id(RUNS)
    entry.record(RUNS, [{"id": number, "who": entry.who, "at": entry.at, **told}])
    contents = {name: packed(frame) for name, frame in tables.items()}
    keep(entry.connection, contents.values())
    first = entry.next_id(RUN_TABLES)
    entry.record(
        RUN_TABLES,
        (
            {"id": first + place, "run": number, "name": name, "rows": tables[name].height, "sha256": sha256(data)}
            for place, (name, data) in enumerate(contents.items())
        ),
    )
    first = entry.next_id(OUTPUTS)
    entry.record(
        OUTPUTS,
        (
            {"id": first + place, "run": number, "path": path, "size": size, "sha256": digest}
            for place, (path, (size, digest)) in enumerate(sorted(outputs.items()))
        ),
    )
    entry.said |= {"run": number, "month": told["month"]}
    return number


def runs(connection: Connection) -> list[Run]:
    """Return every run, the first one first."""
    rows = connection.execute(select(RUNS).order_by(RUNS.c.id)).mappings()
    return [Run(**{name: row[name] for name in Run.__slots__}) for row in rows]


def last_run(connection: Connection, month: str) -> Run | None:
    """Return the run that holds for a month: its last one."""
    return next((run for run in reversed(runs(connection)) if run.month == month), None)


def previous_run(connection: Connection, month: str) -> Run | None:
    """Return the last run of the latest month before `month`."""
    earlier = [run for run in runs(connection) if run.month < month]
    return max(earlier, key=lambda run: (run.month, run.id), default=None)


def table_of_run(connection: Connection, run: int, name: str) -> pl.DataFrame:
    """Return a table of a run, amounts in cents; empty if that run, of an earlier recon, had none of this name."""
    import polars as pl

    found = select(RUN_TABLES.c.sha256).where(RUN_TABLES.c.run == run, RUN_TABLES.c.name == name)
    digest = connection.execute(found).scalar()
    return pl.DataFrame(schema=SCHEMAS.get(name)) if digest is None else unpacked(kept(connection, digest))


def runs_with(connection: Connection, name: str) -> dict[int, int]:
    """Return by run how many rows its table of this name has, for the runs that have one."""
    rows = connection.execute(select(RUN_TABLES.c.run, RUN_TABLES.c.rows).where(RUN_TABLES.c.name == name))
    return {row.run: row.rows for row in rows}


def entries(connection: Connection) -> dict[int, int]:
    """Return by its number the journal entry in which each run was recorded."""
    return {row.id: row.entry for row in connection.execute(select(RUNS.c.id, RUNS.c.entry))}


def digests_of(connection: Connection, run: int) -> dict[str, str]:
    """Return the digest of each table of a run."""
    rows = connection.execute(select(RUN_TABLES.c.name, RUN_TABLES.c.sha256).where(RUN_TABLES.c.run == run))
    return {row.name: row.sha256 for row in rows}


def outputs_of(connection: Connection, run: int) -> dict[str, str]:
    """Return the digest of each report of a run, by its path within the month's folder."""
    rows = connection.execute(select(OUTPUTS.c.path, OUTPUTS.c.sha256).where(OUTPUTS.c.run == run))
    return {row.path: row.sha256 for row in rows}


def digests_of_output(connection: Connection, path: str) -> set[str]:
    """Return the digest of a report as each run wrote it, by its path within the month's folder."""
    return set(connection.execute(select(OUTPUTS.c.sha256).where(OUTPUTS.c.path == path)).scalars())


def note_placed(connection: Connection, month: str, run: int) -> None:
    """Note that the reports of a run are in place."""
    connection.execute(META.delete().where(META.c.name == PLACED + month))
    connection.execute(META.insert().values(name=PLACED + month, value=str(run)))


def is_placed(connection: Connection, run: Run) -> bool:
    """Whether the reports of a run were all put in place."""
    value = connection.execute(select(META.c.value).where(META.c.name == PLACED + run.month)).scalar()
    return value == str(run.id)
