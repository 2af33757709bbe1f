"""The Synthèse's second page: by département, by age, by school year, by code, the ten largest, what was not checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.findings.catalogue import CATALOGUE, SEVERITIES
from recon.reports import charts, figures, style, words
from recon.reports.board import CELL, LAST, LEFT, RIGHT, SUM, Board, cell, column_sum
from recon.reports.looks import SEVERITY_LOOK, names
from recon.reports.recovery import together
from recon.texts import Text, counted, same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.reports.recovery import Recovery

PAGE_2 = 41
AGEING_ROW = PAGE_2 + figures.MOST_DEPARTMENTS + 4
YEARS_ROW = AGEING_ROW + len(words.AGEING) + 4
MOST_CODES = 21
LARGEST_ROW = PAGE_2 + MOST_CODES + 3
UNCHECKED_ROW = LARGEST_ROW + figures.MOST_PAYERS + 3
MOST_UNCHECKED = 3
LAST_ROW = UNCHECKED_ROW + MOST_UNCHECKED + 1

SUMMED = ("billed", "paid", "outstanding")
BY_AMOUNT, BY_NUMBER = LEFT + 4, LEFT + 5


def second_page(board: Board) -> tuple[charts.Range, charts.Range]:
    """Write the second page; return the cells that the first page's charts show."""
    departments = _departments(board, PAGE_2)
    buckets = _ageing(board, AGEING_ROW)
    _years(board, YEARS_ROW)
    _codes(board, PAGE_2)
    _largest(board, LARGEST_ROW)
    _unchecked(board, UNCHECKED_ROW)
    return departments, buckets


def _departments(board: Board, row: int) -> charts.Range:
    """By département, the lowest rate first; those that find no room make one line. Return the chart's cells."""
    board.section(row, LEFT, Text("Par département", "By département"))
    titles = (Text("Département", "Département"), Text("Titré", "Billed"), Text("Payé", "Paid"), Text("Reste", "Outstanding"), Text("Taux (montant)", "Rate (amount)"), Text("Taux (titres)", "Rate (titres)"))  # fmt: skip
    board.headings(row + 1, LEFT, *enumerate(titles))
    rows = figures.departments(board.context.month)
    crowded = len(rows) > figures.MOST_DEPARTMENTS
    shown = rows[: figures.MOST_DEPARTMENTS - crowded]
    first, last = row + 2, row + 1 + len(shown) + crowded
    for at, (code, sums) in enumerate(shown, start=first):
        _department(board, at, code, sums)
    if crowded:
        _others(board, last, first, dict(rows[len(shown) :]))
    _department_total(board, first, last, together(sums for _, sums in rows))
    rates = tuple(sums.by_amount for code, sums in shown if sums.by_amount is not None and code != words.NONE)
    return charts.Range(first, first + len(rates) - 1, LEFT, BY_AMOUNT, rates)


def _department(board: Board, at: int, code: str, sums: Recovery) -> None:
    board.rule(at, LEFT)
    board.text(at, LEFT, words.department(code), **CELL)
    of = f'SUMIFS({{}},{board.payers.range("department")},"{code}")'
    for column, name in enumerate(SUMMED, start=LEFT + 1):
        board.euros(at, column, getattr(sums, name), f"={of.format(board.payers.range(name))}", **CELL)
    _rates(board, at, sums, *(of.format(board.payers.range(name)) for name in ("settled", "titres")), **CELL)


def _rates(board: Board, at: int, sums: Recovery, settled: str, titres: str, **look: object) -> None:
    """Write both rates: that by amount from the row's cells, that by number from the listing of the payers."""
    bold = {**look, "bold": True}
    board.share(at, BY_AMOUNT, cell(at, LEFT + 2), cell(at, LEFT + 1), sums.paid, sums.billed, **bold)
    board.share(at, BY_NUMBER, settled, titres, sums.settled, sums.titres, **bold)


def _others(board: Board, at: int, first: int, rest: dict[str, Recovery]) -> None:
    """The départements that have no line of their own: for the amounts, the whole less the lines above."""
    board.rule(at, LEFT)
    board.text(at, LEFT, Text("Autres", "Others"), **CELL)
    sums = together(rest.values())
    for column, name in enumerate(SUMMED, start=LEFT + 1):
        above = column_sum(first, at - 1, column).removeprefix("=")
        board.euros(at, column, getattr(sums, name), f"=SUM({board.payers.range(name)})-{above}", **CELL)
    codes = ",".join(f'"{code}"' for code in rest)
    of = f"SUMPRODUCT(SUMIFS({{}},{board.payers.range('department')},{{{{{codes}}}}}))"
    _rates(board, at, sums, *(of.format(board.payers.range(name)) for name in ("settled", "titres")), **CELL)


