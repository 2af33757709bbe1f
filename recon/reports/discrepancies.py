"""The listings of what does not agree: findings, payments that settle nothing, rejected rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from recon.findings.catalogue import CATALOGUE, SEVERITIES
from recon.reports import style, words
from recon.reports.decisions import FINDING, PAYMENT, key, spoken
from recon.reports.listing import Column, Context, Listing, Row, listing
from recon.reports.looks import (
    FINDINGS,
    REJECTS,
    SEVERITY_LOOK,
    UNALLOCATED,
    YOURS,
    choices,
    decided,
    names,
    school_rows,
    wording,
)
from recon.texts import Text

if TYPE_CHECKING:
    from recon.tables import Month

NEW = Text("Nouveau", "New")
REJECTED = [code for code in CATALOGUE if code.startswith("D") and code != "D07"]
TO_PLACE = ("unallocated", "ambiguous", "proposed", "pending", "later", "credit", "partly_allocated")


def findings(context: Context, schools: Listing) -> Listing:
    """Every finding, the gravest first, with its place and what to do."""
    name, words_of = names(context), wording(context)
    keys = school_rows(context).select("school_year", "uai").iter_rows()
    row_of = {key: index for index, key in enumerate(keys) if key[1]}

    def school_cell(row: Row) -> str:
        key = (row["school_year"], row["uai"])
        return schools.cell("uai", row_of[key]) if key in row_of else ""

    rows = [
        {
            **row,
            **words_of(row),
            "gravity": SEVERITIES[row["severity"]](context.lang),
            "title": CATALOGUE[row["code"]].title(context.lang),
            "payer": name(row["payer_siren"]) if row["payer_siren"] else "",
            "reference": row["uai"] or row["titre"] or row["convention"],
            "place": _place(row),
            "follow": _follow(row, context.month)(context.lang),
            "decision": spoken(row["decision"], context.lang),
            "key": key(FINDING, row["finding_id"]),
        }
        for row in context.month.findings.iter_rows(named=True)
    ]
    columns = [
        Column("finding_id", Text("N°", "No."), 18.5, look=lambda _: {"font_color": style.GREY}),
        Column("gravity", Text("Gravité", "Severity"), 13, look=lambda row: SEVERITY_LOOK[row["severity"]]),
        Column("code", Text("Code", "Code"), 6, "centre"),
        Column("title", Text("Écart", "Finding"), 22, bold=True, wrap=True),
        Column("payer", Text("Collectivité", "Payer"), 21, wrap=True),
        Column("reference", Text("UAI, titre ou convention", "UAI, titre or convention"), 18, wrap=True, whole=True, link=school_cell),
        Column("expected", Text("Attendu", "Expected"), 20, wrap=True),
        Column("found", Text("Constaté", "Found"), 32, wrap=True),
        Column("amount", Text("Enjeu", "At stake"), 12, "euros"),
        Column("place", Text("Où (fichier › feuille › cellule)", "Where (file › sheet › cell)"), 25, wrap=True),
        Column("advice", Text("Que faire", "What to do"), 32, wrap=True),
        Column("follow", Text("Suivi", "State"), 10, wrap=True),
        *YOURS,
    ]  # fmt: skip
    title = Text("Écarts", "Findings")
    said = Text(
        "Ce qui ne concorde pas entre inscriptions, conventions, titres et paiements. L’enjeu est la somme concernée : deux écarts peuvent porter sur la même, aucun total n’est donc fait.",
        "What does not agree between enrolments, conventions, titres and payments. At stake is the sum concerned: two findings may bear on the same, so no total is made.",
    )
    sheet = listing(context, FINDINGS, title, said, columns, rows)
    choices(context, sheet, FINDING)
    return sheet


def _follow(row: Row, of: Month) -> Text:
    """Say since when a finding stands, and whether what it is about came after the closing of its month."""
    year, month = row["since"].split("-")
    since = Text("Depuis {since}", "Since {since}").with_(since=f"{month}/{year}")
    state = NEW if row["state"] == "new" else since
    if row["payment_id"] in of.late:
        return words.LATE.with_(state=state)
    return words.LATE_TITRE.with_(state=state) if row["titre"] in of.late_titres else state


def _place(row: Row) -> str:
    return " › ".join(part for part in (row["file"], row["sheet"], row["cell"]) if part)


def unallocated(context: Context) -> Listing:
    """The payments that settle nothing, or not wholly: what the line says, and what stands in the way."""
    name = names(context)
    words_of, decision = wording(context), decided(context, "payment_id")
    why = {
        row["payment_id"]: words_of(row) for row in context.month.findings.iter_rows(named=True) if row["payment_id"]
    }
    joined = context.month.payments.join(context.month.details, on="payment_id", how="left", maintain_order="left")
    rows = [
        {
            **row,
            "payer": name(row["payer_siren"]),
            "state_word": words.payment_state(row["status"], late=row["payment_id"] in context.month.late)(
                context.lang
            ),
            "place": " › ".join(str(part) for part in (row["file"], row["sheet"], row["row"]) if part),
            "why": why.get(row["payment_id"], {}).get("found", ""),
            "advice": why.get(row["payment_id"], {}).get("advice", ""),
            **decision(row),
            "key": key(PAYMENT, row["payment_id"]),
        }
        for row in joined.filter(pl.col("status").is_in(TO_PLACE)).iter_rows(named=True)
    ]
    columns = [
        Column("payer", Text("Collectivité", "Payer"), 21, bold=True, wrap=True),
        Column("on", Text("Date", "Date"), 11, "day"),
        Column("mandat", Text("Mandat", "Mandat"), 9, "centre"),
        Column("label", Text("Objet", "Label"), 22, wrap=True),
        Column("reference", Text("Référence", "Reference"), 15, wrap=True),
        Column("amount", Text("Montant", "Amount"), 11.5, "euros", total=True),
        Column("allocated", Text("Affecté", "Allocated"), 11.5, "euros", total=True),
        Column("credit", Text("Trop-perçu", "Credit"), 11.5, "euros", total=True),
        Column("unallocated", Text("Non affecté", "Unallocated"), 11.5, "euros", total=True, bold=True),
        Column("state_word", Text("Situation", "Situation"), 14, wrap=True),
        Column("why", Text("Ce qui a été examiné", "What was examined"), 34, wrap=True),
        Column("advice", Text("Que faire", "What to do"), 25, wrap=True),
        Column("place", Text("Où (fichier › feuille › ligne)", "Where (file › sheet › row)"), 22, wrap=True),
        *YOURS,
    ]
    title = Text("Paiements non affectés", "Unallocated payments")
    said = Text(
        "Les lignes des registres qui ne soldent pas un titre en entier, et pourquoi. Aucune n’est affectée au hasard.",
        "The ledger lines that do not wholly settle a titre, and why. None is allocated at random.",
    )
    sheet = listing(context, UNALLOCATED, title, said, columns, rows)
    choices(context, sheet, PAYMENT)
    return sheet


def rejects(context: Context) -> Listing:
    """What was left out or repaired while reading, to be corrected in the source."""
    found, words_of = context.month.findings.filter(pl.col("code").is_in(REJECTED)), wording(context)
    rows: list[dict[str, Any]] = [
        {
            **row,
            **words_of(row),
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
        Column("gravity", Text("Gravité", "Severity"), 12, look=lambda row: SEVERITY_LOOK[row["severity"]]),
    ]  # fmt: skip
    title = Text("Rejets et réparations", "Rejects and repairs")
    said = Text(
        "Ce que la lecture des fichiers a écarté, signalé ou réparé. Une ligne marquée Bloquant ne compte dans aucun total.",
        "What reading the files left out, questioned or repaired. A line marked Blocking counts in no total.",
    )
    return listing(context, REJECTS, title, said, columns, rows)
