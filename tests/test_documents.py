"""Conventions as documents: every way of writing one gives the same fields, and what is no convention is refused whole."""

from __future__ import annotations

import os
import pathlib
import re
import textwrap
import time
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recon.documents import conventions_in
from recon.documents.money import cents_of
from recon.documents.tables import missing
from recon.readers.books import read_book
from recon.readers.cells import Book, Refused
from recon.readers.documents import read_text
from tests.convention_texts import (
    CERET,
    OF_CERET,
    PERPIGNAN,
    VALLESPIR,
    Described,
    School,
    convention,
    decision,
    euros,
    paged,
    pdf,
    school,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from recon.documents.found import Reading

MANY = tuple(
    school(660900 + at, "PERPIGNAN", f"Ecole élémentaire {name}")
    for at, name in enumerate(f"des Pins n°{n}" for n in range(57))
)
OF_PERPIGNAN = Described(
    payer="COMMUNE DE PERPIGNAN", siret=PERPIGNAN, year="2023-2024", rate=4500, schools=MANY, dated="04/07/2023",
    ends="1 septembre 2024", council="27 septembre 2023", council_ref="2023-287", transmission="066-216601369-20230927-178822-DE-1-1",
)  # fmt: skip
PLAIN = Described()
OF_SEVERAL = replace(
    PLAIN,
    payer="COMMUNAUTE DE COMMUNES DU VALLESPIR",
    siret=VALLESPIR,
    schools=(
        *OF_CERET[:2],
        school(660100, "SAINT-JEAN-PLA-DE-CORTS", "Ecole primaire Jules Ferry"),
        school(660101, "MAUREILLAS-LAS-ILLAS"),
    ),
    transmission="066-246600431-20260603-C12-DE",
)


def book(lines: list[str]) -> Book:
    return Book("text", "", read_text(written(lines)))


def one(lines: list[str]) -> Reading:
    (reading,) = conventions_in(book(lines))
    return reading


def hyphenated(line: str) -> str:
    """Cut a long word in two at a line's end."""
    return re.sub(r"\b(collec|partici|conven)(tivit|pation|tion)", r"\1-\n\2", line)


def without_accents(line: str) -> str:
    """Lose every accented letter but those of proper names, as some fonts do."""
    return line if " - " in line else "".join(c for c in line if len(unicodedata.normalize("NFD", c)) == 1)


def as_question_marks(line: str) -> str:
    return line if " - " in line else "".join(c if len(unicodedata.normalize("NFD", c)) == 1 else "?" for c in line)


def said(told: Described) -> list[str]:
    return convention(told)


def joined_entries(told: Described) -> list[str]:
    return convention(told, [", ".join(one.line() for one in told.schools)])


def wrapped(told: Described, width: int) -> list[str]:
    lines = [part for line in joined_entries(told) for part in textwrap.wrap(line, width) or [""]]
    return decision(told) + lines


VARIANTS: dict[str, tuple[Described, Callable[[Described], list[str]]]] = {
    "one a line, no decision": (PLAIN, said),
    "run on": (PLAIN, joined_entries),
    "decision before": (PLAIN, lambda told: decision(told) + convention(told)),
    "decision after": (PLAIN, lambda told: convention(told) + decision(told)),
    "capitals": (PLAIN, lambda told: [line.upper() for line in convention(told)]),
    "accents lost": (PLAIN, lambda told: list(map(without_accents, convention(told)))),
    "accents as question marks": (PLAIN, lambda told: list(map(as_question_marks, convention(told)))),
    "accents apart": (PLAIN, lambda told: [unicodedata.normalize("NFD", line) for line in convention(told)]),
    "words cut by hyphens": (PLAIN, lambda told: "\n".join(map(hyphenated, convention(told))).split("\n")),
    "lines of forty characters": (PLAIN, lambda told: wrapped(told, 40)),
    "lines of twenty-five characters": (PLAIN, lambda told: wrapped(told, 25)),
    "fifty-seven schools": (OF_PERPIGNAN, lambda told: decision(told) + convention(told)),
    "fifty-seven run on": (OF_PERPIGNAN, lambda told: wrapped(told, 110)),
    "amount glued": (replace(OF_PERPIGNAN, written_rate="45€", written_amount="2565€"), joined_entries),
    "amount with a dot": (replace(OF_PERPIGNAN, written_rate="45,00€", written_amount="2.565,00 €"), said),
    "amount with two readings": (replace(OF_PERPIGNAN, written_amount="2.565 €"), said),
    "amount in words of money": (replace(PLAIN, written_rate="41 Euros", written_amount="164 Euros"), said),
    "no euro sign in the font": (replace(PLAIN, written_rate="41 €", written_amount="164€"), lambda told: [line.replace("€", "?") for line in convention(told)]),
    "euro signs turned into currency signs": (replace(OF_PERPIGNAN, written_rate="45€"), lambda told: [line.replace("€", "¤") for line in convention(told)]),
    "no end date": (replace(PLAIN, ends=""), said),
    "no commas, bullets": (PLAIN, lambda told: convention(told, [f"• {one.line()}" for one in told.schools])),
    "long dashes": (PLAIN, lambda told: convention(told, [f"{one.line(' – ')} ;" for one in told.schools])),
    "columns between spaces": (PLAIN, lambda told: convention(told, [one.line("   ") for one in told.schools])),
    "a line break after each dash": (PLAIN, lambda told: [part for line in convention(told) for part in (line.split(" - ") if line[:5] == "CERET" else [line])]),
    "a cell of a markdown table": (PLAIN, lambda told: convention(told, [f"| {one.line(' | ')} |" for one in told.schools])),
    "markdown": (PLAIN, lambda told: [f"## {line}" if line.startswith("Article") else line.replace("SIRET :", "**SIRET** :") for line in convention(told)]),
    "SIRET in groups": (replace(PLAIN, written_siret="216 600 494 00019"), said),
    "SIRET over two lines": (replace(PLAIN, written_siret="216600494\n00019"), said),
    "year with a slash": (replace(PLAIN, written_year="2026/2027"), said),
    "year over two lines": (replace(PLAIN, written_year="2026-\n2027"), said),
    "a number": (replace(PLAIN, number="ENT-2026-066049"), said),
    "signed": (replace(PLAIN, signed="15/06/2026"), said),
    "an EPCI": (OF_SEVERAL, lambda told: decision(told) + convention(told)),
    "the region's own SIRET": (PLAIN, lambda told: [line.replace("34064 Montpellier,", "34064 Montpellier, SIRET 13002961400012,") for line in convention(told)]),
    "other amounts, years and numbers": (replace(PLAIN, extra=("Le matériel coûte 1 250,00 € par classe selon la loi n° 2013-595 et le devis 0660000.", "Téléphone : 04 68 00 00 00, SIREN 552100554.")), said),
}  # fmt: skip


def check(told: Described, reading: Reading, *, voted: bool) -> None:
    """Hold every field against the description."""
    value = reading.value
    assert reading.complete, (reading.missing, reading.rivals)
    assert value("payer_siret") == told.siret
    assert value("payer_name").upper() == told.payer
    assert value("school_year") == told.year
    assert cents_of(value("rate")) == told.rate
    assert int(value("school_count")) == told.count
    assert cents_of(value("amount")) == told.amount
    assert value("dated_on") == "-".join(reversed(told.dated.split("/")))
    assert value("ends_on") == {"31 août 2027": "2027-08-31", "1 septembre 2024": "2024-09-01", "": ""}[told.ends]
    assert value("signed_on") == ("2026-06-15" if told.signed else "")
    assert value("convention") == told.number
    assert value("council_on") == ("" if not voted else "2023-09-27" if told.year == "2023-2024" else "2026-06-03")
    assert value("council_ref") == (told.council_ref if voted else "")
    listed = [(one.uai, one.commune, one.department, one.school_name) for one in reading.schools]
    assert listed == [(one.uai, one.commune, one.department, one.name) for one in told.schools]
    assert all(check.holds is not False for check in reading.checks)


@pytest.mark.parametrize("name", VARIANTS)
def test_each_way_of_writing_a_convention_is_read_field_by_field(name: str) -> None:
    told, write = VARIANTS[name]
    lines = write(told)
    check(told, one(lines), voted=any("gistre" in line or "GISTRE" in line for line in lines))


@pytest.mark.parametrize("name", VARIANTS)
def test_each_way_is_read_alike_from_a_pdf(name: str, tmp_path: Path) -> None:
    told, write = VARIANTS[name]
    lines = [unicodedata.normalize("NFC", line) for line in "\n".join(write(told)).split("\n")]
    path = pdf(
        paged(lines, 30), tmp_path / "c.pdf", header="Envoyé en préfecture le 10/06/2026", footer="Page {page}/{pages}"
    )
    (reading,) = conventions_in(read_book(path))
    check(told, reading, voted=any("gistre" in line or "GISTRE" in line for line in lines))
    assert reading == conventions_in(read_book(path))[0]


def test_every_field_says_its_page_and_line(tmp_path: Path) -> None:
    path = pdf(paged(decision(PLAIN) + convention(PLAIN), 12), tmp_path / "c.pdf")
    read = read_book(path)
    (reading,) = conventions_in(read)
    lines = {(sheet.name, at): row[0] or "" for sheet in read.sheets for at, row in enumerate(sheet.rows, 1)}
    for name, field in reading.fields.items():
        place = lines[field.span.page, field.span.line]
        assert field.words.split()[0] in place, name
    for listed in reading.schools:
        assert listed.uai in lines[listed.span.page, listed.span.line]


# What does not agree -------------------------------------------------------------------------------------------------


def failing(reading: Reading) -> set[str]:
    return {check.name.en for check in reading.checks if check.holds is False}


def test_a_count_that_is_not_the_list_s_is_said() -> None:
    reading = one(convention(replace(PLAIN, announced=5)))
    assert reading.complete
    assert failing(reading) == {"Number of schools", "Product"}


def test_a_wrong_letter_is_kept_and_said() -> None:
    wrong = replace(OF_CERET[0], uai="0660560B")
    reading = one(convention(replace(PLAIN, schools=(wrong, *OF_CERET[1:]))))
    assert next(school.uai for school in reading.schools) == "0660560B"
    assert failing(reading) == {"UAI letters"}


def test_the_transmission_number_of_another_payer_is_said() -> None:
    told = replace(PLAIN, transmission="066-216601369-20260603-DCM45-DE")
    assert failing(one(decision(told) + convention(told))) == {"Transmission number's SIREN"}


def test_a_wrong_siret_key_is_said() -> None:
    assert failing(one(convention(replace(PLAIN, siret="21660049400018")))) == {"SIRET key"}


def test_the_transmission_number_alone_gives_the_vote_s_day() -> None:
    reading = one(["ID : 066-216600494-20260603-DCM1212026-DE", *convention(PLAIN)])
    assert (reading.value("council_on"), reading.value("council_ref")) == ("2026-06-03", "DCM1212026")


def test_a_vote_s_day_in_words_is_read() -> None:
    reading = one(["En l'an deux mille vingt-six et le vingt-trois juin, le conseil s'est réuni.", *convention(PLAIN)])
    assert reading.value("council_on") == "2026-06-23"


@pytest.mark.parametrize("cut", ["066-\n0560A", "0660560\nA", "066 0560A", "0660-560A", "06605\n60A"])
def test_a_uai_cut_in_two_is_put_together_if_its_letter_proves_it(cut: str) -> None:
    entries = [OF_CERET[1].line() + ",", OF_CERET[0].line().replace("0660560A", cut) + ",", OF_CERET[2].line()]
    reading = one("\n".join(convention(replace(PLAIN, schools=OF_CERET[:3]), entries)).split("\n"))
    assert [school.uai for school in reading.schools] == ["0660180M", "0660560A", "0660178K"]
    assert reading.schools[1].joined
    assert reading.schools[1].school_name == OF_CERET[0].name


def test_a_uai_cut_by_a_page_s_edge_is_put_together(tmp_path: Path) -> None:
    lines = convention(PLAIN)
    at = next(number for number, line in enumerate(lines) if "0660180M" in line)
    pages = [[*lines[:at], "CERET - 66 - ECOLE ELEMENTAIRE PUBLIQUE PABLO PICASSO - 066"], ["0180M,", *lines[at + 1 :]]]
    path = pdf(pages, tmp_path / "c.pdf", header="Mairie de Céret, acte 45", footer="feuillet {page}")
    (reading,) = conventions_in(read_book(path))
    check(PLAIN, reading, voted=False)


def test_a_uai_cut_in_two_that_nothing_proves_is_said() -> None:
    entries = [OF_CERET[0].line().replace("0660560A", "0660") + ",", *(one.line() + "," for one in OF_CERET[1:])]
    reading = one(convention(PLAIN, entries))
    assert [school.uai for school in reading.schools] == ["0660", "0660180M", "0660178K", "0660181N"]
    assert "UAI letters" in failing(reading)


def test_a_shape_that_is_safe_to_repair_is_left_to_validation() -> None:
    entries = [
        "CERET - 66 - MARC CHAGALL - 660560A",
        "CERET - 66 - PABLO PICASSO - 0660180m",
        "CERET - 66 - JOAN MIRO - O660178K",
    ]
    reading = one(convention(replace(PLAIN, schools=OF_CERET[:3]), entries))
    assert [school.uai for school in reading.schools] == ["660560A", "0660180m", "O660178K"]
    assert not failing(reading)


def test_uais_outside_the_list_are_not_schools_of_the_convention() -> None:
    told = replace(PLAIN, extra=("À titre d'exemple, l'école 0660206R sert déjà cet espace depuis un an.",))
    reading = one([*decision(told), *convention(told), "Voir aussi l'école 0660207S."])
    check(PLAIN, reading, voted=True)


def test_a_school_whose_name_holds_numbers_keeps_them() -> None:
    schools = (
        School("PERPIGNAN", "Ecole élémentaire d'Alembert 2", "0660303W"),
        School("PERPIGNAN", "Ecole 1901 - annexe", "0660299S"),
    )
    reading = one(convention(replace(PLAIN, schools=schools)))
    assert [school.school_name for school in reading.schools] == [one.name for one in schools]


def test_the_uai_may_stand_before_the_school() -> None:
    entries = [f"{one.uai} - {one.commune} - {one.department} - {one.name}" for one in OF_CERET]
    check(PLAIN, one(convention(PLAIN, entries)), voted=False)


# Several, and avenants -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bound", ["before", "after", "none"])
def test_several_conventions_in_one_document(bound: str) -> None:
    lines: list[str] = []
    for told in (PLAIN, OF_PERPIGNAN, OF_SEVERAL):
        lines += decision(told) if bound == "before" else []
        lines += convention(told)
        lines += decision(told) if bound == "after" else []
    readings = conventions_in(book(lines))
    assert [reading.value("payer_siret") for reading in readings] == [CERET, PERPIGNAN, VALLESPIR]
    assert [len(reading.schools) for reading in readings] == [4, 57, 4]
    assert [reading.value("school_year") for reading in readings] == ["2026-2027", "2023-2024", "2026-2027"]
    if bound != "none":
        assert [reading.value("council_on") for reading in readings] == ["2026-06-03", "2023-09-27", "2026-06-03"]


def test_two_years_of_one_payer_in_one_document_are_two_conventions() -> None:
    later = replace(PLAIN, year="2027-2028", schools=OF_CERET[:2], dated="20/05/2027")
    first, second = conventions_in(book(convention(PLAIN) + convention(later)))
    assert (first.value("school_year"), len(first.schools)) == ("2026-2027", 4)
    assert (second.value("school_year"), len(second.schools), second.value("dated_on")) == (
        "2027-2028",
        2,
        "2027-05-20",
    )


def amendment(title: str = "Avenant n° 1 à la convention de partenariat n° ENT-2026-066049") -> list[str]:
    added, withdrawn = school(660100, name="Ecole primaire du Pont"), OF_CERET[3]
    return [
        f"{title} - Année scolaire 2026-2027", "Entre :", "LA RÉGION ACADÉMIQUE OCCITANIE", "ET :", "COMMUNE DE CERET", f"SIRET : {CERET}",
        "Article 1 – Écoles ajoutées", "Sont ajoutées à la liste de l'article 9 :", f"{added.line()},", "Article 2 – Écoles retirées",
        "Est retirée de la liste :", f"{withdrawn.line()},", "Article 3 – Le reste", "La participation reste de 41,00 € par école.",
        "A Montpellier, le 02/11/2026",
    ]  # fmt: skip


def test_an_avenant_adds_and_withdraws_schools_of_the_convention_that_it_names() -> None:
    reading = one(amendment())
    assert reading.complete
    assert reading.amendment
    assert reading.value("amends") == "ENT-2026-066049"
    assert [(listed.uai, listed.change) for listed in reading.schools] == [
        (school(660100).uai, "ajout"),
        ("0660181N", "retrait"),
    ]


@pytest.mark.parametrize(
    "recalled",
    [
        "Vu la convention signée le 3 juin 2026,",
        "Vu la délibération du conseil municipal du 3 juin 2026 approuvant la convention,",
        "ID : 066-216600494-20260603-DCM45-DE",
    ],
)
def test_what_an_avenant_recalls_of_its_convention_is_not_its_own_vote(recalled: str) -> None:
    """Taken for voted in June, it would withdraw a school from the year's first day: it stays due."""
    lines = amendment()
    reading = one([*lines[:6], recalled, *lines[6:]])
    assert [reading.value(name) for name in ("dated_on", "signed_on", "council_on")] == ["2026-11-02", "", ""]
    voted = one(["Séance du conseil municipal du 8 octobre 2026", *lines[:6], recalled, *lines[6:]])
    assert voted.value("council_on") == "2026-10-08"


@pytest.mark.parametrize(
    "recalled",
    [
        "Vu la délibération du conseil municipal du 10/07/2020 donnant délégation au maire,",
        "Elle complète la convention-cadre signée le 3 mars 2019.",
    ],
)
def test_a_vote_or_signature_of_years_before_puts_no_convention_in_force(recalled: str) -> None:
    for lines in (convention(replace(PLAIN, extra=(recalled,))), [*convention(PLAIN), recalled]):
        reading = one(lines)
        assert reading.complete
        assert (reading.value("signed_on"), reading.value("council_on")) == ("", "")


def test_the_vote_of_another_body_is_not_the_payer_s() -> None:
    lines = [
        line for line in decision(replace(PLAIN, transmission="066-216601369-20260604-D1-DE")) if "Séance" not in line
    ]
    assert one(lines + convention(PLAIN)).value("council_on") == ""


WITHOUT_SIRET = [line for line in convention(PLAIN) if "SIRET" not in line]
OF_FOUR = replace(OF_PERPIGNAN, schools=MANY[:4], year=PLAIN.year, rate=PLAIN.rate, transmission="")


@pytest.mark.parametrize(
    "lines",
    [
        WITHOUT_SIRET + convention(OF_FOUR),
        convention(OF_FOUR) + WITHOUT_SIRET,
        convention(PLAIN) + [line for line in amendment() if "SIRET" not in line],
    ],
)
def test_a_second_convention_without_siret_is_refused_with_the_first(lines: list[str]) -> None:
    """Its schools would be counted for the first one's payer: as many, the same year and rate, no check would tell."""
    (reading,) = conventions_in(book(lines))
    assert reading.missing == ["parties"]


def test_without_count_or_amount_nothing_proves_the_list_whole(tmp_path: Path) -> None:
    """A page that cannot be drawn is blank: what it announced, and the first schools, are lost with it."""
    pages = paged(convention(OF_PERPIGNAN), 20)
    (whole,) = conventions_in(read_book(pdf(pages, tmp_path / "whole.pdf")))
    assert whole.complete
    (reading,) = conventions_in(read_book(pdf([pages[0], [""], *pages[2:]], tmp_path / "blank.pdf")))
    assert 0 < len(reading.schools) < len(MANY)
    assert reading.missing == ["school_count"]


def test_a_thousand_sirets_take_no_more_than_their_share_of_time() -> None:
    def spent(count: int) -> float:
        lines = [*convention(PLAIN), *["SIRET : 21660136900012 commune"] * count]
        begun = time.process_time()
        conventions_in(book(lines))
        return time.process_time() - begun

    assert spent(8000) < 16 * max(spent(1000), 0.02)


def test_a_siret_beside_the_signature_begins_no_other_convention() -> None:
    foot = ["Un avenant la modifie au besoin.", "Trésorerie de Céret, SIRET : 21660136900012"]
    check(PLAIN, one([*convention(PLAIN), *foot]), voted=False)


ONE, TWO, THREE = (one.line() for one in OF_CERET[:3])


def avenant(*said: str) -> Reading:
    """An avenant whose first article says this, and nothing else."""
    head = amendment()
    article = next(at for at, line in enumerate(head) if line.startswith("Article 1"))
    return one([*head[:article], "Article 1 – Objet de l'avenant", *said, "", "Fait à Céret, le 12/10/2026"])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((f"L'école {ONE} est retirée.", f"L'école {TWO} est ajoutée."), ["retrait", "ajout"]),
        ((f"L'école {ONE} est retirée. L'école {TWO} est ajoutée.",), ["retrait", "ajout"]),
        ((f"Les écoles {ONE} et {TWO} sont retirées, à la demande de la commune.",), ["retrait", "retrait"]),
        ((f"L'avenant porte retrait de l'école {ONE} et ajout de l'école {TWO}.",), ["retrait", "ajout"]),
        ((f"Sont retirées : {ONE}, {TWO}. Est ajoutée : {THREE}.",), ["retrait", "retrait", "ajout"]),
        (("Sont supprimées de l'article 9 complété :", f"{ONE},", TWO), ["retrait", "retrait"]),
        (("L'avenant prévoit l'ajout ou le retrait d'écoles.", "Écoles désinscrites :", ONE, TWO), ["retrait"] * 2),
        (("Ajouts et retraits", f"{ONE} : ajout", f"{TWO} : retrait"), ["ajout", "retrait"]),
        (("Ajouts et retraits", f"{ONE} (retrait)", f"{TWO} (ajout)"), ["retrait", "ajout"]),
        (("Retrait", "", ONE, "Ajout", "", TWO), ["retrait", "ajout"]),
        (("Sont retirées :", f"{ONE} (fermée au 1er septembre)", TWO), ["retrait", "retrait"]),
        (("Écoles :", ONE, TWO), ["", ""]),
    ],
)  # fmt: skip
def test_each_school_of_an_avenant_is_added_or_withdrawn_by_its_own_sentence(
    said: tuple[str, ...], expected: list[str]
) -> None:
    reading = avenant(*said)
    assert reading.complete, reading.missing
    assert [listed.change for listed in reading.schools] == expected


