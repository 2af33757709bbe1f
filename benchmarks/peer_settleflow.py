"""Run by settleflow's own Python: titres as settlements, ledger lines as bank credits, through `settleflow.match`.

A pair that settleflow flags AMOUNT_MISMATCH counts as settled, for the smaller of the two amounts.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from decimal import Decimal
from time import perf_counter
from typing import Any

from settleflow import Txn, match


def pairs(case: dict[str, Any]) -> list[tuple[int, str, int]]:
    """Return what `match` pairs: the line, the titre, and cents."""
    titres = [_txn(titre, titre["number"]) for titre in case["titres"]]
    lines = [_txn(line, str(line["row"])) for line in case["lines"]]
    return [
        (int(found.bank.ref), found.settlement.ref, int(min(found.bank.amount, found.settlement.amount) * 100))
        for found in match(titres, lines).matched
    ]


def _txn(row: dict[str, Any], ref: str) -> Any:
    return Txn(utr=row["reference"], amount=Decimal(row["amount"]), txn_date=date.fromisoformat(row["on"]), ref=ref)


if __name__ == "__main__":
    read = json.load(sys.stdin)
    start = perf_counter()
    answers = [pairs(one) for one in read]
    json.dump({"seconds": perf_counter() - start, "pairs": answers}, sys.stdout)
