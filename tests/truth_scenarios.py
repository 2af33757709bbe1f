"""The scenarios of `tests.truth`: what a payer does, and what DOMAIN.md says of it. One function a scenario."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.truth import (
    ENT,
    LAPSING,
    NEW,
    OLD,
    RATE,
    TP,
    Said,
    by_convention,
    by_number,
    by_uais,
    by_whole,
    by_year,
    free,
    full,
    listed,
    ranged,
    whole,
)

if TYPE_CHECKING:
    from random import Random

    from tests.truth import Convention, Payer, Story, Titre

Scenario = Callable[["Story"], None]
SCENARIOS: dict[str, Scenario] = {}


def scenario(play: Scenario) -> Scenario:
    """Register a scenario under its name."""
    SCENARIOS[play.__name__] = play
    return play


# What many scenarios begin with --------------------------------------------------------------------------------------


def commune(
    story: Story, titres: int = 1, *, schools: int = 0, alike: bool = False, year: str = "", past: bool = True,
    debt: bool = False,
) -> tuple[Payer, list[Titre]]:  # fmt: skip
    """A payer with `titres` conventions of one year, a titre each of consecutive numbers; and perhaps a past.

    `alike` titres have one amount; `debt` allows an old titre that is still unpaid, `past` one that is settled.
    """
    rng = story.rng
    payer = story.payer()
    year = year or rng.choices((NEW, OLD), (4, 1))[0]
    other = OLD if year == NEW else NEW
    order = story.world.numbers.run(payer.style, titres)
    same = schools or rng.choice((1, 1, 1, 2, 3))
    found = []
    for index in range(titres):
        signed = payer.sign(year, same if alike or schools else rng.choice((1, 1, 2, 3, 4)))
        found.append(payer.bill(signed, order=order + index, sole=titres == 1))
    chance = rng.random()
    if past and chance < 0.3:
        uais = found[0].convention.uais if rng.random() < 0.5 else ()
        before = payer.bill(payer.sign(other, 1, uais), sole=True)
        settle(payer, before, by_number(before, rng))
    elif debt and chance > 0.8:
        payer.bill(payer.sign(other, 1), sole=True)
    return payer, found


def settle(payer: Payer, titre: Titre, said: Said) -> None:
    """Pay a titre whole."""
    payer.pay(titre.cents, said, (titre, titre.cents))


def part_of(cents: int, rng: Random) -> int:
    """Return a part of an amount that no rate explains."""
    return rng.randrange(10, cents // 100 - 1) * 100 + 50


def somehow(titre: Titre, rng: Random) -> Said:
    """Name a titre alone of its year and convention, in any way that is certain."""
    uais = titre.convention.uais
    ways = [
        by_number(titre, rng), by_number(titre, rng), by_whole(titre.number, rng, titre),
        by_convention(titre.convention, rng), by_year(rng, titre.year), by_uais(uais, rng),
    ]  # fmt: skip
    return rng.choice(ways)


def total(titres: list[Titre]) -> int:
    """Return the sum of titres."""
    return sum(titre.cents for titre in titres)


def each(titres: list[Titre]) -> list[tuple[Titre, int]]:
    """Return titres with their amounts."""
    return [(titre, titre.cents) for titre in titres]


# Plain payments ------------------------------------------------------------------------------------------------------


@scenario
def exact(story: Story) -> None:
    """One titre, one payment, named somehow."""
    payer, (titre,) = commune(story)
    settle(payer, titre, somehow(titre, story.rng))


@scenario
def exact_by_number(story: Story) -> None:
    """A number settles its titre, whatever else is open."""
    payer, (titre, *_) = commune(story, story.rng.choice((1, 2, 3)), debt=True)
    settle(payer, titre, by_number(titre, story.rng))


@scenario
def one_payment_for_several_numbers(story: Story) -> None:
    """T2: the numbers are listed and their sum is paid."""
    payer, titres = commune(story, story.rng.choice((2, 2, 3, 4)), debt=True)
    payer.pay(total(titres), listed(titres, story.rng), *each(titres))


@scenario
def one_payment_for_two_halves(story: Story) -> None:
    """A convention billed by two titres: both numbers are listed."""
    payer = story.payer()
    signed = payer.sign(NEW, 4)
    halves = [payer.bill(signed, signed.cents // 2) for _ in range(2)]
    payer.pay(total(halves), listed(halves, story.rng), *each(halves))


@scenario
def one_payment_for_a_range(story: Story) -> None:
    """T2: "00102 à 00105"."""
    payer, titres = commune(story, story.rng.choice((3, 4, 5)), debt=True)
    said = ranged(titres[0].number, titres[-1].number, story.rng)
    payer.pay(total(titres), said, *each(titres))


@scenario
def one_payment_for_all_free_text(story: Story) -> None:
    """S2: nothing is named, and all open titres of the year add up."""
    payer, titres = commune(story, story.rng.choice((2, 3, 4)))
    payer.pay(total(titres), free(story.rng), *each(titres))


@scenario
def one_payment_for_all_of_the_year(story: Story) -> None:
    """S2: the year is named, and all its open titres add up."""
    payer, titres = commune(story, story.rng.choice((2, 3, 4)), debt=True)
    payer.pay(total(titres), by_year(story.rng, titres[0].year), *each(titres))


@scenario
def one_payment_for_two_years_named(story: Story) -> None:
    """S2: both years are named, and their open titres add up."""
    payer, titres = commune(story, story.rng.choice((1, 2)), year=NEW, past=False)
    titres.append(payer.bill(payer.sign(OLD, 1)))
    payer.pay(total(titres), by_year(story.rng, OLD, NEW), *each(titres))


@scenario
def the_rest_of_all_free_text(story: Story) -> None:
    """S2 after an instalment on one of two titres: what is left of both."""
    payer, (one, two) = commune(story, 2)
    first = part_of(one.cents, story.rng)
    payer.pay(first, by_number(one, story.rng), (one, first))
    rest = one.cents - first
    payer.pay(rest + two.cents, free(story.rng), (one, rest), (two, two.cents))


@scenario
def instalments(story: Story) -> None:
    """T3: two or three payments, each cites the number."""
    payer, (titre,) = commune(story, debt=True)
    left = titre.cents
    if story.rng.random() < 0.4:
        first = left // 300 * 100
        payer.pay(first, by_number(titre, story.rng), (titre, first))
        left -= first
    second = part_of(left, story.rng)
    payer.pay(second, by_number(titre, story.rng), (titre, second))
    payer.pay(left - second, by_number(titre, story.rng), (titre, left - second))


@scenario
def partly_paid(story: Story) -> None:
    """P03: a number, a convention or a year, and less money."""
    payer, (titre,) = commune(story)
    cents = part_of(titre.cents, story.rng)
    if len(titre.convention.uais) > 1 and story.rng.random() < 0.5:
        cents = titre.cents - RATE[titre.year]
    said = story.rng.choice(
        (by_number(titre, story.rng), by_convention(titre.convention, story.rng), by_year(story.rng, titre.year))
    )
    payer.pay(cents, said, (titre, cents))


@scenario
def overpaid(story: Story) -> None:
    """T4: a number and more money: P04, whatever else is open."""
    payer, (titre, *_) = commune(story, story.rng.choice((1, 2)), debt=True)
    cents = titre.cents + story.rng.choice((story.rng.randrange(1, 60) * 50, RATE[titre.year]))
    payer.pay(cents, by_number(titre, story.rng), (titre, titre.cents))
    payer.expect("P04")


@scenario
def paid_twice(story: Story) -> None:
    """P05, and the money never flows on to an equal titre."""
    payer, (titre, *_) = commune(story, story.rng.choice((1, 2, 3)), alike=True, debt=True)
    story.pairing_free = True
    settle(payer, titre, by_number(titre, story.rng))
    payer.pay(titre.cents, by_number(titre, story.rng))
    payer.expect("P05")


@scenario
def list_paid_twice(story: Story) -> None:
    """A list of numbers paid again: one P05."""
    payer, titres = commune(story, 2, debt=True)
    payer.pay(total(titres), listed(titres, story.rng), *each(titres), on=date(2026, 10, 20))
    payer.pay(total(titres), listed(titres, story.rng), on=date(2026, 11, 20))
    payer.expect("P05")


@scenario
def convention_paid_twice(story: Story) -> None:
    """The same convention named twice: P05."""
    payer, (titre,) = commune(story)
    payer.pay(titre.cents, by_convention(titre.convention, story.rng), (titre, titre.cents), on=date(2026, 10, 20))
    payer.pay(titre.cents, by_convention(titre.convention, story.rng), on=date(2026, 11, 20))
    payer.expect("P05")


# Free text -----------------------------------------------------------------------------------------------------------


@scenario
def free_alone(story: Story) -> None:
    """S1: one titre alone is open and the amount is equal."""
    payer, (titre,) = commune(story)
    settle(payer, titre, free(story.rng))


@scenario
def free_after_a_number(story: Story) -> None:
    """A number settles one of two titres; the free text is for the other."""
    payer, (one, two) = commune(story, 2, alike=True)
    settle(payer, two, free(story.rng))
    settle(payer, one, by_number(one, story.rng))


@scenario
def free_twice(story: Story) -> None:
    """Payments that cannot be told apart, and fewer titres: the balance is exact, P07."""
    payer, (titre,) = commune(story)
    story.pairing_free = True
    settle(payer, titre, free(story.rng))
    payer.pay(titre.cents, free(story.rng))
    payer.expect("P07")


@scenario
def free_of_several_equal(story: Story) -> None:
    """P07: fewer payments than equal titres; none is chosen."""
    count = story.rng.choice((2, 3, 4))
    payer, titres = commune(story, count, alike=True)
    for _ in range(story.rng.randrange(1, count)):
        payer.pay(titres[0].cents, free(story.rng))
        payer.expect("P07")


@scenario
def year_of_several_equal(story: Story) -> None:
    """P07: the year is named and leaves several titres."""
    payer, titres = commune(story, story.rng.choice((2, 3)), alike=True, debt=True)
    payer.pay(titres[0].cents, by_year(story.rng, titres[0].year))
    payer.expect("P07")


def as_many(story: Story, said: Said) -> None:
    """As many equal payments as equal open titres: all settled, P07 once, as the pairing is a convention."""
    payer, titres = commune(story, story.rng.choice((2, 3)), alike=True, year=NEW)
    story.pairing_free = True
    for titre in titres:
        settle(payer, titre, said)
    payer.expect("P07")


@scenario
def as_many_free(story: Story) -> None:
    """Equal free texts for as many equal titres."""
    as_many(story, free(story.rng))


@scenario
def as_many_of_the_year(story: Story) -> None:
    """The same where all name the year."""
    as_many(story, by_year(story.rng, NEW))


@scenario
def free_of_two_years(story: Story) -> None:
    """A titre open in each of two years, and nothing says which: proposed at most, P07."""
    payer, (new,) = commune(story, year=NEW, past=False)
    old = payer.bill(payer.sign(OLD, 1), sole=True)
    payer.pay(story.rng.choice((new, old)).cents, free(story.rng))
    payer.expect("P07")


@scenario
def two_sets_add_up(story: Story) -> None:
    """S3 wants one set only: {82} or {41, 41} is P07, even with the number of schools."""
    payer = story.payer()
    for schools in (1, 1, 2):
        payer.bill(payer.sign(NEW, schools))
    said = free(story.rng)
    payer.pay(2 * RATE[NEW], story.rng.choice((said, said._replace(label=f"{said.label} 2 écoles"))))
    payer.expect("P07")


@scenario
def free_less(story: Story) -> None:
    """Less than is open, and nothing is named: proposed, P07."""
    payer, (titre,) = commune(story)
    payer.pay(part_of(titre.cents, story.rng), free(story.rng))
    payer.expect("P07")


@scenario
def free_more(story: Story) -> None:
    """More than is open, and nothing is named: P06."""
    payer, (titre,) = commune(story)
    payer.pay(titre.cents + 50, free(story.rng))
    payer.expect("P06")


@scenario
def free_before_issue(story: Story) -> None:
    """Nothing is named, and the titre was not issued yet: P06."""
    payer, (titre,) = commune(story, past=False)
    before = titre.issued_on - timedelta(days=story.rng.randint(3, 40))
    payer.pay(titre.cents, free(story.rng), on=before)
    payer.expect("P06")


@scenario
def wrong_year(story: Story) -> None:
    """The year that is named is no titre's: P06."""
    payer, (titre,) = commune(story)
    payer.pay(titre.cents, by_year(story.rng, "2025-2026"))
    payer.expect("P06")


