"""Pandera schemas of what a dossier holds: one module per kind, one list of them all."""

from .communes import COMMUNES
from .conventions import CONVENTION_SCHOOLS, CONVENTIONS
from .directory import DIRECTORY
from .enrolments import ENROLMENTS
from .fields import Source
from .payments import PAYMENTS
from .titres import TITRES

SOURCES: tuple[Source, ...] = (ENROLMENTS, CONVENTIONS, CONVENTION_SCHOOLS, TITRES, PAYMENTS, COMMUNES, DIRECTORY)


def named(name: str) -> Source:
    """Return the kind of this name."""
    return next(source for source in SOURCES if source.name == name)


__all__ = [
    "COMMUNES",
    "CONVENTIONS",
    "CONVENTION_SCHOOLS",
    "DIRECTORY",
    "ENROLMENTS",
    "PAYMENTS",
    "SOURCES",
    "TITRES",
    "Source",
    "named",
]
