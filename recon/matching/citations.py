"""What a ledger line names: titres, conventions, UAIs, school years, the ENT itself.

A number is a token, compared exactly: whole, or by a suffix that ends with the order number (five digits at least) and
is unique in the dossier. A token glued to further digits is another number. Likeness is never used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.identifiers import DASHES, is_uai, school_years_in, titre_key
from recon.values import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ORDER_DIGITS = 5
LONGEST = 12
RANGE_LIMIT = 500

_ATOM = re.compile(r"[A-Z]+|[0-9]+")
_UAI = re.compile(r"(?<![0-9A-Z])[0-9]{7}[A-Z](?![0-9A-Z])")
_JOINED = re.compile(rf"[\s./_{re.escape(DASHES)}]*")
_GLUE = f"._{DASHES}"
_TO = re.compile(r"\s*(?:A|À|AU|JUSQU\W?AU)\s+(?:N\s?[°O]?\s*)?")
_TITRE_WORD = re.compile(r"(?:TITRES?|TP|PERCEPTION|T\.P\.)\W*(?:DE\s+PERCEPTION\W*)?(?:N\W{0,2})?$")
_ENT = re.compile(
    r"\bent (?:ecoles?|1er degre|premier degre|scolaires?|primaires?|academi\w+|occitanie|rectorat|20\d\d)\b"
    r"|\bent(?:ecoles?)\b|\b(?:environnement|espace) numerique\b"
    r"|\b(?:participation|contribution|cotisation|convention|acces|plateforme|abonnement)(?: \w+){0,3} ent\b"
)
_RECTORATE = re.compile(r"\brectorat\b|\bregion academique\b|\bacademie d\w*\b")


@dataclass(frozen=True, slots=True)
class Cited:
    """What one line names. `titres` are known numbers, of any debtor; `unknown` look like titres and are none."""

    titres: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    conventions: tuple[str, ...] = ()
    uais: tuple[str, ...] = ()
    wrong_uais: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    ent: bool = False
    rectorate: bool = False

    @property
    def in_scope(self) -> bool:
        """Whether the line has to do with ENT-École at all; neither its amount nor the accountant says so."""
        return bool(self.titres or self.conventions or self.uais or self.ent or self.rectorate)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The numbers known in the dossier, as tokens: whole ones, suffixes that are unique, letters that begin them."""

    titres: dict[str, str]
    suffixes: dict[str, str]
    prefixes: frozenset[str]
    conventions: dict[str, str]
    uais: frozenset[str]


def vocabulary(titres: Iterable[str], conventions: Iterable[str], uais: Iterable[str]) -> Vocabulary:
    """Return the tokens of the known numbers."""
    whole: dict[str, str] = {}
    ends: dict[str, set[str]] = {}
    prefixes = set()
    for titre in sorted(titres):
        whole[titre_key(titre)] = titre
        atoms = _ATOM.findall(titre.upper())
        if len(atoms) > 1 and atoms[0].isalpha():
            prefixes.add(atoms[0])
        for suffix in _suffixes(atoms):
            ends.setdefault(suffix, set()).add(titre)
    unique = {suffix: min(owners) for suffix, owners in ends.items() if len(owners) == 1 and suffix not in whole}
    named = {titre_key(number): number for number in conventions if len(titre_key(number)) > ORDER_DIGITS}
    return Vocabulary(whole, unique, frozenset(prefixes), named, frozenset(uais))


def _suffixes(atoms: list[str]) -> Iterator[str]:
    if not atoms or not atoms[-1].isdigit() or len(atoms[-1]) < ORDER_DIGITS:
        return
    suffix = ""
    for atom in reversed(atoms[1:]):
        if not atom.isdigit():
            return
        suffix = atom + suffix
        yield suffix


def cite(texts: Iterable[str], payee: str, uai: str, known: Vocabulary) -> Cited:
    """Return what `texts` (reference, label) name, each searched on its own."""
    found = [_search(text.upper(), known) for text in texts if text]
    words = [folded(text) for text in texts]
    uais = [uai] if uai else []
    for part in found:
        uais += [named for named in part.uais if named not in uais]
    return Cited(
        titres=_merged(part.titres for part in found),
        unknown=_merged(part.unknown for part in found),
        conventions=_merged(part.conventions for part in found),
        uais=tuple(uais),
        wrong_uais=_merged(part.wrong_uais for part in found),
        years=tuple(sorted({year for part in found for year in part.years})),
        ent=any(_ENT.search(text) for text in words),
        rectorate=bool(_RECTORATE.search(folded(payee))),
    )


def _merged(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in parts for name in part))


@dataclass(frozen=True, slots=True)
class _Token:
    """A number found in a text: what it is, and where it begins and ends."""

    kind: str
    number: str
    start: int
    end: int


def _search(text: str, known: Vocabulary) -> Cited:
    spaced = _UAI.sub(lambda match: " " * len(match[0]), text)
    tokens = _ranges(list(_tokens(spaced, known)), spaced, known)
    bare = spaced
    for token in tokens:
        bare = bare[: token.start] + "#" * (token.end - token.start) + bare[token.end :]
    uais = list(dict.fromkeys(_UAI.findall(text)))
    return Cited(
        titres=_numbers(tokens, "titre"),
        unknown=_numbers(tokens, "unknown"),
        conventions=_numbers(tokens, "convention"),
        uais=tuple(name for name in uais if is_uai(name)),
        wrong_uais=tuple(name for name in uais if not is_uai(name)),
        years=school_years_in(bare),
    )


