"""The month, from what was read to its tables: the steps in order, and nothing but tables between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from recon import month as tables_of
from recon import notices
from recon.allocation import allocate
from recon.answered import Open, by_titre, documents, known_on
from recon.balances import balances
from recon.collector import without_collector
from recon.contacts import contacts as contacts_of
from recon.controls import controls
from recon.corrections import Corrections
from recon.decided import waiting, with_decisions
from recon.findings.bonds import Bonds, elsewhere, former_payers, wrong_payers
from recon.findings.claims import Known, amendments, claims, recovery
from recon.findings.coverage import coverage
from recon.findings.directory import differing, gone, in_directory
from recon.findings.finding import digest
from recon.findings.settlements import OTHER_RATE, Settled, settlements
from recon.ground import LEDGERS, ground, in_order
from recon.in_force import in_force
from recon.intake import (
    File,
    corrected,
    count_orphans,
    count_outside,
    declarations,
    has,
    keep_payments,
    laid_out,
    numbered_tables,
    replacements,
    uais,
    unsure_of,
)
from recon.kept_rows import from_files, refused_lines
from recon.matching import ledger, match
from recon.matching.rulings import declared, moot_said, replaced, ruled
from recon.matching.standing import PENDING
from recon.matching.unkept import unkept
from recon.planned import planned
from recon.references import references
from recon.refused_titres import unread_titres
from recon.tables import Month, Outside, Settings
from recon.unread_ledgers import unread_ledgers
from recon_schemas import CONVENTIONS, PAYMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

    from recon.allocation import Allocations
    from recon.balances import Balances
    from recon.billed import Billing
    from recon.conventions import Register
    from recon.findings.finding import Finding, Unsure
    from recon.ground import Ground
    from recon.intake import Kept
    from recon.layouts import Layout, Table
    from recon.layouts.profiles import Profile
    from recon.matching import Ledger, Matching
    from recon.matching.rulings import Ruled, Ruling
    from recon.matching.scope import Scope
    from recon.tables import Answered, Contact, Unkept
    from recon_schemas import Source

__all__ = ["File", "reconcile"]


def reconcile(
    files: Sequence[File],
    settings: Settings,
    profiles: Sequence[Profile] = (),
    rulings: Sequence[Ruling] = (),
    known: Ground | None = None,
) -> Month:
    """Return the month's tables: the same for the same files, profiles and decisions, in whatever order they come.

    `known` is the ground of the files and settings, where it was drawn up before.
    """
    with without_collector():
        read = _read(known or ground(files, settings, profiles), in_order(files, profiles, ledgers=True), settings)
        return _reconcile(read, settings, rulings)


@dataclass(frozen=True, slots=True)
class _Given:
    """What the files give: their layouts, who stands aside for whom, the rows, what they say is due, the lines in scope."""

    files: Sequence[File]
    layouts: Mapping[str, Layout]
    copies: Mapping[str, str]
    replaced: Mapping[str, str]
    kept: Kept
    known: Register
    billed: Billing
    in_scope: Scope
    unsure: Unsure
    unread: frozenset[str]

    def rows(self, source: Source) -> pl.DataFrame:
        """Return the accepted rows of a source."""
        return self.kept.rows[source.name]


@dataclass(frozen=True, slots=True)
class _Settled:
    """What the payments settle; `tables` are the files' and, after them, those of the officers' declarations."""

    lines: Ledger
    decided: Ruled
    matching: Matching
    allocations: Allocations
    accounts: Balances
    tables: Mapping[int, Table]


def _reconcile(given: _Given, settings: Settings, rulings: Sequence[Ruling]) -> Month:
    holding, aside = replaced(rulings)
    settled = _settle(given, settings, holding)
    bonds = Bonds(references(given.kept.rows), given.known)
    beside = settled.decided.standing(holding)
    accounts = _accounts(given, settled, settings, bonds)
    contacts = contacts_of(accounts, bonds.known, _questioned(given))
    answers = _answers(given, contacts, settings)
    found = _findings(given, settled, settings, bonds, beside, answers)
    told = _month(given, accounts, settled, bonds, contacts, answers, found)
    out = _outside(given, settled)
    there = {*told.titres["titre"], *told.payments["payment_id"], *(one.payment_id for one in out)}
    done = set(told.titres.filter(told.titres["outstanding"] <= 0)["titre"])
    marked, unfound = with_decisions(told.findings, beside, there, done)
    moot = [*settled.decided.moot, *aside, *unfound]
    without_effect = {one.ruling.id: one.why for one in moot if not one.ruling.closed}
    places = {number: tables_of.where(place, settled.tables) for number, place in settled.decided.places.items()}
    return replace(
        told,
        findings=marked,
        moot=without_effect,
        singled=settled.decided.singled,
        changed=frozenset(settled.decided.changed),
        decided=in_force(told, rulings, without_effect, places),
        outside=out,
        unchecked=(
            *moot_said(moot, {siren: contact.name for siren, contact in told.contacts.items()}),
            *told.unchecked,
        ),
    )


def _outside(given: _Given, settled: _Settled) -> tuple[Outside, ...]:
    """Return the payments that officers leave out of scope."""
    return tuple(
        Outside(
            ruling.id, line.payment_id, line.payer_siren, line.payer_name, line.exercise, line.mandat, line.amount,
            tables_of.where(line.place, given.kept.tables),
        )
        for line, ruling in settled.decided.outside
    )  # fmt: skip


def _questioned(given: _Given) -> set[str]:
    """Return the payers one of whose conventions was sent under another's SIREN: whose number it bears is not sure."""
    found = notices.sent_by_another(given.kept, {**given.copies, **given.replaced})
    return {finding.payer_siren for finding in found}


