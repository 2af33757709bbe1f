"""T1 to T4: the line cites a titre's number. A number that is no titre of this payer stops the line (P12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.tables import Miscited
from recon.texts import Text, joined, money, same

from .account import PROPOSED, Decision, Part, doubled

if TYPE_CHECKING:
    from .account import Account
    from .lines import Line


EQUAL = Text("cite le titre {titre} ; montant égal au reste ouvert", "cites titre {titre}; amount equals what is open")


def unknown(line: Line, account: Account) -> Decision | None:
    """A number that no titre bears, that several bear, or a list that cannot be read to its end: nothing is settled."""
    if not line.cited.unknown:
        return _unsure(line, account)
    evidence = Text(
        "le numéro {number} n’est celui d’aucun titre connu ; aucun rapprochement par le montant n’est tenté",
        "number {number} is no known titre's; no match by amount is tried",
    )
    miscited = Miscited(line.cited.unknown[0])
    said = evidence.with_(number=miscited.number)
    near = account.nearest(line)
    if near is not None:
        miscited = miscited._replace(near=near.titre)
        also = Text(
            "{said} ; le titre ouvert le plus proche est {titre}, pour {open}",
            "{said}; the nearest open titre is {titre}, for {open}",
        )
        said = also.with_(said=said, titre=near.titre, open=money(account.left(near, line)))
    return Decision("T1", said, PROPOSED, code="P12", miscited=miscited)


def _unsure(line: Line, account: Account) -> Decision | None:
    """An order number that several titres share, or a list that cannot be read to its end: P07, whatever the amount."""
    if not (line.cited.several or line.cited.unfinished):
        return None
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


def _one(line: Line, account: Account) -> str:
    """Return the only number that the line cites, if it is one of this payer's titres."""
    cited = account.books.cited(line)
    return cited[0] if len(cited) == 1 and cited[0] in account.titres else ""


def exact(line: Line, account: Account) -> Decision | None:
    """T1: one number, and the amount is what its titre leaves open."""
    number = _one(line, account)
    if not number or line.net != account.books.left(number, line.on):
        return None
    part = Part(number, line.net, _schools(line, account, number))
    return Decision("T1", EQUAL.with_(titre=cited_as(line, account, number)), parts=(part,))


def several(line: Line, account: Account) -> Decision | None:
    """T2: several numbers whose open amounts add up to the line's; with another sum, P07."""
    own = account.own(line) if len(line.cited.titres) > 1 else ()
    if len(own) < 2 or account.foreign(line):
        return None
    left = {number: account.books.left(number, line.on) for number in own}
    total = sum(cents for cents in left.values() if cents > 0)
    named = [cited_as(line, account, number) for number in own]
    listed = joined((name if isinstance(name, Text) else same(name) for name in named), ", ")
    if total == line.net:
        evidence = Text(
            "cite les titres {titres} ; montant égal à la somme des restes ouverts",
            "cites titres {titres}; amount equals the sum of what is open",
        )
        parts = tuple(Part(number, cents) for number, cents in left.items() if cents > 0)
        return Decision("T2", evidence.with_(titres=listed), parts=parts)
    if total == 0 and line.net == sum(account.titres[number].net for number in own):
        evidence = Text("cite les titres {titres}, déjà soldés", "cites titres {titres}, already settled")
        credited = tuple(Part(number, account.titres[number].net) for number in own)
        return Decision("T2", evidence.with_(titres=listed), credits=credited, code="P05")
    evidence = Text(
        "cite les titres {titres}, qui laissent {total} ouverts et non {amount}",
        "cites titres {titres}, which leave {total} open and not {amount}",
    )
    said = evidence.with_(titres=listed, total=money(total), amount=money(line.net))
    return Decision("T2", said, PROPOSED, candidates=own, code="P07")


def partial(line: Line, account: Account) -> Decision | None:
    """T3: one number, less money than is open: an instalment."""
    number = _one(line, account)
    left = account.books.left(number, line.on) if number else 0
    if line.net > left:
        return None
    evidence = Text(
        "cite le titre {titre} ; acompte sur {open} ouverts", "cites titre {titre}; part of the {open} open"
    )
    part = Part(number, line.net, _schools(line, account, number))
    return Decision("T3", evidence.with_(titre=cited_as(line, account, number), open=money(left)), parts=(part,))


def too_much(line: Line, account: Account) -> Decision | None:
    """T4: one number, more money than is open: the titre is settled, the rest is credit."""
    number = _one(line, account)
    return over(line, account, number) if number else None


def over(line: Line, account: Account, number: str) -> Decision:
    """Return what becomes of a payment larger than what titre `number` leaves open."""
    titre, left = account.books.titres[number], max(0, account.books.left(number, line.on))
    if left == 0 and titre.net > 0 and number in line.cited.titres:
        evidence = Text("cite le titre {titre}, déjà soldé", "cites titre {titre}, already settled")
        return doubled("T4", titre, line, evidence.with_(titre=number))
    evidence = Text(
        "cite le titre {titre}, qui ne laisse que {open} ouverts", "cites titre {titre}, which leaves only {open} open"
    )
    return Decision(
        "T4",
        evidence.with_(titre=cited_as(line, account, number), open=money(left)),
        parts=(Part(number, left),) if left else (),
        credits=(Part(number, line.net - left),),
        code="P04",
    )


def cited_as(line: Line, account: Account, number: str) -> Text | str:
    """Name a titre as the line cites it: a cancelled one, then the one that replaces it."""
    if number in line.cited.titres:
        return number
    old = ", ".join(cited for cited in line.cited.titres if account.books.replaced.get(cited) == number)
    return Text("{old} (remplacé par {new})", "{old} (replaced by {new})").with_(old=old, new=number)


def _schools(line: Line, account: Account, titre: str) -> tuple[str, ...]:
    return tuple([uai for uai in line.cited.uais if uai in account.titres[titre].schools]) if line.cited.uais else ()
