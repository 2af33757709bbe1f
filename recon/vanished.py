"""Payments that a recorded run counted on a titre, and that are in no ledger now: said, and no reminder goes for their titre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.decided import advised
from recon.followed import (
    MOST_NAMED,
    PAYMENT,
    PAYMENTS,
    SINCE_CLOSING,
    SINCE_RUN,
    corrected,
    named,
    payment_said,
    reopened,
)
from recon.matching.rulings import OF_DECISIONS
from recon.tables import VANISHED, Month
from recon.texts import Text, counted, day, listed, money

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

SINCE_EARLIER = Text("un rapprochement précédent au {day}", "an earlier reconciliation as of {day}")
SAID = Text(
    "Paiements qui ne sont plus dans les registres depuis {since} : {count}, {sum} : {each}{more}.",
    "Payments no longer in the ledgers since {since}: {count}, {sum}: {each}{more}.",
)
OF_MONTH = Text("{month} ({payment}, {sum})", "{month} ({payment}, {sum})")
ADVICE = Text(
    "Ne pas relancer : un paiement compté en {payment} n’est plus dans les registres ; interroger d’abord la collectivité.",
    "Send no reminder: a payment counted in {payment} is no longer in the ledgers; ask the payer first what became of it.",
)
NO_LEDGER_NOW = Text(
    "Le registre dont des paiements avaient été comptés n’est plus dans le dossier : le remettre dans paiements/, ou interroger la collectivité.",
    "The ledger of which payments had been counted is no longer in the dossier: put it back into paiements/, or ask the payer.",
)
OVERDUE, SILENT = ("P01", "P03"), "P14"
KEPT = tuple(name for name in VANISHED if name not in {"titre", "counted_on"})


@dataclass(frozen=True, slots=True)
class Counted:
    """A recorded run: the day that it was drawn up for, its payments and allocations, and what had vanished before it."""

    on: date
    payments: pl.DataFrame
    allocations: pl.DataFrame
    vanished: pl.DataFrame


def vanished(month: Month, runs: Sequence[Counted]) -> pl.DataFrame:
    """Return by payment and titre what `runs`, the oldest first, counted and no ledger has; none that was corrected.

    What a decision leaves out of scope is still in its ledger.
    """
    there = {one.payment_id for one in month.outside}
    found = [pl.DataFrame(schema=VANISHED)]
    for run in runs:
        gone = run.vanished.select(*VANISHED)
        known = pl.concat([run.payments.select(KEPT), gone.select(KEPT).unique("payment_id")])
        there |= {row["payment_id"] for row, _ in corrected(month.payments, known)}
        settled = run.allocations.filter((pl.col("confidence") != "proposed") & (pl.col("titre") != ""))
        own = run.payments.filter(pl.col("file") != OF_DECISIONS).join(
            settled.select("payment_id", "titre").unique(), on="payment_id"
        )
        found += [gone, own.with_columns(counted_on=pl.lit(run.on, pl.Date)).select(*VANISHED)]
    return (
        pl.concat(found)
        .join(month.payments.select("payment_id"), on="payment_id", how="anti")
        .filter(~pl.col("payment_id").is_in(list(there)))
        .sort("counted_on", maintain_order=True)
        .unique(["payment_id", "titre"], keep="last", maintain_order=True)
        .sort("payer_siren", "on", "payment_id", "titre")
    )


def of_open_titres(month: Month, gone: pl.DataFrame) -> dict[str, Text]:
    """Return by titre still open the payments that settled it and vanished, each with the month that counted it."""
    left = month.titres.filter(pl.col("outstanding") > 0)["titre"].to_list()
    found: dict[str, list[Text]] = {}
    for row in gone.filter(pl.col("titre").is_in(left)).iter_rows(named=True):
        said = OF_MONTH.with_(month=f"{row['counted_on']:%Y-%m}", payment=payment_said(row), sum=money(row["amount"]))
        found.setdefault(row["titre"], []).append(said)
    return {titre: listed(each) for titre, each in found.items()}


def vanished_said(
    month: Month, gone: pl.DataFrame, before: Collection[str], closed: Collection[str], names: Mapping[str, str]
) -> Iterator[Text]:
    """Say which payments vanished, by the day that they were last counted for.

    Those that had vanished `before` this month are said while one of their titres is open. `closed` are the months.
    """
    left = month.titres.filter(pl.col("outstanding") > 0)["titre"].to_list()
    still = gone.filter(pl.col("titre").is_in(left))["payment_id"].to_list()
    told = gone.filter(~pl.col("payment_id").is_in(list(before)) | pl.col("payment_id").is_in(still))
    titres = reopened(month, told)
    each_day = told.unique("payment_id", keep="last", maintain_order=True).partition_by("counted_on", as_dict=True)
    for (on,), frame in sorted(each_day.items()):
        rows = frame.to_dicts()
        since = SINCE_CLOSING if f"{on:%Y-%m}" in closed else SINCE_RUN
        if f"{on:%Y-%m}" == f"{month.settings.as_of:%Y-%m}":
            since = SINCE_EARLIER
        yield SAID.with_(
            since=since.with_(day=day(on)),
            count=counted(len(rows), PAYMENT, PAYMENTS),
            sum=money(sum(row["amount"] for row in rows)),
            each=listed([named(row, money(row["amount"]), names, titres) for row in rows[:MOST_NAMED]]),
            more="…" if len(rows) > MOST_NAMED else "",
        )


def asked_first(month: Month) -> Month:
    """Return the month whose findings advise to ask what became of a payment, where a reminder is held for it."""
    payers = set(month.vanished["payer_siren"]) - month.unread_ledgers
    advice: dict[str, Text] = {}
    for number, code, titre, payer in month.findings.select("finding_id", "code", "titre", "payer_siren").iter_rows():
        if code in OVERDUE and titre in month.withdrawn:
            advice[number] = ADVICE.with_(payment=month.withdrawn[titre])
        elif code == SILENT and payer in payers:
            advice[number] = NO_LEDGER_NOW
    return advised(month, advice)
