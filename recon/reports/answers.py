"""What people wrote into the yellow cells of our reports, read back by the hidden keys: decisions, and payers' claims.

A `Book` in, values out: nothing is settled here. A cell that cannot be understood is an `Unread` that keeps every word
of its row. A payer's answer is a claim; which payer it speaks for stands in its key, and the file's sender must be held
against it by whoever accepts it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from recon.readers.cells import address
from recon.reports import decisions as written
from recon.texts import Text
from recon.values import clean, folded, parse_cents, parse_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from recon.readers.cells import Book, Sheet

# A title, an explanation and the totals stand above the headings; a reader's own rows may have been added.
MOST_ROWS_ABOVE = 40

NO_KEY = Text(
    "Cette ligne n’a pas sa clé recon : rien ne dit de quel titre, paiement ou écart elle parle. Écrire la décision sur la ligne d’origine.",
    "This row has no recon key: nothing says which titre, payment or finding it is about. Write the decision on the original row.",
)
NO_HEADING = Text(
    "Le titre de la colonne « {heading} » a été changé ou retiré : ce qui est écrit dans cette colonne n’est pas repris. Remettre ce titre.",
    "The heading “{heading}” was changed or removed: what is written in its column is not taken. Put that heading back.",
)
BAD_KEY = Text(
    "La clé recon de cette ligne a été modifiée : la décision n’est pas reprise.",
    "This row’s recon key was changed: the decision is not taken.",
)
NOT_OFFERED = Text(
    "Cette décision n’est pas dans la liste. Choisir parmi : {words}.",
    "This decision is not in the list. Choose among: {words}.",
)
NO_TITRE = Text(
    "Indiquer le numéro du titre après « Affecter au titre », et un montant pour chacun s’il y en a plusieurs : 2026-00141 = 41,00 ; 2026-00142 = 20,00.",
    "Give the titre’s number after “Allocate to titre”, and an amount for each if there are several: 2026-00141 = 41,00; 2026-00142 = 20,00.",
)
NO_SUM = Text(
    "Ce qui suit « Soldé hors registre » n’est pas un montant : écrire par exemple « Soldé hors registre 20,00 », ou ces seuls mots pour tout ce qui reste dû ; le motif va dans la cellule « Commentaire ».",
    "What follows “Settled outside the ledger” is no amount: write for example “Settled outside the ledger 20.00”, or these words alone for all that is still due; the reason goes into the “Comment” cell.",
)
TWICE = Text(
    "La même ligne a reçu deux réponses différentes ; aucune n’est reprise.",
    "The same row was answered twice, differently; neither answer is taken.",
)
NO_POSITION = Text(
    "Cette position n’est pas dans la liste. Choisir parmi : {words}.",
    "This position is not in the list. Choose among: {words}.",
)
NO_DAY = Text(
    "Ce n’est pas une date : écrire par exemple 30/11/2026.", "This is no date: write for example 30/11/2026."
)
FORMULA = Text(
    "La cellule {cell} contient une formule, non un texte : rien de cette ligne n’est repris. L’y écrire de nouveau sans commencer par « = » ou avec une apostrophe devant, enregistrer, puis reprendre le fichier.",
    "Cell {cell} holds a formula, no text: nothing of this row is taken. Write it there again without “=” at the start or with an apostrophe before it, save, then take the file again.",
)


class Place(NamedTuple):
    """Where an answer stands."""

    sheet: str
    cell: str


class Share(NamedTuple):
    """A titre that a payment is to settle, and with how many cents; None: what it has. "" is the titre of the row itself."""

    titre: str
    cents: int | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What an officer wrote on a row of the rectorate's workbook.

    `kind` is titre, payment or finding, `identity` its number, payment_id or finding_id. `action` is a key of
    `decisions.ACTIONS`, or "" where only a comment was left; `shares` the titres that « Affecter au titre » names.
    """

    kind: str
    identity: str
    action: str
    shares: tuple[Share, ...]
    comment: str
    place: Place


@dataclass(frozen=True, slots=True)
class Claim:
    """What a payer answered on its statement: a claim to accept, never a settlement.

    `kind` is school, titre, payment or free (a row that the payer filled in: `reference` is then its own words);
    `position` is a key of `decisions.POSITIONS`, or "" where the payer chose none.
    """

    payer_siren: str
    kind: str
    identity: str
    school_year: str
    reference: str
    position: str
    mandat: str
    on: date | None
    details: str
    place: Place


