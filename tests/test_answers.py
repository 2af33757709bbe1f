"""The yellow cells, read back: by their hidden keys, from xlsx or ods, whatever the order of the rows."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import openpyxl
import pytest

from recon.readers import read_book
from recon.reports.answers import Answers, Claim, Decision, Share, answers
from recon.reports.decisions import ACTIONS, KEY_HEADING, OFFERED, POSITIONS, mark
from recon.reports.statement import statement
from recon.reports.workbook import monthly_workbook
from tests.dossiers import (
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

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from recon.tables import Month
    from recon.texts import Lang

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
OWING, FINDINGS, UNPLACED = "Restes à recouvrer", "Écarts", "Paiements non affectés"


@pytest.fixture(scope="module")
def of() -> Month:
    """Two payers that owe, two payments that settle nothing."""
    return month(
        enrolled(*SCHOOLS),
        conventions(signed(schools=4), signed("C2", siret=PERPIGNAN)),
        lists(*(f"C1;{uai};École {uai};" for uai in SCHOOLS), "C2;0660206R;B;"),
        titres(titre(amount="164,00"), titre("TP-2026-00002", convention="C2", siret=PERPIGNAN, due="01/11/2026")),
        payments(paid("12,34", "ENT-École", mandat="2"), paid("5,00", "ENT-École, autre", mandat="3")),
    )


def heading_row(sheet: Worksheet) -> int:
    """Return the row of the headings, which hold the key's."""
    return next(row for row in range(1, 9) if KEY_HEADING() in [cell.value for cell in sheet[row]])


def columns(sheet: Worksheet) -> dict[Any, int]:
    """Return the column of each heading."""
    return {cell.value: cell.column for cell in sheet[heading_row(sheet)]}


def row_of(sheet: Worksheet, key: str) -> int:
    """Return the row that bears a key."""
    at = columns(sheet)[KEY_HEADING()]
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, at).value == key)


def typed(sheet: Worksheet, key: str, **said: object) -> None:
    """Type into the yellow cells of the row that bears `key`."""
    for heading, value in said.items():
        sheet.cell(row_of(sheet, key), columns(sheet)[heading.replace("_", " ")]).value = value


def book_of(of: Month, lang: Lang = "fr") -> Workbook:
    """Return the month's workbook, open for typing."""
    return openpyxl.load_workbook(BytesIO(monthly_workbook(of, lang)))


def saved(book: Workbook, folder: Path, name: str = "classeur.xlsx") -> Path:
    """Save a workbook."""
    book.save(folder / name)
    return folder / name


def read(path: Path) -> Answers:
    """Return what was written into a file."""
    return answers(read_book(path))


def untouched(of: Month, folder: Path) -> Answers:
    """Return what stands in a workbook that nobody touched."""
    return read(saved(book_of(of), folder))


def said(found: Answers) -> list[tuple[str, str, str, str]]:
    """Return the decisions without their places."""
    return [(one.kind, one.identity, one.action, one.comment) for one in found.decisions]


def test_a_workbook_that_nobody_touched_says_nothing(of: Month, tmp_path: Path) -> None:
    assert untouched(of, tmp_path) == Answers(marks=frozenset({mark(of.sources)}))


def test_a_decision_and_its_comment_are_read_back(of: Month, tmp_path: Path) -> None:
    book = book_of(of)
    typed(book[OWING], "titre|TP-2026-00002", Décision="Attendre", Commentaire="Mandat promis")
    found = read(saved(book, tmp_path))
    assert said(found) == [("titre", "TP-2026-00002", "wait", "Mandat promis")]
    place = found.decisions[0].place
    assert book[place.sheet][place.cell].value == "Attendre"


