"""DOMAIN.md section 5, and what section 6 settles once and for all: one sentence a test, which bears its name."""

from __future__ import annotations

import random
import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest

from recon.identifiers import uai_letter
from tests.dossiers import (
    CERET,
    PERPIGNAN,
    SCHOOLS,
    codes,
    conventions,
    enrolled,
    enrolments,
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
from tests.test_properties import comparable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recon.pipeline import File
    from recon.tables import Month

THIRD = "21660149200012"
OTHER_SEAT = "21660049400027"  # Another establishment of Céret: its SIREN is the same.
ONE, TWO, THREE, FOUR = (f"TP-2026-0000{order}" for order in (1, 2, 3, 4))
ENT = "Participation ENT-École"


def school(number: int) -> str:
    """Return the valid UAI of a school number."""
    digits = f"066{number:04d}"
    return digits + uai_letter(digits)


def town(
    *schools: int, siret: str = CERET, name: str = "COMMUNE", years: Sequence[str] = (), first: int = 1, due: str = ""
) -> list[File]:
    """A payer with a convention and a titre for each number of schools: C1 and TP-2026-00001, C2 and TP-2026-00002..."""
    rows: list[tuple[str, str]] = []
    members: list[str] = []
    for index, count in enumerate(schools):
        order = first + index
        year = years[index] if years else "2026-2027"
        convention = signed(f"C{order}", year=year, siret=siret, schools=count).replace(";COMMUNE;", f";{name};")
        issued, due_on = (f"01/10/{year[:4]}", due or f"31/12/{year[:4]}")
        bill = titre(
            f"TP-2026-{order:05d}", f"{41 * count},00", convention=f"C{order}", siret=siret, issued=issued, due=due_on
        )
        rows.append((convention, bill))
        members += [f"C{order};{school(50 * order + place)};A;" for place in range(count)]
    return [
        conventions(*(row for row, _ in rows), name=f"conventions/{siret}-{first}.csv"),
        lists(*members, name=f"conventions/ecoles-{siret}-{first}.csv"),
        titres(*(bill for _, bill in rows), name=f"titres/{siret}-{first}.csv"),
    ]


def four_schools(*rows: str, cents: str = "164,00", others: tuple[str, ...] = ()) -> Month:
    """A convention of four schools and its titre, with a ledger of `rows`."""
    return month(
        enrolled(*SCHOOLS),
        conventions(signed(schools=4)),
        lists(*(f"C1;{uai};École;" for uai in SCHOOLS)),
        titres(titre(amount=cents), *others),
        *([payments(*rows)] if rows else []),
    )


def amended(nature: str, cents: str, on: str, *, number: str = "TP-2026-00009", aims_at: str = ONE) -> str:
    """A reduction or cancellation of a titre."""
    return f"{number};{nature};{aims_at};{CERET};C1;;{cents};{on};;"


def renewed(number: str, old: str, cents: str = "41,00", on: str = "20/10/2026") -> str:
    """A titre that says which one it replaces, if any."""
    return f"{number};;{old};{CERET};C1;;{cents};{on};31/12/2026;"


def by_titre(of: Month, column: str = "paid") -> dict[str, int]:
    return dict(of.titres.select("titre", column).iter_rows())


def by_mandat(of: Month) -> dict[str, tuple[int, int, int, str]]:
    """Return, by mandat, what was allocated, is credit, is unallocated, and the status."""
    rows = of.payments.select("mandat", "allocated", "credit", "unallocated", "status").iter_rows()
    return {mandat: (allocated, credit, rest, status) for mandat, allocated, credit, rest, status in rows}


def said(of: Month, code: str, column: str = "found") -> str:
    """Return what the findings of a code say, spaces plain."""
    found = of.findings.filter(of.findings["code"] == code)[column].to_list()
    return re.sub(r"[\u00a0\u202f]", " ", " | ".join(map(str, found)))


def cell(of: Month, code: str) -> tuple[str, str]:
    row = of.findings.filter(of.findings["code"] == code).row(0, named=True)
    return row["file"], row["cell"]


def total(of: Month, name: str) -> int:
    return int(of.payers[name].sum())


def closed(of: Month) -> bool:
    return bool(of.controls["holds"].all())


# In force, expected --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("council", "signature", "status", "in_force"),
    [("", "", "signée", True), ("", "15/06/2026", "", True), ("01/06/2026", "", "", True), ("", "", "", False),
     ("01/06/2026", "15/06/2026", "proposée", False), ("01/06/2026", "15/12/2026", "", False)],
)  # fmt: skip
def test_in_force_is_signed_or_bears_a_signature_or_both_blank_a_vote_and_proposed_never(
    council: str, signature: str, status: str, in_force: bool
) -> None:
    row = f"C1;2026-2027;{CERET};COMMUNE;{council};{signature};31/08/2027;41,00;1;41,00;{status};;"
    of = month(enrolled(SCHOOLS[0]), conventions(row), lists(f"C1;{SCHOOLS[0]};A;"))
    assert of.conventions["in_force"].to_list() == [in_force]
    assert total(of, "expected") == (4100 if in_force else 0)


def test_the_date_at_the_foot_is_no_signature_and_may_precede_the_vote() -> None:
    head = "Convention;Année scolaire;SIRET collectivité;Collectivité;Datée du;Délibération du;Fin;Participation par école;Nombre d'écoles;Montant"
    voted = f"C1;2026-2027;{CERET};A;01/05/2026;01/06/2026;31/08/2027;41,00;1;41,00"
    only_dated = f"C2;2026-2027;{PERPIGNAN};B;01/05/2026;;31/08/2027;41,00;1;41,00"
    of = month(
        file("conventions/registre.csv", head, voted, only_dated),
        lists(f"C1;{SCHOOLS[0]};A;", f"C2;{SCHOOLS[1]};B;"),
    )
    assert of.conventions.select("in_force", "expected", "potential").rows() == [(True, 4100, 0), (False, 0, 4100)]
    assert said(of, "C07") == "non signée"


def test_a_school_listed_twice_is_expected_once() -> None:
    of = month(enrolled(SCHOOLS[0]), conventions(signed()), lists(*[f"C1;{SCHOOLS[0]};A;"] * 2))
    assert (total(of, "expected"), codes(of)) == (4100, ["D07"])


def test_a_withdrawal_without_a_date_stays_due() -> None:
    gone = f"2026-2027;{SCHOOLS[0]};École;CERET;{CERET[:9]};retirée;"
    of = month(enrolments(gone), conventions(signed()), lists(f"C1;{SCHOOLS[0]};A;"))
    assert (total(of, "expected"), codes(of)) == (4100, ["E05"])


@pytest.mark.parametrize(("on", "expected", "code"), [("31/08/2026", 4100, []), ("15/10/2026", 8200, ["E05"])])
def test_an_avenant_that_withdraws_a_school_after_1_september_leaves_it_due(
    on: str, expected: int, code: list[str]
) -> None:
    avenant = f"C1-A;2026-2027;{CERET};COMMUNE;01/06/2026;{on};31/08/2027;41,00;;;signée;C1;"
    gone = f"2026-2027;{SCHOOLS[1]};École;CERET;{CERET[:9]};retirée;{on}"
    of = month(
        enrolments(f"2026-2027;{SCHOOLS[0]};École;CERET;{CERET[:9]};;", gone),
        conventions(signed(schools=2), avenant),
        lists(f"C1;{SCHOOLS[0]};A;", f"C1;{SCHOOLS[1]};B;", f"C1-A;{SCHOOLS[1]};B;retrait"),
    )
    assert (total(of, "expected"), codes(of)) == (expected, code)


def test_a_withdrawal_by_avenant_after_1_september_is_e05_even_if_the_enrolments_do_not_tell_it() -> None:
    avenant = f"C1-A;2026-2027;{CERET};COMMUNE;01/06/2026;15/10/2026;31/08/2027;41,00;;;signée;C1;"
    of = month(
        enrolled(*SCHOOLS[:2]),
        conventions(signed(schools=2), avenant),
        lists(f"C1;{SCHOOLS[0]};A;", f"C1;{SCHOOLS[1]};B;", f"C1-A;{SCHOOLS[1]};B;retrait"),
    )
    assert (total(of, "expected"), codes(of)) == (8200, ["E05"])


