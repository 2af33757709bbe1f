"""Tables as CSV and Parquet: there and back, and a sentence where polars' own threads die under it."""

from __future__ import annotations

import os
from threading import Event

import polars as pl
import pytest

from recon import frames
from recon.errors import Exit, Stop

FRAME = pl.DataFrame({"titre": ["26-1", None], "cents": [4_100, 0]})


@pytest.mark.parametrize("small", [True, False])
def test_a_table_comes_back_as_it_was(small: bool) -> None:
    assert frames.from_parquet(frames.as_parquet(FRAME, small=small)).equals(FRAME)
    assert frames.as_parquet(FRAME, small=small) == frames.as_parquet(FRAME, small=small)


@pytest.mark.parametrize("method", ["as_parquet", "from_parquet", "as_csv"])
def test_what_never_ends_stops_with_a_sentence(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    never = Event()
    data = frames.as_parquet(FRAME)
    monkeypatch.setattr(pl.DataFrame, "write_parquet", lambda *_args, **_named: never.wait())
    monkeypatch.setattr(pl.DataFrame, "write_csv", lambda *_args, **_named: never.wait())
    monkeypatch.setattr(pl, "read_parquet", lambda *_args, **_named: never.wait())
    monkeypatch.setattr(frames, "SECONDS", 0.05)
    with pytest.raises(Stop) as stopped:
        getattr(frames, method)(data if method == "from_parquet" else FRAME)
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
        frames.as_parquet(FRAME)
    os.write(2, b"heard again")
    assert capfd.readouterr().err == "heard again"


def test_another_error_is_raised_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(pl.exceptions.PolarsError):
        frames.from_parquet(b"no Parquet")

    def refuse(*_args: object) -> int:
        raise OSError

    monkeypatch.setattr(os, "open", refuse)
    assert frames.from_parquet(frames.as_parquet(FRAME)).equals(FRAME)
