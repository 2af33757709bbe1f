"""What a dossier knows without its ledgers: whose they may be, and what a line in scope names."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from recon.fingerprints import HOME, code_version
from recon.layouts.problems import unsigned_problem
from recon.matching.scope import narrowed, scope, unsigned
from recon.payers import with_payers
from recon.successors import current
from recon.validation import parse
from recon_schemas import PAYMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.layouts import Problem, Table
    from recon.matching.vocabulary import Vocabulary
    from recon.payers import Payers

# What says which lines of a ledger may be in scope, beside what reads them.
SCOPING = (
    "knowledge.py",
    "matching",
    "payers",
    "successors.py",
    "validation.py",
    "values.py",
    "identifiers.py",
    "each.py",
)


@dataclass(frozen=True)
class Knowledge:
    """What a dossier knows of its payers and of what a line in scope names: enough to ask about one ledger."""

    payers: Payers
    words: Vocabulary
    successors: dict[str, str]

    def asked_of(self, table: Table) -> tuple[list[Problem], int]:
        """Return what is in doubt of a ledger, its payer or its sign, and how many of its lines are in scope."""
        told, doubt = with_payers(table, self.payers)
        parsed = parse(PAYMENTS, [(0, told)])
        found = scope(current(PAYMENTS, parsed.typed, self.successors)[0], self.words, {0: told})
        unsure = [unsigned_problem(told)] if list(unsigned(found, parsed.typed, {0: told})) else []
        return [*([doubt] if doubt else []), *unsure], len(found.positions)

    @cached_property
    def digest(self) -> str:
        """A digest of all of it, and of the code that goes by it."""
        own, words = self.payers, self.words
        told = [
            code_version(tuple(HOME / Path(name) for name in SCOPING), ()),
            sorted(own.sirens),
            sorted((code, sorted(sirens)) for code, sirens in own.codes.items()),
            sorted((name, sorted(found.items())) for name, found in own.names.items()),
            sorted(own.successors.items()),
            own.only,
            sorted(words.titres.items()),
            sorted(words.suffixes.items()),
            sorted(words.conventions.items()),
            sorted(words.uais),
            sorted(words.prefixes),
            sorted(words.shapes),
            sorted(words.years),
            sorted(words.widths),
            sorted(self.successors.items()),
        ]
        return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()[:16]

    def narrowed(self, tables: Sequence[Table]) -> list[Table]:
        """Return the ledgers with the lines alone that may be in scope, the others counted.

        One whose payer is in doubt stays as it is.
        """
        found = list(tables)
        told = {place: own for place, table in enumerate(tables) if (own := self._told(table)) is not None}
        parsed = parse(PAYMENTS, list(told.items()))
        typed = current(PAYMENTS, parsed.typed, self.successors)[0]
        for place, table in narrowed(typed, self.words, told, self.digest).items():
            found[place] = table
        return found

    def refuse_unlike(self, table: Table) -> None:
        """RuntimeError if a ledger's lines were left out by other knowledge."""
        if table.left and table.left.by != self.digest:
            raise RuntimeError(f"{table.file} was narrowed by what another month knows")

    def _told(self, table: Table) -> Table | None:
        told, doubt = with_payers(table, self.payers)
        return None if doubt else told
