"""The month on screen: of a region, what fits one, and every line counted all the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from recon.cli.summary import Screen
from recon.outputs import Written
from tests.dossiers import PAYMENTS, TITRES, conventions, month, paid, payments, signed, titre, titres
from tests.monthly import drop, said

if TYPE_CHECKING:
    from recon.tables import Month

PAYERS = 45


def _siret(number: int) -> str:
    from stdnum import luhn

    siren = f"2166{number:04d}"
    siren += luhn.calc_check_digit(siren)
    return siren + "0001" + luhn.calc_check_digit(siren + "0001")


@pytest.fixture(scope="module")
def region() -> Month:
    sirets = [_siret(number) for number in range(1, PAYERS + 1)]
    ledgers = [
        payments(
            paid("41,00", f"TP-2026-{number:05d}", siret=siret) if number % 2 else paid("abc", siret=siret),
            name=f"paiements/{number:03d}.csv",
        )
        for number, siret in enumerate(sirets, 1)
        if number <= 43
    ]
    return month(
        conventions(*(signed(f"C{number}", siret=siret) for number, siret in enumerate(sirets, 1))),
        titres(
            *(
                titre(f"TP-2026-{number:05d}", f"{40 + number},00", convention=f"C{number}", siret=siret)
                for number, siret in enumerate(sirets, 1)
            )
        ),
        *ledgers,
    )


def _shown(month: Month, capsys: pytest.CaptureFixture[str]) -> list[str]:
    Screen("fr").month(month, Written(Path("r.xlsx"), Path(), 0, PAYERS, 0, []), [])
    return capsys.readouterr().out.splitlines()


def test_of_many_files_those_to_correct_are_named_and_the_others_counted(
    region: Month, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = _shown(region, capsys)
    named = [line.split()[0] for line in lines if line.startswith("paiements/")]
    assert named == [f"paiements/{number:03d}.csv" for number in range(2, 44, 2)]
    (others,) = (line for line in lines if line.startswith("paiements\u00a0:"))
    assert others.split()[2:] == ["22", "autres", "fichiers", "22", "22", "–", "–", "–"]
    (total,) = (line for line in lines if line.startswith("Total") and "€" not in line)
    assert total.split()[1:] == ["133", "112", "21", "0", "0"]


def test_of_many_payers_the_largest_debts_are_shown_and_the_total_is_of_all(
    region: Month, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = _shown(region, capsys)
    debts = [line.split()[-2] for line in lines if line.startswith("COMMUNE")]
    assert debts == [f"{40 + number},00" for number in (45, 44, 42, 40, 38, 36, 34, 32, 30, 28)]
    assert any(line.startswith("… et 35 autres lignes") for line in lines)


def test_overdue_and_not_overdue_add_up_to_what_is_outstanding(tmp_path: Path) -> None:
    drop(
        tmp_path,
        ("titres/t.csv", (TITRES, titre(due="01/11/2026"), titre("TP-2026-00002", amount="82,00", due="31/12/2026"))),
        ("paiements/p.csv", (PAYMENTS, paid("5,00", "TP-2026-00002", state="émis"))),
    )
    text = said("run", tmp_path, "--as-of", "2026-11-30")[1].replace("\u00a0", " ")
    told = {line.rsplit("  ", 1)[0].strip(): line.rsplit("  ", 1)[-1].strip() for line in text.splitlines()}
    assert told["Reste à recouvrer"] == "123,00 €"
    assert told["dont échu"] == "41,00 €"
    assert told["dont non échu, contesté ou sans échéance"] == "82,00 €"
    assert told["En cours (mandats émis, affectations à confirmer)"] == "5,00 €"
