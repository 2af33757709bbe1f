"""What becomes of each payer's titres in made-up dossiers: the stories, each writing its rows and their truth."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from .accounts import AS_OF, ENT, by_number, by_suffix, listed, misprinted, rate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .accounts import Account, Titre

# The one story that takes several payers: an EPCI pays for them.
PAID_BY_ANOTHER = "paid_by_another"

Story = tuple[str, float, "Callable[[Account, str], None]"]
STORIES: list[Story] = []


def story(weight: float) -> Callable[[Callable[[Account, str], None]], Callable[[Account, str], None]]:
    """Register a story under its function's name; `weight` says how often it is told, in per cent."""

    def register(tell: Callable[[Account, str], None]) -> Callable[[Account, str], None]:
        STORIES.append((tell.__name__, weight, tell))
        return tell

    return register


def play(account: Account, year: str, chosen: str = "") -> None:
    """Tell a story of a payer's school year, by chance unless it is `chosen`."""
    names, weights, tales = zip(*STORIES, strict=True)
    at = names.index(chosen) if chosen else account.chance.choices(range(len(names)), weights)[0]
    before = len(account.titres)
    tales[at](account, year)
    for titre in account.titres[before:]:
        titre.story = names[at]
        if titre.outstanding and not titre.code:
            late = "P01" if titre.due_on < AS_OF else "P02"
            titre.code = "T06" if titre.contested else "P14" if account.silent else late


def _one(account: Account, year: str) -> Titre:
    return account.bill(account.sign(year, account.schools))


@story(38)
def cited(account: Account, year: str) -> None:
    """A titre, paid by its number."""
    titre = _one(account, year)
    account.pay(titre.net, by_number(titre.number, account.chance), titre.issued_on, titre)


@story(6)
def cited_by_its_last_digits(account: Account, year: str) -> None:
    """A titre, paid by its order number."""
    titre = _one(account, year)
    account.pay(titre.net, by_suffix(titre.number, account.chance), titre.issued_on, titre)


@story(8)
def words_alone(account: Account, year: str) -> None:
    """No number, but words of the ENT; one titre alone is open and the amount is equal."""
    titre = _one(account, year)
    account.pay(titre.net, (account.chance.choice(ENT), "", ""), titre.issued_on, titre)


@story(4)
def year_named(account: Account, year: str) -> None:
    """No number, but the school year."""
    titre = _one(account, year)
    account.pay(titre.net, (f"{account.chance.choice(ENT)} {year}", "", ""), titre.issued_on, titre)


@story(3)
def convention_named(account: Account, year: str) -> None:
    """No number of a titre, but the convention's."""
    titre = _one(account, year)
    account.pay(titre.net, (account.chance.choice(ENT), titre.convention.number, ""), titre.issued_on, titre)


@story(4)
def schools_named(account: Account, year: str) -> None:
    """The schools' UAIs, in the column or the label."""
    titre = _one(account, year)
    uais = [school.uai for school in account.schools]
    ent = account.chance.choice(ENT)
    said = (ent, "", uais[0]) if len(uais) == 1 else (f"{ent} {', '.join(uais[:6])}", "", "")
    if len(uais) > 6:
        said = by_number(titre.number, account.chance)
    account.pay(titre.net, said, titre.issued_on, titre)


@story(4)
def several_on_one_mandat(account: Account, year: str) -> None:
    """Two titres, or the two halves of a convention, on one mandat that lists them."""
    if len(account.schools) > 1:
        titres = [account.bill(account.sign(year, part)) for part in (account.schools[:1], account.schools[1:])]
    else:
        signed = account.sign(year, account.schools)
        half = signed.cents // 2
        titres = [account.bill(signed, half), account.bill(signed, signed.cents - half)]
    after = max(titre.issued_on for titre in titres)
    account.pay(sum(titre.net for titre in titres), listed(titres, account.chance), after, *titres)


@story(3)
def instalments(account: Account, year: str) -> None:
    """Two payments, each cites the number."""
    titre = _one(account, year)
    first = titre.net // 3
    account.pay(first, by_number(titre.number, account.chance), titre.issued_on)
    account.pay(titre.net - first, by_number(titre.number, account.chance), titre.issued_on, titre)


@story(3)
def partly_paid(account: Account, year: str) -> None:
    """A number, and less money than is open."""
    titre = _one(account, year)
    titre.paid = titre.net // 200 * 100 + 50
    titre.code = "P03"
    account.pay(titre.paid, by_number(titre.number, account.chance), titre.issued_on)


