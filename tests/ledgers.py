"""One set of payments, as the accounts offices of two communes might send it: every layout says the same thing.

`CANONICAL` is the truth. `LAYOUTS` holds, by a telling name, functions that write it (or one payer's part of it) as one
accounting program or one habit would, and return the file with what a reader must find in it. `REST` is the rest of the
dossier: the register, the schools, the titres and the communes by which a payer or a line in scope is known.

The headings are those that the programs in use in French communes print; the tables themselves are invented.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from recon.identifiers import uai_letter
from tests.dossiers import CERET, CONVENTIONS, LISTS, PERPIGNAN, SCHOOLS, TITRES, file
from tests.old_books import xls, xlsb
from tests.sheets import Marked, Page, Rows, delimited, ods, places, typed, xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.sheets import Cell

# The payments --------------------------------------------------------------------------------------------------------


class Payment(NamedTuple):
    """A line of a ledger, whatever its layout; `cents` is negative where money comes back."""

    siret: str
    mandat: int
    bordereau: int
    mandat_on: date
    paid_on: date | None
    label: str
    reference: str
    uai: str
    cents: int
    state: str = "payé"
    payee: str = "DRFIP OCCITANIE"
    exercise: int = 2026
    account: str = "6558"

    @property
    def key(self) -> str:
        """What tells this payment from every other one: mandats restart at 1 in each commune."""
        return f"{self.siret} {self.mandat}"

    @property
    def euros(self) -> Decimal:
        """The amount as a spreadsheet holds it."""
        return Decimal(self.cents) / 100


def _uai(number: int) -> str:
    digits = f"066{number:04d}"
    return digits + uai_letter(digits)


PERPIGNAN_SCHOOLS = (_uai(201), _uai(202), _uai(203))

CANONICAL = (
    Payment(CERET, 118, 9, date(2026, 2, 5), date(2026, 2, 12), "ENT-École 2023-2024 : acompte", "TP-2024-00077", "", 4500),
    Payment(CERET, 412, 31, date(2026, 6, 3), date(2026, 6, 11), "ENT-École 2023-2024 : solde", "TP-2024-00077", "", 13500),
    Payment(CERET, 1187, 96, date(2026, 10, 5), date(2026, 10, 14), "Participation ENT-École 2026-2027", "TP-2026-00131", SCHOOLS[0], 4100),
    Payment(CERET, 1188, 96, date(2026, 10, 5), date(2026, 10, 14), "ENT-École, école de la rive droite", "", SCHOOLS[1], 4100),
    Payment(CERET, 1201, 97, date(2026, 10, 12), None, "ENT-École 2026-2027, deux écoles", "TP-2026-00131", "", 8200, "rejeté"),
    Payment(CERET, 1214, 99, date(2026, 10, 19), None, "ENT-École 2026-2027", "", SCHOOLS[2], 4100, "suspendu"),
    Payment(CERET, 1240, 101, date(2026, 10, 26), None, "ENT-École 2026-2027, deux écoles", "TP-2026-00131", "", 8200, "annulé"),
    Payment(CERET, 1260, 103, date(2026, 11, 2), date(2026, 11, 9), "ENT-École et services numériques", "", "", 123456, payee="REGION ACADEMIQUE OCCITANIE"),
    Payment(CERET, 1266, 104, date(2026, 11, 9), date(2026, 11, 13), "ENT-École, école de la rive droite", "", SCHOOLS[1], -4100),
    Payment(CERET, 1290, 107, date(2026, 11, 20), None, "ENT-École 2026-2027, reste", "TP-2026-00131", "", 8200, "émis"),
    Payment(PERPIGNAN, 118, 12, date(2026, 2, 10), date(2026, 2, 18), "ENT-École 2023-2024, 57 écoles", "TP-2024-00091", "", 256500),
    Payment(PERPIGNAN, 3021, 210, date(2026, 10, 6), date(2026, 10, 15), "ENT-École 2026-2027", "TP-2026-00140", "", 8200),
    Payment(PERPIGNAN, 3377, 231, date(2026, 11, 10), date(2026, 11, 17), "ENT-École, école maternelle", "", PERPIGNAN_SCHOOLS[0], 4100),
)  # fmt: skip
OF_CERET = tuple(payment for payment in CANONICAL if payment.siret == CERET)
OF_PERPIGNAN = tuple(payment for payment in CANONICAL if payment.siret == PERPIGNAN)
SIMPLE = tuple(payment for payment in OF_CERET if payment.state in {"payé", "émis"} and payment.cents > 0)
"""What Céret issued and nobody sent back: for ledgers that have no column to say so."""

MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
          "décembre")  # fmt: skip

COMMUNE = {CERET: "Céret", PERPIGNAN: "Perpignan"}
INSEE = {CERET: "66049", PERPIGNAN: "66136"}

_TP_2024 = ("01/10/2024", "30/11/2024")
_TP_2026 = ("15/09/2026", "31/12/2026")
REST = (
    file(
        "conventions/registre.csv",
        CONVENTIONS,
        f"ENT-2026-066049;2026-2027;{CERET};COMMUNE DE CERET;01/06/2026;15/06/2026;31/08/2027;41,00;4;164,00;signée;;",
        f"ENT-2023-066049;2023-2024;{CERET};COMMUNE DE CERET;01/06/2023;15/06/2023;31/08/2024;45,00;4;180,00;signée;;",
        f"ENT-2026-066136;2026-2027;{PERPIGNAN};COMMUNE DE PERPIGNAN;01/06/2026;15/06/2026;31/08/2027;41,00;3;123,00;signée;;",
        f"ENT-2023-066136;2023-2024;{PERPIGNAN};COMMUNE DE PERPIGNAN;01/06/2023;15/06/2023;31/08/2024;45,00;3;135,00;signée;;",
    ),
    file(
        "conventions/ecoles.csv",
        LISTS,
        *(f"ENT-{year}-066049;{uai};École;" for year in (2023, 2026) for uai in SCHOOLS),
        *(f"ENT-{year}-066136;{uai};École;" for year in (2023, 2026) for uai in PERPIGNAN_SCHOOLS),
    ),
    file(
        "titres/titres.csv",
        TITRES,
        f"TP-2024-00077;;;{CERET};ENT-2023-066049;2023-2024;180,00;{';'.join(_TP_2024)};",
        f"TP-2024-00091;;;{PERPIGNAN};ENT-2023-066136;2023-2024;135,00;{';'.join(_TP_2024)};",
        f"TP-2026-00131;;;{CERET};ENT-2026-066049;2026-2027;164,00;{';'.join(_TP_2026)};",
        f"TP-2026-00140;;;{PERPIGNAN};ENT-2026-066136;2026-2027;123,00;{';'.join(_TP_2026)};",
    ),
)
COMMUNES_TITLES = "Code INSEE;Commune;Département;SIREN;Ancien code INSEE;Ancien SIREN"
COMMUNES = file(
    "referentiels/communes.csv",
    COMMUNES_TITLES,
    f"66049;CERET;66;{CERET[:9]};;",
    f"66136;PERPIGNAN;66;{PERPIGNAN[:9]};;",
    "66148;PORT-VENDRES;66;216601484;;",
)

# How a ledger is written ---------------------------------------------------------------------------------------------


class Column(NamedTuple):
    """A column of a layout: its heading, the field it tells ("" if recon has no use for it), and how it is written."""

    title: str
    field: str
    write: Callable[[Payment], Cell]


FIELDS: dict[str, Callable[[Payment], Cell]] = {
    "payer_siret": lambda payment: payment.siret,
    "payer_name": lambda payment: COMMUNE[payment.siret],
    "exercise": lambda payment: payment.exercise,
    "bordereau": lambda payment: payment.bordereau,
    "mandat": lambda payment: payment.mandat,
    "mandat_on": lambda payment: payment.mandat_on,
    "paid_on": lambda payment: payment.paid_on,
    "payee": lambda payment: payment.payee,
    "label": lambda payment: payment.label,
    "reference": lambda payment: payment.reference or None,
    "uai": lambda payment: payment.uai or None,
    "amount": lambda payment: payment.euros,
    "state": lambda payment: payment.state,
    "account": lambda payment: payment.account,
}


def col(title: str, field: str, write: Callable[[Payment], Cell] | None = None) -> Column:
    """A column under `title` that tells `field`, in the plainest way unless `write` says another."""
    return Column(title, field, write or FIELDS[field])


def other(title: str, write: Callable[[Payment], Cell] | str) -> Column:
    """A column that recon has no use for."""
    return Column(title, "", write if callable(write) else lambda _: write)


def titles(columns: Sequence[Column]) -> list[Cell]:
    """Return the row of headings."""
    return [column.title for column in columns]


def line(columns: Sequence[Column], payment: Payment) -> list[Cell]:
    """Return the row of a payment, its amount marked with its key."""
    return [_cell(column, payment) for column in columns]


def _cell(column: Column, payment: Payment) -> Cell:
    cell = column.write(payment)
    if column.field == "amount" and not isinstance(cell, Marked):
        return Marked(payment.key, cell)
    return cell


def lines(columns: Sequence[Column], payments: Sequence[Payment]) -> Rows:
    """Return the rows of payments."""
    return [line(columns, payment) for payment in payments]


def table(columns: Sequence[Column], payments: Sequence[Payment]) -> Rows:
    """Return the headings and the rows of payments."""
    return [titles(columns), *lines(columns, payments)]


def under(columns: Sequence[Column], label: str, cents: int) -> list[Cell]:
    """Return a row that bears `label` in its first cell and a sum under the amount: TOTAL, sub-total, Report."""
    assert columns[0].field != "amount"
    return [label, *(Decimal(cents) / 100 if column.field == "amount" else None for column in columns[1:])]


def total(payments: Sequence[Payment]) -> int:
    """Return the sum of `payments` in cents."""
    return sum(payment.cents for payment in payments)


def euros(payments: Sequence[Payment]) -> Decimal:
    """Return the sum of `payments` as a cell holds it."""
    return Decimal(total(payments)) / 100


@dataclass(frozen=True, slots=True)
class Ledger:
    """A file as a commune sends it, and what must be found in it.

    `carries` are the fields that the layout tells; `told` is, by payment, the sheet and cell where the amount stands;
    `unrelated` are the lines that are no payment of ours (None: it does not matter how many rows are counted);
    `announced` says that the file gives a total of its own.
    """

    name: str
    data: bytes
    payments: tuple[Payment, ...]
    carries: frozenset[str]
    told: dict[str, tuple[str, str]]
    unrelated: int | None = 0
    announced: bool = False


LAYOUTS: dict[str, Callable[[], Ledger]] = {}
BY_NAME: set[str] = set()
"""Layouts that name their payer by a word or a code that only the other files of the dossier explain."""


def layout(build: Callable[[], Ledger]) -> Callable[[], Ledger]:
    """Register a layout under its function's name."""
    LAYOUTS[build.__name__] = build
    return build


