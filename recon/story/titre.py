"""The story of a titre de perception: whose it is, what it covers, who paid it and how, what is left, what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.identifiers import titre_key
from recon.reports.declared import by_titre
from recon.reports.words import LATE_TITRE, SCHOOL_STATUS
from recon.story import facts, words
from recon.story.answers import answers
from recon.story.findings import findings, names
from recon.story.parts import BAD, GOOD, QUIET, Line, Row, Section, Story, lowered, section
from recon.texts import Text, counted, day, money, same

if TYPE_CHECKING:
    from recon.tables import Month

TITLE = Text("Titre {titre} · {name}", "Titre {titre} · {name}")
ACCOUNT = Text("Compte", "Account")
PAID = Text("Payé, ligne par ligne", "Paid, line by line")
PROPOSED = Text(
    "En cours ou à confirmer (aucun solde n’en est changé)", "Pending or to be confirmed (no balance changes)"
)
WHOLE_TITRE = Text("pour l’ensemble du titre", "for the titre as a whole")
SCHOOL_LOOKS = {"paid": GOOD, "unpaid": BAD, "not_enrolled": QUIET}


def story(month: Month, number: str) -> Story:
    """Return the story of the titre of this number."""
    row = facts.rows(month.titres, titre=number)[0]
    title = TITLE.with_(titre=number, name=facts.payer_name(month, row["payer_siren"]))
    schools = covered(month, number)
    sections = [
        Section(Text("Le titre", "The titre"), tuple(_facts(month, row))),
        Section(ACCOUNT, tuple(_sums(month, row))),
        *section(
            Text("Écoles ({count})", "Schools ({count})").with_(count=len(schools)), [_school(s) for s in schools]
        ),
        *payments(month, number),
        *answers(month, row["payer_siren"], lambda one: number in one.titres),
        *findings(month, lambda found: _about(month, found, row)),
    ]
    return Story(title, tuple(sections))


def _about(month: Month, found: Row, row: Row) -> bool:
    """Whether a finding is about the titre, names it, or is about its convention as a whole."""
    if found["titre"] or found["uai"]:
        return bool(found["titre"] == row["titre"])
    if found["convention"] and found["convention"] == row["convention"]:
        return True
    return names(month, found, row["titre"])


def covered(month: Month, number: str) -> list[Row]:
    """Return the schools, and what no school bears, that a titre covers."""
    return [row for row in month.schools.iter_rows(named=True) if number in titres_of(row) and row["uai"]]


def titres_of(school: Row) -> list[str]:
    """Return the numbers of the titres that cover a school."""
    return [number for number in school["titre"].split(", ") if number]


def _facts(month: Month, row: Row) -> list[Line]:
    number = row["titre"]
    issued = Text("le {on}, pour {sum}", "on {on}, for {sum}")
    issue = issued.with_(on=day(row["issued_on"]), sum=money(month.issued[number]))
    lines = [
        Line(Text("Débiteur", "Debtor"), facts.payer(month, row["payer_siren"])),
        _convention(month, row),
        Line(Text("Émis", "Issued"), issue, notes=facts.place(month, "titre", number)),
        _due(row),
        Line(Text("État", "Status"), _status(month, row), look=facts.LOOKS.get(row["status"], "")),
        *_replacement(month, number),
        Line(Text("Lettrage", "Lettering"), same(row["lettering"])) if row["lettering"] else None,
    ]
    return [line for line in lines if line is not None]


def _status(month: Month, row: Row) -> Text:
    """Say a titre's status, and whether it came after the closing of the month that it was issued in."""
    state = facts.status(row)
    return LATE_TITRE.with_(state=state) if row["titre"] in month.late_titres else state


def _due(row: Row) -> Line:
    label = Text("Échéance", "Due")
    if row["due_on"] is None:
        return Line(label, Text("inconnue", "unknown"))
    late = Text("{on}, dépassée depuis {late}", "{on}, {late} ago")
    days = counted(row["days_late"], words.DAY, words.DAYS)
    said = late.with_(on=day(row["due_on"]), late=days) if row["days_late"] else day(row["due_on"])
    return Line(label, said, look=BAD if row["days_late"] else "")


def _convention(month: Month, row: Row) -> Line:
    label = Text("Convention", "Convention")
    known = facts.rows(month.conventions, convention=row["convention"])
    year = (
        Text("année scolaire {year}", "school year {year}").with_(year=row["school_year"])
        if row["school_year"]
        else None
    )
    if known:
        said = facts.listed((facts.convention(known[0]), year))
        return Line(label, said, notes=facts.place(month, "convention", row["convention"]))
    none = Text("aucune ne l’explique", "none explains it")
    said = facts.unknown_convention(month, row["convention"]) if row["convention"] else none
    return Line(label, facts.listed((said, year)), look=BAD)


def _sums(month: Month, row: Row) -> list[Line]:
    said = Text("{titre} du {on}", "{titre} of {on}")
    taken_off = [
        Line(part.nature, said.with_(titre=part.titre, on=day(part.on)), -part.cents, (same(part.place),))
        for part in month.taken_off.get(row["titre"], ())
    ]
    issued = Line(Text("Émis", "Issued"), same(""), month.issued[row["titre"]])
    return [
        *((issued, *taken_off) if taken_off else ()),
        Line(Text("Montant", "Amount"), Text("net", "net") if taken_off else same(""), row["billed"]),
        *sums(
            {**row, "declared": by_titre(month)[row["titre"]]},
            ("paid", "declared", "outstanding", "pending", "credit"),
        ),
    ]


