"""How a file was understood, as compressed JSON and back: what later steps need of it, and nothing that could be run.

A shared database is not trusted: whatever does not decode is not there, and the file is read again.
"""

from __future__ import annotations

import json
import zlib
from functools import cache
from sys import intern
from typing import TYPE_CHECKING, Any

from recon.intake import Understood
from recon.layouts import Layout, Problem, Table
from recon.layouts.around import Said
from recon.layouts.columns import Choice, Columns
from recon.layouts.headings import Heading
from recon.layouts.left_out import Days, LeftOut, Span
from recon.layouts.profiles import UNCHECKED, Followed, Profile
from recon.layouts.rows import Body
from recon.layouts.tables import Reading
from recon.layouts.totals import Announced, Total
from recon.tables import Answered
from recon.texts import Text
from recon_schemas import SOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping

    Json = dict[str, Any]

LARGEST = 500_000_000
_SAID = ("said", "about", "position", "comment")
_SOURCES = {source.name: source for source in SOURCES}


def encoded(understood: Understood) -> bytes:
    """Return what `decoded` makes the same of, but for parts of a table's reading that only `recon map` looks at."""
    return zlib.compress(written(understood), 1)


def written(understood: Understood) -> bytes:
    """Return the same uncompressed, to be put together with others."""
    content = {
        "originals": understood.originals,
        "hidden": _text(understood.hidden) if understood.hidden else None,
        "tables": [_table(table) for table in understood.layout.tables],
        "problems": [_problem(problem) for problem in understood.layout.problems],
        "answers": None if understood.answers is None else [_answer(one) for one in understood.answers],
    }
    return json.dumps(content, separators=(",", ":")).encode()


def together(contents: Mapping[str, bytes]) -> bytes:
    """Return what is `written` of many files, by key, as one content: a line each."""
    packing = zlib.compressobj(1)
    pieces = [packing.compress(key.encode() + b" " + contents[key] + b"\n") for key in sorted(contents)]
    return b"".join([*pieces, packing.flush()])


def apart(data: bytes) -> dict[str, Understood]:
    """Return what was put `together`; nothing if `data` is nothing of ours."""
    found = {}
    for line in _unpacked(data).splitlines():
        key, _, content = line.partition(b" ")
        if (one := read(content)) is not None:
            found[key.decode()] = one
    return found


def decoded(data: bytes) -> Understood | None:
    """Return what was encoded; None if `data` is nothing of ours."""
    return read(_unpacked(data))


def read(data: bytes) -> Understood | None:
    """Return what was `written`; None if `data` is nothing of ours."""
    try:
        return _understood_of(json.loads(data))
    except (ValueError, RecursionError):
        return None


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, LARGEST)
    except zlib.error:
        return b""


def _understood_of(content: Any) -> Understood | None:
    try:
        tables = [_table_of(table) for table in content["tables"]]
        problems = [_problem_of(problem) for problem in content["problems"]]
        hidden = Text(*content["hidden"]) if content["hidden"] else None
        answers = None if content["answers"] is None else tuple(map(_answer_of, content["answers"]))
        return Understood(Layout(tables, problems), tuple(content["originals"]), hidden, answers)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _text(text: Text) -> list[str]:
    return [text.fr, text.en]


def _answer(one: Answered) -> Json:
    said = {name: _text(getattr(one, name)) for name in _SAID}
    return {**one._asdict(), **said, "why": _text(one.why) if one.why else None}


def _answer_of(one: Json) -> Answered:
    said = {name: Text(*one[name]) for name in _SAID}
    return Answered(**{**one, **said, "why": Text(*one["why"]) if one["why"] else None})


def _problem(problem: Problem) -> list[Any]:
    said = [_text(text) for text in (problem.expected, problem.found, problem.advice)]
    return [problem.file, problem.sheet, problem.cell, *said, problem.field]


def _problem_of(problem: list[Any]) -> Problem:
    file, sheet, cell, expected, found, advice, field = problem
    return Problem(file, sheet, cell, Text(*expected), Text(*found), Text(*advice), field)


