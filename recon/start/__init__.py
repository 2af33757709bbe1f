"""A new dossier: its folders, settings, templates, launcher and page to read; what is there already is never touched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recon.dossier import FOLDERS, LEFT_OUT, SETTINGS
from recon.errors import Exit, Stop
from recon.profile_files import FOLDER as PROFILES
from recon.reports.files import write_beside
from recon.reports.templates import templates
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.texts import Lang

TEMPLATES, REPORTS = "modeles", "rapports"
HERE = Path(__file__).parent
NO_FOLDER = Text("{path} est un fichier : donner un dossier.", "{path} is a file: give a folder.")
NOT_EMPTY = Text(
    "{path} contient déjà autre chose ({names}) : rien n’est créé. Donner un dossier vide ou un nouveau nom : recon creer mon_dossier.",
    "{path} already holds something else ({names}): nothing is created. Give an empty folder or a new name: recon init my_dossier.",
)
WHOLE = Text(
    "{path} est déjà un dossier recon complet : rien à créer. Pour rapprocher : recon lancer {quoted}",
    "{path} is a whole recon dossier already: nothing to create. To reconcile: recon run {quoted}",
)
MOST_NAMED = 3
# A byte order mark, so that every Notepad takes the page for UTF-8; in a .cmd it would spoil the first line.
MARKED = ".txt"


@dataclass(frozen=True, slots=True)
class Started:
    """What was created in a dossier and what was there and left as it was, by their names within it."""

    made: list[str]
    left: list[str]


def start(folder: Path, lang: Lang) -> Started:
    """Create the dossier, or what it lacks; Stop if the folder holds something else or lacks nothing.

    OSError if something cannot be written; what was created before stays.
    """
    parts = {**dict.fromkeys((*FOLDERS, PROFILES, REPORTS)), **dict(_files(lang))}
    if folder.exists() and not folder.is_dir():
        raise Stop(NO_FOLDER.with_(path=folder), Exit.MISUSE)
    there = _held(folder)
    if there and not _is_dossier(there):
        names = ", ".join([*there[:MOST_NAMED], *(["…"] if len(there) > MOST_NAMED else [])])
        raise Stop(NOT_EMPTY.with_(path=folder, names=names), Exit.MISUSE)
    left = [name for name in parts if (folder / name).exists() or (folder / name).is_symlink()]
    if len(left) == len(parts):
        raise Stop(WHOLE.with_(path=folder, quoted=f'"{folder}"'), Exit.MISUSE)
    made = [name for name in parts if name not in left]
    for name in made:
        _make(folder / name, parts[name])
    return Started(made, left)


def _held(folder: Path) -> list[str]:
    if not folder.exists():
        return []
    return sorted(path.name for path in folder.iterdir() if not path.name.lower().startswith(LEFT_OUT))


def _is_dossier(names: list[str]) -> bool:
    return SETTINGS in names or bool({*FOLDERS} & {*names})


def _make(path: Path, data: bytes | None) -> None:
    if data is None:
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    write_beside(path, data)


def _files(lang: Lang) -> Iterator[tuple[str, bytes]]:
    """Yield the name and bytes of every file: texts with Windows' line ends."""
    for path in sorted((HERE / lang).iterdir()):
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n").replace("\n", "\r\n")
        yield path.name, text.encode("utf-8-sig" if path.suffix == MARKED else "utf-8")
    for name, data in templates().items():
        yield f"{TEMPLATES}/{name}", data
