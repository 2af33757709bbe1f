"""`recon decide --from` (`--depuis`): what officers wrote into the yellow cells of the month's workbook, recorded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from recon.cli.decide import UNFIT
from recon.cli.decide_meant import UNRECORDED, refuse_beyond_open, ruling_of
from recon.cli.decide_told import alike, done, moved
from recon.decided import ACTIONS, OF_FINDINGS, names_of
from recon.errors import Exit, Stop
from recon.matching.rulings import CHOICES, ELSEWHERE, OUT_OF_SCOPE, TO_TITRES, in_force
from recon.reports.answers import answers, is_report, left_blank
from recon.reports.decisions import FINDING, PAYMENT, SEPARATOR, TITRE, mark, spoken
from recon.store import decisions, journal, runs
from recon.story.missing import out_of_scope
from recon.texts import Text, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from sqlalchemy import Connection

    from recon.matching.rulings import Ruling
    from recon.monthly import Dossier
    from recon.readers.cells import Book
    from recon.reports.answers import Answers, Decision, Place, Unread
    from recon.store.decisions import Recorded
    from recon.tables import Month

    Row = dict[str, Any]

UNREADABLE = Text("{path} ne peut pas être lu : {why}", "{path} cannot be read: {why}")
NO_WORKBOOK = Text(
    "{path} n’est pas un classeur du mois de recon : donner rapports/…/rapprochement_….xlsx, où les décisions sont écrites dans les cellules jaunes.",
    "{path} is no month’s workbook of recon: give rapports/…/rapprochement_….xlsx, whose yellow cells hold the decisions.",
)
OF_ANOTHER = Text(
    "{path} : ce classeur n’est pas de ce dossier, aucun rapprochement d’ici ne l’a écrit. Rien n’est inscrit. Se placer dans le dossier dont il vient, ou donner ce dossier avec -C ; s’il est bien d’ici, relancer recon lancer{where} et reporter les décisions dans le nouveau classeur.",
    "{path}: this workbook is not of this dossier, no run made here wrote it. Nothing is recorded. Go into the dossier that it comes from, or name that dossier with -C; if it is of this one, run recon run{where} and write the decisions into the new workbook.",
)
NOTHING_WRITTEN = Text(
    "Aucune nouvelle décision dans {path} : choisir dans les cellules jaunes de « Restes à recouvrer », « Paiements non affectés » ou « Écarts », enregistrer, puis relancer cette commande.",
    "No new decision in {path}: choose in the yellow cells of the sheets of titres, unallocated payments or findings, save, then run this command again.",
)
CLAIMS = Text(
    "{count} d’une collectivité dans ce fichier : ce sont ses dires, rien n’en est inscrit. Déposer le fichier dans « reponses » : ils retiennent le rappel et sont montrés. Décider de chacun avec « recon decider{where} ».",
    "{count} of a payer in this file: they are claims, nothing of them is recorded. Drop the file in “reponses”: they hold the reminder and are shown. Decide on each with “recon decide{where}”.",
)
ANSWERS = Text("réponse", "answer"), Text("réponses", "answers")
WHERE = Text("classeur {file}, {sheet} › {cell}", "workbook {file}, {sheet} › {cell}")
REFUSED = Text("{sheet} › {cell} : {why}", "{sheet} › {cell}: {why}")
COMMENT_ALONE = Text("un commentaire sans décision n’est pas inscrit.", "a comment without a decision is not recorded.")
OTHERWISE = Text("une autre ligne en décide autrement.", "another row decides otherwise.")
GONE = Text(
    "ce titre, ce paiement ou cet écart n’est plus dans le dossier à cette date.",
    "this titre, payment or finding is no longer in the dossier on that day.",
)
NO_PAYMENT = Text("cet écart ne porte sur aucun paiement.", "this finding is about no payment.")
NO_TITRE = Text("cet écart ne porte sur aucun titre.", "this finding is about no titre.")

STANDS = Text(
    "{sheet} › {cell} : la cellule est vide ; la décision n° {number} ({choice}) reste inscrite. Pour la retirer : recon decider{where} --retirer {number} --motif …",
    "{sheet} › {cell}: the cell is empty; decision no. {number} ({choice}) stays on record. To take it back: recon decide{where} --undo {number} --reason …",
)


class Taken(NamedTuple):
    """What came of a workbook: what is recorded, what is not and why, and the decisions that stand though their cell is empty."""

    recorded: list[Text]
    refused: list[Text]
    stand: list[Text]


def record_written(dossier: Dossier, path: Path, reason: str, on: date) -> Taken:
    """Record what the workbook decides and no decision says yet; what would have no effect, or is unclear, is named.

    A row's comment is its reason; without one `reason`, else the place where it is written.
    """
    from recon.monthly import computed, marks, read_files

    book = _book(path)
    found = answers(book)
    read = read_files(dossier, on)
    with dossier.made.writing() as connection:
        month = computed(dossier, read, on, connection)
        if found.marks - {mark(month.sources), *marks(connection)}:
            raise Stop(OF_ANOTHER.with_(path=path, where=""), Exit.MISUSE)
        taken = Taken([], [_refused(one.place, one.why) for one in found.unread if not _is_printed(month, one)], [])
        if found.claims:
            taken.refused.append(CLAIMS.with_(count=counted(len(found.claims), *ANSWERS), where=""))
        known = _known(connection, month)
        wanted = _wanted(month, dossier, found, known, lambda place: reason or _where(path, place), taken.refused)
        if wanted:
            tried = computed(dossier, read, on, connection, [ruling for ruling, _ in wanted])
            _record(connection, wanted, known, month, tried, taken)
        taken.stand.extend(_emptied(connection, book, month, known.holding))
    return taken


def _wanted(
    month: Month, dossier: Dossier, found: Answers, known: Known, why: Callable[[Place], str], refused: list[Text]
) -> list[tuple[Ruling, Place]]:
    """Return the new decisions of a workbook, each with its place; those that cannot be go to `refused`."""
    wanted: dict[str, tuple[Ruling, Place]] = {}
    for one in found.decisions:
        try:
            ruling = _ruling(month, dossier, one, known, why(one.place))
            if ruling is not None:
                _take(wanted, replace(ruling, id=UNRECORDED - len(wanted)), one.place)
        except Stop as stop:
            refused.append(_refused(one.place, stop.sentence))
    return list(wanted.values())


def _record(
    connection: Connection,
    wanted: Sequence[tuple[Ruling, Place]],
    known: Known,
    month: Month,
    tried: Month,
    taken: Taken,
) -> None:
    """Record the decisions that have an effect, `tried` together, and say of each what became of it."""
    names = {siren: contact.name for siren, contact in month.contacts.items()}
    made: list[Ruling] = []
    for ruling, place in wanted:
        if (why := tried.moot.get(ruling.id)) is not None:
            taken.refused.append(_refused(place, UNFIT.with_(why=why)))
            continue
        with journal.entry(connection, "decide") as entry:
            number = decisions.record_ruling(entry, ruling, tried.singled.get(ruling.id))
        taken.recorded.append(done(number, ruling, known.standing, tried, names, entry.at))
        made.append(ruling)
    taken.recorded.extend(moved(made, month, tried))


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record: every decision, those that stand, and which payment each finding of the last runs was about."""

    all: Sequence[Recorded]
    standing: Sequence[Ruling]
    payment_of: Mapping[str, str]

    @property
    def holding(self) -> list[Ruling]:
        """The decisions in force."""
        return in_force(self.standing)[0]


