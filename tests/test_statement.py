"""The statement of each payer: exact to the cent, its own data only, the same bytes for the same month."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import openpyxl
import polars as pl
import pytest

from recon.reports.statement import statement
from recon.reports.statement_name import statement_name
from recon.reports.style import AMBER, GREEN, NAVY, RED
from recon.tables import Contact
from tests.dossiers import (
    CERET,
    CONVENTIONS,
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
    from recon.tables import Month
    from recon.texts import Lang

SIREN = CERET[:9]
NBSP = "\u00a0"


def sheets(of: Month, siren: str = SIREN, lang: Lang = "fr", *, formulas: bool = False) -> list[list[list[Any]]]:
    """Return the cells of the three sheets, as values or as formulas."""
    workbook = openpyxl.load_workbook(BytesIO(statement(of, siren, lang)), data_only=not formulas)
    return [[[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in workbook]


def said(of: Month, siren: str = SIREN, lang: Lang = "fr") -> str:
    """Return all the text of a statement."""
    cells = (cell for sheet in sheets(of, siren, lang) for row in sheet for cell in row)
    return "\n".join(str(cell) for cell in cells if cell is not None).replace(NBSP, " ")


def amounts(of: Month, label: str) -> list[float]:
    """Return the numbers of the first sheet's rows that bear `label`."""
    return [
        cell
        for row in sheets(of)[0]
        if any(str(value or "").replace(NBSP, " ").startswith(label) for value in row)
        for cell in row[4:]
        if isinstance(cell, int | float)
    ]


def to_pay(of: Month) -> float:
    """Return the sum to pay now: the number under its label."""
    rows = sheets(of)[0]
    at = next(index for index, row in enumerate(rows) if row[0] == "À payer maintenant")
    return float(rows[at + 1][0])


def two_schools(*rows: str, titre_rows: tuple[str, ...] = (titre(amount="82,00"),)) -> Month:
    """The month of a commune with two schools under one titre."""
    return month(
        enrolled(*SCHOOLS[:2]),
        conventions(signed(schools=2)),
        lists(*(f"C1;{uai};École {uai};" for uai in SCHOOLS[:2])),
        titres(*titre_rows),
        payments(*rows),
    )


def test_the_sum_to_pay_is_what_is_billed_less_what_is_paid() -> None:
    of = two_schools(paid("41,00", "TP-2026-00001"))
    assert to_pay(of) == 41
    assert amounts(of, "2026-2027 : 2 écoles × 41,00 €") == [82]
    assert amounts(of, "Payé d’après vos registres") == [-41]
    assert amounts(of, "Reste à payer") == [41]
    assert amounts(of, "TP-2026-00001")[:4] == [82, 41, 0, 41]


def test_what_is_under_way_is_not_asked_for() -> None:
    of = one_school(paid(reference="TP-2026-00001", state="émis"))
    assert to_pay(of) == 0
    assert amounts(of, "En cours de paiement") == [-41]
    assert "Rien à payer à ce jour" in said(of)
    assert "En cours : mandat émis, pas encore payé" in said(of)
    assert "Pour payer" not in said(of)


def test_nothing_is_due_when_all_is_paid() -> None:
    of = one_school(paid(reference="TP-2026-00001"))
    assert to_pay(of) == 0
    assert "Rien à payer à ce jour" in said(of)
    assert "Affecté au titre TP-2026-00001" in said(of)
    assert "Soldée" in said(of)


def test_a_payment_in_excess_stands_beside_and_is_never_taken_off() -> None:
    rows = (titre(), titre("TP-2026-00002", convention="", year="2026-2027"))
    of = one_school(paid("50,00", "TP-2026-00001"), titre_rows=rows)
    assert to_pay(of) == 41
    assert "Trop-perçu de 9,00 € : à imputer ou à restituer, sur décision du comptable public" in said(of)
    assert (
        "(50,00 €) dépasse de 9,00 € ce que réclame le titre TP-2026-00001, réductions et autres paiements déduits"
        in said(of)
    )


