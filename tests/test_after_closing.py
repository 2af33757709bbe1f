"""After a closing: a payment written otherwise is the same one, and one that vanished holds the reminder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.dossiers import PAYMENTS, TITRES, paid, titre
from tests.monthly import drop, run, said, table

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = "TP-2026-00001", "TP-2026-00002"
LEDGER = "paiements/ceret.csv"
NOVEMBER, DECEMBER, JANUARY, FEBRUARY = "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"
PAID = paid(reference=ONE, mandat="8", on="10/11/2026")


@pytest.fixture
def dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two titres, one of them due in December and paid; November run and closed."""
    monkeypatch.delenv("RECON_STORE", raising=False)
    folder = tmp_path / "dossier"
    drop(
        folder,
        ("titres/titres.csv", (TITRES, titre(ONE), titre(TWO, "82,00", due="30/06/2027"))),
        (LEDGER, (PAYMENTS, PAID)),
    )
    run(folder, NOVEMBER)
    assert said("close", "2026-11", "-C", folder)[0] == 0
    return folder


def told(dossier: Path, as_of: str, lang: str = "fr") -> str:
    """Run a month and return what it says, on one line."""
    return " ".join(said("run", dossier, "--as-of", as_of, "--lang", lang)[1].replace("\u00a0", " ").split())


def test_a_payment_whose_label_alone_is_corrected_is_neither_late_nor_gone(dossier: Path) -> None:
    drop(dossier, (LEDGER, (PAYMENTS, paid(reference=ONE, mandat="8", on="10/11/2026", label="ENT-École corrigé"))))
    text = told(dossier, DECEMBER)
    assert "Lignes corrigées dans les registres depuis la clôture au 30/11/2026, du même montant" in text
    assert f"mandat 2026/8, 41,00 € (titre {ONE}, toujours réglé)" in text
    assert "Lignes tardives" not in text
    assert "ne sont plus dans les registres" not in text
    assert not any("tardive" in row["evidence"] for row in table(dossier, "2026-12", "allocations"))
    history = said("history", "2026-11", "2026-12", "-C", dossier)[1].replace("\u00a0", " ")
    assert "ligne corrigée, du même montant" in history
    assert "paiement disparu" not in history
    assert "they are the same payments" in told(dossier, DECEMBER, "en")


@pytest.mark.parametrize("on", ["15/11/2026", "30/11/2026"])
def test_a_mandat_known_at_the_closing_and_paid_within_the_closed_month_is_late(tmp_path: Path, on: str) -> None:
    """Issued when November was closed, and said in December to have been paid in November."""
    folder = tmp_path / "autre"
    issued = paid(reference=ONE, mandat="8", on="15/11/2026", state="émis")
    drop(folder, ("titres/titres.csv", (TITRES, titre(ONE))), (LEDGER, (PAYMENTS, issued)))
    run(folder, NOVEMBER)
    assert said("close", "2026-11", "-C", folder)[0] == 0
    assert "Lignes tardives" not in told(folder, DECEMBER)
    settled = issued.replace("15/11/2026;;", f"15/11/2026;{on};").replace("émis", "payé")
    drop(folder, (LEDGER, (PAYMENTS, settled)))
    text = told(folder, DECEMBER)
    assert "arrivées, ou dites payées, après sa clôture ; elles comptent dans ce mois-ci : 1 paiement, 41,00 €" in text
    assert ["tardive" in row["evidence"] for row in table(folder, "2026-12", "allocations")] == [True]
    assert "or were said to be paid, after its closing" in told(folder, DECEMBER, "en")
    assert "Lignes tardives" not in told(folder, JANUARY)


def test_a_payment_without_mandat_whose_label_is_corrected_is_the_same(dossier: Path) -> None:
    drop(dossier, (LEDGER, (PAYMENTS, PAID, paid(reference=TWO, amount="82,00", mandat="", on="20/12/2026"))))
    run(dossier, DECEMBER)
    assert said("close", "2026-12", "-C", dossier)[0] == 0
    other = paid(reference=TWO, amount="82,00", mandat="", on="20/12/2026", label="participation")
    drop(dossier, (LEDGER, (PAYMENTS, PAID, other)))
    text = told(dossier, JANUARY)
    assert "ce sont les mêmes paiements" in text
    assert "tardive" not in text


def test_of_two_equal_payments_that_change_none_is_told_to_be_the_same(dossier: Path) -> None:
    two = [paid(label=f"ENT {number}", mandat="", on="15/12/2026") for number in (ONE, TWO)]
    drop(dossier, (LEDGER, (PAYMENTS, *two)))
    run(dossier, DECEMBER)
    drop(dossier, (LEDGER, (PAYMENTS, *(row.replace("ENT ", "ENT n° ") for row in two))))
    assert "ce sont les mêmes paiements" not in told(dossier, JANUARY)


def test_the_reminder_for_a_titre_whose_payment_vanished_is_held_until_it_is_decided(dossier: Path) -> None:
    drop(dossier, (LEDGER, (PAYMENTS, paid(reference=TWO, amount="82,00", mandat="9", on="15/12/2026"))))
    for as_of in (JANUARY, FEBRUARY):
        text = told(dossier, as_of)
        assert "ne sont plus dans les registres" in text or as_of == FEBRUARY
        (case,) = held(dossier, as_of)
        assert "un paiement compté en 2026-11 (mandat 2026/8, 41,00 €) n’est plus dans les registres" in case
        (advice,) = advised(dossier, as_of)
        assert advice.startswith("Ne pas relancer : un paiement compté en 2026-11 (mandat 2026/8, 41,00 €)")
        assert advice in " ".join(said("explain", ONE, "-C", dossier, "--as-of", as_of)[1].split())
    assert said("decide", ONE, "--remind", "--reason", "vu", "--as-of", FEBRUARY, "-C", dossier)[0] == 0
    told(dossier, FEBRUARY)
    assert held(dossier, FEBRUARY) == []
    assert advised(dossier, FEBRUARY) == ["Adresser un rappel amiable à la collectivité."]


def advised(dossier: Path, as_of: str) -> list[str]:
    """Return what the findings of the titre whose payment vanished advise."""
    rows = table(dossier, as_of[:7], "findings")
    return [row["advice"].replace("\u00a0", " ") for row in rows if row["titre"] == ONE and row["code"] == "P01"]


def held(dossier: Path, as_of: str) -> list[str]:
    """Return why titres are held back, as the month's workbook says."""
    import openpyxl

    month = as_of[:7]
    book = openpyxl.load_workbook(dossier / "rapports" / month / f"rapprochement_{month}.xlsx", read_only=True)
    cells = [str(cell).replace("\u00a0", " ") for row in book["Relances"].iter_rows(values_only=True) for cell in row]
    return sorted({cell for cell in cells if "compté en" in cell})
