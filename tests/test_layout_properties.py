"""What holds for any ledger in any layout: it reads back as it was written, whatever the paper and the order of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.dossiers import CERET, PERPIGNAN, SCHOOLS
from tests.ledgers import FIELDS, MONTHS, WRITINGS, Column, Ledger, Payment, col, line, other, titles, total
from tests.sheets import Marked, Page, delimited, places, xlsx
from tests.test_ledgers import IN_DETAILS, IN_PAYMENTS, NOTHING_TO_SAY, in_order, lines_of, read, truth
from tests.test_properties import comparable

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    import pytest

    from tests.sheets import Cell, Rows

HEADINGS = {
    "payer_siret": ("SIRET payeur", "SIRET", "N° SIRET"),
    "exercise": ("Exercice", "Exer."),
    "bordereau": ("Bordereau", "Bord.", "N° bordereau"),
    "mandat": ("Mandat", "N° mandat", "N° pièce", "Pièce"),
    "mandat_on": ("Date mandat", "Date émission", "DATE DU MANDAT"),
    "paid_on": ("Payé le", "Date paiement", "Date de règlement"),
    "payee": ("Bénéficiaire", "Tiers", "Créancier", "FOURNISSEUR"),
    "label": ("Objet", "Libellé", "Désignation"),
    "reference": ("Référence", "Réf. facture", "N° de titre"),
    "uai": ("UAI", "Code étab.", "N° UAI", "RNE", "Code RNE"),
    "amount": ("Montant", "Montant TTC", "TTC", "Mt mandaté"),
    "state": ("État", "Statut", "ETAT"),
}
ALWAYS = ("mandat", "label", "amount")
SOMETIMES = ("exercise", "bordereau", "mandat_on", "paid_on", "payee", "reference", "uai", "state")
UNKNOWN = (
    other("Service", "SCOLAIRE"),
    other("Utilisateur", "COMPTA2"),
    other("Chapitre", "65"),
    other("TVA", "0,00"),
    other("Montant HT", lambda payment: payment.euros / 2),
    other("Observations", ""),
)
ABOVE = (
    "Registre des mandats",
    "Du 01/01/2026 au 30/11/2026",
    "Service des finances",
    "Page 1 sur 1",
    "Édité par COMPTA2",
)
LABELS = (
    "ENT-École",
    "Participation ENT-École 2026-2027",
    "ENT-École 2023-2024 : solde",
    "Convention ENT, école du centre",
)
FROM = date(2026, 1, 5)


def _serial(day: date) -> Cell:
    return (day - date(1899, 12, 30)).days


DAYS: dict[str, Callable[[date], Cell]] = {
    "date": lambda day: day,
    "text": lambda day: f"{day:%d/%m/%Y}",
    "short": lambda day: f"{day:%d/%m/%y}",
    "words": lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    "iso": lambda day: f"{day:%Y-%m-%d}",
    "serial": _serial,
}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
# Windows-1252 has neither the narrow space nor the true minus sign.
IN_CP1252 = tuple(writing for writing in WRITINGS if writing not in {"with_narrow_spaces", "with_a_true_minus_sign"})


@dataclass(frozen=True, slots=True)
class Paper:
    """How a ledger is written: the columns, what stands around the table and between its rows, and the file's form."""

    name: str
    columns: tuple[Column, ...]
    above: tuple[str, ...]
    payer_above: str
    blank_after: frozenset[int]
    headings_after: frozenset[int]
    with_total: bool
    delimiter: str
    encoding: str

    def written(self, payments: tuple[Payment, ...]) -> Ledger:
        """Return the ledger of `payments` on this paper."""
        page = Page("Mandats" if self.encoding == "xlsx" else "", self._rows(payments))
        data = xlsx([page]) if self.encoding == "xlsx" else delimited(page, self.delimiter, self.encoding)
        carries = frozenset(column.field for column in self.columns if column.field)
        return Ledger(self.name, data, payments, carries, places([page]), announced=self.with_total)

    def _rows(self, payments: tuple[Payment, ...]) -> Rows:
        rows: Rows = [[text] for text in self.above]
        rows += [["SIRET :", self.payer_above]] if self.payer_above else []
        rows.append(titles(self.columns))
        for number, payment in enumerate(payments, 1):
            rows.append(line(self.columns, payment))
            rows += [[]] if number in self.blank_after else []
            rows += [titles(self.columns)] if number in self.headings_after else []
        return [*rows, self._total(payments)] if self.with_total else rows

    def _total(self, payments: tuple[Payment, ...]) -> list[Cell]:
        amounts = [place for place, column in enumerate(self.columns) if column.field == "amount"]
        row: list[Cell] = [None] * len(self.columns)
        row[next(place for place in range(len(row)) if place not in amounts)] = "TOTAL"
        if len(amounts) == 1:
            row[amounts[0]] = Decimal(total(payments)) / 100
        else:
            debits = tuple(payment for payment in payments if payment.cents > 0)
            row[amounts[0]] = Decimal(total(debits)) / 100
            row[amounts[1]] = Decimal(total(debits) - total(payments)) / 100
        return row


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Paper, tuple[Payment, ...]]:
    """Random payments, of one payer or of two where a column names them, and random paper for them."""
    payer = draw(st.sampled_from(["column", "above", "file"]))
    encoding = draw(st.sampled_from(["xlsx", "xlsx", *ENCODINGS]))
    count = draw(st.integers(1, 8))
    payments = tuple(_payment(draw, number, one_payer=payer != "column") for number in range(1, count + 1))
    fields = [*ALWAYS, *draw(st.lists(st.sampled_from(SOMETIMES), unique=True))]
    fields += ["payer_siret"] if payer == "column" else []
    columns = [*_columns(draw, fields, encoding), *draw(st.lists(st.sampled_from(UNKNOWN), unique_by=lambda c: c.title, max_size=3))]  # fmt: skip
    between = st.frozensets(st.integers(1, count), max_size=3)
    return Paper(
        name=f"{CERET}_mandats.{'xlsx' if encoding == 'xlsx' else 'csv'}" if payer == "file" else "mandats.csv",
        columns=_shuffled(draw, columns),
        above=tuple(draw(st.lists(st.sampled_from(ABOVE), unique=True, max_size=3))),
        payer_above=CERET if payer == "above" else "",
        blank_after=draw(between),
        headings_after=draw(between),
        # Of unsigned amounts a program prints the sum or the balance: a TOTAL would have two readings.
        with_total=draw(st.booleans()) and all(column.title != "Sens" for column in columns),
        delimiter=draw(st.sampled_from([";", ",", "\t"])),
        encoding=encoding,
    ), payments


