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
    from collections.abc import Mapping

MAX_MEMBERS = 10_000
MAX_PART_BYTES = 200 * MEGABYTE
MAX_BYTES = 600 * MEGABYTE

_ENCRYPTED = 0x1
_LOCAL_HEADER_BYTES = 30
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, LookupError)


def names(data: bytes) -> list[str]:
    """Return the names of an archive's members; Refused if it cannot be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.namelist()
    except _DAMAGE as error:
        raise Refused(refusals.DAMAGED) from error


def beginning(data: bytes, name: str) -> bytes:
    """Return the first 100 bytes of one member; Refused if it cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(name) as file:
            return file.read(100)
    except _DAMAGE as error:
        raise Refused(refusals.DAMAGED) from error


def parts(data: bytes, endings: tuple[str, ...]) -> dict[str, bytes]:
    """Return name -> bytes of the parts whose name ends so; Refused if the archive is unsafe or damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive.infolist())
            return _inflated(archive, endings)
    except _DAMAGE as error:
        raise Refused(refusals.DAMAGED) from error


def packed(parts: Mapping[str, bytes]) -> io.BytesIO:
    """Return an uncompressed archive of `parts`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    file.seek(0)
    return file


def part_key(name: str) -> str:
    """Return a part's name as workbooks compare them: without case, `/` between folders."""
    return name.replace("\\", "/").lstrip("/").lower()


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise _unsafe(refusals.TOO_MANY_MEMBERS.with_(limit=number(MAX_MEMBERS)))
    if len({part_key(member.filename) for member in members}) < len(members):
        raise _unsafe(refusals.DOUBLED_MEMBERS)
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise Refused(refusals.PROTECTED)
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
        raise _unsafe(refusals.ODD_COMPRESSION)
    ordered = sorted(members, key=lambda member: member.header_offset)
    if any(_end(one) > following.header_offset for one, following in pairwise(ordered)):
        raise _unsafe(refusals.OVERLAPPING_MEMBERS)


def _end(member: zipfile.ZipInfo) -> int:
    return member.header_offset + _LOCAL_HEADER_BYTES + member.compress_size


def _inflated(archive: zipfile.ZipFile, endings: tuple[str, ...]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left = MAX_BYTES
    for member in archive.infolist():
        if not member.filename.lower().endswith(endings):
            continue
        found[member.filename] = _part(archive, member, left)
        left -= len(found[member.filename])
    return found


def _part(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> bytes:
    # The declared size is whatever the file says: only the bytes that come out count.
    ceiling = min(left, MAX_PART_BYTES)
    with archive.open(member) as file:
        part = file.read(ceiling + 1)
    if len(part) > ceiling:
        limit = MAX_BYTES if left < MAX_PART_BYTES else MAX_PART_BYTES
        raise _unsafe(refusals.INFLATED.with_(limit=limit // MEGABYTE))
    # In UTF-16 the words looked for here, and in every scan after this one, would pass unseen.
    if b"\0" in part:
        raise Refused(refusals.DAMAGED)
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise _unsafe(refusals.ENTITIES)
    return part


def _unsafe(what: Text) -> Refused:
    return Refused(refusals.UNSAFE.with_(what=what))
