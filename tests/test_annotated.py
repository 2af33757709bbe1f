"""The annotated copy of a faulty file: what it marks, what it keeps, and what comes back when it is sent back."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from recon.copies import Target, copies, holds
from recon.corrected import originals_of, without_ours
from recon.dossier import files
from recon.outputs import write_copies
from recon.pipeline import reconcile
from recon.readers import read_book
from recon.tables import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from recon.tables import Month

HEADINGS = ("SIRET payeur", "Exercice", "Mandat", "Payé le", "Objet", "Référence", "Montant", "État")
RIGHT = ("21660049400019", 2026, "7", date(2026, 11, 10), "ENT-École", "TP-1", 41, "payé")
FAULTY = ("21660049400019", 2026, "8", "31/11/2026", "ENT-École", "TP-2", "quarante", "payé")
RED = "FFFCE3E4"


def ledger(*rows: tuple[object, ...]) -> tuple[Workbook, Worksheet]:
    """A ledger of these rows under the headings."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Mandats"
    for row in (HEADINGS, *rows):
        sheet.append(row)
    return workbook, sheet


class Dossier:
    """A dossier with one ledger, and what recon makes of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "paiements").mkdir()

    def put(self, what: Workbook | bytes, name: str = "registre.xlsx") -> Path:
        """Drop a ledger in the dossier."""
        path = self.folder / "paiements" / name
        if isinstance(what, bytes):
            path.write_bytes(what)
        else:
            what.save(path)
        return path

    def month(self) -> Month:
        """The month of all its files."""
        return reconcile(files(self.folder), Settings(date(2026, 11, 30), {}))

    def copy(self) -> bytes:
        """The annotated copy of its one faulty file."""
        read = files(self.folder)
        targets = {file.name: Target(self.folder / file.name, self.folder, file.name) for file in read}
        [(_, _, data)] = copies(self.month(), read, targets)
        return data

    def opened(self) -> Workbook:
        """The annotated copy, opened."""
        return openpyxl.load_workbook(io.BytesIO(self.copy()))

    def findings(self) -> list[tuple[str, ...]]:
        """What is said of the dossier's files, but for their names."""
        return sorted(self.month().findings.select("code", "sheet", "cell", "found", "expected").iter_rows())


@pytest.fixture
def dossier(tmp_path: Path) -> Dossier:
    """An empty dossier."""
    return Dossier(tmp_path)


@pytest.fixture
def faulty(dossier: Dossier) -> Dossier:
    """A dossier whose ledger has a wrong date and a wrong amount on row 3."""
    dossier.put(ledger(RIGHT, FAULTY)[0])
    return dossier


def words(sheet: Worksheet) -> list[str]:
    """Every text of a sheet."""
    return [str(value) for row in sheet.iter_rows(values_only=True) for value in row if value is not None]


# What is marked ------------------------------------------------------------------------------------------------------


def test_the_faulty_cells_are_red_with_a_note(faulty: Dossier) -> None:
    sheet = faulty.opened()["Mandats"]
    assert [sheet[at].fill.fgColor.rgb for at in ("D3", "G3")] == [RED, RED]
    assert sheet["G2"].comment is None
    assert "Trouvé\u00a0: quarante\nAttendu\u00a0: un montant" in sheet["G3"].comment.text


def test_a_last_column_says_so_in_words_on_each_faulty_row(faulty: Dossier) -> None:
    sheet = faulty.opened()["Mandats"]
    assert (sheet["I1"].value, sheet["I2"].value) == ("À corriger (recon)", None)
    assert "D3\u00a0: cellule illisible, attendu une date jj/mm/aaaa ; G3\u00a0:".replace(" ;", "\u00a0;") in sheet[
        "I3"
    ].value.replace(" ;", "\u00a0;")


