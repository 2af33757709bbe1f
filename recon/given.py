"""Files given by name, with no dossier prepared: a convention and a ledger are enough for one payer's statement."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.checking import NO_FILE, Group
from recon.dossier import spoken_name
from recon.errors import Exit, Stop
from recon.pipeline import File, reconcile
from recon.readers import Refused
from recon.readers.apart import read_books
from recon.story import facts
from recon.story.find import payer_asked
from recon.story.missing import several
from recon.texts import Text
from recon_schemas import PAYMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from recon.layouts.profiles import Profile
    from recon.tables import Month, Settings

TWICE = Text(
    "{path} est donné deux fois : chaque fichier, une seule fois et pour ce qu’il contient.",
    "{path} is given twice: each file once, for what it holds.",
)
WHICH = Text(
    "La convention est celle de plusieurs collectivités ; dire laquelle, par son nom ou son SIREN : recon etat NOM …",
    "The convention is of several payers; say which, by its name or SIREN: recon statement NAME …",
)
REFUSED = ("D01", "D02")


def read_given(by_folder: Mapping[str, Sequence[Path]]) -> Group:
    """Read the files, each for the folder where a dossier would hold it; Stop if one is not there or is given twice."""
    paths: dict[str, Path] = {}
    folders: dict[str, str] = {}
    for folder, given in by_folder.items():
        for path in given:
            if not path.exists() or path.is_dir():
                raise Stop(NO_FILE.with_(path=path), Exit.MISUSE)
            if any(path.samefile(other) for other in paths.values()):
                raise Stop(TWICE.with_(path=path), Exit.MISUSE)
            paths[spoken_name(path)] = path
            folders[spoken_name(path)] = folder
    books = read_books(paths.values())
    files = [
        File(name, folders[name], refusal=book.reason)
        if isinstance(book, Refused)
        else File(name, folders[name], book.sha256, book)
        for name, book in zip(paths, books, strict=True)
    ]
    return Group(None, files, paths, {name: name for name in paths})


def month_of_one(group: Group, typed: str, settings: Settings, profiles: Sequence[Profile]) -> tuple[Month, str]:
    """Return the month of the files and the SIREN of the payer that they are about, "" if no convention could be read.

    It is the one typed, else the convention's only one, else the one that the ledgers name. Every ledger is its own
    unless the ledger says otherwise. Stop if it cannot be told.
    """
    others = [file for file in group.files if file.folder != PAYMENTS.folder]
    month = reconcile(others, settings, profiles)
    sirens = month.conventions["payer_siren"].unique().sort().to_list()
    if not sirens:
        # Whose a ledger is cannot be asked before there is a convention: only what cannot be opened is said of it.
        told = [file for file in group.files if file.folder != PAYMENTS.folder or file.book is None]
        return reconcile(told, settings, profiles), ""
    siren = payer_asked(month, typed, _names(others)) if typed else sirens[0]
    if not typed and len(sirens) > 1:
        siren = _of_the_ledgers(reconcile(group.files, settings, profiles), sirens)
    return reconcile(group.files, replace(settings, payer=siren), profiles), siren


def _names(files: Sequence[File]) -> str:
    return ", ".join(file.name for file in files)


def _of_the_ledgers(month: Month, sirens: list[str]) -> str:
    """Return the only payer that the ledgers' lines name, if the convention is also its."""
    found = month.payments["payer_siren"].unique().to_list()
    if len(found) == 1 and found[0] in sirens:
        return str(found[0])
    raise several(WHICH, [facts.payer(month, siren) for siren in sirens])


def refused(month: Month) -> set[str]:
    """Return the names of the files of which something could not be read as a table."""
    return set(month.findings.filter(pl.col("code").is_in(REFUSED))["file"])