def test_without_a_ledger_it_never_says_unpaid() -> None:
    of = month(enrolled(SCHOOLS[0]), conventions(signed()), lists(f"C1;{SCHOOLS[0]};École;"), titres(titre()))
    assert to_pay(of) == 41
    assert (
        "Nous ne disposons d’aucun registre de paiement lisible de votre collectivité : si vous avez déjà payé, merci d’indiquer"
        in said(of)
    )
    assert "impayé" not in said(of).lower()


def test_a_convention_without_titre_is_planned_and_nothing_is_claimed() -> None:
    of = month(enrolled(SCHOOLS[0]), conventions(signed()), lists(f"C1;{SCHOOLS[0]};École;"))
    assert to_pay(of) == 0
    assert "participation prévue, titre non communiqué" in said(of)
    assert amounts(of, "2026-2027 : 1 école × 41,00 €") == [41]


def test_refused_rows_of_the_ledger_are_said() -> None:
    bad = paid(reference="TP-2026-00001").replace("10/11/2026", "31/11/2026")
    text = said(one_school(bad))
    assert (
        "1 ligne de votre registre de paiement n’a pas pu être lue ou retenue (mandat 7, Date mandat 31/11/2026, Payé le 31/11/2026)"
        in text
    )
    assert "Nous ne disposons d’aucun registre" not in text
    assert "Aucun registre" not in text


def test_each_refused_row_says_its_mandat_and_all_that_is_wrong_in_it_and_no_other_payers() -> None:
    bad = [paid(mandat=str(n)).replace("10/11/2026", "31/11/2026") for n in range(10, 17)]
    others = paid(mandat="999", siret=PERPIGNAN).replace("10/11/2026", "30/02/2026")
    of = one_school(paid(reference="TP-2026-00001"), *bad, paid(mandat="17", amount=""), others)
    wrong = "Date mandat 31/11/2026, Payé le 31/11/2026"
    listed = " ; ".join(f"mandat {n}, {wrong}" for n in range(10, 15))
    assert (
        f"8 lignes de votre registre de paiement n’ont pas pu être lues ou retenues ({listed} ; et 3 de plus)"
        in said(of)
    )
    assert "999" not in said(of)
    assert "30/02/2026" not in said(of)
    alone = one_school(paid(reference="TP-2026-00001"), paid(mandat="17", amount=""))
    assert "(mandat 17, Montant : cellule vide)" in said(alone)
    assert "(mandat 17, Montant: empty cell)" in said(alone, lang="en")


def test_a_school_without_convention_is_promised_no_titre() -> None:
    of = month(enrolled(*SCHOOLS[:2]), conventions(signed()), lists(f"C1;{SCHOOLS[0]};École;"))
    assert "Sans convention" in said(of)
    assert said(of).count("Titre à venir") == 1


def test_a_payment_that_settles_nothing_is_not_said_to_lessen_a_sum_of_nothing() -> None:
    of = one_school(paid(reference="TP-2026-00001", mandat="1"), paid("37,00", label="ENT-École", mandat="2"))
    assert "37,00 € de vos paiements restent à rattacher à un titre" in said(of)


def test_an_unknown_number_is_asked_about() -> None:
    of = one_school(paid(reference="TP-2026-00999"))
    assert to_pay(of) == 41
    assert (
        "Votre mandat 7 du 10/11/2026 (41,00 €) cite le numéro TP-2026-00999, que nous ne retrouvons pas parmi vos titres. "
        "Le plus proche de vos titres ouverts est TP-2026-00001, pour 41,00 €." in said(of)
    )
    assert "cites number TP-2026-00999" in said(of, lang="en")
    assert "41,00 € de vos paiements restent à confirmer" in said(of)
    assert [row[1] for row in sheets(of)[2]].count("Paiement du 10/11/2026, mandat 7") == 1


