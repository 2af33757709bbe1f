"""UAI, SIREN, SIRET, titre numbers and school years: plain functions, and the same rules as polars expressions.

Every pattern that an expression uses is written for both regex engines: no look-around, no `\\d`, no `\\s`.
A null stays null in every expression.
"""

from __future__ import annotations

import re
from datetime import date
from functools import reduce
from operator import add
from typing import Final

import polars as pl
from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

from recon.each import mapped

_TYPOGRAPHIC: Final = "".join(map(chr, range(0x2000, 0x200B)))  # The em, en, figure, thin and hair spaces.
WHITE: Final = f"\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680{_TYPOGRAPHIC}\u2028\u2029\u202f\u205f\u3000"
INVISIBLE: Final = "\xad\u200b\u200c\u200d\u2060\ufeff"
DASHES: Final = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"

_BLANKS: Final = WHITE + INVISIBLE
_DASH: Final = "\\" + DASHES  # The hyphen comes first and is escaped, as `a-b` is a range in a class.


# UAI -------------------------------------------------------------------------------------------------------------

UAI_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"

# A sign of a list, or a number with its order after another: the groups of one long number are parted by spaces too.
_TWO_TITRES: Final = r"(?i)[,;+&|]|\s(?:et|and|ou|/)\s|[0-9]-[0-9]{5,}\s+\S*[0-9]-[0-9]{5,}"
_UAI: Final = "^[0-9]{7}[A-Z]$"
_UAI_ANY_CASE: Final = "^[0-9]{7}[A-Za-z]$"
_UAI_REPAIRABLE: Final = "^[0-9Oo]{6,7}[A-Za-z]$"
_BLANK: Final = f"[{_BLANKS}]"
_CORSICA: Final = {"620": "2A", "720": "2B"}


def uai_letter(digits: str) -> str:
    """Return the letter that closes the UAI of these seven digits; ValueError if they are no digits."""
    return UAI_LETTERS[int(digits) % 23]


def is_uai(text: str) -> bool:
    """Say whether `text` is a UAI as written in the directory: seven digits and the right capital letter."""
    return _fits(_UAI, text) and text == expected_uai(text)


def expected_uai(text: str) -> str | None:
    """Return the UAI of these seven digits with the right letter, None if `text` is not seven digits and a letter."""
    return text[:7] + uai_letter(text[:7]) if _fits(_UAI_ANY_CASE, text) else None


def repair_uai(text: str) -> str:
    """Return the UAI meant by `text` if case, spaces, one lost zero or O for 0 explain it; else `text` unchanged."""
    bare = re.sub(_BLANK, "", text)
    if not _fits(_UAI_REPAIRABLE, bare):
        return text
    # Only ASCII letters come this far: "ſ" must not become an S.
    repaired = bare[:-1].upper().replace("O", "0").zfill(7) + bare[-1].upper()
    return repaired if is_uai(repaired) else text


def department_of_uai(uai: str) -> str:
    """Return the département of a UAI: `66`, `2A`, `2B`, `971`; the UAI itself is not checked."""
    code = uai[:3]
    return _CORSICA.get(code, code.removeprefix("0"))


def is_department(text: str) -> bool:
    """Return whether `text` is a département's number as UAIs give it: `66`, `2A`, `971`; not whether there is such a one."""
    return bool(re.fullmatch("[0-9]{2,3}|2[AB]", text))


def department_of_insee(insee: str) -> str:
    """Return the département of a commune's INSEE code: `66`, `2A`, `971`."""
    return insee[:3] if insee.startswith(("97", "98")) else insee[:2]


def uai_valid(expr: pl.Expr) -> pl.Expr:
    """Boolean: `is_uai` of a String column."""
    return expr.str.contains(_UAI) & (expr == uai_expected(expr))


def one_titre(expr: pl.Expr) -> pl.Expr:
    """Boolean: whether a String column names no second titre, after a sign of lists or another number with its order."""
    return ~expr.str.contains(_TWO_TITRES)


def uai_expected(expr: pl.Expr) -> pl.Expr:
    """String: `expected_uai` of a String column."""
    digits = expr.str.slice(0, 7)
    rest = digits.cast(pl.Int64, strict=False) % 23
    letter = rest.replace_strict(list(range(23)), list(UAI_LETTERS), default=None, return_dtype=pl.String)
    return pl.when(expr.str.contains(_UAI_ANY_CASE)).then(digits + letter)


