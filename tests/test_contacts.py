"""Whom a statement is addressed to: its number is printed only where it is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.dossiers import CERET, PERPIGNAN, SCHOOLS, conventions, enrolled, file, lists, month, signed, titre, titres
from tests.test_statement import said

if TYPE_CHECKING:
    from recon.tables import Month
    from recon.texts import Lang

SIREN = CERET[:9]
WRONG_KEY = f"{SIREN}00018"


def of_payer(siret: str, debtor: str, name: str = "COMMUNE DE CERET") -> Month:
    """The month of a commune whose register bears `siret`, its titre `debtor`."""
    communes = ("66049;CERET;66;216600494", f"66136;PERPIGNAN;66;{PERPIGNAN[:9]}")
    return month(
        enrolled(SCHOOLS[0], siret=siret),
        conventions(signed(siret=siret).replace("COMMUNE", name)),
        lists(f"C1;{SCHOOLS[0]};École;"),
        titres(titre(siret=debtor)),
        file("referentiels/communes.csv", "Code INSEE;Commune;Département;SIREN", *communes),
    )


@pytest.mark.parametrize(("lang", "expected"), [("fr", "SIRET à confirmer"), ("en", "SIRET to be confirmed")])
def test_a_siret_whose_key_is_wrong_is_to_be_confirmed_and_not_printed(lang: Lang, expected: str) -> None:
    of = of_payer(WRONG_KEY, SIREN)
    assert f"SIREN 216 600 494 · {expected}" in said(of, lang=lang)
    assert "00018" not in said(of, lang=lang)
    assert of.contacts[SIREN].siret == ""


def test_the_sound_siret_of_the_titre_is_printed_instead() -> None:
    of = of_payer(WRONG_KEY, CERET)
    assert "SIRET 216 600 494 00019" in said(of)
    assert "confirmer" not in said(of)


def test_a_number_that_is_another_communes_is_not_printed() -> None:
    of = of_payer(CERET, CERET, "COMMUNE DE PERPIGNAN")
    assert "SIREN à confirmer : merci de nous l’indiquer" in said(of)
    assert "216 600 494" not in said(of)


def test_a_siren_whose_key_is_wrong_is_not_printed() -> None:
    of = of_payer("216600495", "216600495")
    assert "SIREN à confirmer" in said(of, "216600495")
