"""Tables in a book: every heading in every sheet, the lines under it as one text per field, and what could not be read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from recon import values
from recon.readers.cells import address

from .around import exercise, said_around, said_in, school_year
from .canonical import Texts
from .columns import Doubt, columns_of, two_numbers
from .headings import best_heading, blocks
from .problems import (
    Problem,
    doubtful,
    nothing_found,
    receipts,
    summary,
    too_many_sheets,
    two_profiles,
    unfollowed,
    unknown_titles,
    untitled,
)
from .profiles import followed, nearest, vanished
from .rows import Body, body_of
from .silences import unheard
from .totals import Announced, Figure, announced, sums_among
from .words import BORDEREAU_MANDAT, CREDIT, DEBIT, MANDAT_BORDEREAU, SENSE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from recon.readers import Book, Sheet
    from recon_schemas import Source

    from .around import Said
    from .columns import Choice, Columns
    from .headings import Heading
    from .left_out import LeftOut
    from .profiles import Followed, Profile
    from .totals import Total

SHORT = 3
# Where a document's transmission number stands, among the places of its fields.
TRANSMISSION = "transmission"
MOST_SHEETS = 500
FILLED, FIGURES = 4, 2
# Titles of a few cells above a ledger that say whose it is.
OF_A_PAYER = {"payer_siret", "payer_name", "payer_insee", "exercise"}
# What a line is known by: without any, a table that stands beside others sums them up.
KNOWN_BY = {"mandat", "mandat_on", "paid_on", "reference", "uai"}
# What one place around a table may say for all its lines.
TOLD = {"school_year": school_year, "exercise": exercise}
# What the lines of one group may have in common.
_GROUPS = ("mandat", "bordereau", MANDAT_BORDEREAU, BORDEREAU_MANDAT)
_WHOLE = re.compile(r"g[ée]n[ée]ral", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table was understood: its heading, the columns of each field and what is in doubt, its rows, its profile."""

    heading: Heading
    columns: Columns
    body: Body
    followed: Followed | None = None

    def outline(self) -> Reading:
        """Return what is still asked of it once the lines are known: where the heading is, which fields have columns."""
        return replace(self, heading=replace(self.heading, titles=()), body=Body())

    @property
    def profile(self) -> str:
        """The name of the profile that was followed, "" if none was."""
        return self.followed.profile.name if self.followed else ""

    @property
    def sign(self) -> str:
        """Where an officer said that payments stand, "debit" or "credit"; "" if nobody was asked."""
        return self.followed.profile.sign if self.followed else ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table found in a sheet: which source it is, and its lines as one text per field.

    `columns` is each field's column (from 0), `numbers` the lines' rows (from 1), `texts` the fields' texts in that
    order. `fixed` is the cell ("" for a name) of a field that one place says for all lines. `around` is what is said
    around the table, `groups` what notes between its lines say, by the row they stand in. A document's fields stand on
    pages and lines: `places` is the sheet and cell of a field ("" for all others) in a row, `amendment` whether it is an avenant,
    `transmission` the SIREN of another body than the payer under which the act was sent, "" if there is none. `left` are
    a ledger's lines that were left out once it was known whose it is and what the dossier's titres are.
    """

    source: Source
    file: str
    sheet: str
    columns: dict[str, int]
    numbers: list[int]
    texts: dict[str, list[str | None]]
    announced: Announced = field(default_factory=Announced)
    faults: dict[tuple[int, str], str] = field(default_factory=dict)
    elsewhere: dict[tuple[int, str], int] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)
    around: tuple[Said, ...] = ()
    groups: tuple[tuple[int, tuple[Said, ...]], ...] = ()
    reading: Reading | None = None
    places: dict[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
    amendment: bool = False
    transmission: str = ""
    left: LeftOut | None = None

    @property
    def lines(self) -> int:
        """How many lines the table has in its file, those that are only counted by now among them."""
        return len(self.numbers) + (self.left.lines if self.left else 0)

    @property
    def totals(self) -> tuple[Total, ...]:
        """The totals that stand in the file itself."""
        return self.announced.totals

    @property
    def profile(self) -> str:
        """The name of the profile that was followed, "" if none was."""
        return self.reading.profile if self.reading else ""

    @property
    def by_debit_and_credit(self) -> bool:
        """Whether the amounts stand in two columns, or with their sense beside them."""
        return self.reading is not None and bool({DEBIT, CREDIT, SENSE} & self.reading.columns.chosen.keys())

    def cell(self, row: int, name: str) -> str:
        """Return the address of field `name` in `row` (from 1): `F12`, or `12` if the sheet has no such column."""
        if place := self._place(row, name):
            return place[1]
        if self.fixed.get(name):
            return self.fixed[name]
        column = self.elsewhere.get((row, name), self.columns.get(name))
        return str(row) if column is None else address(row - 1, column)

    def sheet_of(self, row: int, name: str) -> str:
        """Return the sheet, or the page of a document, where field `name` stands in `row`."""
        place = self._place(row, name)
        return place[0] if place else self.sheet

    def _place(self, row: int, name: str) -> tuple[str, str] | None:
        return self.places.get((row, name)) or self.places.get((row, ""))

    def column(self, name: str) -> list[str | None]:
        """Return the texts of a field, one per line; None for each where the table has no such field."""
        return self.texts.get(name) or [None] * len(self.numbers)


@dataclass(frozen=True, slots=True)
class Layout:
    """What a book holds: the tables found and the sheets that lack something."""

    tables: list[Table]
    problems: list[Problem]


def layouts_of(book: Book, file: str, sources: Sequence[Source], profiles: Sequence[Profile] = ()) -> Layout:
    """Return the tables of `book` among `sources`; a book without any table is a problem, named by what it lacks."""
    if len(book.sheets) > MOST_SHEETS:
        return Layout([], [too_many_sheets(file, len(book.sheets), MOST_SHEETS)])
    known = [profile for profile in profiles if profile.source in sources]
    tables: list[Table] = []
    problems: list[Problem] = []
    partial: list[Problem] = []
    seen: set[str] = set()
    for sheet, heading in chain.from_iterable(_side_by_side(sheet, sources) for sheet in book.sheets):
        found_here = list(readings(sheet, heading, file, sources, known))
        if not found_here and len(book.sheets) > 1 and _holds_lines(sheet):
            problems.append(untitled(file, sheet.name, sources))
        for reading, around in found_here:
            seen.add(reading.profile)
            found = _problem(reading, around, sheet, file)
            if found is None:
                tables.append(table_of(sheet, book, file, reading, around))
            else:
                (problems if reading.heading.firm or reading.followed else partial).append(found)
            if reading.body.unread is not None:
                problems.append(unknown_titles(sheet, reading.body.unread, file, reading.heading.source))
    if unheard := _unheard(file, known, seen):
        # A file whose name fits a profile and that lacks one of its titles is not read by guesswork instead.
        lost = {profile.source.name for profile in unheard}
        said = [unfollowed(file, profile.name, *vanished(book.sheets, profile)) for profile in unheard]
        return Layout([table for table in tables if table.source.name not in lost], said)
    if not tables and not problems:
        problems = partial or [nothing_found(file, sources)]
    return _without_summaries(Layout(tables, problems))


def _without_summaries(layout: Layout) -> Layout:
    """Ask about a table of payments without number or date beside others that have them: it may tell them again."""
    ledgers = [table for table in layout.tables if table.source.name == "payments"]
    bare = [table for table in ledgers if table.numbers and not table.profile and not KNOWN_BY & table.texts.keys()]
    if not bare or len(bare) == len(ledgers):
        return layout
    asked = [summary(table) for table in bare]
    return Layout([table for table in layout.tables if table not in bare], [*layout.problems, *asked])


def _holds_lines(sheet: Sheet) -> bool:
    """Whether a sheet without headings holds lines: rows of four cells or more with two figures among them."""
    lines = (row for row in sheet.rows if sum(1 for cell in row if cell and cell.strip()) >= FILLED)
    figured = (row for row in lines if sum(1 for cell in row if cell and cell[0].isdigit()) >= FIGURES)
    return len(list(islice(figured, FIGURES))) == FIGURES


def _unheard(file: str, profiles: Sequence[Profile], seen: set[str]) -> list[Profile]:
    """Return, for each kind, the profile made for files of this name, if none such was found in the file."""
    named = nearest(file, profiles)
    heard = {profile.source.name for profile in named if profile.name in seen}
    return list({other.source.name: other for other in reversed(named) if other.source.name not in heard}.values())


def _side_by_side(sheet: Sheet, sources: Sequence[Source]) -> Iterator[tuple[Sheet, Heading | None]]:
    """Yield the sheet, or each of the complete tables side by side in it, an empty column between them, and its best heading."""
    heading = best_heading(sheet, 0, sources)
    if heading is None or all(len(claims) == 1 for claims in heading.claims.values()):
        yield sheet, heading
        return
    parts = [_cut(sheet, first, last, heading.first) for first, last in blocks(heading)]
    found = [best_heading(part, 0, sources) for part in parts]
    if len(parts) > 1 and all(other is not None and not other.missing for other in found):
        yield from zip(parts, found, strict=True)
    else:
        yield sheet, heading


def _cut(sheet: Sheet, first: int, last: int, top: int) -> Sheet:
    """Return the sheet with these columns alone below its top rows, every cell where it stands."""
    margin: list[str | None] = [None] * first
    rows = [*sheet.rows[:top], *(margin + row[first : last + 1] if row else row for row in sheet.rows[top:])]
    return replace(sheet, rows=rows)


def readings(
    sheet: Sheet, best: Heading | None, file: str, sources: Sequence[Source], profiles: Sequence[Profile] = ()
) -> Iterator[tuple[Reading, tuple[Said, ...]]]:
    """Yield each table of a sheet as it is understood, complete or not, from the top down, with what is said around it.

    `best` is the best heading from the sheet's top on.
    """
    start, above = 0, list[int]()
    top: list[int] | None = None
    while (reading := _next(sheet, start, best, file, sources, profiles)) is not None:
        heading, body = reading.heading, reading.body
        above += range(start, heading.first)
        top = above if top is None else top
        if heading.claims.keys() <= OF_A_PAYER and len(body.lines) <= SHORT and body.end < len(sheet.rows):
            above += range(heading.first, body.end)  # A few cells that name the payer, above its ledger.
        else:
            yield reading, said_around(sheet, above, top, file)
            last = max(body.lines, default=heading.last)
            above = [row for row in body.notes if row > last]
        start = body.end


def _next(
    sheet: Sheet, start: int, best: Heading | None, file: str, sources: Sequence[Source], profiles: Sequence[Profile]
) -> Reading | None:
    found = followed(sheet, start, file, profiles) if profiles else None
    if found is not None:
        return Reading(found.heading, found.columns, body_of(sheet, found.heading, found.columns, sources), found)
    heading = best_heading(sheet, start, sources) if start else best
    if heading is None:
        return None
    columns = columns_of(heading, sheet.rows)
    return Reading(heading, columns, body_of(sheet, heading, columns, sources))


def _problem(reading: Reading, around: Sequence[Said], sheet: Sheet, file: str) -> Problem | None:
    if reading.followed and reading.followed.rivals:
        return two_profiles(file, sheet.name, (reading.profile, *reading.followed.rivals))
    refused = receipts(reading.heading, file, sheet)
    if refused is not None:
        return refused
    doubts = list(reading.columns.doubts)
    fixed = {**_confirmed(reading), **_said(reading, around)}
    doubts += [
        Doubt(name, "missing")
        for name in reading.heading.source.required
        if name in TOLD and name not in reading.columns.chosen and name not in fixed
    ]
    if doubts:
        return doubtful(doubts[0], reading.heading, sheet, file)
    return unheard(reading, around, sheet, file)


def _said(reading: Reading, around: Sequence[Said]) -> dict[str, tuple[str, str]]:
    """Return field -> (text, cell) of what one place around the table says for all its lines."""
    source = reading.heading.source
    lacking = {"exercise", *source.required} & source.fields.keys() - reading.columns.chosen.keys()
    found = {name: tell(around) for name, tell in TOLD.items() if name in lacking}
    return {name: (said.text, said.cell) for name, said in found.items() if said is not None}


def _confirmed(reading: Reading) -> dict[str, tuple[str, str]]:
    """Return field -> (text, "") of what an officer said for all the lines of such files."""
    return {name: (text, "") for name, text in (reading.followed.fixed if reading.followed else {}).items()}


def table_of(sheet: Sheet, book: Book, file: str, reading: Reading, around: tuple[Said, ...]) -> Table:
    """Return the lines of a table as it was understood, whatever it lacks."""
    chosen, body = reading.columns.chosen, reading.body
    reverse = reading.sign == "credit"
    sums = _figures(sheet, book, reading, body.totals)
    lines, figures = body.lines, sums
    if body.unsure:
        lines, figures = _placed(sheet, book, reading, sums)
    read = Texts(sheet, lines, epoch_1904=book.epoch_1904)
    words = reading.followed.profile.words if reading.followed else {}
    texts = read.of(reading.heading.source, chosen, words, reverse=reverse)
    # What a column says of each line comes before what an officer said of all of them.
    fixed = {
        name: said
        for name, said in {**_said(reading, around), **_confirmed(reading)}.items()
        if not any(texts.get(name, ()))
    }
    texts |= {name: [text] * len(lines) for name, (text, _) in fixed.items()}
    return Table(
        source=reading.heading.source,
        file=file,
        sheet=sheet.name,
        columns=_columns(chosen),
        numbers=[line + 1 for line in lines],
        texts=texts,
        announced=announced(_cents(lines, texts["amount"]), figures) if figures else Announced(),
        faults=_faults(sheet, chosen, lines),
        elsewhere=read.elsewhere,
        fixed={name: cell for name, (_, cell) in fixed.items()},
        around=around,
        groups=tuple((note + 1, said_in(sheet, note)) for note in body.notes),
        reading=reading,
    )


def _amounts(sheet: Sheet, book: Book, reading: Reading, rows: Sequence[int]) -> list[str | None]:
    money = {
        name: choice for name, choice in reading.columns.chosen.items() if name in {"amount", DEBIT, CREDIT, SENSE}
    }
    read = Texts(sheet, rows, epoch_1904=book.epoch_1904)
    texts = read.of(reading.heading.source, money, {}, reverse=reading.sign == "credit")
    return texts.get("amount") or [None] * len(rows)


def _cents(rows: Sequence[int], amounts: Sequence[str | None]) -> list[tuple[int, int]]:
    return [(row + 1, values.parse_cents(text or "") or 0) for row, text in zip(rows, amounts, strict=True)]


def _figures(sheet: Sheet, book: Book, reading: Reading, rows: Sequence[int]) -> list[Figure]:
    """Return what the rows say as sums; one that says no amount is no control."""
    amount = _money_column(reading)
    if not rows or amount is None:
        return []
    found = zip(rows, _amounts(sheet, book, reading, rows), strict=True)
    groups = _groups(sheet, reading, rows)
    return [
        Figure(row + 1, amount, cents, any(_WHOLE.search(cell) for cell in sheet.rows[row] if cell), groups[row])
        for row, text in found
        if (cents := values.parse_cents(text or "")) is not None
    ]


def _groups(sheet: Sheet, reading: Reading, sums: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Return, for each row that may be a sum, the first rows (from 1) of the lines just above with its mandat or bordereau."""
    chosen = reading.columns.chosen
    columns = [chosen[name].columns[0] for name in _GROUPS if name in chosen]
    found: dict[int, tuple[int, ...]] = dict.fromkeys(sums, ())
    begun: dict[int, tuple[str, int]] = {}
    for row in sorted({*reading.body.lines, *sums}):
        cells = sheet.rows[row]
        for column in columns:
            text = (cells[column] if column < len(cells) else None) or ""
            if begun.get(column, ("", 0))[0] != text:
                begun[column] = (text, row + 1)
            elif text and row in found:
                found[row] += (begun[column][1],)
    return found


