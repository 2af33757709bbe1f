"""`recon decide --from` (`--depuis`): what officers wrote into the yellow cells of the month's workbook, recorded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from glob import escape
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from recon.cli.decide import UNFIT
from recon.cli.decide_meant import UNRECORDED, refuse_beyond_open, ruling_of
from recon.cli.decide_rows import COLUMNS, OTHERWISE, about_of_row, asked, choice_of, contradictions
from recon.cli.decide_told import alike, done, in_effect, moved, must_be_received
from recon.decided import ACTIONS, OF_FINDINGS, last_by_about, names_in, names_of, shown
from recon.errors import Exit, Stop
from recon.matching.rulings import CHOICES, ELSEWHERE, OUT_OF_SCOPE, TO_TITRES, in_force
from recon.outputs import REPORTS
from recon.reports.answers import Decision, answers, is_report, left_blank
from recon.reports.decisions import ACTIONS as WORDS
from recon.reports.decisions import FINDING, SEPARATOR, TITRE, mark, spoken
from recon.store import decisions, journal, runs
from recon.story.find import titre_meant
from recon.story.missing import out_of_scope
from recon.texts import Text, counted, visible
from recon.values import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from sqlalchemy import Connection

    from recon.matching.rulings import Ruling
    from recon.monthly import Dossier
    from recon.readers.cells import Book
    from recon.reports.answers import Answers, Place, Unread
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
NO_REASON = Text(
    "cette décision change des montants et est sans motif, elle n’est pas inscrite : l’écrire dans la cellule « Commentaire » de la ligne, ou donner un même motif à toutes avec --motif.",
    "this decision changes amounts and has no reason, it is not recorded: write it in the row’s “Comment” cell, or give all of them one with --reason.",
)
GONE = Text(
    "ce titre, ce paiement ou cet écart n’est plus dans le dossier à cette date.",
    "this titre, payment or finding is no longer in the dossier on that day.",
)

STANDS = Text(
    "{sheet} › {cell} : la cellule est vide ; la décision n° {number} ({choice}) reste inscrite. Pour la retirer : recon decider{where} --retirer {number} --motif …",
    "{sheet} › {cell}: the cell is empty; decision no. {number} ({choice}) stays on record. To take it back: recon decide{where} --undo {number} --reason …",
)


COMMENT_CHANGED = Text(
    "{sheet} › {cell} : la décision est déjà inscrite (n° {number}, motif « {reason} ») ; son commentaire, changé, n’est pas repris. Pour changer le motif : recon decider{where} --retirer {number} --motif …, puis décider à nouveau.",
    "{sheet} › {cell}: the decision is on record (no. {number}, reason “{reason}”); its changed comment is not taken. To change the reason: recon decide{where} --undo {number} --reason …, then decide anew.",
)


TAKEN_BACK = Text(
    "{sheet} › {cell} : cette décision ({choice}) a été retirée (n° {number}, motif du retrait « {why} ») ; elle n’est pas inscrite de nouveau. Pour la reprendre : écrire un autre commentaire dans la ligne, puis taper à nouveau la même commande.",
    "{sheet} › {cell}: this decision ({choice}) was taken back (no. {number}, the reason was “{why}”); it is not recorded anew. To take it up again: write another comment in the row, then type the same command again.",
)


# What an officer decides without saying why is traced to its cell; but money is not moved without a reason.
CHANGE_AMOUNTS = (TO_TITRES, OUT_OF_SCOPE, ELSEWHERE)


class Taken(NamedTuple):
    """What came of a workbook: what is recorded, what is not and why, and the decisions that stand though their cell is empty."""

    recorded: list[Text]
    refused: list[Text]
    stand: list[Text]


def record_written(dossier: Dossier, path: Path, reason: str, day: Callable[[], date]) -> Taken:
    """Record what the workbook decides and no decision says yet; what would have no effect, or is unclear, is named.

    A row's comment is its reason, without one `reason`, else the place where it is written; what changes an amount needs
    one of the first two: without them it is named, not taken.
    """
    from recon.monthly import computed, marks
    from recon.recording import held

    path = _found(dossier, path)
    with held(dossier, day) as (connection, now, read, on):
        book = _book(path)
        found = answers(book)
        month = computed(now, read, on, connection)
        if found.marks - {mark(month.sources), *marks(connection)}:
            raise Stop(OF_ANOTHER.with_(path=path, where=""), Exit.MISUSE)
        taken = Taken([], [], [])
        if found.claims:
            taken.refused.append(CLAIMS.with_(count=counted(len(found.claims), *ANSWERS), where=""))
        known = _known(connection, month, found.decisions)
        taken.refused.extend(_refused(one.place, one.why) for one in found.unread if not _is_printed(month, one, known))
        emptied = _emptied(connection, book, month, known.holding)
        found = replace(
            found, decisions=tuple(one for one in found.decisions if one.action or one.place not in emptied)
        )
        wanted = _wanted(month, now, found, known, lambda place: reason or _where(path, place), taken.refused)
        wanted = _with_reason(wanted, found.decisions, reason, month, taken.refused)
        made = {place for _, place in wanted}
        unmade = [one for one in found.decisions if one.place not in made]
        if wanted:
            tried = computed(now, read, on, connection, [ruling for ruling, _ in wanted])
            _record(connection, wanted, known, month, tried, taken)
        taken.stand.extend(
            (*dict.fromkeys(emptied.values()), *_changed(month, unmade, known), *_taken_back(month, unmade, known))
        )
    return taken


def _wanted(
    month: Month, dossier: Dossier, found: Answers, known: Known, why: Callable[[Place], str], refused: list[Text]
) -> list[tuple[Ruling, Place]]:
    """Return the new decisions of a workbook, each with its place; those that cannot be go to `refused`."""
    wanted: dict[str, tuple[Ruling, Place]] = {}
    against = _against(month, dossier, found.decisions, known, why)
    # Where two cells of one thing agree, the one that says why is taken.
    for one in sorted(found.decisions, key=lambda one: not one.comment):
        if (other := against.get(one.place)) is not None:
            refused.append(_refused(one.place, OTHERWISE.with_(**other._asdict())))
            continue
        try:
            ruling = _ruling(month, dossier, one, known, why(one.place))
            if ruling is not None:
                wanted.setdefault(ruling.about, (replace(ruling, id=UNRECORDED - len(wanted)), one.place))
        except Stop as stop:
            refused.append(_refused(one.place, stop.sentence))
    return list(wanted.values())


def _with_reason(
    wanted: Sequence[tuple[Ruling, Place]], rows: Sequence[Decision], reason: str, month: Month, refused: list[Text]
) -> list[tuple[Ruling, Place]]:
    """Return the decisions but those that change an amount and do not say why: their cells go to `refused`.

    A cell without a comment that agrees with one that is taken says nothing more.
    """
    row_at = {one.place: one for one in rows}
    taken: list[tuple[Ruling, Place]] = []
    said: set[tuple[str, str]] = set()
    for ruling, place in wanted:
        row = row_at[place]
        names = {(name, ruling.choice) for name in about_of_row(month, row)}
        if not row.comment and names & said:
            continue
        if not (row.comment or reason) and ruling.choice in CHANGE_AMOUNTS:
            refused.append(_refused(place, NO_REASON))
            continue
        taken.append((ruling, place))
        said |= names
    return taken


def _against(
    month: Month, dossier: Dossier, rows: Sequence[Decision], known: Known, why: Callable[[Place], str]
) -> dict[Place, Place]:
    """Return the cells that another contradicts, but for those that merely say what was recorded for their very reason."""

    def is_said_anew(one: Decision) -> bool:
        about = list(about_of_row(month, one))
        return bool(about and one.action) and not _was_said(
            one, choice_of(one), about, known, one.comment or why(one.place)
        )

    return contradictions(month, dossier, [one for one in rows if is_said_anew(one)])


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
        taken.recorded.extend(must_be_received(number, ruling))
        made.append(ruling)
    taken.recorded.extend(moved(made, month, tried))


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record: every decision, those that stand, those of them `with_effect`, and what findings were about.

    `subjects` are the payment and the titre of each finding that is no more, empty where it had none.
    """

    all: Sequence[Recorded]
    standing: Sequence[Ruling]
    with_effect: Sequence[Ruling]
    subjects: Mapping[str, tuple[str, str]]

    @property
    def holding(self) -> list[Ruling]:
        """The decisions in force."""
        return in_force(self.standing)[0]


