"""Where each convention of a document begins and ends: parted by the payers' SIRETs, titles, articles and lists."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from recon.identifiers import siren_of

from . import dates, payer
from .uais import proved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .flow import Flow
    from .payer import Party

_TITLE = "conventiondepartenariat|conventionrelative|conventiondemise|conventionpour|avenantn|avenantà?laconvention|conventionn"
_ANNEXED = re.compile(r"\W*(?:annexe|projet|modele|exemplaire|piece)")
_ANOTHERS_ARTICLE = "article4(?![0-9])|avenantn?o?[0-9]"


@dataclass(frozen=True, slots=True)
class Part:
    """What belongs to one convention: from `start`, its council's decision included, to `end`; its payer, its list."""

    start: int
    end: int
    party: Party | None
    first_uai: int
    last_uai: int


class Landmarks(NamedTuple):
    """Where, in order, proved UAIs, titles of conventions, articles and the words that begin a party stand."""

    uais: list[int]
    titles: list[int]
    articles: list[int]
    parties: list[int]


def _landmarks(flow: Flow) -> Landmarks:
    return Landmarks(
        [token.start for token in proved(flow, 0, len(flow.text))],
        list(_titles(flow)),
        [at for at, _ in flow.say("article[0-9]|articlepremier")],
        list(payer.parties_begin(flow)),
    )


def parts(flow: Flow) -> Iterator[Part]:
    """Yield the parts of a document: a payer's SIRET begins another one once a list has stood, or if it is another's."""
    known = _landmarks(flow)
    begun: list[Party] = []
    for party in _payers(flow):
        if not begun or _begins_another(known, begun[-1], party):
            begun.append(party)
        elif not _among(known.uais, begun[-1].end, party.start) and _is_rather(known, begun[-1], party):
            begun[-1] = party
    if not begun:
        yield Part(0, len(flow.text), None, *_edges(known.uais, 0))
        return
    further = (_beginning(flow, known, before, party) for before, party in pairwise(begun))
    for party, (start, end) in zip(begun, pairwise([0, *further, len(flow.text)]), strict=True):
        yield Part(start, end, party, *_edges(_among(known.uais, party.end, end), party.end))


def _among(uais: list[int], start: int, end: int) -> list[int]:
    return uais[bisect_left(uais, start) : bisect_left(uais, end)]


def _is_rather(known: Landmarks, before: Party, party: Party) -> bool:
    """Whether a SIRET is rather the payer's: of two parties the second, and no letterhead above the parties."""
    return siren_of(party.siret) != siren_of(before.siret) or bool(_among(known.parties, before.end, party.start))


def _begins_another(known: Landmarks, before: Party, party: Party) -> bool:
    """Whether a SIRET begins another convention: articles or a list stand before it, and a title, or it is another's."""
    lists = bool(_among(known.uais, before.end, party.start))
    titled = bool(_among(known.titles, before.end, party.start))
    if siren_of(party.siret) == siren_of(before.siret):
        return lists and titled and known.uais[-1] >= party.end
    return titled if lists else bool(_among(known.articles, before.end, party.start))


def _titles(flow: Flow) -> Iterator[int]:
    """Yield where a convention's title stands: a capital, at its line's beginning; a sentence that names one is none."""
    for at, _ in flow.say(_TITLE):
        before = flow.text[flow.line_start(at) : at]
        if flow.text[at].isupper() and (before.upper() == before or _ANNEXED.match(flow.plain, at - len(before))):
            yield at


def _payers(flow: Flow) -> list[Party]:
    found = payer.parties(flow)
    return [party for party in found if not party.of_region and party.labelled] or [
        party for party in found if not party.of_region
    ]


def _beginning(flow: Flow, known: Landmarks, before: Party, party: Party) -> int:
    """Return where the convention of `party` begins: at the title after the foot of the one before."""
    after = max(_among(known.uais, before.end, party.start), default=before.end)
    foot = None
    for foot in dates.PLACE_AND_DAY.finditer(flow.plain, after, party.start):  # noqa: B007  The last one is wanted.
        pass
    titles = _among(known.titles, foot.end() if foot else after, party.start)
    return flow.line_start(titles[0] if titles else party.start)


def _edges(starts: list[int], otherwise: int) -> tuple[int, int]:
    return (min(starts), max(starts)) if starts else (otherwise, otherwise)


def holds_another(flow: Flow, part: Part) -> bool:
    """Whether another convention or avenant stands there without a SIRET: its own articles, and its own list, after one."""
    begins = [*_headings(flow, part), part.end]
    uais = [token.start for token in proved(flow, part.start, part.end)]
    return sum(bool(_among(uais, *between)) for between in pairwise(begins)) > 1


def _headings(flow: Flow, part: Part) -> Iterator[int]:
    """Yield where an article 4 or an avenant's title begins a line."""
    for at, _ in flow.say(_ANOTHERS_ARTICLE, part.start, part.end):
        before = flow.text[flow.line_start(at) : at]
        if flow.text[at].isupper() and not any(char.isalnum() for char in before):
            yield at
