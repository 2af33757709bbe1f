"""Rows under a heading: lines, totals, notes, repeated headings, and where the next table begins."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .headings import headings_at
from .looks import looks, sort_of
from .words import CREDIT, DEBIT, MANDAT_BORDEREAU, title_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.readers import Sheet
    from recon_schemas import Source

    from .columns import Columns
    from .headings import Heading

    Cells = Sequence[str | None]

# "TOTAL ENERGIES" is a supplier; "Solde de la participation" is a payment, and "Solde au 30/11" is none.
_TOTAL = re.compile(
    r"\W*(?:(?:sous[ -]*)?tota(?:l|ux)\b(?!\W*(?:[ée]nerg|access|direct|gaz|station|market))"
    r"|(?:cumul|[àa] reporter|report|solde|ensemble|somme)\W*"
    r"(?:$|[0-9:]|(?:g[ée]n[ée]ral|des\b|au\b|[àa] nouveau|page|du (?:mois|compte|trimestre|bordereau)|d[ée]biteur|cr[ée]diteur"
    r"|ant[ée]rieur|pr[ée]c[ée]dent|final|initial|report[ée])))",
    re.IGNORECASE,
)
_SAYS = re.compile(r":\s*$|\s:\s")
_AMOUNTS = ("amount", DEBIT, CREDIT)
_IDENTITIES = {"day", "uai", "siret", "siren", "payer", "titre"}
_NUMBERS = {"mandat", MANDAT_BORDEREAU, "convention", "bordereau"}


@dataclass(slots=True)
class Body:
    """The rows of one table, as positions from 0: lines, totals, figures alone, notes between them; `end` is excluded."""

    lines: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    end: int = 0


@dataclass(frozen=True, slots=True)
class _Shape:
    """What tells a line of this table: the columns of its money or key, of what identifies it, and all known ones."""

    firm: tuple[int, ...]
    identities: tuple[int, ...]
    known: frozenset[int]
    sorts: dict[int, str]
    money: bool


def body_of(sheet: Sheet, heading: Heading, columns: Columns, sources: Sequence[Source]) -> Body:
    """Return the rows under `heading` up to the next one that differs from it, or the sheet's end."""
    shape = _shape(heading.source, columns)
    titled = {_keys(cells) for cells in sheet.rows[heading.first : heading.last + 1]}
    body = Body(end=len(sheet.rows))
    for index in range(heading.last + 1, len(sheet.rows)):
        cells = sheet.rows[index]
        # A cell forgotten at the grid's end has a million rows without any above it.
        if not cells:
            continue
        if _is_line(cells, shape):
            body.lines.append(index)
        elif _is_blank(cells) or _keys(cells) in titled:
            continue
        elif _begins_another(sheet, index, heading, sources):
            body.end = index
            break
        else:
            _kind(cells, shape, body).append(index)
    return body


def _shape(source: Source, columns: Columns) -> _Shape:
    chosen = {name: choice.columns for name, choice in columns.chosen.items()}
    sorts = {column: sort_of(source, name) for name, own in chosen.items() for column in own}
    money = tuple(column for name in _AMOUNTS for column in chosen.get(name, ()))
    key = chosen.get("uai") or next((chosen[name] for name in source.required if name in chosen), ())
    identities = tuple(
        column for name, own in chosen.items() for column in own if sorts[column] in _IDENTITIES or name in _NUMBERS
    )
    return _Shape(money or key, identities, frozenset(sorts), sorts, bool(money) and source.name == "payments")


def _is_line(cells: Cells, shape: _Shape) -> bool:
    """Whether a row is a line beyond doubt: a figure where it belongs, something that identifies it, and no sum."""
    width = len(cells)
    if not any(column < width and _has_digit(cells[column]) for column in shape.firm):
        return False
    if _TOTAL.match(next(filter(None, cells))):
        return False
    return any(
        column < width and (text := cells[column]) and not text.isspace() and not _TOTAL.match(text)
        for column in shape.identities
    )


def _has_digit(text: str | None) -> bool:
    return text is not None and any(char.isdigit() for char in text)


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


def _kind(cells: Cells, shape: _Shape, body: Body) -> list[int]:
    """Return the list of `body` that a row belongs to, which is no line beyond doubt."""
    filled = [column for column, cell in enumerate(cells) if cell and not cell.isspace()]
    firm = [column for column in shape.firm if column in filled]
    if _is_total(cells, filled, shape):
        return body.totals if firm else body.notes
    if shape.money and firm and set(filled) <= {*shape.firm}:
        return body.alone
    if not firm and _is_note(cells, filled, shape):
        return body.notes
    return body.lines


def _is_total(cells: Cells, filled: list[int], shape: _Shape) -> bool:
    """Whether a row says that it is a sum: by its first words, or by a supplier's or a label's if nothing identifies it."""
    words = [column for column in filled if _TOTAL.match(cells[column] or "")]
    others = [c for c in filled if c in shape.identities and c not in words and _plausible(cells[c] or "", c, shape)]
    if any(shape.sorts.get(column) == "text" for column in words):
        return not others
    return bool(words) and all(shape.sorts[column] == "identifier" for column in others)


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
