"""`recon map` and the profiles it writes: what an officer confirms once is followed, or asked again, never guessed."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recon.errors import Exit, Stop
from recon.ground import ground
from recon.layouts.profiles import Profile, fingerprint
from recon.layouts.words import title_key
from recon.mapping.naming import name_of, pattern_of
from recon.mapping.session import begin
from recon.pipeline import reconcile
from recon.profile_files import Origin, parsed, profiles, written
from recon.readers.cells import Book
from recon.readers.delimited import read_csv
from recon.tables import Settings
from recon_schemas import ENROLMENTS, PAYMENTS
from tests.dossiers import AS_OF, CERET, PERPIGNAN, RATES, file
from tests.ledgers import COMMUNES, FIELDS, OF_CERET, REST, SIMPLE, Column, other, table
from tests.sheets import Page, delimited, xlsx
from tests.test_cli import recon

if TYPE_CHECKING:
    from pathlib import Path

    from recon.layouts.profiles import Sign
    from recon.mapping.session import Session
    from recon.pipeline import File
    from recon.tables import Month
    from tests.ledgers import Payment

SETTINGS = Settings(AS_OF, RATES, None, 0, "Région académique Occitanie")
ODD = "Zed;Quand;Pourquoi;Combien"
LINES = ("7;05/10/2026;ENT-École TP-2026-00131;41,00", "8;06/10/2026;ENT-École TP-2026-00131;82,00")


def read(*files: File, by: tuple[Profile, ...] = ()) -> Month:
    """Return the month of the small dossier with these ledgers, under these profiles."""
    return reconcile([*REST, COMMUNES, *files], SETTINGS, by)


def ledger(*lines: str, name: str = "paiements/ceret_2026-10.csv", titles: str = ODD) -> File:
    """Return a ledger whose titles nobody knows."""
    return file(name, titles, *(lines or LINES))


def profile(**changes: object) -> Profile:
    """Return what an officer says of `ledger`."""
    titles: dict[str, tuple[str, ...]] = {
        "mandat": ("Zed",),
        "mandat_on": ("Quand",),
        "label": ("Pourquoi",),
        "amount": ("Combien",),
    }
    said = Profile("ceret", PAYMENTS, ("ceret_*.csv",), "", titles, {"payer_siret": CERET})
    return replace(said, **changes)  # type: ignore[arg-type]


def amounts(of: Month) -> list[int]:
    """Return the payments' amounts in cents."""
    return of.payments["amount"].sort().to_list()


def asked(of: Month) -> str:
    """Return all that the one question (D02) says."""
    found = of.findings.filter(pl.col("code") == "D02")
    assert found.height == 1, of.findings["code"].to_list()
    return " ".join(found.select("expected", "found", "advice").row(0))


def mapped(of: File, *said: str, by: tuple[Profile, ...] = ()) -> Session:
    """Return the session on a file of the dossier after some `--set`."""
    assert of.book
    begun = begin(of.book, of.name, [PAYMENTS], by, ground([*REST, COMMUNES], SETTINGS).knowledge)
    assert begun
    for text in said:
        begun = begun.said(text)
    return begun


# Followed, or refused ------------------------------------------------------------------------------------------------


def test_without_a_profile_nothing_is_read_and_with_it_everything() -> None:
    assert amounts(read(ledger())) == []
    of = read(ledger(), by=(profile(),))
    assert amounts(of) == [4100, 8200]
    assert of.sources.filter(pl.col("file") == "paiements/ceret_2026-10.csv")["profile"].to_list() == ["ceret"]


def test_a_column_that_moved_and_one_that_was_added_are_followed() -> None:
    moved = ledger("x;41,00;ENT-École TP-2026-00131;7;05/10/2026", titles="Neuf;Combien;Pourquoi;Zed;Quand")
    assert amounts(read(moved, by=(profile(),))) == [4100]


def test_a_title_that_vanished_is_named_with_the_command() -> None:
    words = asked(read(ledger(titles="Zed;Quand;Pourquoi;Somme due"), by=(profile(),)))
    assert "«\u00a0Combien\u00a0»" in words
    assert "profils/ceret.toml" in words
    assert 'recon associer "paiements/ceret_2026-10.csv"' in words


def test_a_vanished_title_is_not_guessed_even_where_the_others_are_known() -> None:
    of = read(
        file("paiements/ceret_2026-11.csv", "SIRET payeur;Mandat;Objet;Montant", f"{CERET};7;ENT-École;41,00"),
        by=(profile(),),
    )
    assert amounts(of) == []
    assert "Combien" in asked(of)


def test_a_title_that_now_stands_twice_is_asked_about() -> None:
    of = read(ledger("7;05/10/2026;ENT-École;41,00;41,00", titles=f"{ODD};Combien"), by=(profile(),))
    assert "plusieurs colonnes" in asked(of)


