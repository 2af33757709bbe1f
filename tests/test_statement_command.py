"""`recon statement`: one payer's question answered from two files or from a dossier, to the cent, and nobody else's data."""

from __future__ import annotations

import contextlib
import io
import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import openpyxl
import pytest
import xlsxwriter

from recon.cli import program
from recon.cli.statement import Drawn, _exit_code
from recon.dossier import files, options
from recon.errors import Exit, Stop
from recon.pipeline import reconcile
from recon.story.cells import cells
from recon.story.statement import Statement, statement
from recon.values import folded
from tests.dossiers import (
    CERET,
    PERPIGNAN,
    SCHOOLS,
    conventions,
    enrolled,
    enrolments,
    lists,
    month,
    paid,
    payments,
    signed,
    titre,
    titres,
)
from tests.test_cli import SAMPLE
from tests.test_cli import recon as in_a_process

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from recon.tables import Month
    from recon.texts import Lang

CONVENTIONS = ("Convention", "Année scolaire", "SIRET collectivité", "Collectivité", "Délibération du", "Signée le",
               "Participation par école", "Nombre d'écoles", "Montant", "Statut")  # fmt: skip
LEDGER = ("Exercice", "Bordereau", "Mandat", "Date mandat", "Tiers", "Objet", "Montant TTC")
STATE = "DRFIP OCCITANIE"


class Done(NamedTuple):
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


def recon(*arguments: str | Path, cwd: Path | None = None) -> Done:
    """Run the command in `cwd`, in this process: starting one takes longer than the answer."""
    lang: Lang = "en" if "en" in arguments else "fr"
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(cwd or "."), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = program(lang).main([str(one) for one in arguments], prog_name="recon", standalone_mode=False)
        except Stop as stop:
            err.write(stop.sentence(lang))
            code = stop.code
    return Done(int(code or 0), out.getvalue(), err.getvalue())


