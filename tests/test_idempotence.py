"""The same payment told twice counts once (D07), genuine twins stay two, and what contradicts counts for nothing (D08)."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from recon.pipeline import File
from recon.readers import Book
from recon.readers.archive import Archive
from recon.readers.workbooks import read_xlsx
from tests.dossiers import (
    CERET,
    PERPIGNAN,
    SCHOOLS,
    codes,
    conventions,
    enrolled,
    file,
    lists,
    month,
    signed,
    titre,
    titres,
)
from tests.test_properties import comparable

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence

    from recon.tables import Month

A, B, C = "paiements/a.csv", "paiements/b.csv", "paiements/c.csv"
ONE, TWO = "TP-2026-00001", "TP-2026-00002"
HEADINGS = ("SIRET payeur", "Exercice", "Mandat", "Ligne", "Date mandat", "Payé le", "Tiers", "Objet", "Référence", "UAI",
            "Montant", "État")  # fmt: skip
LINE = dict(
    zip(
        HEADINGS,
        (CERET, "2026", "7", "", "10/11/2026", "10/11/2026", "", "ENT-École", ONE, "", "41,00", "payé"),
        strict=True,
    )
)


def line(**changed: str) -> dict[str, str]:
    """Return a paid mandat of 41 EUR that cites its titre, but for what is changed."""
    names = {"exercise": "Exercice", "mandat": "Mandat", "line": "Ligne", "mandat_on": "Date mandat", "paid_on": "Payé le",
             "label": "Objet", "reference": "Référence", "uai": "UAI", "amount": "Montant", "state": "État",
             "siret": "SIRET payeur", "payee": "Tiers"}  # fmt: skip
    on = {"mandat_on": changed["on"], "paid_on": changed.pop("on")} if "on" in changed else {}
    return LINE | {names[name]: value for name, value in (on | changed).items()}


def ledger(name: str, *lines: dict[str, str], without: Sequence[str] = ()) -> File:
    """Return a ledger as CSV, without some of its columns."""
    headings = [heading for heading in HEADINGS if heading not in without]
    return file(name, ";".join(headings), *(";".join(row[heading] for heading in headings) for row in lines))


def workbook(name: str, headings: Iterable[str], rows: Iterable[Sequence[str | float | date]]) -> File:
    """Return a ledger as xlsx, its numbers and dates in cells of their own kind."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet("Mandats")
        for number, row in enumerate([list(headings), *rows]):
            sheet.write_row(number, 0, row)
    data = buffer.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    sheets, epoch_1904 = read_xlsx(Archive(data), kinds=False)
    return File(name, "paiements", digest, Book("xlsx", digest, sheets, epoch_1904))


def town(*ledgers: File, titre_rows: tuple[str, ...] = (titre(), titre(TWO, convention="C2"))) -> Month:
    """The month of a commune with two conventions of one school each, a titre of 41 EUR for each, and its ledgers."""
    return month(
        enrolled(*SCHOOLS[:2]),
        conventions(signed("C1"), signed("C2")),
        lists(f"C1;{SCHOOLS[0]};A;", f"C2;{SCHOOLS[1]};B;"),
        titres(*titre_rows),
        *ledgers,
    )


def cash(of: Month) -> list[int]:
    """Return the amounts of the payments that count, sorted."""
    return sorted(of.payments["amount"].to_list())


def found(of: Month, code: str) -> list[str]:
    """Return what the findings of a code say they found."""
    return of.findings.filter(pl.col("code") == code)["found"].to_list()


# Counted once --------------------------------------------------------------------------------------------------------


def test_a_row_given_again_names_the_row_that_counts() -> None:
    of = town(ledger(A, line()), ledger(B, line(mandat="3", reference=TWO), line()))
    assert (cash(of), codes(of)) == ([4100, 4100], ["D07"])
    assert found(of, "D07") == ["ligne 3 déjà fournie\u00a0: paiements/a.csv, K2"]
    assert of.findings.filter(pl.col("code") == "D07").select("file", "cell").rows() == [(B, "3")]


