"""The binary records of an xls or xlsb, one after the other, none reaching beyond the end."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BIFF = struct.Struct("<HH")


def biff(stream: bytes, start: int = 0) -> Iterator[tuple[int, int, int]]:
    """Return number, start and end of each record of an xls from a position; it ends where one is cut."""
    length = len(stream)
    while start + 4 <= length:
        number, size = _BIFF.unpack_from(stream, start)
        start += 4
        if start + size > length:
            return
        yield number, start, start + size
        start += size


def xlsb(part: bytes) -> Iterator[tuple[int, int, int]]:
    """Return number, start and end of each record of a part of an xlsb; ValueError where one is cut."""
    at, length = 0, len(part)
    while at < length:
        number, at = _variable(part, at, 2)
        size, at = _variable(part, at, 4)
        if at + size > length:
            raise ValueError(at)
        yield number, at, at + size
        at += size


def _variable(part: bytes, at: int, longest: int) -> tuple[int, int]:
    """Return a number of at most `longest` bytes of seven bits, the last without the eighth, and where it ends."""
    found = 0
    for step in range(longest):
        if at + step >= len(part):
            raise ValueError(at)
        byte = part[at + step]
        found |= (byte & 0x7F) << (7 * step)
        # The two bytes of a record's number keep their eighth bits: so are they written in the specification.
        if byte < 0x80:
            return found, at + step + 1
    return found, at + longest
