"""`recon history` (`historique`): what was done in a dossier, what changed between two months, and the journal's proof."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recon.cli.asked import DOSSIER, LANG, existing, spoken
from recon.errors import Exit, Stop
from recon.texts import Text, counted, moment, money, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from recon.monthly import Dossier
    from recon.store.decisions import Recorded
    from recon.store.runs import Run
    from recon.texts import Lang

MONTHS = Text("[MOIS [MOIS]]", "[MONTH [MONTH]]")
CHECK = Text("Vérifie que rien d’inscrit n’a été modifié.", "Check that nothing recorded was altered.")
JSON = Text("Affiche en JSON.", "Print as JSON.")
NO_STORE = Text(
    "Ce dossier n’a pas encore d’historique : il commence au premier recon lancer.",
    "This dossier has no history yet: it begins with the first recon run.",
)
NEVER_RUN = Text("Le mois {month} n’a jamais été rapproché.", "The month {month} was never run.")
PROVEN = Text(
    "Le journal est intact : {entries}, dernière empreinte {digest}. Noter cette empreinte hors du dossier permet de prouver plus tard que rien n’en a été retiré.",
    "The journal is intact: {entries}, last digest {digest}. Noting that digest elsewhere lets one prove later that nothing was taken off.",
)
ALTERED = Text("Le magasin ne concorde pas avec son journal :", "The store does not agree with its journal:")
EVENTS = {
    "run": Text("rapprochement de {month} (n° {run}), {sources}", "run of {month} (no. {run}), {sources}"),
    "ingest": Text("intégration de fichiers, {sources}", "files brought in, {sources}"),
    "read": Text("fichiers relus", "files read again"),
    "decide": Text("décision {decision}", "decision {decision}"),
    "undo": Text("retrait de la décision {decision}", "decision taken back: {decision}"),
    "close": Text("clôture de {month}", "closing of {month}"),
    "reopen": Text("réouverture de {month} : {reason}", "reopening of {month}: {reason}"),
}  # fmt: skip
DECISION = Text("n° {id}, {choice}{parts} ({about}) : {reason}", "no. {id}, {choice}{parts} ({about}): {reason}")
ENTRIES = (Text("entrée", "entry"), Text("entrées", "entries"))
FILES_IN = (Text("fichier nouveau", "new file"), Text("fichiers nouveaux", "new files"))
NO_FILE_IN = Text("aucun fichier nouveau", "no new file")


def command(lang: Lang) -> click.Command:
    """Return the command with its help in `lang`."""
    parameters: list[click.Parameter] = [
        click.Argument(["months"], nargs=-1, metavar=MONTHS(lang)),
        click.Option(
            ["-C", "--dossier", "chosen"], type=click.Path(path_type=Path), metavar="DOSSIER", help=DOSSIER(lang)
        ),
        click.Option(["--check", "--verifier", "check"], is_flag=True, help=CHECK(lang)),
        click.Option(["--json", "as_json"], is_flag=True, help=JSON(lang)),
        click.Option(["--lang"], type=click.Choice(["fr", "en"]), help=LANG(lang)),
    ]
    return click.Command("history", params=parameters, callback=history)


def history(months: tuple[str, ...], chosen: Path | None, lang: Lang | None, *, check: bool, as_json: bool) -> int:
    """Tell the history and return the exit code: 4 if something recorded was altered."""
    import json

    from recon.cli.close import NO_MONTH
    from recon.dossier import options
    from recon.monthly import opened

    folder = existing(chosen or Path())
    known = options(folder)
    told_in = spoken(lang, known.lang)
    if len(months) > 2:
        raise Stop(NO_MONTH.with_(text=" ".join(months)), Exit.MISUSE)
    with opened(folder, known, to_write=False) as dossier:
        if dossier.store is None:
            raise Stop(NO_STORE, Exit.MISUSE)
        if check:
            return _check(dossier, told_in)
        with dossier.store.reading() as connection:
            lines, told = _told(connection, months, told_in)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else "\n".join(lines))
    return Exit.DONE


def _check(dossier: Dossier, lang: Lang) -> int:
    from sqlalchemy import select

    from recon.store.proof import altered
    from recon.store.schema import JOURNAL

    with dossier.made.reading() as connection:
        found = list(altered(connection))
        digests = connection.execute(select(JOURNAL.c.digest).order_by(JOURNAL.c.seq)).scalars().all()
    if not found:
        last = digests[-1] if digests else "–"
        click.echo(PROVEN.with_(entries=counted(len(digests), *ENTRIES), digest=last)(lang))
        return Exit.DONE
    click.echo(ALTERED(lang), err=True)
    for what in found:
        click.echo(f"  {what(lang)}", err=True)
    return Exit.CONTROL_FAILED


def _told(connection: Connection, months: tuple[str, ...], lang: Lang) -> tuple[list[str], Any]:
    if not months:
        told = list(_events(connection))
        return [f"{moment(datetime.fromisoformat(at))()}  {who}  {said(lang)}" for at, who, said in told], [
            {"at": at, "who": who, "event": said(lang)} for at, who, said in told
        ]
    other = _run(connection, months[-1])
    one = _run(connection, months[0]) if len(months) == 2 else _before(connection, other)
    return _compared(connection, one, other, lang)


def _events(connection: Connection) -> Iterator[tuple[str, str, Text]]:
    """Yield every journal entry: when, who, and what was done."""
    import json

    from sqlalchemy import select

    from recon.store.closings import OPEN, closings
    from recon.store.decisions import decisions
    from recon.store.schema import JOURNAL

    known, names = {one.id: one for one in decisions(connection)}, _names(connection)
    reasons = {row["entry"]: row["reason"] for row in closings(connection) if row["state"] == OPEN}
    for row in connection.execute(select(JOURNAL).order_by(JOURNAL.c.seq)).mappings():
        said = json.loads(row["said"])
        decision = known.get(said.get("decision"))
        told = EVENTS[row["event"]].with_(
            month=said.get("month", ""),
            run=said.get("run", ""),
            sources=_new_files(len(said.get("sources", ()))),
            decision=_decision(decision, names) if decision else "",
            reason=visible(reasons.get(row["seq"], "")),
        )
        yield row["at"], visible(row["who"]), told


def _decision(one: Recorded, names: Mapping[str, str]) -> Text:
    from recon.matching.rulings import CHOICES, about_of

    parts = ", ".join(f"{titre} = {money(cents)()}" for titre, cents in one.parts)
    return DECISION.with_(
        id=one.id,
        choice=CHOICES[one.choice],
        about=about_of(one, names),
        parts=visible(f" {parts}") if parts else "",
        reason=visible(one.reason),
    )


def _run(connection: Connection, month: str) -> Run:
    from recon.cli.close import named_month
    from recon.store.runs import last_run

    found = last_run(connection, named_month(month))
    if found is None:
        raise Stop(NEVER_RUN.with_(month=month), Exit.MISUSE)
    return found


def _before(connection: Connection, run: Run) -> Run | None:
    from recon.store.runs import previous_run

    return previous_run(connection, run.month)


def _compared(connection: Connection, one: Run | None, other: Run, lang: Lang) -> tuple[list[str], Any]:
    """Return what changed between two runs, for a reader and for a program."""
    from recon.cli.compared import BETWEEN, names_of, told
    from recon.matching.rulings import OUT_OF_SCOPE
    from recon.store.decisions import decided_between, standing_at
    from recon.store.runs import table_of_run
    from recon.tables import SCHEMAS

    if one is None:
        return [BETWEEN.with_(one="–", other=other.month)(lang)], {"from": None, "to": other.month, "changes": []}
    before, after = ({name: table_of_run(connection, run.id, name) for name in SCHEMAS} for run in (one, other))
    names = names_of(before) | names_of(after)
    decided = decided_between(connection, min(one.id, other.id), max(one.id, other.id))
    outside = {ruling.about: ruling.id for ruling in standing_at(connection, other.id) if ruling.choice == OUT_OF_SCOPE}
    return told((one.month, other.month), before, after, [_decision(made, names) for made in decided], outside, lang)


def _new_files(count: int) -> Text:
    return counted(count, *FILES_IN) if count else NO_FILE_IN


def _names(connection: Connection) -> dict[str, str]:
    """Return the payers' names by SIREN, as the latest run has them."""
    from recon.cli.compared import names_of
    from recon.store.runs import runs, table_of_run

    return names_of({"payers": table_of_run(connection, made[-1].id, "payers")}) if (made := runs(connection)) else {}
