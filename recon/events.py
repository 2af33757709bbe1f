"""One payment told by several ledgers: which of their lines are the same event, and what it is once all are heard.

Files are heard from the one that reaches furthest back in time; a later one is right about what it says, and what it
has no column for stands as it was. A file can only contradict what it could know: lines outside the days that it
covers are other events, so that a ledger cut into months tells what the whole one tells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl

from recon.values import VOID_STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    Row: TypeAlias = dict[str, Any]
    Pairing: TypeAlias = Callable[[list[Row], list[Row], "_Ledgers"], Iterable[tuple[Row, Row]]]

KEY = ("payer_siret", "exercise", "mandat", "line")
STATE = ("state", "paid_on")
DATES = ("mandat_on", "paid_on")
# What a ledger says of a payment. The payer's name and establishment, the bordereau and the account are left aside:
# programs write them otherwise of the same payment.
UNNUMBERED_KEY = ("mandat_on", "payee", "label", "reference", "uai")
SAID = ("amount", *UNNUMBERED_KEY)

_UAI = re.compile(r"\b[0-9]{7}[A-Z]\b")


@dataclass(slots=True)
class Told:
    """The lines that tell an event again, each with the one that counts; those that contradict; the values completed."""

    again: dict[int, int] = field(default_factory=dict)
    contradicting: dict[int, tuple[str, ...]] = field(default_factory=dict)
    completed: dict[int, Row] = field(default_factory=dict)

    def counts(self, row: int) -> bool:
        """Say whether a line neither repeats nor contradicts another."""
        return row not in self.again and row not in self.contradicting

    def standing(self, row: int) -> int:
        """Return the line that stands for one that is told again."""
        while row in self.again:
            row = self.again[row]
        return row


@dataclass(frozen=True, slots=True)
class _Ledgers:
    """What each file has: its columns, the days it covers for each payer, its rank in time; and who tells an event."""

    columns: Mapping[str, set[str]]
    spans: Mapping[tuple[str, str, str], tuple[date, date]]
    rank: Mapping[str, tuple[str, str]]
    tellers: Mapping[int, frozenset[str]]

    def has(self, row: Row, name: str) -> bool:
        """Say whether a file that tells a line has this column."""
        return any(name in self.columns[file] for file in row["_tellers"])

    def should_be_one(self, one: Row, other: Row) -> bool:
        """Say whether two lines bear one date, or a file that tells only one of them covers the other's days."""
        if one["mandat_on"] is not None and other["mandat_on"] is not None:
            shared = one["mandat_on"] == other["mandat_on"]
        else:
            shared = one["paid_on"] is not None and one["paid_on"] == other["paid_on"]
        return (
            shared
            or any(self._covers(file, one) for file in other["_tellers"])
            or any(self._covers(file, other) for file in one["_tellers"])
        )

    def _covers(self, file: str, row: Row) -> bool:
        for name in DATES:
            span = self.spans.get((file, row["_payer"], name))
            if span is not None and row[name] is not None and not span[0] <= row[name] <= span[1]:
                return False
        return True


def events(lines: pl.DataFrame, content: list[str], columns: Mapping[str, set[str]], dated: pl.DataFrame) -> Told:
    """Return what `lines` tell more than once; each has its `_id` and its `_file`, which has these `columns`.

    `dated` are all the rows of each file, in scope or not: the days it covers, and which file is the later one. The n-th of equal lines in a file is the n-th of every other file; then mandats, then lines without a number.
    """
    # "001187" and "1187" are one number.
    lines = lines.with_columns(pl.col("bordereau", "mandat", "line").str.replace("^0+([0-9]+)$", "${1}"))
    lines, dated = (rows.with_columns(_payer=pl.col("payer_siret").str.slice(0, 9)) for rows in (lines, dated))
    same = ["_payer", *(name for name in content if name != "payer_siret")]
    ranked = lines.with_columns(_nth=pl.int_range(pl.len()).over([*same, "_file"]))
    ranked = ranked.with_columns(_event=pl.col("_id").min().over([*same, "_nth"]))
    repeated = ranked.filter(pl.col("_id") != pl.col("_event"))
    told = Told(again=dict(repeated.select("_id", "_event").iter_rows()))
    if ranked["_file"].n_unique() > 1:
        ledgers = _ledgers(ranked, columns, dated)
        _hear(ranked, ["_payer", "mandat"], _MANDAT, ledgers, told)
        nameless = pl.col("mandat").is_null().any().over("_payer", "amount")
        for name in DATES:
            _hear(ranked.filter(nameless), ["_payer", "amount", name], _UNNUMBERED, ledgers, told)
    return told


