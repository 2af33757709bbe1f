"""Findings in a story: what was found, what was expected, where, and what to do; and the rule behind a code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from recon.findings.catalogue import CATALOGUE, SEVERITIES
from recon.story.parts import BAD, QUIET, TO_SEE, Line, Row, Section, Story, lowered, section
from recon.texts import Text, same

if TYPE_CHECKING:
    from collections.abc import Callable

    from recon.tables import Month

WRONG_UAI = "D10"
LOOKS = {"blocking": BAD, "review": TO_SEE, "follow-up": TO_SEE, "info": QUIET}
FINDINGS = Text("Écarts", "Findings")
RULE = Text("Code {code} · {title}", "Code {code} · {title}")


def rule(code: str) -> Story:
    """Return what a code means and what to do about it."""
    known = CATALOGUE[code]
    lines = [
        Line(Text("Gravité", "Severity"), SEVERITIES[known.severity], look=LOOKS[known.severity]),
        Line(Text("Sens", "Meaning"), known.explanation),
        Line(Text("À faire", "To do"), known.advice),
    ]
    title = Text("La règle", "The rule")
    return Story(RULE.with_(code=code, title=known.title), (Section(title, tuple(lines)),))


def findings(month: Month, about: Callable[[Row], bool]) -> list[Section]:
    """Return the section of the findings that `about` keeps, the gravest first."""
    kept = [row for row in month.findings.iter_rows(named=True) if about(row)]
    return section(FINDINGS, [finding(month, row) for row in kept])


def finding(month: Month, row: Row) -> Line:
    """Say one finding: its title, what was found and expected, where, and what to do."""
    wording = month.wordings[row["finding_id"]]
    said = Text("{title} ({severity})", "{title} ({severity})")
    known = CATALOGUE[row["code"]]
    at = where(row)
    notes = (
        Text("trouvé : {said}", "found: {said}").with_(said=wording.found) if wording.found.fr else None,
        Text("attendu : {said}", "expected: {said}").with_(said=wording.expected) if wording.expected.fr else None,
        Text("où : {said}", "where: {said}").with_(said=at) if at else None,
        Text("à faire : {said}", "to do: {said}").with_(said=wording.advice),
    )
    return Line(
        same(row["code"]),
        said.with_(title=known.title, severity=lowered(SEVERITIES[row["severity"]])),
        row["amount"],
        tuple(note for note in notes if note is not None),
        LOOKS[row["severity"]],
    )


def names(month: Month, row: Row, number: str) -> bool:
    """Whether a finding's own words name this number, as those of a payment name its candidates."""
    return re.search(rf"(?<![\w-]){re.escape(number)}(?![\w-])", month.wordings[row["finding_id"]].found.fr) is not None


def where(row: Row) -> str:
    """Return a finding's file, sheet and cell."""
    return " › ".join(part for part in (row["file"], row["sheet"], row["cell"]) if part)
