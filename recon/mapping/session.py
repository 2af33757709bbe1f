"""One file being mapped: what is known of it, what was said so far, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from itertools import count as counter
from typing import TYPE_CHECKING

from recon.layouts import layouts_of
from recon.mapping.choices import Choices, chosen, said
from recon.mapping.places import find
from recon.mapping.understood import begun, understand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.intake import Knowledge
    from recon.layouts import Problem
    from recon.layouts.profiles import Profile
    from recon.mapping.places import Place
    from recon.mapping.understood import Understood
    from recon.readers import Book
    from recon_schemas import Source


@dataclass(frozen=True, slots=True)
class Session:
    """A file of the dossier (its name within it), the kinds that it may be, the dossier's profiles, and what is said."""

    book: Book
    file: str
    sources: tuple[Source, ...]
    profiles: tuple[Profile, ...]
    known: Knowledge
    place: Place
    choices: Choices
    name: str = ""
    patterns: tuple[str, ...] = ()

    @property
    def understood(self) -> Understood:
        """The table as it is understood so far."""
        found = understand(self.book, self.file, self.place, self.choices, self.known, self.name)
        profile = found.profile
        name = self.name or self._free(profile.name, found)
        return replace(found, profile=replace(profile, name=name, patterns=self.patterns or profile.patterns))

    def _free(self, name: str, found: Understood) -> str:
        """Return the profile's name, or a free one if another file's profile bears it."""
        base = self.place.followed.profile if self.place.followed else self.place.made_for
        if base and base.name == name and (base.fits(self.file) or found.unchanged):
            return name
        names = {profile.name for profile in self.profiles}
        return next(free for free in chain([name], (f"{name}_{count}" for count in counter(2))) if free not in names)

    def said(self, text: str) -> Session:
        """Return the session after one `--set`; Stop if it is not understood."""
        return replace(self, choices=said(self.choices, text, self.place, self.known.payers))

    def chosen(self, field: str, value: str) -> Session:
        """Return the session after an answer about one field; Stop if it is not understood."""
        return replace(self, choices=chosen(self.choices, field, value, value, self.place, self.known.payers))

    def under(self, rows: tuple[int, int], source: Source | None = None) -> Session | None:
        """Return the session begun anew under other heading rows (from 0), None if the sheet has no such rows."""
        sources = (source,) if source else self.sources
        place = find(self.book, self.file, sources, self.profiles, self.place.sheet.name, rows)
        return replace(self, place=place, choices=begun(place)) if place else None

    def others(self, profile: Profile) -> list[Problem]:
        """Return what is still asked of the file (D02) once `profile` is written."""
        kept = [other for other in self.profiles if other.name != profile.name]
        return layouts_of(self.book, self.file, self.sources, [*kept, profile]).problems


def begin(
    book: Book,
    file: str,
    sources: Sequence[Source],
    profiles: Sequence[Profile],
    known: Knowledge,
    sheet: str | None = None,
    rows: tuple[int, int] | None = None,
) -> Session | None:
    """Return a session on the file's most certain table, or the one that is named; None if nothing looks like headings."""
    place = find(book, file, sources, profiles, sheet, rows)
    if place is None:
        return None
    return Session(book, file, tuple(sources), tuple(profiles), known, place, begun(place))