def three(story: Story) -> tuple[Payer, list[Titre]]:
    """Titres of 1, 2 and 4 schools: every sum of them is of one set only."""
    payer = story.payer()
    return payer, [payer.bill(payer.sign(NEW, schools)) for schools in (1, 2, 4)]


@scenario
def one_set_adds_up(story: Story) -> None:
    """S3: exactly one set of titres adds up, and nothing corroborates it: proposed, P07."""
    payer, titres = three(story)
    payer.pay(total(story.rng.sample(titres, story.rng.choice((1, 2)))), free(story.rng))
    payer.expect("P07")


@scenario
def one_set_adds_up_and_the_schools_are_counted(story: Story) -> None:
    """S3, and the label says the number of schools."""
    payer, titres = three(story)
    chosen = story.rng.sample(titres, 2)
    schools = sum(len(titre.convention.uais) for titre in chosen)
    label = story.rng.choice((f"{schools} écoles", f"pour {schools} écoles", f"({schools} ECOLES)"))
    payer.pay(total(chosen), Said(f"{story.rng.choice(ENT)} {label}"), *each(chosen))


@scenario
def one_set_adds_up_and_its_years_are_named(story: Story) -> None:
    """S3, and the label names every school year of the set."""
    payer = story.payer()
    old, one, _ = (payer.bill(payer.sign(year, schools)) for year, schools in ((OLD, 1), (NEW, 1), (NEW, 2)))
    payer.pay(old.cents + one.cents, by_year(story.rng, OLD, NEW), (old, old.cents), (one, one.cents))


