"""The month's tables: accounts, payments and findings laid out as DOMAIN.md section 7 and `recon.tables` say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.findings.catalogue import CATALOGUE, SEVERITIES
from recon.identifiers import department_of_uai
from recon.lettering import lettering
from recon.matching.standing import PENDING
from recon.tables import SCHEMAS, InDirectory, Settings, Taken, Wording
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from recon.allocation import Allocation, Allocations
    from recon.balances import Balances, SchoolBalance, TitreBalance
    from recon.billed import Titre
    from recon.conventions import Convention, Register
    from recon.findings.finding import Finding, Place
    from recon.layouts import Table
    from recon.matching import Ledger, Line
    from recon.tables import Contact

Row = dict[str, Any]

FILLED = ("school_name", "commune")

NATURES = {"réduction": Text("Réduction", "Reduction"), "annulation": Text("Annulation", "Cancellation")}
NAMING = {
    "reference": Text("référence", "reference"),
    "label": Text("objet", "label"),
    "uai": Text("UAI", "UAI"),
}


@dataclass(frozen=True, slots=True)
class Accounts:
    """All that a month knows, before it is laid out in tables; `insee` is the code of each commune, by its SIREN."""

    register: Register
    titres: Mapping[str, Titre]
    ledger: Ledger
    allocations: Allocations
    balances: Balances
    tables: Mapping[int, Table]
    settings: Settings
    directory: Mapping[str, InDirectory] = field(default_factory=dict)
    insee: Mapping[str, str] = field(default_factory=dict)


def _frame(name: str, rows: Iterable[Row], *order: str) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=SCHEMAS[name], orient="row").sort(order, nulls_last=True)


def schools(accounts: Accounts) -> pl.DataFrame:
    """One row per school, year and payer; an empty `uai` bears what no school does."""
    years = {enrolment.school_year for enrolment in accounts.register.enrolments.values()}
    rows = (_school(accounts, school, years) for school in accounts.balances.schools.values())
    return _frame("schools", rows, "school_year", "payer_siren", "uai")


def filled(accounts: Accounts) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """Return the columns of `schools` that no source gives and the directory does, by (year, payer, UAI)."""
    found: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for school in accounts.balances.schools.values():
        known = accounts.directory.get(school.uai)
        given = zip(FILLED, _named(accounts.register, school), known[:2] if known else ("", ""), strict=True)
        if columns := tuple(name for name, own, told in given if told and not own):
            found[school.school_year, school.payer_siren, school.uai] = columns
    return found


def _named(register: Register, school: SchoolBalance) -> tuple[str, str]:
    """Return a school's name and commune as its enrolment or its convention's list gives them."""
    enrolment = register.enrolments.get((school.school_year, school.uai))
    convention = register.conventions.get(school.convention)
    listed = convention.listed.get(school.uai) if convention else None
    return (
        (enrolment.school_name if enrolment else "") or (listed.school_name if listed else ""),
        (enrolment.commune if enrolment else "") or (listed.commune if listed else ""),
    )


def _school(accounts: Accounts, school: SchoolBalance, years: set[str]) -> Row:
    register, known = accounts.register, accounts.directory.get(school.uai)
    name, commune = _named(register, school)
    enrolment = register.enrolments.get((school.school_year, school.uai))
    enrolled = enrolment is not None and enrolment.enrolled
    return {
        "school_year": school.school_year,
        "uai": school.uai,
        "school_name": name or (known.name if known else ""),
        "commune": commune or (known.commune if known else ""),
        "department": enrolment.department if enrolment else department_of_uai(school.uai) if school.uai else "",
        "payer_siren": school.payer_siren,
        "enrolled": enrolled,
        "convention": school.convention,
        "titre": ", ".join(school.titres),
        "expected": school.expected,
        "billed": school.billed,
        "paid": school.paid,
        "outstanding": school.outstanding,
        "to_bill": school.to_bill,
        "over_billed": school.over_billed,
        "attribution": school.attribution,
        "status": _school_status(school, absent=not enrolled and school.school_year in years),
    }


def _school_status(school: SchoolBalance, *, absent: bool) -> str:
    if school.billed > 0:
        if school.outstanding == 0:
            return "to_bill" if school.to_bill else "paid"
        if school.paid > 0:
            return "partial"
        return "unpaid" if school.late else "not_due"
    if school.uai and absent:
        return "not_enrolled"
    return "to_bill" if school.expected > 0 else "uncovered"


def titres(accounts: Accounts, letters: Mapping[str, str]) -> pl.DataFrame:
    """One row per titre de perception, net of its reductions and cancellations."""
    rows = (_titre(account, accounts.settings, letters) for account in accounts.balances.titres.values())
    return _frame("titres", rows, "school_year", "payer_siren", "titre")


def _titre(account: TitreBalance, settings: Settings, letters: Mapping[str, str]) -> Row:
    titre = account.titre
    late = titre.days_late(settings.as_of) if account.outstanding else 0
    return {
        "titre": titre.titre,
        "school_year": titre.school_year,
        "payer_siren": titre.payer_siren,
        "convention": titre.convention,
        "billed": titre.net,
        "paid": account.paid,
        "outstanding": account.outstanding,
        "pending": account.pending,
        "credit": account.credit,
        "issued_on": titre.issued_on,
        "due_on": titre.due_on,
        "days_late": late,
        "ageing": _ageing(titre, late) if account.outstanding else "",
        "status": _titre_status(account, late),
        "lettering": letters.get(titre.titre, ""),
    }


def _ageing(titre: Titre, late: int) -> str:
    if titre.contested:
        return "contested"
    if titre.due_on is None:
        return "unknown"
    if late == 0:
        return "not_due"
    return "1-30" if late <= 30 else "31-60" if late <= 60 else "61-90" if late <= 90 else "over_90"


def _titre_status(account: TitreBalance, late: int) -> str:
    if account.titre.net == 0:
        return "cancelled"
    if account.outstanding == 0:
        return "settled"
    if account.titre.contested:
        return "contested"
    if account.paid:
        return "partial"
    return "overdue" if late else "open"


def payments(accounts: Accounts, letters: Mapping[str, str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row per ledger line in scope; and what the ledger says of each that no table repeats."""
    rows, details = [], []
    for line in accounts.ledger.lines:
        rows.append(_payment(line, accounts, letters))
        details.append(_detail(line))
    order = ("payer_siren", "on", "payment_id")
    text = dict.fromkeys(("payment_id", "payer_name", "label", "reference", "payee", "state"), pl.String)
    days = {"mandat_on": pl.Date, "paid_on": pl.Date}
    told = pl.DataFrame(details, schema={**text, **days}, orient="row").sort("payment_id")
    return _frame("payments", rows, *order), told


