"""A correction is proposed for each wrong identifier, and never applied."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from recon.identifiers import is_siren, uai_letter, usual_siren
from recon.likeness import alike, commune_key, keystrokes, neighbours, same_commune, same_school
from tests.dossiers import (
    CERET,
    PERPIGNAN,
    SCHOOLS,
    conventions,
    enrolments,
    file,
    lists,
    month,
    paid,
    payments,
    signed,
    titre,
    titres,
)

if TYPE_CHECKING:
    from recon.pipeline import File
    from recon.tables import Month

ONE = SCHOOLS[0]


def wrong_digit(uai: str) -> str:
    """Return a UAI with its last digit changed, and its letter kept."""
    return f"{uai[:6]}{(int(uai[6]) + 1) % 10}{uai[7]}"


def enrolled(*uais: str, siret: str = CERET) -> File:
    return enrolments(*(f"2026-2027;{uai};École {uai};CERET;{siret[:9]};;" for uai in uais))


def advice(of: Month, code: str) -> str:
    (row,) = of.findings.filter(of.findings["code"] == code).to_dicts()
    return str(row["advice"])


def test_a_wrong_letter_in_a_list_may_be_a_wrong_digit_of_a_school_that_the_payer_enrols() -> None:
    of = month(enrolled(ONE), conventions(signed()), lists(f"C1;{wrong_digit(ONE)};A;"))
    right = wrong_digit(ONE)[:7] + uai_letter(wrong_digit(ONE)[:7])
    assert f"si les chiffres sont exacts\u00a0: {right}." in advice(of, "D10")
    assert f"Ou {ONE}, École {ONE}, si c’est un chiffre qui est faux." in advice(of, "D10")


def test_a_school_of_another_payer_is_not_proposed() -> None:
    of = month(enrolled(ONE, siret=PERPIGNAN), conventions(signed()), lists(f"C1;{wrong_digit(ONE)};A;"))
    assert "si c’est un chiffre" not in advice(of, "D10")


def test_a_wrong_uai_in_a_payment_has_the_payer_s_school_proposed_and_its_money_kept() -> None:
    of = month(
        enrolled(ONE),
        conventions(signed()),
        lists(f"C1;{ONE};A;"),
        titres(titre()),
        payments(paid(uai=wrong_digit(ONE))),
    )
    assert f"Ou {ONE}, École {ONE}, si c’est un chiffre" in advice(of, "D10")
    assert of.payments["amount"].to_list() == [4100]
    assert of.allocations.filter(of.allocations["uai"] == ONE).is_empty()


@pytest.mark.parametrize("column", ["uai", "label"])
def test_a_payment_that_names_a_school_nobody_knows_has_the_payer_s_own_proposed(column: str) -> None:
    other = wrong_digit(ONE)[:7] + uai_letter(wrong_digit(ONE)[:7])
    line = paid(uai=other) if column == "uai" else paid(label=f"ENT-École {other}")
    of = month(enrolled(ONE), conventions(signed()), lists(f"C1;{ONE};A;"), titres(titre()), payments(line))
    assert f"Peut-être {ONE}, École {ONE}, à un chiffre près" in advice(of, "P12")
    assert of.payments["status"].to_list() == ["unallocated"]


def test_a_proposal_changes_no_finding_s_identity() -> None:
    known = month(enrolled(ONE), conventions(signed()), lists(f"C1;{wrong_digit(ONE)};A;"))
    unknown = month(enrolled(SCHOOLS[1]), conventions(signed()), lists(f"C1;{wrong_digit(ONE)};A;"))
    ids = [of.findings.filter(of.findings["code"] == "D10")["finding_id"].to_list() for of in (known, unknown)]
    assert ids[0] == ids[1]


def test_a_listed_school_that_nobody_enrols_has_the_enrolled_one_a_digit_away_proposed() -> None:
    other = wrong_digit(ONE)[:7] + uai_letter(wrong_digit(ONE)[:7])
    of = month(enrolled(ONE), conventions(signed()), lists(f"C1;{other};A;"))
    assert f"Peut-être {ONE}, École {ONE}, à un chiffre près" in advice(of, "C01")


def test_a_siret_whose_key_is_wrong_has_the_number_of_another_source_proposed() -> None:
    of = month(
        enrolled(ONE), conventions(signed(siret="21660049400018")), lists(f"C1;{ONE};A;"), titres(titre(siret=CERET))
    )
    assert advice(of, "D11").endswith(f"Numéro connu par ailleurs\u00a0: {CERET}.")


def test_a_siren_whose_key_is_wrong_is_looked_for_by_name_and_departement_in_the_table_of_communes() -> None:
    headings = "Année scolaire;UAI;École;Commune;Département;SIREN collectivité"
    rows = file("inscriptions/a.csv", headings, f"2026-2027;{ONE};A;CERET;66;216600493")
    communes = file("referentiels/communes.csv", "code_insee,nom,departement,siren", "66049,Céret,66,216600494")
    assert advice(month(rows, communes), "D11").endswith("Numéro connu par ailleurs\u00a0: 216600494.")
    assert "connu par ailleurs" not in advice(month(rows), "D11")


# What is near --------------------------------------------------------------------------------------------------------


def test_a_keystroke_changes_one_digit_or_exchanges_two_that_stand_side_by_side() -> None:
    assert sorted(keystrokes("12")) == sorted(
        {*(f"{digit}2" for digit in "023456789"), *(f"1{digit}" for digit in "013456789"), "21"}
    )
    assert list(keystrokes("")) == []


def test_neighbours_are_all_the_uais_one_digit_or_one_exchange_away() -> None:
    found = list(neighbours(ONE))
    assert len(found) == len(set(found))
    assert ONE not in found
    assert all(ONE[:7] in keystrokes(uai[:7]) and uai[7] == uai_letter(uai[:7]) for uai in found)
    assert len(found) == 63 + sum(a != b for a, b in pairwise(ONE[:7]))


@pytest.mark.parametrize(
    ("one", "other", "alike_"),
    [
        ("SAINT-CYPRIEN", "St Cyprien", True),
        ("L'Isle-en-Dodon", "ISLE EN DODON (L')", True),
        ("Œuilly", "OEUILLY", True),
        ("Marseille 8e  Arrondissement", "MARSEILLE", True),
        ("Aigues-Vives", "Aigues-Mortes", False),
        ("Le Boulou", "Boulogne", False),
    ],
)
def test_names_of_communes_are_compared_without_case_accents_hyphens_and_articles(
    one: str, other: str, alike_: bool
) -> None:
    assert same_commune(one, other) is alike_


def test_a_commune_whose_name_is_all_articles_keeps_it() -> None:
    assert commune_key("Les") != ()


def test_names_of_schools_are_compared_without_what_every_school_is_called() -> None:
    assert same_school("ECOLE PRIMAIRE PUBLIQUE JULES FERRY", "École primaire Jules-Ferry")
    assert not same_school("Ecole maternelle Jules Ferry", "Ecole élémentaire Jules Ferry")
    assert alike("Ecole maternelle Jules Ferry", "Ecole élémentaire Jules Fery")
    assert not alike("Ecole primaire", "Ecole primaire")
    assert not same_school("", "Ecole")


@pytest.mark.parametrize("insee", ["66049", "01001", "31555"])
def test_the_usual_siren_has_a_right_key_and_is_none_where_the_rule_is_not_known(insee: str) -> None:
    assert is_siren(usual_siren(insee))
    assert usual_siren("66049") == CERET[:9]
    assert [usual_siren(code) for code in ("2A004", "97411", "", "6604")] == [""] * 4