# Nothing paid --------------------------------------------------------------------------------------------------------


@scenario
def missing(story: Story) -> None:
    """P01 or P02 for each titre: the ledger is there and holds no payment."""
    payer, _ = commune(story, story.rng.choice((1, 1, 2)), debt=True)
    payer.noise()


@scenario
def noise_of_the_same_amount(story: Story) -> None:
    """Lines of exactly the amount that do not speak of the ENT settle nothing."""
    payer, titres = commune(story, story.rng.choice((1, 2)), debt=True)
    payer.noise(*(titre.cents for titre in titres), 4100)


@scenario
def no_ledger(story: Story) -> None:
    """One P14 for all the titres of a payer that sent nothing."""
    commune(story, story.rng.choice((1, 2, 3)), past=False, debt=True)


@scenario
def pending(story: Story) -> None:
    """A mandat issued and not yet paid changes no balance."""
    payer, (titre,) = commune(story)
    payer.pay(titre.cents, somehow(titre, story.rng), state="émis")


@scenario
def later(story: Story) -> None:
    """What is paid after the day is not paid yet."""
    payer, (titre,) = commune(story)
    payer.noise()
    payer.pay(titre.cents, somehow(titre, story.rng), on=date(2026, 12, story.rng.randint(6, 28)))


# Mandats that are no money -------------------------------------------------------------------------------------------