def _ledgers(lines: pl.DataFrame, columns: Mapping[str, set[str]], rows: pl.DataFrame) -> _Ledgers:
    spans: dict[tuple[str, str, str], tuple[date, date]] = {}
    for name in DATES:
        dated = rows.drop_nulls([name, "_payer"]).group_by("_file", "_payer")
        for file, payer, first, last in dated.agg(pl.col(name).min(), pl.col(name).max().alias("_last")).iter_rows():
            spans[file, payer, name] = (first, last)
    latest = rows.group_by("_file").agg(pl.max_horizontal(pl.col(name).max() for name in DATES))
    rank = {file: (str(last or ""), file) for file, last in latest.iter_rows()}
    tellers = lines.group_by("_event").agg(pl.col("_file"))
    return _Ledgers(columns, spans, rank, {event: frozenset(files) for event, files in tellers.iter_rows()})


def _hear(lines: pl.DataFrame, key: list[str], pairings: Sequence[Pairing], ledgers: _Ledgers, told: Told) -> None:
    """Compare what the files tell of each `key`, where one tells what another does not."""
    known = lines.drop_nulls(key)
    # A file tells an event once at most, so that its lines are its files.
    files = pl.struct(*key, "_file").is_first_distinct().sum().over(key)
    disputed = known.filter((pl.len().over("_event") < files).any().over(key))
    for _, group in groupby(disputed.sort([*key, "_id"]).iter_rows(named=True), key=itemgetter(*key)):
        by_file: dict[str, list[int]] = {}
        rows: dict[int, Row] = {}
        for row in group:
            event = row["_event"]
            by_file.setdefault(row["_file"], []).append(event)
            if row["_id"] == event and told.counts(event):
                rows[event] = told.completed.get(event) or row | {"_tellers": ledgers.tellers[event]}
        heard: list[Row] = []
        for file in sorted(by_file, key=ledgers.rank.__getitem__):
            said = [rows[event] for event in by_file[file] if event in rows]
            heard = _merged(heard, said, pairings, ledgers, told)


def _merged(heard: list[Row], said: list[Row], pairings: Sequence[Pairing], ledgers: _Ledgers, told: Told) -> list[Row]:
    """Pair what a later file says with what it tells again; return what is known after it."""
    before, now = ({row["_id"] for row in rows} for rows in (heard, said))
    left = [row for row in heard if row["_id"] not in now]
    fresh = [row for row in said if row["_id"] not in before]
    known = [row for row in heard if row["_id"] in now]
    for pairing in (_as_first_told(told), *pairings):
        pairs = list(pairing(left, fresh, ledgers)) if left and fresh else []
        paired = {row["_id"] for pair in pairs for row in pair}
        left = [row for row in left if row["_id"] not in paired]
        fresh = [row for row in fresh if row["_id"] not in paired]
        known += [_settled(earlier, later, ledgers, told) for earlier, later in pairs]
    return [*left, *fresh, *known]


def _settled(earlier: Row, later: Row, ledgers: _Ledgers, told: Told) -> Row:
    """Let one of the two lines of an event count, or none if their amounts differ."""
    if earlier["amount"] != later["amount"] or earlier["_id"] in told.contradicting:
        known = (told.contradicting.get(row["_id"]) for row in (earlier, later))
        name = next(filter(None, known), None) or tuple(str(later[part] or "") for part in KEY)
        for row in (earlier, later):
            told.contradicting.setdefault(row["_id"], name)
            told.again.pop(row["_id"], None)
        return later
    # A file without the dates of payment cannot say what is paid: its line does not stand for one that can.
    dated = [ledgers.has(row, "paid_on") for row in (earlier, later)]
    stands, falls = (earlier, later) if dated == [True, False] else (later, earlier)
    told.again[falls["_id"]] = stands["_id"]
    told.again.pop(stands["_id"], None)
    values = {name: earlier[name] if _silent(later, name, ledgers) else later[name] for name in later}
    place = {name: stands[name] for name in ("_id", "_file", "source", "row")}
    whole = values | place | {"_tellers": earlier["_tellers"] | later["_tellers"]}
    told.completed[stands["_id"]] = whole
    return whole


def _silent(row: Row, name: str, ledgers: _Ledgers) -> bool:
    """Whether a line says nothing of a field: empty, and not as a payment that is not paid yet."""
    return row[name] is None and not (name in STATE and ledgers.has(row, name))


# Which lines are one event -------------------------------------------------------------------------------------------


def _as_first_told(told: Told) -> Pairing:
    """Pair a line with the one that took its place, when a later file tells it as it was."""

    def pairs(left: list[Row], fresh: list[Row], _: _Ledgers) -> Iterator[tuple[Row, Row]]:
        for later in fresh:
            yield from ((row, later) for row in left if told.standing(later["_id"]) == row["_id"])

    return pairs