def by_name(build: Callable[[], Ledger]) -> Callable[[], Ledger]:
    """Register a layout whose payer must be looked up among the communes that the dossier knows."""
    BY_NAME.add(build.__name__)
    return layout(build)


def ledger(
    name: str,
    pages: Sequence[Page],
    columns: Sequence[Column],
    payments: Sequence[Payment],
    data: bytes | None = None,
    *,
    unrelated: int | None = 0,
    announced: bool = False,
) -> Ledger:
    """Return the ledger of `pages`, an xlsx unless `data` is given."""
    carries = frozenset(column.field for column in columns if column.field)
    content = xlsx(pages) if data is None else data
    return Ledger(name, content, tuple(payments), carries, places(pages), unrelated, announced)


def one_page(name: str, rows: Rows, columns: Sequence[Column], payments: Sequence[Payment], sheet: str = "Mandats",
             *, announced: bool = False, unrelated: int | None = 0) -> Ledger:  # fmt: skip
    """Return an xlsx of one sheet."""
    return ledger(name, [Page(sheet, rows)], columns, payments, announced=announced, unrelated=unrelated)


def text(name: str, rows: Rows, columns: Sequence[Column], payments: Sequence[Payment], delimiter: str = ";",
         encoding: str = "utf-8", *, announced: bool = False) -> Ledger:  # fmt: skip
    """Return a CSV."""
    page = Page("", rows)
    return ledger(name, [page], columns, payments, delimited(page, delimiter, encoding), announced=announced)


