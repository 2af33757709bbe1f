"""U1: the line names schools by their UAI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.texts import Text, money

from .account import AUTOMATIC, PROPOSED, Decision, Part, doubled
from .guards import dated_after, of_year

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.billed import Titre

    from .account import Account
    from .lines import Line


def by_uai(line: Line, account: Account) -> Decision | None:
    """Settle the titres that cover the schools named, if the amount is theirs or all that is open."""
    uais = line.cited.uais
    if not uais:
        return None
    strangers = [uai for uai in uais if not account.covers(uai)]
    if strangers:
        return _stranger(line, account, strangers)
    known = [titre for titre in account.books.covering.get(uais[0], []) if titre.titre in account.titres]
    covering = [titre for titre in known if set(uais) <= set(titre.schools) and of_year(line, titre)]
    opened = account.opened(covering, line)
    if len(opened) == 1:
        return _settle(line, account, opened[0])
    if not covering and len(uais) > 1:
        return _several(line, account)
    listed = ", ".join(uais)
    if not opened and len(covering) == 1 and line.net in {covering[0].net, covering[0].rate * len(uais)}:
        evidence = Text(
            "nomme {uais} ; le titre {titre} est déjà soldé", "names {uais}; titre {titre} is already settled"
        )
        return doubled("U1", covering[0], line, evidence.with_(uais=listed, titre=covering[0].titre))
    return _undecided(line, tuple(titre.titre for titre in opened or covering), len(opened))


def _undecided(line: Line, candidates: tuple[str, ...], opened: int) -> Decision:
    evidence = Text("nomme {uais} ; {count} titres ouverts possibles", "names {uais}; {count} open titres possible")
    said = evidence.with_(uais=", ".join(line.cited.uais), count=opened)
    return Decision("U1", said, PROPOSED, candidates=candidates, code="P07" if candidates else "P06")


def _stranger(line: Line, account: Account, strangers: list[str]) -> Decision:
    """A school of another payer, and no number: at most proposed."""
    evidence = Text(
        "nomme l’école {uai}, qu’aucun titre de cette collectivité ne couvre",
        "names school {uai}, which no titre of this payer covers",
    )
    titres = account.books.covering.get(strangers[0], []) if len(strangers) == len(line.cited.uais) == 1 else []
    opened = [titre for titre in account.opened(titres, line) if of_year(line, titre)]
    one = opened[0] if len(opened) == 1 and line.net <= account.left(opened[0], line) else None
    parts = account.books.proposal(one.titre, line.net, line.on, (strangers[0],)) if one else ()
    candidates = tuple(titre.titre for titre in opened)
    return Decision("U1", evidence.with_(uai=strangers[0]), PROPOSED, parts, candidates=candidates, code="P12")


def _several(line: Line, account: Account) -> Decision:
    """Schools that different titres cover, each school by one: the amount must be theirs, or all that is open."""
    shares: dict[str, list[str]] = {}
    for uai in line.cited.uais:
        titres = [titre for titre in account.books.covering.get(uai, []) if titre.titre in account.titres]
        opened = [titre for titre in account.opened(titres, line) if of_year(line, titre)]
        if len(opened) != 1:
            return _undecided(line, tuple(titre.titre for titre in opened or titres), len(opened))
        shares.setdefault(opened[0].titre, []).append(uai)
    return _share_out(line, account, shares)


def _share_out(line: Line, account: Account, shares: Mapping[str, list[str]]) -> Decision:
    titres = {number: account.titres[number] for number in shares}
    owed = {number: titre.rate * len(shares[number]) for number, titre in titres.items()}
    left = {number: account.left(titre, line) for number, titre in titres.items()}
    names = {number: tuple(uais) for number, uais in shares.items()}
    sound = line.cited.about and all(dated_after(line, titre) for titre in titres.values())
    sound = sound and not any(account.books.paid_already(number, uais) for number, uais in shares.items())
    if sound and sum(owed.values()) == line.net and all(owed[number] <= left[number] for number in owed):
        parts = tuple(Part(number, cents, names[number]) for number, cents in owed.items())
    elif sound and sum(left.values()) == line.net:
        parts = tuple(Part(number, cents) for number, cents in left.items())
    else:
        return _undecided(line, tuple(titres), len(titres))
    evidence = Text(
        "nomme {uais}, des titres {titres} ; montant égal à ce qui est dû pour ces écoles",
        "names {uais}, of titres {titres}; amount equals what these schools owe",
    )
    said = evidence.with_(uais=", ".join(line.cited.uais), titres=", ".join(titres))
    return Decision("U1", said, AUTOMATIC, parts)


def _settle(line: Line, account: Account, titre: Titre) -> Decision:
    uais, left = line.cited.uais, account.left(titre, line)
    values = {"uais": ", ".join(uais), "titre": titre.titre, "rate": money(titre.rate), "count": len(uais)}
    named = uais if line.net != titre.net else ()
    if account.books.paid_already(titre.titre, uais) or not line.cited.about or not dated_after(line, titre):
        return _doubtful(line, account, titre)
    if line.net == titre.rate * len(uais) and line.net <= left:
        evidence = Text(
            "nomme {uais}, du titre {titre} ; montant égal à {count} × {rate}",
            "names {uais}, of titre {titre}; amount equals {count} × {rate}",
        )
        return Decision("U1", evidence.with_(**values), AUTOMATIC, parts=(Part(titre.titre, line.net, named),))
    if line.net == left:
        evidence = Text(
            "nomme {uais}, du titre {titre} ; montant égal au reste ouvert",
            "names {uais}, of titre {titre}; amount equals what is open",
        )
        return Decision("U1", evidence.with_(**values), AUTOMATIC, parts=(Part(titre.titre, line.net),))
    evidence = Text(
        "nomme {uais}, du titre {titre} ; le montant n’est ni {count} × {rate} ni le reste ouvert",
        "names {uais}, of titre {titre}; the amount is neither {count} × {rate} nor what is open",
    )
    parts = account.books.proposal(titre.titre, line.net, line.on, named)
    return Decision("U1", evidence.with_(**values), PROPOSED, parts, candidates=(titre.titre,), code="P07")


def _doubtful(line: Line, account: Account, titre: Titre) -> Decision:
    """The school is named, but paid already, or before its titre, or by a line that does not speak of the ENT."""
    evidence = Text(
        "nomme {uais}, du titre {titre}, mais l’école est déjà payée, ou la ligne est antérieure au titre ou ne parle pas de l’ENT",
        "names {uais}, of titre {titre}, but the school is paid already, or the line is older than the titre or does not speak of the ENT",
    )
    parts = account.books.proposal(titre.titre, line.net, line.on)
    said = evidence.with_(uais=", ".join(line.cited.uais), titre=titre.titre)
    return Decision("U1", said, PROPOSED, parts, candidates=(titre.titre,), code="P07")
