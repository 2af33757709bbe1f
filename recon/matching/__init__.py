"""Each payment to what it settles: citations in its text, then one pass after the other, strict before loose."""

from .engine import Matching, match
from .lines import Ledger, Line, ledger

__all__ = ["Ledger", "Line", "Matching", "ledger", "match"]
