"""`recon decide` (`decider`): one decision of an officer, recorded with its reason; or one taken back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recon.cli.asked import LANG, SEEN_ON, day_of, existing, something, spoken, where_and_when
from recon.errors import Exit, Stop
from recon.texts import Text, money

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from recon.matching.rulings import Ruling
    from recon.monthly import Dossier
    from recon.tables import Month
    from recon.texts import Lang

    Row = dict[str, Any]

WHAT, FILE = Text("QUOI...", "WHAT..."), Text("CLASSEUR", "WORKBOOK")
REASON = Text("Motif de la décision (obligatoire) ; il est inscrit au journal.", "Reason (required); it goes into the journal.")  # fmt: skip
FROM = Text(
    "Inscrit les décisions écrites dans les cellules jaunes de ce classeur du mois ; le commentaire d’une ligne est son motif.",
    "Record the decisions written into the yellow cells of this workbook of the month; a row's comment is its reason.",
)
UNDO = Text("Retire la décision de ce numéro.", "Take back the decision of this number.")
OPTIONS = {
    "titres": ("--titre", "--titre", Text("Affecte au titre : --titre NUMÉRO=41,00 ; autant de fois que de titres.", "Allocate to the titre: --titre NUMBER=41.00; once for each titre.")),
    "out_of_scope": ("--hors-perimetre", "--out-of-scope", Text("Le paiement est étranger à ENT-École.", "The payment has nothing to do with ENT-École.")),
    "settled_elsewhere": ("--solde-hors-registre", "--settled-elsewhere", Text("Le titre est soldé hors registre, de ce montant.", "The titre is settled outside the ledgers, by this amount.")),
    "wait": ("--attendre", "--wait", Text("Attendre : aucun rappel n’est conseillé.", "Wait: no reminder is advised.")),
    "remind": ("--relancer", "--remind", Text("Relancer la collectivité.", "Remind the payer.")),
    "rectify": ("--rectifier", "--rectify", Text("À rectifier par nos services.", "To be rectified by us.")),
    "accept": ("--accepter", "--accept", Text("Écart accepté.", "Finding accepted.")),
}  # fmt: skip
NO_REASON = Text("Donner le motif, avec --motif.", "Give the reason, with --reason.")  # fmt: skip
ONE_CHOICE = Text(
    "Dire ce qui est décidé, une seule chose : {options}.", "Say what is decided, one thing alone: {options}."
)
NOTHING_SAID = Text(
    "De quoi décider ? Par exemple : recon decider Céret 2026/1187 --titre 2026-00012=41,00 --motif appel.",
    "Decide what? For example: recon decide Céret 2026/1187 --titre 2026-00012=41.00 --reason call.",
)
NO_AMOUNT = Text(
    "« {text} » : écrire le numéro du titre et le montant, par exemple --titre 2026-00012=41,00.",
    "“{text}”: write the titre's number and the amount, such as --titre 2026-00012=41.00.",
)
NO_TITRE = Text("Le titre « {text} » n’est pas dans le dossier.", "The titre “{text}” is not in the dossier.")
NO_PAYMENT = Text(
    "Aucun paiement ne répond à « {text} » ; « recon expliquer » aide à le trouver.",
    "No payment answers to “{text}”; “recon explain” helps to find it.",
)
NOTHING_MEANT = Text(
    "Aucun paiement, titre ou écart ne répond à « {text} ».", "No payment, titre or finding answers to “{text}”."
)
WRONG_SUM = Text(
    "Les parts font {said}, le paiement {amount} : répartir tout le paiement ; ce qu’un titre ne laisse pas ouvert y devient trop-perçu.",
    "The parts make {said}, the payment {amount}: share out the whole payment; what a titre does not leave open becomes credit there.",
)
UNFIT = Text("Cette décision serait sans effet : {why}.", "This decision would have no effect: {why}.")
DONE = Text(
    "Décision n° {number} inscrite : {choice}, {about}. Relancer « recon lancer » pour mettre les rapports à jour.",
    "Decision no. {number} recorded: {choice}, {about}. Run “recon run” to bring the reports up to date.",
)
ALREADY = Text(
    "La décision n° {number} le dit déjà : {choice}, {about}. Rien n’est inscrit de plus.",
    "Decision no. {number} says so already: {choice}, {about}. Nothing more is recorded.",
)
TAKEN_BACK = Text(
    "Décision n° {number} retirée : {choice}, {about}. Relancer « recon lancer » pour mettre les rapports à jour.",
    "Decision no. {number} taken back: {choice}, {about}. Run “recon run” to bring the reports up to date.",
)
WITH_AMOUNTS = ("titres", "out_of_scope", "settled_elsewhere")


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
        click.Option(["--reason", "--motif", "reason"], default="", help=REASON(lang)),
        click.Option(["--from", "--depuis", "workbook"], type=click.Path(path_type=Path), metavar=FILE(lang), help=FROM(lang)),
        click.Option(["--undo", "--retirer", "undo"], type=int, metavar="N", help=UNDO(lang)),
        click.Option(["--lang"], type=click.Choice(["fr", "en"]), help=LANG(lang)),
    ]  # fmt: skip
    return click.Command("decide", params=parameters, callback=decide)


def decide(
    what: tuple[str, ...],
    chosen: Path | None,
    as_of: str | None,
    reason: str,
    workbook: Path | None,
    undo: int | None,
    lang: Lang | None,
    **choices: Any,
) -> int:
    """Record the decision, those of a workbook, or take one back, and return the exit code."""
    from recon.cli.clock import warn_of_clock
    from recon.dossier import options
    from recon.monthly import opened

    if not reason.strip() and workbook is None:
        raise Stop(NO_REASON, Exit.MISUSE)
    folder = existing(chosen or Path())
    known = options(folder)
    told_in = spoken(lang, known.lang)
    made = [name for name in OPTIONS if choices[name]]
    if len(made) + (undo is not None) + (workbook is not None) != 1:
        raise Stop(ONE_CHOICE.with_(options=", ".join(pair[0] for pair in OPTIONS.values())), Exit.MISUSE)
    with opened(folder, known, to_write=True) as dossier:
        warn_of_clock(dossier, told_in)
        if undo is not None:
            click.echo(_take_back(dossier, undo, reason)(told_in))
            return Exit.DONE
        if not what and workbook is None:
            raise Stop(NOTHING_SAID, Exit.MISUSE)
        something(folder)
        if workbook is not None:
            return _written(dossier, workbook, reason.strip(), as_of, told_in)
        click.echo(_record(dossier, list(what), made[0], choices[made[0]], reason, as_of)(told_in))
    return Exit.DONE


def _take_back(dossier: Dossier, number: int, reason: str) -> Text:
    from recon.matching.rulings import CHOICES, about_of
    from recon.store import decisions, journal

    with dossier.made.writing() as connection, journal.entry(connection, "undo") as entry:
        found = decisions.take_back(entry, number, reason.strip())
    return TAKEN_BACK.with_(number=number, choice=CHOICES[found.choice], about=about_of(found))


def _written(dossier: Dossier, workbook: Path, reason: str, as_of: str | None, lang: Lang) -> int:
    """Record what a workbook decides, and say what is recorded and what is not."""
    from recon.cli.decide_written import NOTHING_WRITTEN, record_written

    taken = record_written(dossier, workbook, reason, day_of(as_of, dossier))
    for said in taken.recorded:
        click.echo(said(lang))
    for said in taken.refused:
        click.echo(said(lang), err=True)
    if not taken.recorded and not taken.refused:
        click.echo(NOTHING_WRITTEN.with_(path=workbook)(lang))
    return Exit.REFUSED if taken.refused else Exit.DONE


def _record(dossier: Dossier, what: list[str], choice: str, value: Any, reason: str, as_of: str | None) -> Text:
    """Record a decision once it is known to have an effect; nothing is recorded otherwise."""
    from recon.matching.rulings import CHOICES, about_of
    from recon.monthly import computed, read_files
    from recon.store import decisions, journal

    on, read = day_of(as_of, dossier), read_files(dossier).read
    with dossier.made.writing() as connection:
        month = computed(dossier, read, on, connection)
        ruling = ruling_of(month, dossier, what, choice, value, reason.strip())
        if (number := _standing(connection, ruling)) is not None:
            return ALREADY.with_(number=number, choice=CHOICES[choice], about=ruling.about)
        tried = computed(dossier, read, on, connection, [ruling])
        if (why := tried.moot.get(ruling.id)) is not None:
            raise Stop(UNFIT.with_(why=why), Exit.MISUSE)
        with journal.entry(connection, "decide") as entry:
            number = decisions.record_ruling(entry, ruling)
    return DONE.with_(number=number, choice=CHOICES[choice], about=about_of(ruling, names_of(month)))


def _standing(connection: Connection, ruling: Ruling) -> int | None:
    """Return the number of the decision that holds now, if it says just that, with the same reason."""
    from recon.monthly import RULING, rulings

    about = [one for one in rulings(connection) if one.about == ruling.about]
    same = about and all(getattr(about[-1], name) == getattr(ruling, name) for name in RULING[1:])
    return about[-1].id if same else None


# A decision not yet recorded has the last number of all: of two on one payment it is the one that holds.
UNRECORDED = 2**31 - 1


def ruling_of(month: Month, dossier: Dossier, what: list[str], choice: str, value: Any, reason: str) -> Ruling:
    """Return a decision on what is typed, not yet recorded; `value` are its amounts as typed. Stop if it cannot be."""
    from recon.matching.rulings import Ruling
    from recon.story.find import lines_meant

    typed = " ".join(what)
    if choice == "settled_elsewhere":
        titre = _titre(month, typed)
        return Ruling(UNRECORDED, choice, titre, ((titre, _cents(value, value)),), reason=reason)
    if choice not in WITH_AMOUNTS and (found := _finding(month, typed)) is not None:
        return Ruling(UNRECORDED, choice, found[0], payer_siren=found[1], reason=reason)
    rows = lines_meant(month, what, str(dossier.folder.resolve()))
    if not rows:
        raise Stop((NO_PAYMENT if choice in WITH_AMOUNTS else NOTHING_MEANT).with_(text=typed), Exit.MISUSE)
    row = rows[0]
    parts = _parts(month, row, value) if choice == "titres" else ()
    return Ruling(
        UNRECORDED, choice, row["payment_id"], parts, row["payer_siren"], str(row["exercise"] or ""), row["mandat"] or "",
        row["line"] or "", row["amount"], reason,
    )  # fmt: skip


def names_of(month: Month) -> dict[str, str]:
    """Return the payers' names by SIREN."""
    return dict(month.payers.select("payer_siren", "payer_name").iter_rows())


