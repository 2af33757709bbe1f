"""A dossier with its store, and its month: files that are known are not read again, decisions are applied."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from recon import followed, seen_before, vanished
from recon.decided import reminded
from recon.dossier import FOLDERS, each_file, month_end, options
from recon.errors import Exit, Stop
from recon.ground import Ground, ground
from recon.matching.rulings import OUT_OF_SCOPE, Ruling
from recon.outputs import REPORTS, reported_months, workbook_name
from recon.pipeline import reconcile
from recon.profile_files import profiles
from recon.reports.decisions import mark
from recon.reports.reminders import heeded
from recon.spool import Spool
from recon.store import closings, decisions, journal, parsed, runs, sources
from recon.store.database import Store, discard_empty, is_there, open_store, spoken
from recon.store.messages import LOST, RESTORE_FIRST
from recon.store.place import store_url
from recon.store.proof import is_proven, refuse_altered
from recon.store.schema import PARSED
from recon.tables import Before
from recon.understanding import NotOursError, understood
from recon_schemas import PAYMENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from sqlalchemy import Connection

    from recon.dossier import Options
    from recon.intake import Understood
    from recon.layouts.profiles import Profile
    from recon.pipeline import File
    from recon.tables import Month
    from recon.texts import Text
    from recon.understanding import Made

RULING = ("id", "choice", "about", "parts", "payer_siren", "exercise", "mandat", "line", "amount", "reason", "singled")


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier with its store, None where there is none yet and none is to be made."""

    folder: Path
    options: Options
    store: Store | None
    known: list[Profile]

    @property
    def made(self) -> Store:
        """The store, which is there."""
        assert self.store is not None  # noqa: S101 - whoever writes has opened the dossier to write.
        return self.store


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a dossier, understood, and what is to be kept of those that were read now.

    `narrowed` are those of the ledgers that were narrowed now, by what is `known` without them.
    """

    read: list[File]
    fresh: Spool
    narrowed: Spool
    known: Ground

    def record(self, entry: journal.Entry) -> None:
        """Keep how the files were understood."""
        parsed.record_parsed(entry, self.fresh)
        parsed.record_ledgers(entry, self.known.knowledge.digest, self.narrowed)


@contextmanager
def opened(folder: Path, options: Options, *, to_write: bool, anew: bool = False) -> Iterator[Dossier]:
    """Give the dossier with its store; without `to_write`, none is made where there is none.

    Stop if reports tell that there was one, unless it may begin `anew`. One made here that nothing is recorded in is
    taken away again.
    """
    url = store_url(folder, options.store)
    there = is_there(url)
    if not anew and (said := lost(folder, options)) is not None:
        raise Stop(RESTORE_FIRST.with_(lost=said, where=""), Exit.NOT_WRITTEN)
    store = open_store(url) if to_write or there else None
    try:
        yield Dossier(folder, options, store, profiles(folder))
    finally:
        if store is not None:
            store.close() if there else discard_empty(store)


def as_it_stands(dossier: Dossier) -> Dossier:
    """Return the dossier with its settings and profiles of now."""
    return replace(dossier, options=options(dossier.folder), known=profiles(dossier.folder))


def lost(folder: Path, options: Options) -> Text | None:
    """Say that a dossier has reports and no longer the store that they came from; None where it has both, or neither."""
    url = store_url(folder, options.store)
    months = reported_months(folder)
    if is_there(url) or not months:
        return None
    return LOST.with_(folder=folder / REPORTS, months=", ".join(months), store=spoken(url))


def read_files(dossier: Dossier, as_of: date) -> Files:
    """Return the files of the dossier's folders, each read only if it was not understood before.

    Of ledgers, what the month of `as_of` needs: the others are read first, and say which lines may be in scope. Where
    what is kept is not what was recorded, all are read anew: figures come of it.
    """
    try:
        return _read_files(dossier, as_of, dossier.store if _keeps_what_was_recorded(dossier) else None)
    except NotOursError:
        return _read_files(dossier, as_of, None)


def _keeps_what_was_recorded(dossier: Dossier) -> bool:
    if dossier.store is None:
        return False
    with dossier.store.reading() as connection:
        return is_proven(connection, PARSED)


def _read_files(dossier: Dossier, as_of: date, store: Store | None) -> Files:
    fresh, narrowed = Spool(), Spool()

    def keep(file: File, made: Made) -> None:
        for contents, data in ((fresh, made.whole), (narrowed, made.narrowed)):
            if data:
                contents.put(_key(file, dossier.known), data)

    folders = [folder for folder in FOLDERS if folder != PAYMENTS.folder]
    before = _before(dossier, store) if store else None
    whole = understood(each_file(dossier.folder, folders, before), dossier.known, keep=keep)
    known = ground(whole, dossier.options.settings(as_of), dossier.known)
    narrow = _ledgers_before(dossier, store, known.knowledge.digest) if store else None
    ledgers = each_file(dossier.folder, (PAYMENTS.folder,), narrow)
    return Files([*whole, *understood(ledgers, dossier.known, known.knowledge, keep)], fresh, narrowed, known)


def _key(file: File, known: Sequence[Profile]) -> str:
    return parsed.Key(file.sha256, file.name, file.folder).digest(known)


def _before(dossier: Dossier, store: Store) -> Callable[[list[tuple[str, str, str]]], Mapping[str, Understood]]:
    def before(asked: list[tuple[str, str, str]]) -> dict[str, Understood]:
        names = _names(asked, dossier.known)
        with store.reading() as connection:
            found = parsed.understood_before(connection, names)
        return {names[key]: understood for key, understood in found.items()}

    return before


def _ledgers_before(
    dossier: Dossier, store: Store, by: str
) -> Callable[[list[tuple[str, str, str]]], Mapping[str, Understood | bytes]]:
    def before(asked: list[tuple[str, str, str]]) -> dict[str, Understood | bytes]:
        names = _names(asked, dossier.known)
        with store.reading() as connection:
            narrowed = parsed.ledgers_before(connection, by)
            whole = parsed.encoded_before(connection, names.keys() - narrowed.keys())
        return {names[key]: one for key, one in (whole | narrowed).items() if key in names}

    return before


def _names(asked: list[tuple[str, str, str]], known: Sequence[Profile]) -> dict[str, str]:
    """Return the names of files by the key under which they are kept."""
    return {parsed.Key(digest, name, folder).digest(known): name for name, folder, digest in asked}


def rulings(connection: Connection) -> list[Ruling]:
    """Return the decisions that stand, as plain data."""
    return [
        Ruling(**{name: getattr(one, name) for name in RULING}, who=one.who, on=_day(one.at[:10]))
        for one in decisions.standing(connection)
    ]


def computed(
    dossier: Dossier, files: Files, as_of: date, connection: Connection | None, more: Sequence[Ruling] = ()
) -> Month:
    """Return the month with the store's decisions and `more`, held against the month before.

    The files were read for this day. Stop if a decision, a closing or a run is no longer as it was recorded.
    """
    settings = dossier.options.settings(as_of)

    def drawn_up(decided: Sequence[Ruling]) -> Month:
        return reconcile(files.read, settings, dossier.known, decided, files.known)

    if connection is None:
        return drawn_up(more)
    refuse_altered(connection, dossier.made.name)
    decided = [*rulings(connection), *more]
    month = drawn_up(decided)
    if beside := _beside_another(connection, [one for one in decided if one.id in month.changed]):
        decided = [replace(one, beside=one.id in beside) for one in decided]
        month = drawn_up(decided)
    stands: dict[str, Ruling] = {}
    # What stands takes its titre from another payment, which may in its turn have been settled in the closed month.
    while displaced := {one.about: one for one in _since_closing(connection, month) if one.about not in stands}:
        stands |= displaced
        month = drawn_up([*stands.values(), *decided])
    month = heeded(replace(month, answered_since=_answered_since(connection, month, files, decided)))
    return _held_against(connection, month, f"{as_of:%Y-%m}", decided)


def _answered_since(
    connection: Connection, month: Month, files: Files, decided: Sequence[Ruling]
) -> dict[str, frozenset[str]]:
    """Return the files of answers that came after « Relancer » was decided, by the titre or payer that it is decided of.

    What counts is when a run or an intake first recorded the file: one that none has recorded yet comes after every
    decision, even one that is being made.
    """
    told = {one.file for one in month.answers}
    digests = {file.name: file.sha256 for file in files.read if file.name in told}
    if not digests:
        return {}
    first, made = sources.first_met(connection, digests.values()), decisions.entries(connection)
    found: dict[str, frozenset[str]] = {}
    for about, ruling in reminded(month, decided):
        since = made.get(ruling.id)
        found[about] = frozenset(
            name
            for name, digest in digests.items()
            if digest not in first or (since is not None and first[digest] > since)
        )
    return found


def _beside_another(connection: Connection, changed: Sequence[Ruling]) -> set[int]:
    """Return those of the decisions whose payment is no longer as it was that a run had another alike beside it."""
    found = set[int]()
    for run in runs.runs(connection) if changed else ():
        payments = runs.table_of_run(connection, run.id, "payments")
        standing = {one.id for one in decisions.standing_at(connection, run.id)}
        for one in changed:
            # What is out of scope stands in no table of the run.
            left_out = one.choice == OUT_OF_SCOPE and one.id in standing
            if followed.alike(payments, one) + left_out > 1:
                found.add(one.id)
    return found


def _since_closing(connection: Connection, month: Month) -> list[Ruling]:
    """Return what the last closed month settled wholly and by itself, where this one would settle it otherwise."""
    name = f"{month.settings.as_of:%Y-%m}"
    closed = max((one for one in closings.closed_months(connection) if one < name), default=None)
    if closed is None:
        return []
    run = closings.closed_months(connection)[closed]["run"]
    tables = {table: runs.table_of_run(connection, run, table) for table in ("payments", "allocations", "titres")}
    return list(followed.standing(closed, tables, {table: month.table(table) for table in tables}))


def marks(connection: Connection) -> set[str]:
    """Return the marks of the workbooks that this dossier's runs wrote."""
    return {mark(runs.table_of_run(connection, run.id, "sources")) for run in runs.runs(connection)}


