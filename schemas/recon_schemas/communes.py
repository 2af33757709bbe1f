"""Communes: the SIREN of today's communes, their EPCI, and which former communes became which."""

from __future__ import annotations

from recon.texts import Text

from . import fields as f

COMMUNES = f.Source(
    name="communes",
    folder="referentiels",
    title=Text("Communes", "Communes"),
    key=("insee", "former_insee", "former_siren"),
    schema=f.schema(
        "communes",
        insee=f.code("Code INSEE", Text("Code INSEE de la commune d’aujourd’hui", "INSEE code of today’s commune"), Text("un code INSEE, par exemple 66049", "an INSEE code, such as 66049"), 5, "INSEE", "Code commune", "Code actuel", example="09296"),
        name=f.text("Commune", Text("Nom de la commune d’aujourd’hui", "Name of today’s commune"), "Nom", "Nom commune", "Nom actuel", "Nom de la commune", example="AULOS-SINSAT"),
        department=f.code("Département", Text("Département de la commune", "The commune’s département"), Text("un numéro de département, par exemple 66", "a département's number, such as 66"), 2, "Dept", "Dépt", "Dép.", "Code département", example="09"),
        siren=f.siren("SIREN", Text("SIREN de la commune d’aujourd’hui", "SIREN of today’s commune"), "SIREN actuel", "SIREN commune", required=True, example="200082824"),
        former_insee=f.code("Ancien code INSEE", Text("Code INSEE de la commune ancienne", "INSEE code of the former commune"), Text("un code INSEE, par exemple 66049", "an INSEE code, such as 66049"), 5, "Code ancien", example="09028"),
        former_name=f.text("Ancienne commune", Text("Nom de la commune ancienne", "Name of the former commune"), "Nom ancien", "Nom de l'ancienne commune", example="AULOS"),
        former_siren=f.siren("Ancien SIREN", Text("SIREN de la commune ancienne, une ligne par commune ancienne", "SIREN of the former commune, a row for each"), "SIREN ancien", "Ancien SIRET", example="210900288"),
        epci_siren=f.any_siret("SIREN EPCI", Text("SIREN de l’intercommunalité de la commune", "SIREN of the commune’s intercommunal body"), "EPCI SIREN", "SIREN de l'EPCI", example="200066363"),
        epci_name=f.text("EPCI", Text("Nom de l’intercommunalité de la commune", "Name of the commune’s intercommunal body"), "EPCI nom", "Nom EPCI", "Nom de l'EPCI", "Libellé EPCI", example="CC DE LA HAUTE ARIEGE"),
    ),
)  # fmt: skip
