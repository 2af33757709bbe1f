"""Small .xls and .xlsb workbooks, written record by record as no library writes them."""

from __future__ import annotations

import io
import struct
import zipfile

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
SECTOR = 512
END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD

Record = tuple[int, bytes]


def biff(number: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", number, len(content)) + content


BOF, EOF = 0x809, biff(0x0A)
WORKBOOK, WORKSHEET = 0x05, 0x10


def begins(kind: int) -> bytes:
    return biff(BOF, struct.pack("<4H2I", 0x600, kind, 0, 0, 0, 0))


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return biff(0x203, struct.pack("<3Hd", row, column, style, value))


def label(row: int, column: int, text: str) -> bytes:
    return biff(0x204, struct.pack("<4HB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


def error(row: int, column: int, code: int) -> bytes:
    return biff(0x205, struct.pack("<3HBB", row, column, 0, code, 1))


def formula(row: int, column: int, result: bytes) -> bytes:
    return biff(0x06, struct.pack("<3H", row, column, 0) + result + struct.pack("<HIH", 0, 0, 0))


COMPUTED = struct.pack("<d", 2.0)
NO_RESULT, REF_ERROR = b"\3\0\0\0\0\0\xff\xff", b"\2\0\x17\0\0\0\xff\xff"


def style(number_format: int) -> bytes:
    return biff(0xE0, struct.pack("<2H", 0, number_format) + bytes(16))


def stream(*sheets: bytes, before: bytes = b"", states: tuple[int, ...] = ()) -> bytes:
    """The stream of a workbook; its sheets are named Feuille1, Feuille2."""
    names = [f"Feuille{place}".encode() for place in range(1, len(sheets) + 1)]
    start = begins(WORKBOOK) + before + style(0) + style(14)
    lengths = sum(len(biff(0x85, bytes(8) + name)) for name in names)
    place = len(start) + lengths + len(EOF)
    listed = b""
    for index, (name, sheet) in enumerate(zip(names, sheets, strict=True)):
        state = states[index] if states else 0
        listed += biff(0x85, struct.pack("<IBBBB", place, state, 0, len(name), 0) + name)
        place += len(begins(WORKSHEET)) + len(sheet) + len(EOF)
    return start + listed + EOF + b"".join(begins(WORKSHEET) + sheet + EOF for sheet in sheets)


def ole(content: bytes, name: str = "Workbook") -> bytes:
    """An OLE file of one stream, in sectors of 512 bytes."""
    content = content.ljust(4096, b"\0")
    sectors = -(-len(content) // SECTOR)
    # Sector 0 is the table, 1 the directory, the stream follows.
    table = [TABLE, END, *range(3, sectors + 2), END]
    assert len(table) <= SECTOR // 4
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16)
    header += struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, END, 0, END, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", FREE) * 108
    directory = _entry("Root Entry", 5, END, 0, child=1) + _entry(name, 2, 2, len(content)) + bytes(256)
    packed = struct.pack(f"<{len(table)}I", *table).ljust(SECTOR, b"\xff")
    return header + packed + directory + content.ljust(sectors * SECTOR, b"\0")


def _entry(name: str, kind: int, start: int, size: int, child: int = FREE) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
    return head + struct.pack("<3I", FREE, FREE, child) + bytes(36) + struct.pack("<IQ", start, size)


def xls(*sheets: bytes, before: bytes = b"", states: tuple[int, ...] = ()) -> bytes:
    return ole(stream(*sheets, before=before, states=states))


def record(kind: int, content: bytes = b"") -> bytes:
    """One record of an .xlsb."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(content), b""
    while size > 0x7F:
        length += bytes([size & 0x7F | 0x80])
        size >>= 7
    return head + length + bytes([size]) + content


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb_cell(kind: int, column: int, content: bytes) -> bytes:
    return record(kind, struct.pack("<2I", column, 0) + content)


def xlsb_row(row: int, *, hidden: bool = False) -> bytes:
    return record(0, struct.pack("<2IHBB", row, 0, 300, 0, 0x10 if hidden else 0) + bytes(5))


def xlsb(sheet: bytes, state: int = 0, *, from_1904: bool = False) -> bytes:
    """A workbook of one sheet, Feuille; `sheet` are the records of its rows and what surrounds them."""
    book = record(131) + record(153, struct.pack("<3I", from_1904, 0, 0)) + record(143)
    book += record(156, struct.pack("<2I", state, 1) + wide("rId1") + wide("Feuille")) + record(144) + record(132)
    styles = record(617, struct.pack("<I", 2))
    for number_format in (0, 14):
        styles += record(47, struct.pack("<2H", 0, number_format) + bytes(12))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(
            "_rels/.rels",
            f'{RELATIONS}<Relationship Id="a" Type="{OFFICE}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        )
        packed.writestr("xl/workbook.bin", book)
        packed.writestr(
            "xl/_rels/workbook.bin.rels",
            f'{RELATIONS}<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.bin"/>'
            f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.bin"/></Relationships>',
        )
        packed.writestr("xl/styles.bin", record(278) + styles + record(618) + record(279))
        packed.writestr("xl/worksheets/sheet1.bin", record(129) + sheet + record(130))
    return file.getvalue()
