"""The XML of an xlsx or xlsm: which part is which sheet, what is hidden, and from which day dates are counted."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias
from xml.parsers.expat import ParserCreate

from recon.readers import refusals
from recon.readers.archive import part_key
from recon.readers.cells import Refused
from recon.readers.sheet_xml import marks_of

if TYPE_CHECKING:
    from recon.readers.archive import Archive
    from recon.readers.marks import Marks

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# calamine looks for these by name.
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_FIXED_PARTS = ("xl/styles.xml", "xl/sharedstrings.xml")
_RELATED_PARTS = ("styles", "sharedStrings")
# A line break in a sheet's name would otherwise become a space.
_ESCAPED = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
)
_SHORT = 10_000
_TRUE = ("1", "true", "on")

Element: TypeAlias = tuple[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part is to another, and its key in the archive."""

    type: str
    part: str

    @property
    def kind(self) -> str:
        """The last word of the type: worksheet, styles."""
        return self.type.rpartition("/")[2]


def told(archive: Archive) -> tuple[list[Marks], bool]:
    """Return the marks of the sheets in order, without charts, and whether days are counted from 1904.

    ExpatError, LookupError or ValueError if a part is damaged or lacking. The archive is left with what calamine needs:
    these sheets, styles and shared strings, and a plain workbook that names them. A macro sheet makes it fail.
    """
    workbook, relations = main_part(archive)
    elements = _elements_known(archive.part(workbook), ("sheet", "workbookPr"))
    epoch = any(attributes.get("date1904") in _TRUE for name, attributes in elements if name == "workbookPr")
    sheets = [sheet for name, sheet in elements if name == "sheet" and _is_worksheet(sheet, relations)]
    marks = [_marks(archive, sheet, relations) for sheet in sheets]
    # Only once all are told: two sheets may be of one part.
    for sheet, of_sheet in zip(sheets, marks, strict=True):
        if of_sheet.packed:
            archive.put(relations[_key(sheet)].part, of_sheet.packed.xml)
    for part in related_parts(relations, _FIXED_PARTS):
        if archive.has(part):
            archive.part(part)
    archive.put(_WORKBOOK, _plain_workbook(sheets, epoch=epoch))
    archive.put(_RELATIONS, plain_relations(relations))
    return marks, epoch


def main_part(archive: Archive) -> tuple[str, dict[str, Relation]]:
    """Return the key of the workbook's part, and its relations."""
    root = _relations(archive.part("_rels/.rels"), "")
    workbook = next(relation.part for relation in root.values() if relation.kind == "officeDocument")
    folder, file = posixpath.split(workbook)
    return workbook, _relations(archive.part(posixpath.join(folder, "_rels", f"{file}.rels")), folder)


def related_parts(relations: dict[str, Relation], fixed: tuple[str, ...]) -> set[str]:
    """Return the keys of the styles and shared strings: those related, and those that calamine looks for."""
    return {*fixed, *(relation.part for relation in relations.values() if relation.kind in _RELATED_PARTS)}


def plain_relations(relations: dict[str, Relation]) -> bytes:
    """Return the relations of a workbook as calamine understands them, without prefixes."""
    items = "".join(
        f"<Relationship Id={_quoted(key)} Type={_quoted(relation.type)} Target={_quoted(_from_workbook(relation.part))}/>"
        for key, relation in relations.items()
        if relation.kind in ("worksheet", *_RELATED_PARTS)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{items}</Relationships>'.encode()


def _quoted(text: str) -> str:
    """Return an attribute's value as XML; not by `xml.sax`, whose imports take longer than those of all the readers."""
    return f'"{text.translate(_ESCAPED)}"'


def _from_workbook(part: str) -> str:
    return part.removeprefix("xl/") if part.startswith("xl/") else f"/{part}"


def _plain_workbook(sheets: list[dict[str, str]], *, epoch: bool) -> bytes:
    items = "".join(
        f'<sheet name={_quoted(sheet["name"])} sheetId="{number}" r:id={_quoted(_key(sheet))}/>'
        for number, sheet in enumerate(sheets, 1)
    )
    return (
        f'<workbook xmlns="{_SPREADSHEET}" xmlns:r="{_OFFICE}"><workbookPr date1904="{epoch:d}"/>'
        f"<sheets>{items}</sheets></workbook>"
    ).encode()


def _key(sheet: dict[str, str]) -> str:
    """Return the identifier of a sheet's relation; StopIteration if it names none."""
    return next(value for name, value in sheet.items() if name.endswith(":id"))


def _is_worksheet(sheet: dict[str, str], relations: dict[str, Relation]) -> bool:
    """Whether a sheet holds cells; one that no part belongs to is an empty name. LookupError if its relation is lacking."""
    key = _key(sheet)
    return key != "" and relations[key].kind == "worksheet"


def _marks(archive: Archive, sheet: dict[str, str], relations: dict[str, Relation]) -> Marks:
    xml = archive.part(relations[_key(sheet)].part)
    if b"worksheet" not in xml:
        raise Refused(refusals.DAMAGED)
    marks = marks_of(xml, sheet["name"])
    marks.hidden = sheet.get("state", "visible") != "visible"
    return marks


def _relations(xml: bytes, folder: str) -> dict[str, Relation]:
    """Return identifier -> relation, its part named from the archive's root; it is not to be changed."""
    return _known_relations(xml, folder) if len(xml) < _SHORT else _found_relations(xml, folder)


def _found_relations(xml: bytes, folder: str) -> dict[str, Relation]:
    return {
        attributes["Id"]: Relation(
            attributes["Type"],
            part_key(posixpath.normpath(posixpath.join(f"/{folder}", attributes["Target"].replace("\\", "/")))),
        )
        for _, attributes in _elements(xml, ("Relationship",))
    }


def _elements(xml: bytes, wanted: tuple[str, ...]) -> list[Element]:
    """Return local name and attributes of every element of those local names."""
    found: list[Element] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name in wanted:
            found.append((name, attributes))

    parser = ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(xml, True)  # noqa: FBT003  Expat takes no keyword.
    return found


def _elements_known(xml: bytes, wanted: tuple[str, ...]) -> list[Element]:
    """Return the same as `_elements`; it is not to be changed."""
    return _known_elements(xml, wanted) if len(xml) < _SHORT else _elements(xml, wanted)


# Workbooks of one program have the same relations to the byte, and often the same sheets.
_known_relations = lru_cache(maxsize=64)(_found_relations)
_known_elements = lru_cache(maxsize=64)(_elements)
