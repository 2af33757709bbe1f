"""A workbook → sheets of texts: calamine reads the values, the format itself tells what calamine would leave out."""

from __future__ import annotations

import io
import struct
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypeVar
from xml.parsers.expat import ExpatError

from python_calamine import CalamineWorkbook, SheetTypeEnum

from recon.readers import refusals, xlsx
from recon.readers.cells import Refused, Sheet, address, decimal, written
from recon.readers.grid import check_cells
from recon.readers.marks import merged_within, within
from recon.readers.sparse import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from python_calamine import CalamineSheet

    from recon.readers.archive import Archive, Pieces
    from recon.readers.cells import Position, Value
    from recon.readers.marks import Marks

Source = TypeVar("Source")
Told = TypeVar("Told")
Cell = TypeVar("Cell")

# More of them would no longer be found in the processor's own memory, and be slower than none.
MAX_TEXTS = 20_000

_ODS_MANIFEST = "meta-inf/manifest.xml"
_DAMAGE = (ExpatError, LookupError, ValueError, StopIteration, struct.error, OSError)
_KINDS = {float: "n", int: "n", str: "t", bool: "b", date: "d", datetime: "d", time: "h", timedelta: "h"}


def read_xlsx(archive: Archive, *, kinds: bool = False) -> tuple[list[Sheet], bool]:
    """Return the sheets of an xlsx or xlsm, hidden ones too, without charts, and whether it counts from 1904."""
    marks, epoch = _told(xlsx.told, archive)
    return _sheets(archive.packed(), marks, kinds=kinds), epoch


def read_xlsb(archive: Archive, *, kinds: bool = False) -> tuple[list[Sheet], bool]:
    """Return the sheets of an xlsb, hidden ones too, without charts, and whether it counts from 1904."""
    from recon.readers import xlsb

    marks, epoch = _told(xlsb.told, archive)
    return _sheets(archive.packed(), marks, kinds=kinds), epoch


def read_ods(archive: Archive, *, kinds: bool = False) -> tuple[list[Sheet], bool]:
    """Return the sheets of an ods, hidden ones too; its dates are days, whatever they are counted from."""
    from recon.readers import ods

    if archive.has(_ODS_MANIFEST) and b"encryption-data" in archive.binary(_ODS_MANIFEST):
        raise Refused(refusals.PROTECTED)
    # The macros of a sound workbook hold a DOCTYPE; only its content is read, and calamine asks for some manifest.
    archive.put(_ODS_MANIFEST, b"<manifest/>")
    archive.part("mimetype")
    archive.put("content.xml", ods.without_layout(archive.part("content.xml")))
    marks = _told(lambda parts: ods.marks(parts.part("content.xml")), archive)
    return _sheets(archive.packed(), marks, kinds=kinds), False


def read_xls(data: bytes, *, kinds: bool = False) -> tuple[list[Sheet], bool]:
    """Return the sheets of an xls, hidden ones too, without charts and macros, and whether it counts from 1904."""
    from recon.readers import xls

    marks, epoch = _told(xls.told, data)
    return _sheets(io.BytesIO(data), marks, kinds=kinds), epoch


def _told(tell: Callable[[Source], Told], source: Source) -> Told:
    try:
        return tell(source)
    except _DAMAGE as error:
        raise Refused(refusals.DAMAGED) from error


