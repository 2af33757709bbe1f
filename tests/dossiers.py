"""Small dossiers in memory: each table as the text of a CSV, read by the real readers."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING

from recon.pipeline import File, reconcile
from recon.readers.cells import Book
from recon.readers.delimited import read_csv
from recon.tables import Settings

if TYPE_CHECKING:
    from recon.tables import Month

CERET, PERPIGNAN = "21660049400019", "21660136900012"
SCHOOLS = ("0660560A", "0660180M", "0660178K", "0660181N")
RATES = {"2023-2024": 4500, "2026-2027": 4100}
AS_OF = date(2026, 11, 30)

ENROLMENTS = "Année scolaire;UAI;École;Commune;SIREN collectivité;Statut;Retirée le"
CONVENTIONS = (
    "Convention;Année scolaire;SIRET collectivité;Collectivité;Délibération du;Signée le;Fin;"
    "Participation par école;Nombre d'écoles;Montant;Statut;Avenant à;Résiliée le"
)
LISTS = "Convention;UAI;École;Mouvement"
TITRES = "N° de titre;Nature;Titre modifié;SIRET débiteur;Convention;Année scolaire;Montant;Émis le;Échéance;Statut"
PAYMENTS = "SIRET payeur;Exercice;Mandat;Date mandat;Payé le;Objet;Référence;UAI;Montant;État"


def file(name: str, *lines: str) -> File:
    """Return a file of the dossier, as if a CSV of these lines had been dropped there."""
    data = ("\n".join(lines) + "\n").encode()
    digest = hashlib.sha256(data).hexdigest()
    return File(name, name.split("/", maxsplit=1)[0], digest, Book("csv", digest, read_csv(data)))


def enrolments(*rows: str, name: str = "inscriptions/liste.csv") -> File:
    """Rows under the headings of `ENROLMENTS`."""
    return file(name, ENROLMENTS, *rows)


def enrolled(*uais: str, year: str = "2026-2027", siret: str = CERET) -> File:
    """Schools that are enrolled, without a story."""
    return enrolments(*(f"{year};{uai};École {uai};CERET;{siret[:9]};;" for uai in uais))


def conventions(*rows: str, name: str = "conventions/registre.csv") -> File:
    """Rows under the headings of `CONVENTIONS`."""
    return file(name, CONVENTIONS, *rows)


def signed(
    number: str = "C1", *, year: str = "2026-2027", siret: str = CERET, rate: str = "41,00", schools: int = 1
) -> str:
    """A convention with vote, signature, end date, and the right amount."""
    end = f"31/08/{year[5:]}"
    amount = f"{int(rate.split(',', maxsplit=1)[0]) * schools},00"
    return f"{number};{year};{siret};COMMUNE;01/06/{year[:4]};15/06/{year[:4]};{end};{rate};{schools};{amount};signée;;"


def lists(*rows: str, name: str = "conventions/ecoles.csv") -> File:
    """Rows under the headings of `LISTS`."""
    return file(name, LISTS, *rows)


def titres(*rows: str, name: str = "titres/titres.csv") -> File:
    """Rows under the headings of `TITRES`."""
    return file(name, TITRES, *rows)


def titre(
    number: str = "TP-2026-00001",
    amount: str = "41,00",
    *,
    convention: str = "C1",
    siret: str = CERET,
    issued: str = "01/10/2026",
    due: str = "31/12/2026",
    year: str = "",
    status: str = "",
) -> str:
    """A titre that is issued and not yet due."""
    return f"{number};;;{siret};{convention};{year};{amount};{issued};{due};{status}"


def payments(*rows: str, name: str = "paiements/registre.csv") -> File:
    """Rows under the headings of `PAYMENTS`."""
    return file(name, PAYMENTS, *rows)


def paid(
    amount: str = "41,00",
    reference: str = "",
    *,
    label: str = "ENT-École",
    mandat: str = "7",
    on: str = "10/11/2026",
    uai: str = "",
    state: str = "payé",
    siret: str = CERET,
) -> str:
    """A mandat that is paid."""
    return f"{siret};2026;{mandat};{on};{on if state == 'payé' else ''};{label};{reference};{uai};{amount};{state}"


def month(*files: File, as_of: date = AS_OF, due_days: int | None = None) -> Month:
    """Return the month of these files."""
    return reconcile(files, Settings(as_of, RATES, due_days, 500))


def one_school(*rows: str, titre_rows: tuple[str, ...] = (titre(),)) -> Month:
    """The month of a commune with one school, its convention, its titre(s), and a ledger of `rows`."""
    return month(
        enrolled(SCHOOLS[0]),
        conventions(signed()),
        lists(f"C1;{SCHOOLS[0]};École;"),
        titres(*titre_rows),
        payments(*rows),
    )


def codes(of: Month) -> list[str]:
    """Return the findings' codes, sorted, but for those that say what is still unpaid and is not late."""
    return sorted(code for code in of.findings["code"] if code != "P02")
