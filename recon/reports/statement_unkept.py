"""The ledger's lines that were not taken as ENT-École's: how many, for how much, and which ones to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.reports import statement_words as words
from recon.reports.style import AMBER, GREY
from recon.texts import Text, counted, day, joined, money, same

if TYPE_CHECKING:
    from recon.reports.layout import Layout
    from recon.tables import Unkept, UnkeptLine

MOST = 20
TITLE = Text("Non retenues : à vérifier", "Not taken in: to be checked")
UNRELATED = Text(
    "{lines} du registre sans rapport reconnu avec l’ENT-École, pour {sums}",
    "{lines} of the ledger with no known relation to ENT-École, for {sums}",
)
TAKEN_BACK = Text("{sum} repris (avoirs, annulations)", "{sum} taken back (credit notes, reversals)")
UNREAD = Text("{count} sans montant lisible", "{count} without a readable amount")
TO_CHECK = Text(
    "à vérifier : leur bénéficiaire ou leur libellé peut les rattacher à l’ENT-École ; rien n’en est déduit",
    "to be checked: payee or label may tie them to ENT-École; nothing of them is taken off",
)
MORE = Text("et {lines} de plus, pour {sum}", "and {lines} more, for {sum}")
STATE = Text("état : {state}", "state: {state}")


def summary(unkept: Unkept) -> Text:
    """Return how many lines are not taken in, and for how much; what is paid and what is taken back stand apart."""
    sums = [money(unkept.paid)]
    sums += [TAKEN_BACK.with_(sum=money(unkept.taken_back))] if unkept.taken_back else []
    sums += [UNREAD.with_(count=unkept.unread)] if unkept.unread else []
    lines = counted(unkept.lines, words.LINE, words.LINES)
    return UNRELATED.with_(lines=lines, sums=joined(sums, ", "))


def shown(unkept: Unkept) -> tuple[UnkeptLine, ...]:
    """Return the lines to look at, as many as a page bears."""
    return unkept.to_check[:MOST]


def rest(unkept: Unkept) -> tuple[Text, int] | None:
    """Return what is said of the lines to look at that are not shown, and their sum in cents."""
    others = unkept.to_check[MOST:]
    if not others:
        return None
    cents = sum(line.cents or 0 for line in others)
    return MORE.with_(lines=counted(len(others), words.LINE, words.LINES), sum=money(cents)), cents


def described(line: UnkeptLine) -> Text:
    """Return a line's mandat, words, payee and state."""
    mandat = Text("mandat {number}", "mandat {number}").with_(number=line.mandat) if line.mandat else None
    quoted = Text("« {said} »", "“{said}”").with_(said=line.said) if line.said else None
    state = STATE.with_(state=line.state) if line.state else None
    payee = same(line.payee) if line.payee else None
    return joined([part for part in (mandat, quoted, payee, state) if part is not None], " · ")


def unkept_lines(pen: Layout, unkept: Unkept | None) -> None:
    """Write what the ledgers hold that is not taken in, and the lines to look at, each with its cell."""
    if unkept is None or not unkept.lines:
        return
    pen.section(TITLE)
    pen.text(summary(unkept), 0, pen.last, font_color=GREY)
    pen.next()
    if not unkept.to_check:
        return
    pen.text(TO_CHECK, 0, pen.last, font_color=AMBER)
    pen.next()
    for line in shown(unkept):
        pen.text(day(line.on), 0, **pen.rule())
        pen.text(joined((described(line), same(line.place)), " · "), 1, 6, **pen.rule())
        if line.cents is not None:
            pen.money(line.cents, 7, **pen.rule())
        pen.next()
    if more := rest(unkept):
        pen.text(more[0], 1, pen.last, **pen.rule())
        pen.next()
