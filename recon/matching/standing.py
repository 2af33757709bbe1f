"""What a ledger line is on the day, and the words of its state that decide it."""

from __future__ import annotations

from recon.values import CANCELLED, ISSUED, PAID, REJECTED, SUSPENDED, VOID_STATES

__all__ = [
    "ACTIVE",
    "CANCELLED",
    "ISSUED",
    "LATER",
    "NEVER_PAID",
    "PAID",
    "PENDING",
    "REJECTED",
    "SUSPENDED",
    "VOID",
    "VOID_STATES",
]

NEVER_PAID = {SUSPENDED, REJECTED}
ACTIVE, VOID, PENDING, LATER = "active", "void", "pending", "later"
