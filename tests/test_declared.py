"""A declared receipt counts from the day of the decision, and is shown apart from what the ledgers say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.dossiers import CONVENTIONS, ENROLMENTS, LISTS, PAYMENTS, SCHOOLS, TITRES, paid, signed, titre
from tests.monthly import drop, run, said, table, told

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
ONE, TWO = "TP-2026-00001", "TP-2026-00002"
OCTOBER, NOVEMBER = "2026-10-31", "2026-11-30"


@pytest.fixture
def dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A commune with two titres: one paid by its ledger, the other declared as received on 28 November."""
    monkeypatch.delenv("RECON_STORE", raising=False)
    monkeypatch.setattr("recon.store.holder.now", lambda: "2026-11-28T09:00:00+00:00")
    folder = tmp_path / "dossier"
    drop(
        folder,
        ("inscriptions/liste.csv", (ENROLMENTS, *(f"2026-2027;{uai};École;CERET;216600494;;" for uai in SCHOOLS[:2]))),
        ("conventions/registre.csv", (CONVENTIONS, signed("C1"), signed("C2"))),
        ("conventions/ecoles.csv", (LISTS, f"C1;{SCHOOLS[0]};A;", f"C2;{SCHOOLS[1]};B;")),
        ("titres/titres.csv", (TITRES, titre(ONE, convention="C1"), titre(TWO, convention="C2"))),
        (
            "paiements/ceret.csv",
            (PAYMENTS, paid(reference=TWO, mandat="7"), paid(label="ENT-École, livres", mandat="9", on="12/11/2026")),
        ),
        ("recon.toml", ('[tarifs]\n"2026-2027" = "41.00"',)),
    )
    for what in (("2026/9", "--out-of-scope"), (ONE, "--settled-elsewhere", "41,00")):
        code, text = said("decide", "-C", folder, "--as-of", NOVEMBER, *what, "--reason", "chèque du 27/11")
        assert code == 0, text
    return folder


def workbook(dossier: Path, name: str = "rapprochement_2026-11.xlsx") -> Workbook:
    [path] = (dossier / "rapports" / "2026-11").rglob(name)
    return openpyxl.load_workbook(BytesIO(path.read_bytes()), data_only=True)


def words(book: Workbook) -> str:
    return "\n".join(
        str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None
    ).replace("\u00a0", " ")


def test_a_declared_receipt_counts_only_from_the_day_of_the_decision(dossier: Path) -> None:
    for as_of, cents in ((OCTOBER, 0), ("2026-11-27", 0), (NOVEMBER, 41)):
        run(dossier, as_of)
        rows = {row["titre"]: row["paid"] for row in table(dossier, as_of[:7], "titres")}
        assert rows[ONE] == Decimal(cents), as_of
    (declared,) = (row for row in table(dossier, "2026-11", "payments") if row["file"] == "décision")
    assert declared["on"] == date(2026, 11, 28)


def test_it_is_told_apart_on_screen(dossier: Path) -> None:
    text = said("run", dossier, "--as-of", NOVEMBER)[1].replace("\u00a0", " ")
    [line] = [line for line in text.splitlines() if "dont déclaré hors registre" in line]
    assert line.split("registre")[1].strip() == "41,00 €"
    assert told("run", dossier, "--as-of", NOVEMBER)["totals"]["declared"] == "41.00"
    for what in ((ONE,), ("216600494",)):
        text = said("explain", "-C", dossier, "--as-of", NOVEMBER, *what)[1].replace("\u00a0", " ")
        assert "encaissement déclaré par le rectorat, le 28/11/2026" in text, text
        assert "hors registre, dans ce qui est payé" in text, text
    text = said("statement", "216600494", "-C", dossier, "--as-of", NOVEMBER)[1].replace("\u00a0", " ")
    assert "encaissement déclaré par le rectorat, le 28/11/2026" in text, text


def test_it_is_told_apart_in_the_workbook_and_the_figures_add_up(dossier: Path) -> None:
    run(dossier, NOVEMBER)
    book = workbook(dossier)
    tile = book["Synthèse"]["E10"]
    assert (tile.value, "dont hors registre" in tile.number_format) == (41, True)
    for sheet in ("Collectivités", "Titres"):
        headings = [cell.value for cell in book[sheet][4]]
        sums = dict(zip(headings, (cell.value for cell in book[sheet][3]), strict=True))
        assert (sums["Payé"], sums["dont déclaré hors registre"]) == (82, 41), sheet


def test_what_no_ledger_shows_stands_within_its_tile(dossier: Path) -> None:
    assert run(dossier, NOVEMBER) == 0
    sheet = workbook(dossier)["Synthèse"]
    assert (sheet["E7"].value, sheet["E10"].value) == ("Payé (registres et déclarés)", 41)
    assert "dont hors registre" in sheet["E10"].number_format
    # The tiles of a row end together.
    grounds = {cell: sheet[f"{cell}10"].fill.fgColor.rgb for cell in "ACEHJL"}
    assert set(grounds.values()) == {sheet["E9"].fill.fgColor.rgb}


