"""Which ledger line a decision is about: told from its equals, so that no sibling takes what was decided of another."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from recon.findings.finding import digest
from recon.tables import Singled
from recon.texts import Text, money

from .lines import content_of, key_of, ranked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from .lines import Line
    from .rulings import Ruling

NOT_THERE = Text("ce paiement n’est plus dans les registres", "this payment is no longer in the ledgers")
CORRECTED = Text(
    "le montant de ce paiement a changé dans les registres : {before} → {after}",
    "the amount of this payment has changed in the ledgers: {before} → {after}",
)
ALIKE = Text(
    "plusieurs paiements portent ce mandat et ce montant, aucun n’est celui d’alors",
    "several payments bear this mandat and amount, none is the one of then",
)
SIBLING = Text(
    "ce paiement n’est plus dans les registres ; un autre du même mandat et du même montant y est, et rien ne dit que c’est lui",
    "this payment is no longer in the ledgers; another of the same mandat and amount is there, and nothing tells that it is this one",
)

JOINED = Text(
    "un autre paiement du même mandat, du même montant et du même jour s’y est ajouté, et rien ne dit lequel est celui d’alors",
    "another payment of the same mandat, amount and day has joined it, and nothing tells which is the one of then",
)


class Found(NamedTuple):
    """The line that a decision is about; `changed` if it is the only one that can be it, though no longer as it was."""

    line: Line
    changed: bool = False


def meant(
    lines: Iterable[Line], rulings: Iterable[Ruling], kinds: Mapping[int, str]
) -> Iterator[tuple[Ruling, Found | Text, Singled | None]]:
    """Yield for each decision the line that it is about, or why none is, and what tells it now; the last one first.

    Decisions of one kind (`kinds` by number) do not take each other's line.
    """
    known = list(lines)
    of_mandat = defaultdict[tuple[str, ...], "list[Line]"](list)
    by_id = {line.payment_id: line for line in known}
    alike, taken = defaultdict[tuple[str, ...], "list[Line]"](list), defaultdict[str, set[str]](set)
    for line in known:
        business = line.payer_siren, str(line.exercise or ""), line.mandat, line.line
        of_mandat[business].append(line)
        alike[*business, str(line.amount)].append(line)
    ordered = sorted(rulings, key=lambda one: -one.id)
    for one in ordered:
        taken[kinds[one.id]].add(one.about)
    for one in ordered:
        business = one.payer_siren, one.exercise, one.mandat, one.line
        told = alike[*business, str(one.amount)]
        found = _found(one, by_id.get(one.about), told, taken[kinds[one.id]])
        if isinstance(found, Text):
            yield one, _corrected(one, of_mandat[business]) if found is NOT_THERE else found, None
        else:
            taken[kinds[one.id]].add(found.line.payment_id)
            yield one, found, _singled(found.line, told) if found.line in told else None


def _corrected(ruling: Ruling, of_mandat: Sequence[Line]) -> Text:
    """Say that a payment is there no more, or that a corrected file gave its mandat's only line another amount."""
    if not ruling.mandat or len(of_mandat) != 1:
        return NOT_THERE
    return CORRECTED.with_(before=money(ruling.amount), after=money(of_mandat[0].amount))


def _singled(line: Line, alike: Sequence[Line]) -> Singled:
    """Return what tells a line from those `alike`, itself among them."""
    keyed = [one for one in alike if key_of(one) == key_of(line)]
    equals = ranked(one for one in keyed if _days(one) == _days(line))
    place = next(at for at, one in enumerate(equals, 1) if one is line)
    return Singled(digest(key_of(line)), len(alike), len(keyed), len(equals), place, *_days(line))


def _found(ruling: Ruling, known: Line | None, alike: Sequence[Line], taken: Collection[str]) -> Found | Text:
    """Return the line that a decision is about, or why none is.

    `known` bears the identity decided on, `alike` its payer, exercise, mandat, line and amount; what other decisions
    have `taken` is not looked at.
    """
    was = ruling.singled
    if was is None:
        return Found(known) if known is not None else _changed(ruling, alike, taken)
    keyed = ranked(line for line in alike if digest(key_of(line)) == was.key)
    same = [line for line in keyed if _days(line) == (was.mandat_on, was.paid_on)]
    if len(same) >= was.equals:
        is_told = len(same) == was.equals or len({content_of(line) for line in same}) == 1
        return Found(same[was.place - 1]) if is_told else JOINED
    if was.keyed == len(keyed) == 1:
        return SIBLING if ruling.beside else Found(keyed[0], changed=True)
    if was.equals == was.keyed == len(keyed):
        # Nothing told them apart, and none is missing.
        return Found(keyed[was.place - 1])
    if keyed or was.alike > 1:
        return SIBLING if alike else NOT_THERE
    return _changed(ruling, alike, taken)


def _changed(ruling: Ruling, alike: Sequence[Line], taken: Collection[str]) -> Found | Text:
    """Return the one line alike, whose label a corrected file changed, say."""
    # Without a mandat's number nothing but the amount would tell the payment, and amounts are all alike.
    left = [line for line in alike if ruling.mandat and line.payment_id not in taken]
    if len(left) == 1:
        return SIBLING if ruling.beside else Found(left[0], changed=True)
    return ALIKE if left else NOT_THERE


def _days(line: Line) -> tuple[str, str]:
    mandat_on, paid_on = (day.isoformat() if day else "" for day in (line.mandat_on, line.paid_on))
    return mandat_on, paid_on
