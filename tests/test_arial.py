"""How many lines a text takes: what is too few hides words, what is too many leaves holes."""

from __future__ import annotations

import pytest

from recon.reports.arial import PADDING, lines, longest_line, wide


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("un texte", 20, 1),
        ("une date du 01/07/2027 au 30/09/2027", 20, 3),  # A date is never cut.
        ("paiements/perpignan_2025.xlsx", 20, 2),  # A path is, after its slash.
        ("TP-2026-00146, TP-2026-00147", 20, 2),
        ("x" * 40, 20 + PADDING, 2),  # What has nowhere to break is broken anywhere.
        ("", 5, 1),
    ],
)
def test_how_many_lines_a_text_takes(text: str, width: float, expected: int) -> None:
    assert lines(text, width) == expected


def test_ten_digits_are_ten_wide_and_accents_add_nothing() -> None:
    assert wide("0123456789") == pytest.approx(10)
    assert wide("École élémentaire") == pytest.approx(wide("Ecole elementaire"))
    assert wide("164\u00a0€") == pytest.approx(3 + wide(" ") + 1)
    assert wide("Total", bold=True) > wide("Total")


def test_the_widest_line_of_a_wrapped_heading() -> None:
    assert longest_line("Registre reçu jusqu’au", 14) == "Registre reçu"
    assert longest_line("SIREN", 2) == "SIREN"