def _finding(month: Month, typed: str) -> tuple[str, str] | None:
    """Return a finding's or a titre's own name, and its payer; None if neither is meant."""
    from recon.story.find import titre_meant

    rows = month.findings.filter(month.findings["finding_id"] == typed.upper()).to_dicts()
    if rows:
        return rows[0]["finding_id"], rows[0]["payer_siren"]
    titre = titre_meant(month, typed)
    if titre is None:
        return None
    return titre, month.titres.filter(month.titres["titre"] == titre)["payer_siren"][0]


def _parts(month: Month, row: Row, value: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    parts = []
    for text in value:
        name, sign, amount = text.rpartition("=")
        if not sign:
            raise Stop(NO_AMOUNT.with_(text=text), Exit.MISUSE)
        parts.append((_titre(month, name), _cents(amount, text)))
    said = sum(cents for _, cents in parts)
    net = row["allocated"] + row["credit"] + row["unallocated"] or row["amount"]
    if said != net:
        raise Stop(WRONG_SUM.with_(said=money(said), amount=money(net)), Exit.MISUSE)
    return tuple(parts)


def _titre(month: Month, typed: str) -> str:
    from recon.story.find import titre_meant

    found = titre_meant(month, typed)
    if found is None:
        raise Stop(NO_TITRE.with_(text=typed), Exit.MISUSE)
    return found


def _cents(amount: str, text: str) -> int:
    from recon.values import parse_cents

    cents = parse_cents(amount)
    if cents is None or cents <= 0:
        raise Stop(NO_AMOUNT.with_(text=text), Exit.MISUSE)
    return cents
