"""The lines of a statement's arithmetic: what is planned, billed, paid by which mandat and proof, and what is left."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from recon import tables as kinds
from recon.reports.declared import is_declared, receipt
from recon.story import facts, words
from recon.story.cells import cells
from recon.story.parts import BAD, GOOD, NOTHING, QUIET, TO_SEE, Line, Row, Section, section
from recon.texts import Text, counted, day, money, same

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from recon.reports.owed import Owed, Payment
    from recon.story.discretion import Others
    from recon.tables import Month, Planned

PLANNED, BILLED, PAID = Text("Prévu", "Planned"), Text("Titré", "Billed"), Text("Payé", "Paid")
LEFT, UNDER_WAY, TO_PAY = Text("Reste", "Left"), Text("En cours", "Under way"), Text("À payer", "To pay")
TO_CONFIRM = Text("À confirmer", "To confirm")
BILLED_LESS_PAID = Text("titré − payé", "billed − paid")
PLANNED_LESS_PAID = Text("prévu − payé", "planned − paid")
LEFT_LESS_UNDER_WAY = Text("reste − en cours", "left − under way")
NOT_COMMUNICATED = Text(
    "titre non communiqué : rien n’est encore demandé ; ce qui suit est d’après la convention et le registre",
    "titre not communicated: nothing is asked for yet; what follows is from the convention and the ledger",
)
UNSIGNED = Text(
    "ni signée ni délibérée d’après les fichiers : ce qu’elle donnera une fois signée",
    "neither signed nor voted by the files: what it will give once signed",
)
BY_ANOTHER = Text("payé par une autre collectivité", "paid by another payer")
MAYBE_BY_ANOTHER = Text(
    "peut-être payé par une autre collectivité, à vérifier", "perhaps paid by another payer, to be checked"
)
BEYOND = Text("au-delà de ce qui reste : non déduit", "beyond what is left: not taken off")
NOTHING_PAID = Text("rien au registre", "nothing in the ledger")
ELSEWHERE = Text("Autres lignes du registre", "Other lines of the ledger")
CREDIT = Text(
    "trop-perçu : {sum}, à imputer ou à restituer, sur décision du comptable public",
    "credit: {sum}, to be set off or refunded, as the public accountant decides",
)
MAYBE_TO_ANOTHER = Text(
    "proposé, à confirmer : pour un titre d’une autre collectivité",
    "proposed, to be confirmed: for a titre of another payer",
)
TO_ANOTHER = Text("affecté à un titre d’une autre collectivité", "allocated to another payer's titre")
LATER = Text("postérieur à l’arrêté", "after the day")
TO_COUNT = Text("pas encore compté ; pour le compter : --arrete {on}", "not counted yet; to count it: --as-of {on}")
NO_LEDGER = Text(
    "aucun registre fourni : les paiements ne sont pas connus", "no ledger given: the payments are not known"
)
NO_LEDGER_READ = Text(
    "aucun registre de cette collectivité n’a été lu : ses paiements ne sont pas connus",
    "no ledger of this payer was read: its payments are not known",
)
OUT_OF = Text("sur {sum} de ce mandat", "out of {sum} of this mandat")
MOST_UAIS = 4


# What is due ---------------------------------------------------------------------------------------------------------


def product(row: Row, schools: Text) -> Text:
    """Return a convention's product: its schools times its rate."""
    return Text("{schools} × {rate}", "{schools} × {rate}").with_(schools=schools, rate=money(row["rate"]))


def planned_sum(row: Row) -> int:
    """Return what a convention gives, or would give once it is signed, in cents."""
    return int(row["expected"] or row["potential"])


def conventions(month: Month, account: Owed, year: str, *, with_sum: bool) -> list[Line]:
    """Return a line per convention of the year, with its product, terms and cells; and their sum if they are several."""
    rows = [row for row in account.conventions if row["school_year"] == year]
    lines = [_convention(month, row) for row in rows]
    if with_sum and len(rows) > 1:
        total = Text("total prévu", "total planned")
        lines.append(Line(PLANNED, total, sum(map(planned_sum, rows))))
    return lines


