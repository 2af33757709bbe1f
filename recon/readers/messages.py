"""What the reading processes and their parent say to each other: a length, then as many bytes."""

from __future__ import annotations

import struct
from typing import IO

LENGTH = struct.Struct("<Q")
READY = b"recon\n"


def received(pipe: IO[bytes]) -> bytes | None:
    """Return the next message of a pipe, None if it was closed."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    message = pipe.read(length)
    return message if len(message) == length else None
