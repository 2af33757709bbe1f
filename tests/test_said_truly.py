"""What a fresh user stumbled over: a sentence that was not so, asked in the wrong order, or advice recorded as it stood."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest

from recon.dossier import options
from recon.monthly import looked_at, opened, read_files
from recon.pipeline import reconcile
from recon.reports.arial import wide
from recon.reports.owed import Payment, Question
from recon.reports.reminder_sheets import on_one_line
from recon.reports.statement_said import asked
from recon.reports.workbook import monthly_workbook
from recon.tables import Settings
from tests.dossiers import (
    CONVENTIONS,
    ENROLMENTS,
    LISTS,
    PAYMENTS,
    RATES,
    SCHOOLS,
    TITRES,
    conventions,
    enrolled,
    lists,
    month,
    paid,
    payments,
    signed,
    titre,
    titres,
)
from tests.monthly import drop, run, said
from tests.references import directory, school

if TYPE_CHECKING:
    from pathlib import Path

    from recon.tables import InForce

ONE, TWO = "TP-2026-00001", "TP-2026-00002"
NOVEMBER, DECEMBER = "2026-11-30", "2026-12-31"
LEDGER = "paiements/ceret.csv"


@pytest.fixture
def dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A commune with a titre that was paid twice, and one that was not; November run."""
    monkeypatch.delenv("RECON_STORE", raising=False)
    folder = tmp_path / "mon dossier"
    drop(
        folder,
        ("inscriptions/liste.csv", (ENROLMENTS, *(f"2026-2027;{uai};École;CERET;216600494;;" for uai in SCHOOLS[:2]))),
        ("conventions/registre.csv", (CONVENTIONS, signed("C1"), signed("C2"))),
        ("conventions/ecoles.csv", (LISTS, f"C1;{SCHOOLS[0]};A;", f"C2;{SCHOOLS[1]};B;")),
        ("titres/titres.csv", (TITRES, titre(ONE, convention="C1"), titre(TWO, convention="C2"))),
        (LEDGER, (PAYMENTS, paid(reference=ONE, mandat="7"), paid(reference=ONE, mandat="8", on="12/11/2026"))),
        ("recon.toml", ('[tarifs]\n"2026-2027" = "41.00"',)),
    )
    run(folder, NOVEMBER)
    return folder


def screen(*arguments: str | Path) -> tuple[int, str]:
    code, text = said(*arguments)
    return code, text.replace("\u00a0", " ")


def decide(dossier: Path, *what: str) -> tuple[int, str]:
    return screen("decide", "-C", dossier, "--as-of", NOVEMBER, *what)


def in_force(dossier: Path, on: str) -> tuple[InForce, ...]:
    day = date.fromisoformat(on)
    with opened(dossier, options(dossier), to_write=False) as known:
        return looked_at(known, read_files(known, day), day).decided


@pytest.mark.parametrize("reason", ["…", "...", " … ", "«\u00a0…\u00a0»", "-"])
def test_a_reason_that_says_nothing_is_refused_and_nothing_is_recorded(dossier: Path, reason: str) -> None:
    assert decide(dossier, TWO, "--wait", "--reason", "appel du maire")[0] == 0
    said("close", "2026-11", "-C", dossier)
    before = (dossier / "recon.db").read_bytes()
    for command in (("decide", TWO, "--remind"), ("decide", "--undo", "1"), ("reopen", "2026-11")):
        code, text = screen(*command, "-C", dossier, "--reason", reason)
        assert (code, "ne dit rien" in text) == (2, True), text
    assert (dossier / "recon.db").read_bytes() == before


def test_what_is_decided_is_asked_first_then_of_what_then_the_reason(dossier: Path) -> None:
    for what, asked_for in (
        ((), "Dire ce qui est décidé"),
        (("--wait",), "De quoi décider"),
        ((TWO, "--wait"), "Donner le motif"),
        (("--undo", "1"), "Donner le motif"),
    ):
        code, text = decide(dossier, *what)
        assert (code, asked_for in text) == (2, True), text


def test_a_declared_receipt_says_that_the_money_must_have_been_received(dossier: Path) -> None:
    text = decide(dossier, TWO, "--settled-elsewhere", "41,00", "--reason", "chèque")[1]
    assert "elle doit l’avoir été" in text
    assert f'« recon decider -C "{dossier}" --retirer 1 --motif … »' in text
    assert "titre rectificatif" in text
    assert "rectificatif" not in decide(dossier, TWO, "--wait", "--reason", "appel")[1]
    assert "titre rectificatif" in " ".join(screen("decide", "--help")[1].split())


def test_what_a_decision_takes_off_the_credit_is_said(dossier: Path) -> None:
    text = decide(dossier, "2026/8", "--out-of-scope", "--reason", "cantine")[1]
    assert "Le trop-perçu de COMMUNE passe de 41,00 € à 0,00 €." in text


