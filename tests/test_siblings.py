"""Payments of one mandat and amount, without line numbers: what is decided of one is never taken by another."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from recon.matching.rulings import STEP
from recon.store import decisions
from tests.dossiers import CONVENTIONS, ENROLMENTS, LISTS, PAYMENTS, SCHOOLS, TITRES, paid, signed, titre
from tests.monthly import drop, run, said, table

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = "TP-2026-00001", "TP-2026-00002"
NOVEMBER, DECEMBER = "2026-11-30", "2026-12-31"
LABEL = "participation ENT"
LEFT = paid(label=f"{LABEL} a")
RIGHT = paid(label=f"{LABEL} b")
OTHER_DAY = paid(label=f"{LABEL} a", on="12/11/2026")
EARLIER_DAY = paid(label=f"{LABEL} a", on="03/11/2026")
RELABELLED = paid(label=f"{LABEL} 2026-2027")
ELSEWHERE = paid(label=f"{LABEL} c", mandat="9")


@pytest.fixture
def dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A commune with two schools and two titres of 41 EUR."""
    monkeypatch.delenv("RECON_STORE", raising=False)
    folder = tmp_path / "dossier"
    drop(
        folder,
        ("inscriptions/liste.csv", (ENROLMENTS, *(f"2026-2027;{uai};École;CERET;216600494;;" for uai in SCHOOLS[:2]))),
        ("conventions/registre.csv", (CONVENTIONS, signed("C1"), signed("C2"))),
        ("conventions/ecoles.csv", (LISTS, f"C1;{SCHOOLS[0]};A;", f"C2;{SCHOOLS[1]};B;")),
        ("titres/titres.csv", (TITRES, titre(ONE, convention="C1"), titre(TWO, convention="C2"))),
        ("recon.toml", ('[tarifs]\n"2026-2027" = "41.00"',)),
    )
    return folder


def ledger(dossier: Path, *rows: str) -> None:
    drop(dossier, ("paiements/ceret.csv", (PAYMENTS, *rows)))


def payments(dossier: Path, month: str) -> dict[int, str]:
    """Return the identity of each payment by its row in the ledger."""
    return {one["row"]: one["payment_id"] for one in table(dossier, month, "payments")}


def by_decision(dossier: Path, month: str) -> set[int]:
    """Return the rows of the ledger that officers allocated."""
    rows = {one["payment_id"]: one["row"] for one in table(dossier, month, "payments")}
    return {rows[one["payment_id"]] for one in table(dossier, month, "allocations") if one["pass"] == STEP}


def decided(dossier: Path, *rows: str, row: int, option: tuple[str, ...] = ("--titre", f"{TWO}=41,00")) -> None:
    """Run November on these rows and decide of the one in that row of the ledger."""
    ledger(dossier, *rows)
    run(dossier, NOVEMBER)
    number = payments(dossier, "2026-11")[row]
    code, text = said("decide", "-C", dossier, "--as-of", NOVEMBER, number, *option, "--reason", "appel")
    assert code == 0, text


def december(dossier: Path, *rows: str) -> tuple[set[int], str]:
    """Return which of these rows December allocates by decision, and what it says."""
    ledger(dossier, *rows)
    code, text = said("run", dossier, "--as-of", DECEMBER)
    assert code == 0, text
    return by_decision(dossier, "2026-12"), text