def test_csv_and_xlsx_with_other_columns_order_and_writing_are_one_ledger() -> None:
    text = ledger(A, line(), line(mandat="8", reference=TWO, amount="41 €", on="3 novembre 2026"))
    headings = ("Montant", "Payé le", "Date mandat", "Référence", "Objet", "Mandat", "Exercice", "SIRET payeur", "État")
    first, second = date(2026, 11, 10), date(2026, 11, 3)
    book = workbook(
        "paiements/b.xlsx",
        headings,
        [
            (41.0, second, second, TWO, "ENT-École", "8", 2026, CERET, "Réglé"),
            (41, first, first, ONE, "ENT-École", 7, 2026, float(CERET), "PAYÉ"),
        ],
    )
    of = town(text, book)
    assert (cash(of), codes(of)) == ([4100, 4100], ["D07", "D07"])
    assert of.titres["paid"].to_list() == [4100, 4100]


def test_three_files_that_tell_one_mandat_count_it_once_and_the_last_is_right() -> None:
    issued, again, last = line(state="émis", paid_on=""), line(state="émis", paid_on=""), line()
    later = line(mandat="99", label="Cantine", reference="", amount="1,00", on="25/11/2026")
    for names in ((A, B, C), (C, B, A), (B, C, A)):
        of = town(ledger(names[0], issued), ledger(names[1], again), ledger(names[2], last, later))
        assert (cash(of), codes(of)) == ([4100], ["D07", "D07"])
        assert of.titres["paid"].sum() == 4100


def test_a_later_file_may_go_back_to_what_the_first_said() -> None:
    def until(name: str, day: str, told: dict[str, str]) -> File:
        return ledger(name, told, line(mandat="99", label="Cantine", reference="", amount="1,00", on=day))

    of = town(
        until(A, "11/11/2026", line()),
        until(B, "12/11/2026", line(state="rejeté", paid_on="")),
        until(C, "13/11/2026", line()),
    )
    assert cash(of) == [4100]
    assert of.titres["paid"].sum() == 4100


def test_overlapping_extracts_count_what_both_tell_once() -> None:
    january_to_march = [
        line(mandat=str(number), on=f"10/0{number}/2026", label="ENT-École", reference="") for number in (1, 2, 3)
    ]
    march_to_may = [
        line(mandat=str(number), on=f"10/0{number}/2026", label="ENT-École", reference="") for number in (3, 4, 5)
    ]
    of = town(ledger(A, *january_to_march), ledger(B, *march_to_may))
    assert (cash(of), codes(of).count("D07")) == ([4100] * 5, 1)


def test_a_file_without_line_numbers_tells_the_same_lines() -> None:
    lines = [line(line="1", uai=SCHOOLS[0], reference=""), line(line="2", uai=SCHOOLS[1], reference="")]
    for names in ((A, B), (B, A)):
        of = town(ledger(names[0], *lines), ledger(names[1], *lines, without=["Ligne"]))
        assert (cash(of), codes(of)) == ([4100, 4100], ["D07", "D07"])


def test_equal_lines_of_a_mandat_that_only_their_numbers_tell_apart_stay_two_in_a_file_without() -> None:
    lines = [line(line="1", reference=""), line(line="2", reference="")]
    of = town(ledger(A, *lines), ledger(B, *lines, without=["Ligne"]))
    assert (cash(of), codes(of).count("D07")) == ([4100, 4100], 2)


def test_another_establishment_of_the_payer_pays_nothing_twice() -> None:
    other = CERET[:9] + "00027"
    for mandat in ("7", ""):
        of = town(ledger(A, line(mandat=mandat)), ledger(B, line(mandat=mandat, siret=other)))
        assert (cash(of), codes(of)) == ([4100], ["D07"])


def test_two_budgets_of_one_payer_number_their_mandats_each() -> None:
    other = line(siret=CERET[:9] + "00027", amount="82,00", label="ENT-École, budget annexe", reference="")
    assert cash(town(ledger(A, line()), ledger(B, other))) == [4100, 8200]


