"""The rectorate's monthly workbook: nine sheets, the listings first written so that the Synthèse can point at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.reports import sheets
from recon.reports.listing import SUMMARY_SHEET, Context
from recon.reports.provenance import LEGEND, PROVENANCE, legend, provenance
from recon.reports.style import Formats, book
from recon.reports.synthesis import synthesis
from recon.texts import Text, long_day

if TYPE_CHECKING:
    from recon.tables import Month
    from recon.texts import Lang

SHEETS = (
    SUMMARY_SHEET,
    sheets.OUTSTANDING,
    sheets.FINDINGS,
    sheets.SCHOOLS,
    sheets.TITRES,
    sheets.UNALLOCATED,
    sheets.REJECTS,
    PROVENANCE,
    LEGEND,
)
TITLE = Text("ENT-École – rapprochement arrêté au {on}", "ENT-École – reconciliation as of {on}")


def monthly_workbook(month: Month, lang: Lang = "fr") -> bytes:
    """Return the workbook's bytes: the same for the same month."""
    data, workbook = book(TITLE.with_(on=long_day(month.settings.as_of))(lang), month.settings.as_of)
    for name in SHEETS:
        workbook.add_worksheet(name)
    context = Context(workbook, Formats(workbook), month, lang)
    schools = sheets.schools(context)
    outstanding = sheets.outstanding(context)
    titres = sheets.titres(context)
    findings = sheets.findings(context, schools)
    unallocated = sheets.unallocated(context)
    sheets.rejects(context)
    provenance(context)
    legend(context)
    synthesis(
        context, schools=schools, outstanding=outstanding, titres=titres, findings=findings, unallocated=unallocated
    )
    workbook.close()
    return data.getvalue()
