"""What a line cites: exact tokens, never a date, an amount, an invoice's number, or the neighbour's number."""

from __future__ import annotations

from itertools import product

import pytest

from recon.matching.citations import Cited, cite, cite_in_scope
from recon.matching.vocabulary import vocabulary

STATE = "031000 006 053 031 485571 2018 0037579"


def cited(label: str, *titres: str, conventions: tuple[str, ...] = (), uais: tuple[str, ...] = ("0660560A",)) -> Cited:
    """Return what a label names, given the titres that exist."""
    return cite("", label, "", "", vocabulary(titres, conventions, uais))


@pytest.mark.parametrize(
    ("label", "titre"),
    [
        ("TP-2026-00131", "TP-2026-00131"),
        ("titre de perception n° TP 2026 00131 du 12/10/2026", "TP-2026-00131"),
        ("TP2026/00131", "TP-2026-00131"),
        ("ENT-École titre 00131", "TP-2026-00131"),
        ("ENT-École titre n°2026-00131", "TP-2026-00131"),
        ("ENT-École 00131 41,00 €", "TP-2026-00131"),
        ("ENT titre 22-41537", "22-41537"),
        ("ENT 22-41537", "22-41537"),
        ("titre 2241537", "22-41537"),
        (f"ENT-École {STATE}", STATE),
        ("ENT-École 03100000605303148557120180037579", STATE),
        ("ENT-École titre 2018 0037579", STATE),
        ("ENT-École titre 0037579", STATE),
        ("Titre 131", "131"),
    ],
)
def test_numbers_found(label: str, titre: str) -> None:
    found = cited(label, titre)
    assert (found.titres, found.unknown, found.several) == ((titre,), (), ())


@pytest.mark.parametrize(
    ("label", "titre"),
    [
        ("ENT-École mandat du 2026-10-12", "2026-1012"),
        ("Fournitures 10/12/2026", "1012-2026"),
        ("ENT-École facture de 41537,50 EUR", "22-41537"),
        ("travaux école 2 241 537 euros", "22-41537"),
        ("Fournitures facture n° 00131", "TP-2026-00131"),
        ("Cantine bordereau 00131", "TP-2026-00131"),
        ("Fournitures facture 2026-00131", "2026-00131"),
        ("Titre 131/2025", "131"),
        ("ENT-École 2023 00131", "TP-2026-00131"),
        ("Téléphone 04 68 00 13 10", "TP-2026-00131"),
        ("SIRET 21660049400019", "TP-2026-00019"),
    ],
)
def test_other_numbers_are_no_citations(label: str, titre: str) -> None:
    assert cited(label, titre).titres == ()


@pytest.mark.parametrize(
    ("label", "titre"),
    [
        ("ENT-École titre 22-41538", "22-41537"),
        ("ENT-École 22-41538", "22-41537"),
        ("ENT-École titre 031000 006 053 031 485571 2018 0037570", STATE),
        ("ENT-École titre 00999", "TP-2026-00131"),
        ("ENT-École titre 2025-00131", "TP-2026-00131"),
        ("ENT-École TP-2026-0131", "TP-2026-00131"),
        ("ENT-École titres 00102-00105", "TP-2026-00102"),
    ],
)
def test_a_number_that_must_be_a_titre_and_is_none_is_said(label: str, titre: str) -> None:
    found = cited(label, titre)
    assert found.titres == ()
    assert len(found.unknown) == 1


@pytest.mark.parametrize(
    "label", ["ENT 2026/27", "Participation ENT 2026", "ENT-École 2026-2027", "Titre ENT 2026-2027", "ENT 4 écoles"]
)
def test_a_year_is_no_number(label: str) -> None:
    assert cited(label, "ENT-2026-00131").unknown == ()


def test_lists_and_ranges() -> None:
    titres = tuple(f"TP-2026-{number:05d}" for number in range(102, 107))
    assert cited("TP-2026-00102, 00103 et 00105", *titres).titres == (titres[0], titres[1], titres[3])
    assert cited("TP-2026-00102/00103", *titres).titres == titres[:2]
    assert cited("titres 00102 à 00105", *titres).titres == (titres[0], titres[1], titres[2], titres[3])
    assert cited("TP-2026-00102 à TP-2026-00110", titres[0], "TP-2026-00110").unknown[0] == "TP-2026-00103"


@pytest.mark.parametrize("label", ["TP-2026-00102 à 105", "TP-2026-00102, 103 et 104", "TP-2026-00102 et 3"])
def test_a_list_of_shortened_numbers_is_unfinished(label: str) -> None:
    assert cited(label, "TP-2026-00102", "TP-2026-00103").unfinished


def test_an_order_number_that_several_titres_bear_is_no_citation_of_one() -> None:
    found = cited("ENT-École titre 00131", "TP-2025-00131", "TP-2026-00131")
    assert found.titres == ()
    assert found.several == ("TP-2025-00131", "TP-2026-00131")


@pytest.mark.parametrize(
    ("label", "scope"),
    [
        ("ENT-École", True),
        ("Participation environnement numérique de travail", True),
        ("Contribution annuelle ENT", True),
        ("TP-2026-66400", True),
        ("Restauration 0660560A", True),
        ("Assurance mairie 66400 CERET", False),
        ("Transport collège 0660011D", False),
        ("Abonnement espace numérique médiathèque", False),
        ("ENT. DUPONT travaux", False),
        ("Entretien des écoles", False),
        ("Rectificatif cantine", False),
    ],
)
def test_scope(label: str, scope: bool) -> None:
    assert cited(label, "TP-2026-66400").in_scope is scope


@pytest.mark.parametrize(
    ("payee", "scope"),
    [
        ("RECTORAT DE MONTPELLIER", True),
        ("Région académique Occitanie", True),
        ("ACADEMIE DE DANSE", False),
        ("DRFIP OCCITANIE", False),
    ],
)
def test_the_rectorate_as_payee_is_in_scope_and_the_states_accountant_is_not(payee: str, scope: bool) -> None:
    assert cite("", "Divers", payee, "", vocabulary([], [], [])).in_scope is scope


def test_a_uai_in_a_column_alone_is_no_scope() -> None:
    assert not cite("", "Fournitures", "", "0660560A", vocabulary([], [], ["0660560A"])).in_scope


def test_uais_with_a_wrong_letter_are_told_apart() -> None:
    found = cited("ENT-École 0660560A et 0660180X")
    assert (found.uais, found.wrong_uais) == (("0660560A",), ("0660180X",))


PIECES = (
    "", "TP-2026-00131", "titre 00131", "00131", "131", "7", "C-2026-07", "convention C-2026-07", "0660560A", "0660561B",
    "0669999Z", "ENT école", "Fournitures 10/12/2026", "2026-2027", "facture 99999", STATE, "Rectorat", "Région académique",
)  # fmt: skip


def test_a_line_in_scope_is_told_as_cite_tells_it() -> None:
    known = vocabulary(("TP-2026-00131", "TP-2025-00007", STATE), ("C-2026-07",), ("0660560A",))
    inside = 0
    for reference, label, payee, uai in product(PIECES, PIECES, ("", "RECTORAT", "SDIS"), ("", "0660560A")):
        told = cite(reference, label, payee, uai, known)
        assert cite_in_scope(reference, label, payee, uai, known) == (told if told.in_scope else None)
        inside += told.in_scope
    assert 500 < inside < len(PIECES) ** 2 * 6 - 100