@scenario
def cancelled_mandat(story: Story) -> None:
    """P09, and the titre stays open."""
    payer, (titre,) = commune(story)
    payer.pay(titre.cents, somehow(titre, story.rng), state="annulé")
    payer.expect("P09")


@scenario
def rejected_or_suspended(story: Story) -> None:
    """P08, and the titre stays open."""
    payer, (titre,) = commune(story)
    payer.pay(titre.cents, somehow(titre, story.rng), state=story.rng.choice(("rejeté", "suspendu")))
    payer.expect("P08")


@scenario
def rejected_and_issued_again(story: Story) -> None:
    """P08 stays; the mandat comes back under its number or another one."""
    payer, (titre,) = commune(story)
    said = somehow(titre, story.rng)
    first = payer.pay(titre.cents, said, state="rejeté", on=date(2026, 10, 20))
    again = first if story.rng.random() < 0.5 else ""
    payer.pay(titre.cents, said, (titre, titre.cents), on=date(2026, 11, 20), mandat=again)
    payer.expect("P08")


def _reverse(payer: Payer, titre: Titre, said: Said) -> None:
    on = date(2026, 10, 20)
    mandat = payer.pay(titre.cents, said, on=on)
    payer.pay(-titre.cents, said, on=date(2026, 10, 27), mandat=mandat)
    payer.expect("P09")


@scenario
def reversed_mandat(story: Story) -> None:
    """A line and its reversal: one P09, the titre stays open."""
    payer, (titre,) = commune(story)
    _reverse(payer, titre, somehow(titre, story.rng))


@scenario
def reversed_and_paid_again(story: Story) -> None:
    """A line, its reversal, and another mandat."""
    payer, (titre,) = commune(story)
    _reverse(payer, titre, by_number(titre, story.rng))
    payer.pay(titre.cents, by_number(titre, story.rng), (titre, titre.cents), on=date(2026, 11, 20))


@scenario
def partly_taken_back(story: Story) -> None:
    """A smaller negative of the same mandat reduces it: what is left settles the titre."""
    payer, (titre,) = commune(story)
    said = by_number(titre, story.rng)
    mandat = payer.pay(titre.cents + 1000, said, (titre, titre.cents), on=date(2026, 10, 20))
    payer.pay(-1000, said, on=date(2026, 11, 3), mandat=mandat)


@scenario
def one_mandat_of_several_lines(story: Story) -> None:
    """Lines of one mandat are distinct: each settles the titre that it cites."""
    payer, titres = commune(story, story.rng.choice((2, 3)), alike=True, debt=True)
    mandat, on = "", date(2026, 11, 20)
    for titre in titres:
        said = by_number(titre, story.rng)
        mandat = payer.pay(titre.cents, said, (titre, titre.cents), mandat=mandat, on=on)


def _one_line_reversed(story: Story, *, same_words: bool) -> None:
    payer, (kept, undone) = commune(story, 2, alike=True)
    on = date(2026, 11, 5)
    said = by_number(undone, story.rng)
    mandat = payer.pay(kept.cents, by_number(kept, story.rng), (kept, kept.cents), on=on)
    payer.pay(undone.cents, said, on=on, mandat=mandat)
    back = said if same_words else Said(f"Annulation {story.rng.choice(ENT)}", str(undone.number))
    payer.pay(-undone.cents, back, on=date(2026, 11, 20), mandat=mandat)
    payer.expect("P09")


@scenario
def one_line_of_a_mandat_reversed(story: Story) -> None:
    """The reversal says the same as one of two equal lines: that line is undone."""
    _one_line_reversed(story, same_words=True)


@scenario
def one_line_of_a_mandat_reversed_by_its_number(story: Story) -> None:
    """The reversal cites the titre of one of two equal lines, in other words."""
    _one_line_reversed(story, same_words=False)


# Numbers that are wrong ----------------------------------------------------------------------------------------------


