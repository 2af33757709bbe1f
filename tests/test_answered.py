"""A statement that its payer fills in and sends back: a claim that holds the reminder and changes no figure."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl
import pytest

from recon.answered import answers_of
from recon.cli.telling import as_json
from recon.findings.claims import ANSWERED
from recon.pipeline import File
from recon.readers import Refused, read_book
from recon.reports.reminder_sheets import reminder_list
from recon.reports.reminders import cases, heeded
from recon.reports.statement import statement
from recon.reports.workbook import monthly_workbook
from recon.store import layout_codec
from recon.story.find import story_of
from recon.tables import SCHEMAS
from recon.texts import Text
from tests import libreoffice
from tests.check_recalculation import differences, recalculated
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
from tests.monthly import drop, lines_of, run, said, table

if TYPE_CHECKING:
    from pathlib import Path

    from recon.tables import Month
    from recon.texts import Lang

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
LATE = titre(due="01/11/2026")
DECEMBER = date(2026, 12, 31)
ROW = 5
BECOMES = (
    "À examiner, c’est son dire : aucun montant n’en est changé. En décider : « Soldé hors registre » et son montant si le "
    "paiement est prouvé, « Relancer » s’il ne l’est pas, « Rectifier » si l’erreur est nôtre, « Attendre »"
)


def sources(*more: File, rows: tuple[str, ...] = (LATE,)) -> list[File]:
    """A commune with two schools and two conventions, a titre that is overdue, and a ledger that pays nothing."""
    return [
        enrolled(SCHOOLS[0], SCHOOLS[1]),
        conventions(signed(), signed("C2", siret=PERPIGNAN)),
        lists(f"C1;{SCHOOLS[0]};École;", f"C2;{SCHOOLS[1]};École;"),
        titres(*rows, titre("TP-2026-00002", convention="C2", siret=PERPIGNAN, due="01/11/2026")),
        payments(
            paid("41,00", "TP-2026-00001", state="rejeté"),
            paid("1,00", "assurance", label="eau", siret=PERPIGNAN, mandat="9"),
        ),
        *more,
    ]


def filled(
    of: Month, folder: Path, row: int = ROW, name: str = "etat.xlsx", siret: str = CERET, **cells: object
) -> Path:
    """Return a payer's statement with the yellow cells of `row` filled in, by their letters."""
    book = openpyxl.load_workbook(BytesIO(statement(of, siret[:9])))
    for letter, value in cells.items():
        book.worksheets[2][f"{letter}{row}"].value = value
    book.save(folder / name)
    return folder / name


def returned(path: Path, folder: str = "reponses") -> File:
    """Return a file as it lies in a folder of the dossier."""
    book = read_book(path)
    assert not isinstance(book, Refused)
    return File(f"{folder}/{path.name}", folder, book.sha256, book)


@pytest.fixture
def answer(tmp_path: Path) -> File:
    """Céret's statement of November, on which it says that its school is paid."""
    return returned(filled(month(*sources()), tmp_path, D="Déjà payé", E="1187", F="12/11/2026", G="bordereau 96"))


def held(of: Month) -> dict[str, str]:
    """Return why each payer's reminder is held back, "" where it may go."""
    return {case.contact.siren: case.why.fr if case.why else "" for case in cases(of)}


def plain(text: str) -> str:
    """Return a sentence with ordinary spaces."""
    return text.replace("\u00a0", " ")


def amounts(of: Month) -> list[Any]:
    """Return every table that holds amounts, but for the findings' advice and what counts files."""
    return [of.table(name).to_dicts() for name in SCHEMAS if name not in {"findings", "sources", "controls"}]


def test_an_answer_holds_the_reminder_of_its_payer_alone_and_changes_no_figure(answer: File) -> None:
    before, after = month(*sources()), month(*sources(answer))
    assert held(before) == {CERET[:9]: "", PERPIGNAN[:9]: ""}
    assert held(after)[PERPIGNAN[:9]] == ""
    assert "la collectivité a répondu" in held(after)[CERET[:9]]
    assert "« Déjà payé », mandat 1187, le 12/11/2026, « bordereau 96 »" in plain(held(after)[CERET[:9]])
    assert "reponses/etat.xlsx › Votre réponse › D5" in held(after)[CERET[:9]]
    assert amounts(before) == amounts(after)
    assert after.findings["code"].to_list() == before.findings["code"].to_list()
    assert after.controls["holds"].all()


