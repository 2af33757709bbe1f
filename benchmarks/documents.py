"""How long it takes to read a region's convention PDFs and to understand them: `python -m benchmarks.documents`.

The PDFs are of our own making (`tests/convention_texts.py`), of five to seven pages with running titles, page numbers
and a council's decision. Wall time and processor time, the reading processes' included, are printed beside the target:
2,388 documents in 60 seconds on two processors.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from recon.documents import layout_of
from recon.readers import Refused
from recon.readers.apart import read_books
from tests.convention_texts import Described, convention, decision, paged, pdf, school

PAYERS, SECONDS = 2388, 60
LINES_A_PAGE = 40
PROSE = (
    "Chaque partie désigne une personne qui suit le projet et répond aux questions des écoles tout au long de l'année.",
    "Les écoles gardent la main sur ce qu'elles publient ; la commune publie ses annonces sous son propre nom.",
    "Un bilan des usages est adressé chaque printemps aux communes, école par école, sans aucune donnée personnelle.",
)


def main() -> None:
    """Write some PDFs, read each of them as often as it takes, and print the time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=PAYERS, help="how many documents to read")
    parser.add_argument("--distinct", type=int, default=24, help="how many of them are distinct")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="recon_") as folder:
        made = [_made(number, Path(folder)) for number in range(asked.distinct)]
        paths = [made[number % len(made)] for number in range(asked.count)]
        before, start = os.times(), time.perf_counter()
        for book in read_books(paths):
            if isinstance(book, Refused):
                raise book
            layout_of(book, "conventions/c.pdf")
        wall, after = time.perf_counter() - start, os.times()
    own = after.user + after.system - before.user - before.system
    children = after.children_user + after.children_system - before.children_user - before.children_system
    each = 1000 * (own + children) / asked.count
    print(f"{asked.count} documents: {wall:.1f} s, target {SECONDS * asked.count / PAYERS:.1f}")  # noqa: T201
    print(f"processor: {own:.1f} s here, {children:.1f} s in the readers, {each:.1f} ms each")  # noqa: T201


def _made(number: int, folder: Path) -> Path:
    """Write one convention; every eighth is a town's, with 57 schools."""
    count = 57 if number % 8 == 0 else 1 + number % 4
    schools = tuple(school(660100 + 60 * number + at, name=f"Ecole primaire n°{at}") for at in range(count))
    told = replace(Described(), schools=schools, extra=PROSE * (45 + number % 15))
    lines = decision(told) + convention(told)
    path = folder / f"{number}.pdf"
    return pdf(
        paged(lines, LINES_A_PAGE), path, header="Envoyé en préfecture le 10/06/2026", footer="Page {page}/{pages}"
    )


if __name__ == "__main__":
    main()
