"""Tables in a book: the row of headings within the first sixty, then every row below it that is neither blank nor total."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from recon.readers.cells import address, column_letters
from recon.texts import Text, same
from recon.values import folded

from .headings import Heading, read_heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from recon.readers import Book, Sheet
    from recon_schemas import Source

HEADING_ROWS = 60
TOTALS = ("total", "totaux", "sous total", "cumul")


class Row(NamedTuple):
    """A row of a sheet: its number (from 1) and its cells."""

    number: int
    cells: list[str | None]


@dataclass(frozen=True, slots=True)
class Table:
    """A table found in a sheet: which source it is, the column of each field, its rows, and its own totals."""

    source: Source
    file: str
    sheet: str
    columns: dict[str, int]
    rows: list[Row]
    totals: list[Row] = field(default_factory=list)
    faults: dict[tuple[int, int], str] = field(default_factory=dict)

    def cell(self, row: int, name: str) -> str:
        """Return the address of field `name` in `row` (from 1): `F12`, or `12` if the sheet has no such column."""
        column = self.columns.get(name)
        return str(row) if column is None else address(row - 1, column)


@dataclass(frozen=True, slots=True)
class Problem:
    """A sheet that cannot be read as a table (D02): what it lacks, and where the headings were looked for."""

    file: str
    sheet: str
    cell: str
    expected: Text
    found: Text


@dataclass(frozen=True, slots=True)
class Layout:
    """What a book holds: the tables found and the sheets that lack something."""

    tables: list[Table]
    problems: list[Problem]


def layouts_of(book: Book, file: str, sources: Sequence[Source]) -> Layout:
    """Return the tables of `book` among `sources`; a book without any table is a problem, named by what it lacks."""
    readings = [_read_sheet(sheet, file, sources) for sheet in book.sheets]
    tables = [reading for reading in readings if isinstance(reading, Table)]
    problems = [reading for reading in readings if isinstance(reading, Problem)]
    if not tables and not problems:
        problems = [_no_heading(file, sources)]
    return Layout(tables, problems)


def _read_sheet(sheet: Sheet, file: str, sources: Sequence[Source]) -> Table | Problem | None:
    best = max(_candidates(sheet, sources), key=lambda candidate: candidate[0], default=None)
    if best is None:
        return None
    _, index, source, heading = best
    missing = heading.missing(source)
    if missing or heading.ambiguous:
        return _problem(sheet, file, index, source, heading)
    return _table(sheet, file, index, source, heading)


def _candidates(sheet: Sheet, sources: Sequence[Source]) -> Iterable[tuple[tuple[int, int, int], int, Source, Heading]]:
    """Yield the rows that may be headings, ranked: complete first, then most fields, then the topmost."""
    for index, cells in enumerate(sheet.rows[:HEADING_ROWS]):
        for source in sources:
            heading = read_heading(cells, source)
            known = len(heading.columns) + len(heading.ambiguous)
            required = len(source.required) - len(heading.missing(source))
            if known >= 2 and required:  # One known word is a sentence that mentions it, not a row of headings.
                yield (int(required == len(source.required)), known, -index), index, source, heading


def _table(sheet: Sheet, file: str, index: int, source: Source, heading: Heading) -> Table:
    titles = sheet.rows[index]
    rows: list[Row] = []
    totals: list[Row] = []
    for number, cells in enumerate(sheet.rows[index + 1 :], start=index + 2):
        kind = _kind(cells, titles)
        if kind == "row":
            rows.append(Row(number, cells))
        elif kind == "total":
            totals.append(Row(number, cells))
    used = set(heading.columns.values())
    faults = {place: text for place, text in sheet.faults.items() if place[0] > index and place[1] in used}
    return Table(source, file, sheet.name, heading.columns, rows, totals, faults)


def _kind(cells: list[str | None], titles: list[str | None]) -> str:
    words = [cell for cell in cells if cell and not cell.isspace()]
    if not words:
        return "blank"
    first = folded(words[0])
    if first.startswith(TOTALS) and len(words) < max(3, len([title for title in titles if title]) // 2 + 1):
        return "subtotal" if first.startswith("sous") else "total"
    return "heading" if cells[: len(titles)] == titles else "row"


def _problem(sheet: Sheet, file: str, index: int, source: Source, heading: Heading) -> Problem:
    cells = sheet.rows[index]
    if heading.ambiguous:
        name, columns = min(heading.ambiguous.items())
        letters = ", ".join(column_letters(column) for column in columns)
        expected = Text("une seule colonne « {title} »", "a single column “{title}”")
        found = Text("les colonnes {letters}", "columns {letters}").with_(letters=letters)
        return Problem(file, sheet.name, address(index, columns[0]), expected.with_(title=_title(source, name)), found)
    missing = _quoted(_title(source, name) for name in heading.missing(source))
    expected = Text("la colonne {missing} ({title})", "the column {missing} ({title})")
    seen = ", ".join(cell.strip() for cell in cells if cell and not cell.isspace())
    return Problem(
        file, sheet.name, address(index, 0), expected.with_(missing=missing, title=source.title), same(seen[:200])
    )


def _title(source: Source, name: str) -> str:
    return str(source.fields[name].title)


def _quoted(titles: Iterable[str]) -> Text:
    names = list(titles)
    return Text(", ".join(f"«\u00a0{name}\u00a0»" for name in names), ", ".join(f"“{name}”" for name in names))


def _no_heading(file: str, sources: Sequence[Source]) -> Problem:
    titles = _quoted(_title(sources[0], name) for name in sources[0].required)
    expected = Text("une ligne d’intitulés avec {titles}", "a row of headings with {titles}")
    found = Text(
        "aucun intitulé connu dans les {rows} premières lignes", "no known heading within the first {rows} rows"
    )
    return Problem(file, "", "", expected.with_(titles=titles), found.with_(rows=HEADING_ROWS))