def test_no_proration_a_school_enrolled_in_november_owes_the_whole_year() -> None:
    head = "Année scolaire;UAI;École;Commune;SIREN collectivité;Inscrite le"
    of = month(
        file("inscriptions/liste.csv", head, f"2026-2027;{SCHOOLS[0]};A;CERET;{CERET[:9]};20/11/2026"),
        conventions(signed()),
        lists(f"C1;{SCHOOLS[0]};A;"),
    )
    assert (total(of, "expected"), codes(of)) == (4100, [])


def test_disjoint_lists_without_an_avenant_add_up() -> None:
    of = month(enrolled(school(50), school(51), school(100)), *town(2, 1)[:2])
    assert (total(of, "expected"), codes(of)) == (12300, [])


def test_between_payers_whom_no_enrolment_names_the_earlier_signed_counts_the_school() -> None:
    later = signed("C1", siret=PERPIGNAN).replace("15/06/2026", "16/06/2026")
    of = month(conventions(later, signed("C2")), lists(f"C1;{SCHOOLS[0]};A;", f"C2;{SCHOOLS[0]};A;"))
    assert of.payers.filter(of.payers["expected"] > 0)["payer_siren"].to_list() == [CERET[:9]]
    assert (total(of, "expected"), codes(of)) == (4100, ["C05"])


def test_terminated_what_was_billed_before_stays_due_and_what_was_received_stays_received() -> None:
    ended = signed().replace("signée;;", "résiliée;;01/11/2026")
    bill, other = titre(), signed("C2", siret=PERPIGNAN).replace("signée;;", "résiliée;;01/11/2026")
    of = month(
        enrolled(SCHOOLS[0]),
        conventions(ended, other),
        lists(f"C1;{SCHOOLS[0]};A;", f"C2;{SCHOOLS[1]};A;"),
        titres(bill),
        payments(paid("20,00", ONE)),
    )
    assert [total(of, name) for name in ("expected", "billed", "paid", "outstanding")] == [4100, 4100, 2000, 2100]
    assert codes(of) == ["C10", "C10", "P03"]  # No T01 for the one that was never billed.


# Billed --------------------------------------------------------------------------------------------------------------


def test_a_reduction_dated_after_the_day_is_left_out() -> None:
    of = one_school(titre_rows=(titre(), amended("réduction", "41,00", "01/12/2026")))
    assert (total(of, "billed"), total(of, "outstanding")) == (4100, 4100)


@pytest.mark.parametrize(
    ("rows", "titre_rows"),
    [((signed("C1"), signed("C2")), ()), ((signed().replace("15/06/2026", "15/10/2026"),), ()),
     ((signed(),), (titre(TWO),)), ((signed(rate="43,00"),), ())],
)  # fmt: skip
def test_a_titre_that_names_nothing_needs_the_only_signed_unbilled_convention_of_equal_amount_dated_before_it(
    rows: tuple[str, ...], titre_rows: tuple[str, ...]
) -> None:
    lines = lists(f"C1;{SCHOOLS[0]};A;", f"C2;{SCHOOLS[1]};B;") if len(rows) == 2 else lists(f"C1;{SCHOOLS[0]};A;")
    of = month(conventions(*rows), lines, titres(titre(convention=""), *titre_rows))
    assert of.titres.filter(of.titres["titre"] == ONE).select("convention", "school_year").row(0) == ("", "")
    assert "T02" in codes(of)


def test_a_titre_that_amends_a_cancelled_one_inherits_its_allocations() -> None:
    rows = (titre(), amended("annulation", "41,00", "15/10/2026"), renewed(TWO, ONE))
    of = one_school(paid(reference=ONE, on="10/10/2026"), titre_rows=rows)
    assert (by_titre(of), codes(of)) == ({ONE: 0, TWO: 4100}, [])
    assert of.titres.filter(of.titres["titre"] == TWO)["lettering"][0] == of.payments["lettering"][0] != ""
    assert all(number in of.allocations["evidence"][0] for number in (ONE, TWO))  # G2 holds the old number.


def test_a_smaller_replacement_keeps_the_first_payment_and_the_latest_becomes_credit() -> None:
    rows = (titre(amount="82,00"), amended("annulation", "82,00", "15/10/2026"), renewed(TWO, ONE))
    of = one_school(
        paid(reference=ONE, mandat="1", on="05/10/2026"),
        paid(reference=ONE, mandat="2", on="10/10/2026"),
        titre_rows=rows,
    )
    assert (by_titre(of)[TWO], total(of, "credit"), total(of, "outstanding")) == (4100, 4100, 0)
    assert codes(of) == ["P04"]
    assert by_mandat(of) == {"1": (4100, 0, 0, "allocated"), "2": (0, 4100, 0, "credit")}


def test_without_the_link_the_move_is_proposed_and_the_reminder_held() -> None:
    rows = (titre(), amended("annulation", "41,00", "15/10/2026"), renewed(TWO, "").replace("31/12", "01/11"))
    of = one_school(paid(reference=ONE, on="10/10/2026"), titre_rows=rows)
    assert (by_titre(of), by_titre(of, "pending")[TWO], codes(of)) == ({ONE: 0, TWO: 0}, 4100, ["P01", "P07"])
    assert ONE in said(of, "P07")
    assert of.findings.filter(of.findings["code"] == "P07")["titre"].to_list() == [TWO]
    assert said(of, "P01", "advice").startswith("Ne pas relancer")


def test_a_replacement_without_a_link_is_proposed_for_every_payment_of_the_cancelled_titre() -> None:
    rows = (titre(amount="82,00"), amended("annulation", "82,00", "15/10/2026"), renewed(TWO, "", "82,00"))
    first, second = (paid(reference=ONE, mandat=day, on=f"0{day}/10/2026") for day in "12")
    of = one_school(first, second, titre_rows=rows)
    assert (by_titre(of), by_titre(of, "pending")[TWO]) == ({ONE: 0, TWO: 0}, 8200)
    assert [code for code in codes(of) if code.startswith("P")] == ["P07", "P07"]


def test_a_cancelled_titre_that_no_titre_of_its_year_may_replace_leaves_credit() -> None:
    old = titre(convention="", year="2023-2024", issued="01/09/2026", amount="45,00")
    rows = (old, amended("annulation", "45,00", "15/10/2026").replace(";C1;", ";;"), renewed(TWO, ""))
    of = one_school(paid("45,00", ONE, on="10/10/2026"), titre_rows=rows)
    assert (by_titre(of), by_titre(of, "pending")[TWO], by_titre(of, "credit")[ONE]) == ({ONE: 0, TWO: 0}, 0, 4500)
    assert codes(of) == ["P04"]


def test_a_replacement_that_inherited_and_is_paid_again_is_p05() -> None:
    rows = (titre(), amended("annulation", "41,00", "15/10/2026"), renewed(TWO, ONE))
    of = one_school(paid(reference=ONE, mandat="1", on="10/10/2026"), paid(reference=TWO, mandat="2"), titre_rows=rows)
    assert (by_titre(of)[TWO], total(of, "credit"), codes(of)) == (4100, 4100, ["P05"])
    assert by_mandat(of)["2"] == (0, 4100, 0, "credit")


# Paid ----------------------------------------------------------------------------------------------------------------


def test_a_titre_reduced_after_payment_releases_the_latest_payments_first_and_they_become_credit() -> None:
    rows = [paid(reference=ONE, mandat=str(day), on=f"0{day}/10/2026") for day in (1, 2, 3, 4)]
    of = four_schools(*rows[::-1], others=(amended("réduction", "61,00", "20/10/2026"),))
    assert by_mandat(of) == {
        "1": (4100, 0, 0, "allocated"),
        "2": (4100, 0, 0, "allocated"),
        "3": (2100, 2000, 0, "partly_allocated"),
        "4": (0, 4100, 0, "credit"),
    }
    assert (by_titre(of), by_titre(of, "credit"), by_titre(of, "outstanding")) == ({ONE: 10300}, {ONE: 6100}, {ONE: 0})
    assert sorted(of.findings.filter(of.findings["code"] == "P04")["amount"]) == [-4100, -2000]
    assert [code for code in codes(of) if code.startswith("P")] == ["P04", "P04"]
    assert closed(of)


