"""Every layout of `tests.rectorate` gives the same enrolments, titres and conventions: the rectorate's lists as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from recon.identifiers import titre_key
from recon.pipeline import File
from recon.readers import read_book
from tests.dossiers import file, month
from tests.rectorate import CONVENTIONS, LAYOUTS, SCHOOLS, TITRES, School, plain

if TYPE_CHECKING:
    from pathlib import Path

    from recon.tables import Month
    from tests.rectorate import List

UNREADABLE = {"D01", "D02", "D03", "D04", "D05", "D07", "D08", "D09", "D10", "D11", "D12"}
ENROLMENTS = [name for name, build in LAYOUTS.items() if build().folder == "inscriptions"]


def read(folder: Path, made: List) -> Month:
    """Return the month of a dossier with that list alone."""
    path = folder / made.name
    path.write_bytes(made.data)
    book = read_book(path)
    return month(File(f"{made.folder}/{made.name}", made.folder, book.sha256, book))


def truth(made: List) -> list[tuple[str, ...]]:
    """Return the schools that a list gives; it may not tell who pays, nor which school left before the year began."""
    told = "withdrawn_on" in made.carries
    return sorted(
        (thing.uai, thing.school_name, thing.commune, thing.school_year, thing.payer_siren if "payer_siren" in made.carries else "")
        for thing in made.things
        if isinstance(thing, School) and not (told and thing.withdrawn_on)
    )  # fmt: skip


@pytest.mark.parametrize("name", ENROLMENTS)
def test_a_list_gives_the_canonical_enrolments(name: str, tmp_path: Path) -> None:
    made = LAYOUTS[name]()
    of = read(tmp_path, made)
    columns = ("uai", "school_name", "commune", "school_year", "payer_siren")
    assert sorted(of.schools.select(columns).rows()) == truth(made)
    assert of.schools.drop("department").equals(read(tmp_path, plain(made)).schools.drop("department"))


@pytest.mark.parametrize("name", LAYOUTS)
def test_nothing_is_wrong_with_a_list_but_what_was_repaired(name: str, tmp_path: Path) -> None:
    made = LAYOUTS[name]()
    of = read(tmp_path, made)
    assert of.findings.filter(pl.col("code").is_in(list(UNREADABLE))).select("code", "cell", "found").rows() == []
    repairs = of.findings.filter(pl.col("code") == "D06").height
    assert repairs == (len(made.things) if made.repaired else 0)


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_thing_of_a_list_is_counted_once(name: str, tmp_path: Path) -> None:
    made = LAYOUTS[name]()
    counted = read(tmp_path, made).sources.select("read", "kept", "rejected", "duplicates")
    assert counted.rows() == [(len(made.things), len(made.things), 0, 0)]


@pytest.mark.parametrize("name", [name for name in LAYOUTS if name.startswith("titres")])
def test_a_list_gives_the_canonical_titres(name: str, tmp_path: Path) -> None:
    made = LAYOUTS[name]()
    columns = ("payer_siren", "convention", "billed", "issued_on", "due_on")
    titres = read(tmp_path, made).titres.sort("titre")
    assert titres.select(columns).rows() == [
        (titre.debtor_siret[:9], titre.convention, titre.amount, titre.issued_on, titre.due_on) for titre in TITRES
    ]
    assert list(map(titre_key, titres["titre"])) == [titre_key(titre.titre) for titre in TITRES]


def test_a_register_gives_the_canonical_conventions(tmp_path: Path) -> None:
    columns = ("convention", "school_year", "payer_siren", "payer_name", "rate", "school_count", "amount", "council_on", "signed_on")  # fmt: skip
    found = read(tmp_path, LAYOUTS["conventions_with_the_year_in_the_sheet_name"]()).conventions
    assert found.select(columns).sort("convention").rows() == sorted(
        (c.convention, c.school_year, c.payer_siret[:9], c.payer_name, c.rate, c.school_count, c.amount, c.council_on, c.signed_on)
        for c in CONVENTIONS
    )  # fmt: skip


def test_a_year_that_a_row_states_wins_over_the_sheets_name(tmp_path: Path) -> None:
    """What stands in the row is said of the row; the sheet's name is only what remains where rows are silent."""
    from tests.rectorate import FULL, enrolments, table
    from tests.sheets import Page

    made = enrolments("a.xlsx", [Page("2023-2024", table(FULL, SCHOOLS))], FULL)
    assert set(read(tmp_path, made).schools["school_year"]) == {"2026-2027"}


def test_enrolments_without_any_year_are_asked_for_it(tmp_path: Path) -> None:
    """A calendar year is none, and a day of printing neither: September 2026 may print the list of 2025-2026."""
    from tests.rectorate import NO_YEAR, enrolments, table
    from tests.sheets import Page

    above = Page("Liste", [["Écoles inscrites, édition du 20/09/2026"], *table(NO_YEAR, SCHOOLS)])
    of = read(tmp_path, enrolments("liste.xlsx", [above], NO_YEAR, year=False))
    assert of.schools.is_empty()
    assert of.findings["code"].to_list() == ["D02"]


@pytest.mark.parametrize(
    ("written", "read_as"), [("66", "66"), ("066", "66"), ("6", "06"), ("02a", "2A"), ("971", "971")]
)
def test_a_departement_is_one_however_it_is_written(written: str, read_as: str) -> None:
    titles, row = "Année scolaire;UAI;École;Commune;Département", f"2026-2027;0660560A;Chagall;CERET;{written}"
    assert month(file("inscriptions/liste.csv", titles, row)).schools["department"].to_list() == [read_as]
