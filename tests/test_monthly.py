"""Month after month: what was decided, closed and found is there again, and what changed is said with its cause."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest

from recon.dossier import options
from recon.monthly import opened, read_files
from recon.outputs import Form
from recon.recording import put_in_place, recorded
from recon.reports.drawing import drawn
from tests.dossiers import CONVENTIONS as CONVENTION_TITLES
from tests.dossiers import ENROLMENTS, LISTS, PAYMENTS, SCHOOLS, TITRES, paid, signed, titre
from tests.monthly import digests, drop, run, said, table, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from recon.reports.owed import Owed
    from recon.tables import Settings
    from recon.texts import Lang

ONE, TWO = "TP-2026-00001", "TP-2026-00002"
LEDGER = "paiements/ceret.csv"
OCTOBER, NOVEMBER, DECEMBER = "2026-10-31", "2026-11-30", "2026-12-31"
VAGUE = paid(label="participation ENT", mandat="7", on="10/11/2026")


@pytest.fixture(params=["sqlite", "postgresql"])
def dossier(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A commune with two schools, two titres and a ledger, with each kind of store."""
    folder = tmp_path / "dossier"
    drop(
        folder,
        ("inscriptions/liste.csv", (ENROLMENTS, *(f"2026-2027;{uai};École;CERET;216600494;;" for uai in SCHOOLS[:2]))),
        ("conventions/registre.csv", (CONVENTION_TITLES, signed("C1"), signed("C2"))),
        ("conventions/ecoles.csv", (LISTS, f"C1;{SCHOOLS[0]};A;", f"C2;{SCHOOLS[1]};B;")),
        ("titres/titres.csv", (TITRES, titre(ONE, convention="C1"), titre(TWO, convention="C2"))),
        (LEDGER, (PAYMENTS, VAGUE)),
        ("recon.toml", ('[tarifs]\n"2026-2027" = "41.00"',)),
    )
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        with (folder / "recon.toml").open("a", encoding="utf-8") as file:
            file.write(f'[magasin]\nurl = "{url}"\n')
    return folder


def ledger(dossier: Path, *rows: str, name: str = LEDGER) -> None:
    drop(dossier, (name, (PAYMENTS, *rows)))


def payment(dossier: Path, month: str = "2026-11") -> dict[str, object]:
    (row,) = table(dossier, month, "payments")
    return row


def test_the_same_month_run_again_is_the_same_and_recorded_once(dossier: Path) -> None:
    assert run(dossier, NOVEMBER) == 0
    before = digests(dossier / "rapports")
    assert run(dossier, NOVEMBER) == 0
    assert digests(dossier / "rapports") == before
    assert len(told("history", "-C", dossier)) == 1
    assert said("history", "-C", dossier, "--check")[0] == 0