def _payment(draw: st.DrawFn, number: int, *, one_payer: bool) -> Payment:
    # The first line is an expense: where every amount is negative the sign is asked.
    cents = draw(st.integers(1, 5_000_000)) * (-1 if number > 1 and draw(st.integers(0, 4)) == 0 else 1)
    day = FROM + timedelta(days=draw(st.integers(0, 300)))
    paid = draw(st.one_of(st.none(), st.integers(0, 20)))
    return Payment(
        CERET if one_payer else draw(st.sampled_from([CERET, PERPIGNAN])),
        mandat=100 + number,
        bordereau=draw(st.integers(1, 400)),
        mandat_on=day,
        paid_on=None if paid is None else day + timedelta(days=paid),
        label=draw(st.sampled_from(LABELS)),
        reference=draw(st.sampled_from(["", "TP-2026-00131", "TP-2024-00077"])),
        uai=draw(st.sampled_from(["", *SCHOOLS])),
        cents=cents,
        state=draw(st.sampled_from(["payé", "émis", "rejeté", "suspendu", "annulé"])),
    )


def _columns(draw: st.DrawFn, fields: list[str], encoding: str) -> list[Column]:
    in_file = draw(st.sampled_from(list(DAYS) if encoding == "xlsx" else [name for name in DAYS if name != "serial"]))
    columns = []
    for field in fields:
        heading = draw(st.sampled_from(HEADINGS[field]))
        if field == "amount":
            columns += _amounts(draw, heading, encoding)
        elif field in {"mandat_on", "paid_on"}:
            columns.append(col(heading, field, _day(field, DAYS[in_file])))
        else:
            columns.append(col(heading, field))
    return columns