def test_the_payers_statement_does_not_say_that_it_is_in_its_ledger(dossier: Path) -> None:
    run(dossier, NOVEMBER)
    book = workbook(dossier, "etats/*.xlsx")
    sheet = book.worksheets[0]
    lines = {str(row[4].value): row[7].value for row in sheet.iter_rows() if row[4].value is not None}
    assert lines["Payé d’après vos registres"] == -41
    assert lines["Encaissement déclaré par le rectorat"] == -41
    assert "sans numéro" not in words(book)


def test_the_workbook_lists_the_decisions_in_force(dossier: Path) -> None:
    said("decide", "-C", dossier, "--as-of", NOVEMBER, TWO, "--accept", "--reason", "vu")
    assert said("decide", "-C", dossier, "--as-of", NOVEMBER, "--undo", "3", "--reason", "non")[0] in {0, 2}
    run(dossier, NOVEMBER)
    rows = [[cell.value for cell in row] for row in workbook(dossier)["Décisions"].iter_rows(min_row=5, max_col=9)]
    assert [row[0] for row in rows] == [1, 2]
    outside, declared = ([str(cell).replace("\u00a0", " ") for cell in row] for row in rows)
    assert declared[3:8] == [
        "soldé hors registre", f"titre {ONE}, COMMUNE, 41,00 €", "41", "chèque du 27/11",
        "41,00 € comptés comme payés, hors registre",
    ]  # fmt: skip
    assert outside[3:5] == ["hors périmètre", "mandat 2026/9, COMMUNE, 41,00 €"]
    assert "hors périmètre" in outside[7]
    assert outside[8] == "paiements/ceret.csv › I3"


def test_before_its_day_the_list_says_from_when_it_counts(dossier: Path) -> None:
    run(dossier, "2026-11-27")
    assert "compte à partir du 28/11/2026" in words(workbook(dossier))


def test_a_decision_later_than_the_month_says_from_when_it_counts(dossier: Path) -> None:
    text = said("decide", "-C", dossier, "--as-of", OCTOBER, TWO, "--settled-elsewhere", "41,00", "--reason", "chèque")
    assert text[0] == 0, text
    assert "compte à partir du 28/11/2026" in text[1], text
    run(dossier, OCTOBER)
    assert {row["paid"] for row in table(dossier, "2026-10", "titres")} == {Decimal(0)}


@pytest.mark.parametrize("earlier", [(), ("--remind",)])
def test_a_receipt_of_a_part_leaves_the_rest_to_be_reminded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, earlier: tuple[str, ...]
) -> None:
    monkeypatch.delenv("RECON_STORE", raising=False)
    monkeypatch.setattr("recon.store.holder.now", lambda: "2026-11-28T09:00:00+00:00")
    folder = tmp_path / "dossier"
    drop(
        folder,
        ("inscriptions/liste.csv", (ENROLMENTS, f"2026-2027;{SCHOOLS[0]};École;CERET;216600494;;")),
        ("conventions/registre.csv", (CONVENTIONS, signed("C1"))),
        ("conventions/ecoles.csv", (LISTS, f"C1;{SCHOOLS[0]};A;")),
        ("titres/titres.csv", (TITRES, titre(ONE, convention="C1", due="01/11/2026"))),
        ("paiements/ceret.csv", (PAYMENTS, paid(reference=ONE, state="rejeté"))),
        ("recon.toml", ('[tarifs]\n"2026-2027" = "41.00"',)),
    )
    receipt = ("--settled-elsewhere", "20,00")
    for choice in filter(None, (earlier, receipt)):
        assert said("decide", "-C", folder, "--as-of", NOVEMBER, ONE, *choice, "--reason", "chèque")[0] == 0
    assert run(folder, NOVEMBER) == 0
    merge = workbook(folder, "relances.xlsx")
    assert ONE in words(merge)
    assert merge["Retenus"].max_row == 1
    (finding,) = (row for row in table(folder, "2026-11", "findings") if row["code"] == "P03")
    assert finding["decision"] == ("Relancer" if earlier else "Soldé hors registre")
    assert {row["titre"]: row["outstanding"] for row in table(folder, "2026-11", "titres")} == {ONE: Decimal("21.00")}


def test_a_receipt_is_no_late_line_of_a_ledger(dossier: Path) -> None:
    said("decide", "-C", dossier, "--retirer", "2", "--reason", "à refaire")
    run(dossier, NOVEMBER)
    said("close", "2026-11", "-C", dossier)
    said("decide", "-C", dossier, "--as-of", "2026-12-31", ONE, "--settled-elsewhere", "41,00", "--reason", "chèque")
    code, text = said("run", dossier, "--as-of", "2026-12-31")
    assert (code, "tardives" in text) == (0, False), text
    assert not [row for row in table(dossier, "2026-12", "allocations") if "tardive" in row["evidence"]]
