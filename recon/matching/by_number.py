"""T1 to T4: the line cites a titre's number. A number that is no titre of this payer stops the line (P12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.texts import Text, money

from .account import PROPOSED, Decision, Part, doubled

if TYPE_CHECKING:
    from .account import Account
    from .lines import Line


def foreign(line: Line, account: Account) -> Decision | None:
    """A number that no titre bears, or that is another debtor's: never more than a proposal."""
    others = account.foreign(line)
    if line.cited.unknown:
        evidence = Text(
            "le numéro {number} n’est celui d’aucun titre connu ; aucun rapprochement par le montant n’est tenté",
            "number {number} is no known titre's; no match by amount is tried",
        )
        return Decision("T1", evidence.with_(number=line.cited.unknown[0]), PROPOSED, code="P12")
    if not others:
        return _unsure(line, account)
    evidence = Text(
        "le titre {number} est celui d’un autre débiteur ({debtor}) ; à confirmer",
        "titre {number} is another debtor's ({debtor}); to be confirmed",
    )
    titre = account.everyone[others[0]]
    said = evidence.with_(number=titre.titre, debtor=titre.debtor_name or titre.payer_siren)
    return Decision("T1", said, PROPOSED, candidates=others, code="P12")


def _unsure(line: Line, account: Account) -> Decision | None:
    """An order number that several titres share, or a list that cannot be read to its end: P07, whatever the amount."""
    own = account.own(line)
    shared = tuple(number for number in line.cited.several if number in account.titres)
    if line.cited.unfinished and own:
        evidence = Text(
            "cite le titre {titre}, puis une suite de numéros abrégés qui ne se lit pas avec certitude",
            "cites titre {titre}, then a run of shortened numbers that cannot be read with certainty",
        )
        return Decision("T2", evidence.with_(titre=own[0]), PROPOSED, candidates=own, code="P07")
    if not line.cited.several or own:
        return None
    evidence = Text(
        "cite un numéro d’ordre que portent plusieurs titres\u00a0: {titres}",
        "cites an order number that several titres bear: {titres}",
    )
    said = evidence.with_(titres=", ".join(shared) or "–")
    return Decision("T1", said, PROPOSED, candidates=shared, code="P07" if shared else "P12")


def exact(line: Line, account: Account) -> Decision | None:
    """T1: one number, and the amount is what its titre leaves open."""
    own = account.own(line)
    if len(own) != 1 or line.net != account.open[own[0]]:
        return None
    evidence = Text(
        "cite le titre {titre} ; montant égal au reste ouvert", "cites titre {titre}; amount equals what is open"
    )
    return Decision(
        "T1", evidence.with_(titre=own[0]), parts=(Part(own[0], line.net, _schools(line, account, own[0])),)
    )


def several(line: Line, account: Account) -> Decision | None:
    """T2: several numbers whose open amounts add up to the line's; with another sum, P07."""
    own = account.own(line)
    if len(own) < 2:
        return None
    total = sum(account.open[number] for number in own)
    listed = ", ".join(own)
    if total == line.net and all(account.open[number] > 0 for number in own):
        evidence = Text(
            "cite les titres {titres} ; leur somme est le montant", "cites titres {titres}; their sum is the amount"
        )
        parts = tuple(Part(number, account.open[number]) for number in own)
        return Decision("T2", evidence.with_(titres=listed), parts=parts)
    issued = [account.titres[number].net for number in own]
    if total == 0 and sum(issued) == line.net:
        evidence = Text("cite les titres {titres}, déjà soldés", "cites titres {titres}, already settled")
        again = tuple(Part(number, net) for number, net in zip(own, issued, strict=True))
        return Decision("T2", evidence.with_(titres=listed), credits=again, code="P05")
    evidence = Text(
        "cite les titres {titres}, qui laissent {total} ouverts et non {amount}",
        "cites titres {titres}, which leave {total} open and not {amount}",
    )
    said = evidence.with_(titres=listed, total=money(total), amount=money(line.net))
    return Decision("T2", said, PROPOSED, candidates=own, code="P07")


def partial(line: Line, account: Account) -> Decision | None:
    """T3: one number, less money than is open: an instalment."""
    own = account.own(line)
    if len(own) != 1 or line.net > account.open[own[0]]:
        return None
    evidence = Text(
        "cite le titre {titre} ; acompte sur {open} ouverts", "cites titre {titre}; part of the {open} open"
    )
    part = Part(own[0], line.net, _schools(line, account, own[0]))
    return Decision("T3", evidence.with_(titre=own[0], open=money(account.open[own[0]])), parts=(part,))


def too_much(line: Line, account: Account) -> Decision | None:
    """T4: one number, more money than is open: the titre is settled, the rest is credit."""
    own = account.own(line)
    if len(own) != 1:
        return None
    titre, left = account.titres[own[0]], account.open[own[0]]
    if left == 0 and titre.net > 0:
        evidence = Text("cite le titre {titre}, déjà soldé", "cites titre {titre}, already settled")
        return doubled("T4", titre, line, evidence.with_(titre=titre.titre))
    evidence = Text(
        "cite le titre {titre}, qui ne laisse que {open} ouverts", "cites titre {titre}, which leaves only {open} open"
    )
    return Decision(
        "T4",
        evidence.with_(titre=titre.titre, open=money(left)),
        parts=(Part(titre.titre, left),) if left else (),
        credits=(Part(titre.titre, line.net - left),),
        code="P04",
    )


def _schools(line: Line, account: Account, titre: str) -> tuple[str, ...]:
    return tuple(uai for uai in line.cited.uais if uai in account.titres[titre].schools)
