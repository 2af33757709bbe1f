"""The data dictionary: `schemas/README.md`, made from the schemas and therefore never behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon_schemas import SOURCES

from .fields import EMPTY

if TYPE_CHECKING:
    import pandera.polars as pa

    from .fields import Source

# What reading a cell can say, by sort of column: unreadable (D03), repaired (D06), digits lost (D12).
_READING = {
    "school_year": ("D03",),
    "amount": ("D03",),
    "day": ("D03",),
    "count": ("D03",),
    "uai": ("D06", "D12"),
    "siren": ("D06", "D12"),
    "siret": ("D12",),
    "titre": ("D12",),
    "identifier": ("D12",),
    "code2": ("D12",),
    "code5": ("D12",),
}
_INTRODUCTION = """# Data dictionary

Made by `python -m tests.regenerate` from the Pandera schemas in `recon_schemas/`; do not edit.

A dossier holds these tables, one folder per kind, as xlsx, ods or CSV. Headings are compared without case, accents or
punctuation: the French heading (that of the templates) or any of the other headings will do; columns that are not listed
here are ignored. An empty cell of a required column refuses its row, a required column that is missing refuses its sheet
(D02), an error cell such as `#REF!` is D03 whatever its column. Codes are those of the findings; the sentences for each
stand in `recon/findings/catalogue.py`.
"""


def data_dictionary() -> str:
    """Return the dictionary as Markdown, in English: every table, every column."""
    return "\n".join([_INTRODUCTION, *(_section(source) for source in SOURCES)])


def _section(source: Source) -> str:
    head = [
        f"## {source.title('en')}",
        "",
        f"Table `{source.name}`, folder `{source.folder}/`. Key: {', '.join(f'`{name}`' for name in source.key)}.",
        "",
        "| column | French heading | required | rule | codes | what it is | example | also read as |",
        "|---|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *(_line(name, column) for name, column in source.fields.items()), ""])


def _line(name: str, column: pa.Column) -> str:
    known = column.metadata or {}
    cells = (
        f"`{name}`",
        str(column.title),
        "" if column.nullable else "yes",
        known["expected"]("en"),
        ", ".join(_codes(column)),
        known["description"]("en"),
        f"`{known['example']}`" if known["example"] else "",
        ", ".join(known["synonyms"]),
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _codes(column: pa.Column) -> list[str]:
    reading = _READING.get((column.metadata or {})["sort"], ())
    checks = [str(check.error) for check in column.checks]
    required = [] if column.nullable else [EMPTY]
    return sorted({*reading, *checks, *required})
