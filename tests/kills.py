"""Commands killed at any moment, and what a dossier holds then: forked from a process that has imported, not yet run, recon.

A command runs in a process of its own, in a session with those that read for it; SIGKILL takes them all, after so many
seconds or at the n-th call that changes a file or speaks to the database. POSIX only.
"""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import sqlite3
import sys
import time
import traceback
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CHANGES = {"os.rename", "os.link", "os.mkdir", "os.chmod", "os.truncate", "tempfile.mkstemp"}
KILLED = -signal.SIGKILL
OUTPUT, COUNT = "said.txt", "calls.txt"
# What SQLite undoes or completes when it next opens the store.
JOURNAL, KEPT = "recon.db-journal", "recon.db.avant-restauration-"
# The order of the journal's entries, and who and when, are no content.
UNCOMPARED = {"entry", "digest", "at", "who"}


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a command: killed after `seconds`, or at its `call`-th call, which may `fail` instead; or nothing."""

    seconds: float | None = None
    call: int | None = None
    fails: bool = False


def warm() -> None:
    """Import what the commands use, so that what is killed is their work and not Python's start."""
    import polars as pl  # noqa: F401 - imported, its threads not yet started: it can be forked.
    import xlsxwriter  # noqa: F401
    from sqlalchemy.dialects import sqlite  # noqa: F401

    from recon.cli import COMMANDS, backup, close, decide, decide_written, history, ingest, run, summary  # noqa: F401
    from recon.recording import recorded  # noqa: F401


def command(arguments: tuple[str, ...], around: Path, fate: Fate = Fate()) -> int:
    """Run a command in the folder that holds its dossier; return its exit code, KILLED if it was killed.

    What it says is written to `said.txt` there.
    """
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        _ends(arguments, around, fate)
    return _exit_code(pid, fate.seconds)


def _ends(arguments: tuple[str, ...], around: Path, fate: Fate) -> None:
    """In the forked process: run the command, and leave without what the parent has to do at its end."""
    os.setsid()
    code = 70
    try:
        with (around / OUTPUT).open("w", encoding="utf-8") as said:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
        os.chdir(around)
        sys.argv = ["recon", *arguments]
        calls = _counting(around, fate)
        from recon.__main__ import main

        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        (around / COUNT).write_text(str(calls()), encoding="utf-8")
    except BaseException:  # noqa: BLE001 - it is told in said.txt.
        traceback.print_exc()
    finally:
        with suppress(OSError):
            sys.stdout.flush()
        os._exit(code)


def _counting(around: Path, fate: Fate) -> Callable[[], int]:
    """Count the calls that change a file below a folder, or speak to the database; have the fated one kill all, or fail."""
    from sqlalchemy import Engine, event

    done = 0

    def one(full: Exception) -> None:
        nonlocal done
        done += 1
        if done == fate.call and fate.fails:
            raise full
        if done == fate.call:
            os.killpg(0, signal.SIGKILL)

    def heard(name: str, arguments: tuple[Any, ...]) -> None:
        writes = name in CHANGES or (name == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_WRONLY)
        if writes and str(arguments[0]).startswith(str(around)):
            one(OSError(errno.ENOSPC, "No space left on device", str(arguments[0])))

    def spoken(*_: object) -> None:
        one(sqlite3.OperationalError("database or disk is full"))

    sys.addaudithook(heard)
    for name in ("before_cursor_execute", "commit"):
        event.listen(Engine, name, spoken)
    return lambda: done


def _exit_code(pid: int, seconds: float | None) -> int:
    deadline = time.monotonic() + (120 if seconds is None else seconds)
    while time.monotonic() < deadline:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            _kill(pid)
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    _kill(pid)
    os.waitpid(pid, 0)
    assert seconds is not None, "the command hangs"
    return KILLED


def _kill(session: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(session, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Held:
    """What a dossier holds: the digest of each file by name, and the store's rows by table."""

    files: dict[str, str]
    store: dict[str, list[str]]

    def shown(self) -> dict[str, str]:
        """Return the files that a person sees."""
        return {name: digest for name, digest in self.files.items() if not Path(name).name.startswith(".")}

    def recorded(self) -> dict[str, list[str]]:
        """Return the rows that the journal proves."""
        return {name: rows for name, rows in self.store.items() if name not in {"meta", "blobs"}}


def held(dossier: Path, database: str = "recon.db") -> Held:
    """Return what a dossier holds, its `database` as rows; SQLite undoes what a kill has left when it opens the store."""
    rows = _rows(dossier / database) if database and (dossier / database).exists() else {}
    files = {
        path.relative_to(dossier).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(dossier.rglob("*"))
        if path.is_file() and path.name != database
    }
    return Held(files, rows)


def _rows(path: Path) -> dict[str, list[str]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        found = {}
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            kept = [_told(dict(row)) for row in connection.execute(f"SELECT * FROM {name}")]  # noqa: S608 - its own names.
            found[name] = sorted(kept)
    return {name: rows for name, rows in found.items() if name != "journal"}


def _told(row: Mapping[str, Any]) -> str:
    return repr({
        name: hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value
        for name, value in row.items()
        if name not in UNCOMPARED
    })  # fmt: skip


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return the names under which two mappings do not hold the same."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def between(found: Held, before: Held, after: Held) -> list[str]:
    """Return what a killed command has left that is neither as before nor as after it."""
    wrong = [
        f"{name} is neither as before nor as after"
        for name, digest in found.shown().items()
        if not name.startswith((JOURNAL, KEPT)) and digest not in {before.files.get(name), after.files.get(name)}
    ]
    kept = before.shown().keys() & after.shown().keys()
    wrong += [f"{name} is gone" for name in sorted(kept - found.files.keys())]
    if any(found.recorded().values()) and found.recorded() not in (before.recorded(), after.recorded()):
        wrong.append("the store is neither as before nor as after")
    return wrong
