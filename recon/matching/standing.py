"""What a ledger line is on the day, and the words of its state that decide it."""

from __future__ import annotations

PAID, SUSPENDED, REJECTED, CANCELLED = "payé", "suspendu", "rejeté", "annulé"
VOID_STATES = {SUSPENDED, REJECTED, CANCELLED}
NEVER_PAID = {SUSPENDED, REJECTED}
ACTIVE, VOID, PENDING, LATER = "active", "void", "pending", "later"
