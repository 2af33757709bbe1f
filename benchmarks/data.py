"""Made-up titres of equal amounts and the ledger lines that pay them, with what each line settles in truth."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from recon.billed import Titre
from recon.findings.finding import Place
from recon.identifiers import uai_letter

RATE = 4100
YEAR, SCHOOL_YEAR = "2026", "2026-2027"
ISSUED, FIRST_PAID, AS_OF = date(2026, 10, 1), date(2026, 10, 15), date(2026, 12, 31)
PAID, REJECTED, CANCELLED = "payé", "rejeté", "annulé"

# How many titres a payer has, and how often: most have one, a few have hundreds.
PAYER_SIZES = {1: 60, 2: 20, 3: 8, 5: 6, 10: 3, 20: 2, 100: 0.3, 500: 0.03}
# What becomes of a titre, in per cent.
FATES = {
    "cited": 72, "together": 6, "twice": 3, "cancelled": 2, "reversed": 2, "issued_again": 3,
    "free_text": 5, "unpaid": 5, "wrong_digit": 2,
}  # fmt: skip
# The reference and the label as communes write them; `order` is the titre's number after the year.
WRITINGS = (
    ("{number}", "ENT-École 2026-2027"),
    ("TP {year} {order}", "ENT-ECOLE"),
    ("tp{year}{order}", "participation ent ecole"),
    ("{order}", "TITRE DE PERCEPTION ENT ECOLE"),
    ("", "titre n° TP {year} {order}"),
    ("", "ENT-ECOLE TITRE {year}-{order}"),
    ("", "ENT 1er degré {number} du 01/10/2026"),
    ("", "PARTICIPATION ENT TITRE {number} 41,00 EUR"),
)
TOGETHER = (
    ("", "ENT-École titres {first} et {second}"),
    ("{first} / {second}", "ENT-ECOLE 2026-2027"),
    ("", "ENT ECOLE TITRES N° {first_order}, {second_order}"),
)
FREE_TEXTS = ("ENT-École", "Participation ENT 2026-2027", "Espace numérique de travail écoles")


@dataclass(slots=True)
class Payment:
    """A ledger line: who pays what, when and with which words; `settles` are the cents of each titre in truth."""

    payer: str
    mandat: str
    on: date
    cents: int
    reference: str
    label: str
    state: str = PAID
    settles: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Case:
    """Titres, and the ledger lines in the order of their dates: a line is known by its place in the list."""

    titres: list[Titre] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)

    def titre(self, payer: int, cents: int = RATE) -> Titre:
        """Add a titre of `payer` for a school of its own."""
        order = len(self.titres) + 1
        siren, uai = f"{200_000_000 + payer}", f"{660_000 + order:07d}"
        titre = Titre(
            titre=f"TP-{YEAR}-{order:06d}", payer_siren=siren, debtor_name=f"COMMUNE {payer}",
            debtor_siret=f"{siren}00019", convention="", school_year=SCHOOL_YEAR, issued=cents, net=cents,
            issued_on=ISSUED, due_on=None, contested=False, replaces="", explained=True,
            place=Place(1, order + 1, "titre"), rate=cents, schools=(uai + uai_letter(uai),),
        )  # fmt: skip
        self.titres.append(titre)
        return titre

    def pay(
        self, payer: str, cents: int, said: tuple[str, str], *, day: int = 0, state: str = PAID, mandat: str = ""
    ) -> Payment:
        """Add a line of `payer`, `day` days after the first day of payment; on a mandat of its own unless given."""
        reference, label = said
        number = mandat or str(len(self.payments) + 1)
        payment = Payment(payer, number, FIRST_PAID + timedelta(days=day), cents, reference, label, state)
        self.payments.append(payment)
        return payment


def made_up(count: int, seed: int = 66) -> Case:
    """Return `count` titres of 41.00 EUR and their ledger lines; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311
    case, payer = Case(), 0
    while len(case.titres) < count:
        payer += 1
        size = chance.choices(list(PAYER_SIZES), list(PAYER_SIZES.values()))[0]
        own = [case.titre(payer) for _ in range(min(size, count - len(case.titres)))]
        _pay_all(case, own, count, chance)
    case.payments.sort(key=lambda payment: payment.on)
    return case


def _pay_all(case: Case, own: list[Titre], count: int, chance: random.Random) -> None:
    left = list(own)
    while left:
        titre = left.pop(0)
        fate = chance.choices(list(FATES), list(FATES.values()))[0]
        if fate == "together" and left:
            _together(case, titre, left.pop(0), chance)
        elif fate == "wrong_digit":
            _cite(case, titre, chance, _misprinted(titre.titre, count, chance))
        elif fate == "free_text":
            said = ("", chance.choice(FREE_TEXTS))
            case.pay(titre.payer_siren, RATE, said, day=chance.randrange(30)).settles = {titre.titre: RATE}
        elif fate != "unpaid":
            _by_number(case, titre, fate, chance)


def _by_number(case: Case, titre: Titre, fate: str, chance: random.Random) -> None:
    """Pay a titre by its number; what is said of the mandat afterwards depends on its fate."""
    payment = _cite(case, titre, chance, titre.titre)
    said, day = (payment.reference, payment.label), (payment.on - FIRST_PAID).days + 7
    if fate == "twice":
        case.pay(payment.payer, RATE, said, day=day)
    elif fate == "issued_again":
        payment.state, payment.settles = REJECTED, {}
        case.pay(payment.payer, RATE, said, day=day).settles = {titre.titre: RATE}
    elif fate == "cancelled":
        payment.state, payment.settles = CANCELLED, {}
    elif fate == "reversed":
        payment.settles = {}
        case.pay(payment.payer, -RATE, said, day=day, mandat=payment.mandat)


def _cite(case: Case, titre: Titre, chance: random.Random, number: str) -> Payment:
    said = written(number, chance.choice(WRITINGS))
    payment = case.pay(titre.payer_siren, RATE, said, day=chance.randrange(30))
    payment.settles = {titre.titre: RATE}
    return payment


def written(number: str, writing: tuple[str, str]) -> tuple[str, str]:
    """Return the reference and the label that cite a titre in one of the `WRITINGS`."""
    _, year, order = number.split("-")
    reference, label = (part.format(number=number, year=year, order=order) for part in writing)
    return reference, label


def _together(case: Case, first: Titre, second: Titre, chance: random.Random) -> None:
    """Pay two titres with one mandat."""
    reference, label = (
        part.format(
            first=first.titre, second=second.titre, first_order=first.titre[8:], second_order=second.titre[8:]
        )
        for part in chance.choice(TOGETHER)
    )  # fmt: skip
    payment = case.pay(first.payer_siren, 2 * RATE, (reference, label), day=chance.randrange(30))
    payment.settles = {first.titre: RATE, second.titre: RATE}


def _misprinted(number: str, count: int, chance: random.Random) -> str:
    """Return the number with one digit wrong, within the orders in use: it often hits a titre of the neighbour."""
    place = len(number) - 1 - chance.randrange(min(3, len(str(count)) - 1))
    digit = chance.choice([digit for digit in "0123456789" if digit != number[place]])
    return number[:place] + digit + number[place + 1 :]


def one_payer(count: int, *, equal: bool) -> Case:
    """Return a payer with `count` open titres, each paid by a plain "ENT-École" that names nothing."""
    case = Case()
    for rank in range(count):
        titre = case.titre(1, RATE if equal else RATE + 100 * rank)
        case.pay(titre.payer_siren, titre.issued, ("", "ENT-École"), day=rank % 30).settles = {
            titre.titre: titre.issued
        }
    return case
