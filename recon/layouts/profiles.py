"""Profiles: how one kind of file is laid out, as an officer has confirmed it with `recon map`."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from .columns import Choice, Columns, Doubt
from .headings import DEEPEST, HEADING_ROWS, Claim, Heading, options_of
from .looks import Share
from .words import CREDIT, DEBIT, SENSE, WEAK, meanings, title_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from recon.readers import Sheet
    from recon_schemas import Source

    Levels = Sequence[Sequence[str | None]]

Sign = Literal["", "debit", "credit"]
UNCHECKED = Share(0, 0)
_WILD = re.compile(r"\[.[^\]]*\]|[*?]")
_NTH = re.compile(r"(.+) \(([1-9][0-9]?)(?:/([1-9][0-9]?))?\)", re.DOTALL)
# Without one of these a payment that was cancelled, is pending or is a reversal would count: a new one is asked about.
WATCHED = ("state", "paid_on", "reference", SENSE, DEBIT, CREDIT)


@dataclass(frozen=True, slots=True)
class Profile:
    """A layout that an officer confirmed: its file's name in `profils/`, its kind, and the title of each field's column.

    It is followed in files whose name fits one of `patterns` and, without what `fixed` says for all lines, in those with
    the same headings (`fingerprint`). `sign` says where payments stand, in the debit or the credit, and `words` what
    the program's own words mean, by their folded form. Of two columns of one title, « Montant (2/2) » is the second.
    `ignored` are the titles of the columns that gave no field when it was written: another one is new.
    """

    name: str
    source: Source
    patterns: tuple[str, ...]
    fingerprint: str
    titles: dict[str, tuple[str, ...]]
    fixed: dict[str, str] = field(default_factory=dict)
    sign: Sign = ""
    words: dict[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()

    def fits(self, file: str) -> bool:
        """Whether a file of the dossier bears a name that this profile is for."""
        return self.precision(file) is not None

    def precision(self, file: str) -> tuple[int, int] | None:
        """Return how precisely a pattern tells the file's path below its kind's folder, None if none fits."""
        path = _plain("/".join(PurePosixPath(file).parts[1:]))
        fitting = [pattern for pattern in self.patterns if fnmatchcase(path, _plain(pattern))]
        return max(((len(_WILD.sub("", pattern)), -len(_WILD.findall(pattern))) for pattern in fitting), default=None)


@dataclass(frozen=True, slots=True)
class Followed:
    """A profile as it is followed in a sheet: the heading that bears its titles, and their columns.

    `rivals` are the profiles that fit as well, and say something else: nobody knows which one is meant.
    """

    profile: Profile
    heading: Heading
    columns: Columns
    fixed: dict[str, str]
    rivals: tuple[str, ...] = ()

    def contradicts(self, other: Followed) -> bool:
        """Whether two profiles read the same lines otherwise."""
        return self._says() != other._says()

    def _says(self) -> tuple[object, ...]:
        places = {name: choice.columns for name, choice in self.columns.chosen.items()}
        return self.profile.source.name, places, self.fixed, self.profile.sign, self.profile.words


def _plain(name: str) -> str:
    """Return a name as names are compared: Windows knows no case, and a Mac writes é as e and its accent."""
    return unicodedata.normalize("NFC", name).casefold()


def fingerprint(titles: Iterable[str | None]) -> str:
    """Return what stands for a row of headings, whatever the order of its columns."""
    keys = sorted(title_key(title) for title in titles if title)
    return hashlib.sha256("\x1f".join(keys).encode()).hexdigest()[:16]


def nearest(file: str, profiles: Sequence[Profile]) -> list[Profile]:
    """Return, for each kind, the profiles whose pattern tells the file's name most precisely."""
    fitting = [(profile, precision) for profile in profiles if (precision := profile.precision(file)) is not None]
    return [
        profile
        for profile, precision in fitting
        if precision == max(other for rival, other in fitting if rival.source.name == profile.source.name)
    ]


def followed(sheet: Sheet, start: int, file: str, profiles: Sequence[Profile]) -> Followed | None:
    """Return the profile whose titles all stand in one of the sixty rows from `start` on: by name, then by headings.

    Of profiles that a name fits the most precise is meant, of several tables the first. What holds for one payer's
    files, its number and the side of its payments, is not for files of another name.
    """
    by_name = [
        Followed(profile, *found, profile.fixed)
        for profile in nearest(file, profiles)
        if (found := placed(sheet, start, profile)) is not None
    ]
    by_headings = (
        Followed(replace(profile, sign=""), *found, {})
        for profile in profiles
        if not profile.fits(file)
        and (found := placed(sheet, start, profile)) is not None
        and fingerprint(found[0].titles) == profile.fingerprint
    )
    return _first(by_name or list(by_headings))


