"""From month to month: since when a finding stands, what is resolved, and what arrived too late for its own month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.matching.rulings import TO_TITRES, Ruling
from recon.texts import NBSP, Text, counted, day, money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

NEW, STANDING = "new", "standing"
MOST_NAMED = 5
PAYMENT, PAYMENTS = Text("paiement", "payment"), Text("paiements", "payments")
LATE = Text(
    "Lignes tardives : {count} ({sum}) datés au plus tard du {day}, dans un mois clôturé, sont arrivés après sa clôture ; ils comptent dans ce mois-ci : {names}{more}.",
    "Late rows: {count} ({sum}) dated {day} at the latest, in a closed month, came after its closing; they count in this month: {names}{more}.",
)
LATE_ROW = Text("ligne tardive, datée d’un mois clôturé", "late line, dated in a closed month")
WITHDRAWN = Text(
    "Depuis la clôture au {day} : {count} ({sum}) ne sont plus dans les registres ; leurs titres sont de nouveau ouverts : {names}{more}.",
    "Since the closing as of {day}: {count} ({sum}) are no longer in the ledgers; their titres are open again: {names}{more}.",
)
VANISHED = Text(
    "Depuis le dernier rapprochement : {count} ({sum}) ne sont plus dans les registres ; leurs titres sont de nouveau ouverts : {names}{more}.",
    "Since the last reconciliation: {count} ({sum}) are no longer in the ledgers; their titres are open again: {names}{more}.",
)


def followed(findings: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Return the findings with `since` and `state`, held against those of the month before, in their order."""
    known = before.select("finding_id", pl.col("since").alias("_since")).unique("finding_id", keep="first")
    joined = findings.join(known, on="finding_id", how="left", maintain_order="left")
    stands = pl.col("_since").is_not_null()
    return joined.with_columns(
        since=pl.when(stands).then(pl.col("_since")).otherwise(pl.col("since")),
        state=pl.when(stands).then(pl.lit(STANDING)).otherwise(pl.lit(NEW)),
    ).select(findings.columns)


def resolved(findings: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Return the findings of the month before that are no more."""
    return before.join(findings.select("finding_id"), on="finding_id", how="anti", maintain_order="left")


def standing(closed: str, before: Mapping[str, pl.DataFrame], now: Mapping[str, pl.DataFrame]) -> Iterator[Ruling]:
    """Yield what stands since a closing: payments that passes settled wholly, and that would now go elsewhere.

    Their titres are still there, of the same amount: a titre reduced or gone withdraws the evidence.
    """
    went, goes = (_settled(tables["allocations"]) for tables in (before, now))
    billed, bills = (dict(tables["titres"].select("titre", "billed").iter_rows()) for tables in (before, now))
    there = set(now["payments"]["payment_id"])
    for row in before["payments"].filter(pl.col("status") == "allocated").sort("payment_id").iter_rows(named=True):
        number = row["payment_id"]
        step, parts = went.get(number, ("", {}))
        if not step or number not in there or goes.get(number, ("", {}))[1] == parts:
            continue
        if all(cents > 0 and billed.get(titre) == bills.get(titre) for titre, cents in parts.items()):
            yield Ruling(0, TO_TITRES, number, tuple(sorted(parts.items())), closed=closed, step=step)


def _settled(allocations: pl.DataFrame) -> dict[str, tuple[str, dict[str, int]]]:
    """Return by payment its pass and the cents of each titre, where passes alone settled it."""
    found: dict[str, tuple[str, dict[str, int]]] = {}
    manual = set(allocations.filter(pl.col("confidence") != "automatic")["payment_id"])
    for row in allocations.iter_rows(named=True):
        if row["payment_id"] not in manual:
            parts = found.setdefault(row["payment_id"], (row["pass"], {}))[1]
            parts[row["titre"]] = parts.get(row["titre"], 0) + row["amount"]
    return found


def late(payments: pl.DataFrame, before: pl.DataFrame, until: date | None) -> pl.DataFrame:
    """Return the payments dated `until` the end of a closed month that were not there in the run before; none without one."""
    dated = payments.filter(pl.col("on") <= until) if until else payments.clear()
    return dated.join(before.select("payment_id"), on="payment_id", how="anti")


def late_said(fresh: pl.DataFrame, closed_on: date) -> Text | None:
    """Say which payments came after the closing of their month, None if there is none."""
    return _said(LATE, fresh, closed_on)


def marked(allocations: pl.DataFrame, fresh: pl.DataFrame) -> pl.DataFrame:
    """Return the allocations, those of late payments with a word of it in their evidence."""
    is_late = pl.col("payment_id").is_in(fresh["payment_id"].to_list())
    said = pl.col("evidence") + pl.lit(f"{NBSP}; {LATE_ROW()}")
    return allocations.with_columns(evidence=pl.when(is_late).then(said).otherwise(pl.col("evidence")))


def vanished(payments: pl.DataFrame, before: pl.DataFrame, on: date, *, closed: bool) -> Text | None:
    """Say which payments that settled something are no longer there, None if all are."""
    gone = before.filter(pl.col("allocated") > 0).join(payments.select("payment_id"), on="payment_id", how="anti")
    return _said(WITHDRAWN if closed else VANISHED, gone, on)


def _said(sentence: Text, rows: pl.DataFrame, on: date) -> Text | None:
    if rows.is_empty():
        return None
    ordered = rows.sort("payer_siren", "on", "payment_id")
    names = [
        f"{row['payer_siren']} {row['mandat'] or row['payment_id']}"
        for row in ordered.head(MOST_NAMED).iter_rows(named=True)
    ]
    return sentence.with_(
        count=counted(rows.height, PAYMENT, PAYMENTS),
        sum=money(int(rows["amount"].sum())),
        day=day(on),
        names=", ".join(names),
        more="…" if rows.height > MOST_NAMED else "",
    )
