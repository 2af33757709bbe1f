"""The contribution per school, the number of schools and the product, as articles 4 and 9 and the council say them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.texts import Text
from recon.values import parse_cents

from .found import Found, Sure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .flow import Flow

_AMOUNT = r"\d(?:[\d.,'\s]{0,14}\d)?"
# A PDF's font may lack the euro sign.
_LOST_EURO = re.compile(r"[?\ufffd\x80\xa4](?!\w)")
_EURO = rf"\s*(?:{_LOST_EURO.pattern}|€\s*(?:uros?|\d\d(?!\d))?|euros?|eur\b\.?)"
_TAX = r"[\s)]*(?:t\.?\s*t\.?\s*c\.?|toutes\s+taxes\s+comprises)?[\s,)]*"
_SCHOOL = r"[e?\ufffd]?\s*-?\s*cole"
_PER_SCHOOL = re.compile(
    rf"(?<![\d.,])({_AMOUNT}{_EURO}){_TAX}(?:par|/|pour\s+chaque)\s*(?:an\s*(?:et\s*)?(?:par|/)\s*)?{_SCHOOL}"
)
_BEFORE = re.compile(
    rf"(?:par\s+{_SCHOOL}[^.€]{{0,40}}?|(?:fix.?e?|s'.?l.?ve|arr.?t.?e)\s+(?:a\s*:?|de)?\s*)\s*(?<![\d.,])({_AMOUNT}{_EURO})"
)
_TIMES = r"\s*(?:x|×|\*|fois|multiplie par)\s*"
_PRODUCT = re.compile(
    rf"(?<![\d.,])(\d{{1,4}})\s*(?:{_SCHOOL}s?(?:\(s\))?|.?tablissements?)?{_TIMES}({_AMOUNT}(?:{_EURO})?){_TAX}"
    rf"(?:[^\d€]{{0,40}}?)(?:soit|=|donne|total|montant)[^\d€]{{0,50}}?({_AMOUNT}{_EURO})"
)
_TURNED = re.compile(
    rf"(?<![\d.,])({_AMOUNT}{_EURO}){_TAX}{_TIMES}(\d{{1,4}})\s*(?:{_SCHOOL}s?(?:\(s\))?)?[^\d€]{{0,30}}?(?:soit|=)[^\d€]{{0,50}}?({_AMOUNT}{_EURO})"
)
_SUM = re.compile(
    rf"(?:soit|montant|co.?t|participation|total)\b[^\d€.]{{0,70}}?(?<![\d.,])({_AMOUNT}{_EURO})(?!{_TAX}(?:par|/)\s*(?:an|{_SCHOOL}))"
)
_COUNT = re.compile(
    rf"(?:inscri[a-z]*|nombre\s+d'{_SCHOOL}s?(?:\s+[a-z]+){{0,2}}|liste\s+de|concerne(?:nt)?|pour)\s*:?\s*(?:[a-z-]+\s*\(\s*)?(\d{{1,4}})(?!\d)\s*\)?\s*(?:nouvelles?\s+)?"
    rf"(?:{_SCHOOL}|.?tablissement|$|\n)"
)
_COUNT_FIRST = re.compile(
    rf"(?<![\d.,])(\d{{1,4}})\s*\)?\s*{_SCHOOL}s?(?:\(s\))?\s+(?:publiques?\s+)?(?:sont\s+)?(?:inscrites?|concern)"
)
_BOTH = Text("la même somme à deux endroits", "the same amount in two places")
_BY_PRODUCT = Text("lu dans le produit, l’article ne le dit pas", "read from the product, the article does not say it")
_NO_SEPARATOR = Text("prouvé par le produit", "proved by the product")


@dataclass(frozen=True, slots=True)
class Product:
    """A multiplication that the text does: so many schools, at so much, make so much."""

    count: Found
    rate: Found
    amount: Found

    @property
    def holds(self) -> bool | None:
        """Whether it is right; None if a part of it is no amount."""
        rate, amount = cents_of(self.rate.value), cents_of(self.amount.value)
        return None if rate is None or amount is None else int(self.count.value) * rate == amount


def cents_of(text: str) -> int | None:
    """Return the amount in cents of the words of a document; None if they have two readings."""
    bare = " ".join(text.replace("€uros", "€").replace("€uro", "€").split())
    bare = _LOST_EURO.sub("€", bare)
    return parse_cents(bare) if (found := parse_cents(bare.rstrip(". "))) is None else found


def rates(flow: Flow, start: int, end: int) -> Iterator[Found]:
    """Yield each amount that is said to be for one school."""
    for pattern in (_PER_SCHOOL, _BEFORE):
        told = [_found(flow, *found.span(1)) for found in pattern.finditer(flow.plain, start, end)]
        known = [one for one in told if cents_of(one.value)]
        if known:
            yield from known
            return


def products(flow: Flow, start: int, end: int) -> Iterator[Product]:
    """Yield each multiplication: `57 x 45€ soit 2565€`."""
    for found in _PRODUCT.finditer(flow.plain, start, end):
        yield Product(*(_found(flow, *found.span(group)) for group in (1, 2, 3)))
    for found in _TURNED.finditer(flow.plain, start, end):
        yield Product(*(_found(flow, *found.span(group)) for group in (2, 1, 3)))


def amounts(flow: Flow, start: int, end: int) -> Iterator[Found]:
    """Yield each amount that is said to be a sum."""
    for found in _SUM.finditer(flow.plain, start, end):
        yield _found(flow, *found.span(1))


def counts(flow: Flow, start: int, end: int) -> Iterator[Found]:
    """Yield each number of schools that are said to be enrolled."""
    for pattern in (_COUNT, _COUNT_FIRST):
        for found in pattern.finditer(flow.plain, start, end):
            yield _found(flow, *found.span(1))


def settled_rate(told: list[Found], product: Product | None) -> tuple[Found | None, list[Found]]:
    """Return the rate, and the rates that contradict each other: then none is sure."""
    by_product = [product.rate] if product and cents_of(product.rate.value) else []
    distinct = {cents_of(one.value): one for one in reversed([*told, *by_product])}
    if len(distinct) > 1:
        return None, list(reversed(distinct.values()))
    if told:
        first = told[0]
        proved = len(told) > 1 or bool(by_product)
        return Found(first.value, first.words, first.span, Sure.PROVED, _BOTH) if proved else first, []
    return (
        (Found(by_product[0].value, by_product[0].words, by_product[0].span, Sure.READ, _BY_PRODUCT), [])
        if by_product
        else (None, [])
    )


def settled_amount(amount: Found, count: int | None, rate: int | None) -> Found:
    """Return the amount; one with two readings (`2.565`) is the one that schools times rate proves, if it does."""
    if count is None or rate is None:
        return amount
    cents = cents_of(amount.value)
    if cents is None:
        digits = re.sub(r"\D", "", amount.value)
        cents = (
            next((whole for whole in (int(digits) * 100, int(digits)) if whole == count * rate), None)
            if digits
            else None
        )
        if cents is None:
            return amount
        return Found(f"{cents // 100}.{cents % 100:02d}", amount.words, amount.span, Sure.PROVED, _NO_SEPARATOR)
    return (
        Found(amount.value, amount.words, amount.span, Sure.PROVED, _NO_SEPARATOR) if cents == count * rate else amount
    )


def _found(flow: Flow, start: int, end: int) -> Found:
    words = " ".join(flow.text[start:end].split())
    return Found(words.rstrip(" ."), words, flow.span(start, end), Sure.READ)
