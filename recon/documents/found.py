"""What was read of a convention: each field with its words, its place, and how sure it is; and the schools' lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from recon.texts import Text

if TYPE_CHECKING:
    from .flow import Span

NOTHING = Text("", "")


class Sure(Enum):
    """How sure a field is: proved by a key or a second place, read where it is expected, or to be checked by eye."""

    PROVED = "proved"
    READ = "read"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Found:
    """One field: the value as validation reads it, the document's own words, where, how sure, and why."""

    value: str
    words: str
    span: Span
    sure: Sure
    why: Text = NOTHING


@dataclass(frozen=True, slots=True)
class ListedSchool:
    """One school of the list: its UAI as written but for what a line break adds, its place, and the words of its line."""

    uai: str
    commune: str
    department: str
    school_name: str
    change: str
    words: str
    span: Span
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must agree: what it is, what was found, whether it holds; None if it cannot be checked."""

    name: Text
    said: Text
    holds: bool | None


@dataclass(slots=True)
class Reading:
    """A convention as a document tells it: its fields by the names of the schema, its schools, and what is missing.

    `rivals` are the fields that it contradicts itself about, `lines` the words around each field, `stranger` the transmission number of another
    SIREN than the payer's.
    """

    fields: dict[str, Found]
    schools: list[ListedSchool]
    amendment: bool = False
    checks: list[Check] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    rivals: dict[str, list[Found]] = field(default_factory=dict)
    span: Span | None = None
    lines: dict[str, str] = field(default_factory=dict)
    stranger: Found | None = None

    def value(self, name: str) -> str:
        """Return the value of a field, "" if it was not found."""
        return self.fields[name].value if name in self.fields else ""

    @property
    def complete(self) -> bool:
        """Whether it can be counted."""
        return not self.missing and not self.rivals
