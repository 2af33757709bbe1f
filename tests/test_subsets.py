"""The sets of open titres that add up: what the bounded search finds is what trying every set finds."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.matching.subsets import ENOUGH, LONGEST_SET, Sums

Opened = list[tuple[str, int]]


def every_set(opened: Opened, total: int) -> set[frozenset[str]]:
    """Try every set of at most three titres, and every stretch of consecutive numbers."""
    found = {
        frozenset(name for name, _ in chosen)
        for size in range(1, LONGEST_SET + 1)
        for chosen in combinations(opened, size)
        if sum(cents for _, cents in chosen) == total
    }
    numbers = {int(name[-5:]): (name, cents) for name, cents in opened}
    for first in numbers:
        for last in range(first + LONGEST_SET, first + len(numbers)):
            if all(number in numbers for number in range(first, last + 1)):
                stretch = [numbers[number] for number in range(first, last + 1)]
                if sum(cents for _, cents in stretch) == total:
                    found.add(frozenset(name for name, _ in stretch))
    return found


def titres() -> st.SearchStrategy[Opened]:
    """Open titres with numbers that often follow one another and amounts that often repeat."""
    amounts = st.sampled_from([4100, 4100, 4500, 8200, 12300, 1, 2, 3, 5])
    numbers = st.sets(st.integers(1, 14), max_size=10)
    return numbers.flatmap(
        lambda chosen: st.tuples(*(st.tuples(st.just(f"TP-2026-{number:05d}"), amounts) for number in sorted(chosen)))
    ).map(list)


@settings(max_examples=400, deadline=None)
@given(titres(), st.lists(st.integers(1, 30000) | st.sampled_from([8200, 8600, 12300, 16400, 41000]), max_size=6))
def test_the_search_finds_what_trying_every_set_finds(opened: Opened, totals: list[int]) -> None:
    sums = Sums(opened)
    drawn = [sum(cents for _, cents in opened[:count]) for count in range(1, len(opened) + 1)]
    for total in (*totals, *drawn):
        ways = {frozenset(way) for way in sums.ways(total)}
        truth = every_set(opened, total)
        assert ways <= truth
        assert len(ways) == min(len(truth), ENOUGH)


@pytest.mark.parametrize("shift", [0, 1])
def test_the_order_of_titres_does_not_matter(shift: int) -> None:
    opened = [("TP-2026-00001", 4100), ("TP-2026-00002", 8200), ("TP-2026-00003", 12300)]
    turned = opened[shift:] + opened[:shift]
    assert Sums(turned).ways(20500) == (("TP-2026-00002", "TP-2026-00003"),)
    assert len(Sums(turned).ways(12300)) == ENOUGH
