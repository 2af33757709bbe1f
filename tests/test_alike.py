"""Workbooks of which many alike are made: XlsxWriter, asked the same, writes the same bytes."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from xlsxwriter.worksheet import Worksheet

from recon.dossier import files, options
from recon.pipeline import reconcile
from recon.reports import frame, style
from recon.reports import statement as drawing
from recon.reports.alike import Book, looks_of
from recon.reports.quick import QuickSheet
from recon.reports.reminder_sheets import reminder_list
from recon.reports.reminders import cases
from recon.reports.statement_name import statement_names
from recon.reports.style import Formats, book, put
from recon.reports.workbook import monthly_workbook

if TYPE_CHECKING:
    from recon.texts import Lang

DAY = date(2026, 11, 30)
LANGS: tuple[Lang, ...] = ("fr", "en")


class Plain:
    """A workbook of XlsxWriter that is asked like a `Book`."""

    def __init__(self, title: str, as_of: date) -> None:
        self.data, self.workbook = book(title, as_of)
        self.add_worksheet, self.add_chart = self.workbook.add_worksheet, self.workbook.add_chart

    def mark(self, said: str) -> str:
        return said

    def close(self) -> bytes:
        self.workbook.close()
        return self.data.getvalue()


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_statements_are_what_xlsxwriter_makes_of_them(lang: Lang, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = Path(__file__).parent.parent / "workbooks" / "exemple"
    month = reconcile(files(sample), options(sample).settings(DAY))
    ours = {siren: drawing.statement(month, siren, lang) for siren in statement_names(month)}
    made: list[Plain] = []

    def plain(title: str, as_of: date) -> Plain:
        made.append(Plain(title, as_of))
        return made[-1]

    monkeypatch.setattr(drawing, "Book", plain)
    monkeypatch.setattr(drawing, "looks_of", lambda lang: Formats(made[-1].workbook, lang))
    for siren, data in ours.items():
        assert drawing.statement(month, siren, lang) == data
    assert len(made) == len(ours) > 5


def _strange(workbook: Any, looks: Formats) -> bytes:
    sheet = workbook.add_worksheet("Feuille « A » & B")
    sheet.set_row(40, 15.0)
    sheet.set_row(41, 33.3)
    for row, text in enumerate(("=1+1", "<b>&\"'", " des blancs ", "_x0041_", "a\tb\nc", "", "\ufffe", "é" * 40_000)):
        put(sheet, 3 * row, row % 4 + 30, text, looks(bold=row % 2 == 0, indent=row % 3))
    sheet.write_string(1, 1, "nu")
    sheet.write_string(1, 2, "\x07_x0041_")
    sheet.write_blank(2, 50, None)
    sheet.write_number(2, 2, 1 / 3, looks(num_format="0.00"))
    sheet.write_number(90, 2, 1e22)
    sheet.write_formula(5, 5, '=IF(A1<B1,"x&y",">")', looks(), 0.1 + 0.2)
    sheet.merge_range(100, 2, 102, 4, "", looks(align="center"))
    sheet.write_url(7, 1, "internal:'Feuille « A » & B'!A1", looks(underline=1), "← début")
    return bytes(workbook.close())


def test_strange_cells_are_what_xlsxwriter_makes_of_them() -> None:
    plain = Plain('Le <titre> & "lui" \x07 _x0041_', DAY)
    theirs = _strange(plain, Formats(plain.workbook))
    assert _strange(Book('Le <titre> & "lui" \x07 _x0041_', DAY), looks_of("fr")) == theirs


def test_our_sheet_writes_what_xlsxwriters_own_does(monkeypatch: pytest.MonkeyPatch) -> None:
    sample = Path(__file__).parent.parent / "workbooks" / "exemple"
    month = reconcile(files(sample), options(sample).settings(DAY))

    def drawn() -> list[bytes]:
        plain = Plain("Une", DAY)
        strange = _strange(plain, Formats(plain.workbook))
        return [strange, *(monthly_workbook(month, lang) for lang in LANGS), reminder_list(month, cases(month), "fr")]

    ours = drawn()
    monkeypatch.setattr(style._Workbook, "worksheet_class", Worksheet)
    assert drawn() == ours


def test_a_text_beyond_the_last_row_is_not_written() -> None:
    plain = Plain("Une", DAY)
    sheet = plain.add_worksheet("Une")
    with pytest.raises(OverflowError):
        put(sheet, 1_048_576, 0, "trop bas")


def test_a_workbook_holds_nothing_of_one_that_was_drawn_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn(said: str, cents: int) -> bytes:
        workbook = Book(said, DAY)
        sheet = workbook.add_worksheet("Une")
        put(sheet, 1, 0, said)
        sheet.write_number(0, 1, cents / 100)
        chart = workbook.add_chart({"type": "bar"})
        chart.add_series({"values": ["Une", 0, 1, 0, 1]})
        chart.set_x_axis({"max": workbook.mark(str(cents / 50))})
        sheet.insert_chart(2, 0, chart, {"description": str(workbook.mark(f'{said} "entre" <b> &'))})
        return workbook.close()

    drawn("Le Boulou", 999_99)
    after = drawn("Céret", 123_45)
    monkeypatch.setattr(frame, "_frames", {})
    assert drawn("Céret", 123_45) == after
    assert len(frame._frames) == 1
    drawn("Le Boulou", 999_99)
    assert len(frame._frames) == 1
    with zipfile.ZipFile(BytesIO(after)) as file:
        chart, drawing_part = (file.read(f"xl/{name}1.xml").decode() for name in ("charts/chart", "drawings/drawing"))
        assert not any(b"734" + b"0" * 10 in file.read(name) for name in file.namelist())
    assert "<c:v>123.45</c:v>" in chart
    assert 'max val="246.9"' in chart
    assert "Céret &quot;entre&quot; &lt;b&gt; &amp;" in drawing_part


def test_a_listing_written_out_as_it_grows_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    from recon.reports import listing

    sample = Path(__file__).parent.parent / "workbooks" / "exemple"
    month = reconcile(files(sample), options(sample).settings(DAY))
    whole = monthly_workbook(month)
    monkeypatch.setattr(listing, "AT_ONCE", 5)
    assert monthly_workbook(month) == whole
    monkeypatch.setattr(QuickSheet, "settle", lambda _sheet, _before: None)
    assert monthly_workbook(month) == whole


def test_a_row_written_out_is_never_written_to_in_silence() -> None:
    _, workbook = book("t", DAY)
    sheet = workbook.add_worksheet("t")
    for row in range(64):
        put(sheet, row, 0, "a")
    sheet.settle(64)
    put(sheet, 63, 1, "b")
    with pytest.raises(RuntimeError, match="settled"):
        workbook.close()
