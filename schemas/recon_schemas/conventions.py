"""Conventions: what each payer signed for a school year, and the schools that article 9 lists."""

from __future__ import annotations

from recon.texts import Text

from . import fields as f

CONVENTIONS = f.Source(
    name="conventions",
    folder="conventions",
    title=Text("Conventions", "Conventions"),
    key=("convention",),
    schema=f.schema(
        "conventions",
        convention=f.number("Convention", Text("Numéro de la convention ; vide : SIREN et année scolaire", "The convention's number; empty: SIREN and school year"), "N° convention", "N° de convention", "Numéro de convention", "Référence convention", example="ENT-2026-066049"),
        school_year=f.school_year(required=True),
        payer_siret=f.siret("SIRET collectivité", Text("SIRET du siège de la collectivité signataire", "SIRET of the payer's seat"), "SIRET", "N° SIRET", "SIRET de la collectivité", "SIRET commune", "SIRET de la commune", "SIRET payeur", "N° SIRET collectivité", required=True),
        payer_name=f.text("Collectivité", Text("Nom de la collectivité", "The payer's name"), "Nom collectivité", "Nom de la collectivité", "Payeur", "Commune", "Nom de la commune", "Nom commune", "Signataire", "Collectivité signataire", required=True, example="COMMUNE DE CERET"),
        payer_address=f.text("Adresse", Text("Adresse postale de la collectivité", "The payer's postal address"), "Adresse postale", "Adresse collectivité", example="BOULEVARD MARECHAL JOFFRE, 66400 CERET"),
        payer_email=f.text("Courriel", Text("Adresse électronique fonctionnelle du service", "The service's functional e-mail address"), "Email", "E-mail", "Mél", "Adresse électronique", example="finances@exemple.fr"),
        dated_on=f.day("Datée du", Text("Date au bas de la convention", "Date at the convention's foot"), "Date convention", "Date de la convention", "Fait le"),
        council_on=f.day("Délibération du", Text("Date de la délibération", "Day of the council's vote"), "Date délibération", "Date de délibération", "Délibérée le", "Date du conseil", "Date de la délibération", "Conseil du", example="28/05/2026"),
        council_ref=f.number("N° délibération", Text("Référence de la délibération", "The vote's reference"), "Délibération", "Réf. délibération", "Numéro de délibération", example="2026-121"),
        signed_on=f.day("Signée le", Text("Date de signature par la collectivité", "Day of the payer's signature"), "Date signature", "Date de signature", "Date de signature de la collectivité", "Signature", example="05/06/2026"),
        ends_on=f.day("Fin", Text("Date de fin (article 10)", "End date (article 10)"), "Date de fin", "Échéance convention", "Se termine le", "Date de fin de convention", "Fin de la convention", "Jusqu'au", example="31/08/2027"),
        rate=f.amount("Participation par école", Text("Participation par école et par an, TTC (article 4)", "Contribution per school and year, taxes included (article 4)"), "Tarif", "Participation", "Prix par école", "Coût par école", "Tarif par école", "Montant par école", "Participation par école TTC", "Prix unitaire", "Coût unitaire", required=True, at_least=1, example="41,00"),
        school_count=f.count("Nombre d'écoles", Text("Nombre d’écoles annoncé (article 9)", "Number of schools announced (article 9)"), "Nb écoles", "Nombre écoles", "Nb d'écoles", "Écoles", "Nombre d'écoles concernées", "Nombre d'établissements"),
        amount=f.amount("Montant", Text("Montant annoncé (article 9)", "Amount announced (article 9)"), "Montant total", "Montant TTC", "Montant convention", "Montant de la convention", "Montant total TTC", "Participation totale", at_least=0),
        status=f.word("Statut", Text("Proposée, signée ou résiliée", "Proposed, signed or terminated"), "convention_state", ("proposée", "signée", "résiliée"), "État", "Situation", example="signée"),
        terminated_on=f.day("Résiliée le", Text("Date de résiliation", "Day of termination"), "Date résiliation", "Date de résiliation", example="15/01/2027"),
        amends=f.number("Avenant à", Text("La convention que cet avenant modifie", "The convention that this avenant changes"), "Modifie", "Convention modifiée", example="ENT-2026-066049"),
    ),
)  # fmt: skip

CONVENTION_SCHOOLS = f.Source(
    name="convention_schools",
    folder="conventions",
    title=Text("Écoles des conventions", "Schools of the conventions"),
    key=("convention", "uai", "change"),
    schema=f.schema(
        "convention_schools",
        convention=f.number("Convention", Text("Numéro de la convention qui liste l’école", "Number of the convention that lists the school"), "N° convention", "N° de convention", "Numéro de convention", "Référence convention", required=True, example="ENT-2026-066049"),
        uai=f.uai(required=True),
        school_name=f.text("École", Text("Nom de l’école", "The school's name"), "Nom de l'école", "Nom école", "Établissement", "Nom établissement", example="ECOLE ELEMENTAIRE PUBLIQUE MARC CHAGALL"),
        commune=f.text("Commune", Text("Commune où se trouve l’école", "The commune where the school stands"), "Nom commune", "Ville", example="CERET"),
        change=f.word("Mouvement", Text("Dans un avenant : ajout ou retrait", "In an avenant: added or withdrawn"), "school_change", ("ajout", "retrait"), "Ajout ou retrait", "Modification"),
    ),
)  # fmt: skip
