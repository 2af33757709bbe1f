"""Where a ledger is not sure: what is asked (D02), what is refused, and what is said of a cell, instead of a guess.

A guess would move money: each of these files could be read somehow, and a careful officer would want to be asked first.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import openpyxl
import polars as pl
import pytest

from recon.pipeline import File
from recon.readers import read_book
from tests.dossiers import CERET, PERPIGNAN, TITRES, file, month
from tests.ledgers import COMMUNES, COMMUNES_TITLES, NO_PAYER, OF_CERET, REST, one_page, table
from tests.sheets import Computed, Page, xlsx

if TYPE_CHECKING:
    from pathlib import Path

    from recon.tables import Month
    from tests.sheets import Rows

TITLES = "SIRET payeur;Mandat;Date mandat;Objet;Référence;Montant"


def row(mandat: int, amount: str = "41,00", label: str = "ENT-École 2026-2027", siret: str = CERET) -> str:
    """Return a line in scope under `TITLES`."""
    return f"{siret};{mandat};05/10/2026;{label};;{amount}"


def read(*lines: str, name: str = "paiements/registre.csv") -> Month:
    """Return the month of the dossier with a ledger of these lines."""
    return month(*REST, COMMUNES, file(name, *lines))


def said(of: Month, *codes: str) -> list[tuple[str, str, str, str]]:
    """Return code, sheet, cell and what was found of the findings of these codes, or of any about reading."""
    wanted = pl.col("code").is_in(codes) if codes else pl.col("code").str.starts_with("D")
    return sorted(of.findings.filter(wanted).select("code", "sheet", "cell", "found").rows())


def words(of: Month, code: str = "D02") -> str:
    """Return all that the one finding of a code says."""
    found = of.findings.filter(pl.col("code") == code)
    assert found.height == 1, of.findings["code"].to_list()
    return " ".join(found.select("expected", "found", "advice").row(0))


def is_asked(of: Month) -> None:
    """Nothing is counted, one question is put, and nothing else is said of the file."""
    assert of.payments.is_empty()
    assert [code for code, *_ in said(of)] == ["D02"]


# A column is missing -------------------------------------------------------------------------------------------------


def test_a_ledger_without_amounts_is_asked_for_them() -> None:
    of = read("SIRET payeur;Mandat;Objet;Référence", f"{CERET};7;ENT-École;TP-2026-00131")
    is_asked(of)
    assert "Montant" in words(of)


def test_a_ledger_without_payer_is_asked_for_it() -> None:
    of = read("Mandat;Date mandat;Objet;Montant", "7;05/10/2026;ENT-École;41,00")
    is_asked(of)
    assert re.search("payeur|SIRET|collectivité", words(of))


@pytest.mark.parametrize("path", ["paiements/registre.csv", "paiements/2026/mandats d'octobre et novembre.csv"])
def test_the_question_holds_the_command_that_answers_it(path: str) -> None:
    """The line can be pasted as it stands: a path with spaces or an apostrophe is in double quotes."""
    of = read("Mandat;Date mandat;Objet;Montant", "7;05/10/2026;ENT-École;41,00", name=path)
    quoted = f'"{path}"' if " " in path else path
    assert re.search(rf"recon (?:associer|map)\b[^\n]*{re.escape(quoted)}", words(of))


def test_a_sheet_that_is_asked_about_does_not_stop_the_others(tmp_path: Path) -> None:
    """The sheet that lacks its amounts is named; what another sheet says stays said."""
    odd: Rows = [
        ["SIRET payeur", "Mandat", "Date mandat", "Objet", "Référence"],
        [CERET, 7, "05/10/2026", "ENT-École", "TP-2026-00131"],
    ]
    pages = [Page(CERET, table(NO_PAYER, OF_CERET)), Page("Octobre", odd)]
    of = month(*REST, COMMUNES, on_disk(tmp_path, "a.xlsx", xlsx(pages)))
    assert of.payments.height == len(OF_CERET)
    assert [(code, sheet) for code, sheet, *_ in said(of)] == [("D02", "Octobre")]


def on_disk(folder: Path, name: str, data: bytes) -> File:
    """Return a ledger of the dossier, written and read."""
    path = folder / name
    path.write_bytes(data)
    book = read_book(path)
    return File(f"paiements/{name}", "paiements", book.sha256, book)


def test_a_ledger_without_lines_is_nothing_to_ask_about() -> None:
    """A commune that paid nothing sends its headings: that is an answer."""
    of = read(TITLES)
    assert said(of) == []
    assert of.sources.filter(pl.col("kind") == "payments").select("read", "kept").rows() == [(0, 0)]


# A column is there twice, or is not what its title says --------------------------------------------------------------


@pytest.mark.parametrize(
    "titles", [("Montant", "Montant"), ("Montant TTC", "Mt mandaté"), ("Montant mandaté", "Montant payé")]
)
def test_two_columns_that_claim_the_amount_and_disagree_are_asked_about(titles: tuple[str, str]) -> None:
    first, second = titles
    rows = (f"{CERET};{mandat};ENT-École;41,00;{amount},00" for mandat, amount in ((7, 41), (8, 82), (9, 41)))
    of = read(f"SIRET payeur;Mandat;Objet;{first};{second}", *rows)
    is_asked(of)
    assert re.search(r"\bD\b.*\bE\b", words(of)), words(of)


@pytest.mark.parametrize(
    ("titles", "cells"),
    [
        ("SIRET payeur;Mandat;Objet;Montant", "{siret};{n};ENT-École;élevé"),
        ("SIRET payeur;Mandat;Objet;Montant", "{siret};{n};ENT-École;05/10/2026"),
        ("SIRET payeur;Mandat;Objet;Montant", "DRFIP OCCITANIE;{n};ENT-École;41,00"),
    ],
)
def test_a_title_that_its_content_belies_is_asked_about(titles: str, cells: str) -> None:
    """One question about the column, and not a finding for each of its cells: the title and the content must agree."""
    is_asked(read(titles, *(cells.format(siret=CERET, n=n) for n in range(1, 13))))


def test_one_wrong_cell_among_many_is_about_the_cell() -> None:
    """Nineteen amounts and a word: the column is what its title says, and one row of it cannot be read."""
    amounts = ["41,00"] * 19
    amounts.insert(4, "élevé")
    of = read(TITLES, *(row(number, amount) for number, amount in enumerate(amounts, 1)))
    assert said(of) == [("D03", "", "F6", "élevé")]
    assert of.payments.height == 19


def test_a_budget_that_is_a_name_is_no_exercise() -> None:
    """Many programs print the budget's name under "Budget": an optional column is no reason to refuse a ledger."""
    of = read(f"Budget;{TITLES}", *(f"BUDGET PRINCIPAL;{row(number)}" for number in range(1, 13)))
    assert said(of) == []
    assert of.payments["exercise"].to_list() == [None] * 12


