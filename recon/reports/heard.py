"""What became of a payer's answers: told to the officer, and to the payer on its next statement. No amount hangs on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from recon.answered import DOCUMENT, Open, bears_on
from recon.reports.decisions import ACCEPTED, ACTIONS, CORRECT, PAYMENT, REMIND, WAIT
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from recon.tables import Answered, Month

RECOVERY = ("P01", "P02", "P03", "P14")
REVIEW, SETTLED, PLACED, OUTSIDE = "review", "settled", "placed", "outside"
UNREAD, TO_COPY = "unread", "to_copy"
OPEN = (REVIEW, UNREAD, TO_COPY)
TO_OFFICER = {
    REVIEW: Text(
        "à examiner, c’est son dire : aucun montant n’en est changé. En décider : « Soldé hors registre » et son montant si le paiement est prouvé, « Relancer » s’il ne l’est pas, « Rectifier » si l’erreur est nôtre, « Attendre »",
        "to examine, it is a claim: no amount changes. Decide: “Settled outside the ledger” and its amount where the payment is proven, “Remind” where it is not, “Correct” where the error is ours, “Wait”",
    ),
    SETTLED: Text("ce qu’elle vise est soldé", "what it bears on is settled"),
    PLACED: Text("le paiement qu’elle vise est affecté", "the payment it bears on is allocated"),
    OUTSIDE: Text(
        "il a été décidé que ce paiement est hors périmètre", "it was decided that this payment is out of scope"
    ),
    UNREAD: Text("elle n’a pas été comprise. {why}", "it was not understood. {why}"),
    TO_COPY: Text("{why}", "{why}"),
    **{
        action: Text("il a été décidé « {decision} »", "it was decided: “{decision}”").with_(decision=ACTIONS[action])
        for action in (REMIND, WAIT, CORRECT, ACCEPTED)
    },
}
TO_PAYER = {
    REVIEW: Text(
        "Cette réponse est à l’étude : tant que nos services n’en ont pas décidé, elle ne change aucun montant de cet état.",
        "This answer is being examined: until we have decided on it, it changes no amount of this statement.",
    ),
    SETTLED: Text("Ce que vise cette réponse est soldé à ce jour.", "What this answer bears on is now settled."),
    PLACED: Text(
        "Le paiement que vise cette réponse est affecté à ce jour.",
        "The payment this answer bears on is now allocated.",
    ),
    OUTSIDE: Text(
        "Nos services ne rattachent pas ce paiement à l’ENT-École.", "We do not count this payment towards ENT-École."
    ),
    TO_COPY: Text(
        "Cette réponse est reçue et reste à transcrire : elle ne change aucun montant de cet état.",
        "This answer is received and still to be copied out: it changes no amount of this statement.",
    ),
    UNREAD: Text(
        "Cette réponse n’a pas pu être comprise : merci de choisir l’une des réponses proposées, ou de préciser.",
        "This answer could not be understood: please choose one of the answers offered, or give details.",
    ),
    REMIND: Text(
        "Nos services n’ont pas retenu cette réponse : la somme reste demandée.",
        "We have not accepted this answer: the sum is still asked for.",
    ),
    WAIT: Text(
        "Nos services ont mis cette réponse en attente : elle ne change aucun montant de cet état.",
        "We are holding this answer over: it changes no amount of this statement.",
    ),
    ACCEPTED: Text(
        "Nos services ont pris acte de cette réponse : elle ne change aucun montant de cet état.",
        "We have taken note of this answer: it changes no amount of this statement.",
    ),
    CORRECT: Text(
        "Nos services ont à rectifier ce que vise cette réponse : les montants de cet état ne le sont pas encore.",
        "We are to correct what this answer bears on: the amounts of this statement are not yet corrected.",
    ),
}


class Heard(NamedTuple):
    """An answer, the payer's titres that it bears on, and what became of it: a key of `TO_PAYER` and `TO_OFFICER`."""

    answer: Answered
    titres: tuple[str, ...]
    state: str

    @property
    def to_officer(self) -> Text:
        """Say what became of it to who decides."""
        return TO_OFFICER[self.state].with_(why=self.answer.why or "")

    @property
    def to_payer(self) -> Text:
        """Say what became of it to who answered."""
        return TO_PAYER[self.state]

    def is_recent(self, as_of: date) -> bool:
        """Whether it is still to be told on a statement: what is settled is told once, on that which follows."""
        year, month = (int(part) for part in (self.answer.drawn_up or f"{as_of:%Y-%m}").split("-"))
        return self.state not in {SETTLED, PLACED, OUTSIDE} or 12 * (as_of.year - year) + as_of.month - month <= 1


