"""The numbers known in a dossier, as tokens that a ledger's text is searched for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.identifiers import titre_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ORDER_DIGITS = 5
ATOM = re.compile(r"[A-Z]+|[0-9]+")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The numbers known in the dossier, as tokens: whole ones, suffixes and their owners, prefixes, digit shapes."""

    titres: dict[str, str]
    suffixes: dict[str, tuple[str, ...]]
    prefixes: frozenset[str]
    shapes: frozenset[str]
    conventions: dict[str, str]
    uais: frozenset[str]


def vocabulary(titres: Iterable[str], conventions: Iterable[str], uais: Iterable[str]) -> Vocabulary:
    """Return the tokens of the known numbers."""
    whole: dict[str, str] = {}
    owners: dict[str, list[str]] = {}
    prefixes, shapes = set(), set()
    for titre in sorted(titres):
        whole[titre_key(titre)] = titre
        atoms = ATOM.findall(titre.upper())
        if len(atoms) > 1 and atoms[0].isalpha():
            prefixes.add(atoms[0])
        elif len(atoms) > 1:
            shapes.add(shape(titre))
        for suffix in _suffixes(atoms):
            owners.setdefault(suffix, []).append(titre)
    suffixes = {suffix: tuple(found) for suffix, found in owners.items() if suffix not in whole}
    named = {titre_key(number): number for number in conventions if len(titre_key(number)) > ORDER_DIGITS}
    return Vocabulary(whole, suffixes, frozenset(prefixes), frozenset(shapes), named, frozenset(uais))


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
