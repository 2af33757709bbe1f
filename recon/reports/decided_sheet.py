"""The sheet of the decisions in force: what officers chose, on what, why, and what it does to the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.reports.listing import Column, listing
from recon.texts import Text

if TYPE_CHECKING:
    from recon.reports.listing import Context, Listing

DECISIONS = Text("Décisions", "Decisions")


def decisions(context: Context) -> Listing:
    """One row per decision in force, by number; a payment that one leaves out of scope is told here, with its cell."""
    lang = context.lang
    rows = [
        {
            "number": one.number,
            "on": one.on,
            "who": one.who,
            "choice": one.choice(lang),
            "about": one.about(lang),
            "amount": one.amount,
            "reason": one.reason,
            "effect": one.effect(lang),
            "place": one.place,
        }
        for one in context.month.decided
    ]
    columns = [
        Column("number", Text("N°", "No."), 6, "count", bold=True),
        Column("on", Text("Décidée le", "Decided on"), 11, "day"),
        Column("who", Text("Par", "By"), 20, wrap=True),
        Column("choice", Text("Décision", "Decision"), 19, bold=True, wrap=True),
        Column("about", Text("Sur quoi", "On what"), 34, wrap=True),
        Column("amount", Text("Montant", "Amount"), 12, "euros"),
        Column("reason", Text("Motif", "Reason"), 34, wrap=True),
        Column("effect", Text("Effet", "Effect"), 34, wrap=True),
        Column("place", Text("Où (fichier › feuille › cellule)", "Where (file › sheet › cell)"), 34, wrap=True),
    ]
    title = Text("Décisions inscrites et non retirées", "Decisions recorded and not taken back")
    said = Text(
        "Ce que des agents ont décidé et n’ont pas retiré (recon decider --retirer et le numéro) ; « Effet » dit ce que chacune fait, ou pourquoi elle est sans effet. « recon historique » dit aussi ce qui a été retiré.",
        "What officers decided and did not take back (recon decide --undo and the number); “Effect” says what each does, or why it has none. “recon history” tells what was taken back too.",
    )
    return listing(context, DECISIONS, title, said, columns, rows)
