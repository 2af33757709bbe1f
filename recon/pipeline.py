"""The month, from what was read to its tables: the steps in order, and nothing but tables between them."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from recon import month as tables_of
from recon import notices
from recon.allocation import allocate
from recon.balances import balances
from recon.billed import billing
from recon.controls import controls
from recon.conventions import register
from recon.corrections import Corrections
from recon.decided import waiting, with_decisions
from recon.findings.bonds import Bonds, elsewhere, former_payers, wrong_payers
from recon.findings.claims import Known, amendments, claims, recovery
from recon.findings.coverage import coverage
from recon.findings.directory import differing, gone, in_directory
from recon.findings.settlements import OTHER_RATE, Settled, settlements
from recon.intake import (
    File,
    corrected,
    count_orphans,
    count_outside,
    declarations,
    has,
    keep,
    keep_payments,
    laid_out,
    replacements,
    uais,
    understand,
    unsure_of,
)
from recon.kept_rows import from_files
from recon.matching import ledger, match
from recon.matching.rulings import declared, moot_said, ruled
from recon.matching.standing import PENDING
from recon.matching.unkept import unkept
from recon.matching.vocabulary import vocabulary
from recon.planned import planned
from recon.references import references
from recon.tables import Month, Settings
from recon_schemas import CONVENTION_SCHOOLS, CONVENTIONS, ENROLMENTS, PAYMENTS, TITRES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import polars as pl

    from recon.allocation import Allocations
    from recon.conventions import Register
    from recon.findings.finding import Finding, Unsure
    from recon.intake import Kept
    from recon.layouts.profiles import Profile
    from recon.matching import Ledger
    from recon.matching.rulings import Ruling
    from recon.texts import Text

__all__ = ["File", "reconcile", "without_collector"]


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


def reconcile(
    files: Sequence[File], settings: Settings, profiles: Sequence[Profile] = (), rulings: Sequence[Ruling] = ()
) -> Month:
    """Return the month's tables: the same for the same files, profiles and decisions, in whatever order they come."""
    with without_collector():
        return _reconcile(files, settings, profiles, rulings)


def _reconcile(
    files: Sequence[File], settings: Settings, profiles: Sequence[Profile], rulings: Sequence[Ruling]
) -> Month:
    ordered = [understand(file, profiles) for file in sorted(files, key=lambda file: file.name)]
    layouts, copies = laid_out(ordered)
    replaced = replacements(corrected(ordered), layouts)
    aside = copies | replaced
    kept = keep(layouts, aside)
    rows = kept.rows
    known = register(rows[CONVENTIONS.name], rows[CONVENTION_SCHOOLS.name], rows[ENROLMENTS.name], settings.as_of)
    billed = billing(rows[TITRES.name], known, settings.as_of, settings.due_days)
    words = vocabulary(billed.titres, known.conventions, uais(kept))
    in_scope = keep_payments(kept, layouts, aside, words, settings.payer)
    unsure = unsure_of(kept)
    count_orphans(kept, known, unsure)
    lines, decided = ruled(ledger(rows[PAYMENTS.name], in_scope, kept.tables, settings.as_of), rulings)
    count_outside(kept, decided.outside)
    tables = kept.tables | declarations(max(kept.tables, default=-1) + 1)
    lines = declared(rulings, billed.titres, lines, max(tables), decided)
    matching = match(lines, billed.titres, known.conventions, decided)
    allocations = allocate(lines, matching)
    accounts = balances(known, billed.titres, allocations, settings)
    held = {*unsure.payers, *_to_place(lines, allocations), *waiting(rulings)}
    of_lines = list(settlements(Settled(lines, matching, billed.titres, accounts, settings.rates), unsure))
    explained = {finding.titre for finding in of_lines if finding.code == OTHER_RATE}
    bonds = Bonds(references(rows), known)
    known_payers = Known({*lines.reach, *unsure.payers}, held, explained)
    found = [
        *notices.refused(ordered),
        *notices.problems({name: layout for name, layout in layouts.items() if name not in replaced}),
        *kept.findings,
        *notices.copied(copies, replaced, layouts),
        *notices.sent_by_another(kept, aside),
        *_coverage(kept, known, settings, unsure),
        *_against_references(bonds),
        *amendments(billed),
        *(claims(known, billed, accounts, settings, unsure) if has(kept, CONVENTIONS) else ()),
        *recovery(accounts, settings, known_payers, ledgers=has(kept, PAYMENTS)),
        *of_lines,
    ]
    cited = {line.payment_id: {*line.cited.uais, *line.cited.named} for line in lines.lines}
    found = Corrections(known, bonds.known, rows, kept.tables, cited).proposed(found)
    listed = in_directory(bonds, [*uais(kept), *rows[PAYMENTS.name]["uai"].drop_nulls()], kept.tables)
    codes = {siren: commune.insee for siren, commune in bonds.known.payers.items()}
    everything = tables_of.Accounts(known, billed.titres, lines, allocations, accounts, tables, settings, listed, codes)
    sources = notices.sources_of(ordered, kept)
    unchecked = notices.unchecked(kept, known.conventions, settings, layouts, bonds.known)
    told = _month(everything, found, sources, unchecked)
    marked, unfound = with_decisions(told.findings, rulings)
    moot = [*decided.moot, *unfound]
    evidences = {number: decision.evidence for number, decision in matching.decisions.items()}
    awaiting = planned(known, billed.titres, lines, allocations)
    rates = {convention.rate for convention in known.conventions.values()}
    others = unkept(in_scope, rates, lambda place: tables_of.where(place, kept.tables)) if settings.payer else None
    return replace(
        told,
        findings=marked,
        evidences=evidences,
        hidden=notices.hidden(ordered),
        planned=awaiting,
        moot={ruling.id: why for ruling, why in moot if not ruling.closed},
        taken=from_files(kept, {file.name: file.sha256 for file in ordered}),
        unchecked=(*moot_said(moot), *told.unchecked),
        unkept=others,
        unsaid=tuple(kept.unsaid),
    )


def _coverage(kept: Kept, known: Register, settings: Settings, unsure: Unsure) -> Iterable[Finding]:
    """Without enrolments nothing is said of them, without conventions nothing of what they cover."""
    if not has(kept, CONVENTIONS):
        return ()
    return coverage(known, settings, unsure)


def _against_references(bonds: Bonds) -> Iterable[Finding]:
    """What the directory and the communes' table say otherwise; nothing where the dossier has none."""
    former = former_payers(bonds)
    yield from former.values()
    questioned = {*former, *wrong_payers(bonds.register)}
    differs = list(differing(bonds, questioned))
    yield from gone(bonds.register, bonds.known)
    yield from (finding for finding, _ in differs)
    told = {(finding.school_year, finding.uai) for finding, of_payer in differs if of_payer}
    yield from elsewhere(bonds, told, questioned)


def _to_place(lines: Ledger, allocations: Allocations) -> Iterable[str]:
    """Yield the payers of whom a payment settles nothing yet, or is on its way to a titre that cannot be told."""
    placed = {row.payment_id for row in allocations.rows}
    for line in lines.lines:
        coming = line.standing == PENDING and line.payment_id not in placed
        if coming or allocations.placed[line.payment_id].unallocated:
            yield line.payer_siren


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
        directory=dict(accounts.directory),
        filled=tables_of.filled(accounts),
    )