def _payments_of_findings(connection: Connection) -> dict[str, str]:
    """Return the payment of each finding that the last run of a month told."""
    last = {run.month: run for run in runs.runs(connection)}
    found: dict[str, str] = {}
    for run in last.values():
        findings = runs.table_of_run(connection, run.id, "findings").filter(pl.col("payment_id") != "")
        found |= dict(findings.select("finding_id", "payment_id").iter_rows())
    return found


def _emptied(connection: Connection, book: Book, month: Month, holds: Sequence[Ruling]) -> Iterator[Text]:
    """Yield the decisions in force that the month's last run printed where the workbook now has an empty cell."""
    last = runs.last_run(connection, f"{month.settings.as_of:%Y-%m}")
    if last is None:
        return
    printed = runs.table_of_run(connection, last.id, "findings").filter(pl.col("decision") != "")
    by_about = {one.about: one for one in holds}
    of_row: dict[tuple[str, str], Ruling] = {}
    for row in printed.iter_rows(named=True):
        names = (*names_of(row["finding_id"]), row["payment_id"], row["titre"])
        meant = [by_about[name] for name in names if name in by_about]
        # As the reports print them: a titre's row shows no decision on a payment.
        shown = {kind: row[column] for kind, column in _COLUMNS.items() if kind != TITRE or not row["payment_id"]}
        of_row |= {(kind, name): max(meant, key=lambda one: one.id) for kind, name in shown.items() if name and meant}
    told: set[int] = set()
    for key, place in left_blank(book):
        kind, _, identity = key.partition(SEPARATOR)
        one = of_row.get((kind, identity))
        if one is not None and one.id not in told:
            told.add(one.id)
            yield STANDS.with_(**place._asdict(), number=one.id, choice=CHOICES[one.choice], where="")


