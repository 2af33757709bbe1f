"""Every report can be read by everybody: contrast of each text on its ground, words for each chart, a title, a language.

And nothing that comes from a source's cell is anything but text, on any sheet.
"""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from time import process_time
from typing import TYPE_CHECKING
from zipfile import ZipFile

import openpyxl
import polars as pl
import pytest

from recon.reports import looks, style
from recon.reports.books import Books
from recon.reports.decisions import TITRE
from recon.reports.owed import owed
from recon.reports.paper import Paper
from recon.reports.reminder_sheets import reminder_list
from recon.reports.reminders import cases
from recon.reports.statement import WIDTHS, state, statement
from recon.reports.statement_pdf import printed
from recon.reports.templates import templates
from recon.reports.workbook import SHEETS, monthly_workbook
from recon.tables import SCHEMAS, Answered
from recon.texts import same
from tests.dossiers import (
    CERET,
    PAYMENTS,
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
from tests.monthly import said as command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.cell import Cell
    from openpyxl.workbook import Workbook

    from recon.tables import Month
    from recon.texts import Lang

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
LEAST = 4.5


@pytest.fixture(scope="module")
def of() -> Month:
    """A month with every colour: paid, partly paid, late, contested, over 90 days, findings of each severity."""
    numbers = [f"TP-2026-0000{n}" for n in range(1, 5)]
    dues = ("01/11/2026", "15/09/2026", "01/08/2026", "31/12/2026")
    return month(
        enrolled(*SCHOOLS),
        conventions(*(signed(f"C{n}") for n in range(1, 5)), signed("C9", siret=PERPIGNAN)),
        lists(*(f"C{n};{uai};École {uai};" for n, uai in enumerate(SCHOOLS, 1)), "C9;0660206R;B;"),
        titres(
            *(titre(number, convention=f"C{n}", due=due, issued="01/06/2026") for n, (number, due) in enumerate(zip(numbers, dues, strict=True), 1)),
            titre("TP-2026-00009", convention="C9", siret=PERPIGNAN, status="contesté"),
        ),
        payments(
            paid("41,00", numbers[0], mandat="1"), paid("20,00", numbers[1], mandat="2"), paid("50,00", numbers[3], mandat="3"),
            paid("12,34", "ENT-École", mandat="4"), paid("5,00", numbers[2], mandat="5", state="rejeté"),
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def reports(of: Month, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every kind of workbook that `recon` writes, by its name."""
    found = dict(templates().items())
    for lang in ("fr", "en"):
        found[f"rapprochement {lang}"] = monthly_workbook(of, lang)
        found[f"relances {lang}"] = reminder_list(of, cases(of), lang)
        found[f"état {lang}"] = statement(of, CERET[:9], lang)
        found[f"rapprochement faux {lang}"] = monthly_workbook(failing(of), lang)
        found[f"état faux {lang}"] = statement(failing(of), CERET[:9], lang)
    found["à corriger"] = annotated_copy(tmp_path_factory.mktemp("faulty"))
    return found


def failing(of: Month) -> Month:
    """Return the month with what a good one lacks: controls that fail, answers of every outcome, something hidden."""
    answers = tuple(
        Answered(CERET[:9], TITRE, number, "2026-2027", same(said), "2026-11", "reponses/etat.xlsx", "Votre réponse", "D5", why)
        for number, said, why in (
            ("TP-2026-00001", "« Déjà payé »", None), ("TP-2026-00002", "« Autre »", None), ("", "« ? »", same("hors liste")),
        )
    )  # fmt: skip
    hidden = {"titres/titres.csv": same("1 ligne masquée (3) est lue")}
    return replace(of, controls=of.controls.with_columns(holds=False, difference=700), answers=answers, hidden=hidden)


def annotated_copy(folder: Path) -> bytes:
    """Return the copy of a faulty ledger that is sent back to its author."""
    book = openpyxl.Workbook()
    for row in (PAYMENTS, paid("41,00", "TP-2026-00001"), paid("quarante", on="31/11/2026")):
        book.active.append(row.split(";"))
    book.save(folder / "ceret.xlsx")
    command("validate", folder / "ceret.xlsx", "--kind", "paiements", "--annotate", "--into", folder / "copies")
    [copy] = (folder / "copies").rglob("*.xlsx")
    return copy.read_bytes()


def luminance(colour: str) -> float:
    """Return the relative luminance of `RRGGBB`, as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(ink: str, ground: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colours(cell: Cell) -> tuple[str, str]:
    """Return a cell's ink and ground."""
    ink = cell.font.color.rgb if cell.font.color is not None and isinstance(cell.font.color.rgb, str) else "FF000000"
    fill = cell.fill.fgColor.rgb if cell.fill.fill_type == "solid" else "FFFFFFFF"
    return ink[-6:], fill[-6:]


def cells(data: bytes) -> Iterator[Cell]:
    """Yield every cell of a workbook that says something."""
    book: Workbook = openpyxl.load_workbook(BytesIO(data))
    for sheet in book:
        for row in sheet.iter_rows():
            yield from (cell for cell in row if cell.value is not None)


def test_the_measure_is_that_of_wcag() -> None:
    assert contrast("000000", "FFFFFF") == pytest.approx(21)
    assert contrast("777777", "FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_every_text_stands_out_from_its_ground(reports: dict[str, bytes]) -> None:
    pairs = {(name, *colours(cell)) for name, data in reports.items() for cell in cells(data)}
    assert len({pair[1:] for pair in pairs}) > 12
    assert {pair: round(contrast(*pair[1:]), 2) for pair in pairs if contrast(*pair[1:]) < LEAST} == {}


def test_figures_stand_out_from_the_bar_behind_them() -> None:
    assert contrast(style.INK[1:], "C9D3F0") >= LEAST


def test_every_chart_is_told_in_words(reports: dict[str, bytes]) -> None:
    charts = 0
    for name, data in reports.items():
        parts = ZipFile(BytesIO(data))
        for drawing in (part for part in parts.namelist() if re.fullmatch(r"xl/drawings/drawing\d+\.xml", part)):
            frames = re.findall(r"<xdr:cNvPr [^>]*>", parts.read(drawing).decode())
            charts += len(frames)
            assert [frame for frame in frames if not re.search(r'descr="[^"]{20,}"', frame)] == [], name
    # Both of each Synthèse, the bar of each statement.
    assert charts == 2 * (2 + 2) + 2 + 2


def test_every_text_of_a_chart_stands_out_from_the_paper(reports: dict[str, bytes]) -> None:
    seen = set()
    for data in reports.values():
        parts = ZipFile(BytesIO(data))
        for chart in (part for part in parts.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", part)):
            for text in re.findall(r"<c:txPr>.*?</c:txPr>", parts.read(chart).decode()):
                seen |= set(re.findall(r'srgbClr val="([0-9A-F]{6})"', text))
    assert seen
    assert {ink for ink in seen if contrast(ink, "FFFFFF") < LEAST} == set()


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_text_of_a_statement_in_pdf_stands_out_from_its_ground(of: Month, lang: Lang) -> None:
    for month_ in (of, failing(of)):
        account = owed(Books.of(month_), CERET[:9])
        paper = Paper(lang, WIDTHS)
        state(paper, account, of.settings)
        pairs = {
            (box.look.get("font_color", style.INK), box.look.get("bg_color", style.WHITE))
            for box in paper.boxes
            if box.said
        }
        assert len(pairs) > 6
        assert {pair for pair in pairs if contrast(*(colour[1:] for colour in pair)) < LEAST} == set()


def test_a_state_is_a_word_never_a_colour_alone(reports: dict[str, bytes]) -> None:
    """Who does not see colours reads the same: each cell of a coloured state says which it is."""
    for name in ("rapprochement fr", "rapprochement en"):
        book = openpyxl.load_workbook(BytesIO(reports[name]))
        for title in (looks.FINDINGS, looks.SCHOOLS, looks.TITRES, looks.REMINDERS):
            sheet = book[title("fr" if name.endswith("fr") else "en")]
            fills = {style.RED_FILL, style.AMBER_FILL, style.GREEN_FILL, style.PALE}
            coloured = [cell for row in sheet.iter_rows(min_row=5) for cell in row if "#" + colours(cell)[1] in fills]
            assert coloured, sheet.title
            assert [cell.coordinate for cell in coloured if not cell.value] == []


def test_every_workbook_has_a_title_and_no_person(reports: dict[str, bytes]) -> None:
    # An annotated copy keeps its original's own title.
    for name, data in ((name, data) for name, data in reports.items() if name != "à corriger"):
        properties = openpyxl.load_workbook(BytesIO(data)).properties
        assert properties.title, name
        assert (properties.creator, properties.lastModifiedBy) in {("recon", "recon"), ("recon", None)}


def test_every_page_is_a4_with_its_number_and_its_headings(reports: dict[str, bytes]) -> None:
    for name in ("rapprochement fr", "rapprochement en", "relances fr", "état fr"):
        for sheet in openpyxl.load_workbook(BytesIO(reports[name])):
            assert sheet.page_setup.paperSize == 9, (name, sheet.title)
            assert "&P" in (sheet.oddFooter.right.text or "") or "Page" in str(sheet.oddFooter.right.text)
            # Pages that hold more than one table: the headings of one would stand above the other.
            if sheet.title not in {"Synthèse", "Summary", "État", "Statement", "Contrôles", "Controls"}:
                assert sheet.print_title_rows, (name, sheet.title)


def test_a_report_in_english_is_in_english(reports: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(BytesIO(reports["rapprochement en"]))
    assert book.sheetnames == [name("en") for name in SHEETS]
    french = re.compile(r"\b(?:titres? de perception émis|aucun|Ne pas relancer|déjà|écoles|Collectivité|échéance)\b")
    said = {str(cell.value) for name in ("rapprochement en", "état en", "relances en") for cell in cells(reports[name])}
    assert {text for text in said if french.search(text)} == set()


HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://exemple.fr")',
    "@SUM(A1)",
    "+1+2",
    "-1+2",
    "http://exemple.fr",
    "mailto:x@exemple.fr",
)
TEXTS = (
    ("schools", "school_name"), ("schools", "commune"), ("schools", "convention"), ("payers", "payer_name"),
    ("titres", "convention"), ("payments", "mandat"), ("payments", "file"), ("payments", "sheet"), ("details", "label"),
    ("details", "reference"), ("findings", "expected"), ("findings", "found"), ("findings", "file"),
    ("findings", "sheet"), ("findings", "convention"), ("findings", "advice"), ("findings", "comment"),
    ("sources", "file"), ("conventions", "payer_name"),
)  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_of_a_source_becomes_formula_or_link_on_any_sheet(of: Month, hostile: str) -> None:
    frames = {name: getattr(of, name) for name in (*SCHEMAS, "details")}
    for table, column in TEXTS:
        frames[table] = frames[table].with_columns(pl.lit(hostile).alias(column))
    contacts = {
        siren: replace(contact, name=hostile, address=f"{hostile}, {hostile}", email=hostile)
        for siren, contact in of.contacts.items()
    }
    attacked = replace(of, **frames, contacts=contacts)
    attacked = replace(attacked, settings=replace(of.settings, issuer=hostile))
    for data in (
        monthly_workbook(attacked),
        reminder_list(attacked, cases(attacked)),
        statement(attacked, CERET[:9]),
    ):
        said = [cell for cell in cells(data) if hostile in str(cell.value)]
        assert said
        assert {cell.data_type for cell in said} == {"s"}
        parts = ZipFile(BytesIO(data))
        links = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".rels"))
        assert "exemple.fr" not in links
        assert 'TargetMode="External"' not in links


def test_the_same_month_gives_the_same_bytes(of: Month, reports: dict[str, bytes]) -> None:
    assert reports["rapprochement en"] == monthly_workbook(of, "en")
    assert reports["relances fr"] == reminder_list(of, cases(of), "fr")
    assert reports["état en"] == statement(of, CERET[:9], "en")


def test_a_text_of_signs_that_count_twice_is_cut_before_excel_would_repair_the_workbook(of: Month) -> None:
    endless = "😀" * 20_000
    contacts = {siren: replace(contact, name=endless) for siren, contact in of.contacts.items()}
    attacked = replace(of, contacts=contacts, payers=of.payers.with_columns(payer_name=pl.lit(endless)))
    for data in (monthly_workbook(attacked), statement(attacked, CERET[:9])):
        long = [str(cell.value) for cell in cells(data) if "😀" * 9_000 in str(cell.value)]
        assert long
        assert {len(text.encode("utf-16-le")) // 2 <= style.LONGEST for text in long} == {True}
        assert {text[-1] for text in long} == {"…"}


def test_an_endless_word_is_laid_out_at_once_in_a_pdf(of: Month) -> None:
    contact = replace(of.contacts[CERET[:9]], name="A" * 30_000)
    attacked = replace(of, contacts={**of.contacts, CERET[:9]: contact})
    start = process_time()
    assert printed(owed(Books.of(attacked), CERET[:9]), of.settings, "fr").startswith(b"%PDF")
    assert process_time() - start < 20
