"""What is said when the dossier holds no such thing: what was looked for, where, what is near, and why it may lack."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import Exit, Stop
from recon.findings.catalogue import CATALOGUE
from recon.story import facts
from recon.story.findings import WRONG_UAI, where
from recon.story.names import near_names, uai_typed
from recon.story.parts import NOTHING, Row
from recon.texts import Text, joined, money, same, visible
from recon.values import folded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recon.tables import Month, Outside

NEAR = Text(" Proches : {near}.", " Near: {near}.")
MOST = 20


def _stop(*sentences: Text) -> Stop:
    said = joined(sentences, "")
    french, english = ("\n".join(map(visible, text.split("\n"))) for text in (said.fr, said.en))
    return Stop(Text(french, english), Exit.MISUSE)


def several(said: Text, names: Iterable[Text], most: int = MOST) -> Stop:
    """Several things answer to what was typed: list them."""
    return _stop(said, Text(" :", ":"), _list(list(names), most))


def _list(lines: list[Text], most: int = MOST) -> Text:
    more = Text("… et {count} autres", "… and {count} more").with_(count=len(lines) - most)
    shown = [*lines[:most], *((more,) if len(lines) > most else ())]
    return joined((part for line in shown for part in (same("\n  "), line)), "")


def _findings(title: Text, rows: list[Row]) -> Text:
    """List findings, one a line: code, title and cell."""
    said = Text("{code} {title} — {where}", "{code} {title} — {where}")
    lines = [said.with_(code=row["code"], title=CATALOGUE[row["code"]].title, where=where(row)) for row in rows]
    return joined((same("\n"), title, _list(lines)), "") if rows else NOTHING


def unknown_code(code: str) -> Stop:
    """No such code."""
    near = get_close_matches(code, CATALOGUE, n=5, cutoff=0.6)
    said = Text("Le code {code} n’existe pas.", "There is no code {code}.")
    return _stop(said.with_(code=code), _near(map(same, sorted(near))))


def wrong_letter(month: Month, typed: str, right: str, dossier: str) -> Stop:
    """A UAI whose check letter is wrong."""
    said = Text(
        "{typed} n’est pas un UAI juste : pour ces chiffres la lettre est {letter}, soit {right}.",
        "{typed} is no right UAI: for these digits the letter is {letter}, that is {right}.",
    )
    known = right in month.schools["uai"]
    there = Text(" Cette école figure dans {dossier}.", " That school is in {dossier}.").with_(dossier=dossier)
    absent = Text(" {right} ne figure pas non plus dans {dossier}.", " {right} is not in {dossier} either.")
    other = there if known else absent.with_(right=right, dossier=dossier)
    written = Text("L’UAI faux y est écrit ici :", "The wrong UAI is written here:")
    places = _findings(written, facts.rows(month.findings, code=WRONG_UAI, found=typed.upper()))
    return _stop(said.with_(typed=typed, letter=right[-1], right=right), other, places)


def unknown_payer(month: Month, typed: str, dossier: str) -> Stop:
    """No such payer."""
    said = Text("Aucune collectivité « {typed} » dans {dossier}.", "No payer “{typed}” in {dossier}.")
    return _stop(said.with_(typed=typed, dossier=dossier), _near(_payers_near(month, typed)))


def unknown_mandat(month: Month, siren: str, number: str, dossier: str) -> Stop:
    """No such mandat of a payer that is known: absent, out of scope, or refused."""
    said = Text(
        "Aucun mandat {number} retenu pour {name} dans {dossier} : il est absent des registres, ou hors périmètre (rien n’y parle de l’ENT-École), ou sa ligne a été refusée.",
        "No mandat {number} kept for {name} in {dossier}: it is not in the ledgers, or out of scope (nothing in it speaks of ENT-École), or its row was refused.",
    )
    own = [facts.number(row) for row in facts.rows(month.payments, payer_siren=siren) if row["mandat"]]
    near = sorted(set(get_close_matches(number, own, n=4, cutoff=0.5)) or set(own[:4]))
    said = said.with_(number=number, name=facts.payer_name(month, siren), dossier=dossier)
    return _stop(said, _near(map(same, near)), _refused(month, siren))


def out_of_scope(one: Outside) -> Stop:
    """A payment that an officer's decision leaves out of scope."""
    mandat = "/".join(str(part) for part in (one.exercise, one.mandat) if part)
    said = Text(
        "Le paiement {mandat} de {payer} ({sum}, {place}) est hors périmètre par la décision n° {number} ; pour y revenir : recon decider{where} --retirer {number} --motif …",
        "The payment {mandat} of {payer} ({sum}, {place}) is out of scope by decision no. {number}; to come back to it: recon decide{where} --undo {number} --reason …",
    )
    payer, place = visible(one.payer_name or one.payer_siren), visible(one.place)
    told = {"mandat": visible(mandat or one.payment_id), "payer": payer, "sum": money(one.amount), "place": place}
    return Stop(said.with_(**told, number=one.decision, where=""), Exit.MISUSE)


