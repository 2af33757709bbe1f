"""`recon backup` (`sauvegarder`) copies the store whole; `recon restore` (`restaurer`) puts a copy in its place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recon.cli.asked import DOSSIER, LANG, existing, spoken
from recon.errors import Exit, Stop
from recon.reports.files import free_name, why
from recon.texts import Text

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from recon.texts import Lang

FILE = Text("FICHIER", "FILE")
NO_STORE = Text("Ce dossier n’a pas encore de magasin : rien à sauvegarder.", "This dossier has no store yet: nothing to back up.")  # fmt: skip
DONE = Text("Sauvegarde : {path}", "Backup: {path}")
RESTORED = Text("Magasin restauré depuis {path}.", "Store restored from {path}.")
KEPT = Text("Celui qui s’y trouvait est gardé sous {path}.", "The one that was there is kept as {path}.")
NOT_WRITTEN = Text(
    "La copie n’a pas pu être écrite : {why}. Vérifier les droits et la place sur le disque, puis recommencer.",
    "The copy could not be written: {why}. Check permissions and disk space, then try again.",
)
OVER_STORE = Text(
    "{path} est le magasin lui-même, ou le journal qui l’accompagne : une sauvegarde est une copie. Donner un autre nom, ou aucun : elle va alors dans « sauvegardes ».",
    "{path} is the store itself, or the journal beside it: a backup is a copy. Give another name, or none: it then goes to “sauvegardes”.",
)
TAKEN = Text(
    "{path} existe déjà : une sauvegarde n’en remplace aucune. Donner un autre nom, ou aucun : elle va alors dans « sauvegardes ».",
    "{path} exists already: a backup replaces nothing. Give another name, or none: it then goes to “sauvegardes”.",
)
NO_FOLDER = Text(
    "Le dossier {path} n’existe pas : le créer d’abord, ou vérifier le chemin.",
    "There is no folder {path}: make it first, or check the path.",
)
ANOTHERS = Text(
    "Restaure même la sauvegarde d’un autre dossier : ses décisions et ses clôtures vaudront ici.",
    "Restore even the backup of another dossier: its decisions and closings will count here.",
)
FOLDER = "sauvegardes"


def command(lang: Lang) -> click.Command:
    """Return `backup` with its help in `lang`."""
    argument = click.Argument(["file"], required=False, type=click.Path(path_type=Path), metavar=f"[{FILE(lang)}]")
    return click.Command("backup", params=[argument, *_parameters(lang)], callback=backup)  # fmt: skip


def restoring(lang: Lang) -> click.Command:
    """Return `restore` with its help in `lang`."""
    argument = click.Argument(["file"], type=click.Path(path_type=Path), metavar=FILE(lang))
    anothers = click.Option(["--other-dossier", "--autre-dossier", "anothers"], is_flag=True, help=ANOTHERS(lang))
    return click.Command("restore", params=[argument, *_parameters(lang), anothers], callback=restore)


def _parameters(lang: Lang) -> list[click.Parameter]:
    return [
        click.Option(
            ["-C", "--dossier", "chosen"], type=click.Path(path_type=Path), metavar="DOSSIER", help=DOSSIER(lang)
        ),
        click.Option(["--lang"], type=click.Choice(["fr", "en"]), help=LANG(lang)),
    ]


def backup(file: Path | None, chosen: Path | None, lang: Lang | None) -> int:
    """Write the backup and return the exit code; without FILE, it goes to `sauvegardes/` under the moment's name.

    Stop if FILE is there already, or its folder is not.
    """
    from recon.dossier import options
    from recon.monthly import opened
    from recon.store.backup import back_up
    from recon.store.holder import now

    folder = existing(chosen or Path())
    known = options(folder)
    with opened(folder, known, to_write=False) as dossier:
        if dossier.store is None:
            raise Stop(NO_STORE, Exit.MISUSE)
        try:
            target = _target(file, folder, dossier.store.path, f"recon_{now()[:19].replace(':', '')}.db")
            back_up(dossier.store, target)
        except OSError as error:
            raise Stop(NOT_WRITTEN.with_(why=why(error)), Exit.NOT_WRITTEN) from error
    click.echo(DONE.with_(path=target)(spoken(lang, known.lang)))
    return Exit.DONE


def _target(file: Path | None, dossier: Path, store: Path | None, name: str) -> Path:
    """Return where the backup goes, a file that is not there yet; a folder takes it under the usual `name`."""
    if file is None:
        (dossier / FOLDER).mkdir(exist_ok=True)
        return free_name(dossier / FOLDER / name)
    from recon.store.backup import journal_of

    if file.is_dir():
        return free_name(file / name)
    if store is not None and file.resolve() in {store.resolve(), journal_of(store).resolve()}:
        raise Stop(OVER_STORE.with_(path=file), Exit.MISUSE)
    if file.exists():
        raise Stop(TAKEN.with_(path=file), Exit.MISUSE)
    if not file.parent.is_dir():
        raise Stop(NO_FOLDER.with_(path=file.parent), Exit.MISUSE)
    return file


def restore(file: Path, chosen: Path | None, lang: Lang | None, *, anothers: bool) -> int:
    """Restore the backup, once it is said what it lacks, and return the exit code.

    Stop if it is another dossier's, unless `anothers` may be.
    """
    from recon.cli.belonging import refusing_anothers, unlike_none
    from recon.cli.forgone import tell_forgone
    from recon.cli.typed import within
    from recon.dossier import options
    from recon.store.backup import restore as put_back
    from recon.store.place import store_url

    folder = existing(chosen or Path())
    known = options(folder)
    told_in = spoken(lang, known.lang)
    try:
        url = store_url(folder, known.store)
        refuse = None if anothers else refusing_anothers(file, folder, url)
        notes: list[Text | None] = []

        def look(held: Connection) -> None:
            if refuse is not None:
                refuse(held)
            notes.append(unlike_none(held, folder, url))
            tell_forgone(held, url, within(folder), told_in)

        kept = put_back(file, url, look)
    except OSError as error:
        raise Stop(NOT_WRITTEN.with_(why=why(error)), Exit.NOT_WRITTEN) from error
    click.echo(RESTORED.with_(path=file)(told_in))
    for note in filter(None, notes):
        click.echo(note(told_in))
    if kept is not None:
        click.echo(KEPT.with_(path=kept)(told_in))
    return Exit.DONE
