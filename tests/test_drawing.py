"""Many statements, drawn by this process and a helper: what they draw is what one draws alone, whatever becomes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from recon import hands
from recon.reports import drawing
from recon.reports.books import Books
from recon.reports.drawing import drawn
from recon.reports.owed import owed
from recon.reports.statement import written
from tests.dossiers import CERET, one_school, paid

if TYPE_CHECKING:
    import subprocess

    from recon.reports.owed import Owed
    from recon.tables import Month


@pytest.fixture(scope="module")
def of() -> Month:
    """The month of a commune that has paid."""
    return one_school(paid(reference="TP-2026-00001"))


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that are started to draw."""
    started: list[subprocess.Popen[bytes]] = []
    start = hands.started

    def noted(program: str) -> subprocess.Popen[bytes]:
        started.append(start(program))
        return started[-1]

    monkeypatch.setattr(hands, "started", noted)
    return started


def accounts(of: Month, count: int) -> list[Owed]:
    """Return the account of the commune, many times under other names."""
    one = owed(Books.of(of), CERET[:9])
    return [replace(one, contact=replace(one.contact, name=f"COMMUNE {number}")) for number in range(count)]


def test_many_are_drawn_in_order_as_one_is(of: Month, processes: list[subprocess.Popen[bytes]]) -> None:
    many = accounts(of, drawing.MANY + 10)
    assert list(drawn(many, of.settings)) == [written(account, of.settings) for account in many]
    assert len(processes) == hands.HELPERS
    assert all(process.poll() is not None for process in processes)


def test_few_are_drawn_without_any_process(of: Month, processes: list[subprocess.Popen[bytes]]) -> None:
    few = accounts(of, 3)
    assert list(drawn(few, of.settings)) == [written(account, of.settings) for account in few]
    assert processes == []


@pytest.mark.parametrize("program", ["raise SystemExit(1)", "import sys; sys.stdin.buffer.read(40)"])
def test_what_a_process_does_not_draw_is_drawn_here(
    program: str, of: Month, processes: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "PROGRAM", program)
    many = accounts(of, drawing.MANY + 1)
    assert list(drawn(many, of.settings)) == [written(account, of.settings) for account in many]
    assert all(process.poll() is not None for process in processes)


def test_the_processes_end_if_nobody_wants_more(of: Month, processes: list[subprocess.Popen[bytes]]) -> None:
    drawings = drawn(accounts(of, drawing.MANY + 10), of.settings)
    next(drawings)
    drawings.close()  # type: ignore[attr-defined]
    assert processes
    assert all(process.poll() is not None for process in processes)
