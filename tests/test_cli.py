"""The command line: what an officer types, reads, and gets as exit code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import polars as pl
import pytest
from click.testing import CliRunner

from recon.cli import COMMANDS, Named, program
from recon.cli.run import exit_code
from recon.pipeline import File
from tests.dossiers import one_school, paid

SAMPLE = Path(__file__).parent.parent / "workbooks" / "exemple"
NAMED = Path(__file__).parent / "named_dossiers"


def recon(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, as a user does; no traceback may ever show."""
    done = subprocess.run(
        [sys.executable, "-m", "recon", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=cwd,
        env={**os.environ, "RECON_LANG": "", **environment},
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """A copy of the sample."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "dossier"))


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A dossier with nothing to say."""
    return Path(shutil.copytree(NAMED / "rien_a_signaler", tmp_path / "dossier"))


def test_the_sample_month_ends_with_1_and_says_what_to_correct(dossier: Path) -> None:
    done = recon("lancer", dossier, "--arrete", "30/11/2026")
    assert done.returncode == 1
    assert "COMMUNE DE PERPIGNAN" in done.stdout
    assert "2\u202f565,00\u00a0€" in done.stdout
    assert (
        "84,2\u00a0% du montant titré est payé d’après les registres · 8 titres soldés sur 15 (53,3\u00a0%)"
        in done.stdout
    )
    assert "les 21 contrôles sont justes" in done.stdout
    assert "inscriptions/toulouse_2026-2027.xlsx › Écoles › B14" in done.stderr
    assert "attendu\u00a0: 0090345B" in done.stderr
    report = dossier / "rapports" / "2026-11"
    assert (report / "rapprochement_2026-11.xlsx").stat().st_size > 10_000
    assert (report / "etats" / "66136_perpignan.xlsx").exists()
    assert len(list((report / "donnees").glob("*.parquet"))) == 9


def test_english_on_request(dossier: Path) -> None:
    done = recon("run", dossier, "--as-of", "2026-11-30", "--lang", "en")
    assert "all 21 controls hold, to the cent" in done.stdout
    assert "€2,565.00" in done.stdout
    assert "expected: 0090345B" in done.stderr
    assert "found: 31/11/2026 · expected: a date dd/mm/yyyy" in done.stderr
    assert "Correct the cell in the original file" in done.stderr


def test_the_language_may_stand_before_the_command(clean: Path) -> None:
    assert "Reconciliation as of" in recon("--lang", "en", "run", clean).stdout


def test_a_clean_dossier_ends_with_0(clean: Path) -> None:
    done = recon("run", "--as-of", "2026-11-30", cwd=clean)
    assert done.returncode == 0
    assert done.stderr == ""


def test_the_same_month_again_writes_the_same_files(clean: Path) -> None:
    def written() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (clean / "rapports").rglob("*") if path.is_file()}

    recon("run", clean, "--as-of", "2026-11-30")
    first = written()
    recon("run", clean, "--as-of", "2026-11-30")
    assert written() == first
    assert not (clean / "rapports" / "2026-11" / "precedent").exists()


def test_what_an_officer_wrote_in_the_report_is_set_aside_never_lost(clean: Path) -> None:
    recon("run", clean, "--as-of", "2026-11-30")
    report = clean / "rapports" / "2026-11" / "rapprochement_2026-11.xlsx"
    report.write_bytes(b"with decisions")
    done = recon("run", clean, "--as-of", "2026-11-30")
    assert (report.parent / "precedent" / report.name).read_bytes() == b"with decisions"
    assert "precedent" in done.stderr


def test_a_file_or_a_folder_of_the_dossier_names_the_dossier(dossier: Path) -> None:
    for given, said in (("titres/titres_2026.xlsx", "est un fichier"), ("titres", "Donner celui qui le contient")):
        done = recon("lancer", dossier / given)
        assert said in done.stderr
        assert f'recon lancer "{dossier}"' in done.stderr


def test_quiet_prints_the_path_alone_and_json_the_sums(clean: Path) -> None:
    assert recon("run", clean, "-q", "--as-of", "2026-11-30").stdout.strip().endswith("rapprochement_2026-11.xlsx")
    summary = json.loads(recon("run", clean, "--json", "--as-of", "2026-11-30").stdout)
    assert summary["controls_hold"] is True
    assert summary["as_of"] == "2026-11-30"


def test_json_gives_both_rates_of_recovery_overall_by_department_and_by_payer(dossier: Path) -> None:
    recovery = json.loads(recon("run", dossier, "--json", "--as-of", "2026-11-30").stdout)["recovery"]
    assert (recovery["by_amount"], recovery["by_number"]) == ("0.842", "0.533")
    assert recovery["by_department"]["46"] == {"by_amount": "0.200", "by_number": "0.500"}
    assert recovery["by_payer"]["216601369"] == {"by_amount": "0.965", "by_number": "0.000"}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("run", "nulle-part"), 2, "Dossier introuvable\u00a0: nulle-part"),
        (("run", ".", "--as-of", "31/02/2026"), 2, "« 31/02/2026 » n’est pas une date".replace("« ", "«\u00a0").replace(" »", "\u00a0»")),
        (("lncer",), 2, "Vouliez-vous dire «\u00a0lancer\u00a0»\u00a0?"),
        (("run", ".", "--nonsense"), 2, "n’existe pas"),
        (("decider", "--relance"), 2, "’existe pas. Vouliez-vous dire '--relancer'\u00a0?\n"),
        (("--lang", "en", "decide", "--remin"), 2, "No such option '--remin'. Did you mean '--remind'?\n"),
        (("run", "."), 3, "Aucun fichier à lire"),
    ],
)  # fmt: skip
def test_misuse_is_one_clear_sentence(tmp_path: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = recon(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stdout == ""


def test_only_unreadable_files_end_with_3_and_say_why(tmp_path: Path) -> None:
    (tmp_path / "paiements").mkdir()
    (tmp_path / "paiements" / "registre.xlsx").write_bytes(b"%PDF-1.7 ...")
    done = recon("run", tmp_path)
    assert done.returncode == 3
    assert "D01 Fichier refusé — paiements/registre.xlsx" in done.stderr
    assert not (tmp_path / "rapports").exists()


def test_a_year_without_rate_is_said(clean: Path) -> None:
    (clean / "recon.toml").write_text('langue = "fr"\n', encoding="utf-8")
    done = recon("run", clean, "--as-of", "2026-11-30")
    assert done.returncode == 0
    assert "aucun tarif dans recon.toml" in done.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tarifs\n", "ne peut pas être lu"),
        ('[tarifs]\n"2026-2027" = 41.5\n', "n’est pas un montant"),
        ('[tarifs]\n"2026" = "41.00"\n', "n’est pas une année scolaire"),
        ('[echeance]\njours = "x"\n', "n’est pas un nombre de jours"),
        ("[tarif]\n", "est inconnu"),
        ("tarifs = 3\n", "doit être une section"),
    ],
)
def test_faulty_settings_are_misuse_and_name_the_line(clean: Path, text: str, said: str) -> None:
    (clean / "recon.toml").write_text(text, encoding="utf-8")
    done = recon("run", clean, "--as-of", "2026-11-30")
    assert done.returncode == 2
    assert said in done.stderr


