"""Recalculate workbooks in LibreOffice and compare every formula's result with the one stored: `.ci/run` does it.

    python tests/check_recalculation.py FOLDER

LibreOffice must be installed (`soffice`). Ends with 1 and the cells that differ.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl

# LibreOffice recalculates on load only if told so.
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""


def recalculated(paths: list[Path], folder: Path) -> list[Path]:
    """Return copies of the workbooks, recalculated by LibreOffice and saved as xlsx."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    out = folder / "out"
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx", "--outdir"]
    subprocess.run([*command, str(out), *map(str, paths)], check=True, capture_output=True, timeout=600)
    return [out / path.name for path in paths]


def formulas(path: Path) -> dict[tuple[str, str], str]:
    """Return every formula of a workbook by sheet and cell."""
    book = openpyxl.load_workbook(path)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.data_type == "f"
    }


def differences(before: Path, after: Path) -> tuple[int, list[str]]:
    """Return how many formulas were compared, and the cells whose result changed."""
    stored, computed = openpyxl.load_workbook(before, data_only=True), openpyxl.load_workbook(after, data_only=True)
    found = []
    known = formulas(before)
    for (sheet, cell), formula in known.items():
        old, new = stored[sheet][cell].value, computed[sheet][cell].value
        same = abs(old - new) < 1e-9 if isinstance(old, (int, float)) and isinstance(new, (int, float)) else old == new
        if not same:
            found.append(f"{before.name} › {sheet} › {cell}: {formula} is stored as {old!r}, recalculated as {new!r}")
    return len(known), found


def main() -> int:
    """Compare every workbook below the folder named on the command line."""
    paths = sorted(Path(sys.argv[1]).rglob("*.xlsx"))
    total, wrong = 0, []
    with tempfile.TemporaryDirectory() as name:
        for before, after in zip(paths, recalculated(paths, Path(name)), strict=True):
            count, found = differences(before, after)
            total += count
            wrong += found
    print(*wrong, f"{len(paths)} workbooks, {total} formulas, {len(wrong)} differences", sep="\n")  # noqa: T201
    return 1 if wrong or not total else 0


if __name__ == "__main__":
    sys.exit(main())
