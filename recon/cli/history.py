"""`recon history` (`historique`): what was done in a dossier, what changed between two months, and the journal's proof."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recon.cli.asked import DOSSIER, LANG, existing, spoken
from recon.errors import Exit, Stop
from recon.texts import Text, money, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from recon.changes import Change
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
    "Le journal est intact : {entries} entrées, dernière empreinte {digest}. Noter cette empreinte hors du dossier permet de prouver plus tard que rien n’en a été retiré.",
    "The journal is intact: {entries} entries, last digest {digest}. Noting that digest elsewhere lets one prove later that nothing was taken off.",
)
ALTERED = Text("Le magasin ne concorde pas avec son journal :", "The store does not agree with its journal:")
EVENTS = {
    "run": Text("rapprochement de {month} (n° {run}), {sources} fichiers nouveaux", "run of {month} (no. {run}), {sources} new files"),
    "ingest": Text("intégration de fichiers, {sources} nouveaux", "files brought in, {sources} new"),
    "read": Text("fichiers relus", "files read again"),
    "decide": Text("décision {decision}", "decision {decision}"),
    "undo": Text("retrait de la décision {decision}", "decision taken back: {decision}"),
    "close": Text("clôture de {month}", "closing of {month}"),
    "reopen": Text("réouverture de {month} : {reason}", "reopening of {month}: {reason}"),
}  # fmt: skip
DECISION = Text("n° {id}, {choice} {about}{parts} : {reason}", "no. {id}, {choice} {about}{parts}: {reason}")
BETWEEN = Text("De {one} à {other}", "From {one} to {other}")
SAME = Text("soldes inchangés", "balances unchanged")
NOTHING = Text("Aucun solde n’a changé.", "No balance changed.")
FILES = Text("Fichiers", "Files")
DECIDED = Text("Décisions prises ou retirées entre-temps", "Decisions made or taken back meanwhile")
RESOLVED = Text("Écarts résolus", "Findings resolved")
STATES = Text(
    "Écarts : {new} nouveaux, {standing} déjà là, {resolved} résolus depuis {before}",
    "Findings: {new} new, {standing} standing, {resolved} resolved since {before}",
)


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
        click.echo(PROVEN.with_(entries=len(digests), digest=last)(lang))
        return Exit.DONE
    click.echo(ALTERED(lang), err=True)
    for what in found:
        click.echo(f"  {what(lang)}", err=True)
    return Exit.CONTROL_FAILED


def _told(connection: Connection, months: tuple[str, ...], lang: Lang) -> tuple[list[str], Any]:
    if not months:
        told = list(_events(connection))
        return [f"{at}  {who}  {said(lang)}" for at, who, said in told], [
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

    known = {one.id: one for one in decisions(connection)}
    reasons = {row["entry"]: row["reason"] for row in closings(connection) if row["state"] == OPEN}
    for row in connection.execute(select(JOURNAL).order_by(JOURNAL.c.seq)).mappings():
        said = json.loads(row["said"])
        decision = known.get(said.get("decision"))
        told = EVENTS[row["event"]].with_(
            month=said.get("month", ""),
            run=said.get("run", ""),
            sources=len(said.get("sources", ())),
            decision=_decision(decision) if decision else "",
            reason=visible(reasons.get(row["seq"], "")),
        )
        yield row["at"], visible(row["who"]), told


def _decision(one: Recorded) -> Text:
    from recon.matching.rulings import CHOICES

    parts = "".join(f" {titre} = {money(cents)()}" for titre, cents in one.parts)
    return DECISION.with_(
        id=one.id,
        choice=CHOICES[one.choice],
        about=visible(one.about),
        parts=visible(parts),
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
    from recon.changes import changes, files_changed
    from recon.store.runs import table_of_run
    from recon.tables import SCHEMAS

    if one is None:
        return [BETWEEN.with_(one="–", other=other.month)(lang)], {"from": None, "to": other.month, "changes": []}
    before, after = ({name: table_of_run(connection, run.id, name) for name in SCHEMAS} for run in (one, other))
    found = changes(before, after)
    gone = before["findings"].join(after["findings"].select("finding_id"), on="finding_id", how="anti")
    counts = dict(after["findings"].group_by("state").len().iter_rows())
    decided = [_decision(recorded) for recorded in _between(connection, one, other)]
    files = files_changed(before, after)
    states = STATES.with_(new=counts.get("new", 0), standing=counts.get("standing", 0), resolved=gone.height, before=one.month)  # fmt: skip
    lines = [BETWEEN.with_(one=one.month, other=other.month)(lang), states(lang)]
    for title, said in ((FILES, files), (DECIDED, decided)):
        lines += [f"{title(lang)} :"] * bool(said) + [f"  {text(lang)}" for text in said]
    lines += [line for change in found for line in _lines(change, lang)] or [NOTHING(lang)]
    if gone.height:
        lines.append(f"{RESOLVED(lang)} : {', '.join(gone['finding_id'])}")
    told = {
        "from": one.month,
        "to": other.month,
        "files": [text(lang) for text in files],
        "decisions": [text(lang) for text in decided],
        "changes": [_as_json(change, lang) for change in found],
        "findings": {"new": counts.get("new", 0), "standing": counts.get("standing", 0), "resolved": gone["finding_id"].to_list()},
    }  # fmt: skip
    return lines, told


def _between(connection: Connection, one: Run, other: Run) -> Iterable[Recorded]:
    """Return the decisions recorded or taken back between two runs, as the journal orders them."""
    from recon.store.decisions import decided_between

    return decided_between(connection, min(one.id, other.id), max(one.id, other.id))


def _lines(change: Change, lang: Lang) -> Iterator[str]:
    from recon.changes import NAMES

    figures = ", ".join(
        f"{NAMES[name](lang)} {money(old)(lang)} → {money(new)(lang)}" for name, old, new in change.figures
    )
    name, year = change.payer_name or change.payer_siren, change.school_year or "–"
    yield visible(f"{name} {year} : {figures or SAME(lang)}")
    yield from (visible(f"    {cause(lang)}") for cause in change.causes)


def _as_json(change: Change, lang: Lang) -> dict[str, Any]:
    figures = {name: [f"{old / 100:.2f}", f"{new / 100:.2f}"] for name, old, new in change.figures}
    return {
        "school_year": change.school_year,
        "payer_siren": change.payer_siren,
        "payer_name": change.payer_name,
        "balances": figures,
        "causes": [cause(lang) for cause in change.causes],
    }
