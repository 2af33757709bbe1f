"""The passes in order: every line of every payer through the strict ones before any line goes to a looser one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from recon.identifiers import titre_key

from .account import PROPOSED, Account, Decision, account, books
from .amended import release
from .by_amount import alike, alone, nothing, one_set, whole
from .by_convention import by_convention
from .by_number import exact, partial, several, too_much, unknown
from .by_other import by_other
from .by_uai import by_uai
from .lines import Ledger, Line
from .rulings import Ruled, settle_ruled
from .standing import ACTIVE, PENDING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.billed import Titre
    from recon.conventions import Convention

Owned = TypeVar("Owned", "Convention", Line)
Pass = Callable[[Line, Account], Decision | None]
Step = Callable[[Sequence[Line], Account], Iterable[tuple[Line, Decision]]]


@dataclass(frozen=True, slots=True)
class Matching:
    """What each line settles: the decision for every active or pending line, by payment_id."""

    decisions: dict[str, Decision]


def _each(step: Pass) -> Step:
    """Let a pass look at one line after the other; a negative one is left to the end."""

    def through(lines: Sequence[Line], state: Account) -> Iterable[tuple[Line, Decision]]:
        for line in lines:
            decision = step(line, state) if line.net > 0 or step is nothing else None
            if decision is not None:
                yield line, decision

    return through


# A number is proof whoever pays: all payers' numbers settle before any line settles by less.
BY_NUMBER: tuple[Step, ...] = tuple(map(_each, (unknown, exact, several, partial, too_much)))
BY_ANOTHER: tuple[Step, ...] = (_each(by_other),)
BY_LESS: tuple[Step, ...] = (
    *map(_each, (by_uai, by_convention, alone, whole)),
    alike,
    *map(_each, (one_set, nothing)),
)
PHASES = (BY_NUMBER, BY_ANOTHER, BY_LESS)


def match(
    ledger: Ledger, titres: Mapping[str, Titre], conventions: Mapping[str, Convention], ruled: Ruled | None = None
) -> Matching:
    """Return a decision for each line of `ledger` that is money, or is about to be; void and later lines have none.

    What officers decided, `ruled`, comes before every pass.
    """
    ruled = ruled or Ruled()
    of_all = books(titres, _replaced(titres), conventions.values())
    signed = _by_payer(conventions.values())
    accounts: dict[str, Account] = {}

    def of(payer: str) -> Account:
        if payer not in accounts:
            accounts[payer] = account(payer, signed.get(payer, []), of_all)
        return accounts[payer]

    active, pending = ([line for line in ledger.lines if line.standing == one] for one in (ACTIVE, PENDING))
    decisions = settle_ruled(active, ruled, of_all)
    decisions |= _run(_undecided(active, decisions), of)
    decisions |= release(of_all, decisions)
    waiting = settle_ruled(pending, ruled, of_all)
    waiting |= _run(_undecided(pending, waiting), of)
    return Matching(decisions | {number: _only_proposed(decision) for number, decision in waiting.items()})


def _undecided(lines: Iterable[Line], decisions: Mapping[str, Decision]) -> dict[str, list[Line]]:
    """Return each payer's lines that nobody has decided, but for those that only reduce another."""
    return _by_payer([line for line in lines if not line.reduces and line.payment_id not in decisions])


def _run(waiting: Mapping[str, list[Line]], account_of: Callable[[str], Account]) -> dict[str, Decision]:
    """Send every payer's lines, by date and then identity as the ledger has them, through one phase before the next."""
    decisions: dict[str, Decision] = {}
    for phase in PHASES:
        waiting = {
            payer: left
            for payer, lines in waiting.items()
            if (left := _through(phase, lines, account_of(payer), decisions))
        }
    return decisions


def _through(phase: Iterable[Step], lines: list[Line], state: Account, decisions: dict[str, Decision]) -> list[Line]:
    """Send a payer's lines through a phase's passes; return those that none has decided."""
    for step in phase:
        decided = False
        for line, decision in step(lines, state):
            decisions[line.payment_id] = decision
            state.books.settle(line, decision)
            decided = True
        if decided:
            lines = [line for line in lines if line.payment_id not in decisions]
            if not lines:
                break
    return lines


def _only_proposed(decision: Decision) -> Decision:
    """A mandat that is issued and not yet paid changes no balance: what it would settle is proposed, and no finding."""
    return decision._replace(confidence=PROPOSED, credits=(), code="")


def _replaced(titres: Mapping[str, Titre]) -> dict[str, str]:
    """Return, for each cancelled titre, the one that replaces it; two that say so leave it to be confirmed."""
    claims: dict[str, list[str]] = {}
    if not any(titre.replaces for titre in titres.values()):
        return {}
    by_key = {titre_key(number): titre for number, titre in titres.items()}
    for titre in titres.values():
        old = by_key.get(titre_key(titre.replaces)) if titre.replaces else None
        if old is not None and old is not titre and old.cancelled and old.payer_siren == titre.payer_siren:
            claims.setdefault(old.titre, []).append(titre.titre)
    found = {old: new[0] for old, new in claims.items() if len(new) == 1}
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
