"""What an avenant does with each school of its list: adds it, withdraws it, or what cannot be told and must be asked."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .flow import Flow
    from .uais import Token

ADDED, WITHDRAWN, UNSURE = "ajout", "retrait", "?"
_REPLACED = "remplacement"
_WORDS = {
    ADDED: "ajout|adjonction|nouvellesécoles|sontinscrite|estinscrite|rejoi|estcomplét|sontcomplét",
    WITHDRAWN: "retrait|retiré|supprim|sortie|radié|fermée|ayantfermé|désinscri|neplus|neparticip|nesontplus|nestplus",
    _REPLACED: "remplac|sesubstitu",
}
_SENTENCE_ENDS = re.compile(r"[.;:](?=\s)|\n[ ]*(?=\n)|\n(?=[ ]*[A-ZÀ-Þ])")
# `0660560A : ajout`, `0660560A (retrait)`
_LABEL = re.compile(r"[^\S\n]*[:(|–-]*[^\S\n]*")
_GOES_ON = re.compile(r",|\b(?:et|ainsi|puis|mais)\b")
# How far after the last school the words may stand.
_FARTHEST = 200


class Mark(NamedTuple):
    """A word that says what is done, and where it stands."""

    at: int
    kind: str


def changes(flow: Flow, found: Sequence[Token], start: int) -> list[str]:
    """Return what is done with the school of each UAI: ADDED, WITHDRAWN, "" where the avenant has no such word, UNSURE.

    The words stand above a list, after a school, or before each one; where they contradict each other, or a list takes
    the place of another, nothing is chosen.
    """
    marks = sorted(
        Mark(at, kind) for kind, words in _WORDS.items() for at, _ in flow.say(words, start, found[-1].end + _FARTHEST)
    )
    ends = [one.end() for one in _SENTENCE_ENDS.finditer(flow.text, start)]
    after = [*(token.start for token in found[1:]), found[-1].end + _FARTHEST]
    said: list[set[str]] = []
    above: set[str] = _last(_between(marks, start, found[0].start), ends)
    for token, following in zip(found, after, strict=True):
        gap = _between(marks, token.end, following)
        begins = _label_end(flow, token.end)
        own = [mark for mark in gap if not _ends_between(ends, begins, mark.at)]
        goes_on = bool(own) and _GOES_ON.search(flow.plain, begins, own[0].at) is not None
        if own and not goes_on:
            said.append(_agreed(above, {mark.kind for mark in own[:1]}))
            rest = [mark for mark in gap if mark.at > own[0].at and _ends_between(ends, own[0].at, mark.at)]
            above = _last(rest, ends) or above
        else:
            said.append(above or ({UNSURE} if goes_on else set()))
            above = _last(gap, ends) or above
    _hand_back(found, said, ends)
    return [_change(kinds) for kinds in said]


def _label_end(flow: Flow, at: int) -> int:
    label = _LABEL.match(flow.plain, at)
    return label.end() if label else at


def _between(marks: Sequence[Mark], start: int, end: int) -> Sequence[Mark]:
    return marks[bisect_left(marks, (start, "")) : bisect_left(marks, (end, ""))]


def _ends_between(ends: Sequence[int], start: int, end: int) -> bool:
    return bisect_right(ends, end) > bisect_right(ends, start)


def _last(marks: Sequence[Mark], ends: Sequence[int]) -> set[str]:
    """Return what the last sentence that has such a word says."""
    return {mark.kind for mark in marks if not _ends_between(ends, mark.at, marks[-1].at)}


def _agreed(above: set[str], own: set[str]) -> set[str]:
    """Return what is said of a school itself, unless the one thing said above its list is another."""
    return {UNSURE} if len(above) == 1 and above != own else own


def _hand_back(found: Sequence[Token], said: list[set[str]], ends: Sequence[int]) -> None:
    """Give what is said after the last of several schools of one sentence to those before it."""
    for at, (token, following) in reversed(list(enumerate(pairwise(found)))):
        if not said[at] and said[at + 1] and not _ends_between(ends, token.end, following.start):
            said[at] = said[at + 1]


def _change(kinds: set[str]) -> str:
    if not kinds:
        return ""
    return next(iter(kinds)) if kinds in ({ADDED}, {WITHDRAWN}) else UNSURE