@pytest.mark.parametrize("mandat", ["7", ""])
@pytest.mark.parametrize("without", [["Exercice"], ["UAI"], ["Tiers"], ["État"], ["Exercice", "Ligne", "Tiers", "UAI"]])
def test_a_column_that_a_file_lacks_says_nothing(mandat: str, without: list[str]) -> None:
    told = line(mandat=mandat, uai=SCHOOLS[0], payee="DRFIP")
    for names in ((A, B), (B, A)):
        of = town(ledger(names[0], told), ledger(names[1], told, without=without))
        assert (cash(of), codes(of)) == ([4100], ["D07"])
        assert of.payments["exercise"].to_list() == [2026]


def test_a_ledger_without_mandat_numbers_repeats_one_that_has_them() -> None:
    lines = [line(), line(mandat="8", reference=TWO)]
    of = town(ledger(A, *lines), ledger(B, *lines, without=["Mandat", "Exercice"]))
    assert (cash(of), codes(of)) == ([4100, 4100], ["D07", "D07"])
    assert sorted(of.payments["mandat"].to_list()) == ["7", "8"]


def test_a_later_file_without_the_reference_does_not_take_it_away() -> None:
    later = line(mandat="99", label="Cantine", amount="1,00", on="25/11/2026")
    of = town(ledger(A, line(state="émis", paid_on="")), ledger(B, line(), later, without=["Référence"]))
    assert (cash(of), codes(of)) == ([4100], ["D07"])
    assert of.titres.filter(pl.col("titre") == ONE)["paid"].to_list() == [4100]


def test_a_file_without_dates_of_payment_pays_nothing_that_another_calls_pending() -> None:
    later = line(mandat="99", label="Cantine", reference="", amount="1,00", on="25/11/2026")
    told = ledger(B, line(), later, without=["Payé le", "État"])
    of = town(ledger(A, line(state="émis", paid_on="")), told)
    assert (of.titres["paid"].sum(), of.titres["pending"].sum(), codes(of)) == (0, 4100, ["D07"])


# Kept apart ----------------------------------------------------------------------------------------------------------


def test_two_equal_mandats_with_their_own_numbers_are_two() -> None:
    of = town(ledger(A, line(reference=""), line(mandat="8", reference="")), ledger(B, line(mandat="9", reference="")))
    assert (cash(of), codes(of).count("D07")) == ([4100] * 3, 0)


@pytest.mark.parametrize(("first", "second", "count"), [(2, 2, 2), (2, 1, 2), (1, 3, 3), (1, 1, 1)])
def test_equal_lines_without_a_number_count_as_often_as_the_file_that_has_most(
    first: int, second: int, count: int
) -> None:
    twin = line(mandat="", reference="")
    other = line(mandat="99", label="Cantine", reference="")
    of = town(ledger(A, *[twin] * first), ledger(B, *[twin] * second, other))
    assert (cash(of), codes(of).count("D07")) == ([4100] * count, min(first, second))


def test_twins_stay_two_where_a_file_lacks_a_column() -> None:
    twin = line(mandat="", reference="", payee="DRFIP")
    of = town(ledger(A, twin, twin), ledger(B, twin, without=["Tiers"]))
    assert (cash(of), codes(of).count("D07")) == ([4100, 4100], 1)


@pytest.mark.parametrize(
    "dates", [("10/11/2025", "12/11/2026"), ("10/11/2025", "10/11/2026"), ("15/12/2025", "15/01/2026")]
)
def test_a_mandat_number_of_two_years_is_two_mandats_without_a_column_for_the_exercise(dates: tuple[str, str]) -> None:
    first, second = (line(mandat="12", on=day, label="ENT-École", reference="") for day in dates)
    of = town(ledger(A, first, without=["Exercice"]), ledger(B, second, without=["Exercice"]))
    assert (cash(of), codes(of).count("D07"), codes(of).count("D08")) == ([4100, 4100], 0, 0)