def test_a_titre_that_no_convention_explains_is_contested_alone(tmp_path: Path) -> None:
    rows = (LATE, titre("TP-2026-00009", amount="164,00", convention="", due="01/11/2026"))
    before = month(*sources(rows=rows))
    keys = [cell.value for cell in openpyxl.load_workbook(BytesIO(statement(before, CERET[:9]))).worksheets[2]["H"]]
    at = keys.index(f"{CERET[:9]}|titre||TP-2026-00009") + 1
    contested = returned(filled(before, tmp_path, at, D="Somme contestée", G="jamais convenu"))
    after = month(*sources(contested, rows=rows))
    assert list(answers_of(after)) == ["TP-2026-00009"]
    assert amounts(after) == amounts(before)


def test_the_finding_no_longer_advises_a_reminder(answer: File) -> None:
    of = month(*sources(answer))
    advice = of.findings.filter((pl.col("code") == "P01") & (pl.col("payer_siren") == CERET[:9]))["advice"].to_list()
    assert advice == [ANSWERED.fr]


def test_the_answer_is_told_beside_its_titre_and_among_those_held_back(answer: File) -> None:
    of = month(*sources(answer))
    sheet = openpyxl.load_workbook(BytesIO(monthly_workbook(of)))["Restes à recouvrer"]
    headings = [cell.value for cell in sheet[4]]
    column = next(at for at, text in enumerate(headings, 1) if str(text).startswith("Réponse de la collectivité"))
    told = {
        sheet.cell(row, headings.index("N° de titre") + 1).value: sheet.cell(row, column).value or "" for row in (5, 6)
    }
    assert "Déjà payé" in str(told["TP-2026-00001"])
    assert told["TP-2026-00002"] == ""
    merge = openpyxl.load_workbook(BytesIO(reminder_list(of, cases(of))))
    assert [row[1] for row in merge["Relances"].iter_rows(2, values_only=True)] == [PERPIGNAN[:9]]
    assert "Déjà payé" in str(merge["Retenus"]["F2"].value)


def test_without_an_answer_there_is_no_column_for_it() -> None:
    sheet = openpyxl.load_workbook(BytesIO(monthly_workbook(month(*sources()))))["Restes à recouvrer"]
    assert not any("Réponse" in str(cell.value) for cell in sheet[4])


@pytest.mark.parametrize(
    ("decision", "starts"), [("Relancer", ""), ("Attendre", "Ne pas relancer : il a été décidé « Attendre »")]
)
def test_an_officers_decision_comes_before_the_answer(answer: File, decision: str, starts: str) -> None:
    of = month(*sources(answer))
    about = (pl.col("code") == "P01") & (pl.col("titre") == "TP-2026-00001")
    marked = pl.when(about).then(pl.lit(decision)).otherwise("decision").alias("decision")
    why = plain(held(replace(of, findings=of.findings.with_columns(marked)))[CERET[:9]])
    assert why.startswith(starts)
    assert bool(why) == bool(starts)


def test_what_is_advised_follows_the_decision_to_remind(answer: File) -> None:
    of = month(*sources(answer))
    about = (pl.col("code") == "P01") & (pl.col("titre") == "TP-2026-00001")
    marked = of.findings.with_columns(pl.when(about).then(pl.lit("Relancer")).otherwise("decision").alias("decision"))
    (before,), (after,) = (one.findings.filter(about).to_dicts() for one in (of, heeded(replace(of, findings=marked))))
    assert before["advice"].startswith("Ne pas relancer")
    assert after["advice"].startswith("Relancer, comme il est décidé")
    wording = heeded(replace(of, findings=marked)).wordings[after["finding_id"]]
    assert wording.advice.en.startswith("Send the reminder, as was decided")


def test_an_answer_never_speaks_of_a_titre_issued_after_its_statement(tmp_path: Path, answer: File) -> None:
    free = returned(filled(month(*sources()), tmp_path, 6, "libre.xlsx", A="notre délibération", D="Autre"))
    new = titre("TP-2026-00009", issued="01/12/2026", due="15/12/2026", year="2026-2027")
    files = sources(answer, free, rows=(new,))
    assert held(month(*files, as_of=DECEMBER))[CERET[:9]] == ""


