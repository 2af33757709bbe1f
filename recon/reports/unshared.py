"""A reduction names no school: a statement shows the schools at what was agreed, and the reduction as a row of its own.

The accounts share the net amount out; 57 schools at 43,42 would be a sum that nobody agreed on. Only what is shown
moves here, between the schools of a titre and its reductions: a titre's sums stay what the accounts say. In cents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recon.allocation import split_cents
from recon.balances import paid_shares

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from recon.reports.owed import Titre
    from recon.tables import Taken

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unshared:
    """What of a reduction no school bears: `cents` are above zero, `used` says that its titre is settled with them."""

    titre: Titre
    part: Taken
    cents: int
    used: bool


def unshared(
    titres: Iterable[Titre], schools: Sequence[Row], parts: Mapping[str, Sequence[Row]]
) -> tuple[list[Row], list[Unshared]]:
    """Return the rows of the schools at what was agreed, and what reductions take off that.

    `parts` are the allocations by titre. What brings a titre down to what its schools are expected to pay is theirs.
    """
    rows = [dict(row) for row in schools]
    found: list[Unshared] = []
    for titre in titres:
        members = [row for row in rows if titre.number in row["titre"].split(", ")] if titre.taken_off else []
        members.sort(key=lambda row: str(row["uai"]))
        agreed = _agreed(titre, members)
        if titre.billed and members and agreed > titre.billed:
            _show(members, titre, agreed, parts.get(titre.number, ()))
            used = titre.paid == titre.billed
            found += [Unshared(titre, part, cents, used) for part, cents in _latest(titre, agreed - titre.billed)]
    return rows, found


def _agreed(titre: Titre, members: Iterable[Row]) -> int:
    """Return what the schools of a titre are shown to owe of it: what is expected of them if it claimed that, else all."""
    expected = sum(row["expected"] for row in members)
    return expected if titre.billed <= expected <= titre.issued else titre.issued


def _show(members: list[Row], titre: Titre, agreed: int, parts: Iterable[Row]) -> None:
    """Have the schools bear their shares of what was agreed instead of those of the net amount."""
    named = [(part["uai"], part["amount"]) for part in parts if part["uai"] and part["confidence"] != "proposed"]
    before, after = _shares(members, titre.billed), _shares(members, agreed)
    paid_before, _ = paid_shares(before, titre.paid, named)
    paid_after = after if titre.paid == titre.billed else paid_shares(after, titre.paid, named)[0]
    for row in members:
        row["billed"] += after[row["uai"]] - before[row["uai"]]
        row["paid"] += paid_after[row["uai"]] - paid_before[row["uai"]]
        row["outstanding"] = row["billed"] - row["paid"]


def _shares(members: list[Row], total: int) -> dict[str, int]:
    return dict(zip((row["uai"] for row in members), split_cents(total, [1] * len(members)), strict=True))


def _latest(titre: Titre, cents: int) -> list[tuple[Taken, int]]:
    """Return the reductions that take these cents off, the latest first."""
    found = []
    for part in reversed(titre.taken_off):
        if taken := min(part.cents, cents):
            found.append((part, taken))
            cents -= taken
    return found