def _payment(line: Line, accounts: Accounts, letters: Mapping[str, str]) -> Row:
    placed = accounts.allocations.placed[line.payment_id]
    table = accounts.tables[line.place.table]
    return {
        "payment_id": line.payment_id,
        "payer_siren": line.payer_siren,
        "exercise": line.exercise,
        "bordereau": line.bordereau,
        "mandat": line.mandat,
        "line": line.line,
        "on": line.on,
        "amount": line.amount,
        "allocated": placed.allocated,
        "credit": placed.credit,
        "unallocated": placed.unallocated,
        "status": placed.status,
        "lettering": letters.get(line.payment_id, ""),
        "file": table.file,
        "sheet": table.sheet,
        "row": line.place.row,
    }


def _detail(line: Line) -> Row:
    names = ("payment_id", "payer_name", "label", "reference", "payee", "state", "mandat_on", "paid_on")
    return {name: getattr(line, name) for name in names}


def allocations(accounts: Accounts) -> pl.DataFrame:
    """One row per payment, titre and school named, automatic or proposed, with its evidence and cells."""
    lines = {line.payment_id: line for line in accounts.ledger.lines}
    rows = (
        {
            "payment_id": row.payment_id,
            "titre": row.titre,
            "uai": row.uai,
            "amount": row.cents,
            "pass": row.step,
            "confidence": row.confidence,
            "evidence": _evidence(row, lines[row.payment_id], accounts.tables)(),
        }
        for row in accounts.allocations.rows
    )
    return _frame("allocations", rows, "payment_id", "titre", "uai", "amount")


