"""The copy to send back: made of the original, marked, and proved to hold the same values before it is given out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.reports.annotated import words
from recon.reports.annotated.cells import mark
from recon.reports.annotated.front import front
from recon.reports.annotated.original import Unsafe, as_it_looks, results, values_alone
from recon.reports.annotated.save import saved, saved_with_results
from recon.texts import joined

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recon.diagnostics import Diagnostic
    from recon.reports.annotated.subject import Subject

KEPT_FORMAT = "xlsx"
# Nothing can be marked in a file that was refused, and a row that another file gives as well is right.
NOT_HERE = {"D01", "D07"}


def annotated(subject: Subject, found: Sequence[Diagnostic], same_values: Callable[[bytes], bool]) -> bytes | None:
    """Return the copy's bytes, as the original looks if `same_values` holds for them; None if the file is too large."""
    shown = [diagnostic for diagnostic in found if diagnostic.code not in NOT_HERE]
    looking = _as_it_looks(subject, shown) if subject.raw.format == KEPT_FORMAT else None
    if looking is not None and same_values(looking):
        return looking
    try:
        return _values_alone(subject, shown)
    except Unsafe:
        return None


def _as_it_looks(subject: Subject, found: Sequence[Diagnostic]) -> bytes | None:
    """Return a copy of the original with its look; None where openpyxl cannot make one."""
    try:
        workbook, seen = as_it_looks(subject)
        notes = [words.NOT_COPIED.with_(what=joined(seen.lost, ", "))()] if seen.lost else []
        for sheet in subject.book.sheets:
            mark(workbook[sheet.name], sheet, [one for one in found if one.sheet == sheet.name])
        front(workbook, subject, found, notes)
        if not seen.formulas:
            return saved(workbook, subject.on)
        read = {sheet.name: sheet for sheet in subject.book.sheets}
        return saved_with_results(workbook, subject.on, results(subject), read)
    except Exception:  # noqa: BLE001 - openpyxl fails in dozens of ways on files of others; the values are copied then.
        return None


def _values_alone(subject: Subject, found: Sequence[Diagnostic]) -> bytes:
    workbook = values_alone(subject)
    pairs = list(zip(workbook.worksheets, subject.book.sheets, strict=True))
    titles = {sheet.name: made.title for made, sheet in pairs}
    renamed = [replace(one, sheet=titles.get(one.sheet, "")) for one in found]
    for made, sheet in pairs:
        mark(made, sheet, [one for one in renamed if one.sheet == made.title])
    front(workbook, subject, renamed, [words.VALUES_ONLY.with_(name=subject.name)()])
    return saved(workbook, subject.on)
