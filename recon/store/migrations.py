"""A store of an earlier version brought to this one, step by step, in the transaction of whoever opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    Step = Callable[[Connection], None]


def _keep_how_files_were_understood(connection: Connection) -> None:
    schema.METADATA.create_all(connection, tables=[schema.PARSED])
    schema.guard(connection, [schema.PARSED])


def _keep_what_tells_payments_apart(connection: Connection) -> None:
    schema.METADATA.create_all(connection, tables=[schema.SINGLED])
    schema.guard(connection, [schema.SINGLED])


STEPS: Mapping[int, Step] = {1: _keep_how_files_were_understood, 2: _keep_what_tells_payments_apart}
"""What brings a store from the version named to the next one."""


def bring_up(connection: Connection, found: int) -> None:
    """Create the tables of an empty database (version 0), or apply every step from `found` on."""
    if found == 0:
        schema.create(connection)
        return
    for version in range(found, schema.VERSION):
        STEPS[version](connection)
    if found != schema.VERSION:
        connection.execute(
            schema.META.update().where(schema.META.c.name == "version").values(value=str(schema.VERSION))
        )
