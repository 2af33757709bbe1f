"""The same row twice is counted once (D07); the same key with different content counts for nothing (D08).

Payments are events: two equal lines of one file are two payments, and the same line in several files counts as often
as in the file that has it most. A mandat that another file shows otherwise is one event told twice: the file that
reaches furthest is right about its state, its label and its dates; if the amounts differ, neither counts. Every other
kind has a key that stands for one thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.findings.finding import Finding, Place
from recon.identifiers import titre_keyed
from recon.texts import Text, money, same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from recon.layouts import Table
    from recon_schemas import Source

TWICE, CONTRADICTS = "D07", "D08"
STATE = ("state", "paid_on")

Row = dict[str, Any]

_UAI = re.compile(r"\b[0-9]{7}[A-Z]\b")


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


def unique(source: Source, rows: pl.DataFrame, tables: Mapping[int, Table]) -> Unique:
    """Return each event or thing of `rows` once, in the order of its content, whatever the order of files and rows."""
    content = list(source.fields)
    ordered = rows.with_columns(_file=_files(rows, tables)).sort([*content, "_file", "row"], nulls_last=True)
    ordered = ordered.with_row_index("_id")
    split = _events(ordered, content) if source.name == "payments" else _things(source, ordered, content)
    again = ordered.filter(pl.col("_id").is_in(list(split.again)))
    contradicting = ordered.filter(pl.col("_id").is_in(list(split.contradicting)))
    kept = ordered.filter(~pl.col("_id").is_in([*split.again, *split.contradicting]))
    findings = [
        *_twice(source, again, tables),
        *_contradictions(source, contradicting, split.contradicting, tables),
    ]
    return Unique(
        kept.select(rows.columns), per_table(again), contradicting.select(rows.columns), findings
    )  # fmt: skip


def per_table(rows: pl.DataFrame) -> dict[int, int]:
    """Return the number of rows of each table."""
    return dict(rows.group_by("source").len().sort("source").iter_rows())


@dataclass(frozen=True, slots=True)
class _Split:
    """Which rows repeat another, and which contradict another, with the name of what they are about."""

    again: set[int]
    contradicting: dict[int, tuple[str, ...]]


def _files(rows: pl.DataFrame, tables: Mapping[int, Table]) -> pl.Series:
    names = {number: f"{table.file}\x1f{table.sheet}" for number, table in tables.items()}
    return pl.Series("_file", [names[number] for number in rows["source"]], dtype=pl.String)


def _things(source: Source, ordered: pl.DataFrame, content: list[str]) -> _Split:
    form = [COMPARED[name](pl.col(name)).alias(name) if name in COMPARED else pl.col(name) for name in content]
    compared = ordered.select("_id", *form)
    first = compared.select(pl.struct(content).is_first_distinct()).to_series()
    distinct, again = compared.filter(first), compared.filter(~first)
    named = pl.col(source.key[0]).is_not_null()
    key = [pl.col(name).cast(pl.String).fill_null("") for name in source.key]
    clashes = distinct.filter(named & (pl.len().over(key) > 1)).select("_id", pl.concat_list(key).alias("key"))
    return _Split(set(again["_id"]), {number: tuple(name) for number, name in clashes.iter_rows()})


# Payments ------------------------------------------------------------------------------------------------------------


def _events(ordered: pl.DataFrame, content: list[str]) -> _Split:
    """Keep the n-th occurrence of a line from the first file that has n of them; then tell the same mandat once."""
    numbered = ordered.with_columns(_nth=pl.int_range(pl.len()).over([*content, "_file"]))
    first = numbered.select(pl.struct(*content, "_nth").is_first_distinct()).to_series()
    split = _Split(set(numbered.filter(~first)["_id"]), {})
    shared = pl.struct(content).n_unique().over("_mandat") > 1
    many_files = pl.col("_file").n_unique().over("_mandat") > 1
    named = numbered.filter(pl.col("mandat").is_not_null()).with_columns(_mandat=_mandat())
    reach = dict(
        ordered.group_by("_file").agg(pl.max_horizontal(pl.col("paid_on").max(), pl.col("mandat_on").max())).iter_rows()
    )
    for _, rows in named.filter(shared & many_files).group_by("_mandat", maintain_order=True):
        _told_twice(list(rows.iter_rows(named=True)), content, reach, split)
    return split


def _mandat() -> pl.Expr:
    parts = (pl.col("payer_siret").str.slice(0, 9), pl.col("exercise"), pl.col("mandat"), pl.col("line"))
    return pl.concat_str([part.cast(pl.String).fill_null("") for part in parts], separator="\x1f")


def _told_twice(rows: Sequence[Row], content: list[str], reach: Mapping[str, object], split: _Split) -> None:
    """Compare a mandat as each file tells it, from the one that reaches furthest back."""
    by_file: dict[str, list[Row]] = {}
    for row in rows:
        by_file.setdefault(row["_file"], []).append(row)
    told: list[Row] = []
    for file in sorted(by_file, key=lambda file: (str(reach[file] or ""), file)):
        told = _merged(told, by_file[file], content, split)


def _merged(told: list[Row], again: list[Row], content: list[str], split: _Split) -> list[Row]:
    """Pair each line of a later file with the one it tells again; return the lines known after it."""
    left = list(told)
    pairs: list[tuple[Row, Row]] = []
    for alike in (_equal, _but_for_state):
        for row in [row for row in again if all(row is not later for _, later in pairs)]:
            twin = next((other for other in left if alike(other, row, content)), None)
            if twin is not None:
                pairs.append((twin, row))
                left = [other for other in left if other is not twin]
    fresh = [row for row in again if all(row is not later for _, later in pairs)]
    if len(left) == len(fresh) == 1 and _may_be_one(left[0], fresh[0]):
        pairs.append((left.pop(), fresh.pop()))
    return [*left, *fresh, *(_settled(earlier, later, split) for earlier, later in pairs)]


def _equal(one: Row, other: Row, content: list[str]) -> bool:
    """Whether two rows say the same; a column that a file does not have says nothing."""
    return all(one[name] == other[name] or one[name] is None or other[name] is None for name in content)


def _but_for_state(one: Row, other: Row, content: list[str]) -> bool:
    return _equal(one, other, [name for name in content if name not in STATE])


def _may_be_one(one: Row, other: Row) -> bool:
    """Whether what is left of a mandat in two files can be one line: not if they name different schools."""
    first, second = _schools(one), _schools(other)
    return first == second or not first or not second


def _schools(row: Row) -> frozenset[str]:
    texts = " ".join(row[name] or "" for name in ("uai", "label", "reference"))
    return frozenset(_UAI.findall(texts.upper()))


def _settled(earlier: Row, later: Row, split: _Split) -> Row:
    if earlier["amount"] != later["amount"] or earlier["_id"] in split.contradicting:
        name = tuple(str(later[part] or "") for part in ("payer_siret", "exercise", "mandat", "line"))
        split.contradicting.update({earlier["_id"]: name, later["_id"]: name})
    elif earlier["_id"] not in split.again and later["_id"] not in split.again:
        split.again.add(earlier["_id"])
    return later


# Findings ------------------------------------------------------------------------------------------------------------


def _place(row: Row) -> Place:
    return Place(row["source"], row["row"])


def _twice(source: Source, rows: pl.DataFrame, tables: Mapping[int, Table]) -> Iterable[Finding]:
    seen: dict[tuple[str, ...], int] = {}
    for row in rows.iter_rows(named=True):
        table = tables[row["source"]]
        key = (source.name, table.file, *(_shown(row[name]) for name in source.fields))
        seen[key] = seen.get(key, 0) + 1
        yield Finding(
            code=TWICE,
            key=(*key, str(seen[key])),
            expected=Text("une seule fois", "once"),
            found=Text("ligne {row} déjà fournie", "row {row} given already").with_(row=row["row"]),
            place=_place(row),
            file=table.file,
            uai=row.get("uai") or "",
            titre=row.get("titre") or "",
        )


def _contradictions(
    source: Source, rows: pl.DataFrame, names: Mapping[int, tuple[str, ...]], tables: Mapping[int, Table]
) -> Iterable[Finding]:
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows.iter_rows(named=True):
        groups.setdefault(names[row["_id"]], []).append(row)
    for key, twins in sorted(groups.items()):
        yield _contradiction(source, key, twins[0], twins[1], tables)


def _contradiction(
    source: Source, key: tuple[str, ...], first: Row, second: Row, tables: Mapping[int, Table]
) -> Finding:
    differs = [name for name in source.fields if first[name] != second[name]]
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
