"""Decisions to cents: what each payment settles, what is credit, what stays unallocated; and how a sum is shared out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from recon.matching.account import PROPOSED, Decision, Part
from recon.matching.standing import PENDING
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from recon.matching import Ledger, Line, Matching


def split_cents(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` cents out in proportion to `weights`, by the largest remainder; the parts sum to the whole.

    Equal remainders go to the first of them, so callers sort by UAI. Weights are non-negative, their sum positive.
    """
    whole = sum(weights)
    shares = [abs(total) * weight // whole for weight in weights]
    rests = [abs(total) * weight % whole for weight in weights]
    left = abs(total) - sum(shares)
    for index in sorted(range(len(weights)), key=lambda index: (-rests[index], index))[:left]:
        shares[index] += 1
    return shares if total >= 0 else [-share for share in shares]


class Allocation(NamedTuple):
    """Cents of a payment on a titre, on one school where the line names it."""

    payment_id: str
    titre: str
    uai: str
    cents: int
    step: str
    confidence: str
    line: Line
    why: Text

    @property
    def evidence(self) -> Text:
        """Which payment, and why it settles the titre."""
        return Text("{line} : {why}", "{line}: {why}").with_(line=described(self.line), why=self.why)


class Placed(NamedTuple):
    """Where a payment's cents went: allocated + credit + unallocated is its amount, or nothing if it is no cash."""

    allocated: int
    credit: int
    unallocated: int
    status: str


@dataclass(frozen=True, slots=True)
class Allocations:
    """All allocations, what became of each payment, and the credit that stands beside each titre (cents)."""

    rows: list[Allocation]
    placed: dict[str, Placed]
    credit: dict[str, int]


def allocate(ledger: Ledger, matching: Matching) -> Allocations:
    """Return what the decisions make of every line of `ledger`, to the cent."""
    rows: list[Allocation] = []
    placed: dict[str, Placed] = {}
    credit: dict[str, int] = {}
    for line in ledger.lines:
        if line.reduces:
            continue
        decision = matching.decisions.get(line.payment_id)
        if decision is None:
            placed[line.payment_id] = Placed(0, 0, 0, line.standing)
            continue
        rows += _rows(line, decision)
        placed.update(_placed(line, decision))
        for part in decision.credits:
            credit[part.titre] = credit.get(part.titre, 0) + part.cents
    return Allocations(rows, placed, credit)


def _rows(line: Line, decision: Decision) -> Iterable[Allocation]:
    for part in decision.parts:
        for uai, cents in _by_school(part):
            yield _row(line, decision, part.titre, uai, cents)
    if decision.parts and decision.confidence != PROPOSED:
        first = decision.parts[0]
        for negative in line.taken_back:
            yield _row(line, decision, first.titre, "", -negative.amount)
            yield _row(negative, decision, first.titre, "", negative.amount)


def _row(line: Line, decision: Decision, titre: str, uai: str, cents: int) -> Allocation:
    return Allocation(line.payment_id, titre, uai, cents, decision.step, decision.confidence, line, decision.evidence)


def described(line: Line) -> Text:
    """Name a payment as an officer would: its mandat, else its label, and its day."""
    name = Text("mandat {number}", "mandat {number}").with_(number=line.mandat) if line.mandat else None
    name = name or Text("paiement « {label} »", "payment “{label}”").with_(label=line.label or line.reference)
    if line.on is None:
        return Text("{name}, sans date", "{name}, without a date").with_(name=name)
    return Text("{name} du {on}", "{name} of {on}").with_(name=name, on=f"{line.on:%d/%m/%Y}")


def _by_school(part: Part) -> Iterable[tuple[str, int]]:
    if not part.uais:
        return [("", part.cents)]
    uais = sorted(part.uais)
    return zip(uais, split_cents(part.cents, [1] * len(uais)), strict=True)


def _placed(line: Line, decision: Decision) -> dict[str, Placed]:
    if line.standing == PENDING:
        return {one.payment_id: Placed(0, 0, 0, PENDING) for one in (line, *line.taken_back)}
    settled = sum([part.cents for part in decision.parts]) if decision.confidence != PROPOSED else 0
    credited = sum([part.cents for part in decision.credits])
    status = _status(line, decision, settled, credited)
    if not line.taken_back:
        return {line.payment_id: Placed(settled, credited, line.net - settled - credited, status)}
    back = sum(-negative.amount for negative in line.taken_back)
    rest = line.net - settled - credited
    # What a later negative takes back is written on both lines, on whatever the payment settled first.
    where = "allocated" if settled else "credit" if credited else "unallocated"
    sums = {"allocated": settled, "credit": credited, "unallocated": rest}
    placed = {line.payment_id: Placed(**{**sums, where: sums[where] + back}, status=status)}
    for negative in line.taken_back:
        nothing = dict.fromkeys(sums, 0)
        placed[negative.payment_id] = Placed(**{**nothing, where: negative.amount}, status=status)
    return placed


def _status(line: Line, decision: Decision, settled: int, credited: int) -> str:
    if settled == line.net and settled:
        return "allocated"
    if settled:
        return "partly_allocated"
    if credited:
        return "credit"
    if decision.parts:
        return "proposed"
    return "ambiguous" if decision.candidates else "unallocated"
