"""Values: what is read as an amount, a date, a count or a state, what is refused, and the agreement of both forms."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon import values
from recon.readers.cells import decimal
from recon.texts import MONTHS, long_day, money, number
from recon.texts import day as written_day
from tests import oracles

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
    st.from_regex(r"[-+]?[0-9]{1,6}[.,€][0-9]{2}(0{0,6}|9{4,6}|5)[0-9]{0,4}( TTC| eur\.)?", fullmatch=True),
    st.from_regex(
        r"((lun|jeudi)[.,]? )?[0-3]?[0-9](er)?[ -](juin|févr\.|dec|MAI|jui)[ -](20)?[0-9]{2}", fullmatch=True
    ),
    st.from_regex(r"(19|20|[0-3][0-9])[0-9]{6}|[0-9]{5}(\.[0-9]{1,12})?", fullmatch=True),
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
    (values.parse_cents, oracles.cents, pl.Int64()),
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
        ("+41", 4_100),
        ("+ 41,00 €", 4_100),
        ("41,00+", 4_100),
        ("EUR +41", 4_100),
        ("41 € TTC", 4_100),
        ("41,00 € T.T.C.", 4_100),
        ("41,00TTC", 4_100),
        ("€41 ttc", 4_100),
        ("41 €uros", 4_100),
        ("41 Eur.", 4_100),
        ("41€50", 4_150),
        ("2565€00", 256_500),
        ("41.0000", 4_100),
        ("41,5000", 4_150),
        ("0.500", 50),
        ("2565.500", 256_550),
        ("1 234,50 €", 123_450),
    ],
)
def test_an_amount_with_one_reading_is_read(text: str, cents: int) -> None:
    assert values.parse_cents(text) == cents


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("41.0000000001", 4_100),
        ("40.9999999999", 4_100),
        ("1000.00000000016", 100_000),
        ("999.999999999999", 100_000),
        ("-0.299999999999", -30),
        ("0.00000001", 0),
        ("12345678.9099999", 1_234_567_891),
        ("1000,00000000016 €", 100_000),
        ("41.005", None),
        ("41.00001", None),
        ("41.0049999999", None),
        ("13.6666666667", None),
        ("41.99999", None),
        ("34.166667", None),
    ],
)
def test_a_float_s_noise_is_no_figure_and_a_third_decimal_is_never_rounded(text: str, cents: int | None) -> None:
    assert values.parse_cents(text) == cents
    assert column(values.cents, [text]).to_list() == [cents]


@pytest.mark.parametrize(
    "text",
    ["-41", "−41,00", "- 41 €", "41-", "41 € −", "(41,00)", "(41,00 €)", "(41) €", "EUR -41", "41,00- €", "-41 € TTC",
     "(41 € TTC)", "-41€00"],
)  # fmt: skip
def test_a_minus_before_or_after_or_parentheses_make_an_amount_negative(text: str) -> None:
    assert values.parse_cents(text) == -4_100


@pytest.mark.parametrize("text", ["1.234", "1,234", "2.565", "2.565 €", "-1,234", "0.234"])
def test_an_amount_with_two_readings_is_refused(text: str) -> None:
    assert values.parse_cents(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "néant", "€", "-", "45.", ",50", "45,123", "1e3", "1E+03", "12 34", "1 2345", "0 565,00", "2  565",
        "1.234,567", "1 234.567.890", "1.234 567,00", "1,234,50", "41,00 $", "41€5", "41€500", "41 € 50",
        "41E50", "41 € HT", "41 HT", "41,00 C", "41,00 D", "41,00 CR", "41,00 DB", "41,-", "EUR 41 €", "٤١", "45.000",
        "４１", "(41", "41)", "-(41)", "--41", "-41-", "+-41", "+(41)", "+41-", "41\n42", "1\n234", "nan", "inf", "30/11/2026", "#REF!",
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


@given(parts=st.lists(st.integers(-(10**6), 10**6), max_size=200))
def test_a_sum_made_in_floats_is_read_back_to_the_cent(parts: list[int]) -> None:
    assert values.parse_cents(decimal(sum(part / 100 for part in parts))) == sum(parts)


EURO = ("", "€", " €", "\xa0€", " EUR", " euros", " Euro", " €uros")
AFTER = ("", " TTC", "TTC", " T.T.C.")
MINUS = ("-{}", "- {}", "−{}", "{}-", "({})")
GROUPS = (
    (" ", ","),
    ("\xa0", ","),
    ("\u202f", ","),
    ("\u2009", "."),
    ("'", "."),
    ("’", ","),
    (".", ","),
    (",", "."),
    ("", ","),
    ("", "."),
)


@given(
    cents=st.integers(-(10**14) + 1, 10**14 - 1),
    signs=st.sampled_from(GROUPS),
    euro=st.sampled_from(EURO),
    after=st.sampled_from(AFTER),
    minus=st.sampled_from(MINUS),
)
def test_an_amount_in_any_writing_reads_back_equal(
    cents: int, signs: tuple[str, str], euro: str, after: str, minus: str
) -> None:
    group, point = signs
    whole = f"{abs(cents) // 100:,}".replace(",", group)
    unsigned = f"{whole}{point}{abs(cents) % 100:02d}{euro}{after}"
    assert values.parse_cents(minus.format(unsigned) if cents < 0 else unsigned) == cents


@settings(deadline=None)
@given(text=TEXTS)
def test_no_text_raises(text: str) -> None:
    for read in (values.clean, values.folded, values.parse_cents, values.parse_day, values.parse_count):
        read(text)
    values.parse_serial(text, epoch_1904=True)


# Dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["05/11/2026", "5/11/2026", "05-11-2026", "05.11.2026", " 5.11.2026 ", "05 / 11 / 2026", "05 11 2026", "2026-11-05",
     "2026/11/05", "2026-11-5", "05/11/26", "5.11.26", "5-11-26", "05\u201111\u20112026", "05112026", "20261105",
     "5 novembre 2026", "5 NOVEMBRE 2026", "05 nov. 2026", "5-nov-26", "05-NOV-2026", "5/nov./2026", "05nov2026",
     "5 November 2026", "le 5 novembre 2026", "Le jeudi 5 novembre 2026", "jeudi 5 novembre 2026", "Jeudi, 5 novembre 2026", "jeu. 05/11/2026",
     "2026-11-05T17:42:00", "2026-11-05 17:42", "2026-11-05T17:42:00.000", "05/11/2026 00:00:00", "05/11/26 17h42",
     "05/11/2026 à 17 h 42", "5 novembre 2026, 17:42", "05112026 17:42"],
)  # fmt: skip
def test_a_date_with_one_reading_is_read(text: str) -> None:
    assert values.parse_day(text) == date(2026, 11, 5)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1er septembre 2026", date(2026, 9, 1)),
        ("1ᵉʳ sept. 2026", date(2026, 9, 1)),
        ("3 juin 2026", date(2026, 6, 3)),
        ("mercredi 3 juin 2026", date(2026, 6, 3)),
        ("03-juin-26", date(2026, 6, 3)),
        ("03-JUN-26", date(2026, 6, 3)),
        ("3 févr. 2026", date(2026, 2, 3)),
        ("3 FEVRIER 2026", date(2026, 2, 3)),
        ("3 fe\u0301v 2026", date(2026, 2, 3)),
        ("15 AOUT 2026", date(2026, 8, 15)),
        ("15 août 2026", date(2026, 8, 15)),
        ("31 déc. 2026", date(2026, 12, 31)),
        ("31-Dec-26", date(2026, 12, 31)),
        ("14 juil. 2026", date(2026, 7, 14)),
        ("2 avr. 2026", date(2026, 4, 2)),
        ("2 mar 2026", date(2026, 3, 2)),
        ("20112010", date(2010, 11, 20)),
        ("20101120", date(2010, 11, 20)),
        ("31/12/79", date(2079, 12, 31)),
        ("1.1.00", date(2000, 1, 1)),
        ("01-02-45", date(2045, 2, 1)),
    ],
)
def test_months_have_names_and_years_two_digits(text: str, day: date) -> None:
    assert values.parse_day(text) == day


@pytest.mark.parametrize(
    "text",
    ["31/02/2026", "29/02/2027", "00/01/2026", "11/30/2026", "2026-13-01", "46331", "05/11-2026", "05/11/1989",
     "05/11/2101", "2026-11-05T25:00", "٠5/11/2026", "2026-11-05T17:42:00Z", "2026-11-055", "105/11/2026", "",
     "05/11/80", "05/11/99", "26-11-05", "05-11-26", "26-02-30", "05 11 26", "5 nov 98", "3 jui 2026", "3 juni 2026",
     "mardi 3 juin 2026", "foo 3 juin 2026", "juin 2026", "3 juin", "30 février 2026", "32 juin 2026", "5/11", "051126",
     "13132026", "99999999", "2026", "11/05/2026 5:42 PM", "05/11/2026 06/11/2026", "3\u0336 juin 2026", "5 / 11/2026",
     "2026-11-05+01:00", "3ème juin 2026", "0/0/0", "IX/2026"],
)  # fmt: skip
def test_an_impossible_or_doubtful_date_is_refused(text: str) -> None:
    assert values.parse_day(text) is None


DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@given(day=DAYS)
def test_a_date_we_write_is_read_back(day: date) -> None:
    assert values.parse_day(written_day(day).fr) == day
    assert values.parse_day(long_day(day).fr) == day
    assert values.parse_day(long_day(day).en) == day
    assert values.parse_day(day.isoformat()) == day


WRITINGS = ("{d:%d/%m/%Y}", "{d.day}/{d.month}/{d.year}", "{d:%d-%m-%Y}", "{d:%d.%m.%Y}", "{d:%Y-%m-%d}", "{d:%Y/%m/%d}",
            "{d:%d%m%Y}", "{d:%Y%m%d}", "{d.day} {name} {d.year}", "{d.day}-{name}-{d.year}", "{weekday} {d.day} {name} {d.year}",
            "{weekday} {d:%d/%m/%Y}")  # fmt: skip
SHORT = ("{d:%d/%m/%y}", "{d:%d.%m.%y}", "{d.day}-{name}-{d:%y}")
TIMES = ("", " 17:42", "T00:00:00", " 8h05", " à 8 h 05", " 23:59:59.999")
WEEKDAYS = ("lundi", "mardi", "Mercredi", "JEUDI", "ven.", "sam.", "dimanche")


WRITTEN = st.one_of(
    st.tuples(DAYS, st.sampled_from(WRITINGS)),
    st.tuples(st.dates(date(2000, 1, 1), date(2079, 12, 31)), st.sampled_from(SHORT)),
)


@given(written=WRITTEN, time=st.sampled_from(TIMES), case=st.sampled_from([str.lower, str.upper, str.title]))
def test_a_date_in_any_writing_reads_back_equal(
    written: tuple[date, str], time: str, case: Callable[[str], str]
) -> None:
    day, writing = written
    name = case(MONTHS["fr"][day.month - 1])
    assert values.parse_day(writing.format(d=day, name=name, weekday=WEEKDAYS[day.weekday()]) + time) == day


@pytest.mark.parametrize(
    ("text", "epoch_1904", "day"),
    [
        ("46331", False, date(2026, 11, 5)),
        ("44869", True, date(2026, 11, 5)),
        ("46331.7375", False, date(2026, 11, 5)),
        ("46330.9999999999", False, date(2026, 11, 5)),
        ("32874", False, date(1990, 1, 1)),
        ("32873", False, None),
        ("73415", False, date(2100, 12, 31)),
        ("73416", False, None),
        ("73415.9999999999", False, None),
        ("60", False, None),
        ("0", False, None),
        ("-46331", False, None),
        ("1E+18", False, None),
        ("46331,5", False, None),
        ("4 6331", False, None),
        ("٤٦٣٣١", False, None),
        ("", False, None),
        ("05/11/2026", False, None),
    ],
)
def test_a_serial_is_a_day_of_its_workbook_s_epoch(text: str, epoch_1904: bool, day: date | None) -> None:
    assert values.parse_serial(text, epoch_1904=epoch_1904) == day


@given(day=DAYS)
def test_a_serial_reads_back_equal_in_both_epochs(day: date) -> None:
    assert values.parse_serial(str((day - date(1899, 12, 30)).days), epoch_1904=False) == day
    assert values.parse_serial(str((day - date(1904, 1, 1)).days), epoch_1904=True) == day


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
        ("Annul.", values.PAYMENT_STATES, "annulé"),
        ("Annulation totale", values.PAYMENT_STATES, "annulé"),
        ("Mandat d’annulation", values.PAYMENT_STATES, "annulé"),
        ("REJET TRÉSORERIE", values.PAYMENT_STATES, "rejeté"),
        ("Rejeté par la trésorerie", values.PAYMENT_STATES, "rejeté"),
        ("visa refusé", values.PAYMENT_STATES, "rejeté"),
        ("Visé", values.PAYMENT_STATES, "émis"),
        ("Visé par le comptable", values.PAYMENT_STATES, "émis"),
        ("En attente de visa du comptable", values.PAYMENT_STATES, "émis"),
        ("P.E.C.", values.PAYMENT_STATES, "émis"),
        ("PEC", values.PAYMENT_STATES, "émis"),
        ("Régl.", values.PAYMENT_STATES, "payé"),
        ("Paiement effectué", values.PAYMENT_STATES, "payé"),
        ("Suspension de paiement", values.PAYMENT_STATES, "suspendu"),
        ("En attente de visa", values.PAYMENT_STATES, None),
        ("Soldé", values.PAYMENT_STATES, None),
        ("Émargé", values.PAYMENT_STATES, None),
        ("Acquitté", values.PAYMENT_STATES, None),
        ("Rejet de virement", values.PAYMENT_STATES, None),
        ("Validé", values.PAYMENT_STATES, None),
        ("À payer", values.PAYMENT_STATES, None),
        ("P", values.PAYMENT_STATES, None),
        ("en attente", values.PAYMENT_STATES, None),
        ("payé en partie", values.PAYMENT_STATES, None),
        ("Non payé", values.PAYMENT_STATES, None),
        ("Titre initial", values.TITRE_NATURES, "émission"),
        ("Réductions", values.TITRE_NATURES, "réduction"),
        ("Annulé", values.TITRE_NATURES, "annulation"),
        ("Titre de recettes", values.TITRE_NATURES, "émission"),
        ("Annul.", values.TITRE_NATURES, "annulation"),
        ("remise gracieuse", values.TITRE_NATURES, None),
        ("admission en non-valeur", values.TITRE_NATURES, None),
        ("annulation partielle", values.TITRE_NATURES, None),
        ("Contestée", values.TITRE_STATES, "contesté"),
        ("Non contesté", values.TITRE_STATES, "émis"),
        ("Payé", values.TITRE_STATES, None),
        ("Soldé", values.TITRE_STATES, None),
        ("En contentieux", values.TITRE_STATES, "contesté"),
        ("Signé", values.CONVENTION_STATES, "signée"),
        ("Signée par les 2 parties", values.CONVENTION_STATES, None),
        ("SIGNEE PAR LES DEUX PARTIES", values.CONVENTION_STATES, "signée"),
        ("En attente de délibération", values.CONVENTION_STATES, "proposée"),
        ("en cours", values.CONVENTION_STATES, None),
        ("Réinscrite", values.ENROLMENT_STATES, "inscrite"),
        ("Désinscrite", values.ENROLMENT_STATES, "retirée"),
        ("Fermée", values.ENROLMENT_STATES, None),
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
