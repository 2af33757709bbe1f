"""The words that reports show for the tables' codes: statuses, buckets, kinds, confidence."""

from __future__ import annotations

from recon.texts import Text, same

SCHOOL_STATUS = {
    "paid": Text("Soldée", "Paid"),
    "partial": Text("Partielle", "Partly paid"),
    "unpaid": Text("Impayée", "Unpaid"),
    "not_due": Text("Non échue", "Not due"),
    "to_bill": Text("À titrer", "To bill"),
    "uncovered": Text("Non couverte", "Not covered"),
    "not_enrolled": Text("Non inscrite", "Not enrolled"),
}
TITRE_STATUS = {
    "settled": Text("Soldé", "Settled"),
    "partial": Text("Partiel", "Partly paid"),
    "open": Text("Ouvert", "Open"),
    "overdue": Text("Échu", "Overdue"),
    "contested": Text("Contesté", "Contested"),
    "cancelled": Text("Annulé", "Cancelled"),
}
PAYMENT_STATUS = {
    "allocated": Text("Affecté", "Allocated"),
    "partly_allocated": Text("Affecté, avec trop-perçu", "Allocated, with credit"),
    "credit": Text("Trop-perçu", "Credit"),
    "proposed": Text("Proposé, à confirmer", "Proposed, to confirm"),
    "unallocated": Text("Non affecté", "Unallocated"),
    "ambiguous": Text("Plusieurs candidats", "Several candidates"),
    "void": Text("Sans effet", "Void"),
    "pending": Text("Mandat non encore payé", "Mandat not yet paid"),
    "later": Text("Postérieur à l’arrêté", "After the day"),
}
LATE = Text("{state}, ligne tardive", "{state}, late line")
LATE_TITRE = Text("{state}, titre tardif", "{state}, late titre")
LATE_ALONE = Text("Titre tardif", "Late titre")
AGEING = {
    "not_due": Text("Non échu", "Not due"),
    "1-30": Text("1 à 30 j", "1–30 d"),
    "31-60": Text("31 à 60 j", "31–60 d"),
    "61-90": Text("61 à 90 j", "61–90 d"),
    "over_90": Text("Plus de 90 j", "Over 90 d"),
    "contested": Text("Contesté", "Contested"),
    "unknown": Text("Échéance inconnue", "No due date"),
}
KINDS = {
    "enrolments": Text("Inscriptions", "Enrolments"),
    "conventions": Text("Conventions", "Conventions"),
    "convention_schools": Text("Écoles des conventions", "Schools of conventions"),
    "titres": Text("Titres", "Titres"),
    "payments": Text("Paiements", "Payments"),
    "communes": Text("Communes", "Communes"),
    "answers": Text("Réponses d’une collectivité", "A payer’s answers"),
    "directory": Text("Annuaire de l’éducation", "Directory of schools"),
}
YES, NO = Text("oui", "yes"), Text("non", "no")
NONE = "–"

DEPARTMENTS = {
    "09": "Ariège", "11": "Aude", "12": "Aveyron", "30": "Gard", "31": "Haute-Garonne", "32": "Gers", "34": "Hérault",
    "46": "Lot", "48": "Lozère", "65": "Hautes-Pyrénées", "66": "Pyrénées-Orientales", "81": "Tarn",
    "82": "Tarn-et-Garonne",
}  # fmt: skip
MORE_CONTROLS = Text("et {count} : voir la feuille Contrôles", "and {count}: see the sheet Controls")
OTHER_CONTROLS = Text("autre contrôle", "more check"), Text("autres contrôles", "more checks")


def department(code: str) -> Text:
    """Return a département as it is shown: number and, in Occitanie, name."""
    if code == NONE:
        return Text("Sans département", "No département")
    return same(f"{code} {DEPARTMENTS[code]}" if code in DEPARTMENTS else code)


def payment_state(status: str, *, late: bool) -> Text:
    """Say what became of a payment; a late one came after the closing of the month that it is dated in."""
    return LATE.with_(state=PAYMENT_STATUS[status]) if late else PAYMENT_STATUS[status]
