"""Rows under a heading: lines, totals, notes, repeated headings, and where the next table begins."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from .headings import headings_at
from .looks import looks, sort_of
from .totals import is_bare, outlines, word_of
from .words import BORDEREAU_MANDAT, CREDIT, DEBIT, MANDAT_BORDEREAU, title_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.readers import Sheet
    from recon_schemas import Source

    from .columns import Columns
    from .headings import Heading
    from .totals import Unsure, Word

    Cells = Sequence[str | None]

# What is said under a table and pays nothing: a tax, what is left, how many, "Arrêté à la somme de".
_ASIDE = re.compile(
    r"\W*(?:(?:(?:sous|s)?\W*(?:total|totaux|montant)\W+)?(?:h\.?\s?t|hors taxes?|(?:dont )?t\.?v\.?a)\b[\W0-9]*$"
    r"|soldes? disponibles?\b|(?:nombre|nbre?)\W+(?:total )?d\W?e?\W?(?:mandats?|lignes?|paiements?|titres?|op[ée]rations?|bordereaux?)\b"
    r"|arr[êe]t[ée]e?s?\W+(?:[àa] la somme|l[ea] pr[ée]sente?|pour)\b)",
    re.IGNORECASE,
)
_PART = re.compile(r"\W*dont\b", re.IGNORECASE)
_LIKE_A_TITRE = re.compile(r"[0-9]{5}|\b0[0-9]{2}[0-9]{4}[A-Za-z]\b")
_UNIT = re.compile(
    r"\W*(?:(?:en )?(?:k?€|euros?|eur)(?: (?:ttc|ht))?|montant|nombre|num[ée]rique|d[ée]cimal|[09#]+[.,][09#]+)\W*",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\W*([0-9]{1,2})\W*")
# How many titles make the headings of an unknown table, and how near below them its first figure stands.
_TITLES = 4
_NEAR = 3
_SAYS = re.compile(r":\s*$|\s:\s")
_AMOUNTS = ("amount", DEBIT, CREDIT)
_IDENTITIES = {"day", "uai", "siret", "siren", "payer", "titre"}
_NUMBERS = {"mandat", MANDAT_BORDEREAU, BORDEREAU_MANDAT, "convention", "bordereau"}
_OWN = ("mandat", MANDAT_BORDEREAU, BORDEREAU_MANDAT, "titre")
_PAYERS = {"siret", "siren", "payer"}
_SURE = {"total", "fixed", "outline"}
_WORDED = ("payee", "label", "reference", "payer_name")


@dataclass(slots=True)
class Body:
    """The rows of one table, as positions from 0: lines, totals, notes between them; `end` is excluded.

    `unsure` are rows that are lines unless their figure is a sum, and why; `unread` is where another table begins whose
    headings are not known.
    """

    lines: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    unsure: dict[int, Unsure] = field(default_factory=dict)
    notes: list[int] = field(default_factory=list)
    end: int = 0
    unread: int | None = None


@dataclass(frozen=True, slots=True)
class _Shape:
    """What tells a line of this table: the columns of its money or key, of what identifies it, and all known ones.

    `worded` are those where a total may say so; `payee` and `labels` some of them; `own` number a payment or a
    titre; `money` is whether sums are paid, `amounts` whether there are any.
    """

    firm: tuple[int, ...]
    identities: tuple[int, ...]
    known: frozenset[int]
    sorts: dict[int, str]
    worded: tuple[int, ...]
    payee: tuple[int, ...]
    labels: tuple[int, ...]
    own: tuple[int, ...]
    money: bool
    amounts: bool


def body_of(sheet: Sheet, heading: Heading, columns: Columns, sources: Sequence[Source]) -> Body:
    """Return the rows under `heading` up to the next one that differs from it, or the sheet's end."""
    shape = _shape(heading.source, columns)
    titled = {_keys(cells) for cells in sheet.rows[heading.first : heading.last + 1]}
    body = Body(end=len(sheet.rows))
    for index in range(_first(sheet, heading.last + 1, shape), len(sheet.rows)):
        cells = sheet.rows[index]
        # A cell forgotten at the grid's end has a million rows without any above it.
        if not cells:
            continue
        if _is_line(cells, shape):
            body.lines.append(index)
        elif _is_blank(cells) or _keys(cells) in titled:
            continue
        elif not _has_amount(cells, shape) and _begins_another(sheet, index, heading, sources):
            body.end = index
            break
        elif body.lines and _begins_unknown(sheet, index, shape):
            body.end = body.unread = index
            break
        else:
            _place(sheet, index, shape, body)
    return body


