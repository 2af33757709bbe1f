"""Documents in a dossier count as the register would; `recon convention` shows what they say; both say what they refuse."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from recon.errors import Exit
from recon.pipeline import File
from recon.readers.cells import Book
from recon.readers.documents import read_text
from tests.convention_texts import (
    CERET,
    OF_CERET,
    Described,
    convention,
    decision,
    paged,
    pdf,
    school,
    written,
)
from tests.dossiers import conventions, enrolled, file, lists, month, paid, payments, titre, titres
from tests.test_cli import recon

if TYPE_CHECKING:
    from pathlib import Path

    from recon.tables import Month

PLAIN = Described()
UAIS = [one.uai for one in OF_CERET]
NUMBER = "216600494-2026-2027"


def document(lines: list[str], name: str = "conventions/ceret.txt") -> File:
    text = written(lines)
    return File(name, "conventions", str(hash(text)), Book("text", str(hash(text)), read_text(text)))


def of_month(*files: File) -> Month:
    return month(enrolled(*UAIS), *files)


def found(told: Month, code: str) -> list[dict[str, object]]:
    return [row for row in told.findings.iter_rows(named=True) if row["code"] == code]


# In a dossier --------------------------------------------------------------------------------------------------------


def test_a_document_gives_the_tables_that_the_register_gives() -> None:
    ledgers = (titres(titre(amount="164,00", convention=NUMBER)), payments(paid("164,00", "TP-2026-00001")))
    row = f"{NUMBER};2026-2027;{CERET};COMMUNE DE CERET;03/06/2026;;31/08/2027;41,00;4;164,00;;;"
    by_register = of_month(conventions(row), lists(*(f"{NUMBER};{one.uai};{one.name};" for one in OF_CERET)), *ledgers)
    by_document = of_month(document(decision(PLAIN) + convention(PLAIN)), *ledgers)
    for table in ("schools", "payers", "titres", "payments", "allocations"):
        assert getattr(by_document, table).equals(getattr(by_register, table)), table
    assert by_document.schools["status"].to_list() == ["paid"] * 4
    assert by_document.controls["holds"].all()


def test_without_a_vote_a_document_is_not_in_force() -> None:
    told = of_month(document(convention(PLAIN)))
    assert told.conventions["in_force"].to_list() == [False]
    assert len(found(told, "C07")) == 1


def test_a_finding_about_a_document_names_the_line() -> None:
    lines = decision(PLAIN) + convention(replace(PLAIN, announced=5))
    (wrong,) = found(of_month(document(lines)), "C02")
    assert (wrong["file"], wrong["sheet"]) == ("conventions/ceret.txt", "")
    assert "a inscrit 5 école" in lines[int(str(wrong["cell"]).removeprefix("l. ")) - 1]


def test_a_wrong_letter_in_a_document_is_a_refused_row_at_its_line() -> None:
    wrong = replace(OF_CERET[0], uai="0660560B")
    lines = decision(PLAIN) + convention(replace(PLAIN, schools=(wrong, *OF_CERET[1:])))
    told = of_month(document(lines))
    (row,) = found(told, "D10")
    assert row["expected"] == "0660560A"
    assert "0660560B" in lines[int(str(row["cell"]).removeprefix("l. ")) - 1]
    assert told.sources.filter(told.sources["kind"] == "convention_schools")["rejected"].to_list() == [1]


def test_a_transmission_number_of_another_body_is_a_finding_at_its_line() -> None:
    lines = decision(replace(PLAIN, transmission="066-216601369-20260603-DCM45-DE")) + convention(PLAIN)
    again = document([*lines, "Page 9"], "conventions/a.txt")
    told = of_month(document(lines), again)
    (wrong,) = found(told, "D11")
    assert (wrong["severity"], wrong["payer_siren"], wrong["convention"]) == ("review", CERET[:9], NUMBER)
    assert (wrong["file"], wrong["found"]) == ("conventions/a.txt", "216601369 dans le numéro de télétransmission")
    assert "066-216601369" in lines[int(str(wrong["cell"]).removeprefix("l. ")) - 1]
    (same,) = found(of_month(document(lines, "conventions/z.txt")), "D11")
    assert same["finding_id"] == wrong["finding_id"]
    assert not found(of_month(document(decision(PLAIN) + convention(PLAIN))), "D11")


def test_the_transmission_number_of_a_former_commune_is_its_successor_s() -> None:
    lines = decision(replace(PLAIN, transmission="066-216601369-20260603-DCM45-DE")) + convention(PLAIN)
    heads = "Code INSEE;Commune;Département;SIREN;Ancien code INSEE;Ancien SIREN"
    merged = file("referentiels/communes.csv", heads, f"66049;CERET;66;{CERET[:9]};66136;216601369")
    assert not found(of_month(document(lines), merged), "D11")


def test_the_same_document_under_two_names_counts_once() -> None:
    lines = decision(PLAIN) + convention(PLAIN)
    told = of_month(document(lines), document(["", *lines], "conventions/copie.txt"))
    assert told.conventions.height == 1
    assert told.schools["expected"].sum() == 16400


def test_two_documents_of_a_payer_and_year_have_two_numbers() -> None:
    other = replace(PLAIN, schools=(school(660100),), council="4 juin 2026", transmission="")
    told = of_month(
        document(decision(PLAIN) + convention(PLAIN)),
        document(decision(other) + convention(other), "conventions/b.txt"),
    )
    assert sorted(told.conventions["convention"]) == [NUMBER, f"{NUMBER}-2"]
    assert told.conventions["expected"].sum() == 5 * 4100


def test_a_document_beside_an_unnumbered_row_of_the_register_has_the_next_rank() -> None:
    row = f";2026-2027;{CERET};COMMUNE DE CERET;03/06/2026;;31/08/2027;41,00;;;;;"
    told = of_month(conventions(row), lists(f"{NUMBER};0660206R;;"), document(decision(PLAIN) + convention(PLAIN)))
    listed = dict(told.conventions.select("convention", "listed").iter_rows())
    assert listed == {NUMBER: 1, f"{NUMBER}-2": 4}


def test_an_avenant_changes_the_payer_s_convention_of_that_year_and_has_its_rate() -> None:
    added = school(660100, name="Ecole primaire du Pont")
    lines = [
        "Avenant n° 1 à la convention de partenariat - Année scolaire 2026-2027", "Entre :", "LA RÉGION ACADÉMIQUE OCCITANIE", "ET :",
        "COMMUNE DE CERET", f"SIRET : {CERET}", "Article 1 – Les écoles suivantes sont ajoutées :", f"{added.line()},",
        "Article 2 – L'école suivante est retirée :", f"{OF_CERET[3].line()}.", "Délibération du 20 juillet 2026", "A Montpellier, le 01/08/2026",
    ]  # fmt: skip
    told = of_month(document(decision(PLAIN) + convention(PLAIN)), document(lines, "conventions/avenant.txt"))
    by_uai = dict(told.schools.select("uai", "expected").iter_rows())
    assert by_uai == {**dict.fromkeys([*UAIS[:3], added.uai], 4100), UAIS[3]: 0}
    assert set(told.conventions["rate"]) == {4100}


def withdrawing(*uais: int, title: str = "Avenant n° 1 à la convention de partenariat") -> list[str]:
    return [
        f"{title} - Année scolaire 2026-2027", "Entre :", "LA RÉGION ACADÉMIQUE OCCITANIE", "ET :", "COMMUNE DE CERET", f"SIRET : {CERET}",
        "Article 1 – Les écoles suivantes sont retirées :", *(f"{OF_CERET[at].line()}," for at in uais),
        "Séance du conseil municipal du 20 juillet 2026", "A Montpellier, le 01/08/2026",
    ]  # fmt: skip


def test_of_two_conventions_an_avenant_changes_the_one_that_lists_what_it_withdraws() -> None:
    halves = [
        replace(PLAIN, schools=OF_CERET[:2]),
        replace(PLAIN, schools=OF_CERET[2:], council="4 juin 2026", transmission=""),
    ]
    documents = [document(decision(half) + convention(half), f"conventions/{at}.txt") for at, half in enumerate(halves)]
    for at in range(4):
        told = of_month(*documents, document(withdrawing(at), "conventions/avenant.txt"))
        by_uai = dict(told.schools.select("uai", "expected").iter_rows())
        assert [by_uai[uai] for uai in UAIS] == [0 if one == at else 4100 for one in range(4)]
    told = of_month(*documents, document(withdrawing(1, 2), "conventions/avenant.txt"))
    (refused,) = found(told, "D02")
    assert (refused["file"], refused["cell"]) == ("conventions/avenant.txt", "l. 6")
    assert told.conventions.height == 2


def test_an_avenant_that_numbers_a_convention_which_bears_none_changes_the_only_one() -> None:
    title = "Avenant n° 1 à la convention de partenariat n° ENT-7"
    told = of_month(
        document(decision(PLAIN) + convention(PLAIN)),
        document(withdrawing(0, title=title), "conventions/avenant.txt"),
    )
    assert dict(told.schools.select("uai", "expected").iter_rows())[UAIS[0]] == 0


def test_a_document_that_contradicts_itself_is_refused_whole() -> None:
    lines = [
        line.replace("coût pour l'année scolaire 2026-2027", "coût pour l'année scolaire 2025-2026")
        for line in convention(PLAIN)
    ]
    told = of_month(document(lines))
    (refused,) = found(told, "D02")
    assert "2026-2027" in str(refused["found"])
    assert "2025-2026" in str(refused["found"])
    assert told.conventions.is_empty()
    assert told.sources.filter(told.sources["kind"] == "conventions")["read"].to_list() == [0]


def test_a_text_that_is_no_convention_is_refused_with_what_it_lacks() -> None:
    (refused,) = found(of_month(document(["Madame,", "Voici le compte rendu de notre réunion."])), "D02")
    assert "la liste des écoles" in str(refused["found"])
    assert "lire-convention" in str(refused["advice"])


# On the command line -------------------------------------------------------------------------------------------------


@pytest.fixture
def ceret(tmp_path: Path) -> Path:
    return pdf(
        paged(decision(PLAIN) + convention(PLAIN), 25), tmp_path / "céret 2026.pdf", footer="Page {page}/{pages}"
    )


def test_the_command_shows_each_field_with_its_place(ceret: Path) -> None:
    done = recon("lire-convention", ceret)
    assert done.returncode == Exit.DONE
    shown = " ".join(done.stdout.replace("\u00a0", " ").split())
    for part in (
        "COMMUNE DE CERET",
        "2026-2027",
        "41,00 €",
        "164,00 €",
        "21/05/2026",
        "03/06/2026",
        "✔ 4 annoncées, 4 listées",
        "page 2, ligne",
    ):
        assert part in shown
    assert all(uai in shown for uai in UAIS)
    assert not done.stderr


def test_the_command_speaks_english(ceret: Path) -> None:
    done = recon("convention", ceret, "--lang", "en")
    assert "line " in done.stdout
    assert "Rate per school" in done.stdout


def test_the_command_tells_a_program_everything(ceret: Path) -> None:
    told = json.loads(recon("convention", ceret, "--json").stdout)
    (only,) = told["conventions"]
    assert told["format"] == "pdf"
    assert only["fields"]["amount"]["value"] == "164.00"
    assert only["fields"]["payer_siret"]["sure"] == "proved"
    assert [one["uai"] for one in only["schools"]] == UAIS
    assert all(one["page"].startswith("page ") and one["line"] for one in only["schools"])


def test_what_does_not_agree_ends_in_one(tmp_path: Path) -> None:
    path = pdf(paged(convention(replace(PLAIN, announced=5)), 60), tmp_path / "c.pdf")
    done = recon("convention", path)
    assert done.returncode == Exit.REFUSED
    assert "✘" in done.stdout


def test_a_document_that_cannot_be_counted_ends_in_three(tmp_path: Path) -> None:
    path = tmp_path / "c.txt"
    path.write_text(written(convention(replace(PLAIN, schools=()), [])), encoding="utf-8")
    done = recon("convention", path)
    assert done.returncode == Exit.NOTHING_READ
    assert "0 école" in done.stdout
    assert "aucune convention" in done.stderr


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"Convention;UAI\nC1;0660560A\n", b"\x89PNG"])
def test_what_is_no_document_ends_in_three(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "c.pdf"
    path.write_bytes(content)
    done = recon("convention", path)
    assert done.returncode == Exit.NOTHING_READ
    assert len(done.stderr.strip().splitlines()) == 1
    assert not done.stdout


def test_a_missing_file_ends_in_two(tmp_path: Path) -> None:
    assert recon("convention", tmp_path / "nothing.pdf").returncode == Exit.MISUSE


def test_validate_reads_a_document_by_itself(ceret: Path) -> None:
    done = recon("verifier", ceret, "--json")
    (file,) = json.loads(done.stdout)["files"]
    assert done.returncode == Exit.DONE
    assert (file["kind"], file["read"], file["kept"]) == ("conventions", 5, 5)


def test_validate_says_where_a_document_is_wrong_and_makes_no_copy(tmp_path: Path) -> None:
    wrong = replace(PLAIN, schools=(replace(OF_CERET[0], uai="0660560B"), *OF_CERET[1:]))
    path = pdf(paged(convention(wrong), 60), tmp_path / "c.pdf")
    done = recon("verifier", path, "--annoter")
    assert done.returncode == Exit.REFUSED
    assert "0660560B" in done.stdout
    assert not (tmp_path / "a_corriger").exists()


def test_cells_shows_a_document_line_by_line(ceret: Path) -> None:
    told = json.loads(recon("cells", ceret, "--json").stdout)
    assert told["format"] == "pdf"
    assert [sheet["name"] for sheet in told["sheets"]] == ["page 1", "page 2"]
    assert told["sheets"][0]["cells"][0]["kind"] == "text"


def test_a_run_reads_the_documents_of_a_dossier(tmp_path: Path) -> None:
    (tmp_path / "conventions").mkdir()
    (tmp_path / "paiements").mkdir()
    pdf(paged(decision(PLAIN) + convention(PLAIN), 25), tmp_path / "conventions" / "ceret.pdf")
    pdf([["Convention"] * 100], tmp_path / "paiements" / "ceret.pdf")
    pdf([[]], tmp_path / "conventions" / "scan.pdf")
    done = recon("run", tmp_path)
    assert done.returncode == Exit.REFUSED
    (data,) = tmp_path.glob("rapports/*/donnees")
    assert "c’est un PDF" in (data / "findings.csv").read_text(encoding="utf-8")
    assert "numérisé" in (data / "findings.csv").read_text(encoding="utf-8")
    assert (data / "schools.csv").read_text(encoding="utf-8").count("to_bill") == 5
