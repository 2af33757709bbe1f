"""The XML of an ods: how far each table reaches once repeats are multiplied out, and the cells that hold no value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers.expat import ParserCreate

from recon.readers import refusals
from recon.readers.cells import Refused, address
from recon.readers.grid import check_size
from recon.readers.marks import Marks

if TYPE_CHECKING:
    from recon.readers.cells import Fault

# No cell holds more characters; `<text:s text:c="2000000000"/>` would ask for 2 GB of spaces.
MAX_SPACES = 1_000_000
_ERROR = re.compile(r"#[A-Z/0-9]+[!?A]|Err:[0-9]+")
_LAYOUT = re.compile(rb">\s+(</?table:|<text:p[ />])")
_LANGUAGE = re.compile(r"^[a-z]+:(?==)")
_REFERENCE = re.compile(r"\[([^\]]*)\]")


def without_layout(xml: bytes) -> bytes:
    """Return a content.xml without white space between rows and cells: some writers indent them, calamine gives up."""
    return _LAYOUT.sub(rb">\1", xml) if _LAYOUT.search(xml) else xml


def marks(xml: bytes) -> list[Marks]:
    """Return the marks of the tables of a content.xml in order; Refused if one reaches too far, ExpatError if damaged."""
    scan = _Scan()
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = scan.start, scan.end
    parser.CharacterDataHandler = scan.text
    parser.Parse(xml, True)  # noqa: FBT003  Expat takes no keyword.
    return scan.tables


@dataclass(slots=True)
class _Scan:
    """Where the scan stands: `row` and `column` the next cell, `cell` the open one, `depth` how deep in its text."""

    tables: list[Marks] = field(default_factory=list)
    hidden_styles: set[str] = field(default_factory=set)
    style: str = ""
    row: int = 0
    column: int = 0
    declared: int = 0
    repeated: int = 1
    width: int = 0
    pending: list[tuple[int, int, Fault]] = field(default_factory=list)
    cell: dict[str, str] = field(default_factory=dict)
    inside: list[str] = field(default_factory=list)
    spaces: int = 0
    shown: str = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self.inside:
            self._inside(tag, attributes)
            return
        match tag:
            case "table:table-cell" | "table:covered-table-cell":
                self.cell, self.shown, self.spaces = attributes, "", 0
                self.inside.append(tag)
            case "table:table-row":
                self._open_row(attributes)
            case "table:table-column":
                self._columns(attributes)
            case "table:table":
                self._open_table(attributes)
            case "style:style":
                self.style = attributes.get("style:name", "")
            case "style:table-properties" if attributes.get("table:display") == "false":
                self.hidden_styles.add(self.style)

    def _inside(self, tag: str, attributes: dict[str, str]) -> None:
        self.inside.append(tag)
        if tag == "text:s":
            self.spaces += _count(attributes, "text:c")
            if self.spaces > MAX_SPACES:
                raise Refused(refusals.DAMAGED)

    def text(self, text: str) -> None:
        # A comment or a drawing holds paragraphs too, deeper than the cell's own.
        if len(self.inside) > 1 and self.inside[1] == "text:p" and len(self.shown) < MAX_SPACES:
            self.shown += text

    def end(self, tag: str) -> None:
        if self.inside:
            self.inside.pop()
            if not self.inside:
                self._close_cell()
        elif tag == "table:table-row":
            self._close_row()

    def _open_table(self, attributes: dict[str, str]) -> None:
        hidden = attributes.get("table:style-name") in self.hidden_styles
        self.tables.append(Marks(attributes.get("table:name", ""), hidden))
        self.row = self.declared = 0

    def _columns(self, attributes: dict[str, str]) -> None:
        first, self.declared = self.declared, self.declared + _count(attributes, "table:number-columns-repeated")
        if attributes.get("table:visibility", "visible") != "visible":
            self.tables[-1].hidden_columns.append((first, self.declared - 1))

    def _open_row(self, attributes: dict[str, str]) -> None:
        self.repeated = _count(attributes, "table:number-rows-repeated")
        self.column = self.width = 0
        self.pending = []
        if attributes.get("table:visibility", "visible") != "visible":
            self.tables[-1].hidden_rows.append((self.row, self.row + self.repeated - 1))

    def _close_cell(self) -> None:
        repeated = _count(self.cell, "table:number-columns-repeated")
        rows, columns = (
            _count(self.cell, "table:number-rows-spanned"),
            _count(self.cell, "table:number-columns-spanned"),
        )
        if rows > 1 or columns > 1:
            area = (self.row, self.column, self.row + rows - 1, self.column + columns - 1)
            self.tables[-1].merged.append(area)
        fault = _fault(self.cell, self.shown)
        if fault:
            self.pending.append((self.column, repeated, fault))
        if "table:formula" in self.cell:
            self.tables[-1].formulas.append(address(self.row, self.column))
        self.column += repeated
        if fault or "office:value-type" in self.cell:
            self.width = self.column

    def _close_row(self) -> None:
        table = self.tables[-1]
        first = self.row
        self.row += self.repeated
        # Every sheet ends with a million empty rows: only what is used counts.
        if not self.width:
            return
        table.reaches(self.row - 1, self.width - 1)
        check_size(table.rows, table.columns)
        for column, repeated, fault in self.pending:
            for row in range(first, self.row):
                table.faults.update({(row, column + step): fault for step in range(repeated)})


def _count(attributes: dict[str, str], name: str) -> int:
    return max(int(attributes.get(name, "1")), 0)


def _fault(cell: dict[str, str], shown: str) -> Fault | None:
    """Return what is wrong with a cell: an error, a formula nobody computed, a text without a type of value."""
    formula = cell.get("table:formula")
    if cell.get("calcext:value-type") == "error" or (formula and _ERROR.fullmatch(shown)):
        return shown or "#?"
    if "office:value-type" in cell:
        return None
    return _plain(formula) if formula else shown or None


def _plain(formula: str) -> str:
    """Return `of:=[.C12]+[.C13]` as a user sees it: `=C12+C13`."""
    return _REFERENCE.sub(lambda found: found[1].replace(":.", ":").removeprefix("."), _LANGUAGE.sub("", formula))
