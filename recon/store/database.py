"""The store opened: connections that lose nothing, one writer at a time, and a sentence for whatever goes wrong.

SQLite keeps its rollback journal (`DELETE`): a dossier may lie on a network share, where WAL does not work, and it is
to stay one file. `synchronous=EXTRA` has every commit outlive a power cut. PostgreSQL writers take one advisory lock.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, create_engine, event, exc, inspect, select

from recon.errors import Exit, Stop
from recon.reports.files import PREFIX, SUFFIX, readable, why
from recon.texts import same

from . import holder, messages, migrations, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

WAIT_SECONDS = 30
# Whoever writes to a recon database on a PostgreSQL server takes this lock; each database has its own.
LOCK = 0x7265636F6E
FULL = ("disk is full", "readonly", "disk I/O", "unable to open", "No space", "read-only")
DAMAGED = ("malformed", "not a database", "corrupt", "encrypted")
BUSY = ("is locked", "lock timeout")


@dataclass(frozen=True, slots=True)
class Store:
    """A store that is there, of this recon's version."""

    engine: Engine
    wait: float

    @property
    def name(self) -> str:
        """How the store is called in a sentence: no password."""
        return spoken(self.engine.url)

    @property
    def path(self) -> Path | None:
        """The file of a SQLite store, None for a server's."""
        return _path(self.engine.url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the store; Stop if it cannot be read."""
        with told(self.engine.url), self.engine.connect() as connection:
            begin = "BEGIN" if self.path else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
            connection.exec_driver_sql(begin)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give the one connection that may write: all that it wrote stays, or nothing; Stop if another holds the store."""
        with _writing(self.engine, self.wait) as connection:
            yield connection

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def patience() -> float:
    """Return how many seconds to wait for another: `RECON_WAIT`, else thirty."""
    try:
        return max(0.0, float(os.environ.get("RECON_WAIT", WAIT_SECONDS)))
    except ValueError:
        return WAIT_SECONDS


def spoken(url: URL) -> str:
    """Return a store's name for a sentence."""
    return Path(url.database or "").name if _path(url) else url.render_as_string(hide_password=True)


def open_store(url: URL, *, wait: float | None = None) -> Store:
    """Return the store at `url`, created or brought to this version if need be; Stop, with what to do, if it cannot be.

    A writer waits `wait` seconds for another, by default those of `RECON_WAIT`.
    """
    wait = patience() if wait is None else wait
    path = _path(url)
    if path is not None and not path.exists():
        with told(url):
            _make(path)
    engine = _engine(url, wait)
    try:
        with told(url), engine.connect() as connection:
            found = _version(connection, url)
        if found != schema.VERSION:
            with _writing(engine, wait) as connection:
                # Another may have created or migrated it while this one waited.
                migrations.bring_up(connection, _version(connection, url))
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, wait)


