"""The bytes of a file, read once, or a refusal: nothing else touches the disk."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from recon.readers import refusals
from recon.readers.cells import Refused
from recon.texts import same

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from recon.texts import Text

MEGABYTE = 1_000_000
MAX_BYTES = 100 * MEGABYTE
LOCKS = ("~$", ".~lock.")

# Opening a pipe must not wait for its writer; Windows has no pipes here, but translates line ends.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a regular file of at most `MAX_BYTES`; Refused if it is none, or changed meanwhile."""
    if path.name.startswith(LOCKS):
        raise Refused(refusals.LOCK_FILE)
    try:
        descriptor = os.open(path, _FLAGS)
    except FileNotFoundError as error:
        raise Refused(refusals.MISSING) from error
    except IsADirectoryError as error:
        raise Refused(refusals.NOT_A_FILE) from error
    except PermissionError as error:
        raise Refused(refusals.NOT_A_FILE if path.is_dir() else refusals.FORBIDDEN) from error
    except (OSError, ValueError) as error:
        raise Refused(_unreadable(error)) from error
    try:
        return _read(descriptor)
    except OSError as error:
        raise Refused(_unreadable(error)) from error
    finally:
        os.close(descriptor)


def _unreadable(error: Exception) -> Text:
    return refusals.UNREADABLE.with_(cause=same(getattr(error, "strerror", None) or str(error)))


def _read(descriptor: int) -> bytes:
    before = os.fstat(descriptor)
    if not stat.S_ISREG(before.st_mode):
        raise Refused(refusals.NOT_A_FILE)
    if before.st_size > MAX_BYTES:
        raise Refused(refusals.TOO_BIG.with_(limit=MAX_BYTES // MEGABYTE))
    data = b"".join(_pieces(descriptor, before.st_size + 1))
    after = os.fstat(descriptor)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size:
        raise Refused(refusals.CHANGED)
    if not data:
        raise Refused(refusals.EMPTY)
    return data


def _pieces(descriptor: int, length: int) -> Iterator[bytes]:
    """Yield what a file holds, up to `length` bytes; the system may give less than it is asked for."""
    while length > 0 and (piece := os.read(descriptor, length)):
        length -= len(piece)
        yield piece
