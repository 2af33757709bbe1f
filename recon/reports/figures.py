"""The Synthèse's figures, computed from the month's tables before anything is drawn. Amounts in cents."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.findings.catalogue import CATALOGUE, SEVERITIES
from recon.reports.recovery import by_department
from recon.reports.words import NONE
from recon.tables import AGEING, CONTROLS
from recon.texts import Text, same

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from recon.reports.recovery import Recovery
    from recon.tables import Month

Row = dict[str, Any]

MOST_DEPARTMENTS = 14
MOST_PAYERS = 10
MOST_YEARS = 5
YEAR_SUMS = ("expected", "billed", "paid", "outstanding")


@dataclass(frozen=True, slots=True)
class Step:
    """A step from enrolment to payment: how many schools reach it, and for how much (None where no rate is known).

    `more` is what some schools have beyond the step before: it makes up for no other school's lack.
    """

    schools: int
    amount: int | None
    more: int = 0


def total(frame: pl.DataFrame, column: str) -> int:
    """Return the sum of a column of cents or counts."""
    return int(frame[column].sum())


def late_total(month: Month) -> int:
    """Return what is outstanding on titres that are late."""
    return total(month.titres.filter(pl.col("days_late") > 0), "outstanding")


def departments(month: Month) -> list[tuple[str, Recovery]]:
    """Return the départements, the lowest rate by amount first; what no département bears stands under a dash."""
    rows = [(code or NONE, sums) for code, sums in by_department(month).items() if code or sums.billed]
    return sorted(rows, key=lambda row: (row[0] == NONE, row[1].by_amount is None, row[1].by_amount, row[0]))


def steps(month: Month) -> dict[str, Step]:
    """Return how many schools, and how much, come through each step from enrolment to payment."""
    schools = month.schools.filter(pl.col("uai") != "")
    enrolled = schools.filter("enrolled").unique(["school_year", "uai"])
    rates = month.settings.rates
    known = all(year in rates for year in enrolled["school_year"].unique())
    at_rate = sum(rates[year] for year in enrolled["school_year"]) if known else None
    return {
        "enrolled": Step(enrolled.height, at_rate),
        "covered": Step(
            schools.filter(pl.col("expected") > 0).height,
            total(month.schools, "expected"),
            _more_than_enrolled(schools, rates) if known else 0,
        ),
        "billed": Step(
            schools.filter(pl.col("billed") > 0).height,
            total(month.schools, "billed"),
            _more(month, "billed", "expected"),
        ),
        "paid": Step(
            schools.filter(pl.col("status") == "paid").height,
            total(month.schools, "paid"),
            _more(month, "paid", "billed"),
        ),
    }


def _more(month: Month, column: str, before: str) -> int:
    """Return what a step has beyond the one before, over the rows that have more."""
    beyond = month.schools.select((pl.col(column) - pl.col(before)).clip(lower_bound=0).alias(column))
    return total(beyond, column)


def _more_than_enrolled(schools: pl.DataFrame, rates: Mapping[str, int]) -> int:
    """Return what conventions cover of schools that are not enrolled, or above the year's rate."""
    sums = schools.group_by("school_year", "uai").agg(pl.col("expected").sum(), pl.col("enrolled").any())
    rows = sums.select("school_year", "expected", "enrolled").iter_rows()
    return sum(max(expected - (rates[year] if enrolled else 0), 0) for year, expected, enrolled in rows)


def ageing(month: Month) -> list[tuple[str, int, int]]:
    """Return, for each bucket, the number of titres and what they owe."""
    found = {}
    for bucket in AGEING:
        rows = month.titres.filter((pl.col("ageing") == bucket) & (pl.col("outstanding") > 0))
        found[bucket] = (rows.height, total(rows, "outstanding"))
    return [(bucket, *found[bucket]) for bucket in AGEING]


def years(month: Month) -> list[tuple[str, int, int, int, int]]:
    """Return expected, billed, paid, outstanding by school year; what has no year comes last."""
    sums = month.schools.group_by("school_year").agg(pl.col(YEAR_SUMS).sum())
    rows = sorted(sums.iter_rows(), key=lambda row: (row[0] == "", row[0]))
    return [(str(row[0]), *(int(cents) for cents in row[1:])) for row in rows]  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class CodeLine:
    """The findings of one code and severity: how many, at stake (cents), and how many an officer has decided."""

    severity: str
    code: str
    count: int
    amount: int
    decided: int