@dataclass(frozen=True, slots=True)
class Unread:
    """An answer that is not taken, with every word of it, and why."""

    key: str
    value: str
    words: tuple[str, ...]
    why: Text
    place: Place


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything written into the yellow cells of one file; all empty where it is no report of ours.

    `marks` tell which dossier each sheet that takes decisions is of, "" for one that does not say.
    """

    decisions: tuple[Decision, ...] = ()
    claims: tuple[Claim, ...] = ()
    unread: tuple[Unread, ...] = ()
    marks: frozenset[str] = frozenset()


def is_report(book: Book) -> bool:
    """Whether a book is a report of ours: a table of it bears our keys."""
    return any(_heading_row(sheet) is not None for sheet in book.sheets)


def is_statement(book: Book) -> bool:
    """Whether a book is a payer's statement of ours: it has the table that the payer answers in."""
    rows = ((sheet, _heading_row(sheet)) for sheet in book.sheets)
    return any(row is not None and _columns(sheet, row, written.POSITION_HEADING) for sheet, row in rows)


def answers(book: Book) -> Answers:
    """Return what was written into a report of ours, whatever its format, and however its rows were sorted."""
    rows = [row for sheet in book.sheets for row in _rows(sheet)] if is_report(book) else []
    found = [
        _formula(row) or _decision(row) if written.DECISION_HEADING in row.cells else _formula(row) or _claim(row)
        for row in rows
    ]
    kept = _once([*found, *(lost for sheet in book.sheets for lost in _lost(sheet))])
    return Answers(
        tuple(one for one in kept if isinstance(one, Decision)),
        tuple(one for one in kept if isinstance(one, Claim)),
        tuple(one for one in kept if isinstance(one, Unread)),
        frozenset(_marks(book)),
    )


def _marks(book: Book) -> Iterator[str]:
    for sheet in book.sheets:
        at = _heading_row(sheet)
        if at is None or not _columns(sheet, at, written.DECISION_HEADING):
            continue
        above = (_cell(sheet, row, _columns(sheet, at, written.KEY_HEADING)) for row in range(at))
        start = written.key(written.DOSSIER, "")
        yield next((said for said in above if said.startswith(start)), "")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table of ours that somebody wrote on: its key, the yellow cells by their heading, those with a formula."""

    key: str
    cells: Mapping[Text, str]
    places: Mapping[Text, Place]
    formulas: Sequence[Place] = ()


YELLOW = (
    (written.DECISION_HEADING, written.COMMENT_HEADING),
    (written.POSITION_HEADING, written.MANDAT_HEADING, written.DATE_HEADING, written.DETAILS_HEADING),
)


def _rows(sheet: Sheet) -> Iterator[_Row]:
    """Yield the rows that somebody wrote on, below the headings: those that hold our key's, or all that are yellow."""
    keyed = _heading_row(sheet)
    for yellow in YELLOW:
        at = _row_of(sheet, yellow) if keyed is None else keyed
        if at is not None and _columns(sheet, at, yellow[0]):
            yield from _below(sheet, at, {heading: _columns(sheet, at, heading) for heading in yellow})


def _lost(sheet: Sheet) -> Iterator[Unread]:
    """Yield the yellow headings that a table with our keys lacks: nobody knows what stands in their columns."""
    at = _heading_row(sheet)
    if at is None:
        return
    there = [[bool(_columns(sheet, at, heading)) for heading in yellow] for yellow in YELLOW]
    ours = max(range(len(YELLOW)), key=lambda number: sum(there[number]))
    place = Place(sheet.name, address(at, _columns(sheet, at, written.KEY_HEADING)[0]))
    for heading, found in zip(YELLOW[ours], there[ours], strict=True):
        if not found:
            yield Unread("", "", (), NO_HEADING.with_(heading=heading), place)


def _heading_row(sheet: Sheet) -> int | None:
    heading = written.KEY_HEADING()
    return next((row for row, cells in enumerate(sheet.rows[:MOST_ROWS_ABOVE]) if heading in cells), None)


def _row_of(sheet: Sheet, headings: Sequence[Text]) -> int | None:
    """Return the first row that holds every one of the headings."""
    rows = range(min(len(sheet.rows), MOST_ROWS_ABOVE))
    return next((row for row in rows if all(_columns(sheet, row, heading) for heading in headings)), None)


