"""The ledger's lines that a statement takes nothing from, on screen: their number and sum, and those to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.reports.statement_unkept import TITLE, TO_CHECK, described, rest, shown, summary
from recon.story.parts import NOTHING, QUIET, TO_SEE, Line, Section, section
from recon.texts import Text, day, same

if TYPE_CHECKING:
    from recon.tables import Unkept

LINES = Text("Lignes", "Lines")


def not_taken_in(unkept: Unkept | None) -> list[Section]:
    """Return what the ledgers hold out of scope, nothing where they hold no such line or are of many payers."""
    if unkept is None or not unkept.lines:
        return []
    notes = (TO_CHECK,) if unkept.to_check else ()
    lines = [Line(LINES, summary(unkept), notes=notes, look=TO_SEE if unkept.to_check else QUIET)]
    lines += [
        Line(day(line.on), described(line), line.cents, (same(line.place),), look=TO_SEE) for line in shown(unkept)
    ]
    if more := rest(unkept):
        lines.append(Line(NOTHING, *more))
    return section(TITLE, lines)
