"""The file that an annotated copy is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from recon.readers.cells import Book


@dataclass(frozen=True, slots=True)
class Subject:
    """A faulty file: its name, its bytes, its book as read and without our own additions, and how many rows it lost.

    `digests` names the file, then the files that it corrects itself; `on` dates the copy, so that its bytes can be made
    again.
    """

    name: str
    data: bytes
    raw: Book
    book: Book
    digests: tuple[str, ...]
    read: int
    rejected: int
    on: date
