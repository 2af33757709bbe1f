"""Headings: the row, or the two or three stacked rows, that title a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from .words import CREDIT, DEBIT, WEAK, Meaning, has_figure, meanings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from recon.readers import Sheet
    from recon_schemas import Source

    Cells = Sequence[str | None]

HEADING_ROWS = 60
DEEPEST = 3
FIRM = 3
LONGEST_TITLE = 80
SHORT_TITLE = 24
# No ledger is wider, and a file of a hundred thousand columns must not be searched for one.
MOST_COLUMNS = 1_000
# What a table may lack where the cells above it, its sheet's name or its file's name say it for all rows.
SAID_AROUND = {
    "payments": {"payer_siret"},
    "enrolments": {"school_year"},
    "conventions": {"school_year"},
}


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a table's titles stand (rows from 0, both included), and the title of each column, None where it has none.

    `claims` are the columns whose title may name a field, with the title's rank among the field's own.
    """

    source: Source
    first: int
    last: int
    titles: tuple[str | None, ...]
    claims: dict[str, list[Claim]]
    more_below: bool = False

    @property
    def missing(self) -> list[str]:
        """The required fields that no title names, and that nothing around the table could say."""
        around = SAID_AROUND.get(self.source.name, set())
        return [field for field in _required(self.source) if not self._named(field) and field not in around]

    @property
    def firm(self) -> bool:
        """Whether this is a heading beyond doubt, even if it lacks something."""
        return not self.missing or len(self.claims) >= FIRM

    @property
    def rank(self) -> tuple[bool, int, bool, int, int]:
        """How good a heading this is: complete, many known titles, no further titles below, few rows, the topmost."""
        return (not self.missing, len(self.claims), not self.more_below, self.first - self.last, -self.first)

    def _named(self, field: str) -> bool:
        return field in self.claims or (field == "amount" and bool({DEBIT, CREDIT} & self.claims.keys()))


_REQUIRED: dict[str, tuple[str, ...]] = {}


def _required(source: Source) -> tuple[str, ...]:
    """Return the required fields, worked out once: every row of every sheet is held against them."""
    if source.name not in _REQUIRED:
        _REQUIRED[source.name] = source.required
    return _REQUIRED[source.name]


class Claim(NamedTuple):
    """A column whose title names a field: the better the title, the lower its rank."""

    rank: int
    column: int


def best_heading(sheet: Sheet, start: int, sources: Sequence[Source]) -> Heading | None:
    """Return the first heading from `start` on, within sixty rows, complete or with three known titles; else the best.

    None if no row has two known titles. Of headings that begin within three rows, the best is meant.
    """
    best: Heading | None = None
    for row in range(start, min(start + HEADING_ROWS, len(sheet.rows))):
        if best is not None and best.firm and row >= best.first + DEEPEST:
            break
        for stack in _stacks(sheet, row, sources):
            if best is not None and not best.missing and _most_claims(stack.levels) < len(best.claims):
                continue
            heading = _heading(row, stack)
            if heading is not None and (best is None or heading.rank > best.rank):
                best = heading
    return best


def headings_at(sheet: Sheet, row: int, sources: Sequence[Source]) -> Iterator[Heading]:
    """Yield what the rows from `row` on may title, read alone or stacked; one known word is a sentence, no heading."""
    return filter(None, (_heading(row, stack) for stack in _stacks(sheet, row, sources)))


class _Stack(NamedTuple):
    """Rows that may title a table of the source, alone or one upon the other, and the row below them."""

    source: Source
    levels: Sequence[Cells]
    below: Cells


def _stacks(sheet: Sheet, row: int, sources: Sequence[Source]) -> Iterator[_Stack]:
    """Yield the rows from `row` on, alone and stacked, once one of them holds a title of the source."""
    levels: list[Cells] = []
    named: set[str] = set()
    for cells in islice(sheet.rows, row, row + DEEPEST):
        if not any(cells):
            return
        levels.append(cells[:MOST_COLUMNS])
        named.update(source.name for source in sources if source.name not in named and _names(levels[-1], source))
        known = [source for source in sources if source.name in named]
        below = sheet.rows[row + len(levels)] if known and row + len(levels) < len(sheet.rows) else []
        yield from (_Stack(source, (*levels,), below) for source in known)


