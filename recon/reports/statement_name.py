"""The names of the payers' statements, as files."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recon.tables import Contact, Month

_KIND = re.compile(r"^(?:commune|ville|mairie)\s+(?:de\s+la\s+|de\s+l['’]|des\s+|du\s+|de\s+|d['’]\s*)", re.IGNORECASE)


def statement_name(contact: Contact) -> str:
    """Return the file's name: INSEE code or SIREN, and the name in plain letters."""
    name = _KIND.sub("", contact.name.strip()).replace("œ", "oe").replace("Œ", "OE")
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-")
    return f"{'_'.join(part for part in (contact.insee or contact.siren, slug) if part)}.xlsx"


def statement_names(month: Month) -> dict[str, str]:
    """Return the name of each concerned payer's statement, by its SIREN: those who share a name bear their number."""
    concerned = set(month.titres["payer_siren"]) | set(month.payments["payer_siren"])
    concerned |= set(month.conventions["payer_siren"])
    names = {siren: statement_name(contact) for siren, contact in month.contacts.items() if siren in concerned}
    shared = Counter(names.values())
    return {siren: name if shared[name] == 1 else f"{siren}_{name}" for siren, name in names.items()}
