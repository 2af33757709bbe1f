"""How wide Arial draws a text, and over how many lines: what decides the heights of rows and the widths of columns.

Widths are in digits, the unit of a column's width; accents add none.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# In thousandths of the size, from the space on.
_WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
)  # fmt: skip
ARIAL = {chr(code): width / 556 for code, width in enumerate(_WIDTHS, start=32)} | {"\u00a0": 278 / 556, "’": 222 / 556}
BOLDER = 1.06
# The widest of ordinary texts: what is shorter than a column's width over this needs no measuring.
WIDEST = 1.4
# A cell's margins; with an indent, as most texts have it.
MARGINS, INDENT = 0.8, 1.4
PADDING = MARGINS + INDENT
# After a space or a dash, and after a slash unless a digit follows: a date is not cut.
_BREAKS = re.compile(r"(?<=[ -])|(?<=/)(?![0-9])")


def lines(text: str, width: float, *, bold: bool = False, padding: float = PADDING) -> int:
    """Return how many lines `text` takes in a cell of `width` digits, of which `padding` stay blank."""
    room, count, used = width - padding, 1, 0.0
    if len(text) * WIDEST <= room:
        return 1
    for word in _BREAKS.split(text):
        wide = _word(word) * (BOLDER if bold else 1)
        if used and used + wide > room:
            count, used = count + 1, 0.0
        # What has nowhere to break is broken anywhere.
        count += int(wide // room) if not used else 0
        used = used + wide if used or wide <= room else wide % room
    return count


def wide(text: str, *, bold: bool = False) -> float:
    """Return how wide Arial draws `text` on one line."""
    return sum(map(_word, text.split(" "))) * (BOLDER if bold else 1) + text.count(" ") * ARIAL[" "]


def longest_line(text: str, room: float) -> str:
    """Return the widest of the lines that a bold text makes in `room` digits, cut at spaces alone."""
    made = [""]
    for word in text.split(" "):
        longer = f"{made[-1]} {word}".strip()
        made[-1:] = [longer] if wide(longer, bold=True) <= room else [made[-1], word]
    return max(made, key=wide)


@lru_cache(maxsize=2**14)
def _word(word: str) -> float:
    return sum(map(_char, word))


def _char(char: str) -> float:
    return ARIAL.get(char) or ARIAL.get(unicodedata.normalize("NFD", char)[0], 1.0)