def test_a_mandat_of_january_may_be_of_the_exercise_before_if_a_file_says_so() -> None:
    complementary = line(mandat="812", exercise="2025", on="15/01/2026", label="ENT-École", reference="")
    of = town(ledger(A, complementary), ledger(B, complementary, without=["Exercice"]))
    assert (cash(of), codes(of).count("D07")) == ([4100], 1)
    ours = line(mandat="812", exercise="2025", on="15/12/2025", label="ENT-École", reference="")
    apart = town(
        ledger(A, ours), ledger(B, line(mandat="812", on="15/11/2026", label="ENT-École"), without=["Exercice"])
    )
    assert (cash(apart), codes(apart).count("D07")) == ([4100, 4100], 0)


def test_a_mandat_rejected_in_march_and_issued_again_in_may_is_two_events_in_two_extracts() -> None:
    rejected = line(state="rejeté", mandat_on="10/03/2026", paid_on="", reference="", label="ENT-École")
    again = line(on="12/05/2026", reference="", label="ENT-École")
    whole, cut = town(ledger(A, rejected, again)), town(ledger(A, rejected), ledger(B, again))
    assert sorted(cut.payments["status"].to_list()) == sorted(whole.payments["status"].to_list())
    assert codes(cut) == codes(whole)


def test_a_mandat_and_its_reversal_in_two_extracts_are_no_contradiction() -> None:
    lines = [
        line(on="10/03/2026", reference="", label="ENT-École"),
        line(amount="-41,00", on="12/05/2026", reference="", label="ENT-École"),
    ]
    of = town(ledger(A, lines[0]), ledger(B, lines[1]))
    assert of.payments["status"].to_list() == ["void", "void"]
    assert "P09" in codes(of)
    assert "D08" not in codes(of)


# Contradictions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("without", [[], ["Exercice"], ["Ligne"], ["Objet"]])
def test_a_mandat_told_with_two_amounts_counts_for_nothing_whatever_a_file_lacks(without: list[str]) -> None:
    of = town(ledger(A, line()), ledger(B, line(amount="14,00"), without=without))
    assert (cash(of), codes(of)) == ([], ["D08"])


def test_three_files_with_three_amounts_are_one_contradiction() -> None:
    of = town(
        ledger(A, line()),
        ledger(B, line(amount="14,00"), without=["Exercice"]),
        ledger(C, line(amount="15,00", line="1")),
    )
    assert (cash(of), codes(of)) == ([], ["D08"])
    assert of.controls["holds"].all()


def test_equal_lines_and_two_other_amounts_are_one_contradiction() -> None:
    numbered = line(line="1")
    of = town(
        ledger(A, numbered, numbered),
        ledger(B, line(line="1", amount="14,00")),
        ledger(C, line(line="1", amount="15,00")),
    )
    assert (cash(of), codes(of)) == ([], ["D08"])


def test_a_list_of_titres_without_due_dates_repeats_one_that_has_them() -> None:
    short = file(
        "titres/avant.csv",
        "N° de titre;SIRET débiteur;Convention;Montant;Émis le",
        f"{ONE};{CERET};C1;41,00;01/10/2026",
    )
    of = month(conventions(signed()), lists(f"C1;{SCHOOLS[0]};A;"), titres(titre()), short)
    assert (of.titres["billed"].to_list(), codes(of)) == ([4100], ["D07"])
    due = month(conventions(signed()), lists(f"C1;{SCHOOLS[0]};A;"), titres(titre(), titre(due="")))
    assert (due.titres.height, codes(due)) == (0, ["D08"])


# Any ledger, any extracts --------------------------------------------------------------------------------------------

FIRST = date(2026, 2, 1)
SPAN = 270


def day(offset: int) -> str:
    """Return a day after the first, as a ledger writes it."""
    return f"{FIRST + timedelta(days=offset):%d/%m/%Y}"


