"""From a file's cells to accepted rows: layouts, values, schemas, and what is said of each cell that is refused."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from recon.layouts import layouts_of
from recon.pipeline import File
from recon_schemas import ENROLMENTS, PAYMENTS, SOURCES
from tests.dossiers import (
    CERET,
    CONVENTIONS,
    SCHOOLS,
    TITRES,
    conventions,
    enrolled,
    enrolments,
    file,
    lists,
    month,
    one_school,
    paid,
    signed,
    titre,
    titres,
)
from tests.dossiers import (
    ENROLMENTS as ENROLMENT_TITLES,
)
from tests.dossiers import (
    PAYMENTS as PAYMENT_TITLES,
)

if TYPE_CHECKING:
    from recon.tables import Month

ROW = f"2026-2027;{SCHOOLS[0]};École Marc Chagall;CERET;{CERET[:9]};;"


def finding(of: Month, code: str) -> tuple[str, str, str]:
    """Return the one finding of a code: cell, found, expected."""
    rows: list[tuple[str, str, str]] = (
        of.findings.filter(of.findings["code"] == code).select("cell", "found", "expected").rows()
    )
    assert len(rows) == 1, of.findings["code"].to_list()
    return rows[0]


def test_title_rows_blank_rows_and_totals_are_no_rows() -> None:
    ledger = file(
        "paiements/a.csv",
        "Commune de Céret;;;;;;;;;",
        "Registre des mandats 2026;;;;;;;;;",
        ";;;;;;;;;",
        PAYMENT_TITLES,
        paid(reference="TP-2026-00001"),
        ";;;;;;;;;",
        PAYMENT_TITLES,
        "TOTAL;;;;;;;;41,00;",
    )
    of = month(conventions(signed()), lists(f"C1;{SCHOOLS[0]};A;"), titres(titre()), ledger)
    assert of.payments.select("row", "status").rows() == [(5, "allocated")]
    source = of.sources.filter(of.sources["kind"] == "payments")
    assert source.select("read", "kept", "total_announced", "total_read").rows() == [(1, 1, 4100, 4100)]
    assert "D09" not in of.findings["code"]


def test_a_total_that_differs_is_d09() -> None:
    ledger = file("paiements/a.csv", PAYMENT_TITLES, paid(), "TOTAL;;;;;;;;82,00;")
    assert finding(month(ledger), "D09") == ("I3", "41,00\u00a0€", "82,00\u00a0€")


def test_columns_in_any_order_and_further_ones_are_understood() -> None:
    rows = file("inscriptions/a.csv", "Ville;RNE;Observations;Nom école;Année", f"CERET;{SCHOOLS[0]};x;A;2026/2027")
    assert month(rows).schools.select("uai", "commune", "school_year").rows() == [(SCHOOLS[0], "CERET", "2026-2027")]


def test_a_missing_required_column_is_d02_and_the_other_files_are_read() -> None:
    of = month(enrolled(SCHOOLS[0]), file("paiements/a.csv", "SIRET payeur;Objet;Référence", f"{CERET};x;y"))
    cell, found, expected = finding(of, "D02")
    assert (cell, found) == ("A1", "SIRET payeur, Objet, Référence")
    assert "Montant" in expected
    assert of.schools.height == 1


def test_two_columns_of_one_title_are_d02() -> None:
    of = month(file("paiements/a.csv", "SIRET payeur;Montant;Montant", f"{CERET};1,00;2,00"))
    assert finding(of, "D02")[:2] == ("B1", "les colonnes B, C")


@pytest.mark.parametrize(
    ("titles", "row", "code", "cell", "found"),
    [
        (PAYMENT_TITLES, paid("41,00 $"), "D03", "I2", "41,00 $"),
        (PAYMENT_TITLES, paid("1.234"), "D03", "I2", "1.234"),
        (PAYMENT_TITLES, paid(on="31/11/2026").replace("31/11/2026", "31/11/2026", 1), "D03", "D2", "31/11/2026"),
        (PAYMENT_TITLES, paid(""), "D04", "I2", "cellule vide"),
        (PAYMENT_TITLES, paid(state="à revoir"), "D05", "J2", "à revoir"),
        (PAYMENT_TITLES, paid(siret="2166004940001"), "D05", "A2", "2166004940001"),
        (TITRES, titre("3.10006E+31"), "D12", "A2", "3.10006E+31"),
        (TITRES, titre(amount="-41,00"), "D05", "G2", "-41,00"),
        (TITRES, titre("TP-2026-00001, TP-2026-00002"), "D05", "A2", "TP-2026-00001, TP-2026-00002"),
        (TITRES, titre("22-41537 22-41538"), "D05", "A2", "22-41537 22-41538"),
        (TITRES, titre("TP-1 et TP-2"), "D05", "A2", "TP-1 et TP-2"),
        (TITRES, titre().replace(";;;", ";remise gracieuse;;", 1), "D05", "B2", "remise gracieuse"),
        (CONVENTIONS, signed(rate="0,00"), "D05", "H2", "0,00"),
        (ENROLMENT_TITLES, ROW.replace("0A", "0B", 1), "D10", "B2", "0660560B"),
        (ENROLMENT_TITLES, ROW.replace("0660560A", "066О560A"), "D10", "B2", "066О560A"),
        (ENROLMENT_TITLES, ROW.replace("2026-2027", "2026-2028"), "D03", "A2", "2026-2028"),
        (ENROLMENT_TITLES, ROW.replace("École Marc Chagall", ""), "D04", "C2", "cellule vide"),
    ],
)  # fmt: skip
def test_a_bad_cell_refuses_its_row_and_names_its_place(
    titles: str, row: str, code: str, cell: str, found: str
) -> None:
    folder = {
        PAYMENT_TITLES: "paiements",
        TITRES: "titres",
        CONVENTIONS: "conventions",
        ENROLMENT_TITLES: "inscriptions",
    }
    of = month(file(f"{folder[titles]}/a.csv", titles, row))
    codes = [code for code in of.findings["code"] if code.startswith("D")]
    # A wrong payment date stands in two columns of the line.
    assert set(codes) == {code}
    first = of.findings.filter(of.findings["code"] == code).sort("cell").row(0, named=True)
    assert (first["cell"], first["found"]) == (cell, found)
    assert of.sources.select("read", "kept", "rejected").rows() == [(1, 0, 1)]


def test_a_wrong_letter_gives_the_expected_one() -> None:
    of = month(enrolments(ROW.replace("0660560A", "0660560B")))
    assert finding(of, "D10")[2] == "0660560A"
    assert "Remplacer la lettre B par A" in of.findings["advice"][0]


def test_a_refused_enrolment_leaves_the_school_unknown() -> None:
    of = month(
        enrolments(ROW.replace("0660560A", "0660560B"), ROW.replace("0660560A", SCHOOLS[1])),
        conventions(signed(schools=2)),
        lists(*(f"C1;{uai};A;" for uai in SCHOOLS[:2])),
    )
    assert of.findings["code"].to_list() == ["D10"]


def test_a_wrong_uai_in_a_payment_is_ignored_and_the_money_kept() -> None:
    of = one_school(paid(reference="TP-2026-00001", uai="0660560B"))
    assert of.findings.select("code", "severity").rows() == [("D10", "review")]
    assert of.titres["status"].to_list() == ["settled"]
    labelled = one_school(paid(reference="TP-2026-00001", label="ENT-École 0660560B"))
    assert labelled.findings.select("code", "severity", "cell").rows() == [("D10", "review", "F2")]


def test_a_wrong_siret_key_is_said_and_the_row_kept() -> None:
    of = month(titres(titre(siret="21660049400018")))
    assert finding(of, "D11")[:2] == ("D2", "21660049400018")
    assert of.titres.height == 1


@pytest.mark.parametrize("written", ["660560A", "0660560a", " 0660560A ", "O660560A", "066 0560 A"])
def test_safe_repairs_of_a_uai_are_said(written: str) -> None:
    of = month(enrolments(ROW.replace("0660560A", written)))
    assert of.schools["uai"].to_list() == ["0660560A"]
    assert set(of.findings["code"]) <= {"D06"}
    assert ("D06" in of.findings["code"]) == (written.strip() != "0660560A")


@pytest.mark.parametrize("amount", ["41,00 €", "41 €", "41", "41.00", "41,00\u202f€", "EUR 41,00"])
def test_amounts_as_they_are_written(amount: str) -> None:
    assert one_school(paid(amount, "TP-2026-00001")).titres["paid"].to_list() == [4100]


def test_a_thousand_is_read_whatever_its_separator() -> None:
    for amount in ("2 565,00 €", "2.565,00", "2\u00a0565,00", "2\u202f565", "2565"):
        assert month(titres(titre(amount=amount))).titres["billed"].to_list() == [256500]


def test_a_list_that_names_no_known_convention_is_refused() -> None:
    of = month(conventions(signed()), lists(f"C1;{SCHOOLS[0]};A;", f"C9;{SCHOOLS[1]};A;"))
    assert finding(of, "D05") == ("A3", "C9", "une convention du registre")
    assert of.sources.filter(of.sources["kind"] == "convention_schools").select("kept", "rejected").rows() == [(1, 1)]


def test_refused_files_are_d01_and_do_not_stop_the_others() -> None:
    from recon.texts import same

    of = month(enrolled(SCHOOLS[0]), File("titres/x.xlsx", "titres", refusal=same("abîmé")))
    assert of.findings.select("code", "file", "found").rows() == [("D01", "titres/x.xlsx", "abîmé")]
    assert of.schools.height == 1


def test_every_title_and_synonym_names_one_field_of_its_table() -> None:
    from recon.values import folded

    for source in SOURCES:
        owners: dict[str, set[str]] = {}
        for field, column in source.fields.items():
            for word in (column.title, *(column.metadata or {})["synonyms"]):
                owners.setdefault(folded(str(word)), set()).add(field)
        titles = {folded(str(column.title)) for column in source.fields.values()}
        assert {word: fields for word, fields in owners.items() if len(fields) > 1 and word not in titles} == {}


def test_the_folder_says_the_kind_of_a_table() -> None:
    table = file("inscriptions/a.csv", ENROLMENT_TITLES, ROW)
    assert table.book is not None
    assert layouts_of(table.book, "x", [ENROLMENTS]).tables[0].source is ENROLMENTS
    assert layouts_of(table.book, "x", [PAYMENTS]).tables == []


def test_without_a_day_the_mandat_counts_and_january_belongs_to_the_old_exercise() -> None:
    titles = "SIRET payeur;Exercice;Mandat;Date mandat;Objet;Référence;Montant"
    ledger = file("paiements/a.csv", titles, f"{CERET};2025;9;12/01/2026;ENT-École;TP-2025-00001;41,00")
    row = titre("TP-2025-00001", issued="01/10/2025", due="31/12/2025")
    of = month(conventions(signed()), lists(f"C1;{SCHOOLS[0]};A;"), titres(row), ledger)
    assert of.payments["on"].to_list() == [date(2025, 12, 31)]
    assert of.titres["status"].to_list() == ["settled"]
