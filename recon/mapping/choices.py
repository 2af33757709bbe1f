"""What an officer says of a file, as he types it: `montant=F`, `payeur=21660049400019`, `sens=crédit`, `mot:validé=payé`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from recon.errors import Exit, Stop
from recon.layouts.columns import JOINED
from recon.layouts.problems import title_of
from recon.layouts.words import field_named, fields_of, title_key
from recon.payers import named
from recon.profile_files import CONSTANT_TEXTS, SIGNS, constant, constants_of, states_of
from recon.readers.cells import column_letters
from recon.texts import Text, visible
from recon.values import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.layouts.profiles import Sign
    from recon.mapping.places import Place
    from recon.payers import Payers
    from recon_schemas import Source

NONE = ("-", "")
PAYER = ("payer_siret", "payer_name")
# What the fields whose code is no plain word are called in English.
ENGLISH = {"payer": "payer_siret", "date": "mandat_on", "paid": "paid_on"}
_WORD = ("mot:", "word:")
_SIGN = ("sens", "sign", "signe", "sense")

NO_EQUALS = Text(
    "« {said} » : écrire DONNÉE=COLONNE, par exemple --set montant=F",
    "“{said}”: write FIELD=COLUMN, such as --set amount=F",
)
NO_FIELD = Text(
    "« {said} » : « {name} » n’est pas une donnée ; sont admises : {known}",
    "“{said}”: “{name}” is no field; allowed are: {known}",
)
NO_COLUMN = Text(
    "« {said} » : aucune colonne « {name} » ; donner une lettre ou un intitulé parmi : {known}",
    "“{said}”: no column “{name}”; give a letter or a title among: {known}",
)
TWO_COLUMNS = Text(
    "« {said} » : plusieurs colonnes « {name} » ; donner une lettre : {known}",
    "“{said}”: several columns “{name}”; give a letter: {known}",
)
NO_CONSTANT = Text("« {said} » : attendu : une colonne, ou {expected}", "“{said}”: expected a column, or {expected}")
NO_PAYER = Text(
    "« {said} » : « {name} » n’est ni une colonne, ni une collectivité connue du dossier ; donner son SIRET ou son SIREN",
    "“{said}”: “{name}” is neither a column nor a payer that the dossier knows; give its SIRET or SIREN",
)
WRONG_KEY = Text(
    "« {said} » : la clé de ce numéro est fausse ; le SIRET a 14 chiffres, le SIREN 9",
    "“{said}”: this number’s key is wrong; a SIRET has 14 digits, a SIREN 9",
)
NO_STATE = Text(
    "« {said} » : « {name} » n’est pas un état ; sont admis : {known}",
    "“{said}”: “{name}” is no state; allowed are: {known}",
)
NO_SIGN = Text("« {said} » : écrire sens=débit ou sens=crédit", "“{said}”: write sign=debit or sign=credit")


@dataclass(frozen=True, slots=True)
class Choices:
    """What was said: columns by field (none: the field is left out), what holds for all lines, the sign, the words.

    `left` are the words whose lines are left to be corrected.
    """

    columns: dict[str, tuple[int, ...]] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)
    sign: Sign = ""
    words: dict[str, str] = field(default_factory=dict)
    left: frozenset[str] = frozenset()

    def with_columns(self, name: str, columns: tuple[int, ...]) -> Choices:
        """Return these choices with a field's columns said; they are no other field's any more."""
        rest = {
            other: tuple(column for column in own if column not in columns)
            for other, own in self.columns.items()
            if other != name
        }
        fixed = {other: said for other, said in self.fixed.items() if other != name}
        return replace(self, columns=rest | {name: columns}, fixed=fixed)

    def with_constant(self, name: str, said: str) -> Choices:
        """Return these choices with what holds for all lines of a field, which then has no column."""
        return replace(self, columns=self.columns | {name: ()}, fixed=self.fixed | {name: said})

    def with_word(self, word: str, state: str) -> Choices:
        """Return these choices with what a word of the file means."""
        return replace(self, words=self.words | {folded(word): state}, left=self.left - {folded(word)})

    def without_word(self, word: str) -> Choices:
        """Return these choices with a word that means no state: its lines are left to be corrected."""
        words = {other: state for other, state in self.words.items() if other != folded(word)}
        return replace(self, words=words, left=self.left | {folded(word)})


def said(choices: Choices, text: str, place: Place, payers: Payers) -> Choices:
    """Return the choices with one `--set`; Stop with what is allowed if it is not understood."""
    name, equals, value = text.partition("=")
    name, value = name.strip(), value.strip()
    if not equals or not name:
        raise _stop(NO_EQUALS, text)
    if name.lower().startswith(_WORD) and value in NONE:
        return choices.without_word(name.partition(":")[2])
    if name.lower().startswith(_WORD):
        return choices.with_word(name.partition(":")[2], state_named(text, value, place.heading.source))
    if folded(name) in _SIGN and (sign := sign_named(value)):
        return replace(choices, sign=sign)
    if folded(name) in _SIGN and value not in NONE and not columns_named(value, place.titles):
        raise _stop(NO_SIGN, text)
    field_name = field_named(ENGLISH.get(folded(name), name), place.heading.source)
    if field_name is None:
        known = ", ".join(title_of(place.heading.source, one) for one in fields_of(place.heading.source))
        raise _stop(NO_FIELD, text, name=name, known=known)
    return chosen(choices, field_name, value, text, place, payers)


def chosen(choices: Choices, name: str, value: str, text: str, place: Place, payers: Payers) -> Choices:
    """Return the choices with what was said of one field: a column, a constant, or none; Stop if it is neither."""
    if value in NONE:
        return choices.with_columns(name, ())
    columns = columns_named(value, place.titles)
    if len(columns) == 1:
        name = _payers_own(name, columns[0], place)
        return choices.with_columns(name, _joined(choices, name, columns[0], place.heading.source))
    if name in PAYER and "payer_siret" in place.heading.source.fields and (payer := _payer(value, text, payers)):
        return choices.with_constant("payer_siret", payer)
    if name in constants_of(place.heading.source) and (fixed := constant(name, value)):
        return choices.with_constant(name, fixed)
    if columns:
        raise _stop(TWO_COLUMNS, text, name=value, known=", ".join(map(column_letters, columns)))
    if name in PAYER:
        raise _stop(NO_PAYER, text, name=value)
    if name in constants_of(place.heading.source):
        raise _stop(NO_CONSTANT, text, expected=CONSTANT_TEXTS[name])
    known = (f"{column_letters(column)} {title}" for column, title in enumerate(place.titles) if title)
    raise _stop(NO_COLUMN, text, name=value, known=", ".join(map(visible, known)))


def _joined(choices: Choices, name: str, column: int, source: Source) -> tuple[int, ...]:
    """A text may be told in several columns: said again, it is joined to what was said before."""
    before = choices.columns.get(name, ()) if name in JOINED.get(source.name, ()) else ()
    return (*(other for other in before if other != column), column)


def _payers_own(name: str, column: int, place: Place) -> str:
    """A payer is told by its number or by its name: the column's cells say which."""
    if name not in PAYER or not set(PAYER) <= place.heading.source.fields.keys():
        return name
    cells = [cell for cell in place.cells(column, range(place.heading.last + 1, len(place.sheet.rows))) if cell]
    return "payer_name" if any(char.isalpha() for cell in cells for char in cell) else "payer_siret"