def test_a_titre_cancelled_after_payment_releases_all_of_it() -> None:
    rows = [paid("82,00", ONE, mandat=str(day), on=f"0{day}/10/2026") for day in (1, 2)]
    of = four_schools(*rows, others=(amended("annulation", "164,00", "20/10/2026"),))
    assert of.titres.select("billed", "paid", "credit", "status").row(0) == (0, 0, 16400, "cancelled")
    assert codes(of) == ["P04", "P04", "T01"]


def test_a_titre_reduced_before_payment_is_paid_too_much_by_the_reduction() -> None:
    of = four_schools(paid("164,00", ONE), others=(amended("réduction", "64,00", "20/10/2026"),))
    assert (by_mandat(of), "P04" in codes(of)) == ({"7": (10000, 6400, 0, "partly_allocated")}, True)
    assert said(of, "P04", "expected") == "100,00 € à payer"


def test_a_titre_reduced_between_two_payments_keeps_the_first() -> None:
    rows = (paid("82,00", ONE, mandat="1", on="10/10/2026"), paid("82,00", ONE, mandat="2", on="10/11/2026"))
    of = four_schools(*rows, others=(amended("réduction", "82,00", "20/10/2026"),))
    assert {mandat: sums[:3] for mandat, sums in by_mandat(of).items()} == {"1": (8200, 0, 0), "2": (0, 8200, 0)}
    assert (by_titre(of, "outstanding"), by_titre(of, "credit")) == ({ONE: 0}, {ONE: 8200})


def test_pending_changes_no_balance_and_is_what_is_proposed_or_issued_and_not_yet_paid() -> None:
    of = month(
        *town(1, 1),
        payments(paid("37,00", uai=school(50), mandat="1"), paid(reference=TWO, mandat="2", state="émis")),
    )
    assert (total(of, "pending"), total(of, "outstanding"), total(of, "paid")) == (7800, 8200, 0)
    assert by_titre(of, "pending") == {ONE: 3700, TWO: 4100}
    assert {sums[0] for sums in by_mandat(of).values()} == {0}


def test_pending_never_exceeds_what_is_outstanding() -> None:
    rows = (paid("30,00", ONE, mandat="1", state="émis"), paid("30,00", ONE, mandat="2", state="émis"))
    assert one_school(*rows).titres.select("outstanding", "pending").row(0) == (4100, 4100)


def test_a_mandat_on_its_way_counts_as_pending_for_its_payer_though_its_titre_cannot_be_told() -> None:
    of = month(*town(1, 1), payments(paid(label=ENT, state="émis")))
    assert (total(of, "outstanding"), total(of, "pending")) == (8200, 4100)


def test_credit_is_kept_in_its_year_and_settles_nothing_else() -> None:
    of = month(
        *town(1, 1, years=("2023-2024", "2026-2027")),
        payments(paid("82,00", ONE, on="10/11/2023"), paid("1,00", TWO, mandat="8")),
    )
    sums = {row[0]: row[1:] for row in of.payers.select("school_year", "paid", "outstanding", "credit").iter_rows()}
    assert sums == {"2023-2024": (4100, 0, 4100), "2026-2027": (100, 4000, 0)}


def test_a_year_without_any_titre_is_neither_t01_nor_overdue_though_another_year_has_titres() -> None:
    of = month(*town(1), *town(1, first=2, years=("2024-2025",))[:2], payments(paid(reference=ONE)))
    assert codes(of) == []
    assert [total(of, name) for name in ("expected", "outstanding", "overdue", "to_bill")] == [8200, 0, 0, 4100]


def test_no_ledger_is_one_p14_for_all_titres_and_years_and_its_advice_asks_for_the_mandat() -> None:
    silent = town(2, 1, siret=PERPIGNAN, first=2, years=("2023-2024", "2026-2027"), due="01/11/2026")
    of = month(*town(1), *silent, payments(paid(reference=ONE)))
    assert [code for code in codes(of) if code.startswith("P")] == ["P14"]
    assert of.findings.filter(of.findings["code"] == "P14").select("payer_siren", "amount").row(0) == (
        "216601369",
        12300,
    )
    assert "référence du mandat" in said(of, "P14", "advice")
    assert "non payé" not in said(of, "P14")


def test_p14_stands_for_p03_of_a_titre_that_another_paid_in_part() -> None:
    of = month(
        *town(1), *town(1, siret=PERPIGNAN, first=2),
        payments(paid(reference=ONE, mandat="1"), paid("20,00", TWO, mandat="2", uai=school(100))),
    )  # fmt: skip
    assert (by_titre(of), codes(of)) == ({ONE: 4100, TWO: 2000}, ["P10", "P14"])


# The day -------------------------------------------------------------------------------------------------------------


def test_later_money_stands_outside_cash_and_counts_the_month_after() -> None:
    files = (*town(1), payments(paid(reference=ONE, on="05/12/2026")))
    now, then = month(*files), month(*files, as_of=date(2026, 12, 31))
    assert now.controls.filter(now.controls["control"] == "cash")["left"].to_list() == [0]
    assert by_mandat(now) == {"7": (0, 0, 0, "later")}
    assert by_mandat(then) == {"7": (4100, 0, 0, "allocated")}


@pytest.mark.parametrize(("state", "status"), [("", "pending"), ("émis", "pending"), ("payé", "allocated")])
def test_an_empty_day_of_payment_means_pending_unless_the_state_says_paid(state: str, status: str) -> None:
    of = one_school(f"{CERET};2026;7;10/11/2026;;{ENT};{ONE};;41,00;{state}")
    assert of.payments["status"].to_list() == [status]


@pytest.mark.parametrize(("state", "status"), [("", "allocated"), ("émis", "pending"), ("payé", "allocated")])
def test_without_a_day_of_payment_a_mandat_said_to_be_issued_is_not_paid(state: str, status: str) -> None:
    row = f"{CERET};2026;7;10/11/2026;{ENT};{ONE};41,00;{state}"
    of = month(*town(1), file("paiements/l.csv", f"{LEDGER};État", row))
    assert of.payments["status"].to_list() == [status]
    assert closed(of)


def test_the_day_is_that_of_payment_even_if_the_mandat_is_older_than_the_titre() -> None:
    of = one_school(f"{CERET};2026;7;15/09/2026;10/11/2026;{ENT};;;41,00;payé")
    assert (of.payments["on"].to_list(), by_titre(of), codes(of)) == ([date(2026, 11, 10)], {ONE: 4100}, [])


LEDGER = "SIRET payeur;Exercice;Mandat;Date mandat;Objet;Référence;Montant"


def test_a_mandat_of_january_in_the_journee_complementaire_is_paid_on_31_december() -> None:
    row = f"{CERET};2026;7;15/01/2027;{ENT};{ONE};41,00"
    plain = f"{CERET};2027;1;16/01/2027;{ENT};{ONE};1,00"
    of = month(*town(1), file("paiements/l.csv", LEDGER, row, plain), as_of=date(2027, 1, 31))
    assert sorted(of.payments["on"]) == [date(2026, 12, 31), date(2027, 1, 16)]
    assert (by_titre(of), total(of, "credit")) == ({ONE: 4100}, 100)
    assert closed(of)


def test_an_undated_payment_counts_and_is_said() -> None:
    of = month(*town(1), file("paiements/l.csv", LEDGER, f"{CERET};2026;7;;{ENT};{ONE};41,00"))
    assert by_titre(of) == {ONE: 4100}
    everything = " ".join([*(text.fr for text in of.unchecked), *of.findings["found"], *of.allocations["evidence"]])
    assert "sans date" in everything


