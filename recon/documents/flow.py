"""The text of a document as one string, whatever its lines and pages, and the page and line of each character.

Two strings stand beside it: `plain`, of the same length, without capitals or accents; and the letters and digits alone,
in which `say` finds words wherever a line breaks, a hyphen stands, letters are spaced out or accents are lost.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from recon.identifiers import department_of_uai

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from recon.readers import Book, Sheet

# How many lines at a page's top and bottom may be a running title.
MARGIN = 4
# How many characters around a value are shown with it.
CONTEXT = 45
_SPELLED = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ﬁ": "fi", "ﬂ": "fl", "\u00a0": " ", "\u202f": " ",
                          "\u2009": " ", "’": "'", "‘": "'", "´": "'", "\t": " "})  # fmt: skip
_UAI = re.compile(r"\b(\d{3})\d{4}[a-z]\b")
_WORD = re.compile(r"[^\W_]+")
_MARKUP = re.compile(r"(?m)^[ ]*(?:#{1,6}|>|[-=_*]{3,}[ ]*$)|\*\*|__|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)")
_FIGURES = re.compile(r"\d+")
# What a scanner of acts, a town hall's software or a text processor writes at the edge of a page.
_STAMP = re.compile(
    r"\s*(?:(?:page|p\.|feuillet)\s*n?°?\s*\d{1,3}(?:\s*(?:/|sur|de)\s*\d{1,3})?|\d{1,3}\s*/\s*\d{1,3}"
    r"|(?:envoye|re[cç]u)\s+en\s+prefecture\b.*|(?:publie|affiche|notifie|mis en ligne)\s+le\b.{0,30}|publie\s*:?.{0,30}"
    r"|(?:id|acte|id\s+teletransmission)\s*:.{0,60}|accuse\s+(?:de\s+)?re[cç](?:u|eption)\b.*|berger[- ]levrault.*|s2low.*"
    r"|liberte\W*|egalite\W*|fraternite\W*|liberte.{1,4}egalite.{1,4}fraternite\W*|republique fran[cç]aise\W*)\s*"
)
_NUMBER = re.compile(r"\s*-?\s*\d{1,3}\s*-?\s*")
_BETWEEN_DASHES = re.compile(r"\s*-\s*\d{1,3}\s*-\s*")
_GOES_ON = re.compile(r"\s*(?:[-|,;]|\d{7}\s?[a-z]\b)")
_ENTRY = re.compile(
    r"[-–—|]\s*(?:\d{2,3}|2[ab])\s*[-–—|]|\d{7}\s*[a-z]\b|\becole|\bmaternelle|\belementaire|\bprimaire"
)


@dataclass(frozen=True, slots=True)
class Span:
    """Where words stand: the first and last page and line (from 1); the page is a sheet's name, "" if there is one."""

    page: str
    line: int
    last_page: str
    last_line: int


class Line(NamedTuple):
    """A line: its page, its number (from 1), its text, and the same without capitals or accents."""

    page: str
    number: int
    text: str
    plain: str


