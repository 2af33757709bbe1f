"""A workbook of which thousands alike are made: its cells are written here, all that stands around them once per shape.

`Book` and `Sheet` are asked like XlsxWriter's own. XlsxWriter draws what is around the cells, and the styles, for the
first workbook of a shape; the next ones share it. A test holds both against each other, byte for byte.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from recon.readers.cells import column_letters
from recon.reports.frame import MARK, STRINGS, STYLES, Look, escaped, frame_of, styles_of
from recon.reports.parcel import parcel
from recon.reports.style import Formats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from recon.reports.frame import Call
    from recon.texts import Lang

    Cells = dict[int, tuple[Look | None, str]]

MOST_ROWS = 1_048_576
# Excel's height of a row in pixels, and how many rows one span is told for.
_HEIGHT, _BLOCK = 20, 16
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STRINGS = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="{}" uniqueCount="{}">'
_ESCAPE = re.compile("(_x[0-9a-fA-F]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_VALUE = re.compile("<v>(.*)</v>")


class Book:
    """A workbook of some sheets; what is drawn of it depends on what it is asked, never on other workbooks."""

    def __init__(self, title: str, as_of: date) -> None:
        self.title, self.as_of = title, as_of
        self.sheets: list[Sheet] = []
        self.strings: dict[str, int] = {}
        self.written = 0
        self.said: list[str] = []

    def add_worksheet(self, name: str) -> Sheet:
        """Add a sheet after the others."""
        self.sheets.append(Sheet(self, name))
        return self.sheets[-1]

    def add_chart(self, options: dict[str, str]) -> Asked:
        """Return a chart, to be inserted in a sheet."""
        return Asked("add_chart", options)

    def mark(self, said: str) -> int:
        """Return the mark that stands for a text or figure of this workbook alone in what its kind shares."""
        self.said.append(said)
        return MARK + len(self.said) - 1

    def close(self) -> bytes:
        """Return the workbook."""
        for sheet in self.sheets:
            sheet.mark_charts()
        frame = frame_of(self.as_of, [(sheet.name, sheet.asked, sheet.near_charts()) for sheet in self.sheets])
        looks: dict[Look, int] = {}
        sheets = [
            sheet.written(around, looks) for sheet, around in zip(self.sheets, frame.sheets.values(), strict=True)
        ]
        own = dict(zip(frame.sheets, sheets, strict=True))
        own[STRINGS] = self._strings()
        own[STYLES] = styles_of(tuple(looks))
        return parcel({name: own.get(name) or data for name, data in frame.filled(_data(self.title), self.said)})

    def index(self, text: str) -> int:
        """Return the number of a text among those of the workbook."""
        self.written += 1
        return self.strings.setdefault(text, len(self.strings))

    def _strings(self) -> bytes:
        texts = "".join(map(_string, self.strings))
        return f"{_DECLARED}{_STRINGS.format(self.written, len(self.strings))}{texts}</sst>".encode()


class Asked:
    """What something is asked, call by call, for XlsxWriter to do."""

    def __init__(self, made_by: str, *args: Any) -> None:
        self.asked: list[Call] = [(made_by, args, {})]

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Return what takes down the call of this name."""
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **named: self.asked.append((name, args, named))

    def __repr__(self) -> str:
        """Return all that is asked."""
        return repr(self.asked)


