"""A store copied whole into a SQLite file, and back: the same for both kinds of database, proven before it counts."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, func, select

from recon.errors import Exit, Stop
from recon.reports.files import PREFIX, SUFFIX, sweep
from recon.texts import Text

from . import holder
from .database import open_store, patience, told
from .proof import altered
from .schema import BLOBS, JOURNAL, META, RECORDED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from .database import Store

ALTERED = Text(
    "{store} ne concorde pas avec son journal : {what}. Rien n’a été copié.",
    "{store} does not agree with its journal: {what}. Nothing was copied.",
)
NOT_EMPTY = Text(
    "Le magasin {store} n’est pas vide : une restauration n’efface pas un serveur. Indiquer une base vide, dans recon.toml ou RECON_STORE, puis recommencer.",
    "The store {store} is not empty: a restore erases no server. Name an empty database, in recon.toml or RECON_STORE, then try again.",
)
MISSING = Text("La sauvegarde {path} n’existe pas.", "There is no backup {path}.")
EMPTY = Text(
    "La sauvegarde {path} est vide : la copie a été interrompue. Rien n’a été modifié. En prendre une autre.",
    "The backup {path} is empty: its copy was cut off. Nothing was changed. Take another one.",
)
NO_BACKUP = Text(
    "{path} : ce fichier n’est pas une sauvegarde de recon. Rien n’a été modifié. Donner un fichier écrit par recon sauvegarder (« sauvegardes/recon_….db »).",
    "{path}: this file is no backup of recon. Nothing was changed. Give a file that recon backup wrote (“sauvegardes/recon_….db”).",
)
BROKEN = Text(
    "La sauvegarde {path} est endommagée. Rien n’a été modifié. En prendre une autre.",
    "The backup {path} is damaged. Nothing was changed. Take another one.",
)
DAMAGED = Text("Le magasin {store} est endommagé.", "The store {store} is damaged.")
MANY, A_DAY = 2_000, 86_400


def back_up(store: Store, target: Path) -> None:
    """Write the whole store into a new file at `target`; what stood there is replaced only by a copy that is proven."""
    temporary = _copied(store, target)
    try:
        temporary.replace(target)
        _sync(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def restore(backup: Path, url: URL, look: Callable[[Connection], None] | None = None) -> Path | None:
    """Make the store at `url` what `backup` holds; return where a SQLite file that stood there is kept.

    Stop if `backup` is no backup, or a damaged one, or if `look` does, given its store before anything is changed. It is
    never written to: what is opened, and brought to this version, is a copy.
    """
    if not backup.is_file():
        raise Stop(MISSING.with_(path=backup), Exit.MISUSE)
    # Opening an empty file would make an empty store of it, and a cut-off copy is often just that.
    if not backup.stat().st_size:
        raise Stop(EMPTY.with_(path=backup), Exit.NOTHING_READ)
    with tempfile.TemporaryDirectory(prefix="recon_", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / backup.name
        shutil.copyfile(backup, copy)
        if journal_of(backup).exists():
            shutil.copyfile(journal_of(backup), journal_of(copy))
        with told(URL.create("sqlite", database=str(backup))):
            _refuse_other(copy, backup)
        source = open_store(URL.create("sqlite", database=str(copy)))
        try:
            if look is not None:
                with source.reading() as old:
                    look(old)
            return _put_back(source, url)
        finally:
            source.close()


@contextmanager
def as_it_is(url: URL) -> Iterator[Store]:
    """Give a copy of the SQLite store at `url`, which is not changed; Stop if it cannot be read."""
    path = Path(url.database or "")
    with tempfile.TemporaryDirectory(prefix="recon_", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / path.name
        with told(url):
            if not _written_into(copy, path):
                raise Stop(DAMAGED.with_(store=path.name), Exit.NOTHING_READ)
            store = open_store(URL.create("sqlite", database=str(copy)))
        try:
            yield store
        finally:
            store.close()


def _put_back(source: Store, url: URL) -> Path | None:
    """Make the store at `url` what `source` is; return where a SQLite file that stood there is kept."""
    if url.drivername == "sqlite" and url.database:
        with told(url):
            return _in_place_of(Path(url.database), source)
    target = open_store(url)
    try:
        with source.reading() as old, target.writing() as new:
            _refuse_altered(source, old)
            if new.execute(select(func.count()).select_from(JOURNAL)).scalar_one():
                raise Stop(NOT_EMPTY.with_(store=target.name), Exit.NOT_WRITTEN)
            _copy(old, new)
    finally:
        target.close()
    return None


def _refuse_other(copy: Path, backup: Path) -> None:
    """Stop if a file, of which `copy` is one, is no database, holds no store, or cannot even tell its tables."""
    try:
        with closing(sqlite3.connect(copy)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_NOTADB:
            raise Stop(NO_BACKUP.with_(path=backup), Exit.MISUSE) from error
        if code == sqlite3.SQLITE_CORRUPT:
            raise Stop(BROKEN.with_(path=backup), Exit.NOTHING_READ) from error
        raise
    if not {META.name, JOURNAL.name} <= tables:
        raise Stop(NO_BACKUP.with_(path=backup), Exit.MISUSE)


def _in_place_of(path: Path, source: Store) -> Path | None:
    """Put a proven copy where a SQLite store is; what stood there is kept beside. Others wait, as for any writer."""
    sweep(path.parent, deep=False)
    temporary = _copied(source, path)
    try:
        kept = _kept(path) if path.exists() else None
        if kept is None or not _written_into(path, temporary):
            # What SQLite would undo in the store that was damaged, it must not undo in this one.
            journal_of(path).unlink(missing_ok=True)
            temporary.replace(path)
        _sync(path.parent)
        return kept
    finally:
        temporary.unlink(missing_ok=True)


def journal_of(path: Path) -> Path:
    """Return where SQLite keeps what it would undo in the store at `path`."""
    return path.with_name(f"{path.name}-journal")


def _kept(path: Path) -> Path:
    """Keep what stands at `path` beside it, whole, even if it is no database; return where."""
    count = 1
    while (kept := path.with_name(f"{path.name}.avant-restauration-{count}")).exists():
        count += 1
    temporary = _temporary(path)
    try:
        if not _written_into(temporary, path):
            shutil.copy2(path, temporary)
            if journal_of(path).exists():
                shutil.copy2(journal_of(path), journal_of(kept))
        return temporary.replace(kept)
    finally:
        temporary.unlink(missing_ok=True)


def _written_into(path: Path, copied: Path) -> bool:
    """Make the SQLite file at `path` what `copied` is, in one transaction; False if one of them is damaged."""
    deadline = time.monotonic() + patience()

    def wait(status: int, *_: int) -> None:
        if status not in {sqlite3.SQLITE_OK, sqlite3.SQLITE_DONE} and time.monotonic() > deadline:
            raise holder.of_file(path)

    with closing(sqlite3.connect(copied)) as old, closing(sqlite3.connect(path)) as new:
        try:
            new.execute("PRAGMA synchronous=EXTRA")
            old.backup(new, progress=wait, sleep=0.1)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
                return False
            raise
    return True


def _temporary(beside: Path) -> Path:
    """Return a name in the same folder that nothing bears, once those are gone that were killed with it a day ago."""
    descriptor, name = tempfile.mkstemp(prefix=PREFIX, suffix=SUFFIX, dir=beside.parent)
    os.close(descriptor)
    now = Path(name).stat().st_mtime
    for other in beside.parent.glob(f"{PREFIX}*{SUFFIX}*"):
        with suppress(OSError):
            if other.stat().st_mtime < now - A_DAY:
                other.unlink()
    Path(name).unlink()
    return Path(name)


def _copied(store: Store, beside: Path) -> Path:
    """Return a proven copy of the store in a temporary file of the same folder."""
    temporary = _temporary(beside)
    try:
        copy = open_store(URL.create("sqlite", database=str(temporary)))
        try:
            with store.reading() as old, copy.writing() as new:
                _refuse_altered(store, old)
                _copy(old, new)
            with copy.reading() as new:
                _refuse_altered(copy, new)
        finally:
            copy.close()
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _refuse_altered(store: Store, connection: Connection) -> None:
    if found := list(altered(connection)):
        raise Stop(ALTERED.with_(store=store.name, what=found[0]), Exit.NOT_WRITTEN)


def _copy(old: Connection, new: Connection) -> None:
    new.execute(META.delete())
    for table in (META, JOURNAL, *RECORDED, BLOBS):
        rows = old.execution_options(yield_per=MANY).execute(select(table))
        for part in rows.mappings().partitions(MANY):
            new.execute(table.insert(), [dict(row) for row in part])


def _sync(folder: Path) -> None:
    """Have the renaming itself outlive a power cut, where folders can be synchronised."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