def test_an_undated_payment_that_names_nothing_settles_nothing() -> None:
    of = month(*town(1), file("paiements/l.csv", LEDGER, f"{CERET};2026;7;;{ENT};;41,00"))
    assert (by_titre(of), total(of, "unallocated"), codes(of)) == ({ONE: 0}, 4100, ["P06"])
    assert "sans date" in said(of, "P06")


def test_a_contested_titre_stays_outstanding_and_t06_stands_for_p03_and_p14() -> None:
    late = titre(due="01/11/2026", status="contesté")
    partly = one_school(paid("20,00", ONE), titre_rows=(late,))
    assert (total(partly, "outstanding"), total(partly, "overdue"), codes(partly)) == (2100, 0, ["T06"])
    silent = month(
        *town(1), conventions(signed("C9", siret=PERPIGNAN), name="conventions/b.csv"),
        lists(f"C9;{SCHOOLS[0]};A;", name="conventions/l.csv"),
        titres(titre(THREE, convention="C9", siret=PERPIGNAN, status="contesté"), name="titres/b.csv"),
        payments(paid(reference=ONE)),
    )  # fmt: skip
    assert (total(silent, "outstanding"), codes(silent)) == (4100, ["T06"])


@pytest.mark.parametrize(
    ("year", "as_of", "lapses"),
    [("2022-2023", date(2025, 12, 31), []), ("2022-2023", date(2026, 1, 31), ["T07"]),
     ("2022-2023", date(2027, 1, 31), ["T07"]), ("2023-2024", date(2026, 12, 31), [])],
)  # fmt: skip
def test_a_claim_lapses_four_years_after_the_1_january_that_follows_the_year_in_which_its_school_year_begins(
    year: str, as_of: date, lapses: list[str]
) -> None:
    of = month(*town(1, years=(year,)), payments(paid("1,00", label="Cantine")), as_of=as_of)
    assert [code for code in codes(of) if code == "T07"] == lapses
    if lapses:
        assert "31/12/2026" in said(of, "T07", "expected")
        assert "interruptif" in said(of, "T07", "advice")


def test_a_claim_that_is_paid_lapses_no_more() -> None:
    assert "T07" not in codes(month(*town(1, years=("2022-2023",)), payments(paid(reference=ONE))))


def test_a_payer_whose_total_is_below_the_threshold_is_not_reminded() -> None:
    of = one_school(paid("36,01", ONE), titre_rows=(titre(due="01/11/2026"),))
    assert (total(of, "outstanding"), codes(of)) == (499, ["P03"])
    assert not re.search("Demander le solde|Adresser un rappel", said(of, "P03", "advice"))


def test_no_finding_speaks_of_a_formal_notice() -> None:
    of = month(*town(1, 2, due="01/11/2026"), payments(paid("20,00", ONE)))
    assert codes(of) == ["P01", "P03"]
    assert not re.search("mise en demeure|poursuite", " ".join(of.findings["advice"]))


def test_what_no_school_bears_is_a_row_without_uai_and_what_has_no_year_one_without_year() -> None:
    of = one_school(titre_rows=(titre(), titre(TWO, "99,00", convention="")))
    row = of.schools.filter(of.schools["uai"] == "").select("school_year", "billed", "outstanding").rows()
    assert (row, total(of, "billed"), closed(of)) == ([("", 9900, 9900)], 14000, True)


# Matching: net first, numbers ----------------------------------------------------------------------------------------


def test_a_line_and_its_reversal_of_another_mandat_with_the_same_words_are_both_void() -> None:
    of = one_school(paid(reference=ONE, mandat="7"), paid("-41,00", ONE, mandat="9", on="12/11/2026"))
    assert set(of.payments["status"]) == {"void"}
    assert (by_titre(of), codes(of)) == ({ONE: 0}, ["P09"])


def test_payments_go_by_date_whatever_their_place() -> None:
    rows = (paid("30,00", ONE, mandat="2", on="20/11/2026"), paid("30,00", ONE, mandat="1", on="10/11/2026"))
    for ledger in (rows, rows[::-1]):
        of = one_school(*ledger)
        assert {mandat: sums[:2] for mandat, sums in by_mandat(of).items()} == {"1": (3000, 0), "2": (1100, 1900)}
        assert codes(of) == ["P04"]


def test_a_strict_pass_looks_at_all_payments_before_a_loose_one() -> None:
    free, named = paid(label=ENT, mandat="1", on="05/10/2026"), paid(uai=school(50), mandat="2", on="20/11/2026")
    of = month(*town(1, 1), payments(free, named))
    assert dict(of.allocations.select("titre", "pass").iter_rows()) == {ONE: "U1", TWO: "S1"}
    assert codes(of) == []


@pytest.mark.parametrize("reference", ["{} à {}", "{} a 00004", "{} au {}", "titres {} à {}"])
def test_t2_a_range_settles_every_number_between_its_ends(reference: str) -> None:
    of = month(*town(1, 2, 1, 3, 1), payments(paid("287,00", reference.format(ONE, FOUR))))
    assert by_titre(of) == {ONE: 4100, TWO: 8200, THREE: 4100, FOUR: 12300, "TP-2026-00005": 0}
    assert set(of.allocations["pass"]) == {"T2"}
    assert codes(of) == []


def test_t2_a_range_takes_what_is_left_open_of_each_and_nothing_of_the_settled() -> None:
    of = month(
        *town(1, 1, 1),
        payments(paid(reference=TWO, mandat="1", on="05/10/2026"), paid("82,00", f"{ONE} à {THREE}", mandat="2")),
    )
    assert by_titre(of) == {ONE: 4100, TWO: 4100, THREE: 4100}
    assert codes(of) == []


def test_t2_a_range_with_another_sum_settles_nothing_and_names_all_its_titres() -> None:
    of = month(*town(1, 1, 1), payments(paid("100,00", f"{ONE} à {THREE}")))
    assert (total(of, "paid"), total(of, "unallocated"), codes(of)) == (0, 10000, ["P07"])
    assert all(number in said(of, "P07") for number in (ONE, TWO, THREE))


def test_a_reversal_dated_after_the_day_undoes_nothing_yet() -> None:
    files = (*town(1), payments(paid(reference=ONE), paid("-41,00", ONE, on="05/12/2026")))
    now, then = month(*files), month(*files, as_of=date(2026, 12, 30))
    assert (by_titre(now), codes(now)) == ({ONE: 4100}, [])
    assert (by_titre(then), codes(then)) == ({ONE: 0}, ["P09"])


def test_u1_is_automatic_for_the_rate_times_the_schools_named_and_pays_these_schools() -> None:
    of = four_schools(paid("82,00", label=f"{ENT} {SCHOOLS[0]} {SCHOOLS[2]}"))
    told = dict(of.schools.select("uai", "paid").iter_rows())
    assert told == {SCHOOLS[0]: 4100, SCHOOLS[1]: 0, SCHOOLS[2]: 4100, SCHOOLS[3]: 0}
    assert set(of.allocations.select("pass", "confidence").rows()) == {("U1", "automatic")}
    assert codes(of) == ["P03"]


def test_u1_is_automatic_for_all_that_is_open() -> None:
    of = four_schools(paid("41,00", ONE, mandat="1", on="05/10/2026"), paid("123,00", uai=SCHOOLS[1], mandat="2"))
    assert (by_titre(of), codes(of)) == ({ONE: 16400}, [])


def test_u1_the_schools_of_several_titres_settle_each_its_own() -> None:
    of = month(*town(1, 1, 1), payments(paid("82,00", label=f"{ENT} {school(50)} et {school(150)}")))
    assert (by_titre(of), codes(of)) == ({ONE: 4100, TWO: 0, THREE: 4100}, [])


def test_c1_the_year_that_leaves_one_candidate_takes_an_instalment_and_no_more_than_is_open() -> None:
    files = town(1, 1, years=("2024-2025", "2025-2026"), due="31/12/2026")
    less = month(*files, payments(paid("20,00", label=f"{ENT} 2025-2026")))
    assert (by_titre(less), codes(less)) == ({ONE: 0, TWO: 2000}, ["P03"])
    more = month(*files, payments(paid("50,00", label=f"{ENT} 2025-2026")))
    assert (by_titre(more), by_titre(more, "pending"), codes(more)) == ({ONE: 0, TWO: 0}, {ONE: 0, TWO: 4100}, ["P07"])