@pytest.mark.parametrize(
    "title", ["", "Montnat", "Montant HT", "Montant engagé", "Montant prévisionnel", "Reste à payer"]
)
def test_amounts_under_a_title_that_is_not_known_for_them_are_asked_about(title: str) -> None:
    """Content alone is no proof: sums before tax, engaged or still due look like payments, and a typo may hide any title."""
    is_asked(read(f"SIRET payeur;Mandat;Objet;{title}", *(f"{CERET};{n};ENT-École;41,00" for n in range(1, 13))))


# Which way the money goes --------------------------------------------------------------------------------------------


def test_amounts_in_the_credit_column_only_ask_for_the_sign() -> None:
    """DOMAIN.md section 4: the sign is asked where lines in scope stand only in the credit column."""
    titles = "SIRET payeur;Compte;Mandat;Date mandat;Libellé;Débit;Crédit"
    of = read(
        titles,
        f"{CERET};60632;6;01/10/2026;Fournitures;120,00;",
        *(f"{CERET};6558;{mandat};05/10/2026;ENT-École 2026-2027;;41,00" for mandat in (7, 8, 9)),
    )
    is_asked(of)
    assert re.search("signe|crédit", words(of).lower())


def test_amounts_that_are_all_negative_ask_for_the_sign() -> None:
    """A program that prints expenses with a minus means payments; a list of reversals does not: only the officer knows."""
    of = read(TITLES, *(row(mandat, "-41,00") for mandat in range(1, 6)))
    is_asked(of)
    assert re.search("signe|négatif", words(of).lower())


# Who pays ------------------------------------------------------------------------------------------------------------

TWINS = file(
    "referentiels/communes.csv",
    COMMUNES_TITLES,
    "30004;AIGUES-VIVES;30;213000045;;",
    "34002;AIGUES-VIVES;34;213400021;;",
    "66049;CERET;66;216600494;;",
)


@pytest.mark.parametrize("place", ["file", "sheet", "above"])
def test_a_name_that_two_communes_bear_is_asked_about(place: str, tmp_path: Path) -> None:
    """Two Aigues-Vives are known, of two départements, and one of them signed: the ledger may still be the other's."""
    register = file(
        "conventions/registre.csv",
        "Convention;Année scolaire;SIRET collectivité;Collectivité;Signée le;Participation par école",
        "ENT-2026-034002;2026-2027;21340002100019;COMMUNE D'AIGUES-VIVES;15/06/2026;41,00",
    )
    above: Rows = [["Commune d'Aigues-Vives"], []] if place == "above" else []
    sheet = "Aigues-Vives" if place == "sheet" else "Mandats"
    name = "Aigues-Vives 2026.xlsx" if place == "file" else "mandats.xlsx"
    made = one_page(name, [*above, *table(NO_PAYER, OF_CERET)], NO_PAYER, OF_CERET, sheet=sheet)
    is_asked(month(register, TWINS, on_disk(tmp_path, made.name, made.data)))


