"""The directory of schools and the communes' table: E03, E04, C06, C09, what is explained, filled in, and left unchecked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recon.identifiers import is_siren, usual_siren
from recon.story.find import story_of
from recon.tables import SCHEMAS
from tests.dossiers import (
    CERET,
    PERPIGNAN,
    SCHOOLS,
    conventions,
    enrolled,
    file,
    lists,
    month,
    paid,
    payments,
    signed,
    titre,
    titres,
)
from tests.references import (
    BOULOU,
    COMMUNES,
    FORMER_TITLES,
    HEADINGS_2023,
    HEADINGS_2024,
    HEADINGS_2026,
    VALLESPIR,
    directory,
    school,
    uai,
)

if TYPE_CHECKING:
    from recon.pipeline import File
    from recon.tables import Month

ONE, TWO, THREE, _ = SCHOOLS
ENROLMENTS = "Année scolaire;UAI;École;Commune;Code INSEE;Département;SIREN collectivité"
AGAINST = {"E03", "E04", "C06", "C09"}


def enrolment(
    number: str = ONE,
    name: str = "Ecole Jules Ferry",
    commune: str = "CERET",
    insee: str = "",
    siren: str = CERET[:9],
    department: str = "",
) -> File:
    return file(
        "inscriptions/liste.csv", ENROLMENTS, f"2026-2027;{number};{name};{commune};{insee};{department};{siren}"
    )


def signed_for(number: str = ONE, siret: str = CERET, name: str = "Ecole Jules Ferry") -> tuple[File, File]:
    return conventions(signed(siret=siret)), lists(f"C1;{number};{name};")


def against(of: Month) -> list[str]:
    """Return what the reference tables say otherwise."""
    return sorted(code for code in of.findings["code"] if code in AGAINST)


def told(of: Month, code: str) -> dict[str, str]:
    (row,) = of.findings.filter(of.findings["code"] == code).to_dicts()
    return row


def test_the_table_of_communes_gives_the_insee_code_of_a_payer_that_no_enrolment_gives() -> None:
    assert month(*signed_for(siret=PERPIGNAN), COMMUNES).contacts[PERPIGNAN[:9]].insee == "66136"
    assert month(*signed_for(siret=PERPIGNAN)).contacts[PERPIGNAN[:9]].insee == ""


# Read as published ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [";", ","])
@pytest.mark.parametrize(("headings", "columns"), [(HEADINGS_2023, 69), (HEADINGS_2024, 72), (HEADINGS_2026, 71)])
def test_the_directory_of_each_year_is_read_as_published(headings: str, columns: int, separator: str) -> None:
    of = month(
        enrolment(),
        *signed_for(),
        COMMUNES,
        directory(school(ONE, "Ecole Jules Ferry"), headings=headings, separator=separator),
    )
    assert len(headings.split(";")) == columns
    assert against(of) == []
    source = of.sources.filter(of.sources["kind"] == "directory").row(0, named=True)
    assert (source["read"], source["kept"], source["rejected"]) == (1, 1, 0)
    assert of.directory[ONE].name == "Ecole Jules Ferry"
    assert not any("Annuaire de l’éducation non fourni" in text.fr for text in of.unchecked)


def test_no_address_telephone_or_e_mail_of_the_directory_is_kept() -> None:
    of = month(enrolment(), COMMUNES, directory(school(ONE)))
    shown = "".join(repr(of.table(name).to_dicts()) for name in SCHEMAS) + repr(of.directory)
    assert not any(private in shown for private in ("0468000000", "ce.personne", "rue de l'École"))


def test_a_directory_saved_again_by_a_spreadsheet_is_read() -> None:
    saved = school(ONE, updated="16/11/2026") | {"Code_departement": "66", "SIREN_SIRET": "2,16601E+13"}
    of = month(enrolment(), *signed_for(), COMMUNES, directory(saved))
    assert against(of) == []
    assert [code for code in of.findings["code"] if code.startswith("D")] == []
    assert any("16/11/2026" in text.fr for text in of.unchecked)


def test_private_schools_and_colleges_do_not_disturb() -> None:
    others = (school(TWO, "Ecole Jules Ferry", sector="Privé"), school(THREE, "Ecole Jules Ferry", nature="340"))
    of = month(enrolment(), COMMUNES, directory(*others))
    assert told(of, "E03")["advice"].startswith("Vérifier auprès de la collectivité")


def test_faults_of_a_reference_table_are_told_once_a_file_and_never_block() -> None:
    wrong = [school(f"066900{digit}I") for digit in range(4)]
    bad_key = [school(uai(f"066910{digit}"), siret="21660049400018") for digit in range(3)]
    of = month(enrolment(), *signed_for(), COMMUNES, directory(school(ONE), *wrong, *bad_key))
    of_files = of.findings.filter(of.findings["file"].str.starts_with("referentiels/"))
    assert of_files.select("code", "severity").rows() == [("D10", "review"), ("D11", "info")]
    assert of_files["found"].str.extract(r"^(\d+)").to_list() == ["4", "3"]
    source = of.sources.filter(of.sources["kind"] == "directory").row(0, named=True)
    assert (source["read"], source["kept"], source["rejected"]) == (8, 4, 4)
    assert of.controls["holds"].all()


def test_a_table_of_communes_that_contradicts_itself_does_not_block() -> None:
    again = file("referentiels/autre.csv", "Code INSEE;Commune;SIREN", f"66049;CERET-SUR-TECH;{PERPIGNAN[:9]}")
    of = month(enrolment(), *signed_for(), COMMUNES, again)
    assert set(of.findings.filter(of.findings["file"].str.starts_with("referentiels/"))["severity"]) <= {
        "review",
        "info",
    }


def test_the_files_as_they_are_published_may_lie_side_by_side_in_any_order() -> None:
    former = file("referentiels/deleguees.csv", FORMER_TITLES, f"66999,Vivès,commune-deleguee,66049,Céret,{CERET[:9]}")
    rows = [school(ONE, "Ecole Jules Ferry"), school(TWO, "Ecole Pasteur"), school(THREE, "Ecole Curie")]
    base = [enrolment(uai("0669990"), siren=usual_siren("66999")), *signed_for(uai("0669990")), COMMUNES, former]
    files = [*base, directory(*rows)]
    turned = [files[turn:] + files[:turn] for turn in range(len(files))]
    months = [month(*order) for order in (*turned, [*base, directory(*reversed(rows))])]
    told_of = [of.findings.to_dicts() for of in months]
    assert against(months[0]) == ["C09", "E03"]
    assert all(found == told_of[0] for found in told_of)


# E03 -----------------------------------------------------------------------------------------------------------------


def test_a_school_that_the_directory_does_not_list_is_e03_where_it_covers_the_departement() -> None:
    of = month(enrolment(), *signed_for(), COMMUNES, directory(school(TWO, "Ecole Pasteur")))
    row = told(of, "E03")
    assert (row["severity"], row["uai"], row["found"]) == ("review", ONE, "absente de l’annuaire du 16/11/2026")


def test_a_departement_that_the_directory_does_not_cover_is_not_checked_and_that_is_said() -> None:
    elsewhere = school(uai("0310001"), insee="31555", commune="Toulouse")
    of = month(enrolment(), *signed_for(), COMMUNES, directory(elsewhere))
    assert "E03" not in against(of)
    assert any("ne couvre pas le département 66" in text.fr for text in of.unchecked)


def test_a_school_that_the_directory_says_closed_is_e03() -> None:
    of = month(enrolment(), *signed_for(), COMMUNES, directory(school(ONE, state="FERME"), school(TWO)))
    assert told(of, "E03")["found"].startswith("fermée dans l’annuaire")
    assert against(of) == ["E03"]


def test_the_school_that_now_bears_the_name_of_one_that_is_gone_is_proposed() -> None:
    of = month(
        enrolment(),
        *signed_for(),
        COMMUNES,
        directory(school(TWO, "ECOLE JULES-FERRY"), school(THREE, "Ecole Pasteur")),
    )
    advice = told(of, "E03")["advice"]
    assert advice.startswith(
        f"Proposé, rien n’est changé\u00a0: {ONE} n’y est plus ouverte\u00a0; {TWO} (ECOLE JULES-FERRY, Céret) porte maintenant son nom"
    )
    assert THREE not in advice


def test_a_school_that_is_enrolled_itself_is_not_proposed() -> None:
    both = file(
        "inscriptions/liste.csv",
        ENROLMENTS,
        *(f"2026-2027;{number};Ecole Jules Ferry;CERET;;;{CERET[:9]}" for number in (ONE, TWO)),
    )
    of = month(both, COMMUNES, directory(school(TWO, "Ecole Jules Ferry")))
    assert TWO not in told(of, "E03")["advice"]


def test_several_schools_possible_are_listed_and_none_is_chosen() -> None:
    same = [school(uai(f"066900{digit}"), "Ecole Jules Ferry") for digit in range(4)]
    of = month(enrolment(), COMMUNES, directory(*same))
    advice = told(of, "E03")["advice"]
    assert advice.startswith("Plusieurs écoles possibles, aucune n’est retenue")
    assert [school["Identifiant_de_l_etablissement"] in advice for school in same] == [True, True, True, False]


def test_a_uai_one_digit_away_in_the_commune_is_proposed() -> None:
    near = uai(ONE[:3] + ONE[4] + ONE[3] + ONE[5:7])
    of = month(enrolment(), COMMUNES, directory(school(near, "Groupe scolaire Pasteur")))
    assert f"{near} (Groupe scolaire Pasteur, Céret) n’en diffère que par un chiffre" in told(of, "E03")["advice"]


def test_a_school_of_another_commune_is_not_proposed_for_its_name() -> None:
    other = school(TWO, "Ecole Jules Ferry", commune="Perpignan", insee="66136", siret=PERPIGNAN)
    of = month(enrolment(), COMMUNES, directory(other))
    assert TWO not in told(of, "E03")["advice"]


def test_an_older_directory_tells_the_name_of_a_school_that_the_latest_no_longer_lists() -> None:
    old = directory(school(ONE, "Ecole des Tilleuls", updated="2024-11-26"), name="annuaire_2024.csv")
    new = directory(school(TWO, "Ecole des Tilleuls"), name="annuaire_2026.csv")
    for files in ((old, new), (new, old)):
        row = told(month(enrolment(name="ECOLE"), COMMUNES, *files), "E03")
        assert "un annuaire antérieur la nomme Ecole des Tilleuls" in row["found"]
        assert "16/11/2026" in row["found"]


def test_two_directories_of_two_regions_both_count_whatever_their_days() -> None:
    here = directory(school(TWO, updated="2024-11-26"), name="montpellier.csv")
    there = directory(school(uai("0310001"), insee="31555", commune="Toulouse"), name="toulouse.csv")
    of = month(enrolment(), *signed_for(), COMMUNES, here, there)
    assert told(of, "E03")["found"] == "absente de l’annuaire du 26/11/2024"


def test_a_school_told_twice_in_the_directory_is_counted_once_and_is_no_finding() -> None:
    of = month(enrolment(), *signed_for(), COMMUNES, directory(school(ONE), school(ONE, "Ecole annexe")))
    source = of.sources.filter(of.sources["kind"] == "directory").row(0, named=True)
    assert (source["kept"], source["duplicates"]) == (1, 1)
    assert of.findings.is_empty()


# E04 and what is explained -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "published", "insee"),
    [
        ("ST JEAN PLA DE CORTS", "Saint-Jean-Pla-de-Corts", "66179"),
        ("Boulou (Le)", "Le Boulou", "66024"),
        ("LE  BOULOU", "Le Boulou", "66024"),
        ("CÉRET CEDEX", "Céret", "66049"),
        ("Ville de Céret", "Céret", "66049"),
    ],
)
def test_a_commune_written_otherwise_is_the_same(written: str, published: str, insee: str) -> None:
    siren = {"66179": "216601799", "66024": BOULOU, "66049": CERET[:9]}[insee]
    of = month(
        enrolment(commune=written, siren=siren),
        COMMUNES,
        directory(school(ONE, commune=published, insee=insee, siret="")),
    )
    assert against(of) == []


@pytest.mark.parametrize(
    ("row", "expected", "found"),
    [
        ({"commune": "PERPIGNAN"}, "commune Céret (66049)", "commune PERPIGNAN"),
        ({"insee": "66094"}, "commune Céret (66049)", "commune CERET (66094)"),
        ({"department": "31"}, "département 66", "département 31"),
        ({"siren": PERPIGNAN[:9]}, "collectivité 216600494 (Céret)", "collectivité 216601369 (Perpignan)"),
        ({"siren": "200027183"}, "collectivité 216600494 (Céret)", "collectivité 200027183 (CU Perpignan Méditerranée Métropole)"),
    ],
)  # fmt: skip
def test_a_commune_departement_or_payer_that_differs_is_e04(row: dict[str, str], expected: str, found: str) -> None:
    of = month(enrolment(**row), COMMUNES, directory(school(ONE)))
    said = told(of, "E04")
    assert (said["expected"], said["found"], said["severity"]) == (expected, found, "review")
    assert against(of) == ["E04"]


def test_the_insee_code_of_a_former_commune_is_its_successor_s() -> None:
    former = file("referentiels/deleguees.csv", FORMER_TITLES, f"66999,Vivès,commune-deleguee,66049,Céret,{CERET[:9]}")
    assert against(month(enrolment(insee="66999"), COMMUNES, former, directory(school(ONE)))) == []
    assert against(month(enrolment(commune="VIVES"), COMMUNES, former, directory(school(ONE)))) == []
    assert against(month(enrolment(), COMMUNES, former, directory(school(ONE, insee="66999", commune="Vivès")))) == []


def test_without_a_table_of_communes_no_payer_is_questioned_and_that_is_said() -> None:
    of = month(enrolment(siren=PERPIGNAN[:9]), *signed_for(siret=PERPIGNAN), directory(school(ONE)))
    assert against(of) == []
    assert any(text.fr.startswith("Table des communes non fournie") for text in of.unchecked)


def test_the_payer_is_compared_with_the_commune_never_with_the_school_s_siret() -> None:
    of = month(enrolment(), *signed_for(), COMMUNES, directory(school(ONE, siret=PERPIGNAN)))
    assert against(of) == []


def story(of: Month, number: str = ONE) -> str:
    return " ".join(
        part.fr
        for section in story_of(of, [number], ".").sections
        for line in section.lines
        for part in (line.said, *line.notes)
    )


def test_an_epci_that_pays_is_explained_once_a_convention_and_not_flagged() -> None:
    rows = lists(f"C1;{ONE};A;", f"C1;{TWO};B;")
    schools = directory(school(ONE), school(TWO, commune="Le Boulou", insee="66024", siret=BOULOU))
    of = month(
        enrolled(ONE, siret=f"{VALLESPIR}00010"),
        conventions(signed(siret=f"{VALLESPIR}00010", schools=2)),
        rows,
        COMMUNES,
        schools,
    )
    assert against(of) == ["C06"]
    assert (
        told(of, "C06")["found"]
        == "2 écoles de Céret, Le Boulou\u00a0: CC du Vallespir, intercommunalité de la commune de l’école"
    )
    assert "CC du Vallespir, intercommunalité de la commune de l’école" in story(of)


def test_another_commune_of_the_same_dispersed_rpi_is_explained_and_not_flagged() -> None:
    schools = directory(
        school(ONE, rpi="066012"), school(TWO, commune="Perpignan", insee="66136", siret=PERPIGNAN, rpi="066012")
    )
    of = month(enrolment(siren=PERPIGNAN[:9]), *signed_for(siret=PERPIGNAN), COMMUNES, schools)
    assert against(of) == ["C06"]
    row = told(of, "C06")
    assert (row["severity"], row["expected"]) == ("info", "une école de Perpignan")
    assert "regroupement pédagogique (RPI) dispersé 066012 des communes Céret, Perpignan" in row["found"]
    assert "dispersé 066012" in story(of)


def test_a_syndicat_that_pays_for_several_communes_is_explained_and_one_for_a_single_commune_is_e04() -> None:
    syndicat = "25660012300014"
    schools = directory(school(ONE), school(TWO, commune="Le Boulou", insee="66024", siret=BOULOU))
    alone = month(enrolment(siren=syndicat[:9]), *signed_for(siret=syndicat), COMMUNES, schools)
    assert against(alone) == ["E04"]
    both = lists(f"C1;{ONE};A;", f"C1;{TWO};B;")
    of = month(enrolment(siren=syndicat[:9]), conventions(signed(siret=syndicat, schools=2)), both, COMMUNES, schools)
    assert against(of) == ["C06"]
    assert "groupement (SIREN 256600123)" in told(of, "C06")["found"]


def test_a_payer_that_the_directory_itself_ties_to_the_school_is_explained() -> None:
    syndicat = "25660012300014"
    of = month(
        enrolment(siren=syndicat[:9]), *signed_for(siret=syndicat), COMMUNES, directory(school(ONE, siret=syndicat))
    )
    assert against(of) == ["C06"]
    assert "l’annuaire rattache l’école à ce SIREN" in told(of, "C06")["found"]


# C09, proposed -------------------------------------------------------------------------------------------------------

FORMER = file("referentiels/deleguees.csv", FORMER_TITLES, f"66136,Perpignan,commune-deleguee,66049,Céret,{CERET[:9]}")
ONLY_CERET = file("referentiels/communes.csv", "code_insee,nom,departement,siren", f"66049,Céret,66,{CERET[:9]}")


def test_a_former_siren_that_is_only_inferred_is_proposed_and_nothing_is_changed() -> None:
    of = month(enrolment(siren=PERPIGNAN[:9]), *signed_for(siret=PERPIGNAN), ONLY_CERET, FORMER, directory(school(ONE)))
    assert against(of) == ["C09"]
    row = told(of, "C09")
    assert (row["found"], row["expected"], row["severity"]) == (
        PERPIGNAN[:9],
        "216600494 (Céret), à vérifier",
        "review",
    )
    assert row["advice"].startswith("Proposé, rien n’est changé")
    assert set(of.payers["payer_siren"]) == {PERPIGNAN[:9]}


def test_a_commune_that_keeps_its_name_and_insee_code_and_changes_its_siren_is_proposed() -> None:
    own = file("referentiels/deleguees.csv", FORMER_TITLES, "09056,Bézac,commune-deleguee,09056,Bézac,200099182")
    of = month(enrolment(uai("0090001"), commune="BEZAC", siren="210900569"), own)
    assert (told(of, "C09")["found"], told(of, "C09")["expected"]) == ("210900569", "200099182 (Bézac), à vérifier")


def test_a_commune_s_siren_that_is_no_commune_s_of_today_is_proposed_by_where_its_schools_lie() -> None:
    of = month(enrolment(siren="216600998"), COMMUNES, directory(school(ONE)))
    assert is_siren("216600998") is False
    assert against(of) == []
    gone = usual_siren("66998")
    of = month(enrolment(siren=gone), *signed_for(siret=f"{gone}00010"), COMMUNES, directory(school(ONE, siret=gone)))
    row = told(of, "C09")
    assert (row["found"], row["expected"]) == (gone, "216600494 (Céret), à vérifier")
    assert "ses écoles se trouvent à Céret" in row["advice"]
    assert against(of) == ["C09"]


# Names filled in, and what is said -----------------------------------------------------------------------------------


def test_a_name_that_no_source_gives_is_the_directory_s_and_explain_says_so_with_its_cell() -> None:
    bare = file("conventions/ecoles.csv", "Convention;UAI", f"C1;{ONE}")
    of = month(
        conventions(signed()),
        bare,
        titres(titre()),
        payments(paid()),
        COMMUNES,
        directory(school(ONE, "Ecole Jules Ferry")),
    )
    row = of.schools.row(0, named=True)
    assert (row["school_name"], row["commune"]) == ("Ecole Jules Ferry", "Céret")
    assert "nom et commune repris de l’annuaire" in story(of)
    assert "referentiels/annuaire.csv › A2" in story(of)


def test_a_name_that_a_source_gives_is_never_overwritten() -> None:
    of = month(enrolment(name="ECOLE JOAN MIRO"), *signed_for(), COMMUNES, directory(school(ONE, "Ecole Jules Ferry")))
    assert of.schools.row(0, named=True)["school_name"] == "ECOLE JOAN MIRO"
    assert of.filled == {}


def test_without_reference_tables_nothing_changes_but_what_is_said() -> None:
    base = (enrolment(), *signed_for(), titres(titre()), payments(paid()))
    bare, full = month(*base), month(*base, COMMUNES, directory(school(ONE)))
    assert all(bare.table(name).equals(full.table(name)) for name in SCHEMAS if name not in {"sources", "controls"})
    said = [text.fr for text in bare.unchecked]
    assert any(text.startswith("Annuaire de l’éducation non fourni") for text in said)
    assert any("Annuaire du 16/11/2026" in text.fr for text in full.unchecked)


def test_a_departement_that_the_table_of_communes_does_not_know_is_said() -> None:
    of = month(
        enrolment(uai("0310001"), siren="213105554"),
        COMMUNES,
        directory(school(uai("0310001"), insee="31555", commune="CERET")),
    )
    assert against(of) == []
    assert any("ne connaît pas le département 31" in text.fr for text in of.unchecked)


def test_another_table_among_the_reference_tables_is_said_and_blocks_nothing() -> None:
    of = month(enrolment(), *signed_for(), file("referentiels/autre.csv", "Ville;Habitants", "Céret;7521"))
    assert of.findings.filter(of.findings["severity"] == "blocking").is_empty()
    assert any("referentiels/autre.csv" in text.fr for text in of.unchecked)