@pytest.mark.parametrize(
    "said",
    [
        ("La liste de l'article 9 est remplacée par la suivante :", ONE, TWO),
        (f"L'école {ONE} est remplacée par l'école {TWO}.",),
        ("Ajouts et retraits", ONE, TWO),
        ("Sont retirées :", f"{ONE} (ajout)"),
    ],
)
def test_an_avenant_that_does_not_tell_what_it_adds_from_what_it_withdraws_is_refused(said: tuple[str, ...]) -> None:
    reading = avenant(*said)
    assert not reading.complete
    assert reading.missing == ["change"]
    assert missing(reading).fr == "pour chaque école, si l’avenant l’ajoute ou la retire"


# What is refused -----------------------------------------------------------------------------------------------------


def test_two_school_years_in_one_text_are_a_contradiction() -> None:
    lines = [
        line.replace("coût pour l'année scolaire 2026-2027", "coût pour l'année scolaire 2025-2026")
        for line in convention(PLAIN)
    ]
    reading = one(lines)
    assert not reading.complete
    assert [rival.value for rival in reading.rivals["school_year"]] == ["2026-2027", "2025-2026"]


def test_two_rates_are_a_contradiction() -> None:
    lines = [line.replace("4 x 41,00 €", "4 x 45,00 €") for line in convention(PLAIN)]
    reading = one(lines)
    assert [cents_of(rival.value) for rival in reading.rivals["rate"]] == [4100, 4500]


