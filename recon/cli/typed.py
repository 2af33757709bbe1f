"""Commands as they are to be typed next, so that they work from the current folder as they stand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from recon.texts import Text, day

if TYPE_CHECKING:
    from datetime import date

RUN = Text("recon lancer{where} --arrete {day}", "recon run{where} --as-of {day}")


def where(folder: Path) -> str:
    """Return the dossier as `recon run` takes it, after a blank; nothing in the dossier itself."""
    return "" if folder.resolve() == Path.cwd() else f' "{folder}"'


def within(folder: Path) -> str:
    """Return the dossier as every other command takes it, after a blank; nothing in the dossier itself."""
    return "" if folder.resolve() == Path.cwd() else f' -C "{folder}"'


def run_typed(folder: Path, on: date) -> Text:
    """Return the command that draws up the dossier's month again, as of the day that was looked at."""
    return RUN.with_(where=where(folder), day=day(on))