def test_the_second_of_two_equal_titles_can_be_said() -> None:
    said = profile(titles={**profile().titles, "amount": ("Combien (2)",)})
    assert amounts(read(ledger("7;05/10/2026;ENT-École;1,00;41,00", titles=f"{ODD};Combien"), by=(said,))) == [4100]


def test_the_same_headings_under_another_name_are_followed_without_the_constants() -> None:
    """What an officer said of one payer's files must not become another payer's money."""
    known = mapped(ledger(), "mandat=A", "mandat_on=B", "objet=C", "montant=D", f"payeur={CERET}").understood.profile
    of = read(ledger(name="paiements/autre.csv"), by=(known,))
    assert amounts(of) == []
    assert re.search("payeur|collectivité", asked(of))
    assert amounts(read(ledger(name=f"paiements/{PERPIGNAN}.csv"), by=(known,))) == [4100, 8200]


def test_a_pattern_without_folder_is_not_for_files_in_sub_folders() -> None:
    assert amounts(read(ledger(name="paiements/perpignan/ceret_1.csv"), by=(profile(),))) == []


def test_the_more_precise_of_two_patterns_wins() -> None:
    general = profile(name="tous", patterns=("*.csv",), fixed={"payer_siret": PERPIGNAN})
    for order in ((general, profile()), (profile(), general)):
        of = read(ledger(), by=order)
        assert of.payments["payer_siren"].unique().to_list() == [CERET[:9]]


def test_two_profiles_that_fit_alike_and_differ_are_asked_about() -> None:
    words = asked(read(ledger(), by=(profile(), profile(name="autre", sign="credit"))))
    assert "profils/autre.toml" in words
    assert "profils/ceret.toml" in words


def test_two_profiles_that_say_the_same_do_not_disturb() -> None:
    assert amounts(read(ledger(), by=(profile(), profile(name="autre")))) == [4100, 8200]


def test_names_are_compared_as_windows_and_macs_write_them() -> None:
    said = profile(patterns=("Céret_*.CSV",))
    assert said.fits("paiements/ce\u0301ret_2026-10.csv")
    assert not said.fits("paiements/ceret_2026-10.csv")


def test_the_payer_above_the_table_stays_above() -> None:
    of = file("paiements/a.csv", "Commune de Céret;;;", ODD, *LINES)
    assert amounts(read(of, by=(profile(patterns=("a.csv",), fixed={}),))) == [4100, 8200]


@pytest.mark.parametrize(("sign", "wanted"), [("credit", [4100, 8200]), ("debit", [-8200, -4100])])
def test_a_ledger_with_a_credit_column_alone(sign: str, wanted: list[int]) -> None:
    titles = {name: own for name, own in profile().titles.items() if name != "amount"} | {"credit": ("Combien",)}
    assert amounts(read(ledger(), by=(profile(titles=titles, sign=sign),))) == wanted


def test_a_programs_own_words_are_for_states_alone() -> None:
    of = ledger("7;05/10/2026;ENT-École;41,00;V", "8;05/10/2026;V;41,00;V", titles=f"{ODD};Zz")
    said = profile(titles={**profile().titles, "state": ("Zz",)}, words={"v": "payé"})
    details = read(of, by=(said,)).details
    assert set(details["state"]) == {"payé"}
    assert "payé" not in set(details["label"])


# What is said of a file ----------------------------------------------------------------------------------------------


def test_fields_go_by_code_title_or_synonym_and_columns_by_letter_or_title() -> None:
    of = mapped(ledger(), "amount=combien", "Désignation=C", "N° pièce=a", "date mandat=QUAND", "payer=céret")
    found = of.understood
    assert found.open == ()
    assert {name: own[0] for name, own in found.profile.titles.items()} == {
        "mandat": "Zed", "mandat_on": "Quand", "label": "Pourquoi", "amount": "Combien",
    }  # fmt: skip
    assert found.profile.fixed == {"payer_siret": CERET[:9]}
    assert found.in_scope == 2


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("montant", "DONNÉE=COLONNE"),
        ("sommes=D", "SIRET payeur"),
        ("montant=Z", "D Combien"),
        ("payeur=21660049400018", "clé"),
        ("payeur=Atlantide", "SIRET"),
        ("sens=gauche", "sens=débit"),
        ("mot:validé=fini", "émis, payé"),
        ("exercice=bientôt", "2026"),
    ],
)
def test_what_is_not_understood_says_what_is_allowed(said: str, words: str) -> None:
    with pytest.raises(Stop) as stopped:
        mapped(ledger(), said)
    assert stopped.value.code is Exit.MISUSE
    assert words in stopped.value.sentence.fr


def test_a_column_of_words_is_no_amount_even_if_said_so() -> None:
    found = mapped(ledger(), "montant=C", "mandat=A", "objet=B", f"payeur={CERET}").understood
    assert [one.field for one in found.open] == ["amount"]