def test_the_nearest_titre_told_is_never_another_payers() -> None:
    of = month(
        enrolled(SCHOOLS[0]),
        conventions(signed(), signed("C2", siret=PERPIGNAN)),
        lists(f"C1;{SCHOOLS[0]};École;", f"C2;{SCHOOLS[1]};École;"),
        titres(titre("TP-2026-00998", amount="82,00"), titre("TP-2026-00777", convention="C2", siret=PERPIGNAN)),
        payments(paid(reference="TP-2026-00999"), paid(reference="TP-2026-00998", amount="82,00", mandat="8")),
    )
    assert "cite le numéro TP-2026-00999, que nous ne retrouvons pas parmi vos titres. Merci de vérifier" in said(of)
    assert "TP-2026-00777" not in said(of)


def test_many_lines_are_summed_by_mandat() -> None:
    half = (f"{paid('1,00', 'TP-2026-00001')}", f"{paid('2,00', 'TP-2026-00001', mandat='8')}")
    of = two_schools(*(row.replace("ENT-École", f"ENT-École {index}") for index in range(7) for row in half))
    rows = [row for row in sheets(of)[0] if str(row[5] or "").startswith("Affecté")]
    assert [(row[1], row[3], row[4]) for row in rows] == [("7", 7, 7), ("8", 7, 14)]


def neighbours() -> Month:
    """Two payers; the second one cites a titre of the first."""
    return month(
        enrolments(
            f"2026-2027;{SCHOOLS[0]};École de Céret;CERET;{SIREN};;",
            f"2026-2027;{SCHOOLS[1]};École de Perpignan;PERPIGNAN;{PERPIGNAN[:9]};;",
        ),
        conventions(
            signed().replace("COMMUNE", "COMMUNE DE CERET"),
            signed("C2", siret=PERPIGNAN).replace("COMMUNE", "COMMUNE DE PERPIGNAN"),
        ),
        lists(f"C1;{SCHOOLS[0]};École de Céret;", f"C2;{SCHOOLS[1]};École de Perpignan;"),
        titres(titre(), titre("TP-2026-00002", convention="C2", siret=PERPIGNAN)),
        payments(paid(reference="TP-2026-00001", siret=PERPIGNAN, mandat="99")),
    )


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    ("siren", "others"),
    [
        (SIREN, (PERPIGNAN[:9], "PERPIGNAN", "TP-2026-00002", SCHOOLS[1], "École de Perpignan")),
        (PERPIGNAN[:9], (SIREN, "CERET", "TP-2026-00001", SCHOOLS[0], "École de Céret")),
    ],
)
def test_no_other_payer_is_in_a_statement(siren: str, others: tuple[str, ...], lang: Lang) -> None:
    of = neighbours()
    text = said(of, siren, lang).replace(" ", "")
    parts = ZipFile(BytesIO(statement(of, siren, lang)))
    whole = text + "".join(parts.read(name).decode() for name in parts.namelist())
    assert [other for other in others if other.replace(" ", "") in whole] == []


def test_who_pays_for_another_is_not_told_its_titre_nor_the_debtor_who_paid() -> None:
    of = one_school(paid("50,00", "TP-2026-00001"))
    payer = pl.lit(PERPIGNAN[:9]).alias("payer_siren")
    paid_for = pl.col("code") == "P04"
    of = replace(
        of,
        payments=of.payments.with_columns(payer),
        findings=of.findings.with_columns(pl.when(paid_for).then(payer).otherwise("payer_siren").alias("payer_siren")),
        contacts={**of.contacts, PERPIGNAN[:9]: Contact(PERPIGNAN[:9], "", "PERPIGNAN", "", "", "")},
    )
    assert "Dont 41,00 € payés par une autre collectivité que la vôtre" in said(of)
    assert PERPIGNAN[:9] not in said(of)
    told = said(of, PERPIGNAN[:9])
    assert "Affecté à un titre d’une autre collectivité ; trop-perçu de 9,00 €" in told
    assert "dépasse de 9,00 € ce que réclame le titre d’une autre collectivité" in told
    assert "TP-2026-00001" not in told


def test_a_page_ends_with_a_blank_row() -> None:
    """LibreOffice now and then drops the last row of a page that it shrinks to fit: it must say nothing."""
    sheet = openpyxl.load_workbook(BytesIO(statement(one_school(), CERET[:9]))).worksheets[0]
    assert next(cell.value for cell in sheet[sheet.max_row]) == " "
    assert str(sheet.print_area).endswith(f"$H${sheet.max_row}")