def _subjects(connection: Connection, month: Month, rows: Sequence[Decision]) -> dict[str, tuple[str, str]]:
    """Return the payment and the titre of each finding that rows decide of, as the last run that told it has them."""
    wanted = {one.identity for one in rows if one.kind == FINDING} - set(month.findings["finding_id"])
    found: dict[str, tuple[str, str]] = {}
    for run in reversed(runs.runs(connection)):
        if not wanted:
            break
        told = runs.table_of_run(connection, run.id, "findings").filter(pl.col("finding_id").is_in(list(wanted)))
        for finding, payment, titre in told.select("finding_id", "payment_id", "titre").iter_rows():
            found[finding] = payment, titre
        wanted -= found.keys()
    return found


def _emptied(connection: Connection, book: Book, month: Month, holds: Sequence[Ruling]) -> dict[Place, Text]:
    """Return the decisions in force that the month's last run printed where the workbook now has an empty cell."""
    last = runs.last_run(connection, f"{month.settings.as_of:%Y-%m}")
    if last is None:
        return {}
    findings = runs.table_of_run(connection, last.id, "findings")
    printed = [
        pair for pair in zip(findings.iter_rows(named=True), names_in(findings), strict=True) if pair[0]["decision"]
    ]
    by_about = last_by_about(holds)
    of_row: dict[tuple[str, str], Ruling] = {}
    for row, names in printed:
        meant = [by_about[name] for name in names if name in by_about]
        # As the reports print them: a titre's row shows no decision on a payment.
        printed_on = {kind: row[column] for kind, column in COLUMNS.items() if kind != TITRE or not row["payment_id"]}
        if (stands := shown(meant)) is not None:
            of_row |= {(kind, name): stands for kind, name in printed_on.items() if name}
    told: dict[int, Text] = {}
    said: dict[Place, Text] = {}
    for key, place in left_blank(book):
        kind, _, identity = key.partition(SEPARATOR)
        one = of_row.get((kind, identity))
        if one is not None:
            text = STANDS.with_(**place._asdict(), number=one.id, choice=CHOICES[one.choice], where="")
            said[place] = told.setdefault(one.id, text)
    return said


