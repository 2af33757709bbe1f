"""Numbers in a text: whole or by a suffix, compared exactly; and what must be a titre's number and is none.

A suffix ends with the order number (five digits at least) and is unique in the dossier. A token glued to further
digits, a date, an amount, an invoice's number is another number. Likeness is never used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from recon.identifiers import DASHES, WHITE, order_number, titre_key

from .vocabulary import ATOM, ORDER_DIGITS, shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .vocabulary import Vocabulary

CERTAIN_DIGITS = 10
LONGEST = 12
RANGE_LIMIT = 500
MASK = "¦"

_DASH = re.escape(DASHES)
_SPACE = " \u00a0\u202f"
UAI = re.compile(r"(?<![0-9A-Z])[0-9]{7}[A-Z](?![0-9A-Z])")
_JOINING = f"{WHITE}./_{DASHES}"
_DIGIT = re.compile("[0-9]")
_GLUE = f"._{DASHES}"
# Before a bare suffix, a word that says what else it numbers, even with words between.
_WORD_APART = re.compile(
    r"\b(?:DELIBERATIONS?|DÉLIBÉRATIONS?|DELIB|DECISIONS?|DÉCISIONS?|ARRETES?|ARRÊTÉS?|ENGAGEMENTS?|MANDATS?|FACTURES?|"
    r"BORDEREAUX?|COMMANDES?|MARCHES?|MARCHÉS?|DEVIS|CONTRATS?)(?:\W+[A-Z]+){0,2}\W*(?:N\W{0,2})?\W*$"
    r"|\bCONVENTIONS?\W*(?:N\W{0,2}|NO\W)?\W*$"
)
_NUMBERED = re.compile(r"\bN\W{1,2}\s*$")
_NEXT = re.compile(rf"[0-9]+(?:[{_DASH}][0-9]+)*(?![0-9A-Z])")
_LIST = re.compile(rf"\s*(?:[,;/&+]|ET\b|A\b|À|AU\b)\s*(?:N\W{{0,2}}\s?)?|[{_SPACE}]*")
_TO = re.compile(r"\s*(?:A|À|AU|JUSQU\W?AU)\s+(?:N\W{0,2}\s*)?")
# What says that a number is a titre's, and what says that it is something else's.
_TITRE_WORD = re.compile(
    r"\b(?:TITRES?|TP|PERCEPTION|T\.P\.)\W*(?:DE\s+PERCEPTION\W*)?(?:N\W{0,2}|NO\W|NUMEROS?\W)?\W*$"
)
_OTHER_WORD = re.compile(
    r"\b(?:FACTURES?|FACT|FAC|MANDATS?|MDT|BORDEREAUX?|BORD|ENGAGEMENTS?|ENG|BC|BON|COMMANDES?|DEVIS|MARCHES?|COMPTES?|"
    r"ARTICLES?|CP|SIRET|SIREN|TEL|TVA|CLIENT|CONTRAT|DOSSIER|PIECES?)\W*(?:N\W{0,2}|NO\W|NUMERO\W)?\W*$"
)
# Each with the characters of which a text must hold one to be worth searching.
_NOT_NUMBERS = (
    (
        re.compile(rf"(?<![\w./{_DASH}])[0-9]{{1,2}}([./{_DASH}])[0-9]{{1,2}}\1(?:[0-9]{{4}}|[0-9]{{2}})(?![0-9])"),
        frozenset(f"./{DASHES}"),
    ),
    (re.compile(rf"(?<![\w./{_DASH}])(?:19|20)[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}}(?![0-9])"), frozenset("-")),
    (
        re.compile(rf"(?<![\w.{_DASH}])(?:[0-9]{{1,3}}(?:[{_SPACE}.][0-9]{{3}})+|[0-9]+),[0-9]{{1,2}}(?![0-9])"),
        frozenset(","),
    ),
    (
        re.compile(
            rf"(?<![\w.{_DASH}])(?:[0-9]{{1,3}}(?:[{_SPACE}.][0-9]{{3}})+|[0-9]+)(?:\.[0-9]{{1,2}})?[{_SPACE}]*(?:€|EUR(?:OS?)?\b)"
        ),
        frozenset("€U"),
    ),
)


class Token(NamedTuple):
    """A number found in a text: what it is, where it begins and ends.

    `short` says that a suffix stands for the number, `weak` that nothing else says it is a titre's.
    """

    kind: str
    numbers: tuple[str, ...]
    start: int
    end: int
    weak: bool = False
    short: bool = False


def tokens(text: str, known: Vocabulary) -> list[Token]:
    """Return the numbers in a masked text, in order, ranges filled in."""
    return _ranges(list(_found(text, known)), text, known)


def masked(text: str) -> str:
    """Return the text with UAIs, dates and amounts masked: their digits are no number of a titre."""
    if not _DIGIT.search(text):
        return text
    text = UAI.sub(_mask, text)
    for pattern, marks in _NOT_NUMBERS:
        if not marks.isdisjoint(text):
            text = pattern.sub(_mask, text)
    return text


def _mask(match: re.Match[str]) -> str:
    return MASK * len(match[0])


@dataclass(slots=True)
class Atoms:
    """The runs of letters and of digits in a text; `runs` says, for each, where the atoms joined to it end."""

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    runs: list[int]


def _atoms(text: str) -> Atoms:
    found = list(ATOM.finditer(text))
    words = [match.group() for match in found]
    starts, ends = [match.start() for match in found], [match.end() for match in found]
    runs = list(range(1, len(found) + 1))
    for index in range(len(found) - 2, -1, -1):
        if not text[ends[index] : starts[index + 1]].strip(_JOINING):
            runs[index] = runs[index + 1]
    return Atoms(text, words, starts, ends, runs)


def _found(text: str, known: Vocabulary) -> Iterator[Token]:
    atoms = _atoms(text)
    index, last_end, count = 0, -1, len(atoms.words)
    while index < count:
        token = _longest(atoms, index, known, last_end)
        if token is None:
            index += 1
            continue
        yield token
        last_end = token.end
        while index < count and atoms.starts[index] < token.end:
            index += 1


def _longest(atoms: Atoms, index: int, known: Vocabulary, last_end: int) -> Token | None:
    """Return the longest number that begins at atom `index`.

    Atoms are joined by nothing but what `titre_key` drops, so that the atoms in a row are the key of what they write.
    """
    last = min(atoms.runs[index], index + LONGEST)
    keys = accumulate(atoms.words[index:last])
    for place, key in reversed([(place, key) for place, key in enumerate(keys, index) if key in known.keys]):
        token = _known(atoms.text, key, atoms.starts[index], atoms.ends[place], known, last_end)
        if token is not None:
            return token
    return _unknown(atoms, index, last, known)


def _known(text: str, key: str, start: int, end: int, known: Vocabulary, last_end: int) -> Token | None:
    if _glued_after(text, end, key, known):
        return None
    if (titre := known.titres.get(key)) and _stands(text, key, start, end, titre):
        return Token("titre", (titre,), start, end)
    if (convention := known.conventions.get(key)) and not _glued_before(text, start):
        return Token("convention", (convention,), start, end)
    if (owners := known.suffixes.get(key)) and _alone(text, start, end, last_end):
        weak = not (_called(text, start) or _listed(text, start, last_end))
        return Token("titre" if len(owners) == 1 else "several", owners, start, end, weak, short=True)
    return None


def _called(text: str, start: int) -> bool:
    return start > 0 and bool(_TITRE_WORD.search(text, 0, start))


def _other(text: str, start: int) -> bool:
    return start > 0 and bool(_OTHER_WORD.search(text, 0, start))


def _listed(text: str, start: int, last_end: int) -> bool:
    """Whether a list of titres goes on here: "TP-2024-00102/00103, 00105"."""
    return last_end >= 0 and bool(_LIST.fullmatch(text, last_end, start))


def _stands(text: str, key: str, start: int, end: int, titre: str) -> bool:
    """A number with letters stands by itself; one of digits alone is written as the titre is, or is called a titre."""
    written = text[start:end]
    if _other(text, start):
        return False
    if not key.isdigit():
        return not _glued_before(text, start) or (written[0].isalpha() and text[start - 2 : start - 1].isalpha())
    if _glued_before(text, start) or not _grouped_alike(written, titre):
        return False
    digits = len(key)
    as_written = digits > ORDER_DIGITS and len(ATOM.findall(titre)) > 1 and written == titre
    return digits >= CERTAIN_DIGITS or as_written or _called(text, start)


def _grouped_alike(written: str, titre: str) -> bool:
    atoms = ATOM.findall(written)
    return len(atoms) == 1 or atoms == ATOM.findall(titre)


def _alone(text: str, start: int, end: int, last_end: int) -> bool:
    """A suffix must not be the end of another number: `TP-2023-00131`, `2023 00131` do not name TP-2024-00131."""
    if _listed(text, start, last_end):
        return True
    if _other(text, start) or _glued_before(text, start) or text[start - 1 : start] == "/":
        return False
    if not _called(text, start) and _WORD_APART.search(text, 0, start):
        return False
    spaced = any(char in text[start:end] for char in _SPACE)
    if spaced and start and not _called(text, start) and not _NUMBERED.search(text, 0, start):
        return False
    return not text[:start].rstrip(_SPACE)[-1:].isdigit()


def _glued_before(text: str, start: int) -> bool:
    before = text[start - 1 : start] if start else ""
    if before.isalnum():
        return True
    return bool(before) and before in _GLUE and text[start - 2 : start - 1].isalnum()


def _glued_after(text: str, end: int, key: str, known: Vocabulary) -> bool:
    after = text[end : end + 1]
    if after.isalnum():
        return True
    glue = f"{_GLUE}/," if key.isdigit() and len(key) < CERTAIN_DIGITS else _GLUE
    return bool(after) and after in glue and text[end + 1 : end + 2].isdigit() and not _goes_on(text, end + 1, known)


def _goes_on(text: str, start: int, known: Vocabulary) -> bool:
    """Whether a known number, or a whole order number, follows a slash or a comma: the list goes on."""
    following = _NEXT.match(text, start)
    if text[start - 1] not in "/," or following is None:
        return False
    return (following[0].isdigit() and len(following[0]) >= ORDER_DIGITS) or titre_key(following[0]) in known.titres


def _unknown(atoms: Atoms, index: int, last: int, known: Vocabulary) -> Token | None:
    """Return a number that must be a titre's, by its prefix, its shape or the word before it, and is none of them."""
    words, text, start = atoms.words, atoms.text, atoms.starts[index]
    prefixed = words[index] in known.prefixes
    stop = first = index + prefixed
    while (
        stop < last and words[stop].isdigit() and not (stop > index and atoms.starts[stop] - atoms.ends[stop - 1] > 1)
    ):
        stop += 1
    digits = words[first:stop]
    if not digits or _only_a_year(digits) or _glued_before(text, start) or _other(text, start):
        return None
    end = atoms.ends[stop - 1]
    if text[end : end + 1].isalpha() and not prefixed:
        return None
    written, length = text[start:end], sum(map(len, digits))
    meant = prefixed and length >= 4
    called = length >= 3 and _called(text, start)
    dated = [len(atom) for atom in digits] in ([4, width] for width in known.widths) and digits[0] in known.years
    shaped = bool(known.shapes) and (length >= 20 or shape(written) in known.shapes)
    return Token("unknown", (written,), start, end) if meant or called or dated or shaped else None


