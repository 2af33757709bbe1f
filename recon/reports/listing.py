"""A listing sheet: title, one line of explanation, totals that follow the filter, headings, then one row per thing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from recon.errors import Exit, Stop
from recon.reports import style
from recon.reports.arial import PADDING, lines, longest_line, wide
from recon.reports.decisions import mark
from recon.reports.style import Formats, put
from recon.texts import Text, day, joined, money
from recon.texts import number as number_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from recon.tables import Month
    from recon.texts import Lang

# Rows whose cells are held before they are written out.
AT_ONCE = 1024
TOTAL_ROW, HEADING_ROW = 2, 3
FIRST_ROW = HEADING_ROW + 1
HEIGHT, LINE_HEIGHT, HIGHEST = 15.0, 12.0, 409.0

# What a sheet of Excel holds, headings included.
MOST_ROWS = 1_048_576
TOO_LONG = Text(
    "La feuille « {sheet} » aurait {count} lignes, plus que les {most} d’une feuille Excel : le classeur n’est pas écrit. Répartir le dossier, par année scolaire ou par département, et lancer recon sur chaque partie.",
    "The sheet “{sheet}” would have {count} rows, more than the {most} of an Excel sheet: the workbook is not written. Split the dossier, by school year or by département, and run recon on each part.",
)
BACK = Text("← Synthèse", "← Summary")
SHOWN = Text("Total affiché", "Total shown")
EMPTY = Text("Rien à signaler.", "Nothing to report.")
TO_RECORD = Text(
    "Décisions en jaune : enregistrer, puis, dans le dossier, « recon decider --depuis » et le nom du classeur. Ce qui change un montant demande un commentaire.",
    "Decisions in yellow: save, then, in the dossier, “recon decide --from” and the workbook’s name. What changes an amount needs a comment.",
)
FOOTER = Text("ENT-École – arrêté au {on}", "ENT-École – as of {on}")
SUMMARY_SHEET = Text("Synthèse", "Summary")

# What keeps a text from the column beside it, in digits.
MARGIN = 1.6
# A titre's number has 32 digits at most, in eight groups.
WIDEST = 44.0
TOTAL: dict[str, Any] = {"bold": True, "top": 2, "top_color": style.NAVY}

NUMBER_FORMATS = {"euros": style.EUROS, "count": style.COUNT, "share": style.PERCENT}
ALIGNED = {"text": "left", "centre": "center", "day": "center"}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a listing: `key` in the rows, its heading, width and sort; `look` adds to a cell's format.

    A column of sort "share" divides one column by another: `share` is the keys of numerator and denominator, both summed
    above the headings. Numbers listed in a column that keeps them `whole` stand on one line each, up to `WIDEST`.
    """

    key: str
    heading: Text
    width: float
    sort: str = "text"
    total: bool = False
    bold: bool = False
    yours: bool = False
    hidden: bool = False
    wrap: bool = False
    whole: bool = False
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

    def sheet(self, name: Text) -> Worksheet:
        """Return the sheet of that name."""
        return self.workbook.get_worksheet_by_name(name(self.lang))

    @property
    def footer(self) -> str:
        """The sentence at every page's foot."""
        return FOOTER.with_(on=day(self.month.settings.as_of))(self.lang)


@dataclass(frozen=True, slots=True)
class Listing:
    """A sheet that was written: where each column's cells are, for the formulas and links of other sheets."""

    workbook: Workbook
    name: str
    count: int
    letters: dict[str, str]
    headings: dict[str, str]
    _names: dict[str, str] = field(default_factory=dict)

    def range(self, key: str) -> str:
        """Return the name of a column's cells, for formulas that can be read: `Titres_Payé`."""
        if key not in self._names:
            words = re.findall(r"\w+", f"{self.name} {self.headings[key]}")
            self._names[key] = "_".join(words)
            self.workbook.define_name(self._names[key], f"='{self.name}'!{self.area(key)}")
        return self._names[key]

    def area(self, key: str) -> str:
        """Return a column's cells within its sheet: `$F$5:$F$20`."""
        letter = self.letters[key]
        return f"${letter}${FIRST_ROW + 1}:${letter}${FIRST_ROW + max(self.count, 1)}"

    def cell(self, key: str, index: int) -> str:
        """Return an internal link to the cell of row `index`."""
        return f"internal:'{self.name}'!{self.letters[key]}{FIRST_ROW + 1 + index}"


def listing(
    context: Context,
    name: Text,
    title: Text,
    explanation: Text,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    empty: Text = EMPTY,
) -> Listing:
    """Write the sheet `name` with one line per row of `rows`, or what `empty` says; amounts are in cents."""
    if FIRST_ROW + len(rows) > MOST_ROWS:
        said = TOO_LONG.with_(sheet=name, count=number_of(len(rows)), most=number_of(MOST_ROWS))
        raise Stop(said, Exit.NOT_WRITTEN)
    sheet = context.sheet(name)
    columns = [_whole(column, rows) for column in columns]
    _head(context, sheet, title, explanation, columns)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, _fitting(context, column, rows), None, {"hidden": column.hidden})
    _totals(context, sheet, columns, rows)
    writers = [_writer(context, sheet, columns, number) for number in range(len(columns))]
    wrapped = [column for column in columns if column.wrap or column.yours]
    for index, row in enumerate(rows, start=FIRST_ROW):
        sheet.set_row(index, height_of(*((str(row[c.key] or ""), c.width, c.bold) for c in wrapped)))
        for write in writers:
            write(index, row)
        if index % AT_ONCE == 0:
            sheet.settle(index)
    if rows:
        _table(context, sheet, columns, len(rows))
    else:
        put(sheet, FIRST_ROW, 0, empty(context.lang), context.formats(italic=True, font_color=style.GREY))
    sheet.freeze_panes(FIRST_ROW, 1)
    style.page(sheet, context.footer, context.lang, repeat=(HEADING_ROW, HEADING_ROW))
    letters = {column.key: xl_col_to_name(number) for number, column in enumerate(columns)}
    headings = {column.key: column.heading(context.lang) for column in columns}
    return Listing(context.workbook, name(context.lang), len(rows), letters, headings)