def test_the_evidence_says_why_in_words_and_cells() -> None:
    of = month(*town(1), payments(paid(reference=ONE)))
    evidence = of.allocations["evidence"][0]
    assert all(word in evidence for word in ("mandat 7", "10/11/2026", ONE, "paiements/registre.csv", "G2", "I2"))
    assert of.allocations.select("pass", "confidence").row(0) == ("T1", "automatic")


# Matching: by amount -------------------------------------------------------------------------------------------------


def test_s2_two_years_that_both_add_up_are_p07_and_no_year_is_chosen() -> None:
    years = ("2024-2025", "2024-2025", "2025-2026", "2025-2026")
    of = month(*town(1, 1, 1, 1, years=years, due="31/12/2026"), payments(paid("82,00", label=ENT)))
    assert (total(of, "paid"), total(of, "unallocated"), codes(of)) == (0, 8200, ["P07"])
    assert by_mandat(of)["7"][3] == "ambiguous"
    assert all(number in said(of, "P07") for number in (ONE, TWO, THREE, FOUR))


def test_s2_the_year_named_tells_which_of_two_equal_years() -> None:
    years = ("2024-2025", "2024-2025", "2025-2026", "2025-2026")
    of = month(*town(1, 1, 1, 1, years=years), payments(paid("82,00", label=f"{ENT} 2024-2025")))
    assert by_titre(of) == {ONE: 4100, TWO: 4100, THREE: 0, FOUR: 0}
    assert set(of.allocations["pass"]) == {"S2"}


RUN = (1, 2, 3, 4)  # Numbers of schools; with 20 more, no set of three adds up to ten.


def test_s3_consecutive_numbers_are_proposed_when_nothing_corroborates_them() -> None:
    of = month(*town(*RUN), *town(20, first=9), payments(paid("410,00", label=ENT)))
    assert (total(of, "paid"), total(of, "pending"), codes(of)) == (0, 41000, ["P07"])
    assert by_titre(of, "pending") == {ONE: 4100, TWO: 8200, THREE: 12300, FOUR: 16400, "TP-2026-00009": 0}
    assert set(of.allocations.select("pass", "confidence").rows()) == {("S3", "proposed")}
    assert all(number in said(of, "P07") for number in (ONE, TWO, THREE, FOUR))


def test_s3_consecutive_numbers_are_settled_when_the_label_tells_the_number_of_schools() -> None:
    of = month(*town(*RUN), *town(20, first=9), payments(paid("410,00", label=f"{ENT} pour 10 écoles")))
    assert (total(of, "paid"), total(of, "pending"), codes(of)) == (41000, 0, [])
    assert set(of.allocations.select("pass", "confidence").rows()) == {("S3", "automatic")}
    assert "le libellé le confirme" in of.allocations["evidence"][0]


def test_s3_another_number_of_schools_corroborates_nothing() -> None:
    of = month(*town(*RUN), *town(20, first=9), payments(paid("410,00", label=f"{ENT} pour 9 écoles")))
    assert (total(of, "paid"), codes(of)) == (0, ["P07"])


def test_s3_four_titres_that_do_not_follow_one_another_are_no_set() -> None:
    of = month(*town(1, 2, 3), *town(4, first=5), *town(20, first=9), payments(paid("410,00", label=ENT)))
    assert (total(of, "paid"), total(of, "pending"), codes(of)) == (0, 0, ["P06"])


def test_s3_a_run_and_another_set_are_p07_with_the_candidates_of_both() -> None:
    of = month(*town(*RUN), *town(10, first=9), payments(paid("410,00", label=f"{ENT} pour 10 écoles")))
    assert (total(of, "paid"), codes(of)) == (0, ["P07"])
    assert all(number in said(of, "P07") for number in (ONE, TWO, THREE, FOUR, "TP-2026-00009"))


def test_uniqueness_is_of_sets_of_titres_not_of_amounts() -> None:
    of = month(*town(1, 1, 2), *town(20, first=9), payments(paid("82,00", label=ENT)))
    assert (total(of, "paid"), codes(of)) == (0, ["P07"])
    assert "déjà soldé" not in said(of, "P07")
    assert all(number in said(of, "P07") for number in (ONE, TWO, THREE))


def test_a_proposed_line_earns_p07_with_its_one_candidate() -> None:
    of = month(*town(1), payments(paid("37,00", label=ENT)))
    assert (by_mandat(of)["7"], by_titre(of, "pending")) == ((0, 0, 3700, "proposed"), {ONE: 3700})
    assert of.findings.filter(of.findings["code"] == "P07").select("titre", "amount").rows() == [(ONE, 3700)]
    assert cell(of, "P07") == ("paiements/registre.csv", "I2")


# Interchangeable -----------------------------------------------------------------------------------------------------


def test_three_equal_payments_for_two_equal_titres_leave_the_balance_exact_and_say_p07() -> None:
    of = month(*town(1, 1), payments(*(paid(label=ENT, mandat=str(number)) for number in (1, 2, 3))))
    assert by_titre(of) == {ONE: 4100, TWO: 4100}
    assert (total(of, "outstanding"), total(of, "unallocated"), total(of, "credit")) == (0, 4100, 0)
    assert set(codes(of)) == {"P07"}
    assert all(number in said(of, "P07") for number in (ONE, TWO))
    assert closed(of)


@pytest.mark.parametrize("schools", [(1, 1), (1, 1, 1), (1, 1, 2), (2, 2, 1, 1)])
@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("cites", ["", "2026-2027", "00001"])
def test_interchangeable_money_gives_the_same_tables_in_whatever_order_rows_and_files_come(
    schools: tuple[int, ...], count: int, cites: str
) -> None:
    chance = random.Random(f"{schools}{count}{cites}")  # noqa: S311
    rows = [paid(label=f"{ENT} {cites}", mandat=str(number)) for number in range(1, count + 1)]
    rows += [paid("82,00", label=ENT, mandat="8"), paid(label=ENT, mandat="9", state="émis")]
    base = town(*schools)
    straight = comparable(month(*base, payments(*rows)))
    for _ in range(2):
        chance.shuffle(rows)
        cut = chance.randrange(1, len(rows))
        parts = [payments(*rows[:cut], name="paiements/z.csv"), payments(*rows[cut:], name="paiements/a.csv")]
        shuffled = [*base, *parts]
        chance.shuffle(shuffled)
        assert comparable(month(*shuffled)) == straight


def test_equal_payments_for_as_many_equal_titres_of_one_year_settle_all_though_only_one_names_the_year() -> None:
    of = month(*town(1, 1), payments(paid(label=ENT, mandat="1"), paid(label=f"{ENT} 2026-2027", mandat="2")))
    assert (by_titre(of), total(of, "unallocated"), codes(of)) == ({ONE: 4100, TWO: 4100}, 0, ["P07"])


def test_equal_payments_of_two_days_settle_all_though_a_titre_of_the_payer_was_cancelled() -> None:
    gone = (
        titre(THREE, "99,00", convention="", year="2026-2027"),
        amended("annulation", "99,00", "15/10/2026", aims_at=THREE).replace(";C1;", ";;"),
    )
    rows = (paid(label=ENT, mandat="1", on="05/11/2026"), paid(label=ENT, mandat="2"))
    assert codes(month(*town(1, 1), payments(*rows))) == ["P07"]
    of = month(*town(1, 1), titres(*gone, name="titres/autres.csv"), payments(*rows))
    assert (total(of, "paid"), total(of, "unallocated"), codes(of)) == (8200, 0, ["P07"])


