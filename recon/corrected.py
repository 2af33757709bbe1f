"""A copy of ours that was corrected and sent back: which file it corrects, and what is in it without our additions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.readers.cells import Book, Sheet

# Written into the annotated copies and read back from them, so never translated.
SHEET = "À corriger"
COLUMN = "À corriger (recon)"
ORIGIN = "Fichier d’origine"
DIGEST = "Empreinte SHA-256"

_DIGEST = re.compile(r"[0-9a-f]{64}")


def originals_of(book: Book) -> tuple[str, ...]:
    """Return the SHA-256 of the file that `book` corrects, then of those that file corrected; () if it is no copy."""
    return next((digests for sheet in book.sheets if (digests := _digests(sheet))), ())


def without_ours(book: Book) -> Book:
    """Return `book` without the sheet and the columns that recon added; the other cells keep their addresses."""
    sheets = [_without_column(sheet) for sheet in book.sheets if not _digests(sheet)]
    return book if sheets == book.sheets else replace(book, sheets=sheets)


def _digests(sheet: Sheet) -> tuple[str, ...]:
    """Return the digests that our own sheet bears; () for any other sheet, whatever its name."""
    if not sheet.name.startswith(SHEET):
        return ()
    rows = [[cell for cell in cells if cell] for cells in sheet.rows]
    if not any(cells[0] == ORIGIN for cells in rows if cells):
        return ()
    marked = (cells[1] for cells in rows if len(cells) > 1 and cells[0] == DIGEST)
    return tuple(digest for digest in marked if _DIGEST.fullmatch(digest))


def _without_column(sheet: Sheet) -> Sheet:
    columns = {cells.index(COLUMN) for cells in sheet.rows if COLUMN in cells}
    if not columns:
        return sheet
    rows = [_trimmed([None if at in columns else cell for at, cell in enumerate(cells)]) for cells in sheet.rows]
    faults = {place: fault for place, fault in sheet.faults.items() if place[1] not in columns}
    return replace(sheet, rows=rows, faults=faults)


def _trimmed(cells: Sequence[str | None]) -> list[str | None]:
    """Return `cells` without the empty ones at the end: our column alone made the row so long."""
    last = max((at for at, cell in enumerate(cells) if cell is not None), default=-1)
    return list(cells[: last + 1])
