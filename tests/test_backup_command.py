"""A backup replaces nothing, only a backup is restored, and a store that is gone is said."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from recon.store import schema
from tests.dossiers import PAYMENTS, TITRES, paid, titre
from tests.monthly import drop, run, said
from tests.test_store import of_version

if TYPE_CHECKING:
    from pathlib import Path

ONE, AS_OF = "TP-2026-00001", "2026-11-30"


@pytest.fixture
def dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A titre and its payment, and their November run, in the store that recon makes by itself."""
    monkeypatch.delenv("RECON_STORE", raising=False)
    folder = tmp_path / "dossier"
    drop(
        folder,
        ("titres/titres.csv", (TITRES, titre(ONE))),
        ("paiements/ceret.csv", (PAYMENTS, paid(label=f"ENT {ONE}", mandat="7", on="10/11/2026"))),
    )
    run(folder, AS_OF)
    return folder


def test_a_backup_replaces_neither_the_store_nor_another_file(dossier: Path, tmp_path: Path) -> None:
    store, note = dossier / "recon.db", tmp_path / "note.txt"
    note.write_text("bonjour")
    before = store.read_bytes()
    for target, why in ((store, "le magasin lui-même"), (note, "existe déjà")):
        code, text = said("backup", target, "-C", dossier)
        assert (code, why in text) == (2, True), text
    assert (store.read_bytes(), note.read_text()) == (before, "bonjour")


def test_a_backup_goes_into_a_folder_under_its_usual_name_and_makes_none(dossier: Path, tmp_path: Path) -> None:
    (tmp_path / "cle").mkdir()
    assert said("backup", tmp_path / "cle", "-C", dossier)[0] == 0
    assert [path.name.startswith("recon_") for path in (tmp_path / "cle").iterdir()] == [True]
    code, text = said("backup", tmp_path / "absent" / "copie.db", "-C", dossier)
    assert (code, "n’existe pas" in text, (tmp_path / "absent").exists()) == (2, True, False), text


def test_only_a_backup_is_restored(dossier: Path, tmp_path: Path) -> None:
    other = tmp_path / "autre.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE clients (nom TEXT)")
    before = (dossier / "recon.db").read_bytes()
    for path in (dossier / "titres" / "titres.csv", other, *dossier.glob("rapports/*/*.xlsx")):
        code, text = said("restore", path, "-C", dossier)
        assert (code, "n’est pas une sauvegarde de recon" in text) == (2, True), text
    assert (dossier / "recon.db").read_bytes() == before


