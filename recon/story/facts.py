"""What several stories say in the same way: payers, conventions, titres, mandats, and what each payment became."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.reports.declared import is_declared, receipt
from recon.reports.words import TITRE_STATUS, payment_state
from recon.story import words
from recon.story.parts import BAD, GOOD, QUIET, TO_SEE, Line, Row, lowered
from recon.texts import Text, counted, day, joined, money, same

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recon.tables import Month

PROPOSED = "proposed"
LOOKS = {"settled": GOOD, "overdue": BAD, "cancelled": QUIET, "allocated": GOOD, "partly_allocated": GOOD,
         "credit": TO_SEE, "proposed": TO_SEE, "unallocated": TO_SEE, "ambiguous": TO_SEE, "void": QUIET,
         "pending": TO_SEE, "later": QUIET}  # fmt: skip


def rows(frame: pl.DataFrame, **values: object) -> list[Row]:
    """Return the rows whose columns hold these values."""
    return frame.filter(pl.col(name) == value for name, value in values.items()).to_dicts() if values else []


def payer_name(month: Month, siren: str) -> str:
    """Return the payer's name, its SIREN where none is known."""
    contact = month.contacts.get(siren)
    return contact.name if contact else siren


def payer(month: Month, siren: str) -> Text:
    """Name a payer and its SIREN."""
    if not siren:
        return Text("inconnue", "unknown")
    name = payer_name(month, siren)
    named = Text("{name} (SIREN {siren})", "{name} (SIREN {siren})")
    return named.with_(name=name, siren=siren) if name != siren else same(f"SIREN {siren}")


def has(month: Month, kind: str) -> bool:
    """Whether the dossier holds a source of this kind: without it, nothing is said to be absent from it."""
    return kind in month.sources["kind"]


def unknown_convention(month: Month, number: str) -> Text:
    """Say that a convention is not among those of the dossier, or that there are none to know it by."""
    if not has(month, "conventions"):
        return listed((same(number), Text("conventions non fournies", "no conventions given")), ", ")
    unknown = Text("{number}, inconnue du dossier", "{number}, unknown in the dossier")
    return unknown.with_(number=number)


def place(month: Month, *key: str) -> tuple[Text, ...]:
    """Return the cell of a fact, as remarks under a line."""
    known = month.places.get(key)
    return (same(known),) if known else ()


def listed(parts: Iterable[Text | None], by: str = " · ") -> Text:
    """Join what there is to say."""
    return joined((part for part in parts if part is not None and part.fr), by)


# Conventions and titres ----------------------------------------------------------------------------------------------


def convention(row: Row) -> Text:
    """Name a convention with its terms."""
    return listed((same(row["convention"]), terms(row)))


def terms(row: Row) -> Text:
    """Say a convention's terms: rate, whether it is signed and voted."""
    signed = Text("signée le {on}", "signed on {on}").with_(on=day(row["signed_on"])) if row["signed_on"] else None
    status = words.CONVENTION_STATUS.get(row["status"], None if row["in_force"] else words.NOT_IN_FORCE)
    council = Text("délibération du {on}", "council vote of {on}")
    return listed(
        (
            Text("{rate} par école", "{rate} per school").with_(rate=money(row["rate"])),
            signed if signed and row["in_force"] else status,
            council.with_(on=day(row["council_on"])) if row["council_on"] else None,
        )
    )


def titre(row: Row) -> Text:
    """Say a titre in one line: year, issue, due date, status."""
    issued = Text("émis le {on}", "issued on {on}").with_(on=day(row["issued_on"]))
    overdue = row["status"] == "overdue"
    return listed((same(row["school_year"]), issued, due(row), None if overdue else status(row)))


def status(row: Row) -> Text:
    """Say a titre's status."""
    return words.PARTLY_PAID if row["status"] == "partial" else lowered(TITRE_STATUS[row["status"]])


def due(row: Row) -> Text | None:
    """Say when a titre is due, and how late it is."""
    if row["due_on"] is None:
        return Text("échéance inconnue", "due date unknown") if row["outstanding"] else None
    if not row["days_late"]:
        return Text("échéance le {on}", "due on {on}").with_(on=day(row["due_on"]))
    late = counted(row["days_late"], words.DAY, words.DAYS)
    said = Text("échu depuis {late} (le {on})", "overdue for {late} (since {on})")
    return said.with_(late=late, on=day(row["due_on"]))


def titre_line(row: Row) -> Line:
    """Say a titre with its account."""
    return Line(same(row["titre"]), titre(row), row["billed"], (account(row),), LOOKS.get(row["status"], ""))


