"""Identifiers: the keys, the safe repairs, and the agreement of every expression with its function."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon import identifiers as ids
from tests import oracles

if TYPE_CHECKING:
    from collections.abc import Callable

SEED_UAIS = ["0660178K", "0660206R", "0660213Y", "0660307A", "0660443Y", "0660560A", "0660723C", "0660896R", "0660932E"]
SIRETS = ["21660136900012", "21660049400019", "73282932000074"]
POST_OFFICES = ["35600000049837", "35600000000048"]

SEVEN_DIGITS = st.from_regex("[0-9]{7}", fullmatch=True)
RIGHT_UAIS = SEVEN_DIGITS.map(lambda digits: digits + ids.uai_letter(digits))
# Blanks, dashes, homoglyphs, letters that change under case, digits of other scripts: what breaks agreement.
TRICKY = "0123456789OoAaEe+-–—−/._, \t\n\x1c\x85\xa0\u2009\u200b\u202f\ufeffſıßАéœ٣３²"
TEXTS = st.one_of(
    st.text(),
    st.text(TRICKY, max_size=16),
    RIGHT_UAIS,
    st.from_regex(r"[ \xa0]?[0-9Oo]{6,7} ?[A-Za-zſА]\n?", fullmatch=True),
    st.from_regex(r"[0-9]{9}|[0-9]{14}|356000000[0-9]{5}|[0-9]{3} [0-9]{3}[.-][0-9]{3}", fullmatch=True),
    st.from_regex(r"20[0-9]{2} ?[-/–.] ?(20)?[0-9]{2}\n?", fullmatch=True),
    st.from_regex(r"[0-9]([.,][0-9]+)?[eE][+-]?[0-9]{2}", fullmatch=True),
    st.integers(2000, 2099).map(lambda year: f"{year}/{(year + 1) % 100:02d}"),
)


def column(expression: Callable[[pl.Expr], pl.Expr], texts: list[str | None]) -> list[object]:
    """Return what the expression makes of `texts`."""
    return (
        pl.DataFrame({"text": texts}, schema={"text": pl.String})
        .select(expression(pl.col("text")))
        .to_series()
        .to_list()
    )


AGREEING: list[tuple[Callable[[str], object], Callable[[pl.Expr], pl.Expr]]] = [
    (ids.is_uai, ids.uai_valid),
    (ids.expected_uai, ids.uai_expected),
    (ids.repair_uai, ids.uai_repaired),
    (ids.repair_uai, oracles.uai_repaired),
    (ids.department_of_uai, ids.uai_department),
    (ids.clean_digits, ids.digits_cleaned),
    (ids.is_siren, ids.siren_valid),
    (ids.is_siret, ids.siret_valid),
    (ids.siren_of, ids.siren_of_siret),
    (ids.titre_key, ids.titre_keyed),
    (ids.digits_lost, ids.lost_digits),
    (ids.parse_school_year, ids.school_year_parsed),
]


@pytest.mark.parametrize(("function", "expression"), AGREEING)
@settings(deadline=None)  # The first example waits for polars to compile the patterns.
@given(texts=st.lists(TEXTS, max_size=20))
def test_each_expression_agrees_with_its_function(
    function: Callable[[str], object], expression: Callable[[pl.Expr], pl.Expr], texts: list[str]
) -> None:
    assert column(expression, [*texts]) == [function(text) for text in texts]


@pytest.mark.parametrize("expression", [pair[1] for pair in AGREEING] + [ids.siren_shape, ids.siret_shape])
def test_a_null_stays_null(expression: Callable[[pl.Expr], pl.Expr]) -> None:
    assert column(expression, [None, None]) == [None, None]


# UAI -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("uai", SEED_UAIS)
def test_real_uais_are_valid(uai: str) -> None:
    assert ids.is_uai(uai)


@given(digits=SEVEN_DIGITS)
def test_of_all_letters_only_the_right_one_is_accepted(digits: str) -> None:
    right = digits + ids.uai_letter(digits)
    assert [ids.is_uai(digits + letter) for letter in ids.UAI_LETTERS].count(True) == 1
    assert {ids.expected_uai(digits + letter) for letter in ids.UAI_LETTERS + "IOQ"} == {right}
    assert ids.is_uai(right)


@pytest.mark.parametrize(
    "text", ["0660560B", "0660560a", " 0660560A", "0660560A\n", "660560A", "0660560А", "٠660560A", ""]
)
def test_anything_but_the_written_form_is_no_uai(text: str) -> None:
    assert not ids.is_uai(text)


@pytest.mark.parametrize(
    "text",
    ["0660560a", " 0660560A ", "066 0560 A", "\u202f0660560\xa0A", "660560A", "O66O56OA", "o660560a", "66o560 a\n"],
)
def test_safe_slips_of_a_uai_are_repaired(text: str) -> None:
    assert ids.repair_uai(text) == "0660560A"


@pytest.mark.parametrize("text", ["0660560B", "0660560А", "0660560", "60560A", "066-0560A", "l660560A", "٠660560A", ""])
def test_anything_else_is_left_as_it_is(text: str) -> None:
    assert ids.repair_uai(text) == text


def test_a_long_s_is_not_an_s() -> None:
    uai = next(f"{number:07d}S" for number in range(23) if ids.is_uai(f"{number:07d}S"))
    assert ids.repair_uai(uai.replace("S", "ſ")) == uai.replace("S", "ſ")


@given(text=TEXTS)
def test_a_repair_gives_a_valid_uai_or_changes_nothing(text: str) -> None:
    repaired = ids.repair_uai(text)
    assert repaired == text or ids.is_uai(repaired)


@pytest.mark.parametrize(("text", "expected"), [("0660560Q", "0660560A"), ("0660560b", "0660560A"), ("066056A", None)])
def test_the_expected_uai_is_named_for_seven_digits_and_a_letter(text: str, expected: str | None) -> None:
    assert ids.expected_uai(text) == expected


@pytest.mark.parametrize(
    ("start", "department"),
    [("066", "66"), ("001", "01"), ("620", "2A"), ("720", "2B"), ("971", "971"), ("974", "974"), ("976", "976")],
)
def test_a_uai_begins_with_its_department(start: str, department: str) -> None:
    assert ids.department_of_uai(f"{start}0560A") == department


# SIREN and SIRET -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("siret", SIRETS + POST_OFFICES)
def test_real_sirets_are_valid_and_hold_a_valid_siren(siret: str) -> None:
    assert ids.is_siret(siret)
    assert ids.is_siren(ids.siren_of(siret))


@pytest.mark.parametrize("siret", SIRETS)
def test_one_wrong_digit_is_seen(siret: str) -> None:
    wrong = [
        siret[:at] + str((int(siret[at]) + step) % 10) + siret[at + 1 :] for at in range(14) for step in range(1, 10)
    ]
    assert not any(column(ids.siret_valid, [*wrong]))
    assert all(column(ids.siret_shape, [*wrong]))


def test_the_branches_of_la_poste_sum_to_a_multiple_of_five() -> None:
    texts: list[str | None] = [f"356000000{number:05d}" for number in range(2_000)]
    assert column(ids.siret_valid, texts) == [ids.is_siret(str(text)) for text in texts]
    assert ids.is_siret("35600000000005") is False
    assert ids.is_siret("35600000000001") is True


@pytest.mark.parametrize("text", ["216 601 369 00012", "216.601.369.00012", " 216\xa0601\u202f369-00012 "])
def test_spaces_dots_and_dashes_are_cleaned_from_digits(text: str) -> None:
    assert ids.clean_digits(text) == "21660136900012"


@pytest.mark.parametrize(
    ("text", "cleaned"), [(" 216 601 A ", "216 601 A"), ("2,16E+13", "2,16E+13"), (" - ", "-"), ("", "")]
)
def test_a_text_with_anything_else_is_only_stripped(text: str, cleaned: str) -> None:
    assert ids.clean_digits(text) == cleaned


@pytest.mark.parametrize(
    "text", ["2166013690001", "216 601 369 00012", "+2166013690001", "２1660136900012", "21660136900012\n"]
)
def test_a_siret_is_fourteen_ascii_digits(text: str) -> None:
    assert not ids.is_siret(text)
    assert column(ids.siret_shape, [text]) == [False]


# Titre numbers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("031000 006 053 031 485571 2018 0037579", "03100000605303148557120180037579"),
        ("22-41537", "2241537"),
        ("tp–2026/2027_00.12", "TP202620270012"),
        ("réf\u202f12", "RÉF12"),
    ],
)
def test_titres_are_compared_without_separators(text: str, key: str) -> None:
    assert ids.titre_key(text) == key


@given(text=TEXTS)
def test_a_titre_key_is_its_own_key(text: str) -> None:
    assert ids.titre_key(ids.titre_key(text)) == ids.titre_key(text)


@pytest.mark.parametrize("text", ["3.1E+31", "3,1E+31", "3.10006E+31", "3.10006053031486e+31", " 3E+31 "])
def test_a_number_stored_as_a_float_has_lost_digits(text: str) -> None:
    assert ids.digits_lost(text)


@pytest.mark.parametrize("text", ["22-41537", "22E41537", "3.1E-31", "E+31", "TP 3.1E+31", "", "3..1E+31"])
def test_other_titre_numbers_have_lost_nothing(text: str) -> None:
    assert not ids.digits_lost(text)


# School years ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["2026-2027", "2026/2027", "2026-27", "2026 / 2027", "2026–2027", " 2026\xa0—\u202f27\n"]
)
def test_a_school_year_is_read_in_its_usual_forms(text: str) -> None:
    assert ids.parse_school_year(text) == "2026-2027"


@pytest.mark.parametrize(
    "text",
    ["20262027", "2026", "2026-2028", "2027-2026", "2026-2026", "1999-2000", "2099-00", "26-27", "٢026-2027", ""],
)
def test_anything_else_is_no_school_year(text: str) -> None:
    assert ids.parse_school_year(text) is None


@pytest.mark.parametrize(
    ("label", "years"),
    [
        ("ENT-École année scolaire 2026-2027", ("2026-2027",)),
        ("ENT 2026/27, solde 2025-26.", ("2025-2026", "2026-2027")),
        ("ENT (2025-2026/2026-2027)", ("2025-2026", "2026-2027")),
        ("2026-2027 et 2026/2027", ("2026-2027",)),
        ("TP-2024-2025-0001", ()),
        ("TP2024-2025", ()),
        ("2024-2025A", ()),
        ("066-216601369-20262027-1", ()),
        ("120262027", ()),
        ("92026-20270", ()),
        ("01/09/2026/2027", ()),
        ("du 2026-2028", ()),
        ("2026-12-27", ()),
        ("", ()),
    ],
)
def test_a_label_names_only_whole_consecutive_school_years(label: str, years: tuple[str, ...]) -> None:
    assert ids.school_years_in(label) == years


@given(day=st.dates(date(2000, 9, 1), date(2098, 8, 31)))
def test_a_day_lies_in_its_school_year(day: date) -> None:
    year = ids.school_year_of(day)
    assert ids.school_year_start(year) <= day <= ids.school_year_end(year)
    assert ids.parse_school_year(year) == year
    assert ids.school_years_in(f"ENT {year}.") == (year,)


@pytest.mark.parametrize(("day", "year"), [(date(2026, 8, 31), "2025-2026"), (date(2026, 9, 1), "2026-2027")])
def test_a_school_year_starts_on_1_september(day: date, year: str) -> None:
    assert ids.school_year_of(day) == year
    assert ids.school_year_end("2025-2026") + timedelta(days=1) == ids.school_year_start("2026-2027")


@pytest.mark.parametrize(
    "number",
    ["TP-2026-00141", "031000 006 053 031 485571 2018 0037579", "22-41537", "Titre n° 2026/141", "AB 12-34 567-890"],
)
def test_a_number_in_groups_is_one_titre(number: str) -> None:
    assert pl.DataFrame({"titre": [number]}).select(ids.one_titre(pl.col("titre"))).item()
