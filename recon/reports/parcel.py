"""The parts of a workbook as one file: those that many workbooks share are compressed once."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s4B4H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_VERSION, _UNIX, _DEFLATED = 20, 3, 8
# XlsxWriter's own day and rights: 1 January 1980, read and written by their owner.
_DAY, _RIGHTS = 1 << 5 | 1, 0o600 << 16


def parcel(parts: Mapping[str, bytes]) -> bytes:
    """Return the ZIP file of the parts, by name, in their order; the same parts make the same bytes."""
    pieces: list[bytes] = []
    entries: list[bytes] = []
    at = 0
    for name, data in parts.items():
        check, packed = _packed(data)
        called = name.encode()
        sizes = (check, len(packed), len(data), len(called), 0)
        local = _LOCAL.pack(b"PK\3\4", _VERSION, 0, _DEFLATED, 0, _DAY, *sizes)
        about = (_VERSION, _UNIX, _VERSION, 0, 0, _DEFLATED, 0, _DAY)
        entries += [_CENTRAL.pack(b"PK\1\2", *about, *sizes, 0, 0, 0, _RIGHTS, at), called]
        pieces += [local, called, packed]
        at += len(local) + len(called) + len(packed)
    directory = b"".join(entries)
    end = _END.pack(b"PK\5\6", 0, 0, len(parts), len(parts), len(directory), at, 0)
    return b"".join((*pieces, directory, end))


@lru_cache(maxsize=256)
def _packed(data: bytes) -> tuple[int, bytes]:
    """Return the checksum of a part, and the part compressed."""
    deflate = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    return zlib.crc32(data), deflate.compress(data) + deflate.flush()
