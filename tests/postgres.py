"""A PostgreSQL server of the tests' own, on loopback, as an unprivileged user, in a folder that goes with it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off", "shared_buffers=16MB")


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL server's programs, None if there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    known = shutil.which("initdb") or (found[-1] if found else None)
    return Path(known).resolve().parent if known else None


def _unprivileged() -> dict[str, Any]:
    """Return how a program is run by somebody else than root: the server refuses root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    return {"user": "postgres" if "postgres" in names else "nobody", "group": "postgres" if "postgres" in names else "nogroup", "extra_groups": []}  # fmt: skip


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def server() -> Iterator[str]:
    """Start a server and give its URL without a database: `postgresql://recon@127.0.0.1:54321`; it ends with the tests."""
    folder = programs()
    assert folder is not None
    home = Path(tempfile.mkdtemp(prefix="recon-postgres-"))
    as_somebody = _unprivileged()
    if as_somebody:
        shutil.chown(home, as_somebody["user"])
    data, port = home / "data", _free_port()
    options = " ".join(f"-c {option}" for option in FAST)
    try:
        for arguments in (
            [folder / "initdb", "-D", data, "-U", "recon", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            [folder / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", home / "log", "-o", f"-h 127.0.0.1 -p {port} -k {home} {options}", "start"],
        ):  # fmt: skip
            subprocess.run(list(map(str, arguments)), check=True, capture_output=True, cwd=home, **as_somebody)
        yield f"postgresql://recon@127.0.0.1:{port}"
    finally:
        stop = [str(folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop"]
        subprocess.run(stop, check=False, capture_output=True, cwd=home, **as_somebody)
        shutil.rmtree(home, ignore_errors=True)
