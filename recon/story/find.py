"""From what was typed to the story meant: an identity, a UAI, a titre, a payer, a mandat; else a Stop that says why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from recon.findings.catalogue import CATALOGUE
from recon.identifiers import titre_key
from recon.story import facts, payer, payment, school, titre
from recon.story.findings import finding, rule
from recon.story.missing import (
    nothing,
    out_of_scope,
    several,
    unknown_code,
    unknown_mandat,
    unknown_payer,
    wrong_letter,
)
from recon.story.names import payers_named, uai_typed
from recon.story.parts import Row, Section, Story
from recon.texts import Text, money, same

if TYPE_CHECKING:
    from collections.abc import Callable

    from recon.tables import Month, Outside

CODE = re.compile(r"[A-Za-z]\d{2}")
IDENTITY = re.compile(r"(?:P|[A-Za-z]\d{2})-[0-9A-Fa-f]{10}")
SEVERAL_LINES = Text(
    "Plusieurs lignes répondent ; écrire l’identité de l’une, {id} par exemple, à la place de la collectivité et du mandat",
    "Several lines answer; write the identity of one, {id} for example, instead of payer and mandat",
)
MOST_LINES = 100
EXERCISE = re.compile(r"(20\d{2})\s*/\s*(.+)")


def rule_asked(typed: str) -> Story | None:
    """Return the rule of the code typed, None if it has not the shape of one; Stop if there is no such code."""
    code = typed.strip().upper()
    if not CODE.fullmatch(code):
        return None
    if code not in CATALOGUE:
        raise unknown_code(code)
    return rule(code)


def story_of(month: Month, typed: list[str], dossier: str) -> Story:
    """Return the story of what was typed; Stop, with what is near, if the dossier holds no such thing."""
    words = " ".join(typed).split()
    whole = " ".join(words)
    ways: tuple[Callable[[Month, str], Story | None], ...] = (
        _identity,
        _school,
        _titre,
        _amendment,
        _payer,
        _convention,
        _titre_by_its_end,
        _mandat,
    )
    for way in ways:
        if (told := way(month, whole)) is not None:
            return told
    if (right := uai_typed(whole)[1]) is not None:
        raise wrong_letter(month, whole, right, dossier)
    if len(words) > 1 and any(char.isdigit() for char in words[-1]):
        return _mandat_of(month, " ".join(words[:-1]), words[-1], dossier)
    raise nothing(month, whole, dossier)


def _identity(month: Month, whole: str) -> Story | None:
    """A payment_id or a finding_id."""
    if not IDENTITY.fullmatch(whole):
        return None
    if rows := facts.rows(month.payments, payment_id=whole.upper()):
        return payment.story(month, rows)
    _refuse_outside([one for one in month.outside if one.payment_id == whole.upper()])
    return next((_finding(month, row) for row in facts.rows(month.findings, finding_id=whole.upper())), None)


def _finding(month: Month, row: Row) -> Story:
    """Tell a finding, its rule, and what it is about."""
    known = CATALOGUE[row["code"]]
    title = Text("Écart {number} · {title}", "Finding {number} · {title}")
    sections = [Section(Text("L’écart", "The finding"), (finding(month, row),)), *rule(row["code"]).sections]
    about = facts.rows(month.payments, payment_id=row["payment_id"])
    if about:
        sections += payment.story(month, about).sections[:1]
    elif facts.rows(month.titres, titre=row["titre"]):
        sections += titre.story(month, row["titre"]).sections[:1]
    return Story(title.with_(number=row["finding_id"], title=known.title), tuple(sections))


def _school(month: Month, whole: str) -> Story | None:
    uai = uai_typed(whole)[0]
    known = uai is not None and (uai in month.schools["uai"] or uai in month.findings["uai"])
    return school.story(month, uai) if known and uai else None


def _titre(month: Month, whole: str) -> Story | None:
    return _titres(month, lambda key: key == titre_key(whole))


def _amendment(month: Month, whole: str) -> Story | None:
    """The number of a reduction or cancellation: the story of the titre that it changes."""
    key = titre_key(whole)
    found = [number for number, parts in month.taken_off.items() if key in {titre_key(part.titre) for part in parts}]
    return titre.story(month, found[0]) if found else None


def _convention(month: Month, whole: str) -> Story | None:
    """The number of a convention: the story of its payer."""
    key = titre_key(whole)
    found = [row for row in month.conventions.iter_rows(named=True) if titre_key(row["convention"]) == key]
    return payer.story(month, found[0]["payer_siren"]) if found else None


def _titre_by_its_end(month: Month, whole: str) -> Story | None:
    """The end of a number, if it holds four characters and a digit, and one titre alone bears it."""
    typed = titre_key(whole)
    if len(typed) < 4 or not any(char.isdigit() for char in typed):
        return None
    return _titres(month, lambda key: key.endswith(typed))


def _titres(month: Month, meant: Callable[[str], bool]) -> Story | None:
    found = [number for number in month.titres["titre"] if meant(titre_key(number))]
    if len(found) > 1:
        raise several(Text("Plusieurs titres portent ce numéro", "Several titres bear this number"), map(same, found))
    return titre.story(month, found[0]) if found else None


def _payer(month: Month, whole: str) -> Story | None:
    found = _the_payer(month, whole)
    return payer.story(month, found) if found else None


def payer_asked(month: Month, typed: str, dossier: str) -> str:
    """Return the SIREN of the one payer that was typed; Stop with those that it may be, or that are near, if there is none."""
    found = _the_payer(month, typed)
    if found is None:
        raise unknown_payer(month, typed, dossier)
    return found


def _the_payer(month: Month, typed: str) -> str | None:
    found = payers_named(month, typed)
    if len(found) > 1:
        said = Text(
            "Plusieurs collectivités répondent à « {typed} » ; donner le SIREN",
            "Several payers answer to “{typed}”; give the SIREN",
        )
        raise several(said.with_(typed=typed), [facts.payer(month, siren) for siren in found])
    return found[0] if found else None


def _mandat(month: Month, whole: str) -> Story | None:
    """A mandat without its payer, if one payer alone has it."""
    rows = _lines(month, "", whole)
    if not rows:
        _refuse_outside(_outside(month, "", whole))
    if len(payers := sorted({row["payer_siren"] for row in rows})) > 1:
        said = Text(
            "Plusieurs collectivités ont ce mandat ; nommer la collectivité",
            "Several payers have this mandat; name the payer",
        )
        raise several(said, [facts.payer(month, siren) for siren in payers])
    return _one(month, rows)


def _mandat_of(month: Month, name: str, number: str, dossier: str) -> Story:
    siren = _the_payer(month, name)
    if siren is None:
        raise unknown_payer(month, name, dossier)
    told = _one(month, _lines(month, siren, number))
    if told is None:
        _refuse_outside(_outside(month, siren, number))
        raise unknown_mandat(month, siren, number, dossier)
    return told


def _refuse_outside(found: list[Outside]) -> None:
    """Stop, with the decision, if what was typed is a payment that one leaves out of scope."""
    if found:
        raise out_of_scope(found[0])


def _outside(month: Month, siren: str, typed: str) -> list[Outside]:
    """Return the payments out of scope by decision that a mandat's number means, of any payer if `siren` is empty."""
    year, number = _parted(typed)
    return [
        one
        for one in month.outside
        if siren in {"", one.payer_siren}
        and one.mandat
        and _key(one.mandat) in {_key(typed), _key(number)}
        and (year in {None, one.exercise} or _key(one.mandat) == _key(typed))
    ]


