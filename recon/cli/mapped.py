"""A file as it is understood, on screen: its table, five lines as read, every column and how sure it is, what is in doubt."""

from __future__ import annotations

import json
import re
import textwrap
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.table import Table as Grid
from rich.text import Text as Line

from recon import values
from recon.layouts.looks import VOCABULARIES, sort_of
from recon.layouts.problems import title_of
from recon.layouts.words import CREDIT, DEBIT, SENSE, field_named
from recon.mapping.doubts import option_of
from recon.profile_files import FOLDER
from recon.readers.cells import address
from recon.texts import Text, counted, day, money, number, same, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from recon.layouts import Problem
    from recon.layouts.totals import Total
    from recon.mapping.understood import Seen, Understood
    from recon.texts import Lang
    from recon_schemas import Source

SHOWN = 5
ALWAYS_SHOWN = {"amount", "payer_siret", "payer_name", "paid_on"}
_PLAIN = re.compile(r"[\w:=…,.@%+/-]+")
_WHITE = re.compile(r"[ \t\r\n]+")  # A non-breaking space holds an amount together.
WIDEST, NARROWEST = 110, 30
LONGEST_CELL, LONGEST_TITLE, LONGEST_EXAMPLE = 40, 32, 26

HEADING = Text("intitulés à la ligne {rows}", "headings in row {rows}")
HEADINGS = Text("intitulés aux lignes {rows}", "headings in rows {rows}")
LINE, LINES = Text("ligne lue", "line read"), Text("lignes lues", "lines read")
ABOUT = Text("dont {count} sur l’ENT-École", "{count} of them about ENT-École")
TOTALS = (Text("total laissé de côté", "total left out"), Text("totaux laissés de côté", "totals left out"))
NOTES = (Text("autre ligne laissée de côté", "other row left out"), Text("autres lignes laissées de côté", "other rows left out"))  # fmt: skip
OTHERS = Text(
    "Autres feuilles de ce fichier : {names} (--feuille pour en voir une)",
    "Other sheets of this file: {names} (--sheet shows one)",
)
FOLLOWED = Text("Profil suivi : {path}", "Profile followed: {path}")
LOST = Text(
    "Le profil {path} est prévu pour ce nom de fichier, mais ses intitulés n’y sont pas tous.",
    "The profile {path} is meant for this file’s name, but not all its headings are there.",
)
COLUMNS = (Text("Col.", "Col."), Text("Intitulé", "Title"), Text("Donnée", "Field"), Text("Certitude", "How sure"), Text("Exemple", "Example"))  # fmt: skip
IGNORED = Text("ignorée", "ignored")
HOW = {
    "known": Text("intitulé connu", "known title"),
    "followed": Text("profil", "profile"),
    "said": Text("indiqué", "as said"),
    "none": Text("intitulé inconnu", "unknown title"),
}
AGREE = Text("{how} · {good}/{all}", "{how} · {good}/{all}")
MAYBE = Text("{field} ?", "{field}?")
NEAR = Text("proche de « {near} »", "near “{near}”")
LIKE = Text("d’après le contenu", "by its cells")
PROPOSED = Text("À confirmer, si c’est juste", "To be confirmed, if right")
AS_READ = Text("Premières lignes, comme recon les lit", "First lines, as recon reads them")
ROW = Text("ligne {row}", "row {row}")
FOR_ALL = Text("Pour toutes les lignes : {said}", "For all lines: {said}")
SIGN = Text("Un paiement est au {sign}.", "A payment is a {sign}.")
SIGN_WORDS = {"debit": Text("débit", "debit"), "credit": Text("crédit", "credit")}
MEANS = Text("« {word} » signifie « {state} ».", "“{word}” means “{state}”.")
SUM = Text("Total lu : {read}", "Total read: {read}")
HOLDS = Text("✔ total du fichier en {cell} : {announced}, juste", "✔ the file’s total in {cell}: {announced}, right")
FAILS = Text(
    "✘ total du fichier en {cell} : {announced}, mais les lignes font {read}",
    "✘ the file’s total in {cell}: {announced}, but its lines make {read}",
)
NO_TOTAL = Text("le fichier n’en donne pas", "the file gives none")
IN_DOUBT = Text("À préciser", "To be said")
TRY = Text("ajouter : {flags}", "add: {flags}")
OR = Text(" ou ", " or ")
STATES = Text(
    "États que recon ne connaît pas (ces lignes seraient à corriger)",
    "States that recon does not know (these lines would have to be corrected)",
)
NOTHING_IN_DOUBT = Text("Rien n’est en doute.", "Nothing is in doubt.")
STILL = Text("Reste à associer dans ce fichier : {place}", "Still to be mapped in this file: {place}")
OF_LINE = Text("{row} : {label} · {sides}", "{row}: {label} · {sides}")


