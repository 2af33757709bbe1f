"""Where a file's table stands: under a profile's titles, under known titles, or under what merely looks like headings."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from recon.layouts.headings import HEADING_ROWS, best_heading, heading_of
from recon.layouts.looks import looks
from recon.layouts.profiles import followed, full_titles, nearest
from recon.layouts.words import title_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from recon.layouts.headings import Heading
    from recon.layouts.profiles import Followed, Profile
    from recon.readers import Book, Sheet
    from recon_schemas import Source

    Rows = Sequence[Sequence[str | None]]

FEWEST_TITLES = 2
BELOW = 12
LONG_NUMBER = 9


@dataclass(frozen=True, slots=True)
class Place:
    """A table in a sheet: its heading, the profile that is followed there, or the one made for files of this name.

    `guessed` where no known title says that the heading is one; `others` are the other sheets that hold something.
    """

    sheet: Sheet
    heading: Heading
    followed: Followed | None = None
    made_for: Profile | None = None
    guessed: bool = False
    others: tuple[str, ...] = ()

    @property
    def levels(self) -> Rows:
        """The heading's rows."""
        return self.sheet.rows[self.heading.first : self.heading.last + 1]

    @property
    def titles(self) -> tuple[str | None, ...]:
        """The whole title of each column, as wide as the widest row below, None where there is none."""
        titles = full_titles(self.levels)
        width = max((len(row) for row in self.sheet.rows[self.heading.last :]), default=0)
        return (*titles, *[None] * (width - len(titles)))

    def cells(self, column: int, rows: Sequence[int]) -> list[str | None]:
        """Return the cells of a column in some rows (from 0)."""
        return [row[column] if column < len(row) else None for row in (self.sheet.rows[index] for index in rows)]


def find(
    book: Book,
    file: str,
    sources: Sequence[Source],
    profiles: Sequence[Profile] = (),
    sheet: str | None = None,
    rows: tuple[int, int] | None = None,
) -> Place | None:
    """Return the table to map: in the sheet and under the rows (from 0) that are named, else where it is most certain."""
    known = [profile for profile in profiles if profile.source in sources]
    made_for = next(iter(nearest(file, known)), None)
    within = [one for one in book.sheets if sheet is None or one.name == sheet]
    found = [place for one in within if (place := _in_sheet(one, file, sources, known, rows)) is not None]
    if not found:
        return None
    best = max(found, key=_certainty)
    others = tuple(one.name for one in book.sheets if one is not best.sheet and any(map(any, one.rows)))
    lost = None if best.followed else made_for
    return Place(best.sheet, best.heading, best.followed, lost, best.guessed, others)


def _certainty(place: Place) -> tuple[bool, bool, int, int]:
    return (
        place.followed is not None,
        not place.guessed,
        len(place.heading.claims),
        len(place.sheet.rows) - place.heading.last,
    )


def _in_sheet(
    sheet: Sheet, file: str, sources: Sequence[Source], profiles: Sequence[Profile], rows: tuple[int, int] | None
) -> Place | None:
    if rows is not None:
        first, last = rows
        if last >= len(sheet.rows):
            return None
        return Place(sheet, _best(first, sheet.rows[first : last + 1], sources))
    found = followed(sheet, 0, file, profiles)
    if found is not None:
        return Place(sheet, found.heading, found)
    known = best_heading(sheet, 0, sources)
    if known is not None and known.firm:
        return Place(sheet, known)
    looking = _looks_like_headings(sheet)
    if looking is not None:
        first, last = looking
        return Place(sheet, _best(first, sheet.rows[first : last + 1], sources), guessed=True)
    return Place(sheet, known, guessed=True) if known else None


def _best(first: int, levels: Rows, sources: Sequence[Source]) -> Heading:
    return max((heading_of(source, first, levels) for source in sources), key=lambda heading: heading.rank)


def _looks_like_headings(sheet: Sheet) -> tuple[int, int] | None:
    """Return the rows of words over the most columns that have figures below, None if there are none."""
    best: tuple[int, int] | None = None
    most = FEWEST_TITLES - 1
    for row in range(min(HEADING_ROWS, len(sheet.rows))):
        columns = _titled(sheet.rows[row])
        below = list(islice(_filled(sheet.rows[row + 1 :]), BELOW))
        if not columns or not any(_is_value(_cell(cells, column)) for cells in below for column in columns):
            continue
        told = sum(any(_cell(cells, column) for cells in below) for column in columns)
        if told > most:
            best, most = (row, row), told
    return _stacked(sheet, best[0]) if best else None


def _stacked(sheet: Sheet, row: int) -> tuple[int, int]:
    """Return the row with the one above it if only both together tell the columns apart."""
    own = [title_key(cell) for cell in sheet.rows[row] if cell and not cell.isspace()]
    above = _titled(sheet.rows[row - 1]) if row else []
    return (row - 1, row) if above and len(set(own)) < len(own) else (row, row)


def _titled(cells: Sequence[str | None]) -> list[int]:
    """Return the columns of a row of words; none if it holds a figure, as lines do."""
    if any(_is_value(cell) for cell in cells):
        return []
    return [column for column, cell in enumerate(cells) if cell and not cell.isspace()]


def _filled(rows: Rows) -> Iterator[Sequence[str | None]]:
    return (cells for cells in rows if any(cell and not cell.isspace() for cell in cells))


def _cell(cells: Sequence[str | None], column: int) -> str | None:
    return cells[column] if column < len(cells) else None


def _is_value(cell: str | None) -> bool:
    if not cell or not any(char.isdigit() for char in cell):
        return False
    return looks(cell, "amount") or looks(cell, "day") or sum(map(str.isdigit, cell)) >= LONG_NUMBER
