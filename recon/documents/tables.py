"""The conventions of documents as tables of the schema: a row with its number, its schools, and where each field stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.identifiers import clean_digits, parse_school_year, siren_of
from recon.layouts import TRANSMISSION, Layout, Table
from recon.layouts.problems import Problem, title_of
from recon.texts import Text, joined, visible
from recon_schemas import CONVENTION_SCHOOLS, CONVENTIONS

from .changes import WITHDRAWN
from .reading import conventions_in
from .uais import right

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from recon.readers import Book

    from .flow import Span
    from .found import Reading

ROW = 1
ITS_CONVENTION = Text(
    "le numéro de la convention que l’avenant modifie", "the number of the convention that the avenant changes"
)
SEVERAL = Text(
    "aucun numéro, et la collectivité a plusieurs conventions cette année-là",
    "no number, and the payer has several conventions in that year",
)
MOST_RIVALS = 4

AND_LINE = Text("{page}, ligne {line}", "{page}, line {line}")
LINE = Text("ligne {line}", "line {line}")
SCHOOL_LIST = Text("la liste des écoles avec leur UAI", "the list of schools with their UAI")
CHANGES = Text(
    "pour chaque école, si l’avenant l’ajoute ou la retire", "for each school, whether the avenant adds or withdraws it"
)
TITLED = Text("« {title} »", "“{title}”")
PARTIES = Text(
    "le SIRET de chaque convention : une autre, ou un avenant, suit sans le sien",
    "the SIRET of each convention: another one, or an avenant, follows without its own",
)
NO_FIELDS = {"schools": SCHOOL_LIST, "parties": PARTIES, "change": CHANGES}
A_CONVENTION = Text(
    "une convention avec le SIRET et le nom de la collectivité, l’année scolaire, la participation par école et la liste des écoles avec leur UAI",
    "a convention with the payer's SIRET and name, the school year, the contribution per school and the list of schools with their UAI",
)
LACKS = Text("un document où ne se lisent pas : {missing}", "a document where these cannot be read: {missing}")
ONE_YEAR = Text("une seule année scolaire", "a single school year")
ONE_RATE = Text("une seule participation par école", "a single contribution per school")
RIVAL = Text("{words} ({where})", "{words} ({where})")
SEE = Text(
    "Voir ce que recon y lit : recon lire-convention {file}. Corriger le document, ou saisir la convention dans le registre.",
    "See what recon reads in it: recon convention {file}. Correct the document, or enter the convention in the register.",
)


def layout_of(book: Book, file: str) -> Layout:
    """Return the conventions of a document as tables; what lacks a required field is a problem, and no row of it."""
    tables: list[Table] = []
    problems: dict[str, Problem] = {}
    for reading in conventions_in(book):
        if reading.complete:
            tables += _tables(reading, file)
        else:
            problem = _problem(reading, file)
            problems.setdefault(problem.sheet, problem)
    return Layout(tables, list(problems.values()))


def _tables(reading: Reading, file: str) -> Iterator[Table]:
    """Yield the convention's row, then its schools' rows."""
    names = [name for name in CONVENTIONS.fields if name in reading.fields]
    texts: dict[str, list[str | None]] = {"convention": [None], "amends": [None], "rate": [None]}
    texts |= {name: [reading.value(name) or None] for name in names}
    yield Table(
        source=CONVENTIONS,
        file=file,
        sheet="",
        columns={},
        numbers=[ROW],
        texts=texts,
        places={(ROW, name): _cell(reading.fields[name].span) for name in names}
        | {(ROW, ""): _cell(reading.fields["payer_siret"].span)}
        | ({(ROW, TRANSMISSION): _cell(reading.stranger.span)} if reading.stranger else {}),
        amendment=reading.amendment,
        transmission=reading.stranger.value if reading.stranger else "",
    )
    numbers = list(range(1, len(reading.schools) + 1))
    columns: dict[str, list[str | None]] = {
        "convention": [None] * len(numbers),
        "uai": [one.uai or None for one in reading.schools],
        "school_name": [one.school_name or None for one in reading.schools],
        "commune": [one.commune or None for one in reading.schools],
        "change": [one.change or None for one in reading.schools],
    }
    yield Table(
        source=CONVENTION_SCHOOLS,
        file=file,
        sheet="",
        columns={},
        numbers=numbers,
        texts=columns,
        places={(number, ""): _cell(one.span) for number, one in zip(numbers, reading.schools, strict=True)},
    )


def _cell(span: Span) -> tuple[str, str]:
    """Return the page, and the line as cells are named: `l. 17` in both languages."""
    return span.page, f"l. {span.line}"


# Why a document is refused -------------------------------------------------------------------------------------------


def _problem(reading: Reading, file: str) -> Problem:
    sheet = reading.span.page if reading.span else ""
    advice = SEE.with_(file=f'"{visible(file)}"')
    if reading.rivals:
        name, rivals = next(iter(reading.rivals.items()))
        said = (RIVAL.with_(words=visible(one.words), where=where(one.span)) for one in rivals[:MOST_RIVALS])
        cell = f"l. {rivals[-1].span.line}"
        expected = ONE_YEAR if name == "school_year" else ONE_RATE
        return Problem(file, rivals[-1].span.page, cell, expected, joined(said, ", "), advice, name)
    return Problem(file, sheet, "", A_CONVENTION, LACKS.with_(missing=missing(reading)), advice)


def missing(reading: Reading) -> Text:
    """Name the fields that a convention lacks."""
    titles = (NO_FIELDS.get(name) or TITLED.with_(title=title_of(CONVENTIONS, name)) for name in reading.missing)
    return joined(titles, ", ")


def where(span: Span) -> Text:
    """Say a place: `page 4, ligne 12`, `ligne 431`; several lines by the first."""
    line = LINE.with_(line=span.line)
    return AND_LINE.with_(page=span.page, line=span.line) if span.page else line


# Numbers -------------------------------------------------------------------------------------------------------------


def numbered(layouts: Mapping[str, Layout]) -> dict[str, Layout]:
    """Return the layouts with a number for each document's convention that has none, and its list's rows naming it.

    Without a number of its own a convention is SIREN-school_year and a rank, as in a register; the same document under
    two names has one number. An avenant that names no known convention amends the payer's of that year, and has its
    rate; where there are several and its schools do not tell which, it is refused.
    """
    known = [table for layout in layouts.values() for table in layout.tables if table.source is CONVENTIONS]
    documents = sorted((table for table in known if table.places), key=lambda table: (table.amendment, _content(table)))
    if not documents:
        return dict(layouts)
    taken = _taken(table for table in known if not table.places)
    members = _members(layouts)
    lists = {id(head): rows for layout in layouts.values() for head, rows in _pairs(layout)}
    given: dict[int, Table] = {}
    again: dict[tuple[object, ...], str] = {}
    refused: dict[str, list[Table]] = {}
    for table in documents:
        rows = lists[id(table)]
        content = (_content(table), _content(rows))
        number = table.texts["convention"][0] or again.get(content) or _free(_base(table), taken)
        again[content] = number
        head = replace(table, texts=table.texts | {"convention": [number]})
        if table.amendment:
            original = _original(head, rows, taken, members)
            if original is None:
                refused.setdefault(table.file, []).append(table)
                continue
            head = _amending(head, original, taken)
        taken.setdefault(number, head)
        members.setdefault(number, set()).update(_uais(rows))
        given[id(table)] = head
        given[id(rows)] = replace(rows, texts=rows.texts | {"convention": [number] * len(rows.numbers)})
    left_out = {id(one) for heads in refused.values() for head in heads for one in (head, lists[id(head)])}
    return {
        name: Layout(
            [given.get(id(table), table) for table in layout.tables if id(table) not in left_out],
            [*layout.problems, *(_of_several(head) for head in refused.get(name, ()))],
        )
        for name, layout in layouts.items()
    }


def _pairs(layout: Layout) -> Iterator[tuple[Table, Table]]:
    for head, rows in zip(layout.tables, layout.tables[1:], strict=False):
        if head.source is CONVENTIONS and head.places:
            yield head, rows


def _content(table: Table) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, tuple(text or "" for text in texts)) for name, texts in sorted(table.texts.items()))


def _base(table: Table, row: int = 0) -> str:
    siret, year = table.column("payer_siret")[row], table.column("school_year")[row]
    return f"{siren_of(clean_digits(siret or ''))}-{parse_school_year(year or '') or ''}"


def _taken(registers: Iterable[Table]) -> dict[str, Table]:
    """Return the numbers that registers give, each with its table's row alone; a row without one has the next rank."""
    taken: dict[str, Table] = {}
    for table in registers:
        for row, number in enumerate(table.column("convention")):
            texts = {name: [texts[row]] for name, texts in table.texts.items()}
            taken[number or _free(_base(table, row), taken)] = replace(
                table, texts=texts, numbers=table.numbers[row : row + 1]
            )
    return taken


