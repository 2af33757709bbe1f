"""The store's tables, the same in SQLite and PostgreSQL, and the triggers that let nobody change what is recorded.

Numbers (`id`, `seq`) are given by recon within the one transaction that may write; times are ISO 8601 texts in UTC and
order nothing. Every recorded row bears the journal's `entry` under which it was written and a `digest` of itself.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

VERSION = 3

METADATA = MetaData()


def _number(name: str, *, key: bool = False, optional: bool = False) -> Column[int]:
    return Column(name, Integer, primary_key=key, autoincrement=False, nullable=optional)


def _cents(name: str) -> Column[int]:
    return Column(name, BigInteger().with_variant(Integer, "sqlite"), nullable=False)


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False)


def _recorded(name: str, *columns: Column[int] | Column[str]) -> Table:
    return Table(name, METADATA, _number("id", key=True), _number("entry"), *columns, _text("digest"))


META = Table("meta", METADATA, _text("name", key=True), _text("value"))
JOURNAL = Table(
    "journal",
    METADATA,
    _number("seq", key=True),
    _text("at"),
    _text("who"),
    _text("event"),
    _text("said"),
    _text("previous"),
    _text("digest"),
)
# A file as it was met: `supersedes` is the source of the same name that it takes the place of.
SOURCES = _recorded("sources", _text("name"), _text("folder"), _text("sha256"), _number("supersedes", optional=True))
# What was taken from a source, for one kind of rows; another intake of the same source takes its place.
INTAKES = _recorded(
    "intakes",
    _number("source"),
    _text("kind"),
    _text("profile"),
    _number("read"),
    _number("kept"),
    _number("rejected"),
    _number("out_of_scope"),
    _number("duplicates"),
    _text("fingerprint"),
)
# `state` is "accepted" or "rejected", `cells` a JSON object: field -> [address, text].
ROWS = _recorded("rows", _number("intake"), _text("sheet"), _number("row"), _text("state"), _text("cells"))
# `about` is a payment, a titre or a finding; `parts` a JSON list of [titre, cents]; the rest tells the payment again.
DECISIONS = _recorded(
    "decisions",
    _text("choice"),
    _text("about"),
    _text("parts"),
    _text("payer_siren"),
    _text("exercise"),
    _text("mandat"),
    _text("line"),
    _cents("amount"),
    _text("reason"),
    _text("who"),
    _text("at"),
)
# What told a decision's payment from its equals (since version 3); `id` is the decision's own.
SINGLED = _recorded(
    "singled",
    _text("key"),
    _number("alike"),
    _number("keyed"),
    _number("equals"),
    _number("place"),
    _text("mandat_on"),
    _text("paid_on"),
)
# A decision taken back: at most once, so `id` is the decision's own.
WITHDRAWALS = _recorded("withdrawals", _text("reason"), _text("who"), _text("at"))
# `settings` is a JSON object, `version` recon's own.
RUNS = _recorded("runs", _text("month"), _text("as_of"), _text("version"), _text("settings"), _text("who"), _text("at"))
RUN_TABLES = _recorded("run_tables", _number("run"), _text("name"), _number("rows"), _text("sha256"))
OUTPUTS = _recorded("outputs", _number("run"), _text("path"), _number("size"), _text("sha256"))
# `state` is "closed" or "open" again; the last one of a month holds.
CLOSINGS = _recorded(
    "closings", _text("month"), _number("run"), _text("state"), _text("reason"), _text("who"), _text("at")
)
# How a file was understood (since version 2): `key` is a digest of all that it depends on, `version` one of the code.
PARSED = _recorded("parsed", _text("key"), _text("version"), _text("sha256"))
# Bytes by their own digest: tables of runs, reports of closed months.
BLOBS = Table("blobs", METADATA, _text("sha256", key=True), Column("data", LargeBinary, nullable=False))

Index("sources_by_name", SOURCES.c.name)
Index("intakes_by_source", INTAKES.c.source)
Index("rows_by_intake", ROWS.c.intake)
Index("runs_by_month", RUNS.c.month)
Index("run_tables_by_run", RUN_TABLES.c.run)
Index("outputs_by_run", OUTPUTS.c.run)
Index("parsed_by_key", PARSED.c.key)
Index("parsed_by_content", PARSED.c.sha256)

RECORDED = (SOURCES, INTAKES, ROWS, DECISIONS, SINGLED, WITHDRAWALS, RUNS, RUN_TABLES, OUTPUTS, CLOSINGS, PARSED)
"""The tables whose rows the journal proves, in the order they are written."""

_REFUSE = {
    "sqlite": "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    "postgresql": "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION recon_append_only()",
}
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION recon_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
)


def guard(connection: Connection, tables: Iterable[Table]) -> None:
    """Have the database refuse any change of what stands in `tables`."""
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.execute(text(_FUNCTION))
    for table in tables:
        for verb in _verbs(dialect):
            connection.execute(text(_REFUSE[dialect].format(table=table.name, verb=verb)))


def can_unlock(connection: Connection, table: Table) -> bool:
    """Say whether this user may have rows of a table deleted: PostgreSQL lets its owner alone take a guard off."""
    if connection.dialect.name != "postgresql":
        return True
    owned = text("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(:name)")
    return bool(connection.execute(owned, {"name": table.name}).scalar())


@contextmanager
def unlocked(connection: Connection, table: Table) -> Iterator[None]:
    """Let rows of one table be deleted, within the transaction that says so in the journal."""
    on = f" ON {table.name}" if connection.dialect.name == "postgresql" else ""
    connection.execute(text(f"DROP TRIGGER IF EXISTS {table.name}_no_DELETE{on}"))
    yield
    connection.execute(text(_REFUSE[connection.dialect.name].format(table=table.name, verb="DELETE")))


def unguarded(connection: Connection) -> list[str]:
    """Return the guards that are gone or put out of action, as `table_no_verb`."""
    standing = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }
    dialect = connection.dialect.name
    there = {str(row[0]).lower() for row in connection.exec_driver_sql(standing[dialect])}
    wanted = (f"{table.name}_no_{verb}".lower() for table in (JOURNAL, *RECORDED) for verb in _verbs(dialect))
    return [name for name in wanted if name not in there]


def _verbs(dialect: str) -> tuple[str, ...]:
    return ("UPDATE", "DELETE", "TRUNCATE") if dialect == "postgresql" else ("UPDATE", "DELETE")


def create(connection: Connection) -> None:
    """Create every table, empty, with its guards."""
    METADATA.create_all(connection)
    guard(connection, (JOURNAL, *RECORDED))
    connection.execute(META.insert().values(name="version", value=str(VERSION)))