def test_a_free_answer_holds_all_that_was_due_on_its_day(tmp_path: Path) -> None:
    free = returned(filled(month(*sources()), tmp_path, 7, A="TP 1 réglé en mairie", D="Autre", G="voir pièce"))
    why = held(month(*sources(free)))[CERET[:9]]
    assert "TP 1 réglé en mairie" in why
    assert "voir pièce" in why


def test_a_statement_of_a_later_month_is_left_out(tmp_path: Path) -> None:
    later = returned(filled(month(*sources(), as_of=DECEMBER), tmp_path, D="Déjà payé"))
    assert held(month(*sources(later)))[CERET[:9]] == ""
    assert "a répondu" in held(month(*sources(later), as_of=DECEMBER))[CERET[:9]]


def test_what_is_not_understood_holds_the_reminder_is_a_finding_and_keeps_every_word(tmp_path: Path) -> None:
    odd = returned(filled(month(*sources()), tmp_path, D="On a réglé !", E="1187"))
    of = month(*sources(odd))
    assert "On a réglé !" in held(of)[CERET[:9]]
    (finding,) = of.findings.filter(pl.col("code") == "D05").to_dicts()
    assert (finding["file"], finding["sheet"], finding["cell"]) == ("reponses/etat.xlsx", "Votre réponse", "D5")
    assert "1187" in finding["found"]
    assert finding["severity"] == "review"
    row = of.sources.filter(pl.col("file") == "reponses/etat.xlsx").to_dicts()[0]
    assert (row["kind"], row["read"], row["kept"], row["rejected"]) == ("answers", 1, 0, 1)


def told(of: Month, siret: str = CERET, lang: Lang = "fr") -> str:
    """Return the first sheet of a payer's statement as text."""
    return page_of(statement(of, siret[:9], lang))


def page_of(data: bytes) -> str:
    """Return the first sheet of a statement as text."""
    sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
    return plain("\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None))


def decided(of: Month, decision: str) -> Month:
    """Return the month in which an officer decided this of Céret's titre."""
    about = (pl.col("code") == "P01") & (pl.col("titre") == "TP-2026-00001")
    marked = pl.when(about).then(pl.lit(decision)).otherwise("decision").alias("decision")
    return replace(of, findings=of.findings.with_columns(marked))


def test_the_next_statement_says_what_was_received_and_what_becomes_of_it(answer: File) -> None:
    of = month(*sources(answer), as_of=DECEMBER)
    page = told(of)
    assert "Votre réponse reçue" in page
    assert f"Dans « etat.xlsx » : {SCHOOLS[0]} : « Déjà payé », mandat 1187, le 12/11/2026, « bordereau 96 »." in page
    assert "tant que nos services n’en ont pas décidé, elle ne change aucun montant de cet état." in page
    english = told(of, lang="en")
    assert "Your answer received" in english
    assert f"In “etat.xlsx”: {SCHOOLS[0]}: “Already paid”, mandat 1187, on 12/11/2026, “bordereau 96”." in english
    assert "until we have decided on it, it changes no amount of this statement." in english
    assert "reçue" not in told(of, PERPIGNAN)
    assert "41,00" in page.split("Votre réponse")[0]


@pytest.mark.parametrize(
    ("decision", "becomes"),
    [
        ("Relancer", "la somme reste demandée"),
        ("Attendre", "ont mis cette réponse en attente"),
        ("Rectifier", "ont à rectifier ce que vise cette réponse"),
        ("Accepté", "ont pris acte de cette réponse"),
    ],
)
def test_the_next_statement_says_what_an_officer_made_of_the_answer(answer: File, decision: str, becomes: str) -> None:
    assert becomes in told(decided(month(*sources(answer), as_of=DECEMBER), decision))


def test_what_is_settled_is_told_once_and_what_is_not_understood_is_asked_again(tmp_path: Path, answer: File) -> None:
    paid_since = payments(paid("41,00", "TP-2026-00001", on="05/12/2026", mandat="12"))
    rest = [file for file in sources(answer) if not file.name.startswith("paiements")]
    assert "Ce que vise cette réponse est soldé à ce jour." in told(month(*rest, paid_since, as_of=DECEMBER))
    assert "reçue" not in told(month(*rest, paid_since, as_of=date(2027, 1, 31)))
    odd = returned(filled(month(*sources()), tmp_path, D="On a réglé !"))
    assert "Cette réponse n’a pas pu être comprise" in told(month(*sources(odd), as_of=DECEMBER))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_explain_says_what_the_payer_answered_and_in_which_cell(answer: File, lang: Lang) -> None:
    of = month(*sources(answer), as_of=DECEMBER)
    expected = {
        "fr": ("Ce que la collectivité a répondu", "État 11/2026", "« Déjà payé », mandat 1187, le 12/11/2026"),
        "en": ("What the payer answered", "Statement 11/2026", "“Already paid”, mandat 1187, on 12/11/2026"),
    }[lang]
    for what in (CERET[:9], "TP-2026-00001", SCHOOLS[0]):
        story = story_of(of, [what], "dossier")
        text = plain(as_json(story, DECEMBER, lang))
        for words in (*expected, "reponses/etat.xlsx › Votre réponse › D5"):
            assert words in text, (what, words)
    for other in (PERPIGNAN[:9], "TP-2026-00002", SCHOOLS[1]):
        assert expected[0] not in as_json(story_of(of, [other], "dossier"), DECEMBER, lang)


@pytest.mark.parametrize("folder", ["reponses", "paiements"])
def test_a_statement_is_never_read_as_a_ledger(answer: File, folder: str) -> None:
    of = month(*sources(replace(answer, name=f"{folder}/etat.xlsx", folder=folder)))
    assert amounts(of) == amounts(month(*sources()))
    assert of.controls["holds"].all()
    assert set(of.findings["file"]) & {f"{folder}/etat.xlsx"} == set()
    assert of.hidden == {}
    assert "a répondu" in held(of)[CERET[:9]]


def test_the_same_statement_twice_answers_once(answer: File) -> None:
    of = month(*sources(answer, replace(answer, name="reponses/copie.xlsx")))
    assert len(of.answers) == 1


def test_a_workbook_of_ours_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "rapprochement.xlsx").write_bytes(monthly_workbook(month(*sources())))
    of = month(*sources(returned(tmp_path / "rapprochement.xlsx", "paiements")))
    (finding,) = of.findings.filter(pl.col("code") == "D01").to_dicts()
    assert 'recon decider --depuis "paiements/rapprochement.xlsx"' in finding["found"]
    assert "Le sortir des fichiers du dossier" in finding["found"]
    assert amounts(of) == amounts(month(*sources()))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("format_", ["xlsx", "ods"])
