"""Decisions written into the workbook's yellow cells are recorded once, each with its reason; the rest is named."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from recon.readers import Refused, read_book
from recon.reports.decisions import spoken
from tests import libreoffice
from tests.dossiers import CONVENTIONS, ENROLMENTS, LISTS, PAYMENTS, SCHOOLS, TITRES, paid, signed, titre
from tests.monthly import drop, run, said, table, told
from tests.test_answers import FINDINGS, OWING, UNPLACED, typed

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
ONE, TWO = "TP-2026-00001", "TP-2026-00002"
AS_OF = "2026-11-30"


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """A commune with two titres and a payment that tells neither, its November run."""
    folder = tmp_path / "dossier"
    drop(
        folder,
        ("inscriptions/liste.csv", (ENROLMENTS, *(f"2026-2027;{uai};École;CERET;216600494;;" for uai in SCHOOLS[:2]))),
        ("conventions/registre.csv", (CONVENTIONS, signed("C1"), signed("C2"))),
        ("conventions/ecoles.csv", (LISTS, f"C1;{SCHOOLS[0]};A;", f"C2;{SCHOOLS[1]};B;")),
        ("titres/titres.csv", (TITRES, titre(ONE, convention="C1"), titre(TWO, convention="C2"))),
        ("paiements/ceret.csv", (PAYMENTS, paid(label="participation ENT", mandat="7", on="10/11/2026"))),
        ("recon.toml", ('[tarifs]\n"2026-2027" = "41.00"',)),
    )
    run(folder, AS_OF)
    return folder


def workbook(dossier: Path) -> Path:
    return dossier / "rapports" / "2026-11" / "rapprochement_2026-11.xlsx"


def write(dossier: Path, to: Path, *rows: tuple[str, str, str, str]) -> Path:
    """Save the month's workbook with a decision and a comment in rows: sheet, key, decision, comment."""
    book = openpyxl.load_workbook(workbook(dossier))
    for sheet, key, decision, comment in rows:
        typed(book[sheet], key, Décision=decision, Commentaire=comment)
    book.save(to / "annote.xlsx")
    return to / "annote.xlsx"


def decide(dossier: Path, path: Path) -> tuple[int, str]:
    code, text = said("decide", "-C", dossier, "--as-of", AS_OF, "--from", path)
    return code, text.replace("\u00a0", " ")


def decisions(dossier: Path) -> list[str]:
    return [one["event"] for one in told("history", "-C", dossier) if "décision" in one["event"]]


def payment(dossier: Path) -> str:
    return str(table(dossier, "2026-11", "payments")[0]["payment_id"])


def test_what_is_written_is_recorded_once_and_printed_again_is_no_new_decision(dossier: Path, tmp_path: Path) -> None:
    key = f"payment|{payment(dossier)}"
    path = write(
        dossier,
        tmp_path,
        (UNPLACED, key, "Affecter au titre 00002", "appel du 3"),
        (OWING, f"titre|{ONE}", "Attendre", ""),
    )
    code, text = decide(dossier, path)
    assert (code, text.count("inscrite")) == (0, 2), text
    events = decisions(dossier)
    assert any("appel du 3" in one for one in events)
    assert any("annote.xlsx, Restes à recouvrer › " in one for one in events), events
    assert "Aucune nouvelle décision" in decide(dossier, path)[1]
    run(dossier, AS_OF)
    assert {row["titre"]: row["paid"] for row in table(dossier, "2026-11", "titres")}[TWO] == Decimal("41.00")
    assert {row["decision"] for row in table(dossier, "2026-11", "findings") if row["titre"] == ONE} == {"Attendre"}
    code, text = decide(dossier, workbook(dossier))
    assert (code, "Aucune nouvelle décision" in text) == (0, True), text
    assert decisions(dossier) == events


def test_what_was_taken_back_is_not_recorded_anew_for_the_same_reason_and_that_is_said(
    dossier: Path, tmp_path: Path
) -> None:
    key = f"payment|{payment(dossier)}"
    path = write(dossier, tmp_path, (UNPLACED, key, "Affecter au titre 00002", "appel du 3"))
    assert decide(dossier, path)[0] == 0
    assert said("decide", "-C", dossier, "--undo", "1", "--reason", "trop vite")[0] == 0
    run(dossier, AS_OF)
    before = decisions(dossier)
    path = write(dossier, tmp_path, (UNPLACED, key, "Affecter au titre 00002", "appel du 3"))
    code, text = decide(dossier, path)
    assert f"{UNPLACED} › " in text
    assert "a été retirée (n° 1, motif du retrait « trop vite »)" in text
    assert (decisions(dossier), "Aucune nouvelle décision" in text) == (before, False)
    path = write(dossier, tmp_path, (UNPLACED, key, "Affecter au titre 00002", "appel du 12"))
    code, text = decide(dossier, path)
    assert (code, "Décision n° 2 inscrite" in text, "retirée" in text) == (0, True, False), text


