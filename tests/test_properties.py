"""What holds for any dossier: no cent appears or vanishes, order does not matter, the same input gives the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recon.allocation import split_cents
from recon.identifiers import uai_letter
from recon.reports.data import data_files
from recon.tables import SCHEMAS
from tests.dossiers import conventions, enrolled, lists, month, paid, payments, signed, titre, titres

if TYPE_CHECKING:
    import random

    from recon.pipeline import File
    from recon.tables import Month

SIRETS = ("21660049400019", "21660136900012", "21660149200012")
LABELS = ("ENT-École", "ENT-École 2026-2027", "ENT-École 2023-2024", "Fournitures", "", "Participation ENT")
STATES = ("payé", "payé", "payé", "émis", "rejeté", "annulé")


def uai(number: int) -> str:
    """Return the valid UAI of a school number."""
    digits = f"066{number:04d}"
    return digits + uai_letter(digits)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, list[str]]:
    """Random conventions of three payers, titres and ledger lines, some citing numbers, schools or nothing."""
    found: dict[str, list[str]] = {"conventions": [], "lists": [], "titres": [], "payments": [], "schools": []}
    for index in range(draw(st.integers(1, 5))):
        _convention(draw, found, index)
    for _ in range(draw(st.integers(0, 8))):
        found["payments"].append(_payment(draw, found))
    return found


def _convention(draw: st.DrawFn, found: dict[str, list[str]], index: int) -> None:
    count = draw(st.integers(1, 4))
    year, rate = draw(st.sampled_from([("2026-2027", 41), ("2023-2024", 45)]))
    siret = draw(st.sampled_from(SIRETS))
    first = draw(st.integers(0, 12))
    found["conventions"].append(signed(f"CONV-{index}", year=year, siret=siret, rate=f"{rate},00", schools=count))
    found["lists"] += [f"CONV-{index};{uai(first + number)};École;" for number in range(count)]
    found["schools"] += [uai(first + number) for number in range(count)]
    if draw(st.booleans()):
        amount = draw(st.sampled_from([rate * count, rate * count, rate * count + 10, 7]))
        issued = f"{draw(st.integers(1, 28)):02d}/10/{year[:4]}"
        number = f"TP-{year[:4]}-{index + 1:05d}"
        status = draw(st.sampled_from(["", "", "contesté"]))
        row = titre(number, f"{amount},00", convention=f"CONV-{index}", siret=siret, issued=issued, status=status)
        found["titres"].append(row)
        if draw(st.booleans()):
            reduced = draw(st.integers(1, amount))
            found["titres"].append(f"{number}-R;réduction;{number};{siret};;;{reduced},00;30/10/{year[:4]};;")


def _payment(draw: st.DrawFn, found: dict[str, list[str]]) -> str:
    numbers = [row.split(";")[0] for row in found["titres"] if ";réduction;" not in row]
    cited = draw(st.lists(st.sampled_from(numbers), max_size=2)) if numbers else []
    return paid(
        f"{draw(st.sampled_from([41, 45, 82, 90, 20, 3, -41, -5]))},{draw(st.sampled_from(['00', '50', '01']))}",
        " et ".join(cited),
        label=draw(st.sampled_from(LABELS)),
        mandat=str(draw(st.integers(1, 4))),
        on=f"{draw(st.integers(1, 28)):02d}/{draw(st.sampled_from(['10/2026', '11/2026', '12/2026', '03/2024']))}",
        uai=draw(st.sampled_from(["", "", *found["schools"]])),
        state=draw(st.sampled_from(STATES)),
        siret=draw(st.sampled_from(SIRETS)),
    )


def files(found: dict[str, list[str]]) -> list[File]:
    """Return the dossier of the rows."""
    return [
        enrolled(*sorted(set(found["schools"]))[::2]),
        conventions(*found["conventions"]),
        lists(*found["lists"]),
        titres(*found["titres"]),
        payments(*found["payments"]),
    ]


many = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@many
@given(rows())
def test_no_cent_appears_or_vanishes(found: dict[str, list[str]]) -> None:
    of = month(*files(found))
    assert of.controls.filter(~pl.col("holds"))["control"].to_list() == []
    cash = of.payments.filter(~pl.col("status").is_in(["void", "pending", "later"]))
    assert (cash["amount"] == cash["allocated"] + cash["credit"] + cash["unallocated"]).all()
    assert (of.titres["billed"] == of.titres["paid"] + of.titres["outstanding"]).all()
    assert of.titres.filter((pl.col("outstanding") < 0) | (pl.col("paid") < 0) | (pl.col("credit") < 0)).is_empty()
    assert of.titres.filter(pl.col("pending") > pl.col("outstanding")).is_empty()
    assert of.schools.filter(pl.any_horizontal(pl.col("paid", "outstanding", "to_bill", "over_billed") < 0)).is_empty()


@many
@given(rows())
def test_schools_payers_and_titres_add_up_alike(found: dict[str, list[str]]) -> None:
    of = month(*files(found))
    for name in ("expected", "billed", "paid", "outstanding", "to_bill", "over_billed"):
        assert of.schools[name].sum() == of.payers[name].sum()
    for name in ("billed", "paid", "outstanding"):
        assert of.titres[name].sum() == of.payers[name].sum()
    assert of.payments["unallocated"].sum() == of.payers["unallocated"].sum()
    assert of.titres["credit"].sum() == of.payers["credit"].sum() == of.payments["credit"].sum()


def comparable(of: Month) -> dict[str, list[tuple[object, ...]]]:
    """Return the tables without what tells the place in a file, which does change with the order of rows."""
    place = {"file", "sheet", "cell", "row", "evidence", "sha256"}
    found = {}
    for name in SCHEMAS:
        frame = of.table(name)
        if name != "sources":
            found[name] = sorted(map(tuple, frame.drop(place & set(frame.columns)).rows()), key=repr)
    return found


@many
@given(rows(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_files_does_not_matter(found: dict[str, list[str]], chance: random.Random) -> None:
    straight = month(*files(found))
    for kind in ("conventions", "lists", "titres", "payments"):
        chance.shuffle(found[kind])
    shuffled = files(found)
    chance.shuffle(shuffled)
    assert comparable(month(*shuffled)) == comparable(straight)


@settings(max_examples=15, deadline=None)
@given(rows())
def test_the_same_input_gives_the_same_bytes(found: dict[str, list[str]]) -> None:
    assert list(data_files(month(*files(found)))) == list(data_files(month(*files(found))))


@many
@given(rows())
def test_an_unrelated_ledger_changes_nothing_else(found: dict[str, list[str]]) -> None:
    alone = month(*files(found))
    noise = payments(paid(label="Fournitures scolaires", siret="21310230400010"), name="paiements/autre.csv")
    with_noise, without = comparable(month(*files(found), noise)), comparable(alone)
    assert [row for row in with_noise.pop("controls") if row[0] != "rows"] == [
        row for row in without.pop("controls") if row[0] != "rows"
    ]
    assert with_noise == without


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 1000), min_size=1, max_size=60).filter(any))
def test_the_parts_of_a_sum_are_the_sum_and_none_is_a_cent_off(total: int, weights: list[int]) -> None:
    parts = split_cents(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    assert all(abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True))


@given(rows())
@settings(max_examples=30, deadline=None)
def test_finding_identities_are_unique(found: dict[str, list[str]]) -> None:
    of = month(*files(found))
    assert of.findings["finding_id"].is_unique().all()


@many
@given(rows(), st.sampled_from(["rejeté", "suspendu", "annulé", "later"]))
def test_a_line_that_is_no_money_yet_changes_no_balance(found: dict[str, list[str]], state: str) -> None:
    alone = month(*files(found))
    cited = next((row.split(";")[0] for row in found["titres"] if ";réduction;" not in row), "")
    on, told = ("05/12/2026", "payé") if state == "later" else ("10/11/2026", state)
    void = payments(paid("41,00", cited, mandat="9999", on=on, state=told), name="paiements/plus.csv")
    more = month(*files(found), void)
    columns = ("titre", "paid", "outstanding", "pending")
    assert more.titres.select(columns).rows() == alone.titres.select(columns).rows()
    assert more.controls["holds"].all()
