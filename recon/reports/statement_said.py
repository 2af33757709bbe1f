"""The sentences of a statement that depend on its facts: what became of each payment, questions, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.reports.declared import is_declared, receipt
from recon.reports.statement_words import (
    ANNOUNCED,
    BY_OTHERS,
    BY_OTHERS_MAYBE,
    CONTESTED,
    CREDIT,
    LEDGER_GONE,
    LINE,
    LINES,
    MORE_REFUSED,
    NO_LEDGER,
    NO_MANDAT,
    NO_SCHOOL,
    NOBODY_SAID,
    NOT_SHARED,
    PAYMENT_GONE,
    PROPOSED,
    REFUSED_EMPTY,
    REFUSED_MANDAT,
    REFUSED_NO_MANDAT,
    REFUSED_VALUE,
    REJECTED,
    REJECTED_ONE,
    SCHOOL,
    SCHOOLS,
    TAKEN_BACK,
    TO_EXPLAIN,
    TO_PLACE,
    UNBORNE,
    UNEXPLAINED,
    UNREAD,
)
from recon.reports.style import AMBER, GREEN, GREY
from recon.texts import Text, counted, day, joined, listed, money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from recon.reports.books import Rejected
    from recon.reports.owed import Owed, Payment, Question, School

FEW_REFUSED = 5
_VOID = {
    "rejeté": Text("Mandat rejeté : sans effet", "Mandat rejected: no effect"),
    "suspendu": Text("Mandat suspendu : sans effet à ce jour", "Mandat suspended: no effect today"),
    "annulé": Text("Mandat annulé : sans effet", "Mandat cancelled: no effect"),
}
_REVERSED = Text("Annulé par une écriture contraire", "Cancelled by a reversing entry")
_ALLOCATED = Text("Affecté {titres}", "Allocated {titres}")
_TITRE = Text("au titre {titre}", "to titre {titre}")
_TITRES = Text("aux titres {titre}", "to titres {titre}")
_MANY = Text("à {count} titres", "to {count} titres")
_ELSEWHERE = Text("à un titre d’une autre collectivité", "to a titre of another payer")
_EXCESS = Text(
    "trop-perçu de {amount} à imputer ou à restituer, sur décision du comptable public",
    "{amount} paid in excess, to be set off or refunded, as the public accountant decides",
)
_CREDIT = Text(
    "Trop-perçu : à imputer ou à restituer, sur décision du comptable public",
    "Paid in excess: to be set off or refunded, as the public accountant decides",
)
_UNCLEAR = Text("{amount} à confirmer", "{amount} to confirm")
_PENDING = Text("En cours : mandat émis, pas encore payé", "Under way: mandat issued, not yet paid")
_LATER = Text("Postérieur au {day} : compté plus tard", "After {day}: counted later")
_TIED = Text("Rapproché de {convention}, sous réserve du titre", "Held against {convention}, subject to the titre")
_CONFIRM = Text("À confirmer : merci d’indiquer le titre payé", "To confirm: please tell us which titre was paid")
_PROPOSED_ELSEWHERE = Text(
    "Proposé, à confirmer : pour un titre d’une autre collectivité",
    "Proposed, to be confirmed: for a titre of another payer",
)
_TAKES_BACK = Text(
    "À confirmer : merci d’indiquer le paiement repris", "To confirm: please tell us which payment is taken back"
)
_PROPOSED = Text("À confirmer : paiement {titres} ?", "To confirm: paid {titres}?")


_SIMPLE = {
    "pending": (_PENDING, AMBER),
    "credit": (_CREDIT, AMBER),
    "unallocated": (_CONFIRM, AMBER),
    "ambiguous": (_CONFIRM, AMBER),
}


def outcome(payment: Payment, as_of: date) -> tuple[Text, str]:
    """Return what became of a payment, in words, and the colour to say it in."""
    status = payment.row["status"]
    if status == "void" or (status == "later" and payment.state in _VOID):
        return _VOID.get(payment.state, _REVERSED), GREY
    if status == "later":
        return _LATER.with_(day=day(as_of)), GREY
    if status == "proposed" and (payment.titres or payment.elsewhere):
        return _PROPOSED.with_(titres=_where(payment)) if payment.titres else _PROPOSED_ELSEWHERE, AMBER
    if status in {"allocated", "partly_allocated"}:
        return _allocated(payment)
    if payment.planned and status != "pending":
        return _tied(payment)
    taken_back = payment.row["unallocated"] < 0 and status != "pending"
    return (_TAKES_BACK, AMBER) if taken_back else _SIMPLE.get(status, (_CONFIRM, AMBER))


def _tied(payment: Payment) -> tuple[Text, str]:
    names = ", ".join(dict.fromkeys(part.convention for part in payment.planned))
    rest = payment.row["unallocated"] - payment.tied
    parts = [_TIED.with_(convention=names), *([_UNCLEAR.with_(amount=money(rest))] if rest else [])]
    return listed(parts), AMBER if rest else GREEN


def _allocated(payment: Payment) -> tuple[Text, str]:
    said = _ALLOCATED.with_(titres=_where(payment))
    rest = [
        words.with_(amount=money(payment.row[name]))
        for name, words in (("credit", _EXCESS), ("unallocated", _UNCLEAR))
        if payment.row[name]
    ]
    return listed([said, *rest]), AMBER if rest else GREEN


def _where(payment: Payment) -> Text:
    parts = []
    if len(payment.titres) > 3:
        parts.append(_MANY.with_(count=len(payment.titres)))
    elif payment.titres:
        words = _TITRE if len(payment.titres) == 1 else _TITRES
        parts.append(words.with_(titre=", ".join(payment.titres)))
    if payment.elsewhere or not parts:
        parts.append(_ELSEWHERE)
    return joined(parts, ", ")


_NEGATIVE = Text(
    "{said} reprend une somme, sans que nous voyions sur quel paiement. Merci d’indiquer le mandat que cette écriture annule ou réduit.",
    "{said} takes a sum back, and we do not see of which payment. Please tell us which mandat this entry cancels or reduces.",
)
_MISCITED = Text(
    "{said} cite le numéro {number}, que nous ne retrouvons pas parmi vos titres.",
    "{said} cites number {number}, which we do not find among your titres.",
)
_NEAR = Text(
    "Le plus proche de vos titres ouverts est {titre}, pour {open}.",
    "The nearest of your open titres is {titre}, for {open}.",
)
_WHICH = Text(
    "Merci de vérifier ce numéro et d’indiquer le titre que vous vouliez payer.",
    "Please check this number and tell us which titre you meant to pay.",
)
_OF_ANOTHER = Text("d’une autre collectivité", "of another payer")
_SAID = Text("Votre mandat {mandat} du {day} ({amount})", "Your mandat {mandat} of {day} ({amount})")
_RECEIPT = Text("L’{receipt} ({amount})", "The {receipt} ({amount})")
_ASKED = {
    "P04": Text(
        "{said} dépasse de {more} ce que réclame le titre {titre}, réductions et autres paiements déduits. Ce trop-perçu est à imputer ou à restituer, sur décision du comptable public.",
        "{said} exceeds by {more} what titre {titre} claims, less reductions and other payments. This is to be set off or refunded, as the public accountant decides.",
    ),
    "P05": Text(
        "{said} paie le titre {titre}, déjà soldé. Ce trop-perçu est à imputer ou à restituer, sur décision du comptable public.",
        "{said} pays titre {titre}, already settled. This is to be set off or refunded, as the public accountant decides.",
    ),
    "P06": Text(
        "{said} ne règle aucun titre connu. Merci d’indiquer le titre que vous vouliez payer.",
        "{said} settles no known titre. Please tell us which titre you meant to pay.",
    ),
    "P07": Text(
        "{said} ne peut être affecté avec certitude à aucun titre. Merci d’indiquer le titre que vous vouliez payer.",
        "{said} cannot be allocated to any titre with certainty. Please tell us which titre you meant to pay.",
    ),
    "P12": Text(
        "{said} cite un numéro ou une école que nous ne retrouvons pas parmi vos titres. Merci de vérifier ce numéro et d’indiquer le titre que vous vouliez payer.",
        "{said} cites a number or a school that we do not find among your titres. Please check it and tell us which titre you meant to pay.",
    ),
    "D10": Text(
        "{said} porte l’UAI {uai}, dont la lettre de contrôle est fausse (attendu : {expected}). Merci d’indiquer l’école.",
        "{said} bears UAI {uai}, whose check letter is wrong (expected: {expected}). Please tell us the school.",
    ),
}

_ONE_CANDIDATE = Text(
    "{said} semble payer le titre {titre}, sans certitude. Merci de le confirmer, ou d’indiquer le titre que vous vouliez payer.",
    "{said} seems to pay titre {titre}, without certainty. Please confirm it, or tell us which titre you meant to pay.",
)


def asked(question: Question) -> Text:
    """Return the sentence that asks the payer about one of its payments; it never names another payer."""
    row = question.payment.row
    said = _SAID.with_(mandat=row["mandat"] or NO_MANDAT, day=day(row["on"]), amount=money(row["amount"]))
    if is_declared(row):
        said = _RECEIPT.with_(receipt=receipt(row), amount=money(row["amount"]))
    if row["amount"] < 0:
        return _NEGATIVE.with_(said=said)
    if question.miscited:
        return _miscited(question, said)
    one = question.code == "P07" and question.titre
    return (_ONE_CANDIDATE if one else _ASKED[question.code]).with_(
        said=said,
        more=money(question.amount),
        titre=question.titre or _OF_ANOTHER,
        uai=question.uai,
        expected=question.expected,
    )


def _miscited(question: Question, said: Text) -> Text:
    told = _MISCITED.with_(said=said, number=question.miscited)
    near = question.near
    nearest = [_NEAR.with_(titre=near.number, open=money(near.billed - near.paid))] if near else []
    return joined([told, *nearest, _WHICH], " ")


def rejected(rows: Sequence[Rejected]) -> Text:
    """Say that rows of the payer's ledger were refused, which ones, and for what stands in them."""
    which = [_refused(row) for row in rows[:FEW_REFUSED]]
    which += [MORE_REFUSED.with_(count=len(rows) - FEW_REFUSED)] if len(rows) > FEW_REFUSED else []
    said = REJECTED_ONE if len(rows) == 1 else REJECTED
    return said.with_(rows=counted(len(rows), LINE, LINES), which=listed(which))


