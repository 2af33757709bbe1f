"""How a file is understood under an officer's choices: every column, the lines as the month will read them, what is in doubt."""

from __future__ import annotations

import glob
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from recon.identifiers import clean_digits, siren_of
from recon.layouts.around import said_around
from recon.layouts.columns import Choice, Columns, Doubt, columns_of, two_numbers
from recon.layouts.looks import VOCABULARIES, Share, share, sort_of
from recon.layouts.problems import receipts
from recon.layouts.profiles import Followed, Profile, fingerprint, full_titles, told_apart
from recon.layouts.rows import body_of
from recon.layouts.tables import Reading, layouts_of, table_of
from recon.layouts.words import CREDIT, DEBIT, PAYER_INSEE, SENSE, fields_of, title_key
from recon.mapping.choices import Choices
from recon.mapping.doubts import (
    ABOUT,
    SAMPLED,
    Open,
    about_nothing,
    asked_of,
    doubts_of,
    found_elsewhere,
    unknown_words,
    untitled,
)
from recon.mapping.naming import below, name_of, pattern_of
from recon.mapping.proposals import proposals
from recon.payers import named, with_payers
from recon.readers.cells import column_letters
from recon.texts import Text
from recon.values import folded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.knowledge import Knowledge
    from recon.layouts import Problem, Table
    from recon.mapping.places import Place
    from recon.mapping.proposals import Proposal
    from recon.payers import Payers
    from recon.readers import Book
    from recon_schemas import Source

How = Literal["known", "followed", "said", "none"]
# Left out by mistake, one of these changes what is paid, by whom or for what.
WEIGHTY = {*ABOUT, "paid_on", "state", "amount", "payer_siret", "payer_name", DEBIT, CREDIT, SENSE, PAYER_INSEE}

