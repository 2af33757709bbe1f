"""Whose ledger it is: the payer that a column, a cell above, the sheet's or the file's name says, known by the dossier.

A number says it by itself; an INSEE code or a name only if the dossier's other files know one payer of it. What two
places contradict, or a name that two communes bear, is asked (D02): a wrong payer is worse than none.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from recon.identifiers import clean_digits, siren_of
from recon.layouts.around import beside
from recon.layouts.problems import Problem, ask, quoted
from recon.layouts.words import PAYER_INSEE
from recon.payers.voices import LOCAL, Voice, voice
from recon.readers.cells import address
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from recon.layouts import Table
    from recon.layouts.around import Said
    from recon.payers.known import Known, Payers


A_PAYER = Text(
    "la collectivité qui paie : une colonne SIRET, ou son SIRET, son code INSEE ou son nom au-dessus du tableau, dans le nom de la feuille ou du fichier",
    "the payer: a SIRET column, or its SIRET, INSEE code or name above the table, in the sheet's or the file's name",
)
NOBODY = Text("aucune collectivité connue du dossier", "no payer that the dossier knows")
BETWEEN = Text("plusieurs collectivités possibles : {names}", "several payers possible: {names}")
ITS_OWN = Text("le registre de {name} ({siren})", "the ledger of {name} ({siren})")
GIVE_ITS_OWN = Text(
    "Donner le registre de cette collectivité. Si c’est bien le sien : recon associer {file}",
    "Give this payer's ledger. If it is its own: recon map {file}",
)
OF_ANOTHER = Text("le registre de {names}", "the ledger of {names}")
NAMES_NOBODY = Text("{names}, que le dossier ne connaît pas", "{names}, which the dossier does not know")


def _places(around: Sequence[Said], payers: Payers) -> dict[str, Voice]:
    """Return what each place says, the nearest first; the sheet's top counts only if nothing nearer names somebody."""
    found: dict[str, Voice] = {}
    for where in ("above", "top", "sheet", "file"):
        said = _one([said for said in around if said.where == where], payers)
        if not (where == "top" and found["above"].sirens):
            found[where] = said
    return found


def _one(around: Sequence[Said], payers: Payers) -> Voice:
    """Return whom the cells of one place name: by number if any does, those that the dossier knows before others."""
    voices = [voice(said.text, payers, titled=bool(said.cell), left=left) for said, left in beside(around)]
    firm = frozenset[str]().union(*(one.sirens for one in voices if one.firm))
    if firm:
        return Voice((firm & payers.sirens) or firm, firm=True)
    every = frozenset[str]().union(*(one.sirens for one in voices))
    return Voice(every, strangers=tuple(text for one in voices for text in one.strangers))


def _groups(table: Table, payers: Payers) -> dict[int, Voice]:
    """Return what the notes above each block of lines say together, by the row of the first."""
    blocks: dict[int, list[tuple[int, tuple[Said, ...]]]] = {}
    for row, said in table.groups:
        blocks.setdefault(bisect(table.numbers, row), []).append((row, said))
    return {notes[0][0]: _one([one for _, said in notes for one in said], payers) for notes in blocks.values()}


def with_payers(table: Table, payers: Payers) -> tuple[Table, Problem | None]:
    """Return the ledger with each line's payer, as SIRET, SIREN or the name that nobody bears; and what is in doubt."""
    told, problem = _told(table, payers)
    return _own(told, problem, payers.only, payers) if payers.only else (told, problem)


def says_nobody(table: Table, payers: Payers) -> bool:
    """Whether neither a column nor a place around the ledger, nor its name, says whose it is."""
    problem = _told(table, payers)[1]
    return problem is not None and problem.found is NOBODY


def _own(table: Table, problem: Problem | None, only: Known, payers: Payers) -> tuple[Table, Problem | None]:
    """Return the ledger as that of the one payer whose it is said to be; if it says another's, that is a problem."""
    if problem is not None and problem.found is NOBODY:
        return _given(table, [only.siren] * len(table.numbers), None), None
    column = _numbers(table, payers)
    if problem is not None:
        return table, _not_its_own(problem, only)
    if only.siren in column:
        return table, None
    # Several SIRETs of which one is no local authority's are suppliers', not payers'.
    if len(column) > 1 and not all(number.startswith(LOCAL) for number in column):
        return _given(table, [only.siren] * len(table.numbers), None), None
    found = OF_ANOTHER.with_(names=quoted(_described(column, payers)))
    return table, _not_its_own(_asked(table, found, "payer_siret"), only)


