"""A payment that a run counted and no ledger has now: said in every run, and no reminder goes, with no closing needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recon.reports.style import RED
from tests.dossiers import PAYMENTS, TITRES, paid, titre
from tests.monthly import digests, drop, run, said, table

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = "TP-2026-00001", "TP-2026-00002"
LEDGER = "paiements/ceret.csv"
NOVEMBER, DECEMBER, JANUARY = "2026-11-30", "2026-12-31", "2027-01-31"
DUE = "31/10/2026"
PAID = paid(reference=ONE, mandat="8", on="10/11/2026")
OTHER = paid(reference="TP-2026-00009", mandat="9", on="12/11/2026")
GONE = "un paiement compté en 2026-11 (mandat 2026/8, 41,00 €) n’est plus dans les registres"
SAID = "Paiements qui ne sont plus dans les registres depuis"


@pytest.fixture
def dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two overdue titres, one of them paid; a third one, of another payment, settled."""
    monkeypatch.delenv("RECON_STORE", raising=False)
    folder = tmp_path / "dossier"
    drop(
        folder,
        ("titres/titres.csv", (TITRES, titre(ONE, due=DUE), titre("TP-2026-00009", due=DUE))),
        (LEDGER, (PAYMENTS, PAID, OTHER)),
    )
    return folder


def told(dossier: Path, as_of: str, lang: str = "fr") -> str:
    """Run a month and return what it says, on one line."""
    return " ".join(said("run", dossier, "--as-of", as_of, "--lang", lang)[1].replace("\u00a0", " ").split())


def cells(path: Path, sheet: int | str = 0) -> str:
    """Return the cells of a workbook's sheet."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    rows = (book.worksheets[sheet] if isinstance(sheet, int) else book[sheet]).iter_rows(values_only=True)
    return " | ".join(str(cell).replace("\u00a0", " ") for row in rows for cell in row if cell is not None)


def reminders(dossier: Path, as_of: str) -> str:
    """Return the cells of the month's sheet of reminders."""
    month = as_of[:7]
    return cells(dossier / "rapports" / month / f"rapprochement_{month}.xlsx", "Relances")


def fonts(path: Path) -> set[str]:
    """Return the colours of the texts of a workbook's first sheet."""
    import openpyxl

    sheet = openpyxl.load_workbook(path).worksheets[0]
    cells_ = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    return {f"#{cell.font.color.rgb[2:]}" for cell in cells_ if cell.font.color and cell.font.color.type == "rgb"}


def advice(dossier: Path, month: str, code: str = "P01") -> str:
    """Return what a month's findings of a code advise."""
    found = [row["advice"] for row in table(dossier, month, "findings") if row["code"] == code]
    return " ".join(found).replace("\u00a0", " ")


def vanish(dossier: Path) -> None:
    """Take the payment out of its ledger."""
    drop(dossier, (LEDGER, (PAYMENTS, OTHER)))


def test_the_reminder_is_held_with_no_closing_and_a_rerun_of_either_month_takes_no_warning_away(dossier: Path) -> None:
    run(dossier, NOVEMBER)
    vanish(dossier)
    first = told(dossier, DECEMBER)
    assert f"{SAID} le rapprochement au 30/11/2026" in first
    assert f"mandat 2026/8, 41,00 € (titre {ONE}, de nouveau ouvert de 41,00 €)" in first
    assert GONE in reminders(dossier, DECEMBER)
    assert GONE in advice(dossier, "2026-12")
    assert f"{SAID} un rapprochement précédent au 30/11/2026" in told(dossier, NOVEMBER)
    assert GONE in reminders(dossier, NOVEMBER)
    for as_of in (DECEMBER, JANUARY):
        assert f"{SAID} le rapprochement au 30/11/2026" in told(dossier, as_of)
        assert GONE in reminders(dossier, as_of)


def test_the_statement_asks_what_became_of_the_payment_and_shows_its_sum_as_not_simply_late(dossier: Path) -> None:
    run(dossier, NOVEMBER)
    vanish(dossier)
    run(dossier, DECEMBER)
    (path,) = (dossier / "rapports" / "2026-12" / "etats").glob("*.xlsx")
    told_payer = (
        f"Titre {ONE} : un paiement compté auparavant n’est plus dans votre registre : 2026-11 (mandat 2026/8, 41,00 €)"
    )
    assert told_payer in cells(path)
    assert RED not in fonts(path)
    said("decide", "-C", dossier, "--as-of", DECEMBER, ONE, "--remind", "--reason", "mandat annulé, dit la mairie")
    run(dossier, DECEMBER)
    assert "un paiement compté auparavant" not in cells(path)
    assert RED in fonts(path)


def test_within_one_month_the_second_rerun_says_it_as_the_first_and_changes_no_report(dossier: Path) -> None:
    run(dossier, NOVEMBER)
    vanish(dossier)
    assert SAID in told(dossier, NOVEMBER)
    before = digests(dossier / "rapports")
    assert SAID in told(dossier, NOVEMBER)
    assert digests(dossier / "rapports") == before
    assert GONE in reminders(dossier, NOVEMBER)
    assert "Payments no longer in the ledgers since an earlier reconciliation" in told(dossier, NOVEMBER, "en")


