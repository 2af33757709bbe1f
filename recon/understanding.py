"""Files to what they give, many at once: this process and a helper understand them side by side, while others are read.

What is returned is what the store would give back for the same files: a month does not depend on which of them were new.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from recon import hands
from recon.intake import understand
from recon.store.layout_codec import decoded, encoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from recon.intake import File
    from recon.layouts.profiles import Profile

    Batch = tuple[list[File], Sequence[Profile]]

BATCH = 16
# Fewer batches are understood before a helper has started.
MANY = 40

PROGRAM = "from recon.understanding import serve; serve()"


def understood(files: Iterable[File], profiles: Sequence[Profile]) -> Understanding:
    """Return the files with what their books give; the books are let go of."""
    found = Understanding()
    found.take(files, profiles)
    return found


@dataclass(slots=True)
class Understanding:
    """The files as they came, without their books, and by place what was made of those that had one, as the store keeps it."""

    files: list[File] = field(default_factory=list)
    fresh: dict[int, bytes] = field(default_factory=dict)

    def take(self, files: Iterable[File], profiles: Sequence[Profile]) -> None:
        """Understand the files that have a book."""
        places: list[int] = []
        batches = self._batches(files, profiles, places)
        first = list(islice(batches, MANY))
        few = len(first) < MANY
        made = map(_understood, first) if few else hands.side_by_side(PROGRAM, chain(first, batches), _understood)
        for place, data in enumerate(chain.from_iterable(made)):
            self._keep(places[place], data)

    def _batches(self, files: Iterable[File], profiles: Sequence[Profile], places: list[int]) -> Iterator[Batch]:
        some: list[File] = []
        for file in files:
            if file.book is not None and file.understood is None:
                places.append(len(self.files))
                some.append(file)
            self.files.append(replace(file, book=None))
            if len(some) == BATCH:
                yield some, profiles
                some = []
        if some:
            yield some, profiles

    def _keep(self, place: int, data: bytes) -> None:
        known = decoded(data)
        if known is None:
            raise RuntimeError(f"{self.files[place].name}: what was understood cannot be read back")
        self.files[place] = replace(self.files[place], understood=known)
        self.fresh[place] = data


def _understood(batch: Batch) -> list[bytes]:
    files, profiles = batch
    return [encoded(known.understood) for file in files if (known := understand(file, profiles)).understood]


def serve() -> None:
    """Understand what comes through the standard input until it is closed."""
    hands.serve(_understood)
