"""Friendly reminders: who may get one, for how much, who is held back and why, and the file of the mail merge."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import polars as pl
import pytest

from recon.findings.claims import BELOW, TO_PLACE_FIRST, TO_REMIND, UNDER_WAY, unread_titre
from recon.reports.decisions import ACCEPTED, ACTIONS
from recon.reports.figures import late_total
from recon.reports.reminder_sheets import FIELDS, reminder_list
from recon.reports.reminders import DECIDED, NOT_SAFE, Case, cases, heeded
from recon.reports.workbook import monthly_workbook
from tests.dossiers import (
    CERET,
    PERPIGNAN,
    SCHOOLS,
    conventions,
    enrolled,
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

LATE = titre(due="01/11/2026")
OTHER = paid("1,00", "TP-2025-00001", label="taxe foncière", mandat="99")
NBSP = "\u00a0"


def only(of: Month) -> Case:
    """Return the month's one case."""
    (case,) = cases(of)
    return case


def late(*rows: str, titre_rows: tuple[str, ...] = (LATE,)) -> Month:
    """The month of a commune with one school whose titre is overdue, and a ledger of `rows`."""
    return one_school(*(rows or (paid("41,00", "TP-2026-00001", state="rejeté"),)), titre_rows=titre_rows)


def why(of: Month) -> str:
    """Return why the month's one case is held back, nothing if it is not."""
    held = only(of).why
    return held.fr if held else ""


def test_an_overdue_titre_is_reminded() -> None:
    case = only(late())
    assert (case.late, case.asked, case.days_late, case.why) == (4100, 4100, 29, None)


def test_what_is_paid_in_part_is_reminded_for_the_rest() -> None:
    case = only(late(paid("20,00", "TP-2026-00001")))
    assert (case.asked, case.why) == (2100, None)


@pytest.mark.parametrize("row", [titre(due="31/12/2026"), titre(due=""), titre(due="01/11/2026", status="contesté")])
def test_what_is_not_due_or_is_contested_is_not(row: str) -> None:
    assert cases(late(titre_rows=(row,))) == []


def test_what_is_on_its_way_is_not_asked_again() -> None:
    of = late(paid("41,00", "TP-2026-00001", state="émis"))
    assert why(of) == UNDER_WAY.fr
    case = only(of)
    assert (case.late, case.under_way, case.asked) == (4100, 4100, 0)


def test_a_payer_whose_payment_waits_to_be_placed_is_held_back() -> None:
    assert why(late(paid("37,00", mandat="8"))) == TO_PLACE_FIRST.fr


def test_a_payer_with_a_refused_row_is_held_back() -> None:
    assert why(late(OTHER, paid("41,00", "TP-2026-00001").replace("10/11/2026", "31/11/2026"))) == TO_PLACE_FIRST.fr


GIFT = "TP-2026-00009;remise gracieuse;{amends};{siret};{convention};;10,00;15/10/2026;;"


@pytest.mark.parametrize(
    ("amends", "siret", "convention"), [("TP-2026-00001", "", ""), ("", CERET, ""), ("", "", "C1"), ("TP 2026 00001", PERPIGNAN, "")]
)  # fmt: skip
def test_a_payer_whose_titre_a_refused_row_concerns_is_held_back_with_its_cell(
    amends: str, siret: str, convention: str
) -> None:
    of = late(OTHER, titre_rows=(LATE, GIFT.format(amends=amends, siret=siret, convention=convention)))
    assert "D05" in set(of.findings["code"])
    said = unread_titre((f"titres/titres.csv › {'B' if siret else 'D'}3",))
    assert (why(of), cases(of)[0].asked) == (said.fr, 4100)
    assert of.findings.filter(pl.col("code") == "P01")["advice"].to_list() == [said.fr]
    assert "titres/titres.csv › " in said.en


@pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
def test_what_is_held_back_is_no_part_of_what_is_asked() -> None:
    row = GIFT.format(amends="TP-2026-00001", siret=CERET, convention="")
    other = titre("TP-2026-00002", siret=PERPIGNAN, convention="C2", due="01/11/2026")
    two = (
        enrolled(SCHOOLS[0], SCHOOLS[1]),
        conventions(signed(), signed("C2", siret=PERPIGNAN)),
        lists(f"C1;{SCHOOLS[0]};École;", f"C2;{SCHOOLS[1]};École;"),
        payments(OTHER, OTHER.replace(CERET, PERPIGNAN)),
    )
    for rows, asked, verdict in (
        ((LATE, other, row), {"Demandé": [0, 41], "Retenu": [41, 0]}, "à relancer : 1 collectivité, pour 41,00 €."),
        ((LATE, other), {"Demandé": [41, 41], "Retenu": [0, 0]}, "à relancer : 2 collectivités, pour 82,00 €."),
        ((LATE, row), {"Demandé": [0], "Retenu": [41]}, "aucune collectivité n’est à relancer."),
    ):
        book = openpyxl.load_workbook(BytesIO(monthly_workbook(month(*two, titres(*rows)))))
        headings, *lines = book["Relances"].iter_rows(4, values_only=True)
        found = {name: sorted(line[headings.index(name)] for line in lines) for name in asked}
        assert found == {name: sorted(cents) for name, cents in asked.items()}
        assert str(book["Synthèse"]["A5"].value).replace(NBSP, " ").endswith(verdict)


