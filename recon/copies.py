"""The annotated copies of faulty files, made from the files on disk: what was read, and nothing that changed since."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from recon.corrected import originals_of, without_ours
from recon.diagnostics import diagnostics, to_send_back
from recon.readers.cells import DOCUMENTS
from recon.reports.answers import is_report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from recon.diagnostics import Diagnostic
    from recon.pipeline import File
    from recon.readers import Book, Sheet
    from recon.tables import Month

# Reference tables are published: there is nobody to send them back to.
PUBLISHED = "referentiels"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a file lies, and where its annotated copy goes: `name` within `folder`."""

    path: Path
    folder: Path
    name: str


def copies(month: Month, files: Sequence[File], targets: Mapping[str, Target]) -> Iterator[tuple[str, Target, bytes]]:
    """Yield for each faulty file its name, where its copy goes, under a name no other copy has, and the copy."""
    spoken_of = set(month.findings["file"])
    books = {file.name: without_ours(file.book) for file in files if file.book and file.name in spoken_of}
    documents = {name for name, book in books.items() if book.format in DOCUMENTS}
    found = diagnostics(month, books)
    taken: set[tuple[Path, str]] = set()
    for file in sorted(files, key=lambda file: file.name):
        ours = file.book is not None and is_report(file.book)
        sent_back = file.folder != PUBLISHED and file.name not in documents and not ours
        if file.book is not None and sent_back and to_send_back(found.get(file.name, ())):
            target = _unused(targets[file.name], taken)
            data = _copy(month, file, file.book, target.path, found[file.name])
            if data is not None:
                yield file.name, target, data


def _copy(month: Month, file: File, raw: Book, path: Path, found: Sequence[Diagnostic]) -> bytes | None:
    from recon.reports.annotated import Subject, annotated

    book = without_ours(raw)
    counts = month.sources.filter(month.sources["file"] == file.name)
    subject = Subject(
        name=PurePosixPath(file.name).name,
        data=_bytes(path, file.sha256),
        raw=raw,
        book=book,
        digests=(file.sha256, *originals_of(raw)),
        read=int(counts["read"].sum()),
        rejected=int(counts["rejected"].sum()),
        on=month.settings.as_of,
    )
    return annotated(subject, found, lambda data: holds(data, book))


def _bytes(path: Path, sha256: str) -> bytes:
    """Return the file's bytes if they are still those that were read, else none: the values read are copied then."""
    from recon.readers import Refused
    from recon.readers.files import read_bytes

    try:
        data = read_bytes(path)
    except Refused:
        return b""
    return data if hashlib.sha256(data).hexdigest() == sha256 else b""


def holds(data: bytes, book: Book) -> bool:
    """Whether the workbook in `data`, read without what recon adds, has the values and faults of `book`, cell by cell."""
    from recon.readers import Refused
    from recon.readers.apart import read_books

    with TemporaryDirectory(prefix="recon_") as folder:
        path = Path(folder) / "copy.xlsx"
        path.write_bytes(data)
        (again,) = read_books([path])
    return not isinstance(again, Refused) and _content(without_ours(again)) == _content(book)


def _content(book: Book) -> list[tuple[str, dict[tuple[int, int], str]]]:
    """Return each sheet's name and its cells that are not blank, as the readers of values see them."""
    return [(sheet.name, dict(_cells(sheet))) for sheet in book.sheets]


def _cells(sheet: Sheet) -> Iterator[tuple[tuple[int, int], str]]:
    for row, cells in enumerate(sheet.rows):
        for column, text in enumerate(cells):
            # A formula that nobody computed may be written in several ways; none of them is a value.
            waits = sheet.faults.get((row, column), "").startswith("=")
            if text and (said := "=" if waits else " ".join(text.split())):
                yield (row, column), said


def _unused(target: Target, taken: set[tuple[Path, str]]) -> Target:
    """Return the target as an .xlsx; where another copy has that name, a number is added."""
    path, count = PurePosixPath(target.name), 1
    name = str(path.with_suffix(".xlsx"))
    while (target.folder, name.casefold()) in taken:
        count += 1
        name = str(path.with_name(f"{path.stem} ({count}).xlsx"))
    taken.add((target.folder, name.casefold()))
    return replace(target, name=name)
