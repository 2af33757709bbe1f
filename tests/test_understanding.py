"""Files understood by two processes while they are read: the same as by one, one after the other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from recon import hands, understanding
from recon.dossier import each_file, files
from recon.intake import File, understand
from recon.layouts.profiles import Profile
from recon.store.layout_codec import decoded, encoded
from recon.texts import same
from recon_schemas import PAYMENTS

SAMPLE = Path(__file__).parent.parent / "workbooks" / "exemple"
A_PROFILE = Profile("berger", PAYMENTS, ("berger*.xlsx",), "x", {"amount": ("Somme",)}, words={"p": "paid"})


def alone(read: list[File], profiles: list[Profile]) -> list[File]:
    """Return the files as they are understood in this process."""
    return [
        replace(file, book=None, understood=decoded(encoded(known.understood)) if known.understood else None)
        for file in read
        for known in [understand(file, profiles)]
    ]


@pytest.mark.parametrize("many", [1, 10_000])
@pytest.mark.parametrize("profiles", [[], [A_PROFILE]])
def test_files_are_understood_as_by_one_process(
    many: int, profiles: list[Profile], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(understanding, "MANY", many)
    monkeypatch.setattr(understanding, "BATCH", 2)
    read = files(SAMPLE)
    known = understanding.understood(each_file(SAMPLE), profiles)
    assert known.files == alone(read, profiles)
    assert {known.files[place].name for place in known.fresh} == {file.name for file in read if file.book}
    assert all(decoded(data) == known.files[place].understood for place, data in known.fresh.items())


def test_the_helper_understands_what_we_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_here(_batch: object) -> list[bytes]:
        raise AssertionError("no batch is understood by this process while the helper waits")

    batch = (files(SAMPLE), [A_PROFILE])
    hand = hands._Hand(understanding.PROGRAM)
    monkeypatch.setattr(understanding, "encoded", not_here)
    try:
        made: list[list[bytes]] | None = hand.ask(batch)
    finally:
        hand.end()
    monkeypatch.undo()
    assert made == [understanding._understood(batch)]


def test_refusals_and_what_was_understood_before_stay_as_they_are() -> None:
    refused = File("paiements/x.xlsx", "paiements", refusal=same("non"))
    (first, *_) = known = understanding.understood(each_file(SAMPLE), []).files
    again = understanding.understood([refused, *known], [])
    assert again.files == [refused, *known]
    assert again.files[1] is not None
    assert first.understood is not None
    assert again.fresh == {}
