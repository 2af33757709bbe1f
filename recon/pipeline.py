"""The month, from what was read to its tables: the steps in order, and nothing but tables between them."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from recon import month as tables_of
from recon.allocation import allocate
from recon.balances import balances
from recon.billed import billing
from recon.controls import controls
from recon.conventions import register
from recon.corrected import originals_of, without_ours
from recon.duplicates import per_table, unique
from recon.findings.claims import Known, amendments, claims, recovery
from recon.findings.coverage import coverage
from recon.findings.finding import Finding, Unsure
from recon.findings.settlements import OTHER_RATE, Settled, settlements
from recon.hidden import hidden_parts
from recon.identifiers import clean_digits, siren_of, titre_key
from recon.layouts import layouts_of
from recon.layouts.problems import unsigned_problem
from recon.matching import ledger, match
from recon.matching.scope import scope, unsigned
from recon.matching.standing import PENDING
from recon.matching.vocabulary import vocabulary
from recon.payers import known_payers, with_payers
from recon.successors import current, merged, successors
from recon.tables import SCHEMAS, Month, Settings
from recon.texts import Text
from recon.validation import parse, total_announced, total_read, validate
from recon_schemas import COMMUNES, CONVENTION_SCHOOLS, CONVENTIONS, ENROLMENTS, PAYMENTS, SOURCES, TITRES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from recon.allocation import Allocations
    from recon.conventions import Convention, Register
    from recon.findings.finding import Place
    from recon.layouts import Layout, Problem, Table
    from recon.layouts.profiles import Profile
    from recon.matching import Ledger
    from recon.matching.scope import Scope
    from recon.matching.vocabulary import Vocabulary
    from recon.payers import Payers
    from recon.readers import Book
    from recon.validation import Accepted, Parsed
    from recon_schemas import Source

NO_DUE_DATE = Text(
    "Titres sans échéance : ni leur fichier ni recon.toml ne la donnent, rien n’est dit échu pour eux. Ajouter [echeance] jours = 60, par exemple.",
    "Titres without a due date: neither their file nor recon.toml gives it, nothing is said overdue for them. Add [echeance] jours = 60, for example.",
)
A_SPREADSHEET = Text("un classeur .xlsx, .ods ou .csv lisible", "a readable .xlsx, .ods or .csv workbook")


@dataclass(frozen=True, slots=True)
class File:
    """A file of the dossier as it was read: its name within the dossier, its folder, and its book or its refusal."""

    name: str
    folder: str
    sha256: str = ""
    book: Book | None = None
    refusal: Text | None = None


@dataclass(slots=True)
class Kept:
    """What the files gave: the tables by number, the accepted rows by kind, the findings, and the counts per table."""

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


@contextmanager
def without_collector() -> Iterator[None]:
    """Hold Python's cycle collector back: millions of small objects, none in a cycle, would be walked again and again."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def reconcile(files: Sequence[File], settings: Settings, profiles: Sequence[Profile] = ()) -> Month:
    """Return the month's tables: the same for the same files and profiles, in whatever order they come."""
    with without_collector():
        return _reconcile(files, settings, profiles)


