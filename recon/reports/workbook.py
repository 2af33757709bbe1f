"""The rectorate's monthly workbook: the listings first written so that the Synthèse can point at them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.collector import without_collector
from recon.findings.catalogue import SEVERITIES
from recon.reports import discrepancies, looks, sheets
from recon.reports.answer_sheet import ANSWERS, answer_listing
from recon.reports.control_sheet import CONTROL_SHEET, control_sheet
from recon.reports.decided_sheet import DECISIONS, decisions
from recon.reports.listing import SUMMARY_SHEET, Context
from recon.reports.provenance import LEGEND, PROVENANCE, legend, provenance
from recon.reports.reminder_sheets import reminders
from recon.reports.reminders import cases
from recon.reports.style import Formats, book
from recon.reports.synthesis import synthesis
from recon.tables import CONTROLS
from recon.texts import Text, long_day

if TYPE_CHECKING:
    from recon.tables import Month
    from recon.texts import Lang

SHEETS = (
    SUMMARY_SHEET,
    looks.OUTSTANDING,
    looks.FINDINGS,
    looks.SCHOOLS,
    looks.PAYERS,
    looks.TITRES,
    looks.UNALLOCATED,
    looks.REJECTS,
    looks.REMINDERS,
    ANSWERS,
    DECISIONS,
    CONTROL_SHEET,
    PROVENANCE,
    LEGEND,
)
TITLE = Text("ENT-École – rapprochement arrêté au {on}", "ENT-École – reconciliation as of {on}")


ORDER: dict[str, tuple[str | pl.Expr, ...]] = {
    "schools": ("school_year", "payer_siren", "uai", "convention"),
    "payers": ("school_year", "payer_siren"),
    "titres": ("school_year", "payer_siren", "titre"),
    "payments": ("payer_siren", "on", "payment_id"),
    "findings": (
        pl.col("severity").cast(pl.Enum(list(SEVERITIES))), "code", "payer_siren", "school_year", "titre", "uai",
        "file", "finding_id",
    ),
    "controls": (pl.col("control").cast(pl.Enum(list(CONTROLS))),),
    "sources": ("file", "kind"),
}  # fmt: skip


def in_order(month: Month) -> Month:
    """Return the month with its tables in the reports' order, whatever order they came in."""
    frames: dict[str, Any] = {
        name: month.table(name).sort(by, nulls_last=True, maintain_order=True) for name, by in ORDER.items()
    }
    return replace(month, **frames)


def monthly_workbook(month: Month, lang: Lang = "fr") -> bytes:
    """Return the workbook's bytes: the same for the same month."""
    with without_collector():
        return _workbook(month, lang)


def _workbook(month: Month, lang: Lang) -> bytes:
    data, workbook = book(TITLE.with_(on=long_day(month.settings.as_of))(lang), month.settings.as_of)
    for name in SHEETS:
        workbook.add_worksheet(name(lang))
    context = Context(workbook, Formats(workbook, lang), in_order(month), lang)
    schools = sheets.schools(context)
    outstanding = sheets.outstanding(context)
    titres = sheets.titres(context)
    payers = sheets.payers(context, titres)
    findings = discrepancies.findings(context, schools)
    unallocated = discrepancies.unallocated(context)
    rejects = discrepancies.rejects(context)
    found = cases(context.month)
    reminded = reminders(context, found)
    answered = answer_listing(context)
    decisions(context)
    control_sheet(context)
    read = provenance(context)
    legend(context)
    synthesis(
        context,
        found,
        schools=schools,
        payers=payers,
        outstanding=outstanding,
        titres=titres,
        findings=findings,
        unallocated=unallocated,
        reminders=reminded,
        rejects=rejects,
        answers=answered,
        provenance=read,
    )
    workbook.close()
    return data.getvalue()
