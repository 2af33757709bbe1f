"""`recon validate`: what an officer sees of a file, what is written and what is not, and how it ends."""

from __future__ import annotations

import json
import shlex
import shutil
import warnings
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest

from recon.cli.excerpt import drawn, excerpt
from recon.hidden import hidden_parts
from recon.readers.cells import Book, Sheet
from recon.reports.workbook import monthly_workbook
from recon.texts import same
from tests.dossiers import one_school
from tests.test_cli import SAMPLE, recon

if TYPE_CHECKING:
    from pathlib import Path

HEADINGS = "SIRET payeur;Exercice;Mandat;Payé le;Objet;Référence;Montant;État"
RIGHT = "21660049400019;2026;7;10/11/2026;ENT-École;TP-1;41,00;payé"
DAY = "21660049400019;2026;8;31/11/2026;ENT-École;TP-2;41,00;payé"
DAYS = [DAY.replace("31/11/2026", f"{day}/11/2026") for day in range(31, 36)]


def ledger(folder: Path, *rows: str, name: str = "registre.csv") -> Path:
    """A ledger of these rows."""
    path = folder / name
    path.write_text("\n".join([HEADINGS, *rows]) + "\n", encoding="utf-8")
    return path


def everything_in(folder: Path) -> list[str]:
    """Every file under a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# On screen -----------------------------------------------------------------------------------------------------------


def test_a_diagnostic_shows_the_cell_among_its_neighbours(tmp_path: Path) -> None:
    ledger(tmp_path, RIGHT, DAY)
    done = recon("verifier", "registre.csv", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "Des cellules ou des fichiers sont à corriger.\n"
    assert done.stdout.splitlines()[1:8] == [
        "erreur D03  Cellule illisible",
        "  --> registre.csv › cellule D3 (colonne «\u00a0Payé le\u00a0»)",
        "    │ A               B     C  D           E          F     G      H",
        "  2 │ 21660049400019  2026  7  10/11/2026  ENT-École  TP-1  41,00  payé",
        "  3 │ 21660049400019  2026  8  31/11/2026  ENT-École  TP-2  41,00  payé",
        "    │                          ^^^^^^^^^^ trouvé 31/11/2026, attendu une date jj/mm/aaaa",
        "    = à faire\u00a0: Corriger la cellule dans le fichier d’origine, puis le déposer de nouveau.",
    ]


def test_the_table_and_the_verdict_follow(tmp_path: Path) -> None:
    ledger(tmp_path, RIGHT, DAY, "TOTAL;;;;;;100,00;")
    said = recon("verifier", "registre.csv", cwd=tmp_path).stdout
    table, verdict = said.split("\n\n")[-2:]
    assert "Total du fichier" in table.splitlines()[0]
    assert table.splitlines()[2].split()[:4] == ["registre.csv", "2", "1", "1"]
    assert (
        "1 erreur, 1 remarque. La ligne TOTAL de registre.csv annonce 18,00\u00a0€ de plus que ses lignes." in verdict
    )


def test_a_wrong_total_is_what_the_cell_says_against_the_rows(tmp_path: Path) -> None:
    ledger(tmp_path, RIGHT, "TOTAL;;;;;;100,00;")
    [one] = json.loads(recon("verifier", "registre.csv", "--json", cwd=tmp_path).stdout)["files"][0]["diagnostics"]
    assert (one["found"], one["expected"]) == ("100,00\u00a0€", "41,00\u00a0€, somme des lignes lues")


def test_causes_are_grouped_and_all_shows_every_one(tmp_path: Path) -> None:
    ledger(tmp_path, *DAYS)
    grouped = recon("verifier", "registre.csv", cwd=tmp_path).stdout
    assert grouped.count("erreur D03") == 1
    assert "et 4 autres (D3, D4, D5, D6), --tout pour les voir" in grouped
    assert recon("verifier", "registre.csv", "--tout", cwd=tmp_path).stdout.count("erreur D03") == 5


def test_the_word_of_a_state_that_nobody_knows_is_settled_by_the_command_printed(tmp_path: Path) -> None:
    (tmp_path / "paiements").mkdir()
    ledger(tmp_path / "paiements", RIGHT, RIGHT.replace(";7;", ";8;").replace("payé", "Validé DGFIP"))
    said = " ".join(recon("verifier", "paiements/registre.csv", cwd=tmp_path).stdout.split())
    command = said.partition("recon associer ")[2].partition(" (ou")[0]
    assert command == '"paiements/registre.csv" --set "mot:Validé DGFIP=payé" --yes'
    assert recon("associer", *shlex.split(command), cwd=tmp_path).returncode == 0
    assert "Aucune erreur" in recon("verifier", "paiements/registre.csv", cwd=tmp_path).stdout


def test_english_on_request(tmp_path: Path) -> None:
    ledger(tmp_path, DAY)
    said = recon("validate", "registre.csv", "--lang", "en", cwd=tmp_path).stdout
    assert "error D03  Cell cannot be read" in said
    assert "found 31/11/2026, expected a date dd/mm/yyyy" in said
    assert "recon validate registre.csv --annotate" in said


def test_json_gives_every_diagnostic(tmp_path: Path) -> None:
    ledger(tmp_path, RIGHT, *DAYS)
    [file] = json.loads(recon("verifier", "registre.csv", "--json", cwd=tmp_path).stdout)["files"]
    assert (file["kind"], file["read"], file["kept"], file["rejected"], file["errors"]) == ("paiements", 6, 1, 5, 5)
    assert (file["total_read"], file["total_announced"]) == ("246.00", None)
    assert [one["cell"] for one in file["diagnostics"]] == ["D3", "D4", "D5", "D6", "D7"]


def test_control_and_bidi_characters_are_made_visible(tmp_path: Path) -> None:
    ledger(tmp_path, DAY.replace("31/11/2026", "\u202e31/11\x1b[2J"))
    said = recon("verifier", "registre.csv", cwd=tmp_path).stdout
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "\\u202e31/11\\u001b[2J" in said


def test_wide_characters_keep_the_marks_under_the_cell() -> None:
    sheet = Sheet("a", [["学校学校", "faux"], ["é", "faux"]])
    of = excerpt(sheet, 1, 1, 60, "fr")
    assert of is not None
    assert [line.plain.rstrip() for line in drawn(of, "red")] == [
        "    │ A         B",
        "  1 │ 学校学校  faux",
        "  2 │ é         faux",
        "    │           ^^^^",
    ]


def test_an_excerpt_keeps_to_its_room_around_the_faulty_cell() -> None:
    sheet = Sheet("a", [[f"colonne {number}" for number in range(40)]] * 2)
    of = excerpt(sheet, 1, 20, 50, "fr")
    assert of is not None
    assert of.columns == (18, 19, 20, 21)
    assert all(line.cell_len <= 56 for line in drawn(of, "red"))


# What is checked -----------------------------------------------------------------------------------------------------


def test_a_file_that_is_right_ends_with_0(tmp_path: Path) -> None:
    ledger(tmp_path, RIGHT)
    done = recon("verifier", "registre.csv", cwd=tmp_path)
    assert done.returncode == 0
    assert "✔ Aucune erreur." in done.stdout


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"Bonjour;le monde\n1;2\n", b"Exercice;Mandat\n1;2\n"])
def test_a_file_of_which_nothing_can_be_read_ends_with_3(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    assert recon("verifier", "x.csv", cwd=tmp_path).returncode == 3


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = recon("verifier", "absent.xlsx", cwd=tmp_path)
    assert done.returncode == 2
    assert "Fichier introuvable\u00a0: absent.xlsx" in done.stderr


def test_a_folder_that_is_no_dossier_is_not_searched(tmp_path: Path) -> None:
    ledger(tmp_path, RIGHT)
    done = recon("verifier", cwd=tmp_path)
    assert done.returncode == 2
    assert "n’est pas un dossier recon" in done.stderr


def test_several_files_end_with_1_if_one_is_refused(tmp_path: Path) -> None:
    ledger(tmp_path, RIGHT)
    (tmp_path / "x.csv").write_bytes(b"%PDF-1.7")
    assert recon("verifier", "registre.csv", "x.csv", cwd=tmp_path).returncode == 1


def test_the_kind_may_be_said(tmp_path: Path) -> None:
    ledger(tmp_path, RIGHT)
    said = recon("verifier", "registre.csv", "--nature", "titres", cwd=tmp_path)
    assert said.returncode == 3
    assert "(Titres" in said.stdout


def test_a_dossier_is_checked_whole_and_nothing_is_written(tmp_path: Path) -> None:
    folder = shutil.copytree(SAMPLE, tmp_path / "dossier")
    before = everything_in(folder)
    done = recon("verifier", folder)
    assert done.returncode == 1
    assert "7 erreurs, 2 remarques, 2 fichiers refusés." in done.stdout
    assert everything_in(folder) == before


def test_a_file_of_a_dossier_is_read_as_a_run_reads_it(tmp_path: Path) -> None:
    # Alone, a mandat that only cites a titre is out of scope; its dossier knows the titre.
    folder = tmp_path / "dossier"
    (folder / "paiements").mkdir(parents=True)
    shutil.copytree(SAMPLE / "titres", folder / "titres")
    row = RIGHT.replace("ENT-École;TP-1", "Divers;TP-2026-00141")
    ledger(folder / "paiements", row)
    alone = ledger(tmp_path, row)
    within = json.loads(recon("verifier", "registre.csv", "-C", folder, "--json").stdout)["files"]
    assert [(file["file"], file["kept"]) for file in within] == [(str(folder / "paiements" / "registre.csv"), 1)]
    assert json.loads(recon("verifier", alone, "--json").stdout)["files"][0]["out_of_scope"] == 1


# What is written -----------------------------------------------------------------------------------------------------


def test_nothing_is_written_unless_asked_and_the_command_is_said(tmp_path: Path) -> None:
    ledger(tmp_path, DAY, name="mon registre.csv")
    done = recon("verifier", "mon registre.csv", cwd=tmp_path)
    assert 'recon verifier "mon registre.csv" --annoter' in done.stdout
    assert everything_in(tmp_path) == ["mon registre.csv"]


def test_the_annotated_copy_is_written_beside_the_file(tmp_path: Path) -> None:
    ledger(tmp_path, DAY)
    done = recon("verifier", "registre.csv", "--annoter", cwd=tmp_path)
    assert "Copie annotée à renvoyer\u00a0: a_corriger/registre.xlsx" in done.stdout.replace("\\", "/")
    assert everything_in(tmp_path) == ["a_corriger/registre.xlsx", "registre.csv"]


def test_the_copy_of_a_dossiers_file_is_written_in_the_dossier_never_among_its_sources(tmp_path: Path) -> None:
    folder = shutil.copytree(SAMPLE, tmp_path / "dossier")
    recon("verifier", folder / "paiements" / "saleilles_2026.xlsx", "--annoter")
    assert [name for name in everything_in(folder) if "a_corriger" in name] == [
        "a_corriger/paiements/saleilles_2026.xlsx"
    ]


def test_the_copies_go_where_asked_and_quiet_prints_their_paths(tmp_path: Path) -> None:
    ledger(tmp_path, DAY)
    done = recon("verifier", "registre.csv", "--dans", "envoi", "-q", cwd=tmp_path)
    assert done.stdout.replace("\\", "/") == "envoi/a_corriger/registre.xlsx\n"


def test_a_copy_that_somebody_filled_in_is_kept(tmp_path: Path) -> None:
    ledger(tmp_path, DAY)
    copy = tmp_path / "a_corriger" / "registre.xlsx"
    for filled in (b"filled in", b"filled in again"):
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(filled)
        done = recon("verifier", "registre.csv", "--annoter", cwd=tmp_path)
        assert "La copie annotée précédente est gardée" in done.stderr
    kept = [path.read_bytes() for path in (tmp_path / "a_corriger" / "precedent").iterdir()]
    assert sorted(kept) == [b"filled in", b"filled in again"]


def test_two_files_of_one_name_have_two_copies(tmp_path: Path) -> None:
    ledger(tmp_path, DAY)
    ledger(tmp_path, *DAYS, name="registre.tsv")
    recon("verifier", "registre.csv", "registre.tsv", "--annoter", cwd=tmp_path)
    assert everything_in(tmp_path / "a_corriger") == ["registre (2).xlsx", "registre.xlsx"]


def test_a_run_writes_the_copies_and_sets_the_stale_ones_aside(tmp_path: Path) -> None:
    folder = shutil.copytree(SAMPLE, tmp_path / "dossier")
    report = folder / "rapports" / "2026-11"
    said = recon("lancer", folder, "--arrete", "30/11/2026").stdout
    assert f"À corriger  {report / 'a_corriger'} (4)" in said
    (folder / "paiements" / "saleilles_2026.xlsx").unlink()
    recon("lancer", folder, "--arrete", "30/11/2026")
    assert not (report / "a_corriger" / "paiements" / "saleilles_2026.xlsx").exists()
    assert (report / "precedent" / "a_corriger" / "paiements" / "saleilles_2026.xlsx").exists()


# Hidden parts --------------------------------------------------------------------------------------------------------


def hidden(*sheets: Sheet) -> str | None:
    """What is said of the hidden parts of a book, in French."""
    said = hidden_parts(Book("xlsx", "", list(sheets)))
    return None if said is None else said.fr


def test_hidden_rows_and_sheets_are_said() -> None:
    rows: list[list[str | None]] = [["a", "b"] for _ in range(20)]
    shown = Sheet("Mandats", rows, hidden_rows=frozenset({11, 13, 14, 900}), hidden_columns=frozenset({1, 5}))
    archive = Sheet("Archive", [["x"]], hidden=True)
    empty = Sheet("Vide", [[]], hidden=True)
    assert hidden(Sheet("a", rows, hidden_rows=frozenset({2}))) == "1 ligne masquée (3) est lue"
    assert hidden(Sheet("a", rows)) is None
    assert hidden(shown, archive, empty) == (
        "3 lignes masquées dans «\u00a0Mandats\u00a0» (12, 14, 15), 1 colonne masquée dans «\u00a0Mandats\u00a0» (B)"
        " et la feuille masquée «\u00a0Archive\u00a0» sont lues"
    )


def test_many_hidden_rows_are_counted_and_the_first_are_named() -> None:
    sheet = Sheet("a", [["x"]] * 30, hidden_rows=frozenset(range(1, 30)))
    assert hidden(sheet) == "29 lignes masquées (2, 3, 4, 5, 6, 7, 8, 9, …) sont lues"


def test_the_workbook_says_what_is_hidden() -> None:
    told = replace(one_school(), hidden={"titres/titres.csv": same("1 ligne masquée (3) est lue")})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheet = openpyxl.load_workbook(BytesIO(monthly_workbook(told)))["Contrôles"]
    texts = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "titres/titres.csv\u00a0: 1 ligne masquée (3) est lue." in texts