def test_columns_are_proposed_by_title_and_by_cells_and_never_taken() -> None:
    found = mapped(ledger(titles="Voucher no;Quand;Pourquoi;Net amount")).understood
    assert [seen.proposal.field for seen in found.columns if seen.proposal] == [
        "mandat",
        "mandat_on",
        "label",
        "amount",
    ]
    assert found.profile.titles == {}


def test_a_ledger_that_does_not_say_what_its_lines_are_about_is_asked() -> None:
    found = mapped(
        file("paiements/a.csv", "SIRET;Mandat;Montant;Zed", f"{CERET};7;41,00;ENT-École 2026-2027")
    ).understood
    assert [(one.field, one.answers) for one in found.open] == [("label", ("objet=D",))]


def test_a_file_made_for_a_profile_keeps_what_is_still_true() -> None:
    found = mapped(ledger(titles="Zed;Quand;Pourquoi;Somme due"), "montant=D", by=(profile(),)).understood
    assert found.open == ()
    assert found.profile.name == "ceret"
    assert found.profile.titles["mandat"] == ("Zed",)
    assert found.profile.fixed == {"payer_siret": CERET}


@pytest.mark.parametrize(
    ("name", "pattern", "called"),
    [
        ("grand_livre_2026-10.xlsx", "grand_livre_*.xlsx", "grand_livre"),
        ("mandats octobre 2026.xlsx", "mandats *.xlsx", "mandats"),
        ("ceret/2026-10.xlsx", "ceret/*.xlsx", "ceret"),
        ("2026-10/ceret.xlsx", "*/ceret.xlsx", "ceret"),
        ("2026-10.xlsx", "2026-10.xlsx", "2026_10"),
        (f"{CERET}_T3.csv", f"{CERET}_*.csv", CERET),
        ("66049 mandats.csv", "66049 mandats.csv", "66049_mandats"),
        ("a[1]_05.ods", "a[[]*]_*.ods", "a"),
    ],
)
def test_the_months_to_come_are_named_by_what_does_not_change(name: str, pattern: str, called: str) -> None:
    assert pattern_of(f"paiements/{name}") == pattern
    assert name_of(f"paiements/{name}") == called


# Profiles on disk ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nature = ", "ne peut pas être lu"),
        ('nature = "repas"', "Paiements"),
        ('nature = "paiements"', "fichiers"),
        ('nature = "paiements"\nfichiers = 3', "fichiers"),
        ('nature = "paiements"\nfichiers = "a"', "[colonnes]"),
        ('nature = "paiements"\nfichiers = "a"\ncolonnes = 3', "[colonnes]"),
        ('nature = "paiements"\nfichiers = "a"\n[colonnes]\nRepas = "x"', "SIRET payeur"),
        ('nature = "paiements"\nfichiers = "a"\n[colonnes]\nMontant = 3', "[colonnes] Montant"),
        ('nature = "paiements"\nfichiers = "a"\n[colonnes]\nMontant = "x"\namount = "y"', "deux fois"),
        ('nature = "paiements"\nfichiers = "a"\nsens = "haut"\n[colonnes]\nMontant = "x"', "débit, crédit"),
        ('nature = "paiements"\nfichiers = "a"\n[colonnes]\nMontant = "x"\n[constantes]\nMontant = "x"', "Exercice"),
        ('nature = "paiements"\nfichiers = "a"\n[colonnes]\nMontant = "x"\n[constantes]\nExercice = "x"', "2026"),
        ('nature = "paiements"\nfichiers = "a"\n[colonnes]\nMontant = "x"\n[mots]\nvu = "vu"', "suspendu"),
        ('natur = "paiements"', "nature"),
        ('nature = "paiements"\nfichiers = "a"\n[colonnes]\nObjet = "x"', "il manque «\u00a0Montant\u00a0»"),
    ],
)
def test_a_profile_that_is_not_understood_stops_with_its_name_and_the_key(
    tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "profils").mkdir()
    (tmp_path / "profils" / "faux.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Stop) as stopped:
        profiles(tmp_path)
    assert stopped.value.code is Exit.MISUSE
    assert "profils/faux.toml" in stopped.value.sentence.fr
    assert words in stopped.value.sentence.fr


TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(str.strip)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    titles=st.dictionaries(
        st.sampled_from(["amount", "mandat", "label", "debit", "credit", "sense", "payer_insee", "mandat_bordereau"]),
        st.lists(TEXTS, min_size=1, max_size=2).map(tuple),
        min_size=1,
    ),
    pattern=TEXTS.filter(lambda text: "\\" not in text),
    sign=st.sampled_from(["", "debit", "credit"]),
    sheet=TEXTS,
)
def test_a_profile_is_read_back_as_it_was_written(
    titles: dict[str, tuple[str, ...]], pattern: str, sign: Sign, sheet: str
) -> None:
    fixed = {"payer_siret": CERET, "exercise": "2026"}
    said = Profile(
        "essai", PAYMENTS, (pattern,), "0" * 16, titles | {"amount": ("Somme",)}, fixed, sign, {"valide": "payé"}
    )
    text = written(said, Origin(f"paiements/{sheet}\n.xlsx", sheet, "4", "22/11/2026"))
    assert parsed("essai", text) == said


