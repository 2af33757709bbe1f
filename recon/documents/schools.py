"""The list of schools of article 9: `COMMUNE - DEPT - NAME - UAI`, one a line or run on, cut anywhere by lines and pages."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from recon.identifiers import department_of_uai
from recon.values import folded

from .changes import changes
from .found import ListedSchool
from .uais import right, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .flow import Flow
    from .uais import Token

_EDGES = " \t\n,;.:•·|*–—-()[]…→"
_CODE = re.compile(r"(?:\b(?:uai|rne|code|n°|dont|et)\b[\s:°.]*)+$", re.IGNORECASE)
_BOUNDARY = re.compile(r"[:€]|\.\s|\n\s*\n|\beuros?\b|\bttc\b|\bsuivantes?\b")
_DEPARTMENT = r"(?<![^\s|–—-])0?({codes})(?![^\s|–—-])"
_BETWEEN = re.compile(r"[-|]\s*$"), re.compile(r"\s*[-|]")
_SPLIT_WORD = re.compile(r"([^\W\d_]+)-\n\s*([^\W\d_]+)")
_WHOLE_WORDS = frozenset(
    [
        "maternelle",
        "elementaire",
        "primaire",
        "publique",
        "ecole",
        "groupe",
        "scolaire",
        "intercommunale",
        "regroupement",
        "pedagogique",
    ]
)
_FRAGMENT = re.compile(r"[-|:(\s]\s*([0-9oO]{2,7}\s*[a-zA-Z]?)\s*[,;.)-]*\s*$")


def listed(flow: Flow, start: int, end: int, *, amendment: bool) -> list[ListedSchool]:
    """Return the schools of a list between two offsets, in its order; a UAI listed twice stands twice."""
    found = tokens(flow, start, end)
    if not found:
        return []
    codes = _codes(found)
    bounds = [start, *(token.end for token in found)]
    pieces = [(bounds[at], token.start) for at, token in enumerate(found)]
    if _uai_first(flow, found, pieces, codes, end):
        pieces = [(token.end, later) for token, later in zip(found, [*(t.start for t in found[1:]), end], strict=True)]
        pieces = [(first, _one_line(flow, first, last)) for first, last in pieces]
    schools: list[ListedSchool] = []
    for at, (token, (first, last)) in enumerate(zip(found, pieces, strict=True)):
        schools += _entries(flow, token, first, last, codes, opens=at == 0)
    if amendment:
        change = dict(zip(found, changes(flow, found, start), strict=True))
        schools = [replace(one, change=change[token]) for one, token in _with_tokens(schools, found)]
    return _trimmed(schools)


def _codes(found: list[Token]) -> set[str]:
    return {
        department_of_uai(right(token.uai) or token.uai).casefold()
        for token in found
        if (right(token.uai) or token.uai)[:3].isdigit()
    }


def _pattern(codes: set[str]) -> re.Pattern[str]:
    return re.compile(
        _DEPARTMENT.replace("{codes}", "|".join(sorted(map(re.escape, codes), key=len, reverse=True)) or "(?!)")
    )


def _uai_first(flow: Flow, found: list[Token], pieces: list[tuple[int, int]], codes: set[str], end: int) -> bool:
    """Whether each UAI stands before its school: something follows the last one, and nothing names the first one."""
    department = _pattern(codes)
    lead = flow.plain[slice(*pieces[0])]
    boundary = max((one.end() for one in _BOUNDARY.finditer(lead)), default=0)
    if lead[boundary:].strip(_EDGES) and (
        department.search(lead[boundary:]) or not re.search(r"\b(?:uai|rne|code)\b", lead)
    ):
        return False
    after = flow.plain[found[-1].end : end].split("\n\n")[0]
    return bool(re.search("cole|maternelle|elementaire|primaire", after) or department.search(after))


def _one_line(flow: Flow, first: int, last: int) -> int:
    """Return where a school's words end: before a blank line."""
    blank = flow.text.find("\n\n", first, last)
    return last if blank < 0 or not flow.text[first:blank].strip(_EDGES) else blank


