"""Whose ledger it is: the payer that a column, a cell above, the sheet's or the file's name says, known by the dossier.

A number says it by itself; an INSEE code or a name only if the dossier's other files know one payer of it. What two
places contradict, or a name that two communes bear, is asked (D02): a wrong payer is worse than none.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from recon.identifiers import clean_digits, is_siren, is_siret, siren_of
from recon.layouts.around import beside
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
_WORD = re.compile(r"[^\W_]+")
_HYPHENS, _APOSTROPHES = "-\u2010\u2011", "'\u2019."
_CODE = re.compile(r"[0-9]{5}|2[ab][0-9]{3}")
_SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_LINKS = {"de", "du", "des", "d", "l", "la", "le", "les"}
# After a name, they make it another's: Céret-sur-Orb, Saint-Laurent de Cerdans.
_ONTO = _LINKS | {"sur", "en", "lez", "sous"}
_A_COMMUNE = {"commune", "ville", "mairie"}
_TITLES = {*_A_COMMUNE, "collectivite", "payeur"}
_OF_A_PAYER = {*_TITLES, "municipalite", "organisme", "entite", "budget", "client"}
# Bodies of their own, whatever town their name holds.
_BODIES = {
    "ccas", "cias", "caisse", "sivos", "sivu", "sivom", "smo", "syndicat", "communaute", "metropole", "epci", "regie",
    "office", "ehpad", "hopital",
}  # fmt: skip
_PAID = {"fournisseur", "fournisseurs", "creancier", "tiers", "beneficiaire"}
# Just before a town's name, they say what is not the town.
_NOT_A_PAYER = {
    "academie", "academique", "rectorat", "rect", "tresorerie", "perception", "sgc", "comptable", "drfip", "ddfip",
    "prefecture", "region", "departement", "canton", "arrondissement", "college", "lycee", "ecole", "universite",
    "tribunal", "chu", "sous", "finances", "publiques", "centre", "poste", "tresor", "paierie", "tresorier",
}  # fmt: skip
# What stands in the names and titles of ledgers and is nobody's name.
_PLAIN = {
    "mandats", "mandat", "registre", "registres", "grand", "livre", "gl", "paiements", "paiement", "export", "extrait",
    "extraction", "liste", "etat", "ent", "depenses", "depense", "exercice", "budget", "principal", "annexe", "journal",
    "comptabilite", "annee", "scolaire", "copie", "insee", "code", "siret", "siren", "total", "et", "au", "a", "n",
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
    "decembre", "feuille", "feuil", "sheet", "csv", "xlsx", "service", "nouvelle",
}  # fmt: skip
# Five digits after one of these are no INSEE code.
_COUNTED = {
    "compte", "article", "nature", "chapitre", "mandat", "titre", "bordereau", "facture", "postal", "cp", "imputation",
}  # fmt: skip
# SIRENs of local authorities begin so; a title row may also name the State's or a supplier's.
_LOCAL = "2"

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


class Known(NamedTuple):
    """A payer as a source names it: its SIREN, its name, its INSEE code and its département, "" where not said."""

    siren: str
    name: str
    insee: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Payers:
    """The payers a dossier knows: their SIRENs, whom each INSEE code is, whom each name may be, who succeeded whom.

    `only` is the one whose ledgers all are said to be, None if nobody said so.
    """

    sirens: frozenset[str] = frozenset()
    codes: dict[str, set[str]] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    successors: dict[str, str] = field(default_factory=dict)
    only: Known | None = None

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


def _forms(name: str) -> set[str]:
    """Return a payer's name as it may be written: "commune du Boulou", "Le Boulou", "Boulou"."""
    words = [word.text for word in _read(name)]
    while words and words[0] in _A_COMMUNE:
        words = words[1:]
        while len(words) > 1 and words[0] in {"de", "d", "du", "des"}:
            words = words[1:]
    bare = words[1:] if len(words) > 1 and words[0] in {"le", "la", "les", "l"} else words
    return {" ".join(form) for form in (words, bare) if form}


