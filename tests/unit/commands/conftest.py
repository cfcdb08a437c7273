"""A database with a small configuration in force, for commands that are run as a person runs them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import pytest

from palvelurinki.adapters.sql.store import open_store
from palvelurinki.application.configuration import apply
from palvelurinki.ports import Store
from tests.support.configuration import SMALL


@pytest.fixture
def address(tmp_path: Path) -> str:
    """Where the database is, or will be."""
    return f"sqlite+aiosqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def in_force(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the small configuration in force, and have commands find it."""
    monkeypatch.setenv("PALVELURINKI_DATABASE_URL", address)
    monkeypatch.setenv("LOGNAME", "operator")
    monkeypatch.setenv("COLUMNS", "160")

    async def configure(store: Store) -> None:
        await apply(store, SMALL, "small.yaml", applied_by="x")

    on(address, configure)


def on(address: str, use: Callable[[Store], Awaitable[None]], clock: Callable[[], datetime] | None = None) -> None:
    """Use the store there."""

    async def run() -> None:
        store = await open_store(address, clock)
        try:
            await use(store)
        finally:
            await store.close()

    asyncio.run(run())
