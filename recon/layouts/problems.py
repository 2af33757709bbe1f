"""Why a sheet is not read as a table: what it lacks, where, and the command that asks the officer (D02)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.readers.cells import address, column_letters
from recon.texts import Text, joined, number, same, visible
from recon.values import folded

from .headings import HEADING_ROWS
from .looks import looks, month_first, sort_of
from .words import BORDEREAU_MANDAT, CREDIT, DEBIT, MANDAT_BORDEREAU, PAYER_INSEE, SENSE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from recon.readers import Sheet
    from recon_schemas import Source

    from .columns import Doubt
    from .headings import Heading
    from .tables import Table

MOST_SHOWN = 3
LONGEST = 200
_RECEIPTS = re.compile(r"\b(?:encaisse\w*|recouvre\w*|encaissement\w*|recouvrement\w*)\b")
_OF_A_DEBTOR = re.compile(r"\b(?:debiteurs?|redevables?)\b")
_LEDGER = {"mandat", "mandat_bordereau", "bordereau_mandat"}
MADE_TITLES = {
    DEBIT: "Débit",
    CREDIT: "Crédit",
    SENSE: "Sens",
    PAYER_INSEE: "Code INSEE",
    MANDAT_BORDEREAU: "Mandat/Bordereau",
    BORDEREAU_MANDAT: "Bordereau/Mandat",
}

ASK = Text(
    "Indiquer à recon ce que contient chaque colonne : recon associer {file}",
    "Tell recon what each column holds: recon map {file}",
)
A_LEDGER = Text(
    "un registre de paiements tenu par la collectivité qui paie", "a ledger of payments kept by the payer itself"
)
RECEIPTS = Text(
    "une liste d’encaissements du comptable public (colonne {titles})", "a list of the accountant’s receipts (column {titles})"
)  # fmt: skip
NO_RECEIPTS = Text(
    "Retirer ce fichier de « paiements » : les encaissements y compteraient chaque paiement deux fois.",
    "Take this file out of “paiements”: receipts would count every payment twice there.",
)

ISSUED = Text("une liste de titres (colonne {titles})", "a list of titres (column {titles})")
NO_TITRES = Text(
    "Déplacer ce fichier dans le dossier « titres » : lus comme des paiements, ces titres se solderaient eux-mêmes.",
    "Move this file to the folder “titres”: read as payments, these titres would settle themselves.",
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A sheet that cannot be read as a table (D02): what it lacks, where it was looked for, and what to do."""

    file: str
    sheet: str
    cell: str
    expected: Text
    found: Text
    advice: Text
    field: str = ""


def ask(file: str) -> Text:
    """Return the advice to run `recon map` on a file, the command in full."""
    return ASK.with_(file=f'"{file}"')


def title_of(source: Source, field: str) -> str:
    """Return the French title of a field, or of a column from which one is made."""
    return MADE_TITLES.get(field) or str(source.fields[field].title)


def quoted(titles: Iterable[str]) -> Text:
    """Return titles in quotation marks, with commas between them."""
    return joined((Text(f"«\u00a0{visible(title)}\u00a0»", f"“{visible(title)}”") for title in titles), ", ")


def doubtful(doubt: Doubt, heading: Heading, sheet: Sheet, file: str) -> Problem:
    """Return the problem that a doubt about a field is."""
    expected, found = _WORDS[doubt.why](doubt, heading, sheet)
    column = doubt.columns[0] if doubt.columns else 0
    return Problem(file, sheet.name, address(heading.last, column), expected, found, ask(file), doubt.field)


def _missing(doubt: Doubt, heading: Heading, _sheet: Sheet) -> tuple[Text, Text]:
    lacking = [title_of(heading.source, name) for name in heading.missing] or [title_of(heading.source, doubt.field)]
    expected = Text("la colonne {missing} ({title})", "the column {missing} ({title})")
    seen = ", ".join(title.strip() for title in heading.titles if title)
    return expected.with_(missing=quoted(lacking), title=heading.source.title), same(visible(seen[:LONGEST]))