def _known(connection: Connection, month: Month) -> Known:
    from recon.monthly import rulings

    payment_of = _payments_of_findings(connection) if month.outside else {}
    return Known(decisions.decisions(connection), rulings(connection), payment_of)


def unrecorded(dossier: Dossier, month: Month, path: Path) -> int:
    """Return of how many titres, payments and findings the workbook says something that is not recorded."""
    try:
        found = answers(_book(path))
    except Stop:
        return 0
    with dossier.made.reading() as connection:
        known = _known(connection, month)
    about = {one.place for one in found.unread if not _is_printed(month, one)}
    said = {_unrecorded(month, dossier, one, known) for one in found.decisions} - {""}
    return len(about) + len(said)


def _unrecorded(month: Month, dossier: Dossier, one: Decision, known: Known) -> str:
    """Return what a row decides of, "" if that is recorded and the report merely prints it."""
    try:
        ruling = _ruling(month, dossier, one, known, one.comment)
    except Stop:
        return one.identity
    return ruling.about if ruling else ""


def _book(path: Path) -> Book:
    """Return a month's workbook, or a payer's statement; Stop if it cannot be read or is neither."""
    from recon.readers import Refused
    from recon.readers.apart import read_books

    if not path.is_file():
        why = Text("il n’existe pas.", "it does not exist.")
        raise Stop(UNREADABLE.with_(path=path, why=why), Exit.MISUSE)
    (book,) = read_books([path])
    if isinstance(book, Refused):
        raise Stop(UNREADABLE.with_(path=path, why=book.reason), Exit.NOTHING_READ)
    if not is_report(book):
        raise Stop(NO_WORKBOOK.with_(path=path), Exit.MISUSE)
    return book


def _refused(place: Place, why: Text) -> Text:
    return REFUSED.with_(**place._asdict(), why=why)


def _is_printed(month: Month, one: Unread) -> bool:
    """Whether the words are those that a report itself prints on this row: of a decision on its titre, or its payment."""
    kind, _, identity = one.key.partition(SEPARATOR)
    if kind not in _COLUMNS:
        return False
    known = set(month.findings.filter(pl.col(_COLUMNS[kind]) == identity)["decision"])
    return one.value in known | {spoken(decision, "en") for decision in known}


def _where(path: Path, place: Place) -> str:
    return WHERE.with_(file=path.name, **place._asdict())()


def _take(wanted: dict[str, tuple[Ruling, Place]], ruling: Ruling, place: Place) -> None:
    """Add a decision; Stop if another row decides otherwise of the same."""
    before = wanted.setdefault(ruling.about, (ruling, place))[0]
    if (before.choice, before.parts) != (ruling.choice, ruling.parts):
        raise Stop(OTHERWISE, Exit.MISUSE)


