"""What a label, a day or a payee says against a titre: one place for every pass that goes by less than a number."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from recon.values import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.billed import Titre

    from .lines import Line

_COUNT = re.compile(r"\b(\d{1,3}|deux|trois|quatre|cinq|six|sept|huit|neuf|dix) (?:ecoles?|etablissements?)\b")
_WORDS = {
    word: count
    for count, word in enumerate(["deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"], 2)
}
_THE_STATE = re.compile(
    r"\b(?:rectorat|academi\w*|region|drfip|ddfip|dgfip|drfp|ddfp|finances publiques|tresor\w*|comptables?|sgc|paierie|"
    r"gestion comptable|regie|etat|ministere|education)\b"
)


def nameless(line: Line) -> bool:
    """Whether the line speaks of the ENT, bears a date, and names neither number nor UAI."""
    cited = line.cited
    return cited.ent and line.on is not None and not (cited.titres or cited.unknown or cited.several or cited.uais)


def of_year(line: Line, titre: Titre) -> bool:
    """Whether no year that the line names is another than the titre's: neither a school year nor a calendar year."""
    cited, year = line.cited, titre.school_year
    if cited.years:
        return year in cited.years
    return all(named in {year[:4], year[5:]} for named in cited.calendar)


def dated_after(line: Line, titre: Titre) -> bool:
    """Whether the line is not older than the titre."""
    return line.on is None or line.on >= titre.issued_on


def says_otherwise(line: Line, titres: Sequence[Titre]) -> bool:
    """Whether the label tells a number of schools that is not that of the titres."""
    said = schools_said(line)
    return bool(said) and said != len({uai for titre in titres for uai in titre.schools})


def schools_said(line: Line) -> int:
    """Return the number of schools that the label tells, 0 if it tells none, or several."""
    found = {match[1] for match in _COUNT.finditer(folded(line.label))} if line.label else set()
    counts = {_WORDS.get(word) or int(word) for word in found}
    return counts.pop() if len(counts) == 1 else 0


def paid_elsewhere(line: Line) -> bool:
    """Whether the payee is neither the rectorate nor the State's accountant: other suppliers sell an ENT too."""
    return bool(line.payee) and not _of_the_state(line.payee)


@lru_cache(maxsize=2**14)
def _of_the_state(payee: str) -> bool:
    return bool(_THE_STATE.search(folded(payee)))
