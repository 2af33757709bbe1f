"""Provenance: where every figure comes from. And Légende: what every code, colour and word means."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from recon.findings.catalogue import CATALOGUE, SEVERITIES
from recon.reports import style, words
from recon.reports.decisions import (
    ACCEPTED,
    ACTIONS,
    ALLOCATE,
    CORRECT,
    OUT_OF_SCOPE,
    REMIND,
    SETTLED_ELSEWHERE,
    WAIT,
)
from recon.reports.listing import BACK, SUMMARY_SHEET, Column, Context, Listing, height_of, listing
from recon.reports.looks import SEVERITY_LOOK
from recon.reports.style import put
from recon.texts import Text, day, joined, listed, money, same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

PROVENANCE, LEGEND = Text("Provenance", "Provenance"), Text("Légende", "Legend")
AS_OF = Text("Date d’arrêté : {on}.", "As of: {on}.")
RATES, RATE = Text("Tarif par école : {rates}.", "Rate per school: {rates}."), Text("{year}, {rate}", "{year}, {rate}")
DUE = Text(
    "Échéance : celle du titre, à défaut {days} jours après l’émission.",
    "Due date: the titre's, else {days} days after issue.",
)
NO_DUE = Text("Échéance : celle du titre seulement.", "Due date: the titre's only.")
THRESHOLD = Text("Seuil de rappel : {sum}.", "Reminder threshold: {sum}.")
DEFINITIONS = (
    (Text("Attendu", "Expected"), Text("Participation de la convention en vigueur × écoles distinctes qu’elle liste, moins celles retirées avant le 1er septembre.", "Rate of the convention in force × distinct schools it lists, less those withdrawn before 1 September.")),
    (Text("Titré", "Billed"), Text("Titres de perception émis, moins les réductions et les annulations, à la date d’arrêté.", "Titres issued, less reductions and cancellations, on the day.")),
    (Text("Payé d’après les registres", "Paid according to the ledgers"), Text("Mandats payés par la collectivité et affectés à un titre. Un mandat n’est pas encore une somme encaissée par l’État.", "Mandats that the payer has paid and that settle a titre. A mandat is not yet cash in the State's hands.")),
    (Text("Reste à recouvrer", "Outstanding"), Text("Titré moins payé, titre par titre, jamais négatif.", "Billed less paid, titre by titre, never negative.")),
    (Text("Taux (montant), taux (titres)", "Rate (amount), rate (titres)"), Text("Payé ÷ titré ; titres soldés ÷ titres de montant net non nul. Un titre compte dans le département de qui le doit : celui de la plupart de ses écoles.", "Paid ÷ billed; titres settled ÷ titres whose net amount is not zero. A titre counts in the département of the payer that owes it: that of most of its schools.")),
    (Text("En cours", "Pending"), Text("Mandats émis et non encore payés, et affectations proposées à confirmer. Ne change aucun solde ; se déduit de ce qui est demandé aujourd’hui.", "Mandats issued and not yet paid, and allocations to confirm. Changes no balance; it is taken off what is asked today.")),
    (Text("À titrer", "To bill"), Text("Attendu et non encore titré.", "Expected and not yet billed.")),
    (Text("Titré en trop", "Over-billed"), Text("Titré au-delà de l’attendu : titre sans convention signée, ou montant trop élevé.", "Billed beyond what is expected: a titre without signed convention, or too high.")),
    (Text("Trop-perçu", "Credit"), Text("Ce qu’un paiement dépasse : à imputer ou à restituer, sur décision du comptable public. N’est jamais reporté sur un autre titre.", "What a payment exceeds: the public accountant decides whether to set it off or refund it. Never carried to another titre.")),
    (Text("Non affecté", "Unallocated"), Text("Paiement qui concerne l’ENT-École et qu’aucune preuve ne rattache à un seul titre.", "A payment about ENT-École that no proof ties to one titre.")),
    (Text("Échu", "Overdue"), Text("Reste dû d’un titre dont l’échéance est passée et qui n’est pas contesté.", "What is outstanding on a titre whose due date has passed and that is not contested.")),
    (Text("Relances : À vérifier, Retenu, Demandé", "Reminders: To check, Held back, Asked"), Text("À vérifier : les titres échus qu’un écart met en doute, qu’une réponse de la collectivité retient ou dont un paiement a disparu. Retenu : ceux qu’une décision retient, et tout le reste d’une collectivité à laquelle aucun rappel ne part. Demandé : ce que le rappel demande. Échu = en cours + à vérifier + retenu + demandé.", "To check: the overdue titres that a finding puts in doubt, that the payer’s answer holds or of which a payment is gone. Held back: those that a decision holds, and all else of a payer to whom no reminder goes. Asked: what the reminder asks. Overdue = under way + to check + held back + asked.")),
    (Text("Réponse de la collectivité", "The payer’s answer"), Text("Ce que la collectivité a écrit sur l’état renvoyé, déposé dans « reponses » (feuille Réponses) : un dire, qui retient le rappel et ne change aucun montant. Décider du titre : « Relancer » l’écarte, « Soldé hors registre » l’accepte, si le paiement est prouvé, « Rectifier » si l’erreur est nôtre, « Attendre » le laisse en suspens.", "What the payer wrote on the statement sent back and dropped in “reponses” (sheet Answers): a claim, which holds the reminder and changes no amount. Decide on the titre: “Remind” sets it aside, “Settled outside the ledger” accepts it where the payment is proven, “Correct” where the error is ours, “Wait” leaves it open.")),
)  # fmt: skip


WIDTHS = (8, 13, 40, 72, 62)
SECTION: dict[str, object] = {"bold": True, "font_size": 12, "font_color": style.NAVY}
HEADINGS = (
    Text("Code", "Code"),
    Text("Gravité", "Severity"),
    Text("Écart", "Finding"),
    Text("Ce que c’est", "What it is"),
    Text("Que faire", "What to do"),
)
RECORDING = Text("Inscrire les décisions", "Recording the decisions")
HOW_TO_RECORD = Text(
    "Choisir dans la cellule jaune, écrire le motif à côté, enregistrer le classeur, puis taper dans le dossier : recon decider --depuis rapports/{month}/rapprochement_{month}.xlsx. Rien n’est pris en compte avant ; relancer ensuite le rapprochement (recon lancer) pour en voir l’effet.",
    "Choose in the yellow cell, write the reason beside it, save the workbook, then type in the dossier: recon decide --from rapports/{month}/rapprochement_{month}.xlsx. Nothing counts until then; then draw the reports up again (recon run) to see the effect.",
)
DECISIONS = {
    REMIND: Text("Adresser le rappel, même sous le seuil ou si un paiement reste à affecter.", "Send the reminder, even below the threshold or while a payment has to be placed."),
    WAIT: Text("Ne pas relancer pour l’instant. Ne change aucun montant.", "Send no reminder for now. Changes no amount."),
    CORRECT: Text("Le titre, la convention ou la ligne est à corriger. Ne change aucun montant.", "The titre, convention or row has to be corrected. Changes no amount."),
    ALLOCATE: Text("Le paiement règle ce titre : compléter par son numéro. Plusieurs titres : numéro = montant, séparés par des points-virgules.", "The payment settles this titre: add its number. Several titres: number = amount, with semicolons between."),
    OUT_OF_SCOPE: Text("Le paiement ne concerne pas l’ENT-École.", "The payment has nothing to do with ENT-École."),
    ACCEPTED: Text("L’écart est connu et admis. Ne change aucun montant.", "The finding is known and accepted. Changes no amount."),
    SETTLED_ELSEWHERE: Text("La somme a été reçue sans figurer dans un registre : encaissement déclaré, montré à part. Une partie seulement : écrire le montant après ces mots, « Soldé hors registre 20,00 ».", "The sum was received though no ledger shows it: a declared receipt, shown apart. A part only: write the amount after these words, “Settled outside the ledger 20.00”."),
}  # fmt: skip


def provenance(context: Context) -> Listing:
    """Write the files read, their counts and fingerprints, and the month's settings."""
    rows = [
        {
            **row,
            "kind_word": words.KINDS.get(row["kind"], same(row["kind"]))(context.lang),
        }
        for row in context.month.sources.iter_rows(named=True)
    ]
    columns = [
        Column("file", Text("Fichier", "File"), 42, bold=True),
        Column("kind_word", Text("Contenu", "Content"), 24),
        Column("read", Text("Lignes lues", "Rows read"), 10, "count", total=True),
        Column("kept", Text("Retenues", "Kept"), 10, "count", total=True),
        Column("rejected", Text("Rejetées", "Rejected"), 10, "count", total=True),
        Column("out_of_scope", Text("Hors périmètre", "Out of scope"), 11, "count", total=True),
        Column("duplicates", Text("Doublons", "Duplicates"), 10, "count", total=True),
        Column("total_announced", Text("Total du fichier", "File's own total"), 14, "euros"),
        Column("total_read", Text("Total lu", "Total read"), 14, "euros"),
        Column("sha256", Text("Empreinte SHA-256", "SHA-256"), 44, "centre", look=lambda _: {"font_size": 6}),
    ]
    title = Text("Provenance", "Provenance")
    said = _settings(context)
    files = listing(context, PROVENANCE, title, said, columns, rows)
    sheet, look = context.sheet(PROVENANCE), context.formats(font_color=style.GREY, text_wrap=True)
    sheet.merge_range(1, 0, 1, len(columns) - 1, "", look)
    put(sheet, 1, 0, said(context.lang), look)
    sheet.set_row(1, height_of((said(context.lang), sum(column.width for column in columns), False)))
    return files


