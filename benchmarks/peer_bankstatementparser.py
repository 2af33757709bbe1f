"""Run by bankstatementparser's own Python: titres as expected payments, ledger lines as the statement.

The payer is the account and the counterparty on both sides, so that no line is compared with another payer's titre,
and the gap between dates is free: a titre is paid weeks after it is issued.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter
from typing import Any

from bankstatementparser.reconciliation import reconcile_payments_and_statements

ANY_GAP = 3650


def pairs(case: dict[str, Any]) -> list[tuple[int, str, int]]:
    """Return what the reconciliation pairs: the line, the titre, and cents."""
    titres = [_record(titre) for titre in case["titres"]]
    lines = [_record(line) for line in case["lines"]]
    report = reconcile_payments_and_statements(titres, lines, max_date_gap_days=ANY_GAP)
    return [
        (found.statement_record["row"], found.payment_record["number"], _cents(found.statement_record["amount"]))
        for found in report.matches
    ]


def _record(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "currency": "EUR", "counterparty": row["payer"], "account_id": row["payer"], "date": row["on"]}


def _cents(amount: str) -> int:
    return int(amount.replace(".", ""))


if __name__ == "__main__":
    read = json.load(sys.stdin)
    start = perf_counter()
    answers = [pairs(one) for one in read]
    json.dump({"seconds": perf_counter() - start, "pairs": answers}, sys.stdout)
