"""What the schemas share: one function per sort of column, each with its French heading, synonyms, rule and code.

A column's `metadata` holds what Pandera has no word for: `sort` (how its text is read), `synonyms` (headings seen in
real files), `description` and `expected` (in French and English) and `example`. A check's `error` is our finding code.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandera.polars as pa
import polars as pl

from recon import identifiers
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pandera.api.polars.types import PolarsData

EMPTY = "D04"
RULE_BROKEN = "D05"
WRONG_UAI = "D10"
WRONG_KEY = "D11"

PLACE = {"source": pa.Column(pl.Int32), "row": pa.Column(pl.Int32)}


@dataclass(frozen=True)
class Source:
    """One kind of table that a dossier holds: its name in code, its folder, its title, its schema."""

    name: str
    folder: str
    title: Text
    schema: pa.DataFrameSchema
    key: tuple[str, ...]

    @cached_property
    def fields(self) -> Mapping[str, pa.Column]:
        """The business columns, in the templates' order; a row's place (`source`, `row`) is left out."""
        return {name: column for name, column in self.schema.columns.items() if name not in PLACE}

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The columns without which the table is refused (D02) and whose empty cells refuse a row (D04)."""
        return tuple(name for name, column in self.fields.items() if not column.nullable)

    def __reduce__(self) -> tuple[Callable[[str], Source], tuple[str]]:
        """Have a kind be itself in every process: it travels by its name."""
        from recon_schemas import named

        return named, (self.name,)


def schema(name: str, /, **columns: pa.Column) -> pa.DataFrameSchema:
    """Return a schema of `columns` and of each row's place; further columns are ignored by the readers."""
    return pa.DataFrameSchema({**columns, **PLACE}, name=name, strict=False)


