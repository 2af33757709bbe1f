"""The reminders twice: a sheet of the monthly workbook, and `relances.xlsx`, which a mail merge reads as it is.

A mail merge wants plain names in row 1, one row a letter, and texts: amounts and dates as they stand in the letter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.reports import style, words
from recon.reports.listing import FOOTER, Column, Context, Listing, listing
from recon.reports.looks import PAYER, REMINDERS
from recon.reports.statement_name import statement_names
from recon.reports.style import Formats, book, page, put
from recon.texts import Text, day, long_day, money, number, same

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlsxwriter.worksheet import Worksheet

    from recon.reports.reminders import Case
    from recon.tables import Month
    from recon.texts import Lang

FILE_NAME = "relances.xlsx"
TO_SEND, HELD = Text("À envoyer", "To send"), Text("Retenu", "Held back")
SAID = Text(
    "Rappels amiables : une ligne par collectivité dont un titre est échu. « relances.xlsx », à côté de ce classeur, sert au publipostage. Échu = en cours + à vérifier + demandé.",
    "Friendly reminders: one line per payer with an overdue titre. “relances.xlsx”, beside this workbook, is for the mail merge. Overdue = under way + to check + asked.",
)
SENDING: dict[bool, dict[str, object]] = {
    True: {"bg_color": style.GREEN_FILL, "font_color": style.GREEN, "bold": True},
    False: {"bg_color": style.AMBER_FILL, "font_color": style.AMBER, "bold": True},
}


def reminders(context: Context, found: Sequence[Case]) -> Listing:
    """Every payer with an overdue titre: what the reminder asks, or why none goes."""
    rows = [
        {
            "payer": case.contact.name,
            "department": case.department or words.NONE,
            "siren": case.contact.siren,
            "titres": ", ".join(titre["titre"] for titre in case.titres),
            "due_on": case.oldest,
            "days_late": case.days_late,
            "late": case.late,
            "under_way": case.under_way,
            "in_doubt": case.in_doubt,
            "asked": case.asked,
            "to_send": case.asked if case.why is None else 0,
            "sending": (HELD if case.why else TO_SEND)(context.lang),
            "held": case.why is not None,
            "why": (case.why or case.sentence)(context.lang),
            "email": case.contact.email,
        }
        for case in found
    ]
    columns = [
        PAYER,
        Column("department", Text("Dépt", "Dept"), 6, "centre"),
        Column("siren", Text("SIREN", "SIREN"), 11.5),
        Column("titres", Text("Titres échus", "Overdue titres"), 20, wrap=True),
        Column("due_on", Text("Échéance", "Due"), 11, "day"),
        Column("days_late", Text("Retard (j)", "Days late"), 8, "count"),
        Column("late", Text("Échu", "Overdue"), 12, "euros", total=True),
        Column("under_way", Text("En cours", "Under way"), 11, "euros", total=True),
        Column("in_doubt", Text("À vérifier", "To check"), 11, "euros", total=True),
        Column("asked", Text("Demandé", "Asked"), 12, "euros", total=True, bold=True),
        Column("sending", Text("Envoi", "Sending"), 11, "centre", look=lambda row: SENDING[not row["held"]]),
        Column("to_send", Text("dont à envoyer", "of which to send"), 12, "euros", total=True),
        Column("why", Text("Pourquoi, ou ce que dit le rappel", "Why, or what the reminder says"), 48, wrap=True),
        Column("email", Text("Courriel", "E-mail"), 26, wrap=True),
    ]
    title = Text("Rappels amiables", "Friendly reminders")
    return listing(context, REMINDERS, title, SAID, columns, rows)


MAYOR, OTHERS = Text("Madame, Monsieur le Maire", "Dear Mayor"), Text("Madame, Monsieur", "Dear Sir or Madam")
COMMUNES = ("COMMUNE ", "VILLE ", "MAIRIE ")
YES_NO = {True: words.YES, False: words.NO}


def _address(case: Case) -> list[str]:
    """Return the address on three lines; what is longer stays on the third."""
    parts = [part.strip() for part in case.contact.address.split(",") if part.strip()]
    first, second = [*parts, "", ""][:2]
    return [first, second, ", ".join(parts[2:])]


def _titres(case: Case, field: str) -> Text:
    return same(", ".join(dict.fromkeys(str(titre[field]) for titre in case.titres if titre[field])))


def _days(case: Case, field: str) -> Text:
    return same(", ".join(dict.fromkeys(day(titre[field])() for titre in case.titres if titre[field])))


def _sum(case: Case, field: str) -> Text:
    return money(sum(int(titre[field]) for titre in case.titres))


# The names of the merge fields: a letter once written keeps them, whatever the language of the reports.
FIELDS: dict[str, tuple[Callable[[Case], Text | str], int]] = {
    "Code_INSEE": (lambda case: case.contact.insee, 12),
    "SIREN": (lambda case: case.contact.siren, 12),
    "SIRET": (lambda case: case.contact.siret, 17),
    "Collectivite": (lambda case: case.contact.name, 34),
    "Civilite": (lambda case: MAYOR if case.contact.name.upper().startswith(COMMUNES) else OTHERS, 26),
    "Adresse_1": (lambda case: _address(case)[0], 28),
    "Adresse_2": (lambda case: _address(case)[1], 28),
    "Adresse_3": (lambda case: _address(case)[2], 28),
    "Courriel": (lambda case: case.contact.email, 28),
    "Annee": (lambda case: _titres(case, "school_year"), 12),
    "Num_titre": (lambda case: _titres(case, "titre"), 26),
    "Date_titre": (lambda case: _days(case, "issued_on"), 12),
    "Echeance": (lambda case: _days(case, "due_on"), 12),
    "Nb_ecoles": (lambda case: number(case.schools), 10),
    "Montant_titre": (lambda case: _sum(case, "billed"), 14),
    "Montant_paye": (lambda case: _sum(case, "paid"), 14),
    "En_cours": (lambda case: money(case.under_way), 12),
    "A_payer": (lambda case: money(case.asked), 12),
    "Retard_jours": (lambda case: number(case.days_late), 12),
    "Trop_percu": (lambda case: money(case.credit), 12),
    "Registre_recu": (lambda case: YES_NO[not case.silent], 14),
    "Phrase": (lambda case: case.sentence, 60),
}
HELD_FIELDS: dict[str, tuple[Callable[[Case], Text | str], int]] = {
    "SIREN": FIELDS["SIREN"],
    "Collectivite": FIELDS["Collectivite"],
    "Num_titre": FIELDS["Num_titre"],
    "Echeance": FIELDS["Echeance"],
    "Montant_echu": (lambda case: money(case.late), 14),
    "Motif": (lambda case: case.why or "", 90),
}
TITLE = Text("Rappels amiables – arrêtés au {on}", "Friendly reminders – as of {on}")
HELD_SHEET = Text("Retenus", "Held back")


def reminder_list(month: Month, found: Sequence[Case], lang: Lang = "fr") -> bytes:
    """Return `relances.xlsx`: the letters to merge on the first sheet, who is held back and why on the second."""
    as_of = month.settings.as_of
    data, workbook = book(TITLE.with_(on=long_day(as_of))(lang), as_of)
    looks, footer = Formats(workbook, lang), FOOTER.with_(on=day(as_of))(lang)
    sent = [case for case in found if case.why is None]
    held = [case for case in found if case.why is not None]
    files = statement_names(month)
    enclosed = {"Etat_joint": (lambda case: files.get(case.contact.siren, ""), 34)}
    for name, fields, rows in ((REMINDERS, FIELDS | enclosed, sent), (HELD_SHEET, HELD_FIELDS, held)):
        sheet = workbook.add_worksheet(name(lang))
        _merge_sheet(sheet, looks, fields, rows, lang)
        page(sheet, footer, lang, repeat=(0, 0))
    workbook.close()
    return data.getvalue()


def _merge_sheet(sheet: Worksheet, looks: Formats, fields: dict[str, Any], rows: Sequence[Case], lang: Lang) -> None:
    heading = looks(bold=True, font_color=style.WHITE, bg_color=style.NAVY)
    cell = looks(num_format="@", bottom=1, bottom_color=style.LINE)
    for column, (name, (_, width)) in enumerate(fields.items()):
        sheet.set_column(column, column, width)
        put(sheet, 0, column, name, heading)
    for at, case in enumerate(rows, 1):
        for column, (read, _) in enumerate(fields.values()):
            said = read(case)
            put(sheet, at, column, said if isinstance(said, str) else said(lang), cell)
    sheet.freeze_panes(1, 0)
    sheet.ignore_errors({"number_stored_as_text": f"A1:Z{len(rows) + 1}"})
    if rows:
        sheet.autofilter(0, 0, len(rows), len(fields) - 1)
