"""What the listing sheets share: their names, the colours of severities and statuses, the columns that recur."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.reports import style
from recon.reports.decisions import (
    ACTIONS,
    COMMENT_HEADING,
    DECISION_HEADING,
    FINDING,
    KEY_HEADING,
    OFFERED,
    PAYMENT,
    TITRE,
    spoken,
)
from recon.reports.listing import Column, Context, Listing, Row
from recon.texts import Text, joined

if TYPE_CHECKING:
    from collections.abc import Callable

OUTSTANDING, FINDINGS = Text("Restes à recouvrer", "Outstanding"), Text("Écarts", "Findings")
SCHOOLS, PAYERS = Text("Rapprochement", "Reconciliation"), Text("Collectivités", "Payers")
TITRES, UNALLOCATED = Text("Titres", "Titres"), Text("Paiements non affectés", "Unallocated payments")
REJECTS, REMINDERS = Text("Rejets", "Rejects"), Text("Relances", "Reminders")

ALLOCATING = Text(
    "Pour affecter un paiement, compléter par le numéro du titre ; plusieurs titres : numéro = montant, séparés par des points-virgules.",
    "To allocate a payment, add the titre’s number; several titres: number = amount, with semicolons between.",
)

CHOOSE = Text("Choisir dans la liste.", "Choose from the list.")
THE_WHOLE_REST = Text(
    "« Soldé hors registre » vaut pour tout le reste dû du titre ; une partie : recon decider, --solde-hors-registre 40,00.",
    "“Settled outside the ledger” is for all that is left of the titre; a part: recon decide, --settled-elsewhere 40.00.",
)
HOW_TO_DECIDE = {
    TITRE: joined((CHOOSE, THE_WHOLE_REST), " "),
    PAYMENT: joined((CHOOSE, ALLOCATING), " "),
    FINDING: joined((CHOOSE, ALLOCATING), " "),
}

SEVERITY_LOOK: dict[str, dict[str, object]] = {
    "blocking": {"bg_color": style.RED_FILL, "font_color": style.RED, "bold": True},
    "review": {"bg_color": style.AMBER_FILL, "font_color": style.AMBER, "bold": True},
    "follow-up": {"bg_color": style.PALE, "font_color": style.NAVY, "bold": True},
    "info": {"font_color": style.GREY},
}
STATUS_LOOK: dict[str, dict[str, object]] = {
    "paid": {"bg_color": style.GREEN_FILL, "font_color": style.GREEN, "bold": True},
    "settled": {"bg_color": style.GREEN_FILL, "font_color": style.GREEN, "bold": True},
    "partial": {"bg_color": style.AMBER_FILL, "font_color": style.AMBER, "bold": True},
    "unpaid": {"bg_color": style.RED_FILL, "font_color": style.RED, "bold": True},
    "overdue": {"bg_color": style.RED_FILL, "font_color": style.RED, "bold": True},
    "uncovered": {"bg_color": style.RED_FILL, "font_color": style.RED, "bold": True},
    "not_due": {"bg_color": style.PALE, "font_color": style.NAVY, "bold": True},
    "open": {"bg_color": style.PALE, "font_color": style.NAVY, "bold": True},
}
YOURS = (
    Column("decision", DECISION_HEADING, 13, yours=True),
    Column("comment", COMMENT_HEADING, 18, yours=True),
    Column("key", KEY_HEADING, 12, hidden=True),
)
PAYER = Column("payer", Text("Collectivité", "Payer"), 28, bold=True, wrap=True)
YEAR = Column("school_year", Text("Année scolaire", "School year"), 10, "centre")


def names(context: Context) -> Callable[[str], str]:
    """Return what names a payer: its convention, else its number."""
    contacts = context.month.contacts
    return lambda siren: contacts[siren].name if siren in contacts else siren


def departments(context: Context) -> dict[str, str]:
    """Return each payer's département."""
    return dict(context.month.payers.select("payer_siren", "department").iter_rows())


def choices(context: Context, sheet: Listing, kind: str) -> None:
    """Offer the decisions in the yellow cells; a titre's number is typed after « Affecter au titre »."""
    if sheet.count:
        worksheet = context.workbook.get_worksheet_by_name(sheet.name)
        offered = [ACTIONS[action](context.lang) for action in OFFERED[kind]]
        asked = {"input_title": DECISION_HEADING(context.lang), "input_message": HOW_TO_DECIDE[kind](context.lang)}
        options = {"validate": "list", "source": offered, "error_type": "information", **asked}
        worksheet.data_validation(sheet.area("decision"), options)


def decided(context: Context, column: str) -> Callable[[Row], dict[str, str]]:
    """Return what gives a titre or a payment its decision and comment: those of the findings about it."""
    about = pl.col("payment_id") == "" if column == "titre" else pl.col(column) != ""
    known = context.month.findings.filter(about & ((pl.col("decision") + pl.col("comment")) != ""))
    words = {
        row[column]: {"decision": spoken(row["decision"], context.lang), "comment": row["comment"]}
        for row in known.iter_rows(named=True)
    }
    return lambda row: words.get(row[column], {"decision": "", "comment": ""})


def wording(context: Context) -> Callable[[Row], dict[str, str]]:
    """Return what gives a finding its words in the report's language: the tables hold the French."""
    if context.lang == "fr":
        return lambda row: {name: row[name] for name in ("expected", "found", "advice")}
    said, lang = context.month.wordings, context.lang

    def words(row: Row) -> dict[str, str]:
        known = said[row["finding_id"]]
        return {"expected": known.expected(lang), "found": known.found(lang), "advice": known.advice(lang)}

    return words


def school_rows(context: Context) -> pl.DataFrame:
    """Return the schools with what no school bears at the end."""
    return context.month.schools.sort(pl.col("uai") == "", maintain_order=True)
