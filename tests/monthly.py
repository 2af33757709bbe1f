"""A dossier on disk, its months run through the commands, in this process."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from recon.cli import program
from recon.errors import Stop

if TYPE_CHECKING:
    from pathlib import Path

    from recon.pipeline import File


def said(*arguments: str | Path) -> tuple[int, str]:
    """Return a command's exit code and what it says, its Stop included."""
    done = CliRunner().invoke(program("fr"), [str(one) for one in arguments], standalone_mode=False)
    if isinstance(done.exception, Stop):
        return int(done.exception.code), done.exception.sentence.fr
    if done.exception is not None:
        raise done.exception
    return int(done.return_value or 0), done.output


def run(dossier: Path, as_of: str) -> int:
    """Run a month and return the exit code."""
    return said("run", dossier, "--as-of", as_of, "-q")[0]


def told(*arguments: str | Path) -> Any:
    """Return the JSON that a command prints."""
    code, text = said(*arguments, "--json")
    assert code in {0, 1}, text
    return json.loads(text)


def drop(dossier: Path, *files: tuple[str, tuple[str, ...]]) -> None:
    """Write files of lines into the dossier, by their names."""
    for name, lines in files:
        path = dossier / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def lines_of(file: File) -> tuple[str, tuple[str, ...]]:
    """Return the name and lines of a file that `tests.dossiers` made."""
    assert file.book is not None
    return file.name, tuple(";".join(cell or "" for cell in row) for row in file.book.sheets[0].rows)


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of each report below a folder, but for those set aside."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "precedent" not in path.parts
    }


def table(dossier: Path, month: str, name: str) -> list[dict[str, Any]]:
    """Return a table that a month wrote."""
    import polars as pl

    return pl.read_parquet(dossier / "rapports" / month / "donnees" / f"{name}.parquet").to_dicts()
