"""A function of one text as a polars expression of a column of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable


def mapped(expr: pl.Expr, read: Callable[[str], object], dtype: pl.DataType) -> pl.Expr:
    """Return `read` of each text of a String column, null of null; each distinct text is read once."""

    def values(column: pl.Series) -> pl.Series:
        texts = column.to_list()
        found = {text: None if text is None else read(text) for text in set(texts)}
        return pl.Series([found[text] for text in texts], dtype=dtype)

    return expr.map_batches(values, return_dtype=dtype, is_elementwise=True)
