"""What a story is made of: a title, and sections of lines, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from recon.texts import Text, same

Row = dict[str, Any]

NOTHING = same("")
GOOD, TO_SEE, BAD, QUIET = "good", "to_see", "bad", "quiet"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it is about, what is said of it, its amount in cents, and remarks under it."""

    label: Text
    said: Text = NOTHING
    cents: int | None = None
    notes: tuple[Text, ...] = ()
    look: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a title."""

    title: Text
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of one thing."""

    title: Text
    sections: tuple[Section, ...]


def section(title: Text, lines: list[Line]) -> list[Section]:
    """Return the section of these lines, or nothing if there are none."""
    return [Section(title, tuple(lines))] if lines else []


def lowered(text: Text) -> Text:
    """Return a word that begins a cell as it reads within a sentence."""
    return Text(text.fr[:1].lower() + text.fr[1:], text.en[:1].lower() + text.en[1:])
