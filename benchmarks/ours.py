"""recon's own steps on a case: how long each takes, and the cents that it settles by itself."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import polars as pl

from recon.allocation import allocate
from recon.collector import without_collector
from recon.layouts import Table
from recon.matching import ledger, match
from recon.matching.account import AUTOMATIC
from recon.matching.scope import scope
from recon.matching.vocabulary import vocabulary
from recon_schemas import PAYMENTS

from .data import AS_OF, PAID

if TYPE_CHECKING:
    from .data import Case, Payment
    from .score import Pairs

STEPS = ("vocabulary", "ledger", "match", "allocate")


@dataclass(frozen=True, slots=True)
class Run:
    """The seconds that each step took (the median of several runs) and the pairs that were settled."""

    seconds: dict[str, float]
    pairs: Pairs

    @property
    def total(self) -> float:
        """The seconds of all steps together."""
        return sum(self.seconds.values())


def run(case: Case, times: int) -> Run:
    """Run the steps `times` times over the same rows."""
    rows = frame(case)
    runs = [_once(case, rows) for _ in range(times)]
    return Run({step: median(one.seconds[step] for one in runs) for step in STEPS}, runs[0].pairs)


def frame(case: Case) -> pl.DataFrame:
    """Return the ledger lines as the accepted rows of one table, in the order of the case."""
    schema = {name: column.dtype.type for name, column in PAYMENTS.schema.columns.items()}
    rows = [_row(payment, row) for row, payment in enumerate(case.payments)]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _row(payment: Payment, row: int) -> dict[str, object]:
    return {
        "payer_siret": f"{payment.payer}00019",
        "payer_name": f"COMMUNE {int(payment.payer) - 200_000_000}",
        "exercise": payment.on.year,
        "mandat": payment.mandat,
        "mandat_on": payment.on,
        "paid_on": payment.on if payment.state == PAID else None,
        "label": payment.label or None,
        "reference": payment.reference or None,
        "amount": payment.cents,
        "state": payment.state,
        "source": 0,
        "row": row,
    }


def _once(case: Case, rows: pl.DataFrame) -> Run:
    tables = {0: Table(PAYMENTS, "registre.csv", "", dict.fromkeys(PAYMENTS.fields, 0), [], {})}
    titres = {titre.titre: titre for titre in case.titres}
    uais = {uai for titre in case.titres for uai in titre.schools}
    gc.collect()
    with without_collector():
        clock = [perf_counter()]
        known = vocabulary(titres, (), uais)
        clock.append(perf_counter())
        lines = ledger(rows, scope(rows, known, tables), tables, AS_OF)
        clock.append(perf_counter())
        matching = match(lines, titres, {})
        clock.append(perf_counter())
        allocations = allocate(lines, matching)
        clock.append(perf_counter())
    place = {line.payment_id: line.place.row for line in lines.lines}
    settled = [row for row in allocations.rows if row.confidence == AUTOMATIC]
    pairs = {(place[row.payment_id], row.titre, row.cents) for row in settled}
    seconds = {step: end - start for step, (start, end) in zip(STEPS, pairwise(clock), strict=True)}
    return Run(seconds, pairs)