def show(understood: Understood, console: Console, lang: Lang) -> None:
    """Print all that is understood of a table."""
    header(understood, console, lang)
    console.print(columns(understood, lang))
    console.print()
    lines(understood, console, lang)
    totals(understood, console, lang)


def header(understood: Understood, console: Console, lang: Lang) -> None:
    """Print which table was found, and by which profile."""
    table, place = understood.table, understood.place
    name = " › ".join(visible(part) for part in (table.file, table.sheet) if part)
    console.print(Line(f"\n{name}", style="bold"))
    say(console, " · ".join(text(lang) for text in _found(understood)))
    if place.others:
        names = ", ".join(visible(other) for other in place.others)
        say(console, OTHERS.with_(names=names)(lang), "dim")
    if place.followed:
        console.print(Line(FOLLOWED.with_(path=_path(place.followed.profile.name))(lang), style="green"))
    elif place.made_for:
        say(console, LOST.with_(path=_path(place.made_for.name))(lang), "yellow")
    if understood.payer:
        say(console, understood.payer(lang), "bold")
    console.print()


def _path(name: str) -> str:
    return f"{FOLDER}/{visible(name)}.toml"


def _found(understood: Understood) -> Iterable[Text]:
    table, heading = understood.table, understood.place.heading
    first, last = heading.first + 1, heading.last + 1
    yield understood.source.title
    yield HEADING.with_(rows=last) if first == last else HEADINGS.with_(rows=f"{first}-{last}")
    read = counted(len(table.numbers), LINE, LINES)
    if understood.in_scope is not None:
        read = Text("{read}, {about}", "{read}, {about}").with_(
            read=read, about=ABOUT.with_(count=number(understood.in_scope))
        )
    yield read
    body = table.reading.body if table.reading else None
    if body and body.totals:
        yield counted(len(body.totals), *TOTALS)
    if body and body.notes:
        yield counted(len(body.notes), *NOTES)


def columns(understood: Understood, lang: Lang) -> Grid:
    """Return every column: its letter, title, field, how sure that is, and a cell."""
    grid = _grid()
    for index, heading in enumerate(COLUMNS):
        grid.add_column(heading(lang), no_wrap=index == 0, overflow="fold")
    for seen in understood.columns:
        grid.add_row(*(Line(text, style) for text, style in _column(understood, seen, lang)))
    return grid


def _column(understood: Understood, seen: Seen, lang: Lang) -> Iterable[tuple[str, str]]:
    field = _field(understood, seen)(lang)
    yield seen.letters, "bold"
    yield _cut(seen.title, LONGEST_TITLE), ""
    yield field, "" if seen.field else "dim"
    yield _how(seen)(lang), _style(seen)
    yield (
        _cut(
            next((cell for cell in understood.place.cells(seen.column, understood.lines) if cell), ""), LONGEST_EXAMPLE
        ),
        "dim",
    )


def _field(understood: Understood, seen: Seen) -> Text:
    if seen.proposal:
        return MAYBE.with_(field=title_of(understood.source, seen.proposal.field))
    return same(title_of(understood.source, seen.field)) if seen.field else IGNORED


def _how(seen: Seen) -> Text:
    if seen.proposal:
        near = seen.proposal.nearness and seen.proposal.nearness >= seen.proposal.by_cells
        return NEAR.with_(near=visible(seen.proposal.near)) if near else LIKE
    counted_cells = seen.share.good + seen.share.bad
    if not seen.field or not counted_cells:
        return HOW[seen.how]
    return AGREE.with_(how=HOW[seen.how], good=seen.share.good, all=counted_cells)


def _style(seen: Seen) -> str:
    if seen.proposal:
        return "yellow"
    return ("green" if seen.share.agrees else "red") if seen.field else "dim"


