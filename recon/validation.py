"""Text tables to accepted rows: read every cell, hold every row against its schema, and say what is refused and why.

`validate` reads all the tables of one kind at once, since a call of Pandera has a fixed price. A row with a cell that
cannot be trusted is left out whole; the other rows stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pandera.errors
import polars as pl

from recon import identifiers, values
from recon.findings.finding import Finding, Place
from recon.layouts.looks import VOCABULARIES
from recon.texts import Text, money, same, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from recon.layouts import Table
    from recon_schemas import Source

UNREADABLE, EMPTY, RULE_BROKEN, REPAIRED = "D03", "D04", "D05", "D06"
WRONG_UAI, WRONG_KEY, DIGITS_LOST, TOTAL_DIFFERS = "D10", "D11", "D12", "D09"
REJECTING = {UNREADABLE, EMPTY, RULE_BROKEN, WRONG_UAI, DIGITS_LOST}
# Read as far as it can be: what it is not, is not said.
LENIENT = {"text", "any_siret", "any_day"}
NUMBERED = {"uai", "siren", "siret", "payer", "titre", "identifier", "code2", "code5"}

# What a commune's program calls a state is said once, in the file's profile; any other word is a mistake.
SAY_THE_WORD = Text(
    "Remplacer cette valeur, ou dire ce qu’elle signifie pour ce fichier et les suivants : recon associer {file} --set {said} --yes (ou émis, suspendu, rejeté, annulé).",
    "Replace this value, or say what it means for this file and those to come: recon map {file} --set {said} --yes (or émis, suspendu, rejeté, annulé).",
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The accepted rows of one kind, typed, with their place; the findings; and the rows refused, as text."""

    rows: pl.DataFrame
    refused: pl.DataFrame
    findings: list[Finding]


class Parsed(NamedTuple):
    """All the lines of the tables of one kind, as text and typed: `source`, `row` and one column per field."""

    texts: pl.DataFrame
    typed: pl.DataFrame


def parse(source: Source, tables: Sequence[tuple[int, Table]]) -> Parsed:
    """Return the lines of `tables` (each with its number) as text and as values, null where a text has none."""
    texts = texts_of(source, tables)
    return Parsed(texts, texts.select("source", "row", *(_parsed(source, name).alias(name) for name in source.fields)))


def validate(
    source: Source, tables: Sequence[tuple[int, Table]], parsed: Parsed, concerned: pl.Series | None = None
) -> Accepted:
    """Return the rows of `tables`, `parsed`, that `source`'s schema accepts, and what is refused.

    `concerned`, a mask of all the rows in their order, says which are looked at; the others are left out unsaid.
    """
    texts, typed = parsed
    failures = _distinct([*_faults(tables), *_unread(source, texts, typed), *_broken(source, typed)])
    if source.name == "payments":
        typed = _without_wrong_uais(typed, failures)
    if concerned is not None:
        failures = [failure for failure in failures if concerned[failure.row]]
    lost = {failure.row for failure in failures if _rejects(source, failure)}
    kept = ~pl.Series(range(texts.height), dtype=pl.Int64).is_in(list(lost))
    looked_at = pl.repeat(value=True, n=texts.height, eager=True) if concerned is None else concerned
    by_number = dict(tables)
    described = [*failures, *_repairs(source, texts, typed, looked_at, lost)]
    return Accepted(
        rows=typed.filter(kept & looked_at),
        refused=texts.filter(~kept),
        findings=[*_said(source, by_number, texts, described), *_totals(source, tables)],
    )


@dataclass(frozen=True, slots=True)
class Failure:
    """A cell that breaks a rule: the position of its row among all rows of the kind, its field, and the code."""

    row: int
    field: str
    code: str


def texts_of(source: Source, tables: Sequence[tuple[int, Table]]) -> pl.DataFrame:
    """Return the texts of all the tables' lines: `source`, `row` and one column per field."""
    schema = {"source": pl.Int32, "row": pl.Int32, **dict.fromkeys(source.fields, pl.String)}
    columns: dict[str, list[Any]] = {name: [] for name in schema}
    for number, table in tables:
        columns["source"] += [number] * len(table.numbers)
        columns["row"] += table.numbers
        for name in source.fields:
            columns[name] += table.column(name)
    return pl.DataFrame(columns, schema=schema)


def _sort(source: Source, name: str) -> str:
    return str((source.fields[name].metadata or {})["sort"])


def _parsed(source: Source, name: str) -> pl.Expr:
    sort, text = _sort(source, name), values.cleaned(pl.col(name))
    if sort in VOCABULARIES:
        return values.word(text, VOCABULARIES[sort])
    return _PARSERS[sort](text)


