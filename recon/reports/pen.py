"""A layout drawn on a sheet: live formulas, and a native chart for the bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.reports.layout import Layout
from recon.reports.style import WHITE, bar_font, euros, put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.reports.alike import Book, Sheet
    from recon.reports.layout import Part
    from recon.reports.style import Formats
    from recon.texts import Lang, Text

BAR = {"width": 765, "height": 68}


class Pen(Layout):
    """A sheet of a workbook; a row's height reaches it as soon as the row grows."""

    def __init__(self, workbook: Book, sheet: Sheet, look: Formats, lang: Lang, widths: Sequence[float]) -> None:
        super().__init__(lang, widths)
        self.workbook, self.sheet, self.look = workbook, sheet, look
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)

    def height(self, points: float) -> None:
        """Make this row at least so high."""
        if points > self.heights.get(self.row, 0):
            self.heights[self.row] = points
            self.sheet.set_row(self.row, points)

    def write(self, said: str, first: int, last: int, look: dict[str, Any]) -> None:
        """Put a text into the cells `first` to `last` of this row."""
        made = self.look(**look)
        if last > first:
            self.sheet.merge_range(self.row, first, self.row, last, "", made)
        put(self.sheet, self.row, first, said, made)

    def amount(self, cents: int, first: int, last: int, formula: str, look: dict[str, Any]) -> None:
        """Put an amount into the cells `first` to `last` of this row."""
        made = self.look(**look)
        if last > first:
            self.sheet.merge_range(self.row, first, self.row, last, "", made)
        if formula:
            self.sheet.write_formula(self.row, first, formula, made, euros(cents))
        else:
            self.sheet.write_number(self.row, first, euros(cents), made)

    def number(self, count: int, column: int, look: dict[str, Any]) -> None:
        """Put a count into a cell of this row."""
        self.sheet.write_number(self.row, column, count, self.look(**look))

    def bar(self, parts: Sequence[Part], whole: int, said: Text) -> None:
        """Draw the bar as a chart of the cells that hold its parts."""
        chart, name = self.workbook.add_chart({"type": "bar", "subtype": "stacked"}), self.sheet.get_name()
        for part in parts:
            chart.add_series(
                {
                    "name": part.name(self.lang),
                    "values": [name, *part.cell, *part.cell],
                    "fill": {"color": part.colour},
                    "border": {"color": WHITE, "width": 1.5},
                    "gap": 20,
                }
            )
        most = self.workbook.mark(str(euros(whole)))
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0, "max": most})
        chart.set_y_axis({"visible": False, "major_gridlines": {"visible": False}})
        chart.set_title({"none": True})
        chart.set_plotarea({"layout": {"x": 0.002, "y": 0.04, "width": 0.996, "height": 0.56}})
        chart.set_legend({"position": "bottom", "font": bar_font()})
        chart.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
        chart.set_size(BAR)
        place = {"description": str(self.workbook.mark(said(self.lang))), "object_position": 2, "y_offset": 2}
        self.sheet.insert_chart(self.row, 0, chart, place)