def uai_repaired(expr: pl.Expr) -> pl.Expr:
    """String: `repair_uai` of a String column."""
    return mapped(expr, repair_uai, pl.String())


def uai_department(expr: pl.Expr) -> pl.Expr:
    """String: `department_of_uai` of a String column."""
    code = expr.str.slice(0, 3)
    return code.replace_strict(_CORSICA, default=code.str.strip_prefix("0"), return_dtype=pl.String)


# SIREN and SIRET -------------------------------------------------------------------------------------------------

_SIREN: Final = "^[0-9]{9}$"
_SIRET: Final = "^[0-9]{14}$"
_DIGITS: Final = "^[0-9]+$"
_BETWEEN_DIGITS: Final = f"[{_BLANKS}.{_DASH}]"
_LA_POSTE: Final = "356000000"
_LA_POSTE_SEAT: Final = "35600000000048"


def clean_digits(text: str) -> str:
    """Return the digits of `text` without spaces, dots and dashes; if it holds anything else, `text` stripped."""
    bare = re.sub(_BETWEEN_DIGITS, "", text)
    return bare if _fits(_DIGITS, bare) else text.strip(_BLANKS)


def is_siren(text: str) -> bool:
    """Say whether `text` is nine digits with a right Luhn key."""
    return _fits(_SIREN, text) and stdnum_siren.is_valid(text)


def is_siret(text: str) -> bool:
    """Say whether `text` is fourteen digits with right keys; La Poste has a rule of its own."""
    return _fits(_SIRET, text) and stdnum_siret.is_valid(text)


def siren_of(siret: str) -> str:
    """Return the SIREN in a SIRET: its first nine digits."""
    return siret[:9]


def usual_siren(insee: str) -> str:
    """Return the SIREN that most communes of metropolitan France have by their INSEE code, "" for others: a guess."""
    if not _fits("^[0-8][0-9]{4}$", insee):
        return ""
    base = f"21{insee[:2]}0{insee[2:]}"
    return next(base + key for key in "0123456789" if stdnum_siren.is_valid(base + key))


def digits_cleaned(expr: pl.Expr) -> pl.Expr:
    """String: `clean_digits` of a String column."""
    bare = expr.str.replace_all(_BETWEEN_DIGITS, "")
    return pl.when(bare.str.contains(_DIGITS)).then(bare).otherwise(expr.str.strip_chars(_BLANKS))


def siren_shape(expr: pl.Expr) -> pl.Expr:
    """Boolean: nine ASCII digits, whatever the key."""
    return expr.str.contains(_SIREN)


def siret_shape(expr: pl.Expr) -> pl.Expr:
    """Boolean: fourteen ASCII digits, whatever the keys."""
    return expr.str.contains(_SIRET)


def siren_valid(expr: pl.Expr) -> pl.Expr:
    """Boolean: `is_siren` of a String column."""
    return siren_shape(expr) & _luhn(expr, 9)


def siret_valid(expr: pl.Expr) -> pl.Expr:
    """Boolean: `is_siret` of a String column."""
    post_office = expr.str.starts_with(_LA_POSTE) & (expr != _LA_POSTE_SEAT)
    by_sum = reduce(add, _digits(expr, 14)) % 5 == 0
    key = pl.when(post_office).then(by_sum).otherwise(_luhn(expr, 14))
    return siret_shape(expr) & key & siren_valid(siren_of_siret(expr))


def siren_of_siret(expr: pl.Expr) -> pl.Expr:
    """String: `siren_of` of a String column."""
    return expr.str.slice(0, 9)


