"""Hold `recon --help` against `python -c "import click"`, side by side: at most twice its time. `.ci/run` does it."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 15
MOST = 2.0


def seconds(*command: str) -> float:
    """Return how long a command takes, once."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> int:
    """Time both in turn, compare the medians."""
    pairs = [(seconds("-m", "recon", "--help"), seconds("-c", "import click")) for _ in range(RUNS + 1)][1:]
    ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"recon --help {ours:.3f} s, import click {bare:.3f} s, ratio {ours / bare:.2f} (at most {MOST})")  # noqa: T201
    return 0 if ours <= MOST * bare else 1


if __name__ == "__main__":
    sys.exit(main())
