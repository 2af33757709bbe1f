"""Titres against conventions and payments: T01 to T08, P01 to P03, P14."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from recon.conventions import root
from recon.findings.finding import Finding, Unsure
from recon.identifiers import school_year_start
from recon.texts import Text, counted, day, money, same

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from recon.balances import Balances, TitreBalance
    from recon.billed import Amendment, Billing, Titre
    from recon.conventions import Convention, Register
    from recon.tables import Settings

UNDER_WAY = Text(
    "Ne pas relancer : tout le reste est en cours de paiement ou d’affectation.",
    "Send no reminder: all that is left is being paid or allocated.",
)
TO_PLACE_FIRST = Text(
    "Ne pas relancer : un paiement de cette collectivité est d’abord à affecter ou à corriger.",
    "Send no reminder: a payment of this payer has to be placed or corrected first.",
)
UNREAD_TITRE = Text(
    "Ne pas relancer : une ligne de vos titres qui concerne cette collectivité n’a pu être lue ({where}) ; la faire d’abord corriger.",
    "Send no reminder: a row of your titres about this payer could not be read ({where}); have it corrected first.",
)
MORE_CELLS = Text("{first}, et {count} de plus", "{first}, and {count} more")
BELOW = Text(
    "Ne pas relancer : le total dû par la collectivité est inférieur au seuil de rappel ({threshold}).",
    "Send no reminder: what the payer owes in all is below the threshold ({threshold}).",
)
ANSWERED = Text(
    "Ne pas relancer : la collectivité a répondu sur son état ; c’est son dire, à examiner (feuille Restes à recouvrer : « Soldé hors registre » si le paiement est prouvé, « Relancer » sinon, ou « Rectifier »).",
    "Send no reminder: the payer answered on its statement; it is a claim, to examine (sheet Outstanding: “Settled outside the ledger” where the payment is proven, “Remind” where not, or “Correct”).",
)
TO_REMIND = Text(
    "Relancer, comme il est décidé : voir la feuille Relances.",
    "Send the reminder, as was decided: see the sheet Reminders.",
)
TO_REMIND_LATER = Text(
    "Relancer une fois l’échéance passée, comme il est décidé.",
    "Send the reminder once it is overdue, as was decided.",
)
WAITED = Text("Ne pas relancer : il est décidé d’attendre ({why}).", "Send no reminder: it is decided to wait ({why}).")
LAPSES_AFTER = 4
CANCELLED = Text("titre annulé, aucun autre émis", "titre cancelled, no other issued")
NO_TITRE = Text("aucun titre émis", "no titre issued")


@dataclass(frozen=True, slots=True)
class Known:
    """The payers that sent a ledger, those with a payment to place or correct, the titres whose rest P11 explains.

    `answered` are the titres that a payer's own answer bears on, `unread` the cells of refused rows of titres by payer, `waits` says for which titre or payer an officer waits, and why.
    """

    heard: Collection[str]
    held: Collection[str]
    explained: Collection[str]
    answered: Collection[str] = ()
    waits: Mapping[str, Text] = field(default_factory=dict)
    unread: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def amendments(billing: Billing) -> Iterable[Finding]:
    """Return the reductions and cancellations that could not be counted."""
    return (_impossible(amendment) for amendment in billing.impossible)


def claims(
    register: Register, billing: Billing, balances: Balances, settings: Settings, unsure: Unsure
) -> Iterable[Finding]:
    """Return what does not agree between what is expected and what is billed, once per payer and year."""
    billed = [titre for titre in billing.titres.values() if titre.net > 0]
    unexplained = [titre for titre in billed if not titre.explained]
    for titre in unexplained:
        if titre.convention not in unsure.conventions:
            yield _unexplained(titre)
    strangers = [titre for titre in billed if _stranger(titre, register)]
    for titre in strangers:
        yield _of_stranger(titre, register)
    sums = _sums(balances)
    for titre in (*unexplained, *strangers, *(titre for titre in billed if _unsigned(titre, register))):
        sums[titre.school_year, titre.payer_siren].billed -= titre.net
    for titre in strangers:
        owner = register.conventions[titre.convention].payer_siren
        sums.setdefault((titre.school_year, owner), _Sums()).billed += titre.net
    yield from _differences(register, billing, sums, settings, unsure)


@dataclass(slots=True)
class _Sums:
    """What a payer's year expects and is billed, in cents, less what another finding has said."""

    expected: int = 0
    billed: int = 0


def _sums(balances: Balances) -> dict[tuple[str, str], _Sums]:
    sums: dict[tuple[str, str], _Sums] = {}
    for school in balances.schools.values():
        pair = sums.setdefault((school.school_year, school.payer_siren), _Sums())
        pair.expected += school.expected
        pair.billed += school.billed
    return sums


def _stranger(titre: Titre, register: Register) -> bool:
    """Whether the convention that a titre names is another payer's."""
    convention = register.conventions.get(titre.convention)
    return convention is not None and convention.payer_siren != titre.payer_siren


def _of_stranger(titre: Titre, register: Register) -> Finding:
    convention = register.conventions[titre.convention]
    party = Text("{name} (SIREN {siren})", "{name} (SIREN {siren})")
    expected = party.with_(name=convention.payer_name, siren=convention.payer_siren)
    found = party.with_(name=titre.debtor_name or "–", siren=titre.payer_siren)
    return _of_titre("T05", titre, expected, found, titre.net, "debtor_siret")