def where(place: Place, tables: Mapping[int, Table]) -> str:
    """Return the cell of a place: `file › sheet › cell`."""
    table = tables[place.table]
    sheet, cell = table.sheet_of(place.row, place.field), table.cell(place.row, place.field)
    return " › ".join(part for part in (table.file, sheet, cell) if part)


def _evidence(row: Allocation, line: Line, tables: Mapping[int, Table]) -> Text:
    """Say why, and name the cells that say so: what names the titre, and the amount."""
    table, at = tables[line.place.table], line.place.row
    where = " › ".join(part for part in (table.file, table.sheet) if part)
    field = line.cited.field(row.step)
    cells = Text("{field} {cell}, montant {amount}", "{field} {cell}, amount {amount}").with_(
        field=NAMING[field], cell=table.cell(at, field), amount=table.cell(at, "amount")
    )
    return Text("{why} ({where} › {cells})", "{why} ({where} › {cells})").with_(
        why=row.evidence, where=where, cells=cells
    )


def places(accounts: Accounts) -> dict[tuple[str, ...], str]:
    """Return the cell that says each titre, convention and its rate, school it lists, enrolment and payment."""
    register = accounts.register
    found: dict[tuple[str, ...], Place] = {}
    found |= {("titre", titre.titre): titre.place for titre in accounts.titres.values()}
    found |= {("payment", line.payment_id): line.place for line in accounts.ledger.lines}
    found |= {("enrolment", *key): enrolment.place for key, enrolment in register.enrolments.items()}
    for number, convention in register.conventions.items():
        found["convention", number] = convention.place
        found["rate", number] = convention.place._replace(field="rate")
        listed = sorted(convention.listed.items(), key=lambda school: school[1].place)
        found |= {("listed", number, uai): school.place for uai, school in listed}
    return {key: where(place, accounts.tables) for key, place in found.items()}


def taken_off(accounts: Accounts) -> dict[str, tuple[Taken, ...]]:
    """Return each amended titre's reductions and cancellations, with their cells."""
    return {
        titre.titre: tuple(
            Taken(NATURES[part.nature], part.titre, part.on, part.cents, where(part.place, accounts.tables))
            for part in titre.taken_off
        )
        for titre in accounts.titres.values()
        if titre.taken_off
    }


def conventions(accounts: Accounts, school_sums: pl.DataFrame) -> pl.DataFrame:
    """One row per convention, in force or not, with what it gives."""
    given = dict(school_sums.group_by("convention").agg(pl.col("expected").sum()).iter_rows())
    rows = (_convention(c, given, accounts.tables) for c in accounts.register.conventions.values())
    return _frame("conventions", rows, "school_year", "payer_siren", "convention")


def _convention(convention: Convention, given: Mapping[str, int], tables: Mapping[int, Table]) -> Row:
    same = ("convention", "school_year", "payer_siren", "payer_name", "rate", "school_count", "amount", "dated_on",
            "council_on", "signed_on", "ends_on", "status", "in_force", "potential")  # fmt: skip
    return {
        **{name: getattr(convention, name) for name in same},
        "listed": len(convention.listed),
        "expected": given.get(convention.convention, 0),
        "file": tables[convention.place.table].file,
    }


def payers(accounts: Accounts, contacts: Mapping[str, Contact], school_rows: pl.DataFrame) -> pl.DataFrame:
    """One row per payer and school year; money that has no year stands under an empty one."""
    sums = _payer_sums(accounts, school_rows)
    departments = _departments(school_rows)
    rows = []
    for (year, payer), row in sums.items():
        contact = contacts.get(payer)
        rows.append(
            {
                **row,
                "school_year": year,
                "payer_siren": payer,
                "payer_name": contact.name if contact else "",
                "department": departments.get(payer, ""),
                "ledger": accounts.ledger.reach.get(payer),
            }
        )
    return _frame("payers", rows, "school_year", "payer_siren")


