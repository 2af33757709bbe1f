"""Statements that payers sent back, dropped in the dossier: what they answer, and the titres that it bears on.

An answer is a claim to accept. It changes no figure; it holds the reminder of what it speaks of, until an officer decides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from recon.reports.answers import Claim, answers
from recon.reports.decisions import FREE, PAYMENT, POSITIONS, SCHOOL, SEPARATOR, TITRE
from recon.tables import Answered
from recon.texts import Text, day, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from recon.readers.cells import Book
    from recon.reports.answers import Unread
    from recon.tables import Month

FOLDER, KIND = "reponses", "answers"
# A statement's own reference, on its first page: `EDS-2026-11-66136`.
_REFERENCE = re.compile(r"\bEDS-([0-9]{4}-(?:0[1-9]|1[0-2]))-")
_KEY = re.compile(rf"([0-9]{{9}})\{SEPARATOR}(?:{SCHOOL}|{TITRE}|{PAYMENT}|{FREE})\{SEPARATOR}")

NO_STATEMENT = Text(
    "Ce n’est pas un état de recon renvoyé : aucune feuille « Votre réponse » avec ses clés. Le déposer dans le dossier de ce qu’il contient.",
    "This is no statement of recon sent back: no sheet “Your answer” with its keys. Drop it in the folder of what it holds.",
)
OUR_WORKBOOK = Text(
    "C’est un rapport de recon, non une source : rien n’en est lu. Ses décisions s’inscrivent par : recon decider --depuis {name}",
    "This is a report of recon, no source: nothing of it is read. Its decisions are recorded by: recon decide --from {name}",
)
QUOTED = Text("« {words} »", "“{words}”")
MANDAT, ON = Text("mandat {words}", "mandat {words}"), Text("le {day}", "on {day}")
WHERE = Text("{said} ({place})", "{said} ({place})")
ABOUT = Text("{about} : {said}", "{about}: {said}")
A_PAYMENT = Text("un paiement à confirmer", "a payment to confirm")


class Open(NamedTuple):
    """A titre that leaves something open."""

    payer_siren: str
    titre: str
    school_year: str
    issued_on: date


def answered(book: Book, file: str) -> tuple[Answered, ...]:
    """Return what a payer wrote on a statement of ours, answers that cannot be understood last."""
    found, month = answers(book), _month(book)
    known = [_of_claim(claim, month, file) for claim in found.claims]
    return (*known, *(_of_unread(unread, _payer(book), month, file) for unread in found.unread))


def _month(book: Book) -> str:
    cells = (cell for sheet in book.sheets for row in sheet.rows for cell in row if cell)
    return next((match[1] for cell in cells if (match := _REFERENCE.search(cell))), "")


def _payer(book: Book) -> str:
    """Return the only payer that the keys of a book name, "" if there are several or none."""
    cells = (cell for sheet in book.sheets for row in sheet.rows for cell in row if cell)
    sirens = {match[1] for cell in cells if (match := _KEY.match(cell))}
    return sirens.pop() if len(sirens) == 1 else ""


def _of_claim(claim: Claim, month: str, file: str) -> Answered:
    about = {PAYMENT: A_PAYMENT, FREE: same(claim.reference)}.get(claim.kind, same(claim.identity))
    said = _listed(list(_words(claim)))
    told = ABOUT.with_(about=about, said=said) if about() else said
    return Answered(
        claim.payer_siren, claim.kind, claim.identity, claim.school_year, told, month, file, *claim.place
    )  # fmt: skip


def _words(claim: Claim) -> Iterator[Text]:
    if claim.position:
        yield QUOTED.with_(words=POSITIONS[claim.position])
    if claim.mandat:
        yield MANDAT.with_(words=claim.mandat)
    if claim.on:
        yield ON.with_(day=day(claim.on))
    if claim.details:
        yield QUOTED.with_(words=claim.details)


def _of_unread(unread: Unread, payer: str, month: str, file: str) -> Answered:
    about = unread.key.rpartition(SEPARATOR)[2]
    words = _listed([QUOTED.with_(words=word) for word in unread.words if word not in {"", about}])
    said = ABOUT.with_(about=about, said=words) if about in unread.words else words
    return Answered(payer, "", "", "", said, month, file, *unread.place, why=unread.why)


def _listed(parts: Sequence[Text]) -> Text:
    return Text(", ".join(part.fr for part in parts), ", ".join(part.en for part in parts))


def known_on(found: Iterable[Answered], as_of: date) -> tuple[Answered, ...]:
    """Return the answers to statements drawn up no later than the month of `as_of`, in a stable order."""
    return tuple(sorted((one for one in found if one.drawn_up <= f"{as_of:%Y-%m}"), key=lambda one: one.place))


def by_titre(found: Sequence[Answered], titres: Iterable[Open]) -> Mapping[str, tuple[Answered, ...]]:
    """Return the answers that bear on each open titre: none speaks of a titre issued after its statement.

    One about a school bears on its year's titres, one about a payment, of the payer's own words, or that cannot be
    understood, on all of the payer's.
    """
    of_payer: dict[str, list[Answered]] = {}
    for one in found:
        of_payer.setdefault(one.payer_siren, []).append(one)
    bearing = {
        titre.titre: tuple(one for one in of_payer.get(titre.payer_siren, ()) if bears_on(one, titre))
        for titre in titres
    }
    return {titre: some for titre, some in bearing.items() if some}


def bears_on(one: Answered, titre: Open) -> bool:
    """Whether an answer bears on a titre: its own payer's, and there when the statement was drawn up."""
    if one.payer_siren != titre.payer_siren:
        return False
    if one.drawn_up and f"{titre.issued_on:%Y-%m}" > one.drawn_up:
        return False
    if one.kind == TITRE:
        return one.identity == titre.titre
    return one.kind != SCHOOL or titre.school_year in {one.school_year, ""}


def answers_of(month: Month) -> Mapping[str, tuple[Answered, ...]]:
    """Return what payers answered, by the titre that it bears on and that leaves something open."""
    if not month.answers:
        return {}
    left = month.titres.filter(month.titres["outstanding"] > 0)
    rows = left.select(Open._fields).iter_rows()
    return by_titre(month.answers, [Open(*row) for row in rows])


def listed(found: Iterable[Answered]) -> Text:
    """Say what was answered and where, one answer after the other."""
    told = [WHERE.with_(said=one.said, place=one.place) for one in found]
    return Text(" ; ".join(text.fr for text in told), "; ".join(text.en for text in told))