@scenario
def wrong_digit_hits_nobody(story: Story) -> None:
    """P12: the line goes no further by amount, though the amount is right."""
    payer, (titre,) = commune(story)
    wrong = story.world.numbers.wrong(titre.number)
    if wrong.style == TP and story.rng.random() < 0.2:
        wrong = titre.number._replace(year=titre.number.year - 1)
    written = whole(wrong, story.rng)
    if wrong.order != titre.number.order and story.rng.random() < 0.2:
        written = f"titre n° {wrong.digits}"
    ent = story.rng.choice(ENT)
    payer.pay(titre.cents, story.rng.choice((Said(ent, written), Said(f"{ent} {written}"))))
    payer.expect("P12")


@scenario
def wrong_digit_after_the_year(story: Story) -> None:
    """Year and order number without the prefix, written as a suffix is, and no titre's: P12 all the same."""
    payer, (titre,) = commune(story)
    wrong = story.world.numbers.wrong(titre.number)
    written = f"{wrong.year}-{wrong.digits}" if wrong.style == TP else whole(wrong, story.rng)
    ent = story.rng.choice(ENT)
    payer.pay(titre.cents, story.rng.choice((Said(ent, written), Said(f"{ent} {written}"))))
    payer.expect("P12")


@scenario
def wrong_digit_out_of_scope(story: Story) -> None:
    """A number that is no known titre, in a line that does not speak of the ENT: out of scope, as other taxes are."""
    payer, (titre,) = commune(story)
    written = whole(story.world.numbers.wrong(titre.number), story.rng)
    payer.pay(
        titre.cents, story.rng.choice((Said("Titre de recette", written), Said(f"titre de perception {written}")))
    )


def neighbours(story: Story) -> tuple[Payer, Titre, Payer, Titre]:
    """Two payers with equal titres, whose numbers differ by one digit or two neighbours swapped."""
    payer, (titre,) = commune(story)
    other = story.payer()
    other.style = payer.style
    signed = other.sign(titre.year, len(titre.convention.uais))
    return payer, titre, other, other.bill(signed, order=story.world.numbers.wrong(titre.number).order)


@scenario
def wrong_digit_hits_a_neighbour(story: Story) -> None:
    """P12, proposed: the neighbour's equal titre is not settled, whether it paid itself or not."""
    payer, titre, other, hit = neighbours(story)
    said = by_number(hit, story.rng)
    own = story.rng.choice(("", "", f" {payer.name}", f" commune de {payer.name}", f" {titre.convention.uais[0]}"))
    payer.pay(titre.cents, said._replace(label=said.label + own), on=date(2026, 11, 20))
    payer.expect("P12")
    if story.rng.random() < 0.4:
        settle(other, hit, by_number(hit, story.rng))


def _sharing(story: Story) -> tuple[Payer, Titre]:
    """A titre whose order number another payer's titre of another year bears too."""
    payer, other = story.payer(), story.payer()
    payer.style = other.style = TP
    titre = payer.bill(payer.sign(NEW, 1), sole=True)
    settled = other.bill(other.sign(OLD, 1), order=titre.number.order, sole=True)
    settle(other, settled, by_whole(settled.number, story.rng, settled))
    return payer, titre


@scenario
def a_shared_suffix_after_its_year(story: Story) -> None:
    """The order number alone is not unique; the whole number is."""
    payer, titre = _sharing(story)
    settle(payer, titre, by_whole(titre.number, story.rng, titre))


@scenario
def a_shared_suffix(story: Story) -> None:
    """The order number alone means one of two titres: P07, nothing is settled."""
    payer, titre = _sharing(story)
    payer.pay(titre.cents, Said(f"{story.rng.choice(ENT)} titre {titre.number.digits}"))
    payer.expect("P07")


@scenario
def several_numbers_and_another_sum(story: Story) -> None:
    """T2 with a sum that is not theirs: P07, nothing is settled."""
    payer, titres = commune(story, 2, debt=True)
    payer.pay(total(titres) + story.rng.choice((-150, 150)), listed(titres, story.rng))
    payer.expect("P07")


@scenario
def a_range_with_a_hole(story: Story) -> None:
    """P12: a number between the two ends is nobody's, or a neighbour's."""
    payer = story.payer()
    first = story.world.numbers.run(payer.style, 4)
    titres = [payer.bill(payer.sign(NEW, 1), order=first + index) for index in (0, 1, 3)]
    if story.rng.random() < 0.5:
        other = story.payer()
        other.style = payer.style
        other.bill(other.sign(NEW, 1), order=first + 2)
    payer.pay(total(titres), ranged(titres[0].number, titres[-1].number, story.rng))
    payer.expect("P12")


@scenario
def number_and_another_year(story: Story) -> None:
    """T1: the number decides, whatever year the text names."""
    payer, (titre,) = commune(story, debt=True)
    year = story.rng.choice(("2025-2026", OLD if titre.year == NEW else NEW))
    label = f"{story.rng.choice(ENT)} {year}"
    written = whole(titre.number, story.rng)
    said = story.rng.choice((Said(label, written), Said(f"{label} titre {written}")))
    settle(payer, titre, said)


