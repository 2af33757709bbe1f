"""The Synthèse's two native charts, drawn from its own cells, with their alternative text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from recon.reports import style
from recon.texts import Text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from recon.reports.listing import Context

AGES = ("#B8C2DE", "#F2C14E", "#E8923A", "#DB5A2B", "#A80D16", "#8A8FA3", "#CBD0DC")
RECOVERY = Text(
    "Barres horizontales : taux de recouvrement de chaque département, le plus bas en bas. Les chiffres sont dans le tableau « Par département », page 2.",
    "Horizontal bars: each département's recovery rate, the lowest at the bottom. The figures are in the table “By département”, page 2.",
)
OLD = Text(
    "Colonnes : montant restant dû par tranche de retard. Les chiffres sont dans le tableau « Balance âgée », page 2.",
    "Columns: amount outstanding by age. The figures are in the table “Ageing”, page 2.",
)
NOTHING_BILLED = Text("Aucun titre : aucun taux.", "No titre: no rate.")
NOTHING_OWED = Text("Rien n’est dû.", "Nothing is owed.")
SIZE = {"width": 650, "height": 282}


class Range(NamedTuple):
    """The cells of a chart: rows first to last, the column of names and that of figures, and the figures."""

    first: int
    last: int
    names: int
    figures: int
    values: tuple[float, ...]

    def series(self, sheet: str) -> dict[str, object]:
        """Return where names and figures stand, as XlsxWriter wants it."""
        return {
            "categories": [sheet, self.first, self.names, self.last, self.names],
            "values": [sheet, self.first, self.figures, self.last, self.figures],
        }


def recovery(context: Context, sheet: Worksheet, row: int, column: int, cells: Range) -> None:
    """Draw the recovery rate of each département; a sentence if none is billed."""
    if cells.last < cells.first:
        style.put(sheet, row, column, NOTHING_BILLED(context.lang), context.formats(italic=True, font_color=style.GREY))
        return
    chart = context.workbook.add_chart({"type": "bar"})
    fills = [style.BLUE if rate >= 0.9 else "#D98A1F" if rate >= 0.6 else style.RED for rate in cells.values]
    labels = {
        "value": True,
        "num_format": style.number_format("0\u00a0%", context.lang),
        "font": style.bar_font(bold=True),
    }
    points = [{"fill": {"color": fill}} for fill in fills]
    chart.add_series(
        {**cells.series(sheet.get_name()), "points": points, "data_labels": labels, "gap": _gap(len(fills))}
    )
    chart.set_x_axis({"visible": False, "min": 0, "max": 1.12, "major_gridlines": {"visible": False}})
    chart.set_y_axis({"num_font": style.bar_font(), "line": {"none": True}, "major_tick_mark": "none"})
    _insert(context, sheet, row, column, chart, RECOVERY)


def ageing(context: Context, sheet: Worksheet, row: int, column: int, cells: Range) -> None:
    """Draw what is outstanding by age; a sentence if nothing is."""
    if not any(cells.values):
        style.put(sheet, row, column, NOTHING_OWED(context.lang), context.formats(italic=True, font_color=style.GREY))
        return
    chart = context.workbook.add_chart({"type": "column"})
    labels = {
        "value": True,
        "num_format": style.number_format('[$-40C]#,##0\u00a0"€";;', context.lang),
        "font": style.bar_font(bold=True),
    }
    points = [{"fill": {"color": colour}} for colour in AGES]
    chart.add_series({**cells.series(sheet.get_name()), "points": points, "data_labels": labels, "gap": 45})
    chart.set_y_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    chart.set_x_axis({"num_font": style.bar_font(size=7), "line": {"color": style.LINE}, "major_tick_mark": "none"})
    _insert(context, sheet, row, column, chart, OLD)


def _gap(bars: int) -> int:
    """Return the gap between bars, in hundredths of a bar, that keeps one bar nearly as thin as fourteen."""
    return min(500, max(45, round(1400 / bars - 100)))


def _insert(context: Context, sheet: Worksheet, row: int, column: int, chart: object, said: Text) -> None:
    chart.set_legend({"none": True})  # type: ignore[attr-defined]
    chart.set_chartarea({"border": {"none": True}, "fill": {"none": True}})  # type: ignore[attr-defined]
    chart.set_size(SIZE)  # type: ignore[attr-defined]
    sheet.insert_chart(row, column, chart, {"description": said(context.lang), "object_position": 2})
