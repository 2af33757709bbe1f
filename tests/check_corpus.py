"""Run `recon` on every file of the shared corpus and on made-up attacks, each under limits. `.ci/run` does it.

The tools and the corpus lie in the folder that RECON_CORPUS_TOOLS names, else in `../shared` beside the repository;
where there is none, nothing is checked, and that is said. `recon cells` must refuse with 3 and `recon validate` end with
1 or 3; no run may crash, hang, take a gigabyte, leave a process or a control character, or contradict a manifest.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
COMMANDS = (("3", ("cells", "{file}")), ("3", ("cells", "--json", "{file}")), ("1,3", ("validate", "{file}")))
# `validate` reads by the same processes as `cells`: all of the corpus on demand, a fixed part of it each time.
WHOLE, PART = "RECON_CORPUS_WHOLE", "100"
MEGABYTES = "1024"
SEEDS, MUTATIONS_OF_EACH = 25, "4"
MOST_SEED_BYTES = 60_000
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv")


def shared() -> Path | None:
    """Return the folder of the tools and the corpus, None if there is none."""
    named = os.environ.get("RECON_CORPUS_TOOLS")
    folder = Path(named) if named else ROOT.parent / "shared"
    return folder if (folder / "tools" / "corpus_run.py").is_file() else None


def main() -> int:
    """Write the attacks, run every command on them and on the corpus; 1 if a run was bad."""
    folder = shared()
    if folder is None:
        print("check_corpus: skipped, there is no folder of tools and corpus (RECON_CORPUS_TOOLS)")  # noqa: T201
        return 0
    with tempfile.TemporaryDirectory(prefix="recon_corpus_") as place:
        attacks = _attacks(folder, Path(place))
        good = [_run(folder, files, codes, arguments) for files, codes, arguments in _runs(folder / "corpus", attacks)]
    return 0 if all(good) else 1


def _runs(corpus: Path, attacks: Path) -> list[tuple[Path, str, tuple[str, ...]]]:
    """Return what is run: the JSON of every cell holds what the screen does, so the corpus is read once as JSON."""
    screen, as_json, validate = COMMANDS
    # The manifest says what a reader must do; to `validate`, what is read and is no list of a school's is refused.
    unnamed = attacks.with_name("attacks_to_validate")
    shutil.copytree(attacks, unnamed, symlinks=True, ignore=_all_but_files)
    return [(attacks, *screen), (corpus, *as_json), (unnamed, *validate), (corpus, *validate)]


def _all_but_files(folder: str, names: list[str]) -> list[str]:
    """Return what is not copied: the manifest, and pipes and sockets, which nothing copies."""
    return [n for n in names if n == "manifest.tsv" or not (Path(folder) / n).is_file()]


def _sampled(files: Path, arguments: tuple[str, ...]) -> list[str]:
    """Return the option that takes a part of the corpus only."""
    whole = os.environ.get(WHOLE) or files.name != "corpus" or arguments[0] != "validate"
    return [] if whole else ["--sample", PART]


def _attacks(folder: Path, place: Path) -> Path:
    """Write the attacks, and mutations of a sample of the corpus, drawn from a fixed seed."""
    seeds, attacks = place / "seeds", place / "attacks"
    seeds.mkdir()
    found = sorted(
        path
        for path in (folder / "corpus").rglob("*")
        if path.suffix in WORKBOOKS and path.is_file() and path.stat().st_size <= MOST_SEED_BYTES
    )
    for number, path in enumerate(random.Random(2026).sample(found, min(SEEDS, len(found)))):  # noqa: S311
        shutil.copy(path, seeds / f"{number:02d}{path.suffix}")
    xlsb = next((path for path in found if path.suffix == ".xlsb"), None)
    options = ["--mutate", str(seeds), "--per-seed", MUTATIONS_OF_EACH, *(["--seed-xlsb", str(xlsb)] if xlsb else [])]
    program = [sys.executable, "-W", "ignore", str(folder / "tools" / "make_attacks.py"), str(attacks), *options]
    subprocess.run(program, check=True, stderr=subprocess.DEVNULL)
    return attacks


def _run(folder: Path, files: Path, codes: str, arguments: tuple[str, ...]) -> bool:
    print(f"recon {' '.join(arguments)} on {files.name}", flush=True)  # noqa: T201
    limits = ["--memory", MEGABYTES, "--refuse-codes", codes]
    limits += _sampled(files, arguments)
    program = [sys.executable, str(folder / "tools" / "corpus_run.py"), str(files), *limits, "--"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "schemas")])}
    done = subprocess.run([*program, sys.executable, "-m", "recon", *arguments], check=False, env=environment)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