def lines(understood: Understood, console: Console, lang: Lang) -> None:
    """Print the first lines as recon reads them, a field in each row."""
    table = understood.table
    proposed = {seen.proposal.field: seen.column for seen in understood.columns if seen.proposal}
    maybe = {name: column for name, column in proposed.items() if name in ALWAYS_SHOWN and not any(table.column(name))}
    fields = [name for name in understood.source.fields if name in maybe or any(table.column(name)[:SHOWN])]
    if not fields:
        return
    console.print(Line(AS_READ(lang), style="bold"))
    grid = _grid()
    grid.add_column("", no_wrap=False, overflow="fold")
    for row in table.numbers[:SHOWN]:
        grid.add_column(ROW.with_(row=row)(lang), overflow="fold", ratio=1)
    for name in fields:
        title = title_of(understood.source, name)
        texts = table.column(name)[:SHOWN]
        if name in maybe:
            title, texts = MAYBE.with_(field=title)(lang), understood.place.cells(maybe[name], understood.lines[:SHOWN])
        cells = [value(understood, name, text)(lang) for text in texts]
        grid.add_row(
            Line(title, style="yellow" if name in maybe else "bold"),
            *(Line(_cut(cell, LONGEST_CELL)) for cell in cells),
        )
    console.print(grid)
    console.print()


def value(understood: Understood, name: str, text: str | None) -> Text:
    """Return a text as recon reads it: an amount, a date or a state as it writes them; else as it stands."""
    sort = sort_of(understood.source, name)
    if not text or not text.strip():
        return same("–")
    if sort == "amount" and (cents := values.parse_cents(text)) is not None:
        return money(cents)
    if sort == "day" and (on := values.parse_day(text)) is not None:
        return day(on)
    if sort in VOCABULARIES:
        return same(VOCABULARIES[sort].get(values.folded(text), visible(text)))
    return same(visible(text.strip()))


def totals(understood: Understood, console: Console, lang: Lang) -> None:
    """Print what holds for all lines, and the sum read against the file's own."""
    profile, table = understood.profile, understood.table
    if profile.fixed:
        said = ", ".join(f"{title_of(understood.source, name)} {text}" for name, text in profile.fixed.items())
        console.print(Line(FOR_ALL.with_(said=said)(lang)))
    if profile.sign:
        console.print(Line(SIGN.with_(sign=SIGN_WORDS[profile.sign])(lang)))
    for word, state in profile.words.items():
        console.print(Line(MEANS.with_(word=visible(word), state=state)(lang)))
    if "amount" in understood.source.fields and table.texts.get("amount"):
        _sums(understood, console, lang)


def _sums(understood: Understood, console: Console, lang: Lang) -> None:
    table = understood.table
    read = sum(values.parse_cents(text or "") or 0 for text in table.column("amount"))
    console.print(Line(SUM.with_(read=money(read))(lang) + ("" if table.totals else f" ({NO_TOTAL(lang)})")))
    shown = [total for total in table.totals if not total.holds] or list(table.totals[-1:])
    for total in shown[:SHOWN]:
        console.print(Line(f"  {_total(total)(lang)}", style="green" if total.holds else "red"))


def _total(total: Total) -> Text:
    said = HOLDS if total.holds else FAILS
    return said.with_(
        cell=address(total.row - 1, total.column), announced=money(total.announced), read=money(total.read)
    )


def doubts(understood: Understood, console: Console, lang: Lang) -> None:
    """Print what is still in doubt, each with what to add to the command."""
    if understood.open:
        console.print(Line(f"\n{IN_DOUBT(lang)}", style="bold red"))
    for one in understood.open:
        say(console, f"  • {one.said(lang)}", indent="    ")
        if one.answers:
            flags = OR(lang).join(flag(worded(answer, understood.source, lang)) for answer in one.answers)
            console.print(Line(f"    {TRY.with_(flags=visible(flags))(lang)}", style="bold"))
    if understood.words:
        console.print(Line(f"\n{STATES(lang)}", style="bold yellow"))
        for word, count in understood.words.items():
            answer = worded(f"mot:{visible(word)}=…", understood.source, lang)
            console.print(Line(f"  • {visible(word)} ({count})   {flag(answer)}"))
    proposed = [
        flag(worded(f"{option_of(seen.proposal.field, understood.source)}={seen.letters}", understood.source, lang))
        for seen in understood.columns
        if seen.proposal
    ]
    if proposed:
        console.print(Line(f"\n{PROPOSED(lang)}", style="bold yellow"))
        console.print(Line(f"    {' '.join(proposed)}"))
    if not understood.in_doubt:
        console.print(Line(NOTHING_IN_DOUBT(lang), style="green"))


def flag(answer: str) -> str:
    """Return an answer as it is typed on the command line."""
    return f"--set {typed(answer)}"