def _not_its_own(problem: Problem, only: Known) -> Problem:
    advice = GIVE_ITS_OWN.with_(file=f'"{problem.file}"')
    return replace(problem, expected=ITS_OWN.with_(name=only.name, siren=only.siren), advice=advice)


def _told(table: Table, payers: Payers) -> tuple[Table, Problem | None]:
    """Return whose ledger it is by what it says itself."""
    followed = table.reading.followed if table.reading else None
    constant = followed.fixed.get("payer_siret") if followed else None
    if constant:
        return _by_constant(table, constant, payers)
    if any(table.column("payer_siret")):
        return _by_number(table, payers)
    for name in (PAYER_INSEE, "payer_name"):
        if any(table.column(name)):
            return _by_column(table, name, payers)
    return _around(table, payers)


def _by_constant(table: Table, constant: str, payers: Payers) -> tuple[Table, Problem | None]:
    """Return the ledger of the payer that an officer said, unless the file itself names another."""
    places = _places(table.around, payers)
    own = {payers.now(siren_of(clean_digits(constant)))}
    voices = [places[where] for where in ("above", "top", "sheet") if where in places]
    voices += _groups(table, payers).values()
    if not any(one.firm and one.sirens == own for one in voices[:1]):
        voices += [one for name in (PAYER_INSEE, "payer_name") for one in _cells(table, name, payers).values()]
    column = _numbers(table, payers) & payers.sirens if "payer_siret" in table.columns else set()
    others = _certain(voices) | column
    if others - own:
        return table, _between(table, others | own, payers)
    said: list[str | None] = [text if column and text else constant for text in table.column("payer_siret")]
    return replace(table, texts=table.texts | {"payer_siret": said}), None


def _by_number(table: Table, payers: Payers) -> tuple[Table, Problem | None]:
    """Return the ledger as its column says, with its own payer where the column holds only numbers of suppliers."""
    column = _numbers(table, payers)
    places = _places(table.around, payers)
    others = _certain(places.values()) & payers.sirens
    if column & payers.sirens:
        doubt = _between(table, column | others, payers) if len(column) == 1 and others - column else None
        return table, doubt
    if others and all(siren.startswith(LOCAL) for siren in column):
        return table, _between(table, column | others, payers)
    around, problem = _around(table, payers)
    said = set(around.column("payer_siret"))
    return around if problem is None and said <= payers.sirens else table, None


def _numbers(table: Table, payers: Payers) -> set[str]:
    return {payers.now(siren_of(clean_digits(text))) for text in table.column("payer_siret") if text}


def _certain(voices: Iterable[Voice]) -> set[str]:
    """Return the payers that are named by number or by a name that one alone bears."""
    return {siren for one in voices if one.firm or len(one.sirens) == 1 for siren in one.sirens}


def _cells(table: Table, name: str, payers: Payers) -> dict[str, Voice]:
    """Return whom each text of a column names, under its title."""
    left = "INSEE" if name == PAYER_INSEE else "commune"
    return {text: voice(text, payers, titled=False, left=left) for text in table.column(name) if text}


def _by_column(table: Table, name: str, payers: Payers) -> tuple[Table, Problem | None]:
    """Return the ledger as its names or codes say; a known number above names the payer, names where its schools stand."""
    texts, cells, places = table.column(name), _cells(table, name, payers), _places(table.around, payers)
    titled = _titled(places)
    if name == "payer_name" and titled and titled <= payers.sirens:
        return _around(table, payers)
    if not any(one.sirens for one in cells.values()):
        around, problem = _around(table, payers)
        if problem is None and not any(one.strangers for one in cells.values()):
            return around, None
        return table, _asked(table, NAMES_NOBODY.with_(names=quoted(sorted(cells)[:3])), name)
    doubt = _doubt_of_column(cells, places, payers)
    if doubt is not None:
        return table, _asked(table, doubt, name)
    said = [min(cells[text].sirens, default=text) if text else None for text in texts]
    return _given(table, said, table.columns[name]), None