# Any titles ----------------------------------------------------------------------------------------------------------

UNKNOWN = ("Zed", "Kappa", "Rho", "Quoi", "Wxy", "Bêta", "Colonne A", "Truc", "Machin", "N.C.", "Lambda 3", "Oméga")
ALWAYS = ("mandat", "label", "amount")
SOMETIMES = ("payer_siret", "mandat_on", "paid_on", "payee", "reference", "uai", "exercise", "bordereau")


@st.composite
def odd_ledgers(draw: st.DrawFn) -> tuple[tuple[Column, ...], tuple[Column, ...], tuple[Payment, ...]]:
    """Payments under titles that say nothing, the columns in one order and, with others, in another."""
    fields = [*ALWAYS, *draw(st.lists(st.sampled_from(SOMETIMES), unique=True))]
    titles = draw(st.lists(st.sampled_from(UNKNOWN), min_size=len(fields), max_size=len(fields), unique_by=title_key))
    columns = tuple(Column(title, field, FIELDS[field]) for title, field in zip(titles, fields, strict=True))
    added = (*columns, other("Ajouté", "x"))
    return draw(st.permutations(columns).map(tuple)), draw(st.permutations(added).map(tuple)), SIMPLE


def on_page(name: str, columns: tuple[Column, ...], payments: tuple[Payment, ...]) -> File:
    """Return a ledger of these columns, as a CSV."""
    data = delimited(Page("", table(columns, payments)), ";", "utf-8")
    return replace(file(name, "a;b"), sha256=name, book=Book("csv", name, read_csv(data)))


