"""What a ledger line names: titres, conventions, UAIs, school years, the ENT itself.

A number is a token, compared exactly: whole, or by a suffix that ends with the order number (five digits at least) and
is unique in the dossier. A token glued to further digits, a date, an amount, an invoice's number is another number.
Likeness is never used; what looks like a titre and is none stops the line.
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
CERTAIN_DIGITS = 10
LONGEST = 12
RANGE_LIMIT = 500
MASK = "¦"

_DASH = re.escape(DASHES)
_SPACE = " \u00a0\u202f"
_ATOM = re.compile(r"[A-Z]+|[0-9]+")
_UAI = re.compile(r"(?<![0-9A-Z])[0-9]{7}[A-Z](?![0-9A-Z])")
_JOINED = re.compile(rf"[\s./_{_DASH}]*")
_GLUE = f"._{DASHES}"
_LIST = re.compile(rf"\s*(?:[,;/&+]|ET\b|A\b|À|AU\b)\s*(?:N\W{{0,2}}\s?)?|[{_SPACE}]*")
_TO = re.compile(r"\s*(?:A|À|AU|JUSQU\W?AU)\s+(?:N\W{0,2}\s*)?")
_GOES_ON = re.compile(r"\s*(?:[,;/&+]|ET\b|A\b|À|AU\b)\s*(?:N\W{0,2}\s?)?[0-9]{1,4}(?=\s*(?:$|[,;/&+)]|ET\b))")
# What says that a number is a titre's, and what says that it is something else's.
_TITRE_WORD = re.compile(
    r"\b(?:TITRES?|TP|PERCEPTION|T\.P\.)\W*(?:DE\s+PERCEPTION\W*)?(?:N\W{0,2}|NO\W|NUMEROS?\W)?\W*$"
)
_OTHER_WORD = re.compile(
    r"\b(?:FACTURES?|FACT|FAC|MANDATS?|MDT|BORDEREAUX?|BORD|ENGAGEMENTS?|ENG|BC|BON|COMMANDES?|DEVIS|MARCHES?|COMPTES?|"
    r"ARTICLES?|CP|SIRET|SIREN|TEL|TVA|CLIENT|CONTRAT|DOSSIER|PIECES?)\W*(?:N\W{0,2}|NO\W|NUMERO\W)?\W*$"
)
_NOT_NUMBERS = (
    re.compile(rf"(?<![\w./{_DASH}])[0-9]{{1,2}}([./{_DASH}])[0-9]{{1,2}}\1(?:[0-9]{{4}}|[0-9]{{2}})(?![0-9])"),
    re.compile(rf"(?<![\w./{_DASH}])(?:19|20)[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}}(?![0-9])"),
    re.compile(rf"(?<![\w.{_DASH}])(?:[0-9]{{1,3}}(?:[{_SPACE}.][0-9]{{3}})+|[0-9]+),[0-9]{{1,2}}(?![0-9])"),
    re.compile(
        rf"(?<![\w.{_DASH}])(?:[0-9]{{1,3}}(?:[{_SPACE}.][0-9]{{3}})+|[0-9]+)(?:\.[0-9]{{1,2}})?[{_SPACE}]*(?:€|EUR(?:OS?)?\b)"
    ),
)
_ENT = re.compile(
    r"\bent (?:ecoles?|1er degre|premier degre|scolaires?|primaires?|academi\w+|occitanie|rectorat|20\d\d)\b"
    r"|\bentecoles?\b|\b(?:environnement|espace) numerique (?:de travail|scolaire|ecoles?)\b"
    r"|\b(?:participation|contribution|cotisation|convention|acces|plateforme|abonnement)(?: \w+){0,3} ent\b"
)
_RECTORATE = re.compile(r"\brectorat\b|\bregion academique\b|\bacademie (?:de montpellier|de toulouse|d occitanie)\b")


@dataclass(frozen=True, slots=True)
class Cited:
    """What one line names. `titres` are known numbers, of any debtor; `unknown` look like titres and are none.

    `several` are the titres that one suffix may mean; `weak` says that a titre was found by its bare suffix alone;
    `unfinished` that a list of numbers goes on in a way that cannot be read. `named` are the UAIs of the texts.
    """

    titres: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    conventions: tuple[str, ...] = ()
    uais: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    wrong_uais: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    weak: bool = False
    unfinished: bool = False
    ent: bool = False
    rectorate: bool = False

    @property
    def in_scope(self) -> bool:
        """Whether the line has to do with ENT-École at all; neither its amount nor the accountant says so."""
        certain = bool(self.titres) and not self.weak
        return certain or bool(self.conventions or self.named) or self.about

    @property
    def about(self) -> bool:
        """Whether the line speaks of the ENT, or pays the rectorate."""
        return self.ent or self.rectorate


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The numbers known in the dossier, as tokens: whole ones, suffixes and their owners, prefixes, digit shapes."""

    titres: dict[str, str]
    suffixes: dict[str, tuple[str, ...]]
    prefixes: frozenset[str]
    shapes: frozenset[str]
    conventions: dict[str, str]
    uais: frozenset[str]