# Years ---------------------------------------------------------------------------------------------------------------


@scenario
def several_years(story: Story) -> None:
    """A titre each year, each paid by what names it; the schools are the same."""
    payer, (new,) = commune(story, year=NEW, past=False)
    old = payer.bill(payer.sign(OLD, 0, new.convention.uais), sole=True)
    for titre in (old, new):
        named = by_uais(titre.convention.uais, story.rng)
        ways = (
            by_number(titre, story.rng), by_year(story.rng, titre.year), by_convention(titre.convention, story.rng),
            named._replace(label=f"{named.label} année {titre.year}"),
        )  # fmt: skip
        settle(payer, titre, story.rng.choice(ways))


@scenario
def one_of_two_years(story: Story) -> None:
    """The year named is settled, the other stays open."""
    payer, (new,) = commune(story, year=NEW, past=False)
    old = payer.bill(payer.sign(OLD, 1), sole=True)
    titre = story.rng.choice((old, new))
    settle(payer, titre, by_year(story.rng, titre.year))


@scenario
def cheaper_rate(story: Story) -> None:
    """P11 instead of P03: a titre at 45.00 paid at 41.00; what is short stays outstanding."""
    payer, (titre,) = commune(story, year=OLD)
    cents = RATE[NEW] * len(titre.convention.uais)
    payer.pay(cents, story.rng.choice((by_number(titre, story.rng), by_year(story.rng, OLD))), (titre, cents))
    titre.instead = "P11"


@scenario
def cheaper_rate_made_good(story: Story) -> None:
    """A titre at 45.00 paid at 41.00, then what was short: settled, nothing to say."""
    payer, (titre,) = commune(story, year=OLD)
    cents = RATE[NEW] * len(titre.convention.uais)
    for part in (cents, titre.cents - cents):
        payer.pay(part, by_number(titre, story.rng), (titre, part))


@scenario
def dearer_rate(story: Story) -> None:
    """P04: a titre at 41.00 paid at 45.00."""
    payer, (titre,) = commune(story, year=NEW)
    payer.pay(RATE[OLD] * len(titre.convention.uais), by_number(titre, story.rng), (titre, titre.cents))
    payer.expect("P04")


@scenario
def dearer_rate_free_text(story: Story) -> None:
    """P11 instead of P06: nothing is named, and the amount is another year's."""
    payer, (titre,) = commune(story, year=NEW)
    payer.pay(RATE[OLD] * len(titre.convention.uais), free(story.rng))
    payer.expect("P11")


@scenario
def before_issue(story: Story) -> None:
    """P13: the number is cited before the titre is issued."""
    payer, (titre,) = commune(story, debt=True)
    on = titre.issued_on - timedelta(days=story.rng.randint(1, 40))
    payer.pay(titre.cents, by_number(titre, story.rng), (titre, titre.cents), on=on)
    payer.expect("P13")


@scenario
def lapsing(story: Story) -> None:
    """T07 beside P01: 2022-2023 lapses at the end of 2026."""
    payer = story.payer()
    payer.bill(payer.sign(LAPSING, 1), sole=True)
    payer.noise()
    payer.expect("T07")


# Titres that change --------------------------------------------------------------------------------------------------


def reducible(story: Story) -> tuple[Payer, Titre, int]:
    """A titre that bills one school too many, and the rate: with the reduction it is what is expected."""
    payer = story.payer()
    signed = payer.sign(NEW, story.rng.choice((1, 2, 3)))
    titre = payer.bill(signed, signed.cents + RATE[NEW], issued=date(2026, 9, story.rng.randint(1, 20)))
    return payer, titre, RATE[NEW]


@scenario
def reduced_before_payment(story: Story) -> None:
    """What is left is paid."""
    payer, titre, cut = reducible(story)
    payer.amend(titre, "réduction", cut, date(2026, 10, 1))
    payer.pay(titre.cents, somehow(titre, story.rng), (titre, titre.cents), on=payer.some_day(date(2026, 10, 2)))


@scenario
def reduced_after_payment(story: Story) -> None:
    """The payment is released by what the reduction takes: P04."""
    payer, titre, cut = reducible(story)
    paid = titre.cents
    payer.amend(titre, "réduction", cut, date(2026, 11, 10))
    payer.pay(paid, by_number(titre, story.rng), (titre, titre.cents), on=date(2026, 10, story.rng.randint(1, 30)))
    payer.expect("P04")


@scenario
def reduced_after_two_payments(story: Story) -> None:
    """The latest of two payments is released first: P04."""
    payer, titre, cut = reducible(story)
    net = titre.cents - cut
    last = story.rng.choice((cut, net, story.rng.randrange(cut, net + 1, 100)))
    first = titre.cents - last
    payer.amend(titre, "réduction", cut, date(2026, 11, 10))
    payer.pay(first, by_number(titre, story.rng), (titre, first), on=date(2026, 10, 5))
    kept = [(titre, last - cut)] if last > cut else []
    payer.pay(last, by_number(titre, story.rng), *kept, on=date(2026, 10, 20))
    payer.expect("P04")


