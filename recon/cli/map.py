"""`recon map` (`associer`): show how a file is understood, ask what is in doubt, write the profile that says so."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recon.cli.asked import existing, how_shown, spoken
from recon.cli.profiled import caught, store, write
from recon.errors import Exit, Stop
from recon.texts import Text, counted, visible

if TYPE_CHECKING:
    from rich.console import Console

    from recon.cli.summary import Screen
    from recon.layouts.profiles import Profile
    from recon.mapping.session import Session
    from recon.mapping.understood import Understood
    from recon.readers import Book
    from recon.texts import Lang
    from recon_schemas import Source

FILE = Text("FICHIER", "FILE")
DOSSIER = Text(
    "Le dossier ; sans cette option, celui où se trouve le fichier, sinon le dossier courant.",
    "The dossier; without it, the one where the file lies, else the current folder.",
)
KIND = Text("Nature du tableau : paiements, inscriptions, titres…", "Kind of table: payments, enrolments, titres…")
SHEET = Text("Feuille à associer.", "Sheet to map.")
ROW = Text(
    "Ligne des intitulés, par exemple 4, ou 3-4 s’ils sont sur deux lignes.",
    "Row of the headings, such as 4, or 3-4 if they fill two rows.",
)
SET = Text(
    "Ce qu’est une colonne, ou ce qui vaut pour toutes les lignes : montant=F, objet=Intitulé, payeur=21660049400019, sens=crédit, mot:validé=payé.",
    "What a column is, or what holds for all lines: amount=F, label=Title, payer=21660049400019, sign=credit, word:validé=payé.",
)
PATTERN = Text(
    "Noms des fichiers à lire ainsi, par exemple grand_livre*.xlsx.",
    "Names of the files to read so, such as grand_livre*.xlsx.",
)
NAME = Text("Nom du profil.", "The profile’s name.")
YES = Text(
    "N’interroge pas : écrit le profil si rien n’est en doute.",
    "Ask nothing: write the profile if nothing is in doubt.",
)
JSON = Text("Affiche en JSON, sans rien demander.", "Print JSON, and ask nothing.")

NO_FILE = Text(
    "Fichier introuvable : {path}. Donner son chemin, ou son nom dans le dossier, par exemple paiements/registre.xlsx.",
    "File not found: {path}. Give its path, or its name within the dossier, such as paiements/registre.xlsx.",
)
NO_KIND = Text(
    "--nature : « {said} » est inconnu ; sont admis : {known}.", "--kind: “{said}” is unknown; allowed are: {known}."
)
WHICH_KIND = Text(
    "Ce fichier n’est dans aucun des dossiers inscriptions, conventions, titres ou paiements : ajouter --nature paiements, par exemple.",
    "This file lies in none of the folders inscriptions, conventions, titres or paiements: add --kind payments, for example.",
)
NO_ROW = Text(
    "--ligne : « {said} » n’est pas une ligne de la feuille ; écrire par exemple 4, ou 3-4.",
    "--row: “{said}” is no row of the sheet; write for example 4, or 3-4.",
)
NO_SHEET = Text(
    "--feuille : aucune feuille « {said} » ; le fichier contient : {known}.",
    "--sheet: no sheet “{said}”; the file holds: {known}.",
)
NO_HEADINGS = Text(
    "{file} : aucune ligne d’intitulés. Un profil désigne les colonnes par leur intitulé, jamais par leur lettre, qui change : insérer au-dessus des données une ligne qui nomme chaque colonne (SIRET payeur, Mandat, Objet, Montant…), enregistrer, puis recommencer.",
    "{file}: no row of headings. A profile tells columns by their title, never by their letter, which changes: insert a row above the data that names each column (SIRET payeur, Mandat, Objet, Montant…), save, then try again.",
)
UNREADABLE = Text("{file} : {why}", "{file}: {why}")
NO_NAME = Text(
    "--nom : « {said} » ne peut pas nommer un fichier ; écrire des lettres, des chiffres, - ou _.",
    "--name: “{said}” cannot name a file; write letters, digits, - or _.",
)
PENDING = Text(
    "À confirmer : {columns}, dont {titles}{risk}. Le profil n’est pas écrit. Pour tout accepter : {command}",
    "To be confirmed: {columns}, {titles} among them{risk}. The profile is not written. To accept all: {command}",
)
COLUMN, COLUMNS = Text("colonne", "column"), Text("colonnes", "columns")
RISK = Text(
    " : sans elles, un mandat en attente ou annulé serait compté comme payé",
    ": without them, a mandat that is pending or cancelled would count as paid",
)
BLANKS = Text(
    "Remplacer chaque … ; - signifie « aucune colonne » ou, pour un mot, « laisser ces lignes à corriger ».",
    "Replace each …; - means “no column” or, for a word, “leave these lines to be corrected”.",
)
TO_ANSWER = Text("La commande complète : {command}", "The whole command: {command}")
NO_LEDGER = Text(
    "{file} : attendu : {expected} ; trouvé : {found}. {advice} Aucun profil n’est écrit.",
    "{file}: expected: {expected}; found: {found}. {advice} No profile is written.",
)
BROKEN = Text(
    "Le profil {path} ne peut pas être lu : il est laissé de côté, et sera remplacé si un profil est écrit.",
    "The profile {path} cannot be read: it is left aside, and replaced if a profile is written.",
)
MUST_BE_SAID = Text(
    "Le profil n’est pas écrit : il reste à préciser ce qui suit « À préciser ».",
    "The profile is not written: what follows “To be said” is still missing.",
)
NOT_WRITTEN_YET = Text(
    "Rien n’est écrit. Pour écrire le profil : {command}",
    "Nothing is written. To write the profile: {command}",
)
COMMAND = Text("recon associer {flags} --yes", "recon map {flags} --yes")
UNCHANGED = Text("Rien à écrire : {path} dit déjà tout cela.", "Nothing to write: {path} says all this already.")
UNDERSTOOD = Text("recon lit ce fichier sans profil.", "recon reads this file without a profile.")
_ROWS = re.compile(r"([1-9][0-9]{0,6})(?:-([1-9][0-9]{0,6}))?")
_NAME = re.compile(r"[\w][\w .-]*")


def command(lang: Lang) -> click.Command:
    """Return the command with its help in `lang`."""
    parameters: list[click.Parameter] = [
        click.Argument(["file"], metavar=FILE(lang)),
        click.Option(
            ["-C", "--dossier", "chosen"], type=click.Path(path_type=Path), metavar="DOSSIER", help=DOSSIER(lang)
        ),
        click.Option(["--kind", "--nature", "kind"], help=KIND(lang)),
        click.Option(["--sheet", "--feuille", "sheet"], help=SHEET(lang)),
        click.Option(["--row", "--ligne", "row"], help=ROW(lang)),
        click.Option(
            ["--set", "said"], multiple=True, metavar=Text("DONNÉE=COLONNE", "FIELD=COLUMN")(lang), help=SET(lang)
        ),
        click.Option(["--pattern", "--fichiers", "patterns"], multiple=True, help=PATTERN(lang)),
        click.Option(["--name", "--nom", "name"], help=NAME(lang)),
        click.Option(["-y", "--yes", "--oui", "yes"], is_flag=True, help=YES(lang)),
        click.Option(["--json", "as_json"], is_flag=True, help=JSON(lang)),
        *how_shown(lang),
    ]
    return click.Command("map", params=parameters, callback=map_file)


@dataclass(frozen=True, slots=True)
class Located:
    """A file to map: where it is, its dossier, its folder there ("" if it lies elsewhere), and its name within it.

    `chosen` says that the dossier was named: the profile is written there even if it holds nothing else.
    """

    path: Path
    dossier: Path
    folder: str
    name: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed on the command line, to be printed again as it was, with what it lacks."""

    file: str
    dossier: Path | None
    kind: str | None
    sheet: str | None
    row: str | None
    said: tuple[str, ...]
    patterns: tuple[str, ...]
    name: str | None

    def command(self, lang: Lang, *more: str) -> str:
        """Return the whole command with some more `--set`."""
        from recon.cli.mapped import flag, typed

        options = {
            ("-C", "-C"): self.dossier and str(self.dossier),
            ("--nature", "--kind"): self.kind,
            ("--feuille", "--sheet"): self.sheet,
            ("--ligne", "--row"): self.row,
            ("--nom", "--name"): self.name,
        }
        told = [(names, value) for names, value in options.items() if value]
        told += [(("--fichiers", "--pattern"), pattern) for pattern in self.patterns]
        parts = [f"{names[lang == 'en']} {typed(visible(value))}" for names, value in told]
        sets = [flag(visible(text)) for text in (*self.said, *more)]
        return COMMAND.with_(flags=" ".join([f'"{visible(self.file)}"', *parts, *sets]))(lang)


