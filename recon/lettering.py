"""Lettering: one code (AAA, AAB, …) shared by the payments and titres that settle each other."""

from __future__ import annotations

from string import ascii_uppercase
from typing import TYPE_CHECKING

from recon.matching.account import AUTOMATIC

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recon.allocation import Allocation


def lettering(rows: Iterable[Allocation]) -> dict[str, str]:
    """Return the code of every payment_id and titre that an automatic allocation ties, in the order of the titres."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for row in rows:
        if row.confidence == AUTOMATIC:
            payment, titre = root(f"P\x1f{row.payment_id}"), root(f"T\x1f{row.titre}")
            parent[max(payment, titre)] = min(payment, titre)
    groups: dict[str, list[str]] = {}
    for name in parent:
        groups.setdefault(root(name), []).append(name)
    ordered = sorted(groups.values(), key=max)
    return {name.split("\x1f", 1)[1]: _code(index) for index, members in enumerate(ordered) for name in members}


def _code(index: int) -> str:
    letters = ""
    for _ in range(3):
        index, letter = divmod(index, 26)
        letters = ascii_uppercase[letter] + letters
    return letters if index == 0 else _code(index - 1) + letters