LOST = [
    pytest.param((LEFT, RIGHT), 2, (RIGHT,), id="decided-line-gone-another-label"),
    pytest.param((LEFT, RIGHT), 3, (LEFT,), id="other-of-the-two"),
    pytest.param((LEFT, RIGHT), 2, (RIGHT, RELABELLED), id="decided-line-changed"),
    pytest.param((LEFT, OTHER_DAY), 2, (OTHER_DAY,), id="same-label-another-day"),
    pytest.param((LEFT, OTHER_DAY), 2, (EARLIER_DAY, OTHER_DAY), id="same-label-another-came-for-it"),
    pytest.param((LEFT, LEFT), 2, (LEFT,), id="nothing-tells-which-of-two-is-gone"),
    pytest.param((LEFT, LEFT), 3, (LEFT,), id="nothing-tells-which-of-two-is-gone-second"),
]
KEPT = [
    pytest.param((LEFT, RIGHT), 2, (RIGHT, LEFT), 3, id="in-another-order"),
    pytest.param((LEFT, RIGHT), 2, (LEFT, RIGHT), 2, id="exported-again"),
    pytest.param((LEFT, RIGHT), 3, (RIGHT,), 2, id="its-sibling-gone"),
    pytest.param((LEFT, OTHER_DAY), 3, (OTHER_DAY,), 2, id="its-sibling-of-another-day-gone"),
    pytest.param((LEFT, OTHER_DAY), 2, (ELSEWHERE, OTHER_DAY, LEFT), 4, id="same-label-in-another-order"),
    pytest.param((LEFT,), 2, (EARLIER_DAY, LEFT), 3, id="an-earlier-one-came"),
    pytest.param((LEFT, LEFT), 2, (ELSEWHERE, LEFT, LEFT), 3, id="two-that-nothing-tells-apart"),
    pytest.param((LEFT,), 2, (RELABELLED,), 2, id="alone-and-relabelled"),
    pytest.param((LEFT,), 2, (OTHER_DAY,), 2, id="alone-and-its-day-corrected"),
]


@pytest.mark.parametrize(("before", "row", "after"), LOST)
def test_a_sibling_takes_no_decision(dossier: Path, before: tuple[str, ...], row: int, after: tuple[str, ...]) -> None:
    decided(dossier, *before, row=row)
    allocated, text = december(dossier, *after)
    assert allocated == set()
    assert f'recon decider -C "{dossier}" --retirer 1' in text, text


@pytest.mark.parametrize(("before", "row", "after", "then"), KEPT)
def test_a_payment_that_is_there_keeps_its_decision(
    dossier: Path, before: tuple[str, ...], row: int, after: tuple[str, ...], then: int
) -> None:
    decided(dossier, *before, row=row)
    allocated, text = december(dossier, *after)
    assert allocated == {then}
    assert "sans effet" not in text


@pytest.mark.parametrize("option", [("--titre", f"{TWO}=41,00"), ("--out-of-scope",)])
@pytest.mark.parametrize("sibling", [RIGHT, OTHER_DAY])
def test_a_sibling_that_came_after_the_decision_takes_none(
    dossier: Path, option: tuple[str, ...], sibling: str
) -> None:
    decided(dossier, LEFT, row=2, option=option)
    ledger(dossier, LEFT, sibling)
    run(dossier, NOVEMBER)
    allocated, text = december(dossier, sibling)
    assert allocated == set()
    assert list(payments(dossier, "2026-12")) == [2]
    assert "Décision n° 1" in text, text


def test_a_payment_out_of_scope_leaves_its_sibling_in(dossier: Path) -> None:
    decided(dossier, LEFT, OTHER_DAY, row=2, option=("--out-of-scope",))
    december(dossier, LEFT, OTHER_DAY)
    assert list(payments(dossier, "2026-12")) == [3]
    december(dossier, OTHER_DAY)
    assert list(payments(dossier, "2026-12")) == [2]


def test_an_opinion_is_not_shown_beside_a_sibling(dossier: Path) -> None:
    decided(dossier, LEFT, OTHER_DAY, row=2, option=("--wait",))
    december(dossier, LEFT, OTHER_DAY)
    shown = [one["decision"] for one in table(dossier, "2026-12", "findings")]
    assert shown.count("Attendre") == 1
    _, text = december(dossier, OTHER_DAY)
    assert "Attendre" not in [one["decision"] for one in table(dossier, "2026-12", "findings")]
    assert "Décision n° 1" in text, text


