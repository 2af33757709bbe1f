"""Files understood before are not read again: what is kept of them gives the same month, and nothing else is believed."""

from __future__ import annotations

import json
import shutil
import zlib
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy.exc import DatabaseError

from recon.dossier import books_of, each_file, files, options
from recon.fingerprints import HOME
from recon.intake import Understood, understand
from recon.layouts import Layout, Table
from recon.layouts.around import Said
from recon.layouts.left_out import Days, LeftOut, Span
from recon.layouts.profiles import Profile
from recon.layouts.totals import Announced, Total
from recon.pipeline import File, reconcile
from recon.profile_files import profiles
from recon.store import journal, parsed
from recon.store.database import open_store
from recon.store.layout_codec import decoded, encoded, written
from recon.store.place import store_url
from recon.store.schema import unlocked
from recon.tables import SCHEMAS
from recon_schemas import PAYMENTS
from tests.convention_texts import convention, decision
from tests.dossiers import AS_OF, conventions, enrolled, lists, paid, payments, signed, titre, titres
from tests.test_convention_command import PLAIN, UAIS, document, withdrawing
from tests.test_layers import imported, modules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.tables import Month

ROOT = Path(__file__).parent
SAMPLE = ROOT.parent / "workbooks" / "exemple"
DOSSIERS = [SAMPLE, *sorted(path for path in (ROOT / "named_dossiers").iterdir() if path.is_dir())]


def same(one: Month, other: Month) -> None:
    """Assert that two months say the same, in both languages."""
    for name in (*SCHEMAS, "details"):
        assert_frame_equal(getattr(one, name), getattr(other, name))
    for name in (
        "unchecked",
        "wordings",
        "evidences",
        "hidden",
        "places",
        "contacts",
        "issued",
        "taken_off",
        "replaces",
        "directory",
        "filled",
        "planned",
    ):
        assert getattr(one, name) == getattr(other, name), name


def without_books(read: Sequence[File], known: Path) -> list[File]:
    """Return the files as they come back from the store."""
    back = []
    for file in read:
        of_file = understand(file, profiles(known)).understood
        again = decoded(encoded(of_file)) if of_file else None
        back.append(File(file.name, file.folder, file.sha256, refusal=file.refusal, understood=again))
    return back


@pytest.mark.parametrize("dossier", DOSSIERS, ids=lambda path: path.name)
def test_what_is_kept_gives_the_same_month(dossier: Path) -> None:
    settings = options(dossier).settings(AS_OF)
    read = files(dossier)
    fresh = reconcile(read, settings, profiles(dossier))
    same(fresh, reconcile(without_books(read, dossier), settings, profiles(dossier)))


# What the codec keeps of these is less than all: `test_what_is_kept_gives_the_same_month` holds what matters.
IN_PART = {"reading"}
FULL = Table(
    source=PAYMENTS,
    file="paiements/a.csv",
    sheet="Feuille",
    columns={"amount": 3},
    numbers=[2, 4],
    texts={"amount": ["41,00", None]},
    announced=Announced((Total(5, 3, 4100, 4100),), 4100),
    faults={(2, "amount"): "#REF!"},
    elsewhere={(4, "amount"): 5},
    fixed={"exercise": "B1"},
    around=(Said("Exercice 2026", "B1", "top"),),
    groups=((3, (Said("CERET", "A3", "above"),)),),
    places={(2, ""): ("page 1", "l. 17"), (4, "amount"): ("page 2", "l. 3")},
    amendment=True,
    transmission="216600494",
    left=LeftOut(3, 2, 1, -4_100, (Days("21660049400019", Span(739_000, 739_010), None, (739_000,)),), "ab"),
)


def test_every_field_of_a_table_comes_back() -> None:
    names = {field.name for field in fields(Table)} - IN_PART
    unlike = Table(FULL.source, "", "", {}, [], {})
    same_as_default = {name for name in names if name != "source" and getattr(FULL, name) == getattr(unlike, name)}
    assert not same_as_default, "give FULL a value of its own for each field"
    again = decoded(encoded(Understood(Layout([FULL], []))))
    assert again is not None
    (table,) = again.layout.tables
    for name in sorted(names):
        assert getattr(table, name) == getattr(FULL, name), name


def test_every_module_that_turns_bytes_into_tables_is_in_the_version() -> None:
    known = modules()
    waiting = [name for name in known if name.startswith(("recon.readers", "recon.layouts", "recon.documents"))]
    waiting += ["recon.corrected", "recon.hidden"]
    reading: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in known and name not in reading and not name.startswith("recon_schemas"):
            reading.add(name)
            waiting += imported(name, known[name])
    covered = tuple(str(HOME / place) for place in parsed.READING)
    missing = {name for name in reading if not str(known[name]).startswith(covered)}
    assert missing <= {"recon"}
    assert "recon.documents.tables" in reading