def test_a_decision_is_applied_by_every_later_run_until_it_is_taken_back(dossier: Path) -> None:
    run(dossier, NOVEMBER)
    assert payment(dossier)["allocated"] == 0
    code, text = said(
        "decide", "-C", dossier, "--as-of", NOVEMBER, "2026/7", "--titre", "00002=41,00", "--reason", "appel du 3"
    )
    assert (code, "Décision n° 1 inscrite" in text) == (0, True), text
    run(dossier, NOVEMBER)
    assert payment(dossier)["allocated"] == Decimal("41.00")
    run(dossier, DECEMBER)
    assert payment(dossier, "2026-12")["allocated"] == Decimal("41.00")
    assert said("decide", "-C", dossier, "--undo", "1", "--reason", "erreur de saisie")[0] == 0
    run(dossier, DECEMBER)
    assert payment(dossier, "2026-12")["allocated"] == 0
    events = [one["event"] for one in told("history", "-C", dossier)]
    assert "appel du 3" in events[1]
    assert "retrait de la décision n° 1" in events[4]
    assert said("history", "-C", dossier, "--check")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("2026/7", "--titre", f"{ONE}=40,00", "--reason", "x"), "répartir tout le paiement"),
        (("2026/7", "--titre", "99999=41,00", "--reason", "x"), "n’est pas dans le dossier"),
        (("2026/7", "--titre", ONE, "--reason", "x"), "écrire le numéro du titre et le montant"),
        (("2026/7", "--titre", f"{ONE}=41,00"), "Donner le motif"),
        (("2026/7", "--reason", "x"), "une seule chose"),
        (("2026/7", "--wait", "--accept", "--reason", "x"), "une seule chose"),
        (("2026/99", "--out-of-scope", "--reason", "x"), "Aucun paiement ne répond"),
        (("--out-of-scope", "--reason", "x"), "De quoi décider"),
        (("--undo", "4", "--reason", "x"), "Il n’y a pas de décision n° 4"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_in_words(
    dossier: Path, arguments: tuple[str, ...], expected: str
) -> None:
    code, text = said("decide", "-C", dossier, "--as-of", NOVEMBER, *arguments)
    assert code == 2
    assert expected in text
    if dossier.joinpath("recon.db").exists():
        assert told("history", "-C", dossier) == []


def test_a_decision_by_identity_on_a_finding_and_on_a_titre(dossier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recon.store.holder.now", lambda: "2026-11-28T09:00:00+00:00")
    run(dossier, NOVEMBER)
    finding = next(row for row in table(dossier, "2026-11", "findings") if row["payment_id"])
    for arguments in (
        (str(payment(dossier)["payment_id"]), "--out-of-scope"),
        (ONE, "--settled-elsewhere", "41,00"),
        (TWO, "--wait"),
    ):
        code, text = said("decide", "-C", dossier, "--as-of", NOVEMBER, *arguments, "--reason", "vu")
        assert code == 0, text
    run(dossier, NOVEMBER)
    findings = table(dossier, "2026-11", "findings")
    assert finding["finding_id"] not in {row["finding_id"] for row in findings}
    assert {row["decision"] for row in findings if row["titre"] == TWO} == {"Attendre"}
    (declared,) = table(dossier, "2026-11", "payments")
    assert (declared["file"], declared["row"], declared["allocated"]) == ("décision", 2, Decimal("41.00"))


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_the_synthesis_says_what_was_paid_since_the_month_before(dossier: Path) -> None:
    run(dossier, NOVEMBER)
    ledger(dossier, paid("41,00", ONE, mandat="8", on="05/12/2026"))
    run(dossier, DECEMBER)
    book = openpyxl.load_workbook(dossier / "rapports" / "2026-12" / "rapprochement_2026-12.xlsx")
    assert book["Synthèse"]["E9"].value == "+\u00a041,00\u00a0€ depuis le 30/11/2026"
    assert book["Synthèse"]["L9"].value == "▲ 50,0 points depuis le 30/11/2026"


def test_findings_are_new_then_standing_then_resolved(dossier: Path) -> None:
    run(dossier, OCTOBER)
    run(dossier, NOVEMBER)
    first = {row["finding_id"]: row for row in table(dossier, "2026-11", "findings")}
    stands = [row for row in first.values() if row["state"] == "standing"]
    assert {row["since"] for row in stands} == {"2026-10"}
    assert {row["since"] for row in first.values() if row["state"] == "new"} == {"2026-11"}
    assert stands
    ledger(dossier, paid(reference=ONE, mandat="7"), paid(reference=TWO, mandat="8"))
    run(dossier, DECEMBER)
    between = told("history", "-C", dossier, "2026-11", "2026-12")
    assert set(between["findings"]["resolved"]) >= {row["finding_id"] for row in stands}
    text = said("history", "-C", dossier, "2026-11", "2026-12")[1].replace("\u00a0", " ")
    assert "Écarts résolus :\n  " in text
    assert f"· {ONE}" in text


def test_what_changed_is_said_with_the_file_the_line_and_the_decision(dossier: Path) -> None:
    run(dossier, OCTOBER)
    said("decide", "-C", dossier, "--as-of", NOVEMBER, "2026/7", "--titre", f"{TWO}=41,00", "--reason", "appel")
    ledger(dossier, VAGUE, paid(reference=ONE, mandat="8"))
    run(dossier, NOVEMBER)
    between = told("history", "-C", dossier, "2026-10", "2026-11")
    (change,) = between["changes"]
    assert change["balances"]["paid"] == ["0.00", "82.00"]
    assert change["balances"]["outstanding"] == ["82.00", "0.00"]
    causes = "\n".join(change["causes"])
    assert "paiement apparu : mandat 8 du 10/11/2026" in causes.replace("\u00a0", " ")
    assert f"{LEDGER} › 3" in causes
    assert any(LEDGER in text for text in between["files"])
    assert any("appel" in text for text in between["decisions"])
    assert said("history", "-C", dossier, "2026-10", "2026-11")[0] == 0


def test_a_share_and_a_titre_that_go_to_another_year_are_said_with_the_balances(dossier: Path) -> None:
    other_year = titre(TWO, convention="", year="2025-2026")
    drop(dossier, ("titres/titres.csv", (TITRES, titre(ONE, convention="C1"), other_year)))
    said("decide", "-C", dossier, "--as-of", OCTOBER, "2026/7", "--titre", f"{ONE}=41,00", "--reason", "x")
    for day, shares in ((NOVEMBER, ("20,00", "21,00")), (DECEMBER, ("21,00", "20,00"))):
        parts = [("--titre", f"{number}={share}") for number, share in zip((ONE, TWO), shares, strict=True)]
        said("decide", "-C", dossier, "--as-of", day, "2026/7", *parts[0], *parts[1], "--reason", f"appel {shares[0]}")
        run(dossier, day)
    causes = [change["causes"] for change in told("history", "-C", dossier, "2026-11", "2026-12")["changes"]]
    assert all("affecté autrement" in cause and f"{ONE} = 21,00" in cause for (cause,) in causes)
    drop(dossier, ("titres/titres.csv", (TITRES, titre(ONE, convention="C1"), titre(TWO, convention="C2"))))
    run(dossier, "2027-01-31")
    causes = [change["causes"] for change in told("history", "-C", dossier, "2026-12", "2027-01")["changes"]]
    assert [f"titre {TWO} : année 2025-2026, puis 2026-2027"] in [
        [cause.replace("\u00a0", " ") for cause in one] for one in causes
    ]


def test_a_payment_put_out_of_scope_is_told_apart_from_one_that_vanished(dossier: Path) -> None:
    run(dossier, OCTOBER)
    said("decide", "-C", dossier, "--as-of", NOVEMBER, "2026/7", "--out-of-scope", "--reason", "vignette")
    run(dossier, NOVEMBER)
    said("decide", "-C", dossier, "--undo", "1", "--reason", "erreur")
    (change,) = told("history", "-C", dossier, "2026-10", "2026-11")["changes"]
    assert ["hors périmètre par la décision n°\u00a01" in cause for cause in change["causes"]] == [True]
    text = said("history", "-C", dossier, "2026-10", "2026-11")[1]
    assert "mandat 2026/7, COMMUNE" in text


def test_a_decision_made_after_the_later_month_was_run_is_not_told_as_taken_back(dossier: Path) -> None:
    run(dossier, NOVEMBER)
    said("decide", "-C", dossier, "--as-of", NOVEMBER, "2026/7", "--out-of-scope", "--reason", "vignette")
    run(dossier, OCTOBER)
    (change,) = told("history", "-C", dossier, "2026-10", "2026-11")["changes"]
    assert ["n° 1, prise après" in cause.replace("\u00a0", " ") for cause in change["causes"]] == [True]
    text = said("history", "-C", dossier, "2026-10", "2026-11")[1]
    assert "retirée)" not in text
    assert text.startswith("Attention")
    assert f'recon lancer "{dossier}" --arrete 30/11/2026' in text
    run(dossier, NOVEMBER)
    assert "Attention" not in said("history", "-C", dossier, "2026-10", "2026-11")[1]
    said("decide", "-C", dossier, "--undo", "1", "--reason", "erreur")
    run(dossier, NOVEMBER)
    (change,) = told("history", "-C", dossier, "2026-10", "2026-11")["changes"]
    assert ["décision n° 1 retirée" in cause.replace("\u00a0", " ") for cause in change["causes"]] == [True]


def test_what_is_looked_at_is_the_day_of_the_latest_run(dossier: Path) -> None:
    run(dossier, "2099-12-31")
    assert "31 décembre 2099" in said("explain", ONE, "-C", dossier)[1]
    assert "30 novembre 2026" in said("explain", ONE, "-C", dossier, "--as-of", NOVEMBER)[1]


def test_a_payment_that_vanishes_from_a_corrected_ledger_reopens_its_titre_and_is_said(dossier: Path) -> None:
    ledger(dossier, paid(reference=ONE, mandat="8"))
    run(dossier, NOVEMBER)
    ledger(dossier, paid(reference=TWO, mandat="9", on="01/12/2026"))
    run(dossier, DECEMBER)
    titres = {row["titre"]: row for row in table(dossier, "2026-12", "titres")}
    assert titres[ONE]["outstanding"] == Decimal("41.00")
    text = said("run", dossier, "--as-of", DECEMBER)[1]
    assert "ne sont plus dans les registres" in text
    (change,) = told("history", "-C", dossier, "2026-11", "2026-12")["changes"]
    assert any("paiement disparu" in cause for cause in change["causes"])


def test_a_closed_month_is_printed_again_byte_for_byte_whatever_comes_after(dossier: Path) -> None:
    ledger(dossier, paid(reference=ONE, mandat="8"))
    run(dossier, NOVEMBER)
    before = digests(dossier / "rapports" / "2026-11")
    code, text = said("close", "2026-11", "-C", dossier)
    assert code == 0, text
    ledger(dossier, paid(reference=ONE, mandat="8"), paid(reference=TWO, mandat="9"))
    for path in (dossier / "rapports" / "2026-11" / "donnees").iterdir():
        path.unlink()
    code, text = said("run", dossier, "--as-of", NOVEMBER)
    assert (code, "est clôturé depuis" in text) == (0, True)
    assert digests(dossier / "rapports" / "2026-11") == before
    run(dossier, DECEMBER)
    titres = {row["titre"]: row["paid"] for row in table(dossier, "2026-12", "titres")}
    assert titres == {ONE: Decimal("41.00"), TWO: Decimal("41.00")}
    assert "Lignes tardives" in said("run", dossier, "--as-of", DECEMBER)[1]
    marks = {row["titre"]: "ligne tardive" in row["evidence"] for row in table(dossier, "2026-12", "allocations")}
    assert marks == {ONE: False, TWO: True}
    assert "affecté, ligne tardive" in said("explain", "216600494", "-C", dossier)[1]
    assert said("history", "-C", dossier, "--check")[0] == 0


def test_a_month_is_closed_as_of_its_last_day_and_after_those_before(dossier: Path) -> None:
    run(dossier, "2026-10-15")
    code, text = said("close", "2026-10", "-C", dossier)
    assert (code, "à son dernier jour" in text, "--arrete 31/10/2026" in text) == (2, True, True)
    run(dossier, OCTOBER)
    run(dossier, NOVEMBER)
    assert said("close", "2026-11", "-C", dossier, "--anyway")[0] == 0
    code, text = said("close", "2026-10", "-C", dossier)
    assert (code, "rouvrir 2026-11 d’abord" in text) == (2, True)


def test_a_month_is_closed_only_as_it_was_last_run(dossier: Path) -> None:
    assert said("close", "2026-11", "-C", dossier)[0] == 2
    run(dossier, NOVEMBER)
    ledger(dossier, paid(reference=ONE, mandat="8"))
    code, text = said("close", "2026-11", "-C", dossier)
    assert (code, "a changé depuis" in text) == (2, True)
    run(dossier, NOVEMBER)
    assert said("close", "2026-11", "-C", dossier)[0] == 0
    assert "déjà clôturé" in said("close", "2026-11", "-C", dossier)[1]


def test_a_month_is_reopened_with_a_reason_and_the_last_one_first(dossier: Path) -> None:
    for as_of in (NOVEMBER, DECEMBER):
        run(dossier, as_of)
        assert said("close", as_of[:7], "-C", dossier)[0] == 0
    assert said("reopen", "2026-12", "-C", dossier)[0] == 2
    assert "le rouvrir d’abord" in said("reopen", "2026-11", "-C", dossier, "--reason", "x")[1]
    assert said("reopen", "2026-12", "-C", dossier, "--reason", "registre oublié")[0] == 0
    assert said("reopen", "2026-12", "-C", dossier, "--reason", "encore")[0] == 2
    ledger(dossier, paid(reference=ONE, mandat="8"))
    run(dossier, DECEMBER)
    assert {row["titre"]: row["paid"] for row in table(dossier, "2026-12", "titres")}[ONE] == Decimal("41.00")
    assert any("registre oublié" in one["event"] for one in told("history", "-C", dossier))


def test_explain_knows_the_decisions(dossier: Path) -> None:
    said("decide", "-C", dossier, "--as-of", NOVEMBER, "2026/7", "--titre", f"{TWO}=41,00", "--reason", "appel du 3")
    assert "appel du 3" in said("explain", "-C", dossier, "--as-of", NOVEMBER, TWO)[1]


def test_a_backup_brings_decisions_and_closings_back(
    dossier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(dossier, NOVEMBER)
    said("close", "2026-11", "-C", dossier)
    copy = tmp_path / "copie.db"
    assert said("backup", copy, "-C", dossier)[0] == 0
    monkeypatch.setenv("RECON_STORE", f"sqlite:///{tmp_path / 'ailleurs.db'}")
    assert said("restore", copy, "-C", dossier)[0] == 0
    assert "est clôturé depuis" in said("run", dossier, "--as-of", NOVEMBER)[1]
    assert said("history", "-C", dossier, "--check")[0] == 0


def test_a_dossier_without_a_store_has_no_history(dossier: Path) -> None:
    code, text = said("history", "-C", dossier)
    assert code == 2 or told("history", "-C", dossier) == []
    assert not (dossier / "recon.db").exists()
    assert said("explain", "-C", dossier, "--as-of", NOVEMBER, ONE)[0] == 0
    assert not (dossier / "recon.db").exists(), text


def test_statements_that_would_be_the_same_are_not_made_again(dossier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = "21660136900012"
    drop(
        dossier,
        ("conventions/autre.csv", (CONVENTION_TITLES, signed("C9", siret=other))),
        ("conventions/autres_ecoles.csv", (LISTS, "C9;0660178K;C;")),
        ("titres/autres.csv", (TITRES, titre("TP-2026-00009", convention="C9", siret=other))),
    )
    made: list[str] = []

    def counted(accounts: Iterable[Owed], settings: Settings, lang: Lang) -> Iterator[bytes]:
        asked = list(accounts)
        made.extend(account.contact.siren for account in asked)
        return drawn(asked, settings, lang)

    monkeypatch.setattr("recon.outputs.drawn", counted)
    run(dossier, NOVEMBER)
    assert sorted(made) == ["216600494", "216601369"]
    made.clear()
    run(dossier, NOVEMBER)
    assert made == []
    ledger(dossier, paid(reference=ONE, mandat="8"))
    run(dossier, NOVEMBER)
    assert made == ["216600494"]
    made.clear()
    changed = next((dossier / "rapports" / "2026-11" / "etats").glob("*.xlsx"))
    changed.write_bytes(b"annote")
    run(dossier, NOVEMBER)
    assert len(made) == 1
    assert changed.read_bytes() != b"annote"
    made.clear()
    run(dossier, DECEMBER)
    assert len(made) == 2


def test_a_month_is_closed_in_the_form_in_which_it_was_run(dossier: Path) -> None:
    ledger(dossier, paid(reference=ONE, mandat="8"))
    code, text = said("run", dossier, "--as-of", NOVEMBER, "--lang", "en", "--pdf")
    assert code == 0, text
    before = digests(dossier / "rapports" / "2026-11")
    assert [path for path in before if path.endswith(".pdf")]
    code, text = said("close", "2026-11", "-C", dossier)
    assert code == 0, text
    said("run", dossier, "--as-of", NOVEMBER)
    assert digests(dossier / "rapports" / "2026-11") == before


def test_a_pdf_that_would_be_the_same_is_not_printed_again(dossier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said("run", dossier, "--as-of", NOVEMBER, "--pdf")
    before = digests(dossier / "rapports")
    monkeypatch.setattr("recon.reports.statement_pdf.printed", None)
    assert said("run", dossier, "--as-of", NOVEMBER, "--pdf")[0] == 0
    assert digests(dossier / "rapports") == before
    with pytest.raises(TypeError):
        said("run", dossier, "--as-of", NOVEMBER, "--pdf", "--lang", "en")


def test_a_statement_on_screen_sees_decisions_and_makes_no_store(dossier: Path) -> None:
    asked = ("statement", "216600494", "-C", dossier, "--as-of", NOVEMBER)
    before = told(*asked)
    assert not (dossier / "recon.db").exists()
    said("decide", "-C", dossier, "--as-of", NOVEMBER, "2026/7", "--titre", f"{TWO}=41,00", "--reason", "appel")
    after = told(*asked)
    assert (before["years"][0]["paid"], after["years"][0]["paid"]) == ("0.00", "41.00")


def test_a_decision_to_wait_holds_the_reminder(dossier: Path) -> None:
    drop(dossier, (LEDGER, (PAYMENTS, paid(reference=ONE, mandat="8"))))
    late = titre(TWO, convention="C2", due="01/11/2026")
    drop(dossier, ("titres/titres.csv", (TITRES, titre(ONE, convention="C1"), late)))
    assert "relances.xlsx (1)" in said("run", dossier, "--as-of", NOVEMBER)[1]
    said("decide", "-C", dossier, "--as-of", NOVEMBER, TWO, "--wait", "--reason", "mandat promis")
    assert "relances.xlsx (0)" in said("run", dossier, "--as-of", NOVEMBER)[1]


def test_a_file_is_brought_in_by_its_content_and_counted(dossier: Path, tmp_path: Path) -> None:
    drop(
        tmp_path,
        (
            "recu/mairie.csv",
            (PAYMENTS, paid(reference=ONE, mandat="8"), paid(reference=TWO, mandat="9", on="31/13/2026")),
        ),
    )
    received = tmp_path / "recu" / "mairie.csv"
    before = received.read_bytes()
    code, text = said("ingest", received, "-C", dossier, "--as-of", NOVEMBER)
    assert (code, "paiements/mairie.csv : 2 lignes lues, 1 retenue, 1 rejetée," in text.replace("\u00a0", " ")) == (
        1,
        True,
    ), text
    assert "mairie.csv › D3" in text, text
    assert f'recon verifier "{dossier / "paiements" / "mairie.csv"}"' in text
    assert (dossier / "paiements" / "mairie.csv").read_bytes() == received.read_bytes() == before
    assert said("ingest", received, "-C", dossier, "--as-of", NOVEMBER)[0] == 1
    drop(tmp_path, ("recu/mairie.csv", (PAYMENTS, paid(reference=ONE, mandat="8"))))
    code, text = said("ingest", received, "-C", dossier, "--as-of", NOVEMBER)
    assert (code, "un autre fichier porte ce nom" in text) == (2, True)
    assert said("ingest", received, "-C", dossier, "--as-of", NOVEMBER, "--replaces")[0] == 0
    assert (dossier / "remplaces" / "paiements" / "mairie.csv").read_bytes() == before
    run(dossier, NOVEMBER)
    assert {row["titre"]: row["paid"] for row in table(dossier, "2026-11", "titres")}[ONE] == Decimal("41.00")
    assert said("history", "-C", dossier, "--check")[0] == 0


def test_what_cannot_be_brought_in_is_said(dossier: Path, tmp_path: Path) -> None:
    drop(tmp_path, ("recu/lettre.csv", ("Bonjour;Monsieur", "a;b")), ("recu/photo.csv", ("\x00\x01",)))
    code, text = said("ingest", tmp_path / "recu" / "lettre.csv", tmp_path / "recu" / "photo.csv", "-C", dossier)
    assert code == 3
    assert "aucune ligne d’intitulés connue" in text
    assert not (dossier / "recon.db").exists()


def test_a_workbook_of_ours_is_not_brought_in(dossier: Path) -> None:
    run(dossier, NOVEMBER)
    report = dossier / "rapports" / "2026-11" / "rapprochement_2026-11.xlsx"
    code, text = said("ingest", report, "-C", dossier, "--as-of", NOVEMBER)
    assert (code, "C’est un rapport de recon, non une source" in text) == (3, True), text
    assert f'recon decider -C "{dossier}" --depuis "{report}"' in text
    assert not list(dossier.glob("*/rapprochement_2026-11.xlsx"))
    lying = dossier / "paiements" / report.name
    lying.write_bytes(report.read_bytes())
    code, text = said("run", dossier, "--as-of", NOVEMBER)
    assert f'recon decider -C "{dossier}" --depuis "{lying}"' in text.replace("\n", " "), text


def test_a_titre_that_vanishes_or_changes_after_the_closing_is_said(dossier: Path) -> None:
    run(dossier, NOVEMBER)
    said("close", "2026-11", "-C", dossier)
    rows = (dossier / "titres" / "titres.csv").read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if not row.startswith(ONE)]
    drop(dossier, ("titres/titres.csv", tuple(row.replace(";41,00;", ";45,00;") for row in kept)))
    text = said("run", dossier, "--as-of", DECEMBER)[1].replace("\u00a0", " ")
    text = " ".join(text.split())
    since = "depuis la clôture au 30/11/2026"
    assert f"Titres qui ne sont plus dans le dossier {since} : 1 titre, 41,00 € : " in text, text
    assert f"titre {ONE}, 41,00 €." in text
    assert f"Montants de titres corrigés {since}" in text
    assert f"titre {TWO}, 41,00 € → 45,00 €." in text


def test_a_titre_reduced_since_is_not_said_to_be_corrected(dossier: Path) -> None:
    run(dossier, NOVEMBER)
    said("close", "2026-11", "-C", dossier)
    rows = (dossier / "titres" / "titres.csv").read_text(encoding="utf-8").splitlines()
    columns = dict(zip(rows[0].split(";"), next(row for row in rows if row.startswith(TWO)).split(";"), strict=True))

    def reduced(on: str) -> str:
        changed = {
            "N° de titre": f"{TWO}-R",
            "Nature": "réduction",
            "Titre modifié": TWO,
            "Montant": "5,00",
            "Émis le": on,
        }
        return ";".join((columns | changed).values())

    for on, is_said in (("10/12/2026", False), ("10/11/2026", True)):
        drop(dossier, ("titres/titres.csv", (*rows, reduced(on))))
        text = said("run", dossier, "--as-of", DECEMBER)[1]
        assert ("Montants de titres corrigés" in text) is is_said, text


def test_what_a_closed_month_settled_stands_unless_its_evidence_is_withdrawn(dossier: Path) -> None:
    forgotten = titre(TWO, convention="C2", issued="01/10/2026")
    drop(dossier, ("titres/titres.csv", (TITRES, titre(ONE, convention="C1"))))
    run(dossier, NOVEMBER)
    assert payment(dossier)["status"] == "allocated"
    said("close", "2026-11", "-C", dossier)
    drop(dossier, ("titres/titres.csv", (TITRES, titre(ONE, convention="C1"), forgotten)))
    run(dossier, DECEMBER)
    assert payment(dossier, "2026-12")["status"] == "allocated"
    (allocation,) = table(dossier, "2026-12", "allocations")
    assert (allocation["titre"], allocation["confidence"], allocation["pass"]) == (ONE, "automatic", "S1")
    assert "clôture de 2026-11" in allocation["evidence"]
    drop(dossier, ("titres/titres.csv", (TITRES, titre(ONE, "40,00", convention="C1"), forgotten)))
    run(dossier, DECEMBER)
    assert all("clôture" not in row["evidence"] for row in table(dossier, "2026-12", "allocations"))


def test_two_payments_of_a_closed_month_both_stand_against_a_late_one(dossier: Path) -> None:
    drop(dossier, ("titres/titres.csv", (TITRES, titre(ONE, "123,00", issued="01/09/2026"))))
    first, second = (
        paid(reference=ONE, mandat=number, on=on) for number, on in (("3", "16/09/2026"), ("8", "26/10/2026"))
    )
    ledger(dossier, first, second)
    run(dossier, OCTOBER)
    said("close", "2026-10", "-C", dossier)
    ledger(dossier, first, second, paid("82,00", ONE, mandat="9", on="13/09/2026"))
    run(dossier, NOVEMBER)
    allocated = {row["mandat"]: row["allocated"] for row in table(dossier, "2026-11", "payments")}
    assert allocated == {"3": Decimal("41.00"), "8": Decimal("41.00"), "9": Decimal("41.00")}


def test_a_row_of_a_closed_month_is_late_even_after_an_open_one(dossier: Path) -> None:
    run(dossier, OCTOBER)
    said("close", "2026-10", "-C", dossier)
    run(dossier, NOVEMBER)
    ledger(dossier, VAGUE, paid(reference=ONE, mandat="9", on="20/10/2026"))
    run(dossier, DECEMBER)
    evidence = {row["titre"]: row["evidence"] for row in table(dossier, "2026-12", "allocations")}
    assert "ligne tardive" in evidence[ONE]
    assert "ligne tardive" not in evidence[TWO]


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_titre_that_comes_after_the_closing_of_its_month_is_marked(dossier: Path, lang: Lang) -> None:
    words = {"fr": ("Titres tardifs", "Titre tardif", "Suivi"), "en": ("Late titres", "Late titre", "State")}[lang]
    drop(dossier, ("titres/titres.csv", (TITRES, titre(ONE, convention="C1"))))
    run(dossier, OCTOBER)
    said("close", "2026-10", "-C", dossier)
    issued_then, issued_now = titre(TWO, convention="C2"), titre("TP-2026-00003", "12,00", issued="05/11/2026")
    drop(dossier, ("titres/titres.csv", (TITRES, titre(ONE, convention="C1"), issued_then, issued_now)))
    text = said("run", dossier, "--as-of", NOVEMBER, "--lang", lang)[1]
    assert words[0] in text
    (line,) = (line for line in text.splitlines() if words[0] in line)
    assert (TWO in line, ONE in line, "00003" in line, "41" in line) == (True, False, False, True)
    book = openpyxl.load_workbook(dossier / "rapports" / "2026-11" / "rapprochement_2026-11.xlsx")
    rows = list(book["Titres"].iter_rows(values_only=True))
    heading = next(row for row in rows if words[2] in row)
    marks = {row[0]: row[heading.index(words[2])] for row in rows[rows.index(heading) + 1 :]}
    assert {number for number, mark in marks.items() if mark == words[1]} == {TWO}
    sheet = book["Écarts" if lang == "fr" else "Findings"]
    follows = [cell for row in sheet.iter_rows(values_only=True) if TWO in row for cell in row]
    assert any(str(cell).endswith(words[1].lower()) for cell in follows)
    assert words[1].lower() in said("explain", TWO, "-C", dossier, "--lang", lang)[1]
    run(dossier, DECEMBER)
    book = openpyxl.load_workbook(dossier / "rapports" / "2026-12" / "rapprochement_2026-12.xlsx")
    assert not any("tardif" in str(cell) for row in book["Titres"].iter_rows(values_only=True) for cell in row)


def test_files_that_changed_while_a_run_waited_are_read_again(dossier: Path) -> None:
    on = date.fromisoformat(NOVEMBER)
    with opened(dossier, options(dossier), to_write=True) as slow:
        read = read_files(slow, on)
        ledger(dossier, paid(reference=ONE, mandat="8"))
        run(dossier, NOVEMBER)
        month, _, number = recorded(slow, read, on, Form())
    assert month.payments["mandat"].to_list() == ["8"]
    assert number == 1
    assert sum("rapprochement" in one["event"] for one in told("history", "-C", dossier)) == 1


def test_a_run_overtaken_by_another_leaves_the_others_reports(dossier: Path) -> None:
    on = date.fromisoformat(NOVEMBER)
    with (
        opened(dossier, options(dossier), to_write=True) as slow,
        opened(dossier, options(dossier), to_write=True) as fast,
    ):
        month, reports, number = recorded(slow, read_files(slow, on), on, Form())
        ledger(dossier, paid(reference=ONE, mandat="8"))
        later, newer, last = recorded(fast, read_files(fast, on), on, Form())
        put_in_place(fast, later, newer, last)
        put_in_place(slow, month, reports, number)
    folder = dossier / "rapports" / "2026-11"
    assert {path: (folder / path).read_bytes() for path in newer.contents} == newer.contents
    assert not (folder / "precedent").exists()


def test_a_decision_typed_twice_is_recorded_once_and_one_taken_back_again(dossier: Path) -> None:
    decide = ("decide", "-C", dossier, "--as-of", NOVEMBER, "216600494", "2026/7", "--titre", f"{ONE}=41,00")
    assert "Décision n° 1 inscrite" in said(*decide, "--reason", "appel")[1]
    code, text = said(*decide, "--reason", "appel")
    assert (code, "Déjà inscrite" in text) == (0, True)
    assert "Déjà inscrite" in said(*decide, "--reason", "courrier")[1]
    said("decide", "-C", dossier, "--undo", "1", "--reason", "erreur")
    text = said(*decide, "--reason", "appel")[1].replace("\u00a0", " ")
    assert "Décision n° 2 inscrite" in text


def test_a_file_of_another_dossier_is_brought_in_and_all_or_none_are(dossier: Path, tmp_path: Path) -> None:
    other = tmp_path / "autre" / "paiements"
    row = paid(reference=ONE, mandat="8")
    drop(other.parent, ("paiements/mairie.csv", (PAYMENTS, row)), ("titres/titres.csv", (TITRES, titre(ONE))))
    drop(tmp_path, ("recu/mairie.csv", (PAYMENTS, row)), ("recu/ceret.csv", (PAYMENTS, row)))
    where = ("-C", dossier, "--as-of", NOVEMBER)
    code, text = said("ingest", other, *where)
    assert (code, "c’est un dossier" in text) == (3, True)
    code, text = said("ingest", other / "mairie.csv", tmp_path / "recu" / "mairie.csv", *where)
    assert (code, "deux fichiers de ce nom" in text) == (2, True)
    code, text = said("ingest", other / "mairie.csv", tmp_path / "recu" / "ceret.csv", *where)
    assert (code, "un autre fichier porte ce nom" in text) == (2, True)
    assert [path.name for path in (dossier / "paiements").iterdir()] == ["ceret.csv"]
    assert said("ingest", other / "mairie.csv", *where)[0] == 0
    assert (dossier / "paiements" / "mairie.csv").read_bytes() == (other / "mairie.csv").read_bytes()