def test_a_date_or_a_number_makes_no_row_higher() -> None:
    book = openpyxl.load_workbook(BytesIO(statement(one_school(), CERET[:9])))
    row = next(row for row in book.worksheets[0].iter_rows() if row[0].value == "TP-2026-00001")
    assert book.worksheets[0].row_dimensions[row[0].row].height == 16.5


def test_a_titre_of_thirty_two_digits_and_several_years_are_shown_in_full() -> None:
    long = "031000 006 053 031 485571 2026 0037579"
    of = month(
        enrolled(SCHOOLS[0]),
        conventions(signed()),
        lists(f"C1;{SCHOOLS[0]};École;"),
        titres(titre(long), titre("TP-2023-00009", "45,00", convention="", year="2023-2024")),
    )
    assert to_pay(of) == 86
    assert amounts(of, long)[:4] == [41, 0, 0, 41]
    assert amounts(of, "2023-2024 : titres de perception") == [45]


def test_the_same_month_gives_the_same_bytes() -> None:
    assert statement(neighbours(), SIREN) == statement(neighbours(), SIREN)


def test_sums_are_live_formulas_with_their_values() -> None:
    of = two_schools(paid("41,00", "TP-2026-00001"))
    pairs = [
        (formula, value)
        for asked, got in zip(sheets(of, formulas=True), sheets(of), strict=True)
        for row, values in zip(asked, got, strict=True)
        for formula, value in zip(row, values, strict=True)
        if str(formula).startswith("=")
    ]
    assert ("=SUBTOTAL(109,D5:D6)", 82) in pairs
    assert all(isinstance(value, int | float) for _, value in pairs)
    assert len(pairs) >= 11


def test_the_detail_closes_on_the_sum_to_pay() -> None:
    of = two_schools(paid("10,00", "TP-2026-00001", state="émis"), paid("41,00", uai=SCHOOLS[0], mandat="8"))
    detail = sheets(of)[1]
    assert [detail[2][column] for column in (3, 4, 5, 6)] == [82, 41, 10, 31]
    assert sum(row[6] for row in detail[4:]) == to_pay(of) == 31


def test_text_never_becomes_a_formula_or_a_link() -> None:
    of = month(
        enrolments(f"2026-2027;{SCHOOLS[0]};=1+1;http://exemple.fr;{SIREN};;"),
        conventions(signed().replace("COMMUNE", "=HYPERLINK(1)")),
        lists(f"C1;{SCHOOLS[0]};=1+1;"),
        titres(titre()),
    )
    workbook = openpyxl.load_workbook(BytesIO(statement(of, SIREN)))
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value in {"=1+1", "=HYPERLINK(1)"}} == {"s"}
    links = [cell.hyperlink for cell in cells if cell.hyperlink]
    assert {(link.target, link.location) for link in links} == {(None, "'État'!A1")}


def test_it_is_no_formal_notice_and_gives_no_account() -> None:
    text = said(one_school(paid("1,00", "TP-2026-00001"))).lower()
    assert "mise en demeure" not in text
    assert "iban" not in text
    assert "par sécurité, aucun rib n’est donné" in text


def test_each_school_says_when_and_by_which_mandat_it_was_paid() -> None:
    of = two_schools(paid("41,00", uai=SCHOOLS[0], mandat="1187"))
    rows = {row[0]: row for row in sheets(of)[1][4:]}
    assert rows[SCHOOLS[0]][7:9] == ["10/11/2026", "1187"]
    assert rows[SCHOOLS[1]][7:9] == [None, None]


def test_payments_are_added_up_unless_one_has_no_effect() -> None:
    two = paid("41,00", "TP-2026-00001", mandat="1"), paid("30,00", "TP-2026-00001", mandat="2")
    assert [2, 71] in [row[3:5] for row in sheets(two_schools(*two))[0] if row[0] == "Total"]
    void = paid("5,00", "TP-2026-00001", mandat="3", state="rejeté")
    assert not any(row[0] == "Total" for row in sheets(two_schools(*two, void))[0])


