"""How a file is understood under an officer's choices: every column, the lines as the month will read them, what is in doubt."""

from __future__ import annotations

import glob
import re
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from recon.identifiers import clean_digits, siren_of
from recon.layouts.around import said_around
from recon.layouts.columns import Choice, Columns, Doubt, columns_of, two_numbers
from recon.layouts.looks import VOCABULARIES, Share, looks, share, sort_of
from recon.layouts.problems import SORTS, doubtful, receipts, title_of
from recon.layouts.profiles import Followed, Profile, fingerprint, full_titles, placed, told_apart
from recon.layouts.rows import body_of
from recon.layouts.tables import Reading, layouts_of, table_of
from recon.layouts.words import CREDIT, DEBIT, PAYER_INSEE, SENSE, field_named, fields_of, title_key
from recon.mapping.choices import Choices
from recon.mapping.proposals import TELLING, likeliest, proposals
from recon.payers import named, with_payers
from recon.profile_files import SIGNS, constants_of
from recon.readers.cells import column_letters
from recon.texts import MONTHS, Text, same, visible
from recon.values import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from recon.intake import Knowledge
    from recon.layouts import Problem, Table
    from recon.mapping.places import Place
    from recon.mapping.proposals import Proposal
    from recon.payers import Payers
    from recon.readers import Book
    from recon_schemas import Source

How = Literal["known", "followed", "said", "none"]
SAMPLED = 200
# Without one of these nothing tells which lines are about ENT-École.
ABOUT = {"label", "reference", "uai"}
# Left out by mistake, one of these changes what is paid, by whom or for what.
WEIGHTY = {*ABOUT, "paid_on", "state", "amount", "payer_siret", "payer_name", DEBIT, CREDIT, SENSE, PAYER_INSEE}

NO_TITLE = Text(
    "la colonne {letter} n’a pas d’intitulé : en écrire un dans la cellule {cell} du fichier, puis recommencer",
    "column {letter} has no title: write one in the file’s cell {cell}, then try again",
)
NOTHING_ABOUT = Text(
    "aucune colonne ne dit l’objet des lignes (Objet, Référence ou UAI) : aucune ne concernerait l’ENT-École",
    "no column says what the lines are about (Objet, Référence or UAI): none would concern ENT-École",
)
NOT_FOUND_AGAIN = Text(
    "ces intitulés ne désignent pas ce tableau : ils se trouvent aussi à la ligne {row}",
    "these headings do not tell this table: they also stand in row {row}",
)
NO_CANDIDATE = Text(
    "aucune colonne ne ressemble à {what} : demander à l’auteur d’ajouter une colonne « {field} »",
    "no column looks like {what}: ask the author to add a column “{field}”",
)
A_UAI = Text("un UAI (0480123A)", "a UAI (0480123A)")
NEW_COLUMN = Text(
    "la colonne {letters} « {title} » s’est ajoutée depuis le profil : est-ce « {field} » ?",
    "column {letters} “{title}” was added since the profile was made: is it “{field}”?",
)
MISSING = Text("aucune colonne n’est « {field} » parmi : {found}", "no column is “{field}” among: {found}")
PAID_BY = Text("Payeur : {name} ({where})", "Payer: {name} ({where})")
AS_SAID = Text("indiqué pour toutes les lignes", "said for all lines")
BY_COLUMN = Text("d’après la colonne {letters}", "by column {letters}")
AROUND = {
    "above": Text("d’après ce qui précède le tableau {cell}", "by what stands above the table {cell}"),
    "top": Text("d’après le haut de la feuille {cell}", "by the top of the sheet {cell}"),
    "sheet": Text("d’après le nom de la feuille", "by the sheet’s name"),
    "file": Text("d’après le nom du fichier", "by the file’s name"),
}
WANTED = Text("attendu : {expected} ; trouvé : {found}", "expected: {expected}; found: {found}")


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
class Open:
    """A question that must be answered before a profile is written: its field, what is in doubt, and a `--set` that may answer."""

    field: str
    said: Text
    answers: tuple[str, ...]


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
    doubts = [*_doubts(place, columns, profile, file), *_untitled(place, columns), *_again(place, columns, profile)]
    in_scope, payer, refused = None, None, None
    if source.name == "payments":
        doubts += _about(columns, choices, seen)
        problems, in_scope = known.asked_of(table)
        doubts += _asked(problems, choices, seen)
        payer = paid_by(table, known.payers)
        claims = {**place.heading.claims, **{name: [] for name in columns.chosen}}
        refused = receipts(replace(place.heading, claims=claims), file, place.sheet)
    once = {doubt.field: doubt for doubt in reversed(doubts)}
    words = _unknown_words(table, choices)
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
    return glob.escape(_below(file)) if constant_payer else pattern_of(file)


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
    return replace(profile, patterns=(glob.escape(_below(file)),))


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


