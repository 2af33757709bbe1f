"""A made-up dossier, read from its files in many layouts: what recon finds of each titre is what is true of it."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import polars as pl
import pytest

from benchmarks.accounts import AS_OF
from benchmarks.dossiers import Size, make, sized, truth
from benchmarks.people import FRANCE, MOST_COMMUNES, OCCITANIE, places
from benchmarks.stories import PAID_BY_ANOTHER, STORIES
from recon.dossier import files, options
from recon.identifiers import is_siret
from recon.pipeline import reconcile

if TYPE_CHECKING:
    from pathlib import Path

    from recon.tables import Month

SEED = 20261130
CENTS = ("net", "paid", "outstanding", "credit")
# What is said of a file or a cell and casts no doubt on any amount.
REPAIRED = "D06"


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dossier of 60 payers, who tell every story."""
    folder = tmp_path_factory.mktemp("made") / "dossier"
    make(folder, Size(100, 60, OCCITANIE[:2]), SEED)
    return folder


@pytest.fixture(scope="module")
def of(dossier: Path) -> Month:
    """Its month."""
    return reconcile(files(dossier), options(dossier).settings(AS_OF))


@pytest.mark.parametrize("payers", [60, len(OCCITANIE) * MOST_COMMUNES + 1, len(FRANCE) * MOST_COMMUNES])
def test_whatever_the_size_numbers_are_valid_and_each_payers_own(payers: int) -> None:
    size = sized(payers)
    chance = random.Random(SEED)  # noqa: S311
    found = places(size.schools, size.payers, size.departments, chance)
    sirets = {place.commune.siret for place in found}
    assert len(sirets) == payers
    assert all(map(is_siret, sirets))
    assert len({school.uai for place in found for school in place.schools}) == size.schools


def test_france_has_no_numbers_for_more_payers() -> None:
    with pytest.raises(ValueError, match="93906"):
        sized(len(FRANCE) * MOST_COMMUNES + 1)


def test_the_same_seed_makes_the_same_bytes_at_any_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for name, at in (("first", 1_600_000_000.0), ("second", 1_700_000_000.0)):
        monkeypatch.setattr(time, "time", lambda at=at: at)
        make(tmp_path / name, Size(40, 24, OCCITANIE[:2]), SEED)
        made.append({path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.*")})
    assert made[0] == made[1]


def test_every_story_is_told(dossier: Path) -> None:
    told = {row["story"] for row in truth(dossier)}
    assert told == {name for name, _, _ in STORIES} - {"not_billed"} | {PAID_BY_ANOTHER}


def test_every_titre_is_as_it_is_in_truth_to_the_cent(dossier: Path, of: Month) -> None:
    columns = ("titre", "payer_siren", pl.col("billed").alias("net"), "paid", "outstanding", "credit")
    found = {row["titre"]: row for row in of.titres.select(columns).iter_rows(named=True)}
    expected = {row["titre"]: (row["story"], *(int(row[name]) for name in CENTS)) for row in truth(dossier)}
    stories = {number: told[0] for number, told in expected.items()}
    assert {number: (stories[number], *(row[name] for name in CENTS)) for number, row in found.items()} == expected


def test_the_finding_that_says_most_is_made_and_none_where_all_is_well(dossier: Path, of: Month) -> None:
    """A finding concerns the titres of its payer, and those that its payment settles: an EPCI pays for several."""
    said = of.findings.filter(pl.col("code") != REPAIRED).select("payer_siren", "payment_id", "code")
    settled = said.join(of.allocations.select("payment_id", "titre"), on="payment_id").select("titre", "code").rows()
    wrong = []
    for row in truth(dossier):
        codes = {code for payer, _, code in said.iter_rows() if payer == row["payer_siren"]}
        codes |= {code for titre, code in settled if titre == row["titre"]}
        if row["finding"] not in codes if row["finding"] else codes:
            wrong.append((row["titre"], row["story"], row["finding"], codes))
    assert wrong == []


def test_every_file_is_read_and_every_control_holds(of: Month) -> None:
    assert of.findings.filter(pl.col("code").str.starts_with("D"), pl.col("code") != REPAIRED).rows() == []
    assert of.controls["holds"].all()
    assert of.sources["rejected"].sum() == of.sources["duplicates"].sum() == 0
