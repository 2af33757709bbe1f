"""Contrôles: every control with both of its sides, what the files hide, and what was not checked.

A sheet of its own: below the files of Provenance, their headings would be repeated above it on paper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.reports import style
from recon.reports.listing import BACK, SUMMARY_SHEET, height_of
from recon.reports.style import put
from recon.tables import CONTROLS
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

    from recon.reports.listing import Context

CONTROL_SHEET = Text("Contrôles", "Controls")
TITLE = Text("Contrôles de bouclage", "Controls")
SAID = Text(
    "Chaque égalité est calculée de deux façons, d’après deux tables, au centime près. Si un contrôle est faux, le rapport ne doit pas être diffusé.",
    "Each equality is computed in two ways, from two tables, to the cent. If a control fails, the report must not be circulated.",
)
COLUMNS = (
    (Text("Égalité vérifiée", "Equality checked"), 76.0),
    (Text("À gauche", "Left"), 18.0),
    (Text("À droite", "Right"), 18.0),
    (Text("Différence", "Difference"), 16.0),
    (Text("Résultat", "Result"), 14.0),
)
HOLDS, FAILS = Text("✔ juste", "✔ holds"), Text("✘ FAUX", "✘ FAILS")
HIDDEN, UNCHECKED = Text("Masqué dans les fichiers", "Hidden in the files"), Text("Non vérifié", "Not checked")
HIDDEN_IN = Text("{file} : {what}.", "{file}: {what}.")
FIRST = 3
ROWS = style.COUNT.split(";", maxsplit=1)[0]


def control_sheet(context: Context) -> None:
    """Write the controls, then the sentences about what is hidden and what was not checked."""
    sheet, lang, formats = context.sheet(CONTROL_SHEET), context.lang, context.formats
    for column, (_, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 26)
    put(sheet, 0, 0, TITLE(lang), formats(bold=True, font_size=16, font_color=style.NAVY))
    back = formats(font_color=style.NAVY, underline=1, align="right")
    sheet.write_url(0, len(COLUMNS) - 1, f"internal:'{SUMMARY_SHEET(lang)}'!A1", back, BACK(lang))
    put(sheet, 1, 0, SAID(lang), formats(font_color=style.GREY))
    row = _controls(context, sheet, FIRST)
    hidden = [HIDDEN_IN.with_(file=file, what=what) for file, what in context.month.hidden.items()]
    row = _sentences(context, sheet, row + 1, HIDDEN, hidden)
    _sentences(context, sheet, row, UNCHECKED, context.month.unchecked)
    style.page(sheet, context.footer, lang)
    sheet.freeze_panes(FIRST + 1, 0)


def _controls(context: Context, sheet: Worksheet, row: int) -> int:
    """Write every control with both of its sides; return the row below."""
    look: dict[str, Any] = {"bold": True, "bg_color": style.NAVY, "font_color": style.WHITE}
    for column, (heading, _) in enumerate(COLUMNS):
        aligned = {"align": "right"} if column else {"indent": 1}
        put(sheet, row, column, heading(context.lang), context.formats(**look, **aligned))
    sheet.set_row(row, 22)
    for at, control in enumerate(context.month.controls.iter_rows(named=True), start=row + 1):
        _control(context, sheet, at, control)
    return row + 1 + context.month.controls.height


def _control(context: Context, sheet: Worksheet, row: int, control: dict[str, Any]) -> None:
    line: dict[str, Any] = {"bottom": 1, "bottom_color": style.LINE}
    put(sheet, row, 0, CONTROLS[control["control"]](context.lang), context.formats(**line, indent=1))
    # Counts of rows stand in the table as hundredths.
    count = control["control"] == "rows"
    form = context.formats(**line, align="right", num_format=ROWS if count else style.DIFFERENCE)
    for column, side in enumerate(("left", "right", "difference"), start=1):
        cents = control[side]
        sheet.write_number(row, column, cents // 100 if count else style.euros(cents), form)
    said, colour = (HOLDS, style.GREEN) if control["holds"] else (FAILS, style.RED)
    put(sheet, row, 4, said(context.lang), context.formats(**line, align="right", bold=True, font_color=colour))


def _sentences(context: Context, sheet: Worksheet, row: int, title: Text, sentences: Sequence[Text]) -> int:
    """Write a heading and a sentence a row, nothing if there is none; return the row below."""
    if not sentences:
        return row
    heading = context.formats(bold=True, font_size=11, font_color=style.NAVY)
    put(sheet, row, 0, title(context.lang), heading)
    look = context.formats(text_wrap=True, bottom=1, bottom_color=style.LINE, indent=1)
    for at, sentence in enumerate(sentences, start=row + 1):
        said = sentence(context.lang)
        sheet.merge_range(at, 0, at, len(COLUMNS) - 1, "", look)
        put(sheet, at, 0, said, look)
        sheet.set_row(at, height_of((said, sum(width for _, width in COLUMNS), False)))
    return row + 2 + len(sentences)
