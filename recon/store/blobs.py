"""Bytes kept once, by their digest; and a month's table as Parquet, read again to the same CSV."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import select

from recon import frames
from recon.errors import Exit, Stop
from recon.texts import Text

from .journal import sha256
from .schema import BLOBS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl
    from sqlalchemy import Connection

LOST = Text(
    "Le magasin ne contient plus ce qui y fut inscrit (contenu {sha256}). « recon historique --verifier{where} » dit ce qui a été modifié ; restaurer une sauvegarde : recon restaurer FICHIER{where}.",
    "The store no longer holds what was recorded (content {sha256}). “recon history --check{where}” says what was altered; restore a backup: recon restore FILE{where}.",
)
FEW = 500


def keep(connection: Connection, contents: Iterable[bytes]) -> None:
    """Write each content once; `contents` are taken some at a time."""
    waiting = iter(contents)
    while some := {sha256(data): data for data in islice(waiting, FEW)}:
        known = set(connection.execute(select(BLOBS.c.sha256).where(BLOBS.c.sha256.in_(some))).scalars())
        if new := [{"sha256": digest, "data": data} for digest, data in some.items() if digest not in known]:
            connection.execute(BLOBS.insert(), new)


def kept(connection: Connection, digest: str) -> bytes:
    """Return a content; Stop if it is not there as it was written."""
    data = connection.execute(select(BLOBS.c.data).where(BLOBS.c.sha256 == digest)).scalar()
    if not isinstance(data, bytes) or sha256(data) != digest:
        raise Stop(LOST.with_(sha256=digest[:16], where=""), Exit.NOT_WRITTEN)
    return data


def packed(frame: pl.DataFrame) -> bytes:
    """Return a table as compressed Parquet."""
    return frames.as_parquet(frame, small=True)


def unpacked(data: bytes) -> pl.DataFrame:
    """Return the table that `packed` made of it."""
    return frames.from_parquet(data)
