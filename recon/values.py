"""Text to value: amounts, dates, counts and state words, each as a function and as a polars expression.

Strict on purpose: a text with two readings is refused (None, null), never guessed. Canonical texts: `45.5` from a number
cell, `2026-11-30T17:42:00` from a date cell, a text cell as it was typed. The expressions of amounts, dates and words read
each distinct text once. The patterns of amounts and counts are written for both regex engines, as in `recon.identifiers`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import polars as pl

from recon.each import mapped
from recon.identifiers import DASHES, WHITE
from recon.texts import MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WHITE: Final = f"[{WHITE}]"
# The spaces that may stand inside a number: no line feed, as two lines of a cell are two numbers.
_SPACE: Final = "[ \xa0\u2007\u2009\u200a\u202f]"
_GROUPED: Final = "[1-9][0-9]{0,2}"
# Amounts and days repeat from ledger to ledger, and are remembered; a longer text is hardly one, and is not.
_KEPT: Final = 100


# Plain text ------------------------------------------------------------------------------------------------------


def clean(text: str) -> str | None:
    """Return `text` with every run of white space as one space, None if nothing remains."""
    return re.sub(f"{_WHITE}+", " ", text).strip(" ") or None


def cleaned(expr: pl.Expr) -> pl.Expr:
    """String: `clean` of a String column."""
    text = expr.str.replace_all(f"{_WHITE}+", " ").str.strip_chars(" ")
    return pl.when(text != "").then(text)


_NO_WORD: Final = re.compile(r"[\W_]+")


class _Bare(dict[int, int | None]):
    """What `str.translate` makes of each character: itself, or nothing if it combines with the one before."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_BARE: Final = _Bare()


def folded(text: str) -> str:
    """Return `text` for comparison: no case, accents or punctuation, `oe` for `œ`, single spaces."""
    if text.isascii():
        return " ".join(_NO_WORD.sub(" ", text.lower()).split())
    # "Nº" and "№" are "N°" typed otherwise; compatibility forms would turn them into "No".
    text = text.replace("º", "°").replace("№", "n°")
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = decomposed.translate(_BARE)
    return " ".join(_NO_WORD.sub(" ", bare.replace("œ", "oe").replace("æ", "ae")).split())


# Amounts ---------------------------------------------------------------------------------------------------------

_LIMIT: Final = 10**14  # A million million euros: beyond it, a number is no amount.
_SIGN: Final = "[-+\u2212]"
_EURO: Final = "(?:€(?:[Uu][Rr][Oo][Ss]?)?|[Ee][Uu][Rr](?:[Oo][Ss]?|\\.)?)"
# Without tax (HT) is another amount than the one paid, and `41,00 CR` has the sign of whose books it stands in: refused.
_WITH_TAX: Final = f"(?:{_SPACE}*[Tt]\\.?[Tt]\\.?[Cc]\\.?)?"
# `1.234` and `1,234` have two readings, and are in none of these: one group needs decimals, or a second group.
# A third decimal is read only if nothing is lost: zeros, where no group of thousands is possible, or a float's noise,
# below a ten-thousandth of a cent (a sum kept as 1000.00000000016). `41.005` is no amount.
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
            "[0-9]{1,15}[.,][0-9]{2}0{2,13}",
            "(?:0|[0-9]{4,15})[.,][0-9]{2}0",
            "[0-9]{1,15}[.,][0-9]{2}(?:0{5}|9{5})[0-9]{0,13}",
        )
    )
)
_UNSIGNED: Final = "(?:{})".format(
    "|".join(
        (
            f"{_EURO}{_SPACE}*{_NUMBER}{_WITH_TAX}",
            f"{_NUMBER}(?:{_SPACE}*{_EURO})?{_WITH_TAX}",
            "[0-9]{1,12}€[0-9]{2}",
        )
    )
)
_SIGNED: Final = "|".join(
    (
        f"{_SIGN}{_SPACE}*{_UNSIGNED}",
        f"{_UNSIGNED}(?:{_SPACE}*{_SIGN})?",
        f"{_EURO}{_SPACE}*{_SIGN}{_SPACE}*{_NUMBER}",
        f"{_NUMBER}{_SPACE}*{_SIGN}{_SPACE}*{_EURO}",
        rf"\({_SPACE}*{_UNSIGNED}{_SPACE}*\)",
        rf"\({_SPACE}*{_NUMBER}{_SPACE}*\){_SPACE}*{_EURO}",
    )
)
_AMOUNT: Final = f"^{_WHITE}*(?:{_SIGNED}){_WHITE}*$"
_NEGATIVE: Final = r"[-\u2212(]"
_FIRST_TO_LAST: Final = "[0-9].*[0-9]|[0-9]"
_BEYOND_CENTS: Final = "^([0-9]+[.,][0-9]{2})[0-9]+$"
_JUST_BELOW: Final = "^[0-9]+[.,][0-9]{2}9{5}"
_DECIMALS: Final = "[.,]([0-9]{1,2})$"
# What a number cell gives, and how most amounts are written in French: read at once.
_PLAIN: Final = re.compile(
    rf"(-?)((?:[0-9]{{1,12}}|{_GROUPED}(?:{_SPACE}[0-9]{{3}}){{1,3}}))(?:[.,]([0-9]{{1,2}}))?(?:{_SPACE}?(?:€|EUR))?"
)


