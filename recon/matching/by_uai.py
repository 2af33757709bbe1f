"""U1: the line names schools by their UAI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.texts import Text, money

from .account import AUTOMATIC, PROPOSED, Decision, Part, doubled

if TYPE_CHECKING:
    from recon.billed import Titre

    from .account import Account
    from .lines import Line


def by_uai(line: Line, account: Account) -> Decision | None:
    """Settle the one titre that covers all the schools named, if the amount is theirs or all that is open."""
    uais = line.cited.uais
    if not uais:
        return None
    listed = ", ".join(uais)
    strangers = [uai for uai in uais if uai not in account.uais]
    if strangers:
        evidence = Text(
            "nomme l’école {uai}, qu’aucun titre de cette collectivité ne couvre",
            "names school {uai}, which no titre of this payer covers",
        )
        return Decision("U1", evidence.with_(uai=strangers[0]), PROPOSED, code="P12")
    covering = [titre for titre in account.titres.values() if set(uais) <= set(titre.schools) and _of_year(line, titre)]
    opened = [titre for titre in covering if account.open[titre.titre] > 0]
    if len(opened) == 1:
        return _settle(line, account, opened[0], listed)
    if not opened and len(covering) == 1 and line.net in _owed(covering[0], len(uais)):
        evidence = Text(
            "nomme {uais} ; le titre {titre} est déjà soldé", "names {uais}; titre {titre} is already settled"
        )
        return doubled("U1", covering[0], line, evidence.with_(uais=listed, titre=covering[0].titre))
    evidence = Text("nomme {uais} ; {count} titres ouverts possibles", "names {uais}; {count} open titres possible")
    candidates = tuple(titre.titre for titre in opened or covering)
    return Decision(
        "U1", evidence.with_(uais=listed, count=len(opened)), PROPOSED, candidates=candidates, code="P07" if candidates else "P06"
    )  # fmt: skip


def _settle(line: Line, account: Account, titre: Titre, listed: str) -> Decision:
    uais, left = line.cited.uais, account.open[titre.titre]
    named = uais if line.net != titre.net else ()
    values = {"uais": listed, "titre": titre.titre, "rate": money(titre.rate), "count": len(uais)}
    if account.paid_already(titre.titre, uais) or not line.cited.about or not _dated_after(line, titre):
        return _doubtful(line, account, titre, listed)
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
    proposed = account.proposable(titre.titre, line.net)
    parts = (Part(titre.titre, proposed, named),) if proposed else ()
    return Decision("U1", evidence.with_(**values), PROPOSED, parts, candidates=(titre.titre,), code="P07")


def _doubtful(line: Line, account: Account, titre: Titre, listed: str) -> Decision:
    """The school is named, but paid already, or before its titre, or by a line that does not speak of the ENT."""
    evidence = Text(
        "nomme {uais}, du titre {titre}, mais l’école est déjà payée, ou la ligne est antérieure au titre ou ne parle pas de l’ENT",
        "names {uais}, of titre {titre}, but the school is paid already, or the line is older than the titre or does not speak of the ENT",
    )
    proposed = account.proposable(titre.titre, line.net)
    parts = (Part(titre.titre, proposed),) if proposed else ()
    said = evidence.with_(uais=listed, titre=titre.titre)
    return Decision("U1", said, PROPOSED, parts, candidates=(titre.titre,), code="P07")


def _dated_after(line: Line, titre: Titre) -> bool:
    return line.on is None or line.on >= titre.issued_on


def _of_year(line: Line, titre: Titre) -> bool:
    return not line.cited.years or titre.school_year in line.cited.years


def _owed(titre: Titre, schools: int) -> tuple[int, int]:
    return titre.net, titre.rate * schools