def test_what_libreoffice_saves_holds_the_reminder(tmp_path: Path, format_: str) -> None:
    path = filled(month(*sources()), tmp_path, D="Paiement prévu", F="15/12/2026")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", format_, "--outdir", str(tmp_path / "out"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    of = month(*sources(returned(tmp_path / "out" / f"etat.{format_}")))
    assert "Paiement prévu" in held(of)[CERET[:9]]
    assert of.answers[0].drawn_up == "2026-11"


def test_another_file_among_the_answers_is_refused_and_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Bonjour", "nous avons payé"])
    book.save(tmp_path / "lettre.xlsx")
    of = month(*sources(returned(tmp_path / "lettre.xlsx")))
    (finding,) = of.findings.filter(pl.col("code") == "D01").to_dicts()
    assert finding["file"] == "reponses/lettre.xlsx"
    assert "Votre réponse" in finding["found"]


def test_the_store_keeps_how_an_answer_was_understood(answer: File) -> None:
    from recon.intake import understand

    understood = understand(answer, ()).understood
    assert understood is not None
    assert understood.answers
    again = layout_codec.decoded(layout_codec.encoded(understood))
    assert again is not None
    assert again.answers == understood.answers
    assert again.answers[0].said.en == understood.answers[0].said.en


def test_in_a_dossier_it_is_dropped_read_once_and_listed(tmp_path: Path) -> None:
    dossier = tmp_path / "dossier"
    drop(dossier, *(lines_of(file) for file in sources()))
    assert run(dossier, "2026-11-30") == 0
    (dossier / "reponses").mkdir()
    filled(month(*sources()), dossier / "reponses", D="Somme contestée")
    for _ in range(2):
        code, text = said("run", dossier, "--as-of", "2026-11-30")
        assert code == 0, text
        assert "reponses/etat.xlsx" in text
        merge = openpyxl.load_workbook(dossier / "rapports" / "2026-11" / "relances.xlsx")
        assert "Somme contestée" in str(merge["Retenus"]["F2"].value)
    kinds = {row["file"]: row["kind"] for row in table(dossier, "2026-11", "sources")}
    assert kinds["reponses/etat.xlsx"] == "answers"


