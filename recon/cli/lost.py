"""A store that is gone from a dossier whose reports are there is said before a new one begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

    from recon.dossier import Options
    from recon.texts import Lang


def warn_of_lost(folder: Path, known: Options, lang: Lang) -> None:
    """Say, beside what the command prints, that the dossier has reports and that their store is gone."""
    from recon.cli.typed import within
    from recon.monthly import lost
    from recon.store.messages import BEGINS_ANEW

    if (said := lost(folder, known)) is not None:
        click.echo(BEGINS_ANEW.with_(lost=said, where=within(folder))(lang), err=True)
