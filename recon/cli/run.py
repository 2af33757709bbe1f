"""`recon run` (`lancer`): the month in one go, from the dossier's files to its reports."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from recon.cli.asked import (
    AT,
    NOT_WRITTEN,
    day_asked,
    existing,
    how_shown,
    pdf_possible,
    something,
    spoken,
    where_and_when,
)
from recon.cli.typed import within
from recon.errors import Exit, Stop
from recon.reports.files import why
from recon.texts import Text, counted, moment, visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy import RowMapping

    from recon.monthly import Dossier
    from recon.pipeline import File
    from recon.tables import Month
    from recon.texts import Lang

QUIET = Text("N’affiche que le chemin du rapport.", "Print only the report's path.")
STRICT = Text("Termine avec le code 1 s’il reste un écart bloquant.", "End with code 1 if a blocking finding remains.")
PDF = Text("Écrit aussi chaque état en PDF (complément « pdf »).", "Also write each statement as PDF (extra “pdf”).")
JSON = Text("Affiche le résumé en JSON.", "Print the summary as JSON.")
CLOSED = Text(
    "Le mois {month} est clôturé depuis le {at} par {who} : ses rapports sont ceux de la clôture, réédités à l’identique. Pour le reprendre : recon rouvrir {month}{where} --motif …",
    "The month {month} was closed on {at} by {who}: its reports are those of the closing, printed again. To work on it: recon reopen {month}{where} --reason …",
)
WRITTEN = (
    Text("décision écrite dans le classeur remplacé n’est pas inscrite", "decision written into the workbook replaced is not recorded"),
    Text("décisions écrites dans le classeur remplacé ne sont pas inscrites", "decisions written into the workbook replaced are not recorded"),
)  # fmt: skip
UNRECORDED = Text(
    "{count} : recon decider{folder} --arrete {on} --depuis {path}",
    "{count}: recon decide{folder} --as-of {on} --from {path}",
)
REPORT = Text("Rapport : {path}", "Report: {path}")


class How(NamedTuple):
    """How a command shows what it did."""

    lang: Lang
    quiet: bool
    as_json: bool
    colour: bool


def command(lang: Lang) -> click.Command:
    """Return the command with its help in `lang`."""
    parameters: list[click.Parameter] = [
        click.Argument(["dossier"], required=False, type=click.Path(path_type=Path)),
        *where_and_when(lang),
        click.Option(["-q", "--quiet"], is_flag=True, help=QUIET(lang)),
        click.Option(["--json", "as_json"], is_flag=True, help=JSON(lang)),
        click.Option(["--strict"], is_flag=True, help=STRICT(lang)),
        click.Option(["--pdf"], is_flag=True, help=PDF(lang)),
        *how_shown(lang),
    ]
    return click.Command("run", params=parameters, callback=run)


def run(
    dossier: Path | None,
    chosen: Path | None,
    as_of: str | None,
    lang: Lang | None,
    *,
    quiet: bool,
    as_json: bool,
    strict: bool,
    pdf: bool,
    no_color: bool,
) -> int:
    """Run the month and return the exit code."""
    from recon.cli.clock import warn_of_clock
    from recon.cli.lost import warn_of_lost
    from recon.dossier import options

    if pdf:
        pdf_possible()
    folder = existing(dossier or chosen or Path())
    chosen_options = options(folder)
    on = day_asked(as_of)
    something(folder)
    from recon.monthly import opened
    from recon.recording import closing_of

    shown = How(spoken(lang, chosen_options.lang), quiet=quiet, as_json=as_json, colour=not no_color)
    warn_of_lost(folder, chosen_options, shown.lang)
    with opened(folder, chosen_options, to_write=True, anew=True) as known:
        warn_of_clock(known, shown.lang)
        closing = closing_of(known, on)
        if closing is not None:
            return _again(known, closing, on, shown)
        return _run(known, on, shown, strict=strict, pdf=pdf)


def _run(known: Dossier, on: date, shown: How, *, strict: bool, pdf: bool) -> int:
    from recon.cli import summary
    from recon.dossier import strays
    from recon.monthly import looked_at, read_files
    from recon.outputs import Form
    from recon.recording import put_in_place, recorded

    read = read_files(known, on)
    there = None if known.folder.resolve() == Path.cwd() else known.folder
    screen = summary.Screen(shown.lang, shown.colour, there)
    if not any(file.is_read for file in read.read):
        screen.refusals(looked_at(known, read, on))
        return Exit.NOTHING_READ
    with writing(known.folder):
        month, reports, run = recorded(known, read, on, Form(shown.lang, pdf=pdf))
        written = put_in_place(known, month, reports, run)
    if shown.as_json:
        click.echo(summary.as_json(month, written))
    elif shown.quiet:
        click.echo(str(written.workbook))
    else:
        screen.month(month, written, strays(known.folder))
    if shown.as_json or shown.quiet:
        screen.unsound(month)
    _warn_of_unrecorded(known, on, written.set_aside, month, shown.lang)
    return exit_code(month, read.read, strict=strict)


def _again(known: Dossier, closing: RowMapping, on: date, shown: How) -> int:
    """Print a closed month again, as it was closed."""
    import json

    from recon.recording import print_again

    with writing(known.folder):
        workbook, set_aside = print_again(known, closing)
    said = CLOSED.with_(
        month=closing["month"],
        at=moment(datetime.fromisoformat(closing["at"])),
        who=visible(closing["who"]),
        where=within(known.folder),
    )
    if shown.as_json:
        click.echo(json.dumps({"month": closing["month"], "closed": True, "report": str(workbook)}, indent=2))
    elif shown.quiet:
        click.echo(str(workbook))
    else:
        click.echo(said(shown.lang))
        click.echo(REPORT.with_(path=workbook)(shown.lang))
    _warn_of_unrecorded(known, on, set_aside, None, shown.lang)
    return Exit.DONE


def _warn_of_unrecorded(known: Dossier, on: date, set_aside: list[Path], month: Month | None, lang: Lang) -> None:
    """Say which workbooks that were set aside hold decisions nobody recorded, and the command that records them."""
    from recon.monthly import looked_at, read_files, touched

    for path in touched(known, on, set_aside):
        from recon.cli.decide_written import unrecorded

        month = month or looked_at(known, read_files(known, on), on)
        if count := unrecorded(known, month, path):
            there = "" if known.folder.resolve() == Path.cwd() else f' -C "{known.folder}"'
            said = UNRECORDED.with_(count=counted(count, *WRITTEN), folder=there, on=f"{on:%d/%m/%Y}", path=f'"{path}"')
            click.echo(visible(said(lang)), err=True)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Have a sentence said of a report that cannot be written."""
    try:
        yield
    except OSError as error:
        said = AT.with_(path=error.filename or folder, why=why(error))
        raise Stop(NOT_WRITTEN.with_(why=said), Exit.NOT_WRITTEN) from error


def exit_code(month: Month, read: list[File], *, strict: bool) -> Exit:
    """Return how the run ends: a control that fails before a refused row or file before nothing to say."""
    if not month.controls["holds"].all():
        return Exit.CONTROL_FAILED
    blocking = (month.findings["severity"] == "blocking").any()
    rejected = month.sources["rejected"].sum() > 0 or any(file.refusal for file in read)
    unread = month.findings["code"].is_in(["D01", "D02"]).any()
    return Exit.REFUSED if rejected or unread or (strict and blocking) else Exit.DONE
