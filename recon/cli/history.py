"""`recon history` (`historique`): what was done in a dossier, what changed between two months, and the journal's proof."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recon.cli.asked import DOSSIER, LANG, existing, spoken
from recon.cli.typed import run_typed, within
from recon.errors import Exit, Stop
from recon.texts import Text, counted, day, joined, moment, money, same, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from recon.monthly import Dossier
    from recon.store.decisions import Between, Recorded
    from recon.store.runs import Run
    from recon.texts import Lang

MONTHS = Text("[MOIS [MOIS]]", "[MONTH [MONTH]]")
CHECK = Text("Vérifie que rien d’inscrit n’a été modifié.", "Check that nothing recorded was altered.")
JSON = Text("Affiche en JSON.", "Print as JSON.")
NO_STORE = Text(
    "Ce dossier n’a pas encore d’historique : il commence au premier recon lancer{where}.",
    "This dossier has no history yet: it begins with the first recon run{where}.",
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
    "undo": Text("retrait de la décision {decision} ; motif du retrait : {why}", "decision taken back: {decision}; reason for it: {why}"),
    "close": Text("clôture de {month}", "closing of {month}"),
    "reopen": Text("réouverture de {month} : {reason}", "reopening of {month}: {reason}"),
}  # fmt: skip
DECISION = Text("n° {id}, {choice}{parts} ({about}) : {reason}", "no. {id}, {choice}{parts} ({about}): {reason}")
PART = Text(" {titre} = {sum}", " {titre} = {sum}")
REPLACED = Text("{decision} (remplacée par la décision n° {by})", "{decision} (replaced by decision no. {by})")
TAKEN, BACK = (
    Text("prise : {decision}", "made: {decision}"),
    Text("retirée : {decision} ; motif du retrait : {why}", "taken back: {decision}; reason for it: {why}"),
)
TAKEN_AND_BACK = Text(
    "prise, puis retirée : {decision} ; motif du retrait : {why}",
    "made, then taken back: {decision}; reason for it: {why}",
)
FIRST = Text(
    "{month} est le premier mois rapproché : aucun mois avant lui n’est à comparer. Ses montants :",
    "{month} is the first month run: there is none before it to compare with. Its amounts:",
)
FIGURE = Text("  {name} : {sum}", "  {name}: {sum}")
HOLDING, NO_DECISION = (
    Text("Décisions inscrites, ni retirées ni remplacées :", "Decisions recorded, neither taken back nor replaced:"),
    Text("Aucune décision inscrite qui ne soit retirée.", "No decision recorded that is not taken back."),
)
PUT_IN_ORDER = Text(
    "Mois remis dans l’ordre : {one} vient avant {other}.", "Months put in order: {one} comes before {other}."
)
OF_RUN = Text("{month} (n° {run}, arrêté au {day})", "{month} (no. {run}, as of {day})")
ONE_RUN = Text(
    "{month} n’a été rapproché qu’une fois : rien à comparer. Donner deux mois différents, ou ce mois seul, qui est comparé à celui d’avant : recon historique {month}{where}",
    "{month} was run only once: there is nothing to compare. Give two different months, or this one alone, which is held against the one before: recon history {month}{where}",
)
OLDER = Text(
    "Attention : {month} a été rapproché avant le dernier rapprochement de {after} ; pour comparer des états à jour, taper d’abord : {command}",
    "Note: {month} was run before the last run of {after}; to compare states that are up to date, type first: {command}",
)
RESTORE = Text(
    "Que faire : ne rien décider ni clôturer, et remettre une sauvegarde faite avant : recon restaurer FICHIER{where}, puis recon historique --verifier{where}. Le magasin actuel est gardé à côté.",
    "What to do: decide and close nothing, and put back a backup made before: recon restore FILE{where}, then recon history --check{where}. The present store is kept beside.",
)
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
            raise Stop(NO_STORE.with_(where=""), Exit.MISUSE)
        if check:
            return _check(dossier, told_in)
        with dossier.store.reading() as connection:
            lines, told = _told(connection, folder, months, told_in)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else "\n".join(lines))
    return Exit.DONE


def _check(dossier: Dossier, lang: Lang) -> int:
    from sqlalchemy import select

    from recon.store.proof import altered, unguarded
    from recon.store.schema import JOURNAL

    with dossier.made.reading() as connection:
        found = [*altered(connection), *unguarded(connection)]
        digests = connection.execute(select(JOURNAL.c.digest).order_by(JOURNAL.c.seq)).scalars().all()
    if not found:
        last = digests[-1] if digests else "–"
        click.echo(PROVEN.with_(entries=counted(len(digests), *ENTRIES), digest=last)(lang))
        return Exit.DONE
    click.echo(ALTERED(lang), err=True)
    for what in found:
        click.echo(f"  {what(lang)}", err=True)
    click.echo(RESTORE.with_(where=within(dossier.folder))(lang), err=True)
    return Exit.CONTROL_FAILED


def _told(connection: Connection, folder: Path, months: tuple[str, ...], lang: Lang) -> tuple[list[str], Any]:
    from datetime import date

    from recon.cli.close import named_month

    if not months:
        told = list(_events(connection))
        return [f"{moment(datetime.fromisoformat(at))()}  {who}  {said(lang)}" for at, who, said, _ in told], [
            {"at": at, "who": who, "event": said(lang), "reason": reason} for at, who, said, reason in told
        ]
    ordered = sorted(map(named_month, months))
    other = _run(connection, ordered[-1])
    if len(set(ordered)) < len(ordered):
        return _rerun(connection, other, lang)
    one = _run(connection, ordered[0]) if len(months) == 2 else _before(connection, other)
    if one is None:
        return _first(connection, other, lang)
    lines, found = _compared(connection, (one, same(one.month)), (other, same(other.month)), lang)
    if other.id < one.id:
        command = run_typed(folder, date.fromisoformat(other.as_of))
        lines.insert(0, OLDER.with_(month=other.month, after=one.month, command=command)(lang))
    if ordered != list(months):
        lines.insert(0, PUT_IN_ORDER.with_(one=ordered[0], other=ordered[1])(lang))
    return lines, found


def _rerun(connection: Connection, last: Run, lang: Lang) -> tuple[list[str], Any]:
    """Tell what changed from the first run of a month to its last; Stop if there was only one."""
    from datetime import date

    from recon.store.runs import runs

    first = next(run for run in runs(connection) if run.month == last.month)
    if first.id == last.id:
        raise Stop(ONE_RUN.with_(month=last.month, where=""), Exit.MISUSE)
    named = [OF_RUN.with_(month=run.month, run=run.id, day=day(date.fromisoformat(run.as_of))) for run in (first, last)]
    return _compared(connection, (first, named[0]), (last, named[1]), lang)


def _first(connection: Connection, run: Run, lang: Lang) -> tuple[list[str], Any]:
    """Tell the first month: its figures, and the decisions that hold in it."""
    from recon.changes import BALANCES, NAMES
    from recon.matching.rulings import in_force
    from recon.monthly import names_at
    from recon.store.decisions import standing_at
    from recon.store.runs import table_of_run

    payers = table_of_run(connection, run.id, "payers")
    figures = {name: int(payers[name].sum()) for name in BALANCES}
    names = names_at(connection, run.id)
    decided = [decision_told(one, names)(lang) for one in in_force(standing_at(connection, run.id))[0]]
    lines = [FIRST.with_(month=run.month)(lang)]
    lines += [FIGURE.with_(name=NAMES[name], sum=money(cents))(lang) for name, cents in figures.items()]
    lines += [HOLDING(lang), *(f"  {said}" for said in decided)] if decided else [NO_DECISION(lang)]
    in_euros = {name: f"{cents / 100:.2f}" for name, cents in figures.items()}
    return lines, {"from": None, "to": run.month, "changes": [], "balances": in_euros, "decisions": decided}


def _events(connection: Connection) -> Iterator[tuple[str, str, Text, str]]:
    """Yield every journal entry: when, who, what was done, and the reason given for it, if any."""
    import json

    from sqlalchemy import select

    from recon.matching.rulings import in_force
    from recon.monthly import latest_names
    from recon.store.closings import OPEN, closings
    from recon.store.decisions import decisions, standing
    from recon.store.schema import JOURNAL

    known, names = {one.id: one for one in decisions(connection)}, latest_names(connection)
    reasons = {row["entry"]: row["reason"] for row in closings(connection) if row["state"] == OPEN}
    replaced = in_force(standing(connection))[1]
    for row in connection.execute(select(JOURNAL).order_by(JOURNAL.c.seq)).mappings():
        said, event = json.loads(row["said"]), row["event"]
        decision = known.get(said.get("decision"))
        why = (decision.withdrawn or ("",))[0] if decision and event == "undo" else ""
        shown = decision_told(decision, names) if decision else same("")
        if event == "decide" and decision and decision.id in replaced:
            shown = REPLACED.with_(decision=shown, by=replaced[decision.id])
        told = EVENTS[event].with_(
            month=said.get("month", ""),
            run=said.get("run", ""),
            sources=_new_files(len(said.get("sources", ()))),
            decision=shown,
            why=visible(why),
            reason=visible(reasons.get(row["seq"], "")),
        )
        given = decision.reason if decision and event == "decide" else why or reasons.get(row["seq"], "")
        yield row["at"], visible(row["who"]), told, given


def _between(one: Recorded, within_: Between, names: Mapping[str, str]) -> Text:
    """Say of a decision whether it was made or taken back between two runs, or both."""
    made, back = one.id in within_.made, one.id in within_.back
    said = TAKEN_AND_BACK if made and back else BACK if back else TAKEN
    why = visible(one.withdrawn[0]) if one.withdrawn else ""
    return said.with_(decision=decision_told(one, names), why=why)


def decision_told(one: Recorded, names: Mapping[str, str]) -> Text:
    """Tell a decision: its number, what is decided of what, and its reason."""
    from recon.matching.rulings import CHOICES, about_of

    parts = joined((PART.with_(titre=visible(titre), sum=money(cents)) for titre, cents in one.parts), ",")
    return DECISION.with_(
        id=one.id,
        choice=CHOICES[one.choice],
        about=about_of(one, names),
        parts=parts,
        reason=visible(one.reason),
    )


def _run(connection: Connection, month: str) -> Run:
    from recon.store.runs import last_run

    found = last_run(connection, month)
    if found is None:
        raise Stop(NEVER_RUN.with_(month=month), Exit.MISUSE)
    return found


def _before(connection: Connection, run: Run) -> Run | None:
    from recon.store.runs import previous_run

    return previous_run(connection, run.month)


def _compared(
    connection: Connection, of_one: tuple[Run, Text], of_other: tuple[Run, Text], lang: Lang
) -> tuple[list[str], Any]:
    """Return what changed between two runs, each with how it is called, for a reader and for a program."""
    from recon.changes import OutOfScope, names_of
    from recon.cli.compared import told
    from recon.matching.rulings import OUT_OF_SCOPE
    from recon.store.decisions import decided_between, decisions, standing_at
    from recon.store.runs import table_of_run
    from recon.tables import SCHEMAS

    (one, called), (other, then) = of_one, of_other
    before, after = ({name: table_of_run(connection, run.id, name) for name in SCHEMAS} for run in (one, other))
    names = names_of(before) | names_of(after)
    between = decided_between(connection, min(one.id, other.id), max(one.id, other.id))
    decided = [
        _between(made, between, names) for made in decisions(connection) if made.id in between.made | between.back
    ]
    out = [made for run in (one, other) for made in standing_at(connection, run.id) if made.choice == OUT_OF_SCOPE]
    outside = {made.about: OutOfScope(made.id, made.id in between.back) for made in out}
    return told((called, then), before, after, decided, outside, lang)


def _new_files(count: int) -> Text:
    return counted(count, *FILES_IN) if count else NO_FILE_IN
