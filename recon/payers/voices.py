"""Whom a text names: by number, by code, or by a name that the dossier knows."""

from __future__ import annotations

import re
import unicodedata
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from recon.identifiers import clean_digits, is_siren, is_siret, siren_of
from recon.values import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from recon.payers.known import Payers


LONGEST_NAME = 8
_NUMBERS = re.compile(
    r"(?<![0-9])[0-9](?:[\s.\xa0\u202f]?[0-9]){8}(?:[\s.\xa0\u202f]?[0-9]{5})?(?![0-9])|(?<![0-9])[0-9]{14}(?![0-9])"
)
_WORD = re.compile(r"[^\W_]+")
_HYPHENS, _APOSTROPHES = "-\u2010\u2011", "'\u2019."
_CODE = re.compile(r"[0-9]{5}|2[ab][0-9]{3}")
_SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_LINKS = {"de", "du", "des", "d", "l", "la", "le", "les"}
# After a name, they make it another's: Céret-sur-Orb, Saint-Laurent de Cerdans.
_ONTO = _LINKS | {"sur", "en", "lez", "sous"}
A_COMMUNE = {"commune", "ville", "mairie"}
_TITLES = {*A_COMMUNE, "collectivite", "payeur"}
_OF_A_PAYER = {*_TITLES, "municipalite", "organisme", "entite", "budget", "client"}
# Bodies of their own, whatever town their name holds.
_BODIES = {
    "ccas", "cias", "caisse", "sivos", "sivu", "sivom", "smo", "syndicat", "communaute", "metropole", "epci", "regie",
    "office", "ehpad", "hopital",
}  # fmt: skip
_PAID = {"fournisseur", "fournisseurs", "creancier", "tiers", "beneficiaire"}
# Just before a town's name, they say what is not the town.
_NOT_A_PAYER = {
    "academie", "academique", "rectorat", "rect", "tresorerie", "perception", "sgc", "comptable", "drfip", "ddfip",
    "prefecture", "region", "departement", "canton", "arrondissement", "college", "lycee", "ecole", "universite",
    "tribunal", "chu", "sous", "finances", "publiques", "centre", "poste", "tresor", "paierie", "tresorier",
}  # fmt: skip
# What stands in the names and titles of ledgers and is nobody's name.
_PLAIN = {
    "mandats", "mandat", "registre", "registres", "grand", "livre", "gl", "paiements", "paiement", "export", "extrait",
    "extraction", "liste", "etat", "ent", "depenses", "depense", "exercice", "budget", "principal", "annexe", "journal",
    "comptabilite", "annee", "scolaire", "copie", "insee", "code", "siret", "siren", "total", "et", "au", "a", "n",
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
    "decembre", "feuille", "feuil", "sheet", "csv", "xlsx", "service", "nouvelle",
}  # fmt: skip
# Five digits after one of these are no INSEE code.
_COUNTED = {
    "compte", "article", "nature", "chapitre", "mandat", "titre", "bordereau", "facture", "postal", "cp", "imputation",
}  # fmt: skip
# SIRENs of local authorities begin so; a title row may also name the State's or a supplier's.
LOCAL = "2"


class Word(NamedTuple):
    """A word, folded, and what parts it from the one before: a blank, a hyphen, or "|" for any other sign."""

    text: str
    gap: str


class Voice(NamedTuple):
    """Whom a text or a place names: SIRENs, whether by number, and the texts that name a body nobody knows."""

    sirens: frozenset[str] = frozenset()
    firm: bool = False
    strangers: tuple[str, ...] = ()


def words_of(text: str) -> list[Word]:
    """Return the words of a text."""
    text = unicodedata.normalize("NFKC", text)
    words: list[Word] = []
    end = 0
    for match in _WORD.finditer(text):
        gap = _gap(text[end : match.start()])
        words += [Word(_SHORT.get(part, part), gap) for part in folded(match[0]).split()]
        end = match.end()
    return words


def _gap(between: str) -> str:
    sign = between.replace("_", " ").strip()
    if not sign or sign in _APOSTROPHES:
        return " "
    return "-" if sign in _HYPHENS and sign == between else "|"


def voice(text: str, payers: Payers, *, titled: bool, left: str = "") -> Voice:
    """Return whom a text names: by number, else by INSEE code and by name; `left` is the cell before it.

    Where `titled`, a cell above a table, a name counts only if it is the whole cell or is said to be a payer's.
    """
    key = (text, titled, left)
    found = payers.heard.get(key)
    if found is None:
        found = payers.heard[key] = _voice(text, payers, titled=titled, left=left)
    return found


def _voice(text: str, payers: Payers, *, titled: bool, left: str) -> Voice:
    digits = filter(_is_number, map(clean_digits, _NUMBERS.findall(text)))
    numbers = {payers.now(siren_of(number)) for number in digits}
    known = (numbers & payers.sirens) or {siren for siren in numbers if siren.startswith(LOCAL)}
    if numbers:
        return Voice(frozenset(known), firm=bool(known))
    words, before = words_of(text), words_of(left)
    if _NUMBERS.search(text) and {"siret", "siren"} & {word.text for word in (*before, *words)}:
        return Voice(strangers=(text,))
    sirens = _by_code(words, before, payers) | _by_name(words, before, payers, titled=titled)
    if not sirens and not titled:
        sirens = _by_bare_code(words, payers)
    strange = not sirens and _is_stranger(words, before)
    return Voice(frozenset(sirens), strangers=(text,) if strange else ())