def _refused(row: Rejected) -> Text:
    mandat = next((cell.mandat for cell in row if cell.mandat), "")
    cells = [
        REFUSED_VALUE.with_(column=cell.column, value=cell.value)
        if cell.value
        else REFUSED_EMPTY.with_(column=cell.column)
        for cell in row
    ]
    return joined([REFUSED_MANDAT.with_(mandat=mandat) if mandat else REFUSED_NO_MANDAT, *cells], ", ")


def notices(owed: Owed) -> list[Text]:
    """Return what must be known beside the sum: ledger missing, rows refused, contested, paid by others, credit."""
    said = [NOBODY_SAID.with_(file=name, name=owed.contact.name) for name in owed.unsaid]
    open_sums = any(titre.billed > titre.paid for titre in owed.titres)
    if not owed.has_ledger and not owed.rejected and open_sums:
        said.append(LEDGER_GONE if owed.ledger_gone else NO_LEDGER)
    elif owed.unread and owed.to_pay:
        said.append(UNREAD)
    if owed.has_ledger:
        said += [PAYMENT_GONE.with_(titre=titre, payment=payment) for titre, payment in owed.withdrawn]
    if owed.unexplained:
        said.append(UNEXPLAINED.with_(amount=money(owed.unexplained)))
    if owed.rejected:
        said.append(rejected(owed.rejected))
    if contested := sum(titre.to_pay for titre in owed.titres if titre.contested):
        said.append(CONTESTED.with_(amount=money(contested)))
    sums = (
        (BY_OTHERS, owed.paid_by_others),
        (BY_OTHERS_MAYBE, owed.proposed_by_others),
        (PROPOSED, owed.proposed),
        (TO_PLACE if owed.to_pay else TO_EXPLAIN, owed.unclear),
        (TAKEN_BACK, owed.taken_back),
        (CREDIT, owed.credit),
    )
    return [*said, *(sentence.with_(amount=money(cents)) for sentence, cents in sums if cents)]


def announced(owed: Owed) -> list[Text]:
    """Say where a convention announces another sum than its schools make, if the payer paid too much."""
    rows = [row for row in owed.conventions if row["in_force"] and row["listed"] and row["amount"] is not None]
    return [
        ANNOUNCED.with_(
            number=row["convention"],
            announced=money(row["amount"]),
            schools=counted(row["listed"], SCHOOL, SCHOOLS),
            rate=money(row["rate"]),
            listed=money(row["listed"] * row["rate"]),
        )
        for row in rows
        if owed.credit and row["amount"] != row["listed"] * row["rate"]
    ]


def unnamed(school: School) -> Text:
    """Return what stands for a school where money names none."""
    if school.taken_off:
        return NOT_SHARED.with_(nature=school.taken_off.nature, titre=school.taken_off.titre)
    return NO_SCHOOL if school.status == "under_way" else UNBORNE
