"""What every reader returns: a book of sheets of texts, each at its address, or a refusal that says why."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from recon.texts import Text

Value: TypeAlias = int | float | bool | time | date | datetime | timedelta
Position: TypeAlias = tuple[int, int]
"""Row and column, counted from 0: (0, 5) is F1."""
Area: TypeAlias = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 0: A1:C2 is (0, 0, 1, 2)."""
Fault: TypeAlias = str
"""What stands in a cell that holds no value: an error, `#REF!`, or a formula nobody computed, `=C12+C13`."""

PDF, TEXT = "pdf", "text"
DOCUMENTS = frozenset({PDF, TEXT})
"""The formats of documents: each sheet is a page, each row a line of text in its only cell."""

# From here on a float no longer holds every digit, so it keeps the exponent that says so.
INEXACT = 10**15

KINDS = {"t": "text", "n": "number", "d": "date", "h": "time", "b": "boolean", "e": "error", "f": "formula"}
"""What a letter of `Sheet.kinds` says; "formula" is one without a stored value."""

_HALF_A_SECOND = timedelta(microseconds=500_000)
_MIDNIGHT = "T00:00:00"
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: `rows[0][0]` is A1 whatever the used area, None an empty cell; rows may be of unequal length.

    The name of a CSV is "", and its rows are records: a quoted line break does not begin a row. What is hidden, and
    the merged areas, lie within the used area: rows and columns without a cell are not named, a merged area is cut
    at its edge. Every workbook format tells them; a CSV hides nothing. `formulas` are the addresses, with a space
    between, of the cells whose value a formula gives, as xlsx and ods tell them. `kinds` is told by `read_cells` alone: a letter
    for each cell of a row (`KINDS`), a space for an empty one.
    """

    name: str
    rows: list[list[str | None]]
    faults: dict[Position, Fault] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[Area, ...] = ()
    kinds: tuple[str, ...] = ()
    formulas: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """One file as it was read: its format (xlsx, xls, xlsb, ods, csv, pdf, text), the SHA-256 of its bytes, its sheets in order.

    `epoch_1904` says that it counts days from 1904 (never so for ods and csv); its dates are already right.
    """

    format: str
    sha256: str
    sheets: list[Sheet]
    epoch_1904: bool = False


class Refused(Exception):  # noqa: N818  A refusal is a finding (D01), not an error of the tool.
    """A file that cannot be read; `reason` says what is wrong and what to do."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason

    def __reduce__(self) -> tuple[type[Refused], tuple[Text]]:
        """Have the reason come through a pipe in both languages."""
        return Refused, (self.reason,)


def column_letters(column: int) -> str:
    """Return the letters of a column counted from 0: A, Z, AA."""
    before, last = divmod(column, 26)
    return (column_letters(before - 1) if before else "") + chr(ord("A") + last)


def address(row: int, column: int) -> str:
    """Return the address of a cell counted from 0: (0, 5) is F1."""
    return f"{column_letters(column)}{row + 1}"


def position(reference: str) -> Position:
    """Return the row and column of an address: F1 is (0, 5); ValueError if it is none."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        raise ValueError(reference)
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1


def written(value: Value) -> str:
    """Return the canonical text of a value: 45, 41.5, 3.1E+31, 2026-11-30, 2026-11-30T17:42:00, 26:30:00, VRAI."""
    match value:
        case datetime():
            return _moment(value)
        case date():
            return value.isoformat()
        case bool():
            return "VRAI" if value else "FAUX"
        case int() | float():
            return decimal(value)
        case time():
            return _clock(datetime.combine(date.min, value) - datetime.combine(date.min, time()))
        case timedelta():
            return _clock(value)


def decimal(number: float) -> str:
    """Return a number in at most 15 digits, plainly below `INEXACT`: 45, 0.3, 0.0000001, but 3.1E+31."""
    text = f"{number + 0.0:.15g}"  # + 0.0: minus zero is zero.
    if "e" not in text:
        return text
    return text.upper() if abs(number) >= INEXACT else format(Decimal(text), "f")


def _moment(moment: datetime) -> str:
    # A serial number is a fraction of a day: its last digits are noise, and would make 17:41:59.999997.
    nearest = (moment + _HALF_A_SECOND).replace(microsecond=0) if moment.microsecond else moment
    text = nearest.isoformat()
    return text.removesuffix(_MIDNIGHT)


def _clock(duration: timedelta) -> str:
    seconds = round(abs(duration.total_seconds()))
    sign = "-" if duration < timedelta() else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