@pytest.mark.parametrize(("kind", "sheet"), [("titre", OWING), ("payment", UNPLACED), ("finding", FINDINGS)])
def test_every_word_of_the_drop_down_is_read(of: Month, tmp_path: Path, kind: str, sheet: str) -> None:
    for action in OFFERED[kind]:
        book = book_of(of)
        at = heading_row(book[sheet]) + 1
        column = columns(book[sheet])
        listed = next(v.formula1 for v in book[sheet].data_validations.dataValidation)
        assert ACTIONS[action].fr in listed
        word = ACTIONS[action].fr.replace("…", "TP-9")
        book[sheet].cell(at, column["Décision"]).value = word
        (decision,) = read(saved(book, tmp_path)).decisions
        assert (decision.kind, decision.action) == (kind, action)


@pytest.mark.parametrize(
    ("word", "shares"),
    [
        ("Affecter au titre TP-2026-00001", (Share("TP-2026-00001", None),)),
        ("affecter au titre … TP-2026-00001", (Share("TP-2026-00001", None),)),
        ("Allocate to titre 031000 006 053", (Share("031000 006 053", None),)),
        ("Affecter aux titres A-1 = 10,00 ; B-2 = 2,34 €", (Share("A-1", 1000), Share("B-2", 234))),
    ],
)
def test_a_payment_is_allocated_to_titres(of: Month, tmp_path: Path, word: str, shares: tuple[Share, ...]) -> None:
    book = book_of(of)
    book[UNPLACED].cell(heading_row(book[UNPLACED]) + 1, columns(book[UNPLACED])["Décision"]).value = word
    (decision,) = read(saved(book, tmp_path)).decisions
    assert decision.action == "allocate"
    assert decision.shares == shares
    assert decision.identity in set(of.payments["payment_id"])


@pytest.mark.parametrize(
    "word", ["Affecter au titre …", "Affecter au titre", "Affecter au titre A ; B", "Affecter au titre A = dix"]
)
def test_an_allocation_without_its_titre_is_not_taken(of: Month, tmp_path: Path, word: str) -> None:
    book = book_of(of)
    sheet = book[UNPLACED]
    sheet.cell(heading_row(sheet) + 1, columns(sheet)["Décision"]).value = word
    found = read(saved(book, tmp_path))
    assert found.decisions == ()
    assert found.unread[0].value == word
    assert "numéro du titre" in found.unread[0].why.fr


def test_a_word_outside_the_list_is_kept_and_said(of: Month, tmp_path: Path) -> None:
    book = book_of(of)
    typed(book[OWING], "titre|TP-2026-00001", Décision="Relancé ?", Commentaire="vu avec le SGC")
    (unread,) = read(saved(book, tmp_path)).unread
    assert (unread.key, unread.value) == ("titre|TP-2026-00001", "Relancé ?")
    assert "vu avec le SGC" in unread.words
    assert "Relancer, Attendre, Rectifier, Accepté, Soldé hors registre" in unread.why.fr


def test_a_decision_that_its_sheet_does_not_offer_is_said(of: Month, tmp_path: Path) -> None:
    book = book_of(of)
    typed(book[OWING], "titre|TP-2026-00001", Décision="Affecter au titre TP-2026-00002")
    found = read(saved(book, tmp_path))
    assert found.decisions == ()
    assert len(found.unread) == 1


def test_rows_may_be_sorted_and_hidden(of: Month, tmp_path: Path) -> None:
    book = book_of(of)
    sheet = book[OWING]
    typed(sheet, "titre|TP-2026-00002", Décision="Relancer")
    first = heading_row(sheet) + 1
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(first, sheet.max_row)]
    for at, values in enumerate(reversed(rows), first):
        for column, value in enumerate(values, 1):
            sheet.cell(at, column).value = value
    sheet.row_dimensions[first].hidden = True
    assert said(read(saved(book, tmp_path))) == [("titre", "TP-2026-00002", "remind", "")]


def test_a_row_without_its_key_or_with_another_is_said(of: Month, tmp_path: Path) -> None:
    book = book_of(of)
    sheet = book[OWING]
    key = columns(sheet)[KEY_HEADING()]
    for row, known in ((row_of(sheet, "titre|TP-2026-00001"), None), (row_of(sheet, "titre|TP-2026-00002"), "x")):
        sheet.cell(row, key).value = known
        sheet.cell(row, columns(sheet)["Décision"]).value = "Attendre"
    found = read(saved(book, tmp_path))
    assert found.decisions == ()
    assert len(found.unread) == 2