def test_a_decision_on_a_titre_that_is_settled_says_so_and_the_list_does_not_say_in_force(dossier: Path) -> None:
    decide(dossier, TWO, "--wait", "--reason", "appel")
    drop(dossier, (LEDGER, (PAYMENTS, paid(reference=ONE, mandat="7"), paid(reference=TWO, mandat="9"))))
    assert [one.effect.fr for one in in_force(dossier, DECEMBER)] == ["sans effet\u00a0: ce titre est soldé"]
    run(dossier, DECEMBER)
    book = openpyxl.load_workbook(dossier / "rapports" / "2026-12" / "rapprochement_2026-12.xlsx")
    assert book["Décisions"]["A1"].value == "Décisions inscrites et non retirées"
    assert decide(dossier, TWO, "--wait", "--reason", "appel")[1].startswith("Déjà inscrite")


def test_the_command_to_type_stands_in_quotes(dossier: Path) -> None:
    assert f'Taper d’abord : « recon lancer -C "{dossier}" --arrete 31/10/2026 »' in screen(
        "close", "2026-10", "-C", dossier
    )[1].replace('lancer "', 'lancer -C "')
    decide(dossier, TWO, "--wait", "--reason", "appel")
    text = screen("close", "2026-11", "-C", dossier)[1]
    assert "Taper à nouveau : « recon lancer" in text
    assert "--arrete 30/11/2026 »" in text


def test_a_backup_restored_into_an_empty_dossier_says_of_which_dossier_it_is(dossier: Path, tmp_path: Path) -> None:
    copy, fresh = tmp_path / "copie.db", tmp_path / "neuf"
    fresh.mkdir()
    said("backup", copy, "-C", dossier)
    code, text = screen("restore", copy, "-C", fresh)
    assert (code, "d’un dossier de 1 collectivité (COMMUNE) (dernier mois rapproché : 2026-11)" in text) == (0, True), (
        text
    )
    assert "Vérifier que c’est bien" not in screen("restore", copy, "-C", dossier)[1]


@pytest.mark.parametrize(("day", "later"), [("2026-10-31", True), ("2026-11-30", False)])
def test_a_directory_later_than_the_month_is_not_said_to_lack_what_changed_since(day: str, *, later: bool) -> None:
    files = (enrolled(SCHOOLS[0]), directory(school(SCHOOLS[0])))
    told = [one.fr for one in reconcile(files, Settings(date.fromisoformat(day), RATES, None, 500)).unchecked]
    [line] = [one for one in told if one.startswith("Annuaire du 16/11/2026")]
    assert ("postérieur au jour de l’état" in line, "n’y est pas" in line) == (later, not later)


def test_a_payment_with_one_candidate_is_asked_about_by_that_titre() -> None:
    row = {"mandat": "1611", "on": date(2026, 11, 19), "amount": 3700, "file": "a.csv"}
    payment = Payment(row, "", (), elsewhere=False, proposed=0)
    one = asked(Question("P07", payment, ONE, "", "", 3700)).fr
    assert f"semble payer le titre {ONE}" in one
    several = asked(Question("P07", payment, "", "", "", 3700)).fr
    assert "ne peut être affecté avec certitude" in several
    assert "plusieurs façons" not in one + several


def test_a_statement_with_nothing_to_pay_asks_nobody_to_disregard_it(dossier: Path) -> None:
    def texts() -> str:
        [path] = (dossier / "rapports" / "2026-11" / "etats").rglob("*.xlsx")
        sheet = openpyxl.load_workbook(path).worksheets[0]
        return " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)

    assert "Merci de ne pas tenir compte de cet état" in texts()
    drop(dossier, (LEDGER, (PAYMENTS, paid(reference=ONE, mandat="7"), paid(reference=TWO, mandat="8"))))
    run(dossier, NOVEMBER)
    assert "Rien à payer" in texts()
    assert "tenir compte" not in texts()


def test_the_synthesis_leaves_a_blank_row_above_what_is_to_be_done() -> None:
    of = month(
        enrolled(SCHOOLS[0]), conventions(signed()), lists(f"C1;{SCHOOLS[0]};École;"), titres(titre()), payments(paid())
    )
    sheet = openpyxl.load_workbook(BytesIO(monthly_workbook(of)))["Synthèse"]
    [row] = [cell.row for cell in sheet["A"] if cell.value == "À traiter"]
    assert [sheet.cell(row - 1, column).value for column in range(1, 7)] == [None] * 6
    assert sheet.cell(row - 2, 1).value == "Payées"


def test_an_e_mail_standson_one_line_in_the_reminders() -> None:
    assert on_one_line(["mairie@exemple.fr"]) == 26
    long = "service.financier.et.comptable@exemple.fr"
    assert wide(long) < on_one_line(["", long]) <= 48
