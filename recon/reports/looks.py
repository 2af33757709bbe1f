"""What the listing sheets share: their names, the colours of severities and statuses, the columns that recur."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.reports import style
from recon.reports.listing import Column, Context, Listing
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

OUTSTANDING, FINDINGS, SCHOOLS = "Restes à recouvrer", "Écarts", "Rapprochement"
PAYERS, TITRES, UNALLOCATED, REJECTS = "Collectivités", "Titres", "Paiements non affectés", "Rejets"

DECISIONS = ["Relancer", "Attendre", "Rectifier", "Affecter au titre …", "Hors périmètre", "Accepté"]

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
DECISION = Column("decision", Text("Décision", "Decision"), 13, yours=True)
COMMENT = Column("comment", Text("Commentaire", "Comment"), 18, yours=True)
PAYER = Column("payer", Text("Collectivité", "Payer"), 28, bold=True, wrap=True)
YEAR = Column("school_year", Text("Année scolaire", "School year"), 10, "centre")


def names(context: Context) -> Callable[[str], str]:
    """Return what names a payer: its convention, else its number."""
    contacts = context.month.contacts
    return lambda siren: contacts[siren].name if siren in contacts else siren


def departments(context: Context) -> dict[str, str]:
    """Return each payer's département."""
    return dict(context.month.payers.select("payer_siren", "department").iter_rows())


def choices(context: Context, sheet: Listing) -> None:
    """Offer the decisions in the yellow cells; anything else may still be typed."""
    if sheet.count:
        worksheet = context.workbook.get_worksheet_by_name(sheet.name)
        options = {"validate": "list", "source": DECISIONS, "error_type": "information"}
        worksheet.data_validation(sheet.range("decision").split("!")[1], options)


def school_rows(context: Context) -> pl.DataFrame:
    """Return the schools with what no school bears at the end."""
    return context.month.schools.sort(pl.col("uai") == "", maintain_order=True)