def _settings(context: Context) -> Text:
    """Say where the figures come from, and by which settings they were made."""
    settings = context.month.settings
    rates = [RATE.with_(year=year, rate=money(cents)) for year, cents in sorted(settings.rates.items())]
    parts = (
        Text(
            "D’où vient chaque chiffre : fichiers lus, lignes retenues ou rejetées.",
            "Where every figure comes from: files read, rows kept or rejected.",
        ),
        AS_OF.with_(on=day(settings.as_of)),
        RATES.with_(rates=listed(rates) if rates else Text("aucun", "none")),
        NO_DUE if settings.due_days is None else DUE.with_(days=settings.due_days),
        THRESHOLD.with_(sum=money(settings.threshold)),
        Text("Version : {version}.", "Version: {version}.").with_(version=f"recon {version('recon-ent')}"),
    )
    return joined(parts, " ")


def legend(context: Context) -> None:
    """Write every code with its severity, meaning and advice, then the words that the reports use."""
    sheet, formats, lang = context.sheet(LEGEND), context.formats, context.lang
    title = formats(bold=True, font_size=16, font_color=style.NAVY)
    put(sheet, 0, 0, Text("Légende", "Legend")(lang), title)
    sheet.write_url(
        0,
        4,
        f"internal:'{SUMMARY_SHEET(lang)}'!A1",
        formats(font_color=style.NAVY, underline=1, align="right"),
        BACK(lang),
    )
    put(
        sheet,
        1,
        0,
        Text("Ce que veulent dire les codes, les couleurs et les mots.", "What the codes, colours and words mean.")(
            lang
        ),
        formats(font_color=style.GREY),
    )
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    row = _definitions(context, sheet, 3, Text("Les mots des rapports", "The words of the reports"), DEFINITIONS)
    decisions = [
        (RECORDING, HOW_TO_RECORD.with_(month=f"{context.month.settings.as_of:%Y-%m}")),
        *((ACTIONS[action], meaning) for action, meaning in DECISIONS.items()),
    ]
    yellow = Text("Les décisions des cellules jaunes", "The decisions of the yellow cells")
    row = _definitions(context, sheet, row + 1, yellow, decisions)
    # The codes stand last: their headings are repeated on every page below them, and on no other.
    row = _codes(context, sheet, row + 1)
    style.page(sheet, context.footer, lang, repeat=(row, row))


