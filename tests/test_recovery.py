"""Recovery by amount and by number: the sample's figures by hand, the sheet Collectivités, the table by département."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import openpyxl
import polars as pl
import pytest

from recon.dossier import files, options
from recon.pipeline import reconcile
from recon.reports.recovery import Recovery, by_department, by_payer, overall
from recon.reports.workbook import monthly_workbook
from tests.dossiers import CERET, SCHOOLS, conventions, enrolled, lists, month, paid, payments, signed, titre, titres

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from recon.tables import Month

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
SAMPLE = Path(__file__).parent.parent / "workbooks" / "exemple"
PERPIGNAN, LUZECH, NAJAC, GRATENTOUR = "216601369", "214601825", "211201678", "213102304"

# The sample's fifteen titres, by the département of their debtor: billed, paid, outstanding, titres, settled.
BY_HAND = {
    "09": Recovery(4100, 0, 4100, 1, 0),  # Orlu: TP-2026-00150, nothing paid
    "11": Recovery(4100, 0, 4100, 1, 0),  # Portel-des-Corbières: 00151, nothing paid
    "12": Recovery(4500, 4500, 0, 1, 1),  # Najac: TP-2024-00132
    "30": Recovery(12300, 12300, 0, 1, 1),  # Aimargues: 00145
    "31": Recovery(12300, 12300, 0, 2, 2),  # Gratentour: 00142 (82 €) and 00143 (41 €)
    "46": Recovery(20500, 4100, 16400, 2, 1),  # Luzech: 00148 (41 €) paid, 00154 (164 €, no convention) not
    "65": Recovery(4100, 4100, 0, 1, 1),  # Soues: 00149
    "66": Recovery(281100, 247500, 33600, 4, 0),  # Perpignan 2475 of 2565 €, Céret 164 €, Saleilles twice 41 €
    "81": Recovery(20500, 20500, 0, 1, 1),  # Mazamet: 00144
    "82": Recovery(4500, 4500, 0, 1, 1),  # Donzac: TP-2024-00133
}
WHOLE = Recovery(368000, 309800, 58200, 15, 8)


@pytest.fixture(scope="module")
def sample() -> Month:
    """The month of the sample."""
    return reconcile(files(SAMPLE), options(SAMPLE).settings(date(2026, 11, 30)))


def opened(data: bytes, *, results: bool = True) -> Workbook:
    """Return a workbook with its results, or with its formulas."""
    return openpyxl.load_workbook(BytesIO(data), data_only=results)


def headed(sheet: Worksheet, row: int) -> list[dict[str, object]]:
    """Return the cells of a row and of those below it, by the headings of row 4."""
    headings = [str(cell.value) for cell in sheet[4]]
    rows = sheet.iter_rows(min_row=row, max_col=len(headings), values_only=True)
    return [dict(zip(headings, values, strict=True)) for values in rows]


def by_departement(sheet: Worksheet) -> dict[object, tuple[object, ...]]:
    """Return the table of the Synthèse's second page: five figures by département."""
    found = {}
    for name, *values in sheet.iter_rows(min_row=44, max_row=59, max_col=6, values_only=True):
        found[name] = tuple(values)
        if name == "Total":
            break
    return found


def test_the_sample_by_hand(sample: Month) -> None:
    assert by_department(sample) == BY_HAND
    assert overall(sample) == WHOLE
    assert (WHOLE.by_amount, WHOLE.by_number) == (3098 / 3680, 8 / 15)
    assert (BY_HAND["46"].by_amount, BY_HAND["46"].by_number) == (41 / 205, 1 / 2)


def test_a_payer_has_one_rate_over_its_years(sample: Month) -> None:
    payers = by_payer(sample)
    assert payers[PERPIGNAN] == Recovery(256500, 247500, 9000, 1, 0)
    assert payers[LUZECH] == BY_HAND["46"]
    assert payers[GRATENTOUR].by_number == 1


def test_a_cancelled_titre_counts_in_neither_rate() -> None:
    of = month(
        conventions(signed(schools=2)),
        lists(f"C1;{SCHOOLS[0]};École;", f"C1;{SCHOOLS[1]};École;"),
        titres(
            titre(),
            titre("TP-2026-00002"),
            f"TP-2026-00003;annulation;TP-2026-00002;{CERET};;;41,00;15/10/2026;;",
        ),
        payments(paid("41,00", "TP-2026-00001")),
    )
    assert set(of.titres["status"]) == {"settled", "cancelled"}
    assert overall(of) == Recovery(4100, 4100, 0, 1, 1)


def test_nothing_billed_has_no_rate() -> None:
    found = overall(month(enrolled(*SCHOOLS)))
    assert (found.by_amount, found.by_number) == (None, None)


def test_a_school_without_payer_gives_no_departement_to_what_nobody_owes(sample: Month) -> None:
    nobody = sample.payers.filter(payer_siren=NAJAC).with_columns(payer_siren=pl.lit(""))
    of = replace(sample, payers=pl.concat([sample.payers, nobody]))
    assert by_department(of)[""].titres == 0
    row = headed(opened(monthly_workbook(of))["Collectivités"], 5)[0]
    assert (row["Collectivité"], row["Dépt"], row["SIREN"]) == ("Collectivité inconnue", "–", None)


