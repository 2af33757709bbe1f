"""S1: nothing is named, one titre alone is open and the amount is what it leaves. And what is said when nothing fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.texts import Text, money

from .account import PROPOSED, Decision, Part

if TYPE_CHECKING:
    from recon.billed import Titre

    from .account import Account
    from .lines import Line


def alone(line: Line, account: Account) -> Decision | None:
    """S1: the line speaks of the ENT, one titre alone is open, issued before it, and the amount is equal."""
    opened = account.opened()
    if len(opened) != 1 or not _may_settle(line, opened[0]) or line.net != account.open[opened[0].titre]:
        return None
    evidence = Text(
        "parle de l’ENT ; seul le titre {titre} est ouvert et le montant est égal",
        "speaks of the ENT; titre {titre} alone is open and the amount is equal",
    )
    return Decision("S1", evidence.with_(titre=opened[0].titre), parts=(Part(opened[0].titre, line.net),))


def nothing(line: Line, account: Account) -> Decision:
    """What is said of a line that no pass could place: its one candidate, its several, or none (P06)."""
    opened = [titre for titre in account.opened() if _may_settle(line, titre)]
    if len(opened) == 1 and 0 < line.net < account.open[opened[0].titre]:
        return _less(line, account, opened[0])
    equal = [titre.titre for titre in opened if account.open[titre.titre] == line.net]
    twins = [titre for titre in sorted(account.by_amount) if _twin(line, account.titres[titre])]
    if equal or twins:
        evidence = Text(
            "aucun numéro, aucune année ni UAI ; {count} titre(s) de ce montant : {titres}",
            "no number, year or UAI; {count} titre(s) of this amount: {titres}",
        )
        names = tuple(equal or twins)
        said = evidence.with_(count=len(names), titres=", ".join(names))
        return Decision("", said, PROPOSED, candidates=names, code="P07")
    return Decision("", _nearest(line, account), PROPOSED, code="P06")


def _less(line: Line, account: Account, titre: Titre) -> Decision:
    evidence = Text(
        "seul le titre {titre} est ouvert, pour {open} ; le paiement est moindre et ne nomme rien",
        "titre {titre} alone is open, for {open}; the payment is less and names nothing",
    )
    proposed = account.proposable(titre.titre, line.net)
    parts = (Part(titre.titre, proposed),) if proposed else ()
    said = evidence.with_(titre=titre.titre, open=money(account.open[titre.titre]))
    return Decision("S1", said, PROPOSED, parts, candidates=(titre.titre,), code="P07")


def _may_settle(line: Line, titre: Titre) -> bool:
    """Whether the line speaks of the ENT, is not older than the titre, and names nothing that says otherwise."""
    cited = line.cited
    if not cited.ent or cited.titres or cited.unknown or cited.several or cited.uais or cited.conventions:
        return False
    if line.on is None or line.on < titre.issued_on:
        return False
    return not cited.years or titre.school_year in cited.years


def _twin(line: Line, titre: Titre) -> bool:
    return _may_settle(line, titre) and line.net == titre.net


def _nearest(line: Line, account: Account) -> Text:
    opened = account.opened()
    if not opened:
        return Text("aucun titre n’est ouvert pour cette collectivité", "no titre is open for this payer")
    near = min(opened, key=lambda titre: (abs(account.open[titre.titre] - line.net), titre.titre))
    return Text(
        "le titre ouvert le plus proche est {titre}, pour {open}",
        "the nearest open titre is {titre}, for {open}",
    ).with_(titre=near.titre, open=money(account.open[near.titre]))
