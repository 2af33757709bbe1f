"""What a ledger line names: titres, conventions, UAIs, school years, the ENT itself."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from recon.identifiers import is_uai, school_years_in
from recon.values import folded

from .tokens import MASK, UAI, masked, tokens

if TYPE_CHECKING:
    from .tokens import Token
    from .vocabulary import Vocabulary

_GOES_ON = re.compile(r"\s*(?:[,;/&+]|ET\b|A\b|À|AU\b)\s*(?:N\W{0,2}\s?)?[0-9]{1,4}(?=\s*(?:$|[,;/&+)]|ET\b))")
_ENT = re.compile(
    r"\bent (?:ecoles?|1er degre|premier degre|scolaires?|primaires?|academi\w+|occitanie|rectorat|20\d\d)\b"
    r"|\bentecoles?\b|\b(?:environnement|espace) numerique (?:de travail|scolaire|ecoles?)\b"
    r"|\b(?:participation|contribution|cotisation|convention|acces|plateforme|abonnement)(?: \w+){0,3} ent\b"
)
_YEAR_LIKE = re.compile("20[0-9]{2}|[0-9]{2}[-/][0-9]{2}")
# A budget year is none: a school year may be paid in the next one.
_YEAR = re.compile("(?<!EXERCICE )(?<!BUDGET )(?<![0-9])20[0-9]{2}(?![0-9])")
_SHORT_YEARS = re.compile("(?<![0-9/-])([0-9]{2})[-/]([0-9]{2})(?![0-9/-])")
_LONG_NUMBER = re.compile("[0-9]{5,}")
_RECTORATE = re.compile(r"\brectorat\b|\bregion academique\b|\bacademie (?:de montpellier|de toulouse|d occitanie)\b")


class Cited(NamedTuple):
    """What one line names. `titres` are known numbers, of any debtor; `unknown` look like titres and are none.

    `several` are the titres that one suffix may mean; `weak` says that a titre was found by its bare suffix alone,
    `short` that a suffix stands for one of the numbers, `unfinished` that a list of numbers goes on in a way that
    cannot be read. `named` are the UAIs of the texts, `calendar` the years that are named without being school years,
    `fields` the columns that name a number, a school, a convention or year, and the ENT.
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
    short: bool = False
    unfinished: bool = False
    calendar: tuple[str, ...] = ()
    fields: tuple[str, str, str, str] = ("label", "label", "label", "label")
    ent: bool = False
    rectorate: bool = False

    def field(self, step: str) -> str:
        """Return the column that says what a pass went by."""
        return self.fields["TUCS".find(step[:1])]

    @property
    def in_scope(self) -> bool:
        """Whether the line has to do with ENT-École at all; neither its amount nor the accountant says so."""
        certain = bool(self.titres) and not self.weak
        return certain or bool(self.conventions or self.named) or self.about

    @property
    def about(self) -> bool:
        """Whether the line speaks of the ENT, or pays the rectorate."""
        return self.ent or self.rectorate


class Found(NamedTuple):
    """What one text names, by itself; `decides` says that its line has to do with ENT-École, whatever else it says."""

    titres: tuple[str, ...]
    unknown: tuple[str, ...]
    several: tuple[str, ...]
    conventions: tuple[str, ...]
    named: tuple[str, ...]
    wrong_uais: tuple[str, ...]
    years: tuple[str, ...]
    weak: bool = False
    short: bool = False
    unfinished: bool = False
    ent: bool = False
    calendar: tuple[str, ...] = ()
    decides: bool = False


NOTHING = Found((), (), (), (), (), (), ())


def cite(reference: str, label: str, payee: str, uai: str, known: Vocabulary) -> Cited:
    """Return what reference and label name, each searched on its own; `uai` is the line's own column."""
    return _cited(*_both(reference, label, known), payee, uai, known)


def cite_in_scope(reference: str, label: str, payee: str, uai: str, known: Vocabulary) -> Cited | None:
    """Return what `cite` does of a line in scope, None of any other: in a grand livre most lines."""
    first, second = _both(reference, label, known)
    if first.decides or second.decides or (payee and _rectorate(payee)):
        return _cited(first, second, payee, uai, known)
    return None


def _both(reference: str, label: str, known: Vocabulary) -> tuple[Found, Found]:
    return _read(reference, known) if reference else NOTHING, _read(label, known) if label else NOTHING


