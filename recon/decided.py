"""What officers decided of findings: shown beside them; what waits is not chased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.matching.rulings import ACCEPT, ELSEWHERE, OUT_OF_SCOPE, RECTIFY, REMIND, TO_TITRES, WAIT
from recon.reports import decisions
from recon.texts import Text, money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import polars as pl

    from recon.matching.rulings import Ruling

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


def waiting(rulings: Iterable[Ruling]) -> Iterator[str]:
    """Yield the payers that no reminder is advised for, since an officer waits."""
    of_findings = (ruling for ruling in rulings if ruling.choice in OF_FINDINGS)
    last = {ruling.about: ruling for ruling in sorted(of_findings, key=lambda one: one.id)}
    return (ruling.payer_siren for ruling in last.values() if ruling.choice == WAIT and ruling.payer_siren)


def with_decisions(findings: pl.DataFrame, rulings: Sequence[Ruling]) -> tuple[pl.DataFrame, list[tuple[Ruling, Text]]]:
    """Return the findings with what was decided of each and why, and the decisions whose findings are no more."""
    if not rulings:
        return findings, []
    rulings = [ruling for ruling in rulings if not ruling.closed]
    by_about = {ruling.about: ruling for ruling in sorted(rulings, key=lambda one: one.id)}
    there: set[str] = set()
    columns: dict[str, list[str]] = {"decision": [], "comment": []}
    for row in findings.select("finding_id", "payment_id", "titre").iter_rows():
        ruling = next((by_about[about] for about in row if about and about in by_about), None)
        there.update(row)
        columns["decision"].append(_written(ruling) if ruling else "")
        columns["comment"].append(ruling.reason if ruling else "")
    import polars as pl

    marked = findings.with_columns(pl.Series(name, texts, dtype=pl.String) for name, texts in columns.items())
    return marked, [(one, RESOLVED) for one in rulings if one.choice in OF_FINDINGS and one.about not in there]


def _written(ruling: Ruling) -> str:
    """Return a decision as an officer would write it into a yellow cell: `Affecter au titre 2026-00141 = 41,00 €`."""
    words = decisions.ACTIONS[ACTIONS[ruling.choice]]()
    if ruling.choice != TO_TITRES:
        return words
    shares = (f"{titre} = {money(cents)()}" for titre, cents in ruling.parts)
    return words.removesuffix("…") + " ; ".join(shares)
