"""How files were understood, kept by what it depends on: their bytes, name and profiles, and recon's own reading code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from recon.fingerprints import HOME, code_version

from . import layout_codec
from .blobs import FEW, keep
from .journal import canonical, sha256
from .schema import BLOBS, PARSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

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
    "texts.py",
    "corrected.py",
    "hidden.py",
    "intake.py",
    "answered.py",
    "reports/answers.py",
    "reports/decisions.py",
)
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
    wanted, found = list(digests), dict[str, "Understood"]()
    for start in range(0, len(wanted), FEW):
        columns = select(PARSED.c.key, PARSED.c.sha256, BLOBS.c.data).join(BLOBS, BLOBS.c.sha256 == PARSED.c.sha256)
        chosen = columns.where(PARSED.c.version == reading_version(), PARSED.c.key.in_(wanted[start : start + FEW]))
        for row in connection.execute(chosen.order_by(PARSED.c.id)):
            known = isinstance(row.data, bytes) and sha256(row.data) == row.sha256
            if known and (one := layout_codec.decoded(row.data)) is not None:
                found[row.key] = one
    return found


def record_parsed(entry: Entry, contents: Mapping[str, bytes]) -> None:
    """Keep how files were understood; what an earlier recon understood otherwise is let go of."""
    if not contents:
        return
    now = reading_version()
    old = select(PARSED.c.sha256).where(PARSED.c.version != now)
    still = select(PARSED.c.sha256).where(PARSED.c.version == now)
    entry.connection.execute(BLOBS.delete().where(BLOBS.c.sha256.in_(old), BLOBS.c.sha256.not_in(still)))
    keep(entry.connection, contents.values())
    first = entry.next_id(PARSED)
    entry.record(
        PARSED,
        (
            {"id": first + place, "key": digest, "version": now, "sha256": sha256(data)}
            for place, (digest, data) in enumerate(sorted(contents.items()))
        ),
    )