def _read(known: Ground, ledgers: Sequence[File], settings: Settings) -> _Given:
    layouts, copies = laid_out(ledgers)
    replaced = replacements(corrected(ledgers), layouts)
    kept = known.kept.with_tables(numbered_tables(layouts.values(), LEDGERS))
    in_scope = keep_payments(kept, layouts, copies | replaced, known.knowledge, settings.payer)
    unsure = unsure_of(kept)
    count_orphans(kept, known.register, unsure)
    return _Given(
        sorted([*known.files, *ledgers], key=lambda file: file.name),
        dict(sorted({**known.layouts, **layouts}.items())),
        dict(sorted({**known.copies, **copies}.items())),
        dict(sorted({**known.replaced, **replaced}.items())),
        kept,
        known.register,
        known.billed,
        in_scope,
        unsure,
        unread_ledgers(ledgers, layouts, {*copies, *replaced}, known.knowledge.payers, kept.asked, settings.payer),
    )


def _settle(given: _Given, settings: Settings, rulings: Sequence[Ruling]) -> _Settled:
    kept, titres = given.kept, given.billed.titres
    lines, decided = ruled(ledger(given.rows(PAYMENTS), given.in_scope, kept.tables, settings.as_of), rulings)
    count_outside(kept, (line for line, _ in decided.outside))
    tables = kept.tables | declarations(max(kept.tables, default=-1) + 1)
    lines = declared(rulings, titres, lines, max(tables), decided, settings.as_of)
    matching = match(lines, titres, given.known.conventions, decided)
    allocations = allocate(lines, matching)
    accounts = balances(given.known, titres, allocations, settings)
    return _Settled(lines, decided, matching, allocations, accounts, tables)


def _findings(
    given: _Given,
    settled: _Settled,
    settings: Settings,
    bonds: Bonds,
    rulings: Sequence[Ruling],
    answers: tuple[Answered, ...],
) -> list[Finding]:
    kept, known, billed, unsure, replaced = given.kept, given.known, given.billed, given.unsure, given.replaced
    lines, accounts = settled.lines, settled.accounts
    held = {*unsure.payers, *_to_place(lines, settled.allocations)}
    of_lines = list(settlements(Settled(lines, settled.matching, billed.titres, accounts, settings.rates), unsure))
    explained = {finding.titre for finding in of_lines if finding.code == OTHER_RATE}
    open_titres = [
        Open(one.titre.payer_siren, one.titre.titre, one.titre.school_year, one.titre.issued_on)
        for one in accounts.titres.values()
        if one.outstanding > 0
    ]
    answered = by_titre(answers, open_titres)
    numbers = {name: number for number in accounts.titres for name in (number, digest((number,)))}
    waits = waiting(rulings, _no_longer_open(settled), numbers)
    known_payers = Known({*lines.reach, *unsure.payers}, held, explained, answered, waits, _unread_titres(given))
    found = [
        *notices.refused(given.files, answers),
        *notices.not_understood(given.files),
        *notices.problems({name: layout for name, layout in given.layouts.items() if name not in replaced}),
        *kept.findings,
        *notices.copied(given.copies, replaced, given.layouts),
        *notices.sent_by_another(kept, {**given.copies, **replaced}),
        *_coverage(kept, known, settings, unsure),
        *_against_references(bonds),
        *amendments(billed),
        *(claims(known, billed, accounts, settings, unsure) if has(kept, CONVENTIONS) else ()),
        *recovery(accounts, settings, known_payers, ledgers=has(kept, PAYMENTS)),
        *of_lines,
    ]
    cited = {line.payment_id: {*line.cited.uais, *line.cited.named} for line in lines.lines}
    return Corrections(known, bonds.known, kept.rows, kept.tables, cited).proposed(found)