def test_who_paid_for_another_is_no_mandat_of_the_debtor() -> None:
    of = one_school(paid("41,00", "TP-2026-00001", mandat="1187"))
    of = replace(of, payments=of.payments.with_columns(payer_siren=pl.lit(PERPIGNAN[:9])))
    assert "1187" not in said(of)


def test_english_is_complete() -> None:
    text = said(two_schools(paid("41,00", "TP-2026-00001")), lang="en")
    assert "To pay now" in text
    assert "2026-2027: 2 schools × €41.00" in text
    assert "payer" not in text.replace("payers", "")


@pytest.mark.parametrize(
    ("name", "insee", "expected"),
    [
        ("COMMUNE DE PERPIGNAN", "66136", "66136_perpignan.xlsx"),
        ("Commune d’Œuilly-sur-Têt", "66049", "66049_oeuilly-sur-tet.xlsx"),
        ("COMMUNE D'ORLU", "", "216600494_orlu.xlsx"),
        ("Ville du Boulou", "66024", "66024_boulou.xlsx"),
        ("Communauté de communes des Aspres", "", "216600494_communaute-de-communes-des-aspres.xlsx"),
        ("../../x", "", "216600494_x.xlsx"),
        ("", "", "216600494.xlsx"),
    ],
)
def test_a_statement_is_named_after_its_payer(name: str, insee: str, expected: str) -> None:
    assert statement_name(Contact(SIREN, CERET, name, "", "", insee)) == expected


REDUCTION = f"TP-2026-00002;réduction;TP-2026-00001;{CERET};C1;;41,00;06/10/2026;;"


@pytest.mark.parametrize("others", [(), (titre("TP-2026-00009", "10,00", convention="", year="2026-2027"),)])
def test_a_reduction_stands_between_what_was_issued_and_what_is_left(others: tuple[str, ...]) -> None:
    rows = (titre(amount="123,00"), REDUCTION, *others)
    of = two_schools(paid("41,00", "TP-2026-00001"), titre_rows=rows)
    assert amounts(of, "TP-2026-00001")[0] == 123
    assert amounts(of, "Réduction TP-2026-00002") == [-41]
    assert amounts(of, "Montant net")[:4] == [82, 41, 0, 41]
    assert "06/10/2026" in said(of)
    assert to_pay(of) == 41 + 10 * len(others)
    assert ([82 + 10, 41, 0, 51] in [row[4:8] for row in sheets(of)[0] if row[0] == "Total"]) == bool(others)
    assert "Reduction TP-2026-00002" in said(of, lang="en")


def detail(of: Month) -> list[list[Any]]:
    """Return the rows of the schools' sheet: UAI, due, paid, under way, to pay, status."""
    return [
        [str(row[1]).replace(NBSP, " ") if row[0] == "–" else row[0], *row[3:7], row[9]] for row in sheets(of)[1][4:]
    ]


REMISE = REDUCTION.replace("41,00", "7,15")


def test_a_reduction_that_names_no_school_is_a_row_of_its_own_beside_the_schools_at_what_was_agreed() -> None:
    of = two_schools(titre_rows=(titre(amount="82,00"), REMISE))
    assert detail(of) == [
        [SCHOOLS[1], 41, 0, 0, 41, "À payer"],
        [SCHOOLS[0], 41, 0, 0, 41, "À payer"],
        ["Réduction TP-2026-00002 non répartie", -7.15, 0, 0, -7.15, "Déduite"],
    ]
    assert [sum(row[column] for row in detail(of)) for column in (1, 4)] == [74.85, 74.85]
    assert amounts(of, "Réduction TP-2026-00002 non répartie") == [-7.15]
    assert [row[2] for row in sheets(of)[2][4:] if row[0] in SCHOOLS] == [41, 41]
    assert "Reduction TP-2026-00002, not shared out" in said(of, lang="en")
    assert of.schools["billed"].to_list() == [3743, 3742]  # What the accounts share out is not touched.


