"""Files to accepted rows: what each holds, whose it is, what counts of it, and what is left aside."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from recon.answered import FOLDER as ANSWERS
from recon.answered import NO_STATEMENT, OUR_WORKBOOK, answered
from recon.corrected import originals_of, without_ours
from recon.documents import layout_of, numbered
from recon.duplicates import per_table, unique
from recon.findings.finding import Finding, Unsure
from recon.hidden import hidden_parts
from recon.identifiers import clean_digits, siren_of, titre_key
from recon.layouts import Layout, Table, layouts_of
from recon.layouts.problems import unsigned_problem
from recon.matching.left import dated
from recon.matching.rulings import OF_DECISIONS
from recon.matching.scope import scope, unsigned
from recon.payers import known_payers, says_nobody, with_payers
from recon.readers.cells import DOCUMENTS
from recon.references import editions, once_a_file
from recon.reports.answers import is_report, is_statement
from recon.successors import current, merged, successors
from recon.validation import parse, validate
from recon_schemas import COMMUNES, CONVENTION_SCHOOLS, CONVENTIONS, DIRECTORY, ENROLMENTS, PAYMENTS, SOURCES, TITRES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from recon.conventions import Register
    from recon.findings.finding import Place
    from recon.knowledge import Knowledge
    from recon.layouts import Problem
    from recon.layouts.profiles import Profile
    from recon.matching import Line
    from recon.matching.scope import Scope
    from recon.matching.vocabulary import Vocabulary
    from recon.readers import Book
    from recon.tables import Answered
    from recon.texts import Text
    from recon.validation import Accepted, Parsed
    from recon_schemas import Source


@dataclass(frozen=True, slots=True)
class Understood:
    """What a file's book gives: its tables, the digests of the files that it corrects, and what is hidden in it.

    `answers` is what a payer wrote on a statement of ours that it sent back, None where the file is none.
    """

    layout: Layout
    originals: tuple[str, ...] = ()
    hidden: Text | None = None
    answers: tuple[Answered, ...] | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file of the dossier as it was read: its name within the dossier, its folder, and its book or its refusal.

    One that was understood before needs no book; `encoded` is how, where nobody has looked at it since. `seen` is the
    digest of a refused one, empty where it could not even be opened.
    """

    name: str
    folder: str
    sha256: str = ""
    book: Book | None = None
    refusal: Text | None = None
    understood: Understood | None = None
    encoded: bytes = b""
    seen: str = ""

    @property
    def is_read(self) -> bool:
        """Whether its content is known, from its book or from before."""
        return self.book is not None or self.understood is not None


@dataclass(slots=True)
class Kept:
    """What the files gave: the tables by number, the accepted rows by kind, the findings, and the counts per table.

    `lost` are the refused rows by kind and where they stand, `refused` where they stand by table, `asked` the payers of ledgers that nothing
    was read of, for want of an answer, `unsaid` the ledgers that are said to be one payer's and do not say so themselves.
    """

    tables: dict[int, Table]
    rows: dict[str, pl.DataFrame] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    accepted: dict[int, int] = field(default_factory=dict)
    rejected: dict[int, int] = field(default_factory=dict)
    duplicates: dict[int, int] = field(default_factory=dict)
    out_of_scope: dict[int, int] = field(default_factory=dict)
    lost: dict[str, pl.DataFrame] = field(default_factory=dict)
    successors: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    unsaid: list[str] = field(default_factory=list)
    refused: dict[int, list[int]] = field(default_factory=dict)

    def with_tables(self, more: Mapping[int, Table]) -> Kept:
        """Return the same, to be added to, with more tables: what it was taken from stays as it is."""
        return Kept(
            dict(sorted({**self.tables, **more}.items())),
            {**self.rows},
            [*self.findings],
            {**self.accepted},
            {**self.rejected},
            {**self.duplicates},
            {**self.out_of_scope},
            {**self.lost},
            self.successors,
            {**self.places},
            {*self.asked},
            [*self.unsaid],
            {number: [*rows] for number, rows in self.refused.items()},
        )


def understand(file: File, profiles: Sequence[Profile]) -> File:
    """Return the file with what its book gives: the same for the same bytes, name and profiles."""
    if file.book is None or file.understood is not None:
        return file
    if is_statement(file.book):
        return replace(file, understood=Understood(Layout([], []), answers=answered(file.book, file.name)))
    if is_report(file.book) or file.folder == ANSWERS:
        why = OUR_WORKBOOK.with_(where="", workbook=f'"{file.name}"') if is_report(file.book) else NO_STATEMENT
        return replace(file, book=None, refusal=why)
    book = without_ours(file.book)
    understood = Understood(_layout(file, book, profiles), originals_of(file.book), hidden_parts(book))
    return replace(file, book=book, understood=understood)


