"""The payers that a dossier knows: their numbers, codes and names."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from recon.identifiers import siren_of
from recon.payers.voices import A_COMMUNE, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from recon.payers.voices import Voice


class Known(NamedTuple):
    """A payer as a source names it: its SIREN, its name, its INSEE code and its département, "" where not said."""

    siren: str
    name: str
    insee: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Payers:
    """The payers a dossier knows: their SIRENs, whom each INSEE code is, whom each name may be, who succeeded whom.

    `only` is the one whose ledgers all are said to be, None if nobody said so; `heard` what texts were found to say.
    """

    sirens: frozenset[str] = frozenset()
    codes: dict[str, set[str]] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    successors: dict[str, str] = field(default_factory=dict)
    only: Known | None = None
    heard: dict[tuple[str, bool, str], Voice] = field(default_factory=dict, compare=False, repr=False)

    def now(self, siren: str) -> str:
        """Return the SIREN of the payer that succeeded to one, or its own."""
        return self.successors.get(siren, siren)


def known_payers(rows: Mapping[str, pl.DataFrame], only: str = "") -> Payers:
    """Return the payers that the register, the titres and the communes' table name; `only` bears its names alone."""
    known = [
        *(
            Known(siren_of(siret), name or "")
            for siret, name in _pairs(rows["conventions"], "payer_siret", "payer_name")
        ),
        *(Known(siren_of(siret), name or "") for siret, name in _pairs(rows["titres"], "debtor_siret", "debtor_name")),
        *(Known(siren, "") for (siren,) in rows["enrolments"].select("payer_siren").unique().iter_rows() if siren),
        *(
            Known(siren, name or "", insee or "", department or "")
            for siren, name, insee, department in rows["communes"]
            .select("siren", "name", "insee", "department")
            .iter_rows()
        ),
    ]
    former = rows["communes"].select("siren", "former_insee", "former_siren").rows()
    payers = Payers(frozenset({*(one.siren for one in known), *(siren for _, _, siren in former if siren)}))
    for siren, insee, old in former:
        if old:
            payers.successors[old] = siren
        if insee:
            payers.codes.setdefault(insee, set()).add(siren)
    departments = {one.siren: one.department or one.insee[:2] for one in known if one.insee or one.department}
    for one in known:
        if one.insee:
            payers.codes.setdefault(one.insee, set()).add(one.siren)
        siren = payers.now(one.siren)
        for form in _forms(one.name):
            payers.names.setdefault(form, {})[siren] = departments.get(siren, "")
    if not only:
        return payers
    own = payers.now(only)
    return _alone(payers, next((one for one in known if one.siren == own and one.name), Known(own, own)))


def _alone(payers: Payers, only: Known) -> Payers:
    """Return the payers where every name and code that `only` shares with another is its own."""
    own = only.siren
    names = {form: {own: found[own]} if own in found else found for form, found in payers.names.items()}
    codes = {code: {own} if own in found else found for code, found in payers.codes.items()}
    return replace(payers, names=names, codes=codes, only=only)


def _pairs(rows: pl.DataFrame, siret: str, name: str) -> Iterable[tuple[str, str | None]]:
    return rows.select(siret, name).unique().iter_rows()


@lru_cache(maxsize=2**14)
def _forms(name: str) -> frozenset[str]:
    """Return a payer's name as it may be written: "commune du Boulou", "Le Boulou", "Boulou"."""
    words = [word.text for word in words_of(name)]
    while words and words[0] in A_COMMUNE:
        words = words[1:]
        while len(words) > 1 and words[0] in {"de", "d", "du", "des"}:
            words = words[1:]
    bare = words[1:] if len(words) > 1 and words[0] in {"le", "la", "les", "l"} else words
    return frozenset(" ".join(form) for form in (words, bare) if form)
