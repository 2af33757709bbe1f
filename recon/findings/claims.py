"""Titres against conventions and payments: T01 to T03, T06, T08, P01 to P03, P14."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.findings.finding import Finding, Unsure
from recon.texts import Text, counted, day, money, same

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from recon.balances import Balances, TitreBalance
    from recon.billed import Amendment, Billing, Titre
    from recon.conventions import Register
    from recon.tables import Settings

UNDER_WAY = Text(
    "Ne pas relancer : tout le reste est en cours de paiement ou d’affectation.",
    "Send no reminder: all that is left is being paid or allocated.",
)
TO_PLACE_FIRST = Text(
    "Ne pas relancer : un paiement de cette collectivité reste d’abord à affecter ou à corriger.",
    "Send no reminder: a payment of this payer has to be placed or corrected first.",
)
NO_TITRE = Text("aucun titre émis", "no titre issued")


def amendments(billing: Billing) -> Iterable[Finding]:
    """Return the reductions and cancellations that could not be counted."""
    return (_impossible(amendment) for amendment in billing.impossible)


def claims(register: Register, billing: Billing, balances: Balances, unsure: Unsure) -> Iterable[Finding]:
    """Return what does not agree between what is expected and what is billed, once per payer and year."""
    unexplained = {titre.titre for titre in billing.titres.values() if not titre.explained and titre.net > 0}
    for number in sorted(unexplained):
        if billing.titres[number].convention not in unsure.conventions:
            yield _unexplained(billing.titres[number])
    yield from _differences(register, billing, balances, unexplained, unsure)


def _impossible(amendment: Amendment) -> Finding:
    left = amendment.open_amount
    expected = Text("un titre connu de ce débiteur", "a known titre of this debtor")
    if left is not None:
        expected = Text("au plus {left}", "at most {left}").with_(left=money(left))
    found = Text("{amount} sur le titre {titre}", "{amount} on titre {titre}")
    return Finding(
        code="T08",
        key=(amendment.titre, amendment.nature, amendment.aims_at, str(amendment.amount)),
        expected=expected,
        found=found.with_(amount=money(amendment.amount), titre=amendment.aims_at),
        amount=amendment.amount,
        place=amendment.place,
        payer_siren=amendment.payer_siren,
        titre=amendment.titre,
    )


def _of_titre(
    code: str, titre: Titre, expected: Text, found: Text, amount: int, field: str = "titre", advice: Text | None = None
) -> Finding:
    return Finding(
        code=code,
        key=(titre.titre,),
        expected=expected,
        found=found,
        amount=amount,
        place=titre.place._replace(field=field),
        school_year=titre.school_year,
        payer_siren=titre.payer_siren,
        convention=titre.convention,
        titre=titre.titre,
        advice=advice,
    )


def _unexplained(titre: Titre) -> Finding:
    expected = Text("une convention de ce débiteur", "a convention of this debtor")
    if titre.convention:
        found = Text("convention {number} inconnue", "unknown convention {number}").with_(number=titre.convention)
    elif titre.school_year:
        found = Text("aucune convention {year}", "no {year} convention").with_(year=titre.school_year)
    else:
        found = Text("ni convention ni année scolaire", "neither convention nor school year")
    return _of_titre("T02", titre, expected, found, titre.net, "convention")


def _differences(
    register: Register, billing: Billing, balances: Balances, unexplained: set[str], unsure: Unsure
) -> Iterable[Finding]:
    """T01 where nothing is billed in a year that has titres, T03 where the sum differs; T02 has said its own."""
    years = {titre.school_year for titre in billing.titres.values()}
    sums: dict[tuple[str, str], list[int]] = {}
    for school in balances.schools.values():
        pair = sums.setdefault((school.school_year, school.payer_siren), [0, 0])
        pair[0] += school.expected
        pair[1] += school.billed
    for titre in unexplained:
        known = billing.titres[titre]
        sums[known.school_year, known.payer_siren][1] -= known.net
    for (year, payer), (expected, billed) in sorted(sums.items()):
        if (
            not year
            or expected == billed
            or year not in years
            or payer in unsure.debtors
            or not register.of(payer, year)
        ):
            continue
        if billed == 0:
            yield _of_payer("T01", register, year, payer, money(expected), NO_TITRE, expected)
        elif expected or not _unsigned(register, year, payer):
            yield _of_payer("T03", register, year, payer, money(expected), money(billed), expected - billed)


def _unsigned(register: Register, year: str, payer: str) -> bool:
    """A titre on a convention that is not signed: C07 has said it."""
    return not any(convention.in_force or convention.terminated for convention in register.of(payer, year))


def _of_payer(
    code: str, register: Register, year: str, payer: str, expected: Text, found: Text, amount: int
) -> Finding:
    first = register.of(payer, year)[0]
    return Finding(
        code=code,
        key=(year, payer),
        expected=expected,
        found=found,
        amount=amount,
        place=first.place._replace(field="amount"),
        school_year=year,
        payer_siren=payer,
        convention=first.convention,
    )


def recovery(
    balances: Balances, settings: Settings, heard: Collection[str], held: Collection[str], *, ledgers: bool
) -> Iterable[Finding]:
    """Return what is unpaid: by titre, or once per payer that sent no ledger. `heard` are the payers that
    sent one, `held` those with a payment to place or to correct, `ledgers` says whether the dossier holds any."""
    silent: dict[str, list[TitreBalance]] = {}
    for account in balances.titres.values():
        if account.outstanding <= 0:
            continue
        if account.titre.contested:
            found = Text("contesté, {left} ouverts", "contested, {left} open").with_(left=money(account.outstanding))
            yield _of_titre("T06", account.titre, money(account.titre.net), found, account.outstanding, "status")
        elif ledgers and account.titre.payer_siren not in heard and account.paid == 0:
            silent.setdefault(account.titre.payer_siren, []).append(account)
        elif ledgers:
            yield _unpaid(account, settings, _advice(account, held))
    for payer, accounts in sorted(silent.items()):
        yield _silent(payer, accounts)


def _unpaid(account: TitreBalance, settings: Settings, advice: Text | None) -> Finding:
    titre, late = account.titre, account.titre.days_late(settings.as_of)
    expected = money(titre.net)
    due = Text(" ; échéance {on}", "; due {on}").with_(on=day(titre.due_on)) if titre.due_on else same("")
    if account.paid:
        found = Text("{paid} payés{due}", "{paid} paid{due}").with_(paid=money(account.paid), due=due)
        return _of_titre("P03", titre, expected, found, account.outstanding, "amount", advice)
    if late:
        days = counted(late, Text("jour de retard", "day late"), Text("jours de retard", "days late"))
        found = Text("rien n’est payé{due}, {days}", "nothing paid{due}, {days}").with_(due=due, days=days)
        return _of_titre("P01", titre, expected, found, account.outstanding, "amount", advice)
    found = Text("rien n’est payé{due}", "nothing paid{due}").with_(due=due)
    return _of_titre("P02", titre, expected, found, account.outstanding, "amount")


def _advice(account: TitreBalance, held: Collection[str]) -> Text | None:
    """What to do instead of a reminder: nobody is chased for money that is on its way, or waits to be placed."""
    if account.pending == account.outstanding:
        return UNDER_WAY
    return TO_PLACE_FIRST if account.titre.payer_siren in held else None


def _silent(payer: str, accounts: list[TitreBalance]) -> Finding:
    titres = ", ".join(account.titre.titre for account in accounts)
    left = sum(account.outstanding for account in accounts)
    found = Text("aucun registre ; {left} ouverts sur {titres}", "no ledger; {left} open on {titres}")
    first = accounts[0].titre
    return Finding(
        code="P14",
        key=(payer,),
        expected=Text("le registre des mandats de la collectivité", "the payer's ledger of mandats"),
        found=found.with_(left=money(left), titres=titres),
        amount=left,
        place=first.place,
        school_year=first.school_year if len({account.titre.school_year for account in accounts}) == 1 else "",
        payer_siren=payer,
        titre=first.titre if len(accounts) == 1 else "",
    )