def _doubt_of_column(cells: Mapping[str, Voice], places: Mapping[str, Voice], payers: Payers) -> Text | None:
    """Return the names that several bear, or what the places around say otherwise than the column."""
    doubtful = sorted(text for text, one in cells.items() if len(one.sirens) > 1)
    if doubtful:
        return BETWEEN.with_(names=quoted(doubtful))
    own, others, titled = _certain(cells.values()), _certain(places.values()), _titled(places)
    if (titled and titled != own) or (others & payers.sirens) - own:
        return BETWEEN.with_(names=quoted(_described(own | others, payers)))
    strangers = [text for where in ("above", "top") if where in places for text in places[where].strangers]
    return NAMES_NOBODY.with_(names=quoted(strangers[:3])) if strangers else None


def _titled(places: Mapping[str, Voice]) -> frozenset[str]:
    """Return whom the cells above the table name by number."""
    return next(
        (places[where].sirens for where in ("above", "top") if where in places and places[where].firm), frozenset()
    )


def _around(table: Table, payers: Payers) -> tuple[Table, Problem | None]:
    places, groups = _places(table.around, payers), _groups(table, payers)
    doubt = _doubt(list(places.values()), list(groups.values()), payers)
    if doubt is not None:
        return table, _asked(table, doubt)
    said = _by_block(table, places, groups)
    if not said or not all(said):
        return table, _asked(table, NOBODY)
    return _given(table, said, None), None


def _doubt(places: Sequence[Voice], groups: Sequence[Voice], payers: Payers) -> Text | None:
    """Return what two places, or a place and a group, contradict; what a place names that nobody knows."""
    first = frozenset[str]().union(*(place.sirens for place in places))
    named = next((one.sirens for one in groups if len(one.sirens) > 1), first)
    if len(named) > 1:
        return BETWEEN.with_(names=quoted(_described(named, payers)))
    other = next((one.sirens for one in groups if first and one.sirens - first and not one.firm), None)
    if other:
        return BETWEEN.with_(names=quoted(_described(first | other, payers)))
    strangers = _strangers(places, groups)
    return NAMES_NOBODY.with_(names=quoted(strangers[:3])) if strangers else None


def _strangers(places: Sequence[Voice], groups: Sequence[Voice]) -> list[str]:
    """Return what names a body that nobody knows, nearer than any number."""
    before = takewhile(lambda place: not place.firm, places)
    found = [text for place in before for text in place.strangers]
    firm = any(place.firm for place in places)
    return found + ([] if firm else [text for one in groups for text in one.strangers])


def _by_block(table: Table, places: Mapping[str, Voice], groups: Mapping[int, Voice]) -> list[str | None]:
    """Return each line's payer: of the block it stands in, else the one above the table; of all places if no block differs."""
    named = frozenset[str]().union(*(one.sirens for one in groups.values()))
    anywhere = frozenset[str]().union(*(place.sirens for place in places.values()))
    if named <= anywhere:
        return [min(anywhere, default=None)] * len(table.numbers)
    above = frozenset[str]().union(*(places[where].sirens for where in ("above", "top") if where in places))
    rows = sorted(groups)
    said: list[str | None] = []
    for number in table.numbers:
        block = bisect(rows, number)
        own = groups[rows[block - 1]].sirens if block else frozenset[str]()
        said.append(min(own or above, default=None))
    return said


def _given(table: Table, said: list[str | None], column: int | None) -> Table:
    columns = table.columns if column is None else table.columns | {"payer_siret": column}
    return replace(table, texts=table.texts | {"payer_siret": said}, columns=columns)


def _described(sirens: Iterable[str], payers: Payers) -> list[str]:
    names = {siren: name for name, bearers in payers.names.items() for siren in bearers}
    return [f"{names.get(siren, '')} {siren}".strip() for siren in sorted(sirens)]


def _between(table: Table, sirens: Iterable[str], payers: Payers) -> Problem:
    return _asked(table, BETWEEN.with_(names=quoted(_described(sirens, payers))), "payer_siret")


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
