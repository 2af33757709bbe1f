"""The sample dossier: real schools, invented money, and what it must give, table by table."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from recon.dossier import files, options
from recon.pipeline import reconcile
from recon.reports.data import data_files
from recon.tables import SCHEMAS, Month
from tests import make_sample

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "workbooks" / "exemple"
EXPECTED = ROOT / "workbooks" / "attendu"
ISSUE = {
    "C01", "C02", "C03", "C04", "C05", "C06", "C07", "C08", "C09", "D01", "D02", "D03", "D04", "D05", "D06", "D10", "D11", "D12", "E01", "E03", "E04",
    "P01", "P02", "P03", "P04", "P05", "P06", "P07", "P08", "P09", "P12", "P14", "T01", "T02", "T03",
}  # fmt: skip


@pytest.fixture(scope="module")
def of() -> Month:
    """The month of the sample."""
    return reconcile(files(SAMPLE), options(SAMPLE).settings(date(2026, 11, 30)))


@pytest.mark.parametrize("name", list(SCHEMAS))
def test_the_sample_gives_the_expected_tables(of: Month, name: str) -> None:
    tables = dict(data_files(of))
    found = tables[f"donnees/{name}.csv"].decode()
    assert found == (EXPECTED / f"{name}.csv").read_text(encoding="utf-8")


def test_perpignan_and_ceret_are_expected_to_the_cent_and_their_61_uais_valid(of: Month) -> None:
    real = of.payers.filter(
        (pl.col("payer_siren") == "216601369") & (pl.col("school_year") == "2023-2024")
        | (pl.col("payer_siren") == "216600494") & (pl.col("school_year") == "2026-2027")
    )
    assert real.select("schools", "expected").rows() == [(57, 256500), (4, 16400)]
    assert of.schools.filter(pl.col("payer_siren").is_in(real["payer_siren"].to_list())).height == 61


def test_every_code_of_the_month_occurs(of: Month) -> None:
    assert set(of.findings["code"]) == ISSUE


def test_every_finding_names_its_place_and_what_to_do(of: Month) -> None:
    assert of.findings.filter((pl.col("file") == "") | (pl.col("advice") == "") | (pl.col("found") == "")).is_empty()
    with_cell = of.findings.filter(~pl.col("code").is_in(["D01"]))
    assert with_cell.filter(pl.col("cell") == "").is_empty()


def test_the_inputs_are_not_modified() -> None:
    before = {path: path.stat().st_mtime_ns for path in SAMPLE.rglob("*")}
    files(SAMPLE)
    assert {path: path.stat().st_mtime_ns for path in SAMPLE.rglob("*")} == before


def test_the_sample_on_disk_is_the_one_that_the_script_writes(tmp_path: Path) -> None:
    make_sample.main(tmp_path)
    written = {file.name: file.book.sheets if file.book else file.refusal for file in files(tmp_path)}
    assert written == {file.name: file.book.sheets if file.book else file.refusal for file in files(SAMPLE)}