def _ruling(month: Month, dossier: Dossier, one: Decision, known: Known, reason: str) -> Ruling | None:
    """Return what a row decides; None if it was recorded before, and the report merely prints it. Stop if it cannot be."""
    about = list(_about(month, one))
    if not about:
        _refuse_what_is_gone(month, one, known)
        return None
    if not one.action:
        raise Stop(COMMENT_ALONE, Exit.MISUSE)
    choice = next(choice for choice, action in ACTIONS.items() if action == one.action)
    if _is_recorded(one, choice, about, known, one.comment or reason, month):
        return None
    identity, value = _asked(month, one, choice)
    ruling = ruling_of(month, dossier, [identity], choice, value, one.comment or reason)
    before = [earlier for earlier in known.all if earlier.about in about and earlier.choice == choice]
    if alike(ruling, known.standing) or any((one.parts, one.reason) == (ruling.parts, ruling.reason) for one in before):
        return None
    refuse_beyond_open(month, ruling)
    return ruling


def _refuse_what_is_gone(month: Month, one: Decision, known: Known) -> None:
    """Stop, for what the row is about is not there; say nothing if the decision itself left its payment out of scope."""
    payment = known.payment_of.get(one.identity, one.identity)
    outside = next((out for out in month.outside if out.payment_id == payment), None)
    if outside is None:
        raise Stop(GONE, Exit.MISUSE)
    if one.action != ACTIONS[OUT_OF_SCOPE]:
        raise out_of_scope(outside)


def _is_recorded(one: Decision, choice: str, about: Sequence[str], known: Known, why: str, month: Month) -> bool:
    """Whether the choice is on record: in force whatever its reason, or ever recorded for the same reason."""
    if choice == TO_TITRES:
        printed = tuple((share.titre, share.cents) for share in one.shares)
        earlier = [made for made in known.all if made.about in about and (made.choice, made.reason) == (choice, why)]
        return any(made.parts == printed for made in earlier)
    if any(made.about in about and (made.choice, made.reason) == (choice, why) for made in known.all):
        return True
    holding = [made for made in known.holding if made.about in about]
    if choice == ELSEWHERE:
        paid = month.titres.filter(pl.col("titre").is_in([made.about for made in holding if made.choice == choice]))
        return bool((paid["outstanding"] <= 0).any())
    latest = max((made for made in holding if made.choice in OF_FINDINGS), key=lambda made: made.id, default=None)
    return latest is not None and latest.choice == choice


def _about(month: Month, one: Decision) -> Iterator[str]:
    """Yield the names under which a decision on this row may have been recorded: its own, its finding's, its titre's."""
    tables = {TITRE: (month.titres, "titre"), PAYMENT: (month.payments, "payment_id")}
    if one.kind != FINDING:
        frame, column = tables[one.kind]
        if not (frame[column] == one.identity).any():
            return
        yield one.identity
    rows = month.findings.filter(pl.col(_COLUMNS[one.kind]) == one.identity)
    for row in rows.select("finding_id", "payment_id", "titre").iter_rows():
        yield from (name for name in (*names_of(row[0]), *row[1:]) if name)


_COLUMNS = {TITRE: "titre", PAYMENT: "payment_id", FINDING: "finding_id"}


def _asked(month: Month, one: Decision, choice: str) -> tuple[str, Any]:
    """Return of what a row decides, and the amounts that go with it, as `recon decide` takes them."""
    identity = one.identity
    if one.kind == FINDING and choice in {TO_TITRES, OUT_OF_SCOPE, ELSEWHERE}:
        column = "titre" if choice == ELSEWHERE else "payment_id"
        identity = month.findings.filter(pl.col("finding_id") == one.identity)[column][0]
        if not identity:
            raise Stop(NO_TITRE if choice == ELSEWHERE else NO_PAYMENT, Exit.MISUSE)
    if choice == ELSEWHERE:
        return identity, _typed(month.titres.filter(pl.col("titre") == identity)["outstanding"][0])
    if choice == TO_TITRES:
        row: Row = month.payments.filter(pl.col("payment_id") == identity).to_dicts()[0]
        whole = row["allocated"] + row["credit"] + row["unallocated"] or row["amount"]
        return identity, [
            f"{share.titre}={_typed(whole if share.cents is None else share.cents)}" for share in one.shares
        ]
    return identity, None


def _typed(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"
