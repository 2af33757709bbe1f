"""Tables as Parquet: there and back, and a sentence where polars' own threads die under it."""

from __future__ import annotations

import os
from threading import Event

import polars as pl
import pytest

from recon import parquet
from recon.errors import Exit, Stop

FRAME = pl.DataFrame({"titre": ["26-1", None], "cents": [4_100, 0]})


@pytest.mark.parametrize("small", [True, False])
def test_a_table_comes_back_as_it_was(small: bool) -> None:
    assert parquet.read(parquet.written(FRAME, small=small)).equals(FRAME)
    assert parquet.written(FRAME, small=small) == parquet.written(FRAME, small=small)


@pytest.mark.parametrize("method", ["written", "read"])
def test_what_never_ends_stops_with_a_sentence(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    never = Event()
    data = parquet.written(FRAME)
    monkeypatch.setattr(pl.DataFrame, "write_parquet", lambda *_args, **_named: never.wait())
    monkeypatch.setattr(pl, "read_parquet", lambda *_args, **_named: never.wait())
    monkeypatch.setattr(parquet, "SECONDS", 0.05)
    with pytest.raises(Stop) as stopped:
        parquet.written(FRAME) if method == "written" else parquet.read(data)
    never.set()
    assert stopped.value.code == Exit.NOT_WRITTEN
    assert "Parquet" in stopped.value.sentence.fr


def test_a_panic_stops_with_a_sentence_and_its_words_are_not_heard(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def panic(*_args: object, **_named: object) -> None:
        os.write(2, b"thread 'async-executor' panicked at")
        raise pl.exceptions.PanicException

    monkeypatch.setattr(pl.DataFrame, "write_parquet", panic)
    with pytest.raises(Stop):
        parquet.written(FRAME)
    os.write(2, b"heard again")
    assert capfd.readouterr().err == "heard again"


def test_another_error_is_raised_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(pl.exceptions.PolarsError):
        parquet.read(b"no Parquet")

    def refuse(*_args: object) -> int:
        raise OSError

    monkeypatch.setattr(os, "open", refuse)
    assert parquet.read(parquet.written(FRAME)).equals(FRAME)
