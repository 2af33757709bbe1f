"""`recon explain`: the rule, or the whole story, through the real command line and on small months."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from recon.errors import Exit, Stop
from recon.findings.catalogue import CATALOGUE
from recon.story.find import rule_asked, story_of
from tests.dossiers import (
    CERET,
    PAYMENTS,
    PERPIGNAN,
    SCHOOLS,
    TITRES,
    conventions,
    enrolled,
    file,
    lists,
    month,
    one_school,
    paid,
    payments,
    signed,
    titre,
    titres,
)
from tests.test_cli import SAMPLE, recon

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

    from recon.tables import Month
    from recon.texts import Lang

NUMBER = "TP-2026-00001"


def told(of: Month, *typed: str, lang: Lang = "fr") -> str:
    """Return the story in one text, without typographic spaces: a line each, amounts as integer cents."""
    story = story_of(of, list(typed), "le dossier")
    lines = [story.title(lang)]
    for section in story.sections:
        lines.append(section.title(lang))
        for line in section.lines:
            amount = "" if line.cents is None else f" = {line.cents}"
            lines.append(f"{line.label(lang)}: {line.said(lang)}{amount}")
            lines += [note(lang) for note in line.notes]
    return "\n".join(lines).replace("\u00a0", " ").replace("\u202f", " ")


def refusal(of: Month, *typed: str, lang: Lang = "fr") -> str:
    """Return what is said where nothing can be told."""
    with pytest.raises(Stop) as stop:
        story_of(of, list(typed), "le dossier")
    assert stop.value.code == Exit.MISUSE
    return stop.value.sentence(lang).replace("\u00a0", " ")


def two_payers(*names: str) -> Month:
    """Two communes that share a ledger of one mandat each, both numbered 7, named by a column."""
    heads = "SIRET payeur;Collectivité;Exercice;Mandat;Date mandat;Payé le;Objet;Montant;État"
    rows = [
        f"{siret};{name};2026;7;10/11/2026;10/11/2026;ENT-École;41,00;payé"
        for siret, name in zip((CERET, PERPIGNAN), names, strict=True)
    ]
    return month(file("paiements/registre.csv", heads, *rows))


# Through the command line --------------------------------------------------------------------------------------------


def explain(*arguments: str) -> CompletedProcess[str]:
    """Run the command on the sample, which `explain` never writes to."""
    return recon("expliquer", *arguments, "-C", SAMPLE, "--arrete", "30/11/2026")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("0660206R",), "preuve (numéro du titre, payé en partie)"),
        (("660206r",), "École 0660206R · Ecole maternelle Victor Hugo"),
        (("TP-2024-00131",), "dépassée depuis 990 jours"),
        (("tp 2024.00131",), "Titre TP-2024-00131 · COMMUNE DE PERPIGNAN"),
        (("00131",), "Titre TP-2024-00131 · COMMUNE DE PERPIGNAN"),
        (("Céret", "2026/1187"), "164,00 € en cours pour le titre TP-2026-00141"),
        (("Céret 2026/1187",), "Mandat 1187, exercice 2026 · COMMUNE DE CERET"),
        (("ville de ceret", "1187"), "Mandat 1187, exercice 2026 · COMMUNE DE CERET"),
        (("66049", "1187"), "paiements/ceret_2026.xlsx › Mandats › K4"),
        (("commune", "de", "céret"), "Année scolaire 2026-2027 · 4 écoles"),
        (("21660049400019",), "SIREN     216600494"),
        (("Saleilles", "702"), "plusieurs titres sont possibles : TP-2026-00146, TP-2026-00147"),
        (("P-5CA9C65829",), "Mandat 702, exercice 2026 · COMMUNE DE SALEILLES"),
        (("p07-687b3d7e08",), "Écart P07-687B3D7E08 · Affectation à confirmer"),
        (("0090345B",), "trouvé : 0090345C"),
        (("Donzac", "2024/88"), "effacé par une écriture contraire"),
        (("TP-2026-00154",), "Convention  aucune ne l’explique"),
    ],
)
def test_each_form_tells_its_story(typed: tuple[str, ...], said: str) -> None:
    done = explain(*typed)
    assert done.returncode == 0
    assert done.stderr == ""
    screen = " ".join(done.stdout.replace("\u00a0", " ").replace("\u202f", " ").split())
    assert " ".join(said.split()) in screen


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("0660206A",), "la lettre est R, soit 0660206R. Cette école figure dans"),
        (("0090345C",), "D10 Lettre de contrôle de l’UAI fausse — inscriptions/toulouse_2026-2027.xlsx › Écoles › B14"),
        (("P99",), "Le code P99 n’existe pas. Proches :"),
        (("cerret",), "Aucune collectivité « cerret » dans"),
        (("cerret", "2026/1187"), "Proches : COMMUNE DE CERET (SIREN 216600494)."),
        (("Céret", "2026/9"), "il est absent des registres, ou hors périmètre"),
        (("TP-2026-00999",), "D12 Chiffres perdus — titres/titres_2026.xlsx › Titres › A18"),
        (("1187",), "Plusieurs collectivités ont ce mandat"),
        ((), "Que faut-il expliquer ?"),
    ],
)
def test_what_is_not_there_is_said_with_what_is_near(typed: tuple[str, ...], said: str) -> None:
    done = explain(*typed)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr.replace("\u00a0", " ")


def test_a_code_needs_no_dossier(tmp_path: Path) -> None:
    done = recon("explain", "p07", cwd=tmp_path)
    assert done.returncode == 0
    assert "Affectation à confirmer" in done.stdout
    assert "Allocation to confirm" in recon("explain", "P07", "--lang", "en", cwd=tmp_path).stdout


def test_in_english_no_french_sentence_remains() -> None:
    done = explain("Mazamet", "2026/1502", "--lang", "en")
    assert "€82.00 allocated to titre TP-2026-00144 for 0810647N, 0810652U" in done.stdout
    assert "proof (the school's UAI): names 0810647N" in done.stdout
    assert "affect" not in done.stdout
    assert "No payer “cerret” in" in explain("cerret", "--lang", "en").stderr


def test_json_holds_the_sections_and_their_lines() -> None:
    story = json.loads(explain("Céret", "2026/1187", "--json").stdout)
    assert story["as_of"] == "2026-11-30"
    line = story["sections"][0]["lines"][0]
    assert (line["label"], line["said"], line["amount"]) == ("26/11/2026", "ENT-Ecole 2026-2027", "164.00")


@pytest.mark.parametrize(
    ("folder", "code", "said"), [("nulle-part", 2, "Dossier introuvable"), (".", 3, "Aucun fichier à lire")]
)
def test_a_dossier_that_cannot_be_read_is_said(tmp_path: Path, folder: str, code: int, said: str) -> None:
    done = recon("explain", "Céret", "-C", folder, cwd=tmp_path)
    assert done.returncode == code
    assert said in done.stderr


def test_a_dossier_of_unreadable_files_ends_with_3(tmp_path: Path) -> None:
    (tmp_path / "paiements").mkdir()
    (tmp_path / "paiements" / "registre.xlsx").write_bytes(b"%PDF-1.7")
    done = recon("explain", "Céret", cwd=tmp_path)
    assert done.returncode == 3
    assert "D01 Fichier refusé" in done.stderr


def test_nothing_is_written(tmp_path: Path) -> None:
    explain("Céret")
    assert not (SAMPLE / "rapports").exists()
    assert list(tmp_path.iterdir()) == []


def test_a_hostile_cell_is_shown_and_does_nothing(tmp_path: Path) -> None:
    row = paid(reference=NUMBER, label="ENT-École [red]{0}[/red]\u202e\x1b[2J [/]", mandat="7")
    for folder, *lines in (("titres", TITRES, titre()), ("paiements", PAYMENTS, row)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "fichier.csv").write_text("\n".join(lines), encoding="utf-8")
    for form in ((), ("--json",)):
        done = recon("explain", "216600494", "7", "--arrete", "30/11/2026", *form, cwd=tmp_path)
        assert done.returncode == 0
        assert "\x1b" not in done.stdout
        assert "\u202e" not in done.stdout
        assert "[red]{0}[/red]" in done.stdout
    done = recon("explain", "[red]{0}\u202e", "--arrete", "30/11/2026", cwd=tmp_path)
    assert done.returncode == 2
    assert "[red]{0}\\u202e" in done.stderr


# Small months --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_code_has_its_rule(code: str) -> None:
    story = rule_asked(code)
    assert story is not None
    assert CATALOGUE[code].explanation in [line.said for line in story.sections[0].lines]


def test_a_school_paid_by_name_says_so() -> None:
    of = month(
        enrolled(*SCHOOLS[:2]),
        conventions(signed(schools=2)),
        lists(*(f"C1;{uai};École;" for uai in SCHOOLS[:2])),
        titres(titre(amount="82,00")),
        payments(paid("41,00", uai=SCHOOLS[0])),
    )
    named, other = told(of, SCHOOLS[0]), told(of, SCHOOLS[1])
    assert "un paiement nomme cette école : le montant est le sien" in named
    assert f"mandat 2026/7 · {SCHOOLS[0]} = 4100" in named
    assert "aucune somme payée à ce jour ne revient à cette école" in other
    assert "mandat 2026/7" not in other


def test_a_share_that_no_payment_names_is_called_a_share() -> None:
    of = month(
        enrolled(*SCHOOLS[:2]),
        conventions(signed(schools=2)),
        lists(*(f"C1;{uai};École;" for uai in SCHOOLS[:2])),
        titres(titre(amount="82,00")),
        payments(paid("41,00", NUMBER)),
    )
    assert "part calculée au prorata" in told(of, SCHOOLS[0])
    assert "mandat 2026/7 · pour l’ensemble du titre = 4100" in told(of, SCHOOLS[0])


def test_a_school_without_convention_says_so() -> None:
    story = told(one_school_more(), SCHOOLS[1])
    assert "Convention: aucune ne liste l’école" in story
    assert "Titre: aucun titre ne la couvre" in story
    assert "E01: École inscrite sans convention (bloquant)" in story


def one_school_more() -> Month:
    """One school with its convention, another that is enrolled only."""
    return month(enrolled(*SCHOOLS[:2]), conventions(signed()), lists(f"C1;{SCHOOLS[0]};École;"), titres(titre()))


def test_a_titre_that_was_reduced_says_what_it_was_issued_for() -> None:
    reduction = f"TP-2026-00002;réduction;{NUMBER};{CERET};C1;;11,00;05/10/2026;;"
    story = told(one_school(titre_rows=(titre(), reduction)), NUMBER)
    assert "Émis: le 01/10/2026, pour 41,00 €" in story
    assert "Réduction: TP-2026-00002 du 05/10/2026 = -1100" in story
    assert "Montant: net = 3000" in story


def test_a_titre_lists_its_payments_with_proof_and_cell() -> None:
    story = told(one_school(paid("20,00", NUMBER, mandat="7"), paid("21,00", NUMBER, mandat="8")), NUMBER)
    assert "Payé, ligne par ligne" in story
    assert "mandat 2026/7 = 2000" in story
    assert "preuve (numéro du titre, payé en partie) : cite le titre TP-2026-00001" in story
    assert "paiements/registre.csv › I3" in story


def test_a_titre_names_its_doubtful_payments() -> None:
    story = told(one_school(paid("20,00")), NUMBER)
    assert "En cours ou à confirmer" in story
    assert "Payé, ligne par ligne" not in story
    assert "P07: Affectation à confirmer" in story


def test_a_titre_number_of_which_two_end_alike_is_asked_again() -> None:
    of = one_school(titre_rows=(titre("TP-2025-00001"), titre()))
    assert "Plusieurs titres portent ce numéro" in refusal(of, "00001")
    assert "Titre TP-2025-00001" in told(of, "TP202500001")


def test_a_mandat_paid_too_much_says_what_is_credit() -> None:
    story = told(one_school(paid("45,00", NUMBER)), "COMMUNE", "7")
    assert "41,00 € affectés au titre TP-2026-00001" in story
    assert "trop-perçu : 4,00 €, à imputer ou à restituer, sur décision du comptable public" in story


def test_a_rejected_mandat_and_the_one_that_follows_under_its_number_are_both_told() -> None:
    rejected = paid(reference=NUMBER, state="rejeté", on="01/11/2026")
    story = told(one_school(rejected, paid(reference=NUMBER)), "7")
    assert "rejeté : rien n’est payé" in story
    assert "41,00 € affectés au titre TP-2026-00001" in story


def test_a_mandat_of_two_exercises_is_asked_with_its_year() -> None:
    old = paid(mandat="7", on="10/11/2025").replace(";2026;", ";2025;")
    of = one_school(paid(reference=NUMBER), old)
    assert "Ce mandat existe dans plusieurs exercices ; écrire :\n  2025/7\n  2026/7" in refusal(of, CERET, "7")
    assert "Mandat 7, exercice 2025" in told(of, CERET, "2025/07")


def test_a_mandat_that_two_payers_have_is_asked_with_its_payer() -> None:
    of = two_payers("COMMUNE DE CÉRET", "COMMUNE DE PERPIGNAN")
    assert "COMMUNE DE PERPIGNAN (SIREN 216601369)" in refusal(of, "7")
    assert "COMMUNE DE PERPIGNAN" in told(of, "perpignan", "7")


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("COMMUNE DE CÉRET", "ceret"),
        ("COMMUNE DU SOLER", "Le Soler"),
        ("VILLE DE SAINT-CYPRIEN", "st cyprien"),
        ("MAIRIE D’ŒUILLY", "oeuilly"),
        ("COMMUNE DE LA TOUR-BAS-ELNE", "la tour bas elne"),
        ("SYNDICAT DU VALLESPIR", "vallespir"),
    ],
)
def test_a_payer_answers_to_its_name_as_people_write_it(name: str, typed: str) -> None:
    assert told(two_payers(name, "COMMUNE DE PERPIGNAN"), typed).startswith(name)


def test_two_payers_of_one_name_are_listed_with_their_siren() -> None:
    said = refusal(two_payers("COMMUNE D'AIGUES-VIVES", "AIGUES VIVES"), "Aigues-Vives")
    assert "COMMUNE D'AIGUES-VIVES (SIREN 216600494)" in said
    assert "AIGUES VIVES (SIREN 216601369)" in said
    assert "Several payers answer to" in refusal(two_payers("A B", "A B"), "a b", lang="en")


def test_a_mandat_that_was_refused_is_named_with_its_cell() -> None:
    of = one_school(paid(reference=NUMBER), paid("quarante", NUMBER, mandat="8"))
    said = refusal(of, CERET, "2026/8")
    assert "Aucun mandat 2026/8 retenu pour COMMUNE dans le dossier" in said
    assert "D03 Cellule illisible — paiements/registre.csv › I3" in said
    assert "Proches : 2026/7" in said


def test_a_payer_shows_its_account_titres_and_payments() -> None:
    story = told(one_school(paid("20,00", NUMBER), paid("9,00", "TP-2026-00777", mandat="8")), CERET)
    assert "Année scolaire 2026-2027 · 1 école" in story
    assert "Reste: à recouvrer = 2100" in story
    assert "Non affecté: payé, et rattaché à aucun titre = 900" in story
    assert "mandat 2026/7 · affecté · TP-2026-00001 = 2000" in story


def test_a_payer_without_ledger_says_so() -> None:
    assert "aucun registre daté n’a été reçu" in told(one_school_more(), CERET)


def test_nothing_is_said_absent_from_a_source_that_was_not_given() -> None:
    school = told(month(conventions(signed()), lists(f"C1;{SCHOOLS[0]};École;")), SCHOOLS[0])
    assert "Inscription: inscriptions non fournies" in school
    assert "Titre: participation prévue, titre non communiqué" in school
    assert "Convention: C1, conventions non fournies" in told(month(titres(titre())), NUMBER)


def test_every_story_is_told_in_both_languages() -> None:
    of = one_school(paid("45,00", NUMBER), paid(mandat="8", on="20/11/2026"), paid(mandat="9", state="émis"))
    asked = [SCHOOLS[0], NUMBER, CERET, *of.payments["payment_id"], *of.findings["finding_id"]]
    for one in asked:
        french, english = told(of, one), told(of, one, lang="en")
        assert french != english
        assert french.count("\n") == english.count("\n")


def test_a_titre_that_was_reduced_tells_its_reductions_with_their_cells() -> None:
    of = one_school(
        paid("41,00", "TP-2026-00001"),
        titre_rows=(
            titre(amount="82,00"),
            f"TP-2026-00002;réduction;TP-2026-00001;{CERET};;;41,00;15/10/2026;;",
            f"TP-2026-00001;annulation;TP-2026-00001;{CERET};;;41,00;20/11/2026;;",
            f"TP-2026-00004;;TP-2026-00001;{CERET};C1;;41,00;21/11/2026;31/12/2026;",
        ),
    )
    assert [(part.titre, part.on, part.cents, part.place) for part in of.taken_off["TP-2026-00001"]] == [
        ("TP-2026-00002", date(2026, 10, 15), 4100, "titres/titres.csv › G3"),
        ("TP-2026-00001", date(2026, 11, 20), 4100, "titres/titres.csv › G4"),
    ]
    assert told(of, "tp 2026 00002") == told(of, NUMBER)
    assert told(of, "C1") == told(of, CERET)
    assert of.replaces == {"TP-2026-00004": "TP-2026-00001"}
    assert dict(of.titres.select("titre", "paid").iter_rows()) == {"TP-2026-00001": 0, "TP-2026-00004": 4100}
