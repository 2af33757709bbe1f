"""The XML of one sheet: how far it reaches, what it hides and merges, and the cells that hold no value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers.expat import ParserCreate

from recon.readers import refusals
from recon.readers.cells import Refused, address, position
from recon.readers.grid import MAX_CELLS, check_grid, check_size
from recon.readers.marks import Marks
from recon.readers.sparse import MAX_PLACES, packed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.readers.cells import Area, Fault, Position

_UNNAMED_ERROR = "#?"
_SHARED_FORMULA = "…"
_LONGEST = 10_000  # Excel's formulas hold 8,192 characters at most.
_TRUE = ("1", "true", "on")

# A cell in the first 182 columns (A to FZ) and 99,999 rows, of no more than these attributes, that stores a value, or an empty one: of
# such cells alone a sheet cannot pass the limit on cells, and none of them can be at fault.
_OTHER_CELL = re.compile(
    rb'<c(?! r="(?:[A-F]?[A-Z][1-9][0-9]{0,4}"(?: s="[0-9]+")?'
    rb'(?:>(?:<v>[^<]|</c>)| t="(?:s"><v>[0-9]|(?:n|str|inlineStr)"><(?:v>[^<]|is>))|/>)'
    rb'|[A-Z]{1,3}[1-9][0-9]{0,6}"(?: s="[0-9]+")?/>))[\s/>]'
)
_PREFIXED = re.compile(rb":c>")
_USUAL_CELL = re.compile(rb'<c r="[A-Z]{1,3}[1-9][0-9]{0,6}"')
_NEAR_CELL = re.compile(rb'<c r="[A-F]?[A-Z][1-9][0-9]{0,4}"')
_FILLED_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')
_STORED = re.compile(rb"<v>[^<]")
_AT_FAULT = re.compile(rb't="[bes]"')
_ROW = re.compile(rb"<row\b([^>]*)>")
_ROW_NUMBER = re.compile(rb'\br="([0-9]{1,7})"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true|on)"')
_COLUMN = re.compile(rb"<col\b[^>]*>")
_FIRST_COLUMN, _LAST_COLUMN = re.compile(rb'\bmin="([0-9]{1,7})"'), re.compile(rb'\bmax="([0-9]{1,7})"')
_MERGED = re.compile(rb'<mergeCell\b[^>]*?\bref="([A-Za-z]{1,3}[0-9]{1,7}:[A-Za-z]{1,3}[0-9]{1,7})"')


def marks_of(xml: bytes, name: str) -> Marks:
    """Return what one sheet says beside its values; Refused if it reaches too far, ExpatError if it is damaged."""
    # Every cell of a large sheet takes seconds to parse, the few that may be at fault nothing.
    formulas: list[str] = []
    suspects = None if _is_unusual(xml) else _suspects(xml, formulas)
    if suspects is None:
        return _parsed(xml, name)
    marks = _parsed(suspects, name) if suspects else Marks(name, booleans=False)
    marks.formulas = formulas
    body = max(xml.find(b"<sheetData"), 0)
    if xml.find(b' hidden="', 0, body) >= 0:
        marks.hidden_columns = list(_hidden_columns(xml[:body]))
    if xml.find(b' hidden="', body) >= 0:
        marks.hidden_rows = [(row, row) for row in _hidden_rows(xml)]
    tail = xml.rfind(b"<mergeCells")
    marks.merged = [_area(found[1].decode()) for found in _MERGED.finditer(xml, tail)] if tail >= 0 else []
    return marks


def _is_unusual(xml: bytes) -> bool:
    """Whether there are comments, CDATA, or cells with a prefix."""
    # A rare sign is found faster than the words it begins.
    if b"!" in xml and b"<!" in xml:
        return True
    return _PREFIXED.search(xml) is not None


def _parsed(xml: bytes, name: str) -> Marks:
    scan = _Scan(Marks(name, booleans=False))
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = scan.start, scan.end
    parser.CharacterDataHandler = scan.text
    parser.Parse(xml, True)  # noqa: FBT003  Expat takes no keyword.
    marks = scan.marks
    check_grid(marks.rows, marks.columns)
    if marks.rows * marks.columns > MAX_CELLS:
        marks.packed = packed(xml, scan.places)
    return marks


def _surely_fits(xml: bytes) -> bool:
    """Whether the sheet keeps the limit on cells even if everything that is not `<c …/>` holds a value."""
    marks = Marks("")
    letters: dict[bytes, int] = {}
    last = 0
    for found in _FILLED_CELL.finditer(xml):
        letters.setdefault(found[1], 0)
        last = max(last, int(found[2]))
    for column in letters:
        marks.reaches(last - 1, position(f"{column.decode()}1")[1])
    try:
        check_size(marks.rows, marks.columns)
    except Refused:
        return False
    return True


def _suspects(xml: bytes, formulas: list[str]) -> bytes | None:
    """Return one row of the cells that may be at fault; None if they are not to be told without parsing the sheet.

    The addresses of the cells that a formula gives are added to `formulas`.
    """
    cells: list[bytes] = []
    end, far = 0, False
    for found in _OTHER_CELL.finditer(xml):
        start = found.start()
        if start < end:
            continue
        tag_end = xml.find(b">", start)
        empty = xml[tag_end - 1 : tag_end] == b"/"
        if not _USUAL_CELL.match(xml, start) or (empty and xml.find(b't="e"', start, tag_end) >= 0):
            return None
        far = far or not _NEAR_CELL.match(xml, start)
        if empty:
            continue
        end = xml.find(b"</c>", start) + len(b"</c>")
        if end < start:
            return None
        if xml.find(b"<f", tag_end, end) >= 0:
            formulas.append(xml[start + 6 : xml.find(b'"', start + 6)].decode())
        if _AT_FAULT.search(xml, start, tag_end) or not _STORED.search(xml, tag_end, end):
            cells.append(xml[start:end])
    if far and not _surely_fits(xml):
        return None
    return b"<row>" + b"".join(cells) + b"</row>" if cells else b""


def _hidden_rows(xml: bytes) -> Iterator[int]:
    row = -1
    for found in _ROW.finditer(xml):
        number = _ROW_NUMBER.search(found[1])
        row = int(number[1]) - 1 if number else row + 1
        if _HIDDEN.search(found[1]):
            yield row


def _hidden_columns(xml: bytes) -> Iterator[tuple[int, int]]:
    for found in _COLUMN.finditer(xml):
        first, last = _FIRST_COLUMN.search(found[0]), _LAST_COLUMN.search(found[0])
        if first and last and _HIDDEN.search(found[0]):
            yield int(first[1]) - 1, int(last[1]) - 1


def _area(reference: str) -> Area:
    first, _, last = reference.partition(":")
    return (*position(first), *position(last or first))


@dataclass(slots=True)
class _Scan:
    """Where the scan of a sheet stands: `cell` is the type of the open cell, `held` the text of its f, v and is.

    `places` are those of the cells that hold something, in order, as many as may be spread out and one more.
    """

    marks: Marks
    row: int = -1
    column: int = -1
    cell: str | None = None
    inside: str | None = None
    held: dict[str, str] = field(default_factory=dict)
    places: list[Position] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag.rpartition(":")[2]:
            case "c":
                self._open(attributes)
            case "row":
                self._row(attributes)
            case "f" | "v" | "is" as name if self.cell is not None:
                self.inside = name
                self.held[name] = ""
            case "col" if attributes.get("hidden") in _TRUE:
                self.marks.hidden_columns.append((int(attributes["min"]) - 1, int(attributes["max"]) - 1))
            case "mergeCell":
                self.marks.merged.extend(_areas(attributes.get("ref", "")))

    def text(self, text: str) -> None:
        # Text comes in pieces: adding to one that is long already would copy it again and again.
        if self.inside and len(self.held[self.inside]) < _LONGEST:
            self.held[self.inside] += text

    def end(self, tag: str) -> None:
        match tag.rpartition(":")[2]:
            case "c":
                self._close()
            case "f" | "v" | "is":
                self.inside = None

    def _row(self, attributes: dict[str, str]) -> None:
        self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
        self.column = -1
        if attributes.get("hidden") in _TRUE:
            self.marks.hidden_rows.append((self.row, self.row))

    def _open(self, attributes: dict[str, str]) -> None:
        self.cell = attributes.get("t", "n")
        self.marks.booleans = self.marks.booleans or self.cell == "b"
        self.held = {}
        if "r" in attributes:
            self.row, self.column = position(attributes["r"])
        else:
            self.column += 1

    def _close(self) -> None:
        if self.held:
            self.marks.reaches(self.row, self.column)
            if len(self.places) <= MAX_PLACES:
                self.places.append((self.row, self.column))
        if self.cell == "s" and self.held.get("v", "").lstrip().startswith("-"):
            raise Refused(refusals.DAMAGED)
        if "f" in self.held:
            self.marks.formulas.append(address(self.row, self.column))
        fault = _fault(self.cell, self.held)
        if fault:
            self.marks.faults[self.row, self.column] = fault
        self.cell = None


def _areas(reference: str) -> list[Area]:
    """Return the area of a reference, nothing if it is none: a merged range that is text hides no cell."""
    try:
        return [_area(reference)]
    except ValueError:
        return []


def _fault(cell: str | None, held: dict[str, str]) -> Fault | None:
    if cell == "e":
        return held.get("v") or _UNNAMED_ERROR
    # An empty text is a result; an empty number is what some writers leave where nothing was computed.
    if "f" in held and not held.get("v") and not (cell == "str" and "v" in held):
        return "=" + (held["f"] or _SHARED_FORMULA)
    return None
