"""A payer's account while its lines are matched: what each titre still leaves open, and what a pass decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recon.billed import Titre
    from recon.conventions import Convention
    from recon.texts import Text

    from .lines import Line

AUTOMATIC, PROPOSED = "automatic", "proposed"


class Part(NamedTuple):
    """Cents of a payment that go to a titre; `uais` are the schools that the line names."""

    titre: str
    cents: int
    uais: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a pass says of a line: parts settled or proposed, credit by titre, candidates, its code, and why."""

    step: str
    evidence: Text
    confidence: str = AUTOMATIC
    parts: tuple[Part, ...] = ()
    credits: tuple[Part, ...] = ()
    candidates: tuple[str, ...] = ()
    code: str = ""


@dataclass(slots=True)
class Account:
    """The titres of one debtor and what each leaves open, in cents; `everyone` finds the titres of all debtors."""

    payer_siren: str
    titres: dict[str, Titre]
    everyone: Mapping[str, Titre]
    replaced: Mapping[str, str]
    uais: frozenset[str]
    conventions: frozenset[str]
    open: dict[str, int] = field(default_factory=dict)
    reserved: dict[str, int] = field(default_factory=dict)
    by_amount: set[str] = field(default_factory=set)
    schools_paid: set[tuple[str, str]] = field(default_factory=set)

    def opened(self) -> list[Titre]:
        """Return the titres on which something is open, in order of issue."""
        return [titre for titre in self.titres.values() if self.open[titre.titre] > 0]

    def own(self, line: Line) -> tuple[str, ...]:
        """Return the payer's own titres that the line cites; a cancelled one stands for what replaces it."""
        numbers = dict.fromkeys(self.replaced.get(number, number) for number in line.cited.titres)
        return tuple(number for number in numbers if number in self.titres)

    def foreign(self, line: Line) -> tuple[str, ...]:
        """Return the known titres that the line cites and that are another debtor's."""
        return tuple(number for number in line.cited.titres if self.replaced.get(number, number) not in self.titres)

    def knows(self, conventions: Iterable[str]) -> bool:
        """Whether one of the conventions is this payer's."""
        return any(number in self.conventions for number in conventions)

    def settle(self, decision: Decision) -> None:
        """Take the decision's parts off what is open, or reserve what is only proposed."""
        for part in decision.parts:
            if part.titre not in self.open:
                continue
            if decision.confidence == AUTOMATIC:
                self.open[part.titre] -= part.cents
                self.schools_paid |= {(part.titre, uai) for uai in part.uais}
                if decision.step.startswith("S"):
                    self.by_amount.add(part.titre)
            else:
                self.reserved[part.titre] = self.reserved.get(part.titre, 0) + part.cents

    def paid_already(self, titre: str, uais: Iterable[str]) -> bool:
        """Whether a line has already paid one of these schools by name."""
        return any((titre, uai) in self.schools_paid for uai in uais)

    def proposable(self, titre: str, cents: int) -> int:
        """Return how many of `cents` may still be proposed for a titre of this account."""
        return max(0, min(cents, self.open[titre] - self.reserved.get(titre, 0)))


def account(
    payer: str,
    titres: Iterable[Titre],
    conventions: Iterable[Convention],
    everyone: Mapping[str, Titre],
    replaced: Mapping[str, str],
) -> Account:
    """Return the account of `payer` with nothing paid yet."""
    signed = list(conventions)
    own = {titre.titre: titre for titre in sorted(titres, key=lambda titre: (titre.issued_on, titre.titre))}
    return Account(
        payer_siren=payer,
        titres=own,
        everyone=everyone,
        replaced=replaced,
        uais=frozenset(uai for titre in own.values() for uai in titre.schools)
        | frozenset(uai for convention in signed for uai in convention.listed),
        conventions=frozenset(convention.convention for convention in signed),
        open={number: titre.net for number, titre in own.items()},
    )


def doubled(step: str, titre: Titre, line: Line, evidence: Text) -> Decision:
    """Return the decision that the line pays again a titre already settled: all of it is credit (P05)."""
    return Decision(step, evidence, credits=(Part(titre.titre, line.net),), code="P05")