def test_each_run_tells_on_the_statement_what_was_received_since(tmp_path: Path) -> None:
    dossier = tmp_path / "dossier"
    drop(dossier, *(lines_of(file) for file in sources()))
    assert run(dossier, "2026-11-30") == 0
    statements = dossier / "rapports" / "2026-11" / "etats"
    before = {path.name: path.read_bytes() for path in statements.iterdir()}
    (own,) = [path for path in statements.iterdir() if CERET[:9] in path.name]
    (dossier / "reponses").mkdir()
    filled(month(*sources()), dossier / "reponses", D="Déjà payé", E="1187")
    for as_of in ("2026-11-30", "2026-11-30", "2026-12-31"):
        code, text = said("run", dossier, "--as-of", as_of)
        assert code == 0, text
        assert "1 réponse reçue, dont 1 à examiner" in text
        folder = dossier / "rapports" / as_of[:7] / "etats"
        page = page_of((folder / own.name).read_bytes())
        assert "Votre réponse reçue" in page, as_of
        assert f"{SCHOOLS[0]} : « Déjà payé », mandat 1187." in page
    others = {path.name: path.read_bytes() for path in statements.iterdir() if path.name != own.name}
    assert others == {name: data for name, data in before.items() if name != own.name}


def listed_answers(of: Month, lang: Lang = "fr") -> list[list[str]]:
    """Return the rows of the workbook's sheet of answers, below its headings."""
    sheet = openpyxl.load_workbook(BytesIO(monthly_workbook(of, lang)))[{"fr": "Réponses", "en": "Answers"}[lang]]
    return [[plain(str(cell or "")) for cell in row] for row in sheet.iter_rows(5, values_only=True)]


def settled(*more: File, rows: tuple[str, ...] = (LATE,)) -> list[File]:
    """Céret has paid its titre, and for another one that is not known."""
    ledger = payments(
        paid("41,00", "TP-2026-00001", on="05/11/2026", mandat="12"),
        paid("37,00", "TP-2026-00003", on="06/11/2026", mandat="13"),
    )
    return [*(file for file in sources(*more, rows=rows) if not file.name.startswith("paiements")), ledger]


def test_an_answer_about_a_payment_is_listed_and_never_said_settled_while_it_is_not(tmp_path: Path) -> None:
    answer = returned(filled(month(*settled()), tmp_path, D="Autre", G="c’est une erreur"))
    of = month(*settled(answer))
    assert [one.kind for one in of.answers] == ["payment"]
    assert of.titres.filter(pl.col("payer_siren") == CERET[:9])["outstanding"].to_list() == [0]
    fr, en = (listed_answers(of, lang)[0] for lang in ("fr", "en"))
    assert fr == [
        "COMMUNE", CERET[:9], "paiement du 06/11/2026, mandat 13, 37,00 €", "Autre", "« c’est une erreur »", "11/2026", "oui",
        BECOMES, "reponses/etat.xlsx", "Votre réponse › D5",
    ]  # fmt: skip
    assert en[2:5] == ["payment of 06/11/2026, mandat 13, €37.00", "Other", "“c’est une erreur”"]
    assert en[6] == "yes"
    assert en[7].startswith("To examine, it is a claim: no amount changes. Decide: “Settled outside the ledger”")
    assert "Cette réponse est à l’étude" in told(of)


def test_an_answer_about_a_payment_that_comes_after_the_decision_to_remind_is_open(tmp_path: Path) -> None:
    answer = returned(filled(month(*settled()), tmp_path, D="Autre", G="c’est une erreur"))
    of = month(*settled(answer))
    about = pl.col("payment_id") == of.answers[0].identity
    marked = pl.when(about).then(pl.lit("Relancer")).otherwise("decision").alias("decision")
    of = replace(of, findings=of.findings.with_columns(marked))
    assert listed_answers(of)[0][6:8] == ["non", "Il a été décidé « Relancer »"]
    later = replace(of, answered_since={CERET[:9]: frozenset({answer.name})})
    assert listed_answers(later)[0][6] == "oui"


