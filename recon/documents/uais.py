"""The UAIs of a list, whole or cut by a line's or page's end: a cut one is put together when its check letter proves it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from recon.identifiers import is_uai, repair_uai

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .flow import Flow

_WHOLE = re.compile(r"(?<![\w])[0-9o]{7}[a-z](?!\w)|(?<![\w])[0-9o]{6,7} ?[a-z](?!\w)")
# Cut by spaces, hyphens or a line's end; looked for at every digit, as a school's own number may stand before.
_CUT = re.compile(r"(?<!\w)(?=((?:[0-9o][\s-]{0,12}){7}[a-z])(?!\w))")
_BEGINS = re.compile(r"(?m)(?<!\w)([0-9o]{1,7})-?[ ]*$")
_ENDS = re.compile(r"(?m)^\s*([0-9o]{0,6}[a-z])(?!\w)")
_LISTED = re.compile(r"[-–|:(]\s*$")
_CLOSED = re.compile(r"\s*(?:[,;.)]|\n|$|-)")
# How many characters of a page's edge may stand between the halves of a UAI.
_FARTHEST = 400


@dataclass(frozen=True, slots=True)
class Token:
    """A UAI in the text: its letters and digits as read, where it stands, and whether it was put together."""

    uai: str
    start: int
    end: int
    joined: bool = False
    hole: tuple[int, int] | None = None


@lru_cache(maxsize=16_384)
def right(uai: str) -> str | None:
    """Return a UAI put in shape if its letter is right, else None."""
    repaired = repair_uai(uai)
    return repaired if is_uai(repaired) else None


def tokens(flow: Flow, start: int, end: int) -> list[Token]:
    """Return the UAIs between two offsets, in order."""
    found = list(_whole(flow, start, end))
    places = [start, *(edge for token in found for edge in (token.start, token.end)), end]
    for first, last in zip(places[::2], places[1::2], strict=True):
        found += _cut(flow, first, last)
    return sorted(found, key=lambda token: token.start)


def proved(flow: Flow, start: int, end: int) -> Iterator[Token]:
    """Yield the whole UAIs whose letter is right."""
    return (token for token in _whole(flow, start, end) if right(token.uai))


def _whole(flow: Flow, start: int, end: int) -> Iterator[Token]:
    for found in _WHOLE.finditer(flow.plain, start, end):
        text = flow.text[found.start() : found.end()]
        seven = re.fullmatch(r"[0-9o]{7}[a-z]", found[0]) and sum(char.isdigit() for char in text) >= 5
        if seven or right(text):
            yield Token(text, found.start(), found.end())


def _cut(flow: Flow, start: int, end: int) -> Iterator[Token]:
    at = start
    for found in _CUT.finditer(flow.plain, start, end):
        first, last = found.span(1)
        if first < at or last > end:
            continue
        uai = re.sub(r"[\s-]", "", flow.text[first:last])
        listed = _LISTED.search(flow.plain, max(first - 6, start), first) and _CLOSED.match(flow.plain, last)
        if right(uai) or (listed and "\n" in flow.text[first:last]):
            yield Token(uai, first, last, joined=True)
            at = last
    for found in _BEGINS.finditer(flow.plain, at, end):
        token = _far(flow, found, end)
        if token:
            yield token
            break


def _far(flow: Flow, begins: re.Match[str], end: int) -> Token | None:
    """Return the UAI that begins at a line's end and ends some lines below, beyond a page's edge, if its letter proves it."""
    limit = min(end, begins.end() + _FARTHEST)
    for ends in _ENDS.finditer(flow.plain, begins.end(), limit):
        uai = flow.text[begins.start(1) : begins.end(1)] + flow.text[ends.start(1) : ends.end(1)]
        if is_uai(uai):
            return Token(uai, begins.start(1), ends.end(1), joined=True, hole=(begins.end(1), ends.start(1)))
    return None