def test_a_refused_row_of_another_payers_titre_holds_nobody_else() -> None:
    assert only(late(OTHER, titre_rows=(LATE, GIFT.format(amends="", siret=PERPIGNAN, convention="")))).why is None


def test_more_refused_rows_are_counted_and_an_officer_may_still_remind() -> None:
    gift = GIFT.format(amends="TP-2026-00001", siret=CERET, convention="")
    of = late(OTHER, titre_rows=(LATE, gift, "TP-2026-00010;réduction;TP-2026-00001;;;;10,00;15/10/2026;;"))
    assert "(titres/titres.csv › B3, et 1 de plus)" in why(of)
    about = pl.when(pl.col("code") == "P01").then(pl.lit("Relancer")).otherwise("decision").alias("decision")
    assert only(replace(of, findings=of.findings.with_columns(about))).why is None


def test_what_else_holds_a_reminder_is_said_beside_the_first_reason() -> None:
    gift = GIFT.format(amends="TP-2026-00002", siret=CERET, convention="")
    of = late(
        OTHER, titre_rows=(titre("TP-2026-00002", convention="", year="", amount="55,00", due="02/11/2026"), gift)
    )
    said = why(of).replace(NBSP, " ")
    assert said.startswith("Ne pas relancer : le titre est d’abord à vérifier (T02")
    assert "Autre motif : une ligne de vos titres" in said
    assert "titres/titres.csv › B3" in said


def test_below_the_threshold_nobody_is_reminded() -> None:
    of = late(paid("37,00", "TP-2026-00001"))
    assert why(of) == BELOW.with_(threshold=f"5,00{NBSP}€").fr
    assert only(replace(of, settings=replace(of.settings, threshold=400))).why is None


def test_a_titre_in_doubt_is_not_asked_for_and_the_others_are() -> None:
    unknown = titre("TP-2026-00002", convention="", year="", amount="55,00", due="02/11/2026")
    of = late(titre_rows=(LATE, unknown))
    case = only(of)
    assert "T02" in set(of.findings["code"])
    assert (case.late, case.in_doubt, case.asked) == (9600, 5500, 4100)
    assert [row["titre"] for row in case.titres] == ["TP-2026-00001"]
    assert "T02" in why(late(titre_rows=(unknown,)))


def test_what_is_billed_beyond_the_convention_is_checked_first() -> None:
    of = late(titre_rows=(titre(amount="82,00", due="01/11/2026"),))
    assert "T03" in why(of)
    assert only(of).asked == 0


def test_without_a_ledger_it_asks_for_the_mandat_and_never_says_unpaid() -> None:
    of = month(enrolled(SCHOOLS[0]), conventions(signed()), lists(f"C1;{SCHOOLS[0]};École;"), titres(LATE))
    case = only(of)
    assert case.silent
    assert case.why is None
    assert "merci d’indiquer le numéro du mandat" in case.sentence.fr


def test_while_a_control_fails_nobody_is_reminded() -> None:
    of = late()
    assert why(replace(of, controls=of.controls.with_columns(holds=pl.lit(value=False)))) == NOT_SAFE.fr


def decided(of: Month, decision: str, *codes: str) -> Month:
    """Return the month with an officer's decision on the findings of these codes."""
    about = pl.col("code").is_in(codes)
    said = pl.when(about).then(pl.lit(decision)).otherwise("decision").alias("decision")
    return replace(of, findings=of.findings.with_columns(said))


def test_an_officer_who_waits_is_obeyed() -> None:
    assert why(decided(late(), "Attendre", "P01")) == f"Ne pas relancer{NBSP}: il a été décidé «{NBSP}Attendre{NBSP}»."


def test_an_officer_who_reminds_passes_over_the_threshold() -> None:
    assert why(decided(late(paid("37,00", "TP-2026-00001")), "Relancer", "P03")) == ""


@pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
@pytest.mark.parametrize("decision", ["Attendre", "Accepté", "Rectifier"])
def test_a_titre_that_a_decision_holds_is_held_back_and_not_to_check(decision: str) -> None:
    of = late(titre_rows=(LATE, titre("TP-2026-00002", amount="41,00", due="02/11/2026")))
    about = (pl.col("titre") == "TP-2026-00002") & (pl.col("code") == "P01")
    said = pl.when(about).then(pl.lit(decision)).otherwise("decision").alias("decision")
    of = replace(of, findings=of.findings.filter(pl.col("code") == "P01").with_columns(said))
    book = openpyxl.load_workbook(BytesIO(monthly_workbook(of)))
    headings, line = book["Relances"].iter_rows(4, 5, values_only=True)
    row = dict(zip(headings, line, strict=True))
    assert row["Titres échus"] == "TP-2026-00001, TP-2026-00002"
    sums = [row[name] for name in ("Échu", "En cours", "À vérifier", "Retenu", "Demandé")]
    assert sums == [82, 0, 0, 41, 41]
    told = str(row["Pourquoi, ou ce que dit le rappel"]).replace(NBSP, " ")
    assert told.startswith("Le rappel porte sur TP-2026-00001.")
    assert f"Titre TP-2026-00002 : Ne pas relancer : il a été décidé « {decision} »." in told


