"""What a user types to name a school or a payer, compared with what the dossier knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from recon.identifiers import clean_digits, expected_uai, repair_uai, siren_of
from recon.values import folded

if TYPE_CHECKING:
    from recon.tables import Month

_SHAPE = re.compile(r"[0-9O]{6,7}[A-Z]")
_OFFICE = re.compile(r"^(?:la |le )?(?:commune|ville|mairie) (?:(de|d|du|des) )?")
_ARTICLES = {"du": "le ", "des": "les "}
_SHORT = {"st": "saint", "ste": "sainte"}


def uai_typed(typed: str) -> tuple[str | None, str | None]:
    """Return the UAI typed if it is right, else the one that its digits call for; None twice if it is no UAI at all."""
    bare = re.sub(r"\s", "", typed).upper()
    if not _SHAPE.fullmatch(bare):
        return None, None
    repaired = repair_uai(bare)
    right = expected_uai(bare[:-1].replace("O", "0").zfill(7) + bare[-1])
    return (repaired, None) if repaired == right else (None, right)


def payers_named(month: Month, typed: str) -> list[str]:
    """Return the SIRENs of the payers that `typed` names: by number, by name, or by words that the name holds."""
    numbered = _numbered(month, clean_digits(typed))
    if numbered:
        return numbered
    asked = _bare(typed)
    names = {siren: _names(month, siren) for siren in month.contacts}
    exact = [siren for siren, known in names.items() if asked in known or _words(typed) in known]
    if exact or not asked:
        return exact
    return [siren for siren, known in names.items() if any(set(asked.split()) <= set(name.split()) for name in known)]


def _numbered(month: Month, digits: str) -> list[str]:
    siren = siren_of(digits) if len(digits) in {9, 14} else ""
    siren = _former(month).get(siren, siren)
    if siren in month.contacts:
        return [siren]
    return [number for number, contact in month.contacts.items() if contact.insee and contact.insee == digits.upper()]


def _former(month: Month) -> dict[str, str]:
    """Return the current SIREN of the former ones that the sources use (C09)."""
    merged = [row for row in month.findings.iter_rows(named=True) if row["code"] == "C09"]
    return {row["found"]: row["payer_siren"] for row in merged}


def _names(month: Month, siren: str) -> set[str]:
    """Return the payer's name as compared: whole, without "commune de", and with its article."""
    name = _words(month.contacts[siren].name)
    office = _OFFICE.match(name)
    article = _ARTICLES.get(office[1] or "", "") if office else ""
    return {name, _bare(name), article + _bare(name)}


def near_names(month: Month) -> dict[str, str]:
    """Return the SIREN of each payer by its bare name."""
    return {_bare(contact.name): siren for siren, contact in month.contacts.items()}


def _bare(name: str) -> str:
    return _OFFICE.sub("", _words(name))


def _words(name: str) -> str:
    return " ".join(_SHORT.get(word, word) for word in folded(name).split())
