"""The decisions in force as the month's workbook lists them: who decided what on what, why, and what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.findings.catalogue import CATALOGUE
from recon.matching.rulings import CHOICES, ELSEWHERE, OUT_OF_SCOPE, TO_TITRES, WAIT, about_of, counts
from recon.tables import InForce
from recon.texts import Text, day, listed, money, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recon.matching.rulings import Ruling
    from recon.tables import Month

TITRE = Text("titre {titre}, {payer}, {sum}", "titre {titre}, {payer}, {sum}")
FINDING = Text("écart {number} : {title}", "finding {number}: {title}")
SHARE = Text("{sum} au titre {titre}", "{sum} to titre {titre}")
LEFT_OUT = Text(
    "ce paiement n’est compté nulle part : hors périmètre", "this payment is counted nowhere: it is out of scope"
)
RECEIVED = Text("{sum} comptés comme payés, hors registre", "{sum} counted as paid, in no ledger")
NOT_YET = Text("compte à partir du {on}", "counts from {on} on")
HELD = Text("aucun montant ne change ; le rappel est retenu", "no amount changes; the reminder is held")
NO_AMOUNT = Text("aucun montant ne change", "no amount changes")
MOOT = Text("sans effet : {why}", "no effect: {why}")


def in_force(
    month: Month, rulings: Iterable[Ruling], moot: Mapping[int, Text], places: Mapping[int, str]
) -> tuple[InForce, ...]:
    """Return the officers' decisions by number; `places` are the cells of the payments that they are about, by number."""
    names = dict(month.payers.select("payer_siren", "payer_name").iter_rows())
    titres = {row["titre"]: row for row in month.titres.iter_rows(named=True)}
    codes = dict(month.findings.select("finding_id", "code").iter_rows())

    def about(ruling: Ruling) -> Text:
        if ruling.about in codes:
            return FINDING.with_(number=ruling.about, title=CATALOGUE[codes[ruling.about]].title)
        if (row := titres.get(ruling.about)) is not None:
            payer = names.get(row["payer_siren"], row["payer_siren"])
            return TITRE.with_(titre=ruling.about, payer=payer, sum=money(row["billed"]))
        return about_of(ruling, names)

    return tuple(
        InForce(
            number=one.id,
            on=one.on,
            who=one.who,
            choice=CHOICES[one.choice],
            about=about(one),
            amount=one.amount or sum(cents for _, cents in one.parts) or None,
            reason=one.reason,
            effect=_effect(month, one, moot.get(one.id)),
            place=places.get(one.id, ""),
        )
        for one in sorted(rulings, key=lambda one: one.id)
        if not one.closed
    )


def _effect(month: Month, ruling: Ruling, moot: Text | None) -> Text:
    if moot is not None:
        return MOOT.with_(why=moot)
    if ruling.choice == TO_TITRES:
        return listed(SHARE.with_(sum=money(cents), titre=same(titre)) for titre, cents in ruling.parts)
    if ruling.choice == OUT_OF_SCOPE:
        return LEFT_OUT
    if ruling.choice == ELSEWHERE:
        if not counts(ruling, month.settings.as_of):
            return NOT_YET.with_(on=day(ruling.on))
        return RECEIVED.with_(sum=money(sum(cents for _, cents in ruling.parts)))
    return HELD if ruling.choice == WAIT else NO_AMOUNT
