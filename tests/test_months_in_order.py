"""Months closed out of order or too early, two months that are one, and what a restored backup takes away: said."""

from __future__ import annotations

import re
import shlex
from datetime import date
from typing import TYPE_CHECKING

import pytest

from recon.cli import close as closing
from tests.dossiers import CONVENTIONS, ENROLMENTS, LISTS, PAYMENTS, SCHOOLS, TITRES, paid, signed, titre
from tests.monthly import drop, run, said

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = "TP-2026-00001", "TP-2026-00002"
LEDGER = "paiements/ceret.csv"
OCTOBER, NOVEMBER, DECEMBER = "2026-10-31", "2026-11-30", "2026-12-31"
VAGUE = paid(label="participation ENT", mandat="7", on="10/11/2026")


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """A commune with two schools, two titres and a ledger."""
    folder = tmp_path / "dossier"
    drop(
        folder,
        ("inscriptions/liste.csv", (ENROLMENTS, *(f"2026-2027;{uai};École;CERET;216600494;;" for uai in SCHOOLS[:2]))),
        ("conventions/registre.csv", (CONVENTIONS, signed("C1"), signed("C2"))),
        ("conventions/ecoles.csv", (LISTS, f"C1;{SCHOOLS[0]};A;", f"C2;{SCHOOLS[1]};B;")),
        ("titres/titres.csv", (TITRES, titre(ONE, convention="C1"), titre(TWO, convention="C2"))),
        (LEDGER, (PAYMENTS, VAGUE)),
        ("recon.toml", ('[tarifs]\n"2026-2027" = "41.00"',)),
    )
    return folder


