"""`recon ingest` (`integrer`): files by name into the dossier and its store, with what was read, kept and rejected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recon.cli.asked import LANG as LANG_HELP
from recon.cli.asked import existing, spoken, where_and_when
from recon.cli.validate import KINDS
from recon.errors import Exit, Stop
from recon.texts import Text, money, same, visible

if TYPE_CHECKING:
    from recon.tables import Month
    from recon.texts import Lang

FILES = Text("FICHIERS...", "FILES...")
KIND = Text("Ce que les fichiers contiennent, si leurs intitulés ne le disent pas.", "What the files hold, if their headings do not say.")  # fmt: skip
REPLACES = Text(
    "Le fichier du même nom est remplacé ; l’ancien est gardé dans « remplaces ».",
    "The file of the same name is replaced; the old one is kept in “remplaces”.",
)
ANOTHER = Text(
    "{name} : un autre fichier porte ce nom dans le dossier. S’il est corrigé par celui-ci, ajouter --remplace ; sinon le renommer.",
    "{name}: another file bears that name in the dossier. If this one corrects it, add --replaces; else rename it.",
)
NOT_READ = Text("{name} : {why}", "{name}: {why}")
NOT_KNOWN = Text(
    "aucune ligne d’intitulés connue ; dire ce qu’il contient avec --nature, paiements par exemple",
    "no known row of headings; say what it holds with --kind, paiements for example",
)
READ = Text(
    "{name} : {read} lignes lues, {kept} retenues, {rejected} rejetées, {out} hors périmètre, {duplicates} doublons{totals}",
    "{name}: {read} rows read, {kept} kept, {rejected} rejected, {out} out of scope, {duplicates} duplicates{totals}",
)
TOTALS = Text(" ; total {found}, annoncé {announced}", "; total {found}, announced {announced}")
NOT_WRITTEN = Text(
    "{name} n’a pas pu être copié : {why}. Vérifier les droits et la place sur le disque.",
    "{name} could not be copied: {why}. Check permissions and disk space.",
)
ASIDE = "remplaces"


def command(lang: Lang) -> click.Command:
    """Return the command with its help in `lang`."""
    parameters: list[click.Parameter] = [
        click.Argument(["files"], nargs=-1, required=True, type=click.Path(path_type=Path), metavar=FILES(lang)),
        *where_and_when(lang),
        click.Option(["--kind", "--nature", "kind"], type=click.Choice(KINDS), help=KIND(lang)),
        click.Option(["--replaces", "--remplace", "replaces"], is_flag=True, help=REPLACES(lang)),
        click.Option(["--lang"], type=click.Choice(["fr", "en"]), help=LANG_HELP(lang)),
    ]
    return click.Command("ingest", params=parameters, callback=ingest)


def ingest(
    files: tuple[Path, ...], chosen: Path | None, as_of: str | None, kind: str | None, lang: Lang | None, *, replaces: bool
) -> int:  # fmt: skip
    """Bring the files in and return the exit code: 1 if one was refused or has rows refused, 3 if all were."""
    from recon.cli.asked import day_asked
    from recon.dossier import options
    from recon.monthly import bring_in, opened

    folder = existing(chosen or Path())
    known = options(folder)
    told_in = spoken(lang, known.lang)
    on = day_asked(as_of)
    names, refused = set[str](), 0
    for path in files:
        placed = _placed(path, folder, kind or "", replaces=replaces)
        if isinstance(placed, Text):
            refused += 1
            click.echo(visible(NOT_READ.with_(name=path.name, why=placed)(told_in)), err=True)
        else:
            names.add(placed)
    if not names:
        return Exit.NOTHING_READ
    with opened(folder, known, to_write=True) as dossier:
        month = bring_in(dossier, names, on)
    rejected = _say(month, names, told_in)
    return Exit.REFUSED if refused or rejected else Exit.DONE


def _placed(path: Path, dossier: Path, kind: str, *, replaces: bool) -> str | Text:
    """Put a file in its folder and return its name within the dossier, or why it is refused."""
    from recon.checking import groups
    from recon.dossier import FOLDERS, spoken_name

    home, here = dossier.resolve(), path.resolve()
    if here.is_relative_to(home) and here.relative_to(home).parts[0] in FOLDERS:
        return spoken_name(here.relative_to(home))
    (group,) = groups([path], None, kind)
    (file,) = group.files
    if file.refusal is not None:
        return file.refusal
    if not file.folder:
        return NOT_KNOWN
    name = f"{file.folder}/{path.name}"
    try:
        _copy(path, dossier, name, replaces=replaces)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Stop(NOT_WRITTEN.with_(name=path.name, why=why), Exit.NOT_WRITTEN) from error
    return name


def _copy(path: Path, dossier: Path, name: str, *, replaces: bool) -> None:
    """Copy a file to its place; another of its name stays, aside, only if this one replaces it."""
    from recon.reports.files import free, write_beside

    target, data = dossier / name, path.read_bytes()
    if target.exists():
        before = target.read_bytes()
        if before == data:
            return
        if not replaces:
            raise Stop(ANOTHER.with_(name=name), Exit.MISUSE)
        kept = dossier / ASIDE / name
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_beside(free(kept) if kept.exists() else kept, before)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_beside(target, data)


def _say(month: Month, names: set[str], lang: Lang) -> int:
    """Print what was read of each file; return how many rows were rejected."""
    rejected = 0
    for row in month.sources.filter(month.sources["file"].is_in(list(names))).iter_rows(named=True):
        rejected += row["rejected"]
        announced = row["total_announced"]
        totals = TOTALS.with_(found=money(row["total_read"] or 0), announced=money(announced)) if announced is not None else same("")  # fmt: skip
        said = READ.with_(
            name=row["file"], read=row["read"], kept=row["kept"], rejected=row["rejected"], out=row["out_of_scope"],
            duplicates=row["duplicates"], totals=totals,
        )  # fmt: skip
        click.echo(visible(said(lang)))
    unread = set(month.findings.filter(month.findings["code"].is_in(["D01", "D02"]))["file"]) & names
    return rejected + len(unread)