def test_the_rate_is_article_4_s_whatever_else_is_paid_by_school() -> None:
    told = replace(PLAIN, extra=("Une formation facultative coûte 120 € par école volontaire.",))
    check(told, one(convention(told)), voted=False)


def test_a_text_that_is_no_convention_lacks_everything() -> None:
    reading = one(
        ["Monsieur le maire,", "Je vous prie de trouver ci-joint le compte rendu de la réunion du 3 juin 2026."]
    )
    assert reading.missing == ["payer_siret", "payer_name", "school_year", "rate", "schools"]


def refused(data: bytes, tmp_path: Path) -> str:
    path = tmp_path / "x.pdf"
    path.write_bytes(data)
    with pytest.raises(Refused) as caught:
        read_book(path)
    return caught.value.reason.en


def test_a_scan_says_that_it_has_no_text(tmp_path: Path) -> None:
    path = pdf([[], ["ID : 066-216600494-20260603-DCM45-DE"], []], tmp_path / "scan.pdf")
    assert "no text" in refused(path.read_bytes(), tmp_path)


def test_an_encrypted_pdf_says_so(tmp_path: Path) -> None:
    from fpdf import FPDF

    made = FPDF()
    made.add_page()
    made.set_font("times", size=10)
    made.multi_cell(0, 5, "Convention de partenariat. " * 40)
    made.set_encryption(owner_password="o", user_password="u")  # noqa: S106
    assert "password" in refused(bytes(made.output()), tmp_path)


