"""Random payers whose truth is known: the rows of a dossier, and what DOMAIN.md says must come out of them.

A story is one scenario played by one payer or a few; `tests.truth_scenarios` holds them. Nothing here looks at the
code that matches: allocations are written down by the scenario, what is still unpaid follows from sections 5 and 6.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from stdnum import luhn

from recon.identifiers import uai_letter
from tests.dossiers import AS_OF, CONVENTIONS, ENROLMENTS, LISTS, PAYMENTS, TITRES, file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from recon.pipeline import File

OLD, NEW, LAPSING = "2023-2024", "2026-2027", "2022-2023"
RATE = {OLD: 4500, NEW: 4100, LAPSING: 4300}
DEPARTMENTS = ("009", "011", "012", "030", "031", "032", "034", "046", "048", "065", "066", "081", "082")
FILES = {
    "enrolments": ("inscriptions/liste.csv", ENROLMENTS),
    "conventions": ("conventions/registre.csv", CONVENTIONS),
    "lists": ("conventions/ecoles.csv", LISTS),
    "titres": ("titres/titres.csv", TITRES),
    "payments": ("paiements/registre.csv", PAYMENTS),
}
LAST_DAY = date(2026, 11, 28)
NOISE = (
    "Fournitures scolaires", "Transport scolaire", "Abonnement presse", "Entretien des écoles", "Cantine novembre",
    "Facture F4512 téléphone", "Taxe foncière", "Livres médiathèque", "Travaux école primaire", "DRFIP redevance",
)  # fmt: skip

TP, STATE, SHORT = "TP", "state", "short"
DIGITS = {TP: 6, STATE: 7, SHORT: 5}


# Identifiers ---------------------------------------------------------------------------------------------------------


class Number(NamedTuple):
    """A titre's number in its parts: how it is built, the calendar year in it, and its order number."""

    style: str
    year: int
    order: int

    @property
    def digits(self) -> str:
        """Return the order number with its zeros."""
        return f"{self.order:0{DIGITS[self.style]}d}"

    def __str__(self) -> str:
        """Return the number as the titres' file writes it."""
        if self.style == STATE:
            return f"031000 006 053 031 485571 {self.year} {self.digits}"
        return f"TP-{self.year}-{self.digits}" if self.style == TP else f"{self.year % 100}-{self.digits}"


class Numbers:
    """Order numbers, each given once for all years: every suffix is unique, and a wrong number hits nobody."""

    def __init__(self, rng: Random) -> None:
        """Start with every number free."""
        self.rng = rng
        self.used: dict[str, set[int]] = {style: set() for style in DIGITS}

    def run(self, style: str, length: int) -> int:
        """Return the first of `length` consecutive free order numbers, now taken."""
        while True:
            first = self.rng.randrange(100, 10 ** DIGITS[style] - length)
            wanted = set(range(first, first + length))
            if not wanted & self.used[style]:
                self.used[style] |= wanted
                return first

    def wrong(self, number: Number) -> Number:
        """Return a free number, now taken, that differs by one digit or by two neighbours swapped."""
        while True:
            digits = list(number.digits)
            at = self.rng.randrange(len(digits) - 1)
            if self.rng.random() < 0.5:
                digits[at], digits[at + 1] = digits[at + 1], digits[at]
            else:
                digits[at] = self.rng.choice("0123456789")
            order = int("".join(digits))
            if order not in self.used[number.style]:
                self.used[number.style].add(order)
                return number._replace(order=order)


