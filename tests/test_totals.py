"""What is a total and what is a payment: a total counted is money nobody paid, a payment dropped is money nobody sees."""

from __future__ import annotations

import time

import polars as pl
import pytest

from recon.layouts.columns import columns_of
from recon.layouts.headings import best_heading
from recon.layouts.rows import body_of
from recon.layouts.tables import layouts_of
from recon.layouts.totals import Figure, announced, sums_among
from recon_schemas import SOURCES
from tests.dossiers import CERET, TITRES, file, month
from tests.ledgers import COMMUNES, REST
from tests.test_refused_ledgers import TITLES, read, row, said

PAYMENTS = [source for source in SOURCES if source.name == "payments"]
TWO_OF_ONE = (row(7), row(7))


def lines_of(*lines: str, name: str = f"paiements/{CERET}.csv") -> list[int]:
    """Return the rows (from 1) that are read as payments, each below the first, which is the headings."""
    made = file(name, *lines)
    assert made.book is not None
    layout = layouts_of(made.book, name, PAYMENTS)
    return [number for table in layout.tables for number in table.numbers]


# A total is no payment -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "total",
    [
        f"{CERET};TOTAL;;;;82,00",
        f"{CERET};Sous-total;05/10/2026;;;82,00",
        f"{CERET};7;05/10/2026;Total mandat 7 ENT Ecole;;82,00",
        f"{CERET};7;05/10/2026;Total bordereau;;82,00",
        ";;31/10/2026;Total ENT Ecole octobre;;82,00",
        f"{CERET};;;TOTAL;;82,00",
        f"{CERET};7 Total;;;;82,00",
        "Céret Total;;;;;82,00",
        ";2;;TOTAL;;82,00",
    ],
)
def test_a_total_is_no_payment_though_its_cells_repeat_those_above(total: str) -> None:
    of = read(TITLES, *TWO_OF_ONE, total)
    assert of.payments.height == 2
    assert said(of) == []


@pytest.mark.parametrize(
    "word",
    [
        "S/TOTAL", "S/Total", "TOT.", "Grand total", "Reports", "T O T A L", "Total général", "Sous total", "A nouveau",
        "Report à nouveau", "Sous-total octobre", "Cumul", "Solde au 30/11/2026", "Ensemble des mandats", "A reporter",
    ],
)  # fmt: skip
def test_a_total_is_known_by_its_words(word: str) -> None:
    assert lines_of("Objet;Montant", "ENT-École TP-2026-00131;41,00", f"{word};41,00") == [2]


def test_a_group_of_one_line_is_known_by_its_groups_name() -> None:
    """Excel's outline writes the group's own name, then "Total": of one line only, too."""
    ledger = ("Objet;Montant", "ENT-École;41,00", "ENT-École Total;41,00", "Somme ENT-École;41,00")
    assert lines_of(*ledger, "Règlement total;41,00") == [2, 5]


def test_a_part_of_a_total_is_neither() -> None:
    assert lines_of("Objet;Montant", "ENT;41,00", "Eau;9,00", "TOTAL;50,00", "dont ENT Ecole;41,00") == [2, 3]


def test_a_total_among_titres_is_no_titre() -> None:
    """The number's column says TOTAL, though the payer, the amount and a day stand beside it."""
    of = month(*REST, COMMUNES, file("titres/b.csv", TITRES, f"TOTAL;;;{CERET};;;82,00;31/10/2026;;"))
    assert "TOTAL" not in of.titres["titre"].to_list()


def test_a_total_of_a_mandat_between_others_without_one_holds() -> None:
    """Mandat 8 has one line and no total: that of mandat 9 is the sum of its own two lines."""
    total = "{};{};05/10/2026;Total mandat {};;82,00".format
    of = read(TITLES, *TWO_OF_ONE, total(CERET, 7, 7), row(8), row(9), row(9), total(CERET, 9, 9))
    assert of.payments.height == 5
    assert said(of) == []


