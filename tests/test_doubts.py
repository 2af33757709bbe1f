"""Where a plausible reading would be the wrong one: what a reviewer made of real habits, each asked about or read right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from recon.layouts import layouts_of
from recon.readers.cells import Book, Sheet
from recon_schemas import PAYMENTS
from tests.dossiers import (
    CERET,
    codes,
    conventions,
    enrolled,
    file,
    lists,
    month,
    paid,
    payments,
    signed,
    titre,
    titres,
)
from tests.ledgers import COMMUNES, REST
from tests.test_refused_ledgers import is_asked, read

if TYPE_CHECKING:
    from recon.tables import Month

NAME = f"paiements/{CERET}.csv"


def ledger(titles: str, *rows: str, name: str = NAME) -> Month:
    """Return the month with Céret's ledger, the payer in the file's name."""
    return read(titles, *rows, name=name)


def amounts(of: Month) -> list[int]:
    """Return the amounts of the payments that count, in cents, sorted."""
    return sorted(of.payments["amount"].to_list())


# Amounts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("titles", "cells"),
    [
        ("Montant;TTC", "34,17;41,00"),
        ("Montant;Montant payé", "100,00;41,00"),
        ("Montant ligne;Montant mandat", "41,00;82,00"),
        ("Montant net à payer;Montant", "41,00;34,17"),
    ],
)
def test_of_two_columns_of_amounts_that_differ_none_is_chosen(titles: str, cells: str) -> None:
    is_asked(ledger(f"Mandat;Date mandat;Objet;{titles}", *(f"{n};05/10/2026;ENT-École;{cells}" for n in (1, 2, 3))))


def test_the_lower_of_two_stacked_titles_is_read() -> None:
    of = ledger(
        "Mandat;Date mandat;Payé le;Tiers;Objet;Montant;",
        ";;;;;HT;TTC",
        "1;05/10/2026;10/10/2026;DRFIP;ENT-École;34,17;41,00",
    )
    assert amounts(of) == [4100]


@pytest.mark.parametrize(
    "title", ["Montant T.T.C.", "MontantTTC", "Montant mandat TTC", "Montant ordonnancé", "Mandaté"]
)
def test_titles_any_clerk_reads(title: str) -> None:
    assert amounts(ledger(f"Mandat;Date mandat;Objet;{title}", "1;05/10/2026;ENT-École;41,00")) == [4100]


def test_a_dash_is_an_empty_amount() -> None:
    rows = ("1;05/10/2026;ENT-École;41,00;-", "2;05/10/2026;ENT-École;-;41,00", "3;05/10/2026;ENT-École;82,00;-")
    assert amounts(ledger("Mandat;Date mandat;Objet;Débit;Crédit", *rows)) == [-4100, 4100, 8200]


@pytest.mark.parametrize(
    ("titles", "cells"),
    [("Débit;Crédit", "41,00;41,00"), ("Montant;Sens", "-41,00;C"), ("Montant;Sens", "41,00;X")],
)
def test_an_amount_whose_sign_cannot_be_known_is_not_read(titles: str, cells: str) -> None:
    sane = "82,00;" if titles.startswith("Débit") else "82,00;D"
    rows = [f"{n};05/10/2026;ENT-École;{sane}" for n in range(1, 20)]
    of = ledger(f"Mandat;Date mandat;Objet;{titles}", *rows, f"99;05/10/2026;ENT-École;{cells}")
    assert of.findings.filter(pl.col("code") == "D03").height == 1
    assert amounts(of) == [8200] * 19


def test_mostly_negative_amounts_ask_for_the_sign() -> None:
    rows = [f"{n};05/10/2026;ENT-École;-41,00" for n in (1, 2, 3)]
    is_asked(ledger("Mandat;Date mandat;Objet;Montant", *rows, "4;05/10/2026;Remboursement;12,00"))


# Paid or not ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["Payé", "Date effective de paiement", "DatePaiement", "Réglé"])
def test_an_empty_day_of_payment_is_pending_whatever_its_title(title: str) -> None:
    rows = ("1;05/10/2026;10/10/2026;ENT-École;41,00", "2;05/10/2026;;ENT-École;41,00")
    of = ledger(f"Mandat;Date mandat;{title};Objet;Montant", *rows)
    assert of.payments.sort("mandat")["status"].to_list()[1] == "pending"


@pytest.mark.parametrize(
    ("title", "cells"),
    [
        ("Payé", ("oui", "non", "non")),
        ("Payé (O/N)", ("O", "N", "N")),
        ("Règlement", ("41,00", "0,00", "0,00")),
        ("Motif de rejet", ("", "RIB erroné", "")),
        ("Rejeté le", ("", "12/10/2026", "")),
        ("Annulé", ("", "X", "")),
        ("Observations", ("", "MANDAT REJETE", "")),
        ("Position", ("Liquidé", "En préparation", "Liquidé")),
    ],
)
def test_a_column_that_may_say_that_a_line_is_not_paid_is_asked_about(title: str, cells: tuple[str, ...]) -> None:
    rows = (f"{n};05/10/2026;ENT-École;41,00;{cell}" for n, cell in enumerate(cells, 1))
    is_asked(ledger(f"Mandat;Date mandat;Objet;Montant;{title}", *rows))


@pytest.mark.parametrize(
    "above",
    ["LISTE DES MANDATS REJETES", "ENGAGEMENTS NON MANDATES", "Journal des recettes", "État des restes à recouvrer"],
)
def test_a_title_that_announces_no_payments_is_asked_about(above: str) -> None:
    is_asked(ledger(f"{above};;;", "Mandat;Date mandat;Objet;Montant", "1;05/10/2026;ENT-École;41,00"))


def test_a_ledger_that_tells_neither_day_nor_state_of_payment_is_said() -> None:
    of = ledger("Mandat;Date mandat;Objet;Montant", "1;05/10/2026;ENT-École;41,00")
    assert any("comptés comme payés à la date du mandat" in text.fr for text in of.unchecked)


# Tables --------------------------------------------------------------------------------------------------------------


def book(*sheets: tuple[str, list[str]]) -> Book:
    """Return a workbook of these sheets, each as the lines of a CSV."""
    return Book(
        "xlsx", "0", [Sheet(name, [[c or None for c in row.split(";")] for row in rows]) for name, rows in sheets]
    )


OCTOBER = ["SIRET payeur;Mandat;Date mandat;Objet;Montant", f"{CERET};1;05/10/2026;ENT-École;41,00"]


def test_a_sheet_whose_amounts_are_not_known_is_asked_about() -> None:
    other = ["SIRET payeur;Mandat;Date mandat;Objet;Montant dû", f"{CERET};2;05/11/2026;ENT-École;41,00"]
    found = layouts_of(book(("Octobre", OCTOBER), ("Novembre", other)), "paiements/a.xlsx", [PAYMENTS])
    assert [table.sheet for table in found.tables] == ["Octobre"]
    assert [problem.sheet for problem in found.problems] == ["Novembre"]


def test_a_sheet_of_lines_without_headings_is_asked_about() -> None:
    found = layouts_of(book(("Page1", OCTOBER), ("Page2", [OCTOBER[1]] * 3)), "paiements/a.xlsx", [PAYMENTS])
    assert [problem.sheet for problem in found.problems] == ["Page2"]


def test_a_summary_beside_its_ledger_is_not_counted() -> None:
    summary = ["SIRET payeur;Mois;Objet;Montant", f"{CERET};Octobre;ENT-École;41,00"]
    found = layouts_of(book(("Octobre", OCTOBER), ("Récapitulatif", summary)), "paiements/a.xlsx", [PAYMENTS])
    assert [table.sheet for table in found.tables] == ["Octobre"]
    assert [problem.sheet for problem in found.problems] == ["Récapitulatif"]


def test_a_small_table_above_another_is_no_letterhead() -> None:
    first = ["SIRET payeur;Mandat;Date mandat;Objet;Montant versé", f"{CERET};2;05/10/2026;ENT-École;41,00"]
    found = layouts_of(book(("Mandats", [*first, ";;;;", *OCTOBER])), "paiements/a.xlsx", [PAYMENTS])
    assert len(found.problems) + len(found.tables) == 2


def test_titres_with_bordereaux_are_no_ledger() -> None:
    is_asked(ledger("Bordereau;N° de titre;Débiteur;Montant;Date émission", "9;TP-2026-00131;CERET;164,00;15/09/2026"))


def test_month_first_dates_put_their_column_in_doubt() -> None:
    rows = (f"{n};{day}/2026;ENT-École;41,00" for n, day in enumerate(("10/26", "10/06", "10/07"), 1))
    is_asked(ledger("Mandat;Date mandat;Objet;Montant", *rows))


# Numbers -------------------------------------------------------------------------------------------------------------


def test_one_line_alone_is_split_like_many() -> None:
    of = ledger("Mandat;Date mandat;Objet;Montant", "1187/96;05/10/2026;ENT-École;41,00")
    assert of.payments.select("mandat", "bordereau").rows() == [("1187", "96")]


@pytest.mark.parametrize("number", ["2026-1187", "1187/2026"])
def test_a_number_with_its_year_is_one_number(number: str) -> None:
    of = ledger("Mandat;Date mandat;Objet;Montant", *(f"{number};05/10/2026;ENT-École;41,00",))
    assert of.payments.select("mandat", "bordereau").rows() == [(number, "")]


def test_leading_zeros_make_no_second_mandat() -> None:
    again = payments(paid("41,00", "TP-2026-00001", mandat="0007"), name="paiements/b.csv")
    of = month(
        enrolled("0660560A"), conventions(signed()), lists("C1;0660560A;A;"), titres(titre()),
        payments(paid("41,00", "TP-2026-00001", mandat="7")), again,
    )  # fmt: skip
    assert codes(of) == ["D07"]


def test_an_operation_for_others_is_no_counterpart() -> None:
    titles = "SIRET payeur;Compte;Mandat;Date mandat;Objet;Montant"
    rows = [f"{CERET};{account};1;05/10/2026;ENT-École;41,00" for account in ("6558", "4581")]
    assert amounts(month(*REST, COMMUNES, file("paiements/a.csv", titles, *rows))) == [4100, 4100]


def test_a_recap_under_a_ledger_leaves_the_ledger_as_it_is() -> None:
    of = ledger(
        "Mandat;Date mandat;Payé le;Tiers;Objet;Montant",
        "1;05/10/2026;10/10/2026;DRFIP;ENT-École TP-2026-00131;164,00",
        ";;;;;",
        "Tiers;Montant;;;;",
        "Rectorat de Montpellier;164,00;;;;",
    )
    assert of.payments.select("mandat", "amount", "status").rows() == [("1", 16400, "allocated")]
    assert of.findings.filter(pl.col("code") == "D02").height == 1


def test_a_table_of_other_titles_under_a_ledger_leaves_the_ledger_as_it_is() -> None:
    of = ledger(
        "Mandat;Date mandat;Payé le;Tiers;Objet;Montant",
        "1;05/10/2026;10/10/2026;DRFIP;ENT-École TP-2026-00131;164,00",
        ";;;;;",
        "Engagement;Échéance;Prestataire;Intitulé engagement;Montant prévu;",
        "7;15/11/2026;DRFIP;ENT-École TP-2026-00131;41,00;",
    )
    assert of.payments.select("mandat", "amount", "status").rows() == [("1", 16400, "allocated")]
    assert of.findings.filter(pl.col("code") == "D02")["cell"].to_list() == ["A4"]


def test_a_book_of_ten_thousand_sheets_is_not_searched() -> None:
    found = layouts_of(book(*((f"Feuille{n}", OCTOBER) for n in range(501))), "paiements/a.xlsx", [PAYMENTS])
    assert (found.tables, len(found.problems)) == ([], 1)
    assert "500 feuilles" in found.problems[0].expected.fr
