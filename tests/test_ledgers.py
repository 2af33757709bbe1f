"""Every layout of `tests.ledgers` gives the same canonical payments: what no accounting habit may change.

`tests/LAYOUTS.md` lists them, each with its habit in a line. A layout is held against the truth (`CANONICAL`) field by
field, and against the template filled in with the same fields: who pays, which titre is settled, what is void or pending
must not depend on the paper.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from recon.pipeline import File
from recon.readers import Book, read_book
from recon.readers.delimited import read_csv
from recon.tables import SCHEMAS
from tests.dossiers import month
from tests.ledgers import BY_NAME, CANONICAL, COMMUNES, LAYOUTS, REST, plain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from recon.tables import Month
    from tests.ledgers import Ledger, Payment

IN_PAYMENTS = {"exercise", "bordereau", "mandat"}
IN_DETAILS = {"mandat_on", "paid_on", "payee", "label", "reference", "state"}
NOTHING_TO_SAY = {"D01", "D02", "D03", "D04", "D05", "D07", "D08", "D09", "D10", "D11", "D12"}
BALANCES = {
    "titres": ("titre", "billed", "paid", "outstanding", "pending", "credit", "status"),
    "schools": ("school_year", "uai", "payer_siren", "expected", "billed", "paid", "outstanding", "status"),
    "payers": ("school_year", "payer_siren", "paid", "outstanding", "pending", "credit", "unallocated", "ledger"),
}


def on_disk(folder: Path, made: Ledger) -> File:
    """Return the ledger as the dossier would hold it, written and read as any file is."""
    path = folder / made.name
    path.write_bytes(made.data)
    book = read_book(path)
    return File(f"paiements/{made.name}", "paiements", book.sha256, book)


def read(folder: Path, made: Ledger) -> Month:
    """Return the month of the dossier with that ledger as its only one."""
    return month(*REST, COMMUNES, on_disk(folder, made))


def lines_of(of: Month) -> list[dict[str, Any]]:
    """Return the payments with what the ledger says of each, ordered by payer, amount, mandat and label."""
    rows = of.payments.join(of.details, on="payment_id").iter_rows(named=True)
    return sorted(rows, key=lambda row: (row["payer_siren"], row["amount"], row["mandat"] or "", row["label"]))


def in_order(payments: Iterable[Payment], carries: frozenset[str]) -> list[Payment]:
    """Return canonical payments in the order of `lines_of`."""
    numbered = "mandat" in carries
    return sorted(payments, key=lambda p: (p.siret[:9], p.cents, str(p.mandat) if numbered else "", p.label))


def truth(payment: Payment, field: str) -> object:
    """Return what a reader must find of `field`."""
    value = getattr(payment, field)
    return str(value) if field in {"mandat", "bordereau"} else value


@pytest.fixture(params=LAYOUTS, scope="module")
def made(request: pytest.FixtureRequest) -> Ledger:
    """Every layout in turn."""
    return LAYOUTS[request.param]()


@pytest.fixture(scope="module")
def of(made: Ledger, tmp_path_factory: pytest.TempPathFactory) -> Month:
    """The month of a dossier with that layout."""
    return read(tmp_path_factory.mktemp("paiements"), made)


def test_a_layout_gives_the_canonical_payments(made: Ledger, of: Month) -> None:
    fields = sorted(made.carries & (IN_PAYMENTS | IN_DETAILS))
    found = [(row["payer_siren"], row["amount"], *(row[field] for field in fields)) for row in lines_of(of)]
    wanted = [
        (payment.siret[:9], payment.cents, *(truth(payment, field) for field in fields))
        for payment in in_order(made.payments, made.carries)
    ]
    assert found == wanted
    assert of.findings.filter(pl.col("code").is_in(list(NOTHING_TO_SAY))).select("code", "cell", "found").rows() == []


def test_a_layout_settles_what_the_template_settles(made: Ledger, of: Month) -> None:
    template = of_the_template(made.payments, made.carries)
    assert balances(of) == balances(template)
    assert settled(of) == settled(template)


@cache
def of_the_template(payments: tuple[Payment, ...], carries: frozenset[str]) -> Month:
    """Return the month of the template filled in with some fields of some payments."""
    made = plain(payments, carries)
    digest = hashlib.sha256(made.data).hexdigest()
    book = Book("csv", digest, read_csv(made.data))
    return month(*REST, COMMUNES, File(f"paiements/{made.name}", "paiements", digest, book))


def balances(of: Month) -> dict[str, list[tuple[Any, ...]]]:
    """Return what is expected, billed, paid and due, by titre, school and payer."""
    return {name: sorted(of.table(name).select(columns).rows(), key=repr) for name, columns in BALANCES.items()}


def settled(of: Month) -> list[tuple[Any, ...]]:
    """Return which line settles which titre and school, with its standing, by what any layout tells of a line."""
    line = of.payments.join(of.details, on="payment_id").select("payment_id", "payer_siren", "label", pl.col("amount").alias("of"), "status")  # fmt: skip
    placed = of.allocations.drop("evidence").join(line, on="payment_id", how="right").drop("payment_id")
    return sorted(placed.rows(), key=repr)


def test_a_layout_counts_each_line_once(made: Ledger, of: Month) -> None:
    source = of.sources.filter(pl.col("kind") == "payments").row(0, named=True)
    counts = {"kept": len(made.payments), "rejected": 0, "duplicates": 0}
    if made.unrelated is not None:
        counts |= {"out_of_scope": made.unrelated, "read": len(made.payments) + made.unrelated}
    assert {name: source[name] for name in counts} == counts
    assert of.controls["holds"].all()


def test_a_layout_names_the_cell_of_each_amount(made: Ledger, of: Month) -> None:
    cells = {of.places["payment", row["payment_id"]] for row in lines_of(of)}
    wanted = {
        " › ".join(part for part in (f"paiements/{made.name}", *made.told[payment.key]) if part)
        for payment in made.payments
    }
    assert cells == wanted


def test_a_layouts_own_total_is_the_sum_read(made: Ledger, of: Month) -> None:
    """The sums of quarters and blocks add up to the file's; a page's carried sum or a sub-total is none of them."""
    announced, found = of.sources.filter(pl.col("kind") == "payments").select("total_announced", "total_read").row(0)
    assert announced in ({found} if made.announced else {None, found})


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_a_payer_that_the_dossier_does_not_know_is_asked_for(name: str, tmp_path: Path) -> None:
    """Without a communes' table or a register, a name or an INSEE code says nothing of the SIREN: it is not derivable."""
    of = month(on_disk(tmp_path, LAYOUTS[name]()))
    assert of.payments.is_empty()
    assert set(of.findings["code"]) == {"D02"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("template_as_handed_out", "open_document"),
        ("days_in_words", "amounts_negative_in_parentheses"),
        ("states_in_many_words", "csv_named_xls"),
        ("title_rows_above_and_a_total_below", "hidden_rows_columns_and_sheet"),
        ("payer_in_the_sheet_name", "payer_named_above_each_block"),
    ],
)
def test_the_same_lines_in_two_layouts_count_once(first: str, second: str, tmp_path: Path) -> None:
    """The accounts office sends its export again from another screen: no line of it is a second payment."""
    one, two = LAYOUTS[first](), LAYOUTS[second]()
    both = month(*REST, COMMUNES, on_disk(tmp_path, one), on_disk(tmp_path, two))
    assert balances(both) == balances(read(tmp_path, one))
    assert both.sources.filter(pl.col("kind") == "payments")["kept"].sum() == len(CANONICAL)
    assert "D08" not in both.findings["code"]


def test_the_same_lines_without_their_exercise_count_once(tmp_path: Path) -> None:
    """A mandat of 5 October 2026 is of exercise 2026, whether a column says so or not."""
    one, two = LAYOUTS["template_as_handed_out"](), LAYOUTS["table_in_the_middle_of_the_sheet"]()
    both = month(*REST, COMMUNES, on_disk(tmp_path, one), on_disk(tmp_path, two))
    assert balances(both) == balances(read(tmp_path, one))


def test_at_least_twenty_layouts_tell_themselves_apart() -> None:
    assert len(LAYOUTS) >= 26
    assert len({(made.name, made.data) for made in (build() for build in LAYOUTS.values())}) == len(LAYOUTS)


def test_the_template_tells_every_field() -> None:
    """What the layouts are compared with must itself be whole."""
    made = LAYOUTS["template_as_handed_out"]()
    assert made.carries - {"payer_siret", "uai", "amount"} == IN_PAYMENTS | IN_DETAILS
    assert set(SCHEMAS["payments"]) > IN_PAYMENTS