def _luhn(expr: pl.Expr, width: int) -> pl.Expr:
    """Boolean: the Luhn key of a column of `width` digits."""
    digits = _digits(expr, width)
    plain, doubled = digits[0::2], digits[1::2]
    return (reduce(add, plain) + reduce(add, [digit * 2 // 10 + digit * 2 % 10 for digit in doubled])) % 10 == 0


def _digits(expr: pl.Expr, width: int) -> list[pl.Expr]:
    """Return the digits of a number as integer columns, the last digit first."""
    number = expr.cast(pl.Int64, strict=False)
    return [number // 10**place % 10 for place in range(width)]


# Titre numbers ---------------------------------------------------------------------------------------------------

_IN_TITRES: Final = f"[{_BLANKS}./_{_DASH}]"
_SMALL: Final = "abcdefghijklmnopqrstuvwxyzàâäæçéèêëîïôöœùûüÿ"
# Not `upper()`: the tables of Python and polars follow different versions of Unicode.
_UPPER: Final = str.maketrans(_SMALL, _SMALL.upper())
_FLOAT: Final = f"^{_BLANK}*[0-9]{{1,3}}(?:[.,][0-9]+)?[eE]\\+[0-9]{{1,3}}{_BLANK}*$"


def titre_key(text: str) -> str:
    """Return a titre number as titres are compared: capitals, without spaces, dots, dashes, slashes, underscores."""
    return re.sub(_IN_TITRES, "", text).translate(_UPPER)


def order_number(titre: str) -> tuple[str, int, int]:
    """Return what stands before a titre's order number, the number's width in digits, and the number; 0 if it has none."""
    digits = re.search("[0-9]+$", titre)
    return (titre[: digits.start()], len(digits[0]), int(digits[0])) if digits else (titre, 0, 0)


def digits_lost(text: str) -> bool:
    """Say whether `text` is a long number that a spreadsheet has stored as a float: `3.1E+31`, `3,1E+31`."""
    return _fits(_FLOAT, text)


def titre_keyed(expr: pl.Expr) -> pl.Expr:
    """String: `titre_key` of a String column."""
    return expr.str.replace_all(_IN_TITRES, "").str.replace_many(list(_SMALL), list(_SMALL.upper()))


def lost_digits(expr: pl.Expr) -> pl.Expr:
    """Boolean: `digits_lost` of a String column."""
    return expr.str.contains(_FLOAT)


# School years ----------------------------------------------------------------------------------------------------

_YEARS: Final = f"(20[0-9]{{2}}){_BLANK}*[/{_DASH}]{_BLANK}*(20[0-9]{{2}}|[0-9]{{2}})"
_YEARS_ALONE: Final = f"^{_BLANK}*{_YEARS}{_BLANK}*$"
# Not in `TP-2024-2025-0001`, nor in `01/09/2026/2027`; but both years of `2025-2026/2026-2027`.
_GLUE: Final = f"\\w/{_DASH}"
_YEARS_NAMED: Final = re.compile(f"(?<![{_GLUE}]){_YEARS}(?:/{_YEARS})*(?![{_GLUE}])")


def parse_school_year(text: str) -> str | None:
    """Return the school year `text` writes (`2026/2027`, `2026-27`) as `2026-2027`, None if it is not one."""
    found = re.fullmatch(_YEARS_ALONE, text)
    return _school_year(found[1], found[2]) if found else None


def school_years_in(text: str) -> tuple[str, ...]:
    """Return the school years named in a free label, distinct and sorted."""
    pairs = [pair for named in _YEARS_NAMED.finditer(text) for pair in re.findall(_YEARS, named[0])]
    return tuple(sorted({year for first, last in pairs if (year := _school_year(first, last))}))


def school_year_start(year: str) -> date:
    """Return 1 September of the school year `2026-2027`; ValueError if it does not begin with a year."""
    return date(int(year[:4]), 9, 1)


def school_year_end(year: str) -> date:
    """Return 31 August of the school year `2026-2027`; ValueError if it does not begin with a year."""
    return date(int(year[:4]) + 1, 8, 31)


def school_year_of(day: date) -> str:
    """Return the school year of a day, which begins on 1 September."""
    first = day.year if day.month >= 9 else day.year - 1
    return f"{first}-{first + 1}"


def school_year_parsed(expr: pl.Expr) -> pl.Expr:
    """String: `parse_school_year` of a String column."""
    first = expr.str.extract(_YEARS_ALONE, 1).cast(pl.Int64)
    last = expr.str.extract(_YEARS_ALONE, 2).cast(pl.Int64)
    return pl.when((last == first + 1) | (last == first % 100 + 1)).then(pl.format("{}-{}", first, first + 1))


def _school_year(first: str, last: str) -> str | None:
    """Return `2026-2027` for `2026` and `2027` or `27`, None if the years do not follow each other."""
    start = int(first)
    return f"{start}-{start + 1}" if int(last) in {start + 1, start % 100 + 1} else None


def _fits(pattern: str, text: str) -> bool:
    """Say whether `text` fits an anchored pattern; Python's `$` alone would let a final line feed through."""
    return re.fullmatch(pattern, text) is not None
