"""Whose ledger it is: the payer that a column, a cell above, the sheet's or the file's name says, known by the dossier.

A number says it by itself; an INSEE code or a name only if the dossier's other files know one payer of it. What two
places contradict, or a name that two communes bear, is asked (D02): a wrong payer is worse than none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from recon.identifiers import clean_digits, is_siren, is_siret, siren_of
from recon.layouts.problems import Problem, ask, quoted
from recon.layouts.words import PAYER_INSEE
from recon.readers.cells import address
from recon.texts import Text
from recon.values import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

    from recon.layouts import Table
    from recon.layouts.around import Said

LONGEST_NAME = 8
_NUMBERS = re.compile(
    r"(?<![0-9])[0-9](?:[\s.\xa0\u202f]?[0-9]){8}(?:[\s.\xa0\u202f]?[0-9]{5})?(?![0-9])|(?<![0-9])[0-9]{14}(?![0-9])"
)
_CODE = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{5}|2[AB][0-9]{3})(?![0-9A-Za-z])")
_SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_LINKS = {"de", "du", "des", "d", "l", "la", "le", "les"}
_OF_A_PAYER = {
    "commune",
    "ville",
    "mairie",
    "collectivite",
    "payeur",
    "municipalite",
    "organisme",
    "entite",
    "budget",
    "client",
}
# What bears a town's name and is not the town.
_NOT_A_PAYER = {
    "academie", "rectorat", "tresorerie", "perception", "sgc", "comptable", "drfip", "ddfip", "prefecture", "region",
    "departement", "canton", "arrondissement", "college", "lycee", "ecole", "universite", "tribunal", "chu", "sous",
    "finances", "publiques", "centre", "poste", "tresor", "paierie", "trésorier", "tresorier",
}  # fmt: skip
# SIRENs of local authorities begin so; a title row may also name the State's or a supplier's.
_LOCAL = "2"

A_PAYER = Text(
    "la collectivité qui paie : une colonne SIRET, ou son SIRET, son code INSEE ou son nom au-dessus du tableau, dans le nom de la feuille ou du fichier",
    "the payer: a SIRET column, or its SIRET, INSEE code or name above the table, in the sheet's or the file's name",
)
NOBODY = Text("aucune collectivité connue du dossier", "no payer that the dossier knows")
BETWEEN = Text("plusieurs collectivités possibles : {names}", "several payers possible: {names}")
NAMES_NOBODY = Text("{names}, que le dossier ne connaît pas", "{names}, which the dossier does not know")


class Known(NamedTuple):
    """A payer as a source names it: its SIREN, its name, its INSEE code and its département, "" where not said."""

    siren: str
    name: str
    insee: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Payers:
    """The payers a dossier knows: their SIRENs, whom each INSEE code is, and whom each name may be."""

    sirens: frozenset[str] = frozenset()
    codes: dict[str, set[str]] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)


def known_payers(rows: Mapping[str, pl.DataFrame]) -> Payers:
    """Return the payers that the register, the titres and the communes' table name."""
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
    for siren, insee, _ in former:
        if insee:
            payers.codes.setdefault(insee, set()).add(siren)
    departments = {one.siren: one.department or one.insee[:2] for one in known if one.insee or one.department}
    for one in known:
        if one.insee:
            payers.codes.setdefault(one.insee, set()).add(one.siren)
        for form in _forms(one.name):
            payers.names.setdefault(form, {})[one.siren] = departments.get(one.siren, "")
    return payers


def _pairs(rows: pl.DataFrame, siret: str, name: str) -> Iterable[tuple[str, str | None]]:
    return rows.select(siret, name).unique().iter_rows()


def _words(text: str) -> list[str]:
    return [_SHORT.get(word, word) for word in folded(text).split()]


def _forms(name: str) -> set[str]:
    """Return a payer's name as it may be written: "commune du Boulou", "Le Boulou", "Boulou"."""
    words = _words(name)
    while words and words[0] in {"commune", "ville", "mairie"}:
        words = words[1:]
        while len(words) > 1 and words[0] in {"de", "d", "du", "des"}:
            words = words[1:]
    bare = words[1:] if len(words) > 1 and words[0] in {"le", "la", "les", "l"} else words
    return {" ".join(form) for form in (words, bare) if form}


# What a place says ---------------------------------------------------------------------------------------------------


def named(text: str, payers: Payers, *, titled: bool, before: str = "") -> set[str]:
    """Return the SIRENs that a text names: by number, else by INSEE code, else by name.

    Where `titled`, a cell above a table, a name counts only if it is the whole cell or is said to be a payer's.
    """
    numbers = {siren_of(digits) for digits in map(clean_digits, _NUMBERS.findall(text)) if _is_number(digits)}
    if numbers:
        known = numbers & payers.sirens
        return known or {siren for siren in numbers if siren.startswith(_LOCAL)}
    codes = [payers.codes[code] for code in _CODE.findall(text) if code in payers.codes]
    if codes:
        return set().union(*codes)
    return _by_name(text, payers, titled=titled, before=before)


def _is_number(digits: str) -> bool:
    return is_siren(digits) or is_siret(digits)


