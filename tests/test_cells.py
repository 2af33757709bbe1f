"""`recon cells`: what the reader sees in a file, on screen and as JSON; 0 read, 3 refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.test_cli import recon
from tests.test_formats import as_ods, as_xls, as_xlsb, as_xlsx
from tests.test_readers import xlsx, xlsx_parts, zipped

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, data: bytes, name: str = "registre.xlsx") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_the_screen_says_what_is_hidden_merged_or_in_error(tmp_path: Path) -> None:
    done = recon("cellules", written(tmp_path, as_xlsx(odd=False)))
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "registre.xlsx\u00a0: format xlsx, 1 feuille",
        "",
        "A & B\u00a0: 4 lignes, 3 colonnes",
        "  Feuille masquée",
        "  Lignes masquées\u00a0: 3",
        "  Colonnes masquées\u00a0: B",
        "  Zones fusionnées\u00a0: B2:C2",
        "  Cellules en erreur\u00a0: C4 #REF!",
        "        2   | Céret | ",
        "        3   |  | 41",
        "        4   |  | #REF!",
    ]


def test_formulas_without_a_value_are_told_in_english_too(tmp_path: Path) -> None:
    data = xlsx('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1*2</f></c></row>')
    done = recon("cells", written(tmp_path, data), "--lang", "en")
    assert "Formulas without a stored value: B1 =A1*2" in done.stdout


@pytest.mark.parametrize(
    "data", [as_xlsx(odd=False), as_xls(), as_xlsb(), as_ods()], ids=["xlsx", "xls", "xlsb", "ods"]
)
def test_every_cell_is_told_as_json(tmp_path: Path, data: bytes) -> None:
    done = recon("cells", "--json", written(tmp_path, data))
    (sheet,) = json.loads(done.stdout)["sheets"]
    assert sheet["cells"] == [
        {"address": "B2", "kind": "text", "value": "Céret"},
        {"address": "C3", "kind": "number", "value": "41"},
        {"address": "C4", "kind": "error", "value": "#REF!"},
    ]
    assert (sheet["hidden"], sheet["hidden_rows"], sheet["hidden_columns"]) == (True, [3], ["B"])
    assert sheet["merged"] == ["B2:C2"]


def test_a_refused_file_ends_with_3_and_its_reason(tmp_path: Path) -> None:
    done = recon("cells", written(tmp_path, b"%PDF-1.7", "registre\x1b[31m.xlsx"))
    assert (done.returncode, done.stdout) == (3, "")
    assert "PDF" in done.stderr
    assert "\x1b" not in done.stderr
    assert recon("cells", tmp_path / "absent.xlsx").returncode == 3


@pytest.mark.parametrize("shown", [[], ["--json"]])
def test_control_and_bidirectional_characters_do_not_reach_the_screen(tmp_path: Path, shown: list[str]) -> None:
    cell = "<c r='A1' t='inlineStr'><is><t>\u202eterreC\u009b31m\u2066\u200b\u0085</t></is></c>"
    parts = xlsx_parts(f"<row r='1'>{cell}</row>")
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace("A &amp; B", "\u202eB\u009b")
    done = recon("cells", *shown, written(tmp_path, zipped(parts)))
    assert done.returncode == 0
    assert "terreC" in done.stdout
    assert not set("\u202e\u009b\u2066\u0085") & set(done.stdout + done.stderr)


def test_the_help_is_in_both_languages() -> None:
    assert "cellules (cells)" in recon("--help").stdout
    assert (
        "Show what recon sees"
        in recon("cells", "--help", "--lang", "en").stdout + recon("--lang", "en", "cells", "--help").stdout
    )
