"""Whose ledger it is: a wrong payer is worse than none, so what is said twice and differently is asked (D02)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from recon.layouts.around import Said, exercise, school_year
from recon.layouts.profiles import Profile
from recon.pipeline import reconcile
from recon.tables import Settings
from recon_schemas import PAYMENTS
from tests.dossiers import AS_OF, CERET, PERPIGNAN, RATES, file, month
from tests.ledgers import COMMUNES, REST

if TYPE_CHECKING:
    from recon.pipeline import File
    from recon.tables import Month

TITLES = "Mandat;Date mandat;Objet;Montant"
LINES = tuple(f"{mandat};05/10/2026;ENT-École 2026-2027;41,00" for mandat in (7, 8))
# With a commune whose name begins another’s.
OTHERS = file(
    "referentiels/communes.csv",
    "Code INSEE;Commune;Département;SIREN;Ancien code INSEE;Ancien SIREN",
    f"66049;CERET;66;{CERET[:9]};;",
    f"66136;PERPIGNAN;66;{PERPIGNAN[:9]};;",
    "66180;SAINT-LAURENT;66;216601807;;",
)


def read(*lines: str, name: str = "paiements/registre.csv", others: File = COMMUNES) -> Month:
    """Return the month of the dossier with a ledger of these lines."""
    return month(*REST, others, file(name, *lines))


def under(*above: str, name: str = "paiements/registre.csv") -> Month:
    """Return the month of a ledger without payer column under these rows."""
    return read(*above, "", TITLES, *LINES, name=name, others=OTHERS)


def payers(of: Month) -> set[str] | None:
    """Return whose payments were counted; None if one question is put and nothing is counted."""
    if of.payments.is_empty():
        codes = of.findings.filter(pl.col("code").str.starts_with("D"))["code"].to_list()
        assert codes == ["D02"]
        return None
    return set(of.payments["payer_siren"])


IS_CERET = {CERET[:9]}


# A name counts as a whole --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "Mairie de Céret",
        "Céret",
        "Commune de CERET - Registre des mandats",
        "Commune de Céret (66)",
        "Ville de Céret;Exercice 2026",
        "Commune :;Céret",
        "Code INSEE;66049",
        "Code INSEE 66049",
    ],
)
def test_a_name_above_the_table_says_whose_it_is(cell: str) -> None:
    assert payers(under(cell)) == IS_CERET


@pytest.mark.parametrize(
    "cell",
    [
        "Commune de Céret-sur-Orb",
        "Commune de Saint-Laurent-de-Cerdans",
        "Mairie de Céret sur Orb",
        "Mairie de Céret d'Orb",
        "Ville de Céret lès Orb",
        "Commune de Vieux-Céret",
        "CCAS de Céret",
        "CCAS de la commune de Céret",
        "Caisse des écoles de la ville de Céret",
        "Syndicat intercommunal de la commune de Céret",
        "Communauté de communes de Céret",
        "Office de tourisme de la ville de Céret",
        "Trésorerie de Céret",
        "Trésorier;Céret",
        "EHPAD;Céret",
        "Fournisseur :;Céret",
        "Fournisseur : Mairie de Céret",
        "Tiers;Commune de Céret",
        "SGC;Céret",
        "Céret CCAS",
    ],
)
def test_another_bodys_name_is_not_the_communes(cell: str) -> None:
    assert payers(under(cell)) is None


@pytest.mark.parametrize(
    "name",
    [
        "Perpignan Méditerranée Métropole",
        "Céret-sur-Orb",
        "SIVOS de Céret",
        "SGC_Céret",
        "rect. Perpignan",
        "CCAS/2026",
    ],
)
def test_another_bodys_name_as_the_files_is_not_the_communes(name: str) -> None:
    assert payers(under(name=f"paiements/{name}.csv")) is None


@pytest.mark.parametrize("name", ["ceret-mandats-2026", "mandats-de-Céret", "2026_Céret_ENT", "Commune de Céret"])
def test_a_files_name_says_whose_it_is(name: str) -> None:
    assert payers(under(name=f"paiements/{name}.csv")) == IS_CERET


# Five digits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell", ["66049", "Compte;66049", "Article 66049", "Code INSEE : néant, compte 66049", "66049 Elne"]
)
def test_five_digits_above_the_table_are_no_insee_code_by_themselves(cell: str) -> None:
    assert payers(under(cell)) is None


@pytest.mark.parametrize("name", ["mairie_66180", "Elne 66049", "compte_66049", "mandat 66049", "article 66049 2026"])
def test_five_digits_in_a_files_name_may_be_anything(name: str) -> None:
    assert payers(under(name=f"paiements/{name}.csv")) is None


def test_a_name_wins_over_a_postal_code() -> None:
    assert payers(under(name="paiements/Céret 66180.csv")) == IS_CERET


# A body that the dossier does not know -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "Communauté de communes du Vallespir",
        "Commune de Thuir",
        "Mairie d'Elne",
        "SIVOS du Tech",
        "Commune :;Elne",
        "CCAS",
        "SIRET;21660049400010",
    ],
)
def test_a_stranger_above_the_table_is_not_overruled_by_the_files_name(cell: str) -> None:
    assert payers(under(cell, name="paiements/Céret.csv")) is None


@pytest.mark.parametrize("cell", ["Trésorerie de Thuir", "Mairie", "Budget principal", "Registre des mandats"])
def test_what_names_no_body_leaves_the_files_name(cell: str) -> None:
    assert payers(under(cell, name="paiements/Céret.csv")) == IS_CERET


# A column and what is said around ------------------------------------------------------------------------------------


def test_a_column_of_one_payer_that_the_title_contradicts_is_asked_about() -> None:
    lines = [f"{CERET};{line}" for line in LINES]
    assert payers(read("Commune de Perpignan", "", f"SIRET payeur;{TITLES}", *lines)) is None
    assert payers(read(f"SIRET {PERPIGNAN}", "", f"SIRET payeur;{TITLES}", *lines)) is None
    assert payers(read(f"SIRET payeur;{TITLES}", *lines, name="paiements/perpignan.csv")) is None
    assert payers(read("Mairie de Céret", "", f"SIRET payeur;{TITLES}", *lines)) == IS_CERET


@pytest.mark.parametrize(("title", "cell"), [("Code INSEE", "66049"), ("Collectivité", "CERET")])
def test_a_column_of_codes_or_names_that_the_files_name_contradicts_is_asked_about(title: str, cell: str) -> None:
    lines = [f"{cell};{line}" for line in LINES]
    assert payers(read(f"{title};{TITLES}", *lines, name="paiements/perpignan.csv")) is None
    assert payers(read(f"{title};{TITLES}", *lines, name="paiements/ceret.csv")) == IS_CERET


@pytest.mark.parametrize("communes", [("CERET", "CERET"), ("CERET", "PERPIGNAN"), ("ELNE", "THUIR")])
def test_a_column_of_communes_under_a_payers_number_is_where_the_schools_stand(communes: tuple[str, str]) -> None:
    lines = [f"{commune};{line}" for commune, line in zip(communes, LINES, strict=True)]
    assert payers(read(f"SIRET {PERPIGNAN}", "", f"Commune;{TITLES}", *lines)) == {PERPIGNAN[:9]}


@pytest.mark.parametrize("number", ["24660044900013", "200043602"])
def test_a_column_of_communes_under_a_number_that_nobody_knows_is_asked_about(number: str) -> None:
    lines = [f"CERET;{line}" for line in LINES]
    assert payers(read(f"SIRET;{number}", "", f"Commune;{TITLES}", *lines)) is None


def test_a_column_of_strangers_is_not_overruled_by_the_files_name() -> None:
    lines = [f"ELNE;{line}" for line in LINES]
    assert payers(read(f"Commune;{TITLES}", *lines, name="paiements/ceret.csv")) is None


def test_a_former_number_is_its_successors() -> None:
    """The column has the commune's number from before its merger: it is the one that the file's name names."""
    merged = file(
        "referentiels/communes.csv",
        "Code INSEE;Commune;Département;SIREN;Ancien code INSEE;Ancien SIREN",
        f"66049;CERET;66;{CERET[:9]};66148;216601484",
    )
    lines = [f"216601484;{line}" for line in LINES]
    assert payers(read(f"SIREN payeur;{TITLES}", *lines, name="paiements/ceret.csv", others=merged)) == IS_CERET


# Groups of lines -----------------------------------------------------------------------------------------------------


def test_a_group_that_names_nobody_ends_the_one_before() -> None:
    """What stands under « DRFIP OCCITANIE » is not Céret's because Céret's lines stand above."""
    rows = (TITLES, "Commune de Céret", LINES[0], "DRFIP OCCITANIE", LINES[1])
    assert payers(read(*rows)) is None
    assert payers(read("Commune de Céret", "", *rows)) == IS_CERET


def test_groups_by_number_under_a_number_count() -> None:
    rows = (f"SIRET {CERET}", "", TITLES, LINES[0], f"Commune de Perpignan, SIRET {PERPIGNAN}", LINES[1])
    of = read(*rows, "Compte 65131 - Bourses", LINES[0].replace("7;", "9;", 1))
    assert sorted(of.payments["payer_siren"]) == [CERET[:9], CERET[:9], PERPIGNAN[:9]]


@pytest.mark.parametrize("above", [f"SIRET {CERET}", "Mairie de Céret"])
def test_a_group_that_names_another_than_the_title_is_asked_about(above: str) -> None:
    assert payers(read(above, "", TITLES, LINES[0], "Commune de Perpignan", LINES[1])) is None
    assert payers(read(above, "", TITLES, LINES[0], "DRFIP OCCITANIE", LINES[1])) == IS_CERET


def test_each_block_under_its_communes_name() -> None:
    of = read(TITLES, "Commune de Céret", LINES[0], "PERPIGNAN", LINES[1])
    assert sorted(of.payments["payer_siren"]) == [CERET[:9], PERPIGNAN[:9]]
    assert payers(read(TITLES, "Commune de Céret", LINES[0], "Commune de Thuir", LINES[1])) is None


# An officer's constant -----------------------------------------------------------------------------------------------


def constant(*lines: str) -> Month:
    """Return the month of a ledger that a profile says is Céret's."""
    titles: dict[str, tuple[str, ...]] = {
        "mandat": ("Mandat",),
        "mandat_on": ("Date mandat",),
        "label": ("Objet",),
        "amount": ("Montant",),
    }
    profile = Profile("essai", PAYMENTS, ("*.csv",), "", titles, {"payer_siret": CERET})
    ledger = file("paiements/registre.csv", *lines)
    return reconcile((*REST, COMMUNES, ledger), Settings(AS_OF, RATES, None, 500), profiles=(profile,))


