"""The listing sheets of the monthly workbook: which columns each has, from which table, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from recon.findings.catalogue import CATALOGUE, SEVERITIES
from recon.reports import style, words
from recon.reports.listing import Column, Context, Listing, Row, listing
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

OUTSTANDING, FINDINGS, SCHOOLS = "Restes à recouvrer", "Écarts", "Rapprochement"
TITRES, UNALLOCATED, REJECTS = "Titres", "Paiements non affectés", "Rejets"

DECISIONS = ["Relancer", "Attendre", "Rectifier", "Affecter au titre …", "Hors périmètre", "Accepté"]
REJECTED = [code for code in CATALOGUE if code.startswith("D") and code != "D07"]
BUCKETS = ("not_due", "1-30", "31-60", "61-90", "over_90", "contested", "unknown")
TO_PLACE = ("unallocated", "ambiguous", "proposed", "pending", "later", "credit", "partly_allocated")

SEVERITY_LOOK: dict[str, dict[str, object]] = {
    "blocking": {"bg_color": style.RED_FILL, "font_color": style.RED, "bold": True},
    "review": {"bg_color": style.AMBER_FILL, "font_color": style.AMBER, "bold": True},
    "follow-up": {"bg_color": style.PALE, "font_color": style.NAVY, "bold": True},
    "info": {"font_color": style.GREY},
}
STATUS_LOOK: dict[str, dict[str, object]] = {
    "paid": {"bg_color": style.GREEN_FILL, "font_color": style.GREEN, "bold": True},
    "settled": {"bg_color": style.GREEN_FILL, "font_color": style.GREEN, "bold": True},
    "partial": {"bg_color": style.AMBER_FILL, "font_color": style.AMBER, "bold": True},
    "unpaid": {"bg_color": style.RED_FILL, "font_color": style.RED, "bold": True},
    "overdue": {"bg_color": style.RED_FILL, "font_color": style.RED, "bold": True},
    "uncovered": {"bg_color": style.RED_FILL, "font_color": style.RED, "bold": True},
    "not_due": {"bg_color": style.PALE, "font_color": style.NAVY, "bold": True},
    "open": {"bg_color": style.PALE, "font_color": style.NAVY, "bold": True},
}
DECISION = Column("decision", Text("Décision", "Decision"), 13, yours=True)
COMMENT = Column("comment", Text("Commentaire", "Comment"), 18, yours=True)
PAYER = Column("payer", Text("Collectivité", "Payer"), 30, bold=True)
YEAR = Column("school_year", Text("Année scolaire", "School year"), 10, "centre")


def _names(context: Context) -> Callable[[str], str]:
    contacts = context.month.contacts
    return lambda siren: contacts[siren].name if siren in contacts else siren


def _departments(context: Context) -> dict[str, str]:
    return dict(context.month.payers.select("payer_siren", "department").iter_rows())


def _late(row: Row) -> dict[str, object]:
    return {"font_color": style.RED, "bold": True} if (row["days_late"] or 0) > 90 else {}


def _aged(bucket: str) -> Callable[[Row], dict[str, object]]:
    fill: dict[str, dict[str, object]] = {
        "61-90": {"bg_color": style.AMBER_FILL, "font_color": style.AMBER},
        "over_90": {"bg_color": style.RED_FILL, "font_color": style.RED, "bold": True},
    }
    return lambda row: fill.get(bucket, {}) if row[bucket] else {}


def outstanding(context: Context) -> Listing:
    """Every titre that leaves something open, the longest overdue first."""
    name, department = _names(context), _departments(context)
    open_titres = context.month.titres.filter(pl.col("outstanding") > 0)
    ordered = open_titres.sort(["days_late", "outstanding", "titre"], descending=[True, True, False])
    rows = [
        {
            **row,
            "payer": name(row["payer_siren"]),
            "department": department.get(row["payer_siren"]) or words.NONE,
            **{bucket: row["outstanding"] if row["ageing"] == bucket else 0 for bucket in BUCKETS},
            "days_late": row["days_late"] or None,
            "decision": "",
            "comment": "",
        }
        for row in ordered.iter_rows(named=True)
    ]
    columns = [
        PAYER,
        Column("department", Text("Dépt", "Dept"), 6, "centre"),
        Column("payer_siren", Text("SIREN", "SIREN"), 11),
        Column("titre", Text("N° de titre", "Titre"), 16),
        YEAR,
        Column("issued_on", Text("Émis le", "Issued"), 11, "day"),
        Column("due_on", Text("Échéance", "Due"), 11, "day"),
        Column("billed", Text("Titré", "Billed"), 12, "euros", total=True),
        Column("paid", Text("Payé", "Paid"), 12, "euros", total=True),
        Column("outstanding", Text("Reste dû", "Outstanding"), 12, "euros", total=True, bold=True),
        Column("pending", Text("dont en cours", "of which pending"), 11, "euros", total=True),
        Column("days_late", Text("Retard (j)", "Days late"), 8, "count", look=_late),
        *(Column(b, words.AGEING[b], 11, "euros", total=True, look=_aged(b)) for b in BUCKETS),
        DECISION,
        COMMENT,
    ]
    title = Text("Restes à recouvrer", "Outstanding")
    said = Text(
        "Un titre par ligne, du plus ancien retard au plus récent. Les deux colonnes jaunes sont à vous.",
        "One titre per line, the longest overdue first. The two yellow columns are yours.",
    )
    sheet = listing(context, OUTSTANDING, title, said, columns, rows)
    _choices(context, sheet)
    if rows:
        worksheet = context.workbook.get_worksheet_by_name(OUTSTANDING)
        bar = {"type": "data_bar", "bar_color": "#C9D3F0", "bar_solid": True, "bar_border_color": "#C9D3F0"}
        worksheet.conditional_format(sheet.range("outstanding").split("!")[1], bar)
    return sheet


def _choices(context: Context, sheet: Listing) -> None:
    """Offer the decisions in the yellow cells; anything else may still be typed."""
    if sheet.count:
        worksheet = context.workbook.get_worksheet_by_name(sheet.name)
        options = {"validate": "list", "source": DECISIONS, "error_type": "information"}
        worksheet.data_validation(sheet.range("decision").split("!")[1], options)


def findings(context: Context, schools: Listing) -> Listing:
    """Every finding, the gravest first, with its place and what to do."""
    name = _names(context)
    row_of = {uai: index for index, uai in enumerate(_in_order(context)["uai"]) if uai}
    rows = [
        {
            **row,
            "gravity": SEVERITIES[row["severity"]](context.lang),
            "title": CATALOGUE[row["code"]].title(context.lang),
            "payer": name(row["payer_siren"]) if row["payer_siren"] else "",
            "reference": row["uai"] or row["titre"] or row["convention"],
            "place": _place(row),
        }
        for row in context.month.findings.iter_rows(named=True)
    ]
    columns = [
        Column("finding_id", Text("N°", "No."), 14, look=lambda _: {"font_color": style.GREY}),
        Column("gravity", Text("Gravité", "Severity"), 10, look=lambda row: SEVERITY_LOOK[row["severity"]]),
        Column("code", Text("Code", "Code"), 6, "centre"),
        Column("title", Text("Écart", "Finding"), 22, bold=True, wrap=True),
        Column("payer", Text("Collectivité", "Payer"), 21, wrap=True),
        Column("reference", Text("UAI, titre ou convention", "UAI, titre or convention"), 16, link=lambda row: schools.cell("uai", row_of[row["uai"]]) if row["uai"] in row_of else ""),
        Column("expected", Text("Attendu", "Expected"), 20, wrap=True),
        Column("found", Text("Constaté", "Found"), 32, wrap=True),
        Column("amount", Text("Enjeu", "At stake"), 10, "euros", total=True),
        Column("place", Text("Où (fichier › feuille › cellule)", "Where (file › sheet › cell)"), 25, wrap=True),
        Column("advice", Text("Que faire", "What to do"), 29, wrap=True),
        DECISION,
        COMMENT,
    ]  # fmt: skip
    title = Text("Écarts", "Findings")
    said = Text(
        "Ce qui ne concorde pas entre inscriptions, conventions, titres et paiements. Enjeu positif : à recevoir ; négatif : à rendre ou perçu en trop.",
        "What does not agree between enrolments, conventions, titres and payments. At stake: positive, to receive; negative, to give back.",
    )
    sheet = listing(context, FINDINGS, title, said, columns, rows, height=36)
    _choices(context, sheet)
    return sheet


def _place(row: Row) -> str:
    return " › ".join(part for part in (row["file"], row["sheet"], row["cell"]) if part)


def _in_order(context: Context) -> pl.DataFrame:
    """Return the schools with what no school bears at the end."""
    return context.month.schools.sort(pl.col("uai") == "", maintain_order=True)


def schools(context: Context) -> Listing:
    """One row per school and year: enrolment, convention, titre and payment side by side."""
    name = _names(context)
    rows = [
        {
            **row,
            "uai": row["uai"] or words.NONE,
            "school_name": row["school_name"]
            or Text("Part qu’aucune école ne porte", "Share that no school bears")(context.lang),
            "department": row["department"] or words.NONE,
            "payer": name(row["payer_siren"]),
            "enrolled": (words.YES if row["enrolled"] else words.NO)(context.lang) if row["uai"] else "",
            "state": words.SCHOOL_STATUS[row["status"]](context.lang),
        }
        for row in _in_order(context).iter_rows(named=True)
    ]
    columns = [
        Column("uai", Text("UAI", "UAI"), 10, bold=True),
        Column("school_name", Text("École", "School"), 38),
        Column("commune", Text("Commune", "Commune"), 20),
        Column("department", Text("Dépt", "Dept"), 6, "centre"),
        Column("payer", Text("Collectivité", "Payer"), 26),
        YEAR,
        Column("enrolled", Text("Inscrite", "Enrolled"), 8, "centre"),
        Column("convention", Text("Convention", "Convention"), 19),
        Column("titre", Text("Titre", "Titre"), 16),
        Column("expected", Text("Attendu", "Expected"), 12, "euros", total=True),
        Column("billed", Text("Titré", "Billed"), 12, "euros", total=True),
        Column("paid", Text("Payé", "Paid"), 12, "euros", total=True),
        Column("outstanding", Text("Reste", "Outstanding"), 11, "euros", total=True),
        Column("to_bill", Text("À titrer", "To bill"), 11, "euros", total=True),
        Column("state", Text("Statut", "Status"), 13, "centre", look=lambda row: STATUS_LOOK.get(row["status"], {})),
    ]
    title = Text("Rapprochement par école", "Reconciliation by school")
    said = Text(
        "Une ligne par UAI et par année : inscription, convention, titre et paiement côte à côte. Filtrez la colonne Statut.",
        "One line per UAI and year: enrolment, convention, titre and payment side by side. Filter the column Status.",
    )
    return listing(context, SCHOOLS, title, said, columns, rows)


def titres(context: Context) -> Listing:
    """Every titre, net of reductions and cancellations."""
    name, department = _names(context), _departments(context)
    rows = [
        {
            **row,
            "payer": name(row["payer_siren"]),
            "department": department.get(row["payer_siren"]) or words.NONE,
            "state": words.TITRE_STATUS[row["status"]](context.lang),
            "days_late": row["days_late"] or None,
        }
        for row in context.month.titres.iter_rows(named=True)
    ]
    columns = [
        Column("titre", Text("N° de titre", "Titre"), 17, bold=True),
        Column("payer", Text("Débiteur", "Debtor"), 30),
        Column("payer_siren", Text("SIREN", "SIREN"), 11),
        Column("department", Text("Dépt", "Dept"), 6, "centre"),
        YEAR,
        Column("convention", Text("Convention", "Convention"), 20),
        Column("issued_on", Text("Émis le", "Issued"), 11, "day"),
        Column("due_on", Text("Échéance", "Due"), 11, "day"),
        Column("billed", Text("Titré net", "Net billed"), 12, "euros", total=True),
        Column("paid", Text("Payé", "Paid"), 12, "euros", total=True),
        Column("outstanding", Text("Reste", "Outstanding"), 12, "euros", total=True, bold=True),
        Column("pending", Text("En cours", "Pending"), 11, "euros", total=True),
        Column("credit", Text("Trop-perçu", "Credit"), 11, "euros", total=True),
        Column("days_late", Text("Retard (j)", "Days late"), 8, "count", look=_late),
        Column("state", Text("Statut", "Status"), 11, "centre", look=lambda row: STATUS_LOOK.get(row["status"], {})),
        Column("lettering", Text("Lettrage", "Lettering"), 9, "centre"),
    ]
    title = Text("Titres de perception", "Titres de perception")
    said = Text(
        "Un titre par ligne, net des réductions et annulations. Le lettrage est commun au titre et aux paiements qui le soldent.",
        "One titre per line, net of reductions and cancellations. A titre and the payments that settle it share their lettering.",
    )
    return listing(context, TITRES, title, said, columns, rows)


def unallocated(context: Context) -> Listing:
    """The payments that settle nothing, or not wholly: what the line says, and what stands in the way."""
    name = _names(context)
    why = {row["payment_id"]: row for row in context.month.findings.iter_rows(named=True) if row["payment_id"]}
    joined = context.month.payments.join(context.month.details, on="payment_id", how="left", maintain_order="left")
    rows = [
        {
            **row,
            "payer": name(row["payer_siren"]),
            "state_word": words.PAYMENT_STATUS[row["status"]](context.lang),
            "place": " › ".join(str(part) for part in (row["file"], row["sheet"], row["row"]) if part),
            "why": why.get(row["payment_id"], {}).get("found", ""),
            "advice": why.get(row["payment_id"], {}).get("advice", ""),
            "decision": "",
            "comment": "",
        }
        for row in joined.filter(pl.col("status").is_in(TO_PLACE)).iter_rows(named=True)
    ]
    columns = [
        Column("payer", Text("Collectivité", "Payer"), 21, bold=True, wrap=True),
        Column("on", Text("Date", "Date"), 11, "day"),
        Column("mandat", Text("Mandat", "Mandat"), 9, "centre"),
        Column("label", Text("Objet", "Label"), 22, wrap=True),
        Column("reference", Text("Référence", "Reference"), 15, wrap=True),
        Column("amount", Text("Montant", "Amount"), 10, "euros", total=True),
        Column("allocated", Text("Affecté", "Allocated"), 10, "euros", total=True),
        Column("credit", Text("Trop-perçu", "Credit"), 10, "euros", total=True),
        Column("unallocated", Text("Non affecté", "Unallocated"), 10, "euros", total=True, bold=True),
        Column("state_word", Text("Situation", "Situation"), 14, wrap=True),
        Column("why", Text("Ce qui a été examiné", "What was examined"), 34, wrap=True),
        Column("advice", Text("Que faire", "What to do"), 25, wrap=True),
        Column("place", Text("Où (fichier › feuille › ligne)", "Where (file › sheet › row)"), 22, wrap=True),
        DECISION,
        COMMENT,
    ]
    title = Text("Paiements non affectés", "Unallocated payments")
    said = Text(
        "Les lignes des registres qui ne soldent pas un titre en entier, et pourquoi. Aucune n’est affectée au hasard.",
        "The ledger lines that do not wholly settle a titre, and why. None is allocated at random.",
    )
    sheet = listing(context, UNALLOCATED, title, said, columns, rows, height=38)
    _choices(context, sheet)
    return sheet


def rejects(context: Context) -> Listing:
    """What was left out or repaired while reading, to be corrected in the source."""
    found = context.month.findings.filter(pl.col("code").is_in(REJECTED))
    rows: list[dict[str, Any]] = [
        {
            **row,
            "title": CATALOGUE[row["code"]].title(context.lang),
            "gravity": SEVERITIES[row["severity"]](context.lang),
        }
        for row in found.iter_rows(named=True)
    ]
    columns = [
        Column("file", Text("Fichier", "File"), 34, bold=True, wrap=True),
        Column("sheet", Text("Feuille", "Sheet"), 16, wrap=True),
        Column("cell", Text("Cellule", "Cell"), 9, "centre", bold=True),
        Column("title", Text("Écart", "Finding"), 26, wrap=True),
        Column("found", Text("Valeur trouvée", "Value found"), 30, wrap=True, look=lambda _: {"bg_color": style.RED_FILL, "font_color": style.RED}),
        Column("expected", Text("Valeur attendue", "Value expected"), 32, wrap=True),
        Column("advice", Text("Comment corriger", "How to correct"), 48, wrap=True),
        Column("code", Text("Code", "Code"), 6, "centre"),
        Column("gravity", Text("Gravité", "Severity"), 11, look=lambda row: SEVERITY_LOOK[row["severity"]]),
    ]  # fmt: skip
    title = Text("Rejets et réparations", "Rejects and repairs")
    said = Text(
        "Ce que la lecture des fichiers a écarté, signalé ou réparé. Une ligne marquée Bloquant ne compte dans aucun total.",
        "What reading the files left out, questioned or repaired. A line marked Blocking counts in no total.",
    )
    return listing(context, REJECTS, title, said, columns, rows, height=36)
