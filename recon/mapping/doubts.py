"""What must still be said of a table before a profile is written, and what `--set` may say of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.layouts.around import said_around, school_year
from recon.layouts.columns import Doubt
from recon.layouts.looks import VOCABULARIES, looks, sort_of
from recon.layouts.problems import SORTS, doubtful, title_of
from recon.layouts.profiles import placed
from recon.layouts.words import CREDIT, DEBIT, field_named
from recon.mapping.proposals import TELLING, likeliest
from recon.profile_files import SIGNS, constants_of
from recon.readers.cells import column_letters
from recon.texts import Text, same, visible
from recon.values import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from recon.layouts import Problem, Table
    from recon.layouts.columns import Columns
    from recon.layouts.profiles import Profile
    from recon.mapping.choices import Choices
    from recon.mapping.places import Place
    from recon.mapping.understood import Seen
    from recon_schemas import Source

SAMPLED = 200
# Without one of these nothing tells which lines are about ENT-École.
ABOUT = {"label", "reference", "uai"}

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
WANTED = Text("attendu : {expected} ; trouvé : {found}", "expected: {expected}; found: {found}")


@dataclass(frozen=True, slots=True)
class Open:
    """A question that must be answered before a profile is written: its field, what is in doubt, and a `--set` that may answer."""

    field: str
    said: Text
    answers: tuple[str, ...]


def doubts_of(place: Place, columns: Columns, profile: Profile, file: str) -> Iterable[Open]:
    """Yield what titles and cells leave in doubt: which column a field is, whether its cells agree, what is missing."""
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


def untitled(place: Place, columns: Columns) -> Iterable[Open]:
    """Yield the chosen columns without a title: a profile has nothing to find them by."""
    for name, choice in columns.chosen.items():
        for column in choice.columns:
            if not place.titles[column]:
                letters = column_letters(column)
                said = NO_TITLE.with_(letter=letters, cell=f"{letters}{place.heading.last + 1}")
                yield Open(name, said, ())


def found_elsewhere(place: Place, columns: Columns, profile: Profile) -> Iterable[Open]:
    """A profile that finds other rows than these would read another table."""
    if not columns.chosen or any(not title for titles in profile.titles.values() for title in titles):
        return
    found = placed(place.sheet, 0, profile)
    if found is not None and found[0].last != place.heading.last:
        yield Open("", NOT_FOUND_AGAIN.with_(row=found[0].last + 1), ())


def about_nothing(columns: Columns, choices: Choices, seen: Sequence[Seen]) -> Iterable[Open]:
    """Nothing tells the lines apart, unless an officer has said so of one of these fields."""
    if not ABOUT & {*columns.chosen, *choices.columns}:
        near = [f"objet={one.letters}" for one in seen if one.proposal and one.proposal.field == "label"]
        yield Open("label", NOTHING_ABOUT, tuple(near) or ("objet=…",))


def asked_of(problems: Iterable[Problem], choices: Choices, seen: Sequence[Seen]) -> Iterable[Open]:
    """Yield what the dossier cannot tell of a ledger: whose it is, and where its payments stand."""
    for problem in problems:
        if problem.field == "sign" and not choices.sign:
            yield Open("sign", _signless(problem), _signs())
        elif problem.field == "payer_siret" and "payer_siret" not in choices.fixed:
            near = [one.letters for one in seen if one.proposal and one.proposal.field in {"payer_siret", "payer_name"}]
            yield Open("payer_siret", _said(problem), tuple(f"payeur={letters}" for letters in near) or ("payeur=…",))


def unknown_words(table: Table, choices: Choices) -> dict[str, int]:
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
