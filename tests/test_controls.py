"""The controls compare tables, they do not repeat a computation: break one cell, and those that must fail say by how much."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

import recon.month
from recon.__main__ import main
from recon.controls import controls
from recon.dossier import files, options
from recon.pipeline import reconcile
from recon.tables import CONTROLS

if TYPE_CHECKING:
    from collections.abc import Callable

    from recon.tables import Month

SAMPLE = Path(__file__).parent.parent / "workbooks" / "exemple"
NAMED = Path(__file__).parent / "named_dossiers"
TABLES = ("schools", "payers", "titres", "payments", "allocations", "sources")
CERET = pl.col("payer_siren") == "216600494"
PERPIGNAN = pl.col("payer_siren") == "216601369"


@pytest.fixture(scope="module")
def of() -> Month:
    """The month of the sample."""
    return reconcile(files(SAMPLE), options(SAMPLE).settings(date(2026, 11, 30)))


def first(frame: pl.DataFrame, where: pl.Expr) -> pl.Expr:
    """Return the mask of the first row that `where` holds for."""
    rows = frame.select(where.arg_true()).to_series()
    return pl.int_range(pl.len()).eq(int(rows[0]))


def adding(frame: pl.DataFrame, where: pl.Expr, column: str, amount: int) -> pl.DataFrame:
    """Return the table with `amount` added to one cell."""
    changed = pl.when(first(frame, where)).then(pl.col(column) + amount).otherwise(pl.col(column))
    return frame.with_columns(changed.alias(column))


def failing(of: Month, **broken: pl.DataFrame) -> dict[str, int]:
    """Return the controls that fail when some tables are replaced, and by how much: cents, hundredths of a row."""
    found = controls(*(broken.get(name, of.table(name)) for name in TABLES))
    assert found["control"].to_list() == list(CONTROLS)
    assert found["holds"].to_list() == (found["difference"] == 0).to_list()
    return dict(found.filter(~pl.col("holds")).select("control", "difference").iter_rows())


PLACED = ("cash", "placed_titres", "placed_payments")
SETTLED = pl.col("status") == "settled"
ONE_CELL = [
    *(("schools", CERET, name, {f"schools_{name}": 1}) for name in
      ("expected", "billed", "paid", "outstanding", "to_bill", "over_billed")),
    ("payers", CERET, "expected", {"expected": 1, "schools_expected": 1}),
    ("payers", CERET, "billed", {"expected": 1, "schools_billed": 1, "titres_billed": 1}),
    ("payers", CERET, "paid", {"schools_paid": 1, "titres_paid": 1}),
    ("payers", CERET, "outstanding", {"schools_outstanding": 1, "titres_outstanding": 1}),
    ("payers", CERET, "to_bill", {"expected": 1, "schools_to_bill": 1}),
    ("payers", CERET, "over_billed", {"expected": 1, "schools_over_billed": 1}),
    ("titres", PERPIGNAN, "billed", {"billed": 1, "titres_billed": 1}),
    ("titres", PERPIGNAN, "paid", {"billed": 1, "titres_paid": 1, "placed_titres": 1}),
    ("titres", PERPIGNAN, "outstanding", {"billed": 1, "titres_outstanding": 1, "titres_overdue": 1}),
    # A settled titre stands in no bucket: a cent that it owes is missing there too.
    ("titres", SETTLED, "outstanding", {"billed": 1, "titres_outstanding": 1, "ageing": 1}),
    ("titres", SETTLED, "credit", {"placed_credit": 1, "titres_credit": 1}),
    ("titres", PERPIGNAN, "pending", {"titres_pending": 1}),
    ("payers", CERET, "credit", {"titres_credit": 1}),
    ("payers", CERET, "pending", {"titres_pending": 1}),
    ("payers", CERET, "overdue", {"titres_overdue": 1}),
    ("payers", CERET, "unallocated", {"placed_unallocated": 1}),
    ("payments", PERPIGNAN, "amount", {"cash": 1}),
    ("payments", PERPIGNAN, "allocated", {"placed_payments": 1}),
    ("payments", PERPIGNAN, "unallocated", {"cash": 1, "placed_unallocated": 1}),
    # A credit is held against what its payer paid, and against the titres' credits.
    ("payments", PERPIGNAN, "credit", {"cash": 1, "placed_credit": 1}),
    ("allocations", pl.col("confidence") == "automatic", "amount", {"cash": 1, "placed_titres": 1, "placed_payments": 1}),
    *(("sources", pl.col("kept") > 0, name, {"rows": 100}) for name in
      ("read", "kept", "rejected", "out_of_scope", "duplicates")),
]  # fmt: skip


@pytest.mark.parametrize("amount", [1, -1])
@pytest.mark.parametrize(
    ("table", "where", "column", "fails"), ONE_CELL, ids=[f"{case[0]}.{case[2]}-{len(case[3])}" for case in ONE_CELL]
)
def test_one_cent_or_row_in_one_cell_fails_exactly_the_controls_it_concerns(
    of: Month, table: str, where: pl.Expr, column: str, fails: dict[str, int], amount: int
) -> None:
    assert failing(of, **{table: adding(of.table(table), where, column, amount)}) == fails


def test_unbroken_tables_fail_nothing_and_broken_ones_reach_every_control(of: Month) -> None:
    assert failing(of) == {}
    assert {name for *_, fails in ONE_CELL for name in fails} == set(CONTROLS)


def test_a_titre_out_of_its_bucket_fails_the_ageing_alone(of: Month) -> None:
    lost = pl.when(pl.col("titre") == "TP-2024-00131").then(pl.lit("")).otherwise(pl.col("ageing"))
    assert failing(of, titres=of.titres.with_columns(ageing=lost)) == {"ageing": 9000}


def test_a_proposed_allocation_that_is_counted_or_a_settled_one_that_is_not_fails_the_cash(of: Month) -> None:
    counted = of.allocations.with_columns(confidence=pl.lit("automatic"))
    assert failing(of, allocations=counted) == dict.fromkeys(PLACED, 16400)
    one = first(of.allocations, (pl.col("titre") == "TP-2026-00144") & (pl.col("amount") == 4100))
    forgotten = pl.when(one).then(pl.lit("proposed")).otherwise(pl.col("confidence"))
    assert failing(of, allocations=of.allocations.with_columns(confidence=forgotten)) == dict.fromkeys(PLACED, 4100)


def test_a_void_mandat_that_is_taken_for_cash_fails(of: Month) -> None:
    paid = pl.when(pl.col("mandat") == "212").then(pl.lit("allocated")).otherwise(pl.col("status"))
    assert failing(of, payments=of.payments.with_columns(status=paid)) == {"cash": 4500}


@pytest.mark.parametrize(
    ("table", "fails"),
    [
        ("schools", {"schools_expected": 4100, "schools_billed": 4100, "schools_outstanding": 4100}),
        ("titres", dict.fromkeys(("titres_billed", "titres_outstanding", "titres_pending"), 16400)),
        (
            "payers",
            {
                **{f"schools_{name}": 16400 for name in ("expected", "billed", "outstanding")},
                **{f"titres_{name}": 16400 for name in ("billed", "outstanding", "pending")},
            },
        ),
    ],
)
def test_a_row_that_is_lost_fails_by_its_sums(of: Month, table: str, fails: dict[str, int]) -> None:
    frame = of.table(table)
    assert failing(of, **{table: frame.filter(~first(frame, CERET & (pl.col("school_year") == "2026-2027")))}) == fails


@pytest.mark.parametrize(
    ("table", "column", "fails"),
    [
        ("schools", "paid", {"schools_paid": 2}),
        ("payers", "billed", {"expected": 2, "schools_billed": 2, "titres_billed": 2}),
        ("payers", "outstanding", {"schools_outstanding": 2, "titres_outstanding": 2}),
        ("titres", "paid", {"billed": 2, "titres_paid": 2, "placed_titres": 2}),
        ("payments", "unallocated", {"cash": 2, "placed_unallocated": 2}),
        ("payments", "amount", {"cash": 2}),
    ],
)
def test_two_opposite_errors_in_two_payers_do_not_cancel_out(
    of: Month, table: str, column: str, fails: dict[str, int]
) -> None:
    cash = ~pl.col("status").is_in(["void", "pending"]) if table == "payments" else pl.lit(value=True)
    mazamet = pl.col("payer_siren") == "218101632"
    once = adding(of.table(table), PERPIGNAN & cash, column, 1)
    broken = adding(once, mazamet & cash, column, -1)
    assert broken[column].sum() == of.table(table)[column].sum()
    assert failing(of, **{table: broken}) == fails


def test_two_opposite_errors_in_two_years_of_a_payer_or_in_two_files_do_not_cancel_out(of: Month) -> None:
    najac = pl.col("payer_siren") == "211201678"
    years = [najac & (pl.col("school_year") == year) for year in ("2023-2024", "2026-2027")]
    payers = adding(adding(of.payers, years[0], "expected", 1), years[1], "expected", -1)
    assert failing(of, payers=payers) == {"expected": 2, "schools_expected": 2}
    names = [pl.col("file") == f"paiements/{name}" for name in ("mazamet_2026.csv", "luzech_2026.csv")]
    sources = adding(adding(of.sources, names[0], "kept", 1), names[1], "kept", -1)
    assert failing(of, sources=sources) == {"rows": 200}


def test_the_rows_kept_of_a_ledger_are_those_of_the_table_of_payments(of: Month) -> None:
    kept = of.sources.filter((pl.col("kind") == "payments") & (pl.col("kept") > 0)).select("file", "kept")
    listed = of.payments.group_by("file").agg(pl.len().cast(pl.Int64).alias("kept"))
    assert sorted(kept.iter_rows()) == sorted(listed.iter_rows())


# Through the command line ----------------------------------------------------------------------------------------------

FALSE = "contrôle faux\u00a0: {name}, différence {by}"


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """A dossier with nothing to say."""
    return Path(shutil.copytree(NAMED / "rien_a_signaler", tmp_path / "dossier"))


@pytest.fixture
def recon_run(
    dossier: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """`recon run` on the dossier, in this process; returns exit code, stdout and stderr."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["recon", "run", str(dossier), "--as-of", "2026-11-30", *arguments])
        monkeypatch.setattr(os, "environ", {**os.environ, "RECON_LANG": "fr"})
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return left.value.code, said.out, said.err

    return run


