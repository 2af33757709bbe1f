"""The dossier on disk: its settings, and the files that were dropped in its folders. Nothing here is ever modified."""

from __future__ import annotations

import calendar
import hashlib
import os
import re
import tomllib
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from recon.errors import Exit, Stop
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from recon.intake import Understood
    from recon.pipeline import File
    from recon.readers import Book, Refused
    from recon.tables import Settings

    Before = Callable[[list[tuple[str, str, str]]], Mapping[str, Understood | bytes]]

FOLDERS = ("inscriptions", "conventions", "titres", "paiements", "referentiels", "reponses")
DOCUMENTED = "conventions"
SETTINGS = "recon.toml"
KNOWN = {"langue", "emetteur", "contact", "adresse", "tarifs", "echeance", "relance", "magasin"}
UNKNOWN = Text("« {name} » est inconnu ; sont admis : {known}", "“{name}” is unknown; allowed are: {known}")
LEFT_OUT = ("~$", ".", "thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Options:
    """What `recon.toml` says: rates and threshold in cents, days until a titre is due, language, the store's address.

    `contact` and `address` are the e-mail and the postal address of the service that answers, "" where none is given.
    """

    rates: dict[str, int]
    due_days: int | None
    threshold: int
    issuer: str
    lang: str
    store: str = ""
    contact: str = ""
    address: str = ""

    def settings(self, as_of: date) -> Settings:
        """Return the month's settings for the day it is drawn up for."""
        from recon.tables import Settings

        return Settings(
            as_of,
            self.rates,
            self.due_days,
            self.threshold,
            self.issuer,
            contact=self.contact,
            address=self.address,
        )


def last_month_end(today: date) -> date:
    """Return the last day of the last completed month."""
    year, month = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
    return month_end(f"{year}-{month:02d}")


def month_end(month: str) -> date:
    """Return the last day of a month such as `2026-11`."""
    year, number = map(int, month.split("-"))
    return date(year, number, calendar.monthrange(year, number)[1])


def options(dossier: Path) -> Options:
    """Read `recon.toml`; Stop with the line to correct if it cannot be understood. Without the file: no rate is known."""
    path = dossier / SETTINGS
    if not path.exists():
        return Options({}, None, 0, "Région académique Occitanie", "")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise _unusable(path, Text("ne peut pas être lu : {why}", "cannot be read: {why}").with_(why=error)) from error
    for name in table.keys() - KNOWN:
        raise _unusable(path, UNKNOWN.with_(name=name, known=", ".join(sorted(KNOWN))))
    return Options(
        rates={_year(path, year): _cents(path, f"tarifs.{year}", rate) for year, rate in _part(path, table, "tarifs")},
        due_days=_days(path, dict(_part(path, table, "echeance")).get("jours")),
        threshold=_cents(path, "relance.seuil", dict(_part(path, table, "relance")).get("seuil", "0")),
        issuer=str(table.get("emetteur", "Région académique Occitanie")),
        lang=str(table.get("langue", "")),
        store=str(dict(_part(path, table, "magasin")).get("url", "")),
        contact=_contact(path, table.get("contact", "")),
        address=_line(path, "adresse", table.get("adresse", "")),
    )


def _line(path: Path, name: str, said: object) -> str:
    if isinstance(said, str) and len(said.splitlines()) <= 1:
        return said.strip()
    wrong = Text("{name} : « {said} » n’est pas un texte sur une ligne", "{name}: “{said}” is no text on one line")
    raise _unusable(path, wrong.with_(name=name, said=said))


def _contact(path: Path, said: object) -> str:
    contact = _line(path, "contact", said)
    if not contact or re.fullmatch(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+", contact):
        return contact
    wrong = Text("contact : « {said} » n’est pas une adresse électronique", "contact: “{said}” is no e-mail address")
    raise _unusable(path, wrong.with_(said=contact))


def _part(path: Path, table: dict[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    part = table.get(name, {})
    if not isinstance(part, dict):
        raise _unusable(path, Text("[{name}] doit être une section", "[{name}] must be a section").with_(name=name))
    yield from part.items()


def _year(path: Path, year: str) -> str:
    from recon.identifiers import parse_school_year

    known = parse_school_year(year)
    if known is None:
        said = Text('« {year} » n’est pas une année scolaire ; écrire par exemple "2026-2027"', '“{year}” is no school year; write for example "2026-2027"')  # fmt: skip
        raise _unusable(path, said.with_(year=year))
    return known


def _cents(path: Path, name: str, amount: object) -> int:
    from recon.values import parse_cents

    cents = parse_cents(str(amount)) if isinstance(amount, (str, int)) and not isinstance(amount, bool) else None
    if cents is None or cents < 0:
        said = Text('{name} : « {amount} » n’est pas un montant ; l’écrire entre guillemets, par exemple "41.00"', '{name}: “{amount}” is no amount; write it in quotes, such as "41.00"')  # fmt: skip
        raise _unusable(path, said.with_(name=name, amount=amount))
    return cents


def _days(path: Path, days: object) -> int | None:
    if days is None or (isinstance(days, int) and not isinstance(days, bool) and 0 <= days <= 3650):
        return days
    said = Text(
        "echeance.jours : « {days} » n’est pas un nombre de jours", "echeance.jours: “{days}” is no number of days"
    )
    raise _unusable(path, said.with_(days=days))


def _unusable(path: Path, why: Text) -> Stop:
    return Stop(Text("{path} : {why}.", "{path}: {why}.").with_(path=path, why=why), Exit.MISUSE)


def files(dossier: Path, folders: Sequence[str] = FOLDERS) -> list[File]:
    """Read every file dropped in the dossier's folders; one that cannot be read carries its refusal."""
    return list(each_file(dossier, folders))


def each_file(dossier: Path, folders: Sequence[str] = FOLDERS, before: Before | None = None) -> Iterator[File]:
    """Yield what `files` returns, as it is read.

    `before` tells how files were understood before, by name, be it as the store keeps it: those are not read again.
    """
    from recon.readers.apart import read_books

    found = [(folder, path, name) for folder in folders for path, name in _paths(dossier, folder)]
    outside = _outside(dossier, [(folder, path) for folder, path, _ in found])
    digests = _digests((path, name) for _, path, name in found if path not in outside) if before else {}
    known = before([(name, folder, digests[name]) for folder, _, name in found if name in digests]) if before else {}
    books = read_books(path for _, path, name in found if path not in outside and name not in known)
    # Reading has begun in other processes: what takes long to import is imported meanwhile.
    from recon.pipeline import File
    from recon.readers import Refused, refusals

    for folder, path, name in found:
        if name in known:
            before_now = known[name]
            if isinstance(before_now, bytes):
                yield File(name, folder, digests[name], encoded=before_now)
            else:
                yield File(name, folder, digests[name], understood=before_now)
        else:
            file = as_file(name, folder, Refused(refusals.OUTSIDE) if path in outside else next(books))
            yield file if file.sha256 else replace(file, seen=digests.get(name, ""))


def are_as_read(dossier: Path, read: Sequence[File], folders: Sequence[str] = FOLDERS) -> bool:
    """Whether the dossier's folders still hold just the files that were read, of the same bytes; what could not be opened still cannot."""
    found = [(folder, path, name) for folder in folders for path, name in _paths(dossier, folder)]
    if {name for _, _, name in found} != {file.name for file in read}:
        return False
    outside = _outside(dossier, [(folder, path) for folder, path, _ in found])
    now = _digests((path, name) for _, path, name in found if path not in outside)
    return all(now.get(file.name, "") == (file.sha256 or file.seen) for file in read)


def as_file(name: str, folder: str, book: Book | Refused) -> File:
    """Return a file of a folder: only conventions come as documents, elsewhere a PDF or a text is no table."""
    from recon.pipeline import File
    from recon.readers import Refused, refusals
    from recon.readers.cells import DOCUMENTS, PDF

    elsewhere = folder not in {DOCUMENTED, ""}
    if isinstance(book, Refused):
        told = refusals.PDF if elsewhere and refusals.is_of_a_pdf(book.reason) else None
        return File(name, folder, refusal=refusals.NOT_A_TABLE.with_(what=told) if told else book.reason)
    if elsewhere and book.format in DOCUMENTS:
        what = refusals.PDF if book.format == PDF else refusals.PROSE
        return File(name, folder, book.sha256, refusal=refusals.NOT_A_TABLE.with_(what=what))
    return File(name, folder, book.sha256, book)


def holds_files(dossier: Path) -> bool:
    """Whether a file was dropped in one of the dossier's folders."""
    return any(True for folder in FOLDERS for _ in _paths(dossier, folder))


def _digests(found: Iterable[tuple[Path, str]]) -> dict[str, str]:
    """Return the SHA-256 of each file by name; what cannot be opened is left to the readers to refuse."""
    from recon.readers import Refused
    from recon.readers.files import read_bytes

    digests = {}
    for path, name in found:
        with suppress(Refused):
            digests[name] = hashlib.sha256(read_bytes(path)).hexdigest()
    return digests


def books_of(dossier: Path, files: Iterable[File]) -> list[File]:
    """Return the files with their books, read now for those that were understood before, if they are still the same."""
    from recon.readers import Refused
    from recon.readers.apart import read_books

    known = list(files)
    waiting = [file for file in known if file.understood and not file.book]
    books = dict(zip((file.name for file in waiting), read_books(dossier / file.name for file in waiting), strict=True))
    again = {name: book for name, book in books.items() if not isinstance(book, Refused)}
    return [
        replace(file, book=again[file.name]) if file.name in again and again[file.name].sha256 == file.sha256 else file
        for file in known
    ]


def spoken_name(path: Path) -> str:
    """Return a path with `/`, its bytes that are no UTF-8 written out: a name of another system stays a name."""
    return _spoken(path.as_posix())


def _spoken(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()


def _paths(dossier: Path, folder: str) -> Iterator[tuple[Path, str]]:
    """Yield each file dropped in a folder, and its name within the dossier."""
    for place, folders, names in os.walk(dossier / folder):
        folders.sort()
        # A folder that is a link is not walked into: like a file, it is told if it leads out of the dossier.
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]  # noqa: PTH114, PTH118
        here = dossier.__class__(place)
        within = _spoken(here.relative_to(dossier).as_posix())
        for name in sorted(names + links):
            if not name.lower().startswith(LEFT_OUT):
                yield here / name, f"{within}/{_spoken(name)}"


def _outside(dossier: Path, found: list[tuple[str, Path]]) -> set[Path]:
    """Return the paths that lead out of the dossier: links, and all of a folder that is itself a link."""
    home = dossier.resolve()
    strange = {folder for folder in FOLDERS if not _is_within(dossier / folder, home)}
    return {path for folder, path in found if folder in strange or (path.is_symlink() and not _is_within(path, home))}


def _is_within(path: Path, home: Path) -> bool:
    """Whether a path lies in the dossier, wherever its links lead; one that leads nowhere does."""
    try:
        return path.resolve().is_relative_to(home)
    except (OSError, RuntimeError):
        return True


def dossier_of(path: Path) -> Path | None:
    """Return the dossier in one of whose folders a file lies, None if it lies elsewhere."""
    return next((folder.parent for folder in path.absolute().parents if folder.name in FOLDERS), None)


def strays(dossier: Path) -> list[str]:
    """Return the spreadsheets that lie in the dossier but in none of its folders: they are not read."""
    found = [
        path.name for path in dossier.iterdir() if path.suffix.lower() in {".xlsx", ".xls", ".ods", ".csv", ".xlsm"}
    ]
    return sorted(name for name in found if not name.startswith(LEFT_OUT))
