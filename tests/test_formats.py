"""Every format tells the same of a sheet: values, errors, formulas without a value, what is hidden, merged, and 1904."""

from __future__ import annotations

import re
import struct
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter

from recon.readers import Book, Refused, Sheet, read_book, read_cells
from tests import binary_workbooks as binary
from tests.test_readers import filled, ods, ods_content, ods_number, ods_text, xlsx, xlsx_parts, zipped

if TYPE_CHECKING:
    from pathlib import Path

WHOLE_GRID = (0, 0, 1_048_575, 16_383)
FIRST_OF_1904 = 43538  # 2023-03-15 in the system of 1904.


def book(folder: Path, data: bytes) -> Book:
    path = folder / "fichier.bin"
    path.write_bytes(data)
    return read_book(path)


def sheet(folder: Path, data: bytes) -> Sheet:
    return book(folder, data).sheets[0]


def as_xlsx(*, odd: bool) -> bytes:
    """One sheet: B2 a text, C3 a number, C4 #REF!; row 3 and column B hidden, B2:C2 merged."""
    parts = xlsx_parts("")
    rows = (
        '<row r="2"><c r="B2" t="inlineStr"><is><t>Céret</t></is></c></row>'
        '<row r="3" hidden="1"><c r="C3"><v>41</v></c></row><row r="4"><c r="C4" t="e"><v>#REF!</v></c></row>'
    )
    xml = (
        f'<worksheet><cols><col min="2" max="2" hidden="1"/></cols><sheetData>{rows}</sheetData>'
        '<mergeCells><mergeCell ref="B2:C2"/></mergeCells></worksheet>'
    )
    # A comment has the XML parsed rather than searched.
    parts["xl/worksheets/sheet1.xml"] = xml.replace("<cols>", "<!-- vu --><cols>") if odd else xml
    workbook = str(parts["xl/workbook.xml"])
    parts["xl/workbook.xml"] = workbook.replace("<sheet ", '<sheet state="hidden" ')
    return zipped(parts)


def as_xls() -> bytes:
    rows = binary.biff(0x208, struct.pack("<8H", 2, 0, 9, 300, 0, 0, 0x20, 0))
    columns = binary.biff(0x7D, struct.pack("<6H", 1, 1, 9, 0, 1, 0))
    merged = binary.biff(0xE5, struct.pack("<5H", 1, 1, 1, 1, 2))
    cells = binary.label(1, 1, "Céret") + binary.number(2, 2, 41) + binary.error(3, 2, 0x17)
    return binary.xls(columns + rows + cells + merged, states=(1,))


def as_xlsb() -> bytes:
    columns = binary.record(390) + binary.record(60, struct.pack("<4IH", 1, 1, 9, 0, 1)) + binary.record(391)
    rows = binary.xlsb_row(1) + binary.xlsb_cell(6, 1, binary.wide("Céret"))
    rows += binary.xlsb_row(2, hidden=True) + binary.xlsb_cell(5, 2, struct.pack("<d", 41))
    rows += binary.xlsb_row(3) + binary.xlsb_cell(3, 2, b"\x17")
    merged = binary.record(177) + binary.record(176, struct.pack("<4I", 1, 1, 1, 2)) + binary.record(178)
    dimension = binary.record(148, struct.pack("<4I", 1, 3, 1, 2))
    return binary.xlsb(dimension + columns + binary.record(145) + rows + binary.record(146) + merged, state=1)


