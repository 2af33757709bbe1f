"""The accounts while lines are matched: what each titre still leaves open, and what a pass decides."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from .guards import of_year
from .subsets import Sums

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import date

    from recon.billed import Titre
    from recon.conventions import Convention
    from recon.tables import Miscited
    from recon.texts import Text

    from .lines import Line

AUTOMATIC, PROPOSED, MANUAL = "automatic", "proposed", "manual"


class Part(NamedTuple):
    """Cents of a payment that go to a titre; `uais` are the schools that the line names."""

    titre: str
    cents: int
    uais: tuple[str, ...] = ()


class Decision(NamedTuple):
    """What a pass says of a line: parts settled or proposed, credit by titre, candidates, its code, and why.

    `miscited` is the number that stopped it, if no titre bears it.
    """

    step: str
    evidence: Text
    confidence: str = AUTOMATIC
    parts: tuple[Part, ...] = ()
    credits: tuple[Part, ...] = ()
    candidates: tuple[str, ...] = ()
    code: str = ""
    miscited: Miscited | None = None


@dataclass(slots=True)
class Books:
    """Every titre of the dossier and what it leaves open, in cents, whoever pays it."""

    titres: Mapping[str, Titre]
    replaced: Mapping[str, str]
    of_debtor: Mapping[str, list[Titre]]
    conventions: Collection[Convention]
    open: dict[str, int]
    reserved: dict[str, int] = field(default_factory=dict)
    settled: dict[str, list[Line]] = field(default_factory=dict)
    credited: list[Line] = field(default_factory=list)
    by_amount: set[str] = field(default_factory=set)
    schools_paid: set[tuple[str, str]] = field(default_factory=set)
    moves: Counter[str] = field(default_factory=Counter)
    _covering: dict[str, list[Titre]] = field(default_factory=dict)
    _names: dict[str, set[str]] = field(default_factory=dict)
    _bearers: dict[str, set[str]] = field(default_factory=dict)

    @property
    def covering(self) -> Mapping[str, list[Titre]]:
        """The titres that cover each school."""
        if not self._covering:
            for titre in self.titres.values():
                for uai in titre.schools:
                    self._covering.setdefault(uai, []).append(titre)
        return self._covering

    @property
    def names(self) -> Mapping[str, set[str]]:
        """The names of each payer, as its conventions and titres give them."""
        if not self._names:
            for convention in self.conventions:
                self._names.setdefault(convention.payer_siren, set()).add(convention.payer_name)
            for titre in self.titres.values():
                self._names.setdefault(titre.payer_siren, set()).add(titre.debtor_name)
        return self._names

    def left(self, number: str, on: date | None) -> int:
        """Return what a titre leaves open to a payment of `on`, in cents: what was taken off it later still counts."""
        taken_off = self.titres[number].taken_off
        if not taken_off or on is None:
            return self.open[number]
        return self.open[number] + sum(taken.cents for taken in taken_off if taken.on > on)

    def name(self, siren: str) -> str:
        """Return a payer's name, as its conventions or its titres give it, and its SIREN."""
        name = min(self.names.get(siren, set()) - {""}, default="")
        return f"{name}, SIREN {siren}" if name else f"SIREN {siren}"

    def bearers(self, bare: Callable[[str], str]) -> dict[str, set[str]]:
        """Return the payers that bear each name, without its title."""
        if not self._bearers:
            for siren, names in self.names.items():
                for name in names:
                    self._bearers.setdefault(bare(name), set()).add(siren)
        return self._bearers

    def cited(self, line: Line) -> tuple[str, ...]:
        """Return the titres that the line cites; a cancelled one stands for the one that says it replaces it."""
        if not self.replaced or not line.cited.titres:
            return line.cited.titres
        return tuple(dict.fromkeys([self.replaced.get(number, number) for number in line.cited.titres]))

    def settle(self, line: Line, decision: Decision) -> None:
        """Take the decision's parts off what is open, or reserve what is only proposed."""
        if decision.credits:
            self.credited.append(line)
        for part in decision.parts:
            if decision.confidence == PROPOSED:
                self.reserved[part.titre] = self.reserved.get(part.titre, 0) + part.cents
                continue
            self.open[part.titre] -= part.cents
            self.moves[self.titres[part.titre].payer_siren] += 1
            if self.titres[part.titre].taken_off:
                self.settled.setdefault(part.titre, []).append(line)
            self.schools_paid |= {(part.titre, uai) for uai in part.uais}
            if decision.step.startswith("S"):
                self.by_amount.add(part.titre)

    def paid_already(self, titre: str, uais: Iterable[str]) -> bool:
        """Whether a line has already paid one of these schools by name."""
        return any((titre, uai) in self.schools_paid for uai in uais)

    def proposal(self, titre: str, cents: int, on: date | None, uais: tuple[str, ...] = ()) -> tuple[Part, ...]:
        """Return the part of `cents` that may still be proposed for a titre, or for the one that replaces it, if any."""
        titre = self.replaced.get(titre, titre)
        left = 0 if self.titres[titre].cancelled else self.left(titre, on)
        proposed = min(cents, left - self.reserved.get(titre, 0))
        return (Part(titre, proposed, uais),) if proposed > 0 else ()