def _several(doubt: Doubt, heading: Heading, _sheet: Sheet) -> tuple[Text, Text]:
    expected = Text("une seule colonne « {title} »", "a single column “{title}”")
    letters = ", ".join(column_letters(column) for column in doubt.columns)
    found = Text("les colonnes {letters}", "columns {letters}").with_(letters=letters)
    return expected.with_(title=title_of(heading.source, doubt.field)), found


def _content(doubt: Doubt, heading: Heading, sheet: Sheet) -> tuple[Text, Text]:
    column = doubt.columns[0]
    sort = sort_of(heading.source, doubt.field)
    cells = (row[column] for row in sheet.rows[heading.last + 1 :] if column < len(row))
    odd = list(dict.fromkeys(cell.strip() for cell in cells if cell and cell.strip() and not looks(cell, sort)))
    expected = Text("sous « {title} », {what}", "under “{title}”, {what}")
    what = SORTS.get(sort) or _described(heading.source, doubt.field)
    return expected.with_(title=heading.titles[column], what=what), quoted(odd[:MOST_SHOWN])


def _order(doubt: Doubt, heading: Heading, sheet: Sheet) -> tuple[Text, Text]:
    column = doubt.columns[0]
    cells = (row[column] for row in sheet.rows[heading.last + 1 :] if column < len(row))
    found = [cell.strip() for cell in cells if cell and month_first([cell])]
    expected = Text("des dates jour/mois/année sous « {title} »", "dates day/month/year under “{title}”")
    return expected.with_(title=heading.titles[column]), quoted(found[:MOST_SHOWN])


def _described(source: Source, field: str) -> Text:
    described: Text = (source.fields[field].metadata or {})["expected"]
    return described


def _sign(doubt: Doubt, heading: Heading, _sheet: Sheet) -> tuple[Text, Text]:
    found = Text("la seule colonne {titles}", "only the column {titles}")
    return SIGN, found.with_(titles=quoted(heading.titles[column] or "" for column in doubt.columns))


SIGN = Text(
    "le sens des montants : un paiement est-il au débit ou au crédit ?",
    "the sign of the amounts: is a payment a debit or a credit?",
)
CREDITS = Text("les lignes du périmètre au seul crédit", "the lines in scope in the credit column only")
NEGATIVES = Text("des montants tous négatifs", "amounts that are all negative")
WITHOUT = Text("un fichier sans cet intitulé", "a file without it")
DOUBLED = Text("plusieurs colonnes de cet intitulé", "several columns of that title")
ONE_PROFILE = Text("un seul profil pour ce fichier", "a single profile for this file")
ONE_PATTERN = Text(
    "Supprimer l’un de ces profils, ou préciser « fichiers » dans l’un d’eux : le nom le plus précis l’emporte.",
    "Delete one of these profiles, or make “fichiers” more precise in one of them: the most precise name wins.",
)
NUMBERED = Text(
    "des lignes avec leur mandat, leur date ou leur référence, comme dans les autres tableaux du fichier",
    "lines with their mandat, date or reference, as in the file's other tables",
)
SUMMARY = Text(
    "un tableau sans numéro ni date : peut-être un récapitulatif des mêmes paiements",
    "a table without number or date: it may sum up the same payments",
)
SORTS = {
    "amount": Text("des montants en euros", "amounts in euros"),
    "day": Text("des dates jj/mm/aaaa", "dates dd/mm/yyyy"),
    "sense": Text("D ou C, débit ou crédit", "D or C, debit or credit"),
    "mandat_bordereau": Text("deux numéros, par exemple 1187/96", "two numbers, such as 1187/96"),
    "bordereau_mandat": Text("deux numéros, par exemple 96/1187", "two numbers, such as 96/1187"),
    "code5": Text("des codes INSEE", "INSEE codes"),
}
_WORDS = {"order": _order, "missing": _missing, "several": _several, "content": _content, "sign": _sign}