def at(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    """Have the machine's day be this one."""
    monkeypatch.setattr(closing, "today", lambda: date.fromisoformat(day))


def close(dossier: Path, month: str, *more: str) -> str:
    code, text = said("close", month, "-C", dossier, *more)
    assert code == 0, text
    return text


def typed(text: str, *names: str) -> list[list[str]]:
    """Return the commands that a French sentence tells to type, in « », those of `names` alone."""
    shown = re.findall("«\u00a0recon ([^»]*)\u00a0»", text)
    return [one for one in map(shlex.split, (line.replace("…", "oubli") for line in shown)) if one[0] in names]


def test_a_month_is_not_closed_before_an_earlier_one_and_what_to_type_first_works(
    dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2027-02-01")
    for day in (OCTOBER, NOVEMBER):
        run(dossier, day)
    code, text = said("close", "2026-11", "-C", dossier)
    assert (code, "Rien n’est clôturé" in text, "il reste à clôturer 2026-10" in text) == (2, True, True), text
    assert "clôture" not in said("history", "-C", dossier)[1]
    for command in typed(text, "lancer", "cloturer")[:2]:
        assert said(*command)[0] == 0, command
    run(dossier, NOVEMBER)
    close(dossier, "2026-11")


def test_an_earlier_month_left_open_is_said_once_when_a_later_one_is_closed_anyway(
    dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2027-02-01")
    for day in (OCTOBER, NOVEMBER, DECEMBER):
        run(dossier, day)
    text = close(dossier, "2026-11", "--quand-meme")
    assert "avant 2026-11, il restait à clôturer 2026-10" in text
    run(dossier, DECEMBER)
    assert "Attention" not in close(dossier, "2026-12")


def test_the_advice_after_a_closing_out_of_order_puts_the_months_in_order_as_typed(dossier: Path) -> None:
    for day in (OCTOBER, NOVEMBER):
        run(dossier, day)
    advice = typed(close(dossier, "2026-11", "--quand-meme"), "rouvrir", "lancer", "cloturer")[-5:]
    assert [one[0] for one in advice] == ["rouvrir", "lancer", "cloturer", "lancer", "cloturer"]
    for command in advice:
        assert said(*command)[0] == 0, command
    history = said("history", "-C", dossier)[1]
    assert history.index("clôture de 2026-10") < history.rindex("clôture de 2026-11")


def test_the_same_advice_before_the_month_is_over_works_as_typed(
    dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2026-11-15")
    for day in (OCTOBER, NOVEMBER):
        run(dossier, day)
    advice = typed(close(dossier, "2026-11", "--quand-meme"), "rouvrir", "lancer", "cloturer")[-6:-1]
    assert [one[0] for one in advice] == ["rouvrir", "lancer", "cloturer", "lancer", "cloturer"]
    for command in advice:
        assert said(*command)[0] == 0, command


def test_what_is_to_be_typed_to_close_at_once_names_the_run_of_a_dossier_that_changed(
    dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2026-11-15")
    run(dossier, NOVEMBER)
    drop(dossier, ("titres/titres.csv", (TITRES, titre(ONE, "999,00", convention="C1"))))
    text = said("close", "2026-11", "-C", dossier)[1]
    assert said("close", "2026-11", "-C", dossier, "--anyway")[0] == 2
    (again,) = {tuple(one) for one in typed(text.rpartition("si le dossier a changé")[2], "lancer")}
    assert said(*again)[0] == 0
    close(dossier, "2026-11", "--anyway")


def test_a_month_that_is_not_over_is_not_closed(dossier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, "2026-11-29")
    run(dossier, NOVEMBER)
    code, text = said("close", "2026-11", "-C", dossier)
    assert (code, "2026-11 n’est pas terminé" in text) == (2, True), text
    assert "clôture" not in said("history", "-C", dossier)[1]
    at(monkeypatch, NOVEMBER)
    for command in typed(text, "lancer"):
        assert said(*command)[0] == 0, command
    close(dossier, "2026-11")


def test_months_closed_in_order_when_they_are_over_are_closed_without_a_word(
    dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, NOVEMBER)
    for day in (OCTOBER, NOVEMBER):
        run(dossier, day)
        assert "Warning" not in close(dossier, day[:7], "--lang", "en")


def test_a_month_to_come_is_closed_anyway_with_a_warning(dossier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, "2026-11-29")
    run(dossier, NOVEMBER)
    text = close(dossier, "2026-11", "--anyway", "--lang", "en")
    assert text.count("Warning") == 1
    assert "2026-11 is not over: its last day, 30/11/2026, is after today, 29/11/2026" in text


def test_no_bracket_of_the_history_is_empty(dossier: Path) -> None:
    for day in (OCTOBER, NOVEMBER):
        run(dossier, day)
    drop(dossier, ("titres/titres.csv", (TITRES, titre(ONE, "999,00", convention="C1"))))
    run(dossier, DECEMBER)
    for months in (("2026-12",), ("2026-11", "2026-12")):
        text = said("history", *months, "-C", dossier)[1]
        assert "affecté autrement" in text
        assert "()" not in text


def test_a_payment_dated_after_the_first_months_day_is_new_in_the_second(dossier: Path) -> None:
    for day in (OCTOBER, NOVEMBER):
        run(dossier, day)
    text = said("history", "2026-10", "2026-11", "-C", dossier)[1].replace("\u00a0", " ")
    assert "paiement apparu : mandat 7" in text
    assert "affecté autrement" not in text


def test_what_came_under_way_is_among_the_balances_told(dossier: Path) -> None:
    run(dossier, OCTOBER)
    issued = paid(reference=ONE, mandat="8", on="10/11/2026", state="émis")
    drop(dossier, (LEDGER, (PAYMENTS, VAGUE, issued)))
    run(dossier, NOVEMBER)
    assert "en cours 0,00 € → 41,00 €" in said("history", "2026-10", "2026-11", "-C", dossier)[1].replace("\u00a0", " ")


def test_one_month_named_twice_tells_what_its_runs_changed(dossier: Path) -> None:
    run(dossier, "2026-11-20")
    code, text = said("history", "2026-11", "2026-11", "-C", dossier)
    assert (code, "qu’une fois" in text, "deux mois différents" in text) == (2, True, True), text
    drop(dossier, (LEDGER, (PAYMENTS, paid(reference=ONE, mandat="8"))))
    run(dossier, NOVEMBER)
    code, text = said("history", "2026-11", "2026-11", "-C", dossier)
    assert code == 0
    assert "De 2026-11 (n° 1, arrêté au 20/11/2026) à 2026-11 (n° 2, arrêté au 30/11/2026)" in text
    assert "paiement apparu : mandat 8" in text
    assert "(no. 1, as of 20/11/2026)" in said("history", "2026-11", "2026-11", "-C", dossier, "--lang", "en")[1]
