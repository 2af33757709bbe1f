"""The sentences of a payer's statement that stand still."""

from __future__ import annotations

from recon.texts import Text

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
ANSWER_TO = Text("Pour nous répondre : {contact}", "To answer us: {contact}")
AS_OF = Text("Arrêté au {day}", "As of {day}")
CONFIRM_SIREN = Text("SIREN à confirmer : merci de nous l’indiquer", "SIREN to be confirmed: please tell us")
CONFIRM_SIRET = Text("SIRET à confirmer", "SIRET to be confirmed")
REFERENCE = Text("Réf. {reference}", "Ref. {reference}")
SUBJECT = Text(
    "Participation à l’environnement numérique de travail ENT-École",
    "Contribution to the online workspace ENT-École",
)
TO_PAY_NOW = Text("À payer maintenant", "To pay now")
STILL_PLANNED = Text(
    "Reste prévu, d’après la convention et le registre", "Left of what is planned, from the convention and the ledger"
)
NO_TITRE_GIVEN = Text(
    "Sous réserve du titre de perception, non communiqué", "Subject to the titre, which is not communicated"
)
NOTHING = Text("Rien à payer à ce jour", "Nothing to pay today")
NOTHING_ASKED = Text(
    "Rien n’est demandé à ce jour : {amount} à vérifier", "Nothing is asked for today: {amount} to be checked"
)
SINCE = Text(
    "Payé depuis le {day} ? Merci de ne pas tenir compte de cet état.", "Paid since {day}? Please disregard this."
)
SCHOOLS_OF = Text("{some} sur {all}", "{some} of {all}")
LATE = Text("échéance dépassée ({day})", "past due ({day})")
DUE = Text("échéance le {day}", "due on {day}")
YEAR_SCHOOLS = Text("{year} : {schools} × {rate}", "{year}: {schools} × {rate}")
YEAR_TITRES = Text("{year} : titres de perception", "{year}: titres de perception")
NO_YEAR_TITRES = Text("Titres sans année scolaire", "Titres without a school year")
PAID = Text("Payé d’après vos registres", "Paid according to your ledgers")
DECLARED = Text("Encaissement déclaré par le rectorat", "Receipt declared by the rectorate")
IN_EXCESS = Text("Trop-perçu, mis à part", "Paid in excess, set apart")
ANNOUNCED = Text(
    "Votre convention {number} annonce {announced}, et {schools} × {rate} font {listed} : c’est ce dernier montant qui compte.",
    "Your convention {number} announces {announced}, and {schools} × {rate} make {listed}: it is the latter that counts.",
)
UNDER_WAY = Text("En cours de paiement ou d’affectation", "Being paid or allocated")
LEFT = Text("Reste à payer", "Left to pay")
CHART = Text(
    "Barre du montant titré, {billed} : payé {paid}, en cours {under_way}, à payer {to_pay}.",
    "Bar of the billed amount, {billed}: paid {paid}, under way {under_way}, to pay {to_pay}.",
)