def test_titres_shuffled_over_files_change_nothing() -> None:
    bills = [titre(f"TP-2026-{order:05d}", convention=f"C{order}") for order in (1, 2, 3)]
    ledger = payments(*(paid(label=ENT, mandat=str(number)) for number in (1, 2)), paid(reference=TWO, mandat="3"))
    base = town(1, 1, 1)[:2]
    straight = month(*base, titres(*bills), ledger)
    apart = month(titres(*bills[1:][::-1], name="titres/a.csv"), ledger, titres(bills[0], name="titres/b.csv"), *base)
    assert comparable(apart) == comparable(straight)
    assert (total(straight, "paid"), codes(straight)) == (12300, ["P07"])


# Another's titre -----------------------------------------------------------------------------------------------------


def for_another(row: str, *, debtor: str = "COMMUNE DE PERPIGNAN", payer: str = "COMMUNE DE CERET") -> Month:
    """Céret, which has nothing to pay, cites the titre TP-2026-00001 of Perpignan's school."""
    head = "SIRET payeur;Exercice;Mandat;Date mandat;Payé le;Objet;Référence;UAI;Montant;État;Payeur"
    return month(*town(1, 1, siret=PERPIGNAN, name=debtor), file("paiements/l.csv", head, f"{row};{payer}"))


PROOFS = {
    "name": paid(reference=ONE, label=f"{ENT} commune de Perpignan"),
    "uai": paid(reference=ONE, uai=school(50)),
    "uai in the label": paid(reference=ONE, label=f"{ENT} {school(50)}"),
    "numbers": paid("82,00", f"{ONE} et {TWO}"),
}


@pytest.mark.parametrize("row", PROOFS.values(), ids=PROOFS)
def test_anothers_titre_is_settled_with_proof_and_p10_bears_who_paid(row: str) -> None:
    of = for_another(row)
    cents = 8200 if "82,00" in row else 4100
    assert (total(of, "paid"), total(of, "unallocated")) == (cents, 0)
    found = of.findings.filter(of.findings["code"] == "P10")
    assert found.select("payer_siren", "amount").rows() == [(CERET[:9], cents)]
    assert found["titre"].to_list() == [ONE if cents == 4100 else ""]
    assert set(codes(of)) <= {"P10", "P14"}


@pytest.mark.parametrize(
    "row",
    [paid(reference=ONE), paid(reference=ONE, label=f"{ENT} commune de Céret"), paid("81,00", f"{ONE} et {TWO}"),
     paid("82,00", "titres 00001 et 00002"), paid(reference=ONE, label=f"{ENT} {SCHOOLS[3]}"),],
    ids=["number", "own name", "another sum", "order numbers", "another school"],
)  # fmt: skip
def test_anothers_titre_without_proof_is_proposed_at_most_and_p12(row: str) -> None:
    of = for_another(row)
    assert total(of, "paid") == 0
    assert [code for code in codes(of) if code != "P14"] == ["P12"]
    assert of.findings.filter(of.findings["code"] == "P12")["payer_siren"].to_list() == [CERET[:9]]


def test_an_unproved_titre_of_another_is_proposed_and_the_debtor_stands_in_the_titre() -> None:
    of = for_another(paid(reference=ONE))
    assert (by_mandat(of)["7"], by_titre(of, "pending")[ONE]) == ((0, 0, 4100, "proposed"), 4100)
    assert of.findings.filter(of.findings["code"] == "P12").select("titre", "amount").row(0) == (ONE, 4100)
    assert PERPIGNAN[:9] in said(of, "P12")


@pytest.mark.parametrize(
    ("debtor", "label"),
    [("COMMUNE DE SAINT-JEAN", "Commune de Saint-Jean-de-Védas"), ("COMMUNE DE SAINT-JEAN-DE-VEDAS", "Saint-Jean"),
     ("COMMUNE DE SAINT-JEAN", "Mairie de Saint Jean Lherm"), ("COMMUNE DE SAINT-JEAN", "Labastide-Saint-Jean"),
     ("COMMUNE DE CAUX", "Caux-et-Sauzens"), ("COMMUNE DE GAILLAC", "Gaillac-Toulza"), ("COMMUNE DE CASTANET", "Castanet-Tolosan"), ("COMMUNE DE PIA", "Compia")],
)  # fmt: skip
def test_a_name_that_holds_the_debtors_is_not_the_debtors(debtor: str, label: str) -> None:
    of = for_another(paid(reference=ONE, label=f"{ENT} {label}"), debtor=debtor)
    assert total(of, "paid") == 0
    assert "P12" in codes(of)


@pytest.mark.parametrize(
    "label", ["Saint-Jean", "commune de SAINT-JEAN", "Saint Jean, école primaire", "mairie Saint-Jean"]
)
def test_the_debtors_own_name_is_proof(label: str) -> None:
    of = for_another(paid(reference=ONE, label=f"{ENT} {label}"), debtor="COMMUNE DE SAINT-JEAN")
    assert by_titre(of)[ONE] == 4100


@pytest.mark.parametrize("payer", ["COMMUNE D'AIGUES-VIVES", "Mairie d’Aigues-Vives", "AIGUES VIVES"])
def test_a_homonym_that_names_itself_proves_nothing(payer: str) -> None:
    row = paid(reference=ONE, label=f"{ENT} commune d'Aigues-Vives")
    of = for_another(row, debtor="COMMUNE D'AIGUES-VIVES", payer=payer)
    assert (total(of, "paid"), "P12" in codes(of)) == (0, True)


def test_a_name_that_two_debtors_bear_names_neither() -> None:
    homonyms = [
        *town(1, siret=PERPIGNAN, name="COMMUNE D'AIGUES-VIVES"),
        *town(1, siret=THIRD, name="COMMUNE D'AIGUES-VIVES", first=2),
    ]
    of = month(*homonyms, payments(paid(reference=ONE, label=f"{ENT} commune d'Aigues-Vives")))
    assert (total(of, "paid"), "P12" in codes(of)) == (0, True)


def test_a_uai_of_another_payer_without_a_number_is_proposed_and_p12() -> None:
    of = for_another(paid(uai=school(50)))
    assert (by_mandat(of)["7"][3], by_titre(of, "pending")) == ("proposed", {ONE: 4100, TWO: 0})
    assert of.findings.filter(of.findings["code"] == "P12").select("payer_siren", "titre").row(0) == (CERET[:9], ONE)


def test_a_titre_paid_by_its_debtor_and_again_by_another_with_proof_is_p05() -> None:
    again = paid(reference=ONE, label=f"{ENT} commune de Perpignan", mandat="9", on="20/11/2026")
    files = town(1, 1, siret=PERPIGNAN, name="COMMUNE DE PERPIGNAN")
    of = month(*files, payments(paid(reference=ONE, siret=PERPIGNAN), again))
    assert (by_titre(of), by_titre(of, "credit")) == ({ONE: 4100, TWO: 0}, {ONE: 4100, TWO: 0})
    found = of.findings.filter(of.findings["code"] == "P05")
    assert (codes(of), found["payer_siren"].to_list()) == (["P05"], [CERET[:9]])


# Communes nouvelles --------------------------------------------------------------------------------------------------

MERGED = file(
    "referentiels/communes.csv",
    "Code INSEE;Commune;Département;SIREN;Ancien code INSEE;Ancien SIREN",
    f"66049;CERET;66;{CERET[:9]};66136;{PERPIGNAN[:9]}",
)


@pytest.mark.parametrize("sources", [(1, 1, 1, 1), (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)])
def test_a_known_former_siren_becomes_the_current_one_in_every_source_and_is_one_c09(sources: tuple[int, ...]) -> None:
    convention, bill, ledger, enrolment = (PERPIGNAN if former else CERET for former in sources)
    of = month(
        MERGED,
        enrolled(SCHOOLS[0], siret=enrolment),
        conventions(signed(siret=convention)),
        lists(f"C1;{SCHOOLS[0]};A;"),
        titres(titre(siret=bill)),
        payments(paid(reference=ONE, siret=ledger)),
    )
    assert of.payers.select("payer_siren", "paid", "outstanding").rows() == [(CERET[:9], 4100, 0)]
    assert codes(of) == ["C09"]
    row = of.findings.row(0, named=True)
    assert (row["payer_siren"], row["expected"], row["found"]) == (CERET[:9], CERET[:9], PERPIGNAN[:9])