def heard(month: Month) -> dict[str, tuple[Heard, ...]]:
    """Return what each payer answered and what became of it, by SIREN; of no payer, what nobody can be told of."""
    found = dict[str, tuple[Heard, ...]]()
    for one in all_heard(month):
        if siren := one.answer.payer_siren:
            found[siren] = (*found.get(siren, ()), one)
    return found


def all_heard(month: Month) -> tuple[Heard, ...]:
    """Return every answer and what became of it, in the order of the files."""
    if not month.answers:
        return ()
    decisions, payments = decided(month), _payments(month)
    titres = month.titres.select(*Open._fields, "outstanding")
    found = []
    for answer in month.answers:
        own = [row for row in titres.iter_rows() if bears_on(answer, Open(*row[:-1]))]
        still_open = [row[1] for row in own if row[-1] > 0]
        actions = {action_on(month, decisions, titre, answer) for titre in still_open}
        state = _state(answer, actions, settled=bool(own) and not still_open)
        if answer.kind == PAYMENT:
            state = payments.get(answer.identity, REVIEW)
            state = REVIEW if state == REMIND and _is_later(month, answer) else state
        found.append(Heard(answer, tuple(row[1] for row in own), state))
    return tuple(found)


def action_on(month: Month, decisions: Mapping[str, str], titre: str, answer: Answered) -> str | None:
    """Return what is decided of a titre that an answer bears on; None too if it was to remind, before the answer came."""
    about = titre if titre in decisions else answer.payer_siren
    action = decisions.get(about)
    return None if action == REMIND and answer.file in month.answered_since.get(about, ()) else action


def _state(answer: Answered, actions: set[str | None], *, settled: bool) -> str:
    if answer.why is not None:
        return TO_COPY if answer.kind == DOCUMENT else UNREAD
    if settled:
        return SETTLED
    action = actions.pop() if len(actions) == 1 else None
    return action if action in TO_PAYER else REVIEW


def _is_later(month: Month, answer: Answered) -> bool:
    """Whether an answer about a payment came after it was decided to remind of it."""
    own = month.findings.filter(pl.col("payment_id") == answer.identity).select("titre", "payer_siren")
    return any(answer.file in month.answered_since.get(titre or payer, ()) for titre, payer in own.iter_rows())


def _payments(month: Month) -> dict[str, str]:
    """Return what became of the payments that answers are about, where anything did: it is theirs, not their payer's titres'."""
    asked = [answer.identity for answer in month.answers if answer.kind == PAYMENT]
    own = month.findings.filter(pl.col("payment_id").is_in(asked))
    said = {
        row["payment_id"]: _ACTION[row["decision"]] for row in own.iter_rows(named=True) if row["decision"] in _ACTION
    }
    rows = month.payments.filter(pl.col("payment_id").is_in(asked) & (pl.col("allocated") > 0))
    rows = rows.filter((pl.col("unallocated") == 0) & (pl.col("credit") == 0))
    return {
        **{number: action for number, action in said.items() if action in TO_PAYER},
        **dict.fromkeys(rows["payment_id"], PLACED),
        **{one.payment_id: OUTSIDE for one in month.outside},
    }


_ACTION = {words(lang): action for action, words in ACTIONS.items() for lang in ("fr", "en")}


def decided(month: Month) -> dict[str, str]:
    """Return what an officer decided of what is unpaid: by titre, or by SIREN where no ledger came."""
    own = month.findings.filter(pl.col("code").is_in(RECOVERY) & pl.col("decision").is_in(list(_ACTION)))
    pairs = own.select(pl.coalesce(pl.col("titre").replace("", None), "payer_siren"), "decision").iter_rows()
    return {about: _ACTION[decision] for about, decision in pairs}