def _convention(month: Month, row: Row) -> Line:
    cents = planned_sum(row)
    counted_schools = cents // row["rate"] if row["rate"] else row["listed"]
    schools = product(row, counted(counted_schools, words.SCHOOL, words.SCHOOLS))
    said = Text("convention {number} : {schools}", "convention {number}: {schools}")
    listed = [place for key, place in month.places.items() if key[:2] == ("listed", row["convention"])]
    in_the_list = Text("écoles listées : {cells}", "schools listed: {cells}")
    differs = Text("{listed} listées, {counted} comptées", "{listed} listed, {counted} counted")
    notes = (
        UNSIGNED if not row["expected"] and row["potential"] else facts.terms(row),
        differs.with_(listed=row["listed"], counted=counted_schools) if row["listed"] != counted_schools else NOTHING,
        *facts.place(month, "rate", row["convention"]),
        in_the_list.with_(cells=", ".join(cells(listed))) if listed else NOTHING,
    )
    said = said.with_(number=row["convention"], schools=schools)
    return Line(PLANNED, said, cents, tuple(note for note in notes if note.fr))


def difference(sums: Mapping[str, int]) -> list[Line]:
    """Say by how much what is billed differs from what the conventions give."""
    more = sums["expected"] - sums["billed"]
    to_bill = Line(
        Text("À titrer", "To bill"), Text("attendu et pas encore titré", "expected and not yet billed"), more
    )
    over = Line(
        Text("Écart", "Difference"), Text("titré au-delà de l’attendu", "billed beyond what is expected"), -more
    )
    return [to_bill] if more > 0 else [over] if more < 0 and sums["expected"] else []


def no_titre() -> list[Line]:
    """Say that the year's titre is not known."""
    return [Line(BILLED, NOT_COMMUNICATED, look=QUIET)]


def titre(month: Month, row: Row) -> list[Line]:
    """Return a titre as it was issued, and what was taken off it."""
    number = row["titre"]
    issued = Text("titre {number}, émis le {on}", "titre {number}, issued on {on}")
    said = facts.listed((issued.with_(number=number, on=day(row["issued_on"])), facts.due(row)))
    look = BAD if row["status"] == "overdue" else ""
    lines = [Line(BILLED, said, month.issued[number], facts.place(month, "titre", number), look)]
    taken = Text("{number} du {on}", "{number} of {on}")
    for part in month.taken_off.get(number, ()):
        where = (same(part.place),) if part.place else ()
        lines.append(Line(part.nature, taken.with_(number=part.titre, on=day(part.on)), -part.cents, where))
    return lines


# What is paid --------------------------------------------------------------------------------------------------------


class Part(NamedTuple):
    """A payment's share in a titre."""

    payment: Row
    allocation: Row


def paid(month: Month, account: Owed, titres: Mapping[str, Row], others: Others) -> list[Line]:
    """Return a line per mandat and titre that it settles, with its proof and cells; others' payments are one sum."""
    settled = [part for part in _parts(month, titres) if _is_settled(part)]
    return _lines(month, account, settled, others, PAID)


def under_way(month: Month, account: Owed, titres: Mapping[str, Row], most: int, others: Others) -> list[Line]:
    """Return what is issued and not yet paid, or to be confirmed; what exceeds what is left is not taken off."""
    coming = [part for part in _parts(month, titres) if not _is_settled(part)]
    lines = _lines(month, account, coming, others, UNDER_WAY)
    beyond = sum(part.allocation["amount"] for part in coming) - most
    return [*lines, Line(UNDER_WAY, BEYOND, beyond)] if beyond > 0 else lines


def _parts(month: Month, titres: Mapping[str, Row]) -> list[Part]:
    own = [row for row in month.allocations.iter_rows(named=True) if row["titre"] in titres]
    numbers = {row["payment_id"] for row in own}
    known = {row["payment_id"]: row for row in month.payments.iter_rows(named=True) if row["payment_id"] in numbers}
    return [Part(known[row["payment_id"]], row) for row in own]


def _is_settled(part: Part) -> bool:
    return bool(part.allocation["confidence"] != facts.PROPOSED and part.payment["status"] != "pending")