def _reconcile(files: Sequence[File], settings: Settings, profiles: Sequence[Profile]) -> Month:
    ordered, replaced = _corrected(sorted(files, key=lambda file: file.name))
    layouts, copies = _layouts(ordered, profiles)
    aside = copies | replaced
    kept = _keep(layouts, aside)
    rows = kept.rows
    known = register(rows[CONVENTIONS.name], rows[CONVENTION_SCHOOLS.name], rows[ENROLMENTS.name], settings.as_of)
    billed = billing(rows[TITRES.name], known, settings.as_of, settings.due_days)
    words = vocabulary(billed.titres, known.conventions, _uais(kept))
    in_scope = _keep_payments(kept, layouts, aside, words)
    unsure = _unsure(kept)
    _count_orphans(kept, known, unsure)
    lines = ledger(rows[PAYMENTS.name], in_scope, kept.tables, settings.as_of)
    matching = match(lines, billed.titres, known.conventions)
    allocations = allocate(lines, matching)
    accounts = balances(known, billed.titres, allocations, settings)
    held = {*unsure.payers, *_to_place(lines, allocations)}
    of_lines = list(settlements(Settled(lines, matching, billed.titres, accounts, settings.rates), unsure))
    explained = {finding.titre for finding in of_lines if finding.code == OTHER_RATE}
    known_payers = Known({*lines.reach, *unsure.payers}, held, explained)
    found = [
        *_refused(ordered),
        *_problems({name: layout for name, layout in layouts.items() if name not in replaced}),
        *kept.findings,
        *_copied(copies, replaced),
        *_coverage(kept, known, settings, unsure),
        *amendments(billed),
        *(claims(known, billed, accounts, settings, unsure) if _has(kept, CONVENTIONS) else ()),
        *recovery(accounts, settings, known_payers, ledgers=_has(kept, PAYMENTS)),
        *of_lines,
    ]
    everything = tables_of.Accounts(known, billed.titres, lines, allocations, accounts, kept.tables, settings)
    sources = _sources(ordered, kept)
    told = _month(everything, found, sources, _unchecked(kept, known.conventions, settings, layouts))
    evidences = {number: decision.evidence for number, decision in matching.decisions.items()}
    return replace(told, evidences=evidences, hidden=_hidden(ordered))


# One ledger, before its month ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a dossier knows of its payers and of what a line in scope names: enough to ask about one ledger."""

    payers: Payers
    words: Vocabulary
    successors: dict[str, str]

    def asked_of(self, table: Table) -> tuple[list[Problem], int]:
        """Return what is in doubt of a ledger, its payer or its sign, and how many of its lines are in scope."""
        told, doubt = with_payers(table, self.payers)
        parsed = parse(PAYMENTS, [(0, told)])
        found = scope(current(PAYMENTS, parsed.typed, self.successors)[0], self.words)
        unsure = [unsigned_problem(told)] if list(unsigned(found, parsed.typed, {0: told})) else []
        return [*([doubt] if doubt else []), *unsure], len(found.positions)


def knowledge(files: Sequence[File], settings: Settings, profiles: Sequence[Profile] = ()) -> Knowledge:
    """Return what the dossier's files, but for its ledgers, tell of payers, titres, conventions and schools."""
    kept = _keep(*_layouts([file for file in files if file.folder != PAYMENTS.folder], profiles))
    rows = kept.rows
    known = register(rows[CONVENTIONS.name], rows[CONVENTION_SCHOOLS.name], rows[ENROLMENTS.name], settings.as_of)
    billed = billing(rows[TITRES.name], known, settings.as_of, settings.due_days)
    words = vocabulary(billed.titres, known.conventions, _uais(kept))
    return Knowledge(known_payers(rows), words, kept.successors)


# Files to accepted rows ----------------------------------------------------------------------------------------------


def _corrected(files: Sequence[File]) -> tuple[list[File], dict[str, str]]:
    """Return the files without what recon added to them, and those that a corrected copy of their kind replaces."""
    by_original = {
        (file.folder, digest): file.name for file in files if file.book for digest in originals_of(file.book)
    }
    named = {file.name: by_original.get((file.folder, file.sha256)) for file in files}
    replaced = {name: by for name, by in named.items() if by is not None}
    return [replace(file, book=without_ours(file.book)) if file.book else file for file in files], replaced


def _layouts(files: Sequence[File], profiles: Sequence[Profile]) -> tuple[dict[str, Layout], dict[str, str]]:
    """Return the layout of each file read, and the files that are byte for byte copies of another in their folder."""
    layouts: dict[str, Layout] = {}
    first: dict[tuple[str, str], str] = {}
    copies: dict[str, str] = {}
    for file in files:
        if file.book is None:
            continue
        original = first.setdefault((file.folder, file.sha256), file.name)
        if original != file.name:
            copies[file.name] = original
        layouts[file.name] = layouts_of(file.book, file.name, [s for s in SOURCES if s.folder == file.folder], profiles)
    return layouts, copies


