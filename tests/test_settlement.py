"""What each payment settles: one rule a test, on a commune with one or a few titres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.dossiers import (
    CERET,
    PERPIGNAN,
    SCHOOLS,
    codes,
    conventions,
    enrolled,
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

TWO = (titre("TP-2026-00001", convention="C1"), titre("TP-2026-00002", convention="C2"))


def two_titres(*rows: str) -> Month:
    """A commune with two conventions of one school each, hence two titres of one amount."""
    return month(
        enrolled(*SCHOOLS[:2]),
        conventions(signed("C1"), signed("C2")),
        lists(f"C1;{SCHOOLS[0]};A;", f"C2;{SCHOOLS[1]};B;"),
        titres(*TWO),
        payments(*rows),
    )


def how(of: Month) -> list[tuple[str, str]]:
    """Return what became of the payments: status, pass."""
    steps = dict(of.allocations.select("payment_id", "pass").iter_rows())
    return [
        (status, steps.get(number, "")) for number, status in of.payments.select("payment_id", "status").iter_rows()
    ]


@pytest.mark.parametrize(
    "reference",
    ["TP-2026-00001", "tp 2026 00001", "TP.2026.00001", "Titre n°TP-2026-00001", "facture x, TP-2026-00001.", "00001",
     "2026-00001"],
)  # fmt: skip
def test_t1_a_number_and_the_amount_that_is_open(reference: str) -> None:
    settled = one_school(paid(reference=reference))
    assert how(settled) == [("allocated", "T1")]
    assert settled.titres["status"].to_list() == ["settled"]
    assert codes(settled) == []


@pytest.mark.parametrize("reference", ["TP-2025-00001", "TP-2026-000012", "TP-2026-00001-2", "TP-2026-0001"])
def test_a_number_is_compared_exactly_never_by_likeness(reference: str) -> None:
    settled = one_school(paid(reference=reference, label="Mandat pour le rectorat ENT-École"))
    assert settled.titres["paid"].to_list() == [0]
    assert codes(settled) == ["P12"]


@pytest.mark.parametrize(
    "reference", ["TP-2026-00001 et 00002", "TP-2026-00001 à TP-2026-00002", "TP-2026-00001/00002"]
)
def test_t2_several_numbers_whose_sum_is_the_amount(reference: str) -> None:
    settled = two_titres(paid("82,00", reference))
    assert settled.titres["paid"].to_list() == [4100, 4100]
    assert settled.allocations["pass"].to_list() == ["T2", "T2"]


def test_t2_with_another_sum_is_several_candidates() -> None:
    settled = two_titres(paid("80,00", "TP-2026-00001, TP-2026-00002"))
    assert how(settled) == [("ambiguous", "")]
    assert codes(settled) == ["P07"]


def test_t3_less_money_is_a_partial_payment_and_instalments_add_up() -> None:
    settled = one_school(paid("20,00", "TP-2026-00001", mandat="1"), paid("21,00", "TP-2026-00001", mandat="2"))
    assert settled.titres["status"].to_list() == ["settled"]
    assert sorted(settled.allocations["pass"].to_list()) == ["T3", "T3"]
    half = one_school(paid("20,00", "TP-2026-00001"))
    assert half.titres.select("paid", "outstanding", "status").row(0) == (2000, 2100, "partial")
    assert codes(half) == ["P03"]


def test_t4_more_money_settles_the_titre_and_the_rest_is_credit() -> None:
    settled = one_school(paid("45,00", "TP-2026-00001"))
    assert settled.titres.select("paid", "credit").row(0) == (4100, 400)
    assert settled.payments.select("allocated", "credit", "unallocated", "status").row(0) == (
        4100,
        400,
        0,
        "partly_allocated",
    )
    assert codes(settled) == ["P04"]


def test_a_settled_titre_paid_again_is_a_double_payment_that_never_flows_on() -> None:
    settled = two_titres(paid(reference="TP-2026-00001", mandat="1"), paid(reference="TP-2026-00001", mandat="2"))
    assert settled.titres.select("paid", "credit").rows() == [(4100, 4100), (0, 0)]
    assert codes(settled) == ["P05"]


def test_u1_the_school_named_says_which_titre() -> None:
    settled = two_titres(paid(uai=SCHOOLS[1]))
    assert settled.titres["paid"].to_list() == [0, 4100]
    assert how(settled) == [("allocated", "U1")]


def test_u1_in_a_label_pays_the_school_that_it_names() -> None:
    settled = month(
        enrolled(*SCHOOLS),
        conventions(signed(schools=4)),
        lists(*(f"C1;{uai};École;" for uai in SCHOOLS)),
        titres(titre(amount="164,00")),
        payments(paid(label=f"ENT-École {SCHOOLS[2]}")),
    )
    by_school = dict(settled.schools.select("uai", "paid").iter_rows())
    assert by_school == {uai: 4100 if uai == SCHOOLS[2] else 0 for uai in SCHOOLS}
    assert dict(settled.schools.select("uai", "attribution").iter_rows())[SCHOOLS[2]] == "named"


def test_u1_with_another_amount_is_only_proposed() -> None:
    settled = one_school(paid("37,00", uai=SCHOOLS[0]))
    assert how(settled) == [("proposed", "U1")]
    assert settled.titres.select("paid", "pending").row(0) == (0, 3700)
    assert codes(settled) == ["P07"]


def test_c1_a_convention_number_or_a_year_that_leaves_one_candidate() -> None:
    files = (
        conventions(signed("ENT-2026-066049"), signed("ENT-2023-066049", year="2023-2024", rate="45,00")),
        lists(f"ENT-2026-066049;{SCHOOLS[0]};A;", f"ENT-2023-066049;{SCHOOLS[0]};A;"),
        titres(
            titre("TP-2026-00001", convention="ENT-2026-066049"),
            titre("TP-2024-00002", "45,00", convention="ENT-2023-066049", issued="01/02/2024", due="01/04/2024"),
        ),
    )
    by_number = month(*files, payments(paid("20,00", "ENT-2026-066049")))
    assert how(by_number) == [("allocated", "C1")]
    by_year = month(*files, payments(paid("45,00", label="Participation ENT-École 2023-2024")))
    assert dict(by_year.titres.select("titre", "paid").iter_rows()) == {"TP-2024-00002": 4500, "TP-2026-00001": 0}
    too_much = month(*files, payments(paid("50,00", label="Participation ENT-École 2023-2024")))
    assert how(too_much) == [("proposed", "C1")]


def test_s1_one_titre_alone_is_open_and_the_amount_is_equal() -> None:
    assert how(one_school(paid(label="Participation ENT école"))) == [("allocated", "S1")]


@pytest.mark.parametrize(
    "row",
    [
        paid("37,00", label="Participation ENT-École"),
        paid(label="Participation ENT-École 2025-2026"),
        paid(label="Participation ENT-École", on="15/09/2026"),
    ],
)
def test_s1_never_settles_another_amount_another_year_or_a_titre_issued_later(row: str) -> None:
    settled = one_school(row)
    assert settled.titres["paid"].to_list() == [0]
    assert set(codes(settled)) <= {"P06", "P07"}


def test_of_several_equal_titres_none_is_chosen() -> None:
    settled = two_titres(paid(label="Participation ENT-École"))
    assert settled.titres["paid"].to_list() == [0, 0]
    assert how(settled) == [("ambiguous", "")]
    assert codes(settled) == ["P07"]


def test_a_number_that_is_no_titre_goes_no_further_by_amount() -> None:
    settled = one_school(paid(reference="TP-2026-00009"))
    assert settled.titres["paid"].to_list() == [0]
    assert codes(settled) == ["P12"]


def test_a_neighbours_number_is_never_settled_by_itself() -> None:
    other = titre("TP-2026-00002", convention="C2", siret=PERPIGNAN)
    settled = month(
        conventions(signed(), signed("C2", siret=PERPIGNAN)),
        lists(f"C1;{SCHOOLS[0]};A;", "C2;0660206R;B;"),
        titres(titre(), other),
        payments(paid(reference="TP-2026-00002"), paid("1,00", siret=PERPIGNAN, label="ENT-École 2099-2100")),
    )
    assert settled.titres["paid"].to_list() == [0, 0]
    assert "P12" in codes(settled)


def test_a_school_of_another_payer_is_p12() -> None:
    settled = month(
        conventions(signed(), signed("C2", siret=PERPIGNAN)),
        lists(f"C1;{SCHOOLS[0]};A;", "C2;0660206R;B;"),
        titres(titre()),
        payments(paid(uai="0660206R")),
    )
    assert "P12" in codes(settled)
    assert settled.titres["paid"].to_list() == [0]


def test_rejected_suspended_and_cancelled_mandats_are_no_money() -> None:
    settled = one_school(
        paid(reference="TP-2026-00001", mandat="1", state="rejeté"),
        paid(reference="TP-2026-00001", mandat="2", state="suspendu"),
        paid(reference="TP-2026-00001", mandat="3", state="annulé"),
    )
    assert settled.titres["paid"].to_list() == [0]
    assert set(settled.payments["status"]) == {"void"}
    assert codes(settled) == ["P08", "P08", "P09"]


def test_a_mandat_rejected_may_come_back_under_the_same_number() -> None:
    settled = one_school(paid(reference="TP-2026-00001", state="rejeté"), paid(reference="TP-2026-00001"))
    assert settled.titres["status"].to_list() == ["settled"]
    assert codes(settled) == ["P08"]


def test_a_line_and_its_reversal_are_both_void_and_one_finding() -> None:
    settled = one_school(
        paid("41,00", "TP-2026-00001", mandat="1"),
        paid("-41,00", "TP-2026-00001", mandat="1", on="12/11/2026"),
    )
    assert settled.titres["paid"].to_list() == [0]
    assert settled.payments["status"].to_list() == ["void", "void"]
    assert codes(settled) == ["P09"]


def test_a_smaller_negative_on_the_same_mandat_reduces_it() -> None:
    settled = one_school(
        paid("51,00", "TP-2026-00001", mandat="1"),
        paid("-10,00", "TP-2026-00001", mandat="1", on="12/11/2026"),
    )
    assert settled.titres.select("paid", "credit").row(0) == (4100, 0)
    assert settled.payments["allocated"].to_list() == [5100, -1000]
    assert settled.controls["holds"].all()


def test_a_mandat_issued_and_not_yet_paid_is_pending_and_changes_no_balance() -> None:
    settled = one_school(paid(reference="TP-2026-00001", state="émis"))
    assert settled.titres.select("paid", "outstanding", "pending").row(0) == (0, 4100, 4100)
    assert settled.payments.select("status", "allocated").row(0) == ("pending", 0)


def test_what_is_paid_after_the_day_is_later_and_no_cash() -> None:
    settled = one_school(paid(reference="TP-2026-00001", on="05/12/2026"))
    assert settled.titres["paid"].to_list() == [0]
    assert settled.payments["status"].to_list() == ["later"]


def test_lines_out_of_scope_are_counted_and_disturb_nothing() -> None:
    noise = [paid(label="Fournitures de bureau", mandat=str(number)) for number in range(300)]
    settled = one_school(paid(reference="TP-2026-00001", mandat="999"), *noise)
    assert settled.payments.height == 1
    assert settled.sources.filter(settled.sources["kind"] == "payments")["out_of_scope"].to_list() == [300]
    assert settled.titres["status"].to_list() == ["settled"]


def test_a_cancelled_titre_that_is_replaced_is_paid_through_its_number() -> None:
    settled = one_school(
        paid(reference="TP-2026-00001"),
        titre_rows=(
            titre(),
            f"TP-2026-00001;annulation;TP-2026-00001;{CERET};C1;;41,00;10/10/2026;;",
            f"TP-2026-00003;;TP-2026-00001;{CERET};C1;;41,00;11/10/2026;31/12/2026;",
        ),
    )
    assert dict(settled.titres.select("titre", "paid").iter_rows()) == {"TP-2026-00001": 0, "TP-2026-00003": 4100}


def test_a_reversal_called_cancelled_or_without_payment_date_still_reverses() -> None:
    plain = paid(reference="TP-2026-00001", mandat="7")
    called = one_school(plain, paid("-41,00", "TP-2026-00001", mandat="7", state="annulé"))
    assert (called.titres["paid"].to_list(), codes(called)) == ([0], ["P09"])
    undated = one_school(plain, paid("-41,00", "TP-2026-00001", mandat="7", state="émis"))
    assert (undated.titres["paid"].to_list(), codes(undated)) == ([0], ["P09"])


def test_a_cancelled_mandat_whose_amount_is_written_negative_is_no_money_either() -> None:
    settled = one_school(paid("-41,00", "TP-2026-00001", state="annulé"))
    assert settled.payments["status"].to_list() == ["void"]
    assert codes(settled) == ["P09"]


def test_a_reversal_undoes_the_line_of_its_own_school() -> None:
    settled = two_titres(
        paid(uai=SCHOOLS[0], mandat="7"),
        paid(uai=SCHOOLS[1], mandat="7"),
        paid("-41,00", uai=SCHOOLS[1], mandat="7", on="12/11/2026"),
    )
    assert settled.titres["paid"].to_list() == [4100, 0]
    assert codes(settled) == ["P09"]


def test_a_reversal_that_may_undo_one_of_several_lines_undoes_none() -> None:
    settled = two_titres(
        paid(uai=SCHOOLS[0], mandat="7"), paid(uai=SCHOOLS[1], mandat="7"), paid("-41,00", mandat="7", on="12/11/2026")
    )
    assert settled.titres["paid"].to_list() == [4100, 4100]
    assert settled.payments["unallocated"].sum() == -4100
    assert codes(settled) == ["P06"]


def test_exercises_are_not_mixed_when_mandats_are_netted() -> None:
    old = paid("41,00", "TP-2026-00001", mandat="7")
    new = paid("-41,00", "TP-2026-00001", mandat="7", on="12/11/2026").replace(";2026;", ";2027;", 1)
    assert one_school(old, new).titres["paid"].to_list() == [4100]


def test_reductions_that_take_a_mandat_back_whole_void_it() -> None:
    settled = one_school(
        paid("41,00", "TP-2026-00001"),
        paid("-20,00", "TP-2026-00001", on="12/11/2026"),
        paid("-21,00", "TP-2026-00001", on="13/11/2026"),
    )
    assert settled.payments["status"].to_list() == ["void", "void", "void"]
    assert codes(settled) == ["P09"]


def test_a_school_paid_twice_by_name_is_not_taken_for_its_neighbour() -> None:
    settled = month(
        enrolled(*SCHOOLS[:2]),
        conventions(signed(schools=2)),
        lists(*(f"C1;{uai};École;" for uai in SCHOOLS[:2])),
        titres(titre(amount="82,00")),
        payments(paid(uai=SCHOOLS[0], mandat="1"), paid(uai=SCHOOLS[0], mandat="2")),
    )
    assert settled.titres.select("paid", "pending").row(0) == (4100, 4100)
    assert codes(settled) == ["P03", "P07"]


def test_a_school_named_by_a_line_that_does_not_speak_of_the_ent_is_only_proposed() -> None:
    settled = one_school(paid(label=f"Fournitures de bureau {SCHOOLS[0]}"))
    assert how(settled) == [("proposed", "U1")]
    assert codes(settled) == ["P07"]


def test_a_chain_of_replacements_is_followed_to_its_end() -> None:
    def cancelled(number: str) -> str:
        return f"{number};annulation;{number};{CERET};C1;;41,00;10/10/2026;;"

    settled = one_school(
        paid(reference="TP-2026-00001"),
        titre_rows=(
            titre(),
            cancelled("TP-2026-00001"),
            f"TP-2026-00002;;TP-2026-00001;{CERET};C1;;41,00;11/10/2026;;",
            cancelled("TP-2026-00002"),
            f"TP-2026-00003;;TP-2026-00002;{CERET};C1;;41,00;12/10/2026;31/12/2026;",
        ),
    )
    assert dict(settled.titres.select("titre", "paid").iter_rows())["TP-2026-00003"] == 4100
