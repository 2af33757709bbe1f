"""`recon validate` (`verifier`): what files or a dossier hold, cell by cell, and what is to be corrected; writes nothing unless asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recon.cli.asked import AT, NOT_WRITTEN, NOTHING, day_asked, existing, how_shown, spoken
from recon.errors import Exit, Stop
from recon.reports.files import why
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.checking import Checked, Group
    from recon.tables import Month
    from recon.texts import Lang

KINDS = ("inscriptions", "conventions", "titres", "paiements", "referentiels")

WHAT = Text("[CHEMIN]...", "[PATH]...")
DOSSIER = Text(
    "Le dossier où chercher les fichiers ; sans fichier nommé, le dossier à vérifier.",
    "The dossier to look for the files in; without a named file, the dossier to check.",
)
KIND = Text(
    "Ce que contiennent les fichiers ; sans cette option, leur dossier ou leurs intitulés le disent.",
    "What the files hold; without it, their folder or their headings tell.",
)
ALL = Text(
    "Affiche chaque écart, et non le premier de chaque cause.", "Show every finding, not the first of each cause."
)
ANNOTATE = Text(
    "Écrit la copie annotée de chaque fichier à corriger, dans a_corriger à côté du fichier ou dans le dossier.",
    "Write the annotated copy of each faulty file, in a_corriger beside the file or in the dossier.",
)
INTO = Text(
    "Écrit les copies annotées dans le a_corriger de ce dossier-là.",
    "Write the annotated copies in that folder's a_corriger.",
)
QUIET = Text("N’affiche que les chemins des copies annotées.", "Print only the paths of the annotated copies.")
JSON = Text("Affiche chaque fichier et chaque écart en JSON.", "Print every file and every finding as JSON.")

NOT_ALL = Text("Des cellules ou des fichiers sont à corriger.", "Cells or files must be corrected.")
ASIDE = Text("La copie annotée précédente est gardée : {path}", "The previous annotated copy is kept: {path}")


def command(lang: Lang) -> click.Command:
    """Return the command with its help in `lang`."""
    folder = click.Path(path_type=Path)
    parameters: list[click.Parameter] = [
        click.Argument(["paths"], nargs=-1, type=folder, metavar=WHAT(lang)),
        click.Option(["-C", "--dossier", "chosen"], type=folder, metavar="DOSSIER", help=DOSSIER(lang)),
        click.Option(["--kind", "--nature", "kind"], type=click.Choice(KINDS), help=KIND(lang)),
        click.Option(["--all", "--tout", "everything"], is_flag=True, help=ALL(lang)),
        click.Option(["--annotate", "--annoter", "annotate"], is_flag=True, help=ANNOTATE(lang)),
        click.Option(["--into", "--dans", "into"], type=folder, metavar="DOSSIER", help=INTO(lang)),
        click.Option(["-q", "--quiet"], is_flag=True, help=QUIET(lang)),
        click.Option(["--json", "as_json"], is_flag=True, help=JSON(lang)),
        *how_shown(lang),
    ]
    return click.Command("validate", params=parameters, callback=validate)


def validate(
    paths: tuple[Path, ...],
    chosen: Path | None,
    kind: str | None,
    into: Path | None,
    lang: Lang | None,
    *,
    everything: bool,
    annotate: bool,
    quiet: bool,
    as_json: bool,
    no_color: bool,
) -> int:
    """Check, show, and return the exit code."""
    from recon.checking import checked, groups, month_of
    from recon.cli import diagnosed
    from recon.cli.summary import Screen
    from recon.dossier import options

    dossier = existing(chosen) if chosen else None
    asked = groups(list(paths), dossier, kind or "")
    if not any(group.shown for group in asked):
        raise Stop(NOTHING.with_(path=(dossier or Path(*paths[:1])).resolve()), Exit.NOTHING_READ)
    on = day_asked(None)
    told_in = spoken(lang, next((options(group.dossier).lang for group in asked if group.dossier), ""))
    months = [(group, month_of(group, on)) for group in asked]
    files = [file for group, month in months for file in checked(group, month)]
    set_aside: list[Path] = []
    copies = _copies(months, into, set_aside) if annotate or into else None
    if as_json:
        click.echo(diagnosed.as_json(files, copies, told_in))
    elif quiet:
        for path in (copies or {}).values():
            click.echo(str(path))
    else:
        typed = [*map(str, paths), *(["-C", str(chosen)] if chosen else [])]
        how = diagnosed.Shown(Screen(told_in, colour=not no_color), everything, told_in, typed)
        diagnosed.show(files, how)
        diagnosed.verdict(files, copies, how)
        for path in set_aside:
            click.echo(ASIDE.with_(path=_from_here(path))(told_in), err=True)
    code = exit_code(files)
    if code is not Exit.DONE:
        click.echo(NOT_ALL(told_in), err=True)
    return code


def _copies(months: Sequence[tuple[Group, Month]], into: Path | None, set_aside: list[Path]) -> dict[str, Path]:
    """Write the annotated copies of the files that were asked for; Stop if one cannot be written."""
    from recon.checking import targets
    from recon.outputs import write_copies

    written: dict[str, Path] = {}
    try:
        for group, month in months:
            files = [file for file in group.files if file.name in group.shown]
            written |= write_copies(month, files, targets(group, into), set_aside)
    except OSError as error:
        raise Stop(NOT_WRITTEN.with_(why=AT.with_(path=error.filename, why=why(error))), Exit.NOT_WRITTEN) from error
    return {name: _from_here(path) for name, path in written.items()}


def _from_here(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def exit_code(files: Sequence[Checked]) -> Exit:
    """Return how the check ends: nothing could be read, something is left out, or all is read."""
    if all(file.refused for file in files):
        return Exit.NOTHING_READ
    return Exit.REFUSED if any(file.refused or file.errors for file in files) else Exit.DONE