def _keep(layouts: Mapping[str, Layout], aside: Mapping[str, str]) -> Kept:
    """Return what all the files but the ledgers give: a ledger's lines are known by what the others name."""
    kept = Kept(dict(enumerate(table for layout in layouts.values() for table in layout.tables)))
    for source in (COMMUNES, *(source for source in SOURCES if source.name not in {COMMUNES.name, PAYMENTS.name})):
        numbered = _numbered(kept, source, aside)
        _keep_kind(kept, source, numbered, validate(source, numbered, parse(source, numbered)))
        if source is COMMUNES:
            kept.successors = successors(kept.rows[source.name])
    for number, table in kept.tables.items():
        if table.file in aside:
            kept.duplicates[number] = len(table.numbers)
    return kept


def _numbered(kept: Kept, source: Source, aside: Mapping[str, str]) -> list[tuple[int, Table]]:
    return [(n, table) for n, table in kept.tables.items() if table.source is source and table.file not in aside]


def _keep_payments(kept: Kept, layouts: Mapping[str, Layout], aside: Mapping[str, str], words: Vocabulary) -> Scope:
    """Add the ledgers' lines in scope, once it is known whose each ledger is and which way its money goes."""
    known = known_payers(kept.rows)
    asked: dict[int, Problem] = {}
    for number, table in _numbered(kept, PAYMENTS, aside):
        kept.tables[number], problem = with_payers(table, known)
        if problem is not None:
            asked[number] = problem
    parsed, found = _in_scope(kept, aside, words)
    concerned = {number for number, _ in found.lines}
    asked = {number: problem for number, problem in asked.items() if number in concerned}
    asked |= {number: unsigned_problem(kept.tables[number]) for number in unsigned(found, parsed.typed, kept.tables)}
    for number, problem in asked.items():
        layouts[kept.tables.pop(number).file].problems.append(problem)
    if asked:
        parsed, found = _in_scope(kept, aside, words)
    numbered = _numbered(kept, PAYMENTS, aside)
    mask = pl.Series(range(parsed.typed.height), dtype=pl.Int64).is_in(found.positions)
    _keep_kind(kept, PAYMENTS, numbered, validate(PAYMENTS, numbered, parsed, mask), found.outside)
    kept.out_of_scope = found.out
    kept.findings += merged(kept.places, kept.successors)
    return found


def _in_scope(kept: Kept, aside: Mapping[str, str], words: Vocabulary) -> tuple[Parsed, Scope]:
    parsed = parse(PAYMENTS, _numbered(kept, PAYMENTS, aside))
    return parsed, scope(current(PAYMENTS, parsed.typed, kept.successors)[0], words)


def _keep_kind(
    kept: Kept,
    source: Source,
    numbered: list[tuple[int, Table]],
    accepted: Accepted,
    others: pl.DataFrame | None = None,
) -> None:
    """Add the accepted rows, each once; `others`, rows that do not count, say too which days a ledger covers."""
    rows, former = current(source, accepted.rows, kept.successors)
    for siren, place in former.items():
        kept.places[siren] = min(place, kept.places.get(siren, place))
    once = unique(source, rows, dict(numbered), others)
    kept.rows[source.name] = once.rows
    kept.accepted |= per_table(once.rows)
    kept.findings += [*accepted.findings, *once.findings]
    refused = dict(accepted.refused.group_by("source").len().iter_rows())
    contradicting = per_table(once.contradicting)
    for number, _ in numbered:
        kept.rejected[number] = refused.get(number, 0) + contradicting.get(number, 0)
        kept.duplicates[number] = once.duplicates.get(number, 0)
    names = list(source.fields)
    text = once.contradicting.select(pl.col(name).cast(pl.String) for name in names)
    kept.lost[source.name] = pl.concat([accepted.refused.select(names), text])


def _unsure(kept: Kept) -> Unsure:
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
        payers=sirens(PAYMENTS, "payer_siret"),
    )


def _count_orphans(kept: Kept, known: Register, unsure: Unsure) -> None:
    """A list that names no known convention is refused, where there is a register to know them."""
    for row in known.orphans if _has(kept, CONVENTIONS) else ():
        if row["convention"] not in unsure.conventions:
            kept.rejected[row["source"]] += 1
            kept.accepted[row["source"]] -= 1


