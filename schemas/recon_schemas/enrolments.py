"""Enrolments: the schools that take part in ENT-École in a school year, as the rectorate lists them."""

from __future__ import annotations

from recon.texts import Text

from . import fields as f

ENROLMENTS = f.Source(
    name="enrolments",
    folder="inscriptions",
    title=Text("Inscriptions", "Enrolments"),
    key=("school_year", "uai", "commune", "payer_siren"),
    schema=f.schema(
        "enrolments",
        school_year=f.school_year(required=True),
        uai=f.uai(required=True),
        school_name=f.text("École", Text("Nom de l’école", "The school's name"), "Nom de l'école", "Nom école", "Établissement", "Nom établissement", "Dénomination", "Nom", "Libellé établissement", "Libellé de l'établissement", "Libellé école", "Appellation", "Nom de l'établissement", "Dénomination de l'école", required=True, example="ECOLE ELEMENTAIRE PUBLIQUE MARC CHAGALL"),
        commune=f.text("Commune", Text("Commune où se trouve l’école", "The commune where the school stands"), "Nom commune", "Ville", "Localité", "Commune de l'école", "Nom de la commune", "Libellé commune", "Commune d'implantation", required=True, example="CERET"),
        department=f.code("Département", Text("Département de l’école", "The school's département"), Text("un numéro de département, par exemple 66", "a département's number, such as 66"), 2, "Dept", "Dépt", "Dép.", "Code département", "N° département", "Numéro département", example="66"),
        insee=f.code("Code INSEE", Text("Code INSEE de la commune", "The commune's INSEE code"), Text("un code INSEE, par exemple 66049", "an INSEE code, such as 66049"), 5, "INSEE", "Code commune", "Insee commune", example="66049"),
        payer_siren=f.siren("SIREN collectivité", Text("SIREN de la collectivité qui paie", "The payer's SIREN"), "SIREN", "SIREN payeur", "SIREN de la collectivité", "SIRET collectivité", "SIRET", "SIREN commune", "SIREN de la commune", "SIRET commune", "SIRET de la collectivité", "SIRET payeur", "N° SIREN", "N° SIRET"),
        status=f.word("Statut", Text("Inscrite ou retirée ; vide, l’école est inscrite", "Enrolled or withdrawn; empty means enrolled"), "enrolment_state", ("inscrite", "retirée"), "État", "Situation"),
        enrolled_on=f.day("Inscrite le", Text("Date d’inscription", "Day of enrolment"), "Date d'inscription", "Date inscription", "Inscription le", "Date d'entrée"),
        withdrawn_on=f.day("Retirée le", Text("Date de retrait", "Day of withdrawal"), "Date de retrait", "Date retrait", "Date de sortie", "Désinscrite le", example="15/01/2027"),
    ),
)  # fmt: skip