def as_ods() -> bytes:
    row = "<table:table-row{}><table:table-cell/>{}</table:table-row>"
    merged = ods_text("Céret").replace("<table:table-cell ", '<table:table-cell table:number-columns-spanned="2" ')
    error = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell>'
    )
    rows = "<table:table-row><table:table-cell/></table:table-row>" + row.format(
        "", merged + "<table:covered-table-cell/>"
    )
    rows += row.format(' table:visibility="collapse"', "<table:table-cell/>" + ods_number(41))
    rows += row.format("", "<table:table-cell/>" + error)
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column/>'
    content = ods_content(columns + rows).replace("<table:table ", '<table:table table:style-name="ta2" ')
    style = (
        '<office:automatic-styles xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><style:style '
        'style:name="ta2"><style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    )
    content = content.replace("<office:body>", f"{style}<office:body>")
    return zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


@pytest.mark.parametrize(
    ("data", "kind"),
    [(as_xlsx(odd=False), "xlsx"), (as_xlsx(odd=True), "xlsx"), (as_xls(), "xls"), (as_xlsb(), "xlsb"), (as_ods(), "ods")],
    ids=["xlsx", "odd xlsx", "xls", "xlsb", "ods"],
)  # fmt: skip
def test_every_format_tells_values_errors_and_what_is_hidden_or_merged(tmp_path: Path, data: bytes, kind: str) -> None:
    read = book(tmp_path, data)
    (found,) = read.sheets
    assert (read.format, read.epoch_1904) == (kind, False)
    assert filled(found) == {"B2": "Céret", "C3": "41", "C4": "#REF!"}
    assert found.faults == {(3, 2): "#REF!"}
    assert (found.hidden, [*found.hidden_rows], [*found.hidden_columns]) == (True, [2], [1])
    assert found.merged == ((1, 1, 1, 2),)


def test_nothing_is_hidden_or_merged_in_a_csv(tmp_path: Path) -> None:
    assert sheet(tmp_path, b"a;b\n") == Sheet("", [["a", "b"]])


def dated_xlsx() -> bytes:
    parts = xlsx_parts(f'<row r="1"><c r="A1" s="1"><v>{FIRST_OF_1904}</v></c></row>')
    workbook = str(parts["xl/workbook.xml"])
    parts["xl/workbook.xml"] = workbook.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    parts["xl/styles.xml"] = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    return zipped(parts)


def dated_xlsb() -> bytes:
    cell = binary.record(5, struct.pack("<2Id", 0, 1, FIRST_OF_1904))
    rows = binary.record(145) + binary.xlsb_row(0) + cell + binary.record(146)
    return binary.xlsb(binary.record(148, bytes(16)) + rows, from_1904=True)


@pytest.mark.parametrize(
    "data",
    [dated_xlsx(), binary.xls(binary.number(0, 0, FIRST_OF_1904, 1), before=binary.biff(0x22, b"\1\0")), dated_xlsb()],
    ids=["xlsx", "xls", "xlsb"],
)
def test_days_counted_from_1904_are_the_days_they_are(tmp_path: Path, data: bytes) -> None:
    read = book(tmp_path, data)
    assert read.epoch_1904
    assert read.sheets[0].rows == [["2023-03-15"]]


class TestXls:
    def test_a_formula_in_error_and_a_computed_one(self, tmp_path: Path) -> None:
        cells = binary.formula(0, 0, binary.COMPUTED) + binary.formula(0, 1, binary.REF_ERROR)
        found = sheet(tmp_path, binary.xls(cells))
        assert filled(found) == {"A1": "2", "B1": "#REF!"}

    def test_an_empty_result_is_a_text_where_other_formulas_have_results(self, tmp_path: Path) -> None:
        cells = binary.formula(0, 0, binary.COMPUTED) + binary.formula(0, 1, binary.NO_RESULT)
        assert sheet(tmp_path, binary.xls(cells)).faults == {}

    def test_where_no_formula_has_a_result_nothing_was_computed(self, tmp_path: Path) -> None:
        cells = binary.number(0, 0, 41) + binary.formula(0, 1, binary.NO_RESULT)
        assert filled(sheet(tmp_path, binary.xls(cells))) == {"A1": "41", "B1": "=…"}

    def test_a_password_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(Refused, match="password"):
            book(tmp_path, binary.xls(binary.number(0, 0, 1), before=binary.biff(0x2F, bytes(6))))

    def test_sheets_that_share_their_records_are_refused(self, tmp_path: Path) -> None:
        data = bytearray(binary.stream(binary.number(0, 0, 1), binary.number(0, 0, 2)))
        first = data.index(b"Feuille1") - 8
        second = data.index(b"Feuille2") - 8
        data[second : second + 4] = data[first : first + 4]
        with pytest.raises(Refused, match="damaged"):
            book(tmp_path, binary.ole(bytes(data)))

    def test_a_cell_far_out_is_refused_before_memory_is_set_aside(self, tmp_path: Path) -> None:
        with pytest.raises(Refused, match="beyond a spreadsheet"):
            book(tmp_path, binary.xls(binary.number(0, 0, 1) + binary.number(65535, 65535, 1)))

    def test_a_cut_file_is_refused_or_read_to_where_it_is_cut(self, tmp_path: Path) -> None:
        whole = as_xls()
        for length in range(0, len(whole), 97):
            (tmp_path / "coupe.xls").write_bytes(whole[:length])
            try:
                read_book(tmp_path / "coupe.xls")
            except Refused:
                continue


class TestXlsb:
    def test_a_dimension_that_lies_is_not_believed(self, tmp_path: Path) -> None:
        lie = struct.pack("<4I", 0, 2**32 - 2, 0, 2**32 - 2)
        rows = binary.record(145) + binary.xlsb_row(0) + binary.xlsb_cell(5, 0, struct.pack("<d", 1))
        assert sheet(tmp_path, binary.xlsb(binary.record(148, lie) + rows + binary.record(146))).rows == [["1"]]

    def test_a_cell_far_out_is_refused(self, tmp_path: Path) -> None:
        rows = binary.record(145) + binary.xlsb_row(1_048_575) + binary.xlsb_cell(5, 16_383, struct.pack("<d", 1))
        with pytest.raises(Refused, match="20,000,000 cells"):
            book(tmp_path, binary.xlsb(binary.record(148, bytes(16)) + rows + binary.record(146)))

    def test_a_record_that_reaches_beyond_its_part_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(Refused, match="damaged"):
            book(tmp_path, binary.xlsb(b"\x05\xff\xff\xff\x7f\0"))


class TestMerged:
    def test_an_area_over_the_whole_grid_is_cut_at_the_used_one(self, tmp_path: Path) -> None:
        parts = xlsx_parts('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>')
        xml = str(parts["xl/worksheets/sheet1.xml"])
        merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="C9:D10"/></mergeCells>'
        parts["xl/worksheets/sheet1.xml"] = xml.replace("</worksheet>", f"{merged}</worksheet>")
        assert sheet(tmp_path, zipped(parts)).merged == ((0, 0, 0, 1),)

    def test_areas_hold_no_more_cells_than_the_sheet(self, tmp_path: Path) -> None:
        parts = xlsx_parts('<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>2</v></c></row>')
        xml = str(parts["xl/worksheets/sheet1.xml"])
        merged = "<mergeCells>" + '<mergeCell ref="A1:C1"/>' * 1000 + "</mergeCells>"
        parts["xl/worksheets/sheet1.xml"] = xml.replace("</worksheet>", f"{merged}</worksheet>")
        assert sheet(tmp_path, zipped(parts)).merged == ((0, 0, 0, 2),)


def test_columns_hidden_to_the_end_of_the_grid_are_those_that_are_used(tmp_path: Path) -> None:
    parts = xlsx_parts('<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>2</v></c></row>')
    xml = str(parts["xl/worksheets/sheet1.xml"])
    hidden = '<cols><col min="2" max="16384" hidden="1"/></cols><sheetData>'
    parts["xl/worksheets/sheet1.xml"] = xml.replace("<sheetData>", hidden)
    assert sheet(tmp_path, zipped(parts)).hidden_columns == {1, 2}


def test_rows_hidden_by_a_filter_are_hidden(tmp_path: Path) -> None:
    written = openpyxl.Workbook()
    written.active.append(["Commune", "Montant"])
    for amount in (41, 82, 123):
        written.active.append(["Céret", amount])
    written.active.row_dimensions[3].hidden = True
    written.save(tmp_path / "filtre.xlsx")
    assert read_book(tmp_path / "filtre.xlsx").sheets[0].hidden_rows == {2}


def test_a_macro_sheet_does_not_stop_the_others(tmp_path: Path) -> None:
    parts = xlsx_parts('<row r="1"><c r="A1"><v>1</v></c></row>')
    workbook = str(parts["xl/workbook.xml"])
    parts["xl/workbook.xml"] = workbook.replace("</sheets>", '<sheet name="Macro" sheetId="2" r:id="r8"/></sheets>')
    relations = str(parts["xl/_rels/workbook.xml.rels"])
    macro = '<Relationship Id="r8" Type="http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet" Target="m.xml"/>'
    parts["xl/_rels/workbook.xml.rels"] = relations.replace("</Relationships>", f"{macro}</Relationships>")
    assert [one.name for one in book(tmp_path, zipped(parts)).sheets] == ["A & B"]


def test_an_ods_indented_by_its_writer_is_read_without_the_white_space(tmp_path: Path) -> None:
    rows = f"<table:table-row>\n  {ods_text('Céret')}\n  {ods_number(41)}\n</table:table-row>\n"
    indented = rows.replace("<text:p>", "\n    <text:p>").replace("</text:p>", "</text:p>\n  ")
    assert sheet(tmp_path, ods(indented)).rows == [["Céret", "41"]]


def test_the_kind_of_each_cell_is_told_when_it_is_asked(tmp_path: Path) -> None:
    written = openpyxl.Workbook()
    written.active.append(["Céret", 41, date(2026, 11, 30), True, None, "=A1"])
    written.save(tmp_path / "natures.xlsx")
    (found,) = read_cells(tmp_path / "natures.xlsx").sheets
    assert found.kinds == ("tndb f",)
    (tmp_path / "erreur.xlsx").write_bytes(xlsx('<row r="1"><c r="B1" t="e"><v>#N/A</v></c></row>'))
    assert read_cells(tmp_path / "erreur.xlsx").sheets[0].kinds == (" e",)
    (tmp_path / "texte.csv").write_bytes(b"a;;1\n")
    assert read_cells(tmp_path / "texte.csv").sheets[0].kinds == ("t t",)


class TestCellsFarApart:
    FIRST = '<row r="1"><c r="A1" t="inlineStr"><is><t>Montant &amp; solde</t></is></c><c r="C1"><v>41.5</v></c></row>'
    LAST = '<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>'

    def test_a_ledger_with_a_forgotten_cell_is_read_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "registre.xlsx"
        with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as written:
            mandats, other = written.add_worksheet("Mandats"), written.add_worksheet("Notes")
            for row in range(200):
                mandats.write_row(row, 0, [f"Mandat {row}", date(2026, 11, 1 + row % 30), row + 0.5, row % 2 == 0])
                mandats.write_formula(row, 5, "=1+1", None, row)
            mandats.write(1_048_575, 16_383, "oubli")
            mandats.set_row(1_048_575, None, None, {"hidden": True})
            mandats.merge_range(300, 0, 301, 0, "fusion")
            other.write(2, 1, "note")
        mandats_read, other_read = read_cells(path).sheets
        assert mandats_read.rows[:200] == [
            [f"Mandat {row}", f"2026-11-{1 + row % 30:02d}", f"{row}.5", ["VRAI", "FAUX"][row % 2], None, str(row)]
            for row in range(200)
        ]
        assert (set(mandats_read.kinds[:200]), mandats_read.kinds[1_048_575].strip()) == ({"tdnb n"}, "t")
        assert {key: filled(mandats_read)[key] for key in ("A301", "XFD1048576")} == {
            "A301": "fusion",
            "XFD1048576": "oubli",
        }
        assert len(filled(mandats_read)) == 200 * 5 + 2
        assert (mandats_read.hidden_rows, mandats_read.merged) == (frozenset({1_048_575}), ((300, 0, 301, 0),))
        assert filled(other_read) == {"B3": "note"}

    def test_faults_stand_at_their_addresses(self, tmp_path: Path) -> None:
        faults = '<row r="9"><c r="B9" t="e"/></row><row r="70000"><c r="GZ70000" t="e"><v>#N/A</v></c></row>'
        waits = '<row r="100000"><c r="GZ100000"><f>A1</f></c></row>'
        read = sheet(tmp_path, xlsx(self.FIRST + faults + waits))
        assert read.faults == {(8, 1): "#?", (69_999, 207): "#N/A", (99_999, 207): "=A1"}
        assert filled(read) == {
            "A1": "Montant & solde", "C1": "41.5", "B9": "#?", "GZ70000": "#N/A", "GZ100000": "=A1"
        }  # fmt: skip

    def test_two_sheets_of_one_part_are_both_read(self, tmp_path: Path) -> None:
        parts = xlsx_parts(self.FIRST + self.LAST)
        workbook = str(parts["xl/workbook.xml"])
        (named,) = re.findall(r"<sheet [^>]*/>", workbook)
        again = re.sub(r'name="[^"]*"', 'name="Encore"', named)
        parts["xl/workbook.xml"] = workbook.replace(named, named + again)
        one, other = book(tmp_path, zipped(parts)).sheets
        assert filled(one) == filled(other) == {"A1": "Montant & solde", "C1": "41.5", "XFD1048576": "7"}

    @pytest.mark.parametrize(
        "rows",
        [
            f"<!-- {LAST} -->{FIRST}{LAST}",
            LAST + FIRST,
            FIRST + LAST + LAST,
            FIRST + LAST.replace(' r="XFD1048576"', "").replace("<c>", "<c/>" * 16_383 + "<c>"),
            FIRST + "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(2, 2_000)),
            FIRST + "".join(f'<row r="{row}"><c r="GZ{row}"><v>1</v></c></row>' for row in range(100_000, 600_001)),
        ],
    )
    def test_what_cannot_be_told_exactly_or_is_too_much_is_refused(self, tmp_path: Path, rows: str) -> None:
        with pytest.raises(Refused, match="20,000,000 cells"):
            book(tmp_path, xlsx(rows))

    def test_far_cells_in_many_sheets_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "registre.xlsx"
        with xlsxwriter.Workbook(path) as written:
            for _ in range(21):
                written.add_worksheet().write_row("A1", [1])
                written.worksheets()[-1].write(1_048_575, 16_383, 1)
        with pytest.raises(Refused, match="20,000,000 cells"):
            read_book(path)
