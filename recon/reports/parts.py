"""XlsxWriter's package, each part written into the file as it is made: the same bytes, none of them held twice."""

from __future__ import annotations

from io import BytesIO, StringIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from xlsxwriter.packager import Packager

if TYPE_CHECKING:
    from typing import IO

EXCEL_EPOCH = (1980, 1, 1, 0, 0, 0)
# Characters that are encoded at once.
_MANY = 1 << 16


class Parts(Packager):  # type: ignore[misc]  # XlsxWriter tells no types of its own.
    """Writes the workbook's parts to `data`, one after the other, and leaves XlsxWriter none to write."""

    def __init__(self, data: BytesIO) -> None:
        super().__init__()
        self._zip = ZipFile(data, "w", ZIP_DEFLATED)
        self._open: _Part | None = None

    def _filename(self, xml_filename: str) -> StringIO:
        self._end()
        info = ZipInfo(xml_filename, EXCEL_EPOCH)
        info.compress_type = ZIP_DEFLATED
        self._open = _Part(self._zip.open(info, "w"))
        return self._open

    def _create_package(self) -> list[tuple[object, str, bool]]:
        try:
            super()._create_package()
        finally:
            self._end()
            self._zip.close()
        return []

    def _end(self) -> None:
        if self._open is not None:
            self._open.end()


class _Part(StringIO):
    """A part being written: XlsxWriter takes it for a text in memory."""

    def __init__(self, entry: IO[bytes]) -> None:
        super().__init__()
        self._entry, self._waiting, self._held = entry, list[str](), 0

    def write(self, text: str) -> int:
        self._waiting.append(text)
        self._held += len(text)
        if self._held > _MANY:
            self._flush()
        return len(text)

    def end(self) -> None:
        self._flush()
        self._entry.close()

    def _flush(self) -> None:
        self._entry.write("".join(self._waiting).encode())
        self._waiting.clear()
        self._held = 0
