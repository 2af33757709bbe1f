"""`make bench`: the matching's speed, and how right it is, beside two published reconciliation packages."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from . import ours, peers
from .data import made_up, one_payer
from .scenarios import scenarios
from .score import score, truth

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .data import Case
    from .score import Pairs

PEER_SIZES = (1_000, 10_000, 100_000)
WAYS = (peers.AS_WRITTEN, peers.PREPARED)
OPEN_TITRES = 500


@dataclass(frozen=True, slots=True)
class Measure:
    """What one tool made of one case; without a time if it did not end in time."""

    tool: str
    size: int
    seconds: float | None
    precision: float = 0.0
    recall: float = 0.0


@click.command()
@click.option("--sizes", default="10000,100000", show_default=True, help="How many titres, smallest first.")
@click.option("--limit", default=120.0, show_default=True, help="Seconds that a peer may take.")
@click.option("--peers/--no-peers", "with_peers", default=True, help="Whether to run the two other packages.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the tables to a file as well.")
def main(sizes: str, limit: float, output: Path | None, *, with_peers: bool) -> None:
    """Time the matching, and compare it with two other packages."""
    console = Console(record=True, width=150)
    processors = f"{os.cpu_count()} processors" if os.cpu_count() else "unknown processors"
    console.print(f"Python {platform.python_version()}, {processors}")
    cases = {size: made_up(size) for size in map(int, sizes.split(","))}
    runs = {size: ours.run(case, 5 if size <= min(cases) else 3) for size, case in cases.items()}
    console.print(_speed(runs))
    console.print(_single_payer())
    installed = peers.install() if with_peers else {}
    if installed:
        measures = [_own(size, cases[size], run) for size, run in runs.items()]
        console.print(_side_by_side([*measures, *_peer_measures(installed, limit)]))
        console.print(f"Not in time: more than {limit:.0f} seconds.")
    console.print(_scenarios(installed, limit))
    if output is not None:
        output.write_text(console.export_text(), encoding="utf-8")


def _speed(runs: dict[int, ours.Run]) -> Table:
    table = Table("titres", *ours.STEPS, "together", "growth", title="recon: seconds per step (median)")
    before: tuple[int, float] | None = None
    for size, run in runs.items():
        growth = f"{size / before[0]:.3g} x work, {run.total / before[1]:.1f} x time" if before else ""
        table.add_row(f"{size:,}", *(f"{run.seconds[step]:.3f}" for step in ours.STEPS), f"{run.total:.3f}", growth)
        before = size, run.total
    return table


def _single_payer() -> Table:
    title = f"recon: one payer, {OPEN_TITRES} open titres, {OPEN_TITRES} lines without a number (seconds)"
    table = Table("amounts", *ours.STEPS, "match + allocate", title=title)
    for name, equal in (("all equal", True), ("all different", False)):
        seconds = ours.run(one_payer(OPEN_TITRES, equal=equal), 5).seconds
        both = seconds["match"] + seconds["allocate"]
        table.add_row(name, *(f"{seconds[step]:.4f}" for step in ours.STEPS), f"{both:.4f}")
    return table


def _own(size: int, case: Case, run: ours.Run) -> Measure:
    return Measure("recon", size, run.total, *score(case, run.pairs))


def _peer_measures(installed: dict[str, Path], limit: float) -> Iterable[Measure]:
    for peer, python in installed.items():
        for way in WAYS:
            yield from _growing(peer, python, way, limit)


def _growing(peer: str, python: Path, way: str, limit: float) -> Iterable[Measure]:
    """Yield a peer's measures on more and more titres, up to the first that it does not end in time."""
    for size in PEER_SIZES:
        case = made_up(size)
        answer = peers.ask(python, peer, [case], way, limit)
        if answer is None:
            yield Measure(f"{peer}, {way}", size, None)
            return
        yield Measure(f"{peer}, {way}", size, answer.seconds, *score(case, answer.pairs[0]))


def _side_by_side(measures: Iterable[Measure]) -> Table:
    table = Table("tool", "titres", "seconds", "precision", "recall", title="Side by side, on the same data")
    for one in measures:
        if one.seconds is None:
            table.add_row(one.tool, f"{one.size:,}", "not in time", "", "")
        else:
            table.add_row(
                one.tool, f"{one.size:,}", f"{one.seconds:.3f}", f"{one.precision:.2%}", f"{one.recall:.2%}"
            )  # fmt: skip
    return table


def _scenarios(installed: dict[str, Path], limit: float) -> Table:
    """Every scenario through every tool: right if the pairs are the truth, no more and no less."""
    cases = scenarios()
    answers: dict[str, list[Pairs]] = {"recon": [ours.run(case, 1).pairs for case in cases.values()]}
    for peer, python in installed.items():
        for way in WAYS:
            answer = peers.ask(python, peer, list(cases.values()), way, limit)
            answers[f"{peer}, {way}"] = answer.pairs if answer else []
    table = Table("scenario", *answers, title="Eight plain scenarios")
    for index, (name, case) in enumerate(cases.items()):
        table.add_row(name, *(_verdict(case, pairs, index) for pairs in answers.values()))
    return table


def _verdict(case: Case, answers: list[Pairs], index: int) -> str:
    return "right" if answers and answers[index] == truth(case) else "wrong"


if __name__ == "__main__":
    main()
