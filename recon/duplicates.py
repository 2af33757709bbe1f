"""The same row twice is counted once (D07); the same key with different content counts for nothing (D08).

Payments are events: two equal lines of one file are two payments, and the same line in several files counts as often
as in the file that has it most. Every other kind has a key that stands for one thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.findings.finding import Finding, Place
from recon.texts import Text, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recon.layouts import Table
    from recon_schemas import Source

TWICE, CONTRADICTS = "D07", "D08"


@dataclass(frozen=True, slots=True)
class Unique:
    """The rows that count, how many were left out in each table, and the findings that say so."""

    rows: pl.DataFrame
    duplicates: dict[int, int]
    contradicting: dict[int, int]
    findings: list[Finding]


def unique(source: Source, rows: pl.DataFrame, tables: Mapping[int, Table]) -> Unique:
    """Return each event or thing of `rows` once, in the order of its content, whatever the order of files and rows."""
    content = list(source.fields)
    ordered = rows.with_columns(_file=_files(rows, tables)).sort([*content, "_file", "row"], nulls_last=True)
    if source.name == "payments":
        kept, again = _events(ordered, content)
        contradicting = ordered.clear()
    else:
        kept, again, contradicting = _things(source, ordered, content)
    findings = [
        *(_twice(source, row, tables) for row in again.iter_rows(named=True)),
        *_contradictions(source, contradicting, tables),
    ]
    return Unique(
        kept.select(rows.columns), _per_table(again), _per_table(contradicting), findings
    )  # fmt: skip


def _files(rows: pl.DataFrame, tables: Mapping[int, Table]) -> pl.Series:
    names = {number: f"{table.file}\x1f{table.sheet}" for number, table in tables.items()}
    return pl.Series("_file", [names[number] for number in rows["source"]], dtype=pl.String)


def _per_table(rows: pl.DataFrame) -> dict[int, int]:
    return dict(rows.group_by("source").len().sort("source").iter_rows())


def _events(ordered: pl.DataFrame, content: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Keep the n-th occurrence of a line from the first file that has n of them."""
    numbered = ordered.with_columns(_nth=pl.int_range(pl.len()).over([*content, "_file"]))
    first = numbered.select(pl.struct(*content, "_nth").is_first_distinct()).to_series()
    return numbered.filter(first), numbered.filter(~first)


def _things(
    source: Source, ordered: pl.DataFrame, content: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    first = ordered.select(pl.struct(content).is_first_distinct()).to_series()
    distinct, again = ordered.filter(first), ordered.filter(~first)
    named = pl.all_horizontal(pl.col(source.key[0]).is_not_null())
    key = [pl.col(name).fill_null("") for name in source.key]
    clashes = distinct.select(named & (pl.len().over(key) > 1)).to_series()
    return distinct.filter(~clashes), again, distinct.filter(clashes)


def _place(row: Mapping[str, object]) -> Place:
    return Place(int(str(row["source"])), int(str(row["row"])))


def _name(source: Source, row: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(str(row[name] if row[name] is not None else "") for name in source.fields)


def _twice(source: Source, row: Mapping[str, object], tables: Mapping[int, Table]) -> Finding:
    table = tables[int(str(row["source"]))]
    return Finding(
        code=TWICE,
        key=(source.name, table.file, *_name(source, row), str(row.get("_nth", ""))),
        expected=Text("une seule fois", "once"),
        found=Text("ligne {row} déjà fournie", "row {row} given already").with_(row=row["row"]),
        place=_place(row),
        file=table.file,
        uai=str(row.get("uai") or ""),
        titre=str(row.get("titre") or ""),
    )


def _contradictions(source: Source, rows: pl.DataFrame, tables: Mapping[int, Table]) -> Iterable[Finding]:
    groups: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for row in rows.iter_rows(named=True):
        groups.setdefault(tuple(str(row[name] or "") for name in source.key), []).append(row)
    for key, twins in groups.items():
        first, second = twins[0], twins[1]
        fields = [name for name in source.fields if first[name] != second[name]]
        where = tables[int(str(second["source"]))]
        other = tables[int(str(first["source"]))]
        yield Finding(
            code=CONTRADICTS,
            key=(source.name, *key),
            expected=same(_shown(first[fields[0]])),
            found=Text("{value} (l’autre ligne : {file}, {cell})", "{value} (the other row: {file}, {cell})").with_(
                value=_shown(second[fields[0]]), file=other.file, cell=other.cell(int(str(first["row"])), fields[0])
            ),
            place=Place(int(str(second["source"])), int(str(second["row"])), fields[0]),
            file=where.file,
            uai=str(first.get("uai") or ""),
            titre=str(first.get("titre") or ""),
            convention=str(first.get("convention") or ""),
        )


def _shown(value: object) -> str:
    return "–" if value is None else str(value)
