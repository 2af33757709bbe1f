"""How long the whole directory of schools takes to be read, validated and joined: `python -m benchmarks.directory`.

A directory of 6,240 invented schools in 72 columns, as it is published, a table of their communes, and a dossier that
enrols every tenth school. The same dossier without the reference tables is measured too; the difference is theirs.
Times are seconds of the processor in this process, the best of several, once everything is imported.
"""

from __future__ import annotations

import csv
import io
import sys
import time
from datetime import date
from hashlib import sha256

from recon.identifiers import uai_letter, usual_siren
from recon.pipeline import File, reconcile
from recon.readers.cells import Book
from recon.readers.delimited import read_csv
from recon.tables import Settings

SCHOOLS, COLUMNS, DEPARTMENTS = 6_240, 72, 13
TIMES, LIMIT = 5, 1.0
KNOWN = (
    "Identifiant_de_l_etablissement", "Nom_etablissement", "Type_etablissement", "Statut_public_prive", "Adresse_1",
    "Code_postal", "Code_commune", "Nom_commune", "Code_departement", "SIREN_SIRET", "Libelle_academie", "Mail",
    "latitude", "longitude", "date_ouverture", "date_maj_ligne", "etat", "rpi_concentre", "rpi_disperse", "code_nature",
    "libelle_nature",
)  # fmt: skip
HEADINGS = (*KNOWN, *(f"colonne_{number}" for number in range(len(KNOWN), COLUMNS)))


def main() -> None:
    """Print the seconds with the reference tables and without; the exit code says whether the limit holds."""
    rows = [_school(number) for number in range(SCHOOLS)]
    dossier = {"inscriptions/liste.csv": _enrolments(rows[::10])}
    tables = {"referentiels/annuaire.csv": _csv([HEADINGS, *rows]), "referentiels/communes.csv": _communes(rows)}
    without, with_ = (_seconds(files) for files in (dossier, dossier | tables))
    taken = with_ - without
    print(f"{SCHOOLS:,} schools x {COLUMNS} columns, {len(tables[min(tables)]) / 1e6:.1f} MB")  # noqa: T201
    print(f"without {without:.2f} s, with {with_:.2f} s: {taken:.2f} s for both tables (at most {LIMIT} s)")  # noqa: T201
    sys.exit(taken > LIMIT)


def _school(number: int) -> list[str]:
    department, rank = number % DEPARTMENTS + 10, number // DEPARTMENTS
    digits = f"0{department}{rank:04}"
    insee = f"{department}{rank // 2 + 1:03}"
    values = {
        KNOWN[0]: digits + uai_letter(digits), KNOWN[1]: f"Ecole primaire {rank}", KNOWN[2]: "Ecole",
        "Statut_public_prive": "Public",
        "Adresse_1": "12 rue de la République", "Code_postal": f"{department}000", "Code_commune": insee,
        "Nom_commune": f"Commune-{insee}", "Code_departement": f"0{department}",
        "SIREN_SIRET": f"{usual_siren(insee)}00027",
        "Libelle_academie": "Montpellier", "Mail": "ce@exemple.fr", "latitude": "43.1", "longitude": "2.5",
        "date_ouverture": "1968-12-11", "date_maj_ligne": "2026-11-16", "etat": "OUVERT", "rpi_concentre": "0",
        "rpi_disperse": f"0{department}{rank % 40:03}" if rank % 4 == 0 else "", "code_nature": "151",
        "libelle_nature": "ECOLE DE NIVEAU ELEMENTAIRE",
    }  # fmt: skip
    return [values.get(heading, "0") for heading in HEADINGS]


def _enrolments(rows: list[list[str]]) -> bytes:
    titles = ["Année scolaire", "UAI", "École", "Commune", "Code INSEE", "SIREN collectivité"]
    return _csv([titles, *(["2026-2027", row[0], row[1], row[7], row[6], usual_siren(row[6])] for row in rows)])


def _communes(rows: list[list[str]]) -> bytes:
    names = {row[6]: row[7] for row in rows}
    told = ([insee, name, insee[:2], usual_siren(insee)] for insee, name in sorted(names.items()))
    return _csv([["code_insee", "nom", "departement", "siren"], *told])


def _csv(rows: list[list[str] | tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _seconds(dossier: dict[str, bytes]) -> float:
    return min(_once(dossier) for _ in range(TIMES))


def _once(dossier: dict[str, bytes]) -> float:
    began = time.process_time()
    files = [
        File(name, name.split("/", maxsplit=1)[0], sha256(data).hexdigest(), Book("csv", "", read_csv(data)))
        for name, data in dossier.items()
    ]
    reconcile(files, Settings(date(2026, 11, 30), {}))
    return time.process_time() - began


if __name__ == "__main__":
    main()
