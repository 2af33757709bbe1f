"""Payments that do not settle plainly: P04 to P13, and a wrong UAI in a label (D10, the money is kept)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recon.allocation import described
from recon.findings.finding import Finding, Unsure
from recon.identifiers import expected_uai, titre_key
from recon.matching.account import AUTOMATIC
from recon.matching.standing import ACTIVE, CANCELLED, LATER, REJECTED, SUSPENDED, VOID
from recon.texts import Text, day, money, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recon.balances import Balances
    from recon.billed import Titre
    from recon.matching import Ledger, Line, Matching
    from recon.matching.account import Decision

PAID_TOO_MUCH, PAID_TWICE, SETTLES_NOTHING, OTHER_RATE = "P04", "P05", "P06", "P11"
# What cannot be said of a payment where the dossier holds no titre at all.
NEED_TITRES = {"P06", "P07", "P12"}
BY_ANOTHER, SEVERAL = "P10", "P07"
CONFIRM = Text(
    "Confirmer l’affectation à ce titre, ou demander son numéro à la collectivité.",
    "Confirm the allocation to this titre, or ask the payer for its number.",
)
BY_THE_DEBTOR = Text("un paiement du débiteur du titre", "a payment of the titre’s debtor")
TO_SETTLE = Text("un titre que le paiement règle", "a titre that the payment settles")
MONEY_PAID = Text("un mandat payé", "a paid mandat")
PAID_AGAIN = Text("Vérifier au prochain registre que ce mandat reste rejeté ou suspendu : il a été émis de nouveau et payé ; payé lui aussi, il le serait deux fois.", "Check in the next ledger that this mandat stays rejected or suspended: it was issued again and paid; were it paid as well, that would be twice.")  # fmt: skip

ASK_NUMBER = Text(
    "Demander à la collectivité quel titre elle a payé, et lui indiquer le tarif de l’année.",
    "Ask the payer which titre it paid, and tell it the year's rate.",
)


@dataclass(frozen=True, slots=True)
class Settled:
    """What is known once every line has its decision: the lines, the titres, the balances, the years' rates in cents."""

    ledger: Ledger
    matching: Matching
    titres: Mapping[str, Titre]
    balances: Balances
    rates: Mapping[str, int]
    _sums: dict[str, dict[int, list[tuple[Titre, str]]]] = field(default_factory=dict)

    def other_rates(self, payer: str) -> dict[int, list[tuple[Titre, str]]]:
        """Return what a payer's open titres would be at the rates of other years, by amount."""
        if payer not in self._sums:
            sums = self._sums[payer] = {}
            for account in self.balances.of_debtor.get(payer, ()):
                if account.outstanding > 0:
                    for cents, fit in _other_sums(account.titre, self.rates):
                        sums.setdefault(cents, []).append(fit)
        return self._sums[payer]


def settlements(of: Settled, unsure: Unsure) -> Iterable[Finding]:
    """Return what must be said of each line in scope, one finding a line at most, besides wrong UAIs."""
    again = _issued_again(of.ledger)
    for line in of.ledger.lines:
        if line.standing == LATER:
            continue
        yield from _wrong_uais(line)
        if line.standing == VOID:
            yield from _void(line, of.titres, again)
            continue
        decision = of.matching.decisions.get(line.payment_id)
        if decision is None or _cites_refused(line, unsure):
            continue
        other = _other_rate(line, decision, of) if of.titres else None
        if other is not None:
            yield other
        elif decision.code and (of.titres or decision.code not in NEED_TITRES):
            yield _decided(line, decision, of.titres)
        elif not decision.code:
            yield from _too_early(line, decision, of.titres)


def _cites_refused(line: Line, unsure: Unsure) -> bool:
    """Whether the line cites a titre whose own row was refused: that row has its finding."""
    return any(titre_key(number) in unsure.titres for number in line.cited.unknown)


def _of_line(
    code: str,
    line: Line,
    expected: Text,
    found: Text,
    amount: int,
    titre: Titre | None = None,
    advice: Text | None = None,
) -> Finding:
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
        advice=advice,
    )


def _decided(line: Line, decision: Decision, titres: Mapping[str, Titre]) -> Finding:
    named = [part.titre for part in (*decision.parts, *decision.credits)] or list(decision.candidates)
    titre = titres.get(named[0]) if len(set(named)) == 1 else None
    found = Text("{line} : {why}", "{line}: {why}").with_(line=described(line), why=decision.evidence)
    if decision.code in {PAID_TOO_MUCH, PAID_TWICE}:
        credit = sum(part.cents for part in decision.credits)
        expected = Text("{due} à payer", "{due} to pay").with_(due=money(line.net - credit))
        return _of_line(decision.code, line, expected, found, -credit, titre)
    advice = CONFIRM if decision.code == SEVERAL and len(decision.candidates) == 1 else None
    expected = BY_THE_DEBTOR if decision.code == BY_ANOTHER else TO_SETTLE
    return _of_line(decision.code, line, expected, found, line.net, titre, advice)