def _make(path: Path) -> None:
    """Make an empty store, whole at once: a file without tables is then never one that is being made."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=PREFIX, suffix=SUFFIX, dir=path.parent)
        os.close(descriptor)
        temporary = Path(name)
        try:
            engine = _engine(URL.create("sqlite", database=name), 0)
            with engine.connect() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                migrations.bring_up(connection, 0)
                connection.commit()
            engine.dispose()
            readable(name)
            _name_it(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise Stop(messages.NOT_WRITTEN.with_(store=path.name, why=why(error)), Exit.NOT_WRITTEN) from error


def _name_it(temporary: Path, path: Path) -> None:
    """Give a store its name, unless another has made one meanwhile, and swept this one away."""
    try:
        if os.name == "nt":
            temporary.rename(path)
        else:
            path.hardlink_to(temporary)
    except OSError:
        # Some network shares have no second names.
        if not path.exists():
            temporary.replace(path)


def is_there(url: URL) -> bool:
    """Whether a store may be at `url`: a file that is not there need not be opened to know it is empty."""
    path = _path(url)
    return path is None or path.exists()


def discard_empty(store: Store) -> None:
    """Close a store that was just made and, if nothing was ever recorded in it, take its file away again."""
    path = store.path
    if path is None:
        return store.close()
    with suppress(Stop):
        with store.writing() as connection:
            empty = connection.execute(select(schema.JOURNAL.c.seq).limit(1)).first() is None
            if empty and os.name == "posix":
                path.unlink(missing_ok=True)
        store.close()
        if empty and os.name != "posix":
            # Windows lets nobody take away a file that another holds open.
            with suppress(OSError):
                path.unlink()
    return store.close()


def _path(url: URL) -> Path | None:
    return Path(url.database) if url.drivername == "sqlite" and url.database else None


def _version(connection: Connection, url: URL) -> int:
    """Return the schema's version, 0 for a server's empty database; Stop if it is newer, or no store."""
    tables = set(inspect(connection).get_table_names())
    if not tables:
        if _path(url):
            raise Stop(messages.CORRUPTED.with_(store=spoken(url), why=messages.EMPTY, where=""), Exit.NOT_WRITTEN)
        return 0
    if not {"meta", "journal"} <= tables:
        raise Stop(messages.FOREIGN.with_(store=spoken(url)), Exit.NOT_WRITTEN)
    version = connection.execute(select(schema.META.c.value).where(schema.META.c.name == "version")).scalar()
    found = int(version) if version and version.isdigit() else 0
    if found > schema.VERSION:
        said = messages.NEWER.with_(store=spoken(url), found=found, known=schema.VERSION)
        raise Stop(said, Exit.NOT_WRITTEN)
    if not found:
        raise Stop(messages.FOREIGN.with_(store=spoken(url)), Exit.NOT_WRITTEN)
    return found


def _engine(url: URL, wait: float) -> Engine:
    if _path(url):
        engine = create_engine(url, connect_args={"timeout": wait})
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    try:
        return create_engine(url, connect_args={"application_name": holder.name_of_server(), "connect_timeout": 10})
    except ImportError as error:
        raise Stop(messages.NO_DRIVER, Exit.MISUSE) from error


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # recon says itself where a transaction begins.
    # What somebody wrote there with another program is to be named by the proof, not to stop it.
    connection.text_factory = lambda data: data.decode("utf-8", "backslashreplace")
    for pragma in (
        "journal_mode=DELETE",
        "synchronous=EXTRA",
        "temp_store=MEMORY",
        "trusted_schema=OFF",
        "cell_size_check=ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


@contextmanager
def _writing(engine: Engine, wait: float) -> Iterator[Connection]:
    path = _path(engine.url)
    with told(engine.url), engine.connect() as connection:
        if path:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            if not path.exists():
                # Whoever made it recorded nothing in it and took it away again: nothing may be written there.
                raise Stop(messages.GONE.with_(store=path.name), Exit.NOT_WRITTEN)
        else:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(wait * 1000)}")
            _lock_server(connection)
        with holder.held(path):
            yield connection
            connection.commit()


def _lock_server(connection: Connection) -> None:
    try:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    except exc.OperationalError as error:
        connection.rollback()
        raise holder.of_server(connection, LOCK) from error


@contextmanager
def told(url: URL) -> Iterator[None]:
    """Have a sentence said of what the database refuses."""
    try:
        yield
    except (exc.OperationalError, exc.DatabaseError) as error:
        raise _stop(url, error) from error
    except sqlite3.DatabaseError as error:
        raise _stop(url, error) from error


def _stop(url: URL, error: Exception) -> Stop:
    cause: Any = getattr(error, "orig", None) or error
    said = " ".join(str(cause).split()) or type(cause).__name__
    path = _path(url)
    if any(word in said for word in BUSY):
        return holder.of_file(path)
    in_words = next((text for words, text in messages.IN_WORDS.items() if words in said), None)
    known = {"store": spoken(url), "why": in_words or same(said[:200]), "where": ""}
    if any(word in said for word in DAMAGED):
        return Stop(messages.CORRUPTED.with_(**known), Exit.NOT_WRITTEN)
    if path or any(word in said for word in FULL):
        return Stop(messages.NOT_WRITTEN.with_(**known), Exit.NOT_WRITTEN)
    return Stop(messages.UNREACHABLE.with_(**known), Exit.NOT_WRITTEN)