FULL = (
    col("SIRET payeur", "payer_siret"),
    col("Exercice", "exercise"),
    col("Bordereau", "bordereau"),
    col("Mandat", "mandat"),
    col("Date mandat", "mandat_on"),
    col("Payé le", "paid_on"),
    col("Bénéficiaire", "payee"),
    col("Objet", "label"),
    col("Référence", "reference"),
    col("UAI", "uai"),
    col("Montant", "amount"),
    col("État", "state"),
)
"""The template's own columns: what each layout is compared with, cut to the fields that it tells."""


def without(columns: Sequence[Column], *fields: str) -> tuple[Column, ...]:
    """Return `columns` without those of `fields`."""
    return tuple(column for column in columns if column.field not in fields)


def rewritten(columns: Sequence[Column], **writers: Callable[[Payment], Cell]) -> tuple[Column, ...]:
    """Return `columns`, some written otherwise."""
    return tuple(column._replace(write=writers.get(column.field, column.write)) for column in columns)


def plain(payments: Sequence[Payment], carries: frozenset[str]) -> Ledger:
    """Return the template filled in with what a layout tells of `payments`: the payer always, in its own column."""
    columns = [column for column in FULL if column.field in carries | {"payer_siret"}]
    return text("modele.csv", table(columns, payments), columns, payments)


NO_PAYER = without(FULL, "payer_siret")


# Layouts: where the table stands -------------------------------------------------------------------------------------


@layout
def template_as_handed_out() -> Ledger:
    """The rectorate's own template, filled in: two payers, payer in a column, CSV."""
    return text("registre.csv", table(FULL, CANONICAL), FULL, CANONICAL)


@layout
def title_rows_above_and_a_total_below() -> Ledger:
    """A printed list: title rows, an empty row, the table, an empty row, TOTAL."""
    columns = (
        col("N° SIRET", "payer_siret"),
        col("Exer.", "exercise"),
        col("N° mandat", "mandat"),
        col("Bord.", "bordereau"),
        col("Date émission", "mandat_on"),
        col("Date paiement", "paid_on"),
        col("Créancier", "payee"),
        col("Libellé", "label"),
        col("Réf. facture", "reference"),
        col("Code étab.", "uai"),
        col("Montant TTC", "amount"),
        col("Statut", "state"),
    )
    rows: Rows = [
        ["COMMUNES DU VALLESPIR ET DU ROUSSILLON"],
        ["Liste des mandats émis", None, None, None, "Édité le", date(2026, 11, 27)],
        ["Du 01/01/2026 au 27/11/2026"],
        [],
        *table(columns, CANONICAL),
        [],
        under(columns, "TOTAL", total(CANONICAL)),
    ]
    return one_page("liste_mandats.xlsx", rows, columns, CANONICAL, announced=True)