def _first(sheet: Sheet, index: int, shape: _Shape) -> int:
    """Return the first row under the titles that is neither their units nor their numbers."""
    while index < len(sheet.rows) and (_is_numbering(sheet.rows[index]) or _is_units(sheet.rows[index], shape)):
        index += 1
    return index


def _is_numbering(cells: Cells) -> bool:
    found = [_ORDINAL.fullmatch(cell) for cell in cells if cell and not cell.isspace()]
    return len(found) > 2 and [match and int(match[1]) for match in found] == list(range(1, len(found) + 1))


def _is_units(cells: Cells, shape: _Shape) -> bool:
    money = [cells[column] for column in shape.firm if column < len(cells)] if shape.amounts else []
    return any(cell and _UNIT.fullmatch(cell) for cell in money) and not any(
        _has_digit(cell) for column, cell in enumerate(cells) if column not in shape.firm
    )


def _shape(source: Source, columns: Columns) -> _Shape:
    chosen = {name: choice.columns for name, choice in columns.chosen.items()}
    sorts = {column: sort_of(source, name) for name, own in chosen.items() for column in own}
    money = tuple(column for name in _AMOUNTS for column in chosen.get(name, ()))
    key = chosen.get("uai") or next((chosen[name] for name in source.required if name in chosen), ())
    identities = tuple(
        column for name, own in chosen.items() for column in own if sorts[column] in _IDENTITIES or name in _NUMBERS
    )
    texts = tuple(column for name in _WORDED for column in chosen.get(name, ()) if column not in identities)
    return _Shape(
        firm=money or key,
        identities=identities,
        known=frozenset(sorts),
        sorts=sorts,
        worded=(*identities, *texts),
        payee=chosen.get("payee", ()),
        labels=(*chosen.get("label", ()), *chosen.get("reference", ())),
        own=tuple(column for name in _OWN for column in chosen.get(name, ())),
        money=bool(money) and source.name == "payments",
        amounts=bool(money),
    )


def _is_line(cells: Cells, shape: _Shape) -> bool:
    """Whether a row is a line beyond doubt: a figure where it belongs, something that identifies it, and no sum."""
    if not any(map(_has_digit, _filled(cells, shape.firm))) or not _filled(cells, shape.identities):
        return False
    if word_of(next(filter(None, cells))) in _SURE:
        return False
    return _SURE.isdisjoint(map(word_of, _filled(cells, shape.worded)))


def _filled(cells: Cells, columns: Sequence[int]) -> list[str]:
    """Return the texts of these columns that hold one."""
    width = len(cells)
    return [text for column in columns if column < width and (text := cells[column]) and not text.isspace()]


def _has_digit(text: str | None) -> bool:
    # Most figures begin with a digit.
    return text is not None and (text[:1].isdigit() or any(map(str.isdigit, text)))


def _is_blank(cells: Cells) -> bool:
    return not any(cell and not cell.isspace() for cell in cells)


def _keys(cells: Cells) -> tuple[str, ...]:
    keys = [title_key(cell) if cell else "" for cell in cells]
    while keys and not keys[-1]:
        keys.pop()
    return tuple(keys)


def _begins_another(sheet: Sheet, index: int, heading: Heading, sources: Sequence[Source]) -> bool:
    return any(other.firm and _differs(other, heading) for other in headings_at(sheet, index, sources))


def _differs(other: Heading, heading: Heading) -> bool:
    return other.source is not heading.source or other.titles != heading.titles


def _has_amount(cells: Cells, shape: _Shape) -> bool:
    return shape.amounts and any(column < len(cells) and looks(cells[column] or "", "amount") for column in shape.firm)


