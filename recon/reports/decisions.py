"""What may be written into the yellow cells: the exact words, where each is offered, and the keys that tell rows apart.

A key is written into a hidden column of the table itself, so that it follows its row when the sheet is sorted, filtered
or saved as .ods. Its parts never come from a row's place: the same thing has the same key from month to month.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from recon.texts import Text, same

if TYPE_CHECKING:
    import polars as pl

    from recon.texts import Lang

# Written into the reports and read back from them, so never translated.
KEY_HEADING = same("Clé recon")
DOSSIER = "dossier"
TITRE, PAYMENT, FINDING, SCHOOL, FREE = "titre", "payment", "finding", "school", "free"
SEPARATOR = "|"

DECISION_HEADING, COMMENT_HEADING = Text("Décision", "Decision"), Text("Commentaire", "Comment")

REMIND, WAIT, CORRECT, ALLOCATE = "remind", "wait", "correct", "allocate"
OUT_OF_SCOPE, ACCEPTED, SETTLED_ELSEWHERE = "out_of_scope", "accepted", "settled_elsewhere"
ACTIONS = {
    REMIND: Text("Relancer", "Remind"),
    WAIT: Text("Attendre", "Wait"),
    CORRECT: Text("Rectifier", "Correct"),
    ALLOCATE: Text("Affecter au titre …", "Allocate to titre …"),
    OUT_OF_SCOPE: Text("Hors périmètre", "Out of scope"),
    ACCEPTED: Text("Accepté", "Accepted"),
    SETTLED_ELSEWHERE: Text("Soldé hors registre", "Settled outside the ledger"),
}
OFFERED = {
    TITRE: (REMIND, WAIT, CORRECT, ACCEPTED, SETTLED_ELSEWHERE),
    PAYMENT: (ALLOCATE, OUT_OF_SCOPE, WAIT, CORRECT, ACCEPTED),
    FINDING: tuple(ACTIONS),
}

_AMOUNT = re.compile("([0-9][0-9 \u00a0\u202f]*),([0-9]{2})\u00a0€")


def spoken(decision: str, lang: Lang) -> str:
    """Return a decision of the tables, which hold the French, as the workbook in `lang` says it; it is read back alike."""
    if lang == "fr":
        return decision
    for words in ACTIONS.values():
        if decision == words.fr:
            return words.en
    start = ACTIONS[ALLOCATE].fr.removesuffix("…")
    if not decision.startswith(start):
        return decision
    amounts = _AMOUNT.sub(lambda found: f"{re.sub('[^0-9]', '', found[1])}.{found[2]}", decision.removeprefix(start))
    return ACTIONS[ALLOCATE].en.removesuffix("…") + amounts


POSITION_HEADING = Text("Votre position", "Your position")
MANDAT_HEADING, DATE_HEADING = Text("N° de mandat", "Mandat"), Text("Date", "Date")
DETAILS_HEADING = Text("Précision", "Details")
REFERENCE_HEADING = Text("Référence", "Reference")
POSITIONS = {
    "paid": Text("Déjà payé", "Already paid"),
    "planned": Text("Paiement prévu", "Payment planned"),
    "number": Text("Numéro à corriger", "Number to correct"),
    "disputed": Text("Somme contestée", "Sum disputed"),
    "other": Text("Autre", "Other"),
}


def key(kind: str, identity: str) -> str:
    """Return the key of a titre, payment or finding, as the rectorate's workbook bears it: `titre|TP-2026-00141`."""
    return f"{kind}{SEPARATOR}{identity}"


def mark(sources: pl.DataFrame) -> str:
    """Return what tells a month's workbook from another dossier's, `dossier|…`: a digest of the files it was drawn from.

    It stands at the top of the keys' column, so that it goes wherever the keys go. `sources` has `file` and `sha256`.
    """
    read = sorted(set(sources.select("file", "sha256").iter_rows()))
    said = "\x1f".join(word for row in read for word in row)
    return key(DOSSIER, hashlib.sha256(said.encode()).hexdigest()[:20])


def claim_key(siren: str, kind: str, identity: str, school_year: str = "") -> str:
    """Return the key of a row that a payer may answer: `216600494|school|2026-2027|0660560A`."""
    return SEPARATOR.join((siren, kind, school_year, identity))