def map_file(
    file: str,
    chosen: Path | None,
    kind: str | None,
    sheet: str | None,
    row: str | None,
    said: tuple[str, ...],
    patterns: tuple[str, ...],
    name: str | None,
    lang: Lang | None,
    *,
    yes: bool,
    as_json: bool,
    no_color: bool,
) -> int:
    """Show, ask and write; return the exit code."""
    from recon.cli.summary import Screen
    from recon.dossier import options

    located = locate(file, chosen)
    screen = Screen(spoken(lang, options(located.dossier).lang), colour=not no_color)
    typed = Typed(file, chosen, kind, sheet, row, said, patterns, name)
    begun = _session(located, typed, screen)
    for text in said:
        begun = begun.said(text)
    begun = replace(begun, patterns=tuple(pattern.replace("\\", "/") for pattern in patterns))
    if refused := begun.understood.refused:
        place, expected = visible(begun.file), refused.expected
        why = NO_LEDGER.with_(file=place, expected=expected, found=refused.found, advice=refused.advice)
        raise Stop(why, Exit.REFUSED)
    if yes or as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return _without_asking(begun, located, screen, typed, yes=yes, as_json=as_json)
    from recon.cli.conversation import converse

    agreed = converse(begun, screen.out, screen.lang, lambda session: caught(session, located))
    if agreed is None:
        return Exit.REFUSED if begun.understood.open else Exit.DONE
    write(agreed, located, screen)
    return Exit.DONE


