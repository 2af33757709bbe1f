"""Which lines of a ledger have to do with ENT-École: a grand livre holds thousands that do not, and they are only counted.

A line's counterpart in an account of class 4 or 5 is the same payment told again. Where the lines in scope stand in
the credit, or all amounts are negative, nobody but the officer knows which way the money goes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from recon.identifiers import is_uai, siren_of
from recon.layouts.left_out import LeftOut

from .citations import cite, cite_in_scope
from .left import left_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from recon.layouts import Table

    from .citations import Cited
    from .vocabulary import Vocabulary

Row = dict[str, Any]
Texts = tuple[str, str, str, str]
# Suppliers, debtors and suspense accounts, cash: where a charge is told again. 458 is an operation for others.
THIRD_PARTIES_AND_CASH = re.compile("(?:40|46[67]|47|5)[0-9]+")
SEVERAL = 2


class Line(NamedTuple):
    """A line of a ledger as it is read: its row, its position among all, its texts, and what they name."""

    row: Row
    position: int
    texts: Texts
    cited: Cited


@dataclass(frozen=True, slots=True)
class Scope:
    """The lines in scope by (table, row) with what their texts name, their positions among all rows, and the others.

    `outside` are the others as far as their tables still hold them, `left` what is known of all others by table.
    `again` are those, by (table, row), that are counterparts of lines in scope.
    """

    known: Vocabulary
    lines: dict[tuple[int, int], Line]
    positions: list[int]
    outside: pl.DataFrame
    left: dict[int, LeftOut]
    again: frozenset[tuple[int, int]] = frozenset()

    @property
    def out(self) -> dict[int, int]:
        """How many lines of each table are not in scope."""
        return {number: left.lines for number, left in self.left.items() if left.lines}

    def cited(self, row: Row) -> Cited:
        """Return what an accepted row names; one that another file completes is read again."""
        texts = _texts(row["reference"], row["label"], row["payee"], row["uai"])
        line = self.lines[row["source"], row["row"]]
        return line.cited if line.texts == texts else cite(*texts, self.known)


def scope(typed: pl.DataFrame, known: Vocabulary, tables: Mapping[int, Table]) -> Scope:
    """Return which rows of the ledgers, read and not yet checked, are in scope; `tables` are theirs by number."""
    inside: dict[int, list[Line]] = {}
    wordless: list[Line] = []
    for line in _looked_at(typed, known):
        if line.cited.in_scope:
            inside.setdefault(line.row["source"], []).append(line)
        else:
            wordless.append(line)
    kept = [line for lines in inside.values() for line in _without_counterparts(lines)]
    kept += _told_again(wordless, kept)
    positions = sorted(line.position for line in kept)
    outside = typed.filter(~_mask(typed, positions))
    left = left_out(outside, tables)
    for number, table in tables.items():
        if before := table.left:
            left[number] = before.plus(left[number]) if number in left else before
    by_place = {(line.row["source"], line.row["row"]): line for line in kept}
    again = frozenset((source, line.row["row"]) for source, lines in inside.items() for line in lines) - by_place.keys()
    return Scope(known, by_place, positions, outside, left, again)


def narrowed(typed: pl.DataFrame, known: Vocabulary, tables: Mapping[int, Table], by: str) -> dict[int, Table]:
    """Return the tables with the rows alone that may be in scope, and what is known of the others.

    Whether one that says nothing is in scope depends on the other ledgers: it is kept. `by` is the digest of what is known.
    """
    positions = [position for position, _, _ in _found(typed, known)]
    kept: dict[int, list[int]] = {}
    for source, row in typed.select("source", "row")[positions].iter_rows():
        kept.setdefault(source, []).append(row)
    left = left_out(typed.filter(~_mask(typed, positions)), tables, by)
    nothing = LeftOut(0, 0, 0, 0, (), by)
    return {
        number: _with_rows(table, kept.get(number, []), left.get(number, nothing)) for number, table in tables.items()
    }


def _with_rows(table: Table, rows: list[int], left: LeftOut) -> Table:
    """Return a ledger with some of its rows, and without what said whose it is: that is known by now."""
    kept = set(rows)
    at = [place for place, row in enumerate(table.numbers) if row in kept]
    return replace(
        table,
        numbers=rows,
        texts={name: [texts[place] for place in at] for name, texts in table.texts.items()},
        faults={place: text for place, text in table.faults.items() if place[0] in kept},
        elsewhere={place: column for place, column in table.elsewhere.items() if place[0] in kept},
        places={place: where for place, where in table.places.items() if place[0] in kept},
        around=(),
        groups=(),
        reading=table.reading and table.reading.outline(),
        left=left,
    )


def _mask(typed: pl.DataFrame, positions: list[int]) -> pl.Series:
    return pl.Series(range(typed.height), dtype=pl.Int64).is_in(positions)


def _looked_at(typed: pl.DataFrame, known: Vocabulary) -> Iterable[Line]:
    """Yield the lines in scope, and those without a word."""
    found = list(_found(typed, known))
    rows = typed[[position for position, _, _ in found]].iter_rows(named=True)
    return (Line(row, *one) for row, one in zip(rows, found, strict=True))


def _found(typed: pl.DataFrame, known: Vocabulary) -> Iterable[tuple[int, Texts, Cited]]:
    """Yield the positions and texts of these lines; of the others, in a grand livre most, only four texts are read."""
    read = typed.select("reference", "label", "payee", "uai", "mandat").iter_rows()
    for position, (reference, label, payee, uai, mandat) in enumerate(read):
        texts = _texts(reference, label, payee, uai)
        cited = cite_in_scope(*texts, known)
        if cited is None and mandat and not (label or reference or uai):
            cited = cite(*texts, known)
        if cited is not None:
            yield position, texts, cited


def _texts(reference: str | None, label: str | None, payee: str | None, uai: str | None) -> Texts:
    return reference or "", label or "", payee or "", uai if uai and is_uai(uai) else ""


def _told_again(wordless: Sequence[Line], lines: Sequence[Line]) -> Iterable[Line]:
    """Yield the lines without a word that another table tells with words: a list of mandats and their states."""
    known = {(siren_of(line.row["payer_siret"] or ""), line.row["mandat"], line.row["amount"]) for line in lines}
    for line in wordless:
        if (siren_of(line.row["payer_siret"] or ""), line.row["mandat"], line.row["amount"]) in known:
            yield line


def _without_counterparts(lines: Sequence[Line]) -> Iterable[Line]:
    """Yield the lines but for those in accounts of class 4 and 5 whose like stands in another account of the same table."""
    told = {_event(line.row) for line in lines if not _of_third_parties(line.row)}
    return (line for line in lines if not (_of_third_parties(line.row) and _event(line.row) in told))


def _of_third_parties(row: Row) -> bool:
    return bool(THIRD_PARTIES_AND_CASH.fullmatch((row["account"] or "").strip()))


def _event(row: Row) -> tuple[object, ...]:
    """Return what a payment and its counterpart share, whatever their signs."""
    amount = None if row["amount"] is None else abs(row["amount"])
    named = row["mandat"] or (row["label"], row["reference"], row["mandat_on"])
    return row["payer_siret"], row["exercise"], named, amount


def unsigned(found: Scope, typed: pl.DataFrame, tables: Mapping[int, Table]) -> Iterable[int]:
    """Yield the tables whose lines in scope are all credits, or whose amounts are mostly negative, and nobody said why."""
    signs: dict[int, set[bool]] = {}
    for row in typed[found.positions].select("source", "amount").iter_rows():
        if row[1]:
            signs.setdefault(row[0], set()).add(row[1] > 0)
    for number, table in tables.items():
        if signs.get(number) == {False} and not (table.reading and table.reading.sign):
            amounts = typed.filter(typed["source"] == number)["amount"].drop_nulls()
            negatives, all_of_them = int((amounts < 0).sum()), len(amounts)
            if table.left:
                negatives, all_of_them = negatives + table.left.negatives, all_of_them + table.left.amounts
            if table.by_debit_and_credit or (negatives >= SEVERAL and negatives > all_of_them - negatives):
                yield number