def test_the_payers_stand_year_by_year_with_both_rates(sample: Month) -> None:
    rows = headed(opened(monthly_workbook(sample))["Collectivités"], 5)
    assert len(rows) == sample.payers.height == 18
    assert [row["Année scolaire"] for row in rows] == ["2023-2024"] * 3 + ["2026-2027"] * 11 + ["–"] * 4
    perpignan = next(row for row in rows if row["SIREN"] == PERPIGNAN)
    assert (perpignan["Écoles"], perpignan["Titré"], perpignan["Payé"], perpignan["Reste"]) == (57, 2565, 2475, 90)
    assert (perpignan["Titres"], perpignan["Soldés"]) == (1, 0)
    assert (perpignan["Taux (montant)"], perpignan["Taux (titres)"]) == (2475 / 2565, 0)
    assert perpignan["Registre reçu jusqu’au"].date() == date(2024, 6, 18)  # type: ignore[attr-defined]
    unbilled = next(row for row in rows if (row["SIREN"], row["Année scolaire"]) == (NAJAC, "2026-2027"))
    assert (unbilled["Taux (montant)"], unbilled["Taux (titres)"]) == ("–", "–")


def test_the_totals_of_the_payers_follow_the_filter_and_so_do_their_rates(sample: Month) -> None:
    data = monthly_workbook(sample)
    sheet, formulas = opened(data)["Collectivités"], opened(data, results=False)["Collectivités"]
    shown = headed(sheet, 3)[0]
    assert (shown["Titré"], shown["Payé"], shown["Reste"], shown["dont échu"]) == (3680, 3098, 582, 254)
    assert (shown["Écoles"], shown["Titres"], shown["Soldés"], shown["Non affecté"]) == (84, 15, 8, 119)
    assert (shown["Taux (montant)"], shown["Taux (titres)"]) == (3098 / 3680, 8 / 15)
    written = headed(formulas, 3)[0]
    assert (written["Titré"], written["Soldés"]) == ("=SUBTOTAL(109,G5:G22)", "=SUBTOTAL(109,O5:O22)")
    assert written["Taux (montant)"] == '=IF(G3=0,"–",H3/G3)'
    assert written["Taux (titres)"] == '=IF(N3=0,"–",O3/N3)'
    assert (formulas["P5"].value, formulas["Q5"].value) == ('=IF(G5=0,"–",H5/G5)', '=IF(N5=0,"–",O5/N5)')


def test_a_payers_number_leads_to_its_first_titre_of_the_year(sample: Month) -> None:
    book = opened(monthly_workbook(sample))
    rows = book["Collectivités"].iter_rows(min_row=5)
    links = {(row[2].value, row[3].value): row[2].hyperlink for row in rows}
    place = links[GRATENTOUR, "2026-2027"].location.split("!")[1]
    assert book["Titres"][place].value == "TP-2026-00142"
    place = links[LUZECH, "–"].location.split("!")[1]
    assert book["Titres"][place].value == "TP-2026-00154"
    assert links[NAJAC, "2026-2027"] is None


def test_the_synthese_gives_both_rates_by_departement_and_charts_that_by_amount(sample: Month) -> None:
    data = monthly_workbook(sample)
    sheet = opened(data)["Synthèse"]
    assert [cell.value for cell in sheet[43][:6]] == [
        "Département", "Titré", "Payé", "Reste", "Taux (montant)", "Taux (titres)",
    ]  # fmt: skip
    table = by_departement(sheet)
    assert [str(name)[:2] for name in table] == ["09", "11", "46", "66", "12", "30", "31", "65", "81", "82", "To"]
    assert table["66 Pyrénées-Orientales"] == (2811, 2475, 336, 2475 / 2811, 0)
    assert table["46 Lot"] == (205, 41, 164, 41 / 205, 1 / 2)
    assert table["Total"] == (3680, 3098, 582, 3098 / 3680, 8 / 15)
    with ZipFile(BytesIO(data)) as parts:
        chart = parts.read("xl/charts/chart1.xml").decode()
    assert re.findall(r"<c:f>(.+?)</c:f>", chart) == ["Synthèse!$A$44:$A$53", "Synthèse!$E$44:$E$53"]


def crowded(of: Month) -> Month:
    """Return the month with Luzech's accounts in twenty more départements."""
    luzech, owed = of.payers.filter(payer_siren=LUZECH), of.titres.filter(payer_siren=LUZECH)
    codes = [f"{number:02d}" for number in range(50, 70) if number not in {65, 66}] + ["2A", "971"]
    payers = (luzech.with_columns(payer_siren=pl.lit(f"9000000{code}"), department=pl.lit(code)) for code in codes)
    titres = (owed.with_columns(payer_siren=pl.lit(f"9000000{code}")) for code in codes)
    return replace(of, payers=pl.concat([of.payers, *payers]), titres=pl.concat([of.titres, *titres]))


def test_departements_without_room_share_one_line_with_both_rates(sample: Month) -> None:
    data = monthly_workbook(crowded(sample))
    table = by_departement(opened(data)["Synthèse"])
    # Thirty départements: thirteen lines (09, 11, then eleven of the twenty-one like Lot), seventeen others.
    assert len(table) == 15
    others = [Recovery(20500, 4100, 16400, 2, 1)] * 10 + [
        BY_HAND[code] for code in ("12", "30", "31", "65", "66", "81", "82")
    ]
    billed, paid_, left = (
        sum(getattr(row, name) for row in others) / 100 for name in ("billed", "paid", "outstanding")
    )
    assert table["Autres"] == (billed, paid_, left, pytest.approx(paid_ / billed), 17 / 31)
    assert table["Total"][4] == 28 / 55
