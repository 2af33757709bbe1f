"""`recon explain` (`expliquer`): the rule behind a code, or the whole story of a school, titre, mandat or payer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recon.cli.asked import SEEN_ON, day_of, existing, how_shown, something, spoken, where_and_when
from recon.errors import Exit, Stop
from recon.texts import Text

if TYPE_CHECKING:
    from recon.story.parts import Story
    from recon.tables import Month
    from recon.texts import Lang

JSON = Text("Affiche l’histoire en JSON.", "Print the story as JSON.")
WHAT = Text("QUOI...", "WHAT...")
NOTHING_ASKED = Text(
    "Que faut-il expliquer ? Par exemple : recon expliquer P07, ou un UAI, un titre, une collectivité.",
    "What is to be explained? For example: recon explain P07, or a UAI, a titre, a payer.",
)
UNSOUND = Text(
    "Un contrôle de bouclage est faux : ne pas se fier à ces montants ; « recon lancer » dit lequel.",
    "A control does not hold: do not rely on these amounts; “recon run” says which.",
)


def command(lang: Lang) -> click.Command:
    """Return the command with its help in `lang`."""
    parameters: list[click.Parameter] = [
        click.Argument(["what"], nargs=-1, metavar=WHAT(lang)),
        *where_and_when(lang, SEEN_ON),
        click.Option(["--json", "as_json"], is_flag=True, help=JSON(lang)),
        *how_shown(lang),
    ]
    return click.Command("explain", params=parameters, callback=explain)


def explain(
    what: tuple[str, ...],
    chosen: Path | None,
    as_of: str | None,
    lang: Lang | None,
    *,
    as_json: bool,
    no_color: bool,
) -> int:
    """Tell the story and return the exit code."""
    from recon.story.find import rule_asked, story_of

    asked = " ".join(what).strip()
    if not asked:
        raise Stop(NOTHING_ASKED, Exit.MISUSE)
    rule = rule_asked(asked)
    if rule is not None:
        _show(rule, None, spoken(lang, ""), as_json=as_json, colour=not no_color)
        return Exit.DONE
    folder = existing(chosen or Path())
    month, told_in = _month(folder, as_of, lang, colour=not no_color)
    if month is None:
        return Exit.NOTHING_READ
    _show(story_of(month, list(what), str(folder.resolve())), month, told_in, as_json=as_json, colour=not no_color)
    if not month.controls["holds"].all():
        click.echo(UNSOUND(told_in), err=True)
        return Exit.CONTROL_FAILED
    return Exit.DONE


def _month(folder: Path, as_of: str | None, lang: Lang | None, *, colour: bool) -> tuple[Month | None, Lang]:
    """Compute the month; None, and why, if no file at all could be read."""
    from recon.cli.summary import Screen
    from recon.dossier import options
    from recon.monthly import looked_at, opened, read_files

    known = options(folder)
    told_in = spoken(lang, known.lang)
    something(folder)
    with opened(folder, known, to_write=False) as dossier:
        on = day_of(as_of, dossier)
        read = read_files(dossier, on)
        month = looked_at(dossier, read, on)
    if not any(file.is_read for file in read.read):
        Screen(told_in, colour=colour).refusals(month)
        return None, told_in
    return month, told_in


def _show(story: Story, month: Month | None, lang: Lang, *, as_json: bool, colour: bool) -> None:
    from recon.cli import telling

    on = month.settings.as_of if month else None
    if as_json:
        click.echo(telling.as_json(story, on, lang))
    else:
        telling.show(story, on, lang, colour=colour)
