"""Readings written a second time, as polars expressions: what `recon` reads one text at a time is held against them."""

from __future__ import annotations

import polars as pl

from recon import identifiers as ids
from recon import values


def cents(expr: pl.Expr) -> pl.Expr:
    """Int64: the amount of a String column in cents, null for what is none."""
    digits = pl.when(expr.str.contains(values._AMOUNT)).then(expr.str.extract(f"({values._FIRST_TO_LAST})", 1))
    written = digits.str.replace("€", ",", literal=True).str.replace_all("[^0-9.,]", "")
    bare = written.str.replace(values._BEYOND_CENTS, "${1}")
    decimals = bare.str.extract(values._DECIMALS).fill_null("").str.pad_end(2, "0")
    whole = bare.str.replace(values._DECIMALS, "").str.replace_all("[.,]", "")
    amount = (whole + decimals).cast(pl.Int64) + written.str.contains(values._JUST_BELOW).cast(pl.Int64)
    signed = pl.when(expr.str.contains(values._NEGATIVE)).then(-amount).otherwise(amount)
    return pl.when(amount < values._LIMIT).then(signed)


def uai_repaired(expr: pl.Expr) -> pl.Expr:
    """String: the UAI that a text means, else the text."""
    bare = expr.str.replace_all(ids._BLANK, "")
    digits = bare.str.head(-1).str.replace_all("[Oo]", "0").str.zfill(7)
    repaired = digits + bare.str.tail(1).str.to_uppercase()
    meant = bare.str.contains(ids._UAI_REPAIRABLE) & ids.uai_valid(repaired)
    return pl.when(meant).then(repaired).otherwise(expr)
