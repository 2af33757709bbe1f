"""What is expected, billed, paid and owed: DOMAIN.md section 5, one rule a test."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.dossiers import (
    CERET,
    PERPIGNAN,
    SCHOOLS,
    codes,
    conventions,
    enrolled,
    enrolments,
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

ALL = tuple(f"C1;{uai};École;" for uai in SCHOOLS)


def sums(of: Month, *names: str) -> tuple[int, ...]:
    """Return the sums over all payers."""
    return tuple(int(of.payers[name].sum()) for name in names)


def test_expected_is_the_conventions_own_rate_times_the_schools_it_lists() -> None:
    of = month(enrolled(*SCHOOLS), conventions(signed(rate="43,00", schools=4)), lists(*ALL))
    assert sums(of, "expected", "to_bill") == (17200, 17200)
    assert codes(of) == ["C04"]


def test_a_school_listed_and_not_enrolled_is_still_expected() -> None:
    of = month(enrolled(*SCHOOLS[:3]), conventions(signed(schools=4)), lists(*ALL))
    assert sums(of, "expected") == (16400,)
    assert codes(of) == ["C01"]


def test_a_school_enrolled_and_not_listed_waits_for_an_avenant() -> None:
    of = month(enrolled(*SCHOOLS), conventions(signed(schools=3)), lists(*ALL[:3]))
    assert sums(of, "expected") == (12300,)
    assert codes(of) == ["E01"]
    assert of.schools.filter(of.schools["uai"] == SCHOOLS[3])["status"].to_list() == ["uncovered"]


@pytest.mark.parametrize(("left_on", "expected", "code"), [("31/08/2026", 12300, []), ("01/10/2026", 16400, ["E05"])])
def test_only_a_withdrawal_before_1_september_lowers_what_is_expected(
    left_on: str, expected: int, code: list[str]
) -> None:
    rows = [f"2026-2027;{uai};École;CERET;{CERET[:9]};;" for uai in SCHOOLS[:3]]
    gone = f"2026-2027;{SCHOOLS[3]};École;CERET;{CERET[:9]};retirée;{left_on}"
    of = month(enrolments(*rows, gone), conventions(signed(schools=4)), lists(*ALL))
    assert sums(of, "expected") == (expected,)
    assert codes(of) == code


def test_not_signed_and_not_billed_is_c07_alone_and_only_potential() -> None:
    proposed = f"C1;2026-2027;{CERET};COMMUNE;;;31/08/2027;41,00;4;164,00;proposée;;"
    of = month(enrolled(*SCHOOLS), conventions(proposed), lists(*ALL))
    assert sums(of, "expected") == (0,)
    assert of.conventions.select("in_force", "potential").row(0) == (False, 16400)
    assert codes(of) == ["C07"]


def test_not_signed_but_billed_is_c07_alone_and_over_billed() -> None:
    proposed = f"C1;2026-2027;{CERET};COMMUNE;;;31/08/2027;41,00;4;164,00;proposée;;"
    of = month(enrolled(*SCHOOLS), conventions(proposed), lists(*ALL), titres(titre(amount="164,00")))
    assert sums(of, "expected", "billed", "over_billed") == (0, 16400, 16400)
    assert codes(of) == ["C07"]


def test_signed_without_vote_is_in_force_with_c07() -> None:
    row = f"C1;2026-2027;{CERET};COMMUNE;;15/06/2026;31/08/2027;41,00;4;164,00;signée;;"
    of = month(enrolled(*SCHOOLS), conventions(row), lists(*ALL))
    assert sums(of, "expected") == (16400,)
    assert codes(of) == ["C07"]


def test_an_avenant_unites_its_list_with_the_originals_each_school_once() -> None:
    avenant = f"C1-A;2026-2027;{CERET};COMMUNE;01/09/2026;15/09/2026;31/08/2027;41,00;;;signée;C1;"
    of = month(
        enrolled(*SCHOOLS),
        conventions(signed(schools=3), avenant),
        lists(*ALL[:3], f"C1-A;{SCHOOLS[2]};École;", f"C1-A;{SCHOOLS[3]};École;ajout"),
    )
    assert sums(of, "expected") == (16400,)
    assert codes(of) == []


def test_overlapping_conventions_count_a_school_once() -> None:
    of = month(
        enrolled(*SCHOOLS[:2]),
        conventions(signed("C1", schools=2), signed("C2")),
        lists(*ALL[:2], f"C2;{SCHOOLS[1]};École;"),
    )
    assert sums(of, "expected") == (8200,)
    assert "C05" in codes(of)


def test_between_payers_the_one_that_the_enrolment_names_counts_the_school() -> None:
    of = month(
        enrolled(SCHOOLS[0], siret=PERPIGNAN),
        conventions(signed("C1"), signed("C2", siret=PERPIGNAN)),
        lists(ALL[0], f"C2;{SCHOOLS[0]};École;"),
    )
    assert dict(of.payers.select("payer_siren", "expected").iter_rows()).get(PERPIGNAN[:9]) == 4100
    assert sums(of, "expected") == (4100,)


@pytest.mark.parametrize(
    ("count", "amount", "code"), [("5", "205,00", ["C02"]), ("4", "160,00", ["C03"]), ("5", "160,00", ["C02", "C03"])]
)
def test_article_9_a_wrong_count_is_not_also_a_wrong_amount(count: str, amount: str, code: list[str]) -> None:
    row = signed(schools=4).replace(";4;164,00", f";{count};{amount}")
    assert codes(month(enrolled(*SCHOOLS), conventions(row), lists(*ALL))) == code


def test_billed_is_titres_less_reductions_and_cancellations() -> None:
    of = month(
        enrolled(*SCHOOLS),
        conventions(signed(schools=4)),
        lists(*ALL),
        titres(
            titre(amount="205,00"),
            f"TP-2026-00002;réduction;TP-2026-00001;{CERET};;;41,00;15/10/2026;;",
            titre("TP-2026-00003", "10,00"),
            f"TP-2026-00003;annulation;;{CERET};;;10,00;15/10/2026;;",
        ),
    )
    assert sums(of, "billed", "outstanding", "over_billed") == (16400, 16400, 0)
    assert codes(of) == []


def test_a_reduction_of_a_titre_that_is_not_there_or_above_its_amount_is_not_counted() -> None:
    rows = (
        titre(),
        f"TP-2026-00002;réduction;TP-2026-00009;{CERET};;;41,00;15/10/2026;;",
        f"TP-2026-00004;réduction;TP-2026-00001;{CERET};;;42,00;15/10/2026;;",
    )
    of = one_school(titre_rows=rows)
    assert sums(of, "billed") == (4100,)
    assert codes(of).count("T08") == 2


def test_t01_only_in_a_year_that_has_titres() -> None:
    files = (
        enrolled(*SCHOOLS[:2]),
        conventions(signed("C1"), signed("C2", siret=PERPIGNAN)),
        lists(ALL[0], f"C2;{SCHOOLS[1]};École;"),
    )
    assert codes(month(*files)) == []
    assert codes(month(*files, titres(titre()))) == ["T01"]


def test_t03_billed_is_not_expected_once_per_payer_and_year() -> None:
    of = month(enrolled(*SCHOOLS), conventions(signed(schools=4)), lists(*ALL), titres(titre(amount="123,00")))
    assert sums(of, "expected", "billed", "to_bill") == (16400, 12300, 4100)
    assert codes(of) == ["T03"]


def test_a_titre_without_convention_or_year_goes_to_the_only_convention_it_fits() -> None:
    row = titre(convention="", year="")
    assert one_school(titre_rows=(row,)).titres.select("convention", "school_year").row(0) == ("C1", "2026-2027")


def test_t02_a_titre_that_nothing_explains_stands_under_no_year() -> None:
    rows = (titre(), titre("TP-2026-00002", "99,00", convention=""))
    of = one_school(paid("1,00", label="Cantine"), titre_rows=rows)
    assert codes(of) == ["T02"]
    assert of.titres.filter(of.titres["titre"] == "TP-2026-00002")["school_year"].to_list() == [""]
    assert of.controls["holds"].all()


def test_no_ledger_from_a_payer_is_one_p14_and_never_says_unpaid() -> None:
    files = (
        enrolled(*SCHOOLS[:2]),
        conventions(signed("C1"), signed("C2", siret=PERPIGNAN)),
        lists(ALL[0], f"C2;{SCHOOLS[1]};École;"),
        titres(titre(due="01/11/2026"), titre("TP-2026-00002", convention="C2", siret=PERPIGNAN, due="01/11/2026")),
        payments(paid(reference="TP-2026-00001")),
    )
    of = month(*files)
    assert codes(of) == ["P14"]
    assert of.findings["payer_siren"].to_list() == [PERPIGNAN[:9]]
    assert codes(month(*files[:4])) == []  # Without any ledger nothing is said of payments, and the report says so.
    assert any("registre" in text.fr for text in month(*files[:4]).unchecked)


@pytest.mark.parametrize(
    ("due", "ageing", "code"),
    [("30/11/2026", "not_due", []), ("29/11/2026", "1-30", ["P01"]), ("31/10/2026", "1-30", ["P01"]),
     ("30/10/2026", "31-60", ["P01"]), ("01/09/2026", "61-90", ["P01"]), ("31/08/2026", "over_90", ["P01"])],
)  # fmt: skip
def test_ageing_counts_days_from_the_due_date(due: str, ageing: str, code: list[str]) -> None:
    of = one_school(paid("1,00", label="Cantine"), titre_rows=(titre(due=due, issued="01/07/2026"),))
    assert of.titres["ageing"].to_list() == [ageing]
    assert codes(of) == code


def test_without_a_due_date_nothing_is_overdue_unless_the_settings_give_a_rule() -> None:
    rows = (titre(due="", issued="01/07/2026"),)
    assert one_school(titre_rows=rows).titres["ageing"].to_list() == ["unknown"]
    assert any("sans échéance" in text.fr for text in one_school(titre_rows=rows).unchecked)
    files = (conventions(signed()), lists(ALL[0]), titres(*rows), payments(paid("1,00", label="Cantine")))
    assert month(*files, due_days=60).titres.select("due_on", "ageing").row(0) == (date(2026, 8, 30), "over_90")


def test_a_contested_titre_is_outstanding_and_not_overdue() -> None:
    of = one_school(paid("1,00", label="Cantine"), titre_rows=(titre(due="01/07/2026", status="contesté"),))
    assert of.titres.select("outstanding", "days_late", "ageing", "status").row(0) == (
        4100,
        0,
        "contested",
        "contested",
    )
    assert codes(of) == ["T06"]


def test_titres_and_conventions_dated_later_are_left_out() -> None:
    of = one_school(titre_rows=(titre(issued="01/12/2026"),))
    assert of.titres.is_empty()
    assert sums(of, "billed", "to_bill") == (0, 4100)


def test_a_partly_paid_titre_is_shared_out_over_its_schools_to_the_cent() -> None:
    of = month(
        enrolled(*SCHOOLS[:3]),
        conventions(signed(schools=3)),
        lists(*ALL[:3]),
        titres(titre(amount="123,00")),
        payments(paid("100,00", "TP-2026-00001")),
    )
    assert sorted(of.schools["paid"].to_list()) == [3333, 3333, 3334]
    assert set(of.schools["attribution"]) == {"shared"}
    assert set(of.schools["status"]) == {"partial"}


def test_the_same_file_twice_counts_once() -> None:
    ledger = payments(paid(reference="TP-2026-00001"))
    again = payments(paid(reference="TP-2026-00001"), name="paiements/copie.csv")
    of = month(conventions(signed()), lists(ALL[0]), titres(titre()), ledger, again)
    assert sums(of, "paid", "credit") == (4100, 0)
    assert codes(of) == ["D07"]


def test_overlapping_ledgers_count_a_line_once_and_twins_twice() -> None:
    twin = paid("20,00", "TP-2026-00001", mandat="")
    of = month(
        conventions(signed()),
        lists(ALL[0]),
        titres(titre()),
        payments(twin, twin, name="paiements/a.csv"),
        payments(twin, paid("1,00", "TP-2026-00001", mandat="9"), name="paiements/b.csv"),
    )
    assert sums(of, "paid") == (4100,)
    assert codes(of) == ["D07"]
    assert of.sources.filter(of.sources["duplicates"] > 0)["file"].to_list() == ["paiements/b.csv"]


def test_a_titre_given_twice_with_two_amounts_counts_for_nothing() -> None:
    of = one_school(titre_rows=(titre(), titre(amount="45,00")))
    assert of.titres.is_empty()
    assert codes(of) == ["D08"]


def test_a_mandat_told_by_two_files_is_one_event_and_the_later_file_is_right() -> None:
    base = (conventions(signed()), lists(ALL[0]), titres(titre()))

    def told(first: str, second: str) -> Month:
        return month(
            *base,
            payments(first, paid("1,00", label="Cantine", mandat="98", on="11/11/2026"), name="paiements/a.csv"),
            payments(second, paid("1,00", label="Cantine", mandat="99", on="25/11/2026"), name="paiements/b.csv"),
        )

    plain = paid(reference="TP-2026-00001")
    relabelled = told(plain, paid(reference="TP-2026-00001", label="Participation ENT école"))
    assert (sums(relabelled, "paid", "credit"), codes(relabelled)) == ((4100, 0), ["D07"])
    rejected = told(plain, paid(reference="TP-2026-00001", state="rejeté"))
    assert (sums(rejected, "paid"), codes(rejected)) == ((0,), ["D07", "P08"])
    now_paid = told(paid(reference="TP-2026-00001", state="émis"), plain)
    assert (sums(now_paid, "paid", "pending"), codes(now_paid)) == ((4100, 0), ["D07"])
    amended = told(plain, paid("14,00", "TP-2026-00001"))
    assert (sums(amended, "paid", "credit"), codes(amended)) == ((0, 0), ["D08"])
    assert amended.controls["holds"].all()


def test_a_mandat_of_many_lines_is_not_mixed_up_between_overlapping_files() -> None:
    lines = [paid(uai=uai) for uai in SCHOOLS]
    of = month(
        conventions(signed(schools=4)),
        lists(*ALL),
        titres(titre(amount="164,00")),
        payments(*lines[:3], name="paiements/a.csv"),
        payments(*lines[1:], name="paiements/b.csv"),
    )
    assert sums(of, "paid", "credit", "unallocated") == (16400, 0, 0)
    assert codes(of) == ["D07", "D07"]


def test_one_titre_typed_in_two_ways_counts_once_or_not_at_all() -> None:
    same = one_school(titre_rows=(titre("TP-2026-1"), titre("TP2026/1")))
    assert (sums(same, "billed"), codes(same)) == ((4100,), ["D07", "P14"])
    other = one_school(titre_rows=(titre("TP-1"), titre("TP-1", "82,00").replace(";;;", ";émission;;", 1)))
    assert (sums(other, "billed"), codes(other)) == ((0,), ["D08"])


def test_a_terminated_convention_leaves_its_schools_to_the_one_that_replaces_it() -> None:
    ended = signed("C1").replace("signée;;", "résiliée;;01/07/2026")
    of = month(enrolled(SCHOOLS[0]), conventions(ended, signed("C2")), lists(ALL[0], f"C2;{SCHOOLS[0]};A;"))
    assert (sums(of, "expected"), codes(of)) == ((4100,), ["C10"])


def test_a_termination_yet_to_come_ends_nothing_and_a_past_one_does_whatever_the_status() -> None:
    def ends(row: str) -> Month:
        return month(enrolled(SCHOOLS[0]), conventions(row), lists(ALL[0]))

    coming = ends(signed().replace("signée;;", "résiliée;;31/12/2026"))
    assert (sums(coming, "expected"), codes(coming)) == ((4100,), [])
    past = ends(signed().replace("signée;;", "signée;;01/07/2026"))
    assert (sums(past, "expected"), codes(past)) == ((0,), ["C10"])


def test_a_school_that_left_one_payer_before_the_year_is_the_others() -> None:
    for one, other in ((CERET, PERPIGNAN), (PERPIGNAN, CERET)):
        of = month(
            enrolments(
                f"2026-2027;{SCHOOLS[0]};A;CERET;{one[:9]};retirée;15/07/2026",
                f"2026-2027;{SCHOOLS[0]};A;CERET;{other[:9]};;",
            ),
            conventions(signed(siret=other)),
            lists(ALL[0]),
        )
        assert (sums(of, "expected"), codes(of)) == ((4100,), [])


def test_an_avenant_withdraws_a_school_from_its_own_convention_only() -> None:
    withdrawal = f"C1-A;2026-2027;{CERET};COMMUNE;01/07/2026;20/07/2026;31/08/2027;41,00;;;signée;C1;"
    of = month(
        enrolled(SCHOOLS[0], siret=PERPIGNAN),
        conventions(signed("C1"), withdrawal, signed("C2", siret=PERPIGNAN)),
        lists(ALL[0], f"C1-A;{SCHOOLS[0]};A;retrait", f"C2;{SCHOOLS[0]};A;"),
    )
    assert dict(of.payers.select("payer_siren", "expected").iter_rows()) == {PERPIGNAN[:9]: 4100}
    assert codes(of) == []


def test_a_titre_of_the_original_convention_covers_the_schools_that_its_avenant_adds() -> None:
    avenant = f"C1-A;2026-2027;{CERET};COMMUNE;01/09/2026;15/09/2026;31/08/2027;41,00;;;signée;C1;"
    of = month(
        enrolled(*SCHOOLS[:3]),
        conventions(signed(schools=2), avenant),
        lists(*ALL[:2], f"C1-A;{SCHOOLS[2]};A;ajout"),
        titres(titre(amount="123,00")),
        payments(paid(uai=SCHOOLS[2])),
    )
    assert of.schools.sort("uai")["billed"].to_list() == [4100, 4100, 4100]
    assert (sums(of, "paid", "to_bill"), codes(of)) == ((4100, 0), ["P03"])


def test_a_refused_row_is_one_finding_and_nothing_is_concluded_from_its_absence() -> None:
    bad_convention = signed(schools=4).replace("15/06/2026", "31/06/2026")
    of = month(enrolled(*SCHOOLS), conventions(bad_convention), lists(*ALL), titres(titre(amount="164,00")))
    assert codes(of) == ["D03"]
    bad_titre = one_school(
        paid(reference="TP-2026-00001"),
        titre_rows=(
            titre(issued="31/11/2026"),
            titre("TP-2023-00002", "45,00", convention="", siret=PERPIGNAN, year="2026-2027"),
        ),
    )
    assert "P12" not in codes(bad_titre)
    assert "T01" not in codes(bad_titre)
    bad_payment = one_school(paid("41,00 $", "TP-2026-00001"))
    assert codes(bad_payment) == ["D03"]


def test_a_titre_that_names_an_unknown_convention_belongs_to_its_year() -> None:
    of = one_school(titre_rows=(titre(convention="C-99", year="2026-2027"),))
    assert of.titres.select("convention", "school_year").row(0) == ("C1", "2026-2027")
    assert sums(of, "billed", "to_bill") == (4100, 0)


def test_a_cancellation_of_the_whole_takes_what_reductions_left() -> None:
    rows = (
        titre(amount="82,00"),
        f"TP-2026-00002;réduction;TP-2026-00001;{CERET};;;41,00;15/10/2026;;",
        f"TP-2026-00003;annulation;TP-2026-00001;{CERET};;;82,00;16/10/2026;;",
    )
    assert sums(one_school(titre_rows=rows), "billed") == (0,)


def test_a_reduction_of_nothing_is_said_even_without_conventions() -> None:
    of = month(
        titres(f"TP-9;réduction;TP-8;{CERET};;;5,00;15/10/2026;;", f"TP-9;annulation;TP-8;{CERET};;;5,00;15/10/2026;;")
    )
    assert codes(of) == ["T08", "T08"]
    assert of.findings["finding_id"].is_unique().all()


def test_no_reminder_is_advised_where_a_payment_waits_to_be_placed_or_is_on_its_way() -> None:
    late = (titre(due="01/11/2026"),)

    def advice(*rows: str) -> str:
        found = one_school(*rows, titre_rows=late).findings
        return str(found.filter(found["code"].is_in(["P01", "P03"]))["advice"][0]).replace("\u00a0", " ")

    assert advice(paid("1,00", label="Cantine")) == "Adresser un rappel amiable à la collectivité."
    assert advice(paid(reference="TP-2026-00009")).startswith("Ne pas relancer : un paiement")
    assert advice(paid("1,00", label="Cantine"), paid("41,00 $", "TP-2026-00001")).startswith(
        "Ne pas relancer : un paiement"
    )
    assert advice(paid(reference="TP-2026-00001", state="émis")).startswith(
        "Ne pas relancer : tout le reste est en cours"
    )


def test_of_two_files_alike_the_plainer_name_is_the_source_whatever_their_order() -> None:
    rows = (paid(reference="TP-2026-00001"),)
    for other in ("soues_2026 (1)", "soues_2026 - Copie", "Copie de soues_2026"):
        both = [payments(*rows, name=f"paiements/{name}.csv") for name in ("soues_2026", other)]
        for files in (both, both[::-1]):
            of = month(
                enrolled(SCHOOLS[0]), conventions(signed()), lists(f"C1;{SCHOOLS[0]};École;"), titres(titre()), *files
            )
            found = of.findings.filter(of.findings["code"] == "D07")
            assert found["file"].to_list() == [f"paiements/{other}.csv"]
            assert of.payments["file"].to_list() == ["paiements/soues_2026.csv"]
