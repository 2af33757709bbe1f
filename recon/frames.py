"""Tables as CSV and Parquet, and back, by polars' own threads: where one of them dies its caller would wait for ever."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, suppress
from io import BytesIO
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from recon.errors import Exit, Stop
from recon.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
# The largest table of the country takes less than one.
SECONDS = 30
STDERR = 2
DEAD = Text(
    "Une table du mois n’a pas pu être écrite (CSV ou Parquet) ou relue : le système d’exploitation a refusé une opération, ou n’a pas répondu en {seconds} secondes. Recommencer ; si cela se répète, redémarrer l’ordinateur.",
    "A table of the month could not be written (CSV or Parquet) or read again: the operating system refused an operation, or gave no answer within {seconds} seconds. Try again; if it happens again, restart the computer.",
)


def as_parquet(frame: pl.DataFrame, *, small: bool = False) -> bytes:
    """Return a table as Parquet, `small` without statistics; Stop if polars' threads have died."""

    def write() -> bytes:
        data = BytesIO()
        frame.write_parquet(data, compression="zstd", statistics=not small)
        return data.getvalue()

    return _awaited(write)


def from_parquet(data: bytes) -> pl.DataFrame:
    """Return the table of a Parquet file; Stop if polars' threads have died."""
    return _awaited(lambda: pl.read_parquet(BytesIO(data), use_pyarrow=False))


def as_csv(frame: pl.DataFrame) -> bytes:
    """Return a table as CSV: UTF-8, comma, dot decimal, ISO dates; Stop if polars' threads have died."""
    return _awaited(frame.write_csv).encode()


def _awaited(do: Callable[[], T]) -> T:
    """Return what `do` returns, raise what it raises; Stop if it panics or does not end."""
    answers: list[T] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            answers.append(do())
        except BaseException as error:  # noqa: BLE001 - raised again, in the thread that waits.
            errors.append(error)

    thread = Thread(target=work, daemon=True)
    with _unheard():
        thread.start()
        thread.join(SECONDS)
    if answers:
        return answers[0]
    if errors and not isinstance(errors[0], pl.exceptions.PanicException):
        raise errors[0]
    raise Stop(DEAD.with_(seconds=SECONDS), Exit.NOT_WRITTEN)


@contextmanager
def _unheard() -> Iterator[None]:
    """Keep what a dying thread of polars writes of its own code from the user, if that can be done here."""
    with ExitStack() as undone:
        with suppress(OSError):
            nothing = os.open(os.devnull, os.O_WRONLY)
            undone.callback(os.close, nothing)
            kept = os.dup(STDERR)
            undone.callback(os.close, kept)
            os.dup2(nothing, STDERR)
            undone.callback(os.dup2, kept, STDERR)
        yield
