"""The statement as a PDF: what the workbook says, the same figures, one payer's data, the same bytes."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from recon.cli.asked import pdf_possible
from recon.errors import Exit, Stop
from recon.outputs import Form, reports_of, write
from recon.reports.paper import Document, Paper, printable
from recon.reports.statement import statement
from recon.reports.statement_pdf import statement_pdf
from recon.reports.statement_words import FOOTER
from recon.texts import money, same
from tests.dossiers import (
    AS_OF,
    CERET,
    PERPIGNAN,
    SCHOOLS,
    conventions,
    enrolled,
    lists,
    month,
    paid,
    payments,
    signed,
    titre,
    titres,
)

if TYPE_CHECKING:
    from pathlib import Path

    from recon.tables import Month
    from recon.texts import Lang

SIREN = CERET[:9]
_ESCAPES = {rb"\(": b"(", rb"\)": b")", rb"\\": b"\\", rb"\r": b"\r"}


def pages(pdf: bytes) -> list[str]:
    """Return the texts of each page, a line for each place where something is written."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            content = zlib.decompress(stream)
        except zlib.error:
            continue
        texts = re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", content, re.DOTALL)
        if texts:
            plain = [re.sub(rb"\\.", lambda match: _ESCAPES[match[0]], text) for text in texts]
            found.append("\n".join(text.decode("cp1252") for text in plain))
    return found


def bare(text: str) -> str:
    """Return a text without white space, as the fonts can write it: Symbol has the minus under the hyphen's code."""
    return printable(re.sub(r"\s", "", text)).replace("−", "-")


@pytest.fixture(scope="module")
def of() -> Month:
    """Céret, with a partial payment and one to confirm; Perpignan, which owes."""
    return month(
        enrolled(*SCHOOLS),
        conventions(
            signed(schools=4).replace("COMMUNE", "COMMUNE DE CERET"),
            signed("C2", siret=PERPIGNAN).replace("COMMUNE", "COMMUNE DE PERPIGNAN"),
        ),
        lists(*(f"C1;{uai};École n° {uai} (œuvre);" for uai in SCHOOLS), "C2;0660206R;École de Perpignan;"),
        titres(titre(amount="164,00", due="01/11/2026"), titre("TP-2026-00002", convention="C2", siret=PERPIGNAN)),
        payments(paid("41,00", "TP-2026-00001", mandat="1"), paid("5,00", "TP-2026-00999", mandat="3")),
    )


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_it_says_what_the_workbook_says(of: Month, lang: Lang) -> None:
    book = openpyxl.load_workbook(BytesIO(statement(of, SIREN, lang)), data_only=True)
    said = pages(statement_pdf(of, SIREN, lang))
    assert len(said) == 3
    for sheet, page in zip(book, said, strict=True):
        hidden = {letter for letter, column in sheet.column_dimensions.items() if column.hidden}
        cells = [cell for row in sheet.iter_rows() for cell in row if get_column_letter(cell.column) not in hidden]
        texts = {bare(cell.value) for cell in cells if isinstance(cell.value, str)}
        other_words = {
            text for text in texts if text.startswith(("?", "Remplissez", "Fillin", "Totalaff", "Totalshown"))
        }
        assert {text for text in texts - other_words if text not in bare(page)} == set()
        amounts = {
            round(cell.value * 100) for cell in cells if isinstance(cell.value, float) and "€" in cell.number_format
        }
        assert {cents for cents in amounts if cents and bare(money(cents)(lang)) not in bare(page)} == set()


def test_the_sum_to_pay_is_there(of: Month) -> None:
    first = pages(statement_pdf(of, SIREN))[0]
    assert "123,00\u00a0€" in first
    assert "Page 1 sur 3" in first


def test_no_other_payer_is_in_it(of: Month) -> None:
    said = "".join(pages(statement_pdf(of, SIREN)))
    assert [other for other in (PERPIGNAN[:9], "PERPIGNAN", "TP-2026-00002", "0660206R") if other in said] == []


def test_the_same_month_gives_the_same_bytes(of: Month) -> None:
    assert statement_pdf(of, SIREN) == statement_pdf(of, SIREN)


def test_letters_that_the_fonts_lack_are_written_as_near_as_may_be(of: Month) -> None:
    names = {
        siren: replace(contact, name="Őrség–sur–Œuvre Ελλάς (日本) \u202e\t€") for siren, contact in of.contacts.items()
    }
    first = pages(statement_pdf(replace(of, contacts=names), SIREN))[0]
    assert "Orség–sur–Œuvre ????? (??) \\u202e\\u0009€" in first


def test_an_amount_below_zero_has_a_minus_sign_that_stands_where_it_should() -> None:
    paper = Paper("fr", [20, 20])
    paper.text(same("−41,00 €"), 0, 1, align="right", bold=True)
    document = Document("", same(""), AS_OF, "fr")
    document.add(paper, same(""))
    data = document.bytes()
    assert b"/BaseFont /Symbol" in data
    drawn = [text for text in pages(data)[0].split("\n") if text in {"-", "41,00 €"}]
    assert drawn == ["-", "41,00 €"]


def long(rows: int) -> Paper:
    """Return a page of so many rows below their headings."""
    paper = Paper("fr", [10, 10])
    paper.text("Titre", 0)
    paper.next()
    paper.repeated = paper.row
    paper.text("UAI", 0)
    for row in range(rows):
        paper.next()
        paper.text(f"ligne {row}", 0)
    return paper


def test_what_is_too_long_for_a_page_repeats_its_headings() -> None:
    document = Document("x", FOOTER, AS_OF, "fr")
    document.add(long(100), same("x"))
    said = pages(document.bytes())
    assert len(said) == 3
    assert [page.count("UAI") for page in said] == [1, 1, 1]
    assert [f"ligne {row}" for row in range(100) if sum(f"ligne {row}\n" in f"{page}\n" for page in said) != 1] == []


def test_what_is_a_little_too_long_is_shrunk_to_one_page() -> None:
    document = Document("x", FOOTER, AS_OF, "fr")
    document.add(long(50), same("x"), longest=1000)
    assert len(pages(document.bytes())) == 1


def test_a_run_writes_them_beside_the_workbooks_and_sets_old_ones_aside(of: Month, tmp_path: Path) -> None:
    on = of.settings.as_of
    written = write(tmp_path, on, reports_of(of, tmp_path, [], Form(pdf=True), {}))
    names = {path.name for path in (written.folder / "etats").iterdir()}
    assert "216600494_ceret.pdf" in names
    assert len(names) == 2 * written.statements
    again = write(tmp_path, on, reports_of(of, tmp_path, [], Form(), {}))
    assert not list((again.folder / "etats").glob("*.pdf"))
    assert (again.folder / "precedent" / "etats" / "216600494_ceret.pdf").exists()


def test_without_the_extra_it_is_said_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recon.cli.asked.find_spec", lambda _: None)
    with pytest.raises(Stop) as stopped:
        pdf_possible()
    assert stopped.value.code is Exit.MISUSE
    assert "recon-ent[pdf]" in stopped.value.sentence.fr
