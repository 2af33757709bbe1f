"""Convention documents → the conventions they hold, each field with its words, its page and line, and how sure it is."""

from __future__ import annotations

from .reading import conventions_in
from .tables import layout_of, numbered

__all__ = ["conventions_in", "layout_of", "numbered"]
