"""Profiles on disk: `profils/<name>.toml`, plain enough for an officer to read and change; one that is not understood stops."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

from recon.errors import Exit, Stop
from recon.identifiers import clean_digits, is_siren, is_siret, parse_school_year
from recon.layouts.headings import SAID_AROUND
from recon.layouts.looks import VOCABULARIES, sort_of
from recon.layouts.problems import title_of
from recon.layouts.profiles import Profile
from recon.layouts.words import CREDIT, DEBIT, field_named, fields_of
from recon.texts import Text, joined, same, visible
from recon.values import folded
from recon_schemas import SOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tomlkit import TOMLDocument
    from tomlkit.items import Table

    from recon.layouts.profiles import Sign
    from recon_schemas import Source

FOLDER = "profils"
CONSTANTS = ("payer_siret", "exercise", "school_year")
SIGNS: dict[Sign, str] = {"debit": "débit", "credit": "crédit"}
_KEYS = ("nature", "fichiers", "empreinte", "ignorees", "sens", "colonnes", "constantes", "mots")
_MADE_FROM = re.compile(r"^# Fait le .{10} d’après (.+?)(?:, feuille « .*)?, intitulés\u00a0?: ligne", re.MULTILINE)
_EXERCISE = re.compile(r"20[0-9]{2}")

UNKNOWN = Text(
    "{key} : « {value} » est inconnu ; sont admis : {known}", "{key}: “{value}” is unknown; allowed are: {known}"
)
A_TEXT = Text(
    "{key} doit être un texte entre guillemets, ou une liste de textes",
    "{key} must be a text in quotes, or a list of texts",
)
A_SECTION = Text("[{key}] doit être une section", "[{key}] must be a section")
A_COLUMN = Text("[colonnes] doit nommer au moins une colonne", "[colonnes] must name one column at least")
LACKING = Text("[colonnes] : il manque « {title} »", "[colonnes]: “{title}” is missing")
TWICE = Text("{key} : « {value} » y est deux fois", "{key}: “{value}” stands there twice")
UNREADABLE = Text("ne peut pas être lu : {why}", "cannot be read: {why}")
REMADE = Text(
    "Corriger ou supprimer ce fichier, ou refaire le profil : recon associer {file} --nom {name}",
    "Correct or delete this file, or make the profile anew: recon map {file} --name {name}",
)
REMADE_FROM = Text(
    "Corriger ou supprimer ce fichier, ou refaire le profil : recon associer FICHIER --nom {name}",
    "Correct or delete this file, or make the profile anew: recon map FILE --name {name}",
)
CONSTANT_TEXTS = {
    "payer_siret": Text(
        "un SIRET de 14 chiffres ou un SIREN de 9, avec sa clé", "a SIRET of 14 digits or a SIREN of 9, with its key"
    ),
    "exercise": Text("une année, par exemple 2026", "a year, such as 2026"),
    "school_year": Text("une année scolaire, par exemple 2026-2027", "a school year, such as 2026-2027"),
}


class Origin(NamedTuple):
    """What a profile was made from: the file, its sheet, the rows of its headings (from 1), and on which day."""

    file: str
    sheet: str
    rows: str
    day: str


def constant(field: str, text: str) -> str | None:
    """Return what one place may say for all lines of a field, None if the text says nothing such."""
    if field == "payer_siret":
        digits = clean_digits(text)
        return digits if is_siret(digits) or is_siren(digits) else None
    if field == "exercise":
        return text.strip() if _EXERCISE.fullmatch(text.strip()) else None
    return parse_school_year(text)


def constants_of(source: Source) -> tuple[str, ...]:
    """Return the fields that a profile may say for all lines."""
    return tuple(name for name in CONSTANTS if name in source.fields)


def states_of(source: Source) -> tuple[str, ...]:
    """Return recon's own words for the states that a source knows."""
    sorts = [sort_of(source, name) for name in source.fields]
    return tuple(dict.fromkeys(word for sort in sorts if sort in VOCABULARIES for word in VOCABULARIES[sort].values()))


def source_named(text: str) -> Source | None:
    """Return the kind of table that a text names, in French, in English or in code; None if it names none."""
    wanted = folded(text)
    return next(
        (s for s in SOURCES if wanted in {folded(s.name), folded(s.title.fr), folded(s.title.en)}), None
    ) or next((s for s in SOURCES if wanted == s.folder), None)


# Reading -------------------------------------------------------------------------------------------------------------


def profiles(dossier: Path) -> list[Profile]:
    """Return the dossier's profiles by name; Stop with the key to correct if one cannot be understood."""
    return [read(path) for path in _paths(dossier)]


