"""`recon close` (`cloturer`) locks a month as it was last run; `recon reopen` (`rouvrir`) opens it, with a reason."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recon.cli.asked import DOSSIER, LANG, existing, pdf_possible, reason_given, spoken, today
from recon.cli.typed import run_typed, within
from recon.errors import Exit, Stop
from recon.texts import Text, counted, day, joined, moment, same, visible

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from recon.store.runs import Run
    from recon.texts import Lang

MONTH = Text("MOIS", "MONTH")
WITH_REASON, WHY = Text("--motif MOTIF [OPTIONS]", "--reason REASON [OPTIONS]"), Text("MOTIF", "REASON")
REASON = Text("Motif de la réouverture (obligatoire).", "Reason (required).")
NO_MONTH = Text("« {text} » n’est pas un mois ; écrire par exemple 2026-11.", "“{text}” is no month; write for example 2026-11.")  # fmt: skip
NEVER_RUN = Text(
    "Le mois {month} n’a jamais été rapproché. Taper d’abord : « {command} », et vérifier ses rapports.",
    "The month {month} was never run. First type: “{command}”, and check its reports.",
)
CHANGED = Text(
    "Le dossier a changé depuis le dernier rapprochement de {month} (fichiers, décisions, profils ou recon.toml), ou un mois d’avant a été rapproché ou clôturé depuis. Taper à nouveau : « {command} », vérifier, puis clôturer.",
    "The dossier has changed since {month} was last run (files, decisions, profiles or recon.toml), or an earlier month was run or closed since. Type again: “{command}”, check, then close.",
)
ALREADY = Text("Le mois {month} est déjà clôturé, depuis le {at} par {who}.", "The month {month} is closed already, since {at} by {who}.")  # fmt: skip
NOT_WHOLE = Text(
    "Le mois {month} a été arrêté au {day} : un mois se clôture à son dernier jour. Taper : « {command} », vérifier, puis clôturer.",
    "The month {month} was drawn up for {day}: a month is closed as of its last day. Type: “{command}”, check, then close.",
)
AFTER = Text(
    "Le mois {later} est déjà clôturé, sans que {month} le soit : rouvrir {later} d’abord, puis clôturer les mois dans l’ordre.",
    "The month {later} is closed already, and {month} is not: reopen {later} first, then close the months in order.",
)
UNSOUND = Text(
    "Un contrôle de bouclage de {month} est faux : un mois dont les comptes ne tombent pas juste ne se clôture pas.",
    "A control of {month} does not hold: a month whose accounts do not add up is not closed.",
)
NOT_CLOSED = Text("Le mois {month} n’est pas clôturé.", "The month {month} is not closed.")
LATER = Text(
    "Le mois {later} est clôturé sur la base de {month} : le rouvrir d’abord.",
    "The month {later} was closed on the base of {month}: reopen it first.",
)
CLOSED = Text(
    "Mois {month} clôturé : {files}. « {command} » les réédite à l’identique.",
    "Month {month} closed: {files}. “{command}” prints them again as they are.",
)
ANYWAY = Text(
    "Clôture même si un mois d’avant reste à clôturer, ou si le mois n’est pas terminé.",
    "Close even though an earlier month is left open, or the month is not over.",
)
FIRST_CLOSE = Text(
    "Rien n’est clôturé : avant {month}, il reste à clôturer {earlier}, ce qui ne sera plus possible une fois {month} clôturé. Taper d’abord : « {run} », vérifier, puis « recon cloturer {first}{where} » ; ensuite rapprocher {month} de nouveau et le clôturer. Pour clôturer {month} tout de suite : « recon cloturer {month}{where} --quand-meme » (si le dossier a changé depuis son rapprochement, taper « {again} » avant).",
    "Nothing is closed: before {month}, {earlier} remains to be closed, which it no longer can be once {month} is closed. First type: “{run}”, check, then “recon close {first}{where}”; then run {month} again and close it. To close {month} at once: “recon close {month}{where} --anyway” (if the dossier has changed since it was run, type “{again}” before).",
)
NOT_OVER = Text(
    "Rien n’est clôturé : {month} n’est pas terminé, son dernier jour, le {day}, est après aujourd’hui, le {today}. Ce qui arriverait daté de ce mois serait tardif et compterait dans le mois suivant. À partir du {day}, taper : « {run} », vérifier, puis clôturer. Pour clôturer tout de suite : « recon cloturer {month}{where} --quand-meme » (si le dossier a changé depuis son rapprochement, taper « {again} » avant).",
    "Nothing is closed: {month} is not over, its last day, {day}, is after today, {today}. What would come dated in that month would be late and count in the next one. From {day} on, type: “{run}”, check, then close. To close at once: “recon close {month}{where} --anyway” (if the dossier has changed since it was run, type “{again}” before).",
)
NOT_IN_ORDER = Text(
    "Attention : avant {month}, il restait à clôturer {earlier}. Ce n’est plus possible tant que {month} est clôturé. Pour clôturer dans l’ordre, taper : « recon rouvrir {month}{where} --motif … », « {run} », « recon cloturer {first}{where} », « {again} », puis « recon cloturer {month}{where}{early} ».",
    "Warning: before {month}, {earlier} remained to be closed. It no longer can be while {month} is closed. To close in order, type: “recon reopen {month}{where} --reason …”, “{run}”, “recon close {first}{where}”, “{again}”, then “recon close {month}{where}{early}”.",
)
TO_COME = Text(
    "Attention : {month} n’est pas terminé : son dernier jour, le {day}, est après aujourd’hui, le {today}. Ce qui arrivera daté de ce mois sera tardif et comptera dans le mois suivant. Si c’est une erreur, taper : « recon rouvrir {month}{where} --motif … ».",
    "Warning: {month} is not over: its last day, {day}, is after today, {today}. What comes dated in that month will be late and count in the next one. If this is a mistake, type: “recon reopen {month}{where} --reason …”.",
)
EARLY = Text(" --quand-meme", " --anyway")
KEPT = (Text("fichier conservé", "file kept"), Text("fichiers conservés", "files kept"))
OPENED = Text(
    "Mois {month} rouvert. Ensuite : {command}, vérifier, puis recon cloturer {month}{where}.{later}",
    "Month {month} reopened. Next: {command}, check, then recon close {month}{where}.{later}",
)
LATER_RUNS = Text(
    " Les rapports des mois suivants, déjà faits, sont à refaire après : {commands}.",
    " The reports of the later months, made already, are to be made again after it: {commands}.",
)

_MONTH = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])")


def command(lang: Lang) -> click.Command:
    """Return `close` with its help in `lang`."""
    anyway = click.Option(["--anyway", "--quand-meme", "anyway"], is_flag=True, help=ANYWAY(lang))
    return click.Command("close", params=[*_parameters(lang), anyway], callback=close)


def reopening(lang: Lang) -> click.Command:
    """Return `reopen` with its help in `lang`."""
    reason = click.Option(["--reason", "--motif", "reason"], default="", metavar=WHY(lang), help=REASON(lang))
    parameters = [*_parameters(lang), reason]
    return click.Command("reopen", params=parameters, callback=reopen, options_metavar=WITH_REASON(lang))


def _parameters(lang: Lang) -> list[click.Parameter]:
    return [
        click.Argument(["month"], metavar=MONTH(lang)),
        click.Option(
            ["-C", "--dossier", "chosen"], type=click.Path(path_type=Path), metavar="DOSSIER", help=DOSSIER(lang)
        ),
        click.Option(["--lang"], type=click.Choice(["fr", "en"]), help=LANG(lang)),
    ]


def named_month(month: str) -> str:
    """Return the month typed; Stop if it is none."""
    if not _MONTH.fullmatch(month):
        raise Stop(NO_MONTH.with_(text=month), Exit.MISUSE)
    return month


def close(month: str, chosen: Path | None, lang: Lang | None, *, anyway: bool) -> int:
    """Close the month and return the exit code; Stop if it is out of order or not over, unless `anyway`."""
    from datetime import date

    from recon.cli.clock import warn_of_clock
    from recon.dossier import month_end, options
    from recon.monthly import day_of_run, opened, read_files
    from recon.recording import again, as_read_now, form_of
    from recon.store import closings, journal, runs

    name = named_month(month)
    folder = existing(chosen or Path())
    known = options(folder)
    with opened(folder, known, to_write=True) as dossier:
        warn_of_clock(dossier, spoken(lang, known.lang))
        with dossier.made.reading() as connection:
            last = runs.last_run(connection, name)
        if last is None:
            raise Stop(NEVER_RUN.with_(month=name, command=run_typed(folder, month_end(name))), Exit.MISUSE)
        if form_of(last).pdf:
            pdf_possible()
        read = read_files(dossier, day_of_run(last))
        with dossier.made.writing() as connection:
            newer = runs.last_run(connection, name) or last
            if newer.as_of != last.as_of:
                read = read_files(dossier, day_of_run(newer))
            last = newer
            _refuse(connection, last, folder)
            warnings = _untimely(connection, last, folder, anyway=anyway)
            now, read = as_read_now(dossier, read, day_of_run(last))
            found = again(now, connection, read, last)
            if not found.month.controls["holds"].all():
                raise Stop(UNSOUND.with_(month=name), Exit.CONTROL_FAILED)
            if not found.unchanged:
                command = run_typed(folder, date.fromisoformat(last.as_of))
                raise Stop(CHANGED.with_(month=name, command=command), Exit.MISUSE)
            with journal.entry(connection, "close") as entry:
                closings.record_closing(entry, name, found.run, found.reports.contents.values())
    said = CLOSED.with_(
        month=name,
        files=counted(len(found.reports.contents), *KEPT),
        command=run_typed(folder, date.fromisoformat(last.as_of)),
    )
    click.echo(said(spoken(lang, known.lang)))
    for warning in warnings:
        click.echo(warning(spoken(lang, known.lang)), err=True)
    return Exit.DONE


def _untimely(connection: Connection, last: Run, folder: Path, *, anyway: bool) -> list[Text]:
    """Say which months run before this one are left open behind it, and whether its last day is still to come.

    Stop at the first of the two unless `anyway`. Months before the last one closed were left open by an earlier
    closing, and named then.
    """
    from datetime import date

    from recon.dossier import month_end
    from recon.store import runs
    from recon.store.closings import closed_months

    name, end, now = last.month, date.fromisoformat(last.as_of), today()
    since = max(closed_months(connection), default="")
    earlier = sorted({run.month for run in runs.runs(connection) if since < run.month < name})
    told = {"month": name, "where": within(folder), "again": run_typed(folder, end)}
    said = []
    if earlier:
        first = {
            "first": earlier[0],
            "run": run_typed(folder, month_end(earlier[0])),
            "early": EARLY if end > now else "",
        }
        said.append((FIRST_CLOSE, NOT_IN_ORDER, told | first | {"earlier": ", ".join(earlier)}))
    if end > now:
        said.append((NOT_OVER, TO_COME, told | {"run": told["again"], "day": day(end), "today": day(now)}))
    if said and not anyway:
        refusal, _, facts = said[0]
        raise Stop(refusal.with_(**facts), Exit.MISUSE)
    return [warning.with_(**facts) for _, warning, facts in said]


def _refuse(connection: Connection, last: Run, folder: Path) -> None:
    """Stop if the run's month is closed, if a later one is, or if the run is not of its last day."""
    from datetime import date, datetime

    from recon.dossier import month_end
    from recon.store.closings import closed_months

    name, closed = last.month, closed_months(connection)
    if name in closed:
        at, who = moment(datetime.fromisoformat(closed[name]["at"])), visible(closed[name]["who"])
        raise Stop(ALREADY.with_(month=name, at=at, who=who), Exit.MISUSE)
    if closed and (later := max(closed)) > name:
        raise Stop(AFTER.with_(month=name, later=later), Exit.MISUSE)
    on, end = date.fromisoformat(last.as_of), month_end(name)
    if on != end:
        raise Stop(NOT_WHOLE.with_(month=name, day=day(on), command=run_typed(folder, end)), Exit.MISUSE)


