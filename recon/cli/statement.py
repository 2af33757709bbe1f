"""`recon statement` (`etat`): what one payer owes, from the rectorate's dossier or from the commune's own two files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recon.cli.asked import (
    AT,
    NOT_WRITTEN,
    day_asked,
    day_of,
    existing,
    how_shown,
    something,
    spoken,
    today,
    where_and_when,
)
from recon.errors import Exit, Stop
from recon.reports.files import why
from recon.texts import Text

if TYPE_CHECKING:
    from recon.checking import Checked, Group
    from recon.cli.summary import Screen
    from recon.story.statement import Statement
    from recon.tables import Month
    from recon.texts import Lang

PAYER = Text("COLLECTIVITÉ", "PAYER")
CONVENTION = Text(
    "La convention de la collectivité, ou un registre de conventions (plusieurs fois si besoin).",
    "The payer's convention, or a register of conventions (may be repeated).",
)
LEDGER = Text(
    "Le registre de paiements de la collectivité, ou son grand livre (plusieurs fois si besoin).",
    "The payer's ledger of payments, or its whole grand livre (may be repeated).",
)
TITRE = Text("La liste des titres reçus, si on l’a.", "The list of titres received, if there is one.")
ENROLMENTS = Text("La liste des écoles inscrites, si on l’a.", "The list of enrolled schools, if there is one.")
REFERENCE = Text("L’annuaire ou la table des communes.", "The school directory or the table of communes.")
AS_OF = Text(
    "Jour auquel l’état est arrêté, par exemple 30/11/2026. Sans cette option : avec --convention, aujourd’hui ; dans un dossier, le jour du dernier rapprochement, ou le dernier jour du mois écoulé.",
    "Day the statement is drawn up for, such as 30/11/2026. Without it: with --convention, today; in a dossier, the day of the latest run, or the last day of the last month.",
)
YEAR = Text("Une seule année scolaire, par exemple 2026-2027.", "One school year only, such as 2026-2027.")
OUTPUT = Text(
    "Écrit aussi le classeur, dans ce fichier .xlsx ou dans ce dossier ; sans cette option, rien n’est écrit.",
    "Write the workbook too, to this .xlsx file or folder; without it, nothing is written.",
)
JSON = Text("Affiche l’état en JSON.", "Print the statement as JSON.")

WHOSE = Text(
    "De quelle collectivité ? Par exemple : recon etat {name} -C DOSSIER ; ou, sans dossier : recon etat --convention convention.pdf --registre grand_livre.xlsx.",
    "Of which payer? For example: recon statement {name} -C DOSSIER; or, without a dossier: recon statement --convention convention.pdf --ledger grand_livre.xlsx.",
)
NO_CONVENTION = Text(
    "Il manque la convention : recon etat --convention FICHIER --registre FICHIER.",
    "The convention is missing: recon statement --convention FILE --ledger FILE.",
)
NO_YEAR = Text(
    "--annee : rien en « {year} » pour {name} ; années connues : {known}.",
    "--school-year: nothing in “{year}” for {name}; known years: {known}.",
)
NOT_DRAWN = Text(
    "L’état n’est pas établi : {files} à corriger d’abord, sans quoi un paiement ou une somme due pourrait manquer.",
    "The statement is not drawn up: {files} must be corrected first, else a payment or a sum due might be missing.",
)
NO_CONVENTION_READ = Text(
    "L’état n’est pas établi : aucune convention n’a pu être lue.",
    "The statement is not drawn up: no convention could be read.",
)
ROWS_REFUSED = Text(
    "Des lignes ont été refusées : l’état peut être incomplet.", "Rows were refused: the statement may be incomplete."
)
UNSOUND = Text(
    "Un contrôle de bouclage est faux : ne pas se fier à ces montants ; « recon lancer » dit lequel.",
    "A control does not hold: do not rely on these amounts; “recon run” says which.",
)
WRITTEN = Text("Classeur : {path}", "Workbook: {path}")
BESIDE = Text(
    "{path} existait déjà avec un autre contenu : il est laissé tel quel.",
    "{path} was there with another content: it is left as it was.",
)
BY_THE_PAYER = Text("Établi d’après les fichiers de la collectivité", "Drawn up from the payer's own files")
MAP = Text("{advice} --nature {kind}{payer} -C {dossier}", "{advice} --kind {kind}{payer} -C {dossier}")
PAYER_SET = Text(" --set payeur={siren}", " --set payer={siren}")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A month, the statement drawn from it, its language, and the files that it must never be written over."""

    month: Month
    statement: Statement
    lang: Lang
    inputs: list[Path]
    complete: bool = True


