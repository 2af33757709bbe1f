"""Arguments in, exit code out: one module per command; heavy imports wait inside the command."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from recon.errors import Stop
from recon.texts import Text

if TYPE_CHECKING:
    from recon.texts import Lang


class Named(NamedTuple):
    """A command: its English name, its French alias, the module and the function that make it, what it does."""

    name: str
    alias: str
    module: str
    maker: str
    about: Text


# In the order of a month's work. A command's module is imported when the command is asked for, not to list it.
COMMANDS = (
    Named(
        "run",
        "lancer",
        "run",
        "command",
        Text(
            "Lit le DOSSIER, rapproche chaque école de sa convention, de son titre et de son paiement, et écrit les rapports.",
            "Read the DOSSIER, reconcile each school with its convention, titre and payment, and write the reports.",
        ),
    ),
    Named(
        "init",
        "creer",
        "init",
        "command",
        Text(
            "Crée un dossier : ses sous-dossiers, recon.toml commenté, des modèles vides, un lanceur pour Windows et une page à lire. N’écrase jamais rien.",
            "Create a dossier: its folders, a commented recon.toml, blank templates, a launcher for Windows and a page to read. Never overwrites anything.",
        ),
    ),
    Named(
        "convention",
        "lire-convention",
        "convention",
        "command",
        Text(
            "Montre ce que dit une convention (PDF avec texte, .txt, .md), champ par champ, avec sa page et sa ligne. N’écrit rien.",
            "Show what a convention (PDF with text, .txt, .md) says, field by field, with its page and line. Writes nothing.",
        ),
    ),
    Named(
        "ingest",
        "integrer",
        "ingest",
        "command",
        Text(
            "Copie des FICHIERS dans le dossier, selon leur nature, et les inscrit au magasin ; l’original n’est pas touché.",
            "Copy FILES into the dossier, by what they hold, and record them in the store; the original is untouched.",
        ),
    ),
    Named(
        "validate",
        "verifier",
        "validate",
        "command",
        Text(
            "Vérifie un dossier ou des fichiers : chaque cellule à corriger, ce qui est attendu, ce qu’il faut faire. N’écrit rien sans --annoter.",
            "Check a dossier or files: every cell to correct, what is expected, what to do. Writes nothing without --annotate.",
        ),
    ),
    Named(
        "map",
        "associer",
        "map",
        "command",
        Text(
            "Montre comment un fichier est compris, demande ce qui est en doute, et écrit le profil qui vaudra pour les suivants.",
            "Show how a file is understood, ask what is in doubt, and write the profile for those to come.",
        ),
    ),
    Named(
        "statement",
        "etat",
        "statement",
        "command",
        Text(
            "Dit ce que doit une collectivité, ce qu’elle a payé par quel mandat et ce qui reste, avec le calcul. Sans dossier, --convention et --registre suffisent.",
            "Say what a payer owes, what it paid by which mandat and what remains, with the arithmetic. Without a dossier, --convention and --ledger are enough.",
        ),
    ),
    Named(
        "explain",
        "expliquer",
        "explain",
        "command",
        Text(
            "Explique un code d’écart (P07), une école (UAI), un titre, une collectivité, ou l’un de ses mandats : « Céret » 2026/1187.",
            "Explain a finding's code (P07), a school (UAI), a titre, a payer, or one of its mandats: “Céret” 2026/1187.",
        ),
    ),
    Named(
        "decide",
        "decider",
        "decide",
        "command",
        Text(
            "Inscrit une décision sur un paiement (« Céret » 2026/1187, ou son identité), un titre ou un écart ; ou en retire une.",
            "Record a decision on a payment (“Céret” 2026/1187, or its identity), a titre or a finding; or take one back.",
        ),
    ),
    Named(
        "close",
        "cloturer",
        "close",
        "command",
        Text(
            "Clôture un MOIS (2026-11) : ses rapports et ses tables ne changent plus ; ce qui arrive après compte dans le mois suivant.",
            "Close a MONTH (2026-11): its reports and tables no longer change; what comes later counts in the next month.",
        ),
    ),
    Named(
        "reopen",
        "rouvrir",
        "close",
        "reopening",
        Text(
            "Rouvre un MOIS clôturé, pour un motif qui reste inscrit.",
            "Reopen a closed MONTH, for a reason that stays on record.",
        ),
    ),
    Named(
        "history",
        "historique",
        "history",
        "command",
        Text(
            "Ce qui a été fait : imports, mois, décisions, clôtures ; avec un ou deux MOIS (2026-10 2026-11), ce qui a changé et pourquoi.",
            "What was done: imports, months, decisions, closings; with one or two MONTHS (2026-10 2026-11), what changed and why.",
        ),
    ),
    Named(
        "backup",
        "sauvegarder",
        "backup",
        "command",
        Text(
            "Copie le magasin entier (décisions, mois, clôtures, journal) dans FICHIER, après l’avoir contrôlé.",
            "Copy the whole store (decisions, months, closings, journal) into FILE, once it is checked.",
        ),
    ),
    Named(
        "restore",
        "restaurer",
        "backup",
        "restoring",
        Text(
            "Remet le magasin tel qu’il est dans la sauvegarde FICHIER ; celui qui s’y trouvait est gardé à côté.",
            "Put the store back as it is in the backup FILE; the one that was there is kept beside.",
        ),
    ),
    Named(
        "cells",
        "cellules",
        "cells",
        "command",
        Text(
            "Montre ce que recon voit dans un fichier : feuilles, dimensions, parties masquées, cellules en erreur.",
            "Show what recon sees in a file: sheets, sizes, hidden parts, cells in error.",
        ),
    ),
)

ABOUT = Text(
    "Rapproche les inscriptions ENT-École, les conventions, les titres de perception et les paiements des collectivités.",
    "Reconciles ENT-École enrolments, conventions, titres de perception and the payers' payments.",
)
UNKNOWN = Text("La commande « {name} » n’existe pas.", "There is no command “{name}”.")
NEAR = Text("Vouliez-vous dire « {near} » ?", "Did you mean “{near}”?")
WORDS = Text("TEXTE", "TEXT")
VERSION = Text("Affiche la version.", "Show the version.")


class Aliases(click.Group):
    """A group whose commands answer to an English name and to a French alias, the one of the language shown first."""

    lang: Lang = "fr"

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what it stops with names the dossier in each command to type."""
        from recon.cli.asked import ASKED
        from recon.cli.typed import within

        try:
            return super().invoke(ctx)
        except click.NoSuchOption as error:
            if error.possibilities:
                # Click lists the near ones by their letters; the nearest comes first.
                del error.possibilities[1:]
            raise
        except Stop as stop:
            if (folder := ctx.meta.get(ASKED)) is None:
                raise
            raise Stop(stop.sentence.refilled(where=within(folder)), stop.code) from stop

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - Click's own signature.
        """Return the commands in the order of a month's work, not of the alphabet."""
        return [named.name for named in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - Click's own.
        """Return the command of this name or alias."""
        named = next((named for named in COMMANDS if cmd_name in {named.name, named.alias}), None)
        if named is None:
            return None
        command: click.Command = getattr(import_module(f"recon.cli.{named.module}"), named.maker)(self.lang)
        command.help = named.about(self.lang)
        for option in command.params:
            if isinstance(option, click.Option) and option.type is click.STRING and not option.metavar:
                option.metavar = WORDS(self.lang)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; if there is none of that name, say which one is near."""
        known = [name for named in COMMANDS for name in (named.name, named.alias)]
        if args[0] not in known and not args[0].startswith("-"):
            from difflib import get_close_matches

            own = {pair[self.lang == "en"]: pair for pair in ((named.alias, named.name) for named in COMMANDS)}
            other = {pair[self.lang != "en"]: name for name, pair in own.items()}
            near = get_close_matches(args[0], own, n=1) or [
                other[name] for name in get_close_matches(args[0], other, n=1)
            ]
            said = UNKNOWN.with_(name=args[0])(self.lang)
            ctx.fail(f"{said} {NEAR.with_(near=near[0])(self.lang)}" if near else said)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - Click's own signature.
        """List each command with both its names."""
        rows = []
        for named in COMMANDS:
            pair = (named.alias, named.name) if self.lang == "fr" else (named.name, named.alias)
            rows.append((f"{pair[0]} ({pair[1]})", named.about(self.lang)))
        with formatter.section(Text("Commandes ", "Commands")(self.lang)):
            formatter.write_dl(rows)


def program(lang: Lang) -> click.Group:
    """Return the command line in `lang`."""
    from recon.cli.asked import LANG

    group = Aliases(
        "recon",
        help=ABOUT(lang),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        subcommand_metavar=Text("COMMANDE [ARGUMENTS]...", "COMMAND [ARGS]...")(lang),
        params=[click.Option(["--lang"], type=click.Choice(["fr", "en"]), expose_value=False, help=LANG(lang))],
    )
    group.lang = lang
    return click.version_option(package_name="recon-ent", message="recon %(version)s", help=VERSION(lang))(group)
