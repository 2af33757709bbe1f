"""Communes nouvelles: a known former SIREN becomes the current one in every source, before keys and matching (C09)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.findings.finding import Finding, Place
from recon.identifiers import siren_of
from recon.texts import same

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recon_schemas import Source

PAYER_COLUMNS = ("payer_siren", "payer_siret", "debtor_siret")


def successors(communes: pl.DataFrame) -> dict[str, str]:
    """Return the current SIREN of each former one; a former commune that two rows give to two communes has none."""
    given: dict[str, set[str]] = {}
    for former, siren in communes.select("former_siren", "siren").iter_rows():
        if former and former != siren:
            given.setdefault(former, set()).add(siren)
    once = {former: min(sirens) for former, sirens in given.items() if len(sirens) == 1}
    last = {former: _last(former, once) for former in sorted(once)}
    return {former: siren for former, siren in last.items() if former != siren}


def _last(former: str, once: Mapping[str, str]) -> str:
    """Follow a commune that has merged twice; a chain that turns back on itself ends where it does."""
    seen = {former}
    siren = once[former]
    while siren in once and siren not in seen:
        seen.add(siren)
        siren = once[siren]
    return siren


def current(source: Source, rows: pl.DataFrame, known: Mapping[str, str]) -> tuple[pl.DataFrame, dict[str, Place]]:
    """Return `rows` with each known former SIREN, or SIRET of it, as the current SIREN; and where each first stands."""
    if not known:
        return rows, {}
    places: dict[str, Place] = {}
    for name in PAYER_COLUMNS:
        if name not in source.fields:
            continue
        siren = pl.col(name).str.slice(0, 9)
        former = siren.is_in(list(known))
        for number, table, row in rows.filter(former).select(name, "source", "row").iter_rows():
            place = Place(table, row, name)
            places[siren_of(number)] = min(place, places.get(siren_of(number), place))
        rows = rows.with_columns(pl.when(former).then(siren.replace(dict(known))).otherwise(pl.col(name)).alias(name))
    return rows, places


def merged(places: Mapping[str, Place], known: Mapping[str, str]) -> Iterable[Finding]:
    """Return one C09 for each former SIREN that a source still uses, at its first place."""
    for former, place in sorted(places.items()):
        siren = known[former]
        yield Finding("C09", (former,), same(siren), same(former), place=place, payer_siren=siren)
