"""What a ledger says outside the columns that are read, and that would change what its lines are worth: it is asked (D02)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from recon.readers.cells import address
from recon.texts import Text
from recon.values import folded

from .looks import looks
from .problems import Problem, ask, quoted
from .words import CREDIT, DEBIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from recon.readers import Sheet

    from .around import Said
    from .tables import Reading

MOST_SHOWN = 3
# What a title row says of all the lines under it.
_NO_PAYMENTS = re.compile(
    r"\b(?:mandats? (?:rejete|annule|suspendu)\w*|rejets? de mandats?|(?:engagements?|depenses?) non mandate\w*"
    r"|previsions?|previsionnel\w*|budget primitif|journal des recettes|recettes|restes? a (?:recouvrer|realiser)|encaissements?)\b"
)
_NEVER_PAID = re.compile(r"\b(?:rejet\w*|annul\w*|extourn\w*|suspen\w*|contrepass\w*|impay\w*|non paye\w*)\b")
_PAID = re.compile(r"\b(?:paye|payee|payes|regle|reglee|regles|reglement|paiement|virement|decaisse\w*|acquit\w*)\b")
_OF_PAYING = re.compile(
    r"\b(?:mode|moyen|delai|conditions?|echeance|limite|type|lieu|compte|reference|ref|numero|montant|objet)\b"
)
_OTHER_SUM = re.compile(
    r"\b(?:ht|hors|tva|taxe\w*|engage\w*|prevu\w*|budget\w*|reste\w*|solde\w*|retenue\w*|remise\w*|initial\w*|unitaire"
    r"|facture\w*|liquide\w*|titre\w*|recette\w*|disponible|cumul\w*|brut|commande\w*|marche\w*|devis)\b"
)

A_PAYMENT = Text(
    "un registre de paiements ; ce tableau en annonce un autre", "a ledger of payments; this table announces another thing"
)  # fmt: skip
WHAT_IT_SAYS = Text("ce que dit la colonne {title} de chaque ligne", "what the column {title} says of each line")
THAT_ONE = Text("une seule colonne de montants payés", "a single column of amounts paid")
WHAT_FOR = Text(
    "une colonne qui dit à quoi sert chaque paiement : Objet, Référence, UAI ou Bénéficiaire",
    "a column that says what each payment is for: label, reference, UAI or payee",
)
NONE = Text(
    "aucune : nul ne saurait quelles lignes concernent ENT-École",
    "none: nobody could tell which lines concern ENT-École",
)


def unheard(reading: Reading, around: Sequence[Said], sheet: Sheet, file: str) -> Problem | None:
    """Return the first thing a ledger says that no column read holds, None if nothing is; a profile has answered for it."""
    if reading.heading.source.name != "payments" or reading.followed:
        return None
    return next((problem for problem in _problems(reading, around, sheet, file)), None)


def _problems(reading: Reading, around: Sequence[Said], sheet: Sheet, file: str) -> Iterator[Problem]:
    for said in around:
        if said.where != "file" and (found := _NO_PAYMENTS.search(folded(said.text))) and not said.text[:1].isdigit():
            place = said.cell or address(reading.heading.first, 0)
            yield Problem(file, sheet.name, place, A_PAYMENT, quoted([said.text.strip()]), ask(file), found[0])
    chosen = reading.columns.chosen
    if reading.body.lines and not chosen.keys() & {"label", "reference", "uai", "payee"}:
        yield Problem(file, sheet.name, address(reading.heading.last, 0), WHAT_FOR, NONE, ask(file), "label")
    for column, title in _unread(reading):
        cells = _filled(reading, sheet, column)
        if cells and _changes(folded(title), cells, reading):
            expected = THAT_ONE if _is_sum(folded(title)) else WHAT_IT_SAYS.with_(title=quoted([title]))
            place = address(reading.heading.last, column)
            yield Problem(file, sheet.name, place, expected, quoted(cells[:MOST_SHOWN]), ask(file), title)


def _unread(reading: Reading) -> Iterator[tuple[int, str]]:
    """Yield the columns whose title no field is read from, with that title."""
    read = {column for choice in reading.columns.chosen.values() for column in choice.columns}
    for column, title in enumerate(reading.heading.titles):
        if title and column not in read:
            yield column, title


def _filled(reading: Reading, sheet: Sheet, column: int) -> list[str]:
    """Return the distinct texts of a column in the table's lines."""
    cells = (sheet.rows[line][column] for line in reading.body.lines if column < len(sheet.rows[line]))
    return list(dict.fromkeys(cell.strip() for cell in cells if cell and not cell.isspace()))


def _changes(title: str, cells: Sequence[str], reading: Reading) -> bool:
    """Whether a column that is not read may say that a line is not paid, or another sum."""
    known = reading.columns.chosen
    if _NEVER_PAID.search(title) or any(_NEVER_PAID.search(folded(cell)) for cell in cells):
        return True
    if _PAID.search(title) and not _OF_PAYING.search(title) and not {"paid_on", "state"} <= known.keys():
        return True
    paid = known.get("amount") or known.get(DEBIT) or known.get(CREDIT)
    return paid is not None and paid.rank > 0 and _is_sum(title) and all(looks(cell, "amount") for cell in cells)


def _is_sum(title: str) -> bool:
    return "montant" in title.split() and not _OTHER_SUM.search(title)