@pytest.mark.parametrize(
    "option", ["--remind", "--wait", "--rectify", "--accept", "--out-of-scope", "--titre", "--settled-elsewhere"]
)
def test_a_workbook_that_nobody_touched_decides_nothing_whatever_was_decided(dossier: Path, option: str) -> None:
    """A part-payment that may settle one titre: what is decided of either is printed beside that one alone."""
    drop(
        dossier,
        ("titres/titres.csv", (TITRES, titre(ONE, convention="C1"))),
        ("paiements/ceret.csv", (PAYMENTS, paid("37,00", "", label="participation ENT", mandat="7", on="10/11/2026"))),
    )
    run(dossier, AS_OF)
    finding = next(row["finding_id"] for row in table(dossier, "2026-11", "findings") if row["code"] == "P07")
    abouts = {"--out-of-scope": ["2026/7"], "--titre": ["2026/7"], "--settled-elsewhere": [ONE]}
    value = {"--titre": (f"{ONE}=37,00",), "--settled-elsewhere": ("10,00",)}.get(option, ())
    for about in abouts.get(option, [ONE, "2026/7", finding]):
        code, text = said("decide", "-C", dossier, "--as-of", AS_OF, about, option, *value, "--reason", f"vu {about}")
        assert (code, "inscrite" in text) == (0, True), (about, text)
        run(dossier, AS_OF)
        code, text = decide(dossier, workbook(dossier))
        assert (code, "Aucune nouvelle décision" in text) == (0, True), (about, text)
        if about == ONE and option in {"--remind", "--wait"}:
            sheet = openpyxl.load_workbook(workbook(dossier))[UNPLACED]
            assert "vu" not in str(list(sheet.iter_rows(5, values_only=True)))
    said("decide", "-C", dossier, "--as-of", AS_OF, ONE, "--wait", "--reason", "plus tard")
    code, text = decide(dossier, workbook(dossier))
    assert (code, "Aucune nouvelle décision" in text) == (0, True), text


def test_a_decision_whose_cell_is_emptied_but_for_its_comment_or_whose_comment_changes_is_said(
    dossier: Path, tmp_path: Path
) -> None:
    assert said("decide", "-C", dossier, "--as-of", AS_OF, ONE, "--wait", "--reason", "appel")[0] == 0
    run(dossier, AS_OF)
    for decision, comment, words in (
        ("", "appel", "la cellule est vide ; la décision n° 1 (attendre) reste inscrite. Pour la retirer : recon decider"),
        ("", "autre", "la cellule est vide ; la décision n° 1 (attendre) reste inscrite."),
        ("Attendre", "rappelé le 3", "la décision est déjà inscrite (n° 1, motif « appel ») ; son commentaire, changé, n’est pas repris"),
    ):  # fmt: skip
        code, text = decide(dossier, write(dossier, tmp_path, (OWING, f"titre|{ONE}", decision, comment)))
        assert (code, words in text, "inscrit." in text) == (0, True, False), text
        assert "--retirer 1 --motif" in text
    assert len(decisions(dossier)) == 1


def test_a_workbook_is_found_by_its_bare_name_among_the_reports(dossier: Path) -> None:
    code, text = decide(dossier, Path("rapprochement_2026-11.xlsx"))
    assert (code, "Aucune nouvelle décision" in text) == (0, True), text
    code, text = decide(dossier, Path("rapprochement_2026-10.xlsx"))
    assert (code, "rapprochement_2026-10.xlsx ne peut pas être lu : il n’existe pas." in text) == (2, True), text


@pytest.mark.parametrize(
    ("sheet", "kept"), [(OWING, "tout le reste dû"), (UNPLACED, "numéro du titre"), (FINDINGS, "numéro du titre")]
)
def test_what_is_told_beside_a_yellow_cell_is_of_the_choices_it_offers(dossier: Path, sheet: str, kept: str) -> None:
    (rule,) = openpyxl.load_workbook(workbook(dossier))[sheet].data_validations.dataValidation
    assert kept in rule.prompt
    assert len(rule.prompt) <= 255
    assert ("Affecter au titre" in rule.formula1) is ("affecter un paiement" in rule.prompt)