def _numbers(tokens: list[_Token], kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(token.number for token in tokens if token.kind == kind))


def _tokens(text: str, known: Vocabulary) -> Iterator[_Token]:
    atoms = list(_ATOM.finditer(text))
    index, last_end = 0, -1
    while index < len(atoms):
        taken = _longest(text, atoms, index, known, last_end)
        if taken is None:
            index += 1
            continue
        token, count = taken
        yield token
        index, last_end = index + count, token.end


def _longest(
    text: str, atoms: list[re.Match[str]], index: int, known: Vocabulary, last_end: int
) -> tuple[_Token, int] | None:
    """Return the longest number that begins at atom `index`, and how many atoms it takes."""
    joined = _joined(text, atoms, index)
    for count in range(joined, 0, -1):
        start, end = atoms[index].start(), atoms[index + count - 1].end()
        token = _known(text, start, end, known, last_end)
        if token is not None:
            return token, count
    return _unknown(text, atoms, index, joined, known)


def _joined(text: str, atoms: list[re.Match[str]], index: int) -> int:
    """Return how many atoms from `index` on follow one another with nothing but spaces, dots, dashes or slashes."""
    count = 1
    while (
        index + count < len(atoms)
        and count < LONGEST
        and _JOINED.fullmatch(text, atoms[index + count - 1].end(), atoms[index + count].start())
    ):
        count += 1
    return count


def _known(text: str, start: int, end: int, known: Vocabulary, last_end: int) -> _Token | None:
    key = titre_key(text[start:end])
    if _glued_after(text, end):
        return None
    if (titre := known.titres.get(key)) and _stands(text, start, key):
        return _Token("titre", titre, start, end)
    if (convention := known.conventions.get(key)) and not _glued_before(text, start):
        return _Token("convention", convention, start, end)
    if (titre := known.suffixes.get(key)) and _alone(text, start, end, last_end):
        return _Token("titre", titre, start, end)
    return None


def _stands(text: str, start: int, key: str) -> bool:
    """A short number made of digits alone must be called a titre; a longer one may follow a word and a dash."""
    if len(key) < ORDER_DIGITS or (key.isdigit() and len(key) < 2 * ORDER_DIGITS):
        called = bool(_TITRE_WORD.search(text[:start].rstrip()))
        return called or (len(key) >= ORDER_DIGITS + 2 and not _glued_before(text, start))
    return not _glued_before(text, start) or (key[0].isalpha() and text[start - 2].isalpha())


def _alone(text: str, start: int, end: int, last_end: int) -> bool:
    """A suffix must not be the end of another number: `TP-2023-00131`, `2023 00131` do not name TP-2024-00131."""
    if text[start:end].find(" ") >= 0 or text[end : end + 1] == "/":
        return False
    before = text[:start].rstrip(" \u00a0\u202f")
    if last_end >= 0 and start - last_end <= 3 and "".join(_ATOM.findall(text[last_end:start])) == "":
        return True  # The list goes on: "TP-2024-00102/00103, 00105".
    return not _glued_before(text, start) and text[start - 1 : start] != "/" and not before[-1:].isdigit()


def _glued_before(text: str, start: int) -> bool:
    before = text[start - 1 : start]
    if before.isalnum():
        return True
    return bool(before) and before in _GLUE and text[start - 2 : start - 1].isalnum()


def _glued_after(text: str, end: int) -> bool:
    after = text[end : end + 1]
    if after.isalnum():
        return True
    return bool(after) and after in _GLUE and text[end + 1 : end + 2].isdigit()


def _unknown(
    text: str, atoms: list[re.Match[str]], index: int, joined: int, known: Vocabulary
) -> tuple[_Token, int] | None:
    """Return a number that begins as titres do, with four digits or more, and is none of them."""
    first = atoms[index].group()
    if first not in known.prefixes or _glued_before(text, atoms[index].start()):
        return None
    count = 1
    while count < joined and atoms[index + count].group().isdigit():
        gap = text[atoms[index + count - 1].end() : atoms[index + count].start()]
        if len(gap) > 1:
            break
        count += 1
    digits = "".join(atom.group() for atom in atoms[index + 1 : index + count])
    written = text[atoms[index].start() : atoms[index + count - 1].end()]
    if len(digits) < 4 or school_years_in(written[len(first) :].strip()) == (_as_year(digits),):
        return None
    return _Token("unknown", written, atoms[index].start(), atoms[index + count - 1].end()), count


def _as_year(digits: str) -> str:
    return f"{digits[:4]}-{digits[4:]}"


def _ranges(tokens: list[_Token], text: str, known: Vocabulary) -> list[_Token]:
    """Fill in "00102 à 00105": every number between the two ends, known or not."""
    filled: list[_Token] = []
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


def _between(first: _Token, last: _Token, known: Vocabulary) -> Iterator[_Token]:
    prefix, start = _split(first.number)
    other, end = _split(last.number)
    if prefix != other or len(start) != len(end) or not 0 < int(end) - int(start) <= RANGE_LIMIT:
        return
    for order in range(int(start) + 1, int(end)):
        number = f"{prefix}{order:0{len(start)}d}"
        titre = known.titres.get(titre_key(number))
        yield _Token("titre" if titre else "unknown", titre or number, last.start, last.end)


def _split(number: str) -> tuple[str, str]:
    digits = re.search(r"[0-9]+$", number)
    return (number[: digits.start()], digits.group()) if digits else (number, "0")
