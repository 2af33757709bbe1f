"""Files checked by themselves, or within their dossier as a run would: what was read, kept and left out, and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recon.copies import Target
from recon.corrected import without_ours
from recon.diagnostics import Diagnostic, diagnostics
from recon.dossier import DOCUMENTED, FOLDERS, LEFT_OUT, SETTINGS, as_file, dossier_of, files, options, spoken_name
from recon.errors import Exit, Stop
from recon.hidden import hidden_parts
from recon.outputs import TO_CORRECT
from recon.reports.answers import is_report, is_statement
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from recon.pipeline import File
    from recon.readers import Book, Refused
    from recon.tables import Month

SUMS = ("read", "kept", "rejected", "out_of_scope", "duplicates", "total_announced", "total_read")
A_TABLE = Text(
    "un tableau d’inscriptions, de conventions, de titres, de paiements ou de communes",
    "a table of enrolments, conventions, titres, payments or communes",
)
NOT_KNOWN = Text("aucune ligne d’intitulés connue", "no known row of headings")
NO_FILE = Text(
    "Fichier introuvable : {path}. Vérifier le chemin, ou se placer dans le dossier avant de lancer recon.",
    "File not found: {path}. Check the path, or go into the dossier before running recon.",
)
NO_DOSSIER = Text(
    "Ce dossier n’est pas un dossier recon : {path} (ni recon.toml, ni inscriptions, conventions, titres ou paiements). Nommer le fichier ou le dossier à vérifier.",
    "This is no recon dossier: {path} (no recon.toml, inscriptions, conventions, titres or paiements). Name the file or the dossier to check.",
)
SAY_KIND = Text(
    "Dire ce que le fichier contient : --nature paiements, par exemple ; ou reprendre les intitulés du modèle.",
    "Say what the file holds: --kind paiements, for example; or use the template's headings.",
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file as it was checked: its name, also as it was given, its book without our additions, its sums and flaws.

    `sums` holds the counts of rows and, in cents or None, the totals; `hidden` says which hidden parts are read.
    """

    name: str
    shown: str
    kind: str
    sha256: str
    book: Book | None
    sums: dict[str, int | None]
    found: list[Diagnostic]
    hidden: Text | None = None

    @property
    def errors(self) -> int:
        """How many flaws leave something out."""
        return sum(one.is_error for one in self.found)

    @property
    def refused(self) -> bool:
        """Whether nothing of the file could be read."""
        return self.book is None or (not self.sums["read"] and any(one.code == "D02" for one in self.found))


@dataclass(frozen=True, slots=True)
class Group:
    """Files that are read together, a dossier's or those given by name; `shown` names the ones to speak of."""

    dossier: Path | None
    files: list[File]
    paths: dict[str, Path]
    shown: dict[str, str]


def groups(paths: Sequence[Path], dossier: Path | None, kind: str) -> list[Group]:
    """Read what is asked for; a file of a dossier is read with the others, since they say which rows are in scope.

    Stop if there is no such file, or no dossier where none is named.
    """
    by_dossier: dict[Path | None, list[Path]] = {}
    whole: set[Path] = set()
    if not paths and not _is_dossier(dossier or Path()):
        raise Stop(NO_DOSSIER.with_(path=(dossier or Path()).resolve()), Exit.MISUSE)
    for path in paths or [dossier or Path()]:
        if path.is_dir() and _is_dossier(path):
            by_dossier.setdefault(path, [])
            whole.add(path)
            continue
        for one in _within(path) if path.is_dir() else [_placed(path, dossier)]:
            by_dossier.setdefault(None if kind else dossier_of(one), []).append(one)
    return [
        _of_dossier(root, named, whole=root in whole) if root else _by_name(named, kind)
        for root, named in by_dossier.items()
    ]


def _is_dossier(folder: Path) -> bool:
    return (folder / SETTINGS).exists() or any((folder / name).is_dir() for name in FOLDERS)


def _within(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.lower().startswith(LEFT_OUT))


def _placed(path: Path, dossier: Path | None) -> Path:
    """Return where a file lies that was named from here, or from its dossier or one of its folders; Stop if nowhere."""
    places = [path, *(dossier / folder / path for folder in ("", *FOLDERS) if dossier)]
    found = next((place for place in places if place.exists() or place.is_symlink()), None)
    if found is None:
        raise Stop(NO_FILE.with_(path=path), Exit.MISUSE)
    return found


