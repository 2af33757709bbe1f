"""What a command decides on is what the dossier holds once it may write, not what it held before it waited for another."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest

from recon.dossier import are_as_read, options
from recon.monthly import opened, read_files
from recon.reports.decisions import key
from recon.store.database import Store
from tests.dossiers import PAYMENTS, TITRES, paid, titre
from tests.monthly import drop, run, said
from tests.test_answers import typed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
ONE, TWO, NOVEMBER = "TP-2026-00001", "TP-2026-00002", "2026-11-30"
LEDGER = "paiements/ceret.csv"
DECIDE = ("decide", "216600494", "2026/7", "--out-of-scope", "--reason", "appel", "--as-of", NOVEMBER)
VAGUE = paid(label="participation ENT", mandat="7", on="10/11/2026")


@pytest.fixture
def dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A titre and a payment that names none, and their November run."""
    monkeypatch.delenv("RECON_STORE", raising=False)
    folder = tmp_path / "dossier"
    drop(folder, ("titres/titres.csv", (TITRES, titre(ONE), titre(TWO, amount="82,00"))), (LEDGER, (PAYMENTS, VAGUE)))
    run(folder, NOVEMBER)
    return folder


def meanwhile(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """Have something happen once, while the next command that writes waits for the store."""
    held, waiting = Store.writing, [do]

    @contextmanager
    def writing(store: Store) -> Iterator[Connection]:
        while waiting:
            waiting.pop()()
        with held(store) as connection:
            yield connection

    monkeypatch.setattr(Store, "writing", writing)


def test_a_decision_is_taken_on_the_ledger_as_it_is_after_waiting(
    dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: drop(dossier, (LEDGER, (PAYMENTS, paid(reference=ONE, mandat="8")))))
    code, text = said(*DECIDE, "-C", dossier)
    assert code == 2, text
    assert "décision n" not in said("history", "-C", dossier)[1]


def test_a_decision_that_waited_for_the_closing_of_its_month_counts_in_the_next(
    dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: said("close", "2026-11", "-C", dossier))
    code, text = said(*DECIDE, "-C", dossier)
    assert (code, "2026-11 est clôturé" in text, "--arrete 31/12/2026" in text) == (0, True, True), text


def test_a_workbook_saved_again_while_its_decisions_waited_is_read_as_it_is(
    dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = dossier / "rapports" / "2026-11" / "rapprochement_2026-11.xlsx"

    def write() -> None:
        book = openpyxl.load_workbook(path)
        typed(book["Restes à recouvrer"], key("titre", TWO), Décision="Attendre")
        book.save(path)

    meanwhile(monkeypatch, write)
    text = said("decide", "--from", path, "-C", dossier, "--as-of", NOVEMBER)[1]
    assert "Décision n° 1 inscrite" in text.replace("\u00a0", " "), text


def test_a_month_whose_files_changed_while_its_closing_waited_is_not_closed(
    dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: drop(dossier, (LEDGER, (PAYMENTS, paid(reference=ONE, mandat="8")))))
    code, text = said("close", "2026-11", "-C", dossier)
    assert (code, "a changé depuis" in text) == (2, True), text


def test_a_ledger_that_could_not_be_opened_before_waiting_counts_once_it_can(
    dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = dossier / LEDGER
    data = ledger.read_bytes()
    ledger.unlink()
    ledger.symlink_to("ailleurs.csv")

    def free() -> None:
        ledger.unlink()
        ledger.write_bytes(data)

    meanwhile(monkeypatch, free)
    code, text = said(*DECIDE, "-C", dossier)
    assert (code, "Décision n° 1 inscrite" in text.replace("\u00a0", " ")) == (0, True), text


def test_a_file_that_is_refused_is_read_again_only_once_it_changes(dossier: Path) -> None:
    drop(dossier, ("paiements/abime.xlsx", ("PK\x03\x04 ceci n’est pas un classeur",)))
    with opened(dossier, options(dossier), to_write=True) as made:
        read = read_files(made, date.fromisoformat(NOVEMBER)).read
        assert are_as_read(dossier, read)
        drop(dossier, ("paiements/abime.xlsx", (PAYMENTS, VAGUE)))
        assert not are_as_read(dossier, read)
