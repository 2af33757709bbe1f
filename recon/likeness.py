"""What is near: numbers one keystroke apart, names of communes and schools written otherwise. Near is proposed, never taken."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from recon.identifiers import uai_letter
from recon.values import folded

if TYPE_CHECKING:
    from collections.abc import Iterable

_SAINTS: Final = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_SMALL: Final = {"le", "la", "les", "l", "de", "d", "du", "des", "en", "sur", "s", "et", "a", "au", "aux"}
# "Marseille 8e Arrondissement", "TOULOUSE CEDEX 3", "PARIS 12".
_QUARTER: Final = re.compile(r" (?:cedex(?: \d+)?|\d{1,2}(?:e|er|eme)?(?: arrondissement)?)$")
_OF_A_PAYER: Final = re.compile(r"^(?:commune|ville|mairie)(?: (?:de|du|des|d))? ")
_OF_ANY_SCHOOL: Final = {"ecole", "publique", "public", "communale", "intercommunale", "groupe", "scolaire"}
_LEVELS: Final = {"maternelle", "elementaire", "primaire", "application", "mat", "elem", "prim"}
_NEAR: Final = 0.85


def commune_key(name: str) -> tuple[str, ...]:
    """Return a commune's name as names are compared: no case, accents, hyphens, articles, quarters; "St" is "Saint"."""
    text = _QUARTER.sub("", _OF_A_PAYER.sub("", folded(name)))
    words = [_SAINTS.get(word, word) for word in text.split()]
    return tuple(sorted(word for word in words if word not in _SMALL)) or tuple(words)


def same_commune(one: str, other: str) -> bool:
    """Whether two names may be one commune's."""
    return commune_key(one) == commune_key(other)


def school_words(name: str) -> tuple[str, str]:
    """Return what tells a school's name from others, and its level: `jules ferry`, `maternelle`."""
    words = [_SAINTS.get(word, word) for word in folded(name).split()]
    own = [word for word in words if word not in {*_OF_ANY_SCHOOL, *_LEVELS, *_SMALL}]
    return " ".join(own), " ".join(sorted({word for word in words if word in _LEVELS}))


def same_school(one: str, other: str) -> bool:
    """Whether two names read alike but for case, accents, "École" and "publique"; the level counts."""
    return bool(one and other) and school_words(one) == school_words(other)


def alike(one: str, other: str) -> bool:
    """Whether what is proper to two names of schools is nearly the same, whatever their levels."""
    first, second = school_words(one)[0], school_words(other)[0]
    return bool(first and second) and SequenceMatcher(None, first, second).ratio() >= _NEAR


def keystrokes(digits: str) -> Iterable[str]:
    """Yield the numbers that one digit changed, or two adjacent ones exchanged, make of `digits`."""
    for at, digit in enumerate(digits):
        yield from (digits[:at] + other + digits[at + 1 :] for other in "0123456789" if other != digit)
        swapped = digits[:at] + digits[at : at + 2][::-1] + digits[at + 2 :]
        if swapped != digits:
            yield swapped


def neighbours(uai: str) -> Iterable[str]:
    """Yield the UAIs whose seven digits are one keystroke away, each with the letter it calls for."""
    return (digits + uai_letter(digits) for digits in keystrokes(uai[:7]))