def test_conventions_as_documents_come_back_and_are_numbered_with_the_others() -> None:
    sent_by_another = replace(PLAIN, transmission="066-216601369-20260603-DCM45-DE")
    read = [
        enrolled(*UAIS),
        document(decision(sent_by_another) + convention(PLAIN)),
        document(withdrawing(1), "conventions/avenant.txt"),
        document(["Compte rendu"], "conventions/note.txt"),
    ]
    settings = options(Path("nowhere")).settings(AS_OF)
    fresh = reconcile(read, settings)
    same(fresh, reconcile(without_books(read, Path("nowhere")), settings))
    assert {"D02", "D11"} <= set(fresh.findings["code"])
    assert fresh.schools.filter(fresh.schools["expected"] == 0).height == 1


def test_a_month_leaves_what_was_understood_as_it_was() -> None:
    asked = payments("21660049400019;2026;7;10/11/2026;;ENT-École;TP-2026-00001;;-41,00;payé")
    known = [understand(file, ()) for file in (enrolled("0660560A"), conventions(signed()), lists("C1;0660560A;École;"), titres(titre()), asked)]  # fmt: skip
    settings = options(Path("nowhere")).settings(AS_OF)
    same(reconcile(known, settings), reconcile(known, settings))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80\x04N.",
        zlib.compress(b"[]"),
        zlib.compress(b'{"tables": [{"source": "os.system"}]}'),
        zlib.compress(b'{"tables": [], "problems": [], "originals": 3, "hidden": null}'),
        zlib.compress(b"[" * 100_000 + b"]" * 100_000),
    ],
)
def test_what_is_not_ours_is_not_believed(data: bytes) -> None:
    assert decoded(data) is None


def test_columns_that_do_not_fit_are_not_believed() -> None:
    content: dict[str, Any] = json.loads(zlib.decompress(encoded(_understood())))
    content["tables"][0]["texts"]["amount"].pop()
    assert decoded(zlib.compress(json.dumps(content).encode())) is None


def _understood() -> Understood:
    found = understand(payments(paid()), ()).understood
    assert found is not None
    return found


def test_a_key_depends_on_bytes_name_folder_and_the_kinds_profiles() -> None:
    known = [Profile("céret", PAYMENTS, ("*.csv",), "", {"amount": ("Montant",)})]
    key = parsed.Key("aa", "paiements/a.csv", "paiements")
    digests = {
        key.digest(()),
        key.digest(known),
        key.digest([replace(known[0], sign="credit")]),
        key._replace(sha256="bb").digest(()),
        key._replace(name="paiements/b.csv").digest(()),
        key._replace(folder="titres").digest(()),
    }
    assert len(digests) == 6
    assert key._replace(folder="titres").digest(known) == key._replace(folder="titres").digest(())


def test_what_was_altered_in_the_store_is_read_again(store_address: str) -> None:
    store = open_store(store_url(Path(), store_address))
    with store.writing() as connection, journal.entry(connection, "run") as entry:
        parsed.record_parsed(entry, {"one": encoded(_understood()), "two": encoded(_understood())})
        parsed.record_parsed(entry, {"three": encoded(understand(payments(), ()).understood or _understood())})
    with store.reading() as connection:
        assert sorted(parsed.understood_before(connection, ["one", "two", "three", "four"])) == ["one", "three", "two"]
    forged = encoded(understand(payments(paid("9 999,00")), ()).understood or _understood())
    with store.engine.connect() as connection:
        from recon.store.schema import BLOBS

        connection.exec_driver_sql("BEGIN") if store.path else None
        digest = journal.sha256(encoded(_understood()))
        connection.execute(BLOBS.update().where(BLOBS.c.sha256 == digest).values(data=forged))
        connection.commit()
    with store.reading() as connection:
        assert sorted(parsed.understood_before(connection, ["one", "two", "three"])) == ["three"]
    store.close()


def test_ledgers_narrowed_by_other_knowledge_are_not_taken_and_are_let_go_of(store_address: str) -> None:
    store = open_store(store_url(Path(), store_address))
    with store.writing() as connection, journal.entry(connection, "run") as entry:
        parsed.record_ledgers(entry, "one", {"a": written(_understood())})
        parsed.record_ledgers(entry, "one", {"b": written(_understood())})
        parsed.record_parsed(entry, {"c": encoded(_understood())})
        assert parsed.ledgers_before(connection, "one") == dict.fromkeys("ab", decoded(encoded(_understood())))
        assert parsed.ledgers_before(connection, "other") == {}
        parsed.record_ledgers(entry, "other", {"d": written(_understood())})
        assert parsed.ledgers_before(connection, "one") == {}
        assert list(parsed.ledgers_before(connection, "other")) == ["d"]
        assert list(parsed.understood_before(connection, "abc")) == ["c"]
    store.close()


