"""A statement for a program: the story's sections, then the sums, in euros as text."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

from recon.cli import telling

if TYPE_CHECKING:
    from pathlib import Path

    from recon.story.statement import Statement
    from recon.tables import Month, Unkept
    from recon.texts import Lang


def as_json(month: Month, statement: Statement, written: Path | None, lang: Lang) -> str:
    """Return the statement for a program: amounts in euros as text, the story's sections after the sums."""
    contact = month.contacts[statement.siren]
    told = {
        "payer": {"siren": contact.siren, "siret": contact.siret, "name": contact.name, "insee": contact.insee},
        "to_pay": None if statement.to_pay is None else _euros(statement.to_pay),
        "payments_known": statement.payments_known,
        "years": [
            {
                "school_year": year.school_year,
                "titre_communicated": year.communicated,
                **{name: _euros(cents) for name, cents in year.sums.items()},
            }
            for year in statement.years
        ],
        "unkept": _unkept(month.unkept),
        "workbook": str(written) if written else None,
    }
    story = json.loads(telling.as_json(statement.story, month.settings.as_of, lang))
    return json.dumps({**story, **told}, ensure_ascii=False, indent=2)


def _unkept(unkept: Unkept | None) -> dict[str, object] | None:
    """Return the lines out of scope for a program, None where the ledgers are of many payers."""
    if unkept is None:
        return None
    return {
        "lines": unkept.lines,
        "paid": _euros(unkept.paid),
        "taken_back": _euros(unkept.taken_back),
        "amounts_unread": unkept.unread,
        "to_check": [
            {
                "on": line.on.isoformat() if line.on else None,
                "mandat": line.mandat,
                "label": line.said,
                "payee": line.payee,
                "state": line.state,
                "amount": None if line.cents is None else _euros(line.cents),
                "place": line.place,
            }
            for line in unkept.to_check
        ],
    }


def _euros(cents: int) -> str:
    return str(Decimal(cents).scaleb(-2))