def test_no_other_titre_is_said_to_wait(dossier: Path) -> None:
    due = [titre(number, convention=of, due="01/11/2026") for number, of in ((ONE, "C1"), (TWO, "C2"))]
    drop(
        dossier,
        ("titres/titres.csv", (TITRES, *due)),
        ("paiements/ceret.csv", (PAYMENTS, paid("1,00", "taxe", label="eau", mandat="9"))),
    )
    run(dossier, AS_OF)
    assert said("decide", "-C", dossier, "--as-of", AS_OF, TWO, "--wait", "--reason", "appel")[0] == 0
    run(dossier, AS_OF)
    advice = {row["titre"]: row["advice"] for row in table(dossier, "2026-11", "findings") if row["code"] == "P01"}
    assert ("décidé d’attendre" in advice[TWO], "décidé" in advice[ONE]) == (True, False), advice


def test_another_titre_for_the_same_reason_is_another_decision(dossier: Path, tmp_path: Path) -> None:
    key = f"payment|{payment(dossier)}"
    for titre_ in ("00002", "00001"):
        code, text = decide(
            dossier, write(dossier, tmp_path, (UNPLACED, key, f"Affecter au titre {titre_}", "appel du 3"))
        )
        assert (code, text.count("inscrite")) == (0, 1), text
    run(dossier, AS_OF)
    (allocation,) = table(dossier, "2026-11", "allocations")
    assert allocation["titre"] == ONE


def test_every_choice_printed_in_a_report_is_read_back_as_what_it_was(
    dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recon.store.holder.now", lambda: "2026-11-28T09:00:00+00:00")
    said("decide", "-C", dossier, "--as-of", AS_OF, "2026/7", "--titre", f"{TWO}=41,00", "--reason", "appel")
    for choice in (("--settled-elsewhere", "20,00"), ("--remind",)):
        code, text = said("decide", "-C", dossier, "--as-of", AS_OF, ONE, *choice, "--reason", "chèque")
        assert code == 0, text
    run(dossier, AS_OF)
    code, text = decide(dossier, workbook(dossier))
    assert (code, "Aucune nouvelle décision" in text) == (0, True), text


def test_a_report_in_english_prints_decisions_in_english_and_they_are_read_back(dossier: Path) -> None:
    said("decide", "-C", dossier, "--as-of", AS_OF, "2026/7", "--titre", f"{TWO}=41,00", "--reason", "appel")
    said("decide", "-C", dossier, "--as-of", AS_OF, ONE, "--remind", "--reason", "chèque")
    events = decisions(dossier)
    said("run", dossier, "--as-of", AS_OF, "-q", "--lang", "en")
    book = openpyxl.load_workbook(workbook(dossier))
    printed = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "Remind" in printed
    assert "Relancer" not in printed
    assert not [value for value in printed if str(value).startswith("Affecter")]
    code, text = decide(dossier, workbook(dossier))
    assert (code, "Aucune nouvelle décision" in text) == (0, True), text
    assert decisions(dossier) == events


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("Attendre", "Wait"),
        ("Affecter au titre A-1 = 1 041,00 €", "Allocate to titre A-1 = 1041.00"),
        ("Affecter au titre A-1 = 10,00 € ; B-2 = 2,34 €", "Allocate to titre A-1 = 10.00 ; B-2 = 2.34"),
        ("un mot à part", "un mot à part"),
    ],
)
def test_a_decision_is_said_in_english_as_it_is_read(french: str, english: str) -> None:
    assert spoken(re.sub(r" (?=€)", "\u00a0", french), "en").replace("\u00a0", " ") == english


def test_a_decision_on_a_finding_goes_to_its_payment_or_its_titre(dossier: Path, tmp_path: Path) -> None:
    findings = table(dossier, "2026-11", "findings")
    of_payment = next(row["finding_id"] for row in findings if row["payment_id"])
    of_titre = next(row["finding_id"] for row in findings if row["titre"] == ONE and not row["payment_id"])
    path = write(
        dossier,
        tmp_path,
        (FINDINGS, f"finding|{of_payment}", "Hors périmètre", "cantine"),
        (FINDINGS, f"finding|{of_titre}", "Soldé hors registre", "chèque"),
    )
    code, text = decide(dossier, path)
    assert code == 0, text
    run(dossier, AS_OF)
    titres = {row["titre"]: row["paid"] for row in table(dossier, "2026-11", "titres")}
    assert titres == {ONE: Decimal("41.00"), TWO: Decimal("0.00")}
    assert [row["file"] for row in table(dossier, "2026-11", "payments")] == ["décision"]