def holds(rule: Callable[[pl.Expr], pl.Expr], code: str) -> pa.Check:
    """Return a check of `rule`, an expression on the column, whose failures bear `code`."""

    def check(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(rule(pl.col(data.key)))

    return pa.Check(check, error=code)


def _column(
    dtype: Any,
    sort: str,
    heading: str,
    description: Text,
    expected: Text,
    *synonyms: str,
    required: bool = False,
    example: str = "",
    checks: list[pa.Check] | None = None,
) -> pa.Column:
    return pa.Column(
        dtype,
        checks=checks,
        nullable=not required,
        title=heading,
        description=description.en,
        metadata={
            "sort": sort,
            "synonyms": synonyms,
            "description": description,
            "expected": expected,
            "example": example,
        },
    )


def text(heading: str, description: Text, *synonyms: str, required: bool = False, example: str = "") -> pa.Column:
    """A free text, kept as written but for white space at its ends and in runs."""
    expected = Text("un texte", "a text")
    return _column(pl.String, "text", heading, description, expected, *synonyms, required=required, example=example)


def uai(*synonyms: str, required: bool = False) -> pa.Column:
    """A school's number: seven digits and the letter they call for."""
    return _column(
        pl.String,
        "uai",
        "UAI",
        Text("Numéro de l’école : sept chiffres et une lettre de contrôle", "The school's number, seven digits and a check letter"),
        Text("sept chiffres et la lettre de contrôle qui leur correspond", "seven digits and the check letter they call for"),
        "Code UAI", "N° UAI", "Numéro UAI", "RNE", "Code RNE", "N° RNE", "Code étab.", "Code établissement", "UAI de l'école", "UAI établissement", "RNE de l'école", "Identifiant de l'établissement", "Code école",
        *synonyms,
        required=required,
        example="0660560A",
        checks=[holds(identifiers.uai_valid, WRONG_UAI)],
    )  # fmt: skip


def siret(heading: str, description: Text, *synonyms: str, required: bool = False) -> pa.Column:
    """A SIRET: fourteen digits; one whose key is wrong is kept and said, for official lists hold some."""
    return _column(
        pl.String,
        "siret",
        heading,
        description,
        Text("14 chiffres, clé de contrôle juste", "14 digits with a right check key"),
        *synonyms,
        required=required,
        example="21660049400019",
        checks=[holds(identifiers.siret_shape, RULE_BROKEN), holds(_key_or_no_shape(identifiers.siret_shape, identifiers.siret_valid), WRONG_KEY)],
    )  # fmt: skip


def payer(heading: str, description: Text, *synonyms: str, required: bool = False) -> pa.Column:
    """A payer's SIRET, or its SIREN alone: payers are keyed by the SIREN; a wrong key is kept and said."""
    return _column(
        pl.String,
        "payer",
        heading,
        description,
        Text("un SIRET (14 chiffres) ou un SIREN (9 chiffres), clé de contrôle juste", "a SIRET (14 digits) or a SIREN (9 digits) with a right check key"),
        *synonyms,
        required=required,
        example="21660049400019",
        checks=[holds(_payer_shape, RULE_BROKEN), holds(_payer_key, WRONG_KEY)],
    )  # fmt: skip


def _payer_shape(expr: pl.Expr) -> pl.Expr:
    return identifiers.siret_shape(expr) | identifiers.siren_shape(expr)


def _payer_key(expr: pl.Expr) -> pl.Expr:
    return identifiers.siret_valid(expr) | identifiers.siren_valid(expr) | ~_payer_shape(expr)


def siren(
    heading: str, description: Text, *synonyms: str, required: bool = False, example: str = "216600494"
) -> pa.Column:
    """A SIREN: nine digits; a SIRET is shortened to its SIREN and said (D06)."""
    return _column(
        pl.String,
        "siren",
        heading,
        description,
        Text("9 chiffres, clé de contrôle juste", "9 digits with a right check key"),
        *synonyms,
        required=required,
        example=example,
        checks=[holds(identifiers.siren_shape, RULE_BROKEN), holds(_key_or_no_shape(identifiers.siren_shape, identifiers.siren_valid), WRONG_KEY)],
    )  # fmt: skip


def _key_or_no_shape(
    shape: Callable[[pl.Expr], pl.Expr], key: Callable[[pl.Expr], pl.Expr]
) -> Callable[[pl.Expr], pl.Expr]:
    # What has not even the right number of digits has been said already.
    return lambda expr: key(expr) | ~shape(expr)


def any_siret(heading: str, description: Text, *synonyms: str, example: str = "21660049400019") -> pa.Column:
    """A SIRET or SIREN of a reference table: what has another shape is not read, what has a wrong key is kept and said."""
    return _column(
        pl.String,
        "any_siret",
        heading,
        description,
        Text("un SIRET (14 chiffres) ou un SIREN (9 chiffres), clé de contrôle juste", "a SIRET (14 digits) or a SIREN (9 digits) with a right check key"),
        *synonyms,
        example=example,
        checks=[holds(_payer_key, WRONG_KEY)],
    )  # fmt: skip


def any_day(heading: str, description: Text, *synonyms: str, example: str) -> pa.Column:
    """A date of a reference table, however old; what is none is not read."""
    expected = Text("une date aaaa-mm-jj", "a date yyyy-mm-dd")
    return _column(pl.Date, "any_day", heading, description, expected, *synonyms, example=example)


def school_year(*, required: bool = False) -> pa.Column:
    """A school year, `2026-2027`; it starts on 1 September."""
    return _column(
        pl.String,
        "school_year",
        "Année scolaire",
        Text("Année scolaire, du 1er septembre au 31 août", "School year, from 1 September to 31 August"),
        Text("deux années qui se suivent, par exemple 2026-2027", "two consecutive years, such as 2026-2027"),
        "Année", "Annee scolaire", "Année sco.", "Campagne", "Rentrée", "Année scolaire concernée", "A.S.",
        required=required,
        example="2026-2027",
    )  # fmt: skip


def amount(
    heading: str,
    description: Text,
    *synonyms: str,
    required: bool = False,
    at_least: int | None = None,
    example: str = "164,00",
) -> pa.Column:
    """An amount in euros, held as integer cents; `at_least` is in cents."""
    return _column(
        pl.Int64,
        "amount",
        heading,
        description,
        Text("un montant en euros, par exemple 2 565,00", "an amount in euros, such as 2 565,00"),
        *synonyms,
        required=required,
        example=example,
        checks=[] if at_least is None else [holds(lambda expr: expr >= at_least, RULE_BROKEN)],
    )


def day(
    heading: str, description: Text, *synonyms: str, required: bool = False, example: str = "03/06/2026"
) -> pa.Column:
    """A date: a date cell, dd/mm/yyyy or ISO."""
    return _column(
        pl.Date,
        "day",
        heading,
        description,
        Text("une date jj/mm/aaaa", "a date dd/mm/yyyy"),
        *synonyms,
        required=required,
        example=example,
    )


def count(heading: str, description: Text, *synonyms: str, example: str = "4") -> pa.Column:
    """A number of things."""
    expected = Text("un nombre entier", "a whole number")
    return _column(pl.Int64, "count", heading, description, expected, *synonyms, example=example)


def word(
    heading: str, description: Text, vocabulary: str, values: tuple[str, ...], *synonyms: str, example: str = ""
) -> pa.Column:
    """One of a few words, whatever its spelling; `vocabulary` names the list in `recon.values`."""
    return _column(
        pl.String,
        vocabulary,
        heading,
        description,
        Text(f"l’un des mots : {', '.join(values)}", f"one of the words: {', '.join(values)}"),
        *synonyms,
        example=example or values[0],
        checks=[pa.Check.isin(values, error=RULE_BROKEN)],
    )


def titre(
    heading: str, description: Text, *synonyms: str, required: bool = False, example: str = "TP-2026-00141"
) -> pa.Column:
    """A titre's number: always text, for a spreadsheet makes 3.1E+31 of 32 digits; never two in a cell."""
    return _column(
        pl.String,
        "titre",
        heading,
        description,
        Text("le numéro d’un seul titre par ligne, saisi comme texte", "the number of one titre a row, typed as text"),
        *synonyms,
        required=required,
        example=example,
        checks=[holds(identifiers.one_titre, RULE_BROKEN)],
    )


def code(heading: str, description: Text, expected: Text, digits: int, *synonyms: str, example: str) -> pa.Column:
    """A short official code (INSEE, département) whose leading zeros a spreadsheet drops; `digits` is its length."""
    return _column(pl.String, f"code{digits}", heading, description, expected, *synonyms, example=example)


def number(heading: str, description: Text, *synonyms: str, required: bool = False, example: str = "") -> pa.Column:
    """A number that identifies something (mandat, convention): text, never computed with."""
    expected = Text("un numéro, saisi comme texte", "a number, typed as text")
    return _column(
        pl.String, "identifier", heading, description, expected, *synonyms, required=required, example=example
    )