NO_LEDGER = Text(
    "Nous ne disposons d’aucun registre de paiement lisible de votre collectivité : si vous avez déjà payé, merci d’indiquer le numéro du mandat.",
    "We have no readable payment ledger of yours: if you have already paid, please tell us the mandat’s number.",
)
LEDGER_GONE = Text(
    "Le registre de paiement de votre collectivité, pris en compte auparavant, n’est plus parmi nos pièces : si vous avez déjà payé, merci d’indiquer le numéro du mandat.",
    "The payment ledger of yours that was counted before is no longer among our files: if you have already paid, please tell us the mandat’s number.",
)
PAYMENT_GONE = Text(
    "Titre {titre} : un paiement compté auparavant n’est plus dans votre registre : {payment}. Merci de nous dire ce qu’il est devenu (annulé, rejeté, réémis sous un autre numéro).",
    "Titre {titre}: a payment counted before is no longer in your ledger: {payment}. Please tell us what became of it (cancelled, rejected, issued anew under another number).",
)
UNREAD = Text(
    "Un registre de paiement n’a pas pu être lu : si l’un de vos paiements manque ici, merci de nous l’indiquer.",
    "A payment ledger could not be read: if one of your payments is missing here, please tell us.",
)
UNEXPLAINED = Text(
    "Dont {amount} sur un titre que nos services vérifient : aucune convention ne l’explique à ce jour.",
    "Of which {amount} on a titre that we are checking: no convention explains it so far.",
)
REJECTED = Text(
    "{rows} de votre registre de paiement n’ont pas pu être lues ou retenues ({which}) : ce que vous avez payé peut être incomplet ici.",
    "{rows} of your payment ledger could not be read or kept ({which}): what you paid may be incomplete here.",
)
REJECTED_ONE = Text(
    "1 ligne de votre registre de paiement n’a pas pu être lue ou retenue ({which}) : ce que vous avez payé peut être incomplet ici.",
    "1 row of your payment ledger could not be read or kept ({which}): what you paid may be incomplete here.",
)
REFUSED_MANDAT = Text("mandat {mandat}", "mandat {mandat}")
REFUSED_NO_MANDAT = Text("mandat sans numéro", "mandat without a number")
REFUSED_VALUE = Text("{column} {value}", "{column} {value}")
REFUSED_EMPTY = Text("{column} : cellule vide", "{column}: empty cell")
MORE_REFUSED = Text("et {count} de plus", "and {count} more")
NOBODY_SAID = Text(
    "Rien dans « {file} » ne dit de quelle collectivité est ce registre : il est lu comme celui de {name}. À vérifier.",
    "Nothing in “{file}” tells whose ledger it is: it is read as that of {name}. To be checked.",
)
CONTESTED = Text(
    "Dont {amount} sur un titre contesté : son recouvrement est suspendu.",
    "Of which {amount} on a contested titre: its recovery is suspended.",
)
TO_PLACE = Text(
    "{amount} de vos paiements restent à confirmer : ils ne sont pas encore déduits de ce qui est à payer.",
    "{amount} of your payments have to be confirmed: they are not yet deducted from what is to be paid.",
)
PROPOSED = Text(
    "{amount} de vos paiements sont déduits sous réserve : merci de confirmer le titre qu’ils règlent.",
    "{amount} of your payments are deducted subject to your answer: please confirm which titre they pay.",
)
BY_OTHERS_MAYBE = Text(
    "{amount} peut-être payés par une autre collectivité, à vérifier : son paiement cite l’un de vos titres. Ils ne sont pas demandés en attendant.",
    "{amount} perhaps paid by another payer, to be checked: its payment cites one of your titres. They are not asked for meanwhile.",
)
TO_EXPLAIN = Text(
    "{amount} de vos paiements restent à rattacher à un titre : merci de préciser ce qu’ils règlent.",
    "{amount} of your payments settle no titre yet: please tell us what they pay.",
)
TAKEN_BACK = Text(
    "{amount} repris dans votre registre (avoir, annulation) sans paiement reconnu : merci d’indiquer le mandat concerné. Rien n’en est déduit ni ajouté.",
    "{amount} taken back in your ledger (credit note, reversal), of no known payment: please tell us which mandat. It is neither added nor deducted.",
)
CREDIT = Text(
    "Trop-perçu de {amount} : à imputer ou à restituer, sur décision du comptable public. Il n’est déduit d’aucune somme à payer.",
    "Paid in excess: {amount}, to be set off or refunded, as the public accountant decides. It is not deducted from any sum to pay.",
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
    "papers": Text("Pièces du mandat", "Supporting documents"),
}
PAYEE = Text("Le comptable public désigné sur le titre de perception", "The public accountant named on the titre")
ACCOUNT = Text(
    "Celui du RIB imprimé sur le titre de perception. Par sécurité, aucun RIB n’est donné sur cet état ni par courriel.",
    "The one printed on the titre de perception. For safety, no account is given on this statement nor by e-mail.",
)
PAPERS = Text("Titre de perception", "Titre de perception")
DATED = Text("convention du {day}", "convention of {day}")
VOTED = Text("délibération du {day}", "council vote of {day}")
VOTED_AS = Text("délibération n° {number}", "council vote {number}")
VOTED_AS_ON = Text("délibération n° {number} du {day}", "council vote {number} of {day}")