def codes(month: Month) -> list[CodeLine]:
    """Return the findings by code, the gravest first."""
    decided = (pl.col("decision") != "").sum()
    sums = month.findings.group_by("severity", "code").agg(pl.len(), pl.col("amount").sum(), decided)
    rank = {severity: index for index, severity in enumerate(SEVERITIES)}
    order = {code: index for index, code in enumerate(CATALOGUE)}
    lines = [CodeLine(*row) for row in sums.iter_rows()]
    return sorted(lines, key=lambda line: (rank[line.severity], order[line.code]))


def outstanding(month: Month) -> pl.DataFrame:
    """Return the titres that leave something open, the longest overdue first."""
    owing = month.titres.filter(pl.col("outstanding") > 0)
    return owing.sort(["days_late", "outstanding", "titre"], descending=[True, True, False])


def largest(month: Month) -> pl.DataFrame:
    """Return the ten titres that owe most, the longest overdue first for equal sums."""
    ordered = outstanding(month).sort(["outstanding", "days_late", "titre"], descending=[True, True, False])
    return ordered.head(MOST_PAYERS)


def schools_of_titres(month: Month) -> Counter[str]:
    """Return how many schools each titre bears."""
    borne = month.schools.filter(pl.col("uai") != "")["titre"]
    return Counter(titre for titres in borne for titre in titres.split(", ") if titre)


def paid_by(month: Month) -> Callable[[Row], Row]:
    """Return what tells when, and by which mandats, a school's share was paid."""
    lines = {
        line["payment_id"]: line for line in month.payments.select("payment_id", "on", "mandat").iter_rows(named=True)
    }
    parts: dict[str, list[Row]] = {}
    for part in month.allocations.iter_rows(named=True):
        parts.setdefault(part["titre"], []).append(part)
    return lambda school: settled_by(school, parts, lines)


def settled_by(school: Row, parts: Mapping[str, Sequence[Row]], lines: Mapping[str, Row]) -> Row:
    """Return the day and the mandats that paid a school's share: those that name it, or no school if these do not reach.

    `parts` are the allocations by titre, `lines` the payments that may be told, by their identity.
    """
    titres = school["titre"].split(", ") if school["paid"] > 0 else []
    settling = [part for titre in titres for part in parts.get(titre, ()) if part["confidence"] != "proposed"]
    named = [part for part in settling if part["uai"] == school["uai"]]
    reached = sum(part["amount"] for part in named) >= school["paid"]
    unnamed = [] if reached or not school["uai"] else [part for part in settling if not part["uai"]]
    paid = [lines[part["payment_id"]] for part in (*named, *unnamed) if part["payment_id"] in lines]
    days = [line["on"] for line in paid if line["on"]]
    mandats = dict.fromkeys(line["mandat"] for line in paid if line["mandat"])
    return {"paid_on": max(days, default=None), "mandat": ", ".join(mandats)}


@dataclass(frozen=True, slots=True)
class YearLine:
    """A line of the table by school year: the years that it stands for, and their sums by column."""

    said: Text
    years: tuple[str, ...]
    sums: dict[str, int]


def year_lines(month: Month) -> list[YearLine]:
    """Return one line a school year, five at most: the earliest then make one line, what has no year the last."""
    rows = [(year, dict(zip(YEAR_SUMS, sums, strict=True))) for year, *sums in years(month)]
    lines = [YearLine(same(year) if year else Text("Sans année", "No year"), (year,), sums) for year, sums in rows]
    early = len(lines) - MOST_YEARS
    if early <= 0:
        return lines
    folded = rows[: early + 1]
    sums = {name: sum(row[name] for _, row in folded) for name in YEAR_SUMS}
    before = Text("Jusqu’à {year}", "Up to {year}").with_(year=folded[-1][0])
    return [YearLine(before, tuple(year for year, _ in folded), sums), *lines[early + 1 :]]


@dataclass(frozen=True, slots=True)
class ControlLine:
    """A line of the table of controls; `rows` says that the difference counts rows, in hundredths."""

    said: Text
    difference: int
    holds: bool
    rows: bool


FOLDED = {
    "schools": Text("Somme par école = somme par collectivité", "Sum per school = sum per payer"),
    "placed": Text("Paiements, affectations et titres concordent", "Payments, allocations and titres agree"),
    "titres": Text("Somme par titre = somme par collectivité", "Sum per titre = sum per payer"),
}


def control_lines(month: Month) -> list[ControlLine]:
    """Return the controls, failing ones first; those over schools or titres that hold are one line each."""
    lines: dict[str, ControlLine] = {}
    for name, difference, holds in month.controls.select("control", "difference", "holds").iter_rows():
        family = name.split("_")[0]
        folded = holds and family in FOLDED
        said = FOLDED[family] if folded else CONTROLS[name]
        lines[family if folded else name] = ControlLine(said, difference, holds, rows=name == "rows")
    return sorted(lines.values(), key=lambda line: line.holds)
