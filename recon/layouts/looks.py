"""Content of columns: whether cells look like what a title promises, whatever each of them is worth by itself."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from recon import values
from recon.identifiers import clean_digits, digits_lost

from .words import BORDEREAU_MANDAT, CREDIT, DEBIT, MANDAT_BORDEREAU, PAYER_INSEE, SENSE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from recon_schemas import Source

SAMPLE = 48
ENOUGH = 0.9
VOCABULARIES = {
    "enrolment_state": values.ENROLMENT_STATES,
    "convention_state": values.CONVENTION_STATES,
    "school_change": values.SCHOOL_CHANGES,
    "titre_nature": values.TITRE_NATURES,
    "titre_state": values.TITRE_STATES,
    "payment_state": values.PAYMENT_STATES,
}
DEBITS = {"d", "debit", "debiteur", "dr", "depense", "+"}
CREDITS = {"c", "credit", "crediteur", "cr", "recette", "-"}

_AMOUNT = re.compile(r"[^0-9A-Za-z]*(?:eur)?[^0-9A-Za-z]*[0-9][0-9 .,'’\xa0\u202f\u2009]*[^0-9A-Za-z/]*(?:eur(?:os?)?|ttc)?[^0-9A-Za-z]*(?:ttc)?", re.IGNORECASE)  # fmt: skip
_DATE = re.compile(r"[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}")
_SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
_SCHOOL = re.compile(r"[0-9OoIl]{6,8}[^\W\d_]?")
_YEARS = re.compile(r"[0-9]{4}\s*\W\s*[0-9]{2,4}")
_CODE = re.compile(r"[0-9]{1,5}|[0-9]?[0-9][AaBb][0-9]{0,3}")
_TWO_NUMBERS = re.compile(r"\s*[0-9]+\s*[/|–-]\s*[0-9]+\s*")
_OF_YEAR = re.compile(r"20[0-9]{2}\s*\D\s*[0-9]+|[0-9]+\s*\D\s*20[0-9]{2}")
_MONTH_FIRST = re.compile(r"(?:0?[1-9]|1[0-2])[/.-](?:1[3-9]|2[0-9]|3[01])[/.-][0-9]{2,4}")
DASHES = {"-", "–", "—"}
_BLANK = re.compile(r"\s")
_MOST_DIGITS = 12


class Share(NamedTuple):
    """How many of a column's cells look like what its title promises, how many do not, and how many must (of one)."""

    good: int
    bad: int
    enough: float = ENOUGH

    @property
    def agrees(self) -> bool:
        """Whether enough do; one cell may be wrong in the shortest column: it is then said by itself."""
        return self.bad <= max(1, (self.good + self.bad) * (1 - self.enough))


def sort_of(source: Source, field: str) -> str:
    """Return how the cells of a field are read: `amount`, `day`, `uai`…"""
    if field in {DEBIT, CREDIT}:
        return "amount"
    if field in {SENSE, MANDAT_BORDEREAU, BORDEREAU_MANDAT}:
        return field
    if field == PAYER_INSEE:
        return "code5"
    return str((source.fields[field].metadata or {})["sort"])


def share(cells: Iterable[str | None], sort: str) -> Share:
    """Return how many of the cells that are not empty look like `sort`."""
    filled = [cell for cell in cells if cell and not cell.isspace()]
    in_words = sort in VOCABULARIES
    good = sum([looks(cell, sort) for cell in filled]) if in_words or sort in _RULES else len(filled)
    # Of states in words one that is known is enough: the others are said, cell by cell.
    return Share(good, len(filled) - good, 1 - ENOUGH if in_words else ENOUGH)


@lru_cache(maxsize=2**15)
def looks(cell: str, sort: str) -> bool:
    """Say whether a text looks like `sort`: an amount, a date, a UAI; any text is a text or an identifier."""
    text = cell.strip()
    if text[:1] in {"#", "="}:
        return True  # An error or a formula nobody computed says nothing against its column.
    if sort in VOCABULARIES:
        return values.folded(text) in VOCABULARIES[sort]
    rule = _RULES.get(sort)
    return rule is None or rule(text)


def _amount(text: str) -> bool:
    # An accountant's format shows zero as a dash; a SIRET or a titre's number has too many digits to be an amount.
    if text in DASHES:
        return True
    return bool(_AMOUNT.fullmatch(text)) and sum(map(str.isdigit, text)) <= _MOST_DIGITS and not _DATE.match(text)


def _day(text: str) -> bool:
    return bool(_DATE.match(text) or _SERIAL.fullmatch(text)) or values.parse_day(text) is not None


def month_first(cells: Iterable[str | None]) -> bool:
    """Say whether a column writes the month first: one date that has no other reading is enough to doubt them all."""
    return any(cell is not None and _MONTH_FIRST.fullmatch(cell.strip()) for cell in cells)


def _school(text: str) -> bool:
    return bool(_SCHOOL.fullmatch(_BLANK.sub("", text))) or digits_lost(text)


def _payer(text: str) -> bool:
    digits = clean_digits(text)
    return (digits.isascii() and digits.isdigit() and len(digits) >= 8) or digits_lost(text)


_RULES: dict[str, Callable[[str], bool]] = {
    "amount": _amount,
    "day": _day,
    "uai": _school,
    "siret": _payer,
    "siren": _payer,
    "payer": _payer,
    "school_year": lambda text: bool(_YEARS.fullmatch(text)),
    "count": lambda text: text[:1].isdigit(),
    "code2": lambda text: bool(_CODE.fullmatch(text)),
    "code5": lambda text: bool(_CODE.fullmatch(text)),
    SENSE: lambda text: values.folded(text) in DEBITS | CREDITS or text in {"+", "-"},
    "mandat_of_year": lambda text: bool(_OF_YEAR.fullmatch(text)),
    MANDAT_BORDEREAU: lambda text: bool(_TWO_NUMBERS.fullmatch(text)),
    BORDEREAU_MANDAT: lambda text: bool(_TWO_NUMBERS.fullmatch(text)),
}
