"""Write the sample dossier `workbooks/exemple`, byte for byte the same each time: `python -m tests.make_sample`."""

from __future__ import annotations

import csv
import io
import re
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter

from tests.sample_data import ENCODINGS, FILES, NOT_A_SPREADSHEET, SETTINGS, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Cell = str | int | float | date | None

DOSSIER = Path(__file__).parents[1] / "workbooks" / "exemple"
CREATED = datetime(2026, 11, 30)  # noqa: DTZ001 - XlsxWriter wants it without a zone.
WHOLE = ("Exercice", "Bordereau", "Mandat", "Ligne", "Compte", "Nombre d'écoles")


def main(dossier: Path = DOSSIER) -> None:
    """Write every file of the sample into `dossier`."""
    for name, content in {"recon.toml": SETTINGS.encode(), **NOT_A_SPREADSHEET, **workbooks()}.items():
        path = dossier / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def workbooks() -> dict[str, bytes]:
    """Return the sample's spreadsheets: their names in the dossier, and their bytes."""
    return {name: _written(name, sheets) for name, sheets in FILES.items()}


def _written(name: str, sheets: tuple[Sheet, ...]) -> bytes:
    match Path(name).suffix:
        case ".csv":
            return csv_file(sheets[0], ENCODINGS[name])
        case ".ods":
            return ods_file(sheets[0])
        case _:
            return xlsx_file(sheets)


def rows(sheet: Sheet) -> Iterable[Sequence[Cell]]:
    """Yield the sheet's rows: what stands above, the headings, then typed cells."""
    yield from ([line] for line in sheet.above.split("\n")[:-1])
    # A blank row parts the title from the table, as people leave one.
    yield from [[None]] if sheet.above else []
    headings, *lines = [[text.strip() for text in line.split("|")] for line in sheet.table.strip().splitlines()]
    yield headings
    yield from ([cell(heading, text) for heading, text in zip(headings, line, strict=True)] for line in lines)


def cell(heading: str, text: str) -> Cell:
    """Return what a spreadsheet would hold: `2026-10-27` a date, `41.00` a number, `2026` a whole number, else text."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    if re.fullmatch(r"-?\d+\.\d\d|\d\.\dE\+\d\d", text):
        return float(text)
    return int(text) if heading in WHOLE and text else text or None


def xlsx_file(sheets: Iterable[Sheet]) -> bytes:
    """Return a workbook of `sheets`; identifiers are text, amounts numbers, dates dates unless typed as text."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        book.set_properties({"created": CREATED})
        amount = book.add_format({"num_format": "#,##0.00"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            page.set_column(0, 15, 18)
            for place, row in enumerate(rows(sheet)):
                for column, value in enumerate(row):
                    _write(page, place, column, value, amount)
    return buffer.getvalue()


def _write(
    page: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Cell, amount: xlsxwriter.format.Format
) -> None:
    match value:
        case None:
            pass
        case str():
            page.write_string(row, column, value)
        case date():
            page.write_datetime(row, column, value)
        case float():
            # A number of 32 digits is shown as a spreadsheet shows it: 3.1E+31.
            page.write_number(row, column, value, None if value > 1e15 else amount)
        case _:
            page.write_number(row, column, value)


def csv_file(sheet: Sheet, encoding: str) -> bytes:
    """Return a CSV as a French Excel saves it: semicolons, amounts `2 565,00 €`, dates dd/mm/yyyy."""
    lines = io.StringIO()
    csv.writer(lines, delimiter=";", lineterminator="\r\n").writerows(map(_french, row) for row in rows(sheet))
    return lines.getvalue().encode(encoding)


def _french(value: Cell) -> str:
    match value:
        case date():
            return f"{value:%d/%m/%Y}"
        case float():
            return f"{value:,.2f}".replace(",", "\u00a0").replace(".", ",") + "\u00a0€"
        case _:
            return "" if value is None else str(value)


# ODS: a zip of three members is all that a reader asks for -----------------------------------------------------------

_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest xmlns:manifest="{_OASIS}:manifest:1.0" '
    f'manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIME}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_STYLES = (
    '<office:automatic-styles><number:date-style style:name="dmy"><number:day number:style="long"/>'
    '<number:text>/</number:text><number:month number:style="long"/><number:text>/</number:text>'
    '<number:year number:style="long"/></number:date-style>'
    '<style:style style:name="day" style:family="table-cell" style:data-style-name="dmy"/></office:automatic-styles>'
)


def ods_file(sheet: Sheet) -> bytes:
    """Return an OpenDocument spreadsheet of one sheet."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in (("mimetype", _MIME), ("META-INF/manifest.xml", _MANIFEST), ("content.xml", _content(sheet))):
            # The mimetype comes first and uncompressed; every member bears the oldest date a zip can.
            packed = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), text.encode(), packed)
    return buffer.getvalue()


def _content(sheet: Sheet) -> str:
    spaces = {"table": "table:1.0", "text": "text:1.0", "office": "office:1.0", "style": "style:1.0"}
    spaces["number"] = "datastyle:1.0"
    declared = " ".join(f'xmlns:{prefix}="{_OASIS}:{name}"' for prefix, name in spaces.items())
    table = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows(sheet))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {declared} office:version="1.2">{_STYLES}'
        f"<office:body><office:spreadsheet><table:table table:name={quoteattr(sheet.name)}>{table}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )


def _ods_cell(value: Cell) -> str:
    match value:
        case None:
            return "<table:table-cell/>"
        case date():
            typed = f' table:style-name="day" office:value-type="date" office:date-value="{value.isoformat()}"'
        case str():
            typed = ' office:value-type="string"'
        case _:
            typed = f' office:value-type="float" office:value="{value}"'
    shown = escape(value) if isinstance(value, str) else _french(value)
    return f"<table:table-cell{typed}><text:p>{shown}</text:p></table:table-cell>"


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
