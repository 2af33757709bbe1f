"""`recon run` (`lancer`): the month in one go, from the dossier's files to its reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recon.errors import Exit, Stop
from recon.texts import Text

if TYPE_CHECKING:
    from datetime import date

    from recon.outputs import Written
    from recon.pipeline import File
    from recon.tables import Month
    from recon.texts import Lang

ALIASES = {"lancer": "run"}

HELP = Text(
    "Lit le DOSSIER, rapproche chaque école de sa convention, de son titre et de son paiement, et écrit les rapports.",
    "Read the DOSSIER, reconcile each school with its convention, titre and payment, and write the reports.",
)
AS_OF = Text(
    "Jour auquel l’état est arrêté, par exemple 30/11/2026 ; sans cette option, le dernier jour du mois écoulé.",
    "Day the state is drawn up for, such as 30/11/2026; without it, the last day of the last month.",
)
DOSSIER = Text(
    "Le dossier à lire ; sans cette option, le dossier courant.", "The dossier to read; without it, the current folder."
)
QUIET = Text("N’affiche que le chemin du rapport.", "Print only the report's path.")
STRICT = Text("Termine avec le code 1 s’il reste un écart bloquant.", "End with code 1 if a blocking finding remains.")
LANG = Text("Langue de l’écran : fr ou en.", "Language of the screen: fr or en.")
NO_COLOR = Text("Sans couleurs.", "Without colours.")
JSON = Text("Affiche le résumé en JSON.", "Print the summary as JSON.")

NO_FOLDER = Text(
    "Dossier introuvable : {path}. Vérifier le chemin, ou se placer dans le dossier avant de lancer recon.",
    "Folder not found: {path}. Check the path, or go into the dossier before running recon.",
)
NOTHING = Text(
    "Aucun fichier à lire dans {path}. Déposer les classeurs dans les dossiers inscriptions, conventions, titres et paiements.",
    "No file to read in {path}. Drop the workbooks in the folders inscriptions, conventions, titres and paiements.",
)
NO_DATE = Text(
    "--as-of : « {value} » n’est pas une date ; écrire par exemple 30/11/2026.",
    "--as-of: “{value}” is no date; write for example 30/11/2026.",
)
NOT_WRITTEN = Text(
    "Le rapport n’a pas pu être écrit : {why}. Fermer les fichiers ouverts, vérifier les droits et la place sur le disque, puis recommencer.",
    "The report could not be written: {why}. Close open files, check permissions and disk space, then try again.",
)


def command(lang: Lang) -> click.Command:
    """Return the command with its help in `lang`."""
    parameters: list[click.Parameter] = [
        click.Argument(["dossier"], required=False, type=click.Path(path_type=Path)),
        click.Option(
            ["-C", "--dossier", "chosen"], type=click.Path(path_type=Path), metavar="DOSSIER", help=DOSSIER(lang)
        ),
        click.Option(["--as-of", "--arrete", "as_of"], metavar="DATE", help=AS_OF(lang)),
        click.Option(["-q", "--quiet"], is_flag=True, help=QUIET(lang)),
        click.Option(["--json", "as_json"], is_flag=True, help=JSON(lang)),
        click.Option(["--strict"], is_flag=True, help=STRICT(lang)),
        click.Option(["--lang"], type=click.Choice(["fr", "en"]), help=LANG(lang)),
        click.Option(["--no-color"], is_flag=True, envvar="NO_COLOR", help=NO_COLOR(lang)),
    ]
    return click.Command("run", params=parameters, callback=run, help=HELP(lang), short_help=HELP(lang))


def run(
    dossier: Path | None,
    chosen: Path | None,
    as_of: str | None,
    lang: Lang | None,
    *,
    quiet: bool,
    as_json: bool,
    strict: bool,
    no_color: bool,
) -> int:
    """Run the month and return the exit code."""
    from recon.cli import summary
    from recon.dossier import files, last_month_end, options, strays
    from recon.pipeline import reconcile

    folder = dossier or chosen or Path()
    if not folder.is_dir():
        raise Stop(NO_FOLDER.with_(path=folder), Exit.MISUSE)
    chosen_options = options(folder)
    spoken: Lang = lang or _spoken(chosen_options.lang)
    on = _day(as_of) if as_of else last_month_end(_today())
    read = files(folder)
    if not read:
        raise Stop(NOTHING.with_(path=folder), Exit.NOTHING_READ)
    month = reconcile(read, chosen_options.settings(on))
    screen = summary.Screen(spoken, colour=not no_color)
    if all(file.book is None for file in read):
        screen.refusals(month)
        return Exit.NOTHING_READ
    written = _write(month, folder)
    if as_json:
        click.echo(summary.as_json(month, written))
    elif quiet:
        click.echo(str(written.workbook))
    else:
        screen.month(month, written, strays(folder))
    return exit_code(month, read, strict=strict)


def _spoken(lang: str) -> Lang:
    import os

    return "en" if os.environ.get("RECON_LANG", lang) == "en" else "fr"


def _today() -> date:
    from datetime import datetime

    return datetime.now().astimezone().date()


def _day(text: str) -> date:
    from recon.values import parse_day

    on = parse_day(text)
    if on is None:
        raise Stop(NO_DATE.with_(value=text), Exit.MISUSE)
    return on


def _write(month: Month, folder: Path) -> Written:
    from recon.outputs import write

    try:
        return write(month, folder)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Stop(NOT_WRITTEN.with_(why=f"{error.filename or folder} ({why})"), Exit.NOT_WRITTEN) from error


def exit_code(month: Month, read: list[File], *, strict: bool) -> Exit:
    """Return how the run ends: a control that fails before a refused row or file before nothing to say."""
    if not month.controls["holds"].all():
        return Exit.CONTROL_FAILED
    blocking = (month.findings["severity"] == "blocking").any()
    rejected = month.sources["rejected"].sum() > 0 or any(file.refusal for file in read)
    unread = month.findings["code"].is_in(["D01", "D02"]).any()
    return Exit.REFUSED if rejected or unread or (strict and blocking) else Exit.DONE