def account(row: Row) -> Text:
    """Say what is paid of a titre, pending and left, and what was paid too much."""
    said = (
        ("paid", Text("payé {sum}", "paid {sum}")),
        ("outstanding", Text("reste {sum}", "outstanding {sum}")),
        ("pending", Text("en cours {sum}", "pending {sum}")),
        ("credit", Text("trop-perçu {sum}", "credit {sum}")),
    )
    return listed(
        (text.with_(sum=money(row[name])) if row[name] or name in {"paid", "outstanding"} else None)
        for name, text in said
    )


# Payments ------------------------------------------------------------------------------------------------------------


def mandat(row: Row) -> Text:
    """Name a payment: its exercise and mandat, its line; else its own identity; a declared receipt as such."""
    if is_declared(row):
        return receipt(row)
    if not row["mandat"]:
        return Text("paiement {number}", "payment {number}").with_(number=row["payment_id"])
    named = Text("mandat {number}, ligne {line}", "mandat {number}, line {line}")
    alone = Text("mandat {number}", "mandat {number}")
    return (named if row["line"] else alone).with_(number=number(row), line=row["line"])


def number(row: Row) -> str:
    """Return a mandat's number as it is asked for: `2026/1187`."""
    return f"{row['exercise']}/{row['mandat']}" if row["exercise"] else str(row["mandat"])


def state(month: Month, row: Row) -> Text:
    """Say what the payment is on the day: what became of it, or why it is no money."""
    if row["status"] in {"void", "later"}:
        # A mandat that was rejected will never count, whatever its day.
        void = words.VOID.get(detail(month, row["payment_id"])["state"])
        return void or (words.LATER if row["status"] == "later" else words.REVERSED)
    if row["status"] == "pending":
        return words.PENDING
    return lowered(payment_state(row["status"], late=row["payment_id"] in month.late))


def detail(month: Month, payment_id: str) -> Row:
    """Return what the ledger says of a payment."""
    return rows(month.details, payment_id=payment_id)[0]


def outcome(month: Month, row: Row) -> list[Text]:
    """Return, one a line, what the payment settles or might, what is credit, what is not allocated, and why."""
    own = rows(month.allocations, payment_id=row["payment_id"])
    said = [_settles(month, row, titre, confidence, own) for titre, confidence in _groups(own)]
    credit = Text(
        "trop-perçu : {sum}, à imputer ou à restituer, sur décision du comptable public",
        "credit: {sum}, to be set off or refunded, as the public accountant decides",
    )
    left = Text("non affecté : {sum}", "not allocated: {sum}")
    said += [
        text.with_(sum=money(row[name])) for name, text in (("credit", credit), ("unallocated", left)) if row[name]
    ]
    return said + why(month, row["payment_id"], own)


def _groups(own: list[Row]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((row["titre"], row["confidence"]) for row in own))


def _settles(month: Month, row: Row, titre: str, confidence: str, own: list[Row]) -> Text:
    parts = [part for part in own if (part["titre"], part["confidence"]) == (titre, confidence)]
    uais = [part["uai"] for part in parts if part["uai"]]
    schools = Text(" pour {uais}", " for {uais}").with_(uais=", ".join(uais)) if uais else same("")
    debtor = next((known["payer_siren"] for known in rows(month.titres, titre=titre)), row["payer_siren"])
    other = Text(", dû par {name}", ", owed by {name}").with_(name=payer_name(month, debtor))
    said = Text("{sum} affectés au titre {titre}{other}{schools}", "{sum} allocated to titre {titre}{other}{schools}")
    if confidence == PROPOSED:
        said = Text(
            "{sum} proposés pour le titre {titre}{other}{schools}, à confirmer",
            "{sum} proposed for titre {titre}{other}{schools}, to be confirmed",
        )
    if row["status"] == "pending":
        said = Text(
            "{sum} en cours pour le titre {titre}{other}{schools}",
            "{sum} pending for titre {titre}{other}{schools}",
        )
    other = other if debtor != row["payer_siren"] else same("")
    return said.with_(sum=money(sum(part["amount"] for part in parts)), titre=titre, other=other, schools=schools)


def why(month: Month, payment_id: str, own: list[Row]) -> list[Text]:
    """Return why the payment settles what it does; a finding says it better where there is one and nothing settled."""
    evidence = month.evidences.get(payment_id)
    if evidence is None or (not own and rows(month.findings, payment_id=payment_id)):
        return []
    steps = dict.fromkeys(row["pass"] for row in own)
    passes = listed((words.PASSES.get(step, words.BY_HAND) for step in steps), ", ")
    said = (
        Text("preuve ({passes}) : {why}", "proof ({passes}): {why}") if own else Text("motif : {why}", "reason: {why}")
    )
    return [said.with_(passes=passes, why=evidence)]


def by_another(month: Month, row: Row, debtor: str) -> Text | None:
    """Say who paid, if it is not the debtor."""
    by = Text("payé par {name}", "paid by {name}")
    return by.with_(name=payer_name(month, row["payer_siren"])) if row["payer_siren"] != debtor else None
