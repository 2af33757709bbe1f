"""Who signs: the payer's SIRET, told from the region's own and from any other number, its name and its address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.identifiers import is_siret, siren_of
from recon.texts import Text

from .found import Found, Sure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .dates import Transmission
    from .flow import Flow

_DIGITS = re.compile(r"(?<![\w-])\d(?:[ .\n]{0,3}\d){13}(?!\w|-\d)")
_LABEL = re.compile(r"s\s*i\s*r\s*e\s*t\b[^\d]{0,25}$")
_REGION = re.compile(r"r.?gion\s+acad.?mique|rectorat|acad.?mie\s+d|rectrice|recteur")
_PAYER = re.compile(
    r"\bet\s*:|\bet\s*\n|d'autre\s+part|\bet\s+(?:la|le|l')\s*\w+|commune|\bville\b|communaut|syndicat|m.?tropole|mairie|\bsiv[ou][ms]?\b|intercommunal|agglom.?ration"
)
_PARTY = re.compile(
    r"\bentre\s*:\s*|\bentre\s+les\s+soussign\S*\s*:?\s*|\bet\s*:\s*|(?m:^\s*et\s*$)\s*|(?:,|\bpart|\))\s*,?\s*et\s+(?=l|co|vi|sy|me|a)|d'une\s+part[\s,;]*(?:et\s*:?)?\s*"
)
_NAME_ENDS = re.compile(
    r"[,;(]|\b(?:num.?ro|n°|siret|siren|immatricul|adresse|repr.?sent|ci-apr|sise?\b|dont\s+le\s+si|domicili|en\s+sa\s+qualit|d'autre)|:\s*$"
)
_NAMED = re.compile(
    r"(?m)^\W*((?:la\s+)?(?:commune|ville|communaut.\s+d\S+(?:\s+\S+)?|syndicat|m.tropole|mairie|siv[ou][ms]?)\s+(?:d[eu']s?\s*)?[^\n:,;]{2,60}?)\s*(?::|$)"
)
_ADDRESS = re.compile(r"(?:adresse|sise?|domicili.?e?|dont\s+le\s+si.ge\s+est)\s*(?:au|a)?\s*:?\s*(.{5,160}?)\s*(?=,?\s*repr.?sent|en\s+sa\s+qualit|ci-apr|\n\s*\n|siret|n°\s*siret|$)", re.DOTALL)  # fmt: skip
_ARTICLE = re.compile(r"^(?:la|le|l'|les)\s*(?=commune|ville|communaut|syndicat|m.tropole|collectivit)", re.IGNORECASE)
_KIND = re.compile(r"^(?:la\s+)?collectivit.?\s*:?\s*(?=\w)", re.IGNORECASE)
_WITH_NUMBER = Text(
    "clé juste, et SIREN du numéro de télétransmission", "right key, and the transmission number's SIREN"
)
_RIGHT_KEY = Text("clé juste", "right key")
_WRONG_KEY = Text("la clé est fausse", "the key is wrong")
_AT_FOOT = Text("lu au bas de la convention", "read at the convention's foot")
FARTHEST = 600


@dataclass(frozen=True, slots=True)
class Party:
    """A SIRET in the text, and whether it is the payer's or the region's own."""

    siret: str
    start: int
    end: int
    labelled: bool
    of_region: bool


def parties(flow: Flow) -> list[Party]:
    """Return the SIRETs of the text, in order: labelled as such, or of fourteen digits with a right key."""
    found: list[Party] = []
    for one in _DIGITS.finditer(flow.plain):
        siret = re.sub(r"\D", "", one[0])
        labelled = bool(_LABEL.search(flow.plain, max(one.start() - 40, 0), one.start()))
        if labelled or is_siret(siret):
            before = found[-1].end if found else 0
            found.append(Party(siret, one.start(), one.end(), labelled, _of_region(flow, before, one.start())))
    return found


def parties_begin(flow: Flow) -> Iterator[int]:
    """Yield where the words that begin a party stand."""
    return (one.start() for one in _PARTY.finditer(flow.plain))


def _of_region(flow: Flow, before: int, at: int) -> bool:
    above = flow.plain[max(before, at - FARTHEST) : at]
    regions = [one.start() for one in _REGION.finditer(above)]
    payers = [one.start() for one in _PAYER.finditer(above)]
    return bool(regions) and (not payers or regions[-1] > payers[-1])


def siret_found(flow: Flow, party: Party, sent: Iterable[Transmission]) -> Found:
    """Return the SIRET and how sure it is."""
    words = " ".join(flow.text[party.start : party.end].split())
    span = flow.span(party.start, party.end)
    if not is_siret(party.siret):
        return Found(party.siret, words, span, Sure.DOUBTFUL, _WRONG_KEY)
    if any(one.siren == siren_of(party.siret) for one in sent):
        return Found(party.siret, words, span, Sure.PROVED, _WITH_NUMBER)
    return Found(party.siret, words, span, Sure.PROVED, _RIGHT_KEY)


def name_found(flow: Flow, party: Party, start: int, end: int) -> Found | None:
    """Return the payer's name: between the word that begins its party and its SIRET, else as it signs."""
    first = max(start, party.start - FARTHEST)
    opening = None
    for opening in _PARTY.finditer(flow.plain, first, party.start):  # noqa: B007  The last one is the payer's.
        pass
    if opening:
        closing = _NAME_ENDS.search(flow.plain, opening.end(), party.start)
        last = closing.start() if closing else party.start
        if named := _name(flow, opening.end(), last, Sure.READ):
            return named
    for found in _NAMED.finditer(flow.plain, party.end, end):
        if named := _name(flow, *found.span(1), Sure.DOUBTFUL):
            return named
    for found in _NAMED.finditer(flow.plain, start, party.start):
        if named := _name(flow, *found.span(1), Sure.DOUBTFUL):
            return named
    return None


def _name(flow: Flow, start: int, end: int, sure: Sure) -> Found | None:
    words = " ".join(flow.text[start:end].split()).strip(" :-–—.•*\"'«»")
    bare = _KIND.sub("", _ARTICLE.sub("", words)).strip(" :")
    if not 2 <= len(bare) <= 120 or not re.search(r"[^\W\d_]{2}", bare):
        return None
    why = _AT_FOOT if sure is Sure.DOUBTFUL else Text("", "")
    start += len(flow.text[start:end]) - len(flow.text[start:end].lstrip())
    return Found(bare, words, flow.span(start, max(start + 1, start + len(flow.text[start:end].rstrip()))), sure, why)


def address_found(flow: Flow, party: Party, end: int) -> Found | None:
    """Return the payer's address, where the text names it so."""
    found = _ADDRESS.search(flow.plain, party.start - 200 if party.start > 200 else 0, min(end, party.end + FARTHEST))
    if not found or found.end() < party.start - 200:
        return None
    words = " ".join(flow.text[found.start(1) : found.end(1)].split()).strip(" :,;.")
    return Found(words, words, flow.span(*found.span(1)), Sure.READ) if words else None