def books(titres: Mapping[str, Titre], replaced: Mapping[str, str], conventions: Collection[Convention]) -> Books:
    """Return the books with nothing paid yet."""
    of_debtor: dict[str, list[Titre]] = {}
    for titre in titres.values():
        of_debtor.setdefault(titre.payer_siren, []).append(titre)
    return Books(titres, replaced, of_debtor, conventions, {number: titre.net for number, titre in titres.items()})


@dataclass(frozen=True, slots=True)
class Pool:
    """The titres of one debtor that are open to a line which names no number: in all, by school year, in sets."""

    titres: tuple[Titre, ...]
    open: dict[str, int]
    total: int
    of_years: dict[str, tuple[Titre, ...]]
    totals: dict[str, int]
    sums: Sums


def _pool(titres: tuple[Titre, ...], left: dict[str, int]) -> Pool:
    years: dict[str, list[Titre]] = {}
    for titre in titres:
        if titre.school_year:
            years.setdefault(titre.school_year, []).append(titre)
    totals = {year: sum(left[titre.titre] for titre in of_year) for year, of_year in years.items()}
    of_years = {year: tuple(of_year) for year, of_year in years.items()}
    return Pool(titres, left, sum(left.values()), of_years, totals, Sums(list(left.items())))


@dataclass(slots=True)
class Account:
    """The titres of one debtor, by day of issue, its conventions, within the books of all."""

    payer_siren: str
    titres: dict[str, Titre]
    signed: list[Convention]
    books: Books
    _pools: dict[tuple[object, ...], Pool] = field(default_factory=dict)
    _by_cents: dict[date | None, list[tuple[int, str]]] = field(default_factory=dict)
    _moves: int = -1
    _issued: list[date] = field(default_factory=list)
    _amended: bool = False

    def covers(self, uai: str) -> bool:
        """Whether a titre or a convention of this payer has to do with the school."""
        of_titres = any(titre.titre in self.titres for titre in self.books.covering.get(uai, ()))
        return of_titres or any(uai in convention.listed for convention in self.signed)

    def own(self, line: Line) -> tuple[str, ...]:
        """Return the payer's own titres that the line cites; a cancelled one stands for what replaces it."""
        return tuple([number for number in self.books.cited(line) if number in self.titres])

    def foreign(self, line: Line) -> tuple[str, ...]:
        """Return the known titres that the line cites and that are another debtor's."""
        return tuple([number for number in self.books.cited(line) if number not in self.titres])

    def left(self, titre: Titre, line: Line) -> int:
        """Return what a titre leaves open to the line, in cents."""
        return self.books.left(titre.titre, line.on)

    def opened(self, titres: Iterable[Titre], line: Line) -> list[Titre]:
        """Return those of `titres` that leave something open to the line."""
        return [titre for titre in titres if self.left(titre, line) > 0]

    def knows(self, conventions: Collection[str]) -> bool:
        """Whether one of the conventions is this payer's."""
        return any(convention.convention in conventions for convention in self.signed)

    def pool(self, line: Line) -> Pool:
        """Return the titres issued on or before the line's day, of the years and conventions that it names, if any."""
        self._renew()
        until = bisect_right(self._issued, line.on) if line.on is not None else 0
        key = (until, line.on if self._amended else None, line.cited.years, line.cited.calendar, line.cited.conventions)
        if key not in self._pools:
            self._pools[key] = self._opened(list(self.titres.values())[:until], line)
        return self._pools[key]

    def _renew(self) -> None:
        """Forget what was found before the last movement of this debtor's titres."""
        if self._moves != self.books.moves[self.payer_siren]:
            self._moves = self.books.moves[self.payer_siren]
            self._pools.clear()
            self._by_cents.clear()
            self._issued = [titre.issued_on for titre in self.titres.values()]
            self._amended = any(titre.taken_off for titre in self.titres.values())

    def nearest(self, line: Line) -> Titre | None:
        """Return the open titre whose amount is nearest to the line's, the first by number of those equally near."""
        self._renew()
        key = line.on if self._amended else None
        if key not in self._by_cents:
            opened = self.opened(self.titres.values(), line)
            self._by_cents[key] = sorted((self.left(titre, line), titre.titre) for titre in opened)
        known = self._by_cents[key]
        above = bisect_left(known, (line.net, ""))
        below = [known[bisect_left(known, (known[above - 1][0], ""))]] if above else []
        near = min([*below, *known[above : above + 1]], key=lambda one: (abs(one[0] - line.net), one[1]), default=None)
        return self.titres[near[1]] if near else None

    def _opened(self, issued: list[Titre], line: Line) -> Pool:
        conventions = line.cited.conventions
        opened = tuple(
            titre
            for titre in self.opened(issued, line)
            if of_year(line, titre) and (not conventions or titre.convention in conventions)
        )
        left = {titre.titre: self.left(titre, line) for titre in opened}
        return _pool(opened, left)


def account(payer: str, signed: list[Convention], of_all: Books) -> Account:
    """Return the account of `payer` with nothing paid yet."""
    own = of_all.of_debtor.get(payer, [])
    return Account(payer, {titre.titre: titre for titre in sorted(own, key=_age)}, signed, of_all)


def _age(titre: Titre) -> tuple[date, str]:
    return titre.issued_on, titre.titre


def doubled(step: str, titre: Titre, line: Line, evidence: Text) -> Decision:
    """Return the decision that the line pays again a titre already settled: all of it is credit (P05)."""
    return Decision(step, evidence, credits=(Part(titre.titre, line.net),), code="P05")
