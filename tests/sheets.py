"""Spreadsheets for tests: a page is rows of cells, a marked cell can be found again, and each format has its writer.

The writers know nothing of ledgers. `places` tells where each marked cell went, so that a test can ask whether `recon`
names the cell where a figure truly stands.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter

from recon.readers.cells import address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Plain: TypeAlias = str | int | float | Decimal | date | None


class Computed(NamedTuple):
    """A formula and the result that the spreadsheet stored with it."""

    formula: str
    value: Plain


class Marked(NamedTuple):
    """A cell that a test wants to find again under `key`."""

    key: str
    value: Plain | Computed


Cell: TypeAlias = Plain | Computed | Marked
Rows: TypeAlias = "list[list[Cell]]"


@dataclass(slots=True)
class Page:
    """One sheet: its rows from A1, merged areas (first row, first column, last row, last column), and what is hidden."""

    name: str
    rows: Rows
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden: bool = False


def places(pages: Iterable[Page]) -> dict[str, tuple[str, str]]:
    """Return the sheet and the address of each marked cell."""
    return {
        cell.key: (page.name, address(row, column))
        for page in pages
        for row, cells in enumerate(page.rows)
        for column, cell in enumerate(cells)
        if isinstance(cell, Marked) and cell.value is not None
    }


def bare(cell: Cell) -> Plain:
    """Return the value that a reader should see in `cell`."""
    if isinstance(cell, Marked):
        cell = cell.value
    return cell.value if isinstance(cell, Computed) else cell


# xlsx ----------------------------------------------------------------------------------------------------------------


def xlsx(pages: Sequence[Page], *, since_1904: bool = False) -> bytes:
    """Return a workbook; dates are date cells, counted from 1904 if asked, as Excel for Mac once did."""
    buffer = io.BytesIO()
    options = {"date_1904": since_1904, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for page in pages:
            _xlsx_page(book.add_worksheet(page.name), page, day)
    return buffer.getvalue()


def _xlsx_page(sheet: xlsxwriter.worksheet.Worksheet, page: Page, day: xlsxwriter.format.Format) -> None:
    for first_row, first_column, last_row, last_column in page.merged:
        sheet.merge_range(first_row, first_column, last_row, last_column, "")
    for row, cells in enumerate(page.rows):
        for column, cell in enumerate(cells):
            _xlsx_cell(sheet, row, column, cell.value if isinstance(cell, Marked) else cell, day)
    for row in page.hidden_rows:
        sheet.set_row(row, None, None, {"hidden": True})
    for column in page.hidden_columns:
        sheet.set_column(column, column, None, None, {"hidden": True})
    if page.hidden:
        sheet.hide()


def _xlsx_cell(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Plain | Computed, day: xlsxwriter.format.Format
) -> None:
    match cell:
        case None:
            pass
        case Computed():
            value = float(cell.value) if isinstance(cell.value, Decimal) else cell.value
            sheet.write_formula(row, column, f"={cell.formula}", None, value)
        case datetime() | date():
            sheet.write_datetime(row, column, cell, day)
        case str():
            sheet.write_string(row, column, cell)
        case _:
            sheet.write_number(row, column, float(cell))


# Text ----------------------------------------------------------------------------------------------------------------


def delimited(
    page: Page, delimiter: str = ";", encoding: str = "utf-8", decimal: str = ",", errors: str = "strict"
) -> bytes:
    """Return a page as CSV: dd/mm/yyyy, two decimals, the widest row deciding how many cells each row has."""
    text = io.StringIO()
    width = max(map(len, page.rows))
    out = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    for cells in page.rows:
        out.writerow([typed(cell, decimal) for cell in cells] + [""] * (width - len(cells)))
    return text.getvalue().encode(encoding, errors)


def typed(cell: Cell, decimal: str = ",") -> str:
    """Return the text that a French spreadsheet shows for a cell: `05/10/2026`, `1234,56`, nothing where it is empty."""
    match value := bare(cell):
        case None:
            return ""
        case Decimal():
            return f"{value:.2f}".replace(".", decimal)
        case date():
            return f"{value:%d/%m/%Y}"
        case _:
            return str(value)


# ods -----------------------------------------------------------------------------------------------------------------

_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def ods(pages: Sequence[Page]) -> bytes:
    """Return an OpenDocument spreadsheet with typed cells, as LibreOffice would write them."""
    tables = "".join(
        f"<table:table table:name={quoteattr(page.name)}>{''.join(map(_ods_row, page.rows))}</table:table>"
        for page in pages
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.2">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        # Undated parts: the same page gives the same bytes at any time.
        archive.writestr(zipfile.ZipInfo("mimetype"), _ODS, zipfile.ZIP_STORED)
        archive.writestr(zipfile.ZipInfo("content.xml"), content, zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo("META-INF/manifest.xml"), _MANIFEST, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _ods_row(cells: Sequence[Cell]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, cells)) or '<table:table-cell/>'}</table:table-row>"


def _ods_cell(cell: Cell) -> str:
    value = bare(cell)
    if value is None:
        return "<table:table-cell/>"
    shown = f"<text:p>{escape(typed(value))}</text:p></table:table-cell>"
    match value:
        case str():
            return f'<table:table-cell office:value-type="string">{shown}'
        case date():
            return f'<table:table-cell office:value-type="date" office:date-value="{value:%Y-%m-%d}">{shown}'
        case _:
            return f'<table:table-cell office:value-type="float" office:value="{value}">{shown}'
