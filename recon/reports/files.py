"""One way to put a file on disk: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


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
    descriptor, name = tempfile.mkstemp(prefix=".recon-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _readable(name)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _readable(name: str) -> None:
    # mkstemp keeps its file to its owner; a report on a share must have the folder's usual rights.
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
    count = 2
    while (other := path.with_name(f"{path.stem} ({count}){path.suffix}")).exists():
        count += 1
    return other