def test_a_constant_that_the_file_contradicts_is_asked_about() -> None:
    assert payers(constant(TITLES, *LINES)) == IS_CERET
    assert payers(constant("Mairie de Céret", "", TITLES, *LINES)) == IS_CERET
    assert payers(constant("Mairie de Perpignan", "", TITLES, *LINES)) is None
    assert payers(constant(f"SIRET {PERPIGNAN}", "", TITLES, *LINES)) is None
    assert payers(constant(TITLES, LINES[0], "Commune de Perpignan", LINES[1])) is None


# Years ---------------------------------------------------------------------------------------------------------------


def around(*texts: str) -> list[Said]:
    """Return texts as the cells of one row above a table."""
    return [Said(text, f"{'ABCDEFG'[at]}1", "above") for at, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("texts", "year"),
    [
        (("Exercice 2026",), "2026"),
        (("EXERCICE : 2026",), "2026"),
        (("Exercice budgétaire 2026",), "2026"),
        (("Budget 2026",), "2026"),
        (("Exercice :", "2026"), "2026"),
        (("Mandats 2026 - budget voté en 2025",), None),
        (("Exercices 2025 et 2026",), None),
        (("Exercice 2025-2026",), None),
        (("Exercice 2025", "Exercice 2026"), None),
        (("Exercice", "Mandats", "2026"), None),
        (("2026",), None),
    ],
)
def test_the_exercise_that_is_said_around(texts: tuple[str, ...], year: str | None) -> None:
    said = exercise(around(*texts))
    assert (said.text if said else None) == year


def test_the_year_below_the_word_exercice_is_not_beside_it() -> None:
    below = replace_row(around("Exercice", "2026"))
    assert exercise(below) is None


def replace_row(said: list[Said]) -> list[Said]:
    """Return the cells with the last one in the row below."""
    return [*said[:-1], said[-1]._replace(cell="A2")]


@pytest.mark.parametrize(
    ("texts", "year"),
    [
        (("Rentrée 2026",), "2026-2027"),
        (("Rentrée scolaire 2026", "Année scolaire 2025-2026"), "2025-2026"),
        (("Rentrée 2025", "Rentrée 2026"), None),
        (("Année 2025-2026", "Année 2026-2027", "Rentrée 2026"), None),
    ],
)
def test_the_school_year_that_is_said_around(texts: tuple[str, ...], year: str | None) -> None:
    said = school_year(around(*texts))
    assert (said.text if said else None) == year
