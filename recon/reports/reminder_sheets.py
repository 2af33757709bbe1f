"""The reminders twice: a sheet of the monthly workbook, and `relances.xlsx`, which a mail merge reads as it is.

A mail merge wants plain names in row 1, one row a letter, and texts: amounts and dates as they stand in the letter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.reports import style, words
from recon.reports.arial import PADDING, wide
from recon.reports.listing import FOOTER, Column, Context, Listing, height_of, listing
from recon.reports.looks import PAYER, REMINDERS
from recon.reports.statement_name import statement_names
from recon.reports.style import Formats, book, page, put
from recon.texts import Text, day, joined, long_day, money, number, same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from xlsxwriter.worksheet import Worksheet

    from recon.reports.reminders import Case
    from recon.tables import Month
    from recon.texts import Lang

FILE_NAME = "relances.xlsx"
TO_SEND, HELD = Text("À envoyer", "To send"), Text("Retenu", "Held back")
SAID = Text(
    "Une ligne par collectivité dont un titre est échu. « relances.xlsx », à côté de ce classeur, sert au publipostage. Échu = en cours + à vérifier + retenu + demandé.",
    "One line per payer with an overdue titre. “relances.xlsx”, beside this workbook, is for the mail merge. Overdue = under way + to check + held back + asked.",
)
ONLY = Text("Le rappel porte sur {titres}.", "The reminder is about {titres}.")
HELD_TITRE = Text("Titre {titre} : {why}", "Titre {titre}: {why}")
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
            "titres": ", ".join(titre["titre"] for titre in case.overdue),
            "due_on": min(titre["due_on"] for titre in case.overdue),
            "days_late": max(titre["days_late"] for titre in case.overdue),
            "late": case.late,
            "under_way": case.under_way,
            "in_doubt": case.in_doubt,
            "kept": case.set_aside + (case.asked if case.why else 0),
            "asked": 0 if case.why else case.asked,
            "sending": (HELD if case.why else TO_SEND)(context.lang),
            "held": case.why is not None,
            "why": _why(case)(context.lang),
            "email": case.contact.email,
        }
        for case in found
    ]
    columns = [
        PAYER,
        Column("department", Text("Dépt", "Dept"), 6, "centre"),
        Column("siren", Text("SIREN", "SIREN"), 11.5),
        Column("titres", Text("Titres échus", "Overdue titres"), 20, wrap=True, whole=True),
        Column("due_on", Text("Échéance", "Due"), 11, "day"),
        Column("days_late", Text("Retard (j)", "Days late"), 8, "count"),
        Column("late", Text("Échu", "Overdue"), 12, "euros", total=True),
        Column("under_way", Text("En cours", "Under way"), 11, "euros", total=True),
        Column("in_doubt", Text("À vérifier", "To check"), 11, "euros", total=True),
        Column("kept", Text("Retenu", "Held back"), 11, "euros", total=True),
        Column("asked", Text("Demandé", "Asked"), 12, "euros", total=True, bold=True),
        Column("sending", Text("Envoi", "Sending"), 11, "centre", look=lambda row: SENDING[not row["held"]]),
        Column("why", Text("Pourquoi, ou ce que dit le rappel", "Why, or what the reminder says"), 48, wrap=True),
        Column("email", Text("Courriel", "E-mail"), on_one_line([case.contact.email for case in found]), wrap=True),
    ]
    title = Text("Rappels amiables", "Friendly reminders")
    return listing(context, REMINDERS, title, SAID, columns, rows)


def _why(case: Case) -> Text:
    """Say why a payer is held back, or what its reminder says; of which titres, where another of its titres is held."""
    if case.why is None and len(case.titres) == len(case.overdue):
        return case.sentence
    spoken_of = ", ".join(titre["titre"] for titre in case.titres)
    said = case.why or joined((ONLY.with_(titres=spoken_of), case.sentence), " ")
    about = (HELD_TITRE.with_(titre=titre, why=why) for titre, why in case.decided.items())
    return said if len(case.decided) == len(case.overdue) else joined((said, *about), " ")


def on_one_line(texts: Iterable[str]) -> float:
    """Return the width in which the widest of the addresses stands unbroken, within what a page can give."""
    return min(max([26, *(wide(text) + PADDING for text in texts)]), 48)


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


# The names of the merge fields, and the widest that each column gets: a letter once written keeps them, whatever the language of the reports.
FIELDS: dict[str, tuple[Callable[[Case], Text | str], int]] = {
    "Code_INSEE": (lambda case: case.contact.insee, 14),
    "SIREN": (lambda case: "" if case.contact.unsure == "siren" else case.contact.siren, 14),
    "SIRET": (lambda case: case.contact.siret, 20),
    "Collectivite": (lambda case: case.contact.name, 44),
    "Civilite": (lambda case: MAYOR if case.contact.name.upper().startswith(COMMUNES) else OTHERS, 26),
    "Adresse_1": (lambda case: _address(case)[0], 28),
    "Adresse_2": (lambda case: _address(case)[1], 28),
    "Adresse_3": (lambda case: _address(case)[2], 28),
    "Courriel": (lambda case: case.contact.email, 28),
    "Annee": (lambda case: _titres(case, "school_year"), 24),
    "Num_titre": (lambda case: _titres(case, "titre"), 26),
    "Date_titre": (lambda case: _days(case, "issued_on"), 24),
    "Echeance": (lambda case: _days(case, "due_on"), 24),
    "Nb_ecoles": (lambda case: number(case.schools), 14),
    "Montant_titre": (lambda case: _sum(case, "billed"), 18),
    "Montant_paye": (lambda case: _sum(case, "paid"), 18),
    "En_cours": (lambda case: money(case.under_way), 16),
    "A_payer": (lambda case: money(case.asked), 16),
    "Retard_jours": (lambda case: number(case.days_late), 16),
    "Trop_percu": (lambda case: money(case.credit), 16),
    "Registre_recu": (lambda case: YES_NO[not case.silent], 17),
    "Phrase": (lambda case: case.sentence, 60),
}
HELD_FIELDS: dict[str, tuple[Callable[[Case], Text | str], int]] = {
    "SIREN": FIELDS["SIREN"],
    "Collectivite": FIELDS["Collectivite"],
    "Num_titre": (lambda case: same(", ".join(titre["titre"] for titre in case.overdue)), 26),
    "Echeance": (lambda case: same(", ".join(dict.fromkeys(day(row["due_on"])() for row in case.overdue))), 24),
    "Montant_echu": (lambda case: money(case.late), 18),
    "Motif": (_why, 90),
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
    enclosed |= {name: (_always(said), 34) for name, said in _service(month).items() if said}
    letters, kept = workbook.add_worksheet(REMINDERS(lang)), workbook.add_worksheet(HELD_SHEET(lang))
    for sheet, fields, rows in ((letters, FIELDS | enclosed, sent), (kept, HELD_FIELDS, held)):
        _merge_sheet(sheet, looks, fields, rows, lang)
        page(sheet, footer, lang, repeat=(0, 0))
    # On the width of one page, so many columns could not be read.
    letters.fit_to_pages(2, 0)
    letters.repeat_columns(0, list(FIELDS).index("Collectivite"))
    workbook.close()
    return data.getvalue()


def _always(said: str) -> Callable[[Case], str]:
    return lambda _: said


def _service(month: Month) -> dict[str, str]:
    """Return the merge fields of who answers, "" where the settings do not tell."""
    return {"Contact": month.settings.contact, "Adresse_service": month.settings.address}


def _merge_sheet(sheet: Worksheet, looks: Formats, fields: dict[str, Any], rows: Sequence[Case], lang: Lang) -> None:
    heading = looks(bold=True, font_color=style.WHITE, bg_color=style.NAVY)
    cell = looks(num_format="@", text_wrap=True, bottom=1, bottom_color=style.LINE)
    said = [[read(case) for read, _ in fields.values()] for case in rows]
    texts = [[text if isinstance(text, str) else text(lang) for text in row] for row in said]
    widths = [
        min(most, max(wide(name, bold=True), *(wide(row[column]) for row in texts), 0) + PADDING)
        for column, (name, (_, most)) in enumerate(fields.items())
    ]
    for column, (name, width) in enumerate(zip(fields, widths, strict=True)):
        sheet.set_column(column, column, width)
        put(sheet, 0, column, name, heading)
    for at, row in enumerate(texts, 1):
        sheet.set_row(at, height_of(*((text, width, False) for text, width in zip(row, widths, strict=True))))
        for column, text in enumerate(row):
            put(sheet, at, column, text, cell)
    sheet.freeze_panes(1, 0)
    sheet.ignore_errors({"number_stored_as_text": f"A1:Z{len(rows) + 1}"})
    if rows:
        sheet.autofilter(0, 0, len(rows), len(fields) - 1)
