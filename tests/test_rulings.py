"""Officers' decisions win over every pass, hold to the cent, survive what files do, and are said when they no longer fit."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.matching.rulings import (
    ACCEPT,
    ELSEWHERE,
    OUT_OF_SCOPE,
    REMIND,
    TO_TITRES,
    WAIT,
    Ruling,
)
from recon.pipeline import reconcile
from recon.tables import Settings
from tests.dossiers import (
    AS_OF,
    CERET,
    RATES,
    SCHOOLS,
    codes,
    conventions,
    enrolled,
    lists,
    paid,
    payments,
    signed,
    titre,
    titres,
)

if TYPE_CHECKING:
    from recon.pipeline import File
    from recon.tables import Month

ONE, TWO = "TP-2026-00001", "TP-2026-00002"
VAGUE = paid(label="participation ENT", mandat="7")


def month(
    *rulings: Ruling, rows: tuple[str, ...] = (VAGUE,), more: tuple[File, ...] = (), as_of: date = AS_OF
) -> Month:
    """The month of a commune with two schools, two conventions and two titres of 41 EUR, and a ledger of `rows`."""
    files = (
        enrolled(*SCHOOLS[:2]),
        conventions(signed("C1"), signed("C2")),
        lists(f"C1;{SCHOOLS[0]};A;", f"C2;{SCHOOLS[1]};B;"),
        titres(titre(ONE, convention="C1"), titre(TWO, convention="C2")),
        payments(*rows),
        *more,
    )
    return reconcile(files, Settings(as_of, RATES, None, 500), (), rulings)


def row(of: Month, table: str = "payments", **where: object) -> dict[str, Any]:
    """Return the one row of a table."""
    found = [one for one in of.table(table).to_dicts() if all(one[name] == value for name, value in where.items())]
    assert len(found) == 1, found
    return found[0]


def of_payment(
    of: Month, choice: str, *parts: tuple[str, int], number: int = 1, mandat: str = "7", **changed: Any
) -> Ruling:
    """Return a decision about a mandat, as `recon decide` makes it."""
    known = row(of, mandat=mandat)
    told = {"payer_siren": known["payer_siren"], "exercise": str(known["exercise"] or ""), "mandat": known["mandat"]}
    return Ruling(number, choice, known["payment_id"], parts, **told, line=known["line"], amount=known["amount"], reason="vu au téléphone", **changed)  # fmt: skip


def holds(of: Month) -> bool:
    return bool(of.controls["holds"].all())


def test_a_payment_goes_where_the_officer_says() -> None:
    before = month()
    assert row(before)["allocated"] == 0
    after = month(of_payment(before, TO_TITRES, (TWO, 4100)))
    assert row(after)["status"] == "allocated"
    assert row(after, "titres", titre=TWO)["status"] == "settled"
    told = row(after, "allocations")
    assert (told["pass"], told["confidence"], told["amount"]) == ("M", "manual", 4100)
    assert "décision n° 1\u00a0: vu au téléphone" in told["evidence"]
    assert codes(after) == []
    assert holds(after)
    assert row(after)["lettering"] == row(after, "titres", titre=TWO)["lettering"] != ""


def test_a_decision_wins_over_the_titres_own_number() -> None:
    cited = paid(reference=ONE)
    before = month(rows=(cited,))
    assert row(before, "titres", titre=ONE)["paid"] == 4100
    after = month(of_payment(before, TO_TITRES, (TWO, 4100)), rows=(cited,))
    assert row(after, "titres", titre=ONE)["paid"] == 0
    assert row(after, "titres", titre=TWO)["paid"] == 4100


def test_a_payment_is_shared_out_over_titres() -> None:
    rows = (paid("82,00", label="participation ENT"),)
    after = month(of_payment(month(rows=rows), TO_TITRES, (ONE, 4100), (TWO, 4100)), rows=rows)
    assert row(after)["allocated"] == 8200
    assert after.titres["outstanding"].sum() == 0
    assert holds(after)


def test_what_a_titre_does_not_leave_open_is_credit() -> None:
    rows = (paid("50,00", label="participation ENT"),)
    after = month(of_payment(month(rows=rows), TO_TITRES, (ONE, 5000)), rows=rows)
    assert (row(after)["allocated"], row(after)["credit"]) == (4100, 900)
    assert "P04" in codes(after)
    assert holds(after)


def test_the_passes_see_what_was_decided() -> None:
    """The officer gave the first payment to the only titre that the second one cites: that one is a double payment."""
    rows = (VAGUE, paid(reference=ONE, mandat="8"))
    after = month(of_payment(month(rows=rows), TO_TITRES, (ONE, 4100)), rows=rows)
    assert row(after, mandat="8")["credit"] == 4100
    assert "P05" in codes(after)
    assert holds(after)


def test_a_payment_out_of_scope_is_counted_and_no_more() -> None:
    before = month()
    after = month(of_payment(before, OUT_OF_SCOPE))
    assert after.payments.is_empty()
    source = row(after, "sources", file="paiements/registre.csv")
    assert (source["read"], source["kept"], source["out_of_scope"]) == (1, 0, 1)
    assert holds(after)


def test_a_titre_settled_outside_the_ledgers_is_paid_and_shown_apart() -> None:
    after = month(Ruling(3, ELSEWHERE, ONE, ((ONE, 4100),), reason="chèque du 3/11"), rows=())
    assert row(after, "titres", titre=ONE)["paid"] == 4100
    told = row(after)
    assert (told["file"], told["row"], told["allocated"]) == ("décision", 3, 4100)
    assert "décision n° 3\u00a0: chèque du 3/11" in row(after, "allocations")["evidence"]
    assert holds(after)
    assert "paiements/registre.csv" in after.sources["file"].to_list()


def test_a_mandat_not_yet_paid_stays_pending_where_it_is_decided_to_go() -> None:
    rows = (paid(label="participation ENT", state="émis"),)
    after = month(of_payment(month(rows=rows), TO_TITRES, (TWO, 4100)), rows=rows)
    assert row(after)["status"] == "pending"
    assert (row(after, "titres", titre=TWO)["pending"], row(after, "titres", titre=TWO)["paid"]) == (4100, 0)
    assert holds(after)


@pytest.mark.parametrize("choice", [WAIT, REMIND, ACCEPT])
def test_what_changes_no_amount_stands_beside_the_finding(choice: str) -> None:
    before = month()
    known = row(before, "findings", payment_id=row(before)["payment_id"])
    after = month(Ruling(1, choice, known["finding_id"], payer_siren=known["payer_siren"], reason="promis pour le 15"))
    marked = row(after, "findings", finding_id=known["finding_id"])
    assert marked["comment"] == "promis pour le 15"
    assert marked["decision"] == {WAIT: "Attendre", REMIND: "Relancer", ACCEPT: "Accepté"}[choice]
    assert after.titres.equals(before.titres)
    assert after.payments.equals(before.payments)


def test_waiting_holds_the_reminder() -> None:
    late, other = date(2027, 3, 31), (paid("12,00", label="Fournitures"),)
    before = month(rows=other, as_of=late)
    known = row(before, "findings", code="P01", titre=ONE)
    after = month(Ruling(1, WAIT, known["finding_id"], payer_siren=CERET[:9], reason="x"), rows=other, as_of=late)
    assert row(after, "findings", code="P01", titre=ONE)["advice"] != known["advice"]


# What files do to a decision -----------------------------------------------------------------------------------------


def test_a_decision_that_a_later_one_passes_over_is_not_said_to_be_about_nothing() -> None:
    late = date(2027, 2, 28)
    unpaid = next(row for row in month(as_of=late).findings.to_dicts() if row["titre"] == ONE)
    waits = Ruling(1, WAIT, ONE, payer_siren=CERET[:9], reason="élections")
    after = month(waits, Ruling(2, ACCEPT, unpaid["finding_id"], payer_siren=CERET[:9], reason="vu"), as_of=late)
    assert {number: why("en") for number, why in after.moot.items()} == {1: "replaced by decision no. 2"}
    assert not any("décision" in text().lower() for text in after.unchecked)


def test_a_wish_to_remind_comes_after_a_wish_to_wait() -> None:
    late, rows = date(2027, 2, 28), (paid(reference=TWO),)
    waits = Ruling(1, WAIT, ONE, payer_siren=CERET[:9], reason="élections")
    reminds = Ruling(2, REMIND, ONE, payer_siren=CERET[:9], reason="rien reçu")
    (held,) = month(waits, rows=rows, as_of=late).findings.to_dicts()
    (chased,) = month(waits, reminds, rows=rows, as_of=late).findings.to_dicts()
    assert "Ne pas relancer" in held["advice"]
    assert "Ne pas relancer" not in chased["advice"]


def test_rows_in_another_order_and_file_change_nothing() -> None:
    others = (paid(label="participation ENT bis", mandat="9"), paid(reference=ONE, mandat="8"))
    ruling = of_payment(month(rows=(VAGUE, *others)), TO_TITRES, (TWO, 4100))
    one = month(ruling, rows=(VAGUE, *others))
    other = month(ruling, rows=others, more=(payments(VAGUE, name="paiements/autre.csv"),))
    for of in (one, other):
        assert row(of, mandat="7")["allocated"] == 4100
        assert of.moot == {}


def test_a_corrected_label_keeps_the_decision() -> None:
    ruling = of_payment(month(), TO_TITRES, (TWO, 4100))
    after = month(ruling, rows=(paid(label="participation ENT 2026-2027 corrigée", mandat="7"),))
    assert row(after)["payment_id"] != ruling.about
    assert row(after)["allocated"] == 4100
    assert after.moot == {}


def test_without_a_mandat_a_decision_never_goes_to_another_payment_of_the_same_amount() -> None:
    decided = paid(label="participation ENT", mandat="", on="05/11/2026")
    other = paid(reference=TWO, mandat="", on="09/11/2026")
    identity = next(row["payment_id"] for row in month(rows=(decided,)).payments.to_dicts())
    ruling = Ruling(1, TO_TITRES, identity, ((ONE, 4100),), CERET[:9], "2026", amount=4100)
    after = month(ruling, rows=(other,))
    assert dict(after.titres.select("titre", "paid").iter_rows()) == {ONE: 0, TWO: 4100}
    assert any("n’est plus dans les registres" in text.fr for text in after.unchecked)


def test_a_titre_named_twice_is_settled_once() -> None:
    row = paid("82,00", label="participation ENT", mandat="7")
    (payment,) = month(rows=(row,)).payments.to_dicts()
    after = month(Ruling(1, TO_TITRES, payment["payment_id"], ((ONE, 4100), (ONE, 4100)), amount=8200), rows=(row,))
    assert dict(after.titres.select("titre", "paid").iter_rows()) == {ONE: 4100, TWO: 0}
    assert after.payments["credit"].to_list() == [4100]


def test_of_two_payments_alike_none_is_chosen() -> None:
    ruling = of_payment(month(), TO_TITRES, (TWO, 4100))
    after = month(ruling, rows=(paid(label="participation ENT a"), paid(label="participation ENT b")))
    assert list(after.moot) == [1]
    assert "plusieurs paiements" in after.moot[1].fr


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((), "n’est plus dans les registres"),
        ((paid("40,00", label="participation ENT"),), "a changé dans les registres : 41,00 € → 40,00 €"),
        ((VAGUE, paid("-41,00", label="participation ENT")), "annulé, rejeté ou suspendu"),
        ((VAGUE, paid("-1,00", label="participation ENT")), "ne vaut plus que"),
    ],
)
def test_a_decision_that_no_longer_fits_is_said_and_kept(rows: tuple[str, ...], said: str) -> None:
    after = month(of_payment(month(), TO_TITRES, (TWO, 4100)), rows=rows)
    assert said in after.moot[1].fr
    assert any("Décision n° 1" in text.fr and said in text.fr for text in after.unchecked)
    assert holds(after)


def test_a_titre_that_is_gone_is_said() -> None:
    after = month(of_payment(month(), TO_TITRES, ("TP-2026-00099", 4100)))
    assert "TP-2026-00099" in after.moot[1].fr
    assert row(after)["allocated"] == 0


def test_a_resolved_finding_is_said() -> None:
    after = month(Ruling(1, WAIT, "P01-0000000000", reason="x"))
    assert "n’existe plus" in after.moot[1].fr


def test_the_later_of_two_decisions_holds() -> None:
    before = month()
    after = month(of_payment(before, TO_TITRES, (ONE, 4100)), of_payment(before, TO_TITRES, (TWO, 4100), number=2))
    assert row(after, "titres", titre=TWO)["paid"] == 4100
    assert row(after, "titres", titre=ONE)["paid"] == 0


def test_a_titre_reduced_after_the_decision_releases_it_as_credit() -> None:
    ruling = of_payment(month(), TO_TITRES, (TWO, 4100))
    reduction = titres(f"R1;réduction;{TWO};{CERET};C2;;41,00;20/11/2026;;", name="titres/reductions.csv")
    after = month(ruling, more=(reduction,))
    assert (row(after)["allocated"], row(after)["credit"]) == (0, 4100)
    assert holds(after)


AMOUNTS = st.lists(st.integers(1, 9000), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None)
@given(AMOUNTS, st.data())
def test_whatever_is_decided_sums_close(amounts: list[int], data: st.DataObject) -> None:
    rows = tuple(
        paid(f"{cents // 100},{cents % 100:02d}", label=f"participation ENT {place}", mandat=str(10 + place))
        for place, cents in enumerate(amounts)
    )
    before = month(rows=rows)
    rulings = []
    for number, cents in enumerate(amounts, 1):
        choice = data.draw(st.sampled_from([TO_TITRES, OUT_OF_SCOPE, ""]))
        first = data.draw(st.integers(0, cents))
        parts = tuple(part for part in ((ONE, first), (TWO, cents - first)) if part[1]) if choice == TO_TITRES else ()
        if choice:
            rulings.append(of_payment(before, choice, *parts, number=number, mandat=str(9 + number)))
    after = month(*rulings, rows=rows)
    assert holds(after)
    assert after.moot == {}
    shared = {ruling.about for ruling in rulings if ruling.choice == TO_TITRES}
    decided = after.payments.filter(after.payments["payment_id"].is_in(list(shared)))
    assert (decided["allocated"] + decided["credit"]).to_list() == decided["amount"].to_list()
