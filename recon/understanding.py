"""Files to what they give, many at once: this process and a helper understand them side by side, while others are read.

What is returned is what the store would give back for the same files: a month does not depend on which of them were new.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from recon import hands
from recon.collector import without_collector
from recon.intake import understand
from recon.layouts import Layout
from recon.store.layout_codec import decoded, encoded, read, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from recon.intake import File, Understood
    from recon.knowledge import Knowledge
    from recon.layouts import Table
    from recon.layouts.profiles import Profile
    from recon.texts import Text

    Given = tuple[Sequence[Profile], Knowledge | None]
    Batch = list[File]

BATCH = 32
# Fewer batches are understood before a helper has started.
MANY = 40

PROGRAM = "from recon.understanding import serve; serve()"


class Made(NamedTuple):
    """What was made of a file: as the store keeps it, b"" if it does already, and of a ledger with its lines that matter.

    `refusal` is why it is none to be read.
    """

    whole: bytes
    narrowed: bytes = b""
    refusal: Text | None = None


class NotOursError(ValueError):
    """What was kept of a file, though nothing in the store was altered, cannot be read back."""


def understood(
    files: Iterable[File],
    profiles: Sequence[Profile],
    known: Knowledge | None = None,
    keep: Callable[[File, Made], None] = lambda _file, _made: None,
) -> list[File]:
    """Return the files as they came, with what their books give; the books are let go of.

    With what is `known` without them, they are ledgers: their lines that cannot be in scope are counted and no more.
    `keep` is given what was made of each file that nobody had looked at. NotOursError if what was kept of one is of no
    use.
    """
    found = _Understanding(keep)
    with without_collector():
        found.take(files, (profiles, known))
    return found.files


@dataclass(slots=True)
class _Understanding:
    keep: Callable[[File, Made], None]
    files: list[File] = field(default_factory=list)

    def take(self, files: Iterable[File], given: Given) -> None:
        """Understand the files that have a book, or are kept and not yet looked at."""
        places: list[int] = []
        batches = self._batches(files, places)
        first = list(islice(batches, MANY))
        do = _maker(given)
        few = len(first) < MANY
        made = map(do, first) if few else hands.side_by_side(PROGRAM, chain(first, batches), do, given)
        for nth, one in enumerate(chain.from_iterable(made)):
            self._place(places[nth], one)

    def _batches(self, files: Iterable[File], places: list[int]) -> Iterator[Batch]:
        some: list[File] = []
        for file in files:
            if file.understood is None and (file.book is not None or file.encoded):
                places.append(len(self.files))
                some.append(file)
            self.files.append(replace(file, book=None, encoded=b""))
            if len(some) == BATCH:
                yield some
                some = []
        if some:
            yield some

    def _place(self, place: int, made: Made) -> None:
        file = self.files[place]
        if made.refusal is not None:
            self.files[place] = replace(file, refusal=made.refusal)
            return
        known = read(made.narrowed) if made.narrowed else decoded(made.whole)
        if known is None:
            raise NotOursError(file.name)
        self.files[place] = replace(file, understood=known)
        self.keep(file, made)


def _maker(given: Given) -> Callable[[Batch], list[Made]]:
    """Return what makes of a batch of files what is to be kept of them."""
    profiles, known = given

    def make(batch: Batch) -> list[Made]:
        files = [understand(file, profiles) for file in batch]
        found = [file.understood or (decoded(file.encoded) if file.encoded else None) for file in files]
        narrowed = _narrowed(found, known) if known else [b""] * len(found)
        return [
            Made(encoded(own) if own and not file.encoded else b"", few, file.refusal)
            for file, own, few in zip(files, found, narrowed, strict=True)
        ]

    return make


def _narrowed(found: Sequence[Understood | None], known: Knowledge) -> list[bytes]:
    """Return each file's tables narrowed, all at once: looking at many takes hardly longer than at one."""
    tables: list[Table] = [table for one in found if one for table in one.layout.tables]
    narrow = iter(known.narrowed(tables))
    return [
        written(replace(one, layout=Layout(list(islice(narrow, len(one.layout.tables))), one.layout.problems)))
        if one
        else b""
        for one in found
    ]


def serve() -> None:
    """Understand what comes through the standard input until it is closed."""
    with without_collector():
        hands.serve(_maker)