def _one(month: Month, rows: list[Row]) -> Story | None:
    """Return the story of the lines if they are of one exercise."""
    if len({_year(row) for row in rows}) > 1:
        said = Text(
            "Ce mandat existe dans plusieurs exercices ; écrire", "This mandat stands in several exercises; write"
        )
        raise several(said, map(same, sorted({facts.number(row) for row in rows})))
    return payment.story(month, rows) if rows else None


def lines_meant(month: Month, typed: list[str], dossier: str) -> list[Row]:
    """Return the ledger lines of the payment typed, by its identity or as payer and mandat; [] if none is meant."""
    words = " ".join(typed).split()
    whole = " ".join(words)
    if IDENTITY.fullmatch(whole):
        _refuse_outside([one for one in month.outside if one.payment_id == whole.upper()])
        return facts.rows(month.payments, payment_id=whole.upper())
    if len(words) > 1 and any(char.isdigit() for char in words[-1]):
        siren = _the_payer(month, " ".join(words[:-1]))
        if siren is None:
            raise unknown_payer(month, " ".join(words[:-1]), dossier)
        rows = _lines(month, siren, words[-1])
        if not rows:
            _refuse_outside(_outside(month, siren, words[-1]))
            raise unknown_mandat(month, siren, words[-1], dossier)
    else:
        rows = _lines(month, "", whole)
        if not rows:
            _refuse_outside(_outside(month, "", whole))
    if len(rows) > 1:
        rows = sorted(rows, key=_order)
        raise several(
            SEVERAL_LINES.with_(id=rows[0]["payment_id"]), (_line_said(month, row) for row in rows), MOST_LINES
        )
    return rows


