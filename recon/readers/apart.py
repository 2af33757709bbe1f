"""Files of unknown origin, read in processes of their own: `read_books` outlives whatever they do to a reader.

Two processes read side by side, so that many small files take hardly longer than a reader without any check; each is
started once, and again only when a file has ended it. A thread of this process speaks with each of them.
"""

from __future__ import annotations

import atexit
import gc
import marshal
import os
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from recon.readers import refusals
from recon.readers.cells import Refused
from recon.readers.messages import LENGTH, READY, read_from, received

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from recon.readers.cells import Book
    from recon.texts import Text

PROCESSES = 2
SECONDS = 14
MEGABYTE = 1 << 20
# Two small limits, or a large one and an idle process, and what is read leave room within a gigabyte.
SMALL_MEMORY = 350 * MEGABYTE
LARGE_MEMORY = 640 * MEGABYTE
# What is read ahead of its reader is kept: enough to keep two processes busy.
AHEAD = 64

_ROOT = str(Path(__file__).parents[2])
_PROGRAM = "import sys; from recon.readers.child import serve; serve(int(sys.argv[1]))"
_LOOKS_EVERY = 0.2


def read_books(paths: Iterable[Path], *, kinds: bool = False) -> Iterator[Book | Refused]:
    """Yield what each file holds, or why it cannot be read, in order; the processes start at once.

    With `kinds`, each book says of which kind its cells are. Refused is a value here: no file stops the next.
    """
    return _Reading(list(paths), kinds=kinds).books()


_started: set[_Child] = set()


@atexit.register
def _end_all() -> None:
    for child in list(_started):
        child.end()


class _Died(Exception):  # noqa: N818  What happened, not an error: it is answered by a refusal.
    """The process ended before it answered; `reason` is what to say of the file."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


class _Child:
    """One process that reads, started when it is asked something."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = False
        self.deadline = float("inf")
        self.late = False

    def start(self) -> None:
        """Start the process, if it is not running; its imports take some hundredths of a second, beside ours."""
        if self._process is None:
            path = os.pathsep.join([_ROOT, *filter(None, [os.environ.get("PYTHONPATH")])])
            self._ready = False
            # -P: no module is taken from the current folder, which may be anybody's dossier.
            self._process = subprocess.Popen(  # noqa: S603  Our own program.
                [sys.executable, "-P", "-c", _PROGRAM, str(os.getpid())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": path},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            _started.add(self)

    def end(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        _started.discard(self)
        if process is not None:
            process.kill()
            for pipe in filter(None, (process.stdin, process.stdout)):
                with suppress(OSError):
                    pipe.close()
            process.wait()

    def kill_if_late(self) -> None:
        """End the process if it has passed its deadline; who waits for its answer is told."""
        process = self._process
        if process is not None and time.monotonic() > self.deadline:
            self.late = True
            process.kill()

    def ask(self, path: Path, memory: int, deadline: float, *, kinds: bool) -> memoryview:
        """Return the answer to one file; _Died if there is none."""
        self.start()
        self.late, self.deadline = False, deadline
        try:
            seconds = max(int(deadline - time.monotonic()), 1)
            return self._answer(marshal.dumps((str(path), memory, seconds, kinds)))
        finally:
            self.deadline = float("inf")

    def _answer(self, request: bytes) -> memoryview:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise _Died(refusals.UNREADABLE_FORM)
        if not self._ready and process.stdout.read(len(READY)) != READY:
            self.end()
            raise RuntimeError("the reading process does not start")
        self._ready = True
        try:
            process.stdin.write(LENGTH.pack(len(request)) + request)
            process.stdin.flush()
            answer = received(process.stdout)
        except OSError:
            answer = None
        if answer is None:
            self.end()
            raise _Died(refusals.TOO_SLOW.with_(limit=SECONDS) if self.late else refusals.UNREADABLE_FORM)
        if answer[0]:
            self.end()
        if len(answer) == 1:
            raise _Died(refusals.TOO_MUCH_MEMORY.with_(limit=LARGE_MEMORY // MEGABYTE))
        return memoryview(answer)[1:]


def _unpacked(answer: memoryview | Refused) -> Book | Refused:
    if isinstance(answer, Refused):
        return answer
    # Rows are not cyclic: collecting garbage while they are made only takes time.
    collects = gc.isenabled()
    gc.disable()
    try:
        return read_from(answer)
    finally:
        if collects:
            gc.enable()


class _Reading:
    """The files to read, the processes that read them, and what they have answered so far."""

    def __init__(self, paths: list[Path], *, kinds: bool) -> None:
        """Start a process for each of the first files, and a thread that speaks with it."""
        self._paths = paths
        self._kinds = kinds
        self._children = [_Child() for _ in paths[:PROCESSES]]
        self._busy = [threading.Lock() for _ in self._children]
        self._changed = threading.Condition()
        self._answers: dict[int, memoryview | Refused | Exception] = {}
        self._taken = self._given = 0
        self._over = False
        for child in self._children:
            child.start()
        for number in range(len(self._children)):
            threading.Thread(target=self._work, args=(number,), daemon=True).start()
        if self._children:
            threading.Thread(target=self._watch, daemon=True).start()

    def books(self) -> Iterator[Book | Refused]:
        """Yield the answers in order; the processes end with it."""
        try:
            for index in range(len(self._paths)):
                answer = self._awaited(index)
                if not isinstance(answer, (memoryview, Refused)):
                    raise answer
                yield _unpacked(answer)
        finally:
            self._end()

    def _awaited(self, index: int) -> memoryview | Refused | Exception:
        with self._changed:
            self._changed.wait_for(lambda: index in self._answers)
            self._given = index + 1
            self._changed.notify_all()
            return self._answers.pop(index)

    def _end(self) -> None:
        with self._changed:
            self._over = True
            self._changed.notify_all()
        for child in self._children:
            child.end()

    def _watch(self) -> None:
        while not self._over:
            for child in self._children:
                child.kill_if_late()
            time.sleep(_LOOKS_EVERY)

    def _work(self, number: int) -> None:
        while (index := self._next()) is not None:
            try:
                answer: memoryview | Refused | Exception = self._read(number, self._paths[index])
            except Exception as error:  # noqa: BLE001  Raised again where the books are awaited.
                answer = error
            with self._changed:
                self._answers[index] = answer
                self._changed.notify_all()

    def _next(self) -> int | None:
        """Return the next file to read, not too far ahead of the last one given; None when there is none."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or self._taken - self._given < AHEAD)
            if self._over or self._taken == len(self._paths):
                return None
            self._taken += 1
            return self._taken - 1

    def _read(self, number: int, path: Path) -> memoryview | Refused:
        """Return the answer to one file: within a small memory, or else in a larger one, with nobody beside."""
        deadline = time.monotonic() + SECONDS
        child = self._children[number]
        with self._busy[number]:
            try:
                return child.ask(path, SMALL_MEMORY, deadline, kinds=self._kinds)
            except _Died as died:
                if child.late or self._over:
                    return Refused(died.reason)
        with ExitStack() as alone:
            for lock in self._busy:
                alone.enter_context(lock)
            try:
                return child.ask(path, LARGE_MEMORY, max(deadline, time.monotonic() + 1), kinds=self._kinds)
            except _Died as died:
                return Refused(died.reason)