def _begins_unknown(sheet: Sheet, index: int, shape: _Shape) -> bool:
    """Whether a row under the lines is the headings of a table that is not known: titles alone, then a row of figures."""
    cells = sheet.rows[index]
    filled = {column: cell for column, cell in enumerate(cells) if cell and not cell.isspace()}
    known = sum(column in shape.known for column in filled)
    if not shape.amounts or len(set(filled.values())) < _TITLES or 2 * known <= len(filled):
        return False
    if len(set(filled.values())) < len(filled) or any(map(_has_digit, cells)):
        return False
    return any(_has_digit(cell) for below in sheet.rows[index + 1 : index + 1 + _NEAR] for cell in below)


def _place(sheet: Sheet, index: int, shape: _Shape, body: Body) -> None:
    """Put a row where it belongs that is no line beyond doubt; what pays nothing and controls nothing belongs nowhere."""
    cells = sheet.rows[index]
    filled = [column for column, cell in enumerate(cells) if cell and not cell.isspace()]
    firm = [column for column in shape.firm if column in filled]
    words = {column: word for column in filled if (word := word_of(cells[column] or ""))}
    others = [c for c in filled if c in shape.identities and c not in words and _plausible(cells[c] or "", c, shape)]
    if not others and _is_aside(cells, filled, body):
        return
    above = sheet.rows[body.lines[-1]] if body.lines else ()
    if any(words.get(column) in _SURE for column in shape.identities):
        why: Unsure | Literal["sum"] | None = "sum"
    else:
        why = _says(cells, filled, words, others, shape, above)
    if why == "sum":
        (body.totals if firm else body.notes).append(index)
    elif shape.money and firm and set(filled) <= {*shape.firm}:
        body.unsure[index] = "alone"
    elif not firm and _is_note(cells, filled, shape):
        body.notes.append(index)
    elif why and firm:
        body.unsure[index] = why
    else:
        body.lines.append(index)


def _is_aside(cells: Cells, filled: list[int], body: Body) -> bool:
    """Whether a row that nothing identifies says something beside the lines: a tax, a count, a part of the total above."""
    text = cells[filled[0]] or ""
    if _LIKE_A_TITRE.search(text):
        return False
    after_total = bool(body.totals) and (not body.lines or body.totals[-1] > body.lines[-1])
    return bool(_ASIDE.match(text)) or (after_total and bool(_PART.match(text)))


def _says(
    cells: Cells, filled: list[int], words: Mapping[int, Word], others: list[int], shape: _Shape, above: Cells
) -> Unsure | Literal["sum"] | None:
    """Return "sum" if a text says that its row is one, why it may be one, None if it says nothing."""
    sure = [column for column in words if _is_sure(cells, column, words[column], above)]
    if not sure:
        return "phrase" if words and not others else None
    word = sure[0]
    supplier = word in shape.payee and any(column in shape.labels for column in filled if column not in sure)
    bare = is_bare(cells[word] or "") and not supplier
    if others:
        if not bare and any(column in shape.own and _is_new(cells, above, column) for column in others):
            return None
        payers = all(shape.sorts[column] in _PAYERS for column in others)
        return "sum" if payers and bare and word in shape.labels else "named"
    texts = {word, *shape.labels, *shape.payee}
    numbered = any(_LIKE_A_TITRE.search(cells[column] or "") for column in filled if column in texts)
    return "phrase" if supplier or (numbered and "total" not in words.values()) else "sum"


def _is_new(cells: Cells, above: Cells, column: int) -> bool:
    """Whether a row has a number of its own, not that of the line above."""
    return (above[column] if column < len(above) else None) != cells[column]


def _is_sure(cells: Cells, column: int, word: Word, above: Cells) -> bool:
    if word in {"total", "fixed"}:
        return True
    return column < len(above) and outlines(cells[column] or "", above[column])


def _is_note(cells: Cells, filled: list[int], shape: _Shape) -> bool:
    """Whether a row without its figure only says something: a title, a footer, a name above its lines."""
    if any(_plausible(cells[column] or "", column, shape) for column in filled if column in shape.identities):
        return False
    if shape.money or len(filled) == 1:
        return True
    known = [column for column in filled if column in shape.known]
    return len(filled) == 2 and (len(known) < 2 or bool(_SAYS.search(cells[filled[0]] or "")))


def _plausible(text: str, column: int, shape: _Shape) -> bool:
    if shape.sorts[column] == "identifier":
        return _has_digit(text) and " " not in text.strip()
    return looks(text, shape.sorts[column])