def parse_cents(text: str) -> int | None:
    """Return the amount in cents, None if `text` is no amount or has two readings (`1.234`)."""
    return _known_cents(text) if len(text) <= _KEPT else _read_cents(text)


def _read_cents(text: str) -> int | None:
    if plain := _PLAIN.fullmatch(text):
        amount = int("".join(plain[2].split()) + (plain[3] or "").ljust(2, "0"))
        return -amount if plain[1] else amount
    if not re.fullmatch(_AMOUNT, text):
        return None
    digits = re.findall(_FIRST_TO_LAST, text)[0].replace("€", ",")
    written = re.sub("[^0-9.,]", "", digits)
    bare = re.sub(_BEYOND_CENTS, r"\1", written)
    decimals = re.search(_DECIMALS, bare)
    whole = re.sub("[.,]", "", re.sub(_DECIMALS, "", bare))
    amount = int(whole + (decimals[1] if decimals else "").ljust(2, "0"))
    amount += bool(re.search(_JUST_BELOW, written))
    if amount >= _LIMIT:
        return None
    return -amount if re.search(_NEGATIVE, text) else amount


_known_cents = lru_cache(maxsize=2**14)(_read_cents)


def cents(expr: pl.Expr) -> pl.Expr:
    """Int64: `parse_cents` of a String column."""
    # Polars' own expressions would compile their patterns for each batch of ledgers: that takes longer than to read it.
    return mapped(expr, parse_cents, pl.Int64())


# Dates -----------------------------------------------------------------------------------------------------------

_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_LATEST_SHORT_YEAR: Final = 79  # `26` is 2026; `98` may be 1998 or a slip: refused.
_ABBREVIATED: Final = (
    ("janv", "jan"), ("févr", "fév"), (), ("avr", "apr"), (), (), ("juil", "juill", "jul"), ("aou", "aug"),
    ("sept", "sep"), ("oct",), ("nov",), ("déc", "dec"),
)  # fmt: skip
# In English too, as databases export `03-JUN-26`; but "jui" may be two months, and "mar" is March beside a day's number.
_MONTHS: Final = {
    folded(word): number
    for number, words in enumerate(zip(MONTHS["fr"], MONTHS["en"], _ABBREVIATED, strict=True), 1)
    for word in (*words[:2], words[1][:3], *words[2])
}
_WEEKDAYS: Final = {
    word: number
    for number, name in enumerate(("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"))
    for word in (name, name[:3])
}
_SLASH: Final = f"(?: ?[/.\\{DASHES}] ?| )"
_LETTERS: Final = r"[^\W\d_]+"
# No "AM" or "PM": they come with the month first. No "Z": at midnight in UTC the day is another one in France.
_TIME: Final = (
    "(?:[Tt]|,? (?:[àa] )?)(?:[01]?[0-9]|2[0-3])"
    "(?::[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?| ?[Hh] ?(?:[0-5][0-9])?)"
)
_DATED: Final = re.compile(rf"(?:[Ll][Ee] )?(?:({_LETTERS})\.?,? )?([0-9].*?)(?:{_TIME})?")
_IN_NUMBERS: Final = re.compile(f"([0-9]{{1,4}})({_SLASH})([0-9]{{1,2}})\\2([0-9]{{1,4}})")
_IN_WORDS: Final = re.compile(
    rf"([0-9]{{1,2}})(?:[Ee][Rr]|ᵉʳ)?{_SLASH}?({_LETTERS})(?:\. ?)?{_SLASH}?([0-9]{{4}}|[0-9]{{2}})"
)
_EIGHT: Final = re.compile("[0-9]{8}")
_SERIAL: Final = re.compile("[0-9]{5}(?:[.][0-9]{1,15})?")
_SECONDS: Final = 86_400


