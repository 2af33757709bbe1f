"""This process and a helper, side by side: what is made is what one makes alone, in order, whatever becomes of the helper."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from recon import hands

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

PROGRAM = (
    "import os; from recon.hands import serve; serve(lambda _: lambda numbers: ([n * n for n in numbers], os.getpid()))"
)


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The helpers that are started."""
    made: list[subprocess.Popen[bytes]] = []
    start = hands.started

    def noted(program: str) -> subprocess.Popen[bytes]:
        made.append(start(program))
        return made[-1]

    monkeypatch.setattr(hands, "started", noted)
    return made


def squares(numbers: list[int]) -> tuple[list[int], int]:
    return [number * number for number in numbers], os.getpid()


def batches(count: int) -> Iterator[list[int]]:
    return ([number, number + 1] for number in range(count))


def expected(count: int) -> list[list[int]]:
    return [squares(batch)[0] for batch in batches(count)]


def test_what_both_make_comes_in_order(processes: list[subprocess.Popen[bytes]]) -> None:
    made = list(hands.side_by_side(PROGRAM, batches(300), squares))
    assert [one for one, _ in made] == expected(300)
    assert {process for _, process in made} >= {processes[0].pid}
    assert all(process.poll() is not None for process in processes)


@pytest.mark.parametrize(
    "program",
    [
        "raise SystemExit(1)",
        "import sys; sys.stdin.buffer.read(10)",
        "import os; os.write(1, bytes([5, 0, 0, 0, 0, 0, 0, 0, 1, 2]))",
    ],
)
def test_what_a_helper_does_not_do_is_done_here(program: str, processes: list[subprocess.Popen[bytes]]) -> None:
    made = list(hands.side_by_side(program, batches(20), squares))
    assert made == [squares(batch) for batch in batches(20)]
    assert all(process.poll() is not None for process in processes)


def test_where_no_process_can_be_started_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: str) -> subprocess.Popen[bytes]:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(hands, "started", refused)
    assert list(hands.side_by_side(PROGRAM, batches(20), squares)) == [squares(batch) for batch in batches(20)]


def test_an_error_is_raised_and_the_helper_ends(processes: list[subprocess.Popen[bytes]]) -> None:
    def fails(numbers: list[int]) -> object:
        raise KeyError(numbers[0])

    with pytest.raises(KeyError):
        list(hands.side_by_side("raise SystemExit(1)", batches(20), fails))
    assert all(process.poll() is not None for process in processes)


def test_nothing_is_started_for_nothing(processes: list[subprocess.Popen[bytes]]) -> None:
    assert list(hands.side_by_side(PROGRAM, batches(0), squares)) == []
    assert processes == []
