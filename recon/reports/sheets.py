"""The listings of what is billed, paid and due: by titre still open, by school, by payer, by titre."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.answered import answers_of, listed
from recon.reports import declared, figures, style, words
from recon.reports.decisions import TITRE, key
from recon.reports.listing import Column, Context, Listing, Row, listing
from recon.reports.looks import (
    OUTSTANDING,
    PAYER,
    PAYERS,
    SCHOOLS,
    STATUS_LOOK,
    TITRES,
    YEAR,
    YOURS,
    choices,
    decided,
    departments,
    names,
    school_rows,
)
from recon.reports.recovery import accounts
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

UNKNOWN = Text("Collectivité inconnue", "Unknown payer")
ANSWER = Column(
    "answer",
    Text("Réponse de la collectivité (à examiner)", "The payer’s answer (to examine)"),
    34,
    wrap=True,
    look=lambda row: {"bg_color": style.AMBER_FILL, "font_color": style.AMBER} if row["answer"] else {},
)
DECLARED = Column("declared", declared.OF_WHICH, 11, "euros", total=True)
BUCKETS = ("not_due", "1-30", "31-60", "61-90", "over_90", "contested", "unknown")


def _late(row: Row) -> dict[str, object]:
    return {"font_color": style.RED, "bold": True} if (row["days_late"] or 0) > 90 else {}


def _aged(bucket: str) -> Callable[[Row], dict[str, object]]:
    fill: dict[str, dict[str, object]] = {
        "61-90": {"bg_color": style.AMBER_FILL, "font_color": style.AMBER},
        "over_90": {"bg_color": style.RED_FILL, "font_color": style.RED, "bold": True},
    }
    return lambda row: fill.get(bucket, {}) if row[bucket] else {}


def outstanding(context: Context) -> Listing:
    """Every titre that leaves something open, the longest overdue first."""
    name, department, decision = names(context), departments(context), decided(context, "titre")
    schools, answers = figures.schools_of_titres(context.month), answers_of(context.month)
    rows = [
        {
            **row,
            "payer": name(row["payer_siren"]),
            "department": department.get(row["payer_siren"]) or words.NONE,
            **{bucket: row["outstanding"] if row["ageing"] == bucket else 0 for bucket in BUCKETS},
            "days_late": row["days_late"] or None,
            "schools": schools[row["titre"]],
            "answer": listed(answers.get(row["titre"], ()))(context.lang),
            **decision(row),
            "key": key(TITRE, row["titre"]),
        }
        for row in figures.outstanding(context.month).iter_rows(named=True)
    ]
    columns = [
        PAYER,
        Column("department", Text("Dépt", "Dept"), 6, "centre"),
        Column("payer_siren", Text("SIREN", "SIREN"), 11.5),
        Column("titre", Text("N° de titre", "Titre"), 17, wrap=True, whole=True),
        YEAR,
        Column("issued_on", Text("Émis le", "Issued"), 11, "day"),
        Column("due_on", Text("Échéance", "Due"), 11, "day"),
        Column("schools", Text("Écoles", "Schools"), 7, "count"),
        Column("billed", Text("Titré", "Billed"), 12, "euros", total=True),
        Column("paid", Text("Payé", "Paid"), 12, "euros", total=True),
        Column("outstanding", Text("Reste dû", "Outstanding"), 12, "euros", total=True, bold=True),
        Column("pending", Text("dont en cours", "of which pending"), 11, "euros", total=True),
        Column("days_late", Text("Retard (j)", "Days late"), 8, "count", look=_late),
        *(Column(b, words.AGEING[b], 10, "euros", total=True, look=_aged(b)) for b in BUCKETS),
        *([ANSWER] if answers else []),
        *YOURS,
    ]
    title = Text("Restes à recouvrer", "Outstanding")
    said = Text(
        "Un titre par ligne, du plus ancien retard au plus récent. Les deux colonnes jaunes sont à vous.",
        "One titre per line, the longest overdue first. The two yellow columns are yours.",
    )
    sheet = listing(context, OUTSTANDING, title, said, columns, rows)
    choices(context, sheet, TITRE)
    if rows:
        worksheet = context.sheet(OUTSTANDING)
        bar = {"type": "data_bar", "bar_color": "#C9D3F0", "bar_solid": True, "bar_border_color": "#C9D3F0"}
        worksheet.conditional_format(sheet.area("outstanding"), bar)
    return sheet


def schools(context: Context) -> Listing:
    """One row per school and year: enrolment, convention, titre and payment side by side."""
    name, settled = names(context), figures.paid_by(context.month)
    rows = [
        {
            **row,
            **settled(row),
            "uai": row["uai"] or words.NONE,
            "school_year": row["school_year"] or words.NONE,
            "school_name": row["school_name"]
            or Text("Part qu’aucune école ne porte", "Share that no school bears")(context.lang),
            "department": row["department"] or words.NONE,
            "payer": name(row["payer_siren"]),
            "enrolled": (words.YES if row["enrolled"] else words.NO)(context.lang) if row["uai"] else "",
            "state": words.SCHOOL_STATUS[row["status"]](context.lang),
        }
        for row in school_rows(context).iter_rows(named=True)
    ]
    columns = [
        Column("uai", Text("UAI", "UAI"), 10, bold=True),
        Column("school_name", Text("École", "School"), 34, wrap=True),
        Column("commune", Text("Commune", "Commune"), 20, wrap=True),
        Column("department", Text("Dépt", "Dept"), 6, "centre"),
        Column("payer", Text("Collectivité", "Payer"), 27, wrap=True),
        YEAR,
        Column("enrolled", Text("Inscrite", "Enrolled"), 8, "centre"),
        Column("convention", Text("Convention", "Convention"), 19, wrap=True),
        Column("titre", Text("Titre", "Titre"), 17, wrap=True, whole=True),
        Column("expected", Text("Attendu", "Expected"), 12, "euros", total=True),
        Column("billed", Text("Titré", "Billed"), 12, "euros", total=True),
        Column("paid", Text("Payé", "Paid"), 12, "euros", total=True),
        Column("outstanding", Text("Reste", "Outstanding"), 11, "euros", total=True),
        Column("to_bill", Text("À titrer", "To bill"), 11, "euros", total=True),
        Column("paid_on", Text("Payé le", "Paid on"), 11, "day"),
        Column("mandat", Text("Mandat", "Mandat"), 11, "centre", wrap=True),
        Column("state", Text("Statut", "Status"), 13, "centre", look=lambda row: STATUS_LOOK.get(row["status"], {})),
    ]
    title = Text("Rapprochement par école", "Reconciliation by school")
    said = Text(
        "Une ligne par UAI et par année : inscription, convention, titre et paiement côte à côte. Filtrez la colonne Statut.",
        "One line per UAI and year: enrolment, convention, titre and payment side by side. Filter the column Status.",
    )
    return listing(context, SCHOOLS, title, said, columns, rows)


def titres(context: Context) -> Listing:
    """Every titre: what it was issued for, its reductions and cancellations, and what is left of it."""
    name, department, apart = names(context), departments(context), declared.by_titre(context.month)
    off = Counter({number: sum(part.cents for part in parts) for number, parts in context.month.taken_off.items()})
    rows = [
        {
            **row,
            "payer": name(row["payer_siren"]),
            "department": department.get(row["payer_siren"]) or words.NONE,
            "state": words.TITRE_STATUS[row["status"]](context.lang),
            "issued": row["billed"] + off[row["titre"]],
            "reduced": -off[row["titre"]],
            "declared": apart[row["titre"]],
            "days_late": row["days_late"] or None,
            "follow": words.LATE_ALONE(context.lang) if row["titre"] in context.month.late_titres else "",
        }
        for row in context.month.titres.iter_rows(named=True)
    ]
    columns = [
        Column("titre", Text("N° de titre", "Titre"), 18, bold=True, wrap=True, whole=True),
        Column("payer", Text("Débiteur", "Debtor"), 30, wrap=True),
        Column("payer_siren", Text("SIREN", "SIREN"), 11.5),
        Column("department", Text("Dépt", "Dept"), 6, "centre"),
        YEAR,
        Column("convention", Text("Convention", "Convention"), 21, wrap=True),
        Column("issued_on", Text("Émis le", "Issued"), 11, "day"),
        Column("due_on", Text("Échéance", "Due"), 11, "day"),
        Column("issued", Text("Émis", "Issued for"), 12, "euros", total=True),
        Column("reduced", Text("Réduit", "Reduced"), 11, "euros", total=True),
        Column("billed", Text("Titré net", "Net billed"), 12, "euros", total=True),
        Column("paid", Text("Payé", "Paid"), 12, "euros", total=True),
        *([DECLARED] if apart else []),
        Column("outstanding", Text("Reste", "Outstanding"), 12, "euros", total=True, bold=True),
        Column("pending", Text("En cours", "Pending"), 11, "euros", total=True),
        Column("credit", Text("Trop-perçu", "Credit"), 11, "euros", total=True),
        Column("days_late", Text("Retard (j)", "Days late"), 8, "count", look=_late),
        Column("state", Text("Statut", "Status"), 11, "centre", look=lambda row: STATUS_LOOK.get(row["status"], {})),
        Column("lettering", Text("Lettrage", "Lettering"), 9, "centre"),
        *([Column("follow", Text("Suivi", "State"), 11, wrap=True)] if context.month.late_titres else []),
    ]
    title = Text("Titres de perception", "Titres de perception")
    said = Text(
        "Un titre par ligne : émis, moins réductions et annulations, fait titré net. Le lettrage est commun au titre et aux paiements qui le soldent.",
        "One titre per line: issued, less reductions and cancellations, gives net billed. A titre and the payments that settle it share their lettering.",
    )
    return listing(context, TITRES, title, said, columns, rows)


def payers(context: Context, titres: Listing) -> Listing:
    """One row per payer and school year: what is expected, billed, paid and owed, and both rates of recovery."""
    name, apart = names(context), declared.by_account(context.month)
    keys = context.month.titres.select(pl.col("school_year").replace("", words.NONE), "payer_siren").rows()
    first = {key: index for index, key in reversed(list(enumerate(keys)))}

    def first_titre(row: Row) -> str:
        key = (row["school_year"], row["payer_siren"])
        return titres.cell("titre", first[key]) if key in first else ""

    rows = [
        {
            **row,
            "payer": name(row["payer_siren"]) or UNKNOWN(context.lang),
            "department": row["department"] or words.NONE,
            "declared": apart[row["school_year"], row["payer_siren"]],
            "school_year": row["school_year"] or words.NONE,
        }
        for row in accounts(context.month).sort(pl.col("school_year") == "", maintain_order=True).iter_rows(named=True)
    ]
    columns = [
        replace(PAYER, width=34),
        Column("department", Text("Dépt", "Dept"), 6, "centre"),
        Column("payer_siren", Text("SIREN", "SIREN"), 11.5, link=first_titre),
        YEAR,
        Column("schools", Text("Écoles", "Schools"), 8, "count", total=True),
        Column("expected", Text("Attendu", "Expected"), 12, "euros", total=True),
        Column("billed", Text("Titré", "Billed"), 12, "euros", total=True),
        Column("paid", Text("Payé", "Paid"), 12, "euros", total=True),
        *([DECLARED] if apart else []),
        Column("outstanding", Text("Reste", "Outstanding"), 12, "euros", total=True, bold=True),
        Column("overdue", Text("dont échu", "of which overdue"), 11, "euros", total=True),
        Column("pending", Text("En cours", "Pending"), 11, "euros", total=True),
        Column("credit", Text("Trop-perçu", "Credit"), 11, "euros", total=True),
        Column("unallocated", Text("Non affecté", "Unallocated"), 11, "euros", total=True),
        Column("titres", Text("Titres", "Titres"), 7, "count", total=True),
        Column("settled", Text("Soldés", "Settled"), 7, "count", total=True),
        Column("by_amount", Text("Taux (montant)", "Rate (amount)"), 9.5, "share", bold=True, share=("paid", "billed")),
        Column(
            "by_number", Text("Taux (titres)", "Rate (titres)"), 9.5, "share", bold=True, share=("settled", "titres")
        ),
        Column("ledger", Text("Registre reçu jusqu’au", "Ledger received up to"), 13.5, "day"),
    ]
    title = Text("Collectivités", "Payers")
    said = Text(
        "Une ligne par collectivité et par année. Filtrez le département ou l’année : les totaux et les deux taux suivent. Le SIREN mène aux titres.",
        "One line per payer and year. Filter the département or the year: the totals and both rates follow. The SIREN leads to the titres.",
    )
    return listing(context, PAYERS, title, said, columns, rows)
