"""Titres reduced or cancelled after payment: the latest payments are released first, and become credit (P04).

What was paid on a cancelled titre goes to the one that replaces it; without such a link the move is only proposed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.texts import Text, money

from .account import PROPOSED, Decision, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recon.billed import Titre

    from .account import Books
    from .lines import Line

RELEASED = Text(
    "{why} ; le titre {titre} a été réduit ou annulé ensuite : {cents} libérés",
    "{why}; titre {titre} was reduced or cancelled later: {cents} released",
)
MOVED = Text(
    "{why} ; le titre {titre} a été annulé et remplacé par le titre {other}",
    "{why}; titre {titre} was cancelled and replaced by titre {other}",
)
MAY_MOVE = Text(
    "{why} ; le titre {titre} est annulé sans qu’un autre dise le remplacer : à confirmer pour {others}",
    "{why}; titre {titre} is cancelled and none says that it replaces it: to be confirmed for {others}",
)


def release(books: Books, decisions: Mapping[str, Decision]) -> dict[str, Decision]:
    """Return the decisions that change because a titre was amended after its payment; the books are set right."""
    changed: dict[str, Decision] = {}
    for number, payers in sorted(books.settled.items()):
        for line in sorted(payers, key=lambda line: line.order, reverse=True):
            if books.open[number] >= 0:
                break
            decision = changed.get(line.payment_id, decisions[line.payment_id])
            changed[line.payment_id] = _released(decision, number, books)
    for line in [*books.credited, *(line for payers in books.settled.values() for line in payers)]:
        credited = changed.get(line.payment_id) or decisions[line.payment_id]
        if len(credited.credits) == 1 and not credited.parts:
            titre = books.titres[credited.credits[0].titre]
            if titre.cancelled and titre.titre not in books.replaced:
                changed[line.payment_id] = _unlinked(line, credited, titre, books)
    return changed


def _released(decision: Decision, number: str, books: Books) -> Decision:
    """Take back from one decision what a titre no longer claims; a replacement inherits it, else it is credit."""
    held = sum(part.cents for part in decision.parts if part.titre == number)
    cents = min(held, -books.open[number])
    books.open[number] += cents
    books.moves[books.titres[number].payer_siren] += 1
    kept = tuple(part for part in _without(decision.parts, number, cents) if part.cents)
    other = books.replaced.get(number)
    inherited = min(cents, max(0, books.open[other])) if other else 0
    if other and inherited:
        books.open[other] -= inherited
        kept = (*kept, Part(other, inherited))
        why = MOVED.with_(why=decision.evidence, titre=number, other=other)
    else:
        why = RELEASED.with_(why=decision.evidence, titre=number, cents=money(cents))
    rest = cents - inherited
    credit = (*decision.credits, Part(number, rest)) if rest else decision.credits
    return decision._replace(evidence=why, parts=kept, credits=credit, code="P04" if rest else decision.code)


def _without(parts: tuple[Part, ...], number: str, cents: int) -> Iterable[Part]:
    """Yield the parts less `cents` on a titre; what is left names no school."""
    for part in reversed(parts):
        taken = min(part.cents, cents) if part.titre == number else 0
        cents -= taken
        yield Part(part.titre, part.cents - taken) if taken else part


def _unlinked(line: Line, decision: Decision, old: Titre, books: Books) -> Decision:
    """Propose the one open titre that may stand for a cancelled one; list several; without any it stays credit."""
    others = [
        titre for titre in books.of_debtor[old.payer_siren] if _may_replace(titre, old) and books.open[titre.titre] > 0
    ]
    if not others:
        return decision
    names = tuple(sorted(titre.titre for titre in others))
    said = MAY_MOVE.with_(why=decision.evidence, titre=old.titre, others=", ".join(names))
    parts = books.proposal(names[0], line.net, None) if len(names) == 1 else ()
    for part in parts:
        books.reserved[part.titre] = books.reserved.get(part.titre, 0) + part.cents
    return Decision(decision.step, said, PROPOSED, parts, candidates=names, code="P07")


def _may_replace(titre: Titre, old: Titre) -> bool:
    """Whether a titre of the same debtor, for the same convention or year, was issued after the cancelled one."""
    same = titre.convention == old.convention if titre.convention and old.convention else bool(old.school_year)
    return titre is not old and same and titre.school_year == old.school_year and titre.issued_on >= old.issued_on
