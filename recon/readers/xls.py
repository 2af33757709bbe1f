"""The BIFF records of an xls (Excel 5 to 2003): its sheets, how far each reaches, what it hides and merges, its faults."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recon.readers import records, refusals
from recon.readers.cells import Refused
from recon.readers.grid import check_size
from recon.readers.kinds import XLS_STREAMS
from recon.readers.marks import Marks
from recon.readers.xlsb import ERRORS, UNNAMED_ERROR

if TYPE_CHECKING:
    from collections.abc import Callable

_BOF, _EOF, _SHEET, _PASSWORD, _EPOCH = 0x809, 0x0A, 0x85, 0x2F, 0x22
_NUMBER, _LABEL, _BOOL_OR_ERROR, _RICH_LABEL, _SHARED_LABEL, _RK, _RKS = 0x203, 0x204, 0x205, 0xD6, 0xFD, 0x27E, 0xBD
_FORMULAS = (0x06, 0x206, 0x406)
_CELLS = frozenset({_NUMBER, _LABEL, _BOOL_OR_ERROR, _RICH_LABEL, _SHARED_LABEL, _RK, _RKS, *_FORMULAS})
_ROW, _COLUMNS, _MERGED = 0x208, 0x7D, 0xE5
_HIDDEN_ROW, _HIDDEN_COLUMNS = 0x20, 0x1
_ERROR_RESULT, _NO_RESULT = 2, 3
_UNCOMPUTED = "=…"

_U16, _TWO, _THREE = struct.Struct("<H"), struct.Struct("<2H"), struct.Struct("<3H")


def told(data: bytes) -> tuple[list[Marks], bool]:
    """Return the marks of the sheets in order, without charts and macros, and whether days are counted from 1904.

    ValueError, LookupError, OSError or struct.error if the file is damaged. A formula's empty result is a text, unless no
    formula of the workbook has any other: then nothing was computed, and each is told as a formula without value. The
    text of a formula is not told.
    """
    stream = workbook_stream(data)
    scan = _Scan(stream)
    for record in records.biff(stream):
        scan.workbook(*record)
        if record[0] == _EOF:
            break
    end = 0
    for marks, start in sorted(scan.sheets, key=lambda sheet: sheet[1]):
        # Sheets that share records would be read again and again.
        if start < end:
            raise Refused(refusals.DAMAGED)
        end = _Sheet(scan, marks).read(start)
    if not scan.computed:
        for marks, position in scan.empty:
            marks.faults[position] = _UNCOMPUTED
    return [marks for marks, _ in scan.sheets], scan.epoch_1904


def workbook_stream(data: bytes) -> bytes:
    """Return the stream of records in an OLE file; LookupError if it has none."""
    import olefile  # Only old files need it, and it takes longer to import than a small file to read.

    with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_FATAL) as container:
        for name in XLS_STREAMS:
            if container.exists(name):
                stream: bytes = container.openstream(name).read()
                return stream
    raise LookupError(XLS_STREAMS)


@dataclass(slots=True)
class _Scan:
    """What the workbook's own records said, and what its sheets have in common."""

    stream: bytes
    sheets: list[tuple[Marks, int]] = field(default_factory=list)
    epoch_1904: bool = False
    computed: bool = False
    empty: list[tuple[Marks, tuple[int, int]]] = field(default_factory=list)

    def workbook(self, number: int, start: int, end: int) -> None:
        if number == _PASSWORD:
            raise Refused(refusals.PROTECTED)
        if number == _EPOCH:
            self.epoch_1904 = _U16.unpack_from(self.stream, start)[0] == 1
        elif number == _SHEET:
            self._sheet(self.stream[start:end])

    def _sheet(self, record: bytes) -> None:
        place, state, kind = struct.unpack_from("<IBB", record)
        if kind == 0:
            self.sheets.append((Marks("", hidden=state & 3 != 0), place))


@dataclass(slots=True)
class _Sheet:
    """The scan of one sheet's records."""

    book: _Scan
    marks: Marks

    def read(self, start: int) -> int:
        """Note the records of the sheet that begins there; return where it ends."""
        stream, marks = self.book.stream, self.marks
        others: dict[int, Callable[[int, int], None]] = {
            _BOOL_OR_ERROR: self._bool_or_error, _ROW: self._row, _COLUMNS: self._columns, _MERGED: self._merged,
            _RKS: self._several, **dict.fromkeys(_FORMULAS, self._formula),
        }  # fmt: skip
        depth, end = 0, start
        for number, at, end in records.biff(stream, start):
            if number in _CELLS and depth == 1:
                row, column = _TWO.unpack_from(stream, at)
                marks.reaches(row, column)
            if number in others and depth == 1:
                others[number](at, end)
            # A chart within a sheet has records of its own.
            depth += (number == _BOF) - (number == _EOF)
            if depth <= 0:
                break
        check_size(marks.rows, marks.columns)
        return end

    def _several(self, at: int, end: int) -> None:
        (row,) = _U16.unpack_from(self.book.stream, at)
        (last,) = _U16.unpack_from(self.book.stream, end - 2)
        self.marks.reaches(row, last)

    def _bool_or_error(self, at: int, _: int) -> None:
        row, column, _format = _THREE.unpack_from(self.book.stream, at)
        if self.book.stream[at + 7]:
            self.marks.faults[row, column] = ERRORS.get(self.book.stream[at + 6], UNNAMED_ERROR)

    def _formula(self, at: int, _: int) -> None:
        stream = self.book.stream
        row, column = _TWO.unpack_from(stream, at)
        special = stream[at + 12 : at + 14] == b"\xff\xff"
        if special and stream[at + 6] == _NO_RESULT:
            self.book.empty.append((self.marks, (row, column)))
            return
        self.book.computed = True
        if special and stream[at + 6] == _ERROR_RESULT:
            self.marks.faults[row, column] = ERRORS.get(stream[at + 8], UNNAMED_ERROR)

    def _row(self, at: int, end: int) -> None:
        if end - at >= 14 and self.book.stream[at + 12] & _HIDDEN_ROW:
            (row,) = _U16.unpack_from(self.book.stream, at)
            self.marks.hidden_rows.append((row, row))

    def _columns(self, at: int, _: int) -> None:
        first, last, _width, _format, options = struct.unpack_from("<5H", self.book.stream, at)
        if options & _HIDDEN_COLUMNS:
            self.marks.hidden_columns.append((first, last))

    def _merged(self, at: int, end: int) -> None:
        (count,) = _U16.unpack_from(self.book.stream, at)
        for place in range(at + 2, min(end - 7, at + 2 + 8 * count), 8):
            first_row, last_row, first_column, last_column = struct.unpack_from("<4H", self.book.stream, place)
            self.marks.merged.append((first_row, first_column, last_row, last_column))