@pytest.mark.parametrize("heading", ["Décision", "Commentaire"])
def test_a_column_of_ones_own_under_our_heading_hides_nothing(of: Month, tmp_path: Path, heading: str) -> None:
    book = book_of(of)
    sheet = book[OWING]
    typed(sheet, "titre|TP-2026-00002", Décision="Attendre", Commentaire="appel")
    sheet.cell(heading_row(sheet), sheet.max_column + 2).value = heading
    assert said(read(saved(book, tmp_path))) == [("titre", "TP-2026-00002", "wait", "appel")]
    own = columns(sheet)[heading]
    sheet.cell(row_of(sheet, "titre|TP-2026-00001"), own).value = "Relancer"
    assert len(read(saved(book, tmp_path)).decisions) == 2


def test_decisions_of_a_sheet_without_its_keys_are_said_one_by_one(of: Month, tmp_path: Path) -> None:
    book = book_of(of)
    typed(book[OWING], "titre|TP-2026-00001", Décision="Attendre", Commentaire="appel")
    book[OWING].delete_cols(columns(book[OWING])[KEY_HEADING()])
    (unread,) = read(saved(book, tmp_path)).unread
    assert (unread.value, "pas sa clé recon" in unread.why.fr, "appel" in unread.words) == ("Attendre", True, True)


@pytest.mark.parametrize("heading", ["Décision", "Commentaire"])
def test_a_yellow_heading_that_was_changed_is_said(of: Month, tmp_path: Path, heading: str) -> None:
    book = book_of(of)
    sheet = book[OWING]
    typed(sheet, "titre|TP-2026-00001", Décision="Attendre", Commentaire="appel")
    sheet.cell(heading_row(sheet), columns(sheet)[heading]).value = "Ce que j’en dis"
    found = read(saved(book, tmp_path))
    (unread,) = found.unread
    assert (f"«\u00a0{heading}\u00a0»" in unread.why.fr, unread.place.sheet) == (True, OWING)
    assert len(found.decisions) == (heading == "Commentaire")


def test_a_row_that_was_copied_counts_once_and_never_says_two_things(of: Month, tmp_path: Path) -> None:
    book = book_of(of)
    sheet = book[OWING]
    typed(sheet, "titre|TP-2026-00001", Décision="Attendre")
    row, last = row_of(sheet, "titre|TP-2026-00001"), sheet.max_row + 1
    for column in columns(sheet).values():
        sheet.cell(last, column).value = sheet.cell(row, column).value
    assert said(read(saved(book, tmp_path))) == [("titre", "TP-2026-00001", "wait", "")]
    sheet.cell(last, columns(sheet)["Décision"]).value = "Relancer"
    found = read(saved(book, tmp_path))
    assert found.decisions == ()
    assert [one.value for one in found.unread] == ["wait", "remind"]


def test_english_words_are_read(of: Month, tmp_path: Path) -> None:
    book = book_of(of, "en")
    typed(book["Outstanding"], "titre|TP-2026-00001", Decision="Settled outside the ledger", Comment="by cheque")
    assert said(read(saved(book, tmp_path))) == [("titre", "TP-2026-00001", "settled_elsewhere", "by cheque")]


def test_another_workbook_says_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Décision", "Commentaire"])
    book.active.append(["Attendre", ""])
    assert read(saved(book, tmp_path)) == Answers()


