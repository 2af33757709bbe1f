"""A command that a sentence advises works as it stands, from any folder: it names the dossier that was given with -C."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

from tests.dossiers import PAYMENTS, TITRES, paid, titre
from tests.monthly import drop, run, said

if TYPE_CHECKING:
    from pathlib import Path

ONE, AS_OF, NEXT = "TP-2026-00001", "2026-11-30", "2026-12-31"
VAGUE = paid(label="participation ENT", mandat="7", on="10/11/2026")


@pytest.fixture
def dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A titre and a payment, run in November, typed from another folder."""
    monkeypatch.delenv("RECON_STORE", raising=False)
    folder = tmp_path / "mon dossier"
    drop(folder, ("titres/titres.csv", (TITRES, titre(ONE))), ("paiements/ceret.csv", (PAYMENTS, VAGUE)))
    run(folder, AS_OF)
    return folder


def decide(dossier: Path, *what: str) -> tuple[int, str]:
    return said("decide", "-C", dossier, "--as-of", AS_OF, *what, "--reason", "appel")


def works(text: str, command: str, blank: str = "motif") -> None:
    """Assert that a text advises a command, and that it does its work once what it leaves open is filled in."""
    assert command in text, text
    typed = shlex.split(command.replace("…", blank).replace("FICHIER", shlex.quote(blank)))
    assert typed[0] == "recon"
    code, answer = said(*typed[1:])
    assert code == 0, answer


def lost_its_payment(dossier: Path) -> str:
    decide(dossier, "2026/7", "--out-of-scope")
    drop(dossier, ("paiements/ceret.csv", (PAYMENTS, paid("12,00", label="autre", mandat="8"))))
    return said("run", dossier, "--as-of", NEXT)[1]


def left_out(dossier: Path) -> str:
    decide(dossier, "2026/7", "--out-of-scope")
    return decide(dossier, "2026/7", "--titre", f"{ONE}=41,00")[1]


def declared_twice(dossier: Path) -> str:
    (dossier / "paiements" / "ceret.csv").unlink()
    decide(dossier, ONE, "--settled-elsewhere", "20,00")
    return said("decide", "-C", dossier, ONE, "--settled-elsewhere", "20,00", "--reason", "autre chèque")[1]


@pytest.mark.parametrize("sentence", [lost_its_payment, left_out, declared_twice])
def test_a_decision_is_taken_back_as_is_advised(dossier: Path, sentence: object) -> None:
    assert callable(sentence)
    works(sentence(dossier), f'recon decider -C "{dossier}" --retirer 1 --motif …')


def test_a_decision_that_is_not_there_is_looked_for_as_is_advised(dossier: Path) -> None:
    for number in ("9", "neuf"):
        code, text = said("decide", "-C", dossier, "--undo", number, "--reason", "x")
        assert code == 2
        works(text, f'recon historique -C "{dossier}"')


def test_a_lost_or_damaged_store_is_restored_as_is_advised(dossier: Path, tmp_path: Path) -> None:
    copy, store = tmp_path / "copie de novembre.db", dossier / "recon.db"
    said("backup", copy, "-C", dossier)
    whole = store.read_bytes()
    for damage in (None, b"\xff" * 9000, b"", whole.replace(b"2026-11-30", b"2026-11-29")):
        store.unlink()
        if damage is not None:
            store.write_bytes(damage)
        code, text = said("decide", "-C", dossier, ONE, "--remind", "--reason", "x")
        assert code in {4, 5}, text
        works(text, f'recon restaurer FICHIER -C "{dossier}"', str(copy))
        assert said("history", "--check", "-C", dossier)[0] == 0
    store.unlink()
    works(said("run", dossier, "--as-of", AS_OF)[1], f'recon restaurer FICHIER -C "{dossier}"', str(copy))


def test_a_closed_month_is_opened_run_and_closed_again_as_is_advised(dossier: Path) -> None:
    assert said("close", "2026-11", "-C", dossier)[0] == 0
    text = said("run", dossier, "--as-of", AS_OF)[1]
    works(text, f'recon rouvrir 2026-11 -C "{dossier}" --motif …')
    decide(dossier, ONE, "--remind")
    text = said("close", "2026-11", "-C", dossier)[1]
    works(text, f'recon lancer "{dossier}" --arrete 30/11/2026')
    said("close", "2026-11", "-C", dossier)
    text = said("reopen", "2026-11", "-C", dossier, "--motif", "oubli")[1]
    works(text, f'recon lancer "{dossier}" --arrete 30/11/2026')
    works(text, f'recon cloturer 2026-11 -C "{dossier}"')


def test_in_the_dossier_itself_a_command_names_no_folder(dossier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(dossier)
    assert "« recon historique » les énumère" in said("decide", "--undo", "9", "--reason", "x")[1].replace(
        "\u00a0", " "
    )
