"""Binary workbooks for tests: xls (BIFF8 in a compound file) and xlsb, as small as a spreadsheet still opens them.

No library on the list writes either format, and a ledger comes in both. Texts, numbers and dates are enough here.
"""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.sheets import bare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.sheets import Cell, Page

GENERAL, DAY = 0, 1
"""The two cell formats of both kinds of book: their place in its list of formats."""
_NUMBER_FORMATS = {GENERAL: 0, DAY: 14}
_EPOCH = date(1899, 12, 30)


def _number(cell: Cell) -> tuple[float, int] | None:
    """Return a cell's number and format, None if it holds text or nothing."""
    match value := bare(cell):
        case None | str():
            return None
        case date():
            return float((value - _EPOCH).days), DAY
        case int() | float() | Decimal():
            return float(value), GENERAL


# xls -----------------------------------------------------------------------------------------------------------------

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
# A stream below this size would live among the short sectors, which these books do without.
_LONG_STREAM = 4096
_RECORD_LIMIT = 8224


def xls(pages: Sequence[Page]) -> bytes:
    """Return an Excel 97-2003 workbook."""
    return _compound_file(_workbook(pages))


def _record(kind: int, body: bytes) -> bytes:
    assert len(body) <= _RECORD_LIMIT
    return struct.pack("<HH", kind, len(body)) + body


def _beginning(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 1997, 0, 0x0600))


def _workbook(pages: Sequence[Page]) -> bytes:
    texts = sorted(
        {value for page in pages for row in page.rows for cell in row if isinstance(value := bare(cell), str)}
    )
    place = {text: index for index, text in enumerate(texts)}
    sheets = [_sheet(page, place) for page in pages]
    strings = b"".join(struct.pack("<HB", len(text), 1) + text.encode("utf-16-le") for text in texts)
    head = [
        _beginning(0x0005),
        _record(0x0042, struct.pack("<H", 1200)),
        *(_record(0x00E0, struct.pack("<HHHBBBBIIH", 0, number, 1, 0x20, 0, 0, 0, 0, 0, 0)) for number in _NUMBER_FORMATS.values()),
    ]  # fmt: skip
    tail = [_record(0x00FC, struct.pack("<II", len(texts), len(texts)) + strings), _record(0x000A, b"")]
    before = len(b"".join([*head, *tail])) + sum(len(_bound(page, 0)) for page in pages)
    starts = [before + sum(map(len, sheets[:index])) for index in range(len(sheets))]
    bounds = [_bound(page, start) for page, start in zip(pages, starts, strict=True)]
    return b"".join([*head, *bounds, *tail, *sheets])


def _bound(page: Page, start: int) -> bytes:
    name = struct.pack("<BB", len(page.name), 1) + page.name.encode("utf-16-le")
    return _record(0x0085, struct.pack("<IBB", start, int(page.hidden), 0) + name)


def _sheet(page: Page, place: dict[str, int]) -> bytes:
    width = max(map(len, page.rows))
    records = [_beginning(0x0010), _record(0x0200, struct.pack("<IIHHH", 0, len(page.rows), 0, width, 0))]
    for row, cells in enumerate(page.rows):
        for column, cell in enumerate(cells):
            value = bare(cell)
            if isinstance(value, str):
                records.append(_record(0x00FD, struct.pack("<HHHI", row, column, GENERAL, place[value])))
            elif number := _number(cell):
                records.append(_record(0x0203, struct.pack("<HHHd", row, column, number[1], number[0])))
    return b"".join([*records, _record(0x000A, b"")])


