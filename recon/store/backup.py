"""A store copied whole into a SQLite file, and back: the same for both kinds of database, proven before it counts."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, func, select

from recon.errors import Exit, Stop
from recon.texts import Text

from .database import open_store
from .proof import altered
from .schema import BLOBS, JOURNAL, META, RECORDED

if TYPE_CHECKING:
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
MANY = 2_000


def back_up(store: Store, target: Path) -> None:
    """Write the whole store into a new file at `target`; what stood there is replaced only by a copy that is proven."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = _copied(store, target)
    try:
        temporary.replace(target)
        _sync(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def restore(backup: Path, url: URL) -> Path | None:
    """Make the store at `url` what `backup` holds; return where a SQLite file that stood there is kept."""
    if not backup.is_file():
        raise Stop(MISSING.with_(path=backup), Exit.MISUSE)
    source = open_store(URL.create("sqlite", database=str(backup.resolve())))
    try:
        if url.drivername == "sqlite" and url.database:
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
    finally:
        source.close()


def _in_place_of(path: Path, source: Store) -> Path | None:
    """Put a proven copy where a SQLite store is; what stood there is kept beside."""
    temporary = _copied(source, path)
    try:
        kept = _beside(path) if path.exists() else None
        if kept is not None:
            shutil.copy2(path, kept)
        temporary.replace(path)
        _sync(path.parent)
        return kept
    finally:
        temporary.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    count = 1
    while (kept := path.with_name(f"{path.name}.avant-restauration-{count}")).exists():
        count += 1
    return kept


def _copied(store: Store, beside: Path) -> Path:
    """Return a proven copy of the store in a temporary file of the same folder."""
    descriptor, name = tempfile.mkstemp(prefix=".recon-", suffix=".db", dir=beside.parent)
    os.close(descriptor)
    temporary = Path(name)
    try:
        copy = open_store(URL.create("sqlite", database=name))
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
