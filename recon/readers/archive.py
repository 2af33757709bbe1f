"""The parts of a zipped workbook, inflated under ceilings, and a clean archive made of them.

The spreadsheet reader is given that archive, never the file: what it reads is what was checked.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from itertools import pairwise
from typing import TYPE_CHECKING

from recon.readers import refusals
from recon.readers.cells import Refused
from recon.readers.files import MEGABYTE
from recon.texts import Text, number

if TYPE_CHECKING:
    from collections.abc import Collection

MAX_MEMBERS = 10_000
MAX_PART_BYTES = 150 * MEGABYTE
MAX_BYTES = 200 * MEGABYTE
# Excel itself stops at 32,767: beyond this, it is no table, and every later step would take minutes.
MAX_TEXT_BYTES = 1_000_000

_ENCRYPTED = 0x1
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_CENTRAL_HEADER = struct.Struct("<4s6H3I5H2I")
_END_RECORD = struct.Struct("<4s4H2IH")
_ZIP_VERSION, _UTF8_NAME, _JANUARY_1980 = 20, 0x800, 0x21
_UNIX, _LINK, _KIND_OF_FILE = 3, 0o120000, 0o170000
# calamine finds the parts of an xlsx in any case, but not those of an ods.
_SPELLED = {"meta-inf/manifest.xml": "META-INF/manifest.xml"}
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, LookupError)


class Archive:
    """A zip in memory: each part inflated once, when it is asked for; Refused if it is unsafe or damaged."""

    def __init__(self, data: bytes) -> None:
        """Read the directory of an archive, and check that its members are those of a workbook."""
        self._data = data
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                members = archive.infolist()
        except _DAMAGE as error:
            raise Refused(refusals.DAMAGED) from error
        self._members = {part_key(member.filename): member for member in members}
        self._unsafe = _complaint(members)
        self._inflated: dict[str, bytes] = {}
        self._sums: dict[str, int] = {}
        self._left = MAX_BYTES

    def names(self) -> Collection[str]:
        """Return the key of every member."""
        return self._members.keys()

    def check(self) -> None:
        """Refuse members that no sound workbook has: doubled, overlapping, encrypted, or too many."""
        if self._unsafe:
            raise Refused(self._unsafe)

    def has(self, name: str) -> bool:
        """Whether there is a part of that key."""
        return name in self._members

    def part(self, name: str) -> bytes:
        """Return the XML of one part; KeyError if there is none, Refused if it is no plain XML."""
        part = self.binary(name)
        # In UTF-16 the words looked for here, and in every scan after this one, would pass unseen.
        if b"\0" in part:
            raise Refused(refusals.DAMAGED)
        # The rare sign is found faster than the words it stands in.
        if b"!" in part and (b"<!DOCTYPE" in part or b"<!ENTITY" in part):
            raise _refused(refusals.ENTITIES)
        if _has_endless_text(part):
            raise _refused(refusals.ENDLESS_TEXT.with_(limit=number(MAX_TEXT_BYTES)))
        return part

    def binary(self, name: str) -> bytes:
        """Return the bytes of one part; KeyError if there is none, Refused if it is damaged or too big."""
        if name not in self._inflated:
            self._inflated[name] = self._inflate(self._members[name])
            self._sums[name] = self._members[name].CRC
            self._left -= len(self._inflated[name])
        return self._inflated[name]

    def put(self, name: str, part: bytes) -> None:
        """Have another part instead of the one of that key."""
        self._inflated[name], self._sums[name] = part, zlib.crc32(part)

    def beginning(self, name: str) -> bytes:
        """Return the first 100 bytes of one member; Refused if it cannot be read."""
        member = self._members[name]
        packed = self._packed(member)
        if member.compress_type == zipfile.ZIP_STORED:
            return bytes(packed[:100])
        try:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, 100)
        except zlib.error as error:
            raise Refused(refusals.DAMAGED) from error

    def packed(self) -> io.BytesIO | Pieces:
        """Return an uncompressed archive of the parts inflated so far, which are forgotten."""
        pieces: list[bytes] = []
        directory, count, start = bytearray(), len(self._inflated), 0
        while self._inflated:
            name, part = self._inflated.popitem()
            written = _SPELLED.get(name, name).encode()
            sizes = (self._sums[name], len(part), len(part), len(written))
            common = (_ZIP_VERSION, _UTF8_NAME, zipfile.ZIP_STORED, 0, _JANUARY_1980, *sizes, 0)
            directory += _CENTRAL_HEADER.pack(b"PK\1\2", _ZIP_VERSION, *common, 0, 0, 0, 0, start) + written
            header = _LOCAL_HEADER.pack(b"PK\3\4", *common) + written
            pieces += (header, part)
            start += len(header) + len(part)
        pieces.append(bytes(directory) + _END_RECORD.pack(b"PK\5\6", 0, 0, count, count, len(directory), start, 0))
        return io.BytesIO(b"".join(pieces)) if start < MEGABYTE else Pieces(pieces)

    def _inflate(self, member: zipfile.ZipInfo) -> bytes:
        # The declared size is whatever the file says: only the bytes that come out count.
        ceiling = min(self._left, MAX_PART_BYTES)
        packed = self._packed(member)
        if member.compress_type == zipfile.ZIP_STORED:
            part, whole = bytes(packed[: ceiling + 1]), True
        else:
            part, whole = _inflated(packed, ceiling + 1)
        if len(part) > ceiling:
            limit = MAX_BYTES if self._left < MAX_PART_BYTES else MAX_PART_BYTES
            raise _refused(refusals.INFLATED.with_(limit=limit // MEGABYTE))
        if not whole or zlib.crc32(part) != member.CRC:
            raise Refused(refusals.DAMAGED)
        return part

    def _packed(self, member: zipfile.ZipInfo) -> memoryview:
        """Return a member's bytes as they lie in the file."""
        try:
            header = _LOCAL_HEADER.unpack_from(self._data, member.header_offset)
        except (struct.error, ValueError) as error:
            raise Refused(refusals.DAMAGED) from error
        start = member.header_offset + _LOCAL_HEADER.size + header[-2] + header[-1]
        packed = memoryview(self._data)[start : start + member.compress_size]
        if header[0] != b"PK\3\4" or len(packed) < member.compress_size:
            raise Refused(refusals.DAMAGED)
        return packed


