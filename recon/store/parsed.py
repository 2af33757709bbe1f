"""How files were understood, kept by what it depends on: their bytes, name and profiles, and recon's own reading code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select, union

from recon.fingerprints import HOME, code_version

from . import layout_codec
from .blobs import FEW, keep
from .journal import LET_GO, canonical, sha256
from .schema import BLOBS, OUTPUTS, PARSED, RUN_TABLES, can_unlock, unlocked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

    from recon.intake import Understood
    from recon.layouts.profiles import Profile

    from .journal import Entry

# What turns bytes into tables: a change of any of it has every file read again.
READING = (
    "readers",
    "layouts",
    "documents",
    "values.py",
    "identifiers.py",
    "each.py",
    "texts.py",
    "corrected.py",
    "hidden.py",
    "intake.py",
    "answered.py",
    "reports/answers.py",
    "reports/decisions.py",
)
# Before the digest of what ledgers were narrowed by.
NARROWED = "ledgers-"
LIBRARIES = ("python-calamine", "olefile", "pypdfium2", "python-stdnum")


class Key(NamedTuple):
    """What a file's tables depend on."""

    sha256: str
    name: str
    folder: str

    def digest(self, profiles: Sequence[Profile]) -> str:
        """Return the digest under which they are kept."""
        known = [_profile(profile) for profile in profiles if profile.source.folder == self.folder]
        return sha256(canonical([*self, known]))


def _profile(profile: Profile) -> list[object]:
    return [profile.source.name, *(getattr(profile, name) for name in profile.__slots__ if name != "source")]


def reading_version() -> str:
    """Return a digest of recon's reading code and of the libraries that it reads with."""
    import recon_schemas

    places = (*(HOME / name for name in READING), Path(recon_schemas.__file__).parent, Path(layout_codec.__file__))
    return code_version(places, LIBRARIES)


def understood_before(connection: Connection, digests: Iterable[str]) -> dict[str, Understood]:
    """Return what is kept under each digest, as it was written; what is not, or was altered, is left out."""
    found = ((key, layout_codec.decoded(data)) for key, data in encoded_before(connection, digests).items())
    return {key: one for key, one in found if one is not None}


def encoded_before(connection: Connection, digests: Iterable[str]) -> dict[str, bytes]:
    """Return what is kept under each digest, as bytes; what is not, or was altered, is left out."""
    wanted, found = list(digests), dict[str, bytes]()
    for start in range(0, len(wanted), FEW):
        for row in _rows(connection, PARSED.c.key.in_(wanted[start : start + FEW])):
            found[row.key] = row.data
    return found


def ledgers_before(connection: Connection, by: str) -> dict[str, Understood]:
    """Return by key the ledgers that were narrowed by what the digest `by` is of."""
    found: dict[str, Understood] = {}
    for row in _rows(connection, PARSED.c.key == f"{NARROWED}{by}"):
        found |= layout_codec.apart(row.data)
    return found


def _rows(connection: Connection, which: ColumnElement[bool]) -> Iterator[Any]:
    columns = select(PARSED.c.key, PARSED.c.sha256, BLOBS.c.data).join(BLOBS, BLOBS.c.sha256 == PARSED.c.sha256)
    for row in connection.execute(columns.where(PARSED.c.version == reading_version(), which).order_by(PARSED.c.id)):
        if isinstance(row.data, bytes) and sha256(row.data) == row.sha256:
            yield row


def record_parsed(entry: Entry, contents: Mapping[str, bytes]) -> None:
    """Keep how files were understood; what an earlier recon understood is let go of, and the journal says so."""
    if not contents:
        return
    _forget(entry, PARSED.c.version != reading_version())
    _record(entry, contents)


def _forget(entry: Entry, which: ColumnElement[bool]) -> None:
    """Delete all that entries recorded, whose rows one version made, with the contents that nothing else needs.

    Where the database lets another user alone delete rows, the contents go and the rows stay.
    """
    gone = sorted(set(entry.connection.execute(select(PARSED.c.entry).where(which)).scalars()))
    if not gone:
        return
    _let_go(entry.connection, which)
    if not can_unlock(entry.connection, PARSED):
        return
    with unlocked(entry.connection, PARSED):
        entry.connection.execute(PARSED.delete().where(which))
    entry.said[LET_GO] = gone


def record_ledgers(entry: Entry, by: str, contents: Mapping[str, bytes]) -> None:
    """Keep how ledgers were narrowed by what `by` is of; how others narrowed them is let go of."""
    if contents:
        key = f"{NARROWED}{by}"
        _let_go(entry.connection, PARSED.c.key.startswith(NARROWED) & (PARSED.c.key != key))
        _record(entry, {key: layout_codec.together(contents)})


def _let_go(connection: Connection, which: ColumnElement[bool]) -> None:
    old = select(PARSED.c.sha256).where(which)
    still = union(select(PARSED.c.sha256).where(~which), select(RUN_TABLES.c.sha256), select(OUTPUTS.c.sha256))
    connection.execute(BLOBS.delete().where(BLOBS.c.sha256.in_(old), BLOBS.c.sha256.not_in(still)))


def _record(entry: Entry, contents: Mapping[str, bytes]) -> None:
    keep(entry.connection, contents.values())
    first, now = entry.next_id(PARSED), reading_version()
    entry.record(
        PARSED,
        (
            {"id": first + place, "key": digest, "version": now, "sha256": sha256(data)}
            for place, (digest, data) in enumerate(sorted(contents.items()))
        ),
    )
