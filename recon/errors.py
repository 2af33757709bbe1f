"""What stops the tool, with its exit code; everything else is a finding."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recon.texts import Text


class Exit(IntEnum):
    """How `recon` ends; where several apply the caller takes 5, then 4, 3, 1."""

    DONE = 0
    REFUSED = 1
    MISUSE = 2
    NOTHING_READ = 3
    CONTROL_FAILED = 4
    NOT_WRITTEN = 5
    BUG = 70
    INTERRUPTED = 130


class Stop(Exception):  # noqa: N818 - it is no error of the program: it says a sentence and ends.
    """Ends the command with one sentence for the user and an exit code."""

    def __init__(self, sentence: Text, code: Exit) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence
        self.code = code
