"""Which column is which field: decided by title and by content, never by one alone; what is in doubt is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Literal

from recon import values

from .headings import FIRM
from .looks import SAMPLE, Share, month_first, share, sort_of
from .totals import word_of
from .words import BORDEREAU_MANDAT, CREDIT, DEBIT, MANDAT_BORDEREAU, WEAK, meanings, title_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from recon_schemas import Source

    from .headings import Claim, Heading

    Rows = Sequence[Sequence[str | None]]

# Texts that together say what a line is about: the number that settles it may stand in any of them.
JOINED = {"payments": {"label", "reference"}}
# Of several columns that may name these, the best title is right enough: no figure and no match hangs on them alone.
SOFT_SORTS = {"text", "identifier"}

# Words of rows that are sums, whatever their cells look like.
SUMS = {"total", "fixed", "outline"}
# Whether a mandat is paid hangs on these: a title that may name them is asked about, not dropped.
CASH = {"paid_on", "state"}

Why = Literal["missing", "several", "content", "order", "sign"]


@dataclass(frozen=True, slots=True)
class Choice:
    """The column a field is read from (several for a joined text), its title's rank, and how far its cells agree."""

    columns: tuple[int, ...]
    rank: int
    share: Share


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a field is not read: no title names it, several columns may be it, or the cells are something else."""

    field: str
    why: Why
    columns: tuple[int, ...] = ()


@dataclass(slots=True)
class Columns:
    """The columns chosen for each field, and what is in doubt."""

    chosen: dict[str, Choice] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)


def columns_of(heading: Heading, rows: Rows) -> Columns:
    """Return the columns of each field that `heading` names, agreed to by a sample of the sheet's `rows` under it."""
    found = Columns()
    sample = _sample(rows, heading)
    for name, claims in heading.claims.items():
        _choose(found, heading, name, claims, sample)
    if heading.source.name == "payments":
        _mandat_in_two(found, sample)
        _amounts(found, sample)
    lacking = set(heading.missing) - found.chosen.keys() - {doubt.field for doubt in found.doubts}
    if DEBIT in found.chosen:
        lacking.discard("amount")
    found.doubts += [Doubt(name, "missing") for name in heading.source.required if name in lacking]
    return found