OURS = Text(
    "C’est un rapport ou un état de recon : il n’a rien à associer. Un état renvoyé par une collectivité se dépose dans « reponses ».",
    "This is a report or a statement of recon: nothing of it is to be mapped. A statement that a payer sent back goes into “reponses”.",
)


# What is mapped ------------------------------------------------------------------------------------------------------


def locate(file: str, chosen: Path | None) -> Located:
    """Return where a file is: by its name in the dossier, or by its path; Stop if there is no such file."""
    from recon.answered import FOLDER as ANSWERS
    from recon.dossier import FOLDERS

    folder = existing(chosen) if chosen else None
    # A name copied from Windows has backslashes, whatever the system.
    texts = dict.fromkeys((file, file.replace("\\", "/")))
    tried = [*([folder / text for text in texts] if folder else []), *map(Path, texts)]
    path = next((one for one in tried if one.exists() and not one.is_dir()), None)
    if path is None:
        raise Stop(NO_FILE.with_(path=visible(file)), Exit.MISUSE)
    whole = path.resolve()
    home = folder.resolve() if folder else next((up.parent for up in whole.parents if up.name in FOLDERS), Path.cwd())
    within = whole.relative_to(home).as_posix() if whole.is_relative_to(home) else ""
    top = within.partition("/")[0]
    place = (top, within) if top in FOLDERS and top != ANSWERS else ("", path.name)
    return Located(path, folder or home, *place, chosen=folder is not None)


def _session(located: Located, typed: Typed, screen: Screen) -> Session:
    from recon.cli.asked import day_asked
    from recon.dossier import FOLDERS, files, options
    from recon.ground import ground
    from recon.mapping.session import begin
    from recon.reports.answers import is_report
    from recon_schemas import PAYMENTS

    book = _book(located)
    if is_report(book):
        raise Stop(OURS, Exit.MISUSE)
    sheet, row = typed.sheet, typed.row
    sources = _sources(located, typed.kind)
    name = located.name if located.folder else f"{sources[0].folder}/{located.name}"
    known_profiles, profile_name = _profiles(located, name, typed, screen)
    if sheet is not None and sheet not in {one.name for one in book.sheets}:
        known = ", ".join(visible(one.name) for one in book.sheets)
        raise Stop(NO_SHEET.with_(said=visible(sheet), known=known), Exit.MISUSE)
    settings = options(located.dossier).settings(day_asked(None))
    others = files(located.dossier, [folder for folder in FOLDERS if folder != PAYMENTS.folder])
    known_there = ground(others, settings, known_profiles).knowledge
    begun = begin(book, name, sources, known_profiles, known_there, sheet, _rows(row))
    if begun is None:
        if row is not None:
            raise Stop(NO_ROW.with_(said=visible(row)), Exit.MISUSE)
        raise Stop(NO_HEADINGS.with_(file=visible(name)), Exit.REFUSED)
    if begun.place.guessed and len({source.folder for source in sources}) > 1:
        raise Stop(WHICH_KIND, Exit.MISUSE)
    file = name if located.folder else f"{begun.place.heading.source.folder}/{located.name}"
    return replace(begun, file=file, name=profile_name)


def _profiles(located: Located, file: str, typed: Typed, screen: Screen) -> tuple[list[Profile], str]:
    """Return the dossier's profiles, but for one that is broken and made anew, and the name to write under, "" if free."""
    from recon.mapping.naming import name_of
    from recon.profile_files import FOLDER, profiles_but

    asked = _name(typed.name)
    known, broken = profiles_but(located.dossier, "" if asked else file, asked or name_of(file))
    if broken:
        _print(screen.err, BROKEN.with_(path=f"{FOLDER}/{visible(broken)}.toml")(screen.lang), "yellow")
    return known, asked or broken


