"""How made-up ledgers are written: the columns of accounting programs, what days, amounts and states look like."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tests.sheets import typed

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence
    from datetime import date

    from tests.sheets import Cell

    from .accounts import Line

Column = tuple[str, str]
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
          "décembre")  # fmt: skip

# Each program's headings, and what stands under each; "payer" is where the payer's column is, if there is one.
PROGRAMS: dict[str, tuple[Column, ...]] = {
    "template": (
        ("SIRET payeur", "payer"), ("Exercice", "exercise"), ("Bordereau", "bordereau"), ("Mandat", "mandat"),
        ("Date mandat", "mandat_on"), ("Payé le", "paid_on"), ("Bénéficiaire", "payee"), ("Objet", "label"),
        ("Référence", "reference"), ("UAI", "uai"), ("Montant", "amount"), ("État", "state"),
    ),
    "printed list": (
        ("N° SIRET", "payer"), ("Exer.", "exercise"), ("N° mandat", "mandat"), ("Bord.", "bordereau"),
        ("Date émission", "mandat_on"), ("Date paiement", "paid_on"), ("Créancier", "payee"), ("Libellé", "label"),
        ("Réf. facture", "reference"), ("Code étab.", "uai"), ("Montant TTC", "amount"), ("Statut", "state"),
    ),
    "monthly": (
        ("Pièce", "mandat"), ("Bordereau", "bordereau"), ("SIRET collectivité", "payer"), ("Mandaté le", "mandat_on"),
        ("Fournisseur", "payee"), ("Désignation", "label"), ("Référence", "reference"), ("Mt mandaté", "amount"),
        ("Situation", "state"),
    ),
    "pieces": (
        ("Budget", "=00 - BUDGET PRINCIPAL"), ("Exer.", "exercise"), ("Type", "=Mandat"), ("N° pièce", "mandat"),
        ("N° bord.", "bordereau"), ("Date de pièce", "mandat_on"), ("Imputation", "account"), ("Code tiers", "=118"),
        ("Tiers", "payee"), ("Objet", "label"), ("Réf. pièce", "reference"), ("Montant HT", "half"),
        ("Montant TVA", "half"), ("Montant TTC", "amount"), ("SIRET", "payer"), ("État", "state"),
    ),
    "abbreviations": (
        ("SIRET COLL.", "payer"), ("EXERCICE", "exercise"), ("NUM MDT", "mandat"), ("NUM BORD", "bordereau"),
        ("DT EMISSION", "mandat_on"), ("DT PAIEMENT", "paid_on"), ("NOM TIERS", "payee"), ("LIB MANDAT", "label"),
        ("NUM FACTURE", "reference"), ("CODE RNE", "uai"), ("MT TTC", "amount"), ("ETAT", "state"),
    ),
    "treasury": (
        ("SIRET", "payer"), ("Exercice", "exercise"), ("N° bordereau", "bordereau"), ("N° de pièce", "mandat"),
        ("Date d'émission", "mandat_on"), ("Nom ou raison sociale du bénéficiaire", "payee"),
        ("Objet de la dépense", "label"), ("Référence de la facture", "reference"), ("Montant de la pièce", "amount"),
        ("Date de paiement", "paid_on"), ("Situation", "state"),
    ),
    "everything": (
        ("Utilisateur", "=COMPTA2"), ("Chapitre", "=65"), ("Montant TTC", "amount"), ("Montant HT", "half"),
        ("TVA", "half"), ("Statut", "state"), ("Service", "=SCOLAIRE"), ("Objet du mandat", "label"),
        ("Code tiers", "=4021"), ("Nom du tiers", "payee"), ("Code UAI", "uai"), ("Date du mandat", "mandat_on"),
        ("N° de bordereau", "bordereau"), ("N° de mandat", "mandat"), ("Date de règlement", "paid_on"),
        ("N° de titre", "reference"), ("SIRET commune", "payer"), ("Observations", "="),
    ),
    "debit and credit": (
        ("SIRET", "payer"), ("Date", "mandat_on"), ("N° pièce", "mandat"), ("Libellé", "label"),
        ("Référence", "reference"), ("Débit", "debit"), ("Crédit", "credit"),
    ),
    "sense": (
        ("SIRET payeur", "payer"), ("Bordereau", "bordereau"), ("Mandat", "mandat"), ("Date mandat", "mandat_on"),
        ("Payé le", "paid_on"), ("Bénéficiaire", "payee"), ("Objet", "label"), ("Référence", "reference"),
        ("UAI", "uai"), ("État", "state"), ("Montant", "unsigned"), ("Sens", "sense"),
    ),
    "two numbers in a cell": (
        ("Mandat/Bord.", "both"), ("SIRET payeur", "payer"), ("Date mandat", "mandat_on"), ("Payé le", "paid_on"),
        ("Bénéficiaire", "payee"), ("Objet", "label"), ("Référence", "reference"), ("UAI", "uai"),
        ("Montant", "amount"), ("État", "state"),
    ),
    "own list": (("Payé le", "paid_on"), ("Bénéficiaire", "payee"), ("Objet", "label"), ("Montant", "amount")),
}  # fmt: skip
AMOUNTS = {"amount", "debit", "credit", "unsigned", "half"}
DAYS = {"mandat_on", "paid_on"}


def euros(cents: int) -> Decimal:
    """Return cents as a cell holds them."""
    return Decimal(cents) / 100


WRITERS: dict[str, Callable[[Line], Cell]] = {
    "siret": lambda line: line.payer.siret,
    "insee": lambda line: line.payer.insee,
    "name": lambda line: line.payer.name,
    "exercise": lambda line: line.exercise,
    "bordereau": lambda line: line.bordereau,
    "mandat": lambda line: line.mandat,
    "both": lambda line: f"{line.mandat}/{line.bordereau}",
    "mandat_on": lambda line: line.mandat_on,
    "paid_on": lambda line: line.paid_on,
    "payee": lambda line: line.payee,
    "label": lambda line: line.label,
    "reference": lambda line: line.reference or None,
    "uai": lambda line: line.uai or None,
    "amount": lambda line: euros(line.cents),
    "half": lambda line: euros(line.cents) / 2,
    "debit": lambda line: euros(line.cents) if line.cents > 0 else None,
    "credit": lambda line: euros(-line.cents) if line.cents < 0 else None,
    "unsigned": lambda line: euros(abs(line.cents)),
    "sense": lambda line: "C" if line.cents < 0 else "D",
    "state": lambda line: line.state,
    "account": lambda line: line.account,
}


def _grouped(value: Decimal, space: str) -> str:
    return f"{value:,.2f}".replace(",", "\x1f").replace(".", ",").replace("\x1f", space)


# A number cell most often; else text, all of a file in one way.
MONEY: tuple[Callable[[Decimal], Cell], ...] = (
    *[lambda value: value] * 12,
    lambda value: _grouped(value, "\u00a0") + "\u00a0€",
    lambda value: _grouped(value, "\u202f") + "\u202f€",
    lambda value: _grouped(value, " "),
    lambda value: f"{value:.2f}",
    lambda value: f"({_grouped(-value, ' ')})" if value < 0 else _grouped(value, " "),
    lambda value: f"{_grouped(-value, ' ')}-" if value < 0 else _grouped(value, " "),
    lambda value: f"{typed(value)} EUR",
    lambda value: f"\u2212{_grouped(-value, ' ')} €" if value < 0 else f"{_grouped(value, ' ')} €",
)
CALENDAR: tuple[Callable[[date], Cell], ...] = (
    *[lambda day: day] * 9,
    lambda day: f"{day:%d/%m/%Y}",
    lambda day: f"{day:%d/%m/%y}",
    lambda day: f"{day:%Y-%m-%d}",
    lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
)
STATES: tuple[dict[str, str], ...] = (
    {},
    {},
    {
        "payé": "Mandat payé",
        "émis": "Mandaté",
        "rejeté": "Rejet du comptable",
        "suspendu": "En suspens",
        "annulé": "Annulation",
    },
    {"payé": "PAYEE", "émis": "EMIS", "rejeté": "REJETE", "suspendu": "SUSPENDU"},
)


def writers(columns: Sequence[Column], payer: str, chance: random.Random) -> list[Callable[[Line], Cell]]:
    """Return how each column is written in one file: its amounts, days and states each in one way."""
    money, calendar, states = chance.choice(MONEY), chance.choice(CALENDAR), chance.choice(STATES)

    def written(field: str) -> Callable[[Line], Cell]:
        if field.startswith("="):
            return lambda _: field[1:] or None
        write = WRITERS[payer if field == "payer" else field]
        if field in AMOUNTS:
            return lambda line: None if (value := write(line)) is None else money(value)  # type: ignore[arg-type]
        if field in DAYS:
            return lambda line: None if (day := write(line)) is None else calendar(day)  # type: ignore[arg-type]
        if field == "state":
            return lambda line: states.get(line.state, line.state)
        return write

    return [written(field) for _, field in columns]