def _uais(kept: Kept) -> set[str]:
    return {uai for source in (ENROLMENTS, CONVENTION_SCHOOLS) for uai in kept.rows[source.name]["uai"]}


def _has(kept: Kept, source: Source) -> bool:
    return any(table.source is source for table in kept.tables.values())


# What is said of files -----------------------------------------------------------------------------------------------


def _refused(files: Iterable[File]) -> Iterable[Finding]:
    for file in files:
        if file.refusal is not None:
            yield Finding("D01", (file.name,), A_SPREADSHEET, file.refusal, file=file.name)


def _problems(layouts: Mapping[str, Layout]) -> Iterable[Finding]:
    for layout in layouts.values():
        for problem in layout.problems:
            if problem.file.startswith(f"{COMMUNES.folder}/"):
                continue  # Another reference table than the communes: said among what was not checked.
            yield Finding(
                "D02", (problem.file, problem.sheet), problem.expected, problem.found,
                file=problem.file, sheet=problem.sheet, cell=problem.cell, advice=problem.advice,
            )  # fmt: skip


def _copied(copies: Mapping[str, str], replaced: Mapping[str, str]) -> Iterable[Finding]:
    once = Text("un fichier une seule fois", "a file once")
    for name, original in copies.items():
        if name not in replaced:
            found = Text("copie exacte de {original}", "an exact copy of {original}").with_(original=original)
            yield Finding("D07", ("file", name), once, found, file=name)
    for name, by in replaced.items():
        found = Text("remplacé par la copie corrigée {by}", "replaced by the corrected copy {by}").with_(by=by)
        yield Finding("D07", ("file", name), once, found, file=name)


def _hidden(files: Iterable[File]) -> dict[str, Text]:
    said = {file.name: hidden_parts(file.book) for file in files if file.book}
    return {name: text for name, text in said.items() if text is not None}


def _coverage(kept: Kept, known: Register, settings: Settings, unsure: Unsure) -> Iterable[Finding]:
    """Without enrolments nothing is said of them, without conventions nothing of what they cover."""
    if not _has(kept, CONVENTIONS):
        return ()
    return coverage(known, settings, unsure)


def _to_place(lines: Ledger, allocations: Allocations) -> Iterable[str]:
    """Yield the payers of whom a payment settles nothing yet, or is on its way to a titre that cannot be told."""
    placed = {row.payment_id for row in allocations.rows}
    for line in lines.lines:
        coming = line.standing == PENDING and line.payment_id not in placed
        if coming or allocations.placed[line.payment_id].unallocated:
            yield line.payer_siren


def _sources(files: Sequence[File], kept: Kept) -> pl.DataFrame:
    """One row per file and kind: rows read = kept + rejected + out of scope + duplicates."""
    of_file: dict[str, dict[str, list[tuple[int, Table]]]] = {}
    for number, table in kept.tables.items():
        of_file.setdefault(table.file, {}).setdefault(table.source.name, []).append((number, table))
    rows = [
        _source(file, kind, numbered, kept)
        for file in files
        for kind, numbered in (of_file.get(file.name) or {_kind(file): []}).items()
    ]
    return pl.DataFrame(rows, schema=SCHEMAS["sources"], orient="row")


def _kind(file: File) -> str:
    return next(source.name for source in SOURCES if source.folder == file.folder)


def _source(file: File, kind: str, numbered: list[tuple[int, Table]], kept: Kept) -> dict[str, object]:
    read = sum(len(table.numbers) for _, table in numbered)
    accepted = sum(kept.accepted.get(number, 0) for number, _ in numbered)
    rejected = sum(kept.rejected.get(number, 0) for number, _ in numbered)
    duplicates = sum(kept.duplicates.get(number, 0) for number, _ in numbered)
    out = sum(kept.out_of_scope.get(number, 0) for number, _ in numbered)
    return {
        "file": file.name,
        "kind": kind,
        "sha256": file.sha256,
        "profile": next((table.profile for _, table in numbered if table.profile), ""),
        "read": read,
        "kept": accepted,
        "rejected": rejected,
        "out_of_scope": out,
        "duplicates": duplicates,
        "total_announced": _total(total_announced(table) for _, table in numbered),
        "total_read": _total(total_read(table) for _, table in numbered),
    }


