"""A finding: one business fact that does not agree, with its place, what was expected and what was found."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from recon.texts import Text, same

NOTHING = same("")


class Place(NamedTuple):
    """Where a row stands: the number of its table, its row in the sheet (from 1), and the field looked at."""

    table: int
    row: int
    field: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; `key` is its business key, from which its identity comes, `amount` what is at stake in cents.

    An empty `severity` is the catalogue's.
    """

    code: str
    key: tuple[str, ...]
    expected: Text
    found: Text
    amount: int | None = None
    place: Place | None = None
    file: str = ""
    sheet: str = ""
    cell: str = ""
    school_year: str = ""
    payer_siren: str = ""
    uai: str = ""
    convention: str = ""
    titre: str = ""
    payment_id: str = ""
    advice: Text | None = None
    severity: str = ""

    @property
    def finding_id(self) -> str:
        """An identity that lasts from month to month: the code and a digest of the business key."""
        return f"{self.code}-{digest(self.key)}"


def digest(key: tuple[str, ...]) -> str:
    """Return ten hexadecimal digits for `key`: the same for the same words, wherever they stood."""
    return hashlib.sha256("\x1f".join(key).encode()).hexdigest()[:10].upper()


@dataclass(frozen=True, slots=True)
class Unsure:
    """What refused rows were about: the row has its finding, and nothing more is concluded from its absence.

    `uais` holds the first seven characters of enrolled schools, `titres` their keys, `debtors` and `payers` SIRENs.
    """

    uais: frozenset[str] = frozenset()
    conventions: frozenset[str] = frozenset()
    titres: frozenset[str] = frozenset()
    debtors: frozenset[str] = frozenset()
    payers: frozenset[str] = frozenset()
