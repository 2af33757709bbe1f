"""A CSV → one sheet of texts: encoding by its mark, else UTF-8, else Windows-1252; delimiter by what divides best."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from recon.readers import refusals
from recon.readers.cells import Refused, Sheet
from recon.readers.grid import check_cells

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Iterator

# On a tie the first wins: in French a comma between two columns of amounts divides as evenly as a semicolon.
DELIMITERS = (";", "\t", ",")
SAMPLE_RECORDS = 60
SAMPLE_BYTES = 4000

# Excel's own word for the delimiter, on a line that it does not show.
_TOLD = re.compile(r"sep=([^\w\s\"]|\t)[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_ONE_VALUE = re.compile(r'"[^"]*"|[^\s"]+')


def read_csv(data: bytes, *, kinds: bool = False) -> list[Sheet]:
    """Return the one sheet of a CSV: a row is a record, wherever its lines break; Refused if it is no table."""
    text = decoded(data)
    told = _TOLD.match(text)
    if told:
        text = text[told.end() :]
    rows = _rows(text, told[1] if told else delimiter_of(text))
    if not any(map(any, rows)):
        raise Refused(refusals.NO_DATA)
    letters = tuple("".join("t" if cell else " " for cell in row) for row in rows) if kinds else ()
    return [Sheet("", rows, kinds=letters)]


def _rows(text: str, delimiter: str) -> list[list[str | None]]:
    check_cells(text.count(delimiter) + text.count("\n"))
    records = _records(text, delimiter)
    try:
        return [[cell or None for cell in record] for record in records]
    except csv.Error as error:
        raise Refused(refusals.BAD_QUOTES.with_(line=records.line_num)) from error


def decoded(data: bytes) -> str:
    """Return the text of `data` without its mark; Refused if no encoding fits."""
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise Refused(refusals.NUL_BYTES)
        return text
    raise Refused(refusals.NUL_BYTES if b"\0" in data else refusals.BAD_ENCODING)


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    if data.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    # Without a mark, UTF-16 is told by its zeros: in most of a table's characters one byte of two, always the same one.
    first, second = (data[start:SAMPLE_BYTES:2] for start in (0, 1))
    if 2 * second.count(0) > len(second) and not first.count(0):
        return ("utf-16-le",)
    if 2 * first.count(0) > len(first) and not second.count(0):
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def delimiter_of(text: str) -> str:
    """Return what divides most of the first records into the same number of cells; Refused if nothing does."""
    evenness = {delimiter: _evenness(text, delimiter) for delimiter in DELIMITERS}
    best = max(evenness, key=lambda delimiter: evenness[delimiter])
    if evenness[best]:
        return best
    if any(delimiter in text for delimiter in DELIMITERS):
        raise Refused(refusals.BAD_QUOTES.with_(line=1) if '"' in text else refusals.NO_DELIMITER)
    # A table of one column: each line is one value, none of them a sentence.
    lines = [line.strip() for line in islice(_lines(text), SAMPLE_RECORDS)]
    if not any(lines):
        raise Refused(refusals.NO_DATA)
    if len(lines) > 1 and all(_ONE_VALUE.fullmatch(line) for line in lines if line):
        return best
    raise Refused(refusals.NO_DELIMITER)


def _evenness(text: str, delimiter: str) -> int:
    """Return how many records have the most frequent number of cells above one, up to where quotes do not fit."""
    widths: Counter[int] = Counter()
    with suppress(csv.Error):
        widths.update(len(record) for record in islice(_records(text, delimiter), SAMPLE_RECORDS))
    return max((count for width, count in widths.items() if width > 1), default=0)


def _records(text: str, delimiter: str) -> Reader:
    return csv.reader(_lines(text), delimiter=delimiter, strict=True)


def _lines(text: str) -> Iterator[str]:
    # Python's own notion of a line also ends at U+2028 and others, which Excel writes within cells.
    return (found[0] for found in _LINE.finditer(text))
