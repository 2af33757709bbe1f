"""A year of a small region whose truth is known: what each month's files say, and what must then be paid and open.

Each payment knows the titre that it settles, by the number that it cites or by the officer's decision; the truth adds
up what the files of the day say. Nothing here looks at the code that matches.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import TYPE_CHECKING

from stdnum import luhn

from recon.identifiers import uai_letter
from tests.dossiers import CONVENTIONS, ENROLMENTS, LISTS, PAYMENTS, TITRES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RATE = 4100
# From the first titres to the end of a budget year: two school years are never open at once, two calendar years are.
MONTHS = [(2026, month) for month in range(9, 13)] + [(2027, month) for month in range(1, 9)]


def last_day(month: tuple[int, int]) -> date:
    return date(*month, calendar.monthrange(*month)[1])


def name(month: tuple[int, int]) -> str:
    return f"{month[0]}-{month[1]:02d}"


@dataclass(slots=True)
class Payment:
    """A mandat: its titre, "" if its words do not say which; the months in which it is told, and by which it is not."""

    payer: Payer
    mandat: int
    on: date
    cents: int
    titre: str
    cites: bool
    told_from: int
    told_until: int = 99
    decided: str = ""

    @property
    def line(self) -> str:
        """The ledger's line."""
        said = f"{self.on:%d/%m/%Y}"
        words = f"ENT-École;{self.titre}" if self.cites else "participation ENT;"
        amount = f"{self.cents // 100},{self.cents % 100:02d}"
        return f"{self.payer.siret};{self.on.year};{self.mandat};{said};{said};{words};;{amount};payé"


@dataclass(slots=True)
class Payer:
    """A commune: its schools, its titres with their cents, and how it sends its ledger."""

    siret: str
    uais: list[str]
    titres: dict[str, int]
    monthly: bool
    twice: bool
    payments: list[Payment] = field(default_factory=list)


class Region:
    """Payers and what they do in twelve months, from a seed."""

    def __init__(self, seed: int, payers: int) -> None:
        """Make every payer and its payments."""
        self.rng = Random(seed)  # noqa: S311  Nothing is secret.
        self.payers = [self._payer(number) for number in range(payers)]

    def _payer(self, number: int) -> Payer:
        siren = luhn.calc_check_digit(f"21{number:06d}")
        siren = f"21{number:06d}{siren}"
        siret = f"{siren}0001"
        siret += luhn.calc_check_digit(siret)
        # Every fifth has two conventions of one amount: a payment without a number may be for either.
        titres = 2 if number % 5 == 0 else 1
        schools = 1 if titres == 2 else self.rng.randint(1, 4)
        uais = [f"{66 + number // 1000:03d}{number % 1000 * 8 + place:04d}" for place in range(schools * titres)]
        numbers = {f"TP-2026-{number * 2 + place + 1:05d}": RATE * schools for place in range(titres)}
        payer = Payer(siret, [uai + uai_letter(uai) for uai in uais], numbers, number % 3 == 0, number % 4 == 0)
        self._pays(payer, number)
        return payer

    def _pays(self, payer: Payer, number: int) -> None:
        rng = self.rng
        for place, (titre, cents) in enumerate(payer.titres.items()):
            # Some never pay; of two titres the second stays open, so that words alone never tell which is meant.
            if number % 7 == 6 or place:
                continue
            parts = [cents] if rng.random() < 0.7 else [cents // 2, cents - cents // 2]
            for part in parts:
                month = rng.randrange(1, 11)
                on = date(*MONTHS[month], rng.randint(1, 28))
                late = rng.choice((0, 0, 0, 1, 2))
                payment = Payment(payer, 100 + len(payer.payments), on, part, titre, True, month + late)
                if number % 5 == 0 and len(parts) == 1:
                    payment.cites = False
                elif number % 6 == 1 and not payer.monthly:
                    # Told, then gone from the corrected ledger, for good.
                    payment.told_until = payment.told_from + 2
                payer.payments.append(payment)

    # Files ---------------------------------------------------------------------------------------------------------

    def write_base(self, dossier: Path) -> None:
        """Write all but the ledgers."""
        enrolments, conventions, lists, titres = [ENROLMENTS], [CONVENTIONS], [LISTS], [TITRES]
        for payer in self.payers:
            for place, (titre, cents) in enumerate(payer.titres.items()):
                convention, count = f"C-{titre}", cents // RATE
                uais = payer.uais[place * count : (place + 1) * count]
                enrolments += [f"2026-2027;{uai};École {uai};COMMUNE;{payer.siret[:9]};;" for uai in uais]
                conventions.append(f"{convention};2026-2027;{payer.siret};COMMUNE {payer.siret[:9]};01/06/2026;15/06/2026;31/08/2027;41,00;{count};{cents // 100},00;signée;;")  # fmt: skip
                lists += [f"{convention};{uai};École;" for uai in uais]
                titres.append(f"{titre};;;{payer.siret};{convention};;{cents // 100},00;01/09/2026;31/10/2026;")
        for path, lines in (("inscriptions/liste.csv", enrolments), ("conventions/registre.csv", conventions), ("conventions/ecoles.csv", lists), ("titres/titres.csv", titres)):  # fmt: skip
            _write(dossier / path, lines)
        (dossier / "recon.toml").write_text('[tarifs]\n"2026-2027" = "41.00"\n', encoding="utf-8")

    def write_ledgers(self, dossier: Path, month: int) -> None:
        """Write what arrives in a month: new files, new versions of old ones, and the same ones again."""
        for payer in self.payers:
            told = [one for one in payer.payments if one.told_from <= month < one.told_until]
            siren = payer.siret[:9]
            if not payer.monthly:
                # A corrected ledger has its lines in another order.
                if payer.payments and month >= min(one.told_from for one in payer.payments):
                    _write(
                        dossier / f"paiements/{siren}.csv",
                        [PAYMENTS, *(one.line for one in reversed(told)), _other(payer)],
                    )
                continue
            if fresh := [one.line for one in told if one.told_from == month]:
                _write(dossier / f"paiements/{siren}_{name(MONTHS[month])}.csv", [PAYMENTS, *fresh])
                if payer.twice:
                    _write(dossier / f"paiements/copies/{siren}_{name(MONTHS[month])}.csv", [PAYMENTS, *fresh])

    # Truth ---------------------------------------------------------------------------------------------------------

    def known(self, month: int) -> Iterator[Payment]:
        """Yield the payments that the dossier tells in a month, of that month or before."""
        for payer in self.payers:
            for payment in payer.payments:
                here = payment.told_from <= month and (payer.monthly or month < payment.told_until)
                if here and payment.on <= last_day(MONTHS[month]):
                    yield payment

    def paid(self, month: int) -> dict[str, int]:
        """Return what is paid of each titre, in cents."""
        sums = {titre: 0 for payer in self.payers for titre in payer.titres}
        for payment in self.known(month):
            titre = payment.titre if payment.cites else payment.decided
            if titre:
                sums[titre] += payment.cents
        return sums

    def undecided(self, month: int) -> list[Payment]:
        """Return the payments that may be for either of two open titres: an officer has to say."""
        return [one for one in self.known(month) if not one.cites and not one.decided]


def _other(payer: Payer) -> str:
    """A line that has nothing to do with ENT-École."""
    return f"{payer.siret};2026;9000;02/09/2026;02/09/2026;Fournitures;F12;;41,00;payé"


def _write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