def reopen(month: str, chosen: Path | None, reason: str, lang: Lang | None) -> int:
    """Reopen the month and return the exit code."""
    from recon.dossier import options
    from recon.monthly import opened
    from recon.store import closings, journal

    name = named_month(month)
    folder = existing(chosen or Path())
    why = reason_given(reason)
    known = options(folder)
    with opened(folder, known, to_write=True) as dossier, dossier.made.writing() as connection:
        closed = closings.closed_months(connection)
        if name not in closed:
            raise Stop(NOT_CLOSED.with_(month=name), Exit.MISUSE)
        if (later := max(closed)) > name:
            raise Stop(LATER.with_(month=name, later=later), Exit.MISUSE)
        with journal.entry(connection, "reopen") as entry:
            closings.record_reopening(entry, name, closed[name]["run"], why)
        days = _days_from(connection, name)
    command, *others = [run_typed(folder, days[one]) for one in sorted(days)]
    after = LATER_RUNS.with_(commands=joined(others, ", ")) if others else same("")
    click.echo(OPENED.with_(month=name, command=command, where=within(folder), later=after)(spoken(lang, known.lang)))
    return Exit.DONE


def _days_from(connection: Connection, month: str) -> dict[str, date]:
    """Return the day that each month was last drawn up for, from this one on."""
    from datetime import date

    from recon.store import runs

    return {run.month: date.fromisoformat(run.as_of) for run in runs.runs(connection) if run.month >= month}
