"""Who holds the dossier: SQLite knows only that it is locked, so the writer leaves its name beside the file."""

from __future__ import annotations

import getpass
import json
import os
import socket
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from recon.errors import Exit, Stop
from recon.texts import moment, visible

from .messages import HELD, HELD_BY_SOMEBODY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

LONGEST = 100
HOLDER = """
SELECT a.application_name, a.xact_start
FROM pg_locks l JOIN pg_stat_activity a USING (pid) JOIN pg_database d ON d.oid = l.database
WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()
  AND ((l.classid::bigint << 32) | l.objid::bigint) = :lock
LIMIT 1
"""


def now() -> str:
    """Return the moment, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def who() -> str:
    """Return who works here, `user@computer`, as the journal names them."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = "?"
    return f"{user}@{socket.gethostname()}"


def name_of_server() -> str:
    """Return what a PostgreSQL server shows of this program."""
    return f"recon {who()}"[:63]


def _note(path: Path) -> Path:
    return path.with_name(f".{path.name.lstrip('.')}.occupe")


@contextmanager
def held(path: Path | None) -> Iterator[None]:
    """Leave a note beside a SQLite store while it is held; a note that cannot be written is no reason to stop."""
    if path is None:
        yield
        return
    note = _note(path)
    with suppress(OSError):
        note.write_text(json.dumps({"who": who(), "since": now(), "pid": os.getpid()}), encoding="utf-8")
    try:
        yield
    finally:
        with suppress(OSError):
            note.unlink()


def of_file(path: Path | None) -> Stop:
    """Return the Stop that names who holds a SQLite store, as far as the note beside it says."""
    said: dict[str, Any] = {}
    if path is not None:
        with suppress(OSError, ValueError):
            said = json.loads(_note(path).read_text(encoding="utf-8"))
    return _stop(said.get("who"), said.get("since"))


def of_server(connection: Connection, lock: int) -> Stop:
    """Return the Stop that names who holds the advisory lock of a PostgreSQL store."""
    row = connection.execute(text(HOLDER), {"lock": lock}).first()
    return _stop(str(row[0]), f"{row[1]:%d/%m/%Y %H:%M}") if row else Stop(HELD_BY_SOMEBODY, Exit.NOT_WRITTEN)


def _stop(name: object, since: object) -> Stop:
    if not isinstance(name, str) or not isinstance(since, str):
        return Stop(HELD_BY_SOMEBODY, Exit.NOT_WRITTEN)
    shown = local(since[:LONGEST])
    return Stop(HELD.with_(who=visible(name[:LONGEST]), since=visible(shown)), Exit.NOT_WRITTEN)


def local(at: str) -> str:
    """Return a moment of the store as a reader writes it, on this machine's clock."""
    with suppress(ValueError):
        return moment(datetime.fromisoformat(at))()
    return at