def _payer_sums(accounts: Accounts, school_rows: pl.DataFrame) -> dict[tuple[str, str], Row]:
    names = ("schools", "expected", "billed", "paid", "outstanding", "overdue", "pending", "to_bill", "over_billed",
             "credit", "unallocated")  # fmt: skip
    sums: dict[tuple[str, str], Row] = {}

    def of(year: str, payer: str) -> Row:
        return sums.setdefault((year, payer), dict.fromkeys(names, 0))

    for row in school_rows.iter_rows(named=True):
        payer = of(row["school_year"], row["payer_siren"])
        payer["schools"] += bool(row["uai"])
        for name in ("expected", "billed", "paid", "outstanding", "to_bill", "over_billed"):
            payer[name] += row[name]
    for account in accounts.balances.titres.values():
        payer = of(account.titre.school_year, account.titre.payer_siren)
        payer["overdue"] += account.outstanding if account.titre.days_late(accounts.settings.as_of) else 0
        payer["pending"] += account.pending
        payer["credit"] += account.credit
    proposed: Counter[str] = Counter()
    for part in accounts.allocations.rows:
        proposed[part.payment_id] += part.cents
    for line in accounts.ledger.lines:
        if line.standing == PENDING and (coming := line.amount - proposed[line.payment_id]) > 0:
            of("", line.payer_siren)["pending"] += coming
        if unallocated := accounts.allocations.placed[line.payment_id].unallocated:
            of("", line.payer_siren)["unallocated"] += unallocated
    return sums


def _departments(school_rows: pl.DataFrame) -> dict[str, str]:
    """Return the département where most of a payer's schools stand."""
    counts: dict[str, Counter[str]] = {}
    for payer, department in school_rows.select("payer_siren", "department").iter_rows():
        if department:
            counts.setdefault(payer, Counter())[department] += 1
    return {payer: min(found, key=lambda name: (-found[name], name)) for payer, found in counts.items()}


def wordings(found: Iterable[Finding]) -> dict[str, Wording]:
    """Return what each finding says, by its identity."""
    return {
        finding.finding_id: Wording(finding.expected, finding.found, finding.advice or CATALOGUE[finding.code].advice)
        for finding in found
    }


def findings(found: Iterable[Finding], tables: Mapping[int, Table], as_of: date) -> pl.DataFrame:
    """One row per finding, the gravest first; each with file, sheet and cell, and what to do."""
    rank = {severity: index for index, severity in enumerate(SEVERITIES)}
    rows = [_finding(finding, tables, as_of) for finding in found]
    order = ("payer_siren", "school_year", "titre", "uai", "file", "finding_id")
    rows.sort(key=lambda row: (rank[row["severity"]], row["code"], *(row[name] for name in order)))
    return pl.DataFrame(rows, schema=SCHEMAS["findings"], orient="row")


def _finding(finding: Finding, tables: Mapping[int, Table], as_of: date) -> Row:
    code = CATALOGUE[finding.code]
    table = tables[finding.place.table] if finding.place else None
    same = ("finding_id", "code", "school_year", "payer_siren", "uai", "convention", "titre", "payment_id", "amount")
    return {
        **{name: getattr(finding, name) for name in same},
        "severity": finding.severity or code.severity,
        "expected": finding.expected(),
        "found": finding.found(),
        "file": table.file if table else finding.file,
        "sheet": table.sheet_of(finding.place.row, finding.place.field) if table and finding.place else finding.sheet,
        "cell": table.cell(finding.place.row, finding.place.field) if table and finding.place else finding.cell,
        "advice": (finding.advice or code.advice)(),
        "since": f"{as_of:%Y-%m}",
        "state": "new",
        "decision": "",
        "comment": "",
    }


def letters(accounts: Accounts) -> dict[str, str]:
    """Return the lettering code of each payment and titre."""
    return lettering(accounts.allocations.rows, accounts.titres)