def command(lang: Lang) -> click.Command:
    """Return the command with its help in `lang`."""
    file = click.Path(path_type=Path)
    one = Text("FICHIER", "FILE")(lang)
    parameters: list[click.Parameter] = [
        click.Argument(["typed"], nargs=-1, metavar=f"[{PAYER(lang)}]..."),
        click.Option(["--convention", "conventions"], multiple=True, type=file, metavar=one, help=CONVENTION(lang)),
        click.Option(["--ledger", "--registre", "ledgers"], multiple=True, type=file, metavar=one, help=LEDGER(lang)),
        click.Option(["--titre", "titres"], multiple=True, type=file, metavar=one, help=TITRE(lang)),
        click.Option(["--enrolments", "--inscriptions", "enrolments"], multiple=True, type=file, metavar=one, help=ENROLMENTS(lang)),
        click.Option(["--directory", "--annuaire", "reference"], multiple=True, type=file, metavar=one, help=REFERENCE(lang)),
        *where_and_when(lang, AS_OF),
        click.Option(["--school-year", "--annee", "school_year"], metavar=Text("ANNÉE", "YEAR")(lang), help=YEAR(lang)),
        click.Option(["-o", "--output", "--sortie", "output"], type=file, metavar=one, help=OUTPUT(lang)),
        click.Option(["--json", "as_json"], is_flag=True, help=JSON(lang)),
        *how_shown(lang),
    ]  # fmt: skip
    return click.Command("statement", params=parameters, callback=statement)


def statement(
    typed: tuple[str, ...],
    conventions: tuple[Path, ...],
    ledgers: tuple[Path, ...],
    titres: tuple[Path, ...],
    enrolments: tuple[Path, ...],
    reference: tuple[Path, ...],
    chosen: Path | None,
    as_of: str | None,
    school_year: str | None,
    output: Path | None,
    lang: Lang | None,
    *,
    as_json: bool,
    no_color: bool,
) -> int:
    """Show the statement, write its workbook if asked, and return the exit code."""
    from recon.cli.summary import Screen

    given = {
        "conventions": conventions,
        "paiements": ledgers,
        "titres": titres,
        "inscriptions": enrolments,
        "referentiels": reference,
    }
    payer = " ".join(" ".join(typed).split())
    by_files = any(given.values())
    if by_files and not conventions:
        raise Stop(NO_CONVENTION, Exit.MISUSE)
    if not by_files and not payer:
        raise Stop(WHOSE.with_(name='"Céret"'), Exit.MISUSE)
    screen = Screen(_language(lang, chosen if by_files else chosen or Path()), colour=not no_color)
    asked = Asked(payer, as_of, school_year, chosen, screen)
    drawn = _of_files(given, asked) if by_files else _of_dossier(asked)
    if isinstance(drawn, Exit):
        return drawn
    written = _write(drawn, output) if output else None
    _show(drawn, written, in_json=as_json, colour=not no_color)
    return _exit_code(drawn)


def _language(lang: Lang | None, chosen: Path | None) -> Lang:
    from recon.dossier import options

    return spoken(lang, options(existing(chosen)).lang if chosen else "")


# From a dossier ------------------------------------------------------------------------------------------------------


def _of_dossier(asked: Asked) -> Drawn | Exit:
    from recon.dossier import options
    from recon.monthly import looked_at, opened, read_files
    from recon.story.find import payer_asked
    from recon.story.statement import statement as drawn_up

    folder, screen = existing(asked.dossier or Path()), asked.screen
    known = options(folder)
    something(folder)
    with opened(folder, known, to_write=False) as dossier:
        on = day_of(asked.as_of, dossier)
        read = read_files(dossier, on)
        month = looked_at(dossier, read, on)
    if not any(file.is_read for file in read.read):
        screen.refusals(month)
        return Exit.NOTHING_READ
    siren = payer_asked(month, asked.payer, str(folder.resolve()))
    told = drawn_up(month, siren, _year(month, siren, asked.school_year))
    return Drawn(
        month, told, screen.lang, [folder / file.name for file in read.read], complete=not _rejected(month, siren)
    )


def _rejected(month: Month, siren: str) -> bool:
    from recon.reports.books import Books

    return bool(Books.of(month).rejected.get(siren))


