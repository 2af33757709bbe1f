"""A layout drawn on the pages of a PDF, with the fonts that every reader has: Helvetica, in the letters of French."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple

from fpdf import FPDF

from recon.reports.layout import BLANK, Layout
from recon.reports.style import GREY, INK, PAGE, WHITE, shown_text
from recon.texts import money, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from recon.reports.layout import Part
    from recon.texts import Lang, Text

FONT, ENCODING = "Helvetica", "windows-1252"
# Typographic signs that the encoding lacks, as close as it has them.
ALIKE = str.maketrans({"\u202f": "\u00a0", "\u2011": "-", "\u2009": "\u00a0"})
# The minus sign is in none of the fonts' letters but in Symbol, under the hyphen's code; both widths are of 1,000.
MINUS, SYMBOL, WIDER = "−", "Symbol", 549 - 333
A4 = (595.28, 841.89)
SIDE, TOP, BOTTOM = 29.0, 32.0, 43.0
# How wide a character of a column is in a spreadsheet: the PDF keeps the sheet's proportions.
UNIT = 5.25
INDENT, PADDING, LEADING = 6.0, 1.5, 1.25
# More than any line holds: an endless word is not measured whole for each of its lines.
MOST_LETTERS = 1_000
LINES = {1: 0.5, 2: 1.25, 5: 2.5}
LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}


class Box(NamedTuple):
    """What stands in the cells `first` to `last` of a row."""

    row: int
    first: int
    last: int
    said: str
    look: dict[str, Any]


class Bar(NamedTuple):
    """A bar over a row: the share and colour of each part, and their names."""

    row: int
    parts: tuple[tuple[float, str, str], ...]


class Paper(Layout):
    """Boxes and bars, kept until every row's height is known; the row `repeated` heads each page."""

    def __init__(self, lang: Lang, widths: Sequence[float]) -> None:
        super().__init__(lang, widths)
        self.boxes: list[Box] = []
        self.bars: list[Bar] = []
        self.repeated: int | None = None

    def write(self, said: str, first: int, last: int, look: dict[str, Any]) -> None:
        """Put a text into the cells `first` to `last` of this row."""
        self.boxes.append(Box(self.row, first, last, printable(said), look))

    def amount(self, cents: int, first: int, last: int, formula: str, look: dict[str, Any]) -> None:  # noqa: ARG002  A page does not compute.
        """Put an amount into the cells `first` to `last` of this row, a dash for nothing where the sheet has one."""
        said = "–" if not cents and look["num_format"].endswith('"–"') else money(cents)(self.lang)
        self.write(said, first, last, look)

    def number(self, count: int, column: int, look: dict[str, Any]) -> None:
        """Put a count into a cell of this row."""
        self.write(number(count)(self.lang), column, column, look)

    def bar(self, parts: Sequence[Part], whole: int, said: Text) -> None:  # noqa: ARG002  The figures stand beside the bar.
        """Draw the bar and its legend over this row."""
        drawn = tuple((part.cents / whole, part.colour, printable(part.name(self.lang))) for part in parts)
        self.bars.append(Bar(self.row, drawn))


def printable(text: str) -> str:
    """Return `text` in letters that the fonts have: `ő` becomes `o`, what has no likeness a question mark."""
    return "".join(_letters(shown_text(text).translate(ALIKE)))


def _letters(text: str) -> Iterator[str]:
    for char in text:
        if _has(char):
            yield char
        else:
            yield "".join(filter(_has, unicodedata.normalize("NFKD", char))) or "?"


def _has(char: str) -> bool:
    if char == MINUS:
        return True
    try:
        char.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True


def _wide(pdf: FPDF, text: str) -> float:
    """Return how wide `_put` draws a text in the font that is set."""
    wide: float = pdf.get_string_width(text.replace(MINUS, "-"))
    return wide + text.count(MINUS) * WIDER / 1000 * pdf.font_size