def named(text: str, payers: Payers, *, titled: bool) -> frozenset[str]:
    """Return whom the answer to "who pays" names: a number, an INSEE code or a name."""
    return voice(text, payers, titled=titled, left="INSEE").sirens


def _is_number(digits: str) -> bool:
    return is_siren(digits) or is_siret(digits)


def _by_code(words: Sequence[Word], before: Sequence[Word], payers: Payers) -> set[str]:
    """Return whom the codes beside the word INSEE name."""
    said = f"{_spoken(before)} {_spoken(words)}"
    return _coded(words, payers) if re.search(r"\b(?:insee|code commune)\b", said) else set()


def _by_bare_code(words: Sequence[Word], payers: Payers) -> set[str]:
    """Return whom a code in a sheet's or a file's name names, if no other word there may be a name."""
    return _coded(words, payers) if all(_CODE.fullmatch(word.text) or _is_plain(word.text) for word in words) else set()


def _coded(words: Sequence[Word], payers: Payers) -> set[str]:
    found: set[str] = set()
    before = ""
    for word, _ in words:
        if _CODE.fullmatch(word) and before not in _COUNTED:
            found |= payers.codes.get(word.upper(), set())
        before = before if word in _LINKS or word in {"n", "no", "numero"} else word
    return found


def _spoken(words: Iterable[Word]) -> str:
    return " ".join(word.text for word in words)


def _is_plain(word: str) -> bool:
    return word.isdigit() or word in _PLAIN or word in _LINKS


def _by_name(words: Sequence[Word], before: Sequence[Word], payers: Payers, *, titled: bool) -> set[str]:
    found: set[str] = set()
    start = 0
    while start < len(words):
        size, bearers = _longest(words[start:], payers)
        stop = start + size
        if (
            bearers
            and not _goes_on(words[stop:])
            and not _is_begun(words[: start + 1])
            and _is_payer([*before, *words[:start]], whole=size == len(words), titled=titled)
        ):
            found |= _in_department(bearers, words)
        start = stop
    return found


def _longest(words: Sequence[Word], payers: Payers) -> tuple[int, Mapping[str, str]]:
    """Return how many words the longest known name at the start takes, and who bears it; one word and nobody if none is."""
    for size in range(min(LONGEST_NAME, len(words)), 0, -1):
        bearers = payers.names.get(_spoken(words[:size]))
        if bearers:
            return size, bearers
    return 1, {}


def _goes_on(rest: Sequence[Word]) -> bool:
    """Whether the words after a name make it another's."""
    phrase = takewhile(lambda word: word.gap != "|", rest)
    if not rest or any(word.text in _BODIES for word in (rest[0], *phrase)):
        return bool(rest)
    following, gap = rest[0]
    if gap == "|":
        return False
    if following in _ONTO:
        return len(rest) > 1 and (rest[1].text in _LINKS or not _is_plain(rest[1].text))
    return gap == "-" and not _is_plain(following)


def _is_begun(words: Sequence[Word]) -> bool:
    """Whether hyphens join the last word, where a known name begins, to a word that makes it another's."""
    at = len(words) - 1
    while at > 0 and words[at].gap == "-":
        at -= 1
        if words[at].text not in _LINKS:
            return not _is_plain(words[at].text) and words[at].text not in _OF_A_PAYER
    return False


def _is_payer(before: Sequence[Word], *, whole: bool, titled: bool) -> bool:
    """Whether the words before a name say that it is a payer's, or, outside titles, do not say that it is another's."""
    words = [word.text for word in before]
    nearest = next((word for word in reversed(words) if word not in _LINKS), "")
    if nearest in _NOT_A_PAYER or not (_BODIES | _PAID).isdisjoint(words):
        return False
    return not titled or whole or nearest in _OF_A_PAYER


def _in_department(bearers: Mapping[str, str], words: Sequence[Word]) -> set[str]:
    """Return those of the name, in the département that the text names if it names one."""
    said = {word.text for word in words}
    within = {siren for siren, department in bearers.items() if department and department.lower() in said}
    return within or set(bearers)


def _is_stranger(words: Sequence[Word], before: Sequence[Word]) -> bool:
    """Whether a text names a body by its form ("SIVOS du Vallespir", "Mairie de Thuir") or after "Commune :"."""
    stop = next((at for at, word in enumerate(words) if at and word.gap == "|"), len(words))
    texts = [word.text for word in words[:stop]]
    if not texts or _PAID & {word.text for word in before}:
        return False
    proper = [word for word in texts[1:] if not _is_plain(word) and word not in _OF_A_PAYER]
    if texts[0] in _BODIES:
        return bool(proper) or len(words) == 1
    if texts[0] in A_COMMUNE:
        return bool(proper) and texts[1] in _LINKS
    titled = bool(before) and before[-1].text in _TITLES
    return titled and not {texts[0]} & (_OF_A_PAYER | _NOT_A_PAYER) and not _is_plain(texts[0])
