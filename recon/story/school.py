"""The story of a school: each school year from its enrolment to its payment, and every finding about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.reports.decisions import SCHOOL
from recon.reports.words import SCHOOL_STATUS
from recon.story import facts, words
from recon.story.answers import answers
from recon.story.findings import WRONG_UAI, findings
from recon.story.parts import BAD, QUIET, Line, Row, Section, Story
from recon.story.titre import ACCOUNT, payments, sums, titres_of
from recon.texts import Text, same

if TYPE_CHECKING:
    from recon.reports.heard import Heard
    from recon.tables import Month

TITLE = Text("École {uai}", "School {uai}")
YEAR = Text("Année scolaire {year} · {status}", "School year {year} · {status}")
NO_YEAR = Text("Sans année scolaire · {status}", "Without a school year · {status}")
NO_LEDGER = "P14"
NO_TITRE = Text("aucun titre ne la couvre", "no titre covers it")
NOT_GIVEN = Text("participation prévue, titre non communiqué", "planned contribution, titre not communicated")
NO_CONVENTION = Text("aucune ne liste l’école", "none lists the school")

FILLED = {
    ("school_name",): Text("nom repris de l’annuaire, aucune autre source ne le donne", "name taken from the directory, no other source gives it"),
    ("commune",): Text("commune reprise de l’annuaire, aucune autre source ne la donne", "commune taken from the directory, no other source gives it"),
    ("school_name", "commune"): Text("nom et commune repris de l’annuaire, aucune autre source ne les donne", "name and commune taken from the directory, no other source gives them"),
}  # fmt: skip


def story(month: Month, uai: str) -> Story:
    """Return the story of the school of this UAI."""
    years = facts.rows(month.schools, uai=uai)
    title = TITLE.with_(uai=uai)
    if years:
        title = facts.listed((title, same(years[-1]["school_name"]), same(years[-1]["commune"])))
    sections = [part for row in years for part in _year(month, row)]
    said = [
        part
        for siren in dict.fromkeys(row["payer_siren"] for row in years)
        for part in _answers(month, siren, uai, years)
    ]
    return Story(title, (*sections, *said, *findings(month, lambda found: _about(found, uai, years))))


def _answers(month: Month, siren: str, uai: str, years: list[Row]) -> list[Section]:
    """Return what a payer answered about the school, or about its titres and no other school."""
    numbers = {number for row in years for number in titres_of(row)}

    def about(one: Heard) -> bool:
        if one.answer.kind == SCHOOL:
            return one.answer.identity == uai
        return not numbers.isdisjoint(one.titres)

    return answers(month, siren, about)


def _about(found: Row, uai: str, years: list[Row]) -> bool:
    """Whether a finding is about the school, or about its titre, convention or payer and no other school."""
    if found["uai"] or found["code"] == WRONG_UAI:
        return uai in {found["uai"], found["expected"]}
    if found["titre"]:
        return any(found["titre"] in titres_of(row) for row in years)
    if found["convention"]:
        return any(found["convention"] == row["convention"] for row in years)
    return found["code"] == NO_LEDGER and any(found["payer_siren"] == row["payer_siren"] for row in years)


def _year(month: Month, row: Row) -> list[Section]:
    status = SCHOOL_STATUS[row["status"]]
    title = YEAR.with_(year=row["school_year"], status=status) if row["school_year"] else NO_YEAR.with_(status=status)
    lines = [
        _enrolment(month, row),
        *_directory(month, row),
        Line(Text("Collectivité", "Payer"), facts.payer(month, row["payer_siren"]), notes=_why(month, row)),
        _convention(month, row),
        *_titres(month, row),
        *_attribution(row),
    ]
    account = sums(row, ("expected", "billed", "paid", "outstanding", "to_bill", "over_billed"))
    paid = [part for number in titres_of(row) for part in payments(month, number, row["uai"])]
    return [Section(title, tuple(lines)), Section(ACCOUNT, tuple(account)), *paid]


def _enrolment(month: Month, row: Row) -> Line:
    label = Text("Inscription", "Enrolment")
    where = facts.place(month, "enrolment", row["school_year"], row["uai"])
    if row["enrolled"]:
        said = Text("inscrite, commune {commune}", "enrolled, commune {commune}").with_(commune=row["commune"])
        return Line(label, said, notes=where)
    if where:
        return Line(label, Text("retirée avant la rentrée", "withdrawn before the year began"), notes=where, look=QUIET)
    absent = Text("absente des inscriptions retenues", "not among the enrolments kept")
    unknown = Text("inscriptions non fournies", "no enrolments given")
    return Line(label, absent if facts.has(month, "enrolments") else unknown, look=QUIET)


def _directory(month: Month, row: Row) -> list[Line]:
    """Say what the directory has, and what of the school's name was taken from it for want of another source."""
    known = month.directory.get(row["uai"])
    if known is None:
        return []
    taken = month.filled.get((row["school_year"], row["payer_siren"], row["uai"]), ())
    notes = [same(known.place), *([FILLED[taken]] if taken else [])]
    return [Line(Text("Annuaire", "Directory"), known.said, notes=tuple(notes))]


def _why(month: Month, row: Row) -> tuple[Text, ...]:
    """Return why this payer pays for a school that is not of its commune, as far as the reference tables tell."""
    known = month.directory.get(row["uai"])
    return tuple(why for payer, why in known.why if payer == row["payer_siren"]) if known else ()


def _convention(month: Month, row: Row) -> Line:
    label = Text("Convention", "Convention")
    known = facts.rows(month.conventions, convention=row["convention"])
    if not known:
        number = row["convention"]
        return Line(label, facts.unknown_convention(month, number) if number else NO_CONVENTION, look=BAD)
    where = facts.place(month, "listed", row["convention"], row["uai"])
    return Line(label, facts.convention(known[0]), notes=where or facts.place(month, "convention", row["convention"]))


def _titres(month: Month, row: Row) -> list[Line]:
    known = [titre for number in titres_of(row) for titre in facts.rows(month.titres, titre=number)]
    label = Text("Titre", "Titre")
    if not known:
        return [Line(label, NO_TITRE if facts.has(month, "titres") else NOT_GIVEN)]
    said = Text("{number} · {what}", "{number} · {what}")
    return [
        Line(
            label,
            said.with_(number=titre["titre"], what=facts.titre({**titre, "school_year": ""})),
            notes=facts.place(month, "titre", titre["titre"]),
        )
        for titre in known
    ]


def _attribution(row: Row) -> list[Line]:
    if not row["titre"]:
        return []
    said = {"named": words.NAMED, "shared": words.SHARED}.get(row["attribution"], words.WHOLE)
    if not row["paid"]:
        said = words.NO_PAYMENT
    return [Line(Text("Attribution", "Attribution"), said)]
