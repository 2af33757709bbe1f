"""What a restore takes away: said before the store that is there is put aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from recon.cli.history import decision_told
from recon.errors import Stop
from recon.store.backup import as_it_is
from recon.store.closings import CLOSED
from recon.store.database import is_there
from recon.store.forgone import forgone
from recon.store.holder import local
from recon.store.proof import refuse_altered
from recon.texts import Text, counted, joined, same, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection

    from recon.store.forgone import Forgone
    from recon.texts import Lang

HEADED = Text(
    "Le magasin actuel contient ce que la sauvegarde n’a pas, et qui ne vaudra plus :",
    "The present store holds what the backup does not, and what will no longer count:",
)
MADE, BACK = (
    Text("décision {decision}{withdrawn}", "decision {decision}{withdrawn}"),
    Text("décision qui vaudra de nouveau : {decision}{withdrawn}", "decision that will hold again: {decision}{withdrawn}"),
)  # fmt: skip
WITHDRAWN = Text(" ; retirée le {at} : {why}", "; taken back on {at}: {why}")
CLOSING, REOPENING = (
    Text("clôture de {month}, le {at} par {who}", "closing of {month}, on {at} by {who}"),
    Text("réouverture de {month}, le {at} par {who} : {reason}", "reopening of {month}, on {at} by {who}: {reason}"),
)
RUNS = Text("{count} : {each}", "{count}: {each}")
RUN = (Text("rapprochement", "run"), Text("rapprochements", "runs"))
EACH = Text("{month} ({count})", "{month} ({count})")
FILES = (Text("fichier reçu", "file taken in"), Text("fichiers reçus", "files taken in"))
AGAIN = Text(
    "Rien n’en est effacé : le magasin actuel est gardé à côté. Les décisions et les clôtures à conserver sont à inscrire de nouveau ; les fichiers du dossier seront repris au prochain recon lancer{where}.",
    "Nothing of it is erased: the present store is kept beside. Decisions and closings to be kept are to be recorded again; the dossier's files will be taken in by the next recon run{where}.",
)
CANNOT_TELL = Text(
    "Le magasin actuel ne peut pas être lu : ce qu’il contient et que la sauvegarde n’a pas ne peut pas être dit.",
    "The present store cannot be read: what it holds and the backup does not cannot be told.",
)
IN_DOUBT = Text(
    "Le magasin actuel ne concorde pas avec son journal : ce qui en est dit ici est à vérifier.",
    "The present store does not agree with its journal: what is told of it here is to be checked.",
)


def tell_forgone(backup: Connection, url: URL, where: str, lang: Lang) -> None:
    """Say what the SQLite store at `url` holds and `backup` does not, or that it cannot be told; nothing if it is all there."""
    if url.drivername != "sqlite" or not is_there(url):
        return
    try:
        with as_it_is(url) as store, store.reading() as present:
            lines = [line(lang) for line in _lines(present, forgone(present, backup))]
            in_doubt = _is_in_doubt(present)
    except (Stop, ValueError, KeyError, TypeError):
        click.echo(CANNOT_TELL(lang), err=True)
        return
    if lines:
        head = [IN_DOUBT(lang)] if in_doubt else []
        end = AGAIN.with_(where=where)(lang)
        click.echo("\n".join([*head, HEADED(lang), *(f"  {line}" for line in lines), end]), err=True)


def _is_in_doubt(present: Connection) -> bool:
    try:
        refuse_altered(present, "")
    except Stop:
        return True
    return False


def _lines(present: Connection, held: Forgone) -> Iterator[Text]:
    from recon.monthly import latest_names

    try:
        names = latest_names(present)
    except Stop:
        # A run's table that is gone names nobody; the decisions are there all the same.
        names = {}
    for sentence, told in ((MADE, held.made), (BACK, held.back)):
        for one in told:
            why, _, at = one.withdrawn or ("", "", "")
            back = WITHDRAWN.with_(at=local(at), why=visible(why)) if one.withdrawn else same("")
            yield sentence.with_(decision=decision_told(one, names), withdrawn=back)
    for row in held.closings:
        said = CLOSING if row["state"] == CLOSED else REOPENING
        at, who, reason = local(row["at"]), visible(row["who"]), visible(row["reason"])
        yield said.with_(month=row["month"], at=at, who=who, reason=reason)
    if held.runs:
        each = joined((EACH.with_(month=month, count=held.runs[month]) for month in sorted(held.runs)), ", ")
        yield RUNS.with_(count=counted(sum(held.runs.values()), *RUN), each=each)
    if held.files:
        yield counted(held.files, *FILES)
