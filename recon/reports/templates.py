"""Blank templates, one workbook per folder of a dossier, made from the schemas: what is asked for and what is read agree."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from recon.reports.listing import height_of
from recon.reports.style import DAY, GREY, INK, LINE, NAVY, PALE, WHITE, Formats, book, page, put
from recon.texts import Text
from recon_schemas import DIRECTORY, SOURCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandera.polars import Column
    from xlsxwriter.worksheet import Worksheet

    from recon_schemas import Source

# A template has no day of its own; its bytes must be made again.
DATED = date(2026, 9, 1)
LAST_ROW = 5_000
SHEET_NAMES = {"convention_schools": Text("Écoles", "Schools")}
GUIDE = Text("Mode d’emploi", "How to fill in")
TITLE = Text("Modèle : {title}", "Template: {title}")
FOOTER = Text(
    "Modèle « {title} », à déposer dans le dossier « {folder} ».", "Template “{title}”, for the folder “{folder}”."
)
INTRO = (
    Text(
        "Une ligne par fait (une école inscrite, un titre, un mandat…), sans ligne de titre au-dessus ni cellule fusionnée ; les intitulés de la ligne 1 restent tels quels.",
        "One row per fact (a school enrolled, a titre, a mandat…), no title above, no merged cell; the headings of row 1 stay as they are.",
    ),
    Text(
        "Les colonnes foncées sont obligatoires : une ligne où l’une d’elles est vide est refusée. Les autres peuvent rester vides.",
        "The dark columns are required: a row where one is empty is refused. The others may stay empty.",
    ),
    Text(
        "Les numéros (titre, SIRET, UAI, mandat) se saisissent comme du texte : les cellules sont déjà prêtes.",
        "Numbers (titre, SIRET, UAI, mandat) are typed as text: the cells are ready for it.",
    ),
)
COLUMNS = (
    (Text("Colonne", "Column"), 24),
    (Text("À remplir", "To fill in"), 13),
    (Text("Ce qu’elle contient", "What it holds"), 52),
    (Text("Ce qui est lu", "What is read"), 46),
    (Text("Exemple", "Example"), 50),
)
SHEET_OF = Text("Feuille « {name} »", "Sheet “{name}”")
REQUIRED = Text("obligatoire", "required")
OPTIONAL = Text("facultatif", "optional")
NOT_IN_LIST = Text(
    "Choisir l’un des mots de la liste, ou laisser vide.", "Choose one of the words of the list, or leave it empty."
)
# What a spreadsheet warns of while it is typed; what is typed all the same is read and judged as ever.
BOUNDS: dict[str, tuple[str, Any, Any, Text]] = {
    "amount": ("decimal", -1e9, 1e9, Text("Écrire un montant en euros, par exemple 41,00.", "Write an amount in euros, such as 41.00.")),
    "day": ("date", date(1990, 1, 1), date(2099, 12, 31), Text("Écrire une date, par exemple 03/06/2026.", "Write a date, such as 03/06/2026.")),
    "count": ("integer", 0, 999_999, Text("Écrire un nombre entier.", "Write a whole number.")),
}  # fmt: skip
FORMATS = {"amount": "#,##0.00", "day": DAY, "count": "0"}
WIDE = {"text": 32, "titre": 24, "siret": 20, "amount": 16, "identifier": 20}


def templates() -> dict[str, bytes]:
    """Return the blank workbook of each folder: `inscriptions.xlsx`, `conventions.xlsx`, `titres.xlsx`, `paiements.xlsx`."""
    typed = [source for source in SOURCES if source is not DIRECTORY]  # The directory is dropped as it is published.
    folders = dict.fromkeys(source.folder for source in typed)
    return {f"{folder}.xlsx": _template([s for s in typed if s.folder == folder]) for folder in folders}


def _template(sources: Sequence[Source]) -> bytes:
    data, workbook = book(TITLE.with_(title=sources[0].title)(), DATED)
    looks = Formats(workbook)
    for source in sources:
        _blank(workbook.add_worksheet(sheet_name(source)), looks, source)
    _guide(workbook.add_worksheet(GUIDE()), looks, sources)
    workbook.close()
    return data.getvalue()


def sheet_name(source: Source) -> str:
    """Return the name of the sheet that holds `source`."""
    return SHEET_NAMES.get(source.name, source.title)()


def _blank(sheet: Worksheet, looks: Formats, source: Source) -> None:
    for index, column in enumerate(source.fields.values()):
        sort = meta(column)["sort"]
        width = max(WIDE.get(sort, 14), len(str(column.title)) + 4)
        sheet.set_column(index, index, width, looks(num_format=FORMATS.get(sort, "@")))
        put(sheet, 0, index, str(column.title), _heading(looks, required=not column.nullable))
        sheet.data_validation(1, index, LAST_ROW, index, _validation(column))
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, 0)
    page(sheet, FOOTER.with_(title=source.title, folder=source.folder)(), "fr", repeat=(0, 0))


def _heading(looks: Formats, *, required: bool) -> Any:
    if required:
        return looks(bold=True, font_color=WHITE, bg_color=NAVY, border=1, border_color=WHITE, indent=1)
    return looks(bold=True, font_color=NAVY, bg_color=PALE, border=1, border_color=LINE, indent=1)


def meta(column: Column) -> dict[str, Any]:
    """Return what Pandera has no word for: sort, synonyms, description, expected, example."""
    return column.metadata or {}


def words_of(column: Column) -> list[str]:
    """Return the words that a column admits, none if it is no list of words."""
    return [word for check in column.checks for word in (check.statistics or {}).get("allowed_values", ())]


def _validation(column: Column) -> dict[str, Any]:
    known = meta(column)
    asked = {
        "input_title": str(column.title)[:32],
        "input_message": f"{known['description']()}.\n{known['expected']().capitalize()}."[:255],
        "error_type": "warning",
    }
    if words := words_of(column):
        return {"validate": "list", "source": words, "error_message": NOT_IN_LIST(), **asked}
    if bounds := BOUNDS.get(known["sort"]):
        sort, least, most, why = bounds
        return {
            "validate": sort, "criteria": "between", "minimum": least, "maximum": most, "error_message": why(), **asked
        }  # fmt: skip
    return {"validate": "any", **asked}


def _guide(sheet: Worksheet, looks: Formats, sources: Sequence[Source]) -> None:
    for index, (_, width) in enumerate(COLUMNS):
        sheet.set_column(index, index, width)
    put(sheet, 0, 0, GUIDE(), looks(bold=True, font_size=14, font_color=NAVY))
    for row, sentence in enumerate(INTRO, 1):
        put(sheet, row, 0, sentence(), looks(font_color=GREY))
    row = len(INTRO) + 2
    for index, (name, _) in enumerate(COLUMNS):
        put(sheet, row, index, name(), _heading(looks, required=True))
    for source in sources:
        row += 1
        # The sheet's name stands alone: beside a column's name, readers could take the row for headings.
        put(sheet, row, 0, SHEET_OF.with_(name=sheet_name(source))(), looks(bold=True, font_color=NAVY, indent=1))
        for column in source.fields.values():
            row += 1
            _explained(sheet, looks, row, column)
    page(sheet, FOOTER.with_(title=sources[0].title, folder=sources[0].folder)(), "fr")


def _explained(sheet: Worksheet, looks: Formats, row: int, column: Column) -> None:
    known, line = (
        meta(column),
        {"bottom": 1, "bottom_color": LINE, "text_wrap": True, "valign": "top", "align": "left", "indent": 1},
    )
    put(sheet, row, 0, str(column.title), looks(bold=True, font_color=INK, **line))
    required = not column.nullable
    put(sheet, row, 1, (REQUIRED if required else OPTIONAL)(), looks(bold=required, **line))
    said = (known["description"](), known["expected"](), known["example"])
    for index, text in enumerate(said, 2):
        put(sheet, row, index, text, looks(**line))
    sheet.set_row(row, height_of(*((text, COLUMNS[at][1], False) for at, text in enumerate(said, 2))))
