"""Declared receipts: sums that an officer says were received though no ledger shows them, told apart. In cents."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.tables import DECLARED
from recon.texts import Text, day

if TYPE_CHECKING:
    from recon.tables import Month

OF_WHICH = Text("dont déclaré hors registre", "of which declared, in no ledger")
ALL_PAID = Text("Payé (registres et encaissements déclarés)", "Paid (ledgers and declared receipts)")
RECEIPT = Text("encaissement déclaré par le rectorat, le {on}", "receipt declared by the rectorate, on {on}")
UNDATED = Text("encaissement déclaré par le rectorat", "receipt declared by the rectorate")


def is_declared(payment: dict[str, Any]) -> bool:
    """Whether a row of the payments is a declared receipt, and no line of a ledger."""
    return bool(payment["file"] == DECLARED)


def receipt(payment: dict[str, Any]) -> Text:
    """Name a declared receipt, by the day of the decision."""
    return RECEIPT.with_(on=day(payment["on"])) if payment["on"] else UNDATED


def by_titre(month: Month) -> Counter[str]:
    """Return what declared receipts settle of each titre."""
    ids = month.payments.filter(pl.col("file") == DECLARED)["payment_id"].to_list()
    rows = month.allocations.filter(pl.col("payment_id").is_in(ids)).select("titre", "amount")
    found = Counter[str]()
    for titre, cents in rows.iter_rows():
        found[titre] += cents
    return found


def by_account(month: Month) -> Counter[tuple[str, str]]:
    """Return what declared receipts settle by school year and payer."""
    settled, found = by_titre(month), Counter[tuple[str, str]]()
    for titre, year, siren in month.titres.select("titre", "school_year", "payer_siren").iter_rows():
        if settled[titre]:
            found[year, siren] += settled[titre]
    return found


def total(month: Month) -> int:
    """Return what declared receipts settle in all."""
    return by_titre(month).total()
