"""Arguments in, exit code out: one module per command; heavy imports wait inside the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from recon.texts import Text

if TYPE_CHECKING:
    from recon.texts import Lang

ALIASES = {
    "lancer": "run",
    "creer": "init",
    "lire-convention": "convention",
    "integrer": "ingest",
    "verifier": "validate",
    "associer": "map",
    "etat": "statement",
    "expliquer": "explain",
    "decider": "decide",
    "cloturer": "close",
    "rouvrir": "reopen",
    "historique": "history",
    "sauvegarder": "backup",
    "restaurer": "restore",
    "cellules": "cells",
}

ABOUT = Text(
    "Rapproche les inscriptions ENT-École, les conventions, les titres de perception et les paiements des collectivités.",
    "Reconciles ENT-École enrolments, conventions, titres de perception and the payers' payments.",
)
UNKNOWN = Text("La commande « {name} » n’existe pas.", "There is no command “{name}”.")
NEAR = Text("Vouliez-vous dire « {near} » ?", "Did you mean “{near}”?")
VERSION = Text("Affiche la version.", "Show the version.")


class Aliases(click.Group):
    """A group whose commands answer to an English name and to a French alias, the one of the language shown first."""

    lang: Lang = "fr"

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - Click's own signature.
        """Return the commands in the order of a month's work, not of the alphabet."""
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name or alias."""
        return super().get_command(ctx, ALIASES.get(cmd_name, cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; if there is none of that name, say which one is near."""
        from difflib import get_close_matches

        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            near = get_close_matches(args[0], [*ALIASES, *ALIASES.values()], n=1)
            said = UNKNOWN.with_(name=args[0])(self.lang)
            ctx.fail(f"{said} {NEAR.with_(near=near[0])(self.lang)}" if near else said)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List each command with both its names."""
        names = {name: alias for alias, name in ALIASES.items()}
        rows = []
        for name in self.list_commands(ctx):
            command = self.commands[name]
            pair = (names[name], name) if self.lang == "fr" else (name, names[name])
            rows.append((f"{pair[0]} ({pair[1]})", command.get_short_help_str(90)))
        with formatter.section(Text("Commandes ", "Commands")(self.lang)):
            formatter.write_dl(rows)


def program(lang: Lang) -> click.Group:
    """Return the command line in `lang`."""
    from recon.cli import (
        backup,
        cells,
        close,
        convention,
        decide,
        explain,
        history,
        ingest,
        init,
        run,
        statement,
        validate,
    )
    from recon.cli import map as mapping
    from recon.cli.asked import LANG

    group = Aliases(
        "recon",
        help=ABOUT(lang),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        commands={
            "run": run.command(lang),
            "init": init.command(lang),
            "convention": convention.command(lang),
            "ingest": ingest.command(lang),
            "validate": validate.command(lang),
            "map": mapping.command(lang),
            "statement": statement.command(lang),
            "explain": explain.command(lang),
            "decide": decide.command(lang),
            "close": close.command(lang),
            "reopen": close.reopening(lang),
            "history": history.command(lang),
            "backup": backup.command(lang),
            "restore": backup.restoring(lang),
            "cells": cells.command(lang),
        },
        subcommand_metavar=Text("COMMANDE [ARGUMENTS]...", "COMMAND [ARGS]...")(lang),
        params=[click.Option(["--lang"], type=click.Choice(["fr", "en"]), expose_value=False, help=LANG(lang))],
    )
    group.lang = lang
    return click.version_option(package_name="recon-ent", message="recon %(version)s", help=VERSION(lang))(group)
