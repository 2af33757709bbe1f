"""Files → cells with addresses: `read_book` returns a `Book`, or raises `Refused` with its reason."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from recon.readers.cells import Book, Fault, Refused, Sheet, address, column_letters
from recon.readers.delimited import read_csv
from recon.readers.files import read_bytes
from recon.readers.kinds import kind_of
from recon.readers.workbooks import read_ods, read_xlsx

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Book", "Fault", "Refused", "Sheet", "address", "column_letters", "read_book"]

_READERS = {"xlsx": read_xlsx, "ods": read_ods, "csv": read_csv}


def read_book(path: Path) -> Book:
    """Return what a file holds, told by its content and never by its name; Refused if it cannot be read."""
    data = read_bytes(path)
    kind = kind_of(data)
    return Book(kind, hashlib.sha256(data).hexdigest(), _READERS[kind](data))
