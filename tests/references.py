"""Reference tables in memory: a directory of schools under the headings of three years, and tables of communes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.identifiers import uai_letter
from tests.dossiers import CERET, PERPIGNAN, file

if TYPE_CHECKING:
    from recon.pipeline import File

# The headings as published; address, telephone and e-mail stand among them and must not be read.
HEADINGS_2023 = (
    "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Statut_public_prive;Adresse_1;Adresse_2;Adresse_3;Code postal;"
    "Code_commune;Nom_commune;Code_departement;Code_academie;Code_region;Ecole_maternelle;Ecole_elementaire;Voie_generale;Voie_technologique;"
    "Voie_professionnelle;Telephone;Fax;Web;Mail;Restauration;Hebergement;ULIS;Apprentissage;Segpa;Section_arts;Section_cinema;Section_theatre;"
    "Section_sport;Section_internationale;Section_europeenne;Lycee_Agricole;Lycee_militaire;Lycee_des_metiers;Post_BAC;"
    "Appartenance_Education_Prioritaire;GRETA;SIREN_SIRET;Nombre_d_eleves;Fiche_onisep;position;Type_contrat_prive;Libelle_departement;"
    "Libelle_academie;Libelle_region;coordonnee_X;coordonnee_Y;epsg;nom_circonscription;latitude;longitude;precision_localisation;"
    "date_ouverture;date_maj_ligne;etat;ministere_tutelle;etablissement_multi_lignes;rpi_concentre;rpi_disperse;code_nature;libelle_nature;"
    "Code_type_contrat_prive;PIAL;etablissement_mere;type_rattachement_etablissement_mere;code_bassin_formation;libelle_bassin_formation"
)
HEADINGS_2024 = (
    HEADINGS_2023.replace("Code postal", "Code_postal")
    .replace("coordonnee_X;coordonnee_Y;epsg", "coordX_origine;coordY_origine;epsg_origine")
    .replace("etablissement_multi_lignes", "multi_uai")
    .replace(
        "code_bassin",
        "code_circonscription;code_zone_animation_pedagogique;libelle_zone_animation_pedagogique;code_bassin",
    )
)
HEADINGS_2026 = HEADINGS_2024.lower().replace("pial;", "")

COMMUNES_TITLES = "code_insee,nom,departement,siren,codes_postaux,population,epci_siren,epci_nom"
FORMER_TITLES = "code_ancien,nom_ancien,type,code_actuel,nom_actuel,siren_actuel"
VALLESPIR = "246600373"
BOULOU = "216600247"
COMMUNES = file(
    "referentiels/communes.csv",
    COMMUNES_TITLES,
    f"66049,Céret,66,{CERET[:9]},66400,7521,{VALLESPIR},CC du Vallespir",
    f"66136,Perpignan,66,{PERPIGNAN[:9]},66000|66100,121616,200027183,CU Perpignan Méditerranée Métropole",
    f"66024,Le Boulou,66,{BOULOU},66160,5500,{VALLESPIR},CC du Vallespir",
    "66179,Saint-Jean-Pla-de-Corts,66,216601799,66490,2200,,",
)


def uai(digits: str) -> str:
    """Return the UAI of seven digits."""
    return digits + uai_letter(digits)


def school(
    number: str,
    name: str = "Ecole primaire",
    *,
    commune: str = "Céret",
    insee: str = "66049",
    siret: str = CERET,
    state: str = "OUVERT",
    rpi: str = "",
    nature: str = "151",
    sector: str = "Public",
    updated: str = "2026-11-16",
) -> dict[str, str]:
    """Return a row of the directory, by the headings of 2024."""
    return {
        "Identifiant_de_l_etablissement": number, "Nom_etablissement": name, "Type_etablissement": "Ecole",
        "Statut_public_prive": sector, "Adresse_1": "1 rue de l'École", "Telephone": "0468000000",
        "Mail": "ce.personne@ac-montpellier.fr", "Code_commune": insee, "Nom_commune": commune,
        "Code_departement": f"0{insee[:2]}", "SIREN_SIRET": siret, "Libelle_departement": "Pyrénées-Orientales",
        "date_ouverture": "1968-02-08", "date_maj_ligne": updated, "etat": state, "rpi_concentre": "0",
        "rpi_disperse": rpi, "code_nature": nature,
    }  # fmt: skip


def directory(
    *schools: dict[str, str], headings: str = HEADINGS_2024, separator: str = ";", name: str = "annuaire.csv"
) -> File:
    """Return a directory of these schools as a CSV of the year of `headings`."""
    titles = headings.split(";")
    by_year = [{key.casefold(): value for key, value in row.items()} for row in schools]
    rows = [separator.join(row.get(title.casefold(), "") for title in titles) for row in by_year]
    return file(f"referentiels/{name}", separator.join(titles), *rows)
