"""Text to value: amounts, dates, counts and state words, each as a function and as a polars expression.

Strict on purpose: a text with two readings is refused (None, null), never guessed. The patterns are written for both
regex engines, as in `recon.identifiers`. Canonical texts: `45.5` from a number cell, `2026-11-30T17:42:00` from a date
cell, a text cell as it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Final

import polars as pl

from recon.identifiers import WHITE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WHITE: Final = f"[{WHITE}]"
# The spaces that may stand inside a number: no line feed, as two lines of a cell are two numbers.
_SPACE: Final = "[ \xa0\u2007\u2009\u200a\u202f]"
_GROUPED: Final = "[1-9][0-9]{0,2}"


# Plain text ------------------------------------------------------------------------------------------------------


def clean(text: str) -> str | None:
    """Return `text` with every run of white space as one space, None if nothing remains."""
    return re.sub(f"{_WHITE}+", " ", text).strip(" ") or None


def cleaned(expr: pl.Expr) -> pl.Expr:
    """String: `clean` of a String column."""
    text = expr.str.replace_all(f"{_WHITE}+", " ").str.strip_chars(" ")
    return pl.when(text != "").then(text)


def folded(text: str) -> str:
    """Return `text` for comparison: no case, accents or punctuation, `oe` for `œ`, single spaces."""
    # "Nº" and "№" are "N°" typed otherwise; compatibility forms would turn them into "No".
    text = text.replace("º", "°").replace("№", "n°")
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(re.sub(r"[\W_]+", " ", bare.replace("œ", "oe").replace("æ", "ae")).split())


# Amounts ---------------------------------------------------------------------------------------------------------

_LIMIT: Final = 10**14  # A million million euros: beyond it, a number is no amount.
_MINUS: Final = "[-\u2212]"
_EURO: Final = "(?:€|[Ee][Uu][Rr](?:[Oo][Ss]?)?)"
# `1.234` and `1,234` have two readings, and are in none of these: one group needs decimals, or a second group.
_NUMBER: Final = "(?:{})".format(
    "|".join(
        (
            "[0-9]{1,15}(?:[.,][0-9]{1,2})?",
            f"{_GROUPED}(?:{_SPACE}[0-9]{{3}}){{1,4}}(?:[.,][0-9]{{1,2}})?",
            f"{_GROUPED}(?:['’][0-9]{{3}}){{1,4}}(?:[.,][0-9]{{1,2}})?",
            rf"{_GROUPED}(?:\.[0-9]{{3}}){{1,4}},[0-9]{{1,2}}",
            rf"{_GROUPED}(?:,[0-9]{{3}}){{1,4}}\.[0-9]{{1,2}}",
            rf"{_GROUPED}(?:\.[0-9]{{3}}){{2,4}}",
            rf"{_GROUPED}(?:,[0-9]{{3}}){{2,4}}",
        )
    )
)
_UNSIGNED: Final = f"(?:{_EURO}{_SPACE}*{_NUMBER}|{_NUMBER}(?:{_SPACE}*{_EURO})?)"
_NEGATIVE_FORMS: Final = "|".join(
    (
        f"{_MINUS}{_SPACE}*{_UNSIGNED}",
        f"{_UNSIGNED}{_SPACE}*{_MINUS}",
        f"{_EURO}{_SPACE}*{_MINUS}{_SPACE}*{_NUMBER}",
        f"{_NUMBER}{_SPACE}*{_MINUS}{_SPACE}*{_EURO}",
        rf"\({_SPACE}*{_UNSIGNED}{_SPACE}*\)",
        rf"\({_SPACE}*{_NUMBER}{_SPACE}*\){_SPACE}*{_EURO}",
    )
)
_AMOUNT: Final = f"^{_WHITE}*(?:{_UNSIGNED}|{_NEGATIVE_FORMS}){_WHITE}*$"
_NEGATIVE: Final = r"[-\u2212(]"
_DECIMALS: Final = "[.,]([0-9]{1,2})$"


def parse_cents(text: str) -> int | None:
    """Return the amount in cents, None if `text` is no amount or has two readings (`1.234`)."""
    if not re.fullmatch(_AMOUNT, text):
        return None
    bare = re.sub("[^0-9.,]", "", text)
    decimals = re.search(_DECIMALS, bare)
    whole = re.sub("[.,]", "", re.sub(_DECIMALS, "", bare))
    amount = int(whole + (decimals[1] if decimals else "").ljust(2, "0"))
    if amount >= _LIMIT:
        return None
    return -amount if re.search(_NEGATIVE, text) else amount


def cents(expr: pl.Expr) -> pl.Expr:
    """Int64: `parse_cents` of a String column."""
    bare = pl.when(expr.str.contains(_AMOUNT)).then(expr.str.replace_all("[^0-9.,]", ""))
    decimals = bare.str.extract(_DECIMALS).fill_null("").str.pad_end(2, "0")
    whole = bare.str.replace(_DECIMALS, "").str.replace_all("[.,]", "")
    amount = (whole + decimals).cast(pl.Int64)
    signed = pl.when(expr.str.contains(_NEGATIVE)).then(-amount).otherwise(amount)
    return pl.when(amount < _LIMIT).then(signed)


# Dates -----------------------------------------------------------------------------------------------------------

_YEAR: Final = "(?:199[0-9]|20[0-9]{2}|2100)"
_DAY: Final = "[0-9]{1,2}"
_TIME: Final = "(?:[T ](?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?)?"
_DAY_FIRST: Final = rf"^{_WHITE}*{_DAY}(?:/{_DAY}/|-{_DAY}-|\.{_DAY}\.){_YEAR}{_TIME}{_WHITE}*$"
_YEAR_FIRST: Final = f"^{_WHITE}*{_YEAR}-[0-9]{{2}}-[0-9]{{2}}{_TIME}{_WHITE}*$"
_THREE_NUMBERS: Final = "([0-9]+)[/.-]([0-9]+)[/.-]([0-9]+)"


def parse_day(text: str) -> date | None:
    """Return the date `text` writes day first, or in ISO form, None if there is no such day between 1990 and 2100."""
    day_first = re.fullmatch(_DAY_FIRST, text)
    numbers = re.search(_THREE_NUMBERS, text) if day_first or re.fullmatch(_YEAR_FIRST, text) else None
    if numbers is None:
        return None
    first, month, last = map(int, numbers.groups())
    try:
        return date(last, month, first) if day_first else date(first, month, last)
    except ValueError:
        return None


def day(expr: pl.Expr) -> pl.Expr:
    """Date: `parse_day` of a String column."""
    first, month, last = (expr.str.extract(_THREE_NUMBERS, part).str.zfill(2) for part in (1, 2, 3))
    iso = (
        pl.when(expr.str.contains(_DAY_FIRST))
        .then(pl.concat_str(last, month, first, separator="-"))
        .when(expr.str.contains(_YEAR_FIRST))
        .then(pl.concat_str(first, month, last, separator="-"))
    )
    return iso.str.to_date("%Y-%m-%d", strict=False)


# Counts ----------------------------------------------------------------------------------------------------------

_SCHOOLS: Final = "(?:[Ee]\u0301?|[Éé])[Cc][Oo][Ll][Ee](?:[Ss]|\\([Ss]\\))?"
_COUNT: Final = f"^{_WHITE}*(?:[0-9]{{1,9}}|{_GROUPED}(?:{_SPACE}[0-9]{{3}}){{1,2}})(?:{_SPACE}*{_SCHOOLS})?{_WHITE}*$"


def parse_count(text: str) -> int | None:
    """Return the count `text` writes (`57`, `57 écoles`, `4 104`), None if it is no non-negative integer."""
    return int(re.sub("[^0-9]", "", text)) if re.fullmatch(_COUNT, text) else None


def count(expr: pl.Expr) -> pl.Expr:
    """Int64: `parse_count` of a String column."""
    return pl.when(expr.str.contains(_COUNT)).then(expr.str.replace_all("[^0-9]", "")).cast(pl.Int64)


# Words -----------------------------------------------------------------------------------------------------------


def _words(meanings: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return each folded word, in every gender and number, with the value it means."""
    return {
        folded(word + ending): value
        for value, words in meanings.items()
        for word in (value, *words)
        for ending in ("", "e", "s", "es", "(e)", "(s)", "(e)s", "(es)")
    }