def _lines(month: Month, account: Owed, parts: list[Part], others: Others, label: Text) -> list[Line]:
    siren = account.contact.siren
    own = [part for part in parts if part.payment["payer_siren"] == siren]
    strange = {BY_ANOTHER: 0, MAYBE_BY_ANOTHER: 0}
    for part in parts:
        if part.payment["payer_siren"] != siren:
            proposed = part.allocation["confidence"] == facts.PROPOSED
            strange[MAYBE_BY_ANOTHER if proposed else BY_ANOTHER] += part.allocation["amount"]
    lines = [_of_mandat(month, list(group), others, label) for _, group in groupby(sorted(own, key=_order), _order)]
    return [*lines, *(Line(label, said, -cents) for said, cents in strange.items() if cents)]


def _order(part: Part) -> tuple[str, ...]:
    row = part.payment
    number = facts.number(row) if row["mandat"] else row["payment_id"]
    return str(row["on"] or "9999"), number, part.allocation["titre"], part.allocation["pass"], row["status"]


def _of_mandat(month: Month, parts: list[Part], others: Others, label: Text) -> Line:
    first = parts[0]
    uais = list(dict.fromkeys(part.allocation["uai"] for part in parts if part.allocation["uai"]))
    to = Text("au titre {titre}", "to titre {titre}").with_(titre=first.allocation["titre"])
    said = facts.listed((mandat(first.payment), to, _schools(uais)))
    numbers = dict.fromkeys(part.payment["payment_id"] for part in parts)
    places = [month.places["payment", number] for number in numbers if ("payment", number) in month.places]
    several = Text("{count} lignes ; pour la première :", "{count} lines; for the first:")
    notes = (
        *([several.with_(count=len(numbers))] if len(numbers) > 1 else []),
        *([words.PENDING] if first.payment["status"] == "pending" else []),
        *(text for text in facts.why(month, next(iter(numbers)), [first.allocation]) if not others.are_named(text.fr)),
        *map(same, cells(places)),
    )
    look = TO_SEE if label is UNDER_WAY else GOOD
    return Line(label, said, -sum(part.allocation["amount"] for part in parts), notes, look)


def mandat(row: Row) -> Text:
    """Name a mandat and its day, or a declared receipt."""
    if is_declared(row):
        return receipt(row)
    number = facts.number(row) if row["mandat"] else ""
    named = Text("mandat {number} du {on}", "mandat {number} of {on}") if number else Text("paiement du {on}", "payment of {on}")  # fmt: skip
    return named.with_(number=number, on=day(row["on"]))


def _number(row: Row) -> Text:
    """Name a mandat where its day stands beside it."""
    unnumbered = Text("paiement sans numéro", "payment without a number")
    numbered = Text("mandat {number}", "mandat {number}")
    return numbered.with_(number=facts.number(row)) if row["mandat"] else unnumbered


def _schools(uais: list[str]) -> Text | None:
    if not uais:
        return None
    if len(uais) > MOST_UAIS:
        said = Text("pour {schools} nommées", "for {schools} named")
        return said.with_(schools=counted(len(uais), words.SCHOOL, words.SCHOOLS))
    return Text("pour {uais}", "for {uais}").with_(uais=", ".join(uais))


def to_pay(sums: Mapping[str, int]) -> list[Line]:
    """Return what is asked for now, where something is under way; else the rest says it."""
    if not sums["under_way"]:
        return []
    return [Line(TO_PAY, LEFT_LESS_UNDER_WAY, sums["remaining"], look="" if sums["remaining"] else GOOD)]


# What is planned -----------------------------------------------------------------------------------------------------


def without_ledger(month: Month, account: Owed) -> Text | None:
    """Say that nothing is known of what the payer paid, None where a ledger of its own tells."""
    if not facts.has(month, "payments"):
        return NO_LEDGER
    heard = month.settings.payer or account.has_ledger or account.payments or account.rejected
    return None if heard else NO_LEDGER_READ


class Found:
    """The payments that bear on conventions whose titre is not communicated."""

    def __init__(self, month: Month, account: Owed, conventions: Collection[str]) -> None:
        """Collect them by kind, in order of day."""
        self._unheard = without_ledger(month, account)
        self._month = month
        self._held = [
            (payment, part)
            for payment in sorted(account.payments, key=_by_day)
            for part in month.planned.get(payment.row["payment_id"], ())
            if part.convention in conventions
        ]

    def sum(self, *which: str) -> int:
        """Return what the payments of these kinds would settle, in cents."""
        return sum(part.cents for _, part in self._held if part.kind in which)

    def lines(self, *which: str) -> list[Line]:
        """Return a line per payment of these kinds; one that says so where none is found at all."""
        lines = [_tied(self._month, payment, part) for payment, part in self._held if part.kind in which]
        return (
            lines
            if lines or kinds.PAID not in which or self._held
            else [Line(PAID, self._unheard or NOTHING_PAID, None if self._unheard else 0)]
        )