def _put(pdf: FPDF, x: float, y: float, text: str) -> None:
    """Draw a text from `x` on, each minus sign in the font that has it."""
    before, minus, after = text.partition(MINUS)
    if before:
        pdf.text(x, y, before)
    if minus:
        x, style, size = x + _wide(pdf, before), pdf.font_style, pdf.font_size_pt
        pdf.set_font(SYMBOL, size=size)
        pdf.text(x, y, "-")
        pdf.set_font(FONT, style=style, size=size)
        _put(pdf, x + _wide(pdf, MINUS), y, after)


class _Page(NamedTuple):
    """A page to draw: its rows of a paper, of which `again` are headings that are repeated."""

    paper: Paper
    name: str
    rows: range
    again: int | None
    landscape: bool
    scale: float


class Document:
    """A PDF in the making: A4, a footer on every page, the same bytes for the same content and day."""

    def __init__(self, title: str, footer: Text, as_of: date, lang: Lang) -> None:
        self._title, self._footer, self._as_of, self._lang = title, printable(footer(lang)), as_of, lang
        self._pages: list[_Page] = []

    def add(self, paper: Paper, name: Text, *, landscape: bool = False, longest: float = 0) -> None:
        """Add `paper` on new pages: shrunk to one if it is no longer than `longest` points, else cut between rows."""
        heights = _heights(paper)
        width, height = _size(landscape=landscape)
        room = height - TOP - BOTTOM
        scale = min(1.0, (width - 2 * SIDE) / (sum(paper.widths) * UNIT))
        if sum(heights) <= longest:
            scale = min(scale, room / sum(heights))
        repeated = paper.repeated
        for rows in _cut(heights, room / scale, 0.0 if repeated is None else heights[repeated]):
            again = repeated if repeated is not None and rows.start > repeated else None
            self._pages.append(_Page(paper, printable(name(self._lang)), rows, again, landscape, scale))

    def bytes(self) -> bytes:
        """Return the document."""
        pdf = FPDF(unit="pt", format="A4")
        pdf.core_fonts_encoding = ENCODING
        pdf.set_auto_page_break(auto=False)
        pdf.set_title(self._title)
        pdf.set_subject("ENT-École")
        pdf.set_author("recon")
        pdf.set_lang(LANGUAGES[self._lang])
        pdf.set_creation_date(datetime.combine(self._as_of, time(), tzinfo=UTC))
        for page in self._pages:
            pdf.add_page(orientation="landscape" if page.landscape else "portrait")
            self._foot(pdf, page)
            _draw(pdf, page)
        return bytes(pdf.output())

    def _foot(self, pdf: FPDF, page: _Page) -> None:
        width, height = _size(landscape=page.landscape)
        pdf.set_font(FONT, size=7)
        pdf.set_text_color(GREY)
        said = PAGE(self._lang).replace("&P", str(pdf.page_no())).replace("&N", str(len(self._pages)))
        _put(pdf, SIDE, height - 24, self._footer)
        _put(pdf, (width - _wide(pdf, page.name)) / 2, height - 24, page.name)
        _put(pdf, width - SIDE - _wide(pdf, said), height - 24, said)


def _size(*, landscape: bool) -> tuple[float, float]:
    return (A4[1], A4[0]) if landscape else A4


def _heights(paper: Paper) -> list[float]:
    return [paper.heights.get(row, BLANK) for row in range(paper.row + 1)]


def _cut(heights: list[float], room: float, repeated: float) -> Iterable[range]:
    """Return the rows of each page."""
    first, used = 0, 0.0
    for row, height in enumerate(heights):
        if used + height > room + 0.01 and row > first:
            yield range(first, row)
            first, used = row, repeated
        used += height
    yield range(first, len(heights))


def _tops(heights: list[float], rows: range, again: int | None) -> dict[int, float]:
    """Return where each row of a page begins, from the top margin; the headings first where they are repeated."""
    tops, y = {}, 0.0
    for row in (*(() if again is None else (again,)), *rows):
        tops[row] = y
        y += heights[row]
    return tops


