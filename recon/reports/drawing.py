"""Many statements at once: this process and a helper draw them side by side; what the helper cannot is drawn here."""

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
from typing import TYPE_CHECKING

from recon.readers.messages import LENGTH, received
from recon.reports.statement import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future

    from recon.reports.owed import Owed
    from recon.tables import Settings
    from recon.texts import Lang

# Each holds 60 MB; two cores are what a workstation can be relied on for, and this process is one.
HELPERS = 1
# Fewer are drawn before a helper has started.
MANY = 60
# What is drawn ahead of who puts it on disk is kept.
AHEAD = 32

_ROOT = str(Path(__file__).parents[2])
_PROGRAM = "from recon.reports.drawing import serve; serve()"


def drawn(accounts: Iterable[Owed], settings: Settings, lang: Lang = "fr") -> Iterator[bytes]:
    """Yield the workbook of each account, in order."""
    waiting = iter(accounts)
    first = list(islice(waiting, MANY))
    if len(first) < MANY:
        yield from (written(account, settings, lang) for account in first)
        return
    yield from _side_by_side((account for some in (first, waiting) for account in some), settings, lang)


def _side_by_side(accounts: Iterator[Owed], settings: Settings, lang: Lang) -> Iterator[bytes]:
    hands = [_Hand() for _ in range(HELPERS)]
    free: deque[_Hand | None] = deque([*hands, None])
    lock = threading.Lock()

    def draw(account: Owed) -> bytes:
        with lock:
            hand = free.popleft()
        try:
            drawing = hand.draw(account, settings, lang) if hand else None
            return drawing or written(account, settings, lang)
        finally:
            with lock:
                free.append(hand)

    pool = ThreadPoolExecutor(HELPERS + 1)
    try:
        coming: deque[Future[bytes]] = deque(pool.submit(draw, account) for account in islice(accounts, AHEAD))
        while coming:
            yield coming.popleft().result()
            coming.extend(pool.submit(draw, account) for account in islice(accounts, 1))
    finally:
        for hand in hands:
            hand.end()
        pool.shutdown(cancel_futures=True)
        # One may have been started meanwhile.
        for hand in hands:
            hand.end()


class _Hand:
    """One process that draws, started when it is first asked; it ends with the pipe, hence with its parent."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def draw(self, account: Owed, settings: Settings, lang: Lang) -> bytes | None:
        """Return the workbook, None if the process cannot make it."""
        if self._process is None:
            self._process = _started()
        requests, answers = self._process.stdin, self._process.stdout
        if requests is None or answers is None:
            return None
        request = pickle.dumps((account, settings, lang), pickle.HIGHEST_PROTOCOL)
        try:
            requests.write(LENGTH.pack(len(request)) + request)
            requests.flush()
            return received(answers)
        except (OSError, ValueError):
            return None

    def end(self) -> None:
        """End the process, whatever it is doing."""
        if self._process is None:
            return
        self._process.kill()
        for pipe in filter(None, (self._process.stdin, self._process.stdout)):
            with suppress(OSError):
                pipe.close()
        self._process.wait()


def _started() -> subprocess.Popen[bytes]:
    path = os.pathsep.join([_ROOT, *filter(None, [os.environ.get("PYTHONPATH")])])
    # -P: no module is taken from the current folder, which may be anybody's dossier.
    return subprocess.Popen(  # noqa: S603  Our own program.
        [sys.executable, "-P", "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def serve() -> None:
    """Draw what comes through the standard input until it is closed."""
    import gc
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever a library prints must not be taken for an answer.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    gc.freeze()
    while (request := received(sys.stdin.buffer)) is not None:
        data = written(*pickle.loads(request))  # noqa: S301  Written by our own program.
        answers.write(LENGTH.pack(len(data)) + data)
        answers.flush()