def test_an_answer_about_a_payment_that_is_allocated_since_says_so(tmp_path: Path) -> None:
    answer = returned(filled(month(*settled()), tmp_path, D="Autre", G="un titre à venir"))
    of = month(*settled(answer, rows=(LATE, titre("TP-2026-00003", "37,00"))))
    assert listed_answers(of)[0][7] == "Le paiement qu’elle vise est affecté"
    assert "Le paiement que vise cette réponse est affecté à ce jour." in told(of)


def test_without_an_answer_the_sheet_says_so() -> None:
    assert listed_answers(month(*sources()))[0][0] == "Aucune réponse reçue."
    assert listed_answers(month(*sources()), "en")[0][0] == "No answer received."


def test_an_answer_that_is_not_understood_is_listed_with_its_words(tmp_path: Path) -> None:
    odd = returned(filled(month(*sources()), tmp_path, D="On a réglé !"))
    row = listed_answers(month(*sources(odd)))[0]
    assert "« On a réglé ! »" in row[4]
    assert row[7].startswith("Elle n’a pas été comprise. Cette position n’est pas dans la liste")


@pytest.mark.parametrize("name", ["{siren}_commune.pdf", "{siren}_COMMUNE (1).PDF", "etat_{siren}_commune.jpg"])
def test_a_document_that_bears_a_statements_name_holds_its_payers_reminder(name: str) -> None:
    path = "reponses/" + name.format(siren=CERET[:9])
    before, of = month(*sources()), month(*sources(document(path)))
    assert amounts(before) == amounts(of)
    assert "document à transcrire" in held(of)[CERET[:9]]
    assert held(of)[PERPIGNAN[:9]] == ""
    (finding,) = of.findings.filter(pl.col("code") == "D01").to_dicts()
    assert (finding["file"], finding["payer_siren"], finding["found"]) == (path, CERET[:9], "document à transcrire")
    assert plain(finding["advice"]).startswith("À transcrire : ")
    row = listed_answers(of)[0]
    assert (row[1], row[8]) == (CERET[:9], path)
    assert row[7].startswith("À transcrire : ")
    assert "reste à transcrire" in told(of)
    assert listed_answers(of, "en")[0][7].startswith("To be copied out: ")


@pytest.mark.parametrize("path", ["reponses/etat.pdf", "reponses/{siren}_communeaux.pdf", "titres/{siren}_commune.pdf"])
def test_another_document_is_refused_and_holds_nobody(path: str) -> None:
    of = month(*sources(document(path.format(siren=CERET[:9]))))
    assert (held(of)[CERET[:9]], of.answers) == ("", ())
    assert of.findings.filter(pl.col("code") == "D01")["found"].to_list() == ["C’est un PDF."]


def document(path: str) -> File:
    """Return a file that no program reads."""
    return File(path, path.partition("/")[0], "0" * 64, None, Text("C’est un PDF.", "It is a PDF."))


def test_a_returned_statement_is_brought_in_where_it_belongs(tmp_path: Path) -> None:
    dossier = tmp_path / "dossier"
    drop(dossier, *(lines_of(file) for file in sources()))
    path = filled(month(*sources()), tmp_path, D="Déjà payé")
    code, text = said("ingest", path, "-C", dossier, "--as-of", "2026-11-30")
    assert code == 0, text
    assert (dossier / "reponses" / "etat.xlsx").read_bytes() == path.read_bytes()


def test_a_returned_statement_is_not_mapped_and_validates_without_a_word(tmp_path: Path) -> None:
    dossier = tmp_path / "dossier"
    drop(dossier, *(lines_of(file) for file in sources()))
    (dossier / "reponses").mkdir()
    path = filled(month(*sources()), dossier / "reponses", D="Déjà payé")
    assert said("map", "reponses/etat.xlsx", "-C", dossier)[0] == 2
    code, text = said("validate", path)
    assert code == 0
    assert "masquée" not in text