def test_the_first_sheet_lists_what_to_correct_with_links(faulty: Dossier) -> None:
    workbook = faulty.opened()
    sheet = workbook["À corriger"]
    assert workbook.active is sheet
    assert "2 corrections à faire dans registre.xlsx" in words(sheet)
    assert "1 ligne sur 2 est écartée tant qu’elle n’est pas corrigée." in words(sheet)
    links = {cell.value: cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert links == {"D3": "'Mandats'!D3", "G3": "'Mandats'!G3"}
    assert {"Payé le", "31/11/2026", "une date jj/mm/aaaa", "Montant", "quarante"} <= set(words(sheet))


def test_only_one_sheet_is_selected_so_that_no_two_are_edited_together(faulty: Dossier) -> None:
    assert [sheet.sheet_view.tabSelected for sheet in faulty.opened()] == [True, False]


def test_the_first_sheet_names_the_original_and_its_digest(faulty: Dossier) -> None:
    digest = hashlib.sha256((faulty.folder / "paiements" / "registre.xlsx").read_bytes()).hexdigest()
    texts = words(faulty.opened()["À corriger"])
    assert texts[texts.index("Fichier d’origine") + 1] == "registre.xlsx"
    assert texts[texts.index("Empreinte SHA-256") + 1] == digest


def test_a_hidden_faulty_row_is_shown(dossier: Dossier) -> None:
    workbook, sheet = ledger(RIGHT, FAULTY)
    sheet.row_dimensions[3].hidden = True
    dossier.put(workbook)
    assert not dossier.opened()["Mandats"].row_dimensions[3].hidden


def test_a_file_that_is_right_has_no_copy(dossier: Dossier) -> None:
    dossier.put(ledger(RIGHT)[0])
    assert list(copies(dossier.month(), files(dossier.folder), {})) == []


# What is kept --------------------------------------------------------------------------------------------------------


def test_the_original_is_never_written(faulty: Dossier) -> None:
    path = faulty.folder / "paiements" / "registre.xlsx"
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    read = files(faulty.folder)
    target = Target(path, faulty.folder / "a_corriger", "registre.xlsx")
    written = write_copies(faulty.month(), read, {read[0].name: target}, [])
    assert written["paiements/registre.xlsx"] == faulty.folder / "a_corriger" / "registre.xlsx"
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_the_look_is_kept(dossier: Dossier) -> None:
    workbook, sheet = ledger(RIGHT, FAULTY)
    sheet["A1"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet.column_dimensions["E"].width = 44
    dossier.put(workbook)
    copy = dossier.opened()["Mandats"]
    assert copy["A1"].fill.fgColor.rgb == "FF00FF00"
    assert copy.column_dimensions["E"].width == 44


def test_merged_titles_are_kept(dossier: Dossier) -> None:
    workbook, sheet = ledger(RIGHT, FAULTY)
    sheet.insert_rows(1)
    sheet["A1"].value = "Registre"
    sheet.merge_cells("A1:H1")
    dossier.put(workbook)
    copy = dossier.opened()["Mandats"]
    assert (str(copy.merged_cells), copy["I2"].value) == ("A1:H1", "À corriger (recon)")


def test_columns_described_together_are_never_described_twice(dossier: Dossier) -> None:
    workbook, sheet = ledger(RIGHT, FAULTY)
    sheet.column_dimensions.group("C", "XFD", hidden=True)
    dossier.put(workbook)
    columns = dossier.opened()["Mandats"].column_dimensions
    described = [(letter, one.min, one.max, one.hidden) for letter, one in columns.items()]
    assert described == [("C", 3, 8, False), ("I", 9, 9, False), ("J", 10, 16384, True)]


def test_text_that_begins_like_a_formula_stays_text(dossier: Dossier) -> None:
    workbook, sheet = ledger(RIGHT, FAULTY)
    sheet["E2"].value = "=1+1"
    sheet["E2"].data_type = "s"
    sheet["G3"].value = "=cmd|' /C calc'!A0"
    sheet["G3"].data_type = "s"
    dossier.put(workbook)
    copy = dossier.opened()
    assert [copy["Mandats"][at].data_type for at in ("E2", "G3")] == ["s", "s"]
    assert all(cell.data_type != "f" for row in copy["À corriger"].iter_rows() for cell in row)


def test_a_formula_keeps_its_result(dossier: Dossier) -> None:
    workbook, sheet = ledger(RIGHT, FAULTY)
    sheet["G2"].value = "=40+1"
    dossier.put(with_result(workbook, b"<f>40+1</f><v/>", b"<f>40+1</f><v>41</v>"))
    data = dossier.copy()
    assert openpyxl.load_workbook(io.BytesIO(data))["Mandats"]["G2"].value == "=40+1"
    assert openpyxl.load_workbook(io.BytesIO(data), data_only=True)["Mandats"]["G2"].value == 41


def test_a_formula_without_result_stays_one_to_be_computed(dossier: Dossier) -> None:
    workbook, sheet = ledger(RIGHT)
    sheet["G2"].value = "=40+1"
    dossier.put(workbook)
    found = dossier.findings()
    dossier.put(dossier.copy())
    assert dossier.findings() == found
    assert [row[0] for row in found][:1] == ["D03"]


def with_result(workbook: Workbook, before: bytes, after: bytes) -> bytes:
    """The workbook's bytes with a part of its first sheet's XML replaced."""
    saved, changed = io.BytesIO(), io.BytesIO()
    workbook.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name).replace(b"<v />", b"<v/>")
            new.writestr(name, data.replace(before, after))
    return changed.getvalue()


def test_the_same_file_gives_the_same_bytes(faulty: Dossier) -> None:
    assert faulty.copy() == faulty.copy()


def test_what_the_copy_does_not_keep_is_said(dossier: Dossier) -> None:
    saved = io.BytesIO()
    ledger(RIGHT, FAULTY)[0].save(saved)
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr("xl/drawings/drawing1.xml", "<xdr:wsDr xmlns:xdr='x'><xdr:sp></xdr:sp></xdr:wsDr>")
        archive.writestr("xl/vbaProject.bin", "x")
    dossier.put(saved.getvalue(), "registre.xlsm")
    said = "Non repris dans cette copie\u00a0: les macros, les zones de texte et dessins. L’original les garde."
    assert said in words(dossier.opened()["À corriger"])


# Files that openpyxl cannot copy -------------------------------------------------------------------------------------


def test_a_csv_is_copied_as_values(dossier: Dossier) -> None:
    rows = [";".join(HEADINGS), "21660049400019;2026;007;10/11/2026;ENT-École;=1+1;41.5;payé",
            "21660049400019;2026;8;2026-11-31;ENT-École;TP-2;x;payé"]  # fmt: skip
    dossier.put("\n".join(rows).encode(), "registre.csv")
    workbook = dossier.opened()
    sheet = workbook["registre"]
    assert [cell.value for cell in sheet[2]][:8] == [
        "21660049400019",
        2026,
        "007",
        "10/11/2026",
        "ENT-École",
        "=1+1",
        41.5,
        "payé",
    ]
    assert sheet["F2"].data_type == "s"
    assert any("ne reprend que les valeurs de registre.csv" in text for text in words(workbook["À corriger"]))


def test_dates_of_values_stay_dates(dossier: Dossier) -> None:
    rows = [";".join(HEADINGS), "21660049400019;2026;7;2026-11-10;ENT-École;TP-1;x;payé"]
    dossier.put("\n".join(rows).encode(), "registre.csv")
    cell = dossier.opened()["registre"]["D2"]
    assert (cell.value, cell.number_format) == (datetime(2026, 11, 10), "dd/mm/yyyy")  # noqa: DTZ001


def test_a_merge_over_the_whole_grid_is_never_opened(dossier: Dossier) -> None:
    workbook, _ = ledger(RIGHT, FAULTY)
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A5:XFD1048576"/></mergeCells>'
    dossier.put(with_result(workbook, b"</sheetData>", merged))
    assert any("ne reprend que les valeurs" in text for text in words(dossier.opened()["À corriger"]))


def test_a_copy_that_would_alter_a_value_is_not_given_out(dossier: Dossier) -> None:
    # openpyxl makes #VALUE! of a number that is no date but looks like one.
    workbook, sheet = ledger(RIGHT, FAULTY)
    sheet["F2"].value, sheet["F2"].number_format = 99999999, "dd/mm/yyyy"
    dossier.put(workbook)
    copy = dossier.opened()
    assert copy["Mandats"]["F2"].value == 99999999
    assert any("ne reprend que les valeurs" in text for text in words(copy["À corriger"]))


def test_a_file_that_changed_since_it_was_read_is_copied_as_it_was_read(faulty: Dossier) -> None:
    read, month = files(faulty.folder), faulty.month()
    path = faulty.put(ledger(RIGHT)[0])
    [(_, _, data)] = copies(month, read, {read[0].name: Target(path, faulty.folder, "x")})
    assert openpyxl.load_workbook(io.BytesIO(data))["Mandats"]["G3"].value == "quarante"


# What comes back -----------------------------------------------------------------------------------------------------


def by_openpyxl(data: bytes, change: Callable[[Workbook], None] = lambda _: None) -> bytes:
    """Open the copy, change it, and save it as a person would."""
    workbook, saved = openpyxl.load_workbook(io.BytesIO(data)), io.BytesIO()
    change(workbook)
    workbook.save(saved)
    return saved.getvalue()


def correct(workbook: Workbook) -> None:
    """Type a right date and amount."""
    workbook["Mandats"]["D3"].value = "30/11/2026"
    workbook["Mandats"]["G3"].value = 41


def test_a_copy_sent_back_unchanged_gives_the_same_findings(faulty: Dossier) -> None:
    before = faulty.findings()
    data = faulty.copy()
    faulty.put(data)
    assert faulty.findings() == before


def test_a_total_row_that_is_marked_stays_a_total(dossier: Dossier) -> None:
    dossier.put(ledger(RIGHT, ("TOTAL", None, None, None, None, None, 50))[0])
    before = dossier.findings()
    assert before[0][:3] == ("D09", "Mandats", "G3")
    dossier.put(dossier.copy())
    assert dossier.findings() == before


def test_a_corrected_copy_replaces_its_original(faulty: Dossier) -> None:
    faulty.put(by_openpyxl(faulty.copy(), correct), "registre corrigé.xlsx")
    month = faulty.month()
    assert month.findings.filter(month.findings["code"].str.starts_with("D"))["code"].to_list() == ["D07"]
    [found] = month.findings.filter(month.findings["code"] == "D07")["found"]
    assert found == "remplacé par la copie corrigée paiements/registre corrigé.xlsx"
    assert dict(month.sources.select("file", "kept").iter_rows()) == {
        "paiements/registre corrigé.xlsx": 2, "paiements/registre.xlsx": 0,
    }  # fmt: skip


def test_a_second_copy_still_replaces_the_first_original(faulty: Dossier) -> None:
    def half(workbook: Workbook) -> None:
        workbook["Mandats"]["D3"].value = "30/11/2026"

    first = faulty.put(by_openpyxl(faulty.copy(), half), "registre 2.xlsx")
    original = faulty.folder / "paiements" / "registre.xlsx"
    kept = original.read_bytes()
    original.unlink()
    second = faulty.opened()
    assert second["Mandats"]["D3"].comment is None
    assert second["Mandats"]["D3"].fill.fgColor.rgb != RED
    assert [name for name in second.sheetnames if name.startswith("À corriger")] == ["À corriger"]
    assert [cell.value for cell in second["Mandats"][1]].count("À corriger (recon)") == 1
    correct(second)
    first.unlink()
    faulty.put(second, "registre 3.xlsx")
    faulty.put(kept)
    assert dict(faulty.month().sources.select("file", "kept").iter_rows())["paiements/registre.xlsx"] == 0


def test_a_copy_in_another_kinds_folder_replaces_nothing(faulty: Dossier) -> None:
    data = faulty.copy()
    (faulty.folder / "titres").mkdir()
    (faulty.folder / "titres" / "registre.xlsx").write_bytes(data)
    assert "D07" not in [row[0] for row in faulty.findings()]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_copy_saved_by_libreoffice_comes_back_alike(faulty: Dossier, tmp_path: Path, kind: str) -> None:
    before = faulty.findings()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "registre.xlsx").write_bytes(faulty.copy())
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", tmp_path / "out", tmp_path / "in" / "registre.xlsx"],
        check=True, capture_output=True, env={**os.environ, "HOME": str(tmp_path)}, timeout=120,
    )  # fmt: skip
    original = faulty.folder / "paiements" / "registre.xlsx"
    back = tmp_path / "out" / f"registre.{kind}"
    digest = hashlib.sha256(original.read_bytes()).hexdigest()
    assert originals_of(read_book(back)) == (digest,)
    assert holds(back.read_bytes(), read_book(original))
    original.unlink()
    faulty.put(back.read_bytes(), back.name)
    assert faulty.findings() == before


def test_a_sheet_of_that_name_that_is_not_ours_is_read(tmp_path: Path) -> None:
    workbook: Any = openpyxl.Workbook()
    workbook.active.title = "À corriger"
    workbook.active.append(["UAI", "École"])
    workbook.save(tmp_path / "x.xlsx")
    book = read_book(tmp_path / "x.xlsx")
    assert without_ours(book) is book
    assert originals_of(book) == ()


def test_a_copy_to_send_back_names_no_command(dossier: Dossier) -> None:
    """Who corrects the copy has no recon: what is in doubt is said as what to add to the file."""
    workbook, sheet = ledger(RIGHT)
    sheet["G1"].value = "Total du mois"
    dossier.put(workbook)
    said = " ".join(words(dossier.opened()["À corriger"]))
    assert "D02" in said
    assert "recon associer" not in said