def test_a_commune_nouvelle_pays_its_predecessors_titres_by_amount_too() -> None:
    of = month(MERGED, *town(1), *town(2, siret=PERPIGNAN, first=2), payments(paid("123,00", label=ENT)))
    assert (by_titre(of), codes(of)) == ({ONE: 4100, TWO: 8200}, ["C09"])
    assert set(of.allocations["pass"]) == {"S2"}


def test_payers_are_joined_on_their_siren_never_on_the_siret() -> None:
    of = one_school(paid(reference=ONE, siret=OTHER_SEAT), titre_rows=(titre(),))
    assert (by_titre(of), codes(of)) == ({ONE: 4100}, [])


# Down to the school --------------------------------------------------------------------------------------------------


def test_settled_every_school_is_paid_and_unpaid_none_is() -> None:
    settled = four_schools(paid("164,00", ONE)).schools
    assert set(settled.select("paid", "outstanding", "status", "attribution").rows()) == {(4100, 0, "paid", "whole")}
    unpaid = four_schools(paid("1,00", label="Cantine")).schools
    assert set(unpaid.select("paid", "outstanding", "status").rows()) == {(0, 4100, "not_due")}


def test_partly_paid_the_schools_named_are_paid_and_the_rest_is_shared_by_the_largest_remainder_by_uai() -> None:
    named, *others = sorted(SCHOOLS)
    of = four_schools(paid(uai=named, mandat="1"), paid("50,00", ONE, mandat="2"))
    told = {row[0]: row[1:] for row in of.schools.select("uai", "paid", "outstanding", "attribution").iter_rows()}
    assert told == {
        named: (4100, 0, "named"),
        others[0]: (1667, 2433, "shared"),
        others[1]: (1667, 2433, "shared"),
        others[2]: (1666, 2434, "shared"),
    }
    assert (total(of, "paid"), closed(of)) == (9100, True)


def test_a_titre_that_does_not_divide_is_shared_out_to_the_cent() -> None:
    of = month(*town(3)[:2], titres(titre(amount="100,00")), payments(paid("50,00", ONE)))
    assert of.schools.sort("uai").select("billed", "paid").rows() == [(3334, 1667), (3333, 1667), (3333, 1666)]
    assert closed(of)


def test_a_reduction_after_payment_is_borne_by_the_schools_to_the_cent() -> None:
    of = four_schools(paid("164,00", ONE, on="05/10/2026"), others=(amended("réduction", "41,01", "20/10/2026"),))
    assert of.schools.sort("uai").select("billed", "paid").rows() == [(3075, 3075)] * 3 + [(3074, 3074)]
    assert (total(of, "credit"), closed(of)) == (4101, True)


# Findings: settled once and for all ----------------------------------------------------------------------------------


@pytest.mark.parametrize("mandat", ["7", "9"])
def test_p08_stays_when_the_mandat_is_issued_again_and_names_the_new_one(mandat: str) -> None:
    again = paid(reference=ONE, mandat=mandat, on="20/11/2026")
    of = one_school(paid(reference=ONE, state="rejeté"), again)
    assert (by_titre(of), codes(of)) == ({ONE: 4100}, ["P08"])
    assert re.search(f"rejeté, puis payé : mandat {mandat} du 20/11/2026", said(of, "P08"))
    assert said(of, "P08", "advice").startswith("Vérifier au prochain registre")


def test_p08_of_a_mandat_not_issued_again_names_none() -> None:
    of = one_school(paid(reference=ONE, state="rejeté"), paid("1,00", label="Cantine", mandat="9"))
    assert "puis payé" not in said(of, "P08")


def test_t04_only_where_billed_exceeds_expected() -> None:
    assert codes(month(*town(1, 1))) == []
    of = four_schools(cents="82,00", others=(titre(TWO, "82,00"),))
    assert (total(of, "billed"), codes(of)) == (16400, [])


def test_t04_wants_the_same_schools_or_amount_and_has_no_t03_beside_it() -> None:
    same = four_schools(others=(titre(TWO, "164,00"),))
    assert (codes(same), total(same, "over_billed")) == (["T04"], 16400)
    assert same.findings.filter(same.findings["code"] == "T04").select("titre", "amount").row(0) == (TWO, 16400)
    assert (cell(same, "T04"), ONE in said(same, "T04")) == (("titres/titres.csv", "G3"), True)
    other = month(*town(1, 1)[:2], titres(titre(), titre(TWO, "61,00", convention="C2")))
    assert (codes(other), total(other, "over_billed")) == (["T03"], 2000)


def test_t05_has_no_t01_t02_or_t03_beside_it_and_names_both() -> None:
    own = town(1, siret=PERPIGNAN, name="PERPIGNAN", first=2)
    of = month(*own, conventions(signed()), lists(f"C1;{SCHOOLS[0]};A;"), titres(titre(siret=PERPIGNAN)))
    assert (codes(of), cell(of, "T05")) == (["T05"], ("titres/titres.csv", "D2"))
    assert (CERET[:9] in said(of, "T05", "expected"), PERPIGNAN[:9] in said(of, "T05")) == (True, True)
    assert of.findings.filter(of.findings["code"] == "T05")["amount"].to_list() == [4100]


def test_t01_once_per_payer_and_year() -> None:
    of = month(*town(1), *town(1, 2, siret=PERPIGNAN, first=2)[:2])
    found = of.findings.filter(of.findings["code"] == "T01")
    assert (codes(of), found.select("payer_siren", "amount").rows()) == (["T01"], [(PERPIGNAN[:9], 12300)])


def test_titres_of_a_year_that_has_some_give_t01_for_the_conventions_without() -> None:
    of = month(*town(1), *town(2, first=2)[:2])
    found = of.findings.filter(of.findings["code"] == "T01")
    assert (codes(of), found.select("convention", "amount").rows()) == (["T01"], [("C2", 8200)])


def test_t01_of_a_claim_that_lapses_is_t07_too_and_nothing_else() -> None:
    years = ("2022-2023",)
    of = month(
        *town(1, years=years), *town(1, siret=PERPIGNAN, first=2, years=years)[:2], payments(paid(reference=ONE))
    )
    assert Counter(codes(of)) <= Counter(["T01", "T07"])
    assert "T07" in codes(of)


def test_a_school_without_convention_is_one_finding_only() -> None:
    uncovered = f"2026-2027;{SCHOOLS[0]};A;PERPIGNAN;{PERPIGNAN[:9]};;"
    covered = f"2026-2027;{school(50)};A;CERET;{CERET[:9]};;"
    of = month(enrolments(uncovered, covered), *town(1), payments(paid(reference=ONE)))
    assert (codes(of), cell(of, "E01")) == (["E01"], ("inscriptions/liste.csv", "B2"))
    assert of.findings.select("uai", "amount").row(0) == (SCHOOLS[0], 4100)


def test_a_titre_of_a_school_without_convention_is_t02_beside_its_e01_and_no_more() -> None:
    of = month(
        enrolled(SCHOOLS[0], siret=PERPIGNAN), *town(1)[:2],
        titres(titre(siret=PERPIGNAN, convention="", year="2026-2027"), titre(TWO, convention="C1")),
        payments(paid(reference=ONE, siret=PERPIGNAN), paid(reference=TWO)),
    )  # fmt: skip
    assert codes(of) == ["C01", "E01", "T02"]


def test_a_titre_partly_paid_and_late_is_p03_alone() -> None:
    assert codes(one_school(paid("20,00", ONE), titre_rows=(titre(due="01/11/2026"),))) == ["P03"]


def test_d09_compares_the_sum_of_all_rows_read_refused_ones_included() -> None:
    rows = (paid(reference=ONE), f"{CERET};2026;8;;31/11/2026;{ENT};{TWO};;41,00;payé")
    assert codes(one_school(*rows, "TOTAL;;;;;;;;82,00;")) == ["D03"]
    assert codes(one_school(*rows, "TOTAL;;;;;;;;41,00;")) == ["D03", "D09"]


