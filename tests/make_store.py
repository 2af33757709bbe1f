"""Write the store of this version as SQL, once for each version of the schema: `python -m tests.make_store`.

The file of an earlier version is never written again: it is what migrations are tested on.
"""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from recon.store import schema
from tests.test_store import fill, opened


def main() -> None:
    """Write `tests/stores/version_N.sql` if there is none."""
    target = Path(__file__).parent / "stores" / f"version_{schema.VERSION}.sql"
    if target.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recon.db"
        store = opened(f"sqlite:///{path}")
        with store.writing() as connection:
            fill(connection)
        store.close()
        connection_of_file = sqlite3.connect(path)
        target.write_text("\n".join(connection_of_file.iterdump()) + "\n", encoding="utf-8")
        connection_of_file.close()


if __name__ == "__main__":
    main()
