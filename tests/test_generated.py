"""Generated files are current, and a template filled with its own examples is read without a word."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from recon.findings.catalogue import CATALOGUE, SEVERITIES
from recon.pipeline import File, reconcile
from recon.readers import read_book
from recon.reports.templates import meta, sheet_name, templates, words_of
from recon.tables import Settings
from recon_schemas import CONVENTION_SCHOOLS, CONVENTIONS, DIRECTORY, SOURCES
from tests.findings_docs import PAGES
from tests.regenerate import ROOT, generated
from tests.test_french import WRONG

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

    from recon.texts import Lang
    from recon_schemas import Source

FILES = generated()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_is_generated_is_current(path: Path) -> None:
    assert path.exists(), "run `python -m tests.regenerate`"
    assert path.read_bytes() == FILES[path], "run `python -m tests.regenerate`"


def test_templates_are_the_same_each_time() -> None:
    assert templates() == templates()


def opened(source: Source) -> Workbook:
    return openpyxl.load_workbook(BytesIO(templates()[f"{source.folder}.xlsx"]))


# The directory is dropped as it is published: it has no template.
TYPED = [source for source in SOURCES if source is not DIRECTORY]


@pytest.mark.parametrize("source", TYPED, ids=lambda source: source.name)
def test_a_template_has_the_schema_s_headings(source: Source) -> None:
    sheet = opened(source)[sheet_name(source)]
    assert [cell.value for cell in sheet[1]] == [column.title for column in source.fields.values()]
    assert sheet.max_row == 1
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("source", TYPED, ids=lambda source: source.name)
def test_required_headings_are_dark_and_words_have_a_list(source: Source) -> None:
    sheet = opened(source)[sheet_name(source)]
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    kinds = {"amount": "decimal", "day": "date", "count": "whole"}
    for cell, column in zip(sheet[1], source.fields.values(), strict=True):
        assert (cell.fill.fgColor.rgb == "FF16205C") is not column.nullable
        rule = rules[f"{cell.column_letter}2"]
        if words_of(column):
            assert (rule.type, rule.formula1) == ("list", f'"{",".join(words_of(column))}"')
        else:
            assert rule.type == kinds.get(meta(column)["sort"])
        assert rule.errorStyle == "warning"


@pytest.mark.parametrize("source", TYPED, ids=lambda source: source.name)
def test_the_guide_explains_every_column(source: Source) -> None:
    guide = opened(source)["Mode d’emploi"]
    told = {row[:2] for row in guide.iter_rows(max_col=5, values_only=True) if all(row)}
    needs = {True: "facultatif", False: "obligatoire"}
    assert {(column.title, needs[column.nullable]) for column in source.fields.values()} <= told


def typed(text: str, sort: str) -> str | int | float | date:
    """Return the example as Excel holds what a person types into a cell of this sort."""
    if sort == "day":
        day, month, year = map(int, text.split("/"))
        return date(year, month, day)
    if sort == "amount":
        return float(text.replace(",", "."))
    return int(text) if sort == "count" else text


def filled(source: Source, workbook: Any) -> None:
    """Write the examples of `source` under its headings; a list names the convention of the register."""
    sheet = workbook[sheet_name(source)]
    for index, (name, column) in enumerate(source.fields.items(), 1):
        owner = CONVENTIONS.fields[name] if (source, name) == (CONVENTION_SCHOOLS, "convention") else column
        sheet.cell(2, index, typed(meta(owner)["example"], meta(column)["sort"]))


def test_a_template_filled_with_its_examples_is_read_without_a_finding(tmp_path: Path) -> None:
    files = []
    for name, data in templates().items():
        workbook = openpyxl.load_workbook(BytesIO(data))
        for source in TYPED:
            if f"{source.folder}.xlsx" == name:
                filled(source, workbook)
        workbook.save(tmp_path / name)
        book = read_book(tmp_path / name)
        folder = name.removesuffix(".xlsx")
        files.append(File(f"{folder}/{name}", folder, book.sha256, book))
    month = reconcile(files, Settings(date(2026, 11, 30), {}))
    assert [code for code in month.findings["code"] if code.startswith("D")] == []
    assert month.sources.select("kind", "read", "kept").rows() == [
        (source.name, 1, 1)
        for source in sorted(TYPED, key=lambda source: (source.folder, source.name != "conventions"))
    ]


def test_a_blank_template_is_an_empty_table(tmp_path: Path) -> None:
    files = []
    for name, data in templates().items():
        (tmp_path / name).write_bytes(data)
        book = read_book(tmp_path / name)
        files.append(File(f"{name[:-5]}/{name}", name[:-5], book.sha256, book))
    month = reconcile(files, Settings(date(2026, 11, 30), {}))
    assert month.findings.is_empty()
    assert month.sources["read"].sum() == 0


def test_the_dictionary_names_every_column() -> None:
    text = FILES[ROOT / "schemas" / "README.md"].decode()
    for source in SOURCES:
        assert f"`{source.name}`" in text
        for name, column in source.fields.items():
            assert f"| `{name}` | {column.title} |" in text


@pytest.mark.parametrize(("name", "lang"), PAGES.items())
def test_the_pages_of_the_findings_say_all_of_every_code_and_a_place(name: str, lang: Lang) -> None:
    sections = FILES[ROOT / "docs" / name].decode().split("\n### ")
    assert len(sections) == 1 + len(CATALOGUE)
    for code, section in zip(sorted(CATALOGUE, key=lambda code: "DECTP".index(code[0])), sections[1:], strict=True):
        known = CATALOGUE[code]
        assert section.startswith(f"{code} – {known.title(lang)}\n")
        for said in (SEVERITIES[known.severity](lang), known.explanation(lang), known.advice(lang)):
            assert said in section
        place = section.partition("- **Ex")[2].split("`")[1]
        assert (ROOT / place).is_file()


def test_the_french_page_keeps_french_typography() -> None:
    lines = FILES[ROOT / "docs" / "ecarts.md"].decode().splitlines()
    quoted = ("- **Trouvé", "- **Attendu")  # What a file says is quoted as it stands there.
    own = [line for line in lines if not line.startswith(quoted)]
    assert [line for line in own for pattern, _ in WRONG if pattern.search(line)] == []
