"""What a column without a known title may be: proposed by the nearest title and by its cells, never taken by itself."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING

from recon import values
from recon.identifiers import clean_digits, is_siren, is_siret, is_uai
from recon.layouts.looks import VOCABULARIES, Share, share, sort_of
from recon.layouts.words import BORDEREAU_MANDAT, CREDIT, DEBIT, MANDAT_BORDEREAU, SENSE, title_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from recon_schemas import Source

    Cells = Sequence[str | None]

NEAR = 0.72
PART = 0.85
SHORTEST_PART = 3
LONG_TEXT = 14
SURE_BY_CELLS = 0.6
FEW_WORDS = 8
LONGEST_NUMBER = 7
# A day by which one ought to pay is no day on which one has paid.
NOT_PAID = {"echeance", "limite", "prevu", "prevue", "previsionnelle", "exigibilite", "due"}
PAYEES = {"drfip", "ddfip", "rectorat", "academie", "academique", "tresor", "edf"}
# Words that programs in English, and hurried hands, put over what these fields hold.
HINTS: dict[str, tuple[str, ...]] = {
    "amount": ("Amount", "Amount paid", "Net amount", "Total", "Value", "Payment amount", "Mt réglé", "Mt payé", "Mt"),
    "mandat": (
        "N°",
        "Voucher",
        "Voucher number",
        "Document number",
        "Payment order",
        "Order number",
        "Document",
        "Doc no",
    ),
    "bordereau": ("Batch", "Batch number", "Slip"),
    "mandat_on": ("Document date", "Issue date", "Issued on", "Posting date", "Voucher date", "Dt", "Dt émis"),
    "paid_on": ("Payment date", "Paid on", "Paid", "Settled on", "Settlement date", "Value date", "Dt pmt"),
    "payee": ("Supplier", "Vendor", "Payee", "Beneficiary", "Creditor", "Third party", "Bénéf."),
    "label": ("Description", "Label", "Text", "Subject", "Details", "Memo", "Lib. op.", "Texte"),
    "reference": ("Reference", "Invoice", "Invoice number", "Ref", "Document reference", "Pièce jointe"),
    "state": ("Status", "State", "Payment status"),
    "exercise": ("Fiscal year", "Year", "Budget year"),
    "account": ("Account", "GL account", "Ledger account"),
    "payer_siret": ("Payer", "Payer id", "Company number"),
    "payer_name": ("Entity", "Town", "Municipality"),
    "uai": ("School", "School code"),
    DEBIT: ("Debit", "Debit amount"),
    CREDIT: ("Credit", "Credit amount"),
    SENSE: ("DC", "Side"),
}
# Sorts whose cells say by themselves what they are.
TELLING = {
    "amount",
    "day",
    "uai",
    "payer",
    "siret",
    "siren",
    "school_year",
    SENSE,
    MANDAT_BORDEREAU,
    BORDEREAU_MANDAT,
    *VOCABULARIES,
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A field that a column may be: how near its title is to a known one (of one), which, and how many cells agree."""

    field: str
    column: int
    nearness: float
    near: str
    share: Share
    by_cells: float

    @property
    def score(self) -> float:
        """How likely it is: the title and the cells together."""
        return self.nearness + self.by_cells


def proposals(
    titles: Mapping[int, str], cells: Mapping[int, Cells], source: Source, fields: Iterable[str]
) -> list[Proposal]:
    """Return what each column (its title and its cells) may be among `fields`, the likeliest first, each field once."""
    every = [
        proposal
        for field in fields
        for column, title in titles.items()
        if (proposal := _proposal(field, column, title, cells[column], source)) is not None
    ]
    every.sort(key=lambda proposal: (-proposal.score, proposal.column, proposal.field))
    kept: list[Proposal] = []
    for proposal in every:
        if all(proposal.field != other.field and proposal.column != other.column for other in kept):
            kept.append(proposal)
    return kept


