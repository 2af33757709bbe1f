"""Which lines of a ledger have to do with ENT-École: a grand livre holds thousands that do not, and they are only counted.

A line's counterpart in an account of class 4 or 5 is the same payment told again. Where the lines in scope stand in
the credit, or all amounts are negative, nobody but the officer knows which way the money goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from recon.identifiers import is_uai

from .citations import cite

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

    from recon.layouts import Table

    from .citations import Cited
    from .vocabulary import Vocabulary

Row = dict[str, Any]
THIRD_PARTIES_AND_CASH = ("4", "5")
SEVERAL = 2


class Line(NamedTuple):
    """A line in scope: its row, what it names, and the row's position among all."""

    row: Row
    cited: Cited
    position: int


@dataclass(frozen=True, slots=True)
class Scope:
    """The lines in scope by (table, row), the positions of their rows, and the others, per table and as rows."""

    cited: dict[tuple[int, int], Cited]
    positions: list[int]
    out: dict[int, int]
    outside: list[Row]


def scope(typed: pl.DataFrame, known: Vocabulary) -> Scope:
    """Return which rows of the ledgers, read and not yet checked, are in scope."""
    outside: list[Row] = []
    inside: dict[int, list[Line]] = {}
    for position, row in enumerate(typed.iter_rows(named=True)):
        uai = row["uai"] if row["uai"] and is_uai(row["uai"]) else ""
        cited = cite(row["reference"] or "", row["label"] or "", row["payee"] or "", uai, known)
        if cited.in_scope:
            inside.setdefault(row["source"], []).append(Line(row, cited, position))
        else:
            outside.append(row)
    kept: list[Line] = []
    for lines in inside.values():
        again = _counterparts(lines)
        kept += [line for line in lines if line.position not in again]
        outside += [line.row for line in lines if line.position in again]
    out: dict[int, int] = {}
    for row in outside:
        out[row["source"]] = out.get(row["source"], 0) + 1
    return Scope(
        {(line.row["source"], line.row["row"]): line.cited for line in kept},
        sorted(line.position for line in kept),
        out,
        outside,
    )


def _counterparts(lines: Sequence[Line]) -> set[int]:
    """Return the positions of lines in accounts of class 4 and 5 whose like stands in another account of the same table."""
    told = {_event(line.row) for line in lines if not _of_third_parties(line.row)}
    return {line.position for line in lines if _of_third_parties(line.row) and _event(line.row) in told}


def _of_third_parties(row: Row) -> bool:
    return (row["account"] or "").strip().startswith(THIRD_PARTIES_AND_CASH)


def _event(row: Row) -> tuple[object, ...]:
    """Return what a payment and its counterpart share, whatever their signs."""
    amount = None if row["amount"] is None else abs(row["amount"])
    named = row["mandat"] or (row["label"], row["reference"], row["mandat_on"])
    return row["payer_siret"], row["exercise"], named, amount


def unsigned(found: Scope, typed: pl.DataFrame, tables: Mapping[int, Table]) -> Iterable[int]:
    """Yield the tables whose lines in scope are all credits, or whose amounts are all negative, and nobody said why."""
    signs: dict[int, set[bool]] = {}
    for row in typed[found.positions].select("source", "amount").iter_rows():
        if row[1]:
            signs.setdefault(row[0], set()).add(row[1] > 0)
    for number, table in tables.items():
        if signs.get(number) == {False} and not (table.reading and table.reading.sign):
            amounts = typed.filter(typed["source"] == number)["amount"].drop_nulls()
            if table.by_debit_and_credit or (len(amounts) >= SEVERAL and (amounts < 0).all()):
                yield number
