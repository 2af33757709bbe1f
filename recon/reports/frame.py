"""What stands around the cells of a workbook, and its styles, as XlsxWriter writes them: once for all of a shape."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from recon.reports.style import book

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Call: TypeAlias = tuple[str, tuple[Any, ...], dict[str, Any]]
    # A sheet's name, what XlsxWriter is asked for it, and the heights in pixels of rows under its charts.
    Asked: TypeAlias = tuple[str, Sequence[Call], Mapping[int, int]]

# No amount of a statement, in euros, is such a number.
MARK = 7_340_000_000_000_001
STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
# Each holds some ten thousand bytes.
MOST_FRAMES = 500
_SHEET = re.compile(rb'(.*<dimension ref=")[^"]*(".*<sheetData>).*(</sheetData>.*)', re.DOTALL)


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """The look of cells; there is one for the same properties."""

    properties: dict[str, object]


@dataclass(frozen=True, slots=True)
class Frame:
    """The parts of a workbook without its cells, by name, and what stands before, between and after these in each sheet.

    `marked` are the parts that hold marks.
    """

    parts: dict[str, bytes]
    sheets: dict[str, tuple[bytes, bytes, bytes]]
    marked: frozenset[str]

    def filled(self, title: str, said: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the parts, with the title (as XML) and what is said in place of their marks."""
        marks = [(b"%d" % (MARK + number), escaped(text, quotes=True).encode()) for number, text in enumerate(said)]
        for name, data in self.parts.items():
            if name in self.marked:
                for mark, text in (*marks, (b"%d" % (MARK - 1), title.encode())):
                    data = data.replace(mark, text)  # noqa: PLW2901
            yield name, data


def escaped(text: str, *, quotes: bool = False) -> str:
    """Return a text as XML holds it, within quotes too if asked."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("\n", "&#xA;") if quotes else text


_frames: dict[str, Frame] = {}


def frame_of(as_of: date, sheets: Sequence[Asked]) -> Frame:
    """Return what stands around the cells of a workbook of which all this is asked."""
    key = repr((as_of, sheets))
    frame = _frames.get(key)
    if frame is None:
        if len(_frames) >= MOST_FRAMES:
            _frames.clear()
        frame = _frames[key] = _drawn(as_of, sheets)
    return frame


def _drawn(as_of: date, asked: Sequence[Asked]) -> Frame:
    data, workbook = book(str(MARK - 1), as_of)
    # All sheets are there before anything is asked that may name them.
    sheets = [workbook.add_worksheet(name) for name, _, _ in asked]
    for sheet, (_, (_, *calls), heights) in zip(sheets, asked, strict=True):
        sheet.write_string(0, 0, "-")
        for row, pixels in heights.items():
            sheet.set_row_pixels(row, pixels)
        for name, args, named in calls:
            getattr(sheet, name)(*(_made(workbook, one) for one in args), **named)
    workbook.close()
    parts = _parts(data)
    names = [f"xl/worksheets/sheet{number}.xml" for number in range(1, len(sheets) + 1)]
    around = {name: _around(parts[name]) for name in names}
    marked = frozenset(name for name, part in parts.items() if b"%d" % (MARK // 1000) in part)
    return Frame({name: b"" if name in around else part for name, part in parts.items()}, around, marked)


def _made(workbook: Any, one: Any) -> Any:
    """Return an argument as XlsxWriter takes it: a chart is made, and asked what was asked of it."""
    calls = getattr(one, "asked", None)
    if calls is None:
        return one
    made_by, args, _ = calls[0]
    made = getattr(workbook, made_by)(*args)
    for name, given, named in calls[1:]:
        getattr(made, name)(*given, **named)
    return made


def _around(sheet: bytes) -> tuple[bytes, bytes, bytes]:
    found = _SHEET.fullmatch(sheet)
    assert found is not None  # noqa: S101 - a sheet with a cell has all of them.
    return found[1], found[2], found[3]


@lru_cache(maxsize=500)
def styles_of(looks: tuple[Look, ...]) -> bytes:
    """Return the styles of a workbook whose cells wear these looks, in the order in which they do."""
    data, workbook = book("", date.min)
    sheet = workbook.add_worksheet()
    for row, look in enumerate(looks):
        # XlsxWriter keeps and changes what it is given.
        sheet.write_blank(row, 0, None, workbook.add_format({**look.properties}))
    workbook.close()
    return _parts(data)[STYLES]


def _parts(data: Any) -> dict[str, bytes]:
    with zipfile.ZipFile(data) as file:
        return {name: file.read(name) for name in file.namelist()}
