"""Commands killed at random moments and at every kind of call: nothing is lost, and the next one is right.

`python -m tests.check_kills 200` kills 200 times, half at moments spread over the command's duration, half at calls that
change a file or speak to the database; and has such a call fail 50 times, the disk being full. After each: the journal is proven; every file and the store are as before or as
after; the command, typed again, leaves what an undisturbed one leaves, and nothing besides. `.ci/run` does it.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from recon.errors import Exit
from tests.dossiers import CONVENTIONS, ENROLMENTS, LISTS, PAYMENTS, SCHOOLS, TITRES, paid, signed, titre
from tests.kills import COUNT, KEPT, OUTPUT, Fate, Held, between, command, differences, held, warm
from tests.monthly import drop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ONE, TWO = "TP-2026-00001", "TP-2026-00002"
NOVEMBER = ("--as-of", "2026-11-30")
DOSSIER = "dossier"
IN = ("-C", DOSSIER)
RUN = ("run", DOSSIER, *NOVEMBER)
FILES = (
    ("inscriptions/liste.csv", (ENROLMENTS, *(f"2026-2027;{uai};École;CERET;216600494;;" for uai in SCHOOLS[:2]))),
    ("conventions/registre.csv", (CONVENTIONS, signed("C1"), signed("C2"))),
    ("conventions/ecoles.csv", (LISTS, f"C1;{SCHOOLS[0]};A;", f"C2;{SCHOOLS[1]};B;")),
    ("titres/titres.csv", (TITRES, titre(ONE, convention="C1"), titre(TWO, convention="C2"))),
    ("paiements/ceret.csv", (PAYMENTS, paid(label="participation ENT", mandat="7", on="10/11/2026"))),
    ("recon.toml", ('[tarifs]\n"2026-2027" = "41.00"',)),
)
CORRECTED = (PAYMENTS, paid(reference=TWO, mandat="7"), paid(reference=ONE, mandat="9", on="31/13/2026"))


class Scenario(NamedTuple):
    """A command that is killed, and what was done before it."""

    name: str
    arguments: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()
    then: Callable[[Path], None] = lambda _: None
    again: frozenset[int] = frozenset({0, 1})


def _correct(around: Path) -> None:
    drop(around / DOSSIER, ("paiements/ceret.csv", CORRECTED))


def _receive(around: Path) -> None:
    drop(around, ("recu/ceret.csv", CORRECTED))


DECIDE = ("decide", *IN, *NOVEMBER, "216600494", "2026/7", "--titre", f"{ONE}=41,00", "--reason", "appel")
DONE_ALREADY = frozenset({0, 2})
SCENARIOS = (
    Scenario("first run", RUN),
    Scenario("run of a corrected ledger", RUN, (RUN,), _correct),
    Scenario("ingest", ("ingest", "recu/ceret.csv", *IN, *NOVEMBER, "--replaces"), (RUN,), _receive),
    Scenario("decide", DECIDE, (RUN,)),
    Scenario("restore", ("restore", "copie.db", *IN), (RUN, ("backup", "copie.db", *IN), DECIDE)),
    Scenario("close", ("close", "2026-11", *IN, "--anyway"), (RUN,), again=DONE_ALREADY),
)


def prepared(around: Path, scenario: Scenario) -> None:
    """Make the dossier in which a scenario's command is then killed."""
    drop(around / DOSSIER, *FILES)
    for arguments in scenario.before:
        assert command(arguments, around) in {0, 1}, said(around)
    scenario.then(around)


def said(around: Path) -> str:
    """Return what the last command said."""
    return (around / OUTPUT).read_text(encoding="utf-8")


def trial(around: Path, scenario: Scenario, fate: Fate, before: Held, after: Held) -> Iterator[str]:
    """Kill the command in a copy of its dossier; yield what is not right afterwards."""
    dossier = around / DOSSIER
    code = command(scenario.arguments, around, fate)
    yield from _proven(around, dossier)
    left = held(dossier)
    yield from between(left, before, after)
    if fate.fails:
        if code not in {0, 1, Exit.NOT_WRITTEN}:
            yield f"it ends with {code}: {said(around)}"
        yield from (f"{name} is left" for name in left.files.keys() - left.shown().keys())
    code = command(scenario.arguments, around)
    if code not in scenario.again:
        yield f"the next one ends with {code}: {said(around)}"
    yield from _proven(around, dossier)
    found = held(dossier)
    strange = [name for name in differences(found.files, after.files) if not name.startswith(KEPT)]
    yield from (f"{name} is not that of an undisturbed command" for name in strange)
    yield from (f"store: {name} is not that of an undisturbed one" for name in differences(found.store, after.store))


def _proven(around: Path, dossier: Path) -> Iterator[str]:
    if (dossier / "recon.db").exists() and command(("history", *IN, "--check"), around) != 0:
        yield f"the journal is not proven: {said(around)}"


def trials(around: Path, scenario: Scenario, count: int, chance: random.Random) -> Iterator[tuple[Fate, list[str]]]:
    """Kill a scenario's command `count` times, have a call of it fail half as often as kill it, and yield what was not right."""
    template, spare = around / "template", around / "undisturbed"
    template.mkdir()
    prepared(template, scenario)
    before = held(template / DOSSIER)
    shutil.copytree(template, spare)
    begun = time.monotonic()
    assert command(scenario.arguments, spare) in {0, 1}, said(spare)
    seconds, calls = time.monotonic() - begun, int((spare / COUNT).read_text(encoding="utf-8"))
    after = held(spare / DOSSIER)
    timed = count - count // 2
    fates = [Fate(seconds=(place + chance.random()) / timed * seconds) for place in range(timed)]
    for number, fails in ((count // 2, False), (count // 4, True)):
        fates += [
            Fate(call=1 + int((place + chance.random()) / number * calls), fails=fails) for place in range(number)
        ]
    for fate in fates:
        folder = around / "trial"
        shutil.copytree(template, folder)
        yield fate, list(trial(folder, scenario, fate, before, after))
        shutil.rmtree(folder)


def _half(number: int, halves: int, count: int, chosen: tuple[Scenario, ...]) -> int:
    """Do a worker's part of the trials and print what is not right; return how many were not."""
    wrong = 0
    for scenario in chosen:
        chance = random.Random(f"{scenario.name} {number}")  # noqa: S311 - nothing is secret.
        share = -(-count // (len(chosen) * halves))
        with tempfile.TemporaryDirectory(prefix="recon_kills_") as folder:
            for fate, found in trials(Path(folder), scenario, share, chance):
                if found:
                    wrong += 1
                    print(f"{scenario.name}, {fate}:", *found, sep="\n    ", flush=True)  # noqa: T201
    return wrong


def main(count: int, only: str = "") -> int:
    """Kill `count` times, on two processors side by side; return 1 if something was not right."""
    warm()
    chosen = tuple(scenario for scenario in SCENARIOS if only in scenario.name)
    workers = []
    for number in range(2):
        if (pid := os.fork()) == 0:
            code = 1
            try:
                code = min(_half(number, 2, count, chosen), 1)
            finally:
                os._exit(code)
        workers.append(pid)
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in workers]
    print(f"{count} kills: {'nothing lost' if not any(codes) else 'NOT as before or as after'}")  # noqa: T201
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, *sys.argv[2:3]))