class World:
    """Whatever must be unique in the whole dossier: SIRENs, names, schools, order numbers."""

    def __init__(self, seed: int) -> None:
        """Start an empty world; the same seed makes the same one."""
        self.rng = Random(seed)  # noqa: S311
        self.numbers = Numbers(self.rng)
        self.stories: list[Story] = []
        self._uais = self._new_uais()
        self._sirets = self._new_sirets()
        self._names: set[str] = set()

    def uai(self) -> str:
        """Return the UAI of a school that nobody has yet."""
        return next(self._uais)

    def siret(self) -> str:
        """Return a SIRET whose SIREN nobody has yet, both keys right."""
        return next(self._sirets)

    def name(self) -> str:
        """Return a commune's name, of eight letters so that none holds another."""
        while True:
            name = "".join(self.rng.choice("BDFGLMNPRSTVZ") + self.rng.choice("AEIOU") for _ in range(4))
            if name not in self._names:
                self._names.add(name)
                return self.rng.choice(("", "", "SAINT-")) + name

    def play(self, scenario: str) -> Story:
        """Begin a story."""
        self.stories.append(Story(self, scenario))
        return self.stories[-1]

    @staticmethod
    def _new_uais() -> Iterator[str]:
        for number in range(1, 10000):
            for department in DEPARTMENTS:
                digits = f"{department}{number:04d}"
                yield digits + uai_letter(digits)

    @staticmethod
    def _new_sirets() -> Iterator[str]:
        for number in count(11):
            siren = f"21{number * 37 % 1000000:06d}"
            siren += luhn.calc_check_digit(siren)
            siret = f"{siren}0001"
            yield siret + luhn.calc_check_digit(siret)


# A story and its payers ----------------------------------------------------------------------------------------------


class Said(NamedTuple):
    """What a ledger line says besides its amount."""

    label: str
    reference: str = ""
    uai: str = ""


@dataclass(frozen=True, slots=True)
class Convention:
    """A convention as it was written to the register."""

    number: str
    year: str
    uais: tuple[str, ...]

    @property
    def cents(self) -> int:
        """What it brings."""
        return RATE[self.year] * len(self.uais)


@dataclass(slots=True, eq=False)
class Titre:
    """A titre as it was issued; `cents` is its net, `instead` the code that says better what it lacks."""

    number: Number
    payer: Payer
    convention: Convention
    cents: int
    issued_on: date
    due_on: date
    contested: bool = False
    instead: str = ""

    @property
    def year(self) -> str:
        """Return its school year."""
        return self.convention.year


@dataclass(slots=True, eq=False)
class Story:
    """One scenario: the rows, and the truth. `pairing_free` says that which of equal payments pays which of equal
    titres is a convention: only the sums by titre are certain then."""

    world: World
    scenario: str
    rows: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in FILES})
    payers: list[Payer] = field(default_factory=list)
    titres: list[Titre] = field(default_factory=list)
    allocated: Counter[tuple[str, str]] = field(default_factory=Counter)
    codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    pairing_free: bool = False

    @property
    def rng(self) -> Random:
        """Return the world's chance."""
        return self.world.rng

    def payer(self) -> Payer:
        """Let a new payer enter."""
        new = Payer(self, self.world.siret(), self.world.name(), self.rng.choices((TP, STATE, SHORT), (8, 1, 1))[0])
        self.payers.append(new)
        return new

    def paid(self) -> dict[str, int]:
        """Return what each titre has been paid."""
        sums = {str(titre.number): 0 for titre in self.titres}
        for (_, titre), cents in self.allocated.items():
            sums[titre] += cents
        return sums

    def finish(self) -> None:
        """Add the codes of what is still unpaid: T06, one P14 for a payer without ledger, P03 or its better, P01, P02."""
        paid = self.paid()
        silent: set[Payer] = set()
        for titre in self.titres:
            if paid[str(titre.number)] == titre.cents:
                continue
            if titre.contested:
                titre.payer.expect("T06")
            elif not titre.payer.heard:
                silent.add(titre.payer)
            else:
                late = "P01" if titre.due_on < AS_OF else "P02"
                titre.payer.expect(titre.instead or ("P03" if paid[str(titre.number)] else late))
        for payer in silent:
            payer.expect("P14")


