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
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from recon.readers import Book, Sheet

# How many lines at a page's top and bottom may be a running title.
MARGIN = 4
_SPELLED = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ﬁ": "fi", "ﬂ": "fl", "\u00a0": " ", "\u202f": " ",
                          "\u2009": " ", "’": "'", "‘": "'", "´": "'", "\t": " "})  # fmt: skip
_MARKUP = re.compile(r"^\s*(?:#{1,6}|>|[-=_*]{3,}\s*$)|\*\*|__|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)")
_FIGURES = re.compile(r"\d+")
# What a scanner of acts, a town hall's software or a text processor writes at the edge of a page.
_STAMP = re.compile(
    r"\s*(?:(?:page|p\.|feuillet)\s*n?°?\s*\d{1,3}(?:\s*(?:/|sur|de)\s*\d{1,3})?|[-–—]?\s*\d{1,3}\s*(?:/\s*\d{1,3})?\s*[-–—]?"
    r"|(?:envoye|re[cç]u)\s+en\s+prefecture\b.*|(?:publie|affiche|notifie|mis en ligne)\s+le\b.{0,30}|publie\s*:?.{0,30}"
    r"|(?:id|acte|id\s+teletransmission)\s*:.{0,60}|accuse\s+(?:de\s+)?re[cç](?:u|eption)\b.*|berger[- ]levrault.*|s2low.*"
    r"|liberte\W*|egalite\W*|fraternite\W*|liberte.{1,4}egalite.{1,4}fraternite\W*|republique fran[cç]aise\W*)\s*"
)
_ENTRY = re.compile(r"[-–—|]\s*(?:\d{2,3}|2[ab])\s*[-–—|]|\d{7}\s*[a-z]\b|\becole|\bmaternelle|\belementaire|\bprimaire")


@dataclass(frozen=True, slots=True)
class Span:
    """Where words stand: the first and last page and line (from 1); the page is a sheet's name, "" if there is one."""

    page: str
    line: int
    last_page: str
    last_line: int


class Flow:
    """The lines of a book as one text; `begins` is the offset of each line, `places` its page and number."""

    def __init__(self, lines: Sequence[tuple[str, int, str]]) -> None:
        """Join the lines, each with its page and its number (from 1)."""
        self.places = [(page, number) for page, number, _ in lines]
        texts = [text for _, _, text in lines]
        self.text = "\n".join(texts)
        self.begins, at = [], 0
        for text in texts:
            self.begins.append(at)
            at += len(text) + 1
        self.plain = plain(self.text)
        kept = [at for at, char in enumerate(self.plain) if char.isalnum() or char == "€"]
        self._kept = kept
        self._said = "".join([self.plain[at] for at in kept])

    def span(self, start: int, end: int) -> Span:
        """Return where the characters from `start` to `end` stand."""
        first, last = (self.places[max(bisect_right(self.begins, at) - 1, 0)] for at in (start, max(end - 1, start)))
        return Span(*first, *last)

    def say(self, words: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
        """Yield where `words` stand between two offsets; an accented letter may be lost, `|` parts alternatives."""
        first = bisect_right(self._kept, start - 1)
        last = len(self._kept) if end is None else bisect_right(self._kept, end - 1)
        for found in _said(words).finditer(self._said, first, last):
            if found.end() > found.start():
                yield self._kept[found.start()], self._kept[found.end() - 1] + 1

    def first(self, words: str, start: int = 0, end: int | None = None) -> tuple[int, int] | None:
        """Return the first place where `words` stand."""
        return next(self.say(words, start, end), None)

    def last(self, words: str, start: int = 0, end: int | None = None) -> tuple[int, int] | None:
        """Return the last place where `words` stand."""
        found = None
        for found in self.say(words, start, end):  # noqa: B007  The last one is wanted.
            pass
        return found

    def line_start(self, at: int) -> int:
        """Return the offset at which the line of an offset begins."""
        return self.begins[max(bisect_right(self.begins, at) - 1, 0)]

    def pages_between(self, start: int, end: int) -> bool:
        """Whether a page ends between two offsets."""
        span = self.span(start, end)
        return span.page != span.last_page


def flow_of(book: Book) -> Flow:
    """Return the text of a document without its running titles, page numbers and stamps."""
    titles = _running_titles(book.sheets)
    lines = []
    for sheet in book.sheets:
        for number, text in _lines(sheet):
            bare = plain(text)
            if not (_STAMP.fullmatch(bare) or (_shape(bare) in titles and not _ENTRY.search(bare))):
                lines.append((sheet.name, number, text))
    return Flow(lines)


def whole_flow_of(book: Book) -> Flow:
    """Return the text of a document with every line: stamps hold the transmission number."""
    return Flow([(sheet.name, number, text) for sheet in book.sheets for number, text in _lines(sheet)])


def _lines(sheet: Sheet) -> Iterator[tuple[int, str]]:
    for number, row in enumerate(sheet.rows, 1):
        text = _MARKUP.sub("", unicodedata.normalize("NFC", row[0] or "")).translate(_SPELLED) if row else ""
        yield number, text.rstrip()


def _running_titles(sheets: Sequence[Sheet]) -> set[str]:
    """Return the lines that come again at the edge of several pages, or several times in a text without pages."""
    seen: Counter[str] = Counter()
    for sheet in sheets:
        shapes = [shape for _, text in _lines(sheet) if (shape := _shape(plain(text)))]
        edges = {*shapes[:MARGIN], *shapes[-MARGIN:]} if len(sheets) > 1 else ()
        seen.update(edges)
    enough = max(2, (len(sheets) + 1) // 2)
    if len(sheets) > 1:
        return {shape for shape, count in seen.items() if count >= enough}
    return set()


def _shape(bare: str) -> str:
    return _FIGURES.sub("0", " ".join(bare.split()))


def plain(text: str) -> str:
    """Return `text` without capitals and accents, letter for letter."""
    return text.translate({ord(char): _bare(char) for char in set(text)})


@lru_cache(maxsize=4096)
def _bare(char: str) -> str:
    if char in "‐‑‒–—−":
        return "-"
    if char in "º°":
        return "°"
    folded = unicodedata.normalize("NFKD", char).casefold()
    return folded[0] if folded else char


@lru_cache(maxsize=256)
def _said(words: str) -> re.Pattern[str]:
    """Return the pattern of words written without anything between their letters; digits and `(?:` stay as they are."""
    parts = []
    for char in words:
        if char in "|()?:[]*+{},€\\<!=" or char.isdigit():
            parts.append(char)
        elif char.isalpha():
            base = _bare(char)
            parts.append(base if base == char.casefold() else f"(?:{base}|a)?")
    return re.compile("".join(parts))