def _sample(rows: Rows, heading: Heading) -> Rows:
    """Return rows spread over the table that fill a third of its known columns: titles, blanks and totals fill fewer."""
    known = {claim.column for claim in chain.from_iterable(heading.claims.values())}
    enough = max(2, len(known) // 3)
    full = [row for row in _under(rows, heading) if sum(1 for c in known if c < len(row) and row[c]) >= enough]
    step = max(1, len(full) // SAMPLE)
    return full[::step]


def _under(rows: Rows, heading: Heading) -> Iterator[Sequence[str | None]]:
    """Yield the rows of the heading's own table that have cells, but for the heading itself told again."""
    own = [title_key(title) if title else "" for title in heading.titles]
    begun = False
    for row in filter(None, islice(rows, heading.last + 1, None)):
        if word_of(next(filter(None, row), "")) in SUMS:
            continue
        # A line has a figure somewhere: looked for first, as it is what most rows have.
        if any(cell and cell[0].isdigit() for cell in row):
            begun = True
        elif _titles_another(row, heading, begun=begun):
            if [title_key(cell) if cell else "" for cell in row] == own:
                continue
            return
        yield row


def _titles_another(row: Sequence[str | None], heading: Heading, *, begun: bool) -> bool:
    """Whether a row without figures titles another table: by known titles, or by many texts once lines have come."""
    filled = [cell for cell in row if cell and not cell.isspace()]
    titled = [cell for cell in filled if meanings(cell, heading.source.name)]
    if len(titled) >= FIRM or 1 < len(titled) == len(filled):
        return True
    return begun and len(filled) > FIRM and not any(char.isdigit() for cell in filled for char in cell)


def _cells(sample: Rows, column: int) -> list[str | None]:
    return [row[column] if column < len(row) else None for row in sample]


def _choose(found: Columns, heading: Heading, name: str, claims: list[Claim], sample: Rows) -> None:
    sort = sort_of(heading.source, name)
    shares = {claim: share(_cells(sample, claim.column), sort) for claim in claims}
    good = _best(sorted(claim for claim in claims if shares[claim].agrees))
    if not good:
        strong = [claim.column for claim in sorted(claims) if claim.rank < WEAK or name in CASH]
        if strong and _matters(heading.source, name, sort):
            found.doubts.append(Doubt(name, "content", tuple(strong)))
        return
    # Of two columns of amounts that differ no title is good enough: one may be without tax, or the whole mandat's.
    columns = tuple(claim.column for claim in (_strong(claims, shares) if sort == "amount" else good))
    if name not in JOINED.get(heading.source.name, ()):
        if len(columns) > 1 and sort not in SOFT_SORTS and not _alike(sample, columns):
            found.doubts.append(Doubt(name, "several", tuple(sorted(columns))))
            return
        columns = columns[:1]
    if sort == "day" and month_first(_cells(sample, columns[0])):
        found.doubts.append(Doubt(name, "order", columns))
        return
    found.chosen[name] = Choice(columns, good[0].rank, shares[good[0]])


def _best(claims: list[Claim]) -> list[Claim]:
    """Return the columns that bear the field's own title, else those whose title names it, else those that may."""
    own = [claim for claim in claims if claim.rank == 0]
    strong = [claim for claim in claims if claim.rank < WEAK]
    return own or strong or claims


def _strong(claims: list[Claim], shares: Mapping[Claim, Share]) -> list[Claim]:
    """Return the columns whose title names the field and whose cells agree, the best title first."""
    good = sorted(claim for claim in claims if shares[claim].agrees)
    return [claim for claim in good if claim.rank < WEAK] or good


def _matters(source: Source, name: str, sort: str) -> bool:
    """Whether a title that its cells belie must be asked about: a figure, a match or a line hangs on the field."""
    return name in source.required or sort not in {"count", "code2", "code5", "school_year"}


def _alike(sample: Rows, columns: tuple[int, ...]) -> bool:
    first, *others = (_cells(sample, column) for column in columns)
    return all(other == first for other in others)


def _mandat_in_two(found: Columns, sample: Rows) -> None:
    """« 1187/96 » under « Mandat » holds the mandat, then its bordereau, if no other column does."""
    mandat = found.chosen.get("mandat")
    if mandat is None or "bordereau" in found.chosen:
        return
    both = share(_cells(sample, mandat.columns[0]), MANDAT_BORDEREAU)
    years = share(_cells(sample, mandat.columns[0]), "mandat_of_year")
    if both.good and both.agrees and not years.good:
        found.chosen[MANDAT_BORDEREAU] = Choice(mandat.columns, mandat.rank, both)
        del found.chosen["mandat"]


def _amounts(found: Columns, sample: Rows) -> None:
    """Keep either one column of amounts or a debit and a credit: what names both must say the same."""
    chosen = found.chosen
    debit, credit, amount = chosen.get(DEBIT), chosen.get(CREDIT), chosen.get("amount")
    if amount is not None and (debit or credit):
        if debit and credit and _is_balance(sample, amount, debit, credit):
            del chosen["amount"]
        elif debit and not credit and _alike(sample, (amount.columns[0], debit.columns[0])):
            del chosen[DEBIT]
        else:
            taken = tuple(sorted(choice.columns[0] for choice in (amount, debit, credit) if choice))
            found.doubts.append(Doubt("amount", "several", taken))
    elif debit and not credit:
        chosen["amount"] = chosen.pop(DEBIT)
    elif credit and not debit:
        found.doubts.append(Doubt("amount", "sign", credit.columns))


def _is_balance(sample: Rows, amount: Choice, debit: Choice, credit: Choice) -> bool:
    def cents(row: Sequence[str | None], choice: Choice) -> int:
        column = choice.columns[0]
        return values.parse_cents((row[column] if column < len(row) else None) or "0") or 0

    return all(abs(cents(row, amount)) == abs(cents(row, debit) - cents(row, credit)) for row in sample)


def two_numbers(field_name: str) -> tuple[str, str] | None:
    """Return the fields that a column of two numbers holds, in their order."""
    return {MANDAT_BORDEREAU: ("mandat", "bordereau"), BORDEREAU_MANDAT: ("bordereau", "mandat")}.get(field_name)