def test_the_same_thing_has_the_same_key_whatever_the_month(of: Month) -> None:
    later = month(
        enrolled(*SCHOOLS),
        conventions(signed(schools=4), signed("C2", siret=PERPIGNAN)),
        lists(*(f"C1;{uai};École {uai};" for uai in SCHOOLS), "C2;0660206R;B;"),
        titres(titre("TP-2026-00000", "1,00"), titre(amount="164,00")),
        payments(
            paid("1,00", "TP-2026-00000", mandat="1"),
            paid("12,34", "ENT-École", mandat="2"),
            paid("5,00", "ENT-École, autre", mandat="3"),
        ),
        as_of=date(2026, 12, 31),
    )

    def keys(of: Month) -> set[object]:
        sheet = book_of(of)[UNPLACED]
        return {sheet.cell(row, columns(sheet)[KEY_HEADING()]).value for row in range(5, sheet.max_row + 1)}

    assert keys(of) == keys(later)


def answered(of: Month, folder: Path, lang: Lang = "fr", row: int = 5, **cells: object) -> Answers:
    """Return what is read from Céret's statement once the yellow cells of `row` are filled in, from left to right."""
    book = openpyxl.load_workbook(BytesIO(statement(of, CERET[:9], lang)))
    sheet = book.worksheets[2]
    for letter, value in cells.items():
        sheet[f"{letter}{row}"].value = value
    return read(saved(book, folder))


def test_a_payers_answer_is_a_claim(of: Month, tmp_path: Path) -> None:
    found = answered(of, tmp_path, D="Déjà payé", E="1187", F=datetime(2026, 11, 12), G="bordereau 96")  # noqa: DTZ001
    assert found.decisions == ()
    assert found.unread == ()
    (claim,) = found.claims
    assert (claim.payer_siren, claim.kind, claim.identity) == (CERET[:9], "school", min(SCHOOLS))
    assert (claim.school_year, claim.position, claim.mandat) == ("2026-2027", "paid", "1187")
    assert (claim.on, claim.details) == (date(2026, 11, 12), "bordereau 96")


def test_a_day_may_be_typed_as_text_and_a_bad_one_is_said(of: Month, tmp_path: Path) -> None:
    (claim,) = answered(of, tmp_path, D="Paiement prévu", F="12/12/2026").claims
    assert claim.on == date(2026, 12, 12)
    found = answered(of, tmp_path, D="Paiement prévu", F="bientôt")
    assert found.claims == ()
    assert found.unread[0].value == "bientôt"


def test_a_free_row_bears_the_payers_own_words(of: Month, tmp_path: Path) -> None:
    (claim,) = answered(of, tmp_path, row=12, A="TP-2025-00007", D="Autre", G="de quoi s’agit-il ?").claims
    assert (claim.kind, claim.reference, claim.details) == ("free", "TP-2025-00007", "de quoi s’agit-il ?")


def test_a_position_outside_the_list_is_said(of: Month, tmp_path: Path) -> None:
    (unread,) = answered(of, tmp_path, D="Peut-être", G="à voir").unread
    assert unread.value == "Peut-être"
    assert all(words.fr in unread.why.fr for words in POSITIONS.values())


def test_an_answer_may_be_in_english(of: Month, tmp_path: Path) -> None:
    (claim,) = answered(of, tmp_path, "en", D="Sum disputed").claims
    assert claim.position == "disputed"


def test_a_titre_that_is_asked_can_be_contested(of: Month, tmp_path: Path) -> None:
    (claim,) = answered(of, tmp_path, row=9, D="Somme contestée", G="jamais convenu").claims
    asked = of.titres.filter((of.titres["payer_siren"] == CERET[:9]) & (of.titres["outstanding"] > 0))
    assert (claim.kind, claim.identity) == ("titre", asked["titre"][0])
    assert (claim.position, claim.details) == ("disputed", "jamais convenu")


def test_payments_to_confirm_are_answered_by_their_identity(of: Month, tmp_path: Path) -> None:
    (claim,) = answered(of, tmp_path, row=10, D="Numéro à corriger", G="TP-2026-00001").claims
    assert claim.kind == "payment"
    assert claim.identity in set(of.payments["payment_id"])


