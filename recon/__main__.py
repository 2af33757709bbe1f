"""`python -m recon`, and the command `recon`: no traceback ever reaches a user."""

from __future__ import annotations

import errno
import gettext
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recon.errors import Exit, Stop
from recon.texts import Text

if TYPE_CHECKING:
    from recon.texts import Lang

BUG = Text(
    "Erreur interne de recon : {why}. Le détail est dans {trace} ; merci de le transmettre avec la commande saisie.",
    "Internal error of recon: {why}. The details are in {trace}; please send it with the command you typed.",
)
NOT_SHOWN = Text(
    "Le résultat n’a pas pu être affiché : {why}. Vérifier le disque, puis recommencer.",
    "The result could not be shown: {why}. Check the disk, then try again.",
)
# The disk or the quota that the screen is redirected to is full, or the disk fails.
SHOWING = {errno.ENOSPC, errno.EDQUOT, errno.EIO}
OF_DISK = Text(
    "{path} ne peut être ni lu ni écrit : {why}. Vérifier le disque et la place qui y reste, puis recommencer.",
    "{path} can be neither read nor written: {why}. Check the disk and the space left on it, then try again.",
)
STOPPED = Text(
    "Interrompu. Les fichiers du dossier n’ont pas été modifiés.", "Interrupted. The dossier's files were not modified."
)


def language(arguments: list[str]) -> Lang:
    """Return the language asked for on the command line or in RECON_LANG, before anything is said; French first."""
    asked = os.environ.get("RECON_LANG", "fr")
    for index, argument in enumerate(arguments):
        if argument == "--lang" and index + 1 < len(arguments):
            asked = arguments[index + 1]
        elif argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
    return "en" if asked == "en" else "fr"


def _speak(lang: Lang) -> None:
    """Have Click's own sentences in the user's language."""
    if lang == "fr":
        os.environ["LANGUAGE"] = "fr"
        gettext.bindtextdomain("recon", str(Path(__file__).parent / "locale"))
        gettext.textdomain("recon")


def main() -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    lang = language(sys.argv[1:])
    if any(argument.startswith("--lang") for argument in sys.argv[1:]):
        os.environ["RECON_LANG"] = lang
    _speak(lang)
    sys.exit(_run(lang))


def _run(lang: Lang) -> int:
    from recon.cli import program

    try:
        return int(program(lang).main(prog_name="recon", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return Exit.MISUSE
    except Stop as stop:
        click.echo(stop.sentence(lang), err=True)
        return stop.code
    except (click.Abort, KeyboardInterrupt):
        click.echo(STOPPED(lang), err=True)
        return Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: a sentence, and the trace in a file.
        if isinstance(error, OSError) and error.errno in SHOWING:
            return _not_shown(error, lang) if error.filename is None else _of_disk(error, lang)
        click.echo(BUG.with_(why=type(error).__name__, trace=_trace())(lang), err=True)
        return Exit.BUG


def _not_shown(error: OSError, lang: Lang) -> int:
    from recon.reports.files import why

    # What is still to be shown would fail again when Python ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    click.echo(NOT_SHOWN.with_(why=why(error))(lang), err=True)
    return Exit.NOT_WRITTEN


def _of_disk(error: OSError, lang: Lang) -> int:
    """Say that a file can be neither read nor written, recon's own code perhaps."""
    from recon.reports.files import why

    click.echo(OF_DISK.with_(path=error.filename, why=why(error))(lang), err=True)
    return Exit.NOT_WRITTEN


def _trace() -> Path:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="recon_", suffix=".txt", delete=False, encoding="utf-8") as file:
        traceback.print_exc(file=file)
    return Path(file.name)


if __name__ == "__main__":
    main()