def test_what_cannot_be_taken_is_named_with_its_cell_and_nothing_of_it_recorded(dossier: Path, tmp_path: Path) -> None:
    key = f"payment|{payment(dossier)}"
    rows = table(dossier, "2026-11", "findings")
    finding = next(row["finding_id"] for row in rows if row["payment_id"])
    path = write(
        dossier,
        tmp_path,
        (UNPLACED, key, "Affecter au titre 99999", "x"),
        (OWING, f"titre|{ONE}", "", "à voir"),
        (OWING, f"titre|{TWO}", "Peut-être", "x"),
        (FINDINGS, f"finding|{finding}", "Attendre", "x"),
    )
    code, text = decide(dossier, path)
    assert code == 1
    for words in ("n’est pas dans le dossier", "sans décision n’est pas inscrit", "n’est pas dans la liste"):
        assert words in text, words
    assert text.count("›") == 3
    assert len(decisions(dossier)) == 1


def test_two_rows_that_decide_otherwise_of_one_payment(dossier: Path, tmp_path: Path) -> None:
    number = payment(dossier)
    rows = table(dossier, "2026-11", "findings")
    finding = next(row["finding_id"] for row in rows if row["payment_id"] == number)
    path = write(
        dossier,
        tmp_path,
        (UNPLACED, f"payment|{number}", "Affecter au titre 00002", "x"),
        (FINDINGS, f"finding|{finding}", "Hors périmètre", "x"),
    )
    code, text = decide(dossier, path)
    assert (code, text.count("en décide autrement ; aucune des deux n’est inscrite"), "inscrite :" in text) == (
        1,
        2,
        False,
    )
    named = re.findall(r"([^›\n]+ › [A-Z]+[0-9]+) : ([^›\n]+ › [A-Z]+[0-9]+) en décide", text)
    assert len(named) == 2
    assert named[0] == named[1][::-1], text
    assert decisions(dossier) == []


def test_two_opinions_that_contradict_each_other_are_never_recorded_by_the_advised_command(
    dossier: Path, tmp_path: Path
) -> None:
    findings = table(dossier, "2026-11", "findings")
    finding = next(row["finding_id"] for row in findings if row["titre"] == ONE and not row["payment_id"])
    rows = ((OWING, f"titre|{ONE}", "Relancer", ""), (FINDINGS, f"finding|{finding}", "Attendre", ""))
    write(dossier, tmp_path, *rows).replace(workbook(dossier))
    assert decide(dossier, workbook(dossier))[0] == 1
    assert "ne sont pas inscrites" in said("run", dossier, "--as-of", AS_OF)[1]
    kept = dossier / "rapports" / "2026-11" / "precedent" / workbook(dossier).name
    for _ in range(2):
        code, text = decide(dossier, kept)
        assert (code, text.count("aucune des deux n’est inscrite")) == (1, 2), text
    assert decisions(dossier) == []


def test_a_decision_that_changes_amounts_without_its_reason_is_named_and_not_taken(
    dossier: Path, tmp_path: Path
) -> None:
    path = write(dossier, tmp_path, (OWING, f"titre|{ONE}", "Soldé hors registre", ""))
    code, text = decide(dossier, path)
    assert (code, decisions(dossier)) == (1, []), text
    assert re.search(r"Restes à recouvrer › [A-Z]+\d+ : cette décision change des montants et est sans motif", text), (
        text
    )
    code, text = said("decide", "-C", dossier, "--as-of", AS_OF, "--from", path, "--lang", "en")
    assert (code, "changes amounts and has no reason, it is not recorded" in text) == (1, True), text
    code, text = said("decide", "-C", dossier, "--as-of", AS_OF, "--from", path, "--reason", "appel du 3")
    assert (code, "appel du 3" in decisions(dossier)[0]) == (0, True), text