def _columns(sheet: Sheet, row: int, heading: Text) -> list[int]:
    """Return the columns that a heading stands over: ours first, which is before the keys and next to them."""
    titles = [clean(title or "") for title in sheet.rows[row]]
    key = titles.index(written.KEY_HEADING()) if written.KEY_HEADING() in titles else len(titles)
    found = (column for column, title in enumerate(titles) if title in {heading.fr, heading.en})
    return sorted(found, key=lambda column: (column > key, abs(column - key)))


def _below(sheet: Sheet, at: int, columns: Mapping[Text, list[int]]) -> Iterator[_Row]:
    key, reference = (_columns(sheet, at, heading) for heading in (written.KEY_HEADING, written.REFERENCE_HEADING))
    formulas = {*sheet.formulas.split(" "), *(address(*place) for place in sheet.faults)}
    for row in range(at + 1, len(sheet.rows)):
        said = {heading: _cell(sheet, row, of) for heading, of in columns.items()}
        if not any(said.values()):
            continue
        places = {heading: Place(sheet.name, address(row, of[0] if of else 0)) for heading, of in columns.items()}
        yellow = (address(row, column) for of in (*columns.values(), reference) for column in of[:1])
        computed = [Place(sheet.name, cell) for cell in yellow if cell in formulas]
        said |= {written.REFERENCE_HEADING: _cell(sheet, row, reference)}
        yield _Row(_cell(sheet, row, key), said, places, computed)


def _cell(sheet: Sheet, row: int, columns: Sequence[int]) -> str:
    """Return what the first of some columns says in a row, of those that say something."""
    cells = sheet.rows[row]
    said = (clean(cells[column] or "") for column in columns if column < len(cells))
    return next((text for text in said if text), "")


def _formula(row: _Row) -> Unread | None:
    """Return why a row is not taken of which Excel made a formula: what it shows is not what was typed."""
    if not row.formulas:
        return None
    place = row.formulas[0]
    value = next((row.cells[heading] for heading, at in row.places.items() if at == place), "")
    return _unread(row, value, FORMULA.with_(cell=place.cell), place)


def _decision(row: _Row) -> Decision | Unread:
    value, place = row.cells[written.DECISION_HEADING], row.places[written.DECISION_HEADING]
    kind, _, identity = row.key.partition(written.SEPARATOR)
    if not row.key:
        return _unread(row, value, NO_KEY, place)
    if kind not in written.OFFERED or not identity:
        return _unread(row, value, BAD_KEY, place)
    action, rest = _action(value)
    if value and action not in written.OFFERED[kind]:
        offered = [written.ACTIONS[action] for action in written.OFFERED[kind]]
        return _unread(row, value, NOT_OFFERED.with_(words=_listed(offered)), place)
    shares = _SHARED[action](rest) if action in _SHARED else ()
    if shares is None:
        return _unread(row, value, NO_TITRE if action == written.ALLOCATE else NO_SUM, place)
    return Decision(kind, identity, action, shares, row.cells[written.COMMENT_HEADING], place)


def _unread(row: _Row, value: str, why: Text, place: Place) -> Unread:
    return Unread(row.key, value, tuple(row.cells.values()), why, place)


def _listed(words: list[Text]) -> Text:
    return Text(", ".join(word.fr for word in words), ", ".join(word.en for word in words))


_ALLOCATE = re.compile(
    r"(?:affecter\s+(?:au\s+titre|aux\s+titres)|allocate\s+to\s+titres?)\b[\s:.…]*(?P<rest>.*)", re.IGNORECASE
)
_SETTLED = re.compile(
    r"(?:sold[ée]e?\s+hors\s+registre|settled\s+outside\s+the\s+ledger)\b[\s:=…]*(?P<rest>.*)", re.IGNORECASE
)


def _action(value: str) -> tuple[str, str]:
    """Return the action that a cell names, in either language, and what stands after it; "" if it names none."""
    for action, words in ((written.ALLOCATE, _ALLOCATE), (written.SETTLED_ELSEWHERE, _SETTLED)):
        if match := words.fullmatch(value):
            return action, match["rest"]
    known = {folded(said): action for action, words in written.ACTIONS.items() for said in (words.fr, words.en)}
    return known.get(folded(value), ""), ""


