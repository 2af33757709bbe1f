"""The eight plain scenarios of a payer's ledger, as a list: what it says, and what stands in the account afterwards."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.dossiers import SCHOOLS, conventions, enrolled, lists, month, paid, payments, signed, titre, titres

ONE, TWO = "TP-2026-00001", "TP-2026-00002"


class Account(NamedTuple):
    """What must come out: sums over the titres in cents, and all the findings."""

    paid: int
    outstanding: int
    credit: int
    codes: list[str]


@pytest.mark.parametrize(
    ("billed", "ledger", "account"),
    [
        pytest.param(1, [paid("41,00", ONE)], Account(4100, 0, 0, []), id="exact"),
        pytest.param(
            2, [paid("82,00", f"{ONE} et {TWO}")], Account(8200, 0, 0, []), id="one payment for two titres"
        ),
        pytest.param(
            1,
            [paid("20,00", ONE, mandat="1"), paid("21,00", ONE, mandat="2")],
            Account(4100, 0, 0, []),
            id="two instalments",
        ),
        pytest.param(1, [paid("45,00", ONE)], Account(4100, 0, 400, ["P04"]), id="over-payment"),
        pytest.param(
            1,
            [paid("41,00", ONE, mandat="1"), paid("41,00", ONE, mandat="2")],
            Account(4100, 0, 4100, ["P05"]),
            id="payment made twice",
        ),
        pytest.param(1, [paid("41,00", label="Participation ENT-École")], Account(4100, 0, 0, []), id="free text only"),
        pytest.param(1, [paid("41,00", label="Fournitures scolaires")], Account(0, 4100, 0, ["P01"]), id="missing"),
        pytest.param(
            1, [paid("41,00", ONE, state="annulé")], Account(0, 4100, 0, ["P01", "P09"]), id="cancelled mandat"
        ),
    ],
)  # fmt: skip
def test_the_eight_plain_scenarios(billed: int, ledger: list[str], account: Account) -> None:
    numbers, names = (ONE, TWO)[:billed], ("C1", "C2")[:billed]
    settled = month(
        enrolled(*SCHOOLS[:billed]),
        conventions(*map(signed, names)),
        lists(*(f"{name};{uai};École;" for name, uai in zip(names, SCHOOLS, strict=False))),
        titres(*(titre(n, convention=c, due="15/11/2026") for n, c in zip(numbers, names, strict=True))),
        payments(*ledger),
    )
    paid_cents, outstanding, credit = (int(settled.titres[name].sum()) for name in ("paid", "outstanding", "credit"))
    assert Account(paid_cents, outstanding, credit, sorted(settled.findings["code"])) == account
    assert settled.controls["holds"].all()