def _by_day(payment: Payment) -> tuple[str, str, int]:
    return str(payment.row["on"] or "9999"), payment.row["file"], payment.row["row"]


LABELS = {kinds.PAID: (PAID, GOOD), kinds.COMING: (UNDER_WAY, TO_SEE), kinds.PROPOSED: (TO_CONFIRM, TO_SEE)}


def _tied(month: Month, payment: Payment, part: Planned) -> Line:
    label, look = LABELS[part.kind]
    row = payment.row
    said = facts.listed((mandat(row), words.PENDING if row["status"] == "pending" else None))
    cents = part.cents if part.kind == kinds.PROPOSED else -part.cents
    whole = [OUT_OF.with_(sum=money(row["amount"]))] if part.cents < row["amount"] else []
    return Line(label, said, cents, (*whole, *_own_words(month, row), part.why, *_place(month, row)), look)


def _own_words(month: Month, row: Row) -> list[Text]:
    told = facts.detail(month, row["payment_id"])
    quoted = Text("« {text} »", "“{text}”")
    return [quoted.with_(text=told[name]) for name in ("label", "reference") if told[name]]


def _place(month: Month, row: Row) -> Iterable[Text]:
    return facts.place(month, "payment", row["payment_id"])


def remaining(sums: Mapping[str, int]) -> list[Line]:
    """Return what would still be to pay after the mandats found."""
    if not sums["under_way"]:
        return []
    left = Text("Restera", "Will be left")
    return [Line(left, LEFT_LESS_UNDER_WAY, sums["remaining"], look="" if sums["remaining"] else GOOD)]


def if_confirmed(sums: Mapping[str, int]) -> list[Line]:
    """Return what would be left if the payments that nothing proves were confirmed."""
    if not sums["to_confirm"]:
        return []
    said = Text("si ces paiements sont confirmés", "if these payments are confirmed")
    return [Line(Text("Resterait", "Would be left"), said, sums["remaining"] - sums["to_confirm"])]


# The ledger's other lines --------------------------------------------------------------------------------------------


def elsewhere(month: Month, account: Owed, others: Others) -> list[Section]:
    """Return the payer's lines that no year's arithmetic takes in, or not wholly, each with what it is and why."""
    lines = [
        _other(month, payment, others)
        for payment in sorted(account.payments, key=_by_day)
        if not _is_taken_in(month, payment)
    ]
    return section(ELSEWHERE, lines)


def _is_taken_in(month: Month, payment: Payment) -> bool:
    row = payment.row
    held = any(part.kind in LABELS for part in month.planned.get(row["payment_id"], ()))
    settled = bool(payment.titres) and not payment.elsewhere and not row["credit"]
    return held or (settled and (not row["unallocated"] or bool(payment.proposed)))


def _other(month: Month, payment: Payment, others: Others) -> Line:
    row = payment.row
    void = words.VOID.get(facts.detail(month, row["payment_id"])["state"])
    later = row["status"] == "later" and not void
    if row["status"] == "later":
        said: Text | None = void or LATER
    elif payment.elsewhere:
        said = MAYBE_TO_ANOTHER if row["status"] == "proposed" else TO_ANOTHER
    else:
        said = facts.state(month, row)
    why = [part.why for part in month.planned.get(row["payment_id"], ())]
    why = why or facts.why(month, row["payment_id"], [])
    notes = (
        *_own_words(month, row),
        *([TO_COUNT.with_(on=day(row["on"]))] if later else []),
        *([CREDIT.with_(sum=money(row["credit"]))] if row["credit"] else []),
        *(text for text in why if not others.are_named(text.fr)),
        *_place(month, row),
    )
    return Line(
        day(row["on"]), facts.listed((_number(row), said)), row["amount"], notes, facts.LOOKS.get(row["status"], "")
    )
