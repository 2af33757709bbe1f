"""Whose ledger it is: the payers that a dossier knows, whom a text names, and who a ledger's lines are paid by."""

from recon.payers.known import Payers, known_payers
from recon.payers.ledgers import says_nobody, with_payers
from recon.payers.voices import named

__all__ = ["Payers", "known_payers", "named", "says_nobody", "with_payers"]
