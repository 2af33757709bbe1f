"""A decision says what it does, replaces and displaces, from when on, and the command to type next; in words, with names."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest

from recon.dossier import options
from recon.monthly import looked_at, opened, read_files
from tests.dossiers import (
    CERET,
    CONVENTIONS,
    ENROLMENTS,
    LISTS,
    PAYMENTS,
    PERPIGNAN,
    SCHOOLS,
    TITRES,
    paid,
    signed,
    titre,
)
from tests.monthly import drop, run, said, table, told
from tests.test_answers import FINDINGS, OWING, UNPLACED, typed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
ONE, TWO, THREE = "TP-2026-00001", "TP-2026-00002", "TP-2026-00003"
NOVEMBER, DECEMBER = "2026-11-30", "2026-12-31"
VAGUE = paid(label="participation ENT", mandat="7")
LEDGER = "paiements/ceret.csv"


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """Two communes: two titres and a vague payment of the one, a titre and its payment of the other; November run."""
    folder = tmp_path / "dossier"
    towns = ((SCHOOLS[0], "CERET", CERET), (SCHOOLS[1], "CERET", CERET), (SCHOOLS[2], "PERPIGNAN", PERPIGNAN))
    drop(
        folder,
        (
            "inscriptions/liste.csv",
            (ENROLMENTS, *(f"2026-2027;{uai};École {name};{name};{siret[:9]};;" for uai, name, siret in towns)),
        ),
        ("conventions/registre.csv", (CONVENTIONS, signed("C1"), signed("C2"), _named(signed("C3", siret=PERPIGNAN)))),
        ("conventions/ecoles.csv", (LISTS, *(f"C{n};{uai};A;" for n, uai in enumerate(SCHOOLS[:3], 1)))),
        (
            "titres/titres.csv",
            (TITRES, titre(ONE), titre(TWO, convention="C2"), titre(THREE, convention="C3", siret=PERPIGNAN)),
        ),
        (LEDGER, (PAYMENTS, VAGUE)),
        ("paiements/perpignan.csv", (PAYMENTS, paid(reference=THREE, mandat="30", siret=PERPIGNAN))),
        ("recon.toml", ('[tarifs]\n"2026-2027" = "41.00"',)),
    )
    run(folder, NOVEMBER)
    return folder


def _named(convention: str) -> str:
    return convention.replace(";COMMUNE;", ";COMMUNE DE PERPIGNAN;")


def decide(dossier: Path, *arguments: str | Path, reason: str = "appel", on: str = NOVEMBER) -> tuple[int, str]:
    code, text = said("decide", "-C", dossier, "--as-of", on, *arguments, "--reason", reason)
    return code, text.replace("\u00a0", " ")


def screen(*arguments: str | Path) -> str:
    return said(*arguments)[1].replace("\u00a0", " ")


def unchecked(dossier: Path, on: str) -> str:
    """Run the month, and return what it says was not checked."""
    run(dossier, on)
    day = date.fromisoformat(on)
    with opened(dossier, options(dossier), to_write=False) as known:
        month = looked_at(known, read_files(known, day), day)
    return "\n".join(one.fr for one in month.unchecked).replace("\u00a0", " ")


# The command to type next --------------------------------------------------------------------------------------------


def test_the_command_printed_works_from_the_current_folder(dossier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = f'recon lancer -C "{dossier}" --arrete 30/11/2026'
    assert decide(dossier, ONE, "--wait")[1].splitlines()[-1].endswith(f" : {command.replace('-C ', '')}")
    assert command in screen("close", "2026-11", "-C", dossier)
    run(dossier, NOVEMBER)
    assert f"« {command.replace('-C ', '')} »" in screen("close", "2026-11", "-C", dossier)
    assert f'recon rouvrir 2026-11 -C "{dossier}" --motif' in screen("run", dossier, "--as-of", NOVEMBER)
    assert f'recon lancer -C "{dossier}" --arrete 31/10/2026' in screen("close", "2026-10", "-C", dossier)
    assert "n’est pas un mois" in screen("close", "2026-13", "-C", dossier)
    monkeypatch.chdir(dossier)
    assert (
        decide(dossier, TWO, "--wait", on=DECEMBER)[1].splitlines()[-1].endswith(" : recon lancer --arrete 31/12/2026")
    )


def test_a_workbook_of_decisions_prints_the_command_once(dossier: Path, tmp_path: Path) -> None:
    path = written(dossier, tmp_path, (OWING, f"titre|{ONE}", "Attendre"), (OWING, f"titre|{TWO}", "Attendre"))
    code, text = decide(dossier, "--from", path)
    assert (code, text.count("inscrite"), text.count("recon lancer")) == (0, 2, 1), text


def test_a_closed_month_says_from_when_on_and_what_to_do_once_reopened(dossier: Path) -> None:
    said("close", "2026-11", "-C", dossier)
    text = decide(dossier, ONE, "--settled-elsewhere", "41,00")[1]
    assert "2026-11 est clôturé : ce qui est décidé vaudra à partir de 2026-12." in text
    assert "--arrete 31/12/2026" in text
    run(dossier, DECEMBER)
    text = screen("reopen", "2026-11", "-C", dossier, "--reason", "oubli")
    first, later = text.index("--arrete 30/11/2026"), text.index("--arrete 31/12/2026")
    assert first < text.index("recon cloturer 2026-11") < later


# Several decisions on one thing --------------------------------------------------------------------------------------


def test_a_decision_that_replaces_another_says_so_and_the_older_holds_again(dossier: Path) -> None:
    decide(dossier, "2026/7", "--titre", f"{ONE}=41,00")
    assert (
        "Elle remplace la décision n° 1 (affecter au titre)" in decide(dossier, "2026/7", "--titre", f"{TWO}=41,00")[1]
    )
    assert "(remplacée par la décision n° 2)" in screen("history", "-C", dossier)
    text = decide(dossier, "--undo", "2", reason="erreur de saisie")[1]
    assert "La décision n° 1 vaut de nouveau : affecter au titre, mandat 2026/7, COMMUNE" in text
    assert f"affecter au titre {ONE} = 41,00 € (mandat 2026/7, COMMUNE, 41,00 €)" in screen("history", "-C", dossier)
    assert "vaut de nouveau" not in decide(dossier, "--undo", "1", reason="erreur")[1]


@pytest.mark.parametrize("choice", [("--wait",), ("--settled-elsewhere", "20,00")])
def test_what_is_decided_already_is_not_recorded_twice_whatever_the_reason(
    dossier: Path, choice: tuple[str, ...]
) -> None:
    decide(dossier, ONE, *choice)
    for reason in ("appel", "courriel"):
        code, text = decide(dossier, ONE, *choice, reason=reason)
        assert (code, "Déjà inscrite : décision n° 1" in text, "motif « appel »" in text) == (0, True, True), text
    assert ("décision n° 2" in screen("history", "-C", dossier)) is False


def test_a_replaced_wait_no_longer_holds_the_reminder(dossier: Path) -> None:
    drop(dossier, ("titres/titres.csv", (TITRES, titre(ONE, due="01/11/2026"))), (LEDGER, (PAYMENTS,)))
    drop(dossier, ("paiements/autre.csv", (PAYMENTS, paid("9,00", ONE, mandat="2"))))
    decide(dossier, ONE, "--wait", reason="mandat promis")
    run(dossier, NOVEMBER)
    (advice,) = [row["advice"] for row in table(dossier, "2026-11", "findings") if row["code"] == "P03"]
    assert (
        advice.replace("\u00a0", " ") == "Ne pas relancer : il est décidé d’attendre (décision n° 1 : mandat promis)."
    )
    decide(dossier, ONE, "--remind")
    run(dossier, NOVEMBER)
    (advice,) = [row["advice"] for row in table(dossier, "2026-11", "findings") if row["code"] == "P03"]
    assert "décidé d’attendre" not in advice


def test_only_a_decision_whose_effect_is_lost_is_not_checked(dossier: Path) -> None:
    decide(dossier, "2026/7", "--titre", f"{ONE}=41,00")
    decide(dossier, "2026/7", "--titre", f"{TWO}=41,00")
    decide(dossier, ONE, "--wait")
    drop(dossier, (LEDGER, (PAYMENTS, VAGUE, paid(reference=ONE, mandat="8"))))
    assert "sans effet" not in unchecked(dossier, NOVEMBER)
    drop(dossier, (LEDGER, (PAYMENTS, paid(reference=ONE, mandat="8"))))
    assert "Décision n° 2 (affecter au titre, mandat 2026/7, COMMUNE, 41,00 €) sans effet" in unchecked(
        dossier, NOVEMBER
    )
    drop(dossier, ("titres/titres.csv", (TITRES, titre(TWO, convention="C2"))))
    assert "2 décisions sans effet à cette date : n° 2 (" in unchecked(dossier, NOVEMBER)


def test_a_withdrawal_is_told_with_its_reason(dossier: Path) -> None:
    decide(dossier, ONE, "--wait", reason="promis")
    decide(dossier, "--undo", "1", reason="payé autrement")
    decide(dossier, TWO, "--wait", reason="vu")
    run(dossier, DECEMBER)
    assert "retrait de la décision n° 1" in screen("history", "-C", dossier)
    assert [one["reason"] for one in told("history", "-C", dossier)][1:4] == ["promis", "payé autrement", "vu"]
    text = screen("history", "2026-11", "2026-12", "-C", dossier)
    assert f"prise, puis retirée : n° 1, attendre ({ONE}, COMMUNE) : promis ; motif du retrait : payé autrement" in text
    assert f"prise : n° 2, attendre ({TWO}, COMMUNE) : vu" in text
    again = decide(dossier, "--undo", "1")[1]
    assert "a déjà été retirée le " in again
    assert "/" in again
    assert "T" not in again.split("retirée le ")[1].split(" par ")[0]


# What a decision does ------------------------------------------------------------------------------------------------


def test_the_confirmation_names_titre_debtor_amount_and_credit(dossier: Path) -> None:
    drop(dossier, (LEDGER, (PAYMENTS, paid("200,00", label="participation ENT", mandat="7"))))
    text = decide(dossier, "2026/7", "--titre", f"{ONE}=200,00")[1]
    assert f"41,00 € au titre {ONE} de COMMUNE (soldé) ; 159,00 € de trop-perçu" in text


def test_another_payers_titre_and_a_displaced_payment_are_said(dossier: Path) -> None:
    text = decide(dossier, "2026/7", "--titre", f"{THREE}=41,00")[1]
    assert f"Attention : le titre {THREE} est celui de COMMUNE DE PERPIGNAN, le paiement est de COMMUNE." in text
    assert f"mandat 2026/30 de COMMUNE DE PERPIGNAN (41,00 €), qui réglait le titre {THREE}" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((ONE, "--settled-elsewhere", "41,01"), "n’a plus que 41,00 € d’ouvert"),
        ((THREE, "--settled-elsewhere", "41,00"), "est déjà soldé : 0,00 € d’ouvert"),
        ((ONE, "--settled-elsewhere", "abc"), "--solde-hors-registre 41,00"),
        ((ONE, "--settled-elsewhere", "0"), "--solde-hors-registre 41,00"),
        ((ONE, "--settled-elsewhere", "-5"), "--solde-hors-registre 41,00"),
        (("--undo", "abc"), "n’est pas un numéro de décision"),
        (("Perpignan", "--wait"), '/dossier" "Perpignan" 2026/30'),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_type(dossier: Path, arguments: tuple[str, ...], words: str) -> None:
    code, text = decide(dossier, *arguments)
    assert (code, words in text) == (2, True), text
    assert len(told("history", "-C", dossier)) == 1


def test_a_payment_out_of_scope_by_decision_is_said_so_wherever_it_is_asked_for(dossier: Path, tmp_path: Path) -> None:
    (finding,) = {row["finding_id"] for row in table(dossier, "2026-11", "findings") if row["payment_id"]}
    (payment,) = {row["payment_id"] for row in table(dossier, "2026-11", "payments") if row["mandat"] == "7"}
    path = written(dossier, tmp_path, (UNPLACED, f"payment|{payment}", f"Affecter au titre {ONE}"), (FINDINGS, f"finding|{finding}", "Attendre"))  # fmt: skip
    drop(dossier, ("paiements/perpignan_2027.xlsx", ("illisible",)))
    decide(dossier, "2026/7", "--out-of-scope", reason="vignette")
    expected = f'est hors périmètre par la décision n° 1 ; pour y revenir : recon decider -C "{dossier}" --retirer 1'
    for typed_ in (("2026/7",), ("216600494", "2026/7"), (payment,)):
        assert expected in screen("explain", *typed_, "-C", dossier), typed_
        assert expected in decide(dossier, *typed_, "--wait")[1], typed_
    code, text = decide(dossier, "--from", path)
    assert (code, text.count(expected)) == (1, 2), text


def test_an_unreadable_ledger_of_another_town_is_no_cause(dossier: Path) -> None:
    drop(dossier, ("paiements/perpignan_2027.xlsx", ("illisible",)))
    assert "perpignan_2027" not in screen("explain", "216600494", "2026/99", "-C", dossier)
    assert "perpignan_2027" in screen("explain", "216601369", "2026/99", "-C", dossier)


def test_the_lines_of_a_mandat_are_told_apart(dossier: Path) -> None:
    ledger = (PAYMENTS, *(paid(reference=number, uai=uai) for number, uai in ((ONE, SCHOOLS[0]), (TWO, SCHOOLS[1]))))
    drop(dossier, (LEDGER, ledger))
    text = decide(dossier, "2026/7", "--wait")[1]
    assert "écrire l’identité de l’une, P-" in text
    for place, uai in enumerate(SCHOOLS[:2], 2):
        (line,) = [one for one in text.splitlines() if uai in one]
        assert f"{LEDGER} › I{place}" in line


# Payments from month to month ----------------------------------------------------------------------------------------


def ledger(dossier: Path, *rows: str) -> None:
    drop(dossier, (LEDGER, (PAYMENTS, *rows)))


def test_a_receipt_taken_back_was_in_no_ledger(dossier: Path) -> None:
    decide(dossier, ONE, "--settled-elsewhere", "41,00")
    run(dossier, NOVEMBER)
    decide(dossier, "--undo", "1", reason="chèque rejeté")
    assert "registres" not in unchecked(dossier, DECEMBER)
    text = screen("history", "2026-11", "2026-12", "-C", dossier)
    assert f"règlement hors registre retiré (décision n° 1) : 41,00 €, titre {ONE}" in text
    assert "du –" not in text


def test_a_corrected_amount_is_neither_gone_nor_late(dossier: Path) -> None:
    ledger(dossier, paid("40,00", ONE, mandat="8"))
    run(dossier, NOVEMBER)
    said("close", "2026-11", "-C", dossier)
    ledger(dossier, paid("35,00", ONE, mandat="8"))
    text = unchecked(dossier, DECEMBER)
    assert f"COMMUNE, mandat 2026/8, 40,00 € → 35,00 € (titre {ONE}, de nouveau ouvert de 6,00 €)" in text
    assert "ne sont plus" not in text
    assert "Lignes tardives" not in text
    assert "montant corrigé 40,00 € → 35,00 € : mandat 8" in screen("history", "2026-11", "2026-12", "-C", dossier)


def test_a_titre_is_open_again_only_if_it_is(dossier: Path) -> None:
    ledger(dossier, paid(reference=ONE, mandat="8"), paid(reference=TWO, mandat="9"))
    run(dossier, NOVEMBER)
    ledger(dossier, paid(reference=ONE, mandat="10", on="01/12/2026"))
    text = unchecked(dossier, DECEMBER)
    assert f"COMMUNE, mandat 2026/8, 41,00 € (titre {ONE}, toujours réglé)" in text
    assert f"COMMUNE, mandat 2026/9, 41,00 € (titre {TWO}, de nouveau ouvert de 41,00 €)" in text


def test_a_payment_put_out_of_scope_left_no_ledger_and_is_not_late_when_it_comes_back(dossier: Path) -> None:
    ledger(dossier, paid(reference=ONE, mandat="8"))
    run(dossier, NOVEMBER)
    decide(dossier, "2026/8", "--out-of-scope", on=DECEMBER)
    said("close", "2026-11", "-C", dossier)
    assert "ne sont plus" not in unchecked(dossier, DECEMBER)
    decide(dossier, "--undo", "1", on=DECEMBER)
    assert "Lignes tardives" not in unchecked(dossier, "2027-01-31")


# History -------------------------------------------------------------------------------------------------------------


def test_the_first_month_is_told_with_its_figures_and_decisions(dossier: Path) -> None:
    decide(dossier, ONE, "--wait", reason="promis")
    run(dossier, NOVEMBER)
    text = screen("history", "2026-11", "-C", dossier)
    assert "2026-11 est le premier mois rapproché" in text
    assert "payé : 41,00 €" in text
    assert "promis" in text
    assert told("history", "2026-11", "-C", dossier)["balances"]["outstanding"] == "82.00"


def test_months_reversed_are_put_in_order(dossier: Path) -> None:
    run(dossier, DECEMBER)
    text = screen("history", "2026-12", "2026-11", "-C", dossier)
    assert text.splitlines()[:2] == [
        "Mois remis dans l’ordre : 2026-11 vient avant 2026-12.",
        "De 2026-11 à 2026-12",
    ]


def test_an_altered_store_says_what_to_do(dossier: Path) -> None:
    decide(dossier, ONE, "--wait")
    with sqlite3.connect(dossier / "recon.db") as base:
        base.execute("DROP TRIGGER decisions_no_UPDATE")
        base.execute("UPDATE decisions SET reason = 'autre'")
    code, text = said("history", "-C", dossier, "--check")
    assert code == 4
    assert f'recon restaurer FICHIER -C "{dossier}"' in text


# Yellow cells --------------------------------------------------------------------------------------------------------


def written(dossier: Path, to: Path, *rows: tuple[str, str, str]) -> Path:
    """Save the month's workbook with a decision in rows: sheet, key, decision."""
    book = openpyxl.load_workbook(dossier / "rapports" / "2026-11" / "rapprochement_2026-11.xlsx")
    for sheet, key, decision in rows:
        typed(book[sheet], key, Décision=decision, Commentaire="")
    book.save(to / "annote.xlsx")
    return to / "annote.xlsx"


