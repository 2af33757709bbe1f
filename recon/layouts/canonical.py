"""Cells to one text per field and line: joined, split, signed, dated, filled down; and the cell each came from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from recon import values

from .columns import JOINED, two_numbers
from .looks import CREDITS, DASHES, DEBITS, VOCABULARIES, sort_of
from .words import CREDIT, DEBIT, SENSE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from recon.readers import Sheet
    from recon_schemas import Source

    from .columns import Choice

    Column = list[str | None]

_NUMBER = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_TWO = re.compile(r"\s*([0-9]+)\s*[/|–-]\s*([0-9]+)\s*")
BETWEEN = " · "


class Texts:
    """The texts of a table's fields, one per line; `elsewhere` is the column of a text that is not its field's first."""

    def __init__(self, sheet: Sheet, lines: Sequence[int], *, epoch_1904: bool) -> None:
        """Read the lines (positions from 0) of `sheet`."""
        self._rows = [sheet.rows[line] for line in lines]
        self._lines = lines
        self._merged = [area for area in sheet.merged if area[0] != area[2] and area[1] == area[3]]
        self._epoch_1904 = epoch_1904
        self.elsewhere: dict[tuple[int, str], int] = {}

    def of(
        self, source: Source, chosen: Mapping[str, Choice], words: Mapping[str, str], *, reverse: bool
    ) -> dict[str, Column]:
        """Return field -> texts; `words` are a profile's own words for a state, `reverse` turns every sign."""
        texts: dict[str, Column] = {}
        for name, choice in chosen.items():
            if name in {DEBIT, CREDIT, SENSE}:
                continue
            if both := two_numbers(name):
                texts |= dict(zip(both, self._split(choice.columns[0]), strict=True))
            else:
                texts[name] = self._field(source, name, choice, words)
        if DEBIT in chosen or CREDIT in chosen:
            texts["amount"] = self._balance(chosen.get(DEBIT), chosen.get(CREDIT))
        if SENSE in chosen and "amount" in texts:
            texts["amount"] = self._signed(texts["amount"], self._column(chosen[SENSE].columns[0]))
        if reverse:
            texts["amount"] = [_opposite(text) for text in texts["amount"]]
        return texts

    def _column(self, column: int) -> Column:
        return [row[column] if column < len(row) else None for row in self._rows]

    def _field(self, source: Source, name: str, choice: Choice, words: Mapping[str, str]) -> Column:
        texts = self._column(choice.columns[0])
        if name in JOINED.get(source.name, ()):
            for column in choice.columns[1:]:
                texts = [_joined(*pair) for pair in zip(texts, self._column(column), strict=True)]
        sort = sort_of(source, name)
        if sort == "amount":
            return [None if text and text.strip() in DASHES else text for text in texts]
        if self._merged:
            texts = self._filled_down(texts, choice.columns[0])
        if sort == "day":
            return [self._day(text) for text in texts]
        if words and sort in VOCABULARIES:
            return [words.get(values.folded(text), text) if text else text for text in texts]
        return texts

    def _day(self, text: str | None) -> str | None:
        """Return a serial number as the day it counts; only the workbook knows from when."""
        if text is None or not _NUMBER.fullmatch(text):
            return text
        day = values.parse_serial(text, epoch_1904=self._epoch_1904)
        return day.isoformat() if day else text

    def _filled_down(self, texts: Column, column: int) -> Column:
        """Return the texts with each merged cell's in every line that it spans; an amount is never told twice."""
        position = {line: index for index, line in enumerate(self._lines)}
        for first, left, last, _ in self._merged:
            if left != column or (start := position.get(first)) is None or texts[start] is None:
                continue
            for line in range(first + 1, last + 1):
                if (index := position.get(line)) is not None and texts[index] is None:
                    texts[index] = texts[start]
        return texts

    def _split(self, column: int) -> tuple[Column, Column]:
        pairs = [_two(text) for text in self._column(column)]
        return [first for first, _ in pairs], [second for _, second in pairs]

    def _balance(self, debit: Choice | None, credit: Choice | None) -> Column:
        nothing: Column = [None] * len(self._rows)
        debits, credits_ = (self._column(side.columns[0]) if side else nothing for side in (debit, credit))
        column = credit.columns[0] if credit else 0
        return [self._amount(index, *pair, column) for index, pair in enumerate(zip(debits, credits_, strict=True))]

    def _amount(self, index: int, debit: str | None, credit: str | None, column: int) -> str | None:
        """Return debit less credit; a text that is no amount as it stands, so that it is said."""
        plus, minus = _cents(debit), _cents(credit)
        if plus and plus == minus:
            return f"{debit} / {credit}"  # Both at once: a payment, or what takes it back, nobody knows.
        if minus == 0 or plus is None:
            return debit if debit and not debit.isspace() else credit
        if minus is None or plus == 0:
            self.elsewhere[self._lines[index] + 1, "amount"] = column
        return credit if minus is None else written(plus - minus)

    def _signed(self, amounts: Column, senses: Column) -> Column:
        return [_with_sense(amount, sense) for amount, sense in zip(amounts, senses, strict=True)]


def _joined(first: str | None, second: str | None) -> str | None:
    if not first or not second or second.strip() in first:
        return first or second
    return second if first.strip() in second else f"{first.strip()}{BETWEEN}{second.strip()}"


def _two(text: str | None) -> tuple[str | None, str | None]:
    found = _TWO.fullmatch(text) if text else None
    return (found[1], found[2]) if found else (text, None)


def _cents(text: str | None) -> int | None:
    """Return cents, 0 for an empty cell, None for what is no amount."""
    return values.parse_cents(text) if text and text.strip() not in {"", *DASHES} else 0


def _with_sense(amount: str | None, sense: str | None) -> str | None:
    cents = values.parse_cents(amount or "")
    if cents is None or not sense:
        return amount
    word = values.folded(sense) or sense.strip()
    if word in DEBITS:
        return amount
    # A credit that has a minus already, or a word nobody knows: the sign is not known, and the amount is not read.
    return _opposite(amount) if word in CREDITS and cents >= 0 else f"{amount} {sense}"


def _opposite(text: str | None) -> str | None:
    cents = values.parse_cents(text or "")
    return text if cents is None else written(-cents)


def written(cents: int) -> str:
    """Return cents as the canonical text of an amount: `-41.00`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def summed(texts: Iterable[str | None]) -> int:
    """Return the sum in cents of the texts that are amounts."""
    amounts = (values.parse_cents(text) for text in texts if text)
    return sum(amount for amount in amounts if amount is not None)