def _cited(first: Found, second: Found, payee: str, uai: str, known: Vocabulary) -> Cited:
    said = _together(first, second)
    return Cited(
        titres=said.titres,
        unknown=said.unknown,
        several=said.several,
        conventions=said.conventions,
        uais=_merged((uai,), said.named) if uai else said.named,
        named=tuple([name for name in said.named if name in known.uais]) if said.named else (),
        wrong_uais=said.wrong_uais,
        years=said.years,
        weak=said.weak or not said.titres,
        short=said.short,
        unfinished=said.unfinished,
        calendar=_merged(first.calendar, second.calendar),
        fields=_fields(first, second, uai),
        ent=first.ent or second.ent,
        rectorate=bool(payee) and _rectorate(payee),
    )


def _fields(first: Found, second: Found, uai: str) -> tuple[str, str, str, str]:
    """Return which column names a number, a school, a convention or year, and the ENT: the reference before the label."""

    def where(*, in_reference: bool) -> str:
        return "reference" if in_reference else "label"

    return (
        where(in_reference=bool(first.titres)),
        "uai" if uai else where(in_reference=bool(first.named)),
        where(in_reference=bool(first.conventions or (first.years and not second.conventions))),
        where(in_reference=first.ent and not second.ent),
    )


def _together(first: Found, second: Found) -> Found:
    """Return what both texts name; most often one alone names anything."""
    if second == NOTHING:
        return first
    if first == NOTHING:
        return second
    return Found(
        titres=_merged(first.titres, second.titres),
        unknown=_merged(first.unknown, second.unknown),
        several=_merged(first.several, second.several),
        conventions=_merged(first.conventions, second.conventions),
        named=_merged(first.named, second.named),
        wrong_uais=_merged(first.wrong_uais, second.wrong_uais),
        years=tuple(sorted(_merged(first.years, second.years))),
        weak=all(part.weak for part in (first, second) if part.titres),
        short=first.short or second.short,
        unfinished=first.unfinished or second.unfinished,
    )


def _merged(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of both, each once; each has them once already."""
    if first and second:
        return tuple(dict.fromkeys((*first, *second)))
    return first or second


def _read(text: str, known: Vocabulary) -> Found:
    """Return what a text names; labels repeat, and each is searched once; those with a number of their own do not."""
    if _LONG_NUMBER.search(text):
        return _search(text, known)
    found = known.read.get(text)
    if found is None:
        found = known.read[text] = _search(text, known)
    return found


@lru_cache(maxsize=2**14)
def _speaks_of_ent(text: str) -> bool:
    return bool(_ENT.search(folded(text)))


@lru_cache(maxsize=2**14)
def _rectorate(payee: str) -> bool:
    return bool(_RECTORATE.search(folded(payee)))


def _search(written: str, known: Vocabulary) -> Found:
    text = written.upper()
    searched = masked(text)
    found = tokens(searched, known)
    bare = _bare(searched, found)
    uais = list(dict.fromkeys(UAI.findall(text)))
    cited = [token for token in found if token.kind == "titre"]
    numbers: dict[str, dict[str, None]] = {}
    for token in found:
        numbers.setdefault(token.kind, {}).update(dict.fromkeys(token.numbers))
    named = tuple([name for name in uais if is_uai(name)]) if uais else ()
    weak = bool(cited) and all(token.weak for token in cited)
    # A long number says nothing of the ENT: labels that differ by it alone are folded and searched once.
    ent = _speaks_of_ent(_LONG_NUMBER.sub("00000", written))
    return Found(
        titres=tuple(numbers.get("titre", ())),
        unknown=tuple(numbers.get("unknown", ())),
        several=tuple(numbers.get("several", ())),
        conventions=tuple(numbers.get("convention", ())),
        named=named,
        wrong_uais=tuple([name for name in uais if not is_uai(name)]) if uais else (),
        years=school_years_in(bare) if "20" in bare else (),
        calendar=_calendar(bare),
        weak=weak,
        short=any(token.short for token in cited),
        unfinished=any(_GOES_ON.match(searched, token.end) for token in cited),
        ent=ent,
        decides=ent
        or (bool(cited) and not weak)
        or "convention" in numbers
        or any(name in known.uais for name in named),
    )


def _bare(text: str, found: list[Token]) -> str:
    """Return the text with the numbers found masked."""
    for token in found:
        text = text[: token.start] + MASK * (token.end - token.start) + text[token.end :]
    return text


def _calendar(text: str) -> tuple[str, ...]:
    """Return the years named outside numbers and dates: "rentrée 2025", "25-26"."""
    if not _YEAR_LIKE.search(text):
        return ()
    years = dict.fromkeys(_YEAR.findall(text))
    for first, second in _SHORT_YEARS.findall(text):
        if int(second) == int(first) + 1:
            years |= {f"20{first}": None, f"20{second}": None}
    return tuple(years)