def _payer(value: str, text: str, payers: Payers) -> str | None:
    digits = constant("payer_siret", value)
    if digits is not None:
        return digits
    if sum(map(str.isdigit, value)) >= 9:
        raise _stop(WRONG_KEY, text)
    sirens = named(value, payers, titled=True)
    return min(sirens) if len(sirens) == 1 else None


def columns_named(text: str, titles: Sequence[str | None]) -> list[int]:
    """Return the columns that a text names, by its title as it stands, by its letters, or by its title folded."""
    exact = [column for column, title in enumerate(titles) if title and title.strip() == text.strip()]
    if len(exact) == 1:
        return exact
    letters = text.strip().upper()
    by_letters = [column for column in range(len(titles)) if column_letters(column) == letters]
    key = title_key(text)
    return (
        by_letters
        or exact
        or [column for column, title in enumerate(titles) if title and key and title_key(title) == key]
    )


def state_named(text: str, value: str, source: Source) -> str:
    """Return recon's own word for a state; Stop with those allowed if there is no such."""
    known = {folded(word): word for word in states_of(source)}
    if folded(value) not in known:
        raise _stop(NO_STATE, text, name=value, known=", ".join(known.values()))
    return known[folded(value)]


def sign_named(value: str) -> Sign:
    """Return the sign that a word names, "" if it names none."""
    return next((sign for sign, word in SIGNS.items() if folded(value) in {folded(word), sign}), "")


def _stop(why: Text, said: str, **blanks: object) -> Stop:
    clean = {name: visible(blank) if isinstance(blank, str) else blank for name, blank in blanks.items()}
    return Stop(Text("{why}.", "{why}.").with_(why=why.with_(said=visible(said), **clean)), Exit.MISUSE)