def test_an_output_that_cannot_be_written_ends_with_5(clean: Path) -> None:
    (clean / "rapports").write_text("a file where the folder should be", encoding="utf-8")
    done = recon("run", clean, "--as-of", "2026-11-30")
    assert done.returncode == 5
    assert "n’a pas pu être écrit" in done.stderr


def test_a_control_that_fails_ends_with_4_before_anything_else() -> None:
    of = one_school(paid(reference="TP-2026-00001"))
    read = [File("x", "titres")]
    assert exit_code(of, read, strict=False) == 0
    from dataclasses import replace

    broken = replace(of, controls=of.controls.with_columns(holds=pl.lit(value=False)))
    assert exit_code(broken, read, strict=False) == 4


def test_a_bug_is_a_sentence_and_a_file_never_a_traceback(clean: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import recon.dossier\ndef options(folder): raise RuntimeError\nrecon.dossier.options = options\n",
        encoding="utf-8",
    )
    done = recon("run", clean, PYTHONPATH=str(tmp_path))
    assert done.returncode == 70
    assert "Erreur interne de recon" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk at hand")
def test_a_screen_that_cannot_be_written_is_said() -> None:
    command = [sys.executable, "-m", "recon", "explain", "P07"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 5
    assert (
        done.stderr.decode()
        == "Le résultat n’a pas pu être affiché\u00a0: disque plein. Vérifier le disque, puis recommencer.\n"
    )


def test_lock_files_and_links_out_of_the_dossier_are_not_opened(clean: Path, tmp_path: Path) -> None:
    (clean / "paiements" / "~$registre.xlsx").write_bytes(b"lock")
    (tmp_path / "outside.csv").write_text("secret", encoding="utf-8")
    (clean / "paiements" / "lien.csv").symlink_to(tmp_path / "outside.csv")
    done = recon("run", clean, "--as-of", "2026-11-30")
    assert done.returncode == 1
    assert "un lien vers un fichier hors du dossier" in done.stderr
    assert "secret" not in done.stdout + done.stderr


def test_commands_that_the_advice_names_are_typed_in_the_dossier(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "exemple")
    done = recon("run", "exemple", "--as-of", "2026-11-30", cwd=tmp_path)
    assert 'Ajouter -C "exemple" aux commandes ci-dessus' in done.stderr
    done = recon("run", ".", "--as-of", "2026-11-30", cwd=tmp_path / "exemple")
    assert "recon associer" in done.stderr
    assert "Ajouter -C" not in done.stderr


def test_help_is_french_first() -> None:
    done = recon("--help")
    assert "Utilisation\u00a0:" in done.stdout
    assert "lancer (run)" in done.stdout
    assert "run (lancer)" in recon("--help", RECON_LANG="en").stdout


@pytest.mark.parametrize("named", COMMANDS, ids=lambda named: named.name)
def test_a_command_is_imported_when_asked_for_and_explains_itself(
    named: Named, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECON_LANG", "fr")
    for name in (named.name, named.alias):
        done = CliRunner().invoke(program("fr"), [name, "--help"])
        assert done.exit_code == 0
        assert " ".join(named.about("fr").split()) in " ".join(done.output.split())
    command = program("fr").get_command(click.Context(program("fr")), named.alias)
    assert command is not None
    assert command.name == named.name


def test_version() -> None:
    assert recon("--version").stdout.startswith("recon 0.")


@pytest.mark.parametrize("named", COMMANDS, ids=lambda named: named.alias)
def test_the_help_of_a_command_is_in_one_language(named: Named) -> None:
    done = recon(named.alias, "--help", "--lang", "fr")
    assert "Utilisation\u00a0:" in done.stdout.replace(" :", "\u00a0:")
    assert not {"Usage:", "Options:", "TEXT", "PATH", "FILE", "REASON"} & set(done.stdout.split())


def test_the_usage_line_shows_what_is_compulsory_and_what_is_not() -> None:
    lines = {
        name: recon(name, "--help").stdout.splitlines()[0] for name in ("decider", "rouvrir", "cloturer", "sauvegarder")
    }
    assert lines["decider"].endswith("recon decider DÉCISION --motif MOTIF [OPTIONS] [QUOI]...")
    assert lines["rouvrir"].endswith("recon rouvrir --motif MOTIF [OPTIONS] MOIS")
    assert lines["cloturer"].endswith("recon cloturer [OPTIONS] MOIS")
    assert lines["sauvegarder"].endswith("recon sauvegarder [OPTIONS] [FICHIER]")
