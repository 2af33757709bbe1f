"""The monthly workbook: its sheets, every figure that of the tables, every formula with its result."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl
import pytest
from openpyxl.utils import get_column_letter

from recon.errors import Exit, Stop
from recon.findings.catalogue import CATALOGUE
from recon.reports.arial import lines, wide
from recon.reports.statement import statement
from recon.reports.synthesis import SCALE
from recon.reports.workbook import SHEETS, monthly_workbook
from recon.tables import SCHEMAS, Before
from recon.texts import money, same
from tests import libreoffice
from tests.check_recalculation import differences, recalculated
from tests.dossiers import (
    CERET,
    ENROLMENTS,
    PERPIGNAN,
    SCHOOLS,
    conventions,
    enrolled,
    enrolments,
    file,
    lists,
    month,
    one_school,
    paid,
    payments,
    signed,
    titre,
    titres,
)

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from recon.tables import Month
    from recon.texts import Lang

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
HOSTILE = '=HYPERLINK("http://exemple.fr";"ENT-École")'


@pytest.fixture(scope="module")
def of() -> Month:
    """Two payers, one partly paid and one silent, a line that settles nothing, a hostile label."""
    return month(
        enrolled(*SCHOOLS),
        conventions(signed(schools=4), signed("C2", siret=PERPIGNAN)),
        lists(*(f"C1;{uai};École;" for uai in SCHOOLS), "C2;0660206R;B;"),
        titres(titre(amount="164,00"), titre("TP-2026-00002", convention="C2", siret=PERPIGNAN, due="01/11/2026")),
        payments(paid("100,00", "TP-2026-00001", mandat="1"), paid("12,34", HOSTILE.replace(";", ","), mandat="2")),
    )


def opened(of: Month, *, results: bool = True) -> Workbook:
    """Return the month's workbook as a reader without formulas sees it."""
    return openpyxl.load_workbook(BytesIO(monthly_workbook(of)), data_only=results)


def column(book: Workbook, sheet: str, heading: str) -> list[object]:
    """Return the cells below a heading."""
    rows = [[cell.value for cell in row] for row in book[sheet].iter_rows(min_row=4)]
    index = rows[0].index(heading)
    return [row[index] for row in rows[1:] if row[0] is not None]


def test_the_sheets_and_their_order(of: Month) -> None:
    assert opened(of).sheetnames == [name() for name in SHEETS] == [
        "Synthèse", "Restes à recouvrer", "Écarts", "Rapprochement", "Collectivités", "Titres",
        "Paiements non affectés", "Rejets", "Relances", "Réponses", "Décisions", "Contrôles", "Provenance", "Légende",
    ]  # fmt: skip


def test_the_listings_show_the_tables_to_the_cent(of: Month) -> None:
    book = opened(of)
    assert column(book, "Titres", "Titré net") == [cents / 100 for cents in of.titres["billed"]]
    assert column(book, "Titres", "Reste") == [cents / 100 for cents in of.titres["outstanding"]]
    assert sorted(map(float, map(str, column(book, "Rapprochement", "Payé")))) == sorted(
        c / 100 for c in of.schools["paid"]
    )
    assert (
        sum(map(float, map(str, column(book, "Restes à recouvrer", "Reste dû"))))
        == of.titres["outstanding"].sum() / 100
    )
    assert len(column(book, "Écarts", "Code")) == of.findings.height


def test_the_tiles_are_the_totals(of: Month) -> None:
    sheet = opened(of)["Synthèse"]
    found = {sheet.cell(7, at).value: sheet.cell(8, at).value for at in (1, 3, 5, 8, 10, 12)}
    assert found["Attendu (conventions)"] == 205.0
    assert found["Titré"] == 205.0
    assert found["Payé d’après les registres"] == 100.0
    assert found["Reste à recouvrer"] == 105.0
    assert found["dont échu"] == 41.0
    assert found["Taux de recouvrement"] == pytest.approx(100 / 205)


@pytest.mark.parametrize(
    ("before", "paid", "rate"),
    [
        (None, "affecté à un titre", "payé ÷ titré"),
        (
            Before(date(2026, 10, 31), 20500, 5900),
            "+ 41,00 € depuis le 31/10/2026",
            "▲ 20,0 points depuis le 31/10/2026",
        ),
        (Before(date(2026, 10, 31), 10000, 10000), "0,00 € depuis le 31/10/2026", "▼ 51,2 points depuis le 31/10/2026"),
        (Before(date(2026, 10, 31), 0, 0), "+ 100,00 € depuis le 31/10/2026", "payé ÷ titré"),
    ],
)
def test_the_tiles_say_what_changed_since_the_month_before(
    of: Month, before: Before | None, paid: str, rate: str
) -> None:
    sheet = opened(replace(of, before=before))["Synthèse"]
    told = [re.sub("[\u00a0\u202f]", " ", str(sheet.cell(9, at).value)) for at in (5, 12)]
    assert told == [paid, rate]


