"""What all the files of a dossier but its ledgers give: it is what the ledgers are read by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.billed import billing
from recon.conventions import register
from recon.intake import corrected, keep, laid_out, numbered_tables, replacements, uais, understand
from recon.knowledge import Knowledge
from recon.matching.vocabulary import vocabulary
from recon.payers import known_payers
from recon_schemas import CONVENTION_SCHOOLS, CONVENTIONS, ENROLMENTS, PAYMENTS, TITRES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.billed import Billing
    from recon.conventions import Register
    from recon.intake import File, Kept
    from recon.layouts import Layout
    from recon.layouts.profiles import Profile
    from recon.tables import Settings

# A table's number says where its folder stands among the others: a dossier's tables are in the order of its files.
FOLDERS_BEFORE, LEDGERS, FOLDERS_AFTER = 0, 1 << 29, 1 << 30


@dataclass(frozen=True, slots=True)
class Ground:
    """The files, their layouts, who stands aside for whom, the rows, what they say is due, and what ledgers are read by.

    It is drawn up for one day, and nothing in it is added to: a month is drawn up from it as often as need be.
    """

    files: Sequence[File]
    layouts: Mapping[str, Layout]
    copies: Mapping[str, str]
    replaced: Mapping[str, str]
    kept: Kept
    register: Register
    billed: Billing
    knowledge: Knowledge


def ground(files: Sequence[File], settings: Settings, profiles: Sequence[Profile] = ()) -> Ground:
    """Return what those of the files give that are no ledgers."""
    read = in_order(files, profiles, ledgers=False)
    layouts, copies = laid_out(read)
    replaced = replacements(corrected(read), layouts)
    first = {file.name for file in read if file.folder < PAYMENTS.folder}
    before = numbered_tables((layout for name, layout in layouts.items() if name in first), FOLDERS_BEFORE)
    after = numbered_tables((layout for name, layout in layouts.items() if name not in first), FOLDERS_AFTER)
    kept = keep(before | after, {**copies, **replaced})
    rows = kept.rows
    known = register(rows[CONVENTIONS.name], rows[CONVENTION_SCHOOLS.name], rows[ENROLMENTS.name], settings.as_of)
    billed = billing(rows[TITRES.name], known, settings.as_of, settings.due_days)
    words = vocabulary(billed.titres, known.conventions, uais(kept))
    knowledge = Knowledge(known_payers(rows), words, kept.successors)
    return Ground(read, layouts, copies, replaced, kept, known, billed, knowledge)


def in_order(files: Sequence[File], profiles: Sequence[Profile], *, ledgers: bool) -> list[File]:
    """Return the ledgers among the files, or the others, understood and in the order of their names."""
    wanted = (file for file in files if (file.folder == PAYMENTS.folder) is ledgers)
    return [understand(file, profiles) for file in sorted(wanted, key=lambda file: file.name)]
