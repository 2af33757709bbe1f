"""Made-up communes, their schools and who pays for them: valid SIRENs, SIRETs and UAIs, INSEE codes, names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from stdnum import luhn

from recon.identifiers import uai_letter

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

OCCITANIE = ("09", "11", "12", "30", "31", "32", "34", "46", "48", "65", "66", "81", "82")
FRANCE = tuple(f"{number:02d}" for number in range(1, 96) if number != 20)
# A commune's number in its département has three digits.
MOST_COMMUNES = 999
# Three payers of four have one school; the other schools are shared out among the rest, a few having dozens.
ALONE = 0.75
# One commune of thirty bears the name of another one, in another département.
NAMESAKES = 1 / 30

_FIRST = ("Saint-", "Saint-", "Sainte-", "Villeneuve-", "Mont", "Bel", "Puy", "Ville", "", "", "", "", "", "")
_ONSETS, _VOWELS, _ENDS = "bcdfglmnprstv", "aeiou", ("ac", "an", "as", "ens", "et", "els", "ières", "olles", "ères")
_KINDS = ("École maternelle", "École élémentaire", "École primaire", "Ecole primaire", "Ecole primaire publique")
_AFTER = ("", "", "Jules Ferry", "Jean Jaurès", "Les Platanes", "du Centre", "Marie Curie", "Jean Moulin", "La Prairie")


class Commune(NamedTuple):
    """A commune, or an EPCI that pays; `unique` says that no other one of the dossier bears its name, `listed` that
    the communes' table holds it.
    """

    insee: str
    name: str
    siret: str
    unique: bool
    listed: bool = True

    @property
    def department(self) -> str:
        """Its département."""
        return self.insee[:2]

    @property
    def siren(self) -> str:
        """Its SIREN."""
        return self.siret[:9]


class School(NamedTuple):
    """A school, in its commune."""

    uai: str
    name: str
    commune: Commune


@dataclass(slots=True)
class Place:
    """A commune that pays, and the schools it pays for."""

    commune: Commune
    schools: list[School] = field(default_factory=list)


def places(schools: int, payers: int, departments: Sequence[str], chance: random.Random) -> list[Place]:
    """Return `payers` communes that together have `schools` schools."""
    per_department = -(-payers // len(departments))
    names = _names(payers, chance)
    spoken = [
        names[chance.randrange(rank)] if rank and chance.random() < NAMESAKES else names[rank] for rank in range(payers)
    ]
    twice = _twice(spoken)
    found = []
    for rank, name in enumerate(spoken):
        department = departments[rank // per_department]
        insee = f"{department}{rank % per_department + 1:03d}"
        found.append(Place(Commune(insee, name, siret(f"21{insee[:2]}0{insee[2:]}"), name not in twice)))
    uais = {department: _uais(department) for department in departments}
    for place, count in zip(found, _counts(schools, payers, chance), strict=True):
        for _ in range(count):
            name = f"{chance.choice(_KINDS)} {chance.choice(_AFTER)}".strip()
            place.schools.append(School(next(uais[place.commune.department]), name, place.commune))
    return found


def siret(eight: str) -> str:
    """Return the SIRET of the seat of whom the first eight digits of a SIREN name."""
    siren = eight + luhn.calc_check_digit(eight)
    return f"{siren}0001{luhn.calc_check_digit(f'{siren}0001')}"


def _counts(schools: int, payers: int, chance: random.Random) -> list[int]:
    """Return how many schools each payer has: who has many gets the next one more often."""
    counts = [1] * payers
    urn = [rank for rank in range(payers) if chance.random() > ALONE] or [0]
    for _ in range(schools - payers):
        drawn = chance.choice(urn)
        counts[drawn] += 1
        urn.append(drawn)
    return counts


def _twice(names: Sequence[str]) -> set[str]:
    return {name for name, count in Counter(names).items() if count > 1}


def _names(count: int, chance: random.Random) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        middle = "".join(chance.choice(_ONSETS) + chance.choice(_VOWELS) for _ in range(chance.choice((1, 2, 2))))
        found[f"{chance.choice(_FIRST)}{middle}{chance.choice(_ONSETS)}{chance.choice(_ENDS)}".title()] = None
    return list(found)


def _uais(department: str) -> Iterator[str]:
    for number in range(1, 10_000):
        digits = f"0{department}{number:04d}"
        yield digits + uai_letter(digits)
