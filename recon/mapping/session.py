"""One file being mapped: what is known of it, what was said so far, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from itertools import count as counter
from typing import TYPE_CHECKING

from recon.errors import Exit, Stop
from recon.identifiers import clean_digits, is_siren, is_siret, siren_of
from recon.layouts import layouts_of
from recon.mapping.choices import Choices, chosen, said
from recon.mapping.doubts import option_of
from recon.mapping.places import find
from recon.mapping.understood import begun, for_file, understand
from recon.payers import with_payers
from recon.profile_files import parsed
from recon.texts import Text, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.knowledge import Knowledge
    from recon.layouts import Problem
    from recon.layouts.columns import Columns
    from recon.layouts.profiles import Profile
    from recon.mapping.places import Place
    from recon.mapping.understood import Understood
    from recon.readers import Book
    from recon_schemas import Source

NOT_READ_BACK = Text(
    "{file} : les intitulés ne suffisent pas à retrouver ces colonnes ; le profil n’est pas écrit. Donner à chaque colonne un intitulé différent, sur une seule ligne, puis recommencer.",
    "{file}: the headings are not enough to find these columns again; the profile is not written. Give each column a title of its own, in a single row, then try again.",
)


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

    def accepted(self) -> tuple[tuple[str, ...], Session]:
        """Return every `--set` that Enter would give in the dialogue, one after the other, and the session after them."""
        now, said, asked = self, list[str](), set[str]()
        while (guess := now._guess(asked)) is not None:
            asked.add(guess.partition("=")[0])
            now = now.said(guess)
            said.append(guess)
        return tuple(said), now

    def _guess(self, asked: set[str]) -> str | None:
        found = self.understood
        proposed = (
            f"{option_of(seen.proposal.field, found.source)}={seen.letters}" for seen in found.columns if seen.proposal
        )
        opened = (one.answers[0] for one in found.open if len(one.answers) == 1 and not one.answers[0].endswith("…"))
        return next((one for one in chain(proposed, opened) if one.partition("=")[0] not in asked), None)

    def read_back(self, text: str) -> None:
        """Stop unless the profile's text says the profile, and the file is understood by it as it is now."""
        found = self.understood
        back = parsed(found.profile.name, text)
        exact = for_file(back, self.file)
        place = find(self.book, self.file, [found.source], [exact], self.place.sheet.name)
        reading, again = found.table.reading, place.followed if place else None
        if (
            back != found.profile
            or reading is None
            or again is None
            or again.columns.doubts
            or again.heading.last != self.place.heading.last
            or _places(again.columns) != _places(reading.columns)
        ):
            raise Stop(NOT_READ_BACK.with_(file=visible(self.file)), Exit.REFUSED)

    def payers_in(self, book: Book, file: str) -> set[str]:
        """Return the SIRENs that another file of this layout names as its payers: in a column, around, or in any cell."""
        profile = self.understood.profile
        own = replace(profile, fixed={name: said for name, said in profile.fixed.items() if name != "payer_siret"})
        tables = layouts_of(book, file, [profile.source], [for_file(own, file)]).tables
        told = {text for table in tables for text in with_payers(table, self.known.payers)[0].column("payer_siret")}
        numbers = {siren_of(clean_digits(text)) for text in told if text}
        cells = {cell for sheet in book.sheets for row in sheet.rows for cell in row if cell}
        sirets = {siren_of(digits) for cell in cells if is_siret(digits := clean_digits(cell))}
        return {number for number in numbers if is_siren(number)} | (sirets & self.known.payers.sirens)

    def under(self, rows: tuple[int, int], source: Source | None = None) -> Session | None:
        """Return the session begun anew under other heading rows (from 0), None if the sheet has no such rows."""
        sources = (source,) if source else self.sources
        place = find(self.book, self.file, sources, self.profiles, self.place.sheet.name, rows)
        return replace(self, place=place, choices=begun(place)) if place else None

    def others(self, profile: Profile) -> list[Problem]:
        """Return what is still asked of the file (D02) once `profile` is written."""
        kept = [other for other in self.profiles if other.name != profile.name]
        return layouts_of(self.book, self.file, self.sources, [*kept, profile]).problems


def _places(columns: Columns) -> dict[str, tuple[int, ...]]:
    return {name: choice.columns for name, choice in columns.chosen.items()}


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