@pytest.mark.parametrize(("state", "column", "status"), [("payé", 2, "Soldée"), ("émis", 3, "En cours")])
def test_a_reduction_is_used_up_with_its_titre(state: str, column: int, status: str) -> None:
    of = two_schools(paid("74,85", "TP-2026-00001", state=state), titre_rows=(titre(amount="82,00"), REMISE))
    schools, reduction = detail(of)[:2], detail(of)[2]
    assert [(row[1], row[column], row[4], row[5]) for row in schools] == [(41, 41, 0, status)] * 2
    assert (reduction[1], reduction[column], reduction[4]) == (-7.15, -7.15, 0)
    assert to_pay(of) == 0


def test_a_school_that_its_mandat_names_is_paid_in_full_whatever_the_reduction() -> None:
    rows = (titre(amount="82,00"), REMISE)
    of = two_schools(paid("41,00", "TP-2026-00001", uai=SCHOOLS[0]), titre_rows=rows)
    by_name = {row[0]: row[1:5] for row in detail(of)}
    assert by_name[SCHOOLS[0]] == [41, 41, 0, 0]
    assert by_name[SCHOOLS[1]] == [41, 0, 0, 41]
    assert to_pay(of) == sum(row[4] for row in detail(of)) == 33.85


def test_a_reduction_to_what_the_schools_agreed_is_theirs() -> None:
    of = two_schools(titre_rows=(titre(amount="123,00"), REDUCTION))
    assert [row[1] for row in detail(of)] == [41, 41]


def test_of_two_reductions_the_one_below_what_was_agreed_is_not_shared_out() -> None:
    later = REMISE.replace("TP-2026-00002", "TP-2026-00003").replace("06/10", "07/10")
    of = two_schools(titre_rows=(titre(amount="123,00"), REDUCTION, later))
    assert [row[:2] for row in detail(of)][2:] == [["Réduction TP-2026-00003 non répartie", -7.15]]
    assert [row[1] for row in detail(of)][:2] == [41, 41]


def test_a_school_that_a_mandat_names_and_pays_is_not_given_another() -> None:
    named = (paid("41,00", "TP-2026-00001", uai=uai, mandat="1502", on="13/10/2026") for uai in SCHOOLS[:1])
    of = two_schools(*named, paid("41,00", "TP-2026-00001", mandat="1533", on="27/10/2026"))
    rows = {row[0]: row for row in sheets(of)[1][4:]}
    assert rows[SCHOOLS[0]][7:9] == ["13/10/2026", "1502"]
    assert rows[SCHOOLS[1]][7:9] == ["27/10/2026", "1533"]


def test_a_school_that_a_mandat_pays_in_part_is_given_those_that_name_none_too() -> None:
    part = paid("10,00", "TP-2026-00001", uai=SCHOOLS[0], mandat="1502", on="13/10/2026")
    of = two_schools(part, paid("72,00", "TP-2026-00001", mandat="1533", on="27/10/2026"))
    rows = {row[0]: row for row in sheets(of)[1][4:]}
    assert rows[SCHOOLS[0]][7:9] == ["27/10/2026", "1502, 1533"]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_who_answers_is_printed_where_the_settings_tell(lang: Lang) -> None:
    of = one_school()
    told = replace(of, settings=replace(of.settings, contact="ent@exemple.fr", address="Rectorat, 31000 TOULOUSE"))
    said_so = {"fr": "Pour nous répondre : ent@exemple.fr", "en": "To answer us: ent@exemple.fr"}[lang]
    assert f"Rectorat\n31000 TOULOUSE\n{said_so}" in said(told, lang=lang)
    assert "exemple.fr" not in said(of, lang=lang)


def test_the_vote_is_cited_with_its_number_and_day() -> None:
    registry = file(
        "conventions/registre.csv",
        f"{CONVENTIONS};N° délibération",
        f"{signed()};2026-121",
        f"{signed('C2', siret=PERPIGNAN)};9-9",
    )
    of = month(enrolled(SCHOOLS[0]), registry, lists(f"C1;{SCHOOLS[0]};École;"), titres(titre()))
    assert "délibération n° 2026-121 du 01/06/2026" in said(of)
    assert "9-9" not in said(of)


