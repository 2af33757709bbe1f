"""Titres de perception: the revenue orders issued against the payers, their reductions and cancellations."""

from __future__ import annotations

from recon.texts import Text

from . import fields as f

TITRES = f.Source(
    name="titres",
    folder="titres",
    title=Text("Titres de perception", "Titres de perception"),
    key=("titre", "nature"),
    schema=f.schema(
        "titres",
        titre=f.titre("N° de titre", Text("Numéro du titre de perception", "Number of the titre"), "Titre", "Numéro de titre", "Titre de perception", "N° titre", "Référence titre", "Numéro du titre", "N° du titre", "N° de titre de perception", "Numéro de titre de perception", required=True),
        nature=f.word("Nature", Text("Émission, réduction ou annulation ; vide : émission", "Issue, reduction or cancellation; empty means issue"), "titre_nature", ("émission", "réduction", "annulation"), "Type", "Opération"),
        amends=f.titre("Titre modifié", Text("Le titre que celui-ci réduit, annule ou remplace", "The titre that this one reduces, cancels or replaces"), "Titre d'origine", "Titre initial", "Modifie", example="TP-2026-00098"),
        debtor_siret=f.siret("SIRET débiteur", Text("SIRET du débiteur", "The debtor's SIRET"), "SIRET", "SIRET tiers", "N° SIRET", "SIRET du débiteur", "SIRET collectivité", "SIRET de la collectivité", "SIRET commune", "SIRET redevable", "SIRET du tiers", required=True),
        debtor_name=f.text("Débiteur", Text("Nom du débiteur", "The debtor's name"), "Nom débiteur", "Tiers", "Redevable", "Nom du débiteur", "Collectivité", "Commune", "Nom du tiers", "Nom de la collectivité", "Débiteur (nom)", example="COMMUNE DE CERET"),
        convention=f.number("Convention", Text("Numéro de la convention", "Number of the convention"), "N° convention", "N° de convention", "Référence convention", example="ENT-2026-066049"),
        school_year=f.school_year(),
        amount=f.amount("Montant", Text("Montant, toujours positif ; la nature dit le sens", "Amount, always positive; the nature tells the direction"), "Montant titre", "Montant TTC", "Montant du titre", "Montant émis", "Montant du titre TTC", "Montant à payer", "Montant total", required=True, at_least=0),
        issued_on=f.day("Émis le", Text("Date d’émission", "Day of issue"), "Date émission", "Date d'émission", "Date du titre", "Date titre", "Date d'émission du titre", "Date", "Émission", required=True, example="12/10/2026"),
        due_on=f.day("Échéance", Text("Date limite de paiement", "Day by which to pay"), "Date d'échéance", "Date limite", "Date limite de paiement", "Échéance le", "Date limite paiement", "À payer avant le", "Date d'exigibilité", "Exigible le", example="11/12/2026"),
        status=f.word("Statut", Text("Émis ou contesté ; vide : émis", "Issued or contested; empty means issued"), "titre_state", ("émis", "contesté"), "État", "Situation"),
    ),
)  # fmt: skip
