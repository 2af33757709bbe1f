"""Made-up dossiers of any size, and what is true of each titre: `python -m benchmarks.dossiers region FOLDER --seed 1`.

The truth lies beside the dossier, as FOLDER-truth.csv; recon never reads it. The same seed makes the same cells.
"""

from __future__ import annotations

import argparse
import csv
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.sheets import Page

from . import lists
from .accounts import RATES, Account, Numbers
from .layouts import ledger, one_ledger
from .people import FRANCE, MOST_COMMUNES, OCCITANIE, Commune, Place, places, siret
from .quick_xlsx import xlsx
from .stories import PAID_BY_ANOTHER, STORIES, pay_for, play

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.sheets import Cell, Rows

    from .accounts import Line, Titre

NEW = "2026-2027"
TEN_YEARS = tuple(f"{year}-{year + 1}" for year in range(2017, 2027))
# One ledger in eight is a grand livre; by rank, so that twice the payers are twice the lines.
EVERY, GRAND_LIVRE_LINES, OTHER_LINES = 8, 300, 24
# Of a hundred payers, some are paid for by an EPCI that sends its own ledger; of years gone by few titres stay unpaid.
BY_ANOTHER, OLD_UNPAID = 0.02, 0.03
TRUTH = ("titre", "payer_siren", "story", "net", "paid", "outstanding", "credit", "finding")


@dataclass(frozen=True, slots=True)
class Size:
    """How large a dossier is; `lines` of ledgers, all of them and the enrolments in one file each, or none said."""

    schools: int
    payers: int
    departments: Sequence[str] = OCCITANIE
    years: Sequence[str] = (NEW,)
    lines: int = 0


SIZES = {
    "demo": Size(70, 40, OCCITANIE[:3]),
    "region": Size(4_104, 2_388),
    "country": Size(45_000, 25_000, FRANCE),
    "decade": Size(4_104, 2_388, years=TEN_YEARS),
    "two files": Size(60_000, 2_388, lines=60_000),
}


@dataclass(slots=True)
class Made:
    """A dossier being made: where, the stories that none has told yet, what is true of its titres, and counts."""

    folder: Path
    chance: random.Random
    numbers: Numbers = field(default_factory=Numbers)
    untold: list[str] = field(default_factory=lambda: [*(name for name, _, _ in STORIES), *[PAID_BY_ANOTHER] * 2])
    truth: list[Titre] = field(default_factory=list)
    files: int = 0
    ledgers: int = 0
    together: list[tuple[Commune, Line]] | None = None

    def write(self, name: str, data: bytes) -> None:
        """Write a file of the dossier."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.files += 1


def sized(payers: int) -> Size:
    """Return a dossier of `payers` payers with as many schools each as a region has, of all France where they need it.

    ValueError if France has no codes for so many.
    """
    if payers > len(FRANCE) * MOST_COMMUNES:
        raise ValueError(f"no more than {len(FRANCE) * MOST_COMMUNES} payers")
    region = OCCITANIE if payers > 100 else OCCITANIE[:3]
    return Size(payers * 12 // 7, payers, region if payers <= len(region) * MOST_COMMUNES else FRANCE)


def make(folder: Path, size: Size, seed: int) -> Made:
    """Write a dossier, and its truth beside it; return what is known of it."""
    chance = random.Random(seed)  # noqa: S311
    made = Made(folder, chance, together=[] if size.lines else None)
    everyone = places(size.schools, size.payers, size.departments, chance)
    made.write("recon.toml", _settings())
    made.write("referentiels/communes.xlsx", _communes(everyone))
    for department in size.departments:
        own = [place for place in everyone if place.commune.department == department]
        if own:
            _department(made, department, own, size)
    if made.together is not None:
        made.write("inscriptions/liste.xlsx", lists.whole_list(everyone, NEW))
        made.write("paiements/registre.xlsx", one_ledger(_filled(made.together, size.lines, chance)))
    _write_truth(folder.with_name(f"{folder.name}-truth.csv"), made.truth)
    return made


def _settings() -> bytes:
    rates = "".join(f'"{year}" = "{cents // 100}.{cents % 100:02d}"\n' for year, cents in RATES.items())
    return f'langue = "fr"\n\n[tarifs]\n{rates}\n[relance]\nseuil = "5.00"\n'.encode()


def _communes(everyone: Iterable[Place]) -> bytes:
    rows: Rows = [
        [one.insee, one.name.upper(), one.department, one.siren, None, None] for one in (p.commune for p in everyone)
    ]
    titles: list[Cell] = ["Code INSEE", "Commune", "Département", "SIREN", "Ancien code INSEE", "Ancien SIREN"]
    return xlsx([Page("Communes", [titles, *rows])])


def _department(made: Made, department: str, own: Sequence[Place], size: Size) -> None:
    years = size.years
    accounts = [Account(place.commune, place.schools, made.numbers, made.chance) for place in own]
    for year in years:
        seen = {id(account): (len(account.conventions), len(account.titres)) for account in accounts}
        others = _told(accounts, year, years, made, department)
        signed = [one for account in accounts for one in account.conventions[seen[id(account)][0] :]]
        issued = [one for account in accounts for one in account.titres[seen[id(account)][1] :]]
        for kind in (
            () if size.lines else lists.enrolments(department, own, year, made.chance),
            lists.conventions(department, signed, year, made.chance),
            lists.titres(department, issued, year, made.chance),
        ):
            for name, data in kind:
                made.write(name, data)
        for account in (*accounts, *others):
            _ledger(made, account, int(year[:4]))
        made.truth += [titre for titre in issued if not titre.nature]


def _told(accounts: Sequence[Account], year: str, years: Sequence[str], made: Made, department: str) -> list[Account]:
    """Tell the stories of a year; return the accounts of those who paid for others."""
    debts: list[Titre] = []
    for account in accounts:
        chosen = _story(made, account) if year == years[-1] else _old_story(made.chance)
        play(account, year, "no_ledger" if chosen == PAID_BY_ANOTHER else chosen)
        if chosen == PAID_BY_ANOTHER:
            debts.append(account.titres[-1])
    groups = [debts[start : start + 4] for start in range(0, len(debts), 4)]
    return [_payer_for(group, rank, made, department) for rank, group in enumerate(groups) if len(group) > 1]


def _story(made: Made, account: Account) -> str:
    """Return the story to tell, or none; where an old titre is open too, what names nothing would be of two minds."""
    if any(titre.outstanding for titre in account.titres):
        return "cited"
    if made.untold:
        return made.untold.pop()
    return PAID_BY_ANOTHER if made.chance.random() < BY_ANOTHER else ""


def _old_story(chance: random.Random) -> str:
    return "not_paid" if chance.random() < OLD_UNPAID else "cited"


def _payer_for(debts: Sequence[Titre], rank: int, made: Made, department: str) -> Account:
    """Return the account of an EPCI that pays several communes' titres."""
    name, seat = f"Communauté de communes {department}-{rank}", siret(f"2000{department}{rank:02d}")
    epci = Commune(f"{department}9{rank:02d}", name, seat, unique=False, listed=False)
    account = Account(epci, (), made.numbers, made.chance)
    pay_for(account, debts)
    return account


