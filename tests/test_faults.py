"""Killed at any moment, on a full disk, in a folder that cannot be written: the dossier is as before or as after.

RECON_KILLS says how often a command is killed, 24 times by default; `.ci/run` does it 200 times.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from recon.__main__ import main
from recon.store import holder, journal, runs
from recon.store.database import open_store
from recon.store.place import store_url
from tests.check_kills import CORRECTED, DECIDE, DOSSIER, FILES, IN, NOVEMBER, ONE, TWO
from tests.dossiers import PAYMENTS, paid
from tests.kills import held
from tests.monthly import digests, drop, run, said, table, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
CLEAN = ROOT / "tests" / "named_dossiers" / "rien_a_signaler"
AS_OF = NOVEMBER[1]
KILLS = os.environ.get("RECON_KILLS", "24")


def copy(folder: Path) -> Path:
    return Path(shutil.copytree(CLEAN, folder))


def whole(dossier: Path) -> None:
    """Assert that the store, if there is one, is proven, and that no half report is shown."""
    if (dossier / "recon.db").exists():
        assert said("history", "-C", dossier, "--check")[0] == 0
    for path in dossier.rglob("*.parquet"):
        assert path.read_bytes()[-4:] == b"PAR1"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The reports of a run that nothing disturbs."""
    folder = copy(tmp_path_factory.mktemp("undisturbed") / "dossier")
    assert run(folder, AS_OF) == 0
    return digests(folder / "rapports")


def test_commands_killed_at_any_moment_are_made_right_by_the_next() -> None:
    command = [sys.executable, "-m", "tests.check_kills", KILLS]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("step", ["write", "note_placed"])
