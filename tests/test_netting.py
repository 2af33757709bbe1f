"""Reversals, and what a label, a year or a payee says against a titre: each once settled or voided the wrong line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.dossiers import (  # fmt: skip
    CERET,
    SCHOOLS,
    codes,
    conventions,
    file,
    lists,
    month,
    one_school,
    paid,
    payments,
    signed,
    titre,
    titres,
)

if TYPE_CHECKING:
    from recon.tables import Month

ONE, OLD = "TP-2026-00001", "TP-2025-00009"


def two_years(*rows: str) -> Month:
    """A commune with a titre of 41 euros in each of two school years."""
    return month(
        conventions(signed(), signed("C25", year="2025-2026")),
        lists(f"C1;{SCHOOLS[0]};A;", f"C25;{SCHOOLS[0]};A;"),
        titres(titre(), titre(OLD, convention="C25", issued="01/10/2025", due="31/12/2026")),
        payments(*rows),
    )


def paid_of(of: Month) -> dict[str, int]:
    """Return what is paid on each titre."""
    return dict(of.titres.select("titre", "paid").iter_rows())


def test_the_reversal_of_a_cancelled_mandat_undoes_no_later_payment_under_its_number() -> None:
    of = one_school(
        paid(reference=ONE, state="annulé", on="01/10/2026"),
        paid("-41,00", ONE, on="12/10/2026"),
        paid(reference=ONE, on="20/11/2026"),
    )
    assert (paid_of(of), codes(of)) == ({ONE: 4100}, ["P09"])


def test_a_reversal_that_the_ledger_enters_before_the_payment_undoes_it_all_the_same() -> None:
    row = f"{CERET};2026;9;{{}};{{}};ENT-École;{ONE};;{{}};payé"
    of = one_school(row.format("12/11/2026", "18/11/2026", "41,00"), row.format("13/11/2026", "16/11/2026", "-41,00"))
    assert (paid_of(of), codes(of)) == ({ONE: 0}, ["P09"])


def test_a_cancelled_mandat_and_its_reversal_are_one_finding() -> None:
    of = one_school(paid(reference=ONE, state="annulé"), paid("-41,00", ONE, state="annulé"))
    assert (paid_of(of), codes(of)) == ({ONE: 0}, ["P09"])


@pytest.mark.parametrize(("reversed_year", "left"), [("2025-2026", {ONE: 4100, OLD: 0}), ("2026-2027", {ONE: 0, OLD: 4100})])  # fmt: skip
def test_a_reversal_undoes_the_line_that_says_the_same(reversed_year: str, left: dict[str, int]) -> None:
    of = two_years(
        paid(label="ENT-École 2026-2027"),
        paid(label="ENT-École 2025-2026"),
        paid("-41,00", label=f"ENT-École {reversed_year}", on="12/11/2026"),
    )
    assert paid_of(of) == left
    assert codes(of) == ["P09"]


def test_one_negative_that_takes_a_whole_mandat_back_voids_all_its_lines() -> None:
    of = two_years(paid(reference=ONE), paid(reference=OLD), paid("-82,00", label="ENT-École", on="12/11/2026"))
    assert paid_of(of) == {ONE: 0, OLD: 0}
    assert set(of.payments["status"]) == {"void"}


def test_a_mandat_on_its_way_and_its_reversal_are_void() -> None:
    of = one_school(paid(reference=ONE, state="émis"), paid("-41,00", ONE, state="émis"))
    assert (of.titres["pending"].to_list(), of.payers["pending"].sum(), codes(of)) == ([0], 0, ["P09"])


@pytest.mark.parametrize(
    "label",
    ["année 2025", "25-26", "25/26", "rentrée 2025", "2025 2026", "2025_2026", "A.S. 2025.2026", "septembre 2025 - août 2026"],
)  # fmt: skip
def test_a_year_in_any_writing_that_is_not_the_titres_keeps_the_amount_from_deciding(label: str) -> None:
    of = one_school(paid(label=f"ENT-École {label}"))
    assert (paid_of(of), codes(of)) == ({ONE: 0}, ["P06"])
    assert "autre année scolaire" in str(of.findings["found"][0])


def test_a_budget_year_is_no_school_year() -> None:
    assert paid_of(one_school(paid(label="ENT-École exercice 2027"))) == {ONE: 4100}


@pytest.mark.parametrize(
    "said", ["délibération n° 00002", "décision 00002", "mandat de paiement n° 00002", "engagement juridique 00002",
             "convention n° 00002"],
)  # fmt: skip
def test_an_order_number_that_another_word_names_is_no_titre(said: str) -> None:
    of = month(
        conventions(signed("C1"), signed("C2")),
        lists(f"C1;{SCHOOLS[0]};A;", f"C2;{SCHOOLS[1]};B;"),
        titres(titre(), titre("TP-2026-00002", convention="C2")),
        payments(paid(label=f"ENT-École, {said}")),
    )
    assert of.titres["paid"].sum() == 0


def test_a_suffix_written_with_a_space_is_the_titre() -> None:
    assert paid_of(one_school(paid(label="ENT-École n° 2026 00001"))) == {ONE: 4100}


def test_two_titres_that_replace_one_are_candidates() -> None:
    of = one_school(
        paid("82,00", ONE, on="05/10/2026"),
        titre_rows=(
            titre(amount="82,00"),
            f"AN-1;annulation;{ONE};{CERET};C1;;82,00;10/11/2026;;",
            f"TP-2026-00002;;{ONE};{CERET};C1;;41,00;12/11/2026;31/12/2026;",
            f"TP-2026-00003;;{ONE};{CERET};C1;;41,00;12/11/2026;31/12/2026;",
        ),
    )
    assert sum(paid_of(of).values()) == 0
    found = of.findings.filter(of.findings["code"] == "P07")["found"][0]
    assert "TP-2026-00002, TP-2026-00003" in found


def test_what_was_paid_by_amount_before_a_replacement_is_inherited() -> None:
    of = one_school(
        paid(label="ENT-École", on="05/10/2026"),
        titre_rows=(
            titre(),
            f"AN-1;annulation;{ONE};{CERET};C1;;41,00;10/10/2026;;",
            f"TP-2026-00002;;{ONE};{CERET};C1;;41,00;12/10/2026;31/12/2026;",
        ),
    )
    assert (paid_of(of), codes(of)) == ({ONE: 0, "TP-2026-00002": 4100}, [])


def test_a_second_cancellation_is_said() -> None:
    cancelled = [f"AN-{rank};annulation;{ONE};{CERET};C1;;41,00;10/11/2026;;" for rank in (1, 2)]
    of = one_school(titre_rows=(titre(), *cancelled))
    assert codes(of) == ["T01", "T08"]
    assert "titre annulé, aucun autre émis" in of.findings["found"].to_list()


@pytest.mark.parametrize(("payee", "cents"), [("DRFIP OCCITANIE", 4100), ("Rectorat", 4100), ("BENEYLU SARL", 0)])
def test_an_amount_settles_nothing_where_another_supplier_is_paid(payee: str, cents: int) -> None:
    head = "SIRET payeur;Exercice;Mandat;Date mandat;Bénéficiaire;Objet;Montant"
    row = f"{CERET};2026;7;10/11/2026;{payee};Participation ENT école;41,00"
    of = month(conventions(signed()), lists(f"C1;{SCHOOLS[0]};A;"), titres(titre()), file("paiements/l.csv", head, row))
    assert paid_of(of) == {ONE: cents}
    assert codes(of) == ([] if cents else ["P07"])


def test_the_evidence_names_the_cell_of_the_number_not_of_another_mention() -> None:
    of = one_school(paid(reference=SCHOOLS[0], label=f"ENT-École {ONE}"))
    assert "objet F2, montant I2" in of.allocations["evidence"][0]


def test_an_identity_stays_when_an_earlier_line_of_the_mandat_arrives() -> None:
    first = one_school(paid("30,00", mandat="7", label="ENT-École mairie"))
    later = one_school(
        paid("30,00", mandat="7", label="ENT-École mairie"), paid("30,00", ONE, mandat="7", on="02/10/2026")
    )
    assert set(first.payments["payment_id"]) <= set(later.payments["payment_id"])


def test_a_negative_that_is_paid_waits_with_the_mandat_that_it_reduces() -> None:
    """The mandat is not yet paid: nothing of it settles anything, nor does what takes a part of it back."""
    of = one_school(
        paid("82,00", mandat="1", on="01/02/2026", state="émis"),
        paid("-41,00", "TP-2026-00001", mandat="1", on="01/02/2026"),
    )
    assert set(of.payments["status"]) == {"pending"}
    assert of.controls["holds"].all()
