"""A zipped workbook → sheets of texts: calamine reads the values, the XML tells what it would leave empty."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from python_calamine import CalamineWorkbook, SheetTypeEnum

from recon.readers import archive, ods, refusals, xlsx
from recon.readers.cells import Refused, Sheet, decimal, with_faults, written
from recon.readers.grid import check_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from python_calamine import CalamineSheet

    from recon.readers.cells import Fault, Position, Value

_XLSX_PARTS = (".xml", ".rels")
_ODS_PARTS = ("mimetype", "content.xml")
_ODS_MANIFEST = "META-INF/manifest.xml"

_DAMAGE = (ExpatError, LookupError, ValueError, StopIteration)


def read_xlsx(data: bytes) -> list[Sheet]:
    """Return the sheets of an xlsx or xlsm, hidden ones too, without charts; Refused if it cannot be read."""
    parts = archive.parts(data, _XLSX_PARTS)
    try:
        sheets = xlsx.worksheets(parts)
        faults = [(sheet.name, xlsx.faults(sheet.xml)) for sheet in sheets if sheet.xml is not None]
    except _DAMAGE as error:
        raise Refused(refusals.DAMAGED) from error
    return _sheets(parts, faults)


def read_ods(data: bytes) -> list[Sheet]:
    """Return the sheets of an ods, hidden ones too; Refused if it cannot be read."""
    if any(b"encryption-data" in part for part in archive.parts(data, (_ODS_MANIFEST.lower(),)).values()):
        raise Refused(refusals.PROTECTED)
    # The macros of a sound workbook hold a DOCTYPE; only its content is read, and calamine asks for some manifest.
    parts = archive.parts(data, _ODS_PARTS) | {_ODS_MANIFEST: b"<manifest/>"}
    try:
        tables = ods.tables(parts["content.xml"])
    except _DAMAGE as error:
        raise Refused(refusals.DAMAGED) from error
    return _sheets(parts, [(table.name, table.faults) for table in tables])


def _sheets(parts: Mapping[str, bytes], faults: list[tuple[str, dict[Position, Fault]]]) -> list[Sheet]:
    try:
        return _read(parts, faults)
    except (Refused, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:
        # A panic of the Rust reader is no Exception.
        raise Refused(refusals.DAMAGED) from error


def _read(parts: Mapping[str, bytes], faults: list[tuple[str, dict[Position, Fault]]]) -> list[Sheet]:
    sheets: list[Sheet] = []
    cells = 0
    with CalamineWorkbook.from_filelike(archive.packed(parts)) as book:
        tables = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        # Faults are told by the XML and values by calamine: they must speak of the same sheets.
        names = [table.name for table in tables]
        if names != [name for name, _ in faults] or len(set(names)) < len(names):
            raise Refused(refusals.DAMAGED)
        for name, of_sheet in faults:
            sheet = book.get_sheet_by_name(name)
            height, width = sheet.end or (-1, -1)
            cells += (height + 1) * (width + 1)
            check_cells(cells)
            sheets.append(Sheet(name, with_faults(_rows(sheet), of_sheet), of_sheet))
    return sheets


def _rows(sheet: CalamineSheet) -> list[list[str | None]]:
    # calamine counts rows from 1 but columns from the first used one.
    margin: list[str | None] = [None] * (sheet.start[1] if sheet.start else 0)
    return [margin + _texts(row) for row in sheet.iter_rows()]


def _texts(row: Iterable[Value | str]) -> list[str | None]:
    # A table is made of floats and texts: told apart here, they cost no further call.
    return [
        decimal(cell) if type(cell) is float else (cell or None) if isinstance(cell, str) else written(cell)
        for cell in row
    ]