@pytest.mark.parametrize("keep", [9, 60, 400])
def test_a_damaged_pdf_says_so(keep: int, tmp_path: Path) -> None:
    path = pdf([convention(PLAIN)], tmp_path / "c.pdf")
    assert "damaged" in refused(path.read_bytes()[:keep], tmp_path)


def test_a_pdf_of_too_many_pages_says_so(tmp_path: Path) -> None:
    path = pdf([["page"]] * 501, tmp_path / "c.pdf")
    assert "500" in refused(path.read_bytes(), tmp_path)


def test_a_text_too_long_says_so(tmp_path: Path) -> None:
    text = written(convention(PLAIN)) + "Une phrase de plus, qui ne dit rien de nouveau à personne ici.\n" * 30_000
    assert "characters" in refused(text.encode(), tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_text_is_read_in_any_of_its_encodings(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "c.txt"
    path.write_bytes(written(convention(PLAIN)).encode(encoding))
    read = read_book(path)
    assert read.format == "text"
    check(PLAIN, conventions_in(read)[0], voted=False)


@pytest.mark.parametrize(
    "text",
    [
        "Convention;Année scolaire;SIRET collectivité\nC1;2026-2027;21660049400019\n",
        "Convention,UAI\nC1,0660560A\n",
        "Exercice;Mandat;Objet;Montant\n"
        + "2026;12;Convention de partenariat pour les écoles de la commune de Céret article 9;41,00\n" * 9,
        "Article\tCompte\tObjet\n1\t6558\tUne phrase qui a bien plus de huit mots dans une seule cellule\n" * 4,
    ],
)
def test_a_csv_stays_a_csv_whatever_its_name(text: str, tmp_path: Path) -> None:
    path = tmp_path / "c.txt"
    path.write_text(text, encoding="utf-8")
    assert read_book(path).format == "csv"


# Properties ----------------------------------------------------------------------------------------------------------

EDGES = ("Page {n}/7", "Envoyé en préfecture le 10/06/2026", "Reçu en préfecture le 10/06/2026", "- {n} -", "ID : 066-216600494-20260603-DCM45-DE", "{n}/7")  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_breaks_and_edges_anywhere_in_the_list_change_nothing(data: st.DataObject) -> None:
    schools = data.draw(st.lists(st.sampled_from((*OF_CERET, *MANY[:20])), min_size=1, max_size=12, unique=True))
    told = replace(PLAIN, schools=tuple(schools))
    words = ", ".join(one.line() for one in schools).split(" ")
    breaks = data.draw(
        st.lists(st.sampled_from(["sp", "sp", "sp", "line", "edge", "page"]), min_size=len(words), max_size=len(words))
    )
    text = ""
    for number, (word, after) in enumerate(zip(words, breaks, strict=True)):
        edge = EDGES[number % len(EDGES)].format(n=number % 9 + 1)
        text += word + {"sp": " ", "line": "\n", "edge": f"\n{edge}\n", "page": f"\n{edge}\f{edge}\n"}[after]
    check_list(told, one(convention(told, [text.rstrip()])))


def check_list(told: Described, reading: Reading) -> None:
    """Hold the list, the sums and the end against the description; a stamp within the list tells the council's day."""
    assert (reading.value("school_count"), cents_of(reading.value("amount"))) == (str(told.count), told.amount)
    assert (reading.value("ends_on"), reading.value("dated_on")) == ("2027-08-31", "2026-05-21")
    assert [one.uai for one in reading.schools] == [one.uai for one in told.schools]
    assert [one.school_name for one in reading.schools] == [one.name for one in told.schools]
    assert [one.commune for one in reading.schools] == [one.commune for one in told.schools]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.integers(0, 40))
def test_no_text_makes_the_reader_fail(noise: str, at: int) -> None:
    lines = convention(PLAIN)
    lines[min(at, len(lines)) : at] = [noise]
    conventions_in(book(lines))


@given(st.text(max_size=600))
@settings(max_examples=60, deadline=None)
def test_noise_alone_is_no_convention(noise: str) -> None:
    assert not any(reading.complete for reading in conventions_in(book([noise])))


def test_euros_are_as_the_builder_writes_them() -> None:
    assert cents_of(euros(4105)) == 4105


# Who pays ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parties",
    [
        ["Entre :", "La commune de Céret,", f"SIRET {CERET}, représentée par son maire,", "ET :", "La région académique Occitanie, SIRET 13002961400012"],
        [f"Entre la région académique Occitanie, d'une part, et la commune de Céret, SIRET n° {CERET}, d'autre part,"],
        ["Entre :", "L'établissement de la place, commune de Montpellier, SIRET 13002961400012", "ET :", "COMMUNE DE CERET", f"N° SIRET {CERET}"],
        ["Entre :", "LA RÉGION ACADÉMIQUE", "ET :", "COMMUNE DE", "CERET", "Numéro SIRET :", "216 600 494", "00019"],
    ],
)  # fmt: skip
def test_the_payer_is_told_from_the_other_party(parties: list[str]) -> None:
    lines = convention(PLAIN)
    first, last = lines.index("Entre :"), lines.index("Représentée par : son maire en exercice")
    reading = one([*lines[:first], *parties, *lines[last:]])
    assert reading.complete, reading.missing
    assert reading.value("payer_siret") == CERET
    assert reading.value("payer_name").upper().replace("É", "E") == "COMMUNE DE CERET"


def test_a_siret_repeated_in_the_decision_and_at_the_foot_makes_no_other_convention() -> None:
    reading = one([f"Mairie, SIRET {CERET}", *decision(PLAIN), *convention(PLAIN), f"SIRET : {CERET}"])
    check(PLAIN, reading, voted=True)


# The real ones, where they are at hand --------------------------------------------------------------------------------


@pytest.mark.skipif("RECON_SEEDS" not in os.environ, reason="the real conventions are no part of the project")
def test_the_real_conventions_are_read_whole() -> None:
    folder = pathlib.Path(os.environ["RECON_SEEDS"])
    readings = [reading for path in sorted(folder.glob("*.txt")) for reading in conventions_in(read_book(path))]
    told = {
        reading.value("payer_siret"): (
            len({one.uai for one in reading.schools}),
            cents_of(reading.value("rate")),
            cents_of(reading.value("amount")),
            reading.value("ends_on"),
        )
        for reading in readings
    }
    assert told == {PERPIGNAN: (57, 4500, 256500, "2024-09-01"), CERET: (4, 4100, 16400, "")}
    assert all(check.holds for reading in readings for check in reading.checks)