def _paths(dossier: Path) -> list[Path]:
    return [path for path in sorted((dossier / FOLDER).glob("*.toml")) if not path.name.startswith(".")]


def profiles_but(dossier: Path, file: str, name: str) -> tuple[list[Profile], str]:
    """Return the profiles, and the name of one that is not understood and is made anew: of that name, or of that file."""
    known: list[Profile] = []
    broken = ""
    for path in _paths(dossier):
        try:
            known.append(read(path))
        except Stop:
            if path.stem != name and _made_from(path) != visible(file):
                raise
            broken = path.stem
    return known, broken


def _made_from(path: Path) -> str:
    """Return the file that a profile says it was made from, "" if it says none."""
    try:
        found = _MADE_FROM.search(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return ""
    return found[1] if found else ""


def read(path: Path) -> Profile:
    """Return the profile in a file; Stop with one sentence that names what to correct."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return parsed(path.stem, text)
    except (OSError, ValueError) as error:
        raise _again(_sentence(path.name, UNREADABLE.with_(why=error)), path) from error
    except Stop as stop:
        raise _again(stop.sentence, path) from stop


def _again(sentence: Text, path: Path) -> Stop:
    file = _made_from(path)
    command = REMADE if file else REMADE_FROM
    said = command.with_(file=f'"{file}"', name=f'"{visible(path.stem)}"')
    return Stop(joined((sentence, said), " "), Exit.MISUSE)


def parsed(name: str, text: str) -> Profile:
    """Return the profile that a TOML text says; Stop with one sentence that names what to correct."""
    file = f"{name}.toml"
    try:
        table = tomllib.loads(text)
    except ValueError as error:
        raise _stop(file, UNREADABLE.with_(why=error)) from error
    for key in table.keys() - set(_KEYS):
        raise _unknown(file, "profil", key, _KEYS)
    source = source_named(str(table.get("nature", "")))
    if source is None:
        raise _unknown(file, "nature", table.get("nature", ""), [s.title.fr for s in SOURCES])
    profile = Profile(
        name,
        source,
        tuple(pattern.replace("\\", "/") for pattern in _texts(file, "fichiers", table.get("fichiers"))),
        str(table.get("empreinte", "")),
        _columns(file, source, table),
        _constants(file, source, table),
        _sign(file, table.get("sens", "")),
        _words(file, source, table),
        _texts(file, "ignorees", table["ignorees"]) if table.get("ignorees") else (),
    )
    for field in source.required:
        if not _told(profile, field):
            raise _stop(file, LACKING.with_(title=title_of(source, field)))
    return profile


def _told(profile: Profile, field: str) -> bool:
    """Whether a profile says a field that every line needs, or leaves it to what stands around the table."""
    own = {*profile.titles, *profile.fixed, *SAID_AROUND.get(profile.source.name, ())}
    return field in own or (field == "amount" and bool({DEBIT, CREDIT} & own))


def _columns(file: str, source: Source, table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    titles: dict[str, tuple[str, ...]] = {}
    for key, value in _section(file, table, "colonnes").items():
        name = field_named(key, source)
        if name is None:
            raise _unknown(file, "[colonnes]", key, [title_of(source, field) for field in fields_of(source)])
        if name in titles:
            raise _stop(file, TWICE.with_(key="[colonnes]", value=visible(key)))
        titles[name] = _texts(file, f"[colonnes] {key}", value)
    if not titles:
        raise _stop(file, A_COLUMN)
    return titles


def _constants(file: str, source: Source, table: Mapping[str, Any]) -> dict[str, str]:
    fixed: dict[str, str] = {}
    known = constants_of(source)
    for key, value in _section(file, table, "constantes").items():
        name = field_named(key, source)
        name = "payer_siret" if name == "payer_name" else name
        if name not in known:
            raise _unknown(file, "[constantes]", key, [title_of(source, field) for field in known])
        said = constant(name, str(value))
        if said is None:
            raise _unknown(file, f"[constantes] {key}", value, CONSTANT_TEXTS[name])
        fixed[name] = said
    return fixed


def _sign(file: str, value: object) -> Sign:
    for sign, word in SIGNS.items():
        if folded(str(value)) == folded(word):
            return sign
    if value:
        raise _unknown(file, "sens", value, list(SIGNS.values()))
    return ""


def _words(file: str, source: Source, table: Mapping[str, Any]) -> dict[str, str]:
    known = {folded(word): word for word in states_of(source)}
    words: dict[str, str] = {}
    for key, value in _section(file, table, "mots").items():
        if folded(str(value)) not in known:
            raise _unknown(file, f"[mots] {key}", value, list(known.values()))
        words[folded(key)] = known[folded(str(value))]
    return words


def _section(file: str, table: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = table.get(name, {})
    if not isinstance(part, dict):
        raise _stop(file, A_SECTION.with_(key=name))
    return part


def _texts(file: str, key: str, value: object) -> tuple[str, ...]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text.strip() for text in texts):
        raise _stop(file, A_TEXT.with_(key=visible(key)))
    return tuple(texts)


def _unknown(file: str, key: str, value: object, known: Sequence[str] | Text) -> Stop:
    allowed = known if isinstance(known, Text) else joined(map(same, known), ", ")
    return _stop(file, UNKNOWN.with_(key=visible(key), value=visible(str(value)), known=allowed))


def _stop(file: str, why: Text) -> Stop:
    return Stop(_sentence(file, why), Exit.MISUSE)


def _sentence(file: str, why: Text) -> Text:
    return Text("{path} : {why}.", "{path}: {why}.").with_(path=f"{FOLDER}/{visible(file)}", why=why)


# Writing -------------------------------------------------------------------------------------------------------------

_ABOUT = (
    "Comment lire un fichier : profil confirmé avec « recon associer », suivi à chaque lecture du dossier.",
    "Fait le {day} d’après {file}{sheet}, intitulés : ligne {rows}.",
    "Une colonne peut changer de place, d’autres peuvent s’ajouter ; si un intitulé ci-dessous disparaît, le fichier est refusé (D02).",
    "De même s’il s’ajoute une colonne d’intitulé connu qui changerait les paiements : État, Payé le, Référence, Débit, Crédit, Sens.",
    "Pour le changer : relancer « recon associer » sur le fichier, ou corriger ce texte et l’enregistrer.",
)
_OF_FILES = "Noms des fichiers à lire ainsi, à partir du dossier « {folder} » ; * vaut pour n’importe quels caractères."
_OF_PRINT = "Empreinte des intitulés : un fichier d’un autre nom qui a exactement les mêmes est lu ainsi, sans « sens » ni [constantes]."
_OF_IGNORED = "Colonnes vues et laissées de côté."
_OF_SIGN = "Un paiement est au débit ou au crédit."
_OF_COLUMNS = (
    "Donnée = intitulé de sa colonne dans le fichier ; « Montant (2/2) » est la deuxième des deux colonnes « Montant »."
)
_OF_CONSTANTS = "Ce qui vaut pour toutes les lignes de ces fichiers."
_OF_WORDS = "Mot du fichier = état : {states}."


def written(profile: Profile, origin: Origin) -> str:
    """Return the TOML text of a profile, with what a person needs to change it."""
    import tomlkit

    document = tomlkit.document()
    sheet = f", feuille « {origin.sheet} »" if origin.sheet else ""
    for line in _ABOUT:
        _comment(document, line.format(day=origin.day, file=origin.file, sheet=sheet, rows=origin.rows))
    document.add(tomlkit.nl())
    document.add("nature", tomlkit.item(profile.source.title.fr))
    _comment(document, _OF_FILES.format(folder=profile.source.folder))
    document.add("fichiers", tomlkit.item(_one_or_all(profile.patterns)))
    _comment(document, _OF_PRINT)
    document.add("empreinte", tomlkit.item(profile.fingerprint))
    if profile.ignored:
        _comment(document, _OF_IGNORED)
        document.add("ignorees", tomlkit.item(list(profile.ignored)))
    if profile.sign:
        _comment(document, _OF_SIGN)
        document.add("sens", tomlkit.item(SIGNS[profile.sign]))
    titles = {title_of(profile.source, name): _one_or_all(own) for name, own in profile.titles.items()}
    _add_section(document, "colonnes", _OF_COLUMNS, titles)
    _add_section(
        document, "constantes", _OF_CONSTANTS, {title_of(profile.source, n): said for n, said in profile.fixed.items()}
    )
    _add_section(document, "mots", _OF_WORDS.format(states=", ".join(states_of(profile.source))), profile.words)
    return tomlkit.dumps(document)


def _one_or_all(texts: Sequence[str]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else list(texts)


def _add_section(document: TOMLDocument, name: str, about: str, entries: Mapping[str, Any]) -> None:
    import tomlkit

    if not entries:
        return
    section = tomlkit.table()
    _comment(section, about)
    for key, value in entries.items():
        section.add(key, tomlkit.item(value))
    document.add(tomlkit.nl())
    document.add(name, section)


def _comment(part: TOMLDocument | Table, text: str) -> None:
    import tomlkit

    # A control character in a file's name would end the comment, or the file.
    part.add(tomlkit.comment(visible(text)))
