"""`recon init`: a dossier ready to be filled and run, texts that name only what exists, and nothing ever overwritten."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from recon.cli import COMMANDS
from recon.dossier import FOLDERS, options
from recon.errors import Exit, Stop
from recon.reports.templates import templates
from tests.test_cli import recon as in_a_process
from tests.test_french import WRONG
from tests.test_statement_command import recon

if TYPE_CHECKING:
    from pathlib import Path

PAGES = {"fr": "A_LIRE.txt", "en": "READ_ME.txt"}
LAUNCHERS = {"fr": "Lancer recon.cmd", "en": "Run recon.cmd"}
LANGS = ("fr", "en")
BOM = b"\xef\xbb\xbf"


@pytest.fixture(params=LANGS)
def lang(request: pytest.FixtureRequest) -> str:
    """Each language."""
    return str(request.param)


@pytest.fixture
def dossier(tmp_path: Path, lang: str) -> Path:
    """A new dossier in each language, at a path with accents, spaces and signs that cmd reads."""
    path = tmp_path / "Été & 100 % (ENT)"
    assert recon("init", path, "--lang", lang).returncode == Exit.DONE
    return path


def text(path: Path) -> str:
    """Return the text of a file, its line ends as they are."""
    return path.read_bytes().decode("utf-8-sig")


def test_it_holds_folders_settings_templates_launcher_and_page(dossier: Path, lang: str) -> None:
    names = {path.relative_to(dossier).as_posix() for path in dossier.rglob("*")}
    made = {*FOLDERS, "profils", "rapports", "modeles", "recon.toml", PAGES[lang], LAUNCHERS[lang]}
    assert names == made | {f"modeles/{name}" for name in templates()}


def test_its_settings_are_read_as_proven(dossier: Path, lang: str) -> None:
    read = options(dossier)
    assert read.rates == {"2023-2024": 4500, "2026-2027": 4100}
    assert (read.lang, read.threshold, read.due_days) == (lang, 500, None)


def test_every_setting_is_explained_and_the_one_left_out_can_be_switched_on(dossier: Path) -> None:
    path = dossier / "recon.toml"
    path.write_text(text(path).replace("# jours = 60", "jours = 60"), encoding="utf-8")
    assert options(dossier).due_days == 60
    lines = [line for line in text(path).splitlines() if line.strip()]
    for at, line in enumerate(lines):
        if line.startswith(("langue", "emetteur", "[")):
            assert lines[at - 1].startswith("#"), line


def test_who_answers_can_be_switched_on(dossier: Path) -> None:
    path = dossier / "recon.toml"
    assert (options(dossier).contact, options(dossier).address) == ("", "")
    path.write_text(
        text(path).replace("# contact =", "contact =").replace("# adresse =", "adresse ="), encoding="utf-8"
    )
    settings = options(dossier).settings(date(2026, 11, 30))
    assert (settings.contact, settings.address.split(", ")[-1]) == ("service@exemple.fr", "31000 TOULOUSE")


@pytest.mark.parametrize("wrong", ['contact = "sans arobase"', "contact = 3", "adresse = 3", 'courriel = "a@b.fr"'])
def test_a_contact_that_is_none_is_refused(dossier: Path, wrong: str) -> None:
    path = dossier / "recon.toml"
    path.write_text(f"{wrong}\n{text(path)}", encoding="utf-8")
    with pytest.raises(Stop):
        options(dossier)


def test_the_page_names_only_commands_that_exist(dossier: Path, lang: str) -> None:
    said = text(dossier / PAGES[lang])
    commands = re.findall(r"^ {3,5}recon (\w+)(?: |$)|recon (\w+) \"paiements", said, re.MULTILINE)
    named = {first or second for first, second in commands}
    assert len(named) == 5
    assert {name for name in named if not _exists(name)} == set()
    assert all(name in said for name in (*FOLDERS, "modeles", "rapports", LAUNCHERS[lang]))


def _exists(name: str) -> bool:
    return any(name in {named.name, named.alias} for named in COMMANDS)


def test_the_page_is_one_page_that_notepad_shows(dossier: Path, lang: str) -> None:
    data = (dossier / PAGES[lang]).read_bytes()
    lines = data.removeprefix(BOM).decode().split("\r\n")
    assert data.startswith(BOM)
    assert "\n" not in "".join(lines)
    assert len(lines) <= 50
    assert max(map(len, lines)) <= 82


def test_the_launcher_is_for_windows_and_safe_for_any_path(dossier: Path, lang: str) -> None:
    data = (dossier / LAUNCHERS[lang]).read_bytes()
    lines = data.decode("utf-8").split("\r\n")
    assert not data.startswith(BOM)
    assert "\n" not in "".join(lines)
    assert lines[:2] == ["@echo off", "chcp 65001 >nul"]
    assert 'pushd "%~dp0"' in lines
    assert data.count(b"%~dp0") == 1
    run = {"fr": "lancer", "en": "run"}[lang]
    assert f"call %RECON% {run} ." in lines
    assert any("py -m recon" in line for line in lines)
    for code in (0, 1, 2, 3, 4, 5, 70, 130):
        assert any(line.startswith(f'if "%CODE%"=="{code}" echo ') for line in lines), code
    assert lines[-2:] == ["exit /b %CODE%", ""]
    for line in lines:
        said = line.partition("echo ")[2].partition(" & pause")[0]
        assert not set(said) & set("&|<>^%()!"), line


def test_the_french_texts_keep_french_typography(tmp_path: Path) -> None:
    recon("creer", tmp_path / "d")
    for name in ("A_LIRE.txt", "Lancer recon.cmd", "recon.toml"):
        for line in text(tmp_path / "d" / name).splitlines():
            said = line.partition("echo ")[2] if name.endswith(".cmd") else line.partition("#")[2] if "toml" in name else line  # fmt: skip
            bare = re.sub(r"\"[^\"]*\"|<a>", "", said)
            assert [why for pattern, why in WRONG if pattern.search(bare)] == [], line


def test_an_empty_dossier_says_what_to_do_when_it_is_run(tmp_path: Path) -> None:
    assert in_a_process("creer", "ici", cwd=tmp_path).returncode == 0
    done = in_a_process("lancer", "ici", cwd=tmp_path)
    assert done.returncode == Exit.NOTHING_READ
    assert "Déposer les classeurs dans les dossiers inscriptions, conventions, titres et paiements" in done.stderr


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"x")
    done = recon("creer", tmp_path)
    assert done.returncode == Exit.MISUSE
    assert "photo.jpg" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]
    assert recon("creer", tmp_path / "photo.jpg").returncode == Exit.MISUSE


def test_a_dossier_gets_what_it_lacks_and_keeps_what_it_has(tmp_path: Path) -> None:
    (tmp_path / "paiements").mkdir()
    (tmp_path / "paiements" / "registre.csv").write_text("a;b\n")
    (tmp_path / "recon.toml").write_text('langue = "en"\n')
    done = recon("creer", tmp_path)
    assert done.returncode == Exit.DONE
    assert "laissé tel quel\u00a0: paiements, recon.toml" in done.stdout
    assert (tmp_path / "recon.toml").read_text() == 'langue = "en"\n'
    assert (tmp_path / "paiements" / "registre.csv").read_text() == "a;b\n"
    assert (tmp_path / "A_LIRE.txt").exists()
    again = recon("creer", tmp_path)
    assert (again.returncode, again.stdout) == (Exit.MISUSE, "")
    assert "déjà un dossier recon complet" in again.stderr


def test_the_current_folder_is_the_one_if_none_is_named(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").write_bytes(b"x")
    assert recon("creer", cwd=tmp_path).returncode == Exit.DONE
    assert (tmp_path / "recon.toml").exists()


def test_what_cannot_be_written_ends_with_5(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("x")
    assert recon("creer", tmp_path / "fichier" / "dossier").returncode == Exit.NOT_WRITTEN