def _sheets(file: io.BytesIO | Pieces, marks: list[Marks], *, kinds: bool) -> list[Sheet]:
    if not marks:
        raise Refused(refusals.NO_SHEETS)
    try:
        sheets = list(_read(file, marks, kinds=kinds))
    except (Refused, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:
        # A panic of the Rust reader is no Exception.
        raise Refused(refusals.DAMAGED) from error
    _check_computed(sheets)
    return sheets


def _read(file: io.BytesIO | Pieces, marks: list[Marks], *, kinds: bool) -> Iterator[Sheet]:
    cells = 0
    with CalamineWorkbook.from_filelike(file) as book:
        file.close()
        tables = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        # Marks are told by the format and values by calamine: they must speak of the same sheets.
        names = [one.name or name for one, name in zip(marks, tables, strict=True)]
        if names != tables or len(set(names)) < len(names):
            raise Refused(refusals.DAMAGED)
        for name, of_sheet in zip(names, marks, strict=True):
            sheet = book.get_sheet_by_name(name)
            height, width = sheet.end or (-1, -1)
            cells += (height + 1) * (width + 1) + (of_sheet.packed.cells if of_sheet.packed else 0)
            check_cells(cells)
            yield _sheet(name, sheet, of_sheet, kinds=kinds)


def _sheet(name: str, table: CalamineSheet, marks: Marks, *, kinds: bool) -> Sheet:
    rows, letters = _with_kinds(table, marks) if kinds else (list(_rows(table, marks)), [])
    if marks.packed:
        places = marks.packed.places
        rows, letters = spread(rows, places, None), spread(letters, places, " ")
    _fill(rows, letters, marks)
    width = max(map(len, rows), default=0)
    return Sheet(
        name,
        rows,
        marks.faults,
        marks.hidden,
        within(marks.hidden_rows, len(rows)),
        within(marks.hidden_columns, width),
        merged_within(marks.merged, len(rows), width),
        tuple("".join(row) for row in letters),
        " ".join(marks.formulas),
    )


class _Texts(dict[object, str | None]):
    """The text of each value that came before: tables repeat themselves, and equal cells share one text."""

    def __missing__(self, value: Value | str) -> str | None:
        if len(self) > MAX_TEXTS:
            self.clear()
            self[""] = None
        if isinstance(value, str):
            text = value
        elif isinstance(value, float):
            text = f"{value:.15g}"
            if "e" in text or text == "-0":
                text = decimal(value)
        else:
            text = written(value)
        self[value] = text
        return text


_texts = _Texts({"": None})


def _rows(sheet: CalamineSheet, marks: Marks) -> Iterator[list[str | None]]:
    # calamine counts rows from 1 but columns from the first used one.
    margin: list[str | None] = [None] * (sheet.start[1] if sheet.start else 0)
    text = _texts.__getitem__
    if marks.booleans:
        # True equals 1, so it cannot be looked up.
        for row in sheet.iter_rows():
            yield margin + [written(cell) if cell is True or cell is False else text(cell) for cell in row]
    elif not margin:
        for row in sheet.iter_rows():
            yield list(map(text, row))
    else:
        for row in sheet.iter_rows():
            yield [*margin, *map(text, row)]


def _with_kinds(sheet: CalamineSheet, marks: Marks) -> tuple[list[list[str | None]], list[list[str]]]:
    """Return the texts, and the letter of each cell's kind."""
    start = sheet.start[1] if sheet.start else 0
    letters = [[" "] * start + [_KINDS[type(cell)] if cell != "" else " " for cell in row] for row in sheet.iter_rows()]
    return list(_rows(sheet, marks)), letters


def _fill(rows: list[list[str | None]], letters: list[list[str]], marks: Marks) -> None:
    """Put the text of each fault in its cell, and lengthen rows where one lies outside."""
    for place, fault in marks.faults.items():
        _put(rows, place, fault, None)
        if letters:
            _put(letters, place, "f" if fault.startswith("=") else "e", " ")


def _put(rows: list[list[Cell]], place: Position, cell: Cell, empty: Cell) -> None:
    row, column = place
    rows.extend([] for _ in range(row + 1 - len(rows)))
    # Empty rows may be one list: it is replaced, not changed.
    if column >= len(rows[row]):
        rows[row] = rows[row] + [empty] * (column + 1 - len(rows[row]))
    rows[row][column] = cell


def _check_computed(sheets: Iterable[Sheet]) -> None:
    """Refuse a workbook whose only figures are formulas that nobody computed: every amount would be missing."""
    uncomputed = [
        (sheet, position) for sheet in sheets for position, fault in sheet.faults.items() if fault.startswith("=")
    ]
    if uncomputed and not any(_has_figures(sheet) for sheet in sheets):
        raise Refused(refusals.UNCOMPUTED.with_(first=address(*uncomputed[0][1])))


def _has_figures(sheet: Sheet) -> bool:
    return any(
        cell is not None and (row, column) not in sheet.faults and not cell.isalpha() and any(map(str.isdigit, cell))
        for row, cells in enumerate(sheet.rows)
        for column, cell in enumerate(cells)
    )
