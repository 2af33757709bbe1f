"""The rows that were accepted and rejected of each file, with their cells, for whoever records them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from recon.tables import FromFile, FromRow, Refused
from recon.texts import visible
from recon.validation import REJECTING
from recon.values import clean
from recon_schemas import PAYMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import polars as pl

    from recon.findings.finding import Finding
    from recon.intake import Kept
    from recon.layouts import Table

    Rows = Mapping[int, list[int]]

ACCEPTED, REJECTED = "accepted", "rejected"


def from_files(kept: Kept, digests: Mapping[str, str]) -> tuple[FromFile, ...]:
    """Return for each file and kind what was taken from it; `digests` are the files' own."""
    states = {ACCEPTED: _by_table(kept.rows.values()), REJECTED: kept.refused}
    of_file: dict[tuple[str, str], list[tuple[int, Table]]] = {}
    for number, table in kept.tables.items():
        of_file.setdefault((table.file, table.source.name), []).append((number, table))
    return tuple(
        FromFile(file, kind, _fingerprint(digests.get(file, ""), tables, states), _Rows(tables, states))
        for (file, kind), tables in of_file.items()
    )


def refused_lines(found: Iterable[Finding], tables: Mapping[int, Table]) -> dict[str, Refused]:
    """Return what each finding that refuses a line of a ledger is about, by finding_id."""
    places: dict[int, dict[int, int]] = {}
    refused = {}
    for finding in found:
        place = finding.place
        if place is None or finding.code not in REJECTING or tables[place.table].source is not PAYMENTS:
            continue
        table = tables[place.table]
        rows = places.setdefault(place.table, {row: index for index, row in enumerate(table.numbers)})
        if place.row in rows:
            at = rows[place.row]
            mandat, value = (visible(clean(table.column(name)[at] or "") or "") for name in ("mandat", place.field))
            refused[finding.finding_id] = Refused(mandat, PAYMENTS.fields[place.field].title or "", value)
    return refused


def _by_table(frames: Iterable[pl.DataFrame]) -> dict[int, list[int]]:
    rows: dict[int, list[int]] = {}
    for frame in frames:
        for number, row in frame.select("source", "row").iter_rows():
            rows.setdefault(number, []).append(row)
    return rows


def _fingerprint(digest: str, tables: list[tuple[int, Table]], states: Mapping[str, Rows]) -> str:
    found = hashlib.sha256(digest.encode())
    for number, table in tables:
        taken = [sorted(states[state].get(number, [])) for state in (ACCEPTED, REJECTED)]
        found.update(repr((table.sheet, table.profile, list(table.columns.items()), taken)).encode())
    return found.hexdigest()


class _Rows:
    """The rows of a file's tables, made when they are asked for: a file that is known already is not walked."""

    def __init__(self, tables: list[tuple[int, Table]], states: Mapping[str, Rows]) -> None:
        self._tables, self._states = tables, states

    def __call__(self) -> Iterator[FromRow]:
        for number, table in self._tables:
            place = {row: index for index, row in enumerate(table.numbers)}
            for state in (ACCEPTED, REJECTED):
                for row in sorted(self._states[state].get(number, [])):
                    yield FromRow(table.sheet, row, state, _cells(table, row, place[row]))


def _cells(table: Table, row: int, index: int) -> dict[str, tuple[str, str]]:
    """Return field -> (address, text) of a line, without the fields that it leaves empty."""
    found = ((name, texts[index]) for name, texts in table.texts.items() if texts)
    return {name: (table.cell(row, name), text) for name, text in found if text}
