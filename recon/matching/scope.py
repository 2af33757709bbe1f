"""Which lines of a ledger have to do with ENT-École: a grand livre holds thousands that do not, and they are only counted.

A line's counterpart in an account of class 4 or 5 is the same payment told again. Where the lines in scope stand in
the credit, or all amounts are negative, nobody but the officer knows which way the money goes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from recon.identifiers import is_uai, siren_of

from .citations import cite, cite_in_scope

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

    `again` are those of the others, by (table, row), that are counterparts of lines in scope.
    """

    known: Vocabulary
    lines: dict[tuple[int, int], Line]
    positions: list[int]
    outside: pl.DataFrame
    again: frozenset[tuple[int, int]] = frozenset()

    @property
    def out(self) -> dict[int, int]:
        """How many lines of each table are not in scope."""
        return dict(self.outside.group_by("source").len().iter_rows())

    def cited(self, row: Row) -> Cited:
        """Return what an accepted row names; one that another file completes is read again."""
        texts = _texts(row["reference"], row["label"], row["payee"], row["uai"])
        line = self.lines[row["source"], row["row"]]
        return line.cited if line.texts == texts else cite(*texts, self.known)


def scope(typed: pl.DataFrame, known: Vocabulary) -> Scope:
    """Return which rows of the ledgers, read and not yet checked, are in scope."""
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
    mask = pl.Series(range(typed.height), dtype=pl.Int64).is_in(positions)
    by_place = {(line.row["source"], line.row["row"]): line for line in kept}
    again = frozenset((source, line.row["row"]) for source, lines in inside.items() for line in lines) - by_place.keys()
    return Scope(known, by_place, positions, typed.filter(~mask), again)


def _looked_at(typed: pl.DataFrame, known: Vocabulary) -> Iterable[Line]:
    """Yield the lines in scope, and those without a word; of the others, in a grand livre most, only four texts are read."""
    found: list[tuple[int, Texts, Cited]] = []
    read = typed.select("reference", "label", "payee", "uai", "mandat").iter_rows()
    for position, (reference, label, payee, uai, mandat) in enumerate(read):
        texts = _texts(reference, label, payee, uai)
        cited = cite_in_scope(*texts, known)
        if cited is None and mandat and not (label or reference or uai):
            cited = cite(*texts, known)
        if cited is not None:
            found.append((position, texts, cited))
    rows = typed[[position for position, _, _ in found]].iter_rows(named=True)
    return (Line(row, *one) for row, one in zip(rows, found, strict=True))


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
            negatives = (amounts < 0).sum()
            if table.by_debit_and_credit or (negatives >= SEVERAL and negatives > len(amounts) - negatives):
                yield number
