"""C1: the line names a convention, or a school year that leaves one titre."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.texts import Text, same

from .account import AUTOMATIC, PROPOSED, Decision, Part, doubled
from .guards import paid_elsewhere, says_otherwise

if TYPE_CHECKING:
    from recon.billed import Titre

    from .account import Account
    from .lines import Line


def by_convention(line: Line, account: Account) -> Decision | None:
    """Settle the one open titre of the convention or year named, up to what is open; more money is only proposed.

    Several open titres are left to the sums (S2, S3).
    """
    named, what = _named(line, account)
    if not named:
        return _stranger(line, account)
    opened = account.opened(named, line)
    if len(opened) == 1:
        return _settle(line, account, opened[0], what)
    if opened:
        return None
    if len(named) == 1 and line.net == named[0].net:
        evidence = Text(
            "nomme {what} ; le titre {titre} est déjà soldé", "names {what}; titre {titre} is already settled"
        )
        return doubled("C1", named[0], line, evidence.with_(what=what, titre=named[0].titre))
    evidence = Text("nomme {what}, dont aucun titre n’est ouvert", "names {what}, of which no titre is open")
    candidates = tuple(titre.titre for titre in named)
    return Decision("C1", evidence.with_(what=what), PROPOSED, candidates=candidates, code="P07")


def _named(line: Line, account: Account) -> tuple[list[Titre], Text]:
    titres = account.titres.values()
    if line.cited.conventions:
        what = Text("la convention {number}", "convention {number}").with_(number=", ".join(line.cited.conventions))
        return [titre for titre in titres if titre.convention in line.cited.conventions], what
    if line.cited.years and line.cited.ent:
        what = Text("l’année scolaire {year}", "school year {year}").with_(year=", ".join(line.cited.years))
        return [titre for titre in titres if titre.school_year in line.cited.years], what
    return [], same("")


def _stranger(line: Line, account: Account) -> Decision | None:
    """A convention that is not this payer's: whatever the amount, P12."""
    if not line.cited.conventions or account.knows(line.cited.conventions):
        return None
    evidence = Text(
        "nomme la convention {number}, qui n’est pas de cette collectivité",
        "names convention {number}, which is not this payer's",
    )
    return Decision("C1", evidence.with_(number=line.cited.conventions[0]), PROPOSED, code="P12")


def _settle(line: Line, account: Account, titre: Titre, what: Text) -> Decision:
    left = account.left(titre, line)
    if paid_elsewhere(line) or says_otherwise(line, [titre]):
        evidence = Text(
            "nomme {what}, mais le bénéficiaire ou le nombre d’écoles dit autre chose que le titre {titre}",
            "names {what}, but the payee or the number of schools tells otherwise than titre {titre}",
        )
        parts = account.books.proposal(titre.titre, line.net, line.on)
        said = evidence.with_(what=what, titre=titre.titre)
        return Decision("C1", said, PROPOSED, parts, candidates=(titre.titre,), code="P07")
    if line.net <= left:
        evidence = Text(
            "nomme {what}, que seul le titre {titre} laisse ouverte",
            "names {what}, for which only titre {titre} is open",
        )
        return Decision("C1", evidence.with_(what=what, titre=titre.titre), AUTOMATIC, (Part(titre.titre, line.net),))
    evidence = Text(
        "nomme {what} ; le montant dépasse ce que le titre {titre} laisse ouvert",
        "names {what}; the amount exceeds what titre {titre} leaves open",
    )
    parts = account.books.proposal(titre.titre, left, line.on)
    said = evidence.with_(what=what, titre=titre.titre)
    return Decision("C1", said, PROPOSED, parts, candidates=(titre.titre,), code="P07")
