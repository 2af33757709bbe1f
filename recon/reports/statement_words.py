"""The sentences of a payer's statement, and what became of each of its payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.reports.style import AMBER, GREEN, GREY
from recon.texts import Text, counted, day, money, same

if TYPE_CHECKING:
    from datetime import date

    from recon.reports.owed import Owed, Payment, Question, School

FOOTER = Text(
    "Document d’information : il ne remplace pas le titre de perception.",
    "For information: it does not replace the titre de perception.",
)
TITLE = Text("État des sommes dues", "Statement of sums due")
SHEETS = (
    Text("État", "Statement"),
    Text("Détail par école", "Schools"),
    Text("Votre réponse", "Your answer"),
)
SERVICE = Text("Suivi financier ENT-École", "ENT-École finance")
AS_OF = Text("Arrêté au {day}", "As of {day}")
REFERENCE = Text("Réf. {reference}", "Ref. {reference}")
SUBJECT = Text(
    "Participation à l’environnement numérique de travail ENT-École",
    "Contribution to the online workspace ENT-École",
)
TO_PAY_NOW = Text("À payer maintenant", "To pay now")
NOTHING = Text("Rien à payer à ce jour", "Nothing to pay today")
SINCE = Text("Payé depuis le {day} ? Ne tenez pas compte de cet état.", "Paid since {day}? Please disregard this.")
SCHOOLS_OF = Text("{some} sur {all}", "{some} of {all}")
LATE = Text("échéance dépassée ({day})", "past due ({day})")
DUE = Text("échéance le {day}", "due on {day}")
YEAR_SCHOOLS = Text("{year} : {schools} × {rate}", "{year}: {schools} × {rate}")
YEAR_TITRES = Text("{year} : titres de perception", "{year}: titres de perception")
NO_YEAR_TITRES = Text("Titres sans année scolaire", "Titres without a school year")
PAID = Text("Payé d’après vos registres", "Paid, by your ledgers")
UNDER_WAY = Text("En cours de paiement ou d’affectation", "Being paid or allocated")
LEFT = Text("Reste à payer", "Left to pay")
CHART = Text(
    "Barre du montant titré, {billed} : payé {paid}, en cours {under_way}, à payer {to_pay}.",
    "Bar of the billed amount, {billed}: paid {paid}, under way {under_way}, to pay {to_pay}.",
)

NO_LEDGER = Text(
    "Nous n’avons pas reçu votre registre de paiement : si vous avez déjà payé, merci d’indiquer le numéro du mandat.",
    "We have not received your payment ledger: if you have already paid, please tell us the mandat’s number.",
)
REJECTED = Text(
    "{rows} de votre registre de paiement n’ont pas pu être lues ou retenues : ce que vous avez payé peut être incomplet ici.",
    "{rows} of your payment ledger could not be read or kept: what you paid may be incomplete here.",
)
REJECTED_ONE = Text(
    "1 ligne de votre registre de paiement n’a pas pu être lue ou retenue : ce que vous avez payé peut être incomplet ici.",
    "1 row of your payment ledger could not be read or kept: what you paid may be incomplete here.",
)
CONTESTED = Text(
    "Dont {amount} sur un titre contesté : son recouvrement est suspendu.",
    "Of which {amount} on a contested titre: its recovery is suspended.",
)
TO_PLACE = Text(
    "{amount} de vos paiements restent à confirmer : ils ne sont pas encore déduits de ce qui est à payer.",
    "{amount} of your payments have to be confirmed: they are not yet taken off what is to pay.",
)
CREDIT = Text(
    "Trop-perçu de {amount} : à imputer ou à restituer, sur décision du comptable public. Il n’est déduit d’aucune somme à payer.",
    "Paid in excess: {amount}, to be set off or refunded, as the public accountant decides. It is taken off no sum to pay.",
)
BY_OTHERS = Text(
    "Dont {amount} payés par une autre collectivité que la vôtre.",
    "Of which {amount} paid by another payer than you.",
)

HOW_TO_PAY = Text("Pour payer", "How to pay")
HOW = {
    "amount": Text("Montant", "Amount"),
    "reference": Text("Référence à rappeler", "Reference to quote"),
    "payee": Text("Bénéficiaire", "Payee"),
    "account": Text("Compte à créditer", "Account to credit"),
    "papers": Text("Pièces du mandat", "Papers of the mandat"),
}
PAYEE = Text("Le comptable public désigné sur le titre de perception", "The public accountant named on the titre")
ACCOUNT = Text(
    "Celui du RIB imprimé sur le titre de perception. Par sécurité, aucun RIB n’est donné sur cet état ni par courriel.",
    "The one printed on the titre de perception. For safety, no account is given on this statement nor by e-mail.",
)
PAPERS = Text("Titre de perception", "Titre de perception")
DATED = Text("convention du {day}", "convention of {day}")
VOTED = Text("délibération du {day}", "council vote of {day}")

YOUR_TITRES = Text("Vos titres de perception", "Your titres de perception")
TITRE_HEADINGS = (
    Text("N° de titre", "Titre"),
    Text("Année", "Year"),
    Text("Émis le", "Issued"),
    Text("Échéance", "Due"),
    Text("Montant", "Amount"),
    Text("Payé", "Paid"),
    Text("En cours", "Under way"),
    Text("À payer", "To pay"),
)
TOTAL = Text("Total", "Total")
NO_TITRE = Text("Aucun titre de perception n’est à votre nom à ce jour.", "No titre bears your name today.")
PLANNED = Text("Participation prévue", "Planned contribution")
NOT_BILLED = Text("participation prévue, titre non communiqué", "planned contribution, titre not communicated")
NO_CLAIM = Text(
    "Rien n’est demandé avant l’émission du titre de perception.", "Nothing is asked for before the titre is issued."
)

YOUR_PAYMENTS = Text("Vos paiements", "Your payments")
PAYMENT_HEADINGS = (
    Text("Date", "Date"),
    Text("Votre mandat", "Your mandat"),
    Text("Lignes", "Lines"),
    Text("Montant", "Amount"),
    Text("Ce qu’il est devenu", "What became of it"),
)
NO_PAYMENT = Text(
    "Aucun paiement pour ENT-École dans les registres reçus.", "No payment for ENT-École in the ledgers received."
)
NO_LEDGER_SHORT = Text("Registre de paiement non reçu.", "Payment ledger not received.")
MANDAT = Text("{mandat} / bordereau {bordereau}", "{mandat} / bordereau {bordereau}")
NO_MANDAT = Text("sans numéro", "no number")

SCHOOLS_TO_PAY = Text("Écoles à payer", "Schools to pay for")
SCHOOLS_BELOW = Text("{schools} à payer : voir la feuille « {sheet} ».", "{schools} to pay for: see sheet “{sheet}”.")
NO_SCHOOL = Text("En cours, sans école précisée", "Under way, school not named")
UNBORNE = Text("Montant qu’aucune école ne porte", "Amount that no school bears")
TO_CONFIRM = Text("À confirmer", "To confirm")
ANSWER = Text("Répondez sur la feuille « {sheet} ».", "Please answer on sheet “{sheet}”.")

LINE, LINES = Text("ligne", "row"), Text("lignes", "rows")
SCHOOL, SCHOOLS = Text("école", "school"), Text("écoles", "schools")

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
_CONFIRM = Text("À confirmer : merci d’indiquer le titre payé", "To confirm: please tell which titre was paid")
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
    if status == "void":
        return _VOID.get(payment.state, _REVERSED), GREY
    if status == "later":
        return _LATER.with_(day=day(as_of)), GREY
    if status == "proposed" and payment.titres:
        return _PROPOSED.with_(titres=_where(payment)), AMBER
    if status in {"allocated", "partly_allocated"}:
        return _allocated(payment)
    return _SIMPLE.get(status, (_CONFIRM, AMBER))


def _allocated(payment: Payment) -> tuple[Text, str]:
    said = _ALLOCATED.with_(titres=_where(payment))
    rest = [
        words.with_(amount=money(payment.row[name]))
        for name, words in (("credit", _EXCESS), ("unallocated", _UNCLEAR))
        if payment.row[name]
    ]
    return joined([said, *rest], " ; "), AMBER if rest else GREEN


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


def joined(parts: list[Text], by: str) -> Text:
    """Join sentences in each language."""
    return Text(by.join(part.fr for part in parts), by.join(part.en for part in parts))


_SAID = Text("Votre mandat {mandat} du {day} ({amount})", "Your mandat {mandat} of {day} ({amount})")
_ASKED = {
    "P04": Text(
        "{said} dépasse de {more} ce que le titre {titre} laissait à payer. Ce trop-perçu est à imputer ou à restituer, sur décision du comptable public.",
        "{said} exceeds by {more} what titre {titre} left to pay. This is to be set off or refunded, as the public accountant decides.",
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
        "{said} peut être affecté de plusieurs façons, ou reste à confirmer. Merci d’indiquer le titre que vous vouliez payer.",
        "{said} may be allocated in several ways, or has to be confirmed. Please tell us which titre you meant to pay.",
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


def asked(question: Question) -> Text:
    """Return the sentence that asks the payer about one of its payments; it never names another payer."""
    row = question.payment.row
    said = _SAID.with_(mandat=row["mandat"] or NO_MANDAT, day=day(row["on"]), amount=money(row["amount"]))
    return _ASKED[question.code].with_(
        said=said,
        more=money(question.amount),
        titre=question.titre or same("–"),
        uai=question.uai,
        expected=question.expected,
    )


def rejected(rows: int) -> Text:
    """Say that rows of the payer's ledger were refused."""
    return REJECTED_ONE if rows == 1 else REJECTED.with_(rows=counted(rows, LINE, LINES))


def notices(owed: Owed) -> list[Text]:
    """Return what must be known beside the sum: ledger missing, rows refused, contested, paid by others, credit."""
    said = []
    open_sums = any(titre.billed > titre.paid for titre in owed.titres)
    if not owed.has_ledger and open_sums:
        said.append(NO_LEDGER)
    if owed.rejected:
        said.append(rejected(owed.rejected))
    if contested := sum(titre.to_pay for titre in owed.titres if titre.contested):
        said.append(CONTESTED.with_(amount=money(contested)))
    if owed.paid_by_others:
        said.append(BY_OTHERS.with_(amount=money(owed.paid_by_others)))
    if owed.unclear:
        said.append(TO_PLACE.with_(amount=money(owed.unclear)))
    if owed.credit:
        said.append(CREDIT.with_(amount=money(owed.credit)))
    return said


def unnamed(school: School) -> Text:
    """Return what stands for a school where money names none."""
    return NO_SCHOOL if school.status == "under_way" else UNBORNE
