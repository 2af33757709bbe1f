"""The pages `docs/ecarts.md` and `docs/findings.md`: the catalogue of findings, each code with a place where it occurs."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from recon.dossier import files, options
from recon.findings.catalogue import CATALOGUE, SEVERITIES
from recon.pipeline import reconcile
from recon.texts import Text
from tests.named import FOLDER, named_dossiers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.findings.catalogue import Code
    from recon.tables import Month
    from recon.texts import Lang

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "workbooks" / "exemple"
PAGES: dict[str, Lang] = {"ecarts.md": "fr", "findings.md": "en"}

TITLE = Text("Les écarts", "The findings")
INTRODUCTION = Text(
    "Un écart dit ce qui ne concorde pas : son code, le fichier, la feuille et la cellule, ce qui était attendu, ce qui a été trouvé et ce qu’il faut faire. Chaque code figure ici une fois, avec un endroit où il se présente : dans le dossier d’exemple (`workbooks/exemple`, arrêté au 30/11/2026) ou dans l’un des petits dossiers de `tests/named_dossiers`. À l’écran, `recon expliquer P07` donne la même explication.",
    "A finding says what does not agree: its code, the file, the sheet and the cell, what was expected, what was found, and what to do. Every code stands here once, with a place where it occurs: in the sample dossier (`workbooks/exemple`, as of 30/11/2026) or in one of the small dossiers of `tests/named_dossiers`. On screen, `recon explain P07` gives the same explanation.",
)
MADE = Text(
    "Page produite par `python -m tests.regenerate` à partir de `recon/findings/catalogue.py` ; ne pas la modifier.",
    "Made by `python -m tests.regenerate` from `recon/findings/catalogue.py`; do not edit.",
)
SEVERITY, MEANING, CODES = Text("gravité", "severity"), Text("signification", "what it means"), Text("codes", "codes")
MEANINGS = {
    "blocking": Text("un montant n’est pas fiable tant que l’écart n’est pas corrigé", "an amount cannot be trusted until it is corrected"),
    "review": Text("quelqu’un doit regarder", "someone must look"),
    "follow-up": Text("la vie normale d’une créance, à suivre", "a claim's normal life, to be followed"),
    "info": Text("bon à savoir, rien à corriger", "good to know, nothing to correct"),
}  # fmt: skip
FAMILIES = {
    "D": Text("D – Données", "D – Data"),
    "E": Text("E – Inscriptions", "E – Enrolments"),
    "C": Text("C – Conventions", "C – Conventions"),
    "T": Text("T – Titres de perception", "T – Titres de perception"),
    "P": Text("P – Paiements", "P – Payments"),
}
TO_DO = Text("- **À faire :** {advice}", "- **To do:** {advice}")
EXAMPLE = (
    Text("- **Exemple :** {place}", "- **Example:** {place}"),
    Text("- **Trouvé :** {found}", "- **Found:** {found}"),
    Text("- **Attendu :** {expected}", "- **Expected:** {expected}"),
)
Example = tuple[str, Text, Text]


def pages() -> dict[str, str]:
    """Return each page by its name, as Markdown."""
    examples = _examples()
    return {name: "\n".join(_page(lang, examples)) for name, lang in PAGES.items()}


def _examples() -> dict[str, Example]:
    """Return the first place of each code, in the sample, else in a small dossier; with what was found and expected."""
    found: dict[str, Example] = {}
    sample = reconcile(files(SAMPLE), options(SAMPLE).settings(date(2026, 11, 30)))
    for folder, month in [(SAMPLE, sample), *((FOLDER / name, of.month()) for name, of in named_dossiers().items())]:
        for code, example in _of_month(folder, month):
            found.setdefault(code, example)
    return found


def _of_month(folder: Path, month: Month) -> Iterator[tuple[str, Example]]:
    for row in month.findings.iter_rows(named=True):
        name = f"{folder.relative_to(ROOT).as_posix()}/{row['file']}"
        place = " › ".join(f"`{part}`" for part in (name, row["sheet"], row["cell"]) if part)
        wording = month.wordings[row["finding_id"]]
        yield row["code"], (place, wording.found, wording.expected)


def _page(lang: Lang, examples: dict[str, Example]) -> Iterator[str]:
    yield from (f"# {TITLE(lang)}", "", INTRODUCTION(lang), "", MADE(lang), "")
    yield from (f"| {SEVERITY(lang)} | {MEANING(lang)} | {CODES(lang)} |", "|---|---|---|")
    for severity, label in SEVERITIES.items():
        codes = ", ".join(code.code for code in CATALOGUE.values() if code.severity == severity)
        yield f"| {label(lang)} | {MEANINGS[severity](lang)} | {codes} |"
    for family, title in FAMILIES.items():
        yield from ("", f"## {title(lang)}")
        for code in CATALOGUE.values():
            if code.code.startswith(family):
                yield from _code(code, lang, examples[code.code])
    yield ""


def _code(code: Code, lang: Lang, example: Example) -> Iterator[str]:
    place, found, expected = example
    words = {"place": place, "found": _plain(found(lang)), "expected": _plain(expected(lang))}
    yield from ("", f"### {code.code} – {code.title(lang)}", "")
    yield from (f"*{SEVERITIES[code.severity](lang)}.* {code.explanation(lang)}", "")
    yield TO_DO.with_(advice=code.advice)(lang)
    yield from (line.with_(**words)(lang) for line in EXAMPLE)


def _plain(text: str) -> str:
    """Return a text of the dossier so that Markdown shows it as it is."""
    return re.sub(r"([\\`*_<>\[\]|#])", r"\\\1", text)
