"""Made-up ledgers in the layouts of `tests.ledgers`, drawn by chance: program x frame x where the payer stands x kind.

What a layout cannot tell is put where it can be: a reference without a column of its own stands in the label.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.old_books import xls, xlsb
from tests.sheets import Page, delimited, ods

from .programs import MONTHS, PROGRAMS, euros, writers
from .quick_xlsx import xlsx

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

    from tests.sheets import Cell, Rows

    from .accounts import Line
    from .people import Commune
    from .programs import Column

PER_PAGE = 40
# Programs that give one sum a line: what comes back stands in its own column, or bears its sense.
ONE_AMOUNT = {"debit and credit", "sense"}
COLUMN, BY_COLUMN, ABOVE, SHEET, FILE = "column", ("insee", "name"), "above", "sheet", "file"
# An xls of the tests' writer holds few texts; the others any.
SMALL = 25


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a frame needs to lay out lines: titles, their columns, and how a line is written."""

    columns: tuple[Column, ...]
    write: list[Callable[[Line], Cell]]
    above: Rows
    name: str

    @property
    def titles(self) -> list[Cell]:
        """The row of headings."""
        return [title for title, _ in self.columns]

    def rows(self, lines: Sequence[Line]) -> Rows:
        """Return the rows of lines."""
        return [[write(line) for write in self.write] for line in lines]

    def table(self, lines: Sequence[Line]) -> Rows:
        """Return headings and rows."""
        return [self.titles, *self.rows(lines)]

    def total(self, said: str, lines: Sequence[Line]) -> list[Cell]:
        """Return a row that bears a label in its first cell and sums under the amounts; none where signs are apart."""
        sums: dict[str, Cell] = {"amount": euros(sum(line.cents for line in lines))}
        sums["debit"] = euros(sum(line.cents for line in lines if line.cents > 0))
        sums["credit"] = euros(-sum(line.cents for line in lines if line.cents < 0))
        return [said, *(sums.get(field) for _, field in self.columns[1:])]


# Frames: lines to pages ----------------------------------------------------------------------------------------------


def _plain(sheet: Sheet, lines: Sequence[Line]) -> list[Page]:
    return [Page(sheet.name, [*sheet.above, *sheet.table(lines)])]


def _titled(sheet: Sheet, lines: Sequence[Line]) -> list[Page]:
    above: Rows = [
        ["Liste des mandats émis", None, None, f"Exercice {lines[0].exercise}"],
        ["Édition comptable"],
        *sheet.above,
        [],
    ]
    return [Page(sheet.name, [*above, *sheet.table(lines), [], sheet.total("TOTAL", lines)])]


def _in_the_middle(sheet: Sheet, lines: Sequence[Line]) -> list[Page]:
    margin: list[Cell] = [None, None, None]
    rows: Rows = [["Service comptabilité"], ["Tél. 04 68 00 00 00"], *sheet.above, []]
    return [Page(sheet.name, [*rows, *([*margin, *cells] for cells in sheet.table(lines))])]


def _pages(sheet: Sheet, lines: Sequence[Line]) -> list[Page]:
    """A print file: headings on each page, the sum carried to the next."""
    rows: Rows = list(sheet.above)
    starts = range(0, len(lines), PER_PAGE)
    for number, start in enumerate(starts, 1):
        part, until = lines[start : start + PER_PAGE], lines[: start + PER_PAGE]
        rows += [[f"Journal des mandats - page {number}/{len(starts)}"], [], sheet.titles]
        rows += [sheet.total("Report", lines[:start])] if start else []
        rows += sheet.rows(part)
        rows += [sheet.total("À reporter", until), []] if number < len(starts) else []
    rows.append(sheet.total("TOTAL GÉNÉRAL", lines))
    return [Page(sheet.name, rows)]


def _per_account(sheet: Sheet, lines: Sequence[Line]) -> list[Page]:
    rows: Rows = [*sheet.above, sheet.titles]
    for account in sorted({line.account for line in lines}):
        part = [line for line in lines if line.account == account]
        rows += [[f"Compte {account} - Charges"], *sheet.rows(part), sheet.total(f"Total compte {account}", part), []]
    return [Page(sheet.name, [*rows, sheet.total("Total général", lines)])]