@layout
def one_sheet_per_quarter_behind_a_cover() -> Ledger:
    """A cover sheet, a sheet per quarter with its own headings and TOTAL, and a recapitulation of the quarters."""
    columns = without(FULL, "exercise")
    quarters = [[payment for payment in CANONICAL if (payment.mandat_on.month + 2) // 3 == q] for q in (1, 2, 3, 4)]
    cover: Rows = [[], [None, "Registre des mandats"], [None, "Exercice 2026"], [], [None, "Service des finances"]]
    summary: Rows = [["Trimestre", "Nombre de mandats", "Total"]]
    pages = [Page("Page de garde", cover)]
    for number, part in enumerate(quarters, 1):
        page = Page(f"T{number} 2026", [*table(columns, part), under(columns, "Total du trimestre", total(part))])
        pages.append(page)
        summary.append([f"T{number}", len(part), euros(part)])
    pages.append(Page("Récapitulatif", [*summary, ["TOTAL", len(CANONICAL), euros(CANONICAL)]]))
    return ledger("mandats_par_trimestre.xlsx", pages, columns, CANONICAL, announced=True, unrelated=None)


@layout
def one_sheet_per_month_some_empty() -> Ledger:
    """Twelve sheets, a month each; a month without mandats holds its headings and the word "Néant"."""
    columns = (
        col("Pièce", "mandat"),
        col("Bordereau", "bordereau"),
        col("SIRET collectivité", "payer_siret"),
        col("Mandaté le", "mandat_on"),
        col("Fournisseur", "payee"),
        col("Désignation", "label"),
        col("Référence", "reference"),
        col("Mt mandaté", "amount"),
        col("Situation", "state"),
    )
    pages = []
    for number, name in enumerate(MONTHS, 1):
        part = [payment for payment in CANONICAL if payment.mandat_on.month == number]
        rows = lines(columns, part) if part else [["Néant"]]
        pages.append(Page(name.capitalize(), [[f"Mandats de {name} 2026"], titles(columns), *rows]))
    return ledger("mandats_mois.xlsx", pages, columns, CANONICAL)


@layout
def two_tables_one_under_another() -> Ledger:
    """Two tables in one sheet, each with its title, its own headings in another order and other words, its total."""
    first = without(FULL, "exercise")
    second = (
        col("Mt TTC", "amount"),
        col("Libellé", "label"),
        col("Tiers", "payee"),
        col("RNE", "uai"),
        col("N° de titre", "reference"),
        col("Statut", "state"),
        col("N° SIRET", "payer_siret"),
        col("Réglé le", "paid_on"),
        col("Date du mandat", "mandat_on"),
        col("N° bordereau", "bordereau"),
        col("N° mandat", "mandat"),
    )
    last: list[Cell] = [euros(OF_PERPIGNAN), "TOTAL"]
    rows: Rows = [
        ["Budget principal"],
        *table(first, OF_CERET),
        under(first, "TOTAL", total(OF_CERET)),
        [],
        [],
        ["Budget annexe"],
        *table(second, OF_PERPIGNAN),
        last,
    ]
    return one_page("deux_budgets.xlsx", rows, first, CANONICAL, announced=True)


@layout
def two_tables_side_by_side() -> Ledger:
    """Two tables beside each other, an empty column between them: first half of the year, second half."""
    columns = without(FULL, "exercise", "bordereau")
    halves = ([payment for payment in CANONICAL if (payment.mandat_on.month > 6) is second] for second in (False, True))
    left, right = (table(columns, half) for half in halves)
    wide: list[Cell] = [None] * len(columns)
    height = max(len(left), len(right))
    rows: Rows = [["1er semestre", *wide, "2e semestre"]]
    for index in range(height):
        one, two = (half[index] if index < len(half) else wide for half in (left, right))
        rows.append([*one, None, *two])
    return one_page("semestres.xlsx", rows, columns, CANONICAL)


@layout
def table_in_the_middle_of_the_sheet() -> Ledger:
    """A table that begins at D7, with a margin of empty columns and the sender's address at the left."""
    columns = without(FULL, "exercise")
    margin: list[Cell] = [None, None, None]
    rows: Rows = [
        ["Communauté de communes"],
        ["Service comptabilité"],
        ["Tél. 04 68 00 00 00"],
        [],
        [None, None, None, "Mandats ENT 2026"],
        [],
        *([*margin, *cells] for cells in table(columns, CANONICAL)),
    ]
    return one_page("extrait.xlsx", rows, columns, CANONICAL)


# Layouts: headings, totals and what is no line -----------------------------------------------------------------------


@layout
def stacked_headings_in_merged_cells() -> Ledger:
    """Headings of two rows: "Mandat" merged over number and date, "Bordereau" over its own, "Montant" over HT, TVA, TTC."""
    columns = (
        col("SIRET", "payer_siret"),
        col("N°", "bordereau"),
        other("Date", lambda payment: payment.mandat_on),
        col("N°", "mandat"),
        col("Date", "mandat_on"),
        col("Nom", "payee"),
        other("Code", "T0042"),
        col("Objet", "label"),
        col("N° titre", "reference"),
        other("HT", lambda payment: payment.euros),
        other("TVA", lambda _: Decimal(0)),
        col("TTC", "amount"),
        col("Date", "paid_on"),
        col("État", "state"),
    )
    above: list[Cell] = ["SIRET", "Bordereau", None, "Mandat", None, "Tiers", None, "Objet", "Références", "Montant",
                         None, None, "Paiement", None]  # fmt: skip
    below: list[Cell] = [None, *titles(columns)[1:7], None, *titles(columns)[8:]]
    merged = [(0, 1, 0, 2), (0, 3, 0, 4), (0, 5, 0, 6), (0, 9, 0, 11), (0, 12, 0, 13), (0, 0, 1, 0), (0, 7, 1, 7)]
    page = Page("Mandats", [above, below, *lines(columns, CANONICAL)], merged=merged)
    return ledger("bordereaux.xlsx", [page], columns, CANONICAL)


@layout
def headings_that_wrap_over_two_rows() -> Ledger:
    """Headings cut in two rows without merging, as a print file pours them: "Date" over "mandat", "Montant" over "TTC"."""
    columns = without(FULL, "exercise", "uai")
    words = ("SIRET payeur", "N° bordereau", "N° mandat", "Date mandat", "Date paiement", "Nom tiers", "Objet mandat",
             "Réf. facture", "Montant TTC", "État mandat")  # fmt: skip
    above: list[Cell] = [word.split()[0] for word in words]
    below: list[Cell] = [word.split()[1] for word in words]
    return one_page("edition.xlsx", [above, below, *lines(columns, CANONICAL)], columns, CANONICAL)


@layout
def pages_with_headings_and_carried_sums() -> Ledger:
    """A print file of several pages: headings on each, "À reporter" at its foot, "Report" at the head of the next."""
    columns = (
        col("Mandat", "mandat"),
        col("Bord.", "bordereau"),
        col("Siret", "payer_siret"),
        col("Date", "mandat_on"),
        col("Tiers", "payee"),
        col("Objet", "label"),
        col("Référence", "reference"),
        col("Montant", "amount"),
        col("État", "state"),
    )
    rows: Rows = []
    sheets = [CANONICAL[start : start + 5] for start in range(0, len(CANONICAL), 5)]
    for number, part in enumerate(sheets, 1):
        before = total(CANONICAL[: (number - 1) * 5])
        rows += [[f"Journal des mandats - Exercice 2026 - page {number}/{len(sheets)}"], [], titles(columns)]
        rows += [under(columns, "Report", before)] if number > 1 else []
        rows += lines(columns, part)
        rows += [under(columns, "À reporter", before + total(part)), []] if number < len(sheets) else []
    rows.append(under(columns, "TOTAL GÉNÉRAL", total(CANONICAL)))
    return one_page("journal.xlsx", rows, columns, CANONICAL, announced=True)


@layout
def subtotals_per_account() -> Ledger:
    """Lines grouped by account: a row that names the account, its lines, its total; a general total at the end."""
    columns = without(FULL, "exercise", "uai")
    first, second = CANONICAL[:6], CANONICAL[6:]
    rows: Rows = [
        titles(columns),
        ["Compte 6558 - Autres contributions obligatoires"],
        *lines(columns, first),
        under(columns, "Total compte 6558", total(first)),
        [],
        ["Compte 6288 - Autres services extérieurs"],
        *lines(columns, second),
        under(columns, "Total compte 6288", total(second)),
        under(columns, "Total général", total(CANONICAL)),
    ]
    return one_page("par_compte.xlsx", rows, columns, CANONICAL, announced=True)


@layout
def subtotals_per_month() -> Ledger:
    """A sub-total after each month, said in the label's column, and the year's total."""
    columns = (
        col("N° pièce", "mandat"),
        col("Date d'émission", "mandat_on"),
        col("SIRET", "payer_siret"),
        col("Libellé", "label"),
        col("Référence", "reference"),
        col("Montant payé", "amount"),
        col("État", "state"),
    )
    in_order = sorted(CANONICAL, key=lambda payment: payment.mandat_on)
    rows: Rows = [titles(columns)]
    for month, name in ((2, "février"), (6, "juin"), (10, "octobre"), (11, "novembre")):
        part = [payment for payment in in_order if payment.mandat_on.month == month]
        rows += [*lines(columns, part), [None, None, None, f"Sous-total {name}", None, euros(part)]]
    rows.append([None, None, None, "TOTAL ANNÉE", None, euros(CANONICAL)])
    return one_page("par_mois.xlsx", rows, columns, CANONICAL, announced=True)


@layout
def lines_under_the_row_of_their_bordereau() -> Ledger:
    """A journal by bordereau: a row that names it and its day, its mandats, its total; and who signed, below."""
    columns = (
        col("Mandat", "mandat"),
        col("Créancier", "payee"),
        col("SIRET payeur", "payer_siret"),
        col("Objet du mandat", "label"),
        col("Date du mandat", "mandat_on"),
        col("Montant", "amount"),
    )
    payments = tuple(payment for payment in CANONICAL if payment.state == "payé")
    rows: Rows = [["Journal des mandats"], [], titles(columns)]
    for number in sorted({payment.bordereau for payment in payments}):
        part = [payment for payment in payments if payment.bordereau == number]
        rows.append([f"Bordereau n° {number} du {part[0].mandat_on:%d/%m/%Y}"])
        rows += [*lines(columns, part), under(columns, f"Total du bordereau {number}", total(part))]
    rows += [
        under(columns, "TOTAL GÉNÉRAL", total(payments)),
        [],
        ["Arrêté le présent état à la somme indiquée ci-dessus."],
        [None, None, None, "Fait à Céret, le 27/11/2026"],
        [None, None, None, "Le Maire,"],
    ]
    return one_page("journal_par_bordereau.xlsx", rows, columns, payments, announced=True)


@layout
def columns_nobody_asked_for() -> Ledger:
    """Columns in no usual order among those of other services: Service, Chapitre, Utilisateur, TVA, HT beside TTC."""
    columns = (
        other("N°", lambda payment: 1 + CANONICAL.index(payment)),
        other("Utilisateur", "COMPTA2"),
        other("Chapitre", "65"),
        col("Montant TTC", "amount"),
        other("Montant HT", lambda payment: payment.euros / 2),
        other("TVA", lambda payment: payment.euros / 2),
        col("Statut", "state"),
        other("Service", "SCOLAIRE"),
        col("Objet du mandat", "label"),
        other("Code tiers", lambda _: 4021),
        col("Nom du tiers", "payee"),
        col("Code UAI", "uai"),
        other("Date de saisie", lambda _: date(2026, 1, 3)),
        col("Date du mandat", "mandat_on"),
        col("N° de bordereau", "bordereau"),
        col("N° de mandat", "mandat"),
        other("Date de fin de délai", lambda _: date(2027, 1, 31)),
        col("Date de règlement", "paid_on"),
        col("N° de titre", "reference"),
        col("SIRET commune", "payer_siret"),
        other("Observations", ""),
    )
    return one_page("export_complet.xlsx", table(columns, CANONICAL), columns, CANONICAL)


# Layouts: which way the money goes -----------------------------------------------------------------------------------


def _debit(payment: Payment) -> Cell:
    return Marked(payment.key, payment.euros) if payment.cents > 0 else None


def _credit(payment: Payment) -> Cell:
    return Marked(payment.key, -payment.euros) if payment.cents < 0 else None


@layout
def debit_and_credit_of_one_account() -> Ledger:
    """The extract of account 6558: debit, credit where money came back, and a running balance that is no amount."""
    columns = (
        col("SIRET", "payer_siret"),
        col("Date", "mandat_on"),
        col("N° pièce", "mandat"),
        col("Libellé", "label"),
        col("Référence", "reference"),
        col("Débit", "amount", _debit),
        col("Crédit", "amount", _credit),
        other("Solde", lambda _: None),
    )
    payments = (*SIMPLE, *(payment for payment in OF_CERET if payment.cents < 0))
    rows: Rows = [["Compte 6558 du 01/01/2026 au 30/11/2026"], titles(columns)]
    balance = Decimal(0)
    for payment in payments:
        balance += payment.euros
        rows.append([*line(columns, payment)[:-1], balance])
    debit = sum(payment.euros for payment in payments if payment.cents > 0)
    credit = -sum(payment.euros for payment in payments if payment.cents < 0)
    rows.append(["Total", None, None, None, None, debit, credit, balance])
    return one_page("compte_6558.xlsx", rows, columns, payments, announced=True)


@layout
def grand_livre_with_counterparts() -> Ledger:
    """A grand livre: each mandat debits class 6 and credits the supplier (401), each payment debits 401 and credits 515."""
    columns = (
        col("Compte", "account"),
        other("Journal", "MDT"),
        col("Date", "mandat_on"),
        col("Pièce", "mandat"),
        col("SIRET", "payer_siret"),
        col("Libellé", "label"),
        col("Débit", "amount", _debit),
        col("Crédit", "amount", _credit),
    )
    rows: Rows = [["Grand livre général", None, "Exercice 2026"], [], titles(columns)]
    for payment in SIMPLE:
        told: list[Cell] = [payment.mandat_on, payment.mandat, payment.siret, payment.label]
        rows += [
            line(columns, payment),
            ["40171", "MDT", *told, None, payment.euros],
            ["40171", "PAI", *told, payment.euros, None],
            ["515", "PAI", *told, None, payment.euros],
        ]
    every = 2 * euros(SIMPLE)
    rows.append(["Totaux", None, None, None, None, None, every, every])
    return one_page("grand_livre.xlsx", rows, columns, SIMPLE, unrelated=None)


@layout
def sense_in_a_column_of_its_own() -> Ledger:
    """Amounts without sign beside a column "Sens": D for what is paid, C for what comes back."""
    columns = (
        *without(FULL, "exercise", "amount"),
        col("Montant", "amount", lambda payment: abs(payment.euros)),
        other("Sens", lambda payment: "C" if payment.cents < 0 else "D"),
    )
    return one_page("sens.xlsx", table(columns, CANONICAL), columns, CANONICAL)


@layout
def mandat_and_bordereau_in_one_cell() -> Ledger:
    """One column "Mandat/Bord." that holds both numbers: 1187/96."""
    columns = (
        other("Mandat/Bord.", lambda payment: f"{payment.mandat}/{payment.bordereau}"),
        col("SIRET payeur", "payer_siret"),
        *without(FULL, "payer_siret", "exercise", "mandat", "bordereau"),
    )
    made = text("mandats.csv", table(columns, CANONICAL), columns, CANONICAL)
    return replace(made, carries=made.carries | {"mandat", "bordereau"})


# Layouts: who pays ---------------------------------------------------------------------------------------------------


def _above(name: str, *above: list[Cell]) -> Ledger:
    return one_page(name, [*above, [], *table(NO_PAYER, OF_CERET)], NO_PAYER, OF_CERET)


@layout
def payer_above_by_siret() -> Ledger:
    """The payer's SIRET in a cell above the table, its digits in groups."""
    return _above("registre.xlsx", ["Collectivité :", "MAIRIE"], ["SIRET :", "216 600 494 00019"])


@layout
def payer_above_by_siret_in_a_sentence() -> Ledger:
    """The payer's SIRET within the words of a title row."""
    return _above("registre.xlsx", [f"Mairie de Céret - SIRET {CERET} - Exercice 2026"])


@layout
def payer_above_by_siren() -> Ledger:
    """The payer's SIREN as a number in the cell beside its title."""
    return _above("registre.xlsx", ["N° SIREN", None, int(CERET[:9])], ["Exercice", None, 2026])


@by_name
def payer_above_by_insee() -> Ledger:
    """The commune's INSEE code above the table."""
    return _above("registre.xlsx", ["Code INSEE", "66049"], ["Registre des mandats"])


@by_name
def payer_above_by_name() -> Ledger:
    """The commune's name alone above the table, with accents and as a title."""
    return _above("registre.xlsx", ["Mairie de Céret"], ["Registre des mandats", None, 2026])


@layout
def payer_above_and_the_suppliers_siret_in_a_column() -> Ledger:
    """A column with the SIRET of whom is paid, the same in every line: it is not who pays, who stands above."""
    columns = (other("SIRET du tiers", "13009999700012"), *NO_PAYER)
    rows: Rows = [["Commune :", "CERET", "SIRET :", CERET], [], *table(columns, OF_CERET)]
    return one_page("registre.xlsx", rows, columns, OF_CERET)


@layout
def payer_in_the_sheet_name() -> Ledger:
    """A sheet per payer, named by its SIRET."""
    pages = [Page(CERET, table(NO_PAYER, OF_CERET)), Page(PERPIGNAN, table(NO_PAYER, OF_PERPIGNAN))]
    return ledger("deux_communes.xlsx", pages, NO_PAYER, CANONICAL)


@by_name
def payer_in_the_sheet_name_by_word() -> Ledger:
    """A sheet per payer, named like the commune."""
    pages = [Page("Céret", table(NO_PAYER, OF_CERET)), Page("PERPIGNAN", table(NO_PAYER, OF_PERPIGNAN))]
    return ledger("communes.xlsx", pages, NO_PAYER, CANONICAL)


@layout
def payer_in_the_file_name_by_siret() -> Ledger:
    """The payer's SIRET in the file's name."""
    return text("21660049400019_2026.csv", table(NO_PAYER, OF_CERET), NO_PAYER, OF_CERET)


@by_name
def payer_in_the_file_name_by_insee() -> Ledger:
    """The commune's INSEE code in the file's name, beside a year."""
    return one_page("grand_livre_66049_2026.xlsx", table(NO_PAYER, OF_CERET), NO_PAYER, OF_CERET)


@by_name
def payer_in_the_file_name_by_word() -> Ledger:
    """The commune's name in the file's name."""
    return one_page("Céret 2026.xlsx", table(NO_PAYER, OF_CERET), NO_PAYER, OF_CERET)


@by_name
def payer_in_a_column_by_name() -> Ledger:
    """A column with the communes' names, and no number of theirs anywhere."""
    columns = (col("Collectivité", "payer_name"), *NO_PAYER)
    return one_page("syndicat.xlsx", table(columns, CANONICAL), columns, CANONICAL)


@by_name
def payer_in_a_column_by_insee() -> Ledger:
    """A column with the communes' INSEE codes, stored as numbers."""
    columns = (other("Code INSEE", lambda payment: int(INSEE[payment.siret])), *NO_PAYER)
    return one_page("syndicat.xlsx", table(columns, CANONICAL), columns, CANONICAL)


@layout
def payer_named_above_each_block() -> Ledger:
    """Blocks of lines under a row that names their payer, each block with its total."""
    rows: Rows = [["Syndicat : paiements pour le compte des communes"], titles(NO_PAYER)]
    for payments in (OF_CERET, OF_PERPIGNAN):
        name = COMMUNE[payments[0].siret]
        rows += [
            [f"Commune de {name} (SIRET {payments[0].siret})"],
            *lines(NO_PAYER, payments),
            under(NO_PAYER, f"Total {name}", total(payments)),
        ]
    rows.append(under(NO_PAYER, "TOTAL", total(CANONICAL)))
    return one_page("par_commune.xlsx", rows, NO_PAYER, CANONICAL, announced=True)


@layout
def payer_merged_down_over_its_lines() -> Ledger:
    """The payer stands once, in a cell merged down over its lines."""
    rows = table(FULL, CANONICAL)
    for number in [*range(2, 1 + len(OF_CERET)), *range(2 + len(OF_CERET), len(rows))]:
        rows[number][0] = None
    merged = [(1, 0, len(OF_CERET), 0), (1 + len(OF_CERET), 0, len(CANONICAL), 0)]
    return ledger("fusion.xlsx", [Page("Mandats", rows, merged=merged)], FULL, CANONICAL)


# Layouts: how days, amounts and states are written -------------------------------------------------------------------


def _serial(day: date | None, epoch: date) -> int | None:
    return (day - epoch).days if day else None


@layout
def days_as_serial_numbers() -> Ledger:
    """Dates whose format was lost: 46300 where 05/10/2026 was meant."""
    epoch = date(1899, 12, 30)
    columns = rewritten(
        FULL, mandat_on=lambda p: _serial(p.mandat_on, epoch), paid_on=lambda p: _serial(p.paid_on, epoch)
    )
    return one_page("format_standard.xlsx", table(columns, CANONICAL), columns, CANONICAL)


@layout
def days_as_serial_numbers_of_1904() -> Ledger:
    """The same in a workbook that counts its days from 1904; its date cells are counted from there too."""
    epoch = date(1904, 1, 1)
    columns = rewritten(FULL, paid_on=lambda p: _serial(p.paid_on, epoch))
    pages = [Page("Mandats", table(columns, CANONICAL))]
    return ledger("mac.xlsx", pages, columns, CANONICAL, xlsx(pages, since_1904=True))


@layout
def days_of_two_digits() -> Ledger:
    """Dates as text with a year of two digits: 05/10/26."""
    columns = rewritten(FULL, mandat_on=lambda p: f"{p.mandat_on:%d/%m/%y}", paid_on=lambda p: f"{p.paid_on:%d/%m/%y}" if p.paid_on else None)  # fmt: skip
    return text("dates_courtes.csv", table(columns, CANONICAL), columns, CANONICAL)


@layout
def days_in_words() -> Ledger:
    """Dates in words for the mandat (3 juin 2026), in ISO form with a time for the payment."""
    columns = rewritten(
        FULL,
        mandat_on=lambda p: f"{p.mandat_on.day} {MONTHS[p.mandat_on.month - 1]} {p.mandat_on.year}",
        paid_on=lambda p: f"{p.paid_on:%Y-%m-%d} 00:00:00" if p.paid_on else None,
    )
    return one_page("dates_en_toutes_lettres.xlsx", table(columns, CANONICAL), columns, CANONICAL)


def grouped(payment: Payment, space: str = " ", decimal: str = ",") -> str:
    """Return an amount with thousands apart: 1 234,56."""
    return f"{payment.euros:,.2f}".replace(",", "\x1f").replace(".", decimal).replace("\x1f", space)


def _unsigned(payment: Payment, space: str = " ") -> str:
    return grouped(payment._replace(cents=abs(payment.cents)), space)


WRITINGS: dict[str, Callable[[Payment], str]] = {
    "with_the_euro_sign": lambda p: grouped(p, "\u00a0") + "\u00a0€",
    "with_non_breaking_spaces": lambda p: grouped(p, "\u00a0"),
    "with_narrow_spaces": lambda p: grouped(p, "\u202f") + "\u202f€",
    "with_dots_between_thousands": lambda p: grouped(p, "."),
    "with_an_english_dot": lambda p: f"{p.euros:.2f}",
    "negative_in_parentheses": lambda p: f"({_unsigned(p)})" if p.cents < 0 else grouped(p),
    "negative_with_minus_after": lambda p: f"{_unsigned(p)}-" if p.cents < 0 else grouped(p),
    "with_eur_after": lambda p: f"{typed(p.euros)} EUR",
    "with_a_true_minus_sign": lambda p: f"\u2212{_unsigned(p)} €" if p.cents < 0 else f"{grouped(p)} €",
}


def amounts(name: str, write: Callable[[Payment], str]) -> Callable[[], Ledger]:
    """Return a layout whose amounts are text, all in one writing."""

    def build() -> Ledger:
        columns = rewritten(FULL, amount=write)
        return one_page("montants_texte.xlsx", table(columns, CANONICAL), columns, CANONICAL)

    samples = (payment for payment in OF_CERET if payment.mandat in {1260, 1266})
    build.__doc__ = f"Amounts as text, {name.replace('_', ' ')}: {' and '.join(map(write, samples))}."
    return build


LAYOUTS |= {f"amounts_{name}": amounts(name, write) for name, write in WRITINGS.items()}

STATES = {
    "payé": ("Payé", "Réglé", "PAYEE", "Mandat payé", "Acquitté"),
    "émis": ("Mandaté",),
    "rejeté": ("Rejet du comptable",),
    "suspendu": ("En suspens",),
    "annulé": ("Annulation",),
}


@layout
def states_in_many_words() -> Ledger:
    """States as each program words them, several words for one state in the same column."""
    columns = rewritten(FULL, state=lambda p: STATES[p.state][p.mandat % len(STATES[p.state])])
    return one_page("etats.xlsx", table(columns, CANONICAL), columns, CANONICAL)


# Layouts: formats ----------------------------------------------------------------------------------------------------


@layout
def hidden_rows_columns_and_sheet() -> Ledger:
    """True lines in hidden rows and in a hidden sheet, the reference in a hidden column: hidden is not void."""
    pages = [
        Page("Mandats", table(FULL, OF_CERET), hidden_rows={2, 3, 7}, hidden_columns={8}),
        Page("Perpignan", table(FULL, OF_PERPIGNAN), hidden=True),
    ]
    return ledger("filtre.xlsx", pages, FULL, CANONICAL)


@layout
def csv_with_commas() -> Ledger:
    """CSV in the English manner: commas between cells, a dot in amounts."""
    page = Page("", table(FULL, CANONICAL))
    return ledger("export.csv", [page], FULL, CANONICAL, delimited(page, ",", decimal="."))


@layout
def csv_with_commas_and_quoted_amounts() -> Ledger:
    """CSV with commas between cells and within amounts, these in quotes."""
    return text("export.csv", table(FULL, CANONICAL), FULL, CANONICAL, ",")


@layout
def tabs_in_utf_16() -> Ledger:
    """What Excel calls "Texte Unicode": tabs, UTF-16 with its mark, named .txt."""
    return text("export.txt", table(FULL, CANONICAL), FULL, CANONICAL, "\t", "utf-16")


@layout
def csv_of_excel_in_cp1252() -> Ledger:
    """What Excel calls "CSV (séparateur : point-virgule)" in France: Windows-1252."""
    rows: Rows = [
        ["Commune", "", "Exercice clôturé : non"],
        *table(FULL, CANONICAL),
        under(FULL, "TOTAL", total(CANONICAL)),
    ]
    return text("export.csv", rows, FULL, CANONICAL, ";", "cp1252", announced=True)


@layout
def csv_in_utf_8_with_a_mark() -> Ledger:
    """CSV in UTF-8 with its mark, which is no part of the first heading."""
    return text("export.csv", table(FULL, CANONICAL), FULL, CANONICAL, ";", "utf-8-sig")


@layout
def csv_with_line_breaks_in_cells() -> Ledger:
    """CSV whose labels and headings hold line breaks, in quotes."""
    broken = [column._replace(title=column.title.replace(" ", "\n")) for column in FULL]
    columns = rewritten(broken, label=lambda p: p.label.replace(" ", "\n", 1))
    return text("export.csv", table(columns, CANONICAL), columns, CANONICAL)


@layout
def csv_named_xls() -> Ledger:
    """What many programs call an Excel export: tabs between cells, named .xls."""
    return text("export.xls", table(FULL, CANONICAL), FULL, CANONICAL, "\t", "cp1252")


@layout
def xlsx_named_csv() -> Ledger:
    """A workbook that somebody renamed."""
    return one_page("export.csv", table(FULL, CANONICAL), FULL, CANONICAL)


@layout
def open_document() -> Ledger:
    """A LibreOffice spreadsheet: title row, typed dates and amounts, a total."""
    rows: Rows = [["Mandats 2026"], [], *table(FULL, CANONICAL), under(FULL, "Total", total(CANONICAL))]
    page = Page("Feuille1", rows)
    return ledger("mandats.ods", [page], FULL, CANONICAL, ods([page]), announced=True)


def _binary(name: str, write: Callable[[Sequence[Page]], bytes]) -> Ledger:
    pages = [
        Page("Page de garde", [["Commune", "Mandats 2026"]]),
        Page("Mandats", [["Liste des mandats"], [], *table(FULL, OF_CERET), under(FULL, "Total", total(OF_CERET))]),
        Page("Perpignan", [*table(FULL, OF_PERPIGNAN), under(FULL, "Total", total(OF_PERPIGNAN))], hidden=True),
    ]
    return ledger(name, pages, FULL, CANONICAL, write(pages), announced=True)


@layout
def excel_97() -> Ledger:
    """An xls, as older programs still write it: numbers, date cells, a hidden sheet."""
    return _binary("mandats.xls", xls)


@layout
def excel_binary() -> Ledger:
    """An xlsb: the same book in Excel's binary format."""
    return _binary("mandats.xlsb", xlsb)


# Layouts: the words of the programs ----------------------------------------------------------------------------------


@layout
def program_with_pieces_and_references() -> Ledger:
    """One program's list of pieces: short titles, class of the piece, budget by name, gross amount beside the net one."""
    columns = (
        other("Budget", "00 - BUDGET PRINCIPAL"),
        col("Exer.", "exercise"),
        other("Type", "Mandat"),
        col("N° pièce", "mandat"),
        col("N° bord.", "bordereau"),
        col("Date de pièce", "mandat_on"),
        other("Imputation", "65/6558/212"),
        other("Code tiers", lambda _: 118),
        col("Tiers", "payee"),
        col("Objet", "label"),
        col("Réf. pièce", "reference"),
        other("Montant HT", lambda payment: payment.euros / 2),
        other("Montant TVA", lambda payment: payment.euros / 2),
        col("Montant TTC", "amount"),
        col("SIRET", "payer_siret"),
        col("État", "state"),
    )
    return one_page("pieces.xlsx", table(columns, CANONICAL), columns, CANONICAL)


@layout
def program_with_abbreviations() -> Ledger:
    """Another program's export: abbreviated titles in capitals, everything text, mandats with leading zeros kept off."""
    columns = (
        col("SIRET COLL.", "payer_siret"),
        col("EXERCICE", "exercise"),
        col("NUM MDT", "mandat"),
        col("NUM BORD", "bordereau"),
        col("DT EMISSION", "mandat_on", lambda p: typed(p.mandat_on)),
        col("DT PAIEMENT", "paid_on", lambda p: typed(p.paid_on) or None),
        col("NOM TIERS", "payee"),
        col("LIB MANDAT", "label"),
        col("NUM FACTURE", "reference"),
        col("CODE RNE", "uai"),
        col("MT TTC", "amount", lambda p: typed(p.euros)),
        col("ETAT", "state"),
    )
    return text("EXPMDT.TXT", table(columns, CANONICAL), columns, CANONICAL)


@layout
def program_of_the_treasury() -> Ledger:
    """The accountant's view of a commune's expenses: pieces taken over, sums paid, the beneficiary by name."""
    columns = (
        col("SIRET", "payer_siret"),
        col("Exercice", "exercise"),
        col("N° bordereau", "bordereau"),
        col("N° de pièce", "mandat"),
        col("Date d'émission", "mandat_on"),
        col("Nom ou raison sociale du bénéficiaire", "payee"),
        col("Objet de la dépense", "label"),
        col("Référence de la facture", "reference"),
        col("Montant de la pièce", "amount"),
        col("Date de paiement", "paid_on"),
        col("Situation", "state"),
    )
    return one_page("depenses.xlsx", table(columns, CANONICAL), columns, CANONICAL)


@layout
def ledger_without_numbers() -> Ledger:
    """A small commune's own list: date, to whom, what for, how much; no mandat, no state."""
    columns = (col("Payé le", "paid_on"), col("Bénéficiaire", "payee"), col("Objet", "label"), col("Montant", "amount"))
    payments = tuple(payment for payment in OF_CERET if payment.state == "payé")
    rows: Rows = [[f"Mairie de Céret, SIRET {CERET}"], titles(columns), *lines(columns, payments)]
    rows.append(under(columns, "Total", total(payments)))
    return one_page("depenses_ecoles.xlsx", rows, columns, payments, announced=True)
