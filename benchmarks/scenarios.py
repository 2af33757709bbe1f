"""The eight plain scenarios: a payer's titre and what its ledger says, beside a neighbour's titre of equal amount."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .data import CANCELLED, RATE, SCHOOL_YEAR, WRITINGS, Case, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from recon.billed import Titre

FREE_TEXT = ("", f"ENT-École {SCHOOL_YEAR}")


def scenarios() -> dict[str, Case]:
    """Return the eight scenarios by name."""
    return {
        "exact": _case(_exact),
        "one payment for two titres": _case(_two_titres),
        "two instalments": _case(_instalments),
        "over-payment": _case(_too_much),
        "payment made twice": _case(_twice),
        "free text only": _case(_free_text),
        "missing": _case(lambda _case, _titre: None),
        "cancelled mandat": _case(_cancelled),
    }


def _case(play: Callable[[Case, Titre], None]) -> Case:
    case = Case()
    titre = case.titre(1)
    play(case, titre)
    case.titre(2)
    return case


def _pay(case: Case, titre: Titre, cents: int, settled: int, day: int = 0) -> None:
    said = written(titre.titre, WRITINGS[0])
    case.pay(titre.payer_siren, cents, said, day=day).settles = {titre.titre: settled} if settled else {}


def _exact(case: Case, titre: Titre) -> None:
    _pay(case, titre, RATE, RATE)


def _two_titres(case: Case, titre: Titre) -> None:
    other = case.titre(1)
    said = (f"{titre.titre}, {other.titre}", FREE_TEXT[1])
    case.pay(titre.payer_siren, 2 * RATE, said).settles = {titre.titre: RATE, other.titre: RATE}


def _instalments(case: Case, titre: Titre) -> None:
    _pay(case, titre, 2000, 2000)
    _pay(case, titre, RATE - 2000, RATE - 2000, day=7)


def _too_much(case: Case, titre: Titre) -> None:
    _pay(case, titre, RATE + 400, RATE)


def _twice(case: Case, titre: Titre) -> None:
    _pay(case, titre, RATE, RATE)
    _pay(case, titre, RATE, 0, day=7)


def _free_text(case: Case, titre: Titre) -> None:
    case.pay(titre.payer_siren, RATE, FREE_TEXT).settles = {titre.titre: RATE}


def _cancelled(case: Case, titre: Titre) -> None:
    case.pay(titre.payer_siren, RATE, written(titre.titre, WRITINGS[0]), state=CANCELLED)