@settings(deadline=None, derandomize=True, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(odd_ledgers())
def test_any_titles_said_once_read_back_equal_and_are_followed(
    made: tuple[tuple[Column, ...], tuple[Column, ...], tuple[Payment, ...]],
) -> None:
    columns, moved, payments = made
    first = on_page("paiements/ceret_01.csv", columns, payments)
    said = [f"{column.field}={column.title}" for column in columns]
    fields = [column.field for column in columns]
    session = mapped(first, *said, *([] if "payer_siret" in fields else [f"payeur={CERET}"]))
    assert session.understood.open == ()
    text = written(session.understood.profile, Origin(first.name, "", "1", "22/11/2026"))
    known = replace(parsed("ceret", text), patterns=("ceret_*.csv",))
    wanted = sorted((payment.cents, str(payment.mandat)) for payment in payments)
    for month in (read(first, by=(known,)), read(on_page("paiements/ceret_02.csv", moved, payments), by=(known,))):
        assert sorted(month.payments.select("amount", "mandat").rows()) == wanted
        assert month.payments["payer_siren"].unique().to_list() == [CERET[:9]]
        assert month.sources.filter(pl.col("kind") == "payments")["profile"].to_list() == [known.name]
    lost = tuple(column for column in columns if column.field != "amount")
    assert amounts(read(on_page("paiements/ceret_03.csv", lost, payments), by=(known,))) == []


# On the command line -------------------------------------------------------------------------------------------------


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """A dossier with the register's payers and one odd ledger."""
    folder = tmp_path / "dossier"
    (folder / "paiements").mkdir(parents=True)
    (folder / "referentiels").mkdir()
    (folder / "referentiels" / "communes.csv").write_text(
        f"Code INSEE;Commune;Département;SIREN;Ancien code INSEE;Ancien SIREN\n66049;CERET;66;{CERET[:9]};;\n",
        encoding="utf-8",
    )
    put(folder, "grand_livre_2026-10.xlsx", [[*ODD.split(";")], [7, date(2026, 10, 5), "ENT-École", 41.0], [8, date(2026, 10, 6), "ENT-École", 82.5], ["TOTAL", None, None, 123.5]])  # fmt: skip
    return folder


def put(folder: Path, name: str, rows: list[list[object]]) -> Path:
    """Write an xlsx among the ledgers."""
    path = folder / "paiements" / name
    path.write_bytes(xlsx([Page("Feuil1", rows)]))  # type: ignore[arg-type]
    return path


SAID = ("--set", "montant=D", "--set", "objet=C", "--set", "mandat=A", "--set", "mandat_on=B", "--set", "payeur=Céret")


def test_without_a_terminal_it_shows_says_what_to_add_and_writes_nothing(dossier: Path) -> None:
    done = recon("associer", "paiements/grand_livre_2026-10.xlsx", cwd=dossier)
    assert done.returncode == 1
    assert "intitulés à la ligne 1" in done.stdout
    assert "--set montant=D" in done.stdout
    assert 'recon associer "paiements/grand_livre_2026-10.xlsx"' in done.stderr
    assert "--yes" in done.stderr
    assert not (dossier / "profils").exists()
    sure = recon("associer", "paiements/grand_livre_2026-10.xlsx", *SAID, cwd=dossier)
    assert sure.returncode == 0
    assert "Rien n’est écrit" in sure.stdout
    assert "--set montant=D --set objet=C --set mandat=A --set mandat_on=B --set payeur=Céret --yes" in sure.stdout
    assert not (dossier / "profils").exists()


def test_yes_refuses_what_is_in_doubt(dossier: Path) -> None:
    done = recon("map", "grand_livre_2026-10.xlsx", "--yes", "--set", "amount=D", cwd=dossier / "paiements")
    assert done.returncode == 1
    assert "--set payeur=…" in done.stderr
    assert not (dossier / "profils").exists()


def test_yes_with_what_was_missing_writes_a_profile_that_run_follows(dossier: Path) -> None:
    named = ("--fichiers", "grand_livre_*.xlsx")
    done = recon("associer", "paiements\\grand_livre_2026-10.xlsx", *SAID, *named, "--yes", "-C", dossier)
    assert done.returncode == 0, done.stderr
    assert "05/10/2026" in done.stdout
    assert "82,50\u00a0€" in done.stdout
    assert "✔ total du fichier en D4" in done.stdout
    text = (dossier / "profils" / "grand_livre.toml").read_text(encoding="utf-8")
    assert 'Montant = "Combien"' in text
    assert 'fichiers = "grand_livre_*.xlsx"' in text
    put(dossier, "grand_livre_2026-11.xlsx", [["Neuf", *reversed(ODD.split(";"))], ["x", 41.0, "ENT-École", date(2026, 11, 5), 9]])  # fmt: skip
    assert recon("run", dossier, "--as-of", "2026-11-30").returncode == 0
    sources = pl.read_csv(dossier / "rapports" / "2026-11" / "donnees" / "sources.csv")
    kept = sources.filter(pl.col("kind") == "payments").select("profile", "kept", "total_read").rows()
    assert kept == [("grand_livre", 2, 123.5), ("grand_livre", 1, 41.0)]
    again = recon("associer", dossier / "paiements" / "grand_livre_2026-11.xlsx")
    assert again.returncode == 0
    assert "Profil suivi\u00a0: profils/grand_livre.toml" in again.stdout
    assert "Rien à écrire" in again.stdout


def test_the_former_text_is_kept_beside(dossier: Path) -> None:
    name = "paiements/grand_livre_2026-10.xlsx"
    recon("associer", name, *SAID, "--yes", cwd=dossier)
    before = (dossier / "profils" / "grand_livre.toml").read_text(encoding="utf-8")
    done = recon("associer", name, "--set", "mandat=-", "--yes", cwd=dossier)
    assert done.returncode == 0
    assert (dossier / "profils" / "grand_livre.toml.ancien").read_text(encoding="utf-8") == before
    assert (
        "Mandat"
        not in (dossier / "profils" / "grand_livre.toml").read_text(encoding="utf-8").partition("[colonnes]")[2]
    )


def test_another_files_profile_of_that_name_is_left_alone(dossier: Path) -> None:
    (dossier / "profils").mkdir()
    kept = written(profile(name="grand_livre"), Origin("a", "", "1", "22/11/2026"))
    (dossier / "profils" / "grand_livre.toml").write_text(kept, encoding="utf-8")
    recon("associer", "paiements/grand_livre_2026-10.xlsx", *SAID, "--yes", cwd=dossier)
    assert (dossier / "profils" / "grand_livre.toml").read_text(encoding="utf-8") == kept
    assert (dossier / "profils" / "grand_livre_2.toml").exists()


def test_json_for_a_program(dossier: Path) -> None:
    done = recon("map", "paiements/grand_livre_2026-10.xlsx", *SAID, "--json", "--lang", "en", cwd=dossier)
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert told["totals"] == [{"cell": "D4", "announced": "123.50", "read": "123.50", "holds": True}]
    assert [column["field"] for column in told["columns"]] == ["mandat", "mandat_on", "label", "amount"]
    assert told["rows"][0]["amount"] == "41"
    assert told["written"] is None


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nulle-part.xlsx",), 2, "introuvable"),
        (("paiements/grand_livre_2026-10.xlsx", "--kind", "repas"), 2, "payments"),
        (("paiements/grand_livre_2026-10.xlsx", "--sheet", "Autre"), 2, "Feuil1"),
        (("paiements/grand_livre_2026-10.xlsx", "--row", "zéro"), 2, "3-4"),
        (("paiements/grand_livre_2026-10.xlsx", "--row", "900"), 2, "--ligne"),
        (("paiements/grand_livre_2026-10.xlsx", "--name", "../x"), 2, "--nom"),
        (("paiements/grand_livre_2026-10.xlsx", "--set", "montant=Z"), 2, "D Combien"),
        (("dehors.xlsx",), 2, "--nature"),
        (("paiements/nu.xlsx",), 1, "insérer au-dessus"),
        (("paiements/faux.xlsx",), 3, "faux.xlsx"),
    ],
)
def test_misuse_is_one_clear_sentence(dossier: Path, arguments: tuple[str, ...], code: int, words: str) -> None:
    put(dossier, "nu.xlsx", [[7, date(2026, 10, 5), "ENT-École", 41.0], [8, date(2026, 10, 6), "ENT-École", 82.0]])
    (dossier / "paiements" / "faux.xlsx").write_bytes(b"%PDF-1.7 ...")
    (dossier / "dehors.xlsx").write_bytes((dossier / "paiements" / "grand_livre_2026-10.xlsx").read_bytes())
    done = recon("associer", *arguments, cwd=dossier)
    assert done.returncode == code
    assert words in done.stderr