def _book(located: Located) -> Book:
    from recon.readers import Refused
    from recon.readers.apart import read_books

    (book,) = read_books([located.path])
    if isinstance(book, Refused):
        raise Stop(UNREADABLE.with_(file=visible(located.name), why=book.reason), Exit.NOTHING_READ)
    return book


def _sources(located: Located, kind: str | None) -> list[Source]:
    from recon.profile_files import source_named
    from recon_schemas import SOURCES

    if kind is None:
        return [source for source in SOURCES if not located.folder or source.folder == located.folder]
    source = source_named(kind)
    if source is None:
        known = ", ".join(f"{source.name} ({source.title.fr})" for source in SOURCES)
        raise Stop(NO_KIND.with_(said=visible(kind), known=known), Exit.MISUSE)
    return [source]


def _rows(said: str | None) -> tuple[int, int] | None:
    if said is None:
        return None
    rows = rows_said(said)
    if rows is None:
        raise Stop(NO_ROW.with_(said=visible(said)), Exit.MISUSE)
    return rows


def rows_said(said: str) -> tuple[int, int] | None:
    """Return the rows (from 0) that `4` or `3-4` names, at most three; None if it names none."""
    found = _ROWS.fullmatch(said.strip())
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return (first - 1, last - 1) if 0 <= last - first <= 2 else None


# What is written -----------------------------------------------------------------------------------------------------


def _name(asked: str | None) -> str:
    if asked is not None and not _NAME.fullmatch(asked):
        raise Stop(NO_NAME.with_(said=visible(asked)), Exit.MISUSE)
    return (asked or "").removesuffix(".toml")


def _without_asking(
    session: Session, located: Located, screen: Screen, typed: Typed, *, yes: bool, as_json: bool
) -> int:
    from recon.cli import mapped

    found = session.understood
    if not as_json:
        mapped.show(found, screen.out, screen.lang)
        mapped.doubts(found, screen.out, screen.lang)
    in_doubt = bool(found.open) if found.unchanged else found.in_doubt
    writes = yes and not in_doubt and not found.unchanged
    if as_json:
        if writes:
            caught(session, located)
        path = store(session, located) if writes else None
        click.echo(mapped.as_json(found, screen.lang, str(path) if path else None))
    elif writes:
        write(session, located, screen)
    elif in_doubt:
        _say_how(session, screen, typed, yes=yes)
    else:
        _print(screen.out, _nothing_written(found, session, typed, screen.lang)(screen.lang), "")
    return Exit.REFUSED if in_doubt else Exit.DONE


def _nothing_written(found: Understood, session: Session, typed: Typed, lang: Lang) -> Text:
    if found.unchanged:
        return UNCHANGED.with_(path=f"profils/{visible(found.profile.name)}.toml")
    if not session.choices.columns and not found.profile.fixed and not found.words:
        return UNDERSTOOD
    return NOT_WRITTEN_YET.with_(command=typed.command(lang))


def _say_how(session: Session, screen: Screen, typed: Typed, *, yes: bool) -> None:
    """Say the whole command that would answer, with what Enter would; what only the officer knows stands there as …."""
    from recon.cli.mapped import worded

    found, lang = session.understood, screen.lang
    guesses, then = session.accepted()
    left = then.understood
    if any(not one.answers for one in left.open):
        _print(screen.err, MUST_BE_SAID(lang), "red")
        return
    blanks = [f"{one.answers[0].partition('=')[0]}=…" for one in left.open] + [f"mot:{word}=…" for word in left.words]
    command = typed.command(lang, *(worded(text, found.source, lang) for text in (*guesses, *blanks)))
    if found.pending:
        _print(screen.err, _pending(found, command)(lang), "red" if yes else "")
    else:
        if yes:
            _print(screen.err, MUST_BE_SAID(lang), "red")
        _print(screen.err, TO_ANSWER.with_(command=command)(lang), "")
    if blanks:
        _print(screen.err, BLANKS(lang), "")


def _pending(found: Understood, command: str) -> Text:
    from recon.layouts.problems import quoted, title_of

    fields = [seen.proposal.field for seen in found.pending if seen.proposal]
    fields.sort(key=lambda name: name not in {"paid_on", "state"})
    risk = RISK if {"paid_on", "state"} & {*fields} else Text("", "")
    titles = quoted(title_of(found.source, name) for name in fields[:2])
    columns = counted(len(fields), COLUMN, COLUMNS)
    return PENDING.with_(columns=columns, titles=titles, risk=risk, command=command)


def _print(console: Console, text: str, style: str) -> None:
    console.print(text, style=style, markup=False)
