"""Every French sentence of the code keeps French typography, and every sentence exists in both languages."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

from recon.findings.catalogue import CATALOGUE, SEVERITIES
from tests.compile_locale import SOURCE, TARGET, compiled

ROOT = Path(__file__).parent.parent
FILES = sorted([*(ROOT / "recon").rglob("*.py"), *(ROOT / "schemas").rglob("*.py")])

WRONG = (
    (re.compile(r" [:;?!»%€]"), "an ordinary space before a sign that takes a non-breaking one"),
    (re.compile(r"« "), "an ordinary space after «"),
    (re.compile(r"\w'\w"), "a typewriter's apostrophe"),
    (re.compile(r'"'), "English quotation marks"),
)
# What is quoted as it must be typed keeps its own signs.
TYPED = re.compile(r"\"(?:2026-2027|41\.00)\"")


def sentences() -> list[tuple[str, str, str]]:
    """Return every `Text(fr, en)` written with two literals, and where."""
    found = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Text" and len(node.args) == 2:
                french, english = node.args
                if isinstance(french, ast.Constant) and isinstance(english, ast.Constant):
                    found.append((f"{path.relative_to(ROOT)}:{node.lineno}", str(french.value), str(english.value)))
    return found


def test_typography() -> None:
    wrong = [
        f"{place}: {why}: {french}"
        for place, french, _ in sentences()
        for pattern, why in WRONG
        if pattern.search(TYPED.sub("", french))
    ]
    assert wrong == []


def test_every_sentence_is_said_in_both_languages_with_the_same_blanks() -> None:
    def blanks(text: str) -> set[str]:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field}

    found = sentences()
    assert len(found) > 300
    assert [place for place, french, english in found if blanks(french) != blanks(english)] == []
    assert [place for place, french, english in found if french.strip() and not english.strip()] == []


def test_every_code_has_a_known_severity_and_says_what_to_do() -> None:
    for code in CATALOGUE.values():
        assert code.severity in SEVERITIES
        assert code.title.fr
        assert code.advice.fr.endswith(".")
        assert code.explanation.fr.endswith(".")


def test_clicks_french_sentences_are_compiled() -> None:
    assert TARGET.read_bytes() == compiled(SOURCE.read_text(encoding="utf-8"))