def test_a_broken_profile_stops_every_command_with_its_key(dossier: Path) -> None:
    (dossier / "profils").mkdir()
    (dossier / "profils" / "a.toml").write_text('nature = "repas"', encoding="utf-8")
    for arguments in (("run", "."), ("explain", "Céret"), ("map", "paiements/grand_livre_2026-10.xlsx")):
        done = recon(*arguments, cwd=dossier)
        assert done.returncode == 2
        assert "profils/a.toml" in done.stderr


def statement(folder: Path, name: str = "grand_livre_2026-10.xlsx") -> None:
    """Write a ledger whose titles are near to known ones, with a state and a day of payment."""
    titles: list[object] = ["Zed", "Quand réglé", "Pourquoi", "Combien", "Statut du règl."]
    put(folder, name, [titles, [7, date(2026, 10, 5), "ENT-École", 41.0, "validé"], [8, None, "ENT-École", 82.5, "validé"], [9, date(2026, 10, 6), "ENT-École", 1.0, "validé"]])  # fmt: skip


def test_the_printed_command_holds_every_guess(dossier: Path) -> None:
    shown = recon("associer", "paiements/grand_livre_2026-10.xlsx", "--feuille", "Feuil1", cwd=dossier)
    (command,) = (line for line in shown.stderr.splitlines() if "recon associer" in line)
    for text in ("--feuille Feuil1", "mandat=A", "objet=C", "montant=D", "payeur=…", "--yes"):
        assert text in command
    assert command.count("=B") == 1
    assert "montant=A" not in command
    arguments = command.partition("recon associer ")[2].replace('"', "").replace("payeur=…", "payeur=Céret").split()
    done = recon("associer", *arguments, cwd=dossier)
    assert done.returncode == 0, done.stderr
    (known,) = profiles(dossier)
    assert {"mandat", "label", "amount"} < known.titles.keys()


def test_yes_refuses_what_is_only_proposed(dossier: Path) -> None:
    statement(dossier)
    said = ("--set", "montant=D", "--set", "mandat=A", "--set", "objet=C", "--set", "payeur=Céret")
    done = recon("associer", "paiements/grand_livre_2026-10.xlsx", *said, "--yes", cwd=dossier)
    assert done.returncode == 1
    assert "serait compté comme payé" in done.stderr
    assert "Rien n’est en doute" not in done.stdout
    assert not (dossier / "profils").exists()
    none = ("--set", "paye_le=-", "--set", "etat=-", "--set", "date_mandat=-")
    sure = recon("associer", "paiements/grand_livre_2026-10.xlsx", *said, *none, "--yes", cwd=dossier)
    assert sure.returncode == 0, sure.stderr + sure.stdout


def test_yes_refuses_a_word_that_nobody_knows(dossier: Path) -> None:
    statement(dossier)
    said = ("--set", "montant=D", "--set", "mandat=A", "--set", "objet=C", "--set", "payeur=Céret", "--set", "paye_le=B", "--set", "etat=E", "--yes")  # fmt: skip
    done = recon("associer", "paiements/grand_livre_2026-10.xlsx", *said, cwd=dossier)
    assert done.returncode == 1
    assert "--set mot:validé=…" in done.stderr
    assert recon("associer", "paiements/grand_livre_2026-10.xlsx", *said, "--set", "mot:validé=-", cwd=dossier).returncode == 0  # fmt: skip


def test_a_constant_payer_is_for_one_file_unless_said(dossier: Path) -> None:
    titles: list[object] = [*ODD.split(";"), "SIRET"]
    put(dossier, "grand_livre_2026-11.xlsx", [titles, [9, date(2026, 11, 5), "ENT-École", 41.0, PERPIGNAN]])
    with (dossier / "referentiels" / "communes.csv").open("a", encoding="utf-8") as communes:
        communes.write(f"66136;PERPIGNAN;66;{PERPIGNAN[:9]};;\n")
    wide = ("--fichiers", "grand_livre_*.xlsx", "--yes")
    done = recon("associer", "paiements/grand_livre_2026-10.xlsx", *SAID, *wide, cwd=dossier)
    assert done.returncode == 1
    assert "grand_livre_2026-11.xlsx" in done.stderr
    assert not (dossier / "profils").exists()
    assert recon("associer", "paiements/grand_livre_2026-10.xlsx", *SAID, "--yes", cwd=dossier).returncode == 0
    assert profiles(dossier)[0].patterns == ("grand_livre_2026-10.xlsx",)