def computed(path: Path, **values: str) -> Path:
    """Give the formulas of a workbook the results that Excel would have stored, by their text."""
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for formula, result in values.items():
        kind = "e" if result.startswith("#") else "str"
        uncomputed = rf'<c r="([A-Z]+[0-9]+)"( s="[0-9]+")?[^>]*><f>{re.escape(formula)}</f><v ?/?>(?:</v>)?</c>'
        cell = rf'<c r="\1"\2 t="{kind}"><f>{formula}</f><v>{result}</v></c>'
        for name, xml in parts.items():
            if name.endswith(".xml"):
                parts[name] = re.sub(uncomputed, cell, xml.decode()).encode()
    with ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(("formula", "result"), [("A5", "COMMUNE"), ("voir", "#NAME?"), ("40+1", "41")])
@pytest.mark.parametrize("heading", ["Décision", "Commentaire"])
def test_a_decision_or_comment_that_became_a_formula_is_named_and_kept(
    of: Month, tmp_path: Path, heading: str, formula: str, result: str
) -> None:
    book = book_of(of)
    typed(book[OWING], "titre|TP-2026-00002", Décision="Attendre", Commentaire="promis")
    typed(book[OWING], "titre|TP-2026-00002", **{heading: f"={formula}"})
    sheet = book[OWING]
    cell = sheet.cell(row_of(sheet, "titre|TP-2026-00002"), columns(sheet)[heading]).coordinate
    found = read(computed(saved(book, tmp_path), **{formula: result}))
    assert found.decisions == ()
    (unread,) = found.unread
    assert (unread.place.sheet, unread.place.cell, unread.value) == (OWING, cell, result)
    assert set(unread.words) >= {result, "promis" if heading == "Décision" else "Attendre"}
    assert cell in unread.why("fr")
    assert "apostrophe" in unread.why("en")


def test_a_formula_that_nobody_computed_is_said(of: Month, tmp_path: Path) -> None:
    found = answered(of, tmp_path, D="Déjà payé", G="=voir mail")
    assert found.claims == ()
    assert (found.unread[0].place.cell, found.unread[0].value) == ("G5", "=voir mail")


def test_the_yellow_cells_take_what_is_typed_as_text(of: Month) -> None:
    book = book_of(of)
    for name in (OWING, FINDINGS, UNPLACED):
        at = columns(book[name])
        row = heading_row(book[name]) + 1
        assert {book[name].cell(row, at[heading]).number_format for heading in ("Décision", "Commentaire")} == {"@"}


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("format_", ["xlsx", "ods"])
def test_what_libreoffice_saves_is_found_again(of: Month, tmp_path: Path, format_: str) -> None:
    book = book_of(of)
    typed(book[OWING], "titre|TP-2026-00002", Décision="Attendre", Commentaire="Mandat promis")
    sheet = book[UNPLACED]
    sheet.cell(heading_row(sheet) + 1, columns(sheet)["Décision"]).value = "Affecter au titre TP-2026-00001"
    reply = openpyxl.load_workbook(BytesIO(statement(of, CERET[:9])))
    reply.worksheets[2]["D5"].value = "Déjà payé"
    reply.worksheets[2]["F5"].value = datetime(2026, 11, 12)  # noqa: DTZ001
    reply.worksheets[2]["G6"].value = '="vu le "&2026'
    paths = [saved(book, tmp_path), saved(reply, tmp_path, "etat.xlsx")]
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to"]
    subprocess.run(
        [*command, format_, "--outdir", tmp_path / "out", *paths], check=True, capture_output=True, timeout=300
    )
    found = read(tmp_path / "out" / f"classeur.{format_}")
    assert {(one.kind, one.action) for one in found.decisions} == {("titre", "wait"), ("payment", "allocate")}
    assert isinstance(found.decisions[0], Decision)
    assert found.decisions[0].comment == "Mandat promis"
    reply_read = read(tmp_path / "out" / f"etat.{format_}")
    (claim,) = reply_read.claims
    assert isinstance(claim, Claim)
    assert (claim.position, claim.on) == ("paid", date(2026, 11, 12))
    assert found.unread == ()
    (unread,) = reply_read.unread
    assert (unread.place.cell, unread.value) == ("G6", "vu le 2026")