# "En attente", "validé", "en cours" are not here: they mean one thing in one software and another in the next.
PAYMENT_STATES: Final = _words(
    {
        "émis": ("mandaté", "mandat émis", "pris en charge", "prise en charge", "mandatement", "émission", "visé"),
        "payé": ("réglé", "acquitté", "mandat payé", "paiement effectué", "règlement", "paiement", "viré", "décaissé"),
        "suspendu": ("suspension", "en suspens", "mandat suspendu", "paiement suspendu"),
        "rejeté": ("rejet", "mandat rejeté", "rejet du comptable", "rejeté par le comptable", "refusé", "refus"),
        "annulé": ("annulation", "mandat annulé", "mandat d'annulation"),
    }
)
# A partial cancellation, a "remise gracieuse" and an "admission en non-valeur" are none of the three natures.
TITRE_NATURES: Final = _words(
    {
        "émission": ("émis", "titre", "titre initial", "titre émis", "initial", "initiale", "titre de perception"),
        "réduction": ("réduit", "réduction de titre", "titre de réduction", "titre réduit"),
        "annulation": ("annulé", "annulation de titre", "titre d'annulation", "titre annulé", "annulation totale"),
    }
)
TITRE_STATES: Final = _words(
    {
        "émis": ("émission", "titre émis", "pris en charge", "prise en charge", "non contesté"),
        "contesté": ("contestation", "titre contesté", "en contestation", "réclamation", "en litige", "litige"),
    }
)
CONVENTION_STATES: Final = _words(
    {
        "proposée": ("proposé", "proposition", "projet", "à signer", "non signé", "envoyé", "en attente de signature",
                     "en cours de signature"),
        "signée": ("signé", "signature", "convention signée"),
        "résiliée": ("résilié", "résiliation", "convention résiliée", "dénoncé", "dénonciation"),
    }
)  # fmt: skip
ENROLMENT_STATES: Final = _words(
    {
        "inscrite": ("inscrit", "inscription", "école inscrite"),
        "retirée": ("retiré", "retrait", "école retirée", "désinscrit", "désinscription", "radié", "radiation"),
    }
)

SCHOOL_CHANGES: Final = _words(
    {
        "ajout": ("ajouté", "ajoutée", "nouvelle", "entrée"),
        "retrait": ("retiré", "retirée", "supprimé", "supprimée", "sortie"),
    }
)


def word(expr: pl.Expr, words: Mapping[str, str]) -> pl.Expr:
    """String: the value each text of a String column means by `words`, null if it is not among them."""
    return expr.map_batches(lambda column: _meanings(column, words), return_dtype=pl.String, is_elementwise=True)


def _meanings(column: pl.Series, words: Mapping[str, str]) -> pl.Series:
    # Folding is slow and states are few: each distinct text is folded once.
    texts = column.drop_nulls().unique().to_list()
    values = [words.get(folded(text)) for text in texts]
    return column.replace_strict(texts, values, default=None, return_dtype=pl.String)
