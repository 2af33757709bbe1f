"""Lettering: one code (five letters, rarely more) shared by the payments and titres that settle each other.

A code comes from the group's oldest titre, not from its rank in a list: it stays when months and payers are added.
"""

from __future__ import annotations

import hashlib
from string import ascii_uppercase
from typing import TYPE_CHECKING

from recon.matching.account import PROPOSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from recon.allocation import Allocation
    from recon.billed import Titre

SHORTEST = 5


def lettering(rows: Iterable[Allocation], titres: Mapping[str, Titre]) -> dict[str, str]:
    """Return the code of every payment_id and titre that an allocation, automatic or decided, ties.

    Two groups never share a code: the one whose first titre was issued later bears more letters.
    """
    groups = _groups(rows)
    firsts = {min(_ages(members, titres)): members for members in groups}
    taken: set[str] = set()
    codes: dict[str, str] = {}
    for (_, titre), members in sorted(firsts.items()):
        code = next(code for code in _codes(titre) if code not in taken)
        taken.add(code)
        codes |= dict.fromkeys((name for _, name in members), code)
    return codes


def _groups(rows: Iterable[Allocation]) -> list[list[tuple[str, str]]]:
    """Return the sets of payments ("P") and titres ("T") that allocations tie together, directly or through others."""
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(name: tuple[str, str]) -> tuple[str, str]:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for row in rows:
        if row.confidence != PROPOSED:
            payment, titre = root(("P", row.payment_id)), root(("T", row.titre))
            parent[max(payment, titre)] = min(payment, titre)
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for name in parent:
        groups.setdefault(root(name), []).append(name)
    return list(groups.values())


def _ages(members: Iterable[tuple[str, str]], titres: Mapping[str, Titre]) -> Iterator[tuple[str, str]]:
    for kind, name in members:
        if kind == "T":
            yield titres[name].issued_on.isoformat(), name


def _codes(titre: str) -> Iterator[str]:
    """Yield the codes that a titre may bear, the shortest first."""
    number = int.from_bytes(hashlib.sha256(titre.encode()).digest())
    letters = ""
    while True:
        number, letter = divmod(number, len(ascii_uppercase))
        letters += ascii_uppercase[letter]
        if len(letters) >= SHORTEST:
            yield letters