# What a text says ----------------------------------------------------------------------------------------------------


class Word(NamedTuple):
    """A word, folded, and what parts it from the one before: a blank, a hyphen, or "|" for any other sign."""

    text: str
    gap: str


class Voice(NamedTuple):
    """Whom a text or a place names: SIRENs, whether by number, and the texts that name a body nobody knows."""

    sirens: frozenset[str] = frozenset()
    firm: bool = False
    strangers: tuple[str, ...] = ()


def _read(text: str) -> list[Word]:
    """Return the words of a text."""
    text = unicodedata.normalize("NFKC", text)
    words: list[Word] = []
    end = 0
    for match in _WORD.finditer(text):
        gap = _gap(text[end : match.start()])
        words += [Word(_SHORT.get(part, part), gap) for part in folded(match[0]).split()]
        end = match.end()
    return words


def _gap(between: str) -> str:
    sign = between.replace("_", " ").strip()
    if not sign or sign in _APOSTROPHES:
        return " "
    return "-" if sign in _HYPHENS and sign == between else "|"


def voice(text: str, payers: Payers, *, titled: bool, left: str = "") -> Voice:
    """Return whom a text names: by number, else by INSEE code and by name; `left` is the cell before it.

    Where `titled`, a cell above a table, a name counts only if it is the whole cell or is said to be a payer's.
    """
    digits = filter(_is_number, map(clean_digits, _NUMBERS.findall(text)))
    numbers = {payers.now(siren_of(number)) for number in digits}
    known = (numbers & payers.sirens) or {siren for siren in numbers if siren.startswith(_LOCAL)}
    if numbers:
        return Voice(frozenset(known), firm=bool(known))
    words, before = _read(text), _read(left)
    if _NUMBERS.search(text) and {"siret", "siren"} & {word.text for word in (*before, *words)}:
        return Voice(strangers=(text,))
    sirens = _by_code(words, before, payers) | _by_name(words, before, payers, titled=titled)
    if not sirens and not titled:
        sirens = _by_bare_code(words, payers)
    strange = not sirens and _is_stranger(words, before)
    return Voice(frozenset(sirens), strangers=(text,) if strange else ())


def named(text: str, payers: Payers, *, titled: bool) -> frozenset[str]:
    """Return whom the answer to "who pays" names: a number, an INSEE code or a name."""
    return voice(text, payers, titled=titled, left="INSEE").sirens


def _is_number(digits: str) -> bool:
    return is_siren(digits) or is_siret(digits)


def _by_code(words: Sequence[Word], before: Sequence[Word], payers: Payers) -> set[str]:
    """Return whom the codes beside the word INSEE name."""
    said = f"{_spoken(before)} {_spoken(words)}"
    return _coded(words, payers) if re.search(r"\b(?:insee|code commune)\b", said) else set()


def _by_bare_code(words: Sequence[Word], payers: Payers) -> set[str]:
    """Return whom a code in a sheet's or a file's name names, if no other word there may be a name."""
    return _coded(words, payers) if all(_CODE.fullmatch(word.text) or _is_plain(word.text) for word in words) else set()


def _coded(words: Sequence[Word], payers: Payers) -> set[str]:
    found: set[str] = set()
    before = ""
    for word, _ in words:
        if _CODE.fullmatch(word) and before not in _COUNTED:
            found |= payers.codes.get(word.upper(), set())
        before = before if word in _LINKS or word in {"n", "no", "numero"} else word
    return found


def _spoken(words: Iterable[Word]) -> str:
    return " ".join(word.text for word in words)


def _is_plain(word: str) -> bool:
    return word.isdigit() or word in _PLAIN or word in _LINKS


