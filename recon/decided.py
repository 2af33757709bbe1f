"""What officers decided of findings: shown beside them; what waits is not chased."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.matching.rulings import (
    ACCEPT,
    ELSEWHERE,
    NO_TITRE,
    OUT_OF_SCOPE,
    RECTIFY,
    REMIND,
    REPLACED,
    TO_TITRES,
    WAIT,
    Moot,
)
from recon.matching.singled import NOT_THERE
from recon.reports import decisions
from recon.texts import Text, money

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from recon.matching.rulings import Ruling
    from recon.tables import Month

OF_FINDINGS = {WAIT, REMIND, RECTIFY, ACCEPT}
# The reports' own words, which are read back from their yellow cells.
ACTIONS = {
    TO_TITRES: decisions.ALLOCATE,
    OUT_OF_SCOPE: decisions.OUT_OF_SCOPE,
    ELSEWHERE: decisions.SETTLED_ELSEWHERE,
    WAIT: decisions.WAIT,
    REMIND: decisions.REMIND,
    RECTIFY: decisions.CORRECT,
    ACCEPT: decisions.ACCEPTED,
}
RESOLVED = Text("l’écart n’existe plus", "the finding is gone")
SETTLED = Text("ce titre est soldé", "this titre is settled")
# A decision for one of these reasons has lost nothing: what it was about is done.
NO_LONGER_NEEDED = (RESOLVED, SETTLED)


# An unpaid titre falls due, then is paid in part: its code changes, what was decided of it stands.
UNPAID = ("P01", "P02", "P03")


def names_of(finding_id: str) -> tuple[str, ...]:
    """Return the identities under which a decision on a finding may be recorded, its own first."""
    code, _, digest = finding_id.partition("-")
    return (
        (finding_id, *(f"{other}-{digest}" for other in UNPAID if other != code)) if code in UNPAID else (finding_id,)
    )


def names_in(findings: pl.DataFrame) -> Iterator[tuple[str, ...]]:
    """Yield, finding by finding, what a decision printed beside it may have been taken on.

    One about a payment shows no decision on a titre, unless no other finding tells of that titre.
    """
    rows = findings.select("finding_id", "payment_id", "titre").rows()
    alone = {titre for _, payment, titre in rows if not payment}
    for finding, payment, titre in rows:
        about = (payment, "" if payment and titre in alone else titre)
        yield (*names_of(finding), *(name for name in about if name))


def advised(month: Month, advice: Mapping[str, Text]) -> Month:
    """Return the month with other advice on some of its findings, by their number."""
    if not advice:
        return month
    said = [
        advice[number].fr if number in advice else told
        for number, told in month.findings.select("finding_id", "advice").iter_rows()
    ]
    wordings = {number: replace(month.wordings[number], advice=text) for number, text in advice.items()}
    findings = month.findings.with_columns(advice=pl.Series(said, dtype=pl.String))
    return replace(month, findings=findings, wordings=month.wordings | wordings)


def waiting(rulings: Iterable[Ruling], settled: set[str], titres: Mapping[str, str]) -> dict[str, Text]:
    """Return what no reminder is advised for, since an officer waits, each with the decision and its reason.

    That is the titre decided of, itself or by its finding, or else the payer. `titres` are the numbers of the titres, each
    by itself and by its findings' digest. What is waited for is there no more once its titre or payment, or the digest of
    a finding's, is among those `settled`.
    """
    of_findings = (ruling for ruling in rulings if ruling.choice in OF_FINDINGS)
    last = {ruling.about: ruling for ruling in sorted(of_findings, key=lambda one: one.id)}
    waits = {}
    for ruling in last.values():
        names = (ruling.about, ruling.about.partition("-")[2])
        if ruling.choice == WAIT and ruling.payer_siren and settled.isdisjoint(names):
            waits[next((titres[name] for name in names if name in titres), ruling.payer_siren)] = ruling.why
    return waits


def with_decisions(
    findings: pl.DataFrame, rulings: Sequence[Ruling], there: Collection[str], settled: Collection[str]
) -> tuple[pl.DataFrame, list[Moot]]:
    """Return the findings with what was decided of each and why, and the decisions that stand beside none.

    `there` are the titres and payments of the dossier, `settled` the titres with nothing left open: a decision on one of
    them is not lost, it is no longer needed.
    """
    rulings = [ruling for ruling in rulings if not ruling.closed]
    if not rulings:
        return findings, []
    by_about = last_by_about(rulings)
    met: set[int] = set()
    later: dict[int, int] = {}
    columns: dict[str, list[str]] = {"decision": [], "comment": []}
    for names in names_in(findings):
        meant = [by_about[about] for about in names if about in by_about]
        ruling = shown(meant)
        met |= {ruling.id} if ruling else set()
        later |= {one.id: ruling.id for one in meant if ruling and one is not ruling}
        columns["decision"].append(_written(ruling) if ruling else "")
        columns["comment"].append(ruling.reason if ruling else "")
    import polars as pl

    marked = findings.with_columns(pl.Series(name, texts, dtype=pl.String) for name, texts in columns.items())
    unmet = [one for one in rulings if one.choice in OF_FINDINGS and one.id not in met]
    return marked, [_moot(one, later.get(one.id) or _other(one, by_about), there, settled) for one in unmet]


def reminded(month: Month, rulings: Iterable[Ruling]) -> Iterator[tuple[str, Ruling]]:
    """Yield the titres, and the payers of which no ledger came, of which « Relancer » stands, with that decision."""
    by_about = last_by_about(one for one in rulings if one.id not in month.moot)
    remind = decisions.ACTIONS[decisions.REMIND]()
    rows = month.findings.select("decision", "titre", "payer_siren").iter_rows()
    for (decision, titre, payer), names in zip(rows, names_in(month.findings), strict=True):
        ruling = shown(by_about[name] for name in names if name in by_about) if decision == remind else None
        if ruling is not None and ruling.choice == REMIND:
            yield titre or payer, ruling


def last_by_about(rulings: Iterable[Ruling]) -> dict[str, Ruling]:
    """Return the last decision on each thing; a declared receipt only where nothing else is decided of it."""
    return {one.about: one for one in sorted(rulings, key=_rank)}


def shown(rulings: Iterable[Ruling]) -> Ruling | None:
    """Return which of the decisions stands beside a finding: the last one, but a receipt hides no other."""
    return max(rulings, key=_rank, default=None)


def _rank(one: Ruling) -> tuple[bool, int]:
    # A receipt settles a part; what was decided of the rest stays in force.
    return one.choice != ELSEWHERE, one.id


def _other(one: Ruling, by_about: dict[str, Ruling]) -> int | None:
    """Return the number of the later decision on the same, None if there is none."""
    last = by_about[one.about].id
    return last if last != one.id else None


_A_FINDING = re.compile(r"[A-Z]\d{2}-[0-9A-F]{10}")
_A_PAYMENT = re.compile(r"P-[0-9A-F]{10}")


def _moot(one: Ruling, later: int | None, there: Collection[str], settled: Collection[str]) -> Moot:
    if later:
        return Moot(one, REPLACED.with_(number=later), lost=False)
    if one.about in settled:
        return Moot(one, SETTLED, lost=False)
    if one.about in there or _A_FINDING.fullmatch(one.about):
        return Moot(one, RESOLVED, lost=False)
    return Moot(one, NOT_THERE if _A_PAYMENT.fullmatch(one.about) else NO_TITRE.with_(titre=one.about))


def _written(ruling: Ruling) -> str:
    """Return a decision as an officer would write it into a yellow cell: `Affecter au titre 2026-00141 = 41,00 €`."""
    words = decisions.ACTIONS[ACTIONS[ruling.choice]]()
    if ruling.choice != TO_TITRES:
        return words
    shares = (f"{titre} = {money(cents)()}" for titre, cents in ruling.parts)
    return words.removesuffix("…") + " ; ".join(shares)