def _day(field: str, write: Callable[[date], Cell]) -> Callable[[Payment], Cell]:
    def cell(payment: Payment) -> Cell:
        day = FIELDS[field](payment)
        return write(day) if isinstance(day, date) else None

    return cell


def _amounts(draw: st.DrawFn, heading: str, encoding: str) -> list[Column]:
    way = draw(st.sampled_from(["number", "debit", "sense", *(IN_CP1252 if encoding == "cp1252" else WRITINGS)]))
    if way == "debit":
        return [
            col("Débit", "amount", lambda p: Marked(p.key, p.euros if p.cents > 0 else None)),
            col("Crédit", "amount", lambda p: Marked(p.key, -p.euros if p.cents < 0 else None)),
        ]
    if way == "sense":
        sense = other("Sens", lambda p: "C" if p.cents < 0 else "D")
        return [col(heading, "amount", lambda p: abs(p.euros)), sense]
    return [col(heading, "amount", WRITINGS.get(way))]


def _shuffled(draw: st.DrawFn, columns: list[Column]) -> tuple[Column, ...]:
    """Return the columns in any order, but the debit before the credit."""
    order = draw(st.permutations(range(len(columns))))
    placed = [columns[index] for index in order]
    sides = [index for index, column in enumerate(placed) if column.title in {"Débit", "Crédit"}]
    for index, column in zip(sides, [column for column in columns if column.title in {"Débit", "Crédit"}], strict=True):
        placed[index] = column
    return tuple(placed)


quick = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate, Phase.shrink],  # To explain a failure would read a thousand dossiers.
)


@settings(quick, max_examples=50)
@given(ledgers())
def test_any_ledger_in_any_layout_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[Paper, tuple[Payment, ...]]
) -> None:
    paper, payments = made
    ledger = paper.written(payments)
    of = read(tmp_path_factory.mktemp("any"), ledger)
    fields = sorted(ledger.carries & (IN_PAYMENTS | IN_DETAILS))
    found = [(row["payer_siren"], row["amount"], *(row[field] for field in fields)) for row in lines_of(of)]
    wanted = [
        (p.siret[:9], p.cents, *(truth(p, field) for field in fields)) for p in in_order(payments, ledger.carries)
    ]
    assert found == wanted
    assert of.findings.filter(pl.col("code").is_in(list(NOTHING_TO_SAY))).select("code", "cell", "found").rows() == []
    cells = {of.places["payment", number].rpartition(" › ")[2] for number in of.payments["payment_id"]}
    assert cells == {ledger.told[payment.key][1] for payment in payments}
    announced, sum_read = of.sources.filter(pl.col("kind") == "payments").select("total_announced", "total_read").row(0)
    assert sum_read == total(payments)
    assert announced == (total(payments) if ledger.announced else None)


@settings(quick, max_examples=8)
@given(ledgers(), st.randoms(use_true_random=False))
def test_the_order_of_a_ledgers_rows_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[Paper, tuple[Payment, ...]], chance: random.Random
) -> None:
    paper, payments = made
    shuffled = list(payments)
    chance.shuffle(shuffled)
    folder = tmp_path_factory.mktemp("order")
    straight = read(folder, paper.written(payments))
    assert comparable(read(folder, paper.written(tuple(shuffled)))) == comparable(straight)


@settings(quick, max_examples=4)
@given(ledgers())
def test_the_same_ledger_gives_the_same_month(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[Paper, tuple[Payment, ...]]
) -> None:
    """Every table to the letter, sources and places included: nothing depends on the order of a set or on the clock."""
    paper, payments = made
    folder, ledger = tmp_path_factory.mktemp("same"), paper.written(payments)
    first, second = read(folder, ledger), read(folder, ledger)
    for name in ("payments", "allocations", "titres", "schools", "payers", "findings", "controls", "sources"):
        assert first.table(name).equals(second.table(name)), name
    assert first.places == second.places