def _below(file: str) -> str:
    return "/".join(PurePosixPath(file).parts[1:])


# What is in doubt ----------------------------------------------------------------------------------------------------


def _doubts(place: Place, columns: Columns, profile: Profile, file: str) -> Iterable[Open]:
    source = place.heading.source
    required = {"amount"} if columns.chosen.keys() & {DEBIT, CREDIT} else set()
    told = {*columns.chosen, *profile.fixed, *required}
    for doubt in columns.doubts:
        if doubt.why == "sign" and profile.sign:
            continue
        if place.followed:
            yield _added(doubt, place)
            continue
        if doubt.why != "missing" or doubt.field not in told:
            yield _open(doubt, place, file)
    for name, choice in columns.chosen.items():
        sort = sort_of(source, name)
        if (
            sort in TELLING
            and sort not in VOCABULARIES
            and not choice.share.agrees
            and all(place.titles[column] for column in choice.columns)
        ):
            yield _open(Doubt(name, "content", choice.columns), place, file)
    around = {"payer_siret"} if source.name == "payments" else set()  # Asked with what the dossier knows.
    unnamed = {doubt.field for doubt in columns.doubts} | around | told
    for name in source.required:
        if name not in unnamed and not (name == "school_year" and _year_around(place, file)):
            yield _open(Doubt(name, "missing"), place, file)


def _year_around(place: Place, file: str) -> bool:
    from recon.layouts.around import school_year

    above = range(place.heading.first)
    return school_year(said_around(place.sheet, above, above, file)) is not None


def _added(doubt: Doubt, place: Place) -> Open:
    column, option = doubt.columns[0], option_of(doubt.field, place.heading.source)
    said = NEW_COLUMN.with_(
        letters=column_letters(column),
        title=visible(place.titles[column] or ""),
        field=title_of(place.heading.source, doubt.field),
    )
    return Open(doubt.field, said, (f"{option}={column_letters(column)}", f"{option}=-"))


def _open(doubt: Doubt, place: Place, file: str) -> Open:
    source = place.heading.source
    if doubt.why == "missing":
        found = ", ".join(title for title in place.titles if title)
        answers = _answers(doubt, place)
        if not answers:
            sort = sort_of(source, doubt.field)
            what = A_UAI if sort == "uai" else SORTS.get(sort) or same(title_of(source, doubt.field))
            return Open(doubt.field, NO_CANDIDATE.with_(what=what, field=title_of(source, doubt.field)), ())
        said = MISSING.with_(field=title_of(source, doubt.field), found=visible(found))
        return Open(doubt.field, said, answers)
    problem = doubtful(doubt, place.heading, place.sheet, file)
    if doubt.why == "sign":
        return Open("sign", _signless(problem), _signs())
    return Open(doubt.field, _said(problem), _answers(doubt, place))


def _said(problem: Problem) -> Text:
    return WANTED.with_(expected=problem.expected, found=problem.found)


def _signless(problem: Problem) -> Text:
    return Text(
        "{found} : un paiement est-il au débit ou au crédit ?", "{found}: is a payment a debit or a credit?"
    ).with_(found=problem.found)


def _signs() -> tuple[str, ...]:
    return tuple(f"sens={folded(word)}" for word in SIGNS.values())


def _answers(doubt: Doubt, place: Place) -> tuple[str, ...]:
    """Return what `--set` may say of a field in doubt: the columns in question, or the likeliest, or a blank to fill."""
    source = place.heading.source
    option = option_of(doubt.field, source)
    if doubt.why == "several":
        return tuple(f"{option}={column_letters(column)}" for column in doubt.columns)
    rows = range(place.heading.last + 1, min(len(place.sheet.rows), place.heading.last + SAMPLED))
    titles = {column: title for column, title in enumerate(place.titles) if title and column not in doubt.columns}
    cells = {column: place.cells(column, rows) for column in titles}
    best = likeliest(doubt.field, titles, cells, source)
    if best is not None:
        return (f"{option}={column_letters(best.column)}",)
    hopeless = doubt.why == "missing" and sort_of(source, doubt.field) in TELLING
    if hopeless and doubt.field in set(source.required) - set(constants_of(source)):
        return ()
    return (f"{option}=…", *((f"{option}=-",) if doubt.field not in source.required else ()))


