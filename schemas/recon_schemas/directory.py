"""The national directory of schools (annuaire de l’éducation) as published: its headings of 2023, 2024 and 2026.

Of its seventy columns only those that are held against the dossier are read: no address, telephone or e-mail is kept.
"""

from __future__ import annotations

from recon.texts import Text

from . import fields as f

DIRECTORY = f.Source(
    name="directory",
    folder="referentiels",
    title=Text("Annuaire de l’éducation", "Directory of schools"),
    key=("uai",),
    schema=f.schema(
        "directory",
        uai=f.uai("Identifiant_de_l_etablissement", required=True),
        school_name=f.text("École", Text("Nom de l’établissement", "The school’s name"), "Nom_etablissement", "Nom de l'établissement", "Appellation officielle", example="Ecole élémentaire Marc Chagall"),
        insee=f.code("Code INSEE", Text("Code INSEE de la commune de l’école", "INSEE code of the school’s commune"), Text("un code INSEE, par exemple 66049", "an INSEE code, such as 66049"), 5, "Code_commune", "Code INSEE de la commune", example="66049"),
        commune=f.text("Commune", Text("Commune où se trouve l’école", "The commune where the school stands"), "Nom_commune", "Libellé commune", example="Céret"),
        department=f.text("Code_departement", Text("Département de l’école", "The school’s département"), "Département", example="066"),
        siret=f.any_siret("SIREN_SIRET", Text("SIRET de l’école : ses neuf premiers chiffres sont souvent le SIREN de sa commune", "The school’s SIRET: its first nine digits are often its commune’s SIREN"), "SIRET", "SIREN"),
        state=f.text("etat", Text("Ouvert, fermé ou à ouvrir ; vide, ouvert", "Open, closed or to be opened; empty means open"), "État de l'établissement", "etat_etablissement_libelle", example="OUVERT"),
        nature=f.text("code_nature", Text("Nature de l’établissement : de 101 à 199 pour les écoles", "Nature of the establishment: from 101 to 199 for primary schools"), "Nature", required=True, example="151"),
        sector=f.text("Statut_public_prive", Text("Public ou privé", "State or private"), "Secteur", "secteur_public_prive", example="Public"),
        rpi=f.text("rpi_disperse", Text("Code du regroupement pédagogique dispersé, le même pour ses écoles", "Code of the dispersed grouping of schools, the same for all of them"), "RPI dispersé", example="066012"),
        rpi_one_site=f.text("rpi_concentre", Text("1 pour un regroupement pédagogique en un seul lieu", "1 for a grouping of schools in a single place"), "RPI concentré", example="0"),
        opened_on=f.any_day("date_ouverture", Text("Date d’ouverture", "Day of opening"), "Date d'ouverture", example="1968-12-11"),
        updated_on=f.any_day("date_maj_ligne", Text("Date de mise à jour de la ligne", "Day when the row was last updated"), "Date de mise à jour", example="2024-11-26"),
    ),
)  # fmt: skip