def _replacement(month: Month, number: str) -> list[Line]:
    """Say which titre this one replaces, and which replaces it."""
    lines = []
    if number in month.replaces:
        lines.append(Line(Text("Remplace", "Replaces"), same(month.replaces[number])))
    key = titre_key(number)
    by = [titre for titre, replaced in month.replaces.items() if titre_key(replaced) == key]
    if by:
        lines.append(Line(Text("Remplacé", "Replaced"), Text("par {titre}", "by {titre}").with_(titre=", ".join(by))))
    return lines


_SUMS = {
    "expected": (Text("Attendu", "Expected"), same("")),
    "billed": (Text("Titré", "Billed"), same("")),
    "paid": (Text("Payé", "Paid"), Text("d’après les registres", "according to the ledgers")),
    "declared": (Text("Déclaré", "Declared"), Text("hors registre, dans ce qui est payé", "in no ledger, within what is paid")),
    "outstanding": (Text("Reste", "Outstanding"), Text("à recouvrer", "to recover")),
    "overdue": (Text("Échu", "Overdue"), Text("dans ce reste", "of this")),
    "pending": (Text("En cours", "Pending"), Text("émis et pas encore payé, ou à confirmer", "issued and not yet paid, or to be confirmed")),
    "to_bill": (Text("À titrer", "To bill"), Text("attendu et pas encore titré", "expected and not yet billed")),
    "over_billed": (Text("En trop", "Over-billed"), Text("titré au-delà de l’attendu", "billed beyond what is expected")),
    "credit": (Text("Trop-perçu", "Credit"), Text("à imputer ou à restituer, sur décision du comptable public", "to be set off or refunded, as the public accountant decides")),
    "unallocated": (Text("Non affecté", "Unallocated"), Text("payé, et rattaché à aucun titre", "paid, and tied to no titre")),
}  # fmt: skip
ALWAYS = {"expected", "billed", "paid", "outstanding"}


def sums(row: Row, which: tuple[str, ...]) -> list[Line]:
    """Return the sums of a row in words: the first four always, the others where there is something."""
    looks = {"overdue": BAD, "outstanding": GOOD if not row["outstanding"] and row["billed"] else ""}
    return [Line(*_SUMS[name], row[name], look=looks.get(name, "")) for name in which if row[name] or name in ALWAYS]


def _school(row: Row) -> Line:
    said = facts.listed((same(row["school_name"]), same(row["commune"]), lowered(SCHOOL_STATUS[row["status"]])))
    return Line(same(row["uai"]), said, look=SCHOOL_LOOKS.get(row["status"], ""))


def payments(month: Month, number: str, uai: str | None = None) -> list[Section]:
    """Return what was paid on a titre and what might be; only what names `uai` or no school, where one is given."""
    rows = [
        row
        for row in facts.rows(month.allocations, titre=number)
        if uai is None or row["uai"] in _names(month, number, uai)
    ]
    settled = [_part(month, row, uai) for row in rows if row["confidence"] != facts.PROPOSED]
    proposed = [_part(month, row, uai) for row in rows if row["confidence"] == facts.PROPOSED]
    return [*section(PAID, _by_day(settled)), *section(PROPOSED, _by_day(proposed))]


def _by_day(parts: list[tuple[tuple[str, str, str], Line]]) -> list[Line]:
    return [line for _, line in sorted(parts, key=lambda part: part[0])]


def _names(month: Month, number: str, uai: str) -> set[str]:
    """A payment that names other schools is theirs; one that names none is everyone's, unless this school is named."""
    named = facts.rows(month.allocations, titre=number, uai=uai)
    shared = any(
        row["attribution"] == "shared" for row in facts.rows(month.schools, uai=uai) if number in titres_of(row)
    )
    return {uai, ""} if shared or not named else {uai}


def _part(month: Month, row: Row, uai: str | None) -> tuple[tuple[str, str, str], Line]:
    payment = facts.rows(month.payments, payment_id=row["payment_id"])[0]
    debtor = facts.rows(month.titres, titre=row["titre"])[0]["payer_siren"]
    pending = facts.state(month, payment) if payment["status"] == "pending" else None
    by = facts.by_another(month, payment, debtor)
    school = same(row["uai"]) if row["uai"] or uai is None else WHOLE_TITRE
    said = facts.listed((facts.mandat(payment), school, pending, by))
    whole = Text("sur un paiement de {sum}", "of a payment of {sum}").with_(sum=money(payment["amount"]))
    notes = (
        *((whole,) if payment["amount"] != row["amount"] else ()),
        *facts.why(month, row["payment_id"], [row]),
        *facts.place(month, "payment", row["payment_id"]),
    )
    order = (str(payment["on"] or "9999"), payment["file"], f"{payment['row']:09}")
    return order, Line(day(payment["on"]), said, row["amount"], notes)