def _free(base: str, taken: Mapping[str, Table]) -> str:
    if base not in taken:
        return base
    rank = 2
    while f"{base}-{rank}" in taken:
        rank += 1
    return f"{base}-{rank}"


def _members(layouts: Mapping[str, Layout]) -> dict[str, set[str]]:
    """Return the UAIs that registers list, by convention."""
    members: dict[str, set[str]] = {}
    for layout in layouts.values():
        for table in layout.tables:
            if table.source is CONVENTION_SCHOOLS and not table.places:
                for number, uai in zip(table.column("convention"), table.column("uai"), strict=True):
                    members.setdefault(number or "", set()).add(right(uai or "") or uai or "")
    return members


def _uais(rows: Table, change: str = "") -> set[str]:
    """Return the UAIs of a document's list, or those alone of which it says this."""
    told = zip(rows.column("uai"), rows.column("change"), strict=True)
    return {right(uai) or uai for uai, said in told if uai and change in {"", said}}


def _original(table: Table, rows: Table, taken: Mapping[str, Table], members: Mapping[str, set[str]]) -> str | None:
    """Return the convention that an avenant changes, by its name or by the schools that it withdraws; None if it may be several."""
    named, base = table.texts["amends"][0], _base(table)
    if named in taken:
        return named
    originals = [
        number
        for number, other in taken.items()
        if _base(other) == base and not (other.amendment or other.column("amends")[0])
    ]
    if named:  # Most conventions bear no number: one that recon numbered may be the one named.
        originals = [number for number in originals if number.startswith(base)]
    if not originals:
        return named or base
    withdrawn = _uais(rows, WITHDRAWN)
    fitting = [number for number in originals if withdrawn and withdrawn <= members.get(number, set())]
    found = originals if len(originals) == 1 else fitting
    return found[0] if len(found) == 1 else None


def _of_several(table: Table) -> Problem:
    page, line = table.places[ROW, ""]
    return Problem(
        table.file, page, line, ITS_CONVENTION, SEVERAL, SEE.with_(file=f'"{visible(table.file)}"'), "amends"
    )


def _amending(table: Table, original: str, taken: Mapping[str, Table]) -> Table:
    """Return an avenant with the convention that it changes and, if it says no rate, that one's."""
    rate = table.texts["rate"][0] or (taken[original].column("rate")[0] if original in taken else None)
    return replace(table, texts=table.texts | {"amends": [original], "rate": [rate]})
