"""Whom a friendly reminder may be sent to, for what, and who is held back and why. Amounts in cents.

A reminder is the public accountant's friend, never an act: it asks what is overdue less what is on its way, and nobody is
reminded of a sum that is in doubt, or while one of its payments waits to be placed or a row about its titres could not be read.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.answered import answers_of, listed
from recon.decided import advised
from recon.findings.catalogue import CATALOGUE
from recon.findings.claims import BELOW, TO_PLACE_FIRST, TO_REMIND, TO_REMIND_LATER, UNDER_WAY, unread_titre
from recon.reports import statement_words
from recon.reports.books import REJECTED
from recon.reports.decisions import ACTIONS, REMIND, SETTLED_ELSEWHERE, WAIT
from recon.reports.declared import by_titre
from recon.reports.figures import schools_of_titres
from recon.reports.heard import action_on, decided
from recon.texts import Text, day, money

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from recon.tables import Contact, Month

Row = dict[str, Any]

UNPAID = ("P01", "P03")
IN_DOUBT = ("T02", "T04", "T05")
NOT_SAFE = Text(
    "Ne pas relancer : un contrôle de bouclage est faux, aucun montant n’est sûr.",
    "Send no reminder: a control does not hold, no amount is certain.",
)
TO_CHECK = Text(
    "Ne pas relancer : le titre est d’abord à vérifier ({codes}, feuille Écarts).",
    "Send no reminder: the titre has to be checked first ({codes}, see the findings).",
)
CLAIMED = Text(
    "Ne pas relancer : la collectivité a répondu : {answers} ; c’est son dire, à examiner.",
    "Send no reminder: the payer answered: {answers}; it is a claim, to examine.",
)
CLAIMED_SINCE = Text(
    "Ne pas relancer : cette réponse, lue pour la première fois après la décision « Relancer », la suspend : {answers} ; c’est son dire, à examiner. Pour relancer tout de même : recon decider {titre} --relancer --motif …",
    "Send no reminder: this answer, first read after your decision “Remind”, suspends it: {answers}; it is a claim, to examine. To remind all the same: recon decide {titre} --remind --reason …",
)
WITHDRAWN = Text(
    "Ne pas relancer : un paiement compté en {payment} n’est plus dans les registres de la collectivité ; l’interroger d’abord. Pour relancer tout de même, décider « Relancer ».",
    "Send no reminder: a payment counted in {payment} is no longer in the payer's ledgers; ask first what became of it. To remind all the same, decide “Remind”.",
)
WITHDRAWN_SINCE = Text(
    "Ne pas relancer : un paiement compté en {payment} n’est plus dans les registres de la collectivité, ce qui suspend la décision « Relancer », prise avant ; l’interroger d’abord. Pour relancer tout de même : recon decider {titre} --relancer --motif …",
    "Send no reminder: a payment counted in {payment} is no longer in the payer's ledgers, which suspends the earlier decision “Remind”; ask first what became of it. To remind all the same: recon decide {titre} --remind --reason …",
)
NO_REMINDER = Text("Ne pas relancer : ", "Send no reminder: ")
ALSO = Text("{why} Autre motif : {other}", "{why} Another reason: {other}")
DECIDED = Text("Ne pas relancer : il a été décidé « {decision} ».", "Send no reminder: your decision is “{decision}”.")
PAID_SINCE = Text(
    "Si vous avez payé depuis le {day}, merci de ne pas tenir compte de ce rappel.",
    "If you have paid since {day}, please disregard this reminder.",
)


@dataclass(frozen=True, slots=True)
class Case:
    """A payer with an overdue titre: `late` is what is overdue, of it `under_way`, `in_doubt`, `set_aside`, and `asked` what remains.

    `overdue` are all that make `late`, the oldest first, and `titres` those that the reminder speaks of; `decided` says of
    those that make `set_aside` what an officer decided; `why` says why all is held back, None if a reminder may go.
    """

    contact: Contact
    department: str
    overdue: tuple[Row, ...]
    titres: tuple[Row, ...]
    decided: dict[str, Text]
    late: int
    under_way: int
    in_doubt: int
    set_aside: int
    schools: int
    credit: int
    silent: bool
    sentence: Text
    why: Text | None

    @property
    def asked(self) -> int:
        """What the reminder asks for."""
        return self.late - self.under_way - self.in_doubt - self.set_aside

    @property
    def oldest(self) -> date:
        """The first due date of what it speaks of."""
        first: date = min(titre["due_on"] for titre in self.titres)
        return first

    @property
    def days_late(self) -> int:
        """How late the oldest is."""
        return max(int(titre["days_late"]) for titre in self.titres)


def cases(month: Month) -> list[Case]:
    """Return every payer with an overdue titre that nobody contests: those to remind first, the oldest debt first."""
    about = _About(month)
    late = month.titres.filter(
        (pl.col("days_late") > 0) & (pl.col("outstanding") > 0) & (pl.col("status") != "contested")
    )
    of_payer: dict[str, list[Row]] = {}
    for titre in late.sort("due_on", "titre").iter_rows(named=True):
        of_payer.setdefault(titre["payer_siren"], []).append(titre)
    found = [_case(about, siren, titres) for siren, titres in of_payer.items()]
    return sorted(found, key=lambda case: (case.why is not None, -case.days_late, -case.asked, case.contact.siren))


class _About:
    """What the month says of its payers and titres, gathered once."""

    def __init__(self, month: Month) -> None:
        self.month = month
        self.holds = bool(month.controls["holds"].all())
        self.heard = set(month.payers.filter(pl.col("ledger").is_not_null())["payer_siren"])
        self.vanished = set(month.vanished["payer_siren"]) - month.unread_ledgers
        self.waiting = _waiting(month)
        self.doubts = _doubts(month)
        self.over_billed = _over_billed(month)
        self.decided = decided(month)
        self.declared = by_titre(month)
        self.answers = answers_of(month)
        self.decisions = {self.held(action).fr for action in ACTIONS}
        self.schools = schools_of_titres(month)
        self.departments = dict(month.payers.select("payer_siren", "department").iter_rows())
        self.credits = _sums(month.payments, "credit")
        asked = month.titres.with_columns(asked=pl.max_horizontal(pl.col("outstanding") - pl.col("pending"), 0))
        self.asked = _sums(asked, "asked")

    @staticmethod
    def held(action: str) -> Text:
        """Say that what an officer decided holds a reminder."""
        return DECIDED.with_(decision=ACTIONS[action])

    def doubt(self, titre: Row) -> Text | None:
        """Say why a titre is not to be asked for; None if it may be."""
        codes = [*self.doubts.get(titre["titre"], ())]
        if (titre["school_year"], titre["payer_siren"]) in self.over_billed:
            codes.append("T03")
        if codes:
            return TO_CHECK.with_(codes=", ".join(codes))
        action = self.decided.get(titre["titre"]) or self.decided.get(titre["payer_siren"])
        # What a receipt that counts does not settle is asked for.
        if action == SETTLED_ELSEWHERE and self.declared[titre["titre"]]:
            action = None
        if action not in {None, REMIND}:
            return self.held(action)
        if titre["titre"] in self.month.withdrawn:
            sentence = WITHDRAWN if action is None else WITHDRAWN_SINCE
            return sentence.with_(payment=self.month.withdrawn[titre["titre"]], titre=titre["titre"])
        answers = self.answers.get(titre["titre"], ())
        if action == REMIND:
            answers = tuple(one for one in answers if action_on(self.month, self.decided, titre["titre"], one) is None)
        sentence = CLAIMED if action is None else CLAIMED_SINCE
        return sentence.with_(answers=listed(answers), titre=titre["titre"]) if answers else None


def _case(about: _About, siren: str, titres: list[Row]) -> Case:
    doubts = {titre["titre"]: about.doubt(titre) for titre in titres}
    sound = [titre for titre in titres if doubts[titre["titre"]] is None]
    under_way = sum(min(titre["pending"], titre["outstanding"]) for titre in sound)
    late = sum(titre["outstanding"] for titre in titres)
    held = {number: why for number, why in doubts.items() if why is not None and why.fr in about.decisions}
    set_aside = sum(titre["outstanding"] for titre in titres if titre["titre"] in held)
    in_doubt = late - set_aside - sum(titre["outstanding"] for titre in sound)
    wished = any(about.decided.get(key) == REMIND for key in (siren, *doubts))
    silent = siren not in about.heard
    return Case(
        contact=about.month.contacts[siren],
        department=about.departments.get(siren, ""),
        overdue=tuple(titres),
        titres=tuple(sound or titres),
        decided=held,
        late=late,
        under_way=under_way,
        in_doubt=in_doubt,
        set_aside=set_aside,
        schools=sum(about.schools[titre["titre"]] for titre in sound or titres),
        credit=about.credits[siren],
        silent=silent,
        sentence=_sentence(about, siren, silent=silent),
        why=_why(about, siren, late - in_doubt - set_aside - under_way, sound, doubts, wished=wished),
    )


def heeded(month: Month) -> Month:
    """Return the month whose findings of unpaid titres advise what is decided: to remind all the same, or to hold back."""
    actions = decided(month)
    if not actions:
        return month
    answers, advice = answers_of(month), dict[str, Text]()
    for titre, action in actions.items():
        if action == REMIND and all(action_on(month, actions, titre, one) for one in answers.get(titre, ())):
            advice[titre] = TO_REMIND_LATER
    for case in cases(month):
        for row in case.overdue:
            advice.pop(row["titre"], None)
        advice |= {titre: why for titre, why in case.decided.items() if actions.get(titre) != WAIT}
        if case.why is None:
            advice |= {row["titre"]: TO_REMIND for row in case.titres}
    told = {
        number: advice[titre]
        for number, code, titre, usual in month.findings.select("finding_id", "code", "titre", "advice").iter_rows()
        if code in UNPAID and titre in advice and usual not in _kept(code, advice[titre])
    }
    return advised(month, told)


def _kept(code: str, advised: Text) -> set[str]:
    """Return the advice of a finding that a decision leaves as it is."""
    usual = CATALOGUE[code].advice.fr
    return {UNDER_WAY.fr, usual} if advised in {TO_REMIND, TO_REMIND_LATER} else {UNDER_WAY.fr}


def _why(
    about: _About, siren: str, asked: int, sound: list[Row], doubts: dict[str, Text | None], *, wished: bool
) -> Text | None:
    """Say why a payer is held back; an officer's « Relancer » passes over what waits and over the threshold."""
    if not about.holds:
        return NOT_SAFE
    if not sound:
        why = next(doubt for doubt in doubts.values() if doubt)
        other = _first(about.month, about.waiting, siren)
        return why if other is None or why.fr in about.decisions else ALSO.with_(why=why, other=_reason(other))
    if not asked:
        return UNDER_WAY
    return None if wished else _waits(about, siren)