def _per_month(sheet: Sheet, lines: Sequence[Line]) -> list[Page]:
    rows: Rows = [*sheet.above, sheet.titles]
    for month, part in _by_month(lines):
        rows += [*sheet.rows(part), sheet.total(f"Sous-total {MONTHS[month - 1]}", part)]
    return [Page(sheet.name, [*rows, sheet.total("TOTAL ANNÉE", lines)])]


def _month_sheets(sheet: Sheet, lines: Sequence[Line]) -> list[Page]:
    """A sheet per month; a month without lines holds its headings and a word."""
    parts = dict(_by_month(lines))
    pages = []
    for number, name in enumerate(MONTHS, 1):
        rows = sheet.rows(parts[number]) if number in parts else [["Néant"]]
        pages.append(Page(name.capitalize(), [[f"Mandats de {name}"], sheet.titles, *rows]))
    return pages


def _quarters(sheet: Sheet, lines: Sequence[Line]) -> list[Page]:
    """A sheet per quarter with its total behind a cover, and a summary of the quarters."""
    pages = [Page("Page de garde", [[], [None, "Registre des mandats"], [None, "Service des finances"]])]
    summary: Rows = [["Trimestre", "Nombre de mandats", "Total"]]
    for quarter in sorted({(line.mandat_on.month + 2) // 3 for line in lines}):
        part = [line for line in lines if (line.mandat_on.month + 2) // 3 == quarter]
        pages.append(Page(f"T{quarter}", [*sheet.table(part), sheet.total("Total du trimestre", part)]))
        summary.append([f"T{quarter}", len(part), euros(sum(line.cents for line in part))])
    return [*pages, Page("Récapitulatif", [*summary, ["TOTAL", len(lines), euros(sum(line.cents for line in lines))]])]


def _by_month(lines: Sequence[Line]) -> Iterator[tuple[int, list[Line]]]:
    for month in sorted({line.mandat_on.month for line in lines}):
        yield month, [line for line in lines if line.mandat_on.month == month]


ONE_SHEET = (_plain, _plain, _plain, _titled, _titled, _in_the_middle, _pages, _per_account, _per_month)
MANY_SHEETS = (_month_sheets, _quarters)


# A ledger ------------------------------------------------------------------------------------------------------------


def ledger(payer: Commune, lines: Sequence[Line], year: int, chance: random.Random) -> tuple[str, bytes]:
    """Return a payer's ledger of a year as it may be sent: its name and its bytes."""
    program = _program(lines, chance)
    columns = PROGRAMS[program]
    place = _place(payer, columns, chance)
    frames = ONE_SHEET if place in {ABOVE, SHEET} or chance.random() < 0.8 else MANY_SHEETS
    frame = _plain if program in ONE_AMOUNT else chance.choice(frames)
    shown, below = _payer_column(columns, place)
    sheet = Sheet(
        shown, writers(shown, below, chance), _above(payer, chance) if place == ABOVE else [],
        payer.siret if place == SHEET else chance.choice(("Mandats", "Feuil1", "Export")),
    )  # fmt: skip
    ordered = sorted(_told(lines, {field for _, field in columns}), key=lambda line: (line.mandat_on, line.mandat))
    pages = frame(sheet, ordered)
    suffix, data = _written(pages, len(lines), chance, named=place == SHEET)
    return f"{_file_name(payer, place, year, chance)}{suffix}", data


_ALL_PAYERS = (
    "SIRET collectivité", "Collectivité", "Exercice", "Bordereau", "N° mandat", "Date mandat", "Date paiement",
    "Fournisseur", "Objet", "Référence", "UAI", "Montant", "État",
)  # fmt: skip


def one_ledger(lines: Sequence[tuple[Commune, Line]]) -> bytes:
    """Return the workbook of many payers' lines, each with its payer's SIRET."""
    rows: Rows = [
        [
            payer.siret, payer.name, line.exercise, line.bordereau, line.mandat, line.mandat_on, line.paid_on,
            line.payee, line.label, line.reference, line.uai, euros(line.cents), line.state,
        ]
        for payer, line in lines
    ]  # fmt: skip
    return xlsx([Page("Mandats", [list(_ALL_PAYERS), *rows])])


def _program(lines: Sequence[Line], chance: random.Random) -> str:
    """Return a program that can tell what these lines say of states and numbers."""
    states = any(line.state != "payé" for line in lines)
    back = any(line.cents < 0 for line in lines)
    allowed = [
        name
        for name, columns in PROGRAMS.items()
        if not (states and "state" not in dict(map(reversed, columns)))  # type: ignore[arg-type]
        and not (back and name == "own list")
    ]
    return chance.choice(allowed)


def _told(lines: Sequence[Line], fields: set[str]) -> list[Line]:
    """Return the lines with what has no column of its own in the label."""
    lacking = [name for name in ("reference", "uai") if name not in fields]
    if not lacking:
        return list(lines)
    return [
        line._replace(label=" ".join(filter(None, (line.label, *(getattr(line, name) for name in lacking)))))
        for line in lines
    ]


def _place(payer: Commune, columns: Sequence[Column], chance: random.Random) -> str:
    own = [ABOVE, ABOVE, SHEET, FILE]
    if any(field == "payer" for _, field in columns):
        own += [COLUMN] * 4
        own += ["insee"] * payer.listed + ["name"] * payer.unique
    return chance.choice(own)


def _payer_column(columns: tuple[Column, ...], place: str) -> tuple[tuple[Column, ...], str]:
    if place in {COLUMN, *BY_COLUMN}:
        headings = {"insee": "Code INSEE", "name": "Collectivité"}
        shown = tuple((headings.get(place, title) if field == "payer" else title, field) for title, field in columns)
        return shown, "siret" if place == COLUMN else place
    return tuple(column for column in columns if column[1] != "payer"), "siret"


def _above(payer: Commune, chance: random.Random) -> Rows:
    grouped = f"{payer.siret[:3]} {payer.siret[3:6]} {payer.siret[6:9]} {payer.siret[9:]}"
    ways: list[Rows] = [
        [["Collectivité :", "MAIRIE"], ["SIRET :", grouped]],
        [[f"Mairie de {payer.name} - SIRET {payer.siret}"]],
        [["N° SIREN", None, int(payer.siren)]],
    ]
    if payer.listed:
        ways.append([["Code INSEE", payer.insee]])
    if payer.unique:
        ways.append([[f"Mairie de {payer.name}"]])
    return [*chance.choice(ways), []]


def _file_name(payer: Commune, place: str, year: int, chance: random.Random) -> str:
    """Return a name of its own; where the file's name says who pays, by SIRET, INSEE code or name."""
    if place != FILE:
        return f"{chance.choice(('registre', 'mandats', 'export', 'grand_livre'))}_{payer.insee}_{year}"
    ways = [f"{payer.siret}_{year}"]
    ways += [f"grand_livre_{payer.insee}_{year}"] if payer.listed else []
    return chance.choice([*ways, f"{payer.name} {year}"] if payer.unique else ways)


def _written(pages: Sequence[Page], count: int, chance: random.Random, *, named: bool) -> tuple[str, bytes]:
    """Return the suffix and the bytes: most are xlsx; a CSV has one sheet, whose name it does not keep."""
    kind = chance.random()
    if kind < 0.15 and len(pages) == 1 and not named:
        return _text(pages[0], chance)
    if kind < 0.23 and count <= SMALL:
        return ".xls", xls(pages)
    if kind < 0.28:
        return ".ods", ods(pages)
    if kind < 0.30:
        return ".xlsb", xlsb(pages)
    return ".xlsx", xlsx(pages)


def _text(page: Page, chance: random.Random) -> tuple[str, bytes]:
    ways = ((";", "utf-8"), (";", "cp1252"), (";", "utf-8-sig"), ("\t", "utf-16"))
    delimiter, encoding = chance.choice(ways)
    try:
        return ".txt" if delimiter == "\t" else ".csv", delimited(page, delimiter, encoding)
    except UnicodeEncodeError:
        # Windows-1252 has no narrow space and no true minus sign.
        return ".csv", delimited(page, delimiter)
