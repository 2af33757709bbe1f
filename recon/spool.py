"""What waits to be recorded or put in place, by name: in memory while it is small, else in a temporary file."""

from __future__ import annotations

import errno
import hashlib
import tempfile
import weakref
from collections.abc import Mapping
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

from recon.errors import Exit, Stop
from recon.reports.files import why
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

# The statements of a region and its workbook hold 35 MB, those of ten communes 0.3.
IN_MEMORY = 8 << 20
NO_ROOM = Text(
    "Le dossier des fichiers temporaires ({path}) ne peut être ni lu ni écrit : {why}. Y faire de la place, ou en désigner un autre par la variable TMPDIR (TEMP sous Windows), puis recommencer.",
    "The folder of temporary files ({path}) can be neither read nor written: {why}. Make room in it, or name another one with the variable TMPDIR (TEMP on Windows), then try again.",
)


class Spool(Mapping[str, bytes]):
    """Contents by name, in the order of their names, and their SHA-256.

    Stop if the temporary file cannot be written or read back.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - it lives as long as this does.
        weakref.finalize(self, self._file.close)
        self._end = 0
        self._places: dict[str, tuple[int, int]] = {}
        self.digests: dict[str, str] = {}

    def put(self, name: str, data: bytes) -> None:
        """Take a content in, in the place of what bore its name."""
        with _told():
            self._file.seek(self._end)
            self._file.write(data)
        self._places[name] = self._end, len(data)
        self._end += len(data)
        self.digests[name] = hashlib.sha256(data).hexdigest()

    def size(self, name: str) -> int:
        """Return how many bytes a content has."""
        return self._places[name][1]

    def __getitem__(self, name: str) -> bytes:
        """Return a content."""
        start, size = self._places[name]
        with _told():
            self._file.seek(start)
            data = self._file.read(size)
            if len(data) != size:
                raise OSError(errno.EIO, "temporary file cut short")
        return data

    def __iter__(self) -> Iterator[str]:
        """Yield the names in order."""
        return iter(sorted(self._places))

    def __len__(self) -> int:
        """Return how many contents there are."""
        return len(self._places)


@contextmanager
def _told() -> Iterator[None]:
    """Have a sentence name the folder: it is not the dossier's, and its file has no name."""
    try:
        yield
    except OSError as error:
        raise Stop(NO_ROOM.with_(path=tempfile.tempdir or "TMPDIR", why=why(error)), Exit.NOT_WRITTEN) from error