def test_where_two_cells_agree_the_reason_of_either_is_kept(dossier: Path, tmp_path: Path) -> None:
    findings = table(dossier, "2026-11", "findings")
    of_titre = next(row["finding_id"] for row in findings if row["titre"] == ONE and not row["payment_id"])
    rows = ((OWING, f"titre|{ONE}", "Attendre", ""), (FINDINGS, f"finding|{of_titre}", "Attendre", "vote en décembre"))
    code, text = decide(dossier, write(dossier, tmp_path, *rows))
    assert (code, len(decisions(dossier))) == (0, 1), text
    assert "vote en décembre" in decisions(dossier)[0]


def test_what_a_decision_settled_or_printed_is_not_said_to_be_unrecorded(
    dossier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recon.store.holder.now", lambda: "2026-11-28T09:00:00+00:00")
    findings = table(dossier, "2026-11", "findings")
    of_payment = next(row["finding_id"] for row in findings if row["payment_id"])
    of_titre = next(row["finding_id"] for row in findings if row["titre"] == ONE and not row["payment_id"])
    rows = (
        (FINDINGS, f"finding|{of_payment}", "Affecter au titre 00002", "appel"),
        (FINDINGS, f"finding|{of_titre}", "Soldé hors registre", "relevé"),
    )
    write(dossier, tmp_path, *rows).replace(workbook(dossier))
    code, text = decide(dossier, workbook(dossier))
    assert (code, text.count("inscrite :")) == (0, 2), text
    assert "inscrite" not in said("run", dossier, "--as-of", AS_OF)[1]
    events = decisions(dossier)
    kept = dossier / "rapports" / "2026-11" / "precedent" / workbook(dossier).name
    code, text = decide(dossier, kept)
    assert (code, decisions(dossier)) == (0, events), text


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--from", "absent.xlsx"), 2, "n’existe pas"),
        (("--from", "absent.xlsx", "--wait"), 2, "une seule chose"),
    ],
)
def test_what_cannot_be_read_is_said(dossier: Path, arguments: tuple[str, ...], code: int, words: str) -> None:
    assert said("decide", "-C", dossier, *arguments)[0] == code
    assert words in said("decide", "-C", dossier, *arguments)[1]


def test_the_workbook_of_another_dossier_is_refused(dossier: Path, tmp_path: Path) -> None:
    other = tmp_path / "autre"
    drop(other, ("titres/titres.csv", (TITRES, titre(ONE, amount="45,00"))))
    run(other, AS_OF)
    code, text = decide(dossier, write(other, tmp_path, (OWING, f"titre|{ONE}", "Soldé hors registre", "chèque")))
    assert (code, "n’est pas de ce dossier" in text) == (2, True), text
    assert decisions(dossier) == []
    code, text = decide(other, tmp_path / "annote.xlsx")
    assert (code, text.count("inscrite")) == (0, 1), text


def test_a_workbook_of_an_earlier_run_is_still_of_this_dossier(dossier: Path, tmp_path: Path) -> None:
    path = write(dossier, tmp_path, (OWING, f"titre|{ONE}", "Attendre", "appel"))
    drop(dossier, ("paiements/autre.csv", (PAYMENTS, paid(label="ENT-École", mandat="8", on="12/11/2026"))))
    run(dossier, AS_OF)
    code, text = decide(dossier, path)
    assert (code, text.count("inscrite")) == (0, 1), text


def test_a_file_that_is_no_workbook_of_the_month_is_refused(dossier: Path) -> None:
    code, text = decide(dossier, dossier / "paiements" / "ceret.csv")
    assert (code, "n’est pas un classeur du mois de recon" in text) == (2, True), text


@libreoffice.needed
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_what_is_typed_in_libreoffice_then_sorted_filtered_and_saved_is_found_again(
    dossier: Path, tmp_path: Path, kind: str
) -> None:
    rows = (
        (OWING, f"titre|{ONE}", "Attendre", "appel du 3, « promis »"),
        (UNPLACED, f"payment|{payment(dossier)}", "Affecter au titre 00002", "selon leur courriel"),
    )
    views = {
        OWING: libreoffice.View("N° de titre", "N° de titre", TWO),
        UNPLACED: libreoffice.View("Mandat", "Mandat", "aucun"),
    }
    saved = tmp_path / "saved" / f"annote.{kind}"
    libreoffice.type_into(workbook(dossier), saved, rows, views)
    book = read_book(saved)
    assert not isinstance(book, Refused)
    owing = next(sheet for sheet in book.sheets if sheet.name == OWING)
    numbers = [next(cell for cell in row if cell in {ONE, TWO}) for row in owing.rows if {ONE, TWO} & set(row)]
    assert numbers == [TWO, ONE]
    assert owing.hidden_rows
    code, text = decide(dossier, saved)
    assert (code, text.count("inscrite")) == (0, 2), text
    events = decisions(dossier)
    assert any("appel du 3, « promis »" in one.replace("\u00a0", " ") for one in events), events
    run(dossier, AS_OF)
    assert {row["titre"]: row["paid"] for row in table(dossier, "2026-11", "titres")}[TWO] == Decimal("41.00")
    assert {row["decision"] for row in table(dossier, "2026-11", "findings") if row["titre"] == ONE} == {"Attendre"}