def test_another_version_of_the_code_reads_again(store_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(store_url(Path(), store_address))
    with store.writing() as connection, journal.entry(connection, "run") as entry:
        parsed.record_parsed(entry, {"one": encoded(_understood())})
    monkeypatch.setattr(parsed, "reading_version", lambda: "another")
    with store.writing() as connection, journal.entry(connection, "run") as entry:
        assert parsed.understood_before(connection, ["one"]) == {}
        parsed.record_parsed(entry, {"one": encoded(_understood())})
        assert list(parsed.understood_before(connection, ["one"])) == ["one"]
    store.close()


def test_what_a_former_version_understood_is_deleted_and_the_journal_says_so(
    store_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy import select

    from recon.store import runs
    from recon.store.blobs import packed
    from recon.store.proof import altered, unguarded
    from recon.store.schema import JOURNAL, PARSED

    store = open_store(store_url(Path(), store_address))
    table = pl.DataFrame({"a": [1]})
    told = {"month": "2026-11", "as_of": "2026-11-30", "version": "", "settings": "{}"}
    # Content that a run needs stays, even if a file was understood just so.
    with store.writing() as connection, journal.entry(connection, "run") as entry:
        parsed.record_parsed(entry, {"one": encoded(_understood()), "two": packed(table)})
        number = runs.record_run(entry, {"a": table}, {}, **told)
    monkeypatch.setattr(parsed, "reading_version", lambda: "another")
    with store.writing() as connection, journal.entry(connection, "read") as entry:
        parsed.record_parsed(entry, {"one": encoded(_understood())})
    with store.reading() as connection:
        assert [row.version for row in connection.execute(select(PARSED))] == ["another"]
        assert runs.table_of_run(connection, number, "a").equals(table)
        assert (list(altered(connection)), list(unguarded(connection))) == ([], [])
    with store.engine.connect() as connection:
        with pytest.raises(DatabaseError):
            connection.execute(PARSED.delete())
        connection.rollback()
        with unlocked(connection, PARSED):
            connection.execute(PARSED.delete())
        assert [said.en for said in altered(connection)] == [
            "parsed: the rows of entry 2 are no longer those recorded (0 of 1)"
        ]
        connection.rollback()
        said = connection.execute(select(JOURNAL.c.said).order_by(JOURNAL.c.seq.desc())).scalars().first()
        assert json.loads(said or "")["let_go"] == [1]
    store.close()


def test_a_user_who_may_not_delete_what_a_former_version_understood_still_records(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy import select

    from recon.store.proof import altered
    from recon.store.schema import PARSED

    owners = open_store(store_url(Path(), postgres_url))
    agent = f"agent_{postgres_url.rsplit('_', 1)[-1]}"
    with owners.writing() as connection, journal.entry(connection, "run") as entry:
        parsed.record_parsed(entry, {"one": encoded(_understood())})
        connection.exec_driver_sql(f"CREATE ROLE {agent} LOGIN")
        connection.exec_driver_sql(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {agent}")
    monkeypatch.setattr(parsed, "reading_version", lambda: "another")
    agents = open_store(store_url(Path(), postgres_url.replace("recon@", f"{agent}@")))
    for versions, store in ((2, agents), (1, owners)):
        with store.writing() as connection, journal.entry(connection, "run") as entry:
            parsed.record_parsed(entry, {f"of {versions}": encoded(_understood())})
            assert list(parsed.understood_before(connection, [f"of {versions}"])) == [f"of {versions}"]
        with store.reading() as connection:
            assert len(set(connection.execute(select(PARSED.c.version)).scalars())) == versions
            assert list(altered(connection)) == []
        store.close()


def test_a_known_file_is_not_opened_by_a_reader_and_a_changed_one_is(tmp_path: Path) -> None:
    dossier = Path(shutil.copytree(SAMPLE, tmp_path / "dossier"))
    read = {file.name: understand(file, ()) for file in files(dossier)}
    known = {name: file.understood for name, file in read.items() if file.understood}
    digests = {name: file.sha256 for name, file in read.items()}

    def before(asked: list[tuple[str, str, str]]) -> dict[str, Understood]:
        return {name: found for name, _, sha256 in asked if digests[name] == sha256 and (found := known.get(name))}

    changed = dossier / next(name for name in known if name.endswith(".csv"))
    changed.write_bytes(changed.read_bytes() + b"\n")
    again = list(each_file(dossier, before=before))
    assert [file.name for file in again] == list(read)
    assert [file.name for file in again if file.book] == [changed.relative_to(dossier).as_posix()]
    assert {file.name: file.refusal for file in again if file.refusal} == {
        name: file.refusal for name, file in read.items() if file.refusal
    }
    with_books = books_of(dossier, again)
    assert all(file.book for file in with_books if not file.refusal)