def _siren(text: pl.Expr) -> pl.Expr:
    digits = identifiers.digits_cleaned(text)
    return pl.when(identifiers.siret_shape(digits)).then(identifiers.siren_of_siret(digits)).otherwise(digits)


def _insee(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains("^[0-9]{1,5}$")).then(text.str.zfill(5)).otherwise(text)


def _department(text: pl.Expr) -> pl.Expr:
    """String: `66` of `66` and of `066`, as UAIs and the directory write it, `06` of `6`, `2A` of `02a`."""
    code = text.str.to_uppercase().str.replace("^0([0-9]{2}|2[AB])$", "$1")
    return pl.when(code.str.contains("^([0-9]{1,3}|2[AB])$")).then(code.str.zfill(2)).otherwise(text)


def _any_siret(text: pl.Expr) -> pl.Expr:
    digits = identifiers.digits_cleaned(text)
    return pl.when(identifiers.siret_shape(digits) | identifiers.siren_shape(digits)).then(digits)


# As published, and as a spreadsheet saves it again.
_DAYS = ("%Y-%m-%d", "%d/%m/%Y")
_PARSERS: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "text": lambda text: text,
    "identifier": lambda text: text,
    "titre": lambda text: text,
    "uai": identifiers.uai_repaired,
    "siret": identifiers.digits_cleaned,
    "payer": identifiers.digits_cleaned,
    "siren": _siren,
    "any_siret": _any_siret,
    "code2": _department,
    "code5": _insee,
    "school_year": identifiers.school_year_parsed,
    "amount": values.cents,
    "day": values.day,
    "any_day": lambda text: pl.coalesce(text.str.slice(0, 10).str.to_date(form, strict=False) for form in _DAYS),
    "count": values.count,
}


def _faults(tables: Sequence[tuple[int, Table]]) -> Iterable[Failure]:
    """Error cells and formulas without a value: D03, whatever the column."""
    start = 0
    for _, table in tables:
        if table.faults:
            position = {row: start + offset for offset, row in enumerate(table.numbers)}
            yield from (Failure(position[row], name, UNREADABLE) for row, name in table.faults)
        start += len(table.numbers)


def _unread(source: Source, texts: pl.DataFrame, typed: pl.DataFrame) -> Iterable[Failure]:
    """What is written and has no value: D12 for a number whose digits are lost, D05 for an unknown word, else D03."""
    for name in source.fields:
        sort = _sort(source, name)
        if sort in NUMBERED:
            lost = texts.select(identifiers.lost_digits(pl.col(name)).fill_null(value=False)).to_series()
            yield from (Failure(row, name, DIGITS_LOST) for row in lost.arg_true())
        elif sort not in LENIENT:
            code = RULE_BROKEN if sort in VOCABULARIES else UNREADABLE
            rows = typed[name].is_null().arg_true()
            written = texts[name].gather(rows).to_frame().select(values.cleaned(pl.col(name))).to_series()
            yield from (Failure(row, name, code) for row in rows.filter(written.is_not_null()))


