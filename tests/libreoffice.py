"""LibreOffice as a person uses it: a workbook is opened, its cells are typed into, its rows sorted and filtered, and it is saved.

Done by a macro in Basic, which every installation of Calc runs; Python's bridge to it (UNO) is a package of its own.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

needed = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8"}
HEADINGS = 3  # The row of the headings, from 0.

LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Recon"/></library:library>
"""
MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Recon" script:language="StarBasic">{code}</script:module>
"""
CODE = """
Function Heading(sheet, name)
  Dim at
  For at = 0 To 60
    If sheet.getCellByPosition(at, %(headings)d).String = name Then
      Heading = at
      Exit Function
    End If
  Next
  Error 1
End Function

Function Last(sheet)
  Dim cursor
  cursor = sheet.createCursor()
  cursor.gotoEndOfUsedArea(False)
  Last = cursor.RangeAddress.EndRow
End Function

Sub Typed(sheet, key, decision, comment)
  Dim row, keys
  keys = Heading(sheet, "Clé recon")
  For row = %(headings)d + 1 To Last(sheet)
    If sheet.getCellByPosition(keys, row).String = key Then
      sheet.getCellByPosition(Heading(sheet, "Décision"), row).setFormula(decision)
      sheet.getCellByPosition(Heading(sheet, "Commentaire"), row).setFormula(comment)
      Exit Sub
    End If
  Next
  Error 1
End Sub

Sub Sorted(sheet, name)
  Dim fields(0) As New com.sun.star.table.TableSortField
  Dim how(1) As New com.sun.star.beans.PropertyValue
  fields(0).Field = Heading(sheet, name)
  fields(0).IsAscending = False
  how(0).Name = "SortFields"
  how(0).Value = fields()
  how(1).Name = "ContainsHeader"
  how(1).Value = False
  sheet.getCellRangeByPosition(0, %(headings)d + 1, Heading(sheet, "Clé recon"), Last(sheet)).sort(how())
End Sub

Sub Filtered(sheet, name, value)
  Dim fields(0) As New com.sun.star.sheet.TableFilterField
  Dim rows, how
  rows = sheet.getCellRangeByPosition(0, %(headings)d, Heading(sheet, "Clé recon"), Last(sheet))
  how = rows.createFilterDescriptor(True)
  fields(0).Field = Heading(sheet, name)
  fields(0).Operator = com.sun.star.sheet.FilterOperator.EQUAL
  fields(0).IsNumeric = False
  fields(0).StringValue = value
  how.ContainsHeader = True
  how.setFilterFields(fields())
  rows.filter(how)
End Sub

Sub Main
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  Dim saved(0) As New com.sun.star.beans.PropertyValue
  Dim doc, sheet
  On Error Goto Failed
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  doc = StarDesktop.loadComponentFromURL("%(source)s", "_blank", 0, hidden())
%(steps)s
  saved(0).Name = "FilterName"
  saved(0).Value = "%(filter)s"
  doc.storeToURL("%(target)s", saved())
  Goto Done
Failed:
  Open "%(target)s.error" For Output As #1
  Print #1, Error() & ", line " & Erl
  Close #1
Done:
  On Error Resume Next
  doc.close(True)
  StarDesktop.terminate()
End Sub
"""


class View(NamedTuple):
    """How a sheet is looked at: sorted by a column, downwards, and only the rows shown whose other column says a word."""

    order: str
    column: str
    word: str


def type_into(path: Path, target: Path, rows: Sequence[tuple[str, str, str, str]], views: Mapping[str, View]) -> None:
    """Open `path`, type each (sheet, key, decision, comment), sort and filter the sheets, and save as `target`."""
    steps = []
    for sheet, key, decision, comment in rows:
        steps += [f"sheet = doc.Sheets.getByName({_quoted(sheet)})"]
        steps += [f"Typed(sheet, {_quoted(key)}, {_quoted(decision)}, {_quoted(comment)})"]
    for sheet, view in views.items():
        steps += [f"sheet = doc.Sheets.getByName({_quoted(sheet)})", f"Sorted(sheet, {_quoted(view.order)})"]
        steps += [f"Filtered(sheet, {_quoted(view.column)}, {_quoted(view.word)})"]
    code = CODE % {
        "headings": HEADINGS,
        "source": path.resolve().as_uri(),
        "target": target.resolve().as_uri(),
        "filter": FILTERS[target.suffix[1:]],
        "steps": "\n".join(f"  {step}" for step in steps),
    }
    profile = target.parent / "profile"
    command = ["soffice", f"-env:UserInstallation={profile.resolve().as_uri()}", "--headless", "--norestore"]
    # The first start makes the profile, and would overwrite a macro that lay there.
    _run(*command, "--terminate_after_init")
    library = profile / "user" / "basic" / "Standard"
    library.mkdir(parents=True, exist_ok=True)
    (library / "script.xlb").write_text(LIBRARY, encoding="utf-8")
    (library / "Recon.xba").write_text(MODULE.format(code=escape(code)), encoding="utf-8")
    _run(*command, "macro:///Standard.Recon.Main")
    failed = target.with_name(f"{target.name}.error")
    assert not failed.exists(), failed.read_text(encoding="utf-8")
    assert target.exists(), "the macro did not run"


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=300)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