def _unsigned(titre: Titre, register: Register) -> bool:
    """A titre on a convention that is not signed: C07 has said it."""
    convention = register.conventions.get(titre.convention)
    if convention is None or convention.payer_siren != titre.payer_siren:
        return False
    return not (convention.in_force or convention.terminated)


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
    register: Register,
    billing: Billing,
    sums: dict[tuple[str, str], _Sums],
    settings: Settings,
    unsure: Unsure,
) -> Iterable[Finding]:
    """T01 where nothing is billed in a year that has titres, T03 or T04 where the sum differs."""
    years = {titre.school_year for titre in billing.titres.values()}
    cancelled = {(titre.school_year, titre.payer_siren) for titre in billing.titres.values() if titre.cancelled}
    of_year: dict[tuple[str, str], list[Titre]] = {}
    for titre in billing.titres.values():
        if titre.net > 0 and titre.explained:
            of_year.setdefault((titre.school_year, titre.payer_siren), []).append(titre)
    for (year, payer), pair in sorted(sums.items()):
        expected, billed = pair.expected, pair.billed
        known = register.of(payer, year) if year in years and payer not in unsure.debtors else []
        if not year or not known or expected == billed:
            continue
        twins = _twins(of_year.get((year, payer), [])) if billed > expected else None
        if twins is not None:
            yield _twice(*twins, billed - expected)
        elif missing := _unbilled(register, billing, year, payer, expected - billed):
            found = CANCELLED if (year, payer) in cancelled else NO_TITRE
            yield _of_payer("T01", missing, year, payer, money(expected - billed), found, expected - billed)
        else:
            yield _of_payer("T03", known, year, payer, money(expected), money(billed), expected - billed)
        if expected > billed and _lapses(year, settings):
            yield _of_payer("T07", known, year, payer, _limit(year), money(expected - billed), expected - billed)


def _twins(titres: list[Titre]) -> tuple[Titre, Titre] | None:
    """Return the first two titres, by date, that bear the same schools or the same amount."""
    seen: dict[object, Titre] = {}
    for titre in sorted(titres, key=lambda titre: (titre.issued_on, titre.titre)):
        for mark in (titre.schools, titre.net):
            if mark in seen:
                return seen[mark], titre
            if mark:
                seen[mark] = titre
    return None


def _twice(first: Titre, second: Titre, amount: int) -> Finding:
    expected = Text("une seule fois la même créance", "the same claim once")
    found = Text("{amount}, déjà titrés par le titre {first}", "{amount}, billed already by titre {first}")
    said = found.with_(amount=money(second.net), first=first.titre)
    return _of_titre("T04", second, expected, said, amount, "amount")


def _lapses(year: str, settings: Settings) -> bool:
    """Whether a school year's claim lapses at the end of the day's calendar year, or has."""
    return bool(year) and settings.as_of.year >= school_year_start(year).year + LAPSES_AFTER


def _limit(year: str) -> Text:
    last = date(school_year_start(year).year + LAPSES_AFTER, 12, 31)
    return Text("recouvrement au plus tard le {on}", "recovery by {on} at the latest").with_(on=day(last))


def _unbilled(register: Register, billing: Billing, year: str, payer: str, gap: int) -> list[Convention]:
    """Return the conventions of a payer's year that no titre bills, if they explain the whole gap."""
    missing = [
        convention
        for convention in register.of(payer, year)
        if convention.in_force and root(convention, register.conventions) not in billing.billed
    ]
    return missing if sum(c.rate * len(c.counted) for c in missing) == gap else []


def _of_payer(
    code: str, conventions: list[Convention], year: str, payer: str, expected: Text, found: Text, amount: int
) -> Finding:
    first = conventions[0]
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


def recovery(balances: Balances, settings: Settings, known: Known, *, ledgers: bool) -> Iterable[Finding]:
    """Return what is unpaid: by titre, or once per payer that sent no ledger; `ledgers` says whether there is any."""
    silent: dict[str, list[TitreBalance]] = {}
    asked = {
        payer: sum(account.outstanding - account.pending for account in accounts)
        for payer, accounts in balances.of_debtor.items()
    }
    for account in balances.titres.values():
        if account.outstanding <= 0:
            continue
        if _lapses(account.titre.school_year, settings):
            year = account.titre.school_year
            yield _of_titre("T07", account.titre, _limit(year), money(account.outstanding), account.outstanding)
        if account.titre.contested:
            found = Text("contesté, {left} ouverts", "contested, {left} open").with_(left=money(account.outstanding))
            yield _of_titre("T06", account.titre, money(account.titre.net), found, account.outstanding, "status")
        elif ledgers and account.titre.payer_siren not in known.heard:
            silent.setdefault(account.titre.payer_siren, []).append(account)
        elif ledgers and not (account.paid and account.titre.titre in known.explained):
            yield _unpaid(account, settings, _advice(account, asked, settings, known))
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


def _advice(account: TitreBalance, asked: Mapping[str, int], settings: Settings, known: Known) -> Text | None:
    """What to do instead of a reminder: nobody is chased for money that is on its way, or waits to be placed."""
    payer, titre = account.titre.payer_siren, account.titre.titre
    if account.pending == account.outstanding:
        return UNDER_WAY
    if titre in known.answered:
        return ANSWERED
    if (waits := known.waits.get(titre) or known.waits.get(payer)) is not None:
        return WAITED.with_(why=waits)
    if payer in known.unread:
        return unread_titre(known.unread[payer])
    if payer in known.held:
        return TO_PLACE_FIRST
    return BELOW.with_(threshold=money(settings.threshold)) if asked[payer] < settings.threshold else None


def unread_titre(cells: tuple[str, ...]) -> Text:
    """Say that rows of titres about a payer could not be read: the first cell, and how many more."""
    told: Text | str = cells[0]
    if len(cells) > 1:
        told = MORE_CELLS.with_(first=cells[0], count=len(cells) - 1)
    return UNREAD_TITRE.with_(where=told)


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
