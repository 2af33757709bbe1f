"""The store: what is recorded is proven, one writes at a time, and what cannot be used is refused with a sentence."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import exc, select

from recon.errors import Exit, Stop
from recon.matching.rulings import Ruling
from recon.store import backup, blobs, closings, decisions, journal, migrations, proof, runs, schema, sources
from recon.store.database import Store, open_store
from recon.store.place import store_url
from recon.tables import SCHEMAS, FromRow, Singled
from tests.dossiers import one_school, paid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

CELLS = {"amount": ("I2", "41,00"), "reference": ("G2", "TP-2026-00001")}
PAYMENT: dict[str, Any] = {"payer_siren": "216600494", "exercise": "2026", "mandat": "7", "line": "", "amount": 4100}
SINGLED = Singled("AB12", 2, 1, 1, 1, "2026-11-05", "")


def opened(address: str, wait: float = 30) -> Store:
    return open_store(store_url(Path(), address), wait=wait)


@pytest.fixture
def store(store_address: str) -> Iterator[Store]:
    """An empty store of each kind."""
    found = opened(store_address)
    yield found
    found.close()


def intake(name: str = "paiements/a.csv", fingerprint: str = "1", *rows: FromRow) -> sources.Intake:
    taken = rows or (FromRow("", 2, "accepted", CELLS), FromRow("", 3, "rejected", CELLS))
    return sources.Intake(name, "payments", "", 2, 1, 1, 0, 0, fingerprint, lambda: taken)


def fill(connection: Connection) -> int:
    """Record one of everything, in three entries; return the run."""
    month = one_school(paid(reference="TP-2026-00001"))
    with journal.entry(connection, "run") as entry:
        numbers = sources.record_sources(entry, [sources.Met("paiements/a.csv", "paiements", "aa")])
        sources.record_intakes(entry, numbers, [intake()])
        tables = {name: month.table(name) for name in SCHEMAS}
        run = runs.record_run(entry, tables, {"a.xlsx": (6, journal.sha256(b"report"))}, month="2026-11", as_of="2026-11-30", version="1", settings="{}")  # fmt: skip
    with journal.entry(connection, "decide") as entry:
        ruling = Ruling(0, "titre", "P-1", (("T1", 4100),), reason="vu", **PAYMENT)
        number = decisions.record_ruling(entry, ruling, SINGLED)
        decisions.record_decision(entry, "out_of_scope", "P-2", (), "autre budget", **PAYMENT)
    with journal.entry(connection, "undo") as entry:
        decisions.take_back(entry, number, "erreur")
    with journal.entry(connection, "close") as entry:
        closings.record_closing(entry, "2026-11", run, [b"report"])
    return run


def altered(store: Store) -> list[str]:
    with store.reading() as connection:
        return [text.en for text in proof.altered(connection)]


def test_what_is_recorded_is_proven_and_read_again(store: Store) -> None:
    with store.writing() as connection:
        run = fill(connection)
    assert altered(store) == []
    month = one_school(paid(reference="TP-2026-00001"))
    with store.reading() as connection:
        for name in SCHEMAS:
            assert_frame_equal(runs.table_of_run(connection, run, name), month.table(name))
        assert runs.outputs_of(connection, run) == {"a.xlsx": journal.sha256(b"report")}
        assert [one.id for one in decisions.standing(connection)] == [2]
        assert decisions.decisions(connection)[0].withdrawn is not None
        assert list(closings.closed_months(connection)) == ["2026-11"]
        assert blobs.kept(connection, journal.sha256(b"report")) == b"report"


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    def failing() -> None:
        with store.writing() as connection:
            fill(connection)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        failing()
    with store.reading() as connection:
        assert runs.runs(connection) == []
        assert connection.execute(select(schema.JOURNAL)).all() == []


@pytest.mark.parametrize("table", ["journal", "rows", "decisions", "runs"])
@pytest.mark.parametrize("statement", ["UPDATE {table} SET digest = ''", "DELETE FROM {table}"])
def test_nothing_recorded_can_be_changed(store: Store, table: str, statement: str) -> None:
    with store.writing() as connection:
        fill(connection)
    with store.engine.connect() as connection, pytest.raises(exc.DatabaseError, match="append-only"):
        connection.exec_driver_sql(statement.format(table=table))


def tamper(store: Store, *statements: str) -> None:
    """Change the database as its owner can: without the guards."""
    with store.engine.connect() as connection:
        for table in ("journal", "rows", "decisions"):
            if store.path:
                for verb in ("UPDATE", "DELETE"):
                    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
            else:
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.commit()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE rows SET row = 9 WHERE id = 2", "rows, row 2: altered afterwards"),
        ("UPDATE decisions SET reason = 'x' WHERE id = 1", "decisions, row 1: altered afterwards"),
        ("DELETE FROM rows WHERE id = 1", "rows: the rows of entry 1 are no longer those recorded (1 of 2)"),
        ("UPDATE journal SET who = 'x' WHERE seq = 2", "Journal, entry 2: altered afterwards"),
        (
            """UPDATE journal SET said = '{"recorded":{"rows":2}}' WHERE seq = 1""",
            "Journal, entry 1: altered afterwards",
        ),
        (
            """UPDATE journal SET said = '{"recorded":{},"let_go":[[1],{}]}' WHERE seq = 2""",
            "Journal, entry 2: altered",
        ),
        ("DELETE FROM journal WHERE seq = 1", "Journal, entry 2: does not follow"),
        ("UPDATE blobs SET data = data || data", "altered afterwards"),
    ],
)
def test_what_was_altered_is_named(store: Store, statement: str, said: str) -> None:
    with store.writing() as connection:
        fill(connection)
    tamper(store, statement)
    assert said in "\n".join(altered(store))


def test_a_row_whose_digest_was_made_anew_is_found_by_its_entry(store: Store) -> None:
    with store.writing() as connection:
        fill(connection)
    with store.reading() as connection:
        row = dict(connection.execute(select(schema.ROWS).where(schema.ROWS.c.id == 2)).mappings().one())
    row["cells"] = row["cells"].replace("41,00", "14,00")
    tamper(store, f"UPDATE rows SET cells = '{row['cells']}', digest = '{journal.row_digest(row)}' WHERE id = 2")  # noqa: S608 - tampering.
    assert altered(store) == ["rows: the rows of entry 1 are no longer those recorded (2 of 2)"]


def test_what_is_known_is_not_written_again(store: Store) -> None:
    with store.writing() as connection:
        fill(connection)
        with journal.entry(connection, "run") as entry:
            met = [sources.Met("paiements/a.csv", "paiements", "aa"), sources.Met("paiements/b.csv", "paiements", "bb")]
            numbers = sources.record_sources(entry, met)
            sources.record_intakes(entry, numbers, [intake(), intake("paiements/b.csv")])
    with store.reading() as connection:
        assert numbers == {"paiements/a.csv": 1, "paiements/b.csv": 2}
        assert connection.execute(select(schema.INTAKES.c.source)).scalars().all() == [1, 2]
        assert len(connection.execute(select(schema.ROWS)).all()) == 4


def test_a_corrected_file_supersedes_the_one_before_and_both_stay(store: Store) -> None:
    with store.writing() as connection:
        fill(connection)
        with journal.entry(connection, "run") as entry:
            sources.record_sources(entry, [sources.Met("paiements/a.csv", "paiements", "cc")])
        rows = connection.execute(select(schema.SOURCES.c.sha256, schema.SOURCES.c.supersedes)).all()
    assert [tuple(row) for row in rows] == [("aa", None), ("cc", 1)]


def test_a_decision_is_taken_back_once(store: Store) -> None:
    with store.writing() as connection:
        fill(connection)
        with journal.entry(connection, "undo") as entry:
            with pytest.raises(Stop, match="was taken back"):
                decisions.take_back(entry, 1, "encore")
            with pytest.raises(Stop, match="no decision no"):
                decisions.take_back(entry, 7, "encore")


def test_two_writers_follow_each_other_and_nothing_is_lost(store: Store) -> None:
    begun, over = threading.Event(), threading.Event()

    def second() -> None:
        other = open_store(store.engine.url, wait=30)
        begun.set()
        with other.writing() as connection, journal.entry(connection, "decide") as entry:
            assert over.is_set()
            decisions.record_decision(entry, "wait", "P-2", (), "second")
        other.close()

    thread = threading.Thread(target=second)
    with store.writing() as connection, journal.entry(connection, "decide") as entry:
        thread.start()
        begun.wait(20)
        decisions.record_decision(entry, "wait", "P-1", (), "first")
        over.set()
    thread.join(30)
    with store.reading() as connection:
        assert [one.reason for one in decisions.decisions(connection)] == ["first", "second"]
    assert altered(store) == []


def test_who_waits_in_vain_is_told_who_holds_the_dossier(store: Store) -> None:
    other = open_store(store.engine.url, wait=0.3)
    with store.writing(), pytest.raises(Stop) as stopped, other.writing():
        pass
    other.close()
    assert stopped.value.code == Exit.NOT_WRITTEN
    assert "Le dossier est occupé par" in stopped.value.sentence.fr
    assert "@" in stopped.value.sentence.fr


def test_a_backup_is_proven_and_restored(store: Store, tmp_path: Path) -> None:
    with store.writing() as connection:
        run = fill(connection)
    copy = tmp_path / "copie.db"
    backup.back_up(store, copy)
    target = store_url(tmp_path, f"sqlite:///{tmp_path / 'restored.db'}")
    assert backup.restore(copy, target) is None
    again = open_store(target)
    assert altered(again) == []
    with again.reading() as connection:
        assert runs.table_of_run(connection, run, "titres").height == 1
    again.close()


def test_a_restore_keeps_what_stood_there_and_erases_no_server(store: Store, tmp_path: Path) -> None:
    with store.writing() as connection:
        fill(connection)
    copy = tmp_path / "copie.db"
    backup.back_up(store, copy)
    url = store.engine.url
    if store.path is None:
        with pytest.raises(Stop, match="not empty"):
            backup.restore(copy, url)
        return
    store.close()
    kept = backup.restore(copy, url)
    assert kept is not None
    assert kept.exists()
    assert store.path.exists()


def test_what_a_killed_program_left_half_written_does_not_come_back_over_a_restored_store(tmp_path: Path) -> None:
    path, copy = tmp_path / "recon.db", tmp_path / "copie.db"
    store = opened(f"sqlite:///{path}")
    with store.writing() as connection:
        fill(connection)
    backup.back_up(store, copy)
    store.close()
    killed = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('PRAGMA cache_size=2');"
        "c.execute('BEGIN IMMEDIATE'); c.execute('CREATE TABLE more (a)');"
        "[c.execute('INSERT INTO more VALUES (?)', (os.urandom(4000),)) for _ in range(300)]; os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", killed, path], check=False)
    journal = path.with_name("recon.db-journal")
    left = journal.read_bytes()
    # A damaged store cannot be finished: its journal goes with it.
    for damage in (False, True):
        if damage:
            path.write_bytes(b"no database" * 5_000)
            journal.write_bytes(left)
        kept = backup.restore(copy, store_url(tmp_path, ""))
        assert kept is not None
        assert not journal.exists()
        again = opened(f"sqlite:///{path}")
        assert altered(again) == []
        again.close()


def test_an_empty_backup_is_refused_and_left_alone(tmp_path: Path) -> None:
    copy = tmp_path / "copie.db"
    copy.touch()
    with pytest.raises(Stop, match="is empty"):
        backup.restore(copy, store_url(tmp_path, ""))
    assert copy.read_bytes() == b""
    assert not (tmp_path / "recon.db").exists()


def test_a_store_in_use_is_not_restored_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECON_WAIT", "0.1")
    store = opened(f"sqlite:///{tmp_path / 'recon.db'}")
    copy = tmp_path / "copie.db"
    backup.back_up(store, copy)
    with store.writing(), pytest.raises(Stop, match="is held by"):
        backup.restore(copy, store_url(tmp_path, ""))
    store.close()


def test_a_guard_that_was_taken_off_is_found(store: Store) -> None:
    with store.writing() as connection:
        fill(connection)
        assert list(proof.unguarded(connection)) == []
    tamper(store, "SELECT 1")
    assert altered(store) == []
    with store.reading() as connection:
        (said,) = proof.unguarded(connection)
    assert "decisions_no_update" in said.en


def test_a_content_that_was_deleted_is_found(store: Store) -> None:
    with store.writing() as connection:
        fill(connection)
    tamper(store, "DELETE FROM blobs")
    assert any("deleted" in text for text in altered(store))


def test_a_backup_goes_to_an_empty_server(postgres_url: str, tmp_path: Path) -> None:
    local = opened(f"sqlite:///{tmp_path / 'recon.db'}")
    with local.writing() as connection:
        fill(connection)
    copy = tmp_path / "copie.db"
    backup.back_up(local, copy)
    local.close()
    backup.restore(copy, store_url(tmp_path, postgres_url))
    server = opened(postgres_url)
    assert altered(server) == []
    with server.writing() as connection:
        fill_again = decisions.standing(connection)
    assert [one.id for one in fill_again] == [2]
    server.close()


def test_an_altered_store_is_not_backed_up(store: Store, tmp_path: Path) -> None:
    with store.writing() as connection:
        fill(connection)
    tamper(store, "UPDATE rows SET row = 9 WHERE id = 2")
    with pytest.raises(Stop, match="does not agree with its journal"):
        backup.back_up(store, tmp_path / "copie.db")
    assert not list(tmp_path.glob("*copie*"))


def test_a_newer_store_is_refused_untouched(store_address: str) -> None:
    store = opened(store_address)
    with store.writing() as connection:
        connection.execute(schema.META.update().where(schema.META.c.name == "version").values(value="99"))
    store.close()
    with pytest.raises(Stop, match="of a newer recon"):
        opened(store_address)


def test_a_database_of_something_else_is_refused(store_address: str) -> None:
    url = store_url(Path(), store_address)
    from sqlalchemy import create_engine

    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE clients (name TEXT)")
    engine.dispose()
    with pytest.raises(Stop, match="is no store of recon"):
        opened(store_address)


@pytest.mark.parametrize("data", [b"PK\x03\x04 a spreadsheet" * 100, b"SQLite format 3\x00" + b"\x07" * 5000])
def test_what_is_no_database_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "recon.db"
    path.write_bytes(data)
    with pytest.raises(Stop, match="is damaged") as stopped:
        opened(f"sqlite:///{path}")
    assert stopped.value.code == Exit.NOT_WRITTEN
    assert path.read_bytes() == data


@pytest.mark.parametrize("intact", [8192, 0.5, 0.9])
def test_a_store_whose_pages_are_damaged_is_named(tmp_path: Path, intact: float) -> None:
    path = tmp_path / "recon.db"
    store = opened(f"sqlite:///{path}")
    with store.writing() as connection:
        fill(connection)
    store.close()
    data = bytearray(path.read_bytes())
    first = int(intact if intact > 1 else intact * len(data))
    data[first:] = b"\xff" * (len(data) - first)
    path.write_bytes(data)
    try:
        store = opened(f"sqlite:///{path}")
        said = "\n".join(altered(store))
    except Stop as stop:
        said = stop.sentence.en
    assert "Database file" in said or "is damaged" in said


def test_a_server_that_does_not_answer_is_said_without_its_password() -> None:
    with pytest.raises(Stop, match="does not answer") as stopped:
        opened("postgresql://recon:secret@127.0.0.1:1/recon")
    assert "secret" not in stopped.value.sentence.fr


@pytest.mark.parametrize("address", ["recon", "mysql://h/d", "sqlite://", "postgresql://h", "sqlite:///:memory:"])
def test_an_address_that_is_no_store_is_refused(address: str) -> None:
    with pytest.raises(Stop, match="no store's address"):
        store_url(Path(), address)


def test_the_environment_wins_over_the_dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert store_url(tmp_path).database == str(tmp_path / "recon.db")
    assert store_url(tmp_path, "postgresql://h/d").drivername == "postgresql+psycopg"
    monkeypatch.setenv("RECON_STORE", "sqlite:///ailleurs.db")
    assert store_url(tmp_path, "postgresql://h/d").database == str(tmp_path / "ailleurs.db")


def test_a_commit_is_on_the_disk_and_leaves_one_file(tmp_path: Path) -> None:
    store = opened(f"sqlite:///{tmp_path / 'recon.db'}")
    with store.writing() as connection:
        fill(connection)
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 3
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["recon.db"]


# Migrations ----------------------------------------------------------------------------------------------------------

STORES = Path(__file__).parent / "stores"


@pytest.mark.parametrize("version", range(1, schema.VERSION + 1))
def test_a_store_of_an_earlier_version_is_brought_to_this_one(tmp_path: Path, version: int) -> None:
    path = of_version(version, tmp_path / "recon.db")
    store = opened(f"sqlite:///{path}")
    assert altered(store) == []
    with store.reading() as reading:
        assert reading.execute(select(schema.META.c.value).where(schema.META.c.name == "version")).scalar() == str(schema.VERSION)  # fmt: skip
        assert [one.reason for one in decisions.decisions(reading)] == ["vu", "autre budget"]
        told = [SINGLED, None] if version > 2 else [None, None]
        assert [one.singled for one in decisions.decisions(reading)] == told
        assert runs.table_of_run(reading, 1, "titres")["paid"].to_list() == [4100]
    with store.writing() as writing:
        fill(writing)
    assert altered(store) == []
    store.close()
    fresh = opened(f"sqlite:///{tmp_path / 'fresh.db'}")
    assert _shape(path) == _shape(tmp_path / "fresh.db")
    fresh.close()


def of_version(version: int, path: Path) -> Path:
    """Write the store of a version of the schema, and return where it is."""
    connection = sqlite3.connect(path)
    connection.executescript((STORES / f"version_{version}.sql").read_text(encoding="utf-8"))
    connection.close()
    return path


def _shape(path: Path) -> list[tuple[str, str]]:
    """Return every table, index and trigger as it was created."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
    connection.close()
    return [(name, " ".join(sql.split())) for name, sql in rows]


def test_a_step_that_fails_leaves_the_store_as_it_was(store_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened(store_address)
    with store.writing() as connection:
        fill(connection)
    store.close()

    def failing(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE half (name TEXT)")
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(schema, "VERSION", schema.VERSION + 1)
        patched.setattr(migrations, "STEPS", {**migrations.STEPS, schema.VERSION - 1: failing})
        with pytest.raises(RuntimeError):
            opened(store_address)
    again = opened(store_address)
    assert altered(again) == []
    with again.reading() as reading:
        from sqlalchemy import inspect

        assert "half" not in inspect(reading).get_table_names()
    again.close()


def test_parquet_in_the_store_gives_the_same_csv() -> None:
    from recon.reports.data import csv
    from recon.tables import exported

    month = one_school(paid(reference="TP-2026-00001"), paid("12,00", mandat="8"))
    for name in SCHEMAS:
        again = blobs.unpacked(blobs.packed(month.table(name)))
        assert csv(exported(name, again)) == csv(exported(name, month.table(name)))
        assert isinstance(again, pl.DataFrame)
