"""Killed at any moment, on a full disk, in a folder that cannot be written: the dossier is as before or as after.

RECON_TRIALS says how often a run is killed, 10 times by default; 200 hold as well.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from recon.store import holder, journal, runs
from recon.store.database import open_store
from recon.store.place import store_url
from tests.monthly import digests, run, said, told

if TYPE_CHECKING:
    from collections.abc import Iterator

CLEAN = Path(__file__).parent / "named_dossiers" / "rien_a_signaler"
AS_OF = "2026-11-30"
TRIALS = int(os.environ.get("RECON_TRIALS", "10"))


def copy(folder: Path) -> Path:
    return Path(shutil.copytree(CLEAN, folder))


def start(dossier: Path) -> subprocess.Popen[bytes]:
    """Start a run in a session of its own, with the processes that read for it."""
    command = [sys.executable, "-m", "recon", "run", str(dossier), "--as-of", AS_OF, "-q"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def whole(dossier: Path) -> None:
    """Assert that the store, if there is one, is proven, and that no half report is shown."""
    if (dossier / "recon.db").exists():
        assert said("history", "-C", dossier, "--check")[0] == 0
    for path in dossier.rglob("*.parquet"):
        assert path.read_bytes()[-4:] == b"PAR1"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], float]:
    """The reports of a run that nothing disturbs, and how many seconds one takes."""
    folder = copy(tmp_path_factory.mktemp("undisturbed") / "dossier")
    begun = time.monotonic()
    assert start(folder).wait(120) == 0
    return digests(folder / "rapports"), time.monotonic() - begun


def test_a_run_killed_at_any_moment_is_made_right_by_the_next(
    undisturbed: tuple[dict[str, str], float], tmp_path: Path
) -> None:
    reports, seconds = undisturbed
    chance = random.Random(6)  # noqa: S311  Nothing is secret.
    for trial in range(TRIALS):
        dossier = copy(tmp_path / str(trial))
        process = start(dossier)
        try:
            # What matters is its end: the reading of files writes nothing.
            process.wait(chance.uniform(0.2, 1.05) * seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        whole(dossier)
        assert run(dossier, AS_OF) == 0
        assert digests(dossier / "rapports") == reports
        assert len(told("history", "-C", dossier)) == 1
        whole(dossier)
        shutil.rmtree(dossier)


@pytest.mark.parametrize("step", ["write", "note_placed"])
def test_reports_that_were_not_put_in_place_are_by_the_next_run(
    step: str, undisturbed: tuple[dict[str, str], float], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recon import monthly

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    dossier = copy(tmp_path / "dossier")
    with monkeypatch.context() as patched:
        patched.setattr(monthly if step == "write" else runs, step, killed)
        with pytest.raises(click.Abort):
            run(dossier, AS_OF)
    whole(dossier)
    assert run(dossier, AS_OF) == 0
    assert digests(dossier / "rapports") == undisturbed[0]
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
def test_a_full_disk_is_said_and_nothing_is_lost(
    pages: int, undisturbed: tuple[dict[str, str], float], tmp_path: Path
) -> None:
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
        assert digests(dossier / "rapports") == undisturbed[0]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    with tmpfs(folder, "size=64m"):
        dossier = copy(folder / "dossier")
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        code, text = said("run", dossier, "--as-of", AS_OF)
        assert code == 5
        assert "n’a pas pu être écrit" in text


def test_a_clock_set_back_changes_no_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = copy(tmp_path / "dossier")
    for moment, as_of in (("2026-12-05T10:00:00+00:00", "2026-10-31"), ("2001-01-01T00:00:00+00:00", AS_OF)):
        monkeypatch.setattr(holder, "now", lambda moment=moment: moment)
        assert run(dossier, as_of) == 0
    assert [one["at"][:4] for one in told("history", "-C", dossier)] == ["2026", "2001"]
    assert said("history", "-C", dossier, "--check")[0] == 0
    assert told("history", "-C", dossier, "2026-11")["from"] == "2026-10"


def test_a_dossier_that_another_holds_is_said_with_who(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = copy(tmp_path / "dossier")
    run(dossier, AS_OF)
    before = digests(dossier / "rapports")
    monkeypatch.setenv("RECON_WAIT", "0.2")
    store = open_store(store_url(dossier))
    with store.writing() as connection, journal.entry(connection, "read"):
        code, text = said("run", dossier, "--as-of", "2026-12-31")
        assert (code, holder.who() in text) == (5, True)
        assert said("history", "-C", dossier)[0] == 0
    store.close()
    assert digests(dossier / "rapports") == before
    assert run(dossier, "2026-12-31") == 0


def test_a_damaged_store_is_said_and_the_backup_brings_it_back(tmp_path: Path) -> None:
    dossier = copy(tmp_path / "dossier")
    run(dossier, AS_OF)
    assert said("backup", tmp_path / "copie.db", "-C", dossier)[0] == 0
    (dossier / "recon.db").write_bytes(b"rien" * 3000)
    code, text = said("run", dossier, "--as-of", AS_OF)
    assert (code, "est endommagé" in text) == (5, True)
    assert said("restore", tmp_path / "copie.db", "-C", dossier)[0] == 0
    assert run(dossier, AS_OF) == 0
    assert said("history", "-C", dossier, "--check")[0] == 0
    assert len(list(dossier.glob("recon.db.avant-restauration-*"))) == 1
