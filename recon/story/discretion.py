"""What may be said to one payer: nothing that names another, its titres, its conventions or its schools' payer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.findings.catalogue import CATALOGUE
from recon.story.findings import LOOKS, where
from recon.story.parts import Line, Row
from recon.texts import Text, same
from recon.values import folded

if TYPE_CHECKING:
    from recon.tables import Month


class Others:
    """The names and numbers of every payer but one."""

    def __init__(self, month: Month, siren: str) -> None:
        """Collect them from the month's contacts, titres and conventions."""
        own = _numbers(month, siren, own=True)
        numbers = _numbers(month, siren, own=False) - own
        names = {contact.name for number, contact in month.contacts.items() if number != siren}
        mine = month.contacts[siren].name if siren in month.contacts else ""
        self._said = {f" {folded(text)} " for text in numbers | names if text} - {f" {folded(mine)} "}

    def are_named(self, text: str) -> bool:
        """Whether a text names another payer, by name or by number."""
        words = f" {folded(text)} "
        return any(said in words for said in self._said)


def _numbers(month: Month, siren: str, *, own: bool) -> set[str]:
    found = {number for number in month.contacts if (number == siren) is own}
    for frame, column in ((month.titres, "titre"), (month.conventions, "convention")):
        found |= {row[0] for row in frame.select(column, "payer_siren").iter_rows() if (row[1] == siren) is own}
    return found


def discreet(month: Month, row: Row, others: Others) -> Line:
    """Say one finding of a payer; what would name another payer is left out."""
    wording = month.wordings[row["finding_id"]]
    said = (
        (Text("trouvé : {said}", "found: {said}"), wording.found),
        (Text("attendu : {said}", "expected: {said}"), wording.expected),
    )
    at = where(row)
    notes = [text.with_(said=what) for text, what in said if what.fr and not others.are_named(what.fr)]
    notes += [same(at)] if at and not others.are_named(at) else []
    return Line(same("·"), CATALOGUE[row["code"]].title, row["amount"], tuple(notes), LOOKS[row["severity"]])
