"""The month's tables as plain files: CSV for everybody, Parquet for Power BI, a database or a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon import frames
from recon.tables import SCHEMAS, exported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.tables import Month

# What a spreadsheet would take for a formula, or strip before it finds one.
FORMULA_START = r"^([=+\-@\t\r\n])"


def data_files(month: Month) -> Iterator[tuple[str, bytes]]:
    """Yield `donnees/<table>.csv` and `.parquet` for every table, rows in the month's order."""
    for name in SCHEMAS:
        frame = exported(name, month.table(name))
        yield f"donnees/{name}.csv", csv(frame)
        yield f"donnees/{name}.parquet", frames.as_parquet(frame)


def csv(frame: pl.DataFrame) -> bytes:
    """Return `frame` as CSV: UTF-8, comma, dot decimal, ISO dates; no text that a spreadsheet would compute."""
    return frames.as_csv(frame.with_columns(pl.col(pl.String).str.replace(FORMULA_START, "'${1}")))