def _layout(file: File, book: Book, profiles: Sequence[Profile]) -> Layout:
    if book.format in DOCUMENTS:
        return layout_of(book, file.name)
    return layouts_of(book, file.name, [source for source in SOURCES if source.folder == file.folder], profiles)


def corrected(files: Sequence[File]) -> dict[str, str]:
    """Return the files that a corrected copy of their kind replaces, each with that copy."""
    by_original = {
        (file.folder, digest): file.name for file in files if file.understood for digest in file.understood.originals
    }
    named = {file.name: by_original.get((file.folder, file.sha256)) for file in files}
    return {name: by for name, by in named.items() if by is not None}


def replacements(replaced: Mapping[str, str], layouts: Mapping[str, Layout]) -> dict[str, str]:
    """Return the files that a corrected copy replaces: only one that is wholly read does, else the original still counts."""
    return {
        name: by for name, by in replaced.items() if by in layouts and layouts[by].tables and not layouts[by].problems
    }


def laid_out(files: Sequence[File]) -> tuple[dict[str, Layout], dict[str, str]]:
    """Return the layout of each file read, and the files that are byte for byte copies of another in their folder.

    Of files alike the one with the shortest name is the source: `soues (1).xlsx` is the copy, and `soues.xlsx` is not.
    """
    layouts: dict[str, Layout] = {}
    first: dict[tuple[str, str], str] = {}
    copies: dict[str, str] = {}
    read = [file for file in files if file.understood is not None]
    for file in sorted(read, key=lambda file: (len(file.name), file.name)):
        original = first.setdefault((file.folder, file.sha256), file.name)
        if original != file.name:
            copies[file.name] = original
    for file in files:
        if file.understood is None:
            continue
        # What the month learns of a file, whose ledger it is or its convention's number, is no part of what the file alone says.
        layouts[file.name] = Layout(file.understood.layout.tables, [*file.understood.layout.problems])
    return numbered(layouts), copies


def numbered_tables(layouts: Iterable[Layout], after: int) -> dict[int, Table]:
    """Return the tables of some files by number, from `after` on."""
    return dict(enumerate((table for layout in layouts for table in layout.tables), after))


def keep(tables: Mapping[int, Table], aside: Mapping[str, str]) -> Kept:
    """Return what all the files but the ledgers give: a ledger's lines are known by what the others name."""
    kept = Kept({**tables})
    for source in (COMMUNES, *(source for source in SOURCES if source.name not in {COMMUNES.name, PAYMENTS.name})):
        numbered = _numbered(kept, source, aside)
        accepted = validate(source, numbered, parse(source, numbered))
        if source is DIRECTORY:
            _keep_directory(kept, numbered, accepted)
        else:
            _keep_kind(kept, source, numbered, accepted)
        if source is COMMUNES:
            kept.successors = successors(kept.rows[source.name])
    count_copies(kept, aside)
    return kept


def count_copies(kept: Kept, aside: Mapping[str, str]) -> None:
    """Count the lines of files that others repeat or replace as such."""
    kept.duplicates |= {number: table.lines for number, table in kept.tables.items() if table.file in aside}


def _numbered(kept: Kept, source: Source, aside: Mapping[str, str]) -> list[tuple[int, Table]]:
    return [(n, table) for n, table in kept.tables.items() if table.source is source and table.file not in aside]


def keep_payments(
    kept: Kept, layouts: Mapping[str, Layout], aside: Mapping[str, str], known: Knowledge, payer: str = ""
) -> Scope:
    """Add the ledgers' lines in scope, once it is known whose each ledger is and which way its money goes.

    Where all are said to be those of `payer`, a ledger that says otherwise is asked about even if it has no such line.
    RuntimeError if a ledger's lines were left out by other knowledge than what is `known`.
    """
    count_copies(kept, aside)
    numbered = _numbered(kept, PAYMENTS, aside)
    payers = known_payers(kept.rows, payer) if payer else known.payers
    asked: dict[int, Problem] = {}
    for number, table in numbered:
        if table.left:
            known.refuse_unlike(table)
            continue
        if payer and says_nobody(table, payers) and table.file not in kept.unsaid:
            kept.unsaid.append(table.file)
        kept.tables[number], problem = with_payers(table, payers)
        if problem is not None:
            asked[number] = problem
    parsed, found = _in_scope(kept, aside, known.words)
    concerned = {number for number, _ in found.lines}
    asked = {number: problem for number, problem in asked.items() if number in concerned or payer}
    asked |= {number: unsigned_problem(kept.tables[number]) for number in unsigned(found, parsed.typed, kept.tables)}
    for number, problem in asked.items():
        table = kept.tables.pop(number)
        layouts[table.file].problems.append(problem)
        named = [*table.column("payer_siret"), *(days.payer for days in (table.left.payers if table.left else ()))]
        kept.asked |= {siren_of(clean_digits(text)) for text in named if text}
    if asked:
        parsed, found = _in_scope(kept, aside, known.words)
    numbered = _numbered(kept, PAYMENTS, aside)
    mask = pl.Series(range(parsed.typed.height), dtype=pl.Int64).is_in(found.positions)
    _keep_kind(kept, PAYMENTS, numbered, validate(PAYMENTS, numbered, parsed, mask), dated(found.left))
    kept.out_of_scope = found.out
    kept.findings += merged(kept.places, kept.successors)
    return found


