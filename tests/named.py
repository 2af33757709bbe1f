"""The small dossiers of `tests/named_dossiers`, each with what its line in the README says that it must give."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from recon.dossier import files, options
from recon.pipeline import reconcile

if TYPE_CHECKING:
    from recon.tables import Month

FOLDER = Path(__file__).parent / "named_dossiers"
SUMS = ("expected", "billed", "paid", "outstanding", "to_bill", "over_billed", "credit")
_FINDING = re.compile(r"([A-Z]\d\d) `([^`]+)` ?([A-Z]*\d+)?")


@dataclass(frozen=True, slots=True)
class Named:
    """A dossier, its day, and what it must give: code, file and cell of each finding, and the sums in cents."""

    name: str
    as_of: date
    findings: list[tuple[str, str, str]]
    sums: dict[str, int]

    def month(self, as_of: date | None = None) -> Month:
        """Return its month, drawn up for its own day or for another."""
        folder = FOLDER / self.name
        return reconcile(files(folder), options(folder).settings(as_of or self.as_of))


def _named(line: str) -> Named:
    name, as_of, _, findings, *sums = (cell.strip() for cell in line.strip().strip("|").split("|"))
    parts = [_FINDING.fullmatch(part) for part in findings.split("; ")] if findings else []
    found = [(part[1], part[2], part[3] or "") for part in parts if part]
    if len(found) != len(parts):
        raise ValueError(line)
    cents = {name: int(cell.replace(".", "") or "0") for name, cell in zip(SUMS, sums, strict=True)}
    return Named(name.strip("`"), date.fromisoformat(as_of), found, cents)


def named_dossiers() -> dict[str, Named]:
    """Return every dossier of the README's table, by name."""
    lines = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    read = [_named(line) for line in lines if line.startswith("| `")]
    return {named.name: named for named in read}
