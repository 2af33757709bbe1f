"""Many statements at once: this process and a helper draw them side by side; what the helper cannot is drawn here."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from recon import hands
from recon.reports.statement import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from recon.reports.owed import Owed
    from recon.tables import Settings
    from recon.texts import Lang

    Batch = tuple[list[Owed], Settings, Lang]

# Fewer are drawn before a helper has started.
MANY = 600
BATCH = 24

PROGRAM = "from recon.reports.drawing import serve; serve()"


def drawn(accounts: Iterable[Owed], settings: Settings, lang: Lang = "fr") -> Iterator[bytes]:
    """Yield the workbook of each account, in order."""
    waiting = iter(accounts)
    first = list(islice(waiting, MANY))
    if len(first) < MANY:
        yield from (written(account, settings, lang) for account in first)
        return
    batches = _batches(chain(first, waiting), settings, lang)
    for some in hands.side_by_side(PROGRAM, batches, _drawn):
        yield from some


def _batches(accounts: Iterator[Owed], settings: Settings, lang: Lang) -> Iterator[Batch]:
    while some := list(islice(accounts, BATCH)):
        yield some, settings, lang


def _drawn(batch: Batch) -> list[bytes]:
    accounts, settings, lang = batch
    return [written(account, settings, lang) for account in accounts]


def serve() -> None:
    """Draw what comes through the standard input until it is closed."""
    hands.serve(lambda _nothing: _drawn)