class Pieces(io.BufferedIOBase):
    """A large file in pieces, to be read once from its beginning to its end: each is forgotten when it has been read.

    It spares one copy of the whole, the memory and the time.
    """

    def __init__(self, pieces: list[bytes]) -> None:
        """Have no piece empty: that would look like the end."""
        self._pieces = [piece for piece in reversed(pieces) if piece]
        self._at = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes, up to `size`, and no more than are given at once; nothing at the end."""
        if not self._pieces:
            return b""
        piece = self._pieces[-1]
        most = MEGABYTE if size is None or size < 0 else min(size, MEGABYTE)
        found = piece[self._at : self._at + most]
        self._at += len(found)
        if self._at == len(piece):
            self._pieces.pop()
            self._at = 0
        return found


def part_key(name: str) -> str:
    """Return a part's name as workbooks compare them: without case, `/` between folders."""
    return name.replace("\\", "/").lstrip("/").lower()


def _has_endless_text(part: bytes) -> bool:
    """Whether more than `MAX_TEXT_BYTES` lie between two tags: one of the places looked at is among them."""
    half = MAX_TEXT_BYTES // 2
    for start in range(half, len(part), half):
        if part.find(b"<", start, start + half) < 0:
            end = part.find(b"<", start)
            if (len(part) if end < 0 else end) - part.rfind(b"<", 0, start) > MAX_TEXT_BYTES:
                return True
    return False


def _inflated(packed: memoryview, ceiling: int) -> tuple[bytes, bool]:
    """Return at most `ceiling` bytes, and whether the stream ends there."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        part = inflater.decompress(packed, ceiling)
    except zlib.error as error:
        raise Refused(refusals.DAMAGED) from error
    return part, inflater.eof


def _complaint(members: list[zipfile.ZipInfo]) -> Text | None:
    if len(members) > MAX_MEMBERS:
        return _careful(refusals.TOO_MANY_MEMBERS.with_(limit=number(MAX_MEMBERS)))
    if len({part_key(member.filename) for member in members}) < len(members):
        return _careful(refusals.DOUBLED_MEMBERS)
    if any(member.flag_bits & _ENCRYPTED for member in members):
        return refusals.PROTECTED
    if any(map(_is_odd, members)):
        return _careful(refusals.ODD_MEMBERS)
    ordered = sorted(members, key=lambda member: member.header_offset)
    if any(_end(one) > following.header_offset for one, following in pairwise(ordered)):
        return _careful(refusals.OVERLAPPING_MEMBERS)
    return None


def _is_odd(member: zipfile.ZipInfo) -> bool:
    """Whether a member is compressed as no workbook's are, or is a link."""
    plain = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return not plain or (member.create_system == _UNIX and (member.external_attr >> 16) & _KIND_OF_FILE == _LINK)


def _end(member: zipfile.ZipInfo) -> int:
    return member.header_offset + _LOCAL_HEADER.size + member.compress_size


def _careful(what: Text) -> Text:
    return refusals.UNSAFE.with_(what=what)


def _refused(what: Text) -> Refused:
    return Refused(_careful(what))
