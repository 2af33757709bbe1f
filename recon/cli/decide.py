"""`recon decide` (`decider`): one decision of an officer, recorded with its reason; or one taken back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recon.cli.asked import LANG, SEEN_ON, day_of, existing, reason_given, something, spoken, where_and_when
from recon.errors import Exit, Stop
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from recon.monthly import Dossier
    from recon.texts import Lang

WHAT, FILE, WHY = Text("[QUOI]...", "[WHAT]..."), Text("CLASSEUR", "WORKBOOK"), Text("MOTIF", "REASON")
USAGE = Text("DÉCISION --motif MOTIF [OPTIONS]", "DECISION --reason REASON [OPTIONS]")
ONE_OF = Text(
    "DÉCISION : une des options --titre, --hors-perimetre, --solde-hors-registre, --attendre, --relancer, --rectifier, --accepter (de QUOI), --retirer N, ou --depuis CLASSEUR, qui se passe de motif.",
    "DECISION: one of the options --titre, --out-of-scope, --settled-elsewhere, --wait, --remind, --rectify, --accept (of WHAT), --undo N, or --from WORKBOOK, which needs no reason.",
)
REASON = Text("Motif de la décision (obligatoire) ; il est inscrit au journal.", "Reason (required); it goes into the journal.")  # fmt: skip
FROM = Text(
    "Inscrit les décisions écrites dans les cellules jaunes de ce classeur du mois ; le commentaire d’une ligne est son motif.",
    "Record the decisions written into the yellow cells of this workbook of the month; a row's comment is its reason.",
)
UNDO = Text("Retire la décision de ce numéro.", "Take back the decision of this number.")
OPTIONS = {
    "titres": ("--titre", "--titre", Text("Affecte au titre : --titre NUMÉRO=41,00 ; autant de fois que de titres.", "Allocate to the titre: --titre NUMBER=41.00; once for each titre.")),
    "out_of_scope": ("--hors-perimetre", "--out-of-scope", Text("Le paiement est étranger à ENT-École.", "The payment has nothing to do with ENT-École.")),
    "settled_elsewhere": ("--solde-hors-registre", "--settled-elsewhere", Text("Ce montant du titre a été reçu sans figurer dans un registre ; une remise, elle, se fait par un titre rectificatif.", "This amount of the titre was received, though in no ledger; a remission is made by an amending titre.")),
    "wait": ("--attendre", "--wait", Text("Attendre : aucun rappel n’est conseillé.", "Wait: no reminder is advised.")),
    "remind": ("--relancer", "--remind", Text("Relancer la collectivité.", "Remind the payer.")),
    "rectify": ("--rectifier", "--rectify", Text("À rectifier par nos services.", "To be rectified by us.")),
    "accept": ("--accepter", "--accept", Text("Écart accepté.", "Finding accepted.")),
}  # fmt: skip
ONE_CHOICE = Text(
    "Dire ce qui est décidé, une seule chose : {options}.", "Say what is decided, one thing alone: {options}."
)
NOTHING_SAID = Text(
    "De quoi décider ? Par exemple : recon decider{where} Céret 2026/1187 --titre 2026-00012=41,00 --motif appel.",
    "Decide what? For example: recon decide{where} Céret 2026/1187 --titre 2026-00012=41.00 --reason call.",
)
NO_NUMBER = Text(
    "« {text} » n’est pas un numéro de décision : écrire par exemple --retirer 12 --motif erreur ; « recon historique{where} » les énumère.",
    "“{text}” is no number of a decision: write for example --undo 12 --reason error; “recon history{where}” lists them.",
)
UNFIT = Text("Cette décision serait sans effet : {why}.", "This decision would have no effect: {why}.")
TAKEN_BACK = Text(
    "Décision n° {number} retirée : {choice}, {about}.", "Decision no. {number} taken back: {choice}, {about}."
)
AGAIN = Text(
    "La décision n° {number} vaut de nouveau : {choice}, {about}, motif « {reason} ».",
    "Decision no. {number} holds again: {choice}, {about}, reason “{reason}”.",
)
FROM_THEN = Text(
    "{month} est clôturé : ce qui est décidé vaudra à partir de {next}.",
    "{month} is closed: what is decided will count from {next} on.",
)
UPDATE = Text("Pour mettre les rapports à jour : {command}", "To bring the reports up to date: {command}")


def command(lang: Lang) -> click.Command:
    """Return the command with its help in `lang`."""
    parameters: list[click.Parameter] = [
        click.Argument(["what"], nargs=-1, metavar=WHAT(lang)),
        *where_and_when(lang, SEEN_ON),
    ]
    for name, (french, english, said) in OPTIONS.items():
        names = [*dict.fromkeys([english, french]), name]
        if name == "titres":
            parameters.append(click.Option(names, multiple=True, metavar="N=EUR", help=said(lang)))
        elif name == "settled_elsewhere":
            parameters.append(click.Option(names, metavar="EUR", help=said(lang)))
        else:
            parameters.append(click.Option(names, is_flag=True, help=said(lang)))
    parameters += [
        click.Option(["--reason", "--motif", "reason"], default="", metavar=WHY(lang), help=REASON(lang)),
        click.Option(["--from", "--depuis", "workbook"], type=click.Path(path_type=Path), metavar=FILE(lang), help=FROM(lang)),
        click.Option(["--undo", "--retirer", "undo"], metavar="N", help=UNDO(lang)),
        click.Option(["--lang"], type=click.Choice(["fr", "en"]), help=LANG(lang)),
    ]  # fmt: skip
    return click.Command("decide", params=parameters, callback=decide, options_metavar=USAGE(lang), epilog=ONE_OF(lang))


def decide(
    what: tuple[str, ...],
    chosen: Path | None,
    as_of: str | None,
    reason: str,
    workbook: Path | None,
    undo: str | None,
    lang: Lang | None,
    **choices: Any,
) -> int:
    """Record the decision, those of a workbook, or take one back, and return the exit code."""
    from recon.cli.clock import warn_of_clock
    from recon.dossier import options
    from recon.monthly import opened

    folder = existing(chosen or Path())
    known = options(folder)
    told_in = spoken(lang, known.lang)
    made = [name for name in OPTIONS if choices[name]]
    if len(made) + (undo is not None) + (workbook is not None) != 1:
        options_of = ", ".join([*(pair[0] for pair in OPTIONS.values()), "--retirer", "--depuis"])
        raise Stop(ONE_CHOICE.with_(options=options_of), Exit.MISUSE)
    if made and not what:
        raise Stop(NOTHING_SAID.with_(where=""), Exit.MISUSE)
    if reason.strip() or workbook is None:
        reason = reason_given(reason)
    with opened(folder, known, to_write=True) as dossier:
        warn_of_clock(dossier, told_in)
        asked = day_of(as_of, dossier)

        def day() -> date:
            """The day that counts, as the store has it: a month may be closed, or run, while this one waits."""
            return _open_day(dossier, day_of(as_of, dossier))

        if undo is not None:
            told, code = _take_back(dossier, undo, reason), Exit.DONE
        else:
            something(folder)
            if workbook is not None:
                told, code = _written(dossier, workbook, reason, day, told_in)
            else:
                told, code = _record(dossier, list(what), made[0], choices[made[0]], reason, day), Exit.DONE
        on = day()
    _say(told, folder, asked, on, told_in)
    return code


def _say(told: Sequence[Text], folder: Path, asked: date, on: date, lang: Lang) -> None:
    """Say what was done; once, at the end, from when on it counts and the command that draws up the month."""
    from recon.cli.typed import run_typed, within

    for said in told:
        click.echo(said.refilled(where=within(folder))(lang))
    if told and asked != on:
        click.echo(FROM_THEN.with_(month=f"{asked:%Y-%m}", next=f"{on:%Y-%m}")(lang))
    if told:
        click.echo(UPDATE.with_(command=run_typed(folder, on))(lang))


def _open_day(dossier: Dossier, on: date) -> date:
    """Return the day, or the end of the first month after it that is not closed."""
    from datetime import timedelta

    from recon.dossier import month_end
    from recon.store.closings import closed_months

    with dossier.made.reading() as connection:
        closed = closed_months(connection)
    while f"{on:%Y-%m}" in closed:
        on = month_end(f"{month_end(f'{on:%Y-%m}') + timedelta(days=1):%Y-%m}")
    return on


def _take_back(dossier: Dossier, typed: str, reason: str) -> list[Text]:
    """Take a decision back, and say which older one holds again."""
    from recon.matching.rulings import CHOICES, about_of, in_force
    from recon.monthly import latest_names, rulings
    from recon.store import decisions, journal

    if not typed.strip().isdecimal():
        raise Stop(NO_NUMBER.with_(text=typed, where=""), Exit.MISUSE)
    with dossier.made.writing() as connection:
        held = {one.id for one in in_force(rulings(connection))[0]}
        with journal.entry(connection, "undo") as entry:
            found = decisions.take_back(entry, int(typed), reason)
        again = [one for one in in_force(rulings(connection))[0] if one.id not in held]
        names = latest_names(connection)
    told = [TAKEN_BACK.with_(number=found.id, choice=CHOICES[found.choice], about=about_of(found, names))]
    return told + [
        AGAIN.with_(number=one.id, choice=CHOICES[one.choice], about=about_of(one, names), reason=one.reason)
        for one in again
    ]


def _written(
    dossier: Dossier, workbook: Path, reason: str, day: Callable[[], date], lang: Lang
) -> tuple[list[Text], Exit]:
    """Record what a workbook decides; return what is recorded, once what is not has been said."""
    from recon.cli.decide_written import NOTHING_WRITTEN, record_written
    from recon.cli.typed import within

    taken = record_written(dossier, workbook, reason, day)
    there = within(dossier.folder)
    for said in taken.refused:
        click.echo(said.refilled(where=there)(lang), err=True)
    for said in taken.stand:
        click.echo(said.refilled(where=there)(lang))
    if not taken.recorded and not taken.refused and not taken.stand:
        click.echo(NOTHING_WRITTEN.with_(path=workbook)(lang))
    return taken.recorded, Exit.REFUSED if taken.refused else Exit.DONE


def _record(
    dossier: Dossier, what: list[str], choice: str, value: Any, reason: str, day: Callable[[], date]
) -> list[Text]:
    """Record a decision once it is known to have an effect; nothing is recorded otherwise."""
    from recon.cli.decide_meant import refuse_beyond_open, ruling_of
    from recon.cli.decide_told import alike, already, done, in_effect, moved, must_be_received
    from recon.cli.typed import within
    from recon.monthly import computed, rulings
    from recon.recording import held
    from recon.store import decisions, journal

    with held(dossier, day) as (connection, now, read, on):
        known = rulings(connection)
        month = computed(now, read, on, connection)
        ruling = ruling_of(month, now, what, choice, value, reason)
        names = {siren: contact.name for siren, contact in month.contacts.items()}
        if (one := alike(ruling, in_effect(known, month))) is not None:
            return [already(one, ruling, names, within(dossier.folder))]
        refuse_beyond_open(month, ruling)
        tried = computed(now, read, on, connection, [ruling])
        if (why := tried.moot.get(ruling.id)) is not None:
            raise Stop(UNFIT.with_(why=why), Exit.MISUSE)
        with journal.entry(connection, "decide") as entry:
            number = decisions.record_ruling(entry, ruling, tried.singled.get(ruling.id))
    told = done(number, ruling, known, tried, names, entry.at)
    return [told, *must_be_received(number, ruling), *moved([ruling], month, tried)]
