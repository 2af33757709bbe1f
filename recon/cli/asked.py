"""What the commands ask in the same way: the dossier, the day, the language, and the files to read."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recon.errors import Exit, Stop
from recon.texts import Text

if TYPE_CHECKING:
    from datetime import date

    from recon.monthly import Dossier
    from recon.texts import Lang

# Where a command notes the dossier that it was given, for the commands that its sentences name.
ASKED = "recon.dossier"
AS_OF = Text(
    "Jour auquel l’état est arrêté, par exemple 30/11/2026 ; sans cette option, le dernier jour du mois écoulé.",
    "Day the state is drawn up for, such as 30/11/2026; without it, the last day of the last month.",
)
SEEN_ON = Text(
    "Jour auquel l’état est arrêté, par exemple 30/11/2026 ; sans cette option, celui du dernier rapprochement, ou le dernier jour du mois écoulé.",
    "Day the state is drawn up for, such as 30/11/2026; without it, that of the latest run, or the last day of the last month.",
)
DOSSIER = Text(
    "Le dossier à lire ; sans cette option, le dossier courant.", "The dossier to read; without it, the current folder."
)
LANG = Text("Langue de l’écran : fr ou en.", "Language of the screen: fr or en.")
NO_COLOR = Text("Sans couleurs.", "Without colours.")

NO_FOLDER = Text(
    "Dossier introuvable : {path}. Vérifier le chemin, ou se placer dans le dossier avant de lancer recon.",
    "Folder not found: {path}. Check the path, or go into the dossier before running recon.",
)
A_FILE = Text(
    "{path} est un fichier, pas un dossier. Donner le dossier : recon lancer {home}",
    "{path} is a file, not a dossier. Give the dossier: recon run {home}",
)
WITHIN = Text(
    "{path} est l’un des dossiers d’un dossier recon. Donner celui qui le contient : recon lancer {home}",
    "{path} is one of the folders of a recon dossier. Give the one that holds it: recon run {home}",
)
NOTHING = Text(
    "Aucun fichier à lire dans {path}. Déposer les classeurs dans les dossiers inscriptions, conventions, titres et paiements.",
    "No file to read in {path}. Drop the workbooks in the folders inscriptions, conventions, titres and paiements.",
)
NO_DATE = Text(
    "--arrete : « {value} » n’est pas une date ; écrire par exemple 30/11/2026.",
    "--as-of: “{value}” is no date; write for example 30/11/2026.",
)
NO_REASON = Text("Donner le motif, avec --motif.", "Give the reason, with --reason.")
EMPTY_REASON = Text(
    "Le motif « {text} » ne dit rien : écrire en quelques mots, après --motif, pourquoi c’est décidé. Il reste inscrit.",
    "The reason “{text}” says nothing: write in a few words, after --reason, why this is decided. It stays on record.",
)
NO_PDF = Text(
    "--pdf : le complément « pdf » de recon n’est pas installé. L’installer avec pip install recon-ent[pdf], ou relancer sans --pdf : les états en .xlsx disent la même chose.",
    "--pdf: recon's extra “pdf” is not installed. Install it with pip install recon-ent[pdf], or run again without --pdf: the .xlsx statements say the same.",
)
NOT_WRITTEN = Text(
    "Le rapport n’a pas pu être écrit : {why}. Fermer les fichiers ouverts, vérifier les droits et la place sur le disque, puis recommencer.",
    "The report could not be written: {why}. Close open files, check permissions and disk space, then try again.",
)
AT = Text("{path} ({why})", "{path} ({why})")


def where_and_when(lang: Lang, as_of: Text = AS_OF) -> list[click.Parameter]:
    """Return the options that name the dossier and the day, which `as_of` explains."""
    return [
        click.Option(
            ["-C", "--dossier", "chosen"], type=click.Path(path_type=Path), metavar="DOSSIER", help=DOSSIER(lang)
        ),
        click.Option(["--as-of", "--arrete", "as_of"], metavar="DATE", help=as_of(lang)),
    ]


def how_shown(lang: Lang) -> list[click.Parameter]:
    """Return the options that choose the language and the colours."""
    return [
        click.Option(["--lang"], type=click.Choice(["fr", "en"]), help=LANG(lang)),
        click.Option(["--no-color"], is_flag=True, envvar="NO_COLOR", help=NO_COLOR(lang)),
    ]


def existing(folder: Path) -> Path:
    """Return the dossier; Stop if there is no such folder, with the dossier that a file lies in."""
    from recon.dossier import dossier_of

    if folder.is_file() and (home := dossier_of(folder)):
        raise Stop(A_FILE.with_(path=folder, home=f'"{home}"'), Exit.MISUSE)
    if not folder.is_dir():
        raise Stop(NO_FOLDER.with_(path=folder), Exit.MISUSE)
    if (context := click.get_current_context(silent=True)) is not None:
        context.meta[ASKED] = folder
    return folder


def something(folder: Path) -> None:
    """Stop if the dossier's folders hold no file at all."""
    from recon.dossier import FOLDERS, holds_files

    if holds_files(folder):
        return
    if folder.resolve().name in FOLDERS:
        raise Stop(WITHIN.with_(path=folder, home=f'"{folder.resolve().parent}"'), Exit.NOTHING_READ)
    raise Stop(NOTHING.with_(path=folder.resolve()), Exit.NOTHING_READ)


def pdf_possible() -> None:
    """Stop if what writes PDF is not installed: said before anything is read."""
    if find_spec("fpdf") is None:
        raise Stop(NO_PDF, Exit.MISUSE)


def spoken(asked: Lang | None, of_dossier: str) -> Lang:
    """Return the language to speak: the option, else RECON_LANG, else the dossier's; French first."""
    return asked or ("en" if os.environ.get("RECON_LANG", of_dossier) == "en" else "fr")


def day_asked(text: str | None) -> date:
    """Return the day of `--as-of`, without it the last day of the last completed month; Stop if it is no date."""
    from recon.dossier import last_month_end
    from recon.values import parse_day

    on = parse_day(text) if text else last_month_end(today())
    if on is None:
        raise Stop(NO_DATE.with_(value=text), Exit.MISUSE)
    return on


def day_of(text: str | None, dossier: Dossier) -> date:
    """Return the day of `--as-of`; without it the latest run's, or the end of the last completed month if that is later."""
    from recon.monthly import latest_day

    return day_asked(text) if text else max(filter(None, [day_asked(None), latest_day(dossier)]))


def reason_given(text: str) -> str:
    """Return the reason without the blanks around it; Stop if there is none, or nothing but dots, as an advice shows it."""
    if not text.strip():
        raise Stop(NO_REASON, Exit.MISUSE)
    if not any(character.isalnum() for character in text):
        raise Stop(EMPTY_REASON.with_(text=text.strip()), Exit.MISUSE)
    return text.strip()


def today() -> date:
    """Return the day on this machine."""
    from datetime import datetime

    return datetime.now().astimezone().date()
