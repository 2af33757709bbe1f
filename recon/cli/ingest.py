"""`recon ingest` (`integrer`): files by name into the dossier and its store, with what was read, kept and rejected."""

from __future__ import annotations

import errno
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recon.cli.asked import LANG as LANG_HELP
from recon.cli.asked import existing, spoken, where_and_when
from recon.cli.validate import KINDS
from recon.errors import Exit, Stop
from recon.reports.files import why
from recon.texts import Text, counted, money, same, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
A_FOLDER = Text("c’est un dossier ; nommer ses fichiers", "it is a folder; name its files")
TWICE = Text(
    "{name} : deux fichiers de ce nom sont donnés ; en renommer un, puis recommencer.",
    "{name}: two files of that name are given; rename one, then try again.",
)
READ = Text(
    "{name} : {read}, {kept}, {rejected}, {out} hors périmètre, {duplicates}{totals}",
    "{name}: {read}, {kept}, {rejected}, {out} out of scope, {duplicates}{totals}",
)
COUNTS = {
    "read": (Text("ligne lue", "row read"), Text("lignes lues", "rows read")),
    "kept": (Text("retenue", "kept"), Text("retenues", "kept")),
    "rejected": (Text("rejetée", "rejected"), Text("rejetées", "rejected")),
    "duplicates": (Text("doublon", "duplicate"), Text("doublons", "duplicates")),
}
CHECK = Text(
    "Pour voir chaque cellule et ce qu’il faut y corriger : recon verifier {files}",
    "To see each cell and what to correct there: recon validate {files}",
)
TOTALS = Text(" ; total {found}, annoncé {announced}", "; total {found}, announced {announced}")
NOT_WRITTEN = Text(
    "{name} n’a pas pu être copié : {why}. Rien n’a été modifié. Fermer ce fichier s’il est ouvert, vérifier les droits et la place sur le disque, puis recommencer.",
    "{name} could not be copied: {why}. Nothing was changed. Close that file if it is open, check permissions and disk space, then try again.",
)


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
    from recon.cli.clock import warn_of_clock
    from recon.dossier import options
    from recon.monthly import opened
    from recon.recording import bring_in

    folder = existing(chosen or Path())
    known = options(folder)
    told_in = spoken(lang, known.lang)
    on = day_asked(as_of)
    asked, refused = dict[str, Path](), 0
    for path in files:
        name = _name(path, folder, kind or "")
        if isinstance(name, Text):
            refused += 1
            click.echo(visible(NOT_READ.with_(name=path.name, why=name)(told_in)), err=True)
        elif asked.setdefault(name, path) != path:
            raise Stop(TWICE.with_(name=path.name), Exit.MISUSE)
    if not asked:
        return Exit.NOTHING_READ
    with opened(folder, known, to_write=True) as dossier:
        warn_of_clock(dossier, told_in)
        month = bring_in(dossier, _in_place(asked, folder, replaces=replaces), on)
    rejected = _say(month, set(asked), folder, told_in)
    return Exit.REFUSED if refused or rejected else Exit.DONE


def _name(path: Path, dossier: Path, kind: str) -> str | Text:
    """Return a file's name within the dossier, or why it is refused."""
    from recon.answered import OUR_WORKBOOK
    from recon.checking import groups
    from recon.cli.typed import within
    from recon.dossier import FOLDERS, spoken_name
    from recon.reports.answers import is_report, is_statement

    home, here = dossier.resolve(), path.resolve()
    if path.is_dir():
        return A_FOLDER
    if here.is_relative_to(home) and here.relative_to(home).parts[0] in FOLDERS:
        return spoken_name(here.relative_to(home))
    (group,) = groups([path], None, kind)
    file = next((one for one in group.files if one.name in group.shown), None)
    if file is not None and file.book is not None and is_report(file.book) and not is_statement(file.book):
        return OUR_WORKBOOK.with_(where=within(dossier), workbook=f'"{path}"')
    if file is not None and file.refusal is not None:
        return file.refusal
    if file is None or not file.folder:
        return NOT_KNOWN
    return f"{file.folder}/{path.name}"


@contextmanager
def _in_place(asked: dict[str, Path], dossier: Path, *, replaces: bool) -> Iterator[set[str]]:
    """Copy files to their places and give their names; all are as before if one cannot be, or is then not recorded."""
    with ExitStack() as undone:
        for name, path in asked.items():
            try:
                undone.callback(_copied(path, dossier, name, replaces=replaces))
            except OSError as error:
                raise Stop(NOT_WRITTEN.with_(name=path.name, why=why(error)), Exit.NOT_WRITTEN) from error
        yield set(asked)
        undone.pop_all()


def _copied(path: Path, dossier: Path, name: str, *, replaces: bool) -> Callable[[], object]:
    """Copy a file to its place and return what undoes it; another of its name stays, aside, only if this one replaces it."""
    from recon.recording import REPLACED
    from recon.reports.files import place_for, write_beside

    target, data = dossier / name, path.read_bytes()
    before = target.read_bytes() if target.exists() else None
    if before == data:
        return lambda: None
    if before is None:
        target.parent.mkdir(parents=True, exist_ok=True)
        _written_there(target, data)
        return lambda: target.unlink(missing_ok=True)
    if not replaces:
        raise Stop(ANOTHER.with_(name=name), Exit.MISUSE)
    kept = dossier / REPLACED / name
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept = place_for(kept, before)
    if not kept.exists():
        write_beside(kept, before)
    _written_there(target, data)
    # A renaming needs no place on a full disk.
    return lambda: kept.replace(target)


def _written_there(target: Path, data: bytes) -> None:
    """Write a file under its own name alone; OSError if another program holds it."""
    from recon.reports.files import write_beside

    written = write_beside(target, data)
    if written != target:
        written.unlink()
        raise PermissionError(errno.EACCES, "open elsewhere", str(target))


def _say(month: Month, names: set[str], folder: Path, lang: Lang) -> int:
    """Print what was read of each file, and what was refused in which cell; return how many rows were rejected."""
    rejected = 0
    for row in month.sources.filter(month.sources["file"].is_in(list(names))).iter_rows(named=True):
        rejected += row["rejected"]
        announced = row["total_announced"]
        totals = TOTALS.with_(found=money(row["total_read"] or 0), announced=money(announced)) if announced is not None else same("")  # fmt: skip
        said = READ.with_(
            name=row["file"], out=row["out_of_scope"], totals=totals,
            **{name: counted(row[name], *words) for name, words in COUNTS.items()},
        )  # fmt: skip
        click.echo(visible(said(lang)))
    unread = set(month.findings.filter(month.findings["code"].is_in(["D01", "D02"]))["file"]) & names
    if rejected or unread:
        _refused(month, names, folder, lang)
    return rejected + len(unread)


def _refused(month: Month, names: set[str], folder: Path, lang: Lang) -> None:
    """Say which cells were refused and why, and what shows each of them in its row."""
    from recon.cli.summary import REJECTS, Screen

    Screen(lang).refusals(month, names)
    faulty = month.findings.filter(month.findings["code"].is_in(REJECTS) & month.findings["file"].is_in(list(names)))
    paths = " ".join(f'"{folder / name}"' for name in sorted(set(faulty["file"])))
    if paths:
        click.echo(visible(CHECK.with_(files=paths)(lang)), err=True)