def vocabulary(titres: Iterable[str], conventions: Iterable[str], uais: Iterable[str]) -> Vocabulary:
    """Return the tokens of the known numbers."""
    whole: dict[str, str] = {}
    owners: dict[str, list[str]] = {}
    prefixes, shapes = set(), set()
    for titre in sorted(titres):
        whole[titre_key(titre)] = titre
        atoms = _ATOM.findall(titre.upper())
        if len(atoms) > 1 and atoms[0].isalpha():
            prefixes.add(atoms[0])
        elif len(atoms) > 1:
            shapes.add(_shape(titre))
        for suffix in _suffixes(atoms):
            owners.setdefault(suffix, []).append(titre)
    suffixes = {suffix: tuple(found) for suffix, found in owners.items() if suffix not in whole}
    named = {titre_key(number): number for number in conventions if len(titre_key(number)) > ORDER_DIGITS}
    return Vocabulary(whole, suffixes, frozenset(prefixes), frozenset(shapes), named, frozenset(uais))


def _shape(number: str) -> str:
    """Return a number of digits with every digit as 9: `22-41537` and `22-41538` have one shape."""
    return re.sub("[0-9]", "9", number.strip())


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
    """Return what `texts` (reference, label) name, each searched on its own; `uai` is the line's own column."""
    found = [_search(text.upper(), known) for text in texts if text]
    named = _merged(part.named for part in found)
    words = [folded(text) for text in texts]
    return Cited(
        titres=_merged(part.titres for part in found),
        unknown=_merged(part.unknown for part in found),
        several=_merged(part.several for part in found),
        conventions=_merged(part.conventions for part in found),
        uais=tuple(dict.fromkeys((*([uai] if uai else []), *named))),
        named=tuple(name for name in named if name in known.uais),
        wrong_uais=_merged(part.wrong_uais for part in found),
        years=tuple(sorted({year for part in found for year in part.years})),
        weak=all(part.weak for part in found if part.titres),
        unfinished=any(part.unfinished for part in found),
        ent=any(_ENT.search(text) for text in words),
        rectorate=bool(_RECTORATE.search(folded(payee))),
    )


def _merged(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in parts for name in part))


@dataclass(frozen=True, slots=True)
class _Token:
    """A number found in a text: what it is, where it begins and ends, and whether it is a bare suffix."""

    kind: str
    numbers: tuple[str, ...]
    start: int
    end: int
    weak: bool = False


def _search(text: str, known: Vocabulary) -> Cited:
    masked = _masked(text)
    tokens = _ranges(list(_tokens(masked, known)), masked, known)
    bare = text
    for token in tokens:
        bare = bare[: token.start] + MASK * (token.end - token.start) + bare[token.end :]
    uais = list(dict.fromkeys(_UAI.findall(text)))
    cited = [token for token in tokens if token.kind == "titre"]
    return Cited(
        titres=_numbers(tokens, "titre"),
        unknown=_numbers(tokens, "unknown"),
        several=_numbers(tokens, "several"),
        conventions=_numbers(tokens, "convention"),
        named=tuple(name for name in uais if is_uai(name)),
        wrong_uais=tuple(name for name in uais if not is_uai(name)),
        years=school_years_in(bare),
        weak=bool(cited) and all(token.weak for token in cited),
        unfinished=any(_GOES_ON.match(masked, token.end) for token in cited),
    )


def _masked(text: str) -> str:
    """Return the text with UAIs, dates and amounts masked: their digits are no number of a titre."""
    for pattern in (_UAI, *_NOT_NUMBERS):
        text = pattern.sub(lambda match: MASK * len(match[0]), text)
    return text


def _numbers(tokens: list[_Token], kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(number for token in tokens if token.kind == kind for number in token.numbers))


def _tokens(text: str, known: Vocabulary) -> Iterator[_Token]:
    atoms = list(_ATOM.finditer(text))
    index, last_end = 0, -1
    while index < len(atoms):
        token = _longest(text, atoms, index, known, last_end)
        if token is None:
            index += 1
            continue
        yield token
        last_end = token.end
        while index < len(atoms) and atoms[index].start() < token.end:
            index += 1


def _longest(text: str, atoms: list[re.Match[str]], index: int, known: Vocabulary, last_end: int) -> _Token | None:
    """Return the longest number that begins at atom `index`."""
    start = atoms[index].start()
    joined = _joined(text, atoms, index)
    for count in range(joined, 0, -1):
        end = atoms[index + count - 1].end()
        token = _known(text, start, end, known, last_end)
        if token is not None:
            return token
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
    if _glued_after(text, end, key):
        return None
    if (titre := known.titres.get(key)) and _stands(text, start, end, titre):
        return _Token("titre", (titre,), start, end)
    if (convention := known.conventions.get(key)) and not _glued_before(text, start):
        return _Token("convention", (convention,), start, end)
    if (owners := known.suffixes.get(key)) and _alone(text, start, end, last_end):
        weak = not (_called(text, start) or _listed(text, start, last_end))
        return _Token("titre" if len(owners) == 1 else "several", owners, start, end, weak)
    return None