def _in_scope(kept: Kept, aside: Mapping[str, str], words: Vocabulary) -> tuple[Parsed, Scope]:
    numbered = _numbered(kept, PAYMENTS, aside)
    parsed = parse(PAYMENTS, numbered)
    return parsed, scope(current(PAYMENTS, parsed.typed, kept.successors)[0], words, dict(numbered))


def _keep_kind(
    kept: Kept,
    source: Source,
    numbered: list[tuple[int, Table]],
    accepted: Accepted,
    others: pl.DataFrame | None = None,
) -> None:
    """Add the accepted rows, each once; `others`, the days of rows that do not count, are covered by a ledger too."""
    rows, former = current(source, accepted.rows, kept.successors)
    for siren, place in former.items():
        kept.places[siren] = min(place, kept.places.get(siren, place))
    once = unique(source, rows, dict(numbered), others)
    kept.rows[source.name] = once.rows
    kept.accepted |= per_table(once.rows)
    found = [*accepted.findings, *once.findings]
    kept.findings += once_a_file(source, found, dict(numbered)) if source is COMMUNES else found
    refused = per_table(accepted.refused)
    contradicting = per_table(once.contradicting)
    for number, _ in numbered:
        kept.rejected[number] = refused.get(number, 0) + contradicting.get(number, 0)
        kept.duplicates[number] = once.duplicates.get(number, 0)
    for frame in (accepted.refused, once.contradicting):
        for number, row in frame.select("source", "row").iter_rows():
            kept.refused.setdefault(number, []).append(row)
    names, at = list(source.fields), ["source", "row"]
    text = once.contradicting.select(*(pl.col(name).cast(pl.String) for name in names), *at)
    kept.lost[source.name] = pl.concat([accepted.refused.select(*names, *at), text])


def _keep_directory(kept: Kept, numbered: list[tuple[int, Table]], accepted: Accepted) -> None:
    """Add the directory's rows, each school once as its latest edition has it."""
    told = editions(accepted.rows)
    kept.rows[DIRECTORY.name] = told.rows
    kept.accepted |= per_table(told.rows)
    kept.findings += once_a_file(DIRECTORY, accepted.findings, dict(numbered))
    kept.lost[DIRECTORY.name] = accepted.refused.select(list(DIRECTORY.fields))
    refused, again = per_table(accepted.refused), per_table(told.again)
    for number, _ in numbered:
        kept.rejected[number] = refused.get(number, 0)
        kept.duplicates[number] = again.get(number, 0)


def unsure_of(kept: Kept) -> Unsure:
    """Return what the refused rows were about, as far as they say."""

    def named(source: Source, column: str) -> list[str]:
        return [text.strip() for text in kept.lost[source.name][column].drop_nulls()]

    def sirens(source: Source, column: str) -> frozenset[str]:
        written = (siren_of(clean_digits(text)) for text in named(source, column))
        return frozenset(kept.successors.get(siren, siren) for siren in written)

    return Unsure(
        uais=frozenset(uai[:7] for uai in named(ENROLMENTS, "uai")),
        conventions=frozenset(named(CONVENTIONS, "convention")),
        titres=frozenset(map(titre_key, named(TITRES, "titre"))),
        debtors=sirens(TITRES, "debtor_siret"),
        payers=sirens(PAYMENTS, "payer_siret") | {kept.successors.get(siren, siren) for siren in kept.asked},
    )


def count_orphans(kept: Kept, known: Register, unsure: Unsure) -> None:
    """A list that names no known convention is refused, where there is a register to know them."""
    for row in known.orphans if has(kept, CONVENTIONS) else ():
        if row["convention"] not in unsure.conventions:
            kept.rejected[row["source"]] += 1
            kept.accepted[row["source"]] -= 1


def count_outside(kept: Kept, lines: Iterable[Line]) -> None:
    """Count the lines that an officer left out of scope as such."""
    for line in lines:
        kept.accepted[line.place.table] -= 1
        kept.out_of_scope[line.place.table] = kept.out_of_scope.get(line.place.table, 0) + 1


def declarations(after: int) -> dict[int, Table]:
    """Return the table that officers' declared receipts stand in: no file, and one line for each decision's number."""
    return {after: Table(PAYMENTS, OF_DECISIONS, "", {}, [], {})}


def uais(kept: Kept) -> set[str]:
    return {uai for source in (ENROLMENTS, CONVENTION_SCHOOLS) for uai in kept.rows[source.name]["uai"]}


def has(kept: Kept, source: Source) -> bool:
    return any(table.source is source for table in kept.tables.values())