class Flow:
    """The lines of a book as one text; `begins` is the offset of each line, `places` its page and number."""

    def __init__(self, lines: Sequence[Line]) -> None:
        """Join the lines; a document without any has an empty one."""
        lines = lines or [Line("", 1, "", "")]
        self.places = [(line.page, line.number) for line in lines]
        self.text = "\n".join([line.text for line in lines])
        self.plain = "\n".join([line.plain for line in lines])
        self.begins = [0, *accumulate(len(line.text) + 1 for line in lines)][: len(lines)]

    @cached_property
    def _words(self) -> tuple[str, list[int], list[int]]:
        """The letters and digits alone, and for each word where it begins among them and in the text."""
        found = list(_WORD.finditer(self.plain))
        words = [one[0] for one in found]
        return "".join(words), [0, *accumulate(map(len, words))][: len(words)], [one.start() for one in found]

    def _in_text(self, at: int) -> int:
        _, begins, starts = self._words
        word = bisect_right(begins, at) - 1
        return starts[word] + at - begins[word]

    def _among_words(self, at: int) -> int:
        """Return where what stands at or after an offset of the text begins among the letters and digits."""
        said, begins, starts = self._words
        word = bisect_right(starts, at) - 1
        if word < 0:
            return 0
        after = begins[word + 1] if word + 1 < len(begins) else len(said)
        return min(begins[word] + at - starts[word], after)

    def span(self, start: int, end: int) -> Span:
        """Return where the characters from `start` to `end` stand."""
        first, last = (self.places[max(bisect_right(self.begins, at) - 1, 0)] for at in (start, max(end - 1, start)))
        return Span(*first, *last)

    def say(self, words: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
        """Yield where `words` stand between two offsets; an accented letter may be lost, `|` parts alternatives."""
        said = self._words[0]
        last = len(said) if end is None else self._among_words(end)
        for found in _said(words).finditer(said, self._among_words(start), last):
            yield self._in_text(found.start()), self._in_text(found.end() - 1) + 1

    def first(self, words: str, start: int = 0, end: int | None = None) -> tuple[int, int] | None:
        """Return the first place where `words` stand."""
        return next(self.say(words, start, end), None)

    def last(self, words: str, start: int = 0, end: int | None = None) -> tuple[int, int] | None:
        """Return the last place where `words` stand."""
        found = None
        for found in self.say(words, start, end):  # noqa: B007  The last one is wanted.
            pass
        return found

    def excerpt(self, span: Span, words: str) -> str:
        """Return the line where words stand, or as much of it as is around them."""
        try:
            line = " ".join(self._line(span.page, span.line).split())
        except KeyError:
            return words
        at = line.find(words[:CONTEXT])
        if at < 0 or len(line) <= len(words) + 2 * CONTEXT:
            return words if at < 0 else line
        first, last = max(at - CONTEXT, 0), at + len(words) + CONTEXT
        return f"{'…' if first else ''}{line[first:last].strip()}{'…' if last < len(line) else ''}"

    def _line(self, page: str, number: int) -> str:
        at = self._lines[page, number]
        return self.text[self.begins[at] : self.begins[at + 1] if at + 1 < len(self.begins) else None]

    @cached_property
    def _lines(self) -> dict[tuple[str, int], int]:
        return {place: at for at, place in enumerate(self.places)}

    def line_start(self, at: int) -> int:
        """Return the offset at which the line of an offset begins."""
        return self.begins[max(bisect_right(self.begins, at) - 1, 0)]


def flows_of(book: Book) -> tuple[Flow, Flow]:
    """Return the text of a document without its running titles, page numbers and stamps; and with every line.

    Stamps hold the transmission number.
    """
    pages = [_lines(sheet) for sheet in book.sheets]
    titles = _running_titles(pages)
    whole = Flow([line for page in pages for line in page])
    codes = {department_of_uai(code) for code in _UAI.findall(whole.plain)}
    kept = [line for page in pages for line in _without_edges(page, titles, codes, alone=len(pages) == 1)]
    return Flow(kept), whole


def _without_edges(page: list[Line], titles: set[str], codes: set[str], *, alone: bool) -> Iterator[Line]:
    """Yield the lines of a page that are its text; a number alone may be a département, or end a school's name."""
    filled = [at for at, line in enumerate(page) if line.plain.strip()]
    edges = {*filled[:MARGIN], *filled[-MARGIN:]}
    following = dict(pairwise(filled))
    for at, line in enumerate(page):
        if _NUMBER.fullmatch(line.plain):
            after = page[following[at]].plain if at in following else ""
            is_edge = line.plain.strip(" -").lstrip("0") not in codes
            if not _BETWEEN_DASHES.fullmatch(line.plain):
                is_edge &= not _GOES_ON.match(after) if alone else at in edges
        else:
            is_edge = _is_edge(line.plain, titles)
        if not is_edge:
            yield line


def _lines(sheet: Sheet) -> list[Line]:
    written = "\n".join([(row[0] or "") if row else "" for row in sheet.rows])
    texts = _MARKUP.sub("", unicodedata.normalize("NFC", written)).translate(_SPELLED).split("\n")
    texts = [text.rstrip() for text in texts]
    bare = plain("\n".join(texts)).split("\n")
    return [Line(sheet.name, number, *both) for number, both in enumerate(zip(texts, bare, strict=True), 1)]


def _is_edge(bare: str, titles: set[str]) -> bool:
    if _STAMP.fullmatch(bare):
        return True
    return bool(titles) and _shape(bare) in titles and not _ENTRY.search(bare)


def _running_titles(pages: Sequence[Sequence[Line]]) -> set[str]:
    """Return the shapes of the lines that come again at the edge of half of the pages, two at least."""
    if len(pages) < 2:
        return set()
    seen: Counter[str] = Counter()
    for page in pages:
        filled = [line.plain for line in page if line.plain.strip()]
        seen.update({_shape(bare) for bare in (*filled[:MARGIN], *filled[-MARGIN:])})
    enough = max(2, (len(pages) + 1) // 2)
    return {shape for shape, count in seen.items() if count >= enough}


def _shape(bare: str) -> str:
    return _FIGURES.sub("0", " ".join(bare.split()))


def plain(text: str) -> str:
    """Return `text` without capitals and accents, letter for letter."""
    return text.translate(_BARE)


class _Bare(dict[int, str]):
    """Each character's plain letter, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = _bare(chr(code))
        return self[code]


_BARE = _Bare()


def _bare(char: str) -> str:
    if char in "‐‑‒–—−":
        return "-"
    if char in "º°":
        return "°"
    if char == "\n":
        return char
    folded = unicodedata.normalize("NFKD", char).casefold()
    return folded[0] if folded else char


@lru_cache(maxsize=256)
def _said(words: str) -> re.Pattern[str]:
    """Return the pattern of words written without anything between their letters; digits and `(?:` stay as they are."""
    parts = []
    for char in words:
        if char in "|()?:[]*+{},-\\<!=" or char.isdigit():
            parts.append(char)
        elif char.isalpha():
            base = _bare(char)
            parts.append(base if base == char.casefold() else f"(?:{base}|a)?")
    return re.compile("".join(parts))