def test_a_damaged_backup_is_called_one(dossier: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copie.db"
    said("backup", copy, "-C", dossier)
    data = copy.read_bytes()
    copy.write_bytes(data[:100] + b"\xff" * 4000 + data[4100:])
    code, text = said("restore", copy, "-C", dossier)
    assert (code, "La sauvegarde" in text, "endommagée" in text) == (3, True, True), text


def test_the_backup_of_another_dossier_is_refused_unless_it_is_asked_for(dossier: Path, tmp_path: Path) -> None:
    copy, other = tmp_path / "copie.db", tmp_path / "autre"
    drop(other, ("titres/titres.csv", (TITRES, titre("TP-2026-00077", "12,00"))))
    run(other, AS_OF)
    said("backup", copy, "-C", dossier)
    for stays in (True, False):
        before = (other / "recon.db").read_bytes() if stays else None
        code, text = said("restore", copy, "-C", other)
        assert (code, "autre dossier" in text, "2026-11" in text) == (2, True, True), text
        assert f'recon restaurer "{copy}" --autre-dossier -C "{other}"' in text, text
        assert ((other / "recon.db").read_bytes() if stays else None) == before
        (other / "recon.db").unlink(missing_ok=True)
    assert not (other / "recon.db").exists()
    assert said("restore", copy, "-C", other, "--autre-dossier")[0] == 0
    assert said("history", "-C", other, "--check")[0] == 0


def test_another_dossiers_store_is_not_replaced_even_where_its_files_are_put_away(
    dossier: Path, tmp_path: Path
) -> None:
    copy, other = tmp_path / "copie.db", tmp_path / "autre"
    drop(other, ("titres/titres.csv", (TITRES, titre("TP-2026-00077", "12,00"))))
    run(other, AS_OF)
    (other / "titres" / "titres.csv").unlink()
    said("backup", copy, "-C", dossier)
    before = (other / "recon.db").read_bytes()
    code, text = said("restore", copy, "-C", other)
    assert (code, "autre dossier" in text) == (2, True), text
    assert (other / "recon.db").read_bytes() == before


def test_a_dossier_takes_its_own_backup_however_its_store_was_lost(dossier: Path, tmp_path: Path) -> None:
    copy, store = tmp_path / "copie.db", dossier / "recon.db"
    said("backup", copy, "-C", dossier)
    store.write_bytes(b"\xff" * 5000)
    assert said("restore", copy, "-C", dossier)[0] == 0
    store.unlink()
    assert said("restore", copy, "-C", dossier)[0] == 0
    store.unlink()
    run(dossier, AS_OF)
    assert said("restore", copy, "-C", dossier)[0] == 0
    drop(dossier, ("titres/titres.csv", (TITRES, titre(ONE), titre("TP-2026-00002"))))
    (dossier / "paiements" / "ceret.csv").unlink()
    assert said("restore", copy, "-C", dossier)[0] == 0
    (tmp_path / "neuf" / "paiements").mkdir(parents=True)
    (tmp_path / "neuf" / "paiements" / "Thumbs.db").write_bytes(b"images")
    assert said("restore", copy, "-C", tmp_path / "neuf")[0] == 0


@pytest.mark.parametrize("version", range(1, schema.VERSION + 1))
def test_a_backup_of_an_earlier_version_is_restored_and_not_changed(tmp_path: Path, version: int) -> None:
    copy, folder = of_version(version, tmp_path / "copie.db"), tmp_path / "dossier"
    folder.mkdir()
    copy.chmod(0o444)
    before, listed = copy.read_bytes(), sorted(tmp_path.iterdir())
    code, text = said("restore", copy, "-C", folder)
    assert code == 0, text
    assert (copy.read_bytes(), sorted(tmp_path.iterdir())) == (before, listed)
    assert said("history", "-C", folder, "--check")[0] == 0


@pytest.mark.parametrize(
    "command",
    [
        ("history",),
        ("decide", ONE, "--remind", "--reason", "appel", "--as-of", AS_OF),
        ("close", "2026-11"),
        ("reopen", "2026-11", "--reason", "oubli"),
        ("explain", ONE, "--as-of", AS_OF),
    ],
)
def test_a_store_that_is_gone_is_said_and_none_is_left_in_its_place(dossier: Path, command: tuple[str, ...]) -> None:
    (dossier / "recon.db").unlink()
    code, text = said(*command, "-C", dossier)
    assert (code, "n’y est plus" in text, "recon restaurer" in text) == (5, True, True), text
    assert not (dossier / "recon.db").exists()


def test_files_are_not_brought_in_without_the_store_of_the_reports(dossier: Path, tmp_path: Path) -> None:
    (dossier / "recon.db").unlink()
    drop(tmp_path, ("recu/titres_2.csv", (TITRES, titre("TP-2026-00002"))))
    code, text = said("ingest", tmp_path / "recu" / "titres_2.csv", "-C", dossier, "--as-of", AS_OF)
    assert (code, "n’y est plus" in text, "recon lancer" in text) == (5, True, True), text
    assert not (dossier / "recon.db").exists()
    assert not (dossier / "titres" / "titres_2.csv").exists()


def test_a_run_without_the_store_of_its_reports_says_so_and_works(dossier: Path) -> None:
    (dossier / "recon.db").unlink()
    code, text = said("run", dossier, "--as-of", AS_OF)
    assert (code, "décisions, clôtures et historique de ce dossier sont inconnus" in text) == (0, True), text
    assert "inconnus" not in said("run", dossier, "--as-of", AS_OF)[1]


def test_a_command_that_is_refused_leaves_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RECON_STORE", raising=False)
    drop(tmp_path, ("titres/titres.csv", (TITRES, titre(ONE))))
    for command in (("close", "2026-11"), ("decide", "TP-9", "--remind", "--reason", "appel")):
        code, text = said(*command, "-C", tmp_path)
        assert code == 2, text
        assert not (tmp_path / "recon.db").exists()
    assert said("decide", ONE, "--remind", "--reason", "appel", "--as-of", AS_OF, "-C", tmp_path)[0] in {0, 2}


def test_an_empty_store_is_said(dossier: Path) -> None:
    (dossier / "recon.db").write_bytes(b"")
    for command in (("run",), ("history",), ("close", "2026-11")):
        code, text = said(*command, "-C", dossier)
        assert (code, "fichier vide" in text) == (5, True), text


def decided(dossier: Path, choice: str, why: str) -> None:
    code, text = said("decide", ONE, choice, "--reason", why, "--as-of", AS_OF, "-C", dossier)
    assert code == 0, text


def test_a_restore_says_what_the_backup_lacks_before_it_puts_the_store_aside(dossier: Path, tmp_path: Path) -> None:
    drop(dossier, ("paiements/ceret.csv", (PAYMENTS,)))
    run(dossier, AS_OF)
    decided(dossier, "--wait", "avant la copie")
    copy = tmp_path / "copie.db"
    said("backup", copy, "-C", dossier)
    decided(dossier, "--remind", "appel du maire")
    said("decide", "--undo", "1", "--reason", "erreur", "-C", dossier)
    drop(dossier, ("paiements/ceret_2.csv", (PAYMENTS, paid(label="divers", mandat="9", on="10/11/2026"))))
    run(dossier, AS_OF)
    said("close", "2026-11", "-C", dossier)
    said("reopen", "2026-11", "-C", dossier, "--reason", "oubli")
    code, text = said("restore", copy, "-C", dossier)
    lines = [line.strip() for line in text.splitlines()]
    assert code == 0
    assert any(line.startswith("décision n° 2, relancer") and line.endswith(": appel du maire") for line in lines), text
    assert any(
        line.startswith("décision qui vaudra de nouveau : n° 1, attendre") and "erreur" in line for line in lines
    )
    assert any(line.startswith("clôture de 2026-11, le ") for line in lines), text
    assert any(line.startswith("réouverture de 2026-11") and line.endswith(": oubli") for line in lines), text
    assert {"1 rapprochement : 2026-11 (1)", "1 fichier reçu"} <= set(lines), text
    assert text.index("ne vaudra plus") < text.index("Magasin restauré")
    assert "ne vaudra plus" not in said("restore", copy, "-C", dossier)[1]
    kept = dossier / "recon.db.avant-restauration-1"
    assert "will no longer count" not in said("restore", kept, "-C", dossier, "--lang", "en")[1]
    assert "no. 2, remind" in said("restore", copy, "-C", dossier, "--lang", "en")[1]


def test_a_restore_of_another_dossiers_backup_says_all_that_the_store_holds(dossier: Path, tmp_path: Path) -> None:
    copy, other = tmp_path / "copie.db", tmp_path / "autre"
    drop(
        other,
        ("titres/titres.csv", (TITRES, titre(ONE, "12,00"))),
        ("paiements/autre.csv", (PAYMENTS, paid(mandat="8"))),
    )
    run(other, AS_OF)
    decided(other, "--remind", "appel")
    said("backup", copy, "-C", dossier)
    assert "ne vaudra plus" not in said("restore", copy, "-C", other)[1]
    code, text = said("restore", copy, "-C", other, "--autre-dossier")
    assert (code, "décision n° 1, relancer" in text, "1 rapprochement : 2026-11 (1)" in text) == (0, True, True), text


@pytest.mark.parametrize("data", [b"", b"\xff" * 5000])
def test_a_restore_over_a_store_that_cannot_be_read_says_that_it_cannot_tell(
    dossier: Path, tmp_path: Path, data: bytes
) -> None:
    copy = tmp_path / "copie.db"
    said("backup", copy, "-C", dossier)
    (dossier / "recon.db").write_bytes(data)
    code, text = said("restore", copy, "-C", dossier)
    assert (code, "ne peut pas être dit" in text, "est gardé sous" in text) == (0, True, True), text


def test_what_an_altered_store_held_is_told_with_a_doubt(dossier: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copie.db"
    said("backup", copy, "-C", dossier)
    drop(dossier, ("paiements/ceret.csv", (PAYMENTS,)))
    decided(dossier, "--remind", "appel")
    with closing(sqlite3.connect(dossier / "recon.db")) as connection:
        connection.execute("DROP TRIGGER decisions_no_update")
        connection.execute("UPDATE decisions SET reason = 'autre motif'")
        connection.commit()
    text = said("restore", copy, "-C", dossier)[1]
    assert ("est à vérifier" in text, "décision n° 1" in text) == (True, True), text