@dataclass(slots=True, eq=False)
class Payer:
    """Who signs, owes and pays; its methods write rows."""

    story: Story
    siret: str
    name: str
    style: str
    conventions: list[Convention] = field(default_factory=list)
    titres: list[Titre] = field(default_factory=list)
    mandats: Counter[int] = field(default_factory=Counter)
    heard: bool = False

    @property
    def siren(self) -> str:
        """Return its SIREN."""
        return self.siret[:9]

    @property
    def rng(self) -> Random:
        """Return the world's chance."""
        return self.story.world.rng

    def expect(self, *codes: str) -> None:
        """Write down findings of this payer."""
        self.story.codes.update((self.siren, code) for code in codes)

    def sign(self, year: str, schools: int, uais: Sequence[str] = (), *, proposed: bool = False) -> Convention:
        """Write a clean convention, its list, and the enrolment of its schools."""
        listed = tuple(uais) or tuple(self.story.world.uai() for _ in range(schools))
        number = f"ENT-{year[:4]}-{self.siren[2:8]}" + f"-{'ABCDEFGH'[len(self.conventions)]}"
        signed = Convention(number, year, listed)
        start, end = year.split("-")
        days = ";" if proposed else f"01/06/{start};15/06/{start}"
        status = "proposée" if proposed else self.rng.choice(("signée", "signée", ""))
        self._row(
            "conventions",
            f"{number};{year};{self.siret};{self.name};{days};31/08/{end};{money(RATE[year])};{len(listed)};"
            f"{money(signed.cents)};{status};;",
        )
        for uai in listed:
            self._row("lists", f"{number};{uai};École;")
            self._row("enrolments", f"{year};{uai};École {uai};{self.name};{self.siren};inscrite;")
        self.conventions.append(signed)
        return signed

    def bill(
        self, signed: Convention, cents: int = 0, *, order: int = 0, contested: bool = False, amends: str = "",
        issued: date | None = None, sole: bool = False,
    ) -> Titre:  # fmt: skip
        """Issue a titre; `sole` says that its school year alone leads to its convention."""
        issued_on, due_on = self._days(signed.year, issued)
        order = order or self.story.world.numbers.run(self.style, 1)
        amount = cents or signed.cents
        titre = Titre(
            Number(self.style, issued_on.year, order), self, signed, amount, issued_on, due_on, contested=contested
        )
        named = f";{signed.year}" if sole and self.rng.random() < 0.3 else f"{signed.number};"
        status = "contesté" if contested else self.rng.choice(("", "émis"))
        nature = self.rng.choice(("", "émission"))
        self._row(
            "titres",
            f"{titre.number};{nature};{amends};{self.siret};{named};{money(amount)};{day(issued_on)};{day(due_on)};{status}",
        )
        self.titres.append(titre)
        self.story.titres.append(titre)
        return titre

    def amend(self, titre: Titre, nature: str, cents: int, on: date) -> None:
        """Reduce or cancel a titre."""
        if nature == "annulation":
            number = str(titre.number)
        else:
            number = str(titre.number._replace(order=self.story.world.numbers.run(self.style, 1)))
        titre.cents -= cents
        self._row("titres", f"{number};{nature};{titre.number};{self.siret};;;{money(cents)};{day(on)};;")

    def pay(
        self, cents: int, said: Said, *settled: tuple[Titre, int], on: date | None = None, state: str = "payé",
        mandat: str = "",
    ) -> str:  # fmt: skip
        """Write a line of the ledger and what it settles; return its mandat's number."""
        on = on or self.some_day()
        if not mandat:
            self.mandats[on.year] += self.rng.randrange(1, 9)
            mandat = str(self.mandats[on.year])
        paid_on = day(on) if state == "payé" else ""
        ordered = on - timedelta(days=self.rng.choice((0, 0, 2, 5))) if state == "payé" else on
        self._row(
            "payments",
            f"{self.siret};{on.year};{mandat};{day(ordered)};{paid_on};{said.label};{said.reference};{said.uai};"
            f"{money(cents)};{state}",
        )
        self.heard = True
        for titre, part in settled:
            self.story.allocated[f"{self.siren}/{on.year}/{mandat}", str(titre.number)] += part
        return mandat

    def noise(self, *amounts: int) -> None:
        """Write lines that have nothing to do with the ENT."""
        for cents in amounts or (self.rng.randrange(500, 90000),):
            self.pay(cents, Said(self.rng.choice(NOISE)))

    def some_day(self, after: date | None = None) -> date:
        """Return a day on which every titre of the payer is issued, up to the end of November 2026."""
        first = after or max((titre.issued_on for titre in self.titres), default=date(2026, 10, 16))
        return first + timedelta(days=self.rng.randint(0, (LAST_DAY - first).days))

    def _days(self, year: str, issued: date | None) -> tuple[date, date]:
        chance = self.rng
        if year != NEW:
            issued_on = issued or date(int(year[5:]), chance.randint(1, 3), chance.randint(1, 28))
            return issued_on, issued_on + timedelta(days=60)
        if chance.random() < 0.3:
            return issued or date(2026, 9, chance.randint(1, 28)), date(2026, 11, chance.randint(1, 29))
        return issued or date(2026, 10, chance.randint(1, 15)), chance.choice((AS_OF, date(2026, 12, 31)))

    def _row(self, kind: str, row: str) -> None:
        self.story.rows[kind].append(row)