def _compound_file(stream: bytes) -> bytes:
    """Return `stream` as the "Workbook" of a compound file: its table of sectors, its directory, then its sectors."""
    size = max(len(stream), _LONG_STREAM)
    count = -(-size // _SECTOR)
    chain = [_FAT, _END, *range(3, count + 2), _END]
    table = struct.pack(f"<{_SECTOR // 4}I", *chain, *[_FREE] * (_SECTOR // 4 - len(chain)))
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, size) + bytes(2 * 128)
    header = (
        bytes.fromhex("D0CF11E0A1B11AE1")
        + bytes(16)
        + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
        + struct.pack("<IIIIIIIII", 0, 1, 1, 0, _LONG_STREAM, _END, 0, _END, 0)
        + struct.pack("<109I", 0, *[_FREE] * 108)
    )
    return header + table + directory + stream.ljust(count * _SECTOR, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, child)
    return text.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)


# xlsb ----------------------------------------------------------------------------------------------------------------

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def xlsb(pages: Sequence[Page]) -> bytes:
    """Return an Excel binary workbook."""
    numbers = range(1, len(pages) + 1)
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": _content_types(numbers),
        "_rels/.rels": _related([("rId1", "officeDocument", "xl/workbook.bin")]),
        "xl/workbook.bin": _book(pages),
        "xl/_rels/workbook.bin.rels": _related(
            [*((f"rId{n}", "worksheet", f"worksheets/sheet{n}.bin") for n in numbers), ("rIdS", "styles", "styles.bin")]
        ),
        "xl/styles.bin": _styles(),
        **{
            f"xl/worksheets/sheet{number}.bin": _binary_sheet(page) for number, page in zip(numbers, pages, strict=True)
        },
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _content_types(numbers: range) -> str:
    kinds = {"/xl/workbook.bin": "sheet.binary.macroEnabled.main", "/xl/styles.bin": "styles"}
    kinds |= {f"/xl/worksheets/sheet{number}.bin": "worksheet" for number in numbers}
    overrides = "".join(
        f'<Override PartName="{part}" ContentType="application/vnd.ms-excel.{kind}"/>' for part, kind in kinds.items()
    )
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'{_XML}<Types xmlns="{_TYPES}">{rels}{overrides}</Types>'


def _related(relations: Sequence[tuple[str, str, str]]) -> str:
    found = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{part}"/>' for key, kind, part in relations
    )
    return f'{_XML}<Relationships xmlns="{_RELATIONS}">{found}</Relationships>'


def _part(kind: int, body: bytes = b"") -> bytes:
    """Return a record: its kind and its length in groups of seven bits."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(body), b""
    while size >= 0x80:
        length += bytes([size & 0x7F | 0x80])
        size >>= 7
    return head + length + bytes([size]) + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _book(pages: Sequence[Page]) -> bytes:
    sheets = [
        _part(156, struct.pack("<II", int(page.hidden), number) + _wide(f"rId{number}") + _wide(page.name))
        for number, page in enumerate(pages, 1)
    ]
    return b"".join(
        [_part(131), _part(153, struct.pack("<II", 0, 0) + _wide("")), _part(143), *sheets, _part(144), _part(132)]
    )


def _styles() -> bytes:
    formats = [_part(47, struct.pack("<HHHHHHI", 0, number, 0, 0, 0, 0, 0)) for number in _NUMBER_FORMATS.values()]
    return b"".join([_part(278), _part(617, struct.pack("<I", len(formats))), *formats, _part(618), _part(279)])


def _binary_sheet(page: Page) -> bytes:
    width = max(map(len, page.rows))
    parts = [_part(129), _part(148, struct.pack("<IIII", 0, len(page.rows) - 1, 0, width - 1)), _part(145)]
    for row, cells in enumerate(page.rows):
        parts.append(_part(0, struct.pack("<IIHHBI", row, 0, 300, 0, 0, 0)))
        for column, cell in enumerate(cells):
            value = bare(cell)
            if isinstance(value, str):
                parts.append(_part(6, struct.pack("<II", column, GENERAL) + _wide(value)))
            elif number := _number(cell):
                parts.append(_part(5, struct.pack("<IId", column, number[1], number[0])))
    return b"".join([*parts, _part(146), _part(130)])