def _ledger(made: Made, account: Account, year: int) -> None:
    """Write the ledger of a year, one in eight a grand livre, and forget its lines."""
    chance = made.chance
    if made.together is not None:
        made.together += [(account.payer, line) for line in account.lines if not account.silent]
    elif not account.silent:
        made.ledgers += 1
        count = chance.randrange(OTHER_LINES) if made.ledgers % EVERY else GRAND_LIVRE_LINES
        account.noise(max(count - len(account.lines), 0 if account.lines else 1), year)
        name, data = ledger(account.payer, account.lines, year, chance)
        made.write(f"paiements/{account.payer.insee[:2]}/{name}", data)
    account.silent = False
    account.lines.clear()


def _filled(told: list[tuple[Commune, Line]], lines: int, chance: random.Random) -> list[tuple[Commune, Line]]:
    """Return the lines of all payers and, up to `lines` of them, others that have nothing to do with ENT-École."""
    payers = sorted({payer for payer, _ in told})
    share = (lines - len(told)) // len(payers)
    found = list(told)
    for payer in payers:
        other = Account(payer, (), Numbers(), chance, mandat=50_000)
        other.noise(share, int(NEW[:4]))
        found += [(payer, line) for line in other.lines]
    return found


def _write_truth(path: Path, titres: Iterable[Titre]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(TRUTH)
        for one in titres:
            told = (one.number, one.debtor.siren, one.story, one.net, one.paid, one.outstanding, one.credit, one.code)
            out.writerow(told)


def truth(folder: Path) -> Iterator[dict[str, str]]:
    """Yield what is true of each titre of a made dossier, amounts in cents."""
    with folder.with_name(f"{folder.name}-truth.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def main() -> None:
    """Make a dossier."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("size", help=f"{', '.join(SIZES)}, or a number of payers")
    options.add_argument("folder", type=Path)
    options.add_argument("--seed", type=int, default=66)
    asked = options.parse_args()
    start = time.process_time()
    size = SIZES.get(asked.size) or sized(int(asked.size))
    made = make(asked.folder, size, asked.seed)
    print(f"{made.files} files, {len(made.truth)} titres, {time.process_time() - start:.1f} s of processor")  # noqa: T201


if __name__ == "__main__":
    main()
