"""Controls: equalities that must hold to the cent, each computed from two tables made in different ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.tables import AGEING, SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterable

NOT_CASH = ("void", "pending", "later")
SUMMED = ("expected", "billed", "paid", "outstanding", "to_bill", "over_billed")
OF_TITRES = ("billed", "paid", "outstanding", "overdue", "credit")


Parts = dict[object, int]


def controls(
    schools: pl.DataFrame,
    payers: pl.DataFrame,
    titres: pl.DataFrame,
    payments: pl.DataFrame,
    allocations: pl.DataFrame,
    sources: pl.DataFrame,
) -> pl.DataFrame:
    """Return the table of controls. Counts of rows stand in it as hundredths, so that every figure is written alike."""
    late = titres.with_columns(overdue=pl.when(pl.col("days_late") > 0).then(pl.col("outstanding")).otherwise(0))
    settled = allocations.filter(pl.col("confidence") != "proposed")
    rows = [
        _cash(payments, settled),
        _control(
            "billed", _parts(titres, "payer_siren", "billed"), _parts(titres, "payer_siren", "paid", "outstanding")
        ),
        _ageing(titres),
        _control(
            "expected",
            _parts(payers, ("school_year", "payer_siren"), "expected", "over_billed"),
            _parts(payers, ("school_year", "payer_siren"), "billed", "to_bill"),
        ),
        _rows_read(sources),
        _control("placed_titres", _parts(titres, "titre", "paid"), _parts(settled, "titre", "amount")),
        _control(
            "placed_payments", _parts(payments, "payment_id", "allocated"), _parts(settled, "payment_id", "amount")
        ),
        _control("placed_credit", _whole(payments, "credit"), _whole(titres, "credit")),
        _control(
            "placed_unallocated",
            _parts(payments, "payer_siren", "unallocated"),
            _parts(payers, "payer_siren", "unallocated"),
        ),
        *(_sums(f"schools_{name}", name, schools, payers) for name in SUMMED),
        *(_sums(f"titres_{name}", name, late, payers) for name in OF_TITRES),
        _pending(titres, payments, allocations, payers),
    ]
    return pl.DataFrame(rows, schema=SCHEMAS["controls"], orient="row")


def _control(name: str, left: Parts, right: Parts) -> dict[str, object]:
    """Hold each part of `left` against its counterpart; the difference adds up without signs, so none hides another."""
    difference = sum(abs(left.get(key, 0) - right.get(key, 0)) for key in left.keys() | right.keys())
    return {
        "control": name,
        "left": sum(left.values()),
        "right": sum(right.values()),
        "difference": difference,
        "holds": difference == 0,
    }


def _parts(frame: pl.DataFrame, by: str | Iterable[str], *columns: str) -> Parts:
    keys = [by] if isinstance(by, str) else list(by)
    sums = frame.group_by(keys).agg(pl.sum_horizontal(pl.col(name).sum() for name in columns).alias("sum"))
    return {tuple(row[:-1]): row[-1] for row in sums.iter_rows()}


def _whole(frame: pl.DataFrame, column: str) -> Parts:
    return {"": int(frame[column].sum())}


def _cash(payments: pl.DataFrame, settled: pl.DataFrame) -> dict[str, object]:
    """What the ledgers paid, by payer, is what the allocations, the credits and what is left add up to."""
    cash = payments.filter(~pl.col("status").is_in(NOT_CASH))
    of_payers = settled.join(payments.select("payment_id", "payer_siren"), on="payment_id", how="left")
    right = _parts(of_payers, "payer_siren", "amount")
    for key, cents in _parts(cash, "payer_siren", "unallocated", "credit").items():
        right[key] = right.get(key, 0) + cents
    return _control("cash", _parts(cash, "payer_siren", "amount"), right)


def _pending(
    titres: pl.DataFrame, payments: pl.DataFrame, allocations: pl.DataFrame, payers: pl.DataFrame
) -> dict[str, object]:
    """A payer's pending is what its titres wait for, and the mandats on their way of which no titre is proposed."""
    waiting = payments.filter(pl.col("status") == "pending").join(
        allocations.group_by("payment_id").agg(pl.col("amount").sum().alias("proposed")), on="payment_id", how="left"
    )
    unplaced = waiting.with_columns(unplaced=(pl.col("amount") - pl.col("proposed").fill_null(0)).clip(0))
    right = _parts(titres, "payer_siren", "pending")
    for key, cents in _parts(unplaced, "payer_siren", "unplaced").items():
        right[key] = right.get(key, 0) + cents
    return _control("titres_pending", _parts(payers, "payer_siren", "pending"), right)


def _ageing(titres: pl.DataFrame) -> dict[str, object]:
    buckets = titres.filter(pl.col("ageing").is_in(AGEING))
    return _control("ageing", {"": int(titres["outstanding"].sum())}, {"": int(buckets["outstanding"].sum())})


def _rows_read(sources: pl.DataFrame) -> dict[str, object]:
    left = {key: count * 100 for key, count in _parts(sources, ("file", "kind"), "read").items()}
    right = _parts(sources, ("file", "kind"), "kept", "rejected", "out_of_scope", "duplicates")
    return _control("rows", left, {key: count * 100 for key, count in right.items()})


def _sums(control: str, name: str, frame: pl.DataFrame, payers: pl.DataFrame) -> dict[str, object]:
    by = ("school_year", "payer_siren")
    return _control(control, _parts(frame, by, name), _parts(payers, by, name))
