"""A clock that was set back is said: nothing is ordered by it, but the month and what the journal bears come from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from recon.texts import Text

if TYPE_CHECKING:
    from recon.monthly import Dossier
    from recon.texts import Lang

BEHIND = Text(
    "L’horloge de cet ordinateur semble en retard : elle dit le {now}, la dernière inscription au journal est du {last}. L’ordre du journal n’en dépend pas, et rien n’est perdu ; régler l’horloge, et donner le mois avec --arrete.",
    "This computer's clock seems to be behind: it says {now}, the last entry of the journal is of {last}. The journal's order does not depend on it, and nothing is lost; set the clock, and give the month with --as-of.",
)


def warn_of_clock(dossier: Dossier, lang: Lang) -> None:
    """Say, beside what the command prints, that the clock is behind the journal by more than an hour."""
    from recon.store.holder import local, now
    from recon.store.journal import ahead_of

    moment = now()
    with dossier.made.reading() as connection:
        last = ahead_of(connection, moment)
    if last is not None:
        click.echo(BEHIND.with_(now=local(moment), last=local(last))(lang), err=True)
