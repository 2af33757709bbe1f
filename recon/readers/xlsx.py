"""The XML of an xlsx or xlsm: which part is which sheet, how far it reaches, and the cells that hold no value."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING
from xml.parsers.expat import ParserCreate

from recon.readers.archive import part_key
from recon.readers.cells import position
from recon.readers.grid import check_size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.readers.cells import Fault, Position

_UNNAMED_ERROR = "#?"
_SHARED_FORMULA = "…"

# Of 182 columns (A to FZ) and 99,999 rows a sheet cannot pass the limit on cells, so nothing needs counting.
_UNUSUAL_CELL = re.compile(rb'<c(?! r="[A-F]?[A-Z][1-9][0-9]{0,4}")[\s/>]')
# XML written so that the words searched for below would not find every error and formula.
_UNUSUAL_XML = (b":c>", b't="e"/>')
_SUSPECTS = (re.compile(rb' t="e"'), re.compile(rb"<f[\s/>]"))


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A sheet of the workbook and its XML; `xml` is None for a chart, a dialogue or a macro sheet."""

    name: str
    xml: bytes | None


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str
    part: str


def worksheets(parts: Mapping[str, bytes]) -> list[Worksheet]:
    """Return the sheets of a workbook in order; ExpatError or LookupError if a part is damaged or lacking."""
    by_key = {part_key(name): part for name, part in parts.items()}
    root = _relations(by_key["_rels/.rels"], "")
    workbook = next(relation.part for relation in root.values() if relation.kind == "officeDocument")
    folder, file = posixpath.split(workbook)
    relations = _relations(by_key[posixpath.join(folder, "_rels", f"{file}.rels")], folder)
    return [_worksheet(name, relations[key], by_key) for name, key in _sheets(by_key[workbook])]


def _worksheet(name: str, relation: _Relation, by_key: Mapping[str, bytes]) -> Worksheet:
    return Worksheet(name, by_key[relation.part] if relation.kind == "worksheet" else None)


def _relations(xml: bytes, folder: str) -> dict[str, _Relation]:
    """Return identifier -> relation, its part named from the archive's root."""
    return {
        attributes["Id"]: _Relation(
            attributes["Type"].rpartition("/")[2],
            part_key(posixpath.normpath(posixpath.join(f"/{folder}", attributes["Target"].replace("\\", "/")))),
        )
        for attributes in _elements(xml, "Relationship")
    }


def _sheets(xml: bytes) -> list[tuple[str, str]]:
    """Return the name and relation identifier of each sheet."""
    return [
        (sheet["name"], next(value for name, value in sheet.items() if name.endswith(":id")))
        for sheet in _elements(xml, "sheet")
    ]


def _elements(xml: bytes, wanted: str) -> list[dict[str, str]]:
    """Return the attributes of every element of that local name."""
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == wanted:
            found.append(attributes)

    parser = ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(xml, True)  # noqa: FBT003  Expat takes no keyword.
    return found


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def faults(xml: bytes) -> dict[Position, Fault]:
    """Return the errors and the formulas without stored value of one sheet; Refused if it reaches too far."""
    # Every cell of a large sheet takes seconds to parse, the few that may be at fault nothing.
    if not _UNUSUAL_CELL.search(xml) and not any(mark in xml for mark in _UNUSUAL_XML):
        xml = _suspects(xml)
    scan = _Scan()
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = scan.start, scan.end
    parser.CharacterDataHandler = scan.text
    parser.Parse(xml, True)  # noqa: FBT003
    check_size(scan.rows, scan.columns)
    return scan.faults


def _suspects(xml: bytes) -> bytes:
    """Return one row of the cells that hold an error or a formula, each with its address."""
    cells: dict[int, bytes] = {}
    for found in chain.from_iterable(pattern.finditer(xml) for pattern in _SUSPECTS):
        start = xml.rindex(b"<c ", 0, found.start() + 1)
        cells[start] = xml[start : xml.index(b"</c>", found.end()) + len(b"</c>")]
    return b"<row>" + b"".join(cells.values()) + b"</row>"


@dataclass(slots=True)
class _Scan:
    """Where the scan of a sheet stands: `cell` is the type of the open cell, `held` the text of its f, v and is."""

    rows: int = 0
    columns: int = 0
    faults: dict[Position, Fault] = field(default_factory=dict)
    row: int = -1
    column: int = -1
    cell: str | None = None
    inside: str | None = None
    held: dict[str, str] = field(default_factory=dict)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match _local(tag):
            case "c":
                self._open(attributes)
            case "row":
                self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
                self.column = -1
            case "f" | "v" | "is" as name if self.cell is not None:
                self.inside = name
                self.held[name] = ""

    def text(self, text: str) -> None:
        if self.inside:
            self.held[self.inside] += text

    def end(self, tag: str) -> None:
        match _local(tag):
            case "c":
                self._close()
            case "f" | "v" | "is":
                self.inside = None

    def _open(self, attributes: dict[str, str]) -> None:
        self.cell = attributes.get("t", "n")
        self.held = {}
        if "r" in attributes:
            self.row, self.column = position(attributes["r"])
        else:
            self.column += 1

    def _close(self) -> None:
        if self.held:
            self.rows, self.columns = max(self.rows, self.row + 1), max(self.columns, self.column + 1)
        fault = _fault(self.cell, self.held)
        if fault:
            self.faults[self.row, self.column] = fault
        self.cell = None


def _fault(cell: str | None, held: dict[str, str]) -> Fault | None:
    if cell == "e":
        return held.get("v") or _UNNAMED_ERROR
    # An empty text is a result; an empty number is what some writers leave where nothing was computed.
    if "f" in held and not held.get("v") and not (cell == "str" and "v" in held):
        return "=" + (held["f"] or _SHARED_FORMULA)
    return None
