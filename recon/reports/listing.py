"""A listing sheet: title, one line of explanation, totals that follow the filter, headings, then one row per thing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from recon.reports import style
from recon.reports.style import Formats, put
from recon.texts import Text, day

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from recon.tables import Month
    from recon.texts import Lang

TOTAL_ROW, HEADING_ROW = 2, 3
FIRST_ROW = HEADING_ROW + 1
HEIGHT, LINE_HEIGHT, HIGHEST = 15.0, 12.0, 409.0

BACK = Text("← Synthèse", "← Summary")
SHOWN = Text("Total affiché", "Total shown")
EMPTY = Text("Rien à signaler.", "Nothing to report.")
FOOTER = Text("ENT-École – arrêté au {on}", "ENT-École – as of {on}")
SUMMARY_SHEET = "Synthèse"

TOTAL: dict[str, Any] = {"bold": True, "top": 2, "top_color": style.NAVY}

ALIGNED = {"text": "left", "centre": "center", "day": "center"}
NUMBER_FORMATS = {"euros": style.EUROS, "count": style.COUNT, "share": style.PERCENT}

WIDEST = 1.33
NARROW = frozenset("iljtfrI.,:;'’()/-›")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a listing: `key` in the rows, its heading, width and sort; `look` adds to a cell's format.

    A column of sort "share" divides one column by another: `share` is the keys of numerator and denominator, both summed
    above the headings.
    """

    key: str
    heading: Text
    width: float
    sort: str = "text"
    total: bool = False
    bold: bool = False
    yours: bool = False
    wrap: bool = False
    look: Callable[[Row], dict[str, object]] | None = None
    link: Callable[[Row], str] | None = None
    share: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Context:
    """What every sheet needs: the workbook, its formats, the month and the language."""

    workbook: Workbook
    formats: Formats
    month: Month
    lang: Lang

    @property
    def footer(self) -> str:
        """The sentence at every page's foot."""
        return FOOTER.with_(on=day(self.month.settings.as_of))(self.lang)


@dataclass(frozen=True, slots=True)
class Listing:
    """A sheet that was written: where each column's cells are, for the formulas and links of other sheets."""

    name: str
    count: int
    letters: dict[str, str]

    def range(self, key: str) -> str:
        """Return the absolute range of a column: `'Titres'!$F$5:$F$20`."""
        letter = self.letters[key]
        last = FIRST_ROW + max(self.count, 1)
        return f"'{self.name}'!${letter}${FIRST_ROW + 1}:${letter}${last}"

    def cell(self, key: str, index: int) -> str:
        """Return an internal link to the cell of row `index`."""
        return f"internal:'{self.name}'!{self.letters[key]}{FIRST_ROW + 1 + index}"


def listing(
    context: Context,
    name: str,
    title: Text,
    explanation: Text,
    columns: Sequence[Column],
    rows: Sequence[Row],
) -> Listing:
    """Write the sheet `name` with one line per row of `rows`; amounts are in cents."""
    sheet = context.workbook.get_worksheet_by_name(name)
    _head(context, sheet, title, explanation, columns)
    _totals(context, sheet, columns, rows)
    looks = [_look(column) for column in columns]
    for index, row in enumerate(rows, start=FIRST_ROW):
        sheet.set_row(index, _height(columns, row))
        for number, column in enumerate(columns):
            if column.sort == "share":
                look = {"bottom": 1, "bottom_color": style.LINE, "bold": column.bold}
                _share(context, sheet, index, number, columns, row, look)
            else:
                look = looks[number] | column.look(row) if column.look else looks[number]
                _cell(context, sheet, index, number, column, row, look)
    if rows:
        _table(context, sheet, columns, len(rows))
    else:
        put(sheet, FIRST_ROW, 0, EMPTY(context.lang), context.formats(italic=True, font_color=style.GREY))
    sheet.freeze_panes(FIRST_ROW, 1)
    style.page(sheet, context.footer, context.lang, repeat=(HEADING_ROW, HEADING_ROW))
    return Listing(name, len(rows), {column.key: xl_col_to_name(number) for number, column in enumerate(columns)})


def _head(context: Context, sheet: Worksheet, title: Text, explanation: Text, columns: Sequence[Column]) -> None:
    formats, lang = context.formats, context.lang
    put(sheet, 0, 0, title(lang), formats(bold=True, font_size=16, font_color=style.NAVY))
    put(sheet, 1, 0, explanation(lang), formats(font_color=style.GREY))
    last = max(number for number, column in enumerate(columns) if not column.yours)
    back = formats(font_color=style.NAVY, underline=1, align="right")
    sheet.write_url(0, last, f"internal:'{SUMMARY_SHEET}'!A1", back, BACK(lang))
    sheet.set_row(0, 26)
    sheet.set_row(HEADING_ROW, 30)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
        put(sheet, HEADING_ROW, number, column.heading(lang), _heading_look(context, column))


def _heading_look(context: Context, column: Column) -> Format:
    colours: dict[str, object] = {"bg_color": style.NAVY, "font_color": style.WHITE}
    if column.yours:
        colours = {"bg_color": style.YELLOW, "font_color": style.YELLOW_INK}
    if _align(column) == "left":
        colours["indent"] = 1
    return context.formats(bold=True, text_wrap=True, align=_align(column), **colours)