def test_a_title_in_the_upper_of_two_rows_is_written_whole() -> None:
    of = file(
        "paiements/a.csv", "Kappa;Rho;;Oméga", "Zed;Quoi;Combien;", "7;ENT-École;41,00;DRFIP", "8;ENT-École;1,00;DRFIP"
    )
    session = mapped(of).under((0, 1))
    assert session
    for text in ("mandat=A", "objet=B", "montant=C", "beneficiaire=D", f"payeur={CERET}"):
        session = session.said(text)
    known = session.understood.profile
    assert all(title for titles in known.titles.values() for title in titles)
    session.read_back(written(known, Origin(of.name, "", "1-2", "22/11/2026")))
    with pytest.raises(Stop):
        session.read_back(written(replace(known, titles=known.titles | {"payee": ("",)}), Origin("a", "", "1", "x")))


def test_a_broken_profile_is_made_anew_from_its_file(dossier: Path) -> None:
    (dossier / "profils").mkdir()
    path = dossier / "profils" / "grand_livre.toml"
    path.write_text('nature = "repas"', encoding="utf-8")
    stopped = recon("run", ".", cwd=dossier)
    assert stopped.returncode == 2
    assert "recon associer FICHIER" in stopped.stderr
    done = recon("associer", "paiements/grand_livre_2026-10.xlsx", *SAID, "--yes", cwd=dossier)
    assert done.returncode == 0, done.stderr
    assert "profils/grand_livre.toml" in done.stderr
    assert profiles(dossier)[0].name == "grand_livre"


def test_the_second_of_two_titles_is_not_the_second_of_three() -> None:
    said = profile(titles={**profile().titles, "amount": ("Combien (2/2)",)})
    two = ledger("7;05/10/2026;ENT-École;1,00;41,00", titles=f"{ODD};Combien")
    assert amounts(read(two, by=(said,))) == [4100]
    three = ledger("7;05/10/2026;ENT-École;1,00;41,00;2,00", titles=f"{ODD};Combien;Combien")
    assert amounts(read(three, by=(said,))) == []


def test_a_state_that_is_added_is_asked_about_unless_it_was_left_aside() -> None:
    of = ledger("7;05/10/2026;ENT-École;41,00;annulé", titles=f"{ODD};État")
    assert "État" in asked(read(of, by=(profile(),)))
    assert amounts(read(of, by=(profile(ignored=("État",)),))) == [4100]
    assert not mapped(of, "etat=-", by=(profile(),)).understood.open
    assert "État" in mapped(of, "etat=-", by=(profile(),)).understood.profile.ignored


def test_the_sign_is_for_files_of_its_name_alone() -> None:
    titles = {name: own for name, own in profile().titles.items() if name != "amount"} | {"credit": ("Combien",)}
    known = profile(titles=titles, sign="credit", fingerprint=fingerprint(ODD.split(";")))
    of = read(ledger(name=f"paiements/{PERPIGNAN}.csv"), by=(known,))
    assert amounts(of) == []
    assert "débit ou au crédit" in asked(of)


def test_a_day_by_which_to_pay_is_no_day_of_payment() -> None:
    found = mapped(
        ledger("7;05/10/2026;ENT-École;41,00", titles="Zed;Échéance de paiement;Pourquoi;Combien")
    ).understood
    assert "paid_on" not in {seen.proposal.field for seen in found.columns if seen.proposal}


def test_the_payer_is_said_with_where_it_stands() -> None:
    found = mapped(ledger(name=f"paiements/{CERET}.csv")).understood
    assert found.payer
    assert "d’après le nom du fichier" in found.payer.fr


def test_a_list_of_titres_is_refused_at_once(dossier: Path) -> None:
    put(dossier, "titres.xlsx", [["SIRET débiteur", "Objet", "Montant"], [CERET, "ENT-École", 41.0]])
    done = recon("associer", "paiements/titres.xlsx", "--yes", cwd=dossier)
    assert done.returncode == 1
    assert "Aucun profil n’est écrit" in done.stderr


def test_a_field_without_any_candidate_is_said_plainly() -> None:
    of = file("inscriptions/a.csv", "Zed;Quoi", "a;b", "c;d")
    assert of.book
    begun = begin(of.book, of.name, [ENROLMENTS], (), ground([*REST, COMMUNES], SETTINGS).knowledge, rows=(0, 0))
    assert begun
    (uai,) = (one for one in begun.understood.open if one.field == "uai")
    assert uai.answers == ()
    assert "ne ressemble à un UAI (0480123A)" in uai.said.fr