def test_a_run_says_which_decisions_of_the_workbook_it_replaces_nobody_recorded(dossier: Path, tmp_path: Path) -> None:
    rows = ((OWING, f"titre|{ONE}", "Attendre", "appel"), (OWING, f"titre|{TWO}", "Relancer", ""))
    write(dossier, tmp_path, *rows).replace(workbook(dossier))
    code, text = said("run", dossier, "--as-of", AS_OF)
    kept = dossier / "rapports" / "2026-11" / "precedent" / workbook(dossier).name
    command = f'recon decider -C "{dossier}" --arrete 30/11/2026 --depuis "{kept}"'
    text = text.replace("\u00a0", " ")
    assert code == 0
    assert text.rstrip().endswith(f"2 décisions écrites dans le classeur remplacé ne sont pas inscrites : {command}"), (
        text
    )
    assert decide(dossier, kept)[1].count("inscrite") == 2
    assert "ne sont pas inscrites" not in said("run", dossier, "--as-of", AS_OF)[1]


def test_a_workbook_whose_decisions_are_recorded_is_replaced_without_a_word(dossier: Path, tmp_path: Path) -> None:
    write(dossier, tmp_path, (OWING, f"titre|{ONE}", "Attendre", "appel")).replace(workbook(dossier))
    assert decide(dossier, workbook(dossier))[0] == 0
    assert "inscrite" not in said("run", dossier, "--as-of", AS_OF)[1]


def test_the_workbook_of_a_closed_month_is_replaced_with_the_same_warning(dossier: Path, tmp_path: Path) -> None:
    said("close", "2026-11", "-C", dossier)
    write(dossier, tmp_path, (OWING, f"titre|{ONE}", "Attendre", "appel")).replace(workbook(dossier))
    text = said("run", dossier, "--as-of", AS_OF)[1].replace("\u00a0", " ")
    assert "1 décision écrite dans le classeur remplacé n’est pas inscrite" in text, text


def test_an_amount_beside_the_words_settles_that_much_of_a_titre(dossier: Path, tmp_path: Path) -> None:
    """The words alone settle all that is due; a decision once taken is not taken again, a sum beyond it is refused."""
    row = OWING, f"titre|{ONE}"
    path = write(dossier, tmp_path, (*row, "Soldé hors registre 20,00 €", "chèque du 3"))
    code, text = decide(dossier, path)
    assert (code, "Décision n° 1 inscrite" in text, "20,00 €" in text) == (0, True, True), text
    assert "Aucune nouvelle décision" in decide(dossier, path)[1]
    run(dossier, AS_OF)
    assert "Aucune nouvelle décision" in decide(dossier, workbook(dossier))[1]
    assert left(dossier) == Decimal("21.00")
    code, text = decide(dossier, write(dossier, tmp_path, (*row, "Soldé hors registre : 21,01", "chèque du 5")))
    assert (code, "n’a plus que 21,00 € d’ouvert" in text) == (1, True), text
    for no_sum in ("par chèque", ".50", "-5,00", "0"):
        code, text = decide(dossier, write(dossier, tmp_path, (*row, f"Soldé hors registre {no_sum}", "le 5")))
        assert (code, "n’est pas un montant" in text) == (1, True), text
    code, text = decide(dossier, write(dossier, tmp_path, (*row, "Settled outside the ledger 2.00", "chèque du 3")))
    assert (code, "Décision n° 2 inscrite" in text) == (0, True), text
    run(dossier, AS_OF)
    assert left(dossier) == Decimal("19.00")
    assert decide(dossier, write(dossier, tmp_path, (*row, "Soldé hors registre", "chèque du 9")))[0] == 0
    run(dossier, AS_OF)
    assert left(dossier) == Decimal("0.00")


def left(dossier: Path) -> Decimal:
    """What the first titre leaves open."""
    return next(Decimal(row["outstanding"]) for row in table(dossier, "2026-11", "titres") if row["titre"] == ONE)
