"""Worlds on PostgreSQL, where many act at once on connections of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from palvelurinki.adapters.sql.postgresql import PostgresqlDriver
from palvelurinki.adapters.sql.store import SqlStore
from tests.simulation.checker import Checker
from tests.simulation.on_sqlite import read
from tests.simulation.tables import Tables
from tests.simulation.world import PRESENCE_GRACE, Clock, World

NODES: Final = 3


@asynccontextmanager
async def postgresql_world(url: str) -> AsyncIterator[World]:
    """A configured world with three nodes on the migrated database at `url`."""
    clock = Clock()
    store = SqlStore(PostgresqlDriver(make_url(url), _be_patient), clock)
    reader = create_async_engine(url, isolation_level="REPEATABLE READ")

    async def look() -> Tables:
        async with reader.connect() as connection:
            return await connection.run_sync(read)

    world = World(store, look, clock, seed=1)
    world.checker = Checker(world.directory, PRESENCE_GRACE, clock.skipped, world.presses, punctual=False)
    try:
        await world.configure()
        for _ in range(NODES):
            await world.start_node()
        yield world
    finally:
        await reader.dispose()
        await store.close()


async def _be_patient(driver: Any) -> None:  # noqa: ANN401  # asyncpg has no types
    # All nodes are this one process. When the machine holds it up, none of them has stood still before the others, and
    # time by the world's clock has not passed.
    await driver.execute("SET idle_in_transaction_session_timeout = '60s'")