def touched(dossier: Dossier, as_of: date, paths: Iterable[Path]) -> list[Path]:
    """Return those of `paths` that somebody wrote into: workbooks of the day's month that no run left as they stand."""
    name = workbook_name(as_of)
    with dossier.made.reading() as connection:
        written = runs.digests_of_output(connection, name)
    ours = (path for path in paths if path.suffix == ".xlsx" and path.stem.startswith(name.removesuffix(".xlsx")))
    return [path for path in ours if journal.sha256(path.read_bytes()) not in written]


def latest_day(dossier: Dossier) -> date | None:
    """Return the day that the latest month was last drawn up for, None if no month was."""
    if dossier.store is None:
        return None
    with dossier.store.reading() as connection:
        last = max(runs.runs(connection), key=lambda run: (run.month, run.id), default=None)
    return day_of_run(last) if last else None


def looked_at(dossier: Dossier, files: Files, as_of: date) -> Month:
    """Return the month as it would be now; nothing is recorded."""
    if dossier.store is None:
        return computed(dossier, files, as_of, None)
    with dossier.store.reading() as connection:
        return computed(dossier, files, as_of, connection)


def _held_against(connection: Connection, month: Month, name: str, decided: Sequence[Ruling]) -> Month:
    """Return the month with what stands since earlier ones, and what came or went after them."""
    closed = [one for one in closings.closed_months(connection) if one < name]
    before = runs.previous_run(connection, name)
    month = seen_before.without_vanished(connection, month, name, decided)
    if before is None:
        return _vanished_said(connection, month, None, closed)
    findings = runs.table_of_run(connection, before.id, "findings")
    tables = {name: runs.table_of_run(connection, before.id, name) for name in ("payments", "allocations", "titres")}
    outside = {one.about for one in decisions.standing_at(connection, before.id) if one.choice == OUT_OF_SCOPE}
    earlier = followed.Earlier(day_of_run(before), before.month in closed, tables, frozenset(outside))
    # The month before may be open still: what is dated in an earlier one that is closed is late all the same.
    until = month_end(max(closed)) if closed else None
    late = followed.late(month.payments, earlier, until)
    names = _names_with(connection, before, month)
    late_titres = followed.late_titres(month.titres, earlier, until)
    said = (
        [followed.late_said(late, until, names), followed.late_titres_said(late_titres, until, names)] if until else []
    )
    month = replace(
        month,
        findings=followed.followed(month.findings, findings),
        allocations=followed.marked(month.allocations, late),
        late=frozenset(late["payment_id"]),
        late_titres=frozenset(late_titres["titre"]),
        before=Before(earlier.on, int(tables["titres"]["billed"].sum()), int(tables["titres"]["paid"].sum())),
        unchecked=(
            *followed.changed(month, earlier, names),
            *followed.changed_titres(month, earlier, names),
            *filter(None, said),
            *month.unchecked,
        ),
    )
    return _vanished_said(connection, month, before, closed)


