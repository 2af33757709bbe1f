"""Netting: a line and its reversal are void, a smaller negative reduces its mandat; none is chosen among different ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .standing import ACTIVE, CANCELLED, LATER, NEVER_PAID, PENDING, VOID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .lines import Line

MONEY = {ACTIVE, PENDING}


def net(lines: list[Line]) -> None:
    """Void each line with its reversal; let a smaller negative of the same mandat reduce it.

    A reversal bears no date of payment and may be called cancelled: whatever its state, it undoes what was paid.
    """
    negatives = [line for line in lines if line.amount < 0 and line.standing != LATER and line.state not in NEVER_PAID]
    groups: dict[tuple[str, ...], list[Line]] = {key: [] for line in negatives for key in _same_business(line)}
    payers = {line.payer_siren for line in negatives}
    undone = set(map(id, negatives))
    for line in lines:
        if line.payer_siren in payers and (_may_be_undone(line) or id(line) in undone):
            for key in _same_business(line):
                if key in groups:
                    groups[key].append(line)
    mixed = [group for _, group in sorted(groups.items())]
    for step in (_reverse, _reverse_whole, _reduce):
        for members in mixed:
            step(members)


def _may_be_undone(line: Line) -> bool:
    """Money, on its way or not; and a cancelled mandat, whose own reversal must not undo another."""
    return line.standing in MONEY or (line.state == CANCELLED and line.standing == VOID)


def _same_business(line: Line) -> Iterable[tuple[str, ...]]:
    exercise = str(line.exercise or "")
    if line.label or line.reference:
        yield "1-text", line.payer_siren, exercise, line.mandat, line.label, line.reference
    if line.mandat:
        yield "2-mandat", line.payer_siren, exercise, line.mandat
    if line.label or line.reference:
        yield "3-text", line.payer_siren, exercise, line.label, line.reference


def _negatives(members: list[Line]) -> list[Line]:
    left = (line for line in members if line.amount < 0 and not (line.reverses or line.reduces))
    return sorted(left, key=lambda line: line.order)


def _reverse(members: list[Line]) -> None:
    for negative in _negatives(members):
        equal = [line for line in members if line.amount == -negative.amount and not line.reverses]
        cancelled = [line for line in equal if line.standing == VOID]
        twin = _counterpart(negative, cancelled) or _counterpart(negative, [x for x in equal if x.standing in MONEY])
        if twin is not None:
            twin.standing = negative.standing = VOID
            negative.reverses, twin.reverses = twin.payment_id, negative.payment_id


def _reverse_whole(members: list[Line]) -> None:
    """One negative that takes back all the lines of its mandat at once."""
    for negative in _negatives(members):
        of_mandat = [
            line for line in members if line.mandat and line.mandat == negative.mandat and _before(line, negative)
        ]
        paid = [line for line in of_mandat if line.amount > 0 and line.standing in MONEY]
        if len(paid) > 1 and sum(line.amount for line in paid) == -negative.amount:
            negative.standing, negative.reverses = VOID, min(paid, key=lambda line: line.order).payment_id
            for line in paid:
                line.standing, line.reverses = VOID, negative.payment_id


def _before(line: Line, negative: Line) -> bool:
    """Whether a line is not younger than what may undo it, by the days of payment or by those of the mandats."""
    if line.on is None or negative.on is None or line.on <= negative.on:
        return True
    return bool(line.mandat_on and negative.mandat_on and line.mandat_on <= negative.mandat_on)


def _counterpart(negative: Line, lines: list[Line]) -> Line | None:
    """Return the line that a negative changes: the one that says the same, by line, school, number or words.

    Of several that do not settle the same, none.
    """
    found = sorted((line for line in lines if line.amount > 0 and _before(line, negative)), key=lambda line: line.order)
    for alike in _ALIKE:
        found = [line for line in found if alike(negative, line)] or found
    meant = {
        (line.line, line.cited.uais, line.cited.titres, line.cited.conventions, line.cited.years) for line in found
    }
    return found[0] if len(meant) == 1 else None


_ALIKE: tuple[Callable[[Line, Line], bool], ...] = (
    lambda negative, line: bool(negative.line) and negative.line == line.line,
    lambda negative, line: bool(negative.cited.uais) and negative.cited.uais == line.cited.uais,
    lambda negative, line: bool(negative.cited.titres) and negative.cited.titres == line.cited.titres,
    lambda negative, line: (negative.label, negative.reference) == (line.label, line.reference),
    lambda negative, line: bool(negative.cited.years) and negative.cited.years == line.cited.years,
)


def _reduce(members: list[Line]) -> None:
    for negative in _negatives(members):
        same = [line for line in members if line.mandat == negative.mandat and line.net >= -negative.amount]
        paid = [line for line in same if line.standing in MONEY]
        larger = _counterpart(negative, paid) if negative.mandat else None
        if larger is None:
            continue
        larger.net += negative.amount
        larger.taken_back.append(negative)
        negative.standing, negative.reduces = larger.standing, larger.payment_id
        if larger.net == 0:
            _void(larger)


def _void(line: Line) -> None:
    """A line that its reductions take back whole is void, and so are they."""
    line.standing, line.reverses = VOID, line.taken_back[0].payment_id
    for negative in line.taken_back:
        negative.standing, negative.reverses, negative.reduces = VOID, line.payment_id, ""
    line.taken_back = []