def test_a_payment_that_is_back_or_corrected_frees_the_reminder_and_is_said_no_more(dossier: Path) -> None:
    run(dossier, NOVEMBER)
    vanish(dossier)
    run(dossier, DECEMBER)
    for row in (PAID, PAID.replace("ENT-École", "ENT")):
        drop(dossier, (LEDGER, (PAYMENTS, OTHER, row)))
        assert SAID not in told(dossier, DECEMBER)
        assert "n’est plus" not in reminders(dossier, DECEMBER)
        assert SAID not in told(dossier, JANUARY)


def test_one_of_two_alike_of_a_mandat_that_vanishes_is_not_told_to_be_the_other(dossier: Path) -> None:
    other = paid(reference="TP-2026-00009", mandat="8", on="12/11/2026")
    drop(dossier, (LEDGER, (PAYMENTS, PAID, other)))
    run(dossier, NOVEMBER)
    drop(dossier, (LEDGER, (PAYMENTS, other)))
    for _ in range(2):
        assert SAID in told(dossier, DECEMBER)
        assert GONE in reminders(dossier, DECEMBER)


def remind(dossier: Path, as_of: str, reason: str) -> None:
    code, text = said("decide", ONE, "--remind", "--reason", reason, "--as-of", as_of, "-C", dossier)
    assert code == 0, text
    assert "déjà" not in text


def test_only_a_decision_to_remind_made_after_a_run_has_said_it_frees_the_reminder(dossier: Path) -> None:
    half = PAID.replace(";41,00;", ";20,00;")
    drop(dossier, (LEDGER, (PAYMENTS, half, OTHER)))
    run(dossier, NOVEMBER)
    remind(dossier, NOVEMBER, "reste dû")
    vanish(dossier)
    told(dossier, DECEMBER)
    assert "ce qui suspend la décision « Relancer », prise avant" in reminders(dossier, DECEMBER)
    remind(dossier, DECEMBER, "mandat annulé, vu avec la mairie")
    assert SAID in told(dossier, DECEMBER)
    assert "n’est plus" not in reminders(dossier, DECEMBER)
    assert "n’est plus" not in advice(dossier, "2026-12")
    told(dossier, JANUARY)
    assert "n’est plus" not in reminders(dossier, JANUARY)
    drop(dossier, (LEDGER, (PAYMENTS, half, OTHER)))
    told(dossier, JANUARY)
    vanish(dossier)
    told(dossier, JANUARY)
    assert "ce qui suspend la décision" in reminders(dossier, JANUARY)


def test_what_vanished_and_was_paid_anew_is_said_in_its_month_and_no_more_after(dossier: Path) -> None:
    run(dossier, NOVEMBER)
    drop(dossier, (LEDGER, (PAYMENTS, OTHER, paid(reference=ONE, mandat="17", on="20/12/2026"))))
    for _ in range(2):
        assert f"{SAID} le rapprochement au 30/11/2026" in told(dossier, DECEMBER)
    assert "toujours réglé" in told(dossier, DECEMBER)
    assert "n’est plus" not in reminders(dossier, DECEMBER)
    assert SAID not in told(dossier, JANUARY)


def test_a_payment_put_out_of_scope_has_not_vanished(dossier: Path) -> None:
    run(dossier, NOVEMBER)
    (payment,) = {row["payment_id"] for row in table(dossier, "2026-11", "payments") if row["mandat"] == "8"}
    code, text = said("decide", payment, "--out-of-scope", "--reason", "vu", "--as-of", NOVEMBER, "-C", dossier)
    assert code == 0, text
    for as_of in (NOVEMBER, DECEMBER):
        assert SAID not in told(dossier, as_of)
        assert "n’est plus" not in reminders(dossier, as_of)


def test_a_payer_whose_whole_ledger_is_gone_is_not_told_that_none_ever_came(dossier: Path) -> None:
    other = "21660136900012"
    drop(
        dossier,
        ("titres/b.csv", (TITRES, titre(TWO, due=DUE, siret=other))),
        ("paiements/perpignan.csv", (PAYMENTS, paid(reference=TWO, mandat="3", siret=other))),
    )
    run(dossier, NOVEMBER)
    (dossier / LEDGER).unlink()
    assert SAID in told(dossier, NOVEMBER)
    assert GONE in reminders(dossier, NOVEMBER)
    assert "remettre dans paiements/" in advice(dossier, "2026-11", "P14")
    found = (dossier / "rapports" / "2026-11").rglob("*216600494*.xlsx")
    (path,) = (one for one in found if "precedent" not in one.parts)
    text = cells(path)
    assert "pris en compte auparavant, n’est plus parmi nos pièces" in text
    assert "ne disposons d’aucun registre" not in text
