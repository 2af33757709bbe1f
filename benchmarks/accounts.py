"""A payer's account in a made-up dossier: its conventions, titres and ledger lines, with what is true of each titre.

Numbers of titres are even: an odd one is a misprint that hits nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from .people import Commune, School

AS_OF = date(2026, 11, 30)
LAST_DAY = date(2026, 11, 28)
RATES = {"2023-2024": 4500, "2026-2027": 4100}
# Invented: only the two rates above are known.
OTHER_RATE = 4200

ENT = (
    "Participation ENT-École", "ENT École", "Contribution ENT Ecole", "PARTICIPATION ENT-ECOLE",
    "Participation espace numérique de travail", "Convention ENT école primaire", "participation ent ecole",
)  # fmt: skip
SUPPLIERS = (
    "EDF", "LA POSTE", "PAPETERIE DU MIDI", "SDIS", "TRANSPORTS VERDIER", "DRFIP OCCITANIE", "GARAGE FABRE",
    "SYNDICAT DES EAUX", "CANTINES DU SUD", "LIBRAIRIE DES ARCADES",
)  # fmt: skip
BOUGHT = (
    "Fournitures scolaires", "Transport scolaire", "Abonnement presse", "Entretien des écoles", "Cantine",
    "Facture téléphone", "Taxe foncière", "Livres médiathèque", "Travaux école primaire", "Électricité mairie",
    "Carburant", "Assurance véhicules", "Location photocopieur", "Eau et assainissement", "Réparation toiture",
)  # fmt: skip


class Convention(NamedTuple):
    """A convention in force, with its list; cents."""

    number: str
    year: str
    payer: Commune
    schools: tuple[School, ...]

    @property
    def cents(self) -> int:
        """What it brings."""
        return rate(self.year) * len(self.schools)


@dataclass(slots=True, eq=False)
class Titre:
    """A titre as issued, and its truth: `net`, `paid` and `credit` in cents, `code` the finding that says most."""

    number: str
    debtor: Commune
    convention: Convention
    amount: int
    issued_on: date
    due_on: date
    nature: str = ""
    amends: str = ""
    contested: bool = False
    net: int = 0
    paid: int = 0
    credit: int = 0
    code: str = ""
    story: str = ""

    @property
    def outstanding(self) -> int:
        """What is billed and not paid."""
        return self.net - self.paid


class Line(NamedTuple):
    """A line of a ledger; `cents` is negative where money comes back."""

    payer: Commune
    exercise: int
    bordereau: int
    mandat: int
    mandat_on: date
    paid_on: date | None
    payee: str
    label: str
    reference: str
    uai: str
    cents: int
    state: str
    account: str


def rate(year: str) -> int:
    """Return the contribution per school in cents."""
    return RATES.get(year, OTHER_RATE)


class Numbers:
    """Order numbers of titres, even and each given once, and the two ways of numbering beside the usual one."""

    def __init__(self) -> None:
        """Start with every number free."""
        self._last = 10_000

    def next(self, year: int, chance: random.Random) -> str:
        """Return a number that no titre bears yet."""
        self._last += 2
        style = chance.random()
        if style < 0.4:
            return f"031000 006 053 031 485571 {year} {self._last:07d}"
        return f"{year % 100}-{self._last:05d}" if style < 0.7 else f"TP-{year}-{self._last:06d}"


def misprinted(number: str) -> str:
    """Return a number of the same form that no titre bears."""
    return number[:-1] + str(int(number[-1]) + 1)


@dataclass(slots=True)
class Account:
    """A payer's part of the dossier: what was signed, billed and written in its ledger (None: it sends none)."""

    payer: Commune
    schools: Sequence[School]
    numbers: Numbers
    chance: random.Random
    conventions: list[Convention] = field(default_factory=list)
    titres: list[Titre] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    silent: bool = False
    mandat: int = 0

    def sign(self, year: str, schools: Sequence[School]) -> Convention:
        """Sign a convention for `schools`."""
        rank = sum(one.year == year for one in self.conventions)
        number = f"ENT-{year[:4]}-0{self.payer.insee}" + (f"-{chr(65 + rank)}" if rank else "")
        self.conventions.append(Convention(number, year, self.payer, tuple(schools)))
        return self.conventions[-1]

    def bill(self, signed: Convention, cents: int = 0, on: date | None = None, amends: str = "") -> Titre:
        """Issue a titre, of all the convention brings unless `cents` is given."""
        start = int(signed.year[:4])
        issued = on or date(start, 9, 1) + timedelta(self.chance.randrange(45))
        amount = cents or signed.cents
        titre = Titre(
            self.numbers.next(start, self.chance), self.payer, signed, amount, issued, issued + timedelta(60),
            amends=amends, net=amount,
        )  # fmt: skip
        self.titres.append(titre)
        return titre

    def amend(self, titre: Titre, nature: str, cents: int, on: date) -> None:
        """Reduce or cancel a titre."""
        number = titre.number if nature == "annulation" else self.numbers.next(on.year, self.chance)
        titre.net -= cents
        self.titres.append(Titre(number, self.payer, titre.convention, cents, on, on, nature, titre.number))

    def pay(
        self, cents: int, said: tuple[str, str, str], after: date, *settled: Titre, state: str = "payé", mandat: int = 0
    ) -> int:
        """Write a ledger line dated after a day; it pays the net of `settled` in truth. Return its mandat."""
        if not mandat:
            self.mandat += self.chance.randrange(1, 40)
            mandat = self.mandat
        last = LAST_DAY if after.year == LAST_DAY.year else date(after.year, 12, 20)
        ordered = after + timedelta(1 + self.chance.randrange(max((last - after).days - 9, 1)))
        paid_on = ordered + timedelta(2 + self.chance.randrange(6)) if state == "payé" else None
        label, reference, uai = said
        payee = self.chance.choice(("DRFIP OCCITANIE", "RECTORAT", "REGION ACADEMIQUE OCCITANIE"))
        self.lines.append(
            Line(self.payer, ordered.year, 1 + mandat // 9, mandat, ordered, paid_on, payee, label, reference, uai,
                 cents, state, "6558")
        )  # fmt: skip
        for titre in settled:
            titre.paid = titre.net
        return mandat

    def noise(self, count: int, year: int) -> None:
        """Write lines that are no business of ours, all paid."""
        last = LAST_DAY.month * 28 if year == LAST_DAY.year else 330
        for _ in range(count):
            self.mandat += 1
            day = date(year, 1, 2) + timedelta(self.chance.randrange(last - 8))
            cents = self.chance.randrange(500, 900_000)
            bought, supplier = self.chance.choice(BOUGHT), self.chance.choice(SUPPLIERS)
            account = self.chance.choice(("60632", "6156", "6161", "6182", "6558"))
            self.lines.append(
                Line(self.payer, year, 1 + self.mandat // 9, self.mandat, day, day + timedelta(8), supplier,
                     f"{bought} {day:%m/%Y}", f"F{self.chance.randrange(1000, 9999)}", "", cents, "payé", account)
            )  # fmt: skip


# What a line says: label, reference, UAI -----------------------------------------------------------------------------

Said = tuple[str, str, str]


def by_number(number: str, chance: random.Random) -> Said:
    """Cite a whole number, in the reference or in the label."""
    written = number.replace(" ", chance.choice((" ", "", "-"))) if " " in number else number
    ent = chance.choice(ENT)
    ways = (
        (ent, written, ""),
        (ent, written, ""),
        (f"{ent} titre {written}", "", ""),
        (f"{ent} {written} du 12/10/2026", "", ""),
    )
    return chance.choice(ways)


def by_suffix(number: str, chance: random.Random) -> Said:
    """Cite the order number with its zeros."""
    order = number.replace(" ", "-").rpartition("-")[2]
    return f"{chance.choice(ENT)} titre n° {order}", "", ""


def listed(titres: Sequence[Titre], chance: random.Random) -> Said:
    """Cite several numbers."""
    numbers = chance.choice((", ", " et ", " + ")).join(titre.number for titre in titres)
    ent = chance.choice(ENT)
    return (ent, numbers, "") if chance.random() < 0.5 else (f"{ent} titres {numbers}", "", "")