def test_every_formula_has_its_result(of: Month) -> None:
    results, formulas = opened(of), opened(of, results=False)
    cells = [
        (sheet.title, cell.coordinate)
        for sheet in formulas.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(cells) > 60
    assert [place for place in cells if results[place[0]][place[1]].value is None] == []


def test_nothing_from_a_cell_becomes_a_formula_or_a_link(of: Month) -> None:
    sheet = opened(of, results=False)["Paiements non affectés"]
    hostile = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=HYPERLINK")]
    assert len(hostile) == 1
    assert hostile[0].data_type == "s"
    assert hostile[0].hyperlink is None


def test_the_same_month_gives_the_same_bytes(of: Month) -> None:
    assert monthly_workbook(of) == monthly_workbook(of)


def test_a_control_that_fails_stands_at_the_top(of: Month) -> None:
    broken = of.controls.with_columns(holds=pl.col("control") != "billed")
    sheet = opened(replace(of, controls=broken))["Synthèse"]
    assert str(sheet["A4"].value).startswith("Contrôle faux\u00a0: Titré net = payé + reste à recouvrer")


def test_a_month_without_anything_to_say_is_still_a_workbook() -> None:
    book = opened(month(conventions(signed()), lists(f"C1;{SCHOOLS[0]};École;")))
    assert "Aucun titre" in str(book["Synthèse"]["A4"].value)
    assert book["Restes à recouvrer"]["A5"].value == "Rien à signaler."
    said = [cell.value for row in book["Synthèse"].iter_rows() for cell in row]
    assert {"Aucun titre\u00a0: aucun taux.", "Rien n’est dû."} <= set(said)


def test_a_sum_that_is_not_yet_due_is_said_so() -> None:
    of = one_school(paid("20,00", "TP-2026-00001"))
    assert str(opened(of)["Synthèse"]["A5"].value).endswith("1 collectivité\u00a0; rien n’est échu.")


def test_the_payer_is_known_by_its_convention(of: Month) -> None:
    assert CERET[:9] in column(opened(of), "Titres", "SIREN")


def test_the_order_of_the_tables_rows_changes_no_byte(of: Month) -> None:
    names = [*SCHEMAS, "details"]
    shuffled = {name: getattr(of, name).sample(fraction=1, shuffle=True, seed=7) for name in names}
    assert monthly_workbook(replace(of, **shuffled)) == monthly_workbook(of)


def worst(of: Month) -> Month:
    """Return the month with every control false, every code found, six school years and nine checks not made."""
    one = of.findings.head(1)
    every = (one.with_columns(code=pl.lit(code), severity=pl.lit(CATALOGUE[code].severity)) for code in CATALOGUE)
    years = (of.schools.with_columns(school_year=pl.lit(f"{year}-{year + 1}")) for year in range(2019, 2027))
    return replace(
        of,
        controls=of.controls.with_columns(holds=False, difference=700),
        findings=pl.concat(every),
        schools=pl.concat(years),
        unchecked=tuple(same(f"Contrôle {number} non fait.") for number in range(9)),
    )


def test_the_synthese_has_two_pages_whatever_the_month_holds(of: Month) -> None:
    sheet = opened(worst(of))["Synthèse"]
    assert sheet.print_area == "'Synthèse'!$A$1:$M$83"
    assert [page.id for page in sheet.row_breaks.brk] == [41]
    assert max(cell.row for row in sheet.iter_rows() for cell in row if cell.value is not None) <= 83
    # A4 is 595 points high, less both margins.
    printable = (595 - (0.45 + 0.6) * 72) / (SCALE / 100)
    for first, last in ((1, 41), (42, 83)):
        assert sum(sheet.row_dimensions[row].height for row in range(first, last + 1)) < printable


def region(of: Month, payers: int) -> Month:
    """Return the month's payers so often that there are `payers`, each with numbers and names of its own."""
    times = payers // of.payers["payer_siren"].n_unique()
    keys = {"payer_siren", "titre", "convention", "payment_id", "finding_id"}

    def repeated(frame: pl.DataFrame) -> pl.DataFrame:
        own = [name for name in frame.columns if name in keys]
        return pl.concat(
            frame.with_columns(pl.when(pl.col(own) != "").then(pl.col(own) + f"-{n}").otherwise(pl.col(own)))
            for n in range(times)
        )

    frames: dict[str, Any] = {name: repeated(getattr(of, name)) for name in (*SCHEMAS, "details")}
    contacts = {
        f"{siren}-{n}": replace(contact, siren=f"{siren}-{n}")
        for siren, contact in of.contacts.items()
        for n in range(times)
    }
    return replace(of, **frames, contacts=contacts)


@pytest.mark.parametrize("payers", [2, 2_400])
def test_the_synthese_has_two_pages_for_few_payers_and_for_a_region(of: Month, payers: int) -> None:
    book = opened(region(of, payers))
    sheet = book["Synthèse"]
    assert sheet.print_area == "'Synthèse'!$A$1:$M$83"
    assert max(cell.row for row in sheet.iter_rows() for cell in row if cell.value is not None) <= 83
    assert sheet["A8"].value == 205.0 * payers / 2
    assert f"{payers // 2 * 2:,}".replace(",", "\u202f") + " collectivités" in str(sheet["A2"].value)
    assert len(column(book, "Collectivités", "Collectivité")) >= payers


def test_decisions_count_themselves_in_the_synthese(of: Month) -> None:
    first = pl.int_range(of.findings.height) == 0
    said = pl.when(first).then(pl.lit("Attendre")).otherwise(pl.lit(""))
    book = opened(replace(of, findings=of.findings.with_columns(decision=said)))
    sheet = book["Synthèse"]
    at = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "Décidés")
    total = next(row for row in range(at.row, at.row + 30) if sheet.cell(row, 8).value == "Total")
    assert sheet.cell(total, at.column).value == 1