def parse_day(text: str) -> date | None:
    """Return the one date that `text` can mean, None if there is none between 1990 and 2100, or more than one.

    Day first, in numbers or with the month's name, or year first; a weekday must be the date's own; a time is left out.
    """
    return _known_day(text) if len(text) <= _KEPT else _read_day(text)


def _read_day(text: str) -> date | None:
    found = _DATED.fullmatch(unicodedata.normalize("NFC", clean(text) or ""))
    if not found:
        return None
    readings = {day for numbers in _readings(found[2]) if (day := _day(*numbers))}
    if len(readings) != 1:
        return None
    day = readings.pop()
    return day if found[1] is None or _WEEKDAYS.get(folded(found[1])) == day.weekday() else None


_known_day = lru_cache(maxsize=2**14)(_read_day)


def day(expr: pl.Expr) -> pl.Expr:
    """Date: `parse_day` of a String column."""
    return mapped(expr, parse_day, pl.Date())


def parse_serial(text: str, *, epoch_1904: bool) -> date | None:
    """Return the day of a spreadsheet's serial number (`46331`, `46331.5`), None if it is not within 1990 to 2100.

    Only the workbook knows its epoch: 1904 if it was made on an old Macintosh, else 1900.
    """
    if not _SERIAL.fullmatch(text):
        return None
    # To the nearest second, as the last digits of a fraction of a day are noise.
    epoch = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30)  # noqa: DTZ001  A spreadsheet has no zone.
    day = (epoch + timedelta(seconds=round(Decimal(text) * _SECONDS))).date()
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _readings(text: str) -> Iterable[tuple[int, int, int]]:
    """Yield the years, months and days that a date without weekday and time may mean."""
    if found := _IN_NUMBERS.fullmatch(text):
        yield from _in_numbers(found[1], found[2].strip(), found[3], found[4])
    elif found := _IN_WORDS.fullmatch(text):
        yield _year(found[3]), _MONTHS.get(folded(found[2]), 0), int(found[1])
    elif _EIGHT.fullmatch(text):
        yield int(text[:4]), int(text[4:6]), int(text[6:])
        yield int(text[4:]), int(text[2:4]), int(text[:2])


def _in_numbers(first: str, sign: str, month: str, last: str) -> Iterable[tuple[int, int, int]]:
    if len(first) == 4 and len(last) <= 2:
        yield int(first), int(month), int(last)
    elif len(first) <= 2 and len(last) == 4:
        yield int(last), int(month), int(first)
    elif len(first) <= 2 and len(last) == 2 and sign and not _maybe_year_first(first, sign, last):
        yield _year(last), int(month), int(first)


def _maybe_year_first(first: str, sign: str, last: str) -> bool:
    """Whether a date in numbers of two digits may begin with its year, as `26-11-05` does in some programs."""
    return sign not in {"/", "."} and len(first) == 2 and int(last) <= 31


def _year(text: str) -> int:
    """Return the year that two or four digits write, 0 if two do not tell the century."""
    year = int(text)
    if len(text) == 4:
        return year
    return 2000 + year if year <= _LATEST_SHORT_YEAR else 0


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:
        return None


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


ISSUED, PAID, SUSPENDED, REJECTED, CANCELLED = "émis", "payé", "suspendu", "rejeté", "annulé"
VOID_STATES: Final = frozenset({SUSPENDED, REJECTED, CANCELLED})

