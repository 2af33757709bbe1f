"""The folder layout is the architecture: each layer imports only those below it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = (ROOT / "recon", ROOT / "schemas" / "recon_schemas")

# From the bottom to the top; a module belongs to the longest name that begins its own.
LAYERS = (
    ("recon.texts", "recon", "recon.locale", "recon.each"),
    ("recon.errors", "recon.identifiers", "recon.fingerprints", "recon.collector"),
    ("recon.tables", "recon.values", "recon.frames"),
    ("recon.likeness",),
    ("recon_schemas", "recon.readers", "recon.hands"),
    (
        "recon.findings",
        "recon.findings.catalogue",
        "recon.findings.finding",
        "recon.layouts",
        "recon.corrected",
        "recon.hidden",
    ),
    ("recon.documents",),
    ("recon.validation", "recon.duplicates", "recon.events", "recon.conventions", "recon.successors", "recon.payers"),
    ("recon.references",),
    ("recon.billed",),
    ("recon.matching",),
    ("recon.allocation",),
    ("recon.lettering", "recon.balances", "recon.planned"),
    ("recon.findings.coverage", "recon.findings.claims", "recon.findings.settlements", "recon.findings.bonds"),
    ("recon.findings.directory", "recon.corrections"),
    (
        "recon.month",
        "recon.controls",
        "recon.reports",
        "recon.diagnostics",
        "recon.decided",
        "recon.in_force",
        "recon.followed",
        "recon.vanished",
        "recon.answered",
        "recon.contacts",
    ),
    ("recon.knowledge",),
    ("recon.intake",),
    ("recon.notices", "recon.kept_rows", "recon.ground", "recon.refused_titres", "recon.unread_ledgers"),
    ("recon.pipeline", "recon.story"),
    ("recon.store", "recon.store.database", "recon.store.place"),
    (
        "recon.understanding",
        "recon.dossier",
        "recon.spool",
        "recon.outputs",
        "recon.copies",
        "recon.checking",
        "recon.profile_files",
        "recon.seen_before",
    ),
    ("recon.given", "recon.start", "recon.monthly", "recon.changes"),
    ("recon.mapping", "recon.recording"),
    ("recon.cli",),
    ("recon.__main__",),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}


def modules() -> dict[str, Path]:
    """Return every module of the project with its file."""
    found = {}
    for package in PACKAGES:
        for path in package.rglob("*.py"):
            parts = path.relative_to(package.parent).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def layer(module: str) -> str:
    """Return the layer of a module."""
    return max((name for name in RANK if module == name or module.startswith(f"{name}.")), key=len)


def imported(module: str, path: Path) -> set[str]:
    """Return the project's modules that a module imports, at its top or within its functions."""
    found = set()
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parent, base]).rstrip(".")
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)} & {base, *modules()}
    return {name for name in found if name.split(".")[0] in {"recon", "recon_schemas"}}


@pytest.mark.parametrize(("module", "path"), sorted(modules().items()))
def test_layers_look_down_only(module: str, path: Path) -> None:
    above = {other for other in imported(module, path) if RANK[layer(other)] > RANK[layer(module)] and other != "recon"}
    assert above == set()
