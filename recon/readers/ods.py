"""The XML of an ods: how far each table reaches once repeats are multiplied out, and the cells that hold no value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers.expat import ParserCreate

from recon.readers.grid import check_size

if TYPE_CHECKING:
    from recon.readers.cells import Fault, Position

_CELLS = ("table:table-cell", "table:covered-table-cell")
_ERROR = re.compile(r"#[A-Z/0-9]+[!?A]|Err:[0-9]+")
_LANGUAGE = re.compile(r"^[a-z]+:(?==)")
_REFERENCE = re.compile(r"\[([^\]]*)\]")


@dataclass(slots=True)
class Table:
    """One sheet: its name, its used rows and columns counted from A1, and its faults."""

    name: str
    rows: int = 0
    columns: int = 0
    faults: dict[Position, Fault] = field(default_factory=dict)


def tables(xml: bytes) -> list[Table]:
    """Return the tables of a content.xml in order; Refused if one reaches too far, ExpatError if damaged."""
    scan = _Scan()
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = scan.start, scan.end
    parser.CharacterDataHandler = scan.text
    parser.Parse(xml, True)  # noqa: FBT003  Expat takes no keyword.
    return scan.tables


@dataclass(slots=True)
class _Scan:
    """Where the scan stands: `path` the open elements, `row` and `column` the next cell, `cell` the open one."""

    tables: list[Table] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    row: int = 0
    column: int = 0
    repeated: int = 1
    width: int = 0
    pending: list[tuple[int, int, Fault]] = field(default_factory=list)
    cell: dict[str, str] = field(default_factory=dict)
    shown: str = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.path.append(tag)
        if tag == "table:table":
            self.tables.append(Table(attributes.get("table:name", "")))
            self.row = 0
        elif tag == "table:table-row":
            self.repeated = int(attributes.get("table:number-rows-repeated", "1"))
            self.column = self.width = 0
            self.pending = []
        elif tag in _CELLS:
            self.cell, self.shown = attributes, ""

    def text(self, text: str) -> None:
        # A comment or a drawing holds paragraphs too, deeper than the cell's own.
        if "text:p" in self.path and self.path[self.path.index("text:p") - 1] in _CELLS:
            self.shown += text

    def end(self, tag: str) -> None:
        self.path.pop()
        if tag in _CELLS:
            self._close_cell()
        elif tag == "table:table-row":
            self._close_row()

    def _close_cell(self) -> None:
        repeated = int(self.cell.get("table:number-columns-repeated", "1"))
        fault = _fault(self.cell, self.shown)
        if fault:
            self.pending.append((self.column, repeated, fault))
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
        table.rows, table.columns = self.row, max(table.columns, self.width)
        check_size(table.rows, table.columns)
        for column, repeated, fault in self.pending:
            for row in range(first, self.row):
                table.faults.update({(row, column + step): fault for step in range(repeated)})


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
