"""The look of every workbook: palette, formats, page set-up, and the one way a text enters a cell.

Nothing that comes from a cell of a source becomes a formula, a link or markup; the same month gives the same bytes.
"""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any

import xlsxwriter

from recon.reports.parts import Parts
from recon.reports.quick import QuickSheet
from recon.texts import Text, visible

if TYPE_CHECKING:
    from datetime import date

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from recon.reports.alike import Sheet
    from recon.texts import Lang

INK, NAVY, GREY, LINE = "#1A1A1A", "#16205C", "#5A6072", "#CBD0DC"
PALE, WHITE = "#EDF0FA", "#FFFFFF"
GREEN, GREEN_FILL = "#166B34", "#DDF3E3"
AMBER, AMBER_FILL = "#8A4B00", "#FDEBD0"
RED, RED_FILL = "#A80D16", "#FCE3E4"
YELLOW, YELLOW_FILL, YELLOW_INK = "#FBE3A2", "#FFF9E5", "#5C4300"
BLUE = "#3559A5"

# French separators wherever the workbook is opened, English Excel and LibreOffice included.
EUROS = '[$-40C]#,##0.00\u00a0"€";[$-40C]\\−#,##0.00\u00a0"€";"–"'
DIFFERENCE = '[$-40C]#,##0.00\u00a0"€";[$-40C]\\−#,##0.00\u00a0"€"'
COUNT = '[$-40C]#,##0;[$-40C]\\−#,##0;"–"'
PERCENT = "[$-40C]0.0\u00a0%"
DAY = "dd/mm/yyyy"
FONT = "Arial"
LONGEST = 32_767

PAGE = Text("Page &P sur &N", "Page &P of &N")


# How each number is written in French, and in English.
_ENGLISH = {
    "[$-40C]": "[$-809]",
    '#,##0.00\u00a0"€"': '"€"#,##0.00',
    '0.00\u00a0"€"': '"€"0.00',
    '#,##0\u00a0"€"': '"€"#,##0',
    "\u00a0%": "%",
}


def number_format(french: str, lang: Lang) -> str:
    """Return a number's format in `lang`: `2 565,00 €`, `€2,565.00`."""
    if lang == "en":
        for said, english in _ENGLISH.items():
            french = french.replace(said, english)
    return french


class Formats:
    """Cell formats by their properties, each made once; numbers are written as in `lang`."""

    def __init__(self, workbook: Workbook, lang: Lang = "fr") -> None:
        self._workbook, self._lang = workbook, lang
        self._base = {"font_name": FONT, "font_size": 9, "font_color": INK, "valign": "vcenter"}
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}
        self._asked: dict[tuple[tuple[str, object], ...], Format] = {}

    def __call__(self, **properties: object) -> Format:
        """Return the format with `properties` over the base: Arial 9, dark ink, vertically centred."""
        asked = tuple(properties.items())
        if asked not in self._asked:
            key = tuple(sorted(asked))
            if key not in self._made:
                if "num_format" in properties:
                    properties["num_format"] = number_format(str(properties["num_format"]), self._lang)
                self._made[key] = self._workbook.add_format({**self._base, **properties})
            self._asked[asked] = self._made[key]
        return self._asked[asked]


class _Workbook(xlsxwriter.Workbook):  # type: ignore[misc]  # XlsxWriter tells no types of its own.
    worksheet_class = QuickSheet

    def __init__(self, data: BytesIO, options: dict[str, object]) -> None:
        super().__init__(BytesIO(), options)
        self._data = data

    def _get_packager(self) -> Parts:
        return Parts(self._data)


def book(title: str, as_of: date) -> tuple[BytesIO, Workbook]:
    """Return a workbook in memory: safe for any text, dated from `as_of` so that its bytes can be made again."""
    data = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": FONT, "font_size": 9},
    }
    workbook = _Workbook(data, options)
    workbook.set_properties(
        {
            "title": title,
            "subject": "ENT-École",
            "author": "recon",
            "comments": "",
            "created": datetime.combine(as_of, time()),
        }
    )
    return data, workbook


def put(sheet: Worksheet | Sheet, row: int, column: int, text: str, look: Format | None = None) -> None:
    """Write `text` as text, whatever it begins with; control characters are shown, an endless text is cut and says so."""
    shown = shown_text(text)
    written = sheet.write_string(row, column, shown, look) if shown else sheet.write_blank(row, column, None, look)
    if written < 0:
        raise OverflowError(f"{sheet.get_name()}: row {row + 1}, column {column + 1} is beyond a sheet's size")


def link(sheet: Worksheet, row: int, column: int, target: str, text: str, look: Format) -> None:
    """Write `text` as a link to a cell of this workbook; nothing of the text itself is a link."""
    if sheet.write_url(row, column, target, look, shown_text(text)) < 0:
        put(sheet, row, column, text, look)


def shown_text(text: str) -> str:
    """Return `text` as a cell shows it: control and bidirectional characters visible, never too long."""
    shown = text if text.isprintable() else visible(text)
    # Excel counts as UTF-16 does, an emoji for two, and repairs a workbook whose cell is longer.
    if 2 * len(shown) <= LONGEST or len(units := shown.encode("utf-16-le")) <= 2 * LONGEST:
        return shown
    return units[: 2 * (LONGEST - 1)].decode("utf-16-le", "ignore") + "…"


def euros(cents: int) -> float:
    """Return an amount as a cell holds it: euros, the nearest float to two decimals, exact below 10^13 euros."""
    return cents / 100


def page(
    sheet: Worksheet | Sheet, footer: str, lang: Lang, *, landscape: bool = True, repeat: tuple[int, int] | None = None
) -> None:
    """Set a sheet up for A4, one page wide, with a footer and its headings repeated."""
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.45, bottom=0.6)
    safe = footer.replace("&", "&&")
    sheet.set_footer(f'&L&"{FONT}"&7{safe}&C&"{FONT}"&7&A&R&"{FONT}"&7{PAGE(lang)}')
    if repeat:
        sheet.repeat_rows(*repeat)


def bar_font(**more: Any) -> dict[str, Any]:
    """Return the font of a chart's labels."""
    return {"name": FONT, "size": 8, "color": INK, **more}
