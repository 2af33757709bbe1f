"""From enrolment to payment: how much comes through each step, what some schools lack, what others have too much."""

from __future__ import annotations

from recon.reports import figures, style, words
from recon.reports.board import CELL, LEFT, Board, cell
from recon.texts import Text

STEPS = {
    "enrolled": Text("Écoles inscrites (au tarif de l’année)", "Schools enrolled (at the year's rate)"),
    "covered": Text("Couvertes par une convention", "Covered by a convention"),
    "billed": Text("Titrées", "Billed"),
    "paid": Text("Payées", "Paid"),
}
# Which listing's column each step adds up, and that of the step before.
SUMMED = {"covered": "expected", "billed": "billed", "paid": "paid"}


def steps(board: Board, row: int) -> None:
    """From enrolment to payment, step by step, with what is lost at each."""
    board.section(row, LEFT, Text("De l’inscription au paiement", "From enrolment to payment"))
    titles = (Text("Étape", "Step"), Text("Écoles", "Schools"), Text("Montant", "Amount"), Text("En moins", "Missing"), Text("En plus", "Surplus"))  # fmt: skip
    board.headings(row + 1, LEFT, *zip((0, 2, 3, 4, 5), titles, strict=True))
    before: int | None = None
    for at, (key, step) in enumerate(figures.steps(board.context.month).items(), start=row + 2):
        board.rule(at, LEFT)
        board.text(at, LEFT, STEPS[key], **CELL)
        board.count(at, LEFT + 2, step.schools, **CELL)
        if step.amount is None:
            board.text(at, LEFT + 3, words.NONE, **CELL, align="right")
            continue
        formula = f"=SUM({board.schools.range(SUMMED[key])})" if key in SUMMED else ""
        board.euros(at, LEFT + 3, step.amount, formula, **CELL, bold=True)
        if before is not None:
            _change(board, at, key, step.amount - before - step.more, step.more)
        before = step.amount


def _change(board: Board, at: int, key: str, missing: int, more: int) -> None:
    """What some schools lack since the step before and, apart from it, what others have too much."""
    amount, amount_before, beyond = (cell(*where) for where in ((at, LEFT + 3), (at - 1, LEFT + 3), (at, LEFT + 5)))
    lost = f"=ROUND({amount}-{amount_before}-{beyond},2)"
    board.euros(at, LEFT + 4, missing, lost, **CELL, font_color=style.RED if missing else style.INK)
    board.euros(at, LEFT + 5, more, _beyond(board, key), **CELL, font_color=style.AMBER if more else style.INK)


def _beyond(board: Board, key: str) -> str:
    """Return the formula of what rows have beyond the step before; the first two steps share no listing's columns."""
    order = list(SUMMED)
    if key == order[0]:
        return ""
    now, then = (board.schools.range(SUMMED[one]) for one in (key, order[order.index(key) - 1]))
    return f"=ROUND(SUMPRODUCT(({now}>{then})*({now}-{then})),2)"