class Sheet(Asked):
    """One sheet: its cells and rows are kept, all else is left to XlsxWriter."""

    def __init__(self, book: Book, name: str) -> None:
        super().__init__("add_worksheet", name)
        self.name = name
        self._book = book
        self._rows: dict[int, Cells] = {}
        self._heights: dict[int, int] = {}
        self._charts: list[tuple[int, Asked]] = []

    def get_name(self) -> str:
        """Return the sheet's name."""
        return self.name

    def set_row(self, row: int, points: float) -> None:
        """Make a row so high, in whole pixels."""
        self._heights[row] = int(points * 4 / 3 + 0.5)

    def write_string(self, row: int, column: int, text: str, look: Look | None = None) -> int:
        """Write a text; -1 if the row is beyond a sheet's last."""
        return self._put(row, column, look, f' t="s"><v>{self._book.index(text)}</v></c>')

    def write_blank(self, row: int, column: int, _nothing: None, look: Look | None = None) -> int:
        """Give an empty cell its look."""
        return self._put(row, column, look, "/>") if look else 0

    def write_number(self, row: int, column: int, number: float, look: Look | None = None) -> int:
        """Write a number."""
        return self._put(row, column, look, f"><v>{number:.16G}</v></c>")

    def write_formula(self, row: int, column: int, formula: str, look: Look | None, result: float) -> int:
        """Write a formula that begins with `=`, and its result."""
        return self._put(row, column, look, f"><f>{escaped(formula[1:])}</f><v>{result}</v></c>")

    def write_url(self, row: int, column: int, target: str, look: Look, text: str) -> int:
        """Write a text that leads to a cell of the workbook."""
        self.asked.append(("write_url", (row, column, target, None, text), {}))
        return self.write_string(row, column, text, look)

    def merge_range(self, first: int, left: int, last: int, right: int, text: str, look: Look) -> None:
        """Join cells, all of one look."""
        self.asked.append(("merge_range", (first, left, last, right, text), {}))
        for row in range(first, last + 1):
            for column in range(left, right + 1):
                self.write_blank(row, column, None, look)

    def insert_chart(self, row: int, column: int, chart: Asked, place: dict[str, Any]) -> None:
        """Draw a chart over the cells from here on."""
        self._charts.append((row, chart))
        self.asked.append(("insert_chart", (row, column, chart, place), {}))

    def _put(self, row: int, column: int, look: Look | None, rest: str) -> int:
        if row >= MOST_ROWS:
            return -1
        self._rows.setdefault(row, {})[column] = look, rest
        return 0

    def mark_charts(self) -> None:
        """Have XlsxWriter find a mark in each cell that a chart shows: its figure is this workbook's own."""
        for _, chart in self._charts:
            for name, args, _ in chart.asked:
                if name == "add_series":
                    _, row, column, *_ = args[0]["values"]
                    value = _VALUE.search(self._rows.get(row, {}).get(column, (None, ""))[1])
                    mark = self._book.mark(value[1] if value else "0")
                    self.asked.append(("write_number", (row, column, mark), {}))

    def near_charts(self) -> dict[int, int]:
        """Return the heights, in pixels, of the rows that a chart may stand over."""
        rows = {row for first, _ in self._charts for row in range(first, first + _BLOCK)}
        return {row: height for row, height in self._heights.items() if row in rows}

    def written(self, around: tuple[bytes, bytes, bytes], looks: dict[Look, int]) -> bytes:
        """Return the sheet's XML between what stands `around`: before and after its size, and after its cells."""
        rows = "".join(self._written(looks))
        return b"".join((around[0], self._size().encode(), around[1], rows.encode(), around[2]))

    def _size(self) -> str:
        columns = [column for cells in self._rows.values() for column in cells] + ([0] if self._heights else [])
        rows = self._rows.keys() | self._heights.keys()
        return f"{_letters(min(columns))}{min(rows) + 1}:{_letters(max(columns))}{max(rows) + 1}"

    def _written(self, looks: dict[Look, int]) -> Iterator[str]:
        spans = self._spans()
        for row in sorted(self._rows.keys() | self._heights.keys()):
            height = self._heights.get(row, _HEIGHT)
            high = f' ht="{height * 0.75:.16g}" customHeight="1"' if height != _HEIGHT else ""
            head = f'<row r="{row + 1}"{spans.get(row // _BLOCK, "")}{high}'
            if row not in self._rows:
                yield f"{head}/>"
                continue
            yield f"{head}>"
            for column, (look, rest) in sorted(self._rows[row].items(), key=_place):
                # The first look is the workbook's own.
                worn = f' s="{looks.setdefault(look, len(looks) + 1)}"' if look else ""
                yield f'<c r="{_letters(column)}{row + 1}"{worn}{rest}'
            yield "</row>"

    def _spans(self) -> dict[int, str]:
        """Return the first and last columns of each block of sixteen rows."""
        found: dict[int, set[int]] = {}
        for row, cells in self._rows.items():
            found.setdefault(row // _BLOCK, set()).update(cells)
        return {block: f' spans="{min(columns) + 1}:{max(columns) + 1}"' for block, columns in found.items()}


_letters = cache(column_letters)


def _string(text: str) -> str:
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<si><t{kept}>{_data(text)}</t></si>"


def _data(text: str) -> str:
    """Return a text as XML, as Excel writes what XML cannot hold."""
    if not text.isprintable():
        text = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", _ESCAPE.sub(r"_x005F\1", text))
    elif "_x" in text:
        text = _ESCAPE.sub(r"_x005F\1", text)
    return escaped(text)


def _place(cell: tuple[int, object]) -> int:
    return cell[0]


@cache
def looks_of(lang: Lang) -> Formats:
    """Return the looks of the cells of all such workbooks in a language."""
    return Formats(Looks(), lang)


class Looks:
    """Looks by their properties, each made once."""

    def __init__(self) -> None:
        self._made: dict[frozenset[tuple[str, object]], Look] = {}

    def add_format(self, properties: dict[str, object]) -> Look:
        """Return the look of these properties: what is 0 is as if it were not said, as for XlsxWriter; False is not."""
        said = {name: value for name, value in properties.items() if value or value is False}
        return self._made.setdefault(frozenset(said.items()), Look(said))
