"""The lines of one payer's ledgers that are not in scope: counted and summed, and those that somebody should look at.

A mandat "ENT" paid to the State may be the very one that is looked for: it is deducted from nothing, and it is shown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from recon.findings.finding import Place
from recon.tables import Unkept, UnkeptLine
from recon.values import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from .scope import Scope

_RECTORATE = re.compile(r"\brectorat\b|\bregion academique\b|\bacademie\b")
# Taxes and fees go to the State's accountant too: only what makes whole schools may be meant.
_ACCOUNTANT = re.compile(r"\b(?:drfip|ddfip|drfp|ddfp|dgfip)\b|\bfinances publiques\b|\btresor public\b")
_LABEL = re.compile(
    r"\bent\b|\bnumerique\b"
    r"|\b(?:participation|contribution|cotisation|adhesion|plateforme)(?: \w+){0,3} (?:ecoles?|scolaires?)\b"
)


def unkept(found: Scope, rates: Collection[int], where: Callable[[Place], str]) -> Unkept:
    """Return what the ledgers hold out of scope; `where` names a cell. A line whose like is in scope is not told again.

    `rates` are the conventions' contributions per school, in cents.
    """
    rows = [row for row in found.outside.iter_rows(named=True) if (row["source"], row["row"]) not in found.again]
    amounts = [row["amount"] for row in rows if row["amount"] is not None]
    return Unkept(
        lines=len(rows),
        paid=sum(cents for cents in amounts if cents > 0),
        taken_back=-sum(cents for cents in amounts if cents < 0),
        unread=len(rows) - len(amounts),
        to_check=tuple(_line(row, where) for row in rows if _is_near(row, rates)),
    )


def _is_near(row: dict[str, Any], rates: Collection[int]) -> bool:
    payee, cents = folded(row["payee"] or ""), row["amount"]
    if _RECTORATE.search(payee) or any(
        _LABEL.search(folded(row[name])) for name in ("label", "reference") if row[name]
    ):
        return True
    return bool(_ACCOUNTANT.search(payee)) and (not cents or any(cents % rate == 0 for rate in rates if rate))


def _line(row: dict[str, Any], where: Callable[[Place], str]) -> UnkeptLine:
    return UnkeptLine(
        on=row["paid_on"] or row["mandat_on"],
        mandat=row["mandat"] or "",
        said=row["label"] or row["reference"] or "",
        payee=row["payee"] or "",
        state=row["state"] or "",
        cents=row["amount"],
        place=where(Place(row["source"], row["row"], "amount")),
    )
