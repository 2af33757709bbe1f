"""What a file hides and recon reads like the rest: its hidden rows, columns and sheets, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.readers.cells import column_letters
from recon.texts import Text, counted, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from recon.readers.cells import Book, Sheet

MOST_NAMED = 8

ROWS = Text("ligne masquée", "hidden row"), Text("lignes masquées", "hidden rows")
COLUMNS = Text("colonne masquée", "hidden column"), Text("colonnes masquées", "hidden columns")
SHEET = Text("la feuille masquée « {name} »", "the hidden sheet “{name}”")
OF_SHEET = Text(" dans « {name} »", " in “{name}”")
WHERE = Text("{count}{sheet} ({where})", "{count}{sheet} ({where})")
AND = Text("{before} et {last}", "{before} and {last}")
IS_READ, ARE_READ = Text("{what} est lue", "{what} is read"), Text("{what} sont lues", "{what} are read")


def hidden_parts(book: Book) -> Text | None:
    """Say which rows, columns and sheets with content are hidden and read all the same; None if there is none."""
    several = len(book.sheets) > 1
    parts = [part for sheet in book.sheets for part in _of_sheet(sheet, several=several)]
    if not parts:
        return None
    alone = len(parts) == 1 and parts[0][0] == 1
    return (IS_READ if alone else ARE_READ).with_(what=_listed([said for _, said in parts]))


def _of_sheet(sheet: Sheet, *, several: bool) -> Iterator[tuple[int, Text]]:
    """Yield how many rows or columns are hidden, and the words; a sheet hidden as a whole is one part."""
    if sheet.hidden:
        if any(cell for cells in sheet.rows for cell in cells):
            yield 1, SHEET.with_(name=sheet.name)
        return
    rows = [row for row in sorted(sheet.hidden_rows) if row < len(sheet.rows) and any(sheet.rows[row])]
    columns = sorted(_used(sheet) & sheet.hidden_columns) if sheet.hidden_columns else []
    where = OF_SHEET.with_(name=sheet.name) if several else same("")
    if rows:
        yield len(rows), _part(rows, ROWS, (str(row + 1) for row in rows), where)
    if columns:
        yield len(columns), _part(columns, COLUMNS, (column_letters(column) for column in columns), where)


def _used(sheet: Sheet) -> set[int]:
    return {column for cells in sheet.rows for column, cell in enumerate(cells) if cell}


def _part(found: Sequence[int], nouns: tuple[Text, Text], names: Iterable[str], where: Text) -> Text:
    shown = list(names)[:MOST_NAMED]
    listed = ", ".join([*shown, "…"] if len(found) > len(shown) else shown)
    return WHERE.with_(count=counted(len(found), *nouns), sheet=where, where=listed)


def _listed(parts: Sequence[Text]) -> Text:
    """Join as one speaks: a, b et c."""
    if len(parts) == 1:
        return parts[0]
    before = Text(", ".join(part.fr for part in parts[:-1]), ", ".join(part.en for part in parts[:-1]))
    return AND.with_(before=before, last=parts[-1])
