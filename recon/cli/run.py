"""`recon run` (`lancer`): the month in one go, from the dossier's files to its reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recon.cli.asked import (
    NOT_WRITTEN,
    day_asked,
    existing,
    files_of,
    how_shown,
    pdf_possible,
    spoken,
    where_and_when,
)
from recon.errors import Exit, Stop
from recon.texts import Text

if TYPE_CHECKING:
    from recon.outputs import Written
    from recon.pipeline import File
    from recon.tables import Month
    from recon.texts import Lang

HELP = Text(
    "Lit le DOSSIER, rapproche chaque école de sa convention, de son titre et de son paiement, et écrit les rapports.",
    "Read the DOSSIER, reconcile each school with its convention, titre and payment, and write the reports.",
)
QUIET = Text("N’affiche que le chemin du rapport.", "Print only the report's path.")
STRICT = Text("Termine avec le code 1 s’il reste un écart bloquant.", "End with code 1 if a blocking finding remains.")
PDF = Text("Écrit aussi chaque état en PDF (complément « pdf »).", "Also write each statement as PDF (extra “pdf”).")
JSON = Text("Affiche le résumé en JSON.", "Print the summary as JSON.")


def command(lang: Lang) -> click.Command:
    """Return the command with its help in `lang`."""
    parameters: list[click.Parameter] = [
        click.Argument(["dossier"], required=False, type=click.Path(path_type=Path)),
        *where_and_when(lang),
        click.Option(["-q", "--quiet"], is_flag=True, help=QUIET(lang)),
        click.Option(["--json", "as_json"], is_flag=True, help=JSON(lang)),
        click.Option(["--strict"], is_flag=True, help=STRICT(lang)),
        click.Option(["--pdf"], is_flag=True, help=PDF(lang)),
        *how_shown(lang),
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
    pdf: bool,
    no_color: bool,
) -> int:
    """Run the month and return the exit code."""
    from recon.dossier import options, strays

    if pdf:
        pdf_possible()
    folder = existing(dossier or chosen or Path())
    chosen_options = options(folder)
    on = day_asked(as_of)
    read = files_of(folder)
    from recon.cli import summary
    from recon.pipeline import reconcile
    from recon.profile_files import profiles

    month = reconcile(read, chosen_options.settings(on), profiles(folder))
    screen = summary.Screen(spoken(lang, chosen_options.lang), colour=not no_color)
    if all(file.book is None for file in read):
        screen.refusals(month)
        return Exit.NOTHING_READ
    written = _write(month, folder, read, screen.lang, pdf=pdf)
    if as_json:
        click.echo(summary.as_json(month, written))
    elif quiet:
        click.echo(str(written.workbook))
    else:
        screen.month(month, written, strays(folder))
    if as_json or quiet:
        screen.unsound(month)
    return exit_code(month, read, strict=strict)


def _write(month: Month, folder: Path, read: list[File], lang: Lang, *, pdf: bool) -> Written:
    from recon.outputs import write

    try:
        return write(month, folder, read, lang, pdf=pdf)
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
