"""A month's reports on disk: every file is written beside and renamed into place, what it replaces is set aside."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.copies import Target, copies
from recon.dossier import SETTINGS, dossier_of
from recon.errors import Exit, Stop
from recon.reports.books import Books
from recon.reports.data import data_files
from recon.reports.drawing import drawn
from recon.reports.files import free, place_for, sweep, write_beside
from recon.reports.owed import owed
from recon.reports.reminder_sheets import FILE_NAME, reminder_list
from recon.reports.reminders import cases
from recon.reports.statement import statement, statement_key
from recon.reports.statement_name import statement_name, statement_names
from recon.reports.workbook import monthly_workbook
from recon.spool import Spool
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from recon.pipeline import File
    from recon.reports.owed import Owed
    from recon.tables import Month, Settings
    from recon.texts import Lang

NOT_XLSX = Text("{path} : le nom du classeur doit finir par .xlsx.", "{path}: the workbook's name must end in .xlsx.")
AN_INPUT = Text(
    "{path} est un fichier lu, ou serait lu au prochain rapprochement : donner un autre nom ou un autre dossier.",
    "{path} is a file that is read, or would be by the next run: give another name or folder.",
)
REPORTS, SET_ASIDE, TO_CORRECT, STATEMENTS, DATA = "rapports", "precedent", "a_corriger", "etats", "donnees/"


@dataclass(frozen=True, slots=True)
class Written:
    """Where a month's reports are, how many reminders, statements and annotated copies, and what was set aside."""

    workbook: Path
    folder: Path
    reminders: int
    statements: int
    copies: int
    set_aside: list[Path]


@dataclass(frozen=True, slots=True)
class Form:
    """How a month's reports are written: their language, and whether statements come as PDF too (extra `pdf`)."""

    lang: Lang = "fr"
    pdf: bool = False


@dataclass(frozen=True, slots=True)
class Reports:
    """A month's reports by their path within its folder, what its statements were made of, and how many may be reminded."""

    contents: Spool
    keys: dict[str, str]
    reminders: int


def reports_of(
    month: Month, dossier: Path, files: Sequence[File], form: Form, known: Mapping[str, tuple[str, str]]
) -> Reports:
    """Return the month's reports: workbook, reminders, statements, tables, annotated copies of its faulty `files`.

    `known` tells of statements, by path, what they were made of and their SHA-256: those that would be made of the same
    and still stand as they were written are not made again.
    """
    as_of = month.settings.as_of
    folder = month_folder(dossier, as_of)
    targets = {file.name: Target(dossier / file.name, folder, f"{TO_CORRECT}/{file.name}") for file in files}
    to_remind = cases(month)
    contents = Spool()
    contents.put(workbook_name(as_of), monthly_workbook(month, form.lang))
    contents.put(FILE_NAME, reminder_list(month, to_remind, form.lang))
    keys = statements_of(month, form, lambda path, key: _still_there(folder / path, key, known.get(path)), contents)
    for path, data in data_files(month):
        contents.put(path, data)
    for _, target, data in copies(month, files, targets):
        contents.put(target.name, data)
    reminded = sum(1 for case in to_remind if case.why is None)
    return Reports(contents, keys, reminded)


def month_folder(dossier: Path, as_of: date) -> Path:
    """Return the folder of a month's reports."""
    return dossier / REPORTS / f"{as_of:%Y-%m}"


def reported_months(dossier: Path) -> list[str]:
    """Return the months whose workbook stands among a dossier's reports."""
    found = (dossier / REPORTS).glob("*/rapprochement_*.xlsx")
    return sorted({path.parent.name for path in found if path.stem == f"rapprochement_{path.parent.name}"})


def workbook_name(as_of: date) -> str:
    """Return the name of a month's workbook."""
    return f"rapprochement_{as_of:%Y-%m}.xlsx"


def place(dossier: Path, as_of: date, contents: Mapping[str, bytes]) -> tuple[Path, list[Path]]:
    """Put a month's reports in place, each whole or not at all; return where the workbook is and what was set aside.

    Whoever does holds the dossier's store. OSError if one cannot be written.
    """
    folder = month_folder(dossier, as_of)
    sweep(folder)
    set_aside: list[Path] = []
    placed = {
        path: _unless_same(folder / path, data) if path.startswith(DATA) else _put(folder, path, data, set_aside)
        for path, data in contents.items()
    }
    # A copy that Excel holds open is written beside, under a name that is no longer its own.
    current = {*contents, *(path.relative_to(folder).as_posix() for path in placed.values())}
    _stale(folder, current, set_aside)
    return placed[workbook_name(as_of)], set_aside


def write(dossier: Path, as_of: date, reports: Reports) -> Written:
    """Put a month's reports in place and return where they are; OSError if one cannot be written."""
    workbook, set_aside = place(dossier, as_of, reports.contents)
    return Written(workbook, month_folder(dossier, as_of), *_counts(reports), set_aside)


def not_placed(dossier: Path, as_of: date, reports: Reports) -> Written:
    """Return where a month's reports are, without touching them."""
    folder = month_folder(dossier, as_of)
    return Written(folder / workbook_name(as_of), folder, *_counts(reports), [])


