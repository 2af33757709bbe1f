"""What a run records and puts in place.

A run is one transaction: its journal entry, sources, rows and tables are there whole or not at all. Its reports are
put in place after it, each by a renaming; a run that was killed in between is told apart and done again by the next.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, NamedTuple

from recon import seen_before
from recon.diagnostics import faulty_files
from recon.dossier import FOLDERS, are_as_read, books_of, month_end
from recon.monthly import as_it_stands, computed, day_of_run, read_files
from recon.outputs import Form, not_placed, place, reports_of, write
from recon.reports.files import sweep
from recon.spool import Spool
from recon.store import closings, journal, runs, sources
from recon.store.blobs import kept, packed
from recon.tables import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date
    from pathlib import Path

    import polars as pl
    from sqlalchemy import Connection, RowMapping

    from recon.monthly import Dossier, Files
    from recon.outputs import Reports, Written
    from recon.pipeline import File
    from recon.tables import Month, Settings

STATEMENTS, REPLACED = "statements", "remplaces"


@dataclass(frozen=True, slots=True)
class Again:
    """A month computed anew, its reports, its last run, and whether they are that run's in every byte."""

    month: Month
    reports: Reports
    run: int
    unchanged: bool


class Held(NamedTuple):
    """A dossier that is held, its files as they stand, and the day that they were read for."""

    connection: Connection
    dossier: Dossier
    read: Files
    as_of: date


def closing_of(dossier: Dossier, as_of: date) -> RowMapping | None:
    """Return the closing of the day's month, None while it is open."""
    if dossier.store is None:
        return None
    with dossier.store.reading() as connection:
        return closings.closed_months(connection).get(f"{as_of:%Y-%m}")


def print_again(dossier: Dossier, closing: RowMapping) -> tuple[Path, list[Path]]:
    """Put the reports of a closed month in place, byte for byte as they were closed.

    Return where the workbook is, and what was set aside.
    """
    with dossier.made.writing() as connection:
        run = runs.last_run(connection, closing["month"])
        outputs = runs.outputs_of(connection, closing["run"])
        reports = Spool()
        for path, digest in outputs.items():
            reports.put(path, kept(connection, digest))
        on = day_of_run(run) if run else month_end(closing["month"])
        return place(dossier.folder, on, reports)


def recorded(dossier: Dossier, read: Files, as_of: date, form: Form) -> tuple[Month, Reports, int]:
    """Compute the month and record it with its reports' digests; return it, its reports, and the run's number.

    Files, settings and profiles that changed while another held the dossier are read again: an older version never
    follows a newer one.
    """
    with dossier.made.writing() as connection:
        sweep_dossier(dossier.folder)
        dossier, read = as_read_now(dossier, read, as_of)
        month = computed(dossier, read, as_of, connection)
        reports = _reports(dossier, connection, read.read, month, form)
        return month, reports, _record(connection, month, read, reports, form)


def as_read_now(dossier: Dossier, read: Files, as_of: date) -> tuple[Dossier, Files]:
    """Return a dossier that is held, and its files, as they stand: what changed while another held it is read again."""
    now = as_it_stands(dossier)
    if now != dossier or not are_as_read(dossier.folder, read.read):
        return now, read_files(now, as_of)
    return dossier, read


@contextmanager
def held(dossier: Dossier, day: Callable[[], date]) -> Iterator[Held]:
    """Hold the dossier to write, its files read for what `day` gives; what changed while another held it counts as it is now."""
    as_of = day()
    read = read_files(dossier, as_of)
    with dossier.made.writing() as connection:
        if (now := day()) != as_of:
            as_of, read = now, read_files(dossier, now)
        yield Held(connection, *as_read_now(dossier, read, as_of), as_of)


def sweep_dossier(folder: Path) -> None:
    """Remove what a killed recon has left half-written beside the dossier's store and files, while its store is held."""
    sweep(folder, deep=False)
    for name in (*FOLDERS, REPLACED):
        sweep(folder / name)


def bring_in(dossier: Dossier, placing: AbstractContextManager[set[str]], as_of: date) -> Month:
    """Record files of the dossier as they are understood now; return the month as it would be.

    `placing` gives their names once they are in place, and takes them out again should they not be recorded. What is on
    record already is not recorded twice.
    """
    with dossier.made.writing() as connection, placing as names:
        sweep_dossier(dossier.folder)
        dossier = as_it_stands(dossier)
        read = read_files(dossier, as_of)
        month = computed(dossier, read, as_of, connection)
        met = [sources.Met(one.name, one.folder, one.sha256) for one in read.read if one.name in names]
        if not read.fresh and sources.are_known(connection, met, _intakes(month)):
            return month
        with journal.entry(connection, "ingest") as entry:
            read.record(entry)
            numbers = sources.record_sources(entry, met)
            sources.record_intakes(entry, numbers, [one for one in _intakes(month) if one.name in names])
    return month


