"""Profiles: how one kind of file is laid out, as an officer has confirmed it with `recon map`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from .columns import Choice, Columns
from .headings import DEEPEST, HEADING_ROWS, Claim, Heading, options_of
from .looks import Share
from .words import title_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from recon.readers import Sheet
    from recon_schemas import Source

Sign = Literal["", "debit", "credit"]
UNCHECKED = Share(0, 0)


@dataclass(frozen=True, slots=True)
class Profile:
    """A layout that an officer confirmed: its file's name in `profils/`, its kind, and the title of each field's column.

    It is followed in files whose name fits `pattern`, and, but for what `fixed` says of the payer, in those with the
    same headings (`fingerprint`). `sign` says where payments stand, in the debit or the credit, and `words` what the
    program's own words mean, by their folded form.
    """

    name: str
    source: Source
    pattern: str
    fingerprint: str
    titles: dict[str, tuple[str, ...]]
    fixed: dict[str, str] = field(default_factory=dict)
    sign: Sign = ""
    words: dict[str, str] = field(default_factory=dict)

    def fits(self, file: str) -> bool:
        """Whether a file of the dossier bears a name that this profile is for."""
        path = PurePosixPath(file)
        return any(fnmatch(name.casefold(), self.pattern.casefold()) for name in (path.name, "/".join(path.parts[1:])))


@dataclass(frozen=True, slots=True)
class Followed:
    """A profile as it is followed in a sheet: the heading that bears its titles, and their columns."""

    profile: Profile
    heading: Heading
    columns: Columns
    fixed: dict[str, str]


def fingerprint(titles: Iterable[str | None]) -> str:
    """Return what stands for a row of headings, whatever the order of its columns."""
    keys = sorted(title_key(title) for title in titles if title)
    return hashlib.sha256("\x1f".join(keys).encode()).hexdigest()[:16]


def followed(sheet: Sheet, start: int, file: str, profiles: Sequence[Profile]) -> Followed | None:
    """Return the first profile whose titles all stand in one of the sixty rows from `start` on; by name before headings."""
    for profile in sorted(profiles, key=lambda profile: not profile.fits(file)):
        found = _found(sheet, start, profile)
        if found is None:
            continue
        if profile.fits(file):
            return Followed(profile, *found, profile.fixed)
        if fingerprint(found[0].titles) == profile.fingerprint:
            return Followed(profile, *found, {})
    return None


def vanished(sheets: Sequence[Sheet], profile: Profile) -> list[str]:
    """Return the profile's titles that the best row of the file's sheets lacks."""
    wanted = {title_key(title): title for titles in profile.titles.values() for title in titles}
    rows = (
        {title_key(option) for options in options_of(sheet.rows[row : row + depth]) for option in options}
        for sheet in sheets
        for row in range(min(HEADING_ROWS, len(sheet.rows)))
        for depth in range(1, DEEPEST + 1)
    )
    best = max(rows, key=lambda keys: len(keys & wanted.keys()), default=set())
    return [title for key, title in wanted.items() if key not in best]


def _found(sheet: Sheet, start: int, profile: Profile) -> tuple[Heading, Columns] | None:
    for row in range(start, min(start + HEADING_ROWS, len(sheet.rows))):
        for depth in range(1, DEEPEST + 1):
            levels = sheet.rows[row : row + depth]
            if len(levels) == depth and any(levels[-1]) and (found := _titled(row, levels, profile)) is not None:
                return found
    return None


def _titled(row: int, levels: Sequence[Sequence[str | None]], profile: Profile) -> tuple[Heading, Columns] | None:
    named = list(options_of(levels))
    keys = [{title_key(option) for option in options} for options in named]
    columns = Columns()
    for name, titles in profile.titles.items():
        places = [_place(title_key(title), keys) for title in titles]
        if not all(place is not None for place in places):
            return None
        columns.chosen[name] = Choice(tuple(place for place in places if place is not None), 0, UNCHECKED)
    claims = {name: [Claim(0, column) for column in choice.columns] for name, choice in columns.chosen.items()}
    titles_read = tuple(options[0] if options else None for options in named)
    return Heading(profile.source, row, row + len(levels) - 1, titles_read, claims), columns


def _place(key: str, keys: Sequence[set[str]]) -> int | None:
    """Return the only column of that title, None if there is none or more than one."""
    places = [column for column, known in enumerate(keys) if key in known]
    return places[0] if len(places) == 1 else None