YOUR_TITRES = Text("Vos titres de perception", "Your titres de perception")
YOUR_TITRE = Text("Votre titre de perception", "Your titre de perception")
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
TAKEN_OFF = Text("{nature} {titre}", "{nature} {titre}")
NET = Text("Montant net", "Net amount")
TOTAL = Text("Total", "Total")
NO_TITRE = Text("Aucun titre de perception n’est à votre nom à ce jour.", "No titre bears your name today.")
PLANNED = Text("Participation prévue", "Planned contribution")
NOT_BILLED = Text("participation prévue, titre non communiqué", "planned contribution, titre not communicated")
LEFT_TO_BILL = Text(
    "participation prévue : {amount} restent à titrer", "planned contribution: {amount} are still to be billed"
)
PLANNED_PAID = Text(
    "payé d’après votre registre, sous réserve du titre", "paid according to your ledger, subject to the titre"
)
PLANNED_COMING = Text("mandats émis, pas encore payés", "mandats issued, not yet paid")
PLANNED_LEFT = Text("Restera à payer", "Will remain to be paid")
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
    "Aucun paiement retenu pour ENT-École dans les registres reçus.",
    "No payment kept for ENT-École in the ledgers received.",
)
LEDGER_GONE_SHORT = Text(
    "Le registre pris en compte auparavant n’est plus parmi nos pièces.",
    "The ledger that was counted before is no longer among our files.",
)
NO_LEDGER_SHORT = Text("Aucun registre de paiement lisible.", "No readable payment ledger.")
MANDAT = Text("{mandat} / bordereau {bordereau}", "{mandat} / bordereau {bordereau}")
NO_MANDAT = Text("sans numéro", "no number")

SCHOOLS_TO_PAY = Text("Écoles à payer", "Schools to pay for")
SCHOOLS_BELOW = Text("{schools} à payer : voir la feuille « {sheet} ».", "{schools} to pay for: see sheet “{sheet}”.")
NO_SCHOOL = Text("En cours, sans école précisée", "Under way, school not named")
NOT_SHARED = Text("{nature} {titre} non répartie", "{nature} {titre}, not shared out")
UNBORNE = Text("Montant qu’aucune école ne porte", "Amount that no school bears")
TO_CONFIRM = Text("À confirmer", "To confirm")
ANSWER = Text("Répondez sur la feuille « {sheet} ».", "Please answer on sheet “{sheet}”.")

YOUR_ANSWER = Text("Votre réponse reçue", "Your answer received")
YOUR_ANSWERS = Text("Vos réponses reçues", "Your answers received")
RECEIVED = Text("Dans « {file} » : {said}.", "In “{file}”: {said}.")
MORE_ANSWERS = Text(
    "Et {count} de plus, de même à l’étude ou traitées.", "And {count} more, likewise examined or dealt with."
)
SCHOOLS_LISTED = Text(
    "Toutes les écoles, une à une, sont sur la feuille « {sheet} ».",
    "All the schools, one by one, are on sheet “{sheet}”.",
)
LINE, LINES = Text("ligne", "row"), Text("lignes", "rows")
SCHOOL, SCHOOLS = Text("école", "school"), Text("écoles", "schools")
NOT_TO_SEND = Text(
    "Ne pas transmettre : un contrôle de bouclage est faux, les montants de cet état ne sont pas sûrs.",
    "Do not send: a control does not hold, the amounts of this statement are not certain.",
)