def test_what_is_advised_follows_the_decision_to_remind_while_a_payment_waits() -> None:
    of = late(paid("12,34", "ENT-École", mandat="3"))
    assert why(of) == TO_PLACE_FIRST.fr
    for decision, advice in (
        ("Relancer", TO_REMIND),
        ("Accepté", DECIDED.with_(decision=ACTIONS[ACCEPTED])),
    ):
        after = heeded(decided(of, decision, "P01"))
        (row,) = after.findings.filter(pl.col("code") == "P01").to_dicts()
        assert (row["advice"], after.wordings[row["finding_id"]].advice.en) == (advice.fr, advice.en)
    assert heeded(of).findings.equals(of.findings)


def test_what_an_officer_accepts_elsewhere_holds_no_reminder() -> None:
    of = late()
    one = of.findings.head(1).with_columns(code=pl.lit("C07"), titre=pl.lit(""), payer_siren=pl.lit(CERET[:9]))
    assert why(decided(replace(of, findings=pl.concat([of.findings, one])), "Accepté", "C07")) == ""


def several() -> Month:
    """Céret owes one titre and waits for another; Perpignan is held back."""
    return month(
        enrolled(*SCHOOLS),
        conventions(signed(), signed("C3"), signed("C2", siret=PERPIGNAN).replace("COMMUNE", "COMMUNE DE PERPIGNAN")),
        lists(f"C1;{SCHOOLS[0]};É;", f"C3;{SCHOOLS[1]};É;", "C2;0660206R;B;"),
        titres(
            LATE,
            titre("TP-2026-00003", convention="C3", due="02/11/2026"),
            titre("TP-2026-00002", convention="C2", siret=PERPIGNAN, due="01/11/2026"),
        ),
        payments(
            paid("41,00", "TP-2026-00001", state="rejeté"),
            paid("41,00", "TP-2026-00003", state="émis", mandat="2"),
            paid("12,34", "ENT-École", siret=PERPIGNAN, mandat="3"),
        ),
    )


def test_the_columns_add_up_to_what_is_overdue() -> None:
    of = several()
    found = cases(of)
    assert sum(case.late for case in found) == late_total(of) == 12300
    assert all(case.late == case.under_way + case.in_doubt + case.set_aside + case.asked for case in found)
    assert [case.why is None for case in found] == [True, False]


def test_the_file_is_made_for_a_mail_merge() -> None:
    of = several()
    book = openpyxl.load_workbook(BytesIO(reminder_list(of, cases(of))))
    assert book.sheetnames == ["Relances", "Retenus"]
    headings, *rows = book["Relances"].iter_rows(values_only=True)
    assert headings == (*FIELDS, "Etat_joint")
    assert all(str(name).isascii() and " " not in str(name) for name in headings)
    assert len(rows) == 1
    row = dict(zip(headings, rows[0], strict=True))
    assert row["SIREN"] == CERET[:9]
    assert row["Num_titre"] == "TP-2026-00001, TP-2026-00003"
    assert row["A_payer"] == f"41,00{NBSP}€"
    assert row["En_cours"] == f"41,00{NBSP}€"
    assert row["Echeance"] == "01/11/2026, 02/11/2026"
    assert row["Etat_joint"] == "216600494_commune.xlsx"
    types = {cell.data_type for line in book["Relances"].iter_rows() for cell in line if cell.value is not None}
    assert types == {"s"}
    assert book["Retenus"]["B2"].value == "COMMUNE DE PERPIGNAN"
    assert book["Retenus"]["F2"].value == TO_PLACE_FIRST.fr


def test_no_letter_is_a_formal_notice() -> None:
    of = several()
    said = " ".join(
        str(cell.value)
        for sheet in openpyxl.load_workbook(BytesIO(reminder_list(of, cases(of))))
        for row in sheet.iter_rows()
        for cell in row
    )
    assert "mise en demeure" not in said.lower()
    assert "impayé" not in said.lower()


def test_who_answers_goes_with_the_letters_where_the_settings_tell() -> None:
    of = late()
    told = replace(of, settings=replace(of.settings, contact="ent@exemple.fr", address="Rectorat, 31000 TOULOUSE"))
    for month_of, fields in ((of, []), (told, ["ent@exemple.fr", "Rectorat, 31000 TOULOUSE"])):
        letters = openpyxl.load_workbook(BytesIO(reminder_list(month_of, cases(month_of)))).worksheets[0]
        assert [cell.value for cell in letters[2]][len(FIELDS) + 1 :] == fields