# A payment is no total -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        ";Solde TP-2026-00002;41,00",
        "DRFIP;Solde : TP-2026-00002;41,00",
        "DRFIP;Ensemble des écoles ENT Ecole TP-2026-00002;41,00",
        ";Report mandat 12 : ENT Ecole;41,00",
        "TOTAL;Carburant;50,00",
        "TOTALENERGIES;Électricité;50,00",
        ";Somme due 0660560A;41,00",
    ],
)
def test_a_payment_whose_words_begin_like_a_total_is_a_line(line: str) -> None:
    assert lines_of("Bénéficiaire;Objet;Montant", "DRFIP;ENT-École;41,00", line) == [2, 3]


def test_a_phrase_whose_figure_is_the_sum_of_two_lines_is_their_total() -> None:
    rows = ("Objet;Montant", "ENT;41,00", "ENT;41,00")
    assert lines_of(*rows, "Ensemble des écoles ENT;82,00") == [2, 3]
    assert lines_of(*rows, "Ensemble des écoles ENT;83,00") == [2, 3, 4]


def test_an_identified_line_that_is_no_sum_is_a_line() -> None:
    assert read(TITLES, row(7), row(8), row(9, "60,00", "Total de la participation ENT-École")).payments.height == 3


@pytest.mark.parametrize("label", ["Total de la participation ENT-École", "Total ENT-École"])
def test_a_mandat_of_its_own_is_a_payment_whatever_it_sums(label: str) -> None:
    assert read(TITLES, row(7), row(8), row(9, "82,00", label)).payments.height == 3


def test_a_supplier_called_total_is_paid_whatever_it_sums() -> None:
    titles = "Mandat;Bénéficiaire;Objet;Montant"
    assert lines_of(titles, "7;DRFIP;ENT;41,00", "8;DRFIP;ENT;41,00", "9;TOTAL;Carburant;82,00") == [2, 3, 4]
    assert lines_of(titles, "7;DRFIP;ENT;41,00", "8;DRFIP;ENT;41,00", ";TOTAL;;82,00") == [2, 3]


def test_a_balance_with_a_mandat_is_a_line_whatever_it_sums() -> None:
    """Two instalments and a balance as large as both: its own mandat says that it was paid."""
    assert read(TITLES, row(7), row(8), row(9, "82,00", "Solde de la participation ENT-École")).payments.height == 3


# Figures alone, and what stands at a table's head and foot ------------------------------------------------------------


def test_a_figure_alone_is_a_sum_of_one_line_where_others_are_sums() -> None:
    ledger = (row(7), ";;;;;41,00", row(8), row(9), ";;;;;82,00", ";;;;;123,00")
    of = read(TITLES, *ledger)
    assert of.payments.height == 3
    assert said(of) == []


def test_a_figure_alone_that_is_no_sum_is_a_line() -> None:
    assert lines_of(TITLES, row(7), ";;;;;41,00") == [2, 3]
    assert lines_of(TITLES, row(7), row(8), ";;;;;83,00") == [2, 3, 4]


@pytest.mark.parametrize("word", ["Report", "A reporter", "Report à nouveau", "TOTAL"])
def test_a_total_above_all_lines_is_no_control(word: str) -> None:
    assert said(read(TITLES, f";;;{word};;500,00", row(7), row(8), ";;;TOTAL;;82,00")) == []


def test_a_sum_carried_from_a_page_that_is_not_there_is_in_the_next() -> None:
    assert said(read(TITLES, ";;;Report;;500,00", row(7), row(8), ";;;A reporter;;582,00")) == []