def _refused(month: Month, siren: str) -> Text:
    """List the refused rows of a payer's ledgers, and the ledgers refused whole, which may be its."""
    files = month.payments.filter(pl.col("payer_siren") == siren)["file"].to_list()
    own = (pl.col("payer_siren") == siren) | ((pl.col("payer_siren") == "") & pl.col("file").is_in(files))
    unread = _rejects(month, "payments", own | pl.col("code").is_in(["D01", "D02"]))
    rows = [row for row in unread if row["payer_siren"] == siren or not _of_another(month, siren, row["file"])]
    title = Text(
        "À voir dans ses registres, ou dans des registres illisibles :", "To see in its ledgers, or in unreadable ones:"
    )
    none = Text(" Aucune ligne de ses registres n’a été refusée.", " No row of its ledgers was refused.")
    return _findings(title, rows) if rows else none


def _of_another(month: Month, siren: str, file: str) -> bool:
    """Whether a file's own name names another payer, and not this one."""
    stem = f" {folded(PurePosixPath(file).stem)} "
    named = {number for name, number in near_names(month).items() if name and f" {name} " in stem}
    return bool(named) and siren not in named


def _rejects(month: Month, kind: str, which: pl.Expr) -> list[Row]:
    files = month.sources.filter(pl.col("kind") == kind)["file"].to_list()
    data = pl.col("code").str.starts_with("D") & (pl.col("severity") != "info")
    return month.findings.filter(data & pl.col("file").is_in(files) & which).to_dicts()


def nothing(month: Month, typed: str, dossier: str) -> Stop:
    """Nothing of that name or number."""
    if uai_typed(typed)[0]:
        said = Text("Aucune école d’UAI {typed} dans {dossier}.", "No school of UAI {typed} in {dossier}.")
        near = map(same, get_close_matches(typed.upper(), month.schools["uai"].unique().to_list(), n=4))
    elif any(char.isdigit() for char in typed):
        said = Text(
            "Aucun titre, mandat, école, SIREN ni code INSEE « {typed} » dans {dossier} : absent des fichiers, postérieur au jour de l’arrêté, hors périmètre ou refusé.",
            "No titre, mandat, school, SIREN or INSEE code “{typed}” in {dossier}: not in the files, later than the day, out of scope or refused.",
        )
        near = map(same, get_close_matches(typed.upper(), month.titres["titre"].to_list(), n=4))
    else:
        return unknown_payer(month, typed, dossier)
    title = Text("À voir dans les titres :", "To see in the titres:")
    refused = _findings(title, _rejects(month, "titres", pl.lit(value=True)))
    return _stop(said.with_(typed=typed, dossier=dossier), _near(near), refused)


def _payers_near(month: Month, typed: str) -> list[Text]:
    names = near_names(month)
    return [facts.payer(month, names[name]) for name in get_close_matches(folded(typed), names, n=4, cutoff=0.5)]


def _near(names: Iterable[Text]) -> Text:
    found = list(names)
    return NEAR.with_(near=joined(found, ", ")) if found else NOTHING