PAID_BY = Text("Payeur : {name} ({where})", "Payer: {name} ({where})")
AS_SAID = Text("indiqué pour toutes les lignes", "said for all lines")
BY_COLUMN = Text("d’après la colonne {letters}", "by column {letters}")
AROUND = {
    "above": Text("d’après ce qui précède le tableau {cell}", "by what stands above the table {cell}"),
    "top": Text("d’après le haut de la feuille {cell}", "by the top of the sheet {cell}"),
    "sheet": Text("d’après le nom de la feuille", "by the sheet’s name"),
    "file": Text("d’après le nom du fichier", "by the file’s name"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A column as it is understood: its title, the field it gives, how that is known, and how many cells agree."""

    column: int
    title: str
    field: str
    how: How
    share: Share
    proposal: Proposal | None = None

    @property
    def letters(self) -> str:
        """The column as a spreadsheet names it."""
        return column_letters(self.column)


@dataclass(frozen=True, slots=True)
class Understood:
    """A table under some choices: its columns, its lines as read, the profile that says so, and what is still open.

    `words` are the states that nobody knows, with how often each stands there; `in_scope` how many lines are about
    ENT-École, None where that is not asked. `payer` is whose ledger it is and where that is said, None if nobody knows;
    `refused` is why this is no ledger at all.
    """

    place: Place
    table: Table
    columns: tuple[Seen, ...]
    open: tuple[Open, ...]
    profile: Profile
    words: dict[str, int] = field(default_factory=dict)
    in_scope: int | None = None
    payer: Text | None = None
    refused: Problem | None = None

    @property
    def source(self) -> Source:
        """The kind of table."""
        return self.place.heading.source

    @property
    def lines(self) -> Sequence[int]:
        """The rows of its lines, from 0."""
        return [number - 1 for number in self.table.numbers]

    @property
    def pending(self) -> tuple[Seen, ...]:
        """The columns that a payment hangs on and that are proposed only: neither confirmed nor set aside."""
        weighty = WEIGHTY | set(self.source.required)
        return tuple(seen for seen in self.columns if seen.proposal and seen.proposal.field in weighty)

    @property
    def in_doubt(self) -> bool:
        """Whether anything must still be said before a profile is written unasked."""
        return bool(self.open or self.pending or self.words or self.refused)

    @property
    def unchanged(self) -> bool:
        """Whether the profile says what the one that is followed says already."""
        followed = self.place.followed
        if followed is None:
            return False
        base = replace(followed.profile, fixed=followed.fixed)
        return replace(self.profile, fingerprint=base.fingerprint) == base


def begun(place: Place) -> Choices:
    """Return what is said before anybody speaks: what a profile says, as far as its titles are there."""
    profile = place.followed.profile if place.followed else place.made_for
    if profile is None:
        return Choices()
    if place.followed:
        columns = {name: choice.columns for name, choice in place.followed.columns.chosen.items()}
        return Choices(columns, dict(place.followed.fixed), profile.sign, profile.words)
    return Choices(_still_there(profile, place), profile.fixed, profile.sign, profile.words)


def _still_there(profile: Profile, place: Place) -> dict[str, tuple[int, ...]]:
    columns: dict[str, tuple[int, ...]] = {}
    for name, titles in profile.titles.items():
        found = [
            column
            for column in range(len(place.titles))
            if (told_apart(place.titles, column) or "").casefold() in {title.casefold() for title in titles}
        ]
        if len(found) == len(titles):
            columns[name] = tuple(found)
    return columns


def understand(book: Book, file: str, place: Place, choices: Choices, known: Knowledge, name: str = "") -> Understood:
    """Return how the table is understood under `choices`, exactly as `run` would read it with the profile they make."""
    source = place.heading.source
    columns = _columns(place, choices)
    profile = _profile(file, place, columns, choices, name)
    table = _read(book, file, place, columns, profile)
    rows = [number - 1 for number in table.numbers][:SAMPLED]
    seen = _seen(place, columns, choices, rows)
    doubts = [
        *doubts_of(place, columns, profile, file),
        *untitled(place, columns),
        *found_elsewhere(place, columns, profile),
    ]
    in_scope, payer, refused = None, None, None
    if source.name == "payments":
        doubts += about_nothing(columns, choices, seen)
        problems, in_scope = known.asked_of(table)
        doubts += asked_of(problems, choices, seen)
        payer = paid_by(table, known.payers)
        claims = {**place.heading.claims, **{name: [] for name in columns.chosen}}
        refused = receipts(replace(place.heading, claims=claims), file, place.sheet)
    once = {doubt.field: doubt for doubt in reversed(doubts)}
    words = unknown_words(table, choices)
    opened = tuple(reversed(once.values()))
    return Understood(place, table, seen, opened, profile, words, in_scope, payer, refused)


# Columns -------------------------------------------------------------------------------------------------------------


def _columns(place: Place, choices: Choices) -> Columns:
    """Return the columns that titles and cells agree on, with those that were said in their stead."""
    heading, rows = place.heading, place.sheet.rows
    found = Columns({}, list(place.followed.columns.doubts)) if place.followed else columns_of(heading, rows)
    said = {name: columns for name, columns in choices.columns.items() if columns}
    taken = {column for columns in said.values() for column in columns}
    replaced = _replaced(choices.columns)
    chosen = {
        name: choice
        for name, choice in found.chosen.items()
        if name not in replaced and not taken.intersection(choice.columns)
    }
    doubts = [doubt for doubt in found.doubts if doubt.field not in {*replaced, *choices.fixed}]
    own = Columns(chosen, [doubt for doubt in doubts if not _of_states(doubt, heading.source)])
    said |= {doubt.field: doubt.columns[:1] for doubt in doubts if _of_states(doubt, heading.source)}
    for name, columns in said.items():
        cells = place.cells(columns[0], range(heading.last + 1, len(rows)))
        own.chosen[name] = Choice(columns, 0, _share(cells, sort_of(heading.source, name), choices.words))
    return own


def _of_states(doubt: Doubt, source: Source) -> bool:
    """Whether only the words of a known column are in doubt: what each of them means is asked, not which column it is."""
    return doubt.why == "content" and sort_of(source, doubt.field) in VOCABULARIES


def _share(cells: Sequence[str | None], sort: str, words: Mapping[str, str]) -> Share:
    if sort not in VOCABULARIES:
        return share(cells, sort)
    return share([words.get(folded(cell), cell) if cell else None for cell in cells], sort)


def _replaced(said: Mapping[str, tuple[int, ...]]) -> set[str]:
    """Return the fields that need no column of their own any more once some are said."""
    replaced = set(said)
    named = {name for name, columns in said.items() if columns}
    if "amount" in named:
        replaced |= {DEBIT, CREDIT} - named
    if named & {DEBIT, CREDIT}:
        replaced |= {"amount"} - named
    for name in named:
        replaced |= set(two_numbers(name) or ()) - named
    return replaced


def _seen(place: Place, columns: Columns, choices: Choices, rows: Sequence[int]) -> tuple[Seen, ...]:
    source = place.heading.source
    fields = {column: name for name, choice in columns.chosen.items() for column in choice.columns}
    aside = {title_key(title) for title in (place.followed.profile.ignored if place.followed else ())}
    titles = {
        column: title
        for column, title in enumerate(place.titles)
        if title and column not in fields and title_key(title) not in aside
    }
    cells = {column: place.cells(column, rows) for column in range(len(place.titles))}
    asked = {doubt.field for doubt in columns.doubts if doubt.why == "several"}
    said = {*columns.chosen, *choices.columns, *choices.fixed, *asked}
    lacking = [name for name in fields_of(source) if name not in said]
    if {*columns.chosen, *asked} & {"amount", DEBIT, CREDIT}:
        lacking = [name for name in lacking if name not in {"amount", DEBIT, CREDIT}]
    proposed = {proposal.column: proposal for proposal in proposals(titles, cells, source, lacking)}
    return tuple(
        Seen(
            column,
            place.titles[column] or "",
            fields.get(column, ""),
            _how(fields.get(column, ""), column, place, choices),
            _share(cells[column], sort_of(source, fields[column]), choices.words) if column in fields else Share(0, 0),
            proposed.get(column),
        )
        for column in range(len(place.titles))
        if place.titles[column] or column in fields or any(cells[column])
    )


def _how(name: str, column: int, place: Place, choices: Choices) -> How:
    before = begun(place).columns.get(name, ())
    if not name:
        return "none"
    if column in before:
        return "followed"
    return "said" if column in choices.columns.get(name, ()) else "known"


# The profile and the lines as read -----------------------------------------------------------------------------------


def _profile(file: str, place: Place, columns: Columns, choices: Choices, name: str) -> Profile:
    titles = _naming(place, columns)
    chosen = dict(sorted(columns.chosen.items(), key=lambda item: item[1].columns))
    base = place.followed.profile if place.followed else place.made_for
    if base and place.followed and choices == begun(place):
        return replace(base, name=name or base.name, fixed=choices.fixed)
    own = base is not None and base.fits(file)
    payer = choices.fixed.get("payer_siret")
    same_payer = base is not None and base.fixed.get("payer_siret") == payer
    used = {column for choice in columns.chosen.values() for column in choice.columns}
    return Profile(
        name or (base.name if base and own else name_of(file)),
        place.heading.source,
        base.patterns if base and own and same_payer else (_pattern(file, constant_payer=bool(payer)),),
        fingerprint(titles),
        {
            field: tuple(told_apart(titles, column) or "" for column in choice.columns)
            for field, choice in chosen.items()
        },
        choices.fixed,
        choices.sign,
        choices.words,
        tuple(dict.fromkeys(title for column, title in enumerate(titles) if title and column not in used)),
    )


def _pattern(file: str, *, constant_payer: bool) -> str:
    """What one payer's file says of its payer may hold for no other file: its pattern is its name."""
    return glob.escape(below(file)) if constant_payer else pattern_of(file)


def _naming(place: Place, columns: Columns) -> tuple[str | None, ...]:
    """Return the titles that name the columns: the lowest row's alone if they tell the columns apart, as they move best."""
    lowest = full_titles(place.levels[-1:])
    used = [column for choice in columns.chosen.values() for column in choice.columns]
    alone = all(
        column < len(lowest) and lowest[column] and told_apart(lowest, column) == lowest[column] for column in used
    )
    titles = lowest if alone and used else full_titles(place.levels)
    return (*titles, *[None] * (len(place.titles) - len(titles)))


def _read(book: Book, file: str, place: Place, columns: Columns, profile: Profile) -> Table:
    """Return the table as `run` reads it with this profile; where it cannot yet, as far as it is understood."""
    exact = for_file(profile, file)
    for table in layouts_of(book, file, [profile.source], [exact]).tables if profile.titles else ():
        heading = table.reading.heading if table.reading else None
        if (
            table.profile == profile.name
            and table.sheet == place.sheet.name
            and heading
            and heading.last == place.heading.last
        ):
            return table
    body = body_of(place.sheet, place.heading, columns, [profile.source])
    followed = Followed(profile, place.heading, columns, profile.fixed)
    above = range(place.heading.first)
    around = said_around(place.sheet, above, above, file)
    return table_of(place.sheet, book, file, Reading(place.heading, columns, body, followed), around)


def for_file(profile: Profile, file: str) -> Profile:
    """Return the profile for this one file."""
    return replace(profile, patterns=(glob.escape(below(file)),))


def paid_by(table: Table, payers: Payers) -> Text | None:
    """Return who pays, as far as one payer is known, and where that is said."""
    told, doubt = with_payers(table, payers)
    sirens = {siren_of(clean_digits(text)) for text in told.column("payer_siret") if text}
    if doubt is not None or len(sirens) != 1:
        return None
    (siren,) = sirens
    names = [name for name, bearers in payers.names.items() if siren in bearers]
    name = max(names, key=len, default="").upper()
    return PAID_BY.with_(name=f"{name} {siren}".strip(), where=_where(table, told, siren, payers))


def _where(table: Table, told: Table, siren: str, payers: Payers) -> Text:
    if "payer_siret" in table.fixed:
        return AS_SAID
    if "payer_siret" in told.columns:
        return BY_COLUMN.with_(letters=column_letters(told.columns["payer_siret"]))
    said = next((one for one in table.around if siren in named(one.text, payers, titled=bool(one.cell))), None)
    return AROUND[said.where].with_(cell=said.cell) if said else AROUND["above"].with_(cell="")
