"""Sources: each file as it was met, which one it takes the place of, and the rows that were taken from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from .journal import canonical
from .schema import INTAKES, ROWS, SOURCES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from recon.tables import FromRow

    from .journal import Entry


@dataclass(frozen=True, slots=True)
class Met:
    """A file of the dossier: its name within it, its kind's folder, its digest."""

    name: str
    folder: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Intake:
    """What a run took from a file for one kind: the counts of the sources table, and its rows when they are asked for.

    `fingerprint` is the same as long as the same rows are accepted and rejected: they are then not written again.
    """

    name: str
    kind: str
    profile: str
    read: int
    kept: int
    rejected: int
    out_of_scope: int
    duplicates: int
    fingerprint: str
    rows: Callable[[], Iterable[FromRow]]


def record_sources(entry: Entry, met: Iterable[Met]) -> dict[str, int]:
    """Record the files that are new, or whose content is; return the number of each file's source."""
    known = current(entry.connection)
    numbers: dict[str, int] = {}
    new: list[dict[str, object]] = []
    following = entry.next_id(SOURCES)
    for file in sorted(met, key=lambda one: one.name):
        before = known.get(file.name)
        if before is not None and before[1] == file.sha256:
            numbers[file.name] = before[0]
            continue
        numbers[file.name] = following
        row = {"id": following, "name": file.name, "folder": file.folder, "sha256": file.sha256}
        new.append(row | {"supersedes": before[0] if before else None})
        following += 1
    entry.record(SOURCES, new)
    entry.said["sources"] = [row["id"] for row in new]
    return numbers


def current(connection: Connection) -> dict[str, tuple[int, str]]:
    """Return the last source of each name: its number and digest."""
    last = select(func.max(SOURCES.c.id)).group_by(SOURCES.c.name)
    rows = connection.execute(select(SOURCES.c.name, SOURCES.c.id, SOURCES.c.sha256).where(SOURCES.c.id.in_(last)))
    return {row.name: (row.id, row.sha256) for row in rows}


def first_met(connection: Connection, digests: Collection[str]) -> dict[str, int]:
    """Return by digest the journal entry in which a file of that content was first recorded."""
    first = select(SOURCES.c.sha256, func.min(SOURCES.c.entry).label("entry")).where(
        SOURCES.c.sha256.in_(list(digests))
    )
    return {row.sha256: row.entry for row in connection.execute(first.group_by(SOURCES.c.sha256))}


def are_known(connection: Connection, met: Iterable[Met], intakes: Iterable[Intake]) -> bool:
    """Whether these files are on record as they are, and what was taken from them."""
    last, known, taken = current(connection), _fingerprints(connection), list(intakes)
    for file in met:
        number, digest = last.get(file.name, (0, ""))
        if digest != file.sha256:
            return False
        if any(known.get((number, one.kind)) != one.fingerprint for one in taken if one.name == file.name):
            return False
    return True


def record_intakes(entry: Entry, numbers: dict[str, int], intakes: Sequence[Intake]) -> None:
    """Record what was taken from the sources, but for what was taken just so before."""
    known = _fingerprints(entry.connection)
    fresh = [one for one in intakes if known.get((numbers[one.name], one.kind)) != one.fingerprint]
    first = entry.next_id(INTAKES)
    counts = ("kind", "profile", "read", "kept", "rejected", "out_of_scope", "duplicates", "fingerprint")
    entry.record(
        INTAKES,
        (
            {"id": first + place, "source": numbers[one.name], **{name: getattr(one, name) for name in counts}}
            for place, one in enumerate(fresh)
        ),
    )
    entry.record(ROWS, _rows(fresh, first, entry.next_id(ROWS)))


def _fingerprints(connection: Connection) -> dict[tuple[int, str], str]:
    rows = connection.execute(select(INTAKES.c.source, INTAKES.c.kind, INTAKES.c.fingerprint).order_by(INTAKES.c.id))
    return {(row.source, row.kind): row.fingerprint for row in rows}


def _rows(intakes: Sequence[Intake], first: int, following: int) -> Iterator[dict[str, object]]:
    for place, intake in enumerate(intakes):
        for row in intake.rows():
            cells = canonical({field: list(cell) for field, cell in row.cells.items()})
            yield {
                "id": following,
                "intake": first + place,
                "sheet": row.sheet,
                "row": row.row,
                "state": row.state,
                "cells": cells,
            }
            following += 1
