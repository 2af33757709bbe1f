"""A file's own totals: what they call themselves, and held against the lines above them."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# How far a text says that its row is a sum: "Total…"; "Solde au 30/11"; "Céret Total"; "Solde de la participation".
Word = Literal["", "total", "fixed", "outline", "soft"]
# Why a row may be a sum or a line: a figure alone; a total's words on a line's place; words that a line may begin with.
Unsure = Literal["alone", "named", "phrase"]

# "TOTAL ENERGIES" is a supplier.
_TOTAL = re.compile(
    r"\W*(?:(?:(?:sous|ss?|grand)[\W_]*)?(?:t\s?o\s?t\s?a\s?l|totaux)\b|tot\b)"
    r"(?!\W*(?:[ée]nerg|access|direct|gaz|station|market))",
    re.IGNORECASE,
)
_SOFT = re.compile(
    r"\W*(?:cumuls?|[àa] reporter|report[ée]?s?|soldes?|ensemble|sommes?|[àa] nouveau)\b(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_FIXED = re.compile(
    r"(?:[\W_]|[0-9]{1,4}(?![0-9])|\b(?:g[ée]n[ée]ra(?:l|ux)|d[ée]biteurs?|cr[ée]diteurs?|ant[ée]rieure?s?|pr[ée]c[ée]dente?s?"
    r"|finale?|initiale?|report[ée]e?s?|cumul[ée]e?s?|suivante?s?|disponible|nouveau|pages?|mois|comptes?|trimestre"
    r"|bordereaux?|exercice|ann[ée]e|mandats|lignes|op[ée]rations|paiements|d[ée]penses|montants|eur|euros?|ttc"
    r"|[àa]|aux?|du|des?|la|le|les|l|d|en|n|janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre"
    r"|novembre|d[ée]cembre)\b)*",
    re.IGNORECASE,
)
_OUTLINE = re.compile(r"\s*(?:(?P<before>.*\S)\s+(?:total|somme)|(?:total|somme)\s+(?P<after>\S.*?))\s*", re.IGNORECASE)


@lru_cache(maxsize=2**14)
def word_of(text: str) -> Word:
    """Say whether a text begins as a total does, or ends as an outline's do."""
    if _TOTAL.match(text):
        return "total"
    if soft := _SOFT.match(text):
        return "fixed" if _FIXED.fullmatch(soft["rest"]) else "soft"
    return "outline" if text[-8:].rstrip().lower().endswith((" total", " somme")) else ""


def is_bare(text: str) -> bool:
    """Say whether a text says nothing but that its row is a total: "Sous-total", "TOTAL GÉNÉRAL :"."""
    found = _TOTAL.match(text)
    return bool(found and _FIXED.fullmatch(text, found.end()))


def outlines(text: str, group: str | None) -> bool:
    """Say whether a text is an outline's total of `group`: "Céret Total", "Somme Céret"."""
    found = _OUTLINE.fullmatch(text)
    return bool(group and found and (found["before"] or found["after"]).casefold() == group.strip().casefold())


@dataclass(frozen=True, slots=True)
class Total:
    """A total of the file: its row and column (row from 1), what it says, and the lines' sum that it should be (cents)."""

    row: int
    column: int
    announced: int
    read: int

    @property
    def holds(self) -> bool:
        """Whether the total is the sum of its lines."""
        return self.announced == self.read


@dataclass(frozen=True, slots=True)
class Announced:
    """Every total of a table, and the sum of all its lines as its totals give it, None if they do not."""

    totals: tuple[Total, ...] = ()
    whole: int | None = None


class Figure(NamedTuple):
    """A total as it stands: row from 1, column from 0, cents, whether it calls itself the whole table's.

    `groups` are the first rows of the groups just above that bear its own mandat or bordereau.
    """

    row: int
    column: int
    cents: int
    whole: bool = False
    groups: tuple[int, ...] = ()


def announced(lines: Sequence[tuple[int, int]], said: Sequence[Figure]) -> Announced:
    """Return the totals `said` held against the `lines` (row, cents) above each of them; one above all is no control."""
    above = _Above()
    for row, cents in lines:
        above.add(row, cents)
    totals: list[Total] = []
    last = carried = 0
    wholes: dict[int, int] = {0: 0}
    for figure in said:
        end = bisect_left(above.rows, figure.row)
        if end == 0:
            carried = figure.cents
            continue
        start = above.start(figure, end)
        if start is None and carried and figure.cents == carried + above.sums[end]:
            totals.append(Total(figure.row, figure.column, figure.cents, figure.cents))
        else:
            # What a wrong total should have been: what stands since the last one, or all if nothing does.
            begin = start if start is not None else (last if last < end and not figure.whole else 0)
            totals.append(Total(figure.row, figure.column, figure.cents, above.sums[end] - above.sums[begin]))
            if begin in wholes:
                wholes[end] = wholes[begin] + figure.cents
        above.begin(end)
        last = end
    return Announced(tuple(totals), wholes.get(len(lines)) if totals else None)


class _Above:
    """The lines above a figure, their sums from the start, and where sums may begin: the first place for each sum."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.sums = [0]
        self._starts = {0: 0}

    def add(self, row: int, cents: int) -> None:
        """Count one more line."""
        self.rows.append(row)
        self.sums.append(self.sums[-1] + cents)

    def begin(self, position: int) -> None:
        """Let sums begin at a position too."""
        self._starts.setdefault(self.sums[position], position)

    def start(self, figure: Figure, end: int) -> int | None:
        """Return where the lines up to `end` begin whose sum a figure is, None if it is no sum."""
        before = self.sums[end] - figure.cents
        start = self._starts.get(before)
        if start is not None:
            return start
        groups = (bisect_left(self.rows, row) for row in figure.groups)
        return next((group for group in groups if self.sums[group] == before), None)


def sums_among(
    lines: Sequence[tuple[int, int]], sure: Iterable[Figure], unsure: Sequence[tuple[Figure, Unsure]]
) -> list[Figure]:
    """Return the unsure figures that are sums, of the start, another total or their group on.

    A sum is of two lines or more; of one line where others of its kind are sums beyond doubt.
    """
    events = sorted(
        [(row, cents, None, None) for row, cents in lines]
        + [(figure.row, 0, figure, None) for figure in sure]
        + [(figure.row, 0, figure, why) for figure, why in unsure],
        key=lambda event: event[0],
    )
    single: set[Unsure] = {why for _, why in unsure if why != "phrase"}
    while True:
        found, proven = _sums(events, single)
        if single <= proven:
            return found
        single &= proven


def _sums(
    events: Sequence[tuple[int, int, Figure | None, Unsure | None]], single: set[Unsure]
) -> tuple[list[Figure], set[Unsure]]:
    """Return the sums, and the kinds of which one is a sum of several lines; those of `single` may be of one."""
    above = _Above()
    found: list[Figure] = []
    proven: set[Unsure] = set()
    for row, cents, figure, why in events:
        end = len(above.rows)
        if figure is None:
            above.add(row, cents)
        elif why is None:
            above.begin(end)
        else:
            start = above.start(figure, end)
            size = 0 if start is None else end - start
            if size > 1:
                proven.add(why)
            if size > 1 or (size == 1 and why in single):
                found.append(figure)
            else:
                above.add(row, figure.cents)
            if why == "alone" or found[-1:] == [figure]:
                above.begin(len(above.rows))
    return found, proven
