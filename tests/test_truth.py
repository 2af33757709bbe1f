"""Over ten thousand random payers in one dossier, whose truth is known: what is settled, paid and said of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.dossiers import month
from tests.truth import Story, World, dossier
from tests.truth_scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.tables import Month

SEED, EACH, SHOWN = 20261130, 110, 3
Cents = dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Found:
    """What a run says, by payer and by titre; allocations by (SIREN/exercise/mandat, titre), automatic ones only."""

    allocated: dict[str, Cents]
    paid: dict[str, int]
    codes: dict[str, Counter[tuple[str, str]]]


@cache
def world() -> World:
    """Every scenario, `EACH` times."""
    made = World(SEED)
    for name, play in SCENARIOS.items():
        for _ in range(EACH):
            play(made.play(name))
    for story in made.stories:
        story.finish()
    return made


@cache
def run() -> Month:
    """The month of all these payers, in one dossier."""
    return month(*dossier(world().stories, world().rng))


@cache
def found() -> Found:
    """The run's tables, as the truth is written."""
    of = run()
    mandat = pl.format("{}/{}/{}", "payer_siren", "exercise", "mandat")
    automatic = of.allocations.filter(pl.col("confidence") == "automatic").select("payment_id", "titre", "amount")
    lines = automatic.join(of.payments.select("payment_id", "payer_siren", mandat.alias("mandat")), on="payment_id")
    sums = lines.group_by("payer_siren", "mandat", "titre").agg(pl.col("amount").sum()).filter(pl.col("amount") != 0)
    allocated: dict[str, Cents] = {}
    for siren, number, titre, cents in sums.iter_rows():
        allocated.setdefault(siren, {})[number, titre] = cents
    codes: dict[str, Counter[tuple[str, str]]] = {}
    for siren, code in of.findings.select("payer_siren", "code").iter_rows():
        codes.setdefault(siren, Counter())[siren, code] += 1
    return Found(allocated, dict(of.titres.select("titre", "paid").iter_rows()), codes)


def wrong(story: Story) -> Iterator[str]:
    """Say what differs between the truth of a story and what was found."""
    sirens = [payer.siren for payer in story.payers]
    allocated = {key: cents for siren in sirens for key, cents in found().allocated.get(siren, {}).items()}
    expected = {key: cents for key, cents in story.allocated.items() if cents}
    if not story.pairing_free and allocated != expected:
        yield f"automatic allocations: expected {expected}\n    found {allocated}"
    titres = {titre for _, titre in allocated} - story.paid().keys()
    if titres:
        yield f"money allocated to titres of other stories: {sorted(titres)}"
    paid = {number: found().paid.get(number) for number in story.paid()}
    if paid != story.paid():
        yield f"paid: expected {story.paid()}\n    found {paid}"
    codes = sum((found().codes.get(siren, Counter()) for siren in sirens), Counter[tuple[str, str]]())
    if codes != story.codes:
        yield f"findings: expected {sorted(story.codes.elements())}\n    found {sorted(codes.elements())}"


def told(story: Story, differences: list[str]) -> str:
    """Show the rows of a story and what is wrong with it."""
    rows = [f"    {row}" for kind in ("conventions", "titres", "payments") for row in story.rows[kind]]
    return "\n".join((f"--- {story.scenario}", *rows, *(f"  {said}" for said in differences)))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_truth_is_found(scenario: str) -> None:
    stories = [story for story in world().stories if story.scenario == scenario]
    failed = ((story, said) for story in stories if (said := list(wrong(story))))
    shown = list(islice(failed, SHOWN))
    if shown:
        count = len(shown) + sum(1 for _ in failed)
        examples = "\n".join(told(story, said) for story, said in shown)
        pytest.fail(f"{count} of {len(stories)} stories differ from the truth\n{examples}", pytrace=False)


def test_ten_thousand_payers_and_no_finding_of_anyone_else() -> None:
    sirens = {payer.siren for story in world().stories for payer in story.payers}
    assert len(sirens) >= 10_000
    assert found().codes.keys() <= sirens


def test_all_controls_hold() -> None:
    assert run().controls.filter(~pl.col("holds"))["control"].to_list() == []


def test_every_row_is_read_and_only_noise_is_out_of_scope() -> None:
    rows = {kind: sum(len(story.rows[kind]) for story in world().stories) for kind in ("titres", "payments")}
    read = dict(run().sources.group_by("kind").agg(pl.col("read").sum()).iter_rows())
    assert {kind: read[kind] for kind in rows} == rows
    assert run().sources["rejected"].sum() == run().sources["duplicates"].sum() == 0
