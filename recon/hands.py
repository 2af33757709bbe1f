"""Much of one kind to do: this process and a helper do it side by side; what the helper cannot do is done here.

Work goes to the helper in batches of some tens of milliseconds, for a thread of a busy Python answers only so often.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from recon.readers.messages import LENGTH, received

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

Work = TypeVar("Work")
Done = TypeVar("Done")

# Each holds 60 MB; two cores are what a workstation can be relied on for, and this process is one.
HELPERS = 1
# Batches that are done ahead of who takes them are kept.
AHEAD = 4

_ROOT = str(Path(__file__).parents[1])


def side_by_side(
    program: str, batches: Iterable[Work], do: Callable[[Work], Done], given: object = None
) -> Iterator[Done]:
    """Yield what `do` makes of each batch, in order; `program` is what a helper runs, which calls `serve`.

    Batches and what is made of them travel by pickle; so does, before them, what the helper is `given` once for all.
    """
    waiting = iter(batches)
    hands = [_Hand(program, given) for _ in range(HELPERS)]
    free: deque[_Hand | None] = deque([*hands, None])
    lock = threading.Lock()

    def done(batch: Work) -> Done:
        with lock:
            hand = free.popleft()
        try:
            made: list[Done] | None = hand.ask(batch) if hand else None
            return made[0] if made else do(batch)
        finally:
            with lock:
                free.append(hand)

    pool = ThreadPoolExecutor(HELPERS + 1)
    try:
        coming: deque[Future[Done]] = deque(pool.submit(done, batch) for batch in islice(waiting, AHEAD))
        while coming:
            yield coming.popleft().result()
            coming.extend(pool.submit(done, batch) for batch in islice(waiting, 1))
    finally:
        for hand in hands:
            hand.end()
        pool.shutdown(cancel_futures=True)
        # One may have been started meanwhile.
        for hand in hands:
            hand.end()


class _Hand:
    """One process that helps, started when it is first asked; it ends with the pipe, hence with its parent."""

    def __init__(self, program: str, given: object = None) -> None:
        self._program = program
        self._given = given
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, batch: object) -> list[Done] | None:
        """Return what the process made of a batch, alone in a list; None if it cannot."""
        try:
            first = self._process is None
            self._process = process = self._process or started(self._program)
            requests, answers = process.stdin, process.stdout
            if requests is None or answers is None:
                return None
            if first:
                _send(requests, self._given)
            _send(requests, batch)
            answer = received(answers)
        except (OSError, ValueError):
            return None
        return None if answer is None else [pickle.loads(answer)]  # noqa: S301  Written by our own program.

    def end(self) -> None:
        """End the process, whatever it is doing."""
        if self._process is None:
            return
        self._process.kill()
        for pipe in filter(None, (self._process.stdin, self._process.stdout)):
            with suppress(OSError):
                pipe.close()
        self._process.wait()


def _send(stream: IO[bytes], thing: object) -> None:
    data = pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()


def started(program: str) -> subprocess.Popen[bytes]:
    """Start a process that runs a program of ours."""
    path = os.pathsep.join([_ROOT, *filter(None, [os.environ.get("PYTHONPATH")])])
    # -P: no module is taken from the current folder, which may be anybody's dossier.
    return subprocess.Popen(  # noqa: S603  Our own program.
        [sys.executable, "-P", "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def serve(maker: Callable[[Any], Callable[[Any], object]]) -> None:
    """Do what comes through the standard input until it is closed, as `maker` says by what is given first."""
    import gc
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever a library prints must not be taken for an answer.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    gc.freeze()
    given = received(sys.stdin.buffer)
    do = maker(pickle.loads(given)) if given is not None else None  # noqa: S301  Written by our own program.
    while do and (request := received(sys.stdin.buffer)) is not None:
        _send(answers, do(pickle.loads(request)))  # noqa: S301  Written by our own program.
