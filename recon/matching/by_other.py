"""P10 and P12: the line cites a titre of another debtor. It settles it only with proof: one digit wrong hits a neighbour."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from recon.texts import Text, money
from recon.values import folded

from .account import PROPOSED, Decision, Part
from .by_number import over

if TYPE_CHECKING:
    from recon.billed import Titre

    from .account import Account
    from .lines import Line

BY_ANOTHER = "P10"
_TITLE = re.compile(
    r"^(?:commune|ville|mairie|communaute de communes|communaute d agglomeration|syndicat)(?: (?:de|du|des|d|la|le|les|l))* "
)
# What a name may stand between: any other word may make another name of it, as "Jean" of "Saint-Jean Lherm".
_GENERIC = (
    "pour ent ents ecole ecoles primaire primaires scolaire scolaires numerique travail titre titres recette perception "
    "participation participations contribution contributions convention conventions mandat mandats rectorat academie "
    "reglement paiement virement debiteur tp communale municipale"
)
_PLACE = r"(?:commune|ville|mairie)(?: (?:de|du|des|d|la|le|les|l))*"
_BEFORE = re.compile(rf"(?:^|(?:^| )(?:{_PLACE}|{_GENERIC.replace(' ', '|')}|\d+) )$")
_AFTER = re.compile(r" (?:ents?|ecoles?|titres?|tp|conventions?|participations?|annee|mandat|reference|n|\d+)\b|$")
SHORTEST_NAME = 4


def by_other(line: Line, account: Account) -> Decision | None:
    """Settle another debtor's titre if the line also names that debtor or its school, or cites numbers that add up."""
    others = account.foreign(line)
    if not others:
        return None
    numbers = (*account.own(line), *others)
    total = sum(max(0, account.books.left(number, line.on)) for number in numbers)
    if len(numbers) > 1:
        return _several(line, account, numbers, total)
    titre = account.books.titres[numbers[0]]
    return _one(line, account, titre) if _names(line, account, titre) else _unproved(line, account, numbers)


def _several(line: Line, account: Account, numbers: tuple[str, ...], total: int) -> Decision:
    """An EPCI that pays for its communes cites full numbers, and their sum is exact."""
    if total != line.net or line.cited.short or _may_mean_its_own(line, account, numbers):
        return _unproved(line, account, numbers)
    evidence = Text(
        "cite en entier les titres {titres} ; montant égal à la somme des restes ouverts",
        "cites titres {titres} in full; amount equals the sum of what is open",
    )
    left = {number: account.books.left(number, line.on) for number in numbers}
    parts = tuple(Part(number, cents) for number, cents in left.items() if cents > 0)
    return Decision("T2", evidence.with_(titres=", ".join(numbers)), parts=parts, code=BY_ANOTHER)


def _may_mean_its_own(line: Line, account: Account, numbers: tuple[str, ...]) -> bool:
    """Whether, in a list of the payer's own numbers, a foreign one may be a slip for another of its own, as open."""
    if not account.own(line):
        return False
    foreign = {account.books.left(number, line.on) for number in numbers if number not in account.titres}
    own = account.opened(account.titres.values(), line)
    return any(titre.titre not in numbers and account.left(titre, line) in foreign for titre in own)


def _one(line: Line, account: Account, titre: Titre) -> Decision:
    left = account.books.left(titre.titre, line.on)
    if line.net > left:
        return over(line, account, titre.titre)
    evidence = Text(
        "cite le titre {titre} et nomme son débiteur ({debtor}) ou l’une de ses écoles ; {open} ouverts",
        "cites titre {titre} and names its debtor ({debtor}) or one of its schools; {open} open",
    )
    said = evidence.with_(titre=titre.titre, debtor=account.books.name(titre.payer_siren), open=money(left))
    uais = tuple(uai for uai in line.cited.uais if uai in titre.schools)
    step = "T1" if line.net == left else "T3"
    return Decision(step, said, parts=(Part(titre.titre, line.net, uais),), code=BY_ANOTHER)


def _unproved(line: Line, account: Account, numbers: tuple[str, ...]) -> Decision:
    number = next(number for number in numbers if number not in account.titres)
    titre = account.books.titres[number]
    evidence = Text(
        "le titre {number} est celui d’un autre débiteur ({debtor}), que la ligne ne nomme pas ; à confirmer",
        "titre {number} is another debtor's ({debtor}), whom the line does not name; to be confirmed",
    )
    said = evidence.with_(number=number, debtor=account.books.name(titre.payer_siren))
    parts = account.books.proposal(number, line.net, line.on) if len(numbers) == 1 else ()
    return Decision("T1", said, PROPOSED, parts, candidates=numbers, code="P12")


def _names(line: Line, account: Account, titre: Titre) -> bool:
    """Whether the line names a school of the titre, or its debtor by a name that is nobody else's."""
    if any(uai in titre.schools for uai in line.cited.uais):
        return True
    texts = [folded(text) for text in (line.reference, line.label)]
    for debtor in map(_bare, account.books.names[titre.payer_siren]):
        if len(debtor) >= SHORTEST_NAME and any(_stands_in(text, debtor) for text in texts):
            alone = account.books.bearers(_bare)[debtor] == {titre.payer_siren}
            if alone and debtor != _bare(line.payer_name):
                return True
    return False


def _stands_in(text: str, name: str) -> bool:
    """Whether a name stands in a text between words that make no other name of it."""
    at = text.find(name)
    while at >= 0:
        if _BEFORE.search(text[:at]) and _AFTER.match(text, at + len(name)):
            return True
        at = text.find(name, at + 1)
    return False


def _bare(name: str) -> str:
    """Return a payer's name without its title: `ceret` of "Commune de Céret"."""
    return _TITLE.sub("", folded(name))