@story(1.5)
def paid_too_much(account: Account, year: str) -> None:
    """A number, and more money than is open."""
    titre = _one(account, year)
    titre.credit, titre.code = 100 * account.chance.randrange(1, 30) + 50, "P04"
    account.pay(titre.net + titre.credit, by_number(titre.number, account.chance), titre.issued_on, titre)


@story(1.5)
def paid_twice(account: Account, year: str) -> None:
    """Two mandats for one titre."""
    titre = _one(account, year)
    titre.code, titre.credit = "P05", titre.net
    for settled in ((titre,), ()):
        account.pay(titre.net, by_number(titre.number, account.chance), titre.issued_on, *settled)


@story(2)
def rejected_and_issued_again(account: Account, year: str) -> None:
    """A mandat rejected at the visa comes back, under its number or another one."""
    titre = _one(account, year)
    titre.code = "P08"
    said = by_number(titre.number, account.chance)
    first = account.pay(titre.net, said, titre.issued_on, state="rejeté")
    account.pay(
        titre.net, said, account.lines[-1].mandat_on, titre, mandat=first if account.chance.random() < 0.5 else 0
    )


@story(1)
def rejected(account: Account, year: str) -> None:
    """A mandat rejected or suspended, and nothing else."""
    titre = _one(account, year)
    titre.code = "P08"
    state = account.chance.choice(("rejeté", "suspendu"))
    account.pay(titre.net, by_number(titre.number, account.chance), titre.issued_on, state=state)


@story(1)
def reversed_again(account: Account, year: str) -> None:
    """A mandat and its reversal, some days after its payment."""
    titre = _one(account, year)
    titre.code = "P09"
    said = by_number(titre.number, account.chance)
    mandat = account.pay(titre.net, said, titre.issued_on)
    paid = account.lines[-1]
    account.lines[-1] = paid._replace(paid_on=paid.mandat_on + timedelta(1))
    account.pay(-titre.net, said, account.lines[-1].mandat_on, mandat=mandat)


@story(2)
def on_its_way(account: Account, year: str) -> None:
    """A mandat that is issued and not yet paid."""
    titre = _one(account, year)
    account.pay(titre.net, by_number(titre.number, account.chance), titre.issued_on, state="émis")


@story(1.5)
def wrong_number(account: Account, year: str) -> None:
    """The number is misprinted: the line goes no further by amount."""
    titre = _one(account, year)
    titre.code = "P12"
    account.pay(titre.net, by_number(misprinted(titre.number), account.chance), titre.issued_on)


@story(5)
def not_paid(account: Account, year: str) -> None:
    """A ledger that does not speak of it, though it holds a line of its amount."""
    titre = _one(account, year)
    account.noise(1, int(year[:4]))
    account.lines[-1] = account.lines[-1]._replace(cents=titre.net)


@story(8)
def no_ledger(account: Account, year: str) -> None:
    """Billed, and no ledger came."""
    account.silent = True
    _one(account, year)


@story(2)
def not_billed(account: Account, year: str) -> None:
    """Signed, and no titre yet."""
    account.sign(year, account.schools)


@story(1)
def reduced(account: Account, year: str) -> None:
    """Billed a school too many, reduced, then paid."""
    signed = account.sign(year, account.schools)
    titre = account.bill(signed, signed.cents + rate(year), date(int(year[:4]), 9, 10))
    on = date(int(year[:4]), 10, 1)
    account.amend(titre, "réduction", rate(year), on)
    account.pay(titre.net, by_number(titre.number, account.chance), on, titre)


@story(1)
def replaced(account: Account, year: str) -> None:
    """Cancelled and issued anew; the payment cites the one that was cancelled."""
    signed = account.sign(year, account.schools)
    old = account.bill(signed, on=date(int(year[:4]), 9, 10))
    account.amend(old, "annulation", old.amount, date(int(year[:4]), 10, 5))
    new = account.bill(signed, on=date(int(year[:4]), 10, 7), amends=old.number)
    account.pay(new.net, by_number(old.number, account.chance), new.issued_on, new)


@story(1)
def contested(account: Account, year: str) -> None:
    """Contested, and not paid."""
    _one(account, year).contested = True


def pay_for(payer: Account, debts: Sequence[Titre]) -> None:
    """Let another pay titres of several debtors with one mandat that cites them all."""
    after = max(titre.issued_on for titre in debts)
    payer.pay(sum(titre.net for titre in debts), listed(debts, payer.chance), after, *debts)
    for titre in debts:
        titre.code, titre.story = "P10", PAID_BY_ANOTHER