def unfollowed(file: str, profile: str, absent: Sequence[str], doubled: Sequence[str]) -> Problem:
    """Return the problem of a file whose name fits a profile and whose headings do not."""
    expected = Text("les intitulés de {profile}, dont {titles}", "the headings of {profile}, {titles} among them")
    expected = expected.with_(profile=f"profils/{profile}.toml", titles=quoted(absent or doubled))
    found = WITHOUT if absent else DOUBLED
    return Problem(file, "", "", expected, found, ask(file))


def two_profiles(file: str, sheet: str, names: Iterable[str]) -> Problem:
    """Return the problem of a file that two profiles fit equally well, and read otherwise."""
    said = same(", ".join(f"profils/{visible(name)}.toml" for name in names))
    return Problem(file, sheet, "", ONE_PROFILE, said, ONE_PATTERN)


def nothing_found(file: str, sources: Sequence[Source]) -> Problem:
    """Return the problem of a book where no row titles a table."""
    return untitled(file, "", sources)


def untitled(file: str, sheet: str, sources: Sequence[Source]) -> Problem:
    """Return the problem of a sheet that holds lines under no known titles."""
    titles = quoted(title_of(sources[0], name) for name in sources[0].required)
    expected = Text("une ligne d’intitulés avec {titles}", "a row of headings with {titles}")
    found = Text(
        "aucun intitulé connu dans les {rows} premières lignes", "no known heading within the first {rows} rows"
    )
    return Problem(file, sheet, "", expected.with_(titles=titles), found.with_(rows=HEADING_ROWS), ask(file))


def too_many_sheets(file: str, sheets: int, limit: int) -> Problem:
    """Return the problem of a book of more sheets than any ledger has: it would take minutes to search."""
    expected = Text("un classeur d’au plus {limit} feuilles", "a workbook of at most {limit} sheets")
    found = Text("{sheets} feuilles", "{sheets} sheets")
    advice = Text(
        "Partager le classeur, ou en retirer les feuilles inutiles.",
        "Split the workbook, or remove the sheets not needed.",
    )
    return Problem(file, "", "", expected.with_(limit=number(limit)), found.with_(sheets=number(sheets)), advice)


def unknown_titles(sheet: Sheet, row: int, file: str, source: Source) -> Problem:
    """Return the problem of a table under another, whose titles are not known."""
    titles = quoted(title_of(source, name) for name in source.required)
    expected = Text("une ligne d’intitulés avec {titles}", "a row of headings with {titles}").with_(titles=titles)
    seen = ", ".join(cell.strip() for cell in sheet.rows[row] if cell and cell.strip())
    return Problem(file, sheet.name, address(row, 0), expected, same(visible(seen[:LONGEST])), ask(file))


def receipts(heading: Heading, file: str, sheet: Sheet) -> Problem | None:
    """Return the problem of a list of receipts or of titres among ledgers: what debtors owe, not what payers paid."""
    if heading.source.name != "payments" or _LEDGER & heading.claims.keys():
        return None
    for words, found, advice in ((_RECEIPTS, RECEIPTS, NO_RECEIPTS), (_OF_A_DEBTOR, ISSUED, NO_TITRES)):
        named = [title for title in heading.titles if title and words.search(folded(title))]
        if named:
            cell = address(heading.last, heading.titles.index(named[0]))
            return Problem(file, sheet.name, cell, A_LEDGER, found.with_(titles=quoted(named)), advice)
    return None


def unsigned_problem(table: Table) -> Problem:
    """Return the problem of a ledger whose lines in scope are all credits, or all negative."""
    heading = table.reading.heading if table.reading else None
    place = address(heading.last if heading else 0, table.columns["amount"])
    return Problem(
        table.file,
        table.sheet,
        place,
        SIGN,
        CREDITS if table.by_debit_and_credit else NEGATIVES,
        ask(table.file),
        "sign",
    )


def summary(table: Table) -> Problem:
    """Return the problem of a table that may sum up the lines of the others."""
    heading = table.reading.heading if table.reading else None
    place = address(heading.last if heading else 0, table.columns["amount"])
    return Problem(table.file, table.sheet, place, NUMBERED, SUMMARY, ask(table.file), "mandat")
