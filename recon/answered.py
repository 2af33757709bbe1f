"""Statements that payers sent back, dropped in the dossier: what they answer, and the titres that it bears on.

An answer is a claim to accept. It changes no figure; it holds the reminder of what it speaks of, until an officer decides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from recon.reports.answers import Claim, answers
from recon.reports.decisions import FREE, PAYMENT, POSITIONS, SCHOOL, SEPARATOR, TITRE
from recon.reports.statement_name import statement_name
from recon.tables import Answered
from recon.texts import Text, day, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from recon.readers.cells import Book
    from recon.reports.answers import Unread
    from recon.tables import Contact, Month

FOLDER, KIND, DOCUMENT = "reponses", "answers", "document"
# A statement's own reference, on its first page: `EDS-2026-11-66136`.
_REFERENCE = re.compile(r"\bEDS-([0-9]{4}-(?:0[1-9]|1[0-2]))-")
_KEY = re.compile(rf"([0-9]{{9}})\{SEPARATOR}(?:{SCHOOL}|{TITRE}|{PAYMENT}|{FREE})\{SEPARATOR}")

NO_STATEMENT = Text(
    "Ce n’est pas un état de recon renvoyé : aucune feuille « Votre réponse » avec ses clés. Le déposer dans le dossier de ce qu’il contient.",
    "This is no statement of recon sent back: no sheet “Your answer” with its keys. Drop it in the folder of what it holds.",
)
OUR_WORKBOOK = Text(
    "C’est un rapport de recon, non une source : rien n’en est lu. Le sortir des fichiers du dossier. Ses décisions s’inscrivent par : recon decider{where} --depuis {workbook}",
    "This is a report of recon, no source: nothing of it is read. Take it out of the dossier’s files. Its decisions are recorded by: recon decide{where} --from {workbook}",
)
QUOTED = Text("« {words} »", "“{words}”")
MANDAT, ON = Text("mandat {words}", "mandat {words}"), Text("le {day}", "on {day}")
WHERE = Text("{said} ({place})", "{said} ({place})")
ABOUT = Text("{about} : {said}", "{about}: {said}")
TO_COPY_OUT = Text("document à transcrire", "document to be copied out")
HOW_TO_COPY = Text(
    "À transcrire : reporter ce que ce document dit dans l’état au format .xlsx de la collectivité (feuille « Votre réponse »), le déposer dans « reponses » et en retirer ce document.",
    "To be copied out: write what this document says into the payer’s .xlsx statement (sheet “Your answer”), drop that in “reponses” and take this document out of it.",
)
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
    position = QUOTED.with_(words=POSITIONS[claim.position]) if claim.position else same("")
    details = list(_details(claim))
    said = _listed([position, *details] if claim.position else details)
    told = ABOUT.with_(about=about, said=said) if about() else said
    return Answered(
        claim.payer_siren, claim.kind, claim.identity, claim.school_year, told, month, file, *claim.place,
        about=about, position=POSITIONS.get(claim.position, same("")), comment=_listed(details),
    )  # fmt: skip


def _details(claim: Claim) -> Iterator[Text]:
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
    told = same(about if about in unread.words else "")
    return Answered(payer, "", "", "", said, month, file, *unread.place, why=unread.why, about=told, comment=words)


def _listed(parts: Sequence[Text]) -> Text:
    return Text(", ".join(part.fr for part in parts), ", ".join(part.en for part in parts))


def documents(files: Iterable[str], contacts: Iterable[Contact]) -> tuple[Answered, ...]:
    """Return the answers among `files`, refused ones: those that bear the name of a payer's statement.

    What they say is to be copied out by hand: until then each may be about all that its payer owes.
    """
    names: dict[str, list[str]] = {}
    for contact in contacts:
        stem = statement_name(contact).removesuffix(".xlsx")
        names.setdefault(stem, []).append(contact.siren)
        names.setdefault(f"{contact.siren}_{stem}", []).append(contact.siren)
    return tuple(
        Answered(siren, DOCUMENT, "", "", TO_COPY_OUT, "", file, "", "", why=HOW_TO_COPY, comment=TO_COPY_OUT)
        for file in files
        if file.startswith(f"{FOLDER}/")
        for siren in names.get(_stem(file, names), ())
    )


def _stem(file: str, names: Iterable[str]) -> str:
    """Return the longest of `names` that a file's name begins with: `66136_perpignan (1).pdf` is Perpignan's."""
    own = file.rpartition("/")[2].lower().removeprefix("etat_")
    found = [name for name in names if own.startswith(name) and not own[len(name) : len(name) + 1].isalnum()]
    return max(found, key=len, default="")


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