def _total(amounts: Iterable[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


# Tables --------------------------------------------------------------------------------------------------------------


def _month(
    accounts: tables_of.Accounts, found: Sequence[Finding], sources: pl.DataFrame, unchecked: tuple[Text, ...]
) -> Month:
    letters = tables_of.letters(accounts)
    contacts = tables_of.contacts(accounts)
    schools = tables_of.schools(accounts)
    payers = tables_of.payers(accounts, contacts, schools)
    titres = tables_of.titres(accounts, letters)
    payments, details = tables_of.payments(accounts, letters)
    allocations = tables_of.allocations(accounts)
    return Month(
        settings=accounts.settings,
        schools=schools,
        payers=payers,
        conventions=tables_of.conventions(accounts, schools),
        titres=titres,
        payments=payments,
        allocations=allocations,
        findings=tables_of.findings(found, accounts.tables, accounts.settings.as_of),
        controls=controls(schools, payers, titres, payments, allocations, sources),
        sources=sources,
        details=details,
        contacts=contacts,
        unchecked=unchecked,
        wordings=tables_of.wordings(found),
        issued={titre.titre: titre.issued for titre in accounts.titres.values()},
        taken_off=tables_of.taken_off(accounts),
        replaces={titre.titre: titre.replaces for titre in accounts.titres.values() if titre.replaces},
        places=tables_of.places(accounts),
    )


def _unchecked(
    kept: Kept, conventions: Mapping[str, Convention], settings: Settings, layouts: Mapping[str, Layout]
) -> tuple[Text, ...]:
    """Say what could not be checked, and why."""
    missing = (
        (ENROLMENTS, Text("Aucune liste d’inscriptions : l’inscription des écoles n’est pas contrôlée.", "No enrolments: whether schools are enrolled is not checked.")),
        (CONVENTIONS, Text("Aucune convention : ni la couverture des écoles ni les montants titrés ne sont contrôlés.", "No conventions: neither the schools' cover nor the amounts billed are checked.")),
        (TITRES, Text("Aucun titre : les participations sont prévues, titre non communiqué ; rien n’est réclamé.", "No titres: contributions are expected, titre not communicated; nothing is claimed.")),
        (PAYMENTS, Text("Aucun registre de paiement lisible : les paiements ne sont pas connus, aucun impayé n’est affirmé.", "No ledger: payments are unknown, nothing is said to be unpaid.")),
    )  # fmt: skip
    said = [text for source, text in missing if not _has(kept, source)]
    years = sorted({convention.school_year for convention in conventions.values()} - settings.rates.keys())
    no_rate = Text(
        "Année scolaire {year} : aucun tarif dans recon.toml, la participation des conventions n’est pas contrôlée. Ajouter le tarif sous [tarifs].",
        "School year {year}: no rate in recon.toml, the conventions' contribution is not checked. Add the rate under [tarifs].",
    )
    said += [no_rate.with_(year=year) for year in years]
    if settings.due_days is None and kept.rows[TITRES.name]["due_on"].null_count():
        said.append(NO_DUE_DATE)
    unknown = Text(
        "{file} : ce tableau n’est pas la table des communes (colonnes SIREN et Ancien SIREN), il n’est pas lu.",
        "{file}: this is not the table of communes (columns SIREN and Ancien SIREN), it is not read.",
    )
    said += [
        unknown.with_(file=name)
        for name, layout in layouts.items()
        if name.startswith(f"{COMMUNES.folder}/") and layout.problems and not layout.tables
    ]
    directory = Text(
        "Annuaire de l’éducation non fourni : fermetures, fusions et communes des écoles ne sont pas contrôlées.",
        "No school directory: closures, mergers and communes of schools are not checked.",
    )
    return (*said, directory)
