"""The numbers known in a dossier, as tokens that a ledger's text is searched for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recon.identifiers import titre_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .citations import Found

ORDER_DIGITS = 5
YEAR_DIGITS = 4
PREFIX_YEAR_ORDER = 3
ATOM = re.compile(r"[A-Z]+|[0-9]+")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The numbers known in the dossier, as tokens: whole ones, suffixes and their owners, prefixes, digit shapes.

    `years` and `widths` are the years and the widths of the order numbers of titres such as `TP-2026-00131`.
    `keys` are all the tokens that name something; `read` holds what texts already read name, for labels repeat.
    """

    titres: dict[str, str]
    suffixes: dict[str, tuple[str, ...]]
    prefixes: frozenset[str]
    shapes: frozenset[str]
    years: frozenset[str]
    widths: frozenset[int]
    conventions: dict[str, str]
    uais: frozenset[str]
    keys: frozenset[str]
    read: dict[str, Found] = field(default_factory=dict)


def vocabulary(titres: Iterable[str], conventions: Iterable[str], uais: Iterable[str]) -> Vocabulary:
    """Return the tokens of the known numbers."""
    whole: dict[str, str] = {}
    owners: dict[str, list[str]] = {}
    prefixes, shapes, years, widths = set(), set(), set(), set()
    for titre in sorted(titres):
        whole[titre_key(titre)] = titre
        atoms = ATOM.findall(titre.upper())
        if len(atoms) > 1 and atoms[0].isalpha():
            prefixes.add(atoms[0])
            if len(atoms) == PREFIX_YEAR_ORDER and len(atoms[1]) == YEAR_DIGITS and len(atoms[2]) >= ORDER_DIGITS:
                years.add(atoms[1])
                widths.add(len(atoms[2]))
        elif len(atoms) > 1:
            shapes.add(shape(titre))
        for suffix in _suffixes(atoms):
            owners.setdefault(suffix, []).append(titre)
    suffixes = {suffix: tuple(found) for suffix, found in owners.items() if suffix not in whole}
    named = {titre_key(number): number for number in conventions if len(titre_key(number)) > ORDER_DIGITS}
    return Vocabulary(
        titres=whole,
        suffixes=suffixes,
        prefixes=frozenset(prefixes),
        shapes=frozenset(shapes),
        years=frozenset(years),
        widths=frozenset(widths),
        conventions=named,
        uais=frozenset(uais),
        keys=frozenset().union(whole, suffixes, named),
    )


def shape(number: str) -> str:
    """Return a number of digits with every digit as 9: `22-41537` and `22-41538` have one shape."""
    return re.sub("[0-9]", "9", number.strip())


def _suffixes(atoms: list[str]) -> Iterator[str]:
    if not atoms or not atoms[-1].isdigit() or len(atoms[-1]) < ORDER_DIGITS:
        return
    suffix = ""
    for atom in reversed(atoms[1:]):
        if not atom.isdigit():
            return
        suffix = atom + suffix
        yield suffix