def _align(column: Column) -> str:
    return ALIGNED.get(column.sort, "right")


def _height(columns: Sequence[Column], row: Row) -> float:
    """Return the height that shows the longest of a row's wrapped texts whole."""
    wrapped = [column for column in columns if column.wrap or column.yours]
    most = max((_lines(str(row[column.key] or ""), column) for column in wrapped), default=1)
    return min(HIGHEST, max(HEIGHT, most * LINE_HEIGHT + 3))


def _lines(text: str, column: Column) -> int:
    """Return how many lines `text` takes, word by word; a column's width counts digits."""
    room, lines, used = column.width - 2.5, 1, 0.0
    if len(text) * WIDEST <= room:
        return lines
    for word in text.split(" "):
        wide = _wide(word) * (1.06 if column.bold else 1)
        if used and used + wide > room:
            lines, used = lines + 1, 0.0
        # What has no space to break at is broken anywhere.
        lines += int(wide // room) if not used else 0
        used = (used + wide + 0.5) if used or wide <= room else wide % room + 0.5
    return lines


@lru_cache(maxsize=2**14)
def _wide(word: str) -> float:
    """Return how wide Arial draws a word, in digits."""
    return sum(map(_width, word))


def _width(char: str) -> float:
    """Return how wide Arial draws a character, in digits."""
    return WIDEST if char.isupper() else 0.5 if char in NARROW else 0.95


def _totals(context: Context, sheet: Worksheet, columns: Sequence[Column], rows: Sequence[Row]) -> None:
    """Write the totals above the headings, where filters do not hide them."""
    summed = [number for number, column in enumerate(columns) if column.total]
    if not summed or not rows:
        return
    formats = context.formats
    if summed[0] > 0:
        put(
            sheet,
            TOTAL_ROW,
            summed[0] - 1,
            SHOWN(context.lang),
            formats(align="right", bold=True, font_color=style.GREY),
        )
    for number in summed:
        column = columns[number]
        letter = xl_col_to_name(number)
        formula = f"=SUBTOTAL(109,{letter}{FIRST_ROW + 1}:{letter}{FIRST_ROW + len(rows)})"
        total = sum(row[column.key] or 0 for row in rows)
        look = formats(**TOTAL, num_format=_number_format(column))
        sheet.write_formula(TOTAL_ROW, number, formula, look, _number(column, total))
    for number, column in enumerate(columns):
        if column.sort == "share":
            sums = {key: sum(row[key] or 0 for row in rows) for key in column.share}
            _share(context, sheet, TOTAL_ROW, number, columns, sums, TOTAL)


def _share(
    context: Context, sheet: Worksheet, index: int, number: int, columns: Sequence[Column], row: Row, look: Row
) -> None:
    """Write the rate of a row, or of the totals: one of its cells divided by another, a dash where nothing divides."""
    column = columns[number]
    keys = [other.key for other in columns]
    over, under = (xl_rowcol_to_cell(index, keys.index(key)) for key in column.share)
    part, whole = (row[key] for key in column.share)
    form = context.formats(**look, align="right", num_format=_number_format(column))
    sheet.write_formula(index, number, f'=IF({under}=0,"–",{over}/{under})', form, part / whole if whole else "–")


def _number_format(column: Column) -> str:
    return NUMBER_FORMATS[column.sort]


def _number(column: Column, value: int) -> float:
    return style.euros(value) if column.sort == "euros" else value


def _look(column: Column) -> dict[str, object]:
    """Return what all cells of a column have in common."""
    look: dict[str, object] = {"bottom": 1, "bottom_color": style.LINE, "align": _align(column), "bold": column.bold}
    if column.yours:
        look |= {"bg_color": style.YELLOW_FILL, "text_wrap": True}
    if column.wrap:
        look |= {"text_wrap": True}
    if _align(column) == "left":
        look |= {"indent": 1}
    return look


def _cell(
    context: Context, sheet: Worksheet, index: int, number: int, column: Column, row: Row, look: dict[str, object]
) -> None:
    value = row[column.key]
    if column.sort in {"euros", "count"} and value is not None:
        form = context.formats(**look, num_format=_number_format(column))
        sheet.write_number(index, number, _number(column, value), form)
    elif column.sort == "day" and value is not None:
        _day(context, sheet, index, number, value, look)
    elif column.link and value and (target := column.link(row)):
        form = context.formats(**{**look, "font_color": style.NAVY, "underline": 1})
        style.link(sheet, index, number, target, str(value), form)
    else:
        put(sheet, index, number, "" if value is None else str(value), context.formats(**look))


def _day(context: Context, sheet: Worksheet, index: int, number: int, value: date, look: dict[str, object]) -> None:
    sheet.write_datetime(index, number, value, context.formats(**look, num_format=style.DAY))


def _table(context: Context, sheet: Worksheet, columns: Sequence[Column], count: int) -> None:
    headings = [
        {"header": column.heading(context.lang), "header_format": _heading_look(context, column)} for column in columns
    ]
    sheet.add_table(
        HEADING_ROW,
        0,
        HEADING_ROW + count,
        len(columns) - 1,
        {"columns": headings, "style": None, "banded_rows": False},
    )
