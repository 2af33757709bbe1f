"""Ledgers that could not be read, whole or a sheet of them, by the payer that they point at."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from recon.payers.voices import voice
from recon_schemas import PAYMENTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from recon.intake import File
    from recon.layouts import Layout
    from recon.payers import Payers


def unread_ledgers(
    files: Iterable[File],
    layouts: Mapping[str, Layout],
    aside: Collection[str],
    payers: Payers,
    asked: Iterable[str],
    only: str = "",
) -> frozenset[str]:
    """Return the payers whose statement has to say that a ledger could not be read.

    A folder, a file's or a sheet's name points at a payer, and so do the lines of those `asked` about; a ledger that
    points at nobody is nobody's, unless all are said to be those of `only`. `aside` are files that others replace.
    """
    said = [text for file in files if file.name not in aside for text in _unread(file, layouts)]
    named = {siren for text in said for siren in voice(text, payers, titled=False).sirens}
    if said and only:
        named.add(only)
    return frozenset(payers.now(siren) for siren in (*named, *asked))


def _unread(file: File, layouts: Mapping[str, Layout]) -> Iterator[str]:
    """Yield what names a ledger of which something could not be read: its folders, its own name, its sheets'."""
    problems = layouts[file.name].problems if file.name in layouts else []
    if file.folder == PAYMENTS.folder and (file.refusal is not None or problems):
        path = PurePosixPath(file.name)
        yield from (part for part in path.parent.parts if part != PAYMENTS.folder)
        yield path.stem
        yield from (problem.sheet for problem in problems)
