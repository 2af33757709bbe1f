"""Files made to do harm, or damaged on their way: each is read right or refused, quickly and in little memory."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from recon.readers import Book, Refused, column_letters, read_book
from recon.readers.apart import read_books
from tests.test_readers import ODS_TYPE, filled, ods, ods_content, ods_number, xlsx, xlsx_parts, zipped

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, data: bytes) -> Path:
    path = folder / "fichier.bin"
    path.write_bytes(data)
    return path


def read(folder: Path, data: bytes) -> Book:
    return read_book(written(folder, data))


def refused(folder: Path, data: bytes) -> str:
    (found,) = read_books([written(folder, data)])
    assert isinstance(found, Refused)
    return found.reason("fr")


ONE = '<row r="1"><c r="A1"><v>41</v></c></row>'


def test_a_million_empty_styled_rows_are_no_rows(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{row}" s="1"><c r="A{row}" s="1"/></row>' for row in range(2, 1_048_577))
    start = time.process_time()
    assert read(tmp_path, xlsx(ONE + rows)).sheets[0].rows == [["41"]]
    assert time.process_time() - start < 2


def test_sixteen_thousand_columns_are_read(tmp_path: Path) -> None:
    cells = "".join(f'<c r="{column_letters(column)}1"><v>{column}</v></c>' for column in range(16_384))
    (sheet,) = read(tmp_path, xlsx(f'<row r="1">{cells}</row>')).sheets
    assert sheet.rows[0][-1] == "16383"


@pytest.mark.parametrize("inside", ["&a;", "&a;" * 50_000])
@pytest.mark.parametrize(
    "entity",
    ['<!ENTITY a "lol">', '<!ENTITY a SYSTEM "file:///etc/passwd">', '<!ENTITY % a SYSTEM "http://127.0.0.1/x"> %a;'],
)
def test_entities_are_refused_wherever_they_lead(tmp_path: Path, entity: str, inside: str) -> None:
    parts = xlsx_parts(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{inside}</t></is></c></row>')
    parts["xl/worksheets/sheet1.xml"] = f"<!DOCTYPE x [{entity}]>" + str(parts["xl/worksheets/sheet1.xml"])
    assert "entités" in refused(tmp_path, zipped(parts))
    content = f"<!DOCTYPE x [{entity}]>" + ods_content(f"<table:table-row>{ods_number(1)}</table:table-row>")
    assert "entités" in refused(tmp_path, zipped({"mimetype": ODS_TYPE, "content.xml": content}))


def test_a_part_that_inflates_to_a_gigabyte_is_refused(tmp_path: Path) -> None:
    parts = xlsx_parts(ONE)
    parts["xl/worksheets/sheet1.xml"] = b"<worksheet>" + b" " * 160_000_000
    assert "décompressé" in refused(tmp_path, zipped(parts))


def test_macros_are_neither_read_nor_an_obstacle(tmp_path: Path) -> None:
    parts = xlsx_parts(ONE) | {"xl/vbaProject.bin": bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)}
    assert read(tmp_path, zipped(parts)).sheets[0].rows == [["41"]]


def test_lone_surrogates_and_controls_written_as_excel_does_are_kept_apart(tmp_path: Path) -> None:
    cell = '<c r="A1" t="inlineStr"><is><t>a_x0000_b_xD800_c</t></is></c>'
    (found,) = read_books([written(tmp_path, xlsx(f'<row r="1">{cell}</row>'))])
    assert isinstance(found, Book)
    text = filled(found.sheets[0])["A1"]
    assert text.startswith("a")
    assert text.endswith("c")


@pytest.mark.parametrize("data", [xlsx(ONE), ods(f"<table:table-row>{ods_number(41)}</table:table-row>")])
def test_a_truncated_file_is_refused_wherever_it_is_cut(tmp_path: Path, data: bytes) -> None:
    for length in range(0, len(data) - 30, 61):
        with pytest.raises(Refused):
            read(tmp_path, data[:length])


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="0"><c r="A0"><v>1</v></c></row>',
        '<row r="-1"><c r="A-1"><v>1</v></c></row>',
        '<row r="99999999999"><c r="ZZZZZZZ99999999999"><v>1</v></c></row>',
        '<row r="1"><c r="A"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</c></v></row>',
    ],
)
def test_addresses_that_are_none_are_refused(tmp_path: Path, rows: str) -> None:
    assert "abîmé" in refused(tmp_path, xlsx(rows))


def test_words_that_look_like_errors_in_one_long_text_are_searched_once(tmp_path: Path) -> None:
    text = ' t="e"&lt;' * 90_000
    cell = f'<c r="A1" t="inlineStr"><is><t>{text}</t></is></c><c r="B1" t="e"><v>#N/A</v></c>'
    start = time.process_time()
    assert read(tmp_path, xlsx(f'<row r="1">{cell}</row>')).sheets[0].faults == {(0, 1): "#N/A"}
    assert time.process_time() - start < 2


def test_a_formula_in_many_pieces_is_not_copied_again_and_again(tmp_path: Path) -> None:
    cell = f'<c r="A1"><v>1</v></c><c r="B1"><f>{"&lt;" * 240_000}</f></c>'
    start = time.process_time()
    (sheet,) = read(tmp_path, xlsx(f'<row r="1">{cell}</row>')).sheets
    assert sheet.faults[0, 1].startswith("=<<<")
    assert time.process_time() - start < 2


def test_a_file_that_vanishes_before_it_is_read_is_said_to_be_gone(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.csv" for number in range(100)]
    for path in paths:
        path.write_bytes(b"a;b\n")
    books = read_books(paths)
    paths[-1].unlink()
    *others, last = books
    assert all(isinstance(book, Book) for book in others)
    assert isinstance(last, Refused)
    assert "n’existe plus" in last.reason("fr")