def _first(found: Sequence[Followed]) -> Followed | None:
    if not found:
        return None
    first = min(found, key=lambda one: (one.heading.last, one.profile.name))
    rivals = [one for one in found if one.heading.last == first.heading.last and one.contradicts(first)]
    return Followed(
        first.profile, first.heading, first.columns, first.fixed, tuple(sorted(one.profile.name for one in rivals))
    )


def vanished(sheets: Sequence[Sheet], profile: Profile) -> tuple[list[str], list[str]]:
    """Return the profile's titles that the best row of the file's sheets lacks, and those that it bears more than once."""
    wanted = [title for titles in profile.titles.values() for title in titles]
    rows = [_keys(levels) for sheet in sheets for _, levels in _candidates(sheet, 0)]
    best = max(rows, key=lambda keys: sum(_place(title, keys) is not None for title in wanted), default=[])
    lacking = [title for title in wanted if _place(title, best) is None]
    doubled = [title for title in lacking if any(title_key(title) in keys for keys in best)]
    return [title for title in lacking if title not in doubled], doubled


def _candidates(sheet: Sheet, start: int) -> Iterator[tuple[int, Levels]]:
    """Yield the rows that may title a table, each with its first row; the fewest rows first, as those above may be told."""
    for last in range(start, min(start + HEADING_ROWS, len(sheet.rows))):
        if any(sheet.rows[last]):
            for first in range(last, max(start, last - DEEPEST + 1) - 1, -1):
                yield first, sheet.rows[first : last + 1]


def placed(sheet: Sheet, start: int, profile: Profile) -> tuple[Heading, Columns] | None:
    """Return the first heading from `start` on that bears all the titles of a profile, and their columns."""
    return next(
        (found for first, levels in _candidates(sheet, start) if (found := _titled(first, levels, profile))), None
    )


def _titled(first: int, levels: Levels, profile: Profile) -> tuple[Heading, Columns] | None:
    keys = _keys(levels)
    columns = Columns()
    for name, titles in profile.titles.items():
        places = [_place(title, keys) for title in titles]
        if not all(place is not None for place in places):
            return None
        columns.chosen[name] = Choice(tuple(place for place in places if place is not None), 0, UNCHECKED)
    claims = {name: [Claim(0, column) for column in choice.columns] for name, choice in columns.chosen.items()}
    heading = Heading(profile.source, first, first + len(levels) - 1, full_titles(levels), claims)
    columns.doubts.extend(_new(profile, heading, columns))
    return heading, columns


def _new(profile: Profile, heading: Heading, columns: Columns) -> Iterator[Doubt]:
    """Yield the watched fields that a title names which was not there when the profile was written."""
    if fingerprint(heading.titles) == profile.fingerprint:
        return
    known = {title_key(title) for title in profile.ignored}
    used = {column for choice in columns.chosen.values() for column in choice.columns}
    for column, title in enumerate(heading.titles):
        if not title or column in used or title_key(title) in known:
            continue
        for meaning in meanings(title, profile.source.name):
            if meaning.field in WATCHED and meaning.rank < WEAK and meaning.field not in profile.titles:
                yield Doubt(meaning.field, "missing", (column,))


def full_titles(levels: Levels) -> tuple[str | None, ...]:
    """Return each column's whole title, its stacked cells in one, None where there is none."""
    return tuple(" ".join(options[0].split()) if options else None for options in options_of(levels))


def _keys(levels: Levels) -> list[set[str]]:
    return [{title_key(option) for option in options} for options in options_of(levels)]


def _place(title: str, keys: Sequence[set[str]]) -> int | None:
    """Return the only column of that title, or the one that « Title (2/2) » counts; None if it is not told."""
    nth = _NTH.fullmatch(title)
    if nth and (same := _named(nth[1], keys)):
        told = nth[3] is None or len(same) == int(nth[3])
        return same[int(nth[2]) - 1] if told and int(nth[2]) <= len(same) else None
    places = _named(title, keys)
    return places[0] if len(places) == 1 else None


def _named(title: str, keys: Sequence[set[str]]) -> list[int]:
    return [column for column, known in enumerate(keys) if title_key(title) in known]


def told_apart(titles: Sequence[str | None], column: int) -> str | None:
    """Return the title by which a profile finds a column among `titles`: « Montant (2/2) » for the second of two."""
    title = titles[column]
    if not title:
        return None
    same = [place for place, other in enumerate(titles) if other and title_key(other) == title_key(title)]
    return title if len(same) == 1 else f"{title} ({same.index(column) + 1}/{len(same)})"
