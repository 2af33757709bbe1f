"""The lines that are not in scope, told by table: what a month still needs of them, and nothing of what they say."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from recon.layouts.left_out import Days, LeftOut, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from recon.layouts import Table

JANUARY = 1


def day_of(mandat_on: date | None, paid_on: date | None, exercise: int | None, *, has_paid_on: bool) -> date | None:
    """The day of payment; without such a column, the mandat's, 31 December if January belongs to the old exercise."""
    on = paid_on if has_paid_on and paid_on else mandat_on
    if on is None or paid_on or exercise is None:
        return on
    return date(exercise, 12, 31) if on.month == JANUARY and on.year == exercise + 1 else on


def left_out(typed: pl.DataFrame, tables: Mapping[int, Table], by: str = "") -> dict[int, LeftOut]:
    """Return by table what is known of its rows among `typed`, all of them out of scope."""
    found: dict[int, _Counts] = {}
    dated = {number: "paid_on" in table.columns for number, table in tables.items()}
    columns = typed.select("source", "payer_siret", "amount", "exercise", "mandat_on", "paid_on")
    for source, payer, cents, exercise, mandat_on, paid_on in columns.iter_rows():
        counts = found.setdefault(source, _Counts())
        counts.add(payer, cents, mandat_on, paid_on)
        on = day_of(mandat_on, paid_on, exercise, has_paid_on=dated[source])
        if on is not None:
            counts.days[payer][2].add(on.toordinal())
    return {source: counts.told(by) for source, counts in found.items()}


class _Counts:
    """The counts of one table; `days` by payer: of mandat, of payment, and those that count."""

    def __init__(self) -> None:
        self.lines = self.amounts = self.negatives = self.cents = 0
        self.days: dict[str | None, tuple[set[int], set[int], set[int]]] = {}

    def add(self, payer: str | None, cents: int | None, mandat_on: date | None, paid_on: date | None) -> None:
        """Count a row."""
        self.lines += 1
        if cents is not None:
            self.amounts += 1
            self.negatives += cents < 0
            self.cents += cents
        mandats, payments, _ = self.days.setdefault(payer, (set(), set(), set()))
        if mandat_on is not None:
            mandats.add(mandat_on.toordinal())
        if paid_on is not None:
            payments.add(paid_on.toordinal())

    def told(self, by: str) -> LeftOut:
        """Return what was counted."""
        payers = (
            Days(payer, Span.of(self.days[payer][0]), Span.of(self.days[payer][1]), tuple(sorted(self.days[payer][2])))
            for payer in sorted(self.days, key=lambda payer: payer or "")
        )
        return LeftOut(self.lines, self.amounts, self.negatives, self.cents, tuple(payers), by)


def dated(left: Mapping[int, LeftOut]) -> pl.DataFrame:
    """Return rows of the days that each payer's lines span: `source`, `payer_siret`, `mandat_on`, `paid_on`."""
    schema = {"source": pl.Int32, "payer_siret": pl.String, "mandat_on": pl.Date, "paid_on": pl.Date}
    return pl.DataFrame(list(_dated(left)), schema=schema, orient="row")


def _dated(left: Mapping[int, LeftOut]) -> Iterator[tuple[int, str | None, date | None, date | None]]:
    for source, lines in left.items():
        for days in lines.payers:
            ends = [[date.fromordinal(day) for day in span] if span else [None, None] for span in days[1:3]]
            yield from ((source, days.payer, mandat, payment) for mandat, payment in zip(*ends, strict=True))
