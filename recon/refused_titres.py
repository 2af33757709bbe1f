"""Refused rows of titres by the payer they concern: a reduction that could not be read may leave less to ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.findings.finding import Place
from recon.identifiers import clean_digits, siren_of, titre_key
from recon.month import where
from recon_schemas import TITRES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from recon.billed import Titre
    from recon.conventions import Convention
    from recon.intake import Kept


def unread_titres(
    kept: Kept, titres: Mapping[str, Titre], conventions: Mapping[str, Convention]
) -> dict[str, tuple[str, ...]]:
    """Return the cells ("file › sheet › cell") of refused rows of titres by the SIREN of every payer they may concern.

    A row concerns the debtor it names, whose the titre is that it is or amends, and whose the convention is.
    """
    places = _places(kept)
    debtors = {titre_key(number): titre.payer_siren for number, titre in titres.items()}
    found: dict[str, dict[str, None]] = {}
    for row in kept.lost[TITRES.name].iter_rows(named=True):
        at = Place(row["source"], row["row"], "titre")
        cell = where(places.get((at.table, at.row), at), kept.tables)
        for siren in _payers(row, kept.successors, debtors, conventions):
            found.setdefault(siren, {})[cell] = None
    return {siren: tuple(cells) for siren, cells in found.items()}


def _places(kept: Kept) -> dict[tuple[int, int], Place]:
    """Return where the first finding of each row stands."""
    places: dict[tuple[int, int], Place] = {}
    for finding in kept.findings:
        if finding.place is not None:
            places.setdefault((finding.place.table, finding.place.row), finding.place)
    return places


def _payers(
    row: Mapping[str, str | None],
    successors: Mapping[str, str],
    debtors: Mapping[str, str],
    conventions: Mapping[str, Convention],
) -> Iterator[str]:
    if row["debtor_siret"]:
        siren = siren_of(clean_digits(row["debtor_siret"]))
        yield successors.get(siren, siren)
    yield from _known(debtors, (titre_key(row[name] or "") for name in ("titre", "amends")))
    convention = conventions.get((row["convention"] or "").strip())
    if convention is not None:
        yield convention.payer_siren


def _known(debtors: Mapping[str, str], keys: Iterable[str]) -> Iterator[str]:
    return (debtors[key] for key in keys if key in debtors)