def _codes(context: Context, sheet: Worksheet, row: int) -> int:
    """Write every code with its severity, meaning and advice; return the row of the headings."""
    formats, lang = context.formats, context.lang
    put(sheet, row, 0, Text("Les codes des écarts", "The codes of the findings")(lang), formats(**SECTION))
    sheet.set_row(row, 20)
    first = _headings(context, sheet, row + 1, HEADINGS)
    cell = {"text_wrap": True, "bottom": 1, "bottom_color": style.LINE, "valign": "top", "align": "left"}
    for at, code in enumerate(CATALOGUE.values(), start=first):
        look = {**cell, **SEVERITY_LOOK[code.severity]}
        said = (code.title(lang), code.explanation(lang), code.advice(lang))
        put(sheet, at, 0, code.code, formats(**cell, bold=True))
        put(sheet, at, 1, SEVERITIES[code.severity](lang), formats(**look))
        for column, text in enumerate(said, start=2):
            put(sheet, at, column, text, formats(**cell, bold=column == 2, indent=int(column > 2)))
        sheet.set_row(at, height_of(*zip(said, WIDTHS[2:], (True, False, False), strict=True)))
    return first - 1


def _headings(context: Context, sheet: Worksheet, row: int, headings: tuple[Text, ...]) -> int:
    look: dict[str, object] = {"bold": True, "bg_color": style.NAVY, "font_color": style.WHITE}
    for column, heading in enumerate(headings):
        put(sheet, row, column, heading(context.lang), context.formats(**look, indent=int(column > 2)))
    sheet.set_row(row, 22)
    return row + 1


def _definitions(
    context: Context, sheet: Worksheet, row: int, title: Text, definitions: Sequence[tuple[Text, Text]]
) -> int:
    """Write words and what they mean; return the row below."""
    formats, lang = context.formats, context.lang
    put(
        sheet,
        row,
        0,
        title(lang),
        formats(**SECTION),
    )
    sheet.set_row(row, 20)
    cell = {"text_wrap": True, "bottom": 1, "bottom_color": style.LINE, "valign": "top", "align": "left"}
    for offset, (word, meaning) in enumerate(definitions, start=1):
        sheet.merge_range(row + offset, 0, row + offset, 2, word(lang), formats(**cell, bold=True))
        sheet.merge_range(row + offset, 3, row + offset, 4, meaning(lang), formats(**cell, indent=1))
        sheet.set_row(
            row + offset, height_of((word(lang), sum(WIDTHS[:3]), True), (meaning(lang), sum(WIDTHS[3:]), False))
        )
    return row + 1 + len(definitions)