def likeliest(field: str, titles: Mapping[int, str], cells: Mapping[int, Cells], source: Source) -> Proposal | None:
    """Return the column that is likeliest to hold a field, None if no cell of any could be."""
    return next(iter(proposals(titles, cells, source, [field])), None)


def _proposal(field: str, column: int, title: str, cells: Cells, source: Source) -> Proposal | None:
    sort = sort_of(source, field)
    agreed = share(cells, sort)
    if field == "paid_on" and NOT_PAID & set(values.folded(title).split()):
        return None
    nearness, near = _nearest(title, field, source)
    if sort in TELLING and not (agreed.agrees and agreed.good) and not (sort in VOCABULARIES and _few(cells)):
        return None
    nearness = nearness if nearness >= NEAR else 0.0
    filled = [cell for cell in cells if cell and not cell.isspace()]
    by_cells = _by_cells(field, sort, filled) if agreed.agrees else 0.0
    if nearness < NEAR and by_cells < SURE_BY_CELLS:
        return None
    return Proposal(field, column, nearness, near, agreed, by_cells)


def _few(cells: Cells) -> bool:
    """Whether these may be states in a program's own words: a few words, told again and again."""
    return len({cell for cell in cells if cell}) <= FEW_WORDS and not any(
        map(str.isdigit, "".join(c or "" for c in cells))
    )


def _nearest(title: str, field: str, source: Source) -> tuple[float, str]:
    key = title_key(title)
    return max(((_likeness(key, other), known) for other, known in _known(field, source.name)), default=(0.0, ""))


def _likeness(key: str, known: str) -> float:
    own, theirs = set(key.split()), set(known.split())
    if theirs and len(known) >= SHORTEST_PART and (theirs < own or (own and own < theirs and len(key) > SHORTEST_PART)):
        return PART
    return SequenceMatcher(None, key, known).ratio()


@cache
def _known(field: str, name: str) -> tuple[tuple[str, str], ...]:
    from recon_schemas import SOURCES

    source = next(source for source in SOURCES if source.name == name)
    column = source.fields.get(field)
    own = (str(column.title), *(column.metadata or {})["synonyms"]) if column is not None else ()
    words = (*own, *(HINTS.get(field, ()) if name == "payments" else ()), field.replace("_", " "))
    return tuple((key, word) for word in words if (key := title_key(word)))


def _by_cells(field: str, sort: str, cells: Sequence[str]) -> float:
    """Return how far the cells alone say a field, from 0 to 1."""
    if not cells:
        return 0.0
    if sort == "amount":
        # Numbers of mandats look like amounts as well; cents and euros do not stand in numbers.
        return 0.7 if any(sign in cell for cell in cells for sign in ",.€") else 0.0
    if sort == "uai":
        return sum(is_uai(cell.strip().upper()) for cell in cells) / len(cells)
    if sort in {"payer", "siret", "siren"}:
        return sum(is_siren(number) or is_siret(number) for number in map(clean_digits, cells)) / len(cells)
    if field in {"label", "payee", "mandat"}:
        return {"label": _like_labels, "payee": _like_payees, "mandat": _like_numbers}[field](cells)
    return {"day": 0.65, "school_year": 0.8}.get(sort, 0.7 if sort in VOCABULARIES else 0.0)


def _like_labels(cells: Sequence[str]) -> float:
    if any("ent" in values.folded(cell).split() for cell in cells):
        return 0.9
    return 0.3 if sum(map(len, cells)) >= LONG_TEXT * len(cells) else 0.0


def _like_payees(cells: Sequence[str]) -> float:
    return 0.8 if any(PAYEES & set(values.folded(cell).split()) for cell in cells) and _repeated(cells) else 0.0


def _like_numbers(cells: Sequence[str]) -> float:
    short = all(cell.strip().isdigit() and len(cell.strip()) <= LONGEST_NUMBER for cell in cells)
    return 0.62 if short and len(cells) > 1 and not _repeated(cells) else 0.0


def _repeated(cells: Sequence[str]) -> bool:
    return len(set(cells)) < len(cells)