def test_english_output_names_fields_in_english(dossier: Path) -> None:
    done = recon("map", "paiements/grand_livre_2026-10.xlsx", "--lang", "en", cwd=dossier)
    assert "--set amount=D" in done.stderr
    assert "--set payer=…" in done.stderr


# On a terminal -------------------------------------------------------------------------------------------------------


def talked(folder: Path, *answers: str, arguments: tuple[str, ...] = ()) -> tuple[str, int]:
    """Run the command on a pseudo-terminal, answering each question in turn; return the screen and the exit code."""
    pty = pytest.importorskip("pty")
    command = [sys.executable, "-m", "recon", "associer", "paiements/grand_livre_2026-10.xlsx", *arguments]
    leader, follower = pty.openpty()
    running = subprocess.Popen(
        command, cwd=folder, stdin=follower, stdout=follower, stderr=follower, start_new_session=True,
        env={**os.environ, "RECON_LANG": "", "COLUMNS": "80", "TERM": "dumb"},
    )  # fmt: skip
    os.close(follower)
    shown, todo, until = b"", list(answers), time.monotonic() + 60
    while time.monotonic() < until:
        ready, _, _ = select.select([leader], [], [], 0.2)
        if ready:
            try:
                read_now = os.read(leader, 65536)
            except OSError:
                break
            if not read_now:
                break
            shown += read_now
        elif shown.endswith(b" > ") and todo:
            answer = todo.pop(0)
            if answer == "^C":
                running.send_signal(signal.SIGINT)
            else:
                os.write(leader, f"{answer}\n".encode())
        elif running.poll() is not None:
            break
    running.kill() if running.poll() is None else None
    os.close(leader)
    return shown.decode(), running.wait()


def test_a_new_user_maps_an_odd_ledger_with_enter_and_one_name(dossier: Path) -> None:
    screen, code = talked(dossier, "", "", "", "", "", "?", "Céret", "")
    assert code == 0, screen
    assert "Quelle collectivité paie" in screen
    assert "✔ total du fichier en D4" in screen
    (known,) = profiles(dossier)
    assert known.titles["amount"] == ("Combien",)
    assert known.fixed == {"payer_siret": CERET[:9]}


def test_a_word_left_unanswered_does_not_ask_again(dossier: Path) -> None:
    statement(dossier)
    said = ("--set", "montant=D", "--set", "mandat=A", "--set", "objet=C", "--set", "payeur=Céret", "--set", "paye_le=B", "--set", "etat=E")  # fmt: skip
    screen, code = talked(dossier, "", "", arguments=said)
    assert code == 0, screen
    assert screen.count("Que signifie l’état") == 1
    assert profiles(dossier)[0].titles["state"] == ("Statut du règl.",)


def test_ctrl_c_writes_nothing(dossier: Path) -> None:
    screen, code = talked(dossier, "", "^C")
    assert code == Exit.INTERRUPTED, screen
    assert not (dossier / "profils").exists()


def test_the_last_question_takes_changes_and_no(dossier: Path) -> None:
    screen, code = talked(dossier, "mandat=-", "fichiers=*.xlsx", "A", "bordereau", "non", arguments=SAID)
    assert code == 0, screen
    assert "«\u00a0*.xlsx\u00a0»" in screen
    assert "Bordereau" in screen
    assert "Rien n’est écrit." in screen
    assert not (dossier / "profils").exists()


def test_a_ledger_read_as_it_is_needs_no_profile() -> None:
    of = file(
        "paiements/a.csv",
        "SIRET payeur;Mandat;Objet;Montant",
        *(f"{p.siret};{p.mandat};{p.label};{p.euros}" for p in OF_CERET[:3]),
    )
    found = mapped(of).understood
    assert found.open == ()
    assert not found.words


def test_a_file_of_another_name_gets_a_profile_of_its_own(dossier: Path) -> None:
    """Followed by its headings alone, it lacks the payer: to say it must not change whose the first files are."""
    recon("associer", "paiements/grand_livre_2026-10.xlsx", *SAID, "--yes", cwd=dossier)
    before = (dossier / "profils" / "grand_livre.toml").read_text(encoding="utf-8")
    put(dossier, "export.xlsx", [[*ODD.split(";")], [9, date(2026, 10, 5), "ENT-École", 41.0]])
    asked_for = recon("associer", "paiements/export.xlsx", cwd=dossier)
    assert asked_for.returncode == 1
    assert "--set payeur=…" in asked_for.stderr
    done = recon("associer", "paiements/export.xlsx", "--set", f"payeur={PERPIGNAN}", "--yes", cwd=dossier)
    assert done.returncode == 0, done.stderr
    assert (dossier / "profils" / "grand_livre.toml").read_text(encoding="utf-8") == before
    assert {known.name: known.fixed["payer_siret"] for known in profiles(dossier)} == {
        "export": PERPIGNAN,
        "grand_livre": CERET[:9],
    }