def _waits(about: _About, siren: str) -> Text | None:
    """Say what a payer's reminder waits for; None if it waits for nothing."""
    threshold = about.month.settings.threshold
    below = BELOW.with_(threshold=money(threshold)) if about.asked[siren] < threshold else None
    return _first(about.month, about.waiting, siren) or below


def _first(month: Month, waiting: Collection[str], siren: str) -> Text | None:
    """Say what is to be read or placed before a payer is reminded; None if nothing is."""
    if siren in month.unread_titres:
        return unread_titre(month.unread_titres[siren])
    return TO_PLACE_FIRST if siren in waiting else None


def passed_over(month: Month, sirens: Iterable[str]) -> Iterator[tuple[str, Text]]:
    """Yield the payers among these whose reminder waits for something, each with it, that « Relancer » passes over."""
    waiting = _waiting(month)
    for siren in sirens:
        if (why := _first(month, waiting, siren)) is not None:
            yield siren, _reason(why)


def _reason(why: Text) -> Text:
    return Text(why.fr.removeprefix(NO_REMINDER.fr), why.en.removeprefix(NO_REMINDER.en))


def _sentence(about: _About, siren: str, *, silent: bool) -> Text:
    if silent:
        return statement_words.LEDGER_GONE if siren in about.vanished else statement_words.NO_LEDGER
    return (
        statement_words.UNREAD
        if siren in about.month.unread_ledgers
        else PAID_SINCE.with_(day=day(about.month.settings.as_of))
    )


