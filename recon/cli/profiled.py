"""What `recon map` writes: the profile, put beside the former one, and the files that it holds for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.errors import Exit, Stop
from recon.reports.files import why
from recon.texts import Text, visible

if TYPE_CHECKING:
    from pathlib import Path

    from recon.cli.map import Located
    from recon.cli.summary import Screen
    from recon.mapping.session import Session

NO_DOSSIER = Text(
    "Aucun dossier où écrire le profil : donner le vôtre avec -C DOSSIER.",
    "No dossier to write the profile in: give yours with -C DOSSIER.",
)
ALSO = Text("Ce profil vaut aussi pour {files}.", "This profile also holds for {files}.")
OTHER_PAYER = Text(
    "{patterns} vaut aussi pour {file}, qui nomme un autre payeur ({payers}) : le profil dirait « {own} » de ses lignes. Rien n’est écrit : donner des noms plus précis (--fichiers), ou la colonne du payeur (--set payeur=…).",
    "{patterns} also holds for {file}, which names another payer ({payers}): the profile would say “{own}” of its lines. Nothing is written: give more precise names (--pattern), or the payer’s column (--set payer=…).",
)
WRITTEN = Text(
    "Profil écrit : {path}, pour les fichiers {patterns} de « {folder} ».",
    "Profile written: {path}, for the files {patterns} in “{folder}”.",
)
OLD = Text("L’ancien profil est gardé : {path}.", "The former profile is kept: {path}.")
DROP = Text("Déposer ce fichier dans « {folder} » pour qu’il soit lu.", "Drop this file in “{folder}” to have it read.")
CANNOT_WRITE = Text(
    "Le profil {path} n’a pas pu être écrit : {why}. Vérifier les droits et fermer le fichier s’il est ouvert.",
    "The profile {path} could not be written: {why}. Check permissions, and close the file if it is open.",
)


def caught(session: Session, located: Located) -> list[str]:
    """Return the other files of the folder that the profile is for; Stop if its payer is not the one that such a file names."""
    from recon.identifiers import siren_of
    from recon.layouts.problems import quoted
    from recon.readers import Refused
    from recon.readers.apart import read_books

    profile = session.understood.profile
    folder = located.dossier / profile.source.folder
    names = {path: path.relative_to(located.dossier).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()}
    caught = [
        path
        for path, name in names.items()
        if name != session.file and profile.fits(name) and not path.name.startswith(("~$", "."))
    ]
    payer = profile.fixed.get("payer_siret")
    for path, book in zip(caught, read_books(caught), strict=True) if payer else ():
        others = set() if isinstance(book, Refused) else session.payers_in(book, names[path]) - {siren_of(payer or "")}
        if others:
            numbers, file = ", ".join(sorted(others)[:3]), visible(names[path])
            why = OTHER_PAYER.with_(patterns=quoted(profile.patterns), file=file, payers=numbers, own=payer)
            raise Stop(why, Exit.REFUSED)
    return [names[path] for path in caught]


def write(session: Session, located: Located, screen: Screen) -> None:
    """Write the profile and say so, with the other files that it holds for; Stop as `caught` and `store` do."""
    from recon.cli import mapped
    from recon.layouts.problems import quoted

    profile = session.understood.profile
    path = path_of(located, profile.name)
    existed = path.exists()
    also = caught(session, located)
    store(session, located)
    folder = profile.source.folder
    said = WRITTEN.with_(path=path, patterns=quoted(profile.patterns), folder=folder)
    screen.out.print(said(screen.lang), style="bold green", markup=False)
    if existed:
        screen.out.print(OLD.with_(path=_former(path).name)(screen.lang), markup=False)
    if not located.folder:
        screen.out.print(DROP.with_(folder=folder)(screen.lang), style="yellow", markup=False)
    if also:
        screen.out.print(ALSO.with_(files=quoted(also))(screen.lang), style="yellow", markup=False)
    mapped.still(session.others(profile), screen.out, screen.lang)


def store(session: Session, located: Located) -> Path:
    """Write the profile, the former text of that name kept beside; Stop if it cannot be written."""
    from recon.dossier import FOLDERS, SETTINGS
    from recon.reports.files import write_beside

    if not located.chosen and not any((located.dossier / known).exists() for known in (SETTINGS, *FOLDERS)):
        raise Stop(NO_DOSSIER, Exit.MISUSE)
    path = path_of(located, session.understood.profile.name)
    text = _text(session)
    session.read_back(text)
    try:
        path.parent.mkdir(exist_ok=True)
        if path.exists():
            write_beside(_former(path), path.read_bytes())
        return write_beside(path, text.encode())
    except OSError as error:
        raise Stop(CANNOT_WRITE.with_(path=path, why=why(error)), Exit.NOT_WRITTEN) from error


def path_of(located: Located, name: str) -> Path:
    """Return where the dossier keeps the profile of a name."""
    from recon.profile_files import FOLDER

    return located.dossier / FOLDER / f"{name}.toml"


def _former(path: Path) -> Path:
    return path.with_name(f"{path.name}.ancien")


def _text(session: Session) -> str:
    from datetime import datetime

    from recon.profile_files import Origin, written

    profile, heading = session.understood.profile, session.place.heading
    rows = str(heading.last + 1) if heading.first == heading.last else f"{heading.first + 1}-{heading.last + 1}"
    today = f"{datetime.now().astimezone().date():%d/%m/%Y}"
    return written(profile, Origin(session.file, session.place.sheet.name, rows, today))
