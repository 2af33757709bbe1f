"""Files → cells: every value at its address, nothing silently empty, and a reason for each file refused."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import os
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

import openpyxl
import pytest
import xlsxwriter
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from recon.readers import Refused, Sheet, address, archive, column_letters, files, grid, read_book, refusals, workbooks
from recon.readers.cells import written

ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
ODS_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
)
ODS_ERROR = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
EMPTY_END = (
    '<table:table-row table:number-rows-repeated="1048560"><table:table-cell table:number-columns-repeated="16384"/>'
    "</table:table-row>"
)


def sheets(folder: Path, data: bytes) -> list[Sheet]:
    path = folder / "fichier.bin"
    path.write_bytes(data)
    return read_book(path).sheets


def reason(folder: Path, data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        sheets(folder, data)
    return refused.value.reason("fr")


def zipped(parts: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return file.getvalue()


def xlsx_parts(rows: str, target: str = "worksheets/sheet1.xml") -> dict[str, str | bytes]:
    """The parts of a workbook of one sheet, written as no library writes them."""
    return {
        "_rels/.rels": f'{RELATIONS}<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns:r="{OFFICE}"><sheets><sheet name="A &amp; B" sheetId="1" r:id="r7"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{RELATIONS}<Relationship Id="r7" Type="{OFFICE}/worksheet" Target="{target}"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>",
    }


def xlsx(rows: str) -> bytes:
    return zipped(xlsx_parts(rows))


def ods_content(rows: str) -> str:
    return (
        f"<office:document-content {ODS_NAMESPACES} {ODS_ERROR}><office:body><office:spreadsheet>"
        f'<table:table table:name="Feuille">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )


def ods(rows: str) -> bytes:
    return zipped({"mimetype": ODS_TYPE, "content.xml": ods_content(rows), "META-INF/manifest.xml": "<manifest/>"})


def ods_text(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'


def ods_number(number: float) -> str:
    return f'<table:table-cell office:value-type="float" office:value="{number}"/>'


def filled(sheet: Sheet) -> dict[str, str]:
    """The cells that are not empty, by address."""
    return {
        address(row, column): text
        for row, texts in enumerate(sheet.rows)
        for column, text in enumerate(texts)
        if text is not None
    }


@pytest.mark.parametrize(
    ("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_columns_are_lettered_as_in_a_spreadsheet(column: int, letters: str) -> None:
    assert column_letters(column) == letters


def test_an_address_counts_rows_from_one() -> None:
    assert address(0, 5) == "F1"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (45.0, "45"),
        (-0.0, "0"),
        (41.5, "41.5"),
        (0.1 + 0.2, "0.3"),
        (9876543.21, "9876543.21"),
        (1e-7, "0.0000001"),
        (21660136900012.0, "21660136900012"),
        (999999999999999.0, "999999999999999"),
        (1e15, "1E+15"),
        (3.1e31, "3.1E+31"),
        (date(2026, 11, 30), "2026-11-30"),
        (datetime.fromisoformat("2026-11-30T00:00:00"), "2026-11-30"),
        (datetime.fromisoformat("2026-11-30T17:42:00"), "2026-11-30T17:42:00"),
        (datetime.fromisoformat("2026-11-30T17:41:59.999997"), "2026-11-30T17:42:00"),
        (time(17, 42), "17:42:00"),
        (timedelta(hours=26, minutes=30), "26:30:00"),
        (timedelta(minutes=-5), "-00:05:00"),
        (True, "VRAI"),
        (False, "FAUX"),
    ],
)
def test_a_value_has_one_text(value: float | date | time | timedelta, text: str) -> None:
    assert written(value) == text


class TestXlsx:
    def test_a_used_area_that_starts_at_c5_keeps_its_addresses(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        book.active["C5"], book.active["D6"] = "Céret", 12
        book.save(tmp_path / "c5.xlsx")
        read = read_book(tmp_path / "c5.xlsx")
        assert filled(read.sheets[0]) == {"C5": "Céret", "D6": "12"}

    def test_the_book_names_its_format_and_the_hash_of_its_bytes(self, tmp_path: Path) -> None:
        data = xlsx("")
        (tmp_path / "noms.csv").write_bytes(data)
        read = read_book(tmp_path / "noms.csv")
        assert (read.format, read.sha256) == ("xlsx", hashlib.sha256(data).hexdigest())

    def test_dates_booleans_long_numbers_and_blanks_are_kept(self, tmp_path: Path) -> None:
        with xlsxwriter.Workbook(tmp_path / "valeurs.xlsx") as book:
            sheet = book.add_worksheet()
            sheet.write_datetime("A1", date(2026, 11, 30), book.add_format({"num_format": "dd/mm/yyyy"}))
            moment = datetime.fromisoformat("2026-11-30T17:42:00")
            sheet.write_datetime("B1", moment, book.add_format({"num_format": "dd/mm/yyyy hh:mm"}))
            sheet.write_row("C1", [True, 21660136900012, "  ", " espaces ", 3.1e31])
        (sheet,) = read_book(tmp_path / "valeurs.xlsx").sheets
        assert sheet.rows == [
            ["2026-11-30", "2026-11-30T17:42:00", "VRAI", "21660136900012", "  ", " espaces ", "3.1E+31"]
        ]

    def test_hidden_sheets_are_read_and_charts_are_not(self, tmp_path: Path) -> None:
        with xlsxwriter.Workbook(tmp_path / "feuilles.xlsx") as book:
            book.add_worksheet("Un").write("A1", 1)
            chart = book.add_chart({"type": "line"})
            chart.add_series({"values": "=Un!$A$1:$A$2"})
            book.add_chartsheet("Graphique").set_chart(chart)
            book.add_worksheet("Cachée").hide()
        assert [sheet.name for sheet in read_book(tmp_path / "feuilles.xlsx").sheets] == ["Un", "Cachée"]

    def test_an_error_keeps_its_name_and_address(self, tmp_path: Path) -> None:
        (sheet,) = sheets(tmp_path, xlsx('<row r="3"><c r="B3"><v>1</v></c><c r="F3" t="e"><v>#REF!</v></c></row>'))
        assert sheet.faults == {(2, 5): "#REF!"}
        assert filled(sheet) == {"B3": "1", "F3": "#REF!"}

    def test_a_formula_nobody_computed_is_shown_as_a_formula(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        book.active["C5"], book.active["F14"] = 2, "=C12+C13"
        book.save(tmp_path / "formule.xlsx")
        (sheet,) = read_book(tmp_path / "formule.xlsx").sheets
        assert sheet.faults == {(13, 5): "=C12+C13"}
        assert filled(sheet) == {"C5": "2", "F14": "=C12+C13"}

    def test_a_computed_formula_is_its_value_even_when_that_is_an_empty_text(self, tmp_path: Path) -> None:
        cells = (
            '<c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>""</f><v></v></c>'
            '<c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        )
        (sheet,) = sheets(tmp_path, xlsx(f"<row>{cells}</row>"))
        assert filled(sheet) == {"A1": "2", "C1": "#DIV/0!"}

    def test_a_copied_formula_without_text_of_its_own_is_still_reported(self, tmp_path: Path) -> None:
        cells = '<c r="A2"><v>2026</v></c><c r="B2"><f t="shared" si="0"/></c>'
        (sheet,) = sheets(tmp_path, xlsx(f'<row r="2">{cells}</row>'))
        assert sheet.faults == {(1, 1): "=…"}

    @pytest.mark.parametrize(
        "rows",
        [
            '<row r="2"><c r="B2"><v>1</v></c><c t="e"><v>#N/A</v></c></row>',
            "<row r='2'><c r='B2'><v>1</v></c><c r='C2' t='e'><v>#N/A</v></c></row>",
            '<row r="2"><c s="0" r="B2"><v>1</v></c><c t="e" r="C2"><v>#N/A</v></c></row>',
            '<row r="2"><c r="B2"><v>1</v></c><c r="C2" cm="1" t="e" s="0"><v>#N/A</v></c></row>',
        ],
        ids=["no reference", "single quotes", "reference last", "further attributes"],
    )
    def test_errors_are_found_however_the_xml_is_written(self, tmp_path: Path, rows: str) -> None:
        (sheet,) = sheets(tmp_path, xlsx(rows))
        assert filled(sheet) == {"B2": "1", "C2": "#N/A"}

    @pytest.mark.parametrize("target", ["worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml"])
    def test_a_sheet_is_found_by_relative_and_absolute_target(self, tmp_path: Path, target: str) -> None:
        (sheet,) = sheets(tmp_path, zipped(xlsx_parts('<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>', target)))
        assert (sheet.name, sheet.rows) == ("A & B", [["#N/A"]])

    def test_a_cell_off_in_a_corner_that_is_not_told_for_sure_is_refused(self, tmp_path: Path) -> None:
        rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c s="0" r="XFD1048576"><v>1</v></c></row>'
        assert "plus de 20\u202f000\u202f000 cellules" in reason(tmp_path, xlsx(rows))

    def test_a_cell_beyond_the_grid_is_refused(self, tmp_path: Path) -> None:
        assert "dépasse la grille" in reason(tmp_path, xlsx('<row r="1"><c r="ZZZ1"><v>1</v></c></row>'))

    def test_empty_cells_far_away_do_not_count(self, tmp_path: Path) -> None:
        rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
        assert sheets(tmp_path, xlsx(rows))[0].rows == [["1"]]


class TestOds:
    def test_a_used_area_that_starts_at_c5_keeps_its_addresses(self, tmp_path: Path) -> None:
        margin = '<table:table-row table:number-rows-repeated="4"><table:table-cell/></table:table-row>'
        gap = '<table:table-cell table:number-columns-repeated="2"/>'
        row = f"<table:table-row>{gap}{ods_text('Céret')}</table:table-row>"
        (sheet,) = sheets(tmp_path, ods(margin + row + EMPTY_END))
        assert filled(sheet) == {"C5": "Céret"}

    def test_repeated_cells_and_rows_are_multiplied_out(self, tmp_path: Path) -> None:
        row = (
            '<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" '
            'office:value="45" table:number-columns-repeated="2"/></table:table-row>'
        )
        assert sheets(tmp_path, ods(row))[0].rows == [["45", "45"], ["45", "45"]]

    def test_dates_and_booleans_are_kept(self, tmp_path: Path) -> None:
        row = (
            '<table:table-row><table:table-cell office:value-type="date" office:date-value="2026-11-30"/>'
            '<table:table-cell office:value-type="boolean" office:boolean-value="true"/></table:table-row>'
        )
        assert sheets(tmp_path, ods(row))[0].rows == [["2026-11-30", "VRAI"]]

    def test_errors_and_uncomputed_formulas_keep_their_address(self, tmp_path: Path) -> None:
        row = (
            f"<table:table-row>{ods_number(1)}"
            '<table:table-cell table:formula="of:=SUM([.C12:.C13])+[.D1]"/>'
            '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
            'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
            '<table:table-cell table:formula="of:=X" office:value-type="float" office:value="0">'
            "<text:p>Err:502</text:p></table:table-cell></table:table-row>"
        )
        (sheet,) = sheets(tmp_path, ods(row))
        assert filled(sheet) == {"A1": "1", "B1": "=SUM(C12:C13)+D1", "C1": "#DIV/0!", "D1": "Err:502"}
        assert sorted(sheet.faults) == [(0, 1), (0, 2), (0, 3)]

    def test_a_text_without_a_type_is_not_lost(self, tmp_path: Path) -> None:
        row = "<table:table-row><table:table-cell><text:p>Céret</text:p></table:table-cell></table:table-row>"
        assert sheets(tmp_path, ods(row))[0].rows == [["Céret"]]

    def test_a_comment_is_not_the_cell(self, tmp_path: Path) -> None:
        row = (
            "<table:table-row><table:table-cell><office:annotation><text:p>note</text:p></office:annotation>"
            f"</table:table-cell>{ods_text('Céret')}</table:table-row>"
        )
        assert filled(sheets(tmp_path, ods(row))[0]) == {"B1": "Céret"}

    def test_a_value_repeated_over_the_grid_is_refused(self, tmp_path: Path) -> None:
        row = (
            '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float" '
            'office:value="1" table:number-columns-repeated="16384"/></table:table-row>'
        )
        assert "plus de 20\u202f000\u202f000 cellules" in reason(tmp_path, ods(row))

    def test_a_password_is_named(self, tmp_path: Path) -> None:
        manifest = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
        data = zipped({"mimetype": ODS_TYPE, "content.xml": b"\0\1\2", "META-INF/manifest.xml": manifest})
        assert "mot de passe" in reason(tmp_path, data)

    def test_macros_do_not_stop_a_sound_workbook(self, tmp_path: Path) -> None:
        row = f"<table:table-row>{ods_number(1)}</table:table-row>"
        data = zipped(
            {"mimetype": ODS_TYPE, "content.xml": ods_content(row), "Basic/script-lc.xml": "<!DOCTYPE x><x/>"}
        )
        assert sheets(tmp_path, data)[0].rows == [["1"]]


class TestCsv:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    @pytest.mark.parametrize("delimiter", [";", ",", "\t"])
    def test_encodings_and_delimiters_are_recognised(self, tmp_path: Path, encoding: str, delimiter: str) -> None:
        text = f"École{delimiter}Montant €\nCéret{delimiter}45\n"
        assert sheets(tmp_path, text.encode(encoding))[0].rows == [["École", "Montant €"], ["Céret", "45"]]

    def test_a_decimal_comma_does_not_divide(self, tmp_path: Path) -> None:
        assert sheets(tmp_path, b"41,00;82,00\n45,00;90,00\n")[0].rows == [["41,00", "82,00"], ["45,00", "90,00"]]

    def test_a_title_above_the_table_does_not_hide_the_delimiter(self, tmp_path: Path) -> None:
        rows = sheets(tmp_path, "Écoles, commune de Céret\n\na;b;c\n1;2;3\n".encode())[0].rows
        assert rows == [["Écoles, commune de Céret"], [], ["a", "b", "c"], ["1", "2", "3"]]

    def test_a_quoted_line_break_stays_in_its_row(self, tmp_path: Path) -> None:
        assert sheets(tmp_path, b'a;"b\r\nc"\r\nd;e\r\n')[0].rows == [["a", "b\r\nc"], ["d", "e"]]

    def test_old_macintosh_line_ends_divide_rows(self, tmp_path: Path) -> None:
        assert sheets(tmp_path, b"a;b\rc;d\r")[0].rows == [["a", "b"], ["c", "d"]]

    @pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
    def test_utf_16_is_recognised_without_its_mark(self, tmp_path: Path, encoding: str) -> None:
        text = "École;Montant\nCéret;45\n"
        assert sheets(tmp_path, text.encode(encoding))[0].rows == [["École", "Montant"], ["Céret", "45"]]

    @pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
    def test_the_line_that_tells_excel_the_delimiter_is_no_row(self, tmp_path: Path, delimiter: str) -> None:
        data = f"sep={delimiter}\r\na{delimiter}1;2,3\r\n".encode()
        assert sheets(tmp_path, data)[0].rows[0][0] == "a"

    def test_a_column_of_values_needs_no_delimiter(self, tmp_path: Path) -> None:
        assert sheets(tmp_path, b"SIRET\n21660049400019\n")[0].rows == [["SIRET"], ["21660049400019"]]

    def test_a_line_separator_of_unicode_ends_no_row(self, tmp_path: Path) -> None:
        assert sheets(tmp_path, "a;b\u2028c\nd;e\n".encode())[0].rows == [["a", "b\u2028c"], ["d", "e"]]

    def test_empty_cells_are_none_and_white_space_is_kept(self, tmp_path: Path) -> None:
        assert sheets(tmp_path, b"a;;b\n;  ;c \n")[0].rows == [["a", None, "b"], [None, "  ", "c "]]

    def test_a_quote_left_open_is_refused_with_its_line(self, tmp_path: Path) -> None:
        assert "ligne 3" in reason(tmp_path, b'a;b\nc;d\ne;"f" g\n')

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (b"un mot\nun autre\n", "sans colonnes"),
            (b"P", "sans colonnes"),
            (b";;;;\n" * 50, "aucune donn"),
            (b"\n" * 50, "aucune donn"),
            (codecs.BOM_UTF8, "aucune donn"),
            (b'"a"x;b\n', "guillemet"),
            (b"a;b\0c\n", "octets nuls"),
            (b"a;b\xe9\x81\n", "CSV UTF-8"),
            ("a;b\n".encode("utf-16")[:-1], "octets nuls"),
            (bytes(1000), "octets nuls"),
        ],
    )
    def test_text_that_is_no_table_is_refused(self, tmp_path: Path, data: bytes, says: str) -> None:
        assert says in reason(tmp_path, data)


class TestRefusals:
    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (b"", "vide"),
            (b"%PDF-1.7", "PDF"),
            (b"\x89PNG\r\n\x1a\n", "image"),
            (b"\xff\xd8\xff\xe0", "image"),
            (b"\xef\xbb\xbf\n<html><table>", "page web"),
            (b"<?xml version='1.0'?>", "page web"),
            (b"ID;PWXL;N;E", "SYLK"),
            (b"\x1f\x8b\x08", "archive"),
            (b"PK\x03\x04 abc", "abîmé"),
            (bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le"), "mot de passe"),
            (bytes.fromhex("D0CF11E0A1B11AE1") + b"WordDocument", "autre logiciel"),
            (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(5000), "autre logiciel"),
            (b"\x09\x08\x10\0\0\x06\x05\0", "Excel 4"),
            (b"[InternetShortcut]\nURL=file://x\n", "raccourci"),
            (b"MZ" + bytes(1000), "octets nuls"),
            (zipped({"word/document.xml": ""}), "Word"),
            (zipped({"photo.jpg": ""}), "archive"),
            (zipped({"xl/workbook.bin": ""}), "abîmé"),
            (zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ""}), "LibreOffice"),
        ],
    )
    def test_what_is_no_table_is_refused_by_its_name(self, tmp_path: Path, data: bytes, says: str) -> None:
        assert says in reason(tmp_path, data)

    def test_a_folder_is_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(Refused, match="not an ordinary file"):
            read_book(tmp_path)

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
    def test_a_pipe_is_refused_without_waiting(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "tube.csv")
        with pytest.raises(Refused, match="not an ordinary file"):
            read_book(tmp_path / "tube.csv")

    def test_a_file_that_is_gone_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(Refused, match="no longer there"):
            read_book(tmp_path / "absent.xlsx")

    def test_a_file_too_big_is_refused_with_the_limit(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files, "MAX_BYTES", 2 * files.MEGABYTE)
        assert "limite de 2 Mo" in reason(tmp_path, b"a;b\n" * 600_000)

    def test_a_file_that_changes_meanwhile_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        true_fstat = os.fstat
        path = tmp_path / "fichier.bin"

        def fstat(descriptor: int) -> os.stat_result:
            found = true_fstat(descriptor)
            with path.open("ab") as file:
                file.write(b"c;d\n")
            return found

        monkeypatch.setattr(os, "fstat", fstat)
        assert "pendant sa lecture" in reason(tmp_path, b"a;b\n")

    @pytest.mark.parametrize("word", ["<!DOCTYPE x>", '<!ENTITY a "b">'])
    def test_xml_with_entities_is_refused(self, tmp_path: Path, word: str) -> None:
        assert "entités" in reason(tmp_path, zipped(xlsx_parts("") | {"xl/styles.xml": f"{word}<styleSheet/>"}))

    def test_a_part_that_inflates_beyond_the_limit_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(archive, "MAX_PART_BYTES", files.MEGABYTE)
        assert "plus de 1 Mo" in reason(tmp_path, zipped(xlsx_parts("") | {"xl/styles.xml": b" " * 1_000_001}))

    @pytest.mark.parametrize("before", [0, 1, 499_990, 500_000, 777_777])
    @pytest.mark.parametrize(("length", "read"), [(999_900, True), (1_000_001, False)])
    def test_a_cell_of_a_million_characters_is_refused(
        self, tmp_path: Path, before: int, length: int, *, read: bool
    ) -> None:
        rows = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * before}</t></is></c>'
        rows += f'<c r="B1" t="inlineStr"><is><t>{"é" * (length // 2)}{"x" * (length % 2)}</t></is></c></row>'
        if read:
            assert len(sheets(tmp_path, xlsx(rows))[0].rows[0][1] or "") == length // 2
        else:
            assert "une cellule de plus de 1" in reason(tmp_path, xlsx(rows))

    def test_parts_that_together_inflate_beyond_the_limit_are_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(archive, "MAX_BYTES", files.MEGABYTE)
        names = ("xl/styles.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml")
        parts: dict[str, str | bytes] = dict.fromkeys(names, b"<worksheet/>" + b" " * 400000)
        assert "plus de 1 Mo" in reason(tmp_path, zipped(xlsx_parts("") | parts))

    def test_a_part_that_nobody_reads_may_be_of_any_size(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archive, "MAX_PART_BYTES", 5000)
        picture: dict[str, str | bytes] = {"xl/media/image1.png": b" " * 5001}
        assert sheets(tmp_path, zipped(xlsx_parts("") | picture))[0].rows == []

    def test_a_part_larger_than_one_read_is_read(self, tmp_path: Path) -> None:
        rows = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(1, 60_001))
        assert len(rows) > 2 * files.MEGABYTE
        assert sheets(tmp_path, xlsx(rows))[0].rows == [[str(row)] for row in range(1, 60_001)]

    def test_an_empty_part_does_not_look_like_the_end_of_the_archive(self) -> None:
        file = archive.Pieces([b"ab", b"", b"c" * (files.MEGABYTE + 1), b""])
        assert [file.read(1), file.read(), file.read(5)] == [b"a", b"b", b"c" * 5]
        assert [len(file.read()) for _ in range(3)] == [files.MEGABYTE - 4, 0, 0]

    def test_too_many_members_are_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
        assert "plus de 3 éléments" in reason(tmp_path, xlsx(""))

    def test_a_member_held_twice_is_refused(self, tmp_path: Path) -> None:
        assert "deux fois" in reason(tmp_path, zipped(xlsx_parts("") | {"XL/workbook.xml": "<workbook/>"}))

    def test_an_unusual_compression_is_refused(self, tmp_path: Path) -> None:
        file = io.BytesIO(xlsx(""))
        with zipfile.ZipFile(file, "a", zipfile.ZIP_BZIP2) as packed:
            packed.writestr("docProps/app.xml", "<a/>")
        assert "compression" in reason(tmp_path, file.getvalue())

    def test_a_member_that_is_a_link_is_refused(self, tmp_path: Path) -> None:
        file = io.BytesIO(xlsx(""))
        link = zipfile.ZipInfo("xl/worksheets/sheet2.xml")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        with zipfile.ZipFile(file, "a") as packed:
            packed.writestr(link, "/etc/passwd")
        assert "lien" in reason(tmp_path, file.getvalue())

    def test_a_part_that_is_not_as_its_checksum_says_is_refused(self, tmp_path: Path) -> None:
        data = bytearray(xlsx('<row r="1"><c r="A1"><v>1</v></c></row>'))
        directory = data.index(b"PK\1\2", data.index(b"xl/worksheets/sheet1.xml", data.index(b"PK\1\2")) - 50)
        data[directory + 16] ^= 1  # Its sum.
        assert "abîmé" in reason(tmp_path, bytes(data))

    @pytest.mark.parametrize("name", ["~$registre.xlsx", ".~lock.registre.ods#"])
    def test_a_lock_file_is_named_as_such(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_bytes(b"a;b\n")
        with pytest.raises(Refused, match="lock file"):
            read_book(tmp_path / name)

    def test_members_that_overlap_are_refused(self, tmp_path: Path) -> None:
        data = bytearray(xlsx(""))
        second = data.index(b"PK\1\2", data.index(b"PK\1\2") + 1)
        data[second + 42 : second + 46] = bytes(4)  # Where the second member says it begins.
        assert "se chevauchent" in reason(tmp_path, bytes(data))

    def test_an_encrypted_member_is_refused_as_a_password(self, tmp_path: Path) -> None:
        data = bytearray(xlsx(""))
        data[data.index(b"PK\1\2") + 8] |= 1  # The flag of encryption.
        assert "mot de passe" in reason(tmp_path, bytes(data))

    def test_damaged_xml_is_refused(self, tmp_path: Path) -> None:
        assert "abîmé" in reason(tmp_path, xlsx('<row r="1"><c r="A1" t="e"><v>#REF!</v></row>'))

    def test_a_workbook_without_a_sheet_is_refused(self, tmp_path: Path) -> None:
        parts = xlsx_parts("") | {"xl/workbook.xml": "<workbook><sheets/></workbook>"}
        assert "aucune feuille" in reason(tmp_path, zipped(parts))

    def test_formulas_that_nobody_computed_and_no_figure_are_refused(self, tmp_path: Path) -> None:
        cells = '<c r="A1" t="inlineStr"><is><t>Montant</t></is></c><c r="B1"><f>SUM(C1:C9)</f></c>'
        assert "jamais calculées (B1)" in reason(tmp_path, xlsx(f'<row r="1">{cells}</row>'))

    def test_a_shared_text_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        for index in ("-1", "9"):
            assert "abîmé" in reason(tmp_path, xlsx(f'<row r="1"><c r="A1" t="s"><v>{index}</v></c></row>'))

    def test_a_sheet_without_its_part_is_refused(self, tmp_path: Path) -> None:
        assert "abîmé" in reason(tmp_path, zipped(xlsx_parts("", target="worksheets/absent.xml")))

    def test_a_panic_of_the_reader_is_a_refusal(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        class Panic(BaseException):
            pass

        def panic(*_: object) -> None:
            raise Panic

        monkeypatch.setattr(workbooks, "_read", panic)
        assert "abîmé" in reason(tmp_path, xlsx(""))

    def test_the_cells_of_all_sheets_count_together(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(grid, "MAX_CELLS", 3)
        book = openpyxl.Workbook()
        book.active["B1"] = 1
        book.create_sheet()["B1"] = 1
        book.save(tmp_path / "deux.xlsx")
        with pytest.raises(Refused, match="more than 3 cells"):
            read_book(tmp_path / "deux.xlsx")

    def test_every_reason_is_a_sentence_in_both_languages(self) -> None:
        reasons = [text for name, text in vars(refusals).items() if name.isupper()]
        assert all(text.fr and text.en for text in reasons)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="￾￿"), max_size=8)
CELLS = st.one_of(st.none(), TEXTS.filter(bool), st.integers(-(10**15) + 1, 10**15 - 1))
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=5), min_size=1, max_size=6)
Table = list[list[str | int | None]]


def expected(table: Table) -> dict[str, str]:
    return {
        address(row, column): str(cell)
        for row, cells in enumerate(table)
        for column, cell in enumerate(cells)
        if cell is not None
    }


def read_back(data: bytes) -> dict[str, str]:
    with TemporaryDirectory() as folder:
        return filled(sheets(Path(folder), data)[0])


def as_xlsx(table: Table) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(table):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(row, column, cell)
                elif cell is not None:
                    sheet.write_number(row, column, cell)
    return file.getvalue()


def as_ods(table: Table) -> bytes:
    def cell(value: str | int | None) -> str:
        if value is None:
            return "<table:table-cell/>"
        return ods_text(value) if isinstance(value, str) else ods_number(value)

    return ods(
        "".join(f"<table:table-row>{''.join(map(cell, cells))}</table:table-row>" for cells in table) + EMPTY_END
    )


def as_csv(table: Table) -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL).writerows(table)
    return file.getvalue().encode("utf-8-sig")


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_a_table_written_to_xlsx_reads_back(table: Table) -> None:
    assert read_back(as_xlsx(table)) == expected(table)


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_a_table_written_to_ods_reads_back(table: Table) -> None:
    assert read_back(as_ods(table)) == expected(table)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 5).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1)))
def test_a_table_written_to_csv_reads_back(table: Table) -> None:
    assume(expected(table))
    assert read_back(as_csv(table)) == expected(table)