def forget_what_tells_apart(dossier: Path) -> None:
    """Make of the dossier's store one of version 2, which had no such table."""
    with sqlite3.connect(dossier / "recon.db") as connection:
        connection.execute("DROP TABLE singled")
        connection.execute("UPDATE meta SET value = '2' WHERE name = 'version'")
    connection.close()


@pytest.mark.parametrize(("after", "then"), [((RIGHT, LEFT), {3}), ((RIGHT,), set())])
def test_a_decision_of_before_goes_on_and_no_sibling_of_its_runs_takes_it(
    dossier: Path, monkeypatch: pytest.MonkeyPatch, after: tuple[str, ...], then: set[int]
) -> None:
    record = decisions.record_ruling
    monkeypatch.setattr(decisions, "record_ruling", lambda entry, ruling, _: record(entry, ruling, None))
    decided(dossier, LEFT, RIGHT, row=2)
    forget_what_tells_apart(dossier)
    allocated, text = december(dossier, *after)
    assert (allocated, "Décision n° 1" in text) == (then, not then), text
    assert said("history", "--check", "-C", dossier)[0] == 0


@pytest.mark.parametrize("option", [("--titre", f"{TWO}=41,00"), ("--out-of-scope",)])
@pytest.mark.parametrize("label", ["a", "b", "c", "d"])
def test_an_equal_line_that_comes_later_leaves_the_decision_where_it_was(
    dossier: Path, option: tuple[str, ...], label: str
) -> None:
    line = paid(label=f"{LABEL} {label}", mandat="77")
    decided(dossier, line, row=2, option=option)
    before = payments(dossier, "2026-11")[2]
    allocated, text = december(dossier, line, line)
    there = payments(dossier, "2026-12")
    if option == ("--out-of-scope",):
        assert list(there) == [3]
    else:
        assert (allocated, there[2]) == ({2}, before)
    assert "sans effet" not in text
    assert december(dossier, line, line)[0] == allocated


def test_a_line_of_the_same_day_written_otherwise_puts_the_decision_in_doubt(dossier: Path) -> None:
    decided(dossier, LEFT, row=2)
    with_bordereau = "Bordereau;" + PAYMENTS
    drop(dossier, ("paiements/ceret.csv", (with_bordereau, f"1;{LEFT}", f"2;{LEFT}")))
    code, text = said("run", dossier, "--as-of", DECEMBER)
    assert code == 0, text
    assert by_decision(dossier, "2026-12") == set()
    assert "rien ne dit lequel est celui d’alors" in text


def test_deciding_anew_and_taking_back_work_in_either_order(dossier: Path) -> None:
    decided(dossier, LEFT, RIGHT, row=2)
    december(dossier, RIGHT)
    number = payments(dossier, "2026-12")[2]
    anew = ("decide", "-C", dossier, "--as-of", DECEMBER, number, "--titre", f"{TWO}=41,00", "--motif", "appel")
    code, text = said(*anew)
    assert (code, "Décision n° 2 inscrite" in text.replace("\u00a0", " ")) == (0, True), text
    assert said("decide", "-C", dossier, "--retirer", "1", "--motif", "refaite")[0] == 0
    assert december(dossier, RIGHT)[0] == {2}


def test_a_decision_without_effect_is_not_already_recorded(dossier: Path) -> None:
    decided(dossier, LEFT, LEFT, row=2)
    december(dossier, LEFT)
    number = payments(dossier, "2026-12")[2]
    code, text = said(
        "decide", "-C", dossier, "--as-of", DECEMBER, number, "--titre", f"{TWO}=41,00", "--motif", "appel"
    )
    assert (code, "Déjà inscrite" in text) == (0, False), text
    assert said("decide", "-C", dossier, "--retirer", "1", "--motif", "refaite")[0] == 0
    allocated, text = december(dossier, LEFT)
    assert (allocated, "sans effet" in text) == ({2}, False), text