def _broken(source: Source, typed: pl.DataFrame) -> Iterable[Failure]:
    """What the Pandera schema refuses: each check's `error` is our code, an empty required cell is D04."""
    try:
        source.schema.validate(typed, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        for case in errors.failure_cases.iter_rows(named=True):
            if case["index"] is None:
                raise
            code = EMPTY if case["check"] == "not_nullable" else case["check"]
            yield Failure(int(case["index"]), case["column"], code)


def _distinct(failures: list[Failure]) -> list[Failure]:
    """One failure a cell: the first named is the cause of those that follow."""
    first: dict[tuple[int, str], Failure] = {}
    for failure in failures:
        first.setdefault((failure.row, failure.field), failure)
    return sorted(first.values(), key=lambda failure: (failure.row, failure.field))


def _rejects(source: Source, failure: Failure) -> bool:
    kept_money = source.name == "payments" and failure.field == "uai"
    return failure.code in REJECTING and not kept_money


def _without_wrong_uais(typed: pl.DataFrame, failures: list[Failure]) -> pl.DataFrame:
    wrong = [failure.row for failure in failures if failure.field == "uai"]
    mask = pl.Series(range(typed.height), dtype=pl.Int64).is_in(wrong)
    return typed.with_columns(uai=pl.when(mask).then(None).otherwise(pl.col("uai")))


def _repairs(
    source: Source, texts: pl.DataFrame, typed: pl.DataFrame, looked_at: pl.Series, lost: set[int]
) -> Iterable[Failure]:
    """UAIs put in shape, spaces within included, and SIRETs shortened to their SIREN."""
    for name in source.fields:
        sort = _sort(source, name)
        if sort not in {"uai", "siren"}:
            continue
        written = values.cleaned(pl.col(name))
        if sort == "siren":
            written = identifiers.digits_cleaned(written)
        changed = (texts.select(written).to_series() != typed[name]).fill_null(value=False) & looked_at
        yield from (Failure(row, name, REPAIRED) for row in changed.arg_true() if row not in lost)


def _said(
    source: Source, tables: dict[int, Table], texts: pl.DataFrame, failures: Sequence[Failure]
) -> Iterable[Finding]:
    """Put each failure in words: what stood in the cell, what was expected, and the row's own identifiers."""
    seen: dict[tuple[str, ...], int] = {}
    for failure in failures:
        row = texts.row(failure.row, named=True)
        table = tables[row["source"]]
        found = visible(values.clean(row[failure.field] or "") or "")
        named = tuple(str(row.get(name) or "") for name in source.key)
        key = (source.name, failure.field, found, *named)
        seen[key] = seen.get(key, 0) + 1
        yield Finding(
            code=failure.code,
            key=(*key, str(seen[key])),
            expected=_expected(source, failure, found),
            found=same(found) if found else Text("cellule vide", "empty cell"),
            place=Place(row["source"], row["row"], failure.field),
            file=table.file,
            uai=_named(failure, found),
            payer_siren=_payer(row),
            advice=_advice(source, failure, found, table.file),
            severity="review"
            if (source.name, failure.field) == ("payments", "uai") and failure.code == WRONG_UAI
            else "",
        )


def _named(failure: Failure, found: str) -> str:
    """The school that a finding is about: a repaired UAI as it is read, a wrong one as it was found."""
    if failure.field != "uai":
        return ""
    return identifiers.repair_uai(found) if failure.code == REPAIRED else found


def _payer(row: dict[str, str | None]) -> str:
    written = next((row[name] for name in ("payer_siret", "debtor_siret", "payer_siren") if row.get(name)), "")
    siren = identifiers.siren_of(identifiers.clean_digits(written or ""))
    return siren if identifiers.is_siren(siren) else ""


def _expected(source: Source, failure: Failure, found: str) -> Text:
    described: Text = (source.fields[failure.field].metadata or {})["expected"]
    if failure.field == "uai" and failure.code == WRONG_UAI and (right := identifiers.expected_uai(found)):
        return same(right)
    if failure.code == REPAIRED:
        fixed = identifiers.repair_uai(found) if failure.field == "uai" else identifiers.siren_of(found)
        return Text("lu {fixed}", "read as {fixed}").with_(fixed=fixed)
    return described


def _advice(source: Source, failure: Failure, found: str, file: str) -> Text | None:
    if failure.code == RULE_BROKEN and (source.name, failure.field) == ("payments", "state"):
        return SAY_THE_WORD.with_(file=f'"{file}"', said=same(f'"mot:{found}=payé"'))
    if failure.code != WRONG_UAI or not (right := identifiers.expected_uai(found)):
        return None
    if source.name == "payments":
        advice = Text(
            "L’UAI est ignoré et la somme gardée. Vérifier s’il s’agit de {right}.",
            "The UAI is ignored and the money kept. Check whether {right} is meant.",
        )
    else:
        advice = Text(
            "Remplacer la lettre {wrong} par {letter} si les chiffres sont exacts : {right}.",
            "Replace the letter {wrong} with {letter} if the digits are right: {right}.",
        )
    return advice.with_(wrong=found[-1], letter=right[-1], right=right)


def total_announced(table: Table) -> int | None:
    """Return the sum that the table itself gives for its amounts, in cents, None if it gives none."""
    return table.announced.whole


def total_read(table: Table) -> int | None:
    """Return the sum of the amounts of all rows read, refused ones included, in cents."""
    if "amount" not in table.texts:
        return None
    amounts = (values.parse_cents(text) for text in table.texts["amount"] if text)
    return sum(amount for amount in amounts if amount is not None) + (table.left.cents if table.left else 0)


def _totals(source: Source, tables: Sequence[tuple[int, Table]]) -> Iterable[Finding]:
    for number, table in tables:
        wrong = [total for total in table.totals if not total.holds]
        for nth, total in enumerate(wrong):
            yield Finding(
                code=TOTAL_DIFFERS,
                key=(source.name, table.file, table.sheet, *([str(nth)] if nth else [])),
                expected=money(total.announced),
                found=money(total.read),
                amount=abs(total.announced - total.read),
                place=Place(number, total.row, "amount"),
                file=table.file,
            )
