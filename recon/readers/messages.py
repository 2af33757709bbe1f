"""What the reading processes and their parent say to each other: a length, then as many bytes."""

from __future__ import annotations

import marshal
import struct
from typing import IO

from recon.readers.cells import Book, Refused, Sheet
from recon.texts import Text

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


def answer_of(read: Book | Refused) -> bytes:
    """Return what became of a file as bytes; MemoryError if there is no room for them."""
    if isinstance(read, Refused):
        return marshal.dumps((read.reason.fr, read.reason.en))
    sheets = [tuple(getattr(sheet, name) for name in Sheet.__match_args__) for sheet in read.sheets]
    try:
        return marshal.dumps((read.format, read.sha256, sheets, read.epoch_1904))
    except ValueError as error:
        # Texts, numbers and tables of them can all be written: only memory was lacking.
        raise MemoryError from error


def read_from(answer: bytes | memoryview) -> Book | Refused:
    """Return what `answer_of` was given, a refusal as it reads in both languages."""
    told = marshal.loads(answer)  # noqa: S302  Written by our own program, and it cannot name code to run.
    if len(told) == 2:
        return Refused(Text(*told))
    kind, digest, sheets, epoch = told
    return Book(kind, digest, [Sheet(*sheet) for sheet in sheets], epoch)
