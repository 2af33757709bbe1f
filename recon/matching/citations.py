"""What a ledger line names: titres, conventions, UAIs, school years, the ENT itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.identifiers import is_uai, school_years_in
from recon.values import folded

from .tokens import MASK, UAI, masked, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .tokens import Token
    from .vocabulary import Vocabulary

_GOES_ON = re.compile(r"\s*(?:[,;/&+]|ET\b|A\b|À|AU\b)\s*(?:N\W{0,2}\s?)?[0-9]{1,4}(?=\s*(?:$|[,;/&+)]|ET\b))")
_ENT = re.compile(
    r"\bent (?:ecoles?|1er degre|premier degre|scolaires?|primaires?|academi\w+|occitanie|rectorat|20\d\d)\b"
    r"|\bentecoles?\b|\b(?:environnement|espace) numerique (?:de travail|scolaire|ecoles?)\b"
    r"|\b(?:participation|contribution|cotisation|convention|acces|plateforme|abonnement)(?: \w+){0,3} ent\b"
)
_RECTORATE = re.compile(r"\brectorat\b|\bregion academique\b|\bacademie (?:de montpellier|de toulouse|d occitanie)\b")


@dataclass(frozen=True, slots=True)
class Cited:
    """What one line names. `titres` are known numbers, of any debtor; `unknown` look like titres and are none.

    `several` are the titres that one suffix may mean; `weak` says that a titre was found by its bare suffix alone,
    `short` that a suffix stands for one of the numbers, `unfinished` that a list of numbers goes on in a way that cannot be read. `named` are the UAIs of the texts,
    `field` is the column that names something.
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
    field: str = "label"
    ent: bool = False
    rectorate: bool = False

    @property
    def names(self) -> bool:
        """Whether a number, a convention or a school is named."""
        return bool(self.titres or self.unknown or self.several or self.conventions or self.named)

    @property
    def in_scope(self) -> bool:
        """Whether the line has to do with ENT-École at all; neither its amount nor the accountant says so."""
        certain = bool(self.titres) and not self.weak
        return certain or bool(self.conventions or self.named) or self.about

    @property
    def about(self) -> bool:
        """Whether the line speaks of the ENT, or pays the rectorate."""
        return self.ent or self.rectorate


def cite(reference: str, label: str, payee: str, uai: str, known: Vocabulary) -> Cited:
    """Return what reference and label name, each searched on its own; `uai` is the line's own column."""
    texts = {field: text for field, text in (("reference", reference), ("label", label)) if text}
    searched = {field: _search(text.upper(), known) for field, text in texts.items()}
    found = list(searched.values())
    named = _merged(part.named for part in found)
    words = [folded(text) for text in texts.values()]
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
        short=any(part.short for part in found),
        unfinished=any(part.unfinished for part in found),
        field=next((field for field, part in searched.items() if part.names), "uai" if uai else "label"),
        ent=any(_ENT.search(text) for text in words),
        rectorate=bool(_RECTORATE.search(folded(payee))),
    )


def _merged(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in parts for name in part))


def _search(text: str, known: Vocabulary) -> Cited:
    searched = masked(text)
    found = tokens(searched, known)
    bare = text
    for token in found:
        bare = bare[: token.start] + MASK * (token.end - token.start) + bare[token.end :]
    uais = list(dict.fromkeys(UAI.findall(text)))
    cited = [token for token in found if token.kind == "titre"]
    return Cited(
        titres=_numbers(found, "titre"),
        unknown=_numbers(found, "unknown"),
        several=_numbers(found, "several"),
        conventions=_numbers(found, "convention"),
        named=tuple(name for name in uais if is_uai(name)),
        wrong_uais=tuple(name for name in uais if not is_uai(name)),
        years=school_years_in(bare),
        weak=bool(cited) and all(token.weak for token in cited),
        short=any(token.short for token in cited),
        unfinished=any(_GOES_ON.match(searched, token.end) for token in cited),
    )


def _numbers(tokens: list[Token], kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(number for token in tokens if token.kind == kind for number in token.numbers))
