"""The same row twice is counted once (D07); the same key with different content counts for nothing (D08).

Payments are events (`recon.events`): two equal lines of one file are two payments, and the same line in several files
counts as often as in the file that has it most. Every other kind has a key that stands for one thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.events import Told, events
from recon.findings.finding import Finding, Place
from recon.identifiers import titre_keyed
from recon.texts import Text, money, same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from recon.layouts import Table
    from recon_schemas import Source

TWICE, CONTRADICTS = "D07", "D08"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unique:
    """The rows that count, how many were left out in each table, the contradicting ones, and the findings."""

    rows: pl.DataFrame
    duplicates: dict[int, int]
    contradicting: pl.DataFrame
    findings: list[Finding]


def _issue_if_empty(nature: pl.Expr) -> pl.Expr:
    return nature.fill_null("émission")


# Columns that are compared in another form than they are written.
COMPARED: dict[str, Callable[[pl.Expr], pl.Expr]] = {"titre": titre_keyed, "nature": _issue_if_empty}


def unique(
    source: Source, rows: pl.DataFrame, tables: Mapping[int, Table], others: pl.DataFrame | None = None
) -> Unique:
    """Return each event or thing of `rows` once, in the order of its content, whatever the order of files and rows.

    `others` are days of rows that are not looked at, and that say with the others which days each ledger covers.
    """
    content = list(source.fields)
    ordered = rows.with_columns(_file=_files(rows, tables)).sort([*content, "_file", "row"], nulls_last=True)
    ordered = ordered.with_row_index("_id")
    columns = _columns(tables)
    if source.name == "payments":
        dated = rows.select("source", "payer_siret", "mandat_on", "paid_on")
        dated = dated if others is None else pl.concat([dated, others])
        told = events(ordered, content, columns, dated.with_columns(_file=_files(dated, tables)))
    else:
        told = _things(source, ordered, content, columns)
    again = ordered.filter(pl.col("_id").is_in(list(told.again)))
    contradicting = ordered.filter(pl.col("_id").is_in(list(told.contradicting)))
    kept = ordered.filter(~pl.col("_id").is_in([*told.again, *told.contradicting]))
    findings = [
        *_twice(source, again, _others(ordered, told), tables),
        *_contradictions(source, contradicting, told.contradicting, tables),
    ]
    return Unique(_completed(kept, told, rows.columns), per_table(again), contradicting.select(rows.columns), findings)


def _completed(kept: pl.DataFrame, told: Told, columns: list[str]) -> pl.DataFrame:
    """Put in place of a line that several files tell what they say together."""
    values = {number: row for number, row in told.completed.items() if told.counts(number)}
    whole = pl.DataFrame(list(values.values()), schema=kept.schema) if values else kept.clear()
    rest = kept.filter(~pl.col("_id").is_in(list(values)))
    return pl.concat([rest, whole]).sort("_id").select(columns)


def _others(ordered: pl.DataFrame, told: Told) -> dict[int, tuple[int, int]]:
    """Return, for each row that repeats another, the table and row of the one that counts."""
    places = {number: (table, row) for number, table, row in ordered.select("_id", "source", "row").iter_rows()}
    return {number: places[told.standing(number)] for number in told.again}


def per_table(rows: pl.DataFrame) -> dict[int, int]:
    """Return the number of rows of each table."""
    return dict(rows.group_by("source").len().sort("source").iter_rows())


def _files(rows: pl.DataFrame, tables: Mapping[int, Table]) -> pl.Series:
    names = {number: f"{table.file}\x1f{table.sheet}" for number, table in tables.items()}
    return pl.Series("_file", [names[number] for number in rows["source"]], dtype=pl.String)


def _columns(tables: Mapping[int, Table]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table in tables.values():
        found.setdefault(f"{table.file}\x1f{table.sheet}", set()).update(table.texts)
    return found


def _things(source: Source, ordered: pl.DataFrame, content: list[str], columns: Mapping[str, set[str]]) -> Told:
    form = [COMPARED[name](pl.col(name)).alias(name) if name in COMPARED else pl.col(name) for name in content]
    compared = ordered.select("_id", "_file", *form)
    compared = compared.with_columns(_first=pl.col("_id").min().over(content))
    again = compared.filter(pl.col("_id") != pl.col("_first"))
    distinct = compared.filter(pl.col("_id") == pl.col("_first"))
    told = Told(again=dict(again.select("_id", "_first").iter_rows()))
    named = pl.col(source.key[0]).is_not_null()
    key = [pl.col(name).cast(pl.String).fill_null("") for name in source.key]
    clashes = distinct.filter(named & (pl.len().over(key) > 1)).with_columns(_key=pl.concat_list(key))
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in clashes.iter_rows(named=True):
        groups.setdefault(tuple(row["_key"]), []).append(row)
    for name, rows in groups.items():
        _tell(name, rows, content, columns, told)
    return told


def _tell(
    name: tuple[str, ...], rows: list[Row], content: list[str], columns: Mapping[str, set[str]], told: Told
) -> None:
    """Keep the row that says all that the others of its key say, for want of columns; without one, they contradict."""

    def says(whole: Row, row: Row) -> bool:
        return all(
            row[field] == whole[field] or (row[field] is None and field not in columns[row["_file"]])
            for field in content
        )

    whole = next((row for row in rows if all(says(row, other) for other in rows)), None)
    if whole is None:
        told.contradicting.update({row["_id"]: name for row in rows})
    else:
        told.again.update({row["_id"]: whole["_id"] for row in rows if row is not whole})


# Findings ------------------------------------------------------------------------------------------------------------


def _place(row: Row) -> Place:
    return Place(row["source"], row["row"])


def _twice(
    source: Source, rows: pl.DataFrame, others: Mapping[int, tuple[int, int]], tables: Mapping[int, Table]
) -> Iterable[Finding]:
    seen: dict[tuple[str, ...], int] = {}
    found = Text("ligne {row} déjà fournie\u00a0: {other}", "row {row} given already: {other}")
    for row in rows.iter_rows(named=True):
        table = tables[row["source"]]
        key = (source.name, table.file, *(_shown(row[name]) for name in source.fields))
        seen[key] = seen.get(key, 0) + 1
        number, place = others[row["_id"]]
        yield Finding(
            code=TWICE,
            key=(*key, str(seen[key])),
            expected=Text("une seule fois", "once"),
            found=found.with_(row=row["row"], other=_where(source, tables[number], place)),
            place=_place(row),
            file=table.file,
            uai=row.get("uai") or "",
            titre=row.get("titre") or "",
        )


def _where(source: Source, table: Table, row: int) -> str:
    """Return the file, the sheet and the cell of a row: of its amount, else of its key."""
    field = "amount" if "amount" in table.columns else source.key[0]
    return ", ".join(part for part in (table.file, table.sheet_of(row, field), table.cell(row, field)) if part)


def _contradictions(
    source: Source, rows: pl.DataFrame, names: Mapping[int, tuple[str, ...]], tables: Mapping[int, Table]
) -> Iterable[Finding]:
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows.iter_rows(named=True):
        groups.setdefault(names[row["_id"]], []).append(row)
    for key, twins in sorted(groups.items()):
        other = next(row for row in twins if _differs(source, twins[0], row))
        yield _contradiction(source, key, twins[0], other, tables)


def _differs(source: Source, first: Row, second: Row) -> list[str]:
    return [name for name in source.fields if first[name] != second[name]]


def _contradiction(
    source: Source, key: tuple[str, ...], first: Row, second: Row, tables: Mapping[int, Table]
) -> Finding:
    differs = _differs(source, first, second)
    field = "amount" if "amount" in differs else differs[0]
    other = tables[first["source"]]
    found = Text("{value} (l’autre ligne\u00a0: {file}, {cell})", "{value} (the other row: {file}, {cell})")
    where = {"file": other.file, "cell": other.cell(first["row"], field)}
    return Finding(
        code=CONTRADICTS,
        key=(source.name, *key),
        expected=same(_shown(first[field], field)),
        found=found.with_(value=_shown(second[field], field), **where),
        place=_place(second)._replace(field=field),
        file=tables[second["source"]].file,
        uai=first.get("uai") or "",
        titre=first.get("titre") or "",
        convention=first.get("convention") or "",
    )


def _shown(value: object, field: str = "") -> str:
    if value is None:
        return "–"
    if isinstance(value, int) and field in {"amount", "rate"}:
        return money(value).fr
    return f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else str(value)