def _draw(pdf: FPDF, page: _Page) -> None:
    """Draw the rows of a page: grounds, then rules, then texts; everything times the page's scale."""
    paper, scale = page.paper, page.scale
    heights, width = _heights(paper), _size(landscape=page.landscape)[0] - 2 * SIDE
    tops = _tops(heights, page.rows, page.again)
    lefts = [SIDE + sum(paper.widths[:column]) / sum(paper.widths) * width for column in range(len(paper.widths) + 1)]
    boxes = [box for box in paper.boxes if box.row in tops]
    places = [
        (
            lefts[box.first],
            TOP + tops[box.row] * scale,
            lefts[box.last + 1] - lefts[box.first],
            heights[box.row] * scale,
        )
        for box in boxes
    ]
    for draw in (_ground, _rules, _words):
        for box, place in zip(boxes, places, strict=True):
            draw(pdf, box, *place, scale)
    for bar in paper.bars:
        if bar.row in tops:
            _bar(pdf, bar, TOP + tops[bar.row] * scale, width, heights[bar.row] * scale, scale)


def _ground(pdf: FPDF, box: Box, x: float, y: float, width: float, height: float, _: float) -> None:
    if fill := box.look.get("bg_color"):
        pdf.set_fill_color(fill)
        pdf.rect(x, y, width, height, style="F")


def _rules(pdf: FPDF, box: Box, x: float, y: float, width: float, height: float, _: float) -> None:
    low, right = y + height, x + width
    edges = {"bottom": (x, low, right, low), "top": (x, y, right, y), "left": (x, y, x, low)}
    for side, ends in edges.items():
        if kind := box.look.get(side):
            pdf.set_draw_color(box.look[f"{side}_color"])
            pdf.set_line_width(LINES[kind])
            pdf.line(*ends)


def _words(pdf: FPDF, box: Box, x: float, y: float, width: float, height: float, scale: float) -> None:
    look = box.look
    if not box.said:
        return
    size = look.get("font_size", 9) * scale
    pdf.set_font(FONT, style="B" if look.get("bold") else "", size=size)
    pdf.set_text_color(look.get("font_color", INK))
    start = (PADDING + INDENT * look.get("indent", 0)) * scale
    lines = list(_wrapped(pdf, box.said, width - start - PADDING * scale))
    baseline = y + (height - len(lines) * size * LEADING) / 2 + size * 0.95
    for at, line in enumerate(lines):
        wide = _wide(pdf, line)
        shift = {"right": width - wide - PADDING * scale, "center": (width - wide) / 2}.get(
            look.get("align", ""), start
        )
        _put(pdf, x + shift, baseline + at * size * LEADING, line)


def _wrapped(pdf: FPDF, said: str, room: float) -> Iterator[str]:
    """Yield the lines of a text that fit into `room`, cut at spaces, or anywhere where there is none."""
    line = ""
    for word in said.split(" "):
        longer = f"{line} {word}" if line else word
        if _wide(pdf, longer) <= room:
            line = longer
            continue
        if line:
            yield line
        while len(word) > 1 and _wide(pdf, word) > room:
            fitting = bisect_right(range(1, min(len(word), MOST_LETTERS)), room, key=lambda at: _wide(pdf, word[:at]))
            cut = max(fitting, 1)
            yield word[:cut]
            word = word[cut:]  # noqa: PLW2901  What is left of the word begins the next line.
        line = word
    yield line


def _bar(pdf: FPDF, bar: Bar, y: float, width: float, height: float, scale: float) -> None:
    """Draw the parts side by side, and below them what each colour means."""
    x, thick = SIDE, height * 0.5
    pdf.set_draw_color(WHITE)
    pdf.set_line_width(1.2 * scale)
    for share, colour, _ in bar.parts:
        pdf.set_fill_color(colour)
        pdf.rect(x, y + 4 * scale, share * width, thick, style="DF")
        x += share * width
    pdf.set_font(FONT, size=8 * scale)
    pdf.set_text_color(INK)
    wide = sum(_wide(pdf, name) + 20 * scale for _, _, name in bar.parts)
    x, below = SIDE + (width - wide) / 2, y + thick + 16 * scale
    for _, colour, name in bar.parts:
        pdf.set_fill_color(colour)
        pdf.rect(x, below - 5 * scale, 5 * scale, 5 * scale, style="F")
        _put(pdf, x + 8 * scale, below, name)
        x += _wide(pdf, name) + 20 * scale