def again(dossier: Dossier, connection: Connection, read: Files, last: runs.Run) -> Again:
    """Compute a month as it was last run, and hold it against that run; the files were read for its day."""
    form = form_of(last)
    month = computed(dossier, read, day_of_run(last), connection)
    reports = _reports(dossier, connection, read.read, month, form)
    unchanged = _unchanged(connection, last, _tables(month, reports), reports, _told(month, form))
    return Again(month, reports, last.id, unchanged)


def form_of(run: runs.Run) -> Form:
    """Return the form in which a run's reports were written."""
    told = json.loads(run.settings)
    return Form("en" if told.get("lang") == "en" else "fr", pdf=bool(told.get("pdf")))


def _reports(dossier: Dossier, connection: Connection, read: Sequence[File], month: Month, form: Form) -> Reports:
    """Return the month's reports; statements that its last run made of the same are taken as they stand."""
    last = runs.last_run(connection, f"{month.settings.as_of:%Y-%m}")
    known: dict[str, tuple[str, str]] = {}
    if last is not None:
        digests = runs.outputs_of(connection, last.id)
        made_of = runs.table_of_run(connection, last.id, STATEMENTS)
        known = {path: (key, digests[path]) for path, key in made_of.iter_rows() if path in digests}
    return reports_of(month, dossier.folder, _to_copy(dossier, read, month), form, known)


def _to_copy(dossier: Dossier, read: Sequence[File], month: Month) -> list[File]:
    """Return the files, with their books where something of them is to be sent back."""
    faulty = faulty_files(month)
    again = {file.name: file for file in books_of(dossier.folder, (file for file in read if file.name in faulty))}
    return [again.get(file.name, file) for file in read]


def put_in_place(dossier: Dossier, month: Month, reports: Reports, run: int) -> Written:
    """Put a run's reports in place, unless a later run of the month has put its own there meanwhile."""
    as_of = month.settings.as_of
    with dossier.made.writing() as connection:
        last = runs.last_run(connection, f"{as_of:%Y-%m}")
        if last is None or last.id != run:
            return not_placed(dossier.folder, as_of, reports)
        written = write(dossier.folder, as_of, reports)
        if not runs.is_placed(connection, last):
            runs.note_placed(connection, last.month, run)
        return written


def _record(connection: Connection, month: Month, read: Files, reports: Reports, form: Form) -> int:
    """Record the run, unless it is in every byte the last one of its month: then that one's number."""
    name = f"{month.settings.as_of:%Y-%m}"
    told, tables = _told(month, form), _tables(month, reports)
    last = runs.last_run(connection, name)
    if last is not None and _unchanged(connection, last, tables, reports, told):
        if read.fresh or read.narrowed:
            with journal.entry(connection, "read") as entry:
                read.record(entry)
        return last.id
    with journal.entry(connection, "run") as entry:
        read.record(entry)
        numbers = sources.record_sources(entry, (sources.Met(f.name, f.folder, f.sha256) for f in read.read))
        sources.record_intakes(entry, numbers, _intakes(month))
        written = {path: (reports.contents.size(path), digest) for path, digest in reports.contents.digests.items()}
        return runs.record_run(entry, tables, written, **told)


def _unchanged(
    connection: Connection,
    last: runs.Run,
    tables: Mapping[str, pl.DataFrame],
    reports: Reports,
    told: dict[str, str],
) -> bool:
    if {name: getattr(last, name) for name in told} != told:
        return False
    if runs.outputs_of(connection, last.id) != reports.contents.digests:
        return False
    digests = {name: journal.sha256(packed(frame)) for name, frame in tables.items()}
    return runs.digests_of(connection, last.id) == digests


def _tables(month: Month, reports: Reports) -> dict[str, pl.DataFrame]:
    """Return the month's tables, what vanished since earlier runs, and of what each statement was made."""
    import polars as pl

    made_of = pl.DataFrame(sorted(reports.keys.items()), schema={"path": pl.String, "key": pl.String}, orient="row")
    return {**{name: month.table(name) for name in (*SCHEMAS, seen_before.TABLE)}, STATEMENTS: made_of}


def _told(month: Month, form: Form) -> dict[str, str]:
    on = month.settings.as_of
    return {
        "month": f"{on:%Y-%m}",
        "as_of": on.isoformat(),
        "version": _version(),
        "settings": _settings(month.settings, form),
    }


def _settings(settings: Settings, form: Form) -> str:
    return json.dumps(asdict(settings) | asdict(form), default=str, sort_keys=True, ensure_ascii=False)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("recon-ent")
    except PackageNotFoundError:
        return ""


def _intakes(month: Month) -> list[sources.Intake]:
    counts = {(row["file"], row["kind"]): row for row in month.sources.to_dicts()}
    names = ("profile", "read", "kept", "rejected", "out_of_scope", "duplicates")
    return [
        sources.Intake(one.file, one.kind, **{name: counts[one.file, one.kind][name] for name in names}, fingerprint=one.fingerprint, rows=one.rows)
        for one in month.taken
        if (one.file, one.kind) in counts
    ]  # fmt: skip