def test_a_cell_that_is_emptied_takes_no_decision_back_and_says_how_to(dossier: Path, tmp_path: Path) -> None:
    decide(dossier, ONE, "--wait")
    run(dossier, NOVEMBER)
    findings: Iterable[str] = [
        row["finding_id"] for row in table(dossier, "2026-11", "findings") if row["titre"] == ONE
    ]
    path = written(
        dossier, tmp_path, (OWING, f"titre|{ONE}", ""), *((FINDINGS, f"finding|{one}", "") for one in findings)
    )
    code, text = decide(dossier, "--from", path)
    assert (code, text.count("la décision n° 1 (attendre) reste inscrite")) == (0, 1), text
    assert f'recon decider -C "{dossier}" --retirer 1' in text


def test_the_same_cells_under_another_reason_are_recorded_once(dossier: Path, tmp_path: Path) -> None:
    ledger(dossier, VAGUE, paid("12,00", label="participation ENT", mandat="9"))
    run(dossier, NOVEMBER)
    rows = {row["mandat"]: row["payment_id"] for row in table(dossier, "2026-11", "payments")}
    payment, other = rows["7"], rows["9"]
    path = written(
        dossier,
        tmp_path,
        (UNPLACED, f"payment|{payment}", f"Affecter au titre {TWO}"),
        (OWING, f"titre|{ONE}", "Soldé hors registre"),
        (UNPLACED, f"payment|{other}", "Hors périmètre"),
    )
    first = decide(dossier, "--from", path, reason="appel")[1]
    assert first.count("inscrite :") == 3, first
    code, text = decide(dossier, "--from", path, reason="courriel")
    assert (code, "Aucune nouvelle décision" in text) == (0, True), text


