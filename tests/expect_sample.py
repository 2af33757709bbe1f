"""Write the tables that the sample gives to `workbooks/attendu`, to be read as a diff: `python -m tests.expect_sample`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from recon.dossier import files, options
from recon.pipeline import reconcile
from recon.reports.data import data_files

WORKBOOKS = Path(__file__).parent.parent / "workbooks"


def main() -> None:
    """Rewrite the expected tables."""
    sample = WORKBOOKS / "exemple"
    month = reconcile(files(sample), options(sample).settings(date(2026, 11, 30)))
    for name, data in data_files(month):
        if name.endswith(".csv"):
            (WORKBOOKS / "attendu" / Path(name).name).write_bytes(data)


if __name__ == "__main__":
    main()