def _entries(
    flow: Flow, token: Token, first: int, last: int, codes: set[str], *, opens: bool
) -> Iterator[ListedSchool]:
    """Yield the school before a UAI; before it, each school whose UAI cannot be read, with what is left of it."""
    if opens:
        first = _opening(flow, first, last, codes)
    starts = [one for one in _pattern(codes).finditer(flow.plain, first, last) if _is_between(flow, one)]
    for this, following in itertools.pairwise(starts):
        cut = _cut_before(flow, this.end(), following.start())
        if cut is None:
            continue
        fragment = _FRAGMENT.search(flow.text, this.end(), cut)
        uai = re.sub(r"\s", "", fragment[1]) if fragment else ""
        yield _school(flow, uai, (first, fragment.start() if fragment else cut), this, last=cut)
        first = cut
    told = [one for one in starts if one.start() >= first]
    department = told[0] if told else _loose(flow, first, last, codes)
    school = _school(flow, token.uai, (first, last), department, last=max(token.end, last))
    yield replace(school, joined=token.joined)


def _is_between(flow: Flow, one: re.Match[str]) -> bool:
    before, after = _BETWEEN
    return bool(before.search(flow.plain, max(one.start() - 4, 0), one.start()) and after.match(flow.plain, one.end()))


def _cut_before(flow: Flow, first: int, last: int) -> int | None:
    """Return where a school ends whose UAI was not found: after the last comma, or line's end, before the next one."""
    edges = [found.end() for found in re.finditer(r"[,;\n]", flow.text[first:last])]
    inside = [edge for edge in edges if flow.text[first + edge : last].strip(_EDGES)]
    return first + inside[-1] if inside else None


def _loose(flow: Flow, first: int, last: int, codes: set[str]) -> re.Match[str] | None:
    """Return the département that stands between spaces alone, as columns of a table are read."""
    return _pattern(codes).search(flow.plain, first, last)


def _opening(flow: Flow, first: int, last: int, codes: set[str]) -> int:
    """Return where the first school's words begin: after the last colon, sum or blank line before its département."""
    department = _pattern(codes).search(flow.plain, first, last)
    stop = department.start() if department else last
    return max((one.end() for one in _BOUNDARY.finditer(flow.plain, first, stop)), default=first)


def _school(
    flow: Flow, uai: str, piece: tuple[int, int], department: re.Match[str] | None, *, last: int
) -> ListedSchool:
    first, end = piece
    while first < end and flow.text[first] in _EDGES:
        first += 1
    commune = flow.text[first : department.start()] if department else ""
    name = flow.text[department.end() if department else first : end]
    return ListedSchool(
        uai=uai,
        commune=commune.strip(_EDGES),
        department=department[1].upper() if department else "",
        school_name=_CODE.sub("", _joined(name).strip(_EDGES)).strip(_EDGES),
        change="",
        words=" ".join(flow.text[first:last].split()),
        span=flow.span(min(first, last), last),
    )


def _joined(text: str) -> str:
    """Return words on one line: a word cut in two is put together if it is one that schools' names are made of."""
    return " ".join(_SPLIT_WORD.sub(_whole_word, text).split())


def _whole_word(found: re.Match[str]) -> str:
    whole = found[1] + found[2]
    return whole if folded(whole) in _WHOLE_WORDS else f"{found[1]}-{found[2]}"


def _trimmed(schools: list[ListedSchool]) -> list[ListedSchool]:
    """Return the schools with what a page's edge left before a commune's name taken off it."""
    known = Counter(one.commune for one in schools if "\n" not in one.commune)
    return [replace(one, commune=_commune(one.commune, known)) for one in schools]


def _commune(written: str, known: Counter[str]) -> str:
    lines = written.split("\n")
    for at in range(len(lines)):
        rest = _joined("\n".join(lines[at:])).strip(_EDGES)
        if rest in known:
            return rest
    return _joined(written)


def _with_tokens(schools: list[ListedSchool], found: list[Token]) -> Iterator[tuple[ListedSchool, Token]]:
    by_uai = iter(found)
    token = next(by_uai)
    for school in schools:
        yield school, token
        if school.uai == token.uai:
            token = next(by_uai, token)


def wrong_letters(schools: list[ListedSchool]) -> list[ListedSchool]:
    """Return the schools whose UAI is not right, even put in shape."""
    return [one for one in schools if not right(one.uai)]
