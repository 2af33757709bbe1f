"""One file → cells with addresses, in this process: `read_book` returns a `Book`, or raises `Refused` with its reason."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from recon.readers.archive import Archive
from recon.readers.cells import PDF, TEXT, Book
from recon.readers.files import read_bytes
from recon.readers.kinds import is_zip, kind_of_archive, kind_of_bytes
from recon.readers.workbooks import read_ods, read_xls, read_xlsb, read_xlsx

if TYPE_CHECKING:
    from pathlib import Path

_ZIPPED = {"xlsx": read_xlsx, "xlsb": read_xlsb, "ods": read_ods}


def read_book(path: Path) -> Book:
    """Return what a file holds, told by its content and never by its name; Refused if it cannot be read.

    A file of unknown origin can crash or hang its reader: only a child process (`read_books`) and tests call this.
    """
    return _read(path, kinds=False)


def read_cells(path: Path) -> Book:
    """Return what a file holds, and of which kind each of its cells is; Refused if it cannot be read."""
    return _read(path, kinds=True)


def _read(path: Path, *, kinds: bool) -> Book:
    data = read_bytes(path)
    digest = hashlib.sha256(data).hexdigest()
    if is_zip(data):
        archive = Archive(data)
        kind = kind_of_archive(archive)
        archive.check()
        sheets, epoch = _ZIPPED[kind](archive, kinds=kinds)
        return Book(kind, digest, sheets, epoch)
    kind = kind_of_bytes(data)
    if kind == PDF:
        from recon.readers.documents import read_pdf

        return Book(kind, digest, read_pdf(data, kinds=kinds))
    if kind == "csv":
        return _read_text(data, digest, kinds=kinds)
    sheets, epoch = read_xls(data, kinds=kinds)
    return Book(kind, digest, sheets, epoch)


def _read_text(data: bytes, digest: str, *, kinds: bool) -> Book:
    from recon.readers.delimited import decoded, read_csv
    from recon.readers.documents import is_prose, read_text

    if is_prose(text := decoded(data)):
        return Book(TEXT, digest, read_text(text, kinds=kinds))
    return Book("csv", digest, read_csv(data, kinds=kinds))