def typed(text: str) -> str:
    """Return a text as it is typed on a command line: in double quotes unless it is plain."""
    return text if _PLAIN.fullmatch(text) else f'"{text}"'


def worded(answer: str, source: Source, lang: Lang) -> str:
    """Return an answer with its field's name in the language: its French title, or its name in English."""
    name, _, value = answer.partition("=")
    if lang == "fr":
        return answer
    if name.startswith("mot:"):
        return f"word:{name.removeprefix('mot:')}={value}"
    if name == "sens" and value in SIGN_WORDS:
        return f"sign={value}"
    return f"{'payer' if name == 'payeur' else field_named(name, source) or name}={value}"


def still(problems: Sequence[Problem], console: Console, lang: Lang) -> None:
    """Print the sheets of the file that are asked about even so."""
    for problem in problems:
        place = " › ".join(part for part in (problem.sheet, problem.cell) if part) or problem.file
        said = Text("{place} ({expected})", "{place} ({expected})").with_(
            place=visible(place), expected=problem.expected
        )
        say(console, STILL.with_(place=said)(lang), "yellow")


def as_json(understood: Understood, lang: Lang, written: str | None) -> str:
    """Return the same for a program: rows from 1, columns by letter, amounts in euros as text."""
    table, heading, profile = understood.table, understood.place.heading, understood.profile
    followed = understood.place.followed
    told = {
        "file": table.file,
        "kind": understood.source.name,
        "sheet": table.sheet,
        "heading_rows": [heading.first + 1, heading.last + 1],
        "lines": len(table.numbers),
        "in_scope": understood.in_scope,
        "followed": followed.profile.name if followed else None,
        "columns": [_column_json(seen) for seen in understood.columns],
        "rows": [_row_json(understood, index) for index in range(min(SHOWN, len(table.numbers)))],
        "totals": [_total_json(total) for total in table.totals],
        "constants": profile.fixed,
        "sign": profile.sign,
        "words": profile.words,
        "unknown_words": understood.words,
        "in_doubt": [{"field": one.field, "said": one.said(lang), "set": list(one.answers)} for one in understood.open],
        "to_confirm": [seen.letters for seen in understood.pending],
        "patterns": list(profile.patterns),
        "written": written,
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _column_json(seen: Seen) -> dict[str, object]:
    return {
        "column": seen.letters,
        "title": seen.title,
        "field": seen.field or None,
        "how": seen.how,
        "agree": seen.share.good,
        "disagree": seen.share.bad,
        "proposed": seen.proposal.field if seen.proposal else None,
    }


def _row_json(understood: Understood, index: int) -> dict[str, object]:
    table = understood.table
    fields = {name: table.column(name)[index] for name in understood.source.fields if table.column(name)[index]}
    return {"row": table.numbers[index], **fields}


def _total_json(total: Total) -> dict[str, object]:
    return {
        "cell": address(total.row - 1, total.column),
        "announced": str(Decimal(total.announced).scaleb(-2)),
        "read": str(Decimal(total.read).scaleb(-2)),
        "holds": total.holds,
    }


def two_lines(understood: Understood, lang: Lang) -> Iterable[str]:
    """Yield two real lines with their cells under each column of money, for whoever must tell their sign."""
    chosen = understood.table.reading.columns.chosen if understood.table.reading else {}
    money_columns = [
        (title_of(understood.source, name), choice.columns[0])
        for name, choice in chosen.items()
        if name in {"amount", DEBIT, CREDIT, SENSE}
    ]
    labels = understood.table.column("label")
    for row, label in list(zip(understood.lines, labels, strict=True))[:2]:
        sides = " · ".join(
            f"{title} {visible(understood.place.cells(column, [row])[0] or '–')}" for title, column in money_columns
        )
        said = _cut(label or "", LONGEST_CELL)
        yield OF_LINE.with_(row=ROW.with_(row=row + 1), label=said, sides=sides)(lang)


def say(console: Console, text: str, style: str = "", indent: str = "") -> None:
    """Print one of our sentences, wrapped between words; what a cell may have brought is made visible."""
    room = max(min(console.width, WIDEST), NARROWEST)
    for part in text.split("\n"):
        # Only ordinary spaces part words: a non-breaking one holds an amount together.
        for line in textwrap.wrap(visible(part), room, subsequent_indent=indent, break_on_hyphens=False) or [""]:
            console.print(Line(line, style=style))


def _grid() -> Grid:
    return Grid(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))


def _cut(text: str, longest: int) -> str:
    shown = visible(_WHITE.sub(" ", text.strip()))
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"
