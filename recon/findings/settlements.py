"""Payments that do not settle plainly: P04 to P09, P12, and a wrong UAI in a label (D10, the money is kept)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.allocation import described
from recon.findings.finding import Finding, Unsure
from recon.identifiers import expected_uai, titre_key
from recon.matching.lines import CANCELLED, LATER, REJECTED, SUSPENDED, VOID
from recon.texts import Text, money, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recon.billed import Titre
    from recon.matching import Ledger, Line, Matching
    from recon.matching.account import Decision

PAID_TOO_MUCH, PAID_TWICE = "P04", "P05"
TO_SETTLE = Text("un titre que le paiement règle", "a titre that the payment settles")
MONEY_PAID = Text("un mandat payé", "a paid mandat")


def settlements(ledger: Ledger, matching: Matching, titres: Mapping[str, Titre], unsure: Unsure) -> Iterable[Finding]:
    """Return what must be said of each line in scope, one finding a line at most, besides wrong UAIs."""
    for line in ledger.lines:
        if line.standing == LATER:
            continue
        yield from _wrong_uais(line)
        if line.standing == VOID:
            yield from _void(line, titres)
            continue
        decision = matching.decisions.get(line.payment_id)
        if decision is not None and decision.code and not _cites_refused(line, unsure):
            yield _decided(line, decision, titres)


def _cites_refused(line: Line, unsure: Unsure) -> bool:
    """Whether the line cites a titre whose own row was refused: that row has its finding."""
    return any(titre_key(number) in unsure.titres for number in line.cited.unknown)


def _of_line(code: str, line: Line, expected: Text, found: Text, amount: int, titre: Titre | None = None) -> Finding:
    return Finding(
        code=code,
        key=(line.payment_id,),
        expected=expected,
        found=found,
        amount=amount,
        place=line.place,
        school_year=titre.school_year if titre else "",
        payer_siren=line.payer_siren,
        titre=titre.titre if titre else "",
        payment_id=line.payment_id,
    )


def _decided(line: Line, decision: Decision, titres: Mapping[str, Titre]) -> Finding:
    named = [part.titre for part in (*decision.parts, *decision.credits)] or list(decision.candidates)
    titre = titres.get(named[0]) if len(set(named)) == 1 else None
    found = Text("{line} : {why}", "{line}: {why}").with_(line=described(line), why=decision.evidence)
    if decision.code in {PAID_TOO_MUCH, PAID_TWICE}:
        credit = sum(part.cents for part in decision.credits)
        expected = Text("{due} à payer", "{due} to pay").with_(due=money(line.net - credit))
        return _of_line(decision.code, line, expected, found, -credit, titre)
    return _of_line(decision.code, line, TO_SETTLE, found, line.net, titre)


def _void(line: Line, titres: Mapping[str, Titre]) -> Iterable[Finding]:
    states = {REJECTED: Text("rejeté", "rejected"), SUSPENDED: Text("suspendu", "suspended")}
    name, cited = described(line), line.cited.titres
    titre = titres.get(cited[0]) if len(cited) == 1 else None
    if line.state in states:
        found = Text("{line} {state}", "{line} {state}").with_(line=name, state=states[line.state])
        yield _of_line("P08", line, MONEY_PAID, found, line.amount, titre)
    elif line.state == CANCELLED and not line.reverses:
        yield _of_line(
            "P09", line, MONEY_PAID, Text("{line} annulé", "{line} cancelled").with_(line=name), line.amount, titre
        )
    elif line.reverses and line.amount > 0:
        found = Text("{line}, effacé par une écriture contraire", "{line}, undone by an opposite entry")
        yield _of_line("P09", line, MONEY_PAID, found.with_(line=name), line.amount, titre)


def _wrong_uais(line: Line) -> Iterable[Finding]:
    for uai in line.cited.wrong_uais:
        yield Finding(
            code="D10",
            key=("payments", line.payment_id, uai),
            expected=same(expected_uai(uai) or ""),
            found=same(uai),
            place=line.place._replace(field="reference" if uai in line.reference.upper() else "label"),
            payer_siren=line.payer_siren,
            uai=uai,
            payment_id=line.payment_id,
            severity="review",
            advice=Text(
                "L’UAI est ignoré et la somme gardée. Vérifier quelle école est visée.",
                "The UAI is ignored and the money kept. Check which school is meant.",
            ),
        )