def _each(alike: Callable[[Row, Row, _Ledgers], bool]) -> Pairing:
    """Pair each line with the first that is like it."""

    def pairs(left: list[Row], fresh: list[Row], ledgers: _Ledgers) -> Iterator[tuple[Row, Row]]:
        free = {row["_id"]: row for row in left}
        for later in fresh:
            earlier = next((row for row in free.values() if alike(row, later, ledgers)), None)
            if earlier is not None:
                del free[earlier["_id"]]
                yield earlier, later

    return pairs


def _share_by_share(left: list[Row], fresh: list[Row], ledgers: _Ledgers) -> Iterator[tuple[Row, Row]]:
    """Pair the lines of one amount and the same schools, if both tell as many of them."""
    shares = {(row["amount"], _schools(row)) for row in fresh}
    for share in sorted(shares, key=lambda share: (share[0], sorted(share[1]))):
        one, other = ([row for row in rows if (row["amount"], _schools(row)) == share] for rows in (left, fresh))
        if len(one) == len(other) and all(_one_mandat(*pair, ledgers) for pair in zip(one, other, strict=True)):
            yield from zip(one, other, strict=True)


def _the_last(left: list[Row], fresh: list[Row], ledgers: _Ledgers) -> Iterator[tuple[Row, Row]]:
    """Pair what is left of a mandat, if it is one line in both and does not name different schools."""
    if len(left) == len(fresh) == 1 and _one_mandat(left[0], fresh[0], ledgers):
        first, second = _schools(left[0]), _schools(fresh[0])
        if first == second or not first or not second:
            yield left[0], fresh[0]


def _one_mandat(one: Row, other: Row, ledgers: _Ledgers) -> bool:
    """Whether two lines with one number can be one event.

    Not a reversal, nor two budgets of one payer. What is paid bears the mandat's one date; what is void or negative has
    its own, and is one event only where a file should have told both.
    """
    if (one["amount"] < 0) != (other["amount"] < 0) or not _agree(one, other, ("line",)):
        return False
    if one["payer_siret"] != other["payer_siret"] and one["amount"] != other["amount"]:
        return False
    own_date = one["amount"] < 0 or one["state"] in VOID_STATES or other["state"] in VOID_STATES
    return _may_be_one(one, other) and (not own_date or ledgers.should_be_one(one, other))


def _may_be_one(one: Row, other: Row) -> bool:
    """Whether no file tells both lines, and their exercises can be the same."""
    return not (one["_tellers"] & other["_tellers"]) and _same_exercise(one, other)


def _same_exercise(one: Row, other: Row) -> bool:
    """Whether two lines can be of one exercise; where it is unknown, the date tells it, but for January's."""
    if one["exercise"] is not None and other["exercise"] is not None:
        return bool(one["exercise"] == other["exercise"])
    first, second = _exercises(one), _exercises(other)
    if one["exercise"] is None and other["exercise"] is None:
        return not first or not second or max(first) == max(second)
    return not first or not second or bool(first & second)


def _exercises(row: Row) -> set[int]:
    """Return the exercises that a line may belong to: the *journée complémentaire* lets January be of the year before."""
    if row["exercise"] is not None:
        return {row["exercise"]}
    on = row["mandat_on"] or row["paid_on"]
    return set() if on is None else {on.year - 1, on.year} if on.month == 1 else {on.year}


def _agree(one: Row, other: Row, names: Iterable[str]) -> bool:
    """Whether two lines say the same; a field that one leaves empty says nothing."""
    return all(one[name] == other[name] or one[name] is None or other[name] is None for name in names)


def _schools(row: Row) -> frozenset[str]:
    texts = " ".join(row[name] or "" for name in ("uai", "label", "reference"))
    return frozenset(_UAI.findall(texts.upper()))


def _one_unnumbered(one: Row, other: Row, _: _Ledgers) -> bool:
    """Whether two lines, one without a mandat, are one payment: of one day and amount, in the same words."""
    if one["mandat"] is not None and other["mandat"] is not None:
        return False
    worded = any(one[name] is not None and one[name] == other[name] for name in ("label", "reference"))
    return worded and _agree(one, other, ("line", *UNNUMBERED_KEY)) and _may_be_one(one, other)


_MANDAT: tuple[Pairing, ...] = (
    _each(lambda one, other, ledgers: _agree(one, other, (*SAID, *STATE)) and _one_mandat(one, other, ledgers)),
    _each(lambda one, other, ledgers: _agree(one, other, SAID) and _one_mandat(one, other, ledgers)),
    _each(lambda one, other, ledgers: one["line"] == other["line"] is not None and _one_mandat(one, other, ledgers)),
    _share_by_share,
    _the_last,
)
_UNNUMBERED: tuple[Pairing, ...] = (_each(_one_unnumbered),)