def test_an_answer_that_comes_after_it_was_decided_to_remind_holds_the_reminder_until_it_is_decided_anew(
    tmp_path: Path,
) -> None:
    dossier, day = tmp_path / "dossier", "2026-11-30"
    drop(dossier, *(lines_of(file) for file in sources()))
    run(dossier, day)
    remind = ("decide", "-C", dossier, "--as-of", day, "TP-2026-00001", "--remind", "--reason", "appel")
    assert said(*remind)[0] == 0

    def sheet(name: str) -> str:
        assert run(dossier, day) == 0
        merge = openpyxl.load_workbook(dossier / "rapports" / "2026-11" / "relances.xlsx")
        return plain("\n".join(str(cell.value) for row in merge[name].iter_rows() for cell in row))

    def advice() -> str:
        return next(plain(row["advice"]) for row in table(dossier, day[:7], "findings") if row["code"] == "P01")

    assert "décision" not in sheet("Retenus")
    (dossier / "reponses").mkdir()
    filled(month(*sources()), dossier / "reponses", D="Somme contestée")
    assert "lue pour la première fois après la décision « Relancer », la suspend" in sheet("Retenus")
    assert advice().startswith("Ne pas relancer : la collectivité a répondu")
    code, text = said(*remind)
    assert (code, "Décision n° 2 inscrite" in plain(text)) == (0, True), text
    assert "décision" not in sheet("Retenus")
    assert advice().startswith("Relancer, comme il est décidé")
    assert "Déjà inscrite" in said(*remind)[1]
    assert said("history", "--check", "-C", dossier)[0] == 0


def test_to_remind_all_the_same_says_what_else_held_the_reminder(tmp_path: Path) -> None:
    dossier, day = tmp_path / "dossier", "2026-11-30"
    unread = "TP-2026-00008;remise gracieuse;TP-2026-00001;;;;41,00;15/10/2026;;"
    drop(dossier, *(lines_of(file) for file in sources(rows=(LATE, unread))))
    run(dossier, day)
    code, text = said("decide", "-C", dossier, "--as-of", day, "TP-2026-00001", "--remind", "--reason", "appel")
    assert code == 0, text
    assert "écarte ce qui retenait le rappel" in text
    assert "n’a pu être lue (titres/titres" in text
    code, text = said("decide", "-C", dossier, "--as-of", day, "TP-2026-00001", "--wait", "--reason", "appel")
    assert "écarte ce qui" not in text


def test_an_answer_dropped_before_it_was_decided_to_remind_and_not_yet_run_holds_the_reminder_and_is_said(
    tmp_path: Path,
) -> None:
    dossier, day = tmp_path / "dossier", "2026-11-30"
    drop(dossier, *(lines_of(file) for file in sources()))
    (dossier / "reponses").mkdir()
    filled(month(*sources()), dossier / "reponses", D="Somme contestée")
    remind = ("decide", "-C", dossier, "--as-of", day, "TP-2026-00001", "--remind", "--reason", "appel")
    text = plain(said(*remind)[1])
    assert "Décision n° 1 inscrite" in text
    assert "(reponses/etat.xlsx) comptera comme venue après cette décision, et retiendra le rappel" in text
    for holds in (True, False):
        assert run(dossier, day) == 0
        merge = openpyxl.load_workbook(dossier / "rapports" / "2026-11" / "relances.xlsx")
        kept = plain("\n".join(str(cell.value) for row in merge["Retenus"].iter_rows() for cell in row))
        assert ("lue pour la première fois après la décision « Relancer », la suspend" in kept) is holds, kept
        if holds:
            text = plain(said(*remind, "--lang", "en")[1])
            assert ("no. 2 recorded" in text, "hold the reminder" in text) == (True, False), text


@libreoffice.needed
@pytest.mark.parametrize(
    ("lang", "said", "sheet"),
    [("fr", "Réponses de collectivités à examiner", "Réponses"), ("en", "Payers’ answers to be examined", "Answers")],
)
def test_the_synthese_counts_the_answers_that_wait_and_leads_to_them(
    lang: Lang, said: str, sheet: str, tmp_path: Path
) -> None:
    of = month(*settled(returned(filled(month(*settled()), tmp_path, D="Autre", G="c’est une erreur"))))
    first = openpyxl.load_workbook(BytesIO(monthly_workbook(of, lang)), data_only=True).worksheets[0]
    row = next(cell.row for line in first.iter_rows() for cell in line if cell.value == said)
    assert first.cell(row, 5).value == 1
    assert first.cell(row, 1).hyperlink.location == f"'{sheet}'!A1"
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(monthly_workbook(of, lang))
    assert differences(path, *recalculated([path], tmp_path / "made"))[1] == []
