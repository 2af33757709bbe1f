"""What is still known of a ledger's lines that have nothing to do with ENT-École: how many, what sums, which days."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """The first and the last of some days, as ordinals."""

    first: int
    last: int

    @classmethod
    def of(cls, days: set[int]) -> Span | None:
        """Return the span of `days`, None if there are none."""
        return cls(min(days), max(days)) if days else None


class Days(NamedTuple):
    """When a payer's lines are of, `payer` as its column is read: the days of mandat and of payment, and all that count.

    `days` are ordinals in order, each once.
    """

    payer: str | None
    mandats: Span | None
    payments: Span | None
    days: tuple[int, ...]


class LeftOut(NamedTuple):
    """Lines that are counted and no more: how many, how many have an amount and a negative one, their sum in cents.

    `by` is the digest of what the dossier knew when they were left out, "" where nobody needs to know.
    """

    lines: int
    amounts: int
    negatives: int
    cents: int
    payers: tuple[Days, ...]
    by: str = ""

    def plus(self, other: LeftOut) -> LeftOut:
        """Return what is known of the lines of both."""
        found = {days.payer: days for days in self.payers}
        for days in other.payers:
            known = found.get(days.payer)
            found[days.payer] = _both(known, days) if known else days
        return LeftOut(
            self.lines + other.lines,
            self.amounts + other.amounts,
            self.negatives + other.negatives,
            self.cents + other.cents,
            tuple(found[payer] for payer in sorted(found, key=lambda payer: payer or "")),
            self.by,
        )


def _both(one: Days, other: Days) -> Days:
    mandats = _span(one.mandats, other.mandats)
    return Days(one.payer, mandats, _span(one.payments, other.payments), tuple(sorted({*one.days, *other.days})))


def _span(one: Span | None, other: Span | None) -> Span | None:
    spans = [span for span in (one, other) if span]
    return Span(min(span.first for span in spans), max(span.last for span in spans)) if spans else None
