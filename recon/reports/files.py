"""One way to put a file on disk: whole or not at all; and what to say of a file that cannot be."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from recon.texts import Text, same

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX, SUFFIX = ".recon-", ".tmp"
WHY = {
    errno.ENOSPC: Text("disque plein", "disk full"),
    errno.EDQUOT: Text("quota de disque atteint", "disk quota reached"),
    errno.EFBIG: Text("fichier trop grand pour ce disque", "file too large for this disk"),
    errno.EROFS: Text("disque en lecture seule", "read-only disk"),
    errno.EACCES: Text("accès refusé", "permission denied"),
    errno.EPERM: Text("accès refusé", "permission denied"),
    errno.EISDIR: Text("un dossier porte ce nom", "a folder bears that name"),
    errno.ENOTDIR: Text("un fichier porte le nom du dossier", "a file bears the folder’s name"),
    errno.EEXIST: Text("un fichier porte le nom du dossier", "a file bears the folder’s name"),
    errno.ENOENT: Text("introuvable", "not found"),
    errno.EIO: Text("erreur du disque", "disk error"),
}


def write_beside(path: Path, data: bytes) -> Path:
    """Write `data` beside `path`, rename it into place, and return the path that was really written.

    Where Excel holds `path` open, which Windows refuses to replace, the data goes to `name (2).xlsx`.
    Any other OSError propagates; what stood there before stays, and no temporary file is left.
    """
    temporary = _temporary(path, data)
    try:
        return _placed(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _temporary(path: Path, data: bytes) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=PREFIX, suffix=SUFFIX, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        readable(name)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def readable(name: str) -> None:
    """Give a file that mkstemp keeps to its owner the usual rights: others on a share open it too."""
    mask = os.umask(0)
    os.umask(mask)
    Path(name).chmod(0o666 & ~mask)


def _placed(temporary: Path, path: Path) -> Path:
    try:
        return temporary.replace(path)
    except PermissionError:
        return temporary.replace(free(path))


def free(path: Path) -> Path:
    """Return the first of `name (2).xlsx`, `name (3).xlsx`, … that is not there."""
    return next(other for other in _others(path) if not other.exists())


def free_name(path: Path) -> Path:
    """Return `path`, or the first of `name (2).xlsx`, … if something stands there."""
    return free(path) if path.exists() else path


def place_for(path: Path, data: bytes) -> Path:
    """Return the first of `name.xlsx`, `name (2).xlsx`, … that is not there, or that holds just that."""
    if not path.exists() or path.read_bytes() == data:
        return path
    return next(other for other in _others(path) if not other.exists() or other.read_bytes() == data)


def _others(path: Path) -> Iterator[Path]:
    return (path.with_name(f"{path.stem} ({number}){path.suffix}") for number in count(2))


def sweep(folder: Path, *, deep: bool = True) -> None:
    """Remove what a killed recon has left half-written in a folder, `deep` below it too, while nobody else writes there."""
    pattern = f"{PREFIX}*{SUFFIX}*"
    for path in list(folder.rglob(pattern) if deep else folder.glob(pattern)):
        with suppress(OSError):
            path.unlink()


def why(error: OSError) -> Text:
    """Return what the system says of a file, in words."""
    known = WHY.get(error.errno or 0)
    return known or same(error.strerror or type(error).__name__)
