"""A PDF with text, or a text of sentences → one sheet a page, a line of text in each row's only cell.

The PDF library is imported when the first PDF is read: the reading process starts for workbooks too.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from recon.readers import refusals
from recon.readers.cells import Refused, Sheet
from recon.texts import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pypdfium2 import PdfDocument

PAGE = "page {number}"
MAX_PAGES = 500
MAX_CHARACTERS = 1_500_000
# A scan often bears a stamp of a few letters, a transmission number for one, over the picture of the page.
FEWEST_LETTERS = 200
SAMPLE_LINES = 400

_LETTERS = re.compile(r"[^\W\d_]")
# What the library gives for a hyphen at a line's end, by version.
_HYPHENS = {0x02: "-", 0xFFFE: "-", 0xAD: "-", 0x00: None}
_ARTICLE = re.compile(r"[\s#*_>-]*article\s+(?:\d{1,2}|premier|[ivx]+)\b(?!\s*[;\t])", re.IGNORECASE)
_SENTENCE = re.compile(r"(?:[^\W\d_]+['’,]?\s+){7,}.*")
_TABULAR = re.compile(r"[;\t]")


def read_pdf(data: bytes, *, kinds: bool = False) -> list[Sheet]:
    """Return the pages of a PDF; Refused if it is encrypted, damaged, too long, or the picture of a text."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        protected = "password" in str(error).casefold() or b"/Encrypt" in data
        raise Refused(refusals.PDF_PROTECTED if protected else refusals.PDF_DAMAGED) from error
    try:
        pages = list(_pages(document))
    except pypdfium2.PdfiumError as error:
        raise Refused(refusals.PDF_DAMAGED) from error
    finally:
        document.close()
    if len(_LETTERS.findall("".join(pages))) < FEWEST_LETTERS:
        raise Refused(refusals.SCAN)
    return _sheets(pages, kinds=kinds)


def _pages(document: PdfDocument) -> Iterator[str]:
    count = len(document)
    if not count:
        raise Refused(refusals.PDF_DAMAGED)
    if count > MAX_PAGES:
        raise Refused(refusals.TOO_MANY_PAGES.with_(limit=number(MAX_PAGES)))
    length = 0
    for at in range(count):
        page = document[at]
        words = page.get_textpage()
        text = words.get_text_range()
        words.close()
        page.close()
        length += len(text)
        if length > MAX_CHARACTERS:
            raise Refused(refusals.TOO_MUCH_TEXT.with_(limit=number(MAX_CHARACTERS)))
        yield text


def read_text(text: str, *, kinds: bool = False) -> list[Sheet]:
    """Return the pages of a text, parted by form feeds; Refused if it is too long."""
    if len(text) > MAX_CHARACTERS:
        raise Refused(refusals.TOO_MUCH_TEXT.with_(limit=number(MAX_CHARACTERS)))
    return _sheets(text.rstrip("\f").split("\f"), kinds=kinds)


def is_prose(text: str) -> bool:
    """Whether a text is made of articles or sentences, where a table has a delimiter in most of its lines."""
    lines = [line for line in islice(text.splitlines(), SAMPLE_LINES) if line.strip()]
    if 2 * sum(bool(_TABULAR.search(line)) for line in lines) > len(lines):
        return False
    articles = sum(bool(_ARTICLE.match(line)) for line in lines)
    sentences = sum(bool(_SENTENCE.match(line)) for line in lines)
    return articles >= 2 or (sentences >= 3 and 5 * sentences >= len(lines))


def _sheets(pages: Iterable[str], *, kinds: bool) -> list[Sheet]:
    texts = [[line.rstrip() for line in page.translate(_HYPHENS).splitlines()] for page in pages]
    return [
        _sheet(PAGE.format(number=at) if len(texts) > 1 else "", lines, kinds=kinds)
        for at, lines in enumerate(texts, 1)
    ]


def _sheet(name: str, lines: list[str], *, kinds: bool) -> Sheet:
    rows: list[list[str | None]] = [[line or None] for line in lines]
    return Sheet(name, rows, kinds=tuple("t" if line else " " for line in lines) if kinds else ())
