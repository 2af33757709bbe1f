"""Titles of columns: which field a title names, by the schemas' French titles and synonyms, however it is written."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from recon.values import folded

if TYPE_CHECKING:
    from recon_schemas import Source

# Columns that are no field of a schema, and from which one is made.
DEBIT, CREDIT, SENSE = "debit", "credit", "sense"
MANDAT_BORDEREAU, BORDEREAU_MANDAT = "mandat_bordereau", "bordereau_mandat"
PAYER_INSEE = "payer_insee"

_MADE = {
    DEBIT: ("Débit", "Montant débit", "Débits", "Débit TTC", "Mouvement débit", "Somme débit", "Dépense", "Dépenses"),
    CREDIT: ("Crédit", "Montant crédit", "Crédits", "Crédit TTC", "Mouvement crédit", "Somme crédit", "Recette", "Recettes"),
    SENSE: ("Sens", "D/C", "C/D", "Débit/Crédit", "Sens D/C", "Sens écriture", "Sens opération", "Signe"),
    PAYER_INSEE: ("Code INSEE", "INSEE", "INSEE collectivité", "INSEE commune", "Code commune", "Code INSEE collectivité"),
}  # fmt: skip
MADE: tuple[str, ...] = (*_MADE, MANDAT_BORDEREAU, BORDEREAU_MANDAT)

_WHOLE = {
    "mt": "montant", "mnt": "montant", "mtt": "montant", "mont": "montant", "montants": "montant", "somme": "montant",
    "dt": "date", "dte": "date", "dates": "date",
    "num": "n", "numero": "n", "no": "n", "nr": "n", "numeros": "n",
    "ref": "reference", "references": "reference", "refs": "reference",
    "bord": "bordereau", "bdx": "bordereau", "brd": "bordereau", "bordereaux": "bordereau",
    "mdt": "mandat", "mand": "mandat", "mandats": "mandat",
    "lib": "libelle", "libelles": "libelle", "obj": "objet", "desig": "designation",
    "exer": "exercice", "exerc": "exercice", "ex": "exercice",
    "coll": "collectivite", "collectiv": "collectivite",
    "fourn": "fournisseur", "benef": "beneficiaire", "creanc": "creancier",
    "paiem": "paiement", "paiment": "paiement", "payement": "paiement", "pmt": "paiement", "regl": "reglement", "rglt": "reglement",
    "etab": "etablissement", "etabl": "etablissement", "ets": "etablissement",
    "dep": "departement", "dept": "departement", "dpt": "departement",
    "nb": "nombre", "nbre": "nombre", "qte": "nombre",
    "cpte": "compte", "cpt": "compte", "imput": "imputation", "fact": "facture",
    "delib": "deliberation", "conv": "convention",
}  # fmt: skip
_EMPTY = {"de", "du", "des", "d", "l", "la", "les", "en", "eur", "euro", "euros"}


# Titles that name a field only if no other title does and their cells agree; else nobody is asked about them.
WEAK = 100
_WEAK = {
    "date", "nom", "ecole", "etablissement", "annee", "paiement", "reglement", "paye", "regle", "emission", "signature", "facture",
    "detail", "motif", "description", "position", "identifiant etablissement", "budget", "mandatement",
}  # fmt: skip


# "Montant dû" is not "Montant du".
_DUE = re.compile(r"\bd[ûÛ]e?s?\b")
_FIGURE = re.compile(r"\d")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
_TAX = re.compile(r"\b[tT]\W?[tT]\W?[cC]\b|\b[hH]\W[tT]\b")


class Meaning(NamedTuple):
    """A field that a title may name; `rank` 0 is the field's own title, synonyms follow in their order, weak ones last."""

    field: str
    rank: int


@lru_cache(maxsize=2**14)
def title_key(title: str) -> str:
    """Return a title as titles are compared: no case, accents, units or small words, abbreviations in full, words sorted."""
    # "MontantTTC" is two words, and "T.T.C." is one.
    parted = _TAX.sub(lambda found: re.sub(r"\W", "", found[0]), _CAMEL.sub(" ", _DUE.sub("exigible", title)))
    words = {_WHOLE.get(word, word) for word in folded(parted).split()} - _EMPTY
    return " ".join(sorted(words))


@cache
def _vocabulary(name: str) -> dict[str, tuple[Meaning, ...]]:
    from recon_schemas import SOURCES

    source = next(source for source in SOURCES if source.name == name)
    named: dict[str, dict[str, int]] = {}
    for field, column in source.fields.items():
        for rank, word in enumerate((str(column.title), *(column.metadata or {})["synonyms"])):
            _learn(named, word, field, rank)
    for field, words in _MADE.items() if name == "payments" else ():
        for rank, word in enumerate(words):
            _learn(named, word, field, rank)
    return {key: tuple(Meaning(*found) for found in fields.items()) for key, fields in named.items()}


def _learn(named: dict[str, dict[str, int]], word: str, field: str, rank: int) -> None:
    for key in (folded(word), title_key(word)):
        fields = named.setdefault(key, {})
        own = rank + WEAK if rank and key in _WEAK else rank
        fields[field] = min(own, fields.get(field, own))


def has_figure(text: str) -> bool:
    """Whether a text holds a figure: no known title does."""
    return _FIGURE.search(text) is not None


def meanings(title: str, source: str) -> tuple[Meaning, ...]:
    """Return the fields of the source of that name that a title may name, none if it is not known."""
    # No known title holds a figure, and most cells of a ledger do: they are looked at no further.
    return () if _FIGURE.search(title) else _meanings(title, source)


@lru_cache(maxsize=2**14)
def _meanings(title: str, source: str) -> tuple[Meaning, ...]:
    vocabulary = _vocabulary(source)
    key = title_key(title)
    known = vocabulary.get(folded(title)) or vocabulary.get(key) or vocabulary.get(_without_tax(key))
    if known:
        return _best(known)
    if source == "payments" and (both := _mandat_and_bordereau(title)):
        return (Meaning(both, 0),)
    return ()


def _without_tax(key: str) -> str:
    """Return a key without "ttc": an amount of a ledger has its taxes included."""
    return " ".join(word for word in key.split() if word != "ttc")


def _best(known: tuple[Meaning, ...]) -> tuple[Meaning, ...]:
    """A field's own title names that field alone; a debit is a debit before it is an amount."""
    made = tuple(meaning for meaning in known if meaning.field in _MADE and meaning.field != PAYER_INSEE)
    own = tuple(meaning for meaning in known if meaning.rank == 0)
    return made or own or known


def fields_of(source: Source) -> tuple[str, ...]:
    """Return what a column of a source may be: its fields, and for ledgers what fields are made from."""
    return (*source.fields, *(MADE if source.name == "payments" else ()))


def field_named(text: str, source: Source) -> str | None:
    """Return the field that a person means: its name in code, its French title, or a synonym of one field only."""
    code = folded(text).replace(" ", "_")
    if code in fields_of(source):
        return code
    known = meanings(text, source.name)
    best = [meaning for meaning in known if meaning.rank == min(other.rank for other in known)]
    return best[0].field if len(best) == 1 else None


def _mandat_and_bordereau(title: str) -> str | None:
    words = [_WHOLE.get(word, word) for word in folded(title).split()]
    if set(words) - _EMPTY - {"n", "et"} != {"mandat", "bordereau"}:
        return None
    return MANDAT_BORDEREAU if words.index("mandat") < words.index("bordereau") else BORDEREAU_MANDAT
