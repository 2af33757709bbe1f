"""Ledger lines: what each is on the day (void, pending, later, active), which are in scope, and netting."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from recon.findings.finding import Place, digest
from recon.identifiers import siren_of

from .left import day_of
from .netting import net
from .standing import ACTIVE, ISSUED, LATER, PAID, PENDING, VOID, VOID_STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from recon.layouts import Table

    from .citations import Cited
    from .scope import Scope


@dataclass(slots=True)
class Line:
    """One payment in scope. `net` is its amount less what smaller negatives on the same mandat take back, in cents.

    `order` sorts by date, undated last, then by identity: never by place in a file.
    """

    payment_id: str
    payer_siren: str
    payer_name: str
    exercise: int | None
    bordereau: str
    mandat: str
    line: str
    on: date | None
    mandat_on: date | None
    paid_on: date | None
    amount: int
    state: str
    payee: str
    label: str
    reference: str
    cited: Cited
    standing: str
    place: Place
    net: int = 0
    reverses: str = ""
    reduces: str = ""
    order: tuple[str, str] = ("", "")
    taken_back: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ledger:
    """All the ledgers' lines in scope, how many are not (per table), and the last day that each payer's reach."""

    lines: list[Line]
    out_of_scope: dict[int, int]
    reach: dict[str, date | None]


def ledger(rows: pl.DataFrame, found: Scope, tables: Mapping[int, Table], as_of: date) -> Ledger:
    """Return the lines of the accepted rows, all in scope, with what each is on `as_of`; `found` says what they name."""
    lines: list[Line] = []
    reach: dict[str, date | None] = {}
    dated = {number: "paid_on" in table.columns for number, table in tables.items()}
    for left in found.left.values():
        for days in left.payers:
            before = bisect(days.days, as_of.toordinal())
            _reaches(reach, days.payer, date.fromordinal(days.days[before - 1]) if before else None)
    for row in rows.iter_rows(named=True):
        table = row["source"]
        on = day_of(row["mandat_on"], row["paid_on"], row["exercise"], has_paid_on=dated[table])
        _reaches(reach, row["payer_siret"], on if on and on <= as_of else None)
        standing = _standing(row, on, has_paid_on=dated[table], as_of=as_of)
        lines.append(_line(row, siren_of(row["payer_siret"]), on, found.cited(row), standing))
    _identify(lines)
    net(lines)
    return Ledger(sorted(lines, key=lambda line: (line.payer_siren, line.order)), found.out, reach)


def _reaches(reach: dict[str, date | None], written: str | None, on: date | None) -> None:
    """Note that a payer sent a ledger, and the last day it tells of."""
    payer = siren_of(written or "")
    if not payer.isdigit():
        return
    latest = reach.setdefault(payer, None)
    if on is not None and (latest is None or on > latest):
        reach[payer] = on


def _line(row: dict[str, Any], payer: str, on: date | None, cited: Cited, standing: str) -> Line:
    return Line(
        payment_id="",
        payer_siren=payer,
        payer_name=row["payer_name"] or "",
        exercise=row["exercise"],
        bordereau=row["bordereau"] or "",
        mandat=row["mandat"] or "",
        line=row["line"] or "",
        on=on,
        mandat_on=row["mandat_on"],
        paid_on=row["paid_on"],
        amount=row["amount"],
        net=row["amount"],
        state=row["state"] or "",
        payee=row["payee"] or "",
        label=row["label"] or "",
        reference=row["reference"] or "",
        cited=cited,
        standing=standing,
        place=Place(row["source"], row["row"], "amount"),
    )


def _standing(row: dict[str, Any], on: date | None, *, has_paid_on: bool, as_of: date) -> str:
    if on is not None and on > as_of:
        return LATER
    if row["state"] in VOID_STATES:
        return VOID
    # Without a day: a column for it that is empty says that nothing is paid yet, and so does the state alone.
    if row["paid_on"] is None and (row["state"] == ISSUED or (has_paid_on and row["state"] != PAID)):
        return PENDING
    return ACTIVE


def _identify(lines: Iterable[Line]) -> None:
    """Give each line an identity from its business key and, among equals, its rank by content."""
    equals: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        equals.setdefault(key_of(line), []).append(line)
    for key, group in equals.items():
        for rank, line in enumerate(ranked(group), 1):
            line.payment_id = f"P-{digest((*key, str(rank)))}"
            line.order = line.on.isoformat() if line.on else "9999", line.payment_id


def ranked(lines: Iterable[Line]) -> list[Line]:
    """Return lines by content; of those that nothing tells apart, the one that came first keeps its rank."""
    return sorted(lines, key=lambda line: (content_of(line), line.place[:2]))


def key_of(line: Line) -> tuple[str, ...]:
    """A mandat and its line; without a line's number, what the ledger says of it, which no later month changes."""
    void = "void" if line.state in VOID_STATES else ""
    number = (line.payer_siren, str(line.exercise or ""), line.mandat, line.line, void, str(line.amount))
    if line.mandat and line.line:
        return number
    said = (*number, line.payee, line.label, line.reference, *line.cited.uais)
    return said if line.mandat else (*said, line.on.isoformat() if line.on else "")


def content_of(line: Line) -> tuple[str, ...]:
    days = (day.isoformat() if day else "" for day in (line.mandat_on, line.on, line.paid_on))
    return (*key_of(line), *days, line.bordereau, line.state, line.payee, line.label, line.reference, *line.cited.uais)