def money(cents: int) -> str:
    """Return an amount as a French ledger writes it."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02d}"


def day(on: date) -> str:
    """Return a day as a French ledger writes it."""
    return f"{on:%d/%m/%Y}"


# What a line says ----------------------------------------------------------------------------------------------------

ENT = (
    "Participation ENT-École", "ENT École", "Contribution ENT Ecole", "PARTICIPATION ENT-ECOLE", "ent-école",
    "Participation espace numérique de travail", "Convention ENT école primaire", "participation ent ecole",
)  # fmt: skip
PLAIN = ("Mandat rectorat", "Titre de recette", "Participation communale", "TP")


def whole(number: Number, rng: Random) -> str:
    """Return the whole number, as one of the ways that people write it."""
    written = str(number)
    if number.style == SHORT:
        return written
    spaces = rng.choice((" ", "", "-", ".", "\u00a0"))
    if number.style == STATE:
        return written.replace(" ", spaces)
    ways = (
        written, written, written.lower(), written.replace("-", spaces), written.replace("-", spaces).lower(),
        f"TP{number.year}/{number.digits}", f"TP-{number.year}/{number.digits}", written.replace("-", "–"),
    )  # fmt: skip
    return rng.choice(ways)


def suffix(number: Number, rng: Random) -> str:
    """Return the order number, alone or called a titre, some with the year before it."""
    year = number.year if number.style != SHORT else number.year % 100
    ways = (
        number.digits, f"titre {number.digits}", f"titre n° {number.digits}", f"titre n°{year}-{number.digits}",
        f"titre {year}-{number.digits}",
    )  # fmt: skip
    return rng.choice(ways)


def free(rng: Random) -> Said:
    """Speak of the ENT and of nothing else."""
    more = rng.choice(("", "", "", " exercice 2026", " du 12/10/2026", " mandat 45 bordereau 7"))
    return Said(rng.choice(ENT) + more, rng.choice(("", "", "ENT")))


def by_number(titre: Titre, rng: Random) -> Said:
    """Cite a titre: its whole number or its suffix, in the reference or in the label."""
    if rng.random() < 0.3:
        return _framed(suffix(titre.number, rng), rng)
    return by_whole(titre.number, rng, titre)


def by_whole(number: Number, rng: Random, titre: Titre | None = None) -> Said:
    """Cite a whole number, in the reference or in the label."""
    written = whole(number, rng)
    chance = rng.random()
    if chance < 0.4:
        label = rng.choice(ENT) if number.style == SHORT else rng.choice((*ENT, *PLAIN))
        return Said(label, written)
    if chance < 0.6 and number.style == TP:
        return Said(f"titre de perception {written} du 12/10/2026")
    if chance < 0.7 and titre is not None:
        return Said(f"{rng.choice(ENT)} {titre.year} titre {written}")
    if chance < 0.8:
        return Said(f"{rng.choice(ENT)} {written}", whole(number, rng))
    return _framed(written, rng)


def _framed(written: str, rng: Random) -> Said:
    ent = rng.choice(ENT)
    bare = written.removeprefix("titre ").removeprefix("n° ")
    frames = (
        Said(ent, written), Said(f"{ent} {written}"), Said(f"{ent} titre {bare}"), Said(f"{ent} (titre {bare})"),
        Said(f"{ent} titre n° {bare.removeprefix('n°')} du 12/10/2026"), Said(f"{ent} {written} 41,00 €"),
        Said(f"Paiement titre {bare}, {ent}"), Said(f"{ent} {written} mandat 45 bordereau 7"),
    )  # fmt: skip
    return rng.choice(frames)


def listed(titres: Sequence[Titre], rng: Random) -> Said:
    """Cite several titres: whole numbers, or suffixes after the first whole one."""
    between = rng.choice((", ", " et ", " & ", " + ", ",")) if len(titres) == 2 else rng.choice((", ", " + "))
    last = " et " if rng.random() < 0.5 else between
    first, *rest = titres
    short = len({titre.payer.style for titre in titres}) == 1 and first.number.style == TP and rng.random() < 0.4
    parts = [
        whole(first.number, rng),
        *(titre.number.digits if short else whole(titre.number, rng) for titre in rest),
    ]
    return _several(between.join(parts[:-1]) + last + parts[-1], rng)


def full(titres: Iterable[Titre], rng: Random) -> Said:
    """Cite several titres by their full numbers."""
    return _several(rng.choice((", ", " et ", " + ")).join(whole(titre.number, rng) for titre in titres), rng)


def ranged(first: Number, last: Number, rng: Random) -> Said:
    """Cite all titres from the first to the last."""
    to = rng.choice((" à ", " a ", " à n° "))
    end = last.digits if rng.random() < 0.5 else str(last)
    return _several(f"{first}{to}{end}" if rng.random() < 0.6 else f"titres {first.digits}{to}{last.digits}", rng)


def _several(numbers: str, rng: Random) -> Said:
    ent = rng.choice(ENT)
    titres = numbers if numbers.startswith("titres") else f"titres {numbers}"
    return rng.choice((Said(ent, numbers), Said(f"{ent} {numbers}"), Said(f"{ent} {titres}")))


def by_year(rng: Random, *years: str) -> Said:
    """Speak of the ENT and name school years."""
    written = [rng.choice((year, year.replace("-", "/"), f"{year[:5]}{year[7:]}")) for year in years]
    word = rng.choice(("", "année scolaire "))
    return Said(f"{rng.choice(ENT)} {word}{' et '.join(written)}")


def by_convention(signed: Convention, rng: Random) -> Said:
    """Name a convention."""
    written = rng.choice((signed.number, signed.number.lower(), signed.number.replace("-", " ")))
    return rng.choice((Said(rng.choice(ENT), written), Said(f"{rng.choice(ENT)} convention {written}")))


def by_uais(uais: Sequence[str], rng: Random) -> Said:
    """Name schools by their UAIs: in the column if there is one school, else in the label."""
    if len(uais) == 1 and rng.random() < 0.5:
        return Said(rng.choice(ENT), "", uais[0])
    return Said(f"{rng.choice(ENT)} {rng.choice((', ', ' ', ' et ')).join(uais)}")


# The dossier ---------------------------------------------------------------------------------------------------------


def dossier(stories: Iterable[Story], rng: Random) -> list[File]:
    """Return all the stories' rows as one dossier, each kind shuffled."""
    rows: dict[str, list[str]] = {kind: [] for kind in FILES}
    for story in stories:
        for kind, found in story.rows.items():
            rows[kind] += found
    for found in rows.values():
        rng.shuffle(found)
    return [file(name, headings, *rows[kind]) for kind, (name, headings) in FILES.items()]