def book(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    """Write a workbook as a commune would: dates are dates, amounts are numbers."""
    with xlsxwriter.Workbook(path) as workbook:
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(at, column, value, day)
                    else:
                        sheet.write(at, column, value)
    return path


def convention(path: Path, *payers: tuple[str, str], state: str = "signée") -> Path:
    """Write the convention of Céret for 2026-2027, 4 schools × 41 €, or of each payer (SIRET, name), one school each."""
    given = payers or ((CERET, "COMMUNE DE CERET"),)
    schools = len(SCHOOLS) if not payers else 1
    rows = [
        (f"ENT-2026-06604{rank}", "2026-2027", siret, name, "03/06/2026" if state else "", "10/06/2026" if state else "",
         41, schools, 41 * schools, state)
        for rank, (siret, name) in enumerate(given)
    ]  # fmt: skip
    listed = [
        (row[0], uai, f"École {uai}")
        for rank, row in enumerate(rows)
        for uai in (SCHOOLS if not payers else SCHOOLS[rank : rank + 1])
    ]
    sheets: dict[str, list[tuple[Any, ...]]] = {
        "Conventions": [CONVENTIONS, *rows],
        "Écoles": [("Convention", "UAI", "École"), *listed],
    }
    return book(path, **sheets)


def line(mandat: int, label: str, amount: float, on: date = date(2026, 10, 12), payee: str = STATE) -> tuple[Any, ...]:
    """One line of a ledger without a word on whose it is."""
    return 2026, 96, mandat, on, payee, label, amount


def asked(folder: Path, *lines: Sequence[Any], top: Sequence[Sequence[Any]] = ()) -> Done:
    """Ask in `folder`, where nothing else is, with Céret's convention and a ledger of these lines."""
    convention(folder / "convention.xlsx")
    book(folder / "grand_livre.xlsx", **{"Grand livre": [*top, LEDGER, *lines]})
    return recon(*TWO_FILES, "--arrete", "30/11/2026", cwd=folder)


TWO_FILES = ("etat", "--convention", "convention.xlsx", "--registre", "grand_livre.xlsx")
OTHERS = (line(1100, "Livres pour la médiathèque", 88.5, payee="LIBRAIRIE DU PONT"), line(1200, "Redevance", 164))


def plain(text: str) -> str:
    """Return a text in one line, with ordinary spaces."""
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def sums(folder: Path, *lines: Sequence[Any]) -> dict[str, Any]:
    """Return what JSON says of the only school year, for a ledger of these lines."""
    asked(folder, *lines)
    done = recon(*TWO_FILES, "--arrete", "30/11/2026", "--json", cwd=folder)
    (year,) = json.loads(done.stdout)["years"]
    return dict(year)


# From two files ------------------------------------------------------------------------------------------------------


def test_a_treasurers_question_is_answered_from_two_files_in_one_command(tmp_path: Path) -> None:
    asked(tmp_path, *OTHERS, line(1187, "Participation ENT-École 2026-2027", 164))
    done = in_a_process(*TWO_FILES, "--arrete", "30/11/2026", cwd=tmp_path)
    said = plain(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert "convention ENT-2026-066040 : 4 écoles × 41,00 € 164,00 €" in said
    assert "Payé mandat 2026/1187 du 12/10/2026 −164,00 €" in said
    assert "nomme l’année scolaire 2026-2027, qui n’a que la convention ENT-2026-066040" in said
    assert "Reste prévu − payé 0,00 €" in said
    assert "resterait à payer (titre non communiqué)" in said
    assert "convention.xlsx › Conventions › G2" in said
    assert "convention.xlsx › Écoles › B2:B5" in said
    assert "grand_livre.xlsx › Grand livre › G4" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["convention.xlsx", "grand_livre.xlsx"]


def test_the_two_files_are_not_modified(tmp_path: Path) -> None:
    asked(tmp_path, line(1187, "ENT-École", 164))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    recon(*TWO_FILES, "-o", "etat.xlsx", cwd=tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in before} == before


def test_instalments_add_up_and_the_rest_is_exact_to_the_cent(tmp_path: Path) -> None:
    told = sums(tmp_path, line(1, "ENT-École 2026-2027", 41.35), line(2, "ENT-École 2026-2027, suite", 82.1))
    assert (told["expected"], told["paid"], told["remaining"]) == ("164.00", "123.45", "40.55")
    assert told["titre_communicated"] is False


def test_a_school_named_is_evidence_and_what_nothing_proves_is_taken_off_nothing(tmp_path: Path) -> None:
    done = asked(tmp_path, line(1, "ENT-École 0660560A", 41), line(2, "ENT-École", 41))
    said = plain(done.stdout)
    assert "nomme 0660560A, de la convention ENT-2026-066040" in said
    assert "Reste prévu − payé 123,00 €" in said
    assert "À confirmer mandat 2026/2 du 12/10/2026 41,00 €" in said
    assert "Resterait si ces paiements sont confirmés 82,00 €" in said


def test_an_equal_amount_alone_is_evidence_only_for_the_state_the_year_and_the_ent(tmp_path: Path) -> None:
    assert sums(tmp_path, line(1, "Participation ENT-École", 164))["paid"] == "164.00"
    for label, payee, on in (
        ("Participation ENT-École titre TP-2025-00141", STATE, date(2026, 10, 12)),
        ("Participation ENT-École 2025-2026", STATE, date(2026, 10, 12)),
        ("Abonnement ENT-École", "OPENENT SARL", date(2026, 10, 12)),
        ("Participation ENT-École", STATE, date(2026, 3, 2)),
    ):
        told = sums(tmp_path, line(1, label, 164, on, payee))
        assert (told["paid"], told["to_confirm"], told["remaining"]) == ("0.00", "0.00", "164.00"), label


@pytest.mark.parametrize(
    "lines",
    [
        (line(1, "ENT-École 2026-2027", 164), line(2, "ENT-École 2026-2027 annulation du mandat 1", -164)),
        (line(2, "ENT-École 2026-2027 annulation du mandat 1", -164), line(1, "ENT-École 2026-2027", 164)),
        (line(1, "Abonnement ENT du collège", 164),),
    ],
)
def test_what_is_taken_back_or_may_be_for_a_college_is_to_be_confirmed(tmp_path: Path, lines: Any) -> None:
    """A treasurer is never told that nothing is left on such a line."""
    year = sums(tmp_path, *lines)
    assert (year["paid"], year["remaining"], year["to_confirm"]) == ("0.00", "164.00", "164.00")


def test_what_is_paid_twice_covers_what_is_planned_once(tmp_path: Path) -> None:
    done = asked(tmp_path, line(1, "ENT-École 2026-2027", 164), line(2, "ENT-École 2026-2027", 164))
    assert "payé 164,00 €" in plain(done.stdout)
    assert "ce qui est prévu pour ENT-2026-066040 est déjà couvert par un autre paiement" in plain(done.stdout)


def test_a_mandat_that_is_not_yet_paid_is_under_way(tmp_path: Path) -> None:
    convention(tmp_path / "convention.xlsx")
    rows = [(*LEDGER, "Payé le"), (*line(1187, "ENT-École 2026-2027", 164), "")]
    book(tmp_path / "grand_livre.xlsx", Mandats=[*rows, (*line(9, "Livres", 3), date(2026, 10, 20))])
    done = recon(*TWO_FILES, "--arrete", "30/11/2026", "--json", cwd=tmp_path)
    (year,) = json.loads(done.stdout)["years"]
    assert (year["paid"], year["under_way"], year["remaining"]) == ("0.00", "164.00", "0.00")


def test_a_mandat_of_a_later_day_is_told_and_not_counted(tmp_path: Path) -> None:
    done = asked(tmp_path, line(1187, "ENT-École 2026-2027", 164, date(2026, 12, 3)))
    assert "Reste prévu − payé 164,00 €" in plain(done.stdout)
    assert "mandat 2026/1187 · postérieur à l’arrêté 164,00 €" in plain(done.stdout)
    assert "pas encore compté ; pour le compter : --arrete 03/12/2026" in plain(done.stdout)


def test_a_convention_that_is_not_signed_says_so(tmp_path: Path) -> None:
    convention(tmp_path / "convention.xlsx", state="")
    done = recon("etat", "--convention", "convention.xlsx", cwd=tmp_path)
    assert "ni signée ni délibérée d’après les fichiers" in plain(done.stdout)


def test_with_the_titre_the_arithmetic_is_the_titres(tmp_path: Path) -> None:
    asked(tmp_path, line(1187, "ENT-École TP-2026-00141", 100))
    heads = ("N° de titre", "SIRET débiteur", "Convention", "Montant", "Émis le", "Échéance")
    row = ("TP-2026-00141", CERET, "ENT-2026-066040", 164, date(2026, 9, 20), date(2026, 11, 20))
    book(tmp_path / "titre.xlsx", Titres=[heads, row])
    done = recon(*TWO_FILES, "--titre", "titre.xlsx", "--arrete", "30/11/2026", cwd=tmp_path)
    said = plain(done.stdout)
    assert "titre TP-2026-00141, émis le 20/09/2026 · échu depuis 10 jours (le 20/11/2026) 164,00 €" in said
    assert "titré 164,00 €, payé 100,00 € : à payer maintenant, échéance dépassée 64,00 €" in said


def test_a_ledger_that_names_another_payer_stops_the_statement(tmp_path: Path) -> None:
    done = asked(tmp_path, line(1187, "ENT-École 2026-2027", 164), top=[("COMMUNE DE PERPIGNAN",), ()])
    assert (done.returncode, done.stdout) == (1, "")
    assert "le registre de COMMUNE DE CERET (216600494)" in done.stderr
    assert 'recon associer "grand_livre.xlsx" --nature paiements --set payeur=216600494 -C .' in plain(done.stderr)


def test_so_does_a_column_of_another_siret_even_if_no_line_speaks_of_the_ent(tmp_path: Path) -> None:
    convention(tmp_path / "convention.xlsx")
    book(tmp_path / "grand_livre.xlsx", Mandats=[("SIRET payeur", *LEDGER), (PERPIGNAN, *line(1, "Livres", 41))])
    done = recon(*TWO_FILES, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert PERPIGNAN[:9] in done.stderr


def test_a_column_of_suppliers_sirets_is_no_payers(tmp_path: Path) -> None:
    convention(tmp_path / "convention.xlsx")
    rows = [("39876543100014", *line(1, "Livres", 41)), ("13002526500013", *line(2, "ENT-École 2026-2027", 164))]
    book(tmp_path / "grand_livre.xlsx", Mandats=[("SIRET", *LEDGER), *rows])
    done = recon(*TWO_FILES, "--arrete", "30/11/2026", cwd=tmp_path)
    assert "Payé mandat 2026/2 du 12/10/2026 −164,00 €" in plain(done.stdout)


def test_a_layout_in_doubt_gives_the_command_that_settles_it(tmp_path: Path) -> None:
    convention(tmp_path / "convention.xlsx")
    rows = [("Exercice", "N°", "Quand", "Pourquoi", "Combien"), (2026, 1187, date(2026, 10, 12), "ENT-École 2026-2027", 164)]  # fmt: skip
    book(tmp_path / "grand_livre.xlsx", Mandats=rows)
    done = recon(*TWO_FILES, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    command = 'associer "grand_livre.xlsx" --nature paiements --set payeur=216600494 -C .'
    assert command in plain(done.stderr)
    flags = [word.strip('"') for word in command.split()]
    columns = [part for name in ("mandat=N°", "date_mandat=Quand", "objet=Pourquoi", "montant=Combien") for part in ("--set", name)]  # fmt: skip
    assert recon(*flags, *columns, "--oui", cwd=tmp_path).returncode == 0
    done = recon(*TWO_FILES, "--arrete", "30/11/2026", cwd=tmp_path)
    assert "Reste prévu − payé 0,00 €" in plain(done.stdout)


def test_rows_refused_leave_a_statement_that_says_it_may_be_incomplete(tmp_path: Path) -> None:
    done = asked(tmp_path, line(1, "ENT-École 2026-2027", 41), (2026, 96, 2, "31/11/2026", STATE, "ENT-École", 41))
    assert done.returncode == 1
    assert "n’a pas pu être lue ou retenue" in plain(done.stdout)
    assert "grand_livre.xlsx › feuille « Grand livre » › cellule D3" in plain(done.stderr)


def test_two_files_that_cannot_be_read_end_with_3(tmp_path: Path) -> None:
    for name in ("convention.xlsx", "grand_livre.xlsx"):
        (tmp_path / name).write_bytes(b"\x00\x01 nothing")
    done = recon(*TWO_FILES, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")


@pytest.mark.parametrize("typed", [(), ("Céret",)])
def test_a_convention_refused_is_the_only_thing_said(tmp_path: Path, typed: tuple[str, ...]) -> None:
    """Whose ledger it is depends on the convention: it is not asked before that one is mended."""
    (tmp_path / "convention.txt").write_text("Article 1\nArticle 2\nUne convention sans rien de ce qu'il faut.\n")
    book(tmp_path / "grand_livre.xlsx", Mandats=[LEDGER, line(1, "ENT-École 2026-2027", 41)])
    done = recon("etat", *typed, "--convention", "convention.txt", "--registre", "grand_livre.xlsx", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    said = plain(done.stderr)
    assert "un document où ne se lisent pas" in said
    assert "convention.txt à corriger d’abord" in said
    assert "associer" not in said
    assert "grand_livre.xlsx : " not in said


def test_a_register_of_several_payers_asks_which_unless_the_ledger_says(tmp_path: Path) -> None:
    convention(tmp_path / "convention.xlsx", (CERET, "COMMUNE DE CERET"), (PERPIGNAN, "COMMUNE DE PERPIGNAN"))
    book(tmp_path / "grand_livre.xlsx", Mandats=[LEDGER, line(1, "ENT-École 2026-2027", 41)])
    done = recon(*TWO_FILES, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "216600494" in done.stderr
    assert "216601369" in done.stderr
    done = recon(*TWO_FILES, "Céret", "--arrete", "30/11/2026", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["years"][0]["paid"] == "41.00"
    book(tmp_path / "grand_livre.xlsx", Mandats=[("Commune de Perpignan",), LEDGER, line(1, "ENT-École 2026-2027", 41)])
    done = recon(*TWO_FILES, "--arrete", "30/11/2026", "--json", cwd=tmp_path)
    told = json.loads(done.stdout)
    assert (told["payer"]["siren"], told["years"][0]["remaining"]) == ("216601369", "0.00")


def test_of_two_payers_of_one_name_the_one_asked_for_has_the_ledger_of_that_name(tmp_path: Path) -> None:
    convention(tmp_path / "convention.xlsx", (CERET, "COMMUNE D'AIGUES-VIVES"), (PERPIGNAN, "COMMUNE D'AIGUES-VIVES"))
    book(tmp_path / "grand_livre.xlsx", Mandats=[("Aigues-Vives",), LEDGER, line(1, "ENT-École 2026-2027", 41)])
    done = recon(*TWO_FILES, "Aigues Vives", cwd=tmp_path)
    assert done.returncode == 2
    done = recon(*TWO_FILES, CERET, "--arrete", "30/11/2026", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["years"][0]["paid"] == "41.00"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "De quelle collectivité"),
        (("--registre", "grand_livre.xlsx"), "Il manque la convention"),
        (("--convention", "absent.xlsx"), "Fichier introuvable"),
        (("--convention", "convention.xlsx", "--registre", "convention.xlsx"), "donné deux fois"),
        (("--convention", "convention.xlsx", "Perpignan"), "Aucune collectivité"),
        (("--convention", "convention.xlsx", "--annee", "2019-2020"), "années connues : 2026-2027"),
        (("--convention", "convention.xlsx", "--arrete", "hier"), "n’est pas une date"),
    ],
)
def test_misuse_is_one_clear_sentence(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    convention(tmp_path / "convention.xlsx")
    book(tmp_path / "grand_livre.xlsx", Mandats=[LEDGER, line(1, "ENT-École", 41)])
    done = recon("etat", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in plain(done.stderr)


def test_in_english_on_request(tmp_path: Path) -> None:
    asked(tmp_path, line(1187, "ENT-École 2026-2027", 164))
    done = recon("statement", *TWO_FILES[1:3], "--ledger", "grand_livre.xlsx", "--as-of", "30/11/2026", "--lang", "en", cwd=tmp_path)  # fmt: skip
    assert "Left planned − paid €0.00" in plain(done.stdout)


# The workbook --------------------------------------------------------------------------------------------------------


def test_the_workbook_says_the_same_to_the_cent_and_is_written_only_when_asked(tmp_path: Path) -> None:
    asked(tmp_path, line(1187, "ENT-École 2026-2027", 100))
    done = recon(*TWO_FILES, "--arrete", "30/11/2026", "-o", ".", cwd=tmp_path)
    assert "Classeur : etat_216600494_ceret.xlsx" in plain(done.stdout)
    sheet = openpyxl.load_workbook(tmp_path / "etat_216600494_ceret.xlsx", data_only=True).worksheets[0]
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    by_label = {plain(str(label)): row[-1] for row in rows for label in row if isinstance(label, str)}
    assert by_label["participation prévue, titre non communiqué"] == 164
    assert by_label["payé d’après votre registre, sous réserve du titre"] == -100
    assert by_label["Restera à payer"] == 64
    assert [64] in rows


def test_no_other_file_is_ever_replaced(tmp_path: Path) -> None:
    asked(tmp_path, line(1187, "ENT-École 2026-2027", 164))
    other = tmp_path / "notes.xlsx"
    other.write_bytes(b"mine")
    done = recon(*TWO_FILES, "--arrete", "30/11/2026", "-o", "notes.xlsx", cwd=tmp_path)
    assert (done.returncode, other.read_bytes()) == (0, b"mine")
    assert (tmp_path / "notes (2).xlsx").exists()
    assert "il est laissé tel quel" in done.stderr
    again = recon(*TWO_FILES, "--arrete", "30/11/2026", "-o", "notes (2).xlsx", cwd=tmp_path)
    assert again.stderr == ""
    assert not (tmp_path / "notes (2) (2).xlsx").exists()


def test_an_input_is_never_the_output(tmp_path: Path) -> None:
    asked(tmp_path, line(1187, "ENT-École 2026-2027", 164))
    before = (tmp_path / "grand_livre.xlsx").read_bytes()
    done = recon(*TWO_FILES, "-o", tmp_path / "." / "grand_livre.xlsx", cwd=tmp_path)
    assert done.returncode == 2
    assert (tmp_path / "grand_livre.xlsx").read_bytes() == before
    assert recon(*TWO_FILES, "-o", "etat.pdf", cwd=tmp_path).returncode == 2
    assert recon(*TWO_FILES, "-o", "absent/etat.xlsx", cwd=tmp_path).returncode == 5
    (tmp_path / "paiements").mkdir()
    (tmp_path / "recon.toml").write_text('langue = "fr"\n')
    assert recon(*TWO_FILES, "-o", "paiements", cwd=tmp_path).returncode == 2
    assert not any((tmp_path / "paiements").iterdir())


# From a dossier ------------------------------------------------------------------------------------------------------


def drawn(*arguments: str) -> Done:
    """Ask the sample, of which nothing is ever written."""
    return recon("etat", *arguments, "-C", SAMPLE, "--arrete", "30/11/2026")


@pytest.mark.parametrize("typed", ["Céret", "commune de ceret", "216600494", CERET, "66049"])
def test_a_payer_is_known_by_name_siren_siret_and_insee(typed: str) -> None:
    done = drawn(*typed.split())
    assert done.returncode == 0
    assert "État des sommes dues · COMMUNE DE CERET" in plain(done.stdout)
    assert "En cours mandat 2026/1187 du 26/11/2026 · au titre TP-2026-00141 −164,00 €" in plain(done.stdout)


def test_an_unknown_payer_ends_with_2_and_says_what_is_near() -> None:
    done = drawn("Perpinyan")
    assert (done.returncode, done.stdout) == (2, "")
    assert "COMMUNE DE PERPIGNAN (SIREN 216601369)" in plain(done.stderr)


def test_school_years_stand_one_after_the_other_and_one_may_be_chosen() -> None:
    said = plain(drawn("Najac").stdout)
    assert said.index("Année scolaire 2023-2024") < said.index("Année scolaire 2026-2027")
    assert "titré 45,00 €, payé 45,00 € : rien à payer 0,00 €" in said
    one = drawn("Najac", "--annee", "2026-2027").stdout
    assert "2023-2024 · le calcul" not in plain(one)
    assert drawn("Najac", "--annee", "2024-2025").returncode == 2


def test_rejected_rows_of_the_payer_end_with_1_those_of_others_do_not() -> None:
    assert (drawn("Saleilles").returncode, drawn("Soues").returncode) == (1, 0)


@pytest.fixture(scope="module")
def sample() -> Month:
    """The month of the sample."""
    return reconcile(files(SAMPLE), options(SAMPLE).settings(date(2026, 11, 30)))


def text_of(told: Statement) -> str:
    """Return all that a statement says."""
    lines = [line for section in told.story.sections for line in section.lines]
    return "\n".join(
        f"{line.label()} {line.said()} {line.cents} " + " ".join(note() for note in line.notes) for line in lines
    )


def test_no_statement_of_the_sample_names_another_payer(sample: Month) -> None:
    own_words = {
        siren: " ".join(
            f"{row['label']} {row['reference']}"
            for row in sample.details.join(sample.payments, on="payment_id").to_dicts()
            if row["payer_siren"] == siren
        )
        for siren in sample.contacts
    }
    for siren in sample.contacts:
        said = f" {folded(text_of(statement(sample, siren)))} "
        for other, contact in sample.contacts.items():
            foreign = [other, contact.siret, contact.name]
            foreign += sample.titres.filter(sample.titres["payer_siren"] == other)["titre"].to_list()
            foreign += sample.conventions.filter(sample.conventions["payer_siren"] == other)["convention"].to_list()
            named = [one for one in foreign if other != siren and one and f" {folded(one)} " in said]
            assert [one for one in named if one not in own_words[siren]] == [], siren


def test_every_years_arithmetic_adds_up_line_by_line(sample: Month) -> None:
    for siren in sample.contacts:
        for year in statement(sample, siren).years:
            by_label: dict[str, int] = {}
            for one in year.lines:
                by_label[one.label()] = by_label.get(one.label(), 0) + (one.cents or 0)
            due = ("Titré", "Réduction", "Annulation") if year.communicated else ("Prévu",)
            left = sum(by_label.get(name, 0) for name in due) + by_label.get("Payé", 0)
            assert by_label["Reste"] == left == year.sums["outstanding"], siren
            assert year.sums["remaining"] == left + by_label.get("En cours", 0), siren


def test_the_sums_of_a_statement_are_those_of_the_month(sample: Month) -> None:
    for siren in sample.contacts:
        rows = sample.payers.filter(sample.payers["payer_siren"] == siren)
        years = [year for year in statement(sample, siren).years if year.communicated]
        for name in ("billed", "paid", "outstanding"):
            assert sum(year.sums[name] for year in years) == rows[name].sum(), (siren, name)


def two_named_alike() -> Month:
    """Two communes of one name, each with a convention, a titre and a payment of its own amount."""
    rows = (signed("C1"), signed("C2", siret=PERPIGNAN, rate="43,00"))
    return month(
        enrolments(f"2026-2027;{SCHOOLS[0]};A;X;{CERET[:9]};;", f"2026-2027;{SCHOOLS[1]};B;X;{PERPIGNAN[:9]};;"),
        conventions(*rows),
        lists(f"C1;{SCHOOLS[0]};A;", f"C2;{SCHOOLS[1]};B;"),
        titres(titre(), titre("TP-2026-00002", "43,00", convention="C2", siret=PERPIGNAN)),
        payments(paid(reference="TP-2026-00001"), paid("43,00", "TP-2026-00002", siret=PERPIGNAN)),
    )


def test_two_payers_of_one_name_keep_their_own_amounts() -> None:
    of = two_named_alike()
    assert [statement(of, siret[:9]).years[0].sums["paid"] for siret in (CERET, PERPIGNAN)] == [4100, 4300]
    assert "TP-2026-00002" not in text_of(statement(of, CERET[:9]))


def test_several_payers_of_one_name_are_listed_with_their_siren(tmp_path: Path) -> None:
    (tmp_path / "conventions").mkdir()
    convention(tmp_path / "conventions" / "r.xlsx", (CERET, "AIGUES-VIVES"), (PERPIGNAN, "AIGUES-VIVES"))
    done = recon("etat", "aigues vives", "-C", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "AIGUES-VIVES (SIREN 216600494)" in plain(done.stderr)
    assert "AIGUES-VIVES (SIREN 216601369)" in plain(done.stderr)


def test_what_another_payer_paid_is_a_sum_without_a_name() -> None:
    of = month(
        enrolled(SCHOOLS[0]),
        conventions(signed()),
        lists(f"C1;{SCHOOLS[0]};École;"),
        titres(titre()),
        payments(paid(reference="TP-2026-00001", label=f"ENT-École {SCHOOLS[0]}", siret=PERPIGNAN, mandat="777")),
    )
    said = text_of(statement(of, CERET[:9]))
    assert "Payé payé par une autre collectivité -4100" in said
    assert "777" not in said


def test_a_titre_of_another_year_keeps_its_number_guarded_where_titres_are_known() -> None:
    """Where the dossier knows titres, a number that none bears stops the line: nothing planned is held against it."""
    of = month(
        conventions(signed(), signed("C2", year="2023-2024", rate="45,00")),
        lists(f"C1;{SCHOOLS[0]};École;", f"C2;{SCHOOLS[0]};École;"),
        titres(titre("TP-2024-00001", "45,00", convention="C2", issued="22/01/2024", due="")),
        payments(paid(reference="TP-2026-00009")),
    )
    (_, planned) = statement(of, CERET[:9]).years
    assert (planned.communicated, planned.sums["paid"], planned.sums["remaining"]) == (False, 0, 4100)


def test_a_control_that_does_not_hold_ends_with_4() -> None:
    of = two_named_alike()
    told = Drawn(of, statement(of, CERET[:9]), "fr", [])
    assert _exit_code(told) == Exit.DONE
    broken = of.controls.with_columns(holds=~of.controls["holds"])
    assert _exit_code(Drawn(_with(of, controls=broken), told.statement, "fr", [])) == Exit.CONTROL_FAILED


def _with(of: Month, **changes: Any) -> Month:
    from dataclasses import replace

    return replace(of, **changes)


def test_json_gives_the_sums_and_the_story() -> None:
    told = json.loads(drawn("Perpignan", "--json").stdout)
    assert told["payer"] == {"siren": "216601369", "siret": PERPIGNAN, "name": "COMMUNE DE PERPIGNAN", "insee": "66136"}
    (year,) = told["years"]
    assert (year["expected"], year["paid"], told["to_pay"]) == ("2565.00", "2475.00", "90.00")
    lines = [line for section in told["sections"] for line in section["lines"]]
    assert sum(Decimal(line["amount"]) for line in lines if line["label"] == "Payé") == Decimal("-2475.00")


def test_cells_of_a_column_stand_together() -> None:
    places = ["f › Écoles › B2", "f › Écoles › B3", "f › Écoles › B4", "f › Écoles › B9", "f › Mandats › K1", "notes"]
    assert cells(places) == ["f › Écoles › B2:B4, B9", "f › Mandats › K1", "notes"]
