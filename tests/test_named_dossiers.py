"""Each small dossier tells one story, and gives its findings, its cells and its sums; together they know every code."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from recon.findings.catalogue import CATALOGUE
from recon.tables import SCHEMAS
from tests.named import FOLDER, SUMS, Named, named_dossiers

EXPECTED = Path(__file__).parent.parent / "workbooks" / "attendu"
DOSSIERS = named_dossiers()


def cents_of(named: Named, siren: str) -> dict[str, int]:
    """Return the sums of one payer of a dossier."""
    payers = named.month().payers.filter(pl.col("payer_siren") == siren)
    return {name: int(payers[name].sum()) for name in SUMS if payers[name].sum()}


def test_every_dossier_stands_in_the_readme() -> None:
    assert set(DOSSIERS) == {path.name for path in FOLDER.iterdir() if path.is_dir()}


@pytest.mark.parametrize("named", DOSSIERS.values(), ids=lambda named: named.name)
def test_a_dossier_gives_its_findings_with_their_cells_and_its_sums_to_the_cent(named: Named) -> None:
    month = named.month()
    assert month.findings.select("code", "file", "cell").rows() == named.findings
    assert {name: int(month.payers[name].sum()) for name in SUMS} == named.sums
    assert int(month.payers["unallocated"].sum()) == 0
    assert month.controls.filter(~pl.col("holds"))["control"].to_list() == []


def test_every_code_occurs_in_the_sample_or_in_a_named_dossier() -> None:
    sample = set(pl.read_csv(EXPECTED / "findings.csv", infer_schema=False)["code"])
    named = {code for dossier in DOSSIERS.values() for code, _, _ in dossier.findings}
    assert sample | named == set(CATALOGUE)


def test_a_partial_payment_that_names_no_school_is_shared_to_the_cent() -> None:
    schools = DOSSIERS["paiement_partiel_sans_ecole"].month().schools
    assert schools.sort("uai").select("paid", "outstanding", "attribution").rows() == [
        (1667, 2433, "shared"),
        (1667, 2433, "shared"),
        (1666, 2434, "shared"),
    ]


def test_a_commune_nouvelle_stands_nowhere_under_its_former_siren() -> None:
    month = DOSSIERS["commune_nouvelle"].month()
    for name in SCHEMAS:
        frame = month.table(name)
        if "payer_siren" in frame.columns:
            assert set(frame["payer_siren"]) == {"938976032"}, name


def test_the_signatory_is_still_to_be_billed_and_the_debtor_is_over_billed() -> None:
    named = DOSSIERS["debiteur_autre_que_le_signataire"]
    assert cents_of(named, "213400070") == {"expected": 4100, "to_bill": 4100}
    assert cents_of(named, "210900023") == {"billed": 4100, "outstanding": 4100, "over_billed": 4100}


def test_the_epci_has_paid_and_owes_nothing() -> None:
    named = DOSSIERS["epci_paye_pour_ses_communes"]
    month = named.month()
    assert month.payments.select("payer_siren", "amount", "allocated").rows() == [("200034411", 12300, 12300)]
    assert month.findings["payer_siren"].to_list() == ["200034411"]
    assert cents_of(named, "200034411") == {}
    assert cents_of(named, "213002108") == {"expected": 8200, "billed": 8200, "paid": 8200}


def test_a_line_that_two_ledgers_tell_is_counted_once_and_a_contradicted_one_never() -> None:
    overlapping = DOSSIERS["registres_qui_se_recouvrent"].month()
    assert overlapping.payments["amount"].to_list() == [4100, 4100]
    assert overlapping.sources["duplicates"].sum() == 1
    contradicted = DOSSIERS["registres_contradictoires"].month()
    assert contradicted.payments.is_empty()
    assert contradicted.sources.filter(pl.col("kind") == "payments")["rejected"].to_list() == [1, 1]


def test_a_payer_whose_ledgers_contradict_each_other_is_not_reminded() -> None:
    late = DOSSIERS["registres_contradictoires"].month(date(2026, 12, 31)).findings
    assert late["code"].to_list() == ["D08", "P01"]
    assert late["advice"][1].startswith("Ne pas relancer")


def test_a_contested_titre_is_outstanding_and_never_overdue() -> None:
    month = DOSSIERS["titre_conteste"].month(date(2027, 6, 30))
    assert month.titres.select("outstanding", "days_late", "ageing", "status").rows() == [
        (8200, 0, "contested", "contested")
    ]
    assert month.payers["overdue"].sum() == 0
    assert month.findings["code"].to_list() == ["T06"]


@pytest.mark.parametrize(
    ("as_of", "told"), [(date(2026, 12, 31), False), (date(2027, 1, 1), True), (date(2028, 1, 31), True)]
)
def test_a_claim_is_reported_from_its_last_year_on(as_of: date, *, told: bool) -> None:
    assert ("T07" in DOSSIERS["creance_prescrite"].month(as_of).findings["code"]) is told