def _department_total(board: Board, first: int, last: int, sums: Recovery) -> None:
    at = last + 1
    board.text(at, LEFT, Text("Total", "Total"), **SUM)
    for column, name in enumerate(SUMMED, start=LEFT + 1):
        board.euros(at, column, getattr(sums, name), column_sum(first, last, column), **SUM)
    _rates(board, at, sums, *(f"SUM({board.payers.range(name)})" for name in ("settled", "titres")), **SUM)


def _ageing(board: Board, row: int) -> charts.Range:
    """The buckets of age, each the sum of its column in the listing. Return the chart's cells."""
    board.section(row, LEFT, Text("Balance âgée", "Ageing"))
    titles = (
        Text("Tranche de retard", "Age"),
        Text("Titres", "Titres"),
        Text("Reste dû", "Outstanding"),
        Text("Part", "Share"),
    )
    board.headings(row + 1, LEFT, *zip((0, 3, 4, 5), titles, strict=True))
    buckets = figures.ageing(board.context.month)
    whole = sum(cents for _, _, cents in buckets)
    first, last = row + 2, row + 1 + len(buckets)
    for at, (bucket, count, cents) in enumerate(buckets, start=first):
        column = board.outstanding.range(bucket)
        board.rule(at, LEFT)
        board.text(at, LEFT, words.AGEING[bucket], **CELL)
        board.count(at, LEFT + 3, count, f'=COUNTIFS({column},">0")', **CELL)
        board.euros(at, LEFT + 4, cents, f"=SUM({column})", **CELL)
        board.share(at, LEFT + 5, cell(at, LEFT + 4), cell(last + 1, LEFT + 4), cents, whole, **CELL)
    board.rule(last + 1, LEFT, **SUM)
    board.text(last + 1, LEFT, Text("Total", "Total"), **SUM)
    counts = sum(count for _, count, _ in buckets)
    board.count(last + 1, LEFT + 3, counts, column_sum(first, last, LEFT + 3), **SUM)
    board.euros(last + 1, LEFT + 4, whole, column_sum(first, last, LEFT + 4), **SUM)
    return charts.Range(first, last, LEFT, LEFT + 4, tuple(style.euros(cents) for _, _, cents in buckets))


def _years(board: Board, row: int) -> None:
    """One line a school year, the earliest together when there are many; what has no year stands last."""
    board.section(row, LEFT, Text("Par année scolaire", "By school year"))
    titles = (Text("Année", "Year"), Text("Attendu", "Expected"), Text("Titré", "Billed"), Text("Payé", "Paid"), Text("Reste", "Outstanding"), Text("Taux", "Rate"))  # fmt: skip
    board.headings(row + 1, LEFT, *enumerate(titles))
    years = board.schools.range("school_year")
    for at, line in enumerate(figures.year_lines(board.context.month), start=row + 2):
        board.rule(at, LEFT)
        board.text(at, LEFT, line.said, **CELL)
        for column, (name, cents) in enumerate(line.sums.items(), start=LEFT + 1):
            amounts = board.schools.range(name)
            parts = (f'SUMIFS({amounts},{years},"{year or words.NONE}")' for year in line.years)
            board.euros(at, column, cents, f"={'+'.join(parts)}", **CELL)
        paid, billed = line.sums["paid"], line.sums["billed"]
        board.share(at, LEFT + 5, cell(at, LEFT + 3), cell(at, LEFT + 2), paid, billed, **CELL, bold=True)


NUMBER, STAKE, DECIDED = RIGHT + 3, RIGHT + 4, RIGHT + 5


