"""Provenance: where every figure comes from. And Légende: what every code, colour and word means."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

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
from recon.reports.listing import BACK, FIRST_ROW, SUMMARY_SHEET, Column, Context, Listing, height_of, listing
from recon.reports.looks import SEVERITY_LOOK
from recon.reports.style import put
from recon.tables import CONTROLS
from recon.texts import Text, day, money, same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

PROVENANCE, LEGEND = Text("Provenance", "Provenance"), Text("Légende", "Legend")
HIDDEN, UNCHECKED = Text("Masqué dans les fichiers", "Hidden in the files"), Text("Non vérifié", "Not checked")
HIDDEN_IN = Text("{file} : {what}.", "{file}: {what}.")

ONE_PAGE = 40
DEFINITIONS = (
    (Text("Attendu", "Expected"), Text("Participation de la convention en vigueur × écoles distinctes qu’elle liste, moins celles retirées avant le 1er septembre.", "Rate of the convention in force × distinct schools it lists, less those withdrawn before 1 September.")),
    (Text("Titré", "Billed"), Text("Titres de perception émis, moins les réductions et les annulations, à la date d’arrêté.", "Titres issued, less reductions and cancellations, on the day.")),
    (Text("Payé d’après les registres", "Paid according to the ledgers"), Text("Mandats payés par la collectivité et affectés à un titre. Un mandat n’est pas encore une somme encaissée par l’État.", "Mandats that the payer has paid and that settle a titre. A mandat is not yet cash in the State's hands.")),
    (Text("Reste à recouvrer", "Outstanding"), Text("Titré moins payé, titre par titre, jamais négatif.", "Billed less paid, titre by titre, never negative.")),
    (Text("Taux (montant), taux (titres)", "Rate (amount), rate (titres)"), Text("Payé ÷ titré ; titres soldés ÷ titres dont le montant net n’est pas nul. Un titre compte dans le département de la collectivité qui le doit : celui de la plupart de ses écoles.", "Paid ÷ billed; titres settled ÷ titres whose net amount is not zero. A titre counts in the département of the payer that owes it: that of most of its schools.")),
    (Text("En cours", "Pending"), Text("Mandats émis et non encore payés, et affectations proposées à confirmer. Ne change aucun solde ; se déduit de ce qui est demandé aujourd’hui.", "Mandats issued and not yet paid, and allocations to confirm. Changes no balance; it is taken off what is asked today.")),
    (Text("À titrer", "To bill"), Text("Attendu et non encore titré.", "Expected and not yet billed.")),
    (Text("Titré en trop", "Over-billed"), Text("Titré au-delà de l’attendu : titre sans convention signée, ou montant trop élevé.", "Billed beyond what is expected: a titre without signed convention, or too high.")),
    (Text("Trop-perçu", "Credit"), Text("Ce qu’un paiement dépasse : à imputer ou à restituer, sur décision du comptable public. N’est jamais reporté sur un autre titre.", "What a payment exceeds: the public accountant decides whether to set it off or refund it. Never carried to another titre.")),
    (Text("Non affecté", "Unallocated"), Text("Paiement qui concerne l’ENT-École et qu’aucune preuve ne rattache à un seul titre.", "A payment about ENT-École that no proof ties to one titre.")),
    (Text("Échu", "Overdue"), Text("Reste dû d’un titre dont l’échéance est passée et qui n’est pas contesté.", "What is outstanding on a titre whose due date has passed and that is not contested.")),
    (Text("Réponse de la collectivité", "The payer’s answer"), Text("Ce que la collectivité a écrit sur l’état renvoyé, déposé dans « reponses » : un dire, qui retient le rappel et ne change aucun montant. Décider du titre : « Relancer » l’écarte, « Soldé hors registre » l’accepte, « Attendre » le laisse en suspens.", "What the payer wrote on the statement sent back and dropped in “reponses”: a claim, which holds the reminder and changes no amount. Decide on the titre: “Remind” sets it aside, “Settled outside the ledger” accepts it, “Wait” leaves it open.")),
)  # fmt: skip


RECORDING = Text("Inscrire les décisions", "Recording the decisions")
HOW_TO_RECORD = Text(
    "Choisir dans la cellule jaune, écrire le motif à côté, enregistrer le classeur, puis taper dans le dossier : recon decider --depuis rapports/{month}/rapprochement_{month}.xlsx. Rien n’est pris en compte avant ; lancer de nouveau recon lancer pour voir l’effet.",
    "Choose in the yellow cell, write the reason beside it, save the workbook, then type in the dossier: recon decide --from rapports/{month}/rapprochement_{month}.xlsx. Nothing counts before; run recon run again to see the effect.",
)
DECISIONS = {
    REMIND: Text("Adresser le rappel, même sous le seuil ou si un paiement reste à affecter.", "Send the reminder, even below the threshold or while a payment has to be placed."),
    WAIT: Text("Ne pas relancer pour l’instant. Ne change aucun montant.", "Send no reminder for now. Changes no amount."),
    CORRECT: Text("Le titre, la convention ou la ligne est à corriger. Ne change aucun montant.", "The titre, convention or row has to be corrected. Changes no amount."),
    ALLOCATE: Text("Le paiement règle ce titre : compléter par son numéro. Plusieurs titres : numéro = montant, séparés par des points-virgules.", "The payment settles this titre: add its number. Several titres: number = amount, with semicolons between."),
    OUT_OF_SCOPE: Text("Le paiement ne concerne pas l’ENT-École.", "The payment has nothing to do with ENT-École."),
    ACCEPTED: Text("L’écart est connu et admis. Ne change aucun montant.", "The finding is known and accepted. Changes no amount."),
    SETTLED_ELSEWHERE: Text("La somme a été reçue sans figurer dans un registre : encaissement déclaré, montré à part.", "The sum was received though no ledger shows it: a declared receipt, shown apart."),
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
    said = Text(
        "D’où vient chaque chiffre : fichiers lus, lignes retenues ou rejetées, réglages du calcul.",
        "Where every figure comes from: files read, rows kept or rejected, settings.",
    )
    # The settings and controls below are another table: on a page of their own the files' headings would be wrong.
    files = listing(context, PROVENANCE, title, said, columns, rows, repeated=len(rows) > ONE_PAGE)
    row = _settings(context, FIRST_ROW + max(len(rows), 1) + 1)
    row = _controls(context, row + 1)
    hidden = [HIDDEN_IN.with_(file=file, what=what) for file, what in context.month.hidden.items()]
    row = _sentences(context, row + 1, HIDDEN, hidden)
    _sentences(context, row, UNCHECKED, context.month.unchecked)
    return files


def _controls(context: Context, row: int) -> int:
    """Write every control with both of its sides; return the row below."""
    sheet, lang = context.sheet(PROVENANCE), context.lang
    heading: dict[str, object] = {"bold": True, "font_color": style.NAVY, "bg_color": style.PALE}
    titles = (Text("Contrôle de bouclage", "Control"), Text("À gauche", "Left"), Text("À droite", "Right"), Text("Différence", "Difference"), Text("Résultat", "Result"))  # fmt: skip
    _spread(context, sheet, row, [title(lang) for title in titles], heading)
    for at, control in enumerate(context.month.controls.iter_rows(named=True), start=row + 1):
        # Counts of rows stand in the table as hundredths.
        count = control["control"] == "rows"
        said = Text("✔ juste", "✔ holds") if control["holds"] else Text("✘ FAUX", "✘ FAILS")
        sums = [
            control[side] // 100 if count else style.euros(control[side]) for side in ("left", "right", "difference")
        ]
        look: dict[str, object] = {
            "num_format": "#,##0" if count else style.DIFFERENCE,
            "bottom": 1,
            "bottom_color": style.LINE,
        }
        _spread(context, sheet, at, [CONTROLS[control["control"]](lang), *sums, said(lang)], look)
    return row + 1 + context.month.controls.height


def _spread(context: Context, sheet: Worksheet, row: int, values: list[Any], look: dict[str, object]) -> None:
    """Write a sentence over five columns, a figure over two, then one value a column."""
    left, right = context.formats(**look), context.formats(**look, align="right")
    sheet.merge_range(row, 0, row, 4, "", left)
    sheet.merge_range(row, 5, row, 6, "", right)
    for column, value in zip((0, 5, 7, 8, 9), values, strict=True):
        if isinstance(value, str):
            put(sheet, row, column, value, right if column else left)
        else:
            sheet.write_number(row, column, value, right)


def _sentences(context: Context, row: int, title: Text, sentences: Sequence[Text]) -> int:
    """Write a heading and a sentence a row, nothing if there is none; return the row below."""
    sheet, lang = context.sheet(PROVENANCE), context.lang
    if not sentences:
        return row
    put(sheet, row, 0, title(lang), context.formats(bold=True, font_color=style.NAVY))
    look = context.formats(text_wrap=True, bottom=1, bottom_color=style.LINE)
    for at, said in enumerate(sentences, start=row + 1):
        sheet.merge_range(at, 0, at, 9, "", look)
        put(sheet, at, 0, said(lang), look)
        sheet.set_row(at, 15 if len(said(lang)) < 150 else 27)
    return row + 2 + len(sentences)


def _settings(context: Context, row: int) -> int:
    """Write the month's settings; return the row below."""
    sheet = context.sheet(PROVENANCE)
    settings, lang = context.month.settings, context.lang
    rates = same(" ; ".join(f"{year}\u00a0: {money(cents)(lang)}" for year, cents in sorted(settings.rates.items())))
    none = Text("aucun", "none")
    due = Text("celle du titre, à défaut {days} jours après l’émission", "the titre's, else {days} days after issue")
    no_due = Text("celle du titre seulement", "the titre's only")
    lines = (
        (Text("Date d’arrêté", "As of"), day(settings.as_of)),
        (Text("Tarif par école", "Rate per school"), rates if settings.rates else none),
        (Text("Échéance", "Due date"), no_due if settings.due_days is None else due.with_(days=settings.due_days)),
        (Text("Seuil de rappel", "Reminder threshold"), money(settings.threshold)),
        (Text("Version", "Version"), same(f"recon {version('recon-ent')}")),
    )
    for offset, (label, value) in enumerate(lines):
        put(sheet, row + offset, 0, label(lang), context.formats(bold=True, bottom=1, bottom_color=style.LINE))
        put(sheet, row + offset, 1, value(lang), context.formats(bottom=1, bottom_color=style.LINE))
    return row + len(lines)


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
    for column, width in enumerate((8, 13, 40, 72, 62)):
        sheet.set_column(column, column, width)
    headings = (Text("Code", "Code"), Text("Gravité", "Severity"), Text("Écart", "Finding"), Text("Ce que c’est", "What it is"), Text("Que faire", "What to do"))  # fmt: skip
    row = _headings(context, sheet, 3, headings)
    cell = {"text_wrap": True, "bottom": 1, "bottom_color": style.LINE, "valign": "top"}
    for code in CATALOGUE.values():
        look = {**cell, **SEVERITY_LOOK[code.severity]}
        put(sheet, row, 0, code.code, formats(**cell, bold=True))
        put(sheet, row, 1, SEVERITIES[code.severity](lang), formats(**look))
        put(sheet, row, 2, code.title(lang), formats(**cell, bold=True))
        put(sheet, row, 3, code.explanation(lang), formats(**cell, indent=1))
        put(sheet, row, 4, code.advice(lang), formats(**cell, indent=1))
        sheet.set_row(
            row,
            height_of(
                (code.title(lang), 38, True), (code.explanation(lang), 69, False), (code.advice(lang), 59, False)
            ),
        )
        row += 1
    row = _definitions(context, sheet, row + 1, Text("Les mots des rapports", "The words of the reports"), DEFINITIONS)
    decisions = [
        (RECORDING, HOW_TO_RECORD.with_(month=f"{context.month.settings.as_of:%Y-%m}")),
        *((ACTIONS[action], meaning) for action, meaning in DECISIONS.items()),
    ]
    _definitions(
        context,
        sheet,
        row + 1,
        Text("Les décisions des cellules jaunes", "The decisions of the yellow cells"),
        decisions,
    )
    style.page(sheet, context.footer, lang, repeat=(3, 3))
    sheet.freeze_panes(4, 0)


def _headings(context: Context, sheet: Worksheet, row: int, headings: tuple[Text, ...]) -> int:
    look = context.formats(bold=True, bg_color=style.NAVY, font_color=style.WHITE)
    for column, heading in enumerate(headings):
        put(sheet, row, column, heading(context.lang), look)
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
        formats(bold=True, font_size=12, font_color=style.NAVY),
    )
    cell = {"text_wrap": True, "bottom": 1, "bottom_color": style.LINE, "valign": "top"}
    for offset, (word, meaning) in enumerate(definitions, start=1):
        sheet.merge_range(row + offset, 0, row + offset, 2, word(lang), formats(**cell, bold=True))
        sheet.merge_range(row + offset, 3, row + offset, 4, meaning(lang), formats(**cell))
        sheet.set_row(row + offset, height_of((word(lang), 55, True), (meaning(lang), 130, False)))
    return row + 1 + len(definitions)
