"""Which sets of open titres add up to a sum: at most three of them, or consecutive numbers. Exact, and bounded.

With more titres in a set, chance explains any sum: of 30 open titres, three random sums in four are some subset's.
"""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement, islice, product
from typing import TYPE_CHECKING

from recon.identifiers import order_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ENOUGH = 2
LONGEST_SET = 3
FEW_AMOUNTS = 12
# Beyond it, three titres explain nearly any sum: nothing is concluded.
MOST_AMOUNTS = 600

Names = tuple[str, ...]


class Sums:
    """The sums of the sets of some open titres, asked one by one; each answer is kept."""

    def __init__(self, opened: Sequence[tuple[str, int]]) -> None:
        """`opened` holds each titre and the cents that it leaves open, all positive."""
        self._by_amount: dict[int, list[str]] = {}
        for titre, cents in opened:
            self._by_amount.setdefault(cents, []).append(titre)
        self._amounts = sorted(self._by_amount)
        self._runs = _runs(opened)
        self._pairs: dict[int, list[int]] | None = None
        self._known: dict[int, tuple[Names, ...]] = {}

    def ways(self, total: int) -> tuple[Names, ...]:
        """Return the sets that add up to `total`, two at most: the first two tell that there is a choice."""
        found = self._known.get(total)
        if found is None:
            found = self._known[total] = tuple(islice(_distinct(self._sets(total)), ENOUGH))
        return found

    def members(self, total: int) -> set[str]:
        """Return the titres that belong to a set which adds up to `total`; of very many amounts, to the first two."""
        if len(self._amounts) > FEW_AMOUNTS:
            return {titre for way in self.ways(total) for titre in way}
        found = {titre for run in self._runs for way in _within(run, total) for titre in way}
        for size in range(1, LONGEST_SET + 1):
            for amounts in combinations_with_replacement(self._amounts, size):
                enough = all(amounts.count(amount) <= len(self._by_amount[amount]) for amount in set(amounts))
                if enough and sum(amounts) == total:
                    found |= {titre for amount in amounts for titre in self._by_amount[amount]}
        return found

    def _sets(self, total: int) -> Iterator[Names]:
        if len(self._amounts) > MOST_AMOUNTS:
            return
        for amounts in self._amounts_of(total):
            yield from self._named(amounts)
        for run in self._runs:
            yield from _within(run, total)

    def _amounts_of(self, total: int) -> Iterator[tuple[int, ...]]:
        if total in self._by_amount:
            yield (total,)
        for first in self._amounts:
            if first * 2 > total:
                break
            if total - first in self._by_amount:
                yield first, total - first
        for first in self._amounts:
            if first * 3 > total:
                break
            for second in self._second(total - first):
                if second >= first:
                    yield first, second, total - first - second

    def _second(self, total: int) -> Sequence[int]:
        """Return the smaller halves of the pairs that add up to `total`, the largest two: enough to see a choice."""
        if self._pairs is None:
            self._pairs = {}
            for index in reversed(range(len(self._amounts))):
                smaller = self._amounts[index]
                twice = len(self._by_amount[smaller]) > 1
                for larger in self._amounts[index if twice else index + 1 :]:
                    halves = self._pairs.setdefault(smaller + larger, [])
                    if len(halves) < ENOUGH:
                        halves.append(smaller)
        return self._pairs.get(total, ())

    def _named(self, amounts: tuple[int, ...]) -> Iterator[Names]:
        """Yield the sets of titres that bear these amounts."""
        counts = {amount: amounts.count(amount) for amount in amounts}
        chosen = [combinations(self._by_amount[amount], count) for amount, count in counts.items()]
        # A product reads its parts whole: three of 500 equal titres are 20 million sets, and two are enough.
        for parts in product(*(islice(part, ENOUGH) for part in chosen)):
            yield tuple(titre for part in parts for titre in part)


def _distinct(sets: Iterable[Names]) -> Iterator[Names]:
    seen: set[frozenset[str]] = set()
    for names in sets:
        key = frozenset(names)
        if key not in seen:
            seen.add(key)
            yield tuple(sorted(names))


def _runs(opened: Sequence[tuple[str, int]]) -> list[list[tuple[str, int]]]:
    """Return the runs of consecutive numbers longer than a set of three."""
    numbered = sorted((*order_number(titre), titre, cents) for titre, cents in opened)
    runs: list[list[tuple[str, int]]] = []
    last: tuple[str, int, int] | None = None
    for prefix, width, order, titre, cents in numbered:
        if last != (prefix, width, order - 1):
            runs.append([])
        runs[-1].append((titre, cents))
        last = (prefix, width, order)
    return [run for run in runs if len(run) > LONGEST_SET]


def _within(run: list[tuple[str, int]], total: int) -> Iterator[Names]:
    """Yield the stretches of a run that add up to `total`; amounts are positive, so one window slides over it."""
    first, held = 0, 0
    for last, (_, cents) in enumerate(run):
        held += cents
        while held > total:
            held -= run[first][1]
            first += 1
        if held == total and last - first >= LONGEST_SET:
            yield tuple(titre for titre, _ in run[first : last + 1])
