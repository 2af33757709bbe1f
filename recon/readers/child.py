"""The process that reads files of unknown origin: it may crash, hang or run out of memory, and nothing else does.

It imports the readers alone, takes requests from its standard input, and ends with it.
"""

from __future__ import annotations

import gc
import marshal
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from recon.readers import refusals
from recon.readers.books import read_book, read_cells
from recon.readers.cells import Refused
from recon.readers.messages import LENGTH, READY, answer_of, received

if TYPE_CHECKING:
    from recon.readers.cells import Book

MEGABYTE = 1 << 20
# What the parent has to hold, five times as much once unpacked.
MAX_ANSWER_BYTES = 64 * MEGABYTE
# A process that has grown does not shrink again: it is replaced.
GROWN_BYTES = 128 * MEGABYTE
MANY_BYTES = 1 * MEGABYTE
PAGE = os.sysconf("SC_PAGE_SIZE") if sys.platform == "linux" else 0
_DEATH_OF_PARENT = 1  # PR_SET_PDEATHSIG


def serve(parent: int) -> None:
    """Answer requests until the parent closes the pipe or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with(parent)
    # Whatever a library prints must not be taken for an answer.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    answers.write(READY)
    answers.flush()
    # Rows are not cyclic: collecting garbage while they are made only takes time.
    gc.disable()
    while (request := received(sys.stdin.buffer)) is not None:
        answer = _answer(*marshal.loads(request))  # noqa: S302  Written by the parent.
        ends = _has_grown()
        answers.write(LENGTH.pack(len(answer) + 1) + (b"\1" if ends else b"\0"))
        answers.write(answer)
        answers.flush()
        if ends:
            return
        if len(answer) > MANY_BYTES:
            gc.collect()


def _answer(path: str, memory: int, seconds: int, kinds: bool) -> bytes:  # noqa: FBT001  It comes through a pipe.
    """Return the book or refusal of a file, written; nothing if there was not enough memory."""
    _limit(memory, seconds)
    try:
        answer = answer_of(_read(path, kinds=kinds))
    except MemoryError:
        answer = b""
    return answer if len(answer) <= MAX_ANSWER_BYTES else b""


def _read(path: str, *, kinds: bool) -> Book | Refused:
    try:
        return (read_cells if kinds else read_book)(Path(path))
    except Refused as refused:
        # The errors behind it hold the whole file.
        return Refused(refused.reason)
    except MemoryError:
        raise
    except BaseException:  # noqa: BLE001  A panic of Rust, a recursion too deep, or a mistake of ours: one file is lost.
        return Refused(refusals.UNREADABLE_FORM)


def _limit(memory: int, seconds: int) -> None:
    """Have the system end this process beyond some memory and computing time; where it cannot, the parent watches."""
    if sys.platform == "win32":
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (memory if hard < 0 else min(memory, hard), hard))
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    limit = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit if hard < 0 else min(limit, hard), hard))


def _has_grown() -> bool:
    # Not ru_maxrss: a process starts with what its parent held.
    if sys.platform != "linux":
        return False
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  A path object costs more than the reading.
        return int(file.read().split()[1]) * PAGE > GROWN_BYTES


def _die_with(parent: int) -> None:
    """Have Linux end this process with its parent, however that ends."""
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).prctl(_DEATH_OF_PARENT, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)
