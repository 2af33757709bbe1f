"""Values: what is read as an amount, a date, a count or a state, what is refused, and the agreement of both forms."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon import values
from recon.texts import day as written_day
from recon.texts import money, number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TRICKY = "0123456789.,'’-−()/:T €EUROeuros$ \t\n\x1c\xa0\u2009\u202fécolÉ\u0301٣３²½"
TEXTS = st.one_of(
    st.text(),
    st.text(TRICKY, max_size=14),
    st.from_regex(
        r"[-−(]?(€|EUR)? ?[0-9]{1,3}([ .,'\xa0][0-9]{3}){0,4}([.,][0-9]{1,3})? ?(€|euros?)?[-)]?\n?", fullmatch=True
    ),
    st.from_regex(r"[0-9]{10,18}(,[0-9]{2})?", fullmatch=True),
    st.from_regex(r"[0-3]?[0-9][/.-][01]?[0-9][/.-](19|20|21)[0-9]{2}( [0-2][0-9]:[0-6][0-9])?", fullmatch=True),
    st.from_regex(r"(19|20|21)[0-9]{2}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9]:[0-5][0-9])?", fullmatch=True),
    st.from_regex(r"[0-9]{1,10} ?([ÉEée]coles?)?", fullmatch=True),
)


def column(expression: Callable[[pl.Expr], pl.Expr], texts: list[str | None]) -> pl.Series:
    """Return what the expression makes of `texts`."""
    return pl.DataFrame({"text": texts}, schema={"text": pl.String}).select(expression(pl.col("text"))).to_series()


def payment_state(text: str) -> str | None:
    """Return the state of a payment that `text` names, one text at a time."""
    return values.PAYMENT_STATES.get(values.folded(text))


def payment_states(expr: pl.Expr) -> pl.Expr:
    """String: the state of a payment each text names."""
    return values.word(expr, values.PAYMENT_STATES)


AGREEING: list[tuple[Callable[[str], object], Callable[[pl.Expr], pl.Expr], pl.DataType]] = [
    (values.clean, values.cleaned, pl.String()),
    (values.parse_cents, values.cents, pl.Int64()),
    (values.parse_day, values.day, pl.Date()),
    (values.parse_count, values.count, pl.Int64()),
    (payment_state, payment_states, pl.String()),
]


@pytest.mark.parametrize(("function", "expression", "dtype"), AGREEING)
@settings(deadline=None)  # The first example waits for polars to compile the patterns.
@given(texts=st.lists(TEXTS, max_size=20))
def test_each_expression_agrees_with_its_function(
    function: Callable[[str], object], expression: Callable[[pl.Expr], pl.Expr], dtype: pl.DataType, texts: list[str]
) -> None:
    read = column(expression, [*texts, None])
    assert read.to_list() == [*(function(text) for text in texts), None]
    assert read.dtype == dtype


# Plain text ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "clean"), [(" École \xa0\n du\u202fPort\t", "École du Port"), (" \u2003", None), ("", None)]
)
def test_white_space_is_collapsed_and_a_blank_text_is_nothing(text: str, clean: str | None) -> None:
    assert values.clean(text) == clean


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  N° de TITRE ", "n de titre"),
        ("Nº mandat", "n mandat"),
        ("№ mandat", "n mandat"),
        ("Réf._facture", "ref facture"),
        ("Sacré-Cœur", "sacre coeur"),
        ("E\u0301tat\u00a0(O/N)", "etat o n"),
        ("Ｍｏｎｔａｎｔ", "montant"),
    ],
)
def test_headings_are_compared_without_case_accents_and_punctuation(text: str, folded: str) -> None:
    assert values.folded(text) == folded


@given(text=st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert values.folded(values.folded(text)) == values.folded(text)


def test_a_cyrillic_letter_does_not_fold_to_a_latin_one() -> None:
    assert values.folded("Pаyé") != values.folded("Payé")


# Amounts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("45", 4_500),
        ("45.5", 4_550),
        ("45,50", 4_550),
        ("0", 0),
        ("2565", 256_500),
        ("2 565", 256_500),
        ("2 565,00 €", 256_500),
        ("2\xa0565,00\xa0€", 256_500),
        ("2\u202f565,00", 256_500),
        ("2\u2009565.00", 256_500),
        ("2'565.00", 256_500),
        ("2’565,00", 256_500),
        ("2.565,00", 256_500),
        ("2.565,00 €", 256_500),
        ("1,234.50", 123_450),
        ("1.234.567", 123_456_700),
        ("1 234 567", 123_456_700),
        ("1,234,567.8", 123_456_780),
        ("2565€", 256_500),
        ("41 €", 4_100),
        ("41 euros", 4_100),
        ("164 Euros", 16_400),
        ("EUR 41,00", 4_100),
        ("€41", 4_100),
        (" 41,00\n", 4_100),
        ("999 999 999 999,99", 10**14 - 1),
    ],
)
def test_an_amount_with_one_reading_is_read(text: str, cents: int) -> None:
    assert values.parse_cents(text) == cents


@pytest.mark.parametrize(
    "text", ["-41", "−41,00", "- 41 €", "41-", "41 € −", "(41,00)", "(41,00 €)", "(41) €", "EUR -41", "41,00- €"]
)
def test_a_minus_before_or_after_or_parentheses_make_an_amount_negative(text: str) -> None:
    assert values.parse_cents(text) == -4_100


@pytest.mark.parametrize("text", ["1.234", "1,234", "2.565", "2.565 €", "-1,234", "0.234"])
def test_an_amount_with_two_readings_is_refused(text: str) -> None:
    assert values.parse_cents(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "néant", "€", "-", "45.", ",50", "45,123", "1e3", "1E+03", "12 34", "1 2345", "0 565,00", "2  565",
        "1.234,567", "1 234.567.890", "1.234 567,00", "1,234,50", "41,00 $", "41 € TTC", "41€50", "EUR 41 €", "٤١",
        "４１", "(41", "41)", "-(41)", "--41", "-41-", "+41", "41\n42", "1\n234", "nan", "inf", "30/11/2026", "#REF!",
        "1000000000000", "-1 000 000 000 000,00", "9" * 30,
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(text: str) -> None:
    assert values.parse_cents(text) is None


@given(cents=st.integers(-(10**14) + 1, 10**14 - 1))
def test_an_amount_we_write_is_read_back_to_the_cent(cents: int) -> None:
    assert values.parse_cents(money(cents).fr) == cents
    assert values.parse_cents(money(cents).en) == cents


@given(cents=st.integers(-(10**14) + 1, 10**14 - 1))
def test_a_number_cell_is_read_back_to_the_cent(cents: int) -> None:
    assert values.parse_cents(f"{cents / 100:.15g}") == cents


# Dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["05/11/2026", "5/11/2026", "05-11-2026", "05.11.2026", " 5.11.2026 ", "2026-11-05", "2026-11-05T17:42:00",
     "2026-11-05 17:42", "2026-11-05T17:42:00.000", "05/11/2026 00:00:00"],
)  # fmt: skip
def test_a_date_is_read_day_first_or_in_iso_form(text: str) -> None:
    assert values.parse_day(text) == date(2026, 11, 5)


@pytest.mark.parametrize(
    "text",
    ["31/02/2026", "29/02/2027", "00/01/2026", "11/30/2026", "2026-13-01", "05/11/26", "5 novembre 2026", "46331",
     "05/11-2026", "05112026", "2026/11/05", "2026-1-5", "05/11/1989", "05/11/2101", "2026-11-05T25:00", "٠5/11/2026",
     "2026-11-05T17:42:00Z", "2026-11-055", "105/11/2026", ""],
)  # fmt: skip
def test_an_impossible_or_doubtful_date_is_refused(text: str) -> None:
    assert values.parse_day(text) is None


@given(day=st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_date_we_write_is_read_back(day: date) -> None:
    assert values.parse_day(written_day(day).fr) == day
    assert values.parse_day(day.isoformat()) == day


# Counts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count"),
    [("57", 57), ("0", 0), (" 57 écoles ", 57), ("1 école", 1), ("57 ECOLES", 57), ("2 école(s)", 2),
     ("4\u202f104", 4104), ("3 e\u0301coles", 3)],
)  # fmt: skip
def test_a_count_may_name_the_schools(text: str, count: int) -> None:
    assert values.parse_count(text) == count


@pytest.mark.parametrize("text", ["57.0", "57,0", "-1", "1e2", "écoles", "57 élèves", "1 2", "٥", "9" * 10, ""])
def test_what_is_no_count_is_refused(text: str) -> None:
    assert values.parse_count(text) is None


@given(count=st.integers(0, 10**9 - 1))
def test_a_count_we_write_is_read_back(count: int) -> None:
    assert values.parse_count(number(count).fr) == count
    assert values.parse_count(str(count)) == count


# Words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("Payée", values.PAYMENT_STATES, "payé"),
        ("RÉGLÉ", values.PAYMENT_STATES, "payé"),
        ("payé(e)s", values.PAYMENT_STATES, "payé"),
        ("mandaté", values.PAYMENT_STATES, "émis"),
        ("Pris en charge", values.PAYMENT_STATES, "émis"),
        ("émises", values.PAYMENT_STATES, "émis"),
        ("Suspendu", values.PAYMENT_STATES, "suspendu"),
        ("Rejet", values.PAYMENT_STATES, "rejeté"),
        ("annulation", values.PAYMENT_STATES, "annulé"),
        ("en attente", values.PAYMENT_STATES, None),
        ("payé en partie", values.PAYMENT_STATES, None),
        ("Non payé", values.PAYMENT_STATES, None),
        ("Titre initial", values.TITRE_NATURES, "émission"),
        ("Réductions", values.TITRE_NATURES, "réduction"),
        ("Annulé", values.TITRE_NATURES, "annulation"),
        ("remise gracieuse", values.TITRE_NATURES, None),
        ("admission en non-valeur", values.TITRE_NATURES, None),
        ("annulation partielle", values.TITRE_NATURES, None),
        ("Contestée", values.TITRE_STATES, "contesté"),
        ("Non contesté", values.TITRE_STATES, "émis"),
        ("Signé", values.CONVENTION_STATES, "signée"),
        ("à signer", values.CONVENTION_STATES, "proposée"),
        ("Résiliation", values.CONVENTION_STATES, "résiliée"),
        ("Inscrite", values.ENROLMENT_STATES, "inscrite"),
        ("RETRAIT", values.ENROLMENT_STATES, "retirée"),
    ],
)
def test_a_state_is_known_by_its_usual_words(text: str, words: Mapping[str, str], value: str | None) -> None:
    assert column(lambda expr: values.word(expr, words), [text, None, text]).to_list() == [value, None, value]


@pytest.mark.parametrize(
    ("words", "canonical"),
    [
        (values.PAYMENT_STATES, {"émis", "payé", "suspendu", "rejeté", "annulé"}),
        (values.TITRE_NATURES, {"émission", "réduction", "annulation"}),
        (values.TITRE_STATES, {"émis", "contesté"}),
        (values.CONVENTION_STATES, {"proposée", "signée", "résiliée"}),
        (values.ENROLMENT_STATES, {"inscrite", "retirée"}),
    ],
)
def test_each_canonical_word_means_itself(words: Mapping[str, str], canonical: set[str]) -> None:
    assert set(words.values()) == canonical
    assert all(words[values.folded(value)] == value for value in canonical)