def _sums(frame: pl.DataFrame, column: str) -> Counter[str]:
    return Counter(dict(frame.group_by("payer_siren").agg(pl.col(column).sum()).iter_rows()))


def _waiting(month: Month) -> set[str]:
    """Return the payers of whom a payment is to be placed or corrected, or is on its way to a titre not known."""
    placed = set(month.allocations["payment_id"])
    coming = (pl.col("status") == "pending") & ~pl.col("payment_id").is_in(placed)
    payments = month.payments.filter((pl.col("unallocated") > 0) | coming)
    ledgers = month.sources.filter(pl.col("kind") == "payments")["file"].to_list()
    refused = month.findings.filter(pl.col("code").is_in(REJECTED) & pl.col("file").is_in(ledgers))
    return {*payments["payer_siren"], *refused["payer_siren"]} - {""}


def _doubts(month: Month) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for titre, code in month.findings.filter(pl.col("code").is_in(IN_DOUBT)).select("titre", "code").iter_rows():
        found.setdefault(titre, []).append(code)
    return found


def _over_billed(month: Month) -> set[tuple[str, str]]:
    """Return the years and payers that are billed more than their conventions say."""
    too_much = month.findings.filter((pl.col("code") == "T03") & (pl.col("amount") < 0))
    return set(too_much.select("school_year", "payer_siren").iter_rows())
