"""The Synthèse's figures, computed from the month's tables before anything is drawn. Amounts in cents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.findings.catalogue import CATALOGUE, SEVERITIES
from recon.reports.words import NONE
from recon.tables import AGEING

if TYPE_CHECKING:
    from recon.tables import Month

MOST_DEPARTMENTS = 14
MOST_PAYERS = 10


@dataclass(frozen=True, slots=True)
class Step:
    """A step from enrolment to payment: how many schools reach it, and for how much (None where no rate is known)."""

    schools: int
    amount: int | None


@dataclass(frozen=True, slots=True)
class Department:
    """A département's schools, and what they are billed, have paid and owe."""

    code: str
    schools: int
    billed: int
    paid: int
    outstanding: int

    @property
    def rate(self) -> float | None:
        """The share of what is billed that is paid."""
        return self.paid / self.billed if self.billed else None


def total(frame: pl.DataFrame, column: str) -> int:
    """Return the sum of a column of cents or counts."""
    return int(frame[column].sum())


def late_total(month: Month) -> int:
    """Return what is outstanding on titres that are late."""
    return total(month.titres.filter(pl.col("days_late") > 0), "outstanding")


def departments(month: Month) -> list[Department]:
    """Return the départements, the lowest rate first; what no département bears stands under a dash."""
    sums = month.schools.with_columns(department=_code("department")).group_by("department").agg(
        pl.col("uai").ne("").sum().cast(pl.Int64), pl.col("billed", "paid", "outstanding").sum()
    )  # fmt: skip
    rows = [Department(*row) for row in sums.iter_rows()]
    return sorted(rows, key=lambda row: (row.code == NONE, row.rate is None, row.rate, row.code))


def _code(column: str) -> pl.Expr:
    return pl.when(pl.col(column) == "").then(pl.lit(NONE)).otherwise(pl.col(column))


def steps(month: Month) -> dict[str, Step]:
    """Return how many schools, and how much, come through each step from enrolment to payment."""
    schools = month.schools.filter(pl.col("uai") != "")
    enrolled = schools.filter("enrolled").unique(["school_year", "uai"])
    rates = month.settings.rates
    known = all(year in rates for year in enrolled["school_year"].unique())
    at_rate = sum(rates[year] for year in enrolled["school_year"]) if known else None
    return {
        "enrolled": Step(enrolled.height, at_rate),
        "covered": Step(schools.filter(pl.col("expected") > 0).height, total(month.schools, "expected")),
        "billed": Step(schools.filter(pl.col("billed") > 0).height, total(month.schools, "billed")),
        "paid": Step(schools.filter(pl.col("status") == "paid").height, total(month.schools, "paid")),
    }


def ageing(month: Month) -> list[tuple[str, int, int]]:
    """Return, for each bucket, the number of titres and what they owe."""
    found = {}
    for bucket in AGEING:
        rows = month.titres.filter((pl.col("ageing") == bucket) & (pl.col("outstanding") > 0))
        found[bucket] = (rows.height, total(rows, "outstanding"))
    return [(bucket, *found[bucket]) for bucket in AGEING]


def years(month: Month) -> list[tuple[str, int, int, int, int]]:
    """Return expected, billed, paid, outstanding by school year; what has no year comes last."""
    names = ("expected", "billed", "paid", "outstanding")
    sums = month.schools.group_by("school_year").agg(pl.col(names).sum())
    rows = sorted(sums.iter_rows(), key=lambda row: (row[0] == "", row[0]))
    return [(str(row[0]), *(int(cents) for cents in row[1:])) for row in rows]  # type: ignore[misc]


def codes(month: Month) -> list[tuple[str, str, int, int]]:
    """Return severity, code, number and amount at stake of the findings, the gravest first."""
    sums = month.findings.group_by("severity", "code").agg(pl.len(), pl.col("amount").sum())
    rank = {severity: index for index, severity in enumerate(SEVERITIES)}
    order = {code: index for index, code in enumerate(CATALOGUE)}
    return sorted(sums.iter_rows(), key=lambda row: (rank[row[0]], order[row[1]]))


def largest(month: Month) -> pl.DataFrame:
    """Return the ten titres that owe most, in the order of the listing for equal sums."""
    ordered = month.titres.filter(pl.col("outstanding") > 0)
    return ordered.sort(["outstanding", "days_late", "titre"], descending=[True, True, False]).head(MOST_PAYERS)
