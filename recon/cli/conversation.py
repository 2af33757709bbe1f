"""The conversation of `recon map`: one question at a time, each with its default; nothing is written before the last."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import click
from rich.text import Text as Line

from recon.cli import mapped
from recon.errors import Stop
from recon.layouts.problems import quoted, title_of
from recon.layouts.words import field_named, fields_of
from recon.mapping.choices import sign_named, state_named
from recon.mapping.understood import begun, for_file
from recon.profile_files import FOLDER, states_of
from recon.texts import Text, counted, joined, same, visible
from recon.values import folded

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from recon.mapping.doubts import Open
    from recon.mapping.session import Session
    from recon.mapping.understood import Seen
    from recon.texts import Lang

    Answer = Callable[[Session, str], Session]
    Caught = Callable[[Session], list[str]]

EXAMPLES = 3
ENGLISH = {"oui": "yes", "non": "no"}
YES = {"oui", "o", "yes", "y"}
NO = {"non", "n", "no", "-"}

INTRO = Text(
    "Entrée accepte ce qui est entre crochets ; ? explique ; Ctrl-C arrête sans rien écrire.",
    "Enter accepts what stands in brackets; ? explains; Ctrl-C stops and writes nothing.",
)
HEADINGS = Text(
    "Les intitulés sont-ils à la ligne {row} ({titles}) ? Sinon, donner le numéro de la ligne.",
    "Are the headings in row {row} ({titles})? If not, give the row’s number.",
)
HEADINGS_HELP = Text(
    "C’est la ligne qui nomme les colonnes, juste au-dessus des données. S’ils sont sur deux lignes : 3-4.",
    "It is the row that names the columns, just above the data. If they fill two rows: 3-4.",
)
NO_ROW = Text("Cette ligne n’existe pas dans la feuille.", "There is no such row in the sheet.")
IS_IT = Text(
    "Colonne {letters} « {title} » : {cells}\nEst-ce {field} ? Entrée : oui ; - : l’ignorer ; ou le nom d’une autre donnée.",
    "Column {letters} “{title}”: {cells}\nIs it {field}? Enter: yes; -: ignore it; or another field’s name.",
)
WHICH_FIELD = Text(
    "Colonne {letters} « {title} » : {cells}\nQuelle donnée ? Son nom, ou - pour l’ignorer.",
    "Column {letters} “{title}”: {cells}\nWhich field? Its name, or - to ignore it.",
)
NOT_A_FIELD = Text("« {said} » n’est pas une donnée ; ? donne la liste.", "“{said}” is no field; ? lists them.")
FIELDS = Text(
    "Les données que recon connaît, par leur numéro ou leur nom :", "The fields that recon knows, by number or by name:"
)
WHICH_COLUMN = Text(
    "{said}\nQuelle colonne donne « {field} » ? Sa lettre ou son intitulé.",
    "{said}\nWhich column gives “{field}”? Its letter or its title.",
)
OR_NONE = Text("{question} - : aucune.", "{question} -: none.")
WHICH_PAYER = Text(
    "Quelle collectivité paie ? Son SIRET, son SIREN ou son nom ; ou la lettre de la colonne qui le dit.",
    "Which payer is it? Its SIRET, SIREN or name; or the letter of the column that says it.",
)
PAYER_HELP = Text(
    "Rien dans ce fichier ne dit à qui est ce registre. Le numéro SIRET (14 chiffres) de la commune est sur ses factures et ses titres ; sa clé est vérifiée. Il vaudra pour tous les fichiers du même nom.",
    "Nothing in this file says whose ledger it is. The town’s SIRET number (14 digits) stands on its invoices and titres; its key is checked. It will hold for all files of that name.",
)
WHICH_SIGN = Text("Un paiement est-il au débit ou au crédit ? (d ou c)", "Is a payment a debit or a credit? (d or c)")
SIGN_HELP = Text(
    "Regarder une ligne que la commune a vraiment payée : si sa somme est dans la colonne Crédit, ou négative, répondre c ; sinon d.",
    "Look at a line that the town has truly paid: if its sum stands in the credit column, or is negative, answer c; else d.",
)
LINE, LINES = Text("ligne", "line"), Text("lignes", "lines")
WHICH_STATE = Text(
    "Que signifie l’état « {word} » ({count}) ? {states} ; sans réponse, ces lignes seront à corriger.",
    "What does the state “{word}” mean ({count})? {states}; without an answer these lines will have to be corrected.",
)
STATE_HELP = Text(
    "émis : mandaté, pas encore payé ; payé : la somme est partie ; suspendu, rejeté, annulé : elle n’est pas partie.",
    "émis: ordered, not paid yet; payé: the money has left; suspendu, rejeté, annulé: it has not.",
)
WRITE = Text(
    "Écrire {path}, pour les fichiers {patterns} ?\nEntrée : oui ; ou : une lettre de colonne à changer, DONNÉE=COLONNE, fichiers=NOM*, non.",
    "Write {path}, for the files {patterns}?\nEnter: yes; or: the letter of a column to change, FIELD=COLUMN, files=NAME*, no.",
)
REPLACES = Text(
    "Ce profil existe : son texte d’avant sera gardé sous {path}.",
    "This profile exists: its former text will be kept as {path}.",
)
AGAIN = Text(
    "Il reste des doutes. Entrée : y répondre ; non : arrêter sans rien écrire.",
    "Doubts remain. Enter: answer them; no: stop and write nothing.",
)
WRITE_HELP = Text(
    "Entrée ou oui : le profil est écrit, recon le suivra à chaque lecture. Une lettre (F) : dire ce qu’est la colonne F. montant=F : le dire tout de suite. fichiers=mandats_*.xlsx : les noms à lire ainsi, * vaut pour n’importe quoi. non : rien n’est écrit.",
    "Enter or yes: the profile is written, recon will follow it from now on. A letter (F): say what column F is. amount=F: say it at once. files=mandats_*.xlsx: the names to read so, * stands for anything. no: nothing is written.",
)
NEEDLESS = Text(
    "recon lit ce fichier sans profil. En écrire un quand même ? Entrée : non ; oui, ou une lettre de colonne à changer.",
    "recon reads this file without a profile. Write one even so? Enter: no; yes, or the letter of a column to change.",
)
ALREADY = Text(
    "Ce profil dit déjà tout cela. Entrée : le laisser ; ou une lettre de colonne, DONNÉE=COLONNE.",
    "This profile says all this already. Enter: leave it; or a column’s letter, FIELD=COLUMN.",
)
ALSO = Text("Ce profil vaudra aussi pour {files}.", "This profile will also hold for {files}.")
NOTHING_WRITTEN = Text("Rien n’est écrit.", "Nothing is written.")


@dataclass(slots=True)
class Talk:
    """A conversation on a terminal: what was asked is not asked twice."""

    console: Console
    lang: Lang
    caught: Caught
    asked: set[tuple[str, str]] = field(default_factory=set)

    def ask(self, question: Text, default: str, about: Text) -> str:
        """Return the answer, `default` for Enter; `?` explains and asks again."""
        # polars takes Ctrl-C over, and a question would only hear it after Enter.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        while True:
            mapped.say(self.console, f"\n{question(self.lang)}")
            said = str(
                click.prompt(
                    visible(f"[{default}]" if default else ""), default="", show_default=False, prompt_suffix=" > "
                )
            ).strip()
            if said != "?":
                return said or default
            mapped.say(self.console, about(self.lang), "dim")

    def say(self, text: Text, style: str = "") -> None:
        """Print a sentence."""
        mapped.say(self.console, text(self.lang), style)

    def tried(self, session: Session, answer: Answer, said: str) -> Session | None:
        """Return the session after an answer; None, and why, if it is not understood."""
        try:
            return answer(session, said)
        except Stop as stop:
            self.say(stop.sentence, "red")
            return None


def converse(session: Session, console: Console, lang: Lang, caught: Caught) -> Session | None:
    """Return the session that the officer agrees to write, None if nothing is to be written.

    `caught` tells the other files that a profile would be for, and stops if they are another payer's.
    """
    talk = Talk(console, lang, caught)
    mapped.show(session.understood, console, lang)
    console.print()
    talk.say(INTRO, "dim")
    if session.place.guessed and session.choices == begun(session.place):
        session = _headings(talk, session)
    before = session.choices
    while True:
        session = _questions(talk, session)
        if session.choices != before:
            mapped.show(session.understood, console, lang)
            before = session.choices
        end, agreed = _end(talk, session)
        if end is None or agreed:
            return end
        session = end


# What is asked -------------------------------------------------------------------------------------------------------


def _headings(talk: Talk, session: Session) -> Session:
    from recon.cli.map import rows_said

    while True:
        row = session.place.heading.last + 1
        titles = joined((same(visible(title)) for title in session.place.titles[:4] if title), ", ")
        said = talk.ask(HEADINGS.with_(row=row, titles=titles), str(row), HEADINGS_HELP)
        if folded(said) in YES or said == str(row):
            return session
        rows = rows_said(said)
        moved = session.under(rows) if rows else None
        if moved is None:
            talk.say(NO_ROW, "red")
            continue
        session = moved
        mapped.show(session.understood, talk.console, talk.lang)


def _questions(talk: Talk, session: Session) -> Session:
    """Ask what is open, one thing at a time, until nothing is left that was not asked."""
    while (asked := _next(talk, session)) is not None:
        session = asked
    return session


def _next(talk: Talk, session: Session) -> Session | None:
    found = session.understood
    for seen in found.columns:
        if seen.proposal and _first_time(talk, "column", seen.letters):
            return _is_it(talk, session, seen)
    for one in found.open:
        if one.answers and _first_time(talk, "open", one.field):
            return _open(talk, session, one)
    for word, count in found.words.items():
        if _first_time(talk, "word", word):
            return _word(talk, session, word, count)
    return None


def _first_time(talk: Talk, kind: str, name: str) -> bool:
    new = (kind, name) not in talk.asked
    talk.asked.add((kind, name))
    return new


def _is_it(talk: Talk, session: Session, seen: Seen) -> Session:
    source = session.place.heading.source
    proposed = seen.proposal.field if seen.proposal else ""
    question = IS_IT if proposed else WHICH_FIELD
    blanks = {"letters": seen.letters, "title": visible(seen.title), "cells": _cells(session, seen.column)}
    while True:
        default = title_of(source, proposed) if proposed else "-"
        said = talk.ask(
            question.with_(field=f"«\u00a0{default}\u00a0»" if talk.lang == "fr" else f"“{default}”", **blanks)
            if proposed
            else question.with_(**blanks),
            default,
            _fields(session),
        )
        if folded(said) in NO or said == "-":
            return session
        name = proposed if folded(said) in YES else _field(said, session)
        if name is None:
            talk.say(NOT_A_FIELD.with_(said=visible(said)), "red")
        else:
            return session.chosen(name, seen.letters)


def _cells(session: Session, column: int) -> str:
    cells = session.place.cells(column, session.understood.lines)
    shown = list(dict.fromkeys(" ".join(cell.split()) for cell in cells if cell and cell.strip()))[:EXAMPLES]
    return visible(
        ", ".join(
            cell if len(cell) <= mapped.LONGEST_EXAMPLE else f"{cell[: mapped.LONGEST_EXAMPLE]}…" for cell in shown
        )
    )


def _field(said: str, session: Session) -> str | None:
    source = session.place.heading.source
    fields = fields_of(source)
    if said.isdigit():
        return fields[int(said) - 1] if 0 < int(said) <= len(fields) else None
    return field_named(said, source)


def _fields(session: Session) -> Text:
    source = session.place.heading.source
    named = ", ".join(f"{place} {title_of(source, name)}" for place, name in enumerate(fields_of(source), 1))
    return joined((FIELDS, same(named)), " ")


def _open(talk: Talk, session: Session, one: Open) -> Session:
    if one.field == "sign":
        return _sign(talk, session)
    default = one.answers[0].partition("=")[2] if len(one.answers) == 1 else ""
    default = "" if default == "…" else default
    payer = one.field == "payer_siret" and session.place.heading.source.name == "payments"
    title = title_of(session.place.heading.source, one.field)
    question = WHICH_PAYER if payer else WHICH_COLUMN.with_(said=one.said, field=title)
    if not payer and one.field not in session.place.heading.source.required:
        question = OR_NONE.with_(question=question)
    while True:
        said = talk.ask(question, default, PAYER_HELP if payer else _columns(session))
        if not said:
            return session
        known = talk.tried(session, lambda now, text: now.chosen(one.field, text), said)
        if known is not None:
            return known


def _columns(session: Session) -> Text:
    found = session.understood.columns
    return same(", ".join(f"{seen.letters} {visible(seen.title)}" for seen in found if seen.title))


def _sign(talk: Talk, session: Session) -> Session:
    for line in mapped.two_lines(session.understood, talk.lang):
        talk.console.print(Line(f"  {line}"))
    while True:
        said = folded(talk.ask(WHICH_SIGN, "", SIGN_HELP))
        sign = sign_named({"d": "debit", "c": "credit"}.get(said, said)) if said else ""
        if sign:
            return replace(session, choices=replace(session.choices, sign=sign))
        talk.say(SIGN_HELP, "dim")


def _word(talk: Talk, session: Session, word: str, count: int) -> Session:
    source = session.place.heading.source
    states = states_of(source)
    numbered = ", ".join(f"{place} {state}" for place, state in enumerate(states, 1))
    question = WHICH_STATE.with_(word=visible(word), count=counted(count, LINE, LINES), states=numbered)
    while True:
        said = talk.ask(question, "", STATE_HELP)
        if not said or said == "-":
            return session
        meant = states[int(said) - 1] if said.isdigit() and 0 < int(said) <= len(states) else said
        known = talk.tried(
            session,
            lambda now, text: replace(now, choices=now.choices.with_word(word, state_named(text, text, source))),
            meant,
        )
        if known is not None:
            return known


# The end -------------------------------------------------------------------------------------------------------------


def _end(talk: Talk, session: Session) -> tuple[Session | None, bool]:
    """Return the session and whether it is to be written, else gone on with; None to stop."""
    found = session.understood
    profile = found.profile
    path = f"{FOLDER}/{visible(profile.name)}.toml"
    if found.open:
        mapped.doubts(found, talk.console, talk.lang)
        if not any(one.answers for one in found.open):
            talk.say(NOTHING_WRITTEN)
            return None, False
        question, default = AGAIN, "oui"
    elif found.unchanged:
        question, default = ALREADY, "non"
    elif (
        not any(session.choices.columns.values())
        and not profile.fixed
        and not profile.words
        and not profile.sign
        and not found.words
    ):
        question, default = NEEDLESS, "non"
    else:
        default = "oui"
        session = _limited(talk, session)
        profile = session.understood.profile
        question = WRITE.with_(path=path, patterns=quoted(profile.patterns))
        if profile.name in {other.name for other in session.profiles}:
            talk.say(REPLACES.with_(path=f"{path}.ancien"), "yellow")
    said = talk.ask(question, default if talk.lang == "fr" else ENGLISH[default], WRITE_HELP)
    if folded(said) in NO:
        talk.say(NOTHING_WRITTEN)
        return None, False
    if folded(said) in YES:
        if found.open:
            talk.asked.clear()
        return session, not found.open
    return _changed(talk, session, said) or session, False


def _limited(talk: Talk, session: Session) -> Session:
    """Say which other files the profile would be for; one that would be for another payer's is for this file alone."""
    try:
        also = talk.caught(session)
    except Stop as stop:
        talk.say(stop.sentence, "red")
        return replace(session, patterns=for_file(session.understood.profile, session.file).patterns)
    if also:
        talk.say(ALSO.with_(files=quoted(also)), "yellow")
    return session


def _changed(talk: Talk, session: Session, said: str) -> Session | None:
    """Return the session after a change: a column's letter, a field's column, or the files' names."""
    name, equals, value = said.partition("=")
    if equals and folded(name) in {"fichiers", "files", "pattern"} and value.strip():
        return replace(session, patterns=(value.strip().replace("\\", "/"),))
    if equals:
        return talk.tried(session, lambda now, text: now.said(text), said)
    for seen in session.understood.columns:
        if said.upper() == seen.letters:
            return _is_it(talk, session, seen)
    talk.say(WRITE_HELP, "dim")
    return None
