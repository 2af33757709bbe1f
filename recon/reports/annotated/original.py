"""The workbook that an annotated copy starts from: the original as it looks where that is safe, else its values alone."""

from __future__ import annotations

import re
import warnings
from contextlib import contextmanager
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.cell import range_boundaries

from recon.corrected import COLUMN
from recon.readers.cells import column_letters, decimal, written
from recon.reports.annotated.cells import legal, unmark
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.cell.cell import Cell

    from recon.readers.cells import Sheet
    from recon.reports.annotated.subject import Subject

MOST_CELLS, MOST_ROWS, MOST_JOINED = 300_000, 200_000, 100_000
MOST_VALUES, MOST_SHEET_ROWS = 1_000_000, 1_048_576
ROWS_MEASURED, NARROWEST, WIDEST = 200, 8, 50

_CELLS, _ROWS = re.compile(rb"<(?:\w+:)?c[\s/>]"), re.compile(rb"<(?:\w+:)?row[\s/>]")
_FORMULAS = re.compile(rb"<(?:\w+:)?f[\s/>]")
_JOINED = re.compile(rb"<(?:\w+:)?(?:mergeCell|hyperlink)\b[^>]*\bref=\"([^\"]+)\"")
# A longer number is a SIRET or a titre's: as a number it would lose digits when it is typed again.
_NUMBER = re.compile(r"-?[0-9]{1,11}(\.[0-9]{1,15})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2})?")
_ERRORS = frozenset(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"))
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")

_MACROS = Text("les macros", "the macros")
_LINKS = Text("les liens vers d’autres classeurs", "the links to other workbooks")
_IMAGES = Text("les images", "the pictures")
_CONTROLS = Text("les boutons et contrôles", "the buttons and controls")
_TALKS = Text("les fils de discussion", "the threads of comments")
_SEGMENTS = Text("les segments", "the slicers")
_DRAWINGS = Text("les zones de texte et dessins", "the text boxes and drawings")
_SPARKLINES = Text("les graphiques sparkline", "the sparklines")
_BY_NAME = {
    "xl/vbaProject": _MACROS, "xl/externalLinks/": _LINKS, "xl/media/": _IMAGES, "xl/ctrlProps/": _CONTROLS,
    "xl/activeX/": _CONTROLS, "xl/threadedComments/": _TALKS, "xl/slicers/": _SEGMENTS,
}  # fmt: skip
_BY_CONTENT = {b":sp>": _DRAWINGS, b":sparklineGroup": _SPARKLINES}
_WITH_CONTENT = ("xl/drawings/", "xl/worksheets/")


class Unsafe(Exception):  # noqa: N818 - it says why the values alone are copied, and never leaves this package.
    """The original cannot be opened, or not in reasonable time and memory, or not without altering a value."""


class Seen(NamedTuple):
    """What the XML of an original says: whether it has formulas, and what a copy of it will lack."""

    formulas: bool
    lost: tuple[Text, ...]


def as_it_looks(subject: Subject) -> tuple[Workbook, Seen]:
    """Return the original opened for writing, without what an earlier copy of ours added; Unsafe if it cannot be."""
    seen = _guarded(subject.data)
    with _strict():
        workbook = load_workbook(BytesIO(subject.data), keep_links=False)
    if "docProps/core.xml" not in ZipFile(BytesIO(subject.data)).namelist():
        workbook.properties.created = datetime.combine(subject.on, datetime.min.time())
    workbook.template = False
    kept = {sheet.name for sheet in subject.book.sheets}
    for sheet in subject.raw.sheets:
        if sheet.name not in kept:
            del workbook[sheet.name]
        elif columns := {cells.index(COLUMN) for cells in sheet.rows if COLUMN in cells}:
            unmark(workbook[sheet.name], columns)
    return workbook, seen


def results(subject: Subject) -> Workbook:
    """Return the original with its formulas' stored results in their place."""
    with _strict():
        return load_workbook(BytesIO(subject.data), data_only=True, keep_links=False)


@contextmanager
def _strict() -> Iterator[None]:
    """Have a date that openpyxl would turn into an error refuse the file; what else it says is about looks."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", message=".*outside the limits for dates")
        yield


def _guarded(data: bytes) -> Seen:
    """Return what the XML says; Unsafe if openpyxl would need too much time or memory."""
    with ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
        read = {name: archive.read(name) for name in names if name.startswith(_WITH_CONTENT) and name.endswith(".xml")}
    sheets = [xml for name, xml in read.items() if name.startswith("xl/worksheets/")]
    for xml in sheets:
        _check(xml)
    lost = [said for start, said in _BY_NAME.items() if any(name.startswith(start) for name in names)]
    lost += [said for mark, said in _BY_CONTENT.items() if any(mark in xml for xml in read.values())]
    return Seen(any(_FORMULAS.search(xml) for xml in sheets), tuple(dict.fromkeys(lost)))


def _check(xml: bytes) -> None:
    cells, rows = sum(1 for _ in _CELLS.finditer(xml)), sum(1 for _ in _ROWS.finditer(xml))
    joined = sum(_area(found[1].decode("ascii", "replace")) for found in _JOINED.finditer(xml))
    if cells > MOST_CELLS or rows > MOST_ROWS or joined > MOST_JOINED:
        raise Unsafe


def _area(reference: str) -> int:
    left, top, right, bottom = (bound or 1_048_576 for bound in range_boundaries(reference))
    return int((right - left + 1) * (bottom - top + 1))


# Values alone --------------------------------------------------------------------------------------------------------


def values_alone(subject: Subject) -> Workbook:
    """Return a workbook of the values read: numbers and dates as such, every text as text; Unsafe if too large."""
    if sum(len(cells) for sheet in subject.book.sheets for cells in sheet.rows) > MOST_VALUES:
        raise Unsafe
    workbook = Workbook()
    workbook.remove(workbook.active)
    workbook.properties.creator = "recon"
    workbook.properties.created = datetime.combine(subject.on, datetime.min.time())
    for sheet in subject.book.sheets:
        _values(workbook, sheet, _title(sheet.name, subject.name))
    return workbook


def _title(sheet: str, file: str) -> str:
    """Return a sheet's title as a workbook may hold it; the sheet of a CSV is named after its file."""
    stem = file.rpartition("/")[2].rpartition(".")[0] or file
    return legal(_NOT_IN_TITLES.sub(" ", sheet or stem)).strip("'")[:31] or "1"


def _values(workbook: Workbook, sheet: Sheet, title: str) -> None:
    if len(sheet.rows) > MOST_SHEET_ROWS:
        raise Unsafe
    made = workbook.create_sheet(title)
    for row, cells in enumerate(sheet.rows):
        for column, text in enumerate(cells):
            if text is not None:
                _put(made.cell(row + 1, column + 1), text, sheet.faults.get((row, column)))
    for column, width in _widths(sheet).items():
        made.column_dimensions[column_letters(column)].width = width


def _put(cell: Cell, text: str, fault: str | None) -> None:
    if fault is not None:
        # A formula that nobody computed has no value either: nothing of its text is written as a formula.
        cell.value, cell.data_type = (fault if fault in _ERRORS else "#N/A"), "e"
        return
    cell.value = value = _value(text)
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, date):
        cell.number_format = "dd/mm/yyyy hh:mm:ss" if isinstance(value, datetime) else "dd/mm/yyyy"


def _widths(sheet: Sheet) -> dict[int, int]:
    """Return how wide each column must be, in characters, to show what the first rows hold."""
    widths: dict[int, int] = {}
    for cells in sheet.rows[:ROWS_MEASURED]:
        for column, text in enumerate(cells):
            widths[column] = max(widths.get(column, NARROWEST), min(len(text or "") + 2, WIDEST))
    return widths


def _value(text: str) -> str | float | date:
    """Return the number or date that is read back as the very same text; else the text."""
    if _NUMBER.fullmatch(text) and decimal(float(text)) == text:
        return int(text) if text.lstrip("-").isdecimal() else float(text)
    if _DAY.fullmatch(text):
        try:
            value = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
        except ValueError:
            return text
        return value if value.year > 1900 and written(value) == text else text
    return legal(text)
