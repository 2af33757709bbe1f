"""Two languages and French typography: every sentence a user sees is a `Text`, and every figure is written here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

Lang = Literal["fr", "en"]

NBSP = "\u00a0"
THIN = "\u202f"

MONTHS = {
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
           "novembre", "décembre"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
}  # fmt: skip


class Text:
    """One sentence in French and in English; `{name}` marks what `with_` fills in, when the sentence is read."""

    __slots__ = ("_en", "_fr", "_values")

    def __init__(self, fr: str, en: str, values: dict[str, object] | None = None) -> None:
        """Keep both sentences, and what fills them."""
        self._fr, self._en, self._values = fr, en, values

    @property
    def fr(self) -> str:
        """The sentence in French."""
        return self._filled(self._fr, "fr")

    @property
    def en(self) -> str:
        """The sentence in English."""
        return self._filled(self._en, "en")

    def __call__(self, lang: Lang = "fr") -> str:
        """Return the sentence in `lang`."""
        return self.en if lang == "en" else self.fr

    def __eq__(self, other: object) -> bool:
        """Whether both read alike in both languages."""
        return isinstance(other, Text) and (self.fr, self.en) == (other.fr, other.en)

    def __hash__(self) -> int:
        """Hash what is read."""
        return hash((self.fr, self.en))

    def __repr__(self) -> str:
        """Show both sentences."""
        return f"Text({self.fr!r}, {self.en!r})"

    def with_(self, **values: object) -> Text:
        """Fill the placeholders in both languages; a value that is itself a `Text` is filled in its own language."""
        return Text(self.fr, self.en, values)

    def refilled(self, **values: object) -> Text:
        """Return the sentence, and those within it, with other values for what `with_` filled in; others are left out."""
        if self._values is None:
            return self
        inner = {name: one.refilled(**values) if isinstance(one, Text) else one for name, one in self._values.items()}
        return Text(self._fr, self._en, inner | {name: one for name, one in values.items() if name in inner})

    def _filled(self, sentence: str, lang: Lang) -> str:
        if self._values is None:
            return sentence
        return sentence.format(**{name: _said(value, lang) for name, value in self._values.items()})


def _said(value: object, lang: Lang) -> object:
    return value(lang) if isinstance(value, Text) else value


def same(text: str) -> Text:
    """Return a text that reads alike in both languages: a number, a name, a code."""
    return Text(text, text)


def joined(parts: Iterable[Text], by: str) -> Text:
    """Join sentences in each language."""
    known = list(parts)
    return Text(by.join(part.fr for part in known), by.join(part.en for part in known))


def listed(parts: Iterable[Text]) -> Text:
    """Join sentences that hold commas of their own: by semicolons, as each language writes them."""
    known = list(parts)
    return Text(f"{NBSP}; ".join(part.fr for part in known), "; ".join(part.en for part in known))


def money(cents: int) -> Text:
    """Write an amount in cents: `2 565,00 €` in French, `€2,565.00` in English."""
    sign = "−" if cents < 0 else ""
    euros, rest = divmod(abs(cents), 100)
    return Text(
        f"{sign}{euros:,}".replace(",", THIN) + f",{rest:02d}{NBSP}€",
        f"{sign}€{euros:,}.{rest:02d}",
    )


def number(count: int) -> Text:
    """Write a count: `4 104` in French, `4,104` in English."""
    return Text(f"{count:,}".replace(",", THIN), f"{count:,}")


def rate(share: float | None, digits: int = 1) -> Text:
    """Write a share of one: `82,9 %` in French, `82.9%` in English; a dash where there is nothing to divide by."""
    if share is None:
        return same("–")
    english = f"{share * 100:.{digits}f}"
    return Text(f"{english.replace('.', ',')}{NBSP}%", f"{english}%")


def day(on: date | None) -> Text:
    """Write a date: `30/11/2026` in both languages, a dash where there is none."""
    return same(f"{on:%d/%m/%Y}" if on else "–")


def moment(at: datetime) -> Text:
    """Write a moment of this machine's day: `30/11/2026 14:05` in both languages."""
    return same(f"{at.astimezone():%d/%m/%Y %H:%M}")


def long_day(on: date) -> Text:
    """Write a date in words: `30 novembre 2026`, `30 November 2026`; the first of a month is `1er` in French."""
    first = "1er" if on.day == 1 else str(on.day)
    return Text(f"{first} {MONTHS['fr'][on.month - 1]} {on.year}", f"{on.day} {MONTHS['en'][on.month - 1]} {on.year}")


def counted(count: int, singular: Text, plural: Text) -> Text:
    """Write a count with its noun; in French 0 and 1 take the singular."""
    spoken = number(count)
    return Text(
        f"{spoken.fr} {(singular if abs(count) < 2 else plural).fr}",
        f"{spoken.en} {(singular if abs(count) == 1 else plural).en}",
    )


def visible(text: str) -> str:
    """Return `text` with control and bidirectional characters shown as `\\u....`, so that no cell disturbs a screen."""
    return "".join(char if char.isprintable() or char in "\u202f\u00a0" else f"\\u{ord(char):04x}" for char in text)
