"""The sheet of what payers answered on their statements: on what, in which words and cell, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.reports import style, words
from recon.reports.decisions import PAYMENT, SCHOOL
from recon.reports.heard import OPEN, all_heard
from recon.reports.listing import Column, listing
from recon.reports.looks import PAYER, names
from recon.texts import Text, day, money, same

if TYPE_CHECKING:
    from recon.reports.heard import Heard
    from recon.reports.listing import Context, Listing
    from recon.tables import Answered, Month

ANSWERS = Text("Réponses", "Answers")
NONE_YET = Text("Aucune réponse reçue.", "No answer received.")
THE_PAYMENT = Text("paiement du {on}, mandat {mandat}, {amount}", "payment of {on}, mandat {mandat}, {amount}")
TITRE = Text("titre {number}", "titre {number}")
WAITING: dict[str, object] = {"bg_color": style.AMBER_FILL, "font_color": style.AMBER}


def answer_listing(context: Context) -> Listing:
    """Write one row per answer, in the order of the files and cells; those that wait for somebody stand out."""
    lang, name, about = context.lang, names(context), _About(context.month)
    rows = [
        {
            "payer": name(one.answer.payer_siren) or words.NONE,
            "siren": one.answer.payer_siren or words.NONE,
            "about": about(one.answer)(lang),
            "position": one.answer.position(lang) or words.NONE,
            "comment": one.answer.comment(lang),
            "statement": "/".join(reversed(one.answer.drawn_up.split("-"))) or words.NONE,
            "becomes": _becomes(one)(lang),
            "open": one.state in OPEN,
            "waits": (words.YES if one.state in OPEN else words.NO)(lang),
            "file": one.answer.file,
            "cell": " › ".join(part for part in (one.answer.sheet, one.answer.cell) if part) or words.NONE,
        }
        for one in all_heard(context.month)
    ]
    columns = [
        PAYER,
        Column("siren", Text("SIREN", "SIREN"), 11.5),
        Column("about", Text("Sur quoi", "On what"), 34, wrap=True),
        Column("position", Text("Position", "Position"), 19, bold=True, wrap=True),
        Column("comment", Text("Précisions", "Details"), 34, wrap=True),
        Column("statement", Text("État de", "Statement of"), 10, "centre"),
        Column("waits", Text("À examiner", "To examine"), 11, "centre"),
        Column(
            "becomes",
            Text("Ce qu’elle devient", "What becomes of it"),
            38,
            wrap=True,
            look=lambda row: WAITING if row["open"] else {},
        ),
        Column("file", Text("Fichier", "File"), 30, wrap=True),
        Column("cell", Text("Feuille › cellule", "Sheet › cell"), 20, wrap=True),
    ]
    title = Text("Réponses des collectivités", "Payers’ answers")
    said = Text(
        "Ce que les collectivités ont écrit sur les états qu’elles ont renvoyés (dossier « reponses ») : des dires, à examiner. Aucun montant n’en est changé. Décider du titre ou du paiement dans sa cellule jaune : « Soldé hors registre » si le paiement est prouvé, « Relancer » sinon, « Rectifier », « Attendre ».",
        "What payers wrote on the statements they sent back (folder “reponses”): claims, to examine. No amount changes. Decide on the titre or payment in its yellow cell: “Settled outside the ledger” where the payment is proven, “Remind” where not, “Correct”, “Wait”.",
    )
    return listing(context, ANSWERS, title, said, columns, rows, empty=NONE_YET)


def _becomes(one: Heard) -> Text:
    told = one.to_officer
    return Text(told.fr[:1].upper() + told.fr[1:], told.en[:1].upper() + told.en[1:])


class _About:
    """Names what an answer is about as the other sheets do: a payment by its mandat, a school by its UAI and name."""

    def __init__(self, month: Month) -> None:
        payments = month.payments.select("payment_id", "on", "mandat", "amount").iter_rows(named=True)
        self.payments: dict[str, dict[str, Any]] = {row["payment_id"]: row for row in payments}
        self.schools = dict(month.schools.select("uai", "school_name").iter_rows())
        self.titres = set(month.titres["titre"])

    def __call__(self, answer: Answered) -> Text:
        row = self.payments.get(answer.identity) if answer.kind == PAYMENT else None
        if row is not None:
            on = day(row["on"]) if row["on"] else words.NONE
            return THE_PAYMENT.with_(on=on, mandat=row["mandat"] or words.NONE, amount=money(row["amount"]))
        if answer.kind == SCHOOL and (school := self.schools.get(answer.identity)):
            return same(f"{answer.identity} {school} {answer.school_year}".strip())
        if answer.identity in self.titres:
            return TITRE.with_(number=answer.identity)
        return answer.about if answer.about() else same(words.NONE)