def option_of(name: str, source: Source) -> str:
    """Return how a field is written after `--set`: its French title, without spaces or accents, if that names it."""
    short = folded(title_of(source, name)).replace(" ", "_")
    return short if field_named(short, source) == name else name


def _untitled(place: Place, columns: Columns) -> Iterable[Open]:
    for name, choice in columns.chosen.items():
        for column in choice.columns:
            if not place.titles[column]:
                letters = column_letters(column)
                said = NO_TITLE.with_(letter=letters, cell=f"{letters}{place.heading.last + 1}")
                yield Open(name, said, ())


def _again(place: Place, columns: Columns, profile: Profile) -> Iterable[Open]:
    """A profile that finds other rows than these would read another table."""
    if not columns.chosen or any(not title for titles in profile.titles.values() for title in titles):
        return
    found = placed(place.sheet, 0, profile)
    if found is not None and found[0].last != place.heading.last:
        yield Open("", NOT_FOUND_AGAIN.with_(row=found[0].last + 1), ())


def _about(columns: Columns, choices: Choices, seen: Sequence[Seen]) -> Iterable[Open]:
    """Nothing tells the lines apart, unless an officer has said so of one of these fields."""
    if not ABOUT & {*columns.chosen, *choices.columns}:
        near = [f"objet={one.letters}" for one in seen if one.proposal and one.proposal.field == "label"]
        yield Open("label", NOTHING_ABOUT, tuple(near) or ("objet=…",))


def _asked(problems: Iterable[Problem], choices: Choices, seen: Sequence[Seen]) -> Iterable[Open]:
    for problem in problems:
        if problem.field == "sign" and not choices.sign:
            yield Open("sign", _signless(problem), _signs())
        elif problem.field == "payer_siret" and "payer_siret" not in choices.fixed:
            near = [one.letters for one in seen if one.proposal and one.proposal.field in {"payer_siret", "payer_name"}]
            yield Open("payer_siret", _said(problem), tuple(f"payeur={letters}" for letters in near) or ("payeur=…",))


def _unknown_words(table: Table, choices: Choices) -> dict[str, int]:
    """Return the words of the states' columns that are nobody's, with how often each stands there."""
    counts: dict[str, int] = {}
    for name in table.source.fields:
        sort = sort_of(table.source, name)
        if sort not in VOCABULARIES:
            continue
        for text in table.column(name):
            if text and text.strip() and not looks(text, sort) and folded(text) not in {*choices.words, *choices.left}:
                counts[text.strip()] = counts.get(text.strip(), 0) + 1
    return counts


# Names ---------------------------------------------------------------------------------------------------------------

_MONTHS = "|".join(sorted({form for month in MONTHS["fr"] for form in (month, folded(month))}, key=len, reverse=True))
_PERIOD = re.compile(
    rf"(?<![0-9])(?:20[0-9]{{2}}[-_. ]?(?:0[1-9]|1[0-2])(?:[-_. ]?[0-3][0-9])?|[0-3][0-9][-_.][01][0-9][-_.](?:20)?[0-9]{{2}}"
    rf"|(?:0[1-9]|1[0-2])[-_. ]?20[0-9]{{2}}|20[0-9]{{2}}|0[1-9]|1[0-2]|[1-9])(?![0-9])|(?<![^\W\d_])(?:{_MONTHS}|[tTsS][1-4])(?![^\W\d_])",
    re.IGNORECASE,
)
_STARS = re.compile(r"\*(?:[-_. ]*\*)*")


def pattern_of(file: str) -> str:
    """Return the pattern of the file's name for the months to come: what tells a period may be anything.

    A SIRET, a SIREN or an INSEE code stays; a name that says nothing but a period stays whole, unless its folder tells it.
    """
    path = PurePosixPath(_below(file))
    parts = [_starred(part) for part in path.parts[:-1]]
    stem = _starred(path.stem)
    telling = any(any(char.isalnum() for char in part) for part in (*parts, stem))
    return "/".join([*parts, stem + glob.escape(path.suffix)]) if telling else glob.escape(_below(file))


def _starred(name: str) -> str:
    return _STARS.sub("*", "*".join(glob.escape(part) for part in _PERIOD.split(name)))


def name_of(file: str) -> str:
    """Return the name of a profile made from a file: its words, and those of its folder, without periods."""
    path = PurePosixPath(_below(file))
    words = folded(" ".join(_PERIOD.sub(" ", part) for part in (*path.parts[:-1], path.stem)))
    return words.replace(" ", "_") or folded(path.stem).replace(" ", "_") or "profil"
