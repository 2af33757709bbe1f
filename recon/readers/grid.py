"""How far a sheet may reach, measured on its XML before any reader sets the memory aside."""

from __future__ import annotations

from recon.readers import refusals
from recon.readers.cells import Refused
from recon.texts import number

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_CELLS = 20_000_000


def check_size(rows: int, columns: int) -> None:
    """Refuse a used area, counted from A1, beyond a spreadsheet's grid or of more than `MAX_CELLS` cells."""
    check_grid(rows, columns)
    check_cells(rows * columns)


def check_grid(rows: int, columns: int) -> None:
    """Refuse a used area, counted from A1, beyond a spreadsheet's grid."""
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        raise Refused(refusals.OFF_THE_GRID.with_(rows=number(MAX_ROWS), columns=number(MAX_COLUMNS)))


def check_cells(cells: int) -> None:
    """Refuse more than `MAX_CELLS` cells."""
    if cells > MAX_CELLS:
        raise Refused(refusals.TOO_MANY_CELLS.with_(limit=number(MAX_CELLS)))