def _year(month: Month, siren: str, typed: str | None) -> str:
    """Return the school year asked for, "" for all; Stop if the payer has nothing in it."""
    from recon.identifiers import parse_school_year
    from recon.story import facts
    from recon.story.statement import school_years

    if typed is None:
        return ""
    known = school_years(month, siren)
    year = parse_school_year(typed)
    if year not in known:
        said = NO_YEAR.with_(year=typed, name=facts.payer_name(month, siren), known=", ".join(known) or "–")
        raise Stop(said, Exit.MISUSE)
    return str(year)


# From files ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: payer, day and year as typed, the dossier whose settings and profiles hold, the screen."""

    payer: str
    as_of: str | None
    school_year: str | None
    dossier: Path | None
    screen: Screen


def _of_files(given: dict[str, tuple[Path, ...]], asked: Asked) -> Drawn | Exit:
    from dataclasses import replace

    from recon.dossier import options
    from recon.given import month_of_one, read_given, refused
    from recon.profile_files import profiles
    from recon.story.statement import statement as drawn_up
    from recon.tables import Settings

    on = day_asked(asked.as_of) if asked.as_of else today()
    group = read_given(given)
    known = options(existing(asked.dossier)).settings(on) if asked.dossier else Settings(on, {})
    settings = replace(known, issuer=BY_THE_PAYER(), contact="", address="")
    month, siren = month_of_one(group, asked.payer, settings, profiles(asked.dossier or Path()))
    wrong = refused(month)
    if wrong or not siren:
        _diagnose(group, month, asked, wrong, siren)
        said = NOT_DRAWN.with_(files=", ".join(sorted(wrong))) if wrong else NO_CONVENTION_READ
        click.echo(said(asked.screen.lang), err=True)
        return Exit.NOTHING_READ if all(file.book is None for file in group.files) else Exit.REFUSED
    told = drawn_up(month, siren, _year(month, siren, asked.school_year))
    complete = not int(month.sources["rejected"].sum())
    if not complete:
        _diagnose(group, month, asked, wrong, siren)
        click.echo(ROWS_REFUSED(asked.screen.lang), err=True)
    return Drawn(month, told, asked.screen.lang, list(group.paths.values()), complete=complete)


def _diagnose(group: Group, month: Month, asked: Asked, wrong: set[str], siren: str) -> None:
    """Print what must be corrected, as `recon validate` does, to the messages; a layout in doubt with the command to run."""
    from dataclasses import replace

    from recon.checking import checked
    from recon.cli import diagnosed

    screen = asked.screen
    screen.out = screen.err
    shown = []
    for file in checked(group, month):
        errors = [one for one in file.found if one.is_error and (not wrong or one.code in {"D01", "D02"})]
        payer = siren if file.kind == "paiements" else ""
        told = [replace(one, advice=_whole_command(one.advice, file, asked.dossier, payer)) for one in errors]
        if told:
            shown.append(replace(file, found=told))
    diagnosed.show(shown, diagnosed.Shown(screen, everything=False, lang=screen.lang, typed=[]))


def _whole_command(advice: Text, file: Checked, dossier: Path | None, payer: str) -> Text:
    """Return the advice with the command to map a file that lies in no dossier: its kind, its payer, where to write."""
    if not advice.fr.endswith(f'recon associer "{file.name}"'):
        return advice
    return MAP.with_(
        advice=advice,
        kind=file.kind,
        dossier=f'"{dossier}"' if dossier else ".",
        payer=PAYER_SET.with_(siren=payer) if payer else "",
    )


# Shown and written ---------------------------------------------------------------------------------------------------


def _show(drawn: Drawn, written: Path | None, *, in_json: bool, colour: bool) -> None:
    from recon.cli import telling
    from recon.cli.statement_json import as_json

    if in_json:
        click.echo(as_json(drawn.month, drawn.statement, written, drawn.lang))
        return
    telling.show(drawn.statement.story, drawn.month.settings.as_of, drawn.lang, colour=colour)
    if written:
        click.echo(f"\n{WRITTEN.with_(path=written)(drawn.lang)}")


def _write(drawn: Drawn, output: Path) -> Path:
    from recon.outputs import write_statement

    try:
        path, asked = write_statement(drawn.month, drawn.statement.siren, output, drawn.inputs)
    except OSError as error:
        raise Stop(NOT_WRITTEN.with_(why=AT.with_(path=output, why=why(error))), Exit.NOT_WRITTEN) from error
    if path != asked:
        click.echo(BESIDE.with_(path=asked)(drawn.lang), err=True)
    return path


def _exit_code(drawn: Drawn) -> Exit:
    if not drawn.month.controls["holds"].all():
        click.echo(UNSOUND(drawn.lang), err=True)
        return Exit.CONTROL_FAILED
    return Exit.DONE if drawn.complete else Exit.REFUSED