def test_a_payer_that_two_places_contradict_is_asked_about(tmp_path: Path) -> None:
    """The file's name says Perpignan and the cell above the table Céret: whose money it is cannot be told."""
    made = one_page(f"{PERPIGNAN}_2026.xlsx", [["SIRET", CERET], [], *table(NO_PAYER, OF_CERET)], NO_PAYER, OF_CERET)
    is_asked(month(*REST, COMMUNES, on_disk(tmp_path, made.name, made.data)))


def test_a_number_in_the_file_name_that_is_no_commune_says_nothing(tmp_path: Path) -> None:
    """Five digits are an INSEE code only if the dossier knows such a commune: they may be anything."""
    made = one_page("export_20261_2026.xlsx", table(NO_PAYER, OF_CERET), NO_PAYER, OF_CERET)
    is_asked(month(*REST, COMMUNES, on_disk(tmp_path, made.name, made.data)))


# Not a ledger --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("titles", "cells"),
    [
        (
            "N° de titre;SIRET débiteur;Débiteur;Montant;Montant encaissé;Date d'encaissement",
            "TP-2026-00131;{siret};COMMUNE DE CERET;164,00;164,00;14/10/2026",
        ),
        (
            "SIRET;Redevable;Titre;Objet;Montant;Recouvré;Reste à recouvrer;Date de recouvrement",
            "{siret};COMMUNE DE CERET;TP-2026-00131;ENT-École;164,00;164,00;0,00;14/10/2026",
        ),
        (
            "SIRET;Débiteur;Date encaissement;Mode de règlement;Libellé;Montant",
            "{siret};COMMUNE DE CERET;14/10/2026;Virement;ENT-École TP-2026-00131;164,00",
        ),
    ],
)
def test_a_list_of_the_accountants_receipts_is_refused_and_named(titles: str, cells: str) -> None:
    """It would double every payment: DOMAIN.md section 4. Its debtors, receipts and balances give it away."""
    of = read(titles, cells.format(siret=CERET))
    assert of.payments.is_empty()
    refused = of.findings.filter(pl.col("code").is_in(["D01", "D02"])).select("expected", "found", "advice").rows()
    assert len(refused) == 1
    # Named by what it is, in the plural: the headings alone, in the singular, would be a list of words.
    assert re.search("encaissements|recouvrements|recettes", " ".join(refused[0]).lower())


def test_a_list_of_titres_among_the_ledgers_is_asked_about() -> None:
    """Read as payments, each titre would cite itself and be settled: the payer in the file's name must not be enough."""
    name = f"paiements/{CERET}_titres.csv"
    is_asked(
        read(TITRES, f"TP-2026-00131;;;{CERET};ENT-2026-066049;2026-2027;164,00;15/09/2026;31/12/2026;", name=name)
    )


def test_a_budget_among_the_ledgers_is_asked_about() -> None:
    """Credits that were voted, engaged and realised by article are no payments, though the ENT has a line of its own."""
    titles = "Article;Libellé;Crédits ouverts;Engagé;Réalisé;Disponible"
    is_asked(read(titles, "6558;ENT-École 2026-2027;200,00;164,00;164,00;36,00", name=f"paiements/{CERET}_budget.csv"))


# What the file says of itself ----------------------------------------------------------------------------------------


def test_a_total_that_differs_is_said_and_the_rows_count() -> None:
    of = read(TITLES, row(7), row(8), "TOTAL;;;;;83,00")
    assert said(of) == [("D09", "", "F4", "82,00\u00a0€")]
    assert of.payments.height == 2
    assert of.sources.filter(pl.col("kind") == "payments").select("total_announced", "total_read").rows() == [
        (8300, 8200)
    ]


def test_a_total_counts_the_rows_that_are_refused() -> None:
    """The file added up all its rows: those that recon refuses for another reason are in its sum (DOMAIN.md section 6)."""
    rows = [row(number) for number in range(1, 11)]
    rows[3] = rows[3].replace(CERET, "2166004940001")
    of = read(TITLES, *rows, "TOTAL;;;;;410,00")
    assert [code for code, *_ in said(of)] == ["D05"]