def _unread_titres(given: _Given) -> dict[str, tuple[str, ...]]:
    return unread_titres(given.kept, given.billed.titres, given.known.conventions)


def _no_longer_open(settled: _Settled) -> set[str]:
    """Return the titres that are paid and the payments that are placed, and the digests that their findings bear."""
    placed = settled.allocations.placed.items()
    done = {
        *(number for number, account in settled.accounts.titres.items() if account.outstanding <= 0),
        *(number for number, one in placed if one.allocated + one.credit and not one.unallocated),
    }
    return done | {digest((name,)) for name in done}


def _answers(given: _Given, contacts: Mapping[str, Contact], settings: Settings) -> tuple[Answered, ...]:
    """Return what payers answered; a statement that lies there twice answers once."""
    understood = [file.understood for file in given.files if file.understood and file.name not in given.copies]
    written = [one for file in understood for one in file.answers or ()]
    refused = [file.name for file in given.files if file.refusal is not None]
    return known_on([*written, *documents(refused, contacts.values())], settings.as_of)


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


def _accounts(given: _Given, settled: _Settled, settings: Settings, bonds: Bonds) -> tables_of.Accounts:
    kept = given.kept
    listed = in_directory(bonds, [*uais(kept), *given.rows(PAYMENTS)["uai"].drop_nulls()], kept.tables)
    return tables_of.Accounts(
        given.known,
        given.billed.titres,
        settled.lines,
        settled.allocations,
        settled.accounts,
        settled.tables,
        settings,
        listed,
        {siren: commune.insee for siren, commune in bonds.known.payers.items()},
    )


def _month(
    given: _Given,
    accounts: tables_of.Accounts,
    settled: _Settled,
    bonds: Bonds,
    contacts: dict[str, Contact],
    answers: tuple[Answered, ...],
    found: Sequence[Finding],
) -> Month:
    kept, known, settings = given.kept, given.known, accounts.settings
    letters = tables_of.letters(accounts)
    schools = tables_of.schools(accounts)
    payers = tables_of.payers(accounts, contacts, schools)
    titres = tables_of.titres(accounts, letters)
    payments, details = tables_of.payments(accounts, letters)
    allocations = tables_of.allocations(accounts)
    sources = notices.sources_of(given.files, kept)
    return Month(
        settings=settings,
        schools=schools,
        payers=payers,
        conventions=tables_of.conventions(accounts, schools),
        titres=titres,
        payments=payments,
        allocations=allocations,
        findings=tables_of.findings(found, accounts.tables, settings.as_of),
        controls=controls(schools, payers, titres, payments, allocations, sources),
        sources=sources,
        details=details,
        contacts=contacts,
        unchecked=notices.unchecked(kept, known.conventions, settings, given.layouts, bonds.known),
        wordings=tables_of.wordings(found),
        evidences={number: decision.evidence for number, decision in settled.matching.decisions.items()},
        miscited={number: one.miscited for number, one in settled.matching.decisions.items() if one.miscited},
        votes={number: one.council_ref for number, one in known.conventions.items() if one.council_ref},
        refused=refused_lines(found, kept.tables),
        issued={titre.titre: titre.issued for titre in accounts.titres.values()},
        taken_off=tables_of.taken_off(accounts),
        replaces={titre.titre: titre.replaces for titre in accounts.titres.values() if titre.replaces},
        places=tables_of.places(accounts),
        directory=dict(accounts.directory),
        filled=tables_of.filled(accounts),
        hidden=notices.hidden(given.files),
        planned=planned(known, accounts.titres, settled.lines, settled.allocations),
        taken=from_files(kept, {file.name: file.sha256 for file in given.files}),
        unkept=_unkept(given) if settings.payer else None,
        unsaid=tuple(kept.unsaid),
        answers=answers,
        unread_titres=_unread_titres(given),
        unread_ledgers=given.unread,
    )


def _unkept(given: _Given) -> Unkept:
    rates = {convention.rate for convention in given.known.conventions.values()}
    return unkept(given.in_scope, rates, lambda place: tables_of.where(place, given.kept.tables))
