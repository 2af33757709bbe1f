"""A month's reports on disk: every file is written beside and renamed into place, what it replaces is set aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.copies import Target, copies
from recon.dossier import SETTINGS, dossier_of
from recon.errors import Exit, Stop
from recon.reports.books import Books
from recon.reports.data import data_files
from recon.reports.drawing import drawn
from recon.reports.files import free, write_beside
from recon.reports.owed import owed
from recon.reports.reminder_sheets import FILE_NAME, reminder_list
from recon.reports.reminders import cases
from recon.reports.statement import statement
from recon.reports.statement_name import statement_name, statement_names
from recon.reports.workbook import monthly_workbook
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from recon.pipeline import File
    from recon.tables import Month
    from recon.texts import Lang

NOT_XLSX = Text("{path} : le nom du classeur doit finir par .xlsx.", "{path}: the workbook's name must end in .xlsx.")
AN_INPUT = Text(
    "{path} est un fichier lu, ou serait lu au prochain rapprochement : donner un autre nom ou un autre dossier.",
    "{path} is a file that is read, or would be by the next run: give another name or folder.",
)
SET_ASIDE, TO_CORRECT = "precedent", "a_corriger"


@dataclass(frozen=True, slots=True)
class Written:
    """Where a month's reports are, how many reminders, statements and annotated copies, and what was set aside."""

    workbook: Path
    folder: Path
    reminders: int
    statements: int
    copies: int
    set_aside: list[Path]


def write(month: Month, dossier: Path, files: Sequence[File], lang: Lang = "fr", *, pdf: bool = False) -> Written:
    """Write the month's workbook, reminders, statements, tables and annotated copies of its faulty `files` under `rapports/`.

    The statements also as PDF if asked, which wants the extra `pdf`. OSError if one cannot be written.
    """
    as_of = month.settings.as_of
    folder = dossier / "rapports" / f"{as_of:%Y-%m}"
    name = f"rapprochement_{as_of:%Y-%m}.xlsx"
    set_aside: list[Path] = []
    workbook = _put(folder, name, monthly_workbook(month, lang), set_aside)
    to_remind = cases(month)
    _put(folder, FILE_NAME, reminder_list(month, to_remind, lang), set_aside)
    books = Books.of(month)
    statements = [_named(folder, path, data, set_aside) for path, data in statements_of(month, books, lang)]
    pages = [_named(folder, path, data, set_aside) for path, data in _pdfs(month, books, lang)] if pdf else []
    for path, data in data_files(month):
        _replace(folder / path, data)
    targets = {file.name: Target(dossier / file.name, folder, f"{TO_CORRECT}/{file.name}") for file in files}
    to_correct = write_copies(month, files, targets, set_aside)
    current = {*statements, *pages, *(path.relative_to(folder).as_posix() for path in to_correct.values())}
    _stale(folder, current, set_aside)
    reminded = sum(1 for case in to_remind if case.why is None)
    return Written(workbook, folder, reminded, len(statements), len(to_correct), set_aside)


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


def statements_of(month: Month, books: Books, lang: Lang = "fr") -> Iterator[tuple[str, bytes]]:
    """Yield the statement of each concerned payer, under its name."""
    names = statement_names(month)
    drawings = drawn((owed(books, siren) for siren in names), month.settings, lang)
    yield from ((f"etats/{name}", data) for name, data in zip(names.values(), drawings, strict=True))


def _pdfs(month: Month, books: Books, lang: Lang) -> Iterator[tuple[str, bytes]]:
    from recon.reports.statement_pdf import printed

    for siren, name in statement_names(month).items():
        yield f"etats/{name.removesuffix('.xlsx')}.pdf", printed(owed(books, siren), month.settings, lang)


def _put(folder: Path, name: str, data: bytes, set_aside: list[Path]) -> Path:
    """Write a report that people fill in: what stands there, if it differs, is kept under `precedent/`."""
    path = folder / name
    if path.exists():
        if path.read_bytes() == data:
            return path
        set_aside.append(_aside(folder, path))
    return _replace(path, data)


def _named(folder: Path, name: str, data: bytes, set_aside: list[Path]) -> str:
    _put(folder, name, data, set_aside)
    return name


def _replace(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_beside(path, data)


def _aside(folder: Path, path: Path) -> Path:
    kept, data = folder / SET_ASIDE / path.relative_to(folder), path.read_bytes()
    kept.parent.mkdir(parents=True, exist_ok=True)
    if kept.exists() and kept.read_bytes() != data:
        kept = free(kept)
    return write_beside(kept, data)


def _stale(folder: Path, current: set[str], set_aside: list[Path]) -> None:
    """A statement whose payer is no longer in the dossier, or a copy whose file is right by now, must not be sent."""
    kinds = (".xlsx", ".pdf")
    statements = [path for path in (folder / "etats").glob("*") if path.suffix in kinds and " (" not in path.name]
    for path in sorted([*statements, *(folder / TO_CORRECT).rglob("*.xlsx")]):
        if path.relative_to(folder).as_posix() not in current:
            set_aside.append(_aside(folder, path))
            path.unlink()