def test_every_name_is_that_of_cells_that_are_there(of: Month) -> None:
    book = opened(of, results=False)
    names = {name: defined.attr_text for name, defined in book.defined_names.items()}
    assert names["Titres_Payé"] == "'Titres'!$L$5:$L$6"
    used = {
        name
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
        for name in names
        if re.search(rf"\b{name}\b", str(cell.value))
    }
    assert used == set(names)


def test_what_is_to_be_done_leads_to_where_it_is_done(of: Month) -> None:
    book = opened(of)
    sheet = book["Synthèse"]
    links = {cell.value: cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert links["Écarts bloquants"] == "'Écarts'!A1"
    assert links["Rappels amiables prêts à envoyer"] == "'Relances'!A1"
    row = next(cell.row for line in sheet.iter_rows() for cell in line if cell.value == "Paiements à affecter")
    assert (sheet.cell(row, 5).value, sheet.cell(row, 6).value) == (1, 12.34)


def test_a_school_says_when_and_by_which_mandat_it_was_paid(of: Month) -> None:
    book = opened(of)
    rows = dict(zip(column(book, "Rapprochement", "UAI"), column(book, "Rapprochement", "Mandat"), strict=True))
    assert rows[SCHOOLS[0]] == "1"
    assert rows["0660206R"] is None


def test_what_the_synthese_folds_is_counted_there_and_whole_elsewhere(of: Month) -> None:
    book = opened(worst(of))
    said = [cell.value for row in book["Synthèse"].iter_rows() for cell in row if isinstance(cell.value, str)]
    assert any(text.startswith("Contrôle faux\u00a0: ") and "et 19 autres" in text for text in said)
    assert "et 12 autres contrôles\u00a0: voir la feuille Contrôles" in said
    assert "et 7 autres contrôles\u00a0: voir la feuille Contrôles" in said
    assert "Jusqu’à 2022-2023" in said
    controls = [cell.value for row in book["Contrôles"].iter_rows() for cell in row]
    assert controls.count("✘ FAUX") == of.controls.height
    assert "Contrôle 8 non fait." in controls
    # Every number is French, counts of rows as well, wherever the workbook is opened.
    written = {
        cell.number_format for row in book["Contrôles"].iter_rows(min_row=5, min_col=2, max_col=4) for cell in row
    }
    assert {form.split("]")[0] for form in written if form != "General"} == {"[$-40C"}


def test_headings_repeated_on_paper_stand_above_their_own_rows_alone(of: Month) -> None:
    book = opened(of)
    provenance, legend = book["Provenance"], book["Légende"]
    assert provenance.print_title_rows == "$4:$4"
    assert provenance.max_row == 4 + of.sources.height
    codes = next(cell.row for cell in legend["A"] if cell.value == "Code")
    assert legend.print_title_rows == f"${codes}:${codes}"
    assert [legend.cell(row, 1).value for row in range(codes + 1, legend.max_row + 1)] == list(CATALOGUE)


def test_the_provenance_says_by_which_settings_the_figures_were_made(of: Month) -> None:
    said = str(opened(of)["Provenance"]["A2"].value).replace("\u00a0", " ")
    for setting in ("Date d’arrêté : 30/11/2026.", "2026-2027, 41,00 €", "Seuil de rappel : ", "Version : recon "):
        assert setting in said


def test_a_column_is_as_wide_as_its_heading_and_its_total(of: Month) -> None:
    rich = of.titres.with_columns(pl.col("billed", "outstanding") * 100_000)
    sheet = opened(replace(of, titres=rich))["Titres"]
    at = next(cell.column for cell in sheet[4] if cell.value == "Titré net")
    whole = int(rich["billed"].sum())
    assert sheet.column_dimensions[get_column_letter(at)].width > wide(money(whole)(), bold=True) > 12
    for cell in sheet[4]:
        one_line = wide(str(cell.value), bold=True)
        room = sheet.column_dimensions[get_column_letter(cell.column)].width
        assert one_line + 1 < room or " " in str(cell.value), cell.value


@pytest.mark.parametrize("number", ["0310000060530314855712026003", "031000 006 053 031 485571 2026 0037579"])
def test_a_titres_number_stands_on_one_line(of: Month, number: str) -> None:
    first = str(of.titres.filter(pl.col("outstanding") > 0)["titre"][0])
    renamed = pl.col("titre").str.replace(first, number)
    long = replace(of, titres=of.titres.with_columns(renamed), schools=of.schools.with_columns(renamed))
    book = opened(long)
    for name, heading in (("Titres", "N° de titre"), ("Restes à recouvrer", "N° de titre"), ("Rapprochement", "Titre")):
        sheet = book[name]
        at = next(cell.column for cell in sheet[4] if cell.value == heading)
        room = sheet.column_dimensions[get_column_letter(at)].width
        numbers = [str(cell.value) for cell in next(sheet.iter_cols(at, at, 5))]
        assert number in numbers
        assert lines(number, room, bold=name == "Titres") == 1


@pytest.mark.parametrize("name", ["Restes à recouvrer", "Écarts", "Paiements non affectés"])
def test_the_yellow_columns_say_which_decisions_need_a_comment(of: Month, name: str) -> None:
    said = str(opened(of)[name]["A2"].value).replace("\u00a0", " ")
    assert "recon decider --depuis" in said
    assert said.endswith("Ce qui change un montant demande un commentaire.")


def test_a_long_text_has_the_height_to_be_read(of: Month) -> None:
    long = of.findings.with_columns(found=pl.lit("mandat 702 du 12/11/2026, aucun numéro ; " * 12))
    sheet = opened(replace(of, findings=long))["Écarts"]
    assert sheet.row_dimensions[5].height > 150


def test_a_link_shows_characters_that_would_turn_the_text_around(of: Month) -> None:
    owing = of.titres.filter(pl.col("outstanding") > 0)["payer_siren"]
    contacts = {siren: replace(contact, name="CE\u202eRET") for siren, contact in of.contacts.items()}
    sheet = opened(replace(of, contacts=contacts))["Synthèse"]
    said = [cell.value for row in sheet.iter_rows() for cell in row]
    assert said.count("CE\\u202eRET") == owing.len()


@pytest.mark.parametrize("written", ['6"6', "*", ">0", '66")+WEBSERVICE("https://exemple.fr', "Pyrénées-Orientales"])
def test_words_for_a_departement_enter_no_formula_and_the_number_is_the_uais(written: str) -> None:
    headings = ENROLMENTS.replace("Commune;", "Commune;Département;")
    quoted = written.replace('"', '""')
    of = month(
        file("inscriptions/liste.csv", headings, f'2026-2027;{SCHOOLS[0]};École;CERET;"{quoted}";{CERET[:9]};;'),
        conventions(signed()),
        lists(f"C1;{SCHOOLS[0]};École;"),
        titres(titre()),
        payments(paid()),
    )
    assert (of.schools["department"].to_list(), of.payers["department"].to_list()) == (["66"], ["66"])
    said = [
        str(cell.value)
        for row in opened(of, results=False)["Synthèse"].iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert any('"66")' in formula for formula in said)
    assert not any(f'"{written}"' in formula for formula in said if "Dépt" in formula)


def too_much_and_too_little() -> Month:
    """One payer is billed 10 € less than is expected and another 4 € more; one school is covered and not enrolled."""
    return month(
        enrolments(
            *(
                f"{year};{uai};École;CERET;{CERET[:9]};;"
                for year, uai in (("2026-2027", SCHOOLS[0]), ("2025-2026", SCHOOLS[3]))
            )
        ),
        conventions(signed("C1"), signed("C2", siret=PERPIGNAN)),
        lists(f"C1;{SCHOOLS[0]};École;", f"C2;{SCHOOLS[1]};École;"),
        titres(titre("T1", "31,00"), titre("T2", "45,00", convention="C2", siret=PERPIGNAN)),
        payments(paid("31,00", "T1")),
    )


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_is_missing_and_what_is_too_much_stand_apart_in_the_steps(lang: Lang) -> None:
    of = too_much_and_too_little()
    of = replace(of, settings=replace(of.settings, rates={"2025-2026": 4000, "2026-2027": 4100}))
    book = openpyxl.load_workbook(BytesIO(monthly_workbook(of, lang)), data_only=True)
    rows = {row[0]: row[2:6] for row in book.worksheets[0].iter_rows(29, 32, max_col=6, values_only=True)}
    assert list(rows.values())[:4] == [(2, 81, None, None), (2, 82, -40, 41), (2, 76, -10, 4), (0, 31, -45, 0)]


def odd_months() -> dict[str, Month]:
    """Return months that lack what most have: titres, départements, conventions; and one whose ledger takes sums back."""
    schools = [enrolled(SCHOOLS[0]), conventions(signed()), lists(f"C1;{SCHOOLS[0]};École;")]
    taken_back = payments(
        paid("-41,00", "TP-2026-00001"), paid("50,00", "", mandat="9"), paid("-3,00", "", mandat="10")
    )
    return {
        "only_payments": month(payments(paid(), paid("12,00", "zz"))),
        "no_titre": month(*schools, payments(paid())),
        "no_convention": month(titres(titre()), payments(paid("50,00", "TP-2026-00001"))),
        "taken_back": month(*schools, titres(titre()), taken_back),
        "contested": month(*schools, titres(titre(status="contesté"))),
        "too_much_and_too_little": too_much_and_too_little(),
        "paid_in_excess": one_school(paid("45,00", "TP-2026-00001")),
        "nothing": month(),
    }


@libreoffice.needed
def test_the_formulas_of_odd_months_give_what_is_stored(tmp_path: Path) -> None:
    paths = []
    for name, of in odd_months().items():
        books = {f"{name}.xlsx": monthly_workbook(of)} | {f"{name}_{s}.xlsx": statement(of, s) for s in of.contacts}
        for called, data in books.items():
            paths.append(tmp_path / called)
            paths[-1].write_bytes(data)
    found = [differences(*pair) for pair in zip(paths, recalculated(paths, tmp_path / "made"), strict=True)]
    assert sum(count for count, _ in found) > 300
    assert [said for _, wrong in found for said in wrong] == []


def test_no_sum_holds_its_own_cell() -> None:
    """Excel opens a workbook of which one does with a warning: a sum of no rows is 0."""
    for name, of in odd_months().items():
        for row in opened(of, results=False)["Synthèse"].iter_rows():
            for cell in row:
                own = re.findall(rf"\b{cell.coordinate}\b", str(cell.value))
                assert not own, (name, cell.coordinate, cell.value)


def test_what_was_issued_and_reduced_adds_up_to_what_is_billed() -> None:
    reduction = f"TP-2026-00002;réduction;TP-2026-00001;{CERET};C1;;10,00;06/10/2026;;"
    book = opened(one_school(titre_rows=(titre(), reduction)))
    headings = ("Émis", "Réduit", "Titré net")
    assert [column(book, "Titres", heading) for heading in headings] == [[41], [-10], [31]]
    sheet = book["Titres"]
    totals = {cell.value: sheet.cell(3, cell.column).value for cell in sheet[4]}
    assert [totals[heading] for heading in headings] == [41, -10, 31]


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("fr", "La feuille « Rapprochement » aurait 2 lignes, plus que les 5"),
        ("en", "would have 2 rows, more than"),
    ],
)
def test_a_table_longer_than_a_sheet_stops_with_what_to_do(
    lang: Lang, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recon.reports.listing.MOST_ROWS", 5)
    rows = (titre("T1", issued="01/09/2026", due="01/10/2026"), titre("T2", convention="", year="2026-2027"))
    with pytest.raises(Stop) as stop:
        monthly_workbook(month(titres(*rows)), lang)
    assert expected in stop.value.sentence(lang).replace("\u00a0", " ")
    assert stop.value.code == Exit.NOT_WRITTEN
