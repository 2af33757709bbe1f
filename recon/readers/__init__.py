"""Files → cells with addresses: `read_books` yields a `Book` for each file, or a refusal that says why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.readers.cells import KINDS, Book, Fault, Refused, Sheet, address, column_letters

if TYPE_CHECKING:
    from recon.readers.apart import read_books
    from recon.readers.books import read_book, read_cells

__all__ = [
    "KINDS", "Book", "Fault", "Refused", "Sheet", "address", "column_letters", "read_book", "read_books", "read_cells",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import the function that reads when it is wanted: the formats are needed in the process that reads, alone."""
    if name == "read_books":
        from recon.readers import apart

        return apart.read_books
    if name in {"read_book", "read_cells"}:
        from recon.readers import books

        return getattr(books, name)
    raise AttributeError(name)
