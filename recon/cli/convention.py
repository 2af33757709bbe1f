"""`recon convention` (`lire-convention`): what a convention document says, field by field, with its place; writes nothing."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recon.cli.asked import how_shown, spoken
from recon.errors import Exit, Stop
from recon.texts import Text, counted, joined, same, visible

if TYPE_CHECKING:
    from recon.documents.found import Check, Found, ListedSchool, Reading
    from recon.readers import Book
    from recon.story.parts import Line, Story
    from recon.texts import Lang

JSON = Text(
    "Affiche chaque champ, chaque école et chaque contrôle en JSON.", "Print every field, school and check as JSON."
)
FILE = Text("FICHIER", "FILE")

NO_FILE = Text("Fichier introuvable : {path}. Vérifier le chemin.", "File not found: {path}. Check the path.")
REFUSED = Text("{file} : {reason}", "{file}: {reason}")
A_TABLE = Text(
    "{file} : c’est un tableau ({format}), non un document. Pour le vérifier : recon verifier",
    "{file}: it is a table ({format}), not a document. To check it: recon validate",
)
NO_CONVENTION = Text(
    "{file} : aucune convention n’y est lue en entier. Ce qui manque est dit ci-dessus ; rien n’en serait compté.",
    "{file}: no convention is read whole in it. What is missing is said above; nothing of it would be counted.",
)
NOT_ALL = Text(
    "Quelque chose ne concorde pas ou manque : voir les ✘.", "Something does not agree or is missing: see the ✘."
)
TITLE = Text("{file} : {what} de {payer}, {year}", "{file}: {what} of {payer}, {year}")
A_CONVENTION, AN_AMENDMENT = Text("convention", "convention"), Text("avenant", "avenant")
NOBODY, NO_YEAR = Text("(collectivité non lue)", "(payer not read)"), Text("année non lue", "year not read")
FIELDS, CHECKS, MISSING = Text("Champs", "Fields"), Text("Contrôles", "Checks"), Text("Manque", "Missing")
SCHOOLS = Text("école listée", "school listed"), Text("écoles listées", "schools listed")
NONE = Text("absent du document", "not in the document")
SURE = {
    "proved": Text("prouvé", "proved"),
    "read": Text("lu", "read"),
    "doubtful": Text("à vérifier", "to be checked"),
}
LOOKS = {"proved": "good", "read": "", "doubtful": "to_see"}
SAID = Text("{value} · {sure} · {where}", "{value} · {sure} · {where}")
WORDS = Text("« {words} »{why}", "“{words}”{why}")
WHY = Text(" : {why}", ": {why}")
CONTRADICTED = Text("contradiction : {rivals}", "contradiction: {rivals}")
LISTED = Text("{commune} · {name} · {where}{change}", "{commune} · {name} · {where}{change}")
PUT_TOGETHER = Text(" · UAI coupé, remis d’un seul tenant", " · UAI cut, put together")
NOT_READ = Text("(UAI non lu)", "(UAI not read)")
SHOWN = (
    "convention", "amends", "payer_name", "payer_siret", "payer_address", "school_year", "rate", "school_count", "amount",
    "dated_on", "council_on", "council_ref", "signed_on", "ends_on",
)  # fmt: skip
LACKED = {
    "change": (
        Text("Ajouts et retraits", "Added and withdrawn"),
        Text(
            "✘ l’avenant ne dit pas sans équivoque, école par école, s’il l’ajoute ou la retire",
            "✘ the avenant does not say without doubt, school by school, whether it adds or withdraws it",
        ),
    ),
    "parties": (
        Text("Autre convention", "Another convention"),
        Text(
            "✘ une autre convention ou un avenant suit, sans SIRET : ses écoles pourraient être prises pour celles-ci",
            "✘ another convention or avenant follows without a SIRET: its schools might be taken for these",
        ),
    ),
}
LONGEST = 140


def command(lang: Lang) -> click.Command:
    """Return the command with its help in `lang`."""
    parameters: list[click.Parameter] = [
        click.Argument(["file"], metavar=FILE(lang), type=click.Path(path_type=Path)),
        click.Option(["--json", "as_json"], is_flag=True, help=JSON(lang)),
        *how_shown(lang),
    ]
    return click.Command("convention", params=parameters, callback=convention)


def convention(file: Path, lang: Lang | None, *, as_json: bool, no_color: bool) -> int:
    """Show the conventions of a document and return the exit code; why it is refused goes to the messages."""
    from recon.dossier import spoken_name
    from recon.readers import Refused
    from recon.readers.apart import read_books
    from recon.readers.cells import DOCUMENTS

    told_in = spoken(lang, "")
    name = visible(spoken_name(file))
    if not (file.exists() or file.is_symlink()):
        raise Stop(NO_FILE.with_(path=name), Exit.MISUSE)
    (book,) = read_books([file])
    if isinstance(book, Refused):
        click.echo(REFUSED.with_(file=name, reason=book.reason)(told_in), err=True)
        return Exit.NOTHING_READ
    if book.format not in DOCUMENTS:
        click.echo(A_TABLE.with_(file=name, format=book.format)(told_in), err=True)
        return Exit.NOTHING_READ
    return _shown(file, name, book, told_in, as_json=as_json, colour=not no_color)


def _shown(file: Path, name: str, book: Book, lang: Lang, *, as_json: bool, colour: bool) -> int:
    from recon.cli import telling
    from recon.documents import conventions_in

    readings = conventions_in(book)
    if as_json:
        told = {"file": name, "format": book.format, "sha256": book.sha256}
        click.echo(
            json.dumps(told | {"conventions": [_told(one, lang) for one in readings]}, ensure_ascii=False, indent=2)
        )
    else:
        for one in readings:
            telling.show(_story(one, file.name), None, lang, colour=colour)
    if not any(one.complete for one in readings):
        click.echo(NO_CONVENTION.with_(file=name)(lang), err=True)
        return Exit.NOTHING_READ
    if any(not one.complete or any(check.holds is False for check in one.checks) for one in readings):
        click.echo(NOT_ALL(lang), err=True)
        return Exit.REFUSED
    return Exit.DONE


# On screen -----------------------------------------------------------------------------------------------------------


def _story(reading: Reading, file: str) -> Story:
    from recon.story.parts import Section, Story

    payer, year = reading.value("payer_name"), reading.value("school_year")
    title = TITLE.with_(
        file=visible(file),
        what=AN_AMENDMENT if reading.amendment else A_CONVENTION,
        payer=same(visible(payer)) if payer else NOBODY,
        year=same(year) if year else NO_YEAR,
    )
    sections = [Section(FIELDS, tuple(_fields(reading)))]
    if reading.checks:
        sections.append(Section(CHECKS, tuple(_check(check) for check in reading.checks)))
    if reading.schools:
        sections.append(
            Section(counted(len(reading.schools), *SCHOOLS), tuple(_school(one) for one in reading.schools))
        )
    return Story(title, tuple(sections))


def _fields(reading: Reading) -> list[Line]:
    from recon.documents.tables import where
    from recon.story.parts import Line

    lines = []
    for name in SHOWN:
        if name in reading.rivals:
            rivals = [
                joined([same(visible(one.words)), same("("), where(one.span), same(")")], "")
                for one in reading.rivals[name]
            ]
            lines.append(Line(_title(name), CONTRADICTED.with_(rivals=joined(rivals, ", ")), look="bad"))
        elif name in reading.fields:
            lines.append(_field(name, reading.fields[name], reading.lines.get(name, "")))
        elif name in reading.missing:
            lines.append(Line(_title(name), joined([same("✘ "), NONE], ""), look="bad"))
        else:
            lines.append(Line(_title(name), NONE, look="quiet"))
    if "schools" in reading.missing:
        lines.append(Line(counted(0, *SCHOOLS), joined([same("✘ "), NONE], ""), look="bad"))
    lines += [Line(*LACKED[name], look="bad") for name in reading.missing if name in LACKED]
    return lines


def _field(name: str, found: Found, line: str) -> Line:
    from recon.documents.tables import where
    from recon.story.parts import Line

    said = SAID.with_(value=_value(name, found), sure=SURE[found.sure.value], where=where(found.span))
    why = WHY.with_(why=found.why) if found.why("fr") else same("")
    return Line(
        _title(name),
        said,
        notes=(WORDS.with_(words=visible(_cut(line or found.words)), why=why),),
        look=LOOKS[found.sure.value],
    )


def _value(name: str, found: Found) -> Text:
    """Return a value as screens show it: an amount with its cents, a day as it is written in French."""
    from datetime import date

    from recon.documents.money import cents_of
    from recon.texts import day, money

    if name in {"rate", "amount"} and (cents := cents_of(found.value)) is not None:
        return money(cents)
    if name.endswith("_on"):
        return day(date.fromisoformat(found.value) if found.value else None)
    return same(visible(found.value))


def _check(check: Check) -> Line:
    from recon.story.parts import Line

    mark, look = {True: ("✔ ", "good"), False: ("✘ ", "bad"), None: ("– ", "quiet")}[check.holds]
    return Line(check.name, joined([same(mark), check.said], ""), look=look)


def _school(one: ListedSchool) -> Line:
    from recon.documents.tables import where
    from recon.documents.uais import right
    from recon.story.parts import Line

    change = joined(
        [same(f" · {one.change}") if one.change else same(""), PUT_TOGETHER if one.joined else same("")], ""
    )
    said = LISTED.with_(
        commune=visible(one.commune or "–"), name=visible(one.school_name or "–"), where=where(one.span), change=change
    )
    good = bool(right(one.uai))
    label = same(visible(one.uai)) if one.uai else NOT_READ
    return Line(label if good else joined([same("✘ "), label], ""), said, look="" if good else "bad")


def _title(name: str) -> Text:
    from recon_schemas import CONVENTIONS

    title = str(CONVENTIONS.fields[name].title)
    return Text(title, ENGLISH[name])


ENGLISH = {
    "convention": "Number", "amends": "Changes", "payer_name": "Payer", "payer_siret": "Payer's SIRET",
    "payer_address": "Address", "school_year": "School year", "rate": "Rate per school", "school_count": "Schools announced",
    "amount": "Amount", "dated_on": "Dated", "council_on": "Council's vote", "council_ref": "Vote's reference",
    "signed_on": "Signed", "ends_on": "Ends",
}  # fmt: skip


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


# For programs --------------------------------------------------------------------------------------------------------


def _told(reading: Reading, lang: Lang) -> dict[str, object]:
    return {
        "complete": reading.complete,
        "amendment": reading.amendment,
        "fields": {name: _told_field(name, reading.fields[name], lang) for name in SHOWN if name in reading.fields},
        "missing": reading.missing,
        "contradictions": {
            name: [_told_field(name, one, lang) for one in some] for name, some in reading.rivals.items()
        },
        "checks": [_told_check(check, lang) for check in reading.checks],
        "schools": [_told_school(one) for one in reading.schools],
    }


def _told_field(name: str, found: Found, lang: Lang) -> dict[str, object]:
    from recon.documents.money import cents_of

    cents = cents_of(found.value) if name in {"rate", "amount"} else None
    return {
        "value": str(Decimal(cents).scaleb(-2)) if cents is not None else visible(found.value),
        "sure": found.sure.value,
        "why": found.why(lang),
        "page": found.span.page,
        "line": found.span.line,
        "last_page": found.span.last_page,
        "last_line": found.span.last_line,
        "words": visible(found.words),
    }


def _told_check(check: Check, lang: Lang) -> dict[str, object]:
    return {"check": check.name(lang), "said": check.said(lang), "holds": check.holds}


def _told_school(one: ListedSchool) -> dict[str, object]:
    names = ("uai", "commune", "department", "school_name", "change", "words")
    told: dict[str, object] = {name: visible(getattr(one, name)) for name in names}
    return told | {"page": one.span.page, "line": one.span.line, "joined": one.joined}
