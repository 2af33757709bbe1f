"""The story of a payer: its account year by year, its conventions, titres and payments, and every finding about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.reports.declared import by_account, is_declared
from recon.story import facts, words
from recon.story.answers import answers
from recon.story.findings import findings
from recon.story.parts import Line, Row, Section, Story, section
from recon.story.payment import one_line
from recon.story.titre import sums
from recon.texts import Text, counted, day, same

if TYPE_CHECKING:
    from recon.tables import Month

YEAR = Text("Année scolaire {year} · {schools}", "School year {year} · {schools}")
NO_YEAR = Text("Sans année scolaire", "Without a school year")
SUMS = ("expected", "billed", "paid", "declared", "outstanding", "overdue", "pending", "to_bill", "over_billed", "credit",
        "unallocated")  # fmt: skip


def story(month: Month, siren: str) -> Story:
    """Return the story of the payer of this SIREN."""
    years = facts.rows(month.payers, payer_siren=siren)
    conventions = facts.rows(month.conventions, payer_siren=siren)
    titres = sorted(facts.rows(month.titres, payer_siren=siren), key=lambda row: row["school_year"] or "9")
    sections = [
        Section(Text("La collectivité", "The payer"), tuple(_facts(month, siren, years))),
        *(part for row in sorted(years, key=lambda row: row["school_year"] or "9") for part in _year(month, row)),
        *section(Text("Conventions", "Conventions"), [_convention(row) for row in conventions]),
        *section(Text("Titres", "Titres"), [facts.titre_line(row) for row in titres]),
        *section(
            Text("Paiements", "Payments"), [one_line(month, row, siren) for row in _payments(month, siren, titres)]
        ),
        *answers(month, siren),
        *findings(month, lambda found: found["payer_siren"] == siren),
    ]
    return Story(same(facts.payer_name(month, siren)), tuple(sections))


def _facts(month: Month, siren: str, years: list[Row]) -> list[Line]:
    contact = month.contacts.get(siren)
    paid = facts.rows(month.payments, payer_siren=siren)
    dated = [row["ledger"] for row in years] + [
        row["on"] for row in paid if row["status"] != "later" and not is_declared(row)
    ]
    reach = max((on for on in dated if on), default=None)
    until = Text("reçu, jusqu’au {on}", "received, up to {on}")
    none = Text("aucun registre daté n’a été reçu", "no dated ledger was received")
    insee = Line(Text("INSEE", "INSEE"), same(contact.insee)) if contact and contact.insee else None
    lines = (
        Line(Text("SIREN", "SIREN"), same(siren)),
        insee,
        Line(Text("Registre", "Ledger"), until.with_(on=day(reach)) if reach else none),
    )
    return [line for line in lines if line is not None]


def _year(month: Month, row: Row) -> list[Section]:
    schools = counted(row["schools"], words.SCHOOL, words.SCHOOLS)
    title = YEAR.with_(year=row["school_year"], schools=schools) if row["school_year"] else NO_YEAR
    which = SUMS if row["school_year"] or row["billed"] else SUMS[5:]
    row = {**row, "declared": by_account(month)[row["school_year"], row["payer_siren"]]}
    if row["school_year"]:
        return section(title, sums(row, which))
    # What is taken back of no known payment is netted against none.
    own = facts.rows(month.payments, payer_siren=row["payer_siren"])
    back = -sum(min(payment["unallocated"], 0) for payment in own)
    lines = sums({**row, "unallocated": row["unallocated"] + back}, which)
    taken = Line(
        Text("Repris", "Taken back"),
        Text("avoirs ou annulations sans paiement reconnu", "credit notes or reversals of no known payment"),
        -back,
    )
    return section(title, [*lines, taken] if back else lines)


def _convention(row: Row) -> Line:
    schools = counted(row["listed"], words.SCHOOL, words.SCHOOLS)
    return Line(
        same(row["convention"]), facts.listed((same(row["school_year"]), schools, facts.terms(row))), row["expected"]
    )


def _payments(month: Month, siren: str, titres: list[Row]) -> list[Row]:
    """Return the payer's payments, and those of others that settle its titres."""
    numbers = [row["titre"] for row in titres]
    others = month.allocations.filter(pl.col("titre").is_in(numbers))["payment_id"].to_list()
    own = (pl.col("payer_siren") == siren) | pl.col("payment_id").is_in(others)
    return month.payments.filter(own).sort("on", "file", "row", nulls_last=True).to_dicts()