def _line_said(month: Month, row: Row) -> Text:
    """Tell a line so that it is known from the others of its mandat: number, schools, label, sum and cell."""
    known = facts.detail(month, row["payment_id"])
    words = " · ".join(
        dict.fromkeys(part for part in (*_schools(month, row), known["label"], known["reference"]) if part)
    )
    where = month.places.get(("payment", row["payment_id"]), str(row["file"]))
    named = (facts.mandat(row), same(facts.payer_name(month, row["payer_siren"])), same(words))
    said = Text("{id} : {told}", "{id}: {told}")
    return said.with_(id=row["payment_id"], told=facts.listed((*named, money(row["amount"]), same(where)), ", "))


def _schools(month: Month, row: Row) -> list[str]:
    """Return the schools that a line names, by UAI and name."""
    named = {part["uai"] for part in facts.rows(month.allocations, payment_id=row["payment_id"]) if part["uai"]}
    names = dict(month.schools.filter(pl.col("uai").is_in(named)).select("uai", "school_name").iter_rows())
    return [" ".join(part for part in (uai, names.get(uai)) if part) for uai in sorted(named)]


def _order(row: Row) -> tuple[str, int]:
    return row["file"], row["row"]


def titre_meant(month: Month, typed: str) -> str | None:
    """Return the titre that a number, or the end of one, means; None if there is none, Stop if there are several."""
    key = titre_key(typed)
    exact = [number for number in month.titres["titre"] if titre_key(number) == key]
    ending = len(key) >= 4 and any(char.isdigit() for char in key)
    found = exact or [number for number in month.titres["titre"] if ending and titre_key(number).endswith(key)]
    if len(found) > 1:
        raise several(Text("Plusieurs titres portent ce numéro", "Several titres bear this number"), map(same, found))
    return found[0] if found else None


def _lines(month: Month, siren: str, typed: str) -> list[Row]:
    """Return the lines of a mandat, of any payer if `siren` is empty; zeros before the number do not count."""
    year, number = _parted(typed)
    own = month.payments.filter((pl.col("payer_siren") == siren) | (siren == "")).to_dicts()
    exact = [row for row in own if row["mandat"] and _key(row["mandat"]) == _key(typed)]
    return exact or [
        row for row in own if row["mandat"] and _key(row["mandat"]) == _key(number) and year in {None, _year(row)}
    ]


def _parted(typed: str) -> tuple[int | None, str]:
    """Return the exercise typed before a mandat's number, None if there is none, and the number."""
    parts = EXERCISE.fullmatch(typed)
    return (int(parts[1]), parts[2]) if parts else (None, typed)


def _year(row: Row) -> int | None:
    return row["exercise"] or (row["on"].year if row["on"] else None)


def _key(number: str) -> str:
    return titre_key(number).lstrip("0")
