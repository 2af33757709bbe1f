"""A ledger that could not be read is said to the payer that it points at, and to no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recon.pipeline import File
from recon.reports.reminders import cases
from recon.texts import same
from tests.dossiers import (
    CERET,
    PERPIGNAN,
    SCHOOLS,
    conventions,
    enrolled,
    file,
    lists,
    month,
    paid,
    payments,
    signed,
    titre,
    titres,
)
from tests.test_statement import said

if TYPE_CHECKING:
    from recon.tables import Month
    from recon.texts import Lang

SAID = {
    "fr": "Un registre de paiement n’a pas pu être lu",
    "en": "A payment ledger could not be read",
}


def with_refused(name: str, *, content: bool = False) -> Month:
    """The month of Céret and Perpignan, which owe and sent a ledger each, and of a ledger that is refused."""
    refused = file(name, "Mandat;Montant", "7;41,00") if content else File(name, "paiements", refusal=same("PDF"))
    named = [signed("C1").replace("COMMUNE", "COMMUNE DE CERET")]
    named += [signed("C2", siret=PERPIGNAN).replace("COMMUNE", "COMMUNE DE PERPIGNAN")]
    due = {"issued": "01/09/2026", "due": "01/10/2026"}
    return month(
        enrolled(SCHOOLS[0]),
        conventions(*named),
        lists(f"C1;{SCHOOLS[0]};École;", f"C2;{SCHOOLS[1]};École;"),
        titres(titre("T1", **due), titre("T2", convention="C2", siret=PERPIGNAN, **due)),
        payments(paid("5,00", "T1"), paid("5,00", "T2", siret=PERPIGNAN, mandat="8")),
        refused,
    )


@pytest.mark.parametrize("name", ["paiements/perpignan_2025.pdf", "paiements/Perpignan/scan.pdf"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_payer_whom_its_name_or_folder_points_at_is_told(name: str, lang: Lang) -> None:
    of = with_refused(name)
    assert SAID[lang] in said(of, PERPIGNAN[:9], lang)
    assert SAID[lang] not in said(of, CERET[:9], lang)


def test_nobody_is_told_of_a_ledger_that_points_at_nobody() -> None:
    of = with_refused("paiements/scan.pdf")
    assert of.unread_ledgers == frozenset()
    assert SAID["fr"] not in said(of, PERPIGNAN[:9]) + said(of, CERET[:9])
    assert "D01" in of.findings["code"]


def test_a_table_that_lacks_a_column_is_told_alike() -> None:
    assert with_refused("paiements/ceret.csv", content=True).unread_ledgers == {CERET[:9]}


def test_the_reminder_of_the_others_says_nothing_of_it() -> None:
    sentences = {case.contact.siren: case.sentence.fr for case in cases(with_refused("paiements/ceret.pdf"))}
    assert SAID["fr"] in sentences[CERET[:9]]
    assert SAID["fr"] not in sentences[PERPIGNAN[:9]]