def _other_rate(line: Line, decision: Decision, of: Settled) -> Finding | None:
    """P11, instead of P03 or P06: the amount is what the titre's schools pay in another year."""
    if decision.code == SETTLES_NOTHING and line.net > 0 and line.cited.ent:
        fits = of.other_rates(line.payer_siren).get(line.net, [])
    elif decision.code == "" and decision.confidence == AUTOMATIC and len(decision.parts) == 1:
        titre = of.titres[decision.parts[0].titre]
        short = of.balances.titres[titre.titre].paid == line.net < titre.net
        fits = [fit for cents, fit in _other_sums(titre, of.rates) if short and cents == line.net]
    else:
        return None
    if not fits:
        return None
    titre, year = fits[0]
    found = Text(
        "{line} : {amount}, soit {count} × {rate}, le tarif de {year}",
        "{line}: {amount}, that is {count} × {rate}, the rate of {year}",
    ).with_(
        line=described(line), amount=money(line.net), count=len(titre.schools), rate=money(of.rates[year]), year=year
    )
    expected = Text("{count} × {rate} pour {year}", "{count} × {rate} for {year}")
    due = expected.with_(count=len(titre.schools), rate=money(titre.rate), year=titre.school_year)
    alone = titre if len({known.titre for known, _ in fits}) == 1 else None
    advice = ASK_NUMBER if decision.code else None
    return _of_line(OTHER_RATE, line, due, found, line.net if decision.code else titre.net - line.net, alone, advice)


def _other_sums(titre: Titre, rates: Mapping[str, int]) -> Iterable[tuple[int, tuple[Titre, str]]]:
    """Yield what a titre's schools would pay at the rate of each other year."""
    for year, rate in sorted(rates.items()):
        if year != titre.school_year and rate != titre.rate and titre.schools:
            yield rate * len(titre.schools), (titre, year)


def _too_early(line: Line, decision: Decision, titres: Mapping[str, Titre]) -> Iterable[Finding]:
    """P13: the line is older than the titre that it settles."""
    if decision.confidence != AUTOMATIC or line.standing != ACTIVE or line.on is None:
        return
    later = [titre for part in decision.parts if line.on < (titre := titres[part.titre]).issued_on]
    # A titre that stands for the one cited inherits its payment: that one was issued in time.
    if later and (later[0].titre in line.cited.titres or not (line.cited.titres or later[0].replaces)):
        found = Text("{line}, titre émis le {on}", "{line}, titre issued on {on}")
        said = found.with_(line=described(line), on=day(later[0].issued_on))
        after = Text("un paiement à partir du {on}", "a payment from {on} on").with_(on=day(later[0].issued_on))
        yield _of_line("P13", line, after, said, line.net, later[0])


def _issued_again(ledger: Ledger) -> dict[tuple[object, ...], list[Line]]:
    """Return the lines that are paid, by what a mandat issued again has in common with the rejected one."""
    found: dict[tuple[object, ...], list[Line]] = {}
    for line in ledger.lines:
        if line.standing == ACTIVE and line.net > 0:
            for key in _same_claim(line):
                found.setdefault(key, []).append(line)
    return found


def _same_claim(line: Line) -> Iterable[tuple[object, ...]]:
    if line.cited.titres:
        yield line.payer_siren, line.amount, line.cited.titres
    yield line.payer_siren, line.amount, line.label, line.reference


def _void(line: Line, titres: Mapping[str, Titre], again: Mapping[tuple[object, ...], list[Line]]) -> Iterable[Finding]:
    states = {REJECTED: Text("rejeté", "rejected"), SUSPENDED: Text("suspendu", "suspended")}
    name, cited = described(line), line.cited.titres
    titre = titres.get(cited[0]) if len(cited) == 1 else None
    if line.state in states:
        found = Text("{line} {state}", "{line} {state}").with_(line=name, state=states[line.state])
        new = next((paid for key in _same_claim(line) for paid in again.get(key, ()) if _after(line, paid)), None)
        if new is not None:
            found = Text("{found}, puis payé : {new}", "{found}, then paid: {new}").with_(found=found, new=described(new))  # fmt: skip
        yield _of_line("P08", line, MONEY_PAID, found, line.amount, titre, PAID_AGAIN if new else None)
    elif line.state == CANCELLED and not line.reverses:
        yield _of_line(
            "P09", line, MONEY_PAID, Text("{line} annulé", "{line} cancelled").with_(line=name), line.amount, titre
        )
    elif line.reverses and line.amount > 0:
        found = Text("{line}, effacé par une écriture contraire", "{line}, undone by an opposite entry")
        yield _of_line("P09", line, MONEY_PAID, found.with_(line=name), line.amount, titre)


def _after(rejected: Line, paid: Line) -> bool:
    before = rejected.mandat_on or rejected.on
    return before is None or paid.on is None or before <= paid.on


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
