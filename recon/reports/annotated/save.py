"""A workbook of openpyxl as bytes: the same for the same content, and with the results of its formulas."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl.utils.datetime import to_excel

from recon.readers.cells import position

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from recon.readers.cells import Sheet

_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"((?: s="[0-9]+")?)><f([^>]*)>([^<]*)</f><v ?/></c>')
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_CORE = "docProps/core.xml"
_OLDEST = (1980, 1, 1, 0, 0, 0)

_Typed = tuple[bytes, bytes]


def saved(workbook: Workbook, on: date) -> bytes:
    """Return the workbook's bytes, dated `on`: the same for the same content."""
    return _packed(workbook, on, {})


def saved_with_results(workbook: Workbook, on: date, computed: Workbook, read: Mapping[str, Sheet]) -> bytes:
    """Return the workbook's bytes, each formula with the result that it has in `computed`.

    openpyxl stores no results, and a formula without one is no value to any reader. `read` tells by their faults the
    formulas that had none before.
    """
    results = {
        f"xl/worksheets/sheet{number}.xml": (computed[sheet.title], read[sheet.title])
        for number, sheet in enumerate(workbook.worksheets, start=1)
        if sheet.title in read
    }
    return _packed(workbook, on, results)


def _packed(workbook: Workbook, on: date, results: Mapping[str, tuple[Worksheet, Sheet]]) -> bytes:
    data, packed = BytesIO(), BytesIO()
    workbook.save(data)
    with ZipFile(data) as before, ZipFile(packed, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name in results:
                content = _with_results(content, *results[name])
            elif name == _CORE:
                content = _MODIFIED.sub(rb"\g<1>" + f"{on:%Y-%m-%d}T00:00:00Z".encode(), content)
            entry = ZipInfo(name, _OLDEST)
            entry.compress_type = ZIP_DEFLATED
            after.writestr(entry, content)
    return packed.getvalue()


def _with_results(xml: bytes, computed: Worksheet, read: Sheet) -> bytes:
    def filled(found: re.Match[bytes]) -> bytes:
        address = found[1].decode()
        if read.faults.get(position(address), "").startswith("="):
            return found[0]
        kind, value = _result(computed[address])
        return b'<c r="%b"%b%b><f%b>%b</f><v>%b</v></c>' % (found[1], found[2], kind, found[3], found[4], value)

    return _FORMULA.sub(filled, xml)


def _result(cell: Cell) -> _Typed:
    """Return the type and the text of a stored result; an empty text is one."""
    match cell.value:
        case bool():
            return b' t="b"', b"%d" % cell.value
        case int() | float():
            return b"", repr(cell.value).encode()
        case datetime() | date() | time() | timedelta():
            return b"", repr(to_excel(cell.value, cell.parent.parent.epoch)).encode()
        case _ if cell.data_type == "e":
            return b' t="e"', escape(str(cell.value)).encode()
        case _:
            return b' t="str"', escape(cell.value or "").encode()
