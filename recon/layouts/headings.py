"""Headings: which field a column's title names, by the schemas' French titles and synonyms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from recon.values import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon_schemas import Source


@dataclass(frozen=True, slots=True)
class Heading:
    """A row of titles as one source reads it: the column of each field, and the fields that two columns claim."""

    columns: dict[str, int]
    ambiguous: dict[str, list[int]]

    def missing(self, source: Source) -> list[str]:
        """Return the required fields that no column names without doubt."""
        return [field for field in source.required if field not in self.columns]


@cache
def _vocabulary(name: str) -> tuple[dict[str, str], dict[str, str]]:
    from recon_schemas import SOURCES

    source = next(source for source in SOURCES if source.name == name)
    titles = {folded(str(column.title)): field for field, column in source.fields.items()}
    synonyms = {
        folded(word): field for field, column in source.fields.items() for word in (column.metadata or {})["synonyms"]
    }
    return titles, {**synonyms, **titles}


def read_heading(cells: Sequence[str | None], source: Source) -> Heading:
    """Return the columns that `cells` name; a field's own title wins over its synonyms."""
    titles, words = _vocabulary(source.name)
    claims: dict[str, list[int]] = {}
    own: dict[str, list[int]] = {}
    for column, cell in enumerate(cells):
        word = folded(cell) if cell else ""
        if field := words.get(word):
            claims.setdefault(field, []).append(column)
            if word in titles:
                own.setdefault(field, []).append(column)
    best = {field: own.get(field, columns) for field, columns in claims.items()}
    return Heading(
        columns={field: columns[0] for field, columns in best.items() if len(columns) == 1},
        ambiguous={field: columns for field, columns in best.items() if len(columns) > 1},
    )