@pytest.fixture
def one_cent_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of payers says one cent more than was paid."""
    right = recon.month.payers

    def wrong(*arguments: object) -> pl.DataFrame:
        return right(*arguments).with_columns(pl.col("paid") + 1)  # type: ignore[arg-type]

    monkeypatch.setattr(recon.month, "payers", wrong)


NAMES = [CONTROLS["schools_paid"].fr, CONTROLS["titres_paid"].fr]


@pytest.mark.usefixtures("one_cent_more")
def test_a_run_whose_control_fails_says_so_at_the_top_and_ends_with_4(
    recon_run: Callable[..., tuple[int, str, str]],
) -> None:
    code, out, err = recon_run()
    assert code == 4
    top = out.strip().splitlines()[:6]
    for name in NAMES:
        assert any(FALSE.format(name=name, by="0,01\u00a0€") in line for line in top)
    assert "ne pas utiliser" in " ".join(top)
    assert "contrôles sont justes" not in out
    assert err == ""


@pytest.mark.usefixtures("one_cent_more")
@pytest.mark.parametrize("option", ["--quiet", "--json"])
def test_a_control_that_fails_is_said_even_where_little_is(
    recon_run: Callable[..., tuple[int, str, str]], option: str
) -> None:
    code, out, err = recon_run(option)
    assert code == 4
    for name in NAMES:
        assert FALSE.format(name=name, by="0,01\u00a0€") in err
        assert name not in out


def test_rows_that_are_missing_are_counted_in_rows_not_in_euros(
    recon_run: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from recon import notices

    right = notices.sources_of
    monkeypatch.setattr(notices, "sources_of", lambda *given: right(*given).with_columns(pl.col("kept") + 1))
    code, out, _ = recon_run()
    assert code == 4
    by = FALSE.format(name=CONTROLS["rows"].fr, by="5 lignes")
    assert any(by in line for line in out.strip().splitlines()[:5])


def test_a_run_whose_controls_hold_says_so_and_nothing_else(recon_run: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = recon_run()
    assert (code, err) == (0, "")
    assert "contrôle faux" not in out
    assert "les 21 contrôles sont justes" in out


@pytest.mark.usefixtures("one_cent_more")
def test_the_workbook_says_so_at_the_top_of_its_first_sheet(
    recon_run: Callable[..., tuple[int, str, str]], dossier: Path
) -> None:
    import openpyxl

    recon_run()
    report = openpyxl.load_workbook(dossier / "rapports" / "2026-11" / "rapprochement_2026-11.xlsx")
    sheet = report.worksheets[0]
    assert sheet.title == "Synthèse"
    said = str(sheet["A4"].value)
    assert said.startswith("Contrôle faux\u00a0: ")
    assert all(name in said for name in NAMES)


def test_money_moved_to_the_wrong_titre_fails_though_every_sum_holds(of: Month) -> None:
    moved = pl.when(pl.col("titre") == "TP-2026-00142").then(pl.lit("TP-2026-00146")).otherwise(pl.col("titre"))
    assert failing(of, allocations=of.allocations.with_columns(titre=moved)) == {"placed_titres": 16400}
