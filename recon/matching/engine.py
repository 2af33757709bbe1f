"""The passes in order, inside each payer: every line through one pass before any line goes to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from recon.identifiers import titre_key

from .account import PROPOSED, Account, Decision, account
from .by_amount import alone, nothing
from .by_convention import by_convention
from .by_number import exact, foreign, partial, several, too_much
from .by_uai import by_uai
from .lines import ACTIVE, PENDING, Ledger, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recon.billed import Titre
    from recon.conventions import Convention

Owned = TypeVar("Owned", "Titre", "Convention", Line)
Pass = Callable[[Line, Account], Decision | None]

PASSES: tuple[Pass, ...] = (foreign, exact, several, partial, too_much, by_uai, by_convention, alone, nothing)


@dataclass(frozen=True, slots=True)
class Matching:
    """What each line settles: the decision for every active or pending line, by payment_id."""

    decisions: dict[str, Decision]


def match(ledger: Ledger, titres: Mapping[str, Titre], conventions: Mapping[str, Convention]) -> Matching:
    """Return a decision for each line of `ledger` that is money, or is about to be; void and later lines have none."""
    decisions: dict[str, Decision] = {}
    replaced = _replaced(titres)
    own, signed = _by_payer(titres.values()), _by_payer(conventions.values())
    for payer, lines in _by_payer(ledger.lines).items():
        state = account(payer, own.get(payer, []), signed.get(payer, []), titres, replaced)
        decisions |= _run([line for line in lines if line.standing == ACTIVE and not line.reduces], state)
        pending = _run([line for line in lines if line.standing == PENDING], state)
        decisions |= {number: _only_proposed(decision) for number, decision in pending.items()}
    return Matching(decisions)


def _run(lines: list[Line], state: Account) -> dict[str, Decision]:
    decisions: dict[str, Decision] = {}
    waiting = sorted(lines, key=lambda line: line.order)
    for step in PASSES:
        left = []
        for line in waiting:
            decision = step(line, state) if line.net > 0 or step is nothing else None
            if decision is None:
                left.append(line)
                continue
            decisions[line.payment_id] = decision
            state.settle(decision)
        waiting = left
    return decisions


def _only_proposed(decision: Decision) -> Decision:
    """A mandat that is issued and not yet paid changes no balance: what it would settle is proposed, and no finding."""
    return replace(decision, confidence=PROPOSED, credits=(), code="")


def _replaced(titres: Mapping[str, Titre]) -> dict[str, str]:
    """Return, for each cancelled titre, the one that replaces it."""
    by_key = {titre_key(number): titre for number, titre in titres.items()}
    found = {}
    for titre in titres.values():
        old = by_key.get(titre_key(titre.replaces)) if titre.replaces else None
        if old is not None and old is not titre and old.cancelled and old.payer_siren == titre.payer_siren:
            found[old.titre] = titre.titre
    return {old: _last(old, found) for old in found}


def _last(number: str, replaced: Mapping[str, str]) -> str:
    """Follow a chain of replacements to its end; one that turns back on itself ends where it does."""
    seen = {number}
    while (following := replaced.get(number)) is not None and following not in seen:
        seen.add(following)
        number = following
    return number


def _by_payer(things: Iterable[Owned]) -> dict[str, list[Owned]]:
    found: dict[str, list[Owned]] = {}
    for thing in things:
        found.setdefault(thing.payer_siren, []).append(thing)
    return found
