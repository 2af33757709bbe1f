"""Payments: the lines of the payers' own ledgers. Never the receipts of the State's accountant, which would double them."""

from __future__ import annotations

from recon.texts import Text

from . import fields as f

PAYMENTS = f.Source(
    name="payments",
    folder="paiements",
    title=Text("Paiements", "Payments"),
    key=("payer_siret", "exercise", "mandat", "line"),
    schema=f.schema(
        "payments",
        payer_siret=f.payer("SIRET payeur", Text("SIRET ou SIREN de la collectivité qui paie ; peut aussi se lire au-dessus du tableau, dans le nom de la feuille ou du fichier", "The payer's SIRET or SIREN; may also stand above the table, in the sheet's or the file's name"), "SIRET", "SIRET collectivité", "SIRET commune", "N° SIRET", "SIRET de la collectivité", "SIRET de la commune", "SIREN", "SIREN payeur", "SIREN collectivité", "SIREN commune", "SIRET mairie", "SIRET ordonnateur", "SIRET organisme", "SIRET coll.", required=True),
        payer_name=f.text("Payeur", Text("Nom de la collectivité qui paie", "The payer's name"), "Collectivité", "Nom collectivité", "Commune", "Nom de la collectivité", "Nom de la commune", "Nom commune", "Mairie", "Ordonnateur", "Organisme", example="COMMUNE DE CERET"),
        exercise=f.count("Exercice", Text("Exercice budgétaire de la collectivité", "The payer's budget year"), "Exer.", "Exercice budgétaire", "Budget", "Exercice comptable", "Année budgétaire", "Année d'exercice", "Année", example="2026"),
        bordereau=f.number("Bordereau", Text("Numéro de bordereau", "Number of the bordereau"), "Bord.", "N° bordereau", "N° de bordereau", "Numéro de bordereau", "Num bordereau", example="96"),
        mandat=f.number("Mandat", Text("Numéro de mandat, qui repart de 1 à chaque exercice", "Number of the mandat, which restarts at 1 every exercise"), "N° mandat", "N° de mandat", "N° pièce", "Pièce", "Numéro de mandat", "N° de pièce", "Numéro de pièce", "Numéro de mandatement", "Mandatement", example="1187"),
        line=f.number("Ligne", Text("Ligne du mandat", "Line of the mandat"), "N° ligne", "N° de ligne", "Ligne du mandat", "N° ligne mandat", example="1"),
        mandat_on=f.day("Date mandat", Text("Date du mandat", "Day of the mandat"), "Date du mandat", "Mandaté le", "Date émission", "Date d'émission", "Dt mandat", "Date de mandatement", "Date d'émission du mandat", "Émis le", "Date de pièce", "Date pièce", "Date d'écriture", "Date comptable", "Date opération", "Date d'opération", "Date", example="24/11/2026"),
        paid_on=f.day("Payé le", Text("Date de paiement ; vide : mandat pas encore payé", "Day of payment; empty: not paid yet"), "Date paiement", "Date de paiement", "Date de règlement", "Date règlement", "Réglé le", "Date de virement", "Date virement", "Viré le", "Date d'acquittement", "Acquitté le", "Date de décaissement", "Décaissé le", "Date du paiement", "Date du règlement", "Paiement", "Règlement", "Payé", "Réglé", "Date effective de paiement", "Date de paiement effectif", example="01/12/2026"),
        payee=f.text("Bénéficiaire", Text("À qui la somme est payée", "To whom the sum is paid"), "Tiers", "Créancier", "Fournisseur", "Nom du tiers", "Nom tiers", "Nom du bénéficiaire", "Nom du créancier", "Nom du fournisseur", "Nom ou raison sociale", "Nom ou raison sociale du bénéficiaire", "Raison sociale", "Libellé du tiers", example="DRFIP OCCITANIE"),
        label=f.text("Objet", Text("Objet du mandat", "What the mandat is for"), "Libellé", "Désignation", "Objet du mandat", "Libellé du mandat", "Libellé de l'écriture", "Libellé écriture", "Libellé opération", "Objet de la dépense", "Objet dépense", "Nature de la dépense", "Objet de la facture", "Intitulé", "Description", "Motif", "Détail", example="ENT-Ecole 2026-2027"),
        reference=f.text("Référence", Text("Référence : numéro du titre de perception, de préférence", "Reference, preferably the titre's number"), "Réf.", "Réf. facture", "Référence facture", "N° de titre", "Titre", "N° facture", "N° titre", "Numéro de titre", "N° titre de perception", "Titre de perception", "Référence du titre", "Réf. titre", "Réf. pièce", "Référence de la pièce", "Référence de la facture", "Numéro de facture", "Facture", "Référence externe", "Pièce justificative", example="TP-2026-00141"),
        uai=f.uai("Établissement", "École", "Identifiant établissement"),
        amount=f.amount("Montant", Text("Montant payé, TTC", "Amount paid, taxes included"), "Montant TTC", "TTC", "Mt mandaté", "Montant mandaté", "Montant payé", "Débit", "Montant de la pièce", "Montant du mandat", "Montant mandat", "Montant net", "Montant net à payer", "Net à payer", "Montant total", "Montant total TTC", "Total TTC", "Montant réglé", "Somme payée", "Montant à payer", "Mandaté", "Montant ordonnancé", "Dépense mandatée", "Montant réglé TTC", required=True),
        state=f.word("État", Text("Émis, payé, suspendu, rejeté ou annulé", "Issued, paid, suspended, rejected or cancelled"), "payment_state", ("émis", "payé", "suspendu", "rejeté", "annulé"), "Statut", "Situation", "État du mandat", "Statut du mandat", "Situation du mandat", "État de paiement", "Statut de paiement", "Position", example="payé"),
        account=f.number("Compte", Text("Compte d’imputation", "Account"), "Article", "Nature", "Imputation", "Compte d'imputation", "Compte général", "Compte comptable", "Nature comptable", "Article budgétaire", example="6558"),
    ),
)  # fmt: skip
