"""What a file is, by its content: its name says what somebody thought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.readers import refusals
from recon.readers.cells import Refused

if TYPE_CHECKING:
    from collections.abc import Collection

    from recon.readers.archive import Archive
    from recon.texts import Text

XLS_STREAMS = ("Workbook", "Book")

_ZIP = (b"PK\3\4", b"PK\5\6")
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
# An OLE file names what it holds in UTF-16, each name 64 bytes wide; other programs have other streams.
_XLS_STREAMS = tuple(name.encode("utf-16-le") + b"\0\0" for name in XLS_STREAMS)

_MAGIC = {
    b"\x89PNG": refusals.IMAGE,
    b"\xff\xd8\xff": refusals.IMAGE,
    b"GIF8": refusals.IMAGE,
    b"II*\0": refusals.IMAGE,
    b"MM\0*": refusals.IMAGE,
    b"\x1f\x8b": refusals.ARCHIVE,
    b"7z\xbc\xaf": refusals.ARCHIVE,
    b"Rar!": refusals.ARCHIVE,
    b"{\\rtf": refusals.RICH_TEXT,
    b"[InternetShortcut]": refusals.SHORTCUT,
}
# The first record of an xls before Excel 5, which no OLE file wraps.
_BARE_RECORDS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
_PDF = b"%PDF-"
# Some programs write a few bytes before the PDF itself.
_PDF_WITHIN = 1024
_MEMBERS = {"word/document.xml": refusals.WORD, "ppt/presentation.xml": refusals.SLIDES}


def is_zip(data: bytes) -> bool:
    """Whether the file is an archive."""
    return data.startswith(_ZIP)


def kind_of_bytes(data: bytes) -> str:
    """Return "xls", "pdf" or "csv", what a file that is no archive is; Refused, by its name, if recon does not read that kind."""
    if data.startswith(_OLE):
        return _ole(data)
    if data.startswith(_BARE_RECORDS):
        raise Refused(refusals.OTHER_FORMAT.with_(name=refusals.OLD_XLS))
    if _PDF in data[:_PDF_WITHIN]:
        return "pdf"
    what = next((what for magic, what in _MAGIC.items() if data.startswith(magic)), None)
    if what:
        raise Refused(refusals.NOT_A_TABLE.with_(what=what))
    if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        raise Refused(refusals.WEB_PAGE)
    if data.startswith(b"ID;P"):
        raise Refused(refusals.OTHER_FORMAT.with_(name="SYLK"))
    return "csv"


def _ole(data: bytes) -> str:
    if _ENCRYPTED_PACKAGE in data:
        raise Refused(refusals.PROTECTED)
    if any(name in data for name in _XLS_STREAMS):
        return "xls"
    raise Refused(refusals.NOT_A_TABLE.with_(what=refusals.OTHER_OLE))


def kind_of_archive(archive: Archive) -> str:
    """Return "xlsx", "xlsb" or "ods"; Refused, by its name, if the archive is something else."""
    names = archive.names()
    if any(name.rpartition("/")[2] == "workbook.xml" for name in names):
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "mimetype" in names and "content.xml" in names:
        return _open_document(archive)
    raise Refused(refusals.NOT_A_TABLE.with_(what=_other(names)))


def _open_document(archive: Archive) -> str:
    if archive.beginning("mimetype").startswith(_SPREADSHEET):
        return "ods"
    raise Refused(refusals.NOT_A_TABLE.with_(what=refusals.WRITER))


def _other(names: Collection[str]) -> Text:
    return next((what for name, what in _MEMBERS.items() if name in names), refusals.ARCHIVE)
