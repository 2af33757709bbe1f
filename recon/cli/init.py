"""`recon init` (`creer`): a new dossier, ready to be filled and run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recon.cli.asked import AT, how_shown, spoken
from recon.errors import Exit, Stop
from recon.reports.files import why
from recon.texts import Text, visible

if TYPE_CHECKING:
    from recon.start import Started
    from recon.texts import Lang

FOLDER = Text("DOSSIER", "FOLDER")
MADE = Text("Dossier créé : {path}", "Dossier created: {path}")
COMPLETED = Text("Dossier complété : {path}", "Dossier completed: {path}")
ADDED = Text("  créé    {name}", "  created {name}")
KEPT = Text("  laissé tel quel : {names}", "  left as it was: {names}")
NEXT = Text(
    "Déposer les fichiers dans inscriptions, conventions, titres et paiements, puis double-cliquer sur « Lancer recon.cmd » ou taper : recon lancer {path}",
    "Drop the files in inscriptions, conventions, titres and paiements, then double-click “Run recon.cmd” or type: recon run {path}",
)
NOT_CREATED = Text(
    "Le dossier n’a pas pu être créé : {why}. Vérifier les droits et la place sur le disque, puis recommencer : ce qui manque sera ajouté.",
    "The dossier could not be created: {why}. Check permissions and disk space, then try again: what lacks will be added.",
)


def command(lang: Lang) -> click.Command:
    """Return the command with its help in `lang`."""
    parameters: list[click.Parameter] = [
        click.Argument(["folder"], required=False, type=click.Path(path_type=Path), metavar=f"[{FOLDER(lang)}]"),
        *how_shown(lang),
    ]
    return click.Command("init", params=parameters, callback=init)


def init(folder: Path | None, lang: Lang | None, *, no_color: bool) -> int:
    """Create the dossier, say what was made and what was left, and return the exit code."""
    from recon.start import start

    told_in = spoken(lang, "")
    where = folder or Path()
    try:
        started = start(where, told_in)
    except OSError as error:
        said = AT.with_(path=error.filename or where, why=why(error))
        raise Stop(NOT_CREATED.with_(why=said), Exit.NOT_WRITTEN) from error
    _show(started, where.resolve(), told_in, colour=not no_color)
    return Exit.DONE


def _show(started: Started, where: Path, lang: Lang, *, colour: bool) -> None:
    title = (COMPLETED if started.left else MADE).with_(path=visible(str(where)))(lang)
    click.echo(click.style(title, bold=True) if colour else title)
    for name in started.made:
        click.echo(ADDED.with_(name=name)(lang))
    if started.left:
        click.echo(KEPT.with_(names=", ".join(started.left))(lang))
    quoted = f'"{visible(str(where))}"'
    click.echo(f"\n{NEXT.with_(path=quoted)(lang)}")
