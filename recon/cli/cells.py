"""`recon cells` (`cellules`): what the reader sees in one file, before anything is made of it."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recon.cli.asked import how_shown, spoken
from recon.errors import Exit
from recon.texts import Text, counted, joined, same, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from recon.readers import Book, Sheet
    from recon.texts import Lang

JSON = Text(
    "Affiche chaque cellule en JSON : adresse, nature, valeur.", "Print every cell as JSON: address, kind, value."
)
FILE = Text("FICHIER", "FILE")

REFUSED = Text("{file} : {reason}", "{file}: {reason}")
TITLE = Text("{file} : format {format}, {sheets}", "{file}: {format} format, {sheets}")
SHEETS = (Text("feuille", "sheet"), Text("feuilles", "sheets"))
FROM_1904 = Text("Les jours y sont comptés depuis 1904.", "Its days are counted from 1904.")
SHEET = Text("{name} : {rows}, {columns}", "{name}: {rows}, {columns}")
UNNAMED = Text("(sans nom)", "(unnamed)")
ROWS = (Text("ligne", "row"), Text("lignes", "rows"))
COLUMNS = (Text("colonne", "column"), Text("colonnes", "columns"))
HIDDEN = Text("Feuille masquée", "Hidden sheet")
HIDDEN_ROWS = Text("Lignes masquées : {which}", "Hidden rows: {which}")
HIDDEN_COLUMNS = Text("Colonnes masquées : {which}", "Hidden columns: {which}")
MERGED = Text("Zones fusionnées : {which}", "Merged areas: {which}")
ERRORS = Text("Cellules en erreur : {which}", "Cells in error: {which}")
UNCOMPUTED = Text("Formules sans valeur enregistrée : {which}", "Formulas without a stored value: {which}")
MORE = Text("… ({count} en tout)", "… ({count} in all)")

MOST_NAMED = 20
FIRST_ROWS, FIRST_COLUMNS = 8, 10
WIDEST = 28


def command(lang: Lang) -> click.Command:
    """Return the command with its help in `lang`."""
    parameters: list[click.Parameter] = [
        click.Argument(["file"], metavar=FILE(lang), type=click.Path(path_type=Path)),
        click.Option(["--json", "as_json"], is_flag=True, help=JSON(lang)),
        *how_shown(lang),
    ]
    return click.Command("cells", params=parameters, callback=cells)


def cells(file: Path, lang: Lang | None, *, as_json: bool, no_color: bool) -> int:
    """Show the file and return the exit code; why it is refused goes to the messages."""
    from recon.readers import Refused
    from recon.readers.apart import read_books

    (book,) = read_books([file], kinds=True)
    told_in = spoken(lang, "")
    if isinstance(book, Refused):
        click.echo(REFUSED.with_(file=visible(str(file)), reason=book.reason)(told_in), err=True)
        return Exit.NOTHING_READ
    for line in _json(book, file) if as_json else _screen(book, file, told_in, colour=not no_color):
        click.echo(line)
    return Exit.DONE


def _screen(book: Book, file: Path, lang: Lang, *, colour: bool) -> Iterator[str]:
    title = TITLE.with_(file=visible(file.name), format=book.format, sheets=counted(len(book.sheets), *SHEETS))
    yield _bold(title(lang), colour=colour)
    if book.epoch_1904:
        yield FROM_1904(lang)
    for sheet in book.sheets:
        yield ""
        yield _bold(_heading(sheet)(lang), colour=colour)
        yield from (f"  {remark(lang)}" for remark in _remarks(sheet))
        yield from _first_cells(sheet)


def _bold(line: str, *, colour: bool) -> str:
    return click.style(line, bold=True) if colour else line


def _heading(sheet: Sheet) -> Text:
    width = max(map(len, sheet.rows), default=0)
    return SHEET.with_(
        name=same(_cut(sheet.name, 2 * WIDEST)) if sheet.name else UNNAMED,
        rows=counted(len(sheet.rows), *ROWS),
        columns=counted(width, *COLUMNS),
    )


def _remarks(sheet: Sheet) -> Iterator[Text]:
    """Yield what is hidden, merged or without a value, with the places."""
    from recon.readers import column_letters

    faults = [(_address(place), fault) for place, fault in sorted(sheet.faults.items())]
    named = (
        (HIDDEN_ROWS, [str(row + 1) for row in sorted(sheet.hidden_rows)]),
        (HIDDEN_COLUMNS, [column_letters(column) for column in sorted(sheet.hidden_columns)]),
        (MERGED, [_area(area) for area in sheet.merged]),
        (ERRORS, [f"{place} {_cut(fault)}" for place, fault in faults if not fault.startswith("=")]),
        (UNCOMPUTED, [f"{place} {_cut(fault)}" for place, fault in faults if fault.startswith("=")]),
    )
    if sheet.hidden:
        yield HIDDEN
    for sentence, which in named:
        if which:
            yield sentence.with_(which=_some(which))


def _some(names: list[str]) -> Text:
    shown = same(", ".join(names[:MOST_NAMED]))
    return shown if len(names) <= MOST_NAMED else joined([shown, MORE.with_(count=len(names))], " ")


def _first_cells(sheet: Sheet) -> Iterator[str]:
    filled = ((number, row) for number, row in enumerate(sheet.rows, 1) if any(row))
    for number, row in islice(filled, FIRST_ROWS):
        texts = [_cut(cell or "") for cell in row[:FIRST_COLUMNS]]
        more = " | …" if len(row) > FIRST_COLUMNS else ""
        yield f"  {number:>7}  {' | '.join(texts)}{more}"


def _cut(text: str, width: int = WIDEST) -> str:
    shown = visible(text[: width + 1])
    return shown if len(shown) <= width else f"{shown[: width - 1]}…"


def _address(place: tuple[int, int]) -> str:
    from recon.readers import address

    return address(*place)


def _area(area: tuple[int, int, int, int]) -> str:
    return f"{_address(area[:2])}:{_address(area[2:])}"


def _json(book: Book, file: Path) -> Iterator[str]:
    """Yield the lines of a JSON document, a cell on each: a large book never stands in memory twice."""
    from recon.readers import column_letters

    facts = {"file": str(file), "format": book.format, "sha256": book.sha256, "epoch_1904": book.epoch_1904}
    yield f'{json.dumps(facts)[:-1]}, "sheets": ['
    for number, sheet in enumerate(book.sheets, 1):
        told = {
            "name": sheet.name,
            "rows": len(sheet.rows),
            "columns": max(map(len, sheet.rows), default=0),
            "hidden": sheet.hidden,
            "hidden_rows": [row + 1 for row in sorted(sheet.hidden_rows)],
            "hidden_columns": [column_letters(column) for column in sorted(sheet.hidden_columns)],
            "merged": [_area(area) for area in sheet.merged],
        }
        yield f'{json.dumps(told)[:-1]}, "cells": ['
        yield from _separated(_cells(sheet))
        yield "]}" if number == len(book.sheets) else "]},"
    yield "]}"


def _cells(sheet: Sheet) -> Iterator[str]:
    from recon.readers import KINDS, address

    for row, (texts, kinds) in enumerate(zip(sheet.rows, sheet.kinds, strict=True)):
        for column, text in enumerate(texts):
            if text is not None:
                yield json.dumps({"address": address(row, column), "kind": KINDS[kinds[column]], "value": text})


def _separated(items: Iterable[str]) -> Iterator[str]:
    """Yield each item followed by a comma, but the last."""
    before = None
    for item in items:
        if before is not None:
            yield f"{before},"
        before = item
    if before is not None:
        yield before
