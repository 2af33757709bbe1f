"""The proof: the journal's chain, and every recorded row held against it; what was altered is named."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, union

from recon.errors import Exit, Stop
from recon.texts import Text, same, visible

from . import schema
from .closings import CLOSED
from .journal import FIRST, LET_GO, entry_digest, row_digest, sha256
from .schema import (
    BLOBS,
    CLOSINGS,
    DECISIONS,
    JOURNAL,
    OUTPUTS,
    PARSED,
    RECORDED,
    RUN_TABLES,
    RUNS,
    SINGLED,
    WITHDRAWALS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Table

ENTRY = Text("Journal, entrée {seq} : modifiée après coup", "Journal, entry {seq}: altered afterwards")
CHAIN = Text(
    "Journal, entrée {seq} : ne suit pas l’entrée précédente, qui manque ou a été remplacée",
    "Journal, entry {seq}: does not follow the entry before it, which is missing or was replaced",
)
ROW = Text("{table}, ligne {id} : modifiée après coup ({row})", "{table}, row {id}: altered afterwards ({row})")
SET = Text(
    "{table} : les lignes de l’entrée {seq} ne sont plus celles qui y furent inscrites ({found} sur {written})",
    "{table}: the rows of entry {seq} are no longer those recorded ({found} of {written})",
)
BLOB = Text("Contenu {sha256} : modifié après coup", "Content {sha256}: altered afterwards")
GONE = Text("Contenu {sha256} : supprimé", "Content {sha256}: deleted")
UNGUARDED = Text(
    "Protection retirée de la base : {names}. Rien n’est altéré pour autant ; recon ne l’empêcherait plus.",
    "Guard taken off the database: {names}. Nothing is altered by that; recon would no longer prevent it.",
)
DAMAGED = Text("Fichier de la base : {why}", "Database file: {why}")
REFUSED = Text(
    "Le magasin {store} ne concorde pas avec son journal : {what}. Rien n’a été modifié. « recon historique --verifier{where} » dit tout ce qui a été altéré ; restaurer une sauvegarde : recon restaurer FICHIER{where}.",
    "The store {store} does not agree with its journal: {what}. Nothing was changed. “recon history --check{where}” says all that was altered; restore a backup: recon restore FILE{where}.",
)
LONGEST = 200
DECIDING = (DECISIONS, SINGLED, WITHDRAWALS, RUNS, CLOSINGS)


def altered(connection: Connection) -> Iterator[Text]:
    """Yield a sentence for each thing that is not as it was recorded; none if the store is proven."""
    yield from _file(connection)
    yield from _chained(connection, RECORDED)
    yield from _contents(connection)


def unguarded(connection: Connection) -> Iterator[Text]:
    """Yield which guards against changes are gone; what is recorded may be whole all the same."""
    if names := schema.unguarded(connection):
        yield UNGUARDED.with_(names=", ".join(names))


def is_proven(connection: Connection, table: Table) -> bool:
    """Whether the rows of a table are all those that were recorded, as they were."""
    return next(_chained(connection, (table,)), None) is None


def refuse_altered(connection: Connection, name: str) -> None:
    """Stop if a decision, closing or run is not as it was recorded, or the journal itself: figures come of them."""
    if (found := next(_chained(connection, DECIDING), None)) is not None:
        raise Stop(REFUSED.with_(store=name, what=found, where=""), Exit.CONTROL_FAILED)


def _chained(connection: Connection, tables: Sequence[Table]) -> Iterator[Text]:
    """Yield what is wrong in the journal's chain, and in the rows of `tables` held against it."""
    proofs: dict[str, dict[int, list[Any]]] = {table.name: {} for table in tables}
    previous, following = FIRST, 1
    for row in connection.execute(select(JOURNAL).order_by(JOURNAL.c.seq)).mappings():
        if row["digest"] != entry_digest(dict(row)):
            yield ENTRY.with_(seq=row["seq"])
        if (row["seq"], row["previous"]) != (following, previous):
            yield CHAIN.with_(seq=row["seq"])
        previous, following = row["digest"], row["seq"] + 1
        recorded, let_go = _recorded(row["said"])
        for name, proof in recorded.items():
            proofs.get(name, {})[row["seq"]] = proof
        for seq in let_go:
            proofs.get(PARSED.name, {}).pop(seq, None)
    for table in tables:
        yield from _rows(connection, table, proofs[table.name])


def _contents(connection: Connection) -> Iterator[Text]:
    """Yield the contents that are altered, and those of runs and closed months that are gone.

    How files were understood is let go of by a later recon, and made again: it may be gone.
    """
    there = set()
    for digest, data in connection.execution_options(yield_per=100).execute(select(BLOBS.c.sha256, BLOBS.c.data)):
        there.add(digest)
        if sha256(data) != digest:
            yield BLOB.with_(sha256=digest)
    closed = select(CLOSINGS.c.run).where(CLOSINGS.c.state == CLOSED)
    wanted = union(select(RUN_TABLES.c.sha256), select(OUTPUTS.c.sha256).where(OUTPUTS.c.run.in_(closed)))
    yield from (GONE.with_(sha256=digest) for digest in sorted(set(connection.execute(wanted).scalars()) - there))


def _recorded(said: str) -> tuple[dict[str, list[Any]], list[Any]]:
    """Return what an entry proves, and which earlier ones it let go of; one that is not readable is already named."""
    try:
        told = json.loads(said)
        found, let_go = dict(told["recorded"]), list(told.get(LET_GO, []))
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}, []
    proofs = {name: proof for name, proof in found.items() if isinstance(proof, list)}
    return proofs, [seq for seq in let_go if isinstance(seq, int)]


def _file(connection: Connection) -> Iterator[Text]:
    if connection.dialect.name == "sqlite":
        said = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(5)")]
        yield from (DAMAGED.with_(why=same(why)) for why in said if why != "ok")


def _rows(connection: Connection, table: Table, proofs: dict[int, list[Any]]) -> Iterator[Text]:
    sums: dict[int, Any] = {}
    counts: dict[int, int] = {}
    wanted = select(table).order_by(table.c.entry, table.c.id).execution_options(yield_per=5_000)
    rows = connection.execute(wanted)
    for row in rows.mappings():
        digest = row_digest(dict(row))
        if digest != row["digest"]:
            yield ROW.with_(table=table.name, id=row["id"], row=_shown(row))
        sums.setdefault(row["entry"], hashlib.sha256()).update(digest.encode())
        counts[row["entry"]] = counts.get(row["entry"], 0) + 1
    for seq in sorted(proofs.keys() | sums.keys()):
        found = [counts.get(seq, 0), sums[seq].hexdigest() if seq in sums else hashlib.sha256().hexdigest()]
        if found != proofs.get(seq):
            yield SET.with_(table=table.name, seq=seq, found=found[0], written=(proofs.get(seq) or [0])[0])


def _shown(row: Any) -> str:
    told = ", ".join(f"{name} = {value}" for name, value in row.items() if name not in {"id", "digest", "entry"})
    return visible(told[:LONGEST])
