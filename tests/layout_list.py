"""`tests/LAYOUTS.md`: the layouts that the tests hold recognition against, made from their functions."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from tests import ledgers, rectorate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_INTRODUCTION = """# Layouts

Made by `python -m tests.regenerate` from `tests/ledgers.py` and `tests/rectorate.py`; do not edit. Every layout holds the
same payments, or the same schools, titres and conventions, and must read alike: `tests/test_ledgers.py`,
`tests/test_rectorate_lists.py`. Random ones are made by `tests/test_layout_properties.py`.
"""


def layout_list() -> str:
    """Return the list as Markdown: each layout and its habit in a line."""
    parts = (
        _section("Ledgers of the communes", ledgers.LAYOUTS),
        _section("Lists of the rectorate", rectorate.LAYOUTS),
    )
    return "\n".join([_INTRODUCTION, *parts])


def _section(title: str, layouts: Mapping[str, Callable[[], object]]) -> str:
    rows = [f"| `{name}` | {_habit(build)} |" for name, build in layouts.items()]
    return "\n".join([f"## {title}", "", "| layout | habit |", "|---|---|", *rows, ""])


def _habit(build: Callable[[], object]) -> str:
    return " ".join((inspect.getdoc(build) or "").split())
