"""A story on screen: labels and amounts aligned, long sentences wrapped under themselves, cells' text made harmless."""

from __future__ import annotations

import json
import textwrap
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text as Styled

from recon.cli.summary import Screen
from recon.texts import Text, long_day, money, visible

if TYPE_CHECKING:
    from datetime import date

    from rich.console import Console

    from recon.story.parts import Line, Section, Story
    from recon.texts import Lang

AS_OF = Text("Arrêté au {day}", "As of {day}")
STYLES = {"good": "green", "to_see": "yellow", "bad": "red", "quiet": "dim"}
WIDEST, NARROWEST, WIDEST_LABEL = 100, 20, 40
MARGIN, GAP = 2, 2


def show(story: Story, as_of: date | None, lang: Lang, *, colour: bool) -> None:
    """Print the story; nothing of it is read as markup."""
    console = Screen(lang, colour=colour).out
    console.print(Styled(f"\n{visible(story.title(lang))}", style="bold"))
    if as_of is not None:
        console.print(Styled(AS_OF.with_(day=long_day(as_of))(lang), style="dim"))
    for section in story.sections:
        console.print(Styled(f"\n{visible(section.title(lang))}", style="bold"))
        _section(console, section, lang)


def _section(console: Console, section: Section, lang: Lang) -> None:
    labels = min(max(cell_len(visible(line.label(lang))) for line in section.lines), WIDEST_LABEL)
    amounts = max(cell_len(_amount(line, lang)) for line in section.lines)
    at = MARGIN + labels + GAP
    width = max(min(console.width, WIDEST) - at - (amounts + GAP if amounts else 0), NARROWEST)
    wrapped = [_wrapped(line.said(lang), width) or [""] for line in section.lines]
    used = max(cell_len(part) for parts in wrapped for part in parts)
    for line, said in zip(section.lines, wrapped, strict=True):
        amount = _amount(line, lang)
        gap = " " * (used - cell_len(said[0]) + GAP + amounts - cell_len(amount)) if amount else ""
        console.print(_label(line, lang, at).append(said[0], STYLES.get(line.look, "")).append(gap + amount))
        for rest in said[1:]:
            console.print(Styled(" " * at + rest, STYLES.get(line.look, "")))
        for note in line.notes:
            _note(console, note(lang), at)


def _label(line: Line, lang: Lang, at: int) -> Styled:
    """Return the label padded to the column where sentences begin; one that is too long takes a line of its own."""
    label = visible(line.label(lang))
    room = at - MARGIN - GAP
    rest = " " * (at - MARGIN - cell_len(label)) if cell_len(label) <= room else "\n" + " " * at
    return Styled(" " * MARGIN).append(label, "bold" if line.notes else "").append(rest)


def _note(console: Console, note: str, at: int) -> None:
    for rest in _wrapped(note, max(min(console.width, WIDEST) - at, NARROWEST)):
        console.print(Styled(" " * at + rest))


def _wrapped(text: str, width: int) -> list[str]:
    # Only ordinary spaces part words: a non-breaking one holds an amount together.
    return textwrap.wrap(visible(text), width, break_on_hyphens=False)


def _amount(line: Line, lang: Lang) -> str:
    return money(line.cents)(lang) if line.cents is not None else ""


def as_json(story: Story, as_of: date | None, lang: Lang) -> str:
    """Return the story for a program: sections of lines, amounts in euros as text."""
    told = {
        "title": visible(story.title(lang)),
        "as_of": as_of.isoformat() if as_of else None,
        "sections": [
            {"title": visible(section.title(lang)), "lines": [_line(line, lang) for line in section.lines]}
            for section in story.sections
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _line(line: Line, lang: Lang) -> dict[str, object]:
    return {
        "label": visible(line.label(lang)),
        "said": visible(line.said(lang)),
        "amount": None if line.cents is None else str(Decimal(line.cents).scaleb(-2)),
        "notes": [visible(note(lang)) for note in line.notes],
    }