# What means one thing in one program and another in the next is not here, and is asked:
# - "en attente", "en cours", "validé", "transmis", "à payer", "différé": said of an invoice as well as of a mandat;
# - "en attente de visa", unless it says whose: an invoice waits for the mayor's, a mandat for the accountant's;
# - "soldé", "émargé", "apuré": nothing is left on it, by payment or by cancellation;
# - "acquitté": paid, or acknowledged by the accountant's program (PES Acquit), which also acknowledges rejections;
# - "rejet de virement": the mandat stands, and the bank sent the money back;
# - "P": paid, or "pris en charge".
PAYMENT_STATES: Final = _words(
    {
        "émis": ("mandaté", "mandat émis", "pris en charge", "prise en charge", "mandatement", "émission", "visé", "PEC", "P.E.C.",
                 "mandat pris en charge", "pris en charge par le comptable", "ordonnancé", "ordonnancement",
                 "visé par le comptable", "visa du comptable", "mandat visé", "transmis au comptable",
                 "transmis à la trésorerie", "en attente de visa du comptable", "en attente du visa du comptable",
                 "en attente de prise en charge"),
        "payé": ("réglé", "mandat payé", "mandat réglé", "paiement effectué", "règlement effectué", "virement effectué",
                 "règlement", "paiement", "viré", "décaissé", "régl.", "payé par virement", "réglé par virement",
                 "payé par le comptable", "totalement payé", "payé en totalité", "paiement total"),
        "suspendu": ("suspension", "en suspens", "mandat suspendu", "paiement suspendu", "suspension de paiement",
                     "suspension du paiement", "suspendu par le comptable", "susp."),
        "rejeté": ("rejet", "mandat rejeté", "rejet du comptable", "rejet comptable", "rejeté par le comptable", "refusé",
                   "refus", "rejet trésorerie", "rejet de la trésorerie", "rejeté par la trésorerie",
                   "rejeté trésorerie", "rejet du trésorier", "rejeté par le trésorier", "rejet de mandat",
                   "rejet du mandat", "refus de visa", "visa refusé", "rejet au visa", "rejeté au visa", "rej."),
        "annulé": ("annulation", "mandat annulé", "mandat d'annulation", "annulation de mandat", "annulation du mandat",
                   "annulation totale", "totalement annulé", "annulé en totalité", "annul."),
    }
)  # fmt: skip
# A partial cancellation, a "remise gracieuse" and an "admission en non-valeur" are none of the three natures.
TITRE_NATURES: Final = _words(
    {
        "émission": ("émis", "titre", "titre initial", "titre émis", "initial", "initiale", "titre de perception",
                     "titre de recette", "titre de recettes", "titre exécutoire", "émission de titre", "titre ordinaire"),
        "réduction": ("réduit", "réduction de titre", "titre de réduction", "titre réduit", "titre réductif", "réduc.",
                      "réduction du titre", "réduction partielle"),
        "annulation": ("annulé", "annulation de titre", "titre d'annulation", "titre annulé", "annulation totale",
                       "annulation du titre", "titre annulatif", "totalement annulé", "annul."),
    }
)  # fmt: skip
# "Payé", "soldé", "recouvré" are not here: what is paid is read from the payers' ledgers alone.
TITRE_STATES: Final = _words(
    {
        "émis": ("émission", "titre émis", "pris en charge", "prise en charge", "non contesté", "notifié", "exécutoire",
                 "titre pris en charge", "PEC", "P.E.C."),
        "contesté": ("contestation", "titre contesté", "en contestation", "contestation en cours", "réclamation",
                     "réclamation en cours", "en litige", "litige", "contentieux", "en contentieux"),
    }
)  # fmt: skip
# "En cours", "validée", "active" may be said before as well as after the signature; "échue", "caduque" of one signed or not.
CONVENTION_STATES: Final = _words(
    {
        "proposée": ("proposé", "proposition", "projet", "brouillon", "à signer", "non signé", "non encore signé",
                     "pas signé", "envoyé", "envoyé pour signature", "en attente de signature",
                     "en attente de la signature", "attente signature", "en cours de signature",
                     "signature en cours", "en attente de délibération", "en attente de retour", "à envoyer"),
        "signée": ("signé", "signature", "convention signée", "signée par les deux parties",
                   "signé par les deux parties", "signée des deux parties", "signé des deux parties",
                   "signée et retournée", "retournée signée", "retour signé", "reçue signée", "en vigueur"),
        "résiliée": ("résilié", "résiliation", "convention résiliée", "dénoncé", "dénonciation"),
    }
)  # fmt: skip
# "Fermée" is not here: a school that closes has not withdrawn, and what it owes is another question (E03).
ENROLMENT_STATES: Final = _words(
    {
        "inscrite": ("inscrit", "inscription", "école inscrite", "inscription confirmée", "nouvelle inscription",
                     "réinscrit", "réinscription", "reconduit", "renouvelé"),
        "retirée": ("retiré", "retrait", "école retirée", "désinscrit", "désinscription", "radié", "radiation",
                    "abandon", "désistement", "retrait de l'école"),
    }
)  # fmt: skip

SCHOOL_CHANGES: Final = _words(
    {
        "ajout": ("ajouté", "ajoutée", "nouvelle", "entrée"),
        "retrait": ("retiré", "retirée", "supprimé", "supprimée", "sortie"),
    }
)


def word(expr: pl.Expr, words: Mapping[str, str]) -> pl.Expr:
    """String: the value each text of a String column means by `words`, null if it is not among them."""
    return mapped(expr, lambda text: words.get(folded(text)), pl.String())