def test_the_total_of_one_sheet_that_differs_is_told_at_its_cell(tmp_path: Path) -> None:
    """Two sheets whose errors cancel out are two errors."""
    first: Rows = [
        ["SIRET payeur", "Mandat", "Objet", "Montant"],
        [CERET, 7, "ENT-École", 41],
        ["TOTAL", None, None, 42],
    ]
    second: Rows = [
        ["SIRET payeur", "Mandat", "Objet", "Montant"],
        [CERET, 8, "ENT-École", 82],
        ["TOTAL", None, None, 81],
    ]
    data = xlsx([Page("Octobre", first), Page("Novembre", second)])
    of = month(*REST, COMMUNES, on_disk(tmp_path, "a.xlsx", data))
    assert [(code, sheet, cell) for code, sheet, cell, _ in said(of)] == [
        ("D09", "Novembre", "D3"),
        ("D09", "Octobre", "D3"),
    ]


@pytest.mark.parametrize("label", ["TOTAL", "Total général", "TOTAUX", "Total des mandats", "Somme"])
def test_a_total_is_a_control_whatever_it_is_called(label: str) -> None:
    of = read(TITLES, row(7), row(8), f";;;{label};;82,00")
    assert said(of) == []
    assert of.sources.filter(pl.col("kind") == "payments").select("read", "total_announced").rows() == [(2, 8200)]


def test_a_line_whose_label_begins_like_a_total_is_a_line() -> None:
    """TotalEnergies is a supplier, and "Totalité" an adverb: a row with a mandat, a date and a payer is no total."""
    of = read(TITLES, row(7, label="Totalité de la participation ENT-École"), row(8), row(9, "60,00", "TOTALENERGIES"))
    source = of.sources.filter(pl.col("kind") == "payments").select("read", "kept", "out_of_scope", "total_announced")
    assert source.rows() == [(3, 2, 1, None)]


# Cells without a value -----------------------------------------------------------------------------------------------


def test_an_error_cell_refuses_its_line_and_names_its_place(tmp_path: Path) -> None:
    rows: Rows = [["SIRET payeur", "Mandat", "Objet", "Montant"]]
    rows += [[CERET, number, "ENT-École", 41] for number in range(1, 12)]
    rows[5][3] = Computed("VLOOKUP(1,Z1:Z2,1,0)", "#N/A")
    of = month(*REST, COMMUNES, on_disk(tmp_path, "a.xlsx", xlsx([Page("Mandats", rows)])))
    assert said(of) == [("D03", "Mandats", "D6", "#N/A")]
    assert of.payments.height == 10


def test_a_formula_without_a_value_refuses_its_line_and_is_shown(tmp_path: Path) -> None:
    """openpyxl writes formulas that nobody has computed: their cells are not empty."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["SIRET payeur", "Mandat", "Objet", "Montant"])
    for number in range(1, 12):
        sheet.append([CERET, number, "ENT-École", "=40+1" if number == 2 else 41])
    buffer = io.BytesIO()
    book.save(buffer)
    of = month(*REST, COMMUNES, on_disk(tmp_path, "a.xlsx", buffer.getvalue()))
    assert said(of) == [("D03", "Sheet", "D3", "=40+1")]
    assert of.payments.height == 10


def test_an_error_in_a_column_nobody_asked_for_is_nobodys_business(tmp_path: Path) -> None:
    rows: Rows = [["SIRET payeur", "Mandat", "Objet", "Montant", "Solde"]]
    rows += [[CERET, number, "ENT-École", 41, Computed("1/0", "#DIV/0!")] for number in range(1, 4)]
    of = month(*REST, COMMUNES, on_disk(tmp_path, "a.xlsx", xlsx([Page("Mandats", rows)])))
    assert said(of) == []
    assert of.payments.height == 3


def test_a_siret_column_of_suppliers_is_not_the_payers() -> None:
    """Nobody in the column is a payer that the dossier knows, and the file's name is one: the numbers are the suppliers'."""
    rows = (f"13001727000013;{number};05/10/2026;ENT-École 2026-2027;41,00" for number in (7, 8))
    of = read("SIRET;Mandat;Date mandat;Objet;Montant", *rows, name=f"paiements/{CERET}.csv")
    assert set(of.payments["payer_siren"]) == {CERET[:9]}


@pytest.mark.parametrize(
    ("label", "is_line"),
    [
        ("Solde de la participation ENT-École", True),
        ("Solde ENT-École 2026-2027", True),
        ("Solde au 30/11/2026", False),
    ],
)
def test_a_balance_that_is_paid_is_a_line(label: str, is_line: bool) -> None:
    of = read("Objet;Montant", "ENT-École 2023-2024;45,00", f"{label};45,00", name=f"paiements/{CERET}.csv")
    assert of.payments.height == 1 + is_line