def _only_a_year(digits: list[str]) -> bool:
    """Whether the digits are a calendar or a school year: 2026, 2026-2027, 2026/27."""
    first = digits[0]
    if len(first) != 4 or first[:2] not in {"19", "20"}:
        return False
    following = str(int(first) + 1)
    return digits[1:] in ([], [following], [following[2:]])


def _ranges(tokens: list[Token], text: str, known: Vocabulary) -> list[Token]:
    """Fill in "00102 à 00105": every number between the two ends, known or not."""
    filled: list[Token] = []
    for token in tokens:
        previous = filled[-1] if filled else None
        if (
            previous is not None
            and previous.kind == token.kind == "titre"
            and _TO.fullmatch(text, previous.end, token.start)
        ):
            filled += _between(previous, token, known)
        filled.append(token)
    return filled


def _between(first: Token, last: Token, known: Vocabulary) -> Iterator[Token]:
    prefix, width, start = order_number(first.numbers[0])
    if (prefix, width) != order_number(last.numbers[0])[:2]:
        return
    end = order_number(last.numbers[0])[2]
    if not 0 < end - start <= RANGE_LIMIT:
        return
    for order in range(start + 1, end):
        number = f"{prefix}{order:0{width}d}"
        titre = known.titres.get(titre_key(number))
        yield Token("titre" if titre else "unknown", (titre or number,), last.start, last.end, last.weak, short=True)
