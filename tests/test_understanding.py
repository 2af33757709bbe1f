"""Files understood by two processes while they are read: the same as by one, one after the other."""

from __future__ import annotations

import shutil
import sqlite3
import zlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from recon import hands, understanding
from recon.dossier import each_file, files, options
from recon.ground import ground
from recon.intake import File, understand
from recon.layouts.profiles import Profile
from recon.monthly import opened, read_files
from recon.outputs import Form
from recon.pipeline import reconcile
from recon.profile_files import profiles as profiles_of
from recon.recording import recorded
from recon.store import parsed
from recon.store.journal import sha256
from recon.store.layout_codec import decoded, encoded, read
from recon.texts import same
from recon_schemas import PAYMENTS
from tests.dossiers import AS_OF
from tests.monthly import said
from tests.test_parsed import DOSSIERS
from tests.test_parsed import same as same_month

SAMPLE = Path(__file__).parent.parent / "workbooks" / "exemple"
A_PROFILE = Profile("berger", PAYMENTS, ("berger*.xlsx",), "x", {"amount": ("Somme",)}, words={"p": "paid"})


@pytest.fixture(params=[1, 10_000], ids=["two processes", "one process"])
def many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have batches of two files understood by two processes, or by one."""
    monkeypatch.setattr(understanding, "MANY", request.param)
    monkeypatch.setattr(understanding, "BATCH", 2)


def alone(read: list[File], profiles: list[Profile]) -> list[File]:
    """Return the files as they are understood in this process."""
    return [
        replace(known, book=None, understood=decoded(encoded(known.understood)) if known.understood else None)
        for file in read
        for known in [understand(file, profiles)]
    ]


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("profiles", [[], [A_PROFILE]])
def test_files_are_understood_as_by_one_process(profiles: list[Profile]) -> None:
    found = files(SAMPLE)
    kept: dict[str, bytes] = {}
    known = understanding.understood(
        each_file(SAMPLE), profiles, keep=lambda file, made: kept.update({file.name: made.whole})
    )
    assert known == alone(found, profiles)
    assert kept.keys() == {file.name for file in found if file.book}
    assert all(decoded(kept[file.name]) == file.understood for file in known if file.name in kept)


@pytest.mark.usefixtures("many")
def test_a_file_that_is_none_to_be_read_is_refused_and_disturbs_no_other(tmp_path: Path) -> None:
    dossier = Path(shutil.copytree(SAMPLE, tmp_path / "dossier"))
    with opened(dossier, options(dossier), to_write=True) as made:
        _, reports, _ = recorded(made, read_files(made, AS_OF), AS_OF, Form())
    (dossier / "paiements" / "aaa.xlsx").write_bytes(reports.contents["rapprochement_2026-11.xlsx"])
    assert understanding.understood(each_file(dossier), []) == alone(files(dossier), [])
    with opened(dossier, options(dossier), to_write=False) as there:
        (refused,) = [file for file in read_files(there, AS_OF).read if file.name == "paiements/aaa.xlsx"]
    assert refused.refusal is not None
    assert refused.understood is None


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("folder", DOSSIERS, ids=lambda path: path.name)
def test_a_dossier_gives_the_month_of_its_files_read_first_again_and_by_other_knowledge(
    folder: Path, tmp_path: Path
) -> None:
    dossier = Path(shutil.copytree(folder, tmp_path / "dossier"))
    settings = options(dossier).settings(AS_OF)
    whole = reconcile(files(dossier), settings, profiles_of(dossier))
    with opened(dossier, options(dossier), to_write=True) as made:
        first = read_files(made, AS_OF)
        same_month(whole, reconcile(first.read, settings, made.known))
        recorded(made, first, AS_OF, Form())
        again = read_files(made, AS_OF)
        assert not again.fresh
        assert not again.narrowed
        same_month(whole, reconcile(again.read, settings, made.known))
        # Kept whole and not narrowed: as in a new month, where titres came.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(parsed, "ledgers_before", lambda *_: {})
            other = read_files(made, AS_OF)
        ledgers = {file.name for file in files(dossier) if file.folder == PAYMENTS.folder and file.book}
        assert not other.fresh
        assert len(other.narrowed) == len(ledgers)
        same_month(whole, reconcile(other.read, settings, made.known))


def test_a_month_of_another_day_is_not_drawn_up_from_ledgers_narrowed_for_this_one(tmp_path: Path) -> None:
    dossier = Path(shutil.copytree(SAMPLE, tmp_path / "dossier"))
    before = date(2025, 1, 31)
    with opened(dossier, options(dossier), to_write=False) as there:
        read_now = read_files(there, AS_OF).read
        whole = reconcile(files(dossier), options(dossier).settings(before), ())
        same_month(whole, reconcile(read_files(there, before).read, options(dossier).settings(before), ()))
        with pytest.raises(RuntimeError, match="another month"):
            reconcile(read_now, options(dossier).settings(before), ())


def test_what_is_kept_and_of_no_use_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = Path(shutil.copytree(SAMPLE, tmp_path / "dossier"))
    with opened(dossier, options(dossier), to_write=True) as made:
        recorded(made, read_files(made, AS_OF), AS_OF, Form())
        monkeypatch.setattr(parsed, "ledgers_before", lambda *_: {})
        monkeypatch.setattr(parsed, "encoded_before", lambda _, keys: dict.fromkeys(keys, b"nothing of ours"))
        again = read_files(made, AS_OF)
        settings = options(dossier).settings(AS_OF)
        assert again.fresh
        same_month(reconcile(files(dossier), settings, ()), reconcile(again.read, settings, ()))


@pytest.mark.parametrize("which", ["ledgers-%", "%"])
def test_what_is_kept_and_not_what_was_recorded_is_read_again(tmp_path: Path, which: str) -> None:
    dossier = Path(shutil.copytree(SAMPLE, tmp_path / "dossier"))
    settings = options(dossier).settings(AS_OF)
    with opened(dossier, options(dossier), to_write=True) as made:
        recorded(made, read_files(made, AS_OF), AS_OF, Form())
        assert not read_files(made, AS_OF).fresh
        with sqlite3.connect(dossier / "recon.db") as connection:
            connection.execute("DROP TRIGGER parsed_no_update")
            found = connection.execute("SELECT id, sha256 FROM parsed WHERE key LIKE ?", (which,)).fetchall()
            for number, digest in found:
                (data,) = connection.execute("SELECT data FROM blobs WHERE sha256 = ?", (digest,)).fetchone()
                forged = zlib.compress(zlib.decompress(data).replace(b"4100", b"4000").replace(b"41.00", b"40.00"))
                forgery = sha256(forged)
                connection.execute("INSERT OR IGNORE INTO blobs (sha256, data) VALUES (?, ?)", (forgery, forged))
                connection.execute("UPDATE parsed SET sha256 = ? WHERE id = ?", (forgery, number))
        connection.close()
        again = read_files(made, AS_OF)
        assert again.fresh
        same_month(reconcile(files(dossier), settings, ()), reconcile(again.read, settings, ()))


def test_settings_and_profiles_that_change_while_a_run_waits_count(tmp_path: Path) -> None:
    dossier = Path(shutil.copytree(SAMPLE, tmp_path / "dossier"))
    with opened(dossier, options(dossier), to_write=True) as made:
        waiting = read_files(made, AS_OF)
        (dossier / "recon.toml").write_text('[tarifs]\n"2026-2027" = "99.00"\n', encoding="utf-8")
        month, _, _ = recorded(made, waiting, AS_OF, Form())
        assert month.settings.rates == {"2026-2027": 9900}
        waiting = read_files(made, AS_OF)
        (ledger,) = (dossier / "paiements").glob("ceret_2026.*")
        said("map", ledger, "--set", "payeur=21660049400019", "--yes")
        known = profiles_of(dossier)
        assert known
        month, _, _ = recorded(made, waiting, AS_OF, Form())
        assert known[0].name in set(month.sources["profile"])


def test_the_helper_understands_what_we_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_here(_batch: object) -> bytes:
        raise AssertionError("no batch is understood by this process while the helper waits")

    every = files(SAMPLE)
    known = ground(every, options(SAMPLE).settings(AS_OF)).knowledge
    given = ([A_PROFILE], known)
    batch = [file for file in every if file.folder == PAYMENTS.folder]
    hand = hands._Hand(understanding.PROGRAM, given)
    monkeypatch.setattr(understanding, "written", not_here)
    try:
        made: list[list[understanding.Made]] | None = hand.ask(batch)
    finally:
        hand.end()
    monkeypatch.undo()
    assert made == [understanding._maker(given)(batch)]
    ledgers = [read(one.narrowed) for one in made[0] if one.narrowed]
    assert any(table.left and table.left.lines for one in ledgers if one for table in one.layout.tables)


def test_refusals_and_what_was_understood_before_stay_as_they_are() -> None:
    refused = File("paiements/x.xlsx", "paiements", refusal=same("non"))
    (first, *_) = known = understanding.understood(each_file(SAMPLE), [])
    kept: list[File] = []
    again = understanding.understood([refused, *known], [], keep=lambda file, _made: kept.append(file))
    assert again == [refused, *known]
    assert first.understood is not None
    assert kept == []
