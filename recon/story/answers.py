"""What a payer answered on its statements: its words, the file and cell, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.reports.heard import PLACED, SETTLED, heard
from recon.story.parts import GOOD, TO_SEE, Line, Section, section
from recon.texts import Text, same

if TYPE_CHECKING:
    from collections.abc import Callable

    from recon.reports.heard import Heard
    from recon.tables import Month

TITLE = Text("Ce que la collectivité a répondu", "What the payer answered")
STATEMENT, UNDATED = Text("État {month}", "Statement {month}"), Text("État non daté", "Undated statement")


def answers(month: Month, siren: str, about: Callable[[Heard], bool] = lambda _: True) -> list[Section]:
    """Return the section of what the payer of this SIREN answered, of that `about` which is asked."""
    return section(TITLE, [_line(one) for one in heard(month).get(siren, ()) if about(one)])


def _line(one: Heard) -> Line:
    year, _, number = one.answer.drawn_up.partition("-")
    label = STATEMENT.with_(month=f"{number}/{year}") if year else UNDATED
    look = GOOD if one.state in {SETTLED, PLACED} else TO_SEE
    return Line(label, one.answer.said, notes=(one.to_officer, same(one.answer.place)), look=look)
