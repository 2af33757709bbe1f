"""The plain tables of `donnees/`, and the one way a file is put on disk."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

from recon.reports.data import csv, data_files
from recon.reports.files import write_beside
from tests.dossiers import one_school, paid

# DOMAIN.md, section 7, word for word.
COLUMNS = {
    "schools": "school_year, uai, school_name, commune, department, payer_siren, enrolled, convention, titre, "
    "expected, billed, paid, outstanding, to_bill, over_billed, attribution, status",
    "payers": "school_year, payer_siren, payer_name, department, schools, expected, billed, paid, outstanding, "
    "overdue, pending, to_bill, over_billed, credit, unallocated, ledger",
    "conventions": "convention, school_year, payer_siren, payer_name, rate, school_count, listed, amount, dated_on, "
    "council_on, signed_on, ends_on, status, in_force, expected, potential, file",
    "titres": "titre, school_year, payer_siren, convention, billed, paid, outstanding, pending, credit, issued_on, "
    "due_on, days_late, ageing, status, lettering",
    "payments": "payment_id, payer_siren, exercise, bordereau, mandat, line, on, amount, allocated, credit, "
    "unallocated, status, lettering, file, sheet, row",
    "allocations": "payment_id, titre, uai, amount, pass, confidence, evidence",
    "findings": "finding_id, code, severity, school_year, payer_siren, uai, convention, titre, payment_id, expected, "
    "found, amount, file, sheet, cell, advice, since, state, decision, comment",
    "controls": "control, left, right, difference, holds",
    "sources": "file, kind, sha256, profile, read, kept, rejected, out_of_scope, duplicates, total_announced, "
    "total_read",
}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return dict(data_files(one_school(paid(reference="TP-2026-00001"))))


def test_every_table_has_its_two_files(files: dict[str, bytes]) -> None:
    assert set(files) == {f"donnees/{name}.{kind}" for name in COLUMNS for kind in ("csv", "parquet")}


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_are_those_of_the_contract(files: dict[str, bytes], name: str) -> None:
    headings = files[f"donnees/{name}.csv"].decode().splitlines()[0]
    assert headings == COLUMNS[name].replace(" ", "")
    assert pl.read_parquet(BytesIO(files[f"donnees/{name}.parquet"])).columns == headings.split(",")


def test_amounts_are_decimals_dates_are_iso_and_booleans_are_words(files: dict[str, bytes]) -> None:
    payments = files["donnees/payments.csv"].decode()
    assert ",2026-11-10,41.00,41.00,0.00,0.00,allocated," in payments
    assert ",true," in files["donnees/schools.csv"].decode()
    amount = pl.read_parquet(BytesIO(files["donnees/payments.parquet"]))["amount"]
    assert amount.dtype == pl.Decimal(18, 2)
    assert str(amount[0]) == "41.00"


def test_the_same_month_gives_the_same_bytes(files: dict[str, bytes]) -> None:
    assert dict(data_files(one_school(paid(reference="TP-2026-00001")))) == files


def test_rows_keep_the_order_of_the_month() -> None:
    month = one_school(paid("10,00", "TP-2026-00001"), paid("31,00", "TP-2026-00001"))
    upside_down = replace(month, payments=month.payments.reverse())
    ids = dict(data_files(upside_down))["donnees/payments.csv"].decode().splitlines()[1:]
    assert [line.split(",")[0] for line in ids] == month.payments["payment_id"].to_list()[::-1]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_text_that_a_spreadsheet_would_compute_gets_an_apostrophe(start: str) -> None:
    frame = pl.DataFrame({"a": [f"{start}1+1", f"x{start}", None], "b": [-1, 2, 3]})
    read = pl.read_csv(csv(frame))
    assert read["a"].to_list() == [f"'{start}1+1", f"x{start}", None]
    assert read["b"].to_list() == [-1, 2, 3]


def test_a_file_is_replaced_and_nothing_stands_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert write_beside(path, b"one") == write_beside(path, b"two") == path
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_held_by_excel_is_written_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"held")
    (tmp_path / "a (2).xlsx").write_bytes(b"earlier")
    real = Path.replace

    def held(temporary: Path, target: Path) -> Path:
        if target == path:
            raise PermissionError(13, "held")
        return real(temporary, target)

    monkeypatch.setattr(Path, "replace", held)
    assert write_beside(path, b"new") == tmp_path / "a (3).xlsx"
    assert path.read_bytes() == b"held"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a (2).xlsx", "a (3).xlsx", "a.xlsx"]


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(step, full)
    with pytest.raises(OSError, match="No space left"):
        write_beside(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