def _table(table: Table) -> Json:
    return {
        "source": table.source.name,
        "file": table.file,
        "sheet": table.sheet,
        "columns": table.columns,
        "numbers": table.numbers,
        "texts": table.texts,
        "announced": table.announced.whole,
        "totals": [[total.row, total.column, total.announced, total.read] for total in table.totals],
        "faults": [[*place, text] for place, text in table.faults.items()],
        "elsewhere": [[*place, column] for place, column in table.elsewhere.items()],
        "fixed": table.fixed,
        "around": table.around,
        "groups": table.groups,
        "reading": _reading(table.reading) if table.reading else None,
        "places": [[*where, *place] for where, place in table.places.items()],
        "amendment": table.amendment,
        "transmission": table.transmission,
        "left": table.left,
    }


def _table_of(table: Json) -> Table:
    source = _SOURCES[table["source"]]
    # Thousands of tables bear the same few names of fields: each is kept once.
    numbers, texts = table["numbers"], {intern(name): _once(column) for name, column in table["texts"].items()}
    if any(len(column) != len(numbers) for column in texts.values()):
        raise ValueError("columns of different lengths")
    return Table(
        source=source,
        file=table["file"],
        sheet=table["sheet"],
        columns={intern(name): column for name, column in table["columns"].items()},
        numbers=numbers,
        texts=texts,
        announced=Announced(tuple(Total(*total) for total in table["totals"]), table["announced"]),
        faults={(row, name): text for row, name, text in table["faults"]},
        elsewhere={(row, name): column for row, name, column in table["elsewhere"]},
        fixed=table["fixed"],
        around=tuple(Said(*said) for said in table["around"]),
        groups=tuple((row, tuple(Said(*one) for one in said)) for row, said in table["groups"]),
        reading=_reading_of(source.name, json.dumps(table["reading"])) if table["reading"] else None,
        places={(row, name): (sheet, cell) for row, name, sheet, cell in table["places"]},
        amendment=table["amendment"],
        transmission=table["transmission"],
        left=_left_of(*table["left"]) if table["left"] else None,
    )


def _left_of(lines: int, amounts: int, negatives: int, cents: int, payers: list[Any], by: str) -> LeftOut:
    return LeftOut(lines, amounts, negatives, cents, tuple(_days_of(*one) for one in payers), by)


def _days_of(payer: str | None, mandats: list[int] | None, payments: list[int] | None, days: list[int]) -> Days:
    return Days(payer, Span(*mandats) if mandats else None, Span(*payments) if payments else None, tuple(days))


def _reading(reading: Reading) -> Json:
    """Keep where the heading ends, which fields have a column, and what the profile that was followed says."""
    followed = reading.followed
    return {
        "first": reading.heading.first,
        "last": reading.heading.last,
        "titles": reading.heading.titles,
        "chosen": {name: choice.columns for name, choice in reading.columns.chosen.items()},
        "profile": [followed.profile.name, followed.profile.sign, followed.fixed] if followed else None,
    }


def _once(column: list[str | None]) -> list[str | None]:
    """Return a column whose texts are each kept once, in however many tables they stand."""
    return [intern(text) if text else text for text in column]


@cache
def _reading_of(name: str, told: str) -> Reading:
    """Return how a table of the source `name` was read; thousands of ledgers are laid out alike, and share it."""
    source, reading = _SOURCES[name], json.loads(told)
    heading = Heading(source, reading["first"], reading["last"], tuple(reading["titles"]), {})
    chosen = {intern(name): Choice(tuple(columns), 0, UNCHECKED) for name, columns in reading["chosen"].items()}
    columns, followed = Columns(chosen), None
    if reading["profile"]:
        named, sign, fixed = reading["profile"]
        followed = Followed(Profile(named, source, (), "", {}, sign=sign), heading, columns, fixed)
    return Reading(heading, columns, Body(), followed)