_SHARE = re.compile(r"(?P<titre>[^=]+?)(?:\s*=\s*(?P<amount>[^=]+))?")


def _shares(rest: str) -> tuple[Share, ...] | None:
    """Return the titres that a decision names, each with its cents; None if one is missing or cannot be read."""
    parts = [part.strip() for part in rest.split(";")]
    found = []
    for part in parts:
        match = _SHARE.fullmatch(part)
        cents = parse_cents(match["amount"]) if match and match["amount"] else None
        if not match or (match["amount"] and not (cents and cents > 0)) or (len(parts) > 1 and cents is None):
            return None
        found.append(Share(match["titre"].strip(), cents))
    return tuple(found)


def _settled(rest: str) -> tuple[Share, ...] | None:
    """Return the sum of a titre that was received outside the ledgers, none for all of it; None if it cannot be read."""
    if not rest:
        return ()
    cents = parse_cents(rest)
    return (Share("", cents),) if cents and cents > 0 else None


_SHARED = {written.ALLOCATE: _shares, written.SETTLED_ELSEWHERE: _settled}


def _claim(row: _Row) -> Claim | Unread:
    place = row.places[written.POSITION_HEADING]
    position, typed = row.cells[written.POSITION_HEADING], row.cells[written.DATE_HEADING]
    if not row.key:
        return _unread(row, position, NO_KEY, place)
    parts = row.key.split(written.SEPARATOR, 3)
    if len(parts) != 4 or not re.fullmatch("[0-9]{9}", parts[0]):
        return _unread(row, position, BAD_KEY, place)
    known = {folded(said): name for name, words in written.POSITIONS.items() for said in (words.fr, words.en)}
    if position and folded(position) not in known:
        return _unread(row, position, NO_POSITION.with_(words=_listed(list(written.POSITIONS.values()))), place)
    on = parse_day(typed) if typed else None
    if typed and on is None:
        return _unread(row, typed, NO_DAY, row.places[written.DATE_HEADING])
    siren, kind, year, identity = parts
    return Claim(
        payer_siren=siren,
        kind=kind,
        identity=identity,
        school_year=year,
        reference=row.cells[written.REFERENCE_HEADING],
        position=known.get(folded(position), ""),
        mandat=row.cells[written.MANDAT_HEADING],
        on=on,
        details=row.cells[written.DETAILS_HEADING],
        place=place,
    )


def _once(found: list[Decision | Claim | Unread]) -> list[Decision | Claim | Unread]:
    """Return each answer once; a row that was copied and answered differently is not taken."""
    said: dict[object, set[object]] = {}
    for one in found:
        said.setdefault(_about(one), set()).add(_content(one))
    kept: list[Decision | Claim | Unread] = []
    seen = set()
    for one in found:
        about = _about(one)
        if len(said[about]) > 1 and not isinstance(one, Unread):
            words = tuple(str(word) for word in _content(one) if word)
            kept.append(Unread(_key_of(one), words[0] if words else "", words, TWICE, one.place))
        elif about not in seen or isinstance(one, Unread):
            kept.append(one)
        seen.add(about)
    return kept


def _about(one: Decision | Claim | Unread) -> object:
    if isinstance(one, Unread):
        return one.place
    if isinstance(one, Decision):
        return one.kind, one.identity
    return one.payer_siren, one.kind, one.school_year, one.identity


def _content(one: Decision | Claim | Unread) -> tuple[object, ...]:
    if isinstance(one, Unread):
        return one.words
    if isinstance(one, Decision):
        return one.action, one.shares, one.comment
    return one.position, one.mandat, one.on, one.details


def _key_of(one: Decision | Claim) -> str:
    if isinstance(one, Decision):
        return written.key(one.kind, one.identity)
    return written.claim_key(one.payer_siren, one.kind, one.identity, one.school_year)


def left_blank(book: Book) -> Iterator[tuple[str, Place]]:
    """Yield the key and place of each row of ours whose decision is empty."""
    for sheet in book.sheets:
        at = _heading_row(sheet)
        decision = _columns(sheet, at, written.DECISION_HEADING) if at is not None else []
        if at is None or not decision:
            continue
        keys = _columns(sheet, at, written.KEY_HEADING)
        for row in range(at + 1, len(sheet.rows)):
            key = _cell(sheet, row, keys)
            if key and not _cell(sheet, row, decision):
                yield key, Place(sheet.name, address(row, decision[0]))