def _codes(board: Board, row: int) -> None:
    """The findings by code, the gravest first; those that find no room make one line. What is decided counts itself."""
    board.section(row, RIGHT, Text("Écarts par nature", "Findings by code"))
    titles = (Text("Écart", "Finding"), Text("Nombre", "Number"), Text("Enjeu", "At stake"), Text("Décidés", "Decided"))
    board.headings(row + 1, RIGHT, *zip((0, 3, 4, 5), titles, strict=True))
    lines = figures.codes(board.context.month)
    crowded = len(lines) > MOST_CODES - 1
    shown = lines[: MOST_CODES - 1 - crowded]
    codes, amounts, gravity, decisions = (
        board.findings.range(key) for key in ("code", "amount", "gravity", "decision")
    )
    for at, line in enumerate(shown, start=row + 2):
        word, colour = SEVERITIES[line.severity](board.context.lang), SEVERITY_LOOK[line.severity]["font_color"]
        of = f'{codes},"{line.code}",{gravity},"{word}"'
        board.rule(at, RIGHT)
        title = same(f"{line.code}  {CATALOGUE[line.code].title(board.context.lang)}")
        board.text(at, RIGHT, title, **CELL, bold=True, font_color=colour)
        board.count(at, NUMBER, line.count, f"=COUNTIFS({of})", **CELL)
        board.euros(at, STAKE, line.amount, f"=SUMIFS({amounts},{of})", **CELL)
        board.count(at, DECIDED, line.decided, f'=COUNTIFS({of},{decisions},"<>")', **CELL)
    at = row + 2 + len(shown)
    if crowded:
        _other_codes(board, at, row + 2, lines[len(shown) :])
    board.rule(at + crowded, RIGHT, **SUM)
    board.text(at + crowded, RIGHT, Text("Total", "Total"), **SUM)
    board.count(at + crowded, NUMBER, sum(line.count for line in lines), f"=COUNTA({codes})", **SUM)
    board.count(at + crowded, DECIDED, sum(line.decided for line in lines), f"=COUNTA({decisions})", **SUM)


def _other_codes(board: Board, at: int, first: int, rest: Sequence[figures.CodeLine]) -> None:
    said = Text("{n} autres natures : voir la feuille Écarts", "{n} more codes: see the sheet Findings")
    board.rule(at, RIGHT)
    board.text(at, RIGHT, said.with_(n=len(rest)), **CELL, font_color=style.GREY)

    def less(column: int, whole: str) -> str:
        return f"={whole}-{column_sum(first, at - 1, column).removeprefix('=')}"

    codes, amounts, decisions = (board.findings.range(key) for key in ("code", "amount", "decision"))
    board.count(at, NUMBER, sum(line.count for line in rest), less(NUMBER, f"COUNTA({codes})"), **CELL)
    board.euros(at, STAKE, sum(line.amount for line in rest), less(STAKE, f"SUM({amounts})"), **CELL)
    board.count(at, DECIDED, sum(line.decided for line in rest), less(DECIDED, f"COUNTA({decisions})"), **CELL)


def _largest(board: Board, row: int) -> None:
    """The ten titres that owe most, each linked to its line."""
    name = names(board.context)
    board.section(row, RIGHT, Text("Dix premiers restes dus", "Ten largest amounts outstanding"))
    titles = (Text("Collectivité", "Payer"), Text("Titre", "Titre"), Text("Retard (j)", "Days late"), Text("Reste dû", "Outstanding"))  # fmt: skip
    board.headings(row + 1, RIGHT, *zip((0, 3, 4, 5), titles, strict=True))
    places = {titre: place for place, titre in enumerate(figures.outstanding(board.context.month)["titre"])}
    link = {**CELL, "font_color": style.NAVY, "underline": 1}
    for at, titre in enumerate(figures.largest(board.context.month).iter_rows(named=True), start=row + 2):
        place = places[titre["titre"]]
        board.rule(at, RIGHT)
        board.sheet.merge_range(at, RIGHT, at, RIGHT + 2, "", board.context.formats(**link))
        target, owed = board.outstanding.cell("payer", place), board.outstanding.cell("outstanding", place)
        style.link(board.sheet, at, RIGHT, target, shortened(name(titre["payer_siren"])), board.context.formats(**link))
        board.text(at, RIGHT + 3, shortened(titre["titre"], from_end=True), **CELL, align="right")
        board.count(at, RIGHT + 4, titre["days_late"], **CELL)
        board.euros(at, RIGHT + 5, titre["outstanding"], f"={owed.removeprefix('internal:')}", **CELL, bold=True)


def shortened(text: str, *, from_end: bool = False) -> str:
    """Return a name, or the end of a number, that fits its cell; the listing that it links to has it whole."""
    longest = 15 if from_end else 40
    if len(text) <= longest:
        return text
    return f"…{text[-longest:]}" if from_end else f"{text[:longest]}…"


def _unchecked(board: Board, row: int) -> None:
    """What could not be checked, and why; the rest of the sentences stand under Contrôles."""
    said = board.context.month.unchecked
    if not said:
        return
    board.section(row, LEFT, Text("Non vérifié", "Not checked"), LAST + 1)
    crowded = len(said) > MOST_UNCHECKED
    shown = said[: MOST_UNCHECKED - crowded]
    for at, sentence in enumerate(shown, start=row + 1):
        board.merged(at, LEFT, LAST, sentence, font_color=style.GREY, shrink=1)
    if crowded:
        more = words.MORE_CONTROLS.with_(count=counted(len(said) - len(shown), *words.OTHER_CONTROLS))
        board.merged(row + MOST_UNCHECKED, LEFT, LAST, more, font_color=style.GREY)