def _changed(month: Month, rows: Sequence[Decision], known: Known) -> Iterator[Text]:
    """Yield the decisions in force whose comment alone a row changes: no reason on record says so."""
    for one in rows:
        about = set(about_of_row(month, one)) if one.action and one.comment else set()
        made = [made for made in known.all if about and made.about in about and made.choice == choice_of(one)]
        holding = {held.id for held in known.holding}
        stands = next((earlier for earlier in reversed(made) if earlier.id in holding), None)
        if (
            stands
            and one.comment not in {clean(earlier.reason) for earlier in made}
            and not _names_otherwise(one, stands)
        ):
            said = {"number": stands.id, "reason": stands.reason, "where": ""}
            yield COMMENT_CHANGED.with_(**one.place._asdict(), **said)


def _taken_back(month: Month, rows: Sequence[Decision], known: Known) -> Iterator[Text]:
    """Yield the rows that say what was recorded and taken back, and does not hold in another decision's name."""
    for one in rows:
        about = set(about_of_row(month, one)) if one.action else set()
        made = [made for made in known.all if made.about in about and made.choice == choice_of(one)]
        back = next((earlier for earlier in reversed(made) if earlier.withdrawn), None)
        holding = {held.id for held in known.holding}
        if back and back.withdrawn and not any(earlier.id in holding for earlier in made):
            said = {"choice": CHOICES[back.choice], "number": back.id, "why": visible(back.withdrawn[0])}
            yield TAKEN_BACK.with_(**one.place._asdict(), **said)


def _names_otherwise(one: Decision, made: Recorded) -> bool:
    """Whether a row names other titres or amounts than a decision on record."""
    if choice_of(one) == ELSEWHERE:
        return bool(one.shares) and one.shares[0].cents != made.parts[0][1]
    return choice_of(one) == TO_TITRES and tuple((share.titre, share.cents) for share in one.shares) != made.parts


def _known(connection: Connection, month: Month, rows: Sequence[Decision]) -> Known:
    from recon.monthly import rulings

    standing = rulings(connection)
    return Known(
        decisions.decisions(connection), standing, in_effect(standing, month), _subjects(connection, month, rows)
    )


def unrecorded(dossier: Dossier, month: Month, path: Path) -> int:
    """Return of how many titres, payments and findings the workbook says something that is not recorded."""
    try:
        found = answers(_book(path))
    except Stop:
        return 0
    with dossier.made.reading() as connection:
        known = _known(connection, month, found.decisions)
    about = {one.place for one in found.unread if not _is_printed(month, one, known)}
    said = {_unrecorded(month, dossier, one, known) for one in found.decisions} - {""}
    return len(about) + len(said)


def _unrecorded(month: Month, dossier: Dossier, one: Decision, known: Known) -> str:
    """Return what a row decides of, "" if that is recorded and the report merely prints it."""
    try:
        ruling = _ruling(month, dossier, one, known, one.comment)
    except Stop:
        return one.identity
    return ruling.about if ruling else ""