def _counts(reports: Reports) -> tuple[int, int, int]:
    """Return how many reminders, statements and copies to correct there are."""
    statements = sum(path.startswith(f"{STATEMENTS}/") and path.endswith(".xlsx") for path in reports.contents)
    return reports.reminders, statements, sum(path.startswith(f"{TO_CORRECT}/") for path in reports.contents)


def _unless_same(path: Path, data: bytes) -> Path:
    return path if path.exists() and path.read_bytes() == data else _replace(path, data)


def write_statement(month: Month, siren: str, output: Path, inputs: Sequence[Path]) -> tuple[Path, Path]:
    """Write a payer's statement to `output`, a workbook or a folder; return where it is and where it was to be.

    What stands there with another content stays, the statement goes beside. Stop if it would be among what is read;
    OSError if it cannot be written.
    """
    asked = output / f"etat_{statement_name(month.contacts[siren])}" if output.is_dir() else output
    if asked.suffix.lower() != ".xlsx":
        raise Stop(NOT_XLSX.with_(path=asked), Exit.MISUSE)
    if _is_read(asked, inputs):
        raise Stop(AN_INPUT.with_(path=asked), Exit.MISUSE)
    data = statement(month, siren)
    if not asked.exists():
        return write_beside(asked, data), asked
    if asked.read_bytes() == data:
        return asked, asked
    return write_beside(free(asked), data), asked


def _is_read(path: Path, inputs: Sequence[Path]) -> bool:
    """Whether a path is one of the files read, or lies in a folder whose files a dossier reads."""
    if path.exists() and any(path.samefile(one) for one in inputs if one.exists()):
        return True
    home = dossier_of(path)
    read_there = home is not None and any(one.resolve().is_relative_to(home.resolve()) for one in inputs)
    return home is not None and (read_there or (home / SETTINGS).exists())


def write_copies(
    month: Month, files: Sequence[File], targets: Mapping[str, Target], set_aside: list[Path]
) -> dict[str, Path]:
    """Write the annotated copies of the faulty ones of `files`; return where each file's copy is."""
    return {
        name: _put(target.folder, target.name, data, set_aside) for name, target, data in copies(month, files, targets)
    }


def statements_of(
    month: Month, form: Form, standing: Callable[[str, str], bytes | None], into: Spool
) -> dict[str, str]:
    """Put each concerned payer's statement into the reports; return by path what it is made of, as a digest.

    `standing` returns the one that stands at a path, if it was made of just that.
    """
    books = Books.of(month)
    keys: dict[str, str] = {}
    to_draw: list[str] = []

    def lacking() -> Iterator[Owed]:
        """Yield the accounts whose workbook is to be drawn; what stands, and what is printed, is put in meanwhile."""
        for siren, name in statement_names(month).items():
            account = owed(books, siren)
            path, key = f"{STATEMENTS}/{name}", statement_key(account, month.settings, form.lang)
            if form.pdf:
                page = f"{path.removesuffix('.xlsx')}.pdf"
                keys[page] = key
                into.put(page, standing(page, key) or _page(account, month.settings, form.lang))
            keys[path] = key
            if (data := standing(path, key)) is None:
                to_draw.append(path)
                yield account
            else:
                into.put(path, data)

    for nth, data in enumerate(drawn(lacking(), month.settings, form.lang)):
        into.put(to_draw[nth], data)
    return keys


def _page(account: Owed, settings: Settings, lang: Lang) -> bytes:
    from recon.reports.statement_pdf import printed

    return printed(account, settings, lang)


def _still_there(path: Path, key: str, known: tuple[str, str] | None) -> bytes | None:
    """Return what stands at `path` if it is what was written there, and made of what `key` says."""
    if known is None or known[0] != key:
        return None
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == known[1] else None


def _put(folder: Path, name: str, data: bytes, set_aside: list[Path]) -> Path:
    """Write a report that people fill in: what stands there, if it differs, is kept under `precedent/`."""
    path = folder / name
    if path.exists():
        if path.read_bytes() == data:
            return path
        set_aside.append(_aside(folder, path))
    return _replace(path, data)


def _replace(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_beside(path, data)


def _aside(folder: Path, path: Path) -> Path:
    kept, data = folder / SET_ASIDE / path.relative_to(folder), path.read_bytes()
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept = place_for(kept, data)
    return kept if kept.exists() else write_beside(kept, data)


def _stale(folder: Path, current: set[str], set_aside: list[Path]) -> None:
    """A statement whose payer is no longer in the dossier, or a copy whose file is right by now, must not be sent."""
    kinds = (".xlsx", ".pdf")
    statements = [path for path in (folder / STATEMENTS).glob("*") if path.suffix in kinds and " (" not in path.name]
    for path in sorted([*statements, *(folder / TO_CORRECT).rglob("*.xlsx")]):
        if path.relative_to(folder).as_posix() not in current:
            set_aside.append(_aside(folder, path))
            path.unlink()