def _by_name(words: Sequence[Word], before: Sequence[Word], payers: Payers, *, titled: bool) -> set[str]:
    found: set[str] = set()
    start = 0
    while start < len(words):
        size, bearers = _longest(words[start:], payers)
        stop = start + size
        if (
            bearers
            and not _goes_on(words[stop:])
            and not _is_begun(words[: start + 1])
            and _is_payer([*before, *words[:start]], whole=size == len(words), titled=titled)
        ):
            found |= _in_department(bearers, words)
        start = stop
    return found


def _longest(words: Sequence[Word], payers: Payers) -> tuple[int, Mapping[str, str]]:
    """Return how many words the longest known name at the start takes, and who bears it; one word and nobody if none is."""
    for size in range(min(LONGEST_NAME, len(words)), 0, -1):
        bearers = payers.names.get(_spoken(words[:size]))
        if bearers:
            return size, bearers
    return 1, {}


def _goes_on(rest: Sequence[Word]) -> bool:
    """Whether the words after a name make it another's."""
    phrase = takewhile(lambda word: word.gap != "|", rest)
    if not rest or any(word.text in _BODIES for word in (rest[0], *phrase)):
        return bool(rest)
    following, gap = rest[0]
    if gap == "|":
        return False
    if following in _ONTO:
        return len(rest) > 1 and (rest[1].text in _LINKS or not _is_plain(rest[1].text))
    return gap == "-" and not _is_plain(following)


def _is_begun(words: Sequence[Word]) -> bool:
    """Whether hyphens join the last word, where a known name begins, to a word that makes it another's."""
    at = len(words) - 1
    while at > 0 and words[at].gap == "-":
        at -= 1
        if words[at].text not in _LINKS:
            return not _is_plain(words[at].text) and words[at].text not in _OF_A_PAYER
    return False


def _is_payer(before: Sequence[Word], *, whole: bool, titled: bool) -> bool:
    """Whether the words before a name say that it is a payer's, or, outside titles, do not say that it is another's."""
    words = [word.text for word in before]
    nearest = next((word for word in reversed(words) if word not in _LINKS), "")
    if nearest in _NOT_A_PAYER or not (_BODIES | _PAID).isdisjoint(words):
        return False
    return not titled or whole or nearest in _OF_A_PAYER


def _in_department(bearers: Mapping[str, str], words: Sequence[Word]) -> set[str]:
    """Return those of the name, in the département that the text names if it names one."""
    said = {word.text for word in words}
    within = {siren for siren, department in bearers.items() if department and department.lower() in said}
    return within or set(bearers)


def _is_stranger(words: Sequence[Word], before: Sequence[Word]) -> bool:
    """Whether a text names a body by its form ("SIVOS du Vallespir", "Mairie de Thuir") or after "Commune :"."""
    stop = next((at for at, word in enumerate(words) if at and word.gap == "|"), len(words))
    texts = [word.text for word in words[:stop]]
    if not texts or _PAID & {word.text for word in before}:
        return False
    proper = [word for word in texts[1:] if not _is_plain(word) and word not in _OF_A_PAYER]
    if texts[0] in _BODIES:
        return bool(proper) or len(words) == 1
    if texts[0] in _A_COMMUNE:
        return bool(proper) and texts[1] in _LINKS
    titled = bool(before) and before[-1].text in _TITLES
    return titled and not {texts[0]} & (_OF_A_PAYER | _NOT_A_PAYER) and not _is_plain(texts[0])


# What a place says ---------------------------------------------------------------------------------------------------


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


# Whose table it is ---------------------------------------------------------------------------------------------------


def with_payers(table: Table, payers: Payers) -> tuple[Table, Problem | None]:
    """Return the ledger with each line's payer, as SIRET, SIREN or the name that nobody bears; and what is in doubt."""
    told, problem = _told(table, payers)
    return _own(told, problem, payers.only, payers) if payers.only else (told, problem)


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
    if len(column) > 1 and not all(number.startswith(_LOCAL) for number in column):
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
    if others and all(siren.startswith(_LOCAL) for siren in column):
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
