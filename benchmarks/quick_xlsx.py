"""Workbooks spliced together as text: what XlsxWriter would write of plain cells, in a tenth of its time."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from tests.sheets import Computed, bare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.sheets import Cell, Page

_EPOCH = date(1899, 12, 30).toordinal()
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>'
)
_ROOT = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)


def xlsx(pages: Sequence[Page]) -> bytes:
    """Return a workbook of `pages`: shared texts, numbers, date cells, formulas with their results."""
    texts: dict[str, int] = {}
    sheets = [_sheet(page, texts) for page in pages]
    parts = {
        "[Content_Types].xml": _content_types(len(pages)),
        "_rels/.rels": _ROOT,
        "xl/workbook.xml": _workbook(pages),
        "xl/_rels/workbook.xml.rels": _relations(len(pages)),
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": _strings(texts),
        **{f"xl/worksheets/sheet{number}.xml": sheet for number, sheet in enumerate(sheets, 1)},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


@cache
def _letters(column: int) -> str:
    left, last = divmod(column, 26)
    return (_letters(left - 1) if left else "") + chr(65 + last)


def _sheet(page: Page, texts: dict[str, int]) -> str:
    out = [f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>']
    for number, cells in enumerate(page.rows, 1):
        out.append(f'<row r="{number}">')
        out += [_cell(f"{_letters(at)}{number}", cell, texts) for at, cell in enumerate(cells) if cell is not None]
        out.append("</row>")
    out.append("</sheetData>")
    if page.merged:
        areas = (f"{_letters(b)}{a + 1}:{_letters(d)}{c + 1}" for a, b, c, d in page.merged)
        out += ["<mergeCells>", *(f'<mergeCell ref="{area}"/>' for area in areas), "</mergeCells>"]
    return "".join([*out, "</worksheet>"])


def _cell(at: str, cell: Cell, texts: dict[str, int]) -> str:
    formula = f"<f>{escape(cell.formula)}</f>" if isinstance(cell, Computed) else ""
    value = bare(cell)
    if isinstance(value, str):
        return f'<c r="{at}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>'
    if isinstance(value, date):
        return f'<c r="{at}" s="1"><v>{value.toordinal() - _EPOCH}</v></c>'
    style = ' s="2"' if isinstance(value, Decimal) else ""
    return f'<c r="{at}"{style}>{formula}<v>{value}</v></c>'


def _strings(texts: dict[str, int]) -> str:
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    return f'{_HEAD}<sst xmlns="{_MAIN}" count="{len(texts)}" uniqueCount="{len(texts)}">{items}</sst>'


def _workbook(pages: Sequence[Page]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(page.name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, page in enumerate(pages, 1)
    )
    return f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'


def _relations(count: int) -> str:
    of = [(f"worksheets/sheet{number}.xml", "worksheet") for number in range(1, count + 1)]
    of += [("styles.xml", "styles"), ("sharedStrings.xml", "sharedStrings")]
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (target, kind) in enumerate(of, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _content_types(count: int) -> str:
    parts = [("workbook.xml", "sheet.main"), ("styles.xml", "styles"), ("sharedStrings.xml", "sharedStrings")]
    parts += [(f"worksheets/sheet{number}.xml", "worksheet") for number in range(1, count + 1)]
    listed = "".join(f'<Override PartName="/xl/{name}" ContentType="{_TYPE}.{kind}+xml"/>' for name, kind in parts)
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{listed}</Types>"
    )
