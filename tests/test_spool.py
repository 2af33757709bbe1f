"""Reports that wait to be put in place."""

from __future__ import annotations

import hashlib
import os
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import pytest

from recon import spool
from recon.errors import Exit, Stop
from recon.spool import Spool

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("in_memory", [1, 10_000])
def test_what_is_put_in_comes_out(in_memory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY", in_memory)
    reports, given = Spool(), {f"etats/{n}.xlsx": bytes([n]) * (n * 37) for n in (5, 0, 3, 200)}
    for path, data in given.items():
        reports.put(path, data)
        assert reports[path] == data
    assert reports == given
    assert list(reports) == sorted(given)
    assert {path: reports.size(path) for path in reports} == {path: len(data) for path, data in given.items()}
    assert reports.digests == {path: hashlib.sha256(data).hexdigest() for path, data in given.items()}


def test_a_temporary_file_cut_short_is_an_error_not_a_short_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = []

    def file(**_options: object) -> object:
        made.append(TemporaryFile(dir=tmp_path))  # noqa: SIM115
        return made[-1]

    monkeypatch.setattr(spool, "SpooledTemporaryFile", file)
    reports = Spool()
    reports.put("a.xlsx", b"x" * 100_000)
    made[0].flush()
    os.truncate(made[0].fileno(), 10)
    with pytest.raises(Stop, match="disk error"):
        reports["a.xlsx"]


def test_a_full_folder_of_temporary_files_is_named_for_it_is_not_the_dossier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "SpooledTemporaryFile", lambda **_options: open("/dev/full", "r+b", buffering=0))  # noqa: SIM115, PTH123
    monkeypatch.setattr("tempfile.tempdir", "/petit")
    with pytest.raises(Stop) as stop:
        Spool().put("a.xlsx", b"x")
    assert stop.value.code is Exit.NOT_WRITTEN
    assert "temporaires (/petit)" in stop.value.sentence.fr
    assert "disque plein" in stop.value.sentence.fr