def _of_dossier(root: Path, named: Iterable[Path], *, whole: bool) -> Group:
    read = files(root)
    paths = {file.name: root / file.name for file in read}
    if whole:
        return Group(root, read, paths, {name: name for name in paths})
    names = {path.resolve(): name for name, path in paths.items()}
    return Group(root, read, paths, {names[path.resolve()]: str(path) for path in named if path.resolve() in names})


def _by_name(named: Iterable[Path], kind: str) -> Group:
    from recon.readers.apart import read_books

    paths = {spoken_name(path): path for path in named}
    books = read_books(paths.values())
    read = [_file(path, book, kind) for path, book in zip(paths.values(), books, strict=True)]
    return Group(None, read, paths, {name: name for name in paths})


def _file(path: Path, book: Book | Refused, kind: str) -> File:
    from recon.readers import Refused, refusals

    if isinstance(book, Refused):
        of_a_pdf = refusals.is_of_a_pdf(book.reason)
        return as_file(spoken_name(path), kind or (DOCUMENTED if of_a_pdf else FOLDERS[0]), book)
    return as_file(spoken_name(path), kind or _folder_of(path, book), book)


def _folder_of(path: Path, book: Book) -> str:
    """Return the folder where a file belongs by the tables that it holds; "" if nothing in it is known."""
    from recon.answered import FOLDER as ANSWERS
    from recon.layouts import layouts_of
    from recon.readers.cells import DOCUMENTS
    from recon_schemas import SOURCES

    if book.format in DOCUMENTS:
        return DOCUMENTED
    if is_statement(book):
        return ANSWERS
    own, name = without_ours(book), spoken_name(path)
    found = layouts_of(own, name, SOURCES).tables
    if found:
        return found[0].source.folder
    # Some of its titles are known: what it lacks is said for that kind.
    for folder in dict.fromkeys(source.folder for source in SOURCES):
        lacking = layouts_of(own, name, [source for source in SOURCES if source.folder == folder]).problems
        if any(problem.sheet for problem in lacking):
            return folder
    return ""


def month_of(group: Group, on: date) -> Month:
    """Return the month of the group's files, but for those of which nothing is known."""
    from recon.pipeline import reconcile
    from recon.profile_files import profiles
    from recon.tables import Settings

    known = [file for file in group.files if file.folder]
    if group.dossier is None:
        return reconcile(known, Settings(on, {}))
    return reconcile(known, options(group.dossier).settings(on), profiles(group.dossier))


def targets(group: Group, into: Path | None) -> dict[str, Target]:
    """Return where the copies go: a folder of the dossier, or beside the file, or `into`; never among the files read."""
    found: dict[str, Target] = {}
    for name, path in group.paths.items():
        beside = group.dossier or dossier_of(path) or path.parent
        found[name] = Target(path, (into or beside) / TO_CORRECT, name if group.dossier else path.name)
    return found


def checked(group: Group, month: Month) -> Iterator[Checked]:
    """Yield what is to be said of each file asked for."""
    asked = [file for file in group.files if file.name in group.shown]
    books = {file.name: without_ours(file.book) if file.book else None for file in asked}
    found = diagnostics(month, books)
    for file in asked:
        book = books[file.name]
        yield Checked(
            name=file.name,
            shown=group.shown[file.name],
            kind=file.folder,
            sha256=file.sha256,
            book=book,
            sums=_sums(month, file.name),
            found=found[file.name] if file.folder else [_unknown()],
            hidden=hidden_parts(book) if book and not is_report(book) else None,
        )


def _sums(month: Month, name: str) -> dict[str, int | None]:
    rows = month.sources.filter(month.sources["file"] == name)
    sums: dict[str, int | None] = {column: int(rows[column].sum()) for column in SUMS}
    return sums | {column: None for column in SUMS[-2:] if rows[column].null_count() == rows.height}


def _unknown() -> Diagnostic:
    return Diagnostic("D02", "blocking", "", None, None, "", NOT_KNOWN, A_TABLE, SAY_KIND)