def _found(dossier: Dossier, path: Path) -> Path:
    """Return a workbook where it lies: a bare name that nothing bears here is looked for among the dossier's reports."""
    if path.exists() or len(path.parts) != 1:
        return path
    there = sorted((dossier.folder / REPORTS).glob(f"*/{escape(path.name)}"))
    return there[0] if len(there) == 1 else path


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


def _is_printed(month: Month, one: Unread, known: Known) -> bool:
    """Whether the words are those that a report itself prints on this row, or printed: of a decision on its titre, or its payment."""
    kind, _, identity = one.key.partition(SEPARATOR)
    if kind not in COLUMNS:
        return False
    said = set(month.findings.filter(pl.col(COLUMNS[kind]) == identity)["decision"])
    about = set(about_of_row(month, Decision(kind, identity, "", (), "", one.place)))
    said |= {
        WORDS[ACTIONS[made.choice]].fr
        for made in known.all
        if made.about in about and clean(made.reason) in one.words and made.choice != TO_TITRES
    }
    return one.value in said | {spoken(decision, "en") for decision in said}


def _where(path: Path, place: Place) -> str:
    return WHERE.with_(file=path.name, **place._asdict())()


def _ruling(month: Month, dossier: Dossier, one: Decision, known: Known, reason: str) -> Ruling | None:
    """Return what a row decides; None if it was recorded before, and the report merely prints it. Stop if it cannot be."""
    about = list(about_of_row(month, one))
    if not about:
        _refuse_what_is_gone(month, one, known, one.comment or reason)
        return None
    if not one.action:
        raise Stop(COMMENT_ALONE, Exit.MISUSE)
    choice = choice_of(one)
    if _is_recorded(one, choice, about, known, one.comment or reason, month):
        return None
    identity, value = asked(month, one, choice)
    ruling = ruling_of(month, dossier, [identity], choice, value, one.comment or reason)
    before = [earlier for earlier in known.all if earlier.about in about and earlier.choice == choice]
    if alike(ruling, known.with_effect) or any(
        (one.parts, one.reason) == (ruling.parts, ruling.reason) for one in before
    ):
        return None
    refuse_beyond_open(month, ruling)
    return ruling


def _refuse_what_is_gone(month: Month, one: Decision, known: Known, why: str) -> None:
    """Stop, for what the row is about is not there; say nothing if a decision on record says the same.

    A finding is gone once its titre is settled by the decision, a payment once it is left out of scope.
    """
    payment, titre = known.subjects.get(one.identity, (one.identity, ""))
    if one.action and _is_kept(month, one, (*names_of(one.identity), payment, titre), known, why):
        return
    outside = next((out for out in month.outside if out.payment_id == payment), None)
    if outside is None:
        raise Stop(GONE, Exit.MISUSE)
    if one.action != ACTIONS[OUT_OF_SCOPE]:
        raise out_of_scope(outside)


def _is_kept(month: Month, one: Decision, about: Sequence[str], known: Known, why: str) -> bool:
    """Whether a decision in force, or ever recorded for the same reason, says of one of these what the row says."""
    choice = choice_of(one)
    holding = {made.id for made in known.holding}
    titres = {titre_meant(month, share.titre) for share in one.shares}
    return any(
        made.about and made.about in about and made.choice == choice
        and (made.id in holding or made.reason == why)
        and (choice != TO_TITRES or {titre for titre, _ in made.parts} == titres)
        for made in known.all
    )  # fmt: skip


def _was_said(one: Decision, choice: str, about: Sequence[str], known: Known, why: str) -> bool:
    """Whether the choice was ever recorded for the very same reason: a report prints it, or this cell was taken before."""
    made = [made for made in known.all if made.about in about and (made.choice, made.reason) == (choice, why)]
    return any(not _names_otherwise(one, earlier) for earlier in made)


def _is_recorded(one: Decision, choice: str, about: Sequence[str], known: Known, why: str, month: Month) -> bool:
    """Whether the choice is on record: in force whatever its reason, or ever recorded for the same reason."""
    if choice == TO_TITRES or _was_said(one, choice, about, known, why):
        return _was_said(one, choice, about, known, why)
    holding = [made for made in known.holding if made.about in about]
    if choice == ELSEWHERE and one.shares:
        return False
    if choice == ELSEWHERE:
        paid = month.titres.filter(pl.col("titre").is_in([made.about for made in holding if made.choice == choice]))
        return bool((paid["outstanding"] <= 0).any())
    latest = max((made for made in holding if made.choice in OF_FINDINGS), key=lambda made: made.id, default=None)
    return latest is not None and latest.choice == choice