def test_without_enrolments_nothing_is_said_of_them_and_the_report_names_it() -> None:
    of = month(*town(1), payments(paid(reference=ONE)))
    assert codes(of) == []
    assert any("inscription" in text.fr for text in of.unchecked)


@pytest.mark.parametrize(
    "row", [paid(label=ENT), paid(reference=f"titre n° {ONE}"), paid(uai=SCHOOLS[0])], ids=["label", "number", "uai"]
)
def test_without_titres_no_payment_is_said_to_settle_nothing_or_to_cite_an_unknown_titre(row: str) -> None:
    of = month(conventions(signed()), lists(f"C1;{SCHOOLS[0]};A;"), payments(row))
    assert (codes(of), total(of, "unallocated"), closed(of)) == ([], 4100, True)


def identities(of: Month) -> set[str]:
    return set(of.findings["finding_id"])


def test_a_findings_identity_does_not_depend_on_places_in_files() -> None:
    rows = (paid("20,00", ONE, mandat="1"), paid(reference="TP-2026-00077", mandat="2"), paid(label=ENT, mandat="3"))
    noise = [paid(label="Cantine", mandat=str(number)) for number in range(90, 95)]
    files = (*town(1, 1, 2, due="01/11/2026"), enrolled(SCHOOLS[0], siret=PERPIGNAN))
    straight = month(*files, payments(*rows))
    moved = month(*files[::-1], payments(*noise, *rows[::-1], name="paiements/autre nom.csv"))
    assert identities(moved) == identities(straight)
    assert {"P03", "P07", "P12", "E01"} <= set(codes(straight))


def test_a_findings_identity_stays_from_month_to_month() -> None:
    files = (*town(1, 1, due="01/11/2026"), payments(paid("20,00", ONE), paid("-3,00", mandat="99", on="02/11/2026")))
    now, then = month(*files), month(*files, as_of=date(2026, 12, 31))
    assert identities(now) == identities(then)
    assert codes(now) == ["P01", "P03", "P06"]


def test_every_finding_bears_what_was_expected_and_found_and_what_to_do() -> None:
    rows = (paid("20,00", ONE, mandat="1"), paid(reference="TP-2026-00077", mandat="2"), paid(label=ENT, mandat="3"))
    of = month(*town(1, 1, 2, due="01/11/2026"), payments(*rows, paid(reference=TWO, mandat="4", state="rejeté")))
    for row in of.findings.iter_rows(named=True):
        assert all(row[name] for name in ("expected", "found", "advice", "file", "cell", "finding_id")), row
        assert row["amount"], row


FAULTS: dict[str, tuple[Callable[[], Month], str, str]] = {
    "C02": (
        lambda: month(conventions(signed(schools=2)), lists(f"C1;{SCHOOLS[0]};A;")),
        "conventions/registre.csv",
        "I2",
    ),
    "C04": (lambda: month(*town(1)[1:2], conventions(signed(rate="43,00"))), "conventions/registre.csv", "H2"),
    "C07": (
        lambda: month(*town(1)[1:2], conventions(signed().replace("15/06/2026", "").replace("signée", "proposée"))),
        "conventions/registre.csv",
        "F2",
    ),
    "T02": (lambda: one_school(titre_rows=(titre(), titre(TWO, "99,00", convention=""))), "titres/titres.csv", "E3"),
    "T03": (lambda: four_schools(cents="100,00"), "conventions/registre.csv", "J2"),
    "T06": (lambda: one_school(titre_rows=(titre(status="contesté"),)), "titres/titres.csv", "J2"),
    "T08": (
        lambda: one_school(titre_rows=(titre(), amended("réduction", "42,00", "15/10/2026"))),
        "titres/titres.csv",
        "G3",
    ),
    "P01": (
        lambda: one_school(paid("1,00", label="Cantine"), titre_rows=(titre(due="01/11/2026"),)),
        "titres/titres.csv",
        "G2",
    ),
    "P03": (lambda: one_school(paid("20,00", ONE)), "titres/titres.csv", "G2"),
    "P04": (lambda: one_school(paid("45,00", ONE)), "paiements/registre.csv", "I2"),
    "P12": (lambda: one_school(paid(reference="TP-2026-00077")), "paiements/registre.csv", "I2"),
}


@pytest.mark.parametrize("code", FAULTS)
def test_a_finding_names_the_cell_that_is_at_fault(code: str) -> None:
    play, name, at = FAULTS[code]
    of = play()
    assert code in codes(of)
    assert cell(of, code) == (name, at)


def test_a_payment_told_with_two_amounts_is_d08_the_titre_keeps_p01_and_nobody_is_reminded() -> None:
    files = (
        payments(paid(reference=ONE), name="paiements/a.csv"),
        payments(paid("14,00", ONE), name="paiements/b.csv"),
    )
    of = month(*town(1, due="01/11/2026"), *files)
    assert (by_titre(of), codes(of)) == ({ONE: 0}, ["D08", "P01"])
    assert said(of, "P01", "advice").startswith("Ne pas relancer")


# Lettering -----------------------------------------------------------------------------------------------------------


def letters(of: Month) -> dict[str, str]:
    """Return the codes of titres by number and of payments by mandat."""
    return dict(of.titres.select("titre", "lettering").iter_rows()) | dict(
        of.payments.select("mandat", "lettering").iter_rows()
    )


LETTERED = (
    paid(reference=ONE, mandat="1"),
    paid("82,00", f"{TWO} et {THREE}", mandat="2"),
    paid("20,00", FOUR, mandat="3"),
    paid("10,00", FOUR, mandat="4"),
    paid("37,00", uai=school(250), mandat="5"),
    paid(reference=ONE, mandat="6", on="20/11/2026"),
)


def test_a_lettering_code_is_shared_exactly_by_what_settles_each_other() -> None:
    found = letters(month(*town(1, 1, 1, 1, 1), payments(*LETTERED)))
    groups: dict[str, set[str]] = {}
    for name, code in found.items():
        groups.setdefault(code, set()).add(name)
    assert groups.pop("") == {"TP-2026-00005", "5", "6"}  # Only proposed; a double payment settles nothing.
    assert sorted(map(sorted, groups.values())) == [["1", ONE], ["2", TWO, THREE], ["3", "4", FOUR]]
    assert all(re.fullmatch("[A-Z]{3,}", code) for code in groups)


def test_lettering_codes_stay_when_payers_titres_and_payments_are_added() -> None:
    before = letters(month(*town(1, 1, 1, 1, 1), payments(*LETTERED)))
    more = [*town(*[1] * 9, first=10), *town(*[1] * 9, siret=PERPIGNAN, first=20)]
    further = [paid(reference=f"TP-2026-{order:05d}", mandat=str(100 + order)) for order in range(10, 19)]
    others = [
        paid(reference=f"TP-2026-{order:05d}", siret=PERPIGNAN, mandat=str(200 + order)) for order in range(20, 29)
    ]
    after = letters(month(*town(1, 1, 1, 1, 1), *more, payments(*LETTERED, *further, *others)))
    assert {name: after[name] for name in before} == before


def test_lettering_codes_stay_when_many_older_titres_of_other_payers_are_added() -> None:
    def settled(*orders: int) -> Callable[[], dict[str, str]]:
        day = {order: "01/09/2026" if order > 100 else "01/10/2026" for order in orders}
        bills = [
            titre(f"TP-2026-{order:05d}", convention="", siret=PERPIGNAN if order > 100 else CERET, issued=day[order])
            for order in orders
        ]
        rows = [
            paid(reference=f"TP-2026-{order:05d}", mandat=str(order), siret=PERPIGNAN if order > 100 else CERET)
            for order in orders
        ]
        return lambda: letters(month(titres(*bills), payments(*rows)))

    few = settled(*range(1, 31))()
    many = settled(*range(1, 31), *range(101, 1601))()
    codes_by_titre = {name: code for name, code in many.items() if name.startswith("TP")}
    assert len(set(codes_by_titre.values())) == len(codes_by_titre)
    assert {name: many[name] for name in few} == few
