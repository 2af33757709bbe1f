"""A grand livre: three hundred lines that have nothing to do with ENT-École disturb nothing, whatever they hold."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from recon.pipeline import File
from recon.readers import read_book
from recon.tables import SCHEMAS
from tests.dossiers import CERET, month
from tests.ledgers import COMMUNES, FULL, REST, SIMPLE, col, line, other, titles, total, without
from tests.sheets import Marked, Page, delimited, xlsx

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from recon.tables import Month
    from tests.ledgers import Column, Payment
    from tests.sheets import Cell, Rows

UNRELATED = 300
LABELS = ("Fournitures scolaires", "Électricité école Marc Chagall", "Entretien des écoles", "Taxe foncière 2026",
          "Transport scolaire client 41", "Abonnement téléphone", "Remboursement emprunt n° 131")  # fmt: skip
PAYEES = ("EDF", "DRFIP OCCITANIE", "TOTALENERGIES", "SARL DURAND", "REGION OCCITANIE")
ACCOUNTS = ("60632", "60612", "615221", "63512", "6247", "2183")
INVOICES = ("F-2026-131", "131", "00131", "FA 66049-26", "")
WRONG_UAIS = ("0999999Z", "0660560B", "066О560A", "sans objet")
WRONG_DAYS = ("31/02/2026", "00/00/0000", "à réception", "05/10/0026")


def unrelated(number: int) -> dict[str, Cell]:
    """Return the line of a purchase: one in ten of exactly 41.00 EUR, some with a UAI or a date that is none."""
    day: Cell = WRONG_DAYS[number % 4] if number % 25 == 0 else f"{1 + number % 28:02d}/{1 + number % 10:02d}/2026"
    return {
        "payer_siret": CERET,
        "exercise": 2026,
        "bordereau": 500 + number // 10,
        "mandat": 5000 + number,
        "mandat_on": day,
        "payee": PAYEES[number % 5],
        "label": LABELS[number % 7],
        "reference": INVOICES[number % 5] or None,
        "uai": WRONG_UAIS[number % 4] if number % 20 == 0 else None,
        "amount": Decimal(41) if number % 10 == 0 else Decimal(1000 + 37 * number) / 100,
        "state": "payé",
        "account": ACCOUNTS[number % 6],
    }


def mixed(columns: Sequence[Column], payments: Sequence[Payment]) -> Rows:
    """Return the headings, the lines of payments among the unrelated ones, and the TOTAL of them all."""
    rows: Rows = [titles(columns)]
    every = UNRELATED // len(payments)
    ours = list(payments)
    cents = total(payments)
    for number in range(UNRELATED):
        if number % every == 0 and ours:
            rows.append(line(columns, ours.pop(0)))
        told = unrelated(number)
        cents += int(Decimal(str(told["amount"])) * 100)
        rows.append(_written(columns, told))
    return [*rows, _last(columns, cents)]


def _written(columns: Sequence[Column], told: dict[str, Cell]) -> list[Cell]:
    return [told.get(column.field) if place in _told(columns) else None for place, column in enumerate(columns)]


def _told(columns: Sequence[Column]) -> set[int]:
    """Return the places of the columns that tell a field; of a debit and a credit, the first takes the amount."""
    fields = [column.field for column in columns]
    return {fields.index(field) for field in fields if field}


def _last(columns: Sequence[Column], cents: int) -> list[Cell]:
    return ["TOTAL", *_written(columns, {"amount": Decimal(cents) / 100})[1:]]


def alone(columns: Sequence[Column], payments: Sequence[Payment]) -> Rows:
    """Return the same ledger without the unrelated lines."""
    return [titles(columns), *(line(columns, payment) for payment in payments), _last(columns, total(payments))]


DEBIT = (
    col("Compte", "account"),
    col("SIRET", "payer_siret"),
    col("Date", "mandat_on", lambda payment: f"{payment.mandat_on:%d/%m/%Y}"),
    col("N° pièce", "mandat"),
    col("Tiers", "payee"),
    col("Libellé", "label"),
    col("Référence", "reference"),
    col("Code UAI", "uai"),
    col("Débit", "amount", lambda payment: Marked(payment.key, payment.euros)),
    col("Crédit", "amount", lambda _: None),
    other("Solde", ""),
)
WAYS = {"template": without(FULL, "paid_on"), "debit": DEBIT}


def read(folder: Path, rows: Rows, form: str) -> Month:
    """Return the month of the dossier with that ledger, as a workbook or as text."""
    path = folder / f"grand_livre.{form}"
    page = Page("Grand livre", rows)
    path.write_bytes(xlsx([page]) if form == "xlsx" else delimited(page, encoding="cp1252", errors="xmlcharrefreplace"))
    book = read_book(path)
    return month(*REST, COMMUNES, File(f"paiements/{path.name}", "paiements", book.sha256, book))


def undisturbed(of: Month) -> dict[str, list[tuple[Any, ...]]]:
    """Return every table but the sources, without the places in the file, which the lines between do move."""
    places = {"file", "sheet", "cell", "row", "evidence"}
    tables = {name: of.table(name) for name in SCHEMAS if name != "sources"}
    tables["controls"] = tables["controls"].filter(pl.col("control") != "rows")
    return {name: sorted(table.drop(places & set(table.columns)).rows(), key=repr) for name, table in tables.items()}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_three_hundred_unrelated_lines_disturb_nothing(way: str, form: str, tmp_path: Path) -> None:
    columns = WAYS[way]
    noisy, quiet = (read(tmp_path, rows(columns, SIMPLE), form) for rows in (mixed, alone))
    assert undisturbed(noisy) == undisturbed(quiet)
    counted = noisy.sources.filter(pl.col("kind") == "payments").select("read", "kept", "rejected", "out_of_scope")
    assert counted.rows() == [(UNRELATED + len(SIMPLE), len(SIMPLE), 0, UNRELATED)]
    assert noisy.controls["holds"].all()


@pytest.mark.parametrize("way", WAYS)
def test_the_total_of_a_grand_livre_is_that_of_all_its_lines(way: str, tmp_path: Path) -> None:
    of = read(tmp_path, mixed(WAYS[way], SIMPLE), "xlsx")
    announced, found = of.sources.filter(pl.col("kind") == "payments").select("total_announced", "total_read").row(0)
    assert announced == found
    assert announced > total(SIMPLE)


def test_nothing_is_said_of_unrelated_lines(tmp_path: Path) -> None:
    """Not of their UAIs, not of their dates, not of their invoices: what is out of scope is counted, not reported."""
    of = read(tmp_path, mixed(WAYS["template"], SIMPLE), "xlsx")
    ledger = of.findings.filter(pl.col("file").str.starts_with("paiements/"))
    assert set(ledger["code"]) <= {"P03", "P04", "P06", "P07", "P13"}


def test_the_commune_keeps_the_day_its_ledger_reaches(tmp_path: Path) -> None:
    """A date that is none reaches nowhere: the ledger is known up to the last true day that it holds."""
    of = read(tmp_path, mixed(WAYS["template"], SIMPLE), "xlsx")
    reach = of.payers.filter(pl.col("payer_siren") == CERET[:9])["ledger"].unique().to_list()
    assert reach == [max(payment.mandat_on for payment in SIMPLE)]