def _money_column(reading: Reading) -> int | None:
    chosen = reading.columns.chosen
    choice = chosen.get("amount") or chosen.get(DEBIT) or chosen.get(CREDIT)
    return choice.columns[0] if choice else None


def _placed(sheet: Sheet, book: Book, reading: Reading, sums: list[Figure]) -> tuple[list[int], list[Figure]]:
    """Return the lines and the totals, once each row that may be either is told: it is the sum of its lines or a line."""
    body = reading.body
    lines = _cents(body.lines, _amounts(sheet, book, reading, body.lines))
    unsure = [(figure, body.unsure[figure.row - 1]) for figure in _figures(sheet, book, reading, [*body.unsure])]
    totals = sums_among(lines, sums, unsure)
    rows = {figure.row - 1 for figure in totals}
    return sorted({*body.lines, *body.unsure} - rows), sorted([*sums, *totals])


def _columns(chosen: Mapping[str, Choice]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for name, choice in chosen.items():
        columns |= dict.fromkeys(_made_of(name), choice.columns[0])
    if CREDIT in chosen:
        columns.setdefault("amount", chosen[CREDIT].columns[0])
    return columns


def _made_of(name: str) -> tuple[str, ...]:
    """Return the fields that a column gives."""
    if name in {CREDIT, SENSE}:
        return ()
    return two_numbers(name) or (("amount",) if name == DEBIT else (name,))


def _faults(sheet: Sheet, chosen: Mapping[str, Choice], lines: Sequence[int]) -> dict[tuple[int, str], str]:
    """Return the errors and uncomputed formulas in the lines' known columns, by row (from 1) and field."""
    if not sheet.faults:
        return {}
    fields = {
        column: (_made_of(name) or ("amount",))[0] for name, choice in chosen.items() for column in choice.columns
    }
    known = set(lines)
    return {
        (row + 1, fields[column]): text
        for (row, column), text in sheet.faults.items()
        if row in known and column in fields
    }