def _head(context: Context, sheet: Worksheet, title: Text, explanation: Text, columns: Sequence[Column]) -> None:
    formats, lang = context.formats, context.lang
    put(sheet, 0, 0, title(lang), formats(bold=True, font_size=16, font_color=style.NAVY))
    if any(column.yours for column in columns):
        explanation = joined((explanation, TO_RECORD), " ")
    put(sheet, 1, 0, explanation(lang), formats(font_color=style.GREY))
    last = max(number for number, column in enumerate(columns) if not (column.yours or column.hidden))
    back = formats(font_color=style.NAVY, underline=1, align="right")
    sheet.write_url(0, last, f"internal:'{SUMMARY_SHEET(lang)}'!A1", back, BACK(lang))
    sheet.set_row(0, 26)
    sheet.set_row(HEADING_ROW, 30)
    for number, column in enumerate(columns):
        put(sheet, HEADING_ROW, number, column.heading(lang), _heading_look(context, column))
        if column.hidden:
            put(sheet, 0, number, mark(context.month.sources))


def _whole(column: Column, rows: Sequence[Row]) -> Column:
    """Return a column wide enough for the longest number of a cell on one line, if it keeps them whole."""
    numbers = (number for row in rows for number in str(row[column.key] or "").split(", ")) if column.whole else ()
    longest = wide(max(numbers, key=len, default=""), bold=column.bold) + PADDING + MARGIN / 2
    return replace(column, width=min(longest, WIDEST)) if column.whole and longest > column.width else column


def _fitting(context: Context, column: Column, rows: Sequence[Row]) -> float:
    """Return the width of a column: its own, or what its heading and its total need not to touch their neighbours."""
    said = [longest_line(column.heading(context.lang), column.width + MARGIN / 2)]
    if column.total and column.sort == "euros":
        said.append(money(sum(row[column.key] or 0 for row in rows))(context.lang))
    return max(column.width, *(wide(text, bold=True) + MARGIN for text in said))


def _heading_look(context: Context, column: Column) -> Format:
    colours: dict[str, object] = {"bg_color": style.NAVY, "font_color": style.WHITE}
    if column.yours:
        colours = {"bg_color": style.YELLOW, "font_color": style.YELLOW_INK}
    if _align(column) == "left":
        colours["indent"] = 1
    return context.formats(bold=True, text_wrap=True, align=_align(column), **colours)


def _align(column: Column) -> str:
    return ALIGNED.get(column.sort, "right")


def height_of(*texts: tuple[str, float, bool]) -> float:
    """Return the height that shows every text whole in its width, in bold or not."""
    most = max((lines(text, width, bold=bold) for text, width, bold in texts), default=1)
    return min(HIGHEST, max(HEIGHT, most * LINE_HEIGHT + 3))


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
    look: dict[str, object] = {"bottom": 1, "bottom_color": style.LINE, "align": _align(column), "bold": column.bold}
    if column.sort in {"euros", "count"}:
        look["num_format"] = _number_format(column)
    if column.sort == "day":
        look["num_format"] = style.DAY
    if column.yours:
        # What is typed stays a text, though it begins with « = ».
        look |= {"bg_color": style.YELLOW_FILL, "num_format": "@"}
    if column.wrap or column.yours:
        look["text_wrap"] = True
    if _align(column) == "left":
        look["indent"] = 1
    return look


def _writer(context: Context, sheet: Worksheet, columns: Sequence[Column], number: int) -> Callable[[int, Row], None]:
    """Return what writes a column's cell of a row; a format is made once, however many rows bear it."""
    column, key, base = columns[number], columns[number].key, _look(columns[number])
    if column.sort == "share":
        rate: Row = {"bottom": 1, "bottom_color": style.LINE, "bold": column.bold}
        return lambda index, row: _share(context, sheet, index, number, columns, row, rate)
    look, link, linked = column.look, column.link, {"font_color": style.NAVY, "underline": 1}
    cell, plain = _cell_of(sheet, column, number), context.formats(**base)
    made: dict[tuple[tuple[str, object], ...], Format] = {}

    def form(extra: dict[str, object]) -> Format:
        name = tuple(extra.items())
        if name not in made:
            made[name] = context.formats(**{**base, **extra})
        return made[name]

    def write(index: int, row: Row) -> None:
        value, extra = row[key], look(row) if look else None
        if value is None:
            sheet.write_blank(index, number, None, form(extra) if extra else plain)
        elif link and value and (target := link(row)):
            style.link(sheet, index, number, target, str(value), form({**(extra or {}), **linked}))
        else:
            cell(index, value, form(extra) if extra else plain)

    return write


def _cell_of(sheet: Worksheet, column: Column, number: int) -> Callable[[int, Any, Format], object]:
    """Return what writes a value into a row of a column."""
    if column.sort == "euros":
        return lambda index, cents, worn: sheet.write_number(index, number, style.euros(cents), worn)
    if column.sort == "count":
        return lambda index, count, worn: sheet.write_number(index, number, count, worn)
    if column.sort == "day":
        return lambda index, on, worn: sheet.write_datetime(index, number, on, worn)
    return lambda index, value, worn: put(sheet, index, number, str(value), worn)


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
