"""Twelve months of a region: late, corrected and duplicate files, decisions, a closing and a reopening, against the truth."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.monthly import digests, run, said, table, told
from tests.region import MONTHS, Region, last_day, name

if TYPE_CHECKING:
    from pathlib import Path

PAYERS = int(os.environ.get("RECON_PAYERS", "40"))


@pytest.fixture(params=["sqlite", "postgresql"])
def dossier(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty dossier with each kind of store."""
    if request.param == "postgresql":
        monkeypatch.setenv("RECON_STORE", str(request.getfixturevalue("postgres_url")))
    return tmp_path / "dossier"


def cents(amount: object) -> int:
    return int(str(amount).replace(".", ""))


def is_true(region: Region, dossier: Path, month: int) -> None:
    """Assert that a month's tables say what is true: paid and open, titre by titre; a payment is placed or is not."""
    written = table(dossier, name(MONTHS[month]), "titres")
    paid = {row["titre"]: cents(row["paid"]) for row in written}
    assert paid == region.paid(month), name(MONTHS[month])
    billed = {titre: sum_ for payer in region.payers for titre, sum_ in payer.titres.items()}
    assert {row["titre"]: cents(row["outstanding"]) for row in written} == {
        titre: billed[titre] - paid[titre] for titre in billed
    }
    placed = {
        (row["payer_siren"], row["mandat"])
        for row in table(dossier, name(MONTHS[month]), "payments")
        if row["allocated"]
    }
    assert placed == {(one.payer.siret[:9], str(one.mandat)) for one in region.known(month) if one.cites or one.decided}
    assert all(row["holds"] for row in table(dossier, name(MONTHS[month]), "controls"))


def test_a_year_is_true_month_by_month(dossier: Path) -> None:
    region = Region(20261130, PAYERS)
    region.write_base(dossier)
    decisions: list[tuple[int, int]] = []
    closed: dict[str, dict[str, str]] = {}
    for month, of in enumerate(MONTHS):
        as_of = last_day(of).isoformat()
        region.write_ledgers(dossier, month)
        assert run(dossier, as_of) in {0, 1}
        is_true(region, dossier, month)
        # The officer decides what cannot be told, and once takes a decision back.
        for payment in region.undecided(month)[:2]:
            titre = next(iter(payment.payer.titres))
            what = (payment.payer.siret[:9], f"{payment.on.year}/{payment.mandat}")
            part = f"{titre}={payment.cents // 100},{payment.cents % 100:02d}"
            code, text = said("decide", "-C", dossier, "--as-of", as_of, *what, "--titre", part, "--reason", "appel")
            assert code == 0, text
            payment.decided = titre
            decisions.append((len(decisions) + 1, month))
        if month == 8 and decisions:
            assert said("decide", "-C", dossier, "--undo", str(decisions[0][0]), "--reason", "erreur")[0] == 0
            first = next(one for payer in region.payers for one in payer.payments if one.decided)
            first.decided = ""
        run(dossier, as_of)
        if month != 8:
            is_true(region, dossier, month)
        if month in {3, 4, 5}:
            assert said("close", name(of), "-C", dossier, "--anyway")[0] == 0
            closed[name(of)] = digests(dossier / "rapports" / name(of))
        if month == 6:
            assert said("reopen", name(MONTHS[5]), "-C", dossier, "--reason", "registre oublié")[0] == 0
            del closed[name(MONTHS[5])]
    assert closed
    for closed_month, reports in closed.items():
        year, number = map(int, closed_month.split("-"))
        assert said("run", dossier, "--as-of", last_day((year, number)).isoformat(), "-q")[0] == 0
        assert digests(dossier / "rapports" / closed_month) == reports
    assert decisions
    assert said("history", "-C", dossier, "--check")[0] == 0
    between = told("history", "-C", dossier, name(MONTHS[4]), name(MONTHS[7]))
    assert all(change["causes"] for change in between["changes"])
