"""What became of a payer's answers: told to the officer, and to the payer on its next statement. No amount hangs on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from recon.answered import Open, bears_on
from recon.reports.decisions import ACTIONS, CORRECT, REMIND, WAIT
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from recon.tables import Answered, Month

RECOVERY = ("P01", "P02", "P03", "P14")
REVIEW, SETTLED, UNREAD = "review", "settled", "unread"
TO_OFFICER = {
    REVIEW: Text(
        "à accepter ou non, c’est son dire : aucun montant n’en est changé",
        "to accept or not, it is a claim: no amount changes",
    ),
    SETTLED: Text("ce qu’elle vise est soldé", "what it bears on is settled"),
    UNREAD: Text("elle n’a pas été comprise. {why}", "it was not understood. {why}"),
    **{
        action: Text("il a été décidé « {decision} »", "it was decided: “{decision}”").with_(decision=ACTIONS[action])
        for action in (REMIND, WAIT, CORRECT)
    },
}
TO_PAYER = {
    REVIEW: Text(
        "Elle est à l’étude : tant que nos services ne l’ont pas acceptée, elle ne change aucun montant de cet état.",
        "It is being examined: until we have accepted it, it changes no amount of this statement.",
    ),
    SETTLED: Text("Ce qu’elle vise est soldé à ce jour.", "What it bears on is now settled."),
    UNREAD: Text(
        "Elle n’a pas pu être comprise : merci de choisir l’une des réponses proposées, ou de préciser.",
        "It could not be understood: please choose one of the answers offered, or give details.",
    ),
    REMIND: Text(
        "Nos services ne l’ont pas retenue : la somme reste demandée.",
        "We have not accepted it: the sum is still asked for.",
    ),
    WAIT: Text(
        "Nos services l’ont mise en attente : elle ne change aucun montant de cet état.",
        "We are holding it over: it changes no amount of this statement.",
    ),
    CORRECT: Text(
        "Nos services ont à rectifier ce qu’elle vise : les montants de cet état ne le sont pas encore.",
        "We are to correct what it bears on: the amounts of this statement are not yet corrected.",
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
        return self.state != SETTLED or 12 * (as_of.year - year) + as_of.month - month <= 1


def heard(month: Month) -> dict[str, tuple[Heard, ...]]:
    """Return what each payer answered and what became of it, by SIREN; of no payer, what nobody can be told of."""
    if not month.answers:
        return {}
    decisions, found = decided(month), dict[str, tuple[Heard, ...]]()
    titres = month.titres.select(*Open._fields, "outstanding")
    for answer in month.answers:
        if not answer.payer_siren:
            continue
        own = [row for row in titres.iter_rows() if bears_on(answer, Open(*row[:-1]))]
        numbers = tuple(row[1] for row in own)
        still_open = [row[1] for row in own if row[-1] > 0]
        one = Heard(answer, numbers, _state(answer, still_open, decisions, settled=bool(own) and not still_open))
        found[answer.payer_siren] = (*found.get(answer.payer_siren, ()), one)
    return found


def _state(answer: Answered, still_open: Sequence[str], decisions: dict[str, str], *, settled: bool) -> str:
    if answer.why is not None:
        return UNREAD
    if settled:
        return SETTLED
    actions = {decisions.get(titre) or decisions.get(answer.payer_siren) for titre in still_open}
    action = actions.pop() if len(actions) == 1 else None
    return action if action in TO_PAYER else REVIEW


def decided(month: Month) -> dict[str, str]:
    """Return what an officer decided of what is unpaid: by titre, or by SIREN where no ledger came."""
    actions = {words(lang): action for action, words in ACTIONS.items() for lang in ("fr", "en")}
    own = month.findings.filter(pl.col("code").is_in(RECOVERY) & pl.col("decision").is_in(list(actions)))
    pairs = own.select(pl.coalesce(pl.col("titre").replace("", None), "payer_siren"), "decision").iter_rows()
    return {about: actions[decision] for about, decision in pairs}
