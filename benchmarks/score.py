"""How right a set of pairs is: a payment, a titre and its cents are settled in truth, or they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .data import Case

# A line's place in the ledger, a titre's number, cents.
Pair = tuple[int, str, int]
Pairs = set[Pair]


class Score(NamedTuple):
    """The share of the pairs given that are right, and the share of the right pairs that are given."""

    precision: float
    recall: float


def truth(case: Case) -> Pairs:
    """Return what the lines of a case settle in truth."""
    return {
        (row, titre, cents) for row, payment in enumerate(case.payments) for titre, cents in payment.settles.items()
    }


def score(case: Case, pairs: Pairs) -> Score:
    """Compare pairs with the truth; where there is nothing to be right or wrong about, all is right."""
    true = truth(case)
    right = len(true & pairs)
    return Score(right / len(pairs) if pairs else 1.0, right / len(true) if true else 1.0)