def replaced(story: Story, *, linked: bool) -> tuple[Payer, Titre, Titre]:
    """A titre of September, cancelled on 10 October and issued anew on the 12th, with the link or without."""
    payer = story.payer()
    signed = payer.sign(NEW, story.rng.choice((1, 2)))
    old = payer.bill(signed, issued=date(2026, 9, 10))
    payer.amend(old, "annulation", old.cents, date(2026, 10, 10))
    new = payer.bill(signed, issued=date(2026, 10, 12), amends=str(old.number) if linked else "")
    return payer, old, new


@scenario
def replaced_then_paid(story: Story) -> None:
    """A payment that cites the cancelled titre settles the one that replaces it."""
    payer, old, new = replaced(story, linked=True)
    payer.pay(new.cents, by_number(story.rng.choice((old, old, new)), story.rng), (new, new.cents))


@scenario
def paid_then_replaced(story: Story) -> None:
    """The new titre inherits the allocations of the old one."""
    payer, old, new = replaced(story, linked=True)
    on = date(2026, 9, story.rng.randint(11, 30))
    payer.pay(new.cents, by_number(old, story.rng), (new, new.cents), on=on)


@scenario
def replaced_without_a_link(story: Story) -> None:
    """The move is proposed: P07."""
    payer, old, new = replaced(story, linked=False)
    payer.pay(new.cents, by_number(old, story.rng), on=story.rng.choice((date(2026, 9, 25), date(2026, 11, 5))))
    payer.expect("P07")


@scenario
def paid_and_cancelled(story: Story) -> None:
    """The payment becomes credit (P04); the convention is to bill again (T01)."""
    payer, (titre,) = commune(story, year=NEW, past=False)
    paid = titre.cents
    payer.amend(titre, "annulation", paid, date(2026, 11, 10))
    payer.pay(paid, by_number(titre, story.rng), on=payer.some_day(date(2026, 10, 16)).replace(month=10, day=20))
    payer.expect("P04", "T01")


@scenario
def contested(story: Story) -> None:
    """T06 stands for P01 to P03, and contested titres alone earn no P14."""
    payer = story.payer()
    titre = payer.bill(payer.sign(NEW, 1), contested=True, sole=True)
    if story.rng.random() < 0.3:
        cents = part_of(titre.cents, story.rng)
        payer.pay(cents, by_number(titre, story.rng), (titre, cents))
    elif story.rng.random() < 0.5:
        payer.noise()


# Schools -------------------------------------------------------------------------------------------------------------


@scenario
def some_schools_named(story: Story) -> None:
    """U1: rate x UAIs named; the rest is P03, unless another payment names it."""
    payer, (titre,) = commune(story, schools=story.rng.choice((3, 4, 5)), past=False)
    uais, rate = list(titre.convention.uais), RATE[titre.year]
    story.rng.shuffle(uais)
    some = story.rng.choice((1, 2))
    payer.pay(rate * some, by_uais(uais[:some], story.rng), (titre, rate * some))
    if story.rng.random() < 0.4:
        rest = titre.cents - rate * some
        payer.pay(rest, by_uais(uais[some:], story.rng), (titre, rest))


@scenario
def a_school_and_an_odd_amount(story: Story) -> None:
    """U1 with an amount that is neither rate x UAIs nor what is open: proposed, P07."""
    payer, (titre,) = commune(story, past=False)
    uais = titre.convention.uais[:1]
    payer.pay(part_of(RATE[titre.year], story.rng), by_uais(uais, story.rng))
    payer.expect("P07")


@scenario
def the_school_says_which_titre(story: Story) -> None:
    """Several equal titres, and the UAI tells them apart."""
    payer, titres = commune(story, 3, schools=1, past=False)
    titre = story.rng.choice(titres)
    settle(payer, titre, by_uais(titre.convention.uais, story.rng))


@scenario
def a_neighbours_school(story: Story) -> None:
    """A UAI of another payer without a number: P12."""
    payer, titre, _, hit = neighbours(story)
    payer.pay(titre.cents, by_uais(hit.convention.uais, story.rng), on=date(2026, 11, 20))
    payer.expect("P12")


@scenario
def convention_and_more_money(story: Story) -> None:
    """C1: more than is open is proposed only, P07."""
    payer, (titre,) = commune(story)
    said = story.rng.choice((by_convention(titre.convention, story.rng), by_year(story.rng, titre.year)))
    payer.pay(titre.cents + 50, said)
    payer.expect("P07")


# Paid by another -----------------------------------------------------------------------------------------------------


