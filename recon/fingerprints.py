"""Digests of recon's own code: what was made by the same code of the same things need not be made again."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HOME = Path(__file__).parent


@lru_cache(maxsize=8)
def code_version(places: tuple[Path, ...], libraries: tuple[str, ...]) -> str:
    """Return a digest of the modules in or at `places` and of the versions of `libraries`."""
    digest = hashlib.sha256()
    for place in places:
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(path.read_bytes())
    for library in libraries:
        digest.update(_version(library).encode())
    return digest.hexdigest()[:16]


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
