"""What a statement tells a treasurer beside the sum: lines not taken in, excess, credits, doubts, and in which words."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl

from tests.dossiers import CERET, PERPIGNAN
from tests.test_cli import recon as in_a_process
from tests.test_statement_command import LEDGER, OTHERS, TWO_FILES, asked, book, convention, line, plain, recon

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

DAY = ("--arrete", "30/11/2026")


def written(folder: Path, *more: str) -> list[list[str]]:
    """Return the texts of each sheet of the workbook asked for in `folder`."""
    recon(*TWO_FILES, *DAY, "-o", "etat.xlsx", *more, cwd=folder)
    book = openpyxl.load_workbook(folder / "etat.xlsx")
    return [
        [plain(str(cell)) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
        for sheet in book
    ]


def told(folder: Path) -> dict[str, Any]:
    """Return what JSON says."""
    return dict(json.loads(recon(*TWO_FILES, *DAY, "--json", cwd=folder).stdout))


# Lines that are not taken in -----------------------------------------------------------------------------------------


def test_lines_out_of_scope_are_summed_and_those_of_the_state_or_the_ent_are_listed(tmp_path: Path) -> None:
    lines = (*OTHERS[:1], line(1300, "ENT", 41))
    done = asked(tmp_path, *lines, line(8, "Reprise", -10, payee="LIBRAIRIE DU PONT"))
    said = plain(done.stdout)
    assert "3 lignes du registre sans rapport reconnu avec l’ENT-École, pour 129,50 €, 10,00 € repris" in said
    assert "12/10/2026 mandat 1300 · « ENT » · DRFIP OCCITANIE 41,00 €" in said
    assert "grand_livre.xlsx › Grand livre › G3" in said
    assert "LIBRAIRIE" not in said
    unkept = told(tmp_path)["unkept"]
    assert (unkept["lines"], unkept["paid"], unkept["taken_back"]) == (3, "129.50", "10.00")
    assert [(one["amount"], one["place"]) for one in unkept["to_check"]] == [
        ("41.00", "grand_livre.xlsx › Grand livre › G3")
    ]
    assert told(tmp_path)["years"][0]["remaining"] == "164.00"
    assert any("mandat 1300 · « ENT » · DRFIP OCCITANIE · grand_livre.xlsx" in text for text in written(tmp_path)[0])


def test_of_what_goes_to_the_accountant_only_whole_schools_are_to_be_checked(tmp_path: Path) -> None:
    asked(tmp_path, line(1301, "Taxe foncière", 123.45), line(1302, "Règlement", 82), line(1303, "Règlement", 42))
    unkept = told(tmp_path)["unkept"]
    assert unkept["lines"] == 3
    assert [one["amount"] for one in unkept["to_check"]] == ["82.00"]


def test_a_counterpart_of_a_payment_in_scope_is_no_line_to_check(tmp_path: Path) -> None:
    convention(tmp_path / "convention.xlsx")
    titles = ("Compte", "Date", "Pièce", "Libellé", "Débit", "Crédit")
    rows = [
        ("65748", date(2026, 10, 12), "1187", "ENT-École 2026-2027 DRFIP", 164, None),
        ("4011", date(2026, 10, 12), "1187", "ENT-École 2026-2027 DRFIP", None, 164),
        ("6068", date(2026, 10, 12), "1188", "Craies", 5, None),
    ]
    book(tmp_path / "grand_livre.xlsx", GL=[titles, *rows])
    assert told(tmp_path)["unkept"] == {"lines": 1, "paid": "5.00", "taken_back": "0.00", "amounts_unread": 0, "to_check": []}  # fmt: skip


# Where it is said ----------------------------------------------------------------------------------------------------


def test_the_rate_is_cited_where_it_stands(tmp_path: Path) -> None:
    done = asked(tmp_path, line(1187, "ENT-École 2026-2027", 164))
    assert "convention.xlsx › Conventions › G2" in plain(done.stdout)


def test_the_schools_listed_stand_in_the_order_of_the_document(tmp_path: Path) -> None:
    done = asked(tmp_path, line(1187, "ENT-École 2026-2027", 164))
    assert "écoles listées : convention.xlsx › Écoles › B2:B5" in plain(done.stdout)


# The workbook and JSON without a titre -------------------------------------------------------------------------------


def test_without_a_titre_page_detail_and_json_say_the_same(tmp_path: Path) -> None:
    asked(tmp_path, line(1187, "ENT-École 2026-2027", 82))
    detail = written(tmp_path)[1]
    assert [text for text in detail if text in {"Prévu", "Dû", "Payé", "À payer"}] == ["Prévu"]
    assert detail.count("41") == 4
    assert told(tmp_path)["to_pay"] is None
    assert told(tmp_path)["years"][0]["remaining"] == "82.00"


# In brief ------------------------------------------------------------------------------------------------------------


def test_what_is_paid_beyond_what_is_planned_is_said_in_brief(tmp_path: Path) -> None:
    done = asked(tmp_path, line(1187, "ENT-École 2026-2027", 205), line(1188, "ENT-École 2026-2027", 164))
    assert "369,00 € payés pour 164,00 € prévus : 205,00 € de trop, à vérifier" in plain(done.stdout)
    year = told(tmp_path)["years"][0]
    assert (year["paid"], year["beyond"], year["remaining"]) == ("164.00", "205.00", "0.00")


def test_what_is_proposed_never_exceeds_what_is_left(tmp_path: Path) -> None:
    said = plain(asked(tmp_path, line(1187, "ENT-École 2026-2027", 205)).stdout)
    assert "205,00 € payés pour 164,00 € prévus : 41,00 € de trop, à vérifier" in said
    assert "À confirmer mandat 2026/1187 du 12/10/2026 164,00 € sur 205,00 € de ce mandat" in said
    year = told(tmp_path)["years"][0]
    assert (year["to_confirm"], year["beyond"], year["remaining"]) == ("164.00", "41.00", "164.00")


def test_what_another_year_or_supplier_was_paid_is_no_excess(tmp_path: Path) -> None:
    more = (line(1, "ENT-École 2025-2026", 164), line(2, "ENT-École 2026-2027", 123, payee="OPENENT SARL"))
    done = asked(tmp_path, line(1188, "ENT-École 2026-2027", 164), *more)
    assert "de trop" not in plain(done.stdout)
    assert told(tmp_path)["years"][0]["beyond"] == "0.00"


def test_a_convention_that_announces_another_number_shows_both_sums_and_which_counts(tmp_path: Path) -> None:
    asked(tmp_path, line(1187, "ENT-École 2026-2027", 82))
    path = tmp_path / "convention.xlsx"
    changed = openpyxl.load_workbook(path)
    changed["Conventions"]["H2"], changed["Conventions"]["I2"] = 5, 205
    changed.save(path)
    said = plain(recon(*TWO_FILES, *DAY, cwd=tmp_path).stdout)
    assert "annonce 5 écoles, 205,00 € ; sa liste donne 4 écoles, 164,00 €. Retenu : la liste (164,00 €)" in said


def test_without_a_ledger_nothing_is_said_to_be_paid_or_not(tmp_path: Path) -> None:
    convention(tmp_path / "convention.xlsx")
    done = recon(*TWO_FILES[:3], *DAY, cwd=tmp_path)
    said = plain(done.stdout)
    assert "aucun registre fourni : les paiements ne sont pas connus" in said
    assert "payé 0,00 €" not in said
    shown = json.loads(recon(*TWO_FILES[:3], *DAY, "--json", cwd=tmp_path).stdout)
    assert shown["payments_known"] is False


# Credits and voids ---------------------------------------------------------------------------------------------------


def test_what_is_taken_back_is_netted_against_nothing_and_asked_as_such(tmp_path: Path) -> None:
    done = asked(tmp_path, line(1, "ENT-École 2025-2026", 100), line(2, "ENT-École avoir", -41))
    said = plain(done.stdout)
    assert "100,00 € de vos paiements restent à rattacher" in said
    assert "41,00 € repris dans votre registre" in said
    assert "−41,00 € payés pour" not in said
    assert "montant négatif : rien ne dit quel paiement il reprend" in said
    assert "À confirmer : merci d’indiquer le paiement repris" in written(tmp_path)[0]


def test_a_rejected_line_is_never_promised(tmp_path: Path) -> None:
    convention(tmp_path / "convention.xlsx")
    row = (*line(1187, "ENT-École 2026-2027", 164, date(2026, 12, 3)), "Rejeté")
    paid = (*line(1188, "ENT-École 2026-2027", 164, date(2026, 12, 4)), "Payé")
    book(tmp_path / "grand_livre.xlsx", Mandats=[(*LEDGER, "État"), row, paid])
    said = plain(recon(*TWO_FILES, *DAY, cwd=tmp_path).stdout)
    assert "mandat 2026/1187 · rejeté : rien n’est payé" in said
    assert "--arrete 03/12/2026" not in said
    assert "--arrete 04/12/2026" in said
    assert "Mandat rejeté : sans effet" in written(tmp_path)[0]


# Doubts --------------------------------------------------------------------------------------------------------------


def test_a_ledger_that_says_nobodys_name_is_said_to_be_read_as_the_payers(tmp_path: Path) -> None:
    asked(tmp_path, line(1187, "ENT-École 2026-2027", 164))
    (tmp_path / "grand_livre.xlsx").rename(tmp_path / "grand_livre_le_boulou.xlsx")
    two = (*TWO_FILES[:4], "grand_livre_le_boulou.xlsx", *DAY)
    said = plain(recon(*two, cwd=tmp_path).stdout)
    assert "Rien dans « grand_livre_le_boulou.xlsx » ne dit de quelle collectivité est ce registre" in said
    recon(*two, "-o", "etat.xlsx", cwd=tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "etat.xlsx").worksheets[0]
    assert any("grand_livre_le_boulou.xlsx" in str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    done = asked(tmp_path, line(1187, "ENT-École 2026-2027", 164), top=[("COMMUNE DE CERET",)])
    assert "ne dit de quelle collectivité" not in plain(done.stdout)


def test_explain_nets_no_credit_against_a_payment_that_settles_nothing(tmp_path: Path) -> None:
    folder = dossier(tmp_path / "dossier")
    lines = [LEDGER, line(1, "Titre TP-2025-00999 ENT école", 100), line(2, "ENT-École avoir", -41)]
    book(folder / "paiements" / "ceret.xlsx", Mandats=[("COMMUNE DE CERET",), *lines])
    said = plain(recon("expliquer", "Céret", "-C", folder, *DAY).stdout)
    assert "Non affecté payé, et rattaché à aucun titre 100,00 €" in said
    assert "Repris avoirs ou annulations sans paiement reconnu −41,00 €" in said


def dossier(folder: Path) -> Path:
    """Write a dossier where Perpignan's ledger cites the titre of Céret, and Perpignan's own is open."""
    for name in ("conventions", "titres", "paiements"):
        (folder / name).mkdir(parents=True)
    convention(
        folder / "conventions" / "conventions.xlsx", (CERET, "COMMUNE DE CERET"), (PERPIGNAN, "COMMUNE DE PERPIGNAN")
    )
    heads = ("N° de titre", "SIRET débiteur", "Débiteur", "Convention", "Année scolaire", "Montant", "Émis le")
    rows = [
        ("TP-2026-00141", CERET, "COMMUNE DE CERET", "ENT-2026-066040", "2026-2027", 41, date(2026, 10, 12)),
        ("TP-2026-00142", PERPIGNAN, "COMMUNE DE PERPIGNAN", "ENT-2026-066041", "2026-2027", 41, date(2026, 10, 12)),
    ]
    book(folder / "titres" / "titres.xlsx", Titres=[heads, *rows])
    lines = [LEDGER, line(501, "Titre TP-2026-00141 ENT écoles", 41, date(2026, 11, 12))]
    book(folder / "paiements" / "perpignan.xlsx", Mandats=[("COMMUNE DE PERPIGNAN",), *lines])
    return folder


def test_a_titre_without_any_ledger_is_asked_for_unless_it_was_paid(tmp_path: Path) -> None:
    made = dossier(tmp_path / "dossier")
    (made / "paiements" / "perpignan.xlsx").unlink()
    said = plain(recon("etat", "Céret", "-C", made, *DAY).stdout)
    assert "titré 41,00 € : à payer maintenant, sauf paiement déjà fait ; aucun registre" in said


def test_what_another_payer_may_have_paid_is_to_be_checked_on_both_sides(tmp_path: Path) -> None:
    folder = dossier(tmp_path / "dossier")
    mine = plain(recon("etat", "Céret", "-C", folder, *DAY, "-o", tmp_path / "a.xlsx").stdout)
    assert "rien n’est demandé à ce jour : 41,00 € à vérifier" in mine
    assert "En cours peut-être payé par une autre collectivité, à vérifier −41,00 €" in mine
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    texts = [plain(str(cell)) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    assert "Rien n’est demandé à ce jour : 41,00 € à vérifier" in texts
    assert "Rien à payer à ce jour" not in texts
    theirs = plain(recon("etat", "Perpignan", "-C", folder, *DAY, "-o", tmp_path / "b.xlsx").stdout)
    assert "proposé, à confirmer : pour un titre d’une autre" in theirs
    assert "affecté à un titre" not in theirs
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx").worksheets[0]
    texts = [plain(str(cell)) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    assert "Proposé, à confirmer : pour un titre d’une autre collectivité" in texts
    assert "mandat 2026/501 · proposé, à confirmer" in plain(recon("expliquer", "Perpignan", "-C", folder, *DAY).stdout)


def test_the_day_without_arrete_is_that_of_the_latest_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = dossier(tmp_path / "dossier")
    monkeypatch.setattr("recon.cli.asked.today", lambda: date(2026, 11, 22))
    assert "Arrêté au 31 octobre 2026" in plain(recon("etat", "Céret", "-C", folder).stdout)
    for day, shown in (("2026-09-30", "31 octobre 2026"), ("2026-11-15", "15 novembre 2026")):
        assert recon("run", folder, "--as-of", day, "-q").returncode in {0, 1}
        assert f"Arrêté au {shown}" in plain(recon("etat", "Céret", "-C", folder).stdout)


# In which words ------------------------------------------------------------------------------------------------------


def test_no_internal_code_is_shown_and_a_date_and_a_heading_stand_once(tmp_path: Path) -> None:
    convention(tmp_path / "convention.xlsx")
    row = (*line(1187, "ENT-École 2026-2027", 41), "Rejeté")
    book(tmp_path / "grand_livre.xlsx", Mandats=[(*LEDGER, "État"), row, (*line(2, "ENT-École", 41), "Payé")])
    said = plain(recon(*TWO_FILES, *DAY, cwd=tmp_path).stdout)
    assert "Mandat rejeté ou suspendu" in said
    assert "P08" not in said
    assert "12/10/2026 mandat 2026/1187 · rejeté" in said
    assert said.count("À confirmer") == 1
    assert "resterait à payer (titre non communiqué)" in said


def test_nothing_is_said_of_a_titre_to_come_where_one_is_given(tmp_path: Path) -> None:
    folder = dossier(tmp_path / "dossier")
    assert "avant l’émission" not in plain(recon("etat", "Céret", "-C", folder, *DAY).stdout)
    assert "avant l’émission" in plain(asked(tmp_path, line(1, "ENT-École", 164)).stdout)


def test_the_help_speaks_french_and_tells_the_day() -> None:
    said = in_a_process("etat", "--help").stdout
    assert "Options\u00a0:" in said
    assert "avec --convention, aujourd’hui" in plain(said)
