"""What a decision just recorded does, told: titres and debtors, credit, what it replaces or displaces, and from when on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from recon.answered import answers_of
from recon.decided import NO_LONGER_NEEDED, reminded
from recon.matching.rulings import CHOICES, ELSEWHERE, TO_TITRES, about_of, in_force
from recon.reports.reminders import passed_over
from recon.reports.words import PAYMENT_STATUS
from recon.story import facts
from recon.story.parts import lowered
from recon.texts import Text, day, joined, listed, money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from recon.matching.rulings import Ruling
    from recon.tables import Month

DONE = Text(
    "Décision n° {number} inscrite : {choice}, {about}{effect}.", "Decision no. {number} recorded: {choice}, {about}{effect}."
)  # fmt: skip
EFFECT = Text(" : {said}", ": {said}")
TO_TITRE = Text("{sum} au titre {titre} de {debtor} ({state})", "{sum} to titre {titre} of {debtor} ({state})")
SETTLED, STILL_OPEN = Text("soldé", "settled"), Text("il en reste {left}", "{left} of it left")
CREDIT = Text("{sum} de trop-perçu", "{sum} of credit")
REPLACES = Text("Elle remplace la décision n° {number} ({choice}).", "It replaces decision no. {number} ({choice}).")
ADDED = Text(
    "Elle s’ajoute à la décision n° {number} sur ce titre ({sum}).", "It adds to decision no. {number} on this titre ({sum})."
)  # fmt: skip
ANOTHERS = Text(
    "Attention : le titre {titre} est celui de {debtor}, le paiement est de {payer}.",
    "Mind: the titre {titre} is {debtor}'s, the payment is {payer}'s.",
)
DISPLACED = Text(
    "Attention : {payment}, qui réglait le titre {titre}, est maintenant : {state}.",
    "Mind: {payment}, which settled the titre {titre}, is now: {state}.",
)
OTHERWISE = Text(
    "Le reste du titre {titre} de {debtor} passe de {before} à {after}.",
    "What is left of titre {titre} of {debtor} goes from {before} to {after}.",
)
CREDIT_MOVED = Text(
    "Le trop-perçu de {payer} passe de {before} à {after}.", "The credit of {payer} goes from {before} to {after}."
)
ALREADY = Text(
    "Déjà inscrite : décision n° {number} ({choice}, {about}), motif « {reason} ». Rien n’est inscrit de plus.",
    "Already recorded: decision no. {number} ({choice}, {about}), reason “{reason}”. Nothing more is recorded.",
)
TWO_RECEIPTS = Text(
    " S’il s’agit d’un second règlement du même montant : recon decider{where} --retirer {number} --motif …, puis inscrire la somme des deux.",
    " If this is a second receipt of the same amount: recon decide{where} --undo {number} --reason …, then record the sum of both.",
)
COUNTS_FROM = Text(
    "Cet encaissement compte à partir du {on} : le mois arrêté au {as_of} ne le compte pas.",
    "This receipt counts from {on} on: the month as of {as_of} does not count it.",
)
MUST_BE_RECEIVED = Text(
    "Cette somme compte comme reçue, et l’état du débiteur la montre ainsi : elle doit l’avoir été. Une remise ou une annulation se fait par un titre rectificatif, non par cette décision ; si c’en est une : « recon decider{where} --retirer {number} --motif … ».",
    "This sum counts as received, and the debtor’s statement shows it so: it must have been. A remission or cancellation is made by an amending titre, not by this decision; if it is one: “recon decide{where} --undo {number} --reason …”.",
)
HELD_BY_ANSWER = Text(
    "Une réponse que recon n’a pas encore inscrite ({files}) comptera comme venue après cette décision, et retiendra le rappel. Pour relancer tout de même : mettre d’abord les rapports à jour, puis décider à nouveau.",
    "An answer that recon has not recorded yet ({files}) will count as coming after this decision, and hold the reminder. To remind all the same: first bring the reports up to date, then decide anew.",
)
PASSED_OVER = Text(
    "Attention : cette décision écarte ce qui retenait le rappel de {payer} : {why}",
    "Mind: this decision sets aside what held back the reminder of {payer}: {why}",
)
MOST = 5


def alike(ruling: Ruling, known: Sequence[Ruling]) -> Ruling | None:
    """Return the decision in force that says just what this one says, whatever its reason."""
    said = ruling.choice, ruling.about, sorted(ruling.parts)
    return next((one for one in in_force(known)[0] if (one.choice, one.about, sorted(one.parts)) == said), None)


def in_effect(known: Sequence[Ruling], month: Month) -> list[Ruling]:
    """Return the decisions but for those that lost their effect, and those to remind that a later answer, or a payment that vanished, suspends.

    One whose finding is gone is no longer needed: it has lost nothing.
    """
    out = {number for number, why in month.moot.items() if why not in NO_LONGER_NEEDED}
    held = {*month.withdrawn, *month.titres.filter(pl.col("titre").is_in(list(month.withdrawn)))["payer_siren"]}
    out |= {one.id for about, one in reminded(month, known) if month.answered_since.get(about) or about in held}
    return [one for one in known if one.id not in out]


def already(one: Ruling, ruling: Ruling, names: Mapping[str, str], where: str) -> Text:
    """Say that a decision is on record; `where` is the dossier as a command takes it."""
    said = ALREADY.with_(number=one.id, choice=CHOICES[one.choice], about=about_of(one, names), reason=one.reason)
    if one.choice != ELSEWHERE or one.reason == ruling.reason:
        return said
    return joined((said, TWO_RECEIPTS.with_(number=one.id, where=where)), "")


def done(number: int, ruling: Ruling, known: Sequence[Ruling], after: Month, names: Mapping[str, str], at: str) -> Text:
    """Say what is recorded `at` a moment, and what it does.

    `known` are the decisions before it, `after` is the month with it, `names` the payers' by SIREN.
    """
    effect = list(_effect(ruling, after))
    first = DONE.with_(
        number=number,
        choice=CHOICES[ruling.choice],
        about=about_of(ruling, names),
        effect=EFFECT.with_(said=listed(effect)) if effect else "",
    )
    more = (
        *_replaces(ruling, known), *_another(ruling, after), *_later(ruling, after, at), *_held(ruling, after),
        *_passed_over(ruling, after),
    )  # fmt: skip
    return joined((first, *more), " ")


def must_be_received(number: int, ruling: Ruling) -> Iterator[Text]:
    """Yield that the money of a declared receipt must have come in; the dossier is to be filled in as `where`."""
    if ruling.choice == ELSEWHERE:
        yield MUST_BE_RECEIVED.with_(number=number, where="")


def _held(ruling: Ruling, after: Month) -> Iterator[Text]:
    """Yield which answers, dropped in the dossier and not yet on record, suspend what is decided."""
    answers = answers_of(after)
    for about, _ in reminded(after, [ruling]):
        titres = after.titres.filter((pl.col("titre") == about) | (pl.col("payer_siren") == about))["titre"]
        since = after.answered_since.get(about, frozenset())
        if files := sorted({one.file for titre in titres for one in answers.get(titre, ())} & since):
            yield HELD_BY_ANSWER.with_(files=", ".join(files))


def _passed_over(ruling: Ruling, after: Month) -> Iterator[Text]:
    """Yield what held the reminder that is decided, and would hold it without the decision."""
    abouts = {about for about, _ in reminded(after, [ruling])}
    payers = after.titres.filter(pl.col("titre").is_in(abouts) | pl.col("payer_siren").is_in(abouts))["payer_siren"]
    for siren, why in passed_over(after, sorted(set(payers))):
        yield PASSED_OVER.with_(payer=facts.payer_name(after, siren), why=why)


def _later(ruling: Ruling, after: Month, at: str) -> Iterator[Text]:
    """Yield from when on a declared receipt counts, where the month is of an earlier day."""
    on = date.fromisoformat(at[:10])
    if ruling.choice == ELSEWHERE and on > after.settings.as_of:
        yield COUNTS_FROM.with_(on=day(on), as_of=day(after.settings.as_of))


def _replaces(ruling: Ruling, known: Sequence[Ruling]) -> Iterator[Text]:
    holding = in_force(known)[0]
    replaced = in_force([*holding, ruling])[1]
    for one in holding:
        if one.id in replaced:
            yield REPLACES.with_(number=one.id, choice=CHOICES[one.choice])
        elif one.choice == ruling.choice == ELSEWHERE and one.about == ruling.about:
            yield ADDED.with_(number=one.id, sum=money(sum(cents for _, cents in one.parts)))


def _effect(ruling: Ruling, after: Month) -> Iterator[Text]:
    """Yield what each titre takes and keeps open, and what is credit."""
    if ruling.choice not in {TO_TITRES, ELSEWHERE}:
        return
    taken: dict[str, int] = dict.fromkeys((titre for titre, _ in ruling.parts), 0)
    if ruling.choice == TO_TITRES:
        taken |= _settled(after).get(ruling.about, {})
        credit = sum(row["credit"] for row in facts.rows(after.payments, payment_id=ruling.about))
    else:
        taken, credit = dict(ruling.parts), 0
    for titre, cents in taken.items():
        row = facts.rows(after.titres, titre=titre)[0]
        state = STILL_OPEN.with_(left=money(row["outstanding"])) if row["outstanding"] > 0 else SETTLED
        debtor = facts.payer_name(after, row["payer_siren"])
        yield TO_TITRE.with_(sum=money(cents), titre=titre, debtor=debtor, state=state)
    if credit:
        yield CREDIT.with_(sum=money(credit))


def _another(ruling: Ruling, after: Month) -> Iterator[Text]:
    """Yield each titre that is owed by another than who paid."""
    for titre, _ in ruling.parts if ruling.choice == TO_TITRES else ():
        debtor = facts.rows(after.titres, titre=titre)[0]["payer_siren"]
        if debtor != ruling.payer_siren:
            names = (facts.payer_name(after, siren) for siren in (debtor, ruling.payer_siren))
            yield ANOTHERS.with_(titre=titre, **dict(zip(("debtor", "payer"), names, strict=True)))


def moved(rulings: Sequence[Ruling], before: Month, after: Month) -> Iterator[Text]:
    """Yield the other payments that settle less than before, and the other titres whose rest is another."""
    went, goes = _settled(before), _settled(after)
    own = {titre for ruling in rulings for titre, _ in ruling.parts}
    decided = {ruling.about for ruling in rulings}
    displaced = [
        (number, titre)
        for number, titres in went.items()
        for titre, cents in titres.items()
        if number not in decided and goes.get(number, {}).get(titre, 0) < cents
    ]
    for number, titre in displaced[:MOST]:
        for row in facts.rows(after.payments, payment_id=number):
            said = Text("{mandat} de {payer} ({sum})", "{mandat} of {payer} ({sum})")
            payment = said.with_(
                mandat=facts.mandat(row), payer=facts.payer_name(after, row["payer_siren"]), sum=money(row["amount"])
            )
            yield DISPLACED.with_(payment=payment, titre=titre, state=lowered(PAYMENT_STATUS[row["status"]]))
    left = dict(before.titres.select("titre", "outstanding").iter_rows())
    others = [
        row
        for row in after.titres.iter_rows(named=True)
        if row["titre"] not in own and left.get(row["titre"]) != row["outstanding"]
    ]
    for row in others[:MOST]:
        yield OTHERWISE.with_(
            titre=row["titre"],
            debtor=facts.payer_name(after, row["payer_siren"]),
            before=money(left.get(row["titre"], 0)),
            after=money(row["outstanding"]),
        )
    yield from _credits_moved(rulings, before, after)


def _credits_moved(rulings: Sequence[Ruling], before: Month, after: Month) -> Iterator[Text]:
    """Yield the payers whose credit is another, but for the credit that an allocation makes, told with it."""
    had, has = _credits(before), _credits(after)
    told = {ruling.payer_siren for ruling in rulings if ruling.choice == TO_TITRES}
    others = [
        siren
        for siren in sorted(had.keys() | has.keys())
        if (rise := has.get(siren, 0) - had.get(siren, 0)) < 0 or (rise and siren not in told)
    ]
    for siren in others[:MOST]:
        sums = {"before": money(had.get(siren, 0)), "after": money(has.get(siren, 0))}
        yield CREDIT_MOVED.with_(payer=facts.payer_name(after, siren), **sums)


def _credits(month: Month) -> dict[str, int]:
    """Return what each payer paid in excess, in cents."""
    return dict(month.payments.group_by("payer_siren").agg(pl.col("credit").sum()).iter_rows())


def _settled(month: Month) -> dict[str, dict[str, int]]:
    """Return by payment what it settles of each titre, in cents."""
    found: dict[str, dict[str, int]] = {}
    rows = month.allocations.filter(pl.col("confidence") != "proposed").select("payment_id", "titre", "amount")
    for number, titre, cents in rows.iter_rows():
        of_payment = found.setdefault(number, {})
        of_payment[titre] = of_payment.get(titre, 0) + cents
    return found
