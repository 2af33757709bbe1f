"""What several tests need: a store of each kind; and how they search, the same examples each time.

`HYPOTHESIS_PROFILE=search` looks for new ones.
"""

from __future__ import annotations

import os
import uuid
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

settings.register_profile("same", derandomize=True)
settings.register_profile("search", derandomize=False, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(autouse=True)
def months_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `recon close` meet no month that is still to come, whatever the machine's day."""
    monkeypatch.setattr("recon.cli.close.today", lambda: date(2099, 12, 31))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server of our own, skipped where PostgreSQL is not installed."""
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres.server() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """The URL of an empty database."""
    from sqlalchemy import create_engine

    name = f"recon_{uuid.uuid4().hex[:12]}"
    engine = create_engine(f"{postgres_server}/postgres".replace("://", "+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return f"{postgres_server}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'recon.db'}"
    return str(request.getfixturevalue("postgres_url"))