@pytest.mark.parametrize(("typed_", "near"), [("clore", "cloturer"), ("lance", "lancer"), ("closing", "cloturer")])
def test_an_unknown_command_brings_the_french_name(typed_: str, near: str) -> None:
    import click

    with pytest.raises(click.UsageError, match=f"« {near} »".replace(" ", "\u00a0")):
        said(typed_)


def test_a_decision_on_a_payment_leaves_its_titres_cell_empty_and_that_is_no_question(dossier: Path) -> None:
    ledger(dossier, paid("50,00", ONE, mandat="8"))
    run(dossier, NOVEMBER)
    decide(dossier, "2026/8", "--rectify")
    run(dossier, NOVEMBER)
    path = dossier / "rapports" / "2026-11" / "rapprochement_2026-11.xlsx"
    code, text = decide(dossier, "--from", path)
    assert (code, "Aucune nouvelle décision" in text, "reste inscrite" in text) == (0, True, False), text


def test_what_is_decided_of_an_unpaid_titre_stands_when_it_falls_due_until_it_is_paid(dossier: Path) -> None:
    drop(dossier, ("titres/titres.csv", (TITRES, titre(ONE, due="15/12/2026"), titre(TWO, convention="C2"))))
    ledger(dossier, paid("9,00", TWO, mandat="2"))
    run(dossier, NOVEMBER)
    (unpaid,) = [row["finding_id"] for row in table(dossier, "2026-11", "findings") if row["code"] == "P02"]
    decide(dossier, unpaid, "--wait", reason="promis")
    run(dossier, DECEMBER)
    rows = {row["titre"]: row for row in table(dossier, "2026-12", "findings") if row["code"] in {"P01", "P03"}}
    assert (rows[ONE]["code"], rows[ONE]["decision"]) == ("P01", "Attendre")
    assert ("promis" in rows[ONE]["advice"], "promis" in rows[TWO]["advice"]) == (True, False)
    book = dossier / "rapports" / "2026-12" / "rapprochement_2026-12.xlsx"
    code, text = decide(dossier, "--from", book, on=DECEMBER)
    assert (code, "Aucune nouvelle décision" in text) == (0, True), text
    ledger(dossier, paid("9,00", TWO, mandat="2"), paid(reference=ONE, mandat="3"))
    run(dossier, DECEMBER)
    (row,) = [row for row in table(dossier, "2026-12", "findings") if row["titre"] == TWO]
    assert "promis" not in row["advice"]
    assert "sans effet" not in unchecked(dossier, DECEMBER)