@st.composite
def lines(draw: st.DrawFn) -> list[tuple[int, dict[str, str]]]:
    """A random ledger with the day of each line: mandats of several lines, rejected and issued again, reversed; twins."""
    told: list[tuple[int, dict[str, str]]] = []
    labels = st.sampled_from(["ENT-École", "ENT-École 2026-2027", f"ENT-École {SCHOOLS[0]}"])
    references = st.sampled_from(["", ONE, TWO])
    amounts = st.sampled_from(["41,00", "82,00", "20,50"])
    for mandat in range(1, draw(st.integers(1, 4))):
        on, siret = draw(st.integers(0, SPAN)), draw(st.sampled_from([CERET, PERPIGNAN]))
        state = draw(st.sampled_from(["payé", "payé", "émis"]))
        common = {
            "mandat": str(mandat),
            "siret": siret,
            "mandat_on": day(on),
            "paid_on": day(on) if state == "payé" else "",
        }
        own = st.fixed_dictionaries({"label": labels, "reference": references, "amount": amounts})
        told += [(on, line(**common, state=state, **part)) for part in draw(st.lists(own, min_size=1, max_size=3))]
        for again, sign in (("rejeté", ""), ("payé", "-")):
            if state == "payé" and draw(st.booleans()):
                at = draw(st.integers(0, SPAN))
                other = {"mandat_on": day(at), "paid_on": day(at) if sign else "", "amount": sign + draw(amounts)}
                told.append((at, line(**(common | other), state=again, label=draw(labels))))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, SPAN))
        twin = line(mandat="", on=day(at), label=draw(labels), reference=draw(references), amount=draw(amounts))
        told += [(at, twin)] * draw(st.integers(1, 3))
    return told


@st.composite
def extracts(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Return periods that cover the whole, each overlapping the next or touching it; some twice."""
    cuts = sorted(draw(st.sets(st.integers(1, SPAN), max_size=3)))
    starts, ends = [0, *cuts], [*(cut - 1 for cut in cuts), SPAN]
    wider = [
        (start - draw(st.integers(0, 90)), end + draw(st.integers(0, 90)))
        for start, end in zip(starts, ends, strict=True)
    ]
    return wider + draw(st.lists(st.sampled_from(wider), max_size=1))


def cut(
    told: list[tuple[int, dict[str, str]]], periods: list[tuple[int, int]], chance: random.Random, *without: str
) -> list[File]:
    """Return the extracts of a ledger, their lines and names in any order, every other one without some columns."""
    names = [f"paiements/{number}.csv" for number in range(len(periods))]
    chance.shuffle(names)
    files = []
    for number, (name, (first, last)) in enumerate(zip(names, periods, strict=True)):
        rows = [row for on, row in told if first <= on <= last]
        chance.shuffle(rows)
        files.append(ledger(name, *rows, without=without if number % 2 else ()))
    return files


def tables(of: Month) -> dict[str, object]:
    """Return a month's tables, but for what is said of files and of rows given twice."""
    told = comparable(of)
    order = of.findings.columns.index("code")
    return {
        **told,
        "findings": [row for row in told["findings"] if row[order] != "D07"],
        "controls": [row for row in told["controls"] if row[0] != "rows"],
    }


def asked(of: Month) -> bool:
    """Whether an extract holds nothing but reversals: which way its money goes is asked, and nothing of it counts yet."""
    return "D02" in of.findings["code"]


many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@many
@given(told=lines(), periods=extracts(), chance=st.randoms(use_true_random=False))
def test_any_overlapping_extracts_of_any_ledger_tell_what_the_whole_tells(
    told: list[tuple[int, dict[str, str]]], periods: list[tuple[int, int]], chance: random.Random
) -> None:
    whole = town(ledger(A, *(row for _, row in told)))
    parts = town(*cut(told, periods, chance))
    assume(not asked(parts))
    assert tables(parts) == tables(whole)


@many
@given(told=lines(), periods=extracts(), chance=st.randoms(use_true_random=False))
def test_extracts_that_lack_columns_pay_what_the_whole_pays(
    told: list[tuple[int, dict[str, str]]], periods: list[tuple[int, int]], chance: random.Random
) -> None:
    whole = town(ledger(A, *(row for _, row in told)))
    # Not the exercise: a reversal is sought within its exercise, and one that is unknown is another.
    parts = town(*cut(told, periods, chance, "Ligne", "Tiers"))
    assume(not asked(parts))
    columns = ("titre", "billed", "paid", "outstanding", "pending", "credit", "status")
    assert parts.titres.select(columns).rows() == whole.titres.select(columns).rows()
    assert cash(parts) == cash(whole)
    assert parts.controls["holds"].all()
