"""Rewrite what is made from the code: templates, dictionary, pages, list of layouts, translations. `python -m tests.regenerate`."""

from __future__ import annotations

from pathlib import Path

from recon.reports.templates import templates
from recon_schemas.dictionary import data_dictionary
from tests.compile_locale import SOURCE, TARGET, compiled
from tests.findings_docs import pages
from tests.layout_list import layout_list

ROOT = Path(__file__).parents[1]


def generated() -> dict[Path, bytes]:
    """Return every generated file and its bytes."""
    return {
        **{ROOT / "workbooks" / "modeles" / name: data for name, data in templates().items()},
        ROOT / "schemas" / "README.md": data_dictionary().encode(),
        **{ROOT / "docs" / name: text.encode() for name, text in pages().items()},
        ROOT / "tests" / "LAYOUTS.md": layout_list().encode(),
        TARGET: compiled(SOURCE.read_text(encoding="utf-8")),
    }


if __name__ == "__main__":
    for path, data in generated().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
