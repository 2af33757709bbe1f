"""A CSV → one sheet of texts: encoding by its mark, else UTF-8, else Windows-1252; delimiter by what divides best."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from recon.readers import refusals
from recon.readers.cells import Refused, Sheet
from recon.readers.grid import check_cells

if TYPE_CHECKING:
    from _csv import Reader

# On a tie the first wins: in French a comma between two columns of amounts divides as evenly as a semicolon.
DELIMITERS = (";", "\t", ",")
SAMPLE_RECORDS = 60


def read_csv(data: bytes) -> list[Sheet]:
    """Return the one sheet of a CSV: a row is a record, wherever its lines break; Refused if it is no table."""
    text = decoded(data)
    delimiter = delimiter_of(text)
    check_cells(text.count(delimiter) + text.count("\n"))
    records = _records(text, delimiter)
    try:
        return [Sheet("", [[cell or None for cell in record] for record in records])]
    except csv.Error as error:
        raise Refused(refusals.BAD_QUOTES.with_(line=records.line_num)) from error


def decoded(data: bytes) -> str:
    """Return the text of `data` without its mark; Refused if no encoding fits."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif data.startswith(codecs.BOM_UTF8):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise Refused(refusals.NUL_BYTES)
        return text
    raise Refused(refusals.NUL_BYTES if b"\0" in data else refusals.BAD_ENCODING)


def delimiter_of(text: str) -> str:
    """Return what divides most of the first records into the same number of cells; Refused if nothing does."""
    evenness = {delimiter: _evenness(text, delimiter) for delimiter in DELIMITERS}
    best = max(evenness, key=lambda delimiter: evenness[delimiter])
    if evenness[best]:
        return best
    if '"' in text and any(delimiter in text for delimiter in DELIMITERS):
        raise Refused(refusals.BAD_QUOTES.with_(line=1))
    raise Refused(refusals.NO_DELIMITER)


def _evenness(text: str, delimiter: str) -> int:
    """Return how many records have the most frequent number of cells above one, up to where quotes do not fit."""
    widths: Counter[int] = Counter()
    with suppress(csv.Error):
        widths.update(len(record) for record in islice(_records(text, delimiter), SAMPLE_RECORDS))
    return max((count for width, count in widths.items() if width > 1), default=0)


def _records(text: str, delimiter: str) -> Reader:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
