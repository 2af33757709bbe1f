"""The month's rows by payer, payment and titre, sorted out once: a statement looks up what is its payer's."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from recon.reports.heard import heard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from recon.reports.heard import Heard
    from recon.tables import Contact, Miscited, Month, Planned, Refused, Taken, Unkept
    from recon.texts import Text

Row = dict[str, Any]
Rows = dict[str, list[Row]]

# What refused a row: each of its cells that could not be taken.
Rejected: TypeAlias = "tuple[Refused, ...]"
REJECTED = ("D03", "D04", "D05", "D08", "D12")
UNEXPLAINED = "T02"
_ROW = re.compile(r"\d+\Z")


@dataclass(frozen=True, slots=True)
class Books:
    """What statements are drawn from, each list in the order of its table.

    `unread` are the payers that a refused ledger points at, `vanished` those whose counted payments are in no ledger now, `withdrawn` by open titre such payments that hold its reminder; `unexplained` are the titres that
    no convention explains; `rejected` what refused each refused row of a payer's ledgers, `states` what the ledger says
    of each payment's state, `planned` what payments would settle of conventions whose titre is not communicated, `unkept` what one payer's
    own ledgers hold out of scope, `taken_off` each titre's reductions and cancellations,
    `unsaid` those of which nothing says whose they are, `heard` what each payer answered.
    """

    contacts: Mapping[str, Contact]
    titres: Rows
    schools: Rows
    payers: Rows
    conventions: Rows
    payments: Rows
    findings: Rows
    of_payment: Rows
    of_titre: Rows
    payment: dict[str, Row]
    states: dict[str, str]
    rejected: Mapping[str, tuple[Rejected, ...]]
    miscited: Mapping[str, Miscited]
    votes: Mapping[str, str]
    unexplained: frozenset[str]
    unread: frozenset[str]
    vanished: frozenset[str]
    withdrawn: Mapping[str, Text]
    controls_hold: bool
    planned: Mapping[str, tuple[Planned, ...]]
    titres_given: bool
    unkept: Unkept | None
    unsaid: tuple[str, ...]
    heard: Mapping[str, tuple[Heard, ...]]
    taken_off: Mapping[str, tuple[Taken, ...]]

    @classmethod
    def of(cls, month: Month) -> Books:
        """Return the books of a month."""
        findings = month.findings.to_dicts()
        return cls(
            contacts=month.contacts,
            titres=_by("payer_siren", month.titres),
            schools=_by("payer_siren", month.schools),
            payers=_by("payer_siren", month.payers),
            conventions=_by("payer_siren", month.conventions),
            payments=_by("payer_siren", month.payments),
            findings=_grouped("payer_siren", findings),
            of_payment=_by("payment_id", month.allocations),
            of_titre=_by("titre", month.allocations),
            payment={row["payment_id"]: row for row in month.payments.iter_rows(named=True)},
            states=dict(month.details.select("payment_id", "state").iter_rows()),
            rejected=_rejected(findings, month),
            miscited=month.miscited,
            votes=month.votes,
            unexplained=frozenset(row["titre"] for row in findings if row["code"] == UNEXPLAINED),
            unread=month.unread_ledgers,
            vanished=frozenset(month.vanished["payer_siren"]) - month.unread_ledgers,
            withdrawn=month.withdrawn,
            controls_hold=bool(month.controls["holds"].all()),
            planned=month.planned,
            # The rectorate knows its titres: where it has none, nothing is to pay. A payer's own files may merely lack them.
            titres_given=not month.settings.payer or "titres" in month.sources["kind"],
            unkept=month.unkept,
            unsaid=month.unsaid,
            heard=heard(month),
            taken_off=month.taken_off,
        )


def _by(column: str, frame: pl.DataFrame) -> Rows:
    return _grouped(column, frame.iter_rows(named=True))


def _grouped(column: str, rows: Iterable[Row]) -> Rows:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return dict(found)


def _rejected(findings: Iterable[Row], month: Month) -> dict[str, tuple[Rejected, ...]]:
    """Return the refused rows of each payer's ledgers: a row counts once, whatever is wrong in it."""
    ledgers = {file for file, kind in month.sources.select("file", "kind").iter_rows() if kind == "payments"}
    refused: defaultdict[str, defaultdict[tuple[str, str, int], list[Refused]]] = defaultdict(lambda: defaultdict(list))
    order = {finding_id: index for index, finding_id in enumerate(month.refused)}
    for row in sorted(findings, key=lambda row: order.get(row["finding_id"], -1)):
        if row["code"] in REJECTED and row["file"] in ledgers:
            number = _ROW.search(row["cell"])
            why = refused[row["payer_siren"]][row["file"], row["sheet"], int(number[0]) if number else 0]
            why += [month.refused[row["finding_id"]]] if row["finding_id"] in month.refused else []
    return {payer: tuple(tuple(rows[key]) for key in sorted(rows)) for payer, rows in refused.items()}