def test_what_the_titres_of_a_year_leave_to_bill_is_planned_and_not_claimed() -> None:
    of = two_schools(paid("41,00", "TP-2026-00001"), titre_rows=(titre(amount="41,00"),))
    assert to_pay(of) == 0
    assert "participation prévue : 41,00 € restent à titrer" in said(of)
    assert "restent à titrer" not in said(two_schools(paid("82,00", "TP-2026-00001")))


def tones(of: Month, lang: Lang = "fr") -> tuple[str, str]:
    """Return the colours of the sum to pay now and of the first school's situation."""
    workbook = openpyxl.load_workbook(BytesIO(statement(of, SIREN, lang)))
    first, schools = workbook.worksheets[:2]
    label = "To pay now" if lang == "en" else "À payer maintenant"
    at = next(row[0].row for row in first.iter_rows() if row[0].value == label)
    return first.cell(at + 1, 1).font.color.rgb[2:], schools.cell(5, 10).font.color.rgb[2:]


LATE_TITRE = titre(issued="01/09/2026", due="01/10/2026")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_red_is_for_something_due_that_is_asked(lang: Lang) -> None:
    assert tones(one_school(titre_rows=(LATE_TITRE,)), lang) == (RED[1:], RED[1:])


def test_what_is_asked_and_not_yet_due_is_not_red() -> None:
    assert tones(one_school()) == (NAVY[1:], NAVY[1:])


def test_a_school_whose_year_is_not_yet_due_is_not_red_beside_one_that_is_late() -> None:
    early = {"year": "2023-2024", "issued": "01/09/2023", "due": "01/10/2023"}
    of = month(
        enrolled(SCHOOLS[0]),
        conventions(signed(), signed("C0", year="2023-2024")),
        lists(f"C1;{SCHOOLS[0]};École;", f"C0;{SCHOOLS[0]};École;"),
        titres(titre("TP-0", convention="C0", **early), titre("TP-1")),
    )
    schools = openpyxl.load_workbook(BytesIO(statement(of, SIREN, "fr"))).worksheets[1]
    found = {schools.cell(row, 3).value: schools.cell(row, 10).font.color.rgb[2:] for row in (5, 6)}
    assert found == {"2023-2024": RED[1:], "2026-2027": NAVY[1:]}
    assert tones(of)[0] == RED[1:]


def test_a_late_titre_whose_mandat_is_issued_is_calm() -> None:
    of = one_school(paid(reference="TP-2026-00001", state="émis"), titre_rows=(LATE_TITRE,))
    assert tones(of) == (GREEN[1:], AMBER[1:])


def test_a_late_titre_is_not_red_where_a_payment_in_hand_waits_to_be_placed() -> None:
    rows = (titre("TP-1", issued="01/09/2026", due="01/10/2026"), titre("TP-2", convention="", year="2026-2027"))
    of = one_school(paid("41,00"), titre_rows=rows)
    assert to_pay(of) == 82
    assert "41,00 € de vos paiements restent à confirmer" in said(of)
    assert tones(of) == (AMBER[1:], NAVY[1:])


def announcing_too_much() -> Month:
    """A commune whose convention announces 45 € for one school at 41 €, and which pays what is announced."""
    return month(
        enrolled(SCHOOLS[0]),
        conventions(signed().replace(";1;41,00;", ";1;45,00;")),
        lists(f"C1;{SCHOOLS[0]};École;"),
        titres(titre()),
        payments(paid("45,00", "TP-2026-00001")),
    )


def test_the_arithmetic_shows_what_was_paid_in_excess_apart() -> None:
    of = announcing_too_much()
    assert amounts(of, "Payé d’après vos registres") == [-45]
    assert amounts(of, "Trop-perçu, mis à part") == [4]
    assert amounts(of, "Reste à payer") == [0]


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("fr", "Votre convention C1 annonce 45,00 €, et 1 école × 41,00 € font 41,00 €"),
        ("en", "Your convention C1 announces €45.00, and 1 school × €41.00 make €41.00"),
    ],
)
def test_an_excess_is_explained_by_what_the_convention_announces(lang: Lang, expected: str) -> None:
    assert expected in said(announcing_too_much(), lang=lang)
