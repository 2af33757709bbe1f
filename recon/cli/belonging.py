"""Whose a backup is: a store put into another dossier's folder would have its decisions and closings count there."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from recon.cli.typed import within
from recon.dossier import LEFT_OUT
from recon.errors import Exit, Stop
from recon.store import runs
from recon.store.journal import sha256
from recon.store.schema import JOURNAL, SOURCES
from recon.texts import Text, counted, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import URL, Connection

# Enrolments and reference tables may be the same for several dossiers.
OWN = ("conventions", "titres", "paiements")
ANOTHERS = Text(
    "{file} est la sauvegarde d’un autre dossier{month} : ni son journal ni aucune de ses conventions, aucun de ses titres et registres ne sont ceux de {folder}. Rien n’a été modifié. Donner une sauvegarde de ce dossier ; si c’est bien celle-là : recon restaurer {typed} --autre-dossier{where}",
    "{file} is the backup of another dossier{month}: neither its journal nor any of its conventions, titres and ledgers are those of {folder}. Nothing was changed. Give a backup of this dossier; if it is that one: recon restore {typed} --other-dossier{where}",
)
UP_TO = Text(" (dernier mois rapproché : {month})", " (last month run: {month})")

NEW_HERE = Text(
    "{folder} ne contenait ni magasin, ni convention, titre ou registre à comparer : cette sauvegarde est celle d’un dossier de {payers}{names}{month}. Vérifier que c’est bien celui-là.",
    "{folder} held no store and no convention, titre or ledger to compare: this backup is of a dossier of {payers}{names}{month}. Check that it is the right one.",
)
PAYERS = Text("collectivité", "payer"), Text("collectivités", "payers")
NAMES = Text(" ({names})", " ({names})")
FEW = 3


def refusing_anothers(backup: Path, folder: Path, url: URL) -> Callable[[Connection], None]:
    """Return what stops, given a backup's store, if it is neither of the store at `url` nor of the files in `folder`.

    A folder without a store, conventions, titres and ledgers takes any: on a new computer, say.
    """

    def refuse(connection: Connection) -> None:
        there = _begins_at(url)
        if _begins(connection) == there:
            return
        own = list(_files(folder))
        if not own and not there:
            return
        known = set(connection.execute(select(SOURCES.c.sha256).where(SOURCES.c.folder.in_(OWN))).scalars())
        if any(sha256(path.read_bytes()) in known for path in own):
            return
        month = _last_month(connection)
        typed, where = f'"{backup}"', within(folder)
        raise Stop(ANOTHERS.with_(file=backup, month=month, folder=folder, typed=typed, where=where), Exit.MISUSE)

    return refuse


def unlike_none(connection: Connection, folder: Path, url: URL) -> Text | None:
    """Return which dossier a backup's store is of, where nothing in `folder` or at `url` can tell; None otherwise."""
    from recon.monthly import latest_names

    if _begins_at(url) or next(_files(folder), None):
        return None
    try:
        names = [visible(name) for name in latest_names(connection).values()]
    except Stop:
        # A run's table that is gone names nobody.
        names = []
    shown = ", ".join([*sorted(names)[:FEW], *(["…"] if len(names) > FEW else [])])
    return NEW_HERE.with_(
        folder=folder,
        payers=counted(len(names), *PAYERS),
        names=NAMES.with_(names=shown) if shown else "",
        month=_last_month(connection),
    )


def _last_month(connection: Connection) -> Text | str:
    last = max((run.month for run in runs.runs(connection)), default="")
    return UP_TO.with_(month=last) if last else ""


def _begins(connection: Connection) -> str | None:
    """Return the digest of the journal's first entry, which no two dossiers share; None if there is none."""
    return connection.execute(select(JOURNAL.c.digest).order_by(JOURNAL.c.seq).limit(1)).scalar()


def _begins_at(url: URL) -> str:
    """Return it of the SQLite store at `url`, which is not changed by it; empty where it cannot be told."""
    if url.drivername != "sqlite" or not url.database or not Path(url.database).exists():
        return ""
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"{Path(url.database).resolve().as_uri()}?mode=ro", uri=True)) as connection,
    ):
        row = connection.execute("SELECT digest FROM journal ORDER BY seq LIMIT 1").fetchone()
        return str(row[0]) if row else ""
    return ""


def _files(folder: Path) -> Iterator[Path]:
    """Yield the dossier's own files; what the system or an open workbook leaves beside them is nobody's."""
    for name in OWN:
        found = sorted((folder / name).rglob("*"))
        yield from (path for path in found if path.is_file() and not path.name.lower().startswith(LEFT_OUT))