def _most_claims(levels: Sequence[Cells]) -> int:
    """Return how many columns may name a field: those that hold something, without those that end in a figure."""
    filled = {column for cells in levels for column, cell in enumerate(cells) if cell}
    figures = [column for column, cell in enumerate(levels[-1]) if cell and has_figure(cell)]
    return len(filled) - len(figures)


def _names(cells: Cells, source: Source) -> bool:
    """Whether a row holds a title of the source at all: most rows hold none, and are looked at no further."""
    return any(cell and len(cell) <= LONGEST_TITLE and meanings(cell, source.name) for cell in cells)


def _are_titles(cells: Cells) -> bool:
    """Whether a row under titles holds more of them: two short texts or more, and no figure."""
    texts = [cell.strip() for cell in cells if cell and not cell.isspace()]
    return len(texts) > 1 and all(len(text) <= SHORT_TITLE and not any(map(str.isdigit, text)) for text in texts)


def _heading(first: int, stack: _Stack) -> Heading | None:
    heading = heading_of(stack.source, first, stack.levels)
    if len(heading.claims) < 2 or not (heading.claims.keys() & {*_required(stack.source), DEBIT, CREDIT}):
        return None
    return replace(heading, more_below=True) if _are_titles(stack.below) else heading


def heading_of(source: Source, first: int, levels: Sequence[Cells]) -> Heading:
    """Return these rows as a heading, whether they title anything or not."""
    claims: dict[str, list[Claim]] = {}
    titles: list[str | None] = []
    for column, parts in enumerate(_parts_of(levels)):
        title, meaning = _meaning(parts, source)
        titles.append(title)
        if meaning is not None:
            claims.setdefault(meaning.field, []).append(Claim(meaning.rank, column))
    return Heading(source, first, first + len(levels) - 1, tuple(titles), claims)


def _meaning(parts: list[str], source: Source) -> tuple[str | None, Meaning | None]:
    """Return a column's title and the field it names; a stacked title that is known only without its top is weak."""
    if not parts:
        return None, None
    # Its lowest cell ends each of the ways to read a column.
    for start, option in enumerate(_options(parts) if not has_figure(parts[-1]) else ()):
        if len(option) <= LONGEST_TITLE and (found := meanings(option, source.name)):
            best = min(found, key=lambda meaning: meaning.rank)
            return option, Meaning(best.field, best.rank + WEAK) if start else best
    return " ".join(parts).strip()[:LONGEST_TITLE], None


def options_of(levels: Sequence[Cells]) -> Iterator[list[str]]:
    """Yield, for each column, the ways to read its stacked cells: all of them, then the lowest alone."""
    return map(_options, _parts_of(levels))


def _options(parts: list[str]) -> list[str]:
    return [" ".join(parts[start:]) for start in range(len(parts))]


def _parts_of(levels: Sequence[Cells]) -> Iterator[list[str]]:
    """Yield, for each column, its stacked cells that hold something, from the top down."""
    if len(levels) == 1:
        yield from ([cell] if cell and not cell.isspace() else [] for cell in levels[0])
        return
    width = max(map(len, levels))
    padded = [[_bare(cell) for cell in level] + [None] * (width - len(level)) for level in levels]
    for column in zip(*_spread(padded), strict=True):
        yield [part for part in column if part]


def _spread(levels: list[list[str | None]]) -> list[list[str | None]]:
    """Return the levels with each upper title spread to the right over the titles below it, as merged cells are shown."""
    spread = [levels[-1]]
    for level in reversed(levels[:-1]):
        below = spread[0]
        last: str | None = None
        filled: list[str | None] = []
        for own, under in zip(level, below, strict=True):
            last = own or (last if under else None)
            filled.append(last)
        spread.insert(0, filled)
    return spread


def _bare(cell: str | None) -> str | None:
    return cell.strip() or None if cell else None


def blocks(heading: Heading) -> Iterable[tuple[int, int]]:
    """Yield the first and last columns of each run of titled columns: tables side by side stand apart."""
    start: int | None = None
    for column, title in enumerate((*heading.titles, None)):
        if title and start is None:
            start = column
        elif not title and start is not None:
            yield start, column - 1
            start = None
