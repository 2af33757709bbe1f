"""Conventions of our own making, as texts and as PDFs: one description, written in many ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fpdf import FPDF

from recon.identifiers import uai_letter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CERET, PERPIGNAN, VALLESPIR = "21660049400019", "21660136900012", "24660043100018"


@dataclass(frozen=True)
class School:
    """A school as a list names it."""

    commune: str
    name: str
    uai: str

    @property
    def department(self) -> str:
        return self.uai[1:3]

    def line(self, dash: str = " - ") -> str:
        return dash.join((self.commune, self.department, self.name, self.uai))


def school(digits: int, commune: str = "CERET", name: str = "Ecole primaire") -> School:
    """A school with the right letter."""
    number = f"{digits:07d}"
    return School(commune, name, number + uai_letter(number))


OF_CERET = (
    School("CERET", "ECOLE ELEMENTAIRE PUBLIQUE MARC CHAGALL", "0660560A"),
    School("CERET", "ECOLE ELEMENTAIRE PUBLIQUE PABLO PICASSO", "0660180M"),
    School("CERET", "ECOLE MATERNELLE PUBLIQUE JOAN MIRO", "0660178K"),
    School("CERET", "ECOLE MATERNELLE PUBLIQUE PONT DU DIABLE", "0660181N"),
)


def euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d} €"


@dataclass(frozen=True)
class Described:
    """What a convention says, and how it is written where that is more than a layout."""

    payer: str = "COMMUNE DE CERET"
    siret: str = CERET
    address: str = "BOULEVARD MARECHAL JOFFRE, 66400 CERET"
    year: str = "2026-2027"
    rate: int = 4100
    schools: tuple[School, ...] = OF_CERET
    announced: int | None = None
    dated: str = "21/05/2026"
    ends: str = "31 août 2027"
    council: str = "3 juin 2026"
    council_ref: str = "2026-45"
    transmission: str = "066-216600494-20260603-DCM45-DE"
    signed: str = ""
    number: str = ""
    written_year: str = ""
    written_rate: str = ""
    written_amount: str = ""
    written_siret: str = ""
    extra: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.schools) if self.announced is None else self.announced

    @property
    def amount(self) -> int:
        return self.rate * len(self.schools)


def decision(told: Described) -> list[str]:
    """The council's vote, which stands before the convention, or after it."""
    return [
        f"MAIRIE DE {told.payer.rsplit(maxsplit=1)[-1]}",
        "Extrait du registre des délibérations",
        f"Séance du {told.council}",
        f"Délibération n° {told.council_ref}",
        *([f"ID : {told.transmission}"] if told.transmission else []),
        "Convoqué le 20 mai 2026, le conseil a siégé sous la présidence du maire.",
        "Vu la loi n° 2013-595 du 8 juillet 2013 sur l'école, dont la commune fait application,",
        "Le conseil approuve à l'unanimité la convention jointe et charge le maire de l'exécuter.",
        "",
    ]


def convention(told: Described, entries: Sequence[str] | None = None) -> list[str]:
    """The convention: title, parties, articles, list and foot; `entries` are the list's lines, else one a school."""
    year = told.written_year or told.year
    rate = told.written_rate or euros(told.rate)
    amount = told.written_amount or euros(told.rate * told.count)
    number = f" n° {told.number}" if told.number else ""
    return [
        f"Convention de partenariat{number} pour l'espace numérique des écoles - Année scolaire {year}",
        "",
        "Entre :",
        "LA RÉGION ACADÉMIQUE OCCITANIE",
        "dont les bureaux sont 31, rue de l'Université, 34064 Montpellier, représentée par la rectrice,",
        "ET :",
        told.payer,
        f"SIRET : {told.written_siret or told.siret}",
        *([f"Adresse : {told.address}"] if told.address else []),
        "Représentée par : son maire en exercice",
        "",
        "Article 1 – But",
        "Les deux signataires ouvrent aux écoles publiques un espace numérique où maîtres, élèves et familles se parlent.",
        "Article 2 – Ce que chacun apporte",
        "La région académique fournit le logiciel, forme les maîtres et répond à leurs questions toute l'année.",
        *told.extra,
        "Article 4 – Participation",
        f"Chaque collectivité verse une participation fixée à {rate} TTC par école et par an, après titre de perception.",
        "Article 7 – Données",
        "Les données des élèves restent dans l'annuaire académique, comme le veut l'article R222-24-2 du code.",
        f"Article 9 – Liste des écoles et coût pour l'année scolaire {year} :",
        f"La collectivité a inscrit {told.count} école(s), ce qui fait {told.count} x {rate} soit {amount}.",
        "Liste des écoles :",
        *(entries if entries is not None else [f"{one.line()}," for one in told.schools]),
        "",
        "Article 10 – Durée de la convention",
        f"Elle prend effet le jour de sa signature et se termine le {told.ends}"
        if told.ends
        else "Elle prend effet le jour de sa signature et se termine",
        "Article 11 – Résiliation",
        "Un avenant peut la modifier ; chacun peut y mettre fin par lettre recommandée, un mois à l'avance.",
        *([f"Signée le {told.signed}"] if told.signed else []),
        f"A Montpellier, le {told.dated}",
        f"{told.payer} :",
        "Le maire",
    ]


def written(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"


def pdf(pages: Sequence[Sequence[str]], path: Path, *, header: str = "", footer: str = "", size: int = 10) -> Path:
    """Write pages of lines as a PDF, with the same lines at the edges of each; long lines are wrapped."""
    made = FPDF()
    made.core_fonts_encoding = "windows-1252"
    made.set_auto_page_break(auto=True, margin=20)
    made.set_font("times", size=size)
    for number, lines in enumerate(pages, 1):
        made.add_page()
        for line in ([header] if header else []) + list(lines):
            made.multi_cell(0, 5, line or " ", new_x="LMARGIN", new_y="NEXT")
        if footer:
            made.set_auto_page_break(auto=False)
            made.set_y(-15)
            made.cell(0, 5, footer.format(page=number, pages=len(pages)))
            made.set_auto_page_break(auto=True, margin=20)
    made.output(str(path))
    return path


def paged(lines: Sequence[str], height: int) -> list[list[str]]:
    """Cut lines into pages of `height` lines."""
    return [list(lines[at : at + height]) for at in range(0, len(lines), height)]
