"""What a row of the month's workbook decides of, as `recon decide` takes it, and which rows contradict each other."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.cli.decide_meant import ruling_of
from recon.decided import ACTIONS, UNPAID, names_of
from recon.errors import Exit, Stop
from recon.matching.rulings import ELSEWHERE, OUT_OF_SCOPE, TO_TITRES
from recon.reports.decisions import FINDING, PAYMENT, TITRE
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from recon.monthly import Dossier
    from recon.reports.answers import Decision, Place
    from recon.tables import Month

    Row = dict[str, Any]

NO_PAYMENT = Text("cet écart ne porte sur aucun paiement.", "this finding is about no payment.")
NO_TITRE = Text("cet écart ne porte sur aucun titre.", "this finding is about no titre.")
OTHERWISE = Text(
    "{sheet} › {cell} en décide autrement ; aucune des deux n’est inscrite. N’en garder qu’une, enregistrer, puis relancer cette commande.",
    "{sheet} › {cell} decides otherwise; neither of the two is recorded. Keep only one, save, then run this command again.",
)
COLUMNS = {TITRE: "titre", PAYMENT: "payment_id", FINDING: "finding_id"}
MONEY = {TO_TITRES, OUT_OF_SCOPE, ELSEWHERE}


def choice_of(one: Decision) -> str:
    """Return what a row chooses, by its name in the rulings."""
    return next(choice for choice, action in ACTIONS.items() if action == one.action)


def about_of_row(month: Month, one: Decision) -> Iterator[str]:
    """Yield the names under which a decision on this row may have been recorded: its own, its finding's, its titre's."""
    tables = {TITRE: (month.titres, "titre"), PAYMENT: (month.payments, "payment_id")}
    if one.kind != FINDING:
        frame, column = tables[one.kind]
        if not (frame[column] == one.identity).any():
            return
        yield one.identity
    rows = month.findings.filter(pl.col(COLUMNS[one.kind]) == one.identity)
    for row in rows.select("finding_id", "payment_id", "titre").iter_rows():
        yield from (name for name in (*names_of(row[0]), *row[1:]) if name)


def asked(month: Month, one: Decision, choice: str) -> tuple[str, Any]:
    """Return of what a row decides, and the amounts that go with it, as `recon decide` takes them."""
    identity = one.identity
    if one.kind == FINDING and choice in {TO_TITRES, OUT_OF_SCOPE, ELSEWHERE}:
        column = "titre" if choice == ELSEWHERE else "payment_id"
        identity = month.findings.filter(pl.col("finding_id") == one.identity)[column][0]
        if not identity:
            raise Stop(NO_TITRE if choice == ELSEWHERE else NO_PAYMENT, Exit.MISUSE)
    if choice == ELSEWHERE:
        left: int = month.titres.filter(pl.col("titre") == identity)["outstanding"][0]
        return identity, typed(next((share.cents for share in one.shares if share.cents), left))
    if choice == TO_TITRES:
        row: Row = month.payments.filter(pl.col("payment_id") == identity).to_dicts()[0]
        whole = row["allocated"] + row["credit"] + row["unallocated"] or row["amount"]
        return identity, [
            f"{share.titre}={typed(whole if share.cents is None else share.cents)}" for share in one.shares
        ]
    return identity, None


def typed(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def contradictions(month: Month, dossier: Dossier, rows: Iterable[Decision]) -> dict[Place, Place]:
    """Return the cells that another of the rows contradicts, each with that other's cell.

    Two rows speak of the same if both decide of it, or one of what the other's finding is about.
    """
    of: dict[str, list[tuple[Decision, bool]]] = defaultdict(list)
    for one in rows:
        for name, itself in _spoken_of(month, one):
            of[name].append((one, itself))
    found: dict[Place, Place] = {}
    for group in of.values():
        if len(group) < 2:
            continue
        said = {one.place: _said(month, dossier, one) for one, _ in group}
        for one, itself in group:
            others = (
                other.place
                for other, other_itself in group
                if said[other.place] != said[one.place]
                and ((itself and other_itself) or ((itself or other_itself) and _are_opinions(one, other)))
            )
            if (other := next(others, None)) is not None:
                found.setdefault(one.place, other)
    return found


def _are_opinions(*rows: Decision) -> bool:
    return not any(choice_of(one) in MONEY for one in rows)


def _spoken_of(month: Month, one: Decision) -> Iterator[tuple[str, bool]]:
    """Yield what a row decides of, and what its finding is about beside it; True for what the decision itself is about."""
    if one.kind != FINDING:
        yield one.identity, True
        return
    choice = choice_of(one)
    rows = month.findings.filter(pl.col("finding_id") == one.identity)
    for payment, titre, code in rows.select("payment_id", "titre", "code").iter_rows():
        if choice in MONEY:
            yield titre if choice == ELSEWHERE else payment, True
            continue
        yield one.identity, True
        if payment:
            yield payment, False
        elif code in UNPAID:
            yield titre, False


def _said(month: Month, dossier: Dossier, one: Decision) -> tuple[object, ...]:
    """Return what a row says, whatever its words: its choice, and the titres with their cents."""
    choice = choice_of(one)
    try:
        identity, value = asked(month, one, choice)
        return choice, tuple(sorted(ruling_of(month, dossier, [identity], choice, value, "").parts))
    except Stop:
        return choice, one.shares
