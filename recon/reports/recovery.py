"""Recovery: the share of what is billed that is paid, and the share of the titres that are settled. Amounts in cents.

A titre belongs to its debtor, hence to its debtor's département, even where the schools that it bills are not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recon.tables import Month

SUMS = ("billed", "paid", "outstanding", "titres", "settled")


@dataclass(frozen=True, slots=True)
class Recovery:
    """What is billed, paid and owed, on how many titres that claim something, and how many of these are settled."""

    billed: int = 0
    paid: int = 0
    outstanding: int = 0
    titres: int = 0
    settled: int = 0

    @property
    def by_amount(self) -> float | None:
        """The share of what is billed that is paid; None where nothing is billed."""
        return self.paid / self.billed if self.billed else None

    @property
    def by_number(self) -> float | None:
        """The share of the titres that are settled; None where there is none."""
        return self.settled / self.titres if self.titres else None


def together(parts: Iterable[Recovery]) -> Recovery:
    """Return the recovery of several payers or départements taken as one."""
    known = list(parts)
    return Recovery(*(sum(getattr(part, name) for part in known) for name in SUMS))


def accounts(month: Month) -> pl.DataFrame:
    """Return the payers, year by year, each with its number of `titres` above zero and of those `settled`.

    Where no payer is known there is no département either.
    """
    keys = ["school_year", "payer_siren"]
    counts = month.titres.filter(pl.col("billed") > 0).group_by(keys).agg(
        titres=pl.len().cast(pl.Int64), settled=(pl.col("status") == "settled").sum().cast(pl.Int64)
    )  # fmt: skip
    known = pl.when(pl.col("payer_siren") != "").then("department").otherwise(pl.lit(""))
    return month.payers.join(counts, on=keys, how="left", maintain_order="left").with_columns(
        pl.col("titres", "settled").fill_null(0), department=known
    )


def overall(month: Month) -> Recovery:
    """Return the whole month's recovery."""
    return Recovery(*accounts(month).select(pl.col(SUMS).sum()).row(0))


def by_department(month: Month) -> dict[str, Recovery]:
    """Return each département's recovery, by its code; what no département bears under an empty one."""
    return _by(month, "department")


def by_payer(month: Month) -> dict[str, Recovery]:
    """Return each payer's recovery over all years, by its SIREN."""
    return _by(month, "payer_siren")


def _by(month: Month, key: str) -> dict[str, Recovery]:
    sums = accounts(month).group_by(key).agg(pl.col(SUMS).sum()).sort(key)
    return {code: Recovery(*row) for code, *row in sums.iter_rows()}
