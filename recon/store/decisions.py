"""Officers' decisions: recorded with reason and name, taken back one by one, never changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from recon.errors import Exit, Stop
from recon.tables import Singled
from recon.texts import Text, visible

from .holder import local
from .journal import canonical
from .schema import DECISIONS, RUNS, SINGLED, WITHDRAWALS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from recon.matching.rulings import Ruling

    from .journal import Entry

NO_SUCH = Text(
    "Il n’y a pas de décision n° {id} ; « recon historique{where} » les énumère.",
    "There is no decision no. {id}; “recon history{where}” lists them.",
)
TAKEN_BACK = Text(
    "La décision n° {id} a déjà été retirée le {at} par {who} : {reason}.",
    "Decision no. {id} was taken back on {at} by {who}: {reason}.",
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision of the store: what was chosen about what, the parts in cents, and the payment told again.

    `withdrawn` says why, when and by whom it was taken back, None while it stands; `singled` what told its payment from
    its equals, None of other decisions, and of those made before version 3.
    """

    id: int
    choice: str
    about: str
    parts: tuple[tuple[str, int], ...]
    payer_siren: str
    exercise: str
    mandat: str
    line: str
    amount: int
    reason: str
    who: str
    at: str
    withdrawn: tuple[str, str, str] | None = None
    singled: Singled | None = None


def record_decision(entry: Entry, choice: str, about: str, parts: tuple[tuple[str, int], ...], reason: str, **payment: object) -> int:  # fmt: skip
    """Record a decision and return its number; `payment` tells payer_siren, exercise, mandat, line and amount."""
    number = entry.next_id(DECISIONS)
    told = {"payer_siren": "", "exercise": "", "mandat": "", "line": "", "amount": 0, **payment}
    row = {"id": number, "choice": choice, "about": about, "parts": canonical(parts), "reason": reason, **told}
    entry.record(DECISIONS, [row | {"who": entry.who, "at": entry.at}])
    entry.said["decision"] = number
    return number


def record_ruling(entry: Entry, ruling: Ruling, singled: Singled | None) -> int:
    """Record a decision told as plain data, and what tells its payment from its equals; return its number."""
    payment = {name: getattr(ruling, name) for name in ("payer_siren", "exercise", "mandat", "line", "amount")}
    number = record_decision(entry, ruling.choice, ruling.about, ruling.parts, ruling.reason, **payment)
    if singled is not None:
        entry.record(SINGLED, [{"id": number, **singled._asdict()}])
    return number


def take_back(entry: Entry, number: int, reason: str) -> Recorded:
    """Record that a decision is taken back, and return it; Stop if it is not there or was taken back before."""
    found = next((one for one in decisions(entry.connection) if one.id == number), None)
    if found is None:
        raise Stop(NO_SUCH.with_(id=number, where=""), Exit.MISUSE)
    if found.withdrawn is not None:
        reason, who, at = (visible(text) for text in found.withdrawn)
        raise Stop(TAKEN_BACK.with_(id=number, at=local(at), who=who, reason=reason), Exit.MISUSE)
    entry.record(WITHDRAWALS, [{"id": number, "reason": reason, "who": entry.who, "at": entry.at}])
    entry.said["decision"] = number
    return found


def decisions(connection: Connection) -> list[Recorded]:
    """Return every decision, the first one first, with what became of it."""
    back = {row.id: (row.reason, row.who, row.at) for row in connection.execute(select(WITHDRAWALS))}
    told_by = {row["id"]: row for row in connection.execute(select(SINGLED)).mappings()}
    singled = {number: Singled(**{name: row[name] for name in Singled._fields}) for number, row in told_by.items()}
    found = []
    for row in connection.execute(select(DECISIONS).order_by(DECISIONS.c.id)).mappings():
        told = {name: row[name] for name in Recorded.__slots__ if name not in {"parts", "withdrawn", "singled"}}
        parts = tuple((str(titre), int(cents)) for titre, cents in json.loads(row["parts"]))
        found.append(Recorded(**told, parts=parts, withdrawn=back.get(row["id"]), singled=singled.get(row["id"])))
    return found


class Between(NamedTuple):
    """The numbers of the decisions recorded between two runs, and of those taken back."""

    made: set[int]
    back: set[int]


def decided_between(connection: Connection, first: int, last: int) -> Between:
    """Return the decisions recorded, and those taken back, after the run `first` and up to the run `last`."""
    rows = connection.execute(select(RUNS.c.id, RUNS.c.entry).where(RUNS.c.id.in_([first, last])))
    entries = {row.id: row.entry for row in rows}
    made, back = (
        set(
            connection.execute(
                select(table.c.id).where(table.c.entry > entries[first], table.c.entry < entries[last])
            ).scalars()
        )
        for table in (DECISIONS, WITHDRAWALS)
    )
    return Between(made, back)


def standing_at(connection: Connection, run: int) -> list[Recorded]:
    """Return the decisions that stood when the run was made."""
    entry = connection.execute(select(RUNS.c.entry).where(RUNS.c.id == run)).scalar_one()
    made = set(connection.execute(select(DECISIONS.c.id).where(DECISIONS.c.entry < entry)).scalars())
    back = set(connection.execute(select(WITHDRAWALS.c.id).where(WITHDRAWALS.c.entry < entry)).scalars())
    return [one for one in decisions(connection) if one.id in made - back]


def entries(connection: Connection) -> dict[int, int]:
    """Return by its number the journal entry in which each decision was recorded."""
    return {row.id: row.entry for row in connection.execute(select(DECISIONS.c.id, DECISIONS.c.entry))}


def standing(connection: Connection) -> list[Recorded]:
    """Return the decisions that were not taken back."""
    return [one for one in decisions(connection) if one.withdrawn is None]