@pytest.mark.parametrize(
    "foot",
    [
        (";;;Total HT;;68,33", ";;;TVA;;13,67", ";;;Total TTC;;82,00"),
        (";;;TOTAL;;82,00", ";;;dont T.V.A. 20 %;;13,67"),
        (";;;TOTAL;;82,00", ";;;Solde disponible;;1000,00"),
        (";;;TOTAL;;82,00", ";;;Nombre de mandats;;2"),
        (";;;TOTAL;;82,00", ";;;Arrêté à la somme de quatre-vingt-deux euros;;82,00"),
    ],
)
def test_the_foot_of_a_ledger_is_no_line_and_no_false_control(foot: tuple[str, ...]) -> None:
    of = read(TITLES, row(7), row(8), *foot)
    assert of.payments.height == 2
    assert said(of) == []
    assert of.sources.filter(pl.col("kind") == "payments")["read"].item() == 2


@pytest.mark.parametrize(
    "under", ["N°;N°;jj/mm/aaaa;…;…;€", "1;2;3;4;5;6", "(1);(2);(3);(4);(5);(6)", ";;jj/mm/aaaa;texte;texte;en euros"]
)
def test_units_or_numbers_under_the_headings_are_no_line(under: str) -> None:
    of = read(TITLES, under, row(7), row(8))
    assert of.payments.height == 2
    assert said(of) == []
    assert of.sources.filter(pl.col("kind") == "payments")["read"].item() == 2


# Another table below -------------------------------------------------------------------------------------------------


def unread(*lines: str) -> tuple[list[int], int | None]:
    """Return the lines of the first table (rows from 1), and the row of the headings below that are not known."""
    book = file("paiements/a.csv", *lines).book
    assert book is not None
    sheet = book.sheets[0]
    heading = best_heading(sheet, 0, PAYMENTS)
    assert heading is not None
    body = body_of(sheet, heading, columns_of(heading, sheet.rows[1:]), PAYMENTS)
    return [line + 1 for line in body.lines], None if body.unread is None else body.unread + 1


def test_a_table_whose_headings_are_not_known_ends_the_one_above() -> None:
    below = ("Engagement;Échéance;Prestataire;Intitulé engagement;;Montant prévu", "E1;01/12/2026;X;ENT;;41,00")
    assert unread(TITLES, row(7), "", *below) == ([2], 4)


def test_totals_of_columns_that_are_not_read_are_no_lines() -> None:
    """Each of the three has its figure under its own column: only the last is the payments'."""
    rows = ("7;DRFIP;ENT;34,17;6,83;41,00", "8;DRFIP;ENT;34,17;6,83;41,00")
    foot = ("Total HT;;;68,34;;", "Total TVA;;;;13,66;", "Total TTC;;;;;82,00")
    assert lines_of("Mandat;Tiers;Objet;Montant HT;TVA;Montant TTC", *rows, *foot) == [2, 3]


def test_a_signature_ends_no_table() -> None:
    foot = (";;;Le maire;;", "Vu;;Bon pour accord;Le comptable;;")
    assert unread(TITLES, row(7), *foot, row(8)) == ([2, 5], None)
    assert unread(TITLES, row(7), "Vu;Fait;Céret;Le maire;;") == ([2], None)


# Speed ---------------------------------------------------------------------------------------------------------------


def test_many_totals_and_figures_take_no_time() -> None:
    """Twelve thousand rows, of which four thousand totals and as many figures alone: each sum is looked up, not sought."""
    lines = [(3 * n, 100 + n) for n in range(4000)]
    sure = [Figure(3 * n + 1, 5, 1) for n in range(4000)]
    unsure = [(Figure(3 * n + 2, 5, 7), "alone") for n in range(4000)]
    began = time.process_time()
    sums_among(lines, sure, unsure)  # type: ignore[arg-type]
    announced(lines, sure)
    assert time.process_time() - began < 0.5


def test_a_sheet_of_totals_is_read_in_a_moment() -> None:
    rows = [text for n in range(4000) for text in (row(n), "TOTAL;;;;;1,00", ";;;;;7,00")]
    made = file("paiements/a.csv", TITLES, *rows)
    assert made.book is not None
    began = time.process_time()
    layouts_of(made.book, "paiements/a.csv", PAYMENTS)
    assert time.process_time() - began < 2
