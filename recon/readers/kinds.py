"""What a file is, by its content: its name says what somebody thought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from recon.readers import archive, refusals
from recon.readers.cells import Refused

if TYPE_CHECKING:
    from recon.texts import Text

Kind = Literal["xlsx", "ods", "csv"]

_ZIP = b"PK"
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"

_MAGIC = {
    b"%PDF": refusals.PDF,
    b"\x89PNG": refusals.IMAGE,
    b"\xff\xd8\xff": refusals.IMAGE,
    b"GIF8": refusals.IMAGE,
    b"II*\0": refusals.IMAGE,
    b"MM\0*": refusals.IMAGE,
    b"\x1f\x8b": refusals.ARCHIVE,
    b"7z\xbc\xaf": refusals.ARCHIVE,
    b"Rar!": refusals.ARCHIVE,
    b"{\\rtf": refusals.RICH_TEXT,
}
_MEMBERS = {"word/document.xml": refusals.WORD, "ppt/presentation.xml": refusals.SLIDES}


def kind_of(data: bytes) -> Kind:
    """Return the kind of file `data` is; Refused, by its name, if recon does not read that kind."""
    if data.startswith(_OLE):
        raise Refused(_ole(data))
    if data.startswith((_ZIP + b"\3\4", _ZIP + b"\5\6")):
        return _zipped(data)
    what = next((what for magic, what in _MAGIC.items() if data.startswith(magic)), None)
    if what:
        raise Refused(refusals.NOT_A_TABLE.with_(what=what))
    if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        raise Refused(refusals.WEB_PAGE)
    if data.startswith(b"ID;P"):
        raise Refused(refusals.OTHER_FORMAT.with_(name="SYLK"))
    return "csv"


def _ole(data: bytes) -> Text:
    return refusals.PROTECTED if _ENCRYPTED_PACKAGE in data else refusals.OTHER_FORMAT.with_(name=refusals.OLD_XLS)


def _zipped(data: bytes) -> Kind:
    names = {archive.part_key(name) for name in archive.names(data)}
    if any(name.rpartition("/")[2] == "workbook.xml" for name in names):
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise Refused(refusals.OTHER_FORMAT.with_(name=".xlsb"))
    if "mimetype" in names and "content.xml" in names:
        return _open_document(data)
    raise Refused(refusals.NOT_A_TABLE.with_(what=_other(names)))


def _open_document(data: bytes) -> Kind:
    if archive.beginning(data, "mimetype").startswith(_SPREADSHEET):
        return "ods"
    raise Refused(refusals.NOT_A_TABLE.with_(what=refusals.WRITER))


def _other(names: set[str]) -> Text:
    return next((what for name, what in _MEMBERS.items() if name in names), refusals.ARCHIVE)
