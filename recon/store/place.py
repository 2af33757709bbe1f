"""Where a dossier's store is: `RECON_STORE`, else `[magasin] url` of recon.toml, else `recon.db` in the dossier."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from recon.errors import Exit, Stop

from .messages import UNKNOWN_URL

if TYPE_CHECKING:
    from pathlib import Path

FILE, VARIABLE = "recon.db", "RECON_STORE"


def store_url(dossier: Path, configured: str = "") -> URL:
    """Return the store's address; Stop if what was configured is none."""
    asked = os.environ.get(VARIABLE, "").strip() or configured.strip()
    if not asked:
        return URL.create("sqlite", database=str(dossier.resolve() / FILE))
    try:
        url = make_url(asked)
    except ArgumentError as error:
        raise Stop(UNKNOWN_URL.with_(url=asked.split("@")[-1]), Exit.MISUSE) from error
    if url.drivername in {"postgresql", "postgres", "postgresql+psycopg"} and url.database:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        # A relative path is meant from the dossier, wherever the command is typed.
        return url.set(database=str(dossier.resolve() / url.database))
    raise Stop(UNKNOWN_URL.with_(url=url.render_as_string(hide_password=True)), Exit.MISUSE)
