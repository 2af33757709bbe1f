"""Names of profiles, and patterns of the files they hold for, from the name of the file they are made from."""

from __future__ import annotations

import glob
import re
from pathlib import PurePosixPath

from recon.texts import MONTHS
from recon.values import folded

_MONTHS = "|".join(sorted({form for month in MONTHS["fr"] for form in (month, folded(month))}, key=len, reverse=True))
_PERIOD = re.compile(
    rf"(?<![0-9])(?:20[0-9]{{2}}[-_. ]?(?:0[1-9]|1[0-2])(?:[-_. ]?[0-3][0-9])?|[0-3][0-9][-_.][01][0-9][-_.](?:20)?[0-9]{{2}}"
    rf"|(?:0[1-9]|1[0-2])[-_. ]?20[0-9]{{2}}|20[0-9]{{2}}|0[1-9]|1[0-2]|[1-9])(?![0-9])|(?<![^\W\d_])(?:{_MONTHS}|[tTsS][1-4])(?![^\W\d_])",
    re.IGNORECASE,
)
_STARS = re.compile(r"\*(?:[-_. ]*\*)*")


def pattern_of(file: str) -> str:
    """Return the pattern of the file's name for the months to come: what tells a period may be anything.

    A SIRET, a SIREN or an INSEE code stays; a name that says nothing but a period stays whole, unless its folder tells it.
    """
    path = PurePosixPath(below(file))
    parts = [_starred(part) for part in path.parts[:-1]]
    stem = _starred(path.stem)
    telling = any(any(char.isalnum() for char in part) for part in (*parts, stem))
    return "/".join([*parts, stem + glob.escape(path.suffix)]) if telling else glob.escape(below(file))


def _starred(name: str) -> str:
    return _STARS.sub("*", "*".join(glob.escape(part) for part in _PERIOD.split(name)))


def name_of(file: str) -> str:
    """Return the name of a profile made from a file: its words, and those of its folder, without periods."""
    path = PurePosixPath(below(file))
    words = folded(" ".join(_PERIOD.sub(" ", part) for part in (*path.parts[:-1], path.stem)))
    return words.replace(" ", "_") or folded(path.stem).replace(" ", "_") or "profil"


def below(file: str) -> str:
    """Return a file's path within its folder of the dossier."""
    return "/".join(PurePosixPath(file).parts[1:])
