"""What the store's runs counted before this one, and since when a run has it that a payment vanished."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.decided import reminded
from recon.store import decisions, runs
from recon.tables import VANISHED
from recon.vanished import Counted, asked_first, of_open_titres, vanished

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection

    from recon.matching.rulings import Ruling
    from recon.tables import Month
    from recon.texts import Text

TABLE = "vanished"


def without_vanished(connection: Connection, month: Month, name: str, decided: Sequence[Ruling]) -> Month:
    """Return the month `name` with the payments that earlier runs counted and no ledger has, and the reminders held for them."""
    gone = vanished(month, counted_before(connection, name))
    held = of_open_titres(month, gone)
    freed = _freed(connection, month, gone.filter(pl.col("titre").is_in(list(held))), decided) if held else set()
    left: dict[str, Text] = {titre: said for titre, said in held.items() if titre not in freed}
    return asked_first(replace(month, vanished=gone, withdrawn=left))


def _freed(connection: Connection, month: Month, gone: pl.DataFrame, decided: Sequence[Ruling]) -> set[str]:
    """Return the titres of which « Relancer » was decided, or of their payer, after a run had recorded each as vanished."""
    reminders, debtors = dict(reminded(month, decided)), dict(month.titres.select("titre", "payer_siren").iter_rows())
    of_titre: dict[str, list[str]] = {}
    ruled: dict[str, Ruling] = {}
    for payment, titre in gone.select("payment_id", "titre").iter_rows():
        if ruling := reminders.get(titre) or reminders.get(debtors[titre]):
            ruled[titre] = ruling
            of_titre.setdefault(titre, []).append(payment)
    since = missed_since(connection, {one for payments in of_titre.values() for one in payments})
    made = decisions.entries(connection)
    # What is being decided now has no entry yet: it comes after every run.
    return {
        titre
        for titre, payments in of_titre.items()
        if all(one in since and since[one] < made.get(ruled[titre].id, since[one] + 1) for one in payments)
    }


def counted_before(connection: Connection, name: str) -> list[Counted]:
    """Return the last run of each month up to `name`, the first recorded first, but for those that a later one heeded.

    A run heeds every earlier one of its own month and of those before it, and records what had vanished of them; one of
    an earlier recon recorded none.
    """
    from datetime import date

    last = {run.month: run for run in runs.runs(connection) if run.month <= name}
    heeding = runs.runs_with(connection, TABLE)
    needed = [
        run
        for run in sorted(last.values(), key=lambda one: one.id)
        if not any(other.id in heeding and other.id > run.id and other.month > run.month for other in last.values())
    ]
    return [
        Counted(
            date.fromisoformat(run.as_of),
            runs.table_of_run(connection, run.id, "payments"),
            runs.table_of_run(connection, run.id, "allocations"),
            vanished_at(connection, run.id) if run.id in heeding else pl.DataFrame(schema=VANISHED),
        )
        for run in needed
    ]


def vanished_at(connection: Connection, run: int) -> pl.DataFrame:
    """Return the payments that had vanished when a run was made, by titre; none for one of an earlier recon."""
    found = runs.table_of_run(connection, run, TABLE)
    return found if found.width else pl.DataFrame(schema=VANISHED)


def missed_since(connection: Connection, wanted: Collection[str]) -> dict[str, int]:
    """Return by payment the journal entry of the first run that recorded it as vanished, since the last that had it."""
    left, found = set(wanted), dict[str, int]()
    heeding, entries = runs.runs_with(connection, TABLE), runs.entries(connection)
    for run in reversed(runs.runs(connection)):
        if not left:
            break
        gone = set(vanished_at(connection, run.id)["payment_id"]) if heeding.get(run.id) else set()
        found |= dict.fromkeys(left & gone, entries[run.id])
        if unsaid := left - gone:
            left -= unsaid & set(runs.table_of_run(connection, run.id, "payments")["payment_id"])
    return found
