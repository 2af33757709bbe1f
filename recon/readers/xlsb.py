"""The binary parts of an xlsb: which part is which sheet, how far each reaches, what it hides and merges, and its faults."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.readers import records, refusals
from recon.readers.cells import Refused
from recon.readers.grid import check_size
from recon.readers.marks import Marks
from recon.readers.xlsx import main_part, plain_relations, related_parts

if TYPE_CHECKING:
    from recon.readers.archive import Archive
    from recon.readers.xlsx import Relation

_WORKBOOK, _RELATIONS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"
_FIXED_PARTS = ("xl/styles.bin", "xl/sharedstrings.bin")

_ROW, _BLANK, _ERROR, _FORMULA_ERROR, _LAST_CELL = 0, 1, 3, 11, 11
_COLUMNS, _DIMENSION, _PROPERTIES, _SHEET, _MERGED = 60, 148, 153, 156, 176
_HIDDEN_ROW, _HIDDEN_COLUMNS, _COUNTS_FROM_1904 = 0x10, 0x1, 0x1
ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
UNNAMED_ERROR = "#?"

_U16, _U32, _FOUR = struct.Struct("<H"), struct.Struct("<I"), struct.Struct("<4I")


def told(archive: Archive) -> tuple[list[Marks], bool]:
    """Return the marks of the sheets in order, without charts, and whether days are counted from 1904.

    ExpatError, LookupError, ValueError or struct.error if a part is damaged or lacking. A formula without a stored
    value is not told here: an xlsb stores a result with every formula. The archive is left with what calamine needs.
    """
    workbook, relations = main_part(archive)
    part = archive.binary(workbook)
    found = [(number, part[start:end]) for number, start, end in records.xlsb(part) if number in (_SHEET, _PROPERTIES)]
    epoch = any(_U32.unpack_from(record)[0] & _COUNTS_FROM_1904 for number, record in found if number == _PROPERTIES)
    sheets = [_sheet(record, relations) for number, record in found if number == _SHEET]
    worksheets = [sheet for sheet in sheets if relations[sheet.key].kind == "worksheet"]
    marks = [_marks(archive.binary(relations[sheet.key].part), sheet) for sheet in worksheets]
    for name in related_parts(relations, _FIXED_PARTS):
        if archive.has(name):
            archive.binary(name)
    archive.put(_WORKBOOK, _plain_workbook(worksheets, epoch=epoch))
    archive.put(_RELATIONS, plain_relations(relations))
    return marks, epoch


@dataclass(frozen=True, slots=True)
class _Worksheet:
    """A sheet of the workbook: its name, the identifier of its relation, whether it is hidden."""

    name: str
    key: str
    hidden: bool


def _sheet(record: bytes, relations: dict[str, Relation]) -> _Worksheet:
    """Return the sheet of a record; the betas of Excel 2007 had four bytes more before its texts."""
    (state,) = _U32.unpack_from(record)
    for start in (8, 12):
        key, at = _text(record, start)
        if key in relations:
            return _Worksheet(_text(record, at)[0], key, state != 0)
    raise LookupError(record)


def _text(record: bytes, start: int) -> tuple[str, int]:
    """Return a text that follows the number of its characters, and where it ends."""
    (length,) = _U32.unpack_from(record, start)
    end = start + 4 + 2 * length
    return record[start + 4 : end].decode("utf-16-le", "surrogatepass"), end


def _plain_workbook(sheets: list[_Worksheet], *, epoch: bool) -> bytes:
    items = b"".join(
        _record(_SHEET, struct.pack("<2I", 0, number) + _written(sheet.key) + _written(sheet.name))
        for number, sheet in enumerate(sheets, 1)
    )
    properties = _record(_PROPERTIES, struct.pack("<3I", epoch, 0, 0))
    return _record(131) + properties + _record(143) + items + _record(144) + _record(132)


def _written(text: str) -> bytes:
    return _U32.pack(len(text.encode("utf-16-le", "surrogatepass")) // 2) + text.encode("utf-16-le", "surrogatepass")


def _record(number: int, content: bytes = b"") -> bytes:
    size = len(content)
    length = bytes((size >> (7 * step)) & 0x7F | (0x80 if step < 3 else 0) for step in range(4))
    return bytes((number & 0x7F | 0x80, number >> 7)) + length + content


def _marks(part: bytes, sheet: _Worksheet) -> Marks:
    marks = Marks(sheet.name, sheet.hidden)
    row = 0
    for number, start, end in records.xlsb(part):
        if number == _ROW:
            (row,) = _U32.unpack_from(part, start)
            if end - start > 11 and part[start + 11] & _HIDDEN_ROW:
                marks.hidden_rows.append((row, row))
        elif _BLANK < number <= _LAST_CELL:
            (column,) = _U32.unpack_from(part, start)
            marks.reaches(row, column)
            if number in (_ERROR, _FORMULA_ERROR):
                marks.faults[row, column] = ERRORS.get(part[start + 8], UNNAMED_ERROR)
        elif number in (_COLUMNS, _DIMENSION, _MERGED):
            _beside(marks, number, part, start)
    check_size(marks.rows, marks.columns)
    return marks


def _beside(marks: Marks, number: int, part: bytes, start: int) -> None:
    """Note the hidden columns, the merged area or the declared dimension of a record."""
    if number == _COLUMNS:
        first, last = struct.unpack_from("<2I", part, start)
        if _U16.unpack_from(part, start + 16)[0] & _HIDDEN_COLUMNS:
            marks.hidden_columns.append((first, last))
        return
    first_row, last_row, first_column, last_column = _FOUR.unpack_from(part, start)
    if number == _MERGED:
        marks.merged.append((first_row, first_column, last_row, last_column))
    elif first_row > last_row or first_column > last_column:
        raise Refused(refusals.DAMAGED)