def _vanished_said(connection: Connection, month: Month, before: runs.Run | None, closed: Collection[str]) -> Month:
    """Return the month that says first what vanished."""
    if month.vanished.is_empty():
        return month
    known = set(seen_before.vanished_at(connection, before.id)["payment_id"]) if before else set[str]()
    said = vanished.vanished_said(month, month.vanished, known, closed, _names_with(connection, before, month))
    return replace(month, unchecked=(*said, *month.unchecked))


def _names_with(connection: Connection, before: runs.Run | None, month: Month) -> dict[str, str]:
    """Return the payers' names by SIREN, as this month and the one before have them."""
    known = names_at(connection, before.id) if before else {}
    return known | {siren: contact.name for siren, contact in month.contacts.items()}


def names_at(connection: Connection, run: int) -> dict[str, str]:
    """Return the payers' names by SIREN, as a run has them."""
    return dict(runs.table_of_run(connection, run, "payers").select("payer_siren", "payer_name").iter_rows())


def latest_names(connection: Connection) -> dict[str, str]:
    """Return the payers' names by SIREN, as the latest run has them."""
    made = runs.runs(connection)
    return names_at(connection, made[-1].id) if made else {}


def day_of_run(run: runs.Run) -> date:
    """Return the day that a run drew its month up for."""
    return _day(run.as_of)


def _day(text: str) -> date:
    from datetime import date

    return date.fromisoformat(text)
