"""The story of a mandat: each of its lines in the ledger, what it settles and by what proof, what is left and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.story import facts
from recon.story.answers import answers
from recon.story.findings import findings, names
from recon.story.parts import Line, Row, Section, Story, section
from recon.texts import Text, day, same

if TYPE_CHECKING:
    from recon.tables import Month

TITLE = Text("{mandat} · {name}", "{mandat} · {name}")
EXERCISE = Text("Mandat {number}, exercice {exercise}", "Mandat {number}, exercise {exercise}")
MANDAT = Text("Mandat {number}", "Mandat {number}")
PAYMENT = Text("Paiement {number}", "Payment {number}")
LINES = Text("Lignes du registre", "Lines of the ledger")
TOTAL = Text("Total", "Total")


def story(month: Month, rows: list[Row]) -> Story:
    """Return the story of these lines of one payer, all of one mandat or a single one."""
    first = rows[0]
    title = TITLE.with_(mandat=_named(first), name=facts.payer_name(month, first["payer_siren"]))
    numbers = {row["payment_id"] for row in rows}
    ordered = sorted(rows, key=lambda row: (str(row["on"] or "9999"), row["file"], row["row"]))
    lines = [_line(month, row) for row in ordered]
    if len(rows) > 1:
        lines.append(Line(TOTAL, same(""), sum(row["amount"] for row in rows)))
    return Story(
        title,
        (
            Section(LINES, tuple(lines)),
            *_titres(month, numbers),
            *answers(month, first["payer_siren"], lambda one: one.answer.identity in numbers),
            *findings(month, lambda f: f["payment_id"] in numbers),
        ),
    )


def _named(row: Row) -> Text:
    if not row["mandat"]:
        return PAYMENT.with_(number=row["payment_id"])
    named = EXERCISE if row["exercise"] else MANDAT
    return named.with_(number=row["mandat"], exercise=row["exercise"])


def _line(month: Month, row: Row) -> Line:
    told = facts.detail(month, row["payment_id"])
    number = Text("ligne {line}", "line {line}").with_(line=row["line"]) if row["line"] else None
    label = facts.listed((day(row["on"]), number), ", ")
    notes = (
        facts.listed(
            (
                facts.state(month, row),
                _noted(told),
                _mandated(row, told),
                _bordereau(row),
                _reference(told),
                _payee(told),
            )
        ),
        *facts.place(month, "payment", row["payment_id"]),
        *facts.outcome(month, row),
    )
    title = told["label"] or told["reference"]
    return Line(label, same(title), row["amount"], notes, facts.LOOKS.get(row["status"], ""))


def _noted(told: Row) -> Text | None:
    said = Text("noté « {state} » au registre", "noted “{state}” in the ledger")
    return said.with_(state=told["state"]) if told["state"] else None


def _mandated(row: Row, told: Row) -> Text | None:
    on = told["mandat_on"]
    return Text("mandaté le {on}", "mandat of {on}").with_(on=day(on)) if on not in {None, row["on"]} else None


def _reference(told: Row) -> Text | None:
    said = Text("référence {text}", "reference {text}")
    return said.with_(text=told["reference"]) if told["reference"] and told["label"] else None


def _payee(told: Row) -> Text | None:
    return Text("bénéficiaire {name}", "payee {name}").with_(name=told["payee"]) if told["payee"] else None


def _bordereau(row: Row) -> Text | None:
    return Text("bordereau {number}", "bordereau {number}").with_(number=row["bordereau"]) if row["bordereau"] else None


def _titres(month: Month, payments: set[str]) -> list[Section]:
    """Return the titres that the lines settle or might, or that a finding about them names."""
    allocated = {row["titre"] for row in month.allocations.iter_rows(named=True) if row["payment_id"] in payments}
    found = [row for row in month.findings.iter_rows(named=True) if row["payment_id"] in payments]
    known = [
        row
        for row in month.titres.iter_rows(named=True)
        if row["titre"] in allocated or any(names(month, finding, row["titre"]) for finding in found)
    ]
    return section(Text("Titres concernés", "Titres concerned"), [facts.titre_line(row) for row in known])


def one_line(month: Month, row: Row, payer: str) -> Line:
    """Say a payment in a payer's story: its mandat, what became of it, and the titres."""
    titres = dict.fromkeys(part["titre"] for part in facts.rows(month.allocations, payment_id=row["payment_id"]))
    by = facts.by_another(month, row, payer)
    said = facts.listed((facts.mandat(row), facts.state(month, row), *map(same, titres), by))
    return Line(day(row["on"]), said, row["amount"], look=facts.LOOKS.get(row["status"], ""))