def _called(text: str, start: int) -> bool:
    return bool(_TITRE_WORD.search(text[:start]))


def _listed(text: str, start: int, last_end: int) -> bool:
    """Whether a list of titres goes on here: "TP-2024-00102/00103, 00105"."""
    return last_end >= 0 and bool(_LIST.fullmatch(text, last_end, start))


def _stands(text: str, start: int, end: int, titre: str) -> bool:
    """A number with letters stands by itself; one of digits alone is written as the titre is, or is called a titre."""
    written = text[start:end]
    if _OTHER_WORD.search(text[:start]):
        return False
    if not titre_key(titre).isdigit():
        return not _glued_before(text, start) or (written[0].isalpha() and text[start - 2 : start - 1].isalpha())
    if _glued_before(text, start) or not _grouped_alike(written, titre):
        return False
    digits = len(titre_key(titre))
    as_written = digits > ORDER_DIGITS and len(_ATOM.findall(titre)) > 1 and written == titre
    return digits >= CERTAIN_DIGITS or as_written or _called(text, start)


def _grouped_alike(written: str, titre: str) -> bool:
    atoms = _ATOM.findall(written)
    return len(atoms) == 1 or atoms == _ATOM.findall(titre)


def _alone(text: str, start: int, end: int, last_end: int) -> bool:
    """A suffix must not be the end of another number: `TP-2023-00131`, `2023 00131` do not name TP-2024-00131."""
    if _listed(text, start, last_end):
        return True
    if _OTHER_WORD.search(text[:start]) or _glued_before(text, start) or text[start - 1 : start] == "/":
        return False
    if any(char in text[start:end] for char in _SPACE) and not _called(text, start):
        return False
    return not text[:start].rstrip(_SPACE)[-1:].isdigit()


def _glued_before(text: str, start: int) -> bool:
    before = text[start - 1 : start] if start else ""
    if before.isalnum():
        return True
    return bool(before) and before in _GLUE and text[start - 2 : start - 1].isalnum()


def _glued_after(text: str, end: int, key: str) -> bool:
    after = text[end : end + 1]
    if after.isalnum():
        return True
    glue = f"{_GLUE}/," if key.isdigit() and len(key) < CERTAIN_DIGITS else _GLUE
    return bool(after) and after in glue and text[end + 1 : end + 2].isdigit() and not _order_number(text, end + 1)


def _order_number(text: str, start: int) -> bool:
    """Whether a whole order number follows a slash or a comma: the list goes on."""
    return text[start - 1] in "/," and bool(re.match(rf"[0-9]{{{ORDER_DIGITS},}}(?![0-9])", text[start:]))


def _unknown(text: str, atoms: list[re.Match[str]], index: int, joined: int, known: Vocabulary) -> _Token | None:
    """Return a number that must be a titre's, by its prefix, its shape or the word before it, and is none of them."""
    start = atoms[index].start()
    if _glued_before(text, start) or _OTHER_WORD.search(text[:start]):
        return None
    prefixed = atoms[index].group() in known.prefixes
    count = int(prefixed)
    while count < joined and atoms[index + count].group().isdigit():
        if count and len(text[atoms[index + count - 1].end() : atoms[index + count].start()]) > 1:
            break
        count += 1
    digits = [atom.group() for atom in atoms[index + int(prefixed) : index + count]]
    end = atoms[index + count - 1].end() if count else start
    written = text[start:end]
    if not digits or _only_a_year(digits) or (text[end : end + 1].isalpha() and not prefixed):
        return None
    meant = prefixed and len("".join(digits)) >= 4
    called = _called(text, start) and len("".join(digits)) >= 3
    shaped = _shape(written) in known.shapes or len("".join(digits)) >= 20
    return _Token("unknown", (written,), start, end) if meant or called or (shaped and known.shapes) else None


def _only_a_year(digits: list[str]) -> bool:
    """Whether the digits are a calendar or a school year: 2026, 2026-2027, 2026/27."""
    first = digits[0]
    if len(first) != 4 or first[:2] not in {"19", "20"}:
        return False
    following = str(int(first) + 1)
    return digits[1:] in ([], [following], [following[2:]])


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
    prefix, start = _split(first.numbers[0])
    other, end = _split(last.numbers[0])
    if prefix != other or len(start) != len(end) or not 0 < int(end) - int(start) <= RANGE_LIMIT:
        return
    for order in range(int(start) + 1, int(end)):
        number = f"{prefix}{order:0{len(start)}d}"
        titre = known.titres.get(titre_key(number))
        yield _Token("titre" if titre else "unknown", (titre or number,), last.start, last.end, last.weak)


def _split(number: str) -> tuple[str, str]:
    digits = re.search(r"[0-9]+$", number)
    return (number[: digits.start()], digits.group()) if digits else (number, "0")