def test_reports_that_were_not_put_in_place_are_by_the_next_run(
    step: str, undisturbed: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recon import recording

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    dossier = copy(tmp_path / "dossier")
    with monkeypatch.context() as patched:
        patched.setattr(recording if step == "write" else runs, step, killed)
        with pytest.raises(click.Abort):
            run(dossier, AS_OF)
    whole(dossier)
    assert run(dossier, AS_OF) == 0
    assert digests(dossier / "rapports") == undisturbed
    assert len(told("history", "-C", dossier)) == 1


@contextmanager
def tmpfs(folder: Path, options: str) -> Iterator[None]:
    """Have a folder lie on a file system of its own; skipped where that takes more rights than ours."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=False, capture_output=True) if shutil.which("mount") else None  # fmt: skip
    if mounted is None or mounted.returncode != 0:
        pytest.skip("mounting a tmpfs takes more rights")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


@pytest.mark.parametrize("pages", [1, 20, 70, 90, 110])
def test_a_full_disk_is_said_and_nothing_is_lost(pages: int, undisturbed: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    with tmpfs(folder, "size=64m"):
        dossier = copy(folder / "dossier")
        used = int(subprocess.run(["du", "-sk", str(folder)], check=True, capture_output=True).stdout.split()[0])
        subprocess.run(["mount", "-o", f"remount,size={used + pages * 4}k", str(folder)], check=True)
        code, text = said("run", dossier, "--as-of", AS_OF, "-q")
        assert code in {0, 5}
        assert text
        subprocess.run(["mount", "-o", "remount,size=64m", str(folder)], check=True)
        whole(dossier)
        assert run(dossier, AS_OF) == 0
        assert digests(dossier / "rapports") == undisturbed


# Every command on a full disk and in a folder that cannot be written ----------------------------------------------

COMMANDS = {
    "run": ("run", DOSSIER, *NOVEMBER, "-q"),
    "ingest": ("ingest", "recu/ceret.csv", *IN, *NOVEMBER, "--replaces"),
    "decide": DECIDE,
    "close": ("close", "2026-11", *IN),
    "backup": ("backup", *IN),
}


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A disk with a dossier that was run, a file to bring in beside it."""
    folder = tmp_path / "disk"
    with tmpfs(folder, "size=64m"):
        monkeypatch.chdir(folder)
        drop(Path(DOSSIER), *FILES)
        drop(folder, ("recu/ceret.csv", CORRECTED))
        assert run(Path(DOSSIER), AS_OF) == 0
        yield folder


def remount(folder: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", str(folder)], check=True)


@pytest.mark.parametrize("pages", [0, 1, 3, 12])
@pytest.mark.parametrize("name", COMMANDS)
def test_on_a_full_disk_every_command_leaves_the_dossier_as_before_or_as_after(
    name: str, pages: int, disk: Path
) -> None:
    if name == "run":
        drop(Path(DOSSIER), ("paiements/ceret.csv", CORRECTED))
    before = held(Path(DOSSIER))
    used = int(subprocess.run(["du", "-sk", str(disk)], check=True, capture_output=True).stdout.split()[0])
    remount(disk, f"size={used + pages * 4}k")
    code, text = said(*COMMANDS[name])
    assert code in {0, 1, 5}
    if code == 5:
        assert "la place sur le disque" in text
        assert "disque plein" in text
        # A run is recorded, then its reports are put in place: what is written of them may be some of them.
        assert name == "run" or held(Path(DOSSIER)).files == before.files
    remount(disk, "size=64m")
    whole(Path(DOSSIER))
    assert said(*COMMANDS[name])[0] in ({0, 2} if name == "close" else {0, 1})
    whole(Path(DOSSIER))
    assert not list(Path(DOSSIER).rglob(".recon*"))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_folder_that_cannot_be_written_is_said_by_every_command(name: str, disk: Path) -> None:
    if name == "run":
        drop(Path(DOSSIER), ("paiements/ceret.csv", CORRECTED))
    before = held(Path(DOSSIER))
    remount(disk, "ro")
    code, text = said(*COMMANDS[name])
    assert code == 5
    assert "lecture seule" in text
    assert "Vérifier les droits" in text or "vérifier les droits" in text
    for reading in (("history", *IN), ("history", *IN, "--check"), ("explain", *IN, *NOVEMBER, ONE)):
        assert said(*reading)[0] == 0
    remount(disk, "rw")
    assert held(Path(DOSSIER)) == before
    assert said(*COMMANDS[name])[0] in {0, 1}


# The clock, and another that holds the dossier -----------------------------------------------------------------------


def test_a_clock_set_back_is_said_and_changes_no_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = copy(tmp_path / "dossier")
    for moment, as_of in (("2026-12-05T10:00:00+00:00", "2026-10-31"), ("2001-01-01T00:00:00+00:00", AS_OF)):
        monkeypatch.setattr(holder, "now", lambda moment=moment: moment)
        code, text = said("run", dossier, "--as-of", as_of, "-q")
        assert (code, "L’horloge de cet ordinateur semble en retard" in text) == (0, as_of == AS_OF)
    assert "05/12/2026" in text
    assert "--arrete" in text
    assert [one["at"][:4] for one in told("history", "-C", dossier)] == ["2026", "2001"]
    assert said("history", "-C", dossier, "--check")[0] == 0
    assert told("history", "-C", dossier, "2026-11")["from"] == "2026-10"


def test_a_backup_at_a_moment_that_comes_twice_replaces_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = copy(tmp_path / "dossier")
    run(dossier, AS_OF)
    monkeypatch.setattr(holder, "now", lambda: "2026-12-05T10:00:00+00:00")
    assert [said("backup", "-C", dossier)[0] for _ in range(2)] == [0, 0]
    assert len(list((dossier / "sauvegardes").iterdir())) == 2


def test_a_dossier_that_another_holds_is_said_with_who(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = copy(tmp_path / "dossier")
    run(dossier, AS_OF)
    before = digests(dossier / "rapports")
    monkeypatch.setenv("RECON_WAIT", "0.2")
    said("backup", tmp_path / "copie.db", "-C", dossier)
    store = open_store(store_url(dossier))
    with store.writing() as connection, journal.entry(connection, "read"):
        for command in (
            ("run", dossier, "--as-of", "2026-12-31"),
            ("close", "2026-11", "-C", dossier),
            ("restore", tmp_path / "copie.db", "-C", dossier),
        ):
            code, text = said(*command)
            assert (code, holder.who() in text) == (5, True)
            assert "Attendre la fin de son travail" in text
        assert said("history", "-C", dossier)[0] == 0
    store.close()
    assert digests(dossier / "rapports") == before
    assert run(dossier, "2026-12-31") == 0


def test_who_waits_goes_on_when_the_other_is_done(tmp_path: Path) -> None:
    dossier = copy(tmp_path / "dossier")
    run(dossier, AS_OF)
    other = sqlite3.connect(dossier / "recon.db", check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    timer = threading.Timer(1, other.close)
    timer.start()
    assert run(dossier, "2026-12-31") == 0
    timer.join()


def test_another_program_that_holds_the_store_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = copy(tmp_path / "dossier")
    run(dossier, AS_OF)
    monkeypatch.setenv("RECON_WAIT", "0.2")
    with closing(sqlite3.connect(dossier / "recon.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        code, text = said("run", dossier, "--as-of", AS_OF)
    assert (code, "occupé par un autre programme" in text) == (5, True)
    assert run(dossier, AS_OF) == 0


# A store that is damaged, altered, or of a newer recon ---------------------------------------------------------------


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def flipped(data: bytes) -> bytes:
    return bytes(byte ^ 0x55 for byte in data[:100]) + data[100:]


@pytest.mark.parametrize("damage", [lambda _: b"", lambda _: b"rien" * 3000, cut, flipped], ids=["empty", "other", "cut", "flipped"])  # fmt: skip
def test_a_damaged_store_is_said_and_the_backup_brings_it_back(
    damage: Callable[[bytes], bytes], undisturbed: dict[str, str], tmp_path: Path
) -> None:
    dossier = copy(tmp_path / "dossier")
    run(dossier, AS_OF)
    assert said("backup", tmp_path / "copie.db", "-C", dossier)[0] == 0
    data = damage((dossier / "recon.db").read_bytes())
    (dossier / "recon.db").write_bytes(data)
    before = held(dossier, database="").files
    for command in (("run", dossier, "--as-of", AS_OF), ("close", "2026-11", "-C", dossier), ("backup", "-C", dossier)):
        code, text = said(*command)
        assert (code, "est endommagé" in text, "recon restaurer FICHIER" in text) == (5, True, True)
    assert held(dossier, database="").files == before
    assert said("restore", tmp_path / "copie.db", "-C", dossier)[0] == 0
    assert run(dossier, AS_OF) == 0
    assert said("history", "-C", dossier, "--check")[0] == 0
    assert digests(dossier / "rapports") == undisturbed
    (kept,) = dossier.glob("recon.db.avant-restauration-*")
    assert kept.read_bytes() == data or not data


def test_a_decision_altered_on_the_disk_counts_no_more_and_is_named(tmp_path: Path) -> None:
    dossier = tmp_path / "dossier"
    drop(dossier, *FILES)
    assert said(*DECIDE[:2], dossier, *DECIDE[3:])[0] == 0
    data = (dossier / "recon.db").read_bytes()
    altered = data.replace(b'[["TP-2026-00001",4100]]', b'[["TP-2026-00002",4100]]')
    assert altered != data
    (dossier / "recon.db").write_bytes(altered)
    code, text = said("run", dossier, "--as-of", AS_OF)
    assert (code, "ne concorde pas avec son journal" in text, "decisions, ligne 1" in text) == (4, True, True)
    assert not (dossier / "rapports").exists()
    (dossier / "recon.db").write_bytes(data)
    assert run(dossier, AS_OF) == 0


def test_a_store_of_a_newer_recon_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    dossier = copy(tmp_path / "dossier")
    run(dossier, AS_OF)
    with closing(sqlite3.connect(dossier / "recon.db")) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE name = 'version'")
        connection.commit()
    before = held(dossier)
    for command in (("run", dossier, "--as-of", AS_OF), ("history", "-C", dossier)):
        code, text = said(*command)
        assert (code, "version plus récente de recon" in text, "Mettre recon à jour" in text) == (5, True, True)
    assert held(dossier) == before


def test_what_a_killed_program_left_to_undo_is_not_undone_in_the_store_restored(tmp_path: Path) -> None:
    dossier = copy(tmp_path / "dossier")
    run(dossier, AS_OF)
    said("backup", tmp_path / "copie.db", "-C", dossier)
    run(dossier, "2026-12-31")
    with closing(sqlite3.connect(dossier / "recon.db")) as killed:
        killed.execute("PRAGMA cache_size = 1")
        killed.execute("BEGIN IMMEDIATE")
        killed.execute("CREATE TABLE half (data BLOB)")
        killed.execute("INSERT INTO half SELECT data FROM blobs")
        left = {name: (dossier / name).read_bytes() for name in ("recon.db", "recon.db-journal")}
        killed.rollback()
    for name, data in left.items():
        (dossier / name).write_bytes(data)
    assert said("restore", tmp_path / "copie.db", "-C", dossier)[0] == 0
    assert not (dossier / "recon.db-journal").exists()
    assert said("history", "-C", dossier, "--check")[0] == 0
    assert [one["event"][:13] for one in told("history", "-C", dossier)] == ["rapprochement"]
    (kept,) = dossier.glob("recon.db.avant-restauration-*")
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT count(*) FROM runs").fetchone() == (2,)


# A report or a file that is open elsewhere ---------------------------------------------------------------------------


def test_a_folder_in_a_reports_place_is_said(undisturbed: dict[str, str], tmp_path: Path) -> None:
    dossier = copy(tmp_path / "dossier")
    workbook = dossier / "rapports" / "2026-11" / "rapprochement_2026-11.xlsx"
    workbook.mkdir(parents=True)
    code, text = said("run", dossier, "--as-of", AS_OF)
    assert (code, "un dossier porte ce nom" in text, "Fermer les fichiers ouverts" in text) == (5, True, True)
    workbook.rmdir()
    assert run(dossier, AS_OF) == 0
    assert digests(dossier / "rapports") == undisturbed
    assert len(told("history", "-C", dossier)) == 1


def refusing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the system refuse to replace a file of this name, as Windows does while Excel holds it."""
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if target.name == name:
            raise PermissionError(errno.EACCES, "used by another process", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)


def test_a_report_that_is_open_is_written_beside_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = copy(tmp_path / "dossier")
    run(dossier, "2026-12-31")
    name = "rapprochement_2026-11.xlsx"
    with monkeypatch.context() as patched:
        refusing(name, patched)
        code, text = said("run", dossier, "--as-of", AS_OF)
    assert (code, "rapprochement_2026-11 (2).xlsx" in text) == (0, True)
    assert run(dossier, AS_OF) == 0
    folder = dossier / "rapports" / "2026-11"
    assert (folder / name).read_bytes() == (folder / "rapprochement_2026-11 (2).xlsx").read_bytes()


def test_a_file_that_is_open_is_not_replaced_by_another_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    drop(Path(DOSSIER), *FILES)
    drop(tmp_path, ("recu/ceret.csv", CORRECTED))
    run(Path(DOSSIER), AS_OF)
    before = held(Path(DOSSIER))
    with monkeypatch.context() as patched:
        refusing("ceret.csv", patched)
        code, text = said(*COMMANDS["ingest"])
    assert (code, "accès refusé" in text, "Fermer ce fichier" in text) == (5, True, True)
    assert held(Path(DOSSIER)).store == before.store
    assert (Path(DOSSIER) / "paiements").joinpath("ceret.csv").read_text(encoding="utf-8") == "\n".join(
        FILES[4][1]
    ) + "\n"
    assert [path.name for path in (Path(DOSSIER) / "paiements").iterdir()] == ["ceret.csv"]
    assert said(*COMMANDS["ingest"])[0] == 1
    assert (Path(DOSSIER) / "paiements" / "ceret.csv").read_bytes() == Path("recu/ceret.csv").read_bytes()


def test_a_file_that_is_not_recorded_is_not_brought_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from recon.store import sources

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.chdir(tmp_path)
    drop(Path(DOSSIER), *FILES)
    drop(tmp_path, ("recu/ceret.csv", CORRECTED), ("recu/nouveau.csv", CORRECTED))
    run(Path(DOSSIER), AS_OF)
    before = held(Path(DOSSIER))
    with monkeypatch.context() as patched:
        patched.setattr(sources, "record_sources", full)
        code, text = said("ingest", "recu/ceret.csv", "recu/nouveau.csv", *IN, *NOVEMBER, "--replaces")
    assert (code, "Rien n’a été modifié" in text) == (5, True)
    assert held(Path(DOSSIER)) == before


# Two people at once --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_who_work_at_once_lose_nothing(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    dossier = tmp_path / "dossier"
    two = (PAYMENTS, paid(label="participation ENT", mandat="7"), paid(label="participation ENT", mandat="8"))
    drop(dossier, *FILES[:4], ("paiements/ceret.csv", two), FILES[5])
    environment = dict(os.environ)
    if kind == "postgresql":
        environment["RECON_STORE"] = request.getfixturevalue("postgres_url")
    where = ("-C", str(dossier), *NOVEMBER)
    asked = (
        ("decide", *where, "216600494", "2026/7", "--titre", f"{ONE}=41,00", "--reason", "un"),
        ("decide", *where, "216600494", "2026/8", "--titre", f"{TWO}=41,00", "--reason", "deux"),
        ("run", str(dossier), *NOVEMBER, "-q"),
        ("run", str(dossier), *NOVEMBER, "-q"),
    )
    at_work = [
        subprocess.Popen([sys.executable, "-m", "recon", *arguments], env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for arguments in asked
    ]  # fmt: skip
    for process in at_work:
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output.decode()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("RECON_STORE", environment.get("RECON_STORE", ""))
        assert run(dossier, AS_OF) == 0
        done = [one["event"].replace("\u00a0", " ") for one in told("history", "-C", dossier)]
        assert said("history", "-C", dossier, "--check")[0] == 0
    assert sum("décision" in event for event in done) == 2
    assert {row["titre"]: row["paid"] for row in table(dossier, "2026-11", "titres")} == {ONE: 41, TWO: 41}


def test_a_file_brought_in_twice_is_recorded_once(tmp_path: Path) -> None:
    dossier, ledger = tmp_path / "dossier", tmp_path / "ceret.csv"
    dossier.mkdir()
    for amount, events in (("41,00", 1), ("41,00", 1), ("42,00", 2), ("42,00", 2), ("41,00", 3)):
        ledger.write_text(f"{PAYMENTS}\n{paid(amount)}\n", encoding="utf-8")
        assert said("ingest", ledger, "-C", dossier, "--replaces")[0] == 0
        assert len(told("history", "-C", dossier)) == events


def test_a_file_that_the_disk_does_not_give_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(_: str) -> None:
        raise OSError(errno.EIO, "Input/output error", "/recon/month.py")

    monkeypatch.setattr("recon.cli.program", failing)
    monkeypatch.setattr("sys.argv", ["recon", "run"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 5
    assert "/recon/month.py ne peut être ni lu ni écrit\u00a0: erreur du disque" in capsys.readouterr().err