def _debtors(story: Story, count: int) -> list[Titre]:
    """Communes with a titre each; some send a ledger, which does not speak of it."""
    found = []
    for _ in range(count):
        debtor, (titre,) = commune(story, year=NEW, past=False)
        if story.rng.random() < 0.4:
            debtor.noise()
        found.append(titre)
    return found


def _another(story: Story) -> Payer:
    """Whoever pays for others: an EPCI without titres, or a commune that has its own to pay."""
    if story.rng.random() < 0.5:
        return commune(story, year=NEW, past=False)[0]
    return story.payer()


@scenario
def epci_pays_for_several(story: Story) -> None:
    """P10, automatic: two or more full numbers that add up exactly; its own titre may be among them."""
    debts = _debtors(story, story.rng.choice((2, 3, 6)))
    epci = _another(story)
    titres = debts + (epci.titres if story.rng.random() < 0.5 else [])
    epci.pay(total(titres), full(titres, story.rng), *each(titres), on=date(2026, 11, 20))
    epci.expect("P10")


@scenario
def epci_pays_another_sum(story: Story) -> None:
    """Full numbers that do not add up: P12, nothing is settled."""
    debts = _debtors(story, 2)
    epci = _another(story)
    epci.pay(total(debts) + 150, full(debts, story.rng), on=date(2026, 11, 20))
    epci.expect("P12")


@scenario
def another_names_the_school(story: Story) -> None:
    """P10: one number and one of its debtor's UAIs."""
    (titre,) = _debtors(story, 1)
    another = _another(story)
    said, uai = by_number(titre, story.rng), titre.convention.uais[0]
    said = said._replace(uai=uai) if story.rng.random() < 0.5 else said._replace(label=f"{said.label} {uai}")
    another.pay(titre.cents, said, (titre, titre.cents), on=date(2026, 11, 20))
    another.expect("P10")


@scenario
def another_names_the_debtor(story: Story) -> None:
    """P10: one number and its debtor's name."""
    (titre,) = _debtors(story, 1)
    another = _another(story)
    name = story.rng.choice((titre.payer.name, titre.payer.name.title(), f"commune de {titre.payer.name}"))
    said = by_number(titre, story.rng)
    another.pay(titre.cents, said._replace(label=f"{said.label} {name}"), (titre, titre.cents), on=date(2026, 11, 20))
    another.expect("P10")


@scenario
def another_names_somebody_else(story: Story) -> None:
    """P12: one number, and the name or the school of another commune than its debtor."""
    titre, other = _debtors(story, 2)
    another = _another(story)
    said = by_number(titre, story.rng)
    third = story.rng.choice((other.payer.name, other.convention.uais[0], another.name))
    another.pay(titre.cents, said._replace(label=f"{said.label} {third}"), on=date(2026, 11, 20))
    another.expect("P12")


@scenario
def another_without_proof(story: Story) -> None:
    """P12: one number alone, or order numbers only."""
    debts = _debtors(story, story.rng.choice((1, 1, 2)))
    another = _another(story)
    if len(debts) == 1:
        said = by_number(debts[0], story.rng)
    else:
        said = Said(f"{story.rng.choice(ENT)} {' et '.join(f'titre {titre.number.digits}' for titre in debts)}")
    another.pay(total(debts), said, on=date(2026, 11, 20))
    another.expect("P12")


# Claims --------------------------------------------------------------------------------------------------------------


@scenario
def not_billed(story: Story) -> None:
    """T01: signed, no titre."""
    payer = story.payer()
    payer.sign(NEW, story.rng.choice((1, 2)))
    if story.rng.random() < 0.3:
        payer.noise()
    payer.expect("T01")


@scenario
def not_signed(story: Story) -> None:
    """C07 alone: proposed and not billed."""
    payer = story.payer()
    payer.sign(NEW, story.rng.choice((1, 2)), proposed=True)
    payer.expect("C07")


@scenario
def billed_another_amount(story: Story) -> None:
    """T03, once; the titre is paid as it was billed."""
    payer = story.payer()
    signed = payer.sign(NEW, story.rng.choice((1, 2, 3)))
    titre = payer.bill(signed, signed.cents + story.rng.choice((-1050, 1050, RATE[NEW])), sole=True)
    settle(payer, titre, by_number(titre, story.rng))
    payer.expect("T03")


@scenario
def billed_twice(story: Story) -> None:
    """T04 and no T03: two titres of one convention and amount; one is paid."""
    payer = story.payer()
    signed = payer.sign(NEW, story.rng.choice((1, 2)))
    one, _ = payer.bill(signed), payer.bill(signed)
    settle(payer, one, by_number(one, story.rng))
    payer.expect("T04")


@scenario
def billed_to_another(story: Story) -> None:
    """T05 alone, the debtor's: the titre names the convention of somebody else; its debtor pays it."""
    signed: Convention = story.payer().sign(NEW, 1)
    debtor = story.payer()
    titre = debtor.bill(signed)
    settle(debtor, titre, by_number(titre, story.rng))
    debtor.expect("T05")