def _by_name(text: str, payers: Payers, *, titled: bool, before: str) -> set[str]:
    words = _words(text)
    found: set[str] = set()
    start = 0
    while start < len(words):
        for size in range(min(LONGEST_NAME, len(words) - start), 0, -1):
            bearers = payers.names.get(" ".join(words[start : start + size]))
            if bearers and _is_payer([*_words(before), *words[:start]], whole=size == len(words), titled=titled):
                found |= _in_department(bearers, words)
                break
        start += max(size, 1)
    return found


def _is_payer(before: list[str], *, whole: bool, titled: bool) -> bool:
    """Whether the words before a name say that it is a payer's, or, outside titles, do not say that it is another's."""
    said = [word for word in before if word not in _LINKS][-1:]
    if said and said[0] in _NOT_A_PAYER:
        return False
    return not titled or whole or bool(said and said[0] in _OF_A_PAYER)


def _in_department(bearers: Mapping[str, str], words: Sequence[str]) -> set[str]:
    """Return those of the name, in the département that the text names if it names one."""
    within = {siren for siren, department in bearers.items() if department and department in words}
    return within or set(bearers)


# Whose table it is ---------------------------------------------------------------------------------------------------


def with_payers(table: Table, payers: Payers) -> tuple[Table, Problem | None]:
    """Return the ledger with each line's payer, as SIRET, SIREN or the name that nobody bears; and what is in doubt."""
    if any(table.column("payer_siret")):
        return _unless_of_suppliers(table, payers), None
    for name in (PAYER_INSEE, "payer_name"):
        if any(table.column(name)):
            return _by_column(table, name, payers)
    return _around(table, payers)


def _unless_of_suppliers(table: Table, payers: Payers) -> Table:
    """Return the ledger with its own payer where a column « SIRET » holds only numbers of others: its suppliers'."""
    column = {siren_of(clean_digits(text)) for text in table.column("payer_siret") if text}
    if column & payers.sirens:
        return table
    around, problem = _around(table, payers)
    said = set(around.column("payer_siret"))
    return around if problem is None and said <= payers.sirens else table


def _by_column(table: Table, name: str, payers: Payers) -> tuple[Table, Problem | None]:
    texts = table.column(name)
    sirens = {text: named(text, payers, titled=False) for text in set(texts) if text}
    doubtful = sorted(text for text, found in sirens.items() if len(found) > 1)
    if doubtful:
        return table, _asked(table, BETWEEN.with_(names=quoted(doubtful)), name)
    if not any(sirens.values()):
        around, problem = _around(table, payers)
        if problem is None:
            return around, None
        return table, _asked(table, NAMES_NOBODY.with_(names=quoted(sorted(sirens)[:3])), name)
    said = [min(sirens[text], default=text) if text else None for text in texts]
    return _given(table, said, table.columns[name]), None


def _around(table: Table, payers: Payers) -> tuple[Table, Problem | None]:
    places = _places(table.around, payers)
    groups = {row: _one(said, payers) for row, said in table.groups}
    groups = {row: sirens for row, sirens in groups.items() if sirens}
    doubt = next((sirens for sirens in (*groups.values(), *places) if len(sirens) > 1), None)
    if doubt is None and not groups and len(set().union(*places)) > 1:
        doubt = set().union(*places)
    if doubt is not None:
        return table, _asked(table, BETWEEN.with_(names=quoted(_described(doubt, payers))))
    first = min(places[0]) if places else None
    rows = sorted(groups)
    said: list[str | None] = []
    for number in table.numbers:
        nearest = next((row for row in reversed(rows) if row < number), None)
        said.append(min(groups[nearest]) if nearest is not None else first)
    if not any(said):
        return table, _asked(table, NOBODY)
    return _given(table, said, None), None


def _places(around: Sequence[Said], payers: Payers) -> list[set[str]]:
    """Return what each place that names somebody says, the nearest first; the sheet's top counts only if nothing nearer does."""
    found: dict[str, set[str]] = {}
    for where in ("above", "top", "sheet", "file"):
        sirens = _one([said for said in around if said.where == where], payers)
        if sirens and not (where == "top" and "above" in found):
            found[where] = sirens
    return list(found.values())


def _one(around: Sequence[Said], payers: Payers) -> set[str]:
    """Return the payers that the cells of one place name: by number if any does."""
    before = ["", *(said.text for said in around)]
    texts = [
        (said, named(said.text, payers, titled=bool(said.cell), before=left))
        for said, left in zip(around, before, strict=False)
    ]
    by_number = [
        sirens
        for said, sirens in texts
        if sirens and any(map(_is_number, map(clean_digits, _NUMBERS.findall(said.text))))
    ]
    every = set().union(*(by_number or (sirens for _, sirens in texts)))
    return (every & payers.sirens) or every if by_number else every


def _given(table: Table, said: list[str | None], column: int | None) -> Table:
    columns = table.columns if column is None else table.columns | {"payer_siret": column}
    return replace(table, texts=table.texts | {"payer_siret": said}, columns=columns)


def _described(sirens: Iterable[str], payers: Payers) -> list[str]:
    names = {siren: name for name, bearers in payers.names.items() for siren in bearers}
    return [f"{names.get(siren, '')} {siren}".strip() for siren in sorted(sirens)]


def _asked(table: Table, found: Text, name: str = "") -> Problem:
    heading = table.reading.heading if table.reading else None
    row = heading.last if heading else 0
    return Problem(
        table.file,
        table.sheet,
        address(row, table.columns.get(name, 0)),
        A_PAYER,
        found,
        ask(table.file),
        "payer_siret",
    )
